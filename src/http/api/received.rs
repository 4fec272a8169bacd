//! `/api/v1/lockers/{locker}/requests`: what institutions ask a holder for: taken by its code, looked at, answered or declined.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::requests::PieceShape;
use super::shapes::{InLocker, List, LockerIds, id};
use crate::domain::document::{Day, FieldError};
use crate::domain::ids::{DocumentId, LockerId, PaperRequestId, VersionId};
use crate::domain::request::AnswerFields;
use crate::http::Site;
use crate::http::openapi::KindCode;
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::requests::{Candidate, PieceView, RequestView};
use crate::locker::sharing::{Chosen, HandOver};

/// The code that an institution gave.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestCode {
    /// Twelve letters and figures; case, spaces and dashes don't matter.
    code: String,
}

/// A request, as who received it sees it.
#[derive(Serialize, ToSchema)]
struct Received {
    #[schema(format = "uuid")]
    id: String,
    /// `taken`: it waits for an answer. `answered`, `declined`, `withdrawn`; `over`: the day to answer has passed.
    status: &'static str,
    /// Who asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    institution: Option<String>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    purpose: Option<String>,
    /// On what law or contract they ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    legal_basis: Option<String>,
    /// Their name for the matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reference: Option<String>,
    /// Until when it can be answered (RFC 3339, UTC).
    #[schema(format = DateTime)]
    until: String,
    /// The kinds of papers that they ask to deposit, where they ask for that: it is agreed to, not answered with papers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<KindCode>, required = false)]
    deposits: Vec<&'static str>,
    /// For how many days they want to read what they are handed, or to deposit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    days: Option<u16>,
    /// What it was answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid", nullable = false)]
    share: Option<String>,
}

impl From<&RequestView> for Received {
    fn from(view: &RequestView) -> Self {
        let fields = view.fields.as_ref();
        Self {
            id: view.facts.request.to_string(),
            status: view.status.code(),
            institution: fields.map(|fields| fields.institution.as_str().to_owned()),
            purpose: fields.map(|fields| fields.purpose.as_str().to_owned()),
            legal_basis: fields.map(|fields| fields.legal_basis.as_str().to_owned()),
            reference: fields.and_then(|fields| fields.reference.as_ref()).map(|name| name.as_str().to_owned()),
            until: view.facts.until.rfc3339(),
            deposits: fields.map(|f| f.deposits.iter().map(|kind| kind.code()).collect()).unwrap_or_default(),
            days: fields.map(|fields| fields.days),
            share: view.facts.share.map(|share| share.to_string()),
        }
    }
}

/// A paper that would answer a piece.
#[derive(Serialize, ToSchema)]
struct Answer {
    #[schema(format = "uuid")]
    document: String,
    #[schema(format = "uuid")]
    version: String,
    title: String,
    #[schema(value_type = KindCode)]
    kind: &'static str,
    /// `good`; `unknown`: a date is missing to tell; `too_old`: older than what is asked for; `ended`: its last day is over.
    fit: &'static str,
    /// Whether this very version was handed to the same institution already, and can still be read there.
    handed: bool,
}

impl From<&Candidate> for Answer {
    fn from(one: &Candidate) -> Self {
        Self {
            document: one.document.to_string(),
            version: one.version.to_string(),
            title: one.title.as_str().to_owned(),
            kind: one.kind.code(),
            fit: one.fit.code(),
            handed: one.handed,
        }
    }
}

/// A piece, and the papers that would answer it: the best first.
#[derive(Serialize, ToSchema)]
struct PieceAnswers {
    #[serde(flatten)]
    piece: PieceShape,
    answers: Vec<Answer>,
}

impl From<&PieceView> for PieceAnswers {
    fn from(view: &PieceView) -> Self {
        Self { piece: PieceShape::from(&view.piece), answers: view.candidates.iter().map(Answer::from).collect() }
    }
}

/// A paper that was chosen for a piece, and kept.
#[derive(Serialize, ToSchema)]
struct KeptPaper {
    /// Which piece, from 0.
    piece: u16,
    #[schema(format = "uuid")]
    document: String,
}

/// What was chosen so far. Nothing of it is handed over.
#[derive(Serialize, ToSchema)]
struct Kept {
    papers: Vec<KeptPaper>,
    /// Pieces that are not to be given, from 0.
    refused: Vec<u16>,
    /// The last day on which it may be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    until: Option<String>,
}

impl From<&AnswerFields> for Kept {
    fn from(kept: &AnswerFields) -> Self {
        let papers = kept.papers.iter().map(|one| KeptPaper { piece: one.piece, document: one.document.to_string() });
        Self { papers: papers.collect(), refused: kept.refused.clone(), until: kept.until.map(|day| day.to_string()) }
    }
}

