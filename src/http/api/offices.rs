//! `/api/v1/offices/{office}`: what somebody does who acts for an institution, in a session, as an agent in its office. The same as its programs
//! at `/api/v1/requests` and `/api/v1/shares`, with the same answers; lines name them.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::bundles::{self, SignedReceipt};
use super::institutions::{self, Institution};
use super::requests::{self, Made, NewRequest, OnRequest, Request, RequestsQuery};
use super::shapes::{Asked, FromHere, List, id};
use super::shares::{self, OnShare, OnShared, READER_HEADER, Share};
use crate::domain::ids::OrganisationId;
use crate::http::Site;
use crate::http::visitor::Visitor;

/// The id of an office in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfficeIds {
    /// The office's id: that of the organisation where you are an agent.
    #[param(format = "uuid")]
    office: String,
}

/// The office in an address, and who asks: they come for the institution whose office it is.
pub struct InOffice(Visitor);

/// The same visitor, for the institution whose office an address names.
fn within(visitor: Visitor, office: &str) -> Result<Visitor, Response> {
    let office: OrganisationId = id(office, &visitor)?;
    let mut visitor = visitor;
    visitor.caller.office = Some(office);
    Ok(visitor)
}

impl FromRequestParts<Site> for InOffice {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<OfficeIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self(within(visitor, &ids.office)?))
    }
}

/// The ids of a request in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfficeRequestIds {
    /// The office's id.
    #[param(format = "uuid")]
    office: String,
    /// The request's id.
    #[param(format = "uuid")]
    request: String,
}

/// The request in an address, and who asks.
pub struct OnOfficeRequest(OnRequest);

impl FromRequestParts<Site> for OnOfficeRequest {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<OfficeRequestIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        let visitor = within(visitor, &ids.office)?;
        Ok(Self(OnRequest { request: id(&ids.request, &visitor)?, visitor }))
    }
}

/// The ids of a share in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfficeShareIds {
    /// The office's id.
    #[param(format = "uuid")]
    office: String,
    /// The share's id.
    #[param(format = "uuid")]
    share: String,
}

/// The share in an address, and who asks.
pub struct OnOfficeShare(OnShare);

impl FromRequestParts<Site> for OnOfficeShare {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<OfficeShareIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        let visitor = within(visitor, &ids.office)?;
        Ok(Self(OnShare { share: id(&ids.share, &visitor)?, visitor }))
    }
}

/// One of the papers of a share, in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OfficeSharedIds {
    /// The office's id.
    #[param(format = "uuid")]
    office: String,
    /// The share's id.
    #[param(format = "uuid")]
    share: String,
    /// The paper's place in it, from 1.
    #[param(minimum = 1)]
    place: String,
}

/// The paper in an address, and who asks.
pub struct OnOfficeShared(OnShared);

impl FromRequestParts<Site> for OnOfficeShared {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<OfficeSharedIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        let visitor = within(visitor, &ids.office)?;
        // No paper has the place 0.
        let (share, place) = (id(&ids.share, &visitor)?, ids.place.parse().unwrap_or(0));
        Ok(Self(OnShared { visitor, share, place }))
    }
}

/// For whom an agent reads is not theirs to say: their issuer vouches for who they are.
fn without_reader(mut headers: HeaderMap) -> HeaderMap {
    headers.remove(READER_HEADER);
    headers
}

/// What the institution is registered with whose office it is.
#[utoipa::path(
    get,
    path = "/api/v1/offices/{office}",
    operation_id = "office",
    tag = "offices",
    params(OfficeIds),
    responses(
        (status = 200, description = "Name, legal basis, kinds, scopes.", body = Institution),
        (status = 403, description = "The second factor was not passed in this session (`/problems/second-factor`), the institution is suspended \
            (`/problems/institution-suspended`), or is not registered for that (`/problems/scope`)."),
    ),
)]
pub async fn own(_: FromHere, State(site): State<Site>, InOffice(visitor): InOffice) -> Response {
    institutions::own(State(site), visitor).await
}

