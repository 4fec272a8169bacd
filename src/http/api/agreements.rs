//! Agreements: `/api/v1/lockers/{locker}/agreements` for holders, `/api/v1/agreements` for institutions' programs, which deposit by them.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::documents::RepeatKey;
use super::received::{OnReceived, ReceivedIds};
use super::shapes::{InLocker, List, LockerIds, id};
use crate::domain::document::{Day, FieldError};
use crate::domain::ids::{AgreementId, LockerId};
use crate::http::Site;
use crate::http::issuing::{self, IssueForm};
use crate::http::openapi::KindCode;
use crate::http::parts::InParts;
use crate::http::problem::{self, Problem};
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::agreements::{Agreeing, AgreementView};

/// An agreement, as its holder sees it.
#[derive(Serialize, ToSchema)]
struct Agreement {
    #[schema(format = "uuid")]
    id: String,
    /// `active`: the institution may deposit. `stopped`; `over`: its day has passed.
    status: &'static str,
    /// Who may deposit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    institution: Option<String>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    purpose: Option<String>,
    /// On what law or contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    legal_basis: Option<String>,
    /// Their name for the matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reference: Option<String>,
    /// The kinds of papers that they may deposit.
    #[schema(value_type = Vec<KindCode>)]
    kinds: Vec<&'static str>,
    /// Whether what comes in is hidden from helpers.
    private: bool,
    /// When it was agreed (RFC 3339, UTC).
    #[schema(format = DateTime)]
    from: String,
    /// Until when they may deposit.
    #[schema(format = DateTime)]
    until: String,
    /// Bytes that came in by it, as stored.
    bytes: u64,
    /// What is stored of it is not what the journal says of it. Nothing comes in by it, and nothing that describes it is shown.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    not_believed: bool,
}

impl From<&AgreementView> for Agreement {
    fn from(view: &AgreementView) -> Self {
        let fields = view.fields.as_ref();
        Self {
            id: view.row.agreement.to_string(),
            status: view.status.code(),
            institution: fields.map(|fields| fields.institution.as_str().to_owned()),
            purpose: fields.map(|fields| fields.purpose.as_str().to_owned()),
            legal_basis: fields.map(|fields| fields.legal_basis.as_str().to_owned()),
            reference: fields.and_then(|fields| fields.reference.as_ref()).map(|name| name.as_str().to_owned()),
            kinds: fields.map(|fields| fields.kinds.iter().map(|kind| kind.code()).collect()).unwrap_or_default(),
            private: fields.is_some_and(|fields| fields.private),
            from: view.row.from.rfc3339(),
            until: view.row.until.rfc3339(),
            bytes: view.row.bytes,
            not_believed: view.row.is_doubted,
        }
    }
}

/// An agreement, as its institution sees it.
#[derive(Serialize, ToSchema)]
struct OwnAgreement {
    #[schema(format = "uuid")]
    id: String,
    /// `active`: you may deposit. `stopped`: the person stopped it; `over`: its day has passed, or nothing can be deposited there any more.
    status: &'static str,
    /// The kinds of papers that you may deposit.
    #[schema(value_type = Vec<KindCode>)]
    kinds: Vec<&'static str>,
    /// Until when (RFC 3339, UTC).
    #[schema(format = DateTime)]
    until: String,
}

