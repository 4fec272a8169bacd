//! Consent on paper: `/api/v1/mandates/{mandate}/sheet` for who proposes, `/api/v1/organisations/{organisation}/sheets` for a second
//! person of theirs, `/api/v1/lockers/{locker}/mandates/{mandate}/sheet` and `…/acknowledge` for the holder.

use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::mandates::{MandateIds, OnMandate, What};
use super::organisations::{InOrganisation, OrganisationIds};
use super::shapes::{List, id};
use crate::domain::ids::{MandateId, OrganisationId};
use crate::http::Site;
use crate::http::parts::InParts;
use crate::http::photos::{self, PhotoForm};
use crate::http::problem::{self, Problem};
use crate::http::upload::UploadError;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::decisions::Checked;
use crate::locker::sheets::SheetView;
use crate::words::say;

/// The id of a proposal of one's own.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OwnIds {
    /// The proposal's id.
    #[param(format = "uuid")]
    mandate: String,
}

/// The proposal in an address, and who asks.
pub struct OnOwn {
    /// Who asks.
    pub(super) visitor: Visitor,
    /// About which proposal.
    pub(super) mandate: MandateId,
}

impl FromRequestParts<Site> for OnOwn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<OwnIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self { mandate: id(&ids.mandate, &visitor)?, visitor })
    }
}

/// The ids of a sheet in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SheetIds {
    /// The organisation's id.
    #[param(format = "uuid")]
    organisation: String,
    /// The proposal's id.
    #[param(format = "uuid")]
    mandate: String,
}

/// The sheet in an address, and who asks.
pub struct OnSheet {
    visitor: Visitor,
    organisation: OrganisationId,
    mandate: MandateId,
}

impl FromRequestParts<Site> for OnSheet {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<SheetIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self { organisation: id(&ids.organisation, &visitor)?, mandate: id(&ids.mandate, &visitor)?, visitor })
    }
}

/// A photo that was sent.
#[derive(Serialize, ToSchema)]
struct SentShape {
    /// RFC 3339, UTC.
    #[schema(format = DateTime)]
    at: String,
    media_type: String,
    size: u64,
    /// Of the file.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// Whether the words were read aloud to the holder.
    read_aloud: bool,
    /// Who translated them for the holder.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    interpreter: Option<String>,
    /// Of the words and of the photo: what confirming names.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    evidence: String,
}

/// A sheet that waits. Whose locker it is about is not told.
#[derive(Serialize, ToSchema)]
struct Sheet {
    #[schema(format = "uuid")]
    id: String,
    /// What stands on the sheet, to tell it by.
    reference: String,
    #[serde(flatten)]
    what: What,
    /// Whether the reader proposed it.
    own: bool,
    /// What the holder signs: in the reader's language, or in that of the printed sheet once there is a photo.
    text: String,
    /// The language of the words.
    #[schema(value_type = String)]
    locale: &'static str,
    /// Of the text, in UTF-8: what sending the photo names.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// How long it waits (RFC 3339, UTC).
    #[schema(format = DateTime)]
    expires_at: String,
    /// Null as long as no photo was sent.
    sent: Option<SentShape>,
}

impl From<&SheetView> for Sheet {
    fn from(view: &SheetView) -> Self {
        let proposal = &view.proposal;
        Self {
            id: proposal.mandate.to_string(),
            reference: view.reference(),
            what: What::from(&proposal.proposed),
            own: view.is_own,
            text: proposal.text.clone(),
            locale: view.locale.code(),
            sha256: proposal.sha256.to_string(),
            expires_at: proposal.until.rfc3339(),
            sent: view.sent.as_ref().map(|sent| SentShape {
                at: sent.at.rfc3339(),
                media_type: sent.fields.media_type.clone(),
                size: sent.fields.size,
                sha256: sent.fields.sha256.to_string(),
                read_aloud: sent.fields.read_aloud,
                interpreter: sent.fields.interpreter.as_ref().map(|name| name.as_str().to_owned()),
                evidence: sent.evidence.to_string(),
            }),
        }
    }
}

