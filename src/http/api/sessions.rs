//! `/api/v1/me/sessions`: where this person is signed in, and ending it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::domain::entry::Reason;
use crate::http::visitor::Visitor;
use crate::http::{Site, auth, problem, sentences};
use crate::locker::LockerError;

#[derive(Serialize)]
struct Session {
    id: String,
    started_at: String,
    last_seen_at: String,
    /// In plain words, in the reader's language.
    device: String,
    current: bool,
    strength: &'static str,
}

#[derive(Serialize)]
struct List {
    items: Vec<Session>,
    /// Always null: all of them fit.
    next: Option<String>,
}

/// `GET /api/v1/me/sessions`
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
            Json(List { items: views.iter().map(session).collect(), next: None }).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// `DELETE /api/v1/me/sessions/{session}`
pub async fn end(State(site): State<Site>, visitor: Visitor, Path(session): Path<String>) -> Response {
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

/// `POST /api/v1/me/sessions/end-others`
pub async fn end_others(State(site): State<Site>, visitor: Visitor) -> Response {
    match site.lockers().end_other_sessions(&visitor.caller).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
