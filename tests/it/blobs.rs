//! One set of promises, held by every blob store: each story below runs on the folder, on S3 and in memory.
//!
//! The S3 stories want a real store: `CONSIGNE_TEST_S3_ENDPOINT`, `_BUCKET`, `_ACCESS_KEY`, `_SECRET_KEY`.

// So that clippy takes the helpers for tests too.
#![cfg(test)]

mod fake_s3;
mod folder_only;
mod s3_only;

use std::time::Duration;

use bytes::Bytes;
use consigne::blobs::{BlobError, BlobName, BlobReader, Blobs, S3Settings};
use consigne::domain::source::{Source, Timestamp};
use futures_util::FutureExt;
use proptest::prelude::*;
use tempfile::TempDir;
use tokio::task::JoinSet;

const MIB: usize = 1 << 20;

/// A store, and what must outlive it.
struct Store {
    blobs: Blobs,
    folder: Option<TempDir>,
}

async fn folder() -> Store {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::folder(&folder.path().join("blobs"), &Source::system()).await.unwrap();
    Store { blobs, folder: Some(folder) }
}

async fn s3() -> Store {
    Store { blobs: Blobs::s3(s3_settings(), &Source::system()).await.unwrap(), folder: None }
}

async fn memory() -> Store {
    Store { blobs: Blobs::memory(&Source::system()), folder: None }
}

/// The real S3 store, under a prefix nobody else has.
fn s3_settings() -> S3Settings {
    let variable = |name: &str| {
        let name = format!("CONSIGNE_TEST_S3_{name}");
        std::env::var(&name).unwrap_or_else(|_| panic!("set {name}: the S3 stories run on a real store"))
    };
    S3Settings {
        endpoint: Some(variable("ENDPOINT")),
        region: "us-east-1".to_owned(),
        bucket: variable("BUCKET"),
        prefix: format!("test/{}", u128::from_be_bytes(Source::system().bytes())),
        access_key: variable("ACCESS_KEY"),
        secret_key: variable("SECRET_KEY").into(),
        force_path_style: true,
    }
}

fn name(text: &str) -> BlobName {
    BlobName::new(text).unwrap()
}

/// Bytes that differ at each place and from each seed.
fn content(length: usize, seed: u8) -> Bytes {
    (0..length).map(|i| u8::try_from((i * 31 + i / 251) % 256).unwrap() ^ seed).collect()
}

fn past() -> Timestamp {
    Source::system().now().minus(Duration::from_hours(1))
}

fn future() -> Timestamp {
    Source::system().now().plus(Duration::from_hours(1))
}

/// Writes a blob in pieces of `step` bytes.
async fn put(blobs: &Blobs, name: &BlobName, bytes: &Bytes, step: usize) -> Result<u64, BlobError> {
    let mut upload = blobs.put_new(name).await?;
    for start in (0..bytes.len()).step_by(step) {
        upload.write(bytes.slice(start..bytes.len().min(start + step))).await?;
    }
    upload.finish().await
}

async fn read(mut reader: BlobReader) -> Bytes {
    let mut all = Vec::new();
    while let Some(bytes) = reader.next().await.unwrap() {
        assert!(!bytes.is_empty(), "a chunk is never empty");
        all.extend_from_slice(&bytes);
    }
    assert_eq!(reader.size, all.len() as u64, "a reader announces what it gives");
    all.into()
}

async fn get(blobs: &Blobs, name: &BlobName) -> Bytes {
    read(blobs.get(name).await.unwrap()).await
}

async fn list(blobs: &Blobs, before: Timestamp) -> Vec<String> {
    blobs.list_older_than(before, 1000, None).await.unwrap().iter().map(ToString::to_string).collect()
}

async fn what_is_written_is_read(store: Store) {
    let blobs = &store.blobs;
    for (index, size) in [0, 1, 8 * MIB, 8 * MIB + 1, 20 * MIB].into_iter().enumerate() {
        let (name, bytes) = (name(&format!("locker/{index}")), content(size, 0));
        assert_eq!(put(blobs, &name, &bytes, 3 * MIB + 7).await.unwrap(), size as u64);
        assert_eq!(blobs.size(&name).await.unwrap(), size as u64);
        assert!(get(blobs, &name).await == bytes, "{size} bytes come back as they went");
    }
    let nobody = name("locker/nobody");
    assert!(matches!(blobs.get(&nobody).await.err(), Some(BlobError::NotFound)));
    assert!(matches!(blobs.get_range(&nobody, 0..1).await.err(), Some(BlobError::NotFound)));
    assert!(matches!(blobs.size(&nobody).await, Err(BlobError::NotFound)));
    assert!(matches!(blobs.get_tagged(&nobody).await, Err(BlobError::NotFound)));
    blobs.health().await.unwrap();
}

