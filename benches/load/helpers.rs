//! Mandates: how many can be made a second, and how many small reads helpers make under them, each in their visit and each with its
//! line in the journal committed first; held against the bare durable commits of the same database.
//!
//! Aidants with a second factor, one for each locker, an organisation each. People and aidants are signed in through the library, as the
//! issuer would otherwise be measured too; a holder proves who they are anew between a proposal and their answer, and that is not
//! counted.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clap::Args;
use consigne::app::Opened;
use consigne::config::Config;
use consigne::domain::organisation::{Name, Roles};
use consigne::domain::person::IssuerKind;
use consigne::domain::source::Source;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::client::{Body, Client};
use crate::furnish::{Person, people};
use crate::outcome::{Aim, Line, median, percentile};
use crate::people::{admit, finish, opened};
use crate::reads::pgbench;
use crate::{Fault, Place};

/// How to measure.
#[derive(Debug, Args)]
pub struct Settings {
    #[command(flatten)]
    place: Place,
    /// The configuration that is served; on PostgreSQL, where others may come beside.
    #[arg(long)]
    config: PathBuf,
    /// Who is helped (made by `furnish`).
    #[arg(long)]
    people: PathBuf,
    /// Seconds of each half of a pair.
    #[arg(long)]
    seconds: u64,
    /// Pairs.
    #[arg(long)]
    pairs: usize,
    /// Against `pgbench -N` on this database.
    #[arg(long)]
    pgbench: String,
    #[arg(long)]
    results: PathBuf,
}

/// An aidant who has passed their second factor.
struct Aidant {
    cookie: String,
    organisation: String,
}

/// A helper in a visit.
struct Use {
    cookie: String,
    visit: String,
    path: String,
}

/// Everything that the threads share.
struct Scene {
    settings: Settings,
    opened: Opened,
    source: Source,
    people: Vec<Person>,
    aidants: Vec<Aidant>,
    handle: Handle,
}

fn text<'v>(value: &'v Value, field: &str) -> Result<&'v str, Fault> {
    value.get(field).and_then(Value::as_str).ok_or_else(|| format!("no {field}: {value}").into())
}

impl Scene {
    fn client(&self, cookie: &str) -> Result<Client, Fault> {
        Client::new(self.settings.place.address, &self.settings.place.host, cookie)
    }

    /// Lets a holder in anew: their proof of who they are is of this moment.
    fn again(&self, person: usize) -> Result<String, Fault> {
        let name = format!("client {person}");
        self.handle.block_on(admit(&self.opened.lockers, &self.source, IssuerKind::Holder, &name))
    }
}

/// The six digits that an authenticator shows.
fn digits(secret: &str, source: &Source) -> Result<String, Fault> {
    let bytes = data_encoding::BASE32_NOPAD.decode(secret.as_bytes())?;
    let totp = totp_rs::Builder::new().with_secret(bytes).with_account_name("").build().map_err(|e| e.to_string())?;
    Ok(totp.generate(u64::try_from(source.now().micros() / 1_000_000)?).to_string())
}

fn send(client: &mut Client, path: &str, body: &Value, expected: u16) -> Result<Value, Fault> {
    let body = body.to_string();
    let answer = client.ask("POST", path, &Body::Bytes("application/json", body.as_bytes()), expected)?;
    Ok(if answer.is_empty() { Value::Null } else { serde_json::from_slice(&answer)? })
}

/// Somebody with a second factor, in an organisation of their own.
async fn aidant(settings: &Settings, opened: &Opened, source: &Source, number: usize) -> Result<Aidant, Fault> {
    let cookie = admit(&opened.lockers, source, IssuerKind::Professional, &format!("aidant {number}")).await?;
    let name = |text: &str| Name::parse(text).map_err(|_| "name");
    let invited = opened.lockers.create_organisation(name("CCAS")?, name("Aidant")?, Roles::Both).await?;
    let mut client = Client::new(settings.place.address, &settings.place.host, &cookie)?;
    let shown = client.json("POST", "/api/v1/me/second-factor", &Body::None, 201)?;
    let code = json!({ "code": digits(text(&shown, "secret")?, source)? });
    send(&mut client, "/api/v1/me/second-factor/confirm", &code, 200)?;
    client.keep_new_cookie();
    send(&mut client, "/api/v1/me/memberships", &json!({ "code": invited.code.shown().to_string() }), 201)?;
    Ok(Aidant { cookie: client.cookie().to_owned(), organisation: invited.organisation.to_string() })
}

