//! `POST /api/v1/lockers`: opens one's own. `GET /api/v1/lockers/{locker}`: count, size, quota, categories.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::{InLocker, LockerIds};
use crate::http::Site;
use crate::http::openapi::{CategoryCode, ValidityCode};
use crate::http::problem;
use crate::http::visitor::Visitor;

/// A locker that was opened.
#[derive(Serialize, ToSchema)]
struct Opened {
    #[schema(format = "uuid")]
    id: String,
}

/// Opens the caller's own locker.
#[utoipa::path(
    post,
    path = "/api/v1/lockers",
    operation_id = "open_locker",
    tag = "lockers",
    responses(
        (status = 201, description = "It is open.", body = Opened, headers(
            ("Location" = String, description = "Its address."),
        )),
        (status = 403, description = "A professional has no locker here (`/problems/not-allowed`)."),
        (status = 409, description = "It was open already (`/problems/already-open`)."),
    ),
)]
pub async fn open(State(site): State<Site>, visitor: Visitor) -> Response {
    match site.lockers().open_own(&visitor.caller).await {
        Ok(locker) => {
            let location = format!("/api/v1/lockers/{locker}");
            (StatusCode::CREATED, [(LOCATION, location)], Json(Opened { id: locker.to_string() })).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// A category and how much is in it.
#[derive(Serialize, ToSchema)]
struct CategoryCount {
    #[schema(value_type = CategoryCode)]
    code: &'static str,
    /// Papers outside the trash.
    count: u64,
}

/// A state of validity and how many papers are in it.
#[derive(Serialize, ToSchema)]
struct StateCount {
    #[schema(value_type = ValidityCode)]
    code: &'static str,
    count: u64,
}

/// A locker at a glance.
#[derive(Serialize, ToSchema)]
struct Locker {
    #[schema(format = "uuid")]
    id: String,
    /// Papers outside the trash.
    count: u64,
    /// Papers in the trash.
    trashed: u64,
    /// Bytes as stored.
    size: u64,
    /// Bytes it may hold.
    quota: u64,
    /// All ten, in the order of the pages.
    categories: Vec<CategoryCount>,
    /// How many papers end soon, are over, or are older than what is usually asked for.
    attention: Vec<StateCount>,
    /// Papers whose description does not open.
    damaged: Vec<String>,
}

/// The locker at a glance: count, size, quota, categories.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}",
    operation_id = "view_locker",
    tag = "lockers",
    params(LockerIds),
    responses((status = 200, description = "What it holds.", body = Locker)),
)]
pub async fn view(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().view(&visitor.caller, locker).await {
        Ok(view) => Json(Locker {
            id: view.locker.to_string(),
            count: view.count,
            trashed: view.trashed,
            size: view.used,
            quota: view.quota,
            categories: view
                .categories
                .iter()
                .map(|(c, count)| CategoryCount { code: c.code(), count: *count })
                .collect(),
            attention: view.attention.iter().map(|(s, count)| StateCount { code: s.code(), count: *count }).collect(),
            damaged: view.damaged.iter().map(ToString::to_string).collect(),
        })
        .into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
