//! Who looked: the journal of a locker, opened line by line for its holder (L2, M4).

use std::collections::{HashMap, HashSet};

use super::helped::{HelpRows, HelperSeen, Helpers, by_place};
use super::sharing::reader_hash;
use super::{LockerError, Lockers};
use crate::access::{Ask, Caller};
use crate::domain::document::Title;
use crate::domain::entry::{Action, Actor, Entry, Object, Outcome};
use crate::domain::ids::{DocumentId, LockerId, PersonId};
use crate::journal::chain::Kept;
use crate::store::documents::Found;
use crate::store::grant::{Held, Pending, act};
use crate::store::{StoreError, Tx, documents, entries, keys, lockers, shares};

/// Lines read in one go, where some are left out.
const LINES: u32 = 200;
/// Most lines read for one page, where some are left out.
const READ_MAX: u32 = 2_000;

/// A line of the journal.
#[derive(Debug, Clone)]
pub struct JournalLine {
    /// Its place.
    pub seq: u64,
    /// What it says; `None` when its body does not match its leaf (changed by somebody), or was erased.
    pub entry: Option<Entry>,
    /// The title that the paper has now, when the line is about one that is still there.
    pub title: Option<Title>,
    /// The line is about a paper that was destroyed.
    pub is_gone: bool,
    /// Who helped, when a helper did it.
    pub helper: Option<HelperSeen>,
    /// To whom the holder gave a permission, when the line says that they did.
    pub given_to: Option<HelperSeen>,
    /// How many lines it stands for: the same, one after the other, where it is told once.
    pub times: u64,
}

/// A page of the journal, newest first.
#[derive(Debug, Clone)]
pub struct JournalPage {
    /// The lines.
    pub lines: Vec<JournalLine>,
    /// Where to go on, if there are more.
    pub next: Option<u64>,
}

/// Titles that papers have now.
pub(super) type Titles = HashMap<DocumentId, Title>;

impl JournalLine {
    /// Reads what is kept of a line of a locker. `titles` and `here`: the papers that open, and those that are there at all.
    pub(super) fn read(
        kept: &Kept,
        locker: LockerId,
        titles: &Titles,
        here: &HashSet<DocumentId>,
        helpers: &Helpers,
    ) -> Self {
        let entry = kept.entry(locker.chain());
        let title = entry.as_ref().and_then(|e| match e.line.object {
            Object::Document(document) | Object::Version(document, _) => titles.get(&document).cloned(),
            Object::None
            | Object::Locker(_)
            | Object::Session(_)
            | Object::Organisation(_)
            | Object::Membership(_)
            | Object::Mandate(_)
            | Object::Visit(_)
            | Object::Institution(_)
            | Object::Request(_)
            | Object::Share(_)
            | Object::Agreement(_) => None,
        });
        let is_gone = entry.as_ref().is_some_and(|e| match (e.line.object, e.line.outcome) {
            // Somebody who asked for a paper that never was is not told of one that is gone.
            (_, Outcome::Refused(_)) => false,
            (Object::Document(document) | Object::Version(document, _), _) => !here.contains(&document),
            _ => false,
        });
        let helper = entry.as_ref().and_then(|entry| helpers.of(entry));
        let given_to = entry.as_ref().and_then(|entry| helpers.given_to(entry)).cloned();
        Self { seq: kept.seq, entry, title, is_gone, helper, given_to, times: 1 }
    }
}

/// Which part of the journal is read.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// The lines before this one; none: the last ones.
    pub before: Option<u64>,
    /// How many.
    pub limit: u32,
    /// Without what the holder looked at themselves.
    pub without_own: bool,
}

/// Whether a line says that its holder looked at something of theirs, by themselves. What they change, take away or check is no look.
fn is_own_look(entry: &Entry, holder: Option<PersonId>) -> bool {
    let line = &entry.line;
    let is_theirs = matches!(line.actor, Actor::Holder(person) if Some(person) == holder) && line.membership.is_none();
    is_theirs && line.outcome == Outcome::Done && is_look(line.action)
}

const fn is_look(action: Action) -> bool {
    matches!(
        action,
        Action::ViewLocker
            | Action::ListDocuments
            | Action::ViewDocument
            | Action::ListVersions
            | Action::ReadContent
            | Action::ReadJournal
            | Action::ListSessions
            | Action::ListMandates
            | Action::ViewMandate
            | Action::ViewSheet
            | Action::ListRequests
            | Action::ViewRequest
            | Action::ListShares
            | Action::ListAgreements
    )
}

