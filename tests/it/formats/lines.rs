//! Entries, leaves, links and code tables: `entry.md`.

use consigne::domain::entry::{Action, Actor, Entry, Ground, Job, Line, Object, Outcome, Reason, Strength};
use consigne::domain::ids::{
    AgreementId, ChainId, DocumentId, InstitutionId, LockerId, MandateId, MembershipId, OrganisationId, PaperRequestId,
    PersonId, RequestId, SessionId, ShareId, VersionId, VisitId,
};
use consigne::domain::source::{Source, Timestamp};
use consigne::journal::canonical::{decode, encode};
use consigne::journal::chain::{Kept, Verifier, genesis, leaf, link};
use serde_json::Value;

use super::by_hand;
use super::{array, bytes, id, list, number, same, table, text, vectors};

const PAGE: &str = include_str!("../../../docs/formats/entry.md");

fn coded<T: Copy>(all: &[T], code: &str, of: impl Fn(T) -> &'static str) -> T {
    *all.iter().find(|value| of(**value) == code).unwrap_or_else(|| panic!("no code {code}"))
}

fn actor(value: &Value) -> Actor {
    match text(value, "kind") {
        "anonymous" => Actor::Anonymous,
        "holder" => Actor::Holder(id(value, "id")),
        "aidant" => Actor::Aidant(id(value, "id")),
        "relative" => Actor::Relative(id(value, "id")),
        "client" => Actor::Client(id(value, "id")),
        "person" => Actor::Person(id(value, "id")),
        "operator" => Actor::Operator,
        "job" => Actor::Job(coded(Job::ALL, text(value, "job"), Job::code)),
        other => panic!("unknown actor {other}"),
    }
}

fn object(value: &Value) -> Object {
    match text(value, "kind") {
        "none" => Object::None,
        "locker" => Object::Locker(id(value, "id")),
        "document" => Object::Document(id(value, "id")),
        "version" => Object::Version(id(value, "document"), id(value, "version")),
        "session" => Object::Session(id(value, "id")),
        "share" => Object::Share(id(value, "id")),
        other => panic!("unknown object {other}"),
    }
}

fn outcome(value: &Value) -> Outcome {
    let reason = || coded(Reason::ALL, text(value, "reason"), Reason::code);
    match text(value, "kind") {
        "done" => Outcome::Done,
        "refused" => Outcome::Refused(reason()),
        "ended" => Outcome::Ended(reason()),
        other => panic!("unknown outcome {other}"),
    }
}

fn entry(value: &Value) -> Entry {
    let has = |name: &str| !value[name].is_null();
    let count = |name: &str| has(name).then(|| u64::try_from(number(value, name)).unwrap());
    Entry {
        chain: id(value, "chain"),
        seq: u64::try_from(number(value, "seq")).unwrap(),
        at: Timestamp::from_micros(number(value, "at")),
        line: Line {
            actor: actor(&value["actor"]),
            ground: coded(Ground::ALL, text(value, "ground"), Ground::code),
            action: coded(Action::ALL, text(value, "action"), Action::code),
            object: object(&value["object"]),
            outcome: outcome(&value["outcome"]),
            strength: coded(Strength::ALL, text(value, "strength"), Strength::code),
            request: id(value, "request"),
            session: has("session").then(|| id(value, "session")),
            closes: count("closes"),
            blob_sha256: has("blob_sha256").then(|| array(value, "blob_sha256")),
            bytes: count("bytes"),
            count: count("count"),
            origin: has("origin").then(|| array(value, "origin")),
            of: has("of").then(|| coded(Action::ALL, text(value, "of"), Action::code)),
            evidence: has("evidence").then(|| array(value, "evidence")),
            membership: has("membership").then(|| id(value, "membership")),
            mandate: has("mandate").then(|| id(value, "mandate")),
            visit: has("visit").then(|| id(value, "visit")),
            share: has("share").then(|| id(value, "share")),
            row: has("row").then(|| array(value, "row")),
            asked: has("asked").then(|| id(value, "asked")),
            agreement: has("agreement").then(|| id(value, "agreement")),
        },
    }
}

