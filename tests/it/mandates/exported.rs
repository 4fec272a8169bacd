//! What the holder takes away of help: the photo of what it rests on, and everybody by their name.

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::paper::three;
use super::windows::met;
use crate::export::{read, unpack};
use crate::on_both_pairs;
use crate::world::{Holder, Pair, Sheet, World, jpeg, on_paper, present, proposal};

const LIST: &str = "Aide/autorisations-d-aide.json";

async fn taken(lucie: &Holder) -> tempfile::TempDir {
    unpack(&lucie.get("/export").await.expect(200))
}

fn list(dir: &tempfile::TempDir) -> Value {
    serde_json::from_slice(&read(dir, LIST)).unwrap()
}

/// The page of help in an export.
fn words(dir: &tempfile::TempDir) -> String {
    let page = String::from_utf8(read(dir, "Aide/les-personnes-qui-m-aident.html")).unwrap();
    page.replace(['\u{a0}', '\u{202f}'], " ")
        .replace(['\u{2068}', '\u{2069}'], "")
        .replace('’', "'")
        .replace("&#39;", "'")
}

/// The sentences of the journal in an export, of one action.
fn sentences(dir: &tempfile::TempDir, action: &str) -> Vec<String> {
    let journal: Value = serde_json::from_slice(&read(dir, "Qui a ouvert/lignes.json")).unwrap();
    let lines = journal["lines"].as_array().unwrap();
    let of = |line: &&Value| line["action"] == action && line["outcome"]["kind"] == "done";
    lines.iter().filter(of).map(|line| line["sentence"].as_str().unwrap().to_owned()).collect()
}

on_both_pairs! {
    /// One sheet was confirmed, another waits, an offer has none.
    async fn the_photos_go_with_what_they_are_of(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let (signed, later) = (jpeg(b" une signature"), jpeg(&vec![7; 300_000]));
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        sheet.send(signed.clone()).await.expect(204);
        sheet.confirm(&claire.client).await.expect(204);
        let waits = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        waits.send(later.clone()).await.expect(204);
        nadia.client.post_json("/api/v1/mandates", &proposal(&lucie.help_code().await, Some(&ccas))).await.expect(201);
        lucie.client.prove_again().await;
        let dir = taken(&lucie).await;
        // She agreed to nothing here yet, and the page does not say so.
        let page = words(&dir);
        assert!(page.contains("Une feuille a été signée pour cette aide. Vous n'avez pas encore confirmé. Le texte :"), "{page}");
        assert!(!page.contains("Vous avez dit oui") && page.contains("CCAS de Valserin</h2>"), "{page}");
        let told = list(&dir);
        let of = |kind: &str, id: &str| {
            told[kind].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap_or_else(|| panic!("{told}"))["photo"].clone()
        };
        for (photo, bytes) in [(of("mandates", &sheet.id), &signed), (of("proposals", &waits.id), &later)] {
            let path = photo["path"].as_str().unwrap_or_else(|| panic!("{told}"));
            assert!(path.starts_with("Aide/Feuille signée, Nadia") && path.strip_suffix(".jpg").is_some(), "{path}");
            assert_eq!(&read(&dir, path), bytes);
            assert_eq!((&photo["sha256"], &photo["intact"]), (&json!(HEXLOWER.encode(&Sha256::digest(bytes))), &json!(true)));
        }
        let all = told["proposals"].as_array().unwrap();
        assert_eq!(all.iter().filter(|one| one["photo"].is_null()).count(), 1, "nobody signs what is answered here: {told}");
        // Somebody puts another photo there: it is not taken for what was confirmed, and the export says so.
        let mut raw = world.raw().await;
        let id = raw.id(&sheet.id);
        raw.run(&format!("UPDATE sheets SET content = details WHERE mandate_id = {id}")).await.unwrap();
        lucie.client.prove_again().await;
        let dir = taken(&lucie).await;
        let told = list(&dir);
        let photo = &told["mandates"][0]["photo"];
        let sum = HEXLOWER.encode(&Sha256::digest(&signed));
        assert_eq!(photo, &json!({"path": null, "sha256": sum, "intact": false}), "{told}");
        let there: Vec<String> = std::fs::read_dir(dir.path().join("out/Aide")).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
        let beside = there.iter().filter(|name| name.starts_with("Feuille signée") && name.strip_suffix(".txt").is_some()).count();
        assert_eq!(beside, 1, "{there:?}");
        // One that waits, and that somebody has changed, is told as damaged too: not as one that was never sent.
        let id = raw.id(&waits.id);
        raw.run(&format!("UPDATE sheets SET sent_at = sent_at + 1 WHERE mandate_id = {id}")).await.unwrap();
        lucie.client.prove_again().await;
        let told = list(&taken(&lucie).await);
        let photo = told["proposals"].as_array().unwrap().iter().find(|one| one["id"] == waits.id.as_str()).unwrap()["photo"].clone();
        assert_eq!(photo, json!({"path": null, "sha256": null, "intact": false}), "{told}");
        world.settle().await;
        let trail = lucie.trail().await;
        assert!(trail.contains(&"locker.export ended:damaged".to_owned()), "{trail:?}");
    }

    /// She read an offer on Claire's device and did not agree: no mandate names Claire, and the export names her all the same.
    async fn a_window_that_gave_nothing_names_whose_it_was(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        let window = claire.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        window.post("decline").await.expect(200);
        let asked = claire.client.post_json("/api/v1/mandates", &proposal(&lucie.help_code().await, Some(&ccas))).await;
        asked.expect(201);
        lucie.client.prove_again().await;
        let dir = taken(&lucie).await;
        for action in ["window.sign_in", "mandate.decline", "mandate.propose"] {
            let told = sentences(&dir, action);
            assert!(told.len() == 1 && told[0].contains("Claire MOREL"), "{action}: {told:?}");
        }
        let page = String::from_utf8(read(&dir, "Qui a ouvert/qui-a-ouvert-mes-papiers.html")).unwrap();
        assert!(page.contains("Claire MOREL") && page.contains("CCAS de Valserin"), "{page}");
    }
}
