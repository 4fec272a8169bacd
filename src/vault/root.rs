//! The root keys: a file that only its owner may read. Format: `docs/formats/wrap.md`, last section.
//!
//! ```text
//! consigne root key v1
//! 1 6f2c… 1kq…            epoch, id, 32 bytes in base64
//! end
//! ```

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::keys::{Key, KeyKind, NamedKey};
use crate::domain::ids::KeyId;
use crate::domain::source::Source;
use crate::faults;
use crate::store::keys::RootName;

const FIRST_LINE: &str = "consigne root key v1";
const LAST_LINE: &str = "end";

/// Why there is no root key to work with. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum RootKeyError {
    /// There is no file.
    #[error(
        "there is no root key at {0}. Put the file back from its own backup; without it nothing stored can be opened."
    )]
    Missing(String),
    /// Others may read it.
    #[error("the root key at {0} can be read by others. Give it to the service alone: chmod 600.")]
    TooOpen(String),
    /// It isn't a root key, or not all of one.
    #[error("the root key at {0} is not whole (line {1}). Put the file back from its own backup.")]
    NotWhole(String, usize),
    /// One is there already.
    #[error("a root key is already at {0}: it is never overwritten.")]
    Exists(String),
    /// A folder, a socket or the like stands in its place.
    #[error("what stands at {0} is not a file. Put the root key back there from its own backup.")]
    NotAFile(String),
    /// It lacks the newest key that this process knows.
    #[error("the root key at {0} lacks an epoch that is in use. Put back the newest copy of the file.")]
    Older(String),
    /// Another command is changing it.
    #[error("another `consigne keys` is at work on {0}. Wait until it has ended.")]
    InUse(String),
    /// The system said no.
    #[error("the root key at {0}: {1}. The file and its folder must belong to the user that Consigne runs as.")]
    Io(String, std::io::Error),
}

/// Every epoch of the root key, newest last.
#[derive(Debug, Clone)]
pub struct RootKeys {
    newest: NamedKey,
    older: Vec<NamedKey>,
    /// Where they were read.
    file: Option<PathBuf>,
}

impl RootKeys {
    /// One key, of the first epoch (memory only: tests).
    pub fn draw(source: &Source) -> Self {
        Self { newest: NamedKey::draw(KeyKind::Root, source), older: Vec::new(), file: None }
    }

