//! Taking back is for who added a paper, and ends with it. A rogue aidant, a colleague, somebody who writes SQL, two at once.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use reqwest::Method;
use serde_json::json;

use super::seen::newest;
use super::visits::helped;
use super::withdraw::{add, both, withdraw};
use crate::attacks::tools::{assert_problem, ignore_references};
use crate::on_both_pairs;
use crate::world::{Holder, Pair, World, proposal};

on_both_pairs! {
    /// A rogue aidant, with everything that a mandate can hold.
    async fn nobody_takes_back_what_another_added(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let nadia = world.professional("nadia").await;
        world.hire(&ccas, &claire, &nadia).await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let version = newest(&lucie, &paper).await;
        // One desk, two colleagues.
        let mut body = proposal("", Some(&ccas));
        body["desk"] = json!(true);
        let desk = lucie.let_help(&claire.client, body).await;
        let (hers, theirs) = (desk.visit(&claire.client).await, desk.visit(&nadia.client).await);
        let added = add(&hers, "Quittance", b"quittance").await;
        assert_problem(&withdraw(&theirs, (&paper, &version)).await, 404, "not-found", "the holder's");
        assert_problem(&withdraw(&theirs, both(&added)).await, 404, "not-found", "a colleague's");
        // Under the address of one's own paper, and the other way round.
        let own = add(&theirs, "Autre", b"autre").await;
        assert_problem(&withdraw(&theirs, (&own.0, &added.1)).await, 404, "not-found", "another's version");
        assert_problem(&withdraw(&theirs, (&paper, &own.1)).await, 404, "not-found", "another's paper");
        assert_problem(&withdraw(&theirs, (&own.0, &version)).await, 404, "not-found", "the holder's version");
        // The holder has other ways.
        let path = lucie.path(&format!("/documents/{}/versions/{}/withdraw", added.0, added.1));
        assert_problem(&lucie.client.post(&path).await, 403, "not-allowed", "the holder");
        // Without a visit, one is a stranger, to one's own deposits too.
        assert_problem(&nadia.client.post(&path).await, 404, "not-found", "no visit");
        for (paper, content) in [(&paper, "bail"), (&added.0, "quittance"), (&own.0, "autre")] {
            assert_eq!(lucie.content(paper).await.expect(200).body, content.as_bytes());
        }
        let trail = lucie.trail().await;
        let count = |reason: &str| trail.iter().filter(|line| **line == format!("document.withdraw refused:{reason}")).count();
        assert_eq!((count("not_own_deposit"), count("unknown_document"), count("not_allowed")), (2, 3, 1), "{trail:?}");
        withdraw(&hers, both(&added)).await.expect(204);
        withdraw(&theirs, both(&own)).await.expect(204);
    }

    /// Help that is over takes nothing back: the holder does with the paper what they want.
    async fn help_that_is_over_takes_nothing_back(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let mandate = lucie.let_help(&nadia.client, proposal("", Some(&ccas))).await;
        let visit = mandate.visit(&nadia.client).await;
        let added = add(&visit, "Quittance", b"quittance").await;
        claire.client.post(&ccas.member(&member, "/suspend")).await.expect(204);
        assert_problem(&withdraw(&visit, both(&added)).await, 404, "not-found", "suspended");
        claire.client.post(&ccas.member(&member, "/resume")).await.expect(204);
        visit.end().await.expect(204);
        assert_problem(&withdraw(&visit, both(&added)).await, 403, "not-allowed", "the visit is over");
        let visit = mandate.visit(&nadia.client).await;
        lucie.stop(&mandate).await;
        assert_problem(&withdraw(&visit, both(&added)).await, 404, "not-found", "the mandate is over");
        assert_eq!(lucie.content(&added.0).await.expect(200).body, b"quittance");
        let trail = lucie.trail().await;
        for reason in ["not_a_member", "no_visit", "mandate_over"] {
            assert!(trail.contains(&format!("document.withdraw refused:{reason}")), "{reason}: {trail:?}");
        }
        // Under another mandate in that locker, one's own deposit is still one's own.
        let mut narrow = proposal("", Some(&ccas));
        narrow["scope"] = json!([{"category": "sante", "permissions": ["list"]}]);
        let other = lucie.let_help(&nadia.client, narrow).await;
        withdraw(&other.visit(&nadia.client).await, both(&added)).await.expect(204);
    }

    /// Somebody writes SQL, and has an account and a mandate of their own.
    async fn rows_that_sql_has_changed_take_nothing_back(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "deposit"])).await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let version = newest(&lucie, &paper).await;
        let visit = mandate.visit(&claire.client).await;
        let own = add(&visit, "Autre", b"autre").await;
        let mut raw = world.raw().await;
        ignore_references(&mut raw).await;
        let (document, row) = (raw.id(&paper), raw.id(&version));
        // Their own row pointed at the holder's paper.
        raw.run("CREATE TABLE before_deposits AS SELECT * FROM deposits").await.unwrap();
        raw.run(&format!("UPDATE deposits SET document_id = {document}, version_id = {row}")).await.unwrap();
        assert_problem(&withdraw(&visit, (&paper, &version)).await, 404, "not-found", "a row of another");
        assert_problem(&withdraw(&visit, both(&own)).await, 404, "not-found", "no row");
        // More time.
        raw.run("DELETE FROM deposits").await.unwrap();
        raw.run("INSERT INTO deposits SELECT * FROM before_deposits").await.unwrap();
        raw.run("UPDATE deposits SET deposited_at = deposited_at + 1").await.unwrap();
        assert_problem(&withdraw(&visit, both(&own)).await, 404, "not-found", "more time");
        // Somebody else's deposit made one's own.
        raw.run("UPDATE deposits SET deposited_at = deposited_at - 1").await.unwrap();
        let me = raw.id(&claire.person);
        raw.run(&format!("UPDATE versions SET document_id = {document}, number = 2 WHERE version_id = {}", raw.id(&own.1))).await.unwrap();
        assert_problem(&withdraw(&visit, (&paper, &own.1)).await, 404, "not-found", "moved to another paper");
        assert_eq!(raw.number(&format!("SELECT CAST(count(*) AS BIGINT) FROM deposits WHERE person_id = {me}")).await, 1);
        assert_eq!(lucie.content(&paper).await.expect(200).body, b"bail");
    }

    /// What was taken back is put back by somebody who kept a copy of everything: it opens, and the control names it.
    async fn rows_put_back_after_it_are_named(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read", "deposit"])).await;
        let visit = mandate.visit(&claire.client).await;
        let added = add(&visit, "Faux", b"faux").await;
        let mut raw = world.raw().await;
        ignore_references(&mut raw).await;
        let tables = ["keys", "wraps", "documents", "versions"];
        for table in tables {
            raw.run(&format!("CREATE TABLE before_{table} AS SELECT * FROM {table}")).await.unwrap();
        }
        let blobs = raw.all_blobs().await;
        withdraw(&visit, both(&added)).await.expect(204);
        let control = lucie.client.post(&lucie.path("/control")).await.expect(200).json();
        assert_eq!(control["intact"], true);
        for (table, key) in tables.iter().zip(["key_id", "key_id", "document_id", "version_id"]) {
            let there = format!("SELECT {key} FROM {table}");
            raw.run(&format!("INSERT INTO {table} SELECT * FROM before_{table} WHERE {key} NOT IN ({there})")).await.unwrap();
        }
        for (name, bytes) in blobs {
            raw.replace_blob(&name, bytes).await;
        }
        let control = lucie.client.post(&lucie.path("/control")).await.expect(200).json();
        assert_eq!(control["intact"], false, "{control}");
        let named = control["versions"].as_array().unwrap().iter().find(|one| one["intact"] == false).unwrap();
        assert_eq!(named["document"], added.0.as_str());
    }

    /// The holder reads while the helper takes back, many times: no reading has its line after, and each answer is whole or none.
    async fn no_reading_stands_after_it(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["deposit"])).await;
        let visit = mandate.visit(&claire.client).await;
        let (mut before, mut after) = (0, 0);
        for race in 0..40_u64 {
            let added = add(&visit, "Faux", b"faux").await;
            let pause = Duration::from_micros(race / 2 % 10 * 700);
            let (first, second) = if race % 2 == 0 { (pause, Duration::ZERO) } else { (Duration::ZERO, pause) };
            let reading = async {
                tokio::time::sleep(first).await;
                lucie.content(&added.0).await
            };
            let taking = async {
                tokio::time::sleep(second).await;
                withdraw(&visit, both(&added)).await.expect(204);
            };
            let (read, ()) = tokio::join!(reading, taking);
            match read.status.as_u16() {
                200 => {
                    assert_eq!(read.body, b"faux");
                    before += 1;
                }
                404 => after += 1,
                other => panic!("{other}: {}", read.text()),
            }
            assert_problem(&lucie.content(&added.0).await, 404, "not-found", "after it");
            let lines = lucie.journal().await;
            let end = lines.iter().position(|l| l["action"] == "document.withdraw" && l["object"]["id"] == added.0).unwrap();
            let is_late = |line: &&serde_json::Value| line["action"] == "content.read" && line["outcome"]["kind"] == "done";
            assert!(!lines[end..].iter().any(|line| is_late(&line)), "race {race}");
            let was_read = lines[..end].iter().any(|l| l["action"] == "content.read" && l["object"]["id"] == added.0 && l["outcome"]["kind"] == "done");
            assert_eq!(lines[end]["opened"].is_null(), !was_read, "race {race}: the line says whether it had been opened");
            if read.status == 200 {
                assert!(was_read);
            }
        }
        assert!(before > 0 && after > 0, "both come first, at times: {before} and {after}");
        let trail = lucie.trail().await;
        assert!(!trail.iter().any(|line| line.ends_with(":damaged")), "nothing is taken for damaged: {trail:?}");
    }

    /// The holder opens a long paper slowly. It is taken back: the reading stops soon, and its line says why.
    async fn a_long_reading_stops_when_it_is_taken_back(pair) {
        const MIB: usize = 1024 * 1024;
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["deposit"])).await;
        let visit = mandate.visit(&claire.client).await;
        let added = add(&visit, "Long", &vec![b'x'; 100 * MIB]).await;
        let path = lucie.path(&format!("/documents/{}/content", added.0));
        let mut reading = lucie.client.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(reading.status(), 200);
        let mut got = 0;
        while got < MIB {
            got += reading.chunk().await.unwrap().unwrap().len();
        }
        withdraw(&visit, both(&added)).await.expect(204);
        let at_end = got;
        let broken = loop {
            match reading.chunk().await {
                Ok(Some(piece)) => got += piece.len(),
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        assert!(broken, "the whole of it came");
        // What was on its way in buffers comes too.
        assert!(got - at_end <= 24 * MIB, "{} bytes came after it", got - at_end);
        world.settle().await;
        let lines = lucie.journal().await;
        let read = lines.iter().rfind(|l| l["action"] == "content.read").unwrap();
        let closing = lines.iter().find(|l| l["closes"] == read["seq"]).unwrap();
        assert_eq!(closing["outcome"]["reason"], "unknown_document");
        let taken = lines.iter().rfind(|l| l["action"] == "document.withdraw").unwrap();
        assert_eq!(taken["opened"], 1);
    }

    /// Everything is being taken away while the helper takes a paper back: it does not go out any more, begun or not.
    async fn what_is_taken_back_does_not_leave_with_the_rest(pair) {
        const MIB: usize = 1024 * 1024;
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["deposit"])).await;
        let visit = mandate.visit(&claire.client).await;
        // Not begun: a long paper goes out before it.
        let added = add(&visit, "Faux", b"le papier d'une autre").await;
        world.wait(Duration::from_secs(1));
        let long = lucie.deposit("Long", "banque.rib", &noise(48 * MIB)).await;
        let (got, archive) = exported(&lucie, async || withdraw(&visit, both(&added)).await.expect(204)).await;
        assert!(got > 48 * MIB);
        let names = std::process::Command::new("unzip").args(["-Z1", archive.path().to_str().unwrap()]).output().unwrap();
        let names = String::from_utf8(names.stdout).unwrap();
        assert!(names.contains("Long") && !names.contains("Faux"), "{names}");
        lucie.client.post(&lucie.path(&format!("/documents/{long}/destroy"))).await.expect(204);
        // Begun: it stops on its way.
        let new = json!({"title": "Faux", "kind": "logement.bail"});
        let made = visit.deposit(&new, &noise(80 * MIB)).await.expect(201).json();
        let added = (made["id"].as_str().unwrap().to_owned(), made["version"].as_str().unwrap().to_owned());
        let (got, _) = exported(&lucie, async || withdraw(&visit, both(&added)).await.expect(204)).await;
        assert!(got <= 32 * MIB, "{got} bytes came");
        world.settle().await;
        let lines = lucie.journal().await;
        let opened: Vec<_> = lines.iter().filter(|l| l["action"] == "document.withdraw").map(|l| l["opened"].clone()).collect();
        assert_eq!(opened, [json!(1), json!(1)], "taking everything away had begun");
        let trail = lucie.trail().await;
        assert!(!trail.iter().any(|line| line.ends_with(":damaged")), "{trail:?}");
    }
}

/// Bytes of a PDF that no compression makes smaller.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = b"%PDF-1.4\n".to_vec();
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes
}

/// Takes everything away; something happens after the first bytes. Gives how many came, and the file.
async fn exported<T>(holder: &Holder, meanwhile: impl AsyncFnOnce() -> T) -> (usize, tempfile::NamedTempFile) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let mut stream = holder.client.request(Method::GET, &holder.path("/export")).send().await.unwrap();
    assert_eq!(stream.status(), 200);
    let mut got = 0;
    let first = stream.chunk().await.unwrap().unwrap();
    meanwhile().await;
    let mut piece = Some(first);
    while let Some(bytes) = piece {
        got += bytes.len();
        std::io::Write::write_all(&mut file, &bytes).unwrap();
        piece = stream.chunk().await.unwrap();
    }
    (got, file)
}
