//! Who would get into an organisation that is not theirs: a stranger who guesses, a member who takes more than they were given,
//! a holder, somebody who writes SQL.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::json;

use super::life::{members, trail};
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Pair, World, invite, join};

on_both_pairs! {
    async fn an_invitation_serves_once_in_time_and_whoever_bears_it(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let (nadia, paul) = (world.professional("nadia").await, world.professional("paul").await);
        for wrong in ["", "ABCD-EFGH-JKMN", "not a code", "🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀"] {
            assert_problem(&join(&nadia, wrong).await, 422, "wrong-code", wrong);
        }
        let code = invite(&ccas, &claire, &json!({"name": "Nadia"})).await;
        // Not by a holder's session, not without the second factor.
        let lucie = world.holder("lucie").await;
        let as_holder = lucie.client.post_json("/api/v1/me/memberships", &json!({"code": code})).await;
        assert_problem(&as_holder, 403, "not-allowed", "a holder");
        let bare = world.sign_in("professional", "ines").await;
        let without = bare.post_json("/api/v1/me/memberships", &json!({"code": code})).await;
        assert_problem(&without, 403, "second-factor", "no second factor");
        join(&nadia, &code).await.expect(201);
        assert_problem(&join(&paul, &code).await, 422, "wrong-code", "it has served");
        let again = invite(&ccas, &claire, &json!({"name": "Nadia"})).await;
        assert_problem(&join(&nadia, &again).await, 409, "already-member", "she belongs there");
        world.wait(Duration::from_hours(24 * 7));
        let paul = paul.again(&world, "paul").await;
        paul.pass().await.expect(204);
        assert_problem(&join(&paul, &again).await, 422, "wrong-code", "too late");
        // One that was taken back.
        let claire = claire.again(&world, "claire").await;
        claire.pass().await.expect(204);
        let taken = claire.client.post_json(&ccas.path("/members"), &json!({"name": "Paul"})).await.expect(201).json();
        claire.client.post(&ccas.member(taken["member"].as_str().unwrap(), "/end")).await.expect(204);
        assert_problem(&join(&paul, taken["code"].as_str().unwrap()).await, 422, "wrong-code", "taken back");
        // Two at once, with one code.
        let ines = world.professional("ines").await;
        let code = invite(&ccas, &claire, &json!({"name": "Paul"})).await;
        let (one, other) = tokio::join!(join(&paul, &code), join(&ines, &code));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422]);
    }

    /// An aidant knows every address of their organisation.
    async fn an_aidant_manages_nobody(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let own = world.hire(&ccas, &claire, &nadia).await;
        let roles = json!({"roles": {"aidant": true, "referent": true}});
        let post = async |path: String| nadia.client.post(&path).await;
        let patched = async |member: &str| {
            nadia.client.send(nadia.client.request(reqwest::Method::PATCH, &ccas.member(member, "")).json(&roles)).await
        };
        for member in [own.as_str(), ccas.referent.as_str()] {
            for rest in ["/suspend", "/resume", "/reset-second-factor"] {
                assert_problem(&post(ccas.member(member, rest)).await, 403, "not-allowed", rest);
            }
            assert_problem(&patched(member).await, 403, "not-allowed", "roles");
        }
        assert_problem(&post(ccas.member(&ccas.referent, "/end")).await, 403, "not-allowed", "the referent's place");
        assert_problem(&nadia.client.post_json(&ccas.path("/members"), &json!({"name": "x"})).await, 403, "not-allowed", "invite");
        assert_problem(&nadia.client.get(&ccas.path("/journal")).await, 403, "not-allowed", "journal");
        // Each attempt is a line that her referent reads.
        let told = trail(&ccas, &claire).await;
        assert_eq!(told.iter().filter(|line| line.ends_with("refused:not_allowed")).count(), 11, "{told:?}");
        // Nor does a referent give herself anything.
        let own = claire.client.request(reqwest::Method::PATCH, &ccas.member(&ccas.referent, "")).json(&roles);
        assert_problem(&claire.client.send(own).await, 403, "not-allowed", "her own roles");
    }

    /// A referent of one organisation, at the addresses of another.
    async fn organisations_know_nothing_of_each_other(pair) {
        let world = World::new(pair).await;
        let (claire, paul) = (world.professional("claire").await, world.professional("paul").await);
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let maison = world.organisation("Maison", &paul, Roles::Both).await;
        let nowhere = "0b5c0de0-0000-4000-8000-00000000c0de";
        for path in [ccas.path(""), ccas.path("/journal"), format!("/api/v1/organisations/{nowhere}")] {
            assert_problem(&paul.client.get(&path).await, 404, "not-found", &path);
        }
        for member in [ccas.referent.as_str(), nowhere] {
            for organisation in [&ccas, &maison] {
                let answer = paul.client.post(&organisation.member(member, "/suspend")).await;
                assert_problem(&answer, 404, "not-found", member);
            }
        }
        assert_eq!(members(&ccas, &claire).await.len(), 1);
    }

    /// Somebody may write SQL, and has an account of their own.
    async fn rows_that_sql_has_changed_are_not_believed(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let mut raw = world.raw().await;
        let id = raw.id(&member);
        let (paul, row) = (world.professional("paul").await, format!("WHERE membership_id = {id}"));
        let person = raw.id(&paul.person);
        claire.client.post(&ccas.member(&member, "/suspend")).await.expect(204);
        for change in [
            "suspended_at = NULL".to_owned(), "roles = 3".to_owned(), format!("person_id = {person}"), "seen_at = seen_at + 86400000000".to_owned(),
        ] {
            assert_eq!(raw.run(&format!("UPDATE memberships SET {change} {row}")).await.unwrap(), 1);
            for who in [&nadia, &paul] {
                assert_problem(&who.client.get(&ccas.path("")).await, 404, "not-found", &change);
            }
        }
        // A session that says it has passed what it has not.
        let bare = world.sign_in("professional", "claire").await;
        assert!(raw.run("UPDATE sessions SET factor_at = seen_at WHERE factor_at IS NULL").await.unwrap() > 0);
        assert_problem(&bare.get(&ccas.path("")).await, 401, "not-signed-in", "a row that is not ours");
        // One that says it came by the other issuer.
        let bare = world.sign_in("holder", "lucie").await;
        raw.run("UPDATE sessions SET issuer = 2 WHERE issuer = 1").await.unwrap();
        assert_problem(&bare.post("/api/v1/me/second-factor").await, 401, "not-signed-in", "a row that is not ours");
        // A second factor whose guesses SQL forgives, or whose secret it takes from somebody else.
        let paul_row = format!("WHERE person_id = {person}");
        raw.run(&format!("UPDATE second_factors SET failures = 0, step = 0 {paul_row}")).await.unwrap();
        let own = raw.id(&nadia.person);
        raw.run(&format!("UPDATE second_factors SET secret = (SELECT s.secret FROM second_factors s WHERE s.person_id = {own}) {paul_row}")).await.unwrap();
        assert_problem(&paul.pass().await, 500, "damaged", "a row that is not ours");
        assert_problem(&paul.client.post("/api/v1/me/second-factor").await, 500, "damaged", "nor does it make way");
    }
}
