//! Where institutions' programs come in: `POST /oauth/token` (RFC 6749 §4.4, RFC 7523), `GET /oauth/jwks.json`,
//! `GET /.well-known/oauth-authorization-server` (RFC 8414). Errors are those of OAuth: programs know them.

use axum::Json;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Site;
use super::problem;
use super::visitor::Visitor;
use crate::domain::entry::Reason;
use crate::domain::institution::{Errand, Errands};
use crate::locker::LockerError;
use crate::locker::institutions::TokenAddresses;

/// How a client assertion is named (RFC 7523 §2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Its routes.
pub fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::default().routes(routes!(token)).routes(routes!(jwks)).routes(routes!(metadata))
}

/// Whether an address is for institutions' programs alone: no session counts there, so no other site's page can borrow one, and programs
/// name no origin.
pub fn is_for_programs(path: &str) -> bool {
    const FOLDERS: [&str; 5] =
        ["/oauth", "/api/v1/institution", "/api/v1/requests", "/api/v1/shares", "/api/v1/agreements"];
    let within = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    FOLDERS.into_iter().any(within)
}

/// What a program sends to get a token.
#[derive(Deserialize, ToSchema)]
pub struct TokenRequest {
    /// `client_credentials`.
    #[serde(default)]
    #[schema(required = true, example = "client_credentials")]
    grant_type: String,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    #[serde(default)]
    #[schema(required = true)]
    client_assertion_type: String,
    /// A JWT signed with a registered key: `EdDSA` or `ES256`, with `kid`; `iss` and `sub` the institution's id, `aud` the address of this
    /// endpoint, `exp` at most five minutes ahead, a `jti` that is used once.
    #[serde(default)]
    #[schema(required = true, max_length = 4096)]
    client_assertion: String,
    /// What for, words between spaces: `requests`, `retrieve`, `deposit`. All that is registered otherwise.
    #[serde(default)]
    #[schema(nullable = false)]
    scope: Option<String>,
}

/// A token (RFC 6749 §5.1).
#[derive(Serialize, ToSchema)]
struct TokenAnswer {
    /// To be borne in `Authorization: Bearer`.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// Seconds for which it is good.
    expires_in: u64,
    /// What it was made for.
    scope: String,
}

/// No token, and why (RFC 6749 §5.2).
#[derive(Serialize, ToSchema)]
struct TokenError {
    /// `invalid_request`, `invalid_client`, `invalid_scope`, `unsupported_grant_type`, `unauthorized_client`.
    error: &'static str,
    /// For whoever writes the program.
    error_description: &'static str,
}

fn no(status: StatusCode, error: &'static str, error_description: &'static str) -> Response {
    (status, Json(TokenError { error, error_description })).into_response()
}

fn asked(
    form: Result<Form<TokenRequest>, FormRejection>,
) -> Result<(TokenRequest, Option<Errands>), (&'static str, &'static str)> {
    let Ok(Form(request)) = form else {
        return Err(("invalid_request", "A form is expected (application/x-www-form-urlencoded), each name once."));
    };
    if request.grant_type != "client_credentials" {
        return Err(("unsupported_grant_type", "Only client_credentials is known."));
    }
    if request.client_assertion_type != ASSERTION_TYPE || request.client_assertion.is_empty() {
        return Err(("invalid_request", "A client_assertion of the type jwt-bearer is expected (RFC 7523)."));
    }
    let errands = match request.scope.as_deref() {
        None => None,
        Some(words) => Some(Errands::parse(words).ok_or(("invalid_scope", "A word of the scope is not known."))?),
    };
    Ok((request, errands))
}

