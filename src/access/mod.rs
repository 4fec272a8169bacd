//! The door (DESIGN §2): every access goes through here, gets its line in the journal first, and its right as a value.
//!
//! In one transaction: lock the session, then the locker's chain; read the facts; then the time; decide (`domain::policy`); write the entry, yes or no; commit. (A holder who reads a whole content is decided on without a lock, and the entry is
//! written only if the chain still ends where it did: decision 16.) No other module asks the policy or makes a right: a test holds that.
//! To add an action, see `domain::policy`; then call [`Door::begin`] with its type, do the statements, and [`Door::commit`].

mod acting;
mod agents;
mod agreements;
mod attesting;
mod bearers;
mod believed;
mod bundles;
mod code_tries;
mod contacts;
mod dates;
mod elsewhere;
mod ending;
mod factors;
mod following;
mod founding;
mod giving;
mod handing;
mod helpers;
mod institutions;
mod judging;
mod kept_codes;
mod lives;
mod mandates;
mod narrowing;
mod notices;
mod organisations;
mod own_sessions;
mod own_sheets;
mod proposed;
mod readings;
mod refusals;
mod reminding;
mod replacing;
mod requests;
mod rotation;
mod sessions;
mod share_ends;
mod sharing;
mod sheets;
mod told;
mod transferring;
mod visitors;
mod visits;
mod webhooks;
mod window_ends;
mod windows;
mod wrong_names;

use std::sync::Arc;

pub use acting::Withdrawing;
pub use agreements::{Agreed, Issuing, NewAgreement};
pub use attesting::Attesting;
pub use bearers::{NewCodeShare, Refused, TypedCode};
pub use bundles::Fetched;
pub use contacts::{NewContact, Settled, Typed};
pub use dates::Looking;
pub use factors::{FactorState, Presented};
pub use following::Followed;
pub use giving::NewMandate;
pub use handing::{Sharing, Terms};
pub use mandates::{NewProposal, PROPOSAL};
pub use notices::{Attempt, Taken, Tells};
pub use organisations::{Change, Invitation};
pub use own_sessions::Ending;
pub use readings::Progress;
pub use reminding::TakenReminder;
pub use replacing::Replacement;
pub use requests::{NewRequest, Which, Written};
pub use sessions::{NewSignIn, Token, Whoami};
pub use sharing::{Part, ShareChange};
pub use sheets::{AtSheet, SheetTold, WaitingSheet};
pub use transferring::NewSuccessor;
pub use visits::VISIT;
pub use webhooks::{Outcry, Telling};
pub use windows::{Entering, NewWindow, WindowToken};

use crate::domain::entry::{Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::{
    DocumentId, LockerId, MandateId, OrganisationId, PaperRequestId, PersonId, RequestId, VersionId, VisitId,
};
use crate::domain::institution::ClientToken;
use crate::domain::person::IssuerKind;
use crate::domain::policy::{self, Changes, DocumentFacts, Facts};
use crate::domain::proof::{Claim, Prover};
use crate::domain::source::{Moment, Source, Timestamp};
use crate::store::deployment::Deployment;
use crate::store::grant::{Act, Bearer, Grant, Held, Pending};
use crate::store::lockers::Tie;
use crate::store::people::SessionRow;
use crate::store::{Db, StoreError, Tx, documents, entries, lockers, people, under_way};
use judging::{No, Stand, When};
use refusals::{Knocker, Refusals};

/// Who is at the door, as far as the request shows.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The session's token, if the request bore one.
    pub token: Option<Token>,
    /// The visit that the request belongs to, when it is a helper's.
    pub visit: Option<VisitId>,
    /// The token that it bore, verified, when it is from a program of an institution: it has no session then.
    pub client: Option<ClientToken>,
    /// The office that the address names, when somebody comes for the institution whose office it is.
    pub office: Option<OrganisationId>,
    /// The request.
    pub request: RequestId,
    /// Where it comes from: a keyed hash of the network address.
    pub origin: [u8; 16],
}

