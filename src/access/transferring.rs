//! Somebody whom a mandate in force names proposes what comes after it: the same again, or a colleague in their place. Without a
//! code: the holder knows them. Nothing changes before the holder agrees (DESIGN §2).

use super::mandates::PROPOSAL;
use super::{Ask, Caller, Door, Refusal, policy};
use crate::domain::basis::Basis;
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::{LockerId, MandateId, MembershipId, PersonId};
use crate::domain::mandate::Helper;
use crate::store::lockers::Tie;
use crate::store::mandates::{self, MandateRow, ProposalRow};
use crate::store::organisations::{self, MembershipRow};
use crate::store::people::{self, SessionRow};
use crate::store::{StoreError, Tx, entries, lockers};

/// What is proposed to come after a mandate.
#[derive(Debug)]
pub struct NewSuccessor {
    /// The mandate that it comes after.
    pub mandate: MandateId,
    /// The mandate to be.
    pub newer: MandateId,
    /// Who would help: a colleague's place in the same organisation. None: the same helper again.
    pub to: Option<MembershipId>,
    /// What is proposed, sealed.
    pub details: Vec<u8>,
}

/// Somebody whom a mandate names, with everything locked.
struct Named {
    session: SessionRow,
    own: Option<MembershipRow>,
    /// The colleague, not locked: whether they may help is asked again at their every use.
    to: Option<MembershipRow>,
    tie: Tie,
    mandate: MandateRow,
}

impl Door {
    /// Takes the locks of whoever proposes what comes after a mandate that names them. A stranger takes nobody's.
    async fn named(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        ask: &Ask,
        new: &NewSuccessor,
    ) -> Result<Result<Named, (Option<PersonId>, Reason)>, StoreError> {
        let nobody = (None, Reason::NotSignedIn);
        let Some(token) = &caller.token else { return Ok(Err(nobody)) };
        let known = people::find_session(tx, token.hash()).await?;
        let Some(known) = known.filter(|row| self.is_proven(&row.claim(), &row.proof)) else {
            return Ok(Err(nobody));
        };
        let person = known.facts.person;
        let stranger = (Some(person), Reason::NoRelation);
        let Some(row) = self.mandate(tx, ask, new.mandate).await? else { return Ok(Err(stranger)) };
        if !self.may_be_named(tx, row.helper, person).await? {
            return Ok(Err(stranger));
        }
        let own = self.acting_as(tx, row.helper, person).await?;
        let to = match (new.to, row.helper) {
            (Some(to), Helper::Aidant(organisation, _)) => {
                let found = organisations::find_membership(tx, organisation, to).await?;
                found.filter(|row| self.is_proven(&row.claim(), &row.proof))
            }
            _ => None,
        };
        let session = self.session(tx, caller).await?.filter(|row| row.facts.person == person);
        let Some(session) = session else { return Ok(Err(nobody)) };
        let tie = self.believed(lockers::lock_for_upkeep(tx, ask.locker).await?);
        // Under the lock: what may have changed.
        let mandate = self.mandate(tx, ask, new.mandate).await?;
        let Some((tie, mandate)) = tie.zip(mandate) else { return Ok(Err(stranger)) };
        let mandate = self.as_told(tx, &tie, mandate).await?;
        Ok(Ok(Named { session, own, to, tie, mandate }))
    }

    /// Writes down that what would come after a mandate is not proposed, before there is anything to propose: in the holder's journal
    /// when the mandate names who asks, else in the service's.
    pub async fn refuse_successor(
        &self,
        caller: &Caller,
        locker: LockerId,
        (mandate, action): (MandateId, Action),
        reason: Reason,
    ) -> Result<(), StoreError> {
        let ask = Ask::locker(locker);
        let new = NewSuccessor { mandate, newer: mandate, to: None, details: Vec::new() };
        let mut tx = self.0.db.begin().await?;
        let Named { session, own, mandate: row, .. } = match self.named(&mut tx, caller, &ask, &new).await? {
            Ok(named) => named,
            Err((person, outside)) => {
                drop(tx);
                let actor = person.map_or(Actor::Anonymous, Actor::Person);
                return self.refuse_outside(caller, actor, action, outside).await;
            }
        };
        let person = session.facts.person;
        let moment = tx.moment().await?;
        let own_facts = own.as_ref().map(|own| &own.facts);
        // Who may not propose anything at all is told of by that.
        let reason = policy::may_renew(&session.facts, own_facts, &row.facts(), moment).err().unwrap_or(reason);
        if session.facts.check(moment).is_err() || self.0.refusals.fills(person, self.source().now()) {
            drop(tx);
            return self.refuse_outside(caller, Actor::Person(person), action, reason).await;
        }
        let actor = own.as_ref().map_or(Actor::Relative(person), |_| Actor::Aidant(person));
        let (object, outcome) = (Object::Mandate(mandate), Outcome::Refused(reason));
        let line = Line {
            membership: own.as_ref().map(|own| own.facts.membership),
            mandate: Some(mandate),
            session: Some(session.session),
            strength: session.strength,
            ..Line::new(actor, Ground::None, action, object, outcome, caller.request)
        };
        entries::append(&mut tx, locker.chain(), line).await?;
        tx.commit().await
    }

