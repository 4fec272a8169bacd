//! A paper and its versions: what describes them, parsed so that a value that exists is valid.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

pub use super::wrong::FieldError;

use super::acting::OriginalSeen;
use super::agreement::Issued;
use super::ids::{PersonId, VersionId};
use super::scanned::Scanned;
use super::taxonomy::Kind;

/// Longest title, in characters.
pub const TITLE_MAX: usize = 200;
/// Longest file name kept, in characters; a longer one is cut before its extension.
pub const FILE_NAME_MAX: usize = 150;

/// Characters that draw nothing, break lines, or turn the writing direction round: they let one text look like another.
fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// One line of text as a person writes it: composed (NFC), without treacherous characters, spaces folded.
pub(super) fn tidy(text: &str) -> String {
    let composed: String = text.nfc().map(|c| if c == '\n' || c == '\t' || c == '\r' { ' ' } else { c }).collect();
    let kept: String = composed.chars().filter(|c| !is_treacherous(*c)).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The name a person gives a paper: 1 to [`TITLE_MAX`] characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Title(String);

impl Title {
    /// Tidies and checks.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let tidied = tidy(text);
        match tidied.chars().count() {
            0 => Err(FieldError::Empty),
            n if n > TITLE_MAX => Err(FieldError::TooLong(TITLE_MAX)),
            _ => Ok(Self(tidied)),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Title {
    type Error = FieldError;
    fn try_from(text: String) -> Result<Self, FieldError> {
        Self::parse(&text)
    }
}

impl From<Title> for String {
    fn from(title: Title) -> Self {
        title.0
    }
}

/// The name of the deposited file: no folder, nothing treacherous, at most [`FILE_NAME_MAX`] characters. Never refused:
/// the name came from a device, the person can do nothing about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileName(String);

impl FileName {
    /// Makes a safe name out of whatever the device sent; `papier` when nothing is left.
    pub fn clean(text: &str) -> Self {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let tidied = tidy(last);
        let safe: String = tidied
            .chars()
            .map(|c| if matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|') { '_' } else { c })
            .collect();
        let bare = safe.trim_matches(|c| c == '.' || c == ' ');
        let bare = if bare.is_empty() { "papier" } else { bare };
        Self(shorten(bare))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn shorten(name: &str) -> String {
    if name.chars().count() <= FILE_NAME_MAX {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.chars().count() <= 10 => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let room = FILE_NAME_MAX.saturating_sub(extension.chars().count());
    let stem: String = stem.chars().take(room).collect();
    format!("{}{extension}", stem.trim_end_matches(['.', ' ']))
}

/// A calendar day, `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(jiff::civil::Date);

impl Day {
    /// Reads `YYYY-MM-DD`, and nothing else.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        if text.len() != 10 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return Err(FieldError::NotADate);
        }
        text.parse().map(Self).map_err(|_| FieldError::NotADate)
    }

    /// A calendar date's day.
    pub const fn of(date: jiff::civil::Date) -> Self {
        Self(date)
    }

    /// The calendar date.
    pub const fn date(self) -> jiff::civil::Date {
        self.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A SHA-256, 32 bytes; written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sha256Sum([u8; 32]);

impl Sha256Sum {
    /// Wraps 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads hexadecimal digits, upper or lower case.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        data_encoding::HEXLOWER_PERMISSIVE
            .decode(text.trim().as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or(FieldError::NotAHash)
    }

    /// The 32 bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Sha256Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Sha256Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256Sum({self})")
    }
}

impl Serialize for Sha256Sum {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha256Sum {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Whose paper it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// The holder's own.
    #[default]
    Me,
    /// A child's.
    Child,
    /// The spouse's or partner's.
    Spouse,
}

impl Whose {
    /// The stable word in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::Child => "child",
            Self::Spouse => "spouse",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Me, Self::Child, Self::Spouse].into_iter().find(|whose| whose.code() == code)
    }
}

/// Where a version comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Brought, and nobody has said more.
    Brought,
    /// Brought, and an aidant has seen the original: told, never stored.
    OriginalSeen,
    /// Deposited by the institution that issued it.
    Issued,
}

/// What describes a paper; sealed at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFields {
    /// The name the person gave it.
    pub title: Title,
    /// Its kind; the category follows.
    pub kind: Kind,
    /// Whose paper it is.
    #[serde(default)]
    pub whose: Whose,
    /// Day of issue, if told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_on: Option<Day>,
    /// Last day of validity, if told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<Day>,
    /// The day until which it is really good, when that is not the printed date (an identity card whose life was prolonged).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub good_until: Option<Day>,
    /// Outside every mandate. The row says it in clear too, for the decision; the two must agree, or the paper is damaged.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
}

/// A change of what describes a paper: what is `None` stays. A date is taken away by `Some(None)`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Another name.
    pub title: Option<Title>,
    /// Another kind, and so perhaps another category.
    pub kind: Option<Kind>,
    /// Whose paper it is.
    pub whose: Option<Whose>,
    /// Hidden from helpers, or not.
    pub private: Option<bool>,
    /// Day of issue.
    pub issued_on: Option<Option<Day>>,
    /// Last day of validity as printed.
    pub expires_on: Option<Option<Day>>,
    /// Last day of validity as it really is.
    pub good_until: Option<Option<Day>>,
}

impl DocumentFields {
    /// The same paper, changed.
    #[must_use]
    pub fn changed(&self, changes: &Changes) -> Self {
        Self {
            title: changes.title.clone().unwrap_or_else(|| self.title.clone()),
            kind: changes.kind.unwrap_or(self.kind),
            whose: changes.whose.unwrap_or(self.whose),
            issued_on: changes.issued_on.unwrap_or(self.issued_on),
            expires_on: changes.expires_on.unwrap_or(self.expires_on),
            good_until: changes.good_until.unwrap_or(self.good_until),
            private: changes.private.unwrap_or(self.private),
        }
    }
}

/// What describes one version; sealed at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionFields {
    /// The cleaned name of the deposited file.
    pub file_name: FileName,
    /// Media type, found in the content.
    pub media_type: String,
    /// Size of the content in bytes.
    pub size: u64,
    /// SHA-256 of the content.
    pub sha256: Sha256Sum,
    /// Where it comes from.
    pub origin: Origin,
    /// Who deposited it: a person; or, of what was issued, the institution, by its id.
    pub deposited_by: IdText<PersonId>,
    /// Whether it was scanned for harmful content. The row says it in clear too, for the decision; the two must agree, or the paper
    /// is damaged.
    #[serde(default, skip_serializing_if = "Scanned::is_never")]
    pub scanned: Scanned,
    /// Who has seen the original since, each member once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<OriginalSeen>,
    /// By whom it was issued and as what, where it was. A version is issued if and only if this is there, or it is damaged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Box<Issued>>,
}

impl VersionFields {
    /// Where it comes from, by what is known now.
    pub const fn origin_now(&self) -> Origin {
        match self.origin {
            Origin::Issued => Origin::Issued,
            origin if self.seen.is_empty() => origin,
            _ => Origin::OriginalSeen,
        }
    }
}

/// An id as it stands in sealed fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdText<T>(pub T);

impl<T: fmt::Display> Serialize for IdText<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for IdText<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// Of which moment a paper's description is. Sealed with it: an older one that somebody puts back opens, and does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsOf {
    /// The newest version then.
    pub newest: IdText<VersionId>,
    /// Its number.
    pub number: u64,
    /// Place in the locker's journal of the entry that wrote this.
    pub changed: u64,
    /// How many entries have written what describes the paper, this one included. What is written on top of something put back
    /// stays short of the journal's count for ever.
    pub changes: u64,
}

