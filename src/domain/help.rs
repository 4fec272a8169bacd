//! What is written down of help, sealed: what is proposed, what was agreed to, what a helper sees of it, what a visit was for.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::document::{FieldError, Sha256Sum, tidy};
use super::ids::{CollectionId, DocumentId, MandateId};
use super::judgment::Judgment;
use super::mandate::{Consent, Permissions, Term, USUAL_DAYS, usual_for_relatives};
use super::organisation::Name;
use super::source::Timestamp;
use super::taxonomy::Category;
use super::theme::Theme;

/// Longest purpose, in characters.
pub const PURPOSE_MAX: usize = 500;

/// What help or a visit is for, in words: 1 to [`PURPOSE_MAX`] characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Purpose(String);

impl Purpose {
    /// Tidies and checks.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let tidied = tidy(text);
        match tidied.chars().count() {
            0 => Err(FieldError::Empty),
            n if n > PURPOSE_MAX => Err(FieldError::TooLong(PURPOSE_MAX)),
            _ => Ok(Self(tidied)),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Purpose {
    type Error = FieldError;
    fn try_from(text: String) -> Result<Self, FieldError> {
        Self::parse(&text)
    }
}

impl From<Purpose> for String {
    fn from(purpose: Purpose) -> Self {
        purpose.0
    }
}

/// Permissions on a category, by its code, or on single papers of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryScope {
    /// The category's code.
    pub category: String,
    /// As [`Permissions::bits`].
    pub permissions: u8,
    /// Only these papers, by their ids. Left out: the whole category, papers to come too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub papers: Option<Vec<String>>,
}

impl CategoryScope {
    /// Permissions on a category.
    pub fn new(category: Category, permissions: Permissions) -> Self {
        Self { category: category.code().to_owned(), permissions: permissions.bits(), papers: None }
    }

    /// The same on single papers of the category.
    #[must_use]
    pub fn only(self, papers: &[DocumentId]) -> Self {
        Self { papers: Some(papers.iter().map(ToString::to_string).collect()), ..self }
    }

    /// The single papers, if it is about some.
    pub fn papers(&self) -> Option<Vec<DocumentId>> {
        self.papers.as_ref().map(|papers| papers.iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// Both, read back; none if either has no meaning.
    pub fn read(&self) -> Option<(Category, Permissions)> {
        Some((Category::from_code(&self.category)?, Permissions::from_bits(self.permissions)?))
    }
}

/// How long help is to last, as it is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermFields {
    /// So many days.
    Days(u16),
    /// Until a moment, in microseconds since the Unix epoch.
    Until(i64),
    /// While the holder is there.
    Present,
}

impl From<Term> for TermFields {
    fn from(term: Term) -> Self {
        match term {
            Term::Days(days) => Self::Days(days),
            Term::Until(at) => Self::Until(at.micros()),
            Term::Present => Self::Present,
        }
    }
}

impl From<TermFields> for Term {
    fn from(term: TermFields) -> Self {
        match term {
            TermFields::Days(days) => Self::Days(days),
            TermFields::Until(at) => Self::Until(Timestamp::from_micros(at)),
            TermFields::Present => Self::Present,
        }
    }
}

/// What somebody proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Who would help, as their issuer names them.
    pub helper: Name,
    /// For which organisation, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Name>,
    /// Whether any active aidant of it would.
    #[serde(default)]
    pub desk: bool,
    /// What it would allow.
    pub scope: Vec<CategoryScope>,
    /// For how long.
    pub term: TermFields,
    /// What for.
    pub theme: Theme,
    /// What for, in words.
    pub purpose: Purpose,
    /// The court's decision that it rests on, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgment: Option<Judgment>,
    /// Whether family asks for more than is usual: said in the words, and kept, for these don't change with time.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unusual: bool,
    /// Whether it is agreed to on paper.
    #[serde(default, skip_serializing_if = "is_false")]
    pub on_paper: bool,
    /// Whose mandate ends when this one begins, where somebody hands their task over to a colleague.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Replaced>,
    /// The id of the mandate in force that it would go on from, where the same helper asks again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews: Option<String>,
}

impl Proposed {
    /// Whether family would be let do more than is usual: other permissions, something sensitive, or for longer than a month.
    pub fn is_unusual(&self, now: Timestamp) -> bool {
        let is_usual = |one: &CategoryScope| {
            one.read().is_some_and(|(category, may)| !category.is_sensitive() && may.is_within(usual_for_relatives()))
        };
        let month = now.plus(Duration::from_hours(24 * u64::from(USUAL_DAYS)));
        let is_longer = Term::from(self.term).until(now, Consent::OwnSession).is_none_or(|until| until > month);
        self.organisation.is_none() && (is_longer || !self.scope.iter().all(is_usual))
    }

