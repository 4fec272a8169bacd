//! Members who are not active are written to at work: at five months, and when their place gives no rights any more (DOMAIN M15).
//!
//! A letter is made in the transaction that notes the months, if it is known where they are written to. It is decided on again when it is
//! sent: in one transaction the organisation's chain and the membership are locked, and the line is written that says that it is sent,
//! before a word of it leaves. Whoever takes it has it for [`LEASE`]; one that was handed over is never sent again.

use super::notices::Attempt;
use super::{Door, policy};
use crate::domain::entry::{Action, Actor, Ground, Job, Line, Object, Outcome, Reason};
use crate::domain::ids::{MembershipId, OrganisationId, PersonId, RequestId};
use crate::domain::notice::{LEASE, RETRIES, Stage};
use crate::domain::organisation::ReminderFacts;
use crate::domain::source::{Moment, Timestamp};
use crate::store::organisations::{self, MembershipRow};
use crate::store::reminders::{self, ReminderRow};
use crate::store::{StoreError, Tx, entries};

/// A letter that somebody has taken, to send it now.
#[derive(Debug)]
pub struct TakenReminder {
    /// What it is about.
    pub facts: ReminderFacts,
    /// To whom.
    pub person: PersonId,
    /// Where they are written to, sealed.
    pub address: Vec<u8>,
    /// What describes the organisation, sealed.
    pub organisation: Vec<u8>,
    /// From which day on their place gives no rights, if that is still to come.
    pub rests_at: Option<Timestamp>,
    /// The line that says that it is sent.
    line: u64,
}

fn line(facts: &ReminderFacts, outcome: Outcome, request: RequestId) -> Line {
    let (actor, object) = (Actor::Job(Job::Notices), Object::Membership(facts.membership));
    Line {
        count: Some(u64::from(facts.months)),
        ..Line::new(actor, Ground::Maintenance, Action::RemindMember, object, outcome, request)
    }
}

impl Door {
    /// Keeps where somebody is written to who has just come in, as their issuer says; forgets it where the issuer says nothing, or they belong
    /// nowhere. `is_same`: whether what is kept says the same.
    pub async fn keep_work_address(
        &self,
        person: PersonId,
        details: Option<&[u8]>,
        is_same: impl FnOnce(&[u8]) -> bool,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.db.begin().await?;
        let details = if self.belongs_somewhere(&mut tx, person).await? { details } else { None };
        match (reminders::address(&mut tx, person).await?, details) {
            (None, None) => return Ok(()),
            (Some(_), None) => reminders::forget_address(&mut tx, person).await?,
            (Some(kept), Some(_)) if is_same(&kept) => return Ok(()),
            (_, Some(details)) => reminders::keep_address(&mut tx, person, details).await?,
        }
        tx.commit().await
    }

    async fn belongs_somewhere(&self, tx: &mut Tx, person: PersonId) -> Result<bool, StoreError> {
        let rows = organisations::of_person(tx, person).await?;
        let lasts = |row: &MembershipRow| row.facts.left_at.is_none() && self.is_proven(&row.claim(), &row.proof);
        Ok(rows.iter().any(lasts))
    }

    /// Forgets where somebody is written to whose last place has ended.
    pub(super) async fn forget_address_of_gone(&self, tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
        if self.belongs_somewhere(tx, person).await? {
            return Ok(());
        }
        reminders::forget_address(tx, person).await
    }

    /// Forgets where those are written to who belong nowhere any more.
    pub async fn forget_old_addresses(&self) -> Result<(), StoreError> {
        let mut tx = self.0.db.begin().await?;
        reminders::forget_old_addresses(&mut tx).await?;
        tx.commit().await
    }

