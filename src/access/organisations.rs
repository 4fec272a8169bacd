//! What is done in an organisation: its members see each other, its referents invite, suspend and end (DOMAIN M6, M15).
//!
//! One transaction each: the organisation's chain, the memberships concerned, the session, in this order; then the time, the
//! decision, the entry in the organisation's own journal. Whoever has no place there is refused as a stranger, in the service's.

use std::time::Duration;

use super::refusals::Knocker;
use super::{Caller, Door, Refusal, WaitingSheet, policy};
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::{MembershipId, OrganisationId, PersonId};
use crate::domain::organisation::{INVITATION_DAYS, MEMBERS_MAX, MembershipFacts, MembershipState, Roles};
use crate::domain::policy::OrganisationFacts;
use crate::domain::source::{Moment, Timestamp, day_of};
use crate::journal::chain::Kept;
use crate::store::organisations::{self, MembershipRow};
use crate::store::people::{self, SessionRow};
use crate::store::{StoreError, Tx, entries, institutions};

const INVITATION: Duration = Duration::from_hours(24 * INVITATION_DAYS);

/// An invitation that is to be written: its id, what it is found by, the name it is made out to.
#[derive(Debug)]
pub struct Invitation {
    /// The membership to be.
    pub membership: MembershipId,
    /// Keyed hash of its code.
    pub lookup: [u8; 32],
    /// What they will do there.
    pub roles: Roles,
    /// Sealed details.
    pub details: Vec<u8>,
}

/// What changes about somebody's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It gives no rights for now.
    Suspend,
    /// It gives them again.
    Resume,
    /// It ends.
    End,
    /// Other roles.
    Roles(Roles),
    /// Their second factor is taken away: they set up another.
    ResetFactor,
}

impl Change {
    const fn action(self) -> Action {
        match self {
            Self::Suspend => Action::SuspendMember,
            Self::Resume => Action::ResumeMember,
            Self::End => Action::EndMember,
            Self::Roles(_) => Action::AmendMember,
            Self::ResetFactor => Action::ResetFactor,
        }
    }
}

/// Inside an organisation, with everything locked, and a yes.
pub(super) struct There {
    pub(super) tx: Tx,
    organisation: OrganisationId,
    action: Action,
    pub(super) session: SessionRow,
    pub(super) own: Option<MembershipRow>,
    pub(super) target: Option<MembershipRow>,
    /// The target's places in other organisations, locked.
    pub(super) elsewhere: Vec<MembershipRow>,
    pub(super) moment: Moment,
}

impl There {
    pub(super) fn line(&self, caller: &Caller, object: Object) -> Line {
        let acts_as = self.own.as_ref().or(self.target.as_ref()).map(|row| row.facts.membership);
        Line {
            membership: acts_as,
            session: Some(self.session.session),
            strength: self.session.strength,
            ..Line::new(
                Actor::Aidant(self.session.facts.person),
                Ground::Membership,
                self.action,
                object,
                Outcome::Done,
                caller.request,
            )
        }
    }
}

impl Door {
    /// Asks for an action in an organisation. Gives the locked place, or writes the refusal.
    pub(super) async fn there(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        target: Option<MembershipId>,
        action: Action,
    ) -> Result<There, Refusal> {
        self.there_with(caller, organisation, (target, action), (&[], None)).await
    }

