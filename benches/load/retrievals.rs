//! Small papers that people handed over, fetched by programs of one institution by their tokens, each with its line in the holder's journal
//! committed first; held against the bare durable commits of the same database.
//!
//! Each holder has a few shares, each of one paper: one share is not read so often that whoever reads it is told to wait. Holders are
//! signed in, and the institution registered, through the library; all else goes through the API.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use clap::Args;
use consigne::app::Opened;
use consigne::config::Config;
use consigne::domain::institution::{Errand, Errands, InstitutionFields, LegalBasis};
use consigne::domain::organisation::Name;
use consigne::domain::person::IssuerKind;
use consigne::domain::source::Source;
use consigne::domain::taxonomy::KINDS;
use consigne::identity::assertions::key_set;
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::client::{Body, Client};
use crate::furnish::{Person, people};
use crate::helpers::{at_once, rate, send, text};
use crate::outcome::{Aim, Line, median, percentile};
use crate::people::{admit, finish, opened};
use crate::reads::pgbench;
use crate::{Fault, Place};

/// Shares of each holder.
const SHARES: usize = 6;

/// How to measure.
#[derive(Debug, Args)]
pub struct Settings {
    #[command(flatten)]
    place: Place,
    /// The configuration that is served; on PostgreSQL, where others may come beside.
    #[arg(long)]
    config: PathBuf,
    /// Who has handed something over (made by `furnish`).
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

/// An institution, and the key of its programs.
struct Institution {
    id: String,
    pair: Ed25519KeyPair,
    source: Source,
}

impl Institution {
    async fn register(opened: &Opened, source: &Source) -> Result<Self, Fault> {
        let pair = Ed25519KeyPair::generate().map_err(|_| "no key")?;
        let x = BASE64URL_NOPAD.encode(pair.public_key().as_ref());
        let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "first"}]}).to_string();
        let fields = InstitutionFields {
            name: Name::parse("Caisse").map_err(|_| "name")?,
            legal_basis: LegalBasis::parse("Une convention").map_err(|_| "basis")?,
            kinds: KINDS.to_vec(),
            issues: Vec::new(),
            keys: key_set(&keys).map_err(|error| error.to_string())?,
            callbacks: Vec::new(),
        };
        let errands = Errand::ALL.into_iter().fold(Errands::NONE, Errands::with);
        let id = opened.lockers.register_institution(&fields, errands).await?.to_string();
        Ok(Self { id, pair, source: source.clone() })
    }

    /// A client that bears a new token.
    fn client(&self, place: &Place) -> Result<Client, Fault> {
        let mut client = Client::new(place.address, &place.host, "")?;
        let now = self.source.now().micros() / 1_000_000;
        let name = BASE64URL_NOPAD.encode(&self.source.bytes::<16>());
        let claims = json!({
            "iss": self.id, "sub": self.id, "aud": format!("https://{}/oauth/token", place.host), "exp": now + 60, "jti": name,
        });
        let encode = |value: Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", encode(json!({"alg": "EdDSA", "kid": "first"})), encode(claims));
        let signature = BASE64URL_NOPAD.encode(self.pair.sign(signed.as_bytes()).as_ref());
        let form = format!(
            "grant_type=client_credentials&client_assertion={signed}.{signature}\
             &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        );
        let body = Body::Bytes("application/x-www-form-urlencoded", form.as_bytes());
        let given = client.json("POST", "/oauth/token", &body, 200)?;
        client.token(Some(text(&given, "access_token")?));
        Ok(client)
    }
}