impl Caller {
    /// Tells apart who asks: the same for each request of a session, and for all that bear none.
    pub fn mark(&self) -> [u8; 32] {
        self.token.as_ref().map_or([0; 32], |token| *token.hash())
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// The locker.
    pub locker: LockerId,
    /// The paper, when the action is about one.
    pub document: Option<DocumentId>,
    /// The version, when it isn't the newest.
    pub version: Option<VersionId>,
    /// Bytes that it would add.
    pub adding: u64,
    /// SHA-256 of the deposited ciphertext.
    pub blob_sha256: Option<[u8; 32]>,
    /// What the entry names, when it isn't the paper asked for (a paper that is being made).
    pub object: Option<Object>,
    /// The entry that this one closes.
    pub closes: Option<u64>,
    /// SHA-256 of the text that is agreed to.
    pub evidence: Option<[u8; 32]>,
    /// SHA-256 of what a row says from then on.
    pub row: Option<[u8; 32]>,
    /// The request for papers that is answered.
    pub asked: Option<PaperRequestId>,
    /// What it would change about a paper, as far as rights look at it.
    pub changes: Changes,
    /// The mandate under which a visit is to begin.
    pub mandate: Option<MandateId>,
    /// By what an institution deposits, where one does.
    pub issuing: Option<Issuing>,
}

impl Ask {
    /// About a locker.
    pub const fn locker(locker: LockerId) -> Self {
        Self {
            locker,
            document: None,
            version: None,
            adding: 0,
            blob_sha256: None,
            object: None,
            closes: None,
            evidence: None,
            row: None,
            asked: None,
            changes: Changes { into: None, private: None },
            mandate: None,
            issuing: None,
        }
    }

    /// About a paper of a locker.
    pub const fn paper(locker: LockerId, document: DocumentId, version: Option<VersionId>) -> Self {
        Self { document: Some(document), version, ..Self::locker(locker) }
    }
}

/// The answer is no, or there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No, and why; the attempt is in a journal.
    #[error("refused: {}", .0.code())]
    Denied(Reason),
    /// The journal can't be written, so nothing is served.
    #[error(transparent)]
    Away(#[from] StoreError),
}

/// The door. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Door(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    deployment: Deployment,
    prover: Option<Arc<dyn Prover>>,
    refusals: Refusals,
    looked: told::Looked,
    visitors: visitors::Visitors,
    handed: visitors::HandedOver,
}

impl Door {
    /// For one database and installation.
    pub fn new(db: Db, deployment: Deployment, prover: Arc<dyn Prover>) -> Self {
        Self(Arc::new(Inner {
            db,
            deployment,
            prover: Some(prover),
            refusals: Refusals::default(),
            looked: told::Looked::default(),
            visitors: visitors::Visitors::default(),
            handed: visitors::HandedOver::default(),
        }))
    }

    /// For commands that only add lines to the service's chain: without keys, nobody is believed and nothing opens.
    pub fn for_notes(db: Db, deployment: Deployment) -> Self {
        Self(Arc::new(Inner {
            db,
            deployment,
            prover: None,
            refusals: Refusals::default(),
            looked: told::Looked::default(),
            visitors: visitors::Visitors::default(),
            handed: visitors::HandedOver::default(),
        }))
    }

    /// Whether a row that says who is who bears its proof. One that does not was written by somebody else.
    fn is_proven(&self, claim: &Claim<'_>, proof: &[u8]) -> bool {
        let proven = self.0.prover.as_ref().is_some_and(|prover| prover.is_proven(claim, proof));
        if !proven {
            tracing::error!("a row that says who is who does not bear its proof: it is not believed");
        }
        proven
    }

    fn prove(&self, claim: &Claim<'_>) -> Result<[u8; 32], StoreError> {
        self.0.prover.as_ref().map(|prover| prover.prove(claim)).ok_or(StoreError::Other)
    }