/// Who may deposit papers in the locker, or could: the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/agreements",
    operation_id = "list_agreements",
    tag = "requests",
    params(LockerIds),
    responses((status = 200, description = "All of them.", body = List<Agreement>)),
)]
pub async fn list(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().agreements(&visitor.caller, locker).await {
        Ok(views) => {
            let items: Vec<Agreement> = views.iter().map(Agreement::from).collect();
            Json(List { items, next: None }).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// What the holder says when they agree.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreed {
    /// The last day, a year ahead at most; as long as the institution asked otherwise.
    #[schema(format = Date, nullable = false)]
    until: Option<String>,
    /// Whether what comes in is hidden from helpers.
    #[serde(default)]
    private: bool,
}

impl Agreed {
    fn read(self) -> Result<Agreeing, LockerError> {
        let until = self.until.as_deref().map(Day::parse).transpose();
        let until = until.map_err(|error| LockerError::Field { field: "until", error })?;
        Ok(Agreeing { until, private: self.private })
    }
}

/// What was agreed.
#[derive(Serialize, ToSchema)]
struct Given {
    /// Its id: to stop it.
    #[schema(format = "uuid")]
    agreement: String,
}

/// Agrees that the institution deposits papers: of the kinds that its request names, until a day.
///
/// Needs a fresh proof of who they are.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/requests/{request}/agree",
    operation_id = "agree_to_request",
    tag = "requests",
    params(ReceivedIds),
    request_body = Agreed,
    responses(
        (status = 201, description = "It may deposit from now on.", body = Given),
        (status = 403, description = "It needs a proof of who you are that is at most 5 minutes old (`/problems/sign-in-again`)."),
        (status = 409, description = "It does not wait for an answer any more, or asks for papers (`/problems/wrong-state`); or the locker \
            is closed (`/problems/locker-closed`)."),
        (status = 422, description = "The day is wrong (`/problems/bad-field`): `field` names it. Nothing was agreed."),
    ),
)]
pub async fn agree(
    State(site): State<Site>,
    OnReceived { visitor, locker, request }: OnReceived,
    body: Result<Json<Agreed>, JsonRejection>,
) -> Response {
    let wrong = LockerError::Field { field: "body", error: FieldError::Missing };
    let read = body.map_err(|_| wrong).and_then(|Json(body)| body.read());
    let given = match read {
        Ok(agreeing) => site.lockers().agree(&visitor.caller, (locker, request), agreeing).await,
        // Who may not see it is told so first.
        Err(error) => match site.lockers().received_request(&visitor.caller, locker, request).await {
            Ok(_) => Err(error),
            Err(refused) => Err(refused),
        },
    };
    match given {
        Ok(agreement) => (StatusCode::CREATED, Json(Given { agreement: agreement.to_string() })).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// The ids of an agreement in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AgreedIds {
    /// The locker's id.
    #[param(format = "uuid")]
    locker: String,
    /// The agreement's id.
    #[param(format = "uuid")]
    agreement: String,
}

/// The agreement in an address, and who asks.
pub struct OnAgreed {
    visitor: Visitor,
    locker: LockerId,
    agreement: AgreementId,
}

impl FromRequestParts<Site> for OnAgreed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<AgreedIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self { locker: id(&ids.locker, &visitor)?, agreement: id(&ids.agreement, &visitor)?, visitor })
    }
}

/// Stops it: from this moment on nothing comes in by it, whatever was begun. What has come in stays.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/agreements/{agreement}/stop",
    operation_id = "stop_agreement",
    tag = "requests",
    params(AgreedIds),
    responses(
        (status = 204, description = "It is over."),
        (status = 409, description = "It was stopped already (`/problems/wrong-state`)."),
    ),
)]
pub async fn stop(State(site): State<Site>, OnAgreed { visitor, locker, agreement }: OnAgreed) -> Response {
    match site.lockers().stop_agreement(&visitor.caller, (locker, agreement)).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// The id of an agreement of an institution, in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AgreementIds {
    /// The agreement's id: that of the request by which you proposed it.
    #[param(format = "uuid")]
    agreement: String,
}

/// The agreement in an address, and who asks.
pub struct OnAgreement {
    visitor: Visitor,
    agreement: AgreementId,
}

impl FromRequestParts<Site> for OnAgreement {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<AgreementIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self { agreement: id(&ids.agreement, &visitor)?, visitor })
    }
}

