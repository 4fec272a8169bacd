//! What servers of institutions are told, at the door: written with the change that it tells, in its transaction; taken up under the
//! institution's lock, decided on again, with a line in the institution's journal that is committed before anything leaves.
//!
//! Whoever has taken one up has it for a minute. Who dies in the middle leaves it to the next: it is told again, under the same id.
//! Locked: the institution's chain, then the locker's where it is about a share, then the request's row.

use super::sharing::ShareChange;
use super::{Door, policy};
use crate::domain::entry::{Action, Actor, Ground, Job, Line, Object, Outcome, Reason};
use crate::domain::ids::{InstitutionId, LockerId, RequestId, WebhookId};
use crate::domain::policy::Standing;
use crate::domain::request::{RequestFacts, Stage};
use crate::domain::share::{Recipient, ShareFacts};
use crate::domain::source::Timestamp;
use crate::domain::webhook::{Happened, LEASE, LONGEST_WAIT, WebhookFacts, wait};
use crate::store::institutions::InstitutionRow;
use crate::store::requests::{self, RequestRow};
use crate::store::shares::{self, ShareRow};
use crate::store::webhooks::{self, WebhookRow};
use crate::store::{StoreError, Tx, closures, entries, lockers};

/// Who acts.
const ACTOR: Actor = Actor::Job(Job::Webhooks);
/// Most that are taken up for one institution in one go.
const IN_ONE_GO: u32 = 50;

/// One that was taken up: its line is committed.
#[derive(Debug)]
pub struct Telling<C> {
    /// What is told.
    pub facts: WebhookFacts,
    /// When it is told.
    pub at: Timestamp,
    /// Where.
    pub callback: C,
    row: WebhookRow,
    seq: u64,
}

/// What came of trying to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcry {
    /// It was taken.
    Heard,
    /// Not now: later again, or given up for this reason once its time is over.
    Unheard(Reason),
    /// Never: it is given up for this reason.
    Refused(Reason),
}

fn object(facts: &WebhookFacts) -> Object {
    match facts.share {
        Some(share) if facts.happened.is_of_share() => Object::Share(share),
        _ => Object::Request(facts.request),
    }
}

impl Door {
    /// A request has come further: its institution's server is to be told, if it is of what it is told of. In the transaction of the change.
    pub(super) async fn tell_of_request(&self, tx: &mut Tx, request: &RequestFacts) -> Result<(), StoreError> {
        let happened = match request.stage {
            Stage::Taken => Happened::Taken,
            Stage::Answered => Happened::Answered,
            Stage::Declined => Happened::Declined,
            // Nobody did anything yet; or the institution did it itself.
            Stage::Waiting | Stage::Withdrawn => return Ok(()),
        };
        let facts = WebhookFacts {
            institution: request.institution,
            webhook: WebhookId::draw(tx.source()),
            happened,
            request: request.request,
            share: request.share,
            at: request.staged_at,
        };
        self.keep_webhook(tx, facts).await
    }

    /// The same of a share whose holder has paused it, let it be read again, or stopped it.
    pub(super) async fn tell_of_share(
        &self,
        tx: &mut Tx,
        share: &ShareFacts<'_>,
        change: ShareChange,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        // Who has a code has no server that is told.
        let Recipient::Institution(institution, request) = share.recipient else { return Ok(()) };
        let happened = match change {
            ShareChange::Pause => Happened::Paused,
            ShareChange::Resume => Happened::Resumed,
            ShareChange::Revoke => Happened::Over,
        };
        let facts = WebhookFacts {
            institution,
            webhook: WebhookId::draw(tx.source()),
            happened,
            request,
            share: Some(share.share),
            at,
        };
        self.keep_webhook(tx, facts).await
    }

    async fn keep_webhook(&self, tx: &mut Tx, facts: WebhookFacts) -> Result<(), StoreError> {
        // Due by the clock: the time of lines may be ahead of it, where a clock once was.
        let clock = tx.moment().await?.clock;
        let mut row = WebhookRow { facts, due_at: facts.at.min(clock), tries: 0, proof: Vec::new() };
        if let Some(share) = facts.share.filter(|_| facts.happened.is_of_share()) {
            // In the place of what waits: whoever changes their mind again and again fills nothing, and has nobody tried more often.
            for (due_at, tries) in webhooks::replace(tx, facts.institution, share).await? {
                row.due_at = row.due_at.max(due_at.min(clock.plus(LONGEST_WAIT)));
                row.tries = row.tries.max(tries);
            }
        }
        row.proof = self.prove(&row.claim())?.to_vec();
        webhooks::add(tx, &row).await
    }

