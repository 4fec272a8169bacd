//! One address for a hundred people: a shelter, a town hall, a prison. One device there is broken, or its user is tireless.
//! The others come in and go on; whoever guesses still meets the wall.

use std::time::Duration;

use super::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Client, Pair, World};

const MANY: usize = 305;

/// Everything that somebody without a session can have refused, again and again.
async fn is_tireless(client: &Client, locker: &str) {
    for _ in 0..MANY {
        client.get(&format!("/api/v1/lockers/{locker}/documents")).await;
    }
    for _ in 0..MANY {
        client.get("/auth/holder/callback?state=abc&code=abc").await.expect(400);
    }
}

on_both_pairs! {
    /// Nobody signed in guesses without end. The others at that address sign in, look and read.
    async fn a_tireless_stranger_locks_nobody_out(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let stranger = world.anonymous();
        is_tireless(&stranger, &lucie.locker).await;
        let guess = stranger.get(&lucie.path("/documents")).await;
        assert_problem(&guess, 429, "too-many", "the guesses are slowed down");
        assert!(!guess.header("retry-after").is_empty());

        // Who was in goes on; what is not theirs is not found, as ever.
        assert_eq!(lucie.content(&paper).await.expect(200).body, b"bail");
        let nowhere = "/api/v1/lockers/0b5c0de0-0000-4000-8000-00000000c0de/documents";
        assert_problem(&lucie.client.get(nowhere).await, 404, "not-found", "a mistyped address");
        // Who comes now comes in, by every page of the way.
        let ahmed = world.holder("ahmed").await;
        ahmed.get("/documents").await.expect(200);
        let newcomer = world.anonymous();
        for path in ["/", "/auth/holder/login", "/api/v1/information"] {
            let status = newcomer.get(path).await.status;
            assert!(status.is_success() || status.is_redirection(), "{path}: {status}");
        }
        assert_problem(&newcomer.get("/api/v1/me").await, 401, "not-signed-in", "and is told so");
    }

    /// Somebody signed in goes from locker to locker: that person waits, with all their sessions, and nobody else.
    async fn a_tireless_person_waits_alone(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let nadia = world.sign_in("professional", "nadia").await;
        let path = lucie.path("/documents");
        for _ in 0..MANY {
            nadia.get(&path).await;
        }
        assert_problem(&nadia.get(&path).await, 429, "too-many", "she waits");
        let again = world.sign_in("professional", "nadia").await;
        assert_problem(&again.get(&path).await, 429, "too-many", "with another session too");
        let paul = world.sign_in("professional", "paul").await;
        assert_problem(&paul.get(&path).await, 404, "not-found", "her neighbour does not");
        assert_problem(&world.anonymous().get(&path).await, 401, "not-signed-in", "nor does a visitor");
        // A session that is over is nobody's: it is counted with the address.
        nadia.post("/auth/logout").await.expect_redirect();
        world.wait(Duration::from_secs(61));
        assert_problem(&again.get(&path).await, 404, "not-found", "a minute later");
    }

    /// A device begins to sign in without end, and never does. Nothing is kept of that, and the others begin and end.
    async fn signing_in_is_begun_without_end(pair) {
        let world = World::new(pair).await;
        let device = world.anonymous();
        for _ in 0..MANY {
            device.get("/auth/holder/login").await.expect(303);
        }
        let mut raw = world.raw().await;
        assert_eq!(raw.count("sign_ins").await, 0, "a row for each would fill the disk");
        world.holder("lucie").await.get("/documents").await.expect(200);
        assert_eq!(raw.count("sign_ins").await, 1, "what has served is kept, so that it serves once");
        world.wait(Duration::from_mins(16));
        world.lockers.tidy().await.unwrap();
        assert_eq!(raw.count("sign_ins").await, 0, "and forgotten when it is too old in any case");
    }

    /// A cookie of a sign-in says nothing to who reads it, and is of use for its own answer only.
    async fn the_cookie_of_a_sign_in_is_sealed(pair) {
        let world = World::new(pair).await;
        let client = world.anonymous();
        let away = client.get("/auth/holder/login?next=/journal").await.expect(303);
        let state = url::Url::parse(away.header("location")).unwrap();
        let cookie = client.cookies.lock().unwrap()["__Host-consigne-entree"].clone();
        assert!(cookie.len() < 4000, "{}", cookie.len());
        let opened = data_encoding::BASE64URL_NOPAD.decode(cookie.as_bytes()).unwrap();
        let opened = String::from_utf8_lossy(&opened).into_owned();
        for (name, value) in state.query_pairs() {
            assert!(!["state", "nonce"].contains(&&*name) || !(cookie.contains(&*value) || opened.contains(&*value)), "{name}");
        }
        let page = "/journal?".to_owned() + &"a".repeat(1900);
        let long = world.anonymous();
        let answer = long.get(&format!("/auth/holder/login?next={page}")).await.expect(303);
        assert!(answer.header("set-cookie").len() < 4096, "browsers keep no more");
    }

    /// A link to come in, whose page doubles when it is sealed: the browser keeps no such cookie, nobody comes in by it.
    async fn no_link_makes_a_cookie_too_long(pair) {
        let world = World::new(pair).await;
        let page = "/journal?".to_owned() + &"%22".repeat(1900);
        let answer = world.anonymous().get(&format!("/auth/holder/login?next={page}")).await;
        assert!(answer.status == 400 || answer.header("set-cookie").len() < 4096, "{}", answer.header("set-cookie").len());
    }

    /// Behind a tireless address, somebody's session has ended: are they led to the entrance, or told to wait?
    async fn whose_session_ended_is_led_to_the_entrance(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        world.wait(Duration::from_mins(20));
        is_tireless(&world.anonymous(), &lucie.locker).await;
        for path in [format!("/papiers/{paper}"), "/journal".to_owned(), "/".to_owned()] {
            let answer = lucie.client.get(&path).await;
            assert_ne!(answer.status, 429, "{path}");
        }
        assert_problem(&lucie.get("/documents").await, 401, "session-over", "the application shows its entrance for this alone");
    }
}
