//! Help that a court decided (tutelle, curatelle): which measure, which decision, and what may be kept here of it (decision 24).
//!
//! These limits are ours: what a court allows elsewhere is not for this service to say. To add a measure: a line in [`Measure`], its
//! sentences in both catalogues.

use serde::{Deserialize, Serialize};

use super::document::Day;
use super::mandate::{Permission, Permissions, Term};
use super::organisation::Name;
use super::taxonomy::Category;

/// What a court decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Somebody acts for the person.
    Tutelle,
    /// Somebody assists the person, who acts.
    Curatelle,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 2] = [Self::Tutelle, Self::Curatelle];

    /// The word in the API and the catalogue.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Tutelle => "tutelle",
            Self::Curatelle => "curatelle",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.code() == code)
    }

    /// What may be allowed by it. Under a curatelle the person acts: nobody tidies or hands over in their place.
    pub fn allows(self) -> Permissions {
        let assisting = [Permission::List, Permission::Read, Permission::Deposit];
        match self {
            Self::Tutelle => Permissions::of(Permission::ALL),
            Self::Curatelle => Permissions::of(assisting),
        }
    }
}

/// A court's decision, as who proposes writes it down and a second person compares it with the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgment {
    /// What was decided.
    pub measure: Measure,
    /// Which court.
    pub court: Name,
    /// On which day.
    pub decided_on: Day,
    /// Whether it is about the person too, and not about their property alone: without it, nothing of their health.
    pub person: bool,
}

impl Judgment {
    /// Whether it carries this: permissions on a category.
    pub fn carries(&self, category: Category, permissions: Permissions) -> bool {
        permissions.is_within(self.measure.allows()) && (self.person || !category.is_sensitive())
    }

    /// Whether help by it may last so: until the day that the court named, never « so many days ».
    pub const fn ends_by(term: Term) -> bool {
        matches!(term, Term::Until(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curatelle_assists_and_health_is_named_with_the_person() {
        let (housing, health) = (Category::from_code("logement").unwrap(), Category::from_code("sante").unwrap());
        let one = |measure, person| Judgment {
            measure,
            court: Name::parse("Tribunal judiciaire de Valserin").unwrap(),
            decided_on: Day::parse("2026-03-02").unwrap(),
            person,
        };
        for permission in Permission::ALL {
            let only = Permissions::of([permission]);
            assert!(one(Measure::Tutelle, false).carries(housing, only), "{permission:?}");
            let assists = !matches!(permission, Permission::Organise | Permission::Share);
            assert_eq!(one(Measure::Curatelle, true).carries(housing, only), assists, "{permission:?}");
            assert!(!one(Measure::Tutelle, false).carries(health, only), "{permission:?}");
            assert!(one(Measure::Tutelle, true).carries(health, only), "{permission:?}");
        }
        assert_eq!(Measure::ALL.map(|measure| Measure::from_code(measure.code())), Measure::ALL.map(Some));
        assert!(Measure::from_code("sauvegarde").is_none());
        assert!(!Judgment::ends_by(Term::Days(365)) && !Judgment::ends_by(Term::Present));
    }
}
