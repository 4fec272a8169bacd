//! The holder's answer to a proposal, in their own session: they agree to the very text that was shown, or do not.

use super::mandates::ProposalView;
use super::{LockerError, Lockers};
use crate::access::{Caller, NewMandate};
use crate::domain::document::{FieldError, Sha256Sum};
use crate::domain::entry::Reason;
use crate::domain::help::{Agreed, Evidence};
use crate::domain::ids::{LockerId, MandateId};
use crate::domain::mandate::{Consent, Term};
use crate::domain::organisation::Name;
use crate::store::mandates::ProposalRow;
use crate::store::{keys, lockers};
use crate::vault::VaultError;
use crate::words::Locale;

impl Lockers {
    /// The holder agrees to a proposal, as it was shown to them.
    pub async fn give_mandate(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        accepts: Option<&str>,
        how: (bool, Option<Name>),
    ) -> Result<(), LockerError> {
        let wrong = |error| LockerError::Field { field: "accepts", error };
        // Without an agreement the door still says whether there is such a proposal.
        let accepted = accepts.map(|text| Sha256Sum::parse(text).map_err(|_| wrong(FieldError::NotAHash)));
        let evidence = match &accepted {
            Some(Ok(sum)) => *sum.bytes(),
            Some(Err(_)) | None => [0; 32],
        };
        let (mut tx, pending, row) = self.0.door.begin_giving(caller, locker, mandate, evidence).await?;
        let words = match accepted.ok_or(wrong(FieldError::Missing)) {
            Ok(Ok(accepted)) => self.accepted_words(&row, accepted).ok_or(wrong(FieldError::OutOfDate)),
            Ok(Err(error)) | Err(error) => Err(error),
        };
        let (locale, view) = match words {
            Ok(words) => words,
            Err(error) => {
                drop(tx);
                self.door().note_other_words(caller, locker, mandate).await?;
                return Err(error);
            }
        };
        let (read_aloud, interpreter) = how;
        let evidence = Evidence {
            locale: locale.code().to_owned(),
            sha256: view.sha256,
            text: view.text,
            read_aloud,
            interpreter,
            sheet: None,
        };
        let term = Term::from(view.proposed.term);
        let agreed = Agreed { proposed: view.proposed, evidence };
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let profile = lockers::profile(&mut tx, &pending).await?.ok_or(VaultError::Damaged)?;
        let given = self.0.vault.give(&pending, &wraps, &collections, &profile, mandate, &agreed)?;
        let new = NewMandate { scopes: given.scopes, details: given.details, shown: given.shown };
        match self.0.door.give(tx, pending, &row, (term, Consent::OwnSession), new).await? {
            Some(_) => Ok(()),
            // It said until a moment, which has come meanwhile.
            None => Err(LockerError::Refused(Reason::MandateOver)),
        }
    }

    /// The words that somebody agrees to, by their SHA-256: those of the proposal, in one of our languages.
    pub(super) fn accepted_words(&self, row: &ProposalRow, accepted: Sha256Sum) -> Option<(Locale, ProposalView)> {
        let mut views =
            Locale::ALL.into_iter().filter_map(|locale| self.proposal_view(locale, row).map(|view| (locale, view)));
        views.find(|(_, view)| view.sha256 == accepted)
    }

    /// The holder does not agree.
    pub async fn decline_mandate(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
    ) -> Result<(), LockerError> {
        Ok(self.door().decline(caller, locker, mandate).await?)
    }
}
