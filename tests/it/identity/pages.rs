//! The demonstration's pages, and the requests it refuses.

use super::*;

async fn html(response: reqwest::Response, status: StatusCode) -> String {
    assert_eq!(response.status(), status);
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/html; charset=utf-8");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("referrer-policy"), "same-origin");
    let policy = header("content-security-policy");
    for part in ["default-src 'none'", "style-src 'unsafe-inline'", "form-action 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    let html = response.text().await.unwrap();
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"fr\">"));
    assert!(html.contains("Démonstration : personnes inventées"));
    assert!(!html.contains("<script"));
    assert_eq!(html.matches("<h1>").count(), 1);
    html
}

#[tokio::test]
async fn the_page_lists_who_one_can_be() {
    let world = World::new().await;
    for kind in BOTH {
        let (url, _) = world.party(kind).start(None).await.unwrap();
        let response = world.http.get(url).send().await.unwrap();
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("form-action 'self' http://127.0.0.1:1;"), "{policy}");
        let html = html(response, StatusCode::OK).await;
        for person in people() {
            let button = format!("Entrer comme {}</button>", person.short_name());
            assert_eq!(html.contains(&button), person.kind == kind, "{}", person.login_hint);
        }
        assert!(html.contains("Je refuse"));
    }
}

#[tokio::test]
async fn the_page_repeats_the_request_and_escapes_it() {
    let world = World::new().await;
    let (url, _) = world.party(IssuerKind::Holder).start(None).await.unwrap();
    let nasty = with_parameter(&url, "state", Some("\"><script>alert(1)</script>"));
    let html = html(world.http.get(nasty).send().await.unwrap(), StatusCode::OK).await;
    assert!(html.contains("alert(1)"));
    assert!(html.contains(r#"<input type="hidden" name="response_type" value="code">"#));
}

async fn press(world: &World, kind: IssuerKind, url: &Url, buttons: &[(&str, &str)]) -> reqwest::Response {
    let mut form: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    form.extend(buttons.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let target = format!("{}/choose", world.provider.issuer(kind));
    world.http.post(target).form(&form).send().await.unwrap()
}

#[tokio::test]
async fn one_chooses_who_to_be() {
    let world = World::new().await;
    for (kind, hint) in [(IssuerKind::Holder, "lucie"), (IssuerKind::Professional, "paul")] {
        let party = world.party(kind);
        let (url, pending) = party.start(None).await.unwrap();
        let response = press(&world, kind, &url, &[("person", hint)]).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let signed_in = party.finish(pending, answer_in(&response)).await.unwrap();
        assert_eq!(Some(signed_in.subject), subject_for(kind, hint));
    }
}

#[tokio::test]
async fn one_may_refuse() {
    let world = World::new().await;
    let party = world.party(IssuerKind::Holder);
    let (url, pending) = party.start(None).await.unwrap();
    let response = press(&world, IssuerKind::Holder, &url, &[("refuse", "1")]).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let answer = answer_in(&response);
    assert_eq!(answer.error_description.as_deref(), Some("User auth aborted"));
    assert_eq!(party.finish(pending, answer).await.unwrap_err(), IdentityError::Refused);
}

#[tokio::test]
async fn a_button_that_is_not_on_the_page_does_nothing() {
    let world = World::new().await;
    let (url, _) = world.party(IssuerKind::Holder).start(None).await.unwrap();
    for buttons in [&[][..], &[("person", "nadia")], &[("person", "angela"), ("refuse", "1")]] {
        let response = press(&world, IssuerKind::Holder, &url, buttons).await;
        html(response, StatusCode::BAD_REQUEST).await;
    }
}

#[tokio::test]
async fn an_unknown_hint_or_that_of_the_other_issuer_shows_the_page() {
    let world = World::new().await;
    for hint in ["nobody", "nadia", "Angela"] {
        let (url, _) = world.party(IssuerKind::Holder).start(Some(hint)).await.unwrap();
        html(world.http.get(url).send().await.unwrap(), StatusCode::OK).await;
    }
    // Unless the program asks that there be none.
    let (url, _) = world.party(IssuerKind::Holder).start(None).await.unwrap();
    let answer = world.go(with_parameter(&url, "prompt", Some("none"))).await;
    assert_eq!(answer.error.as_deref(), Some("login_required"));
}

#[tokio::test]
async fn a_wrong_request_gets_a_page_that_names_the_parameter() {
    let world = World::new().await;
    let holder = [
        ("client_id", None),
        ("client_id", Some("somebody-else")),
        ("redirect_uri", None),
        ("redirect_uri", Some("http://127.0.0.1:1/auth/callback/")),
        ("redirect_uri", Some("https://elsewhere.example/auth/callback")),
        ("response_type", Some("token")),
        ("scope", Some("profile")),
        ("state", None),
        ("nonce", None),
        ("nonce", Some("only-21-characters-ok")),
        ("acr_values", None),
        ("code_challenge", Some("4M5w0lDjNFWp0W4ndtf9V7zVKkhzuHlZqK2e5M1Wn1w")),
        ("code_challenge_method", Some("S256")),
    ];
    let professional = [
        ("nonce", Some("short")),
        ("code_challenge_method", Some("plain")),
        ("code_challenge_method", None),
        ("code_challenge", Some("short")),
        ("made_up", Some("1")),
    ];
    let cases = holder
        .map(|case| (IssuerKind::Holder, case))
        .into_iter()
        .chain(professional.map(|case| (IssuerKind::Professional, case)));
    for (kind, (name, value)) in cases {
        // The hint is there: a wrong request gets no code however it comes.
        let (url, _) = world.party(kind).start(Some("angela")).await.unwrap();
        let response = world.http.get(with_parameter(&url, name, value)).send().await.unwrap();
        let page = html(response, StatusCode::BAD_REQUEST).await;
        assert!(page.contains(&format!("<code>{name}</code>")), "{name}: {page}");
    }
    let (url, _) = world.party(IssuerKind::Holder).start(Some("angela")).await.unwrap();
    let twice = format!("{url}&state=another-state-of-the-test");
    html(world.http.get(twice).send().await.unwrap(), StatusCode::BAD_REQUEST).await;
}

#[tokio::test]
async fn the_holder_issuer_refuses_pkce() {
    let world = World::new().await;
    let mut settings = world.settings(IssuerKind::Holder);
    settings.pkce = true;
    let (url, _) = world.party_with(settings).start(Some("angela")).await.unwrap();
    html(world.http.get(url).send().await.unwrap(), StatusCode::BAD_REQUEST).await;
}
