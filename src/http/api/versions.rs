//! `…/documents/{document}/versions`: the versions of a paper with their technical metadata, and a new one. `…/control`:
//! whether what is kept is what was deposited.

use axum::Json;
use axum::extract::{Multipart, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::documents;
use super::shapes::{HASH_ALGORITHM, InLocker, List, OnDocument};
use crate::http::Site;
use crate::http::problem;
use crate::http::upload::Target;
use crate::locker::LockerError;
use crate::locker::views::{Control, VersionView};
use crate::words::Locale;

/// A version with its technical metadata (NF Z42-020).
#[derive(Serialize)]
struct Version {
    id: String,
    /// From 1; the highest is the newest.
    number: u64,
    file_name: String,
    media_type: String,
    /// Bytes of content.
    size: u64,
    hash_algorithm: &'static str,
    /// Sum of the content.
    sha256: String,
    /// Bytes as stored.
    stored_size: u64,
    /// Sum of what is stored: the one that the deposit's line in the journal names.
    stored_sha256: String,
    origin: crate::domain::document::Origin,
    deposited_at: String,
    /// A person's id.
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
            origin: view.file.origin,
            deposited_at: view.deposited_at.rfc3339(),
            deposited_by: view.file.deposited_by.0.to_string(),
        }
    }
}

/// The versions of a paper, newest first.
pub async fn list(State(site): State<Site>, OnDocument { visitor, locker, document }: OnDocument) -> Response {
    match site.lockers().versions(&visitor.caller, locker, document).await {
        Ok(versions) => {
            let items: Vec<Version> = versions.iter().map(Version::from).collect();
            Json(List { items, next: None }).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// A new version: `metadata` (its dates; may be left out), then `file`. 201 with the paper as it is now.
pub async fn add(
    State(site): State<Site>,
    OnDocument { visitor, locker, document }: OnDocument,
    headers: HeaderMap,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let target = Target { locker, onto: Some(document) };
    documents::received(&site, &visitor, target, &headers, multipart).await
}

/// What was found of one version.
#[derive(Serialize)]
struct Found {
    document: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u64>,
    intact: bool,
}

#[derive(Serialize)]
struct Report {
    /// Whether everything is as it was deposited.
    intact: bool,
    /// Versions checked.
    checked: u64,
    /// Bytes of content read.
    bytes: u64,
    hash_algorithm: &'static str,
    versions: Vec<Found>,
}

fn report(locale: Locale, done: Result<Control, LockerError>) -> Response {
    match done {
        Ok(control) => Json(Report {
            intact: control.is_intact(),
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
        })
        .into_response(),
        Err(error) => problem::of(locale, &error),
    }
}

/// Checks every version of a paper.
pub async fn control(State(site): State<Site>, OnDocument { visitor, locker, document }: OnDocument) -> Response {
    let done = site.lockers().control(&visitor.caller, locker, document).await;
    report(visitor.locale, done)
}

/// Checks every version of every paper.
pub async fn control_all(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    let done = site.lockers().control_all(&visitor.caller, locker).await;
    report(visitor.locale, done)
}
