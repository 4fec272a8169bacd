//! `/api/v1/windows`: an aidant opens a window on their device. `/api/v1/window`: in it, by its own cookie, the holder who has
//! signed in there reads and answers.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use super::mandates::{Agreement, What};
use super::proposing::{Proposal, ScopeShape, TermShape, proposing};
use crate::domain::document::FieldError;
use crate::http::Site;
use crate::http::openapi::ThemeCode;
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::http::windows::{End, InWindow, left};
use crate::locker::LockerError;
use crate::locker::giving::How;

/// What an aidant proposes to somebody who is with them. No code: that they sign in stands for it.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct PresentProposal {
    /// As a member of which organisation.
    #[serde(default)]
    #[schema(value_type = String, format = "uuid", required = true)]
    organisation: Option<String>,
    /// Whether any active aidant of it is to help.
    #[serde(default)]
    desk: bool,
    #[serde(default)]
    #[schema(required = true)]
    scope: Vec<ScopeShape>,
    #[serde(default)]
    #[schema(required = true)]
    term: TermShape,
    #[serde(default)]
    #[schema(value_type = ThemeCode, required = true)]
    theme: String,
    /// What for, in words.
    #[serde(default)]
    #[schema(required = true, max_length = 500)]
    purpose: String,
}

impl From<PresentProposal> for Proposal {
    fn from(new: PresentProposal) -> Self {
        let PresentProposal { organisation, desk, scope, term, theme, purpose } = new;
        Self { code: String::new(), organisation, desk, scope, term, theme, purpose, consent: None, judgment: None }
    }
}

/// A window that was opened.
#[derive(Serialize, ToSchema)]
struct WindowOpened {
    #[schema(format = "uuid")]
    id: String,
    /// RFC 3339, UTC.
    #[schema(format = DateTime)]
    expires_at: String,
    /// Where the holder signs in, in the same browser.
    #[schema(examples("/auth/holder/login?window=…"))]
    sign_in: String,
}

