//! What holders agreed to, sealed, each beside the entry that says so.

use super::entries::{signed, unsigned};
use super::grant::{Held, Pending, WritesFields};
use super::{StoreError, Tx};

statements! {
    ADD = "INSERT INTO acceptances (locker_id, seq, details) VALUES ($1, $2, $3)";
    NEWEST = "SELECT seq, details FROM acceptances WHERE locker_id = $1 ORDER BY seq DESC LIMIT 1";
}

/// Keeps what was agreed to in the granted locker, in the transaction whose entry says so.
pub(crate) async fn add<A: WritesFields>(tx: &mut Tx, pending: &Pending<A>, details: &[u8]) -> Result<(), StoreError> {
    let (locker, seq) = (pending.locker().uuid(), signed(pending.written().seq)?);
    on!(tx, conn => { sqlx::query(ADD).bind(locker).bind(seq).bind(details).execute(conn).await?; });
    Ok(())
}

/// The last thing agreed to in the granted locker: its entry, and what it was, sealed.
pub(crate) async fn newest(tx: &mut Tx, held: &impl Held) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
    let locker = held.locker().uuid();
    let row: Option<(i64, Vec<u8>)> = on!(tx, conn => sqlx::query_as(NEWEST).bind(locker).fetch_optional(conn).await?);
    row.map(|(seq, details)| Ok((unsigned(seq)?, details))).transpose()
}
