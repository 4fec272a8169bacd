//! Consent on paper, on plain pages: the holder's code, the sheet to print, its photo, a second person's check, the holder's word.

use std::time::Duration;

use reqwest::Method;
use reqwest::multipart::{Form, Part};

use super::pages::{between, page, plain, press, to};
use super::paper::three;
use crate::on_both_pairs;
use crate::world::{Answer, Client, Pair, World, jpeg};

async fn send(client: &Client, at: &str, photo: Vec<u8>) -> Answer {
    let sheet = page(client, at).await.expect(200).text();
    let words = between(&sheet, "<option value=\"", "\"").to_owned();
    let part = Part::bytes(photo).file_name("feuille.jpg");
    let form = Form::new().text("mots", words).text("lu", "oui").text("interprete", "Fatou D.").part("fichier", part);
    client
        .send(client.request(Method::POST, &format!("{at}/envoyer")).header("accept", "text/html").multipart(form))
        .await
}

on_both_pairs! {
    async fn from_the_code_on_paper_to_the_holders_word_by_pages_alone(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        assert!(plain(&page(&lucie.client, "/aide").await.expect(200)).contains("Vous n'avez pas de code pour une feuille à signer."));
        let made = press(&lucie.client, "/aide/code-papier").await.expect(200);
        let code = between(&made.text(), "<p class=\"code big\" dir=\"ltr\">", "<").to_owned();
        assert_eq!(made.header("cache-control"), "no-store");
        let list = plain(&page(&lucie.client, "/aide").await.expect(200));
        assert!(list.contains("Vous avez un code pour une feuille à signer.") && !list.contains(&code), "{list}");

        let form = page(&nadia.client, "/proposer").await.expect(200).text();
        assert!(form.contains("id=\"comment-papier\""), "{form}");
        let mut typed = vec![("code", code.as_str()), ("structure", ccas.id.as_str()), ("qui", "moi"), ("comment", "papier"), ("duree", "31"),
            ("demarche", "logement"), ("pour", "Demande de logement social"), ("sante-list", "on")];
        let wrong = plain(&nadia.client.post_form("/proposer", &typed).await.expect(422));
        assert!(wrong.contains("href=\"#rubriques\"") && wrong.contains("Décochez tout dans « Santé »"), "health is never on paper: {wrong}");
        typed.pop();
        typed.push(("logement-read", "on"));
        // What is wrong is named as the form names it, and where it was typed.
        for (changed, field, label, why) in [
            (("qui", "structure"), "qui", "Qui aidera ?", "Choisissez « Moi seulement »."),
            (("duree", "presence"), "duree", "Durée", "Sur papier, la personne n'est pas là."),
            (("duree", "182"), "duree", "Durée", "C'est trop long : 31 jours au plus."),
            (("fin", "2001-03-01"), "fin", "Dernier jour", "Ce jour est déjà passé."),
            (("fin", "2077-03-01"), "fin", "Dernier jour", "C'est trop long : 31 jours au plus."),
        ] {
            let mut fields: Vec<_> = typed.iter().copied().filter(|(name, _)| *name != changed.0).collect();
            if field == "fin" {
                fields.retain(|(name, _)| *name != "duree");
                fields.push(("duree", "date"));
            }
            fields.push(changed);
            let wrong = plain(&nadia.client.post_form("/proposer", &fields).await.expect(422));
            assert!(wrong.contains(&format!("<a href=\"#{field}\">« {label} »")) && wrong.matches(why).count() == 2, "{field}: {wrong}");
            assert!(!wrong.contains("value=\"presence\""), "not offered any more: {wrong}");
        }
        let print = to(nadia.client.post_form("/proposer", &typed).await);
        assert!(print.starts_with("/aide/papier/"), "{print}");
        let printed = plain(&page(&nadia.client, &print).await.expect(200));
        for told in ["Accord pour être aidé", "Signature", "Texte lu à voix haute par", "Vous autorisez Nadia BENALI, CCAS de Valserin", "Pour arrêter"] {
            assert!(printed.contains(told), "{told}: {printed}");
        }
        assert!(!printed.to_lowercase().contains("roux"), "whose it is, they are not told");
        assert_eq!(page(&claire.client, &print).await.status, 404, "the sheet is its proposer's");
        let waits = plain(&page(&lucie.client, "/aide").await.expect(200));
        assert!(waits.contains("Une feuille à signer attend."), "{waits}");

        let all = format!("/structure/{}/feuilles", ccas.id);
        assert!(plain(&page(&nadia.client, &all).await.expect(200)).contains("La photo manque encore."));
        let at = format!("{all}/{}", print.trim_start_matches("/aide/papier/"));
        assert!(!plain(&page(&claire.client, &at).await.expect(200)).contains("/confirmer\""), "nothing to check yet");
        assert!(!page(&claire.client, "/").await.expect(200).text().contains("/feuilles\""));
        let wrong = plain(&send(&nadia.client, &at, b"<html>".to_vec()).await.expect(415));
        assert!(wrong.contains("role=\"alert\"") && wrong.contains("/envoyer\""), "{wrong}");
        assert!(wrong.contains("Choisissez une photo ou un PDF."), "{wrong}");
        assert_eq!(to(send(&nadia.client, &at, jpeg(b" une signature")).await), at);
        let sent = plain(&page(&nadia.client, &at).await.expect(200));
        assert!(sent.contains("Une autre personne doit la vérifier.") && !sent.contains("/confirmer\""), "{sent}");

        // Whoever manages the members reads on their first page that it waits; whoever proposed it does not.
        let first = plain(&page(&claire.client, "/").await.expect(200));
        assert!(first.contains("1 feuille ou décision attend votre vérification.") && first.contains(&format!("href=\"{all}\"")), "{first}");
        assert!(!page(&nadia.client, "/").await.expect(200).text().contains("/feuilles\""));

        let check = page(&claire.client, &at).await.expect(200);
        assert!(plain(&check).contains("On dit que Fatou D. a traduit le texte.") || plain(&check).contains("Fatou D."), "{}", plain(&check));
        let evidence = between(&check.text(), "name=\"accepts\" value=\"", "\"").to_owned();
        let photo = page(&claire.client, &format!("{at}/photo")).await.expect(200);
        assert!(photo.body.ends_with(b" une signature") && photo.header("content-security-policy").contains("sandbox"));
        let wrong = claire.client.post_form(&format!("{at}/confirmer"), &[("accepts", &evidence), ("nom", "Benali")]).await.expect(422);
        assert!(plain(&wrong).contains("Ce n'est pas la bonne personne") && wrong.text().contains("value=\"Benali\""), "{}", plain(&wrong));
        // A recent code is needed; without it one is sent to where it is given.
        world.wait(Duration::from_mins(6));
        let late = claire.client.post_form(&format!("{at}/confirmer"), &[("accepts", &evidence), ("nom", "Roux")]).await;
        assert_eq!(to(late), "/code-de-securite");
        claire.pass().await.expect(204);
        let done = claire.client.post_form(&format!("{at}/confirmer"), &[("accepts", &evidence), ("nom", "Roux")]).await;
        assert_eq!(to(done), format!("{all}?commence=1"));
        assert!(plain(&page(&nadia.client, "/aider").await.expect(200)).contains("La personne n'a pas encore confirmé."));
        assert!(!page(&claire.client, "/").await.expect(200).text().contains("/feuilles\""), "it waits no more");

        // The first page that she sees tells it; the list too, with what was signed.
        let first = plain(&page(&lucie.client, "/papiers").await.expect(200));
        assert!(first.contains("Une aide a été donnée sur papier. Vous n'avez pas encore confirmé."), "{first}");
        let list = plain(&page(&lucie.client, "/aide").await.expect(200));
        assert!(list.contains("Donnée sur papier. Vous n'avez pas encore confirmé.") && list.contains("Feuille vérifiée par Claire MOREL."), "{list}");
        let own = format!("/aide/{}", print.trim_start_matches("/aide/papier/"));
        assert!(page(&lucie.client, &format!("{own}/feuille")).await.expect(200).body.ends_with(b" une signature"));
        let done = plain(&page(&lucie.client, &format!("{own}/fait")).await.expect(200));
        assert!(done.contains("Une feuille a été signée pour cette aide. Vous n'avez pas encore confirmé.") && !done.contains("Votre accord"), "{done}");
        let asks = page(&lucie.client, &format!("{own}/confirmer")).await.expect(200);
        let words = between(&asks.text(), "name=\"accepts\" value=\"", "\"").to_owned();
        let old = lucie.client.post_form(&format!("{own}/confirmer"), &[("accepts", &words)]).await;
        assert_eq!(to(old), "/encore-vous", "her proof is older than the mandate");
        let lucie = world.holder("lucie").await;
        assert_eq!(to(lucie.client.post_form(&format!("{own}/confirmer"), &[("accepts", &words)]).await), "/aide?confirme=1");
        assert_eq!(to(page(&lucie.client, &format!("{own}/confirmer")).await), "/aide");
        let done = plain(&page(&lucie.client, &format!("{own}/fait")).await.expect(200));
        assert!(done.contains("Vous avez confirmé le ") && !done.contains("pas encore confirmé"), "{done}");
        let list = plain(&page(&lucie.client, "/aide?confirme=1").await.expect(200));
        assert!(list.contains("Vous avez confirmé cette aide.") && !list.contains("Donnée sur papier."), "{list}");
        assert!(!plain(&page(&lucie.client, "/papiers").await.expect(200)).contains("donnée sur papier"));
    }

    async fn a_code_is_withdrawn_and_a_sheet_refused_by_pages(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        press(&lucie.client, "/aide/code-papier").await.expect(200);
        // Taken back: asked first, and the code serves until the answer.
        let list = page(&lucie.client, "/aide").await.expect(200).text();
        assert!(list.contains("href=\"/aide/code-papier/retirer\"") && !list.contains("action=\"/aide/code-papier/retirer\""), "{list}");
        let asked = plain(&page(&lucie.client, "/aide/code-papier/retirer").await.expect(200));
        assert!(asked.contains("Ce code ne servira plus") && asked.contains("Garder ce code"), "{asked}");
        let list = page(&lucie.client, "/aide").await.expect(200).text();
        assert!(list.contains("href=\"/aide/code-papier/retirer\""), "a question takes nothing back: {list}");
        assert_eq!(to(press(&lucie.client, "/aide/code-papier/retirer").await), "/aide?retire=1");
        assert!(plain(&page(&lucie.client, "/aide?retire=1").await.expect(200)).contains("Ce code ne sert plus."));
        world.wait(Duration::from_mins(6));
        assert_eq!(to(press(&lucie.client, "/aide/code-papier").await), "/encore-vous");
        let lucie = world.holder("lucie").await;
        nadia.pass().await.expect(204);
        let body = crate::world::on_paper(&lucie.paper_code().await, &ccas);
        let sheet = crate::world::Sheet::propose(&nadia.client, &ccas, &body).await;
        let at = format!("/structure/{}/feuilles/{}", ccas.id, sheet.id);
        send(&nadia.client, &at, jpeg(b"x")).await.expect(303);
        claire.pass().await.expect(204);
        assert_eq!(to(press(&claire.client, &format!("{at}/refuser")).await), format!("/structure/{}/feuilles?refus=1", ccas.id));
        page(&claire.client, &at).await.expect(404);
        for form_only in ["/envoyer", "/confirmer", "/refuser"] {
            assert_eq!(to(page(&claire.client, &format!("{at}{form_only}")).await), at);
        }
        // Nobody else's pages.
        let paul = world.professional("paul").await;
        for path in [&at, &format!("{at}/photo"), &format!("/structure/{}/feuilles", ccas.id), &format!("/aide/papier/{}", sheet.id)] {
            page(&paul.client, path).await.expect(404);
            assert!(to(page(&world.anonymous(), path).await).starts_with("/?"), "{path}");
        }
    }
}