/// Opens a window on this device, in which the holder signs in, reads what is proposed, and answers.
///
/// It lasts 15 minutes, and ends with the session that opened it. Those that were open in this session are over. Nobody is named:
/// whoever signs in there answers for their own locker, of which nothing opens.
#[utoipa::path(
    post,
    path = "/api/v1/windows",
    operation_id = "open_window",
    tag = "windows",
    request_body = PresentProposal,
    responses(
        (status = 201, description = "It waits for the holder.", body = WindowOpened),
        (status = 403, description = "The second factor was not passed a short while ago (`/problems/second-factor`), or nobody \
            of this issuer may (`/problems/not-allowed`)."),
        (status = 404, description = "Not an active aidant of that organisation (`/problems/not-found`)."),
        (status = 422, description = "A field is wrong (`/problems/bad-field`)."),
    ),
)]
pub async fn open(
    State(site): State<Site>,
    visitor: Visitor,
    body: Result<Json<PresentProposal>, JsonRejection>,
) -> Response {
    let missing = LockerError::Field { field: "body", error: FieldError::Missing };
    let proposed = body.map(|Json(new)| Proposal::from(new)).map_err(|_| missing);
    let opened = match proposed.and_then(|new| proposing(&new)) {
        Ok(new) => site.lockers().open_window(&visitor.caller, new).await,
        Err(error) => site.lockers().who(&visitor.caller).await.and(Err(error)),
    };
    match opened {
        Ok((window, until)) => {
            let sign_in = format!("/auth/holder/login?window={window}");
            let shape = WindowOpened { id: window.to_string(), expires_at: until.rfc3339(), sign_in };
            (StatusCode::CREATED, Json(shape)).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// What the holder reads in a window.
#[derive(Serialize, ToSchema)]
struct WindowWords {
    #[serde(flatten)]
    what: What,
    /// What they would agree to, in the reader's language.
    text: String,
    /// Of the text, in UTF-8: what agreeing names.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// How long the window lasts (RFC 3339, UTC).
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Shows the holder what is proposed to them. Nothing of their locker is shown.
#[utoipa::path(
    get,
    path = "/api/v1/window",
    operation_id = "read_window",
    tag = "windows",
    security(("window" = [])),
    responses(
        (status = 200, description = "The words.", body = WindowWords),
        (status = 401, description = "The window is over, or what it rests on has ended (`/problems/window-over`)."),
        (status = 403, description = "The aidant's session has not passed its second factor (`/problems/second-factor`)."),
        (status = 409, description = "The locker was closed meanwhile (`/problems/locker-closed`)."),
    ),
)]
pub async fn read(State(site): State<Site>, InWindow { visitor, token }: InWindow) -> Response {
    match site.lockers().read_window(&visitor.caller, token.as_ref(), visitor.locale).await {
        Ok(view) => Json(WindowWords {
            what: What::from(&view.proposed),
            text: view.text,
            sha256: view.sha256.to_string(),
            expires_at: view.until.rfc3339(),
        })
        .into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// A window that is over.
#[derive(Serialize, ToSchema)]
struct WindowLeft {
    /// Where the browser goes now, so that the holder is signed out at their identity provider too; null where it has no such
    /// address.
    #[schema(format = "uri")]
    logout_url: Option<String>,
}

fn out(url: Option<&Url>, end: End) -> Response {
    let mut response = Json(WindowLeft { logout_url: url.map(ToString::to_string) }).into_response();
    response.headers_mut().extend(left(url, end).into_iter().flatten().map(|cookie| (SET_COOKIE, cookie)));
    response
}

/// The holder agrees: the mandate begins, the window is over.
#[utoipa::path(
    post,
    path = "/api/v1/window/consent",
    operation_id = "consent_in_window",
    tag = "windows",
    security(("window" = [])),
    request_body = Agreement,
    responses(
        (status = 200, description = "It has begun.", body = WindowLeft),
        (status = 401, description = "The window is over, or what it rests on has ended (`/problems/window-over`)."),
        (status = 403, description = "The aidant's session has not passed its second factor (`/problems/second-factor`)."),
        (status = 404, description = "What was proposed has ended meanwhile (`/problems/not-found`)."),
        (status = 409, description = "The locker was closed meanwhile (`/problems/locker-closed`)."),
        (status = 422, description = "No agreement, or to another text, or the name of who translated is none (`/problems/bad-field`)."),
    ),
)]
pub async fn consent(
    State(site): State<Site>,
    InWindow { visitor, token }: InWindow,
    body: Result<Json<Agreement>, JsonRejection>,
) -> Response {
    let agreement = body.map(|Json(agreement)| agreement).unwrap_or_default();
    let how = How { read_aloud: agreement.read_aloud, interpreter: agreement.interpreter, ..How::default() };
    let accepts = agreement.accepts.as_deref();
    match site.lockers().agree_in_window(&visitor.caller, token.as_ref(), accepts, how).await {
        Ok(url) => out(url.as_ref(), End::Agreed),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// The holder does not agree: the window is over.
#[utoipa::path(
    post,
    path = "/api/v1/window/decline",
    operation_id = "decline_in_window",
    tag = "windows",
    security(("window" = [])),
    responses(
        (status = 200, description = "Nothing has begun.", body = WindowLeft),
        (status = 401, description = "The window is over, or what it rests on has ended (`/problems/window-over`)."),
        (status = 403, description = "The aidant's session has not passed its second factor (`/problems/second-factor`)."),
    ),
)]
pub async fn decline(State(site): State<Site>, InWindow { visitor, token }: InWindow) -> Response {
    match site.lockers().leave_window(&visitor.caller, token.as_ref(), true).await {
        Ok(url) => out(url.as_ref(), End::Declined),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// The holder leaves without an answer: the window is over.
#[utoipa::path(
    post,
    path = "/api/v1/window/close",
    operation_id = "close_window",
    tag = "windows",
    security(("window" = [])),
    responses(
        (status = 200, description = "It is over.", body = WindowLeft),
        (status = 401, description = "The window is over, or what it rests on has ended (`/problems/window-over`)."),
        (status = 403, description = "The aidant's session has not passed its second factor (`/problems/second-factor`)."),
    ),
)]
pub async fn close(State(site): State<Site>, InWindow { visitor, token }: InWindow) -> Response {
    match site.lockers().leave_window(&visitor.caller, token.as_ref(), false).await {
        Ok(url) => out(url.as_ref(), End::Left),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Until when a window lasts now.
#[derive(Serialize, ToSchema)]
struct WindowExtended {
    /// RFC 3339, UTC.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Gives the window another 15 minutes; an hour in all at the most.
///
/// The aidant, in the session that opened it, must have passed their second factor again since it was opened or last given time.
#[utoipa::path(
    post,
    path = "/api/v1/window/extend",
    operation_id = "extend_window",
    tag = "windows",
    security(("window" = [])),
    responses(
        (status = 200, description = "It lasts longer.", body = WindowExtended),
        (status = 401, description = "The window is over or has lasted for an hour, or what it rests on has ended \
            (`/problems/window-over`)."),
        (status = 403, description = "The aidant's second factor was not passed again (`/problems/second-factor`)."),
        (status = 409, description = "The locker was closed meanwhile (`/problems/locker-closed`)."),
    ),
)]
pub async fn extend(State(site): State<Site>, InWindow { visitor, token }: InWindow) -> Response {
    match site.lockers().extend_window(&visitor.caller, token.as_ref()).await {
        Ok(until) => Json(WindowExtended { expires_at: until.rfc3339() }).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
