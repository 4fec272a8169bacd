//! One large file in and out: Consigne, `age`, `rclone serve webdav`, one after the other, several times over.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use tokio::time::Instant;

use crate::client::{Body, Client};
use crate::furnish::people;
use crate::outcome::{Aim, Line, speed_ratio};
use crate::{Fault, Place};

/// How to measure.
#[derive(Debug, Args)]
pub struct Settings {
    #[command(flatten)]
    place: Place,
    /// Who deposits (made by `furnish`).
    #[arg(long)]
    people: PathBuf,
    /// The file.
    #[arg(long)]
    file: PathBuf,
    /// A folder on the same disk as the blobs.
    #[arg(long)]
    work: PathBuf,
    /// `age` identity file.
    #[arg(long)]
    identity: PathBuf,
    /// `age` recipient.
    #[arg(long)]
    recipient: String,
    /// Rounds.
    #[arg(long)]
    pairs: usize,
    /// Where `rclone serve webdav` listens.
    #[arg(long)]
    webdav: Option<SocketAddr>,
    /// The bucket's address: `age` then uploads and downloads too. Credentials come from `AWS_USER` (`key:secret`).
    #[arg(long)]
    bucket: Option<String>,
    /// The form, for the table.
    #[arg(long)]
    form: String,
    #[arg(long)]
    results: PathBuf,
}

fn timed(work: impl FnOnce() -> Result<(), Fault>) -> Result<f64, Fault> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

fn run(command: &mut Command) -> Result<(), Fault> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
}

impl Settings {
    fn sealed(&self) -> PathBuf {
        self.work.join("sealed.age")
    }

    fn curl(bucket: &str) -> Command {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--fail", "--noproxy", "*", "--aws-sigv4", "aws:amz:us-east-1:s3"]);
        curl.args(["--user", &std::env::var("AWS_USER").unwrap_or_default()]);
        curl.args(["--header", "x-amz-content-sha256: UNSIGNED-PAYLOAD", &format!("{bucket}/bench-sealed")]);
        curl
    }

    /// `age` to a file; then what makes it durable where Consigne keeps its blobs.
    fn age_in(&self) -> Result<(), Fault> {
        let sealed = self.sealed();
        let mut age = Command::new("age");
        run(age.args(["-r", &self.recipient, "-o"]).arg(&sealed).arg(&self.file))?;
        if let Some(bucket) = &self.bucket {
            return run(Self::curl(bucket).arg("--upload-file").arg(&sealed));
        }
        File::open(&sealed)?.sync_all()?;
        Ok(File::open(&self.work)?.sync_all()?)
    }

    fn age_out(&self) -> Result<(), Fault> {
        let (sealed, fetched) = (self.sealed(), self.work.join("fetched.age"));
        let from = match &self.bucket {
            Some(bucket) => {
                run(Self::curl(bucket).arg("--output").arg(&fetched))?;
                &fetched
            }
            None => &sealed,
        };
        run(Command::new("age").arg("-d").arg("-i").arg(&self.identity).arg(from))
    }
}

#[derive(Default)]
struct Seen {
    age_in: Vec<(f64, f64)>,
    age_out: Vec<(f64, f64)>,
    webdav_in: Vec<(f64, f64)>,
    webdav_out: Vec<(f64, f64)>,
}

/// Runs it.
pub fn measure(settings: &Settings) -> Result<(), Fault> {
    let person = people(&settings.people)?.into_iter().next().ok_or("nobody")?;
    let size = std::fs::metadata(&settings.file)?.len();
    let mut client = Client::new(settings.place.address, &settings.place.host, &person.cookie)?;
    let mut seen = Seen::default();
    // The first round warms up, and is not counted.
    for round in 0..=settings.pairs {
        let mut path = String::new();
        let ours_in = timed(|| {
            let deposit = Body::Deposit { title: "Bail", file: &settings.file };
            let made = client.json("POST", &person.documents(), &deposit, 201)?;
            let id = made.get("id").and_then(|id| id.as_str()).ok_or("no id")?;
            path = format!("{}/{id}/content", person.documents());
            Ok(())
        })?;
        remove(&settings.sealed());
        let age_in = timed(|| settings.age_in())?;
        let webdav_in = settings.webdav.map(|address| put(address, &settings.file)).transpose()?;
        let ours_out = timed(|| whole(client.read_away(&path)?, size))?;
        let age_out = timed(|| settings.age_out())?;
        let webdav_out = settings.webdav.map(|address| get(address, size)).transpose()?;
        if round > 0 {
            seen.age_in.push((ours_in, age_in));
            seen.age_out.push((ours_out, age_out));
            seen.webdav_in.extend(webdav_in.map(|theirs| (ours_in, theirs)));
            seen.webdav_out.extend(webdav_out.map(|theirs| (ours_out, theirs)));
        }
    }
    remove(&settings.sealed());
    remove(&settings.work.join("fetched.age"));
    tell(settings, size, &seen)
}

fn remove(file: &Path) {
    // It may not be there.
    let _ = std::fs::remove_file(file);
}

fn whole(read: u64, size: u64) -> Result<(), Fault> {
    if read == size { Ok(()) } else { Err(format!("{read} bytes of {size}").into()) }
}

fn put(address: SocketAddr, file: &Path) -> Result<f64, Fault> {
    let mut client = Client::new(address, &address.to_string(), "")?;
    timed(|| client.ask("PUT", "/bail.pdf", &Body::File(file), 201).map(drop))
}

fn get(address: SocketAddr, size: u64) -> Result<f64, Fault> {
    let mut client = Client::new(address, &address.to_string(), "")?;
    timed(|| whole(client.read_away("/bail.pdf")?, size))
}

fn tell(settings: &Settings, size: u64, seen: &Seen) -> Result<(), Fault> {
    #[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
    let megabytes = size as f64 / 1e6;
    let speed = |pairs: &[(f64, f64)], which: fn(&(f64, f64)) -> f64| {
        format!("{:.0} MB/s", megabytes / crate::outcome::median(&pairs.iter().map(which).collect::<Vec<_>>()))
    };
    let (age, aim) = match settings.bucket {
        Some(_) => ("age and curl", Aim::AtLeast(0.6, 0.6)),
        None => ("age, synced", Aim::AtLeast(0.8, 0.5)),
    };
    let ahead = Aim::AtLeast(1.0, 1.0);
    let webdav = "rclone webdav, crypt";
    for (way, other, aim, pairs) in [
        ("deposit", age, aim, &seen.age_in),
        ("read", age.trim_end_matches(", synced"), aim, &seen.age_out),
        ("deposit", webdav, ahead, &seen.webdav_in),
        ("read", webdav, ahead, &seen.webdav_out),
    ] {
        if !pairs.is_empty() {
            Line {
                what: format!("{way} {} MiB, {}, to {other}", size >> 20, settings.form),
                ours: speed(pairs, |pair| pair.0),
                theirs: speed(pairs, |pair| pair.1),
                value: speed_ratio(pairs),
                aim,
            }
            .keep(&settings.results)?;
        }
    }
    Ok(())
}
