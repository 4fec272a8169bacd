//! Erasing a locker: every row of it, but the commitments and the head of its chain, and the record that says so.
//!
//! To add a table that holds something of a locker: its `DELETE` here, children before parents. A story in `tests/it/life`
//! looks at every table that has a `locker_id`.

use uuid::Uuid;

use super::db::Conn;
use super::entries::unsigned;
use super::grant::{Held, Pending, act};
use super::lockers::Tie;
use super::{StoreError, Tx, mandates};
use crate::domain::ids::LockerId;

statements! {
    COUNT_BLOBS = "SELECT count(*) FROM versions WHERE locker_id = $1";
    RECORD = "INSERT INTO erasures (locker_id, erased_at) VALUES ($1, $2)";
    QUEUE_REMOVAL = "INSERT INTO removals (locker_id) VALUES ($1)";
    ERASE_BODIES = "DELETE FROM bodies WHERE chain_id = $1";
    ERASE_CONTACTS = "DELETE FROM contacts WHERE locker_id = $1";
    ERASE_ATTESTATIONS = "DELETE FROM attestations WHERE locker_id = $1";
    ERASE_READERS = "DELETE FROM share_readers WHERE locker_id = $1";
    ERASE_AGREEMENTS = "DELETE FROM agreements WHERE locker_id = $1";
    ERASE_SHARES = "DELETE FROM shares WHERE locker_id = $1";
    ERASE_ANSWERS = "DELETE FROM answers WHERE locker_id = $1";
    ERASE_REQUESTS = "DELETE FROM paper_requests WHERE locker_id = $1";
    ERASE_SHEETS = "DELETE FROM sheets WHERE locker_id = $1";
    ERASE_VISITS = "DELETE FROM visits WHERE locker_id = $1";
    ERASE_WINDOWS = "DELETE FROM windows WHERE locker_id = $1";
    ERASE_MANDATES = "DELETE FROM mandates WHERE locker_id = $1";
    ERASE_DEPOSITS = "DELETE FROM deposits WHERE locker_id = $1";
    ERASE_UNDER_WAY = "DELETE FROM under_way WHERE locker_id = $1";
    ERASE_IDEMPOTENCY = "DELETE FROM idempotency WHERE locker_id = $1";
    ERASE_ACCEPTANCES = "DELETE FROM acceptances WHERE locker_id = $1";
    ERASE_PROFILES = "DELETE FROM profiles WHERE locker_id = $1";
    ERASE_VERSIONS = "DELETE FROM versions WHERE locker_id = $1";
    ERASE_DOCUMENTS = "DELETE FROM documents WHERE locker_id = $1";
    ERASE_COLLECTIONS = "DELETE FROM collections WHERE locker_id = $1";
    ERASE_WRAPS = "DELETE FROM wraps WHERE locker_id = $1";
    ERASE_KEYS = "DELETE FROM keys WHERE locker_id = $1";
    ERASE_LOCKER = "DELETE FROM lockers WHERE locker_id = $1";
    PG_LOCK_SESSIONS = "SELECT token FROM sessions WHERE person_id = $1 ORDER BY session_id FOR NO KEY UPDATE";
    ERASE_SESSIONS = "DELETE FROM sessions WHERE person_id = $1";
    ERASE_IDENTITIES = "DELETE FROM identities WHERE person_id = $1";
    HELPS = "SELECT count(*) FROM mandates WHERE person_id = $1 AND ended_at IS NULL";
    ERASE_PERSON = "DELETE FROM persons WHERE person_id = $1";
    REMOVALS = "SELECT locker_id FROM removals ORDER BY locker_id LIMIT 100";
    REMOVED = "DELETE FROM removals WHERE locker_id = $1";
}

/// Locks the sessions of a locker's holder. Before the locker's chain, and in the order of their ids, as everybody does.
pub(crate) async fn lock_sessions(tx: &mut Tx, tie: &Tie) -> Result<(), StoreError> {
    let person = tie.holder().uuid();
    // Each of SQLite's transactions holds the one writer's lock from its start.
    if let Conn::Postgres(conn) = tx.arm()? {
        sqlx::query(PG_LOCK_SESSIONS).bind(person).execute(conn).await?;
    }
    Ok(())
}

/// How many blobs the tied locker's versions have.
pub(crate) async fn count_blobs(tx: &mut Tx, tie: &Tie) -> Result<u64, StoreError> {
    let locker = tie.locker().uuid();
    let count: i64 = on!(tx, conn => sqlx::query_scalar(COUNT_BLOBS).bind(locker).fetch_one(conn).await?);
    unsigned(count)
}

/// Erases the granted locker in the transaction of its last entry, whose body goes with the others. `holder` goes too, if
/// given and not needed: a locker, and helping in somebody else's, are all that tie a holder to this service.
pub(crate) async fn erase(
    tx: &mut Tx,
    pending: &Pending<act::EraseLocker>,
    holder: Option<&Tie>,
) -> Result<(), StoreError> {
    let (locker, at) = (pending.locker().uuid(), pending.written().at.micros());
    mandates::forget_offers(tx, pending).await?;
    super::notices::forget_all(tx, pending).await?;
    let of_locker = [
        QUEUE_REMOVAL,
        ERASE_BODIES,
        ERASE_CONTACTS,
        ERASE_ATTESTATIONS,
        ERASE_READERS,
        ERASE_AGREEMENTS,
        ERASE_SHARES,
        ERASE_ANSWERS,
        ERASE_REQUESTS,
        ERASE_SHEETS,
        ERASE_VISITS,
        ERASE_WINDOWS,
        ERASE_MANDATES,
        ERASE_DEPOSITS,
        ERASE_UNDER_WAY,
        ERASE_IDEMPOTENCY,
        ERASE_ACCEPTANCES,
        ERASE_PROFILES,
        ERASE_VERSIONS,
        ERASE_DOCUMENTS,
        ERASE_COLLECTIONS,
        ERASE_WRAPS,
        ERASE_KEYS,
        ERASE_LOCKER,
    ];
    super::closures::end(tx, pending).await?;
    on!(tx, conn => {
        sqlx::query(RECORD).bind(locker).bind(at).execute(&mut *conn).await?;
        for sql in of_locker {
            sqlx::query(sql).bind(locker).execute(&mut *conn).await?;
        }
        if let Some(tie) = holder {
            let person = tie.holder().uuid();
            sqlx::query(ERASE_SESSIONS).bind(person).execute(&mut *conn).await?;
            // Who still helps somebody else goes on doing so.
            let helps: i64 = sqlx::query_scalar(HELPS).bind(person).fetch_one(&mut *conn).await?;
            if helps == 0 {
                sqlx::query(ERASE_IDENTITIES).bind(person).execute(&mut *conn).await?;
                sqlx::query(ERASE_PERSON).bind(person).execute(&mut *conn).await?;
            }
        }
    });
    Ok(())
}

/// Erased lockers whose blobs may still be there.
pub(crate) async fn removals(tx: &mut Tx) -> Result<Vec<LockerId>, StoreError> {
    let rows: Vec<Uuid> = on!(tx, conn => sqlx::query_scalar(REMOVALS).fetch_all(conn).await?);
    Ok(rows.into_iter().map(LockerId::from_uuid).collect())
}

/// Notes that no blob of an erased locker is left.
pub(crate) async fn removed(tx: &mut Tx, locker: LockerId) -> Result<(), StoreError> {
    on!(tx, conn => { sqlx::query(REMOVED).bind(locker.uuid()).execute(conn).await?; });
    Ok(())
}
