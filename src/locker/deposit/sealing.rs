//! The middle of a deposit: pieces are gathered, then summed and sealed on another thread while further ones arrive and those
//! before are written.
//!
//! A thread is taken for one batch at a time: a slow sender holds none.

use bytes::Bytes;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::blobs::Upload;
use crate::locker::LockerError;
use crate::vault::VaultError;
use crate::vault::envelope::{Encrypter, Sums};

/// Bytes of content in a batch: large enough to be worth the hand-over. A deposit holds three of them at most: one that
/// gathers, one being sealed, one being written.
const BATCH: usize = 256 * 1024;
/// Pieces in a batch: a sender of single bytes does not have us hold a heap of them.
const PIECES: usize = 64;

type Sealed = Result<(Encrypter, Bytes), VaultError>;

/// The encrypter: here, or with the batch that is being sealed.
enum Stage {
    Idle(Encrypter),
    Busy(JoinHandle<Sealed>),
    /// An earlier batch failed.
    Lost,
}

/// A content on its way through the envelope into its blob.
pub(super) struct Sealing {
    stage: Stage,
    upload: Upload,
    gathered: Vec<Bytes>,
    size: usize,
}

fn failed(_: VaultError) -> LockerError {
    LockerError::Away
}

fn seal(mut encrypter: Encrypter, pieces: &[Bytes]) -> Sealed {
    let sealed = encrypter.push(pieces)?;
    Ok((encrypter, sealed))
}

impl Sealing {
    pub(super) const fn new(encrypter: Encrypter, upload: Upload) -> Self {
        Self { stage: Stage::Idle(encrypter), upload, gathered: Vec::new(), size: 0 }
    }

    /// Takes plain bytes. Waits when sealing or writing is slower than the sender.
    ///
    /// # Errors
    /// Those of the blob store; after one, it is lost.
    pub(super) async fn push(&mut self, piece: Bytes) -> Result<(), LockerError> {
        self.size = self.size.saturating_add(piece.len());
        self.gathered.push(piece);
        if self.size < BATCH && self.gathered.len() < PIECES {
            return Ok(());
        }
        let (encrypter, sealed) = self.settle().await?;
        let pieces = self.take();
        self.stage = Stage::Busy(spawn_blocking(move || seal(encrypter, &pieces)));
        self.write(sealed).await
    }

    /// Seals what is left. Gives the upload with all written to it but the last bytes, those bytes, and the sums.
    pub(super) async fn finish(mut self) -> Result<(Upload, Bytes, Sums), LockerError> {
        let (encrypter, sealed) = self.settle().await?;
        self.write(sealed).await?;
        // Less than a batch: not worth the hand-over.
        let (encrypter, sealed) = seal(encrypter, &self.take()).map_err(failed)?;
        self.write(sealed).await?;
        let (last, sums) = encrypter.finish().map_err(failed)?;
        Ok((self.upload, last, sums))
    }

    fn take(&mut self) -> Vec<Bytes> {
        self.size = 0;
        std::mem::take(&mut self.gathered)
    }

    /// Waits for the batch that is being sealed.
    async fn settle(&mut self) -> Result<(Encrypter, Bytes), LockerError> {
        match std::mem::replace(&mut self.stage, Stage::Lost) {
            Stage::Idle(encrypter) => Ok((encrypter, Bytes::new())),
            Stage::Busy(work) => work.await.map_err(|_| LockerError::Away)?.map_err(failed),
            Stage::Lost => Err(LockerError::Away),
        }
    }

    async fn write(&mut self, sealed: Bytes) -> Result<(), LockerError> {
        if sealed.is_empty() { Ok(()) } else { Ok(self.upload.write(sealed).await?) }
    }
}
