//! The vectors of journal entries: a chain in which each actor, object, outcome and optional field stands at least once, and
//! bytes that are nearly an entry.

use consigne::domain::entry::{Action, Actor, Entry, Ground, Job, Line, Object, Outcome, Reason, Strength};
use consigne::domain::ids::{
    ChainId, DocumentId, LockerId, MandateId, MembershipId, PaperRequestId, PersonId, RequestId, SessionId, ShareId,
    VersionId, VisitId,
};
use consigne::domain::source::{Source, Timestamp};
use consigne::journal::{canonical, chain};
use serde_json::{Value, json};

use super::super::{by_hand, seeded};
use crate::world::hex;

/// The lines of the vector chain: each actor, each object, each outcome, each optional field, at least once.
fn lines(source: &Source, locker: LockerId) -> Vec<(&'static str, Line)> {
    let (person, session) = (PersonId::draw(source), SessionId::draw(source));
    let (document, version) = (DocumentId::draw(source), VersionId::draw(source));
    let line = |actor, ground, action, object, outcome| {
        Line::new(actor, ground, action, object, outcome, RequestId::draw(source))
    };
    let holder = Actor::Holder(person);
    let mine = |action, object, outcome| Line {
        session: Some(session),
        strength: Strength::Substantial,
        ..line(holder, Ground::Ownership, action, object, outcome)
    };
    vec![
        (
            "an operator creates the tables",
            line(Actor::Operator, Ground::Maintenance, Action::Migrate, Object::None, Outcome::Done),
        ),
        (
            "a person comes in",
            Line {
                session: Some(session),
                strength: Strength::Low,
                ..line(Actor::Person(person), Ground::None, Action::SignIn, Object::Session(session), Outcome::Done)
            },
        ),
        ("a holder opens the locker", mine(Action::OpenLocker, Object::Locker(locker), Outcome::Done)),
        ("a deposit begins", mine(Action::BeginDeposit, Object::Locker(locker), Outcome::Done)),
        (
            "a paper enters the locker",
            Line {
                closes: Some(4),
                blob_sha256: Some(source.bytes()),
                ..mine(Action::Deposit, Object::Version(document, version), Outcome::Done)
            },
        ),
        ("content is read", mine(Action::ReadContent, Object::Version(document, version), Outcome::Done)),
        (
            "the reading ends",
            Line {
                closes: Some(6),
                bytes: Some(81_234),
                ..line(
                    Actor::Job(Job::Closing),
                    Ground::Maintenance,
                    Action::Close,
                    Object::Version(document, version),
                    Outcome::Ended(Reason::Complete),
                )
            },
        ),
        (
            "a holder is refused",
            line(
                holder,
                Ground::None,
                Action::Restore,
                Object::Document(document),
                Outcome::Refused(Reason::WrongState),
            ),
        ),
        (
            "strangers are refused, counted",
            Line {
                count: Some(41),
                origin: Some(source.bytes()),
                ..line(
                    Actor::Anonymous,
                    Ground::None,
                    Action::ReadContent,
                    Object::None,
                    Outcome::Refused(Reason::NotSignedIn),
                )
            },
        ),
        (
            "a holder agrees to a text",
            Line {
                evidence: Some(by_hand::sha256(&["Vous êtes d'accord.".as_bytes()])),
                session: Some(session),
                strength: Strength::Substantial,
                // From a source of its own: the salts of the entries before it stay what they were.
                ..Line::new(
                    holder,
                    Ground::Ownership,
                    Action::AcceptInformation,
                    Object::Locker(locker),
                    Outcome::Done,
                    RequestId::draw(&seeded([6; 32])),
                )
            },
        ),
    ]
}

/// A closing that says what it closes.
fn control_ends(locker: LockerId) -> (&'static str, Line) {
    let line = Line {
        closes: Some(8),
        of: Some(Action::ControlLocker),
        bytes: Some(81_234),
        ..Line::new(
            Actor::Job(Job::Closing),
            Ground::Maintenance,
            Action::Close,
            Object::Locker(locker),
            Outcome::Ended(Reason::Damaged),
            RequestId::draw(&seeded([7; 32])),
        )
    };
    ("a control ends", line)
}

