//! Institutions, and the proofs that their programs have shown. What a row says is not believed before `access` has checked its proof.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Conn;
use super::entries::{Head, HeadRow};
use super::{StoreError, Tx};
use crate::domain::ids::{InstitutionId, OrganisationId};
use crate::domain::institution::{Errands, InstitutionFacts};
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

statements! {
    ADD_INSTITUTION = "INSERT INTO institutions (institution_id, created_at, errands, suspended_at, proof, details, office_id) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    CHANGE_INSTITUTION = "UPDATE institutions SET errands = $2, suspended_at = $3, proof = $4, details = $5, office_id = $6 WHERE institution_id = $1";
    INSTITUTION = "SELECT i.institution_id, i.created_at, i.errands, i.suspended_at, i.proof, i.details, i.office_id, c.seq, c.link, c.at
        FROM institutions i JOIN chains c ON c.chain_id = $1 WHERE i.institution_id = $1";
    INSTITUTIONS = "SELECT institution_id, created_at, errands, suspended_at, proof, details, office_id FROM institutions
        ORDER BY created_at, institution_id";
    PG_BEGIN_CHANGE = "SELECT pg_advisory_xact_lock($1)";
    PG_HOLD_INSTITUTION = "WITH turn AS MATERIALIZED (SELECT 1 AS mine FROM pg_advisory_xact_lock_shared($2)),
        held AS (SELECT i.institution_id, i.created_at, i.errands, i.suspended_at, i.proof, i.details, i.office_id, c.seq, c.link, c.at
            FROM turn JOIN institutions i ON i.institution_id = $1 JOIN chains c ON c.chain_id = $1 FOR SHARE OF i)
        SELECT held.*, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock FROM held";
    OF_OFFICE = "SELECT institution_id FROM institutions WHERE office_id = $1";
    SHOW_ASSERTION = "INSERT INTO assertions (institution_id, lookup, until) VALUES ($1, $2, $3) ON CONFLICT (institution_id, lookup) DO NOTHING";
    FORGET_ASSERTIONS = "DELETE FROM assertions WHERE institution_id = $1 AND until < $2";
}

/// An institution as a row.
#[derive(Debug, Clone)]
pub struct InstitutionRow {
    /// What a decision looks at.
    pub facts: InstitutionFacts,
    /// When the operator registered it.
    pub created_at: Timestamp,
    /// The row's proof, to be checked before anything of it is believed.
    pub proof: Vec<u8>,
    /// Name, legal basis, kinds, public keys, sealed under the directory key.
    pub details: Vec<u8>,
}

impl InstitutionRow {
    /// What its proof must be of.
    pub fn claim(&self) -> Claim<'_> {
        Claim::Institution { facts: &self.facts, details: &self.details }
    }
}

#[derive(FromRow)]
struct Raw {
    institution_id: Uuid,
    created_at: i64,
    errands: i64,
    suspended_at: Option<i64>,
    proof: Vec<u8>,
    details: Vec<u8>,
    office_id: Option<Uuid>,
}

impl TryFrom<Raw> for InstitutionRow {
    type Error = StoreError;
    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        Ok(Self {
            facts: InstitutionFacts {
                institution: InstitutionId::from_uuid(raw.institution_id),
                errands: Errands::from_number(raw.errands).ok_or(StoreError::Damaged)?,
                suspended_at: raw.suspended_at.map(Timestamp::from_micros),
                office: raw.office_id.map(OrganisationId::from_uuid),
            },
            created_at: Timestamp::from_micros(raw.created_at),
            proof: raw.proof,
            details: raw.details,
        })
    }
}

/// Adds one.
pub(crate) async fn add(tx: &mut Tx, row: &InstitutionRow) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(ADD_INSTITUTION).bind(row.facts.institution.uuid()).bind(row.created_at.micros()).bind(row.facts.errands.number())
            .bind(row.facts.suspended_at.map(Timestamp::micros)).bind(row.proof.as_slice()).bind(row.details.as_slice())
            .bind(row.facts.office.map(OrganisationId::uuid)).execute(conn).await?;
    });
    Ok(())
}

/// Changes what one is registered with.
pub(crate) async fn change(tx: &mut Tx, row: &InstitutionRow) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(CHANGE_INSTITUTION).bind(row.facts.institution.uuid()).bind(row.facts.errands.number())
            .bind(row.facts.suspended_at.map(Timestamp::micros)).bind(row.proof.as_slice()).bind(row.details.as_slice())
            .bind(row.facts.office.map(OrganisationId::uuid)).execute(conn).await?;
    });
    Ok(())
}

