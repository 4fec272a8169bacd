//! `kill -9` of a real `consigne serve`: at any time, or at a named step.

use std::time::Duration;

use consigne::blobs::Blobs;
use consigne::config::Config;
use consigne::domain::source::Source;
use consigne::locker::{Issuers, Limits};
use rand::Rng;
use rand_chacha::ChaCha20Rng;

use super::round::a_moment;
use super::{Done, Ground, run};
use crate::bad_days::killed::{ORIGIN, Operator, Server};
use crate::world::{Client, Pair, Raw};

const STEPS: [&str; 9] = [
    "deposit.begun",
    "deposit.streaming",
    "deposit.before_blob",
    "deposit.blob_written",
    "deposit.before_commit",
    "deposit.committed",
    "amend.before_commit",
    "destroy.before_commit",
    "destroy.committed",
];

struct Killed {
    operator: Operator,
    server: Option<Server>,
    blobs: Option<Blobs>,
    step: Option<&'static str>,
    rests: u32,
}

impl Killed {
    async fn new(pair: Pair) -> Self {
        Self { operator: Operator::new(pair).await, server: None, blobs: None, step: None, rests: 0 }
    }

    fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.0.kill();
            server.wait_for_its_death();
        }
    }
}

impl Ground for Killed {
    async fn rise(&mut self, rng: &mut ChaCha20Rng) {
        self.step = rng.random_ratio(3, 5).then(|| STEPS[rng.random_range(0..STEPS.len())]);
        self.kill();
        self.server = Some(self.operator.serve(self.step).await);
    }

    async fn strike(&mut self, rng: &mut ChaCha20Rng, done: &Done) -> String {
        if let Some(step) = self.step {
            let mut met = false;
            while !done.is() && !met {
                met = self.server.as_mut().is_some_and(|server| server.0.try_wait().unwrap().is_some());
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            self.kill();
            return if met { format!("kill -9 at {step}") } else { "kill -9 at the end".to_owned() };
        }
        a_moment(rng, 500).await;
        self.kill();
        "kill -9 at any time".to_owned()
    }

    async fn recover(&mut self) {
        self.kill();
        self.server = Some(self.operator.serve(None).await);
    }

    /// Killed once more; then the jobs, by a clock that is hours ahead of the last time.
    async fn rest(&mut self) {
        self.kill();
        self.rests += 1;
        let ahead = Duration::from_secs(u64::from(self.rests) * 2 * 3600);
        let source = Source::with_manual_clock(Source::system().now().plus(ahead));
        let config = &self.operator.config;
        let opened = consigne::app::open(config, &source, Limits::default(), Issuers::default(), false).await.unwrap();
        while opened.lockers.close_stale(true).await.unwrap() > 0 {}
        opened.lockers.sweep().await.unwrap();
        opened.lockers.finish().await;
        self.blobs = Some(opened.lockers.blobs().clone());
        opened.db.close().await;
    }

    fn config(&self) -> &Config {
        &self.operator.config
    }

    fn client(&self) -> Client {
        Client::behind(self.operator.address, ORIGIN)
    }

    async fn raw(&self) -> Raw {
        Raw::of(&self.operator.config, self.blobs.clone().unwrap()).await
    }

    /// Sessions outlive the process.
    fn comes_in_anew(&self) -> bool {
        false
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_and_folder() {
    run("killed::sqlite_and_folder", &mut Killed::new(Pair::Local).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_and_s3() {
    run("killed::postgres_and_s3", &mut Killed::new(Pair::Remote).await).await;
}
