//! Several machines, each with its own copy of the root key file; old backups; two commands at once.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use consigne::domain::source::Source;
use consigne::locker::Limits;
use consigne::vault::root::RootKeys;

use super::{command, epochs, keys, refuses, root_keys, succeeds};
use crate::on_both_pairs;
use crate::world::{Pair, World};

fn copy(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
    std::fs::set_permissions(to, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// A world whose own copy of the root key is not the one that the operator's command changes.
async fn with_a_copy(pair: Pair) -> (World, tempfile::TempDir, PathBuf, PathBuf) {
    let dir = tempfile::TempDir::with_prefix("consigne-machines-").unwrap();
    let (theirs, operators) = (dir.path().join("theirs.key"), dir.path().join("operators.key"));
    let world = World::build(pair, Limits::default(), |config| config.root_key_file = Some(theirs.clone())).await;
    copy(&theirs, &operators);
    (world, dir, theirs, operators)
}

on_both_pairs! {
    async fn retiring_waits_for_every_process_that_serves(pair) {
        let (world, _dir, theirs, operators) = with_a_copy(pair).await;
        let run = |what: &str| command(&world, &["keys", what]).env("CONSIGNE_ROOT_KEY_FILE", &operators).output().unwrap();
        assert!(world.lockers.report_in(true).await.unwrap());
        let angela = world.holder("angela").await;
        let paper = angela.deposit("Bail", "logement.bail", b"bail").await;
        succeeds(run("rotate"));
        assert_eq!((root_keys(&operators), root_keys(&theirs)), (vec![1, 2], vec![1]));

        // That machine still knows epoch 1 alone, and goes on: old wraps are there, new lockers are put under what it knows.
        assert_eq!(angela.content(&paper).await.expect(200).body, b"bail");
        let ahmed = world.holder("ahmed").await;
        let his = ahmed.deposit("RIB", "banque.rib", b"FR00").await;
        assert!(succeeds(run("list")).contains("do not know the newest epoch: 1"));
        let refused = refuses(run("retire"));
        assert!(refused.contains("Copy the root key file to their machines"), "{refused}");
        assert_eq!(root_keys(&operators), [1, 2], "nothing was removed");

        // The copy comes; at its next report the process knows.
        copy(&operators, &theirs);
        assert!(refuses(run("retire")).contains("do not know"));
        assert!(world.lockers.report_in(false).await.unwrap());
        let said = succeeds(run("retire"));
        assert!(said.contains("Only epoch 2"), "the locker opened meanwhile was moved too: {said}");
        assert_eq!(angela.content(&paper).await.expect(200).body, b"bail");
        assert_eq!(ahmed.content(&his).await.expect(200).body, b"FR00");
    }

    /// A process that was silent for long, and comes back with an old file: it answers "later", damages nothing, loses nothing.
    async fn a_machine_left_behind_answers_later_and_not_damaged(pair) {
        let (world, dir, theirs, operators) = with_a_copy(pair).await;
        let (older, strangers) = (dir.path().join("older.key"), dir.path().join("strangers.key"));
        copy(&operators, &older);
        RootKeys::create(&strangers, &Source::system()).unwrap();
        let run = |what: &str| command(&world, &["keys", what]).env("CONSIGNE_ROOT_KEY_FILE", &operators).output().unwrap();
        assert!(world.lockers.report_in(true).await.unwrap());
        let angela = world.holder("angela").await;
        let ahmed = world.sign_in("holder", "ahmed").await;
        let paper = angela.deposit("Bail", "logement.bail", b"bail").await;
        succeeds(run("rotate"));
        let mut raw = world.raw().await;
        raw.run("UPDATE processes SET seen_at = seen_at - 360000000").await.unwrap();
        succeeds(run("retire"));

        assert_eq!(angela.content(&paper).await.status.as_u16(), 503);
        assert_eq!(angela.get("/documents").await.status.as_u16(), 503);
        let metadata = serde_json::json!({"title": "RIB", "kind": "banque.rib"});
        assert_eq!(angela.deposit_with(&metadata, "rib.txt", b"FR00".to_vec()).await.status.as_u16(), 503);
        assert_eq!(ahmed.open_locker().await.status.as_u16(), 503, "no locker under a retired epoch");
        assert!(!world.lockers.report_in(false).await.unwrap(), "it knows that it is behind");
        assert_eq!(epochs_by(&world, &operators), [(2, 3)], "nothing new under epoch 1");
        copy(&operators, &theirs);
        // Without a restart: the file has no key that the process knows, but it opens the wrap.
        assert_eq!(angela.content(&paper).await.expect(200).body, b"bail");
        assert!(world.lockers.report_in(false).await.unwrap());
        ahmed.open_locker().await.expect(201);
        // The file of before is put back, then somebody else's: what is known stays in use.
        for wrong in [&older, &strangers] {
            copy(wrong, &theirs);
            assert_eq!(angela.content(&paper).await.expect(200).body, b"bail");
            assert!(world.lockers.report_in(false).await.unwrap());
        }
        let lucie = world.sign_in("holder", "lucie").await;
        assert_eq!(lucie.open_locker().await.status.as_u16(), 503, "nothing begins under a key whose file is gone");
        copy(&operators, &theirs);
        lucie.open_locker().await.expect(201);
        assert!(!angela.trail().await.iter().any(|line| line.contains("damaged")), "nobody was told of damage");
    }

    /// The file of before a rotation is put back by mistake.
    async fn an_older_file_put_back_adds_no_second_epoch_of_the_same_number(pair) {
        let (world, dir, _, operators) = with_a_copy(pair).await;
        let older = dir.path().join("older.key");
        copy(&operators, &older);
        let run = |file: &Path| command(&world, &["keys", "rotate"]).env("CONSIGNE_ROOT_KEY_FILE", file).output().unwrap();
        world.holder("angela").await;
        succeeds(run(&operators));
        let refused = refuses(run(&older));
        assert!(refused.contains("epoch 2") && refused.contains("newest copy"), "{refused}");
        assert_eq!(root_keys(&older), [1]);
    }
}

fn epochs_by(world: &World, file: &Path) -> Vec<(i64, u64)> {
    let list = command(world, &["keys", "list"]).env("CONSIGNE_ROOT_KEY_FILE", file).output().unwrap();
    let listed = succeeds(list);
    let row = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        (words[1].parse().unwrap(), words[words.len() - 2].parse().unwrap())
    };
    listed.lines().filter(|line| line.starts_with("epoch")).map(row).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_command_changes_the_file_at_a_time() {
    let world = World::new(Pair::Local).await;
    let file = world.config.data_dir.join("root.key");
    let held = RootKeys::hold(&file).unwrap();
    for what in ["rotate", "retire"] {
        let refused = refuses(command(&world, &["keys", what]).output().unwrap());
        assert!(refused.contains("another `consigne keys`"), "{refused}");
    }
    assert_eq!(epochs(&world).len(), 1, "looking is always possible");
    drop(held);
    keys(&world, "rotate");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_keeps_its_owner_its_mode_and_the_link_to_it() {
    let world = World::new(Pair::Local).await;
    let file = world.config.data_dir.join("root.key");
    let elsewhere = tempfile::TempDir::with_prefix("consigne-keys-").unwrap();
    let real = elsewhere.path().join("consigne.key");
    std::fs::rename(&file, &real).unwrap();
    std::os::unix::fs::symlink(&real, &file).unwrap();
    let is_root = rustix::process::getuid().is_root();
    if is_root {
        std::os::unix::fs::chown(&real, Some(65534), Some(65534)).unwrap();
    }
    let before = std::fs::metadata(&real).unwrap();
    keys(&world, "rotate");
    let after = std::fs::metadata(&real).unwrap();
    assert!(std::fs::symlink_metadata(&file).unwrap().is_symlink());
    assert_eq!(root_keys(&real), [1, 2]);
    assert_eq!((after.uid(), after.gid(), after.mode()), (before.uid(), before.gid(), before.mode()));
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 1, "nothing is left beside");
}
