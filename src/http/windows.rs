//! Windows at the edge: the cookie that a holder answers by, and the way out, which leads over their issuer.
//!
//! No rule of rights: whether a window stands, the verbs say.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use url::Url;

use super::Site;
use super::auth::{clear, redirect, set_cookie};
use super::visitor::{HANDED_COOKIE, Visitor, WINDOW_COOKIE, WINDOW_LEFT_COOKIE, cookie};
use crate::access::WindowToken;
use crate::domain::entry::Reason;
use crate::domain::ids::WindowId;

/// Where what is proposed is read.
pub const READ: &str = "/avec-moi/lire";
/// Where one stands when it is over.
pub const END: &str = "/avec-moi/fini";

/// A request in a window.
#[derive(Debug, Clone)]
pub struct InWindow {
    /// Who asks, as any request shows it. Its session is the aidant's.
    pub visitor: Visitor,
    /// What the window's cookie is known by.
    pub token: Option<WindowToken>,
}

impl FromRequestParts<Site> for InWindow {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        let token = cookie(&parts.headers, WINDOW_COOKIE).and_then(WindowToken::from_cookie);
        Ok(Self { visitor: Visitor::from_request_parts(parts, site).await?, token })
    }
}

/// How a window ended, for the page that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The holder agreed.
    Agreed,
    /// They did not.
    Declined,
    /// They left without an answer.
    Left,
    /// Its time is over, or what it rested on has ended.
    Over,
    /// Who signed in has no locker.
    NoLocker,
    /// Their locker is closed.
    Closed,
    /// It is the aidant's own.
    Own,
}

impl End {
    /// Every one.
    pub const ALL: [Self; 7] =
        [Self::Agreed, Self::Declined, Self::Left, Self::Over, Self::NoLocker, Self::Closed, Self::Own];

    /// The word in the cookie and in the keys of the catalogue.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Agreed => "agreed",
            Self::Declined => "declined",
            Self::Left => "left",
            Self::Over => "over",
            Self::NoLocker => "no-locker",
            Self::Closed => "closed",
            Self::Own => "own",
        }
    }

    /// Why somebody who has signed in for a window is not let in.
    pub const fn of(reason: Reason) -> Self {
        match reason {
            Reason::NoLocker => Self::NoLocker,
            Reason::LockerClosed => Self::Closed,
            Reason::OwnLocker => Self::Own,
            _ => Self::Over,
        }
    }
}

/// Sends a browser out of a window: to leave its holder's issuer, then to the page that says how it ended.
pub fn to_issuer(url: Option<&Url>, end: End) -> Response {
    redirect(url.map_or(END, Url::as_str), left(url, end))
}

/// The cookies of a window that is over: its own is forgotten, and how it ended is kept for a while.
pub fn left(url: Option<&Url>, end: End) -> [Option<axum::http::HeaderValue>; 2] {
    // It comes back with the person (RP-Initiated Logout 1.0 §2), and then tells that they have left there too.
    let state = url.and_then(|url| url.query_pairs().find(|(name, _)| name == "state")).map(|(_, state)| state);
    let kept = format!("{}.{}", end.code(), state.as_deref().unwrap_or_default());
    [clear(WINDOW_COOKIE), set_cookie(WINDOW_LEFT_COOKIE, &kept, "; Max-Age=600")]
}

/// Notes that a device is handed to a holder, who goes to their issuer; or that it is so no more.
pub fn handed(window: Option<WindowId>, headers: &HeaderMap) -> Option<axum::http::HeaderValue> {
    match window {
        Some(window) => set_cookie(HANDED_COOKIE, &window.to_string(), "; Max-Age=900"),
        None => handed_for(headers).and_then(|_| clear(HANDED_COOKIE)),
    }
}

/// The window for which this device was handed to a holder who has not come back from their issuer yet.
pub fn handed_for(headers: &HeaderMap) -> Option<WindowId> {
    cookie(headers, HANDED_COOKIE)?.parse().ok()
}

/// Whether this browser has a window's cookie. Only its words change by it: whether a window stands, the verbs say.
pub fn is_open(headers: &HeaderMap) -> bool {
    cookie(headers, WINDOW_COOKIE).is_some()
}

/// Whether somebody comes back from their issuer, having left it after a window.
pub fn has_left(headers: &HeaderMap, state: Option<&str>) -> bool {
    let kept = cookie(headers, WINDOW_LEFT_COOKIE).and_then(|kept| kept.split_once('.'));
    state.is_some_and(|state| kept.is_some_and(|(_, kept)| kept == state))
}

/// How the last window of this browser ended, if it remembers.
pub fn end_of(headers: &HeaderMap) -> Option<End> {
    let (code, _) = cookie(headers, WINDOW_LEFT_COOKIE)?.split_once('.')?;
    End::ALL.into_iter().find(|end| end.code() == code)
}
