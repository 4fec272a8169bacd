//! `kill -9` at each step of a rotation and of a retirement, then the command again.

use std::os::unix::process::ExitStatusExt;

use super::{command, epochs, journal_verifies, keys, reopened, root_keys};
use crate::on_both_pairs;
use crate::world::{Holder, Pair, World};

fn killed(world: &World, what: &str, step: &str) {
    let status = command(world, &["keys", what]).env("CONSIGNE_KILL_AT", step).output().unwrap().status;
    assert_eq!(status.signal(), Some(9), "killed at {step}");
}

async fn all_open(people: &[(Holder, String)], when: &str) {
    for (holder, paper) in people {
        assert_eq!(holder.content(paper).await.expect(200).body, b"bail", "{when}");
    }
}

on_both_pairs! {
    async fn at_every_step_and_run_again(pair) {
        let world = World::new(pair).await;
        let mut people = Vec::new();
        for hint in ["angela", "ahmed", "lucie"] {
            let holder = world.holder(hint).await;
            let paper = holder.deposit("Bail", "logement.bail", b"bail").await;
            people.push((holder, paper));
        }
        let file = world.config.data_dir.join("root.key");
        let mut newest = 1;
        for step in ["beside_written", "renamed", "epoch_added", "moving", "moved", "before_commit"] {
            let step = format!("keys.{step}");
            killed(&world, "rotate", &step);
            let left = if step == "keys.beside_written" { newest } else { newest + 1 };
            assert_eq!(root_keys(&file), (1..=left).collect::<Vec<_>>(), "{step}: the old file or the new one, whole");
            all_open(&people, &step).await;
            let said = keys(&world, "rotate");
            newest += 1;
            assert_eq!(root_keys(&file), (1..=newest).collect::<Vec<_>>(), "{step}: one epoch, not two: {said}");
            assert!(epochs(&world).iter().all(|(_, wraps)| *wraps == 5), "{step}: everything is under every epoch");
            all_open(&people, &step).await;
        }
        for step in ["floor_raised", "removing", "removed", "wraps_removed", "beside_written", "renamed", "file_shortened"] {
            let step = format!("keys.{step}");
            killed(&world, "retire", &step);
            all_open(&people, &step).await;
            assert!(root_keys(&file).contains(&newest), "{step}");
            keys(&world, "retire");
            assert_eq!((root_keys(&file), epochs(&world)), (vec![newest], vec![(newest, 5)]), "{step}");
            all_open(&people, &step).await;
            keys(&world, "rotate");
            newest += 1;
        }
        // A process that never saw the older epochs opens everything too.
        keys(&world, "retire");
        let fresh = reopened(&world).await;
        for (hint, (_, paper)) in ["angela", "ahmed", "lucie"].iter().zip(&people) {
            assert_eq!(fresh.holder(hint).await.content(paper).await.expect(200).body, b"bail");
        }
        journal_verifies(&world);
    }
}
