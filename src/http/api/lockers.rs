//! `POST /api/v1/lockers`: opens one's own. `GET /api/v1/lockers/{locker}`: count, size, quota, categories.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::shapes::InLocker;
use crate::http::Site;
use crate::http::problem;
use crate::http::visitor::Visitor;

#[derive(Serialize)]
struct Opened {
    id: String,
}

/// Opens the caller's own locker.
pub async fn open(State(site): State<Site>, visitor: Visitor) -> Response {
    match site.lockers().open_own(&visitor.caller).await {
        Ok(locker) => {
            let location = format!("/api/v1/lockers/{locker}");
            (StatusCode::CREATED, [(LOCATION, location)], Json(Opened { id: locker.to_string() })).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

#[derive(Serialize)]
struct CategoryCount {
    code: &'static str,
    count: u64,
}

#[derive(Serialize)]
struct Locker {
    id: String,
    /// Papers outside the trash.
    count: u64,
    /// Papers in the trash.
    trashed: u64,
    /// Bytes as stored.
    size: u64,
    /// Bytes it may hold.
    quota: u64,
    categories: Vec<CategoryCount>,
    /// How many papers end soon, are over, or are older than what is usually asked for.
    attention: Vec<CategoryCount>,
    /// Papers whose description does not open.
    damaged: Vec<String>,
}

/// The locker at a glance.
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
            attention: view
                .attention
                .iter()
                .map(|(s, count)| CategoryCount { code: s.code(), count: *count })
                .collect(),
            damaged: view.damaged.iter().map(ToString::to_string).collect(),
        })
        .into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
