//! Rotation of the root key, by the real command, beside a service that goes on: nothing is lost, nothing is opened, and the
//! holder can read that it was done.

mod killed;
mod machines;
mod wrong_file;

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use consigne::vault::root::RootKeys;
use secrecy::ExposeSecret;

use crate::on_both_pairs;
use crate::world::{Holder, Pair, World};

/// A command on a world's data, by the variables that an operator would set.
pub fn command(world: &World, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_consigne"));
    command.args(arguments).arg("--data-dir").arg(&world.config.data_dir).stdin(Stdio::null());
    if let Some(url) = &world.config.database.url {
        command.env("CONSIGNE_DATABASE__URL", url.expose_secret()).env("CONSIGNE_DATABASE__CONNECTIONS", "2");
    }
    command
}

#[track_caller]
pub fn succeeds(output: Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// The complaint of a command that refuses.
#[track_caller]
pub fn refuses(output: Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
pub fn keys(world: &World, what: &str) -> String {
    succeeds(command(world, &["keys", what]).output().unwrap())
}

/// Epochs that `keys list` shows, with how many wraps each holds.
#[track_caller]
pub fn epochs(world: &World) -> Vec<(i64, u64)> {
    let listed = keys(world, "list");
    let row = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        (words[1].parse().unwrap(), words[words.len() - 2].parse().unwrap())
    };
    listed.lines().filter(|line| line.starts_with("epoch")).map(row).collect()
}

/// The same data, opened by another process with whatever the root key file now holds.
pub async fn reopened(world: &World) -> World {
    let (data_dir, database, blobs) =
        (world.config.data_dir.clone(), world.config.database.clone(), world.config.blobs.clone());
    World::build(world.pair, consigne::locker::Limits::default(), |config| {
        config.data_dir = data_dir;
        config.database = database;
        config.blobs = blobs;
    })
    .await
}

#[track_caller]
fn journal_verifies(world: &World) {
    succeeds(command(world, &["journal", "verify"]).output().unwrap());
}

fn root_keys(file: &Path) -> Vec<i64> {
    RootKeys::load(file).unwrap().names().iter().map(|name| name.epoch).collect()
}

/// Deposits and reads again until told to stop; gives what was acknowledged.
async fn works_until(holder: Holder, stop: Arc<AtomicBool>) -> (Holder, Vec<(String, Vec<u8>)>) {
    let mut papers = Vec::new();
    while !stop.load(Ordering::SeqCst) || papers.len() < 3 {
        let content = format!("papier {} de {}", papers.len(), holder.person).into_bytes();
        let id = holder.deposit("Au travail", "banque.rib", &content).await;
        assert_eq!(holder.content(&id).await.expect(200).body, content);
        holder.get("/documents").await.expect(200);
        papers.push((id, content));
        // SQLite's writer is not left alone for a moment otherwise, on a machine that does much else.
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    (holder, papers)
}

on_both_pairs! {
    /// Three rotations in a row and the end of the old epochs, while two people never stop working and a third comes in.
    async fn while_people_work(pair) {
        let world = World::new(pair).await;
        let stop = Arc::new(AtomicBool::new(false));
        let mut at_work = Vec::new();
        for hint in ["angela", "ahmed"] {
            at_work.push(tokio::spawn(works_until(world.holder(hint).await, Arc::clone(&stop))));
        }
        assert_eq!(epochs(&world), [(1, 4)], "two lockers, directory, lookup");
        for epoch in 2..=4 {
            let said = keys(&world, "rotate");
            assert!(said.contains(&format!("Epoch {epoch} was added")) && said.contains("under it: 4."), "{said}");
        }
        assert_eq!(epochs(&world), [(1, 4), (2, 4), (3, 4), (4, 4)], "old wraps stay");
        // The service has read the file at its start only; a new locker is put under the newest epoch all the same.
        let lucie = world.holder("lucie").await;
        let hers = lucie.deposit("Bail", "logement.bail", b"bail").await;
        assert_eq!(epochs(&world), [(1, 4), (2, 4), (3, 4), (4, 5)]);
        let said = keys(&world, "retire");
        assert!(said.contains("Only epoch 4") && said.contains("removed: 12."), "{said}");
        assert_eq!(epochs(&world), [(4, 5)]);
        assert_eq!(root_keys(&world.config.data_dir.join("root.key")), [4]);
        let again = keys(&world, "retire");
        assert!(again.contains("removed: 0."), "nothing more to do: {again}");
        stop.store(true, Ordering::SeqCst);

        let fresh = reopened(&world).await;
        for task in at_work {
            let (holder, papers) = task.await.unwrap();
            assert!(papers.len() >= 3);
            let hint = if holder.locker == fresh.holder("angela").await.locker { "angela" } else { "ahmed" };
            let again = fresh.holder(hint).await;
            for (id, content) in papers {
                assert_eq!(holder.content(&id).await.expect(200).body, content, "by the process that went on");
                assert_eq!(again.content(&id).await.expect(200).body, content, "by one that knows epoch 4 alone");
            }
            let trail = again.trail().await;
            let count = |what: &str| trail.iter().filter(|line| *line == what).count();
            assert_eq!(count("maintenance.rotate_keys done"), 3, "each move is a line of the locker's own journal");
            assert_eq!(count("maintenance.retire_keys done"), 1);
        }
        assert_eq!(fresh.holder("lucie").await.content(&hers).await.expect(200).body, b"bail");
        journal_verifies(&world);
    }

    async fn the_holder_reads_that_it_was_done(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        keys(&world, "rotate");
        keys(&world, "retire");
        let journal = angela.journal().await;
        for (action, sentence) in [
            ("maintenance.rotate_keys", "Le service a changé la clé qui protège la consigne. Les papiers sont restés fermés."),
            ("maintenance.retire_keys", "Le service a supprimé l'ancienne clé de la consigne. Les papiers sont restés fermés."),
        ] {
            let lines: Vec<_> = journal.iter().filter(|line| line["action"] == action).collect();
            assert_eq!(lines.len(), 1);
            assert_eq!(lines[0]["ground"], "maintenance");
            let told = lines[0]["sentence"].as_str().unwrap().replace('’', "'");
            assert_eq!(told, sentence);
        }
    }

    /// A thief of an old root key looks at the database after the rotation.
    async fn once_retired_the_old_wraps_are_gone_from_the_database(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let paper = angela.deposit("Bail", "logement.bail", b"bail").await;
        let mut raw = world.raw().await;
        let old = raw.bytes("SELECT wrapped FROM wraps WHERE wrapper_kind = 1").await;
        assert_eq!(old.len(), 3);
        let holds = |dump: &[u8], wrap: &[u8]| {
            let hex = crate::world::hex(wrap).into_bytes();
            dump.windows(wrap.len()).any(|w| w == wrap) || dump.windows(hex.len()).any(|w| w == hex.as_slice())
        };
        keys(&world, "rotate");
        let dump = raw.dump().await;
        assert!(old.iter().all(|wrap| holds(&dump, wrap)), "they can be found while they are there");
        keys(&world, "retire");
        if pair == Pair::Local {
            raw.run("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
        }
        let dump = raw.dump().await;
        assert!(!old.iter().any(|wrap| holds(&dump, wrap)), "none is left");
        assert_eq!(angela.content(&paper).await.expect(200).body, b"bail");
    }

    /// Somebody with SQL moves wraps about between epochs and lockers, or breaks one.
    async fn wraps_swapped_between_epochs_and_lockers_do_not_open(pair) {
        let world = World::new(pair).await;
        let (angela, ahmed) = (world.holder("angela").await, world.holder("ahmed").await);
        let paper = angela.deposit("Bail", "logement.bail", b"bail").await;
        keys(&world, "rotate");
        let mut raw = world.raw().await;
        let (hers, his) = (raw.id(&angela.locker), raw.id(&ahmed.locker));
        let wrapped = async |raw: &mut crate::world::Raw, locker: &str, epoch: i64| {
            let sql = format!("SELECT wrapped FROM wraps WHERE locker_id = {locker} AND wrapper_kind = 1 AND wrapper_epoch = {epoch}");
            raw.bytes(&sql).await.remove(0)
        };
        let (one, two) = (wrapped(&mut raw, &hers, 1).await, wrapped(&mut raw, &hers, 2).await);
        let his_two = wrapped(&mut raw, &his, 2).await;
        let put = async |raw: &mut crate::world::Raw, epoch: i64, bytes: &[u8]| {
            let sql = format!(
                "UPDATE wraps SET wrapped = {} WHERE locker_id = {hers} AND wrapper_kind = 1 AND wrapper_epoch = {epoch}",
                raw.literal(bytes)
            );
            assert_eq!(raw.run(&sql).await.unwrap(), 1);
        };
        for (first, second) in [(&two, &one), (&his_two, &his_two), (&one, &one), (&two, &two)] {
            put(&mut raw, 1, first).await;
            put(&mut raw, 2, second).await;
            let opens = (first == &one) || (second == &two);
            let status = angela.content(&paper).await.status.as_u16();
            assert_eq!(status == 200, opens, "{status}");
        }
        // The newest does not open, the older does: the older one is not given up.
        put(&mut raw, 1, &one).await;
        put(&mut raw, 2, &his_two).await;
        let refused = command(&world, &["keys", "retire"]).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "it says that not all is done");
        assert!(String::from_utf8_lossy(&refused.stdout).contains(&angela.locker), "and names the locker");
        assert_eq!(root_keys(&world.config.data_dir.join("root.key")), [1, 2], "the older epoch stays");
        assert_eq!(angela.content(&paper).await.expect(200).body, b"bail");
        assert!(angela.trail().await.contains(&"maintenance.retire_keys ended:damaged".to_owned()));
        // The row comes back from a backup: then it can end.
        put(&mut raw, 2, &two).await;
        keys(&world, "retire");
        assert_eq!(root_keys(&world.config.data_dir.join("root.key")), [2]);
        assert_eq!(angela.content(&paper).await.expect(200).body, b"bail");
    }

    /// A locker whose key opens nowhere is left, told about, and does not hold the others up.
    async fn a_damaged_locker_is_left_as_it_is(pair) {
        let world = World::new(pair).await;
        let (angela, ahmed) = (world.holder("angela").await, world.holder("ahmed").await);
        let mut raw = world.raw().await;
        let hers = raw.id(&angela.locker);
        let whole = raw.bytes(&format!("SELECT wrapped FROM wraps WHERE locker_id = {hers} AND wrapper_kind = 1")).await;
        let put = |raw: &crate::world::Raw, bytes: &[u8]| {
            format!("UPDATE wraps SET wrapped = {} WHERE locker_id = {hers} AND wrapper_kind = 1", raw.literal(bytes))
        };
        raw.run(&put(&raw, &[7; 72])).await.unwrap();
        let output = command(&world, &["keys", "rotate"]).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stdout).contains(&angela.locker));
        assert_eq!(epochs(&world), [(1, 4), (2, 3)]);
        assert!(refuses(command(&world, &["keys", "retire"]).output().unwrap()).contains("keys rotate"));
        ahmed.get("/documents").await.expect(200);
        raw.run(&put(&raw, &whole[0])).await.unwrap();
        let said = keys(&world, "rotate");
        assert!(said.contains("Epoch 2 was there already"), "no epoch is added before the last one is done: {said}");
        keys(&world, "retire");
        angela.get("/documents").await.expect(200);
    }
}
