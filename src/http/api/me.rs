//! `GET /api/v1/me`: who this session is.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::organisations::RolesShape;
use crate::http::Site;
use crate::http::openapi::IssuerCode;
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::locker::OwnMembership;

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

/// A place where they belong.
#[derive(Serialize, ToSchema)]
struct Membership {
    #[schema(format = "uuid")]
    id: String,
    #[schema(format = "uuid")]
    organisation: String,
    /// The organisation's name.
    name: String,
    roles: RolesShape,
    /// `active`, `idle` or `suspended`.
    state: &'static str,
}

impl From<&OwnMembership> for Membership {
    fn from(own: &OwnMembership) -> Self {
        Self {
            id: own.membership.to_string(),
            organisation: own.organisation.to_string(),
            name: own.name.as_str().to_owned(),
            roles: own.roles.into(),
            state: own.state.code(),
        }
    }
}

/// Who this session is.
#[derive(Serialize, ToSchema)]
struct Me {
    person: Person,
    /// The id of their own locker, once it is open.
    #[schema(format = "uuid")]
    locker: Option<String>,
    /// Where they belong, unless they have left.
    memberships: Vec<Membership>,
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
    let memberships = match site.lockers().own_memberships(&visitor.caller).await {
        Ok(own) => own.iter().map(Membership::from).collect(),
        Err(error) => return problem::of(visitor.locale, &error),
    };
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
            memberships,
            helping: [],
        })
        .into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
