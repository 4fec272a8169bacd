//! One round after the other: people live, something strikes, all is well again, everything is looked at.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use consigne::config::Config;
use consigne::domain::source::Source;
use futures_util::future::join_all;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use sha2::{Digest, Sha256};

use super::checker::Checker;
use super::people::Person;
use crate::world::{Client, Holder, Raw};

/// How the rounds are shared: the slow kinds get fewer. Out of [`ALL`].
const SHARES: [(&str, u32); 7] = [
    ("killed::sqlite_and_folder", 50),
    ("killed::postgres_and_s3", 25),
    ("postgres::stops_and_starts", 15),
    ("s3::is_unwell", 30),
    ("full::database_and_folder", 45),
    ("clock::jumps::sqlite_and_folder", 45),
    ("clock::jumps::postgres_and_s3", 30),
];
/// As many rounds as there are unless told otherwise.
const ALL: u32 = 240;

/// Whether the people have finished.
#[derive(Debug, Default)]
pub struct Done(AtomicBool);

impl Done {
    pub fn is(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// What people stand on, and what strikes it.
pub trait Ground {
    /// Serves, and is ready to be struck.
    async fn rise(&mut self, rng: &mut ChaCha20Rng);
    /// Strikes while people live; says what it was. Whatever does not come back by itself stays as it is.
    async fn strike(&mut self, rng: &mut ChaCha20Rng, done: &Done) -> String;
    /// Serves again, with nothing in its way.
    async fn recover(&mut self);
    /// Time passes; the closing job and the sweeper do their work. Nothing is owed after.
    async fn rest(&mut self);
    /// The configuration.
    fn config(&self) -> &Config;
    /// Somebody with a browser.
    fn client(&self) -> Client;
    /// What is stored.
    async fn raw(&self) -> Raw;
    /// Whether so much time passes between rounds that everybody comes in again.
    fn comes_in_anew(&self) -> bool;
    /// Whether sessions may end within a round.
    fn sessions_end(&self) -> bool {
        false
    }
}

/// What is run, by the environment that `tests/run faults` sets.
#[derive(Debug, Clone, Copy)]
struct Plan {
    rounds: u32,
    seed: u64,
    /// Only this one.
    only: Option<u32>,
}

impl Plan {
    fn read(leg: &str) -> Self {
        let number = |name: &str| {
            let text = std::env::var(name).ok().filter(|text| !text.is_empty())?;
            Some(text.parse::<u64>().unwrap_or_else(|_| panic!("{name} must be a number")))
        };
        let drawn = || u64::from(u32::from_be_bytes(Source::system().bytes()));
        let small = |n: u64| u32::try_from(n).unwrap();
        let share = SHARES.iter().find(|(name, _)| *name == leg).unwrap().1;
        Self {
            rounds: (number("CONSIGNE_FAULTS_ROUNDS").map_or(ALL, small) * share).div_ceil(ALL),
            seed: number("CONSIGNE_FAULTS_SEED").unwrap_or_else(drawn),
            only: number("CONSIGNE_FAULTS_ROUND").map(small),
        }
    }

    fn rng(self, leg: &str, round: u32) -> ChaCha20Rng {
        ChaCha20Rng::from_seed(Sha256::digest(format!("{} {leg} {round}", self.seed)).into())
    }
}

/// People with a locker each, on a ground that serves.
pub async fn gather<G: Ground>(ground: &G, hints: &[&'static str]) -> Vec<Person> {
    let mut people = Vec::new();
    for hint in hints {
        let client = ground.client();
        client.sign_in("holder", hint).await;
        let opened = client.open_locker().await.expect(201).json();
        let locker = opened["id"].as_str().unwrap().to_owned();
        let mut person = Person::new(hint, Holder { client, locker, person: String::new() });
        person.sessions_end = ground.sessions_end();
        people.push(person);
    }
    people
}

/// Looks at everything; gives what does not fit.
pub async fn look<G: Ground>(ground: &mut G, checker: &mut Checker, people: &mut [Person]) -> Vec<String> {
    join_all(people.iter_mut().map(Person::check)).await;
    ground.rest().await;
    let mut raw = ground.raw().await;
    let mut wrong = checker.check(&mut raw, people).await;
    drop(raw);
    match consigne::app::verify::journals(ground.config()).await {
        Ok(report) => wrong.extend(report.breaks),
        Err(error) => wrong.push(format!("journal verify: {error}")),
    }
    wrong.extend(people.iter_mut().flat_map(|person| std::mem::take(&mut person.complaints)));
    wrong
}

/// Runs the rounds of one kind of hard day.
pub async fn run<G: Ground>(leg: &str, ground: &mut G) {
    let plan = Plan::read(leg);
    println!("{leg}: seed {}, {} rounds", plan.seed, plan.only.map_or(plan.rounds, |_| 1));
    ground.rise(&mut plan.rng(leg, u32::MAX)).await;
    ground.recover().await;
    let mut people = gather(ground, &["lucie", "ahmed"]).await;
    let mut checker = Checker::default();
    // A quiet morning, so that there is something to lose.
    for (person, n) in people.iter_mut().zip(0..) {
        person.live(&mut plan.rng(leg, u32::MAX - 1 - n), 8).await;
    }
    let wrong = look(ground, &mut checker, &mut people).await;
    assert!(wrong.is_empty(), "before anything struck: {wrong:#?}");

    let began = tokio::time::Instant::now();
    let (mut struck, mut answers) = (BTreeMap::<String, u32>::new(), BTreeMap::<u16, u64>::new());
    let rounds = plan.only.map_or(1..=plan.rounds, |only| only..=only);
    for round in rounds {
        let mut rng = plan.rng(leg, round);
        ground.rise(&mut rng).await;
        for person in &mut people {
            person.told.clear();
            if ground.comes_in_anew() && !person.come_in().await {
                person.complain("nobody lets them in");
            }
        }
        let done = Done::default();
        let steps = rng.random_range(5..13);
        let mut rngs: Vec<_> = people.iter().map(|_| ChaCha20Rng::from_seed(rng.random())).collect();
        let lives = async {
            join_all(people.iter_mut().zip(&mut rngs).map(|(person, rng)| person.live(rng, steps))).await;
            done.0.store(true, Ordering::SeqCst);
        };
        let ((), what) = tokio::join!(lives, ground.strike(&mut rng, &done));
        ground.recover().await;
        let wrong = look(ground, &mut checker, &mut people).await;
        if !wrong.is_empty() {
            for person in &people {
                println!("{}:\n  {}", person.hint, person.told.join("\n  "));
            }
            panic!(
                "round {round} of {leg}, struck by {what}: {wrong:#?}\nagain: tests/run faults --seed {} --round {round} {leg}",
                plan.seed
            );
        }
        *struck.entry(what).or_default() += 1;
        for person in &mut people {
            for (status, n) in std::mem::take(&mut person.answers) {
                *answers.entry(status).or_default() += n;
            }
        }
    }
    let seconds = began.elapsed().as_secs();
    println!(
        "{leg}: {} rounds held in {seconds} s; struck: {struck:?}; answers: {answers:?}",
        struck.values().sum::<u32>()
    );
}

/// A moment within a round.
pub async fn a_moment(rng: &mut ChaCha20Rng, at_most: u64) {
    tokio::time::sleep(Duration::from_millis(rng.random_range(0..at_most))).await;
}
