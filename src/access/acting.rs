//! What helpers do with single versions, besides reading and adding: vouching for one whose original they have seen, taking back
//! one that they added by mistake.
//!
//! What is taken back may have been opened meanwhile: the journal says so, and the referents of the organisation that it was
//! added for are told, in their own chain. So that chain is locked first, as wherever an organisation is concerned.

use std::time::Duration;

use super::judging::Stand;
use super::{Ask, Caller, Door, Refusal};
use crate::domain::entry::{Action, Actor, Entry, Ground, Line, Object, Outcome};
use crate::domain::ids::{DocumentId, LockerId, PersonId, RequestId, VersionId};
use crate::domain::policy::{DepositFacts, WITHDRAWAL};
use crate::domain::source::Timestamp;
use crate::store::deposits::{self, DepositRow};
use crate::store::grant::{Held, Pending, act};
use crate::store::lockers::Tie;
use crate::store::{StoreError, Tx, entries, people};

/// Who added what is kept so long: whoever comes too late to take it back is told that it is too late.
pub(super) const DEPOSITS_KEPT: Duration = Duration::from_hours(7 * 24);

/// Lines of a journal read in one go.
const LINES: u32 = 500;

/// A version that is being taken back: decided on, its entry written, its organisation told.
#[derive(Debug)]
pub struct Withdrawing {
    /// The transaction that goes on.
    pub tx: Tx,
    /// The right to it.
    pub pending: Pending<act::WithdrawDeposit>,
    /// What the deposit changed, sealed.
    pub details: Vec<u8>,
}

impl Door {
    /// How a version came in, if a helper added it a short while ago and the row is one that we wrote.
    pub(super) async fn deposit_of(&self, tx: &mut Tx, ask: &Ask) -> Result<Option<DepositRow>, StoreError> {
        let Some(version) = ask.version else { return Ok(None) };
        let row = deposits::find(tx, ask.locker, version).await?;
        Ok(row.filter(|row| self.is_proven(&row.claim(), &row.proof)))
    }

    /// Locks the journal of the organisation that a version was added for, before anything else is locked: its referents may have
    /// to be told. Nothing for somebody who did not add it; what is read here does not change, and is read again under the locks.
    pub(super) async fn lock_whom_to_tell(&self, tx: &mut Tx, caller: &Caller, ask: &Ask) -> Result<(), StoreError> {
        let known = match &caller.token {
            Some(token) => people::find_session(tx, token.hash()).await?,
            None => None,
        };
        let Some(known) = known.filter(|row| self.is_proven(&row.claim(), &row.proof)) else { return Ok(()) };
        let deposit = self.deposit_of(tx, ask).await?.filter(|row| row.facts.person == known.facts.person);
        if let Some((organisation, _)) = deposit.and_then(|row| row.facts.member) {
            entries::lock(tx, organisation.chain()).await?;
        }
        Ok(())
    }

    /// Notes who added a version to a locker as a helper, in the transaction of its entry: they may take it back.
    pub async fn note_deposit(
        &self,
        tx: &mut Tx,
        pending: &impl Held,
        (document, version): (DocumentId, VersionId),
        details: Vec<u8>,
    ) -> Result<(), StoreError> {
        let (help, person) = pending.help().zip(pending.person()).ok_or(StoreError::Other)?;
        let written = pending.written();
        let facts = DepositFacts {
            locker: pending.locker(),
            document,
            version,
            person,
            member: help.organisation.zip(help.membership),
            seq: written.seq,
            at: written.at,
        };
        let mut row = DepositRow { facts, proof: Vec::new(), details };
        row.proof = self.prove(&row.claim())?.to_vec();
        deposits::add(tx, pending, &row).await
    }

    /// What the caller has added in the locker that they visit and may still take back: which versions, and when. Nothing of the
    /// papers themselves is shown, so there is no entry.
    pub async fn own_deposits(&self, caller: &Caller, locker: LockerId) -> Result<Vec<DepositFacts>, Refusal> {
        if self.shown_in_visit(caller, locker).await?.is_none() {
            return Ok(Vec::new());
        }
        let mut tx = self.0.db.begin().await?;
        let Some(session) = self.session(&mut tx, caller).await? else { return Ok(Vec::new()) };
        let rows = deposits::of_person(&mut tx, locker, session.facts.person).await?;
        let moment = tx.moment().await?;
        tx.commit().await?;
        let own = rows.into_iter().filter(|row| self.is_proven(&row.claim(), &row.proof));
        Ok(own.map(|row| row.facts).filter(|facts| facts.is_recent(moment)).collect())
    }

