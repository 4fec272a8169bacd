//! Help on plain pages, as people use them who have a browser and no script.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::on_both_pairs;
use crate::world::{Answer, Client, Holder, Pair, Professional, World, proposal};

/// The text of a page with the typography taken out: plain spaces and apostrophes.
pub fn plain(answer: &Answer) -> String {
    let text = answer.text().replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'");
    text.replace("&#39;", "'").replace("&#38;", "&")
}

pub async fn page(client: &Client, path: &str) -> Answer {
    client.send(client.request(Method::GET, path).header("accept", "text/html")).await
}

pub async fn press(client: &Client, path: &str) -> Answer {
    client.post_form(path, &[]).await
}

/// Where an answer sends on to.
#[track_caller]
pub fn to(answer: Answer) -> String {
    answer.expect(303).header("location").to_owned()
}

/// What stands between two marks.
#[track_caller]
pub fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("no {start}: {text}")).1;
    rest.split_once(end).unwrap().0
}

/// A code that she makes on her page.
pub async fn code_of(lucie: &Client) -> String {
    let made = press(lucie, "/aide/code").await.expect(200);
    assert_eq!(made.header("cache-control"), "no-store");
    between(&made.text(), "<p class=\"code big\" dir=\"ltr\">", "<").to_owned()
}

/// What an aidant types: everything on housing but handing over.
pub fn typed<'t>(code: &'t str, structure: Option<&'t str>) -> Vec<(&'t str, &'t str)> {
    let mut typed = vec![
        ("code", code),
        ("qui", "moi"),
        ("logement-read", "on"),
        ("logement-deposit", "on"),
        ("duree", "31"),
        ("demarche", "logement"),
        ("pour", "Demande de logement social"),
    ];
    typed.extend(structure.map(|id| ("structure", id)));
    typed
}

/// What the holder reads of the one proposal that waits: its page, and the sum of its text.
pub async fn waiting(lucie: &Client) -> (String, String) {
    let list = page(lucie, "/aide").await.expect(200).text();
    let at = between(&list, "<p><a class=\"button\" href=\"", "\"").to_owned();
    let shown = page(lucie, &at).await.expect(200).text();
    let sum = between(&shown, "name=\"accepts\" value=\"", "\"").to_owned();
    (at, sum)
}

/// Help that begins by pages alone. Gives the holder, the aidant, the address of the mandate.
pub async fn helped(world: &World) -> (Holder, Professional, String) {
    let lucie = world.holder("lucie").await;
    let claire = world.professional("claire").await;
    let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
    let code = code_of(&lucie.client).await;
    let done = claire.client.post_form("/proposer", &typed(&code, Some(&ccas.id))).await;
    assert_eq!(to(done), "/proposer/fait");
    let (at, sum) = waiting(&lucie.client).await;
    lucie.client.prove_again().await;
    let agreed = lucie.client.post_form(&format!("{at}/accord"), &[("accepts", sum.as_str())]).await;
    assert_eq!(to(agreed), "/aide?accord=1");
    (lucie, claire, at)
}

/// A visit that begins on the helper's page. Gives its address.
pub async fn begin(client: &Client) -> String {
    let list = page(client, "/aider").await.expect(200).text();
    let locker = between(&list, "name=\"consigne\" value=\"", "\"").to_owned();
    let mandate = between(&list, "name=\"autorisation\" value=\"", "\"").to_owned();
    let fields = [("consigne", locker.as_str()), ("autorisation", &mandate), ("pour", "Remplir le dossier")];
    to(client.post_form("/visite", &fields).await)
}

/// Lines of the holder's journal that speak of papers being added, or not.
async fn additions(lucie: &Holder) -> usize {
    lucie.journal().await.iter().filter(|line| line["action"] == "document.deposit_begin").count()
}

pub async fn add(client: &Client, visit: &str, kind: &str) -> Answer {
    let part = Part::bytes(b"quittance".to_vec()).file_name("quittance.txt");
    let form = Form::new().text("type", kind.to_owned()).text("titre", "Quittance de mars").part("fichier", part);
    let path = format!("{visit}/ajouter");
    client.send(client.request(Method::POST, &path).header("accept", "text/html").multipart(form)).await
}

