//! A blob on its way to or from its file, a chunk at a time, one chunk ahead.

use std::fs::File;
use std::io::{Error as IoError, ErrorKind, Result as IoResult, Write};
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
/// Ranges up to this size are read in one go.
const SMALL: usize = 512 * 1024;
/// Bytes after which the disk is told to write, while more come: little is left for the sync at the end.
const SYNC: usize = 16 << 20;

/// A blob being written to its temporary file: one chunk gathers while the one before is written.
pub(in crate::blobs) struct FileUpload {
    folder: Folder,
    name: BlobName,
    file: Arc<File>,
    temp: Temp,
    buffer: BytesMut,
    pending: Option<JoinHandle<IoResult<()>>>,
    /// Bytes written since the disk was told to write.
    unsynced: usize,
    syncing: Option<JoinHandle<IoResult<()>>>,
}

impl FileUpload {
    pub(super) fn new(folder: Folder, name: BlobName, file: File, temp: Temp) -> Self {
        Self {
            folder,
            name,
            file: Arc::new(file),
            temp,
            buffer: BytesMut::new(),
            pending: None,
            unsynced: 0,
            syncing: None,
        }
    }

    pub(in crate::blobs) async fn write(&mut self, mut bytes: Bytes) -> Result<(), BlobError> {
        while !bytes.is_empty() {
            // Enough for a write of its own: written as it is.
            if self.buffer.is_empty() && bytes.len() >= CHUNK / 4 {
                let chunk = bytes.split_to(bytes.len().min(CHUNK));
                self.write_out(chunk).await?;
                continue;
            }
            let room = CHUNK.saturating_sub(self.buffer.len()).min(bytes.len());
            self.buffer.extend_from_slice(&bytes.split_to(room));
            if self.buffer.len() >= CHUNK {
                let chunk = std::mem::replace(&mut self.buffer, BytesMut::with_capacity(CHUNK));
                self.write_out(chunk.freeze()).await?;
            }
        }
        Ok(())
    }

    /// Starts to write a chunk, once the one before is written.
    async fn write_out(&mut self, chunk: Bytes) -> Result<(), BlobError> {
        self.settle().await?;
        self.unsynced += chunk.len();
        let file = Arc::clone(&self.file);
        self.pending = Some(spawn_blocking(move || (&*file).write_all(&chunk)));
        self.sync_ahead().await
    }

    /// Has the disk write while more comes, one sync at a time. What one fails with counts: the system tells it once only, so
    /// the sync at the end may not hear of it.
    async fn sync_ahead(&mut self) -> Result<(), BlobError> {
        if self.unsynced >= SYNC && self.syncing.as_ref().is_none_or(JoinHandle::is_finished) {
            self.synced().await?;
            let file = Arc::clone(&self.file);
            self.syncing = Some(spawn_blocking(move || file.sync_data()));
            self.unsynced = 0;
        }
        Ok(())
    }

    async fn synced(&mut self) -> Result<(), BlobError> {
        if let Some(syncing) = self.syncing.take() {
            syncing.await.map_err(lost)??;
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
        self.synced().await?;
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
    /// The first chunk, until it is asked for.
    first: Option<Bytes>,
    pending: Option<JoinHandle<IoResult<Bytes>>>,
}

fn read_at(file: &File, start: u64, count: usize) -> IoResult<Bytes> {
    let mut chunk = vec![0; count];
    file.read_exact_at(&mut chunk, start)?;
    Ok(chunk.into())
}

fn told(error: IoError) -> BlobError {
    match error.kind() {
        ErrorKind::UnexpectedEof => BlobError::Cut,
        _ => BlobError::Unavailable(Box::new(error)),
    }
}

impl FileReader {
    /// Reads a range that lies within the file. Blocks: what is small is read here, with no second hand-over.
    pub(super) fn open(file: File, mut range: Range<u64>) -> Result<Self, BlobError> {
        let count = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
        let first =
            (count > 0 && count <= SMALL).then(|| read_at(&file, range.start, count)).transpose().map_err(told)?;
        if first.is_some() {
            range.start = range.end;
        }
        Ok(Self { file: Arc::new(file), range, first, pending: None })
    }

    /// Starts to read the next chunk, if there is one.
    fn ahead(&mut self) {
        let count = usize::try_from(self.range.end.saturating_sub(self.range.start)).unwrap_or(READ).min(READ);
        if count > 0 {
            let (file, start) = (Arc::clone(&self.file), self.range.start);
            self.range.start = start.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
            self.pending = Some(spawn_blocking(move || read_at(&file, start, count)));
        }
    }

    pub(in crate::blobs) async fn next(&mut self) -> Result<Option<Bytes>, BlobError> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        if self.pending.is_none() {
            self.ahead();
        }
        let Some(pending) = &mut self.pending else { return Ok(None) };
        let chunk = pending.await;
        self.pending = None;
        self.ahead();
        chunk.map_err(lost)?.map(Some).map_err(told)
    }
}