/// A helper's line: whose, as what, under what, in which visit.
fn aidant_reads(locker: LockerId) -> (&'static str, Line) {
    let source = seeded([8; 32]);
    let line = Line {
        session: Some(SessionId::draw(&source)),
        strength: Strength::Low,
        membership: Some(MembershipId::draw(&source)),
        mandate: Some(MandateId::draw(&source)),
        visit: Some(VisitId::draw(&source)),
        ..Line::new(
            Actor::Aidant(PersonId::draw(&source)),
            Ground::Mandate,
            Action::ListDocuments,
            Object::Locker(locker),
            Outcome::Done,
            RequestId::draw(&source),
        )
    };
    ("an aidant looks at the list, under a mandate", line)
}

/// One who helps on their own is refused.
fn relative_is_refused() -> (&'static str, Line) {
    let source = seeded([9; 32]);
    let line = Line {
        session: Some(SessionId::draw(&source)),
        strength: Strength::Substantial,
        mandate: Some(MandateId::draw(&source)),
        ..Line::new(
            Actor::Relative(PersonId::draw(&source)),
            Ground::None,
            Action::ReadContent,
            Object::Document(DocumentId::draw(&source)),
            Outcome::Refused(Reason::MandateOver),
            RequestId::draw(&source),
        )
    };
    ("a relative comes too late", line)
}

/// Papers are handed over: what, and in answer to what.
fn papers_are_handed_over() -> (&'static str, Line) {
    let source = seeded([10; 32]);
    let line = Line {
        session: Some(SessionId::draw(&source)),
        strength: Strength::Substantial,
        row: Some(source.bytes()),
        asked: Some(PaperRequestId::draw(&source)),
        ..Line::new(
            Actor::Holder(PersonId::draw(&source)),
            Ground::Ownership,
            Action::GiveShare,
            Object::Share(ShareId::draw(&source)),
            Outcome::Done,
            RequestId::draw(&source),
        )
    };
    ("papers are handed over", line)
}

pub fn entries() -> Value {
    let source = seeded([4; 32]);
    let locker = LockerId::draw(&source);
    let chain_id: ChainId = locker.chain();
    let mut previous = chain::genesis(chain_id);
    let mut cases = Vec::new();
    let mut first = Vec::new();
    let added = [control_ends(locker), aidant_reads(locker), relative_is_refused(), papers_are_handed_over()];
    for (index, (name, line)) in lines(&source, locker).into_iter().chain(added).enumerate() {
        let (seq, micros) = (index as u64 + 1, source.now().micros() + 1_234_567 * i64::try_from(index).unwrap());
        let entry = Entry { chain: chain_id, seq, at: Timestamp::from_micros(micros), line };
        let (salt, canonical): ([u8; 32], _) = (source.bytes(), canonical::encode(&entry));
        let leaf = chain::leaf(&salt, &canonical);
        previous = chain::link(&previous, &leaf);
        cases.push(json!({
            "name": name, "entry": shown(&entry), "canonical": hex(&canonical), "salt": hex(&salt),
            "leaf": hex(&leaf), "link": hex(&previous),
        }));
        if index == 1 {
            first = canonical;
        }
    }
    json!({
        "chain": chain_id.to_string(), "genesis": hex(&chain::genesis(chain_id)), "entries": cases,
        "refused": refused(&first),
    })
}

/// Tags and values.
type Parts = Vec<(u8, Vec<u8>)>;

/// Bytes that are nearly an entry.
fn refused(good: &[u8]) -> Vec<Value> {
    let field =
        |tag: u8, value: &[u8]| [&[tag], u16::try_from(value.len()).unwrap().to_be_bytes().as_slice(), value].concat();
    let parts = by_hand::fields(good);
    let put =
        |parts: &[(u8, Vec<u8>)]| parts.iter().fold(vec![1], |out, (tag, value)| [out, field(*tag, value)].concat());
    let changed = |change: &dyn Fn(&mut Parts)| {
        let mut parts = parts.clone();
        change(&mut parts);
        put(&parts)
    };
    let at = |tag: u8| parts.iter().position(|(found, _)| *found == tag).unwrap();
    let mut newer = good.to_vec();
    newer[0] = 2;
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", vec![]),
        ("an unknown format", newer),
        ("one byte more", [good, &[0]].concat()),
        ("one byte less", good[..good.len() - 1].to_vec()),
        ("no chain", changed(&|p| drop(p.remove(0)))),
        ("fields out of order", changed(&|p| p.swap(0, 1))),
        ("a field twice", changed(&|p| p.insert(1, p[0].clone()))),
        ("an unknown field", changed(&|p| p.push((200, vec![1])))),
        ("a field that means nothing yet", changed(&|p| p.push((90, vec![0; 16])))),
        ("a sequence of seven bytes", changed(&|p| p[at(2)].1 = vec![0, 0, 0, 0, 0, 0, 2])),
        ("an unknown actor", changed(&|p| p[at(4)].1[1] = 99)),
        ("an actor without its id", changed(&|p| p[at(4)].1.truncate(2))),
        ("an unknown ground", changed(&|p| p[at(6)].1 = vec![0, 99])),
        ("an unknown action", changed(&|p| p[at(7)].1 = vec![3, 231])),
        ("an unknown object", changed(&|p| p[at(8)].1[1] = 99)),
        ("an unknown outcome", changed(&|p| p[at(10)].1 = vec![9])),
        ("a done with a reason", changed(&|p| p[at(10)].1 = vec![0, 0, 1])),
        ("a refusal without a reason", changed(&|p| p[at(10)].1 = vec![1])),
        ("an unknown reason", changed(&|p| p[at(10)].1 = vec![1, 3, 231])),
        ("an unknown strength", changed(&|p| p[at(11)].1 = vec![0, 99])),
    ];
    cases.into_iter().map(|(name, bytes)| json!({"name": name, "canonical": hex(&bytes)})).collect()
}