#[test]
fn entries_are_encoded_and_decoded_byte_for_byte() {
    for case in list(&vectors("entry"), "entries") {
        let (entry, canonical) = (entry(&case["entry"]), bytes(case, "canonical"));
        same(text(case, "name"), &encode(&entry), &canonical);
        assert_eq!(decode(&canonical), Ok(entry), "{}", text(case, "name"));
    }
}

#[test]
fn bytes_in_any_other_form_are_refused() {
    for case in list(&vectors("entry"), "refused") {
        assert!(decode(&bytes(case, "canonical")).is_err(), "{}", text(case, "name"));
    }
}

#[test]
fn leaves_and_links_are_the_same_and_the_chain_verifies() {
    let vectors = vectors("entry");
    let chain: ChainId = id(&vectors, "chain");
    same("genesis", &genesis(chain), &bytes(&vectors, "genesis"));
    same("genesis by hand", &by_hand::sha256(&[b"consigne/chain/v1", chain.bytes()]), &genesis(chain));
    let mut previous = genesis(chain);
    let mut verifier = Verifier::new(chain, false);
    for case in list(&vectors, "entries") {
        let (salt, canonical): ([u8; 32], _) = (array(case, "salt"), bytes(case, "canonical"));
        let the_leaf = leaf(&salt, &canonical);
        same("leaf", &the_leaf, &bytes(case, "leaf"));
        same("leaf by hand", &by_hand::sha256(&[b"consigne/leaf/v1", &salt, &canonical]), &the_leaf);
        let the_link = link(&previous, &the_leaf);
        same("link", &the_link, &bytes(case, "link"));
        same("link by hand", &by_hand::sha256(&[b"consigne/link/v1", &previous, &the_leaf]), &the_link);
        let seq = u64::try_from(number(&case["entry"], "seq")).unwrap();
        let kept =
            Kept { seq, previous: previous.to_vec(), leaf: the_leaf.to_vec(), body: Some((salt.to_vec(), canonical)) };
        assert!(verifier.take(&kept).unwrap().is_some());
        previous = the_link;
    }
    let count = list(&vectors, "entries").len() as u64;
    assert_eq!(verifier.finish(count, &previous), Ok(count));
}

/// Number and code of a table of the page.
fn codes(heading: &str) -> Vec<(u16, String)> {
    table(PAGE, heading).into_iter().map(|row| (row[0].parse().unwrap(), row[1].clone())).collect()
}

#[test]
fn the_tables_of_codes_are_those_of_the_program() {
    macro_rules! compare {
        ($heading:literal, $name:ident) => {
            let real: Vec<_> = $name::ALL.iter().map(|v| (v.number(), v.code().to_owned())).collect();
            assert_eq!(codes($heading), real, "docs/formats/entry.md, {}", $heading);
            for (number, code) in codes($heading) {
                assert_eq!($name::from_number(number).map($name::code), Some(code.as_str()));
            }
        };
    }
    compare!("### Actions", Action);
    compare!("### Grounds", Ground);
    compare!("### Reasons", Reason);
    compare!("### Jobs", Job);
    compare!("### Strengths", Strength);
}

/// A line with every field there can be.
fn full() -> Entry {
    let source = Source::seeded(Timestamp::from_micros(5), [3; 32]);
    let line = Line::new(
        Actor::Operator,
        Ground::Maintenance,
        Action::Sweep,
        Object::None,
        Outcome::Done,
        RequestId::draw(&source),
    );
    Entry {
        chain: ChainId::draw(&source),
        seq: 2,
        at: source.now(),
        line: Line {
            session: Some(SessionId::draw(&source)),
            closes: Some(1),
            blob_sha256: Some(source.bytes()),
            bytes: Some(3),
            count: Some(4),
            origin: Some(source.bytes()),
            of: Some(Action::Deposit),
            evidence: Some(source.bytes()),
            membership: Some(MembershipId::draw(&source)),
            mandate: Some(MandateId::draw(&source)),
            visit: Some(VisitId::draw(&source)),
            share: Some(ShareId::draw(&source)),
            row: Some(source.bytes()),
            asked: Some(PaperRequestId::draw(&source)),
            agreement: Some(AgreementId::draw(&source)),
            ..line
        },
    }
}

