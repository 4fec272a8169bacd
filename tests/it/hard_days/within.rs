//! The service within the test's own process, where its clock can be moved: what most hard days stand on.

use std::time::Duration;

use consigne::config::Config;
use consigne::locker::Limits;

use crate::world::{Client, Pair, Raw, World};

/// More than the sweeper and the closing job wait for.
const LONG: Duration = Duration::from_secs(2 * 3600);

/// A world that goes through several rounds.
pub struct Within(pub World);

impl Within {
    pub async fn new(pair: Pair, change: impl FnOnce(&mut Config)) -> Self {
        Self(World::build(pair, Limits::default(), change).await)
    }

    pub fn client(&self) -> Client {
        self.0.anonymous()
    }

    pub async fn raw(&self) -> Raw {
        self.0.raw().await
    }

    /// Waits until it is ready.
    pub async fn recover(&self) {
        for _ in 0..300 {
            if self.0.anonymous().get("/readyz").await.status == 200 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it never came back");
    }

    /// Lets hours pass, and does what the jobs do.
    pub async fn rest(&self) {
        self.0.settle().await;
        self.0.wait(LONG);
        while self.0.lockers.close_stale(false).await.unwrap() > 0 {}
        self.0.lockers.tidy().await.unwrap();
        self.0.lockers.sweep().await.unwrap();
    }
}

/// The parts of a [`super::Ground`] that are the same for all of these.
#[macro_export]
macro_rules! on_a_world {
    () => {
        async fn rest(&mut self) {
            self.within.rest().await;
        }
        fn config(&self) -> &consigne::config::Config {
            &self.within.0.config
        }
        fn client(&self) -> $crate::world::Client {
            self.within.client()
        }
        async fn raw(&self) -> $crate::world::Raw {
            self.within.raw().await
        }
        fn comes_in_anew(&self) -> bool {
            true
        }
    };
}
