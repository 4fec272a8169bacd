//! The shapes of the API's answers, and the ids in its addresses.

use std::convert::Infallible;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::domain::document::DocumentState;
use crate::domain::ids::{DocumentId, LockerId};
use crate::domain::validity::Standing;
use crate::http::Site;
use crate::http::problem::Problem;
use crate::http::visitor::Visitor;
use crate::locker::views::PaperView;

/// A paper.
#[derive(Debug, Serialize)]
pub struct Document {
    id: String,
    title: String,
    kind: &'static str,
    category: &'static str,
    private: bool,
    whose: crate::domain::document::Whose,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_on: Option<String>,
    /// The last day it is really good, when that is not the printed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    good_until: Option<String>,
    validity: Validity,
    file_name: String,
    /// Bytes of content.
    size: u64,
    hash_algorithm: &'static str,
    sha256: String,
    media_type: String,
    /// The version's id.
    version: String,
    /// The version's number, from 1.
    version_number: u64,
    origin: crate::domain::document::Origin,
    deposited_at: String,
    /// A person's id.
    deposited_by: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    trashed_at: Option<String>,
}

impl From<&PaperView> for Document {
    fn from(paper: &PaperView) -> Self {
        Self {
            id: paper.document.to_string(),
            title: paper.fields.title.as_str().to_owned(),
            kind: paper.fields.kind.code(),
            category: paper.category().code(),
            private: paper.private,
            whose: paper.fields.whose,
            issued_on: paper.fields.issued_on.map(|d| d.to_string()),
            expires_on: paper.fields.expires_on.map(|d| d.to_string()),
            good_until: paper.fields.good_until.map(|d| d.to_string()),
            validity: Validity::from(paper.standing),
            file_name: paper.file.file_name.as_str().to_owned(),
            size: paper.file.size,
            hash_algorithm: HASH_ALGORITHM,
            sha256: paper.file.sha256.to_string(),
            media_type: paper.file.media_type.clone(),
            version: paper.version.to_string(),
            version_number: paper.number,
            origin: paper.file.origin,
            deposited_at: paper.deposited_at.rfc3339(),
            deposited_by: paper.file.deposited_by.0.to_string(),
            state: match paper.state {
                DocumentState::Live => "live",
                DocumentState::Trashed => "trashed",
            },
            trashed_at: paper.trashed_at.map(crate::domain::source::Timestamp::rfc3339),
        }
    }
}

/// Whether a paper is good today, and the last day it is, or was.
#[derive(Debug, Serialize)]
pub struct Validity {
    /// `permanent`, `good`, `ends_soon`, `ended`, `too_old`, `unknown` or `unstated`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl From<Standing> for Validity {
    fn from(standing: Standing) -> Self {
        Self { state: standing.state.code(), until: standing.until.map(|day| day.to_string()) }
    }
}

/// The algorithm of every sum in the API, by its registered name (RFC 9530).
pub const HASH_ALGORITHM: &str = "sha-256";

/// A page of things.
#[derive(Debug, Serialize)]
pub struct List<T> {
    /// The things.
    pub items: Vec<T>,
    /// Pass it as `after` to go on; null at the end.
    pub next: Option<String>,
}

/// The query of an address. One that does not read is `None`: the handler still asks the door first, so that a stranger is
/// answered as a stranger.
pub struct Asked<T>(pub Option<T>);

impl<T: serde::de::DeserializeOwned> FromRequestParts<Site> for Asked<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Infallible> {
        Ok(Self(Query::try_from_uri(&parts.uri).ok().map(|Query(query)| query)))
    }
}

fn id<T: FromStr>(text: &str, visitor: &Visitor) -> Result<T, Response> {
    // What can't be an id is an id of nothing.
    text.parse().map_err(|_| Problem::new(visitor.locale, StatusCode::NOT_FOUND, "not-found").into_response())
}

/// The locker in an address, and who asks.
pub struct InLocker {
    /// Who asks.
    pub visitor: Visitor,
    /// Which locker.
    pub locker: LockerId,
}

impl FromRequestParts<Site> for InLocker {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        #[derive(Deserialize)]
        struct Ids {
            locker: String,
        }
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<Ids> = Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self { locker: id(&ids.locker, &visitor)?, visitor })
    }
}

/// The paper in an address, and who asks.
pub struct OnDocument {
    /// Who asks.
    pub visitor: Visitor,
    /// In which locker.
    pub locker: LockerId,
    /// Which paper.
    pub document: DocumentId,
}

impl FromRequestParts<Site> for OnDocument {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        #[derive(Deserialize)]
        struct Ids {
            locker: String,
            document: String,
        }
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<Ids> = Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self { locker: id(&ids.locker, &visitor)?, document: id(&ids.document, &visitor)?, visitor })
    }
}
