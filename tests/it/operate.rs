//! `docs/operate.md` and `deploy/`, taken at their word: the commands of the page are read from it and run, on real data, while
//! people work; the files of the folder are read by the programs that they are for.

mod deploy;
mod migrate;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use consigne::locker::Limits;
use secrecy::ExposeSecret;

use crate::on_both_pairs;
use crate::world::{Pair, World, create_database, hex};

const PAGE: &str = include_str!("../../docs/operate.md");

/// The one block of commands of the page that holds these words.
fn block(words: &str) -> &'static str {
    let mut blocks = PAGE.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.find(|block| block.contains(words)).unwrap_or_else(|| panic!("no commands with {words}"))
}

/// Runs commands of the page, with the places of this test in place of the page's.
fn run(commands: &str, places: &[(&str, String)], world: &World) {
    let mut text = commands.to_owned();
    for (page, ours) in places {
        text = text.replace(page, ours);
    }
    let mut shell = Command::new("sh");
    shell.args(["-e", "-u", "-c", &text]).stdin(Stdio::null()).env_remove("AWS_CA_BUNDLE");
    let blobs = &world.config.blobs;
    if let (Some(key), Some(secret), Some(endpoint)) = (&blobs.access_key, &blobs.secret_key, &blobs.endpoint) {
        for (name, value) in [
            ("TYPE", "s3"),
            ("PROVIDER", "Other"),
            ("ENDPOINT", endpoint),
            ("ACCESS_KEY_ID", key),
            ("SECRET_ACCESS_KEY", secret.expose_secret()),
        ] {
            shell.env(format!("RCLONE_CONFIG_S3_{name}"), value);
        }
    }
    let output = shell.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{told}");
}

/// A configuration file as these commands take it.
fn config_file(world: &World, file: &Path) {
    let mut text = format!("data_dir = \"{}\"\n", world.config.data_dir.display());
    if let Some(url) = &world.config.database.url {
        text += &format!("[database]\nurl = \"{}\"\nconnections = 2\n", url.expose_secret());
    }
    std::fs::write(file, text).unwrap();
}

/// The program and the configuration file, in place of the page's.
fn program(config: &Path) -> Vec<(&'static str, String)> {
    vec![
        ("consigne journal", format!("{} journal", env!("CARGO_BIN_EXE_consigne"))),
        ("consigne keys", format!("{} keys", env!("CARGO_BIN_EXE_consigne"))),
        ("/etc/consigne/consigne.toml", config.display().to_string()),
    ]
}

struct Elsewhere {
    dir: tempfile::TempDir,
    database: String,
    prefix: String,
}

impl Elsewhere {
    /// An empty place, and an empty database and prefix with the second pair.
    async fn new(pair: Pair) -> Self {
        let dir = tempfile::TempDir::with_prefix("consigne-restore-").unwrap();
        for name in ["today", "data"] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        let database = if pair == Pair::Remote { create_database().await } else { String::new() };
        let prefix = format!("r{}", hex(&consigne::domain::source::Source::system().bytes::<8>()));
        Self { dir, database, prefix }
    }

    fn places(&self, world: &World, target: &Path, prefix: &str) -> Vec<(&'static str, String)> {
        let of_world = world.config.database.url.as_ref().map(|url| url.expose_secret().to_owned()).unwrap_or_default();
        let bucket = world.config.blobs.bucket.clone().unwrap_or_default();
        vec![
            ("\"$DATABASE_URL\"", format!("'{of_world}'")),
            ("\"$NEW_DATABASE_URL\"", format!("'{}'", self.database)),
            ("s3:consigne/production", format!("s3:{bucket}/{prefix}")),
            ("/var/lib/consigne", target.display().to_string()),
            ("/backup/today", self.dir.path().join("today").display().to_string()),
        ]
    }

    fn back_up(&self, world: &World) {
        let words = if world.pair == Pair::Local { "VACUUM INTO" } else { "pg_dump" };
        let prefix = world.config.blobs.prefix.clone().unwrap_or_default();
        run(block(words), &self.places(world, &world.config.data_dir, &prefix), world);
    }

    /// Restores rows and blobs; the root key comes from a place of its own.
    fn restore(&self, world: &World, root_key: &Path) {
        let words = if world.pair == Pair::Local { "cp /backup/today/consigne.db" } else { "pg_restore" };
        run(block(words), &self.places(world, &self.dir.path().join("data"), &self.prefix), world);
        let target = self.dir.path().join("data/root.key");
        let _ = std::fs::remove_file(&target);
        run(&format!("install -m 0600 '{}' '{}'", root_key.display(), target.display()), &[], world);
    }

    async fn serve(&self, world: &World) -> World {
        let blobs = world.config.blobs.clone();
        World::build(world.pair, Limits::default(), |config| {
            config.data_dir = self.dir.path().join("data");
            config.blobs = blobs;
            if world.pair == Pair::Remote {
                config.database.url = Some(self.database.clone().into());
                config.blobs.prefix = Some(self.prefix.clone());
            }
        })
        .await
    }
}

