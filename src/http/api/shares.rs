//! `/api/v1/lockers/{locker}/shares`: what a holder has handed over. `/api/v1/shares/{share}`: the same for the institution, with its papers.

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_RANGE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::content::{answer, body, described, headers_of, wanted};
use super::issued::IssuedBy;
use super::shapes::{HASH_ALGORITHM, InLocker, List, LockerIds, id};
use crate::access::ShareChange;
use crate::domain::document::{FieldError, Origin};
use crate::domain::ids::{LockerId, ShareId};
use crate::domain::organisation::Name;
use crate::domain::share::{GonePaper, HandedPaper};
use crate::domain::source::Timestamp;
use crate::http::Site;
use crate::http::openapi::KindCode;
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::locker::sharing::ShareView;
use crate::locker::{LockerError, Reading, Wanted};

/// The header in which an institution's program says for whom it reads.
pub(super) const READER_HEADER: &str = "consigne-reader";

/// A paper that was handed over.
#[derive(Serialize, ToSchema)]
pub(super) struct Handed {
    /// Its place: `/api/v1/shares/{share}/papers/{place}/content`.
    place: u16,
    /// Which piece of the request it answers, from 0.
    piece: u16,
    title: String,
    #[schema(value_type = KindCode)]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    issued_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    expires_on: Option<String>,
    file_name: String,
    media_type: String,
    /// In bytes.
    size: u64,
    hash_algorithm: &'static str,
    /// Of the content.
    sha256: String,
    /// When that version came in (RFC 3339, UTC).
    #[schema(format = DateTime)]
    deposited_at: String,
    /// `brought`; `original_seen`: an aidant has seen the original; `issued`: deposited by the institution that issued it.
    #[schema(value_type = String)]
    origin: Origin,
    /// Who issued it, and as what.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    issued: Option<IssuedBy>,
}

impl From<&HandedPaper> for Handed {
    fn from(paper: &HandedPaper) -> Self {
        Self {
            place: paper.place,
            piece: paper.piece,
            title: paper.title.as_str().to_owned(),
            kind: paper.kind.code(),
            issued_on: paper.issued_on.map(|day| day.to_string()),
            expires_on: paper.expires_on.map(|day| day.to_string()),
            file_name: paper.file_name.as_str().to_owned(),
            media_type: paper.media_type.clone(),
            size: paper.size,
            hash_algorithm: HASH_ALGORITHM,
            sha256: paper.sha256.to_string(),
            deposited_at: Timestamp::from_micros(paper.deposited_at).rfc3339(),
            origin: paper.origin,
            issued: paper.issued.as_deref().map(|issued| IssuedBy::of(issued, &paper.sha256)),
        }
    }
}

/// What was handed over.
#[derive(Serialize, ToSchema)]
pub(super) struct Share {
    #[schema(format = "uuid")]
    id: String,
    /// What it answers, if it answers a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid", nullable = false)]
    request: Option<String>,
    /// `active`, `paused`, `stopped`, `over`; `used`: read as often as it may be.
    status: &'static str,
    /// To whom, if it is an institution.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    institution: Option<String>,
    /// To whom, if it is somebody who has a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    recipient: Option<String>,
    /// Whose papers: shown to the institution.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    holder: Option<String>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    purpose: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reference: Option<String>,
    /// When it was given (RFC 3339, UTC).
    #[schema(format = DateTime)]
    from: String,
    /// Until when it may be read.
    #[schema(format = DateTime)]
    until: String,
    /// How often it was read.
    readings: u32,
    /// How often it may be, where that is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    readings_max: Option<u32>,
    /// Pieces that were not given, from 0.
    refused: Vec<u16>,
    papers: Vec<Handed>,
    /// Those that their holder has destroyed since: nothing else of them is kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    destroyed: Vec<Gone>,
    /// What is stored of it is not what the journal says of it. Nobody reads by it, and nothing that describes it is shown.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    not_believed: bool,
}

