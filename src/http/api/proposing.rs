//! `/api/v1/lockers/{locker}/help-codes`: the code that a holder shows. `/api/v1/mandates`: proposing to help, by that code.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes::{InLocker, LockerIds};
use crate::domain::basis::{Basis, CodeKind};
use crate::domain::document::{Day, FieldError};
use crate::domain::help::{CategoryScope, Purpose, TermFields};
use crate::domain::ids::DocumentId;
use crate::domain::judgment::{Judgment, Measure};
use crate::domain::mandate::{Permission, Permissions, Term, USUAL_DAYS};
use crate::domain::organisation::Name;
use crate::domain::source::Timestamp;
use crate::domain::taxonomy::Category;
use crate::domain::theme::Theme;
use crate::http::Site;
use crate::http::openapi::{CategoryCode, ThemeCode};
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::mandates::Proposing;

/// Permissions on a category.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ScopeShape {
    #[schema(value_type = CategoryCode)]
    category: String,
    /// `list`, `read`, `deposit`, `organise`, `share`: none implies another. A relative who leaves them out asks to list and read.
    #[serde(default)]
    permissions: Vec<String>,
    /// Only these papers. Left out: the whole category, papers to come too. `deposit` on single papers is a newer version of one of them: nothing
    /// is added beside them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    documents: Option<Vec<String>>,
}

impl ScopeShape {
    /// As it is written down.
    pub fn of(scope: &CategoryScope) -> Self {
        let permissions = Permissions::from_bits(scope.permissions).unwrap_or_default();
        let held = Permission::ALL.iter().filter(|one| permissions.has(**one));
        Self {
            category: scope.category.clone(),
            permissions: held.map(|one| one.code().to_owned()).collect(),
            documents: scope.papers.clone(),
        }
    }

    /// The single papers that it names; none if one of them is no id.
    pub fn documents(&self) -> Result<Option<Vec<DocumentId>>, FieldError> {
        let ids = |named: &Vec<String>| named.iter().map(|id| id.parse().map_err(|_| FieldError::Missing)).collect();
        self.documents.as_ref().map(ids).transpose()
    }

    /// Both, read; none if either has no meaning.
    pub fn read(&self) -> Option<(Category, Permissions)> {
        let named: Option<Vec<Permission>> = self.permissions.iter().map(|code| Permission::from_code(code)).collect();
        Some((Category::from_code(&self.category)?, Permissions::of(named?)))
    }
}

/// How long: one of the three. A relative who leaves it out asks for 31 days.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct TermShape {
    /// 1, 31, 182 or 365.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    days: Option<u16>,
    /// Until then, within a year, or five by a court's decision (RFC 3339, UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    until: Option<String>,
    /// Only while the holder is present: an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    present: Option<bool>,
}

impl TermShape {
    /// As it is written down.
    pub fn of(term: TermFields) -> Self {
        match term {
            TermFields::Days(days) => Self { days: Some(days), ..Self::default() },
            TermFields::Until(at) => Self { until: Some(Timestamp::from_micros(at).rfc3339()), ..Self::default() },
            TermFields::Present => Self { present: Some(true), ..Self::default() },
        }
    }

    /// Whether nothing is said of it.
    const fn is_left_out(&self) -> bool {
        self.days.is_none() && self.until.is_none() && self.present.is_none()
    }

    /// The term, if it is one.
    pub fn read(&self) -> Option<Term> {
        match (self.days, self.until.as_deref(), self.present) {
            (Some(days), None, None) => Some(Term::Days(days)),
            (None, Some(until), None) => Timestamp::parse_rfc3339(until).map(Term::Until),
            (None, None, Some(true)) => Some(Term::Present),
            _ => None,
        }
    }
}

/// A court's decision.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct JudgmentShape {
    /// `tutelle` or `curatelle`. Under a curatelle nobody tidies or hands over in the person's place.
    #[serde(default)]
    #[schema(required = true)]
    measure: String,
    /// Which court.
    #[serde(default)]
    #[schema(required = true, max_length = 120)]
    court: String,
    /// On which day (`YYYY-MM-DD`).
    #[serde(default)]
    #[schema(required = true, format = Date)]
    decided_on: String,
    /// Whether it is about the person too, and not about their property alone: without it, nothing of their health.
    #[serde(default)]
    person: bool,
}