/// Asks somebody for papers, for the institution.
///
/// It reaches them by the code that you give them: nobody is searched for. The kinds are those that the institution is registered for.
#[utoipa::path(
    post,
    path = "/api/v1/offices/{office}/requests",
    operation_id = "make_office_request",
    tag = "offices",
    params(OfficeIds),
    request_body = NewRequest,
    responses(
        (status = 201, description = "It waits for whoever has its code.", body = Made, headers(
            ("Location" = String, description = "Its address."),
        )),
        (status = 403, description = "The second factor was not passed in this session (`/problems/second-factor`), the institution is suspended \
            (`/problems/institution-suspended`), or is not registered for that (`/problems/scope`)."),
        (status = 422, description = "A field is wrong, or a kind of paper is not registered (`/problems/bad-field`): `field` names it."),
        (status = 429, description = "As many of the institution's requests wait for an answer as may (`/problems/requests-full`): take some back. \
            Or too many refusals (`/problems/too-many`): wait."),
    ),
)]
pub async fn make(
    State(site): State<Site>,
    InOffice(visitor): InOffice,
    body: Result<Json<NewRequest>, JsonRejection>,
) -> Response {
    requests::make(State(site), visitor, body).await
}

/// What the institution has asked for, by its programs and its agents.
#[utoipa::path(
    get,
    path = "/api/v1/offices/{office}/requests",
    operation_id = "list_office_requests",
    tag = "offices",
    params(OfficeIds, RequestsQuery),
    responses(
        (status = 200, description = "A page of requests, in no telling order.", body = List<Request>),
        (status = 400, description = "The query does not read, or has a parameter too many (`/problems/bad-request`): `field` names it."),
        (status = 403, description = "The second factor was not passed in this session (`/problems/second-factor`), the institution is suspended \
            (`/problems/institution-suspended`), or is not registered for that (`/problems/scope`)."),
    ),
)]
pub async fn list(
    _: FromHere,
    State(site): State<Site>,
    InOffice(visitor): InOffice,
    query: Asked<RequestsQuery>,
) -> Response {
    requests::list(State(site), visitor, query).await
}

/// One request of the institution, and how far it has come.
#[utoipa::path(
    get,
    path = "/api/v1/offices/{office}/requests/{request}",
    operation_id = "view_office_request",
    tag = "offices",
    params(OfficeRequestIds),
    responses(
        (status = 200, description = "The request.", body = Request),
        (status = 403, description = "The second factor was not passed in this session (`/problems/second-factor`), the institution is suspended \
            (`/problems/institution-suspended`), or is not registered for that (`/problems/scope`)."),
    ),
)]
pub async fn view(_: FromHere, State(site): State<Site>, OnOfficeRequest(on): OnOfficeRequest) -> Response {
    requests::view(State(site), on).await
}

/// Takes a request of the institution back. What was handed over for it stays with its holder to stop.
#[utoipa::path(
    delete,
    path = "/api/v1/offices/{office}/requests/{request}",
    operation_id = "withdraw_office_request",
    tag = "offices",
    params(OfficeRequestIds),
    responses(
        (status = 204, description = "It can't be answered any more."),
        (status = 403, description = "The second factor was not passed in this session (`/problems/second-factor`), the institution is suspended \
            (`/problems/institution-suspended`), or is not registered for that (`/problems/scope`)."),
        (status = 409, description = "It was answered, declined or taken back, or is over (`/problems/wrong-state`)."),
    ),
)]
pub async fn withdraw(State(site): State<Site>, OnOfficeRequest(on): OnOfficeRequest) -> Response {
    requests::withdraw(State(site), on).await
}

/// What the institution was handed: the list of it. The holder's journal says that you looked, by your name.
#[utoipa::path(
    get,
    path = "/api/v1/offices/{office}/shares/{share}",
    operation_id = "receive_office_share",
    tag = "offices",
    params(OfficeShareIds),
    responses(
        (status = 200, description = "What it is, and its papers.", body = Share),
        (status = 403, description = "The second factor was not passed in this session (`/problems/second-factor`), the institution is suspended \
            (`/problems/institution-suspended`), or is not registered for that (`/problems/scope`)."),
        (status = 409, description = "Its holder has paused it (`/problems/share-paused`)."),
        (status = 410, description = "It has ended, was stopped, or was read as often as it may be (`/problems/share-over`)."),
    ),
)]
pub async fn receive(_: FromHere, State(site): State<Site>, OnOfficeShare(on): OnOfficeShare) -> Response {
    shares::receive(State(site), on).await
}

