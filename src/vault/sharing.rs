//! What is sealed of what people hand over: for them under the key of the evidence collection, for who receives it under the directory key.

use super::ring::{Keyring, Shelves};
use super::sealed::{self, Place};
use super::{Vault, VaultError};
use crate::domain::document::Sha256Sum;
use crate::domain::ids::{LockerId, PaperRequestId, ShareId};
use crate::domain::organisation::Name;
use crate::domain::person::CivilIdentity;
use crate::domain::request::AnswerFields;
use crate::domain::share::{HandedPaper, ReaderFields, ShareFields};
use crate::domain::surname::folded;
use crate::store::documents::Paper;
use crate::store::grant::{Held, Pending, TakesOut, act};
use crate::store::keys::WrapRow;
use crate::store::lockers::CollectionRow;
use crate::store::shares::ShareRow;

/// A paper that is handed over: its place, the piece that it answers, its row.
#[derive(Debug, Clone, Copy)]
pub struct Handing<'a> {
    /// Its place, from 1.
    pub place: u16,
    /// Which piece, from 0.
    pub piece: u16,
    /// The paper in the version that is handed over.
    pub paper: &'a Paper,
}

/// What is handed over, sealed.
#[derive(Debug)]
pub struct Handed {
    /// For its holder.
    pub details: Vec<u8>,
    /// For who receives it.
    pub shown: Vec<u8>,
}

/// What is left of a share: whatever row was put back, it tells nothing of what is not there any more.
fn left(mut fields: ShareFields, row: &ShareRow) -> ShareFields {
    fields.take_out(&row.gone);
    fields
}

