//! `POST /api/v1/lockers`: opens one's own. `GET /api/v1/lockers/{locker}`: count, size, quota, categories. `POST …/close`,
//! `POST …/reopen`: closes it, opens it again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::information::{Agreed, Which, accepts};
use super::shapes::InLocker;
use crate::domain::source::Timestamp;
use crate::http::Site;
use crate::http::problem;
use crate::http::visitor::Visitor;

#[derive(Serialize)]
struct Opened {
    id: String,
}

/// Opens the caller's own locker; the body says which information they agree to.
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

#[derive(Serialize)]
struct CategoryCount {
    code: &'static str,
    count: u64,
}

/// How a locker stands: open, or closed and until when.
#[derive(Serialize)]
struct Standing {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_at: Option<String>,
    /// Until then, it can be opened again; then it is erased.
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

/// Closes the locker: nothing enters any more, and it is erased after the configured time.
pub async fn close(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().close(&visitor.caller, locker).await {
        Ok(closed) => Json(Standing::new(Some(closed))).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Opens the closed locker again.
pub async fn reopen(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().reopen(&visitor.caller, locker).await {
        Ok(()) => Json(Standing::new(None)).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// What the holder agreed to, and what is in force.
#[derive(Serialize)]
struct InformationState {
    accepted: Option<Which>,
    current: Which,
    /// Whether what was agreed to is still in force, in any language.
    in_force: bool,
}

#[derive(Serialize)]
struct Locker {
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
    categories: Vec<CategoryCount>,
    /// Papers whose description does not open.
    damaged: Vec<String>,
}

/// The locker at a glance.
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
            damaged: view.damaged.iter().map(ToString::to_string).collect(),
        })
        .into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