/// Reads one of the papers that the institution was handed. The holder's journal says so, by your name, before the first byte goes out.
///
/// One range is honoured, as for a holder's own reading; ranges of one paper in one session are one reading.
#[utoipa::path(
    get,
    path = "/api/v1/offices/{office}/shares/{share}/papers/{place}/content",
    operation_id = "read_office_shared",
    tag = "offices",
    params(
        OfficeSharedIds,
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
        (status = 403, description = "The second factor was not passed in this session (`/problems/second-factor`), the institution is suspended \
            (`/problems/institution-suspended`), or is not registered for that (`/problems/scope`)."),
        (status = 409, description = "Its holder has paused it (`/problems/share-paused`)."),
        (status = 410, description = "It has ended, was stopped, was read as often as it may be, or its holder has put that paper away \
            (`/problems/share-over`)."),
        (status = 416, description = "The range lies outside the content (`/problems/bad-range`)."),
    ),
)]
pub async fn read(
    _: FromHere,
    State(site): State<Site>,
    OnOfficeShared(on): OnOfficeShared,
    headers: HeaderMap,
) -> Response {
    shares::read(State(site), on, without_reader(headers)).await
}

/// Fetches everything that the institution was handed, as one ZIP (docs/formats/bundle.md).
///
/// Where readings are counted, it takes one for each paper, all or none. Each paper is a line of the holder's journal before its first byte.
#[utoipa::path(
    get,
    path = "/api/v1/offices/{office}/shares/{share}/archive",
    operation_id = "receive_office_archive",
    tag = "offices",
    params(OfficeShareIds),
    responses(
        (status = 200, description = "The ZIP.", body = Vec<u8>, content_type = "application/zip", headers(
            ("Content-Disposition" = String, description = "The name to save it under."),
        )),
        (status = 403, description = "The second factor was not passed in this session (`/problems/second-factor`), the institution is suspended \
            (`/problems/institution-suspended`), or is not registered for that (`/problems/scope`)."),
        (status = 409, description = "Its holder has paused it (`/problems/share-paused`), or it may not be read as often as it has papers \
            (`/problems/too-few-readings`)."),
        (status = 410, description = "It has ended, was stopped, or was read as often as it may be (`/problems/share-over`)."),
    ),
)]
pub async fn archive(
    _: FromHere,
    State(site): State<Site>,
    OnOfficeShare(on): OnOfficeShare,
    headers: HeaderMap,
) -> Response {
    bundles::archive(State(site), on, without_reader(headers)).await
}

/// Fetches everything that the institution was handed, as one PDF, marked across each page.
///
/// It takes as many readings, and writes as many lines, as the ZIP does. It is made before it is sent: that may take some seconds.
#[utoipa::path(
    get,
    path = "/api/v1/offices/{office}/shares/{share}/merged",
    operation_id = "receive_office_merged",
    tag = "offices",
    params(OfficeShareIds),
    responses(
        (status = 200, description = "The PDF.", body = Vec<u8>, content_type = "application/pdf", headers(
            ("Content-Disposition" = String, description = "The name to save it under."),
        )),
        (status = 403, description = "The second factor was not passed in this session (`/problems/second-factor`), the institution is suspended \
            (`/problems/institution-suspended`), or is not registered for that (`/problems/scope`)."),
        (status = 409, description = "Its holder has paused it (`/problems/share-paused`), or it may not be read as often as it has papers \
            (`/problems/too-few-readings`)."),
        (status = 410, description = "It has ended, was stopped, or was read as often as it may be (`/problems/share-over`)."),
        (status = 413, description = "It is larger than one PDF is made of: fetch the ZIP (`/problems/too-large-to-merge`)."),
        (status = 429, description = "Others are being made, or one for you (`/problems/too-many`). Try again in ten seconds."),
    ),
)]
pub async fn merged(
    _: FromHere,
    State(site): State<Site>,
    OnOfficeShare(on): OnOfficeShare,
    headers: HeaderMap,
) -> Response {
    bundles::merged(State(site), on, without_reader(headers)).await
}

/// Fetches the receipt of what the institution was handed, signed (docs/formats/receipt.md).
#[utoipa::path(
    get,
    path = "/api/v1/offices/{office}/shares/{share}/receipt",
    operation_id = "receive_office_receipt",
    tag = "offices",
    params(OfficeShareIds),
    responses(
        (status = 200, description = "The receipt.", body = SignedReceipt, content_type = "application/jose+json"),
        (status = 403, description = "The second factor was not passed in this session (`/problems/second-factor`), the institution is suspended \
            (`/problems/institution-suspended`), or is not registered for that (`/problems/scope`)."),
        (status = 409, description = "Its holder has paused it (`/problems/share-paused`)."),
        (status = 410, description = "It has ended, was stopped, or was read as often as it may be (`/problems/share-over`)."),
    ),
)]
pub async fn receipt(_: FromHere, State(site): State<Site>, OnOfficeShare(on): OnOfficeShare) -> Response {
    bundles::received_receipt(State(site), on).await
}
