//! Windows: the holder signs in on the aidant's device, reads what is proposed, answers, and is signed out where they signed in.
//!
//! Nothing of the locker opens: the proposal is sealed under the directory key, and what is sealed when the holder agrees is
//! sealed in the transaction whose entry says so.

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use url::Url;
use zeroize::Zeroizing;

use super::consent::Titles;
use super::entrance::strength;
use super::giving::How;
use super::mandates::{ProposalView, Proposing};
use super::{EntranceError, LockerError, Lockers, Who};
use crate::access::{Caller, Entering, NewWindow, Refusal, WindowToken};
use crate::domain::basis::Basis;
use crate::domain::document::{FieldError, Sha256Sum};
use crate::domain::entry::Reason;
use crate::domain::help::Proposed;
use crate::domain::ids::{MandateId, WindowId};
use crate::domain::mandate::Consent;
use crate::domain::organisation::Name;
use crate::domain::person::IssuerKind;
use crate::domain::source::Timestamp;
use crate::identity::SignedIn;
use crate::store::mandates::ProposalRow;
use crate::store::windows::WindowRow;
use crate::vault::sealed::Place;
use crate::words::Locale;

/// Somebody who comes back from their issuer for a window.
#[derive(Debug)]
pub enum AtWindow {
    /// They may read and answer: the value of the window's cookie.
    Entered(Zeroizing<String>),
    /// They may not, and why. They have signed in at their issuer all the same, and are to leave it.
    Turned(Reason, Option<Url>),
}

/// What the issuer is told when somebody leaves, sealed.
#[derive(Serialize, Deserialize)]
struct Leaving {
    id_token: String,
}

impl From<Refusal> for EntranceError {
    fn from(refusal: Refusal) -> Self {
        Self::Locker(refusal.into())
    }
}

/// What a holder is told in a window: whatever it rests on has ended, it is over.
fn plainly(error: LockerError) -> LockerError {
    match error {
        LockerError::Refused(
            Reason::SessionEnded
            | Reason::SessionIdle
            | Reason::SessionExpired
            | Reason::ClockBehind
            | Reason::NotAMember
            | Reason::NoRelation,
        ) => LockerError::Refused(Reason::NoWindow),
        error => error,
    }
}

fn told(refusal: Refusal) -> LockerError {
    plainly(refusal.into())
}

impl Lockers {
    /// An aidant opens a window on their device, with what they propose. Gives its id, and until when it lasts.
    pub async fn open_window(&self, caller: &Caller, new: Proposing) -> Result<(WindowId, Timestamp), LockerError> {
        // The holder answers in the window.
        let new = Proposing { basis: Basis::Answer, ..new };
        let proposed = self.proposed(caller, &new).await?;
        // A relative helps on their own device, by a code.
        let missing = LockerError::Field { field: "organisation", error: FieldError::Missing };
        let organisation = new.organisation.ok_or(missing)?;
        let (window, mandate) = (WindowId::draw(self.source()), MandateId::draw(self.source()));
        let details = self.0.vault.seal_in_directory(Place::Window(window), &proposed)?;
        let new = NewWindow { window, mandate, desk: new.desk, details };
        Ok((window, self.door().open_window(caller, organisation, new).await?))
    }

    /// Whether the caller's device may go and sign somebody in for a window that it has opened.
    pub async fn may_go_in(&self, caller: &Caller, window: WindowId) -> Result<(), LockerError> {
        self.door().may_go_in(caller, window).await.map_err(told)
    }

    /// The window that an address names, for whoever is about to sign in to it.
    pub(super) async fn window_to_enter(
        &self,
        caller: &Caller,
        kind: IssuerKind,
        window: &str,
    ) -> Result<WindowId, EntranceError> {
        if kind != IssuerKind::Holder {
            return Err(EntranceError::NoIssuer);
        }
        // What is no id is no window; the door still says who asks.
        let window = window.parse().unwrap_or(WindowId::from_uuid(uuid::Uuid::nil()));
        self.may_go_in(caller, window).await?;
        Ok(window)
    }

    /// Lets somebody whom their issuer vouches for into a window, and nowhere else.
    pub(super) async fn enter_window(
        &self,
        caller: &Caller,
        window: WindowId,
        signed_in: SignedIn,
        account_name: &str,
    ) -> Result<AtWindow, LockerError> {
        let (cookie, token) = WindowToken::draw(self.source());
        let id_token = signed_in.id_token.expose_secret().to_owned();
        let entering = Entering {
            lookup: self.0.vault.lookup().identity(account_name, &signed_in.subject),
            strength: strength(signed_in.acr.as_deref()),
            token,
            leaving: self.0.vault.seal_in_directory(Place::Leaving(window), &Leaving { id_token: id_token.clone() })?,
        };
        match self.door().enter_window(caller, window, entering).await.map_err(told) {
            Ok(()) => Ok(AtWindow::Entered(cookie)),
            Err(LockerError::Refused(reason)) => {
                Ok(AtWindow::Turned(reason, self.logout_url(signed_in.kind, &id_token).await))
            }
            Err(error) => Err(error),
        }
    }

