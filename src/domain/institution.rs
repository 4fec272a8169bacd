//! Institutions: bodies that receive papers for a purpose, until a date. What the operator registers of one, and what its programs
//! bear. No rule of rights: those are in `policy`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::callback::Callback;
use super::document::{FieldError, tidy};
use super::ids::{InstitutionId, OrganisationId, TokenId};
use super::organisation::Name;
use super::source::Timestamp;
use super::taxonomy::Kind;

/// Longest legal basis, in characters.
pub const LEGAL_BASIS_MAX: usize = 300;
/// Most public keys of one institution: the one in use, the next, and a few machines.
pub const KEYS_MAX: usize = 8;
/// Longest name of a key, in bytes.
pub const KEY_NAME_MAX: usize = 64;

/// On what law or contract an institution asks: one line, 1 to [`LEGAL_BASIS_MAX`] characters. The holder reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LegalBasis(String);

impl LegalBasis {
    /// Tidies and checks.
    ///
    /// # Errors
    /// [`FieldError::Empty`], [`FieldError::TooLong`].
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let tidied = tidy(text);
        match tidied.chars().count() {
            0 => Err(FieldError::Empty),
            n if n > LEGAL_BASIS_MAX => Err(FieldError::TooLong(LEGAL_BASIS_MAX)),
            _ => Ok(Self(tidied)),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LegalBasis {
    type Error = FieldError;
    fn try_from(text: String) -> Result<Self, FieldError> {
        Self::parse(&text)
    }
}

impl From<LegalBasis> for String {
    fn from(basis: LegalBasis) -> Self {
        basis.0
    }
}

/// The public half of a key by which an institution's programs prove whose they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// What assertions name it by (`kid`).
    pub name: String,
    /// The curve, and the point on it.
    #[serde(flatten)]
    pub point: Point,
}

/// A public key's curve and coordinates. One algorithm each, so that no assertion chooses how it is verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "alg")]
pub enum Point {
    /// Ed25519 (RFC 8037), algorithm `EdDSA`.
    #[serde(rename = "EdDSA")]
    Ed25519 {
        /// In base64url, without padding.
        x: String,
    },
    /// P-256 (RFC 7518 §6.2), algorithm `ES256`.
    #[serde(rename = "ES256")]
    P256 {
        /// In base64url, without padding.
        x: String,
        /// The same.
        y: String,
    },
}

impl Point {
    /// The one algorithm that it verifies, as JOSE names it.
    pub const fn algorithm(&self) -> &'static str {
        match self {
            Self::Ed25519 { .. } => "EdDSA",
            Self::P256 { .. } => "ES256",
        }
    }
}

/// What a program may be let do at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Errand {
    /// Ask people for papers, and follow what it asked.
    Requests,
    /// Fetch what people handed over.
    Retrieve,
    /// Deposit papers where people agreed to it.
    Deposit,
}

impl Errand {
    /// Every value, in the order of the documents.
    pub const ALL: [Self; 3] = [Self::Requests, Self::Retrieve, Self::Deposit];

    /// The word in tokens (RFC 6749 §3.3), in the API, on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Retrieve => "retrieve",
            Self::Deposit => "deposit",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Requests => 1,
            Self::Retrieve => 2,
            Self::Deposit => 4,
        }
    }
}

/// Some of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Errands(u8);

impl Errands {
    /// None.
    pub const NONE: Self = Self(0);

    /// Reads the number in the database; none if it has a bit that means nothing.
    pub fn from_number(number: i64) -> Option<Self> {
        let all = Errand::ALL.iter().fold(0, |all, errand| all | errand.bit());
        u8::try_from(number).ok().filter(|bits| bits & !all == 0).map(Self)
    }

    /// The number in the database.
    pub fn number(self) -> i64 {
        self.0.into()
    }

    /// With one more.
    #[must_use]
    pub const fn with(self, errand: Errand) -> Self {
        Self(self.0 | errand.bit())
    }

    /// Whether it is one of them.
    pub const fn has(self, errand: Errand) -> bool {
        self.0 & errand.bit() != 0
    }

    /// Whether they are all among others.
    pub const fn within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }

    /// Those that both have.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Reads words between spaces; none if one of them is not known.
    pub fn parse(words: &str) -> Option<Self> {
        words.split(' ').filter(|word| !word.is_empty()).try_fold(Self::NONE, |all, word| {
            Errand::ALL.into_iter().find(|errand| errand.code() == word).map(|errand| all.with(errand))
        })
    }
}

impl fmt::Display for Errands {
    /// The words, between spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = Errand::ALL.into_iter().filter(|one| self.has(*one)).map(Errand::code).collect();
        f.write_str(&words.join(" "))
    }
}

/// What describes an institution; sealed at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstitutionFields {
    /// Its name, as people know it.
    pub name: Name,
    /// On what it asks.
    pub legal_basis: LegalBasis,
    /// The kinds of papers that it may ask for.
    pub kinds: Vec<Kind>,
    /// The kinds of papers that it may issue: deposit where people agreed to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<Kind>,
    /// Its public keys.
    pub keys: Vec<PublicKey>,
    /// Where its server may be told of what it asked for; none for one that asks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub callbacks: Vec<Callback>,
}

/// What is known of an institution, read under the lock of its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstitutionFacts {
    /// Which.
    pub institution: InstitutionId,
    /// What its programs may do at all.
    pub errands: Errands,
    /// When the operator suspended it, if they did.
    pub suspended_at: Option<Timestamp>,
    /// The organisation whose members act for it as its agents, if it has one. Once it has, it stays: an office never becomes a place where
    /// people are helped.
    pub office: Option<OrganisationId>,
}

/// What a program bears: a token of ours, whose signature was verified. It names who asks, and limits what for; what they may do is decided
/// again at each use, by what is registered then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientToken {
    /// Whose program.
    pub institution: InstitutionId,
    /// The token.
    pub token: TokenId,
    /// What it was made for.
    pub errands: Errands,
    /// From when it is good.
    pub from: Timestamp,
    /// The first moment when it is not.
    pub until: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errands_read_back_and_know_their_own() {
        for bits in 0..8 {
            let errands = Errands::from_number(bits).unwrap();
            assert_eq!(errands.number(), bits);
            assert_eq!(Errands::parse(&errands.to_string()), Some(errands));
            assert!(errands.within(Errands::from_number(7).unwrap()));
            assert_eq!(errands.is_empty(), bits == 0);
        }
        assert_eq!(Errands::from_number(8), None);
        assert_eq!(Errands::from_number(-1), None);
        assert_eq!(Errands::parse("requests admin"), None);
        assert_eq!(Errands::parse("Requests"), None);
        let one = Errands::NONE.with(Errand::Retrieve);
        assert!(!one.within(Errands::NONE.with(Errand::Requests)) && one.has(Errand::Retrieve));
        assert!(one.and(Errands::NONE.with(Errand::Requests)).is_empty());
    }

    #[test]
    fn a_legal_basis_is_a_line_of_words() {
        assert_eq!(LegalBasis::parse("  Article L. 262-2  du CASF ").unwrap().as_str(), "Article L. 262-2 du CASF");
        assert_eq!(LegalBasis::parse(" \n "), Err(FieldError::Empty));
        assert_eq!(LegalBasis::parse(&"x".repeat(301)), Err(FieldError::TooLong(300)));
    }
}
