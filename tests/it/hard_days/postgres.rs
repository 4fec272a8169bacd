//! PostgreSQL stops in the middle of things, as by a power cut, and starts again.

use rand::Rng;
use rand_chacha::ChaCha20Rng;

use super::round::a_moment;
use super::within::Within;
use super::{Done, Ground, run};
use crate::on_a_world;
use crate::world::{OwnPostgres, Pair};

struct Stopped {
    within: Within,
    postgres: OwnPostgres,
}

impl Ground for Stopped {
    async fn rise(&mut self, _: &mut ChaCha20Rng) {}

    async fn strike(&mut self, rng: &mut ChaCha20Rng, _: &Done) -> String {
        let times = if rng.random_ratio(1, 4) { 2 } else { 1 };
        for _ in 0..times {
            a_moment(rng, 250).await;
            let postgres = &self.postgres;
            tokio::task::block_in_place(|| postgres.down());
            a_moment(rng, 300).await;
            tokio::task::block_in_place(|| postgres.up());
        }
        format!("PostgreSQL stopped and started {times} times")
    }

    async fn recover(&mut self) {
        self.within.recover().await;
    }

    on_a_world!();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stops_and_starts() {
    let postgres = OwnPostgres::start();
    let change = |config: &mut consigne::config::Config| {
        config.database.url = Some(postgres.url().into());
        config.database.connections = Some(4);
    };
    let within = Within::new(Pair::Remote, change).await;
    run("postgres::stops_and_starts", &mut Stopped { within, postgres }).await;
}
