//! Helpers' visits: how one begins and ends, and where in the locker a helper's paper goes.

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::mandates::Helping;
use super::{LockerError, Lockers};
use crate::access::Caller;
use crate::domain::help::{Purpose, Shown, ShownScope, VisitFields};
use crate::domain::ids::{CollectionId, LockerId, MandateId, VisitId};
use crate::domain::mandate::{Permission, Reach, Scope};
use crate::domain::source::Timestamp;
use crate::domain::taxonomy::Category;
use crate::store::grant::Held;
use crate::store::{keys, lockers};
use crate::vault::sealed::Place;

/// A visit that has begun.
#[derive(Debug, Clone)]
pub struct BegunVisit {
    /// Its id, which each request bears from then on.
    pub visit: VisitId,
    /// Until when at the longest.
    pub until: Timestamp,
    /// Whom, with what, for what.
    pub shown: Shown,
}

impl Lockers {
    /// Begins a visit under a mandate, for a purpose in words.
    pub async fn begin_visit(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        purpose: Purpose,
    ) -> Result<BegunVisit, LockerError> {
        let who = self.who(caller).await?;
        let name = super::organisations::name_of(&who.identity).ok_or(LockerError::Damaged)?;
        // What they may see of their own mandate: where there is none, the door says no.
        let helping = self.helping(caller).await?;
        let own = helping.into_iter().find(|own| own.mandate == mandate && own.locker == locker);
        let organisation = match own.as_ref().and_then(|own| own.membership) {
            Some(membership) => {
                let there = self.own_memberships(caller).await?;
                there.into_iter().find(|own| own.membership == membership).map(|own| own.name)
            }
            None => None,
        };
        let visit = VisitId::draw(self.source());
        let salt = HEXLOWER.encode(&self.source().bytes::<32>());
        let fields = VisitFields { who: name, organisation, purpose, salt };
        let told = serde_json::to_vec(&fields).map_err(|_| LockerError::Away)?;
        let evidence: [u8; 32] = Sha256::digest(&told).into();
        let (mut tx, pending) = self.door().begin_visit(caller, locker, mandate, visit, evidence).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let details = self.0.vault.seal_visit(&pending, &wraps, &collections, visit, &fields)?;
        let until = self.door().add_visit(&mut tx, &pending, visit, details).await?;
        self.door().commit(tx, pending).await?;
        let shown = own.map(|own| own.shown).ok_or(LockerError::Damaged)?;
        Ok(BegunVisit { visit, until, shown })
    }

    /// The caller's own visits that go on, by their mandates: which, and until when.
    pub async fn own_visits(&self, caller: &Caller) -> Result<HashMap<MandateId, (VisitId, Timestamp)>, LockerError> {
        let open = self.door().own_visits(caller).await?;
        Ok(open.into_iter().map(|visit| (visit.mandate, (visit.visit, visit.until))).collect())
    }

    /// Whether a visit that the caller names was begun by them, whatever has become of it.
    pub async fn was_visiting(&self, caller: &Caller, locker: LockerId) -> Result<bool, LockerError> {
        Ok(self.door().was_in_visit(caller, locker).await?)
    }

    /// Whom the caller's visit helps, with what; none if the visit is not theirs, or its mandate is over.
    pub async fn visited(&self, caller: &Caller, locker: LockerId) -> Result<Option<Helping>, LockerError> {
        let Some(row) = self.door().shown_in_visit(caller, locker).await? else { return Ok(None) };
        Ok(self.helping(caller).await?.into_iter().find(|own| own.mandate == row.mandate))
    }

    /// Ends a visit.
    pub async fn end_visit(&self, caller: &Caller, locker: LockerId, visit: VisitId) -> Result<(), LockerError> {
        Ok(self.door().end_visit(caller, locker, visit).await?)
    }

    /// The collection of a category, as a helper's own mandate names it; one of nothing where it does not. None for the holder:
    /// nobody decides on where theirs go.
    pub(super) async fn collection_for(
        &self,
        caller: &Caller,
        locker: LockerId,
        category: Category,
    ) -> Result<Option<CollectionId>, LockerError> {
        if caller.visit.is_none() {
            return Ok(None);
        }
        let nothing = CollectionId::from_uuid(uuid::Uuid::nil());
        let Some(row) = self.door().shown_in_visit(caller, locker).await? else { return Ok(Some(nothing)) };
        let shown: Shown = self.0.vault.open_in_directory(Place::Shown(row.mandate), &row.shown)?;
        let is_it = |scope: &&ShownScope| scope.scope.category == category.code();
        Ok(Some(shown.scope.iter().find(is_it).and_then(ShownScope::collection).unwrap_or(nothing)))
    }

    /// Whether the caller names a visit in this locker that is theirs: they may send something, and the door is asked once it is
    /// known what.
    pub async fn is_visiting(&self, caller: &Caller, locker: LockerId) -> Result<bool, LockerError> {
        Ok(self.door().shown_in_visit(caller, locker).await?.is_some())
    }

    /// A category that a helper may add papers to, if there is one: for asking whether they may add any.
    pub(super) async fn some_category(
        &self,
        caller: &Caller,
        locker: LockerId,
    ) -> Result<Option<CollectionId>, LockerError> {
        let Some(row) = self.door().shown_in_visit(caller, locker).await? else { return Ok(None) };
        let adds = |scope: &&Scope| scope.permissions.has(Permission::Deposit);
        Ok(row.scopes.iter().find(adds).and_then(|scope| match scope.reach {
            Reach::Collection(collection) => Some(collection),
            Reach::Document(_) => None,
        }))
    }

    /// Whether a right lets a paper stand in a collection: a helper's says which it was decided on.
    pub(super) fn may_stand_in(held: &impl Held, collection: CollectionId) -> bool {
        held.help().is_none_or(|help| {
            help.into == Some(collection) || held.paper().is_some_and(|p| p.collection == collection)
        })
    }
}