    /// The session that a request bears, locked, if it is one that we wrote.
    async fn session(&self, tx: &mut Tx, caller: &Caller) -> Result<Option<SessionRow>, StoreError> {
        let Some(token) = &caller.token else { return Ok(None) };
        Ok(people::lock_session(tx, token.hash()).await?.filter(|row| self.is_proven(&row.claim(), &row.proof)))
    }

    fn believed(&self, tie: Option<Tie>) -> Option<Tie> {
        tie.filter(|tie| self.is_held(tie))
    }

    /// Whether a tie bears its proof.
    fn is_held(&self, tie: &Tie) -> bool {
        self.is_proven(&Claim::Locker { locker: tie.locker(), holder: tie.holder() }, tie.proof())
    }

    /// A person's own locker, if they have one.
    async fn own_locker(&self, tx: &mut Tx, person: PersonId) -> Result<Option<Tie>, StoreError> {
        Ok(self.believed(lockers::of_person(tx, person).await?))
    }

    /// The same for what ends or begins a session: one that is being opened at this very moment is waited for, so that the line
    /// stands in the journal that the session's readings stand in.
    async fn own_locker_settled(&self, tx: &mut Tx, person: PersonId) -> Result<Option<Tie>, StoreError> {
        if let Some(tie) = self.own_locker(tx, person).await? {
            return Ok(Some(tie));
        }
        people::lock_person(tx, person).await?;
        self.own_locker(tx, person).await
    }

    /// The injected source of time and randomness.
    pub fn source(&self) -> &Source {
        self.0.db.source()
    }

    /// A small real round trip to the database.
    pub async fn health(&self) -> Result<(), StoreError> {
        self.0.db.health().await
    }

    /// Decides, and writes the entry. On yes, the transaction goes on: the caller does its statements with the pending
    /// right, then [`Self::commit`]. On no, the refusal is committed.
    pub async fn begin<A: Act>(&self, caller: &Caller, ask: &Ask) -> Result<(Tx, Pending<A>), Refusal> {
        if let Some(issuing) = ask.issuing {
            return self.begin_issuing::<A>(caller, ask, issuing).await;
        }
        let (mut tx, stand) = self.admitted::<A>(caller, ask).await?;
        let pending = self.issue(&mut tx, caller, ask, stand).await?;
        Ok((tx, pending))
    }

    /// The first half: what a yes rests on. Its entry is to be written, or the transaction dropped.
    async fn admitted<A: Act>(&self, caller: &Caller, ask: &Ask) -> Result<(Tx, Stand), Refusal> {
        let (tx, stand) = self.stand::<A>(caller, ask).await?;
        match stand {
            Ok(stand) => Ok((tx, stand)),
            Err(no) => Err(self.refuse::<A>(tx, caller, ask, no).await),
        }
    }

    /// The second half: the entry, and the right.
    async fn issue<A: Act>(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        ask: &Ask,
        stand: Stand,
    ) -> Result<Pending<A>, StoreError> {
        let line = stand.line::<A>(caller, ask);
        let allowed = stand.allowed;
        Pending::issue(tx, allowed, stand.bearer(), line).await
    }

    /// Commits the entry with what was written under it; only what this returns opens anything.
    pub async fn commit<A: Act>(&self, tx: Tx, pending: Pending<A>) -> Result<Grant<A>, Refusal> {
        Ok(pending.commit(tx).await?)
    }

