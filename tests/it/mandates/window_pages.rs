//! Consent in a window by pages alone: the aidant prepares, hands the device over, gets it back.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use reqwest::Method;

use super::windows::met;
use crate::entrance::through;
use crate::on_both_pairs;
use crate::world::{Answer, Client, Pair, World, digits, short};

fn plain(answer: &Answer) -> String {
    let text = answer.text().replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'");
    text.replace("&#39;", "'").replace("&#38;", "&").replace(['\u{2068}', '\u{2069}'], "")
}

async fn page(client: &Client, path: &str) -> Answer {
    client.send(client.request(Method::GET, path).header("accept", "text/html")).await
}

#[track_caller]
fn to(answer: Answer) -> String {
    answer.expect(303).header("location").to_owned()
}

#[track_caller]
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("no {start}: {text}")).1;
    rest.split_once(end).unwrap().0
}

fn typed(structure: &str) -> Vec<(&str, &str)> {
    vec![
        ("qui", "moi"),
        ("logement-read", "on"),
        ("duree", "31"),
        ("demarche", "logement"),
        ("pour", "Demande de logement social"),
        ("structure", structure),
    ]
}

/// The aidant prepares what they propose, and hands the device over: where the person signs in.
async fn prepared(client: &Client, structure: &str) -> String {
    let handed = to(client.post_form("/avec-moi", &typed(structure)).await);
    let shown = page(client, &handed).await.expect(200);
    let told = plain(&shown);
    assert!(told.contains("Donnez l'appareil à la personne") && leads_nowhere(&told), "{told}");
    between(&shown.text(), "class=\"button\" href=\"", "\"").to_owned()
}

/// Goes out over the issuer, and reads what is said then.
async fn out(client: &Client, location: &str) -> String {
    assert!(location.contains("/demo/holder/session/end?"), "{location}");
    let back = client.get(location).await;
    assert!(back.status.is_redirection(), "{}", back.text());
    let home = to(page(client, back.header("location")).await);
    assert_eq!(home, "/avec-moi/fini");
    let end = plain(&page(client, &home).await.expect(200));
    assert!(leads_nowhere(&end), "{end}");
    end
}

/// Whether nothing around a page leads to the pages of whose device it is.
fn leads_nowhere(told: &str) -> bool {
    ["<nav", "href=\"/\"", "<footer"].iter().all(|never| !told.contains(never))
}

