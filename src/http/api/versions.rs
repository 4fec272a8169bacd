//! `…/documents/{document}/versions`: the versions of a paper with their technical metadata, and a new one. `…/control`:
//! whether what is kept is what was deposited.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::documents::{self, RepeatKey};
use super::issued::IssuedBy;
use super::shapes::{Document, DocumentIds, HASH_ALGORITHM, InLocker, List, LockerIds, OnDocument, OriginalSeen};
use crate::http::Site;
use crate::http::described::VersionForm;
use crate::http::parts::InParts;
use crate::http::problem;
use crate::http::upload::Target;
use crate::locker::LockerError;
use crate::locker::views::{Control, VersionView};
use crate::words::Locale;

/// A version with its technical metadata (NF Z42-020).
#[derive(Serialize, ToSchema)]
struct Version {
    #[schema(format = "uuid")]
    id: String,
    /// From 1; the highest is the newest.
    number: u64,
    file_name: String,
    media_type: String,
    /// Bytes of content.
    size: u64,
    /// `sha-256` (RFC 9530).
    hash_algorithm: &'static str,
    /// Sum of the content.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// Bytes as stored.
    stored_size: u64,
    /// Sum of what is stored: the one that the deposit's line in the journal names.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    stored_sha256: String,
    /// `brought`; `original_seen`: brought, and an aidant has seen the original; `issued`: deposited by the institution that issued it.
    #[schema(value_type = String)]
    origin: crate::domain::document::Origin,
    /// Who has seen the original of this version.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    original_seen: Vec<OriginalSeen>,
    /// Who issued it, and as what.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    issued: Option<IssuedBy>,
    /// `clean`, `not_scanned`, `held` or `infected`, as in `Document`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    scanned: Option<&'static str>,
    /// RFC 3339, UTC.
    #[schema(format = DateTime)]
    deposited_at: String,
    /// A person's id; an institution's, of what was issued.
    #[schema(format = "uuid")]
    deposited_by: String,
}

impl From<&VersionView> for Version {
    fn from(view: &VersionView) -> Self {
        Self {
            id: view.version.to_string(),
            number: view.number,
            file_name: view.file.file_name.as_str().to_owned(),
            media_type: view.file.media_type.clone(),
            size: view.file.size,
            hash_algorithm: HASH_ALGORITHM,
            sha256: view.file.sha256.to_string(),
            stored_size: view.stored_size,
            stored_sha256: view.stored_sha256.to_string(),
            origin: view.file.origin_now(),
            original_seen: view.file.seen.iter().map(OriginalSeen::from).collect(),
            issued: view.file.issued.as_deref().map(|issued| IssuedBy::of(issued, &view.file.sha256)),
            scanned: view.file.scanned.code(),
            deposited_at: view.deposited_at.rfc3339(),
            deposited_by: view.file.deposited_by.0.to_string(),
        }
    }
}

