//! The one fixture: a whole Consigne on loopback with its own database, blob store and identity provider, and people who use
//! it over HTTP. What a thief or an operator does to the stored data goes through [`Raw`].

mod client;
mod declared;
mod disk;
pub mod gateway;
mod help;
mod html;
mod institution;
mod postgres;
pub mod printed;
mod proxy;
mod raw;
pub mod receiver;
mod window;
mod work;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use consigne::app::{demo, url_of};
use consigne::config::Config;
use consigne::domain::source::Source;
use consigne::http::serving::Connections;
use consigne::locker::{Limits, Lockers};
use consigne::store::Db;
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;

pub use client::{Answer, Client, Holder, multipart, short};
pub use declared::Declared;
pub use disk::SmallDisk;
pub use help::{Mandate, Sheet, Visit, jpeg, on_paper, proposal};
pub use institution::{Program, day_from_now, fields as institution_fields, jwt, metadata_of, public_set};
pub use postgres::OwnPostgres;
pub use proxy::Proxy;
pub use raw::{Raw, Sql, create_database};
pub use window::{WINDOW, present};
pub use work::{Organisation, Professional, digits, invite, join};

/// Which database and which blob store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pair {
    /// SQLite and a folder.
    Local,
    /// PostgreSQL and S3.
    Remote,
}

/// Writes each story as two tests, one for each pair.
#[macro_export]
macro_rules! on_both_pairs {
    ($($(#[$meta:meta])* async fn $name:ident($pair:ident) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;
            async fn story($pair: Pair) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite_and_folder() {
                story(Pair::Local).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres_and_s3() {
                story(Pair::Remote).await;
            }
        }
    )*};
}

/// An environment variable that `tests/run` sets.
pub fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests with tests/run"))
}

/// A whole Consigne.
pub struct World {
    pub pair: Pair,
    pub config: Config,
    pub source: Source,
    pub lockers: Lockers,
    pub db: Db,
    pub address: SocketAddr,
    /// Kept so that the folder outlives the story.
    dir: TempDir,
}

impl World {
    /// With the usual limits.
    pub async fn new(pair: Pair) -> Self {
        Self::with(pair, Limits::default()).await
    }

    /// With other limits.
    pub async fn with(pair: Pair, limits: Limits) -> Self {
        Self::build(pair, limits, |_| {}).await
    }

