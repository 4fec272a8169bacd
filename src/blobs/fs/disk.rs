//! Small steps on files that the folder is built from. All of them block.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Result as IoResult};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::domain::source::Timestamp;

/// Success where what was to be removed, or read, is not there.
pub(super) fn unless_missing(result: IoResult<()>) -> IoResult<()> {
    result.or_else(|e| if e.kind() == ErrorKind::NotFound { Ok(()) } else { Err(e) })
}

/// Makes a folder's entries durable.
pub(super) fn sync_folder(path: &Path) -> IoResult<()> {
    File::open(path)?.sync_all()
}

/// A new file, mode 0600; an error if the name is taken.
pub(super) fn create_new(path: &Path) -> IoResult<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// When a file was last written.
pub(super) fn written(metadata: &fs::Metadata) -> Timestamp {
    Timestamp::from_micros(metadata.mtime().saturating_mul(1_000_000).saturating_add(metadata.mtime_nsec() / 1000))
}

/// The UTF-8 names in a folder; other names aren't ours. Empty if the folder is gone.
pub(super) fn names_in(path: &Path) -> IoResult<Vec<String>> {
    let entries = match fs::read_dir(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.file_name().into_string());
    }
    Ok(names)
}

/// A temporary file's name: removed when dropped, unless it became something else.
pub(super) struct Temp {
    pub(super) path: PathBuf,
    pub(super) kept: bool,
}

impl Drop for Temp {
    fn drop(&mut self) {
        if !self.kept {
            // Nobody is left to tell; the sweep removes what stays behind.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes a file last written before a moment; gives how many that were.
pub(super) fn remove_older(path: &Path, before: Timestamp) -> IoResult<u64> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if written(&metadata) < before => unless_missing(fs::remove_file(path)).map(|()| 1),
        Err(e) if e.kind() != ErrorKind::NotFound => Err(e),
        _ => Ok(0),
    }
}
