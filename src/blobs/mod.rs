//! Where ciphertext lies: named blobs in a local folder, in S3, or in memory (tests).
//!
//! What lives here: publishing a blob at once and for good, reading it whole or in part, listing and sweeping what was
//! abandoned. What must not: keys, what a name means, SQL. To add a store, give it a file with the operations of
//! [`Blobs`], a variant here, and run the conformance tests (`tests/it/blobs.rs`) on it; they hold the promises below.
//!
//! Promises of every store:
//! - a blob is published whole or not at all, never overwritten by [`Blobs::put_new`], and durable once
//!   [`Upload::finish`] has answered;
//! - a reader gives every byte it announced, or an error: never a silent short read;
//! - memory per upload or reader is bounded, whatever the blob's size;
//! - a future dropped half-way publishes nothing that was not asked for.

mod error;
mod fs;
mod memory;
mod name;
mod s3;

use std::ops::Range;
use std::path::Path;

use bytes::Bytes;

pub use self::error::{BlobError, Cause};
pub use self::fs::Folder;
pub use self::memory::Memory;
pub use self::name::{BlobName, Tag};
pub use self::s3::{Bucket, S3Settings};
use crate::domain::source::{Source, Timestamp};

/// A blob store. Cheap to clone; clones are the same store.
#[derive(Clone)]
pub enum Blobs {
    /// A local folder.
    Fs(Folder),
    /// A bucket, under a prefix.
    S3(Bucket),
    /// This process's memory: for tests.
    Memory(Memory),
}

impl std::fmt::Debug for Blobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Fs(_) => "Blobs(folder)",
            Self::S3(_) => "Blobs(S3)",
            Self::Memory(_) => "Blobs(memory)",
        })
    }
}

impl Blobs {
    /// A store in a local folder, created (mode 0700) with its parents where needed.
    ///
    /// Several processes may share the folder on one machine. Network file systems must honour `flock`, `link` and `fsync`.
    ///
    /// # Errors
    /// [`BlobError::Misconfigured`] when the folder can't be written or its file system can't create exclusively, link
    /// or lock; [`BlobError::Full`] when there is no room.
    pub async fn folder(path: &Path, source: &Source) -> Result<Self, BlobError> {
        Folder::open(path, source).await.map(Self::Fs)
    }

    /// A store in an S3 bucket, under a prefix.
    ///
    /// Proves first, with small objects under the prefix, that the store honours conditional writes: without them
    /// "never overwrite" would be a wish.
    ///
    /// # Errors
    /// [`BlobError::Misconfigured`] when a condition is ignored, the bucket is missing, the key refused or a setting
    /// wrong; [`BlobError::Unavailable`] when the store doesn't answer.
    pub async fn s3(settings: S3Settings, source: &Source) -> Result<Self, BlobError> {
        Bucket::open(settings, source).await.map(Self::S3)
    }

    /// An empty store in memory, that dates its blobs by `source`.
    pub fn memory(source: &Source) -> Self {
        Self::Memory(Memory::new(source))
    }

    /// Opens a new blob for writing. Nothing is visible under its name before [`Upload::finish`].
    ///
    /// Give each upload a random name of its own: on some S3 stores two large uploads of one name that finish at the same
    /// instant may both be told that they succeeded (one of the two, whole, stays).
    ///
    /// # Errors
    /// [`BlobError::Exists`] when it is already known that the name is taken (else [`Upload::finish`] tells);
    /// [`BlobError::Full`]; [`BlobError::Unavailable`].
    pub async fn put_new(&self, name: &BlobName) -> Result<Upload, BlobError> {
        let sink = match self {
            Self::Fs(folder) => Sink::Fs(folder.put_new(name).await?),
            Self::S3(bucket) => Sink::S3(bucket.put_new(name)),
            Self::Memory(memory) => Sink::Memory(memory.put_new(name)?),
        };
        Ok(Upload { sink, whole: true, size: 0 })
    }

    /// Opens a whole blob for reading.
    ///
    /// # Errors
    /// [`BlobError::NotFound`]; [`BlobError::Unavailable`].
    pub async fn get(&self, name: &BlobName) -> Result<BlobReader, BlobError> {
        self.open(name, None).await
    }

    /// Opens the bytes `[start, end)` of a blob for reading; an end past the blob's is clipped to it.
    ///
    /// # Errors
    /// [`BlobError::OutOfRange`] when `start` is at or after the blob's end (so always, for an empty blob) or after
    /// `end`; [`BlobError::NotFound`]; [`BlobError::Unavailable`].
    pub async fn get_range(&self, name: &BlobName, range: Range<u64>) -> Result<BlobReader, BlobError> {
        if range.start > range.end {
            return Err(BlobError::OutOfRange);
        }
        self.open(name, Some(range)).await
    }

