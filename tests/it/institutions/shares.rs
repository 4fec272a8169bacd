//! What is handed over: fixed versions, for one institution, until a date, as long as its holder wants; every reading a line that they see.
//!
//! Who attacks: another institution with a right token; the same one after the end; somebody who writes SQL.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::requests::taken;
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Answer, Holder, Pair, Program, World, day_from_now, metadata_of};

/// Hands over one paper of a holder, in answer to a request of a program. Gives the share's id, and the paper's.
pub async fn handed(world: &World, program: &Program, holder: &Holder, content: &[u8]) -> (String, String) {
    let request = taken(world, program, holder).await;
    let metadata =
        metadata_of("Facture d'électricité", "logement.justificatif_domicile", Some(&day_from_now(world, -5)));
    let paper = holder.deposit_with(&metadata, "facture.txt", content.to_vec()).await.expect(201).json();
    let paper = paper["id"].as_str().unwrap().to_owned();
    let share =
        answer(holder, &request, &json!({"papers": [{"piece": 0, "document": paper}]})).await.expect(201).json();
    (share["share"].as_str().unwrap().to_owned(), paper)
}

pub async fn answer(holder: &Holder, request: &str, hand: &Value) -> Answer {
    holder.client.post_json(&holder.path(&format!("/requests/{request}/answer")), hand).await
}

pub async fn read(program: &Program, share: &str) -> Answer {
    program.get(&format!("/api/v1/shares/{share}/papers/1/content")).await
}

pub fn names(lines: &[Value], what: &str) -> Vec<String> {
    let of = |line: &&Value| line["action"] == what;
    lines.iter().filter(of).map(|line| line["sentence"].as_str().unwrap().to_owned()).collect()
}

