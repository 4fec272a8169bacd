//! What the journal tells of mandates: pages of it under the entry of a holder's look; and, at each use of one, whether its
//! newest word about it is that it is over. A row that was true once bears its proof for ever; the journal can't be put back with
//! it unseen, so it is the journal that tells a row from before the end. Of shares, requests and registrations: `believed`.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use super::{Ask, Caller, Door, Refusal, VISIT};
use crate::domain::entry::Object;
use crate::domain::ids::{
    AgreementId, ChainId, InstitutionId, LockerId, MandateId, MembershipId, PaperRequestId, ShareId,
};
use crate::domain::mandate::Status;
use crate::domain::request::Stage;
use crate::domain::share::SharedPaper;
use crate::domain::source::Timestamp;
use crate::journal::agreements;
use crate::journal::chain::{self, Hash, Kept};
use crate::journal::mandates::{Word, word};
use crate::journal::{institutions, shares};
use crate::store::entries::{self, Head, Written};
use crate::store::grant::{Grant, Held, OpensFields, Pending, act};
use crate::store::lockers::Tie;
use crate::store::mandates::{self, MandateRow};
use crate::store::organisations::{self, MembershipRow};
use crate::store::visits::{self, VisitRow};
use crate::store::{StoreError, Tx};

/// Who lines name: by visits, mandates, and places in organisations.
type Named = (Vec<VisitRow>, Vec<MandateRow>, Vec<(MembershipRow, Vec<u8>)>);

/// Lines read in one go, the newest first.
const LINES: u32 = 200;
/// Those whose last look is remembered; past these, all are forgotten and read again.
const REMEMBERED: usize = 10_000;

/// Of what a journal is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    /// A mandate.
    Mandate(MandateId),
    /// A share.
    Share(ShareId),
    /// An agreement.
    Agreement(AgreementId),
    /// How far a request has come, by the journal of a locker.
    Request(PaperRequestId, LockerId),
    /// Whether its institution took it back, by its own journal.
    Withdrawn(PaperRequestId),
    /// With what an institution is registered, by its own journal.
    Institution(InstitutionId),
}

/// What it rests on, as far as the journal says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It was only proposed; or nothing is said of it, and it is not over.
    Nothing,
    /// A mandate: these words, by their SHA-256. Or an institution: this registration. Or an agreement: these terms.
    Words([u8; 32]),
    /// A share: all that is said of it.
    Share(shares::Told),
    /// A request: so far it has come.
    Stage(Stage),
}

/// Where to look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// In which chain, locked or read in one statement with the row: its newest line is no newer than this head.
    pub(super) chain: ChainId,
    pub(super) head: Head,
    /// Whether the chain is locked: nobody has seen a newer line then.
    pub(super) is_locked: bool,
    /// Lines from here on are of the transaction itself: they are read past.
    pub(super) upto: u64,
    /// Nothing is said of it before this.
    pub(super) since: Timestamp,
}

/// Until where the journal has been read for each one that was used, with the link there.
#[derive(Debug, Default)]
pub(super) struct Looked(Mutex<HashMap<Subject, Stood>>);

/// Where it stood when it was looked at last.
#[derive(Debug, Clone, Copy)]
struct Stood {
    /// The newest line then.
    seq: u64,
    /// The link after it.
    link: Hash,
    /// What it rested on.
    said: Said,
}

impl Looked {
    fn until(&self, subject: Subject) -> Option<Stood> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&subject).copied()
    }

    fn keep(&self, subject: Subject, stood: Stood, is_locked: bool) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED && !all.contains_key(&subject) {
            all.clear();
        }
        // Who looked without a lock may come late with an older end.
        if all.get(&subject).is_none_or(|known| known.seq < stood.seq) || is_locked {
            all.insert(subject, stood);
        }
    }

    /// One line more, which we wrote ourselves under the lock that the look was made under, and which says nothing of the mandate: a
    /// helper's reading, committed. `head`: where the chain ended with it.
    pub(super) fn read_on(&self, mandate: MandateId, written: Written, head: &Head) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stood) = all.get_mut(&Subject::Mandate(mandate))
            && stood.seq.saturating_add(1) == written.seq
            && head.seq == written.seq
        {
            (stood.seq, stood.link) = (head.seq, head.link);
        }
    }
}

/// What is found on the way back through a journal.
enum Step {
    /// Nothing about it: on.
    On,
    /// It stands, on this.
    Stands(Said),
    /// It is over, or the journal is not whole.
    Over,
}

/// Walks back from a head; each line must be the one that the link after it commits to.
struct Walk<'p> {
    look: Look,
    subject: Subject,
    /// The papers of a share.
    papers: &'p [SharedPaper],
    /// The link after the next line.
    link: Hash,
    /// Where it was looked last, when it stood.
    known: Option<Stood>,
    /// The newest line that is not the transaction's own, and the link after it.
    top: Option<(u64, Hash)>,
    /// What was found of a share, so far.
    share: shares::Told,
}

