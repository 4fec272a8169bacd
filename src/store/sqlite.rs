//! SQLite's one writer, which groups commits.
//!
//! Transactions take turns on one connection. Each turn is a savepoint; when others already wait, its owner leaves the outer
//! transaction open and waits until the last of the group commits for all: one fsync for many. A turn that is dropped
//! unfinished rolls back its savepoint and settles what the group still owes. Savepoints of turns that are done stay, one
//! within the other, until the commit releases them all: everything said to the connection is a hand-over to its thread.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::query::Query;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Sqlite};
use tokio::sync::{Mutex, MutexGuard, OwnedMutexGuard, oneshot};

use super::StoreError;
use super::at_once::lite_read_at_once;
use super::look::lite_look;

/// The savepoint of a turn.
struct Savepoint {
    set: &'static str,
    /// Sets it, and looks.
    look: &'static str,
    /// Sets it, and writes a reading.
    read: &'static str,
    undo: &'static str,
    release: &'static str,
}

macro_rules! savepoints {
    ($($number:literal)*) => {
        &[$(Savepoint {
            set: concat!("SAVEPOINT turn", $number),
            look: concat!("SAVEPOINT turn", $number, "; ", lite_look!()),
            read: concat!("SAVEPOINT turn", $number, "; ", lite_read_at_once!()),
            undo: concat!("ROLLBACK TO turn", $number),
            release: concat!("RELEASE turn", $number),
        }),*]
    };
}

/// One for each turn that a commit may carry. Each has a name of its own: one that could not be set must not be taken for the
/// one before, whose turn is done.
const SAVEPOINTS: &[Savepoint] =
    savepoints!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);

/// The first turn of a group.
const BEGIN: &str = "BEGIN IMMEDIATE; SAVEPOINT turn0";
/// The same, and the look.
const BEGIN_AND_LOOK: &str = concat!("BEGIN IMMEDIATE; SAVEPOINT turn0; ", lite_look!());

/// The same, and a reading.
const BEGIN_AND_READ: &str = concat!("BEGIN IMMEDIATE; SAVEPOINT turn0; ", lite_read_at_once!());

/// How many turns one commit may carry, besides the one that says it.
const GROUP: usize = SAVEPOINTS.len() - 1;
/// How many connections read beside it.
const READERS: usize = 2;
/// How long a turn is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The writer; shared by every clone of the database's handle.
#[derive(Debug)]
pub struct Writer {
    seat: Arc<Mutex<Seat>>,
    waiting: AtomicUsize,
    /// Connections that only read, beside the one that writes.
    readers: Vec<Mutex<SqliteConnection>>,
    next_reader: AtomicUsize,
}

#[derive(Debug)]
struct Seat {
    conn: SqliteConnection,
    /// Whether an outer transaction is open.
    open: bool,
    /// Turns that are done and wait for the commit.
    owed: Vec<oneshot::Sender<Result<(), StoreError>>>,
}

impl Seat {
    /// What is said of the savepoint of the turn at hand.
    fn savepoint(&self) -> Result<&'static Savepoint, StoreError> {
        SAVEPOINTS.get(self.owed.len()).ok_or(StoreError::Other)
    }
}

impl Writer {
    /// Opens (and creates) the database file.
    pub async fn open(file: &Path) -> Result<Self, StoreError> {
        let conn = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("recursive_triggers", "ON")
            .pragma("secure_delete", "ON")
            .pragma("trusted_schema", "OFF")
            .statement_cache_capacity(300)
            .connect()
            .await?;
        let mut readers = Vec::new();
        for _ in 0..READERS {
            let reads = SqliteConnectOptions::new()
                .filename(file)
                .read_only(true)
                .busy_timeout(Duration::from_secs(5))
                .pragma("trusted_schema", "OFF");
            readers.push(Mutex::new(reads.connect().await?));
        }
        Ok(Self {
            seat: Arc::new(Mutex::new(Seat { conn, open: false, owed: Vec::new() })),
            waiting: AtomicUsize::new(0),
            readers,
            next_reader: AtomicUsize::new(0),
        })
    }

