//! The life of a locker: closed by its holder, opened again, erased by the eraser, missed for long.
//!
//! Erasing is decided twice, like a deposit: once before the tombstone is laid outside the database, once in the transaction
//! that erases. Between the two nobody can open the locker again: the policy refuses it from the end of the closure on, and
//! where a tombstone lies, `locker::life` does, whatever the clock says by then.

use std::time::Duration;

use super::{Ask, Caller, Door, Refusal, policy};
use crate::domain::entry::{Action, Actor, Ground, Job, Line, Object, Outcome, Reason};
use crate::domain::ids::{LockerId, RequestId};
use crate::domain::policy::{Allowed, Facts, LockerFacts, Standing};
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;
use crate::domain::tombstone::Tombstone;
use crate::store::closures::{self, Closure};
use crate::store::grant::{Act, Bearer, Grant, Held, Pending, act};
use crate::store::lockers::{self, Tie};
use crate::store::{StoreError, Tx, entries, erasure};

const ERASER: Actor = Actor::Job(Job::Eraser);

impl Door {
    /// How a locker stands, under its lock; none if it is gone. A closure that does not bear its proof is not believed.
    pub(super) async fn standing(&self, tx: &mut Tx, locker: LockerId) -> Result<Option<Standing>, StoreError> {
        Ok(closures::standing(tx, locker).await?.map(|closure| self.judged(locker, closure)))
    }

    /// How a locker with such a closure stands.
    pub(super) fn judged(&self, locker: LockerId, closure: Option<Closure>) -> Standing {
        match closure.filter(|c| self.is_proven(&closure_claim(locker, c), &c.proof)) {
            Some(Closure { closed_at, erase_at, .. }) => Standing::Closed { at: closed_at, erase_at },
            None => Standing::Open,
        }
    }

    /// How the granted locker stands.
    pub async fn standing_of(&self, tx: &mut Tx, held: &impl Held) -> Result<Standing, StoreError> {
        self.standing(tx, held.locker()).await?.ok_or(StoreError::Damaged)
    }

    /// The holder closes their locker: it will be erased after so long. Gives both moments.
    pub async fn close_locker(
        &self,
        caller: &Caller,
        locker: LockerId,
        closure: Duration,
    ) -> Result<(Timestamp, Timestamp), Refusal> {
        let (mut tx, pending) = self.begin::<act::CloseLocker>(caller, &Ask::locker(locker)).await?;
        let closed_at = pending.written().at;
        let erase_at = closed_at.plus(closure);
        let mut row = Closure { closed_at, erase_at, proof: [0; 32] };
        row.proof = self.prove(&closure_claim(locker, &row))?;
        closures::add(&mut tx, &pending, &row).await?;
        self.commit(tx, pending).await?;
        Ok((closed_at, erase_at))
    }

    /// The holder opens their locker again.
    pub async fn reopen_locker(&self, caller: &Caller, locker: LockerId) -> Result<(), Refusal> {
        let (mut tx, pending) = self.begin::<act::ReopenLocker>(caller, &Ask::locker(locker)).await?;
        closures::end(&mut tx, &pending).await?;
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// Lockers whose closure is over, a page of them after a locker (none: the first). Ids only; each is decided on by
    /// [`Self::begin_erasure`].
    pub async fn due_for_erasure(&self, after: Option<LockerId>) -> Result<Vec<LockerId>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let now = tx.now().await?;
        let due = closures::due(&mut tx, now, after.unwrap_or(LockerId::from_uuid(uuid::Uuid::nil()))).await?;
        tx.commit().await?;
        Ok(due)
    }

    /// What the clock shows; and, if wanted, the time of the newest line of any journal.
    pub async fn clock(&self, and_newest: bool) -> Result<(Timestamp, Option<Timestamp>), StoreError> {
        let mut tx = self.0.db.begin().await?;
        let newest = if and_newest { entries::newest(&mut tx).await? } else { None };
        let clock = tx.moment().await?.clock;
        tx.commit().await?;
        Ok((clock, newest))
    }

