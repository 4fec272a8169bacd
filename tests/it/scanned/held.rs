//! What is held, and found harmful later; what else is done with it; who writes SQL.

use consigne::config::WhenSilent;
use reqwest::Method;
use serde_json::Value;

use super::scanner::{Mood, Scanner, harmful};
use super::{add, id, plain, replace, world};
use crate::attacks::tools::assert_problem;
use crate::export::{read, unpack};
use crate::on_both_pairs;
use crate::world::{Holder, Pair, Raw};

async fn control(holder: &Holder) -> Value {
    holder.client.post(&holder.path("/control")).await.expect(200).json()
}

async fn set(raw: &mut Raw, paper: &str, scanned: u8) {
    let at = format!("document_id = {}", raw.id(paper));
    assert_eq!(raw.run(&format!("UPDATE versions SET scanned = {scanned} WHERE {at}")).await.unwrap(), 1);
}

on_both_pairs! {
    async fn what_is_found_later_opens_for_nobody_and_can_be_destroyed(pair) {
        let scanner = Scanner::new(Mood::Away).await;
        let world = world(pair, scanner.address, WhenSilent::Hold).await;
        let lucie = world.holder("lucie").await;
        let paper = id(&add(&lucie, "Facture", harmful()).await.expect(201).json());
        scanner.is(Mood::Real);
        assert_problem(&lucie.content(&paper).await, 403, "found-infected", "who opens it first");
        let asked = scanner.asked();
        for range in [None, Some("bytes=0-3"), Some("bytes=-2")] {
            let request = lucie.client.request(Method::GET, &lucie.path(&format!("/documents/{paper}/content")));
            let request = range.map_or_else(|| request.try_clone().unwrap(), |range| request.try_clone().unwrap().header("range", range));
            assert_problem(&lucie.client.send(request).await, 403, "found-infected", "for good");
        }
        assert_eq!(scanner.asked(), asked, "it is not asked again");
        assert_eq!(lucie.get(&format!("/documents/{paper}")).await.expect(200).json()["scanned"], "infected");
        let page = lucie.client.get(&format!("/papiers/{paper}")).await.expect(200);
        assert!(plain(&page).contains("Un virus a été trouvé dans ce papier. Personne ne peut l'ouvrir."), "{}", page.text());
        assert!(!page.text().contains("/contenu\"") && !page.text().contains("/content\""), "nothing to open: {}", page.text());
        world.settle().await;
        let trail = lucie.trail().await;
        for line in ["content.found_infected done", "access.close ended:infected", "content.read refused:infected"] {
            assert!(trail.contains(&line.to_owned()), "{line}: {trail:?}");
        }
        assert_eq!(control(&lucie).await["intact"], true, "it is what was deposited");
        assert_eq!(lucie.get(&format!("/documents/{paper}/versions")).await.json()["items"][0]["scanned"], "infected");
        // Another version takes its place; the older one stays shut.
        let new = replace(&lucie, &paper, b"la bonne facture".to_vec()).await.expect(201).json();
        assert_eq!(new["scanned"], "clean");
        assert_eq!(lucie.content(&paper).await.expect(200).body, b"la bonne facture");
        let versions = lucie.get(&format!("/documents/{paper}/versions")).await.json();
        let older = versions["items"][1]["id"].as_str().unwrap();
        assert_problem(&lucie.get(&format!("/documents/{paper}/content?version={older}")).await, 403, "found-infected", "the older one");
        let page = lucie.client.get(&format!("/papiers/{paper}/versions")).await.expect(200);
        assert!(plain(&page).contains("Un virus a été trouvé") && !page.text().contains(older), "{}", page.text());
        lucie.client.delete(&lucie.path(&format!("/documents/{paper}"))).await.expect(204);
        lucie.client.prove_again().await;
        lucie.client.post(&lucie.path(&format!("/documents/{paper}/destroy"))).await.expect(204);
        assert_eq!(world.raw().await.count("versions").await, 0);
    }

    async fn ranges_of_held_papers_wait_as_the_whole_does(pair) {
        let scanner = Scanner::new(Mood::Away).await;
        let world = world(pair, scanner.address, WhenSilent::Hold).await;
        let lucie = world.holder("lucie").await;
        let content: Vec<u8> = (0..1_500_000_u32).map(|n| b'a' + u8::try_from(n % 26).unwrap()).collect();
        let paper = id(&add(&lucie, "Bail", content.clone()).await.expect(201).json());
        let path = lucie.path(&format!("/documents/{paper}/content"));
        let part = async |range: &str| lucie.client.send(lucie.client.request(Method::GET, &path).header("range", range)).await;
        assert_problem(&part("bytes=1000000-1000009").await, 503, "not-scanned", "a range");
        assert_problem(&part("bytes=2000000-").await, 416, "bad-range", "beyond its end");
        lucie.client.send(lucie.client.request(Method::HEAD, &path)).await.expect(200);
        scanner.is(Mood::Real);
        let asked = scanner.asked();
        assert_eq!(part("bytes=1000000-1000009").await.expect(206).body, content[1_000_000..=1_000_009]);
        assert_eq!(part("bytes=-5").await.expect(206).body, content[content.len() - 5..]);
        assert_eq!(lucie.content(&paper).await.expect(200).body, content);
        assert_eq!(scanner.asked(), asked + 1);
    }

    /// Two open it at once, and one of them leaves.
    async fn whoever_opens_at_once_finds_the_same(pair) {
        let scanner = Scanner::new(Mood::Away).await;
        let world = world(pair, scanner.address, WhenSilent::Hold).await;
        let lucie = world.holder("lucie").await;
        for (content, status) in [(b"bail".to_vec(), 200), (harmful(), 403)] {
            scanner.is(Mood::Away);
            let paper = id(&add(&lucie, "Bail", content).await.expect(201).json());
            scanner.is(Mood::Real);
            let read = async || lucie.content(&paper).await.status.as_u16();
            assert_eq!(futures_util::join!(read(), read(), read()), (status, status, status));
            let action = if status == 200 { "content.found_clean done" } else { "content.found_infected done" };
            let lines = lucie.trail().await.into_iter().filter(|line| line == action).count();
            assert_eq!(lines, 1, "one line says it");
        }
        // Somebody leaves while the scanner thinks: the line says so, and nothing is lifted.
        scanner.is(Mood::Away);
        let paper = id(&add(&lucie, "Bail", b"bail".to_vec()).await.expect(201).json());
        scanner.is(Mood::Hangs);
        let left = tokio::time::timeout(std::time::Duration::from_secs(2), lucie.content(&paper)).await;
        assert!(left.is_err());
        let mut trail = Vec::new();
        for _ in 0..100 {
            world.settle().await;
            trail = lucie.trail().await;
            if trail.contains(&"access.close ended:reader_left".to_owned()) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert!(trail.contains(&"access.close ended:reader_left".to_owned()), "{trail:?}");
        assert_eq!(lucie.get(&format!("/documents/{paper}")).await.json()["scanned"], "held");
    }

    /// Everything is taken away: what nobody may open is left out, and the archive says so.
    async fn an_export_says_what_it_leaves_out(pair) {
        let scanner = Scanner::new(Mood::Away).await;
        let world = world(pair, scanner.address, WhenSilent::Hold).await;
        let lucie = world.holder("lucie").await;
        let good = id(&add(&lucie, "Bail", b"le bail".to_vec()).await.expect(201).json());
        let bad = id(&add(&lucie, "Facture", harmful()).await.expect(201).json());
        lucie.client.prove_again().await;
        let export = async || {
            let answer = lucie.get("/export").await.expect(200);
            let dir = unpack(&answer);
            let list: Value = serde_json::from_slice(&read(&dir, "Liste/papiers.json")).unwrap();
            let of = |paper: &str| {
                let all = list["papers"].as_array().unwrap();
                all.iter().find(|one| one["id"] == paper).unwrap()["versions"][0].clone()
            };
            let both = [of(&good), of(&bad)];
            let told = both.clone().map(|version| String::from_utf8(read(&dir, version["path"].as_str().unwrap())).unwrap());
            let readme = String::from_utf8(read(&dir, "LISEZ-MOI.txt")).unwrap();
            assert!(!answer.body.windows(20).any(|bytes| bytes == &harmful()[..20]), "nothing of it goes out");
            (both, told, readme.contains("laissé de côté"))
        };
        let (both, told, is_said) = export().await;
        for (version, told) in both.iter().zip(&told) {
            assert_eq!((&version["left_out"], &version["intact"]), (&Value::Bool(true), &Value::Bool(true)), "{version}");
            assert!(version["path"].as_str().unwrap().ends_with(" - laissé de côté.txt"), "{version}");
            assert!(told.contains("pas encore pu y chercher les virus"), "{told}");
        }
        assert!(is_said);
        scanner.is(Mood::Real);
        let (both, told, is_said) = export().await;
        assert_eq!((&both[0]["left_out"], told[0].as_str()), (&Value::Bool(false), "le bail"));
        assert_eq!(both[1]["left_out"], true);
        assert!(told[1].contains("Un virus a été trouvé dedans"), "{}", told[1]);
        assert!(is_said);
        assert_eq!(lucie.get(&format!("/documents/{good}")).await.json()["scanned"], "clean", "lifted for good");
        assert_eq!(lucie.get(&format!("/documents/{bad}")).await.json()["scanned"], "infected");
        let asked = scanner.asked();
        assert_eq!(export().await.0[1]["scanned"], "infected");
        assert_eq!(scanner.asked(), asked);
        world.settle().await;
        let ends = lucie.trail().await.into_iter().filter(|line| line == "access.close ended:left_out").count();
        assert_eq!(ends, 3, "each line says that it was not all");
    }

    /// The clear number is sealed with what describes the version: SQL alone opens nothing that waits, and a whole older row waits again.
    async fn whoever_writes_sql_opens_nothing_that_is_held(pair) {
        let scanner = Scanner::new(Mood::Away).await;
        let world = world(pair, scanner.address, WhenSilent::Hold).await;
        let lucie = world.holder("lucie").await;
        let paper = id(&add(&lucie, "Facture", harmful()).await.expect(201).json());
        let mut raw = world.raw().await;
        raw.run("CREATE TABLE kept AS SELECT version_id, details FROM versions").await.unwrap();
        for forged in [0, 1, 2] {
            set(&mut raw, &paper, forged).await;
            let answer = lucie.content(&paper).await;
            assert_problem(&answer, 500, "damaged", "not what is sealed");
        }
        assert_eq!(control(&lucie).await["intact"], false);
        set(&mut raw, &paper, 3).await;
        assert_eq!(control(&lucie).await["intact"], true);
        scanner.is(Mood::Real);
        assert_problem(&lucie.content(&paper).await, 403, "found-infected", "found");
        // The row from before, whole.
        raw.run("UPDATE versions SET scanned = 3, details = (SELECT kept.details FROM kept WHERE kept.version_id = versions.version_id)").await.unwrap();
        let asked = scanner.asked();
        assert_problem(&lucie.content(&paper).await, 403, "found-infected", "found again");
        assert_eq!(scanner.asked(), asked + 1);
    }
}
