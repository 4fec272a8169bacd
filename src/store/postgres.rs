//! PostgreSQL's connections, as transactions take them.
//!
//! sqlx tries each connection when it comes back to its pool, which is one round trip of the six that a reading has. Here a
//! connection whose transaction has ended well waits for the next one without going back. One that has rested, or was long
//! away, goes back, is tried there, and closed if it is old or broken. A transaction that is dropped is rolled back at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{Executor, Postgres};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::StoreError;

/// A connection that was used this short a time ago is taken without trying it first.
pub(super) const FRESH: Duration = Duration::from_secs(1);
/// A connection is away from sqlx's pool no longer than this, so that its rules on old connections hold.
const AWAY: Duration = Duration::from_mins(1);
/// How long undoing may take: what was cut short ends first, by its own limits.
const UNDOING: Duration = Duration::from_secs(30);
/// How long a connection is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);

/// The connections. As many transactions at once as the pool has places.
#[derive(Debug)]
pub struct Connections {
    pool: PgPool,
    places: Arc<Semaphore>,
    /// None once this is closed.
    ready: Mutex<Option<Vec<Ready>>>,
}

#[derive(Debug)]
struct Ready {
    conn: PoolConnection<Postgres>,
    /// When it left sqlx's pool.
    taken: Instant,
    /// When it was last used.
    used: Instant,
}

impl Connections {
    /// Over a pool with so many places, which nobody else takes for long.
    pub fn new(pool: PgPool, places: u32) -> Self {
        let places = usize::try_from(places).unwrap_or(1);
        Self { pool, places: Arc::new(Semaphore::new(places)), ready: Mutex::new(Some(Vec::new())) }
    }

    /// The pool, for what is no transaction.
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Begins a transaction. A connection that the server has closed since it was last used says so at its first statement,
    /// before anything is done on it: another is taken.
    pub async fn begin(self: &Arc<Self>) -> Result<Turn, StoreError> {
        let mut turn = self.place().await?;
        turn.is_begun = true;
        for left in (0..=self.pool.size()).rev() {
            let conn = self.take(&mut turn).await?;
            match conn.execute("BEGIN").await {
                Err(error) if left > 0 && is_closed(&error) => {
                    tracing::debug!(%error, "a connection had been closed");
                    turn.conn.take().iter_mut().for_each(PoolConnection::close_on_drop);
                }
                begun => return Ok(begun.map(|_| turn)?),
            }
        }
        Err(StoreError::Away)
    }

    /// A connection for one statement that commits by itself.
    pub async fn at_once(self: &Arc<Self>) -> Result<Turn, StoreError> {
        let mut turn = self.place().await?;
        self.take(&mut turn).await?;
        Ok(turn)
    }

    async fn place(self: &Arc<Self>) -> Result<Turn, StoreError> {
        let waited = tokio::time::timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await;
        let Ok(Ok(place)) = waited else { return Err(StoreError::Away) };
        Ok(Turn {
            conn: None,
            taken: Instant::now(),
            connections: Arc::clone(self),
            place: Some(place),
            is_begun: false,
        })
    }

    /// Takes a connection that was used a moment ago, or one of the pool.
    async fn take<'t>(&self, turn: &'t mut Turn) -> Result<&'t mut PoolConnection<Postgres>, StoreError> {
        let conn = if let Some(ready) = self.freshest() {
            turn.taken = ready.taken;
            ready.conn
        } else {
            turn.taken = Instant::now();
            self.pool.acquire().await?
        };
        Ok(turn.conn.insert(conn))
    }

    /// The connection that was used last, if that was a moment ago; those that have rested go back to the pool.
    fn freshest(&self) -> Option<Ready> {
        let mut ready = self.ready();
        let ready = ready.as_mut()?;
        // The last one in is the last one used.
        let rested = ready.iter().take_while(|conn| conn.used.elapsed() >= FRESH).count();
        ready.drain(..rested);
        ready.pop()
    }

    /// Ends all connections, once they have come back.
    pub async fn close(&self) {
        self.ready().take();
        self.pool.close().await;
    }

    /// Keeps a connection on which no transaction is open, unless it was away for long.
    fn keep(&self, conn: PoolConnection<Postgres>, taken: Instant) {
        if taken.elapsed() < AWAY
            && let Some(ready) = self.ready().as_mut()
        {
            ready.push(Ready { conn, taken, used: Instant::now() });
        }
    }

    fn ready(&self) -> MutexGuard<'_, Option<Vec<Ready>>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a connection is gone: broken, or ended by the server (class 57P: shutting down, starting).
fn is_closed(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(told) => told.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}

/// One transaction, or one statement by itself. Dropped, it is rolled back.
#[derive(Debug)]
pub struct Turn {
    conn: Option<PoolConnection<Postgres>>,
    taken: Instant,
    connections: Arc<Connections>,
    is_begun: bool,
    /// Held until the transaction has ended.
    place: Option<OwnedSemaphorePermit>,
}

impl Turn {
    /// The connection, to run statements on.
    pub fn conn(&mut self) -> Result<&mut PgConnection, StoreError> {
        self.conn.as_deref_mut().ok_or(StoreError::Other)
    }

    /// Keeps the connection, on which nothing is open any more.
    pub fn done(mut self) {
        if let Some(conn) = self.conn.take() {
            self.connections.keep(conn, self.taken);
        }
    }

    /// Commits; returns when it is durable.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.conn()?.execute("COMMIT").await?;
        self.done();
        Ok(())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else { return };
        if !self.is_begun {
            // It goes back to the pool, where what was cut short is read to its end.
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            conn.close_on_drop();
            return;
        };
        let (connections, taken, place) = (Arc::clone(&self.connections), self.taken, self.place.take());
        runtime.spawn(async move {
            // What was cut short is read to its end first. Where that fails, ending the connection rolls back as well.
            match tokio::time::timeout(UNDOING, conn.execute("ROLLBACK")).await {
                Ok(Ok(_)) => connections.keep(conn, taken),
                Ok(Err(_)) | Err(_) => conn.close_on_drop(),
            }
            drop(place);
        });
    }
}
