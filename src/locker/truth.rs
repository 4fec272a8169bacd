//! One page of truth (DOMAIN M12): every mandate past and present, what overlaps, what was done under each. What was done is read
//! from the journal, in pages; what is counted for a list, from its newest lines only, and said so.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::helped::{HelpRows, Helpers, by_place};
use super::journal::{JournalLine, Titles};
use super::mandates::{MandateView, ProposalView};
use super::{LockerError, Lockers};
use crate::access::Caller;
use crate::domain::basis::CodeKind;
use crate::domain::document::DocumentState;
use crate::domain::entry::{Action, Entry, Object, Outcome};
use crate::domain::help::Agreed;
use crate::domain::ids::{CollectionId, DocumentId, LockerId, MandateId, VisitId};
use crate::domain::mandate::{Helper, Reach, Status};
use crate::domain::source::Timestamp;
use crate::journal::chain::Kept;
use crate::journal::mandates::{Tally, concerns};
use crate::store::documents::{self, Found};
use crate::store::grant::{Grant, Held, OpensFields};
use crate::store::mandates::{MandateRow, ProposalRow};
use crate::store::{keys, lockers};
use crate::words::Locale;

/// Lines read in one go.
const LINES: u32 = 500;
/// Most lines read to count what was done, and to fill one page.
const MOST: u64 = 5_000;

/// Everything about help in one locker.
#[derive(Debug, Clone, Default)]
pub struct HelpView {
    /// What waits for an answer.
    pub proposals: Vec<ProposalView>,
    /// Every mandate, the newest first.
    pub mandates: Vec<MandateView>,
    /// What was done under each.
    pub done: HashMap<MandateId, Done>,
    /// Until when the code serves that they keep on paper, if there is one.
    pub paper_code: Option<Timestamp>,
    /// The same of the code that they keep for help that a court decides.
    pub judgment_code: Option<Timestamp>,
}

impl HelpView {
    /// What was done under a mandate.
    pub fn done_under(&self, mandate: MandateId) -> Done {
        self.done.get(&mandate).copied().unwrap_or_default()
    }
}

/// What was done under a mandate, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Visits.
    pub visits: u64,
    /// When the last of them began.
    pub last_visit: Option<Timestamp>,
    /// Papers that were opened.
    pub opened: u64,
    /// Papers that were added, or a version of them.
    pub added: u64,
    /// Whether every line since its beginning was read for this; if not, it may be more.
    pub is_all: bool,
}

/// A mandate, and what was done under it: a page, newest first.
#[derive(Debug, Clone)]
pub struct MandateDetail {
    /// The mandate.
    pub mandate: MandateView,
    /// Those that it overlaps.
    pub others: Vec<MandateView>,
    /// What the journal says of it; how something ended stands with how it began.
    pub lines: Vec<JournalLine>,
    /// Where to go on, if there may be more.
    pub next: Option<u64>,
}

/// What the holder is to know at once of help: how much of it waits, began, ended a short while ago.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HelpNews {
    /// Proposals that wait.
    pub waiting: u64,
    /// Mandates that began.
    pub begun: u64,
    /// Mandates that ended, whoever ended them.
    pub ended: u64,
}

/// How long what began or ended is news, in days.
const NEWS: u64 = 7;

/// In which category each paper stands now.
pub(super) type Places = HashMap<DocumentId, CollectionId>;

/// Where the papers of a locker stand.
pub(super) fn places(papers: &[Found]) -> Places {
    papers.iter().filter_map(Found::paper).map(|paper| (paper.document, paper.collection)).collect()
}

/// Whether two scopes reach papers in common: the same, or a category and a paper that stands in it.
fn meet(one: Reach, other: Reach, places: &Places) -> bool {
    let stands = |document: DocumentId, collection| places.get(&document) == Some(&collection);
    match (one, other) {
        (Reach::Document(document), Reach::Collection(collection))
        | (Reach::Collection(collection), Reach::Document(document)) => stands(document, collection),
        _ => one == other,
    }
}

