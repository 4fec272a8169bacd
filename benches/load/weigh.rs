//! Memory, lists, time to be ready.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use tokio::time::Instant;

use crate::client::{Body, Client};
use crate::furnish::{Person, people};
use crate::outcome::{Aim, Line, median, percentile};
use crate::{Fault, Place};

/// How to weigh.
#[derive(Debug, Args)]
pub struct Memory {
    #[command(flatten)]
    place: Place,
    /// The process that serves, idle since its start.
    #[arg(long)]
    pid: u32,
    /// Who transfers, one at once each.
    #[arg(long)]
    people: PathBuf,
    /// What is transferred.
    #[arg(long)]
    file: PathBuf,
    /// How much more than idle is too much, in MiB.
    #[arg(long)]
    most: f64,
    #[arg(long)]
    form: String,
    #[arg(long)]
    results: PathBuf,
}

/// A figure of `/proc/PID/status`, in MiB.
fn status(pid: u32, name: &str) -> Result<f64, Fault> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).ok_or("no such figure")?;
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes / 1024.0)
}

fn all_at_once(
    settings: &Memory,
    people: &[Person],
    work: impl Fn(&mut Client, &Person, &Path) -> Result<String, Fault> + Copy + Send,
) -> Result<Vec<Person>, Fault> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = people
            .iter()
            .map(|person| {
                scope.spawn(move || {
                    let mut client = Client::new(settings.place.address, &settings.place.host, &person.cookie)?;
                    let paper = work(&mut client, person, &settings.file)?;
                    Ok::<_, Fault>(Person { papers: vec![paper], ..person.clone() })
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| "a client broke")?).collect()
    })
}

/// Weighs a process before and while everybody deposits, then reads, then takes everything away, at once.
pub fn memory(settings: &Memory) -> Result<(), Fault> {
    let people = people(&settings.people)?;
    let idle = status(settings.pid, "VmRSS")?;
    let peak = |way: &str, top: f64| {
        Line {
            what: format!(
                "MiB above idle, {} {way} of {} MiB at once, {}",
                people.len(),
                size(&settings.file) >> 20,
                settings.form
            ),
            ours: format!("{top:.0} MiB at most"),
            theirs: format!("idle {idle:.0} MiB"),
            value: top - idle,
            aim: Aim::AtMost(settings.most),
        }
        .keep(&settings.results)
    };
    // From here on the peak counts from what is resident now.
    let forget = || std::fs::write(format!("/proc/{}/clear_refs", settings.pid), "5");
    forget()?;
    let deposited = all_at_once(settings, &people, |client, person, file| {
        let made = client.json("POST", &person.documents(), &Body::Deposit { title: "Bail", file }, 201)?;
        Ok(made.get("id").and_then(|id| id.as_str()).ok_or("no id")?.to_owned())
    })?;
    peak("deposits", status(settings.pid, "VmHWM")?)?;
    forget()?;
    all_at_once(settings, &deposited, |client, person, _| {
        client.read_away(&person.content(0)?)?;
        Ok(String::new())
    })?;
    peak("reads", status(settings.pid, "VmHWM")?)?;
    forget()?;
    all_at_once(settings, &deposited, |client, person, file| {
        let count = client.read_away(&person.export())?;
        if count < size(file) {
            return Err("an export is smaller than the paper in it".into());
        }
        Ok(String::new())
    })?;
    peak("exports", status(settings.pid, "VmHWM")?)
}

fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |told| told.len())
}

/// Two services, one of which holds many other people's lockers.
#[derive(Debug, Args)]
pub struct Lists {
    #[command(flatten)]
    place: Place,
    /// Whose list.
    #[arg(long)]
    people: PathBuf,
    /// The service with others in it, and whose list there.
    #[arg(long, requires = "among_people")]
    among: Option<std::net::SocketAddr>,
    /// See `among`.
    #[arg(long)]
    among_people: Option<PathBuf>,
    /// How many others, for the table.
    #[arg(long, default_value_t = 0)]
    others: usize,
    /// Rounds of 20 lists on each side.
    #[arg(long)]
    pairs: usize,
    #[arg(long)]
    form: String,
    #[arg(long)]
    results: PathBuf,
}

/// Takes somebody's whole list, page after page; says how many papers it has, and how long it took.
fn list(client: &mut Client, person: &Person) -> Result<(usize, Duration), Fault> {
    let (mut count, mut after) = (0, None::<String>);
    let began = Instant::now();
    loop {
        let after_that = after.map_or_else(String::new, |after| format!("&after={after}"));
        let path = format!("{}?limit=500{after_that}", person.documents());
        let page = client.json("GET", &path, &Body::None, 200)?;
        count += page.get("items").and_then(|items| items.as_array()).map_or(0, Vec::len);
        after = page.get("next").and_then(|next| next.as_str()).map(str::to_owned);
        if after.is_none() {
            return Ok((count, began.elapsed()));
        }
    }
}

