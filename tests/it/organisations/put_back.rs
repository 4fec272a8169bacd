//! Second factors against who may write SQL, and has an account: rows taken out, added, put back after they have served. And whoever
//! passes one at the very moment when it is taken away, or asks to take it away with no right to.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::json;

use super::life::trail;
use super::replacing::{begin, elsewhere, first, pass};
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Client, Pair, Professional, World, digits};

const SETUP: &str = "/api/v1/me/second-factor";
const CONFIRM: &str = "/api/v1/me/second-factor/confirm";

/// On PostgreSQL: some sessions are held, so that what is asked waits for them, having seen which there are. Meanwhile somebody comes in
/// with her account and a printed code of hers. On SQLite whichever is first.
async fn comes_in_meanwhile(world: &World, her: &Professional, held: &str, asked: impl Future<Output = ()>) -> Client {
    let (mut holding, remote) = (world.raw().await, world.pair == Pair::Remote);
    if remote {
        holding.run("BEGIN").await.unwrap();
        holding.run(&format!("SELECT 1 FROM sessions WHERE {held} FOR NO KEY UPDATE")).await.unwrap();
    }
    let comes = async {
        if remote {
            world.until_something_waits().await;
        }
        let thief = world.sign_in("professional", "nadia").await;
        let passed = pass(&thief, &her.backup_codes[0]).await.status.as_u16();
        if remote {
            assert_eq!(passed, 204, "the factor is there still");
            holding.run("COMMIT").await.unwrap();
        }
        thief
    };
    tokio::join!(asked, comes).1
}

