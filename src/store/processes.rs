//! The processes that serve, and the newest epoch of the root key that each knows: an epoch is retired only when all of them
//! know the next one.

use sqlx::FromRow;

use super::entries::unsigned;
use super::{StoreError, Tx};
use crate::domain::ids::ProcessId;
use crate::domain::source::Timestamp;

statements! {
    SEE = "INSERT INTO processes (process_id, seen_at, root_epoch) VALUES ($1, $2, $3)
        ON CONFLICT (process_id) DO UPDATE SET seen_at = excluded.seen_at, root_epoch = excluded.root_epoch";
    LEAVE = "DELETE FROM processes WHERE process_id = $1";
    FORGET = "DELETE FROM processes WHERE seen_at < $1";
    SERVING = "SELECT count(*) AS serving, count(CASE WHEN root_epoch < $1 THEN 1 END) AS behind FROM processes WHERE seen_at >= $2";
}

/// How many processes serve, and how many of them don't know an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Serving {
    /// All that were heard of lately.
    pub all: u64,
    /// Those whose newest epoch is older.
    pub behind: u64,
}

#[derive(FromRow)]
struct Raw {
    serving: i64,
    behind: i64,
}

/// Notes that a process serves, and the newest epoch it knows.
pub(crate) async fn see(tx: &mut Tx, process: ProcessId, at: Timestamp, root_epoch: i64) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(SEE).bind(process.uuid()).bind(at.micros()).bind(root_epoch).execute(conn).await?;
    });
    Ok(())
}

/// Notes that a process has stopped.
pub(crate) async fn leave(tx: &mut Tx, process: ProcessId) -> Result<(), StoreError> {
    on!(tx, conn => { sqlx::query(LEAVE).bind(process.uuid()).execute(conn).await?; });
    Ok(())
}

/// Forgets processes that were last heard of before a moment.
pub(crate) async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), StoreError> {
    on!(tx, conn => { sqlx::query(FORGET).bind(before.micros()).execute(conn).await?; });
    Ok(())
}

/// The processes heard of since a moment, and those of them that don't know an epoch.
pub(crate) async fn serving(tx: &mut Tx, epoch: i64, since: Timestamp) -> Result<Serving, StoreError> {
    let raw: Raw = on!(tx, conn => sqlx::query_as(SERVING).bind(epoch).bind(since.micros()).fetch_one(conn).await?);
    Ok(Serving { all: unsigned(raw.serving)?, behind: unsigned(raw.behind)? })
}
