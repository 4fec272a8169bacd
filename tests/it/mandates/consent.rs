//! How help begins: a code that the holder shows, a proposal, the holder's own words of agreement.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::json;

use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Pair, World, proposal};

const PROPOSE: &str = "/api/v1/mandates";

on_both_pairs! {
    async fn the_holder_reads_agrees_and_sees_who_opened_what(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let lease = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        world.hire(&ccas, &claire, &nadia).await;

        let code = lucie.help_code().await;
        let made = nadia.client.post_json(PROPOSE, &proposal(&code.to_lowercase(), Some(&ccas))).await.expect(201).json();
        assert_eq!(made.as_object().unwrap().len(), 1, "whoever proposes learns nothing: {made}");
        let id = made["id"].as_str().unwrap();
        assert_eq!(nadia.client.get("/api/v1/me").await.json()["helping"], json!([]), "nothing before the holder agrees");
        let help = lucie.get("/mandates").await.expect(200).json();
        let shown = &help["proposals"][0];
        assert_eq!((&shown["helper"], &shown["organisation"]), (&json!("Nadia BENALI"), &json!("CCAS de Valserin")));
        let text = shown["text"].as_str().unwrap().replace(['\u{2068}', '\u{2069}', '\u{202f}', '\u{a0}'], "");
        insta::assert_snapshot!("what_lucie_agrees_to", text);
        // In English too, with another hash: either may be agreed to.
        let english = lucie.get("/mandates?lang=en").await.expect(200).json()["proposals"][0]["text"].as_str().unwrap().to_owned();
        assert!(english.starts_with("You allow"), "{english}");

        lucie.client.prove_again().await;
        let consent = lucie.path(&format!("/mandates/{id}/consent"));
        assert_problem(&lucie.client.post_json(&consent, &json!({})).await, 422, "bad-field", "no agreement");
        let other = "0".repeat(64);
        assert_problem(&lucie.client.post_json(&consent, &json!({"accepts": other})).await, 422, "bad-field", "another text");
        let tried = lucie.journal().await.into_iter().filter(|line| line["action"] == "mandate.give").collect::<Vec<_>>();
        assert!(tried.len() == 2 && tried.iter().all(|line| line["outcome"]["reason"] == "bad_field"), "each is a line: {tried:?}");
        let how = json!({"accepts": shown["sha256"], "read_aloud": true, "interpreter": "Fatou D."});
        lucie.client.post_json(&consent, &how).await.expect(204);
        assert_problem(&lucie.client.post_json(&consent, &how).await, 404, "not-found", "it waits no more");

        let me = nadia.client.get("/api/v1/me").await.expect(200).json();
        assert_eq!(me["helping"][0]["holder"], "Lucie Jeanne ROUX");
        assert_eq!(me["helping"][0]["mandate"], id);
        let mandate = crate::world::Mandate { id: id.to_owned(), locker: lucie.locker.clone() };
        let visit = mandate.visit(&nadia.client).await;
        assert_eq!(visit.titles().await, ["Bail"]);
        assert_eq!(visit.content(&lease).await.expect(200).body, b"bail");
        visit.end().await.expect(204);
        world.settle().await;

        insta::assert_json_snapshot!("lucies_trail", lucie.trail().await);
        let lines = lucie.journal().await;
        let read = lines.iter().find(|line| line["action"] == "content.read").unwrap();
        let plain = |line: &serde_json::Value| line["sentence"].as_str().unwrap().replace(['\u{2068}', '\u{2069}', '\u{202f}', '\u{a0}'], "");
        assert_eq!(plain(read), "Nadia BENALI, CCAS de Valserin, a ouvert «Bail». Pour: Remplir la demande de logement.");
        assert_eq!(read["ground"], "mandate");
        assert_eq!(read["helper"]["mandate"], id);
        assert_eq!(read["actor"], json!({"kind": "aidant", "person": nadia.person}));
        let given = lines.iter().find(|line| line["action"] == "mandate.give" && line["outcome"]["kind"] == "done").unwrap();
        assert_eq!(given["evidence"], shown["sha256"], "the entry bears the hash of what was agreed to");
        let list = lucie.get("/mandates").await.expect(200).json();
        let kept = &list["mandates"][0];
        assert_eq!((&kept["status"], &kept["kind"], &kept["consent"]), (&json!("active"), &json!("aidant"), &json!("own_session")));
        assert_eq!(kept["text"], shown["text"]);
    }

    async fn a_code_serves_once_in_time_and_opens_nothing(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let ask = async |code: &str| claire.client.post_json(PROPOSE, &proposal(code, Some(&ccas))).await;
        for wrong in ["", "ABCD-EFGH-JKMN", "nonsense"] {
            assert_problem(&ask(wrong).await, 422, "wrong-code", wrong);
        }
        let first = lucie.help_code().await;
        let second = lucie.help_code().await;
        assert_problem(&ask(&first).await, 422, "wrong-code", "only the newest serves");
        ask(&second).await.expect(201);
        assert_problem(&ask(&second).await, 422, "wrong-code", "it has served");
        let late = lucie.help_code().await;
        world.wait(Duration::from_mins(14));
        // Kept awake, as people do who talk with each other.
        lucie.get("/mandates").await.expect(200);
        claire.client.get("/api/v1/me").await.expect(200);
        world.wait(Duration::from_mins(14));
        lucie.get("/mandates").await.expect(200);
        claire.client.get("/api/v1/me").await.expect(200);
        world.wait(Duration::from_mins(2));
        claire.pass().await.expect(204);
        assert_problem(&ask(&late).await, 422, "wrong-code", "half an hour");
        // What waits does so for a day.
        assert_eq!(lucie.get("/mandates").await.json()["proposals"].as_array().unwrap().len(), 1);
        world.wait(Duration::from_hours(24));
        let lucie = world.holder("lucie").await;
        assert_eq!(lucie.get("/mandates").await.json()["proposals"], json!([]));
    }

    async fn consent_is_the_holders_fresh_proof(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let code = lucie.help_code().await;
        world.wait(Duration::from_mins(6));
        let stale = claire.client.post_json(PROPOSE, &proposal(&code, Some(&ccas))).await;
        assert_problem(&stale, 403, "second-factor", "the aidant's second factor is six minutes old");
        claire.pass().await.expect(204);
        let made = claire.client.post_json(PROPOSE, &proposal(&code, Some(&ccas))).await.expect(201).json();
        let id = made["id"].as_str().unwrap();
        assert_problem(&lucie.agree(id).await, 403, "sign-in-again", "the holder's proof is six minutes old");
        lucie.client.prove_again().await;
        lucie.agree(id).await.expect(204);
        // Her telephone lies open, with a proof of two minutes ago: whoever has it in hand makes a code and agrees to their own
        // proposal. The proof must be newer than what it agrees to.
        let code = lucie.help_code().await;
        world.wait(Duration::from_mins(2));
        let made = claire.client.post_json(PROPOSE, &proposal(&code, Some(&ccas))).await.expect(201).json();
        let id = made["id"].as_str().unwrap();
        assert_problem(&lucie.agree(id).await, 403, "sign-in-again", "the proof is older than the proposal");
        let refused = lucie.journal().await.into_iter().find(|line| line["action"] == "mandate.give").unwrap();
        assert_eq!(refused["outcome"], json!({"kind": "refused", "reason": "not_fresh"}));
        lucie.client.prove_again().await;
        lucie.agree(id).await.expect(204);
        // Declining needs none.
        let code = lucie.help_code().await;
        let made = claire.client.post_json(PROPOSE, &proposal(&code, Some(&ccas))).await.expect(201).json();
        world.wait(Duration::from_mins(6));
        let decline = lucie.path(&format!("/mandates/{}/decline", made["id"].as_str().unwrap()));
        lucie.client.post(&decline).await.expect(204);
        assert_problem(&lucie.client.post(&decline).await, 404, "not-found", "it waits no more");
    }

    async fn what_is_proposed_is_checked(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let code = lucie.help_code().await;
        let good = proposal(&code, Some(&ccas));
        let year = world.source.now().plus(Duration::from_hours(24 * 366)).rfc3339();
        for (field, value) in [
            ("scope", json!([])), ("scope", json!([{"category": "logement", "permissions": []}])),
            ("scope", json!([{"category": "logement", "permissions": ["destroy"]}])), ("scope", json!([{"category": "tout", "permissions": ["list"]}])),
            ("term", json!({})), ("term", json!({"days": 2})), ("term", json!({"days": 1, "present": true})), ("term", json!({"until": "2020-01-01T00:00:00Z"})),
            ("term", json!({"until": year})), ("theme", json!("argot")), ("purpose", json!(" ")), ("purpose", json!("é".repeat(501))),
            ("organisation", json!("nonsense")),
            ("scope", json!(vec![json!({"category": "logement", "permissions": ["list"]}); 65])),
        ] {
            let mut body = good.clone();
            body[field] = value;
            let answer = claire.client.post_json(PROPOSE, &body).await;
            assert_problem(&answer, 422, "bad-field", &body.to_string());
            assert_eq!(answer.json()["field"], field, "{body}");
        }
        claire.client.post_json(PROPOSE, &good).await.expect(201);
    }

    /// A friend helps, without an organisation.
    async fn a_relative_helps_too(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        lucie.deposit("Bail", "logement.bail", b"bail").await;
        let ahmed = world.sign_in("holder", "ahmed").await;
        let own = lucie.client.post_json(PROPOSE, &proposal(&lucie.help_code().await, None)).await;
        assert_problem(&own, 409, "own-locker", "nobody helps themselves");
        let mandate = lucie.let_help(&ahmed, proposal("", None)).await;
        let visit = mandate.visit(&ahmed).await;
        assert_eq!(visit.titles().await, ["Bail"]);
        let line = lucie.journal().await.into_iter().find(|line| line["action"] == "document.list" && line["ground"] == "mandate").unwrap();
        assert_eq!(line["actor"]["kind"], "relative");
        assert!(line["sentence"].as_str().unwrap().contains("Ahmed Idris OSMAN"), "{line}");
    }

    /// Family is narrower by default (DOMAIN §2): who says nothing asks for little, and who asks for more has it said to the holder.
    async fn a_relative_asks_for_little_unless_they_say_more(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let ahmed = world.sign_in("holder", "ahmed").await;
        let ask = async |change: &dyn Fn(&mut serde_json::Value)| {
            let mut body = proposal(&lucie.help_code().await, None);
            change(&mut body);
            let made = ahmed.post_json(PROPOSE, &body).await.expect(201).json();
            let help = lucie.get("/mandates").await.expect(200).json();
            let all = help["proposals"].as_array().unwrap().clone();
            all.into_iter().find(|one| one["id"] == made["id"]).unwrap()
        };
        let is_said = |shown: &serde_json::Value| shown["text"].as_str().unwrap().contains("plus que l’aide habituelle d’un proche");
        let left_out = ask(&|body| { body["scope"] = json!([{"category": "logement"}]); body.as_object_mut().unwrap().remove("term"); }).await;
        assert_eq!((&left_out["scope"][0]["permissions"], &left_out["term"]), (&json!(["list", "read"]), &json!({"days": 31})), "{left_out}");
        assert!(!is_said(&left_out), "{left_out}");
        let some = json!([{"category": "logement", "permissions": ["list", "read", "deposit"]}]);
        let until = |days: u64| world.source.now().plus(Duration::from_hours(24 * days)).rfc3339();
        let usual = ask(&|body| { body["scope"] = some.clone(); body["term"] = json!({"until": until(30)}); }).await;
        assert!(!is_said(&usual), "{usual}");
        for change in [
            &(|body: &mut serde_json::Value| body["scope"] = json!([{"category": "logement", "permissions": ["list", "organise"]}])) as &dyn Fn(&mut serde_json::Value),
            &|body| body["scope"] = json!([{"category": "logement", "permissions": ["list", "share"]}]),
            &|body| body["scope"] = json!([{"category": "sante", "permissions": ["list"]}]),
            &|body| { body["scope"] = some.clone(); body["term"] = json!({"days": 182}); },
            &|body| { body["scope"] = some.clone(); body["term"] = json!({"until": until(32)}); },
        ] {
            let more = ask(change).await;
            assert!(is_said(&more), "{more}");
        }
        // An aidant says what they ask for.
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let mut body = proposal(&lucie.help_code().await, Some(&ccas));
        body["scope"] = json!([{"category": "logement"}]);
        assert_problem(&claire.client.post_json(PROPOSE, &body).await, 422, "bad-field", "nothing said");
    }

    /// The desk: whoever is an active aidant of the organisation; lines name the individual.
    async fn the_desk_is_whoever_is_there(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        lucie.deposit("Bail", "logement.bail", b"bail").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let (nadia, paul) = (world.professional("nadia").await, world.professional("paul").await);
        world.hire(&ccas, &claire, &nadia).await;
        let mut body = proposal("", Some(&ccas));
        body["desk"] = json!(true);
        let mandate = lucie.let_help(&claire.client, body).await;
        let visit = mandate.visit(&nadia.client).await;
        assert_eq!(visit.titles().await, ["Bail"]);
        assert_problem(&mandate.ask_visit(&paul.client).await, 404, "not-found", "of no organisation");
        let told = lucie.journal().await.into_iter().find(|line| line["action"] == "document.list" && line["ground"] == "mandate").unwrap();
        assert!(told["sentence"].as_str().unwrap().contains("Nadia BENALI"), "{told}");
    }
}
