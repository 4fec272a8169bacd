//! The two databases behind one handle, and the transaction that everything runs in.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Connection, Executor, SqlSafeStr, Sqlite};
use tokio::sync::MutexGuard;

use super::entries::Head;
use super::postgres::{self, Connections};
use super::sqlite::{self, Writer};
use super::{StoreError, statements};
use crate::domain::ids::ChainId;
use crate::domain::source::{Moment, Source, Timestamp};

/// How the names of PostgreSQL's own statements begin.
const POSTGRES_ONLY: &str = "PG_";
/// And those of SQLite's.
const SQLITE_ONLY: &str = "LITE_";

/// How often the write-ahead log is tried to be emptied while a reader of another process holds it.
const SCRUB_TRIES: u32 = 20;

/// A clock that is this far behind the last entry of a chain is told to the operator.
const LOUD: Duration = Duration::from_secs(1);

/// A database, ready. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    kind: Kind,
    source: Source,
}

#[derive(Debug, Clone)]
enum Kind {
    Sqlite(Arc<Writer>),
    Postgres(Arc<Connections>),
}

/// The connection of a transaction, by kind: what the `on!` macro matches on.
pub(in crate::store) enum Conn<'t> {
    Sqlite(&'t mut SqliteConnection),
    Postgres(&'t mut PgConnection),
}

/// See [`Db::reader`].
pub(in crate::store) enum Reader<'d> {
    Sqlite(MutexGuard<'d, SqliteConnection>),
    Postgres(postgres::Turn),
}

/// See [`Db::at_once`].
pub(in crate::store) enum AtOnce {
    Sqlite(sqlite::Turn),
    Postgres(postgres::Turn),
}

impl Db {
    /// Opens a SQLite file, creating it if there is none.
    pub async fn sqlite(file: &Path, source: Source) -> Result<Self, StoreError> {
        Ok(Self { kind: Kind::Sqlite(Arc::new(Writer::open(file).await?)), source })
    }

    /// Connects to PostgreSQL. `synchronous_commit=off` is refused, for each connection: acknowledged must
    /// mean durable.
    pub async fn postgres(url: &SecretString, connections: u32, source: Source) -> Result<Self, StoreError> {
        let options: PgConnectOptions = url.expose_secret().parse().map_err(StoreError::from)?;
        let options = options.application_name("consigne").options([
            ("lock_timeout", "8s"),
            ("statement_timeout", "20s"),
            ("idle_in_transaction_session_timeout", "30s"),
            // Each statement is prepared once and finds its rows by their keys: planning it again for other ids finds nothing better.
            ("plan_cache_mode", "force_generic_plan"),
        ]);
        // Told apart from a database that is away, which is all that a pool would say.
        let mut first = PgConnection::connect_with(&options).await?;
        if !is_durable(&mut first).await? {
            return Err(StoreError::Refused);
        }
        first.close().await?;
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(postgres::PATIENCE)
            .test_before_acquire(false)
            .before_acquire(|conn, told| {
                Box::pin(async move { Ok(told.idle_for < postgres::FRESH || conn.ping().await.is_ok()) })
            })
            .after_connect(|conn, _| {
                Box::pin(async move {
                    let refused = || sqlx::Error::Configuration("synchronous_commit is off".into());
                    is_durable(conn).await?.then_some(()).ok_or_else(refused)
                })
            })
            .connect_with(options)
            .await?;
        Ok(Self { kind: Kind::Postgres(Arc::new(Connections::new(pool, connections))), source })
    }

    /// Where this handle's transactions take their time and randomness from.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Whether one process owns the whole database (SQLite): what was under way at start is then nobody's.
    pub const fn is_single_process(&self) -> bool {
        matches!(self.kind, Kind::Sqlite(_))
    }

    /// Brings the tables to this version.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match &self.kind {
            Kind::Sqlite(writer) => {
                writer
                    .alone(async |conn| {
                        sqlx::migrate!("migrations/sqlite").run_direct(None, conn, false).await.map_err(migration_error)
                    })
                    .await
            }
            Kind::Postgres(connections) => {
                sqlx::migrate!("migrations/postgres").run(connections.pool()).await.map_err(migration_error)
            }
        }
    }

    /// Prepares every statement: a schema that is not this program's is found now rather than on the first use.
    pub async fn check_statements(&self) -> Result<(), StoreError> {
        match &self.kind {
            Kind::Sqlite(writer) => {
                writer
                    .alone(async |conn| {
                        for (name, sql) in statements().filter(|(name, _)| !name.starts_with(POSTGRES_ONLY)) {
                            conn.prepare(sql.into_sql_str())
                                .await
                                .inspect_err(|_| tracing::error!(name, "does not prepare"))?;
                        }
                        Ok(())
                    })
                    .await
            }
            Kind::Postgres(connections) => {
                let mut conn = connections.pool().acquire().await?;
                for (name, sql) in statements().filter(|(name, _)| !name.starts_with(SQLITE_ONLY)) {
                    conn.prepare(sql.into_sql_str())
                        .await
                        .inspect_err(|_| tracing::error!(name, "does not prepare"))?;
                }
                Ok(())
            }
        }
    }

    /// Whether what is decided at a glance is shorter to write than what is decided under locks: not on SQLite, whose turns begin with
    /// the look.
    pub(crate) const fn gains_at_once(&self) -> bool {
        matches!(self.kind, Kind::Postgres(_))
    }

    /// Begins a transaction (on SQLite: waits for the writer).
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let arm = match &self.kind {
            Kind::Sqlite(writer) => Arm::Sqlite(writer.begin().await?),
            Kind::Postgres(connections) => Arm::Postgres(connections.begin().await?),
        };
        Ok(self.tx(arm))
    }

    fn tx(&self, arm: Arm) -> Tx {
        Tx { arm, source: self.source.clone(), heads: HashMap::new(), clock: None }
    }

    /// Begins a transaction with the door's look (`look.rs`): on SQLite its row comes with the beginning.
    pub(in crate::store) async fn begin_looking<'q>(
        &self,
        look: impl FnOnce(&'static str) -> Query<'q, Sqlite, SqliteArguments>,
    ) -> Result<(Tx, Option<SqliteRow>), StoreError> {
        match &self.kind {
            Kind::Sqlite(writer) => {
                let (turn, row) = writer.begin_looking(look).await?;
                Ok((self.tx(Arm::Sqlite(turn)), row))
            }
            Kind::Postgres(_) => Ok((self.begin().await?, None)),
        }
    }

    /// A connection for one statement that reads, outside any transaction: what is committed, at one point in time.
    pub(in crate::store) async fn reader(&self) -> Result<Reader<'_>, StoreError> {
        Ok(match &self.kind {
            Kind::Sqlite(writer) => Reader::Sqlite(writer.reader().await?),
            Kind::Postgres(connections) => Reader::Postgres(connections.at_once().await?),
        })
    }

    /// A place for one statement that writes and commits by itself.
    pub(in crate::store) async fn at_once(&self) -> Result<AtOnce, StoreError> {
        Ok(match &self.kind {
            Kind::Sqlite(writer) => AtOnce::Sqlite(writer.turn().await?),
            Kind::Postgres(connections) => AtOnce::Postgres(connections.at_once().await?),
        })
    }

    /// Leaves nothing of deleted rows in the files, as far as the database can: SQLite's write-ahead log is emptied (its pages
    /// are wiped as they are freed). PostgreSQL keeps dead rows until its own vacuum.
    pub async fn scrub(&self) -> Result<(), StoreError> {
        let Kind::Sqlite(writer) = &self.kind else { return Ok(()) };
        for _ in 0..SCRUB_TRIES {
            if sqlite::empty_log(writer).await? {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(StoreError::Away)
    }

    /// A small real round trip.
    pub async fn health(&self) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        on!(tx, conn => { sqlx::query("SELECT 1").execute(conn).await?; });
        Ok(())
    }

    /// Closes: what is owed is written, connections end.
    pub async fn close(&self) {
        match &self.kind {
            Kind::Sqlite(writer) => {
                if let Err(error) = sqlite::close(writer).await {
                    tracing::warn!(%error, "closing the database");
                }
            }
            Kind::Postgres(connections) => connections.close().await,
        }
    }
}

