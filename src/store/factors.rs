//! Second factors and backup codes. The secret is ciphertext here; codes are keyed hashes. A row is never deleted: one that was taken
//! away says so, so that a row that is not there is told from somebody who never had one.

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
    ADD_CODE = "INSERT INTO backup_codes (person_id, lookup) VALUES ($1, $2)";
    USE_CODE = "DELETE FROM backup_codes WHERE person_id = $1 AND lookup = $2";
    CODES = "SELECT lookup FROM backup_codes WHERE person_id = $1 ORDER BY lookup";
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
    /// Sealed under the directory key; nothing in one that was taken away.
    pub secret: Vec<u8>,
    /// What the printed codes that are left are found by, in order.
    pub codes: Vec<[u8; 32]>,
}

impl FactorRow {
    /// One that somebody does not have, since a time; without its proof.
    pub const fn none(person: PersonId, since: Timestamp) -> Self {
        Self {
            person,
            created_at: since,
            confirmed_at: None,
            step: 0,
            failures: 0,
            failed_at: Timestamp::from_micros(0),
            proof: Vec::new(),
            secret: Vec::new(),
            codes: Vec::new(),
        }
    }

    /// Whether a secret was drawn since it was last taken away.
    pub const fn is_drawn(&self) -> bool {
        !self.secret.is_empty()
    }

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
            codes: &self.codes,
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
            codes: Vec::new(),
        })
    }
}

/// Reads a person's second factor with its printed codes, and locks it: two codes are never tried at once. The inner error: there is one,
/// and it does not read as one.
pub(crate) async fn lock(tx: &mut Tx, person: PersonId) -> Result<Option<Result<FactorRow, StoreError>>, StoreError> {
    let row: Option<Raw> = match tx.arm()? {
        Conn::Sqlite(conn) => sqlx::query_as(FACTOR).bind(person.uuid()).fetch_optional(conn).await?,
        Conn::Postgres(conn) => sqlx::query_as(PG_LOCK_FACTOR).bind(person.uuid()).fetch_optional(conn).await?,
    };
    let Some(row) = row else { return Ok(None) };
    let codes: Vec<Vec<u8>> = on!(tx, conn => sqlx::query_scalar(CODES).bind(person.uuid()).fetch_all(conn).await?);
    let codes: Result<Vec<[u8; 32]>, _> = codes.into_iter().map(TryInto::try_into).collect();
    let row = FactorRow::try_from(row)
        .and_then(|row| Ok(FactorRow { codes: codes.map_err(|_| StoreError::Damaged)?, ..row }));
    Ok(Some(row))
}

/// Writes a second factor: a new one, or one that is locked as it is now. Its printed codes are written on their own.
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

/// Writes the printed codes of a person, whose factor is locked, in place of those that they had.
pub(crate) async fn write_codes(tx: &mut Tx, person: PersonId, codes: &[[u8; 32]]) -> Result<(), StoreError> {
    drop_codes(tx, person).await?;
    for lookup in codes {
        on!(tx, conn => { sqlx::query(ADD_CODE).bind(person.uuid()).bind(lookup.as_slice()).execute(conn).await?; });
    }
    Ok(())
}

/// Uses a backup code up.
pub(crate) async fn use_code(tx: &mut Tx, person: PersonId, lookup: &[u8; 32]) -> Result<(), StoreError> {
    on!(tx, conn => { sqlx::query(USE_CODE).bind(person.uuid()).bind(lookup.as_slice()).execute(conn).await?; });
    Ok(())
}

/// Takes away all backup codes of a person.
async fn drop_codes(tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
    on!(tx, conn => { sqlx::query(DROP_CODES).bind(person.uuid()).execute(conn).await?; });
    Ok(())
}
