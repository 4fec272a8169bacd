//! Looking at the dates in a locker, so that its holder is told before they come; and at what others did there since they were told last.
//!
//! A look has a line of its own, committed before anything is opened. What it finds becomes notices in one transaction with what is kept of
//! them, so that each is told once: a process that dies in between leaves nothing out, the look is made again. Whoever looks has it for
//! [`LEASE`].

use super::{Door, policy};
use crate::domain::dates::NO_DATE;
use crate::domain::digest::{Deed, deed};
use crate::domain::entry::{Action, Actor, Job, Line, Object, Outcome};
use crate::domain::ids::{LockerId, NoticeId, RequestId};
use crate::domain::mandate::Status;
use crate::domain::notice::{LEASE, NoticeFacts, Stage};
use crate::domain::policy::{Facts, LockerFacts, Standing};
use crate::domain::source::{Moment, Timestamp};
use crate::store::contacts::{self, ContactRow};
use crate::store::documents::{self, Found};
use crate::store::grant::{Bearer, Grant, Held, Pending, act};
use crate::store::keys::{self, WrapRow};
use crate::store::lockers::{self, CollectionRow, Tie};
use crate::store::mandates::MandateRow;
use crate::store::notices::{self, NoticeRow};
use crate::store::{StoreError, Tx, entries};
use crate::words::{is_daytime, next_morning};

const ACTOR: Actor = Actor::Job(Job::Notices);
/// Lines read in one go.
const LINES: u32 = 200;

/// A locker whose dates are looked at.
#[derive(Debug)]
pub struct Looking {
    /// The right to open what describes its papers; its entry says so.
    pub grant: Grant<act::LookAtDates>,
    /// What the holder chose.
    pub contact: ContactRow,
    /// Every paper, the trash included.
    pub papers: Vec<Found>,
    /// Every mandate that bears its proof, and where it stands.
    pub mandates: Vec<(MandateRow, Status)>,
    /// What others did since the holder was told last, the oldest first; nothing where they do not ask for that.
    pub deeds: Vec<Deed>,
    /// What opens the rest.
    pub wraps: Vec<WrapRow>,
    /// The locker's collections.
    pub collections: Vec<CollectionRow>,
    /// The time.
    pub moment: Moment,
}

