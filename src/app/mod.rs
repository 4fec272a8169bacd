//! Puts the program together: opens what the configuration names, starts the jobs, serves, stops in order.

pub mod demo;
mod demo_institution;
mod demo_outbox;
mod demo_work;
pub mod institutions;
pub mod keys;
pub mod organisations;
mod samples;
pub mod verify;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

use crate::access::Door;
use crate::blobs::{BlobError, Blobs, S3Settings};
use crate::config::{BlobStore, Config, ConfigErrors};
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome};
use crate::domain::ids::{DeploymentId, RequestId};
use crate::domain::person::IssuerKind;
use crate::domain::source::Source;
use crate::http::serving::Connections;
use crate::http::{Site, SiteSettings};
use crate::identity::{self, DecryptionKey, IdentityError, KeyFileError, RelyingParty};
use crate::locker::{Issuers, Limits, LockerError, Lockers, Way};
use crate::store::deployment::{self, Deployment};
use crate::store::entries::{self, ChainKind};
use crate::store::{Db, StoreError};
use crate::vault::root::{RootKeyError, RootKeys};
use crate::vault::{Vault, VaultError};

/// Why the program can't start or go on. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// The root key's file.
    #[error(transparent)]
    RootKey(#[from] RootKeyError),
    /// The root key does not fit the database.
    #[error(
        "the root key does not open this installation. Put back the root key that belongs to this database; with an older \
         backup of the database, the copy that was kept with it."
    )]
    WrongRootKey,
    /// The file has retired epochs only.
    #[error("the root key file holds retired epochs only. Put back its newest copy.")]
    RetiredRootKey,
    /// Wraps name an epoch that the file lacks.
    #[error("the database holds keys under epoch {0} of the root key, which the file lacks. Put back its newest copy.")]
    EpochMissing(i64),
    /// Retiring before moving.
    #[error("not every key is under the newest epoch. Run `consigne keys rotate` first. Nothing was removed.")]
    NotRotated,
    /// Retiring while somebody may need the old epoch.
    #[error(
        "processes that serve and do not know epoch {1} of the root key: {0}. Copy the root key file to their machines and wait a \
         minute; one that was killed is forgotten after five. Nothing was removed."
    )]
    ProcessesBehind(u64, i64),
    /// The database.
    #[error("database: {0}. Is it running, and is its address right?")]
    Store(#[from] StoreError),
    /// The blob store.
    #[error("blob store: {0}")]
    Blobs(#[from] BlobError),
    /// A verb.
    #[error(transparent)]
    Locker(#[from] LockerError),
    /// An issuer's settings.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The key that an issuer encrypts to.
    #[error(transparent)]
    DecryptionKey(#[from] KeyFileError),
    /// There is no installation here.
    #[error("there is no installation here yet. Run `consigne init` first.")]
    NotInitialised,
    /// The folder that the root key is to lie in is not there.
    #[error("{0} is not there: create the folder for the root key first, for the service's user alone.")]
    NoKeyFolder(String),
    /// There is one already.
    #[error("there is an installation here already.")]
    AlreadyInitialised,
    /// Demonstration data is never served for real, nor real data in the demonstration.
    #[error("this data is {0}: it can't be used here.")]
    WrongKind(&'static str),
    /// Another process serves from the same folder.
    #[error("another Consigne is using {0}. Stop it first, or name another folder.")]
    InUse(String),
    /// There is no such organisation.
    #[error("{0}: there is no such organisation. `consigne organisation list` shows those that there are.")]
    NoOrganisation(String),
    /// What was said of an institution is not right.
    #[error("{0} Nothing was done.")]
    Institution(String),
    /// Referents invite referents.
    #[error("this organisation has an active referent, who invites others. Nothing was done.")]
    HasReferent,
    /// A name that is none.
    #[error("the {0} is not a name: {1}")]
    BadName(&'static str, String),
    /// Who carries notices.
    #[error(transparent)]
    Notify(#[from] crate::notify::NotifyError),
    /// The system.
    #[error("{0}: {1}")]
    Io(String, std::io::Error),
}

impl From<VaultError> for AppError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::WrongRootKey => Self::WrongRootKey,
            other => Self::Locker(other.into()),
        }
    }
}

fn io<T: ToString + ?Sized>(what: &T) -> impl FnOnce(std::io::Error) -> AppError + use<T> {
    let what = what.to_string();
    move |error| AppError::Io(what, error)
}

/// Opens the database that a configuration names.
pub async fn open_database(config: &Config, source: &Source) -> Result<Db, AppError> {
    Ok(match &config.database.url {
        Some(url) => Db::postgres(url, config.database.connections.unwrap_or(16), source.clone()).await?,
        None => Db::sqlite(&config.data_dir.join("consigne.db"), source.clone()).await?,
    })
}

/// Opens the database of an installation that exists: never makes one.
pub async fn open_existing_database(config: &Config, source: &Source) -> Result<Db, AppError> {
    if config.database.url.is_none() && !config.data_dir.join("consigne.db").exists() {
        return Err(AppError::NotInitialised);
    }
    open_database(config, source).await
}

/// Runs a verb for one of the operator's commands, beside a service that runs: nothing here needs it to stop.
async fn with_lockers<T, F>(config: &Config, verb: impl FnOnce(Lockers) -> F) -> Result<T, AppError>
where
    F: Future<Output = Result<T, AppError>>,
{
    let source = Source::system();
    let db = open_existing_database(config, &source).await?;
    let is_demo = deployment_of(&db).await?.is_demo;
    db.close().await;
    let opened = open(config, &source, config.limits.limits(), Issuers::default(), is_demo).await?;
    let done = verb(opened.lockers.clone()).await;
    opened.lockers.finish().await;
    opened.db.close().await;
    done
}

/// Opens the blob store that a configuration names.
pub async fn open_blobs(config: &Config, source: &Source) -> Result<Blobs, AppError> {
    let BlobStore { bucket, endpoint, region, prefix, access_key, secret_key } = config.blobs.clone();
    Ok(match bucket {
        Some(bucket) => {
            let settings = S3Settings {
                endpoint,
                region: region.unwrap_or_else(|| "us-east-1".to_owned()),
                bucket,
                prefix: prefix.unwrap_or_default(),
                access_key: access_key.unwrap_or_default(),
                secret_key: secret_key.unwrap_or_default(),
                force_path_style: false,
            };
            Blobs::s3(settings, source).await?
        }
        None => Blobs::folder(&config.data_dir.join("blobs"), source).await?,
    })
}

/// Makes the data folder, for the service alone.
pub fn make_data_dir(dir: &Path) -> Result<(), AppError> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(io(&dir.display()))
}

/// Creates an installation: root key, tables, its own keys, the first line of its own chain.
pub async fn init(config: &Config, source: &Source, is_demo: bool) -> Result<(), AppError> {
    // A key left by an init that stopped half-way opens nothing yet: it is the one to use. One that is not right is told
    // before anything is written.
    let file = config.root_key_file();
    let left = match RootKeys::load(&file) {
        Err(RootKeyError::Missing(_)) => None,
        other => Some(other?),
    };
    make_data_dir(&config.data_dir)?;
    // The key is written last, and nothing of what comes before it is any use without it.
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        return Err(AppError::NoKeyFolder(folder.display().to_string()));
    }
    let db = open_database(config, source).await?;
    db.migrate().await?;
    let mut tx = db.begin().await?;
    if deployment::read(&mut tx).await?.is_some() {
        return Err(AppError::AlreadyInitialised);
    }
    let roots = match left {
        Some(left) => left,
        None => RootKeys::create(&file, source)?,
    };
    let created = Deployment { id: DeploymentId::draw(source), is_demo };
    let now = tx.now().await?;
    deployment::create(&mut tx, created, now, roots.newest_name().epoch).await?;
    for wrap in Vault::create(created.id, &roots, source)? {
        crate::store::keys::add_to_deployment(&mut tx, &wrap).await?;
    }
    entries::create(&mut tx, created.service_chain(), ChainKind::Service, now).await?;
    entries::append(&mut tx, created.service_chain(), command_line(Action::Migrate, source)).await?;
    tx.commit().await?;
    db.close().await;
    Ok(())
}

/// A line of the service's chain for a command.
fn command_line(action: Action, source: &Source) -> Line {
    Line::new(Actor::Operator, Ground::Maintenance, action, Object::None, Outcome::Done, RequestId::draw(source))
}

/// Reads which installation a database is of.
pub async fn deployment_of(db: &Db) -> Result<Deployment, AppError> {
    let mut tx = db.begin().await?;
    let found = deployment::read(&mut tx).await?;
    tx.commit().await?;
    found.ok_or(AppError::NotInitialised)
}

/// Brings the tables to this version.
pub async fn migrate(config: &Config, source: &Source) -> Result<(), AppError> {
    let db = open_database(config, source).await?;
    db.migrate().await?;
    let door = Door::for_notes(db.clone(), deployment_of(&db).await?);
    door.note(command_line(Action::Migrate, source)).await?;
    db.close().await;
    Ok(())
}

/// Takes a data folder for this process; another one that serves from it is told so.
pub fn hold(data_dir: &Path) -> Result<std::fs::File, AppError> {
    let file = data_dir.join("in-use");
    let lock = std::fs::File::create(&file).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => AppError::NotInitialised,
        _ => io(&file.display())(error),
    })?;
    lock.try_lock().map_err(|_| AppError::InUse(data_dir.display().to_string()))?;
    Ok(lock)
}

