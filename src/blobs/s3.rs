//! Blobs in an S3 bucket: `<prefix><folder>/<leaf>`, one object a blob.
//!
//! "Never overwrite" is the store's own conditional write (`If-None-Match: *`), proved at start (`probe`). Each write
//! carries a random mark in the object's metadata: a conditional write whose answer was lost is retried, finds its own
//! object and is refused; the mark tells our object from another's.
//!
//! Not every store makes the completion of a multipart upload atomic with its condition (SeaweedFS 4.48 doesn't): two
//! uploads of one name that end at the same instant may then both succeed, and the later stays. What was published
//! before is safe; names are random, so two uploads of one name don't meet but by a caller's mistake.

mod probe;
mod upload;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Builder, Region, RequestChecksumCalculation};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use bytes::Bytes;
use data_encoding::BASE64;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

pub(super) use self::upload::ObjectUpload;
use super::name::Tagged;
use super::{BlobError, BlobName, Tag, random_segment};
use crate::domain::source::{Source, Timestamp};

/// The metadata key under which each write leaves its mark.
const MARK: &str = "consigne-write";

/// The last byte any object may have: some stores read positions as signed numbers.
const LARGEST: u64 = (1 << 63) - 1;

/// Where the bucket is and who we are to it.
#[derive(Debug, Clone)]
pub struct S3Settings {
    /// The store's URL; `None` for AWS itself.
    pub endpoint: Option<String>,
    /// The region's name; most other stores take any.
    pub region: String,
    /// The bucket: it exists, isn't versioned.
    pub bucket: String,
    /// What every key begins with: segments of `A-Z a-z 0-9 . _ -` parted by `/`; a last `/` is added. Not empty:
    /// everything that looks like a blob under it may be swept.
    pub prefix: String,
    /// The access key's id.
    pub access_key: String,
    /// The secret key.
    pub secret_key: SecretString,
    /// Address the bucket in the path rather than in the host name. On whenever an endpoint is given.
    pub force_path_style: bool,
}

/// A store in an S3 bucket. Clones share its client.
#[derive(Clone)]
pub struct Bucket {
    client: Client,
    /// The bucket's name.
    id: String,
    prefix: String,
    source: Source,
    /// For parts on their way.
    turns: Arc<Semaphore>,
}

/// What must hold for a write to happen.
#[derive(Clone, Copy)]
enum Condition<'a> {
    /// The object doesn't exist.
    Absent,
    /// The object is the one this tag stands for.
    Is(&'a Tag),
}

/// The prefix with its last slash, if it is one.
fn checked_prefix(prefix: &str) -> Result<String, BlobError> {
    let trimmed = prefix.strip_suffix('/').unwrap_or(prefix);
    let good = |segment: &str| {
        !matches!(segment, "" | "." | "..")
            && segment.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
    };
    if trimmed.split('/').all(good) {
        Ok(format!("{trimmed}/"))
    } else {
        Err(BlobError::Misconfigured(
            "the S3 prefix must be one or more segments of A-Z a-z 0-9 . _ - parted by /, and not empty".to_owned(),
        ))
    }
}

