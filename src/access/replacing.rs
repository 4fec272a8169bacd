//! One's own second factor, replaced: a new telephone, with the old one still at hand (decision 26).
//!
//! A new secret is drawn beside the one that stands, by whoever has proven a short while ago both who they are, at their issuer,
//! and that they have the old factor. The old one stands until the new one's first code has come, in the same session; then it is
//! gone, with its printed codes and every other session, and each organisation of that person has a line about it.

use std::collections::BTreeSet;
use std::time::Duration;

use super::elsewhere::TRIES;
use super::factors::{Own, Presented, locked_until};
use super::{Caller, Door, Refusal, Token};
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::{OrganisationId, PersonId};
use crate::domain::source::Timestamp;
use crate::store::factors::FactorRow;
use crate::store::next_factors::{self, NextFactorRow};
use crate::store::organisations::MembershipRow;
use crate::store::people::SessionRow;
use crate::store::{StoreError, entries, people};

/// How long what was begun waits for its first code.
const WAITS: Duration = Duration::from_mins(15);

/// What a new second factor is made of, once its first code has come.
pub struct Replacement<'a> {
    /// Tells what a typed code is worth against what was begun, at some time.
    pub judge: &'a (dyn Fn(&NextFactorRow, Timestamp) -> Presented + Send + Sync),
    /// Seals its secret as the one that stands.
    pub settle: &'a (dyn Fn(&NextFactorRow) -> Option<Vec<u8>> + Send + Sync),
    /// Its printed codes.
    pub codes: &'a (dyn Fn(PersonId) -> Vec<[u8; 32]> + Send + Sync),
    /// The session's new token.
    pub token: &'a Token,
}

/// Somebody's factor, with what else of theirs hears of a new one.
pub(super) struct Everywhere {
    pub(super) own: Own,
    /// Organisations whose chains are locked.
    locked: BTreeSet<OrganisationId>,
    /// Their sessions, locked.
    others: Vec<SessionRow>,
}

impl Door {
    /// Begins to replace the caller's second factor, by a secret that `seal` makes. The one that they have stands.
    pub async fn begin_replacement(
        &self,
        caller: &Caller,
        seal: impl FnOnce(PersonId) -> Option<Vec<u8>>,
    ) -> Result<(), Refusal> {
        let action = Action::BeginReplacement;
        let tx = self.0.db.begin().await?;
        let mut own = self.own_factor_in(tx, caller, action).await?;
        let person = own.person();
        let factor = match own.proven_twice() {
            Ok(row) => row,
            Err(reason) => {
                drop(own);
                return self.no_factor(caller, Some(person), action, reason).await;
            }
        };
        let secret = seal(person).ok_or(StoreError::Other)?;
        let (session, begun_at) = (own.session.session, own.moment.clock);
        let mut row = NextFactorRow { person, session, begun_at, proof: Vec::new(), secret };
        row.proof = self.prove(&row.claim(factor.created_at))?.to_vec();
        next_factors::write(&mut own.tx, &row).await?;
        let (seen, moment) = (own.session.clone(), own.moment);
        self.note_use(&mut own.tx, &seen, moment).await?;
        self.note_factor(&mut own, caller, action).await?;
        own.tx.commit().await?;
        Ok(())
    }

    /// Takes the first code of what was begun in this session: it is the second factor from then on, and the old one is gone.
    pub async fn replace_factor(&self, caller: &Caller, new: &Replacement<'_>) -> Result<(), Refusal> {
        for _ in 0..TRIES {
            if self.try_replace(caller, new).await? {
                return Ok(());
            }
        }
        Err(Refusal::Away(StoreError::Away))
    }

    /// The caller's factor with everything locked that a new one concerns: the chains of their organisations and all their sessions.
    pub(super) async fn own_everywhere(&self, caller: &Caller, action: Action) -> Result<Everywhere, Refusal> {
        let mut tx = self.0.db.begin().await?;
        // Whose it is does not change, so it may be read before the locks that come before the session's.
        let known = self.known_session(&mut tx, caller).await?;
        let (mut locked, mut others) = (BTreeSet::new(), Vec::new());
        if let Some(known) = known {
            let places = self.places_of(&mut tx, known.facts.person).await?;
            // Read before the first chain is locked: a time that is read under locks is kept, and theirs is yet to come.
            let clock = tx.moment().await?.clock;
            locked = self.lock_places(&mut tx, places.iter().map(|row| row.facts.organisation)).await?;
            others = people::lock_sessions_of(&mut tx, known.facts.person, clock).await?;
        }
        let own = self.own_factor_in(tx, caller, action).await?;
        Ok(Everywhere { own, locked, others })
    }

