//! `/api/v1/me/second-factor`: set up, passed, printed codes. For those who come in for their work.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::code::Code;
use crate::http::Site;
use crate::http::visitor::Visitor;
use crate::http::{auth, problem};

/// How the caller's second factor stands.
#[derive(Serialize, ToSchema)]
struct SecondFactor {
    /// Whether there is one.
    set_up: bool,
    /// Whether it was passed in this session.
    passed: bool,
    /// Printed codes left.
    backup_codes: u64,
    /// Until when no code is taken, after wrong ones (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    locked_until: Option<String>,
}

/// Tells how one's second factor stands.
#[utoipa::path(
    get,
    path = "/api/v1/me/second-factor",
    operation_id = "view_second_factor",
    tag = "me",
    responses(
        (status = 200, description = "How it stands.", body = SecondFactor),
        (status = 403, description = "Not signed in as a professional (`/problems/not-allowed`)."),
    ),
)]
pub async fn view(State(site): State<Site>, visitor: Visitor) -> Response {
    match site.lockers().factor_state(&visitor.caller).await {
        Ok(state) => Json(SecondFactor {
            set_up: state.is_set_up,
            passed: state.is_passed,
            backup_codes: state.codes_left,
            locked_until: state.locked_until.map(crate::domain::source::Timestamp::rfc3339),
        })
        .into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// A secret for an authenticator. Shown now and never again.
#[derive(Serialize, ToSchema)]
struct Secret {
    /// In base32, to be typed.
    secret: String,
    /// The same as an `otpauth` address, to be scanned: six digits, half-minutes.
    address: String,
}

/// Begins to set up a second factor.
///
/// It stands once its first code was given. One that is lost is taken away by a referent; one that is at hand is replaced by its person.
#[utoipa::path(
    post,
    path = "/api/v1/me/second-factor",
    operation_id = "begin_second_factor",
    tag = "me",
    responses(
        (status = 201, description = "The secret.", body = Secret),
        (status = 403, description = "Not signed in as a professional, or not a short while ago (`/problems/not-allowed`, \
            `/problems/sign-in-again`)."),
        (status = 409, description = "There is one already (`/problems/factor-state`)."),
    ),
)]
pub async fn begin(State(site): State<Site>, visitor: Visitor) -> Response {
    match site.lockers().begin_factor(&visitor.caller).await {
        Ok(shown) => {
            let shape = Secret { secret: shown.secret.to_string(), address: shown.address.to_string() };
            (StatusCode::CREATED, Json(shape)).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// A code that somebody types.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Typed {
    /// Six digits of the authenticator, or a printed code.
    #[serde(default)]
    #[schema(required = true)]
    code: String,
}

type Body = Result<Json<Typed>, JsonRejection>;

fn typed(body: Body) -> String {
    body.map(|Json(typed)| typed.code).unwrap_or_default()
}

/// Printed codes. Shown now and never again.
#[derive(Serialize, ToSchema)]
struct BackupCodes {
    /// Each serves once.
    backup_codes: Vec<String>,
}

impl BackupCodes {
    fn new(codes: &[Code]) -> Self {
        Self { backup_codes: codes.iter().map(|code| code.shown().to_string()).collect() }
    }
}

/// Gives the first code of a new second factor.
///
/// It stands from then on, and this session has passed it: its cookie changes.
#[utoipa::path(
    post,
    path = "/api/v1/me/second-factor/confirm",
    operation_id = "confirm_second_factor",
    tag = "me",
    request_body = Typed,
    responses(
        (status = 200, description = "Its printed codes.", body = BackupCodes, headers(
            ("Set-Cookie" = String, description = "The session's new cookie."),
        )),
        (status = 403, description = "Not signed in as a professional (`/problems/not-allowed`)."),
        (status = 409, description = "None was begun (`/problems/factor-state`)."),
        (status = 422, description = "The code is wrong (`/problems/wrong-code`)."),
        (status = 429, description = "Too many wrong codes in a row (`/problems/factor-locked`)."),
    ),
)]
pub async fn confirm(State(site): State<Site>, visitor: Visitor, body: Body) -> Response {
    match site.lockers().confirm_factor(&visitor.caller, &typed(body)).await {
        Ok(passed) => {
            let mut response = Json(BackupCodes::new(&passed.codes)).into_response();
            auth::keep_session(&mut response, &passed.cookie);
            response
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Passes the second factor in this session, whose cookie changes.
#[utoipa::path(
    post,
    path = "/api/v1/me/second-factor/pass",
    operation_id = "pass_second_factor",
    tag = "me",
    request_body = Typed,
    responses(
        (status = 204, description = "Passed.", headers(
            ("Set-Cookie" = String, description = "The session's new cookie."),
        )),
        (status = 403, description = "Not signed in as a professional (`/problems/not-allowed`)."),
        (status = 409, description = "There is none (`/problems/factor-state`)."),
        (status = 422, description = "The code is wrong, or has served (`/problems/wrong-code`)."),
        (status = 429, description = "Too many wrong codes in a row (`/problems/factor-locked`)."),
    ),
)]
pub async fn pass(State(site): State<Site>, visitor: Visitor, body: Body) -> Response {
    match site.lockers().pass_factor(&visitor.caller, &typed(body)).await {
        Ok(passed) => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            auth::keep_session(&mut response, &passed.cookie);
            response
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Begins to replace the second factor that one has, by a new one beside it.
///
/// The old one stands until the new one's first code was given, in the same session and within 15 minutes.
#[utoipa::path(
    post,
    path = "/api/v1/me/second-factor/replace",
    operation_id = "begin_replacing_second_factor",
    tag = "me",
    responses(
        (status = 201, description = "The new secret.", body = Secret),
        (status = 403, description = "Not signed in as a professional, or not a short while ago, or the second factor was not passed a \
            short while ago (`/problems/not-allowed`, `/problems/sign-in-again`, `/problems/second-factor`)."),
        (status = 409, description = "There is none (`/problems/factor-state`)."),
    ),
)]
pub async fn begin_replacement(State(site): State<Site>, visitor: Visitor) -> Response {
    match site.lockers().begin_replacement(&visitor.caller).await {
        Ok(shown) => {
            let shape = Secret { secret: shown.secret.to_string(), address: shown.address.to_string() };
            (StatusCode::CREATED, Json(shape)).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Gives the first code of the new second factor, which replaces the old one.
///
/// The old secret and its printed codes serve no more, every other session of the person ends, and this one's cookie changes.
#[utoipa::path(
    post,
    path = "/api/v1/me/second-factor/replace/confirm",
    operation_id = "replace_second_factor",
    tag = "me",
    request_body = Typed,
    responses(
        (status = 200, description = "Its printed codes.", body = BackupCodes, headers(
            ("Set-Cookie" = String, description = "The session's new cookie."),
        )),
        (status = 403, description = "Not signed in as a professional (`/problems/not-allowed`)."),
        (status = 409, description = "None was begun in this session, or more than 15 minutes ago (`/problems/factor-state`, \
            `/problems/replacement-over`)."),
        (status = 422, description = "The code is wrong (`/problems/wrong-code`)."),
        (status = 429, description = "Too many wrong codes in a row (`/problems/factor-locked`)."),
    ),
)]
pub async fn replace(State(site): State<Site>, visitor: Visitor, body: Body) -> Response {
    match site.lockers().replace_factor(&visitor.caller, &typed(body)).await {
        Ok(passed) => {
            let mut response = Json(BackupCodes::new(&passed.codes)).into_response();
            auth::keep_session(&mut response, &passed.cookie);
            response
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Makes new printed codes; the old ones serve no more.
///
/// Whoever asks has proven who they are at their issuer, and then passed the second factor, each at most five minutes ago.
#[utoipa::path(
    post,
    path = "/api/v1/me/second-factor/backup-codes",
    operation_id = "renew_backup_codes",
    tag = "me",
    responses(
        (status = 200, description = "The new ones.", body = BackupCodes),
        (status = 403, description = "Not signed in as a professional, or one of the two proofs is not recent (`/problems/not-allowed`, \
            `/problems/sign-in-again`, `/problems/second-factor`)."),
        (status = 409, description = "There is none (`/problems/factor-state`)."),
    ),
)]
pub async fn renew_codes(State(site): State<Site>, visitor: Visitor) -> Response {
    match site.lockers().renew_codes(&visitor.caller).await {
        Ok(codes) => Json(BackupCodes::new(&codes)).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
