//! People come in through a real provider, in FranceConnect's shape or in ProConnect's; then it, or somebody on the way, does something
//! wrong. What is true of both is told of both.

use std::time::Duration;

use consigne::access::{Caller, Token};
use consigne::domain::ids::RequestId;
use consigne::domain::person::CivilIdentity;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::issuer::{Shape, asked, come_in, parameter, say_yes, to_callback, with, world};
use super::{SESSION, cookie};
use crate::attacks::tools::{assert_problem, service_chain};
use crate::on_both_pairs;
use crate::world::{Client, Holder, Pair, World};

const NESTED: Shape = Shape { encrypted: Some(("ECDH-ES", "A256GCM")), acr: "eidas2", ..Shape::HOLDER };

/// What the service keeps of who bears a session.
pub async fn identity(world: &World, client: &Client) -> CivilIdentity {
    let token = Token::from_cookie(&cookie(client, SESSION));
    let caller = Caller {
        token,
        visit: None,
        client: None,
        office: None,
        request: RequestId::draw(&world.source),
        origin: [0; 16],
    };
    world.lockers.who(&caller).await.unwrap().identity
}

/// Nobody came in; the reader gets a page, programs a problem, the service's chain a line.
pub async fn nobody_came_in(world: &World, client: &Client, callback: &str, status: u16, code: &str, line: &str) {
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

on_both_pairs! {
    /// The whole way: in, a locker, a paper, the journal, proving it again, out.
    async fn angela_comes_in_keeps_a_paper_and_leaves(pair) {
        let (world, _) = world(pair, Shape::HOLDER, |_| {}).await;
        let client = world.anonymous();
        assert_eq!(come_in(&client, &Shape::HOLDER.login()).await.expect(303).header("location"), "/");
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
        let (_, through) = to_callback(&angela.client, &Shape::HOLDER.login()).await;
        assert!(!asked(&through), "{through:?}");
        let (callback, through) = to_callback(&angela.client, "/auth/holder/login?step_up=1&next=/corbeille").await;
        assert!(asked(&through), "{through:?}");
        assert_eq!(angela.client.get(&callback).await.expect(303).header("location"), "/corbeille");
        let trail = angela.trail().await;
        assert!(trail.contains(&"step_up done".to_owned()), "{trail:?}");
    }

    async fn both_algorithms_are_read_in_both_tokens(pair) {
        for shape in Shape::BOTH {
            let [(who, name), _] = shape.people();
            for (id_token, userinfo) in [("ES256", "ES256"), ("ES256", "RS256"), ("RS256", "ES256"), ("RS256", "RS256")] {
                let (world, _) = world(pair, Shape { id_token, userinfo, ..shape }, |_| {}).await;
                let client = world.anonymous();
                come_in(&client, &shape.login_of(who)).await.expect(303);
                assert_eq!(identity(&world, &client).await.family_name, name, "{id_token} {userinfo}");
            }
        }
    }

    /// FranceConnect+: signed tokens within encrypted ones.
    async fn nested_tokens_are_opened(pair) {
        for alg in ["ECDH-ES", "ECDH-ES+A256KW"] {
            let shape = Shape { encrypted: Some((alg, "A256GCM")), ..NESTED };
            let (world, _) = world(pair, shape, |_| {}).await;
            let client = world.anonymous();
            come_in(&client, &shape.login()).await.expect(303);
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
        let (callback, _) = to_callback(&client, &shape.login()).await;
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
            let (callback, _) = to_callback(&client, &NESTED.login()).await;
            nobody_came_in(&two, &client, &callback, 400, "not-believed", "BadAnswer").await;
        }
    }

    async fn people_whose_birth_is_half_known_come_in_too(pair) {
        let (world, _) = world(pair, Shape::HOLDER, |_| {}).await;
        for (who, birthdate, birthcountry) in [("ahmed", "1991-00-00", "99343"), ("samira", "1984-05-00", "99212")] {
            let client = world.anonymous();
            come_in(&client, &Shape::HOLDER.login_of(who)).await.expect(303);
            let known = identity(&world, &client).await;
            assert_eq!(known.birthdate.as_deref(), Some(birthdate));
            assert_eq!((known.birthplace.as_deref(), known.birthcountry.as_deref()), (Some(""), Some(birthcountry)));
            assert_eq!(known.email, None);
        }
    }

    async fn answers_that_were_tampered_with_are_refused(pair) {
        for shape in Shape::BOTH {
            let (world, _) = world(pair, shape, |_| {}).await;
            let other = world.anonymous();
            let (theirs, _) = to_callback(&other, &shape.login_of(shape.people()[1].0)).await;
            let used = world.anonymous();
            let (spent, _) = to_callback(&used, &shape.login()).await;
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
                let (callback, _) = to_callback(&client, &shape.login()).await;
                let tampered = with(&callback, name, Some(&value));
                assert_ne!(tampered, callback, "{what}");
                nobody_came_in(&world, &client, &tampered, 400, code, "BadAnswer").await;
            }
            // The same answer twice.
            assert_problem(&used.get(&spent).await, 400, "unknown-sign-in", "twice");
        }
    }

    /// Signed by its own keys, and still for somebody else, by somebody else, of another sign-in, or about another person.
    async fn signed_claims_that_do_not_fit_are_refused(pair) {
        for shape in Shape::BOTH {
            let (world, issuer) = world(pair, shape, |_| {}).await;
            for (token, claim, value) in [
                ("id_token", "aud", json!("somebody-else")), ("id_token", "aud", json!(["consigne", "somebody-else"])),
                ("id_token", "iss", json!("https://elsewhere.example")), ("id_token", "nonce", json!("n".repeat(43))),
                ("id_token", "nonce", Value::Null), ("id_token", "acr", json!("eidas0")), ("id_token", "acr", Value::Null),
                ("id_token", "sub", json!("somebody else")), ("id_token", "exp", json!(1)),
                ("userinfo", "aud", json!("somebody-else")), ("userinfo", "iss", json!("https://elsewhere.example")),
                ("userinfo", "sub", json!("somebody else")), ("userinfo", "exp", json!(1)),
            ] {
                issuer.change(json!({ "lie": { token: { claim: value } } })).await;
                let client = world.anonymous();
                let (callback, _) = to_callback(&client, &shape.login()).await;
                nobody_came_in(&world, &client, &callback, 400, "not-believed", "BadAnswer").await;
            }
            issuer.change(json!({ "lie": {} })).await;
            come_in(&world.anonymous(), &shape.login()).await.expect(303);
        }
    }

    async fn a_level_below_the_one_asked_is_refused(pair) {
        for shape in Shape::BOTH {
            let (world, issuer) = world(pair, Shape { acr: "eidas2", ..shape }, |_| {}).await;
            issuer.change(json!({ "acr": "eidas1" })).await;
            let client = world.anonymous();
            let (callback, _) = to_callback(&client, &shape.login()).await;
            nobody_came_in(&world, &client, &callback, 400, "not-believed", "BadAnswer").await;
            issuer.change(json!({ "acr": "eidas2" })).await;
            come_in(&world.anonymous(), &shape.login()).await.expect(303);
        }
    }

    async fn a_signature_by_other_keys_is_refused(pair) {
        for shape in Shape::BOTH {
            let (world, issuer) = world(pair, shape, |_| {}).await;
            issuer.change(json!({ "forge": true })).await;
            let client = world.anonymous();
            let (callback, _) = to_callback(&client, &shape.login()).await;
            nobody_came_in(&world, &client, &callback, 400, "not-believed", "BadAnswer").await;
        }
    }

    async fn what_is_too_old_is_refused(pair) {
        for shape in Shape::BOTH {
            // The identity token lives a minute; our clock says that two have gone by.
            let (one, _) = world(pair, shape, |_| {}).await;
            let client = one.anonymous();
            let (callback, _) = to_callback(&client, &shape.login()).await;
            one.wait(Duration::from_mins(2));
            nobody_came_in(&one, &client, &callback, 400, "not-believed", "BadAnswer").await;
            // The code lives a second, by the provider's clock.
            let (two, _) = world(pair, Shape { code_seconds: 1, ..shape }, |_| {}).await;
            let client = two.anonymous();
            let (callback, _) = to_callback(&client, &shape.login()).await;
            tokio::time::sleep(Duration::from_millis(2_100)).await;
            nobody_came_in(&two, &client, &callback, 400, "not-believed", "BadAnswer").await;
        }
    }

    async fn who_says_no_there_is_told_so(pair) {
        for shape in Shape::BOTH {
            let (world, issuer) = world(pair, shape, |_| {}).await;
            issuer.change(json!({ "refuse": true })).await;
            let client = world.anonymous();
            let (callback, _) = to_callback(&client, &shape.login()).await;
            assert!(callback.contains("error=access_denied"), "{callback}");
            nobody_came_in(&world, &client, &callback, 403, "declined", "RefusedAtIssuer").await;
        }
    }

    async fn a_page_instead_of_an_answer_is_refused(pair) {
        for shape in Shape::BOTH {
            for route in ["token", "userinfo"] {
                let (world, issuer) = world(pair, shape, |_| {}).await;
                issuer.change(json!({ "html": [route] })).await;
                let client = world.anonymous();
                let (callback, _) = to_callback(&client, &shape.login()).await;
                nobody_came_in(&world, &client, &callback, 400, "not-believed", "BadAnswer").await;
            }
            for route in ["openid-configuration", "jwks"] {
                let (world, issuer) = world(pair, shape, |_| {}).await;
                issuer.change(json!({ "html": [route] })).await;
                nobody_came_in(&world, &world.anonymous(), &shape.login(), 400, "not-believed", "BadAnswer").await;
            }
        }
    }

    /// PKCE is refused there with a page: an operator who turns it on sees it at once, and nobody comes in.
    async fn a_request_that_is_wrong_ends_at_their_page(pair) {
        let (world, _) = world(pair, Shape::HOLDER, |_| {}).await;
        let client = world.anonymous();
        let away = client.get(&Shape::HOLDER.login()).await.expect(303).header("location").to_owned();
        assert!(parameter(&away, "nonce").len() >= 32);
        let with_pkce = format!("{away}&code_challenge=4M5w0lDjNFWp0W4ndtf9V7zVKkhzuHlZqK2e5M1Wn1w&code_challenge_method=S256");
        let (short, no_level) = (with(&away, "nonce", Some("only-21-characters-ok")), with(&away, "acr_values", None));
        for wrong in [with_pkce, short, no_level] {
            assert!(client.get(&wrong).await.expect(400).text().contains("Y030007"), "{wrong}");
        }
    }

    /// Whichever of its addresses hangs: somebody is told, and comes in once it answers again.
    async fn a_provider_that_hangs_is_not_waited_for(pair) {
        let hung = |(shape, route): (Shape, &'static str)| async move {
            let (world, issuer) = world(pair, shape, |_| {}).await;
            let client = world.anonymous();
            // The first two are asked before the person goes there, the others once they are back.
            let is_before = ["openid-configuration", "jwks"].contains(&route);
            let path = if is_before { shape.login() } else { to_callback(&client, &shape.login()).await.0 };
            issuer.change(json!({ "stall": [route] })).await;
            let begun = Instant::now();
            nobody_came_in(&world, &client, &path, 503, "issuer-away", "IssuerAway").await;
            assert!(begun.elapsed() < Duration::from_secs(30), "{route}: {:?}", begun.elapsed());
            issuer.change(json!({ "stall": [] })).await;
            // What could not be read is not asked for again at once.
            world.wait(Duration::from_secs(2));
            come_in(&world.anonymous(), &shape.login()).await.expect(303);
        };
        let routes = ["openid-configuration", "jwks", "token", "userinfo"];
        let all = Shape::BOTH.into_iter().flat_map(|shape| routes.map(|route| (shape, route)));
        futures_util::future::join_all(all.map(hung)).await;
    }

    async fn a_provider_that_is_away_is_told_and_comes_back(pair) {
        for shape in Shape::BOTH {
            let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            let world = World::build(pair, consigne::locker::Limits::default(), |config| {
                shape.way(config).issuer = format!("http://{gone}/api/v2").parse().unwrap();
            })
            .await;
            nobody_came_in(&world, &world.anonymous(), &shape.login(), 503, "issuer-away", "IssuerAway").await;
        }
    }

    async fn new_signing_keys_are_fetched_but_not_at_every_token(pair) {
        for shape in Shape::BOTH {
            let (world, issuer) = world(pair, shape, |_| {}).await;
            come_in(&world.anonymous(), &shape.login()).await.expect(303);
            issuer.change(json!({ "rotate": true })).await;
            come_in(&world.anonymous(), &shape.login()).await.expect(303);
            // Again within half a minute: the keys are not asked for again.
            issuer.change(json!({ "rotate": true })).await;
            let client = world.anonymous();
            let (callback, _) = to_callback(&client, &shape.login()).await;
            nobody_came_in(&world, &client, &callback, 400, "not-believed", "BadAnswer").await;
            world.wait(Duration::from_secs(30));
            come_in(&world.anonymous(), &shape.login()).await.expect(303);
        }
    }

    /// Out of ours, out of theirs, and back.
    async fn leaving_leaves_the_provider_too(pair) {
        for shape in [Shape::HOLDER, NESTED, Shape::PROFESSIONAL] {
            let (world, _) = world(pair, shape, |_| {}).await;
            let client = world.anonymous();
            come_in(&client, &shape.login()).await.expect(303);
            let out = client.post("/auth/logout").await.expect(303).header("location").to_owned();
            let (hint, state) = (parameter(&out, "id_token_hint"), parameter(&out, "state"));
            assert_eq!(hint.split('.').count(), 3, "signed, whatever it was wrapped in");
            assert_eq!(parameter(&out, "post_logout_redirect_uri"), world.config.public_url.as_str());
            assert!(cookie(&client, SESSION).is_empty());
            let back = say_yes(&client, &out).await;
            assert_eq!(parameter(&back, "state"), state);
            let told = consigne::words::say(consigne::words::Locale::Fr, "home-left");
            // Another state than the one that left is nobody's way out.
            assert!(!client.get(&with(&back, "state", Some("another"))).await.expect(200).text().contains(&told));
            assert!(client.get(&back).await.expect(200).text().contains(&told));
            assert!(!client.get(&back).await.expect(200).text().contains(&told), "told once");
            // Not signed in there any more: coming in asks again.
            let (_, through) = to_callback(&client, &shape.login()).await;
            assert!(asked(&through), "{through:?}");
        }
    }
}
