//! `GET /api/v1/me`: who this session is.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::organisations::RolesShape;
use super::proposing::ScopeShape;
use crate::http::Site;
use crate::http::openapi::{IssuerCode, ThemeCode};
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::locker::OwnMembership;
use crate::locker::mandates::Helping;

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
    /// Nothing was done there for five months: after six, it gives no rights.
    warned: bool,
}

impl From<&OwnMembership> for Membership {
    fn from(own: &OwnMembership) -> Self {
        Self {
            id: own.membership.to_string(),
            organisation: own.organisation.to_string(),
            name: own.name.as_str().to_owned(),
            roles: own.roles.into(),
            state: own.state.code(),
            warned: own.is_warned,
        }
    }
}

/// Somebody whom they may help.
#[derive(Serialize, ToSchema)]
struct Helps {
    #[schema(format = "uuid")]
    locker: String,
    #[schema(format = "uuid")]
    mandate: String,
    /// As which member; null for a relative.
    #[schema(format = "uuid")]
    membership: Option<String>,
    /// The holder's name.
    holder: String,
    scope: Vec<ScopeShape>,
    #[schema(value_type = ThemeCode)]
    theme: &'static str,
    purpose: String,
    /// The first moment after the mandate (RFC 3339, UTC).
    #[schema(format = DateTime)]
    until: String,
    /// Whether it rests on paper alone: the holder has not confirmed it yet.
    on_paper: bool,
    /// Whether it rests on a court's decision: neither renewed nor handed over.
    by_judgment: bool,
}

impl From<&Helping> for Helps {
    fn from(helping: &Helping) -> Self {
        Self {
            locker: helping.locker.to_string(),
            mandate: helping.mandate.to_string(),
            membership: helping.membership.map(|id| id.to_string()),
            holder: helping.shown.holder.as_str().to_owned(),
            scope: helping.shown.scope.iter().map(|one| ScopeShape::of(&one.scope)).collect(),
            theme: helping.shown.theme.code(),
            purpose: helping.shown.purpose.as_str().to_owned(),
            until: helping.until.rfc3339(),
            on_paper: helping.on_paper,
            by_judgment: helping.by_judgment,
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
    /// Enough of the address to know it again where they are written to before a place of theirs gives no rights any more, for want of
    /// activity; null: nowhere.
    work_address_hint: Option<String>,
    /// Whom they may help now. An aidant's second factor must have been passed.
    helping: Vec<Helps>,
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
    let work_address_hint = match site.lockers().work_address_hint(&visitor.caller).await {
        Ok(hint) => hint,
        Err(error) => return problem::of(visitor.locale, &error),
    };
    let helping = match site.lockers().helping(&visitor.caller).await {
        Ok(helping) => helping.iter().map(Helps::from).collect(),
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
            work_address_hint,
            helping,
        })
        .into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
