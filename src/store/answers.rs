//! What somebody has chosen so far for a request: a row for each, sealed, in the locker that the request is in.

use super::grant::{Held, Pending, act};
use super::{StoreError, Tx};
use crate::domain::ids::PaperRequestId;

statements! {
    KEEP_ANSWER = "INSERT INTO answers (locker_id, request_id, details) VALUES ($1, $2, $3)
        ON CONFLICT (locker_id, request_id) DO UPDATE SET details = excluded.details";
    ANSWER = "SELECT details FROM answers WHERE locker_id = $1 AND request_id = $2";
    DROP_ANSWER = "DELETE FROM answers WHERE locker_id = $1 AND request_id = $2";
}

/// Keeps what was chosen so far, in place of what was before.
pub(crate) async fn keep(
    tx: &mut Tx,
    pending: &Pending<act::SaveAnswer>,
    request: PaperRequestId,
    details: &[u8],
) -> Result<(), StoreError> {
    let locker = pending.locker().uuid();
    on!(tx, conn => { sqlx::query(KEEP_ANSWER).bind(locker).bind(request.uuid()).bind(details).execute(conn).await?; });
    Ok(())
}

/// What was chosen so far for a request of the granted locker, sealed.
pub(crate) async fn find(
    tx: &mut Tx,
    held: &impl Held,
    request: PaperRequestId,
) -> Result<Option<Vec<u8>>, StoreError> {
    let locker = held.locker().uuid();
    Ok(on!(tx, conn => sqlx::query_scalar(ANSWER).bind(locker).bind(request.uuid()).fetch_optional(conn).await?))
}

/// Forgets it: the request was answered, or declined.
pub(crate) async fn forget(tx: &mut Tx, held: &impl Held, request: PaperRequestId) -> Result<(), StoreError> {
    let locker = held.locker().uuid();
    on!(tx, conn => { sqlx::query(DROP_ANSWER).bind(locker).bind(request.uuid()).execute(conn).await?; });
    Ok(())
}