impl AsOf {
    /// Of a paper that is deposited, by the entry at a place.
    pub const fn deposited(version: VersionId, seq: u64) -> Self {
        Self { newest: IdText(version), number: 1, changed: seq, changes: 1 }
    }

    /// Of the same paper, described anew.
    #[must_use]
    pub const fn amended(self, seq: u64) -> Self {
        Self { changed: seq, changes: self.changes.saturating_add(1), ..self }
    }

    /// Of the same paper, with another newest version.
    #[must_use]
    pub const fn replaced(self, version: VersionId, number: u64, seq: u64) -> Self {
        Self { newest: IdText(version), number, ..self.amended(seq) }
    }

    /// Whether a row may stand beside it: the paper points at its newest version, which alone bears the highest number.
    pub fn fits(&self, newest: VersionId, version: VersionId, number: u64) -> bool {
        newest == self.newest.0 && if version == newest { number == self.number } else { number < self.number }
    }
}

/// What is sealed of a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Described {
    /// What describes it.
    #[serde(flatten)]
    pub fields: DocumentFields,
    /// Of which moment that is.
    #[serde(flatten)]
    pub as_of: AsOf,
}

/// Where a document stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentState {
    /// In its category.
    Live,
    /// In the trash: can be restored.
    Trashed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn titles_are_tidied_and_bounded() {
        assert_eq!(Title::parse("  Quittance\tde \u{202e}mars\u{0007} ").unwrap().as_str(), "Quittance de mars");
        assert_eq!(Title::parse("\u{200b}\u{202e}\n"), Err(FieldError::Empty));
        assert_eq!(Title::parse(&"é".repeat(200)).unwrap().as_str().chars().count(), 200);
        assert_eq!(Title::parse(&"é".repeat(201)), Err(FieldError::TooLong(200)));
    }

    #[test]
    fn file_names_lose_folders_and_tricks_but_keep_their_extension() {
        for (sent, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\angela\\carte.PDF", "carte.PDF"),
            ("facture\u{202e}fdp.exe", "facturefdp.exe"),
            ("a\r\nSet-Cookie: x", "a Set-Cookie_ x"),
            ("..", "papier"),
            ("", "papier"),
            ("عقد.pdf", "عقد.pdf"),
        ] {
            assert_eq!(FileName::clean(sent).as_str(), kept, "{sent:?}");
        }
        let long = FileName::clean(&format!("{}.pdf", "n".repeat(4000)));
        assert_eq!(long.as_str().chars().count(), FILE_NAME_MAX);
        assert_eq!(long.as_str().rsplit('.').next(), Some("pdf"));
    }

    #[test]
    fn days_are_days() {
        assert_eq!(Day::parse("2026-02-28").unwrap().to_string(), "2026-02-28");
        for wrong in ["2026-02-30", "26-02-28", "2026-2-8", "2026-02-28T00", "", "demain"] {
            assert_eq!(Day::parse(wrong), Err(FieldError::NotADate), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_clean_name_is_always_safe_to_put_in_a_header_or_a_folder(sent in ".{0,300}") {
            let name = FileName::clean(&sent);
            let text = name.as_str();
            prop_assert!(!text.is_empty() && text != "." && text != "..");
            prop_assert!(text.chars().count() <= FILE_NAME_MAX);
            prop_assert!(!text.chars().any(|c| is_treacherous(c) || matches!(c, '/' | '\\' | '"')));
            prop_assert_eq!(FileName::clean(text), name.clone(), "cleaning twice changes nothing");
        }

        #[test]
        fn a_title_that_parses_parses_again_to_itself(sent in ".{1,300}") {
            if let Ok(title) = Title::parse(&sent) {
                prop_assert_eq!(Title::parse(title.as_str()).unwrap(), title);
            }
        }
    }
}