on_both_pairs! {
    /// Who has her account at the issuer, and SQL, takes her second factor out of the table to set up their own.
    async fn a_factor_that_was_taken_out_is_not_one_that_never_was(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let mut raw = world.raw().await;
        let id = raw.id(&nadia.person);
        for table in ["backup_codes", "next_factors", "second_factors"] {
            raw.run(&format!("DELETE FROM {table} WHERE person_id = {id}")).await.unwrap();
        }
        let thief = world.sign_in("professional", "nadia").await;
        for answer in [thief.get(SETUP).await, thief.post(SETUP).await, thief.post_json(CONFIRM, &json!({"code": "000000"})).await] {
            assert_problem(&answer, 500, "damaged", "somebody who belongs somewhere has had one");
        }
        // Her referent puts it in order, with lines; she sets up another.
        claire.client.post(&ccas.member(&member, "/reset-second-factor")).await.expect(204);
        assert_problem(&thief.get("/api/v1/me").await, 401, "session-over", "with the others");
        assert!(trail(&ccas, &claire).await.contains(&"second_factor.reset done".to_owned()));
        let nadia = world.professional("nadia").await;
        nadia.client.get(&ccas.path("")).await.expect(200);
    }

    /// Rows of it that read as nothing at all: her referent puts these in order too.
    async fn rows_that_do_not_read_are_put_in_order(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let mut raw = world.raw().await;
        let id = raw.id(&nadia.person);
        let short = raw.literal(b"abc");
        raw.run(&format!("INSERT INTO backup_codes (person_id, lookup) VALUES ({id}, {short})")).await.unwrap();
        raw.run(&format!("UPDATE second_factors SET step = -1 WHERE person_id = {id}")).await.unwrap();
        assert_problem(&nadia.pass().await, 500, "damaged", "it is not hers");
        claire.client.post(&ccas.member(&member, "/reset-second-factor")).await.expect(204);
        world.professional("nadia").await.client.get(&ccas.path("")).await.expect(200);
    }

    /// Somebody with SQL kept the row from before its first code, and has her account: they confirm a secret of their own. Each of her
    /// organisations reads it, and she is signed out.
    async fn a_first_code_is_told_where_one_belongs(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let early = world.sign_in("professional", "nadia").await;
        early.post(SETUP).await.expect(201);
        let mut raw = world.raw().await;
        raw.run("CREATE TABLE kept AS SELECT * FROM second_factors WHERE confirmed_at IS NULL").await.unwrap();
        let nadia = world.professional("nadia").await;
        world.hire(&ccas, &claire, &nadia).await;
        let id = raw.id(&nadia.person);
        for table in ["backup_codes", "second_factors"] {
            raw.run(&format!("DELETE FROM {table} WHERE person_id = {id}")).await.unwrap();
        }
        assert_eq!(raw.run("INSERT INTO second_factors SELECT * FROM kept").await.unwrap(), 1);
        let thief = world.professional("nadia").await;
        assert_problem(&nadia.client.get("/api/v1/me").await, 401, "session-over", "she notices");
        thief.client.get(&ccas.path("")).await.expect(200);
        let told = trail(&ccas, &claire).await;
        assert!(told.contains(&"member.factor_replaced done".to_owned()), "{told:?}");
    }

    /// What a referent has taken away says so: nothing is confirmed that was not begun since, and what was printed is worth nothing.
    async fn what_was_taken_away_is_nothing(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let reset = ccas.member(&member, "/reset-second-factor");
        claire.client.post(&reset).await.expect(204);
        let bare = world.sign_in("professional", "nadia").await;
        assert_eq!(bare.get(SETUP).await.expect(200).json(), json!({"set_up": false, "passed": false, "backup_codes": 0}));
        for typed in [digits(&nadia.secret, &world.source), nadia.backup_codes[0].clone(), "000000".to_owned()] {
            assert_problem(&pass(&bare, &typed).await, 409, "factor-state", &typed);
            assert_problem(&bare.post_json(CONFIRM, &json!({"code": typed})).await, 409, "factor-state", &typed);
        }
        assert_problem(&bare.post("/api/v1/me/second-factor/replace").await, 409, "factor-state", "there is none");
        // Begun and not confirmed: that is taken away too, once.
        bare.post(SETUP).await.expect(201);
        claire.client.post(&reset).await.expect(204);
        assert_problem(&claire.client.post(&reset).await, 409, "factor-state", "there is none");
    }

    /// A printed code that has served is written back; one of the thief's own is written in her name; a sheet is put back.
    async fn printed_codes_are_those_that_were_given(pair) {
        let world = World::new(pair).await;
        let (nadia, paul) = (world.professional("nadia").await, world.professional("paul").await);
        let mut raw = world.raw().await;
        let (hers, his) = (raw.id(&nadia.person), raw.id(&paul.person));
        let codes = format!("SELECT lookup FROM backup_codes WHERE person_id = {hers} ORDER BY lookup");
        let before = raw.bytes(&codes).await;
        pass(&nadia.client, &nadia.backup_codes[0]).await.expect(204);
        let after = raw.bytes(&codes).await;
        let served = raw.literal(before.iter().find(|code| !after.contains(code)).unwrap());
        raw.run(&format!("INSERT INTO backup_codes (person_id, lookup) VALUES ({hers}, {served})")).await.unwrap();
        let thief = world.sign_in("professional", "nadia").await;
        assert_problem(&pass(&thief, &nadia.backup_codes[0]).await, 500, "damaged", "it has served");
        raw.run(&format!("DELETE FROM backup_codes WHERE person_id = {hers} AND lookup = {served}")).await.unwrap();
        pass(&thief, &nadia.backup_codes[1]).await.expect(204);
        raw.run(&format!("UPDATE backup_codes SET person_id = {hers} WHERE person_id = {his}")).await.unwrap();
        assert_problem(&pass(&thief, &paul.backup_codes[0]).await, 500, "damaged", "of his sheet");
        assert_problem(&paul.pass().await, 500, "damaged", "and his are missed");
    }

    /// The new telephone was confirmed; its row is put back within the half-minute, with the code that somebody has seen.
    async fn a_replacement_serves_once(pair) {
        let world = World::new(pair).await;
        let nadia = world.professional("nadia").await;
        // No two secrets of hers are drawn at the same moment.
        world.wait(Duration::from_millis(1));
        let mut raw = world.raw().await;
        let id = raw.id(&nadia.person);
        let secret = begin(&nadia.client).await;
        raw.run(&format!("CREATE TABLE kept AS SELECT * FROM next_factors WHERE person_id = {id}")).await.unwrap();
        let code = digits(&secret, &world.source);
        first(&nadia.client, &code).await.expect(200);
        assert_eq!(raw.run("INSERT INTO next_factors SELECT * FROM kept").await.unwrap(), 1);
        assert_problem(&first(&nadia.client, &code).await, 500, "damaged", "it has served");
        // Begun anew, it is another.
        world.wait(Duration::from_millis(1));
        let secret = begin(&nadia.client).await;
        first(&nadia.client, &digits(&secret, &world.source)).await.expect(200);
    }

    /// Her place in one organisation is spoiled, so that it does not hear of what another does with her second factor.
    async fn a_place_that_is_spoiled_keeps_a_factor_from_being_taken_away(pair) {
        let world = World::new(pair).await;
        let (claire, paul) = (world.professional("claire").await, world.professional("paul").await);
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let maison = world.organisation("Maison", &paul, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let (at_ccas, at_maison) = (world.hire(&ccas, &claire, &nadia).await, world.hire(&maison, &paul, &nadia).await);
        let mut raw = world.raw().await;
        let row = format!("UPDATE memberships SET left_at = {{}} WHERE membership_id = {}", raw.id(&at_ccas));
        raw.run(&row.replace("{}", "joined_at")).await.unwrap();
        let reset = maison.member(&at_maison, "/reset-second-factor");
        assert_problem(&paul.client.post(&reset).await, 500, "damaged", "one place can't be told");
        let secret = begin(&nadia.client).await;
        assert_problem(&first(&nadia.client, &digits(&secret, &world.source)).await, 500, "damaged", "nor of a new telephone");
        nadia.pass().await.expect(204);
        raw.run(&row.replace("{}", "NULL")).await.unwrap();
        paul.client.post(&reset).await.expect(204);
        assert!(trail(&ccas, &claire).await.contains(&"member.set_aside done".to_owned()));
    }

    /// Paul is a referent elsewhere and has her account and her old telephone. He comes in, and gives the code, between the moment when
    /// the referent has seen her sessions and the moment when the factor is gone.
    async fn who_passes_it_at_that_moment_is_signed_out_with_the_others(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        claire.pass().await.expect(204);
        let hers = format!("person_id = {}", world.raw().await.id(&nadia.person));
        let resets = async {
            claire.client.post(&ccas.member(&member, "/reset-second-factor")).await.expect(204);
        };
        let (thief, remote) = (comes_in_meanwhile(&world, &nadia, &hers, resets).await, world.pair == Pair::Remote);
        let there = thief.get(&ccas.path("")).await.status.as_u16();
        assert!([401, 403].contains(&there) && (!remote || there == 401), "{there}");
        let state = thief.get(SETUP).await;
        assert!(state.status.as_u16() == 401 || state.json()["passed"] == false, "{}", state.text());
    }

    /// The same while she replaces it on her new telephone.
    async fn nor_does_one_outlive_a_replacement(pair) {
        let world = World::new(pair).await;
        let nadia = world.professional("nadia").await;
        let other = elsewhere(&world, &nadia, "nadia").await;
        let secret = begin(&nadia.client).await;
        let other = other.get("/api/v1/me/sessions").await.expect(200).json();
        let current = |one: &&serde_json::Value| one["current"] == true;
        let other = other["items"].as_array().unwrap().iter().find(current).unwrap()["id"].as_str().unwrap().to_owned();
        let held = format!("session_id = {}", world.raw().await.id(&other));
        let code = digits(&secret, &world.source);
        let replaces = async {
            first(&nadia.client, &code).await.expect(200);
        };
        let (thief, remote) = (comes_in_meanwhile(&world, &nadia, &held, replaces).await, world.pair == Pair::Remote);
        let state = thief.get(SETUP).await;
        assert!(state.status.as_u16() == 401 || (!remote && state.json()["passed"] == false), "{}", state.text());
        nadia.client.get(SETUP).await.expect(200);
    }

    /// Paul has no place where he asks. Meanwhile somebody works in the other organisation of whom he asks about.
    async fn who_may_not_take_it_away_waits_for_nobody_elsewhere(pair) {
        let world = World::new(pair).await;
        let (claire, paul) = (world.professional("claire").await, world.professional("paul").await);
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let maison = world.organisation("Maison", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        world.hire(&maison, &claire, &nadia).await;
        world.hire(&ccas, &claire, &paul).await;
        let (mut holding, remote) = (world.raw().await, world.pair == Pair::Remote);
        if remote {
            holding.run("BEGIN").await.unwrap();
            let id = holding.id(&maison.id);
            assert_eq!(holding.run(&format!("UPDATE chains SET seq = seq WHERE chain_id = {id}")).await.unwrap(), 1);
        }
        let stranger = world.professional("ines").await;
        let asked = async {
            assert_problem(&paul.client.post(&ccas.member(&member, "/reset-second-factor")).await, 403, "not-allowed", "no referent");
            assert_problem(&stranger.client.post(&ccas.member(&member, "/reset-second-factor")).await, 404, "not-found", "a stranger");
        };
        tokio::time::timeout(Duration::from_secs(20), asked).await.expect("they are refused at once");
        if remote {
            holding.run("COMMIT").await.unwrap();
        }
    }
}
