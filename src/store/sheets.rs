//! Signed sheets, as they were photographed. What a row says is not believed before `access` has checked its
//! proof. Everything about one locker is read and changed under the lock of its chain.

use sqlx::FromRow;
use uuid::Uuid;

use super::grant::{Held, Pending, act};
use super::lockers::Tie;
use super::{StoreError, Tx};
use crate::domain::ids::{LockerId, MandateId, OrganisationId, PersonId};
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

statements! {
    SHEET = "SELECT sent_at, until, times, proof, details FROM sheets WHERE locker_id = $1 AND mandate_id = $2";
    SHEET_CONTENT = "SELECT content FROM sheets WHERE locker_id = $1 AND mandate_id = $2";
    SHEETS_TO_CHECK = "SELECT COUNT(*) FROM proposals p JOIN sheets s ON s.locker_id = p.locker_id AND s.mandate_id = p.mandate_id
        WHERE p.organisation_id = $1 AND p.basis > 0 AND p.until > $2 AND p.proposed_by <> $3 AND s.until > $2";
    PUT_SHEET = "INSERT INTO sheets (locker_id, mandate_id, sent_at, until, times, proof, details, content)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (locker_id, mandate_id) DO UPDATE SET sent_at = $3, until = $4, times = $5,
            proof = $6, details = $7, content = $8";
    KEEP_SHEET = "UPDATE sheets SET until = NULL, proof = $3, details = $4, content = $5 WHERE locker_id = $1 AND mandate_id = $2";
    DROP_SHEET = "DELETE FROM sheets WHERE locker_id = $1 AND mandate_id = $2 AND until IS NOT NULL";
    DROP_WAITING_SHEETS = "DELETE FROM sheets WHERE locker_id = $1 AND until IS NOT NULL";
    LITE_DROP_OLD_PROPOSALS = "DELETE FROM proposals WHERE until <= $1";
    LITE_DROP_OLD_SHEETS = "DELETE FROM sheets WHERE until <= $1";
    PG_DROP_OLD_PROPOSALS = "DELETE FROM proposals WHERE (locker_id, mandate_id) IN
        (SELECT locker_id, mandate_id FROM proposals WHERE until <= $1 FOR UPDATE SKIP LOCKED)";
    PG_DROP_OLD_SHEETS = "DELETE FROM sheets WHERE (locker_id, mandate_id) IN
        (SELECT locker_id, mandate_id FROM sheets WHERE until <= $1 FOR UPDATE SKIP LOCKED)";
}

/// A sheet as a row, without its content.
#[derive(Debug, Clone)]
pub struct SheetRow {
    /// On which locker.
    pub locker: LockerId,
    /// Of which mandate, or proposal of one.
    pub mandate: MandateId,
    /// When its photo was sent.
    pub sent_at: Timestamp,
    /// When it goes; none once its mandate was given.
    pub until: Option<Timestamp>,
    /// How often a photo was sent.
    pub times: u32,
    /// The row's proof.
    pub proof: Vec<u8>,
    /// What describes it, sealed.
    pub details: Vec<u8>,
}

impl SheetRow {
    /// What its proof must be of.
    pub const fn claim(&self) -> Claim<'_> {
        Claim::Sheet {
            locker: self.locker,
            mandate: self.mandate,
            sent_at: self.sent_at,
            until: self.until,
            times: self.times,
        }
    }
}

#[derive(FromRow)]
struct Raw {
    sent_at: i64,
    until: Option<i64>,
    times: i64,
    proof: Vec<u8>,
    details: Vec<u8>,
}

impl Raw {
    fn read(self, locker: LockerId, mandate: MandateId) -> Result<SheetRow, StoreError> {
        Ok(SheetRow {
            locker,
            mandate,
            sent_at: Timestamp::from_micros(self.sent_at),
            until: self.until.map(Timestamp::from_micros),
            times: self.times.try_into().map_err(|_| StoreError::Damaged)?,
            proof: self.proof,
            details: self.details,
        })
    }
}

/// The sheet of a proposal on a tied locker, or of a mandate: a fact for a decision.
pub(crate) async fn find(tx: &mut Tx, tie: &Tie, mandate: MandateId) -> Result<Option<SheetRow>, StoreError> {
    of(tx, tie.locker(), mandate).await
}

/// The same, of the granted locker.
pub(crate) async fn granted(tx: &mut Tx, held: &impl Held, mandate: MandateId) -> Result<Option<SheetRow>, StoreError> {
    of(tx, held.locker(), mandate).await
}