    /// The mandate in force that it comes after, if it is one: to be had only as long as that one stands as it was.
    pub fn follows(&self) -> Option<MandateId> {
        let renewed = self.renews.as_ref().and_then(|id| id.parse().ok());
        self.replaces.as_ref().and_then(Replaced::mandate).or(renewed)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks for it")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// A mandate that another is to replace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// Its id.
    pub mandate: String,
    /// Whom it names.
    pub helper: Name,
}

impl Replaced {
    /// Its id, if it is one.
    pub fn mandate(&self) -> Option<MandateId> {
        self.mandate.parse().ok()
    }
}

/// How consent was given: the words that were shown, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The language of the words, as a BCP 47 tag.
    pub locale: String,
    /// SHA-256 of the words in UTF-8; the entry bears it too.
    pub sha256: Sha256Sum,
    /// The words.
    pub text: String,
    /// Whether they were read aloud to the holder.
    #[serde(default)]
    pub read_aloud: bool,
    /// Who translated them for the holder, if somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<Name>,
    /// What was signed, and who confirmed it; none where the holder answered in a session of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<Signed>,
}

/// A signed sheet that a second person has confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// SHA-256 of its photo.
    pub sha256: Sha256Sum,
    /// Who confirmed it, as their issuer names them.
    pub confirmed_by: Name,
    /// As which member.
    pub confirmed_as: String,
}

/// What describes the photo of a signed sheet, and how the words were told to the holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetFields {
    /// What kind of file it is, by its content.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of the file.
    pub sha256: Sha256Sum,
    /// SHA-256 of the words that were printed.
    pub words: Sha256Sum,
    /// Whether they were read aloud to the holder.
    #[serde(default)]
    pub read_aloud: bool,
    /// Who translated them for the holder, if somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<Name>,
}

/// The file of a sheet, as it is sealed.
#[derive(Serialize, Deserialize)]
pub struct SheetContent {
    /// Its bytes, in base64.
    pub base64: String,
}

/// What was agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// What was proposed.
    pub proposed: Proposed,
    /// How it was agreed to.
    pub evidence: Evidence,
    /// What the holder has taken back of it since, if they have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub narrowed: Option<Narrowed>,
}

/// What is left of a mandate after its holder has taken something back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Narrowed {
    /// What it still allows.
    pub scope: Vec<CategoryScope>,
    /// Since when, in microseconds since the Unix epoch.
    pub at: i64,
    /// The words that were shown; the entry bears their SHA-256.
    pub text: String,
}

impl Agreed {
    /// What it allows now.
    pub fn scope(&self) -> &[CategoryScope] {
        self.narrowed.as_ref().map_or(&self.proposed.scope, |narrowed| &narrowed.scope)
    }
}

/// Permissions on a category of one locker: its code, and the opaque id that stands for it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownScope {
    /// What.
    #[serde(flatten)]
    pub scope: CategoryScope,
    /// Its collection's id.
    pub collection: String,
}

impl ShownScope {
    /// The collection, if the id is one.
    pub fn collection(&self) -> Option<CollectionId> {
        self.collection.parse().ok()
    }
}

/// What a helper sees of a mandate in their list: whom they help, with what, for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The holder's name.
    pub holder: Name,
    /// What it allows.
    pub scope: Vec<ShownScope>,
    /// What for.
    pub theme: Theme,
    /// What for, in words.
    pub purpose: Purpose,
}

/// What a visit was for, and who made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitFields {
    /// Who, as their issuer names them.
    pub who: Name,
    /// For which organisation, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Name>,
    /// What for, in words.
    pub purpose: Purpose,
    /// 32 random bytes in hexadecimal: the entry bears the SHA-256 of these fields, which nobody can guess.
    pub salt: String,
}
