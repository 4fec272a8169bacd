//! What somebody has proposed and still waits, as they wrote it, and taking it back. Nothing of the locker, nor of its holder.

use super::{LockerError, Lockers};
use crate::access::Caller;
use crate::domain::basis::Basis;
use crate::domain::help::{Proposed, Purpose};
use crate::domain::ids::{MandateId, OrganisationId, WindowId};
use crate::domain::mandate::Helper;
use crate::domain::organisation::Name;
use crate::domain::source::Timestamp;
use crate::domain::theme::Theme;
use crate::store::mandates::ProposalRow;
use crate::store::windows::WindowRow;
use crate::vault::sealed::Place;

/// Where a proposal waits for its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaits {
    /// In the holder's own session.
    Session,
    /// In a window on this device; its holder has come in there, or not yet.
    Window(WindowId, bool),
    /// For a signed sheet, in an organisation.
    Sheet(OrganisationId),
    /// For a court's decision, in an organisation.
    Judgment(OrganisationId),
}

/// Something that somebody has proposed.
#[derive(Debug, Clone)]
pub struct OwnProposal {
    /// The mandate to be.
    pub mandate: MandateId,
    /// Where it waits.
    pub awaits: Awaits,
    /// When it was made.
    pub made_at: Timestamp,
    /// How long it waits.
    pub until: Timestamp,
    /// As a member of what; none for a relative.
    pub organisation: Option<(OrganisationId, Name)>,
    /// What for.
    pub theme: Theme,
    /// What for, in the proposer's words.
    pub purpose: Purpose,
}

impl Lockers {
    /// What the caller has proposed and still waits, the newest first.
    pub async fn own_proposals(&self, caller: &Caller) -> Result<Vec<OwnProposal>, LockerError> {
        let (rows, windows) = self.door().own_proposals(caller).await?;
        let mut all: Vec<OwnProposal> = rows.iter().filter_map(|row| self.own_proposal(row)).collect();
        all.extend(windows.iter().filter_map(|row| self.own_window(row)));
        all.sort_by_key(|one| std::cmp::Reverse(one.made_at));
        Ok(all)
    }

    /// What does not open is shown to nobody.
    fn own_proposal(&self, row: &ProposalRow) -> Option<OwnProposal> {
        let proposed: Proposed = self.0.vault.open_in_directory(Place::Proposal(row.mandate), &row.details).ok()?;
        let there = match row.helper {
            Helper::Aidant(organisation, _) | Helper::Desk(organisation) => Some(organisation),
            Helper::Relative(_) => None,
        };
        let awaits = match (row.basis, there) {
            (Basis::Answer, _) | (_, None) => Awaits::Session,
            (Basis::Sheet, Some(there)) => Awaits::Sheet(there),
            (Basis::Judgment, Some(there)) => Awaits::Judgment(there),
        };
        Some(OwnProposal {
            mandate: row.mandate,
            awaits,
            made_at: row.made_at,
            until: row.until,
            organisation: there.zip(proposed.organisation),
            theme: proposed.theme,
            purpose: proposed.purpose,
        })
    }

    fn own_window(&self, row: &WindowRow) -> Option<OwnProposal> {
        let facts = &row.facts;
        let proposed: Proposed =
            self.0.vault.open_in_directory(Place::Window(facts.window), row.details.as_deref()?).ok()?;
        Some(OwnProposal {
            mandate: facts.mandate,
            awaits: Awaits::Window(facts.window, facts.entered.is_some()),
            made_at: facts.opened_at,
            until: facts.until,
            organisation: proposed.organisation.map(|name| (facts.organisation, name)),
            theme: proposed.theme,
            purpose: proposed.purpose,
        })
    }

    /// Takes back something that the caller has proposed and that waits for the holder's answer in their own session.
    pub async fn take_back_proposal(&self, caller: &Caller, mandate: MandateId) -> Result<(), LockerError> {
        Ok(self.door().take_back_proposal(caller, mandate).await?)
    }
}