/// Everybody hands their first paper over, a few times; gives where each can be fetched.
fn hand_over(
    settings: &Settings,
    institution: &Institution,
    people: &[Person],
    cookies: &[String],
) -> Result<Vec<String>, Fault> {
    let mut program = institution.client(&settings.place)?;
    let deadline = consigne::words::date_of(institution.source.now()).checked_add(jiff::Span::new().days(30))?;
    let request = json!({
        "purpose": "Demande", "deadline": deadline.to_string(), "pieces": [{"kinds": ["logement.bail"]}],
    });
    let mut paths = Vec::new();
    for (person, cookie) in people.iter().zip(cookies) {
        let mut holder = Client::new(settings.place.address, &settings.place.host, cookie)?;
        let paper = person.papers.first().ok_or("no paper")?;
        for _ in 0..SHARES {
            let made = send(&mut program, "/api/v1/requests", &request, 201)?;
            let at = format!("/api/v1/lockers/{}/requests", person.locker);
            send(&mut holder, &at, &json!({"code": text(&made, "code")?}), 201)?;
            let hand = json!({"papers": [{"piece": 0, "document": paper}]});
            let share = send(&mut holder, &format!("{at}/{}/answer", text(&made, "id")?), &hand, 201)?;
            paths.push(format!("/api/v1/shares/{}/papers/1/content", text(&share, "share")?));
        }
    }
    Ok(paths)
}

/// Programs fetch for a while on so many connections; gives how many a second, and the times.
fn fetching(
    settings: &Arc<Settings>,
    institution: &Arc<Institution>,
    paths: &Arc<Vec<String>>,
    clients: usize,
) -> Result<(f64, Vec<Duration>), Fault> {
    let (settings, institution, paths) = (Arc::clone(settings), Arc::clone(institution), Arc::clone(paths));
    let times: Vec<Duration> = at_once(clients, move |number| {
        let mut client = institution.client(&settings.place)?;
        let until = Instant::now() + Duration::from_secs(settings.seconds);
        let mut times = Vec::new();
        // Neighbours are of other lockers, and each client walks from its own place.
        let mut next = number * paths.len() / clients.max(1);
        while Instant::now() < until {
            let path =
                paths.get((next * SHARES + next / paths.len().div_ceil(SHARES)) % paths.len()).ok_or("nothing")?;
            next += 1;
            let began = Instant::now();
            client.read_away(path)?;
            times.push(began.elapsed());
        }
        Ok(times)
    })?
    .concat();
    Ok((rate(&times, clients), times))
}

/// Runs it.
pub async fn measure(settings: Settings) -> Result<(), Fault> {
    let (config, source) = (Config::load(Some(&settings.config), None)?, Source::system());
    let opened = opened(&config, &source).await?;
    let people = people(&settings.people)?;
    let institution = Institution::register(&opened, &source).await?;
    let mut cookies = Vec::new();
    for number in 0..people.len() {
        // To hand something over takes a proof of who one is that is a few minutes old at most.
        cookies.push(admit(&opened.lockers, &source, IssuerKind::Holder, &format!("client {number}")).await?);
    }
    tokio::task::spawn_blocking(move || measured(settings, institution, &people, &cookies)).await??;
    finish(&opened).await;
    Ok(())
}

fn measured(settings: Settings, institution: Institution, people: &[Person], cookies: &[String]) -> Result<(), Fault> {
    let paths = Arc::new(hand_over(&settings, &institution, people, cookies)?);
    let (settings, institution) = (Arc::new(settings), Arc::new(institution));
    let clients = 8;
    let (mut rates, mut others, mut ratios, mut times) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // The first pair warms up, and is not counted.
    for pair in 0..=settings.pairs {
        let (rate, some) = fetching(&settings, &institution, &paths, clients)?;
        let other = pgbench(clients, settings.seconds, &settings.pgbench)?;
        if pair > 0 {
            rates.push(rate);
            others.push(other);
            ratios.push(rate / other);
            times.extend(some);
        }
    }
    let (p50, p99) = (percentile(&mut times, 50), percentile(&mut times, 99));
    Line {
        what: format!("an institution fetches 4 kB by token, {clients} clients, to pgbench -N"),
        ours: format!("{:.0}/s p50 {p50:.1} p99 {p99:.1} ms", median(&rates)),
        theirs: format!("{:.0}/s", median(&others)),
        value: median(&ratios),
        aim: Aim::AtLeast(0.3, 0.3),
    }
    .keep(&settings.results)
}