on_both_pairs! {
    async fn the_device_goes_to_the_person_and_back(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        lucie.deposit("Mon bail", "logement.bail", b"bail").await;
        let device = &claire.client;
        let form = plain(&page(device, "/proposer").await.expect(200));
        assert!(form.contains("href=\"/avec-moi\""), "{form}");
        let form = plain(&page(device, "/avec-moi").await.expect(200));
        assert!(form.contains("action=\"/avec-moi\"") && !form.contains("name=\"code\""), "{form}");
        let wrong = plain(&device.post_form("/avec-moi", &[("structure", ccas.id.as_str())]).await.expect(422));
        assert!(wrong.contains("role=\"alert\"") && wrong.contains("action=\"/avec-moi\""), "{wrong}");

        let sign_in = prepared(device, &ccas.id).await;
        assert_eq!(to(through(device, &sign_in, "lucie").await), "/avec-moi/lire");
        let shown = page(device, "/avec-moi/lire").await.expect(200);
        assert_eq!(shown.header("cache-control"), "no-store");
        let told = plain(&shown);
        assert!(told.contains("Claire MOREL") && told.contains("Logement : voir la liste et ouvrir."), "{told}");
        for never in ["<nav", "Lucie", "Mon bail", "/auth/logout", "href=\"/\"", "<footer", &lucie.locker] {
            assert!(!told.contains(never), "{never}: {told}");
        }
        // Words that are not these.
        let stale = plain(&device.post_form("/avec-moi/accord", &[("accepts", &"0".repeat(64))]).await.expect(422));
        assert!(stale.contains("Le texte a changé."), "{stale}");

        // More time: the aidant types a new code, the person goes on reading.
        world.wait(Duration::from_mins(10));
        let asks = plain(&page(device, "/avec-moi/plus-de-temps").await.expect(200));
        assert!(asks.contains("un nouveau code de sécurité") && leads_nowhere(&asks), "{asks}");
        let wrong = plain(&device.post_form("/avec-moi/plus-de-temps", &[("code", "000000")]).await.expect(422));
        assert!(wrong.contains("role=\"alert\""), "{wrong}");
        world.wait(Duration::from_secs(30));
        let code = digits(&claire.secret, &world.source);
        assert_eq!(to(device.post_form("/avec-moi/plus-de-temps", &[("code", &code)]).await), "/avec-moi/lire");
        world.wait(Duration::from_mins(10));
        let shown = page(device, "/avec-moi/lire").await.expect(200).text();
        let sum = between(&shown, "name=\"accepts\" value=\"", "\"").to_owned();
        let fields = [("accepts", sum.as_str()), ("lu", "oui"), ("interprete", "Sami")];
        let end = out(device, &to(device.post_form("/avec-moi/accord", &fields).await)).await;
        for told in ["L'aide a commencé.", "Rendez l'appareil à cette personne : Claire MOREL.", "href=\"/aider\""] {
            assert!(end.contains(told), "{told}: {end}");
        }
        // Pressing once more, or going back, leads to the same page.
        assert_eq!(to(device.post_form("/avec-moi/accord", &fields).await), "/avec-moi/fini");
        assert_eq!(to(page(device, "/avec-moi/lire").await), "/avec-moi/fini");
        // The aidant goes on, in their own session.
        assert!(plain(&page(device, "/aider").await.expect(200)).contains("Lucie"));
        let lucie = world.holder("lucie").await;
        let list = lucie.get("/mandates").await.json();
        assert_eq!(list["mandates"][0]["consent"], "window");
        let journal = plain(&page(&lucie.client, "/qui-a-ouvert").await.expect(200));
        assert!(journal.contains("C'était sur l'appareil de cette personne : Claire MOREL, CCAS de Valserin."), "{journal}");
    }

    async fn no_is_an_answer_and_so_is_none(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        for (press, told) in [("/avec-moi/refus", "Vous n'êtes pas d'accord."), ("/avec-moi/quitter", "Vous n'avez pas répondu.")] {
            let sign_in = prepared(&claire.client, &ccas.id).await;
            through(&claire.client, &sign_in, "lucie").await.expect(303);
            let end = out(&claire.client, &to(claire.client.post_form(press, &[]).await)).await;
            assert!(end.contains(told), "{end}");
        }
        // Nobody of that name here: said once they are out again.
        let sign_in = prepared(&claire.client, &ccas.id).await;
        let turned = to(through(&claire.client, &sign_in, "ahmed").await);
        assert!(out(&claire.client, &turned).await.contains("Vous n'avez pas encore de consigne."));
        assert_eq!(lucie.get("/mandates").await.json()["mandates"], serde_json::json!([]));
    }

    /// The person has the aidant's device in hand and something goes wrong: no page that says so leads to the aidant's own pages,
    /// where the people they help stand by their names.
    async fn what_goes_wrong_on_the_aidants_device_leads_nowhere(pair) {
        let world = World::new(pair).await;
        let (_lucie, claire, ccas) = met(&world).await;
        let device = &claire.client;
        // She says no at the issuer.
        let sign_in = prepared(device, &ccas.id).await;
        let away = device.get(&sign_in).await.expect(303);
        let to_issuer = url::Url::parse(away.header("location")).unwrap();
        let state = to_issuer.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let back = format!("/auth/holder/callback?error=access_denied&state={state}");
        let declined = page(device, &back).await;
        let told = plain(&declined);
        assert!(declined.status.is_client_error() && leads_nowhere(&told), "{told}");
        assert!(told.contains("Rendez l'appareil") && told.contains("href=\"/avec-moi/"), "{told}");
        // Once more: from there she comes in. An address that is none says where she reads.
        let hand = between(&declined.text(), "class=\"button\" href=\"", "\"").to_owned();
        let sign_in = between(&page(device, &hand).await.expect(200).text(), "class=\"button\" href=\"", "\"").to_owned();
        through(device, &sign_in, "lucie").await.expect(303);
        let lost = plain(&page(device, "/nulle-part").await.expect(404));
        assert!(lost.contains("href=\"/avec-moi/lire\"") && leads_nowhere(&lost), "{lost}");
        let taken = page(device, &sign_in).await;
        assert!(taken.status.is_client_error() && leads_nowhere(&plain(&taken)), "{}", plain(&taken));
        // The aidant's own pages, once it is over, are as before.
        out(device, &to(device.post_form("/avec-moi/quitter", &[]).await)).await;
        assert!(plain(&page(device, "/nulle-part").await.expect(404)).contains("href=\"/\""));
    }

    /// The person walks away without a word. Whoever touches the device next is sent out over the issuer first.
    async fn whoever_walks_away_is_signed_out_at_the_issuer_all_the_same(pair) {
        let world = World::new(pair).await;
        let (_lucie, claire, ccas) = met(&world).await;
        let sign_in = prepared(&claire.client, &ccas.id).await;
        through(&claire.client, &sign_in, "lucie").await.expect(303);
        world.wait(Duration::from_mins(14));
        claire.client.get("/api/v1/me").await.expect(200);
        world.wait(Duration::from_mins(1));
        let end = out(&claire.client, &to(page(&claire.client, "/avec-moi/lire").await)).await;
        assert!(end.contains("Le temps pour lire et répondre est fini."), "{end}");
        // Once: the next look begins anew.
        page(&claire.client, "/avec-moi").await.expect(200);

        // The page of the one before was closed: the aidant's own next window leads out first.
        claire.pass().await.expect(204);
        let sign_in = prepared(&claire.client, &ccas.id).await;
        through(&claire.client, &sign_in, "lucie").await.expect(303);
        claire.client.cookies.lock().unwrap().remove(crate::world::WINDOW);
        world.wait(Duration::from_mins(14));
        claire.client.get("/api/v1/me").await.expect(200);
        world.wait(Duration::from_mins(1));
        out(&claire.client, &to(page(&claire.client, "/avec-moi").await)).await;
    }

    async fn a_code_of_six_minutes_ago_is_too_old_and_others_find_nothing(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        world.wait(Duration::from_mins(6));
        let late = plain(&claire.client.post_form("/avec-moi", &typed(&ccas.id)).await.expect(403));
        assert!(late.contains("href=\"/code-de-securite\"") && late.contains("value=\"Demande de logement social\""), "{late}");
        assert!(to(page(&world.anonymous(), "/avec-moi").await).starts_with("/?"));
        assert_eq!(to(page(&lucie.client, "/avec-moi").await), "/");
        claire.pass().await.expect(204);
        let handed = to(claire.client.post_form("/avec-moi", &typed(&ccas.id)).await);
        let nadia = world.professional("nadia").await;
        world.organisation("Autre", &nadia, Roles::Both).await;
        assert_eq!(to(page(&nadia.client, &handed).await), "/avec-moi/lire");
        assert_eq!(to(page(&nadia.client, "/avec-moi/lire").await), "/avec-moi/fini");
        for form_only in ["/avec-moi/accord", "/avec-moi/refus", "/avec-moi/quitter"] {
            assert_eq!(to(page(&claire.client, form_only).await), "/avec-moi/lire");
        }
        assert!(!lucie.journal().await.iter().any(|line| short(line).starts_with("window.")));
    }
}
