//! The ZIP itself, written forwards only, and the names in it: readable, unique, and safe to unpack anywhere.

use std::collections::HashSet;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use jiff::tz::TimeZone;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::domain::document::{FileName, VersionFields};
use crate::domain::entry::Reason;
use crate::domain::source::Timestamp;

/// Bytes gathered before they are sent.
const GATHER: usize = 64 * 1024;
/// Longest title in a name, in characters: with its folders a path stays well under what Windows takes.
const TITLE: usize = 80;

/// Where the archive's bytes wait to be sent.
#[derive(Debug, Clone, Default)]
struct Basket(Arc<Mutex<Vec<u8>>>);

impl Write for Basket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An archive that is being written.
pub(in crate::locker) struct Archive {
    zip: ZipWriter<StreamWriter<Basket>>,
    basket: Basket,
}

impl Archive {
    pub(in crate::locker) fn new() -> Self {
        let basket = Basket::default();
        Self { zip: ZipWriter::new_stream(basket.clone()), basket }
    }

    /// Begins a file. `size`: bytes to come, as far as known; only files beyond 4 GiB need to be announced.
    pub(in crate::locker) fn begin(&mut self, path: &str, at: Timestamp, size: u64) -> Result<(), Reason> {
        // Compressed, if little: a file of unknown sum that is only stored can't be read front to back by every program.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(1))
            .large_file(size >= u64::from(u32::MAX) / 2)
            .last_modified_time(stamp(at))
            .unix_permissions(0o600);
        self.zip.start_file(path, options).map_err(|error| {
            tracing::error!(%error, "the archive takes no more files");
            Reason::Interrupted
        })
    }

    pub(in crate::locker) fn write(&mut self, bytes: &[u8]) -> Result<(), Reason> {
        self.zip.write_all(bytes).map_err(|error| {
            tracing::error!(%error, "the archive takes no more bytes");
            Reason::Interrupted
        })
    }

    /// What is ready to be sent, once it is worth it.
    pub(in crate::locker) fn take(&self) -> Option<Bytes> {
        let mut waiting = self.basket.0.lock().unwrap_or_else(PoisonError::into_inner);
        (waiting.len() >= GATHER).then(|| std::mem::take(&mut *waiting).into())
    }

    /// All that was written, whatever there is of it: what was packed until now can be read by whoever has it.
    pub(in crate::locker) fn take_all(&mut self) -> Result<Bytes, Reason> {
        self.zip.flush().map_err(|_| Reason::Interrupted)?;
        Ok(std::mem::take(&mut *self.basket.0.lock().unwrap_or_else(PoisonError::into_inner)).into())
    }

    /// Writes the archive's own list, without which it does not open; gives the last bytes.
    pub(in crate::locker) fn finish(self) -> Result<Bytes, Reason> {
        self.zip.finish().map_err(|_| Reason::Interrupted)?;
        Ok(std::mem::take(&mut *self.basket.0.lock().unwrap_or_else(PoisonError::into_inner)).into())
    }
}

/// A time as a ZIP has it: that of the clocks in France, to two seconds.
fn stamp(at: Timestamp) -> DateTime {
    let made = || {
        let local = jiff::Timestamp::from_microsecond(at.micros()).ok()?.to_zoned(TimeZone::get("Europe/Paris").ok()?);
        let part = |n: i8| u8::try_from(n).ok();
        DateTime::from_date_and_time(
            u16::try_from(local.year()).ok()?,
            part(local.month())?,
            part(local.day())?,
            part(local.hour())?,
            part(local.minute())?,
            part(local.second())?,
        )
        .ok()
    };
    made().unwrap_or_default()
}

/// A name that any system unpacks: no folder in it, nothing treacherous, no device's name, not too long.
pub(in crate::locker) fn safe(text: &str) -> String {
    let clean = FileName::clean(&text.replace(['/', '\\'], " "));
    // A dash in front would be read as an option by many commands.
    let bare = clean.as_str().trim_start_matches(['-', '.', ' ']);
    let mut name: String = if bare.is_empty() { "papier" } else { bare }.chars().take(TITLE).collect();
    name.truncate(name.trim_end_matches(['.', ' ']).len());
    let stem = name.split('.').next().unwrap_or_default().trim().to_ascii_uppercase();
    let is_device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || (stem.chars().count() == 4
            && (stem.starts_with("COM") || stem.starts_with("LPT"))
            && stem.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³')));
    if is_device { format!("_{name}") } else { name }
}

/// A paper's title with the extension of its file.
pub(in crate::locker) fn file_name(title: &str, file: &VersionFields) -> String {
    named(title, &file.media_type, &file.file_name)
}

/// The same, of what the content is and the name that it came under.
pub(in crate::locker) fn named(title: &str, media_type: &str, file_name: &FileName) -> String {
    let extension = extension(media_type, file_name);
    let title = safe(title);
    if title.to_lowercase().ends_with(&format!(".{extension}")) { title } else { format!("{title}.{extension}") }
}

/// The same with a version's number before the extension.
pub(in crate::locker) fn numbered(name: &str, number: u64) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem} ({number}).{extension}"),
        None => format!("{name} ({number})"),
    }
}

