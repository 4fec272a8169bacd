//! The door (DESIGN §2): every access goes through here, gets its line in the journal first, and its right as a value.
//!
//! In one transaction: lock the session, then the locker's chain; read the facts; then the time; decide (`domain::policy`);
//! write the entry, yes or no; commit. No other module asks the policy or makes a right: a test holds that. To add an
//! action, see `domain::policy`; then call [`Door::begin`] with its type, do the statements, and [`Door::commit`].

mod lives;
mod own_sessions;
mod readings;
mod refusals;
mod rotation;
mod sessions;

use std::sync::Arc;

pub use own_sessions::Ending;
pub use readings::Progress;
pub use sessions::{NewSignIn, Token, Whoami};

use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::{DocumentId, LockerId, PersonId, RequestId, VersionId};
use crate::domain::policy::{self, Allowed, DocumentFacts, Facts, LockerFacts, Standing};
use crate::domain::proof::{Claim, Prover};
use crate::domain::source::{Moment, Source, Timestamp};
use crate::store::deployment::Deployment;
use crate::store::documents::{Found, Paper};
use crate::store::grant::{Act, Bearer, Grant, Held, Pending};
use crate::store::lockers::Tie;
use crate::store::look::{self, Seen, Sought};
use crate::store::people::SessionRow;
use crate::store::{Db, StoreError, Tx, documents, entries, lockers, people, under_way};
use refusals::{Knocker, Refusals};

/// Who is at the door, as far as the request shows.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The session's token, if the request bore one.
    pub token: Option<Token>,
    /// The request.
    pub request: RequestId,
    /// Where it comes from: a keyed hash of the network address.
    pub origin: [u8; 16],
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
}

/// Everything the decision rests on, read under the locks.
struct Stand {
    session: SessionRow,
    tie: Tie,
    paper: Option<Paper>,
    allowed: Allowed,
    moment: Moment,
}

/// Where in an action the door is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// Before it.
    Begins,
    /// In the middle of a stream.
    GoesOn,
}

impl Stand {
    fn line<A: Act>(&self, caller: &Caller, ask: &Ask) -> Line {
        let named = self.paper.as_ref().map(|p| Object::Version(p.document, p.version));
        let object = ask.object.or(named).unwrap_or(Object::Locker(ask.locker));
        let actor = Actor::Holder(self.session.facts.person);
        Line {
            strength: self.session.strength,
            session: Some(self.session.session),
            closes: ask.closes,
            blob_sha256: ask.blob_sha256,
            evidence: ask.evidence,
            ..Line::new(actor, self.allowed.ground(), A::ACTION, object, Outcome::Done, caller.request)
        }
    }

    fn bearer(self) -> Bearer {
        Bearer {
            person: Some(self.session.facts.person),
            session: Some(self.session.session),
            paper: self.paper.map(Box::new),
        }
    }
}

impl Door {
    /// For one database and installation.
    pub fn new(db: Db, deployment: Deployment, prover: Arc<dyn Prover>) -> Self {
        Self(Arc::new(Inner { db, deployment, prover: Some(prover), refusals: Refusals::default() }))
    }

    /// For commands that only add lines to the service's chain: without keys, nobody is believed and nothing opens.
    pub fn for_notes(db: Db, deployment: Deployment) -> Self {
        Self(Arc::new(Inner { db, deployment, prover: None, refusals: Refusals::default() }))
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
        tie.filter(|t| self.is_proven(&Claim::Locker { locker: t.locker(), holder: t.holder() }, t.proof()))
    }

    /// A person's own locker, if they have one.
    async fn own_locker(&self, tx: &mut Tx, person: PersonId) -> Result<Option<Tie>, StoreError> {
        Ok(self.believed(lockers::of_person(tx, person).await?))
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
        let (mut tx, stand) = self.stand::<A>(caller, ask).await?;
        let stand = match stand {
            Ok(stand) => stand,
            Err(no) => return Err(self.refuse::<A>(tx, caller, ask, no).await),
        };
        let line = stand.line::<A>(caller, ask);
        let allowed = stand.allowed;
        let pending = Pending::issue(&mut tx, allowed, stand.bearer(), line).await?;
        Ok((tx, pending))
    }

    /// Commits the entry with what was written under it; only what this returns opens anything.
    pub async fn commit<A: Act>(&self, tx: Tx, pending: Pending<A>) -> Result<Grant<A>, Refusal> {
        Ok(pending.commit(tx).await?)
    }

    /// Begins a transaction, locks, reads the facts, reads the time, decides; notes that the session was used.
    async fn stand<A: Act>(&self, caller: &Caller, ask: &Ask) -> Result<(Tx, Result<Stand, No>), StoreError> {
        let (mut tx, stand) = self.look::<A>(caller, ask, When::Begins).await?;
        if let Ok(stand) = &stand {
            self.note_use(&mut tx, &stand.session, stand.moment).await?;
        }
        Ok((tx, stand))
    }

    /// The same without noting a use: a stream that goes on by itself keeps no session awake.
    async fn look<A: Act>(
        &self,
        caller: &Caller,
        ask: &Ask,
        when: When,
    ) -> Result<(Tx, Result<Stand, No>), StoreError> {
        let (mut tx, seen) = match &caller.token {
            Some(token) => {
                let (locker, document, version) = (ask.locker, ask.document, ask.version);
                look::begin(&self.0.db, &Sought { token: token.hash(), locker, document, version }).await?
            }
            None => (self.0.db.begin().await?, Seen::default()),
        };
        let decided = self.judge::<A>(&mut tx, seen, ask, when).await?;
        Ok((tx, decided))
    }

