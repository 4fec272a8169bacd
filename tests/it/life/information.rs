//! Nobody opens a locker without having been told what it is, and their agreement is kept with what they were told.

use reqwest::Method;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Pair, World, hex};

on_both_pairs! {
    async fn what_is_told_is_public_whole_and_hashed(pair) {
        let world = World::new(pair).await;
        let stranger = world.anonymous();
        let told = stranger.get("/api/v1/information").await.expect(200).json();
        let text = told["text"].as_str().unwrap();
        assert_eq!(told["sha256"], hex(&Sha256::digest(text.as_bytes())));
        assert_eq!((told["locale"].as_str(), told["version"].is_string()), (Some("fr"), true));
        assert_eq!(told["retention"], json!({
            "closure_days": 30, "backup_days": 30, "session_days": 1, "notice_months": [9, 11, 12],
        }));
        assert_eq!(told["limits"]["locker_bytes"], 600 * 1024 * 1024);
        // All that is kept of somebody's identity (`domain::person::CivilIdentity`) is named, and 5 000 is written so.
        let kept = ["nom", "prénoms", "sexe", "date, lieu et pays de naissance", "nom d’usage", "adresse e-mail", "5\u{a0}000 papiers"];
        for said in ["600", "30 jours", "12 mois", "CNIL", "9, 11 et 12", "gratuit"].into_iter().chain(kept) {
            assert!(text.contains(said) || text.contains(&said.replace(' ', "\u{a0}")), "{said}: {text}");
        }
        let english = stranger.get("/api/v1/information?lang=en").await.expect(200).json();
        assert_eq!(english["locale"], "en");
        assert_ne!(english["sha256"], told["sha256"]);

        let page = stranger.send(stranger.request(Method::GET, "/informations")).await.expect(200).text();
        for line in text.lines().filter(|line| !line.contains(['\'', '"', '’', '«'])) {
            assert!(page.contains(line), "{line}: {page}");
        }
        for linking in ["/", "/informations"] {
            assert!(stranger.get(linking).await.text().contains("href=\"/informations\""), "{linking}");
        }
    }

    async fn a_locker_opens_on_the_text_in_force_and_on_nothing_else(pair) {
        let world = World::new(pair).await;
        let lucie = world.sign_in("holder", "lucie").await;
        let current = lucie.information().await;
        let wrong = [
            (None, "missing"), (Some("null".to_owned()), "missing"), (Some("nonsense".to_owned()), "hash"),
            (Some("0".repeat(64)), "changed"), (Some(current[..63].to_owned()), "hash"),
        ];
        for (accepts, why) in wrong {
            let body = accepts.map_or(json!({}), |a| if a == "null" { json!({"accepts": null}) } else { json!({"accepts": a}) });
            let answer = lucie.post_json("/api/v1/lockers", &body).await;
            assert_problem(&answer, 422, "bad-field", why);
            assert_eq!(answer.json()["field"], "accepts", "{why}");
        }
        assert_problem(&lucie.post("/api/v1/lockers").await, 422, "bad-field", "no body");
        assert_eq!(lucie.post_form("/consigne/ouvrir", &[("accepte", &current)]).await.expect(422).header("location"), "");
        let shown = lucie.post_form("/consigne/ouvrir", &[("lu", "oui"), ("accepte", "ancien")]).await.expect(422).text();
        assert!(shown.contains("role=\"alert\"") && shown.contains(&current), "the text in force is shown: {shown}");
        let mut raw = world.raw().await;
        for table in ["lockers", "acceptances", "profiles"] {
            assert_eq!(raw.number(&format!("SELECT CAST(count(*) AS BIGINT) FROM {table}")).await, 0, "{table}");
        }
        assert!(lucie.get("/api/v1/me").await.json()["locker"].is_null());

        // Agreed to in English: a text in force like the other.
        let english = lucie.get("/api/v1/information?lang=en").await.json()["sha256"].as_str().unwrap().to_owned();
        let opened = lucie.post_json("/api/v1/lockers", &json!({"accepts": english.to_uppercase()})).await.expect(201);
        let locker = opened.json()["id"].as_str().unwrap().to_owned();
        let view = lucie.get(&format!("/api/v1/lockers/{locker}")).await.expect(200).json();
        assert_eq!(view["information"]["accepted"]["sha256"], english.as_str());
        assert_eq!(view["information"]["accepted"]["locale"], "en");
        assert_eq!(view["information"]["current"]["sha256"], current.as_str());
        assert_eq!(view["information"]["in_force"], true);
        let journal = lucie.get(&format!("/api/v1/lockers/{locker}/journal?limit=200")).await.json();
        let opening = journal["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((opening["action"].as_str(), opening["evidence"].as_str()), (Some("locker.open"), Some(english.as_str())));
        assert_problem(&lucie.post_json("/api/v1/lockers", &json!({"accepts": english})).await, 409, "already-open", "twice");
        assert_problem(&lucie.post_json("/api/v1/lockers", &json!({})).await, 409, "already-open", "twice, without a word");
    }

    /// The operator changes a period: the holder is told, and agrees again or not.
    async fn a_text_that_has_changed_is_shown_and_agreed_to_again(pair) {
        let mut world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let before = lucie.client.information().await;
        let page = lucie.client.get("/papiers").await.expect(200).text();
        assert!(!page.contains("/consigne/informations"), "{page}");

        world.restart(|config| config.retention.closure_days = Some(60)).await;
        let lucie = world.holder("lucie").await;
        let now = lucie.client.information().await;
        assert_ne!(before, now);
        let state = lucie.get("").await.expect(200).json()["information"].clone();
        assert_eq!((state["accepted"]["sha256"].as_str(), state["in_force"].as_bool()), (Some(before.as_str()), Some(false)));
        let page = lucie.client.get("/papiers").await.expect(200).text();
        assert!(page.contains("/consigne/informations"), "{page}");

        let path = lucie.path("/information");
        let old = lucie.client.post_json(&path, &json!({"accepts": before})).await;
        assert_problem(&old, 422, "bad-field", "the old text");
        assert_problem(&lucie.client.post_json(&path, &json!({})).await, 422, "bad-field", "nothing");
        assert!(lucie.client.get("/consigne/informations").await.expect(200).text().contains(&now));
        lucie.client.post_form("/consigne/informations", &[("accepte", &now)]).await.expect(422);
        assert_eq!(lucie.get("").await.json()["information"]["in_force"], false);
        let form = [("lu", "oui"), ("accepte", now.as_str())];
        assert_eq!(lucie.client.post_form("/consigne/informations", &form).await.expect(303).header("location"), "/papiers");
        let state = lucie.get("").await.expect(200).json()["information"].clone();
        assert_eq!((state["accepted"]["sha256"].as_str(), state["in_force"].as_bool()), (Some(now.as_str()), Some(true)));
        // Again and again: that they agree is kept once, and each visit is a line like any other.
        let mut raw = world.raw().await;
        let kept = raw.number("SELECT CAST(count(*) AS BIGINT) FROM acceptances").await;
        let lines = lucie.trail().await.len();
        lucie.client.post_json(&path, &json!({"accepts": now.to_uppercase()})).await.expect(204);
        lucie.client.post_form("/consigne/informations", &form).await.expect(303);
        assert_eq!(raw.number("SELECT CAST(count(*) AS BIGINT) FROM acceptances").await, kept);
        let trail = lucie.trail().await;
        let new: Vec<_> = trail.iter().skip(lines).filter(|l| *l != "journal.read done").collect();
        assert_eq!(new, ["locker.view done", "locker.view done"], "{trail:?}");
        // Another text in force is another answer, and so is this one after it.
        let english = lucie.client.get("/api/v1/information?lang=en").await.json()["sha256"].as_str().unwrap().to_owned();
        for accepts in [&english, &english, &now] {
            lucie.client.post_json(&path, &json!({"accepts": accepts})).await.expect(204);
        }
        let evidence: Vec<_> = lucie.journal().await.iter()
            .filter(|l| l["action"] == "locker.accept_information")
            .map(|l| l["evidence"].as_str().unwrap().to_owned()).collect();
        assert_eq!(evidence, [now.clone(), english, now.clone()]);
        assert_eq!(lucie.get("").await.json()["information"]["accepted"]["sha256"], now.as_str());
        for private in ["/consigne/informations"] {
            world.anonymous().get(private).await.expect(303);
        }
    }
}
