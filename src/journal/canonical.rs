//! One entry, one byte string, and back. Format: `docs/formats/entry.md`.
//!
//! A version byte, then fields in ascending order of tag: tag (1 byte), length (2 bytes, big endian), value. Absent fields
//! are left out. Reading refuses anything that writing would not have produced, so an entry has exactly one form.

use uuid::Uuid;

use crate::domain::entry::{Action, Actor, Entry, Ground, Job, Line, Object, Outcome, Reason, Strength};
use crate::domain::ids::{
    AgreementId, ChainId, DocumentId, InstitutionId, LockerId, MandateId, MembershipId, OrganisationId, PaperRequestId,
    PersonId, RequestId, SessionId, ShareId, VersionId, VisitId,
};
use crate::domain::source::Timestamp;

/// The version this program writes.
pub const FORMAT: u8 = 1;

/// The bytes are not an entry in the one form that this program writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are not a journal entry")]
pub struct NotAnEntry;

mod tag {
    pub const CHAIN: u8 = 1;
    pub const SEQ: u8 = 2;
    pub const AT: u8 = 3;
    pub const ACTOR: u8 = 4;
    pub const MEMBERSHIP: u8 = 5;
    pub const GROUND: u8 = 6;
    pub const ACTION: u8 = 7;
    pub const OBJECT: u8 = 8;
    pub const SESSION: u8 = 9;
    pub const OUTCOME: u8 = 10;
    pub const STRENGTH: u8 = 11;
    pub const REQUEST: u8 = 12;
    pub const CLOSES: u8 = 13;
    pub const BLOB: u8 = 14;
    pub const BYTES: u8 = 15;
    pub const COUNT: u8 = 16;
    pub const ORIGIN: u8 = 17;
    pub const EVIDENCE: u8 = 18;
    pub const OF: u8 = 19;
    pub const MANDATE: u8 = 20;
    pub const VISIT: u8 = 21;
    pub const SHARE: u8 = 22;
    pub const ROW: u8 = 23;
    pub const ASKED: u8 = 24;
    pub const AGREEMENT: u8 = 28;
}

/// The canonical bytes of an entry.
pub fn encode(entry: &Entry) -> Vec<u8> {
    let line = &entry.line;
    let mut out = vec![FORMAT];
    put(&mut out, tag::CHAIN, entry.chain.bytes());
    put(&mut out, tag::SEQ, &entry.seq.to_be_bytes());
    put(&mut out, tag::AT, &entry.at.micros().to_be_bytes());
    put(&mut out, tag::ACTOR, &actor_bytes(line.actor));
    if let Some(membership) = line.membership {
        put(&mut out, tag::MEMBERSHIP, membership.bytes());
    }
    put(&mut out, tag::GROUND, &line.ground.number().to_be_bytes());
    put(&mut out, tag::ACTION, &line.action.number().to_be_bytes());
    put(&mut out, tag::OBJECT, &object_bytes(line.object));
    if let Some(session) = line.session {
        put(&mut out, tag::SESSION, session.bytes());
    }
    put(&mut out, tag::OUTCOME, &outcome_bytes(line.outcome));
    put(&mut out, tag::STRENGTH, &line.strength.number().to_be_bytes());
    put(&mut out, tag::REQUEST, line.request.bytes());
    put_number(&mut out, tag::CLOSES, line.closes);
    if let Some(sum) = &line.blob_sha256 {
        put(&mut out, tag::BLOB, sum);
    }
    put_number(&mut out, tag::BYTES, line.bytes);
    put_number(&mut out, tag::COUNT, line.count);
    if let Some(origin) = &line.origin {
        put(&mut out, tag::ORIGIN, origin);
    }
    if let Some(sum) = &line.evidence {
        put(&mut out, tag::EVIDENCE, sum);
    }
    if let Some(action) = line.of {
        put(&mut out, tag::OF, &action.number().to_be_bytes());
    }
    if let Some(mandate) = line.mandate {
        put(&mut out, tag::MANDATE, mandate.bytes());
    }
    if let Some(visit) = line.visit {
        put(&mut out, tag::VISIT, visit.bytes());
    }
    if let Some(share) = line.share {
        put(&mut out, tag::SHARE, share.bytes());
    }
    if let Some(sum) = &line.row {
        put(&mut out, tag::ROW, sum);
    }
    if let Some(asked) = line.asked {
        put(&mut out, tag::ASKED, asked.bytes());
    }
    if let Some(agreement) = line.agreement {
        put(&mut out, tag::AGREEMENT, agreement.bytes());
    }
    out
}

