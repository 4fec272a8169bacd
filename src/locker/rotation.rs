//! Rotation of the root key: every key of the first level is wrapped under the newest epoch, then, as a second step, the
//! older wraps go. A locker at a time, in transactions of a few statements, beside whatever else goes on; stopped anywhere, it
//! goes on where it was. How and why: `docs/decisions/0010`.

use std::time::Duration;

use super::LockerError;
use crate::access::Door;
use crate::domain::entry::Action;
use crate::domain::ids::LockerId;
use crate::faults;
use crate::store::deployment::{self, Roots};
use crate::store::grant::act;
use crate::store::keys::{self, DEPLOYMENT_SCOPE, RootName};
use crate::store::processes::Serving;
use crate::store::{Db, StoreError};
use crate::vault::Vault;

/// How often a transaction is tried while the database is busy or away.
const TRIES: u32 = 10;

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moved {
    /// Wraps made, or removed.
    pub wraps: u64,
    /// Lockers whose key opens under no root key: they were left as they are.
    pub stuck: Vec<LockerId>,
}

/// Why older wraps stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    /// Not everything is under the newest epoch.
    NotMoved,
    /// So many processes that serve don't know the newest epoch.
    Behind(u64),
}

/// Where things stand.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The epochs in force.
    pub roots: Roots,
    /// The root keys that wraps name, with how many each holds.
    pub in_use: Vec<(RootName, u64)>,
    /// Whether every wrapped key has a wrap under the newest epoch.
    pub all_moved: bool,
    /// The processes that serve.
    pub serving: Serving,
}

/// The work itself; the command and the tests drive it.
#[derive(Debug)]
pub struct Rotation {
    db: Db,
    door: Door,
    vault: Vault,
}

impl Rotation {
    /// On an installation whose keys are open.
    pub const fn new(db: Db, door: Door, vault: Vault) -> Self {
        Self { db, door, vault }
    }

    /// The keys, for the command that changes the file.
    pub const fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Where things stand; `action`, if told, is written down as a command.
    pub async fn standing(&self, action: Option<Action>) -> Result<Standing, LockerError> {
        let newest = self.vault.newest_root();
        let mut tx = self.db.begin().await?;
        let roots = deployment::roots(&mut tx).await?;
        let in_use = keys::roots_in_use(&mut tx).await?;
        let own = self.vault.moved_own(&keys::of_deployment(&mut tx).await?)?;
        let to_move = keys::lockers_to_move(&mut tx, DEPLOYMENT_SCOPE, newest).await?;
        let serving = self.door.serving(&mut tx, newest.epoch).await?;
        if let Some(action) = action {
            self.door.note_command(&mut tx, action, in_use.len().try_into().unwrap_or(u64::MAX)).await?;
        }
        tx.commit().await?;
        Ok(Standing { roots, in_use, all_moved: own.is_empty() && to_move.is_empty(), serving })
    }

    /// Wraps every key of the first level under the newest epoch, where it is not yet.
    pub async fn rotate(&self) -> Result<Moved, LockerError> {
        let mut done = self.move_lockers().await?;
        let newest = self.vault.newest_root();
        // The deployment's own keys last, with the line of the command: when they are there, so is everything.
        let last = patiently(async || {
            let (mut tx, roots) = self.door.begin_roots().await?;
            let own = self.vault.moved_own(&keys::of_deployment(&mut tx).await?)?;
            for wrap in &own {
                keys::add_moved_to_deployment(&mut tx, wrap).await?;
            }
            let wraps = done.wraps.saturating_add(own.len().try_into().unwrap_or(u64::MAX));
            self.door.note_command(&mut tx, Action::RotateKeys, wraps).await?;
            if done.stuck.is_empty() {
                deployment::set_roots(&mut tx, Roots { epoch: newest.epoch, ..roots }).await?;
            }
            faults::step("keys.before_commit");
            tx.commit().await?;
            Ok(wraps)
        });
        done.wraps = last.await?;
        Ok(done)
    }