async fn ranges_end_where_the_blob_does(store: Store) {
    let blobs = &store.blobs;
    let (large, empty, bytes) = (name("locker/large"), name("locker/empty"), content(9 * MIB, 0));
    put(blobs, &large, &bytes, MIB).await.unwrap();
    put(blobs, &empty, &Bytes::new(), 1).await.unwrap();
    let size = 9 * MIB;
    for range in [0..0, 0..1, 0..size, 5..5, 5..3 * MIB + 5, 8 * MIB - 1..8 * MIB + 1, size - 1..size] {
        let reader = blobs.get_range(&large, range.start as u64..range.end as u64).await;
        let got = read(reader.unwrap_or_else(|error| panic!("{range:?}: {error:?}"))).await;
        assert!(got == bytes.slice(range.clone()), "{range:?}");
    }
    let clipped = blobs.get_range(&large, size as u64 - 3..u64::MAX).await.unwrap();
    assert_eq!(read(clipped).await, bytes.slice(size - 3..));
    let size = size as u64;
    for range in [size..size, size..size + 1, size + 5..u64::MAX, u64::MAX - 1..u64::MAX] {
        let got = blobs.get_range(&large, range.clone()).await.err();
        assert!(matches!(got, Some(BlobError::OutOfRange)), "{range:?} {got:?}");
    }
    #[expect(clippy::reversed_empty_ranges, reason = "it is what must be refused")]
    let backwards = blobs.get_range(&large, 5..4).await.err();
    assert!(matches!(backwards, Some(BlobError::OutOfRange)));
    for range in [0..0, 0..1] {
        let got = blobs.get_range(&empty, range).await.err();
        assert!(matches!(got, Some(BlobError::OutOfRange)), "{got:?}");
    }
}

async fn a_blob_is_never_overwritten(store: Store) {
    let blobs = &store.blobs;
    for size in [100, 9 * MIB] {
        let (name, first) = (name(&format!("locker/{size}")), content(size, 1));
        // Opened before the other is published: only `finish` can tell.
        let mut late = blobs.put_new(&name).await.unwrap();
        late.write(content(size, 2)).await.unwrap();
        put(blobs, &name, &first, MIB).await.unwrap();
        assert!(matches!(late.finish().await, Err(BlobError::Exists)));
        assert!(matches!(put(blobs, &name, &content(size, 3), MIB).await, Err(BlobError::Exists)));
        assert!(get(blobs, &name).await == first, "the first stays");
    }
}

async fn of_eight_writers_of_one_name_one_wins(store: Store) {
    for size in [10, 9 * MIB] {
        let name = name(&format!("locker/{size}"));
        let mut writers = JoinSet::new();
        for seed in 0..8 {
            let (blobs, name) = (store.blobs.clone(), name.clone());
            writers.spawn(async move { (seed, put(&blobs, &name, &content(size, seed), MIB).await) });
        }
        let mut winners = Vec::new();
        while let Some(Ok((seed, result))) = writers.join_next().await {
            match result {
                Ok(_) => winners.push(seed),
                Err(error) => assert!(matches!(error, BlobError::Exists), "{error:?}"),
            }
        }
        let last = get(&store.blobs, &name).await;
        if size > 8 * MIB && matches!(store.blobs, Blobs::S3(_)) {
            // SeaweedFS up to 4.48 at least checks the condition of a multipart upload, then completes it, in two steps:
            // two that end at once may both be told yes. Still the blob is one writer's, whole.
            assert!(winners.iter().any(|seed| content(size, *seed) == last), "winners: {winners:?}");
        } else {
            assert_eq!(winners.len(), 1, "winners: {winners:?}");
            assert!(last == content(size, winners[0]));
        }
    }
}

async fn an_upload_dropped_half_way_leaves_nothing(store: Store) {
    let blobs = &store.blobs;
    for size in [0, 100, 20 * MIB] {
        let mut upload = blobs.put_new(&name("locker/dropped")).await.unwrap();
        upload.write(content(size, 0)).await.unwrap();
        drop(upload);
    }
    // S3 is told in the background.
    tokio::time::sleep(Duration::from_millis(800)).await;
    assert!(list(blobs, future()).await.is_empty());
    assert_eq!(blobs.sweep_partial(future()).await.unwrap(), 0, "nothing is left to sweep");
    put(blobs, &name("locker/dropped"), &content(9, 0), 9).await.unwrap();
}

