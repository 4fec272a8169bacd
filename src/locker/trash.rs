//! To the trash and back. Nothing is destroyed here.

use super::{LockerError, Lockers, paper_ask};
use crate::access::Caller;
use crate::domain::ids::{DocumentId, LockerId};
use crate::store::documents;
use crate::store::grant::act;

impl Lockers {
    /// Puts a paper in the trash.
    pub async fn trash(&self, caller: &Caller, locker: LockerId, document: DocumentId) -> Result<(), LockerError> {
        let (mut tx, pending) = self.0.door.begin::<act::Trash>(caller, &paper_ask(locker, document)).await?;
        documents::trash(&mut tx, &pending).await?;
        self.0.door.commit(tx, pending).await?;
        Ok(())
    }

    /// Takes a paper out of the trash.
    pub async fn restore(&self, caller: &Caller, locker: LockerId, document: DocumentId) -> Result<(), LockerError> {
        let (mut tx, pending) = self.0.door.begin::<act::Restore>(caller, &paper_ask(locker, document)).await?;
        documents::restore(&mut tx, &pending).await?;
        self.0.door.commit(tx, pending).await?;
        Ok(())
    }
}