/// Whether two mandates reach papers in common, for helpers who are not of one organisation.
fn overlap(one: &MandateRow, other: &MandateRow, places: &Places) -> bool {
    let organisation = |row: &MandateRow| match row.helper {
        Helper::Aidant(organisation, _) | Helper::Desk(organisation) => Some(organisation),
        Helper::Relative(_) => None,
    };
    let meets = |reach| one.scopes.iter().any(|scope| meet(scope.reach, reach, places));
    one.mandate != other.mandate
        && organisation(one).is_some()
        && organisation(other).is_some()
        && organisation(one) != organisation(other)
        && other.scopes.iter().any(|scope| meets(scope.reach))
}

/// Looks of one kind that follow each other within this time are told as one.
const LOOKING: Duration = Duration::from_mins(10);

/// A look at the list: in which visit, what it was, when.
#[derive(Clone, Copy)]
struct Look {
    visit: VisitId,
    action: Action,
    object: Object,
    at: Timestamp,
}

impl Look {
    /// What a line says of it, if it says that the list was looked at: whoever looks a thousand times does not push everything else off
    /// the page.
    fn of(entry: &Entry) -> Option<Self> {
        let line = &entry.line;
        let is_look = matches!(line.action, Action::ListDocuments | Action::ViewLocker);
        let visit = line.visit.filter(|_| is_look && line.outcome == Outcome::Done)?;
        Some(Self { visit, action: line.action, object: line.object, at: entry.at })
    }

    /// Whether an older look is told with this one: of the same kind, in the same visit, a short while before.
    fn goes_with(self, older: Self) -> bool {
        let kind = |look: Self| (look.visit, look.action, look.object);
        kind(self) == kind(older) && self.at <= older.at.plus(LOOKING)
    }
}

const fn is_to_be_had(status: Status) -> bool {
    matches!(status, Status::Active | Status::ToCome)
}

/// Mandates as their holder reads them, the newest first. `open`: what was agreed to, if it opens.
pub(super) fn views(
    rows: &[(MandateRow, Status)],
    places: &Places,
    open: impl Fn(&MandateRow) -> Option<Agreed>,
) -> Vec<MandateView> {
    let in_force = || rows.iter().filter(|(_, status)| is_to_be_had(*status)).map(|(row, _)| row);
    let view = |(row, status): &(MandateRow, Status)| MandateView {
        mandate: row.mandate,
        helper: row.helper,
        from: row.from,
        until: row.until,
        ended_at: row.ended_at,
        status: *status,
        consent: row.consent,
        acknowledged_at: row.acknowledged_at,
        agreed: open(row),
        overlaps: if is_to_be_had(*status) {
            in_force().filter(|other| overlap(row, other, places)).map(|other| other.mandate).collect()
        } else {
            Vec::new()
        },
    };
    rows.iter().rev().map(view).collect()
}

impl Lockers {
    /// Everything about help in one's locker: what waits, every mandate past and present, what overlaps, what was done.
    pub async fn help(&self, caller: &Caller, locker: LockerId, locale: Locale) -> Result<HelpView, LockerError> {
        use crate::access::Ask;
        use crate::store::grant::act;
        let (mut tx, pending) = self.0.door.begin::<act::ListMandates>(caller, &Ask::locker(locker)).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let waiting = self.0.door.waiting(&mut tx, &pending).await?;
        let mut rows = self.0.door.mandates_of(&mut tx, &pending).await?;
        let paper_code = self.0.door.kept_code(&mut tx, &pending, CodeKind::Paper).await?;
        let judgment_code = self.0.door.kept_code(&mut tx, &pending, CodeKind::Judgment).await?;
        let mut proposals: Vec<ProposalView> =
            waiting.iter().filter_map(|row: &ProposalRow| self.proposal_view(locale, row)).collect();
        // Papers that an offer names singly are told by their titles.
        let named: HashSet<DocumentId> = proposals.iter().flat_map(ProposalView::papers).collect();
        // So is where they stand that mandates name: who reaches their category reaches them too.
        let is_single = |row: &MandateRow| row.scopes.iter().any(|scope| matches!(scope.reach, Reach::Document(_)));
        let by_paper = rows.iter().any(|(row, status)| is_to_be_had(*status) && is_single(row));
        let papers = if named.is_empty() && !by_paper { Vec::new() } else { documents::all(&mut tx, &pending).await? };
        let grant = self.0.door.commit(tx, pending).await?;
        let (tally, is_all) = self.tally(&grant, &rows).await?;
        for (row, status) in &mut rows {
            // The journal knows better than a row that was put back.
            if is_to_be_had(*status) && tally.is_ended(row.mandate) {
                *status = Status::Ended;
            }
        }
        let done = |(row, _): &(MandateRow, Status)| {
            let deeds = tally.deeds(row.mandate);
            let count = |set: &std::collections::BTreeSet<DocumentId>| u64::try_from(set.len()).unwrap_or(u64::MAX);
            let (opened, added) = (count(&deeds.opened), count(&deeds.added));
            (row.mandate, Done { visits: deeds.visits, last_visit: deeds.last_visit, opened, added, is_all })
        };
        let ring = self.0.vault.keyring(&grant, &wraps)?;
        let shelves = ring.shelves(&collections);
        let title = |found: &Found| {
            let paper = found.paper().filter(|paper| named.contains(&paper.document))?;
            let is_seen = paper.state == DocumentState::Live && !paper.private;
            let (fields, _) = ring.open_paper(&shelves, paper).ok().filter(|_| is_seen)?;
            Some((paper.document, fields.kind.category(), fields.title.as_str().to_owned()))
        };
        let titled: Vec<_> = papers.iter().filter_map(title).collect();
        proposals = proposals.into_iter().map(|view| view.with_titles(locale, &titled)).collect();
        Ok(HelpView {
            proposals,
            mandates: views(&rows, &places(&papers), |row| ring.open_mandate(&shelves, row).ok()),
            done: rows.iter().map(done).collect(),
            paper_code,
            judgment_code,
        })
    }

