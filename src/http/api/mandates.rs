//! `/api/v1/lockers/{locker}/mandates`: what waits, the holder's answer, the end.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::limits::{OnlyShape, only};
use super::proposing::{JudgmentShape, ScopeShape, TermShape};
use super::shapes::{InLocker, LockerIds, id};
use super::truth::DoneShape;
use crate::domain::help::{Proposed, Signed};
use crate::domain::ids::{LockerId, MandateId};
use crate::domain::mandate::Helper;
use crate::domain::source::Timestamp;
use crate::http::Site;
use crate::http::openapi::ThemeCode;
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::locker::giving::How;
use crate::locker::mandates::{MandateView, ProposalView};

/// The ids of a mandate in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MandateIds {
    /// The locker's id.
    #[param(format = "uuid")]
    locker: String,
    /// The mandate's id, or the proposal's.
    #[param(format = "uuid")]
    mandate: String,
}

/// The mandate in an address, and who asks.
pub struct OnMandate {
    /// Who asks.
    pub visitor: Visitor,
    /// In which locker.
    pub locker: LockerId,
    /// About which mandate, or proposal.
    pub mandate: MandateId,
}

impl FromRequestParts<Site> for OnMandate {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<MandateIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self { locker: id(&ids.locker, &visitor)?, mandate: id(&ids.mandate, &visitor)?, visitor })
    }
}
/// Who would help, with what, for how long, for what.
#[derive(Serialize, ToSchema)]
pub struct What {
    /// The helper's name, as their identity provider writes it.
    helper: String,
    /// The organisation's name; null for a relative.
    organisation: Option<String>,
    /// Whether any active aidant of it helps.
    desk: bool,
    scope: Vec<ScopeShape>,
    term: TermShape,
    #[schema(value_type = ThemeCode)]
    theme: &'static str,
    purpose: String,
    /// The court's decision that it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    judgment: Option<JudgmentShape>,
}

impl From<&Proposed> for What {
    fn from(proposed: &Proposed) -> Self {
        Self {
            helper: proposed.helper.as_str().to_owned(),
            organisation: proposed.organisation.as_ref().map(|name| name.as_str().to_owned()),
            desk: proposed.desk,
            scope: proposed.scope.iter().map(ScopeShape::of).collect(),
            term: TermShape::of(proposed.term),
            theme: proposed.theme.code(),
            purpose: proposed.purpose.as_str().to_owned(),
            judgment: proposed.judgment.as_ref().map(JudgmentShape::of),
        }
    }
}

/// A proposal that waits for the holder's answer.
#[derive(Serialize, ToSchema)]
pub(super) struct Waiting {
    #[schema(format = "uuid")]
    id: String,
    #[serde(flatten)]
    what: What,
    /// `own_session`: the holder answers here. `paper`: it waits for a signed sheet, `judgment` for a court's decision; here both can
    /// only be declined.
    consent: &'static str,
    /// What the holder would agree to, in the reader's language.
    text: String,
    /// Of the text, in UTF-8: what agreeing names.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// How long it waits (RFC 3339, UTC).
    #[schema(format = DateTime)]
    expires_at: String,
}

impl From<&ProposalView> for Waiting {
    fn from(view: &ProposalView) -> Self {
        Self {
            id: view.mandate.to_string(),
            what: What::from(&view.proposed),
            consent: view.basis.consent().code(),
            text: view.text.clone(),
            sha256: view.sha256.to_string(),
            expires_at: view.until.rfc3339(),
        }
    }
}

/// A signed sheet that a second person has confirmed.
#[derive(Serialize, ToSchema)]
struct SignedShape {
    /// Of its photo.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// Who confirmed it, as their identity provider writes their name.
    confirmed_by: String,
}

impl From<&Signed> for SignedShape {
    fn from(signed: &Signed) -> Self {
        Self { sha256: signed.sha256.to_string(), confirmed_by: signed.confirmed_by.as_str().to_owned() }
    }
}

