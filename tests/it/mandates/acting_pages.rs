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