/// Reads what [`encode`] wrote; anything else is refused.
pub fn decode(bytes: &[u8]) -> Result<Entry, NotAnEntry> {
    let (version, rest) = bytes.split_first().ok_or(NotAnEntry)?;
    if *version != FORMAT {
        return Err(NotAnEntry);
    }
    let mut fields = Fields { rest };
    let entry = Entry {
        chain: ChainId::from_uuid(fields.uuid(tag::CHAIN)?),
        seq: fields.number(tag::SEQ)?,
        at: Timestamp::from_micros(i64::from_be_bytes(fields.array(tag::AT)?)),
        line: Line {
            actor: read_actor(fields.take(tag::ACTOR).ok_or(NotAnEntry)?)?,
            membership: fields.optional(tag::MEMBERSHIP)?.map(|b| MembershipId::from_uuid(Uuid::from_bytes(b))),
            ground: Ground::from_number(fields.small(tag::GROUND)?).ok_or(NotAnEntry)?,
            action: Action::from_number(fields.small(tag::ACTION)?).ok_or(NotAnEntry)?,
            object: read_object(fields.take(tag::OBJECT).ok_or(NotAnEntry)?)?,
            session: fields.optional(tag::SESSION)?.map(|b| SessionId::from_uuid(Uuid::from_bytes(b))),
            outcome: read_outcome(fields.take(tag::OUTCOME).ok_or(NotAnEntry)?)?,
            strength: Strength::from_number(fields.small(tag::STRENGTH)?).ok_or(NotAnEntry)?,
            request: RequestId::from_uuid(fields.uuid(tag::REQUEST)?),
            closes: fields.optional(tag::CLOSES)?.map(u64::from_be_bytes),
            blob_sha256: fields.optional(tag::BLOB)?,
            bytes: fields.optional(tag::BYTES)?.map(u64::from_be_bytes),
            count: fields.optional(tag::COUNT)?.map(u64::from_be_bytes),
            origin: fields.optional(tag::ORIGIN)?,
            evidence: fields.optional(tag::EVIDENCE)?,
            of: match fields.optional(tag::OF)? {
                Some(number) => Some(Action::from_number(u16::from_be_bytes(number)).ok_or(NotAnEntry)?),
                None => None,
            },
            mandate: fields.optional(tag::MANDATE)?.map(|b| MandateId::from_uuid(Uuid::from_bytes(b))),
            visit: fields.optional(tag::VISIT)?.map(|b| VisitId::from_uuid(Uuid::from_bytes(b))),
            share: fields.optional(tag::SHARE)?.map(|b| ShareId::from_uuid(Uuid::from_bytes(b))),
            row: fields.optional(tag::ROW)?,
            asked: fields.optional(tag::ASKED)?.map(|b| PaperRequestId::from_uuid(Uuid::from_bytes(b))),
            agreement: fields.optional(tag::AGREEMENT)?.map(|b| AgreementId::from_uuid(Uuid::from_bytes(b))),
        },
    };
    // One form only: what does not come out the same did not come from here.
    if fields.rest.is_empty() && encode(&entry) == bytes { Ok(entry) } else { Err(NotAnEntry) }
}

fn put(out: &mut Vec<u8>, tag: u8, value: &[u8]) {
    let Ok(length) = u16::try_from(value.len()) else { return };
    out.push(tag);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(value);
}

fn put_number(out: &mut Vec<u8>, tag: u8, value: Option<u64>) {
    if let Some(value) = value {
        put(out, tag, &value.to_be_bytes());
    }
}

