//! Readings and deposits in progress: how they begin, go on, and are closed.
//!
//! An entry is committed before the first byte moves; a closing entry says what moved and why it stopped. Ranges of one
//! version in one session, or in one visit of a helper, are one reading. What nobody closes, the closing job closes as interrupted.

use std::time::Duration;

use super::{Ask, Caller, Door, Refusal, When, policy};
use crate::domain::entry::{Action, Actor, Ground, Job, Line, Object, Outcome, Reason};
use crate::domain::ids::{DocumentId, LockerId, RequestId, VersionId};
use crate::domain::policy::{Changes, Facts};
use crate::domain::source::Timestamp;
use crate::journal::chain::Kept;
use crate::store::at_once::Fresh;
use crate::store::entries::{self, Written};
use crate::store::grant::{Act, Grant, Held, Help, OpensContent, OpensSeveral, Pending, act};
use crate::store::keys::{self, WrapRow};
use crate::store::lockers::{self, Tie};
use crate::store::under_way::{self, UnderWay};
use crate::store::{StoreError, Tx};

/// Ranges asked for within this time of the last belong to the same reading.
pub(super) const SAME_READING: Duration = Duration::from_mins(1);

/// Lines of a journal read in one go.
const LINES: u32 = 500;

/// What moved since the last look.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// The entry that began it.
    pub seq: u64,
    /// Bytes since the last look.
    pub bytes: u64,
}

impl Door {
    /// Begins a reading; or, for a range, goes on with one that this session (a helper's visit) has at rest on this version: then there is no new
    /// entry. Gives the wraps that lead to the version: they come with the entry.
    pub async fn begin_reading(
        &self,
        caller: &Caller,
        ask: &Ask,
        is_range: bool,
    ) -> Result<(Grant<act::ReadContent>, Vec<WrapRow>), Refusal> {
        if !is_range && let Some(begun) = self.read_at_once(caller, ask).await? {
            return Ok(begun);
        }
        let (mut tx, stand) = self.admitted::<act::ReadContent>(caller, ask).await?;
        let paper = stand.paper.as_ref().ok_or(StoreError::Other)?;
        let (key, collection) = (paper.key, paper.collection);
        let since = stand.moment.now.minus(SAME_READING);
        let mut open = None;
        if is_range {
            open = under_way::reading(&mut tx, &stand.tie, stand.session.session, paper.version, since).await?;
        }
        // A helper's range belongs to a reading of the same visit alone: what began under another mandate is another.
        if let (Some(reading), Some(help)) = (open, &stand.help)
            && !self.began_in(&mut tx, &stand.tie, reading.seq, help).await?
        {
            open = None;
        }
        let (allowed, tie, now) = (stand.allowed, stand.tie, stand.moment.now);
        if let Some(open) = open {
            under_way::touch(&mut tx, &tie, open.seq, now, 0, false).await?;
            let written = Written { chain: tie.locker().chain(), seq: open.seq, at: now };
            let pending = Pending::resume(allowed, stand.bearer(), written)?;
            let wraps = keys::of_paper(&mut tx, &pending, key, collection).await?;
            return Ok((pending.commit(tx).await?, wraps));
        }
        let line = stand.line::<act::ReadContent>(caller, ask);
        let (pending, wraps) = Pending::issue_reading(&mut tx, allowed, stand.bearer(), line).await?;
        let mandate = pending.help().map(|help| help.mandate);
        let head = entries::lock(&mut tx, tie.locker().chain()).await?;
        let grant = pending.commit(tx).await?;
        if let (Some(mandate), Some(head)) = (mandate, head) {
            self.0.looked.read_on(mandate, grant.written(), &head);
        }
        Ok((grant, wraps))
    }

    /// Whether an entry of a locker, whose chain is locked, stands under a helper's mandate and in their visit.
    async fn began_in(&self, tx: &mut Tx, tie: &Tie, seq: u64, help: &Help) -> Result<bool, StoreError> {
        let lines = entries::since(tx, tie, seq.saturating_sub(1), 1).await?;
        let entry = lines.first().filter(|kept| kept.seq == seq).and_then(|kept| kept.entry(tie.locker().chain()));
        Ok(entry.is_some_and(|entry| entry.line.mandate == Some(help.mandate) && entry.line.visit == help.visit))
    }