impl JudgmentShape {
    /// As it is written down.
    pub fn of(judgment: &Judgment) -> Self {
        Self {
            measure: judgment.measure.code().to_owned(),
            court: judgment.court.as_str().to_owned(),
            decided_on: judgment.decided_on.to_string(),
            person: judgment.person,
        }
    }

    /// It, read.
    fn read(&self) -> Result<Judgment, LockerError> {
        Ok(Judgment {
            measure: Measure::from_code(&self.measure).ok_or(wrong("measure", FieldError::UnknownKind))?,
            court: Name::parse(&self.court).map_err(|error| wrong("court", error))?,
            decided_on: Day::parse(&self.decided_on).map_err(|error| wrong("decided_on", error))?,
            person: self.person,
        })
    }
}

/// What somebody proposes.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Proposal {
    /// As the holder shows it: case, spaces and dashes don't matter.
    #[serde(default)]
    #[schema(required = true, examples("ABCD-EFGH-JKMN"))]
    pub(super) code: String,
    /// As a member of which organisation. Left out by a relative.
    #[serde(default)]
    #[schema(format = "uuid", nullable = false)]
    pub(super) organisation: Option<String>,
    /// Whether any active aidant of it is to help.
    #[serde(default)]
    pub(super) desk: bool,
    /// How the holder is to agree: `own_session`, or `paper`: a signed sheet, by a code that they kept on paper; one named aidant, no
    /// health papers, 31 days at the longest. `judgment`: a court decided; by such a code too, one named aidant, `term.until` as the
    /// court named it and within five years, for organisations that the operator lets.
    #[serde(default)]
    #[schema(nullable = false)]
    pub(super) consent: Option<String>,
    #[serde(default)]
    #[schema(required = true)]
    pub(super) scope: Vec<ScopeShape>,
    #[serde(default)]
    #[schema(required = true)]
    pub(super) term: TermShape,
    #[serde(default)]
    #[schema(value_type = ThemeCode, required = true)]
    pub(super) theme: String,
    /// What for, in words.
    #[serde(default)]
    #[schema(required = true, max_length = 500)]
    pub(super) purpose: String,
    /// The court's decision, where `consent` is `judgment`.
    #[serde(default)]
    #[schema(nullable = false)]
    pub(super) judgment: Option<JudgmentShape>,
}

fn wrong(field: &'static str, error: FieldError) -> LockerError {
    LockerError::Field { field, error }
}

