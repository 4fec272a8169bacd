//! `GET /api/v1/lockers/{locker}/journal`: who looked, newest first (L2, M4).

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shapes::{Asked, InLocker, List, LockerIds};
use crate::domain::entry::{Action, Actor, Object, Outcome};
use crate::domain::ids::PersonId;
use crate::http::Site;
use crate::http::problem;
use crate::http::sentences;
use crate::locker::{JournalLine, OrganisationLine, Part};
use crate::words::Locale;

/// Lines on a page, unless asked otherwise.
const PAGE: u32 = 50;
/// Most lines on a page.
const PAGE_MAX: u32 = 200;

/// Where to begin. Other names are refused.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JournalQuery {
    /// `next` of the page before.
    after: Option<u64>,
    /// Lines on a page; 200 at most, more is taken as 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

impl JournalQuery {
    /// Before which line, and how many.
    pub fn place(&self) -> (Option<u64>, u32) {
        (self.after, self.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX))
    }
}

/// The same for a locker's own journal. Other names are refused.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OwnJournalQuery {
    /// `next` of the page before.
    after: Option<u64>,
    /// Lines on a page; 200 at most, more is taken as 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// `false`: without what the holder looked at themselves. A page may then hold fewer lines than asked for, or none, and still have
    /// a `next`.
    #[param(default = true)]
    own_looks: Option<bool>,
}

impl OwnJournalQuery {
    fn part(&self) -> Part {
        let (before, limit) = JournalQuery { after: self.after, limit: self.limit }.place();
        Part { before, limit, without_own: self.own_looks == Some(false) }
    }
}

/// Who did it, or tried.
#[derive(Serialize, ToSchema)]
struct Who {
    /// `anonymous`, `holder`, `person`, `institution`, `operator`, `job`; others may come.
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid", nullable = false)]
    person: Option<String>,
}

/// What it was done to.
#[derive(Serialize, ToSchema)]
struct What {
    /// `none`, `locker`, `document`, `session`; others may come.
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid", nullable = false)]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid", nullable = false)]
    version: Option<String>,
    /// The paper's title as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    title: Option<String>,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
struct How {
    /// `done`, `refused` or `ended`.
    kind: &'static str,
    /// Why, when it was refused or ended. Codes are listed in docs/formats/entry.md; others may come.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<&'static str>,
}

/// A line of the journal.
#[derive(Serialize, ToSchema)]
pub(super) struct Line {
    /// Its number, from 1, without a gap.
    seq: u64,
    /// Whether the line matches what was committed to.
    intact: bool,
    #[serde(flatten)]
    told: Option<Told>,
    /// The line in plain words, in the reader's language.
    sentence: String,
    /// How many lines it stands for, where several looks at the list in one visit, one after the other, are told once: only where one
    /// mandate is shown. Its number is the newest one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 2)]
    times: Option<u64>,
}

/// Who helped, for whom, for what.
#[derive(Serialize, ToSchema)]
struct Helper {
    /// As their identity provider writes it.
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    organisation: Option<String>,
    /// What their visit was for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    purpose: Option<String>,
    /// The membership that they acted as.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid", nullable = false)]
    membership: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid", nullable = false)]
    mandate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid", nullable = false)]
    visit: Option<String>,
}

/// What an intact line tells.
#[derive(Serialize, ToSchema)]
struct Told {
    /// When it was written (RFC 3339, UTC).
    #[schema(format = DateTime)]
    at: String,
    actor: Who,
    /// A code of docs/formats/entry.md; others may come.
    action: &'static str,
    /// By which right: a code of docs/formats/entry.md.
    ground: &'static str,
    object: What,
    outcome: How,
    /// How strongly the actor was known: a code of docs/formats/entry.md.
    strength: &'static str,
    /// The request's id.
    #[schema(format = "uuid")]
    request: String,
    /// The session's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid", nullable = false)]
    session: Option<String>,
    /// The number of the line that this one closes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    closes: Option<u64>,
    /// The action of the line that this one closes; of a reading, that in whose course it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    of: Option<&'static str>,
    /// Who helped, when a helper did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    helper: Option<Helper>,
    /// Bytes that went in or out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bytes: Option<u64>,
    /// Of what is stored, encrypted; in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[0-9a-f]{64}$")]
    blob_sha256: Option<String>,
    /// SHA-256 of the text that was agreed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<String>,
    /// How often others had opened what was taken back (`document.withdraw`), if they had.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    opened: Option<u64>,
}

