//! `/api/v1/requests`: an institution's program asks people for papers, follows what it asked, takes it back. Its agents do the same in their
//! office (`offices`).

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shapes::{Asked, List, id};
use crate::domain::document::{Day, FieldError};
use crate::domain::help::Purpose;
use crate::domain::ids::PaperRequestId;
use crate::domain::organisation::Name;
use crate::domain::request::{Piece, RequestFields, ready};
use crate::domain::taxonomy::Kind;
use crate::http::Site;
use crate::http::openapi::KindCode;
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::requests::{Asking, RequestView};

/// Requests on a page, unless told.
const PAGE: u32 = 50;
/// At most.
const PAGE_MAX: u32 = 200;

/// A piece: so many papers of one of some kinds.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PieceShape {
    /// Any of these will do.
    #[schema(value_type = Vec<KindCode>, min_items = 1, max_items = 12)]
    kinds: Vec<String>,
    /// What you call it, where the kinds don't say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 120)]
    label: Option<String>,
    /// It must have been issued within so many months; by the rule of its kind otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 120)]
    months: Option<u8>,
    /// How many papers. One unless told.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 24)]
    count: u8,
    /// Whether the request can't be answered without it, unless its holder says that they don't give it. True unless told.
    #[serde(default = "yes")]
    mandatory: bool,
}

const fn one() -> u8 {
    1
}

const fn yes() -> bool {
    true
}

const fn wrong(field: &'static str, error: FieldError) -> LockerError {
    LockerError::Field { field, error }
}

impl PieceShape {
    fn read(self) -> Result<Piece, LockerError> {
        let kind = |code: &String| Kind::from_code(code).ok_or(wrong("pieces.kinds", FieldError::UnknownKind));
        let label = self.label.as_deref().map(Name::parse).transpose();
        Ok(Piece {
            kinds: self.kinds.iter().map(kind).collect::<Result<_, _>>()?,
            label: label.map_err(|error| wrong("pieces.label", error))?,
            months: self.months,
            count: self.count,
            mandatory: self.mandatory,
        })
    }
}

impl From<&Piece> for PieceShape {
    fn from(piece: &Piece) -> Self {
        Self {
            kinds: piece.kinds.iter().map(|kind| kind.code().to_owned()).collect(),
            label: piece.label.as_ref().map(|label| label.as_str().to_owned()),
            months: piece.months,
            count: piece.count,
            mandatory: piece.mandatory,
        }
    }
}

/// What an institution asks somebody for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    /// What for, in plain words: the person reads it.
    #[serde(default)]
    #[schema(required = true, max_length = 500)]
    purpose: String,
    /// What is asked for. Or `list`.
    #[serde(default)]
    #[schema(nullable = false, max_items = 30)]
    pieces: Option<Vec<PieceShape>>,
    /// A ready-made list to ask for: `logement`, `rsa`, `titre_sejour`, `cantine`, `handicap`.
    #[serde(default)]
    #[schema(nullable = false)]
    list: Option<String>,
    /// Or the kinds of papers that you ask to deposit, among those that your institution is registered to issue: nothing is asked for then.
    #[serde(default)]
    #[schema(value_type = Option<Vec<KindCode>>, nullable = false, min_items = 1, max_items = 12)]
    deposits: Option<Vec<String>>,
    /// The last day to answer (`YYYY-MM-DD`), a year ahead at most.
    #[serde(default)]
    #[schema(required = true, format = Date)]
    deadline: String,
    /// For how many days you need to read what you are handed, or to deposit, 1 to 365. Its holder may make it less. 90 unless told.
    #[serde(default)]
    #[schema(nullable = false, minimum = 1, maximum = 365)]
    days: Option<u16>,
    /// Your own name for the matter: the person reads it too.
    #[serde(default)]
    #[schema(nullable = false, max_length = 120)]
    reference: Option<String>,
    /// Where your server is told how it goes on: one of the addresses that the operator has registered, exactly.
    #[serde(default)]
    #[schema(nullable = false, format = "uri", max_length = 300)]
    callback: Option<String>,
}

