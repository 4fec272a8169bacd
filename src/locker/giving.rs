//! The holder's answer to a proposal, in their own session: they agree to the very text that was shown, or do not.

use super::choosing::Only;
use super::consent::Titles;
use super::mandates::ProposalView;
use super::{LockerError, Lockers};
use crate::access::{Caller, NewMandate};
use crate::domain::document::{FieldError, Sha256Sum};
use crate::domain::entry::Reason;
use crate::domain::help::{Agreed, Evidence, Proposed};
use crate::domain::ids::{LockerId, MandateId};
use crate::domain::mandate::{Consent, Term};
use crate::domain::organisation::Name;
use crate::domain::source::Timestamp;
use crate::store::Tx;
use crate::store::grant::{GivesMandate, Pending, act};
use crate::store::keys::WithShelves;
use crate::store::mandates::ProposalRow;
use crate::vault::VaultError;
use crate::words::Locale;

/// How somebody agrees.
#[derive(Debug, Clone, Default)]
pub struct How {
    /// Whether the words were read aloud to them.
    pub read_aloud: bool,
    /// Who translated for them, if somebody did, as it was told.
    pub interpreter: Option<String>,
    /// What they leave of the proposal: only these papers of a category, or none of it.
    pub only: Vec<Only>,
}

impl How {
    /// How they agree, as it is kept. A name that is none is never left out in silence: it is evidence.
    pub(super) fn kept(&self) -> Result<KeptHow, LockerError> {
        let wrong = |error| LockerError::Field { field: "interpreter", error };
        let interpreter = self.interpreter.as_deref().map(Name::parse).transpose().map_err(wrong)?;
        Ok(KeptHow { read_aloud: self.read_aloud, interpreter })
    }
}

/// How somebody agreed, as the evidence keeps it.
pub(super) struct KeptHow {
    read_aloud: bool,
    interpreter: Option<Name>,
}

/// The words of a choice that somebody agrees to, by their SHA-256.
fn accepted_choice(
    mandate: MandateId,
    until: Timestamp,
    proposed: &Proposed,
    titles: &Titles,
    accepted: Sha256Sum,
) -> Option<(Locale, ProposalView)> {
    let view = |locale| (locale, ProposalView::of(locale, mandate, until, proposed.clone(), titles));
    Locale::ALL.into_iter().map(view).find(|(_, view)| view.sha256 == accepted)
}

impl Lockers {
    /// The holder agrees to a proposal, as it was shown to them.
    pub async fn give_mandate(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        accepts: Option<&str>,
        how: How,
    ) -> Result<(), LockerError> {
        let wrong = |error| LockerError::Field { field: "accepts", error };
        // Without an agreement the door still says whether there is such a proposal.
        let accepted = accepts.map(|text| Sha256Sum::parse(text).map_err(|_| wrong(FieldError::NotAHash)));
        let evidence = match &accepted {
            Some(Ok(sum)) => *sum.bytes(),
            Some(Err(_)) | None => [0; 32],
        };
        let mut choice = match how.only.as_slice() {
            [] => None,
            only => Some(self.choose(caller, locker, mandate, only).await?),
        };
        let (mut tx, mut pending, mut row, mut shelves) =
            self.0.door.begin_giving(caller, locker, mandate, evidence).await?;
        // An offer that names papers singly is agreed to with their titles, which are read under an entry of their own.
        if choice.is_none() && self.proposal_view(Locale::default(), &row).is_some_and(|view| !view.papers().is_empty())
        {
            drop(tx);
            choice = Some(self.choose(caller, locker, mandate, &[]).await?);
            (tx, pending, row, shelves) = self.0.door.begin_giving(caller, locker, mandate, evidence).await?;
        }
        let words = match accepted.ok_or(wrong(FieldError::Missing)) {
            Ok(Ok(accepted)) => match &choice {
                None => self.accepted_words(&row, accepted),
                Some((proposed, titles)) => accepted_choice(mandate, row.until, proposed, titles, accepted),
            }
            .ok_or(wrong(FieldError::OutOfDate)),
            Ok(Err(error)) | Err(error) => Err(error),
        };
        let (words, kept) = match words.and_then(|words| Ok((words, how.kept()?))) {
            Ok(agreed) => agreed,
            Err(error) => {
                drop(tx);
                self.door().note_other_words(caller, locker, mandate).await?;
                return Err(error);
            }
        };
        self.give_by((tx, pending, shelves), &row, words, kept, Consent::OwnSession).await
    }

    /// Seals what was agreed to and writes the mandate, in the transaction whose entry says so.
    pub(super) async fn give_by<A: GivesMandate>(
        &self,
        (tx, pending, shelves): (Tx, Pending<A>, WithShelves),
        row: &ProposalRow,
        (locale, view): (Locale, ProposalView),
        how: KeptHow,
        consent: Consent,
    ) -> Result<(), LockerError> {
        let evidence = Evidence {
            locale: locale.code().to_owned(),
            sha256: view.sha256,
            text: view.text,
            read_aloud: how.read_aloud,
            interpreter: how.interpreter,
            sheet: None,
        };
        let term = Term::from(view.proposed.term);
        let agreed = Agreed { proposed: view.proposed, evidence, narrowed: None };
        let WithShelves { wraps, collections, profile } = shelves;
        let profile = profile.ok_or(VaultError::Damaged)?;
        let given = self.0.vault.give(&pending, &wraps, &collections, &profile, row.mandate, &agreed)?;
        let (follows, replaces) = (agreed.proposed.follows(), agreed.proposed.replaces.is_some());
        let new = NewMandate { scopes: given.scopes, details: given.details, shown: given.shown, follows, replaces };
        match self.0.door.give(tx, pending, row, (term, consent), new).await? {
            Some(_) => Ok(()),
            // It said until a moment, which has come meanwhile.
            None => Err(LockerError::Refused(Reason::MandateOver)),
        }
    }

    /// An answer to a proposal that does not read is a line, as one to other words is.
    pub async fn note_unread_answer(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
    ) -> Result<(), LockerError> {
        Ok(self.door().refuse_unread::<act::GiveMandate>(caller, locker, mandate).await?)
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