    /// The same in two steps without a lock between them: the decision, on what one statement sees of the locker; the entry,
    /// written by another only if the chain still ends where the decision saw it end, and no more than a second later. Whatever
    /// else changes what was decided on (the session's end, the paper, the locker's standing) writes a line there. `None`: not so,
    /// or the answer is no; nothing was written then, and the ordinary way decides.
    async fn read_at_once(
        &self,
        caller: &Caller,
        ask: &Ask,
    ) -> Result<Option<(Grant<act::ReadContent>, Vec<WrapRow>)>, StoreError> {
        let fresh = Fresh::now(self.source());
        let Some((stand, head)) = self.glance::<act::ReadContent>(caller, ask).await? else { return Ok(None) };
        let line = stand.line::<act::ReadContent>(caller, ask);
        let (allowed, at) = (stand.allowed, stand.moment.now);
        Grant::read_at_once(&self.0.db, allowed, stand.bearer(), line, (head, at, fresh)).await
    }

    /// Begins something long that reads many papers (control, export): its entry, and the note that it is under way.
    pub async fn begin_long<A: OpensSeveral>(&self, caller: &Caller, ask: &Ask) -> Result<(Tx, Pending<A>), Refusal> {
        let (mut tx, pending) = self.begin::<A>(caller, ask).await?;
        let paper = pending.paper().map(|p| (p.document, p.version));
        under_way::begin(&mut tx, &pending, A::ACTION, paper).await?;
        Ok((tx, pending))
    }

    /// Lines of the granted locker's journal after a place, oldest first, under the entry of something long.
    pub async fn lines<A: OpensSeveral>(
        &self,
        grant: &Grant<A>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Kept>, StoreError> {
        self.lines_of(grant, after, limit).await
    }

    async fn lines_of(&self, held: &impl Held, after: u64, limit: u32) -> Result<Vec<Kept>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let lines = entries::after(&mut tx, held, after, limit).await?;
        tx.commit().await?;
        Ok(lines)
    }

    /// Whether a paper was destroyed by its holder, or a version of it taken back by the helper who added it, since the entry of
    /// something that reads it. The journal says so, not the rows: those can be taken away and put back.
    pub async fn is_gone_since<A: OpensContent>(
        &self,
        grant: &Grant<A>,
        document: DocumentId,
        version: Option<VersionId>,
    ) -> Result<bool, StoreError> {
        let mut after = grant.written().seq;
        loop {
            let lines = self.lines_of(grant, after, LINES).await?;
            let Some(last) = lines.last() else { return Ok(false) };
            after = last.seq.max(after.saturating_add(1));
            let is_it = |kept: &Kept| {
                let entry = kept.entry(grant.locker().chain()).filter(|entry| entry.line.outcome == Outcome::Done);
                entry.is_some_and(|entry| match (entry.line.action, entry.line.object) {
                    (Action::Destroy, Object::Version(named, _) | Object::Document(named)) => named == document,
                    (Action::WithdrawDeposit, Object::Version(named, gone)) => {
                        named == document && version == Some(gone)
                    }
                    _ => false,
                })
            };
            if lines.iter().any(is_it) {
                return Ok(true);
            }
        }
    }

    /// Begins a deposit: its first entry, and the note that it is under way.
    pub async fn begin_deposit(&self, caller: &Caller, ask: &Ask) -> Result<(Tx, Pending<act::BeginDeposit>), Refusal> {
        let (mut tx, pending) = self.begin::<act::BeginDeposit>(caller, ask).await?;
        under_way::begin(&mut tx, &pending, Action::BeginDeposit, None).await?;
        Ok((tx, pending))
    }

    /// Takes a deposit off the list of what is under way, in the transaction that completes it.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if it was closed meanwhile (as interrupted): it must not complete after that.
    pub async fn end_deposit(&self, tx: &mut Tx, pending: &impl Held, seq: u64) -> Result<(), StoreError> {
        let tie = lockers::for_upkeep(tx, pending.locker()).await?.ok_or(StoreError::Damaged)?;
        let any = Timestamp::from_micros(i64::MAX);
        under_way::end(tx, &tie, seq, any).await?.map(|_| ()).ok_or(StoreError::Refused)
    }