/// Whether what this connection commits is durable when it says so. What holds now is made its own: a change of the server's
/// settings reaches new connections only, and those are asked again.
async fn is_durable(conn: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let kept = "SELECT set_config('synchronous_commit', current_setting('synchronous_commit'), false)";
    let durable: String = sqlx::query_scalar(kept).fetch_one(conn).await?;
    if durable == "off" {
        tracing::error!(
            "PostgreSQL runs with synchronous_commit=off: a deposit could be acknowledged and lost. Turn it on."
        );
    }
    Ok(durable != "off")
}

/// The time by a clock, never before the last entry of a chain.
pub(in crate::store) fn moment(clock: Timestamp, floor: Option<Timestamp>) -> Moment {
    let now = floor.map_or(clock, |floor| floor.max(clock));
    if now >= clock.plus(LOUD) {
        let seconds = now.micros().saturating_sub(clock.micros()).div_euclid(1_000_000);
        tracing::error!(
            seconds,
            "the clock is behind the last entry of a journal: it ran ahead once, or runs late now. Put it right; entries \
             stand at that last time until it is caught up"
        );
    }
    Moment { now, clock }
}

fn migration_error(error: sqlx::migrate::MigrateError) -> StoreError {
    tracing::error!(error = %error, "migration");
    match error {
        sqlx::migrate::MigrateError::Execute(inner) => inner.into(),
        _ => StoreError::Other,
    }
}