impl NewRequest {
    fn read(self) -> Result<Asking, LockerError> {
        let kind = |code: &String| Kind::from_code(code).ok_or(wrong("deposits.kinds", FieldError::UnknownKind));
        let deposits = self.deposits.iter().flatten().map(kind).collect::<Result<Vec<_>, _>>()?;
        let pieces = match (self.pieces, self.list) {
            (None, None) if !deposits.is_empty() => Vec::new(),
            (None, None) if self.deposits.is_some() => return Err(wrong("deposits.kinds", FieldError::Empty)),
            // One or the other: who agrees to be sent papers hands none over by it.
            _ if self.deposits.is_some() => return Err(wrong("deposits.kinds", FieldError::Otherwise)),
            (Some(pieces), None) => pieces.into_iter().map(PieceShape::read).collect::<Result<Vec<_>, _>>()?,
            (None, Some(list)) => ready(&list).ok_or(wrong("list", FieldError::UnknownKind))?,
            (Some(_), Some(_)) => return Err(wrong("list", FieldError::Otherwise)),
            (None, None) => return Err(wrong("pieces", FieldError::Missing)),
        };
        Ok(Asking {
            purpose: Purpose::parse(&self.purpose).map_err(|error| wrong("purpose", error))?,
            reference: self
                .reference
                .as_deref()
                .map(Name::parse)
                .transpose()
                .map_err(|error| wrong("reference", error))?,
            pieces,
            deposits,
            deadline: Day::parse(&self.deadline).map_err(|error| wrong("deadline", error))?,
            days: self.days.unwrap_or(90),
            callback: self.callback,
        })
    }
}

/// A request, as its institution sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Request {
    #[schema(format = "uuid")]
    id: String,
    /// `waiting`: nobody has typed its code yet. `taken`: somebody has it, and may answer. `answered`, `declined`, `withdrawn`; `over`: the
    /// day to answer has passed.
    status: &'static str,
    /// RFC 3339, UTC.
    #[schema(format = DateTime)]
    made_at: String,
    /// Until when it can be answered.
    #[schema(format = DateTime)]
    until: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    purpose: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reference: Option<String>,
    pieces: Vec<PieceShape>,
    /// Where your server is told how it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri")]
    callback: Option<String>,
    /// The kinds of papers that it asks to deposit. Once it is answered: `/api/v1/agreements/{agreement}`, by this same id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<KindCode>, required = false)]
    deposits: Vec<&'static str>,
    /// What was handed over for it: `/api/v1/shares/{share}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid", nullable = false)]
    share: Option<String>,
}

impl From<&RequestView> for Request {
    fn from(view: &RequestView) -> Self {
        let fields: Option<&RequestFields> = view.fields.as_ref();
        Self {
            id: view.facts.request.to_string(),
            status: view.status.code(),
            made_at: view.facts.made_at.rfc3339(),
            until: view.facts.until.rfc3339(),
            purpose: fields.map(|fields| fields.purpose.as_str().to_owned()),
            reference: fields.and_then(|fields| fields.reference.as_ref()).map(|name| name.as_str().to_owned()),
            pieces: fields.map(|fields| fields.pieces.iter().map(PieceShape::from).collect()).unwrap_or_default(),
            callback: fields.and_then(|fields| fields.callback.as_ref()).map(|one| one.as_str().to_owned()),
            deposits: fields.map(|f| f.deposits.iter().map(|kind| kind.code()).collect()).unwrap_or_default(),
            share: view.facts.share.map(|share| share.to_string()),
        }
    }
}

/// A request that was made. Its code is told now, and never again.
#[derive(Serialize, ToSchema)]
pub(super) struct Made {
    #[schema(format = "uuid")]
    id: String,
    /// What the person types on their own page, or to who helps them. Give it to them, and to nobody else.
    #[schema(pattern = "^[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}$")]
    code: String,
    #[schema(format = DateTime)]
    until: String,
}

