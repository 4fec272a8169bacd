//! `GET /api/v1/me`: who this session is.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Site;
use crate::http::openapi::IssuerCode;
use crate::http::problem;
use crate::http::visitor::Visitor;

/// The person, as their identity provider names them.
#[derive(Serialize, ToSchema)]
struct Person {
    #[schema(format = "uuid")]
    id: String,
    given_name: String,
    family_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    preferred_username: Option<String>,
    #[schema(value_type = IssuerCode, inline)]
    issuer: &'static str,
}

/// Who this session is.
#[derive(Serialize, ToSchema)]
struct Me {
    person: Person,
    /// The id of their own locker, once it is open.
    #[schema(format = "uuid")]
    locker: Option<String>,
    /// Empty until organisations exist.
    #[schema(value_type = Vec<Object>, max_items = 0)]
    memberships: [(); 0],
    /// Empty until mandates exist.
    #[schema(value_type = Vec<Object>, max_items = 0)]
    helping: [(); 0],
}

/// Who bears this session.
///
/// No locker is touched.
#[utoipa::path(
    get,
    path = "/api/v1/me",
    operation_id = "me",
    tag = "me",
    responses((status = 200, description = "The person of the session.", body = Me)),
)]
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
