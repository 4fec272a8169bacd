//! What describes a paper, as programs and forms send it: read into values of the domain, or refused naming the field.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::openapi::{KindCode, WhoseCode};
use super::upload::UploadError;
use crate::domain::document::{Changes, Day, DocumentFields, FieldError, Sha256Sum, Title, Whose};
use crate::domain::ids::DocumentId;
use crate::domain::taxonomy::Kind;
use crate::locker::{LockerError, Onto};
use crate::words::{self, Locale};

/// The description of a paper. Names outside these are refused: a misspelt one would be lost in silence.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PaperMetadata)]
struct Paper {
    /// Kept on one line, without invisible characters; 1 to 200 characters then.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    title: Option<String>,
    #[schema(value_type = KindCode)]
    kind: Option<String>,
    /// Outside every mandate.
    #[serde(default)]
    private: bool,
    /// `me` when it is not said.
    #[schema(value_type = Option<WhoseCode>)]
    whose: Option<String>,
    /// The day on the paper.
    #[schema(format = Date)]
    issued_on: Option<String>,
    /// The last day printed on it.
    #[schema(format = Date)]
    expires_on: Option<String>,
    /// The last day it is really good, when that is not the printed one.
    #[schema(format = Date)]
    good_until: Option<String>,
    /// The file's SHA-256: what arrives otherwise is not kept.
    #[schema(pattern = "^[0-9A-Fa-f]{64}$")]
    sha256: Option<String>,
}

/// The description of a new version. Dates that are not told are unknown from now on: the old paper's are not the new one's.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VersionMetadata)]
struct Version {
    /// A new title for the paper.
    #[schema(min_length = 1, max_length = 200)]
    title: Option<String>,
    /// The day on the paper.
    #[schema(format = Date)]
    issued_on: Option<String>,
    /// The last day printed on it.
    #[schema(format = Date)]
    expires_on: Option<String>,
    /// The last day it is really good, when that is not the printed one.
    #[schema(format = Date)]
    good_until: Option<String>,
    /// The file's SHA-256: what arrives otherwise is not kept.
    #[schema(pattern = "^[0-9A-Fa-f]{64}$")]
    sha256: Option<String>,
}

/// A change of a description: what is left out stays, a date that is null goes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "three answers: not there, null, a value")]
pub(super) struct Amendment {
    #[schema(min_length = 1, max_length = 200)]
    title: Option<String>,
    #[schema(value_type = Option<KindCode>)]
    kind: Option<String>,
    private: Option<bool>,
    #[schema(value_type = Option<WhoseCode>)]
    whose: Option<String>,
    /// Null forgets it.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, format = Date)]
    issued_on: Option<Option<String>>,
    /// Null forgets it.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, format = Date)]
    expires_on: Option<Option<String>>,
    /// Null forgets it.
    #[serde(default, deserialize_with = "told")]
    #[schema(value_type = Option<String>, format = Date)]
    good_until: Option<Option<String>>,
}

