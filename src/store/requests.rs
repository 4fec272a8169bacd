//! What institutions ask people for. What a row says is not believed before `access` has checked its proof.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Conn;
use super::{StoreError, Tx};
use crate::domain::ids::{InstitutionId, LockerId, PaperRequestId, ShareId};
use crate::domain::proof::Claim;
use crate::domain::request::{RequestFacts, Stage};
use crate::domain::source::Timestamp;

statements! {
    ADD_REQUEST = "INSERT INTO paper_requests (institution_id, request_id, lookup, made_at, until, stage, staged_at, locker_id, share_id, proof, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    CHANGE_REQUEST = "UPDATE paper_requests SET stage = $3, staged_at = $4, locker_id = $5, share_id = $6, proof = $7
        WHERE institution_id = $1 AND request_id = $2";
    REQUEST = "SELECT institution_id, request_id, lookup, made_at, until, stage, staged_at, locker_id, share_id, proof, details FROM paper_requests
        WHERE institution_id = $1 AND request_id = $2";
    PG_LOCK_REQUEST = "SELECT institution_id, request_id, lookup, made_at, until, stage, staged_at, locker_id, share_id, proof, details FROM paper_requests
        WHERE institution_id = $1 AND request_id = $2 FOR NO KEY UPDATE";
    REQUEST_OF_CODE = "SELECT institution_id, request_id FROM paper_requests WHERE lookup = $1";
    OPEN_REQUESTS = "SELECT count(*) FROM paper_requests WHERE institution_id = $1 AND until > $2 AND stage <= 2";
    REQUESTS_OF_INSTITUTION = "SELECT institution_id, request_id, lookup, made_at, until, stage, staged_at, locker_id, share_id, proof, details
        FROM paper_requests WHERE institution_id = $1 AND request_id > $2 ORDER BY request_id LIMIT $3";
    NEWEST_REQUESTS = "SELECT institution_id, request_id, lookup, made_at, until, stage, staged_at, locker_id, share_id, proof, details
        FROM paper_requests WHERE institution_id = $1 AND (made_at < $2 OR made_at = $2 AND request_id < $3)
        ORDER BY made_at DESC, request_id DESC LIMIT $4";
    REQUESTS_OF_LOCKER = "SELECT institution_id, request_id, lookup, made_at, until, stage, staged_at, locker_id, share_id, proof, details
        FROM paper_requests WHERE locker_id = $1 ORDER BY staged_at DESC, request_id";
}

/// A request as a row.
#[derive(Debug, Clone)]
pub struct RequestRow {
    /// What a decision looks at.
    pub facts: RequestFacts,
    /// Keyed hash of its code.
    pub lookup: [u8; 32],
    /// The row's proof.
    pub proof: Vec<u8>,
    /// Purpose and pieces, sealed under the directory key.
    pub details: Vec<u8>,
}

impl RequestRow {
    /// What its proof must be of.
    pub fn claim(&self) -> Claim<'_> {
        Claim::PaperRequest { facts: &self.facts, lookup: &self.lookup, details: &self.details }
    }
}

#[derive(FromRow)]
struct Raw {
    institution_id: Uuid,
    request_id: Uuid,
    lookup: Vec<u8>,
    made_at: i64,
    until: i64,
    stage: i64,
    staged_at: i64,
    locker_id: Option<Uuid>,
    share_id: Option<Uuid>,
    proof: Vec<u8>,
    details: Vec<u8>,
}

impl TryFrom<Raw> for RequestRow {
    type Error = StoreError;
    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        Ok(Self {
            facts: RequestFacts {
                institution: InstitutionId::from_uuid(raw.institution_id),
                request: PaperRequestId::from_uuid(raw.request_id),
                made_at: Timestamp::from_micros(raw.made_at),
                until: Timestamp::from_micros(raw.until),
                stage: Stage::from_number(raw.stage).ok_or(StoreError::Damaged)?,
                staged_at: Timestamp::from_micros(raw.staged_at),
                locker: raw.locker_id.map(LockerId::from_uuid),
                share: raw.share_id.map(ShareId::from_uuid),
            },
            lookup: raw.lookup.try_into().map_err(|_| StoreError::Damaged)?,
            proof: raw.proof,
            details: raw.details,
        })
    }
}