/// A paper that was handed over, and is destroyed.
#[derive(Serialize, ToSchema)]
struct Gone {
    /// Its place: nothing is read there any more.
    place: u16,
    /// Which piece of the request it answered, from 0.
    piece: u16,
    #[schema(value_type = KindCode)]
    kind: &'static str,
}

impl From<&GonePaper> for Gone {
    fn from(paper: &GonePaper) -> Self {
        Self { place: paper.place, piece: paper.piece, kind: paper.kind.code() }
    }
}

impl Share {
    pub(super) fn of(view: &ShareView, is_received: bool) -> Self {
        let fields = view.fields.as_ref();
        let has_code = view.row.recipient.code().is_some();
        Self {
            id: view.row.share.to_string(),
            request: view.row.recipient.request().map(|request| request.to_string()),
            status: view.status.code(),
            institution: fields.filter(|_| !has_code).map(|fields| fields.institution.as_str().to_owned()),
            recipient: fields.filter(|_| has_code).map(|fields| fields.institution.as_str().to_owned()),
            holder: fields.filter(|_| is_received).map(|fields| fields.holder.as_str().to_owned()),
            purpose: fields.map(|fields| fields.purpose.as_str().to_owned()),
            reference: fields.and_then(|fields| fields.reference.as_ref()).map(|name| name.as_str().to_owned()),
            from: view.row.from.rfc3339(),
            until: view.row.until.rfc3339(),
            readings: view.row.readings,
            readings_max: view.row.readings_max,
            refused: fields.map(|fields| fields.refused.clone()).unwrap_or_default(),
            papers: fields.map(|fields| fields.papers.iter().map(Handed::from).collect()).unwrap_or_default(),
            destroyed: fields.map(|fields| fields.destroyed.iter().map(Gone::from).collect()).unwrap_or_default(),
            not_believed: view.row.is_doubted,
        }
    }
}

/// What the holder has handed over, the newest first: past and present.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/shares",
    operation_id = "list_shares",
    tag = "requests",
    params(LockerIds),
    responses((status = 200, description = "All of them.", body = List<Share>)),
)]
pub async fn list(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().shares(&visitor.caller, locker).await {
        Ok(views) => {
            let items: Vec<Share> = views.iter().map(|view| Share::of(view, false)).collect();
            Json(List { items, next: None }).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// The ids of a share in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct GivenIds {
    /// The locker's id.
    #[param(format = "uuid")]
    locker: String,
    /// The share's id.
    #[param(format = "uuid")]
    share: String,
}

/// The share in an address, and who asks.
pub struct OnGiven {
    pub(super) visitor: Visitor,
    pub(super) locker: LockerId,
    pub(super) share: ShareId,
}

impl FromRequestParts<Site> for OnGiven {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<GivenIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self { locker: id(&ids.locker, &visitor)?, share: id(&ids.share, &visitor)?, visitor })
    }
}

async fn changed(site: &Site, OnGiven { visitor, locker, share }: OnGiven, change: ShareChange) -> Response {
    match site.lockers().change_share(&visitor.caller, (locker, share), change).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Stops it: from this moment on nothing of it is read, whatever was begun.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/shares/{share}/revoke",
    operation_id = "revoke_share",
    tag = "requests",
    params(GivenIds),
    responses(
        (status = 204, description = "It is over."),
        (status = 409, description = "It was stopped already (`/problems/wrong-state`)."),
    ),
)]
pub async fn revoke(State(site): State<Site>, on: OnGiven) -> Response {
    changed(&site, on, ShareChange::Revoke).await
}

/// Pauses it: nothing of it is read until it is resumed.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/shares/{share}/pause",
    operation_id = "pause_share",
    tag = "requests",
    params(GivenIds),
    responses(
        (status = 204, description = "It is paused."),
        (status = 409, description = "It can't be read anyway (`/problems/wrong-state`)."),
    ),
)]
pub async fn pause(State(site): State<Site>, on: OnGiven) -> Response {
    changed(&site, on, ShareChange::Pause).await
}

