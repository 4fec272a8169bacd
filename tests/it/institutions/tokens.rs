//! Whoever has no registered key, or an assertion or token that was not made for this, here and now, gets nothing.
//!
//! Who attacks: somebody with the institution's public keys and id, which are no secret; with an assertion or a token read in a log; with a
//! token of another service; an institution that the operator has suspended.

use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use consigne::domain::institution::{Errand, Errands};
use consigne::locker::institutions::InstitutionChange;
use hmac::{Hmac, Mac};
use p256::ecdsa::signature::Signer;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::attacks::tools::{chain, service_chain};
use crate::on_both_pairs;
use crate::world::{Pair, Program, World, institution_fields, jwt, public_set};

fn with(mut value: Value, changes: &[(&str, Value)]) -> Value {
    for (name, other) in changes {
        if other.is_null() {
            value.as_object_mut().unwrap().remove(*name);
        } else {
            value[*name] = other.clone();
        }
    }
    value
}

on_both_pairs! {
    async fn a_program_proves_whose_it_is_and_gets_a_token(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let answer = caf.ask(&caf.assertion(), None).await.expect(200);
        assert_eq!(answer.header("cache-control"), "no-store");
        let told = answer.json();
        assert_eq!((told["token_type"].as_str(), told["expires_in"].as_u64()), (Some("Bearer"), Some(300)));
        assert_eq!(told["scope"], "requests retrieve deposit");
        let token = told["access_token"].as_str().unwrap();
        let own = caf.get_with("/api/v1/institution", token).await.expect(200).json();
        assert_eq!((own["id"].as_str(), own["name"].as_str()), (Some(caf.institution.to_string().as_str()), Some("Caisse d'allocations")));
        assert_eq!(own["keys"], json!(["first"]));
        // For less, when it asks for less.
        assert_eq!(caf.ask(&caf.assertion(), Some("retrieve")).await.expect(200).json()["scope"], "retrieve");
        // Each is a line of the institution's journal, which the operator's check finds whole.
        let lines = chain(&mut world.raw().await, caf.institution.chain()).await;
        let actions: Vec<&str> = lines.iter().map(|entry| entry.line.action.code()).collect();
        assert_eq!(actions, ["institution.register", "institution.token", "institution.view", "institution.token"]);
        let (made, used) = (&lines[1].line, &lines[2].line);
        assert!(made.session.is_some() && made.session == used.session, "the line says by which token");
        // The published key verifies it, for whoever wants to.
        let keys = caf.get_with("/oauth/jwks.json", "").await.expect(200).json();
        assert_eq!(keys["keys"].as_array().unwrap().len(), 3, "that of tokens, of receipts, of what servers are told");
        let key = jsonwebtoken::DecodingKey::from_jwk(&serde_json::from_value(keys["keys"][0].clone()).unwrap()).unwrap();
        let mut checks = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
        checks.set_audience(&[format!("{}/api", caf.client.base)]);
        checks.set_issuer(&[&caf.client.base]);
        checks.validate_exp = false;
        let header = jsonwebtoken::decode_header(token).unwrap();
        assert_eq!((header.typ.as_deref(), header.kid.as_deref()), (Some("at+jwt"), keys["keys"][0]["kid"].as_str()));
        let read: Value = jsonwebtoken::decode(token, &key, &checks).unwrap().claims;
        assert_eq!(read["client_id"].as_str(), Some(caf.institution.to_string().as_str()));
        let told = caf.get_with("/.well-known/oauth-authorization-server", "").await.expect(200).json();
        assert_eq!(told["token_endpoint"], format!("{}/oauth/token", caf.client.base));
    }

    /// Everything that makes an assertion worth nothing, each alone.
    async fn what_proves_nothing_gets_nothing(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let other = world.institution("Une autre caisse").await;
        let (header, now) = (Program::header(), caf.now());
        let id = caf.institution.to_string();
        let cases: Vec<(&str, Value, Value)> = vec![
            ("another audience", header.clone(), with(caf.claims(), &[("aud", json!("https://elsewhere.example/token"))])),
            ("several audiences", header.clone(), with(caf.claims(), &[("aud", json!([caf.claims()["aud"], "https://elsewhere.example"]))])),
            ("no audience", header.clone(), with(caf.claims(), &[("aud", Value::Null)])),
            ("over", header.clone(), with(caf.claims(), &[("exp", json!(now))])),
            ("no end", header.clone(), with(caf.claims(), &[("exp", Value::Null)])),
            ("an end far away", header.clone(), with(caf.claims(), &[("exp", json!(now + 3_600))])),
            ("not yet", header.clone(), with(caf.claims(), &[("nbf", json!(now + 5))])),
            ("from the future", header.clone(), with(caf.claims(), &[("iat", json!(now + 5))])),
            ("no name", header.clone(), with(caf.claims(), &[("jti", Value::Null)])),
            ("an empty name", header.clone(), with(caf.claims(), &[("jti", json!(""))])),
            ("a name without end", header.clone(), with(caf.claims(), &[("jti", json!("x".repeat(300)))])),
            ("somebody else's subject", header.clone(), with(caf.claims(), &[("sub", json!(other.institution.to_string()))])),
            ("no issuer", header.clone(), with(caf.claims(), &[("iss", Value::Null)])),
            ("an unknown key", with(header.clone(), &[("kid", json!("second"))]), caf.claims()),
            ("no key named", with(header.clone(), &[("kid", Value::Null)]), caf.claims()),
            ("an access token's type", with(header.clone(), &[("typ", json!("at+jwt"))]), caf.claims()),
            ("another type", with(header.clone(), &[("typ", json!("logout+jwt"))]), caf.claims()),
            ("another algorithm", with(header.clone(), &[("alg", json!("ES256"))]), caf.claims()),
            ("none", with(header.clone(), &[("alg", json!("none"))]), caf.claims()),
            ("a key of its own", with(header.clone(), &[("jwk", public_set("first", &caf.pair)["keys"][0].clone())]), caf.claims()),
            ("a key elsewhere", with(header.clone(), &[("jku", json!("https://elsewhere.example/keys"))]), caf.claims()),
            ("what it can't understand", with(header.clone(), &[("crit", json!(["b64"])), ("b64", json!(false))]), caf.claims()),
        ];
        for (what, header, claims) in &cases {
            let answer = caf.ask(&caf.sign(header, claims), None).await;
            assert_eq!((answer.status.as_u16(), answer.json()["error"].as_str()), (401, Some("invalid_client")), "{what}");
        }
        // Signed by another's key; by nobody; with the public key for a secret.
        let stolen = other.sign(&header, &caf.claims());
        let unsigned = jwt(&with(header.clone(), &[("alg", json!("none"))]), &caf.claims(), |_| Vec::new());
        let confused = |algorithm: &str| {
            jwt(&with(header.clone(), &[("alg", json!(algorithm))]), &caf.claims(), |bytes| {
                let mac = Hmac::<Sha256>::new_from_slice(caf.pair.public_key().as_ref()).unwrap();
                mac.chain_update(bytes).finalize().into_bytes().to_vec()
            })
        };
        let mut changed = caf.assertion();
        changed.insert(changed.len() - 3, 'A');
        for (what, assertion) in [
            ("another's key", stolen), ("no signature", unsigned), ("the public key as a secret", confused("HS256")),
            ("the same, under the right name", confused("EdDSA")), ("changed", changed), ("nothing of the kind", "a.b.c".to_owned()),
            ("five parts", "a.b.c.d.e".to_owned()), ("too long", "a".repeat(5_000)),
        ] {
            let answer = caf.ask(&assertion, None).await;
            assert_eq!(answer.status, 401, "{what}: {}", answer.text());
            assert_eq!(answer.json()["error"], "invalid_client", "{what}");
        }
        // An institution that there is none of is told the same words.
        let ghost = Program::header();
        let claims = with(caf.claims(), &[("iss", json!("00000000-0000-4000-8000-000000000000")), ("sub", json!("00000000-0000-4000-8000-000000000000"))]);
        let (ghost, wrong) = (caf.ask(&caf.sign(&ghost, &claims), None).await, caf.ask(&caf.sign(&cases[0].1, &cases[0].2), None).await);
        assert_eq!((ghost.status, ghost.body), (wrong.status, wrong.body));
        // Requests that are none.
        let assertion = caf.assertion();
        let jwt_bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        for (form, error) in [
            (vec![], "unsupported_grant_type"),
            (vec![("grant_type", "password"), ("client_assertion_type", jwt_bearer), ("client_assertion", &assertion)], "unsupported_grant_type"),
            (vec![("grant_type", "client_credentials"), ("client_id", id.as_str()), ("client_secret", "x")], "invalid_request"),
            (vec![("grant_type", "client_credentials"), ("client_assertion_type", "saml"), ("client_assertion", &assertion)], "invalid_request"),
            (vec![("grant_type", "client_credentials"), ("client_assertion_type", jwt_bearer), ("client_assertion", &assertion), ("scope", "admin")], "invalid_scope"),
        ] {
            let answer = caf.form(&form).await;
            assert_eq!((answer.status.as_u16(), answer.json()["error"].as_str()), (400, Some(error)), "{form:?}");
        }
        // None of these was a use of it.
        caf.ask(&assertion, None).await.expect(200);
        // They are counted in the service's journal, and none is a line of the institution's.
        let lines = chain(&mut world.raw().await, caf.institution.chain()).await;
        assert_eq!(lines.iter().filter(|entry| entry.line.action.code() == "institution.token").count(), 1);
        world.settle().await;
        let refused: u64 = service_chain(&mut world.raw().await).await.iter()
            .filter(|entry| entry.line.action.code() == "institution.token").map(|entry| entry.line.count.unwrap_or(1)).sum();
        assert!(refused >= 30, "{refused}");
    }

    /// What was read in a log is worth nothing the second time, whatever the token was for.
    async fn an_assertion_is_taken_once(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let assertion = caf.assertion();
        caf.ask(&assertion, Some("retrieve")).await.expect(200);
        for scope in [None, Some("retrieve"), Some("requests")] {
            assert_eq!(caf.ask(&assertion, scope).await.expect(401).json()["error"], "invalid_client");
        }
        // Twenty at the same time: one of them.
        let assertion = caf.assertion();
        let all = futures_util::future::join_all((0..20).map(|_| caf.ask(&assertion, None))).await;
        assert_eq!(all.iter().filter(|answer| answer.status == 200).count(), 1);
        // The same name is another institution's to use.
        let other = world.institution("Une autre caisse").await;
        let named = |program: &Program| program.sign(&Program::header(), &with(program.claims(), &[("jti", json!("the same"))]));
        caf.ask(&named(&caf), None).await.expect(200);
        other.ask(&named(&other), None).await.expect(200);
        caf.ask(&named(&caf), None).await.expect(401);
        // Nor does a clock that is put back make one good again.
        let assertion = caf.assertion();
        caf.ask(&assertion, None).await.expect(200);
        world.wait(Duration::from_secs(3 * 3600));
        caf.ask(&caf.assertion(), None).await.expect(200);
        world.source.set_back(Duration::from_secs(3 * 3600));
        caf.ask(&assertion, None).await.expect(401);
    }

    /// A token is good for five minutes, here, for what it was made for; and no longer than the institution is.
    async fn a_token_is_worth_no_more_than_its_institution(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let token = caf.token().await;
        let seen = |token: String| { let caf = &caf; async move { caf.get_with("/api/v1/institution", &token).await } };
        seen(token.clone()).await.expect(200);
        // Not a session, not a cookie, not elsewhere.
        for path in ["/api/v1/me", &format!("/api/v1/lockers/{}", caf.institution)] {
            assert_eq!(caf.get_with(path, &token).await.status, 401, "{path}");
        }
        let angela = world.holder("angela").await;
        assert_eq!(angela.client.get("/api/v1/institution").await.status, 401, "nor is a session a token");
        // Forged: by another installation, by the institution itself, without a signature, with other words.
        let claims = json!({"iss": caf.client.base, "aud": format!("{}/api", caf.client.base), "sub": caf.institution.to_string(),
            "client_id": caf.institution.to_string(), "iat": caf.now(), "nbf": caf.now(), "exp": caf.now() + 300,
            "jti": "00000000-0000-4000-8000-000000000001", "scope": "requests retrieve"});
        let head = json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "first"});
        let elsewhere = Ed25519KeyPair::generate().unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        for (what, forged) in [
            ("signed by the institution", caf.sign(&head, &claims)),
            ("by another installation", jwt(&head, &claims, |bytes| elsewhere.sign(bytes).as_ref().to_vec())),
            ("by nobody", jwt(&json!({"alg": "none", "typ": "at+jwt"}), &claims, |_| Vec::new())),
            ("other claims under a right signature", format!("{}.{}.{}", parts[0], jwt(&head, &claims, |_| vec![]).split('.').nth(1).unwrap(), parts[2])),
            ("an assertion", caf.assertion()),
            ("nothing", String::new()),
        ] {
            assert_eq!(seen(forged).await.status, 401, "{what}");
        }
        // Suspended: on the very next request, and no other token.
        let change = |change| { let world = &world; let id = caf.institution; async move { assert!(world.lockers.amend_institution(id, change).await.unwrap()) } };
        change(InstitutionChange { suspended: Some(true), ..InstitutionChange::default() }).await;
        assert_eq!(seen(token.clone()).await.expect(403).json()["type"], "/problems/institution-suspended");
        assert_eq!(caf.ask(&caf.assertion(), None).await.expect(401).json()["error"], "unauthorized_client");
        change(InstitutionChange { suspended: Some(false), ..InstitutionChange::default() }).await;
        seen(token.clone()).await.expect(200);
        // Registered for less: no token for more.
        change(InstitutionChange { errands: Some(Errands::NONE.with(Errand::Retrieve)), ..InstitutionChange::default() }).await;
        assert_eq!(caf.ask(&caf.assertion(), Some("requests")).await.expect(400).json()["error"], "invalid_scope");
        assert_eq!(caf.ask(&caf.assertion(), None).await.expect(200).json()["scope"], "retrieve");
        // Over after five minutes, to the second.
        let token = caf.token().await;
        let until = caf.now() + 300;
        world.wait(Duration::from_secs(299));
        seen(token.clone()).await.expect(200);
        world.wait(Duration::from_micros(u64::try_from(until * 1_000_000 - world.source.now().micros()).unwrap()));
        assert_eq!(seen(token).await.status, 401);
    }

    /// A key that the operator takes out proves nothing from then on; a P-256 key proves as well as another.
    async fn keys_change_without_a_gap(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let second = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
        let point = second.verifying_key().to_encoded_point(false);
        let b64 = |bytes: &[u8]| data_encoding::BASE64URL_NOPAD.encode(bytes);
        let new = json!({"kty": "EC", "crv": "P-256", "x": b64(point.x().unwrap()), "y": b64(point.y().unwrap()), "kid": "second", "alg": "ES256"});
        let es256 = |claims: &Value| {
            let header = json!({"alg": "ES256", "kid": "second", "typ": "client-authentication+jwt"});
            jwt(&header, claims, |bytes| { let made: p256::ecdsa::Signature = second.sign(bytes); made.to_bytes().to_vec() })
        };
        caf.ask(&es256(&caf.claims()), None).await.expect(401);
        let register = |keys: Value| {
            let fields = Some(institution_fields("Caisse d'allocations", &keys));
            let change = InstitutionChange { fields, ..InstitutionChange::default() };
            let (world, id) = (&world, caf.institution);
            async move { assert!(world.lockers.amend_institution(id, change).await.unwrap()) }
        };
        let mut both = public_set("first", &caf.pair);
        both["keys"].as_array_mut().unwrap().push(new.clone());
        register(both).await;
        caf.ask(&es256(&caf.claims()), None).await.expect(200);
        caf.ask(&caf.assertion(), None).await.expect(200);
        register(json!({"keys": [new]})).await;
        caf.ask(&es256(&caf.claims()), None).await.expect(200);
        caf.ask(&caf.assertion(), None).await.expect(401);
        // Who writes SQL makes no key: a row without its proof is of nobody.
        world.raw().await.run("UPDATE institutions SET suspended_at = 1").await.unwrap();
        caf.ask(&es256(&caf.claims()), None).await.expect(401);
    }

    /// Guesses meet the wall; a page of another site gets nothing by whoever is signed in.
    async fn who_knocks_is_told_to_wait(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let mut waited = None;
        for count in 0..400 {
            let answer = caf.ask("a.b.c", None).await;
            if answer.status == 429 {
                assert!(!answer.header("retry-after").is_empty());
                waited = Some(count);
                break;
            }
            assert_eq!(answer.status, 401);
        }
        assert!(waited.is_some_and(|count| count >= 250), "{waited:?}");
        // A right one is let in all the same: nobody shuts an institution out by knocking from its address.
        caf.ask(&caf.assertion(), None).await.expect(200);
        world.wait(Duration::from_secs(61));
        let lucie = world.holder("lucie").await;
        let borrowed = lucie.client.send(lucie.client.request(Method::GET, "/api/v1/institution")).await;
        assert_eq!(borrowed.status, 401);
    }
}