/// The parts, opened.
#[derive(Debug)]
pub struct Opened {
    /// The database.
    pub db: Db,
    /// The verbs.
    pub lockers: Lockers,
}

/// Opens an installation with a configuration's database, blobs and root key.
pub async fn open(
    config: &Config,
    source: &Source,
    limits: Limits,
    issuers: Issuers,
    is_demo: bool,
) -> Result<Opened, AppError> {
    if config.database.url.is_none() && !config.data_dir.join("consigne.db").exists() {
        return Err(AppError::NotInitialised);
    }
    // Before anything is touched: a wrong key file is the first thing told.
    let roots = RootKeys::load(&config.root_key_file())?;
    let db = open_database(config, source).await?;
    db.check_statements().await.inspect_err(|_| {
        tracing::error!("the tables are not of this version: run `consigne migrate`");
    })?;
    let deployment = deployment_of(&db).await?;
    if deployment.is_demo != is_demo {
        return Err(AppError::WrongKind(if deployment.is_demo { "a demonstration's" } else { "real" }));
    }
    let mut tx = db.begin().await?;
    let wraps = crate::store::keys::of_deployment(&mut tx).await?;
    tx.commit().await?;
    let vault = Vault::open(deployment.id, roots, &wraps, source.clone())?;
    let blobs = open_blobs(config, source).await?;
    let door = Door::new(db.clone(), deployment, vault.prover());
    let scanning = config.scanning().map_err(ConfigErrors)?;
    let lockers = Lockers::new(
        door,
        vault,
        blobs,
        limits,
        config.terms(is_demo),
        (issuers, config.notices.carriers()?, scanning),
    );
    // Before anything is written: a line of this run would bear the time that is to be doubted.
    lockers.believes_the_clock().await?;
    Ok(Opened { db, lockers })
}

