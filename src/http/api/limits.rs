//! `…/mandates/{mandate}/words`: a proposal as it would be with only some papers. `…/narrow`: taking back some of what a mandate
//! allows. `…/renew`, `…/transfer`: a helper proposes the same again, or that a colleague helps instead.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::mandates::{MandateIds, OnMandate};
use super::proposing::{ScopeShape, TermShape};
use crate::domain::document::FieldError;
use crate::domain::ids::{MandateId, MembershipId};
use crate::domain::mandate::Term;
use crate::domain::source::Timestamp;
use crate::domain::taxonomy::Category;
use crate::http::Site;
use crate::http::openapi::CategoryCode;
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::choosing::Only;
use crate::locker::narrowing::Left;

/// What is left of a category of a proposal.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct OnlyShape {
    #[serde(default)]
    #[schema(value_type = CategoryCode, required = true)]
    category: String,
    /// Only these papers of it; none of it, if there are none.
    #[serde(default)]
    #[schema(required = true)]
    documents: Vec<String>,
}

fn wrong(field: &'static str, error: FieldError) -> LockerError {
    LockerError::Field { field, error }
}

/// Reads a choice.
pub fn only(shapes: &[OnlyShape]) -> Result<Vec<Only>, LockerError> {
    let one = |shape: &OnlyShape| {
        let category = Category::from_code(&shape.category).ok_or(wrong("only", FieldError::UnknownKind))?;
        let documents = shape.documents.iter().map(|id| id.parse().map_err(|_| wrong("only", FieldError::Missing)));
        Ok(Only { category, documents: documents.collect::<Result<_, _>>()? })
    };
    shapes.iter().map(one).collect()
}

/// A choice among a proposal.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Choice {
    #[serde(default)]
    #[schema(required = true)]
    only: Vec<OnlyShape>,
}

/// What the holder would agree to.
#[derive(Serialize, ToSchema)]
struct Words {
    /// In the reader's language.
    text: String,
    /// Of the text, in UTF-8: what agreeing names.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
}

/// Shows what a proposal says with only some papers, chosen by the holder: what they would agree to.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/mandates/{mandate}/words",
    operation_id = "word_mandate",
    tag = "mandates",
    params(MandateIds),
    request_body = Choice,
    responses(
        (status = 200, description = "The words.", body = Words),
        (status = 422, description = "A category that is not proposed, a paper that is not in it or is private, or nothing left \
            (`/problems/bad-field`)."),
    ),
)]
pub async fn words(
    State(site): State<Site>,
    OnMandate { visitor, locker, mandate }: OnMandate,
    body: Result<Json<Choice>, JsonRejection>,
) -> Response {
    let choice = body.map(|Json(choice)| choice).unwrap_or_default();
    let only = match only(&choice.only) {
        Ok(only) => only,
        // The door says no first to whom it must.
        Err(error) => {
            let known = site.lockers().help(&visitor.caller, locker, visitor.locale).await;
            return problem::of(visitor.locale, &known.err().unwrap_or(error));
        }
    };
    match site.lockers().choice_in_words(&visitor.caller, locker, mandate, &only, visitor.locale).await {
        Ok(view) => Json(Words { text: view.text, sha256: view.sha256.to_string() }).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// What is left of a mandate.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Narrowing {
    /// Everything that is still allowed: what is not named is taken back.
    #[serde(default)]
    #[schema(required = true)]
    scope: Vec<ScopeShape>,
    /// An earlier end (RFC 3339, UTC). Left out: as before.
    #[serde(default)]
    #[schema(format = DateTime, nullable = false)]
    until: Option<String>,
}

fn narrowing(body: &Narrowing) -> Result<(Vec<Left>, Option<Term>), LockerError> {
    let one = |shape: &ScopeShape| -> Result<Left, LockerError> {
        let (category, permissions) = shape.read().ok_or(wrong("scope", FieldError::UnknownKind))?;
        let documents = shape.documents().map_err(|error| wrong("scope", error))?;
        Ok(Left { category, permissions, documents })
    };
    let left = body.scope.iter().map(one).collect::<Result<_, LockerError>>()?;
    let until = match body.until.as_deref() {
        Some(text) => Some(Term::Until(Timestamp::parse_rfc3339(text).ok_or(wrong("until", FieldError::NotADate))?)),
        None => None,
    };
    Ok((left, until))
}

/// Takes back some of what a mandate allows: categories, permissions, papers, time. Never more.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/mandates/{mandate}/narrow",
    operation_id = "narrow_mandate",
    tag = "mandates",
    params(MandateIds),
    request_body = Narrowing,
    responses(
        (status = 204, description = "The very next request under it is decided on what is left."),
        (status = 422, description = "It would allow more, as much, or nothing (`/problems/bad-field`)."),
    ),
)]
pub async fn narrow(
    State(site): State<Site>,
    OnMandate { visitor, locker, mandate }: OnMandate,
    body: Result<Json<Narrowing>, JsonRejection>,
) -> Response {
    let body = body.map(|Json(body)| body).unwrap_or_default();
    let (left, until) = match narrowing(&body) {
        Ok(read) => read,
        Err(error) => {
            let known = site.lockers().note_unread_narrowing(&visitor.caller, locker, mandate).await;
            return problem::of(visitor.locale, &known.err().unwrap_or(error));
        }
    };
    let lockers = site.lockers();
    match lockers.narrow_mandate(&visitor.caller, locker, mandate, (&left, until), visitor.locale).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// How long the same help would go on.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Renewal {
    #[serde(default)]
    #[schema(required = true)]
    term: TermShape,
}

