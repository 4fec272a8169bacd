//! Mandates: the code that a holder shows, what somebody proposes by it, how help ends. The list of all of them: `super::truth`.
//!
//! What is agreed to is the text that was shown, by its SHA-256: made of the catalogue's sentences from what was proposed.

use std::collections::HashSet;

use super::consent::{Titles, consent_text, sum};
use super::decisions::{is_carried, not_carried};
use super::entrance::Details;
use super::{LockerError, Lockers};
use crate::access::{Caller, NewProposal};
use crate::domain::basis::Basis;
use crate::domain::code::Code;
use crate::domain::document::{FieldError, Sha256Sum};
use crate::domain::help::{Agreed, CategoryScope, Proposed, Purpose, Shown};
use crate::domain::ids::{DocumentId, LockerId, MandateId, MembershipId, OrganisationId, SessionId};
use crate::domain::judgment::Judgment;
use crate::domain::mandate::{Consent, Helper, Permissions, Status, Term};
use crate::domain::organisation::Name;
use crate::domain::source::Timestamp;
use crate::domain::taxonomy::Category;
use crate::domain::theme::Theme;
use crate::store::mandates::{MandateRow, ProposalRow};
use crate::store::people::SessionRow;
use crate::vault::sealed::Place;
use crate::words::{Locale, date_of};

/// What somebody would propose.
#[derive(Debug, Clone)]
pub struct Proposing {
    /// As a member of what; none for a relative.
    pub organisation: Option<OrganisationId>,
    /// Whether any active aidant of it is to help.
    pub desk: bool,
    /// On what it is to become a mandate.
    pub basis: Basis,
    /// What it would allow.
    pub scope: Vec<(Category, Permissions)>,
    /// For how long.
    pub term: Term,
    /// What for.
    pub theme: Theme,
    /// What for, in words.
    pub purpose: Purpose,
    /// The court's decision that it rests on, where one does.
    pub judgment: Option<Judgment>,
}

/// A proposal, as the holder reads it.
#[derive(Debug, Clone)]
pub struct ProposalView {
    /// The mandate to be.
    pub mandate: MandateId,
    /// On what it is to become a mandate.
    pub basis: Basis,
    /// What is proposed.
    pub proposed: Proposed,
    /// How long it waits.
    pub until: Timestamp,
    /// What the holder would agree to, in words.
    pub text: String,
    /// SHA-256 of the words: what is agreed to.
    pub sha256: Sha256Sum,
    /// Whom it would name, where it waits on a locker.
    pub names: Option<Helper>,
}

/// The titles of the papers that a proposal names singly, for those that stand in the category that it says.
pub(super) fn titles_of(proposed: &Proposed, papers: &[(DocumentId, Category, String)]) -> Titles {
    let named = proposed.scope.iter().filter_map(|scope| Some((scope.category.as_str(), scope.papers()?)));
    let mut titles = Titles::new();
    for (category, documents) in named {
        let here = papers.iter().filter(|(id, of, _)| of.code() == category && documents.contains(id));
        titles.extend(here.map(|(id, _, title)| (*id, title.clone())));
    }
    titles
}

impl ProposalView {
    /// The papers that it names singly.
    pub(super) fn papers(&self) -> Vec<DocumentId> {
        self.proposed.scope.iter().filter_map(CategoryScope::papers).flatten().collect()
    }

