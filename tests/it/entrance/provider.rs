//! Holders come in through a real provider in FranceConnect's shape; then it, or somebody on the way, does something wrong.

use std::time::Duration;

use consigne::access::{Caller, Token};
use consigne::domain::ids::RequestId;
use consigne::domain::person::CivilIdentity;
use reqwest::Method;
use serde_json::json;
use tokio::time::Instant;
use url::Url;

use super::issuer::{Shape, come_in, to_callback, world};
use super::{SESSION, cookie};
use crate::attacks::tools::{assert_problem, service_chain};
use crate::on_both_pairs;
use crate::world::{Client, Holder, Pair, World};

const LOGIN: &str = "/auth/holder/login?login_hint=angela";
const NESTED: Shape = Shape {
    encrypted: Some(("ECDH-ES", "A256GCM")),
    acr: "eidas2",
    id_token: "ES256",
    userinfo: "ES256",
    code_seconds: 30,
};

fn login(who: &str) -> String {
    format!("/auth/holder/login?login_hint={who}")
}

/// What the service keeps of who bears a session.
async fn identity(world: &World, client: &Client) -> CivilIdentity {
    let token = Token::from_cookie(&cookie(client, SESSION));
    let caller = Caller { token, visit: None, request: RequestId::draw(&world.source), origin: [0; 16] };
    world.lockers.who(&caller).await.unwrap().identity
}

/// Nobody came in; the reader gets a page, programs a problem, the service's chain a line.
async fn nobody_came_in(world: &World, client: &Client, callback: &str, status: u16, code: &str, line: &str) {
    let page = client.send(client.request(Method::GET, callback).header("accept", "text/html")).await;
    assert_eq!(page.status.as_u16(), status, "{line}: {}", page.text());
    assert!(page.header("content-type").starts_with("text/html"), "{line}");
    let said = page.text();
    assert!(said.contains("<h1>") && !said.contains("identity_") && !said.contains("Y030007"), "{said}");
    assert_eq!(status == 503, !page.header("retry-after").is_empty(), "{line}");
    assert!(cookie(client, SESSION).is_empty(), "{line}: nobody came in");
    let title = consigne::words::say(consigne::words::Locale::Fr, &format!("problem-{code}-title"));
    assert!(said.contains(&title.replace('\'', "’")) || said.contains(&title), "{code}: {said}");
    let lines = service_chain(&mut world.raw().await).await;
    let told: Vec<_> = lines.iter().map(|e| format!("{} {:?}", e.line.action.code(), e.line.outcome)).collect();
    assert!(told.contains(&format!("sign_in Refused({line})")), "{line}: {told:?}");
}

/// A callback's address with one parameter changed.
fn with(callback: &str, name: &str, value: &str) -> String {
    let mut url = Url::parse(callback).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let changed = pairs.iter().map(|(n, v)| (n.as_str(), if n == name { value } else { v.as_str() }));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(changed).finish();
    url.set_query(Some(&query));
    url.into()
}

fn parameter(callback: &str, name: &str) -> String {
    Url::parse(callback).unwrap().query_pairs().find(|(n, _)| n == name).unwrap().1.into_owned()
}