/// Lists the versions of a paper, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/documents/{document}/versions",
    operation_id = "list_versions",
    tag = "versions",
    params(DocumentIds),
    responses((status = 200, description = "All of them.", body = inline(List<Version>))),
)]
pub async fn list(State(site): State<Site>, OnDocument { visitor, locker, document }: OnDocument) -> Response {
    match site.lockers().versions(&visitor.caller, locker, document).await {
        Ok(versions) => {
            let items: Vec<Version> = versions.iter().map(Version::from).collect();
            Json(List { items, next: None }).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Adds a version.
///
/// `metadata` (its dates; may be left out), then `file`. Versions that are there stay. Dates that are not told are unknown from
/// now on: the old paper's are not the new one's.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/documents/{document}/versions",
    operation_id = "add_version",
    tag = "versions",
    params(
        DocumentIds,
        ("Idempotency-Key" = inline(Option<RepeatKey>), Header, description = "Yours, new for each version. Sending it again \
            adds nothing, and says what became of the first."),
    ),
    request_body(content = VersionForm, content_type = "multipart/form-data", example = json!({
        "metadata": {"issued_on": "2028-03-03"},
        "file": "Bail du 3 mars 2028",
    })),
    responses(
        (status = 201, description = "The paper as it is now.", body = Document, headers(
            ("Location" = String, description = "The paper's address."),
            ("Idempotency-Replayed" = String, description = "`true` when an earlier request with this key had added it."),
        )),
        (status = 400, description = "The body ends too early or is no multipart inside (`/problems/cut`)."),
        (status = 408, description = "Nothing came for too long (`/problems/too-slow`)."),
        (status = 409, description = "The paper is in the trash (`/problems/wrong-state`)."),
        (status = 410, description = "The key's deposit was made, and its paper destroyed since (`/problems/paper-destroyed`), or \
            the deposit taken back (`/problems/deposit-withdrawn`)."),
        (status = 413, description = "The file is too large (`/problems/too-large`), or the locker full (`/problems/quota`)."),
        (status = 415, description = "This kind of file is not taken (`/problems/kind-of-file`)."),
        (status = 422, description = "A field is wrong (`/problems/bad-field`), the file is empty (`/problems/empty-file`), \
            not what `sha256` says (`/problems/wrong-hash`) or harmful (`/problems/infected`), or the key was used for another (`/problems/repeat-key`)."),
    ),
)]
pub async fn add(
    State(site): State<Site>,
    OnDocument { visitor, locker, document }: OnDocument,
    headers: HeaderMap,
    multipart: Result<InParts, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let target = Target { locker, onto: Some(document) };
    documents::received(&site, &visitor, target, &headers, multipart).await
}

/// What was found of one version; without `version`, of the paper itself: its row does not read, is older than the journal says, or
/// is not there at all.
#[derive(Serialize, ToSchema)]
#[schema(as = ControlledVersion)]
struct Found {
    #[schema(format = "uuid")]
    document: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid", nullable = false)]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    number: Option<u64>,
    intact: bool,
}

/// What an integrity control found.
#[derive(Serialize, ToSchema)]
#[schema(as = Control)]
struct Report {
    /// Whether everything is as it was deposited, and as the journal says.
    intact: bool,
    /// Whether the journal is whole: if not, nothing could be compared with it.
    journal_intact: bool,
    /// Versions checked.
    checked: u64,
    /// Bytes of content read.
    bytes: u64,
    hash_algorithm: &'static str,
    versions: Vec<Found>,
    /// Mandates that are not as the journal says: gone, never given, or from before their end. Only where the whole locker is checked.
    mandates: Vec<String>,
    /// The same of visits.
    visits: Vec<String>,
    /// The same of what was handed over; or read more often than its row says, or with papers that were destroyed since.
    shares: Vec<String>,
    /// The same of what lets institutions deposit; or its row is from before a deposit under it.
    agreements: Vec<String>,
}

fn report(locale: Locale, done: Result<Control, LockerError>) -> Response {
    match done {
        Ok(control) => Json(Report {
            intact: control.is_intact(),
            journal_intact: control.is_journal_intact,
            checked: control.versions.len() as u64,
            bytes: control.bytes,
            hash_algorithm: HASH_ALGORITHM,
            versions: control
                .versions
                .iter()
                .map(|one| Found {
                    document: one.document.to_string(),
                    version: one.version.map(|id| id.to_string()),
                    number: one.number,
                    intact: one.is_intact,
                })
                .collect(),
            mandates: control.mandates.iter().map(ToString::to_string).collect(),
            visits: control.visits.iter().map(ToString::to_string).collect(),
            shares: control.shares.iter().map(ToString::to_string).collect(),
            agreements: control.agreements.iter().map(ToString::to_string).collect(),
        })
        .into_response(),
        Err(error) => problem::of(locale, &error),
    }
}

/// Checks every version of a paper.
///
/// Reads all of it, and compares with the sums of the deposit and with the journal.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/documents/{document}/control",
    operation_id = "control_document",
    tag = "versions",
    params(DocumentIds),
    responses((status = 200, description = "What was found.", body = Report)),
)]
pub async fn control(State(site): State<Site>, OnDocument { visitor, locker, document }: OnDocument) -> Response {
    let done = site.lockers().control(&visitor.caller, locker, document).await;
    report(visitor.locale, done)
}

/// Checks every version of every paper, and what lets helpers in.
///
/// Reads all of it, and compares with the sums of the deposit and with the journal.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/control",
    operation_id = "control_locker",
    tag = "versions",
    params(LockerIds),
    responses((status = 200, description = "What was found.", body = Report)),
)]
pub async fn control_all(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    let done = site.lockers().control_all(&visitor.caller, locker).await;
    report(visitor.locale, done)
}
