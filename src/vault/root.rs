//! The root keys: a file that only its owner may read. Format: `docs/formats/wrap.md`, last section.
//!
//! ```text
//! consigne root key v1
//! 1 6f2c… 1kq…            epoch, id, 32 bytes in base64
//! end
//! ```

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use data_encoding::BASE64;
use zeroize::Zeroizing;

use super::keys::{Key, KeyKind, NamedKey};
use crate::domain::ids::KeyId;
use crate::domain::source::Source;

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
    /// The system said no.
    #[error("the root key at {0}: {1}")]
    Io(String, std::io::Error),
}

/// Every epoch of the root key, newest last.
#[derive(Debug, Clone)]
pub struct RootKeys {
    newest: NamedKey,
    older: Vec<NamedKey>,
}

impl RootKeys {
    /// One key, of the first epoch (memory only: tests).
    pub fn draw(source: &Source) -> Self {
        Self { newest: NamedKey::draw(KeyKind::Root, source), older: Vec::new() }
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
        let beside = file.with_extension("part");
        let _ = std::fs::remove_file(&beside);
        let mut out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).map_err(io)?;
        out.write_all(keys.text().as_bytes()).and_then(|()| out.sync_all()).map_err(io)?;
        let linked = std::fs::hard_link(&beside, file).map_err(io);
        let _ = std::fs::remove_file(&beside);
        linked?;
        if let Some(folder) = file.parent() {
            std::fs::File::open(folder).and_then(|f| f.sync_all()).map_err(io)?;
        }
        Ok(keys)
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
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(RootKeyError::TooOpen(name));
        }
        let text =
            Zeroizing::new(std::fs::read_to_string(file).map_err(|error| RootKeyError::Io(name.clone(), error))?);
        Self::parse(&text).map_err(|line| RootKeyError::NotWhole(name, line))
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
                return Ok(Self { newest, older: keys });
            }
            keys.push(parse_line(line).ok_or(number + 1)?);
        }
        Err(text.lines().count() + 1)
    }

    /// The key that new wraps are made with.
    pub const fn newest(&self) -> &NamedKey {
        &self.newest
    }

    /// The key that an older wrap was made with.
    pub fn find(&self, id: KeyId, epoch: i64) -> Option<&NamedKey> {
        self.older.iter().chain(std::iter::once(&self.newest)).find(|key| key.id() == id && key.epoch() == epoch)
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
