//! Somebody who can write SQL (the operator, a thief who comes back) kept a copy of the rows, and puts older ones back. Each was
//! true once, so each opens where it stands. The control compares them with the journal, which tells of what came after.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::journal_tampering::rewrite;
use super::tools::{assert_problem, ids, ignore_references, since};
use crate::on_both_pairs;
use crate::world::{Answer, Holder, Pair, Raw, World, multipart};

/// Tables that papers stand in, those that others refer to last.
const TABLES: [&str; 4] = ["versions", "documents", "wraps", "keys"];

/// Keeps a copy of every paper's rows, under a name.
async fn keep(raw: &mut Raw, name: &str) {
    for table in TABLES {
        raw.run(&format!("CREATE TABLE {name}_{table} AS SELECT * FROM {table}")).await.unwrap();
    }
}

/// Puts the kept rows of a paper in the place of those that are there.
async fn put_back(raw: &mut Raw, name: &str, table: &str, document: &str) {
    let at = format!("document_id = {}", raw.id(document));
    raw.run(&format!("DELETE FROM {table} WHERE {at}")).await.unwrap();
    assert!(raw.run(&format!("INSERT INTO {table} SELECT * FROM {name}_{table} WHERE {at}")).await.unwrap() > 0);
}

async fn replace(holder: &Holder, id: &str, content: &[u8]) -> String {
    let request = holder.client.request(Method::POST, &holder.path(&format!("/documents/{id}/versions")));
    let form = multipart(&json!({}), "papier.txt", content.to_vec());
    holder.client.send(request.multipart(form)).await.expect(201).json()["version"].as_str().unwrap().to_owned()
}

async fn change(holder: &Holder, id: &str, changes: &Value) -> Answer {
    let request = holder.client.request(Method::PATCH, &holder.path(&format!("/documents/{id}")));
    holder.client.send(request.json(changes)).await
}

async fn check(holder: &Holder, rest: &str) -> Value {
    holder.client.post(&holder.path(&format!("{rest}/control"))).await.expect(200).json()
}

/// What a control found wrong: papers and versions.
fn wrong(report: &Value) -> Vec<(String, Option<String>)> {
    let all = report["versions"].as_array().unwrap().iter().filter(|one| one["intact"] == false);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    all.map(|one| (text(&one["document"]).unwrap(), text(&one["version"]))).collect()
}

/// Both controls find this and nothing else, and the journal says so.
async fn found(holder: &Holder, document: &str, what: &[(String, Option<String>)]) {
    let before = holder.trail().await.len();
    for rest in [format!("/documents/{document}"), String::new()] {
        let report = check(holder, &rest).await;
        assert_eq!((&report["intact"], wrong(&report)), (&json!(false), what.to_vec()), "{rest}");
    }
    let trail = holder.trail().await;
    let told: Vec<_> =
        since(&trail, before).into_iter().filter(|line| line.ends_with("control ended:damaged")).collect();
    let expected = ["document.control ended:damaged", "locker.control ended:damaged"];
    assert_eq!(told, expected.map(|line| vec![line; what.len()]).concat(), "{trail:?}");
}

/// Both controls find nothing.
async fn intact(holder: &Holder, document: &str) {
    for rest in [format!("/documents/{document}"), String::new()] {
        let report = check(holder, &rest).await;
        assert_eq!((&report["intact"], wrong(&report)), (&json!(true), vec![]), "{rest}: {report}");
    }
}

