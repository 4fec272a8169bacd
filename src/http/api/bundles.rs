//! `/api/v1/shares/{share}/archive`, `…/merged`: everything that an institution was handed, in one file. `…/receipt`: what was handed over, to
//! whom, when, signed; for its holder too, and as a PDF.

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::content::{answer, body};
use super::shapes::FromHere;
use super::shares::{GivenIds, OnGiven, OnShare, ShareIds, reader};
use crate::http::Site;
use crate::http::printed::{addresses, pdf};
use crate::http::problem;
use crate::locker::{MergedPdf, Pieces, Signed};

/// A receipt, signed (RFC 7515 §7.2.2): `protected.payload.signature` is the same in one line.
#[derive(Serialize, ToSchema)]
pub(super) struct SignedReceipt {
    /// What was handed over, in base64url of JSON (docs/formats/receipt.md).
    payload: String,
    /// The head: `EdDSA`, the key's name in `/oauth/jwks.json`, the type `consigne-receipt+jwt`.
    protected: String,
    /// The signature, in base64url.
    signature: String,
}

fn kept(name: &str) -> [(axum::http::HeaderName, String); 2] {
    [
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'".to_owned()),
    ]
}

/// A signed receipt, to be kept.
pub fn signed(receipt: Signed) -> Response {
    let Signed { payload, protected, signature } = receipt;
    let mut response = (kept("recu-signe.json"), Json(SignedReceipt { payload, protected, signature })).into_response();
    response.headers_mut().insert(CONTENT_TYPE, axum::http::HeaderValue::from_static("application/jose+json"));
    response
}

/// Everything as one ZIP, on its way.
pub fn sent_archive(pieces: Pieces) -> Response {
    let mut out = vec![(CONTENT_TYPE, "application/zip".to_owned())];
    out.extend(kept("papiers-transmis.zip"));
    answer(StatusCode::OK, out, body(pieces))
}

/// Everything as one PDF, on its way.
pub fn sent_merged(merged: MergedPdf) -> Response {
    let mut out = vec![(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_LENGTH, merged.size.to_string())];
    out.extend(kept("papiers-transmis.pdf"));
    answer(StatusCode::OK, out, body(merged.body))
}

