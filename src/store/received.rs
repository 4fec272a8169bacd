//! What the door looks at where an institution reads what it was handed: under the lock of the locker's chain the share, how the locker stands
//! and the paper, in one statement; PostgreSQL tells the time on the way (decision 15).
//!
//! Nothing here decides: what is found is not believed before `access` has checked its proofs.

use sqlx::{FromRow, Row};

use super::closures::{self, Closure, Timed};
use super::db::Conn;
use super::documents::Found;
use super::lockers::{self, LockedTie, Tie};
use super::look::paper;
use super::shares::{Raw, ShareRow};
use super::{StoreError, Tx};
use crate::domain::ids::{LockerId, ShareId};
use crate::domain::share::SharedPaper;

/// What is sought of a share, its locker's closure and one of its papers.
macro_rules! columns {
    ($clock:expr) => {
        concat!(
            "s.locker_id, s.share_id, s.institution_id, s.request_id, s.begins_at, s.until, s.paused_at, s.ended_at, s.readings_max,
                s.readings, s.papers, s.proof AS share_proof, s.details AS share_details, s.shown, s.lookup, s.names, s.days, s.used_at,
                e.closed_at, e.erase_at, e.proof", $clock, ",
                d.document_id, d.collection_id, d.state, d.private, d.created_at, d.trashed_at, d.details, d.version_id AS newest,
                v.version_id, v.number, v.key_id, v.blob, v.blob_size, v.blob_sha256, v.scanned, v.created_at AS deposited_at, v.details AS version_details"
        )
    };
}

/// Where that stands, beside a share.
macro_rules! beside {
    () => {
        " LEFT JOIN closures e ON e.locker_id = s.locker_id
            LEFT JOIN documents d ON d.locker_id = s.locker_id AND d.document_id = $3
            LEFT JOIN versions v ON v.locker_id = d.locker_id AND v.document_id = d.document_id AND v.version_id = $4"
    };
}

/// When the rows that are locked were, by the database's clock.
macro_rules! clock {
    () => {
        ", (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock"
    };
}

statements! {
    LITE_RECEIVED = concat!("SELECT ", columns!(""), " FROM shares s", beside!(), " WHERE s.locker_id = $1 AND s.share_id = $2");
    PG_RECEIVED = concat!("SELECT ", columns!(clock!()), " FROM shares s", beside!(), " WHERE s.locker_id = $1 AND s.share_id = $2");
    PG_LOCK_RECEIVED = concat!(
        "WITH t AS (SELECT l.locker_id, l.person_id, l.quota, l.proof AS tie_proof, c.seq, c.link, c.at
            FROM lockers l JOIN chains c ON c.chain_id = $1 WHERE l.locker_id = $1 FOR NO KEY UPDATE OF c)
        SELECT t.person_id, t.quota, t.tie_proof, t.seq, t.link, t.at, was.seq AS was, ", columns!(clock!()), "
            FROM t JOIN chains was ON was.chain_id = $1 JOIN shares s ON s.locker_id = t.locker_id AND s.share_id = $2", beside!());
}

/// What is found.
#[derive(Debug)]
pub(crate) struct Received {
    /// The share.
    pub row: ShareRow,
    /// The locker's closure, if it is closed.
    pub closure: Option<Closure>,
    /// The paper that was sought, if it is there.
    pub found: Option<Found>,
}

/// Share, paper and closure of a row.
macro_rules! received_of {
    ($row:expr, $locker:expr, $paper:expr, $closure:ty) => {{
        let share = ShareRow::try_from(Raw::from_row($row)?)?;
        let found = match $paper {
            Some(paper) => self::paper($row, $locker, Some(paper.version))?,
            None => None,
        };
        (share, found, <$closure>::from_row($row)?)
    }};
}

/// A statement of this file about a share, with what it is told.
macro_rules! bound {
    ($sql:ident, $locker:expr, $share:expr, $sought:expr) => {
        sqlx::query($sql)
            .bind($locker.uuid())
            .bind($share.uuid())
            .bind($sought.map(|paper| paper.document.uuid()))
            .bind($sought.map(|paper| paper.version.uuid()))
    };
}

/// A share of a locker whose chain is locked, with one of its papers, if one is sought; the time is asked next.
pub(crate) async fn received(
    tx: &mut Tx,
    tie: &Tie,
    share: ShareId,
    sought: Option<&SharedPaper>,
) -> Result<Option<Received>, StoreError> {
    let locker = tie.locker();
    let (row, found, closure) = match tx.arm()? {
        Conn::Sqlite(conn) => {
            let Some(row) = bound!(LITE_RECEIVED, locker, share, sought).fetch_optional(conn).await? else {
                return Ok(None);
            };
            let (share, found, closure) = received_of!(&row, locker, sought, closures::Raw);
            (share, found, closure.closure())
        }
        Conn::Postgres(conn) => {
            let Some(row) = bound!(PG_RECEIVED, locker, share, sought).fetch_optional(conn).await? else {
                return Ok(None);
            };
            let (share, found, closure) = received_of!(&row, locker, sought, Timed);
            (share, found, closure.kept(tx))
        }
    };
    Ok(Some(Received { row, closure, found }))
}

/// The same of a share that is known to be in a locker, whose chain is locked on the way: on PostgreSQL in one statement, and a second where the
/// chain moved while the lock was waited for: what rests on no lock of its own is then read again, after it.
pub(crate) async fn lock_received(
    tx: &mut Tx,
    locker: LockerId,
    share: ShareId,
    sought: Option<&SharedPaper>,
) -> Result<Option<(Tie, Received)>, StoreError> {
    let tie = match tx.arm()? {
        Conn::Sqlite(_) => {
            let Some(tie) = lockers::lock_for_upkeep(tx, locker).await? else { return Ok(None) };
            tie
        }
        Conn::Postgres(conn) => {
            let row = bound!(PG_LOCK_RECEIVED, locker, share, sought).fetch_optional(conn).await?;
            let Some(row) = row else { return Ok(None) };
            let tie = LockedTie::from_row(&row)?.kept(tx)?;
            if row.try_get::<i64, _>("seq")? == row.try_get::<i64, _>("was")? {
                let (row, found, closure) = received_of!(&row, locker, sought, Timed);
                return Ok(Some((tie, Received { row, closure: closure.kept(tx), found })));
            }
            tie
        }
    };
    Ok(received(tx, &tie, share, sought).await?.map(|received| (tie, received)))
}
