//! `/api/v1/lockers/{locker}/help-codes`, `…/mandates`: the holder's code, what waits, the answer, the end. `/api/v1/mandates`:
//! proposing to help, by the holder's code.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shapes::{InLocker, LockerIds, id};
use crate::domain::document::FieldError;
use crate::domain::help::{CategoryScope, Proposed, Purpose, TermFields};
use crate::domain::ids::{LockerId, MandateId};
use crate::domain::mandate::{Helper, Permission, Permissions, Term};
use crate::domain::organisation::Name;
use crate::domain::source::Timestamp;
use crate::domain::taxonomy::Category;
use crate::domain::theme::Theme;
use crate::http::Site;
use crate::http::openapi::{CategoryCode, ThemeCode};
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::mandates::{MandateView, ProposalView, Proposing};

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
    visitor: Visitor,
    locker: LockerId,
    mandate: MandateId,
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

/// Permissions on a category.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ScopeShape {
    #[schema(value_type = CategoryCode)]
    category: String,
    /// `list`, `read`, `deposit`, `organise`, `share`: none implies another.
    permissions: Vec<String>,
}

impl ScopeShape {
    /// As it is written down.
    pub fn of(scope: &CategoryScope) -> Self {
        let permissions = Permissions::from_bits(scope.permissions).unwrap_or_default();
        let held = Permission::ALL.iter().filter(|one| permissions.has(**one));
        Self { category: scope.category.clone(), permissions: held.map(|one| one.code().to_owned()).collect() }
    }

    fn read(&self) -> Option<(Category, Permissions)> {
        let named: Option<Vec<Permission>> = self.permissions.iter().map(|code| Permission::from_code(code)).collect();
        Some((Category::from_code(&self.category)?, Permissions::of(named?)))
    }
}

/// How long: one of the three.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct TermShape {
    /// 1, 31, 182 or 365.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    days: Option<u16>,
    /// Until then, within a year (RFC 3339, UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    until: Option<String>,
    /// Only while the holder is present: an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    present: Option<bool>,
}

impl TermShape {
    fn of(term: TermFields) -> Self {
        match term {
            TermFields::Days(days) => Self { days: Some(days), ..Self::default() },
            TermFields::Until(at) => Self { until: Some(Timestamp::from_micros(at).rfc3339()), ..Self::default() },
            TermFields::Present => Self { present: Some(true), ..Self::default() },
        }
    }

    fn read(&self) -> Option<Term> {
        match (self.days, self.until.as_deref(), self.present) {
            (Some(days), None, None) => Some(Term::Days(days)),
            (None, Some(until), None) => Timestamp::parse_rfc3339(until).map(Term::Until),
            (None, None, Some(true)) => Some(Term::Present),
            _ => None,
        }
    }
}

/// What somebody proposes.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Proposal {
    /// As the holder shows it: case, spaces and dashes don't matter.
    #[serde(default)]
    #[schema(required = true, examples("ABCD-EFGH-JKMN"))]
    code: String,
    /// As a member of which organisation. Left out by a relative.
    #[serde(default)]
    #[schema(format = "uuid", nullable = false)]
    organisation: Option<String>,
    /// Whether any active aidant of it is to help.
    #[serde(default)]
    desk: bool,
    #[serde(default)]
    #[schema(required = true)]
    scope: Vec<ScopeShape>,
    #[serde(default)]
    #[schema(required = true)]
    term: TermShape,
    #[serde(default)]
    #[schema(value_type = ThemeCode, required = true)]
    theme: String,
    /// What for, in words.
    #[serde(default)]
    #[schema(required = true, max_length = 500)]
    purpose: String,
}

fn wrong(field: &'static str, error: FieldError) -> LockerError {
    LockerError::Field { field, error }
}

fn proposing(proposal: &Proposal) -> Result<Proposing, LockerError> {
    let organisation = match &proposal.organisation {
        Some(text) => Some(text.parse().map_err(|_| wrong("organisation", FieldError::Missing))?),
        None => None,
    };
    let scope: Option<Vec<_>> = proposal.scope.iter().map(ScopeShape::read).collect();
    Ok(Proposing {
        organisation,
        desk: proposal.desk,
        scope: scope.ok_or(wrong("scope", FieldError::UnknownKind))?,
        term: proposal.term.read().ok_or(wrong("term", FieldError::Missing))?,
        theme: Theme::from_code(&proposal.theme).ok_or(wrong("theme", FieldError::UnknownKind))?,
        purpose: Purpose::parse(&proposal.purpose).map_err(|error| wrong("purpose", error))?,
    })
}