fn who(actor: Actor) -> Who {
    let (kind, person) = match actor {
        Actor::Anonymous => ("anonymous", None),
        Actor::Holder(person) => ("holder", Some(person)),
        Actor::Aidant(person) => ("aidant", Some(person)),
        Actor::Relative(person) => ("relative", Some(person)),
        Actor::Person(person) => ("person", Some(person)),
        Actor::Client(_) => ("institution", None),
        Actor::Agent(_) => ("agent", None),
        Actor::CodeBearer(_) => ("code_bearer", None),
        Actor::Operator => ("operator", None),
        Actor::Job(_) => ("job", None),
    };
    Who { kind, person: person.map(|p: PersonId| p.to_string()) }
}

fn what(object: Object, title: Option<String>) -> What {
    let (kind, id, version) = match object {
        Object::None => ("none", None, None),
        Object::Locker(id) => ("locker", Some(id.to_string()), None),
        Object::Document(id) => ("document", Some(id.to_string()), None),
        Object::Version(id, version) => ("document", Some(id.to_string()), Some(version.to_string())),
        Object::Session(id) => ("session", Some(id.to_string()), None),
        Object::Organisation(id) => ("organisation", Some(id.to_string()), None),
        Object::Membership(id) => ("membership", Some(id.to_string()), None),
        Object::Mandate(id) => ("mandate", Some(id.to_string()), None),
        Object::Visit(id) => ("visit", Some(id.to_string()), None),
        Object::Institution(id) => ("institution", Some(id.to_string()), None),
        Object::Request(id) => ("request", Some(id.to_string()), None),
        Object::Share(id) => ("share", Some(id.to_string()), None),
        Object::Agreement(id) => ("agreement", Some(id.to_string()), None),
    };
    What { kind, id, version, title }
}

fn how(outcome: Outcome) -> How {
    match outcome {
        Outcome::Done => How { kind: "done", reason: None },
        Outcome::Refused(reason) => How { kind: "refused", reason: Some(reason.code()) },
        Outcome::Ended(reason) => How { kind: "ended", reason: Some(reason.code()) },
    }
}

pub(super) fn line(line: &JournalLine, viewer: PersonId, locale: Locale) -> Line {
    let told = line.entry.as_ref().map(|entry| Told {
        at: entry.at.rfc3339(),
        actor: who(entry.line.actor),
        action: entry.line.action.code(),
        ground: entry.line.ground.code(),
        object: what(entry.line.object, line.title.as_ref().map(|t| t.as_str().to_owned())),
        outcome: how(entry.line.outcome),
        strength: entry.line.strength.code(),
        request: entry.line.request.to_string(),
        session: entry.line.session.map(|s| s.to_string()),
        closes: entry.line.closes,
        of: entry.line.of.map(Action::code),
        helper: line.helper.as_ref().map(|seen| Helper {
            name: seen.name.as_str().to_owned(),
            organisation: seen.organisation.as_ref().map(|name| name.as_str().to_owned()),
            purpose: seen.purpose.as_ref().map(|purpose| purpose.as_str().to_owned()),
            membership: entry.line.membership.map(|id| id.to_string()),
            mandate: entry.line.mandate.map(|id| id.to_string()),
            visit: entry.line.visit.map(|id| id.to_string()),
        }),
        bytes: entry.line.bytes,
        blob_sha256: entry.line.blob_sha256.map(|sum| data_encoding::HEXLOWER.encode(&sum)),
        evidence: entry.line.evidence.map(|sum| data_encoding::HEXLOWER.encode(&sum)),
        opened: entry.line.count.filter(|_| entry.line.action == Action::WithdrawDeposit),
    });
    let times = (line.times > 1).then_some(line.times);
    Line { seq: line.seq, intact: told.is_some(), told, sentence: sentences::sentence(locale, line, viewer), times }
}