/// How an agreement of your institution stands.
#[utoipa::path(
    get,
    path = "/api/v1/agreements/{agreement}",
    operation_id = "view_own_agreement",
    tag = "programs",
    security(("program" = [])),
    params(AgreementIds),
    responses((status = 200, description = "What you may deposit, until when.", body = OwnAgreement)),
)]
pub async fn view(State(site): State<Site>, OnAgreement { visitor, agreement }: OnAgreement) -> Response {
    match site.lockers().own_agreement(&visitor.caller, agreement).await {
        Ok(view) => {
            let kinds = view.fields.iter().flat_map(|fields| &fields.kinds).map(|kind| kind.code()).collect();
            let (id, until) = (view.row.agreement.to_string(), view.row.until.rfc3339());
            Json(OwnAgreement { id, status: view.status.code(), kinds, until }).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// A paper that was deposited.
#[derive(Serialize, ToSchema)]
struct IssuedPaper {
    /// Your name for it: it leads nowhere, and nobody else has it.
    #[schema(format = "uuid")]
    id: String,
}

/// Deposits a paper in the locker of the person who agreed to it.
///
/// Two parts, in this order: `metadata`, then `file`. 201 means that it is stored for good, and the person's. The same `Idempotency-Key` again
/// is answered as the first time was. Twenty papers a day, and a bounded part of the locker.
#[utoipa::path(
    post,
    path = "/api/v1/agreements/{agreement}/documents",
    operation_id = "issue_document",
    tag = "programs",
    security(("program" = [])),
    params(
        AgreementIds,
        ("Idempotency-Key" = inline(Option<RepeatKey>), Header, description = "Yours, new for each paper. Sending it again \
            adds nothing, and says what became of the first."),
    ),
    request_body(content = IssueForm, content_type = "multipart/form-data", example = json!({
        "metadata": {"title": "Attestation de paiement", "kind": "logement.bail", "issued_on": "2027-03-03"},
        "file": "Attestation du 3 mars 2027",
    })),
    responses(
        (status = 201, description = "The paper, stored.", body = IssuedPaper, headers(
            ("Idempotency-Replayed" = String, description = "`true` when an earlier request with this key had added it."),
        )),
        (status = 400, description = "The body ends too early or is no multipart inside (`/problems/cut`)."),
        (status = 403, description = "A kind of paper that was not agreed on (`/problems/out-of-agreement`), or the token was made for less \
            (`/problems/scope`)."),
        (status = 408, description = "Nothing came for too long (`/problems/too-slow`)."),
        (status = 410, description = "It was stopped, or has ended (`/problems/agreement-over`)."),
        (status = 413, description = "The file is too large (`/problems/too-large`), or does not fit (`/problems/agreement-full`)."),
        (status = 415, description = "This kind of file is not taken (`/problems/kind-of-file`)."),
        (status = 422, description = "A field is wrong (`/problems/bad-field`), the file is empty (`/problems/empty-file`), not what `sha256` \
            says (`/problems/wrong-hash`) or harmful (`/problems/infected`), the signature is not yours of this paper \
            (`/problems/wrong-signature`), or the key was used for another (`/problems/repeat-key`)."),
        (status = 429, description = "As many came today as may (`/problems/agreement-day`), or too many at once (`/problems/too-many`)."),
    ),
)]
pub async fn deposit(
    State(site): State<Site>,
    OnAgreement { visitor, agreement }: OnAgreement,
    headers: HeaderMap,
    multipart: Result<InParts, axum::extract::multipart::MultipartRejection>,
) -> Response {
    match Box::pin(issuing::receive(&site, &visitor.caller, agreement, &headers, multipart)).await {
        Ok(done) => {
            let replayed = [("idempotency-replayed", if done.replayed { "true" } else { "false" })];
            (StatusCode::CREATED, replayed, Json(IssuedPaper { id: done.id.to_string() })).into_response()
        }
        Err(error) => Problem::from_fault(visitor.locale, &error.fault()).into_response(),
    }
}