/// Gives a program a token, for an assertion that it signed.
///
/// The token is good for five minutes, and for less the moment that the institution is registered for less. Each assertion is taken once.
#[utoipa::path(
    post,
    path = "/oauth/token",
    operation_id = "token",
    tag = "programs",
    security(()),
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token.", body = TokenAnswer),
        (status = 400, description = "The request is not one, or asks for more than is registered.", body = TokenError),
        (status = 401, description = "The assertion proves nothing, or was shown before; or the institution is suspended.", body = TokenError),
        (status = 429, description = "Too many that prove nothing, from one place. Wait.", body = TokenError),
        (status = 503, description = "Database or root key is away (`/problems/away`). Try again."),
        (status = 507, description = "The server has no room left (`/problems/full`)."),
    ),
)]
async fn token(
    State(site): State<Site>,
    visitor: Visitor,
    form: Result<Form<TokenRequest>, FormRejection>,
) -> Response {
    let (request, errands) = match asked(form) {
        Ok(asked) => asked,
        Err((error, told)) => return no(StatusCode::BAD_REQUEST, error, told),
    };
    let addresses = TokenAddresses::of(&site.origin());
    match site.lockers().give_token(&visitor.caller, &addresses, &request.client_assertion, errands).await {
        Ok(given) => Json(TokenAnswer {
            access_token: given.text.as_str().to_owned(),
            token_type: "Bearer",
            expires_in: given.seconds,
            scope: given.errands.to_string(),
        })
        .into_response(),
        Err(LockerError::Refused(reason)) => refused(reason),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

fn refused(reason: Reason) -> Response {
    match reason {
        Reason::OutOfRegistration => {
            no(StatusCode::BAD_REQUEST, "invalid_scope", "The institution is not registered for that.")
        }
        Reason::InstitutionSuspended => no(
            StatusCode::UNAUTHORIZED,
            "unauthorized_client",
            "The institution is suspended. Ask who runs the service.",
        ),
        Reason::ReplayedAssertion => no(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "That assertion was shown before: make another, with its own jti.",
        ),
        Reason::TooMany => {
            let told = "Too many that prove nothing. Wait a minute.";
            let mut response = no(StatusCode::TOO_MANY_REQUESTS, "invalid_client", told);
            response.headers_mut().insert(RETRY_AFTER, axum::http::HeaderValue::from_static("60"));
            response
        }
        // Which part is wrong is in the log alone: nobody learns here which institutions or keys there are.
        _ => no(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "The assertion proves nothing: see the documentation of client_assertion.",
        ),
    }
}

/// The keys that verify what the service signs (RFC 7517): tokens, receipts of what was handed over, what servers of institutions are told.
#[utoipa::path(
    get,
    path = "/oauth/jwks.json",
    operation_id = "token_keys",
    tag = "programs",
    security(()),
    responses((status = 200, description = "A set of public keys: each has its own `kid`, and signs one kind of thing alone.", body = Object)),
)]
async fn jwks(State(site): State<Site>) -> Json<Value> {
    let keys = [site.lockers().token_key(), site.lockers().receipt_key(), site.lockers().webhook_key()];
    let public = |(name, x): (String, String)| json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": name, "alg": "EdDSA", "use": "sig"});
    Json(json!({"keys": keys.map(public)}))
}

/// What programs need to know to come in (RFC 8414).
#[utoipa::path(
    get,
    path = "/.well-known/oauth-authorization-server",
    operation_id = "token_metadata",
    tag = "programs",
    security(()),
    responses((status = 200, description = "Addresses and methods.", body = Object)),
)]
async fn metadata(State(site): State<Site>) -> Json<Value> {
    let addresses = TokenAddresses::of(&site.origin());
    let scopes: Vec<&str> = Errand::ALL.into_iter().map(Errand::code).collect();
    Json(json!({
        "issuer": addresses.issuer,
        "token_endpoint": addresses.endpoint,
        "jwks_uri": format!("{}/oauth/jwks.json", addresses.issuer),
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["EdDSA", "ES256"],
        "scopes_supported": scopes,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_for_programs_are_these_and_no_others() {
        for path in [
            "/oauth/token",
            "/api/v1/institution",
            "/api/v1/requests",
            "/api/v1/requests/x",
            "/api/v1/shares/x/y",
            "/api/v1/agreements/x",
        ] {
            assert!(is_for_programs(path), "{path}");
        }
        for path in ["/", "/oauths", "/api/v1/institutions", "/api/v1/lockers/x/shares", "/api/v1/me", "/x/oauth/token"]
        {
            assert!(!is_for_programs(path), "{path}");
        }
    }
}