/// A line as the API shapes it, for the export.
pub(super) fn value(told: &JournalLine, viewer: PersonId, locale: Locale) -> serde_json::Value {
    serde_json::to_value(line(told, viewer, locale)).unwrap_or_default()
}

/// A line of an organisation's journal.
#[derive(Serialize, ToSchema)]
pub struct OrganisationLineShape {
    /// Its place.
    seq: u64,
    /// Whether it is as it was written. If not, it says nothing else.
    intact: bool,
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    told: Option<OrganisationTold>,
    /// In plain words, in the reader's language.
    sentence: String,
}

/// What a line of an organisation's journal says.
#[derive(Serialize, ToSchema)]
struct OrganisationTold {
    /// RFC 3339, UTC.
    #[schema(format = DateTime)]
    at: String,
    actor: Who,
    /// The membership that they acted as.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid", nullable = false)]
    membership: Option<String>,
    action: &'static str,
    object: What,
    outcome: How,
    strength: &'static str,
    #[schema(format = "uuid")]
    request: String,
}

/// A line of an organisation's journal as the API shapes it.
pub(super) fn organisation_line(line: &OrganisationLine, locale: Locale, is_office: bool) -> OrganisationLineShape {
    let told = line.entry.as_ref().map(|entry| OrganisationTold {
        at: entry.at.rfc3339(),
        actor: who(entry.line.actor),
        membership: entry.line.membership.map(|id| id.to_string()),
        action: entry.line.action.code(),
        object: what(entry.line.object, None),
        outcome: how(entry.line.outcome),
        strength: entry.line.strength.code(),
        request: entry.line.request.to_string(),
    });
    let sentence = sentences::organisation_sentence(locale, line, is_office);
    OrganisationLineShape { seq: line.seq, intact: told.is_some(), told, sentence }
}

/// Reads the journal, newest first.
///
/// Reading it is a line too.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/journal",
    operation_id = "read_journal",
    tag = "journal",
    params(LockerIds, OwnJournalQuery),
    responses(
        (status = 200, description = "A page of lines.", body = inline(List<Line>)),
        (status = 400, description = "The query does not read, or has a parameter too many (`/problems/bad-request`): `field` names it."),
    ),
)]
pub async fn journal(
    State(site): State<Site>,
    InLocker { visitor, locker }: InLocker,
    Asked(query): Asked<OwnJournalQuery>,
) -> Response {
    let query = match query {
        Ok(query) => query,
        Err(unread) => {
            return match site
                .lockers()
                .journal(&visitor.caller, locker, Part { before: None, limit: 1, without_own: false })
                .await
            {
                Ok(_) => unread.told(visitor.locale),
                Err(error) => problem::of(visitor.locale, &error),
            };
        }
    };
    let part = query.part();
    let viewer = match site.lockers().who(&visitor.caller).await {
        Ok(who) => who.person,
        // The refusal of the journal itself is what gets its line.
        Err(error) => match site.lockers().journal(&visitor.caller, locker, part).await {
            Ok(_) => return problem::of(visitor.locale, &error),
            Err(error) => return problem::of(visitor.locale, &error),
        },
    };
    match site.lockers().journal(&visitor.caller, locker, part).await {
        Ok(page) => Json(List {
            items: page.lines.iter().map(|l| line(l, viewer, visitor.locale)).collect(),
            next: page.next.map(|seq| seq.to_string()),
        })
        .into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