on_both_pairs! {
    /// Asked once, for a purpose, until a date: and the holder sees it.
    async fn an_institution_reads_what_it_was_handed(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (share, paper) = handed(&world, &caf, &angela, b"une facture").await;
        let list = caf.get("/api/v1/requests").await.json();
        assert_eq!((list["items"][0]["status"].as_str(), list["items"][0]["share"].as_str()), (Some("answered"), Some(share.as_str())));
        let received = caf.get(&format!("/api/v1/shares/{share}")).await.expect(200).json();
        assert_eq!((received["holder"].as_str(), received["purpose"].as_str()), (Some("Angela Claire Louise DUBOIS"), Some("Votre demande de RSA")));
        let one = &received["papers"][0];
        assert_eq!((one["title"].as_str(), one["size"].as_u64(), one["origin"].as_str()), (Some("Facture d'électricité"), Some(11), Some("brought")));
        assert!(!received.to_string().contains(&paper) && !received.to_string().contains(&angela.locker), "nothing of where it lies");
        let token = caf.token().await;
        let path = format!("/api/v1/shares/{share}/papers/1/content");
        let request = caf.request_with(Method::GET, &path, &token).header("consigne-reader", "R&D + Mme Durand");
        let content = caf.client.send(request).await.expect(200);
        assert_eq!(content.body, b"une facture");
        assert_eq!(content.header("etag"), format!("\"{}\"", one["sha256"].as_str().unwrap()));
        assert!(content.header("content-disposition").starts_with("attachment"));
        let range = caf.request_with(Method::GET, &path, &token).header("range", "bytes=4-10");
        assert_eq!(caf.client.send(range).await.expect(206).body, b"facture");
        world.settle().await;
        // The holder sees each reading: who, for whom, what, what for.
        let journal = angela.journal().await;
        let readings = names(&journal, "content.read");
        let told = |found: &str| found.replace(['\u{a0}', '\u{202f}'], " ").replace('\u{2019}', "'");
        assert_eq!(readings.iter().map(|found| told(found)).collect::<Vec<_>>(), [
            "Caisse d'allocations, pour « R&D + Mme Durand », a ouvert « Facture d'électricité ». Pour : Votre demande de RSA.",
            "Caisse d'allocations a ouvert « Facture d'électricité ». Pour : Votre demande de RSA.",
        ]);
        assert_eq!(names(&journal, "share.receive").len(), 1);
        assert!(names(&journal, "share.give")[0].contains("Caisse"), "{:?}", names(&journal, "share.give"));
        let line = journal.iter().find(|line| line["action"] == "content.read").unwrap();
        assert_eq!((line["actor"]["kind"].as_str(), line["ground"].as_str()), (Some("institution"), Some("share")));
        let own = angela.get("/shares").await.expect(200).json();
        assert_eq!((own["items"][0]["readings"].as_u64(), own["items"][0]["status"].as_str()), (Some(2), Some("active")));
        // What is added later is not in it: the version is the one that was handed over.
        angela.client.send(angela.client.request(Method::POST, &angela.path(&format!("/documents/{paper}/versions")))
            .multipart(crate::world::multipart(&json!({}), "neuve.txt", b"une autre facture".to_vec()))).await.expect(201);
        assert_eq!(read(&caf, &share).await.expect(200).body, b"une facture");
        // The whole journal is sound.
        let (mut chains, mut broken) = (0, 0);
        let told = consigne::locker::verify_journals(&world.db, |report| {
            chains += 1;
            broken += u32::from(report.broken.is_some());
        });
        told.await.unwrap();
        assert!(chains >= 3 && broken == 0, "{chains} {broken}");
    }

    /// After the end there is no byte, whatever token was made before; for anybody else there never was anything.
    async fn what_is_over_is_over_and_what_is_anothers_is_nothing(pair) {
        let world = World::new(pair).await;
        let (caf, other) = (world.institution("Caisse d'allocations").await, world.institution("Une autre").await);
        let angela = world.holder("angela").await;
        let (share, _) = handed(&world, &caf, &angela, b"une facture").await;
        let (mine, theirs) = (caf.token().await, other.token().await);
        let path = format!("/api/v1/shares/{share}/papers/1/content");
        let ghost = other.get_with("/api/v1/shares/00000000-0000-4000-8000-000000000000/papers/1/content", &theirs).await;
        assert_problem(&ghost, 404, "not-found", "none");
        let anothers = other.get_with(&path, &theirs).await;
        assert_problem(&anothers, 404, "not-found", "another's");
        assert_eq!(ghost.body, anothers.body);
        assert_problem(&other.get_with(&format!("/api/v1/shares/{share}"), &theirs).await, 404, "not-found", "another's");
        assert_problem(&caf.get_with(&format!("/api/v1/shares/{share}/papers/2/content"), &mine).await, 404, "not-found", "no such place");
        assert_problem(&caf.get_with(&format!("/api/v1/shares/{share}/papers/x/content"), &mine).await, 404, "not-found", "no place");

        // Paused, and resumed by a fresh proof.
        let press = |what: &str| { let (client, path) = (&angela.client, angela.path(&format!("/shares/{share}/{what}"))); async move { client.post(&path).await } };
        press("pause").await.expect(204);
        assert_problem(&caf.get_with(&path, &mine).await, 409, "share-paused", "paused");
        assert_problem(&press("pause").await, 409, "wrong-state", "twice");
        world.wait(Duration::from_secs(6 * 60));
        assert_problem(&press("resume").await, 403, "sign-in-again", "gives rights");
        angela.client.prove_again().await;
        press("resume").await.expect(204);
        let mine = caf.token().await;
        assert_eq!(caf.get_with(&path, &mine).await.expect(200).body, b"une facture");
        // Stopped at once, without a fresh proof, for the token that was made before.
        world.wait(Duration::from_secs(4 * 60));
        press("revoke").await.expect(204);
        for path in [path.clone(), format!("/api/v1/shares/{share}")] {
            assert_problem(&caf.get_with(&path, &mine).await, 410, "share-over", "stopped");
        }
        assert_problem(&other.get(&path).await, 404, "not-found", "another's, still nothing");
        assert_problem(&press("revoke").await, 409, "wrong-state", "twice");
        angela.client.prove_again().await;
        assert_problem(&press("resume").await, 409, "wrong-state", "what is stopped stays so");
        // Each refusal of the rightful one is a line that the holder sees; the other's are in the service's journal.
        let journal = angela.journal().await;
        let refused = journal.iter().filter(|line| line["outcome"]["reason"] == "share_over" && line["actor"]["kind"] == "institution").count();
        assert_eq!(refused, 2);
        assert!(!journal.iter().any(|line| line["outcome"]["reason"] == "unknown_share"), "a stranger writes nothing here");

        // To the day that was said: the last one is good.
        let (share, _) = handed(&world, &caf, &angela, b"une facture").await;
        let until = angela.get("/shares").await.json()["items"][0]["until"].as_str().unwrap().to_owned();
        let until = consigne::domain::source::Timestamp::parse_rfc3339(&until).unwrap();
        let left = u64::try_from(until.micros() - world.source.now().micros()).unwrap();
        world.wait(Duration::from_micros(left - 1));
        assert_eq!(read(&caf, &share).await.expect(200).body, b"une facture");
        world.wait(Duration::from_micros(1));
        assert_problem(&read(&caf, &share).await, 410, "share-over", "to the microsecond");
    }

    /// So many readings, and no more; a paper that is put away or destroyed is not there.
    async fn readings_are_counted_and_papers_put_away(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let request = taken(&world, &caf, &angela).await;
        let paper = angela.deposit("Facture", "logement.justificatif_domicile", b"une facture").await;
        let hand = json!({"papers": [{"piece": 0, "document": paper}], "readings": 2, "until": day_from_now(&world, 3)});
        let share = answer(&angela, &request, &hand).await.expect(201).json()["share"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/shares/{share}/papers/1/content");
        let token = caf.token().await;
        // Ranges of one reading are one.
        for _ in 0..3 {
            let request = caf.request_with(Method::GET, &path, &token).header("range", "bytes=0-2");
            assert_eq!(caf.client.send(request).await.expect(206).body, b"une");
        }
        // One that names who reads is another: it does not stand under a line that names nobody, or somebody else.
        let named = caf.request_with(Method::GET, &path, &token).header("range", "bytes=0-2").header("consigne-reader", "M. Petit");
        caf.client.send(named).await.expect(206);
        assert_problem(&read(&caf, &share).await, 410, "share-over", "used");
        assert_eq!(angela.get("/shares").await.json()["items"][0]["status"], "used");

        let (share, paper) = handed(&world, &caf, &angela, b"une facture").await;
        angela.client.delete(&angela.path(&format!("/documents/{paper}"))).await.expect(204);
        assert_problem(&read(&caf, &share).await, 410, "share-over", "in the trash");
        angela.client.post(&angela.path(&format!("/documents/{paper}/restore"))).await.expect(204);
        read(&caf, &share).await.expect(200);
        angela.client.delete(&angela.path(&format!("/documents/{paper}"))).await.expect(204);
        angela.client.post(&angela.path(&format!("/documents/{paper}/destroy"))).await.expect(204);
        assert_problem(&read(&caf, &share).await, 410, "share-over", "destroyed");
        // A locker that is closed is closed to them too.
        let (share, _) = handed(&world, &caf, &angela, b"une facture").await;
        angela.client.post(&angela.path("/close")).await.expect(200);
        assert_problem(&read(&caf, &share).await, 410, "share-over", "closed");
    }

    /// Nothing is handed over by mistake, by somebody else, or beyond what was asked.
    async fn what_is_handed_over_is_what_was_meant(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let (angela, ahmed) = (world.holder("angela").await, world.holder("ahmed").await);
        let request = taken(&world, &caf, &angela).await;
        let paper = angela.deposit("Facture", "logement.justificatif_domicile", b"une facture").await;
        let diploma = angela.deposit("Diplôme", "formation.diplome", b"un diplome").await;
        let anothers = ahmed.deposit("Facture", "logement.justificatif_domicile", b"la sienne").await;
        let binned = angela.deposit("Jetée", "logement.justificatif_domicile", b"jetee").await;
        angela.client.delete(&angela.path(&format!("/documents/{binned}"))).await.expect(204);
        let one = |document: &str| json!({"papers": [{"piece": 0, "document": document}]});
        let with = |name: &str, value: Value| { let mut hand = one(&paper); hand[name] = value; hand };
        for (field, hand) in [
            ("papers", json!({"papers": []})),
            ("papers", one(&diploma)),
            ("papers", one(&anothers)),
            ("papers", one(&binned)),
            ("papers", one("nonsense")),
            ("papers", json!({"papers": [{"piece": 0, "document": paper, "version": diploma}]})),
            ("papers", json!({"papers": [{"piece": 0, "document": paper}, {"piece": 0, "document": paper}]})),
            ("piece", json!({"papers": [{"piece": 7, "document": paper}]})),
            ("papers", json!({"papers": [{"piece": 1, "document": paper}], "refused": [0]})),
            ("refused", with("refused", json!([0]))),
            ("until", with("until", json!(day_from_now(&world, -1)))),
            ("until", with("until", json!(day_from_now(&world, 400)))),
            ("readings", with("readings", json!(0))),
        ] {
            let answer = answer(&angela, &request, &hand).await;
            assert_eq!((answer.status.as_u16(), answer.json()["field"].as_str()), (422, Some(field)), "{hand}: {}", answer.text());
        }
        assert_eq!(angela.get("/shares").await.json()["items"], json!([]));
        // Another holder, and a proof that is too old.
        let path = format!("/api/v1/lockers/{}/requests/{request}/answer", ahmed.locker);
        assert_problem(&ahmed.client.post_json(&path, &one(&anothers)).await, 404, "not-found", "not his request");
        world.wait(Duration::from_secs(6 * 60));
        assert_problem(&answer(&angela, &request, &one(&paper)).await, 403, "sign-in-again", "not fresh");
        angela.client.prove_again().await;
        let share = answer(&angela, &request, &one(&paper)).await.expect(201).json()["share"].as_str().unwrap().to_owned();
        assert_problem(&answer(&angela, &request, &one(&paper)).await, 409, "wrong-state", "answered already");
        // Asked again for what is there already: it says so.
        let again = taken(&world, &caf, &angela).await;
        let whole = angela.get(&format!("/requests/{again}")).await.expect(200).json();
        assert_eq!(whole["pieces"][0]["answers"][0]["handed"], true);
        let other = world.institution("Une autre").await;
        let elsewhere = taken(&world, &other, &angela).await;
        assert_eq!(angela.get(&format!("/requests/{elsewhere}")).await.json()["pieces"][0]["answers"][0]["handed"], false, "to another");
        angela.client.post(&angela.path(&format!("/shares/{share}/revoke"))).await.expect(204);
        assert_eq!(angela.get(&format!("/requests/{again}")).await.json()["pieces"][0]["answers"][0]["handed"], false, "not any more");
    }

    /// Who writes SQL makes no share, gives none more time, and points none at another paper.
    async fn rows_that_sql_wrote_open_nothing(pair) {
        let world = World::new(pair).await;
        let (caf, other) = (world.institution("Caisse d'allocations").await, world.institution("Une autre").await);
        let angela = world.holder("angela").await;
        let (share, _) = handed(&world, &caf, &angela, b"une facture").await;
        angela.client.post(&angela.path(&format!("/shares/{share}/revoke"))).await.expect(204);
        let id = |program: &Program| match pair {
            Pair::Local => format!("X'{}'", crate::world::hex(program.institution.bytes())),
            Pair::Remote => format!("'{}'", program.institution),
        };
        let mut raw = world.raw().await;
        for sql in ["UPDATE shares SET ended_at = NULL".to_owned(), "UPDATE shares SET readings = 0".to_owned(), format!("UPDATE shares SET institution_id = {}", id(&other))] {
            raw.run(&sql).await.unwrap();
            assert_problem(&read(&caf, &share).await, 404, "not-found", &sql);
            assert_problem(&read(&other, &share).await, 404, "not-found", &sql);
        }
        // A request that SQL moved into another locker is in none.
        let request = taken(&world, &caf, &angela).await;
        let ahmed = world.holder("ahmed").await;
        let locker = match pair {
            Pair::Local => format!("X'{}'", ahmed.locker.replace('-', "")),
            Pair::Remote => format!("'{}'", ahmed.locker),
        };
        raw.run(&format!("UPDATE paper_requests SET locker_id = {locker}")).await.unwrap();
        assert_eq!(ahmed.get("/requests").await.json()["items"], json!([]));
        assert_problem(&angela.get(&format!("/requests/{request}")).await, 404, "not-found", "moved away");
        // Nothing that describes a person, a paper or a purpose is in the stored data in clear.
        let dump = String::from_utf8_lossy(&raw.dump().await).into_owned();
        for word in ["demande de RSA", "Caisse", "Facture", "Angela", "Dossier 12-345"] {
            assert!(!dump.contains(word), "{word}");
        }
    }

    /// An older row, put back whole, with its proof: the journal says that it was paused, or stopped.
    async fn a_row_from_before_gives_nothing_back(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (share, _) = handed(&world, &caf, &angela, b"une facture").await;
        let mut raw = world.raw().await;
        raw.run("CREATE TABLE kept AS SELECT * FROM shares").await.unwrap();
        let press = |what: &str| { let (client, path) = (&angela.client, angela.path(&format!("/shares/{share}/{what}"))); async move { client.post(&path).await.expect(204); } };
        read(&caf, &share).await.expect(200);
        press("pause").await;
        raw.run("DELETE FROM shares").await.unwrap();
        raw.run("INSERT INTO shares SELECT * FROM kept").await.unwrap();
        assert_problem(&read(&caf, &share).await, 409, "share-paused", "the journal says so");
        assert_eq!(angela.get("/shares").await.json()["items"][0]["status"], "paused", "its holder is told the same");
        press("resume").await;
        read(&caf, &share).await.expect(200);
        press("revoke").await;
        raw.run("DELETE FROM shares").await.unwrap();
        raw.run("INSERT INTO shares SELECT * FROM kept").await.unwrap();
        for path in [format!("/api/v1/shares/{share}"), format!("/api/v1/shares/{share}/papers/1/content")] {
            assert_problem(&caf.get(&path).await, 410, "share-over", "the journal says so");
        }
    }

    /// A slow reading stops soon after its holder stops the share: the bytes that went out are told.
    async fn a_reading_stops_with_its_share(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let content = vec![b'x'; 60 * 1024 * 1024];
        let (share, _) = handed(&world, &caf, &angela, &content).await;
        let token = caf.token().await;
        let request = caf.request_with(Method::GET, &format!("/api/v1/shares/{share}/papers/1/content"), &token);
        let mut response = request.send().await.unwrap();
        let mut got = response.chunk().await.unwrap().unwrap().len();
        angela.client.post(&angela.path(&format!("/shares/{share}/revoke"))).await.expect(204);
        while let Ok(Some(piece)) = response.chunk().await {
            got += piece.len();
        }
        assert!(got < 40 * 1024 * 1024, "{got}");
        world.settle().await;
        let journal = angela.journal().await;
        let end = journal.iter().find(|line| line["action"] == "access.close" && line["outcome"]["reason"] == "share_over");
        assert!(end.is_some(), "{:?}", angela.trail().await);
    }
}