fn actor_bytes(actor: Actor) -> Vec<u8> {
    let (number, id): (u16, &[u8]) = match &actor {
        Actor::Anonymous => (0, &[]),
        Actor::Holder(person) => (1, person.bytes()),
        Actor::Aidant(person) => (2, person.bytes()),
        Actor::Relative(person) => (3, person.bytes()),
        Actor::Client(institution) => (4, institution.bytes()),
        Actor::Agent(person) => (5, person.bytes()),
        Actor::CodeBearer(share) => (6, share.bytes()),
        Actor::Person(person) => (7, person.bytes()),
        Actor::Operator => (8, &[]),
        Actor::Job(job) => return [9_u16.to_be_bytes(), job.number().to_be_bytes()].concat(),
    };
    [&number.to_be_bytes(), id].concat()
}

fn read_actor(bytes: &[u8]) -> Result<Actor, NotAnEntry> {
    let (number, rest) = split_number(bytes)?;
    match number {
        0 if rest.is_empty() => Ok(Actor::Anonymous),
        1 => Ok(Actor::Holder(PersonId::from_uuid(uuid(rest)?))),
        2 => Ok(Actor::Aidant(PersonId::from_uuid(uuid(rest)?))),
        3 => Ok(Actor::Relative(PersonId::from_uuid(uuid(rest)?))),
        4 => Ok(Actor::Client(InstitutionId::from_uuid(uuid(rest)?))),
        5 => Ok(Actor::Agent(PersonId::from_uuid(uuid(rest)?))),
        6 => Ok(Actor::CodeBearer(ShareId::from_uuid(uuid(rest)?))),
        7 => Ok(Actor::Person(PersonId::from_uuid(uuid(rest)?))),
        8 if rest.is_empty() => Ok(Actor::Operator),
        9 => {
            let job = u16::from_be_bytes(rest.try_into().map_err(|_| NotAnEntry)?);
            Job::from_number(job).map(Actor::Job).ok_or(NotAnEntry)
        }
        _ => Err(NotAnEntry),
    }
}

fn object_bytes(object: Object) -> Vec<u8> {
    match &object {
        Object::None => 0_u16.to_be_bytes().to_vec(),
        Object::Locker(id) => [&1_u16.to_be_bytes(), id.bytes().as_slice()].concat(),
        Object::Document(id) => [&2_u16.to_be_bytes(), id.bytes().as_slice()].concat(),
        Object::Version(document, version) => {
            [&3_u16.to_be_bytes(), document.bytes().as_slice(), version.bytes().as_slice()].concat()
        }
        Object::Session(id) => [&4_u16.to_be_bytes(), id.bytes().as_slice()].concat(),
        Object::Organisation(id) => [&5_u16.to_be_bytes(), id.bytes().as_slice()].concat(),
        Object::Membership(id) => [&6_u16.to_be_bytes(), id.bytes().as_slice()].concat(),
        Object::Mandate(id) => [&7_u16.to_be_bytes(), id.bytes().as_slice()].concat(),
        Object::Visit(id) => [&8_u16.to_be_bytes(), id.bytes().as_slice()].concat(),
        Object::Institution(id) => [&9_u16.to_be_bytes(), id.bytes().as_slice()].concat(),
        Object::Request(id) => [&10_u16.to_be_bytes(), id.bytes().as_slice()].concat(),
        Object::Share(id) => [&11_u16.to_be_bytes(), id.bytes().as_slice()].concat(),
        Object::Agreement(id) => [&14_u16.to_be_bytes(), id.bytes().as_slice()].concat(),
    }
}

fn read_object(bytes: &[u8]) -> Result<Object, NotAnEntry> {
    let (number, rest) = split_number(bytes)?;
    match number {
        0 if rest.is_empty() => Ok(Object::None),
        1 => Ok(Object::Locker(LockerId::from_uuid(uuid(rest)?))),
        2 => Ok(Object::Document(DocumentId::from_uuid(uuid(rest)?))),
        3 => {
            let (document, version) = rest.split_at_checked(16).ok_or(NotAnEntry)?;
            Ok(Object::Version(DocumentId::from_uuid(uuid(document)?), VersionId::from_uuid(uuid(version)?)))
        }
        4 => Ok(Object::Session(SessionId::from_uuid(uuid(rest)?))),
        5 => Ok(Object::Organisation(OrganisationId::from_uuid(uuid(rest)?))),
        6 => Ok(Object::Membership(MembershipId::from_uuid(uuid(rest)?))),
        7 => Ok(Object::Mandate(MandateId::from_uuid(uuid(rest)?))),
        8 => Ok(Object::Visit(VisitId::from_uuid(uuid(rest)?))),
        9 => Ok(Object::Institution(InstitutionId::from_uuid(uuid(rest)?))),
        10 => Ok(Object::Request(PaperRequestId::from_uuid(uuid(rest)?))),
        11 => Ok(Object::Share(ShareId::from_uuid(uuid(rest)?))),
        14 => Ok(Object::Agreement(AgreementId::from_uuid(uuid(rest)?))),
        _ => Err(NotAnEntry),
    }
}

