//! How long a paper is good: its printed date, or the rule of its kind (DOMAIN §5). A default, for telling people in time;
//! whoever asks for a paper may ask for a fresher one.
//!
//! Pure: today is given. To add a rule: a variant of `taxonomy::Validity` and its arm in [`standing`].

use jiff::ToSpan;
use jiff::civil::Date;

use super::document::{Day, DocumentFields};
use super::taxonomy::{Kind, Validity};

/// Where a paper stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Good for ever.
    Permanent,
    /// Good.
    Good,
    /// Good, and its last day is near: see [`notice_days`].
    EndsSoon,
    /// Its last day is over.
    Ended,
    /// Older than what is usually asked for.
    TooOld,
    /// A date is missing to tell.
    Unknown,
    /// Nobody asks how old it is.
    Unstated,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 7] =
        [Self::Permanent, Self::Good, Self::EndsSoon, Self::Ended, Self::TooOld, Self::Unknown, Self::Unstated];

    /// The stable word in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Permanent => "permanent",
            Self::Good => "good",
            Self::EndsSoon => "ends_soon",
            Self::Ended => "ended",
            Self::TooOld => "too_old",
            Self::Unknown => "unknown",
            Self::Unstated => "unstated",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A state, and the last good day where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub state: State,
    /// The last day it is, or was, good.
    pub until: Option<Day>,
}

/// How long before its last day a paper is told about, in days: on the pages, and by a message. Three months: a passport, a residence
/// permit, a right that is renewed each year take as long to be had again. Less where three months would be at once, or too early to do
/// anything:
///
/// - what is given for some months only, and asked for again in its last one: 30;
/// - a day on which somebody is expected, what a doctor wrote for some weeks: 7;
/// - what is asked for « less than three months old », and made anew in a day: 15;
/// - what the next year brings by itself: 30.
pub fn notice_days(kind: Kind) -> i64 {
    match (kind.code(), kind.validity()) {
        ("sejour.convocation_prefecture" | "sante.ordonnance_certificat", _) => 7,
        ("sejour.recepisse" | "sejour.demande_asile" | "sejour.visa" | "etat_civil.certificat_grossesse", _) => 30,
        (_, Validity::Months(0..=3) | Validity::LastThree) => 15,
        (_, Validity::Yearly) if matches!(kind.category().code(), "impots" | "formation") => 30,
        _ => 90,
    }
}

/// The last day of a paper, of which its holder is told beforehand; none where there is none, or it is not known. One of the last three
/// of a row has none by its rule: the next of them comes each month, and each would be told of.
pub fn end_to_tell(fields: &DocumentFields) -> Option<Day> {
    let rule = fields.kind.validity();
    let by_rule =
        || fields.issued_on.filter(|_| rule != Validity::LastThree).and_then(|issued| last_good(rule, issued));
    fields.good_until.or(fields.expires_on).or_else(by_rule)
}

/// Where a paper stands today. `deposited`: the day its version came in; it can't have been issued later.
///
/// The holder's own word (`good_until`) goes before the printed date, which goes before the rule of the kind.
pub fn standing(fields: &DocumentFields, deposited: Day, today: Day) -> Standing {
    if let Some(last) = fields.good_until.or(fields.expires_on) {
        return by_date(fields.kind, last, today);
    }
    let rule = fields.kind.validity();
    let without = |state| Standing { state, until: None };
    match rule {
        Validity::Permanent => without(State::Permanent),
        Validity::Unstated => without(State::Unstated),
        Validity::PrintedDate => without(State::Unknown),
        Validity::PrintedDateOr(_) => match fields.issued_on.and_then(|issued| last_good(rule, issued)) {
            Some(last) => by_date(fields.kind, last, today),
            None => without(State::Unknown),
        },
        Validity::Months(_) | Validity::Yearly | Validity::LastThree => match fields.issued_on {
            Some(issued) => match last_good(rule, issued) {
                Some(last) if last < today => Standing { state: State::TooOld, until: Some(last) },
                Some(last) => Standing { state: State::Good, until: Some(last) },
                None => without(State::Unknown),
            },
            // Even if it was issued the day it came in, it is too old now.
            None if last_good(rule, deposited).is_some_and(|last| last < today) => without(State::TooOld),
            None => without(State::Unknown),
        },
    }
}

