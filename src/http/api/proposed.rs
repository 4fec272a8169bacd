//! `/api/v1/proposals`: what somebody has proposed and still waits, for themselves; taking it back.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::List;
use super::sheets::{OnOwn, OwnIds};
use crate::http::Site;
use crate::http::openapi::ThemeCode;
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::locker::proposed::{Awaits, OwnProposal};

/// Something that one has proposed, and that waits.
#[derive(Serialize, ToSchema)]
struct OwnProposalShape {
    /// The mandate's id, once the holder agrees.
    #[schema(format = "uuid")]
    id: String,
    /// Where it waits: `own_session`, for the holder's answer at home; `window`, on this device; `paper`, for a signed sheet;
    /// `judgment`, for a court's decision.
    consent: &'static str,
    /// When it was made (RFC 3339, UTC).
    #[schema(format = DateTime)]
    made_at: String,
    /// How long it waits (RFC 3339, UTC).
    #[schema(format = DateTime)]
    expires_at: String,
    /// As a member of which organisation; null for a relative.
    #[schema(format = "uuid")]
    organisation: Option<String>,
    /// The organisation's name; null for a relative.
    organisation_name: Option<String>,
    #[schema(value_type = ThemeCode)]
    theme: &'static str,
    purpose: String,
}

impl From<&OwnProposal> for OwnProposalShape {
    fn from(own: &OwnProposal) -> Self {
        let there = own.organisation.as_ref();
        Self {
            id: own.mandate.to_string(),
            consent: match own.awaits {
                Awaits::Session => "own_session",
                Awaits::Window(..) => "window",
                Awaits::Sheet(_) => "paper",
                Awaits::Judgment(_) => "judgment",
            },
            made_at: own.made_at.rfc3339(),
            expires_at: own.until.rfc3339(),
            organisation: there.map(|(id, _)| id.to_string()),
            organisation_name: there.map(|(_, name)| name.as_str().to_owned()),
            theme: own.theme.code(),
            purpose: own.purpose.as_str().to_owned(),
        }
    }
}

/// What one has proposed and still waits, the newest first.
///
/// Nothing of the locker is told, nor whose it is. What was declined, or is too old, is not there any more. An aidant's second factor
/// must have been passed.
#[utoipa::path(
    get,
    path = "/api/v1/proposals",
    operation_id = "list_own_proposals",
    tag = "mandates",
    responses((status = 200, description = "What waits.", body = inline(List<OwnProposalShape>))),
)]
pub async fn list(State(site): State<Site>, visitor: Visitor) -> Response {
    match site.lockers().own_proposals(&visitor.caller).await {
        Ok(own) => Json(List { items: own.iter().map(OwnProposalShape::from).collect(), next: None }).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Takes back what one has proposed, before the holder answers. They read in their journal that it was.
///
/// What waits on paper is taken back as a sheet (`refuse_sheet`); a window ends by itself.
#[utoipa::path(
    post,
    path = "/api/v1/proposals/{mandate}/withdraw",
    operation_id = "withdraw_proposal",
    tag = "mandates",
    params(OwnIds),
    responses(
        (status = 204, description = "It waits no more."),
        (status = 403, description = "The second factor was not passed in this session (`/problems/second-factor`)."),
        (status = 404, description = "One has proposed no such thing, or it waits no more (`/problems/not-found`)."),
    ),
)]
pub async fn withdraw(State(site): State<Site>, OnOwn { visitor, mandate }: OnOwn) -> Response {
    match site.lockers().take_back_proposal(&visitor.caller, mandate).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
