//! The holder's pages of who sends them papers, as a browser uses them.

use std::time::Duration;

use super::{issue, papers, proposed, quittance};
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Pair, World, day_from_now};

on_both_pairs! {
    /// The holder's pages, as a browser uses them.
    async fn the_pages_say_who_sends_what(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse du Valserin").await;
        let angela = world.holder("angela").await;
        let browser = &angela.client;
        let made = caf.post("/api/v1/requests", &proposed(&world)).await.expect(201).json();
        let taken = browser.post_form("/demandes", &[("code", made["code"].as_str().unwrap())]).await.expect_redirect();
        let at = taken.header("location").to_owned();
        let page = browser.get(&at).await.expect(200).text();
        for words in ["Caisse du Valserin veut vous envoyer des papiers", "Vos quittances, chaque mois", "Quittance de loyer", "Cacher ces papiers à mes aidants", "L. 262-2"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(browser.get("/demandes").await.text().contains("Aucun organisme ne peut vous envoyer de papiers."));
        // A day that is none is told, and kept; an old proof leads through the entrance and back.
        let (accept, until) = (format!("{at}/accepter"), day_from_now(&world, 10));
        let wrong = browser.post_form(&accept, &[("jusqua", &day_from_now(&world, -3)), ("cache", "1")]).await.expect(422).text();
        assert!(wrong.contains(&day_from_now(&world, -3)) && wrong.contains("value=\"1\" checked"), "{wrong}");
        assert!(wrong.contains("<a href=\"#jusqua\">") && wrong.contains("id=\"jusqua-faux\"") && wrong.contains("<title>À corriger"), "{wrong}");
        world.wait(Duration::from_secs(6 * 60));
        let sent = browser.post_form(&accept, &[("jusqua", &until), ("cache", "1")]).await.expect_redirect();
        let to = sent.header("location");
        let next = url::form_urlencoded::parse(to.split_once('?').unwrap().1.as_bytes()).find(|(name, _)| name == "next").unwrap().1.into_owned();
        browser.prove_again().await;
        let back = browser.get(&next).await.expect(200).text();
        assert!(back.contains(&format!("value=\"{until}\"")) && back.contains("value=\"1\" checked"), "{back}");
        let given = browser.post_form(&accept, &[("jusqua", &until)]).await.expect_redirect();
        assert_eq!(given.header("location"), "/demandes?fait=accord");
        let agreement = made["id"].as_str().unwrap();
        issue(&caf, agreement, &quittance(), b"une quittance").await.expect(201);
        let document = papers(&angela).await[0]["id"].as_str().unwrap().to_owned();
        let page = browser.get("/demandes?fait=accord").await.expect(200).text();
        for words in ["cet organisme peut vous envoyer des papiers", "Vous avez dit oui.", &format!("/accords/{agreement}/arreter")] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(browser.get("/papiers/rubrique/logement").await.text().contains("Envoyé par Caisse du Valserin")
            || browser.get("/papiers").await.text().contains("Envoyé par Caisse du Valserin"));
        let one = browser.get(&format!("/papiers/{document}")).await.expect(200).text();
        assert!(one.contains("Envoyé par") && one.contains("Caisse du Valserin") && !one.contains("Ajouté par"), "{one}");
        browser.get(&format!("/papiers/{document}/recu")).await.expect(200);
        // To stop it is asked first, on a page of its own.
        assert!(!page.contains(&format!("action=\"/accords/{agreement}/arreter\"")), "{page}");
        let asked = browser.get(&format!("/accords/{agreement}/arreter")).await.expect(200).text();
        for words in ["Caisse du Valserin", "Quittance de loyer", "Les papiers déjà arrivés restent.", "Ne pas arrêter"] {
            assert!(asked.contains(words), "{words}: {asked}");
        }
        issue(&caf, agreement, &quittance(), b"une autre").await.expect(201);
        for _ in 0..2 {
            browser.post_form(&format!("/accords/{agreement}/arreter"), &[]).await.expect_redirect();
        }
        let page = browser.get("/demandes").await.text();
        assert!(page.contains("Vous avez arrêté. Plus rien n’arrive.") && !page.contains(&format!("/accords/{agreement}/arreter")), "{page}");
        let ahmed = world.holder("ahmed").await;
        ahmed.client.post_form(&format!("/accords/{agreement}/arreter"), &[]).await.expect(404);
        ahmed.client.post_form(&accept, &[]).await.expect(404);
        // Declined, as any request.
        let made = caf.post("/api/v1/requests", &proposed(&world)).await.expect(201).json();
        let other = browser.post_form("/demandes", &[("code", made["code"].as_str().unwrap())]).await.expect_redirect();
        browser.post_form(&format!("{}/refuser", other.header("location")), &[]).await.expect_redirect();
        assert_problem(&issue(&caf, made["id"].as_str().unwrap(), &quittance(), b"x").await, 404, "not-found", "declined");
        assert!(browser.get("/demandes?lang=en").await.text().contains("wants to send you papers"));
    }
}
