//! The disk is full, for real: a small one.

use consigne::locker::Limits;
use serde_json::json;

use crate::world::{Pair, SmallDisk, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_disk_of_the_blobs_is_full() {
    let dir = tempfile::TempDir::with_prefix("consigne-full-").unwrap();
    let data = dir.path().join("data");
    let _disk = SmallDisk::mount(&data.join("blobs"), 2048);
    let world = World::build(Pair::Local, Limits::default(), |config| config.data_dir = data.clone()).await;
    let lucie = world.holder("lucie").await;
    let id = lucie.deposit("Petit", "logement.bail", b"petit").await;
    let metadata = json!({"title": "Trop grand", "kind": "logement.bail"});
    let answer = lucie.deposit_with(&metadata, "x.txt", b"trop ".repeat(1 << 20)).await;
    assert_eq!(answer.status, 507, "{}", answer.text());
    assert_eq!(answer.json()["type"], "/problems/full");
    assert_eq!(lucie.content(&id).await.expect(200).body, b"petit");
    lucie.deposit("Petit aussi", "logement.bail", b"petit aussi").await;
    assert_eq!(lucie.get("/documents").await.json()["items"].as_array().unwrap().len(), 2);
    assert_eq!(world.raw().await.all_blobs().await.len(), 2, "nothing is left of what did not fit");
    assert!(lucie.trail().await.contains(&"access.close ended:store_away".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_disk_of_the_database_is_full_so_nothing_is_served() {
    let dir = tempfile::TempDir::with_prefix("consigne-full-").unwrap();
    let data = dir.path().join("data");
    let _disk = SmallDisk::mount(&data, 6 * 1024);
    let world = World::build(Pair::Local, Limits::default(), |config| config.data_dir = data.clone()).await;
    let lucie = world.holder("lucie").await;
    let id = lucie.deposit("Secret", "logement.bail", b"le secret").await;
    world.settle().await;

    // Somebody fills the disk to the last byte.
    let ballast = data.join("ballast");
    let mut file = std::fs::File::create(&ballast).unwrap();
    for size in [1 << 16, 1 << 12, 1 << 9, 1] {
        while std::io::Write::write_all(&mut file, &vec![0_u8; size]).is_ok() {}
    }
    let mut refused = 0;
    for _ in 0..40 {
        let answer = lucie.content(&id).await;
        if answer.status == 200 {
            continue; // There was still room for that line in the pages already held.
        }
        assert!(matches!(answer.status.as_u16(), 503 | 507), "{}", answer.status);
        assert!(!answer.text().contains("secret"), "the journal can't be written, so nothing is served");
        refused += 1;
    }
    assert!(refused > 0, "the disk is full");
    let metadata = json!({"title": "Perdu ?", "kind": "logement.bail"});
    let deposit = lucie.deposit_with(&metadata, "x.txt", b"perdu".to_vec()).await.status.as_u16();
    assert!(matches!(deposit, 503 | 507), "{deposit}");

    drop(file);
    std::fs::remove_file(ballast).unwrap();
    assert_eq!(lucie.content(&id).await.expect(200).body, b"le secret");
    world.settle().await;
    assert_eq!(lucie.get("/documents").await.expect(200).json()["items"].as_array().unwrap().len(), 1);
    assert!(consigne::app::verify::journals(&world.config).await.unwrap().breaks.is_empty());
}
