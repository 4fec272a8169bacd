//! Sessions: somebody copies a cookie, plants one, sends a link that would sign the victim in as somebody else, or goes on
//! reading after the door was closed.

use reqwest::Method;
use url::Url;

use super::tools::{assert_problem, service_chain};
use crate::on_both_pairs;
use crate::world::{Answer, Client, Pair, World};

const SESSION: &str = "__Host-consigne";
const SIGN_IN: &str = "__Host-consigne-entree";

/// Goes to the issuer and is sent back: the address of the callback, not opened yet.
async fn to_callback(client: &Client, hint: &str) -> String {
    let away = client.get(&format!("/auth/holder/login?login_hint={hint}")).await.expect(303);
    let back = client.get(away.header("location")).await;
    assert!(back.status.is_redirection(), "{}", back.text());
    let callback = back.header("location").to_owned();
    assert!(callback.contains("/auth/holder/callback?"), "{callback}");
    callback
}

fn cookie(client: &Client, name: &str) -> String {
    client.cookies.lock().unwrap().get(name).cloned().unwrap_or_default()
}

fn with_cookie(world: &World, name: &str, value: &str) -> Client {
    let client = world.anonymous();
    client.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    client
}

/// A callback's address with some of its parameters changed; removed where the new value is empty.
fn changed(callback: &str, changes: &[(&str, &str)]) -> String {
    let mut url = Url::parse(callback).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    url.query_pairs_mut().clear();
    for (name, value) in pairs {
        let value = changes.iter().find(|(n, _)| *n == name).map_or(value.as_str(), |(_, new)| new).to_owned();
        if !value.is_empty() {
            url.query_pairs_mut().append_pair(&name, &value);
        }
    }
    url.into()
}

fn parameter(callback: &str, name: &str) -> String {
    Url::parse(callback).unwrap().query_pairs().find(|(n, _)| n == name).unwrap().1.into_owned()
}

/// Nobody came in by this answer.
#[track_caller]
fn assert_nobody_came_in(answer: &Answer, what: &str) {
    assert!(answer.status.is_client_error(), "{what}: {} {}", answer.status, answer.text());
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap()).collect();
    assert!(!cookies.iter().any(|c| c.starts_with("__Host-consigne=")), "{what}: {cookies:?}");
}

