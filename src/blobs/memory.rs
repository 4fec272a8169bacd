//! Blobs in this process's memory: for tests. No limits, nothing on disk, same promises but durability.

use std::collections::BTreeMap;
use std::ops::{Bound, Range};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Bytes, BytesMut};

use super::name::Tagged;
use super::{BlobError, BlobName, Tag};
use crate::domain::source::{Source, Timestamp};

type Map = BTreeMap<BlobName, (Timestamp, Bytes)>;

/// A store in memory. Clones share it.
#[derive(Clone)]
pub struct Memory {
    map: Arc<Mutex<Map>>,
    source: Source,
}

impl Memory {
    pub(super) fn new(source: &Source) -> Self {
        Self { map: Arc::default(), source: source.clone() }
    }

    fn map(&self) -> MutexGuard<'_, Map> {
        self.map.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put_new(&self, name: &BlobName) -> Result<MemoryUpload, BlobError> {
        if self.map().contains_key(name) {
            return Err(BlobError::Exists);
        }
        Ok(MemoryUpload { store: self.clone(), name: name.clone(), bytes: BytesMut::new() })
    }

    pub(super) fn read(&self, name: &BlobName, range: Option<Range<u64>>) -> Result<Bytes, BlobError> {
        let bytes = self.map().get(name).map(|(_, bytes)| bytes.clone()).ok_or(BlobError::NotFound)?;
        let Some(range) = range else { return Ok(bytes) };
        let start = usize::try_from(range.start).map_err(|_| BlobError::OutOfRange)?;
        let end = usize::try_from(range.end).unwrap_or(usize::MAX).min(bytes.len());
        if start >= bytes.len() { Err(BlobError::OutOfRange) } else { Ok(bytes.slice(start..end)) }
    }

    pub(super) fn get_tagged(&self, name: &BlobName) -> Result<Tagged, BlobError> {
        let bytes = self.read(name, None)?;
        let tag = Tag::of(&bytes);
        Ok((bytes, tag))
    }

    pub(super) fn replace_if(&self, name: &BlobName, expected: Option<&Tag>, bytes: Bytes) -> Result<Tag, BlobError> {
        let mut map = self.map();
        let current = map.get(name).map(|(_, bytes)| Tag::of(bytes));
        if current.as_ref() != expected {
            return Err(BlobError::Changed);
        }
        let tag = Tag::of(&bytes);
        map.insert(name.clone(), (self.source.now(), bytes));
        Ok(tag)
    }

    pub(super) fn delete(&self, name: &BlobName) {
        self.map().remove(name);
    }

    pub(super) fn list_older_than(&self, before: Timestamp, limit: usize, after: Option<&BlobName>) -> Vec<BlobName> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.map()
            .range((from, Bound::Unbounded))
            .filter(|(_, (written, _))| *written < before)
            .map(|(name, _)| name.clone())
            .take(limit)
            .collect()
    }
}

/// A blob being gathered in memory.
pub(super) struct MemoryUpload {
    store: Memory,
    name: BlobName,
    bytes: BytesMut,
}

impl MemoryUpload {
    pub(super) fn write(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn finish(self) -> Result<(), BlobError> {
        let mut map = self.store.map();
        if map.contains_key(&self.name) {
            return Err(BlobError::Exists);
        }
        map.insert(self.name, (self.store.source.now(), self.bytes.freeze()));
        Ok(())
    }
}
