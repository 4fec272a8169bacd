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
    /// That it was read to her, and who translated, is there again after she has proven who she is: and beside that proposal alone.
    async fn what_was_said_with_an_agreement_is_kept_while_one_proves_who_one_is(pair) {
        let world = World::new(pair).await;
        let (lucie, claire) = (world.holder("lucie").await, world.professional("claire").await);
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        world.wait(std::time::Duration::from_mins(6));
        claire.pass().await.expect(204);
        let code = code_of(&lucie.client).await;
        assert_eq!(to(claire.client.post_form("/proposer", &typed(&code, Some(&ccas.id))).await), "/proposer/fait");
        let (at, sum) = waiting(&lucie.client).await;
        let fields = [("accepts", sum.as_str()), ("lu", "oui"), ("interprete", "Sami B.")];
        let sent = lucie.client.post_form(&format!("{at}/accord"), &fields).await;
        assert_eq!((sent.status.as_u16(), sent.header("location")), (303, "/encore-vous"), "in no address");
        let kept = sent.header("set-cookie").to_owned();
        assert!(kept.starts_with("__Host-consigne-accord=") && !kept.contains("Sami"), "sealed: {kept}");
        lucie.client.prove_again().await;
        let shown = plain(&page(&lucie.client, &at).await.expect(200));
        assert!(shown.contains("value=\"Sami B.\"") && shown.contains("value=\"oui\" checked"), "{shown}");
        assert_eq!(to(lucie.client.post_form(&format!("{at}/accord"), &fields).await), "/aide?accord=1");
        // Another proposal knows nothing of it, nor does the same cookie help there.
        let code = code_of(&lucie.client).await;
        assert_eq!(to(claire.client.post_form("/proposer", &typed(&code, Some(&ccas.id))).await), "/proposer/fait");
        let (other, _) = waiting(&lucie.client).await;
        let cookie = kept.split(';').next().unwrap().to_owned();
        let request = lucie.client.request(reqwest::Method::GET, &other).header("accept", "text/html").header("cookie", cookie);
        assert!(!plain(&lucie.client.send(request).await).contains("Sami"));
        let done = plain(&page(&lucie.client, &format!("{at}/fait")).await.expect(200));
        assert!(done.contains("Sami B."), "{done}");
    }

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
        // Her own pages say who added what.
        let all = lucie.get("/documents").await.json();
        let added = all["items"].as_array().unwrap().iter().find(|one| one["title"] == "Quittance de mars").unwrap();
        let own = plain(&page(&lucie.client, &format!("/papiers/{}", added["id"].as_str().unwrap())).await.expect(200));
        assert!(own.contains("<dt>Ajouté par</dt><dd dir=\"auto\">Claire MOREL, CCAS de Valserin</dd>"), "{own}");
        let own = plain(&page(&lucie.client, &format!("/papiers/{bail}")).await.expect(200));
        assert!(own.contains("<dt>Ajouté par</dt><dd dir=\"auto\">Vous</dd>"), "{own}");

        assert_eq!(to(press(&claire.client, &format!("{visit}/finir")).await), "/aider?fini=1");
        assert!(plain(&page(&claire.client, "/aider?fini=1").await.expect(200)).contains("La visite est finie."));
        let over = plain(&page(&claire.client, &visit).await.expect(403));
        assert!(over.contains("Cette visite est finie."), "{over}");
        let over = plain(&page(&claire.client, &format!("{visit}/ajouter")).await.expect(403));
        assert!(over.contains("Cette visite est finie.") && !over.contains("name=\"fichier\""), "{over}");
        world.settle().await;
        let journal = plain(&page(&lucie.client, "/qui-a-ouvert").await.expect(200));
        for told in ["CCAS de Valserin, a ouvert « Mon bail »", "Pour : Remplir le dossier.", "Vous avez donné une autorisation d'aide à Claire MOREL, CCAS de Valserin."] {
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
            let told = plain(&page(&claire.client, &refused).await.expect(404));
            assert!(told.contains("Vous ne pouvez plus voir cette consigne.") && told.contains("href=\"/aider\""), "{told}");
        }
        assert!(!page(&claire.client, "/aider").await.text().contains("name=\"consigne\""));
        let list = plain(&page(&lucie.client, "/aide?arret=1").await.expect(200));
        assert!(list.contains("Aides finies") && list.contains("L'aide a été arrêtée le "), "{list}");
        assert_eq!(to(page(&lucie.client, &format!("{at}/arreter")).await), "/aide", "it is over already");
        assert_eq!(to(page(&lucie.client, &at).await), "/aide", "it was answered");
    }

    /// A stop in the middle of a visit reads as what it is, to whom was in it and to nobody else.
    async fn who_was_in_a_visit_reads_why_it_is_over(pair) {
        let world = World::new(pair).await;
        let (lucie, claire) = (world.holder("lucie").await, world.professional("claire").await);
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let paul = world.professional("paul").await;
        world.organisation("Ailleurs", &paul, Roles::Both).await;
        let stopped = "Vous ne pouvez plus voir cette consigne.";
        for how in ["stopped", "suspended", "left"] {
            let mut body = proposal("", Some(&ccas));
            // At the desk, a colleague is named by the mandate as well, and was not in this visit.
            body["desk"] = json!(true);
            nadia.pass().await.expect(204);
            claire.pass().await.expect(204);
            let mandate = lucie.let_help(&nadia.client, body).await;
            let visit = mandate.visit(&nadia.client).await;
            let at = format!("/visite/{}/{}", lucie.locker, visit.id);
            page(&nadia.client, &at).await.expect(200);
            match how {
                "stopped" => lucie.stop(&mandate).await,
                "suspended" => drop(claire.client.post(&ccas.member(&member, "/suspend")).await.expect(204)),
                "left" => drop(claire.client.post(&ccas.member(&member, "/end")).await.expect(204)),
                _ => {}
            }
            for path in [at.clone(), format!("{at}/ajouter")] {
                let told = plain(&page(&nadia.client, &path).await.expect(404));
                assert!(told.contains(stopped) && told.contains("L'aide est arrêtée, ou sa durée est passée."), "{how}: {told}");
                assert!(told.contains("href=\"/aider\"") && !told.to_lowercase().contains("roux"), "{how}: {told}");
            }
            // The API is as it was.
            let answer = visit.get("/documents").await;
            assert_eq!((answer.status.as_u16(), &answer.json()["type"]), (404, &json!("/problems/not-found")), "{how}");
            for other in [&claire.client, &paul.client, &lucie.client] {
                let told = page(other, &at).await;
                assert!(told.status.is_client_error() && !plain(&told).contains(stopped), "{how}: {}", plain(&told));
            }
            if how == "suspended" {
                claire.client.post(&ccas.member(&member, "/resume")).await.expect(204);
                lucie.stop(&mandate).await;
            }
        }
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
        // Pressed twice.
        assert_eq!(to(press(&lucie.client, &format!("{at}/refus")).await), "/aide?deja=1");
        assert!(plain(&page(&lucie.client, "/aide?deja=1").await.expect(200)).contains("C'est déjà fait"));
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
        // Whoever has a locker of their own finds it in the menu.
        assert!(page(&lucie.client, "/papiers").await.expect(200).text().contains("<li><a href=\"/aider\">"));
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

    /// Whoever agrees is told before the button which older help stops: the same helper's, or that of whom it is taken over from.
    async fn who_agrees_reads_which_older_help_stops(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, _) = helped(&world).await;
        let nadia = world.professional("nadia").await;
        let me = claire.client.get("/api/v1/me").await.json();
        let ccas = crate::world::Organisation {
            id: me["memberships"][0]["organisation"].as_str().unwrap().to_owned(),
            referent: me["memberships"][0]["id"].as_str().unwrap().to_owned(),
        };
        let member = world.hire(&ccas, &claire, &nadia).await;
        let told = "Si vous êtes d'accord, cette aide d'avant s'arrête";
        // Somebody else's stops nothing.
        let code = code_of(&lucie.client).await;
        to(nadia.client.post_form("/proposer", &typed(&code, Some(&ccas.id))).await);
        let (at, _) = waiting(&lucie.client).await;
        assert!(!plain(&page(&lucie.client, &at).await.expect(200)).contains(told));
        press(&lucie.client, &format!("{at}/refus")).await.expect(303);
        let code = code_of(&lucie.client).await;
        to(claire.client.post_form("/proposer", &typed(&code, Some(&ccas.id))).await);
        let (at, sum) = waiting(&lucie.client).await;
        let asked = plain(&page(&lucie.client, &at).await.expect(200));
        assert!(asked.contains(told) && asked.contains("Claire MOREL, prévue jusqu'au "), "{asked}");
        assert!(asked.find(told) < asked.find("/accord"), "before the button: {asked}");
        lucie.client.prove_again().await;
        assert_eq!(to(lucie.client.post_form(&format!("{at}/accord"), &[("accepts", &sum)]).await), "/aide?accord=1");
        // Handed over: what the first one has stops.
        claire.pass().await.expect(204);
        let mandate = at.trim_start_matches("/aide/");
        let transfer = lucie.path(&format!("/mandates/{mandate}/transfer"));
        claire.client.post_json(&transfer, &json!({"membership": member})).await.expect(201);
        let (at, _) = waiting(&lucie.client).await;
        let asked = plain(&page(&lucie.client, &at).await.expect(200));
        assert!(asked.contains(told) && asked.contains("Claire MOREL, prévue jusqu'au ") && asked.contains("Nadia BENALI"), "{asked}");
    }

    /// Her own looks are left out where she asks for it, and the page says so.
    async fn the_journal_leaves_out_ones_own_looks(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, _) = helped(&world).await;
        let bail = lucie.deposit("Mon bail", "logement.bail", b"le bail").await;
        let visit = begin(&claire.client).await;
        page(&claire.client, &format!("{visit}/papiers/{bail}/contenu")).await.expect(200);
        lucie.content(&bail).await.expect(200);
        lucie.client.post(&lucie.path("/control")).await.expect(200);
        world.settle().await;
        let whole = plain(&page(&lucie.client, "/qui-a-ouvert").await.expect(200));
        assert!(whole.contains("Vous avez ouvert « Mon bail »") && whole.contains("href=\"/qui-a-ouvert?sans-moi=1\""), "{whole}");
        let others = plain(&page(&lucie.client, "/qui-a-ouvert?sans-moi=1").await.expect(200));
        assert!(others.contains("Ce que vous avez regardé vous-même n'est pas montré ici."), "{others}");
        assert!(others.contains("a ouvert « Mon bail »") && others.contains("Vous avez ajouté "), "{others}");
        assert!(!others.contains("Vous avez ouvert « Mon bail »") && !others.contains("Vous avez regardé qui"), "{others}");
        // The API too; the pages of it lead on to the first line, and nothing is there twice.
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let path = format!("/journal?own_looks=false&limit=3{after}");
            let part = lucie.get(&path).await.expect(200).json();
            seen.extend(part["items"].as_array().unwrap().clone());
            match part["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        let all = lucie.journal().await;
        let looks = ["journal.read", "locker.view", "document.list", "document.view", "content.read", "mandate.list", "mandate.view"];
        let by_her = |line: &&serde_json::Value| line["actor"]["kind"] == "holder" && looks.contains(&line["action"].as_str().unwrap());
        let hers: Vec<_> = all.iter().filter(by_her).map(|line| line["seq"].as_u64().unwrap()).collect();
        let ends_hers = |line: &serde_json::Value| line["closes"].as_u64().is_some_and(|began| hers.contains(&began));
        let kept = all.iter().filter(|line| !hers.contains(&line["seq"].as_u64().unwrap()) && !ends_hers(line));
        let newest = seen[0]["seq"].as_u64().unwrap();
        let mut kept: Vec<_> = kept.map(|line| line["seq"].clone()).filter(|seq| seq.as_u64().unwrap() <= newest).collect();
        kept.sort_by_key(|seq| std::cmp::Reverse(seq.as_u64()));
        assert!(!hers.is_empty() && kept.len() > 4);
        assert_eq!(seen.iter().map(|line| line["seq"].clone()).collect::<Vec<_>>(), kept);
        assert!(lucie.get("/journal?own_looks=peut-etre").await.status.is_client_error());
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