/// The ways in that a configuration names. `direct` ignores the proxies of the environment: right on loopback.
pub fn issuers(config: &Config, source: &Source, direct: bool) -> Result<Issuers, AppError> {
    let http =
        identity::client(direct).map_err(|e| AppError::Io("HTTP client".to_owned(), std::io::Error::other(e)))?;
    let way = |kind, issuer: &Option<crate::config::Issuer>| {
        let Some(issuer) = issuer else { return Ok::<_, AppError>(None) };
        let mut settings = issuer.settings(kind, &config.public_url);
        settings.decryption = issuer.decryption_key_file.as_deref().map(DecryptionKey::load).transpose()?;
        let party = RelyingParty::new(settings, source.clone(), http.clone());
        Ok(Some(Way { party, account_name: issuer.account_name.clone() }))
    };
    Ok(Issuers {
        holder: way(IssuerKind::Holder, &config.issuers.holder)?,
        professional: way(IssuerKind::Professional, &config.issuers.professional)?,
    })
}

/// How the site is reached, by a configuration.
pub fn site_settings(config: &Config, is_demo: bool) -> SiteSettings {
    let ways = [&config.issuers.holder, &config.issuers.professional];
    let own = config.public_url.origin();
    let origins = ways.into_iter().flatten().map(|way| way.issuer.origin()).filter(|origin| *origin != own);
    SiteSettings {
        public_url: config.public_url.clone(),
        client_address_header: config.client_address_header.as_ref().and_then(|h| h.parse().ok()),
        issuer_origins: origins.map(|origin| origin.ascii_serialization()).collect(),
        is_demo,
    }
}

