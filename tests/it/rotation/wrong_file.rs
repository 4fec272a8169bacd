//! A root key file that is not right: every command that needs it says what to do, ends with 2, and writes nothing.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use sha2::{Digest, Sha256};

fn consigne(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_consigne")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// Names and sums of everything in the folder, but for the file that says that it is in use and what SQLite makes to read.
fn snapshot(folder: &Path) -> Vec<(String, String)> {
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("in-use") && !path.to_string_lossy().ends_with("-shm"))
        .filter(|path| !std::fs::read(path).is_ok_and(|bytes| bytes.is_empty() && path.ends_with("consigne.db-wal")))
        .map(|path| {
            let sum = std::fs::read(&path).map(|bytes| crate::world::hex(&Sha256::digest(bytes)));
            (path.display().to_string(), sum.unwrap_or_else(|_| "a folder".to_owned()))
        })
        .collect();
    all.sort();
    all
}

struct Place {
    dir: tempfile::TempDir,
    config: String,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::TempDir::with_prefix("consigne-wrong-").unwrap();
        for name in ["real", "other"] {
            let init = consigne(&["init", "--data-dir", dir.path().join(name).to_str().unwrap()]);
            assert!(init.status.success());
        }
        let config = dir.path().join("consigne.toml");
        let text = format!(
            "public_url = \"https://consigne.test\"\ndata_dir = \"{}\"\nlisten = \"127.0.0.1:0\"\n[issuers.holder]\n\
             issuer = \"https://issuer.test\"\nclient_id = \"c\"\nclient_secret = \"s\"\nany_level = true\n",
            dir.path().join("real").display()
        );
        std::fs::write(&config, text).unwrap();
        Self { config: config.display().to_string(), dir }
    }

    /// Every command that needs the key refuses with these words, and leaves everything as it was.
    fn refused_with(&self, words: &str, what: &str) {
        let real = self.dir.path().join("real");
        let before = snapshot(&real);
        let folder = real.to_str().unwrap();
        let commands: &[&[&str]] = &[
            &["serve", "--config", &self.config],
            &["keys", "rotate", "--config", &self.config],
            &["keys", "retire", "--data-dir", folder],
            &["keys", "list", "--data-dir", folder],
            &["demo", "--listen", "127.0.0.1:0", "--data-dir", folder],
        ];
        for command in commands {
            let output = consigne(command);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{what}: {command:?}: {said}");
            // The demonstration sees first that this folder holds real data, where the key is right in itself.
            let demo = command[0] == "demo" && said.contains("can't be used here");
            assert!(said.contains(words) || demo, "{what}: {command:?}: {said}");
            assert_eq!(snapshot(&real), before, "{what}: {command:?} wrote something");
        }
        // The journal is checked without any key.
        assert!(consigne(&["journal", "verify", "--data-dir", folder]).status.success(), "{what}");
    }
}

#[test]
fn every_command_refuses_and_says_what_to_do() {
    let place = Place::new();
    let key = place.dir.path().join("real/root.key");
    let whole = std::fs::read(&key).unwrap();
    let put = |bytes: &[u8]| {
        let _ = std::fs::remove_file(&key);
        let _ = std::fs::remove_dir(&key);
        std::fs::write(&key, bytes).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    let line = whole.iter().position(|b| *b == b'\n').unwrap() + 1;

    put(b"");
    place.refused_with("not whole (line 1). Put the file back from its own backup", "empty");
    put(&whole[..line]);
    place.refused_with("not whole (line 2)", "cut after its first line");
    put(&whole[..line + 20]);
    place.refused_with("not whole (line 2)", "cut in the middle of a line");
    put(&whole[..whole.len() - 4]);
    place.refused_with("not whole (line 3)", "without its end");
    put(&[&whole[..line + 40], &[0xff, 0xfe], &whole[line + 42..]].concat());
    place.refused_with("not whole", "other bytes in the middle");
    put(&vec![0; whole.len()]);
    place.refused_with("not whole (line 1)", "zeros, as some file systems leave after a power cut");
    put(&whole);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    place.refused_with("chmod 600", "readable by others");
    std::fs::remove_file(&key).unwrap();
    place.refused_with("no root key at", "missing");
    std::fs::create_dir(&key).unwrap();
    place.refused_with("is not a file. Put the root key back", "a folder in its place");
    put(&std::fs::read(place.dir.path().join("other/root.key")).unwrap());
    place.refused_with("does not open this installation. Put back the root key", "another installation's");
    // Put back, everything goes on.
    put(&whole);
    assert!(consigne(&["keys", "list", "--config", &place.config]).status.success());
}

#[test]
fn init_over_a_key_that_is_not_whole_writes_nothing() {
    let dir = tempfile::TempDir::new().unwrap();
    let key = dir.path().join("root.key");
    std::fs::write(&key, "consigne root key v1\n1 half").unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let output = consigne(&["init", "--data-dir", dir.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("not whole"));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "no database was made");
}

#[test]
fn where_there_is_no_installation_none_is_made() {
    let dir = tempfile::TempDir::new().unwrap();
    let folder = dir.path().to_str().unwrap();
    for command in [&["keys", "rotate", "--data-dir", folder], &["journal", "verify", "--data-dir", folder]] {
        assert_eq!(consigne(command).status.code(), Some(2), "{command:?}");
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}
