//! Help within limits that the holder sets: single papers, less than before, a colleague instead, the same again.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::{Value, json};

use super::visits::helped;
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Answer, Holder, Mandate, Organisation, Pair, Professional, World, proposal};

impl Holder {
    /// Leaves less of a mandate.
    async fn narrow(&self, mandate: &Mandate, body: &Value) -> Answer {
        self.client.post_json(&self.path(&format!("/mandates/{}/narrow", mandate.id)), body).await
    }
}

fn plain(text: &Value) -> String {
    text.as_str().unwrap().replace(['\u{2068}', '\u{2069}', '\u{202f}', '\u{a0}'], "")
}

/// Two aidants of one organisation, and a holder whom the first helps with all of housing.
async fn colleagues(world: &World) -> (Holder, Professional, Professional, Organisation, Mandate) {
    let lucie = world.holder("lucie").await;
    let claire = world.professional("claire").await;
    let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
    let nadia = world.professional("nadia").await;
    world.hire(&ccas, &claire, &nadia).await;
    let mandate = lucie.let_help(&nadia.client, proposal("", Some(&ccas))).await;
    (lucie, claire, nadia, ccas, mandate)
}

on_both_pairs! {
    /// She is asked for all of housing, and shows one paper of it.
    async fn the_holder_chooses_single_papers(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let lease = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let rent = lucie.deposit("Quittance", "logement.quittance_loyer", b"quittance").await;
        let account = lucie.deposit("RIB", "banque.rib", b"rib").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let mut body = proposal(&lucie.help_code().await, Some(&ccas));
        body["scope"] = json!([
            {"category": "logement", "permissions": ["list", "read"]}, {"category": "banque", "permissions": ["list", "read"]},
            {"category": "identite", "permissions": ["deposit"]},
        ]);
        let id = claire.client.post_json("/api/v1/mandates", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let (words, consent) = (lucie.path(&format!("/mandates/{id}/words")), lucie.path(&format!("/mandates/{id}/consent")));
        for wrong in [
            json!([{"category": "logement", "documents": [account]}]), json!([{"category": "sante", "documents": [lease]}]),
            json!([{"category": "logement", "documents": ["nonsense"]}]), json!([{"category": "argot", "documents": []}]),
            json!([{"category": "logement", "documents": []}, {"category": "banque", "documents": []}, {"category": "identite", "documents": []}]),
        ] {
            assert_problem(&lucie.client.post_json(&words, &json!({"only": wrong})).await, 422, "bad-field", &wrong.to_string());
            lucie.client.prove_again().await;
            let all = json!({"accepts": "0".repeat(64), "only": wrong});
            assert_problem(&lucie.client.post_json(&consent, &all).await, 422, "bad-field", &wrong.to_string());
        }
        let only = json!([{"category": "logement", "documents": [lease]}, {"category": "banque", "documents": []}]);
        lucie.client.prove_again().await;
        let told = lucie.client.post_json(&words, &json!({"only": only})).await.expect(200).json();
        insta::assert_snapshot!("words_of_a_choice", plain(&told["text"]));
        // The sum of the choice fits the choice alone.
        let without = lucie.client.post_json(&consent, &json!({"accepts": told["sha256"]})).await;
        assert_problem(&without, 422, "bad-field", "other words");
        let other = json!({"accepts": told["sha256"], "only": [{"category": "logement", "documents": [rent]}]});
        assert_problem(&lucie.client.post_json(&consent, &other).await, 422, "bad-field", "another choice");
        lucie.client.post_json(&consent, &json!({"accepts": told["sha256"], "only": only})).await.expect(204);

        let mandate = Mandate { id, locker: lucie.locker.clone() };
        let visit = mandate.visit(&claire.client).await;
        assert_eq!(visit.titles().await, ["Bail"]);
        visit.content(&lease).await.expect(200);
        for hidden in [&rent, &account] {
            assert_problem(&visit.content(hidden).await, 404, "not-found", "not chosen");
        }
        let later = lucie.deposit("Quittance de mai", "logement.quittance_loyer", b"mai").await;
        assert_problem(&visit.content(&later).await, 404, "not-found", "nor papers to come");
        visit.deposit(&json!({"title": "Carte", "kind": "identite.carte_nationale"}), b"carte").await.expect(201);
        let none = visit.deposit(&json!({"title": "Bail", "kind": "logement.bail"}), b"bail").await;
        assert_problem(&none, 404, "not-found", "no paper is added where single ones are named");
        let hide = lucie.client.request(reqwest::Method::PATCH, &lucie.path(&format!("/documents/{lease}")));
        lucie.client.send(hide.json(&json!({"private": true}))).await.expect(200);
        assert_problem(&visit.content(&lease).await, 404, "not-found", "hidden is hidden");
        let listed = lucie.get("/mandates").await.expect(200).json()["mandates"][0].clone();
        assert_eq!(listed["what"]["scope"][0]["documents"], json!([lease]));
        assert_eq!(listed["text"], told["text"]);
    }

    async fn less_than_before_on_the_very_next_request(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read", "deposit", "organise"])).await;
        let lease = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let rent = lucie.deposit("Quittance", "logement.quittance_loyer", b"quittance").await;
        let visit = mandate.visit(&claire.client).await;
        visit.content(&rent).await.expect(200);
        let before = lucie.get("/mandates").await.json()["mandates"][0].clone();
        let month = before["until"].as_str().unwrap();
        let year = world.source.now().plus(Duration::from_hours(24 * 300)).rfc3339();
        // Six minutes later: taking back needs no fresh proof.
        world.wait(Duration::from_mins(6));
        let wider = [
            json!({"scope": [{"category": "logement", "permissions": ["list", "share"]}]}),
            json!({"scope": [{"category": "logement", "permissions": ["list"]}, {"category": "banque", "permissions": ["list"]}]}),
            json!({"scope": [{"category": "logement", "permissions": ["list"]}], "until": year}),
            json!({"scope": [{"category": "logement", "permissions": ["list"]}], "until": "2020-01-01T00:00:00Z"}),
            json!({"scope": [{"category": "logement", "permissions": ["list"]}], "until": "demain"}),
            json!({"scope": []}), json!({"scope": [{"category": "logement", "permissions": []}]}),
            json!({"scope": [{"category": "logement", "permissions": ["list"], "documents": []}]}),
            json!({"scope": [{"category": "logement", "permissions": ["list"], "documents": ["nonsense"]}]}),
            json!({"scope": [{"category": "logement", "permissions": ["list"], "documents": [mandate.id]}]}),
            json!("nonsense"),
        ];
        for body in &wider {
            assert_problem(&lucie.narrow(&mandate, body).await, 422, "bad-field", &body.to_string());
        }
        let refused = lucie.trail().await.into_iter().filter(|line| line == "mandate.narrow refused:bad_field").count();
        assert_eq!(refused, wider.len(), "each is a line");
        assert_eq!(lucie.get("/mandates").await.json()["mandates"][0], before, "and nothing has changed");

        let one = json!({"scope": [{"category": "logement", "permissions": ["list", "read"], "documents": [lease]}]});
        lucie.narrow(&mandate, &one).await.expect(204);
        assert_eq!(visit.titles().await, ["Bail"]);
        assert_problem(&visit.content(&rent).await, 404, "not-found", "taken back");
        assert_problem(&visit.patch(&lease, &json!({"title": "Mien"})).await, 404, "not-found", "taken back");
        visit.content(&lease).await.expect(200);
        // Once it is one paper it is not the category again.
        let back = json!({"scope": [{"category": "logement", "permissions": ["list"]}]});
        assert_problem(&lucie.narrow(&mandate, &back).await, 422, "bad-field", "not back again");
        let after = lucie.get("/mandates").await.json()["mandates"][0].clone();
        assert_eq!((&after["text"], after["until"].as_str().unwrap()), (&before["text"], month), "what was agreed to stays told");
        insta::assert_snapshot!("words_of_what_is_left", plain(&after["narrowed"]));
        let line = lucie.journal().await.into_iter().find(|line| line["action"] == "mandate.narrow" && line["outcome"]["kind"] == "done").unwrap();
        assert_eq!(line["object"]["id"], mandate.id.as_str());
        let me = claire.client.get("/api/v1/me").await.json();
        assert_eq!(me["helping"][0]["scope"], json!([{"category": "logement", "permissions": ["list", "read"], "documents": [lease]}]));

        // An earlier end holds too.
        let soon = world.source.now().plus(Duration::from_mins(5)).rfc3339();
        let body = json!({"scope": [{"category": "logement", "permissions": ["list"], "documents": [lease]}], "until": soon});
        lucie.narrow(&mandate, &body).await.expect(204);
        world.wait(Duration::from_mins(6));
        assert_problem(&visit.get("/documents").await, 404, "not-found", "it is over");
        assert_problem(&lucie.narrow(&mandate, &one).await, 404, "not-found", "nothing is left to narrow");
    }

    /// A helper, a stranger, a relative with the address: none of them changes what somebody may do.
    async fn only_the_holder_narrows(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read"])).await;
        let body = json!({"scope": [{"category": "logement", "permissions": ["list"]}]});
        let path = lucie.path(&format!("/mandates/{}/narrow", mandate.id));
        let ahmed = world.sign_in("holder", "ahmed").await;
        assert_problem(&ahmed.post_json(&path, &body).await, 404, "not-found", "a stranger");
        assert_problem(&claire.client.post_json(&path, &body).await, 404, "not-found", "the helper, outside a visit");
        let visit = mandate.visit(&claire.client).await;
        let request = visit.request(reqwest::Method::POST, &format!("/mandates/{}/narrow", mandate.id)).json(&body);
        assert_problem(&claire.client.send(request).await, 403, "not-allowed", "the helper, in one");
        assert_eq!(lucie.get("/mandates").await.json()["mandates"][0]["what"]["scope"][0]["permissions"], json!(["list", "read"]));
    }

    /// Nadia changes jobs: Paul goes on, once Lucie has said so.
    async fn a_colleague_goes_on_if_the_holder_agrees(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, nadia, ccas, first) = colleagues(&world).await;
        let members = claire.client.get(&ccas.path("")).await.expect(200).json()["members"].clone();
        let place = |name: &str| members.as_array().unwrap().iter().find(|m| m["name"].as_str().unwrap().contains(name)).unwrap()["id"].clone();
        let transfer = lucie.path(&format!("/mandates/{}/transfer", first.id));
        world.wait(Duration::from_mins(6));
        let to_claire = json!({"membership": place("Claire")});
        assert_problem(&nadia.client.post_json(&transfer, &to_claire).await, 403, "second-factor", "six minutes old");
        nadia.pass().await.expect(204);
        let paul = world.professional("paul").await;
        assert_problem(&paul.client.post_json(&transfer, &to_claire).await, 404, "not-found", "a stranger");
        assert_problem(&claire.client.post_json(&transfer, &to_claire).await, 404, "not-found", "nor whom it does not name");
        for nobody in [json!({"membership": place("Nadia")}), json!({"membership": first.id}), json!({})] {
            assert_problem(&nadia.client.post_json(&transfer, &nobody).await, 422, "bad-field", &nobody.to_string());
        }
        let made = nadia.client.post_json(&transfer, &to_claire).await.expect(201).json();
        let id = made["id"].as_str().unwrap();
        assert_problem(&nadia.client.post_json(&transfer, &to_claire).await, 429, "too-many", "one waits at a time");
        // Nothing has changed yet.
        assert_eq!(claire.client.get("/api/v1/me").await.json()["helping"], json!([]));
        let visit = first.visit(&nadia.client).await;
        visit.get("/documents").await.expect(200);
        lucie.client.prove_again().await;
        let waiting = lucie.get("/mandates").await.json()["proposals"][0].clone();
        let words = plain(&waiting["text"]);
        let (words, ends): (Vec<&str>, Vec<&str>) = words.lines().partition(|line| !line.starts_with("Durée"));
        assert!(ends.len() == 1 && ends[0].starts_with("Durée: jusqu’au ") && !ends[0].contains("au le"), "{ends:?}");
        insta::assert_snapshot!("words_of_a_transfer", words.join("\n"));
        lucie.agree(id).await.expect(204);
        assert_problem(&visit.get("/documents").await, 404, "not-found", "Nadia's is over");
        assert_eq!(nadia.client.get("/api/v1/me").await.json()["helping"], json!([]));
        let second = Mandate { id: id.to_owned(), locker: lucie.locker.clone() };
        second.visit(&claire.client).await.get("/documents").await.expect(200);
        let all = lucie.get("/mandates").await.json()["mandates"].clone();
        assert_eq!((&all[0]["status"], &all[1]["status"]), (&json!("active"), &json!("ended")));
        assert_eq!(all[0]["until"], all[1]["until"], "for no longer than it was");
        let line = lucie.journal().await.into_iter().find(|line| line["action"] == "mandate.propose_transfer" && line["outcome"]["kind"] == "done").unwrap();
        assert!(line["sentence"].as_str().unwrap().contains("Nadia"), "{line}");
        assert_problem(&nadia.client.post_json(&transfer, &to_claire).await, 404, "not-found", "it names her no more");
    }

    /// What is proposed after a mandate is to be had only as long as that one stands as it was: not once it was stopped or narrowed.
    async fn what_comes_after_falls_with_what_it_follows(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, nadia, ccas, first) = colleagues(&world).await;
        let lease = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let renew = lucie.path(&format!("/mandates/{}/renew", first.id));
        let body = json!({"term": {"days": 31}});
        let made = nadia.client.post_json(&renew, &body).await.expect(201).json();
        let one = json!({"scope": [{"category": "logement", "permissions": ["list"], "documents": [lease]}]});
        lucie.narrow(&first, &one).await.expect(204);
        lucie.client.prove_again().await;
        assert_problem(&lucie.agree(made["id"].as_str().unwrap()).await, 404, "not-found", "it was narrowed since");
        lucie.client.post(&lucie.path(&format!("/mandates/{}/decline", made["id"].as_str().unwrap()))).await.expect(204);
        // Proposed again as it is now, the paper is named.
        let made = nadia.client.post_json(&renew, &body).await.expect(201).json();
        let id = made["id"].as_str().unwrap();
        let waiting = lucie.get("/mandates").await.json()["proposals"][0].clone();
        assert!(plain(&waiting["text"]).contains("Logement, seulement «Bail»: voir la liste."), "{waiting}");
        lucie.client.prove_again().await;
        lucie.agree(id).await.expect(204);
        // Handed over, and stopped before the answer.
        let second = Mandate { id: id.to_owned(), locker: lucie.locker.clone() };
        let members = claire.client.get(&ccas.path("")).await.expect(200).json()["members"].clone();
        let claires = members.as_array().unwrap().iter().find(|m| m["name"].as_str().unwrap().contains("Claire")).unwrap()["id"].clone();
        let transfer = lucie.path(&format!("/mandates/{id}/transfer"));
        let made = nadia.client.post_json(&transfer, &json!({"membership": claires})).await.expect(201).json();
        lucie.stop(&second).await;
        lucie.client.prove_again().await;
        assert_problem(&lucie.agree(made["id"].as_str().unwrap()).await, 404, "not-found", "it was stopped since");
        assert_eq!(claire.client.get("/api/v1/me").await.json()["helping"], json!([]));
    }

    /// The same help for longer is a new agreement, not a longer one.
    async fn it_is_renewed_by_a_fresh_agreement(pair) {
        let world = World::new(pair).await;
        let (lucie, _, nadia, _, first) = colleagues(&world).await;
        let renew = lucie.path(&format!("/mandates/{}/renew", first.id));
        let body = json!({"term": {"days": 182}});
        let ahmed = world.sign_in("holder", "ahmed").await;
        assert_problem(&ahmed.post_json(&renew, &body).await, 404, "not-found", "a stranger");
        assert_problem(&lucie.client.post_json(&renew, &body).await, 404, "not-found", "the holder waits to be asked");
        assert_problem(&nadia.client.post_json(&renew, &json!({"term": {"days": 7}})).await, 422, "bad-field", "a term that is not offered");
        world.wait(Duration::from_secs(2));
        let made = nadia.client.post_json(&renew, &body).await.expect(201).json();
        assert_problem(&lucie.agree(made["id"].as_str().unwrap()).await, 403, "sign-in-again", "her proof is older");
        lucie.client.prove_again().await;
        lucie.agree(made["id"].as_str().unwrap()).await.expect(204);
        let all = lucie.get("/mandates").await.json()["mandates"].clone();
        assert_eq!((&all[0]["id"], &all[0]["status"], &all[1]["status"]), (&made["id"], &json!("active"), &json!("ended")));
        assert_eq!(all[0]["what"]["scope"], all[1]["what"]["scope"]);
        // What is over is not renewed so: it begins again with a code.
        lucie.client.post(&lucie.path("/mandates/stop")).await.expect(200);
        assert_problem(&nadia.client.post_json(&renew, &body).await, 404, "not-found", "stopped");
    }

    /// A relative renews too; what waits when all help is stopped goes with it.
    async fn a_relative_renews_and_a_stop_stops_that_too(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let ahmed = world.sign_in("holder", "ahmed").await;
        let mandate = lucie.let_help(&ahmed, proposal("", None)).await;
        let renew = lucie.path(&format!("/mandates/{}/renew", mandate.id));
        ahmed.post_json(&renew, &json!({"term": {"days": 31}})).await.expect(201);
        let transfer = lucie.path(&format!("/mandates/{}/transfer", mandate.id));
        let body = json!({"membership": mandate.id});
        assert_problem(&ahmed.post_json(&transfer, &body).await, 403, "not-allowed", "a relative has no colleague");
        lucie.client.post(&lucie.path("/mandates/stop")).await.expect(200);
        assert_eq!(lucie.get("/mandates").await.json()["proposals"], json!([]));
    }
}