impl Walk<'_> {
    /// Whether the walk has come to where it was looked last; `None`: not yet.
    fn arrived(&self, seq: u64) -> Option<Step> {
        let Stood { seq: known, link, said } = self.known?;
        let said = if let Said::Share(before) = said { Said::Share(self.share.after(before)) } else { said };
        (seq <= known).then(|| if seq == known && link == self.link { Step::Stands(said) } else { Step::Over })
    }

    /// It was never given: what is said of it is what was found, which is nothing.
    const fn at_the_beginning() -> Step {
        Step::Stands(Said::Nothing)
    }

    fn take(&mut self, kept: &Kept) -> Step {
        if let Some(step) = self.arrived(kept.seq) {
            return step;
        }
        let parts = (Hash::try_from(kept.previous.as_slice()), Hash::try_from(kept.leaf.as_slice()));
        let (Ok(previous), Ok(leaf)) = parts else { return Step::Over };
        if chain::link(&previous, &leaf) != self.link {
            return Step::Over;
        }
        let after = std::mem::replace(&mut self.link, previous);
        let Some(entry) = kept.entry(self.look.chain) else { return Step::Over };
        if kept.seq >= self.look.upto {
            return Step::On;
        }
        self.top.get_or_insert((kept.seq, after));
        if entry.at < self.look.since {
            return Self::at_the_beginning();
        }
        match self.subject {
            Subject::Mandate(mandate) => match word(&entry, mandate) {
                Some(Word::Ended) => Step::Over,
                Some(Word::Given | Word::Narrowed) => {
                    Step::Stands(entry.line.evidence.map_or(Said::Nothing, Said::Words))
                }
                Some(Word::Proposed) => Step::Stands(Said::Nothing),
                None => Step::On,
            },
            Subject::Share(share) => match self.share.back(&entry, share, self.papers) {
                true if self.share.word == Some(shares::Word::Ended) => Step::Over,
                true => Step::Stands(Said::Share(self.share)),
                false => Step::On,
            },
            Subject::Agreement(agreement) => match agreements::word(&entry, agreement) {
                Some(agreements::Word::Ended) => Step::Over,
                Some(agreements::Word::Goes(terms)) => Step::Stands(terms.map_or(Said::Nothing, Said::Words)),
                None => Step::On,
            },
            Subject::Request(request, _) => {
                institutions::stage(&entry, request).map_or(Step::On, |stage| Step::Stands(Said::Stage(stage)))
            }
            Subject::Withdrawn(request) if institutions::withdrawn(&entry, request) => Step::Over,
            Subject::Withdrawn(_) => Step::On,
            Subject::Institution(_) => {
                institutions::registered(&entry).map_or(Step::On, |said| Step::Stands(Said::Words(said)))
            }
        }
    }
}

async fn members(tx: &mut Tx, places: &HashSet<MembershipId>) -> Result<Vec<(MembershipRow, Vec<u8>)>, StoreError> {
    let mut members = Vec::new();
    for membership in places {
        let Some(row) = organisations::by_id(tx, *membership).await? else { continue };
        if let Some(details) = organisations::details(tx, row.facts.organisation).await? {
            members.push((row, details));
        }
    }
    Ok(members)
}

impl Door {
    /// Whether the journal of a locker, whose chain is locked, says nothing after its beginning that ends a mandate. What was read
    /// once is not read again: from then on, only the lines since. Gives the words that it rests on, by their SHA-256, if it was given.
    pub(super) async fn still_stands(
        &self,
        tx: &mut Tx,
        tie: &Tie,
        mandate: MandateId,
    ) -> Result<Option<Option<[u8; 32]>>, StoreError> {
        let chain = tie.locker().chain();
        let head = entries::lock(tx, chain).await?.ok_or(StoreError::Damaged)?;
        let look = Look { chain, head, is_locked: true, upto: u64::MAX, since: Timestamp::from_micros(i64::MIN) };
        let said = self.stands(tx, look, Subject::Mandate(mandate)).await?;
        Ok(said.map(|said| if let Said::Words(words) = said { Some(words) } else { None }))
    }

    /// The same of any; none if it is over, or the journal is not whole.
    pub(super) async fn stands(&self, tx: &mut Tx, look: Look, subject: Subject) -> Result<Option<Said>, StoreError> {
        self.stands_of(tx, look, (subject, &[])).await
    }