/// Adds one, under the lock of the institution's chain.
pub(crate) async fn add(tx: &mut Tx, row: &RequestRow) -> Result<(), StoreError> {
    let facts = &row.facts;
    on!(tx, conn => {
        sqlx::query(ADD_REQUEST).bind(facts.institution.uuid()).bind(facts.request.uuid()).bind(row.lookup.as_slice())
            .bind(facts.made_at.micros()).bind(facts.until.micros()).bind(facts.stage.number()).bind(facts.staged_at.micros())
            .bind(facts.locker.map(LockerId::uuid)).bind(facts.share.map(ShareId::uuid)).bind(row.proof.as_slice())
            .bind(row.details.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Writes how far one has come.
pub(crate) async fn change(tx: &mut Tx, row: &RequestRow) -> Result<(), StoreError> {
    let facts = &row.facts;
    on!(tx, conn => {
        sqlx::query(CHANGE_REQUEST).bind(facts.institution.uuid()).bind(facts.request.uuid()).bind(facts.stage.number())
            .bind(facts.staged_at.micros()).bind(facts.locker.map(LockerId::uuid)).bind(facts.share.map(ShareId::uuid))
            .bind(row.proof.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Which request a code is of, by its keyed hash.
pub(crate) async fn by_code(
    tx: &mut Tx,
    lookup: &[u8; 32],
) -> Result<Option<(InstitutionId, PaperRequestId)>, StoreError> {
    let row: Option<(Uuid, Uuid)> =
        on!(tx, conn => sqlx::query_as(REQUEST_OF_CODE).bind(lookup.as_slice()).fetch_optional(conn).await?);
    Ok(row.map(|(institution, request)| (InstitutionId::from_uuid(institution), PaperRequestId::from_uuid(request))))
}

/// One, locked until the end of the transaction. Whoever holds a locker's lock may take it, and nobody who holds it takes a locker's.
pub(crate) async fn lock(
    tx: &mut Tx,
    institution: InstitutionId,
    request: PaperRequestId,
) -> Result<Option<RequestRow>, StoreError> {
    let (institution, request) = (institution.uuid(), request.uuid());
    let row: Option<Raw> = match tx.arm()? {
        // Each of its transactions holds the one writer's lock from its start.
        Conn::Sqlite(conn) => sqlx::query_as(REQUEST).bind(institution).bind(request).fetch_optional(conn).await?,
        Conn::Postgres(conn) => {
            sqlx::query_as(PG_LOCK_REQUEST).bind(institution).bind(request).fetch_optional(conn).await?
        }
    };
    row.map(TryInto::try_into).transpose()
}

/// Up to so many of an institution's, in order of id, after one.
pub(crate) async fn of_institution(
    tx: &mut Tx,
    institution: InstitutionId,
    after: Option<PaperRequestId>,
    limit: u32,
) -> Result<Vec<RequestRow>, StoreError> {
    let after = after.map_or_else(Uuid::nil, PaperRequestId::uuid);
    let rows: Vec<Raw> = on!(tx, conn => {
        sqlx::query_as(REQUESTS_OF_INSTITUTION).bind(institution.uuid()).bind(after).bind(i64::from(limit)).fetch_all(conn).await?
    });
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Up to so many of an institution's, the newest first; those that come after one in that order, or from the beginning.
pub(crate) async fn newest(
    tx: &mut Tx,
    institution: InstitutionId,
    after: Option<(Timestamp, PaperRequestId)>,
    limit: u32,
) -> Result<Vec<RequestRow>, StoreError> {
    let (at, request) = after.map_or((i64::MAX, Uuid::max()), |(at, request)| (at.micros(), request.uuid()));
    let rows: Vec<Raw> = on!(tx, conn => {
        sqlx::query_as(NEWEST_REQUESTS).bind(institution.uuid()).bind(at).bind(request).bind(i64::from(limit)).fetch_all(conn).await?
    });
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How many of an institution's can still be answered at a moment.
pub(crate) async fn open(tx: &mut Tx, institution: InstitutionId, at: Timestamp) -> Result<u64, StoreError> {
    let (institution, at) = (institution.uuid(), at.micros());
    let count: i64 =
        on!(tx, conn => sqlx::query_scalar(OPEN_REQUESTS).bind(institution).bind(at).fetch_one(conn).await?);
    super::entries::unsigned(count)
}

/// Those in a locker, the newest first: facts for a decision.
pub(crate) async fn of_locker(tx: &mut Tx, locker: LockerId) -> Result<Vec<RequestRow>, StoreError> {
    let locker = locker.uuid();
    let rows: Vec<Raw> = on!(tx, conn => sqlx::query_as(REQUESTS_OF_LOCKER).bind(locker).fetch_all(conn).await?);
    rows.into_iter().map(TryInto::try_into).collect()
}