/// Shows what the caller proposed on paper: what is to be printed and signed.
#[utoipa::path(
    get,
    path = "/api/v1/mandates/{mandate}/sheet",
    operation_id = "view_own_sheet",
    tag = "mandates",
    params(OwnIds),
    responses((status = 200, description = "It waits for its photo, or for a second person.", body = Sheet)),
)]
pub async fn own(State(site): State<Site>, OnOwn { visitor, mandate }: OnOwn) -> Response {
    match site.lockers().own_sheet(&visitor.caller, mandate, visitor.locale).await {
        Ok(view) => Json(Sheet::from(&view)).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Sends the photo of the signed sheet. One that was sent before goes.
///
/// At most five times. The holder's journal says each.
#[utoipa::path(
    put,
    path = "/api/v1/mandates/{mandate}/sheet",
    operation_id = "send_sheet",
    tag = "mandates",
    params(OwnIds),
    request_body(content = PhotoForm, content_type = "multipart/form-data"),
    responses(
        (status = 204, description = "It waits for a second person of the organisation."),
        (status = 400, description = "The body ends too early or is no multipart inside (`/problems/cut`)."),
        (status = 403, description = "The second factor was not passed a short while ago (`/problems/second-factor`)."),
        (status = 408, description = "Nothing came for too long (`/problems/too-slow`)."),
        (status = 409, description = "The locker is closed (`/problems/locker-closed`)."),
        (status = 413, description = "The file is too large (`/problems/too-large`)."),
        (status = 415, description = "This kind of file is not taken (`/problems/kind-of-file`)."),
        (status = 422, description = "A field is wrong (`/problems/bad-field`), or the file is empty (`/problems/empty-file`) or harmful \
            (`/problems/infected`)."),
        (status = 503, description = "What looks for harmful content is away (`/problems/scanner-away`), or database, blob store or root key \
            (`/problems/away`). Nothing is kept; try again."),
    ),
)]
pub async fn send(
    State(site): State<Site>,
    OnOwn { visitor, mandate }: OnOwn,
    multipart: Result<InParts, MultipartRejection>,
) -> Response {
    match photos::receive(&site, &visitor.caller, mandate, multipart).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => {
            let told = Problem::from_fault(visitor.locale, &error.fault());
            // A sheet is a photo: papers may be more.
            let is_kind = matches!(error, UploadError::Locker(LockerError::KindOfFile));
            let detail = if is_kind { say(visitor.locale, "sheet-kinds") } else { told.detail.clone() };
            Problem { detail, ..told }.into_response()
        }
    }
}

