//! Second factors and backup codes. The secret is ciphertext here; codes are keyed hashes.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Conn;
use super::{StoreError, Tx};
use crate::domain::ids::PersonId;
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

statements! {
    FACTOR = "SELECT person_id, created_at, confirmed_at, step, failures, failed_at, proof, secret FROM second_factors WHERE person_id = $1";
    PG_LOCK_FACTOR = "SELECT person_id, created_at, confirmed_at, step, failures, failed_at, proof, secret FROM second_factors
        WHERE person_id = $1 FOR UPDATE";
    ADD_FACTOR = "INSERT INTO second_factors (person_id, created_at, confirmed_at, step, failures, failed_at, proof, secret)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    CHANGE_FACTOR = "UPDATE second_factors SET created_at = $2, confirmed_at = $3, step = $4, failures = $5, failed_at = $6, proof = $7,
            secret = $8 WHERE person_id = $1";
    DROP_FACTOR = "DELETE FROM second_factors WHERE person_id = $1";
    ADD_CODE = "INSERT INTO backup_codes (person_id, lookup) VALUES ($1, $2)";
    USE_CODE = "DELETE FROM backup_codes WHERE person_id = $1 AND lookup = $2";
    COUNT_CODES = "SELECT count(*) FROM backup_codes WHERE person_id = $1";
    DROP_CODES = "DELETE FROM backup_codes WHERE person_id = $1";
}

/// A second factor as a row.
#[derive(Debug, Clone)]
pub struct FactorRow {
    /// Whose.
    pub person: PersonId,
    /// When its secret was drawn.
    pub created_at: Timestamp,
    /// When its first code came; until then it is none.
    pub confirmed_at: Option<Timestamp>,
    /// The last half-minute whose code was taken.
    pub step: u64,
    /// Wrong codes in a row.
    pub failures: u32,
    /// When the last of them came.
    pub failed_at: Timestamp,
    /// The row's proof, to be checked before anything of it is believed.
    pub proof: Vec<u8>,
    /// Sealed under the directory key.
    pub secret: Vec<u8>,
}

impl FactorRow {
    /// What its proof must be of.
    pub fn claim(&self) -> Claim<'_> {
        Claim::Factor {
            person: self.person,
            created_at: self.created_at,
            confirmed_at: self.confirmed_at,
            step: self.step,
            failures: self.failures,
            failed_at: self.failed_at,
            secret: &self.secret,
        }
    }
}

#[derive(FromRow)]
struct Raw {
    person_id: Uuid,
    created_at: i64,
    confirmed_at: Option<i64>,
    step: i64,
    failures: i64,
    failed_at: i64,
    proof: Vec<u8>,
    secret: Vec<u8>,
}

impl TryFrom<Raw> for FactorRow {
    type Error = StoreError;
    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        Ok(Self {
            person: PersonId::from_uuid(raw.person_id),
            created_at: Timestamp::from_micros(raw.created_at),
            confirmed_at: raw.confirmed_at.map(Timestamp::from_micros),
            step: raw.step.try_into().map_err(|_| StoreError::Damaged)?,
            failures: raw.failures.try_into().map_err(|_| StoreError::Damaged)?,
            failed_at: Timestamp::from_micros(raw.failed_at),
            proof: raw.proof,
            secret: raw.secret,
        })
    }
}

/// Reads a person's second factor and locks it: two codes are never tried at once.
pub(crate) async fn lock(tx: &mut Tx, person: PersonId) -> Result<Option<FactorRow>, StoreError> {
    let row: Option<Raw> = match tx.arm()? {
        Conn::Sqlite(conn) => sqlx::query_as(FACTOR).bind(person.uuid()).fetch_optional(conn).await?,
        Conn::Postgres(conn) => sqlx::query_as(PG_LOCK_FACTOR).bind(person.uuid()).fetch_optional(conn).await?,
    };
    row.map(TryInto::try_into).transpose()
}

/// Writes a second factor: a new one, or one that is locked as it is now.
pub(crate) async fn write(tx: &mut Tx, row: &FactorRow, is_new: bool) -> Result<(), StoreError> {
    let sql = if is_new { ADD_FACTOR } else { CHANGE_FACTOR };
    let step = i64::try_from(row.step).map_err(|_| StoreError::Other)?;
    on!(tx, conn => {
        sqlx::query(sql).bind(row.person.uuid()).bind(row.created_at.micros()).bind(row.confirmed_at.map(Timestamp::micros))
            .bind(step).bind(i64::from(row.failures)).bind(row.failed_at.micros()).bind(row.proof.as_slice())
            .bind(row.secret.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Takes away a person's second factor and its backup codes. `false` if there was none.
pub(crate) async fn drop_factor(tx: &mut Tx, person: PersonId) -> Result<bool, StoreError> {
    // The factor before its codes, as everybody does.
    lock(tx, person).await?;
    drop_codes(tx, person).await?;
    super::next_factors::drop_next(tx, person).await?;
    let dropped = on!(tx, conn => sqlx::query(DROP_FACTOR).bind(person.uuid()).execute(conn).await?.rows_affected());
    Ok(dropped > 0)
}

/// Adds a backup code.
pub(crate) async fn add_code(tx: &mut Tx, person: PersonId, lookup: &[u8; 32]) -> Result<(), StoreError> {
    on!(tx, conn => { sqlx::query(ADD_CODE).bind(person.uuid()).bind(lookup.as_slice()).execute(conn).await?; });
    Ok(())
}

/// Uses a backup code up. `false` if the person has no such code.
pub(crate) async fn use_code(tx: &mut Tx, person: PersonId, lookup: &[u8; 32]) -> Result<bool, StoreError> {
    let used = on!(tx, conn => {
        sqlx::query(USE_CODE).bind(person.uuid()).bind(lookup.as_slice()).execute(conn).await?.rows_affected()
    });
    Ok(used > 0)
}

/// How many backup codes a person has left.
pub(crate) async fn codes_left(tx: &mut Tx, person: PersonId) -> Result<u64, StoreError> {
    let count: i64 = on!(tx, conn => sqlx::query_scalar(COUNT_CODES).bind(person.uuid()).fetch_one(conn).await?);
    super::entries::unsigned(count)
}

/// Takes away all backup codes of a person.
pub(crate) async fn drop_codes(tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
    on!(tx, conn => { sqlx::query(DROP_CODES).bind(person.uuid()).execute(conn).await?; });
    Ok(())
}
