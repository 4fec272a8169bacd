//! Mandates: how many can be made a second, and how many small reads helpers make under them, each in their visit and each with its
//! line in the journal committed first; held against the bare durable commits of the same database.
//!
//! Aidants with a second factor, one for each locker, an organisation each. People and aidants are signed in through the library, as the
//! issuer would otherwise be measured too.
//!
//! Mandates are made in rounds, one for each locker: everybody makes a code that they show (timed); everybody is proposed to (timed);
//! everybody proves anew who they are, as the answer asks for it (not timed, and nothing that is timed goes on beside it); everybody agrees
//! (timed). A part lasts from the moment that the first client begins to the moment that the last one is done. One line tells the rate of
//! mandates by the time of all three, one by that of proposal and answer alone: a code is one request and one commit before help is
//! spoken of. Each round brings another aidant to each locker, as nearly every mandate is the first of its helper there. Lockers gather
//! more of them than anybody has; the answer looks only for those of the same helper.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
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

/// A text of an answer.
pub fn text<'v>(value: &'v Value, field: &str) -> Result<&'v str, Fault> {
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

/// Posts JSON, and reads what is answered.
pub fn send(client: &mut Client, path: &str, body: &Value, expected: u16) -> Result<Value, Fault> {
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

/// A code that somebody shows.
fn code(scene: &Scene, client: &mut Client, person: usize, holder: &str) -> Result<String, Fault> {
    let who = scene.people.get(person).ok_or("nobody")?;
    client.bear(holder);
    let code = client.json("POST", &format!("/api/v1/lockers/{}/help-codes", who.locker), &Body::None, 201)?;
    Ok(text(&code, "code")?.to_owned())
}

/// An aidant proposes by it; gives the mandate to be.
fn propose(scene: &Scene, client: &mut Client, aidant: usize, code: &str) -> Result<String, Fault> {
    let with = scene.aidants.get(aidant).ok_or("nobody")?;
    client.bear(&with.cookie);
    let made = send(client, "/api/v1/mandates", &proposal(code, with), 201)?;
    Ok(text(&made, "id")?.to_owned())
}

/// They agree, in a session in which they have proved who they are since.
fn agree(
    scene: &Scene,
    client: &mut Client,
    person: usize,
    holder: &str,
    mandate: &str,
    words: &Words,
) -> Result<(), Fault> {
    let who = scene.people.get(person).ok_or("nobody")?;
    client.bear(holder);
    let path = format!("/api/v1/lockers/{}/mandates/{mandate}/consent", who.locker);
    send(client, &path, &json!({ "accepts": words }), 204).map(|_| ())
}

/// The sum of the words of the proposal that waits.
fn words(scene: &Scene, client: &mut Client, person: usize, holder: &str) -> Result<Words, Fault> {
    let who = scene.people.get(person).ok_or("nobody")?;
    client.bear(holder);
    let help = client.json("GET", &format!("/api/v1/lockers/{}/mandates", who.locker), &Body::None, 200)?;
    Ok(text(help.pointer("/proposals/0").ok_or("no proposal")?, "sha256")?.to_owned())
}

/// Each aidant with a mandate on one locker, in a visit there.
fn visits(scene: &Scene) -> Result<(Vec<Use>, Words), Fault> {
    let (mut uses, mut words) = (Vec::new(), None);
    for (number, (who, with)) in scene.people.iter().zip(&scene.aidants).enumerate() {
        let mut client = scene.client("")?;
        let code = code(scene, &mut client, number, &scene.again(number)?)?;
        let mandate = propose(scene, &mut client, number, &code)?;
        let holder = scene.again(number)?;
        let told = match words {
            Some(told) => told,
            None => self::words(scene, &mut client, number, &holder)?,
        };
        agree(scene, &mut client, number, &holder, &mandate, &told)?;
        words = Some(told);
        client.bear(&with.cookie);
        let asked = json!({ "locker": who.locker, "mandate": mandate, "purpose": "Demande de logement" });
        let visit = send(&mut client, "/api/v1/visits", &asked, 201)?;
        uses.push(Use { cookie: with.cookie.clone(), visit: text(&visit, "id")?.to_owned(), path: who.content(0)? });
    }
    Ok((uses, words.ok_or("nobody is helped")?))
}

/// So many threads, each doing its part; gives what each made.
pub fn at_once<T: Send + 'static>(
    clients: usize,
    part: impl Fn(usize) -> Result<T, Fault> + Clone + Send + 'static,
) -> Result<Vec<T>, Fault> {
    let threads: Vec<_> = (0..clients)
        .map(|number| {
            let part = part.clone();
            std::thread::spawn(move || part(number))
        })
        .collect();
    let mut made = Vec::new();
    for thread in threads {
        made.push(thread.join().map_err(|_| "a client broke")??);
    }
    Ok(made)
}

/// What was done, and how much a second.
struct Done {
    times: Vec<Duration>,
    rate: f64,
}

/// What so many clients did a second, by the time that they spent at it.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub fn rate(times: &[Duration], clients: usize) -> f64 {
    let spent: Duration = times.iter().sum();
    times.len() as f64 * clients as f64 / spent.as_secs_f64()
}

/// Helpers read for a while on so many connections.
fn reading(scene: &Arc<Scene>, uses: &Arc<Vec<Use>>, clients: usize) -> Result<Done, Fault> {
    let until = Instant::now() + Duration::from_secs(scene.settings.seconds);
    let (scene, uses) = (Arc::clone(scene), Arc::clone(uses));
    let times: Vec<Duration> = at_once(clients, move |number| {
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
    })?
    .concat();
    Ok(Done { rate: rate(&times, clients), times })
}