/// A mandate, past or present.
#[derive(Serialize, ToSchema)]
pub(super) struct Mandate {
    #[schema(format = "uuid")]
    id: String,
    /// `active`, `to_come`, `unconfirmed`, `expired` or `ended`.
    status: &'static str,
    /// `aidant`, `desk` or `relative`.
    kind: &'static str,
    /// RFC 3339, UTC.
    #[schema(format = DateTime)]
    from: String,
    /// The first moment after it (RFC 3339, UTC).
    #[schema(format = DateTime)]
    until: String,
    /// When it was stopped (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    ended_at: Option<String>,
    /// How consent was given: `own_session`, `window`, `paper`; `judgment`: a court decided. Others may come.
    consent: &'static str,
    /// When the holder confirmed it, if it was given on paper (RFC 3339, UTC). Until then it is marked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    acknowledged_at: Option<String>,
    /// SHA-256 of the words that were agreed to: what confirming names.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[0-9a-f]{64}$")]
    sha256: Option<String>,
    /// What was signed, and who confirmed it, where it was given on paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    signed: Option<SignedShape>,
    /// What it allows now; null if it does not open.
    what: Option<What>,
    /// The words that were agreed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    text: Option<String>,
    /// The words of what the holder has left of it since.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    narrowed: Option<String>,
    /// Mandates in force of other organisations that reach the same categories.
    overlaps: Vec<String>,
}

impl From<&MandateView> for Mandate {
    fn from(view: &MandateView) -> Self {
        Self {
            id: view.mandate.to_string(),
            status: view.status.code(),
            kind: match view.helper {
                Helper::Aidant(..) => "aidant",
                Helper::Desk(_) => "desk",
                Helper::Relative(_) => "relative",
            },
            from: view.from.rfc3339(),
            until: view.until.rfc3339(),
            ended_at: view.ended_at.map(Timestamp::rfc3339),
            consent: view.consent.code(),
            acknowledged_at: view.acknowledged_at.map(Timestamp::rfc3339),
            sha256: view.agreed.as_ref().map(|agreed| agreed.evidence.sha256.to_string()),
            signed: view.agreed.as_ref().and_then(|agreed| agreed.evidence.sheet.as_ref()).map(SignedShape::from),
            what: view.agreed.as_ref().map(|agreed| {
                let scope = agreed.scope().iter().map(ScopeShape::of).collect();
                What { scope, ..What::from(&agreed.proposed) }
            }),
            narrowed: view
                .agreed
                .as_ref()
                .and_then(|agreed| agreed.narrowed.as_ref())
                .map(|narrowed| narrowed.text.clone()),
            text: view.agreed.as_ref().map(|agreed| agreed.evidence.text.clone()),
            overlaps: view.overlaps.iter().map(ToString::to_string).collect(),
        }
    }
}

/// A mandate in the list, with what was done under it.
#[derive(Serialize, ToSchema)]
struct ListedMandate {
    #[serde(flatten)]
    mandate: Mandate,
    done: DoneShape,
}

/// Everything about help in a locker.
#[derive(Serialize, ToSchema)]
struct Help {
    /// What waits for an answer.
    proposals: Vec<Waiting>,
    /// Every mandate, past and present, the newest first.
    mandates: Vec<ListedMandate>,
    /// Until when the code serves that the holder keeps on paper; null if there is none (RFC 3339, UTC).
    #[schema(format = DateTime)]
    paper_code_expires_at: Option<String>,
    /// The same of the code that they keep for help that a court decides.
    #[schema(format = DateTime)]
    judgment_code_expires_at: Option<String>,
}

