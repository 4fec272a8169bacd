//! `GET /api/openapi.json`: the document that says what this API is. The page of it for people is `pages/api`.

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