on_both_pairs! {
    /// A backup while deposits go on, restored elsewhere: what was acknowledged before it began is there, whole.
    async fn a_backup_made_while_people_work_is_restored_whole(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let mut before = Vec::new();
        for number in 0..8 {
            let content = format!("papier d'avant, {number}").repeat(500).into_bytes();
            before.push((angela.deposit("Avant", "banque.rib", &content).await, content));
        }
        let stop = Arc::new(AtomicBool::new(false));
        let ahmed = world.holder("ahmed").await;
        let at_work = tokio::spawn({
            let stop = Arc::clone(&stop);
            async move {
                let mut count = 0;
                while !stop.load(Ordering::SeqCst) || count < 3 {
                    ahmed.deposit("Pendant", "banque.rib", format!("pendant, {count}").as_bytes()).await;
                    count += 1;
                }
                ahmed
            }
        });
        let key = tempfile::TempDir::with_prefix("consigne-safe-").unwrap();
        let safe = key.path().join("root.key");
        std::fs::copy(world.config.data_dir.join("root.key"), &safe).unwrap();
        let elsewhere = Elsewhere::new(pair).await;
        elsewhere.back_up(&world);
        stop.store(true, Ordering::SeqCst);
        let ahmed = at_work.await.unwrap();
        assert!(!elsewhere.dir.path().join("today/root.key").exists(), "the key is not in this backup");

        elsewhere.restore(&world, &safe);
        let restored = elsewhere.serve(&world).await;
        let config = key.path().join("consigne.toml");
        config_file(&restored, &config);
        run(block("journal verify"), &program(&config), &restored);

        let again = restored.holder("angela").await;
        assert_eq!(again.locker, angela.locker);
        for (id, content) in &before {
            assert_eq!(&again.content(id).await.expect(200).body, content);
        }
        // What was under way is there whole or not at all; the sweeper finds what belongs to no row, and takes nothing else.
        let mut opened = 0;
        let his = restored.holder("ahmed").await;
        assert_eq!(his.locker, ahmed.locker);
        restored.lockers.sweep().await.unwrap();
        restored.wait(Duration::from_secs(2 * 3600));
        restored.lockers.sweep().await.unwrap();
        let his = restored.holder("ahmed").await;
        for item in his.get("/documents?limit=1000").await.expect(200).json()["items"].as_array().unwrap() {
            his.content(item["id"].as_str().unwrap()).await.expect(200);
            opened += 1;
        }
        assert!(opened > 0 || pair == Pair::Local, "the backup was made while he worked");
        let new = his.deposit("Après", "banque.rib", b"apres").await;
        assert_eq!(his.content(&new).await.expect(200).body, b"apres", "and life goes on");
    }

    /// A backup of before a rotation, the commands of the page for the rotation, and the key files that open what.
    async fn a_backup_from_before_a_rotation_opens_with_the_key_file_of_both(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let paper = angela.deposit("Bail", "logement.bail", b"bail").await;
        let elsewhere = Elsewhere::new(pair).await;
        elsewhere.back_up(&world);
        let safe = tempfile::TempDir::with_prefix("consigne-safe-").unwrap();
        let config = safe.path().join("consigne.toml");
        config_file(&world, &config);
        let file = world.config.data_dir.join("root.key");

        run(block("keys rotate"), &program(&config), &world);
        let both = safe.path().join("both.key");
        std::fs::copy(&file, &both).unwrap();
        run(block("keys retire"), &program(&config), &world);
        let later = angela.deposit("RIB", "banque.rib", b"FR00").await;
        assert_eq!(angela.content(&later).await.expect(200).body, b"FR00");

        // With the newest file alone: refused, with a sentence that says which file is wanted.
        elsewhere.restore(&world, &file);
        let mut keys = Command::new(env!("CARGO_BIN_EXE_consigne"));
        keys.args(["keys", "list", "--data-dir"]).arg(elsewhere.dir.path().join("data"));
        if pair == Pair::Remote {
            keys.env("CONSIGNE_DATABASE__URL", &elsewhere.database);
        }
        let refused = keys.output().unwrap();
        assert_eq!(refused.status.code(), Some(2));
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains("the copy that was kept with it"), "{said}");

        // With the copy that was kept: everything of that day opens, and what comes goes under the newest epoch.
        let target = elsewhere.dir.path().join("data/root.key");
        std::fs::remove_file(&target).unwrap();
        run(&format!("install -m 0600 '{}' '{}'", both.display(), target.display()), &[], &world);
        let restored = elsewhere.serve(&world).await;
        let again = restored.holder("angela").await;
        assert_eq!(again.content(&paper).await.expect(200).body, b"bail");
        assert_eq!(again.get(&format!("/documents/{later}")).await.status.as_u16(), 404, "it came after");
        restored.holder("ahmed").await;
        config_file(&restored, &config);
        run(block("keys rotate"), &program(&config), &restored);
        run(block("keys retire"), &program(&config), &restored);
        run(block("journal verify"), &program(&config), &restored);
        assert_eq!(again.content(&paper).await.expect(200).body, b"bail");
    }
}
