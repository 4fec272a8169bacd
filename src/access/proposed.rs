//! What somebody has proposed, for themselves: what still waits, and taking it back before the holder has answered.
//!
//! They learn nothing of the locker: neither whose it is, nor what the holder thinks of it. What was declined, or is too old, waits
//! no more, and that is all.

use super::{Caller, Door, Refusal, policy};
use crate::domain::basis::Basis;
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::{MandateId, OrganisationId, PersonId};
use crate::domain::mandate::Helper;
use crate::domain::source::Moment;
use crate::store::lockers::Tie;
use crate::store::mandates::{self, ProposalRow};
use crate::store::organisations::{self, MembershipRow};
use crate::store::people::{self, SessionRow};
use crate::store::windows::{self, WindowRow};
use crate::store::{StoreError, Tx, entries, lockers, offering};

/// In which organisation somebody has proposed; none for a relative.
const fn place(row: &ProposalRow) -> Option<OrganisationId> {
    match row.helper {
        Helper::Aidant(organisation, _) | Helper::Desk(organisation) => Some(organisation),
        Helper::Relative(_) => None,
    }
}

/// Whoever takes back what they have proposed, with everything locked.
struct Returned {
    session: SessionRow,
    own: Option<MembershipRow>,
    tie: Tie,
    row: ProposalRow,
}

impl Door {
    /// What the caller has proposed and still waits, the newest first, and the windows that are open on this device. Their own, so
    /// there is no entry.
    pub async fn own_proposals(&self, caller: &Caller) -> Result<(Vec<ProposalRow>, Vec<WindowRow>), Refusal> {
        let mut tx = self.0.db.begin().await?;
        let Some(session) = self.session(&mut tx, caller).await? else {
            return Err(Refusal::Denied(Reason::NotSignedIn));
        };
        let moment = tx.moment().await?;
        session.facts.check(moment).map_err(Refusal::Denied)?;
        let person = session.facts.person;
        let own: Vec<MembershipRow> = organisations::of_person(&mut tx, person).await?;
        let own_in = |there: OrganisationId| {
            own.iter().find(|row| {
                let is_there = row.facts.organisation == there && row.facts.left_at.is_none();
                is_there && self.is_proven(&row.claim(), &row.proof)
            })
        };
        let may = |there: Option<OrganisationId>| {
            let own = there.and_then(own_in).map(|own| &own.facts);
            policy::may_take_back(&session.facts, own, moment).is_ok()
        };
        let mut rows = offering::proposed_by(&mut tx, person, moment.now.max(moment.clock)).await?;
        rows.retain(|row| self.is_proven(&row.claim(), &row.proof) && may(place(row)));
        let mut open = Vec::new();
        for window in windows::of_session(&mut tx, session.session).await? {
            let found = windows::find(&mut tx, window).await?;
            let is_theirs = |row: &WindowRow| {
                let is_open = row.facts.is_open(moment) && row.details.is_some();
                is_open && self.is_proven(&row.claim(), &row.proof) && may(Some(row.facts.organisation))
            };
            open.extend(found.filter(is_theirs));
        }
        tx.commit().await?;
        Ok((rows, open))
    }