/// Lets it be read again, until the day that was said. Needs a fresh proof of who they are.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/shares/{share}/resume",
    operation_id = "resume_share",
    tag = "requests",
    params(GivenIds),
    responses(
        (status = 204, description = "It can be read again."),
        (status = 403, description = "It needs a proof of who you are that is at most 5 minutes old (`/problems/sign-in-again`)."),
        (status = 409, description = "It is not paused (`/problems/wrong-state`), or the locker is closed (`/problems/locker-closed`)."),
    ),
)]
pub async fn go_on(State(site): State<Site>, on: OnGiven) -> Response {
    changed(&site, on, ShareChange::Resume).await
}

/// The id of what an institution was handed, in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ShareIds {
    /// The share's id.
    #[param(format = "uuid")]
    share: String,
}

/// The share in an address, and who asks.
pub struct OnShare {
    pub(super) visitor: Visitor,
    pub(super) share: ShareId,
}

impl FromRequestParts<Site> for OnShare {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<ShareIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self { share: id(&ids.share, &visitor)?, visitor })
    }
}

/// What your institution was handed: the list of it. The holder's journal says that you looked.
#[utoipa::path(
    get,
    path = "/api/v1/shares/{share}",
    operation_id = "receive_share",
    tag = "programs",
    security(("program" = [])),
    params(ShareIds),
    responses(
        (status = 200, description = "What it is, and its papers.", body = Share),
        (status = 409, description = "Its holder has paused it (`/problems/share-paused`)."),
        (status = 410, description = "It has ended, was stopped, or was read as often as it may be (`/problems/share-over`)."),
    ),
)]
pub async fn receive(State(site): State<Site>, OnShare { visitor, share }: OnShare) -> Response {
    match site.lockers().receive_share(&visitor.caller, share).await {
        Ok(view) => Json(Share::of(&view, true)).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// One of the papers of a share, in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SharedIds {
    /// The share's id.
    #[param(format = "uuid")]
    share: String,
    /// The paper's place in it, from 1.
    #[param(minimum = 1)]
    place: String,
}

/// The paper in an address, and who asks.
pub struct OnShared {
    pub(super) visitor: Visitor,
    pub(super) share: ShareId,
    pub(super) place: u16,
}

impl FromRequestParts<Site> for OnShared {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<SharedIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        // No paper has the place 0.
        Ok(Self { share: id(&ids.share, &visitor)?, place: ids.place.parse().unwrap_or(0), visitor })
    }
}