#[derive(FromRow)]
struct RawWithHead {
    #[sqlx(flatten)]
    row: Raw,
    #[sqlx(flatten)]
    head: HeadRow,
}

/// One, if there is such, with the head of its journal as it was at that very moment.
pub(crate) async fn find(
    tx: &mut Tx,
    institution: InstitutionId,
) -> Result<Option<(InstitutionRow, Head)>, StoreError> {
    let found: Option<RawWithHead> =
        on!(tx, conn => sqlx::query_as(INSTITUTION).bind(institution.uuid()).fetch_optional(conn).await?);
    found.map(|found| Ok((found.row.try_into()?, found.head.try_into()?))).transpose()
}

#[derive(FromRow)]
struct HeldRow {
    #[sqlx(flatten)]
    found: RawWithHead,
    clock: i64,
}

/// The number by which those who hold an institution's registration queue with who changes it: a row's own lock lets the next reader past who
/// waits to change it, so that readers who come one after the other keep them waiting for ever. Two institutions with one number wait for
/// each other, and no more.
fn turn(institution: InstitutionId) -> i64 {
    institution.bytes().first_chunk::<8>().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}

/// Takes the turn of who changes an institution: before its chain, and before its row. Those who hold it are waited for, and nobody comes after
/// them meanwhile.
pub(crate) async fn begin_change(tx: &mut Tx, institution: InstitutionId) -> Result<(), StoreError> {
    match tx.arm()? {
        // Each of its transactions holds the one writer's lock from its start.
        Conn::Sqlite(_) => {}
        Conn::Postgres(conn) => {
            sqlx::query(PG_BEGIN_CHANGE).bind(turn(institution)).execute(conn).await?;
        }
    }
    Ok(())
}

/// The same, and nobody changes it before the end of the transaction; others may hold it beside. With what the database's clock says then, if it
/// has one.
pub(crate) async fn hold(
    tx: &mut Tx,
    institution: InstitutionId,
) -> Result<Option<(InstitutionRow, Head, Option<Timestamp>)>, StoreError> {
    let (turn, institution) = (turn(institution), institution.uuid());
    let found = match tx.arm()? {
        // Each of its transactions holds the one writer's lock from its start.
        Conn::Sqlite(conn) => {
            let found: Option<RawWithHead> = sqlx::query_as(INSTITUTION).bind(institution).fetch_optional(conn).await?;
            found.map(|found| (found, None))
        }
        Conn::Postgres(conn) => {
            let held: Option<HeldRow> =
                sqlx::query_as(PG_HOLD_INSTITUTION).bind(institution).bind(turn).fetch_optional(conn).await?;
            held.map(|held| (held.found, Some(Timestamp::from_micros(held.clock))))
        }
    };
    found.map(|(found, clock)| Ok((found.row.try_into()?, found.head.try_into()?, clock))).transpose()
}

/// Whose office an organisation is, as the row says.
pub(crate) async fn of_office(tx: &mut Tx, office: OrganisationId) -> Result<Option<InstitutionId>, StoreError> {
    let found: Option<Uuid> =
        on!(tx, conn => sqlx::query_scalar(OF_OFFICE).bind(office.uuid()).fetch_optional(conn).await?);
    Ok(found.map(InstitutionId::from_uuid))
}

/// All of them, the oldest first.
pub(crate) async fn all(tx: &mut Tx) -> Result<Vec<InstitutionRow>, StoreError> {
    let rows: Vec<Raw> = on!(tx, conn => sqlx::query_as(INSTITUTIONS).fetch_all(conn).await?);
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Notes that a proof was shown, until when it would be good; `false`: it was shown before.
pub(crate) async fn show_assertion(
    tx: &mut Tx,
    institution: InstitutionId,
    lookup: &[u8; 32],
    until: Timestamp,
) -> Result<bool, StoreError> {
    let (institution, until) = (institution.uuid(), until.micros());
    let rows = on!(tx, conn => {
        sqlx::query(SHOW_ASSERTION).bind(institution).bind(lookup.as_slice()).bind(until).execute(conn).await?.rows_affected()
    });
    Ok(rows == 1)
}

/// Forgets the proofs of an institution that were good no longer than until a moment.
pub(crate) async fn forget_assertions(
    tx: &mut Tx,
    institution: InstitutionId,
    before: Timestamp,
) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(FORGET_ASSERTIONS).bind(institution.uuid()).bind(before.micros()).execute(conn).await?;
    });
    Ok(())
}