    /// The same for what gives a member `roles` there; and for what other organisations of the target hear of: their chains are locked
    /// too, and the target's places there.
    pub(super) async fn there_with(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        (target, action): (Option<MembershipId>, Action),
        (beside, gives): (&[MembershipRow], Option<Roles>),
    ) -> Result<There, Refusal> {
        let mut tx = self.0.db.begin().await?;
        // Whose it is does not change, so it may be read before the locks that come before the session's.
        let Some(known) = self.known_session(&mut tx, caller).await? else {
            drop(tx);
            return self.no_organisation(caller, None, action, Reason::NotSignedIn).await;
        };
        let person = known.facts.person;
        let places = beside.iter().map(|row| row.facts.organisation);
        let is_there = self.lock_places(&mut tx, places.chain([organisation])).await?.contains(&organisation);
        let rows = if is_there { self.members(&mut tx, organisation).await? } else { Vec::new() };
        let lasting = |row: &&MembershipRow| row.facts.person == Some(person) && row.facts.left_at.is_none();
        let (own, meant) = (rows.iter().find(lasting), rows.iter().find(|row| Some(row.facts.membership) == target));
        let own = self.settled(&mut tx, own).await?;
        let target = match (&own, meant) {
            (Some(own), Some(meant)) if own.facts.membership == meant.facts.membership => Some(own.clone()),
            (_, meant) => self.settled(&mut tx, meant).await?,
        };
        let mut elsewhere = Vec::new();
        for row in beside {
            elsewhere.extend(self.settled(&mut tx, Some(row)).await?);
        }
        let Some(session) = self.session(&mut tx, caller).await?.filter(|row| row.facts.person == person) else {
            drop(tx);
            return self.no_organisation(caller, None, action, Reason::NotSignedIn).await;
        };
        // What its members are tells too: who writes SQL could take the office away for a moment.
        let has = |is_it: fn(Roles) -> bool| rows.iter().any(|row| is_it(row.facts.roles));
        let (has_agents, has_aidants) = (has(Roles::is_agent), has(Roles::is_aidant));
        let is_office =
            has_agents || gives.is_some() && institutions::of_office(&mut tx, organisation).await?.is_some();
        let moment = tx.moment().await?;
        let facts = OrganisationFacts {
            organisation,
            session: session.facts,
            own: own.as_ref().map(|row| row.facts),
            target: target.as_ref().map(|row| row.facts),
            is_office,
            has_aidants,
            gives,
        };
        match policy::decide_there(person, action, &facts, moment) {
            Ok(_) => {
                self.note_use(&mut tx, &session, moment).await?;
                // Who manages is active too; whoever is about to leave is not asked.
                let own = match own {
                    Some(own) if action != Action::EndMember => Some(self.note_activity(&mut tx, own, moment).await?),
                    own => own,
                };
                Ok(There { tx, organisation, action, session, own, target, elsewhere, moment })
            }
            Err(reason) => {
                let stands = session.facts.check(moment).is_ok();
                let Some(own) = own.filter(|_| stands) else {
                    drop(tx);
                    return self.no_organisation(caller, Some((person, stands)), action, reason).await;
                };
                let object =
                    target.map_or(Object::Organisation(organisation), |row| Object::Membership(row.facts.membership));
                let (actor, outcome) = (Actor::Aidant(person), Outcome::Refused(reason));
                let line = Line {
                    membership: Some(own.facts.membership),
                    session: Some(session.session),
                    strength: session.strength,
                    ..Line::new(actor, Ground::None, action, object, outcome, caller.request)
                };
                entries::append(&mut tx, organisation.chain(), line).await?;
                tx.commit().await?;
                Err(Refusal::Denied(reason))
            }
        }
    }

    /// The caller's session as it is before anything is locked.
    pub(super) async fn known_session(&self, tx: &mut Tx, caller: &Caller) -> Result<Option<SessionRow>, StoreError> {
        let Some(token) = &caller.token else { return Ok(None) };
        let row = people::find_session(tx, token.hash()).await?;
        Ok(row.filter(|row| self.is_proven(&row.claim(), &row.proof)))
    }

    /// The memberships of an organisation that bear their proof.
    pub(super) async fn members(
        &self,
        tx: &mut Tx,
        organisation: OrganisationId,
    ) -> Result<Vec<MembershipRow>, StoreError> {
        let mut rows = organisations::memberships(tx, organisation).await?;
        rows.retain(|row| self.is_proven(&row.claim(), &row.proof));
        Ok(rows)
    }

    /// A membership as it stands once its own lock is held: an access under it may have noted a use meanwhile.
    async fn settled(&self, tx: &mut Tx, row: Option<&MembershipRow>) -> Result<Option<MembershipRow>, StoreError> {
        let Some(row) = row else { return Ok(None) };
        let row = organisations::lock_membership(tx, row.facts.organisation, row.facts.membership).await?;
        Ok(row.filter(|row| self.is_proven(&row.claim(), &row.proof)))
    }

    async fn no_organisation<T>(
        &self,
        caller: &Caller,
        who: Option<(PersonId, bool)>,
        action: Action,
        reason: Reason,
    ) -> Result<T, Refusal> {
        let actor = who.map_or(Actor::Anonymous, |(person, _)| Actor::Person(person));
        self.refuse_outside(caller, actor, action, reason).await?;
        let knocker = match who {
            Some((person, true)) => Knocker::Person(person),
            _ => Knocker::Origin(caller.origin),
        };
        let was_in = matches!(reason, Reason::SessionEnded | Reason::SessionExpired | Reason::SessionIdle);
        let is_tiresome = self.0.refusals.knock(knocker, self.source().now()) && !was_in;
        Err(Refusal::Denied(if is_tiresome { Reason::TooMany } else { reason }))
    }