    /// Ends every other session of somebody who has a new factor, and tells each of their organisations. `false` if they have joined
    /// another one meanwhile, or came in and passed the factor before it was locked: that is locked with the others next time.
    pub(super) async fn tell_everywhere(&self, at: &mut Everywhere, caller: &Caller) -> Result<bool, StoreError> {
        let Everywhere { own, locked, others } = at;
        // Every session of theirs is locked: they join nothing from here on.
        let places = self.places_of(&mut own.tx, own.session.facts.person).await?;
        if !places.iter().all(|row| locked.contains(&row.facts.organisation)) {
            return Ok(false);
        }
        let passed = people::passed_of(&mut own.tx, own.session.facts.person, own.moment.clock).await?;
        if !passed.iter().all(|id| *id == own.session.session || others.iter().any(|other| other.session == *id)) {
            return Ok(false);
        }
        for other in others.iter().filter(|other| other.session != own.session.session) {
            self.end_row(&mut own.tx, other).await?;
        }
        for place in &places {
            self.tell_place(own, caller, place).await?;
        }
        Ok(true)
    }

    /// `false` if they have joined another organisation meanwhile: nothing was done.
    async fn try_replace(&self, caller: &Caller, new: &Replacement<'_>) -> Result<bool, Refusal> {
        let action = Action::ReplaceFactor;
        let mut at = self.own_everywhere(caller, action).await?;
        let own = &mut at.own;
        let person = own.person();
        let (next, mut row) = match self.begun(own).await? {
            Ok(begun) => begun,
            Err(reason) => {
                // What is too old is forgotten.
                at.own.tx.commit().await?;
                return self.no_factor(caller, Some(person), action, reason).await;
            }
        };
        let Presented::Step(step) = (new.judge)(&next, own.moment.clock) else {
            row.failures = row.failures.saturating_add(1);
            row.failed_at = own.moment.clock;
            self.keep_factor(&mut own.tx, &mut row, false).await?;
            at.own.tx.commit().await?;
            return self.no_factor(caller, Some(person), action, Reason::WrongCode).await;
        };
        if !self.tell_everywhere(&mut at, caller).await? {
            return Ok(false);
        }
        let own = &mut at.own;
        next_factors::drop_next(&mut own.tx, person).await?;
        let confirmed_at = Some(own.moment.now);
        row = FactorRow { created_at: next.begun_at, confirmed_at, step, failures: 0, ..row };
        row.secret = (new.settle)(&next).ok_or(StoreError::Damaged)?;
        self.keep_codes(&mut own.tx, &mut row, (new.codes)(person)).await?;
        self.keep_factor(&mut own.tx, &mut row, false).await?;
        self.passed(own, new.token).await?;
        self.note_factor(own, caller, action).await?;
        at.own.tx.commit().await?;
        Ok(true)
    }

    /// What was begun in this session, with the factor that stands; or why no code is taken for it.
    async fn begun(&self, own: &mut Own) -> Result<Result<(NextFactorRow, FactorRow), Reason>, Refusal> {
        let Some(factor) = own.confirmed().cloned() else { return Ok(Err(Reason::FactorState)) };
        let person = own.person();
        let Some(next) = next_factors::find(&mut own.tx, person).await? else {
            return Ok(Err(Reason::FactorState));
        };
        // Nor is one believed that has served already and was put back: it was about the factor before this one.
        if !self.is_proven(&next.claim(factor.created_at), &next.proof) {
            return Err(Refusal::Away(StoreError::Damaged));
        }
        // Another session of theirs did not see the secret.
        if next.session != own.session.session {
            return Ok(Err(Reason::FactorState));
        }
        if !own.session.facts.has_factor() {
            return Ok(Err(Reason::NoSecondFactor));
        }
        if own.moment.clock >= next.begun_at.plus(WAITS) {
            next_factors::drop_next(&mut own.tx, person).await?;
            return Ok(Err(Reason::ReplacementOver));
        }
        if locked_until(&factor, own.moment).is_some() {
            return Ok(Err(Reason::FactorLocked));
        }
        Ok(Ok((next, factor)))
    }

    /// Writes in the journal of an organisation, which is locked, that a member has replaced their second factor.
    async fn tell_place(&self, own: &mut Own, caller: &Caller, place: &MembershipRow) -> Result<(), StoreError> {
        let organisation: OrganisationId = place.facts.organisation;
        let (actor, membership) = (Actor::Aidant(own.person()), place.facts.membership);
        let (action, object) = (Action::FactorReplacedByMember, Object::Membership(membership));
        let line = Line {
            membership: Some(membership),
            session: Some(own.session.session),
            strength: own.session.strength,
            ..Line::new(actor, Ground::Membership, action, object, Outcome::Done, caller.request)
        };
        entries::append(&mut own.tx, organisation.chain(), line).await.map(|_| ())
    }
}
