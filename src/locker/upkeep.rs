//! Upkeep, which opens nothing: closing what nobody closed, removing blobs that belong to nothing, checking the chains.

use std::collections::HashMap;
use std::time::Duration;

use super::life::is_tombstone;
use super::{LockerError, Lockers};
use crate::access::Progress;
use crate::blobs::Blobs;
use crate::domain::entry::{Action, Actor, Ground, Job, Line, Object, Outcome, Reason};
use crate::domain::ids::{ChainId, LockerId, RequestId};
use crate::journal::chain::{Break, Verifier};
use crate::store::{Db, StoreError, entries};

/// A blob that belongs to nothing goes after so long. A deposit lasts at most half of it ([`super::Limits::body_total`]).
pub const ORPHAN_AGE: Duration = Duration::from_hours(1);
/// What nobody has touched for so long is closed: a reading in ranges as done, the rest as interrupted.
const STALE: Duration = Duration::from_mins(2);
/// Blobs looked at in one go.
const PAGE: usize = 500;

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Blobs removed.
    pub blobs: u64,
    /// Half-written blobs removed.
    pub partial: u64,
}

impl Lockers {
    /// Closes what is under way and that nobody has touched for a while. At the start of a process that owns the whole
    /// database (`at_start`), that is everything.
    pub async fn close_stale(&self, at_start: bool) -> Result<u64, LockerError> {
        let now = self.source().now();
        let before = if at_start && self.0.door.is_single_process() { now } else { now.minus(STALE) };
        let mut by_locker: HashMap<LockerId, Vec<(Progress, Reason)>> = HashMap::new();
        for row in self.0.door.stale(before).await? {
            let reason = if row.resting { Reason::Partial } else { Reason::Interrupted };
            by_locker.entry(row.locker).or_default().push((Progress { seq: row.seq, bytes: 0 }, reason));
        }
        let mut closed = 0;
        for (locker, ended) in by_locker {
            match self.0.door.close_untouched(locker, &ended, before).await {
                Ok(done) => closed += done,
                Err(error) => self.go_on_after(locker, error.into()).await?,
            }
        }
        Ok(closed)
    }

    /// Forgets sessions that ended so long ago as is configured, and sign-ins that are over; writes the counts of refusals.
    pub async fn tidy(&self) -> Result<(), LockerError> {
        let days = u64::from(self.0.terms.retention.session_days);
        let before = self.source().now().minus(Duration::from_hours(24 * days));
        self.0.door.forget_ended(before).await?;
        self.0.door.flush_refusals(false).await?;
        Ok(())
    }

    /// Says that this process serves, and which epoch of the root key it knows, having read the file again. `false` when all
    /// that it knows is retired: then it can't open what others wrap.
    pub async fn report_in(&self, is_first: bool) -> Result<bool, LockerError> {
        if let Err(error) = self.0.vault.learn() {
            tracing::error!(%error, "the root key file can't be read again; what was read before stays in use");
        }
        let epoch = self.0.vault.newest_root().epoch;
        let roots = self.0.door.see_process(self.0.process, epoch, is_first).await?;
        if epoch < roots.floor {
            tracing::error!(epoch, floor = roots.floor, "the root key file of this machine holds retired epochs only");
        }
        Ok(epoch >= roots.floor)
    }

    /// Removes blobs that are older than `ORPHAN_AGE` and belong to no version. Age alone is not trusted, since it is told by two
    /// clocks that may not agree: while a deposit is under way in a locker, nothing of that locker goes.
    pub async fn sweep(&self) -> Result<Swept, LockerError> {
        let before = self.source().now().minus(ORPHAN_AGE);
        let mut swept = Swept { partial: self.0.blobs.sweep_partial(before).await?, blobs: 0 };
        let mut after = None;
        loop {
            let page = self.0.blobs.list_older_than(before, PAGE, after.as_ref()).await?;
            for name in &page {
                if !is_tombstone(name) && !self.belongs(name.as_str()).await? {
                    self.0.blobs.delete(name).await?;
                    swept.blobs += 1;
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some(last.clone()),
                _ => break,
            }
        }
        if swept != Swept::default() {
            let line = Line {
                count: Some(swept.blobs + swept.partial),
                ..Line::new(
                    Actor::Job(Job::Sweeper),
                    Ground::Maintenance,
                    Action::Sweep,
                    Object::None,
                    Outcome::Done,
                    RequestId::draw(self.source()),
                )
            };
            self.0.door.note(line).await?;
        }
        Ok(swept)
    }

    async fn belongs(&self, blob: &str) -> Result<bool, StoreError> {
        match blob.split_once('/').and_then(|(locker, _)| locker.parse().ok()) {
            Some(locker) => self.0.door.is_blob_needed(locker, blob).await,
            None => Ok(false),
        }
    }

    /// The blob store, for conformance checks.
    pub fn blobs(&self) -> &Blobs {
        &self.0.blobs
    }
}

/// What the check of one chain found.
#[derive(Debug, Clone, Copy)]
pub struct ChainReport {
    /// Which.
    pub chain: ChainId,
    /// Entries found right, from the first on.
    pub checked: u64,
    /// What is wrong with the next one, or with the chain as a whole.
    pub broken: Option<Break>,
}

/// Checks every chain of a database, in constant memory. `tell` hears of each chain.
///
/// # Errors
/// The database is away. What is found wrong is in the reports; the last two numbers count commitments that belong to no
/// chain and lockers without a chain.
pub async fn verify_journals(db: &Db, mut tell: impl FnMut(&ChainReport)) -> Result<(u64, u64), StoreError> {
    let mut after = None;
    loop {
        let mut tx = db.begin().await?;
        let chains = entries::chains(&mut tx, after).await?;
        tx.commit().await?;
        let Some(last) = chains.last() else { break };
        after = Some(last.chain);
        for row in &chains {
            let (checked, broken) = verify_chain(db, row).await?;
            let broken = broken.or_else(|| (row.erased && row.lives).then_some(Break::StillThere));
            tell(&ChainReport { chain: row.chain, checked, broken });
        }
    }
    let mut tx = db.begin().await?;
    let strays = entries::strays(&mut tx).await?;
    tx.commit().await?;
    Ok(strays)
}

async fn verify_chain(db: &Db, row: &entries::ChainRow) -> Result<(u64, Option<Break>), StoreError> {
    let mut verifier = Verifier::new(row.chain, row.erased);
    loop {
        let mut tx = db.begin().await?;
        let page = entries::for_check(&mut tx, row.chain, verifier.seq(), 500).await?;
        let head = if page.is_empty() { entries::head_for_check(&mut tx, row.chain).await? } else { None };
        tx.commit().await?;
        for kept in &page {
            if let Err(found) = verifier.take(kept) {
                return Ok((verifier.seq(), Some(found)));
            }
        }
        match head {
            // Entries written between the two statements: they are checked too.
            Some((seq, _)) if seq > verifier.seq() && entry_exists(db, row.chain, verifier.seq()).await? => {}
            Some((seq, link)) => return Ok((verifier.seq(), verifier.finish(seq, &link).err())),
            None if page.is_empty() => return Ok((verifier.seq(), verifier.finish(0, &[]).err())),
            None => {}
        }
    }
}

/// Whether a chain has an entry after a place.
async fn entry_exists(db: &Db, chain: ChainId, after: u64) -> Result<bool, StoreError> {
    let mut tx = db.begin().await?;
    let page = entries::for_check(&mut tx, chain, after, 1).await?;
    tx.commit().await?;
    Ok(!page.is_empty())
}