struct Side {
    client: Client,
    person: Person,
    medians: Vec<f64>,
    count: usize,
}

impl Side {
    fn new(address: std::net::SocketAddr, host: &str, file: &Path) -> Result<Self, Fault> {
        let person = people(file)?.into_iter().next().ok_or("nobody")?;
        Ok(Self { client: Client::new(address, host, &person.cookie)?, person, medians: Vec::new(), count: 0 })
    }

    fn round(&mut self, counts: bool) -> Result<(), Fault> {
        let mut times = Vec::new();
        for _ in 0..20 {
            let (count, time) = list(&mut self.client, &self.person)?;
            self.count = count;
            times.push(time);
        }
        if counts {
            self.medians.push(percentile(&mut times, 50));
        }
        Ok(())
    }
}

/// Lists, alone and among others.
pub fn lists(settings: &Lists) -> Result<(), Fault> {
    let host = &settings.place.host;
    let mut alone = Side::new(settings.place.address, host, &settings.people)?;
    let mut among = match (settings.among, &settings.among_people) {
        (Some(address), Some(file)) => Some(Side::new(address, host, file)?),
        _ => None,
    };
    for round in 0..=settings.pairs {
        alone.round(round > 0)?;
        if let Some(among) = &mut among {
            among.round(round > 0)?;
        }
    }
    let p50 = median(&alone.medians);
    Line {
        what: format!("ms, p50, list of {} papers, {}", alone.count, settings.form),
        ours: format!("{p50:.2} ms"),
        theirs: String::new(),
        value: p50,
        aim: Aim::AtMost(8.0),
    }
    .keep(&settings.results)?;
    if let Some(among) = among {
        let ratios: Vec<_> = among.medians.iter().zip(&alone.medians).map(|(among, alone)| among / alone).collect();
        Line {
            what: format!("same list among {} lockers of 10 papers", settings.others),
            ours: format!("{:.2} ms", median(&among.medians)),
            theirs: format!("alone {p50:.2} ms"),
            value: median(&ratios),
            aim: Aim::AtMost(1.2),
        }
        .keep(&settings.results)?;
    }
    Ok(())
}

/// A demonstration to start.
#[derive(Debug, Args)]
pub struct Ready {
    /// The program.
    #[arg(long)]
    program: PathBuf,
    /// A folder that does not exist yet.
    #[arg(long)]
    data: PathBuf,
    #[arg(long)]
    listen: std::net::SocketAddr,
    /// Starts on the same data, after the first.
    #[arg(long)]
    times: usize,
    #[arg(long)]
    results: PathBuf,
}

/// Starts the demonstration, waits until it answers; gives seconds and idle memory.
fn start(settings: &Ready) -> Result<(f64, f64), Fault> {
    let began = Instant::now();
    let mut process = std::process::Command::new(&settings.program)
        .args(["demo", "--listen", &settings.listen.to_string(), "--data-dir"])
        .arg(&settings.data)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .spawn()?;
    let host = settings.listen.to_string();
    let answers = || Client::new(settings.listen, &host, "").and_then(|mut client| client.is_there("/readyz"));
    let mut seen = Err("the demonstration did not start".into());
    while began.elapsed() < Duration::from_secs(30) {
        if answers().is_ok_and(|answer| answer.is_some()) {
            let seconds = began.elapsed().as_secs_f64();
            std::thread::sleep(Duration::from_secs(1));
            seen = status(process.id(), "VmRSS").map(|memory| (seconds, memory));
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    process.kill()?;
    process.wait()?;
    seen
}

/// Time to be ready, and idle memory.
pub fn ready(settings: &Ready) -> Result<(), Fault> {
    let (first, _) = start(settings)?;
    let mut again = Vec::new();
    for _ in 0..settings.times {
        again.push(start(settings)?);
    }
    let line = |what: &str, ours: String, theirs: String, value: f64| {
        Line { what: what.to_owned(), ours, theirs, value, aim: Aim::None }.keep(&settings.results)
    };
    let seconds = median(&again.iter().map(|(seconds, _)| *seconds).collect::<Vec<_>>());
    let memory = median(&again.iter().map(|(_, memory)| *memory).collect::<Vec<_>>());
    line(
        "s until the demonstration is ready",
        format!("{seconds:.3} s"),
        format!("very first start {first:.3} s"),
        seconds,
    )?;
    line("MiB resident, demonstration idle", format!("{memory:.0} MiB"), String::new(), memory)
}
