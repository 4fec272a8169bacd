//! A new telephone, with the old one still at hand: one's own second factor, replaced. And who would like to do it in somebody's
//! place: at a session left open, with a code of the old telephone alone, by guesses, by SQL.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::json;

use super::life::trail;
use crate::attacks::tools::{assert_problem, service_chain};
use crate::entrance::through;
use crate::on_both_pairs;
use crate::world::{Answer, Client, Pair, Professional, World, digits, invite, join};

const SETUP: &str = "/api/v1/me/second-factor";
const PASS: &str = "/api/v1/me/second-factor/pass";
const REPLACE: &str = "/api/v1/me/second-factor/replace";
const CONFIRM: &str = "/api/v1/me/second-factor/replace/confirm";

/// Begins; gives the new secret.
pub(super) async fn begin(client: &Client) -> String {
    client.post(REPLACE).await.expect(201).json()["secret"].as_str().unwrap().to_owned()
}

pub(super) async fn first(client: &Client, code: &str) -> Answer {
    client.post_json(CONFIRM, &json!({"code": code})).await
}

pub(super) async fn pass(client: &Client, code: &str) -> Answer {
    client.post_json(PASS, &json!({"code": code})).await
}

/// The same person on another device, who has given the code there.
pub(super) async fn elsewhere(world: &World, known: &Professional, hint: &str) -> Client {
    let client = world.sign_in("professional", hint).await;
    world.wait(Duration::from_secs(30));
    pass(&client, &digits(&known.secret, &world.source)).await.expect(204);
    client
}