/// What a body proposes.
pub fn proposing(proposal: &Proposal) -> Result<Proposing, LockerError> {
    let organisation = match &proposal.organisation {
        Some(text) => Some(text.parse().map_err(|_| wrong("organisation", FieldError::Missing))?),
        None => None,
    };
    let basis = match proposal.consent.as_deref() {
        None | Some("own_session") => Basis::Answer,
        Some("paper") => Basis::Sheet,
        Some("judgment") => Basis::Judgment,
        Some(_) => return Err(wrong("consent", FieldError::UnknownKind)),
    };
    // Whoever proposes knows no paper: the holder chooses single ones.
    if proposal.scope.iter().any(|scope| scope.documents.is_some()) {
        return Err(wrong("scope", FieldError::UnknownKind));
    }
    // Family asks for little unless they say more.
    let few = |(category, may): (Category, Permissions)| {
        let asks_usual = may.is_none() && organisation.is_none();
        (category, if asks_usual { Permissions::of([Permission::List, Permission::Read]) } else { may })
    };
    let scope: Option<Vec<_>> = proposal.scope.iter().map(|one| one.read().map(few)).collect();
    let term = match (proposal.term.read(), organisation) {
        (None, None) if proposal.term.is_left_out() => Some(Term::Days(USUAL_DAYS)),
        (term, _) => term,
    };
    let judgment = match (&proposal.judgment, basis) {
        (Some(shape), Basis::Judgment) => Some(shape.read()?),
        (None, Basis::Judgment) | (Some(_), _) => return Err(wrong("judgment", FieldError::Missing)),
        (None, _) => None,
    };
    Ok(Proposing {
        organisation,
        desk: proposal.desk,
        basis,
        scope: scope.ok_or(wrong("scope", FieldError::UnknownKind))?,
        term: term.ok_or(wrong("term", FieldError::Missing))?,
        theme: Theme::from_code(&proposal.theme).ok_or(wrong("theme", FieldError::UnknownKind))?,
        purpose: Purpose::parse(&proposal.purpose).map_err(|error| wrong("purpose", error))?,
        judgment,
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
        (status = 201, description = "It waits for the holder's answer, for a day; on paper, for its signed sheet, for a week.", body = Made),
        (status = 403, description = "The second factor was not passed a short while ago (`/problems/second-factor`), or that \
            organisation does not help by judgments (`/problems/no-judgments`)."),
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

/// What a code is for.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct CodeWanted {
    /// `session`: shown at once, good for half an hour, answered in a session of the holder's own. `paper`: kept on paper, good for a
    /// year; help may begin by it without a session of theirs, so making one needs a fresh proof. `judgment`: the same, for help that a
    /// court decides (tutelle, curatelle).
    #[serde(default, rename = "for")]
    #[schema(nullable = false)]
    what_for: Option<String>,
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

/// Makes a code that the holder shows to who is to help, or keeps on paper. The one before of the same kind serves no more.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/help-codes",
    operation_id = "make_help_code",
    tag = "mandates",
    params(LockerIds),
    request_body(content = Option<CodeWanted>, description = "Nothing: a code that is shown at once."),
    responses(
        (status = 201, description = "The code.", body = HelpCode),
        (status = 403, description = "A code to keep needs a proof of who you are that is at most 5 minutes old \
            (`/problems/sign-in-again`)."),
        (status = 409, description = "The locker is closed (`/problems/locker-closed`)."),
        (status = 422, description = "It is for none of these (`/problems/bad-field`)."),
    ),
)]
pub async fn make_code(
    State(site): State<Site>,
    InLocker { visitor, locker }: InLocker,
    body: Result<Option<Json<CodeWanted>>, JsonRejection>,
) -> Response {
    let wanted = body.map(|body| body.map(|Json(wanted)| wanted).unwrap_or_default());
    let kind = match wanted.as_ref().map(|wanted| wanted.what_for.as_deref()) {
        Ok(None | Some("session")) => Some(CodeKind::Shown),
        Ok(Some("paper")) => Some(CodeKind::Paper),
        Ok(Some("judgment")) => Some(CodeKind::Judgment),
        Ok(Some(_)) | Err(_) => None,
    };
    let made = match kind {
        Some(CodeKind::Shown) => site.lockers().make_help_code(&visitor.caller, locker).await,
        Some(CodeKind::Paper) => site.lockers().make_paper_code(&visitor.caller, locker).await,
        Some(CodeKind::Judgment) => site.lockers().make_judgment_code(&visitor.caller, locker).await,
        // A stranger is answered as one, whatever they send.
        None => site.lockers().no_such_code(&visitor.caller, locker).await,
    };
    match made {
        Ok((code, until)) => {
            let shape = HelpCode { code: code.shown().to_string(), expires_at: until.rfc3339() };
            (StatusCode::CREATED, Json(shape)).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Withdraws the code that the holder keeps on paper. It serves no more.
#[utoipa::path(
    delete,
    path = "/api/v1/lockers/{locker}/help-codes/paper",
    operation_id = "drop_paper_code",
    tag = "mandates",
    params(LockerIds),
    responses((status = 204, description = "There is none now.")),
)]
pub async fn drop_paper_code(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().drop_paper_code(&visitor.caller, locker).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Withdraws the code that the holder keeps for help that a court decides. It serves no more.
#[utoipa::path(
    delete,
    path = "/api/v1/lockers/{locker}/help-codes/judgment",
    operation_id = "drop_judgment_code",
    tag = "mandates",
    params(LockerIds),
    responses((status = 204, description = "There is none now.")),
)]
pub async fn drop_judgment_code(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().drop_judgment_code(&visitor.caller, locker).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
