//! What holders are told of outside the service: made from what their journal says, sent as they chose.
//!
//! A notice is made once for a line, in the transaction that notes how far the journal was read. It is decided on again when it is sent:
//! in one transaction the locker's chain is locked, the choice, the mandate and the locker's standing are read, and the line is written
//! that says that it was sent, before a word of it leaves (DESIGN §2). Whoever takes it has it for [`LEASE`].

use super::{Ask, Door, policy};
use crate::domain::digest::{Under, deed};
use crate::domain::document::{DocumentState, IdText};
use crate::domain::entry::{Action, Actor, Job, Line, Object, Outcome, Reason};
use crate::domain::ids::{ContactId, DocumentId, LockerId, NoticeId, RequestId};
use crate::domain::notice::{Channel, LEASE, NoticeFacts, NoticeFields, RETRIES, Stage, Told};
use crate::domain::policy::{Facts, LockerFacts, NoticeStand};
use crate::domain::source::{Moment, Timestamp};
use crate::journal::notices::{chooses, may_bring_a_date, told};
use crate::store::contacts::{self, ContactRow};
use crate::store::documents::{self, Paper};
use crate::store::grant::{Bearer, Grant, Held, Pending, act};
use crate::store::keys::{self, WrapRow};
use crate::store::lockers::{CollectionRow, Tie};
use crate::store::mandates::MandateRow;
use crate::store::notices::{self, NoticeRow};
use crate::store::shares::ShareRow;
use crate::store::{StoreError, Tx, entries, lockers};
use crate::words::next_morning;

const ACTOR: Actor = Actor::Job(Job::Notices);
/// Lines read in one go.
const LINES: u32 = 200;

/// A notice that somebody has taken, to send it now.
#[derive(Debug)]
pub struct Taken {
    /// The right to open what it tells; its entry says that it is sent.
    pub grant: Grant<act::SendNotice>,
    /// What the holder chose.
    pub contact: ContactRow,
    /// By what it goes.
    pub channel: Channel,
    /// The notice.
    pub notice: NoticeRow,
    /// The mandate that it is about.
    pub mandate: Option<MandateRow>,
    /// The mandates under which was done what it tells of.
    pub mandates: Vec<MandateRow>,
    /// What was handed over, and read.
    pub handed: Vec<ShareRow>,
    /// The papers that it tells of, as far as they are in their place.
    pub papers: Vec<Paper>,
    /// What opens all that.
    pub wraps: Vec<WrapRow>,
    /// The locker's collections.
    pub collections: Vec<CollectionRow>,
}

/// What a notice tells, and by what it goes.
#[derive(Debug)]
pub struct Tells {
    /// What it tells.
    pub fields: NoticeFields,
    /// The choice whose code is waited for, if there is one.
    pub waits: Option<ContactId>,
    /// By what it goes.
    pub channel: Option<Channel>,
}

/// What a journal brings that was read on.
#[derive(Debug)]
pub(super) struct ReadOn {
    /// What the holder is to be told.
    pub(super) notices: Vec<NoticeRow>,
    /// Whether others did something that a holder may ask to be told of.
    pub(super) did_others: bool,
}

/// The sooner of two moments, where there is one already.
pub(super) fn sooner(look_at: Option<Timestamp>, at: Timestamp) -> Timestamp {
    look_at.map_or(at, |look_at| look_at.min(at))
}

/// Whether a paper is one that is named, and in its place.
fn is_among(paper: &Paper, named: &[DocumentId]) -> bool {
    paper.state == DocumentState::Live && named.contains(&paper.document)
}

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// It was taken by who carries it.
    Sent,
    /// Who carries it is away: another time.
    Later,
    /// They will never take it.
    Never,
    /// It may have gone, or not: it is not tried again.
    Unknown,
    /// What was to be told is so no more: nothing was handed over.
    NoLongerSo,
}