    /// Where the caller is written to, sealed, with whose it is: for their own eyes.
    pub async fn own_work_address(&self, person: PersonId) -> Result<Option<Vec<u8>>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let details = reminders::address(&mut tx, person).await?;
        tx.commit().await?;
        Ok(details)
    }

    /// Makes a letter for a member of an organisation whose chain is locked, if it is known where they are written to.
    pub(super) async fn remind(&self, tx: &mut Tx, row: &MembershipRow, months: u16) -> Result<(), StoreError> {
        let Some(person) = row.facts.person else { return Ok(()) };
        if reminders::address(tx, person).await?.is_none() {
            return Ok(());
        }
        let (organisation, membership) = (row.facts.organisation, row.facts.membership);
        let due_at = tx.moment().await?.clock;
        let facts = ReminderFacts { organisation, membership, months, due_at, stage: Stage::Waiting, tries: 0 };
        self.keep_reminder(tx, facts).await
    }

    async fn keep_reminder(&self, tx: &mut Tx, facts: ReminderFacts) -> Result<(), StoreError> {
        let mut row = ReminderRow { facts, proof: Vec::new() };
        row.proof = self.prove(&row.claim())?.to_vec();
        reminders::keep(tx, &row).await
    }

    /// Letters whose time has come. Ids only; each is decided on by [`Self::take_reminder`].
    pub async fn due_reminders(&self) -> Result<Vec<(OrganisationId, MembershipId)>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let now = tx.moment().await?.clock;
        let due = reminders::due(&mut tx, now).await?;
        tx.commit().await?;
        Ok(due)
    }

    /// A letter whose time has come, under the lock of the organisation's chain; one that we did not write is forgotten.
    async fn waiting_reminder(
        &self,
        tx: &mut Tx,
        (organisation, membership): (OrganisationId, MembershipId),
    ) -> Result<Option<(ReminderFacts, Moment)>, StoreError> {
        if entries::lock(tx, organisation.chain()).await?.is_none() {
            return Ok(None);
        }
        let moment = tx.moment().await?;
        let Some(row) = reminders::find(tx, organisation, membership).await? else { return Ok(None) };
        if !self.is_proven(&row.claim(), &row.proof) {
            reminders::forget(tx, organisation, membership).await?;
            return Ok(None);
        }
        Ok((moment.clock >= row.facts.due_at).then_some((row.facts, moment)))
    }

    /// Takes a letter, under the line that says that it is sent. `None`: somebody else has, or it is not to be sent (any more).
    pub async fn take_reminder(
        &self,
        (organisation, membership): (OrganisationId, MembershipId),
    ) -> Result<Option<TakenReminder>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let Some((mut facts, moment)) = self.waiting_reminder(&mut tx, (organisation, membership)).await? else {
            tx.commit().await?;
            return Ok(None);
        };
        let row = organisations::lock_membership(&mut tx, organisation, membership).await?;
        let row = row.filter(|row| self.is_proven(&row.claim(), &row.proof));
        let still = row.filter(|row| policy::decide_reminder(&row.facts, row.noticed, facts.months, moment).is_ok());
        let (person, rests_at) = still.map_or((None, None), |row| (row.facts.person, row.facts.rests_at(moment)));
        let address = match person {
            Some(person) => reminders::address(&mut tx, person).await?,
            None => None,
        };
        // Whoever came meanwhile, or left, is told of nothing; that it is not sent tells nobody anything.
        let (Some(person), Some(address)) = (person, address) else {
            reminders::forget(&mut tx, organisation, membership).await?;
            tx.commit().await?;
            return Ok(None);
        };
        let request = RequestId::draw(tx.source());
        // Handed over before, and nobody came back: it may have gone, and is not sent twice.
        if facts.stage == Stage::Handed {
            let line = line(&facts, Outcome::Ended(Reason::DeliveryUnknown), request);
            entries::append(&mut tx, organisation.chain(), line).await?;
            reminders::forget(&mut tx, organisation, membership).await?;
            tx.commit().await?;
            return Ok(None);
        }
        (facts.stage, facts.tries) = (Stage::Handed, facts.tries.saturating_add(1));
        facts.due_at = moment.clock.plus(LEASE);
        self.keep_reminder(&mut tx, facts).await?;
        let details = organisations::details(&mut tx, organisation).await?.ok_or(StoreError::Damaged)?;
        let line = line(&facts, Outcome::Done, request);
        let line = entries::append(&mut tx, organisation.chain(), line).await?.seq;
        tx.commit().await?;
        Ok(Some(TakenReminder { facts, person, address, organisation: details, rests_at, line }))
    }

    /// Notes what became of an attempt to send a letter.
    pub async fn reminded(&self, taken: &TakenReminder, attempt: Attempt) -> Result<(), StoreError> {
        let ReminderFacts { organisation, membership, .. } = taken.facts;
        let mut tx = self.0.db.begin().await?;
        if entries::lock(&mut tx, organisation.chain()).await?.is_none() {
            return Ok(());
        }
        // Taken up by somebody else meanwhile.
        let row = reminders::find(&mut tx, organisation, membership).await?;
        if row.is_none_or(|row| row.facts != taken.facts) {
            return Ok(());
        }
        let moment = tx.moment().await?;
        let reason = match attempt {
            Attempt::Sent => None,
            Attempt::Never => Some(Reason::NotDelivered),
            Attempt::Unknown => Some(Reason::DeliveryUnknown),
            Attempt::NoLongerSo => Some(Reason::NoLongerSo),
            Attempt::Later if self.later(&mut tx, taken.facts, moment).await? => return tx.commit().await,
            Attempt::Later => Some(Reason::GatewayAway),
        };
        if let Some(reason) = reason {
            let request = RequestId::draw(tx.source());
            let ended = Line {
                closes: Some(taken.line),
                of: Some(Action::RemindMember),
                ..line(&taken.facts, Outcome::Ended(reason), request)
            };
            entries::append(&mut tx, organisation.chain(), ended).await?;
        }
        reminders::forget(&mut tx, organisation, membership).await?;
        tx.commit().await
    }

    /// Puts a letter off. `false`: that was done too often.
    async fn later(&self, tx: &mut Tx, mut facts: ReminderFacts, moment: Moment) -> Result<bool, StoreError> {
        let Some(wait) = usize::from(facts.tries).checked_sub(1).and_then(|tries| RETRIES.get(tries)) else {
            return Ok(false);
        };
        (facts.stage, facts.due_at) = (Stage::Waiting, moment.clock.plus(*wait));
        self.keep_reminder(tx, facts).await?;
        Ok(true)
    }

    /// Puts a letter off that nobody has taken, as who would carry it can't be reached; after too many times it is given up.
    pub async fn put_off_reminder(
        &self,
        (organisation, membership): (OrganisationId, MembershipId),
    ) -> Result<(), StoreError> {
        let mut tx = self.0.db.begin().await?;
        let waiting = self.waiting_reminder(&mut tx, (organisation, membership)).await?;
        if let Some((mut facts, moment)) = waiting {
            facts.tries = facts.tries.saturating_add(1);
            let was_handed = facts.stage == Stage::Handed;
            if was_handed || !self.later(&mut tx, facts, moment).await? {
                let reason = if was_handed { Reason::DeliveryUnknown } else { Reason::GatewayAway };
                let request = RequestId::draw(tx.source());
                let line = line(&facts, Outcome::Ended(reason), request);
                entries::append(&mut tx, organisation.chain(), line).await?;
                reminders::forget(&mut tx, organisation, membership).await?;
            }
        }
        tx.commit().await
    }
}
