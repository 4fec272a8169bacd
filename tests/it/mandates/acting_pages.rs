//! On plain pages, in a visit: taking back what was not the right paper, and saying that one has seen an original.

use serde_json::json;

use super::pages::{add, begin, between, helped, page, plain, press, to};
use super::seen::{newest, replace};
use crate::on_both_pairs;
use crate::world::{Pair, World, proposal};

on_both_pairs! {
    async fn a_paper_that_was_not_the_right_one_is_taken_back(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, _) = helped(&world).await;
        let visit = begin(&claire.client).await;
        assert!(!page(&claire.client, &visit).await.expect(200).text().contains("/retirer/"), "nothing to take back");
        assert_eq!(to(add(&claire.client, &visit, "logement.quittance_loyer").await), format!("{visit}?ajoute=1"));
        let list = page(&claire.client, &format!("{visit}?ajoute=1")).await.expect(200);
        let own = format!("{visit}/retirer/{}", between(&list.text(), &format!("href=\"{visit}/retirer/"), "\""));
        assert!(plain(&list).contains("Ce n'était pas le bon papier ?"), "{}", plain(&list));
        // What happens is told before the button.
        let asked = plain(&page(&claire.client, &own).await.expect(200));
        for told in ["Ce papier part tout de suite.", "Vous ne pourrez pas revenir en arrière.", "la personne qui gère les membres", "Vous avez ajouté ce papier le "] {
            assert!(asked.contains(told), "{told}: {asked}");
        }
        // Another site can't press it.
        let request = claire.client.request(reqwest::Method::POST, &own).header("sec-fetch-site", "cross-site");
        let mut request = request.build().unwrap();
        request.headers_mut().insert("origin", "https://evil.test".parse().unwrap());
        claire.client.execute(request).await.expect(403);
        assert_eq!(to(press(&claire.client, &own).await), format!("{visit}?retire=1"));
        let list = plain(&page(&claire.client, &format!("{visit}?retire=1")).await.expect(200));
        assert!(list.contains("Personne ne peut plus l'ouvrir.") && !list.contains("/retirer/") && !list.contains("Quittance de mars"), "{list}");
        // Pressed twice, or come back to.
        press(&claire.client, &own).await.expect(404);
        assert_eq!(to(page(&claire.client, &own).await), visit);
        let journal = plain(&page(&lucie.client, "/qui-a-ouvert").await.expect(200));
        assert!(journal.contains("CCAS de Valserin, a retiré un papier : ce n'était pas le bon."), "{journal}");
        // A page that came too late, and one for somebody else's paper.
        let bail = lucie.deposit("Mon bail", "logement.bail", b"le bail").await;
        let theirs = format!("{visit}/retirer/{bail}/{}", newest(&lucie, &bail).await);
        assert_eq!(to(page(&claire.client, &theirs).await), visit);
        press(&claire.client, &theirs).await.expect(404);
        assert_eq!(lucie.content(&bail).await.expect(200).body, b"le bail");
    }

    /// Who may only add papers, and sees none, takes back too; so does family, to whom no structure is named.
    async fn who_sees_no_list_takes_back_too(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let ahmed = world.sign_in("holder", "ahmed").await;
        let mut body = proposal("", None);
        body["scope"][0]["permissions"] = json!(["deposit"]);
        lucie.let_help(&ahmed, body).await;
        let visit = begin(&ahmed).await;
        to(add(&ahmed, &visit, "logement.quittance_loyer").await);
        let list = page(&ahmed, &visit).await.expect(200).text();
        let own = format!("{visit}/retirer/{}", between(&list, &format!("href=\"{visit}/retirer/"), "\""));
        let asked = plain(&page(&ahmed, &own).await.expect(200));
        assert!(asked.contains("La personne que vous aidez voit") && !asked.contains("structure"), "{asked}");
        assert_eq!(to(press(&ahmed, &own).await), format!("{visit}?retire=1"));
        assert_eq!(lucie.get("/documents").await.json()["items"], json!([]));
        // Help that is over offers nothing.
        to(add(&ahmed, &visit, "logement.quittance_loyer").await);
        press(&lucie.client, "/aide/tout-arreter").await;
        assert!(!page(&ahmed, &visit).await.expect(404).text().contains("/retirer/"));
    }

    /// Whoever may tidy papers has a form for it in a visit: a name, a kind, hiding. Never showing again.
    async fn a_paper_is_tidied_in_a_visit(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let ahmed = world.sign_in("holder", "ahmed").await;
        let dates = json!({"title": "Mon bail", "kind": "logement.bail", "expires_on": "2031-05-14"});
        let made = lucie.deposit_with(&dates, "bail.txt", b"le bail".to_vec()).await.expect(201).json();
        let bail = made["id"].as_str().unwrap().to_owned();
        let health = lucie.deposit("Mutuelle", "sante.mutuelle", b"x").await;
        let mut body = proposal("", None);
        body["scope"] = json!([
            {"category": "logement", "permissions": ["list", "read"]},
            {"category": "banque", "permissions": ["list", "read"]},
        ]);
        lucie.let_help(&ahmed, body.clone()).await;
        let visit = begin(&ahmed).await;
        let paper = format!("{visit}/papiers/{bail}");
        assert!(!page(&ahmed, &paper).await.expect(200).text().contains("/ranger\""), "not for who may only look");
        page(&ahmed, &format!("{paper}/ranger")).await.expect(404);
        press(&ahmed, &format!("{visit}/finir")).await.expect(303);
        for scope in body["scope"].as_array_mut().unwrap() {
            scope["permissions"] = json!(["list", "read", "organise"]);
        }
        lucie.let_help(&ahmed, body).await;
        let visit = begin(&ahmed).await;
        let paper = format!("{visit}/papiers/{bail}");
        let at = format!("{paper}/ranger");
        assert!(page(&ahmed, &paper).await.expect(200).text().contains(&format!("href=\"{at}\"")));
        let form = plain(&page(&ahmed, &at).await.expect(200));
        assert!(form.contains("banque.rib") && !form.contains("sante.mutuelle") && form.contains("value=\"Mon bail\""), "{form}");
        let was = ("type_avant", "logement.bail");
        let wrong = ahmed.post_form(&at, &[("titre", " "), ("type", "logement.bail"), was]).await.expect(422);
        assert!(plain(&wrong).contains("role=\"alert\"") && plain(&wrong).contains("href=\"#titre\""), "{}", plain(&wrong));
        // Where they may not tidy, nothing goes.
        ahmed.post_form(&at, &[("titre", "Bail"), ("type", "sante.mutuelle"), was]).await.expect(404);
        ahmed.post_form(&format!("{visit}/papiers/{health}/ranger"), &[("titre", "x"), ("type", "a"), ("type_avant", "a")]).await.expect(404);
        let done = ahmed.post_form(&at, &[("titre", "Relevé"), ("type", "banque.rib"), was]).await;
        assert_eq!(to(done), format!("{visit}?range=1"));
        let list = plain(&page(&ahmed, &format!("{visit}?range=1")).await.expect(200));
        assert!(list.contains("Le papier est rangé.") && list.contains("Relevé"), "{list}");
        let shown = lucie.get(&format!("/documents/{bail}")).await.json();
        assert_eq!((&shown["title"], &shown["kind"], &shown["expires_on"]), (&json!("Relevé"), &json!("banque.rib"), &json!("2031-05-14")));
        let hidden = ahmed.post_form(&at, &[("titre", "Relevé"), ("type", "banque.rib"), ("type_avant", "banque.rib"), ("cache", "on")]).await;
        assert_eq!(to(hidden), format!("{visit}?cache=1"));
        let list = plain(&page(&ahmed, &format!("{visit}?cache=1")).await.expect(200));
        assert!(list.contains("Le papier est caché.") && !list.contains("Relevé"), "{list}");
        page(&ahmed, &at).await.expect(404);
        assert_eq!(lucie.get(&format!("/documents/{bail}")).await.json()["private"], true);
    }

    async fn an_original_is_seen_on_the_papers_page(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, _) = helped(&world).await;
        let bail = lucie.deposit("Mon bail", "logement.bail", b"le bail").await;
        let visit = begin(&claire.client).await;
        let paper = format!("{visit}/papiers/{bail}");
        let shown = page(&claire.client, &paper).await.expect(200);
        assert!(plain(&shown).contains("J'ai vu l'original") && !plain(&shown).contains("vu par"), "{}", plain(&shown));
        let version = between(&shown.text(), "name=\"version\" value=\"", "\"").to_owned();
        assert_eq!(version, newest(&lucie, &bail).await);
        let see = format!("{paper}/original");
        claire.client.post_form(&see, &[]).await.expect(404);
        assert_eq!(to(claire.client.post_form(&see, &[("version", version.as_str())]).await), format!("{paper}?original=1"));
        let shown = plain(&page(&claire.client, &format!("{paper}?original=1")).await.expect(200));
        assert!(shown.contains("C'est noté : vous avez vu l'original.") && shown.contains("CCAS de Valserin, le "), "{shown}");
        assert_eq!(to(page(&claire.client, &see).await), paper, "only a form sends there");
        // Pressed twice: it is the same word, and no second line.
        assert_eq!(to(claire.client.post_form(&see, &[("version", version.as_str())]).await), format!("{paper}?original=1"));
        let seen = lucie.trail().await.into_iter().filter(|line| line == "document.original_seen done").count();
        assert_eq!(seen, 1);
        let own = plain(&page(&lucie.client, &format!("/papiers/{bail}")).await.expect(200));
        assert!(own.contains("<dt>Original</dt>") && own.contains("vu par "), "{own}");
        let journal = plain(&page(&lucie.client, "/qui-a-ouvert").await.expect(200));
        assert!(journal.contains("a vu l'original de « Mon bail »"), "{journal}");
        // The holder replaces it: the older one keeps the word, on the page of versions.
        replace(&lucie, &bail, b"nouveau").await;
        let own = plain(&page(&lucie.client, &format!("/papiers/{bail}")).await.expect(200));
        assert!(!own.contains("vu par "), "{own}");
        let versions = plain(&page(&lucie.client, &format!("/papiers/{bail}/versions")).await.expect(200));
        assert!(versions.contains("Original vu par "), "{versions}");
    }
}
