//! What a page says of a paper that the scanner has not seen, or found harmful in; and the way to one that is held, whose refusal is
//! told as a page.

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;

use super::{Stop, answer, at_home, paper_id};
use crate::domain::document::VersionFields;
use crate::domain::ids::{DocumentId, LockerId, VersionId};
use crate::domain::scanned::Scanned;
use crate::http::Site;
use crate::http::api::content::given;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::words::{Locale, say};

/// How a page shows a version.
pub(super) struct Shown {
    /// What is said of it.
    pub told: Option<String>,
    /// Whether there is anything to open.
    pub opens: bool,
}

impl Shown {
    pub(super) fn of(locale: Locale, file: &VersionFields, is_holder: bool) -> Self {
        let key = match (file.scanned, is_holder) {
            (Scanned::Never | Scanned::Clean, _) => None,
            (Scanned::NotScanned, _) => Some("scanned-not"),
            (Scanned::Held, _) => Some("scanned-held"),
            (Scanned::Infected, true) => Some("scanned-infected"),
            (Scanned::Infected, false) => Some("scanned-infected-helped"),
        };
        Self { told: key.map(|key| say(locale, key)), opens: file.scanned != Scanned::Infected }
    }
}

/// Where its holder opens a paper, in its newest version or the one named.
pub(super) fn open_at(
    locker: LockerId,
    document: DocumentId,
    file: &VersionFields,
    version: Option<VersionId>,
) -> String {
    let base = match file.scanned {
        Scanned::Held => format!("/papiers/{document}/contenu"),
        _ => format!("/api/v1/lockers/{locker}/documents/{document}/content"),
    };
    version.map_or_else(|| base.clone(), |version| format!("{base}?version={version}"))
}

/// Which version.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    version: Option<String>,
}

/// `GET /papiers/{document}/contenu`: the same bytes as by the API, and a page where they are not to be had.
pub(super) async fn content(
    State(site): State<Site>,
    visitor: Visitor,
    Path(document): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    let read = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let document = paper_id(&document)?;
        let version = wanted.version.as_deref().map(str::parse::<VersionId>).transpose();
        let unknown = LockerError::Refused(crate::domain::entry::Reason::UnknownDocument);
        let version = version.map_err(|_| Stop::Locker(unknown))?;
        Ok(given(&site, &visitor, (locker, document), version, false, &headers).await?)
    };
    answer(&site, visitor.locale, read().await)
}
