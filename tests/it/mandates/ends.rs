//! How help ends: stopped by the holder or by who helps, at its date, with the membership, with the locker.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::json;

use super::visits::helped;
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Pair, World, proposal};

on_both_pairs! {
    async fn the_holder_stops_it_at_once(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read"])).await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let visit = mandate.visit(&claire.client).await;
        visit.content(&paper).await.expect(200);
        lucie.stop(&mandate).await;
        assert_problem(&visit.content(&paper).await, 404, "not-found", "the very next request");
        assert_problem(&visit.get("/documents").await, 404, "not-found", "and the list");
        assert_problem(&mandate.ask_visit(&claire.client).await, 404, "not-found", "nor another visit");
        assert_eq!(claire.client.get("/api/v1/me").await.json()["helping"], json!([]));
        let again = lucie.client.post(&lucie.path(&format!("/mandates/{}/revoke", mandate.id))).await;
        assert_problem(&again, 404, "not-found", "twice");
        let trail = lucie.trail().await;
        assert_eq!(trail.iter().filter(|line| line.ends_with("refused:mandate_over")).count(), 3, "{trail:?}");
    }

    async fn who_helps_gives_it_up(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list"])).await;
        let revoke = lucie.path(&format!("/mandates/{}/revoke", mandate.id));
        let paul = world.professional("paul").await;
        assert_problem(&paul.client.post(&revoke).await, 404, "not-found", "a stranger");
        claire.client.post(&revoke).await.expect(204);
        assert_problem(&mandate.ask_visit(&claire.client).await, 404, "not-found", "given up");
        let line = lucie.journal().await.into_iter().find(|line| line["action"] == "mandate.revoke").unwrap();
        assert!(line["sentence"].as_str().unwrap().contains("Claire MOREL"), "{line}");
    }

    async fn all_help_stops_together(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, first) = helped(&world, &json!(["list"])).await;
        let ahmed = world.sign_in("holder", "ahmed").await;
        let second = lucie.let_help(&ahmed, proposal("", None)).await;
        let code = lucie.help_code().await;
        let stopped = lucie.client.post(&lucie.path("/mandates/stop")).await.expect(200).json();
        assert_eq!(stopped["stopped"], 2);
        assert_problem(&first.ask_visit(&claire.client).await, 404, "not-found", "the aidant");
        assert_problem(&second.ask_visit(&ahmed).await, 404, "not-found", "the friend");
        let late = ahmed.post_json("/api/v1/mandates", &proposal(&code, None)).await;
        assert_problem(&late, 422, "wrong-code", "and the code");
        let again = lucie.client.post(&lucie.path("/mandates/stop")).await.expect(200).json();
        assert_eq!(again["stopped"], 0);
    }

    /// A newer mandate for the same helper replaces the older: a renewal is a fresh consent.
    async fn a_newer_one_replaces_it(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, first) = helped(&world, &json!(["list", "read"])).await;
        let visit = first.visit(&claire.client).await;
        let organisation = claire.client.get("/api/v1/me").await.json()["memberships"][0]["organisation"].clone();
        world.wait(Duration::from_secs(1));
        let mut body = proposal("", None);
        body["organisation"] = organisation;
        body["scope"] = json!([{"category": "banque", "permissions": ["list"]}]);
        let second = lucie.let_help(&claire.client, body).await;
        assert_problem(&visit.get("/documents").await, 404, "not-found", "the older is over");
        let helping = claire.client.get("/api/v1/me").await.json()["helping"].clone();
        assert_eq!(helping.as_array().unwrap().len(), 1);
        assert_eq!(helping[0]["mandate"], second.id.as_str());
        let line = lucie.journal().await.into_iter().find(|line| line["action"] == "mandate.supersede").unwrap();
        assert_eq!(line["object"]["id"], first.id.as_str());
        let all = lucie.get("/mandates").await.json()["mandates"].clone();
        assert_eq!((&all[0]["status"], &all[1]["status"]), (&json!("active"), &json!("ended")));
    }

    /// To the microsecond, and with a line of its own.
    async fn it_ends_at_its_date(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let ahmed = world.sign_in("holder", "ahmed").await;
        let mut body = proposal("", None);
        body["term"] = json!({"present": true});
        let mandate = lucie.let_help(&ahmed, body).await;
        let given = world.source.now();
        for _ in 0..4 {
            world.wait(Duration::from_mins(14));
            ahmed.get("/api/v1/me").await.expect(200);
        }
        let visit = mandate.visit(&ahmed).await;
        let mut raw = world.raw().await;
        let id = raw.id(&mandate.id);
        let until = raw.number(&format!("SELECT ends_at FROM mandates WHERE mandate_id = {id}")).await;
        assert_eq!(until, given.plus(Duration::from_hours(1)).micros());
        let left = until - world.source.now().micros();
        world.wait(Duration::from_micros(u64::try_from(left - 1).unwrap()));
        visit.get("/documents").await.expect(200);
        assert_eq!(world.lockers.note_expiries().await.unwrap(), 0);
        world.wait(Duration::from_micros(1));
        assert_problem(&visit.get("/documents").await, 404, "not-found", "the first moment after it");
        assert_eq!(world.lockers.note_expiries().await.unwrap(), 1);
        assert_eq!(world.lockers.note_expiries().await.unwrap(), 0, "once");
        let lucie = world.holder("lucie").await;
        let trail = lucie.trail().await;
        assert!(trail.contains(&"mandate.expire done".to_owned()), "{trail:?}");
        assert_eq!(lucie.get("/mandates").await.json()["mandates"][0]["status"], "expired");
    }

    async fn it_ends_with_the_membership(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let mandate = lucie.let_help(&nadia.client, proposal("", Some(&ccas))).await;
        let visit = mandate.visit(&nadia.client).await;
        visit.get("/documents").await.expect(200);
        claire.client.post(&ccas.member(&member, "/suspend")).await.expect(204);
        assert_problem(&visit.get("/documents").await, 404, "not-found", "suspended");
        assert_eq!(nadia.client.get("/api/v1/me").await.json()["helping"], json!([]));
        claire.client.post(&ccas.member(&member, "/resume")).await.expect(204);
        visit.get("/documents").await.expect(200);
        let roles = json!({"roles": {"referent": true}});
        claire.client.send(claire.client.request(reqwest::Method::PATCH, &ccas.member(&member, "")).json(&roles)).await.expect(204);
        assert_problem(&visit.get("/documents").await, 404, "not-found", "helps nobody any more");
        claire.client.post(&ccas.member(&member, "/end")).await.expect(204);
        assert_problem(&visit.get("/documents").await, 404, "not-found", "left");
        // A new place there is another one: the mandate named the old.
        nadia.pass().await.expect(204);
        claire.pass().await.expect(204);
        world.hire(&ccas, &claire, &nadia).await;
        assert_problem(&mandate.ask_visit(&nadia.client).await, 404, "not-found", "another membership");
    }

    /// A closed locker is for its holder alone; an erased one leaves nothing of help.
    async fn it_ends_with_the_locker(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list"])).await;
        let visit = mandate.visit(&claire.client).await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        assert_problem(&visit.get("/documents").await, 409, "locker-closed", "closed");
        lucie.stop(&mandate).await;
        world.wait(Duration::from_hours(24 * 31));
        assert_eq!(world.lockers.erase_due().await.unwrap(), 1);
        let mut raw = world.raw().await;
        for table in ["mandates", "visits", "proposals", "help_codes"] {
            assert_eq!(raw.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
    }
}
