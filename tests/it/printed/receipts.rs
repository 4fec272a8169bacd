//! Receipts: of a version, and of all that a locker holds.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::printed::Pdf;
use crate::world::{Pair, World, hex, proposal};

on_both_pairs! {
    async fn it_says_what_when_by_whom_how_large_and_its_sum(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let first = b"premier bail".as_slice();
        let paper = lucie.deposit("Bail de la rue Haute", "logement.bail", first).await;
        let receipt = Pdf::of(lucie.get(&format!("/documents/{paper}/receipt")).await);
        let text = receipt.flat();
        let sum = hex(&Sha256::digest(first));
        for word in ["Reçu d’un papier ajouté", "Bail de la rue Haute", "Lucie Jeanne ROUX", "12 octets", "Ajouté par", "Apporté"] {
            assert!(text.contains(word), "{word}: {text}");
        }
        assert!(text.replace(' ', "").contains(&sum), "{text}");
        assert_eq!((receipt.pages(), receipt.about("Tagged").as_str()), (1, "yes"));

        // Each version has its own.
        let form = crate::world::multipart(&json!({}), "bail.txt", b"deuxieme bail".to_vec());
        let request = lucie.client.request(reqwest::Method::POST, &lucie.path(&format!("/documents/{paper}/versions"))).multipart(form);
        lucie.client.send(request).await.expect(201);
        let versions = lucie.get(&format!("/documents/{paper}/versions")).await.json();
        let older = versions["items"][1]["id"].as_str().unwrap();
        let of_older = Pdf::of(lucie.get(&format!("/documents/{paper}/receipt?version={older}")).await).flat();
        assert!(of_older.replace(' ', "").contains(&sum), "{of_older}");
        let newest = Pdf::of(lucie.get(&format!("/documents/{paper}/receipt")).await).flat();
        assert!(newest.replace(' ', "").contains(&hex(&Sha256::digest(b"deuxieme bail"))) && newest.contains("Version 2"), "{newest}");
        let unknown = lucie.get(&format!("/documents/{paper}/receipt?version={paper}")).await;
        assert_problem(&unknown, 404, "not-found", "no version of that id");
        assert_eq!(lucie.get(&format!("/documents/{paper}/receipt?nonsense=1")).await.status.as_u16(), 400);
        let lines: Vec<_> = lucie.trail().await.into_iter().filter(|line| line.starts_with("document.receipt")).collect();
        assert_eq!(lines.iter().filter(|line| line.contains("done")).count(), 4, "{lines:?}");
    }

    async fn a_helper_has_one_of_what_they_see(pair) {
        let world = World::new(pair).await;
        let (lucie, claire) = (world.holder("lucie").await, world.professional("claire").await);
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
        let mandate = lucie.let_help(&claire.client, proposal("", Some(&ccas))).await;
        let hidden = lucie.deposit("Ordonnance", "sante.ordonnance_certificat", b"secret").await;
        let visit = mandate.visit(&claire.client).await;
        let added = visit.deposit(&json!({"title": "Quittance de mars", "kind": "logement.quittance_loyer"}), b"quittance").await.expect(201).json();
        let added = added["id"].as_str().unwrap();
        for receipt in [visit.get(&format!("/documents/{added}/receipt")).await, lucie.get(&format!("/documents/{added}/receipt")).await] {
            let text = Pdf::of(receipt).flat();
            let by = text.find("Ajouté par").unwrap();
            assert!(text[by..].contains("CCAS de Valserin") && text.contains("Quittance de mars"), "{text}");
        }
        assert_problem(&visit.get(&format!("/documents/{hidden}/receipt")).await, 404, "not-found", "out of scope");
        assert_problem(&visit.get("/receipt").await, 403, "not-allowed", "all of it is the holder's");
        let page = claire.client.get(&format!("/visite/{}/{}/papiers/{added}/recu", lucie.locker, visit.id)).await;
        Pdf::of(page);
    }

    /// A relative with a small mandate learns from no receipt who else helps, nor what came before what they may read.
    async fn a_receipt_names_nobody_to_who_helps_but_themselves(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ahmed) = (world.holder("lucie").await, world.professional("claire").await, world.holder("ahmed").await);
        let shelter = world.organisation("Foyer des Tilleuls", &claire, Roles::Both).await;
        let hers = lucie.let_help(&claire.client, proposal("", Some(&shelter))).await;
        let visit = hers.visit(&claire.client).await;
        let added = visit.deposit(&json!({"title": "Bail", "kind": "logement.bail"}), b"bail").await.expect(201).json();
        let added = added["id"].as_str().unwrap();
        let mut asked = proposal("", None);
        asked["scope"] = json!([{"category": "logement", "permissions": ["list", "read"]}]);
        let his = lucie.let_help(&ahmed.client, asked).await;
        let look = his.visit(&ahmed.client).await;
        let text = Pdf::of(look.get(&format!("/documents/{added}/receipt")).await).flat();
        assert!(text.contains("Une autre personne") && !text.contains("Tilleuls") && !text.contains("Claire"), "{text}");
        let of_lucie = lucie.deposit("Quittance", "logement.quittance_loyer", b"x").await;
        let text = Pdf::of(look.get(&format!("/documents/{of_lucie}/receipt")).await).flat();
        assert!(text.contains("Une autre personne"), "{text}");
        look.end().await.expect(204);

        // Who only sees the list has none: a receipt bears the sum.
        lucie.stop(&his).await;
        let mut asked = proposal("", None);
        asked["scope"] = json!([{"category": "logement", "permissions": ["list"]}]);
        let his = lucie.let_help(&ahmed.client, asked).await;
        let look = his.visit(&ahmed.client).await;
        assert_problem(&look.get(&format!("/documents/{added}/receipt")).await, 404, "not-found", "list alone");
        // What is in the trash is not kept there.
        lucie.client.delete(&lucie.path(&format!("/documents/{of_lucie}"))).await.expect(204);
        let trashed = lucie.get(&format!("/documents/{of_lucie}/receipt")).await;
        assert_problem(&trashed, 409, "wrong-state", "in the trash");
    }

    /// Somebody asks for papers faster than they are made.
    async fn one_paper_at_a_time_is_made_for_each(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        for number in 0..30 {
            lucie.deposit(&format!("Papier {number}"), "formation.courrier", b"x").await;
        }
        let path = lucie.path("/receipt");
        let asked = (0..12).map(|_| lucie.client.get(&path));
        let answers = futures_util::future::join_all(asked).await;
        let count = |status: u16| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
        assert!(count(200) >= 1 && count(429) >= 1 && count(200) + count(429) == 12, "{} {}", count(200), count(429));
        // Somebody else is not kept waiting by them, nor they by what they asked before.
        Pdf::of(world.holder("ahmed").await.get("/receipt").await);
        Pdf::of(lucie.get("/receipt").await);
    }

    async fn all_of_it_stands_on_one_page(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let mut sums = Vec::new();
        for number in 0..20 {
            let content = format!("papier {number}");
            lucie.deposit(&format!("Papier numéro {number}"), "formation.courrier", content.as_bytes()).await;
            sums.push(hex(&Sha256::digest(content.as_bytes())));
        }
        let gone = lucie.deposit("Dans la corbeille", "formation.courrier", b"x").await;
        lucie.client.delete(&lucie.path(&format!("/documents/{gone}"))).await.expect(204);
        // Called as people call things, in whatever letters. The newest stand first; of a table whose first row begins from the right,
        // pdftotext takes that cell for a column of its own.
        lucie.deposit("إقامة", "sejour.titre_sejour", b"titre").await;
        world.wait(Duration::from_secs(1));
        lucie.deposit("Паспорт 🎉", "identite.passeport", b"passeport").await;
        let receipt = Pdf::of(lucie.get("/receipt").await);
        let text = receipt.flat();
        for word in ["Ce qu’il y a dans la consigne", "22 papiers", "Papier numéro 0", "Papier numéro 19", "إقامة", "Паспорт", "Lucie Jeanne ROUX"] {
            assert!(text.contains(word), "{word}: {text}");
        }
        assert!(!text.contains("Dans la corbeille"), "{text}");
        assert_eq!((receipt.pages(), receipt.about("Tagged").as_str()), (1, "yes"), "{text}");
        let halves = |sum: &String| text.contains(&sum[..16]);
        assert!(sums.iter().all(halves), "{text}");
        assert_eq!(lucie.trail().await.iter().filter(|line| line.starts_with("locker.receipt done")).count(), 1);

        // From the pages, in the reader's language too.
        let page = lucie.client.get("/consigne").await.expect(200).text();
        assert!(page.contains("href=\"/consigne/recu\""), "{page}");
        let english = Pdf::of(lucie.client.get("/consigne/recu?lang=en").await).flat();
        assert!(english.contains("What is in the locker") && english.contains("Ce qu’il y a dans la consigne"), "{english}");
        let paper = lucie.get("/documents?q=numéro 3").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        let page = lucie.client.get(&format!("/papiers/{paper}")).await.expect(200).text();
        assert!(page.contains(&format!("/papiers/{paper}/recu")), "{page}");
        Pdf::of(lucie.client.get(&format!("/papiers/{paper}/recu")).await);
    }

    async fn an_empty_locker_has_one_too(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let text = Pdf::of(lucie.get("/receipt").await).flat();
        assert!(text.contains("Aucun papier"), "{text}");
        assert_problem(&world.holder("ahmed").await.client.get(&lucie.path("/receipt")).await, 404, "not-found", "another's");
    }
}