    /// Makes a key and writes its file, mode 0600, synced with its folder. Never overwrites.
    pub fn create(file: &Path, source: &Source) -> Result<Self, RootKeyError> {
        let keys = Self::draw(source);
        let name = file.display().to_string();
        let io = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => RootKeyError::Exists(name.clone()),
            _ => RootKeyError::Io(name.clone(), error),
        };
        // Written whole beside, then linked: a stop half-way leaves no half key under the name.
        let beside = keys.write_beside(file).map_err(io)?;
        let linked = std::fs::hard_link(&beside, file).map_err(io);
        let _ = std::fs::remove_file(&beside);
        linked?;
        sync_folder(file).map_err(io)?;
        Ok(Self { file: Some(file.to_owned()), ..keys })
    }

    /// Writes the file whole under another name, mode 0600, and syncs it.
    fn write_beside(&self, file: &Path) -> std::io::Result<PathBuf> {
        let beside = file.with_extension("part");
        let _ = std::fs::remove_file(&beside);
        let mut out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
        out.write_all(self.text().as_bytes())?;
        out.sync_all()?;
        Ok(beside)
    }

    /// Puts these keys in the place of those that the file has. A stop at any moment leaves the old file or the new one, whole.
    fn replace(&self, file: &Path) -> Result<(), RootKeyError> {
        let name = file.display().to_string();
        let io = |error| RootKeyError::Io(name.clone(), error);
        // Behind a symbolic link it is the file that changes, not the link.
        let file = std::fs::canonicalize(file).map_err(io)?;
        let beside = self.write_beside(&file).map_err(io)?;
        faults::step("keys.beside_written");
        let kept = std::fs::metadata(&file).map_err(io)?;
        let written = std::fs::metadata(&beside).map_err(io)?;
        if (kept.uid(), kept.gid()) != (written.uid(), written.gid()) {
            // A command of root must not take the key away from the service.
            std::os::unix::fs::chown(&beside, Some(kept.uid()), Some(kept.gid())).map_err(io)?;
        }
        std::fs::rename(&beside, &file).map_err(io)?;
        faults::step("keys.renamed");
        sync_folder(&file).map_err(io)
    }

    /// Adds an epoch to the file. Every older one stays.
    pub fn add_epoch(&self, file: &Path, source: &Source) -> Result<Self, RootKeyError> {
        let epoch = self.newest.epoch().saturating_add(1);
        let newest = NamedKey::from_parts(KeyKind::Root, KeyId::draw(source), epoch, Key::draw(source));
        let older = self.older.iter().chain(std::iter::once(&self.newest)).cloned().collect();
        let added = Self { newest, older, file: Some(file.to_owned()) };
        added.replace(file)?;
        Ok(added)
    }

    /// Removes every epoch but the newest from the file.
    pub fn keep_newest(&self, file: &Path) -> Result<Self, RootKeyError> {
        let kept = Self { newest: self.newest.clone(), older: Vec::new(), file: Some(file.to_owned()) };
        kept.replace(file)?;
        Ok(kept)
    }

    /// Takes the file for one command at a time, until the value is dropped.
    pub fn hold(file: &Path) -> Result<File, RootKeyError> {
        let name = file.display().to_string();
        // The folder is locked, not the file: that one is replaced.
        let folder = std::fs::canonicalize(file).ok().and_then(|f| f.parent().map(Path::to_owned));
        let folder = folder.ok_or_else(|| RootKeyError::Missing(name.clone()))?;
        let lock = File::open(folder).map_err(|error| RootKeyError::Io(name.clone(), error))?;
        lock.try_lock().map_err(|_| RootKeyError::InUse(name))?;
        Ok(lock)
    }

    fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(format!("{FIRST_LINE}\n"));
        for key in self.older.iter().chain(std::iter::once(&self.newest)) {
            let encoded = Zeroizing::new(BASE64.encode(key.key().bytes()));
            let _ = write!(text, "{} {} ", key.epoch(), key.id());
            text.push_str(&encoded);
            text.push('\n');
        }
        text.push_str(LAST_LINE);
        text.push('\n');
        text
    }

    /// Reads the file; refuses one that others may read, or that is not whole.
    pub fn load(file: &Path) -> Result<Self, RootKeyError> {
        let name = file.display().to_string();
        let metadata = std::fs::metadata(file).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => RootKeyError::Missing(name.clone()),
            _ => RootKeyError::Io(name.clone(), error),
        })?;
        if !metadata.is_file() {
            return Err(RootKeyError::NotAFile(name));
        }
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(RootKeyError::TooOpen(name));
        }
        let bytes = Zeroizing::new(std::fs::read(file).map_err(|error| RootKeyError::Io(name.clone(), error))?);
        let text = std::str::from_utf8(&bytes).map_err(|_| RootKeyError::NotWhole(name.clone(), 1))?;
        let keys = Self::parse(text).map_err(|line| RootKeyError::NotWhole(name, line))?;
        Ok(Self { file: Some(file.to_owned()), ..keys })
    }

    /// Reads the file again where these keys came from one; it must have the newest of them.
    pub(in crate::vault) fn load_again(&self) -> Result<Option<Self>, RootKeyError> {
        let Some(again) = self.load_any()? else { return Ok(None) };
        let same = again.find(self.newest.id(), self.newest.epoch());
        if same.is_some_and(|key| key.key().bytes() == self.newest.key().bytes()) {
            Ok(Some(again))
        } else {
            Err(RootKeyError::Older(again.file.unwrap_or_default().display().to_string()))
        }
    }

    /// Reads the file again, whatever it now holds.
    pub(in crate::vault) fn load_any(&self) -> Result<Option<Self>, RootKeyError> {
        self.file.as_deref().map(Self::load).transpose()
    }

    /// Reads the text of a root key file; an error gives the first wrong line.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut lines = text.lines().enumerate();
        if lines.next().map(|(_, line)| line) != Some(FIRST_LINE) {
            return Err(1);
        }
        let mut keys: Vec<NamedKey> = Vec::new();
        for (number, line) in lines {
            if line == LAST_LINE {
                keys.sort_by_key(NamedKey::epoch);
                let newest = keys.pop().ok_or(number + 1)?;
                return Ok(Self { newest, older: keys, file: None });
            }
            let key = parse_line(line).ok_or(number + 1)?;
            // Two keys of one epoch: which is the newest could not be told.
            if key.epoch() < 1 || keys.iter().any(|known| known.epoch() == key.epoch()) {
                return Err(number + 1);
            }
            keys.push(key);
        }
        Err(text.lines().count() + 1)
    }

    /// The key that new wraps are made with.
    pub const fn newest(&self) -> &NamedKey {
        &self.newest
    }

    /// Its name.
    pub const fn newest_name(&self) -> RootName {
        RootName { id: self.newest.id(), epoch: self.newest.epoch() }
    }

    /// The name of each epoch, oldest first.
    pub fn names(&self) -> Vec<RootName> {
        let name = |key: &NamedKey| RootName { id: key.id(), epoch: key.epoch() };
        self.older.iter().map(name).chain(std::iter::once(self.newest_name())).collect()
    }

    /// The key that an older wrap was made with.
    pub fn find(&self, id: KeyId, epoch: i64) -> Option<&NamedKey> {
        self.older.iter().chain(std::iter::once(&self.newest)).find(|key| key.id() == id && key.epoch() == epoch)
    }
}

fn sync_folder(file: &Path) -> std::io::Result<()> {
    match file.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn parse_line(line: &str) -> Option<NamedKey> {
    let mut words = line.split(' ');
    let epoch = words.next()?.parse().ok()?;
    let id = words.next()?.parse().ok()?;
    let bytes = Zeroizing::new(BASE64.decode(words.next()?.as_bytes()).ok()?);
    let key = Key::from_bytes(bytes.as_slice().try_into().ok()?);
    words.next().is_none().then(|| NamedKey::from_parts(KeyKind::Root, id, epoch, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_key_file_reads_back_and_a_cut_one_is_refused() {
        let keys = RootKeys::draw(&Source::system());
        let text = keys.text();
        let back = RootKeys::parse(&text).unwrap();
        assert_eq!(back.newest().key().bytes(), keys.newest().key().bytes());
        for cut in 0..text.len() - 1 {
            assert!(RootKeys::parse(&text[..cut]).is_err(), "cut at {cut}");
        }
        assert!(!format!("{keys:?}").contains(&BASE64.encode(keys.newest().key().bytes())));
    }
}