    async fn open(&self, name: &BlobName, range: Option<Range<u64>>) -> Result<BlobReader, BlobError> {
        let (total, size, stream) = match self {
            Self::Fs(folder) => folder.read(name, range).await.map(|(of, size, file)| (of, size, Stream::Fs(file)))?,
            Self::S3(bucket) => bucket.read(name, range).await.map(|(of, size, body)| (of, size, Stream::S3(body)))?,
            Self::Memory(memory) => {
                let bytes = memory.read(name, range)?;
                (length(&memory.read(name, None)?), length(&bytes), Stream::Memory(Some(bytes)))
            }
        };
        Ok(BlobReader { total, size, left: size, cut: false, stream })
    }

    /// A blob's size, in bytes.
    ///
    /// # Errors
    /// [`BlobError::NotFound`]; [`BlobError::Unavailable`].
    pub async fn size(&self, name: &BlobName) -> Result<u64, BlobError> {
        match self {
            Self::Fs(folder) => folder.size(name).await,
            Self::S3(bucket) => bucket.size(name).await,
            Self::Memory(memory) => memory.read(name, None).map(|bytes| length(&bytes)),
        }
    }

    /// Compare-and-swap of a small object (it is held in memory): writes `bytes` if the content is still the
    /// `expected` one, or if there is none and `expected` is `None`. Gives the new content's tag.
    ///
    /// After [`BlobError::Unavailable`] the object may hold either content: read it again.
    ///
    /// # Errors
    /// [`BlobError::Changed`] when the content is another; [`BlobError::Full`]; [`BlobError::Unavailable`].
    pub async fn replace_if(&self, name: &BlobName, expected: Option<&Tag>, bytes: Bytes) -> Result<Tag, BlobError> {
        match self {
            Self::Fs(folder) => folder.replace_if(name, expected, bytes).await,
            Self::S3(bucket) => bucket.replace_if(name, expected, bytes).await,
            Self::Memory(memory) => memory.replace_if(name, expected, bytes),
        }
    }

    /// A small object, whole in memory, with the tag that [`Blobs::replace_if`] wants.
    ///
    /// # Errors
    /// [`BlobError::NotFound`]; [`BlobError::Cut`]; [`BlobError::Unavailable`].
    pub async fn get_tagged(&self, name: &BlobName) -> Result<(Bytes, Tag), BlobError> {
        match self {
            Self::Fs(folder) => folder.get_tagged(name).await,
            Self::S3(bucket) => bucket.get_tagged(name).await,
            Self::Memory(memory) => memory.get_tagged(name),
        }
    }

    /// Removes a blob for good. Removing one that isn't there is a success.
    ///
    /// A versioned bucket keeps what it was told to delete: don't turn versioning on.
    ///
    /// # Errors
    /// [`BlobError::Unavailable`].
    pub async fn delete(&self, name: &BlobName) -> Result<(), BlobError> {
        match self {
            Self::Fs(folder) => folder.delete(name).await,
            Self::S3(bucket) => bucket.delete(name).await,
            Self::Memory(memory) => {
                memory.delete(name);
                Ok(())
            }
        }
    }

    /// Published blobs last written before a moment, by name, at most `limit`, those after `after` only (for the next
    /// page). Only under this store's own folder or prefix; what isn't named like a blob is left out.
    ///
    /// By name among folders of one length, as UUIDs are. A folder that begins like another (`a-b` and `a`) comes before
    /// or after it as the store will, and pages follow the same order.
    ///
    /// The date is the store's: a file's modification time; on S3 `LastModified`, which for a blob sent in several
    /// parts may be the moment its upload *began*. So a blob just published may look as old as its upload was long:
    /// choose `before` further back than the longest upload.
    ///
    /// # Errors
    /// [`BlobError::Unavailable`].
    pub async fn list_older_than(
        &self,
        before: Timestamp,
        limit: usize,
        after: Option<&BlobName>,
    ) -> Result<Vec<BlobName>, BlobError> {
        match self {
            Self::Fs(folder) => folder.list_older_than(before, limit, after).await,
            Self::S3(bucket) => bucket.list_older_than(before, limit, after).await,
            Self::Memory(memory) => Ok(memory.list_older_than(before, limit, after)),
        }
    }