async fn a_cancelled_write_is_never_published(store: Store) {
    let mut upload = store.blobs.put_new(&name("locker/cancelled")).await.unwrap();
    // One poll, then the future is dropped, as by a client that hangs up.
    if upload.write(content(20 * MIB, 0)).now_or_never().is_none() {
        assert!(matches!(upload.write(content(1, 0)).await, Err(BlobError::Unavailable(_))));
        assert!(matches!(upload.finish().await, Err(BlobError::Unavailable(_))));
        assert!(matches!(store.blobs.size(&name("locker/cancelled")).await, Err(BlobError::NotFound)));
    }
}

async fn replacing_compares_first(store: Store) {
    let (blobs, head) = (&store.blobs, name("log/head"));
    let text = Bytes::from_static;
    let first = blobs.replace_if(&head, None, text(b"one")).await.unwrap();
    assert!(matches!(blobs.replace_if(&head, None, text(b"two")).await, Err(BlobError::Changed)));
    let second = blobs.replace_if(&head, Some(&first), text(b"two")).await.unwrap();
    assert!(matches!(blobs.replace_if(&head, Some(&first), text(b"three")).await, Err(BlobError::Changed)));
    assert_eq!(blobs.get_tagged(&head).await.unwrap(), (text(b"two"), second.clone()));
    let absent = blobs.replace_if(&name("log/absent"), Some(&second), text(b"two")).await;
    assert!(matches!(absent, Err(BlobError::Changed)), "{absent:?}");
    assert!(matches!(put(blobs, &head, &text(b"new"), 9).await, Err(BlobError::Exists)));
    put(blobs, &name("log/put"), &text(b"put"), 9).await.unwrap();
    let (_, tag) = blobs.get_tagged(&name("log/put")).await.unwrap();
    blobs.replace_if(&name("log/put"), Some(&tag), text(b"replaced")).await.unwrap();
    assert_eq!(get(blobs, &name("log/put")).await, text(b"replaced"));
    blobs.delete(&head).await.unwrap();
    assert!(matches!(blobs.replace_if(&head, Some(&second), text(b"four")).await, Err(BlobError::Changed)));
}

async fn of_eight_replacers_one_wins(store: Store) {
    let head = name("log/head");
    let mut expected = None;
    for round in 0..4 {
        let mut replacers = JoinSet::new();
        for seed in 0..8 {
            let (blobs, head, expected) = (store.blobs.clone(), head.clone(), expected.clone());
            let bytes = content(20 + round, seed);
            replacers.spawn(async move { (seed, blobs.replace_if(&head, expected.as_ref(), bytes).await) });
        }
        let mut winners = Vec::new();
        while let Some(Ok((seed, result))) = replacers.join_next().await {
            match result {
                Ok(tag) => winners.push((content(20 + round, seed), tag)),
                Err(error) => assert!(matches!(error, BlobError::Changed), "{error:?}"),
            }
        }
        assert_eq!(winners.len(), 1, "round {round}");
        assert_eq!(store.blobs.get_tagged(&head).await.unwrap(), winners[0]);
        expected = Some(winners[0].1.clone());
    }
}