/// A request with what would answer it.
#[derive(Serialize, ToSchema)]
struct ReceivedWhole {
    #[serde(flatten)]
    request: Received,
    pieces: Vec<PieceAnswers>,
    /// What was chosen so far, if it was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    kept: Option<Kept>,
}

/// A request that was taken.
#[derive(Serialize, ToSchema)]
struct TakenRequest {
    #[schema(format = "uuid")]
    id: String,
}

/// Takes a request into the locker, by the code that the institution gave. From then on nobody else can.
///
/// Thirty wrong codes a minute from one place, and there is no answer for a while.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/requests",
    operation_id = "take_request",
    tag = "requests",
    params(LockerIds),
    request_body = RequestCode,
    responses(
        (status = 201, description = "It is in the locker.", body = TakenRequest, headers(
            ("Location" = String, description = "Its address."),
        )),
        (status = 409, description = "The locker is closed (`/problems/locker-closed`)."),
        (status = 422, description = "The code is of no request that waits (`/problems/wrong-code`)."),
    ),
)]
pub async fn take(
    State(site): State<Site>,
    InLocker { visitor, locker }: InLocker,
    body: Result<Json<RequestCode>, JsonRejection>,
) -> Response {
    let code = body.map(|Json(body)| body.code).unwrap_or_default();
    match site.lockers().take_request(&visitor.caller, locker, &code).await {
        Ok(request) => {
            let location = format!("/api/v1/lockers/{locker}/requests/{request}");
            let taken = TakenRequest { id: request.to_string() };
            (StatusCode::CREATED, [(LOCATION, location)], Json(taken)).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// The requests in the locker, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/requests",
    operation_id = "list_requests",
    tag = "requests",
    params(LockerIds),
    responses((status = 200, description = "All of them.", body = List<Received>)),
)]
pub async fn list(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().received_requests(&visitor.caller, locker).await {
        Ok(views) => {
            let items: Vec<Received> = views.iter().map(Received::from).collect();
            Json(List { items, next: None }).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// The ids of a received request in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ReceivedIds {
    /// The locker's id.
    #[param(format = "uuid")]
    locker: String,
    /// The request's id.
    #[param(format = "uuid")]
    request: String,
}

/// The received request in an address, and who asks.
pub struct OnReceived {
    pub(super) visitor: Visitor,
    pub(super) locker: LockerId,
    pub(super) request: PaperRequestId,
}

impl FromRequestParts<Site> for OnReceived {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<ReceivedIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self { locker: id(&ids.locker, &visitor)?, request: id(&ids.request, &visitor)?, visitor })
    }
}

/// One request, with the papers of the locker that would answer each piece.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/requests/{request}",
    operation_id = "view_request",
    tag = "requests",
    params(ReceivedIds),
    responses(
        (status = 200, description = "The request.", body = ReceivedWhole),
        (status = 409, description = "The locker is closed (`/problems/locker-closed`)."),
    ),
)]
pub async fn view(State(site): State<Site>, OnReceived { visitor, locker, request }: OnReceived) -> Response {
    match site.lockers().received_request(&visitor.caller, locker, request).await {
        Ok(received) => {
            let pieces = received.pieces.iter().map(PieceAnswers::from).collect();
            let kept = received.kept.as_ref().map(Kept::from);
            Json(ReceivedWhole { request: Received::from(&received.view), pieces, kept }).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Says no to a request. The institution is told so, and nothing else.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/requests/{request}/decline",
    operation_id = "decline_request",
    tag = "requests",
    params(ReceivedIds),
    responses(
        (status = 204, description = "Declined."),
        (status = 409, description = "It does not wait for an answer any more (`/problems/wrong-state`)."),
    ),
)]
pub async fn decline(State(site): State<Site>, OnReceived { visitor, locker, request }: OnReceived) -> Response {
    match site.lockers().decline_request(&visitor.caller, locker, request).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// What is chosen so far.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Keeping {
    /// The papers.
    #[schema(max_items = 100)]
    papers: Vec<KeptChoice>,
    /// Pieces that are not to be given, from 0.
    #[serde(default)]
    #[schema(max_items = 30)]
    refused: Vec<u16>,
    /// The last day on which it may be read.
    #[schema(format = Date, nullable = false)]
    until: Option<String>,
}

/// A paper for a piece, to be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeptChoice {
    /// Which piece, from 0.
    piece: u16,
    #[schema(format = "uuid")]
    document: String,
}

