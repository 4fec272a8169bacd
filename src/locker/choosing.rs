//! What a holder leaves of a proposal: only some papers of a category, or none of it. They choose; whoever proposes sees no paper.

use super::consent::Titles;
use super::consult::Filter;
use super::mandates::{ProposalView, titles_of};
use super::{LockerError, Lockers};
use crate::access::Caller;
use crate::domain::document::FieldError;
use crate::domain::entry::Reason;
use crate::domain::help::Proposed;
use crate::domain::ids::{DocumentId, LockerId, MandateId};
use crate::domain::mandate::SCOPES_MAX;
use crate::domain::taxonomy::Category;
use crate::words::Locale;

/// Only these papers of a category; none of it, if there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Only {
    /// Which.
    pub category: Category,
    /// The papers that are left.
    pub documents: Vec<DocumentId>,
}

/// A paper that somebody may be let see, and where it stands.
#[derive(Debug, Clone)]
pub struct Choosable {
    /// Which.
    pub document: DocumentId,
    /// Its category.
    pub category: Category,
    /// Its title.
    pub title: String,
}

fn wrong(error: FieldError) -> LockerError {
    LockerError::Field { field: "only", error }
}

impl Lockers {
    /// The papers of one's locker that helpers may be let see: those that are not private, nor in the trash.
    pub async fn choosable(&self, caller: &Caller, locker: LockerId) -> Result<Vec<Choosable>, LockerError> {
        let filter = Filter { limit: usize::MAX, ..Filter::default() };
        let papers = self.list(caller, locker, &filter).await?.items;
        let visible = papers.into_iter().filter(|paper| !paper.fields.private);
        Ok(visible
            .map(|paper| Choosable {
                document: paper.document,
                category: paper.category(),
                title: paper.fields.title.as_str().to_owned(),
            })
            .collect())
    }

    /// A proposal as it would be with a choice, in words.
    pub async fn choice_in_words(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        only: &[Only],
        locale: Locale,
    ) -> Result<ProposalView, LockerError> {
        let until = self.proposal(caller, locker, mandate).await?.until;
        let (proposed, titles) = self.choose(caller, locker, mandate, only).await?;
        Ok(ProposalView::of(locale, mandate, until, proposed, &titles))
    }

    async fn proposal(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
    ) -> Result<ProposalView, LockerError> {
        let help = self.help(caller, locker, Locale::default()).await?;
        let one = help.proposals.into_iter().find(|one| one.mandate == mandate);
        one.ok_or(LockerError::Refused(Reason::UnknownMandate))
    }

    /// What is left of a proposal by a choice, and the titles that its words need.
    pub(super) async fn choose(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        only: &[Only],
    ) -> Result<(Proposed, Titles), LockerError> {
        let mut proposed = self.proposal(caller, locker, mandate).await?.proposed;
        let papers = self.choosable(caller, locker).await?;
        let mut titles = Titles::new();
        for one in only {
            let mut there = proposed.scope.iter_mut().filter(|scope| scope.category == one.category.code());
            let scope = there.next().ok_or(wrong(FieldError::UnknownKind))?;
            let named = scope.papers();
            if named.is_some_and(|named| one.documents.iter().any(|document| !named.contains(document))) {
                return Err(wrong(FieldError::Missing));
            }
            for document in &one.documents {
                let is_it = |paper: &&Choosable| paper.document == *document && paper.category == one.category;
                let paper = papers.iter().find(is_it).ok_or(wrong(FieldError::Missing))?;
                titles.insert(*document, paper.title.clone());
            }
            *scope = scope.clone().only(&one.documents);
        }
        let all: Vec<_> = papers.iter().map(|one| (one.document, one.category, one.title.clone())).collect();
        titles.extend(titles_of(&proposed, &all));
        proposed.scope.retain(|scope| scope.papers.as_ref().is_none_or(|papers| !papers.is_empty()));
        let reaches = |scope: &crate::domain::help::CategoryScope| scope.papers.as_ref().map_or(1, Vec::len);
        let count: usize = proposed.scope.iter().map(reaches).sum();
        if count == 0 {
            return Err(wrong(FieldError::Empty));
        }
        if count > SCOPES_MAX {
            return Err(wrong(FieldError::TooLong(SCOPES_MAX)));
        }
        Ok((proposed, titles))
    }
}
