//! `GET /api/v1/information`: what one reads before opening a locker, for everybody (DOMAIN L6).
//! `POST /api/v1/lockers/{locker}/information`: the holder agrees to it again, after it has changed.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes::{InLocker, LockerIds};
use crate::http::Site;
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::locker::information::{Information as Text, VERSION};

/// An agreement: the SHA-256 of the text that was shown.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Agreement {
    /// As `GET /api/v1/information` gives it, in any language.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$", required = true)]
    accepts: Option<String>,
}

/// The body of a request that must bear an agreement. One that does not read bears none.
pub type Agreed = Result<Json<Agreement>, JsonRejection>;

/// What a body agrees to.
pub fn accepts(body: Agreed) -> Option<String> {
    body.ok().and_then(|Json(agreement)| agreement.accepts)
}

/// Which text.
#[derive(Debug, Serialize, ToSchema)]
pub struct Which {
    version: String,
    /// Of the text, in UTF-8.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    locale: String,
}

impl From<&Text> for Which {
    fn from(text: &Text) -> Self {
        Self { version: VERSION.to_owned(), sha256: text.sha256.to_string(), locale: text.locale.code().to_owned() }
    }
}

impl From<&crate::domain::information::Acceptance> for Which {
    fn from(accepted: &crate::domain::information::Acceptance) -> Self {
        Self { version: accepted.version.clone(), sha256: accepted.sha256.to_string(), locale: accepted.locale.clone() }
    }
}

/// How long what is kept.
#[derive(Serialize, ToSchema)]
struct Retention {
    closure_days: u16,
    backup_days: u16,
    session_days: u16,
    notice_months: Vec<u16>,
}

/// How much may be kept.
#[derive(Serialize, ToSchema)]
struct Limits {
    document_bytes: u64,
    locker_bytes: u64,
}

/// The text in force.
#[derive(Serialize, ToSchema)]
struct Information {
    #[serde(flatten)]
    which: Which,
    text: String,
    retention: Retention,
    limits: Limits,
}

/// Tells what one must know before opening a locker, in the reader's language.
#[utoipa::path(
    get,
    path = "/api/v1/information",
    operation_id = "information",
    tag = "lockers",
    security(()),
    responses((status = 200, description = "The text in force.", body = Information)),
)]
pub async fn current(State(site): State<Site>, visitor: Visitor) -> Response {
    let text = site.lockers().information(visitor.locale);
    let kept = &site.lockers().terms().retention;
    let limits = site.lockers().limits();
    Json(Information {
        which: Which::from(&text),
        text: text.text,
        retention: Retention {
            closure_days: kept.closure_days,
            backup_days: kept.backup_days,
            session_days: kept.session_days,
            notice_months: kept.notice_months.clone(),
        },
        limits: Limits { document_bytes: limits.document_bytes, locker_bytes: limits.locker_bytes },
    })
    .into_response()
}

/// Agrees to the text in force, after it has changed.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/information",
    operation_id = "accept_information",
    tag = "lockers",
    params(LockerIds),
    request_body = Agreement,
    responses(
        (status = 204, description = "Written down."),
        (status = 422, description = "No agreement, or to a text that is not in force (`/problems/bad-field`)."),
    ),
)]
pub async fn accept(State(site): State<Site>, InLocker { visitor, locker }: InLocker, body: Agreed) -> Response {
    let accepts = accepts(body);
    match site.lockers().accept_information(&visitor.caller, locker, accepts.as_deref()).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
