//! How consent was given is kept, and read back: in which language, whether the words were read aloud, who translated them, how
//! strongly the holder was known.

use consigne::domain::organisation::Roles;
use reqwest::Method;
use serde_json::{Value, json};

use super::paper::three;
use super::windows::met;
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Holder, Pair, Sheet, World, jpeg, multipart, on_paper, present, proposal};

/// What the API and the page tell of how a mandate was agreed to: in this language, aloud, by the words of Fatou D.
async fn assert_kept(holder: &Holder, mandate: &str, language: &str) -> Value {
    let view = holder.get(&format!("/mandates/{mandate}")).await.expect(200).json();
    let kept = &view["evidence"];
    let told = (&kept["language"], &kept["read_aloud"], &kept["interpreter"]);
    assert_eq!(told, (&json!(language), &json!(true), &json!("Fatou D.")), "{view}");
    let at = format!("/aide/{mandate}/fait");
    let page = holder.client.send(holder.client.request(Method::GET, &at).header("accept", "text/html")).await;
    let page = page.expect(200).text().replace(['\u{2068}', '\u{2069}'], "");
    let words = format!("<div lang=\"{language}\" dir=\"auto\">");
    for said in ["On vous a lu ce texte à voix haute.", "Fatou D. a traduit ce texte pour vous.", &words] {
        assert!(page.contains(said), "{said}: {page}");
    }
    view
}

/// The line of a mandate's page of truth that says it was given: how strongly its giver was known.
fn strength(view: &Value) -> &str {
    let lines = view["done"]["items"].as_array().unwrap();
    lines.iter().find(|line| line["action"] == "mandate.give").unwrap()["strength"].as_str().unwrap()
}

/// How strongly somebody is known in the session that they have.
async fn strength_of_session(holder: &Holder) -> String {
    let sessions = holder.client.get("/api/v1/me/sessions").await.expect(200).json();
    let strength = sessions["items"][0]["strength"].as_str().unwrap().to_owned();
    assert_ne!(strength, "none");
    strength
}

on_both_pairs! {
    async fn in_ones_own_session(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        for language in ["fr", "en"] {
            let body = proposal(&lucie.help_code().await, Some(&ccas));
            let made = claire.client.post_json("/api/v1/mandates", &body).await.expect(201).json();
            let id = made["id"].as_str().unwrap();
            let shown = lucie.get(&format!("/mandates?lang={language}")).await.expect(200).json()["proposals"][0].clone();
            lucie.client.prove_again().await;
            let consent = lucie.path(&format!("/mandates/{id}/consent"));
            let mut how = json!({"accepts": shown["sha256"], "read_aloud": true, "interpreter": "Fatou D."});
            // A name that is none is not left out in silence.
            for none in [" ".to_owned(), "x".repeat(121)] {
                let wrong = json!({"accepts": shown["sha256"], "interpreter": none});
                let answer = lucie.client.post_json(&consent, &wrong).await;
                assert_problem(&answer, 422, "bad-field", "no name");
                assert_eq!(answer.json()["field"], "interpreter");
                assert_problem(&claire.client.post_json(&consent, &wrong).await, 404, "not-found", "nobody else is told");
            }
            let refused = lucie.trail().await.iter().filter(|line| *line == "mandate.give refused:bad_field").count();
            assert!(refused >= 2, "each is a line: {refused}");
            if language == "en" {
                let at = format!("/aide/{id}/accord");
                let sum = shown["sha256"].as_str().unwrap();
                let long = "x".repeat(121);
                let wrong = lucie.client.post_form(&at, &[("accepts", sum), ("lu", "oui"), ("interprete", &long)]).await.expect(422).text();
                assert!(wrong.contains("href=\"#interprete\"") && wrong.contains("aria-invalid") && wrong.contains(&long), "{wrong}");
                how["accepts"] = shown["sha256"].clone();
            }
            lucie.client.post_json(&consent, &how).await.expect(204);
            let view = assert_kept(&lucie, id, language).await;
            assert_eq!(view["text"], shown["text"]);
            assert_eq!(strength(&view), strength_of_session(&lucie).await);
        }
        // Left empty on the page, it names nobody.
        let body = proposal(&lucie.help_code().await, Some(&ccas));
        let made = claire.client.post_json("/api/v1/mandates", &body).await.expect(201).json();
        let id = made["id"].as_str().unwrap();
        let shown = lucie.get("/mandates").await.expect(200).json()["proposals"][0].clone();
        lucie.client.prove_again().await;
        let fields = [("accepts", shown["sha256"].as_str().unwrap()), ("interprete", " ")];
        lucie.client.post_form(&format!("/aide/{id}/accord"), &fields).await.expect(303);
        let kept = lucie.get(&format!("/mandates/{id}")).await.expect(200).json()["evidence"].clone();
        assert_eq!((&kept["read_aloud"], &kept["interpreter"]), (&json!(false), &Value::Null));
    }

    async fn in_a_window(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        let known = strength_of_session(&lucie).await;
        for language in ["fr", "en"] {
            let window = claire.open_window(&present(&ccas)).await;
            window.enter("lucie").await;
            let shown = claire.client.get(&format!("/api/v1/window?lang={language}")).await.expect(200).json();
            let mut how = json!({"accepts": shown["sha256"], "read_aloud": true, "interpreter": "x".repeat(121)});
            let wrong = claire.client.post_json("/api/v1/window/consent", &how).await;
            assert_problem(&wrong, 422, "bad-field", "no name");
            assert_eq!(wrong.json()["field"], "interpreter");
            let fields = [("accepts", shown["sha256"].as_str().unwrap()), ("interprete", how["interpreter"].as_str().unwrap())];
            let wrong = claire.client.post_form("/avec-moi/accord", &fields).await.expect(422).text();
            assert!(wrong.contains("href=\"#interprete\"") && wrong.contains("aria-invalid"), "{wrong}");
            how["interpreter"] = json!("Fatou D.");
            claire.client.post_json("/api/v1/window/consent", &how).await.expect(200);
            let list = lucie.get("/mandates").await.expect(200).json();
            let all = list["mandates"].as_array().unwrap();
            let id = all.iter().find(|one| one["status"] == "active").unwrap()["id"].as_str().unwrap();
            let view = assert_kept(&lucie, id, language).await;
            assert_eq!((&view["consent"], &view["text"]), (&json!("window"), &shown["text"]));
            assert_eq!(strength(&view), known);
        }
    }

    async fn on_paper_and_by_a_second_person(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        for language in ["fr", "en"] {
            let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
            let printed = nadia.client.get(&format!("{}?lang={language}", sheet.own_path())).await.expect(200).json();
            let send = async |interpreter: &str| {
                let described = json!({"accepts": printed["sha256"], "read_aloud": true, "interpreter": interpreter});
                let form = multipart(&described, "feuille.jpg", jpeg(b" une signature"));
                nadia.client.send(nadia.client.request(Method::PUT, &sheet.own_path()).multipart(form)).await
            };
            let wrong = send(&"x".repeat(121)).await;
            assert_problem(&wrong, 422, "bad-field", "no name");
            assert_eq!(wrong.json()["field"], "interpreter");
            assert_eq!(sheet.seen_by(&claire.client).await["sent"], Value::Null, "nothing is kept of it");
            send("Fatou D.").await.expect(204);
            sheet.confirm(&claire.client).await.expect(204);
            let view = assert_kept(&lucie, &sheet.id, language).await;
            assert_eq!((&view["consent"], &view["text"]), (&json!("paper"), &printed["text"]));
        }
    }
}
