//! The disk is full to the last byte, database and blobs; then there is room again.

use std::io::Write;
use std::path::PathBuf;

use rand::Rng;
use rand_chacha::ChaCha20Rng;
use tempfile::TempDir;

use super::round::a_moment;
use super::within::Within;
use super::{Done, Ground, run};
use crate::on_a_world;
use crate::world::{Pair, SmallDisk};

struct Full {
    within: Within,
    data: PathBuf,
}

impl Full {
    /// Takes every byte that is left but these.
    fn fill(&self, spared: usize) -> PathBuf {
        let ballast = self.data.join("ballast");
        let mut file = std::fs::File::create(&ballast).unwrap();
        for size in [1 << 20, 1 << 16, 1 << 12, 1 << 9, 1] {
            while file.write_all(&vec![0_u8; size]).is_ok() {}
        }
        let size = file.metadata().unwrap().len();
        file.set_len(size.saturating_sub(spared as u64)).unwrap();
        ballast
    }
}

impl Ground for Full {
    async fn rise(&mut self, _: &mut ChaCha20Rng) {}

    async fn strike(&mut self, rng: &mut ChaCha20Rng, _: &Done) -> String {
        a_moment(rng, 150).await;
        let spared = if rng.random() { 0 } else { rng.random_range(0..300_000) };
        let ballast = tokio::task::block_in_place(|| self.fill(spared));
        a_moment(rng, 300).await;
        std::fs::remove_file(ballast).unwrap();
        (if spared == 0 { "the disk full" } else { "the disk nearly full" }).to_owned()
    }

    async fn recover(&mut self) {
        self.within.recover().await;
    }

    on_a_world!();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn database_and_folder() {
    let dir = TempDir::with_prefix("consigne-full-").unwrap();
    let data = dir.path().join("data");
    let _disk = SmallDisk::mount(&data, 96 * 1024);
    let within = Within::new(Pair::Local, |config| config.data_dir = data.clone()).await;
    run("full::database_and_folder", &mut Full { within, data }).await;
}
