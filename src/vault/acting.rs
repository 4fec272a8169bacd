//! What is sealed of single acts: a helper's word on an original, what the scanner said, what a deposit changed, a description without
//! a version that is taken back.

use std::time::Duration;

use super::ring::{Keyring, Shelves};
use super::sealed::{self, Place};
use super::{Vault, VaultError};
use crate::domain::acting::{DepositFields, OriginalSeen};
use crate::domain::document::{Described, IdText, Sha256Sum, VersionFields};
use crate::domain::help::VisitFields;
use crate::domain::ids::VersionId;
use crate::domain::scanned::Scanned;
use crate::store::documents::Paper;
use crate::store::grant::{Held, MarksScanned, Pending, act};
use crate::store::keys::WrapRow;
use crate::store::lockers::CollectionRow;
use crate::store::visits::VisitRow;

/// A word that is said again so soon is the same: somebody pressed twice.
const SAID_TWICE: Duration = Duration::from_mins(10);

impl Vault {
    /// Seals anew what describes the granted version, with the word of who has seen its original: named as their visit names them.
    /// A member's older word on it makes way. `None`: they said it a moment ago.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if anything on the way does not open, or the visit is nobody's of an organisation.
    pub fn seal_seen(
        &self,
        pending: &Pending<act::SeeOriginal>,
        wraps: &[WrapRow],
        collections: &[CollectionRow],
        visit: &VisitRow,
    ) -> Result<Option<Vec<u8>>, VaultError> {
        let paper = pending.paper().ok_or(VaultError::NoKey)?;
        let membership = pending.help().and_then(|help| help.membership).ok_or(VaultError::Damaged)?;
        let person = pending.person().ok_or(VaultError::NoKey)?;
        let ring = self.ring(pending.locker(), wraps)?;
        let shelves = ring.shelves(collections);
        let VisitFields { who, organisation, .. } = ring.open_visit(&shelves, visit)?;
        let (_, mut fields) = ring.open_described(&shelves, paper)?;
        let since = pending.written().at.minus(SAID_TWICE).micros();
        let is_said = |seen: &OriginalSeen| {
            let is_same = seen.membership.0 == membership && seen.person.0 == person;
            is_same && *seen.stored.bytes() == paper.blob_sha256 && seen.at >= since
        };
        if fields.seen.iter().any(is_said) {
            return Ok(None);
        }
        fields.seen.retain(|seen| seen.membership.0 != membership);
        fields.seen.push(OriginalSeen {
            person: IdText(person),
            membership: IdText(membership),
            name: who,
            organisation: organisation.ok_or(VaultError::Damaged)?,
            at: pending.written().at.micros(),
            entry: pending.written().seq,
            stored: Sha256Sum::from_bytes(paper.blob_sha256),
        });
        let key = ring.key_of(&shelves, paper.collection)?;
        let place = Place::Version(paper.document, paper.version);
        sealed::seal(key, ring.binding(), place, &fields, &self.source).map(Some)
    }

    /// Seals anew what describes the granted version, with what the scanner said of it.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if anything on the way does not open.
    pub fn seal_scanned<A: MarksScanned>(
        &self,
        pending: &Pending<A>,
        wraps: &[WrapRow],
        collections: &[CollectionRow],
        scanned: Scanned,
    ) -> Result<Vec<u8>, VaultError> {
        let paper = pending.paper().ok_or(VaultError::NoKey)?;
        let ring = self.ring(pending.locker(), wraps)?;
        let shelves = ring.shelves(collections);
        let (_, before) = ring.open_described(&shelves, paper)?;
        let fields = VersionFields { scanned, ..before };
        let key = ring.key_of(&shelves, paper.collection)?;
        let place = Place::Version(paper.document, paper.version);
        sealed::seal(key, ring.binding(), place, &fields, &self.source)
    }

    /// Seals anew what describes the granted paper, whose newest version is taken back: `newest` is the one before, and what
    /// the deposit changed is undone.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if anything on the way does not open.
    pub fn seal_without(
        &self,
        pending: &Pending<act::WithdrawDeposit>,
        wraps: &[WrapRow],
        collections: &[CollectionRow],
        newest: &Paper,
        deposit: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        let paper = pending.paper().ok_or(VaultError::NoKey)?;
        if (newest.locker, newest.document) != (pending.locker(), paper.document) {
            return Err(VaultError::NoKey);
        }
        let ring = self.ring(pending.locker(), wraps)?;
        let shelves = ring.shelves(collections);
        let (before, _) = ring.open_described(&shelves, paper)?;
        let evidence = ring.key_of(&shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        let DepositFields { set } = sealed::open(evidence, ring.binding(), Place::Deposit(paper.version), deposit)?;
        let fields = set.map_or_else(|| before.fields.clone(), |set| set.undone(&before.fields));
        let as_of = before.as_of.replaced(newest.version, newest.number, pending.written().seq);
        let key = ring.key_of(&shelves, paper.collection)?;
        let described = Described { fields, as_of };
        sealed::seal(key, ring.binding(), Place::Document(paper.document), &described, &self.source)
    }
}

impl Keyring {
    /// Seals what a helper's deposit changed.
    pub fn seal_deposit(
        &self,
        shelves: &Shelves,
        version: VersionId,
        fields: &DepositFields,
    ) -> Result<Vec<u8>, VaultError> {
        let key = self.key_of(shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        sealed::seal(key, self.binding(), Place::Deposit(version), fields, self.source())
    }
}
