//! What is sealed of help: mandates and visits, under the key of the locker's evidence collection; what their helpers see of
//! them, under the directory key.

use super::ring::{Keyring, Shelves};
use super::sealed::{self, Place};
use super::{Vault, VaultError};
use crate::domain::help::{Agreed, CategoryScope, Narrowed, Proposed, Shown, ShownScope, VisitFields};
use crate::domain::ids::{MandateId, VisitId};
use crate::domain::mandate::{Reach, Scope};
use crate::domain::organisation::Name;
use crate::domain::person::CivilIdentity;
use crate::store::grant::{GivesMandate, Held, Pending, act};
use crate::store::keys::WrapRow;
use crate::store::lockers::CollectionRow;
use crate::store::mandates::MandateRow;
use crate::store::visits::VisitRow;

/// A mandate that is being given: what its row is to hold.
#[derive(Debug)]
pub struct Given {
    /// What it allows, by opaque ids.
    pub scopes: Vec<Scope>,
    /// What was agreed to, sealed.
    pub details: Vec<u8>,
    /// What the helper sees, sealed.
    pub shown: Vec<u8>,
}

/// What scopes reach, by opaque ids, and as the helper sees them.
fn reached(shelves: &Shelves, scope: &[CategoryScope]) -> Result<(Vec<Scope>, Vec<ShownScope>), VaultError> {
    let (mut scopes, mut told) = (Vec::new(), Vec::new());
    for one in scope {
        let (category, permissions) = one.read().ok_or(VaultError::Damaged)?;
        let collection = shelves.of_category(category).ok_or(VaultError::Damaged)?;
        match one.papers() {
            None => scopes.push(Scope { reach: Reach::Collection(collection), permissions }),
            Some(papers) => {
                scopes.extend(papers.into_iter().map(|paper| Scope { reach: Reach::Document(paper), permissions }));
            }
        }
        told.push(ShownScope { scope: one.clone(), collection: collection.to_string() });
    }
    Ok((scopes, told))
}

/// The name that people call a holder by.
fn called(holder: &CivilIdentity) -> Option<Name> {
    let family = holder.preferred_username.as_ref().unwrap_or(&holder.family_name);
    Name::parse(&format!("{} {family}", holder.given_name)).ok()
}

impl Vault {
    /// Seals what the holder agrees to, in the transaction whose entry says so.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when the locker's keys, or the holder's profile, do not open, or a category has no collection.
    pub fn give<A: GivesMandate>(
        &self,
        pending: &Pending<A>,
        wraps: &[WrapRow],
        collections: &[CollectionRow],
        profile: &[u8],
        mandate: MandateId,
        agreed: &Agreed,
    ) -> Result<Given, VaultError> {
        let ring = self.ring(pending.locker(), wraps)?;
        let shelves = ring.shelves(collections);
        let holder = ring.open_holder(&shelves, profile)?;
        let Proposed { scope, theme, purpose, .. } = &agreed.proposed;
        let (scopes, told) = reached(&shelves, scope)?;
        let shown = Shown { holder, scope: told, theme: *theme, purpose: purpose.clone() };
        let key = ring.key_of(&shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        let details = sealed::seal(key, ring.binding(), Place::Mandate(mandate), agreed, &self.source)?;
        Ok(Given { scopes, details, shown: self.seal_in_directory(Place::Shown(mandate), &shown)? })
    }

    /// Seals what is left of a mandate, in the transaction whose entry says so.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when the locker's keys, or the mandate itself, do not open.
    pub fn narrow(
        &self,
        pending: &Pending<act::NarrowMandate>,
        wraps: &[WrapRow],
        collections: &[CollectionRow],
        row: &MandateRow,
        narrowed: Narrowed,
    ) -> Result<Given, VaultError> {
        let ring = self.ring(pending.locker(), wraps)?;
        let shelves = ring.shelves(collections);
        let (scopes, scope) = reached(&shelves, &narrowed.scope)?;
        let agreed = Agreed { narrowed: Some(narrowed), ..ring.open_mandate(&shelves, row)? };
        let shown: Shown = self.open_in_directory(Place::Shown(row.mandate), &row.shown)?;
        let shown = Shown { scope, ..shown };
        let key = ring.key_of(&shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        let details = sealed::seal(key, ring.binding(), Place::Mandate(row.mandate), &agreed, &self.source)?;
        Ok(Given { scopes, details, shown: self.seal_in_directory(Place::Shown(row.mandate), &shown)? })
    }

    /// Seals what a visit is for, in the transaction whose entry says that it began.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when the locker's keys do not open.
    pub fn seal_visit(
        &self,
        pending: &Pending<act::BeginVisit>,
        wraps: &[WrapRow],
        collections: &[CollectionRow],
        visit: VisitId,
        fields: &VisitFields,
    ) -> Result<Vec<u8>, VaultError> {
        let ring = self.ring(pending.locker(), wraps)?;
        let shelves = ring.shelves(collections);
        let key = ring.key_of(&shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        sealed::seal(key, ring.binding(), Place::Visit(visit), fields, &self.source)
    }
}

impl Keyring {
    /// The name that people call a holder by, of their sealed civil identity.
    pub fn open_holder(&self, shelves: &Shelves, profile: &[u8]) -> Result<Name, VaultError> {
        let key = self.key_of(shelves, shelves.profile().ok_or(VaultError::Damaged)?)?;
        let holder: CivilIdentity = sealed::open(key, self.binding(), Place::Profile, profile)?;
        called(&holder).ok_or(VaultError::Damaged)
    }

    /// Opens what the holder agreed to.
    pub fn open_mandate(&self, shelves: &Shelves, row: &MandateRow) -> Result<Agreed, VaultError> {
        let key = self.key_of(shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        sealed::open(key, self.binding(), Place::Mandate(row.mandate), &row.details)
    }

    /// Opens what a visit was for.
    pub fn open_visit(&self, shelves: &Shelves, row: &VisitRow) -> Result<VisitFields, VaultError> {
        let key = self.key_of(shelves, shelves.of_evidence().ok_or(VaultError::Damaged)?)?;
        sealed::open(key, self.binding(), Place::Visit(row.facts.visit), &row.details)
    }
}