/// What is under way in a round: for each person their session, their code, the mandate to be, and the time of its requests so far:
/// the code's, and the others'.
#[derive(Clone, Default)]
struct UnderWay {
    holder: String,
    code: String,
    mandate: String,
    took: [Duration; 2],
}

/// Everybody's, for all threads; each takes only its own people's.
type Round = Arc<Vec<Mutex<UnderWay>>>;

/// A part of a round: each client takes its people in turn. Gives the time of the whole.
fn everybody(
    scene: &Arc<Scene>,
    round: &Round,
    clients: usize,
    step: impl Fn(&Scene, &mut Client, usize, &mut UnderWay) -> Result<(), Fault> + Clone + Send + 'static,
) -> Result<Duration, Fault> {
    let (scene, round) = (Arc::clone(scene), Arc::clone(round));
    let began = Instant::now();
    at_once(clients, move |number| {
        let mut client = scene.client("")?;
        for (person, own) in round.iter().enumerate().skip(number).step_by(clients) {
            step(&scene, &mut client, person, &mut own.lock().unwrap_or_else(PoisonError::into_inner))?;
        }
        Ok(())
    })?;
    Ok(began.elapsed())
}

/// Mandates are made in rounds on so many connections, for so many seconds of what is timed. `rounds`: how many there were. Gives
/// them by the time of everything, and by that of proposals and answers alone.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn creating(
    scene: &Arc<Scene>,
    words: &Words,
    clients: usize,
    rounds: &std::cell::Cell<usize>,
) -> Result<[Done; 2], Fault> {
    let all = scene.people.len();
    let round: Round = Arc::new((0..all).map(|_| Mutex::default()).collect());
    let sign_in = |scene: &Scene, _: &mut Client, person: usize, own: &mut UnderWay| {
        own.holder = scene.again(person)?;
        Ok(())
    };
    everybody(scene, &round, clients, sign_in)?;
    let (mut took, mut coded, mut spent) = (Vec::new(), Duration::ZERO, Duration::ZERO);
    while coded + spent < Duration::from_secs(scene.settings.seconds) {
        // Never the aidant of the visits: their newer mandate would end the older one, under which they read.
        let further = 1 + rounds.replace(rounds.get() + 1) % (all - 1).max(1);
        coded += everybody(scene, &round, clients, move |scene, client, person, own| {
            let began = Instant::now();
            own.code = code(scene, client, person, &own.holder)?;
            own.took = [began.elapsed(), Duration::ZERO];
            Ok(())
        })?;
        spent += everybody(scene, &round, clients, move |scene, client, person, own| {
            let began = Instant::now();
            own.mandate = propose(scene, client, (person + further) % all, &own.code)?;
            own.took[1] = began.elapsed();
            Ok(())
        })?;
        everybody(scene, &round, clients, sign_in)?;
        let words = words.clone();
        spent += everybody(scene, &round, clients, move |scene, client, person, own| {
            let began = Instant::now();
            agree(scene, client, person, &own.holder, &own.mandate, &words)?;
            own.took[1] += began.elapsed();
            Ok(())
        })?;
        took.extend(round.iter().map(|own| own.lock().unwrap_or_else(PoisonError::into_inner).took));
    }
    let done = |spent: Duration, times: Vec<Duration>| Done { rate: times.len() as f64 / spent.as_secs_f64(), times };
    let all = took.iter().map(|[code, rest]| *code + *rest).collect();
    Ok([done(coded + spent, all), done(spent, took.iter().map(|[_, rest]| *rest).collect())])
}

/// Pairs of ours and theirs, as lines: one for each thing that ours tells.
fn held<const N: usize>(
    scene: &Scene,
    what: [&str; N],
    clients: usize,
    least: f64,
    ours: impl Fn() -> Result<[Done; N], Fault>,
) -> Result<(), Fault> {
    let (mut pairs, mut others) = (Vec::new(), Vec::new());
    // The first pair warms up, and is not counted.
    for pair in 0..=scene.settings.pairs {
        let some = ours()?;
        let other = pgbench(clients, scene.settings.seconds, &scene.settings.pgbench)?;
        if pair > 0 {
            pairs.push(some);
            others.push(other);
        }
    }
    for (number, what) in what.into_iter().enumerate() {
        let of: Vec<&Done> = pairs.iter().filter_map(|pair| pair.get(number)).collect();
        let rates: Vec<f64> = of.iter().map(|done| done.rate).collect();
        let ratios: Vec<f64> = rates.iter().zip(&others).map(|(rate, other)| rate / other).collect();
        let mut times: Vec<Duration> = of.iter().flat_map(|done| done.times.iter().copied()).collect();
        let (p50, p99) = (percentile(&mut times, 50), percentile(&mut times, 99));
        Line {
            what: format!("{what}, {clients} clients, to pgbench -N"),
            ours: format!("{:.0}/s p50 {p50:.1} p99 {p99:.1} ms", median(&rates)),
            theirs: format!("{:.0}/s", median(&others)),
            value: median(&ratios),
            aim: Aim::AtLeast(least, least),
        }
        .keep(&scene.settings.results)?;
    }
    Ok(())
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
    let (uses, rounds) = (Arc::new(uses), std::cell::Cell::new(0));
    // An aidant proposes within minutes of their code, so this comes first.
    let what = ["make a mandate, its code before it", "make a mandate: proposal and answer"];
    held(scene, what, 8, 0.15, || creating(scene, &words, 8, &rounds))?;
    for clients in [8, 32] {
        held(scene, ["a helper reads 4 kB"], clients, 0.3, || Ok([reading(scene, &uses, clients)?]))?;
    }
    Ok(())
}
