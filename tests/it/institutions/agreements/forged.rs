//! Nobody but an institution makes a paper *issued*, and nobody by SQL an agreement.

use std::time::Duration;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{NOBODY, agreed, header, issue, papers, quittance, signed, stop, sum, text_of, with};
use crate::attacks::tools::{assert_problem, chain};
use crate::on_both_pairs;
use crate::world::{Pair, Program, World};

on_both_pairs! {
    /// What an institution signs is verified with its registered key, of that content, kind and day; and nobody else makes a paper issued.
    async fn nobody_forges_an_origin(pair) {
        let world = World::new(pair).await;
        let (caf, other) = (world.institution("Caisse d'allocations").await, world.institution("Une autre").await);
        let angela = world.holder("angela").await;
        let agreement = agreed(&world, &caf, &angela).await;
        let content = b"quittance";
        let right = text_of(&caf, content);
        let by = |jws: String| with(&quittance(), &[("sha256", json!(sum(content))), ("signature", json!(jws))]);
        for (what, jws) in [
            ("another's key", signed(&other, &header(), &right)),
            ("another institution", signed(&caf, &header(), &text_of(&other, content))),
            ("another content", signed(&caf, &header(), &text_of(&caf, b"autre"))),
            ("another kind", signed(&caf, &header(), &right.replace("logement.quittance_loyer", "emploi.bulletin_salaire"))),
            ("another day", signed(&caf, &header(), &right.replace("2026-03-31", "2026-04-30"))),
            ("an assertion's header", signed(&caf, &Program::header(), &right)),
            ("no algorithm", signed(&caf, &json!({"alg": "none", "kid": "first", "typ": "consigne-issued"}), &right)),
            ("what lets it in", caf.assertion()),
            ("nothing", String::new()),
        ] {
            assert_problem(&issue(&caf, &agreement, &by(jws), content).await, 422, "wrong-signature", what);
        }
        world.wait(Duration::from_secs(61));
        issue(&caf, &agreement, &by(signed(&caf, &header(), &right)), content).await.expect(201);
        // It is no way in.
        caf.ask(&signed(&caf, &header(), &right), None).await.expect(401);
        // A holder, or a helper, says no such thing.
        let forged = json!({"title": "Faux", "kind": "logement.quittance_loyer", "origin": "issued"});
        assert_eq!(angela.deposit_with(&forged, "a.txt", b"x".to_vec()).await.status.as_u16(), 422);
        let brought = angela.deposit("Ma quittance", "logement.quittance_loyer", b"apportee").await;
        // Somebody who writes SQL: descriptions that change places open nowhere, and the control says so.
        let mut raw = world.raw().await;
        let (mine, all) = (raw.id(&brought), papers(&angela).await);
        let issued = all.iter().find(|paper| paper["origin"] == "issued").unwrap()["id"].as_str().unwrap().to_owned();
        let theirs = raw.id(&issued);
        raw.run("CREATE TABLE kept AS SELECT * FROM versions").await.unwrap();
        raw.run(&format!("UPDATE versions SET details = (SELECT details FROM kept WHERE document_id = {theirs}) WHERE document_id = {mine}")).await.unwrap();
        let forged = angela.get(&format!("/documents/{brought}")).await;
        assert_eq!(forged.status.as_u16(), 500, "{}", forged.text());
        let control = angela.client.post(&angela.path("/control")).await.expect(200).json();
        assert_eq!(control["intact"], json!(false));
        raw.run(&format!("UPDATE versions SET details = (SELECT details FROM kept WHERE document_id = {mine}) WHERE document_id = {mine}")).await.unwrap();
        assert_eq!(angela.client.post(&angela.path("/control")).await.expect(200).json()["intact"], json!(true));
        // Nor is an agreement made, lengthened, widened or moved by SQL.
        let elsewhere = raw.id(&other.institution.to_string());
        for sql in ["UPDATE agreements SET until = until + 1".to_owned(), "UPDATE agreements SET bytes = 0, day = day + 1".to_owned(),
            format!("UPDATE agreements SET institution_id = {elsewhere}")] {
            raw.run(&sql).await.unwrap();
            for program in [&caf, &other] {
                assert_problem(&issue(program, &agreement, &quittance(), b"x").await, 404, "not-found", &sql);
            }
        }
        assert_eq!(angela.get("/agreements").await.expect(200).json()["items"], json!([]));
        // Nothing that describes it is in the stored data in clear.
        let dump = String::from_utf8_lossy(&raw.dump().await).into_owned();
        for word in ["quittance", "Caisse", "Bail 77", "Vos quittances"] {
            assert!(!dump.contains(word), "{word}");
        }
    }

    /// An older row, put back whole, with its proof: the journal says that it was stopped.
    async fn a_row_from_before_gives_nothing_back(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let agreement = agreed(&world, &caf, &angela).await;
        let mut raw = world.raw().await;
        raw.run("CREATE TABLE kept AS SELECT * FROM agreements").await.unwrap();
        issue(&caf, &agreement, &quittance(), b"mars").await.expect(201);
        stop(&angela, &agreement).await.expect(204);
        raw.run("DELETE FROM agreements").await.unwrap();
        raw.run("INSERT INTO agreements SELECT * FROM kept").await.unwrap();
        assert_problem(&issue(&caf, &agreement, &quittance(), b"avril").await, 410, "agreement-over", "the journal says so");
        assert_eq!(caf.get(&format!("/api/v1/agreements/{agreement}")).await.json()["status"], "stopped");
        // Its holder is told that it is not what their journal says, and nothing of what it says; the control names it.
        let own = angela.get("/agreements").await.expect(200).json()["items"][0].clone();
        assert_eq!((&own["not_believed"], &own["status"], &own["kinds"]), (&json!(true), &json!("stopped"), &json!([])), "{own}");
        assert!(own.get("institution").is_none() && own.get("purpose").is_none(), "{own}");
        let page = angela.client.get("/demandes").await.expect(200).text();
        assert!(page.contains("ne correspond pas à"), "{page}");
        let control = angela.client.post(&angela.path("/control")).await.expect(200).json();
        assert_eq!((&control["intact"], &control["agreements"]), (&json!(false), &json!([agreement])), "{control}");
        let told = angela.journal().await.into_iter().rfind(|line| line["outcome"]["reason"] == "damaged" && line["object"]["kind"] == "agreement").unwrap();
        assert!(told["sentence"].as_str().unwrap().starts_with("Un accord avec un organisme"), "{told}");
    }

    /// The terms of an agreement are in its line: a row that bears a proof, and says something else, is not believed.
    async fn a_line_says_on_what_terms(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let agreement = agreed(&world, &caf, &angela).await;
        let mut raw = world.raw().await;
        let entry = chain(&mut raw, angela.locker.parse().unwrap()).await.into_iter().rfind(|entry| entry.line.action.code() == "agreement.give").unwrap();
        let details = raw.bytes("SELECT details FROM agreements").await.remove(0);
        let kinds = raw.bytes("SELECT kinds FROM agreements").await.remove(0);
        let until = raw.number("SELECT until FROM agreements").await;
        // As docs/formats/entry.md says, by hand.
        let id = |text: &str| data_encoding::HEXLOWER.decode(text.replace('-', "").as_bytes()).unwrap();
        let parts = [b"consigne/agreement/v1".to_vec(), id(&agreement), id(&caf.institution.to_string()), until.to_be_bytes().to_vec(),
            Sha256::digest(&details).to_vec(), kinds];
        assert_eq!(entry.line.row.unwrap().as_slice(), Sha256::digest(parts.concat()).as_slice());
        let control = angela.client.post(&angela.path("/control")).await.expect(200).json();
        assert_eq!((&control["intact"], &control["agreements"]), (&json!(true), &json!([])), "{control}");
        // From before a deposit, it gives back what was counted: the control sees it.
        raw.run("CREATE TABLE kept AS SELECT * FROM agreements").await.unwrap();
        issue(&caf, &agreement, &quittance(), b"mars").await.expect(201);
        assert_eq!(angela.client.post(&angela.path("/control")).await.expect(200).json()["intact"], json!(true));
        raw.run("DELETE FROM agreements").await.unwrap();
        raw.run("INSERT INTO agreements SELECT * FROM kept").await.unwrap();
        let control = angela.client.post(&angela.path("/control")).await.expect(200).json();
        assert_eq!(control["agreements"], json!([agreement]), "{control}");
        // Away, it is missed.
        raw.run("DELETE FROM agreements").await.unwrap();
        let control = angela.client.post(&angela.path("/control")).await.expect(200).json();
        assert_eq!(control["agreements"], json!([agreement]), "{control}");
    }

    /// It was away, or forged, when its holder stopped it: that is a line all the same, and the row from before gives nothing back.
    async fn what_is_not_believed_is_stopped_all_the_same(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let mut raw = world.raw().await;
        for (number, sql) in ["UPDATE agreements SET until = until + 1", "DELETE FROM agreements"].into_iter().enumerate() {
            let agreement = agreed(&world, &caf, &angela).await;
            raw.run("CREATE TABLE kept AS SELECT * FROM agreements").await.unwrap();
            raw.run(sql).await.unwrap();
            stop(&angela, &agreement).await.expect(204);
            let trail = angela.trail().await;
            assert_eq!(trail.iter().filter(|line| line.starts_with("agreement.stop done")).count(), number + 1, "{trail:?}");
            raw.run("DELETE FROM agreements").await.unwrap();
            raw.run("INSERT INTO agreements SELECT * FROM kept").await.unwrap();
            raw.run("DROP TABLE kept").await.unwrap();
            assert_problem(&issue(&caf, &agreement, &quittance(), b"avril").await, 410, "agreement-over", sql);
            raw.run("DELETE FROM agreements").await.unwrap();
            assert_problem(&stop(&angela, &agreement).await, 404, "not-found", "stopped already, by the journal");
        }
        assert_problem(&stop(&angela, NOBODY).await, 404, "not-found", "none");
        let ahmed = world.holder("ahmed").await;
        let agreement = agreed(&world, &caf, &angela).await;
        assert_problem(&stop(&ahmed, &agreement).await, 404, "not-found", "another's");
    }
}