fn proposal(code: &str, aidant: &Aidant) -> Value {
    json!({
        "code": code, "organisation": aidant.organisation, "theme": "logement", "purpose": "Demande de logement",
        "scope": [{ "category": "logement", "permissions": ["list", "read"] }], "term": { "days": 31 },
    })
}

/// The sum of the words that are agreed to: the same for all, who have one name.
type Words = String;

/// Makes a mandate; gives its id, the time that it took without the new sign-in, and the sum of its words.
fn create(
    scene: &Scene,
    client: &mut Client,
    (person, aidant): (usize, usize),
    holder: &mut String,
    words: Option<&Words>,
) -> Result<(String, Duration, Words), Fault> {
    let (who, with) = scene.people.get(person).zip(scene.aidants.get(aidant)).ok_or("nobody")?;
    let base = format!("/api/v1/lockers/{}", who.locker);
    let began = Instant::now();
    client.bear(holder);
    let code = client.json("POST", &format!("{base}/help-codes"), &Body::None, 201)?;
    client.bear(&with.cookie);
    let made = send(client, "/api/v1/mandates", &proposal(text(&code, "code")?, with), 201)?;
    let mut took = began.elapsed();
    let id = text(&made, "id")?.to_owned();
    *holder = scene.again(person)?;
    client.bear(holder);
    let words = if let Some(words) = words {
        words.clone()
    } else {
        let help = client.json("GET", &format!("{base}/mandates"), &Body::None, 200)?;
        let shown = help.pointer("/proposals/0").ok_or("no proposal")?;
        text(shown, "sha256")?.to_owned()
    };
    let began = Instant::now();
    send(client, &format!("{base}/mandates/{id}/consent"), &json!({ "accepts": words }), 204)?;
    took += began.elapsed();
    Ok((id, took, words))
}

/// Each aidant with a mandate on one locker, in a visit there.
fn visits(scene: &Scene) -> Result<(Vec<Use>, Words), Fault> {
    let (mut uses, mut words) = (Vec::new(), None);
    for (number, (who, with)) in scene.people.iter().zip(&scene.aidants).enumerate() {
        let mut client = scene.client("")?;
        let mut holder = scene.again(number)?;
        let (mandate, _, told) = create(scene, &mut client, (number, number), &mut holder, words.as_ref())?;
        words = Some(told);
        client.bear(&with.cookie);
        let asked = json!({ "locker": who.locker, "mandate": mandate, "purpose": "Demande de logement" });
        let visit = send(&mut client, "/api/v1/visits", &asked, 201)?;
        uses.push(Use { cookie: with.cookie.clone(), visit: text(&visit, "id")?.to_owned(), path: who.content(0)? });
    }
    Ok((uses, words.ok_or("nobody is helped")?))
}

/// So many threads, each doing its part; gives all their times.
fn at_once(
    clients: usize,
    part: impl Fn(usize) -> Result<Vec<Duration>, Fault> + Clone + Send + 'static,
) -> Result<Vec<Duration>, Fault> {
    let threads: Vec<_> = (0..clients)
        .map(|number| {
            let part = part.clone();
            std::thread::spawn(move || part(number))
        })
        .collect();
    let mut times = Vec::new();
    for thread in threads {
        times.extend(thread.join().map_err(|_| "a client broke")??);
    }
    Ok(times)
}

/// What so many clients did a second, by the time that they spent at it.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn rate(times: &[Duration], clients: usize) -> f64 {
    let spent: Duration = times.iter().sum();
    times.len() as f64 * clients as f64 / spent.as_secs_f64()
}

