//! What happens to somebody's second factor, and every organisation where they belong hears of it: one transaction locks the
//! chains of all of them, in the order of their ids, then their memberships, then sessions and the factor.
//!
//! A referent vouches for their own organisation only (decision 26): who has a second factor taken away in one place has no
//! rights in the others, until a referent there has seen that it is still them.

use std::collections::BTreeSet;

use super::organisations::There;
use super::{Caller, Door, Refusal, policy};
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::{MembershipId, OrganisationId, PersonId};
use crate::domain::policy::OrganisationFacts;
use crate::store::factors::FactorRow;
use crate::store::organisations::{self, MembershipRow};
use crate::store::{StoreError, Tx, entries, factors, next_factors, people};

/// Somebody joins another organisation between our reading and our locks, so often in a row, and we ask them to come back.
pub(super) const TRIES: usize = 3;

impl Door {
    /// Where somebody belongs: memberships that began and have not ended, whether they give rights or not. One that does not bear its
    /// proof might: nothing is done that its organisation would not hear of.
    pub(super) async fn places_of(&self, tx: &mut Tx, person: PersonId) -> Result<Vec<MembershipRow>, StoreError> {
        let mut rows = organisations::of_person(tx, person).await?;
        if !rows.iter().all(|row| self.is_proven(&row.claim(), &row.proof)) {
            return Err(StoreError::Damaged);
        }
        rows.retain(|row| row.facts.joined_at.is_some() && row.facts.left_at.is_none());
        Ok(rows)
    }

    /// Locks the chains of organisations, in the order of their ids, whoever asks: two who lock the same ones wait for each
    /// other, and neither holds what the other needs first. Gives those that are there.
    pub(super) async fn lock_places(
        &self,
        tx: &mut Tx,
        places: impl Iterator<Item = OrganisationId>,
    ) -> Result<BTreeSet<OrganisationId>, StoreError> {
        let mut locked = BTreeSet::new();
        for organisation in places.collect::<BTreeSet<_>>() {
            if entries::lock(tx, organisation.chain()).await?.is_some() {
                locked.insert(organisation);
            }
        }
        Ok(locked)
    }

    /// A referent takes a member's second factor away. What was passed with it counts no more, and the other organisations of that
    /// member are told.
    pub(super) async fn reset_factor(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        membership: MembershipId,
    ) -> Result<(), Refusal> {
        for _ in 0..TRIES {
            if self.try_reset(caller, organisation, membership).await? {
                return Ok(());
            }
        }
        Err(Refusal::Away(StoreError::Away))
    }

    /// `false` if the member has joined another organisation meanwhile: nothing was done.
    async fn try_reset(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        membership: MembershipId,
    ) -> Result<bool, Refusal> {
        let beside = self.beside(caller, organisation, membership).await?;
        let action = Action::ResetFactor;
        let asked = (Some(membership), action);
        let mut there = self.there_with(caller, organisation, asked, (&beside, None)).await?;
        let person = there.target.as_ref().and_then(|row| row.facts.person).ok_or(StoreError::Other)?;
        // Sessions before the factor, as whoever passes it does.
        let sessions = people::lock_sessions_of(&mut there.tx, person, there.moment.clock).await?;
        let row = factors::lock(&mut there.tx, person).await?;
        // One that was taken out by somebody else, or changed, is put in order: it is nobody's from then on.
        let is_none = |row: &FactorRow| !row.is_drawn() && self.is_proven(&row.claim(), &row.proof);
        if matches!(&row, Some(Ok(row)) if is_none(row)) {
            let (ground, outcome) = (Ground::None, Outcome::Refused(Reason::FactorState));
            let line = Line { ground, outcome, ..there.line(caller, Object::Membership(membership)) };
            entries::append(&mut there.tx, organisation.chain(), line).await?;
            there.tx.commit().await?;
            return Err(Refusal::Denied(Reason::FactorState));
        }
        // Whoever came in since, and passed the factor before it was locked, is locked with the others next time. From here on that
        // person joins nothing: it takes a session that has passed the factor.
        let passed = people::passed_of(&mut there.tx, person, there.moment.clock).await?;
        if !passed.iter().all(|id| sessions.iter().any(|session| session.session == *id)) {
            return Ok(false);
        }
        let known = |place: &MembershipRow| {
            let place = place.facts.organisation;
            place == organisation || there.elsewhere.iter().any(|row| row.facts.organisation == place)
        };
        let places = self.places_of(&mut there.tx, person).await?;
        if !places.iter().all(known) {
            return Ok(false);
        }
        next_factors::drop_next(&mut there.tx, person).await?;
        let mut none = FactorRow::none(person, there.moment.now);
        self.keep_factor(&mut there.tx, &mut none, row.is_none()).await?;
        factors::write_codes(&mut there.tx, person, &[]).await?;
        for session in sessions {
            self.end_row(&mut there.tx, &session).await?;
        }
        let line = there.line(caller, Object::Membership(membership));
        entries::append(&mut there.tx, organisation.chain(), line).await?;
        self.set_aside(&mut there, caller).await?;
        there.tx.commit().await?;
        Ok(true)
    }

    /// The places of a member in other organisations, as they are before anything is locked. Nothing for somebody who would be refused:
    /// they lock nothing of organisations where they have no place. The answer is given under the locks.
    async fn beside(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        membership: MembershipId,
    ) -> Result<Vec<MembershipRow>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let Some(session) = self.known_session(&mut tx, caller).await? else { return Ok(Vec::new()) };
        let rows = self.members(&mut tx, organisation).await?;
        let facts = |fits: &dyn Fn(&MembershipRow) -> bool| rows.iter().find(|row| fits(row)).map(|row| row.facts);
        let own = facts(&|row| row.facts.person == Some(session.facts.person) && row.facts.left_at.is_none());
        let target = facts(&|row| row.facts.membership == membership);
        let session_facts = session.facts;
        let facts = OrganisationFacts {
            organisation,
            session: session_facts,
            own,
            target,
            is_office: false,
            has_aidants: false,
            gives: None,
        };
        let moment = tx.moment().await?;
        let is_allowed = policy::decide_there(session.facts.person, Action::ResetFactor, &facts, moment).is_ok();
        let Some(person) = target.and_then(|target| target.person).filter(|_| is_allowed) else {
            return Ok(Vec::new());
        };
        let mut places = self.places_of(&mut tx, person).await?;
        places.retain(|row| row.facts.organisation != organisation);
        Ok(places)
    }

    /// Tells the other organisations, and suspends who was active there. Who did it stands in the journal of the organisation where
    /// it was done: the lines bear the same request.
    async fn set_aside(&self, there: &mut There, caller: &Caller) -> Result<(), StoreError> {
        let moment = there.moment;
        for mut row in std::mem::take(&mut there.elsewhere) {
            if row.facts.left_at.is_some() {
                continue;
            }
            let is_active = row.facts.is_active(moment);
            if is_active {
                row.facts.suspended_at = Some(moment.now);
                self.keep_member(&mut there.tx, &mut row, false).await?;
            }
            let action = if is_active { Action::SetMemberAside } else { Action::FactorResetElsewhere };
            let object = Object::Membership(row.facts.membership);
            let line = Line::new(Actor::Anonymous, Ground::None, action, object, Outcome::Done, caller.request);
            entries::append(&mut there.tx, row.facts.organisation.chain(), line).await?;
        }
        Ok(())
    }
}
