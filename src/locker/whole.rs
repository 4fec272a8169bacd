//! One whole version, read from its blob front to back: decrypted, and both sums taken on the way. For the integrity control
//! and the export, which read many, and for the scanner.

use bytes::{Bytes, BytesMut};
use sha2::{Digest, Sha256};

use super::{LockerError, Lockers};
use crate::blobs::{BlobName, BlobReader};
use crate::store::documents::Paper;
use crate::vault::VaultError;
use crate::vault::envelope::{Decrypter, HEADER_ROOM, Opened, Sums};
use crate::vault::ring::{Content, NewVersion};

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
        let (size, blob_size) = (content.version.size, version.blob_size);
        let expected = Expected { stored: version.blob_sha256, plain: *content.version.sha256.bytes(), size, read: 0 };
        self.whole_of(&blob, blob_size, expected, |head| content.open(head, blob_size)).await
    }

    /// The same of a blob that a deposit has just written, before its version exists.
    ///
    /// # Errors
    /// As above.
    pub(super) async fn whole_new(&self, new: &NewVersion, blob: &BlobName, sums: &Sums) -> Result<Whole, LockerError> {
        let expected = Expected { stored: sums.blob_sha256, plain: sums.sha256, size: sums.size, read: 0 };
        self.whole_of(blob, sums.blob_size, expected, |head| new.reopen(head, sums.blob_size)).await
    }

    async fn whole_of(
        &self,
        blob: &BlobName,
        blob_size: u64,
        expected: Expected,
        open: impl FnOnce(&[u8]) -> Result<Opened, VaultError>,
    ) -> Result<Whole, LockerError> {
        let mut reader = self.0.blobs.get_range(blob, 0..blob_size).await?;
        if reader.total != blob_size {
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
        let (range, decrypter) = open(&head)?.range(0..expected.size)?;
        let start = usize::try_from(range.start).map_err(|_| LockerError::Damaged)?;
        if start > head.len() {
            return Err(LockerError::Damaged);
        }
        let first = head.split_off(start);
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
