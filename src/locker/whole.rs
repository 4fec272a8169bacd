//! One whole version, read from its blob front to back: decrypted, and both sums taken on the way. For the integrity control
//! and the export, which read many.

use bytes::{Bytes, BytesMut};
use sha2::{Digest, Sha256};

use super::{LockerError, Lockers};
use crate::blobs::{BlobName, BlobReader};
use crate::store::documents::Paper;
use crate::vault::envelope::{Decrypter, HEADER_ROOM};
use crate::vault::ring::Content;

/// A version that is being read.
pub(super) struct Whole {
    reader: BlobReader,
    decrypter: Option<Decrypter>,
    first: Option<Bytes>,
    stored: Sha256,
    plain: Sha256,
    expected: Expected,
}

struct Expected {
    stored: [u8; 32],
    plain: [u8; 32],
    size: u64,
    read: u64,
}

impl Lockers {
    /// Begins to read a version's whole content.
    ///
    /// # Errors
    /// [`LockerError::Damaged`] when blob and description do not fit, or the header does not open; [`LockerError::Away`] when
    /// the blob store is.
    pub(super) async fn whole(&self, content: &Content, version: &Paper) -> Result<Whole, LockerError> {
        let blob = BlobName::new(&version.blob).map_err(|_| LockerError::Damaged)?;
        let mut reader = self.0.blobs.get_range(&blob, 0..version.blob_size).await?;
        if reader.total != version.blob_size {
            return Err(LockerError::Damaged);
        }
        let mut head = BytesMut::new();
        while (head.len() as u64) < HEADER_ROOM {
            match reader.next().await? {
                Some(piece) => head.extend_from_slice(&piece),
                None => break,
            }
        }
        let mut head = head.freeze();
        let mut stored = Sha256::new();
        stored.update(&head);
        let size = content.version.size;
        let (range, decrypter) = content.open(&head, version.blob_size)?.range(0..size)?;
        let start = usize::try_from(range.start).map_err(|_| LockerError::Damaged)?;
        if start > head.len() {
            return Err(LockerError::Damaged);
        }
        let first = head.split_off(start);
        let expected = Expected { stored: version.blob_sha256, plain: *content.version.sha256.bytes(), size, read: 0 };
        Ok(Whole { reader, decrypter: Some(decrypter), first: Some(first), stored, plain: Sha256::new(), expected })
    }
}

impl Whole {
    /// The next piece of content; `None` at the end, when both sums and the size are what they were at the deposit.
    ///
    /// # Errors
    /// [`LockerError::Damaged`] when anything does not fit; [`LockerError::Away`] when the blob store is.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, LockerError> {
        loop {
            let Some(decrypter) = &mut self.decrypter else { return Ok(None) };
            let stored = if let Some(first) = self.first.take() {
                Some(first)
            } else {
                let piece = self.reader.next().await?;
                if let Some(piece) = &piece {
                    self.stored.update(piece);
                }
                piece
            };
            let Some(stored) = stored else {
                if let Some(decrypter) = self.decrypter.take() {
                    decrypter.finish()?;
                }
                return self.check().map(|()| None);
            };
            let plain = decrypter.push(&stored)?;
            if !plain.is_empty() {
                self.plain.update(&plain);
                self.expected.read = self.expected.read.saturating_add(plain.len() as u64);
                return Ok(Some(plain));
            }
        }
    }

    fn check(&mut self) -> Result<(), LockerError> {
        let (stored, plain): ([u8; 32], [u8; 32]) =
            (self.stored.finalize_reset().into(), self.plain.finalize_reset().into());
        let fits =
            stored == self.expected.stored && plain == self.expected.plain && self.expected.read == self.expected.size;
        if fits { Ok(()) } else { Err(LockerError::Damaged) }
    }
}