    /// Counts what was done under mandates, in the newest lines; and whether these go back to the beginning of the oldest one.
    async fn tally<A: OpensFields>(
        &self,
        grant: &Grant<A>,
        rows: &[(MandateRow, Status)],
    ) -> Result<(Tally, bool), LockerError> {
        let mut tally = Tally::default();
        let Some(oldest) = rows.iter().map(|(row, _)| row.from).min() else { return Ok((tally, true)) };
        let chain = grant.locker().chain();
        let mut before = grant.written().seq;
        let until = before.saturating_sub(MOST);
        while before > until {
            let lines = self.0.door.lines_before(grant, before, LINES).await?;
            let Some(last) = lines.last() else { break };
            before = last.seq;
            for entry in lines.iter().filter_map(|kept| kept.entry(chain)) {
                if entry.at < oldest {
                    return Ok((tally, true));
                }
                tally.take(&entry);
            }
        }
        Ok((tally, before <= 1))
    }

    /// One mandate, and a page of what was done under it, newest first: the lines before a place, or the last ones.
    pub async fn view_mandate(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<MandateDetail, LockerError> {
        let (mut tx, pending, rows) = self.0.door.begin_viewing(caller, locker, mandate).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let papers = documents::all(&mut tx, &pending).await?;
        let grant = self.0.door.commit(tx, pending).await?;
        let before = before.unwrap_or(u64::MAX).min(grant.written().seq);
        let (kept, times, next) = self.kept_of(&grant, mandate, before, limit).await?;
        let help = self.help_rows(&grant, &kept).await?;
        let ring = self.0.vault.keyring(&grant, &wraps)?;
        let shelves = ring.shelves(&collections);
        let (mut one, mut others): (Vec<_>, Vec<_>) =
            views(&rows, &places(&papers), |row| ring.open_mandate(&shelves, row).ok())
                .into_iter()
                .partition(|view| view.mandate == mandate);
        let mandate = one.pop().ok_or(LockerError::Damaged)?;
        others.retain(|other| mandate.overlaps.contains(&other.mandate));
        let title = |found: &Found| match found {
            Found::Paper(paper) => Some((paper.document, ring.open_paper(&shelves, paper).ok()?.0.title)),
            Found::Unreadable(_) => None,
        };
        let titles: Titles = papers.iter().filter_map(title).collect();
        let here: HashSet<DocumentId> = papers.iter().map(Found::document).collect();
        let helpers: Helpers = help.open(
            |row| ring.open_visit(&shelves, row),
            |row| ring.open_mandate(&shelves, row),
            |row, of| self.member_named(row, of),
        );
        let line = |kept, times| JournalLine { times, ..JournalLine::read(kept, locker, &titles, &here, &helpers) };
        let lines = kept.iter().zip(times).map(|(kept, times)| line(kept, times)).collect();
        Ok(MandateDetail { mandate, others, lines, next })
    }

    /// The lines about a mandate before a place, newest first, each with the line that says how it ended; how many each stands for; and
    /// where to go on.
    async fn kept_of<A: OpensFields>(
        &self,
        grant: &Grant<A>,
        mandate: MandateId,
        before: u64,
        limit: u32,
    ) -> Result<(Vec<Kept>, Vec<u64>, Option<u64>), LockerError> {
        let chain = grant.locker().chain();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        // How a reading ended stands after it: looked for among what is newer, too.
        let mut place = before.saturating_add(u64::from(LINES)).min(grant.written().seq);
        let last = before.saturating_sub(MOST);
        let (mut found, mut endings): (Vec<Kept>, HashMap<u64, Kept>) = (Vec::new(), HashMap::new());
        let (mut count, mut times) = (0_usize, Vec::<u64>::new());
        // In which visit the list was looked at, if the newest line found so far is of that.
        let mut looking = None;
        while place > last.max(1) {
            let lines = self.0.door.lines_before(grant, place, LINES).await?;
            let Some(oldest) = lines.last() else { break };
            place = oldest.seq;
            for kept in lines {
                let Some(entry) = kept.entry(chain) else { continue };
                match entry.line.closes.filter(|_| entry.line.action == Action::Close) {
                    Some(closed) => {
                        endings.insert(closed, kept);
                    }
                    None if kept.seq < before && concerns(&entry, mandate) => {
                        let look = Look::of(&entry);
                        let goes_on =
                            looking.zip(look).is_some_and(|(newer, older): (Look, Look)| newer.goes_with(older));
                        if let Some(last) = times.last_mut().filter(|_| goes_on) {
                            (*last, looking) = (last.saturating_add(1), look);
                            continue;
                        }
                        if count == limit {
                            return Ok((found, times, Some(kept.seq.saturating_add(1))));
                        }
                        (count, looking) = (count.saturating_add(1), look);
                        found.extend(endings.remove(&kept.seq));
                        found.push(kept);
                        times.resize(found.len(), 1);
                    }
                    None => {}
                }
            }
        }
        Ok((found, times, (place > 1).then_some(place)))
    }

    /// The rows that say who helped in some lines.
    async fn help_rows<A: OpensFields>(&self, grant: &Grant<A>, kept: &[Kept]) -> Result<HelpRows, LockerError> {
        let chain = grant.locker().chain();
        let times = || kept.iter().filter_map(|kept| kept.entry(chain)).map(|entry| entry.at);
        match (times().min(), times().max()) {
            (Some(oldest), Some(newest)) => {
                let devices = kept.iter().filter_map(|kept| by_place(&kept.entry(chain)?)).collect();
                let (visits, mandates, members) = self.0.door.named_between(grant, (oldest, newest), &devices).await?;
                Ok(HelpRows::new(visits, mandates, members))
            }
            _ => Ok(HelpRows::default()),
        }
    }

    /// What the holder is to know at once of help. As with [`Lockers::closed`] no paper is touched, nor what describes one, and nobody
    /// is named: it is asked and taken back, and leaves no line.
    pub async fn help_news(&self, caller: &Caller, locker: LockerId) -> Result<HelpNews, LockerError> {
        use crate::access::Ask;
        use crate::store::grant::act;
        let (mut tx, pending) = self.0.door.begin::<act::ListMandates>(caller, &Ask::locker(locker)).await?;
        let now = pending.written().at;
        let waiting = self.0.door.waiting(&mut tx, &pending).await?;
        let rows = self.0.door.mandates_of(&mut tx, &pending).await?;
        let since = now.minus(std::time::Duration::from_hours(24 * NEWS));
        let is_new = |at: Timestamp| since <= at && at <= now;
        let ended = |(row, status): &&(MandateRow, Status)| match status {
            Status::Ended => row.ended_at.is_some_and(is_new),
            Status::Expired => is_new(row.until),
            Status::Active | Status::ToCome | Status::Unconfirmed => false,
        };
        let count = |many: usize| u64::try_from(many).unwrap_or(u64::MAX);
        Ok(HelpNews {
            waiting: count(waiting.len()),
            begun: count(rows.iter().filter(|(row, status)| is_to_be_had(*status) && is_new(row.from)).count()),
            ended: count(rows.iter().filter(ended).count()),
        })
    }
}
