//! For whoever watches the service: alive, ready. Outside the layers: a probe names the host as it likes.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::Site;

/// Its routes.
pub fn routes() -> Router<Site> {
    Router::new().route("/healthz", get(healthz)).route("/readyz", get(readyz))
}

/// The process answers.
async fn healthz() -> &'static str {
    "ok\n"
}

/// Database and blob store answer too.
async fn readyz(State(site): State<Site>) -> Response {
    match site.lockers().health().await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")], "not ready\n").into_response(),
    }
}
