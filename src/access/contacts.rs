//! Where a holder wants to be told of things outside the service: chosen, shown to be theirs by a code that was sent there, withdrawn.
//!
//! What was chosen last is what the journal says was chosen last: a row from before that is not believed.

use super::{Ask, Caller, Door, Refusal};
use crate::domain::entry::{Ground, Line, Outcome, Reason};
use crate::domain::ids::{ContactId, LockerId, NoticeId};
use crate::domain::notice::{CONTACT_CODE, CONTACT_TRIES, Channel, ContactFacts, NoticeFacts, Stage};
use crate::journal::notices::chooses;
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
    /// Its id.
    pub contact: ContactId,
    /// By what.
    pub channel: Channel,
    /// Address, language and the rest, sealed.
    pub details: Vec<u8>,
    /// The notice that brings the code, and what it tells, sealed.
    pub notice: (NoticeId, Vec<u8>),
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

    /// Keeps what the holder chooses, in place of what they chose before, of which nothing is sent any more; and the notice that brings
    /// the code there.
    pub async fn choose_contact(
        &self,
        mut tx: Tx,
        pending: Pending<act::ChangeContact>,
        new: NewContact,
    ) -> Result<(), Refusal> {
        let (locker, written) = (pending.locker(), pending.written());
        let moment = tx.moment().await?;
        let facts = ContactFacts {
            contact: new.contact,
            channel: Some(new.channel),
            made_at: moment.clock,
            confirmed_at: None,
            tries: 0,
            seen: written.seq,
            look_at: None,
        };
        let mut row = ContactRow { locker, facts, proof: Vec::new(), details: new.details };
        row.proof = self.prove(&row.claim())?.to_vec();
        notices::forget_all(&mut tx, &pending).await?;
        contacts::keep(&mut tx, &pending, &row).await?;
        let (notice, details) = new.notice;
        let facts =
            NoticeFacts { locker, notice, contact: new.contact, due_at: moment.clock, stage: Stage::Waiting, tries: 0 };
        let mut row = NoticeRow { facts, proof: Vec::new(), details };
        row.proof = self.prove(&row.claim())?.to_vec();
        notices::add_code(&mut tx, &pending, &row).await?;
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// Writes down that a choice was not taken: too many codes were sent already.
    pub async fn refuse_contact(&self, caller: &Caller, locker: LockerId, reason: Reason) -> Result<(), StoreError> {
        self.note_refused::<act::ChangeContact>(caller, &Ask::locker(locker), reason).await
    }

    /// The code comes back: from now on, notices go there. A wrong one is counted.
    pub async fn confirm_contact(
        &self,
        caller: &Caller,
        locker: LockerId,
        is_it: impl FnOnce(&ContactRow) -> bool,
    ) -> Result<(), Refusal> {
        let ask = Ask::locker(locker);
        let (mut tx, stand) = self.admitted::<act::ConfirmContact>(caller, &ask).await?;
        let row = contacts::of_tied(&mut tx, &stand.tie).await?;
        let row = row.filter(|row| self.is_proven(&row.claim(), &row.proof));
        let clock = stand.moment.clock;
        let waits = |row: &ContactRow| {
            let facts = &row.facts;
            facts.channel.is_some()
                && facts.confirmed_at.is_none()
                && facts.tries < CONTACT_TRIES
                && clock < facts.made_at.plus(CONTACT_CODE)
        };
        let Some(mut row) = row.filter(waits) else {
            drop(tx);
            self.note_refused::<act::ConfirmContact>(caller, &ask, Reason::NoContact).await?;
            return Err(Refusal::Denied(Reason::NoContact));
        };
        if self.chosen_since(&mut tx, locker, row.facts.seen, u64::MAX).await? {
            drop(tx);
            self.note_refused::<act::ConfirmContact>(caller, &ask, Reason::NoContact).await?;
            return Err(Refusal::Denied(Reason::NoContact));
        }
        if !is_it(&row) {
            let line = stand.line::<act::ConfirmContact>(caller, &ask);
            let line = Line { outcome: Outcome::Refused(Reason::WrongCode), ground: Ground::None, ..line };
            entries::append(&mut tx, locker.chain(), line).await?;
            row.facts.tries = row.facts.tries.saturating_add(1);
            row.proof = self.prove(&row.claim())?.to_vec();
            contacts::keep_tied(&mut tx, &stand.tie, &row).await?;
            tx.commit().await?;
            return Err(Refusal::Denied(Reason::WrongCode));
        }
        let pending = self.issue::<act::ConfirmContact>(&mut tx, caller, &ask, stand).await?;
        row.facts.confirmed_at = Some(clock);
        row.facts.seen = pending.written().seq;
        row.facts.look_at = Some(next_morning(clock));
        row.proof = self.prove(&row.claim())?.to_vec();
        contacts::keep(&mut tx, &pending, &row).await?;
        self.commit(tx, pending).await?;
        Ok(())
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
