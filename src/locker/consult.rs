//! Looking: the locker at a glance, the list with filters and search, one paper's description.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::helped::HelperSeen;
use super::views::{LockerLife, LockerView, PaperList, PaperView};
use super::{LockerError, Lockers, paper_ask};
use crate::access::{Ask, Caller, VISIT};
use crate::domain::document::{Day, DocumentState, TITLE_MAX, Whose};
use crate::domain::entry::Object;
use crate::domain::help::VisitFields;
use crate::domain::ids::{DocumentId, LockerId, PersonId};
use crate::domain::organisation::Name;
use crate::domain::policy::Standing;
use crate::domain::source::Timestamp;
use crate::domain::taxonomy::{CATEGORIES, Category};
use crate::domain::validity::State;
use crate::store::documents::{Found, Paper};
use crate::store::grant::{Act, Grant, Held, OpensFields, act};
use crate::store::visits::VisitRow;
use crate::store::{acceptances, documents, keys, lockers};
use crate::vault::VaultError;
use crate::vault::ring::{Keyring, Shelves};

/// Who added a version of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddedBy {
    /// Its holder.
    Holder,
    /// Somebody who helped.
    Helper(HelperSeen),
    /// The institution that issued it.
    Institution(Name),
    /// Somebody who helped, whose visit does not say any more who it was.
    Somebody,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this category.
    pub category: Option<Category>,
    /// Only titles that hold these words, whatever their case and accents.
    pub words: Option<String>,
    /// Only papers that stand so today.
    pub state: Option<State>,
    /// Only papers of this person.
    pub whose: Option<Whose>,
    /// The trash instead of the rest.
    pub trashed: bool,
    /// Go on after this paper.
    pub after: Option<DocumentId>,
    /// At most so many.
    pub limit: usize,
}

/// A locker's papers as rows, and what opens them.
pub(super) struct Rows<A: Act> {
    pub(super) grant: Grant<A>,
    pub(super) ring: Keyring,
    pub(super) shelves: Shelves,
    found: Vec<Found>,
    used: u64,
    quota: u64,
    life: LockerLife,
}

/// Who added a version that is not its holder's own deposit: as their visit then says, for what was added stands in one.
pub(super) fn giver(
    (ring, shelves): (&Keyring, &Shelves),
    visits: &[VisitRow],
    by: PersonId,
    at: Timestamp,
) -> AddedBy {
    let is_it = |row: &&VisitRow| {
        // A visit lasts no longer than that: a later one is not it.
        let lasted = row.facts.until > at && row.facts.until <= at.plus(VISIT);
        row.facts.person == by && lasted && row.facts.ended_at.is_none_or(|ended| ended >= at)
    };
    let visit = visits.iter().filter(is_it).min_by_key(|row| row.facts.until);
    let fields = visit.and_then(|row| ring.open_visit(shelves, row).ok());
    let seen = fields.map(|VisitFields { who, organisation, .. }| HelperSeen {
        name: who,
        organisation,
        purpose: None,
        on_paper: false,
        unread: false,
    });
    seen.map_or(AddedBy::Somebody, AddedBy::Helper)
}

/// Papers opened between two pauses: whoever else is on this thread comes in between.
const OPENED_AT_ONCE: usize = 100;

