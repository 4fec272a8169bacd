//! Proof, at start, that the store honours conditional writes. Some accept the headers and ignore them: a blob could
//! then be overwritten without a word, so such a store is refused.
//!
//! The probe's object is named like a blob: if we are killed half-way, it is swept as an orphan.

use bytes::Bytes;

use super::upload::Multipart;
use super::{Bucket, Condition};
use crate::blobs::{BlobError, BlobName, random_segment};

/// Tries each condition on a small object of its own, and removes it.
pub(super) async fn probe(bucket: &Bucket) -> Result<(), BlobError> {
    // Some stores create a missing bucket on the first PUT: a mistyped name must not go unseen.
    bucket.health().await?;
    let name = BlobName::new(&format!("probe/{}", random_segment(&bucket.source)))?;
    let key = bucket.key(&name);
    let outcome = conditions(bucket, &key).await;
    let removed = bucket.remove(&key).await;
    outcome.and(removed)
}

async fn conditions(bucket: &Bucket, key: &str) -> Result<(), BlobError> {
    let put =
        async |text: &'static str, condition| bucket.put(key, Bytes::from_static(text.as_bytes()), condition).await;
    let first = put("first", Condition::Absent).await?;
    refused(put("second", Condition::Absent).await, "If-None-Match: * on PUT")?;
    let mut parts = Multipart::begin(bucket, key).await?;
    parts.send(Bytes::from_static(b"third"), None);
    refused(parts.complete().await, "If-None-Match: * when it completes a multipart upload")?;
    let second = put("fourth", Condition::Is(&first)).await.map_err(|error| match error {
        BlobError::Changed => BlobError::Misconfigured("the S3 store refuses If-Match with the right ETag".to_owned()),
        error => error,
    })?;
    if second == first {
        return Err(ignored("that ETags tell contents apart"));
    }
    refused(put("fifth", Condition::Is(&first)).await, "If-Match on PUT")
}

/// The outcome that was wanted is a refusal.
fn refused<T>(outcome: Result<T, BlobError>, what: &str) -> Result<(), BlobError> {
    match outcome {
        Ok(_) => Err(ignored(what)),
        Err(BlobError::Exists | BlobError::Changed) => Ok(()),
        Err(error) => Err(error),
    }
}

fn ignored(what: &str) -> BlobError {
    BlobError::Misconfigured(format!(
        "the S3 store does not honour {what}: blobs could be overwritten; use a store with conditional writes"
    ))
}
