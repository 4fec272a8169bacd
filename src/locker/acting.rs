//! What helpers do with single versions in a visit: say that they have seen the original, take back what they added by mistake.

use super::amend::only_papers;
use super::{LockerError, Lockers};
use crate::access::{Ask, Caller, Withdrawing};
use crate::domain::entry::Object;
use crate::domain::ids::{DocumentId, LockerId, VersionId};
use crate::domain::policy::DepositFacts;
use crate::faults::step;
use crate::store::changes::{self, Remains};
use crate::store::grant::{Held, Pending, act};
use crate::store::{StoreError, Tx, keys, lockers, visits};
use crate::vault::VaultError;

impl Lockers {
    /// An aidant says that they held the original of a paper in their hands, and that this version shows it.
    pub async fn see_original(
        &self,
        caller: &Caller,
        locker: LockerId,
        document: DocumentId,
        version: VersionId,
    ) -> Result<(), LockerError> {
        let ask = Ask::paper(locker, document, Some(version));
        let (mut tx, pending) = self.0.door.begin_original_seen(caller, &ask).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let visit = pending.help().and_then(|help| help.visit).ok_or(LockerError::Damaged)?;
        let visit = visits::find(&mut tx, locker, visit).await?.ok_or(LockerError::Damaged)?;
        let details = match self.0.vault.seal_seen(&pending, &wraps, &collections, &visit) {
            Ok(Some(details)) => details,
            // Pressed twice: it is said, and its line is there.
            Ok(None) => return Ok(()),
            Err(error) => {
                // The line goes with the rest: the control reads lines of what was done.
                drop(tx);
                return Err(self.damaged(caller, &pending, Object::Version(document, version), error).await);
            }
        };
        changes::mark_seen(&mut tx, &pending, &details).await?;
        self.0.door.commit(tx, pending).await?;
        Ok(())
    }

    /// A helper takes back a version that they added a short while ago: nobody opens it any more, its holder included. The one
    /// before is the newest again; without one, the paper goes.
    pub async fn withdraw(
        &self,
        caller: &Caller,
        locker: LockerId,
        document: DocumentId,
        version: VersionId,
    ) -> Result<(), LockerError> {
        let ask = Ask::paper(locker, document, Some(version));
        let Withdrawing { mut tx, pending, details } = self.0.door.begin_withdrawal(caller, &ask).await?;
        let remains = match self.remains(&mut tx, &pending, &details).await? {
            Ok(remains) => remains,
            Err(error) => {
                drop(tx);
                return Err(self.damaged(caller, &pending, Object::Version(document, version), error).await);
            }
        };
        let blob = changes::withdraw(&mut tx, &pending, &remains).await?;
        self.take_out(caller, &mut tx, &pending).await?;
        step("withdraw.before_commit");
        self.0.door.commit(tx, pending).await?;
        step("withdraw.committed");
        self.drop_destroyed(vec![blob]).await;
        Ok(())
    }

    /// What is left of the granted paper without the granted version.
    async fn remains(
        &self,
        tx: &mut Tx,
        pending: &Pending<act::WithdrawDeposit>,
        details: &[u8],
    ) -> Result<Result<Remains, VaultError>, StoreError> {
        let found = changes::versions(tx, pending).await?;
        let Some(paper) = pending.paper() else { return Ok(Err(VaultError::NoKey)) };
        if found.len() == 1 {
            return Ok(Ok(Remains::Nothing));
        }
        if paper.version != paper.newest {
            return Ok(Ok(Remains::Same));
        }
        let Some(rows) = only_papers(&found) else { return Ok(Err(VaultError::Damaged)) };
        let others = rows.into_iter().filter(|row| row.version != paper.version);
        let Some(newest) = others.max_by_key(|row| row.number) else { return Ok(Err(VaultError::Damaged)) };
        let wraps = keys::of_locker(tx, pending).await?;
        let collections = lockers::collections(tx, pending).await?;
        let sealed = self.0.vault.seal_without(pending, &wraps, &collections, newest, details);
        Ok(sealed.map(|sealed| Remains::Newest(newest.version, sealed)))
    }

    /// What the caller has added in the locker that they visit, and may still take back.
    pub async fn own_deposits(&self, caller: &Caller, locker: LockerId) -> Result<Vec<DepositFacts>, LockerError> {
        Ok(self.0.door.own_deposits(caller, locker).await?)
    }
}
