//! `/api/v1/visits`: a helper begins a visit, under a mandate, for a purpose. `/api/v1/lockers/{locker}/visits/{visit}/end`: and ends it.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::proposing::ScopeShape;
use super::shapes::id;
use crate::domain::document::FieldError;
use crate::domain::entry::Reason;
use crate::domain::help::Purpose;
use crate::domain::ids::{LockerId, MandateId, VisitId};
use crate::http::Site;
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::locker::{BegunVisit, LockerError};

/// The ids of a visit in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct VisitIds {
    /// The locker's id.
    #[param(format = "uuid")]
    locker: String,
    /// The visit's id.
    #[param(format = "uuid")]
    visit: String,
}

/// The visit in an address, and who asks.
pub struct InVisit {
    visitor: Visitor,
    locker: LockerId,
    visit: VisitId,
}

impl FromRequestParts<Site> for InVisit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<VisitIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self { locker: id(&ids.locker, &visitor)?, visit: id(&ids.visit, &visitor)?, visitor })
    }
}

/// Where, under what, what for.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Begin {
    #[serde(default)]
    #[schema(required = true, format = "uuid")]
    locker: String,
    #[serde(default)]
    #[schema(required = true, format = "uuid")]
    mandate: String,
    /// What for, in words: the holder reads it.
    #[serde(default)]
    #[schema(required = true, max_length = 500)]
    purpose: String,
}

/// A visit that has begun.
#[derive(Serialize, ToSchema)]
struct Visit {
    /// Each request of the visit bears it, in the header `Consigne-Visit`.
    #[schema(format = "uuid")]
    id: String,
    /// At the longest (RFC 3339, UTC).
    #[schema(format = DateTime)]
    expires_at: String,
    /// Whom.
    holder: String,
    /// With what.
    scope: Vec<ScopeShape>,
}

impl From<&BegunVisit> for Visit {
    fn from(begun: &BegunVisit) -> Self {
        Self {
            id: begun.visit.to_string(),
            expires_at: begun.until.rfc3339(),
            holder: begun.shown.holder.as_str().to_owned(),
            scope: begun.shown.scope.iter().map(|one| ScopeShape::of(&one.scope)).collect(),
        }
    }
}

fn asked(begin: &Begin) -> Result<(LockerId, MandateId, Purpose), LockerError> {
    // What can't be an id is an id of nothing.
    let nothing = || LockerError::Refused(Reason::NoRelation);
    let purpose = Purpose::parse(&begin.purpose).map_err(|error| LockerError::Field { field: "purpose", error })?;
    Ok((begin.locker.parse().map_err(|_| nothing())?, begin.mandate.parse().map_err(|_| nothing())?, purpose))
}

/// Begins a visit in somebody's locker, under a mandate, for a purpose in words.
///
/// Four hours at the longest, and no longer than the mandate. Every request of it bears `Consigne-Visit`.
#[utoipa::path(
    post,
    path = "/api/v1/visits",
    operation_id = "begin_visit",
    tag = "mandates",
    request_body = Begin,
    responses(
        (status = 201, description = "It has begun.", body = Visit),
        (status = 403, description = "The second factor was not passed in this session (`/problems/second-factor`)."),
        (status = 404, description = "There is no such mandate, or it gives no rights now (`/problems/not-found`)."),
        (status = 409, description = "The locker is closed (`/problems/locker-closed`)."),
        (status = 422, description = "No purpose (`/problems/bad-field`)."),
    ),
)]
pub async fn begin(State(site): State<Site>, visitor: Visitor, body: Result<Json<Begin>, JsonRejection>) -> Response {
    let begin = body.map(|Json(begin)| begin);
    let begin = begin.map_err(|_| LockerError::Field { field: "body", error: FieldError::Missing });
    let visit = match begin.and_then(|begin| asked(&begin)) {
        Ok((locker, mandate, purpose)) => site.lockers().begin_visit(&visitor.caller, locker, mandate, purpose).await,
        Err(error) => site.lockers().who(&visitor.caller).await.and(Err(error)),
    };
    match visit {
        Ok(visit) => (StatusCode::CREATED, Json(Visit::from(&visit))).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Ends a visit.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/visits/{visit}/end",
    operation_id = "end_visit",
    tag = "mandates",
    params(VisitIds),
    responses(
        (status = 204, description = "It is over."),
        (status = 403, description = "It was over already, or the second factor was not passed in this session \
            (`/problems/not-allowed`, `/problems/second-factor`)."),
        (status = 409, description = "The locker is closed (`/problems/locker-closed`)."),
    ),
)]
pub async fn end(State(site): State<Site>, InVisit { visitor, locker, visit }: InVisit) -> Response {
    match site.lockers().end_visit(&visitor.caller, locker, visit).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