    fn in_window(&self, locale: Locale, row: &WindowRow) -> Result<ProposalView, LockerError> {
        let details = row.details.as_deref().ok_or(LockerError::Refused(Reason::NoWindow))?;
        let proposed: Proposed = self.0.vault.open_in_directory(Place::Window(row.facts.window), details)?;
        Ok(ProposalView::of(locale, row.facts.mandate, row.facts.until, proposed, &Titles::new()))
    }

    /// What is proposed in a window, by its cookie.
    pub async fn read_window(
        &self,
        caller: &Caller,
        token: Option<&WindowToken>,
        locale: Locale,
    ) -> Result<ProposalView, LockerError> {
        let row = self.door().read_window(caller, token).await.map_err(told)?;
        self.in_window(locale, &row)
    }

    /// The holder agrees in a window, as the words were shown to them: the mandate begins, the window is over. Gives where they
    /// leave their issuer.
    pub async fn agree_in_window(
        &self,
        caller: &Caller,
        token: Option<&WindowToken>,
        accepts: Option<&str>,
        how: How,
    ) -> Result<Option<Url>, LockerError> {
        let wrong = |error| LockerError::Field { field: "accepts", error };
        // Without an agreement the door still says whether there is such a window.
        let accepted = match accepts.map(Sha256Sum::parse) {
            Some(Ok(sum)) => Ok(sum),
            Some(Err(_)) => Err(wrong(FieldError::NotAHash)),
            None => Err(wrong(FieldError::Missing)),
        };
        let evidence = accepted.map_or([0; 32], |sum| *sum.bytes());
        let (tx, pending, row, shelves) =
            self.door().begin_giving_in_window(caller, token, evidence).await.map_err(told)?;
        let words = accepted.and_then(|accepted| self.words_of(&row, accepted)?.ok_or(wrong(FieldError::OutOfDate)));
        let (words, kept) = match words.and_then(|words| Ok((words, how.kept()?))) {
            Ok(agreed) => agreed,
            Err(error) => {
                drop(tx);
                self.door().note_other_words_in_window(caller, token).await.map_err(told)?;
                return Err(error);
            }
        };
        let entered = row.facts.entered.ok_or(LockerError::Damaged)?;
        let proposal = ProposalRow {
            basis: Basis::Answer,
            locker: entered.locker,
            mandate: row.facts.mandate,
            helper: row.facts.helper(),
            by: row.facts.by,
            made_at: row.facts.opened_at,
            until: row.facts.until,
            proof: Vec::new(),
            details: Vec::new(),
        };
        self.give_by((tx, pending, shelves), &proposal, words, kept, Consent::Window).await?;
        Ok(self.way_out(&row).await)
    }

    /// The words that somebody agrees to, by their SHA-256, in one of our languages.
    fn words_of(&self, row: &WindowRow, accepted: Sha256Sum) -> Result<Option<(Locale, ProposalView)>, LockerError> {
        for locale in Locale::ALL {
            let view = self.in_window(locale, row)?;
            if view.sha256 == accepted {
                return Ok(Some((locale, view)));
            }
        }
        Ok(None)
    }

    /// The holder leaves a window without agreeing. Gives where they leave their issuer.
    pub async fn leave_window(
        &self,
        caller: &Caller,
        token: Option<&WindowToken>,
        declines: bool,
    ) -> Result<Option<Url>, LockerError> {
        let row = self.door().leave_window(caller, token, declines).await.map_err(told)?;
        Ok(self.way_out(&row).await)
    }

    /// The aidant gives a window more time, having passed their second factor again. Gives until when.
    pub async fn extend_window(&self, caller: &Caller, token: Option<&WindowToken>) -> Result<Timestamp, LockerError> {
        self.door().extend_window(caller, token).await.map_err(told)
    }

    /// Where somebody who has left a window without a word leaves their issuer: by the window's cookie, or by the session that
    /// opened it. Once.
    pub async fn left_window(&self, caller: &Caller, token: Option<&WindowToken>) -> Result<Option<Url>, LockerError> {
        let Some((window, leaving)) = self.door().left_window(caller, token).await? else { return Ok(None) };
        let leaving: Leaving = self.0.vault.open_in_directory(Place::Leaving(window), &leaving)?;
        Ok(self.logout_url(IssuerKind::Holder, &leaving.id_token).await)
    }

    /// Writes down the windows whose time was over without an answer. Gives how many.
    pub async fn note_windows_over(&self) -> Result<u64, LockerError> {
        let mut noted = 0;
        for window in self.door().windows_over().await? {
            noted += u64::from(self.door().note_window_over(window).await?);
        }
        Ok(noted)
    }

    /// What somebody is called, as their issuer names them.
    pub fn called(&self, who: &Who) -> Option<Name> {
        super::organisations::name_of(&who.identity)
    }

    async fn way_out(&self, row: &WindowRow) -> Option<Url> {
        let sealed = row.leaving.as_deref()?;
        // Their answer is written: what does not open keeps nobody here.
        let leaving: Leaving = self.0.vault.open_in_directory(Place::Leaving(row.facts.window), sealed).ok()?;
        self.logout_url(IssuerKind::Holder, &leaving.id_token).await
    }
}
