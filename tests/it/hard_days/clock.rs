//! The clock jumps, forward and back, by minutes or by weeks, while the jobs go on by it.

use std::time::Duration;

use consigne::domain::source::Timestamp;
use rand::Rng;
use rand_chacha::ChaCha20Rng;

use super::round::a_moment;
use super::within::Within;
use super::{Done, Ground, run};
use crate::on_both_pairs;
use crate::world::{Client, Pair, Raw};

struct Jumps {
    within: Within,
    /// The latest time that it ever was.
    latest: Timestamp,
}

impl Jumps {
    /// Journals never go back: everything is done once the clock has caught up.
    fn catch_up(&mut self) {
        let source = &self.within.0.source;
        let behind = self.latest.micros().saturating_sub(source.now().micros()).max(0);
        source.advance(Duration::from_micros(u64::try_from(behind).unwrap()));
    }
}

impl Ground for Jumps {
    async fn rise(&mut self, _: &mut ChaCha20Rng) {}

    async fn strike(&mut self, rng: &mut ChaCha20Rng, _: &Done) -> String {
        let (mut forward, mut back) = (0, 0);
        for _ in 0..rng.random_range(1..5) {
            a_moment(rng, 80).await;
            let seconds = match rng.random_range(0..4) {
                0 => rng.random_range(1..180),
                1 => rng.random_range(180..7_200),
                2 => rng.random_range(7_200..90_000),
                _ => rng.random_range(90_000..2_600_000),
            };
            let jump = Duration::from_secs(seconds);
            if rng.random() {
                self.within.0.source.advance(jump);
                forward += 1;
            } else {
                self.within.0.source.set_back(jump);
                back += 1;
            }
            self.latest = self.latest.max(self.within.0.source.now());
            let lockers = &self.within.0.lockers;
            lockers.close_stale(false).await.unwrap();
            lockers.tidy().await.unwrap();
            lockers.sweep().await.unwrap();
        }
        format!("{forward} jumps forward, {back} back")
    }

    async fn recover(&mut self) {
        self.within.recover().await;
    }

    async fn rest(&mut self) {
        self.within.0.settle().await;
        self.catch_up();
        self.within.rest().await;
        self.latest = self.latest.max(self.within.0.source.now());
    }

    fn config(&self) -> &consigne::config::Config {
        &self.within.0.config
    }

    fn client(&self) -> Client {
        self.within.client()
    }

    async fn raw(&self) -> Raw {
        self.within.raw().await
    }

    fn comes_in_anew(&self) -> bool {
        true
    }

    fn sessions_end(&self) -> bool {
        true
    }
}

on_both_pairs! {
    async fn jumps(pair) {
        let within = Within::new(pair, |_| {}).await;
        let latest = within.0.source.now();
        let leg = match pair {
            Pair::Local => "clock::jumps::sqlite_and_folder",
            Pair::Remote => "clock::jumps::postgres_and_s3",
        };
        run(leg, &mut Jumps { within, latest }).await;
    }
}