/// Serves a router and runs the jobs until told to stop; then writes what is owed.
pub async fn run(
    listener: TcpListener,
    router: Router,
    opened: &Opened,
    connections: Connections,
    stop: watch::Receiver<bool>,
) -> Result<(), AppError> {
    if !opened.lockers.report_in(true).await? {
        return Err(AppError::RetiredRootKey);
    }
    // A restored database may hold what was erased: gone again before anybody is served.
    opened.lockers.replay_erasures().await?;
    opened.lockers.close_stale(true).await?;
    let jobs = tokio::spawn(crate::jobs::run(opened.lockers.clone(), stop.clone()));
    let served = crate::http::serving::serve(listener, router, connections, stop.clone());
    // Open downloads get a moment to end, not for ever.
    tokio::select! {
        () = served => {}
        () = async { wait_for(stop).await; tokio::time::sleep(Duration::from_secs(10)).await } => {}
    }
    let _ = jobs.await;
    opened.lockers.finish().await;
    opened.db.close().await;
    Ok(())
}

async fn wait_for(mut stop: watch::Receiver<bool>) {
    // A sender that is gone is a stop too.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Tells the jobs and the server to stop at Ctrl-C or SIGTERM.
pub fn stop_on_signal() -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok();
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = async { match &mut term { Some(term) => { term.recv().await; } None => std::future::pending().await } } => {}
        }
        let _ = sender.send(true);
    });
    receiver
}

/// `consigne serve`.
pub async fn serve(config: &Config) -> Result<(), AppError> {
    config.check_for_serving()?;
    let source = Source::system();
    let issuers = issuers(config, &source, false)?;
    // On PostgreSQL, several processes may serve one installation.
    let _held = if config.database.url.is_none() { Some(hold(&config.data_dir)?) } else { None };
    let opened = open(config, &source, config.limits.limits(), issuers, false).await?;
    let site = Site::new(opened.lockers.clone(), site_settings(config, false));
    let listener = TcpListener::bind(config.listen).await.map_err(io(&format!("listening on {}", config.listen)))?;
    tracing::info!(listen = %config.listen, public_url = %config.public_url, "serving");
    run(listener, crate::http::router(site), &opened, config.limits.connections(), stop_on_signal()).await
}

/// The address of a listener, as people type it.
pub fn url_of(address: SocketAddr) -> Result<Url, AppError> {
    Url::parse(&format!("http://{address}/")).map_err(|e| AppError::Io("address".to_owned(), std::io::Error::other(e)))
}
