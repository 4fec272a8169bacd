//! The ten themes (DOMAIN §2): what help is asked for. Vocabulary of purposes, never of scope.

use serde::{Deserialize, Serialize};

macro_rules! themes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal;)*) => {
        /// What help is asked for: the vocabulary of purposes, never of scope (DOMAIN §2).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Theme { $($(#[$doc])* $variant,)* }

        impl Theme {
            /// Every theme.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word in the API and the catalogue.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Reads [`Self::code`].
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

themes! {
    /// Papers, citizenship, elections.
    Papiers = "papiers";
    /// Family, school.
    Famille = "famille";
    /// Social matters, health.
    Social = "social";
    /// Work, training.
    Travail = "travail";
    /// Housing.
    Logement = "logement";
    /// Transport, mobility.
    Transports = "transports";
    /// Money, taxes, consumption.
    Argent = "argent";
    /// Justice.
    Justice = "justice";
    /// Foreigners, Europe.
    Etranger = "etranger";
    /// Leisure, sport, culture.
    Loisirs = "loisirs";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_read_back() {
        assert_eq!(Theme::ALL.len(), 10);
        for theme in Theme::ALL {
            assert_eq!(Theme::from_code(theme.code()), Some(*theme));
        }
    }
}
