//! People as an issuer describes them.

use serde::{Deserialize, Serialize};

/// Which of the two issuers somebody comes through (DESIGN §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuerKind {
    /// FranceConnect's place: holders, and relatives who help.
    Holder,
    /// ProConnect's place: aidants, referents, agents of institutions.
    Professional,
}

impl IssuerKind {
    /// The word in addresses and configuration.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Holder => "holder",
            Self::Professional => "professional",
        }
    }

    /// The number in the database and in proofs of rows.
    pub const fn number(self) -> i64 {
        match self {
            Self::Holder => 1,
            Self::Professional => 2,
        }
    }

    /// Reads [`Self::number`].
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Holder),
            2 => Some(Self::Professional),
            _ => None,
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "holder" => Some(Self::Holder),
            "professional" => Some(Self::Professional),
            _ => None,
        }
    }
}

/// The civil identity an issuer gives. Always sealed at rest. Dates and places are kept as the issuer wrote them:
/// FranceConnect gives `1962-00-00` for an unknown day and month.
///
/// No social security number ever enters here (CNIL, DOMAIN C3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CivilIdentity {
    /// All given names, in order, separated by one space.
    pub given_name: String,
    /// Family name at birth (holders) or usual name (professionals).
    pub family_name: String,
    /// The name in use, when it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// `YYYY-MM-DD`; month and day may be `00`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    /// `female`, `male` or `unspecified`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// Geographic code of the place of birth; empty when born abroad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthplace: Option<String>,
    /// Geographic code of the country of birth (`99100` is France).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthcountry: Option<String>,
    /// E-mail address, when the issuer gives one. Never required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}