    /// Writes a membership as it is from now on, with its proof.
    pub(super) async fn keep_member(
        &self,
        tx: &mut Tx,
        row: &mut MembershipRow,
        is_new: bool,
    ) -> Result<(), StoreError> {
        row.proof = self.prove(&row.claim())?.to_vec();
        if is_new {
            organisations::add_membership(tx, row).await
        } else {
            organisations::change_membership(tx, row).await
        }
    }

    /// The name of an organisation, sealed, and its members: what each of them sees. Gives also the caller's own membership, and whether it
    /// is an office.
    pub async fn view_organisation(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
    ) -> Result<(Vec<u8>, Vec<(MembershipRow, MembershipState)>, MembershipId, bool), Refusal> {
        let mut there = self.there(caller, organisation, None, Action::ViewOrganisation).await?;
        let details = organisations::details(&mut there.tx, organisation).await?.ok_or(StoreError::Damaged)?;
        let rows = self.members(&mut there.tx, organisation).await?;
        let own = there.own.as_ref().map(|row| row.facts.membership).ok_or(StoreError::Other)?;
        let is_office = institutions::of_office(&mut there.tx, organisation).await?.is_some();
        let line = there.line(caller, Object::Organisation(organisation));
        entries::append(&mut there.tx, organisation.chain(), line).await?;
        let moment = there.moment;
        there.tx.commit().await?;
        let with_state = |row: MembershipRow| {
            let state = row.facts.state(moment);
            (row, state)
        };
        Ok((details, rows.into_iter().map(with_state).collect(), own, is_office))
    }

    /// A referent invites somebody. Gives until when.
    pub async fn invite(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        invitation: Invitation,
    ) -> Result<Timestamp, Refusal> {
        let (asked, gives) = ((None, Action::InviteMember), (&[] as &[_], Some(invitation.roles)));
        let mut there = self.there_with(caller, organisation, asked, gives).await?;
        let rows = organisations::memberships(&mut there.tx, organisation).await?;
        if rows.iter().filter(|row| row.facts.left_at.is_none()).count() >= MEMBERS_MAX {
            return Err(Refusal::Denied(Reason::TooMany));
        }
        let line = there.line(caller, Object::Membership(invitation.membership));
        let mut row = invited(organisation, invitation, there.moment);
        let until = row.facts.invited_until;
        self.keep_member(&mut there.tx, &mut row, true).await?;
        entries::append(&mut there.tx, organisation.chain(), line).await?;
        there.tx.commit().await?;
        Ok(until)
    }

    /// Somebody accepts an invitation by its code. `details` makes what describes them from what the invitation said.
    pub async fn join(
        &self,
        caller: &Caller,
        lookup: &[u8; 32],
        details: impl FnOnce(OrganisationId, MembershipId, &[u8]) -> Option<Vec<u8>>,
    ) -> Result<(OrganisationId, MembershipId), Refusal> {
        let mut tx = self.0.db.begin().await?;
        let found = organisations::by_invitation(&mut tx, lookup).await?;
        drop(tx);
        let Some((organisation, membership)) = found else {
            // The same as for a code that is over: nobody learns which codes there were.
            let whoami = self.whoami(caller).await?;
            return self
                .no_organisation(caller, Some((whoami.person, true)), Action::JoinOrganisation, Reason::WrongCode)
                .await;
        };
        let mut there = self.there(caller, organisation, Some(membership), Action::JoinOrganisation).await?;
        let mut row = there.target.clone().ok_or(StoreError::Other)?;
        if row.invitation.as_ref() != Some(lookup) {
            return Err(Refusal::Denied(Reason::WrongCode));
        }
        row.details = details(organisation, membership, &row.details).ok_or(StoreError::Damaged)?;
        row.invitation = None;
        row.facts.person = Some(there.session.facts.person);
        row.facts.joined_at = Some(there.moment.now);
        row.facts.seen_at = day_of(there.moment.clock);
        self.keep_member(&mut there.tx, &mut row, false).await?;
        let line = there.line(caller, Object::Membership(membership));
        entries::append(&mut there.tx, organisation.chain(), line).await?;
        there.tx.commit().await?;
        Ok((organisation, membership))
    }

