//! The holder's pages of what is asked for and what was handed over, as a browser uses them.

use std::time::Duration;

use serde_json::json;

use super::bundles::handed;
use super::requests::asked;
use crate::on_both_pairs;
use crate::world::{Pair, World, day_from_now, metadata_of};

on_both_pairs! {
    async fn somebody_answers_a_request_on_the_pages(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse du Valserin").await;
        let angela = world.holder("angela").await;
        let browser = &angela.client;
        let issued = day_from_now(&world, -20);
        let good = angela.deposit_with(&metadata_of("Facture récente", "logement.justificatif_domicile", Some(&issued)), "a.txt", b"facture".to_vec())
            .await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let old = angela.deposit_with(&metadata_of("Vieille facture", "logement.justificatif_domicile", Some(&day_from_now(&world, -400))), "b.txt", b"b".to_vec())
            .await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let made = caf.post("/api/v1/requests", &asked(&world)).await.expect(201).json();
        let (id, code) = (made["id"].as_str().unwrap(), made["code"].as_str().unwrap());

        // The code, wrong and right; one that a link brings stands in its field.
        assert!(browser.get("/").await.text().contains("href=\"/demandes\"") || browser.get("/papiers").await.text().contains("href=\"/demandes\""));
        let page = browser.get(&format!("/demandes?code={code}")).await.expect(200).text();
        assert!(page.contains(&format!("value=\"{code}\"")) && page.contains("Il n’y a pas de demande."), "{page}");
        let wrong = browser.post_form("/demandes", &[("code", "2345 6789 ABCD")]).await.expect(422).text();
        assert!(wrong.contains("Ce code ne va pas.") && wrong.contains("value=\"2345 6789 ABCD\""), "{wrong}");
        let taken = browser.post_form("/demandes", &[("code", code)]).await.expect_redirect();
        let at = taken.header("location").to_owned();
        assert_eq!(at, format!("/demandes/{id}"));

        // What is asked, by whom, what for; which papers answer; the one that does is proposed.
        let page = browser.get(&at).await.expect(200).text();
        for words in ["Papiers demandés par Caisse du Valserin", "Votre demande de RSA", "L. 262-2", "Dossier 12-345", "Facture récente",
            "Ce papier convient.", "Ce papier est trop vieux pour cette demande.", "Vos 3 derniers bulletins", "Vous n’avez pas ce papier dans votre consigne.", "Vous pouvez arrêter quand vous voulez."] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let ticked = |page: &str, document: &str| page.contains(&format!("value=\"0.{document}\" checked"));
        assert!(ticked(&page, &good) && !ticked(&page, &old), "{page}");

        // Nothing chosen: told, and kept.
        let nothing = browser.post_form(&at, &[("jusqua", &day_from_now(&world, 10))]).await.expect(422).text();
        assert!(nothing.contains("choisissez un papier, ou cochez") && nothing.contains(&day_from_now(&world, 10)), "{nothing}");
        assert!(!ticked(&nothing, &good), "what was not chosen is not chosen for them");
        let choice = format!("0.{good}");
        let both = browser.post_form(&at, &[("choix", &choice), ("refus", "0")]).await.expect(422).text();
        assert!(both.contains("Gardez l’un des deux") && ticked(&both, &good), "{both}");

        // A proof that is too old: they prove again who they are, and what they chose is still there.
        world.wait(Duration::from_secs(6 * 60));
        let until = day_from_now(&world, 10);
        let sent = browser.post_form(&at, &[("choix", &choice), ("refus", "1"), ("jusqua", &until)]).await.expect_redirect();
        let to = sent.header("location");
        assert!(to.starts_with("/auth/holder/login?step_up=1&next=%2Fdemandes%2F"), "{to}");
        let next = url::form_urlencoded::parse(to.split_once('?').unwrap().1.as_bytes()).find(|(name, _)| name == "next").unwrap().1.into_owned();
        browser.prove_again().await;
        let back = browser.get(&next).await.expect(200).text();
        assert!(ticked(&back, &good) && back.contains("name=\"refus\" type=\"checkbox\" value=\"1\" checked") && back.contains(&format!("value=\"{until}\"")), "{back}");
        let given = browser.post_form(&at, &[("choix", &choice), ("refus", "1"), ("jusqua", &until)]).await.expect_redirect();
        assert_eq!(given.header("location"), "/demandes?fait=transmis");

        // What was handed over, to whom, until when; the institution opens it, and that is counted.
        let share = caf.get(&format!("/api/v1/requests/{id}")).await.json()["share"].as_str().unwrap().to_owned();
        let content = format!("/api/v1/shares/{share}/papers/1/content");
        assert_eq!(caf.get(&content).await.expect(200).body, b"facture");
        let page = browser.get("/demandes?fait=transmis").await.expect(200).text();
        for words in ["Vos papiers sont transmis.", "À Caisse du Valserin", "Ouvert 1 fois.", "Facture récente", "Vous avez répondu"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        // Pressed twice is once. What is answered asks nothing more.
        for _ in 0..2 {
            browser.post_form(&format!("/transmis/{share}/pause"), &[]).await.expect_redirect();
        }
        assert_eq!(caf.get(&content).await.status, 409);
        assert!(browser.get("/demandes").await.text().contains("En pause"));
        browser.post_form(&format!("/transmis/{share}/continuer"), &[]).await.expect_redirect();
        assert_eq!(caf.get(&content).await.status, 200);
        browser.post_form(&format!("/transmis/{share}/arreter"), &[]).await.expect_redirect();
        assert_eq!(caf.get(&content).await.status, 410);
        let page = browser.get("/demandes").await.text();
        assert!(page.contains("Vous avez arrêté.") && !page.contains(&format!("/transmis/{share}/arreter")) && !page.contains(&format!("/transmis/{share}/pause")), "{page}");
        let answered = browser.get(&at).await.expect(200).text();
        assert!(!answered.contains("name=\"choix\"") && answered.contains("Vous avez répondu"), "{answered}");

        // Declined; and nothing of it for anybody else.
        let made = caf.post("/api/v1/requests", &asked(&world)).await.expect(201).json();
        let other = browser.post_form("/demandes", &[("code", made["code"].as_str().unwrap())]).await.expect_redirect();
        let at = other.header("location").to_owned();
        let ahmed = world.holder("ahmed").await;
        for path in [at.clone(), "/demandes/nonsense".to_owned()] {
            ahmed.client.get(&path).await.expect(404);
            ahmed.client.post_form(&path, &[("choix", &choice)]).await.expect(404);
        }
        ahmed.client.post_form(&format!("/transmis/{share}/arreter"), &[]).await.expect(404);
        browser.post_form(&format!("{at}/refuser"), &[]).await.expect_redirect();
        assert!(browser.get("/demandes").await.text().contains("Vous avez refusé cette demande."));
        assert_eq!(caf.get(&format!("/api/v1/requests/{}", made["id"].as_str().unwrap())).await.json()["status"], json!("declined"));
        // In English too.
        assert!(browser.get("/demandes?lang=en").await.text().contains("Papers asked for"));
    }

    /// What an institution took in one file, and its receipt, stand on the page of what was done with it, with for whom.
    async fn everything_that_was_done_is_on_its_page(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse du Valserin").await;
        let angela = world.holder("angela").await;
        let pdf = crate::bearers::a_pdf(&angela).await;
        let (share, _) = handed(&world, &caf, &angela, &[("Facture", "facture.pdf", &pdf)], None).await;
        let at = format!("/api/v1/shares/{share}");
        caf.get(&format!("{at}/receipt")).await.expect(200);
        caf.get(&format!("{at}/archive")).await.expect(200);
        let request = caf.request_with(reqwest::Method::GET, &format!("{at}/merged"), &caf.token().await);
        caf.client.send(request.header("consigne-reader", "Mme Durand")).await.expect(200);
        world.settle().await;
        let page = angela.client.get(&format!("/transmis/{share}")).await.expect(200).text();
        let page = page.replace(['\u{a0}', '\u{202f}'], " ").replace('\u{2019}', "'");
        for words in ["Caisse du Valserin a pris le reçu.", "Caisse du Valserin a pris tous les papiers dans un fichier ZIP.",
            "Caisse du Valserin, pour « Mme Durand », a pris tous les papiers dans un seul PDF.", "Caisse du Valserin a ouvert « Facture »."] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(!page.contains("La personne qui a le code"), "{page}");
        angela.client.post(&angela.path(&format!("/shares/{share}/revoke"))).await.expect(204);
        caf.get(&format!("{at}/archive")).await.expect(410);
        let page = angela.client.get(&format!("/transmis/{share}?lang=en")).await.expect(200).text();
        assert!(page.contains("took all the papers as a ZIP file") && page.contains("tried, and saw nothing"), "{page}");
    }
}