    /// With a changed configuration: another folder, a store behind something that fails.
    pub async fn build(pair: Pair, limits: Limits, change: impl FnOnce(&mut Config)) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let dir = TempDir::with_prefix("consigne-test-").unwrap();
        let mut config = config(pair, address, dir.path().join("data")).await;
        change(&mut config);
        let source = Source::with_manual_clock(Source::system().now());
        let demo = demo::assemble(&config, &source, limits).await.unwrap();
        serve(listener, demo.router);
        let (lockers, db) = (demo.opened.lockers, demo.opened.db);
        Self { pair, config, source, lockers, db, address, dir }
    }

    /// Stops, and starts again on the same data with a changed configuration, at another address.
    pub async fn restart(&mut self, change: impl FnOnce(&mut Config)) {
        self.settle().await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.address = listener.local_addr().unwrap();
        let secret = SecretString::from("a-secret-between-consigne-and-its-provider".to_owned());
        let there = demo::config(&url_of(self.address).unwrap(), self.config.data_dir.clone(), &secret).unwrap();
        (self.config.public_url, self.config.issuers) = (there.public_url, there.issuers);
        change(&mut self.config);
        let limits = *self.lockers.limits();
        let demo = demo::assemble(&self.config, &self.source, limits).await.unwrap();
        serve(listener, demo.router);
        (self.lockers, self.db) = (demo.opened.lockers, demo.opened.db);
    }

    /// A copy of the database as it is now.
    pub async fn backup(&self) -> PathBuf {
        let file = self.dir.path().join("backup");
        match &self.config.database.url {
            Some(url) => {
                let mut dump = std::process::Command::new("pg_dump");
                assert!(dump.arg("-f").arg(&file).arg(url.expose_secret()).status().unwrap().success());
            }
            None => {
                self.raw().await.run(&format!("VACUUM INTO '{}'", file.display())).await.unwrap();
            }
        }
        file
    }

    /// Starts on a copy of the database, beside the blobs as they are.
    pub async fn put_back(&mut self, backup: PathBuf) {
        let old = self.config.data_dir.clone();
        let new = self.dir.path().join("put-back");
        let copied = std::process::Command::new("cp").arg("-a").arg(&old).arg(&new).status().unwrap();
        assert!(copied.success());
        if self.config.database.url.is_some() {
            let url = raw::create_database().await;
            let mut load = std::process::Command::new("psql");
            load.args(["-q", "-v", "ON_ERROR_STOP=1", "-f"]).arg(&backup).arg(&url);
            assert!(load.stdout(std::process::Stdio::null()).status().unwrap().success());
            self.config.database.url = Some(url.into());
        } else {
            for name in ["consigne.db-wal", "consigne.db-shm"] {
                let _ = std::fs::remove_file(new.join(name));
            }
            std::fs::copy(&backup, new.join("consigne.db")).unwrap();
        }
        self.config.data_dir = new;
        self.restart(|_| {}).await;
    }

    /// Somebody with a browser, not signed in.
    pub fn anonymous(&self) -> Client {
        Client::new(self.address)
    }

    /// Somebody signed in through the issuer.
    pub async fn sign_in(&self, kind: &str, hint: &str) -> Client {
        let client = self.anonymous();
        client.sign_in(kind, hint).await;
        client
    }

    /// A holder, signed in, with their locker open.
    pub async fn holder(&self, hint: &str) -> Holder {
        let client = self.sign_in("holder", hint).await;
        let me = client.get("/api/v1/me").await.json();
        let locker = match me["locker"].as_str() {
            Some(locker) => locker.to_owned(),
            None => client.open_locker().await.expect(201).json()["id"].as_str().unwrap().to_owned(),
        };
        Holder { client, locker, person: me["person"]["id"].as_str().unwrap().to_owned() }
    }

    /// Direct access to the stored data, as a thief or an operator has.
    pub async fn raw(&self) -> Raw {
        Raw::open(self).await
    }

    /// A connection beside the service's, once a statement of the service waits for a lock: on PostgreSQL.
    pub async fn until_something_waits(&self) -> Raw {
        let mut raw = self.raw().await;
        raw.until_waiting(1).await;
        raw
    }

    /// Lets time pass.
    pub fn wait(&self, time: Duration) {
        self.source.advance(time);
    }

    /// Everything that is owed to the journal is written.
    pub async fn settle(&self) {
        self.lockers.finish().await;
    }
}

/// Serves as the program does, until the story is over.
fn serve(listener: tokio::net::TcpListener, router: axum::Router) {
    tokio::spawn(async move {
        let (_going_on, stop) = tokio::sync::watch::channel(false);
        consigne::http::serving::serve(listener, router, Connections::default(), stop).await;
    });
}

/// A configuration for a pair, at an address, with its own database and its own prefix.
pub async fn config(pair: Pair, address: SocketAddr, data_dir: PathBuf) -> Config {
    let secret = SecretString::from("a-secret-between-consigne-and-its-provider".to_owned());
    let mut config = demo::config(&url_of(address).unwrap(), data_dir, &secret).unwrap();
    if pair == Pair::Remote {
        config.database.url = Some(raw::create_database().await.into());
        config.database.connections = Some(8);
        config.blobs.bucket = Some(setting("CONSIGNE_TEST_S3_BUCKET"));
        config.blobs.endpoint = Some(setting("CONSIGNE_TEST_S3_ENDPOINT"));
        config.blobs.access_key = Some(setting("CONSIGNE_TEST_S3_ACCESS_KEY"));
        config.blobs.secret_key = Some(setting("CONSIGNE_TEST_S3_SECRET_KEY").into());
        config.blobs.prefix = Some(format!("t{}", hex(&Source::system().bytes::<8>())));
    }
    config
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}