/// Lists the sheets that wait in an organisation, for its members. The organisation's journal says who looked.
#[utoipa::path(
    get,
    path = "/api/v1/organisations/{organisation}/sheets",
    operation_id = "list_sheets",
    tag = "mandates",
    params(OrganisationIds),
    responses(
        (status = 200, description = "All of them.", body = List<Sheet>),
        (status = 403, description = "No second factor was passed in this session (`/problems/second-factor`)."),
    ),
)]
pub async fn list(State(site): State<Site>, InOrganisation { visitor, organisation }: InOrganisation) -> Response {
    match site.lockers().sheets(&visitor.caller, organisation, visitor.locale).await {
        Ok(views) => {
            Json(List { items: views.iter().map(Sheet::from).collect::<Vec<_>>(), next: None }).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Shows the photo of a sheet to a second person. The holder's journal says so.
#[utoipa::path(
    get,
    path = "/api/v1/organisations/{organisation}/sheets/{mandate}/content",
    operation_id = "view_sheet",
    tag = "mandates",
    params(SheetIds),
    responses(
        (status = 200, description = "The photo.", body = Vec<u8>, content_type = "*/*"),
        (status = 403, description = "It takes another person than who proposed (`/problems/second-person`), or the second factor was \
            not passed a short while ago (`/problems/second-factor`)."),
        (status = 409, description = "No photo was sent yet (`/problems/no-sheet`), it is their own locker (`/problems/own-locker`), or \
            the locker is closed (`/problems/locker-closed`)."),
    ),
)]
pub async fn content(State(site): State<Site>, OnSheet { visitor, organisation, mandate }: OnSheet) -> Response {
    match site.lockers().see_sheet(&visitor.caller, organisation, mandate).await {
        Ok(shown) => photos::served(shown),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// What a second person confirms.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Confirmation {
    /// The evidence that the list gives.
    #[serde(default)]
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$", required = true)]
    accepts: Option<String>,
    /// The holder's family name, as it stands on the sheet or in the court's decision.
    #[serde(default)]
    #[schema(required = true)]
    family_name: String,
    /// Of a court's decision: the protected person's first given name.
    #[serde(default)]
    #[schema(nullable = false)]
    given_name: Option<String>,
    /// Of a court's decision: their day of birth (`YYYY-MM-DD`).
    #[serde(default)]
    #[schema(nullable = false, format = Date)]
    birthdate: Option<String>,
    /// Of a court's decision: `tutelle` or `curatelle`, as the document says.
    #[serde(default)]
    #[schema(nullable = false)]
    measure: Option<String>,
    /// Of a court's decision: whether the document is about the person too.
    #[serde(default)]
    person: bool,
}

/// A second person of the organisation confirms a signed sheet: the mandate begins, for 31 days at the longest. A referent confirms a
/// court's decision: until the day that it names, within five years.
#[utoipa::path(
    post,
    path = "/api/v1/organisations/{organisation}/sheets/{mandate}/confirm",
    operation_id = "confirm_sheet",
    tag = "mandates",
    params(SheetIds),
    request_body = Confirmation,
    responses(
        (status = 204, description = "It has begun. By a signed sheet, it is marked until the holder confirms it."),
        (status = 403, description = "It takes another person than who proposed (`/problems/second-person`), for a court's decision a \
            referent (`/problems/not-allowed`) of an organisation that the operator lets help by one (`/problems/no-judgments`), or the \
            second factor was not passed a short while ago (`/problems/second-factor`)."),
        (status = 409, description = "No photo was sent yet (`/problems/no-sheet`), the holder agreed in a surer way or a court decided already \
            (`/problems/surer-consent`, `/problems/by-judgment`), it is their own locker (`/problems/own-locker`), or the locker is closed \
            (`/problems/locker-closed`)."),
        (status = 422, description = "Not what was sent, or another measure (`/problems/bad-field`), or the name or the day of birth is not the holder's \
            (`/problems/wrong-holder`)."),
    ),
)]
pub async fn confirm(
    State(site): State<Site>,
    OnSheet { visitor, organisation, mandate }: OnSheet,
    body: Result<Json<Confirmation>, JsonRejection>,
) -> Response {
    let body = body.map(|Json(body)| body).unwrap_or_default();
    let checked = Checked {
        accepts: body.accepts.as_deref(),
        family_name: &body.family_name,
        given_name: body.given_name.as_deref().unwrap_or_default(),
        birthdate: body.birthdate.as_deref().unwrap_or_default(),
        measure: body.measure.as_deref().unwrap_or_default(),
        person: body.person,
    };
    match site.lockers().confirm_sheet(&visitor.caller, organisation, mandate, checked).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Turns a sheet down, as a second person; or takes it back, as who proposed. The photo goes.
#[utoipa::path(
    post,
    path = "/api/v1/organisations/{organisation}/sheets/{mandate}/refuse",
    operation_id = "refuse_sheet",
    tag = "mandates",
    params(SheetIds),
    responses(
        (status = 204, description = "It waits no more."),
        (status = 403, description = "No second factor was passed in this session (`/problems/second-factor`)."),
        (status = 409, description = "No photo was sent yet (`/problems/no-sheet`), or it is their own locker (`/problems/own-locker`)."),
    ),
)]
pub async fn refuse(State(site): State<Site>, OnSheet { visitor, organisation, mandate }: OnSheet) -> Response {
    match site.lockers().refuse_sheet(&visitor.caller, organisation, mandate).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Shows the holder the photo of what was signed: of a mandate, or of a proposal that waits.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/mandates/{mandate}/sheet",
    operation_id = "view_signed_sheet",
    tag = "mandates",
    params(MandateIds),
    responses((status = 200, description = "The photo.", body = Vec<u8>, content_type = "*/*")),
)]
pub async fn signed(State(site): State<Site>, OnMandate { visitor, locker, mandate }: OnMandate) -> Response {
    match site.lockers().own_signed_sheet(&visitor.caller, locker, mandate).await {
        Ok(shown) => photos::served(shown),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// The holder's confirmation: the SHA-256 of the words that were signed.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Acknowledgement {
    /// As the list of mandates gives it.
    #[serde(default)]
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$", required = true)]
    accepts: Option<String>,
}

/// The holder confirms a mandate that was given on paper: it is marked no more.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/mandates/{mandate}/acknowledge",
    operation_id = "acknowledge_mandate",
    tag = "mandates",
    params(MandateIds),
    request_body = Acknowledgement,
    responses(
        (status = 204, description = "Confirmed."),
        (status = 403, description = "It needs a proof of who you are that is at most 5 minutes old, and newer than the mandate \
            (`/problems/sign-in-again`)."),
        (status = 409, description = "The locker is closed (`/problems/locker-closed`)."),
        (status = 422, description = "No agreement, or to other words (`/problems/bad-field`)."),
    ),
)]
pub async fn acknowledge(
    State(site): State<Site>,
    OnMandate { visitor, locker, mandate }: OnMandate,
    body: Result<Json<Acknowledgement>, JsonRejection>,
) -> Response {
    let told = body.map(|Json(body)| body).unwrap_or_default();
    match site.lockers().acknowledge_mandate(&visitor.caller, locker, mandate, told.accepts.as_deref()).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
