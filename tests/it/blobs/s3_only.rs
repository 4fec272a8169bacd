//! What only S3 can do to us: ignore conditions, lose answers, fail, cut; and prefixes side by side.

use bytes::Bytes;
use consigne::blobs::{BlobError, Blobs};
use consigne::domain::source::Source;

use super::fake_s3::{FakeS3, Fault};
use super::{MIB, content, future, get, list, name, put, s3_settings};

async fn open(fake: &FakeS3) -> Result<Blobs, BlobError> {
    Blobs::s3(fake.settings(), &Source::system()).await
}

#[tokio::test]
async fn a_store_that_ignores_conditions_is_refused_at_start() {
    let faults = [
        (Fault::IgnoresIfNoneMatch, "If-None-Match: * on PUT"),
        (Fault::IgnoresIfNoneMatchOnComplete, "completes a multipart upload"),
        (Fault::IgnoresIfMatch, "If-Match on PUT"),
    ];
    for (fault, expected) in faults {
        let refused = open(&FakeS3::start(fault).await).await.err();
        let Some(BlobError::Misconfigured(text)) = refused else { panic!("{expected}: {refused:?}") };
        assert!(text.contains(expected), "{text}");
    }
    open(&FakeS3::start(Fault::None).await).await.unwrap();
}

#[tokio::test]
async fn answers_are_told_apart_by_kind() {
    let fake = FakeS3::start(Fault::None).await;
    let blobs = open(&fake).await.unwrap();
    let one = name("locker/one");
    fake.turn(Fault::Answers(507));
    assert!(matches!(put(&blobs, &one, &content(9, 0), 9).await, Err(BlobError::Full)));
    assert!(matches!(put(&blobs, &one, &content(9 * MIB, 0), MIB).await, Err(BlobError::Full)));
    fake.turn(Fault::Answers(500));
    assert!(matches!(put(&blobs, &one, &content(9, 0), 9).await, Err(BlobError::Unavailable(_))));
    assert!(matches!(blobs.get(&one).await.err(), Some(BlobError::Unavailable(_))));
    assert!(matches!(blobs.health().await, Err(BlobError::Unavailable(_))));
    fake.turn(Fault::Answers(501));
    assert!(matches!(blobs.get(&one).await.err(), Some(BlobError::Misconfigured(_))));
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_still_ours() {
    let fake = FakeS3::start(Fault::None).await;
    let blobs = open(&fake).await.unwrap();
    fake.turn(Fault::LosesAnswers);
    assert_eq!(put(&blobs, &name("locker/one"), &content(9, 0), 9).await.unwrap(), 9);
    let tag = blobs.replace_if(&name("log/head"), None, Bytes::from_static(b"1")).await.unwrap();
    blobs.replace_if(&name("log/head"), Some(&tag), Bytes::from_static(b"2")).await.unwrap();
    assert!(matches!(put(&blobs, &name("locker/one"), &content(9, 1), 9).await, Err(BlobError::Exists)));
}

#[tokio::test]
async fn a_body_cut_short_is_an_error() {
    let fake = FakeS3::start(Fault::None).await;
    let blobs = open(&fake).await.unwrap();
    let one = name("locker/one");
    put(&blobs, &one, &content(1000, 0), 1000).await.unwrap();
    fake.turn(Fault::Cuts);
    let mut reader = blobs.get(&one).await.unwrap();
    let error = loop {
        match reader.next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("a short read went unnoticed"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, BlobError::Unavailable(_)), "the network's fault, not the blob's: {error:?}");
    assert!(matches!(blobs.get_tagged(&one).await, Err(BlobError::Cut)));
}

#[tokio::test]
async fn a_store_that_is_away_is_unavailable() {
    let mut settings = FakeS3::start(Fault::None).await.settings();
    // Nobody listens there.
    settings.endpoint = Some("http://127.0.0.1:9".to_owned());
    let away = Blobs::s3(settings, &Source::system()).await.err();
    assert!(matches!(away, Some(BlobError::Unavailable(_))), "{away:?}");
}

#[tokio::test]
async fn a_prefix_that_could_sweep_others_is_refused() {
    let fake = FakeS3::start(Fault::None).await;
    for prefix in ["", "/", "a//b", "/a", "a/../b", ".", "a b", "é"] {
        let mut settings = fake.settings();
        prefix.clone_into(&mut settings.prefix);
        let refused = Blobs::s3(settings, &Source::system()).await.err();
        assert!(matches!(refused, Some(BlobError::Misconfigured(_))), "{prefix:?} {refused:?}");
    }
}

mod s3 {
    use super::*;

    #[tokio::test]
    async fn wrong_settings_are_named_at_start() {
        let (mut bucket, mut secret) = (s3_settings(), s3_settings());
        bucket.bucket = bucket.prefix.replace('/', "-");
        secret.secret_key = "wrong".to_owned().into();
        for settings in [bucket, secret] {
            let refused = Blobs::s3(settings.clone(), &Source::system()).await.err();
            assert!(matches!(refused, Some(BlobError::Misconfigured(_))), "{settings:?}: {refused:?}");
        }
    }

    #[tokio::test]
    async fn neighbours_do_not_see_each_other() {
        let outer = s3_settings();
        // One whose prefix lies within ours, one whose prefix merely begins like ours.
        let (mut inner, mut longer) = (outer.clone(), outer.clone());
        inner.prefix = format!("{}/inner", outer.prefix);
        longer.prefix = format!("{}1", outer.prefix);
        let mut stores = Vec::new();
        for (index, settings) in [outer, inner, longer].into_iter().enumerate() {
            let blobs = Blobs::s3(settings, &Source::system()).await.unwrap();
            put(&blobs, &name(&format!("locker/{index}")), &content(9, 0), 9).await.unwrap();
            let mut upload = blobs.put_new(&name("locker/crash")).await.unwrap();
            upload.write(content(9 * MIB, 0)).await.unwrap();
            std::mem::forget(upload);
            stores.push(blobs);
        }
        for (index, blobs) in stores.iter().enumerate() {
            assert_eq!(list(blobs, future()).await, [format!("locker/{index}")]);
            assert_eq!(blobs.sweep_partial(future()).await.unwrap(), 1);
            assert_eq!(get(blobs, &name(&format!("locker/{index}"))).await, content(9, 0));
        }
    }
}
