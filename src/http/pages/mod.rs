use super::Site;
use crate::words::Locale;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
pub fn routes() -> Router<Site> {
    Router::new()
}
pub fn error_page(_s: &Site, _l: Locale, status: StatusCode, _c: &str) -> Response {
    status.into_response()
}
