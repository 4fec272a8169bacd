//! Which institutions may deposit in a locker. What a row says is not believed before `access` has checked its proof.

use sqlx::FromRow;
use uuid::Uuid;

use super::entries::{signed, unsigned};
use super::grant::{Held, Pending, act};
use super::lockers::Tie;
use super::{StoreError, Tx};
use crate::domain::agreement::{AgreementFacts, KindTag};
use crate::domain::ids::{AgreementId, InstitutionId, LockerId};
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

statements! {
    ADD_AGREEMENT = "INSERT INTO agreements (locker_id, agreement_id, institution_id, begins_at, until, ended_at, kinds, day, today, bytes,
            proof, details)
        VALUES ($1, $2, $3, $4, $5, NULL, $6, 0, 0, 0, $7, $8)";
    CHANGE_AGREEMENT = "UPDATE agreements SET ended_at = $3, day = $4, today = $5, bytes = $6, proof = $7 WHERE locker_id = $1 AND agreement_id = $2";
    AGREEMENT = "SELECT locker_id, agreement_id, institution_id, begins_at, until, ended_at, kinds, day, today, bytes, proof, details
        FROM agreements WHERE locker_id = $1 AND agreement_id = $2";
    AGREEMENTS = "SELECT locker_id, agreement_id, institution_id, begins_at, until, ended_at, kinds, day, today, bytes, proof, details
        FROM agreements WHERE locker_id = $1 ORDER BY begins_at DESC, agreement_id";
    AGREEMENTS_WITH = "SELECT locker_id, agreement_id, institution_id, begins_at, until, ended_at, kinds, day, today, bytes, proof, details
        FROM agreements WHERE locker_id = $1 AND institution_id = $2";
    AGREEMENT_OF_INSTITUTION = "SELECT locker_id FROM agreements WHERE institution_id = $1 AND agreement_id = $2";
}

/// An agreement as a row.
#[derive(Debug, Clone)]
pub struct AgreementRow {
    /// Of which locker.
    pub locker: LockerId,
    /// Which.
    pub agreement: AgreementId,
    /// With whom.
    pub institution: InstitutionId,
    /// When the holder agreed.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
    /// When it was stopped.
    pub ended_at: Option<Timestamp>,
    /// The kinds, as decisions see them.
    pub kinds: Vec<KindTag>,
    /// The day of the last deposit, counted from 1970.
    pub day: i64,
    /// How many came in on that day.
    pub today: u32,
    /// Bytes that came in, as stored.
    pub bytes: u64,
    /// The row's proof.
    pub proof: Vec<u8>,
    /// What it is, sealed under the directory key.
    pub details: Vec<u8>,
    /// Whether the journal says something else, in no row of its own: `access` finds it, and nothing that the row says is shown.
    pub is_doubted: bool,
}

impl AgreementRow {
    /// What a decision looks at.
    pub fn facts(&self) -> AgreementFacts<'_> {
        AgreementFacts {
            locker: self.locker,
            agreement: self.agreement,
            institution: self.institution,
            from: self.from,
            until: self.until,
            ended_at: self.ended_at,
            kinds: &self.kinds,
            day: self.day,
            today: self.today,
            bytes: self.bytes,
        }
    }

    /// What its proof must be of.
    pub fn claim<'a>(&'a self, facts: &'a AgreementFacts<'a>) -> Claim<'a> {
        Claim::Agreement { facts, details: &self.details }
    }
}

#[derive(FromRow)]
struct Raw {
    locker_id: Uuid,
    agreement_id: Uuid,
    institution_id: Uuid,
    begins_at: i64,
    until: i64,
    ended_at: Option<i64>,
    kinds: Vec<u8>,
    day: i64,
    today: i64,
    bytes: i64,
    proof: Vec<u8>,
    details: Vec<u8>,
}