    /// Somebody's place is changed; it holds on the very next request.
    pub async fn change_member(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        membership: MembershipId,
        change: Change,
    ) -> Result<(), Refusal> {
        if change == Change::ResetFactor {
            return self.reset_factor(caller, organisation, membership).await;
        }
        let gives = match change {
            Change::Roles(roles) => Some(roles),
            Change::Suspend | Change::Resume | Change::End | Change::ResetFactor => None,
        };
        let asked = (Some(membership), change.action());
        let mut there = self.there_with(caller, organisation, asked, (&[], gives)).await?;
        let mut row = there.target.clone().ok_or(StoreError::Other)?;
        let (now, today) = (there.moment.now, day_of(there.moment.clock));
        match change {
            Change::Suspend => row.facts.suspended_at = Some(now),
            Change::Resume => {
                (row.facts.suspended_at, row.facts.seen_at, row.noticed) = (None, today, 0);
            }
            Change::End => (row.facts.left_at, row.invitation) = (Some(now), None),
            Change::Roles(roles) => row.facts.roles = roles,
            // Has a way of its own, above.
            Change::ResetFactor => return Err(Refusal::Away(StoreError::Other)),
        }
        self.keep_member(&mut there.tx, &mut row, false).await?;
        if let (Change::End, Some(person)) = (change, row.facts.person) {
            self.forget_address_of_gone(&mut there.tx, person).await?;
        }
        let line = there.line(caller, Object::Membership(membership));
        entries::append(&mut there.tx, there.organisation.chain(), line).await?;
        there.tx.commit().await?;
        Ok(())
    }

    /// A page of an organisation's journal, newest first, before a place. The look is its newest line.
    pub async fn organisation_journal(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<(Vec<Kept>, Vec<MembershipRow>, bool), Refusal> {
        let mut there = self.there(caller, organisation, None, Action::ReadOrganisationJournal).await?;
        let line = there.line(caller, Object::Organisation(organisation));
        entries::append(&mut there.tx, organisation.chain(), line).await?;
        let before = before.unwrap_or(u64::MAX);
        let kept = entries::page_of_organisation(&mut there.tx, organisation, before, limit).await?;
        let rows = self.members(&mut there.tx, organisation).await?;
        let is_office = institutions::of_office(&mut there.tx, organisation).await?.is_some();
        there.tx.commit().await?;
        Ok((kept, rows, is_office))
    }

    /// The sheets that wait in an organisation: what each of its members sees.
    pub async fn sheets_in(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
    ) -> Result<(Vec<WaitingSheet>, PersonId, bool), Refusal> {
        let mut there = self.there(caller, organisation, None, Action::ListSheets).await?;
        let rows = self.on_paper_in(&mut there.tx, organisation, there.moment).await?;
        let line = there.line(caller, Object::Organisation(organisation));
        entries::append(&mut there.tx, organisation.chain(), line).await?;
        let is_referent = there.own.as_ref().is_some_and(|own| own.facts.roles.is_referent());
        there.tx.commit().await?;
        Ok((rows, there.session.facts.person, is_referent))
    }

    /// Where the caller belongs, and whether it is an office, for their own eyes: nothing of anybody else is shown, so there is no entry.
    pub async fn own_memberships(
        &self,
        caller: &Caller,
    ) -> Result<Vec<(MembershipRow, MembershipState, Vec<u8>, bool)>, Refusal> {
        let mut tx = self.0.db.begin().await?;
        let Some(session) = self.session(&mut tx, caller).await? else {
            return Err(Refusal::Denied(Reason::NotSignedIn));
        };
        let moment = tx.moment().await?;
        session.facts.check(moment).map_err(Refusal::Denied)?;
        let mut own = Vec::new();
        for row in organisations::of_person(&mut tx, session.facts.person).await? {
            if !self.is_proven(&row.claim(), &row.proof) {
                continue;
            }
            let details = organisations::details(&mut tx, row.facts.organisation).await?.ok_or(StoreError::Damaged)?;
            let state = row.facts.state(moment);
            let is_office = institutions::of_office(&mut tx, row.facts.organisation).await?.is_some();
            own.push((row, state, details, is_office));
        }
        tx.commit().await?;
        Ok(own)
    }
}

pub(super) fn invited(organisation: OrganisationId, invitation: Invitation, moment: Moment) -> MembershipRow {
    MembershipRow {
        facts: MembershipFacts {
            membership: invitation.membership,
            organisation,
            person: None,
            roles: invitation.roles,
            invited_until: moment.now.max(moment.clock).plus(INVITATION),
            joined_at: None,
            suspended_at: None,
            left_at: None,
            seen_at: day_of(moment.clock),
        },
        noticed: 0,
        invitation: Some(invitation.lookup),
        proof: Vec::new(),
        details: invitation.details,
    }
}