    /// Waits for a turn and begins it.
    pub async fn begin(self: &Arc<Self>) -> Result<Turn, StoreError> {
        let mut turn = self.turn().await?;
        let (conn, sql) = turn.open(BEGIN, |own| own.set)?;
        run(conn, sql).await?;
        Ok(turn)
    }

    /// The same, and looks (`look.rs`), in one hand-over.
    pub async fn begin_looking<'q>(
        self: &Arc<Self>,
        look: impl FnOnce(&'static str) -> Query<'q, Sqlite, SqliteArguments>,
    ) -> Result<(Turn, Option<SqliteRow>), StoreError> {
        let mut turn = self.turn().await?;
        let (conn, sql) = turn.open(BEGIN_AND_LOOK, |own| own.look)?;
        let row = look(sql).fetch_optional(conn).await?;
        Ok((turn, row))
    }

    /// A connection for one statement that reads what is committed; it waits for no turn.
    pub async fn reader(&self) -> Result<MutexGuard<'_, SqliteConnection>, StoreError> {
        let mut free = self.readers.iter().filter_map(|reader| reader.try_lock().ok());
        if let Some(reader) = free.next() {
            return Ok(reader);
        }
        let next = self.next_reader.fetch_add(1, Ordering::Relaxed).checked_rem(self.readers.len()).unwrap_or(0);
        let reader = self.readers.get(next).ok_or(StoreError::Other)?;
        tokio::time::timeout(PATIENCE, reader.lock()).await.map_err(|_| StoreError::Away)
    }

    /// Waits for a turn, which its owner begins.
    pub async fn turn(self: &Arc<Self>) -> Result<Turn, StoreError> {
        let queued = Queued::join(self);
        let Ok(seat) = tokio::time::timeout(PATIENCE, Arc::clone(&self.seat).lock_owned()).await else {
            return Err(StoreError::Away);
        };
        queued.seated();
        Ok(Turn { seat: Some(seat), writer: Arc::clone(self), is_begun: false })
    }

    /// Takes the connection for work that is no turn (migrations, closing), once nothing is owed.
    pub async fn alone<T>(
        &self,
        work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut seat = Arc::clone(&self.seat).lock_owned().await;
        settle(&mut seat).await;
        work(&mut seat.conn).await
    }
}

/// A place in the queue. If it is left before the seat was had, whoever counted on it must not wait for ever.
struct Queued<'a> {
    writer: &'a Arc<Writer>,
    seated: bool,
}

impl<'a> Queued<'a> {
    fn join(writer: &'a Arc<Writer>) -> Self {
        writer.waiting.fetch_add(1, Ordering::SeqCst);
        Self { writer, seated: false }
    }

    fn seated(mut self) {
        self.seated = true;
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.writer.waiting.fetch_sub(1, Ordering::SeqCst);
        if !self.seated
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let seat = Arc::clone(&self.writer.seat);
            runtime.spawn(async move { settle(&mut *seat.lock_owned().await).await });
        }
    }
}

/// One transaction: a savepoint in the group's.
#[derive(Debug)]
pub struct Turn {
    seat: Option<OwnedMutexGuard<Seat>>,
    writer: Arc<Writer>,
    /// Whether its savepoint has been asked for.
    is_begun: bool,
}