    /// An aidant says that they have seen the original of a version. The entry bears the sum of its ciphertext.
    pub async fn begin_original_seen(
        &self,
        caller: &Caller,
        ask: &Ask,
    ) -> Result<(Tx, Pending<act::SeeOriginal>), Refusal> {
        let (mut tx, stand) = self.stand::<act::SeeOriginal>(caller, ask).await?;
        let stand = match stand {
            Ok(stand) => stand,
            Err(no) => return Err(self.refuse::<act::SeeOriginal>(tx, caller, ask, no).await),
        };
        let blob_sha256 = stand.paper.as_ref().map(|paper| paper.blob_sha256);
        let line = Line { blob_sha256, ..stand.line::<act::SeeOriginal>(caller, ask) };
        let allowed = stand.allowed;
        let pending = Pending::issue(&mut tx, allowed, stand.bearer(), line).await?;
        Ok((tx, pending))
    }

    /// A helper takes back what they added. The entry says how often it had been opened by others; if it had, the referents of
    /// the organisation that it was added for are told in the same transaction.
    pub async fn begin_withdrawal(&self, caller: &Caller, ask: &Ask) -> Result<Withdrawing, Refusal> {
        let (mut tx, stand) = self.stand::<act::WithdrawDeposit>(caller, ask).await?;
        let mut stand = match stand {
            Ok(stand) => stand,
            Err(no) => return Err(self.refuse::<act::WithdrawDeposit>(tx, caller, ask, no).await),
        };
        let deposit = stand.deposit.take().ok_or(StoreError::Other)?;
        let opened = opened_by_others(&mut tx, &stand.tie, &deposit.facts).await?;
        if opened > 0 {
            tell_referents(&mut tx, &stand, &deposit.facts).await?;
        }
        let count = (opened > 0).then_some(opened);
        let line = Line { count, ..stand.line::<act::WithdrawDeposit>(caller, ask) };
        let allowed = stand.allowed;
        let pending = Pending::issue(&mut tx, allowed, stand.bearer(), line).await?;
        Ok(Withdrawing { tx, pending, details: deposit.details })
    }

    /// Forgets who added what, once it can't be taken back and whoever tried was told so.
    pub(super) async fn forget_deposits(&self, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
        debug_assert!(DEPOSITS_KEPT > WITHDRAWAL);
        deposits::forget(tx, now.minus(DEPOSITS_KEPT)).await
    }
}

/// A line in the journal of the organisation that a version was added for. Nothing in it leads to the locker: not its id, nor the
/// paper's, nor a request or session that the locker's own line names.
async fn tell_referents(tx: &mut Tx, stand: &Stand, deposit: &DepositFacts) -> Result<(), StoreError> {
    let Some((organisation, membership)) = deposit.member else { return Ok(()) };
    let request = RequestId::draw(tx.source());
    let object = Object::Membership(membership);
    let actor = Actor::Aidant(deposit.person);
    let line = Line {
        membership: Some(membership),
        strength: stand.session.strength,
        ..Line::new(actor, Ground::Membership, Action::WithdrewOpened, object, Outcome::Done, request)
    };
    entries::append(tx, organisation.chain(), line).await.map(|_| ())
}

/// How often others than who added a version opened it, or took it away with everything else, by the locker's journal. A line
/// that can't be read counts: nobody knows that it was none.
async fn opened_by_others(tx: &mut Tx, tie: &Tie, deposit: &DepositFacts) -> Result<u64, StoreError> {
    let (mut after, mut opened) = (deposit.seq, 0_u64);
    loop {
        let lines = entries::since(tx, tie, after, LINES).await?;
        let Some(last) = lines.last() else { return Ok(opened) };
        after = last.seq.max(after.saturating_add(1));
        let chain = tie.locker().chain();
        let is_it = |entry: Option<Entry>| entry.is_none_or(|entry| opens(&entry, deposit));
        let found = lines.iter().filter(|kept| is_it(kept.entry(chain))).count();
        opened = opened.saturating_add(found as u64);
    }
}

fn opens(entry: &Entry, deposit: &DepositFacts) -> bool {
    let line = &entry.line;
    if line.outcome != Outcome::Done || person(line.actor) == Some(deposit.person) {
        return false;
    }
    match line.action {
        Action::ReadContent => line.object == Object::Version(deposit.document, deposit.version),
        Action::Export => true,
        _ => false,
    }
}

const fn person(actor: Actor) -> Option<PersonId> {
    match actor {
        Actor::Holder(person) | Actor::Aidant(person) | Actor::Relative(person) | Actor::Person(person) => Some(person),
        // Whoever reads for an institution is somebody else, also where they added it as an aidant.
        Actor::Anonymous
        | Actor::Client(_)
        | Actor::Agent(_)
        | Actor::CodeBearer(_)
        | Actor::Operator
        | Actor::Job(_) => None,
    }
}
