//! A blob on its way to S3: in one request if it fits one part, else part by part, a few at a time.

use std::sync::Arc;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};
use bytes::{Bytes, BytesMut};
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinSet;

use super::{Bucket, Condition, MARK, classify, hashed};
use crate::blobs::{BlobError, BlobName, random_segment};

/// Bytes per part: the least that S3 takes. 10,000 parts make 48 GiB.
const PART: usize = 5 << 20;
/// What is larger than this gets room for a whole part at once: growing by halves would take half as much again.
const LARGE: usize = 1 << 20;
/// Parts of one upload on their way at once, beside the one that gathers.
const IN_FLIGHT: usize = 3;
/// Parts of all uploads on their way at once: many deposits share them, so that each costs little more than the part that it
/// gathers.
pub(super) const ALL_IN_FLIGHT: usize = 6;

/// A blob being sent.
pub(in crate::blobs) struct ObjectUpload {
    bucket: Bucket,
    key: String,
    buffer: BytesMut,
    multipart: Option<Multipart>,
}

impl ObjectUpload {
    pub(super) fn new(bucket: &Bucket, name: &BlobName) -> Self {
        Self { bucket: bucket.clone(), key: bucket.key(name), buffer: BytesMut::new(), multipart: None }
    }

    pub(in crate::blobs) async fn write(&mut self, mut bytes: Bytes) -> Result<(), BlobError> {
        while !bytes.is_empty() {
            // Sent only when more comes: what fits one part goes in one request.
            if self.buffer.len() >= PART {
                self.send_buffer().await?;
            }
            if self.buffer.len() >= LARGE && self.buffer.capacity() < PART {
                self.buffer.reserve(PART.saturating_sub(self.buffer.len()));
            }
            let room = PART.saturating_sub(self.buffer.len()).min(bytes.len());
            self.buffer.extend_from_slice(&bytes.split_to(room));
        }
        Ok(())
    }

    async fn send_buffer(&mut self) -> Result<(), BlobError> {
        let multipart = match &mut self.multipart {
            Some(multipart) => multipart,
            none => none.insert(Multipart::begin(&self.bucket, &self.key).await?),
        };
        multipart.make_room(IN_FLIGHT).await?;
        // Whoever has a turn finishes without waiting for another.
        let turn = Arc::clone(&self.bucket.turns).acquire_owned().await;
        let turn = turn.map_err(|e| BlobError::Unavailable(Box::new(e)))?;
        multipart.send(std::mem::replace(&mut self.buffer, BytesMut::with_capacity(PART)).freeze(), Some(turn));
        Ok(())
    }

    pub(in crate::blobs) async fn finish(mut self) -> Result<(), BlobError> {
        if self.multipart.is_some() {
            self.send_buffer().await?;
        }
        match self.multipart {
            None => self.bucket.put(&self.key, self.buffer.freeze(), Condition::Absent).await.map(drop),
            Some(multipart) => multipart.complete().await,
        }
    }
}

/// A multipart upload: aborted when dropped before it is complete.
pub(super) struct Multipart {
    bucket: Bucket,
    key: String,
    /// The store's id for it.
    id: String,
    /// Tells our object from another's (see the module above).
    mark: String,
    sending: JoinSet<Result<CompletedPart, BlobError>>,
    sent: Vec<CompletedPart>,
    parts: i32,
    over: bool,
}

impl Multipart {
    pub(super) async fn begin(bucket: &Bucket, key: &str) -> Result<Self, BlobError> {
        let mark = random_segment(&bucket.source);
        let request = bucket.client.create_multipart_upload().bucket(&bucket.id).key(key).metadata(MARK, &mark);
        let begun = request.checksum_algorithm(ChecksumAlgorithm::Sha256).send().await.map_err(classify)?;
        let id = begun.upload_id.ok_or_else(|| BlobError::away("the store gave no upload id"))?;
        Ok(Self {
            bucket: bucket.clone(),
            key: key.to_owned(),
            id,
            mark,
            sending: JoinSet::new(),
            sent: Vec::new(),
            parts: 0,
            over: false,
        })
    }

    /// Waits until fewer than `most` parts are on their way.
    async fn make_room(&mut self, most: usize) -> Result<(), BlobError> {
        while self.sending.len() >= most {
            let Some(done) = self.sending.join_next().await else { break };
            self.sent.push(done.map_err(|e| BlobError::Unavailable(Box::new(e)))??);
        }
        Ok(())
    }

    /// Sends a part in the background, and gives the turn back when it is sent.
    pub(super) fn send(&mut self, bytes: Bytes, turn: Option<OwnedSemaphorePermit>) {
        self.parts = self.parts.saturating_add(1);
        let number = self.parts;
        let request = self.bucket.client.upload_part().bucket(&self.bucket.id).key(&self.key).upload_id(&self.id);
        self.sending.spawn(async move {
            let _turn = turn;
            let (bytes, sum) = hashed(bytes).await?;
            let request = request.part_number(number).checksum_sha256(&sum).body(ByteStream::from(bytes));
            let sent = request.send().await.map_err(classify)?;
            Ok(CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag).checksum_sha256(sum).build())
        });
    }

    /// Publishes the object if its name is free: else [`BlobError::Exists`].
    pub(super) async fn complete(mut self) -> Result<(), BlobError> {
        self.make_room(1).await?;
        let mut parts = std::mem::take(&mut self.sent);
        parts.sort_unstable_by_key(CompletedPart::part_number);
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let request = self.bucket.client.complete_multipart_upload().bucket(&self.bucket.id).key(&self.key);
        let request = request.upload_id(&self.id).multipart_upload(parts).if_none_match("*");
        match request.send().await {
            Ok(_) => {}
            Err(error) => drop(self.bucket.settle(&self.key, &self.mark, Condition::Absent, error).await?),
        }
        self.over = true;
        Ok(())
    }
}

impl Drop for Multipart {
    fn drop(&mut self) {
        // Without a runtime nothing can be sent any more: the sweep aborts what stays behind.
        if let (false, Ok(runtime)) = (self.over, Handle::try_current()) {
            let (bucket, key, id) = (self.bucket.clone(), std::mem::take(&mut self.key), std::mem::take(&mut self.id));
            let mut sending = std::mem::take(&mut self.sending);
            runtime.spawn(async move {
                // A part that arrives after the abort would stay and be paid for.
                sending.shutdown().await;
                let _ = bucket.abort(&key, &id).await;
            });
        }
    }
}