on_both_pairs! {
    async fn a_new_telephone_takes_the_place_of_the_old_one(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let maison = world.organisation("Maison", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        world.hire(&ccas, &claire, &nadia).await;
        let suspended = world.hire(&maison, &claire, &nadia).await;
        claire.client.post(&maison.member(&suspended, "/suspend")).await.expect(204);
        let other = elsewhere(&world, &nadia, "nadia").await;

        let secret = begin(&nadia.client).await;
        assert_ne!(secret, nadia.secret);
        // The old one stands meanwhile.
        world.wait(Duration::from_secs(30));
        pass(&other, &digits(&nadia.secret, &world.source)).await.expect(204);
        assert_problem(&pass(&other, &digits(&secret, &world.source)).await, 422, "wrong-code", "the new one does not yet");
        assert_problem(&first(&nadia.client, &digits(&nadia.secret, &world.source)).await, 422, "wrong-code", "a code of the old one");
        let before = nadia.client.cookies.lock().unwrap().clone();
        let confirmed = first(&nadia.client, &digits(&secret, &world.source)).await.expect(200).json();
        let codes = confirmed["backup_codes"].as_array().unwrap();
        assert_eq!(codes.len(), 10);
        assert_ne!(*nadia.client.cookies.lock().unwrap(), before, "the session bears another token");
        assert_eq!(nadia.client.get(SETUP).await.json(), json!({"set_up": true, "passed": true, "backup_codes": 10}));
        nadia.client.get(&ccas.path("")).await.expect(200);
        assert_problem(&other.get("/api/v1/me").await, 401, "session-over", "every other session ends");
        // Nothing of the old one serves.
        world.wait(Duration::from_secs(30));
        for old in [&digits(&nadia.secret, &world.source), &nadia.backup_codes[0], &nadia.backup_codes[9]] {
            assert_problem(&pass(&nadia.client, old).await, 422, "wrong-code", old);
        }
        pass(&nadia.client, &digits(&secret, &world.source)).await.expect(204);
        pass(&nadia.client, codes[4].as_str().unwrap()).await.expect(204);
        // Nor does the first code serve twice, nor what was begun.
        assert_problem(&first(&nadia.client, &digits(&secret, &world.source)).await, 409, "factor-state", "it is done");

        // Each organisation of hers has a line, and her place is what it was.
        for (organisation, state) in [(&ccas, "active"), (&maison, "suspended")] {
            let page = claire.client.get(&organisation.path("/journal?limit=50")).await.expect(200).json();
            let line = page["items"].as_array().unwrap().iter().find(|line| line["action"] == "member.factor_replaced").unwrap().clone();
            let text = line["sentence"].as_str().unwrap().replace(['\u{2068}', '\u{2069}'], "");
            assert_eq!(text, "Nadia BENALI a remplacé son code de sécurité.");
            let view = claire.client.get(&organisation.path("")).await.expect(200).json();
            let hers = view["members"].as_array().unwrap().iter().find(|one| one["id"] == line["membership"]).unwrap().clone();
            assert_eq!(hers["state"], state);
        }
        let told: Vec<_> = service_chain(&mut world.raw().await).await.iter()
            .filter(|entry| entry.line.action.code().starts_with("second_factor.replace"))
            .map(|entry| format!("{} {:?}", entry.line.action.code(), entry.line.outcome)).collect();
        assert_eq!(told, [
            "second_factor.replace_begin Done", "second_factor.replace Refused(WrongCode)", "second_factor.replace Done",
            "second_factor.replace Refused(FactorState)",
        ]);
    }

    /// Somebody sits down at a session left open, with a telephone of their own.
    async fn a_session_left_open_replaces_nothing(pair) {
        let world = World::new(pair).await;
        let nadia = world.professional("nadia").await;
        world.wait(Duration::from_mins(6));
        assert_problem(&nadia.client.post(REPLACE).await, 403, "sign-in-again", "neither proof is recent");
        // A code of the old telephone alone does not make up for it, nor a printed one.
        nadia.pass().await.expect(204);
        assert_problem(&nadia.client.post(REPLACE).await, 403, "sign-in-again", "she came in long ago");
        pass(&nadia.client, &nadia.backup_codes[0]).await.expect(204);
        assert_problem(&nadia.client.post(REPLACE).await, 403, "sign-in-again", "she came in long ago");
        // Nor does a fresh sign-in without a code.
        through(&nadia.client, "/auth/professional/login?step_up=1&next=/", "nadia").await.expect(303);
        assert_problem(&nadia.client.post(REPLACE).await, 403, "second-factor", "no code in this session");
        // Both, and then five minutes of lunch.
        nadia.pass().await.expect(204);
        world.wait(Duration::from_mins(5));
        assert_problem(&nadia.client.post(REPLACE).await, 403, "sign-in-again", "both are old");
        assert_problem(&first(&nadia.client, "123456").await, 409, "factor-state", "nothing was begun");
        // A printed code counts as the second factor, as it does elsewhere: her old telephone is broken.
        through(&nadia.client, "/auth/professional/login?step_up=1&next=/", "nadia").await.expect(303);
        pass(&nadia.client, &nadia.backup_codes[1]).await.expect(204);
        let secret = begin(&nadia.client).await;
        first(&nadia.client, &digits(&secret, &world.source)).await.expect(200);
    }

    /// It is begun and left: the old one stands, and what was begun is worth nothing after a quarter of an hour, nor in another session.
    async fn what_is_begun_and_left_changes_nothing(pair) {
        let world = World::new(pair).await;
        let nadia = world.professional("nadia").await;
        let other = elsewhere(&world, &nadia, "nadia").await;
        let secret = begin(&nadia.client).await;
        // Who has seen the secret over her shoulder, and has a session of hers, is not in the one that began.
        assert_problem(&first(&other, &digits(&secret, &world.source)).await, 409, "factor-state", "another session");
        assert_eq!(nadia.client.get(SETUP).await.json()["backup_codes"], 10);
        world.wait(Duration::from_mins(8));
        for client in [&nadia.client, &other] {
            client.get("/api/v1/me").await.expect(200);
        }
        world.wait(Duration::from_mins(7));
        assert_problem(&first(&nadia.client, &digits(&secret, &world.source)).await, 409, "replacement-over", "a quarter of an hour");
        assert_problem(&first(&nadia.client, &digits(&secret, &world.source)).await, 409, "factor-state", "it is forgotten");
        assert_problem(&pass(&nadia.client, &digits(&secret, &world.source)).await, 422, "wrong-code", "and was never one");
        nadia.pass().await.expect(204);
        pass(&other, &nadia.backup_codes[0]).await.expect(204);
        // What is begun anew takes the place of what was begun, here or elsewhere.
        through(&nadia.client, "/auth/professional/login?step_up=1&next=/", "nadia").await.expect(303);
        nadia.pass().await.expect(204);
        let (one, two) = (begin(&nadia.client).await, begin(&nadia.client).await);
        assert_problem(&first(&nadia.client, &digits(&one, &world.source)).await, 422, "wrong-code", "the one before");
        first(&nadia.client, &digits(&two, &world.source)).await.expect(200);
    }

    /// Wrong first codes are counted with all others: who guesses at one is kept from the other too.
    async fn wrong_first_codes_are_counted(pair) {
        let world = World::new(pair).await;
        let nadia = world.professional("nadia").await;
        let other = elsewhere(&world, &nadia, "nadia").await;
        let secret = begin(&nadia.client).await;
        for guess in ["000000", "nothing", "", "ABCD-EFGH-JKMN"] {
            assert_problem(&first(&nadia.client, guess).await, 422, "wrong-code", guess);
        }
        // A printed code is no first code, and is not used up.
        assert_problem(&first(&nadia.client, &nadia.backup_codes[0]).await, 422, "wrong-code", "printed");
        assert_problem(&first(&nadia.client, &digits(&secret, &world.source)).await, 429, "factor-locked", "the right one neither");
        let right = digits(&nadia.secret, &world.source);
        assert_problem(&pass(&other, &right).await, 429, "factor-locked", "nor the old one's");
        // Beginning anew forgives nothing.
        let secret = begin(&nadia.client).await;
        assert_problem(&first(&nadia.client, &digits(&secret, &world.source)).await, 429, "factor-locked", "anew");
        world.wait(Duration::from_mins(1));
        assert_problem(&first(&nadia.client, "000000").await, 422, "wrong-code", "one more");
        assert_problem(&first(&nadia.client, &digits(&secret, &world.source)).await, 429, "factor-locked", "two minutes now");
        world.wait(Duration::from_mins(2));
        first(&nadia.client, &digits(&secret, &world.source)).await.expect(200);
        assert_eq!(nadia.client.get(SETUP).await.json()["locked_until"], json!(null));
    }

    /// Who has none begins one; who is here for herself has none; and a referent who takes it away takes what was begun with it.
    async fn only_what_stands_is_replaced(pair) {
        let world = World::new(pair).await;
        let bare = world.sign_in("professional", "ines").await;
        bare.post(SETUP).await.expect(201);
        assert_problem(&bare.post(REPLACE).await, 409, "factor-state", "not confirmed");
        assert_problem(&first(&bare, "123456").await, 409, "factor-state", "not confirmed");
        let lucie = world.holder("lucie").await;
        for answer in [lucie.client.post(REPLACE).await, first(&lucie.client, "123456").await] {
            assert_problem(&answer, 403, "not-allowed", "a holder");
        }
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let secret = begin(&nadia.client).await;
        claire.client.post(&ccas.member(&member, "/reset-second-factor")).await.expect(204);
        assert_problem(&first(&nadia.client, &digits(&secret, &world.source)).await, 401, "session-over", "signed out");
        assert!(!trail(&ccas, &claire).await.contains(&"member.factor_replaced done".to_owned()));
        let nadia = world.professional("nadia").await;
        assert_problem(&first(&nadia.client, &digits(&secret, &world.source)).await, 409, "factor-state", "it is gone");
    }

    /// She joins an organisation on one device while she replaces it on another: that organisation hears of it, or she has not joined.
    async fn an_organisation_that_is_joined_meanwhile_is_told(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let mut joins = world.professional("nadia").await;
        for round in 0..6 {
            let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
            let code = invite(&ccas, &claire, &json!({"name": "Nadia"})).await;
            joins.client = elsewhere(&world, &joins, "nadia").await;
            let replaces = elsewhere(&world, &joins, "nadia").await;
            let secret = begin(&replaces).await;
            let typed = digits(&secret, &world.source);
            let (joined, done) = tokio::join!(join(&joins, &code), async {
                tokio::time::sleep(Duration::from_micros(700 * round)).await;
                first(&replaces, &typed).await
            });
            assert_eq!(done.status.as_u16(), 200, "round {round}: {}", done.text());
            let told = trail(&ccas, &claire).await.contains(&"member.factor_replaced done".to_owned());
            match joined.status.as_u16() {
                201 => assert!(told, "round {round}"),
                401 => assert!(!told, "round {round}"),
                other => panic!("{other} in round {round}: {}", joined.text()),
            }
            joins.secret = secret;
            claire.pass().await.expect(204);
        }
    }

    /// Somebody may write SQL, and has a session of hers.
    async fn what_sql_has_changed_is_not_believed(pair) {
        let world = World::new(pair).await;
        let (nadia, paul) = (world.professional("nadia").await, world.professional("paul").await);
        let (mine, hers) = (begin(&paul.client).await, begin(&nadia.client).await);
        let mut raw = world.raw().await;
        let (paul_id, nadia_id) = (raw.id(&paul.person), raw.id(&nadia.person));
        world.wait(Duration::from_mins(14));
        nadia.client.get("/api/v1/me").await.expect(200);
        world.wait(Duration::from_mins(1));
        raw.run(&format!("UPDATE next_factors SET begun_at = begun_at + 600000000 WHERE person_id = {nadia_id}")).await.unwrap();
        assert_problem(&first(&nadia.client, &digits(&hers, &world.source)).await, 500, "damaged", "made younger");
        // His own secret, whose codes he has, in her place.
        raw.run(&format!("DELETE FROM next_factors WHERE person_id = {nadia_id}")).await.unwrap();
        raw.run(&format!("UPDATE next_factors SET person_id = {nadia_id} WHERE person_id = {paul_id}")).await.unwrap();
        assert_problem(&first(&nadia.client, &digits(&mine, &world.source)).await, 500, "damaged", "somebody else's");
        nadia.pass().await.expect(204);
    }
}