    /// The same with the titles of papers that it names singly, for those that stand in the category that it says.
    pub(super) fn with_titles(self, locale: Locale, papers: &[(DocumentId, Category, String)]) -> Self {
        let titles = titles_of(&self.proposed, papers);
        let (basis, names) = (self.basis, self.names);
        Self { basis, names, ..Self::of(locale, self.mandate, self.until, self.proposed, &titles) }
    }

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
        Self { mandate, basis: Basis::Answer, proposed, until, text, sha256, names: None }
    }

    /// Whether a mandate ends when this one begins: nobody has two from one holder, and what is handed over goes with all that its
    /// helper has.
    pub fn ends(&self, older: &MandateView, all: &[MandateView]) -> bool {
        let replaced = self.proposed.replaces.as_ref().map(|replaced| replaced.mandate.as_str());
        let handed_over = all.iter().find(|one| Some(one.mandate.to_string().as_str()) == replaced);
        let is_named = Some(older.helper) == self.names || handed_over.is_some_and(|one| one.helper == older.helper);
        is_named && matches!(older.status, Status::Active | Status::ToCome | Status::Unconfirmed)
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
    /// When the holder confirmed it, if it was given on paper and they did.
    pub acknowledged_at: Option<Timestamp>,
    /// What was agreed to; none if it does not open.
    pub agreed: Option<Agreed>,
    /// Mandates in force of other organisations that reach the same categories (DOMAIN M12).
    pub overlaps: Vec<MandateId>,
}

impl MandateView {
    /// Whether it rests on paper alone: its holder has not confirmed it yet.
    pub fn is_on_paper(&self) -> bool {
        self.consent == Consent::Paper && self.acknowledged_at.is_none()
    }
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
    /// Whether it rests on paper alone: its holder has not confirmed it yet.
    pub on_paper: bool,
    /// Whether it rests on a court's decision.
    pub by_judgment: bool,
    /// Whom, with what, for what.
    pub shown: Shown,
}

const fn wrong(field: &'static str) -> LockerError {
    LockerError::Field { field, error: FieldError::Empty }
}

