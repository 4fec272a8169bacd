//! Somebody who can write SQL, and has no root key, kept the rows of mandates and visits, and puts older ones back. Each was true
//! once and bears its proof. The journal says what came after: it is asked at each use, and by the control.

use serde_json::{Value, json};

use super::visits::helped;
use crate::attacks::journal_tampering::rewrite::drop_triggers;
use crate::attacks::tools::{assert_problem, ignore_references};
use crate::on_both_pairs;
use crate::world::{Holder, Mandate, Pair, Raw, World, proposal};

const TABLES: [&str; 2] = ["mandates", "visits"];

/// Keeps a copy of all rows.
async fn keep(raw: &mut Raw) {
    for table in TABLES {
        raw.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await.unwrap();
    }
}

/// Puts the kept rows of a mandate in the place of those that are there.
async fn put_back(raw: &mut Raw, mandate: &Mandate) {
    let at = format!("mandate_id = {}", raw.id(&mandate.id));
    for table in TABLES {
        raw.run(&format!("DELETE FROM {table} WHERE {at}")).await.unwrap();
    }
    for table in TABLES {
        raw.run(&format!("INSERT INTO {table} SELECT * FROM kept_{table} WHERE {at}")).await.unwrap();
    }
}

/// What a control of the whole locker finds of help.
async fn control(holder: &Holder) -> (bool, Vec<Value>, Vec<Value>) {
    let report = holder.client.post(&holder.path("/control")).await.expect(200).json();
    let ids = |what: &str| report[what].as_array().unwrap().clone();
    (report["intact"] == true, ids("mandates"), ids("visits"))
}