    /// Decides on what was seen, and on what else the action asks for.
    async fn judge<A: Act>(
        &self,
        tx: &mut Tx,
        seen: Seen,
        ask: &Ask,
        when: When,
    ) -> Result<Result<Stand, No>, StoreError> {
        let Some(session) = seen.session.filter(|row| self.is_proven(&row.claim(), &row.proof)) else {
            return Ok(Err(No { reason: Reason::NotSignedIn, person: None, stands: false, at_home: false }));
        };
        let person = session.facts.person;
        let tie = self.believed(seen.tie);
        let standing = tie.as_ref().map_or(Standing::Open, |tie| self.judged(tie.locker(), seen.closure));
        let mut paper = None;
        let (mut used, mut versions, mut depositing, mut long) = (0, 0, 0, 0);
        if let Some(tie) = &tie {
            match seen.found {
                Some(Found::Paper(found)) => paper = Some(*found),
                Some(Found::Unreadable(_)) if session.facts.check(tx.moment().await?).is_ok() => {
                    return Ok(Err(No { reason: Reason::Damaged, person: Some(person), stands: true, at_home: true }));
                }
                Some(Found::Unreadable(_)) | None => {}
            }
            let reads_everything =
                matches!(A::ACTION, Action::ControlDocument | Action::ControlLocker | Action::Export);
            if reads_everything && when == When::Begins {
                long = under_way::long(tx, tie).await?;
            }
            if ask.adding > 0 {
                (used, versions) = documents::used(tx, tie).await?;
                // The end of a deposit is under way itself.
                let own = u64::from(ask.closes.is_some());
                depositing = under_way::deposits(tx, tie).await?.saturating_sub(own);
            }
        }
        let moment = tx.moment().await?;
        let facts = Facts {
            session: Some(session.facts),
            locker: tie.map(|t| LockerFacts { standing, used, versions, depositing, long, ..t.facts() }),
            document: match (ask.document, &paper) {
                (None, _) => DocumentFacts::NotNamed,
                (Some(_), None) => DocumentFacts::Unknown,
                (Some(_), Some(paper)) => DocumentFacts::Known(paper.state),
            },
            adding: ask.adding,
        };
        let actor = if tie.is_some() { Actor::Holder(person) } else { Actor::Person(person) };
        let decision = match when {
            When::Begins => policy::decide(actor, A::ACTION, &facts, moment),
            When::GoesOn => policy::decide_going_on(actor, A::ACTION, &facts, moment),
        };
        match (decision, tie) {
            (Ok(allowed), Some(tie)) => Ok(Ok(Stand { session, tie, paper, allowed, moment })),
            (Ok(_), None) => {
                Ok(Err(No { reason: Reason::NoRelation, person: Some(person), stands: true, at_home: false }))
            }
            (Err(reason), tie) => {
                // A session that has ended proves nothing about who bears it: not a line of the locker's own journal.
                let stands = session.facts.check(moment).is_ok();
                Ok(Err(No { reason, person: Some(person), stands, at_home: tie.is_some() && stands }))
            }
        }
    }

    /// Writes down that the answer was no: in the locker's journal when somebody with a tie to it was refused, in the
    /// service's otherwise.
    async fn refuse<A: Act>(&self, mut tx: Tx, caller: &Caller, ask: &Ask, no: No) -> Refusal {
        let written = if let (true, Some(person)) = (no.at_home, no.person) {
            let object = ask.document.map_or(Object::Locker(ask.locker), Object::Document);
            let outcome = Outcome::Refused(no.reason);
            let line = Line::new(Actor::Holder(person), Ground::None, A::ACTION, object, outcome, caller.request);
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

    /// Keeps the session awake; written at most twice a minute.
    async fn note_use(&self, tx: &mut Tx, session: &SessionRow, moment: Moment) -> Result<(), StoreError> {
        if moment.clock < session.facts.seen_at.plus(std::time::Duration::from_secs(30)) {
            return Ok(());
        }
        let mut seen = session.clone();
        seen.facts.seen_at = moment.clock;
        people::see_session(tx, &seen.token, moment.clock, &self.prove(&seen.claim())?).await
    }

    /// Adds to the granted locker's journal that what was granted did not open.
    pub async fn note_damage(&self, caller: &Caller, grant: &impl Held, object: Object) -> Result<(), StoreError> {
        let actor = grant.person().map_or(Actor::Anonymous, Actor::Holder);
        let outcome = Outcome::Ended(Reason::Damaged);
        let line = Line {
            session: grant.session(),
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
            adding: 0,
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
        let bearer = Bearer { person: Some(person), session: line.session, paper: None };
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

    /// Forgets sessions that ended before a moment, and sign-ins that are over now.
    pub async fn forget_ended(&self, before: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.0.db.begin().await?;
        let now = tx.now().await?;
        people::forget_ended(&mut tx, before, now).await?;
        tx.commit().await
    }

    /// Whether one process owns the database.
    pub fn is_single_process(&self) -> bool {
        self.0.db.is_single_process()
    }
}

/// A no, with what is needed to write it down in the right place.
struct No {
    reason: Reason,
    person: Option<PersonId>,
    /// Whether the session stands: only then it says who bears it.
    stands: bool,
    /// Whether the one refused has a tie to the locker, by a session that stands.
    at_home: bool,
}
