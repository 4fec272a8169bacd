//! `GET /api/v1/lockers/{locker}/mandates/{mandate}`: everything of one mandate, and what was done under it. Also what the list
//! counts of it.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::journal::{self, JournalQuery};
use super::mandates::{Mandate, MandateIds, OnMandate, Waiting};
use super::shapes::{Asked, List};
use crate::domain::help::Evidence;
use crate::domain::source::Timestamp;
use crate::http::Site;
use crate::http::problem;
use crate::locker::mandates::{MandateView, ProposalView};
use crate::locker::truth::{Done, MandateDetail};

/// What was done under a mandate, in numbers.
#[derive(Serialize, ToSchema)]
#[schema(as = DoneUnderMandate)]
pub struct DoneShape {
    /// Visits.
    visits: u64,
    /// When the last of them began (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    last_visit_at: Option<String>,
    /// Papers that were opened, each counted once.
    opened: u64,
    /// Papers that were added, or a version of them, each counted once.
    added: u64,
    /// Whether every line since the mandate's beginning was counted. If not, these are of the newest 5000 lines of the journal.
    whole: bool,
}

impl From<Done> for DoneShape {
    fn from(done: Done) -> Self {
        Self {
            visits: done.visits,
            last_visit_at: done.last_visit.map(Timestamp::rfc3339),
            opened: done.opened,
            added: done.added,
            whole: done.is_all,
        }
    }
}

/// How consent was given: the words that were shown, and how.
#[derive(Serialize, ToSchema)]
#[schema(as = MandateEvidence)]
struct EvidenceShape {
    /// The language of the words, as a BCP 47 tag.
    language: String,
    /// The words.
    text: String,
    /// Of the words, in UTF-8; the line that says the mandate was given bears it too.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// Whether they were read aloud to the holder.
    read_aloud: bool,
    /// Who translated them for the holder.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    interpreter: Option<String>,
}

impl From<&Evidence> for EvidenceShape {
    fn from(evidence: &Evidence) -> Self {
        Self {
            language: evidence.locale.clone(),
            text: evidence.text.clone(),
            sha256: evidence.sha256.to_string(),
            read_aloud: evidence.read_aloud,
            interpreter: evidence.interpreter.as_ref().map(|name| name.as_str().to_owned()),
        }
    }
}

/// A mandate with its evidence.
#[derive(Serialize, ToSchema)]
#[schema(as = MandateWithEvidence)]
struct Whole {
    #[serde(flatten)]
    mandate: Mandate,
    /// How consent was given; null if it does not open.
    evidence: Option<EvidenceShape>,
}

impl From<&MandateView> for Whole {
    fn from(view: &MandateView) -> Self {
        let evidence = view.agreed.as_ref().map(|agreed| EvidenceShape::from(&agreed.evidence));
        Self { mandate: Mandate::from(view), evidence }
    }
}

/// A mandate as the API shapes it, for the export.
pub(super) fn mandate_value(view: &MandateView) -> serde_json::Value {
    serde_json::to_value(Whole::from(view)).unwrap_or_default()
}

/// A proposal as the API shapes it, for the export.
pub(super) fn proposal_value(view: &ProposalView) -> serde_json::Value {
    serde_json::to_value(Waiting::from(view)).unwrap_or_default()
}

/// A mandate, and what was done under it.
#[derive(Serialize, ToSchema)]
#[schema(as = MandateDetail)]
struct Detail {
    #[serde(flatten)]
    whole: Whole,
    /// The lines of the journal about it, newest first, as the journal shows them. How a reading ended stands before the line that
    /// says how it began. A page may be short, and others come all the same.
    #[schema(inline)]
    done: List<journal::Line>,
}

/// Shows one mandate, past or present: how consent was given, and what was done under it, newest first.
///
/// Looking at it is a line too.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/mandates/{mandate}",
    operation_id = "view_mandate",
    tag = "mandates",
    params(MandateIds, JournalQuery),
    responses(
        (status = 200, description = "The mandate, and a page of lines.", body = Detail),
        (status = 400, description = "The query does not read, or has a parameter too many (`/problems/bad-request`): `field` names it."),
    ),
)]
pub async fn view(
    State(site): State<Site>,
    OnMandate { visitor, locker, mandate }: OnMandate,
    Asked(query): Asked<JournalQuery>,
) -> Response {
    let (before, limit) = query.as_ref().map_or((None, 1), JournalQuery::place);
    let seen = site.lockers().view_mandate(&visitor.caller, locker, mandate, before, limit).await;
    let (seen, viewer) = match (seen, query) {
        (Err(error), _) => return problem::of(visitor.locale, &error),
        (Ok(_), Err(unread)) => return unread.told(visitor.locale),
        (Ok(seen), Ok(_)) => match site.lockers().who(&visitor.caller).await {
            Ok(who) => (seen, who.person),
            Err(error) => return problem::of(visitor.locale, &error),
        },
    };
    let MandateDetail { mandate, lines, next, .. } = seen;
    Json(Detail {
        whole: Whole::from(&mandate),
        done: List {
            items: lines.iter().map(|line| journal::line(line, viewer, visitor.locale)).collect(),
            next: next.map(|seq| seq.to_string()),
        },
    })
    .into_response()
}
