//! `GET /api/v1/lockers/{locker}/journal`: who looked, newest first (L2, M4).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::shapes::{Asked, InLocker, List};
use crate::domain::entry::{Actor, Object, Outcome};
use crate::domain::ids::PersonId;
use crate::http::Site;
use crate::http::problem::{self, Problem};
use crate::http::sentences;
use crate::locker::JournalLine;
use crate::words::Locale;

/// Lines on a page, unless asked otherwise.
const PAGE: u32 = 50;
/// Most lines on a page.
const PAGE_MAX: u32 = 200;

/// Where to begin.
#[derive(Debug, Deserialize)]
pub struct JournalQuery {
    after: Option<u64>,
    limit: Option<u32>,
}

#[derive(Serialize)]
struct Who {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
}

#[derive(Serialize)]
struct What {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

#[derive(Serialize)]
struct How {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct Line {
    seq: u64,
    /// Whether the line matches what was committed to.
    intact: bool,
    #[serde(flatten)]
    told: Option<Told>,
    sentence: String,
}

#[derive(Serialize)]
struct Told {
    at: String,
    actor: Who,
    action: &'static str,
    ground: &'static str,
    object: What,
    outcome: How,
    strength: &'static str,
    request: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    closes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blob_sha256: Option<String>,
    /// SHA-256 of the text that was agreed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<String>,
}

fn who(actor: Actor) -> Who {
    let (kind, person) = match actor {
        Actor::Anonymous => ("anonymous", None),
        Actor::Holder(person) => ("holder", Some(person)),
        Actor::Person(person) => ("person", Some(person)),
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

fn line(line: &JournalLine, viewer: PersonId, locale: Locale) -> Line {
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
        bytes: entry.line.bytes,
        blob_sha256: entry.line.blob_sha256.map(|sum| data_encoding::HEXLOWER.encode(&sum)),
        evidence: entry.line.evidence.map(|sum| data_encoding::HEXLOWER.encode(&sum)),
    });
    Line { seq: line.seq, intact: told.is_some(), told, sentence: sentences::sentence(locale, line, viewer) }
}

/// A page of the journal. `after` goes on after a line, towards older ones.
pub async fn journal(
    State(site): State<Site>,
    InLocker { visitor, locker }: InLocker,
    Asked(query): Asked<JournalQuery>,
) -> Response {
    let Some(query) = query else {
        return match site.lockers().journal(&visitor.caller, locker, None, 1).await {
            Ok(_) => Problem::new(visitor.locale, StatusCode::BAD_REQUEST, "bad-request").into_response(),
            Err(error) => problem::of(visitor.locale, &error),
        };
    };
    let limit = query.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let viewer = match site.lockers().who(&visitor.caller).await {
        Ok(who) => who.person,
        // The refusal of the journal itself is what gets its line.
        Err(error) => match site.lockers().journal(&visitor.caller, locker, query.after, limit).await {
            Ok(_) => return problem::of(visitor.locale, &error),
            Err(error) => return problem::of(visitor.locale, &error),
        },
    };
    match site.lockers().journal(&visitor.caller, locker, query.after, limit).await {
        Ok(page) => Json(List {
            items: page.lines.iter().map(|l| line(l, viewer, visitor.locale)).collect(),
            next: page.next.map(|seq| seq.to_string()),
        })
        .into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
