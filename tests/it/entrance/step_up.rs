//! Proving again who one is; sessions that SQL or a wrong clock would keep alive.

use std::time::Duration;

use consigne::access::{Caller, Token};
use consigne::domain::ids::RequestId;
use consigne::domain::person::{CivilIdentity, IssuerKind};
use consigne::identity::SignedIn;
use reqwest::Method;
use secrecy::SecretString;

use super::{SESSION, cookie, through};
use crate::attacks::tools::{assert_problem, service_chain};
use crate::on_both_pairs;
use crate::world::{Client, Pair, World};

const AGAIN: &str = "/auth/holder/login?step_up=1&next=/papiers";

fn bearing(world: &World, session: &str) -> Client {
    let client = world.anonymous();
    client.cookies.lock().unwrap().insert(SESSION.to_owned(), session.to_owned());
    client
}

async fn proven_at(world: &World) -> i64 {
    world.raw().await.number("SELECT proven_at FROM sessions WHERE revoked_at IS NULL").await
}

on_both_pairs! {
    async fn one_proves_again_who_one_is_and_goes_on(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let (old, first) = (cookie(&lucie.client, SESSION), proven_at(&world).await);
        world.wait(Duration::from_mins(10));
        let away = lucie.client.get(AGAIN).await.expect(303);
        let asked = away.header("location").to_owned();
        assert!(asked.contains("prompt=login") && asked.contains("max_age=0"), "{asked}");
        let came = through(&lucie.client, AGAIN, "lucie").await.expect(303);
        assert_eq!(came.header("location"), "/papiers");
        let new = cookie(&lucie.client, SESSION);
        assert_ne!(new, old);
        assert_problem(&bearing(&world, &old).get("/api/v1/me").await, 401, "session-over", "the old session is over");
        assert_eq!(lucie.client.get("/api/v1/me").await.expect(200).json()["person"]["id"], lucie.person.as_str());
        let moved = proven_at(&world).await - first;
        assert!((590_000_000..=600_000_000).contains(&moved), "in whole seconds, as issuers tell it: {moved}");
        let trail = lucie.trail().await;
        assert!(trail.contains(&"step_up done".to_owned()), "{trail:?}");
    }

    /// Somebody finds a session left open on a shared computer: they can look, and can't take everything away, destroy, or close.
    async fn grave_actions_wait_for_a_fresh_proof(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let id = lucie.deposit("Bail", "logement.bail", b"bail").await;
        world.wait(Duration::from_mins(6));
        let destroy = lucie.path(&format!("/documents/{id}/destroy"));
        let refused = |answer: &crate::world::Answer, what: &str| assert_problem(answer, 403, "sign-in-again", what);
        refused(&lucie.client.post(&destroy).await, "destroy");
        refused(&lucie.get("/export").await, "export");
        refused(&lucie.client.post(&lucie.path("/close")).await, "close");
        for path in ["/consigne/emporter", "/consigne/fermer", &format!("/papiers/{id}/supprimer")] {
            let answer = lucie.client.post(path).await.expect(303);
            assert_eq!(answer.header("location"), "/encore-vous", "{path}");
        }
        assert_eq!(lucie.content(&id).await.expect(200).body, b"bail", "the rest needs no proof");
        let trail = lucie.trail().await;
        let told: Vec<_> = trail.iter().filter(|line| line.ends_with("refused:not_fresh")).collect();
        assert_eq!(told.len(), 6, "{trail:?}");

        through(&lucie.client, AGAIN, "lucie").await.expect(303);
        let archive = lucie.client.post("/consigne/emporter").await.expect(200);
        assert_eq!(archive.header("content-type"), "application/zip");
        lucie.client.post(&destroy).await.expect(204);
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        // Another site's link or form starts none of it.
        let across = lucie.client.request(Method::POST, "/consigne/emporter").header("sec-fetch-site", "cross-site");
        lucie.client.send(across.header("origin", "https://evil.example")).await.expect(403);
    }

    /// Somebody at a session left open signs in once more: the issuer, where the victim is still known, asks nothing and does not
    /// say when they proved who they are. That is no fresh proof.
    async fn a_sign_in_without_a_date_is_not_fresh(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        for (auth_time, fresh) in [(None, false), (Some(world.source.now()), true)] {
            let caller = |token| Caller { token, visit: None, client: None, office: None, request: RequestId::draw(&world.source), origin: [0; 16] };
            let signed_in = SignedIn {
                kind: IssuerKind::Holder,
                issuer: "https://issuer.test".to_owned(),
                subject: format!("undated-{fresh}"),
                identity: CivilIdentity::default(),
                acr: None,
                auth_time,
                id_token: SecretString::from(String::new()),
            };
            let came_in = world.lockers.admit(&caller(None), signed_in, "issuer").await.unwrap();
            let caller = caller(Token::from_cookie(&came_in.cookie));
            let told = lucie.client.information().await;
            let locker = world.lockers.open_own(&caller, Some(&told)).await.unwrap();
            let closed = world.lockers.close(&caller, locker).await;
            assert_eq!(closed.is_ok(), fresh, "{closed:?}");
        }
    }

    async fn the_page_leads_to_the_issuer_and_back(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let from = format!("{}/corbeille", lucie.client.base);
        for (referer, next) in [
            (from.as_str(), "%2Fcorbeille"),
            ("https://evil.example/corbeille", "%2F"),
            ("//evil.example/", "%2F"),
        ] {
            let asked = lucie.client.request(Method::GET, "/encore-vous").header("referer", referer);
            let page = lucie.client.send(asked).await.expect(200).text();
            let link = format!("/auth/holder/login?step_up=1&#38;next={next}\"");
            assert!(page.contains(&link), "{referer}: {page}");
            // What it promises is what will be.
            assert_eq!(page.contains("vous revenez à la page d’avant"), next != "%2F", "{page}");
            assert_eq!(page.contains("vous revenez au début"), next == "%2F", "{page}");
        }
        let out = world.anonymous().get("/encore-vous").await.expect(303);
        assert_eq!(out.header("location"), "/?entrer=1");
    }

    async fn somebody_else_changes_nothing(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        world.holder("ahmed").await;
        let before = cookie(&lucie.client, SESSION);
        // Known here, and never seen here before.
        for who in ["ahmed", "angela"] {
            assert_problem(&through(&lucie.client, AGAIN, who).await, 403, "another-person", who);
            assert_eq!(cookie(&lucie.client, SESSION), before);
            assert_eq!(lucie.client.get("/api/v1/me").await.expect(200).json()["person"]["id"], lucie.person.as_str());
        }
        let lines = service_chain(&mut world.raw().await).await;
        let told: Vec<_> = lines.iter().map(|e| format!("{} {:?}", e.line.action.code(), e.line.outcome)).collect();
        assert!(told.contains(&"step_up Refused(AnotherPerson)".to_owned()), "{told:?}");
        assert!(!lucie.trail().await.iter().any(|line| line.starts_with("step_up")));
    }

    async fn a_session_that_ended_meanwhile_is_not_brought_back(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let thief = bearing(&world, &cookie(&lucie.client, SESSION));
        let away = thief.get(AGAIN).await.expect(303);
        lucie.client.post("/auth/logout").await.expect(303);
        let back = thief.get(&format!("{}&login_hint=lucie", away.header("location"))).await;
        assert_problem(&thief.get(back.header("location")).await, 401, "session-over", "ended meanwhile");
        // Without a session there is nobody to prove it again: it is an ordinary entrance, which goes on to the page.
        let anybody = world.anonymous();
        assert_eq!(through(&anybody, AGAIN, "lucie").await.expect(303).header("location"), "/papiers");
        anybody.get("/api/v1/me").await.expect(200);
        // The other issuer vouches for nobody who came through this one.
        assert_problem(&anybody.get("/auth/professional/login?step_up=1").await, 404, "no-issuer", "other issuer");
    }

    async fn one_goes_on_within_this_site_only(pair) {
        let world = World::new(pair).await;
        for bad in [
            "", "papiers", "//evil.example", "/%5Cevil.example", "https://evil.example/", "/%0d%0aLocation:x", "/a%20b", "/%C3%A9",
            "/auth/holder/login", &format!("/{}", "a".repeat(2000)),
        ] {
            let answer = world.anonymous().get(&format!("/auth/holder/login?next={bad}")).await;
            assert_problem(&answer, 400, "bad-request", bad);
        }
        let lucie = world.anonymous();
        let came = through(&lucie, "/auth/holder/login?next=/papiers%3Fq=bail%26rubrique=logement", "lucie").await;
        assert_eq!(came.expect(303).header("location"), "/papiers?q=bail&rubrique=logement");
    }

    /// Somebody may write SQL and has the cookie of a session.
    async fn a_session_whose_times_were_changed_is_not_believed(pair) {
        let world = World::new(pair).await;
        let mut raw = world.raw().await;
        for (what, change) in [
            ("kept awake", "seen_at = seen_at + 600000000"),
            ("made to last", "expires_at = expires_at + 600000000"),
            ("proven again", "proven_at = proven_at + 60000000"),
            ("made to last by its end", "revoked_at = 1"),
        ] {
            let lucie = world.sign_in("holder", "lucie").await;
            lucie.get("/api/v1/me").await.expect(200);
            assert!(raw.run(&format!("UPDATE sessions SET {change} WHERE revoked_at IS NULL")).await.unwrap() > 0);
            assert_problem(&lucie.get("/api/v1/me").await, 401, "not-signed-in", what);
            raw.run("DELETE FROM sessions").await.unwrap();
        }
        let lucie = world.sign_in("holder", "lucie").await;
        let stolen = bearing(&world, &cookie(&lucie, SESSION));
        lucie.post("/auth/logout").await.expect(303);
        assert_problem(&stolen.get("/api/v1/me").await, 401, "session-over", "ended");
        assert_eq!(raw.run("UPDATE sessions SET revoked_at = NULL").await.unwrap(), 1);
        assert_problem(&stolen.get("/api/v1/me").await, 401, "not-signed-in", "its end undone");
    }

    /// The clock ran an hour ahead, and somebody put it right.
    async fn a_clock_that_ran_ahead_holds_no_session_and_shuts_nobody_out(pair) {
        let world = World::new(pair).await;
        let before = world.holder("lucie").await;
        world.source.advance(Duration::from_hours(1));
        let ahead = world.holder("lucie").await;
        ahead.get("").await.expect(200);
        world.source.set_back(Duration::from_hours(1));
        assert_problem(&ahead.get("").await, 401, "session-over", "seen in the future");
        // Her journal stands an hour ahead; her sessions don't.
        let lucie = world.holder("lucie").await;
        lucie.get("").await.expect(200);
        before.get("").await.expect(200);
        world.wait(Duration::from_mins(15));
        assert_problem(&lucie.get("").await, 401, "session-over", "15 minutes by the clock");
        let lines = world.holder("lucie").await.journal().await;
        let times: Vec<&str> = lines.iter().map(|line| line["at"].as_str().unwrap()).collect();
        assert!(times.is_sorted(), "{times:?}");
    }
}