    async fn move_lockers(&self) -> Result<Moved, LockerError> {
        let newest = self.vault.newest_root();
        let mut done = Moved::default();
        let mut after = DEPLOYMENT_SCOPE;
        loop {
            let page = patiently(async || {
                let mut tx = self.db.begin().await?;
                Ok(keys::lockers_to_move(&mut tx, after, newest).await?)
            });
            let page = page.await?;
            let Some(last) = page.last() else { return Ok(done) };
            after = *last;
            for locker in page {
                match patiently(async || self.move_one(locker).await).await {
                    Ok(wraps) => done.wraps += wraps,
                    Err(LockerError::Damaged) => {
                        tracing::error!(%locker, "its key opens under no root key: left as it is");
                        self.stuck::<act::RotateKeys>(locker).await?;
                        done.stuck.push(locker);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
    }

    async fn move_one(&self, locker: LockerId) -> Result<u64, LockerError> {
        let begun = self.door.begin_rotation::<act::RotateKeys>(locker).await?;
        let Some((mut tx, pending)) = begun else { return Err(LockerError::Damaged) };
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let moved = self.vault.moved(&pending, &wraps)?;
        // Another command, or an erasure, was here first: nothing to do, so no line stays.
        if moved.is_empty() {
            return Ok(0);
        }
        for wrap in &moved {
            keys::add_moved(&mut tx, &pending, wrap).await?;
        }
        faults::step("keys.moving");
        self.door.commit(tx, pending).await?;
        faults::step("keys.moved");
        Ok(moved.len().try_into().unwrap_or(u64::MAX))
    }

    async fn stuck<A: crate::store::grant::Act>(&self, locker: LockerId) -> Result<(), LockerError> {
        match self.door.note_stuck::<A>(locker).await {
            // A locker whose journal is gone too: `journal verify` says that.
            Ok(()) | Err(StoreError::Damaged) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes every wrap under an older root key, once nothing and nobody needs one.
    ///
    /// # Errors
    /// The inner error says what is in the way; then nothing was removed.
    pub async fn retire(&self) -> Result<Result<Moved, Hindrance>, LockerError> {
        let newest = self.vault.newest_root();
        // Lockers that were opened since by a process that did not know the newest epoch yet.
        if !self.move_lockers().await?.stuck.is_empty() {
            return Ok(Err(Hindrance::NotMoved));
        }
        if let Err(hindrance) = patiently(async || self.raise_floor(newest).await).await? {
            return Ok(Err(hindrance));
        }
        faults::step("keys.floor_raised");
        let mut done = Moved::default();
        let mut after = DEPLOYMENT_SCOPE;
        loop {
            let page = patiently(async || {
                let mut tx = self.db.begin().await?;
                Ok(keys::lockers_with_older(&mut tx, after, newest).await?)
            });
            let page = page.await?;
            let Some(last) = page.last() else { break };
            after = *last;
            for locker in page {
                match patiently(async || self.retire_one(locker, newest).await).await {
                    Ok(wraps) => done.wraps += wraps,
                    Err(LockerError::Damaged) => {
                        tracing::error!(%locker, "its key does not open under the newest root key: its wraps stay");
                        self.stuck::<act::RetireKeys>(locker).await?;
                        done.stuck.push(locker);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        let last = patiently(async || {
            let (mut tx, _) = self.door.begin_roots().await?;
            self.vault.own_stand_alone(&keys::of_deployment(&mut tx).await?)?;
            let own = keys::drop_older_of_deployment(&mut tx, newest).await?;
            let wraps = done.wraps.saturating_add(own);
            self.door.note_command(&mut tx, Action::RetireKeys, wraps).await?;
            tx.commit().await?;
            Ok(wraps)
        });
        done.wraps = last.await?;
        faults::step("keys.wraps_removed");
        Ok(Ok(done))
    }

    /// From here on nothing is wrapped under older epochs. Under the lock that opening a locker and starting to serve take.
    async fn raise_floor(&self, newest: RootName) -> Result<Result<(), Hindrance>, LockerError> {
        let (mut tx, roots) = self.door.begin_roots().await?;
        let serving = self.door.serving(&mut tx, newest.epoch).await?;
        if serving.behind > 0 {
            return Ok(Err(Hindrance::Behind(serving.behind)));
        }
        let own = self.vault.moved_own(&keys::of_deployment(&mut tx).await?)?;
        let to_move = keys::lockers_to_move(&mut tx, DEPLOYMENT_SCOPE, newest).await?;
        if roots.epoch != newest.epoch || !own.is_empty() || !to_move.is_empty() {
            return Ok(Err(Hindrance::NotMoved));
        }
        deployment::set_roots(&mut tx, Roots { floor: newest.epoch, ..roots }).await?;
        tx.commit().await?;
        Ok(Ok(()))
    }

    async fn retire_one(&self, locker: LockerId, newest: RootName) -> Result<u64, LockerError> {
        let begun = self.door.begin_rotation::<act::RetireKeys>(locker).await?;
        let Some((mut tx, pending)) = begun else { return Err(LockerError::Damaged) };
        self.vault.stands_alone(&pending, &keys::of_locker(&mut tx, &pending).await?)?;
        let removed = keys::drop_older(&mut tx, &pending, newest).await?;
        if removed == 0 {
            return Ok(0);
        }
        faults::step("keys.removing");
        self.door.commit(tx, pending).await?;
        faults::step("keys.removed");
        Ok(removed)
    }
}

/// Tries again while the database is busy: on SQLite the service writes to it at the same time.
async fn patiently<T>(work: impl AsyncFn() -> Result<T, LockerError>) -> Result<T, LockerError> {
    let mut tries = 1;
    loop {
        match work().await {
            Err(LockerError::Away) if tries < TRIES => {
                tokio::time::sleep(Duration::from_millis(200) * tries).await;
                tries += 1;
            }
            other => return other,
        }
    }
}
