//! Somebody who can write SQL took a row away while a paper was destroyed, and puts it back; or puts back one that the journal does not
//! know. Nobody is told anything of the paper by it: no list, no receipt, no file, no page, no export.

use std::io::Read;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::destroyed::{destroy, put_back, two};
use crate::attacks::tools::{assert_problem, ignore_references};
use crate::bearers::{a_paper, give, giving, inside, list, open};
use crate::on_both_pairs;
use crate::world::printed::Pdf;
use crate::world::{Answer, Holder, Pair, World};

/// What a receipt says, without its signature.
fn said(receipt: &Answer) -> String {
    let payload = receipt.json()["payload"].as_str().unwrap().to_owned();
    String::from_utf8(BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap()).unwrap()
}

/// A file of what is taken away, by the end of its name; nothing if it is not there.
fn file(zip: Vec<u8>, end: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let Some(name) = names.iter().find(|name| name.ends_with(end)) else { return String::new() };
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// All that its holder is shown of a share, and of all of them.
async fn own_words(holder: &Holder, share: &str) -> Vec<(String, String)> {
    let mut words = Vec::new();
    for path in ["/shares".to_owned(), format!("/shares/{share}")] {
        words.push((path.clone(), holder.get(&path).await.expect(200).text()));
    }
    for page in ["/demandes".to_owned(), format!("/transmis/{share}")] {
        words.push((page.clone(), holder.client.get(&page).await.expect(200).text()));
    }
    let export = holder.get("/export").await.expect(200).body;
    for name in ["papiers-transmis.json", "papiers-transmis.csv"] {
        let text = file(export.clone(), name);
        assert!(!text.is_empty(), "{name}");
        words.push((name.to_owned(), text));
    }
    words
}

on_both_pairs! {
    /// The rows were away, so that nothing was taken out of them.
    async fn what_was_away_tells_nobody_of_a_destroyed_paper(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (share, [letter, _]) = two(&world, &caf, &angela).await;
        let (lease, other) = (a_paper(&angela, "Bail du foyer").await, a_paper(&angela, "Bail d'avant").await);
        let (by_code, code) = give(&angela, &giving(&[&lease, &other])).await;
        let visitor = world.anonymous();
        let pass = inside(&visitor, &code, "dubois", "Mme Petit").await;
        assert!(list(&visitor, &pass).await.expect(200).text().contains("foyer"));
        let mut raw = world.raw().await;
        raw.run("CREATE TABLE kept AS SELECT * FROM shares").await.unwrap();
        raw.run("DELETE FROM shares").await.unwrap();
        destroy(&angela, &letter).await;
        destroy(&angela, &lease).await;
        put_back(&mut raw).await;

        for (what, words) in [own_words(&angela, &share).await, own_words(&angela, &by_code).await].concat() {
            assert!(!words.contains("foyer"), "{what}: {words}");
        }
        let page = angela.client.get(&format!("/transmis/{share}")).await.expect(200).text();
        assert!(page.contains("Facture") && page.contains("Un papier détruit"), "{page}");
        // Receipts: the holder's, printed and signed, of both; and the institution's.
        let theirs = said(&caf.get(&format!("/api/v1/shares/{share}/receipt")).await.expect(200));
        for (one, left) in [(&share, "Facture"), (&by_code, "d'avant")] {
            let own = said(&angela.get(&format!("/shares/{one}/signed-receipt")).await.expect(200));
            let text = Pdf::of(angela.get(&format!("/shares/{one}/receipt")).await).flat().replace('\u{2019}', "'");
            for words in [&own, &text, &theirs] {
                assert!(!words.contains("foyer"), "{words}");
            }
            assert!(own.contains(left) && text.contains(left), "{own} {text}");
        }
        // Everything in one file, and the list by a code.
        let zip = caf.get(&format!("/api/v1/shares/{share}/archive")).await.expect(200).body;
        let told: Value = serde_json::from_str(&file(zip, "liste.json")).unwrap();
        assert_eq!(told["destroyed"], json!([{"place": 1, "piece": 0, "kind": "logement.justificatif_domicile"}]));
        assert!(!told.to_string().contains("foyer"), "{told}");
        let pass = inside(&visitor, &code, "dubois", "Mme Petit").await;
        let seen = list(&visitor, &pass).await.expect(200);
        assert!(!seen.text().contains("foyer") && seen.text().contains("d'avant"), "{}", seen.text());
        assert_problem(&open(&visitor, &pass, 1).await, 410, "share-over", "destroyed");
        open(&visitor, &pass, 2).await.expect(200);
    }

    /// Not the share alone: the paper's own rows too. What the journal says is destroyed is told and opened to nobody else.
    async fn what_the_journal_says_is_destroyed_stays_so(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (share, [letter, _]) = two(&world, &caf, &angela).await;
        let path = format!("/api/v1/shares/{share}");
        let mut raw = world.raw().await;
        let tables = ["documents", "versions", "keys", "wraps"];
        for table in tables {
            raw.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await.unwrap();
        }
        raw.run("CREATE TABLE kept AS SELECT * FROM shares").await.unwrap();
        raw.run("DELETE FROM shares").await.unwrap();
        destroy(&angela, &letter).await;
        put_back(&mut raw).await;
        ignore_references(&mut raw).await;
        for table in tables {
            raw.run(&format!("INSERT INTO {table} SELECT * FROM kept_{table} WHERE true ON CONFLICT DO NOTHING")).await.unwrap();
        }
        let found = caf.get(&path).await.expect(200).json();
        assert!(!found.to_string().contains("foyer") && found["destroyed"].as_array().unwrap().len() == 1, "{found}");
        assert_problem(&caf.get(&format!("{path}/papers/1/content")).await, 410, "share-over", "destroyed");
        caf.get(&format!("{path}/papers/2/content")).await.expect(200);
        let own = angela.get("/shares").await.expect(200).text();
        assert!(!own.contains("foyer"), "{own}");
    }

    /// A row that is not what the journal says is told to be that, and nothing of what it says is shown.
    async fn what_is_not_believed_is_told_so(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (share, [letter, _]) = two(&world, &caf, &angela).await;
        let mut raw = world.raw().await;
        raw.run("CREATE TABLE kept AS SELECT * FROM shares").await.unwrap();
        destroy(&angela, &letter).await;
        put_back(&mut raw).await;
        let one = angela.get("/shares").await.expect(200).json()["items"][0].clone();
        assert_eq!((&one["not_believed"], &one["status"], &one["papers"]), (&json!(true), &json!("stopped"), &json!([])), "{one}");
        for (what, words) in own_words(&angela, &share).await {
            for secret in ["foyer", "Facture", "Votre demande de RSA"] {
                // What is asked for stands beside, of its own.
                let is_asked = secret.starts_with("Votre") && !what.starts_with("/shares");
                assert!(is_asked || !words.contains(secret), "{what}: {words}");
            }
        }
        let page = angela.client.get("/demandes").await.expect(200).text();
        assert!(page.contains("ne correspond pas à") && !page.contains(&format!("/transmis/{share}/recu\"")), "{page}");
        for which in ["receipt", "signed-receipt"] {
            assert_problem(&angela.get(&format!("/shares/{share}/{which}")).await, 500, "damaged", which);
        }
        // Its holder stops it all the same: that is a line.
        angela.client.post(&angela.path(&format!("/shares/{share}/revoke"))).await.expect(204);
        assert!(angela.trail().await.iter().any(|line| line.starts_with("share.revoke done")));
        assert!(!angela.get("/shares").await.expect(200).text().contains("foyer"));
    }
}