/// A helper proposes the same help again, before it ends: for some time from the holder's agreement on.
///
/// Nothing changes before the holder agrees to it, as to any proposal; then the older mandate ends.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/mandates/{mandate}/renew",
    operation_id = "renew_mandate",
    tag = "mandates",
    params(MandateIds),
    request_body = Renewal,
    responses(
        (status = 201, description = "It waits for the holder's answer, for a day.", body = Proposed),
        (status = 403, description = "The second factor was not passed a short while ago (`/problems/second-factor`)."),
        (status = 409, description = "The locker is closed (`/problems/locker-closed`), or a court decided (`/problems/by-judgment`)."),
        (status = 422, description = "The term is wrong (`/problems/bad-field`)."),
    ),
)]
pub async fn renew(
    State(site): State<Site>,
    OnMandate { visitor, locker, mandate }: OnMandate,
    body: Result<Json<Renewal>, JsonRejection>,
) -> Response {
    let body = body.map(|Json(body)| body).unwrap_or_default();
    // A term that does not read is over: said only to whom the mandate names.
    let term = body.term.read().unwrap_or(Term::Until(Timestamp::from_micros(0)));
    made(&visitor, site.lockers().propose_renewal(&visitor.caller, locker, mandate, term).await)
}

fn made(visitor: &Visitor, proposed: Result<MandateId, LockerError>) -> Response {
    match proposed {
        Ok(newer) => (StatusCode::CREATED, Json(Proposed { id: newer.to_string() })).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// To whom.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Transfer {
    /// The colleague's place in the same organisation.
    #[serde(default)]
    #[schema(required = true, format = "uuid")]
    membership: String,
}

/// A proposal that was made.
#[derive(Serialize, ToSchema)]
struct Proposed {
    /// The mandate's id, once the holder agrees.
    #[schema(format = "uuid")]
    id: String,
}

/// A helper proposes that a colleague helps instead, with what the mandate still allows and until its end.
///
/// Nothing changes before the holder agrees to it, as to any proposal; then the helper's own mandate ends.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/mandates/{mandate}/transfer",
    operation_id = "transfer_mandate",
    tag = "mandates",
    params(MandateIds),
    request_body = Transfer,
    responses(
        (status = 201, description = "It waits for the holder's answer, for a day.", body = Proposed),
        (status = 403, description = "The second factor was not passed a short while ago (`/problems/second-factor`), or it is a \
            relative's mandate, or the desk's (`/problems/not-allowed`)."),
        (status = 409, description = "The colleague is the holder, the locker is closed, or a court decided (`/problems/own-locker`, \
            `/problems/locker-closed`, `/problems/by-judgment`)."),
        (status = 422, description = "Not an active aidant of the same organisation (`/problems/bad-field`)."),
    ),
)]
pub async fn transfer(
    State(site): State<Site>,
    OnMandate { visitor, locker, mandate }: OnMandate,
    body: Result<Json<Transfer>, JsonRejection>,
) -> Response {
    let body = body.map(|Json(body)| body).unwrap_or_default();
    // What is not an id is nobody's place.
    let nobody = MembershipId::from_uuid(uuid::Uuid::nil());
    let to = body.membership.parse().unwrap_or(nobody);
    made(&visitor, site.lockers().propose_transfer(&visitor.caller, locker, mandate, to).await)
}