#[derive(Debug)]
enum Arm {
    Sqlite(sqlite::Turn),
    Postgres(postgres::Turn),
}

/// A transaction. Dropped without [`Tx::commit`], nothing of it remains.
#[derive(Debug)]
pub struct Tx {
    arm: Arm,
    source: Source,
    /// Heads of the chains that this transaction holds the lock of.
    heads: HashMap<ChainId, Head>,
    /// What the database's clock said after the last lock was taken.
    clock: Option<Timestamp>,
}

/// A place in a transaction that one may go back to: what was locked before stays locked.
#[derive(Debug)]
pub struct Mark {
    heads: HashMap<ChainId, Head>,
}

impl Tx {
    /// Marks this place. One at a time.
    pub async fn mark(&mut self) -> Result<Mark, StoreError> {
        on!(self, conn => { sqlx::query("SAVEPOINT marked").execute(conn).await?; });
        Ok(Mark { heads: self.heads.clone() })
    }

    /// Undoes what was written since. The locks that were taken before are still held, so that what is written instead comes before
    /// anybody else.
    pub async fn go_back(&mut self, mark: Mark) -> Result<(), StoreError> {
        on!(self, conn => {
            sqlx::query("ROLLBACK TO marked").execute(&mut *conn).await?;
            sqlx::query("RELEASE marked").execute(&mut *conn).await?;
        });
        self.heads = mark.heads;
        Ok(())
    }

    pub(in crate::store) fn arm(&mut self) -> Result<Conn<'_>, StoreError> {
        Ok(match &mut self.arm {
            Arm::Sqlite(turn) => Conn::Sqlite(turn.conn()?),
            Arm::Postgres(turn) => Conn::Postgres(turn.conn()?),
        })
    }

    pub(in crate::store) const fn is_postgres(&self) -> bool {
        matches!(self.arm, Arm::Postgres(_))
    }

    pub(in crate::store) fn head(&self, chain: ChainId) -> Option<Head> {
        self.heads.get(&chain).copied()
    }

    /// Keeps the head of a chain whose lock this transaction holds.
    pub(in crate::store) fn keep_head(&mut self, chain: ChainId, head: Head) {
        // Whoever waited for a lock has no use for the time before it.
        if self.heads.insert(chain, head).is_none() {
            self.clock = None;
        }
    }

    /// Forgets what the clock said: much was read since.
    pub fn forget_clock(&mut self) {
        self.clock = None;
    }

    /// Keeps what the database's clock said in a statement that ran under a chain's lock.
    pub(in crate::store) fn keep_clock(&mut self, clock: Timestamp) {
        if !self.heads.is_empty() {
            self.clock = Some(clock);
        }
    }

    /// The injected source.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The time, read now: the database's clock on PostgreSQL (several machines, one clock), the injected one on SQLite and
    /// in tests. Never before the last entry of a chain whose lock is held. While a chain's lock is held it is read once, after
    /// the lock: what is decided and what is written down about it bear the same time.
    pub async fn now(&mut self) -> Result<Timestamp, StoreError> {
        Ok(self.moment().await?.now)
    }

    /// The same, with the clock itself beside it.
    pub async fn moment(&mut self) -> Result<Moment, StoreError> {
        let clock = match &mut self.arm {
            Arm::Postgres(turn) if !self.source.is_manual() => {
                if let Some(clock) = self.clock {
                    clock
                } else {
                    let micros: i64 =
                        sqlx::query_scalar("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
                            .fetch_one(turn.conn()?)
                            .await?;
                    let clock = Timestamp::from_micros(micros);
                    self.clock = (!self.heads.is_empty()).then_some(clock);
                    clock
                }
            }
            _ => self.source.now(),
        };
        Ok(moment(clock, self.heads.values().map(|head| head.at).max()))
    }

    /// Commits. When it returns, what was written is durable.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.arm {
            Arm::Sqlite(turn) => turn.commit().await,
            Arm::Postgres(turn) => turn.commit().await,
        }
    }
}