/// The extension of a kind of file.
pub(in crate::locker) fn known_extension(media_type: &str) -> Option<&'static str> {
    match media_type.split(';').next().unwrap_or_default() {
        "application/pdf" => Some("pdf"),
        "image/jpeg" => Some("jpg"),
        "image/png" => Some("png"),
        "image/heic" | "image/heif" => Some("heic"),
        "image/webp" => Some("webp"),
        "text/plain" => Some("txt"),
        _ => None,
    }
}

/// By what the content is; the deposited name tells only where the content does not.
fn extension(media_type: &str, file_name: &FileName) -> String {
    let known = known_extension(media_type);
    let named = || {
        let (_, extension) = file_name.as_str().rsplit_once('.')?;
        let is_plain = (1..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
        is_plain.then(|| extension.to_ascii_lowercase())
    };
    known.map(str::to_owned).or_else(named).unwrap_or_else(|| "bin".to_owned())
}

/// The names given so far, whatever their case: some systems don't tell « Bail » from « bail ».
#[derive(Debug, Default)]
pub(in crate::locker) struct Names(HashSet<String>);

impl Names {
    /// This path, or the first numbered one that is free.
    pub(in crate::locker) fn unique(&mut self, path: &str) -> String {
        let mut candidate = path.to_owned();
        let mut number = 2;
        while !self.0.insert(candidate.to_lowercase()) {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let name = numbered(name, number);
            candidate = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            number += 1;
        }
        candidate
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{IdText, Origin, Sha256Sum};
    use crate::domain::ids::PersonId;
    use crate::domain::scanned::Scanned;
    use crate::domain::source::Source;
    use proptest::prelude::*;

    fn file(name: &str, media_type: &str) -> VersionFields {
        VersionFields {
            file_name: FileName::clean(name),
            media_type: media_type.to_owned(),
            size: 1,
            sha256: Sha256Sum::from_bytes([0; 32]),
            origin: Origin::Brought,
            deposited_by: IdText(PersonId::draw(&Source::system())),
            scanned: Scanned::Never,
            seen: Vec::new(),
            issued: None,
        }
    }

    #[test]
    fn names_are_readable_and_safe() {
        for (title, name, media, expected) in [
            ("Bail", "scan.PDF", "application/pdf", "Bail.pdf"),
            ("bail.pdf", "scan.pdf", "application/pdf", "bail.pdf"),
            ("Photo", "photo.exe", "image/jpeg", "Photo.jpg"),
            ("Table", "t.ODS", "application/vnd.oasis.opendocument.spreadsheet", "Table.ods"),
            ("../../etc/passwd", "x", "text/plain; charset=utf-8", "etc passwd.txt"),
            ("CON", "x", "image/png", "_CON.png"),
            ("com1.x", "x", "image/png", "_com1.x.png"),
            ("a:b*c?", "x.ö", "application/x", "a_b_c_.bin"),
            ("--", "x.txt", "text/plain", "papier.txt"),
            ("...", "x.txt", "text/plain", "papier.txt"),
        ] {
            assert_eq!(file_name(title, &file(name, media)), expected, "{title}");
        }
        let mut names = Names::default();
        assert_eq!(names.unique("a/Bail.pdf"), "a/Bail.pdf");
        assert_eq!(names.unique("a/bail.pdf"), "a/bail (2).pdf");
        assert_eq!(names.unique("a/Bail.pdf"), "a/Bail (3).pdf");
        assert_eq!(names.unique("b/Bail.pdf"), "b/Bail.pdf");
    }

    proptest! {
        #[test]
        fn no_title_climbs_out_of_the_folder(title in ".{1,250}", name in ".{0,40}") {
            let name = file_name(&title, &file(&name, "application/x"));
            prop_assert!(!name.contains(['/', '\\', ':', '\0']) && name != "." && name != "..");
            prop_assert!(name.chars().count() <= TITLE + 7 && !name.starts_with(['.', '-']) && !name.ends_with([' ', '.']));
        }
    }
}
