//! Helpers' visits: how one begins, what its helper may know of their own mandate, how it ends.

use std::time::Duration;

use super::{Ask, Caller, Door, Refusal};
use crate::domain::entry::{Object, Reason};
use crate::domain::ids::{LockerId, MandateId, VisitId};
use crate::domain::policy::VisitFacts;
use crate::domain::source::Timestamp;
use crate::store::grant::{Held, Pending, act};
use crate::store::mandates::MandateRow;
use crate::store::visits::{self, VisitRow};
use crate::store::{StoreError, Tx, organisations};

/// Longest visit.
pub const VISIT: Duration = Duration::from_hours(4);

impl Door {
    /// How somebody begins a visit: asked, under the entry that says so.
    pub async fn begin_visit(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        visit: VisitId,
        evidence: [u8; 32],
    ) -> Result<(Tx, Pending<act::BeginVisit>), Refusal> {
        let caller = Caller { visit: None, ..caller.clone() };
        let object = Some(Object::Visit(visit));
        let ask = Ask { mandate: Some(mandate), object, evidence: Some(evidence), ..Ask::locker(locker) };
        self.begin::<act::BeginVisit>(&caller, &ask).await
    }

    /// The mandate of a visit that the caller has begun and that goes on, for what they may see of it themselves: nothing of the
    /// locker opens.
    pub async fn shown_in_visit(&self, caller: &Caller, locker: LockerId) -> Result<Option<MandateRow>, Refusal> {
        let Some(visit) = caller.visit else { return Ok(None) };
        let mut tx = self.0.db.begin().await?;
        let Some(session) = self.session(&mut tx, caller).await? else { return Ok(None) };
        let Some(row) = visits::find(&mut tx, locker, visit).await? else { return Ok(None) };
        let moment = tx.moment().await?;
        let is_theirs = row.facts.person == session.facts.person && self.is_proven(&row.claim(), &row.proof);
        if !is_theirs || !row.facts.is_open(moment) || session.facts.check(moment).is_err() {
            return Ok(None);
        }
        let mandate = self.mandate(&mut tx, &Ask::locker(locker), row.facts.mandate).await?;
        tx.commit().await?;
        Ok(mandate)
    }

    /// The caller's own visits that go on, in whichever session they began, each under its mandate. Their own, so there is no entry:
    /// that they may go on is asked when they do.
    pub async fn own_visits(&self, caller: &Caller) -> Result<Vec<VisitFacts>, Refusal> {
        let mut tx = self.0.db.begin().await?;
        let Some(session) = self.session(&mut tx, caller).await? else {
            return Err(Refusal::Denied(Reason::NotSignedIn));
        };
        let moment = tx.moment().await?;
        session.facts.check(moment).map_err(Refusal::Denied)?;
        let person = session.facts.person;
        let mut found = visits::going_on(&mut tx, person, None, moment.clock).await?;
        let own =
            if session.facts.has_factor() { organisations::of_person(&mut tx, person).await? } else { Vec::new() };
        for own in own.iter().filter(|own| self.is_proven(&own.claim(), &own.proof)) {
            let place = (own.facts.organisation, own.facts.membership);
            found.extend(visits::going_on(&mut tx, person, Some(place), moment.clock).await?);
        }
        tx.commit().await?;
        let is_theirs = |row: &VisitRow| row.facts.is_open(moment) && self.is_proven(&row.claim(), &row.proof);
        Ok(found.into_iter().filter(is_theirs).map(|row| row.facts).collect())
    }

    /// Whether a visit that the caller names was begun by them, whatever has become of it: who was in it may read why it is over. A
    /// fact for a page; nothing opens by it.
    pub async fn was_in_visit(&self, caller: &Caller, locker: LockerId) -> Result<bool, Refusal> {
        let Some(visit) = caller.visit else { return Ok(false) };
        let mut tx = self.0.db.begin().await?;
        let Some(session) = self.session(&mut tx, caller).await? else { return Ok(false) };
        let moment = tx.moment().await?;
        let row = visits::find(&mut tx, locker, visit).await?;
        tx.commit().await?;
        let is_theirs =
            |row: &VisitRow| row.facts.person == session.facts.person && self.is_proven(&row.claim(), &row.proof);
        Ok(session.facts.check(moment).is_ok() && row.as_ref().is_some_and(is_theirs))
    }

    /// Adds the visit that the pending entry says has begun. Gives until when.
    pub async fn add_visit(
        &self,
        tx: &mut Tx,
        pending: &Pending<act::BeginVisit>,
        visit: VisitId,
        details: Vec<u8>,
    ) -> Result<Timestamp, StoreError> {
        let (help, person) = pending.help().zip(pending.person()).ok_or(StoreError::Other)?;
        let at = pending.written().at;
        // One at a time: a new one ends those before.
        for row in visits::open_of(tx, pending, help.mandate, person, at).await? {
            let ended = VisitRow { facts: VisitFacts { ended_at: Some(at), ..row.facts }, ..row };
            visits::leave(tx, pending, ended.facts.visit, at, &self.prove(&ended.claim())?).await?;
        }
        let until = at.plus(VISIT).min(help.until);
        let facts =
            VisitFacts { visit, mandate: help.mandate, person, membership: help.membership, until, ended_at: None };
        let mut row = VisitRow { locker: pending.locker(), facts, proof: Vec::new(), details };
        row.proof = self.prove(&row.claim())?.to_vec();
        visits::add(tx, pending, &row).await?;
        Ok(until)
    }

    /// A helper ends their visit.
    pub async fn end_visit(&self, caller: &Caller, locker: LockerId, visit: VisitId) -> Result<(), Refusal> {
        let caller = Caller { visit: Some(visit), ..caller.clone() };
        let ask = Ask { object: Some(Object::Visit(visit)), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<act::EndVisit>(&caller, &ask).await?;
        let row = visits::find(&mut tx, locker, visit).await?.ok_or(StoreError::Other)?;
        let at = pending.written().at;
        let ended = VisitRow { facts: VisitFacts { ended_at: Some(at), ..row.facts }, ..row };
        visits::leave(&mut tx, &pending, visit, at, &self.prove(&ended.claim())?).await?;
        self.commit(tx, pending).await?;
        Ok(())
    }
}