    /// Somebody whom a mandate names proposes what comes after it. A line in the holder's journal.
    pub async fn propose_successor(&self, caller: &Caller, locker: LockerId, new: NewSuccessor) -> Result<(), Refusal> {
        let action = if new.to.is_some() { Action::ProposeTransfer } else { Action::ProposeMandate };
        let mut tx = self.0.db.begin().await?;
        let named = self.named(&mut tx, caller, &Ask::locker(locker), &new).await?;
        let Named { session, own, to, tie, mandate } = match named {
            Ok(named) => named,
            Err((person, reason)) => {
                drop(tx);
                let actor = person.map_or(Actor::Anonymous, Actor::Person);
                self.refuse_outside(caller, actor, action, reason).await?;
                return Err(Refusal::Denied(reason));
            }
        };
        let standing = self.standing(&mut tx, locker).await?.ok_or(StoreError::Damaged)?;
        let moment = tx.moment().await?;
        let (own_facts, to_facts) = (own.as_ref().map(|own| &own.facts), to.as_ref().map(|to| &to.facts));
        let may = match new.to {
            None => policy::may_renew(&session.facts, own_facts, &mandate.facts(), moment),
            Some(_) => policy::may_transfer(&session.facts, own_facts, &mandate.facts(), to_facts, moment),
        };
        let is_holder = to_facts.is_some_and(|to| to.person == Some(tie.holder()));
        let person = session.facts.person;
        let actor = own.as_ref().map_or(Actor::Relative(person), |_| Actor::Aidant(person));
        let object = Object::Mandate(new.newer);
        let line = Line {
            membership: own.as_ref().map(|own| own.facts.membership),
            mandate: Some(new.mandate),
            session: Some(session.session),
            strength: session.strength,
            ..Line::new(actor, mandate.consent.ground(), action, object, Outcome::Done, caller.request)
        };
        let waiting = mandates::has_proposed(&mut tx, &tie, person, moment.now).await?;
        let refused = may
            .err()
            .or_else(|| is_holder.then_some(Reason::OwnLocker))
            .or_else(|| (!standing.is_open()).then_some(Reason::LockerClosed))
            // One waits at a time: nobody fills the holder's page.
            .or_else(|| waiting.then_some(Reason::TooMany));
        if let Some(reason) = refused {
            if self.0.refusals.fills(person, self.source().now()) {
                drop(tx);
                self.refuse_outside(caller, Actor::Person(person), action, reason).await?;
                return Err(Refusal::Denied(reason));
            }
            let (object, outcome) = (Object::Mandate(new.mandate), Outcome::Refused(reason));
            let line = Line { ground: Ground::None, object, outcome, ..line };
            entries::append(&mut tx, locker.chain(), line).await?;
            tx.commit().await?;
            return Err(Refusal::Denied(reason));
        }
        let helper = match (new.to, mandate.helper) {
            (Some(to), Helper::Aidant(organisation, _)) => Helper::Aidant(organisation, to),
            _ => mandate.helper,
        };
        let mut proposal = ProposalRow {
            locker,
            mandate: new.newer,
            helper,
            by: person,
            made_at: moment.clock,
            until: moment.now.plus(PROPOSAL),
            // Answered by the holder themselves.
            basis: Basis::Answer,
            proof: Vec::new(),
            details: new.details,
        };
        proposal.proof = self.prove(&proposal.claim())?.to_vec();
        mandates::propose(&mut tx, &tie, &proposal).await?;
        entries::append(&mut tx, locker.chain(), line).await?;
        self.note_use(&mut tx, &session, moment).await?;
        tx.commit().await?;
        Ok(())
    }
}
