//! Consent on paper: a code that the holder kept, a signed sheet, a second person of the organisation, the holder's own word after.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::{Value, json};

use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Holder, Organisation, Pair, Professional, Sheet, World, jpeg, on_paper, proposal};

/// Lucie, who has a paper; Claire, who is referent and helps; Nadia, who helps.
pub async fn three(world: &World) -> (Holder, String, Professional, Professional, Organisation) {
    let lucie = world.holder("lucie").await;
    let lease = lucie.deposit("Bail", "logement.bail", b"bail").await;
    let claire = world.professional("claire").await;
    let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
    let nadia = world.professional("nadia").await;
    world.hire(&ccas, &claire, &nadia).await;
    (lucie, lease, claire, nadia, ccas)
}

fn plain(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}', '\u{202f}', '\u{a0}'], "").replace('’', "'")
}

/// The newest line of an action.
async fn line(lucie: &Holder, action: &str) -> Value {
    lucie.journal().await.into_iter().rev().find(|line| line["action"] == action).unwrap_or(Value::Null)
}

on_both_pairs! {
    async fn a_second_person_confirms_and_the_holder_has_the_last_word(pair) {
        let world = World::new(pair).await;
        let (lucie, lease, claire, nadia, ccas) = three(&world).await;
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        let own = nadia.client.get(&sheet.own_path()).await.expect(200).json();
        insta::assert_snapshot!("what_is_printed", plain(own["text"].as_str().unwrap()));
        assert!(!own.to_string().contains(&lucie.locker) && !own.to_string().to_lowercase().contains("roux"), "whose it is: {own}");
        assert_eq!((&own["own"], &own["sent"]), (&json!(true), &Value::Null));
        let waiting = lucie.get("/mandates").await.expect(200).json();
        assert_eq!((&waiting["proposals"][0]["consent"], &waiting["paper_code_expires_at"]), (&json!("paper"), &Value::Null), "{waiting}");
        let here = json!({"accepts": waiting["proposals"][0]["sha256"]});
        let consent = lucie.path(&format!("/mandates/{}/consent", sheet.id));
        assert_problem(&lucie.client.post_json(&consent, &here).await, 404, "not-found", "what waits for a signature is not answered here");

        let before = sheet.seen_by(&claire.client).await;
        assert_eq!((&before["own"], &before["sent"]), (&json!(false), &Value::Null));
        assert_problem(&claire.client.get(&sheet.path("/content")).await, 409, "no-sheet", "nothing was sent yet");
        let photo = jpeg(b" une signature");
        sheet.send(photo.clone()).await.expect(204);
        let seen = sheet.seen_by(&claire.client).await;
        assert_eq!((&seen["sent"]["media_type"], &seen["sent"]["read_aloud"], &seen["sent"]["interpreter"]),
            (&json!("image/jpeg"), &json!(true), &json!("Fatou D.")));
        let shown = claire.client.get(&sheet.path("/content")).await.expect(200);
        assert_eq!(shown.body, photo);
        assert_eq!((shown.header("content-type"), shown.header("x-content-type-options")), ("image/jpeg", "nosniff"));
        assert!(shown.header("content-security-policy").contains("sandbox"));
        assert_eq!(lucie.client.get(&lucie.path(&format!("/mandates/{}/sheet", sheet.id))).await.expect(200).body, photo, "she sees it too");
        assert_eq!(nadia.client.get("/api/v1/me").await.json()["helping"], json!([]), "nothing before it is confirmed");
        sheet.confirm(&claire.client).await.expect(204);
        assert_eq!(sheet.seen_by(&claire.client).await, Value::Null, "it waits no more");

        let me = nadia.client.get("/api/v1/me").await.expect(200).json();
        assert_eq!((&me["helping"][0]["on_paper"], &me["helping"][0]["holder"]), (&json!(true), &json!("Lucie Jeanne ROUX")));
        let mandate = sheet.mandate(&lucie);
        assert_problem(&mandate.ask_visit(&claire.client).await, 404, "not-found", "who confirms does not help");
        let visit = mandate.visit(&nadia.client).await;
        visit.content(&lease).await.expect(200);
        visit.end().await.expect(204);
        world.settle().await;

        // What she reads of it: each step, by name, and that it is marked.
        insta::assert_json_snapshot!("lucies_trail_on_paper", lucie.trail().await);
        let confirmed = line(&lucie, "sheet.confirm").await;
        assert_eq!(plain(confirmed["sentence"].as_str().unwrap()),
            "Claire MOREL, CCAS de Valserin, a vérifié une feuille signée. L'aide a commencé. Aide donnée sur papier, pas encore confirmée.");
        assert_eq!((&confirmed["ground"], &confirmed["evidence"]), (&json!("membership"), &seen["sent"]["evidence"]));
        assert!(plain(line(&lucie, "sheet.send").await["sentence"].as_str().unwrap()).starts_with("Nadia BENALI, CCAS de Valserin, a envoyé"));
        assert!(line(&lucie, "content.read").await["sentence"].as_str().unwrap().contains("pas encore confirmée"));
        let list = lucie.get("/mandates").await.expect(200).json();
        let kept = &list["mandates"][0];
        assert_eq!((&kept["status"], &kept["consent"], &kept["acknowledged_at"]), (&json!("active"), &json!("paper"), &Value::Null));
        assert_eq!((&kept["signed"]["confirmed_by"], &kept["text"]), (&json!("Claire MOREL"), &own["text"]));
        assert_eq!(lucie.client.get(&lucie.path(&format!("/mandates/{}/sheet", sheet.id))).await.expect(200).body, photo, "kept with it");

        // The control of the whole locker finds it as the journal says.
        let control = lucie.client.post(&lucie.path("/control")).await.expect(200).json();
        assert_eq!((&control["intact"], &control["mandates"]), (&json!(true), &json!([])), "{control}");

        // Her own word: by a proof that is newer than the mandate, to the very words.
        let acknowledge = lucie.path(&format!("/mandates/{}/acknowledge", sheet.id));
        let right = json!({"accepts": kept["sha256"]});
        world.wait(Duration::from_mins(1));
        let nadias = nadia.client.post_json(&acknowledge, &right).await;
        assert_problem(&nadias, 404, "not-found", "who helps does not confirm");
        let other = Sheet::propose(&claire.client, &ccas, &{
            // A proof of a minute ago is older than this one.
            let lucie = world.holder("lucie").await;
            on_paper(&lucie.paper_code().await, &ccas)
        }).await;
        assert_problem(&other.confirm(&claire.client).await, 403, "second-person", "alone");
        let lucie = world.holder("lucie").await;
        assert_problem(&lucie.client.post_json(&acknowledge, &json!({})).await, 422, "bad-field", "nothing named");
        assert_problem(&lucie.client.post_json(&acknowledge, &json!({"accepts": "0".repeat(64)})).await, 422, "bad-field", "other words");
        lucie.client.post_json(&acknowledge, &right).await.expect(204);
        assert_problem(&lucie.client.post_json(&acknowledge, &right).await, 404, "not-found", "twice");
        let after = lucie.get("/mandates").await.expect(200).json();
        assert!(after["mandates"][0]["acknowledged_at"].is_string(), "{after}");
        assert!(!line(&lucie, "content.read").await["sentence"].as_str().unwrap().contains("papier, pas"));
        assert_eq!(nadia.client.get("/api/v1/me").await.json()["helping"][0]["on_paper"], false);
        mandate.visit(&nadia.client).await;
        // It ends after 31 days like any other.
        world.wait(Duration::from_hours(24 * 31));
        world.lockers.note_expiries().await.unwrap();
        let lucie = world.holder("lucie").await;
        assert_eq!(lucie.get("/mandates").await.json()["mandates"][0]["status"], "expired");
    }

    async fn an_old_proof_does_not_confirm(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        sheet.send(jpeg(b"x")).await.expect(204);
        world.wait(Duration::from_mins(2));
        sheet.confirm(&claire.client).await.expect(204);
        let kept = lucie.get("/mandates").await.json()["mandates"][0]["sha256"].clone();
        let acknowledge = lucie.path(&format!("/mandates/{}/acknowledge", sheet.id));
        // Whoever finds her telephone open, with a proof from before, does not confirm for her.
        assert_problem(&lucie.client.post_json(&acknowledge, &json!({"accepts": kept})).await, 403, "sign-in-again", "older than the mandate");
        assert_eq!(line(&lucie, "mandate.acknowledge").await["outcome"], json!({"kind": "refused", "reason": "not_fresh"}));
        // She stops it as any other.
        lucie.stop(&sheet.mandate(&lucie)).await;
        assert_problem(&sheet.mandate(&lucie).ask_visit(&nadia.client).await, 404, "not-found", "stopped");
        let lucie = world.holder("lucie").await;
        assert_problem(&lucie.client.post_json(&acknowledge, &json!({"accepts": kept})).await, 404, "not-found", "over");
    }

    async fn the_code_on_paper_serves_once_for_that_alone(pair) {
        let world = World::new(pair).await;
        let (lucie, _, _, nadia, ccas) = three(&world).await;
        let ask = async |body: Value| nadia.client.post_json("/api/v1/mandates", &body).await;
        let shown = lucie.help_code().await;
        assert_problem(&ask(on_paper(&shown, &ccas)).await, 422, "wrong-code", "a code that was shown is not one for paper");
        let first = lucie.paper_code().await;
        let list = lucie.get("/mandates").await.expect(200);
        assert!(list.json()["paper_code_expires_at"].is_string() && !list.text().contains(&first), "that there is one, not which");
        assert_problem(&ask(proposal(&first, Some(&ccas))).await, 422, "wrong-code", "nor one for paper a code to answer here");
        let second = lucie.paper_code().await;
        assert_problem(&ask(on_paper(&first, &ccas)).await, 422, "wrong-code", "only the newest serves");
        ask(on_paper(&second, &ccas)).await.expect(201);
        assert_problem(&ask(on_paper(&second, &ccas)).await, 422, "wrong-code", "once");
        // The other code is untouched by it.
        ask(proposal(&shown, Some(&ccas))).await.expect(201);
        let third = lucie.paper_code().await;
        lucie.client.delete(&lucie.path("/help-codes/paper")).await.expect(204);
        assert_problem(&ask(on_paper(&third, &ccas)).await, 422, "wrong-code", "withdrawn");
        let fourth = lucie.paper_code().await;
        lucie.client.post(&lucie.path("/mandates/stop")).await.expect(200);
        assert_problem(&ask(on_paper(&fourth, &ccas)).await, 422, "wrong-code", "all help was stopped");
        assert_eq!(lucie.get("/mandates").await.json()["proposals"], json!([]));
        // It lets help begin without her: making one needs a fresh proof, looking does not.
        world.wait(Duration::from_mins(6));
        let stale = lucie.client.post_json(&lucie.path("/help-codes"), &json!({"for": "paper"})).await;
        assert_problem(&stale, 403, "sign-in-again", "an old proof");
        lucie.help_code().await;
        let lucie = world.holder("lucie").await;
        let wrong = lucie.client.post_json(&lucie.path("/help-codes"), &json!({"for": "ever"})).await;
        assert_problem(&wrong, 422, "bad-field", "for neither");
        // A year, and no longer.
        let code = lucie.paper_code().await;
        world.wait(Duration::from_hours(24 * 100));
        nadia.client.get("/api/v1/me").await;
        let nadia = nadia.again(&world, "nadia").await;
        nadia.pass().await.expect(204);
        let made = nadia.client.post_json("/api/v1/mandates", &on_paper(&code, &ccas)).await.expect(201).json();
        assert!(made["id"].is_string());
    }

    async fn what_is_narrow_stays_narrow(pair) {
        let world = World::new(pair).await;
        let (lucie, _, _, nadia, ccas) = three(&world).await;
        let code = lucie.paper_code().await;
        let with = |name: &str, value: Value| {
            let mut body = on_paper(&code, &ccas);
            body[name] = value;
            body
        };
        let health = json!([{"category": "logement", "permissions": ["list"]}, {"category": "sante", "permissions": ["list"]}]);
        let now = world.source.now();
        let late = now.plus(Duration::from_hours(24 * 32)).rfc3339();
        let mut alone = with("desk", json!(false));
        alone.as_object_mut().unwrap().remove("organisation");
        for (body, what) in [
            (with("scope", health), "health"), (with("term", json!({"days": 182})), "half a year"),
            (with("term", json!({"until": late})), "32 days"), (with("desk", json!(true)), "the desk"), (alone.clone(), "nobody's member"),
            (with("consent", json!("word")), "another way"),
        ] {
            assert_problem(&nadia.client.post_json("/api/v1/mandates", &body).await, 422, "bad-field", what);
        }
        let ahmed = world.sign_in("holder", "ahmed").await;
        assert_problem(&ahmed.post_json("/api/v1/mandates", &alone).await, 422, "bad-field", "a relative");
        world.wait(Duration::from_mins(6));
        let stale = nadia.client.post_json("/api/v1/mandates", &on_paper(&code, &ccas)).await;
        assert_problem(&stale, 403, "second-factor", "a code of six minutes ago");
        nadia.pass().await.expect(204);
        let until = world.source.now().plus(Duration::from_hours(24 * 31)).rfc3339();
        Sheet::propose(&nadia.client, &ccas, &with("term", json!({"until": until}))).await;
    }

    /// A photo is a photo: by its content, up to 5 MiB, five times at most, of the words that were printed.
    async fn a_sheet_is_what_it_says(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        let most = 5 * 1024 * 1024;
        for (bytes, status, kind, what) in [
            (Vec::new(), 422, "empty-file", "nothing"), (b"<html><script>alert(1)</script>".to_vec(), 415, "kind-of-file", "a page"),
            (b"<svg onload='x'>".to_vec(), 415, "kind-of-file", "a drawing that runs"), (b"#!/bin/sh\n".to_vec(), 415, "kind-of-file", "a script"),
            (b"Bonjour".to_vec(), 415, "kind-of-file", "a text"), (b"MZ\x90\0\x03".to_vec(), 415, "kind-of-file", "a program"),
            (jpeg(&vec![0; most - 10]), 413, "too-large", "a byte too many"),
        ] {
            assert_problem(&sheet.send(bytes).await, status, kind, what);
        }
        assert_eq!(sheet.seen_by(&claire.client).await["sent"], Value::Null);
        let form = crate::world::multipart(&json!({"accepts": "0".repeat(64)}), "x.jpg", jpeg(b"x"));
        let other = nadia.client.send(nadia.client.request(reqwest::Method::PUT, &sheet.own_path()).multipart(form)).await;
        assert_problem(&other, 422, "bad-field", "other words than those proposed");
        assert_eq!(line(&lucie, "sheet.send").await["outcome"], json!({"kind": "refused", "reason": "bad_field"}));
        // A whole page after the first bytes of a photo: it is served as that photo, and runs nothing.
        let both = jpeg(b"\xff\xfe<html><script>alert(1)</script>");
        sheet.send(both.clone()).await.expect(204);
        let shown = claire.client.get(&sheet.path("/content")).await.expect(200);
        assert_eq!((shown.body.clone(), shown.header("content-type")), (both, "image/jpeg"));
        assert!(shown.header("content-security-policy").contains("default-src 'none'"));
        let pdf = b"%PDF-1.7\n<script>".to_vec();
        sheet.send(pdf.clone()).await.expect(204);
        let shown = claire.client.get(&sheet.path("/content")).await.expect(200);
        assert!(shown.body == pdf && shown.header("content-disposition").starts_with("attachment"), "no browser shows it in place");
        sheet.send(jpeg(&vec![7; most - 11])).await.expect(204);
        for _ in 0..2 {
            sheet.send(jpeg(b"encore")).await.expect(204);
        }
        assert_problem(&sheet.send(jpeg(b"encore")).await, 429, "too-many", "her journal does not fill up");
        // Other words than those proposed.
        let form = crate::world::multipart(&json!({"accepts": "0".repeat(64)}), "x.jpg", jpeg(b"x"));
        let other = nadia.client.send(nadia.client.request(reqwest::Method::PUT, &sheet.own_path()).multipart(form)).await;
        assert_problem(&other, 429, "too-many", "nor for other words");
        // What waits a week, and no longer, is gone with its photo.
        world.wait(Duration::from_hours(24 * 7));
        world.lockers.forget_old_offers().await.unwrap();
        let mut raw = world.raw().await;
        assert_eq!(raw.count("sheets").await, 0);
        let claire = claire.again(&world, "claire").await;
        claire.pass().await.expect(204);
        assert_eq!(sheet.seen_by(&claire.client).await, Value::Null);
        assert_problem(&sheet.confirm(&claire.client).await, 404, "not-found", "too late");
    }

    async fn a_sheet_is_turned_down_taken_back_or_declined(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let mut raw = world.raw().await;
        for who in ["second", "proposer", "holder"] {
            let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
            sheet.send(jpeg(b"x")).await.expect(204);
            assert_eq!(raw.count("sheets").await, 1);
            match who {
                "second" => claire.client.post(&sheet.path("/refuse")).await.expect(204),
                "proposer" => nadia.client.post(&sheet.path("/refuse")).await.expect(204),
                _ => lucie.client.post(&lucie.path(&format!("/mandates/{}/decline", sheet.id))).await.expect(204),
            };
            assert_eq!(raw.count("sheets").await, 0, "{who}: the photo goes too");
            assert_problem(&sheet.confirm(&claire.client).await, 404, "not-found", who);
            assert_problem(&nadia.client.get(&sheet.own_path()).await, 404, "not-found", who);
        }
        let lines = lucie.journal().await;
        assert_eq!(lines.iter().filter(|line| line["action"] == "sheet.refuse").count(), 2);
    }

    /// A surer consent is not replaced by a less sure one; a newer sheet replaces an older one.
    async fn a_surer_consent_stays(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let next = async |lucie: &Holder| {
            let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
            sheet.send(jpeg(b"x")).await.expect(204);
            sheet
        };
        let first = next(&lucie).await;
        first.confirm(&claire.client).await.expect(204);
        let second = next(&lucie).await;
        second.confirm(&claire.client).await.expect(204);
        let list = lucie.get("/mandates").await.json();
        let status = |id: &str| list["mandates"].as_array().unwrap().iter().find(|m| m["id"] == id).unwrap()["status"].clone();
        assert_eq!((status(&first.id), status(&second.id)), (json!("ended"), json!("active")));
        let replaced = line(&lucie, "mandate.supersede").await;
        assert_eq!((&replaced["ground"], &replaced["actor"]["person"]), (&json!("membership"), &json!(claire.person)), "{replaced}");
        let lucie = world.holder("lucie").await;
        let sure = lucie.let_help(&nadia.client, proposal("", Some(&ccas))).await;
        let third = next(&lucie).await;
        assert_problem(&third.confirm(&claire.client).await, 409, "surer-consent", "she agreed herself");
        assert_eq!(line(&lucie, "sheet.confirm").await["outcome"], json!({"kind": "refused", "reason": "surer_consent"}));
        sure.visit(&nadia.client).await;
    }
}
