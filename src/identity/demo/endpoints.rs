//! What programs talk to: discovery, keys, tokens, claims, sign-out.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawForm, RawQuery, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::authorize::{one, pairs, redirect};
use super::memory::{Granted, TOKEN_LIFE};
use super::{DemoClient, Issuer, page};
use crate::domain::person::IssuerKind;

/// The only authentication level here, whatever is asked: the lowest.
const ACR: &str = "eidas1";

/// OIDC Discovery 1.0 §3.
pub(super) async fn discovery(State(issuer): State<Arc<Issuer>>) -> Json<Value> {
    let (scopes, claims): (&[&str], &[&str]) = match issuer.kind {
        IssuerKind::Holder => (
            &["openid", "identite_pivot", "profile", "email", "preferred_username"],
            &["given_name", "given_name_array", "family_name", "birthdate", "gender", "birthplace", "birthcountry"],
        ),
        IssuerKind::Professional => (
            &["openid", "profile", "given_name", "usual_name", "email", "uid", "siret"],
            &["given_name", "usual_name", "email", "uid", "siret"],
        ),
    };
    let mut document = json!({
        "issuer": issuer.url.as_str(),
        "authorization_endpoint": issuer.at("authorize"),
        "token_endpoint": issuer.at("token"),
        "userinfo_endpoint": issuer.at("userinfo"),
        "jwks_uri": issuer.at("jwks"),
        "end_session_endpoint": issuer.at("session/end"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "userinfo_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "scopes_supported": scopes,
        "claims_supported": claims,
        "acr_values_supported": [ACR],
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
    });
    if let (IssuerKind::Professional, Some(document)) = (issuer.kind, document.as_object_mut()) {
        document.insert("code_challenge_methods_supported".to_owned(), json!(["S256"]));
    }
    Json(document)
}

/// RFC 7517 §5.
pub(super) async fn jwks(State(issuer): State<Arc<Issuer>>) -> Json<Value> {
    Json(issuer.keys.jwks())
}

/// A code against tokens (OIDC Core §3.1.3), `client_secret_post` only.
pub(super) async fn token(State(issuer): State<Arc<Issuer>>, RawForm(form): RawForm) -> Response {
    let refuse = |status: StatusCode, error: &str| (status, Json(json!({ "error": error }))).into_response();
    let form = pairs(&form);
    let read = |name: &str| one(&form, name).map(Option::unwrap_or_default);
    let (Ok(client_id), Ok(secret), Ok(grant_type), Ok(code), Ok(redirect_uri), Ok(verifier)) = (
        read("client_id"),
        read("client_secret"),
        read("grant_type"),
        read("code"),
        read("redirect_uri"),
        one(&form, "code_verifier"),
    ) else {
        return refuse(StatusCode::BAD_REQUEST, "invalid_request");
    };
    if !issuer.client(client_id).is_some_and(|client| holds(client, secret)) {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    if grant_type != "authorization_code" {
        return refuse(StatusCode::BAD_REQUEST, "unsupported_grant_type");
    }
    let access_token = issuer.draw();
    let fits = |granted: &Granted| {
        granted.client_id == client_id && granted.redirect_uri == redirect_uri && proves(granted, verifier)
    };
    let granted = issuer.memory().spend(code, access_token.clone(), issuer.source.now(), fits);
    let Some(granted) = granted else { return refuse(StatusCode::BAD_REQUEST, "invalid_grant") };

    let mut claims = about(&issuer, &granted);
    let half = Sha256::digest(&access_token);
    let half = half.get(..16).unwrap_or_default();
    claims.extend([
        ("sub".to_owned(), json!(granted.person.subject())),
        ("nonce".to_owned(), json!(granted.nonce)),
        ("acr".to_owned(), json!(ACR)),
        ("auth_time".to_owned(), json!(granted.at.micros().div_euclid(1_000_000))),
        // Core §3.1.3.6: the left half of the hash of the access token.
        ("at_hash".to_owned(), json!(BASE64URL_NOPAD.encode(half))),
    ]);
    Json(json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFE.as_secs(),
        "scope": granted.scope,
        "id_token": issuer.keys.sign(&claims),
    }))
    .into_response()
}

/// Claims as a signed JWT (OIDC Core §5.3.2), the access token in the header (RFC 6750 §2.1).
pub(super) async fn userinfo(State(issuer): State<Arc<Issuer>>, headers: HeaderMap) -> Response {
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token);
    let granted = bearer.and_then(|token| issuer.memory().of_token(token, issuer.source.now()));
    let Some(granted) = granted else {
        return (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, r#"Bearer error="invalid_token""#)]).into_response();
    };
    let mut claims = about(&issuer, &granted);
    claims.extend(granted.person.claims(&granted.scope.split(' ').collect::<Vec<_>>()));
    ([(CONTENT_TYPE, "application/jwt")], issuer.keys.sign(&claims)).into_response()
}

/// OIDC RP-Initiated Logout 1.0. Nobody stays signed in here, so there is only the way back to give.
pub(super) async fn end_session(State(issuer): State<Arc<Issuer>>, RawQuery(query): RawQuery) -> Response {
    let query = pairs(query.unwrap_or_default().as_bytes());
    let hint = one(&query, "id_token_hint").ok().flatten().and_then(|token| issuer.keys.open(token));
    let client = hint
        .filter(|claims| claims.get("iss").and_then(Value::as_str) == Some(issuer.url.as_str()))
        .and_then(|claims| claims.get("aud").and_then(Value::as_str).and_then(|aud| issuer.client(aud)));
    let Some(client) = client else {
        return page::wrong("id_token_hint", "un jeton que ce fournisseur a signé");
    };
    let (Ok(target), Ok(state)) = (one(&query, "post_logout_redirect_uri"), one(&query, "state")) else {
        return page::wrong("post_logout_redirect_uri", "une seule valeur");
    };
    let Some(target) = target else { return page::page(StatusCode::OK, &page::Left, None) };
    let Some(known) = client.post_logout_redirect_uris.iter().find(|known| known.as_str() == target) else {
        return page::wrong("post_logout_redirect_uri", "une adresse déclarée, à l’identique");
    };
    let mut url = known.clone();
    if let Some(state) = state {
        url.query_pairs_mut().append_pair("state", state);
    }
    redirect(&url, StatusCode::FOUND)
}

/// The claims that every token begins with; good for a minute.
fn about(issuer: &Issuer, granted: &Granted) -> Map<String, Value> {
    let now = issuer.seconds();
    let end = now.saturating_add_unsigned(TOKEN_LIFE.as_secs());
    [("iss", json!(issuer.url.as_str())), ("aud", json!(granted.client_id)), ("iat", json!(now)), ("exp", json!(end))]
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

fn holds(client: &DemoClient, secret: &str) -> bool {
    client.client_secret.expose_secret().as_bytes().ct_eq(secret.as_bytes()).into()
}

/// PKCE (RFC 7636 §4.6). A verifier without a challenge is refused too (RFC 9700 §2.1.1).
fn proves(granted: &Granted, verifier: Option<&str>) -> bool {
    match (&granted.challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            BASE64URL_NOPAD.encode(&Sha256::digest(verifier)).as_bytes().ct_eq(challenge.as_bytes()).into()
        }
        _ => false,
    }
}