    /// Decides that a locker is erased, and writes it in its chain. None if it is gone, or is not to go.
    pub async fn begin_erasure(&self, locker: LockerId) -> Result<Option<Grant<act::EraseLocker>>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let Some((_, allowed)) = self.decide_erasure(&mut tx, locker, None).await? else { return Ok(None) };
        let line = erasure_line(&tx, locker);
        let pending = Pending::issue(&mut tx, allowed, Bearer::default(), line).await?;
        Ok(Some(pending.commit(tx).await?))
    }

    async fn decide_erasure(
        &self,
        tx: &mut Tx,
        locker: LockerId,
        stone: Option<&Tombstone>,
    ) -> Result<Option<(Tie, Allowed)>, StoreError> {
        let Some(tie) = lockers::for_upkeep(tx, locker).await? else { return Ok(None) };
        erasure::lock_sessions(tx, &tie).await?;
        entries::lock(tx, locker.chain()).await?;
        let Some(standing) = self.standing(tx, locker).await? else { return Ok(None) };
        let standing = if stone.is_some_and(|s| self.is_believed(s)) { Standing::Entombed } else { standing };
        let moment = tx.moment().await?;
        let facts = upkeep_facts(&tie, standing);
        Ok(policy::decide(ERASER, Action::EraseLocker, &facts, moment).ok().map(|allowed| (tie, allowed)))
    }

    /// The tombstone of a locker whose erasure was decided.
    pub fn tombstone(&self, grant: &Grant<act::EraseLocker>) -> Result<Tombstone, StoreError> {
        let (locker, at) = (grant.locker(), grant.written().at);
        Ok(Tombstone { locker, at, proof: self.prove(&Claim::Erasure { locker, at })? })
    }

    /// Whether this installation wrote a tombstone.
    pub fn is_believed(&self, stone: &Tombstone) -> bool {
        self.is_proven(&Claim::Erasure { locker: stone.locker, at: stone.at }, &stone.proof)
    }

    /// Whether there is such a locker. Says nothing else of it: for the replay of tombstones.
    pub async fn has_locker(&self, locker: LockerId) -> Result<bool, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let found = lockers::for_upkeep(&mut tx, locker).await?.is_some();
        tx.commit().await?;
        Ok(found)
    }

    /// Erases the locker of a tombstone, in one transaction: its last entry, the record, every row, and one line of the
    /// service's chain. `false` if it is gone already, or the tombstone is not believed.
    pub async fn erase(&self, stone: &Tombstone) -> Result<bool, StoreError> {
        let locker = stone.locker;
        let mut tx = self.0.db.begin().await?;
        let Some((tie, allowed)) = self.decide_erasure(&mut tx, locker, Some(stone)).await? else { return Ok(false) };
        let blobs = erasure::count_blobs(&mut tx, &tie).await?;
        let line = erasure_line(&tx, locker);
        let told = Line { count: Some(blobs), ..line.clone() };
        let pending = Pending::issue(&mut tx, allowed, Bearer::default(), line).await?;
        // A row that SQL has pointed at somebody else must not take that person away.
        let holder = self.believed(Some(tie));
        erasure::erase(&mut tx, &pending, holder.as_ref()).await?;
        entries::append(&mut tx, self.0.deployment.service_chain(), told).await?;
        crate::faults::step("erase.before_commit");
        self.commit(tx, pending).await.map_err(|_| StoreError::Away)?;
        Ok(true)
    }

    /// Tells, in the service's chain, of a tombstone that nobody here wrote.
    pub async fn refuse_tombstone(&self, locker: LockerId) -> Result<(), StoreError> {
        let request = RequestId::draw(self.source());
        let outcome = Outcome::Refused(Reason::NotProven);
        let object = Object::Locker(locker);
        self.note(Line::new(ERASER, Ground::None, Action::EraseLocker, object, outcome, request)).await
    }

    /// Erased lockers whose blobs may still be there.
    pub async fn removals(&self) -> Result<Vec<LockerId>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let lockers = erasure::removals(&mut tx).await?;
        tx.commit().await?;
        Ok(lockers)
    }

    /// Notes that no blob of an erased locker is left.
    pub async fn removed(&self, locker: LockerId) -> Result<(), StoreError> {
        let mut tx = self.0.db.begin().await?;
        erasure::removed(&mut tx, locker).await?;
        tx.commit().await
    }

    /// Leaves nothing of what was erased in the database's own files, as far as the database can.
    pub async fn scrub(&self) -> Result<(), StoreError> {
        self.0.db.scrub().await
    }

    /// Lockers whose holder has not come since a day, and that were told of fewer months of absence. Ids only.
    pub async fn absent(&self, since: Timestamp, months: u16) -> Result<Vec<LockerId>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let absent = lockers::absent(&mut tx, since, months).await?;
        tx.commit().await?;
        Ok(absent)
    }

    /// Writes into a locker's journal that a notice of so many months of absence is due, once. `false` if the holder has come
    /// meanwhile, has closed the locker, or the line is there.
    pub async fn note_absence(&self, locker: LockerId, since: Timestamp, months: u16) -> Result<bool, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let Some(tie) = lockers::for_upkeep(&mut tx, locker).await? else { return Ok(false) };
        entries::lock(&mut tx, locker.chain()).await?;
        let Some(standing) = self.standing(&mut tx, locker).await? else { return Ok(false) };
        let moment = tx.moment().await?;
        let (actor, action) = (Actor::Job(Job::Inactivity), act::InactiveNotice::ACTION);
        let Ok(allowed) = policy::decide(actor, action, &upkeep_facts(&tie, standing), moment) else {
            return Ok(false);
        };
        if !lockers::note_absence(&mut tx, &tie, since, months).await? {
            return Ok(false);
        }
        let request = RequestId::draw(tx.source());
        let line = Line {
            count: Some(months.into()),
            ..Line::new(actor, allowed.ground(), action, Object::Locker(locker), Outcome::Done, request)
        };
        let pending = Pending::<act::InactiveNotice>::issue(&mut tx, allowed, Bearer::default(), line).await?;
        pending.commit(tx).await?;
        Ok(true)
    }
}

const fn closure_claim(locker: LockerId, row: &Closure) -> Claim<'static> {
    Claim::Closure { locker, closed_at: row.closed_at, erase_at: row.erase_at }
}

const fn upkeep_facts(tie: &Tie, standing: Standing) -> Facts<'static> {
    let locker = LockerFacts { standing, ..tie.facts() };
    Facts { locker: Some(locker), ..Facts::NONE }
}

fn erasure_line(tx: &Tx, locker: LockerId) -> Line {
    let request = RequestId::draw(tx.source());
    Line::new(ERASER, Ground::Maintenance, Action::EraseLocker, Object::Locker(locker), Outcome::Done, request)
}
