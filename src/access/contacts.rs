//! Where a holder wants to be told of things outside the service: chosen, shown to be theirs by a code that was sent there, withdrawn.
//!
//! What was chosen last is what the journal says was chosen last: a row from before that is not believed.

use super::notices::sooner;
use super::{Ask, Caller, Door, Refusal};
use crate::domain::entry::{Action, Actor, Ground, Job, Line, Object, Outcome, Reason};
use crate::domain::ids::{ContactId, LockerId, NoticeId};
use crate::domain::notice::{CONTACT_CODE, CONTACT_TRIES, Channel, ContactFacts, Told};
use crate::domain::source::Timestamp;
use crate::journal::notices::chooses;
use crate::store::codes;
use crate::store::contacts::{self, ContactRow};
use crate::store::entries;
use crate::store::grant::{Held, Pending, act};
use crate::store::notices::{self, NoticeRow};
use crate::store::{StoreError, Tx};
use crate::words::next_morning;

/// Lines read in one go.
const LINES: u32 = 200;

/// What a holder chooses.
#[derive(Debug)]
pub struct NewContact {
    /// The row as it is, if there is one that holds.
    pub row: Option<ContactRow>,
    /// By what the holder is told: that of the row, or a new one.
    pub contact: ContactId,
    /// What is kept, sealed.
    pub details: Vec<u8>,
    /// The choice that the code is for.
    pub next: ContactId,
    /// The one whose place it takes, if one waited for its code.
    pub instead_of: Option<ContactId>,
    /// The notice that brings the code, and what it tells, sealed.
    pub notice: (NoticeId, Vec<u8>),
    /// How many codes the service sends that way in a day, if there is a ceiling.
    pub most: Option<u64>,
}

/// What a code is that somebody typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// None is waited for.
    NoneWaits,
    /// Another one.
    Wrong,
    /// The one.
    Right,
}

/// What stands once a code has come back.
#[derive(Debug)]
pub struct Settled {
    /// By what.
    pub channel: Channel,
    /// What is kept, sealed.
    pub details: Vec<u8>,
    /// For where messages went before, if that was elsewhere: that they do no more.
    pub moved: Option<(NoticeId, Vec<u8>)>,
}

impl Door {
    /// What the holder of the granted locker chose last, if the row is one that we wrote, and the newest.
    pub async fn contact(&self, tx: &mut Tx, held: &impl Held) -> Result<Option<ContactRow>, StoreError> {
        let Some(row) = contacts::of_granted(tx, held).await? else { return Ok(None) };
        if !self.is_proven(&row.claim(), &row.proof) {
            return Ok(None);
        }
        let is_newest = !self.chosen_since(tx, row.locker, row.facts.seen, held.written().seq).await?;
        Ok(Some(row).filter(|_| is_newest))
    }

    /// Whether a journal, whose chain is locked, says between two places that something else was chosen. What does not read there may
    /// say so.
    pub(super) async fn chosen_since(
        &self,
        tx: &mut Tx,
        locker: LockerId,
        after: u64,
        before: u64,
    ) -> Result<bool, StoreError> {
        let mut after = after;
        loop {
            let lines = entries::for_check(tx, locker.chain(), after, LINES).await?;
            let Some(last) = lines.last() else { return Ok(false) };
            after = last.seq.max(after.saturating_add(1));
            let chosen = |entry: &crate::domain::entry::Entry| entry.seq < before && chooses(entry);
            if lines.iter().any(|kept| kept.entry(locker.chain()).as_ref().is_none_or(chosen)) {
                return Ok(true);
            }
        }
    }