/// A proposal that was made.
#[derive(Serialize, ToSchema)]
struct Made {
    /// The mandate's id, once the holder agrees.
    #[schema(format = "uuid")]
    id: String,
}

/// Proposes to help, by the code that the holder shows.
///
/// Nothing of the locker is told, and nothing opens, before the holder agrees. The code serves once.
#[utoipa::path(
    post,
    path = "/api/v1/mandates",
    operation_id = "propose_mandate",
    tag = "mandates",
    request_body = Proposal,
    responses(
        (status = 201, description = "It waits for the holder's answer, for a day.", body = Made),
        (status = 403, description = "The second factor was not passed a short while ago (`/problems/second-factor`)."),
        (status = 404, description = "Not an active aidant of that organisation (`/problems/not-found`)."),
        (status = 409, description = "It is their own locker (`/problems/own-locker`)."),
        (status = 422, description = "The code is wrong, was used, or is over (`/problems/wrong-code`), or a field is wrong \
            (`/problems/bad-field`)."),
    ),
)]
pub async fn propose(
    State(site): State<Site>,
    visitor: Visitor,
    body: Result<Json<Proposal>, JsonRejection>,
) -> Response {
    let proposal = body.map(|Json(proposal)| proposal).map_err(|_| wrong("body", FieldError::Missing));
    let proposed = match proposal.and_then(|proposal| Ok((proposing(&proposal)?, proposal.code))) {
        Ok((proposing, code)) => site.lockers().propose(&visitor.caller, &code, proposing).await,
        Err(error) => site.lockers().who(&visitor.caller).await.and(Err(error)),
    };
    match proposed {
        Ok(mandate) => (StatusCode::CREATED, Json(Made { id: mandate.to_string() })).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// A code that the holder shows to who is to help.
#[derive(Serialize, ToSchema)]
struct HelpCode {
    /// Shown now and never again; it serves once.
    code: String,
    /// RFC 3339, UTC.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Makes a code that the holder shows to who is to help. Those before serve no more.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/help-codes",
    operation_id = "make_help_code",
    tag = "mandates",
    params(LockerIds),
    responses(
        (status = 201, description = "The code.", body = HelpCode),
        (status = 409, description = "The locker is closed (`/problems/locker-closed`)."),
    ),
)]
pub async fn make_code(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().make_help_code(&visitor.caller, locker).await {
        Ok((code, until)) => {
            let shape = HelpCode { code: code.shown().to_string(), expires_at: until.rfc3339() };
            (StatusCode::CREATED, Json(shape)).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Who would help, with what, for how long, for what.
#[derive(Serialize, ToSchema)]
struct What {
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
        }
    }
}

/// A proposal that waits for the holder's answer.
#[derive(Serialize, ToSchema)]
struct Waiting {
    #[schema(format = "uuid")]
    id: String,
    #[serde(flatten)]
    what: What,
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
            text: view.text.clone(),
            sha256: view.sha256.to_string(),
            expires_at: view.until.rfc3339(),
        }
    }
}

/// A mandate, past or present.
#[derive(Serialize, ToSchema)]
struct Mandate {
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
    /// How consent was given: `own_session`; others may come.
    consent: &'static str,
    /// What was agreed to; null if it does not open.
    what: Option<What>,
    /// The words that were agreed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    text: Option<String>,
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
            what: view.agreed.as_ref().map(|agreed| What::from(&agreed.proposed)),
            text: view.agreed.as_ref().map(|agreed| agreed.evidence.text.clone()),
            overlaps: view.overlaps.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Everything about help in a locker.
#[derive(Serialize, ToSchema)]
struct Help {
    /// What waits for an answer.
    proposals: Vec<Waiting>,
    /// Every mandate, past and present, the newest first.
    mandates: Vec<Mandate>,
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
            mandates: view.mandates.iter().map(Mandate::from).collect(),
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
    accepts: Option<String>,
    /// Whether it was read aloud to the holder.
    #[serde(default)]
    read_aloud: bool,
    /// Who translated it for the holder.
    #[serde(default)]
    #[schema(nullable = false, max_length = 120)]
    interpreter: Option<String>,
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
        (status = 422, description = "No agreement, or to another text (`/problems/bad-field`)."),
    ),
)]
pub async fn consent(
    State(site): State<Site>,
    OnMandate { visitor, locker, mandate }: OnMandate,
    body: Result<Json<Agreement>, JsonRejection>,
) -> Response {
    let agreement = body.map(|Json(agreement)| agreement).unwrap_or_default();
    // A name that is none is left out: consent does not fail for it.
    let interpreter = agreement.interpreter.as_deref().and_then(|name| Name::parse(name).ok());
    let how = (agreement.read_aloud, interpreter);
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
