//! The demonstration's gateway for text messages: it takes them over HTTP as a real one does, and shows them on a page of its own instead
//! of sending them. Nobody's telephone rings.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use url::{Host, Url};

use crate::config::SmsConfig;

/// Where messages are posted.
const POST: &str = "/demo/sms";
/// Where they are shown.
const SHOWN: &str = "/demo/messages";
/// Messages that are kept: the newest.
const KEPT: usize = 50;

/// A message, as it is posted.
#[derive(Debug, Clone, Deserialize)]
struct Message {
    id: String,
    to: String,
    text: String,
}

type Messages = Arc<Mutex<VecDeque<Message>>>;

#[derive(Template)]
#[template(path = "demo/messages.html")]
struct Page {
    messages: Vec<Message>,
}

/// The gateway's address in a demonstration; none where it could not be reached safely.
pub(super) fn config(url: &Url) -> Option<SmsConfig> {
    let is_here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    Some(SmsConfig { url: url.join(POST).ok().filter(|_| is_here)?, token: None, codes_a_day: None })
}

/// The gateway, and its page.
pub(super) fn routes() -> Router {
    Router::new().route(POST, post(take)).route(SHOWN, get(show)).with_state(Messages::default())
}

async fn take(State(messages): State<Messages>, Json(message): Json<Message>) -> StatusCode {
    let mut messages = messages.lock().unwrap_or_else(PoisonError::into_inner);
    // The same again is the same message.
    if messages.iter().any(|taken| taken.id == message.id) {
        return StatusCode::CONFLICT;
    }
    messages.push_front(message);
    messages.truncate(KEPT);
    StatusCode::ACCEPTED
}

async fn show(State(messages): State<Messages>) -> Response {
    let messages = messages.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect();
    Page { messages }
        .render()
        .map_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response(), |page| Html(page).into_response())
}