    /// Keeps what the holder chooses beside what stands, which holds until the code comes back; and the notice that brings the code. `seal`:
    /// what the journal brings that was not read yet.
    pub async fn choose_contact<E: From<Refusal> + From<StoreError>>(
        &self,
        mut tx: Tx,
        pending: Pending<act::ChangeContact>,
        new: NewContact,
        seal: impl Fn(NoticeId, Told) -> Result<Vec<u8>, E>,
    ) -> Result<(), E> {
        let locker = pending.locker();
        let moment = tx.moment().await?;
        let NewContact { row, contact, details, next, instead_of, notice, most } = new;
        if let Some(most) = most
            && !codes::count(&mut tx, moment.clock, most).await?
        {
            return Err(Refusal::Denied(Reason::ServiceCodesOver).into());
        }
        let none = ContactFacts {
            contact,
            channel: None,
            made_at: moment.clock,
            confirmed_at: None,
            tries: 0,
            seen: pending.written().seq,
            look_at: None,
        };
        let row = row.filter(|row| row.facts.is_confirmed() && row.facts.contact == contact);
        let mut row = row.unwrap_or(ContactRow { locker, facts: none, proof: Vec::new(), details: Vec::new() });
        self.go_on(&mut tx, &pending, &mut row, seal).await?;
        (row.facts.made_at, row.facts.tries, row.details) = (moment.clock, 0, details);
        row.proof = self.prove(&row.claim())?.to_vec();
        contacts::keep(&mut tx, &pending, &row).await?;
        if let Some(choice) = instead_of {
            notices::forget_code(&mut tx, &pending, choice).await?;
        }
        let brings = self.new_notice(locker, next, moment.clock, notice)?;
        notices::add(&mut tx, &pending, &brings).await?;
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// Keeps what the holder changed of how they are told, and what waits no more.
    pub async fn amend_contact<E: From<Refusal> + From<StoreError>>(
        &self,
        mut tx: Tx,
        pending: Pending<act::AmendContact>,
        (mut row, details): (ContactRow, Vec<u8>),
        taken_back: Option<ContactId>,
        seal: impl Fn(NoticeId, Told) -> Result<Vec<u8>, E>,
    ) -> Result<(), E> {
        self.go_on(&mut tx, &pending, &mut row, seal).await?;
        if let Some(choice) = taken_back {
            notices::forget_code(&mut tx, &pending, choice).await?;
        }
        row.details = details;
        row.proof = self.prove(&row.claim())?.to_vec();
        contacts::keep(&mut tx, &pending, &row).await?;
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// Writes down that there was nothing to change.
    pub async fn refuse_amended_contact(&self, caller: &Caller, locker: LockerId) -> Result<(), StoreError> {
        self.note_refused::<act::AmendContact>(caller, &Ask::locker(locker), Reason::NoContact).await
    }

    /// Reads the journal on to the entry at hand, for what stands: the row says from now on that this entry is known.
    async fn go_on<E: From<StoreError>>(
        &self,
        tx: &mut Tx,
        held: &impl Held,
        row: &mut ContactRow,
        seal: impl Fn(NoticeId, Told) -> Result<Vec<u8>, E>,
    ) -> Result<(), E> {
        let seq = held.written().seq;
        if row.facts.is_confirmed() {
            let clock = tx.moment().await?.clock;
            let read = self.read_on(tx, row, seq, seal).await?.ok_or(StoreError::Damaged)?;
            for notice in &read.notices {
                notices::add(tx, held, notice).await?;
            }
            if read.did_others {
                row.facts.look_at = Some(sooner(row.facts.look_at, next_morning(clock)));
            }
        }
        row.facts.seen = seq;
        Ok(())
    }

    /// Writes down that a choice was not taken; of a ceiling of the service's own, in its own journal too, once a day.
    pub async fn refuse_contact(
        &self,
        caller: &Caller,
        locker: LockerId,
        reason: Reason,
        most: Option<u64>,
    ) -> Result<(), StoreError> {
        self.note_refused::<act::ChangeContact>(caller, &Ask::locker(locker), reason).await?;
        if reason != Reason::ServiceCodesOver {
            return Ok(());
        }
        let mut tx = self.0.db.begin().await?;
        let now = tx.moment().await?.clock;
        if codes::note(&mut tx, now).await? {
            tracing::warn!(most, "as many codes went to telephone numbers today as the configuration allows");
            let (actor, outcome) = (Actor::Job(Job::Notices), Outcome::Refused(reason));
            let line = Line::new(actor, Ground::None, Action::SendNotice, Object::None, outcome, caller.request);
            entries::append(&mut tx, self.0.deployment.service_chain(), Line { count: most, ..line }).await?;
        }
        tx.commit().await
    }

    /// The code comes back: from now on, notices go there. A wrong one is counted. `settle`: what stands then, at this line and moment.
    /// `seal`: what the journal brings that was not read yet. Gives the notice for where they went before.
    pub async fn confirm_contact<E: From<Refusal> + From<StoreError>>(
        &self,
        caller: &Caller,
        locker: LockerId,
        typed: impl FnOnce(&ContactRow) -> Typed,
        settle: impl FnOnce(&ContactRow, u64, Timestamp) -> Result<Settled, E>,
        seal: impl Fn(NoticeId, Told) -> Result<Vec<u8>, E>,
    ) -> Result<Option<NoticeId>, E> {
        let ask = Ask::locker(locker);
        let (mut tx, stand) = self.admitted::<act::ConfirmContact>(caller, &ask).await?;
        let row = contacts::of_tied(&mut tx, &stand.tie).await?;
        let row = row.filter(|row| self.is_proven(&row.claim(), &row.proof));
        let clock = stand.moment.clock;
        let in_time =
            |row: &ContactRow| row.facts.tries < CONTACT_TRIES && clock < row.facts.made_at.plus(CONTACT_CODE);
        let typed = row.as_ref().filter(|row| in_time(row)).map_or(Typed::NoneWaits, typed);
        let Some(mut row) = row.filter(|_| typed != Typed::NoneWaits) else {
            drop(tx);
            self.note_refused::<act::ConfirmContact>(caller, &ask, Reason::NoContact).await?;
            return Err(Refusal::Denied(Reason::NoContact).into());
        };
        if self.chosen_since(&mut tx, locker, row.facts.seen, u64::MAX).await? {
            drop(tx);
            self.note_refused::<act::ConfirmContact>(caller, &ask, Reason::NoContact).await?;
            return Err(Refusal::Denied(Reason::NoContact).into());
        }
        if typed == Typed::Wrong {
            let line = stand.line::<act::ConfirmContact>(caller, &ask);
            let line = Line { outcome: Outcome::Refused(Reason::WrongCode), ground: Ground::None, ..line };
            entries::append(&mut tx, locker.chain(), line).await?;
            row.facts.tries = row.facts.tries.saturating_add(1);
            row.proof = self.prove(&row.claim())?.to_vec();
            contacts::keep_tied(&mut tx, &stand.tie, &row).await?;
            tx.commit().await?;
            return Err(Refusal::Denied(Reason::WrongCode).into());
        }
        let pending = self.issue::<act::ConfirmContact>(&mut tx, caller, &ask, stand).await?;
        let settled = settle(&row, pending.written().seq, clock)?;
        // What happened until now, and was not told yet.
        self.go_on(&mut tx, &pending, &mut row, seal).await?;
        (row.facts.channel, row.facts.confirmed_at, row.facts.tries) = (Some(settled.channel), Some(clock), 0);
        row.facts.look_at = Some(next_morning(clock));
        row.details = settled.details;
        row.proof = self.prove(&row.claim())?.to_vec();
        contacts::keep(&mut tx, &pending, &row).await?;
        let moved = settled.moved.map(|told| self.new_notice(locker, row.facts.contact, clock, told)).transpose()?;
        if let Some(moved) = &moved {
            notices::add(&mut tx, &pending, moved).await?;
        }
        self.commit(tx, pending).await?;
        Ok(moved.map(|moved| moved.facts.notice))
    }

    /// The holder wants no notice any more: what waits goes, and nothing is sent from now on. `details`: what is kept, sealed.
    pub async fn drop_contact<E>(
        &self,
        caller: &Caller,
        locker: LockerId,
        kept: impl FnOnce(ContactId, Option<&ContactRow>) -> Result<Vec<u8>, E>,
    ) -> Result<(), E>
    where
        E: From<Refusal> + From<StoreError>,
    {
        let (mut tx, pending) = self.begin::<act::DropContact>(caller, &Ask::locker(locker)).await?;
        let before = self.contact(&mut tx, &pending).await?;
        let contact = ContactId::draw(self.source());
        let moment = tx.moment().await?;
        let facts = ContactFacts {
            contact,
            channel: None,
            made_at: moment.clock,
            confirmed_at: None,
            tries: 0,
            seen: pending.written().seq,
            look_at: None,
        };
        let details = kept(contact, before.as_ref())?;
        let mut row = ContactRow { locker, facts, proof: Vec::new(), details };
        row.proof = self.prove(&row.claim())?.to_vec();
        contacts::keep(&mut tx, &pending, &row).await?;
        notices::forget_all(&mut tx, &pending).await?;
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// The notices that wait in the granted locker and bear their proof.
    pub async fn notices_waiting(&self, tx: &mut Tx, held: &impl Held) -> Result<Vec<NoticeRow>, StoreError> {
        let mut rows = notices::waiting(tx, held).await?;
        rows.retain(|row| self.is_proven(&row.claim(), &row.proof));
        Ok(rows)
    }
}
