//! A court's decision, as a referent of the organisation checks it (decision 24): what they read in the document themselves, compared with
//! what was proposed and with whose locker it is.

use super::consult::fold;
use crate::domain::basis::Basis;
use crate::domain::document::{Day, FieldError};
use crate::domain::help::{CategoryScope, Proposed};
use crate::domain::judgment::{Judgment, Measure};
use crate::domain::mandate::{Permissions, Term};
use crate::domain::person::CivilIdentity;
use crate::domain::taxonomy::Category;

/// What a second person says that they saw.
#[derive(Debug, Clone, Copy, Default)]
pub struct Checked<'t> {
    /// SHA-256 of the words and of the photo, as the list gives it.
    pub accepts: Option<&'t str>,
    /// The holder's family name, as it stands there.
    pub family_name: &'t str,
    /// Of a court's decision: the protected person's first given name.
    pub given_name: &'t str,
    /// Their day of birth, `YYYY-MM-DD`.
    pub birthdate: &'t str,
    /// The measure.
    pub measure: &'t str,
    /// Whether it is about the person too.
    pub person: bool,
}

/// Whether what is given without the holder's own answer may hold this: on paper nothing sensitive, by a court's decision what it
/// carries.
pub(super) fn is_carried(
    basis: Basis,
    judgment: Option<&Judgment>,
    category: Category,
    permissions: Permissions,
) -> bool {
    match basis {
        Basis::Answer => judgment.is_none(),
        Basis::Sheet => judgment.is_none() && !category.is_sensitive(),
        Basis::Judgment => judgment.is_some_and(|one| one.carries(category, permissions)),
    }
}

/// What is wrong with what [`is_carried`] says no to.
pub(super) fn not_carried(
    basis: Basis,
    judgment: Option<&Judgment>,
    category: Category,
    permissions: Permissions,
) -> FieldError {
    match (basis, judgment) {
        (Basis::Sheet, None) if category.is_sensitive() => FieldError::NotOnPaper,
        (Basis::Judgment, Some(one)) if !permissions.is_within(one.measure.allows()) => FieldError::BeyondMeasure,
        (Basis::Judgment, Some(_)) if category.is_sensitive() => FieldError::NotOfPerson,
        _ => FieldError::Empty,
    }
}

/// The same of all that was proposed without the holder's own answer, and its end.
pub(super) fn is_whole(basis: Basis, proposed: &Proposed) -> bool {
    let judgment = proposed.judgment.as_ref();
    let carried =
        |one: &CategoryScope| one.read().is_some_and(|(category, may)| is_carried(basis, judgment, category, may));
    let is_ended = judgment.is_none() || Judgment::ends_by(Term::from(proposed.term));
    basis != Basis::Answer && is_ended && proposed.scope.iter().all(carried)
}

/// Whether who checks read the same measure in the document as who proposes wrote down.
pub(super) fn is_same_decision(proposed: &Proposed, checked: &Checked<'_>) -> bool {
    proposed.judgment.as_ref().is_none_or(|judgment| {
        Measure::from_code(checked.measure) == Some(judgment.measure) && checked.person == judgment.person
    })
}

fn is_named(typed: &str, names: &[Option<&String>]) -> bool {
    let typed = fold(typed.trim());
    !typed.is_empty() && names.iter().flatten().any(|known| fold(known.trim()) == typed)
}

/// Whether a day is the one that the issuer vouches for, as far as it is known: month and day may be `00`.
fn is_born(typed: &str, known: Option<&String>) -> bool {
    let Ok(day) = Day::parse(typed.trim()) else { return false };
    let typed = day.to_string();
    let parts = |text: &str| text.splitn(3, '-').map(str::to_owned).collect::<Vec<_>>();
    known.is_some_and(|known| {
        let (typed, known) = (parts(&typed), parts(known));
        known.len() == 3 && typed.iter().zip(&known).all(|(typed, known)| known == "00" || typed == known)
    })
}

/// Whether what stands on the paper names the holder. A signed sheet is theirs; a court's decision may be about somebody of the same
/// family, so that it names them by their given name and day of birth too.
pub(super) fn names_the_holder(basis: Basis, holder: &CivilIdentity, checked: &Checked<'_>) -> bool {
    let first = |name: &str| fold(name).split_whitespace().next().unwrap_or_default().to_owned();
    let is_family = is_named(checked.family_name, &[Some(&holder.family_name), holder.preferred_username.as_ref()]);
    let given = first(checked.given_name);
    let is_given = !given.is_empty() && given == first(&holder.given_name);
    is_family && (basis != Basis::Judgment || (is_given && is_born(checked.birthdate, holder.birthdate.as_ref())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mothers_decision_does_not_name_her_daughter() {
        let lucie = CivilIdentity {
            given_name: "Lucie Jeanne".into(),
            family_name: "ROUX".into(),
            birthdate: Some("1971-05-09".into()),
            ..CivilIdentity::default()
        };
        let right = Checked { family_name: "roux", given_name: "Lucie", birthdate: "1971-05-09", ..Checked::default() };
        assert!(names_the_holder(Basis::Judgment, &lucie, &right));
        for wrong in [
            Checked { given_name: "Jeanne", ..right },
            Checked { given_name: "", ..right },
            Checked { birthdate: "1941-05-09", ..right },
            Checked { birthdate: "1971-05", ..right },
            Checked { family_name: "Benali", ..right },
        ] {
            assert!(!names_the_holder(Basis::Judgment, &lucie, &wrong), "{wrong:?}");
        }
        assert!(names_the_holder(Basis::Sheet, &lucie, &Checked { given_name: "", birthdate: "", ..right }));
        // A day that the issuer does not know can't be compared; a part of it can.
        let part = CivilIdentity { birthdate: Some("1971-00-00".into()), ..lucie.clone() };
        assert!(names_the_holder(Basis::Judgment, &part, &Checked { birthdate: "1971-12-31", ..right }));
        assert!(!names_the_holder(Basis::Judgment, &part, &Checked { birthdate: "1972-05-09", ..right }));
        assert!(!names_the_holder(Basis::Judgment, &CivilIdentity { birthdate: None, ..lucie }, &right));
    }
}