fn by_date(kind: Kind, last: Day, today: Day) -> Standing {
    let near = today.date().checked_add(notice_days(kind).days()).unwrap_or(Date::MAX);
    let state = if last < today {
        State::Ended
    } else if last.date() <= near {
        State::EndsSoon
    } else {
        State::Good
    };
    Standing { state, until: Some(last) }
}

/// The last day on which a paper issued on a day is less than so many months old. `None` beyond the calendar.
pub fn within_months(issued: Day, months: u8) -> Option<Day> {
    last_good(Validity::Months(months), issued)
}

/// The last day a paper issued on a day is good, by a rule. `None` beyond the calendar.
fn last_good(rule: Validity, issued: Day) -> Option<Day> {
    let date = issued.date();
    let last = match rule {
        // « Less than so many months old ».
        Validity::Months(months) | Validity::PrintedDateOr(months) => {
            date.checked_add(i64::from(months).months()).ok()?.yesterday().ok()?
        }
        Validity::Yearly => date.checked_add(1.year()).ok()?.yesterday().ok()?,
        // One of the last three until three more months have gone by: those of August, September and October in November.
        Validity::LastThree => date.first_of_month().checked_add(3.months()).ok()?.last_of_month(),
        Validity::PrintedDate | Validity::Permanent | Validity::Unstated => return None,
    };
    Some(Day::of(last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::Title;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn paper(kind: &str, issued: Option<&str>, expires: Option<&str>, good: Option<&str>) -> DocumentFields {
        DocumentFields {
            title: Title::parse("Un papier").unwrap(),
            kind: Kind::from_code(kind).unwrap(),
            whose: crate::domain::document::Whose::Me,
            issued_on: issued.map(day),
            expires_on: expires.map(day),
            good_until: good.map(day),
            private: false,
        }
    }

    #[test]
    fn each_rule_says_until_when() {
        let today = day("2026-11-22");
        for (kind, issued, expires, good, state, until) in [
            ("identite.passeport", None, Some("2027-02-20"), None, State::EndsSoon, Some("2027-02-20")),
            ("identite.passeport", None, Some("2027-02-21"), None, State::Good, Some("2027-02-21")),
            ("identite.passeport", None, Some("2026-11-22"), None, State::EndsSoon, Some("2026-11-22")),
            ("identite.passeport", None, Some("2026-11-21"), None, State::Ended, Some("2026-11-21")),
            ("identite.passeport", Some("2026-01-01"), None, None, State::Unknown, None),
            // A card of 2012 runs five years past its printed date: the holder's word goes first.
            ("identite.carte_nationale", None, Some("2022-05-01"), Some("2027-05-01"), State::Good, Some("2027-05-01")),
            ("logement.bail", None, Some("2027-02-21"), None, State::Good, Some("2027-02-21")),
            ("logement.bail", None, Some("2027-02-20"), None, State::EndsSoon, Some("2027-02-20")),
            ("sejour.recepisse", None, Some("2026-12-23"), None, State::Good, Some("2026-12-23")),
            ("sejour.recepisse", None, Some("2026-12-22"), None, State::EndsSoon, Some("2026-12-22")),
            ("sejour.convocation_prefecture", None, Some("2026-11-30"), None, State::Good, Some("2026-11-30")),
            ("logement.justificatif_domicile", Some("2026-08-23"), None, None, State::Good, Some("2026-11-22")),
            ("logement.justificatif_domicile", Some("2026-08-22"), None, None, State::TooOld, Some("2026-11-21")),
            ("prestations.pension_retraite", Some("2024-11-23"), None, None, State::Good, Some("2026-11-22")),
            ("impots.avis_imposition", Some("2025-11-22"), None, None, State::TooOld, Some("2026-11-21")),
            ("emploi.bulletin_salaire", Some("2026-08-31"), None, None, State::Good, Some("2026-11-30")),
            ("emploi.bulletin_salaire", Some("2026-07-31"), None, None, State::TooOld, Some("2026-10-31")),
            ("logement.election_domicile", Some("2025-12-01"), None, None, State::EndsSoon, Some("2026-11-30")),
            ("logement.election_domicile", None, None, None, State::Unknown, None),
            ("formation.diplome", Some("1990-06-01"), None, None, State::Permanent, None),
            ("formation.courrier", Some("1990-06-01"), None, None, State::Unstated, None),
        ] {
            let found = standing(&paper(kind, issued, expires, good), today, today);
            assert_eq!(found, Standing { state, until: until.map(day) }, "{kind} {issued:?} {expires:?} {good:?}");
        }
    }

    #[test]
    fn what_has_an_end_is_told_of_in_its_time() {
        for (kind, issued, expires, good, end, days) in [
            ("identite.passeport", None, Some("2027-02-20"), None, Some("2027-02-20"), 90),
            ("identite.passeport", Some("2026-01-01"), None, None, None, 90),
            ("identite.carte_nationale", None, Some("2022-05-01"), Some("2027-05-01"), Some("2027-05-01"), 90),
            ("logement.justificatif_domicile", Some("2026-08-23"), None, None, Some("2026-11-22"), 15),
            ("sante.complementaire_solidaire", Some("2026-01-01"), None, None, Some("2026-12-31"), 90),
            ("impots.avis_imposition", Some("2026-08-01"), None, None, Some("2027-07-31"), 30),
            ("logement.election_domicile", Some("2025-12-01"), None, None, Some("2026-11-30"), 90),
            ("emploi.bulletin_salaire", Some("2026-08-31"), None, None, None, 15),
            ("banque.releve_compte", None, None, Some("2026-12-01"), Some("2026-12-01"), 15),
            ("sejour.recepisse", None, Some("2026-12-23"), None, Some("2026-12-23"), 30),
            ("sejour.convocation_prefecture", None, Some("2026-11-30"), None, Some("2026-11-30"), 7),
            ("formation.diplome", Some("1990-06-01"), None, None, None, 90),
        ] {
            let fields = paper(kind, issued, expires, good);
            assert_eq!((end_to_tell(&fields), notice_days(fields.kind)), (end.map(day), days), "{kind}");
        }
    }

    #[test]
    fn a_paper_kept_for_long_is_too_old_even_without_its_date() {
        let proof = paper("logement.justificatif_domicile", None, None, None);
        let today = day("2026-11-22");
        assert_eq!(standing(&proof, day("2026-08-22"), today).state, State::TooOld);
        assert_eq!(standing(&proof, day("2026-08-23"), today).state, State::Unknown);
    }

    proptest! {
        /// Time only makes a paper worse, and no date breaks the rules.
        #[test]
        fn a_paper_never_gets_better_by_waiting(
            kind in 0..super::super::taxonomy::KINDS.len(), issued in 0_i32..4000, ends in 0_i32..4000, has in 0..4, at in 0_i32..4000, later in 0_i32..4000,
        ) {
            let start = jiff::civil::date(2020, 1, 1);
            let on = |days: i32| Day::of(start.checked_add(days.days()).unwrap());
            let fields = DocumentFields {
                issued_on: (has & 1 == 1).then(|| on(issued)),
                expires_on: (has & 2 == 2).then(|| on(ends)),
                ..paper(super::super::taxonomy::KINDS[kind].code(), None, None, None)
            };
            let rank = |state| match state {
                State::Ended | State::TooOld => 2,
                State::EndsSoon => 1,
                _ => 0,
            };
            let now = standing(&fields, on(issued), on(at));
            let then = standing(&fields, on(issued), on(at + later));
            prop_assert!(rank(then.state) >= rank(now.state));
            prop_assert_eq!(now.until.is_some(), matches!(now.state, State::Good | State::EndsSoon | State::Ended) || (now.state == State::TooOld && fields.issued_on.is_some()));
        }

        #[test]
        fn the_ends_of_the_calendar_are_days_too(kind in 0..super::super::taxonomy::KINDS.len()) {
            let fields = paper(super::super::taxonomy::KINDS[kind].code(), Some("9999-12-31"), None, None);
            standing(&fields, day("9999-12-31"), day("9999-12-31"));
            let fields = paper(super::super::taxonomy::KINDS[kind].code(), Some("0000-01-01"), Some("9999-12-31"), None);
            standing(&fields, day("0000-01-01"), day("9999-12-31"));
        }
    }
}
