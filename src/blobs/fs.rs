//! Blobs in a local folder: `<root>/<folder>/<leaf>`, one file a blob, mode 0600 in folders of mode 0700.
//!
//! A blob is written under a temporary name that no blob can have (`<leaf>.<random>.part`), fsynced, linked to its name
//! (a link never overwrites), and its folders fsynced. All file work runs on the blocking pool, a chunk at a time, so
//! that a slow client holds no thread. The mark file in the root is the lock of compare-and-swap, and tells a store
//! that is there from a disk that is not mounted.

mod disk;
mod stream;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Error as IoError, ErrorKind, Read, Result as IoResult, Write};
use std::ops::Range;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use tokio::task::{JoinError, spawn_blocking};

use self::disk::{Temp, create_new, names_in, remove_older, sync_folder, unless_missing, written};
pub(super) use self::stream::{FileReader, FileUpload};
use super::name::{Tagged, is_segment};
use super::{BlobError, BlobName, Tag, length, random_segment};
use crate::domain::source::{Source, Timestamp};

/// Held exclusively for each compare-and-swap and each removal.
const MARK: &str = ".consigne-blobs";
/// Starts the names of the files by which the folder is tried.
const PROBE: &str = ".probe-";
/// Ends the names of blobs not yet published.
const PART: &str = ".part";

/// A store in a local folder. Clones share it.
#[derive(Clone)]
pub struct Folder {
    root: Arc<Path>,
    source: Source,
}

/// Runs file work on the blocking pool.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    spawn_blocking(work).await.map_err(lost)?
}

fn lost(error: JoinError) -> BlobError {
    BlobError::Unavailable(Box::new(error))
}