impl Door {
    /// Lockers whose holder is told of things and whose journal has gone on, a page of them after a locker. Ids only.
    pub async fn lockers_to_tell(&self, after: Option<LockerId>) -> Result<Vec<LockerId>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let after = after.unwrap_or(LockerId::from_uuid(uuid::Uuid::nil()));
        let behind = contacts::behind(&mut tx, after).await?;
        tx.commit().await?;
        Ok(behind)
    }

    /// What the holder of a tied locker, whose chain is locked, chose last, if we wrote the row.
    pub(super) async fn chosen(&self, tx: &mut Tx, tie: &Tie) -> Result<Option<ContactRow>, StoreError> {
        let row = contacts::of_tied(tx, tie).await?;
        Ok(row.filter(|row| self.is_proven(&row.claim(), &row.proof)))
    }

    /// Reads a locker's journal on from where it was read last, and makes a notice for each line that its holder is told of; notes when
    /// the dates in the locker are to be looked at because of them. `seal`: what it tells. `digest`: when they are to be told of what
    /// others did, if they ask for that. Gives how many.
    pub async fn make_notices<E: From<StoreError>>(
        &self,
        locker: LockerId,
        seal: impl Fn(NoticeId, Told) -> Result<Vec<u8>, E>,
        digest: impl FnOnce(&ContactRow, Timestamp) -> Result<Option<Timestamp>, E>,
    ) -> Result<u64, E> {
        let mut tx = self.0.db.begin().await?;
        let Some(tie) = self.believed(lockers::lock_for_upkeep(&mut tx, locker).await?) else { return Ok(0) };
        let Some(mut row) = self.chosen(&mut tx, &tie).await?.filter(|row| row.facts.is_confirmed()) else {
            return Ok(0);
        };
        let moment = tx.moment().await?;
        let Some(read) = self.read_on(&mut tx, &mut row, u64::MAX, seal).await? else {
            tracing::error!(%locker, "where a holder wants to be told does not agree with the journal: nothing is sent");
            return Ok(0);
        };
        for row in &read.notices {
            notices::keep(&mut tx, &tie, row).await?;
        }
        let digest = if read.did_others { digest(&row, moment.clock)? } else { None };
        if let Some(at) = digest {
            row.facts.look_at = Some(sooner(row.facts.look_at, at));
        }
        row.proof = self.prove(&row.claim())?.to_vec();
        contacts::keep_tied(&mut tx, &tie, &row).await?;
        crate::faults::step("notice.made");
        tx.commit().await?;
        Ok(read.notices.len() as u64)
    }

    /// Reads the journal of a locker, whose chain is locked, on from where it was read last, up to a line, for what stands; notes in the row
    /// how far, and when to look at dates. Gives what it makes; none if the journal says that something else was chosen since.
    pub(super) async fn read_on<E: From<StoreError>>(
        &self,
        tx: &mut Tx,
        row: &mut ContactRow,
        before: u64,
        seal: impl Fn(NoticeId, Told) -> Result<Vec<u8>, E>,
    ) -> Result<Option<ReadOn>, E> {
        let moment = tx.moment().await?;
        let (locker, contact) = (row.locker, row.facts.contact);
        let mut read = ReadOn { notices: Vec::new(), did_others: false };
        loop {
            let lines = entries::for_check(tx, locker.chain(), row.facts.seen, LINES).await?;
            for kept in lines.iter().filter(|line| line.seq < before) {
                // A line that does not read, or is missing, is for the check to tell; nothing is made of it.
                let Some(entry) = kept.entry(locker.chain()) else { continue };
                if chooses(&entry) {
                    return Ok(None);
                }
                read.did_others |= deed(&entry).is_some();
                if may_bring_a_date(&entry) {
                    row.facts.look_at = Some(sooner(row.facts.look_at, next_morning(moment.clock)));
                }
                if let Some(told) = told(&entry) {
                    let notice = NoticeId::draw(self.source());
                    let sealed = seal(notice, told)?;
                    read.notices.push(self.new_notice(locker, contact, moment.clock, (notice, sealed))?);
                }
            }
            let Some(last) = lines.last() else { return Ok(Some(read)) };
            row.facts.seen = last.seq.max(row.facts.seen.saturating_add(1));
            if row.facts.seen >= before {
                return Ok(Some(read));
            }
        }
    }

    /// A notice that waits, to be sent at once: what it is made for, its id, and what it tells, sealed.
    pub(super) fn new_notice(
        &self,
        locker: LockerId,
        contact: ContactId,
        due_at: Timestamp,
        (notice, details): (NoticeId, Vec<u8>),
    ) -> Result<NoticeRow, StoreError> {
        let facts = NoticeFacts { locker, notice, contact, due_at, stage: Stage::Waiting, tries: 0 };
        let mut row = NoticeRow { facts, proof: Vec::new(), details };
        row.proof = self.prove(&row.claim())?.to_vec();
        Ok(row)
    }

    /// Notices whose time has come. Ids only; each is decided on by [`Self::take_notice`].
    pub async fn due_notices(&self) -> Result<Vec<(LockerId, NoticeId)>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let now = tx.moment().await?.clock;
        let due = notices::due(&mut tx, now).await?;
        tx.commit().await?;
        Ok(due)
    }

    /// By what a notice would go: who carries electronic letters is reached before one is taken.
    pub async fn way_of<E: From<StoreError>>(
        &self,
        locker: LockerId,
        notice: NoticeId,
        opens: impl FnOnce(&NoticeRow, Option<&ContactRow>) -> Result<Tells, E>,
    ) -> Result<Option<Channel>, E> {
        let mut tx = self.0.db.begin().await?;
        let Some(tie) = lockers::for_upkeep(&mut tx, locker).await? else { return Ok(None) };
        let row = self.chosen(&mut tx, &tie).await?;
        let notice = notices::find(&mut tx, &tie, notice).await?;
        tx.commit().await?;
        let notice = notice.filter(|notice| self.is_proven(&notice.claim(), &notice.proof));
        notice.map_or(Ok(None), |notice| Ok(opens(&notice, row.as_ref())?.channel))
    }

    /// Takes a notice, under the entry that says that it is sent. `None`: somebody else has, or it is not to be sent (any more).
    /// `opens`: what it tells, to be decided on.
    pub async fn take_notice<E: From<StoreError>>(
        &self,
        locker: LockerId,
        notice: NoticeId,
        opens: impl FnOnce(&NoticeRow, Option<&ContactRow>) -> Result<Tells, E>,
    ) -> Result<Option<Taken>, E> {
        let mut tx = self.0.db.begin().await?;
        let Some(tie) = self.believed(lockers::lock_for_upkeep(&mut tx, locker).await?) else { return Ok(None) };
        let Some(mut row) = notices::find(&mut tx, &tie, notice).await? else { return Ok(None) };
        let moment = tx.moment().await?;
        if moment.clock < row.facts.due_at {
            return Ok(None);
        }
        if !self.is_proven(&row.claim(), &row.proof) {
            notices::forget(&mut tx, &tie, notice).await?;
            tx.commit().await?;
            return Ok(None);
        }
        let contact = self.chosen(&mut tx, &tie).await?;
        let Tells { fields: NoticeFields { told, papers, digest, .. }, waits, channel } =
            opens(&row, contact.as_ref())?;
        let contact = match contact {
            Some(contact) if !self.chosen_since(&mut tx, locker, contact.facts.seen, u64::MAX).await? => Some(contact),
            _ => None,
        };
        let mandate = match told.mandate() {
            Some(mandate) => self.mandate(&mut tx, &Ask::locker(locker), mandate).await?,
            None => None,
        };
        let mandate = match mandate {
            Some(mandate) => Some(self.as_told(&mut tx, &tie, mandate).await?),
            None => None,
        };
        let standing = self.standing(&mut tx, locker).await?.ok_or(StoreError::Damaged)?;
        let status = mandate.as_ref().map(|mandate| mandate.facts().status(moment));
        let in_place = if papers.is_empty() { Vec::new() } else { documents::in_place(&mut tx, &tie).await? };
        let stand = contact.as_ref().map(|contact| NoticeStand {
            contact: contact.facts,
            waits,
            made_for: row.facts.contact,
            told,
            status,
            until: mandate.as_ref().map(|mandate| mandate.until),
            papers: papers.iter().filter(|paper| in_place.contains(&paper.document.0)).count(),
        });
        let facts = Facts { locker: Some(LockerFacts { standing, ..tie.facts() }), notice: stand, ..Facts::NONE };
        let decided = policy::decide(ACTOR, Action::SendNotice, &facts, moment);
        // What was withdrawn, or is so no more, is told to nobody; that it is not sent tells nobody anything.
        let (Ok(allowed), Some(contact)) = (decided, contact) else {
            notices::forget(&mut tx, &tie, notice).await?;
            tx.commit().await?;
            return Ok(None);
        };
        let channel = channel.ok_or(StoreError::Damaged)?;
        let line = Line {
            count: Some(u64::from(row.facts.tries).saturating_add(1)),
            mandate: told.mandate(),
            ..Line::new(
                ACTOR,
                allowed.ground(),
                Action::SendNotice,
                told.mandate().map_or(Object::Locker(locker), Object::Mandate),
                Outcome::Done,
                RequestId::draw(tx.source()),
            )
        };
        // Handed over before, and nobody came back: a letter may have gone, and is not sent twice. Who carries text messages is
        // told the notice's id, and knows it again.
        if row.facts.stage == Stage::Handed && channel == Channel::Email {
            let line = Line { outcome: Outcome::Ended(Reason::DeliveryUnknown), ..line };
            entries::append(&mut tx, locker.chain(), line).await?;
            notices::forget(&mut tx, &tie, notice).await?;
            tx.commit().await?;
            return Ok(None);
        }
        row.facts.stage = Stage::Handed;
        row.facts.tries = row.facts.tries.saturating_add(1);
        row.facts.due_at = moment.clock.plus(LEASE);
        row.proof = self.prove(&row.claim())?.to_vec();
        notices::keep(&mut tx, &tie, &row).await?;
        let pending = Pending::issue(&mut tx, allowed, Bearer::default(), line).await?;
        let named: Vec<DocumentId> = match &digest {
            Some(digest) => digest.papers.iter().map(|paper| paper.0).collect(),
            None => papers.iter().map(|paper| paper.document.0).collect(),
        };
        let (wraps, collections) = if mandate.is_some() || digest.is_some() || !named.is_empty() {
            (keys::of_locker(&mut tx, &pending).await?, lockers::collections(&mut tx, &pending).await?)
        } else {
            Default::default()
        };
        let (mut mandates, mut handed) = (Vec::new(), Vec::new());
        if let Some(digest) = &digest {
            let all = self.mandates_of(&mut tx, &pending).await?.into_iter().map(|(row, _)| row);
            let is_under = |under| digest.by.iter().any(|did| did.under == under);
            mandates.extend(all.filter(|row| is_under(Under::Mandate(IdText(row.mandate)))));
            let all = self.shares_in(&mut tx, &pending).await?.into_iter();
            handed.extend(all.filter(|row| is_under(Under::Share(IdText(row.share)))));
        }
        let mut papers = Vec::new();
        if !named.is_empty() {
            for found in documents::all(&mut tx, &pending).await? {
                papers.extend(found.paper().filter(|paper| is_among(paper, &named)).cloned());
            }
        }
        let grant = pending.commit(tx).await?;
        crate::faults::step("notice.taken");
        Ok(Some(Taken { grant, contact, channel, notice: row, mandate, mandates, handed, papers, wraps, collections }))
    }

    /// Notes what became of an attempt to send a notice.
    pub async fn attempted(&self, taken: &Taken, attempt: Attempt) -> Result<(), StoreError> {
        let (locker, notice) = (taken.grant.locker(), taken.notice.facts.notice);
        let mut tx = self.0.db.begin().await?;
        let Some(tie) = self.believed(lockers::lock_for_upkeep(&mut tx, locker).await?) else { return Ok(()) };
        // Withdrawn meanwhile, or taken up by somebody else.
        let row = notices::find(&mut tx, &tie, notice).await?;
        let Some(row) = row.filter(|row| row.facts == taken.notice.facts) else { return Ok(()) };
        let moment = tx.moment().await?;
        let reason = match attempt {
            Attempt::Sent => None,
            Attempt::Never => Some(Reason::NotDelivered),
            Attempt::Unknown => Some(Reason::DeliveryUnknown),
            Attempt::NoLongerSo => Some(Reason::NoLongerSo),
            Attempt::Later if self.another_time(&mut tx, &tie, row, moment).await? => return tx.commit().await,
            Attempt::Later => Some(Reason::GatewayAway),
        };
        if let Some(reason) = reason {
            let line = Line {
                closes: Some(taken.grant.written().seq),
                of: Some(Action::SendNotice),
                mandate: taken.mandate.as_ref().map(|mandate| mandate.mandate),
                ..Line::new(
                    ACTOR,
                    taken.grant.ground(),
                    Action::SendNotice,
                    taken.mandate.as_ref().map_or(Object::Locker(locker), |row| Object::Mandate(row.mandate)),
                    Outcome::Ended(reason),
                    RequestId::draw(tx.source()),
                )
            };
            entries::append(&mut tx, locker.chain(), line).await?;
        }
        notices::forget(&mut tx, &tie, notice).await?;
        tx.commit().await
    }

    /// Puts a notice off. `false`: that was done too often.
    async fn another_time(
        &self,
        tx: &mut Tx,
        tie: &Tie,
        mut row: NoticeRow,
        moment: Moment,
    ) -> Result<bool, StoreError> {
        let Some(wait) = usize::from(row.facts.tries).checked_sub(1).and_then(|tries| RETRIES.get(tries)) else {
            return Ok(false);
        };
        row.facts.stage = Stage::Waiting;
        row.facts.due_at = moment.clock.plus(*wait);
        row.proof = self.prove(&row.claim())?.to_vec();
        notices::keep(tx, tie, &row).await?;
        Ok(true)
    }

    /// Puts a notice off that nobody has taken, as who would carry it can't be reached; after too many times it is given up.
    pub async fn put_off(&self, locker: LockerId, notice: NoticeId) -> Result<(), StoreError> {
        let mut tx = self.0.db.begin().await?;
        let Some(tie) = self.believed(lockers::lock_for_upkeep(&mut tx, locker).await?) else { return Ok(()) };
        let row = notices::find(&mut tx, &tie, notice).await?;
        let Some(mut row) = row.filter(|row| self.is_proven(&row.claim(), &row.proof)) else { return Ok(()) };
        let moment = tx.moment().await?;
        if moment.clock < row.facts.due_at {
            return Ok(());
        }
        row.facts.tries = row.facts.tries.saturating_add(1);
        let was_handed = row.facts.stage == Stage::Handed;
        if was_handed || !self.another_time(&mut tx, &tie, row, moment).await? {
            // Nothing of it was shown to anybody, as far as we know; that it could not be is a line all the same.
            let (object, request) = (Object::Locker(locker), RequestId::draw(tx.source()));
            let outcome = Outcome::Ended(if was_handed { Reason::DeliveryUnknown } else { Reason::GatewayAway });
            let ground = crate::domain::entry::Ground::Maintenance;
            let line = Line::new(ACTOR, ground, Action::SendNotice, object, outcome, request);
            entries::append(&mut tx, locker.chain(), line).await?;
            notices::forget(&mut tx, &tie, notice).await?;
        }
        tx.commit().await
    }
}