#[test]
fn the_table_of_tags_is_that_of_the_program() {
    let kept = |row: &Vec<String>| row[1] != "(kept)";
    let page: Vec<(u8, String)> =
        table(PAGE, "### Tags").iter().filter(|row| kept(row)).map(|r| (r[0].parse().unwrap(), r[2].clone())).collect();
    let real = by_hand::fields(&encode(&full()));
    assert_eq!(page.iter().map(|(tag, _)| *tag).collect::<Vec<_>>(), real.iter().map(|(t, _)| *t).collect::<Vec<_>>());
    for ((tag, length), (_, value)) in page.iter().zip(&real) {
        if let Ok(length) = length.parse::<usize>() {
            assert_eq!(value.len(), length, "length of tag {tag}");
        }
    }
}

/// Number and length of the value of a tag.
fn head(entry: &Entry, tag: u8) -> (u16, usize) {
    let fields = by_hand::fields(&encode(entry));
    let (_, value) = fields.into_iter().find(|(found, _)| *found == tag).unwrap();
    (u16::from_be_bytes([value[0], value[1]]), value.len())
}

#[test]
fn the_tables_of_actors_and_objects_are_those_of_the_program() {
    let source = Source::seeded(Timestamp::from_micros(5), [4; 32]);
    let person = PersonId::draw(&source);
    let mut entry = full();
    let row = |found: &mut Vec<(u16, usize)>, value: (u16, usize)| found.push(value);
    let page = |heading: &str| -> Vec<(u16, usize)> {
        table(PAGE, heading)
            .iter()
            .filter(|row| row[1] != "(kept)")
            .map(|row| (row[0].parse().unwrap(), row[3].parse().unwrap()))
            .collect()
    };
    let mut actors = Vec::new();
    for actor in [
        Actor::Anonymous,
        Actor::Holder(person),
        Actor::Aidant(person),
        Actor::Relative(person),
        Actor::Client(InstitutionId::draw(&source)),
        Actor::Agent(person),
        Actor::CodeBearer(ShareId::draw(&source)),
        Actor::Person(person),
        Actor::Operator,
        Actor::Job(Job::Closing),
    ] {
        // A new kind of actor does not compile here until the page and this list have it.
        match actor {
            Actor::Anonymous
            | Actor::Holder(_)
            | Actor::Aidant(_)
            | Actor::Relative(_)
            | Actor::Client(_)
            | Actor::Agent(_)
            | Actor::CodeBearer(_)
            | Actor::Person(_)
            | Actor::Operator
            | Actor::Job(_) => {}
        }
        entry.line.actor = actor;
        row(&mut actors, head(&entry, 4));
    }
    assert_eq!(page("### Actors"), actors);
    let mut objects = Vec::new();
    let (document, version) = (DocumentId::draw(&source), VersionId::draw(&source));
    for object in [
        Object::None,
        Object::Locker(LockerId::draw(&source)),
        Object::Document(document),
        Object::Version(document, version),
        Object::Session(SessionId::draw(&source)),
        Object::Organisation(OrganisationId::draw(&source)),
        Object::Membership(MembershipId::draw(&source)),
        Object::Mandate(MandateId::draw(&source)),
        Object::Visit(VisitId::draw(&source)),
        Object::Institution(InstitutionId::draw(&source)),
        Object::Request(PaperRequestId::draw(&source)),
        Object::Share(ShareId::draw(&source)),
        Object::Agreement(AgreementId::draw(&source)),
    ] {
        match object {
            Object::None
            | Object::Locker(_)
            | Object::Document(_)
            | Object::Version(..)
            | Object::Session(_)
            | Object::Organisation(_)
            | Object::Membership(_)
            | Object::Mandate(_)
            | Object::Visit(_)
            | Object::Institution(_)
            | Object::Request(_)
            | Object::Share(_)
            | Object::Agreement(_) => {}
        }
        entry.line.object = object;
        row(&mut objects, head(&entry, 8));
    }
    assert_eq!(page("### Objects"), objects);
}
