//! How often the code of a share was tried in vain: by the code, and by the place that tries come from. Keyed hashes; a code of nothing is
//! counted like any other, so that the count tells nobody which there are.

use super::{StoreError, Tx};
use crate::domain::source::Timestamp;

statements! {
    HOLD_TRIES = "INSERT INTO code_tries (lookup, missed, missed_at) VALUES ($1, 0, 0)
        ON CONFLICT (lookup) DO UPDATE SET missed = code_tries.missed RETURNING missed, missed_at";
    KEEP_TRIES = "UPDATE code_tries SET missed = $2, missed_at = $3 WHERE lookup = $1";
    FORGET_TRIES = "DELETE FROM code_tries WHERE missed_at < $1";
}

/// How often something was tried in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// How often, one after the other.
    pub missed: u32,
    /// When last.
    pub missed_at: Timestamp,
}

/// What is counted under a keyed hash, locked until the transaction ends.
pub(crate) async fn hold(tx: &mut Tx, lookup: &[u8; 32]) -> Result<Tries, StoreError> {
    let (missed, missed_at): (i64, i64) =
        on!(tx, conn => sqlx::query_as(HOLD_TRIES).bind(lookup.as_slice()).fetch_one(conn).await?);
    let missed = u32::try_from(missed).map_err(|_| StoreError::Damaged)?;
    Ok(Tries { missed, missed_at: Timestamp::from_micros(missed_at) })
}

/// Keeps what is counted under a keyed hash that is held.
pub(crate) async fn keep(tx: &mut Tx, lookup: &[u8; 32], tries: Tries) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(KEEP_TRIES).bind(lookup.as_slice()).bind(i64::from(tries.missed)).bind(tries.missed_at.micros()).execute(conn).await?;
    });
    Ok(())
}

/// Forgets what was last tried before a moment.
pub(crate) async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), StoreError> {
    on!(tx, conn => { sqlx::query(FORGET_TRIES).bind(before.micros()).execute(conn).await?; });
    Ok(())
}