/// A text without case and accents: « Élection » is found by « election ».
pub(super) fn fold(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

impl Filter {
    /// The words looked for, folded once. No title is longer than what is kept of them.
    fn folded(&self) -> Vec<String> {
        let words: String = self.words.iter().flat_map(|words| words.chars()).take(TITLE_MAX).collect();
        fold(&words).split_whitespace().map(str::to_owned).collect()
    }

    /// Whether a paper may be meant, as far as its row tells: it need not be opened to be passed over. The category is not
    /// taken from the row: a paper that SQL has filed elsewhere does not open, and is to be told.
    fn may_keep(&self, row: &Paper) -> bool {
        row.state == if self.trashed { DocumentState::Trashed } else { DocumentState::Live }
    }

    fn keeps(&self, words: &[String], paper: &PaperView) -> bool {
        self.category.is_none_or(|c| paper.category() == c)
            && self.state.is_none_or(|s| paper.standing.state == s)
            && self.whose.is_none_or(|w| paper.fields.whose == w)
            && (words.is_empty() || {
                let title = fold(paper.fields.title.as_str());
                words.iter().all(|word| title.contains(word.as_str()))
            })
    }
}

impl<A: Act> Rows<A> {
    fn open(&self, row: &Found, today: Day) -> Result<PaperView, VaultError> {
        let row = row.paper().ok_or(VaultError::Damaged)?;
        let (fields, file) = self.ring.open_paper(&self.shelves, row)?;
        Ok(PaperView::new(row, fields, file, today))
    }
}

async fn pause(opened: usize) {
    if opened % OPENED_AT_ONCE == OPENED_AT_ONCE - 1 {
        tokio::task::yield_now().await;
    }
}

impl Lockers {
    /// The locker at a glance.
    pub async fn view(&self, caller: &Caller, locker: LockerId) -> Result<LockerView, LockerError> {
        let all = self.rows::<act::ViewLocker>(caller, &Ask::locker(locker)).await?;
        let (papers, damaged) = self.every_paper(caller, &all).await?;
        let live = papers.iter().filter(|p| p.state == DocumentState::Live);
        let of = |category| live.clone().filter(|p| p.category() == category).count() as u64;
        Ok(LockerView {
            locker: all.grant.locker(),
            count: live.clone().count() as u64,
            trashed: papers.iter().filter(|p| p.state == DocumentState::Trashed).count() as u64,
            used: all.used,
            quota: all.quota,
            attention: [State::EndsSoon, State::Ended, State::TooOld]
                .map(|state| (state, live.clone().filter(|p| p.standing.state == state).count() as u64))
                .into(),
            life: all.life,
            categories: CATEGORIES.iter().map(|c| (*c, of(*c))).collect(),
            damaged,
        })
    }

    /// Every paper that opens, and those that don't, each with its line.
    pub(super) async fn every_paper<A: OpensFields>(
        &self,
        caller: &Caller,
        all: &Rows<A>,
    ) -> Result<(Vec<PaperView>, Vec<DocumentId>), LockerError> {
        let today = self.today();
        let (mut papers, mut damaged) = (Vec::with_capacity(all.found.len()), Vec::new());
        for (at, row) in all.found.iter().enumerate() {
            pause(at).await;
            match all.open(row, today) {
                Ok(paper) => papers.push(paper),
                Err(error) => {
                    self.note_one(caller, &all.grant, row.document(), error).await?;
                    damaged.push(row.document());
                }
            }
        }
        Ok((papers, damaged))
    }

    /// The list, newest first. Papers are opened up to the end of the page, and only those that may be meant.
    pub async fn list(&self, caller: &Caller, locker: LockerId, filter: &Filter) -> Result<PaperList, LockerError> {
        let all = self.rows::<act::ListDocuments>(caller, &Ask::locker(locker)).await?;
        let (today, words) = (self.today(), filter.folded());
        let from = match filter.after {
            None => 0,
            Some(after) => all.found.iter().position(|row| row.document() == after).map_or(usize::MAX, |at| at + 1),
        };
        let (mut items, mut damaged, mut next) = (Vec::new(), Vec::new(), None);
        for (at, row) in all.found.iter().enumerate().skip(from) {
            pause(at).await;
            if row.paper().is_some_and(|row| !filter.may_keep(row)) {
                continue;
            }
            match all.open(row, today) {
                Ok(paper) if !filter.keeps(&words, &paper) => {}
                // One more than asked for: there is another page.
                Ok(_) if items.len() >= filter.limit => {
                    next = items.last().map(|paper: &PaperView| paper.document);
                    break;
                }
                Ok(paper) => items.push(paper),
                Err(error) => {
                    self.note_one(caller, &all.grant, row.document(), error).await?;
                    damaged.push(row.document());
                }
            }
        }
        Ok(PaperList { items, damaged, next, life: all.life })
    }

    /// What describes one paper.
    pub async fn describe(
        &self,
        caller: &Caller,
        locker: LockerId,
        document: DocumentId,
    ) -> Result<PaperView, LockerError> {
        let (grant, ring, shelves) = self.enter::<act::ViewDocument>(caller, &paper_ask(locker, document)).await?;
        let paper = grant.paper().ok_or(LockerError::Damaged)?;
        match ring.open_paper(&shelves, paper) {
            Ok((fields, file)) => Ok(PaperView::new(paper, fields, file, self.today())),
            Err(error) => Err(self.damaged(caller, &grant, Object::Document(document), error).await),
        }
    }

    /// The same for its holder, with who added its newest version.
    pub async fn describe_with_giver(
        &self,
        caller: &Caller,
        locker: LockerId,
        document: DocumentId,
    ) -> Result<(PaperView, AddedBy), LockerError> {
        let (grant, ring, shelves) = self.enter::<act::ViewDocument>(caller, &paper_ask(locker, document)).await?;
        let paper = grant.paper().ok_or(LockerError::Damaged)?;
        let view = match ring.open_paper(&shelves, paper) {
            Ok((fields, file)) => PaperView::new(paper, fields, file, self.today()),
            Err(error) => return Err(self.damaged(caller, &grant, Object::Document(document), error).await),
        };
        if let Some(issued) = &view.file.issued {
            let by = AddedBy::Institution(issued.name.clone());
            return Ok((view, by));
        }
        let by = view.file.deposited_by.0;
        if grant.person() == Some(by) {
            return Ok((view, AddedBy::Holder));
        }
        let at = view.deposited_at;
        let (visits, ..) = self.door().named_between(&grant, (at, at), &HashSet::new()).await?;
        Ok((view, giver((&ring, &shelves), &visits, by, at)))
    }

    /// Every paper of a locker, and the keys to them.
    pub(super) async fn rows<A: OpensFields>(&self, caller: &Caller, ask: &Ask) -> Result<Rows<A>, LockerError> {
        let (mut tx, pending) = self.0.door.begin::<A>(caller, ask).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let rows = documents::all(&mut tx, &pending).await?;
        let used = documents::taken(&mut tx, &pending).await?;
        let quota = lockers::quota(&mut tx, &pending).await?;
        let agreed = acceptances::newest(&mut tx, &pending).await?;
        let standing = self.0.door.standing_of(&mut tx, &pending).await?;
        let (has_paper_help, has_court_help) = match pending.help() {
            None => self.0.door.began_without(&mut tx, &pending).await?,
            Some(_) => (false, false),
        };
        let grant = self.0.door.commit(tx, pending).await?;
        let ring = match self.0.vault.keyring(&grant, &wraps) {
            Ok(ring) => ring,
            Err(error) => return Err(self.damaged(caller, &grant, Object::Locker(ask.locker), error).await),
        };
        let shelves = ring.shelves(&collections);
        // One that does not open is one that can't be shown: the holder is asked again.
        let accepted = agreed.and_then(|(seq, details)| ring.open_acceptance(&shelves, seq, &details).ok());
        let is_in_force = accepted.as_ref().is_some_and(|a| self.is_in_force(&a.sha256));
        let closed = match standing {
            Standing::Closed { at, erase_at } => Some((at, erase_at)),
            Standing::Open | Standing::Entombed => None,
        };
        let life = LockerLife { accepted, is_in_force, closed, has_paper_help, has_court_help };
        // A helper sees what their papers take, and nothing of what is between the holder and the service.
        let (used, life) = match grant.help() {
            Some(_) => (rows.iter().filter_map(Found::paper).map(|paper| paper.blob_size).sum(), LockerLife::default()),
            None => (used, life),
        };
        Ok(Rows { grant, ring, shelves, found: rows, used, quota, life })
    }

    async fn note_one<A: Act>(
        &self,
        caller: &Caller,
        grant: &Grant<A>,
        document: DocumentId,
        error: VaultError,
    ) -> Result<(), LockerError> {
        match self.damaged(caller, grant, Object::Document(document), error).await {
            LockerError::Damaged => Ok(()),
            other => Err(other),
        }
    }
}
