//! Where one is signed in: seeing it, ending it from elsewhere.

use std::time::Duration;

use reqwest::Method;

use super::{SESSION, cookie};
use crate::attacks::tools::{assert_problem, service_chain};
use crate::on_both_pairs;
use crate::world::{Client, Pair, World};

const PHONE: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1";

/// Lucie comes in from a telephone.
async fn on_phone(world: &World) -> Client {
    let phone = world.anonymous();
    let mut next = "/auth/holder/login?login_hint=lucie".to_owned();
    while next != "/" {
        let answer = phone.send(phone.request(Method::GET, &next).header("user-agent", PHONE)).await.expect_redirect();
        next = answer.header("location").to_owned();
    }
    phone
}

async fn sessions(client: &Client) -> Vec<(String, String, bool)> {
    let list = client.get("/api/v1/me/sessions?lang=fr").await.expect(200).json();
    assert!(list["next"].is_null());
    let text = |item: &serde_json::Value, name: &str| item[name].as_str().unwrap().to_owned();
    let items = list["items"].as_array().unwrap().iter();
    items.map(|i| (text(i, "id"), text(i, "device"), i["current"].as_bool().unwrap())).collect()
}

on_both_pairs! {
    async fn one_sees_where_one_is_signed_in_and_goes_out_of_there(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let phone = on_phone(&world).await;
        world.holder("ahmed").await;
        let seen = sessions(&lucie.client).await;
        assert_eq!(seen.len(), 2, "{seen:?}");
        assert!(seen[0].2 && !seen[1].2);
        assert_eq!((seen[0].1.as_str(), seen[1].1.as_str()), ("Un appareil inconnu", "Safari sur un iPhone"));
        let page = lucie.client.get("/sessions").await.expect(200).text();
        assert!(page.contains("Safari sur un iPhone") && page.contains(&format!("/sessions/{}/sortir", seen[1].0)));
        // What the browser said of itself is sealed.
        let dump = world.raw().await.dump().await;
        assert!(!dump.windows(6).any(|w| w == b"iPhone") && !dump.windows(6).any(|w| w == b"iphone"));

        lucie.client.delete(&format!("/api/v1/me/sessions/{}", seen[1].0)).await.expect(204);
        assert_problem(&phone.get("/api/v1/me").await, 401, "session-over", "the telephone is out");
        lucie.get("").await.expect(200);
        assert_problem(&lucie.client.delete(&format!("/api/v1/me/sessions/{}", seen[1].0)).await, 404, "not-found", "twice");
        let trail = lucie.trail().await;
        for line in ["session.list done", "session.end done"] {
            assert!(trail.contains(&line.to_owned()), "{line}: {trail:?}");
        }
    }

    async fn one_goes_out_of_the_others_or_everywhere(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let (one, two) = (world.holder("lucie").await, on_phone(&world).await);
        lucie.client.post("/api/v1/me/sessions/end-others").await.expect(204);
        for other in [&one.client, &two] {
            assert_problem(&other.get("/api/v1/me").await, 401, "session-over", "the others are out");
        }
        assert_eq!(sessions(&lucie.client).await.len(), 1);

        let again = world.holder("lucie").await;
        let copied = world.anonymous();
        copied.cookies.lock().unwrap().insert(SESSION.to_owned(), cookie(&lucie.client, SESSION));
        let out = lucie.client.post("/auth/logout?everywhere=1").await.expect(303);
        assert!(out.header("location").contains("id_token_hint="), "on to the issuer: {}", out.header("location"));
        assert!(cookie(&lucie.client, SESSION).is_empty());
        for other in [&copied, &again.client] {
            assert_problem(&other.get("/api/v1/me").await, 401, "session-over", "everywhere");
        }
        let back = world.holder("lucie").await;
        let trail = back.trail().await;
        assert_eq!(trail.iter().filter(|line| *line == "session.end done").count(), 3, "{trail:?}");
        assert_eq!(trail.iter().filter(|line| *line == "sign_out done").count(), 1, "{trail:?}");
        // Out is out: again is no error, and nothing more is written.
        lucie.client.post("/auth/logout?everywhere=1").await.expect(303);
    }

    async fn ending_the_session_that_asks_is_going_out(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let own = sessions(&lucie.client).await.remove(0).0;
        lucie.client.delete(&format!("/api/v1/me/sessions/{own}")).await.expect(204);
        assert!(cookie(&lucie.client, SESSION).is_empty());
        lucie.client.get("/api/v1/me").await.expect(401);
    }

    /// The pages do the same, by their buttons.
    async fn the_page_ends_sessions_too(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let (one, two) = (on_phone(&world).await, on_phone(&world).await);
        let seen = sessions(&lucie.client).await;
        let first = lucie.client.post(&format!("/sessions/{}/sortir", seen[1].0)).await.expect(303);
        assert_eq!(first.header("location"), "/sessions");
        let left = [one.get("/api/v1/me").await.status, two.get("/api/v1/me").await.status];
        assert_eq!(left.iter().filter(|status| **status == 200).count(), 1, "{left:?}");
        lucie.client.post("/sessions/sortir-des-autres").await.expect(303);
        for other in [&one, &two] {
            other.get("/api/v1/me").await.expect(401);
        }
        let gone = lucie.client.post(&format!("/sessions/{}/sortir", seen[0].0)).await.expect(303);
        assert_eq!(gone.header("location"), "/");
        assert_eq!(lucie.client.get("/sessions").await.expect(303).header("location"), "/?entrer=1");
    }

    async fn a_strangers_session_does_not_exist(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let hers = sessions(&lucie.client).await.remove(0).0;
        let stranger = world.holder("ahmed").await;
        let unknown = "11111111-1111-4111-8111-111111111111";
        for id in [hers.as_str(), unknown, "not-an-id", "..%2f.."] {
            let answer = stranger.client.delete(&format!("/api/v1/me/sessions/{id}")).await;
            assert_problem(&answer, 404, "not-found", id);
            assert_eq!(stranger.client.post(&format!("/sessions/{id}/sortir")).await.status, 404, "{id}");
        }
        lucie.get("").await.expect(200);
        for path in ["/api/v1/me/sessions", "/sessions"] {
            let answer = world.anonymous().get(path).await;
            assert!([401, 303].contains(&answer.status.as_u16()), "{path}: {}", answer.status);
        }
        let signed_out = world.anonymous();
        assert_problem(&signed_out.delete(&format!("/api/v1/me/sessions/{hers}")).await, 401, "not-signed-in", "signed out");
        assert_problem(&signed_out.post("/api/v1/me/sessions/end-others").await, 401, "not-signed-in", "signed out");
        let foreign = stranger.client.request(Method::POST, "/api/v1/me/sessions/end-others").header("origin", "https://evil.example");
        assert_eq!(stranger.client.send(foreign).await.status, 403, "from another site");
        assert_eq!(stranger.client.get("/api/v1/me/sessions/end-others").await.status, 405);
        let lines = service_chain(&mut world.raw().await).await;
        let told: Vec<_> = lines.iter().map(|e| format!("{} {:?}", e.line.action.code(), e.line.outcome)).collect();
        for line in ["session.end Refused(UnknownSession)", "session.end Refused(NotSignedIn)", "session.list Refused(NotSignedIn)"] {
            assert!(told.contains(&line.to_owned()), "{line}: {told:?}");
        }
    }

    /// Somebody else signs in on the same device: the one who was in is out, and their journal says so.
    async fn somebody_else_comes_in_on_the_same_device(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let elsewhere = world.holder("lucie").await;
        let before = elsewhere.trail().await.len();
        lucie.client.sign_in("holder", "ahmed").await;
        let trail = elsewhere.trail().await;
        let told: Vec<_> = trail[before..].iter().filter(|line| *line == "session.replaced done").collect();
        assert_eq!(told.len(), 1, "{trail:?}");
        let lines = elsewhere.journal().await;
        let line = lines.iter().find(|line| line["action"] == "session.replaced").unwrap();
        assert!(line["sentence"].as_str().unwrap().contains("Une autre personne est entrée"), "{line}");
        assert_eq!(line["object"]["kind"], "session", "{line}");

        // The same person again on the same device: their new sign-in says it all. A visit that is over ends no more.
        let before = elsewhere.trail().await.len();
        elsewhere.client.sign_in("holder", "lucie").await;
        world.wait(Duration::from_mins(16));
        elsewhere.client.sign_in("holder", "ahmed").await;
        let back = world.holder("lucie").await;
        assert!(!back.trail().await[before..].contains(&"session.replaced done".to_owned()));
    }

    /// A professional has no locker: the look is in the service's chain.
    async fn somebody_without_a_locker_has_sessions_too(pair) {
        let world = World::new(pair).await;
        let nadia = world.sign_in("professional", "nadia").await;
        assert_eq!(sessions(&nadia).await.len(), 1);
        nadia.get("/sessions").await.expect(200);
        let lines = service_chain(&mut world.raw().await).await;
        assert!(lines.iter().any(|e| e.line.action.code() == "session.list"));
    }

    /// Two devices go out of each other at the same moment: one of them wins, nobody waits for ever.
    async fn two_who_end_each_other_do_not_lock_each_other(pair) {
        let world = World::new(pair).await;
        let (one, two) = (world.holder("lucie").await, world.holder("lucie").await);
        let path = "/api/v1/me/sessions/end-others";
        let (a, b) = tokio::join!(one.client.post(path), two.client.post(path));
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 401]);
    }
}