on_both_pairs! {
    /// Stopped, replaced, stopped with all others: the row from before is put back, with its visit. It opens nothing.
    async fn a_mandate_from_before_its_end_opens_nothing(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, first) = helped(&world, &json!(["list", "read"])).await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let mut body = proposal("", None);
        body["organisation"] = claire.client.get("/api/v1/me").await.json()["memberships"][0]["organisation"].clone();
        let mut raw = world.raw().await;
        ignore_references(&mut raw).await;
        let mut mandate = first;
        for how in ["stopped", "replaced", "all stopped", "given up"] {
            let visit = mandate.visit(&claire.client).await;
            visit.content(&paper).await.expect(200);
            keep(&mut raw).await;
            match how {
                "stopped" => lucie.stop(&mandate).await,
                "replaced" => {
                    lucie.let_help(&claire.client, body.clone()).await;
                }
                "all stopped" => {
                    lucie.client.post(&lucie.path("/mandates/stop")).await.expect(200);
                }
                _ => {
                    claire.client.post(&lucie.path(&format!("/mandates/{}/revoke", mandate.id))).await.expect(204);
                }
            }
            assert_eq!(control(&lucie).await, (true, vec![], vec![]), "{how}");
            put_back(&mut raw, &mandate).await;
            assert_problem(&visit.content(&paper).await, 404, "not-found", how);
            assert_problem(&visit.get("/documents").await, 404, "not-found", how);
            assert_problem(&mandate.ask_visit(&claire.client).await, 404, "not-found", how);
            let trail = lucie.trail().await;
            assert!(trail.contains(&"content.read refused:mandate_over".to_owned()), "{how}: {trail:?}");
            // The list says what the journal says; the control names it, and so does its line.
            let list = lucie.get("/mandates").await.expect(200).json();
            let one = list["mandates"].as_array().unwrap().iter().find(|one| one["id"] == mandate.id.as_str()).unwrap();
            assert_eq!(one["status"], "ended", "{how}");
            assert_eq!(control(&lucie).await, (false, vec![json!(mandate.id)], vec![]), "{how}");
            let lines = lucie.journal().await;
            let line = lines.iter().rfind(|line| line["object"]["kind"] == "mandate" && line["outcome"]["kind"] == "ended").unwrap();
            assert_eq!((&line["action"], &line["object"]["id"]), (&json!("locker.control"), &json!(mandate.id)), "{how}");
            assert!(line["sentence"].as_str().unwrap().starts_with("Une autorisation d’aide"), "{line}");
            // What the holder does about it holds.
            lucie.client.post(&lucie.path("/mandates/stop")).await.expect(200);
            assert_eq!(control(&lucie).await, (true, vec![], vec![]), "{how}");
            for table in TABLES {
                raw.run(&format!("DROP TABLE kept_{table}")).await.unwrap();
            }
            mandate = lucie.let_help(&claire.client, body.clone()).await;
        }
    }

    /// A process that never saw the mandate in use reads the journal back to its beginning, and finds the same.
    async fn a_process_that_never_saw_it_reads_the_journal(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read"])).await;
        let mut raw = world.raw().await;
        ignore_references(&mut raw).await;
        keep(&mut raw).await;
        lucie.stop(&mandate).await;
        // More lines than are read in one go.
        for _ in 0..210 {
            lucie.get("").await.expect(200);
        }
        put_back(&mut raw, &mandate).await;
        assert_problem(&mandate.ask_visit(&claire.client).await, 404, "not-found", "far back");
    }

    /// The line of the end is taken away, or its body, with the row from before put back: the journal is not whole, so nobody is let in.
    async fn without_the_line_of_its_end_it_opens_nothing(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read"])).await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let visit = mandate.visit(&claire.client).await;
        visit.content(&paper).await.expect(200);
        world.settle().await;
        let mut raw = world.raw().await;
        ignore_references(&mut raw).await;
        keep(&mut raw).await;
        lucie.stop(&mandate).await;
        let end = lucie.journal().await.iter().rfind(|line| line["action"] == "mandate.revoke").unwrap()["seq"].as_i64().unwrap();
        put_back(&mut raw, &mandate).await;
        drop_triggers(&mut raw).await;
        raw.run(&format!("DELETE FROM bodies WHERE chain_id = {} AND seq = {end}", raw.id(&lucie.locker))).await.unwrap();
        assert_problem(&visit.content(&paper).await, 404, "not-found", "without its body");
        raw.run(&format!("DELETE FROM commitments WHERE chain_id = {} AND seq = {end}", raw.id(&lucie.locker))).await.unwrap();
        assert_problem(&visit.content(&paper).await, 404, "not-found", "without its line");
    }

    /// A mandate was narrowed, and the row from before is put back, whole or only what rights look at: its words are not the newest, so
    /// nobody is let in, and the control finds it.
    async fn a_mandate_from_before_it_was_narrowed_is_found(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read"])).await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let visit = mandate.visit(&claire.client).await;
        visit.content(&paper).await.expect(200);
        let mut raw = world.raw().await;
        ignore_references(&mut raw).await;
        keep(&mut raw).await;
        let left = json!({"scope": [{"category": "logement", "permissions": ["list"]}]});
        lucie.client.post_json(&lucie.path(&format!("/mandates/{}/narrow", mandate.id)), &left).await.expect(204);
        assert_eq!(control(&lucie).await, (true, vec![], vec![]));
        visit.get("/documents").await.expect(200);
        assert_problem(&visit.content(&paper).await, 404, "not-found", "taken back");
        // With the words as they are now, so that they agree with the journal: the proof is of all of it.
        let id = raw.id(&mandate.id);
        let before = |column: &str| format!("(SELECT {column} FROM kept_mandates WHERE mandate_id = {id})");
        for words in ["words", "proof"] {
            let columns = ["scopes", "ends_at", "proof", "words"].into_iter().filter(|column| words == "proof" || *column != "words");
            let set: Vec<String> = columns.map(|column| format!("{column} = {}", before(column))).collect();
            raw.run(&format!("UPDATE mandates SET {} WHERE mandate_id = {id}", set.join(", "))).await.unwrap();
            assert_problem(&visit.content(&paper).await, 404, "not-found", words);
            assert_problem(&visit.get("/documents").await, 404, "not-found", words);
            let (is_intact, mandates, _) = control(&lucie).await;
            assert_eq!((is_intact, mandates), (false, vec![json!(mandate.id)]), "{words}");
        }
        put_back(&mut raw, &mandate).await;
        assert_problem(&visit.content(&paper).await, 404, "not-found", "the whole row");
        assert_eq!(control(&lucie).await, (false, vec![json!(mandate.id)], vec![]));
    }

    /// Rows that are taken away are missed.
    async fn rows_that_are_gone_are_missed(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list"])).await;
        let visit = mandate.visit(&claire.client).await;
        let second = mandate.visit(&claire.client).await;
        second.end().await.expect(204);
        assert_eq!(control(&lucie).await, (true, vec![], vec![]));
        let mut raw = world.raw().await;
        ignore_references(&mut raw).await;
        raw.run(&format!("DELETE FROM visits WHERE visit_id = {}", raw.id(&visit.id))).await.unwrap();
        assert_eq!(control(&lucie).await, (false, vec![], vec![json!(visit.id)]));
        raw.run(&format!("DELETE FROM visits WHERE visit_id = {}", raw.id(&second.id))).await.unwrap();
        raw.run(&format!("DELETE FROM mandates WHERE mandate_id = {}", raw.id(&mandate.id))).await.unwrap();
        let (is_intact, mandates, visits) = control(&lucie).await;
        assert_eq!((is_intact, mandates, visits.len()), (false, vec![json!(mandate.id)], 2));
        let page = lucie.client.post_form("/consigne/verifier", &[]).await.expect(200).text();
        assert!(page.contains("3 autorisations d’aide ou visites"), "{page}");
    }
}
