//! Second factors: set up, passed, printed codes, wrong ones.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::json;

use crate::attacks::tools::{assert_problem, service_chain};
use crate::entrance::through;
use crate::on_both_pairs;
use crate::world::{Pair, World, digits};

const SETUP: &str = "/api/v1/me/second-factor";
const CONFIRM: &str = "/api/v1/me/second-factor/confirm";
const CODES: &str = "/api/v1/me/second-factor/backup-codes";
const PASS: &str = "/api/v1/me/second-factor/pass";

on_both_pairs! {
    async fn it_is_set_up_once_and_passed_in_each_session(pair) {
        let world = World::new(pair).await;
        let nadia = world.sign_in("professional", "nadia").await;
        let none = json!({"set_up": false, "passed": false, "backup_codes": 0});
        assert_eq!(nadia.get(SETUP).await.expect(200).json(), none);
        let shown = nadia.post(SETUP).await.expect(201).json();
        let secret = shown["secret"].as_str().unwrap().to_owned();
        let address = shown["address"].as_str().unwrap();
        assert!(address.starts_with("otpauth://totp/Consigne:Nadia%20BENALI?") && address.contains(&secret), "{address}");
        // Nothing stands before its first code.
        assert_problem(&nadia.post_json(PASS, &json!({"code": "123456"})).await, 409, "factor-state", "not confirmed");
        let before = nadia.cookies.lock().unwrap().clone();
        let code = digits(&secret, &world.source);
        let codes = nadia.post_json(CONFIRM, &json!({"code": code})).await.expect(200).json();
        assert_eq!(codes["backup_codes"].as_array().unwrap().len(), 10);
        assert_ne!(*nadia.cookies.lock().unwrap(), before, "the session bears another token");
        let old = world.anonymous();
        *old.cookies.lock().unwrap() = before;
        assert_problem(&old.get("/api/v1/me").await, 401, "not-signed-in", "the one before serves no more");
        let passed = json!({"set_up": true, "passed": true, "backup_codes": 10});
        assert_eq!(nadia.get(SETUP).await.expect(200).json(), passed);
        // Another session begins without.
        let elsewhere = world.sign_in("professional", "nadia").await;
        assert_eq!(elsewhere.get(SETUP).await.json()["passed"], false);
        // No code serves twice, nor does one of the half-minute before it.
        assert_problem(&elsewhere.post_json(PASS, &json!({"code": code})).await, 422, "wrong-code", "it has served");
        world.wait(Duration::from_secs(30));
        let code = digits(&secret, &world.source);
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        elsewhere.post_json(PASS, &json!({"code": spaced})).await.expect(204);
        let told: Vec<_> = service_chain(&mut world.raw().await).await.iter()
            .filter(|entry| entry.line.action.code().starts_with("second_factor")).map(|entry| format!("{} {:?}", entry.line.action.code(), entry.line.outcome)).collect();
        assert_eq!(told, [
            "second_factor.enrol Done", "second_factor.pass Refused(FactorState)", "second_factor.enrol Done", "second_factor.pass Refused(WrongCode)",
            "second_factor.pass Done",
        ]);
    }

    async fn a_printed_code_serves_once(pair) {
        let world = World::new(pair).await;
        let nadia = world.professional("nadia").await;
        let paul = world.professional("paul").await;
        let code = nadia.backup_codes[3].clone();
        assert_problem(&paul.client.post_json(PASS, &json!({"code": code})).await, 422, "wrong-code", "somebody else's");
        let nadia = nadia.again(&world, "nadia").await;
        nadia.client.post_json(PASS, &json!({"code": code.to_lowercase().replace('-', "")})).await.expect(204);
        assert_eq!(nadia.client.get(SETUP).await.json()["backup_codes"], 9);
        assert_problem(&nadia.client.post_json(PASS, &json!({"code": code})).await, 422, "wrong-code", "it has served");
        let fresh = nadia.client.post(CODES).await.expect(200).json();
        let old = nadia.backup_codes[4].clone();
        assert_problem(&nadia.client.post_json(PASS, &json!({"code": old})).await, 422, "wrong-code", "of the old sheet");
        nadia.client.post_json(PASS, &json!({"code": fresh["backup_codes"][0]})).await.expect(204);
    }

    /// Somebody sits down at a session left open, with a printed code found beside it. A sheet of codes of their own would begin another
    /// telephone in her place, the day after.
    async fn a_new_sheet_takes_both_proofs(pair) {
        let world = World::new(pair).await;
        let nadia = world.professional("nadia").await;
        let renew = async || nadia.client.post(CODES).await;
        world.wait(Duration::from_mins(6));
        assert_problem(&renew().await, 403, "sign-in-again", "neither is recent");
        nadia.client.post_json(PASS, &json!({"code": nadia.backup_codes[0]})).await.expect(204);
        assert_problem(&renew().await, 403, "sign-in-again", "a code alone");
        through(&nadia.client, "/auth/professional/login?step_up=1&next=/", "nadia").await.expect(303);
        assert_problem(&renew().await, 403, "second-factor", "her account alone");
        assert_eq!(nadia.client.get(SETUP).await.json()["backup_codes"], 9, "the old sheet is what it was");
        nadia.pass().await.expect(204);
        renew().await.expect(200);
        world.wait(Duration::from_mins(5));
        assert_problem(&renew().await, 403, "sign-in-again", "five minutes later");
    }

    /// Whoever has the session or the account of an aidant guesses; after five wrong codes each further one waits longer, and a
    /// right one is not taken either meanwhile.
    async fn guesses_are_counted_and_wait(pair) {
        let world = World::new(pair).await;
        let nadia = world.professional("nadia").await;
        let wrong = json!({"code": "000000"});
        for _ in 0..5 {
            assert_problem(&nadia.client.post_json(PASS, &wrong).await, 422, "wrong-code", "free");
        }
        for wait in [1, 2, 4, 8] {
            let answer = nadia.client.post_json(PASS, &wrong).await;
            assert_problem(&answer, 429, "factor-locked", "waits");
            world.wait(Duration::from_mins(wait));
            // Kept awake: the session must not end meanwhile.
            nadia.client.get("/api/v1/me").await.expect(200);
            assert_problem(&nadia.client.post_json(PASS, &wrong).await, 422, "wrong-code", "one more");
        }
        world.wait(Duration::from_mins(14));
        let locked = nadia.client.get(SETUP).await.expect(200).json();
        assert!(locked["locked_until"].is_string(), "{locked}");
        let right = json!({"code": digits(&nadia.secret, &world.source)});
        assert_problem(&nadia.client.post_json(PASS, &right).await, 429, "factor-locked", "the right one neither");
        // Beginning anew forgives nothing: there is one.
        assert_problem(&nadia.client.post(SETUP).await, 409, "factor-state", "there is one");
        // Nobody's guesses shut out whoever has the printed codes.
        let code = nadia.backup_codes[0].clone();
        nadia.client.post_json(PASS, &json!({"code": code})).await.expect(204);
        assert_eq!(nadia.client.get(SETUP).await.json()["locked_until"], json!(null));
    }

    /// A holder has none, and needs none.
    async fn holders_have_none(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        for answer in [lucie.client.get(SETUP).await, lucie.client.post(SETUP).await, lucie.client.post_json(PASS, &json!({"code": "123456"})).await] {
            assert_problem(&answer, 403, "not-allowed", "a holder");
        }
    }

    /// She has lost her telephone and her sheet. Her referent, who knows her, takes the second factor away.
    async fn a_referent_helps_who_has_lost_it(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let nadia = nadia.again(&world, "nadia").await;
        assert_problem(&nadia.client.post(SETUP).await, 409, "factor-state", "there is one");
        assert_problem(&nadia.client.post(&ccas.member(&member, "/reset-second-factor")).await, 403, "second-factor", "one's own");
        claire.client.post(&ccas.member(&member, "/reset-second-factor")).await.expect(204);
        claire.client.post(&ccas.member(&member, "/reset-second-factor")).await.expect(409);
        assert_problem(&nadia.client.get("/api/v1/me").await, 401, "session-over", "what was passed with it counts no more");
        let nadia = world.professional("nadia").await;
        nadia.client.get(&ccas.path("")).await.expect(200);
        // Not of somebody who came in long ago: they come in anew first.
        claire.client.post(&ccas.member(&member, "/reset-second-factor")).await.expect(204);
        world.wait(Duration::from_mins(6));
        let late = world.sign_in("professional", "nadia").await;
        world.wait(Duration::from_mins(6));
        assert_problem(&late.post(SETUP).await, 403, "sign-in-again", "came in six minutes ago");
    }
}