on_both_pairs! {
    /// A paper was hidden from helpers and renamed. What described it before is put back: it opens, and the control tells.
    async fn an_older_description_is_found(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        lucie.deposit("À côté", "banque.rib", b"FR00").await;
        let id = lucie.deposit("Au grand jour", "formation.courrier", b"un").await;
        let mut raw = world.raw().await;
        ignore_references(&mut raw).await;
        keep(&mut raw, "before").await;
        change(&lucie, &id, &json!({"title": "Caché", "private": true})).await.expect(200);
        keep(&mut raw, "after").await;
        intact(&lucie, &id).await;

        put_back(&mut raw, "before", "documents", &id).await;
        assert_eq!(lucie.get(&format!("/documents/{id}")).await.expect(200).json()["private"], false);
        let whole = [(id.clone(), None)];
        found(&lucie, &id, &whole).await;
        let page = lucie.client.post_form(&format!("/papiers/{id}/verifier"), &[]).await.expect(200).text();
        assert!(page.contains("Parlez-en au service."), "{page}");

        // What comes after does not wash it clean: it was made of what was put back.
        change(&lucie, &id, &json!({"title": "Autre"})).await.expect(200);
        found(&lucie, &id, &whole).await;
        replace(&lucie, &id, b"deux").await;
        found(&lucie, &id, &whole).await;

        // The right rows put back, it is as it was.
        put_back(&mut raw, "after", "documents", &id).await;
        raw.run(&format!("DELETE FROM versions WHERE document_id = {} AND number = 2", raw.id(&id))).await.unwrap();
        let report = check(&lucie, "").await;
        assert_eq!(report["intact"], false, "the second version is missed: {report}");
    }

    /// A replaced paper is pointed at its older version: nobody is shown the older one for the newest.
    async fn an_older_version_does_not_pass_for_the_newest(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let other = lucie.deposit("À côté", "banque.rib", b"FR00").await;
        let id = lucie.deposit("Titre de séjour", "sejour.titre_sejour", b"ancien").await;
        let mut raw = world.raw().await;
        ignore_references(&mut raw).await;
        keep(&mut raw, "before").await;
        let newest = replace(&lucie, &id, b"nouveau").await;
        keep(&mut raw, "after").await;
        intact(&lucie, &id).await;
        let (document, version) = (raw.id(&id), raw.id(&newest));

        // The pointer alone.
        let older = format!("(SELECT version_id FROM versions WHERE document_id = {document} AND number = 1)");
        raw.run(&format!("UPDATE documents SET version_id = {older} WHERE document_id = {document}")).await.unwrap();
        assert_problem(&lucie.get(&format!("/documents/{id}")).await, 500, "damaged", "description");
        assert_problem(&lucie.content(&id).await, 500, "damaged", "content");
        let list = lucie.get("/documents").await.expect(200).json();
        assert_eq!((ids(&list), &list["damaged"]), (vec![other], &json!([id])));
        assert_eq!(check(&lucie, &format!("/documents/{id}")).await["intact"], false);
        assert_eq!(check(&lucie, "").await["intact"], false);

        // The number alone.
        put_back(&mut raw, "after", "documents", &id).await;
        intact(&lucie, &id).await;
        raw.run(&format!("UPDATE versions SET number = 3 WHERE version_id = {version}")).await.unwrap();
        assert_problem(&lucie.content(&id).await, 500, "damaged", "content");
        raw.run(&format!("UPDATE versions SET number = 2 WHERE version_id = {version}")).await.unwrap();

        // The pointer with the description of that time.
        put_back(&mut raw, "before", "documents", &id).await;
        assert_eq!(check(&lucie, &format!("/documents/{id}")).await["intact"], false);
        assert_eq!(check(&lucie, "").await["intact"], false);

        // And the newer version's row taken away: as if it had never been, but for the journal.
        put_back(&mut raw, "before", "versions", &id).await;
        assert_eq!(lucie.content(&id).await.expect(200).body, b"ancien");
        found(&lucie, &id, &[(id.clone(), None), (id.clone(), Some(newest.clone()))]).await;

        put_back(&mut raw, "after", "documents", &id).await;
        put_back(&mut raw, "after", "versions", &id).await;
        intact(&lucie, &id).await;
        assert_eq!(lucie.content(&id).await.expect(200).body, b"nouveau");
    }

    /// Rows taken away, or put back after their end: the control of the locker misses the ones and finds the others.
    async fn a_paper_that_is_gone_is_missed_and_a_destroyed_one_found(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let kept = lucie.deposit("Gardé", "banque.rib", b"FR00").await;
        let gone = lucie.deposit("Perdu", "formation.courrier", b"un").await;
        let ended = lucie.deposit("Supprimé", "formation.courrier", b"deux").await;
        let mut raw = world.raw().await;
        ignore_references(&mut raw).await;
        keep(&mut raw, "before").await;
        let blobs = raw.all_blobs().await;
        lucie.client.post(&lucie.path(&format!("/documents/{ended}/destroy"))).await.expect(204);
        intact(&lucie, &kept).await;

        let at = format!("document_id = {}", raw.id(&gone));
        for table in ["versions", "documents"] {
            raw.run(&format!("DELETE FROM {table} WHERE {at}")).await.unwrap();
        }
        assert_eq!(ids(&lucie.get("/documents").await.json()), [kept.as_str()]);
        let missed = wrong(&check(&lucie, "").await);
        assert_eq!(missed, [(gone.clone(), None)]);
        assert_eq!(check(&lucie, &format!("/documents/{kept}")).await["intact"], true);
        for table in ["documents", "versions"] {
            put_back(&mut raw, "before", table, &gone).await;
        }
        intact(&lucie, &gone).await;

        // From a copy of everything, blobs too: it opens, and it was destroyed.
        for table in ["keys", "wraps"] {
            let there = format!("SELECT key_id FROM {table}");
            raw.run(&format!("INSERT INTO {table} SELECT * FROM before_{table} WHERE key_id NOT IN ({there})")).await.unwrap();
        }
        for table in ["documents", "versions"] {
            put_back(&mut raw, "before", table, &ended).await;
        }
        let there = raw.blob_names().await;
        for (name, bytes) in blobs.into_iter().filter(|(name, _)| !there.contains(name)) {
            raw.replace_blob(&name, bytes).await;
        }
        assert_eq!(lucie.content(&ended).await.expect(200).body, b"deux");
        found(&lucie, &ended, &[(ended.clone(), None)]).await;
    }

    /// Out of the trash, or into it, by SQL.
    async fn the_trash_is_what_the_journal_says(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let id = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let path = lucie.path(&format!("/documents/{id}"));
        let mut raw = world.raw().await;
        let document = raw.id(&id);
        lucie.client.delete(&path).await.expect(204);
        intact(&lucie, &id).await;
        raw.run(&format!("UPDATE documents SET state = 1, trashed_at = NULL WHERE document_id = {document}")).await.unwrap();
        found(&lucie, &id, &[(id.clone(), None)]).await;
        raw.run(&format!("UPDATE documents SET state = 2, trashed_at = 1 WHERE document_id = {document}")).await.unwrap();
        found(&lucie, &id, &[(id.clone(), None)]).await;
        lucie.client.post(&format!("{path}/restore")).await.expect(204);
        intact(&lucie, &id).await;
        raw.run(&format!("UPDATE documents SET state = 2 WHERE document_id = {document}")).await.unwrap();
        found(&lucie, &id, &[(id.clone(), None)]).await;
    }

    /// Dates are moved, so that a receipt of last year counts as one of this month. The control tells, of the paper or the version.
    async fn the_dates_are_those_of_the_journal(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let id = lucie.deposit("Quittance", "logement.quittance_loyer", b"un").await;
        let second = replace(&lucie, &id, b"deux").await;
        intact(&lucie, &id).await;
        let mut raw = world.raw().await;
        let document = raw.id(&id);
        raw.run(&format!("UPDATE documents SET created_at = created_at + 1 WHERE document_id = {document}")).await.unwrap();
        found(&lucie, &id, &[(id.clone(), None)]).await;
        raw.run(&format!("UPDATE documents SET created_at = created_at - 1 WHERE document_id = {document}")).await.unwrap();
        intact(&lucie, &id).await;
        raw.run(&format!("UPDATE versions SET created_at = created_at + 1 WHERE number = 2 AND document_id = {document}")).await.unwrap();
        found(&lucie, &id, &[(id.clone(), Some(second))]).await;
    }

    /// A change that did not happen, because nothing opened, is not one that the control waits for once the rows are right again.
    async fn a_change_that_failed_is_no_change(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let id = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let mut raw = world.raw().await;
        ignore_references(&mut raw).await;
        keep(&mut raw, "before").await;
        let nothing = raw.literal(b"");
        raw.run(&format!("UPDATE documents SET details = {nothing} WHERE document_id = {}", raw.id(&id))).await.unwrap();
        assert_problem(&change(&lucie, &id, &json!({"title": "Autre"})).await, 500, "damaged", "nothing opens");
        let trail = lucie.trail().await;
        let told: Vec<_> = trail.iter().filter(|line| line.starts_with("document.amend")).collect();
        assert_eq!(told, ["document.amend ended:damaged"]);
        put_back(&mut raw, "before", "documents", &id).await;
        intact(&lucie, &id).await;
        change(&lucie, &id, &json!({"title": "Autre"})).await.expect(200);
        intact(&lucie, &id).await;
    }

    /// Nothing can be compared with a journal that somebody rewrote: the control says that, and not that all is well.
    async fn a_rewritten_journal_vouches_for_nothing(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let id = lucie.deposit("Bail", "logement.bail", b"bail").await;
        intact(&lucie, &id).await;
        let mut raw = world.raw().await;
        rewrite::drop_triggers(&mut raw).await;
        let chain = rewrite::Chain::read(&mut raw, &lucie.locker).await;
        let sql = chain.change_body(&raw, 2);
        raw.run(&sql).await.unwrap();
        for rest in [format!("/documents/{id}"), String::new()] {
            let report = check(&lucie, &rest).await;
            assert_eq!((&report["intact"], &report["journal_intact"]), (&json!(false), &json!(false)), "{rest}: {report}");
            assert!(wrong(&report).is_empty(), "the papers themselves are whole");
        }
        let page = lucie.client.post_form("/consigne/verifier", &[]).await.expect(200).text();
        assert!(page.contains("ne peut pas comparer") && page.contains("Parlez-en au service."), "{page}");
        let trail = lucie.trail().await;
        assert!(trail.iter().any(|line| line == "locker.control ended:damaged"), "{trail:?}");
        assert_eq!(trail.iter().filter(|line| *line == "access.close ended:damaged").count(), 3, "{trail:?}");
    }

    /// A paper is filed elsewhere by SQL. The list of its category says nothing of it any more.
    async fn a_paper_filed_elsewhere_is_told_in_its_category(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        lucie.deposit("RIB", "banque.rib", b"FR00").await;
        let id = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let mut raw = world.raw().await;
        ignore_references(&mut raw).await;
        raw.run(&format!(
            "UPDATE documents SET collection_id = (SELECT collection_id FROM documents WHERE document_id <> {0}) WHERE document_id = {0}",
            raw.id(&id)
        )).await.unwrap();
        let all = lucie.get("/documents").await.expect(200).json();
        assert_eq!(all["damaged"], json!([id]));
        let of = lucie.get("/documents?category=logement").await.expect(200).json();
        assert_eq!(of["damaged"], json!([id]), "{of}");
    }

    /// An older paper was put back. While the control runs, its rows are taken away for a moment: the control takes it
    /// for destroyed by its holder, though no line says so, and finds everything intact.
    async fn rows_that_step_aside_during_the_control_are_told(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let mut long = b"texte\n".to_vec();
        long.resize(24 << 20, b'a');
        lucie.deposit("Long", "banque.rib", &long).await;
        let mut raw = world.raw().await;
        ignore_references(&mut raw).await;
        // The control goes by ids: one that comes after the long one.
        let mut id = lucie.deposit("Avant", "formation.courrier", b"un").await;
        loop {
            let all = raw.bytes("SELECT document_id FROM documents ORDER BY document_id").await;
            if crate::world::hex(all.last().unwrap()) == id.replace('-', "") { break }
            id = lucie.deposit("Avant", "formation.courrier", b"un").await;
        }
        keep(&mut raw, "before").await;
        change(&lucie, &id, &json!({"private": true})).await.expect(200);
        put_back(&mut raw, "before", "documents", &id).await;
        assert_eq!(check(&lucie, "").await["intact"], false);
        let steps = async {
            while raw.number("SELECT CAST(count(*) AS BIGINT) FROM under_way WHERE action = 33").await == 0 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            let at = format!("document_id = {}", raw.id(&id));
            raw.run(&format!("DELETE FROM versions WHERE {at}")).await.unwrap();
        };
        let (report, ()) = tokio::join!(check(&lucie, ""), steps);
        raw.run(&format!("INSERT INTO versions SELECT * FROM before_versions WHERE document_id = {}", raw.id(&id))).await.unwrap();
        assert!(lucie.trail().await.iter().all(|line| !line.starts_with("document.destroy")));
        assert_eq!(lucie.get(&format!("/documents/{id}")).await.expect(200).json()["private"], false, "the older one is shown");
        assert_eq!(report["intact"], false, "{report}");
    }
}
