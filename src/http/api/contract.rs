//! `GET /api/openapi.json`: the document that says what this API is. The page of it for people is `pages/api`.
//! `GET /api/quirks`: what it does not tell.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

use crate::http::openapi;

/// The OpenAPI document.
///
/// Made from the code that answers. It changes only with the program, so it may be kept an hour.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    operation_id = "contract",
    tag = "contract",
    security(()),
    responses((status = 200, description = "OpenAPI 3.1.", body = Object, content_type = "application/json", headers(
        ("Cache-Control" = String, description = "How long it may be kept."),
    ))),
)]
pub async fn contract() -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=3600")];
    (headers, openapi::document().text())
}

/// What surprises in the API.
///
/// For people who write programs: what the OpenAPI document does not tell. Text, in Markdown.
#[utoipa::path(
    get,
    path = "/api/quirks",
    operation_id = "quirks",
    tag = "contract",
    security(()),
    responses((status = 200, description = "The text.", body = String, content_type = "text/plain", headers(
        ("Cache-Control" = String, description = "How long it may be kept."),
    ))),
)]
pub async fn quirks() -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "public, max-age=3600")];
    (headers, include_str!("../../../docs/api-quirks.md"))
}