/// Helpers read for a while on so many connections.
fn reading(scene: &Arc<Scene>, uses: &Arc<Vec<Use>>, clients: usize) -> Result<Vec<Duration>, Fault> {
    let until = Instant::now() + Duration::from_secs(scene.settings.seconds);
    let (scene, uses) = (Arc::clone(scene), Arc::clone(uses));
    at_once(clients, move |number| {
        let mut client = scene.client("")?;
        let mut times = Vec::new();
        let mut next = number * uses.len() / clients.max(1);
        while Instant::now() < until {
            let one = uses.get(next % uses.len()).ok_or("nobody")?;
            next += 1;
            client.bear(&one.cookie);
            client.visit(Some(&one.visit));
            let began = Instant::now();
            client.read_away(&one.path)?;
            times.push(began.elapsed());
        }
        Ok(times)
    })
}

/// Mandates are made for a while on so many connections: each of another aidant on another locker.
fn creating(
    scene: &Arc<Scene>,
    words: &Words,
    clients: usize,
    made: &Arc<AtomicUsize>,
) -> Result<Vec<Duration>, Fault> {
    let until = Instant::now() + Duration::from_secs(scene.settings.seconds);
    let (scene, words, made) = (Arc::clone(scene), words.clone(), Arc::clone(made));
    at_once(clients, move |number| {
        let mut client = scene.client("")?;
        let mut times = Vec::new();
        let all = scene.people.len();
        // Each client has people of its own: a code serves once, the newest one.
        let mut person = number;
        while Instant::now() < until {
            let round = made.fetch_add(1, Ordering::Relaxed) / all.max(1);
            let aidant = (person + 1 + round) % all;
            let mut holder = scene.again(person)?;
            times.push(create(&scene, &mut client, (person, aidant), &mut holder, Some(&words))?.1);
            person += clients;
            if person >= all {
                person = number;
            }
        }
        Ok(times)
    })
}

/// Pairs of ours and theirs, as a line.
fn held(
    scene: &Scene,
    what: &str,
    clients: usize,
    least: f64,
    ours: impl Fn() -> Result<Vec<Duration>, Fault>,
) -> Result<(), Fault> {
    let (mut rates, mut others, mut ratios, mut times) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // The first pair warms up, and is not counted.
    for pair in 0..=scene.settings.pairs {
        let some = ours()?;
        let other = pgbench(clients, scene.settings.seconds, &scene.settings.pgbench)?;
        if pair > 0 {
            let rate = rate(&some, clients);
            rates.push(rate);
            others.push(other);
            ratios.push(rate / other);
            times.extend(some);
        }
    }
    let (p50, p99) = (percentile(&mut times, 50), percentile(&mut times, 99));
    Line {
        what: format!("{what}, {clients} clients, to pgbench -N"),
        ours: format!("{:.0}/s p50 {p50:.1} p99 {p99:.1} ms", median(&rates)),
        theirs: format!("{:.0}/s", median(&others)),
        value: median(&ratios),
        aim: Aim::AtLeast(least, least),
    }
    .keep(&scene.settings.results)
}

/// Runs it.
pub async fn measure(settings: Settings) -> Result<(), Fault> {
    let (config, source) = (Config::load(Some(&settings.config), None)?, Source::system());
    let opened = opened(&config, &source).await?;
    let people = people(&settings.people)?;
    let mut aidants = Vec::new();
    for number in 0..people.len() {
        aidants.push(aidant(&settings, &opened, &source, number).await?);
    }
    let scene = Arc::new(Scene { settings, opened, source, people, aidants, handle: Handle::current() });
    let at_work = Arc::clone(&scene);
    tokio::task::spawn_blocking(move || measured(&at_work)).await??;
    finish(&scene.opened).await;
    Ok(())
}

fn measured(scene: &Arc<Scene>) -> Result<(), Fault> {
    let (uses, words) = visits(scene)?;
    let (uses, made) = (Arc::new(uses), Arc::new(AtomicUsize::new(0)));
    // An aidant proposes within minutes of their code, so this comes first.
    held(scene, "make a mandate", 8, 0.15, || creating(scene, &words, 8, &made))?;
    for clients in [8, 32] {
        held(scene, "a helper reads 4 kB", clients, 0.3, || reading(scene, &uses, clients))?;
    }
    Ok(())
}