    /// Decides again, in the middle of a stream, and notes what moved. The same question as at the start; no new entry.
    pub async fn still<A: Act>(&self, caller: &Caller, grant: &Grant<A>, progress: Progress) -> Result<(), Refusal> {
        match grant.share() {
            Some((Actor::CodeBearer(share), _)) => return self.still_borne(caller, grant, share, progress).await,
            Some((_, share)) => return self.still_shared(caller, grant, share, progress).await,
            None => {}
        }
        if let Some(issuer) = grant.issuer() {
            return self.still_issuing(caller, grant, issuer.agreement, progress).await;
        }
        let (document, version) = grant.paper().map_or((None, None), |p| (Some(p.document), Some(p.version)));
        // Where a helper's paper goes was decided on: the same question.
        let changes = Changes { into: grant.help().and_then(|help| help.into), private: None };
        let ask = Ask { document, version, changes, ..Ask::locker(grant.locker()) };
        let (mut tx, stand) = self.look::<A>(caller, &ask, When::GoesOn).await?;
        match stand {
            Ok(stand) => {
                let goes_on =
                    under_way::touch(&mut tx, &stand.tie, progress.seq, stand.moment.now, progress.bytes, false)
                        .await?;
                tx.commit().await?;
                // Its closing entry is written already: not a byte more goes out under it.
                if goes_on { Ok(()) } else { Err(Refusal::Denied(Reason::Interrupted)) }
            }
            Err(no) => Err(Refusal::Denied(no.reason)),
        }
    }

    /// Notes what a range moved, and leaves the reading open for the next one. `false` if it was closed meanwhile.
    pub async fn pause_reading(&self, locker: LockerId, progress: Progress) -> Result<bool, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let Some(tie) = lockers::for_upkeep(&mut tx, locker).await? else { return Ok(false) };
        let now = tx.now().await?;
        let goes_on = under_way::touch(&mut tx, &tie, progress.seq, now, progress.bytes, true).await?;
        tx.commit().await?;
        Ok(goes_on)
    }

    /// Writes closing entries of one locker, in one transaction; those that are closed already are passed over.
    pub async fn close(&self, locker: LockerId, ended: &[(Progress, Reason)]) -> Result<u64, StoreError> {
        self.close_untouched(locker, ended, Timestamp::from_micros(i64::MAX)).await
    }

    /// The same for what nobody has touched since a moment.
    pub async fn close_untouched(
        &self,
        locker: LockerId,
        ended: &[(Progress, Reason)],
        since: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let Some(tie) = lockers::lock_for_upkeep(&mut tx, locker).await? else { return Ok(0) };
        let seqs: Vec<u64> = ended.iter().map(|(progress, _)| progress.seq).collect();
        let mut closings = Vec::new();
        for row in under_way::end_all(&mut tx, &tie, &seqs, since).await? {
            let told = ended.iter().find(|(progress, _)| progress.seq == row.seq);
            let (progress, reason) = told.ok_or(StoreError::Other)?;
            closings.push(Closing {
                row,
                reason: *reason,
                bytes: progress.bytes,
                request: RequestId::draw(tx.source()),
            });
        }
        let closed = closings.len() as u64;
        self.write_closings(&mut tx, &tie, &closings).await?;
        tx.commit().await?;
        Ok(closed)
    }

    pub(super) async fn write_closing(&self, tx: &mut Tx, tie: &Tie, closing: Closing) -> Result<(), StoreError> {
        self.write_closings(tx, tie, &[closing]).await
    }

    async fn write_closings(&self, tx: &mut Tx, tie: &Tie, closings: &[Closing]) -> Result<(), StoreError> {
        if closings.is_empty() {
            return Ok(());
        }
        let moment = tx.moment().await?;
        // Closings are written whatever the locker's standing: they say how something ended.
        let facts = Facts { locker: Some(tie.facts()), ..Facts::NONE };
        let actor = Actor::Job(Job::Closing);
        let allowed = policy::decide(actor, Action::Close, &facts, moment).map_err(|_| StoreError::Other)?;
        let lines = closings.iter().map(|closing| closing.line(tie.locker(), actor, allowed.ground())).collect();
        Pending::<act::Close>::issue_all(tx, allowed, lines).await
    }
}

/// How something that was under way ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closing {
    /// What it was.
    pub(super) row: UnderWay,
    /// Why it ended.
    pub(super) reason: Reason,
    /// Bytes that moved since its row was last touched.
    pub(super) bytes: u64,
    /// The request that the closing is written for.
    pub(super) request: RequestId,
}

impl Closing {
    fn line(&self, locker: LockerId, actor: Actor, ground: Ground) -> Line {
        let row = &self.row;
        let object = match (row.document, row.version) {
            (Some(document), Some(version)) => Object::Version(document, version),
            _ => Object::Locker(locker),
        };
        Line {
            closes: Some(row.seq),
            of: Some(row.action),
            bytes: Some(row.bytes.saturating_add(self.bytes)),
            ..Line::new(actor, ground, Action::Close, object, Outcome::Ended(self.reason), self.request)
        }
    }
}
