//! The shapes of the API's answers, and the ids in its addresses.

use std::convert::Infallible;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::issued::IssuedBy;
use crate::domain::acting;
use crate::domain::document::DocumentState;
use crate::domain::ids::{DocumentId, LockerId, VersionId};
use crate::domain::validity::Standing;
use crate::http::Site;
use crate::http::headers::comes_from_elsewhere;
use crate::http::openapi::{CategoryCode, KindCode, ValidityCode, WhoseCode};
use crate::http::problem::Problem;
use crate::http::visitor::Visitor;
use crate::locker::views::PaperView;
use crate::words::Locale;

/// Says of a request that no page of another site led a browser here, to have something made.
pub struct FromHere;

impl FromRequestParts<Site> for FromHere {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        if !comes_from_elsewhere(&parts.headers) {
            return Ok(Self);
        }
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        Err(Problem::new(visitor.locale, StatusCode::FORBIDDEN, "wrong-origin").into_response())
    }
}

/// A paper.
#[derive(Debug, Serialize, ToSchema)]
pub struct Document {
    #[schema(format = "uuid")]
    id: String,
    title: String,
    #[schema(value_type = KindCode)]
    kind: &'static str,
    #[schema(value_type = CategoryCode)]
    category: &'static str,
    /// Outside every mandate.
    private: bool,
    #[schema(value_type = WhoseCode)]
    whose: crate::domain::document::Whose,
    /// The day on the paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    issued_on: Option<String>,
    /// The last day it is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    expires_on: Option<String>,
    /// The last day it is really good, when that is not the printed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    good_until: Option<String>,
    validity: Validity,
    /// The deposited file's, made safe.
    file_name: String,
    /// Bytes of content.
    size: u64,
    /// `sha-256` (RFC 9530).
    hash_algorithm: &'static str,
    /// Of the content, in hexadecimal.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// What the content is, found by looking at it.
    media_type: String,
    /// The version's id.
    #[schema(format = "uuid")]
    version: String,
    /// The version's number, from 1.
    version_number: u64,
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
    /// Whether the version was scanned for harmful content: `clean`, `not_scanned` (the scanner was away, or it is too large), `held`
    /// (the same, and it opens once it was scanned), `infected` (it opens for nobody). Left out where there was no scanner.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    scanned: Option<&'static str>,
    /// When the version was deposited (RFC 3339, UTC).
    #[schema(format = DateTime)]
    deposited_at: String,
    /// A person's id; an institution's, of what was issued.
    #[schema(format = "uuid")]
    deposited_by: String,
    /// `live` or `trashed`.
    state: &'static str,
    /// When it went to the trash (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
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
            origin: paper.file.origin_now(),
            original_seen: paper.file.seen.iter().map(OriginalSeen::from).collect(),
            issued: paper.file.issued.as_deref().map(|issued| IssuedBy::of(issued, &paper.file.sha256)),
            scanned: paper.file.scanned.code(),
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

/// An aidant held the original in their hands, and said that this version shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OriginalSeen {
    /// As their identity provider writes it.
    name: String,
    organisation: String,
    /// A person's id.
    #[schema(format = "uuid")]
    person: String,
    /// RFC 3339, UTC.
    #[schema(format = DateTime)]
    at: String,
}

impl From<&acting::OriginalSeen> for OriginalSeen {
    fn from(seen: &acting::OriginalSeen) -> Self {
        Self {
            name: seen.name.as_str().to_owned(),
            organisation: seen.organisation.as_str().to_owned(),
            person: seen.person.0.to_string(),
            at: seen.at().rfc3339(),
        }
    }
}

/// Whether a paper is good today, and the last day it is, or was.
#[derive(Debug, Serialize, ToSchema)]
pub struct Validity {
    #[schema(value_type = ValidityCode)]
    state: &'static str,
    /// The last day it is good, or was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
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
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// The things.
    pub items: Vec<T>,
    /// Pass it as `after` to go on; null at the end.
    pub next: Option<String>,
}

/// The query of an address. One that does not read is told as such by the handler, which asks the door first, so that a
/// stranger is answered as a stranger. Every query may say `lang`, which `Visitor` reads.
pub struct Asked<T>(pub Result<T, Unread>);

/// A query that does not read.
#[derive(Debug, PartialEq, Eq)]
pub struct Unread {
    /// The parameter in cause, when it is one alone.
    parameter: Option<String>,
}

impl Unread {
    /// As a problem that names the parameter.
    pub fn told(self, locale: Locale) -> Response {
        let problem = Problem::new(locale, StatusCode::BAD_REQUEST, "bad-request");
        Problem { field: self.parameter, ..problem }.into_response()
    }
}

/// The name of a parameter, from its pair as it stands in an address.
fn name_of(pair: &str) -> Option<String> {
    url::form_urlencoded::parse(pair.as_bytes()).next().map(|(name, _)| name.into_owned())
}

fn asked<T: DeserializeOwned>(query: &str) -> Result<T, Unread> {
    let read = |query: &str| {
        let uri = Uri::try_from(format!("/?{query}")).ok()?;
        Query::<T>::try_from_uri(&uri).ok().map(|Query(asked)| asked)
    };
    let pairs: Vec<&str> = query.split('&').filter(|pair| name_of(pair).is_some_and(|name| name != "lang")).collect();
    // No parameter needs another: one that does not read alone is the one that is wrong.
    let wrong = || pairs.iter().find(|pair| read(pair).is_none()).and_then(|pair| name_of(pair));
    read(&pairs.join("&")).ok_or_else(|| Unread { parameter: wrong() })
}

impl<T: DeserializeOwned> FromRequestParts<Site> for Asked<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Infallible> {
        Ok(Self(asked(parts.uri.query().unwrap_or_default())))
    }
}

pub(super) fn id<T: FromStr>(text: &str, visitor: &Visitor) -> Result<T, Response> {
    // What can't be an id is an id of nothing.
    text.parse().map_err(|_| Problem::new(visitor.locale, StatusCode::NOT_FOUND, "not-found").into_response())
}

/// The id of a locker in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct LockerIds {
    /// The locker's id.
    #[param(format = "uuid")]
    locker: String,
}

/// The ids of a paper in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct DocumentIds {
    /// The locker's id.
    #[param(format = "uuid")]
    locker: String,
    /// The paper's id.
    #[param(format = "uuid")]
    document: String,
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
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<LockerIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
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
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<DocumentIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self { locker: id(&ids.locker, &visitor)?, document: id(&ids.document, &visitor)?, visitor })
    }
}

/// The ids of a version in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct VersionIds {
    /// The locker's id.
    #[param(format = "uuid")]
    locker: String,
    /// The paper's id.
    #[param(format = "uuid")]
    document: String,
    /// The version's id.
    #[param(format = "uuid")]
    version: String,
}

/// The version in an address, and who asks.
pub struct OnVersion {
    /// Who asks.
    pub visitor: Visitor,
    /// In which locker.
    pub locker: LockerId,
    /// Of which paper.
    pub document: DocumentId,
    /// Which version.
    pub version: VersionId,
}

impl FromRequestParts<Site> for OnVersion {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<VersionIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        let (locker, document) = (id(&ids.locker, &visitor)?, id(&ids.document, &visitor)?);
        Ok(Self { locker, document, version: id(&ids.version, &visitor)?, visitor })
    }
}