    /// Institutions for which something is due. Ids only; each is decided on by [`Self::take_webhook`].
    pub async fn institutions_to_tell(&self) -> Result<Vec<InstitutionId>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let now = tx.moment().await?.clock;
        let found = webhooks::institutions(&mut tx, now).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// What is due for one, in the order in which it happened; so many at most.
    pub async fn due_webhooks(&self, institution: InstitutionId) -> Result<Vec<WebhookId>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let now = tx.moment().await?.clock;
        let found = webhooks::due(&mut tx, institution, now, IN_ONE_GO).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Takes one up, under the line that says that it is told. `None`: somebody else has; it is not to be told (any more); or it is put off,
    /// as its callback `is_away`. `opens`: where it is told, of what the institution is registered with and what the request says; none if it is told
    /// nowhere.
    pub async fn take_webhook<C, E: From<StoreError>>(
        &self,
        (institution, webhook): (InstitutionId, WebhookId),
        opens: impl FnOnce(&InstitutionRow, &RequestRow) -> Result<Option<C>, E>,
        is_away: impl FnOnce(&C) -> bool,
    ) -> Result<Option<Telling<C>>, E> {
        let mut tx = self.0.db.begin().await?;
        let Some(registered) = self.institution(&mut tx, institution).await? else { return Ok(None) };
        let Some(mut row) = webhooks::find(&mut tx, institution, webhook).await? else { return Ok(None) };
        let clock = tx.moment().await?.clock;
        if clock < row.due_at {
            return Ok(None);
        }
        if !self.is_proven(&row.claim(), &row.proof) {
            webhooks::forget(&mut tx, (institution, webhook)).await?;
            tx.commit().await?;
            return Ok(None);
        }
        let share = self.share_of(&mut tx, &row.facts).await?;
        let request = requests::lock(&mut tx, institution, row.facts.request).await?.filter(|row| self.is_asked(row));
        let moment = tx.moment().await?;
        let decided = {
            let share = share.as_ref().map(|(share, standing)| (share.facts(), standing));
            let share = share.as_ref().map(|(share, standing)| (share, *standing));
            let request = request.as_ref().map(|row| &row.facts);
            policy::may_tell(&row.facts, &registered.facts, request, share, moment)
        };
        let callback = match (decided, &request) {
            (Ok(()), Some(request)) => opens(&registered, request)?,
            _ => None,
        };
        let Some(callback) = callback else {
            // That something is not told tells nobody anything.
            webhooks::forget(&mut tx, (institution, webhook)).await?;
            tx.commit().await?;
            return Ok(None);
        };
        if clock >= row.facts.until() {
            self.give_webhook_up(&mut tx, &row.facts, None, Reason::CallbackAway).await?;
            tx.commit().await?;
            return Ok(None);
        }
        row.tries = row.tries.saturating_add(1);
        if is_away(&callback) {
            row.due_at = self.next_try(&row, clock);
            webhooks::delay(&mut tx, &row).await?;
            tx.commit().await?;
            return Ok(None);
        }
        row.due_at = clock.plus(LEASE);
        webhooks::delay(&mut tx, &row).await?;
        let facts = row.facts;
        let line = Line { count: Some(row.tries.into()), ..self.webhook_line(&facts, Outcome::Done) };
        let written = entries::append(&mut tx, institution.chain(), line).await?;
        tx.commit().await?;
        crate::faults::step("webhook.taken");
        Ok(Some(Telling { facts, at: clock, callback, row, seq: written.seq }))
    }

