//! Readings and deposits that have begun and have no closing entry yet.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Conn;
use super::entries::{signed, unsigned};
use super::grant::Held;
use super::lockers::Tie;
use super::{StoreError, Tx};
use crate::domain::entry::Action;
use crate::domain::ids::{DocumentId, LockerId, SessionId, VersionId};
use crate::domain::source::Timestamp;

statements! {
    BEGIN = "INSERT INTO under_way (locker_id, seq, session_id, action, document_id, version_id, touched_at, bytes, resting)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)";
    READING = "SELECT locker_id, seq, action, document_id, version_id, bytes, resting FROM under_way
        WHERE locker_id = $1 AND session_id = $2 AND version_id = $3 AND action = 30 AND resting = $5 AND touched_at > $4 ORDER BY seq DESC LIMIT 1";
    TOUCH = "UPDATE under_way SET touched_at = $3, bytes = bytes + $4, resting = $5 WHERE locker_id = $1 AND seq = $2";
    END = "DELETE FROM under_way WHERE locker_id = $1 AND seq = $2 AND touched_at <= $3 RETURNING locker_id, seq, action, document_id, version_id, bytes, resting";
    LITE_END_ALL = "DELETE FROM under_way WHERE locker_id = $1 AND seq IN (SELECT value FROM json_each($2)) AND touched_at <= $3
        RETURNING locker_id, seq, action, document_id, version_id, bytes, resting";
    PG_END_ALL = "DELETE FROM under_way WHERE locker_id = $1 AND seq = ANY($2) AND touched_at <= $3
        RETURNING locker_id, seq, action, document_id, version_id, bytes, resting";
    OF_SESSION = "DELETE FROM under_way WHERE locker_id = $1 AND session_id = $2 AND action = 30 AND resting = $3
        RETURNING locker_id, seq, action, document_id, version_id, bytes, resting";
    DEPOSITS = "SELECT count(*) FROM under_way WHERE locker_id = $1 AND action = 22";
    LONG = "SELECT count(*) FROM under_way WHERE locker_id = $1 AND action IN (29, 33, 34)";
    STALE = "SELECT locker_id, seq, action, document_id, version_id, bytes, resting FROM under_way WHERE touched_at <= $1
        ORDER BY touched_at LIMIT 500";
}

/// One thing under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnderWay {
    /// In which locker.
    pub locker: LockerId,
    /// The entry that began it.
    pub seq: u64,
    /// What it is.
    pub action: Action,
    /// The paper, if there is one already.
    pub document: Option<DocumentId>,
    /// The version, if there is one already.
    pub version: Option<VersionId>,
    /// Bytes moved so far.
    pub bytes: u64,
    /// A reading in ranges that waits for the next one.
    pub resting: bool,
}

#[derive(FromRow)]
struct Raw {
    locker_id: Uuid,
    seq: i64,
    action: i64,
    document_id: Option<Uuid>,
    version_id: Option<Uuid>,
    bytes: i64,
    resting: bool,
}

impl TryFrom<Raw> for UnderWay {
    type Error = StoreError;
    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        Ok(Self {
            locker: LockerId::from_uuid(raw.locker_id),
            seq: unsigned(raw.seq)?,
            action: u16::try_from(raw.action).ok().and_then(Action::from_number).ok_or(StoreError::Damaged)?,
            document: raw.document_id.map(DocumentId::from_uuid),
            version: raw.version_id.map(VersionId::from_uuid),
            bytes: unsigned(raw.bytes)?,
            resting: raw.resting,
        })
    }
}

/// Notes that the granted action has begun.
pub(crate) async fn begin(
    tx: &mut Tx,
    held: &impl Held,
    action: Action,
    paper: Option<(DocumentId, VersionId)>,
) -> Result<(), StoreError> {
    let (locker, written) = (held.locker().uuid(), held.written());
    let session = held.session().ok_or(StoreError::Other)?.uuid();
    let (seq, at) = (signed(written.seq)?, written.at.micros());
    let (document, version) = paper.map_or((None, None), |(d, v)| (Some(d.uuid()), Some(v.uuid())));
    on!(tx, conn => {
        sqlx::query(BEGIN).bind(locker).bind(seq).bind(session).bind(i64::from(action.number()))
            .bind(document).bind(version).bind(at).bind(false).execute(conn).await?;
    });
    Ok(())
}

