//! One page of truth: every mandate past and present, and what was done under each, by API and plain pages.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use reqwest::Method;
use serde_json::{Value, json};

use super::visits::helped;
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Client, Holder, Mandate, Pair, World, proposal};

async fn page(client: &Client, path: &str) -> String {
    let answer = client.send(client.request(Method::GET, path).header("accept", "text/html")).await.expect(200);
    let text = answer.text().replace(['\u{a0}', '\u{202f}', '\u{2068}', '\u{2069}'], " ").replace('’', "'");
    text.replace("&#39;", "'")
}

/// One mandate, with the newest lines about it.
async fn seen(holder: &Holder, mandate: &Mandate, query: &str) -> Value {
    holder.get(&format!("/mandates/{}{query}", mandate.id)).await.expect(200).json()
}

/// What lines say, in a few words, newest first.
fn told(view: &Value) -> Vec<String> {
    let lines = view["done"]["items"].as_array().unwrap();
    lines
        .iter()
        .map(|line| format!("{} {}", line["action"].as_str().unwrap(), line["outcome"]["kind"].as_str().unwrap()))
        .collect()
}

/// What the list counts of a mandate.
async fn counted(holder: &Holder, mandate: &Mandate) -> Value {
    let list = holder.get("/mandates").await.expect(200).json();
    let one = list["mandates"].as_array().unwrap().iter().find(|one| one["id"] == mandate.id.as_str());
    one.unwrap_or_else(|| panic!("{list}"))["done"].clone()
}