fn shown(entry: &Entry) -> Value {
    let line = &entry.line;
    let actor = match line.actor {
        Actor::Anonymous => json!({"kind": "anonymous"}),
        Actor::Holder(id) => json!({"kind": "holder", "id": id.to_string()}),
        Actor::Aidant(id) => json!({"kind": "aidant", "id": id.to_string()}),
        Actor::Relative(id) => json!({"kind": "relative", "id": id.to_string()}),
        Actor::Client(id) => json!({"kind": "client", "id": id.to_string()}),
        Actor::Agent(id) => json!({"kind": "agent", "id": id.to_string()}),
        Actor::CodeBearer(id) => json!({"kind": "code_bearer", "id": id.to_string()}),
        Actor::Person(id) => json!({"kind": "person", "id": id.to_string()}),
        Actor::Operator => json!({"kind": "operator"}),
        Actor::Job(job) => json!({"kind": "job", "job": job.code()}),
    };
    let object = match line.object {
        Object::None => json!({"kind": "none"}),
        Object::Locker(id) => json!({"kind": "locker", "id": id.to_string()}),
        Object::Document(id) => json!({"kind": "document", "id": id.to_string()}),
        Object::Version(d, v) => json!({"kind": "version", "document": d.to_string(), "version": v.to_string()}),
        Object::Session(id) => json!({"kind": "session", "id": id.to_string()}),
        Object::Organisation(id) => json!({"kind": "organisation", "id": id.to_string()}),
        Object::Membership(id) => json!({"kind": "membership", "id": id.to_string()}),
        Object::Mandate(id) => json!({"kind": "mandate", "id": id.to_string()}),
        Object::Visit(id) => json!({"kind": "visit", "id": id.to_string()}),
        Object::Institution(id) => json!({"kind": "institution", "id": id.to_string()}),
        Object::Request(id) => json!({"kind": "request", "id": id.to_string()}),
        Object::Share(id) => json!({"kind": "share", "id": id.to_string()}),
        Object::Agreement(id) => json!({"kind": "agreement", "id": id.to_string()}),
    };
    let outcome = match line.outcome {
        Outcome::Done => json!({"kind": "done"}),
        Outcome::Refused(reason) => json!({"kind": "refused", "reason": reason.code()}),
        Outcome::Ended(reason) => json!({"kind": "ended", "reason": reason.code()}),
    };
    json!({
        "chain": entry.chain.to_string(), "seq": entry.seq, "at": entry.at.micros(), "actor": actor,
        "ground": line.ground.code(), "action": line.action.code(), "object": object, "outcome": outcome,
        "strength": line.strength.code(), "request": line.request.to_string(),
        "session": line.session.map(|s| s.to_string()), "closes": line.closes,
        "blob_sha256": line.blob_sha256.map(|s| hex(&s)), "bytes": line.bytes, "count": line.count,
        "origin": line.origin.map(|o| hex(&o)), "evidence": line.evidence.map(|e| hex(&e)),
        "of": line.of.map(Action::code), "membership": line.membership.map(|m| m.to_string()),
        "mandate": line.mandate.map(|m| m.to_string()), "visit": line.visit.map(|v| v.to_string()),
        "share": line.share.map(|s| s.to_string()), "row": line.row.map(|r| hex(&r)), "asked": line.asked.map(|a| a.to_string()),
        "agreement": line.agreement.map(|a| a.to_string()),
    })
}