    /// The share that something is about, as it may be believed, and how its locker stands; its locker's chain is locked. None of a request, or if it is
    /// not there.
    async fn share_of(&self, tx: &mut Tx, facts: &WebhookFacts) -> Result<Option<(ShareRow, Standing)>, StoreError> {
        let Some(share) = facts.share.filter(|_| facts.happened.is_of_share()) else { return Ok(None) };
        let found: Option<LockerId> = shares::locker_of(tx, facts.institution, share).await?;
        let tie = match found {
            Some(locker) => self.believed(lockers::lock_for_upkeep(tx, locker).await?),
            None => None,
        };
        let Some(tie) = tie else { return Ok(None) };
        let row = shares::find(tx, tie.locker(), share).await?.filter(|row| self.is_handed(row));
        let Some(row) = row else { return Ok(None) };
        let row = self.share_as_told(tx, row, u64::MAX).await?;
        let closure = closures::standing(tx, tie.locker()).await?.flatten();
        Ok(Some((row, self.judged(tie.locker(), closure))))
    }

    fn webhook_line(&self, facts: &WebhookFacts, outcome: Outcome) -> Line {
        let request = RequestId::draw(self.source());
        Line::new(ACTOR, Ground::Maintenance, Action::SendWebhook, object(facts), outcome, request)
    }

    /// When one that was tried so often is tried next.
    fn next_try(&self, row: &WebhookRow, clock: Timestamp) -> Timestamp {
        clock.plus(wait(row.tries, u16::from_be_bytes(self.source().bytes())))
    }

    /// Nobody is told of it any more: a line that says why, which closes the one of the last try.
    async fn give_webhook_up(
        &self,
        tx: &mut Tx,
        facts: &WebhookFacts,
        closes: Option<u64>,
        reason: Reason,
    ) -> Result<(), StoreError> {
        let of = closes.map(|_| Action::SendWebhook);
        let line = Line { closes, of, ..self.webhook_line(facts, Outcome::Ended(reason)) };
        entries::append(tx, facts.institution.chain(), line).await?;
        webhooks::forget(tx, (facts.institution, facts.webhook)).await
    }

    /// Puts off one that does not open: those of its institution that come after it are told meanwhile. Once its time is over it is given up,
    /// with a line; one whose row does not read at all goes at once.
    pub async fn set_webhook_aside(
        &self,
        (institution, webhook): (InstitutionId, WebhookId),
    ) -> Result<(), StoreError> {
        let mut tx = self.0.db.begin().await?;
        if entries::lock(&mut tx, institution.chain()).await?.is_none() {
            return Ok(());
        }
        let clock = tx.moment().await?.clock;
        match webhooks::find(&mut tx, institution, webhook).await {
            Ok(Some(row)) if clock >= row.facts.until() => {
                self.give_webhook_up(&mut tx, &row.facts, None, Reason::Damaged).await?;
            }
            Ok(Some(mut row)) => {
                row.tries = row.tries.saturating_add(1);
                row.due_at = self.next_try(&row, clock);
                webhooks::delay(&mut tx, &row).await?;
            }
            Ok(None) => {}
            Err(StoreError::Damaged) => {
                tracing::error!(%institution, %webhook, "what waits to be told does not read: it is dropped");
                webhooks::forget(&mut tx, (institution, webhook)).await?;
            }
            Err(error) => return Err(error),
        }
        tx.commit().await
    }

    /// Notes what came of telling: it is done, tried again later, or given up.
    pub async fn webhook_told<C: Sync>(&self, telling: &Telling<C>, outcry: Outcry) -> Result<(), StoreError> {
        let facts = &telling.facts;
        let mut tx = self.0.db.begin().await?;
        if entries::lock(&mut tx, facts.institution.chain()).await?.is_none() {
            return Ok(());
        }
        // Taken up by somebody else meanwhile: it is theirs.
        let row = webhooks::find(&mut tx, facts.institution, facts.webhook).await?;
        let is_ours = |row: &WebhookRow| row.due_at == telling.row.due_at && row.tries == telling.row.tries;
        let Some(mut row) = row.filter(is_ours) else { return Ok(()) };
        let clock = tx.moment().await?.clock;
        let next = self.next_try(&row, clock);
        match outcry {
            Outcry::Heard => webhooks::forget(&mut tx, (facts.institution, facts.webhook)).await?,
            Outcry::Unheard(_) if next < facts.until() => {
                row.due_at = next;
                webhooks::delay(&mut tx, &row).await?;
            }
            Outcry::Unheard(reason) | Outcry::Refused(reason) => {
                self.give_webhook_up(&mut tx, facts, Some(telling.seq), reason).await?;
            }
        }
        tx.commit().await
    }
}