/// A deposit's two parts, in this order.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the contract: the parts are read as they come")]
pub(super) struct DepositForm {
    /// What describes the paper, as JSON; 64 KiB at most.
    metadata: Paper,
    /// The paper's bytes, with a file name. Its kind is found by its content.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// A new version's parts, in this order.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the contract: the parts are read as they come")]
pub(super) struct VersionForm {
    /// What describes the version, as JSON; may be left out.
    metadata: Option<Version>,
    /// The version's bytes, with a file name. Its kind is found by its content.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Tells « null » from « not there ».
#[expect(clippy::option_option, reason = "three answers: not there, null, a value")]
fn told<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}

fn whose(text: &str) -> Result<Whose, UploadError> {
    Whose::from_code(text).ok_or(UploadError::Malformed("whose"))
}

fn wrong(field: &'static str) -> impl Fn(FieldError) -> UploadError {
    move |error| UploadError::Locker(LockerError::Field { field, error })
}

pub(super) fn title(text: &str) -> Result<Title, UploadError> {
    Title::parse(text).map_err(wrong("title"))
}

pub(super) fn kind(code: &str) -> Result<Kind, UploadError> {
    Kind::from_code(code).ok_or(wrong("kind")(FieldError::UnknownKind))
}

pub(super) fn day(text: Option<String>, field: &'static str) -> Result<Option<Day>, UploadError> {
    text.map(|text| Day::parse(&text).map_err(wrong(field))).transpose()
}

pub(super) fn sum(text: Option<String>) -> Result<Option<Sha256Sum>, UploadError> {
    text.map(|text| Sha256Sum::parse(&text).map_err(wrong("sha256"))).transpose()
}

impl Paper {
    fn check(self) -> Result<(Onto, Option<Sha256Sum>), UploadError> {
        let fields = DocumentFields {
            title: title(&self.title.ok_or(UploadError::Missing("title"))?)?,
            kind: kind(&self.kind.ok_or(UploadError::Missing("kind"))?)?,
            whose: self.whose.as_deref().map(whose).transpose()?.unwrap_or_default(),
            issued_on: day(self.issued_on, "issued_on")?,
            expires_on: day(self.expires_on, "expires_on")?,
            good_until: day(self.good_until, "good_until")?,
            private: self.private,
        };
        Ok((Onto::Paper(fields), sum(self.sha256)?))
    }
}

impl Version {
    fn check(self, document: DocumentId) -> Result<(Onto, Option<Sha256Sum>), UploadError> {
        let changes = Changes {
            title: self.title.as_deref().map(title).transpose()?,
            issued_on: Some(day(self.issued_on, "issued_on")?),
            expires_on: Some(day(self.expires_on, "expires_on")?),
            good_until: Some(day(self.good_until, "good_until")?),
            ..Changes::default()
        };
        Ok((Onto::Version(document, changes), sum(self.sha256)?))
    }
}

impl Amendment {
    fn check(self) -> Result<Changes, UploadError> {
        let date = |told: Option<Option<String>>, field| told.map(|text| day(text, field)).transpose();
        Ok(Changes {
            title: self.title.as_deref().map(title).transpose()?,
            kind: self.kind.as_deref().map(kind).transpose()?,
            whose: self.whose.as_deref().map(whose).transpose()?,
            private: self.private,
            issued_on: date(self.issued_on, "issued_on")?,
            expires_on: date(self.expires_on, "expires_on")?,
            good_until: date(self.good_until, "good_until")?,
        })
    }
}

/// Reads the `metadata` part of a deposit, or of a new version of a paper.
pub fn from_json(text: &str, onto: Option<DocumentId>) -> Result<(Onto, Option<Sha256Sum>), UploadError> {
    let malformed = |_| UploadError::Malformed("metadata");
    match onto {
        None => serde_json::from_str::<Paper>(text).map_err(malformed)?.check(),
        Some(document) => serde_json::from_str::<Version>(text).map_err(malformed)?.check(document),
    }
}

/// Reads the body of a change.
pub fn changes(body: &[u8]) -> Result<Changes, UploadError> {
    serde_json::from_slice::<Amendment>(body).map_err(|_| UploadError::Malformed("body"))?.check()
}

fn filled(typed: &BTreeMap<String, String>, name: &str) -> Option<String> {
    typed.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Where no title is typed, the kind's own label is one.
fn label(kind: Option<&str>, locale: Locale) -> Option<String> {
    kind.and_then(Kind::from_code).map(|kind| words::kind_label(locale, kind))
}

/// Reads the fields of a form that adds a paper, or a version of one.
pub fn from_form(
    typed: &BTreeMap<String, String>,
    locale: Locale,
    onto: Option<DocumentId>,
) -> Result<(Onto, Option<Sha256Sum>), UploadError> {
    let filled = |name: &str| filled(typed, name);
    if let Some(document) = onto {
        let version =
            Version { issued_on: filled("date_emission"), expires_on: filled("date_fin"), ..Version::default() };
        return version.check(document);
    }
    let kind = filled("type");
    let paper = Paper {
        title: filled("titre").or_else(|| label(kind.as_deref(), locale)),
        private: typed.contains_key("cache"),
        whose: filled("pour"),
        issued_on: filled("date_emission"),
        expires_on: filled("date_fin"),
        good_until: filled("bon_jusque"),
        kind,
        sha256: None,
    };
    paper.check()
}

/// Reads the fields of the form that changes a paper: all of them, an empty date is none.
pub fn changes_from_form(typed: &BTreeMap<String, String>, locale: Locale) -> Result<Changes, UploadError> {
    let filled = |name: &str| filled(typed, name);
    let kind = filled("type");
    let amendment = Amendment {
        title: Some(filled("titre").or_else(|| label(kind.as_deref(), locale)).unwrap_or_default()),
        kind,
        private: Some(typed.contains_key("cache")),
        whose: filled("pour"),
        issued_on: Some(filled("date_emission")),
        expires_on: Some(filled("date_fin")),
        good_until: Some(filled("bon_jusque")),
    };
    amendment.check()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_tells_left_out_from_taken_away() {
        let read = changes(br#"{"title": "Bail", "expires_on": null}"#).unwrap();
        assert_eq!(read.title.unwrap().as_str(), "Bail");
        assert_eq!((read.expires_on, read.issued_on), (Some(None), None));
        assert_eq!(changes(b"{}").unwrap(), Changes::default());
        for wrong in [&b"{\"titre\": \"x\"}"[..], b"[]", b"", b"{\"private\": \"oui\"}", b"{\"expires_on\": 3}"] {
            assert_eq!(changes(wrong), Err(UploadError::Malformed("body")), "{wrong:?}");
        }
        assert!(matches!(
            changes(b"{\"kind\": \"bail\"}"),
            Err(UploadError::Locker(LockerError::Field { field: "kind", .. }))
        ));
    }

    #[test]
    fn a_new_version_forgets_the_dates_of_the_old() {
        let document = DocumentId::draw(&crate::domain::source::Source::system());
        let (onto, _) = from_json("{\"expires_on\": \"2031-05-14\"}", Some(document)).unwrap();
        let Onto::Version(_, changes) = onto else { panic!("{onto:?}") };
        assert_eq!((changes.issued_on, changes.good_until), (Some(None), Some(None)));
        assert_eq!(changes.expires_on.unwrap().unwrap().to_string(), "2031-05-14");
        assert_eq!((changes.title, changes.kind, changes.private), (None, None, None));
    }
}
