//! Several versions opened one after the other (integrity control, export), and what describes a paper sealed anew.

use super::keys::{self, KeyKind, NamedKey, WrapContext};
use super::ring::{Content, Keyring, Shelves};
use super::sealed::{self, Place};
use super::{Vault, VaultError};
use crate::domain::document::{Changes, Described, DocumentFields, VersionFields};
use crate::domain::help::{Agreed, SheetFields, VisitFields};
use crate::domain::ids::{DocumentId, LockerId, MandateId};
use crate::domain::person::CivilIdentity;
use crate::domain::share::ShareFields;
use crate::store::changes::Amended;
use crate::store::documents::Paper;
use crate::store::grant::{Grant, Held, OpensSeveral, Pending, act};
use crate::store::keys::WrapRow;
use crate::store::lockers::CollectionRow;
use crate::store::mandates::MandateRow;
use crate::store::shares::ShareRow;
use crate::store::visits::VisitRow;

/// Opens versions of the granted locker; of the granted paper alone, when the grant names one.
#[derive(Debug)]
pub struct Opener {
    locker: LockerId,
    only: Option<DocumentId>,
    ring: Keyring,
    shelves: Shelves,
    wraps: Vec<WrapRow>,
}

impl Vault {
    /// Opens the keys that lead to versions. `wraps` are those of the locker or of the granted paper, document keys included.
    pub fn opener<A: OpensSeveral>(
        &self,
        grant: &Grant<A>,
        wraps: Vec<WrapRow>,
        collections: &[CollectionRow],
    ) -> Result<Opener, VaultError> {
        let ring = self.keyring(grant, &wraps)?;
        let shelves = ring.shelves(collections);
        let only = grant.paper().map(|paper| paper.document);
        let mut wraps = wraps;
        wraps.retain(|wrap| wrap.key.kind == KeyKind::Document.number());
        wraps.sort_by_key(|wrap| wrap.key.key);
        Ok(Opener { locker: grant.locker(), only, ring, shelves, wraps })
    }

    /// Seals anew what describes the granted paper, as changed; with another category, re-wraps the document keys of all its
    /// versions under that category's key. Gives what is to be written, and the paper as it will be.
    ///
    /// Works under the entry of the same transaction: what it opens is shown to nobody before that is committed.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if anything on the way does not open: then nothing is changed.
    pub fn amend(
        &self,
        pending: &Pending<act::Amend>,
        wraps: &[WrapRow],
        collections: &[CollectionRow],
        versions: &[&Paper],
        changes: &Changes,
    ) -> Result<(Amended, DocumentFields, VersionFields), VaultError> {
        let paper = pending.paper().ok_or(VaultError::NoKey)?;
        let ring = self.ring(pending.locker(), wraps)?;
        let shelves = ring.shelves(collections);
        let (before, file) = ring.open_described(&shelves, paper)?;
        let fields = before.fields.changed(changes);
        let target = shelves.of_category(fields.kind.category()).ok_or(VaultError::Damaged)?;
        let (from, to) = (ring.key_of(&shelves, paper.collection)?, ring.key_of(&shelves, target)?);
        let described = Described { fields, as_of: before.as_of.amended(pending.written().seq) };
        let details = sealed::seal(to, ring.binding(), Place::Document(paper.document), &described, &self.source)?;
        let fields = described.fields;
        let mut moved = Vec::new();
        if target != paper.collection {
            for version in versions {
                if (version.locker, version.document) != (pending.locker(), paper.document) {
                    return Err(VaultError::NoKey);
                }
                let context = self.version_context(version);
                let key = document_key(wraps, version, from, &context)?;
                let place = Place::Version(version.document, version.version);
                let described: VersionFields = sealed::open(from, ring.binding(), place, &version.version_details)?;
                let wrap = keys::wrap(&key, to, &context, &self.source)?;
                let resealed = sealed::seal(to, ring.binding(), place, &described, &self.source)?;
                moved.push((version.version, wrap, resealed));
            }
        }
        let amended = Amended { collection: target, private: fields.private, details, moved };
        Ok((amended, fields, file))
    }

    const fn version_context(&self, version: &Paper) -> WrapContext {
        WrapContext {
            deployment: self.deployment,
            scope: version.locker,
            paper: Some((version.document, version.version)),
        }
    }
}

fn document_key(
    wraps: &[WrapRow],
    version: &Paper,
    under: &NamedKey,
    context: &WrapContext,
) -> Result<NamedKey, VaultError> {
    wraps
        .iter()
        .filter(|w| w.key.key == version.key && w.key.kind == KeyKind::Document.number())
        .find_map(|w| keys::unwrap(w, under, context).ok())
        .ok_or(VaultError::Damaged)
}

impl Opener {
    /// Opens the holder's civil identity.
    pub fn profile(&self, details: &[u8]) -> Result<CivilIdentity, VaultError> {
        let key = self.ring.key_of(&self.shelves, self.shelves.profile().ok_or(VaultError::Damaged)?)?;
        sealed::open(key, self.ring.binding(), Place::Profile, details)
    }

    /// Opens what the holder agreed to.
    pub fn open_mandate(&self, row: &MandateRow) -> Result<Agreed, VaultError> {
        self.ring.open_mandate(&self.shelves, row)
    }

    /// Opens a sheet that is kept with its mandate.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when it does not open, or its content is not what its description is of.
    pub fn open_sheet(&self, mandate: MandateId, sealed: (&[u8], &[u8])) -> Result<(SheetFields, Vec<u8>), VaultError> {
        self.ring.open_sheet(&self.shelves, mandate, sealed)
    }

    /// Opens what a visit was for.
    pub fn open_visit(&self, row: &VisitRow) -> Result<VisitFields, VaultError> {
        self.ring.open_visit(&self.shelves, row)
    }

    /// Opens what its holder handed over.
    pub fn open_share(&self, row: &ShareRow) -> Result<ShareFields, VaultError> {
        self.ring.open_share(&self.shelves, row)
    }

    /// Opens one version: its descriptions and its document key.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if it does not open; [`VaultError::NoKey`] for a version that the grant is not about.
    pub fn content(&self, version: &Paper) -> Result<Content, VaultError> {
        if version.locker != self.locker || self.only.is_some_and(|only| only != version.document) {
            return Err(VaultError::NoKey);
        }
        let under = self.ring.key_of(&self.shelves, version.collection)?;
        let from = self.wraps.partition_point(|wrap| wrap.key.key < version.key);
        let own = self.wraps.get(from..).unwrap_or_default();
        let context = WrapContext {
            deployment: self.ring.binding().deployment,
            scope: self.locker,
            paper: Some((version.document, version.version)),
        };
        let key = own
            .iter()
            .take_while(|wrap| wrap.key.key == version.key)
            .find_map(|wrap| keys::unwrap(wrap, under, &context).ok())
            .ok_or(VaultError::Damaged)?;
        let (document, described) = self.ring.open_described(&self.shelves, version)?;
        Ok(Content::new(document, described, key.into_key()))
    }
}