/// The lines of a page that are no looks of the holder, nor the ends of such; and where to go on. A page may hold fewer than asked
/// for, and there be more.
async fn without_own(
    tx: &mut Tx,
    pending: &Pending<act::ReadJournal>,
    part: &Part,
) -> Result<(Vec<Kept>, Option<u64>), StoreError> {
    let (chain, holder) = (pending.locker().chain(), pending.person());
    let wanted = usize::try_from(part.limit).unwrap_or(usize::MAX);
    let (mut before, mut lines, mut read) = (part.before.unwrap_or(u64::MAX), Vec::new(), 0_u32);
    loop {
        let found = entries::page(tx, pending, before, LINES).await?;
        let looks: HashSet<u64> = found
            .iter()
            .filter(|kept| kept.entry(chain).is_some_and(|entry| is_own_look(&entry, holder)))
            .map(|kept| kept.seq)
            .collect();
        let oldest = found.last().map_or(0, |kept| kept.seq);
        read = read.saturating_add(LINES);
        for kept in found {
            let entry = kept.entry(chain);
            // The end of a look goes with its beginning, which may stand further back.
            let began = entry.as_ref().filter(|entry| entry.line.action == Action::Close);
            let ends_look = match began.and_then(|entry| entry.line.closes) {
                Some(began) if began >= oldest => looks.contains(&began),
                Some(began) => {
                    let found = entries::page(tx, pending, began.saturating_add(1), 1).await?;
                    let entry = found.first().filter(|kept| kept.seq == began).and_then(|kept| kept.entry(chain));
                    entry.is_some_and(|entry| is_own_look(&entry, holder))
                }
                None => false,
            };
            before = kept.seq;
            if ends_look || looks.contains(&kept.seq) {
                continue;
            }
            lines.push(kept);
            if lines.len() >= wanted {
                return Ok((lines, (before > 1).then_some(before)));
            }
        }
        if oldest <= 1 {
            return Ok((lines, None));
        }
        if read >= READ_MAX {
            return Ok((lines, Some(before)));
        }
    }
}

impl Lockers {
    /// A page of the journal, newest first: the lines before a place, or the last ones. The line that this very reading
    /// wrote is the first of them.
    pub async fn journal(&self, caller: &Caller, locker: LockerId, part: Part) -> Result<JournalPage, LockerError> {
        let (mut tx, pending) = self.0.door.begin::<act::ReadJournal>(caller, &Ask::locker(locker)).await?;
        let (kept, next) = if part.without_own {
            without_own(&mut tx, &pending, &part).await?
        } else {
            let (before, one_more) = (part.before.unwrap_or(u64::MAX), part.limit.saturating_add(1));
            let mut kept = entries::page(&mut tx, &pending, before, one_more).await?;
            let wanted = usize::try_from(part.limit).unwrap_or(usize::MAX);
            let next = kept.get(wanted).and_then(|_| kept.get(wanted.saturating_sub(1))).map(|last| last.seq);
            kept.truncate(wanted);
            (kept, next)
        };
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let papers = documents::all(&mut tx, &pending).await?;
        let times = || kept.iter().filter_map(|kept| kept.entry(locker.chain())).map(|entry| entry.at);
        let help = match (times().min(), times().max()) {
            (Some(oldest), Some(newest)) => HelpRows::of(&mut tx, &pending, oldest, newest).await?,
            _ => HelpRows::default(),
        };
        let entries = kept.iter().filter_map(|kept| kept.entry(locker.chain()));
        let help = help.with_members(&mut tx, entries.filter_map(|entry| by_place(&entry))).await?;
        let shares = self.0.door.shares_in(&mut tx, &pending).await?;
        let agreements = self.0.door.agreements_in(&mut tx, &pending).await?;
        let span = (kept.last().map_or(0, |kept| kept.seq), kept.first().map_or(0, |kept| kept.seq));
        let readers = shares::readers(&mut tx, &pending, span).await?;
        let grant = self.0.door.commit(tx, pending).await?;
        let (titles, helpers): (Titles, Helpers) = match self.0.vault.keyring(&grant, &wraps) {
            Ok(ring) => {
                let shelves = ring.shelves(&collections);
                let open = |found: &Found| match found {
                    Found::Paper(paper) => Some((paper.document, ring.open_paper(&shelves, paper).ok()?.0.title)),
                    Found::Unreadable(_) => None,
                };
                let mut helpers = help.open(
                    |row| ring.open_visit(&shelves, row),
                    |row| ring.open_mandate(&shelves, row),
                    |row, of| self.member_named(row, of),
                );
                let handed = shares.iter().filter_map(|row| Some((row.share, ring.open_share(&shelves, row).ok()?)));
                let said = |seq: u64| kept.iter().find(|kept| kept.seq == seq)?.entry(locker.chain())?.line.evidence;
                let read = |(seq, details): &(u64, Vec<u8>)| {
                    let reader = self.0.vault.open_reader(locker, *seq, details).ok()?;
                    // The line bears the hash of the name that was said: another one is nobody's.
                    (said(*seq) == Some(reader_hash(&reader))).then_some((*seq, reader.name))
                };
                helpers.learn_shares(handed, readers.iter().filter_map(read));
                helpers.learn_agreements(self.agreements_named(&agreements));
                (papers.iter().filter_map(open).collect(), helpers)
            }
            // The lines are read without keys: a locker whose keys are damaged still shows who looked.
            Err(_) => (HashMap::new(), Helpers::default()),
        };
        let here: HashSet<DocumentId> = papers.iter().map(Found::document).collect();
        let lines = kept.iter().map(|kept| JournalLine::read(kept, locker, &titles, &here, &helpers)).collect();
        Ok(JournalPage { lines, next })
    }
}
