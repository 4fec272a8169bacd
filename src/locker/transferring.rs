//! What comes after a mandate: the same again, or a colleague instead. Proposed by whom it names, agreed to by the holder.

use super::mandates::Helping;
use super::organisations::OwnMembership;
use super::{LockerError, Lockers};
use crate::access::{Caller, NewSuccessor};
use crate::domain::document::FieldError;
use crate::domain::entry::{Action, Reason};
use crate::domain::help::{Proposed, Replaced, Shown, ShownScope, TermFields};
use crate::domain::ids::{LockerId, MandateId, MembershipId, OrganisationId};
use crate::domain::mandate::{Consent, Term};
use crate::domain::organisation::{MembershipState, Name};
use crate::vault::sealed::Place;

/// Somebody to whom a task may be handed over.
#[derive(Debug, Clone)]
pub struct Colleague {
    /// Their place in the organisation.
    pub membership: MembershipId,
    /// Their name.
    pub name: Name,
}

fn wrong(field: &'static str, error: FieldError) -> LockerError {
    LockerError::Field { field, error }
}

impl Lockers {
    /// The colleagues of whom a mandate names, to whom they may hand it over. None for a relative, or for the desk, which whoever
    /// is there helps at anyway.
    pub async fn colleagues(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
    ) -> Result<Vec<Colleague>, LockerError> {
        let members = self.organisation(caller, organisation).await?.members;
        let may_help = |member: &super::organisations::MemberView| {
            member.state == MembershipState::Active && member.roles.is_aidant() && !member.is_own
        };
        let named = members
            .into_iter()
            .filter(may_help)
            .filter_map(|member| Some(Colleague { membership: member.membership, name: member.fields?.name }));
        Ok(named.collect())
    }

    /// Proposes that a colleague helps instead, with what the mandate still allows and until its end. Nothing changes before the
    /// holder agrees. Gives the id of the mandate to be.
    pub async fn propose_transfer(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        to: MembershipId,
    ) -> Result<MandateId, LockerError> {
        let proposed = match self.handed_over(caller, locker, mandate, to).await {
            Ok(proposed) => proposed,
            Err(error) => {
                return Err(self.unproposed(caller, locker, (mandate, Action::ProposeTransfer), error).await);
            }
        };
        self.propose_next(caller, locker, mandate, Some(to), &proposed).await
    }

    /// What handing over proposes.
    async fn handed_over(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        to: MembershipId,
    ) -> Result<Proposed, LockerError> {
        let (own, there, own_name) = self.own_help(caller, locker, mandate).await?;
        let there = there.ok_or(LockerError::Refused(Reason::NotAllowed))?;
        let colleagues = self.colleagues(caller, there.organisation).await?;
        let colleague = colleagues.into_iter().find(|one| one.membership == to);
        let helper = colleague.ok_or(wrong("membership", FieldError::Missing))?.name;
        let term = TermFields::Until(own.until.micros());
        let replaces = Some(Replaced { mandate: mandate.to_string(), helper: own_name });
        Ok(proposed(own.shown, helper, Some(there.name), false, term, replaces))
    }

    /// Proposes the same help again, for some time from the holder's agreement on. Gives the id of the mandate to be.
    pub async fn propose_renewal(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        term: Term,
    ) -> Result<MandateId, LockerError> {
        let proposed = match self.renewed(caller, locker, mandate, term).await {
            Ok(proposed) => proposed,
            Err(error) => {
                return Err(self.unproposed(caller, locker, (mandate, Action::ProposeMandate), error).await);
            }
        };
        self.propose_next(caller, locker, mandate, None, &proposed).await
    }

    /// What going on proposes.
    async fn renewed(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        term: Term,
    ) -> Result<Proposed, LockerError> {
        let (own, there, own_name) = self.own_help(caller, locker, mandate).await?;
        let (now, consent) = (self.source().now(), Consent::OwnSession);
        if term.until(now, consent).is_none() {
            return Err(wrong("term", term.wrong(now, consent)));
        }
        let (organisation, desk) = (there.map(|there| there.name), own.desk);
        let proposed = proposed(own.shown, own_name, organisation, desk, term.into(), None);
        let unusual = proposed.is_unusual(self.source().now());
        Ok(Proposed { renews: Some(mandate.to_string()), unusual, ..proposed })
    }

    /// Writes down what is refused before there is anything to propose. Gives the refusal.
    async fn unproposed(
        &self,
        caller: &Caller,
        locker: LockerId,
        what: (MandateId, Action),
        error: LockerError,
    ) -> LockerError {
        let reason = match &error {
            LockerError::Refused(reason) => *reason,
            LockerError::Field { .. } => Reason::BadField,
            _ => return error,
        };
        match self.door().refuse_successor(caller, locker, what, reason).await {
            Ok(()) => error,
            Err(away) => away.into(),
        }
    }

    /// What the caller may do under a mandate that names them, as which member, and their name.
    async fn own_help(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
    ) -> Result<(Helping, Option<OwnMembership>, Name), LockerError> {
        let who = self.who(caller).await?;
        let helping = self.helping(caller).await?;
        let own = helping.into_iter().find(|own| own.mandate == mandate && own.locker == locker);
        let own = own.ok_or(LockerError::Refused(Reason::NoRelation))?;
        let there = match own.membership {
            Some(membership) => {
                let memberships = self.own_memberships(caller).await?;
                memberships.into_iter().find(|one| one.membership == membership)
            }
            None => None,
        };
        let name = super::organisations::name_of(&who.identity).ok_or(LockerError::Damaged)?;
        Ok((own, there, name))
    }

    async fn propose_next(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        to: Option<MembershipId>,
        proposed: &Proposed,
    ) -> Result<MandateId, LockerError> {
        let newer = MandateId::draw(self.source());
        let details = self.0.vault.seal_in_directory(Place::Proposal(newer), proposed)?;
        self.door().propose_successor(caller, locker, NewSuccessor { mandate, newer, to, details }).await?;
        Ok(newer)
    }
}

/// What a mandate still allows, proposed for what comes after it.
fn proposed(
    shown: Shown,
    helper: Name,
    organisation: Option<Name>,
    desk: bool,
    term: TermFields,
    replaces: Option<Replaced>,
) -> Proposed {
    let scope = shown.scope.into_iter().map(|ShownScope { scope, .. }| scope).collect();
    // Answered by the holder themselves, whatever the first was given on.
    let on_paper = false;
    Proposed {
        helper,
        organisation,
        desk,
        scope,
        term,
        theme: shown.theme,
        purpose: shown.purpose,
        // A court's decision is not carried on by an agreement: the policy says so.
        judgment: None,
        unusual: false,
        on_paper,
        replaces,
        renews: None,
    }
}