/// What is proposed, by whom.
fn proposed(new: Proposing, helper: Name, organisation: Option<Name>, now: Timestamp) -> Proposed {
    let scope = new.scope.iter().map(|(category, may)| CategoryScope::new(*category, *may)).collect();
    let Proposing { theme, purpose, desk, judgment, basis, .. } = new;
    let (term, on_paper) = (new.term.into(), basis == Basis::Sheet);
    let (replaces, renews, unusual) = (None, None, false);
    let proposed = Proposed {
        helper,
        organisation,
        desk,
        scope,
        term,
        theme,
        purpose,
        judgment,
        unusual,
        on_paper,
        replaces,
        renews,
    };
    Proposed { unusual: proposed.is_unusual(now), ..proposed }
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
        // Who they are comes before what is wrong about what they typed.
        if let Err(error) = self.check_proposing(&new) {
            return self.who(caller).await.and(Err(error));
        }
        let mandate = MandateId::draw(self.source());
        // What does not read as a code is a wrong one.
        let lookup = Code::parse(typed).map_or([0; 32], |code| self.0.vault.lookup().help_code(&code));
        let lets_judgments = new.basis == Basis::Judgment && self.lets_judgments(caller, new.organisation).await?;
        let Proposing { organisation, desk, basis, .. } = new;
        let says = |session: &SessionRow| {
            let helper = self.name_in(session.session, &session.details)?;
            Ok(|there: Option<&[u8]>| {
                let organisation =
                    organisation.zip(there).map(|(id, details)| self.organisation_name(id, details)).transpose()?;
                let proposed = proposed(new, helper, organisation, self.source().now());
                Ok(self.0.vault.seal_in_directory(Place::Proposal(mandate), &proposed)?)
            })
        };
        let new = NewProposal { mandate, organisation, desk, basis, lets_judgments };
        self.door().propose(caller, &lookup, new, says).await
    }

    /// What is proposed, checked, with the names of who proposes it.
    pub(super) async fn proposed(&self, caller: &Caller, new: &Proposing) -> Result<Proposed, LockerError> {
        let who = self.who(caller).await?;
        self.check_proposing(new)?;
        let helper = super::organisations::name_of(&who.identity).ok_or(wrong("name"))?;
        let organisation = match new.organisation {
            Some(id) => {
                let own = self.own_memberships(caller).await?;
                // Where they belong to no such organisation, the door says so.
                own.into_iter().find(|own| own.organisation == id).map(|own| own.name)
            }
            None => None,
        };
        Ok(proposed(new.clone(), helper, organisation, self.source().now()))
    }

    fn check_proposing(&self, new: &Proposing) -> Result<(), LockerError> {
        let is_empty = new.scope.iter().any(|(_, permissions)| permissions.is_none());
        if new.scope.is_empty() || is_empty {
            return Err(wrong("scope"));
        }
        // A category once: what is agreed to is read by people.
        let named: HashSet<_> = new.scope.iter().map(|(category, _)| category.code()).collect();
        if named.len() != new.scope.len() {
            return Err(LockerError::Field { field: "scope", error: FieldError::TooLong(named.len()) });
        }
        // Help on paper is for when they can't be there.
        if new.basis == Basis::Sheet && new.term == Term::Present {
            return Err(LockerError::Field { field: "term", error: FieldError::Absent });
        }
        // Offered, and no longer than consent carries.
        if new.term.until(self.source().now(), new.basis.consent()).is_none() {
            let error = new.term.wrong(self.source().now(), new.basis.consent());
            return Err(LockerError::Field { field: "term", error });
        }
        let judgment = new.judgment.as_ref();
        let beyond = new.scope.iter().find(|(category, may)| !is_carried(new.basis, judgment, *category, *may));
        if let Some((category, may)) = beyond {
            return Err(LockerError::Field {
                field: "scope",
                error: not_carried(new.basis, judgment, *category, *may),
            });
        }
        // A court names the day of the end; others say how long.
        let is_named = new.judgment.is_none() || Judgment::ends_by(new.term);
        if !is_named || new.judgment.is_some() != (new.basis == Basis::Judgment) {
            return Err(LockerError::Field { field: "term", error: FieldError::Missing });
        }
        let today = date_of(self.source().now());
        if new.judgment.as_ref().is_some_and(|one| one.decided_on.date() > today) {
            return Err(LockerError::Field { field: "decided_on", error: FieldError::ToCome });
        }
        if new.basis != Basis::Answer && new.desk {
            return Err(LockerError::Field { field: "desk", error: FieldError::OnePerson });
        }
        if new.basis != Basis::Answer && new.organisation.is_none() {
            return Err(wrong("organisation"));
        }
        Ok(())
    }

    /// The name of who bears a session, as their issuer vouches for it.
    fn name_in(&self, session: SessionId, details: &[u8]) -> Result<Name, LockerError> {
        let details: Details = self.0.vault.open_in_directory(Place::Session(session), details)?;
        super::organisations::name_of(&details.identity).ok_or(wrong("name"))
    }

    pub(super) fn proposal_view(&self, locale: Locale, row: &ProposalRow) -> Option<ProposalView> {
        let proposed: Proposed = self.0.vault.open_in_directory(Place::Proposal(row.mandate), &row.details).ok()?;
        let view = ProposalView::of(locale, row.mandate, row.until, proposed, &Titles::new());
        Some(ProposalView { basis: row.basis, names: Some(row.helper), ..view })
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
            let on_paper = row.consent == Consent::Paper && row.acknowledged_at.is_none();
            let desk = matches!(row.helper, Helper::Desk(_));
            let by_judgment = row.consent == Consent::Judgment;
            let (locker, mandate, until) = (row.locker, row.mandate, row.until);
            Some(Helping { locker, mandate, membership, desk, until, on_paper, by_judgment, shown })
        };
        Ok(rows.into_iter().filter_map(one).collect())
    }

    /// Writes that mandates, and what was handed over, have reached their end. Gives how many.
    pub async fn note_expiries(&self) -> Result<u64, LockerError> {
        let mut noted = 0;
        loop {
            let mut wrote = 0;
            for (locker, mandate) in self.door().due_mandates().await? {
                match self.door().note_expiry(locker, mandate).await {
                    Ok(done) => wrote += u64::from(done),
                    Err(error) => self.go_on_after(locker, error.into()).await?,
                }
            }
            for (locker, share) in self.door().due_shares().await? {
                match self.door().note_share_end(locker, share).await {
                    Ok(done) => wrote += u64::from(done),
                    Err(error) => self.go_on_after(locker, error.into()).await?,
                }
            }
            noted += wrote;
            if wrote == 0 {
                return Ok(noted);
            }
        }
    }
}