    /// Writes down that the answer was no: in the locker's journal when somebody with a tie to it was refused, in the
    /// service's otherwise.
    async fn refuse<A: Act>(&self, mut tx: Tx, caller: &Caller, ask: &Ask, mut no: No) -> Refusal {
        // A helper who knocks again and again does not fill the holder's journal.
        let helper = no.person.filter(|_| no.help.is_some() && no.at_home);
        if helper.is_some_and(|person| self.0.refusals.fills(person, self.source().now())) {
            no.at_home = false;
        }
        let written = if let (true, Some(person)) = (no.at_home, no.person) {
            let object = ask.document.map_or(Object::Locker(ask.locker), Object::Document);
            let outcome = Outcome::Refused(no.reason);
            let actor = no.help.as_ref().map_or(Actor::Holder(person), |help| help.actor);
            let line = Line {
                membership: no.help.as_ref().and_then(|help| help.membership),
                mandate: no.help.as_ref().map(|help| help.mandate),
                visit: no.help.as_ref().and_then(|help| help.visit),
                ..Line::new(actor, Ground::None, A::ACTION, object, outcome, caller.request)
            };
            match entries::append(&mut tx, ask.locker.chain(), line).await {
                Ok(_) => tx.commit().await,
                Err(error) => Err(error),
            }
        } else {
            drop(tx);
            let actor = no.person.map_or(Actor::Anonymous, Actor::Person);
            self.refuse_outside(caller, actor, A::ACTION, no.reason).await
        };
        // Whoever knocks at doors that are not theirs, again and again, is told to wait; those at home never are.
        let who = no.person.filter(|_| no.stands).map_or(Knocker::Origin(caller.origin), Knocker::Person);
        let is_tiresome = !no.at_home && self.0.refusals.knock(who, self.source().now());
        // Nor is who was at home until a moment ago, and has to come in again: that is what they must hear.
        let was_in = matches!(no.reason, Reason::SessionEnded | Reason::SessionExpired | Reason::SessionIdle);
        let is_tiresome = is_tiresome && !was_in;
        let reason = if is_tiresome { Reason::TooMany } else { no.reason };
        written.map_or_else(Refusal::Away, |()| Refusal::Denied(reason))
    }

    /// Adds to the granted locker's journal that what was granted did not open.
    pub async fn note_damage(&self, caller: &Caller, grant: &impl Held, object: Object) -> Result<(), StoreError> {
        let holder = || grant.person().map_or(Actor::Anonymous, Actor::Holder);
        let receives = grant.share().map(|(actor, _)| actor);
        let issues = grant.issuer().map(|issuer| Actor::Client(issuer.institution));
        let actor = receives.or(issues).or(grant.help().map(|help| help.actor)).unwrap_or_else(holder);
        let outcome = Outcome::Ended(Reason::Damaged);
        let line = Line {
            session: grant.session(),
            membership: grant.help().and_then(|help| help.membership),
            mandate: grant.help().map(|help| help.mandate),
            visit: grant.help().and_then(|help| help.visit),
            share: grant.share().map(|(_, share)| share),
            agreement: grant.issuer().map(|issuer| issuer.agreement),
            ..Line::new(actor, Ground::None, grant.action(), object, outcome, caller.request)
        };
        let mut tx = self.0.db.begin().await?;
        entries::append(&mut tx, grant.locker().chain(), line).await?;
        tx.commit().await
    }