async fn listing_goes_by_name_page_and_age(store: Store) {
    let blobs = &store.blobs;
    let names = ["a-b/1", "a-b/2", "a0b/1", "a0b/2-2", "a0b/22", "bbb/0"];
    for text in names.iter().rev() {
        put(blobs, &name(text), &content(5, 0), 5).await.unwrap();
    }
    assert!(list(blobs, past()).await.is_empty());
    assert_eq!(list(blobs, future()).await, names);
    let mut paged = Vec::new();
    loop {
        let page = blobs.list_older_than(future(), 2, paged.last()).await.unwrap();
        assert!(page.len() <= 2);
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    assert_eq!(paged, names.map(name));
    // A page may start after a blob that is gone since.
    blobs.delete(&name("a0b/2-2")).await.unwrap();
    let rest = blobs.list_older_than(future(), 9, Some(&name("a0b/2-2"))).await.unwrap();
    assert_eq!(rest, [name("a0b/22"), name("bbb/0")]);
    assert!(blobs.list_older_than(future(), 0, None).await.unwrap().is_empty());
}

async fn what_a_crash_leaves_is_swept_once_old(store: Store) {
    let blobs = &store.blobs;
    let mut upload = blobs.put_new(&name("locker/crash")).await.unwrap();
    upload.write(content(20 * MIB, 0)).await.unwrap();
    // As after a crash: nobody cleans up.
    std::mem::forget(upload);
    put(blobs, &name("locker/whole"), &content(9, 0), 9).await.unwrap();
    assert_eq!(list(blobs, future()).await, ["locker/whole"], "the unfinished isn't listed");
    assert_eq!(blobs.sweep_partial(past()).await.unwrap(), 0, "it may still be running");
    let left = u64::from(!matches!(blobs, Blobs::Memory(_)));
    assert_eq!(blobs.sweep_partial(future()).await.unwrap(), left);
    assert_eq!(blobs.sweep_partial(future()).await.unwrap(), 0);
    assert_eq!(list(blobs, future()).await, ["locker/whole"]);
    put(blobs, &name("locker/crash"), &content(9, 0), 9).await.unwrap();
}

async fn deleting_twice_is_deleting(store: Store) {
    let (blobs, name) = (&store.blobs, name("locker/gone"));
    put(blobs, &name, &content(9, 0), 9).await.unwrap();
    for _ in 0..3 {
        blobs.delete(&name).await.unwrap();
        assert!(matches!(blobs.get(&name).await.err(), Some(BlobError::NotFound)));
    }
    assert!(list(blobs, future()).await.is_empty());
    put(blobs, &name, &content(5, 0), 5).await.unwrap();
    assert_eq!(blobs.size(&name).await.unwrap(), 5);
}

async fn writing_and_deleting_side_by_side_loses_nothing(store: Store) {
    // The folder of a locker comes and goes with its last blob.
    let mut tasks = JoinSet::new();
    for writer in 0..4 {
        let blobs = store.blobs.clone();
        tasks.spawn(async move {
            for round in 0..6 {
                let name = name(&format!("locker/{writer}-{round}"));
                put(&blobs, &name, &content(50, writer), 50).await.unwrap();
                assert_eq!(get(&blobs, &name).await, content(50, writer));
                blobs.delete(&name).await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    assert!(list(&store.blobs, future()).await.is_empty());
}

/// Every story, on one kind of store.
macro_rules! stories {
    ($store:ident: $($story:ident),+ $(,)?) => {
        mod $store {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story(super::$store().await).await;
            })+
        }
    };
    ($($store:ident)+) => {
        $(stories!($store:
            what_is_written_is_read,
            ranges_end_where_the_blob_does,
            a_blob_is_never_overwritten,
            of_eight_writers_of_one_name_one_wins,
            an_upload_dropped_half_way_leaves_nothing,
            a_cancelled_write_is_never_published,
            replacing_compares_first,
            of_eight_replacers_one_wins,
            listing_goes_by_name_page_and_age,
            what_a_crash_leaves_is_swept_once_old,
            deleting_twice_is_deleting,
            writing_and_deleting_side_by_side_loses_nothing,
        );)+
    };
}

stories!(folder s3 memory);

#[test]
fn names_that_would_escape_are_refused() {
    let long = format!("a/{}", "b".repeat(BlobName::MAX_BYTES - 1));
    let refused = [
        "",
        "/",
        "a",
        "a/",
        "/a",
        "//",
        "a//b",
        "a/b/c",
        "a/b/",
        "/a/b",
        "../a",
        "a/..",
        "./a",
        "a/.",
        "..",
        "a/b.part",
        ".hidden/a",
        "A/b",
        "a/B",
        "a/b c",
        "a\\b/c",
        "a/b\0",
        "a/b\n",
        "a/%2e%2e",
        "é/a",
        "a/*",
        &long,
    ];
    for text in refused {
        assert!(matches!(BlobName::new(text), Err(BlobError::BadName)), "{text:?}");
    }
    for text in ["a/b", "0-/-1", &long[..BlobName::MAX_BYTES]] {
        assert_eq!(BlobName::new(text).unwrap().as_str(), text);
    }
}

proptest! {
    #[test]
    fn any_name_accepted_is_two_plain_segments(text in "[-a-z0-9/.\\\\A]{0,12}|.*") {
        if let Ok(name) = BlobName::new(&text) {
            let segments: Vec<_> = name.as_str().split('/').collect();
            prop_assert_eq!(segments.len(), 2);
            for segment in segments {
                prop_assert!(!segment.is_empty());
                prop_assert!(segment.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
            }
        }
    }
}
