//! Names of blobs and tags of their contents: values that are valid because they exist.

use std::fmt;

use bytes::Bytes;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::BlobError;

/// A blob's name: exactly two segments, `<folder>/<leaf>` (in practice `<locker uuid>/<random uuid>`), each of
/// one or more of `a-z`, `0-9` and `-`; at most 200 bytes.
///
/// Exactly two, so that a name can be neither a folder of another nor a key of a neighbour's longer prefix; no dot, so
/// that it can't climb out of the folder nor pass for a temporary file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobName {
    whole: String,
    slash: usize,
}

impl BlobName {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 200;

    /// Parses a name.
    ///
    /// # Errors
    /// [`BlobError::BadName`] for anything but the shape above.
    pub fn new(name: &str) -> Result<Self, BlobError> {
        let (folder, leaf) = name.split_once('/').ok_or(BlobError::BadName)?;
        if name.len() > Self::MAX_BYTES || !is_segment(folder) || !is_segment(leaf) {
            return Err(BlobError::BadName);
        }
        Ok(Self { whole: name.to_owned(), slash: folder.len() })
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.whole
    }

    /// The two segments.
    pub(super) fn segments(&self) -> (&str, &str) {
        let (folder, leaf) = self.whole.split_at(self.slash);
        (folder, leaf.trim_start_matches('/'))
    }
}

impl fmt::Display for BlobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.whole)
    }
}

/// Whether a text may be one segment of a name.
pub(super) fn is_segment(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// Stands for the content an object had when it was read, for [`Blobs::replace_if`](super::Blobs::replace_if).
///
/// Opaque: a hash of the content on the folder and in memory, the `ETag` on S3. Not to be stored or compared across
/// stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    /// The tag of a content, where the store gives none of its own.
    pub(super) fn of(content: &[u8]) -> Self {
        Self(HEXLOWER.encode(&Sha256::digest(content)))
    }

    /// A tag given by the store.
    pub(super) fn given(tag: impl Into<String>) -> Self {
        Self(tag.into())
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A small object and its tag.
pub(super) type Tagged = (Bytes, Tag);
