//! The demonstration's tokens, and the way out.

use serde_json::Value;

use super::*;

/// The tokens of a sign-in, fetched by hand.
async fn exchange(world: &World, kind: IssuerKind, code: &str, changed: &[(&str, &str)]) -> (StatusCode, Value) {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("client_id", "consigne-test"),
        ("client_secret", SECRET),
        ("redirect_uri", "http://127.0.0.1:1/auth/callback"),
        ("code", code),
    ];
    form.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    form.extend(changed.iter().filter(|(_, value)| !value.is_empty()));
    let url = format!("{}/token", world.provider.issuer(kind));
    let response = world.http.post(url).form(&form).send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "no-store");
    (response.status(), response.json().await.unwrap())
}

#[tokio::test]
async fn the_demonstration_gives_tokens_as_the_real_issuer_does() {
    let world = World::new().await;
    let kind = IssuerKind::Holder;
    let code = async || {
        let (url, _) = world.party(kind).start(Some("angela")).await.unwrap();
        world.go(url).await.code.unwrap()
    };
    for (changed, error) in [
        (("client_secret", ""), "invalid_client"),
        (("client_id", "somebody-else"), "invalid_client"),
        (("grant_type", "password"), "unsupported_grant_type"),
        (("redirect_uri", "http://127.0.0.1:1/auth/callback/"), "invalid_grant"),
        (("code", "made-up"), "invalid_grant"),
        (("code_verifier", "not asked"), "invalid_grant"),
    ] {
        let (status, said) = exchange(&world, kind, &code().await, &[changed]).await;
        assert!(status.is_client_error(), "{changed:?}");
        assert_eq!(said["error"], error, "{changed:?}");
    }
    let code = code().await;
    let (status, said) = exchange(&world, kind, &code, &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&said["expires_in"], &said["token_type"]), (&Value::from(60), &Value::from("Bearer")));
    assert!(said.get("refresh_token").is_none());

    let userinfo = async || {
        let url = format!("{}/userinfo", world.provider.issuer(kind));
        world.http.get(url).bearer_auth(said["access_token"].as_str().unwrap()).send().await.unwrap()
    };
    let response = userinfo().await;
    assert_eq!(response.headers()["content-type"], "application/jwt");
    assert_eq!(response.text().await.unwrap().split('.').count(), 3);
    // A code seen again takes its token away.
    let (status, again) = exchange(&world, kind, &code, &[]).await;
    assert_eq!((status, &again["error"]), (StatusCode::BAD_REQUEST, &Value::from("invalid_grant")));
    assert_eq!(userinfo().await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_access_token_serves_for_a_minute() {
    let world = World::new().await;
    let (url, _) = world.party(IssuerKind::Holder).start(Some("angela")).await.unwrap();
    let code = world.go(url).await.code.unwrap();
    let (_, said) = exchange(&world, IssuerKind::Holder, &code, &[]).await;
    for (wait, expected) in [(59, StatusCode::OK), (1, StatusCode::UNAUTHORIZED)] {
        world.source.advance(Duration::from_secs(wait));
        let url = format!("{}/userinfo", world.provider.issuer(IssuerKind::Holder));
        let request = world.http.get(url).bearer_auth(said["access_token"].as_str().unwrap());
        assert_eq!(request.send().await.unwrap().status(), expected);
    }
}

#[tokio::test]
async fn leaving_goes_to_the_provider_and_comes_back() {
    let world = World::new().await;
    for (kind, hint) in [(IssuerKind::Holder, "angela"), (IssuerKind::Professional, "nadia")] {
        let signed_in = world.sign_in(kind, hint).await.unwrap();
        // Hours later, when the token has long expired.
        world.source.advance(Duration::from_hours(4));
        let state = "a state of the caller";
        let url = world.party(kind).logout_url(signed_in.id_token.expose_secret(), state).await.unwrap().unwrap();
        let response = world.http.get(url.clone()).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::FOUND);
        let mut expected = left();
        expected.query_pairs_mut().append_pair("state", state);
        assert_eq!(location(&response), expected);

        for wrong in [
            with_parameter(&url, "id_token_hint", None),
            with_parameter(&url, "id_token_hint", Some("a.b.c")),
            with_parameter(&url, "post_logout_redirect_uri", Some("https://elsewhere.example/")),
        ] {
            assert_eq!(world.http.get(wrong).send().await.unwrap().status(), StatusCode::BAD_REQUEST);
        }
        let nowhere = with_parameter(&url, "post_logout_redirect_uri", None);
        assert_eq!(world.http.get(nowhere).send().await.unwrap().status(), StatusCode::OK);
    }
}