async fn of(tx: &mut Tx, locker: LockerId, mandate: MandateId) -> Result<Option<SheetRow>, StoreError> {
    let row: Option<Raw> = on!(tx, conn => {
        sqlx::query_as(SHEET).bind(locker.uuid()).bind(mandate.uuid()).fetch_optional(conn).await?
    });
    row.map(|raw| raw.read(locker, mandate)).transpose()
}

/// The content of a sheet of the granted locker, sealed.
pub(crate) async fn content(tx: &mut Tx, held: &impl Held, mandate: MandateId) -> Result<Option<Vec<u8>>, StoreError> {
    let (locker, mandate) = (held.locker().uuid(), mandate.uuid());
    Ok(on!(tx, conn => sqlx::query_scalar(SHEET_CONTENT).bind(locker).bind(mandate).fetch_optional(conn).await?))
}

/// How many sheets wait in an organisation whose photo was sent, but those that somebody proposed themselves: a number, in whichever
/// lockers they are.
pub(crate) async fn to_check(
    tx: &mut Tx,
    organisation: OrganisationId,
    but_of: PersonId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let found: i64 = on!(tx, conn => {
        sqlx::query_scalar(SHEETS_TO_CHECK).bind(organisation.uuid()).bind(now.micros()).bind(but_of.uuid()).fetch_one(conn).await?
    });
    u64::try_from(found).map_err(|_| StoreError::Damaged)
}

/// Writes the photo that was sent; one sent before goes.
pub(crate) async fn put(
    tx: &mut Tx,
    pending: &Pending<act::SendSheet>,
    row: &SheetRow,
    content: &[u8],
) -> Result<(), StoreError> {
    if row.locker != pending.locker() {
        return Err(StoreError::Other);
    }
    on!(tx, conn => {
        sqlx::query(PUT_SHEET).bind(row.locker.uuid()).bind(row.mandate.uuid()).bind(row.sent_at.micros())
            .bind(row.until.map(Timestamp::micros)).bind(i64::from(row.times)).bind(row.proof.as_slice())
            .bind(row.details.as_slice()).bind(content).execute(conn).await?;
    });
    Ok(())
}

/// Keeps a sheet with the mandate that was given by it, sealed anew.
pub(crate) async fn keep(
    tx: &mut Tx,
    pending: &Pending<act::ConfirmSheet>,
    row: &SheetRow,
    content: &[u8],
) -> Result<(), StoreError> {
    let (locker, mandate) = (pending.locker().uuid(), row.mandate.uuid());
    let kept = on!(tx, conn => {
        sqlx::query(KEEP_SHEET).bind(locker).bind(mandate).bind(row.proof.as_slice()).bind(row.details.as_slice())
            .bind(content).execute(conn).await?.rows_affected()
    });
    // A mandate does not begin without what it rests on.
    if kept == 1 { Ok(()) } else { Err(StoreError::Damaged) }
}

/// Takes away the sheet of a proposal of the granted locker that waits no more. One whose mandate was given stays.
pub(in crate::store) async fn forget(tx: &mut Tx, held: &impl Held, mandate: MandateId) -> Result<(), StoreError> {
    let (locker, mandate) = (held.locker().uuid(), mandate.uuid());
    on!(tx, conn => { sqlx::query(DROP_SHEET).bind(locker).bind(mandate).execute(conn).await?; });
    Ok(())
}

/// The same for every proposal of a locker.
pub(in crate::store) async fn forget_waiting(tx: &mut Tx, locker: Uuid) -> Result<(), StoreError> {
    on!(tx, conn => { sqlx::query(DROP_WAITING_SHEETS).bind(locker).execute(conn).await?; });
    Ok(())
}

/// Takes away what has waited too long, in every locker: work for a job, which opens nothing. What somebody holds just now is left for the
/// next time: the job waits for nobody, in whatever order others take their rows.
pub(crate) async fn forget_old(tx: &mut Tx, now: Timestamp) -> Result<u64, StoreError> {
    let sql = if tx.is_postgres() { PG_DROP_OLD_SHEETS } else { LITE_DROP_OLD_SHEETS };
    Ok(on!(tx, conn => sqlx::query(sql).bind(now.micros()).execute(conn).await?.rows_affected()))
}

/// Takes away the proposals that nobody has answered, in every locker, once they have been over since a moment: the same work.
pub(crate) async fn forget_old_proposals(tx: &mut Tx, before: Timestamp) -> Result<u64, StoreError> {
    let sql = if tx.is_postgres() { PG_DROP_OLD_PROPOSALS } else { LITE_DROP_OLD_PROPOSALS };
    Ok(on!(tx, conn => sqlx::query(sql).bind(before.micros()).execute(conn).await?.rows_affected()))
}
