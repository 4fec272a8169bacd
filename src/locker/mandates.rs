//! Mandates: the code that a holder shows, what somebody proposes by it, how help ends. The list of all of them: `super::truth`.
//!
//! What is agreed to is the text that was shown, by its SHA-256: made of the catalogue's sentences from what was proposed.

use std::collections::HashSet;

use super::consent::{Titles, consent_text, sum};
use super::{LockerError, Lockers};
use crate::access::{Caller, NewProposal};
use crate::domain::code::Code;
use crate::domain::document::{FieldError, Sha256Sum};
use crate::domain::help::{Agreed, CategoryScope, Proposed, Purpose, Shown};
use crate::domain::ids::{LockerId, MandateId, MembershipId, OrganisationId};
use crate::domain::mandate::{Consent, Helper, Permissions, Status, Term};
use crate::domain::source::Timestamp;
use crate::domain::taxonomy::Category;
use crate::domain::theme::Theme;
use crate::store::mandates::MandateRow;
use crate::vault::sealed::Place;
use crate::words::Locale;

/// What somebody would propose.
#[derive(Debug, Clone)]
pub struct Proposing {
    /// As a member of what; none for a relative.
    pub organisation: Option<OrganisationId>,
    /// Whether any active aidant of it is to help.
    pub desk: bool,
    /// What it would allow.
    pub scope: Vec<(Category, Permissions)>,
    /// For how long.
    pub term: Term,
    /// What for.
    pub theme: Theme,
    /// What for, in words.
    pub purpose: Purpose,
}

/// A proposal, as the holder reads it.
#[derive(Debug, Clone)]
pub struct ProposalView {
    /// The mandate to be.
    pub mandate: MandateId,
    /// What is proposed.
    pub proposed: Proposed,
    /// How long it waits.
    pub until: Timestamp,
    /// What the holder would agree to, in words.
    pub text: String,
    /// SHA-256 of the words: what is agreed to.
    pub sha256: Sha256Sum,
}

impl ProposalView {
    /// What is proposed, in words. `titles`: of the papers that it names singly.
    pub(super) fn of(
        locale: Locale,
        mandate: MandateId,
        until: Timestamp,
        proposed: Proposed,
        titles: &Titles,
    ) -> Self {
        let text = consent_text(locale, &proposed, titles);
        let sha256 = sum(&text);
        Self { mandate, proposed, until, text, sha256 }
    }
}

/// A mandate, as its holder reads it.
#[derive(Debug, Clone)]
pub struct MandateView {
    /// Its id.
    pub mandate: MandateId,
    /// Whom it names.
    pub helper: Helper,
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
    /// When it was stopped, if it was.
    pub ended_at: Option<Timestamp>,
    /// Where it stands.
    pub status: Status,
    /// How consent was given.
    pub consent: Consent,
    /// What was agreed to; none if it does not open.
    pub agreed: Option<Agreed>,
    /// Mandates in force of other organisations that reach the same categories (DOMAIN M12).
    pub overlaps: Vec<MandateId>,
}

/// Somebody whom the caller may help.
#[derive(Debug, Clone)]
pub struct Helping {
    /// Their locker.
    pub locker: LockerId,
    /// Under which mandate.
    pub mandate: MandateId,
    /// As which member; none for a relative.
    pub membership: Option<MembershipId>,
    /// Whether it names the desk.
    pub desk: bool,
    /// The first moment after it.
    pub until: Timestamp,
    /// Whom, with what, for what.
    pub shown: Shown,
}

impl Lockers {
    /// Makes a code that the holder shows to who is to help. It serves once.
    pub async fn make_help_code(&self, caller: &Caller, locker: LockerId) -> Result<(Code, Timestamp), LockerError> {
        let code = Code::draw(self.source());
        let until = self.door().make_help_code(caller, locker, self.0.vault.lookup().help_code(&code)).await?;
        Ok((code, until))
    }