on_both_pairs! {
    async fn from_the_code_to_the_end_of_help_by_pages_alone(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let bail = lucie.deposit("Mon bail", "logement.bail", b"le bail").await;
        let other = lucie.deposit("Mutuelle", "sante.mutuelle", b"secret").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
        assert!(plain(&page(&lucie.client, "/aide").await.expect(200)).contains("Personne ne vous aide"));

        // She shows a code; the aidant types it on her own page.
        let code = code_of(&lucie.client).await;
        let first = plain(&page(&claire.client, "/").await.expect(200));
        assert!(first.contains("href=\"/proposer\""), "{first}");
        let form = plain(&page(&claire.client, "/proposer").await.expect(200));
        assert!(form.contains("action=\"/proposer\"") && form.contains(&ccas.id), "{form}");
        assert_eq!(to(claire.client.post_form("/proposer", &typed(&code, Some(&ccas.id))).await), "/proposer/fait");
        assert!(plain(&page(&claire.client, "/proposer/fait").await.expect(200)).contains("Rien ne s'ouvre avant"));
        assert!(!page(&claire.client, "/aider").await.expect(200).text().contains("name=\"consigne\""), "not before");

        // She reads the very text, and agrees; what was read aloud is kept.
        let (at, sum) = waiting(&lucie.client).await;
        let shown = plain(&page(&lucie.client, &at).await);
        assert!(shown.contains("<p dir=\"auto\">Durée : 31 jours.</p>"), "{shown}");
        assert!(shown.contains("Logement : voir la liste, ouvrir et ajouter."), "{shown}");
        lucie.client.prove_again().await;
        let stale = lucie.client.post_form(&format!("{at}/accord"), &[("accepts", &"0".repeat(64))]).await.expect(422);
        assert!(plain(&stale).contains("Le texte a changé."), "{}", plain(&stale));
        let fields = [("accepts", sum.as_str()), ("lu", "oui"), ("interprete", "Sami")];
        assert_eq!(to(lucie.client.post_form(&format!("{at}/accord"), &fields).await), "/aide?accord=1");
        // Pressed twice, it has begun all the same; « no » from an older page says how to stop it.
        assert_eq!(to(lucie.client.post_form(&format!("{at}/accord"), &fields).await), "/aide?accord=1");
        let begun = plain(&press(&lucie.client, &format!("{at}/refus")).await.expect(409));
        assert!(begun.contains("Vous avez déjà dit oui") && begun.contains(&format!("href=\"{at}/arreter\"")), "{begun}");
        let list = plain(&page(&lucie.client, "/aide?accord=1").await.expect(200));
        assert!(list.contains("L'aide a commencé.") && list.contains("CCAS de Valserin"), "{list}");

        // A visit needs a purpose.
        let own = page(&claire.client, "/").await.expect(200).text();
        let locker = between(&own, "name=\"consigne\" value=\"", "\"").to_owned();
        let mandate = between(&own, "name=\"autorisation\" value=\"", "\"").to_owned();
        let none = [("consigne", locker.as_str()), ("autorisation", &mandate), ("pour", " ")];
        let told = plain(&claire.client.post_form("/visite", &none).await.expect(422));
        assert!(told.contains("role=\"alert\"") && told.contains("Il manque une réponse ici."), "{told}");
        let visit = begin(&claire.client).await;
        let list = plain(&page(&claire.client, &visit).await.expect(200));
        assert!(list.contains("Mon bail") && !list.contains("Mutuelle") && list.contains("Lucie"), "{list}");

        let paper = format!("{visit}/papiers/{bail}");
        assert!(plain(&page(&claire.client, &paper).await.expect(200)).contains("Mon bail"));
        let read = page(&claire.client, &format!("{paper}/contenu")).await.expect(200);
        assert_eq!((read.body.as_slice(), read.header("cache-control")), (b"le bail".as_slice(), "no-store"));
        assert!(read.header("content-security-policy").contains("sandbox"));
        let saved = page(&claire.client, &format!("{paper}/contenu?enregistrer=1")).await.expect(200);
        assert!(saved.header("content-disposition").starts_with("attachment"));
        // What help does not reach is not there.
        for away in [format!("{visit}/papiers/{other}"), format!("{visit}/papiers/{other}/contenu")] {
            assert!(plain(&page(&claire.client, &away).await.expect(404)).contains("<h1"), "{away}");
        }

        // She adds a paper, where she may; elsewhere not.
        let before = additions(&lucie).await;
        let form = plain(&page(&claire.client, &format!("{visit}/ajouter")).await.expect(200));
        assert_eq!(additions(&lucie).await, before, "looking at a form adds nothing");
        assert!(form.contains("logement.bail") && !form.contains("sante.") && !form.contains("name=\"cache\""), "{form}");
        let wrong = plain(&add(&claire.client, &visit, "").await.expect(422));
        assert!(wrong.contains("value=\"Quittance de mars\"") && wrong.contains("role=\"alert\""), "{wrong}");
        add(&claire.client, &visit, "sante.mutuelle").await.expect(404);
        assert_eq!(to(add(&claire.client, &visit, "logement.quittance_loyer").await), format!("{visit}?ajoute=1"));
        let list = plain(&page(&claire.client, &format!("{visit}?ajoute=1")).await.expect(200));
        assert!(list.contains("Quittance de mars") && list.contains("Le papier est ajouté."), "{list}");

        assert_eq!(to(press(&claire.client, &format!("{visit}/finir")).await), "/aider?fini=1");
        assert!(plain(&page(&claire.client, "/aider?fini=1").await.expect(200)).contains("La visite est finie."));
        let over = plain(&page(&claire.client, &visit).await.expect(403));
        assert!(over.contains("Cette visite est finie."), "{over}");
        let over = plain(&page(&claire.client, &format!("{visit}/ajouter")).await.expect(403));
        assert!(over.contains("Cette visite est finie.") && !over.contains("name=\"fichier\""), "{over}");
        world.settle().await;
        let journal = plain(&page(&lucie.client, "/qui-a-ouvert").await.expect(200));
        for told in ["CCAS de Valserin, a ouvert « Mon bail »", "Pour : Remplir le dossier."] {
            assert!(journal.contains(told), "{told}: {journal}");
        }

        // She stops: what happens is told before. The aidant's next page is refused.
        let visit = begin(&claire.client).await;
        page(&claire.client, &visit).await.expect(200);
        let asked = plain(&page(&lucie.client, &format!("{at}/arreter")).await.expect(200));
        assert!(asked.contains("L'aide s'arrête tout de suite."), "{asked}");
        for _ in 0..2 {
            assert_eq!(to(press(&lucie.client, &format!("{at}/arreter")).await), "/aide?arret=1");
        }
        assert_eq!(to(press(&lucie.client, &format!("{at}/accord")).await), "/aide", "it is over");
        for refused in [visit.clone(), format!("{visit}/papiers/{bail}"), format!("{visit}/papiers/{bail}/contenu")] {
            page(&claire.client, &refused).await.expect(404);
        }
        assert!(!page(&claire.client, "/aider").await.text().contains("name=\"consigne\""));
        let list = plain(&page(&lucie.client, "/aide?arret=1").await.expect(200));
        assert!(list.contains("Aides finies") && list.contains("L'aide a été arrêtée le "), "{list}");
        assert_eq!(to(page(&lucie.client, &format!("{at}/arreter")).await), "/aide", "it is over already");
        assert_eq!(to(page(&lucie.client, &at).await), "/aide", "it was answered");
    }

    async fn what_is_wrong_is_said_and_what_was_typed_is_kept(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        assert!(plain(&page(&claire.client, "/proposer").await.expect(200)).contains("Vous n'aidez dans aucune structure"));
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
        let code = code_of(&lucie.client).await;
        let good = typed(&code, Some(&ccas.id));
        let kept = ["value=\"Demande de logement social\"", "<option value=\"31\" selected>", "name=\"logement-read\" type=\"checkbox\" value=\"on\" checked"];
        let wrong = claire.client.post_form("/proposer", &typed("ABCD-EFGH-JKMN", Some(&ccas.id))).await.expect(422);
        let wrong = plain(&wrong);
        assert!(wrong.contains("Ce code n'est pas bon") && kept.iter().all(|kept| wrong.contains(kept)), "{wrong}");
        for (left_out, field) in [("logement-", "rubriques"), ("duree", "duree"), ("demarche", "demarche"), ("pour", "pour")] {
            let fields: Vec<_> = good.iter().copied().filter(|(name, _)| !name.starts_with(left_out)).collect();
            let told = plain(&claire.client.post_form("/proposer", &fields).await.expect(422));
            assert!(told.contains(&format!("href=\"#{field}\"")) && told.contains(&code), "{field}: {told}");
        }
        // A code of six minutes ago is too old: what was typed stays.
        world.wait(Duration::from_mins(6));
        let late = plain(&claire.client.post_form("/proposer", &good).await.expect(403));
        assert!(late.contains("href=\"/code-de-securite\"") && kept.iter().all(|kept| late.contains(kept)), "{late}");
        claire.pass().await.expect(204);
        assert_eq!(to(claire.client.post_form("/proposer", &good).await), "/proposer/fait");

        // The holder's own proof is too old: she proves who she is, and comes back to the proposal.
        let (at, sum) = waiting(&lucie.client).await;
        assert_eq!(to(lucie.client.post_form(&format!("{at}/accord"), &[("accepts", &sum)]).await), "/encore-vous");
        let referer = format!("{}{at}", lucie.client.base);
        let again = lucie.client.request(Method::GET, "/encore-vous").header("referer", referer);
        let again = plain(&lucie.client.send(again).await.expect(200));
        assert!(again.contains(&at.replace('/', "%2F")), "{again}");
        // Declining needs none.
        assert_eq!(to(press(&lucie.client, &format!("{at}/refus")).await), "/aide?refus=1");
        page(&lucie.client, &at).await.expect(404);
        assert!(!page(&claire.client, "/aider").await.text().contains("name=\"consigne\""));
        page(&lucie.client, "/aide/nimporte").await.expect(404);
        for form_only in ["/aide/code", "/aide/nimporte/accord"] {
            assert_eq!(to(page(&lucie.client, form_only).await), "/aide");
        }
    }

    async fn all_help_stops_at_once_and_nobody_else_may_press(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, at) = helped(&world).await;
        let visit = begin(&claire.client).await;
        page(&claire.client, &visit).await.expect(200);
        for path in ["/aide/code", "/aide/tout-arreter", &format!("{at}/arreter"), "/proposer", "/visite", &format!("{visit}/finir")] {
            for client in [&lucie.client, &claire.client] {
                let request = client.request(Method::POST, path).header("accept", "text/html");
                let mut request = request.form(&[("code", "x")]).build().unwrap();
                request.headers_mut().insert("origin", "https://evil.test".parse().unwrap());
                request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
                client.execute(request).await.expect(403);
            }
        }
        page(&claire.client, &visit).await.expect(200);
        // Somebody else finds nothing at these addresses.
        let ahmed = world.holder("ahmed").await;
        page(&ahmed.client, &at).await.expect(404);
        page(&ahmed.client, &format!("{at}/arreter")).await.expect(404);
        press(&ahmed.client, &format!("{at}/arreter")).await.expect(404);
        assert!(page(&ahmed.client, &visit).await.status.is_client_error());
        for private in ["/aide", "/aider", "/proposer", visit.as_str()] {
            assert!(to(page(&world.anonymous(), private).await).starts_with("/?"), "{private}");
        }
        // The aidant has no locker: the holder's pages are not theirs.
        assert_eq!(to(page(&claire.client, "/aide").await), "/");

        code_of(&lucie.client).await;
        assert!(plain(&page(&lucie.client, "/aide/tout-arreter").await.expect(200)).contains("les codes ne servent plus"));
        assert_eq!(to(press(&lucie.client, "/aide/tout-arreter").await), "/aide?tout=1");
        page(&claire.client, &visit).await.expect(404);
        assert!(plain(&page(&lucie.client, "/aide?tout=1").await).contains("Toute l'aide est arrêtée."));
    }

    /// Somebody of the family, without a locker of their own, helps by the same pages.
    async fn a_relative_helps_by_the_same_pages(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        lucie.deposit("Mon bail", "logement.bail", b"le bail").await;
        let ahmed = world.sign_in("holder", "ahmed").await;
        assert!(page(&ahmed, "/").await.expect(200).text().contains("href=\"/aider\""));
        let form = page(&ahmed, "/proposer").await.expect(200).text();
        assert!(!form.contains("name=\"structure\"") && !form.contains("name=\"qui\""), "{form}");
        let code = code_of(&lucie.client).await;
        let own = lucie.client.post_form("/proposer", &typed(&code, None)).await.expect(409);
        assert!(plain(&own).contains("C'est votre consigne"), "{}", plain(&own));
        assert_eq!(to(ahmed.post_form("/proposer", &typed(&code, None)).await), "/proposer/fait");
        let (at, sum) = waiting(&lucie.client).await;
        lucie.client.prove_again().await;
        assert_eq!(to(lucie.client.post_form(&format!("{at}/accord"), &[("accepts", &sum)]).await), "/aide?accord=1");
        let visit = begin(&ahmed).await;
        assert!(plain(&page(&ahmed, &visit).await.expect(200)).contains("Mon bail"));
    }

    /// Two organisations that reach one category: she is told.
    async fn an_overlap_is_told_in_plain_words(pair) {
        let world = World::new(pair).await;
        let (lucie, _, _) = helped(&world).await;
        let nadia = world.professional("nadia").await;
        let other = world.organisation("Mission locale", &nadia, Roles::Both).await;
        let mut body = proposal("", Some(&other));
        body["desk"] = json!(true);
        lucie.let_help(&nadia.client, body).await;
        let list = plain(&page(&lucie.client, "/aide").await.expect(200));
        assert!(list.contains("Une autre structure peut voir les mêmes rubriques : Mission locale."), "{list}");
        assert!(list.contains("Toute personne qui aide à Mission locale"), "{list}");
    }
}