on_both_pairs! {
    /// The whole way: in, a locker, a paper, the journal, proving it again, out.
    async fn angela_comes_in_keeps_a_paper_and_leaves(pair) {
        let (world, _) = world(pair, Shape::default(), |_| {}).await;
        let client = world.anonymous();
        assert_eq!(come_in(&client, LOGIN).await.expect(303).header("location"), "/");
        let me = client.get("/api/v1/me").await.expect(200).json();
        assert_eq!(me["person"]["given_name"], "Angela Claire Louise");
        assert_eq!(me["person"]["family_name"], "DUBOIS");
        let known = identity(&world, &client).await;
        assert_eq!((known.birthdate.as_deref(), known.birthplace.as_deref()), (Some("1962-08-24"), Some("75107")));
        let locker = client.open_locker().await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let angela = Holder { client, locker, person: me["person"]["id"].as_str().unwrap().to_owned() };
        let paper = angela.deposit("Bail", "logement.bail", b"un bail").await;
        assert_eq!(angela.content(&paper).await.expect(200).body, b"un bail");

        // Signed in there too: coming in again asks nothing, proving it again does.
        let (_, through) = to_callback(&angela.client, LOGIN).await;
        assert!(!through.iter().any(|address| address.contains("/interaction/")), "{through:?}");
        let (callback, through) = to_callback(&angela.client, "/auth/holder/login?step_up=1&next=/corbeille").await;
        assert!(through.iter().any(|address| address.contains("/interaction/")), "{through:?}");
        assert_eq!(angela.client.get(&callback).await.expect(303).header("location"), "/corbeille");
        let trail = angela.trail().await;
        assert!(trail.contains(&"step_up done".to_owned()), "{trail:?}");
    }

    async fn both_algorithms_are_read_in_both_tokens(pair) {
        for (id_token, userinfo) in [("ES256", "RS256"), ("RS256", "ES256"), ("RS256", "RS256")] {
            let (world, _) = world(pair, Shape { id_token, userinfo, ..Shape::default() }, |_| {}).await;
            let client = world.anonymous();
            come_in(&client, LOGIN).await.expect(303);
            assert_eq!(identity(&world, &client).await.family_name, "DUBOIS", "{id_token} {userinfo}");
        }
    }

    /// FranceConnect+: signed tokens within encrypted ones.
    async fn nested_tokens_are_opened(pair) {
        for alg in ["ECDH-ES", "ECDH-ES+A256KW"] {
            let shape = Shape { encrypted: Some((alg, "A256GCM")), ..NESTED };
            let (world, _) = world(pair, shape, |_| {}).await;
            let client = world.anonymous();
            come_in(&client, LOGIN).await.expect(303);
            assert_eq!(identity(&world, &client).await.family_name, "DUBOIS", "{alg}");
            let sessions = client.get("/api/v1/me/sessions").await.expect(200).json();
            assert_eq!(sessions["items"][0]["strength"], "substantial");
        }
    }

    async fn a_token_encrypted_otherwise_is_refused(pair) {
        // An encryption that is not ours.
        let shape = Shape { encrypted: Some(("ECDH-ES", "A128CBC-HS256")), ..NESTED };
        let (one, _) = world(pair, shape, |_| {}).await;
        let client = one.anonymous();
        let (callback, _) = to_callback(&client, LOGIN).await;
        nobody_came_in(&one, &client, &callback, 400, "not-believed", "BadAnswer").await;
        // Somebody else's key, under its own name and under ours.
        for under_ours in [false, true] {
            let (two, _) = world(pair, NESTED, |client| {
                let ours = client["jwks"]["keys"][0]["kid"].clone();
                let mut other = json!({
                    "kty": "EC", "crv": "P-256", "use": "enc", "kid": "another",
                    "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ", "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
                });
                if under_ours {
                    other["kid"] = ours;
                }
                client["jwks"] = json!({ "keys": [other] });
            })
            .await;
            let client = two.anonymous();
            let (callback, _) = to_callback(&client, LOGIN).await;
            nobody_came_in(&two, &client, &callback, 400, "not-believed", "BadAnswer").await;
        }
    }

    async fn people_whose_birth_is_half_known_come_in_too(pair) {
        let (world, _) = world(pair, Shape::default(), |_| {}).await;
        for (who, birthdate, birthcountry) in [("ahmed", "1991-00-00", "99343"), ("samira", "1984-05-00", "99212")] {
            let client = world.anonymous();
            come_in(&client, &login(who)).await.expect(303);
            let known = identity(&world, &client).await;
            assert_eq!(known.birthdate.as_deref(), Some(birthdate));
            assert_eq!((known.birthplace.as_deref(), known.birthcountry.as_deref()), (Some(""), Some(birthcountry)));
            assert_eq!(known.email, None);
        }
    }

    async fn answers_that_were_tampered_with_are_refused(pair) {
        let (world, _) = world(pair, Shape::default(), |_| {}).await;
        let other = world.anonymous();
        let (theirs, _) = to_callback(&other, &login("ahmed")).await;
        let used = world.anonymous();
        let (spent, _) = to_callback(&used, LOGIN).await;
        used.get(&spent).await.expect(303);
        for (what, name, value, code) in [
            ("state", "state", "x".repeat(43), "unknown-sign-in"),
            ("issuer", "iss", "https://elsewhere.example".to_owned(), "not-believed"),
            // The identity token of that code bears another nonce.
            ("another one's code", "code", parameter(&theirs, "code"), "not-believed"),
            ("a code used before", "code", parameter(&spent, "code"), "not-believed"),
            ("an invented code", "code", "invented".to_owned(), "not-believed"),
        ] {
            let client = world.anonymous();
            let (callback, _) = to_callback(&client, LOGIN).await;
            let tampered = with(&callback, name, &value);
            assert_ne!(tampered, callback, "{what}");
            nobody_came_in(&world, &client, &tampered, 400, code, "BadAnswer").await;
        }
        // The same answer twice.
        assert_problem(&used.get(&spent).await, 400, "unknown-sign-in", "twice");
    }

    async fn a_level_below_the_one_asked_is_refused(pair) {
        let (world, issuer) = world(pair, Shape { acr: "eidas2", ..Shape::default() }, |_| {}).await;
        issuer.change(json!({ "acr": "eidas1" })).await;
        let client = world.anonymous();
        let (callback, _) = to_callback(&client, LOGIN).await;
        nobody_came_in(&world, &client, &callback, 400, "not-believed", "BadAnswer").await;
        issuer.change(json!({ "acr": "eidas2" })).await;
        come_in(&world.anonymous(), LOGIN).await.expect(303);
    }

    async fn a_signature_by_other_keys_is_refused(pair) {
        let (world, issuer) = world(pair, Shape::default(), |_| {}).await;
        issuer.change(json!({ "forge": true })).await;
        let client = world.anonymous();
        let (callback, _) = to_callback(&client, LOGIN).await;
        nobody_came_in(&world, &client, &callback, 400, "not-believed", "BadAnswer").await;
    }

    async fn what_is_too_old_is_refused(pair) {
        // The identity token lives a minute; our clock says that two have gone by.
        let (one, _) = world(pair, Shape::default(), |_| {}).await;
        let client = one.anonymous();
        let (callback, _) = to_callback(&client, LOGIN).await;
        one.wait(Duration::from_mins(2));
        nobody_came_in(&one, &client, &callback, 400, "not-believed", "BadAnswer").await;
        // The code lives a second, by the provider's clock.
        let (two, _) = world(pair, Shape { code_seconds: 1, ..Shape::default() }, |_| {}).await;
        let client = two.anonymous();
        let (callback, _) = to_callback(&client, LOGIN).await;
        tokio::time::sleep(Duration::from_millis(2_100)).await;
        nobody_came_in(&two, &client, &callback, 400, "not-believed", "BadAnswer").await;
    }

    async fn who_says_no_there_is_told_so(pair) {
        let (world, issuer) = world(pair, Shape::default(), |_| {}).await;
        issuer.change(json!({ "refuse": true })).await;
        let client = world.anonymous();
        let (callback, _) = to_callback(&client, LOGIN).await;
        assert!(callback.contains("error=access_denied"), "{callback}");
        nobody_came_in(&world, &client, &callback, 403, "declined", "RefusedAtIssuer").await;
    }

    async fn a_page_instead_of_an_answer_is_refused(pair) {
        for route in ["token", "userinfo"] {
            let (world, issuer) = world(pair, Shape::default(), |_| {}).await;
            issuer.change(json!({ "html": [route] })).await;
            let client = world.anonymous();
            let (callback, _) = to_callback(&client, LOGIN).await;
            nobody_came_in(&world, &client, &callback, 400, "not-believed", "BadAnswer").await;
        }
        for route in ["openid-configuration", "jwks"] {
            let (world, issuer) = world(pair, Shape::default(), |_| {}).await;
            issuer.change(json!({ "html": [route] })).await;
            nobody_came_in(&world, &world.anonymous(), LOGIN, 400, "not-believed", "BadAnswer").await;
        }
    }

    /// PKCE is refused there with a page: an operator who turns it on sees it at once, and nobody comes in.
    async fn a_request_that_is_wrong_ends_at_their_page(pair) {
        let (world, _) = world(pair, Shape::default(), |_| {}).await;
        let client = world.anonymous();
        let away = client.get(LOGIN).await.expect(303).header("location").to_owned();
        assert!(parameter(&away, "nonce").len() >= 32);
        let with_pkce = format!("{away}&code_challenge=4M5w0lDjNFWp0W4ndtf9V7zVKkhzuHlZqK2e5M1Wn1w&code_challenge_method=S256");
        for wrong in [with_pkce, with(&away, "nonce", "only-21-characters-ok"), with(&away, "acr_values", "")] {
            assert!(client.get(&wrong).await.expect(400).text().contains("Y030007"), "{wrong}");
        }
    }

    /// Whichever of its addresses hangs: somebody is told, and comes in once it answers again.
    async fn a_provider_that_hangs_is_not_waited_for(pair) {
        let hung = |route: &'static str| async move {
            let (world, issuer) = world(pair, Shape::default(), |_| {}).await;
            let client = world.anonymous();
            // The first two are asked before the person goes there, the others once they are back.
            let path = if ["openid-configuration", "jwks"].contains(&route) { LOGIN.to_owned() } else { to_callback(&client, LOGIN).await.0 };
            issuer.change(json!({ "stall": [route] })).await;
            let begun = Instant::now();
            nobody_came_in(&world, &client, &path, 503, "issuer-away", "IssuerAway").await;
            assert!(begun.elapsed() < Duration::from_secs(30), "{route}: {:?}", begun.elapsed());
            issuer.change(json!({ "stall": [] })).await;
            // What could not be read is not asked for again at once.
            world.wait(Duration::from_secs(2));
            come_in(&world.anonymous(), LOGIN).await.expect(303);
        };
        futures_util::future::join_all(["openid-configuration", "jwks", "token", "userinfo"].map(hung)).await;
    }

    async fn a_provider_that_is_away_is_told_and_comes_back(pair) {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let world = World::build(pair, consigne::locker::Limits::default(), |config| {
            config.issuers.holder.as_mut().unwrap().issuer = format!("http://{gone}/api/v2").parse().unwrap();
        })
        .await;
        nobody_came_in(&world, &world.anonymous(), LOGIN, 503, "issuer-away", "IssuerAway").await;
    }

    async fn new_signing_keys_are_fetched_but_not_at_every_token(pair) {
        let (world, issuer) = world(pair, Shape::default(), |_| {}).await;
        come_in(&world.anonymous(), LOGIN).await.expect(303);
        issuer.change(json!({ "rotate": true })).await;
        come_in(&world.anonymous(), LOGIN).await.expect(303);
        // Again within half a minute: the keys are not asked for again.
        issuer.change(json!({ "rotate": true })).await;
        let client = world.anonymous();
        let (callback, _) = to_callback(&client, LOGIN).await;
        nobody_came_in(&world, &client, &callback, 400, "not-believed", "BadAnswer").await;
        world.wait(Duration::from_secs(30));
        come_in(&world.anonymous(), LOGIN).await.expect(303);
    }

    /// Out of ours, out of theirs, and back.
    async fn leaving_leaves_the_provider_too(pair) {
        for shape in [Shape::default(), NESTED] {
            let (world, _) = world(pair, shape, |_| {}).await;
            let client = world.anonymous();
            come_in(&client, LOGIN).await.expect(303);
            let out = client.post("/auth/logout").await.expect(303).header("location").to_owned();
            let (hint, state) = (parameter(&out, "id_token_hint"), parameter(&out, "state"));
            assert_eq!(hint.split('.').count(), 3, "signed, whatever it was wrapped in");
            assert_eq!(parameter(&out, "post_logout_redirect_uri"), world.config.public_url.as_str());
            assert!(cookie(&client, SESSION).is_empty());
            let page = client.get(&out).await.expect(200).text();
            let value = |name: &str| page.split(name).nth(1).and_then(|rest| rest.split('"').nth(1)).unwrap().to_owned();
            let (action, xsrf) = (value("action="), value("name=\"xsrf\" value="));
            let confirm = Url::parse(&out).unwrap().join(&action).unwrap();
            let form = [("xsrf", xsrf.as_str()), ("logout", "yes")];
            let back = client.send(client.request(Method::POST, confirm.as_str()).form(&form)).await.expect_redirect();
            let back = back.header("location").to_owned();
            assert_eq!(parameter(&back, "state"), state);
            let told = consigne::words::say(consigne::words::Locale::Fr, "home-left");
            // Another state than the one that left is nobody's way out.
            assert!(!client.get(&with(&back, "state", "another")).await.expect(200).text().contains(&told));
            assert!(client.get(&back).await.expect(200).text().contains(&told));
            assert!(!client.get(&back).await.expect(200).text().contains(&told), "told once");
            // Not signed in there any more: coming in asks again.
            let (_, through) = to_callback(&client, LOGIN).await;
            assert!(through.iter().any(|address| address.contains("/interaction/")), "{through:?}");
        }
    }
}
