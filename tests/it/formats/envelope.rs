//! Blobs: `envelope.md`. Ours open with Debian's `age`, its own open with ours, and the way from the root key file to a
//! paper's content is walked by the pages alone.

use std::ops::Range;
use std::path::Path;
use std::process::Command;

use bech32::{Bech32, Hrp};
use consigne::vault::VaultError;
use consigne::vault::envelope::{CHUNK, Encrypter, HEADER_ROOM, Opened, PlainSum, identity_text};
use consigne::vault::keys::Key;
use serde_json::Value;
use tempfile::TempDir;

use super::by_hand::{self, Wrap};
use super::{array, list, number, text, vectors};
use crate::on_both_pairs;
use crate::world::{Pair, Raw, World, hex, setting};

/// The content of the vectors: bytes 0 to 250, over and over.
pub fn content(size: usize) -> Vec<u8> {
    (0..=250_u8).cycle().take(size).collect()
}

/// A document key as an age identity (BIP 173 in capitals).
fn identity(key: &[u8; 32]) -> String {
    bech32::encode_upper::<Bech32>(Hrp::parse("age-secret-key-").unwrap(), key).unwrap()
}

fn open(key: &[u8; 32], blob: &[u8], range: Range<u64>) -> Result<Vec<u8>, VaultError> {
    let head = &blob[..blob.len().min(usize::try_from(HEADER_ROOM).unwrap())];
    let opened = Opened::header(&Key::from_bytes(*key), head, blob.len() as u64)?;
    let (stored, mut decrypter) = opened.range(range)?;
    let stored = usize::try_from(stored.start).unwrap()..usize::try_from(stored.end).unwrap();
    let mut plain = Vec::new();
    for piece in blob[stored].chunks(10_000) {
        plain.extend(decrypter.push(piece)?);
    }
    decrypter.finish()?;
    Ok(plain)
}

/// Debian's `age`, on files in a folder of its own.
struct Age(TempDir);

impl Age {
    fn new() -> Self {
        Self(TempDir::with_prefix("consigne-age-").unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> std::path::PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn run(arguments: &[&str], file: &Path) -> Result<Vec<u8>, String> {
        let out = Command::new(setting("CONSIGNE_TEST_AGE")).args(arguments).arg(file).output().unwrap();
        if out.status.success() { Ok(out.stdout) } else { Err(String::from_utf8_lossy(&out.stderr).into_owned()) }
    }

    /// `age -d -i identity blob`.
    fn decrypt(&self, identity: &str, blob: &[u8]) -> Result<Vec<u8>, String> {
        let identity = self.file("identity", identity.as_bytes());
        Self::run(&["-d", "-i", identity.to_str().unwrap()], &self.file("blob", blob))
    }

    /// `age -r recipient plain`.
    fn encrypt(&self, recipient: &str, plain: &[u8]) -> Vec<u8> {
        Self::run(&["-r", recipient], &self.file("plain", plain)).unwrap()
    }
}

fn blob(case: &Value) -> Vec<u8> {
    data_encoding::BASE64.decode(text(case, "blob").as_bytes()).unwrap()
}

#[test]
fn stored_envelopes_open_whole_and_in_ranges() {
    for case in list(&vectors("envelope"), "envelopes") {
        let (key, blob): ([u8; 32], _) = (array(case, "document_key"), blob(case));
        let size = number(case, "size");
        let plain = content(usize::try_from(size).unwrap());
        assert_eq!(hex(&by_hand::sha256(&[&plain])), text(case, "sha256"));
        assert_eq!(hex(&by_hand::sha256(&[&blob])), text(case, "blob_sha256"));
        assert_eq!(identity_text(&Key::from_bytes(key)).unwrap().as_str(), text(case, "identity"));
        assert_eq!(identity(&key), text(case, "identity"));
        let size = u64::try_from(size).unwrap();
        assert!(open(&key, &blob, 0..size).unwrap() == plain, "{}", text(case, "name"));
        for (from, to) in [(size / 2, size), (0, size.min(1)), (CHUNK.min(size), size)] {
            let cut = usize::try_from(from).unwrap()..usize::try_from(to).unwrap();
            assert!(open(&key, &blob, from..to).unwrap() == plain[cut], "{from}..{to}");
        }
        assert_eq!(open(&key, &blob, 0..size + 1), Err(VaultError::Damaged));
        assert!(open(&key, &blob[..blob.len() - 1], 0..size).is_err(), "cut");
        let mut flipped = blob.clone();
        *flipped.last_mut().unwrap() ^= 1;
        assert!(open(&key, &flipped, 0..size).is_err(), "flipped");
        assert!(open(&[7; 32], &blob, 0..size).is_err(), "another key");
    }
}

#[test]
fn debians_age_opens_stored_envelopes_and_ours_opens_its() {
    let age = Age::new();
    for case in list(&vectors("envelope"), "envelopes") {
        let (key, plain): ([u8; 32], _) =
            (array(case, "document_key"), content(usize::try_from(number(case, "size")).unwrap()));
        assert!(age.decrypt(text(case, "identity"), &blob(case)).unwrap() == plain, "{}", text(case, "name"));
        let identity: age::x25519::Identity = text(case, "identity").parse().unwrap();
        let theirs = age.encrypt(&identity.to_public().to_string(), &plain);
        assert!(open(&key, &theirs, 0..plain.len() as u64).unwrap() == plain);
        let mut encrypter = Encrypter::new(&Key::from_bytes(key)).unwrap();
        let mut fresh = encrypter.push(&[&plain]).unwrap().to_vec();
        let mut sum = PlainSum::default();
        sum.push(&[&plain]);
        fresh.extend(encrypter.finish(sum).unwrap().0);
        assert!(age.decrypt(text(case, "identity"), &fresh).unwrap() == plain);
        assert!(age.decrypt(&self::identity(&[7; 32]), &fresh).is_err());
    }
}

/// The root key of a file (wrap.md, last section), by the page alone: id, epoch, key.
fn root_key(file: &Path) -> ([u8; 16], i64, [u8; 32]) {
    let text = std::fs::read_to_string(file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], *lines.last().unwrap()), ("consigne root key v1", "end"));
    let words: Vec<&str> = lines[lines.len() - 2].split(' ').collect();
    let key = data_encoding::BASE64.decode(words[2].as_bytes()).unwrap();
    let id: consigne::domain::ids::KeyId = words[1].parse().unwrap();
    (*id.bytes(), words[0].parse().unwrap(), key.try_into().unwrap())
}