impl Turn {
    /// What to begin with: the first of a group, or one more savepoint. If it fails half-way, the turn is dropped, and what it
    /// began is rolled back.
    fn open(
        &mut self,
        first: &'static str,
        further: fn(&'static Savepoint) -> &'static str,
    ) -> Result<(&mut SqliteConnection, &'static str), StoreError> {
        let seat = self.seat.as_mut().ok_or(StoreError::Other)?;
        let sql = if seat.open { further(seat.savepoint()?) } else { first };
        seat.open = true;
        self.is_begun = true;
        Ok((&mut seat.conn, sql))
    }

    /// The connection, to run statements on.
    pub fn conn(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.seat.as_mut().map(|seat| &mut seat.conn).ok_or(StoreError::Other)
    }

    /// Begins with a reading's rows (`at_once.rs`).
    pub fn read_at_once(&mut self) -> Result<(&mut SqliteConnection, &'static str), StoreError> {
        self.open(BEGIN_AND_READ, |own| own.read)
    }

    /// Ends the turn; returns when the group's commit is on disk.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        let Some(mut seat) = self.seat.take() else { return Err(StoreError::Other) };
        if self.writer.waiting.load(Ordering::SeqCst) > 0 && seat.owed.len() < GROUP {
            let (tell, told) = oneshot::channel();
            seat.owed.push(tell);
            drop(seat);
            return told.await.unwrap_or(Err(StoreError::Away));
        }
        // A task of its own: a caller who goes away must not leave the commit half told.
        tokio::spawn(async move { finish(&mut seat).await }).await.unwrap_or(Err(StoreError::Away))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(mut seat) = self.seat.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            // One that has not begun has nothing to undo; whoever counted on it to commit for them is served.
            let is_begun = self.is_begun;
            runtime.spawn(async move { if is_begun { abandon(&mut seat).await } else { settle(&mut seat).await } });
        }
    }
}

/// Undoes an unfinished turn, then settles the group.
async fn abandon(seat: &mut Seat) {
    // Either may fail where the database already rolled everything back; the commit then fails too, and says so to all.
    let (undone, released) = match seat.savepoint() {
        Ok(own) => (run(&mut seat.conn, own.undo).await.is_ok(), run(&mut seat.conn, own.release).await.is_ok()),
        Err(_) => (false, false),
    };
    if seat.owed.is_empty() || !(undone && released) {
        let _ = run(&mut seat.conn, "ROLLBACK").await;
        seat.open = false;
        tell(seat, Err(StoreError::Away));
    } else {
        let _ = finish(seat).await;
    }
}

/// Commits if somebody is owed a commit.
async fn settle(seat: &mut Seat) {
    if seat.open {
        let _ = finish(seat).await;
    }
}

async fn finish(seat: &mut Seat) -> Result<(), StoreError> {
    let result = run(&mut seat.conn, "COMMIT").await;
    if result.is_err() {
        let _ = run(&mut seat.conn, "ROLLBACK").await;
    }
    seat.open = false;
    tell(seat, result);
    result
}

fn tell(seat: &mut Seat, result: Result<(), StoreError>) {
    for owed in seat.owed.drain(..) {
        // The other end may be gone; it is then nobody's answer.
        let _ = owed.send(result);
    }
}

async fn run(conn: &mut SqliteConnection, sql: &'static str) -> Result<(), StoreError> {
    sqlx::query(sql).execute(conn).await?;
    Ok(())
}

/// Writes the log into the database file and empties it. `false` if somebody else was reading in it.
pub async fn empty_log(writer: &Writer) -> Result<bool, StoreError> {
    let empty = async |conn: &mut SqliteConnection| {
        let (busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(conn).await?;
        Ok(busy == 0)
    };
    writer.alone(empty).await
}

/// Closes the connection cleanly (checkpoints the write-ahead log).
pub async fn close(writer: &Writer) -> Result<(), StoreError> {
    // The last connection to close leaves one file: it is the one that writes. In a reader's place stands one of nothing.
    for reader in &writer.readers {
        let mut reader = reader.lock().await;
        let gone = SqliteConnectOptions::new().in_memory(true).connect().await?;
        std::mem::replace(&mut *reader, gone).close().await?;
    }
    writer
        .alone(async |conn| {
            run(conn, "PRAGMA wal_checkpoint(TRUNCATE)").await?;
            conn.ping().await?;
            Ok(())
        })
        .await
}
