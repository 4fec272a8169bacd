//! How mandates end: stopped by the holder or by whom they name, all at once, or at their date. Each end takes the same locks as
//! every access under the mandate, so each access is provably before or after (DOMAIN M1, M5).

use super::{Ask, Caller, Door, Refusal, policy};
use crate::domain::basis::Basis;
use crate::domain::entry::{Action, Actor, Ground, Job, Line, Object, Outcome, Reason};
use crate::domain::ids::{LockerId, MandateId, RequestId};
use crate::domain::mandate::Status;
use crate::domain::policy::Facts;
use crate::store::grant::{Bearer, Held, Pending, act};
use crate::store::{StoreError, entries, lockers, mandates, people};

impl Door {
    /// A mandate is stopped, by the holder or by whom it names. It holds on the very next request.
    pub async fn revoke(&self, caller: &Caller, locker: LockerId, mandate: MandateId) -> Result<(), Refusal> {
        let ask = Ask { object: Some(Object::Mandate(mandate)), ..Ask::locker(locker) };
        if self.give_up(caller, &ask, mandate).await? {
            return Ok(());
        }
        let (mut tx, pending) = self.begin::<act::RevokeMandate>(caller, &ask).await?;
        let row = self.mandate(&mut tx, &ask, mandate).await?;
        let Some(row) = row.filter(|row| row.ended_at.is_none() && pending.written().at < row.until) else {
            drop(tx);
            return self.no_mandate::<act::RevokeMandate, _>(caller, locker).await;
        };
        let at = pending.written().at;
        mandates::end(&mut tx, &row, at, &self.prove_mandate(&row, Some(at))?).await?;
        // What would let the same helper in again without their answer goes with it: a sheet, a court's next decision.
        for waiting in self.waiting(&mut tx, &pending).await? {
            if waiting.helper == row.helper && waiting.basis != Basis::Answer {
                mandates::drop_proposal(&mut tx, &pending, waiting.mandate).await?;
                let (action, object) = (Action::DeclineMandate, Object::Mandate(waiting.mandate));
                let person = pending.person().ok_or(StoreError::Other)?;
                let request = RequestId::draw(tx.source());
                let line = Line {
                    session: pending.session(),
                    ..Line::new(Actor::Holder(person), Ground::Ownership, action, object, Outcome::Done, request)
                };
                entries::append(&mut tx, locker.chain(), line).await?;
            }
        }
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// The same by whom it names, who need no visit for it. `false`: it does not name them.
    async fn give_up(&self, caller: &Caller, ask: &Ask, mandate: MandateId) -> Result<bool, Refusal> {
        let Some(token) = &caller.token else { return Ok(false) };
        let mut tx = self.0.db.begin().await?;
        let Some(known) = people::find_session(&mut tx, token.hash()).await? else { return Ok(false) };
        let Some(row) = self.mandate(&mut tx, ask, mandate).await? else { return Ok(false) };
        // Nobody else takes a lock by it: neither the holder, whose own way comes next, nor a stranger.
        if !self.may_be_named(&mut tx, row.helper, known.facts.person).await? {
            return Ok(false);
        }
        let own = self.acting_as(&mut tx, row.helper, known.facts.person).await?;
        let Some(session) = self.session(&mut tx, caller).await? else { return Ok(false) };
        if self.believed(lockers::lock_for_upkeep(&mut tx, ask.locker).await?).is_none() {
            return Ok(false);
        }
        let moment = tx.moment().await?;
        let own_facts = own.as_ref().map(|own| &own.facts);
        if policy::may_give_up(&session.facts, row.helper, own_facts, moment).is_err() {
            return Ok(false);
        }
        let Some(row) = self.mandate(&mut tx, ask, mandate).await? else { return Ok(false) };
        if matches!(row.facts().status(moment), Status::Ended | Status::Expired) {
            return Err(Refusal::Denied(Reason::MandateOver));
        }
        mandates::end(&mut tx, &row, moment.now, &self.prove_mandate(&row, Some(moment.now))?).await?;
        let person = session.facts.person;
        let actor = own.as_ref().map_or(Actor::Relative(person), |_| Actor::Aidant(person));
        let line = Line {
            membership: own.as_ref().map(|own| own.facts.membership),
            mandate: Some(mandate),
            session: Some(session.session),
            strength: session.strength,
            ..Line::new(
                actor,
                row.consent.ground(),
                Action::RevokeMandate,
                Object::Mandate(mandate),
                Outcome::Done,
                caller.request,
            )
        };
        entries::append(&mut tx, ask.locker.chain(), line).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The holder stops all help: every mandate, every proposal, every code. Gives how many mandates were stopped.
    pub async fn stop_help(&self, caller: &Caller, locker: LockerId) -> Result<u64, Refusal> {
        let (mut tx, pending) = self.begin::<act::StopHelp>(caller, &Ask::locker(locker)).await?;
        let at = pending.written().at;
        let mut stopped = 0;
        for row in mandates::all(&mut tx, &pending).await? {
            // Also one that does not bear its proof just now: who changed it could change it back after this.
            if row.ended_at.is_none() {
                mandates::end(&mut tx, &row, at, &self.prove_mandate(&row, Some(at))?).await?;
                stopped += u64::from(at < row.until);
            }
        }
        mandates::drop_offers(&mut tx, &pending).await?;
        self.commit(tx, pending).await?;
        Ok(stopped)
    }

    /// Mandates whose time is over and whose end is not on record. Ids only.
    pub async fn due_mandates(&self) -> Result<Vec<(LockerId, MandateId)>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let now = tx.now().await?;
        let due = mandates::due(&mut tx, now).await?;
        tx.commit().await?;
        Ok(due)
    }

    /// Writes that a mandate has reached its end. `false` if that is on record, or it is not over.
    pub async fn note_expiry(&self, locker: LockerId, mandate: MandateId) -> Result<bool, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let Some(tie) = lockers::lock_for_upkeep(&mut tx, locker).await? else { return Ok(false) };
        let Some(row) = self.mandate(&mut tx, &Ask::locker(locker), mandate).await? else {
            // It lets nobody in, and must not hold up the others.
            tracing::error!(%locker, %mandate, "a mandate that is over does not bear its proof: passed over");
            let passed = mandates::note_end(&mut tx, &tie, mandate).await?;
            tx.commit().await?;
            return Ok(passed);
        };
        let moment = tx.moment().await?;
        if row.facts().status(moment) != Status::Expired || !mandates::note_end(&mut tx, &tie, mandate).await? {
            return Ok(false);
        }
        let facts = Facts { locker: Some(tie.facts()), ..Facts::NONE };
        let actor = Actor::Job(Job::Expiry);
        let allowed = policy::decide(actor, Action::ExpireMandate, &facts, moment).map_err(|_| StoreError::Other)?;
        let (ground, object) = (allowed.ground(), Object::Mandate(mandate));
        let request = RequestId::draw(tx.source());
        let line = Line {
            mandate: Some(mandate),
            ..Line::new(actor, ground, Action::ExpireMandate, object, Outcome::Done, request)
        };
        let pending = Pending::<act::ExpireMandate>::issue(&mut tx, allowed, Bearer::default(), line).await?;
        pending.commit(tx).await?;
        Ok(true)
    }
}
