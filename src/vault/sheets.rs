//! Signed sheets: sealed under the directory key while they wait, for nothing of the locker is open to who sends one; then under the
//! key of the locker's evidence collection, with the mandate that was given by them.

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use super::ring::{Keyring, Shelves};
use super::sealed::{self, Place};
use super::{Vault, VaultError};
use crate::domain::help::{Agreed, SheetContent, SheetFields};
use crate::domain::ids::MandateId;
use crate::domain::person::CivilIdentity;
use crate::store::grant::{Grant, Held, OpensFields, Pending, act};
use crate::store::keys::WrapRow;
use crate::store::lockers::CollectionRow;
use crate::store::mandates::MandateRow;

/// Details and content, sealed.
pub type SealedSheet = (Vec<u8>, Vec<u8>);

/// The bytes of a sheet, if they are those that its description is of.
fn bytes_of(fields: &SheetFields, content: &SheetContent) -> Result<Vec<u8>, VaultError> {
    let bytes = BASE64.decode(content.base64.as_bytes()).map_err(|_| VaultError::Damaged)?;
    let sum: [u8; 32] = Sha256::digest(&bytes).into();
    if sum == *fields.sha256.bytes() { Ok(bytes) } else { Err(VaultError::Damaged) }
}

impl Vault {
    /// Seals a sheet that was sent.
    ///
    /// # Errors
    /// [`VaultError`] when sealing fails.
    pub fn seal_sheet(
        &self,
        mandate: MandateId,
        fields: &SheetFields,
        bytes: &[u8],
    ) -> Result<SealedSheet, VaultError> {
        let content = SheetContent { base64: BASE64.encode(bytes) };
        let details = self.seal_in_directory(Place::SheetDetails(mandate), fields)?;
        Ok((details, self.seal_in_directory(Place::SheetContent(mandate), &content)?))
    }

    /// What describes a sheet that waits. Whoever belongs where it waits may know it.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when it does not open.
    pub fn open_sheet_details(&self, mandate: MandateId, details: &[u8]) -> Result<SheetFields, VaultError> {
        self.open_in_directory(Place::SheetDetails(mandate), details)
    }

    /// Opens a sheet that waits.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when it does not open, or its content is not what its description is of.
    pub fn open_waiting_sheet(
        &self,
        _grant: &Grant<impl OpensFields>,
        mandate: MandateId,
        (details, content): (&[u8], &[u8]),
    ) -> Result<(SheetFields, Vec<u8>), VaultError> {
        let fields = self.open_sheet_details(mandate, details)?;
        let content = self.open_in_directory(Place::SheetContent(mandate), content)?;
        let bytes = bytes_of(&fields, &content)?;
        Ok((fields, bytes))
    }

    /// What was agreed to by a mandate that its holder is about to confirm: compared, and shown to nobody.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when the locker's keys or the mandate do not open.
    pub fn signed(
        &self,
        pending: &Pending<act::AcknowledgeMandate>,
        wraps: &[WrapRow],
        collections: &[CollectionRow],
        row: &MandateRow,
    ) -> Result<Agreed, VaultError> {
        let ring = self.ring(pending.locker(), wraps)?;
        ring.open_mandate(&ring.shelves(collections), row)
    }

    /// Whose locker a sheet that is being confirmed is about: compared with the name that stands on it, and shown to nobody.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when the locker's keys, or the holder's profile, do not open.
    pub fn holder_of(
        &self,
        pending: &Pending<act::ConfirmSheet>,
        wraps: &[WrapRow],
        collections: &[CollectionRow],
        profile: &[u8],
    ) -> Result<CivilIdentity, VaultError> {
        let ring = self.ring(pending.locker(), wraps)?;
        let shelves = ring.shelves(collections);
        let key = ring.key_of(&shelves, shelves.profile().ok_or(VaultError::Damaged)?)?;
        sealed::open(key, ring.binding(), Place::Profile, profile)
    }

    /// Seals a sheet that is being confirmed under the key of the locker's evidence collection. Its bytes are shown to nobody.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when the sheet or the locker's keys do not open.
    pub fn keep_sheet(
        &self,
        pending: &Pending<act::ConfirmSheet>,
        wraps: &[WrapRow],
        collections: &[CollectionRow],
        mandate: MandateId,
        (details, content): (&[u8], &[u8]),
    ) -> Result<SealedSheet, VaultError> {
        let fields = self.open_sheet_details(mandate, details)?;
        let content: SheetContent = self.open_in_directory(Place::SheetContent(mandate), content)?;
        bytes_of(&fields, &content)?;
        let ring = self.ring(pending.locker(), wraps)?;
        let shelves = ring.shelves(collections);
        let key = ring.key_of(&shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        let details = sealed::seal(key, ring.binding(), Place::SheetDetails(mandate), &fields, &self.source)?;
        let content = sealed::seal(key, ring.binding(), Place::SheetContent(mandate), &content, &self.source)?;
        Ok((details, content))
    }
}

impl Keyring {
    /// Opens a sheet that is kept with its mandate.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when it does not open, or its content is not what its description is of.
    pub fn open_sheet(
        &self,
        shelves: &Shelves,
        mandate: MandateId,
        (details, content): (&[u8], &[u8]),
    ) -> Result<(SheetFields, Vec<u8>), VaultError> {
        let key = self.key_of(shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        let fields: SheetFields = sealed::open(key, self.binding(), Place::SheetDetails(mandate), details)?;
        let content = sealed::open(key, self.binding(), Place::SheetContent(mandate), content)?;
        let bytes = bytes_of(&fields, &content)?;
        Ok((fields, bytes))
    }
}