/// Shows who may help, who could and who would: every mandate past and present, and what waits for an answer.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/mandates",
    operation_id = "list_mandates",
    tag = "mandates",
    params(LockerIds),
    responses((status = 200, description = "All of it.", body = Help)),
)]
pub async fn list(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().help(&visitor.caller, locker, visitor.locale).await {
        Ok(view) => Json(Help {
            proposals: view.proposals.iter().map(Waiting::from).collect(),
            mandates: view
                .mandates
                .iter()
                .map(|one| ListedMandate { mandate: Mandate::from(one), done: view.done_under(one.mandate).into() })
                .collect(),
            paper_code_expires_at: view.paper_code.map(Timestamp::rfc3339),
            judgment_code_expires_at: view.judgment_code.map(Timestamp::rfc3339),
        })
        .into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// The holder's agreement: the SHA-256 of the text that was shown, and how it was.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Agreement {
    /// As the proposal gives it, in any language.
    #[serde(default)]
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$", required = true)]
    pub(super) accepts: Option<String>,
    /// Whether it was read aloud to the holder.
    #[serde(default)]
    pub(super) read_aloud: bool,
    /// Who translated it for the holder.
    #[serde(default)]
    #[schema(nullable = false, max_length = 120)]
    pub(super) interpreter: Option<String>,
    /// What is left of the proposal, where the holder chooses: the text is then the one that `…/words` gives.
    #[serde(default)]
    only: Vec<OnlyShape>,
}

/// The holder agrees: the mandate begins.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/mandates/{mandate}/consent",
    operation_id = "give_mandate",
    tag = "mandates",
    params(MandateIds),
    request_body = Agreement,
    responses(
        (status = 204, description = "It has begun."),
        (status = 403, description = "It needs a proof of who you are that is at most 5 minutes old (`/problems/sign-in-again`). \
            Send the person to `/auth/holder/login?step_up=1`, then ask again."),
        (status = 409, description = "The locker is closed (`/problems/locker-closed`)."),
        (status = 422, description = "No agreement, or to another text, or the name of who translated is none (`/problems/bad-field`)."),
    ),
)]
pub async fn consent(
    State(site): State<Site>,
    OnMandate { visitor, locker, mandate }: OnMandate,
    body: Result<Json<Agreement>, JsonRejection>,
) -> Response {
    let agreement = body.map(|Json(agreement)| agreement).unwrap_or_default();
    let only = match only(&agreement.only) {
        Ok(only) => only,
        Err(error) => {
            let known = site.lockers().note_unread_answer(&visitor.caller, locker, mandate).await;
            return problem::of(visitor.locale, &known.err().unwrap_or(error));
        }
    };
    let how = How { read_aloud: agreement.read_aloud, interpreter: agreement.interpreter, only };
    let given = site.lockers().give_mandate(&visitor.caller, locker, mandate, agreement.accepts.as_deref(), how).await;
    match given {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// The holder does not agree.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/mandates/{mandate}/decline",
    operation_id = "decline_mandate",
    tag = "mandates",
    params(MandateIds),
    responses((status = 204, description = "It waits no more.")),
)]
pub async fn decline(State(site): State<Site>, OnMandate { visitor, locker, mandate }: OnMandate) -> Response {
    match site.lockers().decline_mandate(&visitor.caller, locker, mandate).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Stops a mandate, at once: by the holder, or by whom it names.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/mandates/{mandate}/revoke",
    operation_id = "revoke_mandate",
    tag = "mandates",
    params(MandateIds),
    responses((status = 204, description = "The very next request under it is refused.")),
)]
pub async fn revoke(State(site): State<Site>, OnMandate { visitor, locker, mandate }: OnMandate) -> Response {
    match site.lockers().revoke_mandate(&visitor.caller, locker, mandate).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// What was stopped.
#[derive(Serialize, ToSchema)]
struct Stopped {
    /// Mandates that were in force.
    stopped: u64,
}

/// Stops all help, at once: every mandate, every proposal, every code.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/mandates/stop",
    operation_id = "stop_help",
    tag = "mandates",
    params(LockerIds),
    responses((status = 200, description = "Nobody helps any more.", body = Stopped)),
)]
pub async fn stop(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().stop_help(&visitor.caller, locker).await {
        Ok(stopped) => Json(Stopped { stopped }).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
