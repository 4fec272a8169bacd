//! The pages of a request, for somebody who is tired: nothing is lost, nothing ends at one tap, and what was answered can be read again.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::bundles::handed;
use super::destroyed::destroy;
use super::requests::asked;
use crate::mandates::pages::{begin, plain};
use crate::on_both_pairs;
use crate::world::{Client, Holder, Pair, Program, World, day_from_now, metadata_of, proposal};
use consigne::domain::organisation::Roles;

/// A request with two pieces that must be there, taken on the page: its address.
async fn two_pieces(world: &World, program: &Program, holder: &Holder) -> String {
    let mut body = asked(world);
    body["pieces"] =
        json!([{"kinds": ["logement.justificatif_domicile"]}, {"kinds": ["emploi.bulletin_salaire"], "count": 2}]);
    let made = program.post("/api/v1/requests", &body).await.expect(201).json();
    take(&holder.client, made["code"].as_str().unwrap()).await
}

async fn take(browser: &Client, code: &str) -> String {
    browser.post_form("/demandes", &[("code", code)]).await.expect_redirect().header("location").to_owned()
}

/// Sends the form that adds a paper to where it says, and gives where that leads.
async fn add(browser: &Client, form: &str, to: &str, kind: &str) -> String {
    assert!(form.contains(&format!("action=\"{}\"", to.replace('&', "&#38;"))), "{to}: {form}");
    let key = form.split("name=\"cle\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let parts = Form::new().text("cle", key).text("type", kind.to_owned()).text("titre", "Facture d'eau");
    let parts = parts.part("fichier", Part::bytes(b"facture d'eau".to_vec()).file_name("eau.txt"));
    let request = browser.request(reqwest::Method::POST, to).header("accept", "text/html").multipart(parts);
    browser.send(request).await.expect_redirect().header("location").to_owned()
}

on_both_pairs! {
    /// What can't be undone is asked first, on a page of its own; to pause is not, and stands apart.
    async fn what_ends_for_good_is_asked_first(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse du Valserin").await;
        let angela = world.holder("angela").await;
        let browser = &angela.client;
        let (share, _) = handed(&world, &caf, &angela, &[("Facture", "facture.txt", b"une facture")], None).await;
        let (stop, content) = (format!("/transmis/{share}/arreter"), format!("/api/v1/shares/{share}/papers/1/content"));
        let list = browser.get("/demandes").await.expect(200).text();
        assert!(list.contains(&format!("href=\"{stop}\"")) && !list.contains(&format!("action=\"{stop}\"")), "{list}");
        assert!(list.contains(&format!("action=\"/transmis/{share}/pause\"")), "{list}");
        let asks = plain(&browser.get(&stop).await.expect(200));
        for words in ["À Caisse du Valserin", "Facture", "Votre demande de RSA", "Plus aucun de ces papiers ne s'ouvre", "Ne pas arrêter", "Mettre en pause"] {
            assert!(asks.contains(words), "{words}: {asks}");
        }
        assert!(asks.contains(&format!("action=\"{stop}\"")), "{asks}");
        assert_eq!(caf.get(&content).await.status, 200, "a question stops nothing");
        browser.post_form(&stop, &[]).await.expect_redirect();
        assert_eq!(caf.get(&content).await.status, 410);
        assert_eq!(browser.get(&stop).await.expect_redirect().header("location"), "/demandes");

        // A request: the same.
        let at = two_pieces(&world, &caf, &angela).await;
        let page = browser.get(&at).await.expect(200).text();
        assert!(page.contains(&format!("href=\"{at}/refuser\"")) && !page.contains(&format!("action=\"{at}/refuser\"")), "{page}");
        let asks = plain(&browser.get(&format!("{at}/refuser")).await.expect(200));
        for words in ["Caisse du Valserin", "Votre demande de RSA", "Aucun papier n'est transmis.", "Ne pas refuser"] {
            assert!(asks.contains(words), "{words}: {asks}");
        }
        assert!(browser.get(&at).await.text().contains("name=\"jusqua\""), "a question refuses nothing");
        browser.post_form(&format!("{at}/refuser"), &[]).await.expect_redirect();
        assert_eq!(browser.get(&format!("{at}/refuser")).await.expect_redirect().header("location"), at);
        // In English; and nobody else's.
        let ahmed = world.holder("ahmed").await;
        for page in [&stop, &format!("{at}/refuser")] {
            ahmed.client.get(page).await.expect(404);
        }
    }

    /// A paper is missing: what was chosen is kept, and whoever added it is back at the request, where it is offered.
    async fn a_paper_that_is_missing_is_added_on_the_way(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse du Valserin").await;
        let angela = world.holder("angela").await;
        let browser = &angela.client;
        let metadata = metadata_of("Bulletin", "emploi.bulletin_salaire", Some(&day_from_now(&world, -20)));
        let payslip = angela.deposit_with(&metadata, "b.txt", b"bulletin".to_vec()).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let at = two_pieces(&world, &caf, &angela).await;
        let page = browser.get(&at).await.expect(200).text();
        assert!(page.contains(&format!("formaction=\"{at}/ajouter\"")) && page.contains("value=\"0.logement.justificatif_domicile\""), "{page}");
        let (choice, until) = (format!("1.{payslip}"), day_from_now(&world, 10));
        let fields = [("choix", choice.as_str()), ("jusqua", until.as_str()), ("ajouter", "0.logement.justificatif_domicile")];
        let form_at = browser.post_form(&format!("{at}/ajouter"), &fields).await.expect_redirect().header("location").to_owned();
        assert!(form_at.starts_with("/papiers/ajouter?demande="), "{form_at}");
        let form = browser.get(&form_at).await.expect(200).text();
        assert!(form.contains("value=\"logement.justificatif_domicile\" selected") && form.contains(&format!("href=\"{at}\"")), "{form}");

        // Not of the kind that is asked for: told, and nothing is lost.
        let back = add(browser, &form, &form_at, "formation.courrier").await;
        let page = plain(&browser.get(&back).await.expect(200));
        assert!(page.contains("Ce n'est pas le type de papier demandé.") && page.contains(&format!("value=\"{choice}\" checked")), "{page}");
        // The right one.
        let form = browser.get(&form_at).await.expect(200).text();
        let back = add(browser, &form, &form_at, "logement.justificatif_domicile").await;
        let paper = back.split("ajoute=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        assert!(back.starts_with(&format!("{at}?ajoute=")), "{back}");
        let page = plain(&browser.get(&back).await.expect(200));
        assert!(page.contains("Votre papier est ajouté. Il est coché dans la demande."), "{page}");
        for chosen in [format!("value=\"0.{paper}\" checked"), format!("value=\"{choice}\" checked"), format!("name=\"jusqua\" type=\"date\" value=\"{until}\"")] {
            assert!(page.contains(&chosen), "{chosen}: {page}");
        }
        let given = browser.post_form(&at, &[("choix", &choice), ("choix", &format!("0.{paper}")), ("jusqua", &until)]).await.expect_redirect();
        assert_eq!(given.header("location"), "/demandes?fait=transmis");
        // Whoever comes back to the address of the form.
        assert_eq!(browser.get(&format!("{at}/ajouter")).await.expect_redirect().header("location"), at);
        // Another's paper is offered to nobody.
        let at = two_pieces(&world, &caf, &angela).await;
        let ahmed = world.holder("ahmed").await;
        let theirs = ahmed.deposit("Facture", "logement.justificatif_domicile", b"x").await;
        let page = browser.get(&format!("{at}?ajoute={theirs}&numero=0")).await.expect(200).text();
        assert!(!page.contains(&theirs), "{page}");
    }

    /// The same for somebody who helps, and may add.
    async fn a_helper_adds_what_is_missing_on_the_way(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse du Valserin").await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let mut body = proposal("", Some(&ccas));
        body["scope"] = json!([{"category": "logement", "permissions": ["list", "deposit", "share"]}]);
        lucie.let_help(&claire.client, body).await;
        let made = caf.post("/api/v1/requests", &asked(&world)).await.expect(201).json();
        let browser = &claire.client;
        let visit = begin(browser).await;
        let code = made["code"].as_str().unwrap();
        let at = browser.post_form(&format!("{visit}/demande"), &[("code", code)]).await.expect_redirect().header("location").to_owned();
        // What must be there is its holder's to refuse: no box is offered that would be refused.
        let page = browser.get(&at).await.expect(200).text();
        assert!(!page.contains("id=\"refus-0\"") && page.contains("id=\"refus-1\"") && page.contains("Seule la personne peut refuser"), "{page}");
        let wrong = plain(&browser.post_form(&at, &[("refus", "0")]).await.expect(422));
        assert!(wrong.contains("<a href=\"#piece-0\">") && wrong.contains("Seule la personne peut refuser."), "{wrong}");
        let fields = [("refus", "1"), ("ajouter", "0.")];
        let form_at = browser.post_form(&format!("{at}/ajouter"), &fields).await.expect_redirect().header("location").to_owned();
        assert!(form_at.starts_with(&format!("{visit}/ajouter?demande=")), "{form_at}");
        let form = browser.get(&form_at).await.expect(200).text();
        let back = add(browser, &form, &form_at, "logement.justificatif_domicile").await;
        assert!(back.starts_with(&format!("{at}?ajoute=")), "{back}");
        let page = plain(&browser.get(&back).await.expect(200));
        let paper = back.split("ajoute=").nth(1).unwrap().split('&').next().unwrap();
        assert!(page.contains("Il est coché dans la demande.") && page.contains(&format!("value=\"0.{paper}\" checked")), "{page}");
        assert!(page.contains("name=\"refus\" type=\"checkbox\" value=\"1\" checked"), "{page}");
    }

    /// What was answered tells each piece, what was given for it or that it was not, until when; two requests of one institution are told apart.
    async fn what_was_answered_can_be_read_again(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse du Valserin").await;
        let angela = world.holder("angela").await;
        let (share, ids) = handed(&world, &caf, &angela, &[("Facture de mars", "mars.txt", b"mars"), ("Facture d'avril", "avril.txt", b"avril")], None).await;
        let request = angela.get("/requests").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        let at = format!("/demandes/{request}");
        let page = plain(&angela.client.get(&at).await.expect(200));
        for words in ["« Facture de mars », fichier « mars.txt », le ", "« Facture d'avril », fichier « avril.txt »", "Votre passeport", "Vous n'avez pas donné ce papier.",
            "Ces papiers s'ouvrent jusqu'à cette date", &format!("href=\"/transmis/{share}\"")] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(!page.contains("Vous pouvez répondre jusqu'à"), "it is answered: {page}");
        // Destroyed since: its name is nowhere.
        destroy(&angela, &ids[0]).await;
        let page = plain(&angela.client.get(&at).await.expect(200));
        assert!(page.contains("et détruit depuis.") && !page.contains("mars.txt") && page.contains("avril.txt"), "{page}");

        let mut other = asked(&world);
        other["purpose"] = json!("Votre aide au logement");
        let made = caf.post("/api/v1/requests", &other).await.expect(201).json();
        take(&angela.client, made["code"].as_str().unwrap()).await;
        let list = plain(&angela.client.get("/demandes").await);
        for words in ["Pour : Votre demande de RSA.", "Pour : Votre aide au logement.", "Demande faite le "] {
            assert!(list.contains(words), "{words}: {list}");
        }
        let english = angela.client.get("/demandes?lang=en").await.text();
        assert!(english.contains("Request made on "), "{english}");
    }

    /// Everything that is wrong is told at once: at the top with a link to each field, and at the field.
    async fn all_that_is_wrong_is_told_at_once(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse du Valserin").await;
        let angela = world.holder("angela").await;
        let metadata = metadata_of("Bulletin", "emploi.bulletin_salaire", Some(&day_from_now(&world, -20)));
        let payslip = angela.deposit_with(&metadata, "b.txt", b"bulletin".to_vec()).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let at = two_pieces(&world, &caf, &angela).await;
        let past = day_from_now(&world, -3);
        let told = plain(&angela.client.post_form(&at, &[("choix", &format!("1.{payslip}")), ("refus", "1"), ("jusqua", &past)]).await.expect(422));
        for words in ["<title>À corriger", "Il y a 3 choses à corriger.", "<a href=\"#piece-0\">", "id=\"piece-0-faux\"", "<a href=\"#piece-1\">", "id=\"piece-1-faux\"",
            "Gardez l'un des deux", "<a href=\"#jusqua\">", "aria-describedby=\"jusqua-faux\" aria-invalid=\"true\"", &format!("value=\"{past}\""), &format!("value=\"1.{payslip}\" checked")] {
            assert!(told.contains(words), "{words}: {told}");
        }
        // Nothing given at all, and all of it refused: that is to refuse the request.
        let told = plain(&angela.client.post_form(&at, &[("refus", "0"), ("refus", "1")]).await.expect(422));
        assert!(told.contains("Pour ne rien donner, refusez la demande."), "{told}");
        // A code that is none, on both pages where it is typed.
        let told = plain(&angela.client.post_form("/demandes", &[("code", "2345")]).await.expect(422));
        assert!(told.contains("<a href=\"#code\">") && told.contains("id=\"code-faux\""), "{told}");
        assert_eq!(angela.get("/shares").await.json()["items"], Value::Array(Vec::new()));
    }
}