on_both_pairs! {
    /// Somebody has copied the victim's cookie. The victim signs out.
    async fn a_copied_cookie_dies_with_the_session(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let elsewhere = world.holder("lucie").await;
        let thief = with_cookie(&world, SESSION, &cookie(&lucie.client, SESSION));
        thief.get("/api/v1/me").await.expect(200);
        let out = lucie.client.post("/auth/logout").await;
        assert!(out.status.is_redirection());
        assert!(cookie(&lucie.client, SESSION).is_empty(), "the browser is told to forget it");
        for path in ["/api/v1/me", &lucie.path(""), &lucie.path(&format!("/documents/{paper}/content")), &lucie.path("/journal")] {
            assert_problem(&thief.get(path).await, 401, "session-over", path);
        }
        let before = elsewhere.journal().await.len();
        assert!(thief.post("/auth/logout").await.status.is_redirection());
        let trail = elsewhere.trail().await;
        assert!(!trail[before..].contains(&"sign_out done".to_owned()), "nobody goes out twice: {trail:?}");
        elsewhere.get("").await.expect(200);
    }

    /// Whoever held the cookie of before has nothing after the victim signs in again in that browser.
    async fn the_session_is_another_after_each_sign_in(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let old = cookie(&lucie.client, SESSION);
        let callback = to_callback(&lucie.client, "lucie").await;
        let came_in = lucie.client.get(&callback).await.expect(303);
        let lines: Vec<_> = came_in.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned()).collect();
        let line = lines.iter().find(|l| l.starts_with("__Host-consigne=")).unwrap();
        let attributes: Vec<&str> = line.split("; ").skip(1).collect();
        for wanted in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(attributes.contains(&wanted), "{wanted}: {line}");
        }
        assert!(!line.contains("Domain"), "{line}");
        assert_eq!(came_in.header("location"), "/");
        let new = cookie(&lucie.client, SESSION);
        assert!(new.len() >= 43 && new != old, "256 bits, and others");
        assert_problem(&with_cookie(&world, SESSION, &old).get("/api/v1/me").await, 401, "session-over", "old cookie");
        lucie.get("").await.expect(200);
    }

    /// The attacker plants a cookie of their choice in the victim's browser and waits until the victim signs in.
    async fn a_planted_cookie_is_never_a_session(pair) {
        let world = World::new(pair).await;
        let chosen = data_encoding::BASE64URL_NOPAD.encode(&[42; 32]);
        let victim = with_cookie(&world, SESSION, &chosen);
        victim.sign_in("holder", "lucie").await;
        assert_ne!(cookie(&victim, SESSION), chosen);
        victim.get("/api/v1/me").await.expect(200);
        let attacker = with_cookie(&world, SESSION, &chosen);
        assert_problem(&attacker.get("/api/v1/me").await, 401, "not-signed-in", "planted");

        // Not even the attacker's own session, planted: signing in ends it and gives another.
        let own = world.sign_in("holder", "ahmed").await;
        let planted = with_cookie(&world, SESSION, &cookie(&own, SESSION));
        planted.sign_in("holder", "lucie").await;
        own.get("/api/v1/me").await.expect(401);
        for junk in ["", "x", &"A".repeat(43), &"A".repeat(4000), "é", "..", "null"] {
            let status = with_cookie(&world, SESSION, junk).get("/api/v1/me").await.status;
            assert_eq!(status, 401, "{junk:?}");
        }
    }

    /// The attacker has a callback of their own sign-in, and makes the victim's browser open it: the victim would go on as
    /// the attacker, and put their papers there.
    async fn nobody_is_signed_in_by_a_link(pair) {
        let world = World::new(pair).await;
        let attacker = world.anonymous();
        let theirs = to_callback(&attacker, "ahmed").await;
        let stranger = world.anonymous();
        let answer = stranger.get(&theirs).await;
        assert_nobody_came_in(&answer, "no cookie");
        assert_problem(&answer, 400, "unknown-sign-in", "no cookie");

        // The victim is on their way to the issuer too: their browser has a cookie, for another state.
        let victim = world.anonymous();
        let own = to_callback(&victim, "lucie").await;
        let bound = cookie(&victim, SIGN_IN);
        assert_nobody_came_in(&victim.get(&theirs).await, "another browser's state");
        let again = || with_cookie(&world, SIGN_IN, &bound);
        let code = parameter(&theirs, "code");
        for (what, address) in [
            ("another kind of issuer", own.replace("/holder/", "/professional/")),
            ("no state", changed(&own, &[("state", "")])),
            ("a state of one's choice", changed(&own, &[("state", "abc")])),
            ("two states", format!("{own}&state=abc")),
            ("no issuer of that name", own.replace("/holder/", "/aucun/")),
        ] {
            assert_nobody_came_in(&again().get(&address).await, what);
        }
        // Their code in the victim's own answer: the identity token is not for this sign-in.
        assert_nobody_came_in(&again().get(&changed(&own, &[("code", &code)])).await, "another one's code");
        assert_nobody_came_in(&again().get(&own).await, "an answer is tried once");

        let other = world.anonymous();
        let callback = to_callback(&other, "lucie").await;
        let bound = cookie(&other, SIGN_IN);
        assert_nobody_came_in(&with_cookie(&world, SIGN_IN, &bound).get(&changed(&callback, &[("code", "")])).await, "no code");
        let other = world.anonymous();
        let callback = to_callback(&other, "lucie").await;
        let bound = cookie(&other, SIGN_IN);
        assert_nobody_came_in(
            &with_cookie(&world, SIGN_IN, &bound).get(&changed(&callback, &[("iss", "https://evil.example")])).await,
            "another issuer",
        );
    }

    /// The attacker has seen the whole address of a callback, and the browser's cookie, a moment too late.
    async fn an_answer_is_taken_once_and_in_time(pair) {
        let world = World::new(pair).await;
        let lucie = world.anonymous();
        let callback = to_callback(&lucie, "lucie").await;
        let bound = cookie(&lucie, SIGN_IN);
        lucie.get(&callback).await.expect(303);
        lucie.get("/api/v1/me").await.expect(200);
        assert_nobody_came_in(&with_cookie(&world, SIGN_IN, &bound).get(&callback).await, "again");

        let late = world.anonymous();
        let callback = to_callback(&late, "lucie").await;
        world.wait(std::time::Duration::from_mins(15));
        assert_nobody_came_in(&late.get(&callback).await, "too late");
    }

    /// The person says no at the issuer; the issuer says something else; somebody invents an answer.
    async fn a_no_at_the_issuer_is_told_plainly(pair) {
        let world = World::new(pair).await;
        for (error, status, kind) in [
            ("access_denied", 403, "declined"),
            ("server_error", 400, "not-believed"),
            ("<script>alert(1)</script>", 400, "not-believed"),
        ] {
            let client = world.anonymous();
            let callback = to_callback(&client, "lucie").await;
            let answer = changed(&callback, &[("code", "")]);
            let mut url = Url::parse(&answer).unwrap();
            let description = "Un texte choisi dehors";
            url.query_pairs_mut().append_pair("error", error).append_pair("error_description", description);
            let answer = client.get(url.as_str()).await;
            assert_nobody_came_in(&answer, error);
            assert_problem(&answer, status, kind, error);
            assert!(!answer.text().contains("script") && !answer.text().contains(description), "{}", answer.text());
            assert!(cookie(&client, SIGN_IN).is_empty(), "{error}: the sign-in is over");
        }
        let lines = service_chain(&mut world.raw().await).await;
        let codes: Vec<_> = lines.iter().map(|e| format!("{} {:?}", e.line.action.code(), e.line.outcome)).collect();
        assert!(codes.contains(&"sign_in Refused(RefusedAtIssuer)".to_owned()), "{codes:?}");
    }

    /// The attacker writes links to us: wherever they lead, it is to us or to the issuer.
    async fn no_link_leads_elsewhere(pair) {
        let world = World::new(pair).await;
        let issuer = world.config.issuers.holder.as_ref().unwrap().issuer.to_string();
        let long = "a".repeat(6000);
        for hint in ["https://evil.example", "a%0d%0aLocation:%20https://evil.example", "%00", "%ff", "&next=//evil.example", &long, "%F0%9F%92%A9"] {
            for rest in ["", "&next=https://evil.example/", "&return_to=//evil.example&redirect_uri=https://evil.example/"] {
                let answer = world.anonymous().get(&format!("/auth/holder/login?login_hint={hint}{rest}")).await;
                assert!(answer.status == 303 || answer.status.is_client_error(), "{hint}: {}", answer.status);
                if answer.status == 303 {
                    let to = answer.header("location");
                    assert!(to.starts_with(&issuer), "{to}");
                    let callback = parameter(to, "redirect_uri");
                    assert_eq!(callback, format!("{}auth/holder/callback", world.config.public_url));
                }
                assert_eq!(answer.headers.get_all("location").iter().count(), usize::from(answer.status == 303));
            }
        }
        let client = world.anonymous();
        let callback = to_callback(&client, "lucie").await;
        let came_in = client.get(&format!("{callback}&next=https://evil.example/&return_to=//evil.example")).await;
        assert_eq!((came_in.status.as_u16(), came_in.header("location")), (303, "/"));
        for path in ["//evil.example/", "/%2f%2fevil.example/", "/\\evil.example/", "/https://evil.example/"] {
            let answer = client.send(client.request(Method::GET, path)).await;
            assert!(!answer.status.is_redirection(), "{path}: {}", answer.header("location"));
        }
        assert_problem(&client.get("/auth/aucun/login").await, 404, "no-issuer", "no such issuer");
    }

    /// Somebody reads a long paper with a copied cookie. The victim signs out: the reading stops soon, and the journal says
    /// how much had gone.
    async fn a_long_reading_stops_after_the_session_ends(pair) {
        const MIB: usize = 1024 * 1024;
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let id = lucie.deposit("Long", "formation.courrier", &vec![b'x'; 40 * MIB]).await;
        let path = lucie.path(&format!("/documents/{id}/content"));
        let mut reading = lucie.client.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(reading.status(), 200);
        let mut got = 0;
        while got < MIB {
            got += reading.chunk().await.unwrap().unwrap().len();
        }
        lucie.client.post("/auth/logout").await;
        let at_end = got;
        let broken = loop {
            match reading.chunk().await {
                Ok(Some(piece)) => got += piece.len(),
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        assert!(broken, "the whole of it came, {got} bytes, after the session had ended");
        // What was on its way in buffers comes too.
        assert!(got - at_end <= 24 * MIB, "{} bytes came after the session had ended", got - at_end);

        world.settle().await;
        let lucie = world.holder("lucie").await;
        let lines = lucie.journal().await;
        let read = lines.iter().find(|l| l["action"] == "content.read").unwrap();
        let closings: Vec<_> = lines.iter().filter(|l| l["closes"] == read["seq"]).collect();
        assert_eq!(closings.len(), 1, "{closings:?}");
        assert_eq!(closings[0]["outcome"]["reason"], "session_ended");
        let told = closings[0]["bytes"].as_u64().unwrap();
        assert!(told >= u64::try_from(got).unwrap(), "the journal says {told} bytes, {got} had come");
    }
}
