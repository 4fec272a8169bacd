//! `/api/v1/me/sessions`: where this person is signed in, and ending it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::entry::Reason;
use crate::http::visitor::Visitor;
use crate::http::{Site, auth, problem, sentences};
use crate::locker::LockerError;

/// A place where this person is signed in.
#[derive(Serialize, ToSchema)]
struct Session {
    #[schema(format = "uuid")]
    id: String,
    /// RFC 3339, UTC.
    #[schema(format = DateTime)]
    started_at: String,
    /// RFC 3339, UTC; to half a minute.
    #[schema(format = DateTime)]
    last_seen_at: String,
    /// In plain words, in the reader's language.
    device: String,
    /// Whether this is the session that asks.
    current: bool,
    /// `none`, `low`, `substantial` or `high`.
    strength: &'static str,
}

/// The id of a session in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SessionIds {
    /// The session's id.
    #[param(format = "uuid")]
    session: String,
}

/// All of them.
#[derive(Serialize, ToSchema)]
struct Sessions {
    items: Vec<Session>,
    /// Always null: all of them fit.
    next: Option<String>,
}

/// Lists where one is signed in, newest first.
///
/// The look is a line in one's own journal.
#[utoipa::path(
    get,
    path = "/api/v1/me/sessions",
    operation_id = "list_sessions",
    tag = "me",
    responses((status = 200, description = "Every session that stands.", body = Sessions)),
)]
pub async fn list(State(site): State<Site>, visitor: Visitor) -> Response {
    match site.lockers().sessions(&visitor.caller).await {
        Ok(views) => {
            let session = |view: &crate::locker::SessionView| Session {
                id: view.session.to_string(),
                started_at: view.started_at.rfc3339(),
                last_seen_at: view.last_seen_at.rfc3339(),
                device: sentences::device(visitor.locale, view.device),
                current: view.is_current,
                strength: view.strength.code(),
            };
            Json(Sessions { items: views.iter().map(session).collect(), next: None }).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Ends one of one's own sessions.
#[utoipa::path(
    delete,
    path = "/api/v1/me/sessions/{session}",
    operation_id = "end_session",
    tag = "me",
    params(SessionIds),
    responses((status = 204, description = "Ended: its next request is refused.")),
)]
pub async fn end(
    State(site): State<Site>,
    visitor: Visitor,
    Path(SessionIds { session }): Path<SessionIds>,
) -> Response {
    let ended = match session.parse() {
        Ok(session) => site.lockers().end_session(&visitor.caller, session).await,
        Err(_) => match site.lockers().who(&visitor.caller).await {
            Ok(_) => Err(LockerError::Refused(Reason::UnknownSession)),
            Err(error) => Err(error),
        },
    };
    match ended {
        Ok(is_current) => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            if is_current {
                auth::forget_session(&mut response);
            }
            response
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Ends every other session of one's own.
#[utoipa::path(
    post,
    path = "/api/v1/me/sessions/end-others",
    operation_id = "end_other_sessions",
    tag = "me",
    responses((status = 204, description = "Ended: only the session that asked is left.")),
)]
pub async fn end_others(State(site): State<Site>, visitor: Visitor) -> Response {
    match site.lockers().end_other_sessions(&visitor.caller).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