impl Vault {
    /// Opens what describes papers, and seals it as what is handed over, in the transaction whose entry says so. Its papers and
    /// its holder's name are given to what makes it: `None`, and nothing is sealed. Gives the two sealed forms.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when a key, the holder's profile or a description does not open.
    pub fn hand_over(
        &self,
        pending: &Pending<act::GiveShare>,
        (wraps, collections, profile): (&[WrapRow], &[CollectionRow], &[u8]),
        share: ShareId,
        papers: &[Handing<'_>],
        make: impl FnOnce(Name, Vec<HandedPaper>) -> Option<ShareFields>,
    ) -> Result<Option<Handed>, VaultError> {
        let locker = pending.locker();
        let ring = self.ring(locker, wraps)?;
        let shelves = ring.shelves(collections);
        let holder = ring.open_holder(&shelves, profile)?;
        let mut handed = Vec::with_capacity(papers.len());
        for Handing { place, piece, paper } in papers {
            if paper.locker != locker {
                return Err(VaultError::NoKey);
            }
            let (fields, file) = ring.open_paper(&shelves, paper)?;
            handed.push(HandedPaper {
                place: *place,
                piece: *piece,
                title: fields.title,
                kind: fields.kind,
                issued_on: fields.issued_on,
                expires_on: fields.good_until.or(fields.expires_on),
                origin: file.origin_now(),
                issued: file.issued,
                file_name: file.file_name,
                media_type: file.media_type,
                size: file.size,
                sha256: Sha256Sum::from_bytes(*file.sha256.bytes()),
                deposited_at: paper.deposited_at.micros(),
            });
        }
        let Some(fields) = make(holder, handed) else { return Ok(None) };
        let key = ring.key_of(&shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        let details = sealed::seal(key, ring.binding(), Place::Share(share), &fields, &self.source)?;
        Ok(Some(Handed { details, shown: self.seal_in_directory(Place::Handed(locker, share), &fields)? }))
    }

    /// Seals what was chosen so far for a request, in the transaction whose entry says so. `make` is given what was kept before (none, if
    /// nothing was, or it does not open).
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when a key does not open.
    pub fn keep_answer(
        &self,
        pending: &Pending<act::SaveAnswer>,
        (wraps, collections): (&[WrapRow], &[CollectionRow]),
        (request, before): (PaperRequestId, Option<&[u8]>),
        make: impl FnOnce(Option<AnswerFields>) -> AnswerFields,
    ) -> Result<Vec<u8>, VaultError> {
        let ring = self.ring(pending.locker(), wraps)?;
        let shelves = ring.shelves(collections);
        let before = before.and_then(|details| ring.open_answer(&shelves, request, details).ok());
        let key = ring.key_of(&shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        sealed::seal(key, ring.binding(), Place::Answer(request), &make(before), &self.source)
    }

    /// The surnames by which a holder is known, as they are compared: the family name, and the name in use or the same again; what
    /// is called first where somebody has neither.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when a key or the holder's profile does not open, or there is no name in it.
    pub fn surnames(
        &self,
        pending: &Pending<act::GiveShare>,
        (wraps, collections, profile): (&[WrapRow], &[CollectionRow], &[u8]),
    ) -> Result<[String; 2], VaultError> {
        let ring = self.ring(pending.locker(), wraps)?;
        let shelves = ring.shelves(collections);
        let key = ring.key_of(&shelves, shelves.profile().ok_or(VaultError::Damaged)?)?;
        let holder: CivilIdentity = sealed::open(key, ring.binding(), Place::Profile, profile)?;
        let family = folded(&holder.family_name);
        let in_use = holder.preferred_username.as_deref().map(folded).unwrap_or_default();
        // Nobody comes in without a name.
        let known = |name: &String| !name.is_empty();
        let first = [&family, &in_use, &folded(&holder.given_name)].into_iter().find(|name| known(name)).cloned();
        let first = first.ok_or(VaultError::Damaged)?;
        let second = Some(in_use).filter(known).unwrap_or_else(|| first.clone());
        Ok([first, second])
    }

    /// What describes a share, without the papers at some places, sealed anew in the transaction whose entry says why. `None`: it does not
    /// open, for anybody.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when a key does not open.
    pub fn take_out<A: TakesOut>(
        &self,
        pending: &Pending<A>,
        (wraps, collections): (&[WrapRow], &[CollectionRow]),
        (row, places): (&ShareRow, &[u16]),
    ) -> Result<Option<Handed>, VaultError> {
        if row.locker != pending.locker() {
            return Err(VaultError::NoKey);
        }
        let ring = self.ring(row.locker, wraps)?;
        let shelves = ring.shelves(collections);
        let (own, shown) = (ring.open_share(&shelves, row).ok(), self.open_handed(row).ok());
        let Some(mut fields) = own.or(shown) else { return Ok(None) };
        fields.take_out(places);
        let key = ring.key_of(&shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        let details = sealed::seal(key, ring.binding(), Place::Share(row.share), &fields, &self.source)?;
        let shown = self.seal_in_directory(Place::Handed(row.locker, row.share), &fields)?;
        Ok(Some(Handed { details, shown }))
    }

    /// What a share shows to who receives it, without what is not there any more.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when it does not open, or its row is not what the journal says.
    pub fn open_handed(&self, row: &ShareRow) -> Result<ShareFields, VaultError> {
        if row.is_doubted {
            return Err(VaultError::Damaged);
        }
        self.open_in_directory(Place::Handed(row.locker, row.share), &row.shown).map(|fields| left(fields, row))
    }

    /// Seals who reads, for the line of their reading.
    ///
    /// # Errors
    /// [`VaultError::Failed`] when cryptography refuses to work.
    pub fn seal_reader(&self, locker: LockerId, seq: u64, reader: &ReaderFields) -> Result<Vec<u8>, VaultError> {
        self.seal_in_directory(Place::Reader(locker, seq), reader)
    }

    /// Who read, as their program said.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when it does not open.
    pub fn open_reader(&self, locker: LockerId, seq: u64, details: &[u8]) -> Result<ReaderFields, VaultError> {
        self.open_in_directory(Place::Reader(locker, seq), details)
    }
}

impl Keyring {
    /// Opens what was chosen so far for a request.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when it does not open.
    pub fn open_answer(
        &self,
        shelves: &Shelves,
        request: PaperRequestId,
        details: &[u8],
    ) -> Result<AnswerFields, VaultError> {
        let key = self.key_of(shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        sealed::open(key, self.binding(), Place::Answer(request), details)
    }

    /// Opens what its holder handed over, without what is not there any more.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when it does not open, or its row is not what the journal says.
    pub fn open_share(&self, shelves: &Shelves, row: &ShareRow) -> Result<ShareFields, VaultError> {
        if row.is_doubted {
            return Err(VaultError::Damaged);
        }
        let key = self.key_of(shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        sealed::open(key, self.binding(), Place::Share(row.share), &row.details).map(|fields| left(fields, row))
    }
}