/// For whom a program reads, if it says so: UTF-8, as it stands or percent-encoded.
pub(super) fn reader(headers: &HeaderMap) -> Result<Option<Name>, LockerError> {
    let wrong = |error| LockerError::Field { field: "Consigne-Reader", error };
    let Some(value) = headers.get(READER_HEADER) else { return Ok(None) };
    let text = std::str::from_utf8(value.as_bytes()).map_err(|_| wrong(FieldError::Empty))?;
    let decoded = url::form_urlencoded::parse(format!("n={}", text.replace('+', "%2B").replace('&', "%26")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned());
    Name::parse(&decoded.unwrap_or_default()).map(Some).map_err(wrong)
}

/// What is read of a paper, on its way.
pub fn sent(reading: Reading, wanted: Wanted) -> Response {
    let mut out = described(&reading.paper, true);
    out.push((CONTENT_LENGTH, (reading.range.end - reading.range.start).to_string()));
    let status = if wanted == Wanted::Whole {
        StatusCode::OK
    } else {
        let (last, total) = (reading.range.end.saturating_sub(1), reading.paper.file.size);
        out.push((CONTENT_RANGE, format!("bytes {}-{last}/{total}", reading.range.start)));
        StatusCode::PARTIAL_CONTENT
    };
    answer(status, out, body(reading.body))
}

/// Reads one of the papers that your institution was handed. The holder's journal says so before the first byte goes out.
///
/// One range is honoured, as for a holder's own reading; ranges of one paper by one token are one reading, up to as many bytes as it has.
#[utoipa::path(
    get,
    path = "/api/v1/shares/{share}/papers/{place}/content",
    operation_id = "read_shared",
    tag = "programs",
    security(("program" = [])),
    params(
        SharedIds,
        ("Consigne-Reader" = Option<String>, Header, description = "For whom you read: a name, in UTF-8 or percent-encoded. The holder reads it in their journal."),
        ("Range" = Option<String>, Header, example = "bytes=0-9", description = "One range of bytes."),
    ),
    responses(
        (status = 200, description = "The whole content.", body = Vec<u8>, content_type = "*/*", headers(
            ("ETag" = String, description = "The content's SHA-256 in hexadecimal, quoted."),
            ("Repr-Digest" = String, description = "SHA-256 of the whole content (RFC 9530)."),
            ("Content-Disposition" = String, description = "Its file name (RFC 6266)."),
        )),
        (status = 206, description = "The range asked for.", body = Vec<u8>, content_type = "*/*", headers(
            ("Content-Range" = String, description = "Which bytes of how many."),
        )),
        (status = 409, description = "Its holder has paused it (`/problems/share-paused`)."),
        (status = 410, description = "It has ended, was stopped, was read as often as it may be, or its holder has put that paper away \
            (`/problems/share-over`)."),
        (status = 416, description = "The range lies outside the content (`/problems/bad-range`)."),
        (status = 422, description = "The reader's name is none (`/problems/bad-field`)."),
    ),
)]
pub async fn read(
    State(site): State<Site>,
    OnShared { visitor, share, place }: OnShared,
    headers: HeaderMap,
) -> Response {
    let wanted = wanted(&headers);
    let reading = match reader(&headers) {
        Ok(reader) => site.lockers().read_shared(&visitor.caller, (share, place), reader, wanted).await,
        // Who has no share there is told so first.
        Err(error) => site.lockers().receive_share(&visitor.caller, share).await.and(Err(error)),
    };
    match reading {
        Ok(reading) => sent(reading, wanted),
        Err(error @ LockerError::BadRange(size)) => {
            let mut response = problem::of(visitor.locale, &error);
            if let Ok(value) = HeaderValue::from_str(&format!("bytes */{size}")) {
                response.headers_mut().insert(CONTENT_RANGE, value);
            }
            response
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Says what reading the whole content would.
///
/// No reading: where these are counted, it takes none away. The holder's journal says that you looked.
#[utoipa::path(
    head,
    path = "/api/v1/shares/{share}/papers/{place}/content",
    operation_id = "head_shared",
    tag = "programs",
    security(("program" = [])),
    params(SharedIds),
    responses(
        (status = 200, description = "The headers of the whole content.", headers(
            ("ETag" = String, description = "The content's SHA-256 in hexadecimal, quoted."),
            ("Repr-Digest" = String, description = "SHA-256 of the whole content (RFC 9530)."),
        )),
        (status = 409, description = "Its holder has paused it."),
        (status = 410, description = "It has ended, was stopped, was read as often as it may be, or its holder has put that paper away."),
    ),
)]
pub async fn head(State(site): State<Site>, OnShared { visitor, share, place }: OnShared) -> Response {
    match site.lockers().receive_paper(&visitor.caller, (share, place)).await {
        Ok(paper) => {
            let named = (paper.file_name.as_str(), paper.media_type.as_str());
            let mut out = headers_of(named, &paper.sha256, "attachment");
            out.push((CONTENT_LENGTH, paper.size.to_string()));
            answer(StatusCode::OK, out, Body::empty())
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}
