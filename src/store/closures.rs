//! Lockers that their holder has closed, until they are opened again or erased.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Conn;
use super::grant::{Held, Pending, act};
use super::{StoreError, Tx};
use crate::domain::ids::LockerId;
use crate::domain::source::Timestamp;

statements! {
    STANDING = "SELECT c.closed_at, c.erase_at, c.proof FROM lockers l LEFT JOIN closures c ON c.locker_id = l.locker_id
        WHERE l.locker_id = $1";
    PG_STANDING = "SELECT c.closed_at, c.erase_at, c.proof, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock
        FROM lockers l LEFT JOIN closures c ON c.locker_id = l.locker_id WHERE l.locker_id = $1";
    ADD_CLOSURE = "INSERT INTO closures (locker_id, closed_at, erase_at, proof) VALUES ($1, $2, $3, $4)";
    END_CLOSURE = "DELETE FROM closures WHERE locker_id = $1";
    DUE_CLOSURES = "SELECT locker_id FROM closures WHERE erase_at <= $1 AND locker_id > $2 ORDER BY locker_id LIMIT 100";
}

/// A closure as a row; not believed before its proof is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closure {
    /// When the holder closed it.
    pub closed_at: Timestamp,
    /// When it is to be erased.
    pub erase_at: Timestamp,
    /// The row's proof.
    pub proof: [u8; 32],
}

#[derive(FromRow)]
pub(in crate::store) struct Raw {
    closed_at: Option<i64>,
    erase_at: Option<i64>,
    proof: Option<Vec<u8>>,
}

/// A closure, if there is one, with the time at which it was read.
#[derive(FromRow)]
pub(in crate::store) struct Timed {
    #[sqlx(flatten)]
    raw: Raw,
    clock: i64,
}

impl Timed {
    /// The closure; the time is kept for the decision.
    pub(in crate::store) fn kept(self, tx: &mut Tx) -> Option<Closure> {
        tx.keep_clock(Timestamp::from_micros(self.clock));
        self.raw.closure()
    }
}

impl Raw {
    pub(in crate::store) fn closure(self) -> Option<Closure> {
        Some(Closure {
            closed_at: Timestamp::from_micros(self.closed_at?),
            erase_at: Timestamp::from_micros(self.erase_at?),
            // A proof of another length is no proof.
            proof: self.proof?.try_into().unwrap_or_default(),
        })
    }
}

/// How a locker stands, read under its lock: none if it is gone; else its closure, if it is closed. A fact for the decision,
/// which asks for the time next: PostgreSQL tells it on the way.
pub(crate) async fn standing(tx: &mut Tx, locker: LockerId) -> Result<Option<Option<Closure>>, StoreError> {
    match tx.arm()? {
        Conn::Sqlite(conn) => {
            let raw: Option<Raw> = sqlx::query_as(STANDING).bind(locker.uuid()).fetch_optional(conn).await?;
            Ok(raw.map(Raw::closure))
        }
        Conn::Postgres(conn) => {
            let timed: Option<Timed> = sqlx::query_as(PG_STANDING).bind(locker.uuid()).fetch_optional(conn).await?;
            Ok(timed.map(|timed| timed.kept(tx)))
        }
    }
}

/// Notes that the granted locker is closed.
pub(crate) async fn add(tx: &mut Tx, pending: &Pending<act::CloseLocker>, closure: &Closure) -> Result<(), StoreError> {
    let locker = pending.locker().uuid();
    on!(tx, conn => {
        sqlx::query(ADD_CLOSURE).bind(locker).bind(closure.closed_at.micros()).bind(closure.erase_at.micros())
            .bind(closure.proof.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Takes the closure away: the granted locker is open again, or erased.
pub(crate) async fn end(tx: &mut Tx, held: &impl Held) -> Result<(), StoreError> {
    let locker = held.locker().uuid();
    on!(tx, conn => { sqlx::query(END_CLOSURE).bind(locker).execute(conn).await?; });
    Ok(())
}

/// Lockers whose closure is over, a page of them after a locker: work for the eraser, which decides on each.
pub(crate) async fn due(tx: &mut Tx, now: Timestamp, after: LockerId) -> Result<Vec<LockerId>, StoreError> {
    let rows: Vec<Uuid> = on!(tx, conn => {
        sqlx::query_scalar(DUE_CLOSURES).bind(now.micros()).bind(after.uuid()).fetch_all(conn).await?
    });
    Ok(rows.into_iter().map(LockerId::from_uuid).collect())
}
