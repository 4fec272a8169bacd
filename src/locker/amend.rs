//! Changing what describes a paper; moving it to another category; the versions it has; its end.

use super::views::{PaperView, VersionView};
use super::{LockerError, Lockers, paper_ask};
use crate::access::{Ask, Caller};
use crate::blobs::BlobName;
use crate::domain::document::{Changes, Sha256Sum};
use crate::domain::entry::{Object, Reason};
use crate::domain::ids::{DocumentId, LockerId};
use crate::domain::policy::Changes as Changing;
use crate::faults::step;
use crate::store::documents::{Found, Paper};
use crate::store::grant::{Held, act};
use crate::store::{changes as rows, keys, lockers};
use crate::vault::VaultError;

impl Lockers {
    /// Changes what describes a paper. The content and its versions stay; with another category, their keys are wrapped
    /// anew under that category's.
    pub async fn amend(
        &self,
        caller: &Caller,
        locker: LockerId,
        document: DocumentId,
        changes: &Changes,
    ) -> Result<PaperView, LockerError> {
        let moving = self.moving(caller, locker, changes).await?;
        let ask = Ask { changes: moving, ..paper_ask(locker, document) };
        let (mut tx, pending) = self.0.door.begin::<act::Amend>(caller, &ask).await?;
        let wraps = keys::of_document(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let found = rows::versions(&mut tx, &pending).await?;
        let versions: Vec<&Paper> = found.iter().filter_map(Found::paper).collect();
        let amended = if versions.len() == found.len() {
            self.0.vault.amend(&pending, &wraps, &collections, &versions, changes)
        } else {
            Err(VaultError::Damaged)
        };
        let (amended, fields, file) = match amended {
            Ok(amended) => amended,
            Err(error) => {
                // The line that says it was changed goes with the rest: the control reads lines of what was done.
                drop(tx);
                return Err(self.damaged(caller, &pending, Object::Document(document), error).await);
            }
        };
        // A helper's paper stands where it stood, or where it was decided that it may go.
        if !Self::may_stand_in(&pending, amended.collection) {
            drop(tx);
            return Err(LockerError::Refused(Reason::OutOfScope));
        }
        rows::amend(&mut tx, &pending, &amended).await?;
        step("amend.before_commit");
        let grant = self.0.door.commit(tx, pending).await?;
        let paper = grant.paper().ok_or(LockerError::Damaged)?;
        let view = PaperView::new(paper, fields, file, self.today());
        Ok(PaperView { private: amended.private, ..view })
    }

    /// What changes of a description would change, as far as rights look at it: nothing is asked of the holder.
    pub(super) async fn moving(
        &self,
        caller: &Caller,
        locker: LockerId,
        changes: &Changes,
    ) -> Result<Changing, LockerError> {
        let into = match changes.kind {
            Some(kind) => self.collection_for(caller, locker, kind.category()).await?,
            None => None,
        };
        let private = changes.private.filter(|_| caller.visit.is_some());
        Ok(Changing { into, private })
    }

    /// The versions of a paper, newest first, with their technical metadata.
    pub async fn versions(
        &self,
        caller: &Caller,
        locker: LockerId,
        document: DocumentId,
    ) -> Result<Vec<VersionView>, LockerError> {
        let ask = paper_ask(locker, document);
        let (mut tx, pending) = self.0.door.begin::<act::ListVersions>(caller, &ask).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let found = rows::versions(&mut tx, &pending).await?;
        let grant = self.0.door.commit(tx, pending).await?;
        let open = || {
            let ring = self.0.vault.keyring(&grant, &wraps)?;
            let shelves = ring.shelves(&collections);
            let one = |found: &Found| {
                let paper = found.paper().ok_or(VaultError::Damaged)?;
                let (_, file) = ring.open_paper(&shelves, paper)?;
                Ok(VersionView {
                    version: paper.version,
                    number: paper.number,
                    file,
                    deposited_at: paper.deposited_at,
                    stored_size: paper.blob_size,
                    stored_sha256: Sha256Sum::from_bytes(paper.blob_sha256),
                })
            };
            found.iter().map(one).collect::<Result<Vec<_>, VaultError>>()
        };
        match open() {
            Ok(versions) => Ok(versions),
            Err(error) => Err(self.damaged(caller, &grant, Object::Document(document), error).await),
        }
    }

    /// Destroys a paper for good, with all its versions: keys and descriptions in one transaction, then the blobs, which
    /// nothing opens any more.
    pub async fn destroy(&self, caller: &Caller, locker: LockerId, document: DocumentId) -> Result<(), LockerError> {
        let (mut tx, pending) = self.0.door.begin::<act::Destroy>(caller, &paper_ask(locker, document)).await?;
        let blobs = rows::destroy(&mut tx, &pending).await?;
        self.take_out(caller, &mut tx, &pending).await?;
        step("destroy.before_commit");
        self.0.door.commit(tx, pending).await?;
        step("destroy.committed");
        self.drop_destroyed(blobs).await;
        Ok(())
    }

    /// Removes blobs whose keys are gone, and what the database's files still hold of those.
    pub(super) async fn drop_destroyed(&self, blobs: Vec<String>) {
        if let Err(error) = self.0.door.scrub().await {
            tracing::warn!(%error, "a destroyed key stays in the write-ahead log until it is next emptied");
        }
        for blob in blobs {
            let dropped = match BlobName::new(&blob) {
                Ok(name) => self.0.blobs.delete(&name).await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(error) = dropped {
                tracing::warn!(error, "a destroyed paper's blob is left to the sweeper");
            }
        }
    }
}

/// The rows of papers, if all of them read.
pub(super) fn only_papers(found: &[Found]) -> Option<Vec<&Paper>> {
    found.iter().map(Found::paper).collect()
}
