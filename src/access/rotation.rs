//! Rotation of the root key, seen from the door: the right to wrap a locker's key again, the locks, who serves.
//!
//! A job's right, on the ground of maintenance: one line in the locker's own journal for each, and nothing opens.

use std::time::Duration;

use super::{Door, policy};
use crate::domain::entry::{Action, Actor, Ground, Job, Line, Object, Outcome, Reason};
use crate::domain::ids::{LockerId, ProcessId, RequestId};
use crate::domain::policy::Facts;
use crate::store::deployment::Roots;
use crate::store::grant::{Act, Bearer, Pending};
use crate::store::lockers;
use crate::store::processes::{self, Serving};
use crate::store::{StoreError, Tx, deployment, entries};

/// A process that was not heard of for so long serves no more. Those that serve say so every half minute.
pub const SILENCE: Duration = Duration::from_mins(5);

const JOB: Actor = Actor::Job(Job::KeyRotation);

fn line(action: Action, actor: Actor, object: Object, outcome: Outcome, request: RequestId) -> Line {
    Line::new(actor, Ground::Maintenance, action, object, outcome, request)
}

impl Door {
    /// Begins a transaction outside any locker, with the lock of the root key's epochs held until its end.
    pub async fn begin_roots(&self) -> Result<(Tx, Roots), StoreError> {
        let mut tx = self.0.db.begin().await?;
        let roots = deployment::lock_roots(&mut tx).await?;
        Ok((tx, roots))
    }

    /// Where the root key's epochs stand.
    pub async fn roots(&self) -> Result<Roots, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let roots = deployment::roots(&mut tx).await?;
        tx.commit().await?;
        Ok(roots)
    }

    /// Writes the line of a command in the service's chain, in the transaction of what it did.
    pub async fn note_command(&self, tx: &mut Tx, action: Action, count: u64) -> Result<(), StoreError> {
        let request = RequestId::draw(tx.source());
        let line = Line { count: Some(count), ..line(action, Actor::Operator, Object::None, Outcome::Done, request) };
        entries::append(tx, self.0.deployment.service_chain(), line).await.map(|_| ())
    }

    /// Decides about one locker's key and writes the line. `None` if there is no such locker.
    pub async fn begin_rotation<A: Act>(&self, locker: LockerId) -> Result<Option<(Tx, Pending<A>)>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let Some(tie) = lockers::for_upkeep(&mut tx, locker).await? else { return Ok(None) };
        entries::lock(&mut tx, locker.chain()).await?;
        let moment = tx.moment().await?;
        let facts = Facts { locker: Some(tie.facts()), ..Facts::NONE };
        let allowed = policy::decide(JOB, A::ACTION, &facts, moment).map_err(|_| StoreError::Refused)?;
        let request = RequestId::draw(tx.source());
        let line = line(A::ACTION, JOB, Object::Locker(locker), Outcome::Done, request);
        let pending = Pending::issue(&mut tx, allowed, Bearer::default(), line).await?;
        Ok(Some((tx, pending)))
    }

    /// Adds to a locker's journal that its key did not open.
    pub async fn note_stuck<A: Act>(&self, locker: LockerId) -> Result<(), StoreError> {
        let mut tx = self.0.db.begin().await?;
        let request = RequestId::draw(tx.source());
        let line = line(A::ACTION, JOB, Object::Locker(locker), Outcome::Ended(Reason::Damaged), request);
        entries::append(&mut tx, locker.chain(), line).await?;
        tx.commit().await
    }

    /// Notes that a process serves, and the newest epoch it knows; forgets those that are gone. Gives what is in force.
    pub async fn see_process(&self, process: ProcessId, epoch: i64, is_first: bool) -> Result<Roots, StoreError> {
        let (mut tx, roots) = self.begin_roots().await?;
        let now = tx.now().await?;
        // Who owns the whole database serves alone: the rows that are there are of runs that were killed.
        let alone = is_first && self.is_single_process();
        let before = if alone { now.plus(SILENCE) } else { now.minus(Duration::from_hours(24)) };
        processes::forget(&mut tx, before).await?;
        if epoch >= roots.floor {
            processes::see(&mut tx, process, now, epoch).await?;
        }
        tx.commit().await?;
        Ok(roots)
    }

    /// Notes that a process has stopped.
    pub async fn forget_process(&self, process: ProcessId) -> Result<(), StoreError> {
        let mut tx = self.0.db.begin().await?;
        processes::leave(&mut tx, process).await?;
        tx.commit().await
    }

    /// The processes that serve, and those of them that don't know an epoch.
    pub async fn serving(&self, tx: &mut Tx, epoch: i64) -> Result<Serving, StoreError> {
        let since = tx.now().await?.minus(SILENCE);
        processes::serving(tx, epoch, since).await
    }
}