/// Keeps what is chosen so far, in place of what was kept before. Nothing is handed over.
#[utoipa::path(
    put,
    path = "/api/v1/lockers/{locker}/requests/{request}/kept",
    operation_id = "keep_answer",
    tag = "requests",
    params(ReceivedIds),
    request_body = Keeping,
    responses(
        (status = 204, description = "Kept."),
        (status = 409, description = "It does not wait for an answer any more (`/problems/wrong-state`), or the locker is closed \
            (`/problems/locker-closed`)."),
        (status = 422, description = "A paper is not there, or a field is wrong (`/problems/bad-field`): `field` names it."),
    ),
)]
pub async fn keep(
    State(site): State<Site>,
    OnReceived { visitor, locker, request }: OnReceived,
    body: Result<Json<Keeping>, JsonRejection>,
) -> Response {
    let missing = LockerError::Field { field: "papers", error: FieldError::Missing };
    let chosen = |one: KeptChoice| ChosenPaper { piece: one.piece, document: one.document, version: None };
    let hand = body.map_err(|_| missing).and_then(|Json(Keeping { papers, refused, until })| {
        let papers = papers.into_iter().map(chosen).collect();
        Handing { papers, refused, until, readings: None }.read()
    });
    let kept = match hand {
        Ok(hand) => site.lockers().keep_choices(&visitor.caller, (locker, request), hand).await,
        // Who may not, or what is not there, is told so first: nothing can be of no piece.
        Err(error) => {
            let nothing = HandOver { refused: vec![u16::MAX], ..HandOver::default() };
            match site.lockers().keep_choices(&visitor.caller, (locker, request), nothing).await {
                Err(LockerError::Field { .. }) | Ok(()) => Err(error),
                Err(refused) => Err(refused),
            }
        }
    };
    match kept {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// A paper for a piece.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenPaper {
    /// Which piece, from 0.
    piece: u16,
    #[schema(format = "uuid")]
    document: String,
    /// The version that was looked at: if there is a newer one by now, nothing is handed over.
    #[schema(format = "uuid", nullable = false)]
    version: Option<String>,
}

/// What is handed over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Handing {
    /// The papers.
    #[schema(min_items = 1, max_items = 100)]
    papers: Vec<ChosenPaper>,
    /// Pieces that are not given, from 0: a mandatory one is left out only so.
    #[serde(default)]
    refused: Vec<u16>,
    /// The last day on which it may be read; as long as the institution said otherwise.
    #[schema(format = Date, nullable = false)]
    until: Option<String>,
    /// How often it may be read at most, all papers together; as often as they like otherwise.
    #[schema(nullable = false, minimum = 1, maximum = 10000)]
    readings: Option<u32>,
}

impl Handing {
    fn read(self) -> Result<HandOver, LockerError> {
        let wrong = |field, error| LockerError::Field { field, error };
        let chosen = |one: ChosenPaper| {
            let nothing = || wrong("papers", FieldError::NoSuchPaper);
            Ok::<_, LockerError>(Chosen {
                piece: one.piece,
                document: one.document.parse::<DocumentId>().map_err(|_| nothing())?,
                version: one.version.map(|id| id.parse::<VersionId>().map_err(|_| nothing())).transpose()?,
            })
        };
        let until = self.until.as_deref().map(Day::parse).transpose().map_err(|error| wrong("until", error))?;
        let papers = self.papers.into_iter().map(chosen).collect::<Result<_, _>>()?;
        Ok(HandOver { papers, refused: self.refused, until, readings: self.readings })
    }
}

/// What was handed over.
#[derive(Serialize, ToSchema)]
struct Handed {
    /// Its id: to pause it, to stop it.
    #[schema(format = "uuid")]
    share: String,
}

/// Hands papers over to the institution that asks: each in the version that it has now, for what it asks, until a day.
///
/// Needs a fresh proof of who they are.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/requests/{request}/answer",
    operation_id = "answer_request",
    tag = "requests",
    params(ReceivedIds),
    request_body = Handing,
    responses(
        (status = 201, description = "Handed over.", body = Handed),
        (status = 403, description = "It needs a proof of who you are that is at most 5 minutes old (`/problems/sign-in-again`)."),
        (status = 409, description = "It does not wait for an answer any more (`/problems/wrong-state`), or the locker is closed \
            (`/problems/locker-closed`)."),
        (status = 422, description = "A piece is neither answered nor refused, a paper does not answer it or is not there, or a field is \
            wrong (`/problems/bad-field`): `field` names it. Nothing was handed over."),
    ),
)]
pub async fn answer(
    State(site): State<Site>,
    OnReceived { visitor, locker, request }: OnReceived,
    body: Result<Json<Handing>, JsonRejection>,
) -> Response {
    let missing = LockerError::Field { field: "papers", error: FieldError::Missing };
    let hand = body.map_err(|_| missing).and_then(|Json(body)| body.read());
    let given = match hand {
        Ok(hand) => site.lockers().hand_over(&visitor.caller, (locker, request), hand).await,
        // Who may not, or what is not there, is told so first: an answer of nothing is refused by the door, or as a field.
        Err(error) => match site.lockers().hand_over(&visitor.caller, (locker, request), HandOver::default()).await {
            Err(LockerError::Field { .. }) | Ok(_) => Err(error),
            Err(refused) => Err(refused),
        },
    };
    match given {
        Ok(share) => (StatusCode::CREATED, Json(Handed { share: share.to_string() })).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
