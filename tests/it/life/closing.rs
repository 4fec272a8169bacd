//! Closing one's locker: nothing enters any more, everything can still be seen, and it can be opened again in time.

use std::time::Duration;

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Pair, World};

const DAY: Duration = Duration::from_secs(24 * 3600);

on_both_pairs! {
    async fn a_closed_locker_shows_everything_and_takes_nothing(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let trashed = lucie.deposit("RIB", "banque.rib", b"rib").await;
        let at = |rest: &str| lucie.path(&format!("/documents/{rest}"));
        lucie.client.delete(&at(&trashed)).await.expect(204);
        assert_problem(&lucie.client.post(&lucie.path("/reopen")).await, 409, "locker-open", "it is open");

        let closed = lucie.client.post(&lucie.path("/close")).await.expect(200).json();
        assert_eq!(closed["state"], "closed");
        let view = lucie.get("").await.expect(200).json();
        assert_eq!(view["standing"], closed);
        assert_eq!((view["count"].as_u64(), view["trashed"].as_u64()), (Some(1), Some(1)));

        // Looked at: allowed.
        for rest in ["/documents", "/documents?trashed=true", "/journal"] {
            lucie.get(rest).await.expect(200);
        }
        lucie.get(&format!("/documents/{paper}")).await.expect(200);
        assert_eq!(lucie.content(&paper).await.expect(200).body, b"bail");
        let accepts = json!({"accepts": lucie.client.information().await});
        lucie.client.post_json(&lucie.path("/information"), &accepts).await.expect(204);

        // Changed: refused, in plain words, and written down.
        let added = lucie.deposit_with(&json!({"title": "CV", "kind": "emploi.cv"}), "cv.txt", b"cv".to_vec()).await;
        let refused = [
            ("deposit", added),
            ("trash", lucie.client.delete(&at(&paper)).await),
            ("restore", lucie.client.post(&at(&format!("{trashed}/restore"))).await),
            ("close", lucie.client.post(&lucie.path("/close")).await),
            ("open another", lucie.client.open_locker().await),
        ];
        for (what, answer) in &refused {
            let kind = if *what == "open another" { "already-open" } else { "locker-closed" };
            assert_problem(answer, 409, kind, what);
            assert!(answer.json()["title"].as_str().is_some_and(|t| t.ends_with('.')), "{what}");
        }
        world.settle().await;
        let trail = lucie.trail().await;
        for line in [
            "locker.close done", "document.deposit_begin refused:locker_closed", "document.trash refused:locker_closed",
            "document.restore refused:locker_closed", "locker.close refused:locker_closed",
        ] {
            assert!(trail.iter().any(|l| l == line), "{line}: {trail:?}");
        }
        assert_eq!(world.raw().await.all_blobs().await.len(), 2, "nothing entered");

        let reopened = lucie.client.post(&lucie.path("/reopen")).await.expect(200).json();
        assert_eq!(reopened, json!({"state": "open"}));
        lucie.client.post(&at(&format!("{trashed}/restore"))).await.expect(204);
        lucie.deposit("CV", "emploi.cv", b"cv").await;
        assert_eq!(lucie.get("").await.json()["standing"]["state"], "open");
        // Nothing is owed from the time it was closed.
        world.wait(40 * DAY);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 0);
        let again = world.holder("lucie").await;
        assert_eq!(again.content(&paper).await.expect(200).body, b"bail");
    }

    async fn the_pages_say_what_happens_and_how_to_undo_it(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let page = async |path: &str| {
            let request = lucie.client.request(Method::GET, path).header("accept", "text/html");
            let text = lucie.client.send(request).await.expect(200).text();
            text.replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'").replace("&#39;", "'")
        };
        assert!(page("/papiers").await.contains("href=\"/consigne/fermer\""));
        let asked = page("/consigne/fermer").await;
        for said in ["href=\"/consigne\"", "30 jours", "copies de secours", "Rouvrir ma consigne"] {
            assert!(asked.contains(said), "{said}: {asked}");
        }
        assert_eq!(lucie.get("").await.json()["standing"]["state"], "open", "looking closes nothing");

        for _ in 0..2 {
            assert_eq!(lucie.client.post("/consigne/fermer").await.expect(303).header("location"), "/papiers");
        }
        let papers = page("/papiers").await;
        assert!(papers.contains("Votre consigne est fermée depuis") && papers.contains("Elle sera effacée le"), "{papers}");
        // Every page says so, and offers only what can be done.
        let before = lucie.trail().await.len();
        let quiet = ["/papiers/ajouter", "/consigne/fermer", "/sessions", "/encore-vous", "/consigne/informations"];
        let changes = ["changer", "remplacer", "supprimer"].map(|rest| format!("/papiers/{paper}/{rest}"));
        for path in quiet.iter().copied().chain(changes.iter().map(String::as_str)) {
            let shown = page(path).await;
            assert!(shown.contains("Elle sera effacée le") && shown.contains("action=\"/consigne/rouvrir\""), "{path}: {shown}");
            for refused in ["name=\"fichier\"", "name=\"titre\"", "action=\"/consigne/fermer\"", "/supprimer\"", "/papiers/ajouter\""] {
                assert!(!shown.contains(refused), "{path} offers {refused}: {shown}");
            }
        }
        let looks: Vec<_> = lucie.trail().await.split_off(before);
        assert!(looks.iter().all(|line| ["journal.read done", "session.list done"].contains(&line.as_str())), "{looks:?}");
        let seen = ["/papiers", "/corbeille", "/consigne", "/qui-a-ouvert"].map(str::to_owned);
        for path in seen.into_iter().chain(["", "/versions"].map(|rest| format!("/papiers/{paper}{rest}"))) {
            let shown = page(&path).await;
            assert!(shown.contains("Elle sera effacée le") && shown.contains("action=\"/consigne/rouvrir\""), "{path}: {shown}");
            for refused in ["/papiers/ajouter", "/changer", "/remplacer", "/corbeille\"><button", "/reprendre", "/consigne/fermer"] {
                assert!(!shown.contains(refused), "{path} offers {refused}: {shown}");
            }
        }
        let checked = lucie.client.post("/consigne/verifier").await.expect(200).text();
        assert!(checked.contains("/consigne/rouvrir"), "{checked}");
        let form = Form::new().text("titre", "CV").text("type", "emploi.cv").part("fichier", Part::bytes(b"cv".to_vec()).file_name("cv.txt"));
        let sent = lucie.client.request(Method::POST, "/papiers/ajouter").header("accept", "text/html").multipart(form);
        let refused = lucie.client.send(sent).await.expect(409).text();
        assert!(refused.contains("Rouvrez votre consigne") && !refused.contains("name=\"fichier\""), "{refused}");
        for _ in 0..2 {
            assert_eq!(lucie.client.post("/consigne/rouvrir").await.expect(303).header("location"), "/papiers");
        }
        assert!(!page("/papiers").await.contains("Votre consigne est fermée"));
        let journal = page("/qui-a-ouvert").await;
        assert!(journal.contains("Vous avez fermé votre consigne.") && journal.contains("Vous avez rouvert votre consigne."));

        let stranger = world.anonymous();
        for (method, path) in [
            (Method::GET, "/consigne/fermer"), (Method::POST, "/consigne/fermer"), (Method::POST, "/consigne/rouvrir"),
        ] {
            let answer = stranger.send(stranger.request(method, path).header("accept", "text/html")).await.expect(303);
            assert!(answer.header("location").starts_with("/?"), "{path}");
        }
        assert_eq!(lucie.get("").await.json()["standing"]["state"], "open");
    }

    /// Somebody with SQL writes that a locker was closed long ago: no erasure comes of it.
    async fn a_closure_that_sql_has_written_is_not_believed(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let ahmed = world.holder("ahmed").await;
        ahmed.client.post(&ahmed.path("/close")).await.expect(200);
        let mut raw = world.raw().await;
        let (mine, theirs) = (raw.id(&lucie.locker), raw.id(&ahmed.locker));
        let zero = raw.literal(&[0; 32]);
        raw.run(&format!("INSERT INTO closures (locker_id, closed_at, erase_at, proof) VALUES ({mine}, 5, 6, {zero})")).await.unwrap();
        // A proof of another locker, and the right proof with an earlier end.
        let copied = format!("UPDATE closures SET (closed_at, erase_at, proof) = (SELECT closed_at, erase_at, proof FROM closures WHERE locker_id = {theirs}) WHERE locker_id = {mine}");
        for forgery in ["SELECT 1", &copied, "UPDATE closures SET erase_at = 7, closed_at = 1"] {
            raw.run(forgery).await.unwrap();
            assert_eq!(world.lockers.erase_due().await.unwrap(), 0, "{forgery}");
            assert_eq!(lucie.get("").await.expect(200).json()["standing"]["state"], "open", "{forgery}");
            assert_eq!(lucie.content(&paper).await.expect(200).body, b"bail");
        }
        assert_eq!(ahmed.get("").await.expect(200).json()["standing"]["state"], "open", "nor one that was moved");
    }
}
