//! A reading that was decided on without a lock, written where nothing has moved (decision 16).
//!
//! One statement writes the entry, the note that it is under way and the head, if the chain still ends where the decision saw it
//! end, and gives the wraps that lead to what is read. It waits for no lock of the chain, and not long for its place: what was
//! decided on also changes with time, which writes no line.

use std::time::Duration;

use sqlx::{FromRow, Row};

use super::db::AtOnce;
use super::documents::Paper;
use super::entries::{self, Head, Written};
use super::keys::{self, WrapRow};
use super::{Db, StoreError};
use crate::domain::entry::Line;
use crate::domain::ids::{LockerId, SessionId};
use crate::domain::source::{Source, Timestamp};

/// A reading's rows, written only if the chain still ends where its entry begins; a macro, because it also stands behind the
/// beginning of each turn (`sqlite.rs`).
macro_rules! lite_read_at_once {
    () => {
        "INSERT INTO commitments (chain_id, seq, previous, leaf)
            SELECT chain_id, $2, $3, $4 FROM chains WHERE chain_id = $1 AND seq + 1 = $2 AND link = $3;
        INSERT INTO bodies (chain_id, seq, salt, entry)
            SELECT chain_id, $2, $5, $6 FROM chains WHERE chain_id = $1 AND seq + 1 = $2 AND link = $3;
        INSERT INTO under_way (locker_id, seq, session_id, action, document_id, version_id, touched_at, bytes, resting)
            SELECT chain_id, $2, $9, $10, $11, $12, $8, 0, false FROM chains WHERE chain_id = $1 AND seq + 1 = $2 AND link = $3;
        UPDATE chains SET seq = $2, link = $7, at = $8 WHERE chain_id = $1 AND seq + 1 = $2 AND link = $3;
        SELECT w.key_id, k.kind, k.epoch, w.wrapper_id, w.wrapper_kind, w.wrapper_epoch, w.alg, w.wrapped
            FROM chains c LEFT JOIN wraps w ON w.locker_id = c.chain_id AND (w.wrapper_kind = 1 OR w.key_id = $13
                OR w.key_id = (SELECT key_id FROM collections WHERE locker_id = $1 AND collection_id = $14))
            LEFT JOIN keys k ON k.locker_id = w.locker_id AND k.key_id = w.key_id
            WHERE c.chain_id = $1 AND c.seq = $2 AND c.link = $7"
    };
}
pub(in crate::store) use lite_read_at_once;

statements! {
    LITE_READ_AT_ONCE = lite_read_at_once!();
    PG_READ_AT_ONCE = "WITH free AS (SELECT chain_id FROM chains WHERE chain_id = $1 AND seq + 1 = $2 AND link = $3
            FOR NO KEY UPDATE SKIP LOCKED),
        head AS (UPDATE chains SET seq = $2, link = $7, at = $8 FROM free WHERE chains.chain_id = free.chain_id RETURNING chains.chain_id),
        commitment AS (INSERT INTO commitments (chain_id, seq, previous, leaf) SELECT chain_id, $2::bigint, $3::bytea, $4::bytea FROM head),
        body AS (INSERT INTO bodies (chain_id, seq, salt, entry) SELECT chain_id, $2::bigint, $5::bytea, $6::bytea FROM head),
        begun AS (INSERT INTO under_way (locker_id, seq, session_id, action, document_id, version_id, touched_at, bytes, resting)
            SELECT chain_id, $2::bigint, $9::uuid, $10::bigint, $11::uuid, $12::uuid, $8::bigint, 0, false FROM head)
        SELECT w.key_id, k.kind, k.epoch, w.wrapper_id, w.wrapper_kind, w.wrapper_epoch, w.alg, w.wrapped
            FROM head LEFT JOIN wraps w ON w.locker_id = head.chain_id AND (w.wrapper_kind = 1 OR w.key_id = $13
                OR w.key_id = (SELECT key_id FROM collections WHERE locker_id = $1 AND collection_id = $14))
            LEFT JOIN keys k ON k.locker_id = w.locker_id AND k.key_id = w.key_id";
}

/// Writes the entry of a reading in a transaction of its own, which is committed, and only if the chain still ends at `head`
/// and the decision is not stale; `None` otherwise, and nothing is written.
pub(in crate::store) async fn read_at_once(
    db: &Db,
    (locker, mut head, at, fresh): (LockerId, Head, Timestamp, Fresh),
    line: Line,
    session: SessionId,
    paper: &Paper,
) -> Result<Option<(Written, Vec<WrapRow>)>, StoreError> {
    let action = i64::from(line.action.number());
    let chain = locker.chain();
    let row = entries::next(db.source(), chain, &mut head, at, line)?;
    let written = Written { chain, seq: head.seq, at };
    macro_rules! bound {
        ($sql:expr) => {
            sqlx::query($sql)
                .bind(chain.uuid())
                .bind(row.seq)
                .bind(row.previous.as_slice())
                .bind(row.leaf.as_slice())
                .bind(row.salt.as_slice())
                .bind(row.bytes.as_slice())
                .bind(row.link.as_slice())
                .bind(at.micros())
                .bind(session.uuid())
                .bind(action)
                .bind(paper.document.uuid())
                .bind(paper.version.uuid())
                .bind(paper.key.uuid())
                .bind(paper.collection.uuid())
        };
    }
    let place = db.at_once().await?;
    // The turn, or the connection, may have been waited for.
    if fresh.is_over(db.source()) {
        return Ok(None);
    }
    // One row at least where the chain was moved; each with a wrap, unless somebody took them away.
    let rows: Vec<Option<WrapRow>> = match place {
        AtOnce::Sqlite(mut turn) => {
            let (conn, sql) = turn.read_at_once()?;
            let rows = bound!(sql).fetch_all(conn).await?;
            if rows.is_empty() || fresh.is_over(db.source()) {
                return Ok(None);
            }
            turn.commit().await?;
            rows.iter().map(wrap).collect::<Result<_, _>>()?
        }
        AtOnce::Postgres(mut turn) => {
            let rows = bound!(PG_READ_AT_ONCE).fetch_all(turn.conn()?).await?;
            turn.done();
            if rows.is_empty() {
                return Ok(None);
            }
            rows.iter().map(wrap).collect::<Result<_, _>>()?
        }
    };
    Ok(Some((written, rows.into_iter().flatten().collect())))
}

/// The wrap in a row that may have none.
fn wrap<'r, R>(row: &'r R) -> Result<Option<WrapRow>, StoreError>
where
    R: Row,
    &'static str: sqlx::ColumnIndex<R>,
    Option<i64>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    keys::Raw: FromRow<'r, R>,
{
    let is_there = row.try_get::<Option<i64>, _>("kind")?.is_some();
    if is_there { Ok(Some(keys::Raw::from_row(row)?.into())) } else { Ok(None) }
}

/// How long a decision without a lock may wait to be written.
const STALE: Duration = Duration::from_secs(1);

/// When a decision without a lock was begun, by our own clock: what it rests on also changes with time, which writes no line.
#[derive(Debug, Clone, Copy)]
pub struct Fresh(Timestamp);

impl Fresh {
    /// From now.
    pub fn now(source: &Source) -> Self {
        Self(source.now())
    }

    pub(in crate::store) fn is_over(self, source: &Source) -> bool {
        let now = source.now();
        now < self.0 || now >= self.0.plus(STALE)
    }
}