impl Door {
    /// Lockers whose dates are to be looked at, a page of them after a locker. Ids only.
    pub async fn lockers_to_look_at(&self, after: Option<LockerId>) -> Result<Vec<LockerId>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let after = after.unwrap_or(LockerId::from_uuid(uuid::Uuid::nil()));
        let now = tx.moment().await?.clock;
        let due = contacts::due_looks(&mut tx, now, after).await?;
        tx.commit().await?;
        Ok(due)
    }

    /// Begins to look at the dates in a locker, under the entry that says so. `None`: not now, or nobody is to be told. `since`: from
    /// which line on the holder is to be told of what others did, if they ask for that.
    pub async fn look_at_dates<E: From<StoreError>>(
        &self,
        locker: LockerId,
        since: impl FnOnce(&ContactRow) -> Result<Option<u64>, E>,
    ) -> Result<Option<Looking>, E> {
        let mut tx = self.0.db.begin().await?;
        let Some(tie) = self.believed(lockers::lock_for_upkeep(&mut tx, locker).await?) else { return Ok(None) };
        let Some(mut row) = self.chosen(&mut tx, &tie).await? else { return Ok(None) };
        let moment = tx.moment().await?;
        let is_due = row.facts.look_at.is_none_or(|at| at <= moment.clock);
        if !row.facts.is_confirmed() || !is_due {
            return Ok(None);
        }
        if self.chosen_since(&mut tx, locker, row.facts.seen, u64::MAX).await? {
            tracing::error!(%locker, "where a holder wants to be told does not agree with the journal: nothing is looked at");
            return Ok(None);
        }
        let standing = self.standing(&mut tx, locker).await?.ok_or(StoreError::Damaged)?;
        // One that is closed is looked at when its holder opens it again: the line that says so brings the look.
        let at = if standing == Standing::Open { next_morning(moment.clock) } else { NO_DATE };
        if standing != Standing::Open || row.facts.look_at.is_none() || !is_daytime(moment.clock) {
            self.look_again(&mut tx, &tie, &mut row, at).await?;
            tx.commit().await?;
            return Ok(None);
        }
        let known = LockerFacts { standing, ..tie.facts() };
        let facts = Facts { locker: Some(known), contact: Some(row.facts), ..Facts::NONE };
        let Ok(allowed) = policy::decide(ACTOR, Action::LookAtDates, &facts, moment) else { return Ok(None) };
        let deeds = match since(&row)? {
            Some(from) => self.deeds(&mut tx, &tie, from).await?,
            None => Vec::new(),
        };
        self.look_again(&mut tx, &tie, &mut row, moment.clock.plus(LEASE)).await?;
        let (object, request) = (Object::Locker(locker), RequestId::draw(tx.source()));
        let line = Line::new(ACTOR, allowed.ground(), Action::LookAtDates, object, Outcome::Done, request);
        let pending = Pending::<act::LookAtDates>::issue(&mut tx, allowed, Bearer::default(), line).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let papers = documents::all(&mut tx, &pending).await?;
        let mandates = self.mandates_of(&mut tx, &pending).await?;
        let grant = pending.commit(tx).await?;
        crate::faults::step("dates.looked_at");
        Ok(Some(Looking { grant, contact: row, papers, mandates, deeds, wraps, collections, moment }))
    }

    /// Notes when to look next.
    async fn look_again(&self, tx: &mut Tx, tie: &Tie, row: &mut ContactRow, at: Timestamp) -> Result<(), StoreError> {
        row.facts.look_at = Some(at);
        row.proof = self.prove(&row.claim())?.to_vec();
        contacts::keep_tied(tx, tie, row).await
    }

    /// What others did in a locker, whose chain is locked, after a line.
    async fn deeds(&self, tx: &mut Tx, tie: &Tie, from: u64) -> Result<Vec<Deed>, StoreError> {
        let (mut after, mut deeds) = (from, Vec::new());
        loop {
            let lines = entries::since(tx, tie, after, LINES).await?;
            let Some(last) = lines.last() else { return Ok(deeds) };
            after = last.seq.max(after.saturating_add(1));
            // A line that does not read, or is missing, is for the check to tell.
            let entries = lines.iter().filter_map(|kept| kept.entry(tie.locker().chain()));
            deeds.extend(entries.filter_map(|entry| deed(&entry)));
        }
    }

    /// Ends a look: keeps the notices that it makes, what is kept of them, and when to look next, in one transaction. Gives how many; none
    /// if the holder chose anew meanwhile, or somebody else has looked.
    pub async fn looked(
        &self,
        looking: &Looking,
        details: Vec<u8>,
        next: Timestamp,
        found: Vec<(NoticeId, Vec<u8>)>,
    ) -> Result<u64, StoreError> {
        let (locker, was) = (looking.grant.locker(), looking.contact.facts);
        let mut tx = self.0.db.begin().await?;
        let Some(tie) = self.believed(lockers::lock_for_upkeep(&mut tx, locker).await?) else { return Ok(0) };
        let row = self.chosen(&mut tx, &tie).await?;
        let is_ours = |row: &ContactRow| {
            let has_same = row.details == looking.contact.details;
            has_same && row.facts.contact == was.contact && row.facts.look_at == was.look_at
        };
        let Some(mut row) = row.filter(is_ours) else { return Ok(0) };
        let clock = tx.moment().await?.clock;
        let made = found.len() as u64;
        for (notice, details) in found {
            let (contact, due_at) = (row.facts.contact, clock);
            let facts = NoticeFacts { locker, notice, contact, due_at, stage: Stage::Waiting, tries: 0 };
            let mut row = NoticeRow { facts, proof: Vec::new(), details };
            row.proof = self.prove(&row.claim())?.to_vec();
            notices::keep(&mut tx, &tie, &row).await?;
        }
        row.details = details;
        // The journal was read on since this look began: what that brought is in the next one.
        let next = if row.facts.seen == was.seen { next } else { next.min(next_morning(clock)) };
        self.look_again(&mut tx, &tie, &mut row, next).await?;
        crate::faults::step("dates.told");
        tx.commit().await?;
        Ok(made)
    }
}
