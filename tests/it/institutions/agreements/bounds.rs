//! How much comes in, until when, and who sees it.

use std::time::Duration;

use consigne::locker::Limits;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::{
    agree, agreed, at, header, issue, issue_by, issue_with_key, papers, quittance, signed, stop, sum, taken, text_of,
    with,
};
use crate::attacks::tools::{assert_problem, chain};
use crate::on_both_pairs;
use crate::world::{Pair, World, multipart, proposal};

on_both_pairs! {
    /// An institution can't fill the locker, nor be told how full it is; and its keys for repeating are of one agreement each.
    async fn a_flood_stops_at_its_bounds(pair) {
        let limits = Limits { document_bytes: 1024 * 1024, locker_bytes: 400 * 1024, ..Limits::default() };
        let world = World::with(pair, limits).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (one, two) = (agreed(&world, &caf, &angela).await, agreed(&world, &caf, &angela).await);
        let token = caf.token().await;
        let kib = |count: usize| vec![b'x'; count * 1024];
        issue_by(&caf, &token, &one, &quittance(), &kib(60)).await.expect(201);
        assert_problem(&issue_by(&caf, &token, &one, &quittance(), &kib(60)).await, 413, "agreement-full", "a quarter");
        assert_problem(&issue_by(&caf, &token, &two, &quittance(), &kib(60)).await, 413, "agreement-full", "by all its agreements together");
        assert_problem(&issue_by(&caf, &token, &two, &quittance(), &kib(1025)).await, 413, "agreement-full", "larger than anything");
        // The holder's own papers leave less, and the answer is the same.
        let large = angela.deposit("Grand", "logement.bail", &kib(320)).await;
        let full = issue_by(&caf, &token, &two, &quittance(), &kib(25)).await;
        assert_problem(&full, 413, "agreement-full", "the locker is full");
        assert!(!full.text().contains("quota"), "{}", full.text());
        crate::institutions::destroyed::destroy(&angela, &large).await;
        stop(&angela, &one).await.expect(204);
        // Wrong content leaves nothing behind.
        let wrong = with(&quittance(), &[("sha256", json!(sum(b"autre")))]);
        assert_problem(&issue_by(&caf, &token, &two, &wrong, b"x").await, 422, "wrong-hash", "another content");
        assert_problem(&issue_by(&caf, &token, &two, &quittance(), b"").await, 422, "empty-file", "nothing");
        assert_problem(&issue_by(&caf, &token, &two, &quittance(), b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0").await, 415, "kind-of-file", "a program");
        // A key is of one agreement; with another content it is refused.
        let three = agreed(&world, &caf, &angela).await;
        let first = issue_with_key(&caf, &two, "k", b"mars").await.expect(201);
        let elsewhere = issue_with_key(&caf, &three, "k", b"mars").await.expect(201);
        assert_eq!((first.header("idempotency-replayed"), elsewhere.header("idempotency-replayed")), ("false", "false"));
        assert_ne!(first.json()["id"], elsewhere.json()["id"]);
        let again = issue_with_key(&caf, &two, "k", b"mars").await.expect(201);
        assert_eq!((again.header("idempotency-replayed"), again.json()["id"].clone()), ("true", first.json()["id"].clone()));
        assert_problem(&issue_with_key(&caf, &two, "k", b"avril").await, 422, "repeat-key", "another content");
        // Her own key of the same name is another.
        let request = angela.client.request(Method::POST, &angela.path("/documents")).header("idempotency-key", "k");
        let metadata = json!({"title": "Mien", "kind": "logement.bail"});
        let own = angela.client.send(request.multipart(multipart(&metadata, "a.txt", b"mars".to_vec()))).await.expect(201);
        assert_eq!(own.json()["origin"], "brought");
        // Twenty a day; the next day there is room again.
        world.wait(Duration::from_secs(61));
        let mut came = 1;
        loop {
            let answer = issue(&caf, &two, &quittance(), format!("n {came}").as_bytes()).await;
            if answer.status.as_u16() != 201 {
                assert_problem(&answer, 429, "agreement-day", "enough for a day");
                break;
            }
            came += 1;
            assert!(came <= 20, "it never ends");
        }
        assert_eq!(came, 20);
        world.wait(Duration::from_secs(24 * 3_600));
        issue(&caf, &two, &quittance(), b"le lendemain").await.expect(201);
        world.settle().await;
        let mut raw = world.raw().await;
        let (versions, blobs) = (raw.count("versions").await, raw.all_blobs().await.len());
        assert_eq!((i64::try_from(blobs).unwrap(), raw.count("under_way").await), (versions, 0), "nothing is left of what was refused");
    }

    /// How full the locker is can't be tried out: content that is not what was said is told to be that, of whatever size; and what is right
    /// fits by steps, the same for lockers that are about as full.
    async fn how_full_a_locker_is_is_not_found_out_by_trying(pair) {
        let limits = Limits { document_bytes: 1024 * 1024, locker_bytes: 400 * 1024, ..Limits::default() };
        let world = World::with(pair, limits).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let agreement = agreed(&world, &caf, &angela).await;
        let token = caf.token().await;
        let kib = |count: usize| vec![b'x'; count * 1024];
        angela.deposit("Grand", "logement.bail", &kib(301)).await;
        let wrong = with(&quittance(), &[("sha256", json!(sum(b"autre")))]);
        for size in [10_000, 60_000, 90_000, 102_300] {
            let answer = issue_by(&caf, &token, &agreement, &wrong, &vec![b'x'; size]).await;
            assert_problem(&answer, 422, "wrong-hash", &size.to_string());
        }
        // A step is a sixteenth: with 301 or with 321 of 400 in it, it is as full as with 325.
        for more in [0, 20] {
            if more > 0 {
                angela.deposit("Petit", "logement.bail", &kib(more)).await;
            }
            assert_problem(&issue_by(&caf, &token, &agreement, &quittance(), &kib(80)).await, 413, "agreement-full", "by steps");
        }
        issue_by(&caf, &token, &agreement, &quittance(), &kib(70)).await.expect(201);
    }

    /// What is signed is a part of what is repeated: another signature, or none, is another deposit.
    async fn a_repeated_deposit_bears_the_same_signature(pair) {
        let world = World::new(pair).await;
        let (caf, other) = (world.institution("Caisse d'allocations").await, world.institution("Une autre").await);
        let angela = world.holder("angela").await;
        let agreement = agreed(&world, &caf, &angela).await;
        let content = b"mars";
        let right = signed(&caf, &header(), &text_of(&caf, content));
        let send = async |jws: Option<String>| {
            let metadata = with(&quittance(), &[("sha256", json!(sum(content))), ("signature", json!(jws))]);
            let request = caf.request_with(Method::POST, &at(&agreement), &caf.token().await).header("idempotency-key", "mars");
            caf.client.send(request.multipart(multipart(&metadata, "quittance.txt", content.to_vec()))).await
        };
        send(Some(right.clone())).await.expect(201);
        assert_eq!(send(Some(right)).await.expect(201).header("idempotency-replayed"), "true");
        for jws in [Some(signed(&other, &header(), &text_of(&caf, content))), Some("a..b".to_owned()), None] {
            assert_problem(&send(jws.clone()).await, 422, "repeat-key", &format!("{jws:?}"));
        }
        assert_eq!(papers(&angela).await.len(), 1);
    }

    /// The holder stops while a deposit is on its way: it is there before, or it is not there at all.
    async fn what_is_on_its_way_when_it_is_stopped_does_not_arrive(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        // One that is slow: its first bytes are there when it is stopped, its last ones come after.
        let agreement = agreed(&world, &caf, &angela).await;
        let (send, receive) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(4);
        let stream = futures_util::stream::unfold(receive, |mut receive| async move { Some((receive.recv().await?, receive)) });
        let file = Part::stream(reqwest::Body::wrap_stream(stream)).file_name("a.txt");
        let form = Form::new().text("metadata", quittance().to_string()).part("file", file);
        let request = caf.request_with(Method::POST, &at(&agreement), &caf.token().await).multipart(form);
        let sending = tokio::spawn(async move { request.send().await.unwrap().status().as_u16() });
        send.send(Ok(vec![b'x'; 100_000])).await.unwrap();
        let mut raw = world.raw().await;
        let until = tokio::time::Instant::now() + Duration::from_secs(30);
        while raw.count("under_way").await == 0 {
            assert!(tokio::time::Instant::now() < until, "it never began");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stop(&angela, &agreement).await.expect(204);
        send.send(Ok(vec![b'y'; 100_000])).await.unwrap();
        drop(send);
        assert_eq!(sending.await.unwrap(), 410);
        world.settle().await;
        assert!(papers(&angela).await.is_empty());
        assert!(angela.journal().await.iter().any(|line| line["action"] == "access.close" && line["outcome"]["reason"] == "agreement_over"));
        // And again and again, at once.
        let mut came = 0;
        for round in 0..50 {
            if round % 10 == 9 {
                world.wait(Duration::from_secs(61));
                angela.client.prove_again().await;
            }
            let agreement = agreed(&world, &caf, &angela).await;
            let token = caf.token().await;
            let metadata = quittance();
            let (issued, stopped) = tokio::join!(issue_by(&caf, &token, &agreement, &metadata, b"une quittance"), stop(&angela, &agreement));
            stopped.expect(204);
            match issued.status.as_u16() {
                201 => came += 1,
                status => assert!([410, 429].contains(&status), "{}", issued.text()),
            }
            assert_problem(&issue_by(&caf, &token, &agreement, &metadata, b"apres").await, 410, "agreement-over", "after it");
            world.wait(Duration::from_secs(1));
        }
        world.settle().await;
        let angela = angela.again(&world, "angela").await;
        assert_eq!(angela.get("").await.expect(200).json()["count"].as_u64(), Some(came));
        // In the journal, nothing came in by an agreement after its end.
        let lines = chain(&mut raw, angela.locker.parse().unwrap()).await;
        let mut stopped = std::collections::HashSet::new();
        let mut deposits = 0;
        for entry in lines {
            match (entry.line.action.code(), entry.line.object) {
                ("agreement.stop", consigne::domain::entry::Object::Agreement(agreement)) => { stopped.insert(agreement); }
                ("document.deposit", _) => {
                    deposits += 1;
                    assert!(!stopped.contains(&entry.line.agreement.unwrap()), "after the end");
                }
                _ => {}
            }
        }
        assert_eq!((deposits, raw.count("under_way").await), (came, 0));
        assert_eq!(raw.all_blobs().await.len() as u64, came);
    }

    /// Hidden from helpers, as the holder chose when they agreed; and what is harmful is refused.
    async fn helpers_see_what_the_holder_lets_them_see(pair) {
        let (world, harmful) = crate::scanned::scanning(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, consigne::domain::organisation::Roles::Both).await;
        let shown = agreed(&world, &caf, &angela).await;
        let request = taken(&world, &caf, &angela).await;
        agree(&angela, &request, &json!({"private": true})).await.expect(201);
        issue(&caf, &shown, &with(&quittance(), &[("title", json!("Visible"))]), b"a").await.expect(201);
        issue(&caf, &request, &with(&quittance(), &[("title", json!("Cachée"))]), b"b").await.expect(201);
        assert_problem(&issue(&caf, &shown, &quittance(), &harmful).await, 422, "infected", "harmful");
        let mandate = angela.let_help(&claire.client, proposal("", Some(&ccas))).await;
        let visit = mandate.visit(&claire.client).await;
        assert_eq!(visit.titles().await, ["Visible"]);
        // A word on the original does not make what was issued anything else.
        let seen = visit.get("/documents").await.expect(200).json()["items"][0].clone();
        assert_eq!((&seen["origin"], &seen["issued"]["name"]), (&json!("issued"), &json!("Caisse d'allocations")));
        assert_eq!(papers(&angela).await.len(), 2);
        let own = angela.get("/agreements").await.expect(200).json();
        let hidden: Vec<bool> = own["items"].as_array().unwrap().iter().map(|one| one["private"].as_bool().unwrap()).collect();
        assert_eq!(hidden.iter().filter(|hidden| **hidden).count(), 1);
    }
}
