//! Opening a locker: its keys, its twelve collections, its holder's identity and agreement, its first entry, in one transaction.

use super::{LockerError, Lockers};
use crate::access::Caller;
use crate::domain::ids::LockerId;
use crate::domain::information::Acceptance;
use crate::domain::person::CivilIdentity;
use crate::store::grant::Held;
use crate::store::{acceptances, deployment, keys, lockers};

impl Lockers {
    /// Opens the caller's own locker.
    pub async fn open(
        &self,
        caller: &Caller,
        holder: &CivilIdentity,
        accepted: &Acceptance,
    ) -> Result<LockerId, LockerError> {
        // A rotation may have gone by since the last look; and nothing is begun under a key whose file is gone.
        self.0.vault.learn().map_err(|error| {
            tracing::error!(%error, "no locker can be opened");
            LockerError::Away
        })?;
        let (quota, evidence) = (self.0.limits.locker_bytes, *accepted.sha256.bytes());
        let (mut tx, pending) = self.0.door.begin_locker(caller, quota, evidence).await?;
        // Held until the commit: no epoch is retired between the choice of a root key and the wrap that is made with it.
        let roots = deployment::lock_roots(&mut tx).await?;
        let new = self.0.vault.new_locker(&pending, holder, accepted, roots.floor)?;
        for wrap in &new.wraps {
            keys::add(&mut tx, &pending, wrap).await?;
        }
        for collection in &new.collections {
            lockers::add_collection(&mut tx, &pending, collection).await?;
        }
        lockers::add_profile(&mut tx, &pending, &new.profile).await?;
        acceptances::add(&mut tx, &pending, &new.acceptance).await?;
        let locker = pending.locker();
        self.0.door.commit(tx, pending).await?;
        Ok(locker)
    }
}