/// The resting reading of this version in this session, touched since a moment: a further range belongs to it. One that still
/// streams is not joined: each stream has a line of its own to answer for it.
pub(crate) async fn reading(
    tx: &mut Tx,
    tie: &Tie,
    session: SessionId,
    version: VersionId,
    since: Timestamp,
) -> Result<Option<UnderWay>, StoreError> {
    let locker = tie.locker().uuid();
    let row: Option<Raw> = on!(tx, conn => {
        sqlx::query_as(READING).bind(locker).bind(session.uuid()).bind(version.uuid()).bind(since.micros()).bind(true)
            .fetch_optional(conn).await?
    });
    row.map(TryInto::try_into).transpose()
}

/// Notes progress: bytes moved since the last time, and whether it now waits for another range. `false` if it was closed
/// meanwhile: nothing more may move under it.
pub(crate) async fn touch(
    tx: &mut Tx,
    tie: &Tie,
    seq: u64,
    at: Timestamp,
    bytes: u64,
    resting: bool,
) -> Result<bool, StoreError> {
    let (locker, seq, bytes) = (tie.locker().uuid(), signed(seq)?, signed(bytes)?);
    let touched = on!(tx, conn => {
        sqlx::query(TOUCH).bind(locker).bind(seq).bind(at.micros()).bind(bytes).bind(resting).execute(conn).await?
            .rows_affected()
    });
    Ok(touched > 0)
}

/// How many deposits are under way in the tied locker. A fact for the decision.
pub(crate) async fn deposits(tx: &mut Tx, tie: &Tie) -> Result<u64, StoreError> {
    let locker = tie.locker().uuid();
    let count: i64 = on!(tx, conn => sqlx::query_scalar(DEPOSITS).bind(locker).fetch_one(conn).await?);
    unsigned(count)
}

/// How many controls and exports are under way in the tied locker. A fact for the decision.
pub(crate) async fn long(tx: &mut Tx, tie: &Tie) -> Result<u64, StoreError> {
    let locker = tie.locker().uuid();
    let count: i64 = on!(tx, conn => sqlx::query_scalar(LONG).bind(locker).fetch_one(conn).await?);
    unsigned(count)
}

/// Takes several things off the list, and gives them, in the order of their entries; those that were closed already, or
/// touched after a moment, are passed over.
pub(crate) async fn end_all(
    tx: &mut Tx,
    tie: &Tie,
    seqs: &[u64],
    untouched_since: Timestamp,
) -> Result<Vec<UnderWay>, StoreError> {
    let (locker, since) = (tie.locker().uuid(), untouched_since.micros());
    let seqs = seqs.iter().map(|seq| signed(*seq)).collect::<Result<Vec<_>, _>>()?;
    let mut rows: Vec<Raw> = match tx.arm()? {
        Conn::Sqlite(conn) => {
            let seqs = serde_json::to_string(&seqs).map_err(|_| StoreError::Other)?;
            sqlx::query_as(LITE_END_ALL).bind(locker).bind(seqs).bind(since).fetch_all(conn).await?
        }
        Conn::Postgres(conn) => sqlx::query_as(PG_END_ALL).bind(locker).bind(seqs).bind(since).fetch_all(conn).await?,
    };
    rows.sort_by_key(|row| row.seq);
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Takes one thing off the list; `None` if it was closed already, or touched after a moment (by somebody who is still at it).
pub(crate) async fn end(
    tx: &mut Tx,
    tie: &Tie,
    seq: u64,
    untouched_since: Timestamp,
) -> Result<Option<UnderWay>, StoreError> {
    let (locker, seq) = (tie.locker().uuid(), signed(seq)?);
    let row: Option<Raw> = on!(tx, conn => sqlx::query_as(END).bind(locker).bind(seq).bind(untouched_since.micros()).fetch_optional(conn).await?);
    row.map(TryInto::try_into).transpose()
}

/// Takes the resting readings of a session in the tied locker off the list. Those that still stream are told to stop at their
/// next look, and say themselves how much went out.
pub(crate) async fn end_of_session(tx: &mut Tx, tie: &Tie, session: SessionId) -> Result<Vec<UnderWay>, StoreError> {
    let locker = tie.locker().uuid();
    let rows: Vec<Raw> =
        on!(tx, conn => sqlx::query_as(OF_SESSION).bind(locker).bind(session.uuid()).bind(true).fetch_all(conn).await?);
    rows.into_iter().map(TryInto::try_into).collect()
}

/// What nobody has touched since a moment, in any locker: work for the closing job.
pub(crate) async fn stale(tx: &mut Tx, before: Timestamp) -> Result<Vec<UnderWay>, StoreError> {
    let rows: Vec<Raw> = on!(tx, conn => sqlx::query_as(STALE).bind(before.micros()).fetch_all(conn).await?);
    rows.into_iter().map(TryInto::try_into).collect()
}
