//! The life of a locker: closed, opened again, erased for good, missed for long (DOMAIN L12, L13).
//!
//! Erasing goes in an order that may be cut anywhere and taken up again: the tombstone outside the database, then one
//! transaction for all rows, then the blobs. Nothing here is done for mere absence: no purge for inactivity exists.

use std::time::Duration;

use bytes::Bytes;

use super::{LockerError, Lockers};
use crate::access::{Ask, Caller};
use crate::blobs::{BlobError, BlobName};
use crate::domain::entry::Reason;
use crate::domain::ids::LockerId;
use crate::domain::policy::Standing;
use crate::domain::source::{Timestamp, day_of, months_before};
use crate::domain::tombstone::Tombstone;
use crate::faults::step;
use crate::store::grant::act;

/// Where tombstones lie in the blob store. No locker's id is spelt so; the sweeper leaves this folder alone.
const TOMBSTONES: &str = "tombstones";
/// Names looked at in one go.
const PAGE: usize = 500;

/// Whether a blob is a tombstone: it belongs to no version, and stays.
pub(super) fn is_tombstone(name: &BlobName) -> bool {
    name.as_str().strip_prefix(TOMBSTONES).is_some_and(|rest| rest.starts_with('/'))
}

fn name_of(locker: LockerId) -> Result<BlobName, LockerError> {
    Ok(BlobName::new(&format!("{TOMBSTONES}/{locker}"))?)
}

impl Lockers {
    /// Closes the locker. Gives when, and when it is to be erased.
    pub async fn close(&self, caller: &Caller, locker: LockerId) -> Result<(Timestamp, Timestamp), LockerError> {
        let closure = Duration::from_hours(24 * u64::from(self.0.terms.retention.closure_days));
        Ok(self.0.door.close_locker(caller, locker, closure).await?)
    }

    /// Opens the closed locker again.
    pub async fn reopen(&self, caller: &Caller, locker: LockerId) -> Result<(), LockerError> {
        // Decided already, and the clock was put back since: there is no way back from a tombstone.
        if self.stone(&name_of(locker)?, locker).await?.is_some() {
            return Err(LockerError::Refused(Reason::NoRelation));
        }
        Ok(self.0.door.reopen_locker(caller, locker).await?)
    }

    /// When the locker was closed and when it is to be erased, if it is closed. Pages say so to their reader: as with
    /// [`Lockers::who`] no paper is touched, nor what describes one. So the question is asked and taken back, and leaves no line.
    pub async fn closed(
        &self,
        caller: &Caller,
        locker: LockerId,
    ) -> Result<Option<(Timestamp, Timestamp)>, LockerError> {
        let (mut tx, pending) = self.0.door.begin::<act::ViewLocker>(caller, &Ask::locker(locker)).await?;
        Ok(match self.0.door.standing_of(&mut tx, &pending).await? {
            Standing::Closed { at, erase_at } => Some((at, erase_at)),
            Standing::Open | Standing::Entombed => None,
        })
    }