    /// The same of a share: which of its papers are destroyed is told too.
    pub(super) async fn stands_of(
        &self,
        tx: &mut Tx,
        look: Look,
        (subject, papers): (Subject, &[SharedPaper]),
    ) -> Result<Option<Said>, StoreError> {
        let Look { chain, head, is_locked, .. } = look;
        let known = self.0.looked.until(subject).filter(|known| is_locked || known.seq <= head.seq);
        let share = shares::Told::default();
        let mut walk = Walk { look, subject, papers, link: head.link, known, top: None, share };
        let mut before = head.seq.saturating_add(1);
        let step = loop {
            if let Some(step) = walk.arrived(before.saturating_sub(1)) {
                break step;
            }
            let since = walk.known.map_or(u64::MAX, |known| before.saturating_sub(1).saturating_sub(known.seq));
            let limit = u32::try_from(since).unwrap_or(LINES).min(LINES);
            let lines = entries::before(tx, chain, before, limit).await?;
            let Some(last) = lines.last() else {
                // From the first line on, nothing ends it.
                let is_whole = before == 1 && walk.link == chain::genesis(chain);
                break if is_whole { Walk::at_the_beginning() } else { Step::Over };
            };
            before = last.seq;
            if lines.len() >= LINES as usize {
                // A long way back takes its time, and the decision is on the time after it.
                tx.forget_clock();
            }
            let found = lines.iter().map(|kept| walk.take(kept)).find(|step| !matches!(step, Step::On));
            if let Some(step) = found {
                break step;
            }
        };
        let Step::Stands(said) = step else {
            // That a request was taken back is what is asked there; its row mostly says so too.
            if !matches!(subject, Subject::Withdrawn(_)) {
                tracing::error!(%chain, ?subject, "a row does not agree with the journal: it is not believed");
            }
            return Ok(None);
        };
        // Lines of the transaction itself may never come to be.
        let own = known.map(|known| (known.seq, known.link));
        if let Some((seq, link)) = walk.top.or(own) {
            self.0.looked.keep(subject, Stood { seq, link, said }, is_locked);
        }
        Ok(Some(said))
    }

    /// A mandate's row, read under the lock of its locker's chain, as it may be believed: over, if the journal says that it is.
    pub(super) async fn as_told(&self, tx: &mut Tx, tie: &Tie, row: MandateRow) -> Result<MandateRow, StoreError> {
        let head = entries::lock(tx, tie.locker().chain()).await?.ok_or(StoreError::Damaged)?;
        // What its row says is over is over; the entry that its date has come stands no earlier than that date.
        if row.ended_at.is_some() || head.at >= row.until {
            return Ok(row);
        }
        // The words that the row rests on are the newest: one from before it was narrowed is not.
        if self.still_stands(tx, tie, row.mandate).await? == Some(Some(row.words)) {
            return Ok(row);
        }
        Ok(MandateRow { ended_at: Some(row.from), ..row })
    }

    /// A page of the granted locker's journal, newest first, before a place, under its entry; without the locker's lock.
    pub async fn lines_before<A: OpensFields>(
        &self,
        grant: &Grant<A>,
        before: u64,
        limit: u32,
    ) -> Result<Vec<Kept>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let lines = entries::page(&mut tx, grant, before, limit).await?;
        tx.commit().await?;
        Ok(lines)
    }

    /// The visits and mandates that lines of these times may name, and the members on whose devices something was done, with their
    /// organisations' details; under the entry of what reads them, without the locker's lock.
    pub async fn named_between<A: OpensFields>(
        &self,
        grant: &Grant<A>,
        (oldest, newest): (Timestamp, Timestamp),
        devices: &HashSet<MembershipId>,
    ) -> Result<Named, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let mut visits = visits::between(&mut tx, grant, oldest, newest.plus(VISIT)).await?;
        visits.retain(|row| self.is_proven(&row.claim(), &row.proof));
        let mandates = mandates::all(&mut tx, grant).await?;
        let members = members(&mut tx, devices).await?;
        tx.commit().await?;
        Ok((visits, mandates, members))
    }

    /// The members that lines name by their place, with their organisations' details; under the entry of what reads the lines, without
    /// the locker's lock.
    pub async fn members_named<A: OpensFields>(
        &self,
        _grant: &Grant<A>,
        places: &HashSet<MembershipId>,
    ) -> Result<Vec<(MembershipRow, Vec<u8>)>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let members = members(&mut tx, places).await?;
        tx.commit().await?;
        Ok(members)
    }

    /// Every visit in the granted locker whose row bears its proof.
    pub async fn visits_of(&self, tx: &mut Tx, held: &impl Held) -> Result<Vec<VisitRow>, StoreError> {
        let (from, to) = (Timestamp::from_micros(0), Timestamp::from_micros(i64::MAX));
        let mut rows = visits::between(tx, held, from, to).await?;
        rows.retain(|row| self.is_proven(&row.claim(), &row.proof));
        Ok(rows)
    }

    /// How the holder begins to look at one mandate: the mandates of the locker, that one among them, under the entry that says so.
    pub async fn begin_viewing(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
    ) -> Result<(Tx, Pending<act::ViewMandate>, Vec<(MandateRow, Status)>), Refusal> {
        let ask = Ask { object: Some(Object::Mandate(mandate)), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<act::ViewMandate>(caller, &ask).await?;
        let rows = self.mandates_of(&mut tx, &pending).await?;
        if !rows.iter().any(|(row, _)| row.mandate == mandate) {
            drop(tx);
            return self.no_mandate::<act::ViewMandate, _>(caller, locker).await;
        }
        Ok((tx, pending, rows))
    }
}
