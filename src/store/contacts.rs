//! Where holders want to be told of things: a row of the locker's, one at most. Read and written under the lock of its chain. What a row
//! says is not believed before `access` has checked its proof; the rest is ciphertext here.

use sqlx::FromRow;
use uuid::Uuid;

use super::entries::{signed, unsigned};
use super::grant::Held;
use super::lockers::Tie;
use super::{StoreError, Tx};
use crate::domain::ids::{ContactId, LockerId};
use crate::domain::notice::{Channel, ContactFacts};
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

statements! {
    CONTACT = "SELECT locker_id, contact_id, channel, made_at, confirmed_at, tries, seen, look_at, proof, details FROM contacts WHERE locker_id = $1";
    KEEP_CONTACT = "INSERT INTO contacts (locker_id, contact_id, channel, made_at, confirmed_at, tries, seen, look_at, proof, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (locker_id) DO UPDATE SET contact_id = $2, channel = $3, made_at = $4, confirmed_at = $5, tries = $6, seen = $7,
            look_at = $8, proof = $9, details = $10";
    BEHIND = "SELECT k.locker_id FROM contacts k JOIN chains c ON c.chain_id = k.locker_id
        WHERE k.confirmed_at IS NOT NULL AND k.channel IS NOT NULL AND c.seq > k.seen AND k.locker_id > $1 ORDER BY k.locker_id LIMIT 200";
    DUE_LOOKS = "SELECT locker_id FROM contacts WHERE confirmed_at IS NOT NULL AND channel IS NOT NULL
        AND (look_at IS NULL OR look_at <= $1) AND locker_id > $2 ORDER BY locker_id LIMIT 200";
}

/// What a holder chose, as a row.
#[derive(Debug, Clone)]
pub struct ContactRow {
    /// On which locker.
    pub locker: LockerId,
    /// What a decision looks at.
    pub facts: ContactFacts,
    /// The row's proof.
    pub proof: Vec<u8>,
    /// The rest, sealed under the directory key.
    pub details: Vec<u8>,
}

impl ContactRow {
    /// What its proof must be of.
    pub fn claim(&self) -> Claim<'_> {
        Claim::Contact { locker: self.locker, facts: &self.facts, details: &self.details }
    }
}

#[derive(FromRow)]
struct Raw {
    locker_id: Uuid,
    contact_id: Uuid,
    channel: Option<i64>,
    made_at: i64,
    confirmed_at: Option<i64>,
    tries: i64,
    seen: i64,
    look_at: Option<i64>,
    proof: Vec<u8>,
    details: Vec<u8>,
}

impl TryFrom<Raw> for ContactRow {
    type Error = StoreError;
    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        let channel = raw.channel.map(|number| Channel::from_number(number).ok_or(StoreError::Damaged)).transpose()?;
        Ok(Self {
            locker: LockerId::from_uuid(raw.locker_id),
            facts: ContactFacts {
                contact: ContactId::from_uuid(raw.contact_id),
                channel,
                made_at: Timestamp::from_micros(raw.made_at),
                confirmed_at: raw.confirmed_at.map(Timestamp::from_micros),
                tries: raw.tries.try_into().map_err(|_| StoreError::Damaged)?,
                seen: unsigned(raw.seen)?,
                look_at: raw.look_at.map(Timestamp::from_micros),
            },
            proof: raw.proof,
            details: raw.details,
        })
    }
}

/// What the holder of the granted locker chose last.
pub(crate) async fn of_granted(tx: &mut Tx, held: &impl Held) -> Result<Option<ContactRow>, StoreError> {
    find(tx, held.locker().uuid()).await
}

/// The same of a locker whose chain is locked: a fact for a decision.
pub(crate) async fn of_tied(tx: &mut Tx, tie: &Tie) -> Result<Option<ContactRow>, StoreError> {
    find(tx, tie.locker().uuid()).await
}

async fn find(tx: &mut Tx, locker: Uuid) -> Result<Option<ContactRow>, StoreError> {
    let row: Option<Raw> = on!(tx, conn => sqlx::query_as(CONTACT).bind(locker).fetch_optional(conn).await?);
    row.map(TryInto::try_into).transpose()
}

/// Keeps what the holder of the granted locker chose, in place of what they chose before.
pub(crate) async fn keep(tx: &mut Tx, held: &impl Held, row: &ContactRow) -> Result<(), StoreError> {
    write(tx, held.locker(), row).await
}

/// The same in a locker whose chain is locked: how far its journal was read, a wrong code.
pub(crate) async fn keep_tied(tx: &mut Tx, tie: &Tie, row: &ContactRow) -> Result<(), StoreError> {
    write(tx, tie.locker(), row).await
}

async fn write(tx: &mut Tx, locker: LockerId, row: &ContactRow) -> Result<(), StoreError> {
    if row.locker != locker {
        return Err(StoreError::Other);
    }
    let facts = &row.facts;
    let seen = signed(facts.seen)?;
    on!(tx, conn => {
        sqlx::query(KEEP_CONTACT).bind(locker.uuid()).bind(facts.contact.uuid()).bind(facts.channel.map(Channel::number))
            .bind(facts.made_at.micros()).bind(facts.confirmed_at.map(Timestamp::micros)).bind(i64::from(facts.tries))
            .bind(seen).bind(facts.look_at.map(Timestamp::micros)).bind(row.proof.as_slice()).bind(row.details.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Lockers whose holder is told of things and whose journal has gone on since it was read, a page of them after a locker: work for a
/// job, which decides on each.
pub(crate) async fn behind(tx: &mut Tx, after: LockerId) -> Result<Vec<LockerId>, StoreError> {
    let rows: Vec<Uuid> = on!(tx, conn => sqlx::query_scalar(BEHIND).bind(after.uuid()).fetch_all(conn).await?);
    Ok(rows.into_iter().map(LockerId::from_uuid).collect())
}

/// Lockers whose holder is told of things and whose dates are to be looked at, a page of them after a locker: work for a job, which
/// decides on each.
pub(crate) async fn due_looks(tx: &mut Tx, now: Timestamp, after: LockerId) -> Result<Vec<LockerId>, StoreError> {
    let rows: Vec<Uuid> =
        on!(tx, conn => sqlx::query_scalar(DUE_LOOKS).bind(now.micros()).bind(after.uuid()).fetch_all(conn).await?);
    Ok(rows.into_iter().map(LockerId::from_uuid).collect())
}