    /// Opens a person's locker: its row, its chain, its first entry, which bears the SHA-256 of what they agreed to. The caller
    /// adds keys, collections and the text itself, then commits.
    pub async fn begin_locker(
        &self,
        caller: &Caller,
        quota: u64,
        evidence: [u8; 32],
    ) -> Result<(Tx, Pending<crate::store::grant::act::OpenLocker>), Refusal> {
        use crate::store::grant::act::OpenLocker;
        let mut tx = self.0.db.begin().await?;
        let session = self.session(&mut tx, caller).await?;
        let Some(session) = session else {
            drop(tx);
            self.refuse_outside(caller, Actor::Anonymous, OpenLocker::ACTION, Reason::NotSignedIn).await?;
            return Err(Refusal::Denied(Reason::NotSignedIn));
        };
        let person = session.facts.person;
        let moment = tx.moment().await?;
        let refusal = match lockers::of_person(&mut tx, person).await? {
            Some(_) => Some(Reason::AlreadyOpen),
            None if session.facts.issuer != IssuerKind::Holder => Some(Reason::NotAllowed),
            None => session.facts.check(moment).err(),
        };
        if let Some(reason) = refusal {
            drop(tx);
            self.refuse_outside(caller, Actor::Person(person), OpenLocker::ACTION, reason).await?;
            return Err(Refusal::Denied(reason));
        }
        let (tx, pending) =
            self.create_locker(tx, person, Some(&session), caller.request, moment, quota, evidence).await?;
        Ok((tx, pending))
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one locker")]
    async fn create_locker(
        &self,
        mut tx: Tx,
        person: PersonId,
        session: Option<&SessionRow>,
        request: RequestId,
        moment: Moment,
        quota: u64,
        evidence: [u8; 32],
    ) -> Result<(Tx, Pending<crate::store::grant::act::OpenLocker>), Refusal> {
        use crate::store::grant::act::OpenLocker;
        let now = moment.now;
        let locker = LockerId::draw(tx.source());
        entries::create(&mut tx, locker.chain(), entries::ChainKind::Locker, now).await?;
        let proof = self.prove(&Claim::Locker { locker, holder: person })?;
        let tie = match lockers::create(&mut tx, locker, person, now, quota, proof).await {
            Err(StoreError::Conflict) => return Err(Refusal::Denied(Reason::AlreadyOpen)),
            other => other?,
        };
        let facts = Facts {
            session: session.map(|s| s.facts),
            locker: Some(tie.facts()),
            document: DocumentFacts::NotNamed,
            ..Facts::NONE
        };
        let allowed =
            policy::decide(Actor::Holder(person), OpenLocker::ACTION, &facts, moment).map_err(Refusal::Denied)?;
        let mut line = Line::new(
            Actor::Holder(person),
            allowed.ground(),
            OpenLocker::ACTION,
            Object::Locker(locker),
            Outcome::Done,
            request,
        );
        line.session = session.map(|s| s.session);
        line.evidence = Some(evidence);
        line.strength = session.map_or(crate::domain::entry::Strength::None, |s| s.strength);
        let bearer = Bearer { person: Some(person), session: line.session, ..Bearer::default() };
        let pending = Pending::issue(&mut tx, allowed, bearer, line).await?;
        Ok((tx, pending))
    }

    /// Writes a line of the service's own chain: commands, jobs, failed sign-ins.
    pub async fn note(&self, line: Line) -> Result<(), StoreError> {
        let mut tx = self.0.db.begin().await?;
        entries::append(&mut tx, self.0.deployment.service_chain(), line).await?;
        tx.commit().await
    }

    /// What nobody has touched since a moment: work for the closing job.
    pub async fn stale(&self, before: Timestamp) -> Result<Vec<under_way::UnderWay>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let rows = under_way::stale(&mut tx, before).await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// Whether a blob belongs to a version, or may soon: what the sweeper asks before it removes one. Ids only, nothing opens.
    pub async fn is_blob_needed(&self, locker: LockerId, blob: &str) -> Result<bool, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let needed = documents::needs_blob(&mut tx, locker, blob).await?;
        tx.commit().await?;
        Ok(needed)
    }

    /// Forgets sessions that ended before a moment, sign-ins that are over now, who added what can't be taken back, and windows
    /// that have been over for a while.
    pub async fn forget_ended(&self, before: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.0.db.begin().await?;
        let now = tx.now().await?;
        people::forget_ended(&mut tx, before, now).await?;
        self.forget_deposits(&mut tx, now).await?;
        crate::store::code_tries::forget(&mut tx, now.minus(code_tries::KEPT)).await?;
        crate::store::windows::tidy(&mut tx, now, now.minus(windows::KEPT)).await?;
        tx.commit().await
    }

    /// Whether one process owns the database.
    pub fn is_single_process(&self) -> bool {
        self.0.db.is_single_process()
    }
}
