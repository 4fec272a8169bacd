//! A line as it is written: who, what, on what, by what right, how it ended; and the line in its place.

use super::{Action, Ground, Job, Reason, Strength};
use crate::domain::ids::{
    AgreementId, ChainId, DocumentId, InstitutionId, LockerId, MandateId, MembershipId, OrganisationId, PaperRequestId,
    PersonId, RequestId, SessionId, ShareId, VersionId, VisitId,
};
use crate::domain::source::Timestamp;

/// Who acts: a closed table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Nobody known.
    Anonymous,
    /// The holder of the locker at hand.
    Holder(PersonId),
    /// An aidant, as a member of an organisation (the entry names the membership).
    Aidant(PersonId),
    /// Somebody who helps on their own.
    Relative(PersonId),
    /// A program of an institution.
    Client(InstitutionId),
    /// Somebody who acts for an institution, as a member of its office (the entry names the membership).
    Agent(PersonId),
    /// Somebody without an account who has the code of a share.
    CodeBearer(ShareId),
    /// Somebody signed in, with no tie to what is at hand.
    Person(PersonId),
    /// Whoever runs the service, by a command.
    Operator,
    /// A job of the service.
    Job(Job),
}

/// What is acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object {
    /// Nothing in particular.
    None,
    /// A locker.
    Locker(LockerId),
    /// A paper.
    Document(DocumentId),
    /// A version of a paper.
    Version(DocumentId, VersionId),
    /// A session.
    Session(SessionId),
    /// An organisation.
    Organisation(OrganisationId),
    /// Somebody's place in an organisation.
    Membership(MembershipId),
    /// What lets a helper in, or is proposed to.
    Mandate(MandateId),
    /// A helper's time in a locker.
    Visit(VisitId),
    /// A body that receives papers.
    Institution(InstitutionId),
    /// What it asks somebody for.
    Request(PaperRequestId),
    /// What somebody handed over.
    Share(ShareId),
    /// That it may deposit papers.
    Agreement(AgreementId),
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Allowed and done (a reading: allowed and begun).
    Done,
    /// The answer was no.
    Refused(Reason),
    /// Allowed, and it went wrong; or, on a closing, why it stopped.
    Ended(Reason),
}

/// What a caller of the journal states; chain, sequence and time are added when it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Who.
    pub actor: Actor,
    /// By what right.
    pub ground: Ground,
    /// What.
    pub action: Action,
    /// On what.
    pub object: Object,
    /// How it ended.
    pub outcome: Outcome,
    /// How surely the actor was known.
    pub strength: Strength,
    /// The request or command it came with.
    pub request: RequestId,
    /// The session it came through.
    pub session: Option<SessionId>,
    /// The sequence number of the entry that this one closes.
    pub closes: Option<u64>,
    /// The action of the entry that this one closes.
    pub of: Option<Action>,
    /// SHA-256 of the deposited ciphertext.
    pub blob_sha256: Option<[u8; 32]>,
    /// Bytes of content moved.
    pub bytes: Option<u64>,
    /// How many times the same happened (coalesced refusals, swept blobs, entries verified).
    pub count: Option<u64>,
    /// Where it came from: a keyed hash of the network address, service chain only.
    pub origin: Option<[u8; 16]>,
    /// SHA-256 of the text that somebody agreed to.
    pub evidence: Option<[u8; 32]>,
    /// The membership that an aidant acts as.
    pub membership: Option<MembershipId>,
    /// The mandate that is acted under, or concerned.
    pub mandate: Option<MandateId>,
    /// The visit that it belongs to.
    pub visit: Option<VisitId>,
    /// The share that is read under, or concerned.
    pub share: Option<ShareId>,
    /// SHA-256 of what a row says from then on: of which, the format tells for each action.
    pub row: Option<[u8; 32]>,
    /// The request for papers that is answered.
    pub asked: Option<PaperRequestId>,
    /// The agreement that is deposited under.
    pub agreement: Option<AgreementId>,
}

impl Line {
    /// A line with the parts that every line has.
    pub const fn new(
        actor: Actor,
        ground: Ground,
        action: Action,
        object: Object,
        outcome: Outcome,
        request: RequestId,
    ) -> Self {
        Self {
            actor,
            ground,
            action,
            object,
            outcome,
            strength: Strength::None,
            request,
            session: None,
            closes: None,
            of: None,
            blob_sha256: None,
            bytes: None,
            count: None,
            origin: None,
            evidence: None,
            membership: None,
            mandate: None,
            visit: None,
            share: None,
            agreement: None,
            row: None,
            asked: None,
        }
    }
}

/// A line in its place: what is hashed, chained and kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The chain it stands in.
    pub chain: ChainId,
    /// Its place, from 1, without a gap.
    pub seq: u64,
    /// When; never before the entry it follows.
    pub at: Timestamp,
    /// What happened.
    pub line: Line,
}