fn outcome_bytes(outcome: Outcome) -> Vec<u8> {
    match outcome {
        Outcome::Done => vec![0],
        Outcome::Refused(reason) => [&[1], reason.number().to_be_bytes().as_slice()].concat(),
        Outcome::Ended(reason) => [&[2], reason.number().to_be_bytes().as_slice()].concat(),
    }
}

fn read_outcome(bytes: &[u8]) -> Result<Outcome, NotAnEntry> {
    let (kind, rest) = bytes.split_first().ok_or(NotAnEntry)?;
    let reason = || rest.try_into().ok().and_then(|b| Reason::from_number(u16::from_be_bytes(b))).ok_or(NotAnEntry);
    match kind {
        0 if rest.is_empty() => Ok(Outcome::Done),
        1 => reason().map(Outcome::Refused),
        2 => reason().map(Outcome::Ended),
        _ => Err(NotAnEntry),
    }
}

fn split_number(bytes: &[u8]) -> Result<(u16, &[u8]), NotAnEntry> {
    let (number, rest) = bytes.split_first_chunk::<2>().ok_or(NotAnEntry)?;
    Ok((u16::from_be_bytes(*number), rest))
}

fn uuid(bytes: &[u8]) -> Result<Uuid, NotAnEntry> {
    Uuid::from_slice(bytes).map_err(|_| NotAnEntry)
}

struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// The value of the next field if it bears this tag; nothing is consumed otherwise.
    fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_first_chunk::<3>()?;
        let [found, high, low] = *head;
        if found != tag {
            return None;
        }
        let (value, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([high, low])))?;
        self.rest = rest;
        Some(value)
    }

    fn optional<const N: usize>(&mut self, tag: u8) -> Result<Option<[u8; N]>, NotAnEntry> {
        self.take(tag).map(|value| value.try_into().map_err(|_| NotAnEntry)).transpose()
    }

    fn array<const N: usize>(&mut self, tag: u8) -> Result<[u8; N], NotAnEntry> {
        self.optional(tag)?.ok_or(NotAnEntry)
    }

    fn uuid(&mut self, tag: u8) -> Result<Uuid, NotAnEntry> {
        self.array(tag).map(Uuid::from_bytes)
    }

    fn number(&mut self, tag: u8) -> Result<u64, NotAnEntry> {
        self.array(tag).map(u64::from_be_bytes)
    }

    fn small(&mut self, tag: u8) -> Result<u16, NotAnEntry> {
        self.array(tag).map(u16::from_be_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id() -> impl Strategy<Value = Uuid> {
        any::<[u8; 16]>().prop_map(Uuid::from_bytes)
    }

    fn one_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
        (0..all.len()).prop_map(|i| all[i])
    }

    fn actor() -> impl Strategy<Value = Actor> {
        prop_oneof![
            Just(Actor::Anonymous),
            Just(Actor::Operator),
            id().prop_map(|i| Actor::Holder(PersonId::from_uuid(i))),
            id().prop_map(|i| Actor::Person(PersonId::from_uuid(i))),
            id().prop_map(|i| Actor::Aidant(PersonId::from_uuid(i))),
            id().prop_map(|i| Actor::Relative(PersonId::from_uuid(i))),
            id().prop_map(|i| Actor::Client(InstitutionId::from_uuid(i))),
            id().prop_map(|i| Actor::Agent(PersonId::from_uuid(i))),
            id().prop_map(|i| Actor::CodeBearer(ShareId::from_uuid(i))),
            one_of(Job::ALL).prop_map(Actor::Job),
        ]
    }

    fn object() -> impl Strategy<Value = Object> {
        prop_oneof![
            Just(Object::None),
            id().prop_map(|i| Object::Locker(LockerId::from_uuid(i))),
            id().prop_map(|i| Object::Document(DocumentId::from_uuid(i))),
            id().prop_map(|i| Object::Session(SessionId::from_uuid(i))),
            id().prop_map(|i| Object::Organisation(OrganisationId::from_uuid(i))),
            id().prop_map(|i| Object::Membership(MembershipId::from_uuid(i))),
            id().prop_map(|i| Object::Mandate(MandateId::from_uuid(i))),
            id().prop_map(|i| Object::Visit(VisitId::from_uuid(i))),
            id().prop_map(|i| Object::Institution(InstitutionId::from_uuid(i))),
            id().prop_map(|i| Object::Request(PaperRequestId::from_uuid(i))),
            id().prop_map(|i| Object::Share(ShareId::from_uuid(i))),
            id().prop_map(|i| Object::Agreement(AgreementId::from_uuid(i))),
            (id(), id()).prop_map(|(d, v)| Object::Version(DocumentId::from_uuid(d), VersionId::from_uuid(v))),
        ]
    }

    fn outcome() -> impl Strategy<Value = Outcome> {
        prop_oneof![
            Just(Outcome::Done),
            one_of(Reason::ALL).prop_map(Outcome::Refused),
            one_of(Reason::ALL).prop_map(Outcome::Ended),
        ]
    }

    prop_compose! {
        fn entries()(
            chain in id(), seq in any::<u64>(), at in any::<i64>(), actor in actor(), object in object(),
            ground in one_of(Ground::ALL), action in one_of(Action::ALL), outcome in outcome(),
            strength in one_of(Strength::ALL), request in id(),
            optional in (any::<Option<[u8; 16]>>(), any::<Option<u64>>(), any::<Option<[u8; 32]>>(),
                         any::<Option<u64>>(), any::<Option<u64>>(), any::<Option<[u8; 16]>>(), any::<Option<[u8; 32]>>(),
                         proptest::option::of(one_of(Action::ALL))),
            helping in any::<[Option<[u8; 16]>; 6]>(), row in any::<Option<[u8; 32]>>(),
        ) -> Entry {
            let (session, closes, blob_sha256, bytes, count, origin, evidence, of) = optional;
            let [membership, mandate, visit, share, asked, agreement] = helping.map(|id| id.map(Uuid::from_bytes));
            Entry {
                chain: ChainId::from_uuid(chain), seq, at: Timestamp::from_micros(at),
                line: Line {
                    actor, ground, action, object, outcome, strength, request: RequestId::from_uuid(request),
                    session: session.map(|b| SessionId::from_uuid(Uuid::from_bytes(b))),
                    closes, blob_sha256, bytes, count, origin, evidence, of,
                    membership: membership.map(MembershipId::from_uuid),
                    mandate: mandate.map(MandateId::from_uuid),
                    visit: visit.map(VisitId::from_uuid),
                    share: share.map(ShareId::from_uuid),
                    row,
                    asked: asked.map(PaperRequestId::from_uuid),
                    agreement: agreement.map(AgreementId::from_uuid),
                },
            }
        }
    }

    proptest! {
        #[test]
        fn an_entry_reads_back_as_itself(entry in entries()) {
            prop_assert_eq!(decode(&encode(&entry)), Ok(entry));
        }

        #[test]
        fn any_changed_byte_is_another_entry_or_none(entry in entries(), place in any::<prop::sample::Index>(), flip in 1_u8..) {
            let mut bytes = encode(&entry);
            let at = place.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert_ne!(decode(&bytes), Ok(entry));
        }

        #[test]
        fn bytes_that_read_are_the_bytes_that_write(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(entry) = decode(&bytes) {
                prop_assert_eq!(encode(&entry), bytes);
            }
        }

        #[test]
        fn a_cut_entry_is_refused(entry in entries(), place in any::<prop::sample::Index>()) {
            let bytes = encode(&entry);
            let at = place.index(bytes.len());
            // Cutting exactly at the end of an optional tail gives another valid entry, never the same one.
            prop_assert_ne!(decode(&bytes[..at]), Ok(entry));
        }
    }
}
