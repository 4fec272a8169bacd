//! What waits to be sent to holders. Read and written under the lock of the locker's chain. What a row says is not believed before
//! `access` has checked its proof; what it tells is ciphertext here.

use sqlx::FromRow;
use uuid::Uuid;

use super::grant::Held;
use super::lockers::Tie;
use super::{StoreError, Tx};
use crate::domain::ids::{ContactId, LockerId, NoticeId};
use crate::domain::notice::{NoticeFacts, Stage};
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

statements! {
    KEEP_NOTICE = "INSERT INTO notices (locker_id, notice_id, contact_id, due_at, stage, tries, proof, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (locker_id, notice_id) DO UPDATE SET due_at = $4, stage = $5, tries = $6, proof = $7";
    NOTICE = "SELECT locker_id, notice_id, contact_id, due_at, stage, tries, proof, details FROM notices
        WHERE locker_id = $1 AND notice_id = $2";
    DUE_NOTICES = "SELECT locker_id, notice_id FROM notices WHERE due_at <= $1 ORDER BY due_at, notice_id LIMIT 100";
    DROP_NOTICE = "DELETE FROM notices WHERE locker_id = $1 AND notice_id = $2";
    DROP_NOTICES = "DELETE FROM notices WHERE locker_id = $1";
    DROP_NOTICES_FOR = "DELETE FROM notices WHERE locker_id = $1 AND contact_id = $2";
    WAITING_NOTICES = "SELECT locker_id, notice_id, contact_id, due_at, stage, tries, proof, details FROM notices
        WHERE locker_id = $1 ORDER BY due_at, notice_id";
}

/// A notice as a row.
#[derive(Debug, Clone)]
pub struct NoticeRow {
    /// What a decision looks at.
    pub facts: NoticeFacts,
    /// The row's proof.
    pub proof: Vec<u8>,
    /// What it tells, sealed under the directory key.
    pub details: Vec<u8>,
}

impl NoticeRow {
    /// What its proof must be of.
    pub fn claim(&self) -> Claim<'_> {
        Claim::Notice { facts: &self.facts, details: &self.details }
    }
}

#[derive(FromRow)]
struct Raw {
    locker_id: Uuid,
    notice_id: Uuid,
    contact_id: Uuid,
    due_at: i64,
    stage: i64,
    tries: i64,
    proof: Vec<u8>,
    details: Vec<u8>,
}

impl TryFrom<Raw> for NoticeRow {
    type Error = StoreError;
    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        Ok(Self {
            facts: NoticeFacts {
                locker: LockerId::from_uuid(raw.locker_id),
                notice: NoticeId::from_uuid(raw.notice_id),
                contact: ContactId::from_uuid(raw.contact_id),
                due_at: Timestamp::from_micros(raw.due_at),
                stage: Stage::from_number(raw.stage).ok_or(StoreError::Damaged)?,
                tries: raw.tries.try_into().map_err(|_| StoreError::Damaged)?,
            },
            proof: raw.proof,
            details: raw.details,
        })
    }
}

/// Adds one in the granted locker: what its journal brings, a code, that messages go elsewhere.
pub(crate) async fn add(tx: &mut Tx, held: &impl Held, row: &NoticeRow) -> Result<(), StoreError> {
    write(tx, held.locker(), row).await
}

/// Adds one to a locker whose chain is locked, or writes how far it is.
pub(crate) async fn keep(tx: &mut Tx, tie: &Tie, row: &NoticeRow) -> Result<(), StoreError> {
    write(tx, tie.locker(), row).await
}

async fn write(tx: &mut Tx, locker: LockerId, row: &NoticeRow) -> Result<(), StoreError> {
    let facts = &row.facts;
    if facts.locker != locker {
        return Err(StoreError::Other);
    }
    on!(tx, conn => {
        sqlx::query(KEEP_NOTICE).bind(locker.uuid()).bind(facts.notice.uuid()).bind(facts.contact.uuid())
            .bind(facts.due_at.micros()).bind(facts.stage.number()).bind(i64::from(facts.tries)).bind(row.proof.as_slice())
            .bind(row.details.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Notices whose time has come, in every locker: work for a job, which decides on each.
pub(crate) async fn due(tx: &mut Tx, now: Timestamp) -> Result<Vec<(LockerId, NoticeId)>, StoreError> {
    let rows: Vec<(Uuid, Uuid)> =
        on!(tx, conn => sqlx::query_as(DUE_NOTICES).bind(now.micros()).fetch_all(conn).await?);
    Ok(rows.into_iter().map(|(locker, notice)| (LockerId::from_uuid(locker), NoticeId::from_uuid(notice))).collect())
}

/// A notice of a locker whose chain is locked: a fact for a decision.
pub(crate) async fn find(tx: &mut Tx, tie: &Tie, notice: NoticeId) -> Result<Option<NoticeRow>, StoreError> {
    let (locker, notice) = (tie.locker().uuid(), notice.uuid());
    let row: Option<Raw> =
        on!(tx, conn => sqlx::query_as(NOTICE).bind(locker).bind(notice).fetch_optional(conn).await?);
    row.map(TryInto::try_into).transpose()
}

/// Those that wait in the granted locker, the next one first.
pub(crate) async fn waiting(tx: &mut Tx, held: &impl Held) -> Result<Vec<NoticeRow>, StoreError> {
    let locker = held.locker().uuid();
    let rows: Vec<Raw> = on!(tx, conn => sqlx::query_as(WAITING_NOTICES).bind(locker).fetch_all(conn).await?);
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Takes one away from a locker whose chain is locked: it was sent, or never will be.
pub(crate) async fn forget(tx: &mut Tx, tie: &Tie, notice: NoticeId) -> Result<(), StoreError> {
    let (locker, notice) = (tie.locker().uuid(), notice.uuid());
    on!(tx, conn => { sqlx::query(DROP_NOTICE).bind(locker).bind(notice).execute(conn).await?; });
    Ok(())
}

/// Takes the code away from the granted locker that waits for a choice: another one has taken its place, or it was taken back.
pub(crate) async fn forget_code(tx: &mut Tx, held: &impl Held, choice: ContactId) -> Result<(), StoreError> {
    let (locker, choice) = (held.locker().uuid(), choice.uuid());
    on!(tx, conn => { sqlx::query(DROP_NOTICES_FOR).bind(locker).bind(choice).execute(conn).await?; });
    Ok(())
}

/// Takes all that wait in the granted locker away: they were for another address, or for none any more.
pub(crate) async fn forget_all(tx: &mut Tx, held: &impl Held) -> Result<(), StoreError> {
    let locker = held.locker().uuid();
    on!(tx, conn => { sqlx::query(DROP_NOTICES).bind(locker).execute(conn).await?; });
    Ok(())
}