impl Folder {
    pub(super) async fn open(path: &Path, source: &Source) -> Result<Self, BlobError> {
        let folder = Self { root: path.into(), source: source.clone() };
        let this = folder.clone();
        blocking(move || {
            this.prepare().map_err(|error| match error.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => BlobError::Full,
                _ => BlobError::Misconfigured(format!("the blob folder can't be used: {error}")),
            })
        })
        .await?;
        Ok(folder)
    }

    /// Makes the folder and proves that it can do what publishing rests on.
    fn prepare(&self) -> IoResult<()> {
        let fresh = !self.root.try_exists()?;
        DirBuilder::new().recursive(true).mode(0o700).create(&self.root)?;
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(self.root.join(MARK))?;
        sync_folder(&self.root)?;
        if let Some(parent) = self.root.parent().filter(|parent| fresh && !parent.as_os_str().is_empty()) {
            sync_folder(parent)?;
        }
        let _lock = self.lock()?;
        let first = self.probe()?;
        let taken = |result: IoResult<()>, what: &str| match result {
            Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(e) => Err(e),
            Ok(()) => Err(IoError::other(format!("its file system overwrites where it was asked to {what}"))),
        };
        taken(create_new(&first.path).map(drop), "create only")?;
        let second = Temp { path: self.root.join(format!("{PROBE}{}", random_segment(&self.source))), kept: false };
        fs::hard_link(&first.path, &second.path)?;
        taken(fs::hard_link(&first.path, &second.path), "link only")
    }

    /// Writes a small file durably.
    fn probe(&self) -> IoResult<Temp> {
        let path = self.root.join(format!("{PROBE}{}", random_segment(&self.source)));
        let mut file = create_new(&path)?;
        let temp = Temp { path, kept: false };
        file.write_all(b"probe")?;
        file.sync_all()?;
        Ok(temp)
    }

    /// Takes the folder's lock, against threads and processes alike, until the file is dropped.
    fn lock(&self) -> IoResult<File> {
        let mark = OpenOptions::new().write(true).open(self.root.join(MARK))?;
        mark.lock()?;
        Ok(mark)
    }

    /// Refuses to go on in a root without its mark: an unmounted disk must not look like an empty store, and nothing may
    /// be written beneath its mount point.
    fn present(&self) -> Result<(), BlobError> {
        match self.root.join(MARK).try_exists() {
            Ok(true) => Ok(()),
            Ok(false) => Err(BlobError::away("the blob folder's mark is missing; is its disk mounted?")),
            Err(error) => Err(BlobError::Unavailable(Box::new(error))),
        }
    }

    fn path(&self, name: &BlobName) -> PathBuf {
        let (folder, leaf) = name.segments();
        self.root.join(folder).join(leaf)
    }

    /// A missing file is [`BlobError::NotFound`] only if the store itself is there.
    fn missing(&self, error: IoError) -> BlobError {
        match error.kind() {
            ErrorKind::NotFound => self.present().err().unwrap_or(BlobError::NotFound),
            _ => error.into(),
        }
    }

    fn open_blob(&self, name: &BlobName) -> Result<(File, u64), BlobError> {
        let file = File::open(self.path(name)).map_err(|e| self.missing(e))?;
        let size = file.metadata()?.len();
        Ok((file, size))
    }

    /// Creates a temporary file beside where the blob will be.
    fn create_temp(&self, name: &BlobName) -> Result<(File, Temp), BlobError> {
        self.present()?;
        let (folder, leaf) = name.segments();
        let folder = self.root.join(folder);
        // Twice is usual at most: a removal may take the emptied folder away between the two steps.
        for _ in 0..16 {
            match DirBuilder::new().mode(0o700).create(&folder) {
                Err(e) if e.kind() != ErrorKind::AlreadyExists => return Err(BlobError::Unavailable(Box::new(e))),
                _ => {}
            }
            let path = folder.join(format!("{leaf}.{}{PART}", random_segment(&self.source)));
            match create_new(&path) {
                Ok(file) => return Ok((file, Temp { path, kept: false })),
                Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::AlreadyExists) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(BlobError::away("no temporary file could be created"))
    }

    /// Makes a name's entry in its folder, and its folder's in the root, durable. Always both: the folder may have been
    /// made by another upload that hasn't come to its own fsync yet.
    fn sync_entry(&self, name: &BlobName) -> IoResult<()> {
        sync_folder(&self.root.join(name.segments().0))?;
        sync_folder(&self.root)
    }

    /// Gives a fsynced temporary file its name, if that is free.
    fn publish(&self, name: &BlobName, temp: Temp) -> Result<(), BlobError> {
        let path = self.path(name);
        match fs::hard_link(&temp.path, &path) {
            Ok(()) => drop(temp),
            Err(e) if e.kind() == ErrorKind::NotFound => {
                return Err(BlobError::away("the temporary file was swept away under its upload"));
            }
            Err(e) => return Err(e.into()),
        }
        self.sync_entry(name).map_err(|error| {
            // Not acknowledged: better absent, though only a sweep can make sure.
            let _ = fs::remove_file(&path);
            error.into()
        })
    }

    pub(super) async fn put_new(&self, name: &BlobName) -> Result<FileUpload, BlobError> {
        let (folder, name) = (self.clone(), name.clone());
        blocking(move || {
            if folder.path(&name).try_exists()? {
                return Err(BlobError::Exists);
            }
            let (file, temp) = folder.create_temp(&name)?;
            Ok(FileUpload::new(folder, name, file, temp))
        })
        .await
    }

    pub(super) async fn read(
        &self,
        name: &BlobName,
        range: Option<Range<u64>>,
    ) -> Result<(u64, u64, FileReader), BlobError> {
        let (folder, name) = (self.clone(), name.clone());
        blocking(move || {
            let (file, size) = folder.open_blob(&name)?;
            let range = match range {
                None => 0..size,
                Some(range) if range.start < size => range.start..range.end.min(size),
                Some(_) => return Err(BlobError::OutOfRange),
            };
            let count = range.end.saturating_sub(range.start);
            Ok((size, count, FileReader::open(file, range)?))
        })
        .await
    }

    pub(super) async fn size(&self, name: &BlobName) -> Result<u64, BlobError> {
        let (folder, name) = (self.clone(), name.clone());
        blocking(move || Ok(folder.open_blob(&name)?.1)).await
    }

    pub(super) async fn get_tagged(&self, name: &BlobName) -> Result<Tagged, BlobError> {
        let (folder, name) = (self.clone(), name.clone());
        blocking(move || {
            let (mut file, size) = folder.open_blob(&name)?;
            let mut content = Vec::new();
            file.read_to_end(&mut content)?;
            if length(&content) != size {
                return Err(BlobError::Cut);
            }
            let tag = Tag::of(&content);
            Ok((content.into(), tag))
        })
        .await
    }

    pub(super) async fn replace_if(
        &self,
        name: &BlobName,
        expected: Option<&Tag>,
        bytes: Bytes,
    ) -> Result<Tag, BlobError> {
        let (folder, name, expected) = (self.clone(), name.clone(), expected.cloned());
        blocking(move || {
            let _lock = folder.lock().map_err(|e| folder.missing(e))?;
            let path = folder.path(&name);
            let current = match fs::read(&path) {
                Ok(content) => Some(Tag::of(&content)),
                Err(e) if e.kind() == ErrorKind::NotFound => None,
                Err(e) => return Err(e.into()),
            };
            if current != expected {
                return Err(BlobError::Changed);
            }
            let (mut file, mut temp) = folder.create_temp(&name)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            if expected.is_some() {
                fs::rename(&temp.path, &path)?;
                temp.kept = true;
                folder.sync_entry(&name)?;
            } else {
                // By a link, for `put_new` doesn't take the lock.
                folder.publish(&name, temp).map_err(|e| match e {
                    BlobError::Exists => BlobError::Changed,
                    e => e,
                })?;
            }
            Ok(Tag::of(&bytes))
        })
        .await
    }

    pub(super) async fn delete(&self, name: &BlobName) -> Result<(), BlobError> {
        let (folder, name) = (self.clone(), name.clone());
        blocking(move || {
            let lock = folder.lock().map_err(|e| folder.missing(e))?;
            unless_missing(fs::remove_file(folder.path(&name)))?;
            drop(lock);
            // Even when nothing was there: the removal that came first may not be durable yet.
            let parent = folder.root.join(name.segments().0);
            unless_missing(sync_folder(&parent))?;
            // Fails, as it should, unless that was the last blob.
            let _ = fs::remove_dir(&parent);
            Ok(())
        })
        .await
    }

    pub(super) async fn list_older_than(
        &self,
        before: Timestamp,
        limit: usize,
        after: Option<&BlobName>,
    ) -> Result<Vec<BlobName>, BlobError> {
        let (folder, after) = (self.clone(), after.cloned());
        blocking(move || folder.list(before, limit, after.as_ref())).await
    }

    fn list(&self, before: Timestamp, limit: usize, after: Option<&BlobName>) -> Result<Vec<BlobName>, BlobError> {
        self.present()?;
        // With its slash, so that folders sort as the names in them do (`a-b/` comes before `a/`).
        let mut folders: Vec<_> =
            names_in(&self.root)?.into_iter().filter(|name| is_segment(name)).map(|name| name + "/").collect();
        folders.sort_unstable();
        let mut found = Vec::new();
        for folder in folders {
            if after.is_some_and(|after| after.as_str() > folder.as_str() && !after.as_str().starts_with(&folder)) {
                continue;
            }
            let leaves = names_in(&self.root.join(&folder))?;
            let mut names: Vec<_> = leaves.iter().filter_map(|l| BlobName::new(&format!("{folder}{l}")).ok()).collect();
            names.sort_unstable();
            for name in names.into_iter().filter(|name| after.is_none_or(|after| name > after)) {
                if found.len() >= limit {
                    return Ok(found);
                }
                match fs::metadata(self.path(&name)) {
                    Ok(metadata) if metadata.is_file() && written(&metadata) < before => found.push(name),
                    Err(e) if e.kind() != ErrorKind::NotFound => return Err(e.into()),
                    _ => {}
                }
            }
        }
        Ok(found)
    }

    pub(super) async fn sweep_partial(&self, before: Timestamp) -> Result<u64, BlobError> {
        let folder = self.clone();
        blocking(move || {
            folder.present()?;
            let mut swept = 0;
            for name in names_in(&folder.root)? {
                let path = folder.root.join(&name);
                if name.starts_with(PROBE) {
                    swept += remove_older(&path, before)?;
                } else if is_segment(&name) {
                    let parts = names_in(&path)?.into_iter().filter(|leaf| leaf.ends_with(PART));
                    let removed = parts.map(|leaf| remove_older(&path.join(leaf), before)).sum::<IoResult<u64>>()?;
                    if removed > 0 {
                        let _ = fs::remove_dir(&path);
                    }
                    swept += removed;
                }
            }
            Ok(swept)
        })
        .await
    }

    pub(super) async fn health(&self) -> Result<(), BlobError> {
        let folder = self.clone();
        blocking(move || {
            folder.present()?;
            folder.probe().map(drop).map_err(|e| folder.missing(e))
        })
        .await
    }
}
