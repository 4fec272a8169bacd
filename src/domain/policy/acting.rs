//! What a helper may do about their own acts: take back a paper that they added by mistake, vouch for a version. No
//! permission says so, so the rules stand here; that a mandate is in force and a visit open is asked before, in `helping`.

use std::time::Duration;

use super::{Action, Actor, DocumentFacts, Facts, Reason};
use crate::domain::ids::{DocumentId, LockerId, MembershipId, OrganisationId, PersonId, VersionId};
use crate::domain::source::{Moment, Timestamp};

/// How long a helper may take back what they added, that moment included.
pub const WITHDRAWAL: Duration = Duration::from_hours(48);

/// What is known of a version that a helper added, read under the locker's lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepositFacts {
    /// In which locker.
    pub locker: LockerId,
    /// Of which paper.
    pub document: DocumentId,
    /// Which version.
    pub version: VersionId,
    /// Who added it.
    pub person: PersonId,
    /// As a member of what, unless they help on their own.
    pub member: Option<(OrganisationId, MembershipId)>,
    /// The entry that says so.
    pub seq: u64,
    /// Its time.
    pub at: Timestamp,
}

impl DepositFacts {
    /// Whether it may still be taken back: by whichever is later, the clock or the journal.
    pub fn is_recent(&self, moment: Moment) -> bool {
        moment.now.max(moment.clock) <= self.at.plus(WITHDRAWAL)
    }
}

/// Whether a helper may take the version named back: they added it themselves, not long ago. Where the paper stands meanwhile,
/// and what the mandate allows on it, is not asked: it may be somebody else's paper.
pub(super) fn may_withdraw(person: PersonId, facts: &Facts<'_>, moment: Moment) -> Result<(), Reason> {
    let DocumentFacts::Known(paper) = facts.document else { return Err(Reason::UnknownDocument) };
    let locker = facts.locker.map(|locker| locker.locker);
    let is_own = |deposit: &DepositFacts| {
        deposit.person == person && deposit.document == paper.spot.document && Some(deposit.locker) == locker
    };
    let deposit = facts.deposit.filter(is_own).ok_or(Reason::NotOwnDeposit)?;
    if deposit.is_recent(moment) { Ok(()) } else { Err(Reason::WithdrawalOver) }
}

/// Only who acts for an organisation vouches for a paper: family does not.
pub(super) const fn may_vouch(actor: Actor, action: Action) -> Result<(), Reason> {
    match (action, actor) {
        (Action::SeeOriginal, Actor::Aidant(_)) => Ok(()),
        (Action::SeeOriginal, _) => Err(Reason::NotAllowed),
        _ => Ok(()),
    }
}