/// One cell that holds 16 bytes.
async fn id_cell(raw: &mut Raw, sql: &str) -> [u8; 16] {
    raw.bytes(sql).await[0].as_slice().try_into().unwrap()
}

fn uuid(bytes: [u8; 16]) -> String {
    consigne::domain::ids::KeyId::from_uuid(sqlx::types::Uuid::from_bytes(bytes)).to_string()
}

/// The one wrap of a key, as its rows say.
async fn wrap_of(raw: &mut Raw, deployment: [u8; 16], scope: [u8; 16], key: [u8; 16]) -> Wrap {
    let place = format!("locker_id = {} AND key_id = {}", raw.id(&uuid(scope)), raw.id(&uuid(key)));
    let from_wraps = |column: &str| format!("SELECT {column} FROM wraps WHERE {place}");
    let from_keys = |column: &str| format!("SELECT {column} FROM keys WHERE {place}");
    Wrap {
        deployment,
        scope,
        kind: raw.number(&from_keys("kind")).await,
        key,
        epoch: raw.number(&from_keys("epoch")).await,
        wrapper_kind: raw.number(&from_wraps("wrapper_kind")).await,
        wrapper: id_cell(raw, &from_wraps("wrapper_id")).await,
        wrapper_epoch: raw.number(&from_wraps("wrapper_epoch")).await,
        alg: raw.number(&from_wraps("alg")).await,
        paper: None,
        wrapped: raw.bytes(&from_wraps("wrapped")).await.remove(0),
    }
}

on_both_pairs! {
    async fn with_the_root_key_and_these_pages_any_age_tool_opens_a_paper(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let content = "Contrat de travail\n".repeat(9_000).into_bytes();
        angela.deposit("Contrat", "emploi.contrat_travail", &content).await;
        let mut raw = world.raw().await;

        // What stands in clear: which keys lead to the version.
        let deployment = id_cell(&mut raw, "SELECT deployment_id FROM deployment").await;
        let of_angela = format!("FROM versions WHERE locker_id = {}", raw.id(&angela.locker));
        let locker = id_cell(&mut raw, &format!("SELECT locker_id {of_angela}")).await;
        let document = id_cell(&mut raw, &format!("SELECT document_id {of_angela}")).await;
        let version = id_cell(&mut raw, &format!("SELECT version_id {of_angela}")).await;
        let key = id_cell(&mut raw, &format!("SELECT key_id {of_angela}")).await;

        // Down the tree: root, locker, collection, document.
        let document_wrap = Wrap { paper: Some((document, version)), ..wrap_of(&mut raw, deployment, locker, key).await };
        let collection_wrap = wrap_of(&mut raw, deployment, locker, document_wrap.wrapper).await;
        let locker_wrap = wrap_of(&mut raw, deployment, locker, collection_wrap.wrapper).await;
        let (root_id, root_epoch, root) = root_key(&world.config.root_key_file());
        assert_eq!((locker_wrap.wrapper, locker_wrap.wrapper_epoch, locker_wrap.wrapper_kind), (root_id, root_epoch, 1));
        assert_eq!([locker_wrap.kind, collection_wrap.kind, document_wrap.kind], [2, 4, 3]);
        let locker_key = locker_wrap.open(&root).unwrap();
        let collection_key = collection_wrap.open(&locker_key).unwrap();
        let document_key = document_wrap.open(&collection_key).unwrap();

        // The description of the version tells what to expect.
        let sealed = raw.bytes(&format!("SELECT details {of_angela}")).await.remove(0);
        let numbers = [4, collection_wrap.epoch, 1].map(i64::to_be_bytes);
        let place = by_hand::context("consigne/sealed/v1", &[
            &deployment, &locker, &numbers[0], &collection_wrap.key, &numbers[1], &numbers[2], b"versions.details",
            &document, &version,
        ]);
        let plain = by_hand::open_field(&collection_key, &place, &sealed).unwrap();
        let details: Value = serde_json::from_slice(&plain).unwrap();
        assert_eq!(details["size"], content.len());
        assert_eq!(details["sha256"], hex(&by_hand::sha256(&[&content])));

        // The blob, by Debian's own age.
        let blobs = raw.all_blobs().await;
        assert_eq!(blobs.len(), 1);
        let age = Age::new();
        assert!(age.decrypt(&identity(&document_key), &blobs[0].1).unwrap() == content);
        assert!(age.decrypt(&identity(&collection_key), &blobs[0].1).is_err(), "only the document key opens it");
    }
}