    /// Erases the lockers whose closure is over; takes up what was cut. Gives how many were erased.
    pub async fn erase_due(&self) -> Result<u64, LockerError> {
        let (mut erased, mut after) = (0, None);
        // All of them: rows that are not believed stay, and must not hold up the others.
        'pages: loop {
            let due = self.0.door.due_for_erasure(after).await?;
            for locker in &due {
                if !self.believes_the_clock().await? {
                    break 'pages;
                }
                match self.erase_one(*locker).await {
                    Ok(done) => erased += u64::from(done),
                    Err(error) => self.go_on_after(*locker, error).await?,
                }
            }
            match due.last() {
                Some(last) => after = Some(*last),
                None => break,
            }
        }
        self.remove_blobs().await?;
        Ok(erased)
    }

    /// Goes on with the other lockers when something is wrong with one; not when the database is away for all.
    pub(super) async fn go_on_after(&self, locker: LockerId, error: LockerError) -> Result<(), LockerError> {
        if self.0.door.health().await.is_err() {
            return Err(error);
        }
        tracing::error!(%locker, %error, "upkeep of this locker failed; the others go on");
        Ok(())
    }

    async fn erase_one(&self, locker: LockerId) -> Result<bool, LockerError> {
        let Some(grant) = self.0.door.begin_erasure(locker).await? else { return Ok(false) };
        step("erase.begun");
        let stone = self.0.door.tombstone(&grant)?;
        let stone = self.lay(stone).await?;
        step("erase.tombstone");
        self.erase(&stone).await
    }

    /// Erases again what a restored backup has brought back. To be done before anybody is served.
    pub async fn replay_erasures(&self) -> Result<u64, LockerError> {
        let mut erased = 0;
        let mut after = BlobName::new(&format!("{TOMBSTONES}/-"))?;
        loop {
            let page = self.0.blobs.list_older_than(Timestamp::from_micros(i64::MAX), PAGE, Some(&after)).await?;
            for name in page.iter().filter(|name| is_tombstone(name)) {
                erased += u64::from(self.erase_again(name).await?);
            }
            match page.last() {
                Some(last) if page.len() == PAGE => after = last.clone(),
                _ => break,
            }
        }
        self.remove_blobs().await?;
        Ok(erased)
    }

    async fn erase_again(&self, name: &BlobName) -> Result<bool, LockerError> {
        let Some(locker) = name.as_str().rsplit('/').next().and_then(|id| id.parse().ok()) else { return Ok(false) };
        if !self.0.door.has_locker(locker).await? {
            return Ok(false);
        }
        if let Some(stone) = self.stone(name, locker).await? {
            tracing::warn!(%locker, "a locker that was erased came back with a restored database: erased again");
            return self.erase(&stone).await;
        }
        tracing::error!(%locker, "a tombstone that this installation did not write: nothing is erased");
        self.0.door.refuse_tombstone(locker).await?;
        Ok(false)
    }

    /// The tombstone under a name, if this installation wrote it for this locker.
    async fn stone(&self, name: &BlobName, locker: LockerId) -> Result<Option<Tombstone>, LockerError> {
        let bytes = match self.0.blobs.get_tagged(name).await {
            Ok((bytes, _)) => bytes,
            Err(BlobError::NotFound) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok(Tombstone::parse(&bytes).filter(|stone| stone.locker == locker && self.0.door.is_believed(stone)))
    }

    /// Lays a tombstone; gives the one that lies there. One that is not ours makes way.
    async fn lay(&self, stone: Tombstone) -> Result<Tombstone, LockerError> {
        let name = name_of(stone.locker)?;
        let bytes = Bytes::from(stone.bytes());
        match self.0.blobs.replace_if(&name, None, bytes.clone()).await {
            Ok(_) => return Ok(stone),
            Err(BlobError::Changed) => {}
            Err(error) => return Err(error.into()),
        }
        if let Some(there) = self.stone(&name, stone.locker).await? {
            return Ok(there);
        }
        tracing::error!(locker = %stone.locker, "a tombstone that this installation did not write makes way");
        self.0.door.refuse_tombstone(stone.locker).await?;
        let (_, tag) = self.0.blobs.get_tagged(&name).await?;
        self.0.blobs.replace_if(&name, Some(&tag), bytes).await?;
        Ok(stone)
    }

    async fn erase(&self, stone: &Tombstone) -> Result<bool, LockerError> {
        let erased = self.0.door.erase(stone).await?;
        step("erase.committed");
        Ok(erased)
    }

    /// Removes the blobs of erased lockers, and what the database's files still hold of them; notes when that is done.
    async fn remove_blobs(&self) -> Result<(), LockerError> {
        for locker in self.0.door.removals().await? {
            // The row alone proves nothing: whoever writes SQL can write it. The tombstone is ours, and the locker is gone.
            let is_erased =
                !self.0.door.has_locker(locker).await? && self.stone(&name_of(locker)?, locker).await?.is_some();
            if !is_erased {
                tracing::error!(%locker, "asked to remove the blobs of a locker that was not erased: nothing is removed");
                self.0.door.refuse_tombstone(locker).await?;
                self.0.door.removed(locker).await?;
                continue;
            }
            let folder = format!("{locker}/");
            let start = BlobName::new(&format!("{folder}-"))?;
            loop {
                let all = Timestamp::from_micros(i64::MAX);
                let page = self.0.blobs.list_older_than(all, PAGE, Some(&start)).await?;
                let of_locker: Vec<_> = page.iter().take_while(|name| name.as_str().starts_with(&folder)).collect();
                for name in &of_locker {
                    self.0.blobs.delete(name).await?;
                    step("erase.blob");
                }
                if of_locker.len() < PAGE {
                    break;
                }
            }
            step("erase.blobs");
            self.0.door.scrub().await?;
            self.0.door.removed(locker).await?;
        }
        Ok(())
    }

    /// Notes long absences in the journals of those who are missed, once for each stage. Gives how many lines were written.
    pub async fn note_absences(&self) -> Result<u64, LockerError> {
        let mut noted = 0;
        let today = day_of(self.source().now());
        // The longest first: whoever was missed for several stages at once, after a stop of the service, gets one line.
        for months in self.0.terms.retention.notice_months.iter().rev() {
            let since = months_before(today, *months);
            loop {
                let absent = self.0.door.absent(since, *months).await?;
                let mut wrote = 0;
                for locker in &absent {
                    wrote += u64::from(self.0.door.note_absence(*locker, since, *months).await?);
                }
                noted += wrote;
                if wrote == 0 {
                    break;
                }
            }
        }
        Ok(noted)
    }
}
