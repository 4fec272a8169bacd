//! Whether a version was looked at by the scanner for harmful content, and what came of it (decision 30).

use serde::{Deserialize, Serialize};

/// What is known of a version. Its row says it in clear, for the decision; what describes the version says it sealed: the two must
/// agree, or the paper is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scanned {
    /// There was no scanner when it came in.
    #[default]
    Never,
    /// Nothing was found.
    Clean,
    /// The scanner was away, or the version too large for it, and it was taken so.
    NotScanned,
    /// The same, and nobody opens it before it was scanned.
    Held,
    /// Something was found after it came in: nobody opens it.
    Infected,
}

impl Scanned {
    /// Every value.
    pub const ALL: [Self; 5] = [Self::Never, Self::Clean, Self::NotScanned, Self::Held, Self::Infected];

    /// The number in its row.
    pub const fn number(self) -> i64 {
        match self {
            Self::Never => 0,
            Self::Clean => 1,
            Self::NotScanned => 2,
            Self::Held => 3,
            Self::Infected => 4,
        }
    }

    /// Reads [`Self::number`].
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.number() == number)
    }

    /// The word in the API; none where there was no scanner.
    pub const fn code(self) -> Option<&'static str> {
        match self {
            Self::Never => None,
            Self::Clean => Some("clean"),
            Self::NotScanned => Some("not_scanned"),
            Self::Held => Some("held"),
            Self::Infected => Some("infected"),
        }
    }

    /// Whether there was no scanner.
    pub const fn is_never(&self) -> bool {
        matches!(self, Self::Never)
    }

    /// Whether its bytes may be sent as they are.
    pub const fn opens(self) -> bool {
        matches!(self, Self::Never | Self::Clean | Self::NotScanned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_number_for_ever() {
        for (number, one) in (0..).zip(Scanned::ALL) {
            assert_eq!((one.number(), Scanned::from_number(number)), (number, Some(one)));
        }
        assert_eq!(Scanned::from_number(5), None);
        assert_eq!(Scanned::ALL.map(Scanned::opens), [true, true, true, false, false]);
    }
}