    /// Proposes to help, by the holder's code.
    pub async fn propose(&self, caller: &Caller, typed: &str, new: Proposing) -> Result<MandateId, LockerError> {
        let proposed = self.proposed(caller, &new, Consent::OwnSession).await?;
        let mandate = MandateId::draw(self.source());
        let details = self.0.vault.seal_in_directory(Place::Proposal(mandate), &proposed)?;
        // What does not read as a code is a wrong one.
        let lookup = Code::parse(typed).map_or([0; 32], |code| self.0.vault.lookup().help_code(&code));
        let new = NewProposal { mandate, organisation: new.organisation, desk: new.desk, details };
        Ok(self.door().propose(caller, &lookup, new).await?)
    }

    /// What is proposed, checked, with the names of who proposes it.
    pub(super) async fn proposed(
        &self,
        caller: &Caller,
        new: &Proposing,
        consent: Consent,
    ) -> Result<Proposed, LockerError> {
        let who = self.who(caller).await?;
        let wrong = |field| LockerError::Field { field, error: FieldError::Empty };
        let is_empty = new.scope.iter().any(|(_, permissions)| permissions.is_none());
        if new.scope.is_empty() || is_empty {
            return Err(wrong("scope"));
        }
        // A category once: what is agreed to is read by people.
        let named: HashSet<_> = new.scope.iter().map(|(category, _)| category.code()).collect();
        if named.len() != new.scope.len() {
            return Err(LockerError::Field { field: "scope", error: FieldError::TooLong(named.len()) });
        }
        // Offered, and no longer than consent carries.
        if new.term.until(self.source().now(), consent).is_none() {
            return Err(LockerError::Field { field: "term", error: FieldError::OutOfDate });
        }
        let helper = super::organisations::name_of(&who.identity).ok_or(wrong("name"))?;
        let organisation = match new.organisation {
            Some(id) => {
                let own = self.own_memberships(caller).await?;
                // Where they belong to no such organisation, the door says so.
                own.into_iter().find(|own| own.organisation == id).map(|own| own.name)
            }
            None => None,
        };
        let scope = new.scope.iter().map(|(category, may)| CategoryScope::new(*category, *may)).collect();
        let (term, theme, purpose, desk) = (new.term.into(), new.theme, new.purpose.clone(), new.desk);
        Ok(Proposed { helper, organisation, desk, scope, term, theme, purpose, replaces: None })
    }

    pub(super) fn proposal_view(
        &self,
        locale: Locale,
        mandate: MandateId,
        until: Timestamp,
        details: &[u8],
    ) -> Option<ProposalView> {
        let proposed: Proposed = self.0.vault.open_in_directory(Place::Proposal(mandate), details).ok()?;
        Some(ProposalView::of(locale, mandate, until, proposed, &Titles::new()))
    }

    /// A mandate is stopped, by the holder or by whom it names.
    pub async fn revoke_mandate(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
    ) -> Result<(), LockerError> {
        Ok(self.door().revoke(caller, locker, mandate).await?)
    }

    /// All help is stopped. Gives how many mandates were.
    pub async fn stop_help(&self, caller: &Caller, locker: LockerId) -> Result<u64, LockerError> {
        Ok(self.door().stop_help(caller, locker).await?)
    }

    /// Whom the caller may help now.
    pub async fn helping(&self, caller: &Caller) -> Result<Vec<Helping>, LockerError> {
        let rows = self.door().helping(caller).await?;
        let one = |(row, membership): (MandateRow, Option<MembershipId>)| {
            let shown: Shown = self.0.vault.open_in_directory(Place::Shown(row.mandate), &row.shown).ok()?;
            let desk = matches!(row.helper, Helper::Desk(_));
            Some(Helping { locker: row.locker, mandate: row.mandate, membership, desk, until: row.until, shown })
        };
        Ok(rows.into_iter().filter_map(one).collect())
    }

    /// Writes that mandates have reached their end. Gives how many.
    pub async fn note_expiries(&self) -> Result<u64, LockerError> {
        let mut noted = 0;
        loop {
            let mut wrote = 0;
            for (locker, mandate) in self.door().due_mandates().await? {
                wrote += u64::from(self.door().note_expiry(locker, mandate).await?);
            }
            noted += wrote;
            if wrote == 0 {
                return Ok(noted);
            }
        }
    }
}