/// Asks somebody for papers.
///
/// It reaches them by the code that you give them: nobody is searched for. You may ask for the kinds of papers that your
/// institution is registered for.
#[utoipa::path(
    post,
    path = "/api/v1/requests",
    operation_id = "make_request",
    tag = "programs",
    security(("program" = [])),
    request_body = NewRequest,
    responses(
        (status = 201, description = "It waits for whoever has its code.", body = Made, headers(
            ("Location" = String, description = "Its address."),
        )),
        (status = 422, description = "A field is wrong, or a kind of paper is not registered (`/problems/bad-field`): `field` names it."),
        (status = 429, description = "As many of your institution's requests wait for an answer as may (`/problems/requests-full`): take some back. \
            Or too many refusals (`/problems/too-many`): wait."),
    ),
)]
pub async fn make(
    State(site): State<Site>,
    visitor: Visitor,
    body: Result<Json<NewRequest>, JsonRejection>,
) -> Response {
    let asked = body.map_err(|_| wrong("body", FieldError::Missing)).and_then(|Json(body)| body.read());
    let made = match asked {
        Ok(asking) => site.lockers().make_request(&visitor.caller, asking).await,
        // Who is nobody's program is told so first.
        Err(error) => site.lockers().own_requests(&visitor.caller, None, 1).await.and(Err(error)),
    };
    match made {
        Ok(made) => {
            let id = made.facts.request.to_string();
            let within = visitor.caller.office.map(|office| format!("/offices/{office}")).unwrap_or_default();
            let location = format!("/api/v1{within}/requests/{id}");
            let code = made.code.shown().to_string();
            let made = Made { id, code, until: made.facts.until.rfc3339() };
            (StatusCode::CREATED, [(LOCATION, location)], Json(made)).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Where a page begins, and how long it is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RequestsQuery {
    /// The `next` of the page before.
    #[param(format = "uuid")]
    after: Option<String>,
    /// How many, 200 at most.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// What your institution has asked for.
#[utoipa::path(
    get,
    path = "/api/v1/requests",
    operation_id = "list_own_requests",
    tag = "programs",
    security(("program" = [])),
    params(RequestsQuery),
    responses(
        (status = 200, description = "A page of requests, in no telling order.", body = List<Request>),
        (status = 400, description = "The query does not read, or has a parameter too many (`/problems/bad-request`): `field` names it."),
    ),
)]
pub async fn list(State(site): State<Site>, visitor: Visitor, Asked(query): Asked<RequestsQuery>) -> Response {
    let (after, limit, unread) = match query {
        Ok(query) => {
            // One that is no id is after all of them.
            let after = query.after.map(|id| id.parse().unwrap_or(PaperRequestId::from_uuid(uuid::Uuid::max())));
            (after, query.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX), None)
        }
        Err(unread) => (None, 1, Some(unread)),
    };
    match (site.lockers().own_requests(&visitor.caller, after, limit).await, unread) {
        (Err(error), _) => problem::of(visitor.locale, &error),
        (Ok(_), Some(unread)) => unread.told(visitor.locale),
        (Ok((views, next)), None) => {
            let items: Vec<Request> = views.iter().map(Request::from).collect();
            Json(List { items, next: next.map(|id| id.to_string()) }).into_response()
        }
    }
}

/// The id of a request in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RequestIds {
    /// The request's id.
    #[param(format = "uuid")]
    request: String,
}

/// The request in an address, and who asks.
pub struct OnRequest {
    pub(super) visitor: Visitor,
    pub(super) request: PaperRequestId,
}

impl FromRequestParts<Site> for OnRequest {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<RequestIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self { request: id(&ids.request, &visitor)?, visitor })
    }
}

/// One request, and how far it has come.
#[utoipa::path(
    get,
    path = "/api/v1/requests/{request}",
    operation_id = "view_own_request",
    tag = "programs",
    security(("program" = [])),
    params(RequestIds),
    responses((status = 200, description = "The request.", body = Request)),
)]
pub async fn view(State(site): State<Site>, OnRequest { visitor, request }: OnRequest) -> Response {
    match site.lockers().own_request(&visitor.caller, request).await {
        Ok(view) => Json(Request::from(&view)).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Takes a request back. What was handed over for it stays with its holder to stop.
#[utoipa::path(
    delete,
    path = "/api/v1/requests/{request}",
    operation_id = "withdraw_request",
    tag = "programs",
    security(("program" = [])),
    params(RequestIds),
    responses(
        (status = 204, description = "It can't be answered any more."),
        (status = 409, description = "It was answered, declined or taken back, or is over (`/problems/wrong-state`)."),
    ),
)]
pub async fn withdraw(State(site): State<Site>, OnRequest { visitor, request }: OnRequest) -> Response {
    match site.lockers().withdraw_request(&visitor.caller, request).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
