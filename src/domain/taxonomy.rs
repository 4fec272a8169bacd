//! The ten categories and the kinds of papers (DOMAIN §5): codes, sides, default validity.
//!
//! Labels are in the catalogue, under `category-CODE` and `kind-CODE` (dots and underscores become dashes).
//! To add a kind: one line in `kinds!`, one label per language; a test fails until both are there.

use serde::{Deserialize, Serialize};

/// How long a paper of a kind is taken as good, unless a request says otherwise (DOMAIN §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// Until the date printed on it.
    PrintedDate,
    /// The same; this many months after its issue when no date was told.
    PrintedDateOr(u8),
    /// Less than this many months old.
    Months(u8),
    /// The one of the current year.
    Yearly,
    /// The last three in a row.
    LastThree,
    /// For ever.
    Permanent,
    /// Nothing is said.
    Unstated,
}

/// One of the ten categories ("rubrique"): what mandates are scoped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Category {
    code: &'static str,
    sensitive: bool,
}

impl Category {
    /// The stable word in the API.
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// Health: outside every mandate unless named.
    pub const fn is_sensitive(self) -> bool {
        self.sensitive
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        CATEGORIES.iter().copied().find(|c| c.code == code)
    }
}

/// The ten categories, in the order of the pages.
pub const CATEGORIES: [Category; 10] = [
    Category { code: "identite", sensitive: false },
    Category { code: "sejour", sensitive: false },
    Category { code: "etat_civil", sensitive: false },
    Category { code: "logement", sensitive: false },
    Category { code: "emploi", sensitive: false },
    Category { code: "prestations", sensitive: false },
    Category { code: "impots", sensitive: false },
    Category { code: "sante", sensitive: true },
    Category { code: "banque", sensitive: false },
    Category { code: "formation", sensitive: false },
];

/// A kind of paper ("type"): `category.word`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    code: &'static str,
    two_sided: bool,
    validity: Validity,
}

impl Kind {
    /// The stable code, such as `logement.quittance_loyer`.
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// Whether the paper has something on both sides.
    pub const fn is_two_sided(self) -> bool {
        self.two_sided
    }

    /// Its default validity.
    pub const fn validity(self) -> Validity {
        self.validity
    }

    /// The category it belongs to.
    pub fn category(self) -> Category {
        let code = self.code.split_once('.').map_or("", |(category, _)| category);
        // Every code's first half is a category: the tests hold the table to it.
        Category::from_code(code).unwrap_or(Category { code: "formation", sensitive: false })
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        KINDS.iter().copied().find(|k| k.code == code)
    }
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code)
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| serde::de::Error::custom("unknown kind of paper"))
    }
}

macro_rules! kinds {
    ($($code:literal $sides:literal $validity:expr;)*) => {
        /// Every kind, in the order of the pages.
        pub const KINDS: &[Kind] = &[$(Kind { code: $code, two_sided: $sides == 2, validity: $validity }),*];
    };
}

use Validity::{LastThree, Months, Permanent, PrintedDate, PrintedDateOr, Unstated, Yearly};

kinds! {
    "identite.carte_nationale" 2 PrintedDate;
    "identite.passeport" 1 PrintedDate;
    "identite.permis_conduire" 2 PrintedDate;
    "identite.photo" 1 Unstated;
    "identite.declaration_perte" 1 Unstated;
    "sejour.titre_sejour" 2 PrintedDate;
    "sejour.recepisse" 1 PrintedDate;
    "sejour.demande_asile" 1 PrintedDate;
    "sejour.visa" 1 PrintedDate;
    "sejour.convocation_prefecture" 1 PrintedDate;
    "etat_civil.acte_naissance" 1 Months(3);
    "etat_civil.livret_famille" 1 Permanent;
    "etat_civil.acte_mariage_pacs" 1 Months(3);
    "etat_civil.jugement_divorce_garde" 1 Permanent;
    "etat_civil.certificat_grossesse" 1 PrintedDate;
    "logement.justificatif_domicile" 1 Months(3);
    "logement.attestation_hebergement" 1 Months(3);
    "logement.election_domicile" 1 PrintedDateOr(12);
    "logement.bail" 1 PrintedDate;
    "logement.quittance_loyer" 1 LastThree;
    "logement.assurance_habitation" 1 Yearly;
    "logement.demande_logement_social" 1 Yearly;
    "emploi.bulletin_salaire" 1 LastThree;
    "emploi.contrat_travail" 1 Permanent;
    "emploi.attestation_employeur" 1 Months(3);
    "emploi.attestation_france_travail" 1 LastThree;
    "emploi.cv" 1 Unstated;
    "prestations.attestation_paiement" 1 Months(3);
    "prestations.quotient_familial" 1 Months(3);
    "prestations.notification_rsa" 1 Unstated;
    "prestations.notification_aah_mdph" 1 PrintedDate;
    "prestations.pension_retraite" 1 Months(24);
    "impots.avis_imposition" 1 Yearly;
    "impots.declaration_revenus" 1 Yearly;
    "impots.taxe_fonciere" 1 Yearly;
    "sante.carte_vitale" 1 Permanent;
    "sante.attestation_droits" 1 Yearly;
    "sante.complementaire_solidaire" 1 Yearly;
    "sante.mutuelle" 1 Yearly;
    "sante.ame" 1 Yearly;
    "sante.ordonnance_certificat" 1 PrintedDate;
    "banque.rib" 1 Permanent;
    "banque.releve_compte" 1 LastThree;
    "banque.dossier_surendettement" 1 Permanent;
    "formation.diplome" 1 Permanent;
    "formation.certificat_scolarite" 1 Yearly;
    "formation.mandat_accompagnement" 1 PrintedDate;
    "formation.jugement_protection" 1 PrintedDate;
    "formation.courrier" 1 Unstated;
    "formation.photo_souvenir" 1 Unstated;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_code_and_lies_in_its_category() {
        for kind in KINDS {
            assert_eq!(Kind::from_code(kind.code()), Some(*kind));
            let (category, word) = kind.code().split_once('.').unwrap();
            assert_eq!(Category::from_code(category), Some(kind.category()), "{}", kind.code());
            assert!(!word.is_empty());
        }
        let mut codes: Vec<_> = KINDS.iter().map(|k| k.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), KINDS.len(), "a code stands twice");
        for category in CATEGORIES {
            assert!(KINDS.iter().any(|k| k.category() == category), "{} is empty", category.code());
        }
    }

    #[test]
    fn these_papers_have_two_sides() {
        let two: Vec<_> = KINDS.iter().filter(|kind| kind.is_two_sided()).map(|kind| kind.code()).collect();
        assert_eq!(two, ["identite.carte_nationale", "identite.permis_conduire", "sejour.titre_sejour"]);
    }

    #[test]
    fn health_alone_is_sensitive() {
        let sensitive: Vec<_> = CATEGORIES.iter().filter(|c| c.is_sensitive()).map(|c| c.code()).collect();
        assert_eq!(sensitive, ["sante"]);
    }
}