impl Bucket {
    pub(super) async fn open(settings: S3Settings, source: &Source) -> Result<Self, BlobError> {
        let prefix = checked_prefix(&settings.prefix)?;
        let credentials =
            Credentials::new(settings.access_key, settings.secret_key.expose_secret(), None, None, "consigne");
        // An attempt may carry one part of 5 MiB: a minute is 0.7 Mbit/s. A stream is watched apart (the SDK ends a
        // stalled one).
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .read_timeout(Duration::from_mins(1))
            .operation_attempt_timeout(Duration::from_mins(1))
            .build();
        let mut config = Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(settings.region))
            .credentials_provider(credentials)
            .force_path_style(settings.force_path_style || settings.endpoint.is_some())
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(3))
            // We give SHA-256 ourselves; other stores stumble over checksums they didn't ask for.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired);
        config.set_endpoint_url(settings.endpoint);
        let client = Client::from_conf(config.build());
        let turns = Arc::new(Semaphore::new(upload::ALL_IN_FLIGHT));
        let bucket = Self { client, id: settings.bucket, prefix, source: source.clone(), turns };
        probe::probe(&bucket).await?;
        Ok(bucket)
    }

    fn key(&self, name: &BlobName) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The blob name that a key under our prefix stands for; `None` if it isn't one of ours.
    fn name(&self, key: &str) -> Option<BlobName> {
        BlobName::new(key.strip_prefix(&self.prefix)?).ok()
    }

    pub(super) fn put_new(&self, name: &BlobName) -> ObjectUpload {
        ObjectUpload::new(self, name)
    }

    /// Writes a small object in one request. Refused: [`BlobError::Exists`] or [`BlobError::Changed`].
    async fn put(&self, key: &str, bytes: Bytes, condition: Condition<'_>) -> Result<Tag, BlobError> {
        let mark = random_segment(&self.source);
        let (bytes, sum) = hashed(bytes).await?;
        let request = self.client.put_object().bucket(&self.id).key(key).metadata(MARK, &mark);
        let request = match condition {
            Condition::Absent => request.if_none_match("*"),
            Condition::Is(tag) => request.if_match(tag.as_str()),
        };
        match request.checksum_sha256(sum).body(ByteStream::from(bytes)).send().await {
            Ok(done) => done.e_tag.map(Tag::given).ok_or_else(|| BlobError::away("the store gave no ETag")),
            Err(error) => self.settle(key, &mark, condition, error).await,
        }
    }

    /// After a conditional write failed: whether it was refused, and not because an earlier attempt of it succeeded.
    async fn settle<E>(
        &self,
        key: &str,
        mark: &str,
        condition: Condition<'_>,
        error: SdkError<E, HttpResponse>,
    ) -> Result<Tag, BlobError>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        // 409: a competing write was under way. 404: what we wanted to replace (or our own multipart upload) is gone.
        if !matches!(status(&error), Some(404 | 409 | 412)) || error.code() == Some("NoSuchBucket") {
            return Err(classify(error));
        }
        let head = self.client.head_object().bucket(&self.id).key(key).send().await;
        match (head.map_err(classify), condition) {
            (Ok(head), _) if head.metadata().and_then(|m| m.get(MARK)).is_some_and(|m| m == mark) => {
                head.e_tag.map(Tag::given).ok_or_else(|| BlobError::away("the store gave no ETag"))
            }
            (Ok(_), Condition::Absent) => Err(BlobError::Exists),
            (Ok(_) | Err(BlobError::NotFound), Condition::Is(_)) => Err(BlobError::Changed),
            (Err(BlobError::NotFound), Condition::Absent) => Err(BlobError::Unavailable(Box::new(error))),
            (Err(error), _) => Err(error),
        }
    }

    pub(super) async fn read(
        &self,
        name: &BlobName,
        range: Option<Range<u64>>,
    ) -> Result<(u64, u64, ObjectReader), BlobError> {
        let request = self.client.get_object().bucket(&self.id).key(self.key(name));
        let Some(range) = range else {
            let got = request.send().await.map_err(classify)?;
            let size = size_of(got.content_length)?;
            return Ok((size, size, ObjectReader(got.body)));
        };
        let Some(last) = range.end.checked_sub(1).filter(|last| *last >= range.start) else {
            // HTTP has no word for an empty range.
            let size = self.size(name).await?;
            let empty = (size, 0, ObjectReader(ByteStream::default()));
            return if range.start < size { Ok(empty) } else { Err(BlobError::OutOfRange) };
        };
        let last = last.min(LARGEST);
        let got = request.range(format!("bytes={}-{last}", range.start)).send().await.map_err(classify)?;
        let size = size_of(got.content_length)?;
        match served(&got) {
            Some((served, total)) if served.start == range.start && served.end <= range.end => {
                Ok((total, size, ObjectReader(got.body)))
            }
            None if size == 0 => Err(BlobError::OutOfRange),
            _ => Err(BlobError::away("the store answered with another range than was asked for")),
        }
    }

    pub(super) async fn size(&self, name: &BlobName) -> Result<u64, BlobError> {
        let head = self.client.head_object().bucket(&self.id).key(self.key(name)).send().await;
        size_of(head.map_err(classify)?.content_length)
    }

    pub(super) async fn get_tagged(&self, name: &BlobName) -> Result<Tagged, BlobError> {
        let got = self.client.get_object().bucket(&self.id).key(self.key(name)).send().await.map_err(classify)?;
        let tag = got.e_tag.map(Tag::given).ok_or_else(|| BlobError::away("the store gave no ETag"))?;
        let bytes = got.body.collect().await.map_err(|_| BlobError::Cut)?.into_bytes();
        if super::length(&bytes) == size_of(got.content_length)? { Ok((bytes, tag)) } else { Err(BlobError::Cut) }
    }

    pub(super) async fn replace_if(
        &self,
        name: &BlobName,
        expected: Option<&Tag>,
        bytes: Bytes,
    ) -> Result<Tag, BlobError> {
        let condition = expected.map_or(Condition::Absent, Condition::Is);
        self.put(&self.key(name), bytes, condition).await.map_err(|error| match error {
            BlobError::Exists => BlobError::Changed,
            error => error,
        })
    }

    pub(super) async fn delete(&self, name: &BlobName) -> Result<(), BlobError> {
        self.remove(&self.key(name)).await
    }

    async fn remove(&self, key: &str) -> Result<(), BlobError> {
        match self.client.delete_object().bucket(&self.id).key(key).send().await.map_err(classify) {
            Ok(_) | Err(BlobError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn list_older_than(
        &self,
        before: Timestamp,
        limit: usize,
        after: Option<&BlobName>,
    ) -> Result<Vec<BlobName>, BlobError> {
        let mut found = Vec::new();
        let mut next = None;
        while found.len() < limit {
            let request = self.client.list_objects_v2().bucket(&self.id).prefix(&self.prefix);
            let request = match next.take() {
                Some(token) => request.continuation_token(token),
                None => request.set_start_after(after.map(|name| self.key(name))),
            };
            let page = request.send().await.map_err(classify)?;
            for object in page.contents() {
                let old = object.last_modified().and_then(moment).is_some_and(|at| at < before);
                found.extend(object.key().filter(|_| old).and_then(|key| self.name(key)));
            }
            next = page.next_continuation_token;
            if next.is_none() {
                break;
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    pub(super) async fn sweep_partial(&self, before: Timestamp) -> Result<u64, BlobError> {
        let mut swept = 0;
        let mut next = None;
        loop {
            let request = self.client.list_multipart_uploads().bucket(&self.id).prefix(&self.prefix);
            let request = match next.take() {
                Some((key, upload)) => request.key_marker(key).set_upload_id_marker(upload),
                None => request,
            };
            let page = request.send().await.map_err(classify)?;
            for upload in page.uploads() {
                let old = upload.initiated().and_then(moment).is_some_and(|at| at < before);
                let ours = upload.key().filter(|key| old && self.name(key).is_some());
                if let (Some(key), Some(id)) = (ours, upload.upload_id()) {
                    self.abort(key, id).await?;
                    swept += 1;
                }
            }
            match page.next_key_marker {
                Some(key) if page.is_truncated == Some(true) => next = Some((key, page.next_upload_id_marker)),
                _ => return Ok(swept),
            }
        }
    }

    /// Gives up a multipart upload and its parts.
    async fn abort(&self, key: &str, upload: &str) -> Result<(), BlobError> {
        let request = self.client.abort_multipart_upload().bucket(&self.id).key(key).upload_id(upload);
        match request.send().await.map_err(classify) {
            Ok(_) | Err(BlobError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn health(&self) -> Result<(), BlobError> {
        match self.client.head_bucket().bucket(&self.id).send().await.map_err(classify) {
            Ok(_) => Ok(()),
            Err(BlobError::NotFound) => Err(no_bucket()),
            Err(error) => Err(error),
        }
    }
}

/// An object's bytes as they come.
pub(super) struct ObjectReader(ByteStream);

impl ObjectReader {
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, BlobError> {
        loop {
            match self.0.next().await {
                Some(Ok(bytes)) if bytes.is_empty() => {}
                Some(Ok(bytes)) => return Ok(Some(bytes)),
                // The network failed, not what is stored: worth trying again. Altered bytes are told by the envelope.
                Some(Err(error)) => return Err(BlobError::Unavailable(Box::new(error))),
                None => return Ok(None),
            }
        }
    }
}

/// The bytes with their SHA-256 as S3 writes it. Off the async threads: a part takes milliseconds.
async fn hashed(bytes: Bytes) -> Result<(Bytes, String), BlobError> {
    let work = move || {
        let sum = BASE64.encode(&Sha256::digest(&bytes));
        (bytes, sum)
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| BlobError::Unavailable(Box::new(e)))
}

fn size_of(length: Option<i64>) -> Result<u64, BlobError> {
    length.and_then(|n| u64::try_from(n).ok()).ok_or_else(|| BlobError::away("the store gave no Content-Length"))
}

/// The range an answer says it holds, and the size of the whole (`Content-Range: bytes 5-9/20`).
fn served(got: &GetObjectOutput) -> Option<(Range<u64>, u64)> {
    let (range, total) = got.content_range()?.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    Some((first.parse().ok()?..last.parse::<u64>().ok()?.checked_add(1)?, total.parse().ok()?))
}

fn moment(date: &DateTime) -> Option<Timestamp> {
    let micros = date.secs().checked_mul(1_000_000)?.checked_add(i64::from(date.subsec_nanos() / 1000))?;
    Some(Timestamp::from_micros(micros))
}

fn no_bucket() -> BlobError {
    BlobError::Misconfigured("the S3 bucket doesn't exist".to_owned())
}

/// The HTTP status of a refusal, if the store answered at all.
fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error.raw_response().map(|answer| answer.status().as_u16())
}

/// An S3 error, by kind. Conditional writes go through [`Bucket::settle`] first.
fn classify<E>(error: SdkError<E, HttpResponse>) -> BlobError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let refused = |code: &str| BlobError::Misconfigured(format!("the S3 store refuses our key or its rights ({code})"));
    match (status(&error), error.code()) {
        (_, Some("NoSuchBucket")) => no_bucket(),
        (Some(403), code) => refused(code.unwrap_or("403")),
        (Some(507), _) | (_, Some("QuotaExceeded" | "EntityTooLarge" | "InsufficientStorage")) => BlobError::Full,
        (Some(404), _) => BlobError::NotFound,
        (Some(416), _) => BlobError::OutOfRange,
        (Some(501), _) => BlobError::Misconfigured("the S3 store lacks an operation we need".to_owned()),
        _ => BlobError::Unavailable(Box::new(error)),
    }
}
