//! `GET /api/v1/me`: who this session is.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::http::Site;
use crate::http::problem;
use crate::http::visitor::Visitor;

#[derive(Serialize)]
struct Person {
    id: String,
    given_name: String,
    family_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<String>,
    issuer: &'static str,
}

#[derive(Serialize)]
struct Me {
    person: Person,
    locker: Option<String>,
    /// Empty until organisations exist.
    memberships: [(); 0],
    /// Empty until mandates exist.
    helping: [(); 0],
}

/// Who bears this session. No locker is touched.
pub async fn me(State(site): State<Site>, visitor: Visitor) -> Response {
    match site.lockers().who(&visitor.caller).await {
        Ok(who) => Json(Me {
            person: Person {
                id: who.person.to_string(),
                given_name: who.identity.given_name,
                family_name: who.identity.family_name,
                preferred_username: who.identity.preferred_username,
                issuer: who.issuer.code(),
            },
            locker: who.locker.map(|l| l.to_string()),
            memberships: [],
            helping: [],
        })
        .into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