on_both_pairs! {
    /// Two structures help. Each one's page says what was done with it, and nothing of the other.
    async fn what_was_done_under_each_is_told(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, first) = helped(&world, &json!(["list", "read", "deposit"])).await;
        let bail = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let rib = lucie.deposit("RIB", "banque.rib", b"rib").await;
        let paul = world.professional("paul").await;
        let maison = world.organisation("Maison", &paul, Roles::Both).await;
        let second = lucie.let_help(&paul.client, proposal("", Some(&maison))).await;
        let nothing = json!({"visits": 0, "opened": 0, "added": 0, "whole": true});
        assert_eq!(counted(&lucie, &first).await, nothing);

        let visit = first.visit(&claire.client).await;
        for _ in 0..2 {
            visit.content(&bail).await.expect(200);
        }
        visit.content(&rib).await.expect(404);
        let new = json!({"title": "Quittance", "kind": "logement.quittance_loyer"});
        visit.deposit(&new, b"quittance").await.expect(201);
        visit.end().await.expect(204);
        let other = second.visit(&paul.client).await;
        other.content(&bail).await.expect(200);
        world.settle().await;
        lucie.get("/documents").await.expect(200);
        lucie.stop(&first).await;

        let view = seen(&lucie, &first, "").await;
        insta::allow_duplicates! {
            insta::assert_json_snapshot!("what_was_done_under_the_first", told(&view));
        }
        assert_eq!((&view["status"], &view["kind"], &view["consent"]), (&json!("ended"), &json!("aidant"), &json!("own_session")));
        assert_eq!((&view["evidence"]["language"], &view["evidence"]["read_aloud"]), (&json!("fr"), &json!(false)));
        assert_eq!(view["evidence"]["text"], view["text"]);
        let given = view["done"]["items"].as_array().unwrap().iter().find(|line| line["action"] == "mandate.give").unwrap();
        assert_eq!(given["evidence"], view["evidence"]["sha256"]);
        let read = view["done"]["items"].as_array().unwrap().iter().find(|line| line["action"] == "content.read" && line["outcome"]["kind"] == "done").unwrap();
        assert_eq!((&read["object"]["title"], &read["helper"]["name"]), (&json!("Bail"), &json!("Claire MOREL")));
        assert!(told(&seen(&lucie, &second, "").await).iter().filter(|line| *line == "content.read done").count() == 1);

        // Page by page it is the same, in the same order.
        let whole = view["done"]["items"].as_array().unwrap().clone();
        let (mut pages, mut query, mut looks) = (Vec::new(), "?limit=2".to_owned(), 2);
        loop {
            let page = seen(&lucie, &first, &query).await;
            looks += 1;
            pages.extend(page["done"]["items"].as_array().unwrap().clone());
            let Some(next) = page["done"]["next"].as_str() else { break };
            query = format!("?limit=2&after={next}");
        }
        assert_eq!(pages, whole);

        let done = counted(&lucie, &first).await;
        assert_eq!((&done["visits"], &done["opened"], &done["added"], &done["whole"]), (&json!(1), &json!(1), &json!(1), &json!(true)));
        let begun = whole.iter().find(|line| line["action"] == "visit.begin").unwrap();
        assert_eq!(done["last_visit_at"], begun["at"]);
        assert_eq!(counted(&lucie, &second).await["opened"], 1);

        // Looking is a line; the page does not grow by it. Nobody else looks.
        assert_eq!(lucie.trail().await.iter().filter(|line| *line == "mandate.view done").count(), looks);
        assert_problem(&other.get(&format!("/mandates/{}", second.id)).await, 403, "not-allowed", "a helper, at their own mandate");
        assert_problem(&paul.client.get(&lucie.path(&format!("/mandates/{}", second.id))).await, 404, "not-found", "outside a visit");
        let ahmed = world.holder("ahmed").await;
        assert_problem(&ahmed.get(&format!("/mandates/{}", first.id)).await, 404, "not-found", "another's, at home");
        assert_eq!(ahmed.trail().await.last().unwrap(), "mandate.view refused:unknown_mandate");
        assert_problem(&lucie.get(&format!("/mandates/{}?limit=x", first.id)).await, 400, "bad-request", "no number");
    }

    /// The same, as people see it.
    async fn the_pages_say_what_was_done(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, first) = helped(&world, &json!(["list", "read"])).await;
        let bail = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let list = page(&lucie.client, "/aide").await;
        assert!(list.contains("Aucune visite.") && !list.contains("Plusieurs structures"), "{list}");
        let visit = first.visit(&claire.client).await;
        visit.content(&bail).await.expect(200);
        visit.end().await.expect(204);
        let paul = world.professional("paul").await;
        let maison = world.organisation("Maison", &paul, Roles::Both).await;
        lucie.let_help(&paul.client, proposal("", Some(&maison))).await;
        let list = page(&lucie.client, "/aide").await;
        for said in ["Plusieurs structures peuvent ouvrir la même rubrique.", "1 visite, le ", "1 papier ouvert.", "Aucun papier ajouté."] {
            assert!(list.contains(said), "{said}: {list}");
        }
        let at = format!("/aide/{}/fait", first.id);
        assert!(list.contains(&format!("href=\"{at}\"")), "{list}");
        let shown = page(&lucie.client, &at).await;
        for said in [
            "Ce qui a été fait avec cette aide", "Claire MOREL", "a ouvert « Bail ». Pour : Remplir la demande de logement.",
            "Le texte de votre accord", "Vous autorisez Claire MOREL", "Une autre structure peut voir les mêmes rubriques : Maison.",
        ] {
            assert!(shown.contains(said), "{said}: {shown}");
        }
        lucie.stop(&first).await;
        let list = page(&lucie.client, "/aide").await;
        assert!(list.contains("Aides finies") && list.contains(&format!("href=\"{at}\"")), "past ones too: {list}");
        let shown = page(&lucie.client, &at).await;
        assert!(shown.contains("Vous avez arrêté une autorisation d'aide.") && !shown.contains("/arreter"), "{shown}");
        let answer = claire.client.send(claire.client.request(Method::GET, &at).header("accept", "text/html")).await;
        assert_ne!(answer.status, 200, "{}", answer.text());
    }

    /// The holder hears of it on the first page, for a week, and nobody is named there.
    async fn the_first_page_tells_what_is_new_of_help(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        lucie.deposit("Bail", "logement.bail", b"bail").await;
        let news = async || {
            let html = page(&lucie.client, "/papiers").await;
            assert!(!html.contains("Claire"), "{html}");
            ["1 personne propose de vous aider.", "1 aide a commencé", "1 aide s'est arrêtée"].map(|said| html.contains(said))
        };
        assert_eq!(news().await, [false; 3]);
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let code = lucie.help_code().await;
        let made = claire.client.post_json("/api/v1/mandates", &proposal(&code, Some(&ccas))).await.expect(201).json();
        assert_eq!(news().await, [true, false, false]);
        assert!(!page(&lucie.client, "/papiers?q=bail").await.contains("propose de vous aider"), "not beside what was looked for");
        let before = lucie.trail().await;
        assert!(!before.iter().any(|line| line.starts_with("mandate.list")), "{before:?}");
        lucie.client.sign_in("holder", "lucie").await;
        let mandate = Mandate { id: made["id"].as_str().unwrap().to_owned(), locker: lucie.locker.clone() };
        lucie.agree(&mandate.id).await.expect(204);
        assert_eq!(news().await, [false, true, false]);
        lucie.stop(&mandate).await;
        assert_eq!(news().await, [false, false, true]);
        world.wait(Duration::from_hours(24 * 7 + 1));
        lucie.client.sign_in("holder", "lucie").await;
        assert_eq!(news().await, [false; 3]);
    }
}