impl TryFrom<Raw> for AgreementRow {
    type Error = StoreError;
    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        let (kinds, rest) = raw.kinds.as_chunks::<16>();
        if !rest.is_empty() {
            return Err(StoreError::Damaged);
        }
        Ok(Self {
            locker: LockerId::from_uuid(raw.locker_id),
            agreement: AgreementId::from_uuid(raw.agreement_id),
            institution: InstitutionId::from_uuid(raw.institution_id),
            from: Timestamp::from_micros(raw.begins_at),
            until: Timestamp::from_micros(raw.until),
            ended_at: raw.ended_at.map(Timestamp::from_micros),
            kinds: kinds.to_vec(),
            day: raw.day,
            today: u32::try_from(raw.today).map_err(|_| StoreError::Damaged)?,
            bytes: unsigned(raw.bytes)?,
            proof: raw.proof,
            details: raw.details,
            is_doubted: false,
        })
    }
}

/// Adds one to the granted locker.
pub(crate) async fn add(
    tx: &mut Tx,
    pending: &Pending<act::GiveAgreement>,
    row: &AgreementRow,
) -> Result<(), StoreError> {
    if row.locker != pending.locker() {
        return Err(StoreError::Other);
    }
    on!(tx, conn => {
        sqlx::query(ADD_AGREEMENT).bind(row.locker.uuid()).bind(row.agreement.uuid()).bind(row.institution.uuid())
            .bind(row.from.micros()).bind(row.until.micros()).bind(row.kinds.concat())
            .bind(row.proof.as_slice()).bind(row.details.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Writes where one of the granted locker stands.
pub(crate) async fn change(tx: &mut Tx, held: &impl Held, row: &AgreementRow) -> Result<(), StoreError> {
    let locker = held.locker();
    if row.locker != locker {
        return Err(StoreError::Other);
    }
    let bytes = signed(row.bytes)?;
    on!(tx, conn => {
        sqlx::query(CHANGE_AGREEMENT).bind(locker.uuid()).bind(row.agreement.uuid()).bind(row.ended_at.map(Timestamp::micros))
            .bind(row.day).bind(i64::from(row.today)).bind(bytes).bind(row.proof.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// One of a locker.
pub(crate) async fn find(
    tx: &mut Tx,
    locker: LockerId,
    agreement: AgreementId,
) -> Result<Option<AgreementRow>, StoreError> {
    let row: Option<Raw> = on!(tx, conn => {
        sqlx::query_as(AGREEMENT).bind(locker.uuid()).bind(agreement.uuid()).fetch_optional(conn).await?
    });
    row.map(TryInto::try_into).transpose()
}

/// All of the granted locker, the newest first.
pub(crate) async fn all(tx: &mut Tx, held: &impl Held) -> Result<Vec<AgreementRow>, StoreError> {
    let rows: Vec<Raw> = on!(tx, conn => sqlx::query_as(AGREEMENTS).bind(held.locker().uuid()).fetch_all(conn).await?);
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Those of the tied locker with one institution. Facts for a decision.
pub(crate) async fn with(tx: &mut Tx, tie: &Tie, institution: InstitutionId) -> Result<Vec<AgreementRow>, StoreError> {
    let (locker, institution) = (tie.locker().uuid(), institution.uuid());
    let rows: Vec<Raw> =
        on!(tx, conn => sqlx::query_as(AGREEMENTS_WITH).bind(locker).bind(institution).fetch_all(conn).await?);
    rows.into_iter().map(TryInto::try_into).collect()
}

/// In whose locker an agreement is that an institution names. It does not change: what else is known of it is read under the locks.
pub(crate) async fn locker_of(
    tx: &mut Tx,
    institution: InstitutionId,
    agreement: AgreementId,
) -> Result<Option<LockerId>, StoreError> {
    let row: Option<Uuid> = on!(tx, conn => {
        sqlx::query_scalar(AGREEMENT_OF_INSTITUTION).bind(institution.uuid()).bind(agreement.uuid()).fetch_optional(conn).await?
    });
    Ok(row.map(LockerId::from_uuid))
}