    /// Somebody takes back what they have proposed. A line in the holder's journal. What waits on paper is taken back as a sheet.
    pub async fn take_back_proposal(&self, caller: &Caller, mandate: MandateId) -> Result<(), Refusal> {
        let mut tx = self.0.db.begin().await?;
        let Returned { session, own, tie, row } = match self.returned(&mut tx, caller, mandate).await? {
            Ok(returned) => returned,
            Err((person, reason)) => {
                drop(tx);
                return self.nothing_to_take_back(caller, person, reason).await;
            }
        };
        let person = session.facts.person;
        let moment = tx.moment().await?;
        let waits = row.basis == Basis::Answer && self.waits_still(&mut tx, &tie, &row, moment).await?;
        let own_facts = own.as_ref().map(|own| &own.facts);
        let may = policy::may_take_back(&session.facts, own_facts, moment);
        if let Some(reason) = may.err().or_else(|| (!waits).then_some(Reason::UnknownMandate)) {
            drop(tx);
            return self.nothing_to_take_back(caller, Some(person), reason).await;
        }
        let actor = own.as_ref().map_or(Actor::Relative(person), |_| Actor::Aidant(person));
        let (action, object) = (Action::WithdrawProposal, Object::Mandate(mandate));
        let line = Line {
            membership: own.as_ref().map(|own| own.facts.membership),
            mandate: Some(mandate),
            session: Some(session.session),
            strength: session.strength,
            ..Line::new(actor, Ground::None, action, object, Outcome::Done, caller.request)
        };
        entries::append(&mut tx, tie.locker().chain(), line).await?;
        mandates::take_back(&mut tx, &tie, mandate).await?;
        self.note_use(&mut tx, &session, moment).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes the locks of whoever takes back what they have proposed: the same, in the same order, as for proposing. Whoever has
    /// proposed no such thing takes nobody's.
    async fn returned(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        mandate: MandateId,
    ) -> Result<Result<Returned, (Option<PersonId>, Reason)>, StoreError> {
        let nobody = (None, Reason::NotSignedIn);
        let Some(token) = &caller.token else { return Ok(Err(nobody)) };
        let known = people::find_session(tx, token.hash()).await?;
        let Some(known) = known.filter(|row| self.is_proven(&row.claim(), &row.proof)) else {
            return Ok(Err(nobody));
        };
        let person = known.facts.person;
        // Who proposed, on which locker and as a member of what does not change: read before the locks.
        let found = offering::proposed(tx, person, mandate).await?;
        let found = found.filter(|row| self.is_proven(&row.claim(), &row.proof));
        let there = match found.as_ref().and_then(place) {
            Some(there) => self.own_place(tx, there, person).await?.map(|own| own.facts),
            None => None,
        };
        let own = match there {
            Some(own) => organisations::lock_membership(tx, own.organisation, own.membership).await?,
            None => None,
        };
        let own = own.filter(|row| self.is_proven(&row.claim(), &row.proof));
        let Some(session) = self.session(tx, caller).await?.filter(|row| row.facts.person == person) else {
            return Ok(Err(nobody));
        };
        let stands = session.facts.check(tx.moment().await?);
        let unknown = (Some(person), stands.err().unwrap_or(Reason::UnknownMandate));
        let Some(found) = found else { return Ok(Err(unknown)) };
        let Some(tie) = self.believed(lockers::lock_for_upkeep(tx, found.locker).await?) else {
            return Ok(Err(unknown));
        };
        // Under the lock: it may have been answered meanwhile.
        let row = mandates::proposal(tx, &tie, mandate).await?;
        let row = row.filter(|row| row.by == person && self.is_proven(&row.claim(), &row.proof));
        Ok(row.map_or(Err(unknown), |row| Ok(Returned { session, own, tie, row })))
    }

    /// Whether a proposal waits, by its time and by the journal: a row that somebody puts back was answered.
    async fn waits_still(&self, tx: &mut Tx, tie: &Tie, row: &ProposalRow, moment: Moment) -> Result<bool, StoreError> {
        if moment.now.max(moment.clock) >= row.until {
            return Ok(false);
        }
        Ok(self.still_stands(tx, tie, row.mandate).await? == Some(None))
    }

    /// Nobody's journal but the service's says that there was nothing of theirs.
    async fn nothing_to_take_back(
        &self,
        caller: &Caller,
        person: Option<PersonId>,
        reason: Reason,
    ) -> Result<(), Refusal> {
        let actor = person.map_or(Actor::Anonymous, Actor::Person);
        self.refuse_outside(caller, actor, Action::WithdrawProposal, reason).await?;
        Err(Refusal::Denied(reason))
    }
}
