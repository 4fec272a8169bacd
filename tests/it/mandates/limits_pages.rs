//! Limits by pages alone: the holder chooses papers, takes back; the helper goes on, hands over, gives up.

use consigne::domain::organisation::Roles;

use serde_json::json;

use super::pages::{begin, between, code_of, helped, page, plain, press, to, typed, waiting};
use crate::on_both_pairs;
use crate::world::{Pair, World};

on_both_pairs! {
    async fn she_shows_one_paper_of_what_is_asked(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let lease = lucie.deposit("Mon bail", "logement.bail", b"le bail").await;
        lucie.deposit("Ma quittance", "logement.quittance_loyer", b"quittance").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let code = code_of(&lucie.client).await;
        assert_eq!(to(claire.client.post_form("/proposer", &typed(&code, Some(&ccas.id))).await), "/proposer/fait");
        let (at, _) = waiting(&lucie.client).await;
        lucie.client.prove_again().await;
        assert!(plain(&page(&lucie.client, &at).await).contains(&format!("href=\"{at}/choisir\"")));
        let form = plain(&page(&lucie.client, &format!("{at}/choisir")).await.expect(200));
        assert!(form.contains("Mon bail") && form.contains("Ma quittance"), "{form}");
        // Nothing ticked is nothing left.
        let none = lucie.client.post_form(&format!("{at}/choisir"), &[("reste-logement", "choix")]).await.expect(422);
        assert!(plain(&none).contains("role=\"alert\"") && plain(&none).contains("aucun papier n'est coché"), "{}", plain(&none));
        let beside = [("reste-logement", "tout"), (&*format!("papier-{lease}"), "logement")];
        let beside = plain(&lucie.client.post_form(&format!("{at}/choisir"), &beside).await.expect(422));
        assert!(beside.contains("Choisissez « Seulement les papiers que je coche »"), "{beside}");
        let papier = format!("papier-{lease}");
        let ticked = [("reste-logement", "choix"), (papier.as_str(), "logement")];
        let read = to(lucie.client.post_form(&format!("{at}/choisir"), &ticked).await);
        let shown = page(&lucie.client, &read).await.expect(200);
        assert!(plain(&shown).contains("Mon bail") && !plain(&shown).contains("Ma quittance"), "{}", plain(&shown));
        let (sum, choice) = (between(&shown.text(), "name=\"accepts\" value=\"", "\"").to_owned(), between(&shown.text(), "name=\"choix\" value=\"", "\"").to_owned());
        // The sum of the choice without the choice is another text.
        lucie.client.post_form(&format!("{at}/accord"), &[("accepts", &sum)]).await.expect(422);
        let agreed = lucie.client.post_form(&format!("{at}/accord"), &[("accepts", &sum), ("choix", &choice)]).await;
        assert_eq!(to(agreed), "/aide?accord=1");
        let visit = plain(&page(&claire.client, &begin(&claire.client).await).await.expect(200));
        assert!(visit.contains("Mon bail") && !visit.contains("Ma quittance"), "{visit}");
        assert!(plain(&page(&lucie.client, "/aide").await).contains("1 papier choisi"));
        // An address that was made up chooses nothing.
        page(&lucie.client, &format!("{at}?choix=nonsense")).await.expect(303);
    }

    /// On papers that are given singly nothing is added: what is agreed to says so, and the pages do what it says.
    async fn single_papers_are_replaced_and_nothing_is_added(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, at) = helped(&world).await;
        let lease = lucie.deposit("Mon bail", "logement.bail", b"le bail").await;
        let other = lucie.deposit("Ma quittance", "logement.quittance_loyer", b"quittance").await;
        let visit = begin(&claire.client).await;
        let whole = page(&claire.client, &format!("{visit}/papiers/{other}")).await.expect(200);
        assert!(plain(&whole).contains("/remplacer\""), "with the whole category, too: {}", plain(&whole));
        let form = plain(&page(&lucie.client, &format!("{at}/reduire")).await.expect(200));
        assert!(form.contains("« ajouter » veut dire remplacer") && form.contains("ne sont plus valables"), "{form}");
        let papier = format!("papier-{lease}");
        let one = [("reste-logement", "choix"), (papier.as_str(), "logement"), ("logement-list", "on"), ("logement-read", "on"), ("logement-deposit", "on")];
        assert_eq!(to(lucie.client.post_form(&format!("{at}/reduire"), &one).await), "/aide?moins=1");
        for told in [plain(&page(&lucie.client, "/aide").await), plain(&page(&claire.client, &visit).await.expect(200))] {
            assert!(told.contains("1 papier choisi : voir la liste, ouvrir et remplacer."), "{told}");
            assert!(!told.contains(&format!("{visit}/ajouter\"")), "{told}");
        }
        page(&claire.client, &format!("{visit}/ajouter")).await.expect(404);
        let seen = plain(&page(&claire.client, &format!("{visit}/papiers/{lease}")).await.expect(200));
        assert!(seen.contains(&format!("href=\"{visit}/papiers/{lease}/remplacer\"")), "{seen}");
        page(&claire.client, &format!("{visit}/papiers/{other}/remplacer")).await.expect(404);
        let form = page(&claire.client, &format!("{visit}/papiers/{lease}/remplacer")).await.expect(200);
        assert!(plain(&form).contains("Mon bail") && plain(&form).contains("type=\"file\""), "{}", plain(&form));
        let key = between(&form.text(), "name=\"cle\" value=\"", "\"").to_owned();
        let file = reqwest::multipart::Part::bytes(b"le nouveau bail".to_vec()).file_name("bail.txt");
        let sent = reqwest::multipart::Form::new().text("cle", key).part("fichier", file);
        let request = claire.client.request(reqwest::Method::POST, &format!("{visit}/papiers/{lease}/remplacer")).header("accept", "text/html").multipart(sent);
        assert_eq!(to(claire.client.send(request).await), format!("{visit}/papiers/{lease}?remplace=1"));
        assert!(plain(&page(&claire.client, &format!("{visit}/papiers/{lease}?remplace=1")).await.expect(200)).contains("Le papier est remplacé"));
        assert_eq!(lucie.content(&lease).await.expect(200).body, b"le nouveau bail");
        // On paper too.
        let id = at.rsplit('/').next().unwrap();
        let attested = crate::world::printed::Pdf::of(lucie.get(&format!("/mandates/{id}/attestation")).await).flat();
        assert!(attested.contains("remplacer") && !attested.contains("ajouter"), "{attested}");
        // Not allowed any more: the page offers nothing.
        let less = [("reste-logement", "choix"), (papier.as_str(), "logement"), ("logement-list", "on"), ("logement-read", "on")];
        assert_eq!(to(lucie.client.post_form(&format!("{at}/reduire"), &less).await), "/aide?moins=1");
        let seen = plain(&page(&claire.client, &format!("{visit}/papiers/{lease}")).await.expect(200));
        assert!(!seen.contains("/remplacer\""), "{seen}");
        page(&claire.client, &format!("{visit}/papiers/{lease}/remplacer")).await.expect(404);
    }

    async fn she_takes_back_on_a_page(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, at) = helped(&world).await;
        lucie.deposit("Mon bail", "logement.bail", b"le bail").await;
        let visit = begin(&claire.client).await;
        let form = plain(&page(&lucie.client, &format!("{at}/reduire")).await.expect(200));
        assert!(form.contains("name=\"logement-read\"") && !form.contains("name=\"logement-share\""), "only what is there: {form}");
        let wider = [("reste-logement", "tout"), ("logement-share", "on")];
        let refused = lucie.client.post_form(&format!("{at}/reduire"), &wider).await.expect(422);
        assert!(plain(&refused).contains("seulement retirer"), "{}", plain(&refused));
        lucie.client.post_form(&format!("{at}/reduire"), &[]).await.expect(422);
        lucie.client.post_form(&format!("{at}/reduire"), &[("reste-logement", "tout"), ("logement-list", "on"), ("duree", "365")]).await.expect(422);
        let less = [("reste-logement", "tout"), ("logement-list", "on"), ("duree", "1")];
        assert_eq!(to(lucie.client.post_form(&format!("{at}/reduire"), &less).await), "/aide?moins=1");
        let shown = plain(&page(&lucie.client, "/aide?moins=1").await.expect(200));
        assert!(shown.contains("peut faire moins") && shown.contains("Logement : voir la liste."), "{shown}");
        let visited = page(&claire.client, &visit).await.expect(200);
        assert!(!plain(&visited).contains("/ajouter"), "nothing is added any more");
    }

    /// Nothing is taken back that she did not say she takes back: the page does not tell her so, nor does her journal.
    async fn nothing_changed_is_not_told_as_less(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, at) = helped(&world).await;
        let lease = lucie.deposit("Mon bail", "logement.bail", b"le bail").await;
        let (there, paper) = (format!("{at}/reduire"), format!("papier-{lease}"));
        let as_it_was = [("reste-logement", "tout"), ("logement-list", "on"), ("logement-read", "on"), ("logement-deposit", "on")];
        let same = plain(&lucie.client.post_form(&there, &as_it_was).await.expect(422));
        assert!(same.contains("Rien n'a changé.") && same.contains("role=\"alert\""), "{same}");
        let beside: Vec<_> = as_it_was.into_iter().chain([(paper.as_str(), "logement")]).collect();
        let beside = plain(&lucie.client.post_form(&there, &beside).await.expect(422));
        assert!(beside.contains("Choisissez « Seulement les papiers que je coche »"), "{beside}");
        assert!(beside.contains(&format!("name=\"{paper}\" type=\"checkbox\" value=\"logement\" checked")), "{beside}");
        let none = [("reste-logement", "choix"), ("logement-list", "on")];
        let none = plain(&lucie.client.post_form(&there, &none).await.expect(422));
        assert!(none.contains("aucun papier n'est coché"), "{none}");
        // A program is told the same.
        let list = lucie.get("/mandates").await.json();
        let (id, until) = (list["mandates"][0]["id"].as_str().unwrap(), &list["mandates"][0]["until"]);
        let scope = json!([{"category": "logement", "permissions": ["list", "read", "deposit"]}]);
        for body in [json!({"scope": &scope}), json!({"scope": &scope, "until": until})] {
            let path = format!("/api/v1/lockers/{}/mandates/{id}/narrow", lucie.locker);
            let told = lucie.client.post_json(&path, &body).await.expect(422).json();
            assert_eq!((&told["type"], &told["field"]), (&json!("/problems/bad-field"), &json!("scope")), "{told}");
        }
        assert!(!lucie.journal().await.iter().any(|line| line["action"] == "mandate.narrow" && line["outcome"]["kind"] == "done"));
        assert!(!plain(&page(&lucie.client, "/aide").await).contains("papier choisi"));
        let visit = begin(&claire.client).await;
        assert!(plain(&page(&claire.client, &visit).await.expect(200)).contains("/ajouter"));
        // Only one paper: that is less.
        let one: Vec<_> = [("reste-logement", "choix"), (paper.as_str(), "logement"), ("logement-list", "on"), ("logement-read", "on")].to_vec();
        assert_eq!(to(lucie.client.post_form(&there, &one).await), "/aide?moins=1");
        let again = plain(&lucie.client.post_form(&there, &one).await.expect(422));
        assert!(again.contains("Rien n'a changé."), "{again}");
        assert_eq!(lucie.journal().await.iter().filter(|line| line["action"] == "mandate.narrow" && line["outcome"]["kind"] == "done").count(), 1);
    }

    async fn who_helps_goes_on_hands_over_or_gives_up(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, _) = helped(&world).await;
        let organisation = claire.client.get("/api/v1/me").await.json()["memberships"][0]["organisation"].as_str().unwrap().to_owned();
        let list = page(&claire.client, "/aider").await.expect(200).text();
        let renew = between(&list, "<p class=\"links\"><a href=\"", "\"").to_owned();
        let (hand_over, give_up) = (renew.replace("prolonger", "passer"), renew.replace("prolonger", "arreter"));
        assert!(list.contains(&hand_over) && list.contains(&give_up), "{list}");
        assert!(plain(&page(&claire.client, &hand_over).await.expect(200)).contains("pas de collègue"));
        let nadia = world.professional("nadia").await;
        let ccas = crate::world::Organisation { id: organisation, referent: String::new() };
        claire.pass().await.expect(204);
        world.hire(&ccas, &claire, &nadia).await;
        let form = page(&claire.client, &hand_over).await.expect(200).text();
        let nadias = between(&form, "type=\"radio\" required value=\"", "\"").to_owned();
        claire.client.post_form(&renew, &[("choix", "7")]).await.expect(422);
        assert_eq!(to(claire.client.post_form(&renew, &[("choix", "182")]).await), "/aider?propose=1");
        let busy = claire.client.post_form(&hand_over, &[("choix", &nadias)]).await.expect(429);
        assert!(plain(&busy).contains("role=\"alert\""));
        let (at, _) = waiting(&lucie.client).await;
        to(press(&lucie.client, &format!("{at}/refus")).await);
        assert_eq!(to(claire.client.post_form(&hand_over, &[("choix", &nadias)]).await), "/aider?propose=1");
        lucie.client.prove_again().await;
        let (at, sum) = waiting(&lucie.client).await;
        assert!(plain(&page(&lucie.client, &at).await).contains("Claire MOREL ne vous aide plus"));
        assert_eq!(to(lucie.client.post_form(&format!("{at}/accord"), &[("accepts", &sum)]).await), "/aide?accord=1");
        assert!(plain(&page(&claire.client, "/aider").await).contains("Vous n'aidez personne"));
        page(&claire.client, &give_up).await.expect(404);
        let list = page(&nadia.client, "/aider").await.expect(200).text();
        let give_up = between(&list, "<p class=\"links\"><a href=\"", "\"").replace("prolonger", "arreter");
        assert!(plain(&page(&nadia.client, &give_up).await.expect(200)).contains("s'arrête tout de suite"));
        assert_eq!(to(press(&nadia.client, &give_up).await), "/aider?arret=1");
        assert!(plain(&page(&nadia.client, "/aider?arret=1").await).contains("vous n'aidez plus cette personne"));
    }
}
