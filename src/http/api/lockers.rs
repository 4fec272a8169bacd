//! `POST /api/v1/lockers`: opens one's own. `GET /api/v1/lockers/{locker}`: count, size, quota, categories. `POST …/close`,
//! `POST …/reopen`: closes it, opens it again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::information::{Agreed, Agreement, Which, accepts};
use super::shapes::{InLocker, LockerIds};
use crate::domain::source::Timestamp;
use crate::http::Site;
use crate::http::openapi::{CategoryCode, ValidityCode};
use crate::http::problem;
use crate::http::visitor::Visitor;

/// A locker that was opened.
#[derive(Serialize, ToSchema)]
struct Opened {
    #[schema(format = "uuid")]
    id: String,
}

/// Opens the caller's own locker.
///
/// The body says which information they agree to; without that nothing is opened.
#[utoipa::path(
    post,
    path = "/api/v1/lockers",
    operation_id = "open_locker",
    tag = "lockers",
    request_body = Agreement,
    responses(
        (status = 201, description = "It is open.", body = Opened, headers(
            ("Location" = String, description = "Its address."),
        )),
        (status = 403, description = "A professional has no locker here (`/problems/not-allowed`)."),
        (status = 409, description = "It was open already (`/problems/already-open`)."),
        (status = 422, description = "No agreement, or to a text that is not in force (`/problems/bad-field`)."),
    ),
)]
pub async fn open(State(site): State<Site>, visitor: Visitor, body: Agreed) -> Response {
    let accepts = accepts(body);
    match site.lockers().open_own(&visitor.caller, accepts.as_deref()).await {
        Ok(locker) => {
            let location = format!("/api/v1/lockers/{locker}");
            (StatusCode::CREATED, [(LOCATION, location)], Json(Opened { id: locker.to_string() })).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// A category and how much is in it.
#[derive(Serialize, ToSchema)]
struct CategoryCount {
    #[schema(value_type = CategoryCode)]
    code: &'static str,
    /// Papers outside the trash.
    count: u64,
}

/// A state of validity and how many papers are in it.
#[derive(Serialize, ToSchema)]
struct StateCount {
    #[schema(value_type = ValidityCode)]
    code: &'static str,
    count: u64,
}

/// How a locker stands: open, or closed and until when.
#[derive(Serialize, ToSchema)]
struct Standing {
    /// `open` or `closed`.
    state: &'static str,
    /// RFC 3339, UTC.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<String>,
    /// Until then, it can be opened again; then it is erased.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    erase_at: Option<String>,
}

impl Standing {
    fn new(closed: Option<(Timestamp, Timestamp)>) -> Self {
        Self {
            state: if closed.is_some() { "closed" } else { "open" },
            closed_at: closed.map(|(at, _)| at.rfc3339()),
            erase_at: closed.map(|(_, at)| at.rfc3339()),
        }
    }
}

/// Closes the locker.
///
/// Nothing enters it any more, and it is erased after the configured time; until then it can be opened again.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/close",
    operation_id = "close_locker",
    tag = "lockers",
    params(LockerIds),
    responses(
        (status = 200, description = "It is closed.", body = Standing),
        (status = 403, description = "It needs a proof of who you are that is at most 5 minutes old (`/problems/sign-in-again`). \
            Send the person to `/auth/holder/login?step_up=1`, then ask again."),
        (status = 409, description = "It is closed already (`/problems/locker-closed`)."),
    ),
)]
pub async fn close(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().close(&visitor.caller, locker).await {
        Ok(closed) => Json(Standing::new(Some(closed))).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Opens the closed locker again.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/reopen",
    operation_id = "reopen_locker",
    tag = "lockers",
    params(LockerIds),
    responses(
        (status = 200, description = "It is open.", body = Standing),
        (status = 409, description = "It is open, or its time is over (`/problems/locker-open`, `/problems/closure-over`)."),
    ),
)]
pub async fn reopen(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().reopen(&visitor.caller, locker).await {
        Ok(()) => Json(Standing::new(None)).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// What the holder agreed to, and what is in force.
#[derive(Serialize, ToSchema)]
struct InformationState {
    accepted: Option<Which>,
    current: Which,
    /// Whether what was agreed to is still in force, in any language.
    in_force: bool,
}

/// A locker at a glance.
#[derive(Serialize, ToSchema)]
struct Locker {
    #[schema(format = "uuid")]
    id: String,
    /// Papers outside the trash.
    count: u64,
    /// Papers in the trash.
    trashed: u64,
    /// Bytes as stored.
    size: u64,
    /// Bytes it may hold.
    quota: u64,
    information: InformationState,
    standing: Standing,
    /// All ten, in the order of the pages.
    categories: Vec<CategoryCount>,
    /// How many papers end soon, are over, or are older than what is usually asked for.
    attention: Vec<StateCount>,
    /// Papers whose description does not open.
    damaged: Vec<String>,
}

/// The locker at a glance: count, size, quota, categories.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}",
    operation_id = "view_locker",
    tag = "lockers",
    params(LockerIds),
    responses((status = 200, description = "What it holds.", body = Locker)),
)]
pub async fn view(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().view(&visitor.caller, locker).await {
        Ok(view) => Json(Locker {
            id: view.locker.to_string(),
            count: view.count,
            trashed: view.trashed,
            size: view.used,
            quota: view.quota,
            information: InformationState {
                accepted: view.life.accepted.as_ref().map(Which::from),
                current: Which::from(&site.lockers().information(visitor.locale)),
                in_force: view.life.is_in_force,
            },
            standing: Standing::new(view.life.closed),
            categories: view
                .categories
                .iter()
                .map(|(c, count)| CategoryCount { code: c.code(), count: *count })
                .collect(),
            attention: view.attention.iter().map(|(s, count)| StateCount { code: s.code(), count: *count }).collect(),
            damaged: view.damaged.iter().map(ToString::to_string).collect(),
        })
        .into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
