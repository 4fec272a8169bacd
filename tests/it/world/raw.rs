//! The stored data as somebody has it who stole it or runs the service: SQL without our program, files, objects.

use std::path::PathBuf;
use std::time::Duration;

use consigne::blobs::{BlobName, Blobs};
use consigne::config::Config;
use consigne::domain::source::{Source, Timestamp};
use secrecy::ExposeSecret;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};

use super::{World, hex, setting};

/// SQL of one's own on the world's database, and the blobs beside.
pub struct Raw {
    pub sql: Sql,
    pub blobs: Blobs,
    data_dir: PathBuf,
    url: Option<String>,
}

/// A connection that knows nothing of our program.
pub enum Sql {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// A new, empty PostgreSQL database; gives its address.
pub async fn create_database() -> String {
    let server = setting("CONSIGNE_TEST_POSTGRES");
    let name = format!("t{}", hex(&Source::system().bytes::<8>()));
    let mut admin = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    format!("{server}/{name}")
}

impl Raw {
    pub(super) async fn open(world: &World) -> Self {
        Self::of(&world.config, world.lockers.blobs().clone()).await
    }

    /// Of an installation that a configuration names.
    pub async fn of(config: &Config, blobs: Blobs) -> Self {
        let url = config.database.url.as_ref().map(|u| u.expose_secret().to_owned());
        let sql = match &url {
            Some(url) => Sql::Postgres(PgConnection::connect(url).await.unwrap()),
            None => {
                let file = config.data_dir.join("consigne.db");
                Sql::Sqlite(SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap())
            }
        };
        let data_dir = config.data_dir.clone();
        Self { sql, blobs, data_dir, url }
    }

    /// Runs a statement; the number of rows it changed.
    pub async fn run(&mut self, sql: &str) -> Result<u64, sqlx::Error> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &mut self.sql {
            Sql::Sqlite(conn) => Ok(sqlx::raw_sql(sql).execute(conn).await?.rows_affected()),
            Sql::Postgres(conn) => Ok(sqlx::raw_sql(sql).execute(conn).await?.rows_affected()),
        }
    }

    /// The first column of each row, as bytes (ids and blobs) .
    pub async fn bytes(&mut self, sql: &str) -> Vec<Vec<u8>> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &mut self.sql {
            Sql::Sqlite(conn) => sqlx::query(sql).fetch_all(conn).await.unwrap().iter().map(|r| r.get(0)).collect(),
            Sql::Postgres(conn) => {
                let rows = sqlx::query(sql).fetch_all(conn).await.unwrap();
                let read = |r: &sqlx::postgres::PgRow| {
                    r.try_get::<Vec<u8>, _>(0).unwrap_or_else(|_| r.get::<sqlx::types::Uuid, _>(0).as_bytes().to_vec())
                };
                rows.iter().map(read).collect()
            }
        }
    }

    /// One number.
    pub async fn number(&mut self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match &mut self.sql {
            Sql::Sqlite(conn) => sqlx::query_scalar(sql).fetch_one(conn).await.unwrap(),
            Sql::Postgres(conn) => sqlx::query_scalar(sql).fetch_one(conn).await.unwrap(),
        }
    }

    /// How many rows a table has.
    pub async fn count(&mut self, table: &str) -> i64 {
        self.number(&format!("SELECT count(*) FROM {table}")).await
    }

    /// Waits until so many statements of the service wait for locks that somebody holds: on PostgreSQL.
    pub async fn until_waiting(&mut self, count: i64) {
        let sql =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        for _ in 0..5_000 {
            if self.number(sql).await == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("{count} should wait");
    }

    /// Texts of the first column.
    pub async fn texts(&mut self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &mut self.sql {
            Sql::Sqlite(conn) => sqlx::query_scalar(sql).fetch_all(conn).await.unwrap(),
            Sql::Postgres(conn) => sqlx::query_scalar(sql).fetch_all(conn).await.unwrap(),
        }
    }

    /// An id as SQL of this database writes it.
    pub fn id(&self, id: &str) -> String {
        match &self.sql {
            Sql::Sqlite(_) => format!("x'{}'", id.replace('-', "")),
            Sql::Postgres(_) => format!("'{id}'::uuid"),
        }
    }

    /// Bytes as SQL of this database writes them.
    pub fn literal(&self, bytes: &[u8]) -> String {
        match &self.sql {
            Sql::Sqlite(_) => format!("x'{}'", hex(bytes)),
            Sql::Postgres(_) => format!("'\\x{}'::bytea", hex(bytes)),
        }
    }

    /// Everything that the database keeps, as a thief has it: the files, or a dump. Bytes in a dump are in hexadecimal.
    pub async fn dump(&mut self) -> Vec<u8> {
        match (&mut self.sql, &self.url) {
            (Sql::Postgres(_), Some(url)) => {
                let out = std::process::Command::new("pg_dump").arg(url).output().unwrap();
                assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
                out.stdout
            }
            _ => {
                let mut all = Vec::new();
                for name in ["consigne.db", "consigne.db-wal"] {
                    all.extend(std::fs::read(self.data_dir.join(name)).unwrap_or_default());
                }
                all
            }
        }
    }

    /// The name of every blob.
    pub async fn blob_names(&self) -> Vec<BlobName> {
        let mut names = self.blobs.list_older_than(Timestamp::from_micros(i64::MAX), 1000, None).await.unwrap();
        names.retain(|name| !name.as_str().starts_with("probe/"));
        names
    }

    /// The bytes of a blob.
    pub async fn blob(&self, name: &BlobName) -> Vec<u8> {
        let mut reader = self.blobs.get(name).await.unwrap();
        let mut bytes = Vec::new();
        while let Some(piece) = reader.next().await.unwrap() {
            bytes.extend_from_slice(&piece);
        }
        bytes
    }

    /// Every blob: its name and its bytes.
    pub async fn all_blobs(&self) -> Vec<(BlobName, Vec<u8>)> {
        let mut all = Vec::new();
        for name in self.blob_names().await {
            let bytes = self.blob(&name).await;
            all.push((name, bytes));
        }
        all
    }

    /// Puts other bytes in a blob's place.
    pub async fn replace_blob(&self, name: &BlobName, bytes: Vec<u8>) {
        self.blobs.delete(name).await.unwrap();
        let mut upload = self.blobs.put_new(name).await.unwrap();
        upload.write(bytes.into()).await.unwrap();
        upload.finish().await.unwrap();
    }
}