    /// Removes what unfinished uploads left behind and that was last touched before a moment: temporary files, stale
    /// multipart uploads. Gives how many. An upload still running is told by its age alone: its `finish` then fails.
    ///
    /// # Errors
    /// [`BlobError::Unavailable`].
    pub async fn sweep_partial(&self, before: Timestamp) -> Result<u64, BlobError> {
        match self {
            Self::Fs(folder) => folder.sweep_partial(before).await,
            Self::S3(bucket) => bucket.sweep_partial(before).await,
            Self::Memory(_) => Ok(0),
        }
    }

    /// Whether the store can be used now: writes and removes a small file; asks for the bucket.
    ///
    /// # Errors
    /// What would befall a caller: [`BlobError::Full`], [`BlobError::Unavailable`], [`BlobError::Misconfigured`].
    pub async fn health(&self) -> Result<(), BlobError> {
        match self {
            Self::Fs(folder) => folder.health().await,
            Self::S3(bucket) => bucket.health().await,
            Self::Memory(_) => Ok(()),
        }
    }
}

/// A blob being written. Dropped without [`Upload::finish`], it publishes nothing and cleans up after itself.
#[must_use = "nothing is published before finish()"]
pub struct Upload {
    sink: Sink,
    /// False from the start of a write until it has succeeded: a write that failed or was cancelled may have lost
    /// bytes, and such a blob must never be published.
    whole: bool,
    size: u64,
}

enum Sink {
    Fs(fs::FileUpload),
    S3(s3::ObjectUpload),
    Memory(memory::MemoryUpload),
}

impl Upload {
    /// Appends bytes; any size will do, they are gathered. Waits when the store is slower than the caller.
    ///
    /// # Errors
    /// [`BlobError::Full`]; [`BlobError::Unavailable`]. After one, the upload is lost: drop it.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), BlobError> {
        if !std::mem::take(&mut self.whole) {
            return Err(BlobError::away("an earlier write of this upload failed"));
        }
        let count = length(&bytes);
        match &mut self.sink {
            Sink::Fs(file) => file.write(bytes).await?,
            Sink::S3(object) => object.write(bytes).await?,
            Sink::Memory(memory) => memory.write(&bytes),
        }
        self.size = self.size.saturating_add(count);
        self.whole = true;
        Ok(())
    }

    /// Publishes the blob and gives its size in bytes. `Ok` means durable.
    ///
    /// # Errors
    /// [`BlobError::Exists`] when the name was taken: that blob is untouched. [`BlobError::Full`]: nothing is published.
    /// [`BlobError::Unavailable`]: not known whether it was; treat the name as an orphan.
    pub async fn finish(self) -> Result<u64, BlobError> {
        if !self.whole {
            return Err(BlobError::away("an earlier write of this upload failed"));
        }
        match self.sink {
            Sink::Fs(file) => file.finish().await?,
            Sink::S3(object) => object.finish().await?,
            Sink::Memory(memory) => memory.finish()?,
        }
        Ok(self.size)
    }
}

/// A blob, or a range of one, being read.
pub struct BlobReader {
    /// Size of the whole blob, in bytes, as the store tells it with the first of them.
    pub total: u64,
    /// How many bytes this reader gives in all.
    pub size: u64,
    left: u64,
    cut: bool,
    stream: Stream,
}

enum Stream {
    Fs(fs::FileReader),
    S3(s3::ObjectReader),
    Memory(Option<Bytes>),
}

impl BlobReader {
    /// The next bytes (never empty), or `None` once all `size` bytes were given and, where the store has a checksum,
    /// found right: read up to `None`.
    ///
    /// # Errors
    /// [`BlobError::Cut`] when the bytes end early or are altered, again at each later call;
    /// [`BlobError::Unavailable`] when the network fails on the way.
    pub async fn next(&mut self) -> Result<Option<Bytes>, BlobError> {
        if self.cut {
            return Err(BlobError::Cut);
        }
        let chunk = match &mut self.stream {
            Stream::Fs(file) => file.next().await,
            Stream::S3(body) => body.next().await,
            Stream::Memory(bytes) => Ok(bytes.take().filter(|bytes| !bytes.is_empty())),
        };
        let left = match &chunk {
            Ok(Some(bytes)) => self.left.checked_sub(length(bytes)),
            Ok(None) if self.left == 0 => Some(0),
            Ok(None) | Err(_) => None,
        };
        let Some(left) = left else {
            self.cut = true;
            return Err(chunk.err().unwrap_or(BlobError::Cut));
        };
        self.left = left;
        chunk
    }
}

/// A buffer's length as the `u64` that sizes are.
fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// A fresh random name segment: 32 lower-case hex digits.
fn random_segment(source: &Source) -> String {
    data_encoding::HEXLOWER.encode(&source.bytes::<16>())
}