/// Fetches everything that your institution was handed, as one ZIP.
///
/// Papers as they were added, a cover sheet in PDF, a list in JSON (docs/formats/bundle.md). Where readings are counted, it takes one for each paper,
/// all or none. Each paper is a line of the holder's journal before its first byte. What the holder has put away meanwhile is left out, and the
/// sheet and the list say so. A stream that breaks off is not whole: the ZIP does not open then.
#[utoipa::path(
    get,
    path = "/api/v1/shares/{share}/archive",
    operation_id = "receive_archive",
    tag = "programs",
    security(("program" = [])),
    params(
        ShareIds,
        ("Consigne-Reader" = Option<String>, Header, description = "For whom you read: a name, in UTF-8 or percent-encoded. The holder reads it in their journal."),
    ),
    responses(
        (status = 200, description = "The ZIP.", body = Vec<u8>, content_type = "application/zip", headers(
            ("Content-Disposition" = String, description = "The name to save it under."),
        )),
        (status = 409, description = "Its holder has paused it (`/problems/share-paused`), or it may not be read as often as it has papers \
            (`/problems/too-few-readings`)."),
        (status = 410, description = "It has ended, was stopped, or was read as often as it may be (`/problems/share-over`)."),
        (status = 422, description = "The reader's name is none (`/problems/bad-field`)."),
    ),
)]
pub async fn archive(State(site): State<Site>, OnShare { visitor, share }: OnShare, headers: HeaderMap) -> Response {
    let fetched = match reader(&headers) {
        Ok(reader) => site.lockers().receive_archive(&visitor.caller, (share, reader), &addresses(&site).home).await,
        // Who has no share there is told so first.
        Err(error) => site.lockers().receive_share(&visitor.caller, share).await.and(Err(error)),
    };
    match fetched {
        Ok(pieces) => sent_archive(pieces),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Fetches everything that your institution was handed, as one PDF.
///
/// A cover sheet, then copies of the papers that are a PDF, JPEG, PNG or WebP, with words across each page: to whom, what for, which day. Anything else,
/// and PDFs that are locked, are in the ZIP alone, and the sheet says so. It takes as many readings, and writes lines, as the ZIP does. It is made
/// before it is sent: that may take some seconds.
#[utoipa::path(
    get,
    path = "/api/v1/shares/{share}/merged",
    operation_id = "receive_merged",
    tag = "programs",
    security(("program" = [])),
    params(
        ShareIds,
        ("Consigne-Reader" = Option<String>, Header, description = "For whom you read: a name, in UTF-8 or percent-encoded. The holder reads it in their journal."),
    ),
    responses(
        (status = 200, description = "The PDF.", body = Vec<u8>, content_type = "application/pdf", headers(
            ("Content-Disposition" = String, description = "The name to save it under."),
        )),
        (status = 409, description = "Its holder has paused it (`/problems/share-paused`), or it may not be read as often as it has papers \
            (`/problems/too-few-readings`)."),
        (status = 410, description = "It has ended, was stopped, or was read as often as it may be (`/problems/share-over`)."),
        (status = 413, description = "It is larger than one PDF is made of: fetch the ZIP (`/problems/too-large-to-merge`)."),
        (status = 422, description = "The reader's name is none (`/problems/bad-field`)."),
        (status = 429, description = "Others are being made, or one for you (`/problems/too-many`). Try again in ten seconds."),
    ),
)]
pub async fn merged(State(site): State<Site>, OnShare { visitor, share }: OnShare, headers: HeaderMap) -> Response {
    let fetched = match reader(&headers) {
        Ok(reader) => site.lockers().receive_merged(&visitor.caller, (share, reader), &addresses(&site).home).await,
        Err(error) => site.lockers().receive_share(&visitor.caller, share).await.and(Err(error)),
    };
    match fetched {
        Ok(merged) => sent_merged(merged),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Fetches the receipt of what your institution was handed, signed: what, with its sums, when, by whom, until when.
///
/// It does not say whether the share still lasts, and a copy replaces no original. The key is in `/oauth/jwks.json`.
#[utoipa::path(
    get,
    path = "/api/v1/shares/{share}/receipt",
    operation_id = "receive_receipt",
    tag = "programs",
    security(("program" = [])),
    params(ShareIds),
    responses(
        (status = 200, description = "The receipt.", body = SignedReceipt, content_type = "application/jose+json"),
        (status = 409, description = "Its holder has paused it (`/problems/share-paused`)."),
        (status = 410, description = "It has ended, was stopped, or was read as often as it may be (`/problems/share-over`)."),
    ),
)]
pub async fn received_receipt(State(site): State<Site>, OnShare { visitor, share }: OnShare) -> Response {
    match site.lockers().received_receipt(&visitor.caller, share, &site.origin()).await {
        Ok(receipt) => signed(receipt),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Makes the receipt of what the holder handed over: what, with its sums, when, to whom, until when. Also of what has ended.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/shares/{share}/receipt",
    operation_id = "share_receipt",
    tag = "requests",
    params(GivenIds),
    responses((status = 200, description = "A PDF (PDF/UA-1, PDF/A-2a).", body = Vec<u8>, content_type = "application/pdf", headers(
        ("Content-Disposition" = String, description = "The name to save it under."),
    ))),
)]
pub async fn receipt(_: FromHere, State(site): State<Site>, on: OnGiven) -> Response {
    let OnGiven { visitor, locker, share } = on;
    match site.lockers().handed_receipt(&visitor.caller, (locker, share), visitor.locale).await {
        Ok(bytes) => pdf("recu", bytes),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// The same, signed: whoever it is shown to can check it with the key in `/oauth/jwks.json`.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/shares/{share}/signed-receipt",
    operation_id = "signed_share_receipt",
    tag = "requests",
    params(GivenIds),
    responses((status = 200, description = "The receipt.", body = SignedReceipt, content_type = "application/jose+json")),
)]
pub async fn signed_receipt(_: FromHere, State(site): State<Site>, on: OnGiven) -> Response {
    let OnGiven { visitor, locker, share } = on;
    match site.lockers().signed_receipt(&visitor.caller, (locker, share), &site.origin()).await {
        Ok(receipt) => signed(receipt),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
