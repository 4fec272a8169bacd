//! `/api/v1/lockers/{locker}/mandates/{mandate}/attestation`: the paper that says who helps, or that help is over.
//! `/api/v1/attestations/check`: what anybody is told of one by its code. `…/receipt`: what was added.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::mandates::{MandateIds, OnMandate};
use super::shapes::{Asked, DocumentIds, FromHere, InLocker, LockerIds, OnDocument};
use crate::domain::ids::VersionId;
use crate::http::Site;
use crate::http::printed::{addresses, pdf};
use crate::http::problem;
use crate::http::visitor::Visitor;

/// Makes the paper that says who helps, for what, until when, and how it stops; of help that is over, the paper that says so.
///
/// For the holder, of any mandate that has begun; for who helps, of the one that their visit is under. French, and below it the reader's
/// language, or the one that consent was given in. Each time it is made is a line; its code stays the same.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/mandates/{mandate}/attestation",
    operation_id = "attest_mandate",
    tag = "mandates",
    params(MandateIds),
    responses(
        (status = 200, description = "A PDF (PDF/UA-1, PDF/A-2a).", body = Vec<u8>, content_type = "application/pdf", headers(
            ("Content-Disposition" = String, description = "The name to save it under."),
        )),
        (status = 409, description = "The mandate has not begun, or waits to be confirmed (`/problems/mandate-to-come`)."),
    ),
)]
pub async fn attest(
    _: FromHere,
    State(site): State<Site>,
    OnMandate { visitor, locker, mandate }: OnMandate,
) -> Response {
    match site.lockers().attest(&visitor.caller, (locker, mandate), visitor.locale, &addresses(&site)).await {
        Ok(bytes) => pdf("attestation", bytes),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// A code, as it is on the paper.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CheckQuery {
    /// Twelve letters and figures; case, spaces and dashes don't matter.
    code: String,
}

/// What is said of such a paper: nothing else is.
#[derive(Serialize, ToSchema)]
struct Checked {
    /// `valid`: that help may be given now. `ended`: it may not, any more or for now. `unknown`: no paper bears that code.
    #[schema(value_type = CheckedCode)]
    status: &'static str,
}

/// The three words.
#[derive(ToSchema)]
#[schema(as = CheckedCode, rename_all = "snake_case")]
#[expect(dead_code, reason = "a shape of the document")]
enum CheckedCode {
    Valid,
    Ended,
    Unknown,
}

/// Checks a paper by its code. Anybody may; thirty times a minute from one place.
///
/// The answer takes as long whatever it is.
#[utoipa::path(
    get,
    path = "/api/v1/attestations/check",
    operation_id = "check_attestation",
    tag = "contract",
    security(()),
    params(CheckQuery),
    responses(
        (status = 200, description = "One of three words.", body = Checked),
        (status = 400, description = "The query does not read, or has a parameter too many (`/problems/bad-request`): `field` names it."),
        (status = 429, description = "Too often from one place (`/problems/too-many`)."),
    ),
)]
pub async fn check(State(site): State<Site>, visitor: Visitor, Asked(query): Asked<CheckQuery>) -> Response {
    let query = match query {
        Ok(query) => query,
        Err(unread) => return unread.told(visitor.locale),
    };
    match site.lockers().check_attestation(&visitor.caller, &query.code).await {
        Ok(said) => Json(Checked { status: said.code() }).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Which version.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReceiptQuery {
    /// A version's id; the newest unless it is given.
    #[param(format = "uuid")]
    version: Option<String>,
}

/// Makes the receipt of a paper that was added: what, when, by whom, how large, its SHA-256.
///
/// For the holder, and for who helps and sees that paper.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/documents/{document}/receipt",
    operation_id = "receipt",
    tag = "documents",
    params(DocumentIds, ReceiptQuery),
    responses(
        (status = 200, description = "A PDF (PDF/UA-1, PDF/A-2a).", body = Vec<u8>, content_type = "application/pdf", headers(
            ("Content-Disposition" = String, description = "The name to save it under."),
        )),
        (status = 400, description = "The query does not read, or has a parameter too many (`/problems/bad-request`): `field` names it."),
    ),
)]
pub async fn receipt(
    _: FromHere,
    State(site): State<Site>,
    OnDocument { visitor, locker, document }: OnDocument,
    Asked(query): Asked<ReceiptQuery>,
) -> Response {
    // Who may not see the paper is told so before what they asked is read.
    let (version, unread) = match query {
        // One that is no id is one of nothing.
        Ok(query) => (query.version.map(|id| id.parse().unwrap_or(VersionId::from_uuid(uuid::Uuid::nil()))), None),
        Err(unread) => (None, Some(unread)),
    };
    match (site.lockers().receipt(&visitor.caller, (locker, document), version, visitor.locale).await, unread) {
        (Err(error), _) => problem::of(visitor.locale, &error),
        (Ok(_), Some(unread)) => unread.told(visitor.locale),
        (Ok(bytes), None) => pdf("recu", bytes),
    }
}

/// Makes the receipt of all that is in the locker today: each paper, when it was added, by whom, how large, its SHA-256.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/receipt",
    operation_id = "receipt_of_all",
    tag = "lockers",
    params(LockerIds),
    responses((status = 200, description = "A PDF (PDF/UA-1, PDF/A-2a).", body = Vec<u8>, content_type = "application/pdf", headers(
        ("Content-Disposition" = String, description = "The name to save it under."),
    ))),
)]
pub async fn receipt_of_all(_: FromHere, State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().receipt_of_all(&visitor.caller, locker, visitor.locale).await {
        Ok(bytes) => pdf("ma-consigne", bytes),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
