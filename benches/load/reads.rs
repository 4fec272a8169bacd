//! Small reads, each with its line in the journal committed first, held against the bare durable commits of the same database.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use tokio::time::Instant;

use crate::client::Client;
use crate::furnish::{Person, people};
use crate::outcome::{Aim, Line, median, percentile};
use crate::{Fault, Place};

/// How to measure.
#[derive(Debug, Args)]
pub struct Settings {
    #[command(flatten)]
    place: Place,
    /// Who reads (made by `furnish`).
    #[arg(long)]
    people: PathBuf,
    /// Which of their papers.
    #[arg(long)]
    paper: usize,
    /// Its size in words, for the table.
    #[arg(long)]
    size: String,
    /// Clients at once.
    #[arg(long)]
    clients: usize,
    /// Seconds of each half of a pair.
    #[arg(long)]
    seconds: u64,
    /// Pairs.
    #[arg(long)]
    pairs: usize,
    /// Against `pgbench -N` on this database.
    #[arg(long)]
    pgbench: Option<String>,
    /// Against single-row commits to a SQLite file here.
    #[arg(long)]
    sqlite: Option<PathBuf>,
    #[arg(long)]
    results: PathBuf,
}

/// Reads for a while on so many connections; gives reads a second and the times.
fn ours(settings: &Settings, people: &Arc<Vec<Person>>) -> Result<(f64, Vec<Duration>), Fault> {
    let start = Instant::now();
    let until = start + Duration::from_secs(settings.seconds);
    let mut threads = Vec::new();
    for number in 0..settings.clients {
        let people = Arc::clone(people);
        let (address, host, paper, clients) =
            (settings.place.address, settings.place.host.clone(), settings.paper, settings.clients);
        threads.push(std::thread::spawn(move || -> Result<Vec<Duration>, Fault> {
            let mut client = Client::new(address, &host, "")?;
            let mut times = Vec::new();
            // Each client walks through the lockers from its own place, as strangers to each other do.
            let mut next = number * people.len() / clients.max(1);
            while Instant::now() < until {
                let person = people.get(next % people.len()).ok_or("nobody")?;
                next += 1;
                client.bear(&person.cookie);
                let path = person.content(paper)?;
                let began = Instant::now();
                client.read_away(&path)?;
                times.push(began.elapsed());
            }
            Ok(times)
        }));
    }
    let mut times = Vec::new();
    for thread in threads {
        times.extend(thread.join().map_err(|_| "a client broke")??);
    }
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let rate = times.len() as f64 / start.elapsed().as_secs_f64();
    Ok((rate, times))
}

/// Bare durable commits for a while, by `pgbench -N`; gives how many a second.
pub fn pgbench(clients: usize, seconds: u64, url: &str) -> Result<f64, Fault> {
    let output = Command::new("pgbench")
        .args(["-n", "-N", "-j", "2", "-c", &clients.to_string(), "-T", &seconds.to_string(), url])
        .stdin(Stdio::null())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    rate.ok_or_else(|| format!("pgbench: {}", String::from_utf8_lossy(&output.stderr)).into())
}

/// Single rows, each in a durable transaction of its own, with the settings that Consigne opens its database with.
async fn sqlite(file: &Path, seconds: u64) -> Result<f64, Fault> {
    let mut conn = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, at INTEGER, text BLOB)")
        .execute(&mut conn)
        .await?;
    let start = Instant::now();
    let mut count = 0_u32;
    while start.elapsed() < Duration::from_secs(seconds) {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut conn).await?;
        let insert = sqlx::query("INSERT INTO rows (at, text) VALUES ($1, $2)");
        insert.bind(i64::from(count)).bind([7_u8; 200].as_slice()).execute(&mut conn).await?;
        sqlx::query("COMMIT").execute(&mut conn).await?;
        count += 1;
    }
    let rate = f64::from(count) / start.elapsed().as_secs_f64();
    conn.close().await?;
    Ok(rate)
}

/// Runs it.
pub async fn measure(settings: &Settings) -> Result<(), Fault> {
    let people = Arc::new(people(&settings.people)?);
    let (mut rates, mut others, mut ratios, mut times) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let what = if settings.pgbench.is_some() { "PostgreSQL, to pgbench -N" } else { "SQLite, to commits" };
    // The first pair warms up, and is not counted.
    for pair in 0..=settings.pairs {
        let (rate, some) = ours(settings, &people)?;
        let other = match (&settings.pgbench, &settings.sqlite) {
            (Some(url), _) => pgbench(settings.clients, settings.seconds, url)?,
            (None, Some(file)) => sqlite(file, settings.seconds).await?,
            (None, None) => return Err("against what?".into()),
        };
        if pair > 0 {
            rates.push(rate);
            others.push(other);
            ratios.push(rate / other);
            times.extend(some);
        }
    }
    let aim = if settings.pgbench.is_some() { Aim::AtLeast(0.5, 0.3) } else { Aim::AtLeast(0.5, 0.5) };
    let (p50, p99) = (percentile(&mut times, 50), percentile(&mut times, 99));
    Line {
        what: format!("read {}, {} clients, {what}", settings.size, settings.clients),
        ours: format!("{:.0}/s p50 {p50:.1} p99 {p99:.1} ms", median(&rates)),
        theirs: format!("{:.0}/s", median(&others)),
        value: median(&ratios),
        aim,
    }
    .keep(&settings.results)
}
