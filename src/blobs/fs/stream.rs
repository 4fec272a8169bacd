//! A blob on its way to or from its file, a chunk at a time, one chunk ahead.

use std::fs::File;
use std::io::{ErrorKind, Result as IoResult, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use tokio::task::{JoinHandle, spawn_blocking};

use super::disk::Temp;
use super::{Folder, blocking, lost};
use crate::blobs::{BlobError, BlobName};

/// Bytes per write: large enough to hide the hand-over to the blocking pool, small enough to hold two of
/// them for each upload.
const CHUNK: usize = 1 << 20;
/// Bytes per read. Smaller, for several of them wait at once on the way to a slow reader.
const READ: usize = 256 * 1024;

/// A blob being written to its temporary file: one chunk gathers while the one before is written.
pub(in crate::blobs) struct FileUpload {
    folder: Folder,
    name: BlobName,
    file: Arc<File>,
    temp: Temp,
    buffer: BytesMut,
    pending: Option<JoinHandle<IoResult<()>>>,
}

impl FileUpload {
    pub(super) fn new(folder: Folder, name: BlobName, file: File, temp: Temp) -> Self {
        Self { folder, name, file: Arc::new(file), temp, buffer: BytesMut::new(), pending: None }
    }

    pub(in crate::blobs) async fn write(&mut self, mut bytes: Bytes) -> Result<(), BlobError> {
        while !bytes.is_empty() {
            let room = CHUNK.saturating_sub(self.buffer.len()).min(bytes.len());
            self.buffer.extend_from_slice(&bytes.split_to(room));
            if self.buffer.len() >= CHUNK {
                self.settle().await?;
                let chunk = std::mem::replace(&mut self.buffer, BytesMut::with_capacity(CHUNK));
                let file = Arc::clone(&self.file);
                self.pending = Some(spawn_blocking(move || (&*file).write_all(&chunk)));
            }
        }
        Ok(())
    }

    /// Waits for the chunk being written.
    async fn settle(&mut self) -> Result<(), BlobError> {
        if let Some(pending) = &mut self.pending {
            let result = pending.await;
            self.pending = None;
            result.map_err(lost)??;
        }
        Ok(())
    }

    pub(in crate::blobs) async fn finish(mut self) -> Result<(), BlobError> {
        self.settle().await?;
        blocking(move || {
            (&*self.file).write_all(&self.buffer)?;
            self.file.sync_all()?;
            self.folder.publish(&self.name, self.temp)
        })
        .await
    }
}

/// A blob being read: the next chunk is read while the caller has the one before.
pub(in crate::blobs) struct FileReader {
    file: Arc<File>,
    /// What is still to be read.
    range: Range<u64>,
    pending: Option<JoinHandle<IoResult<Bytes>>>,
}

impl FileReader {
    /// Reads a range that lies within the file.
    pub(super) fn new(file: File, range: Range<u64>) -> Self {
        Self { file: Arc::new(file), range, pending: None }
    }

    /// Starts to read the next chunk, if there is one.
    fn ahead(&mut self) {
        let count = usize::try_from(self.range.end.saturating_sub(self.range.start)).unwrap_or(READ).min(READ);
        if count > 0 {
            let (file, start) = (Arc::clone(&self.file), self.range.start);
            self.range.start = start.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
            self.pending = Some(spawn_blocking(move || {
                let mut chunk = vec![0; count];
                file.read_exact_at(&mut chunk, start)?;
                Ok(chunk.into())
            }));
        }
    }

    pub(in crate::blobs) async fn next(&mut self) -> Result<Option<Bytes>, BlobError> {
        if self.pending.is_none() {
            self.ahead();
        }
        let Some(pending) = &mut self.pending else { return Ok(None) };
        let chunk = pending.await;
        self.pending = None;
        self.ahead();
        match chunk.map_err(lost)? {
            Ok(chunk) => Ok(Some(chunk)),
            Err(e) if e.kind() == ErrorKind::UnexpectedEof => Err(BlobError::Cut),
            Err(e) => Err(BlobError::Unavailable(Box::new(e))),
        }
    }
}
