//! The middle of a deposit: pieces are gathered, then summed on one thread and sealed on another, while further ones arrive
//! and those before are written.
//!
//! Threads are taken for one batch at a time: a slow sender holds none.

use std::sync::Arc;

use bytes::Bytes;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::blobs::Upload;
use crate::locker::LockerError;
use crate::vault::VaultError;
use crate::vault::envelope::{Encrypter, PlainSum, Sums};

/// Bytes of content in a batch: large enough to be worth the hand-over. A deposit holds three of them at most: one that
/// gathers, one being sealed, one being written.
const BATCH: usize = 512 * 1024;
/// Pieces in a batch: a sender of single bytes does not have us hold a heap of them.
const PIECES: usize = 128;

type Sealed = Result<(Encrypter, Bytes), VaultError>;

/// Sum and encrypter: here, or with the batch that is being sealed.
enum Stage {
    Idle(Box<(PlainSum, Encrypter)>),
    Busy(JoinHandle<PlainSum>, JoinHandle<Sealed>),
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

fn sum(mut plain: PlainSum, pieces: &[Bytes]) -> PlainSum {
    plain.push(pieces);
    plain
}

fn seal(mut encrypter: Encrypter, pieces: &[Bytes]) -> Sealed {
    let sealed = encrypter.push(pieces)?;
    Ok((encrypter, sealed))
}

impl Sealing {
    pub(super) fn new(encrypter: Encrypter, upload: Upload) -> Self {
        Self { stage: Stage::Idle(Box::new((PlainSum::default(), encrypter))), upload, gathered: Vec::new(), size: 0 }
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
        let (plain, encrypter, sealed) = self.settle().await?;
        let pieces = Arc::new(self.take());
        let same = Arc::clone(&pieces);
        self.stage =
            Stage::Busy(spawn_blocking(move || sum(plain, &same)), spawn_blocking(move || seal(encrypter, &pieces)));
        self.write(sealed).await
    }

    /// Seals what is left. Gives the upload with all written to it but the last bytes, those bytes, and the sums.
    pub(super) async fn finish(mut self) -> Result<(Upload, Bytes, Sums), LockerError> {
        let (plain, encrypter, sealed) = self.settle().await?;
        self.write(sealed).await?;
        // Less than a batch: not worth the hand-over.
        let pieces = self.take();
        let plain = sum(plain, &pieces);
        let (encrypter, sealed) = seal(encrypter, &pieces).map_err(failed)?;
        self.write(sealed).await?;
        let (last, sums) = encrypter.finish(plain).map_err(failed)?;
        Ok((self.upload, last, sums))
    }

    fn take(&mut self) -> Vec<Bytes> {
        self.size = 0;
        std::mem::take(&mut self.gathered)
    }

    /// Waits for the batch that is being sealed.
    async fn settle(&mut self) -> Result<(PlainSum, Encrypter, Bytes), LockerError> {
        match std::mem::replace(&mut self.stage, Stage::Lost) {
            Stage::Idle(idle) => {
                let (plain, encrypter) = *idle;
                Ok((plain, encrypter, Bytes::new()))
            }
            Stage::Busy(sum, seal) => {
                let plain = sum.await.map_err(|_| LockerError::Away)?;
                let (encrypter, sealed) = seal.await.map_err(|_| LockerError::Away)?.map_err(failed)?;
                Ok((plain, encrypter, sealed))
            }
            Stage::Lost => Err(LockerError::Away),
        }
    }

    async fn write(&mut self, sealed: Bytes) -> Result<(), LockerError> {
        if sealed.is_empty() { Ok(()) } else { Ok(self.upload.write(sealed).await?) }
    }
}
