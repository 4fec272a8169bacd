//! What only a folder can suffer: a full disk, a truncated file, a disk not mounted.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use consigne::blobs::{BlobError, Blobs};
use consigne::domain::source::Source;

use super::{MIB, content, folder, future, get, list, name, put};
use crate::world::SmallDisk;

/// Every file below a folder, with its mode.
fn files(path: &Path) -> Vec<(PathBuf, u32)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(path).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push((entry.path(), entry.metadata().unwrap().permissions().mode() & 0o777));
        }
    }
    found
}

#[tokio::test]
async fn only_the_owner_may_look_and_nothing_temporary_stays() {
    let store = folder().await;
    let root = store.folder.as_ref().unwrap().path().join("blobs");
    put(&store.blobs, &name("locker/one"), &content(3 * MIB, 0), MIB).await.unwrap();
    store.blobs.replace_if(&name("locker/two"), None, Bytes::from_static(b"x")).await.unwrap();
    store.blobs.health().await.unwrap();
    let mut found = files(&root);
    found.sort();
    let expected = [".consigne-blobs", "locker/one", "locker/two"].map(|path| (root.join(path), 0o600));
    assert_eq!(found, expected);
    for path in [root.clone(), root.join("locker")] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[tokio::test]
async fn a_file_cut_short_is_an_error() {
    let store = folder().await;
    let (cut, path) = (name("locker/cut"), store.folder.as_ref().unwrap().path().join("blobs/locker/cut"));
    put(&store.blobs, &cut, &content(5 * MIB, 0), MIB).await.unwrap();
    let mut reader = store.blobs.get(&cut).await.unwrap();
    fs::OpenOptions::new().write(true).open(path).unwrap().set_len(2 * MIB as u64 + 5).unwrap();
    let error = loop {
        match reader.next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("a short read went unnoticed"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, BlobError::Cut), "{error:?}");
    assert!(matches!(reader.next().await, Err(BlobError::Cut)), "it stays an error");
}

#[tokio::test]
async fn a_disk_that_is_not_mounted_is_not_an_empty_store() {
    let store = folder().await;
    let root = store.folder.as_ref().unwrap().path().join("blobs");
    let one = name("locker/one");
    put(&store.blobs, &one, &content(9, 0), 9).await.unwrap();
    fs::rename(&root, root.with_extension("away")).unwrap();
    fs::create_dir(&root).unwrap();
    let blobs = &store.blobs;
    let outcomes = [
        blobs.get(&one).await.err(),
        blobs.size(&one).await.err(),
        put(blobs, &name("locker/two"), &content(9, 0), 9).await.err(),
        blobs.replace_if(&one, None, Bytes::new()).await.err(),
        blobs.delete(&one).await.err(),
        blobs.list_older_than(future(), 9, None).await.err(),
        blobs.sweep_partial(future()).await.err(),
        blobs.health().await.err(),
    ];
    for outcome in outcomes {
        assert!(matches!(outcome, Some(BlobError::Unavailable(_))), "{outcome:?}");
    }
    assert!(files(&root).is_empty(), "nothing is written beneath the mount point");
}

#[tokio::test]
async fn an_upload_swept_under_its_writer_fails() {
    let store = folder().await;
    let mut upload = store.blobs.put_new(&name("locker/slow")).await.unwrap();
    upload.write(content(9, 0)).await.unwrap();
    assert_eq!(store.blobs.sweep_partial(future()).await.unwrap(), 1);
    assert!(matches!(upload.finish().await, Err(BlobError::Unavailable(_))));
    assert!(list(&store.blobs, future()).await.is_empty());
}

#[tokio::test]
async fn what_is_not_a_folder_is_refused_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "x").unwrap();
    let refused = Blobs::folder(&path, &Source::system()).await.err();
    assert!(matches!(refused, Some(BlobError::Misconfigured(_))), "{refused:?}");
}

#[tokio::test]
async fn a_full_disk_publishes_nothing_and_keeps_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let _disk = SmallDisk::mount(folder.path(), 2048);
    let root = folder.path().join("blobs");
    let blobs = Blobs::folder(&root, &Source::system()).await.unwrap();
    let (kept, head) = (content(MIB, 0), Bytes::from_static(b"head"));
    put(&blobs, &name("locker/kept"), &kept, MIB).await.unwrap();
    let tag = blobs.replace_if(&name("log/head"), None, head.clone()).await.unwrap();

    for (size, step) in [(4 * MIB, 64 << 10), (MIB + MIB / 2, 2 * MIB)] {
        let full = put(&blobs, &name("locker/large"), &content(size, 0), step).await;
        assert!(matches!(full, Err(BlobError::Full)), "{full:?}");
    }
    let full = blobs.replace_if(&name("log/head"), Some(&tag), content(4 * MIB, 0)).await;
    assert!(matches!(full, Err(BlobError::Full)), "{full:?}");

    assert_eq!(list(&blobs, future()).await, ["locker/kept", "log/head"]);
    assert_eq!(files(&root).len(), 3, "no temporary file takes the room: {:?}", files(&root));
    assert!(get(&blobs, &name("locker/kept")).await == kept);
    assert_eq!(blobs.get_tagged(&name("log/head")).await.unwrap(), (head, tag));
    put(&blobs, &name("locker/small"), &content(1000, 0), 1000).await.unwrap();

    // Not a byte more: the health check says so.
    let filled = fs::write(folder.path().join("filler"), content(2 * MIB, 0));
    assert!(filled.is_err());
    let health = blobs.health().await;
    assert!(matches!(health, Err(BlobError::Full)), "{health:?}");
}
