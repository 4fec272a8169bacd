//! The form by which somebody is asked for papers: what is typed, what is wrong with it, all of it at once, and what may be chosen.

use crate::domain::document::{Day, FieldError};
use crate::domain::help::Purpose;
use crate::domain::ids::PaperRequestId;
use crate::domain::organisation::Name;
use crate::domain::request::{DAYS_MAX, Piece, READY, ready};
use crate::domain::taxonomy::{Category, Kind};
use crate::http::Site;
use crate::http::sentences::fault;
use crate::locker::LockerError;
use crate::locker::requests::Asking;
use crate::words::{Locale, as_key, category_label, kind_label, say};

/// For how many days papers are read, unless said otherwise.
const DAYS: u16 = 90;
/// For how many days a request waits, unless said otherwise.
const WAITS: u16 = 30;

/// What is typed.
#[derive(Debug, Default, Clone)]
pub(super) struct Typed {
    /// Drawn for each form: what is sent with the same is the same form, sent again.
    pub(super) key: String,
    pub(super) list: String,
    pub(super) kinds: Vec<String>,
    pub(super) purpose: String,
    pub(super) reference: String,
    pub(super) deadline: String,
    pub(super) days: String,
}

/// Within which days somebody may be asked to answer.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Within {
    first: Option<Day>,
    last: Option<Day>,
}

impl Within {
    pub(super) fn of(site: &Site) -> Self {
        let day = |days| site.lockers().until_usual(days).and_then(|day| Day::parse(&day).ok());
        Self { first: day(0), last: day(DAYS_MAX) }
    }

    fn check(self, day: Day) -> Result<Day, FieldError> {
        if self.first.is_some_and(|first| day < first) {
            return Err(FieldError::Past);
        }
        if self.last.is_some_and(|last| day > last) {
            return Err(FieldError::TooFar(DAYS_MAX));
        }
        Ok(day)
    }
}

impl Typed {
    pub(super) fn blank(site: &Site) -> Self {
        let deadline = site.lockers().until_usual(WAITS).unwrap_or_default();
        let key = PaperRequestId::draw(site.lockers().door().source()).to_string();
        Self { key, deadline, days: DAYS.to_string(), ..Self::default() }
    }

    pub(super) fn read(form: &[u8]) -> Self {
        let mut typed = Self::default();
        for (name, value) in url::form_urlencoded::parse(form) {
            let value = value.into_owned();
            match &*name {
                "cle" => typed.key = value,
                "liste" => typed.list = value,
                "papier" => typed.kinds.push(value),
                "pour" => typed.purpose = value,
                "dossier" => typed.reference = value,
                "avant" => typed.deadline = value,
                "jours" => typed.days = value,
                _ => {}
            }
        }
        typed
    }

    fn pieces(&self) -> Result<Vec<Piece>, LockerError> {
        let wrong = |error| LockerError::Field { field: "pieces", error };
        let mut pieces = match self.list.as_str() {
            "" => Vec::new(),
            list => ready(list).ok_or(wrong(FieldError::UnknownKind))?,
        };
        for code in &self.kinds {
            let kind = Kind::from_code(code).ok_or(wrong(FieldError::UnknownKind))?;
            // What a list asks for already is not asked for twice.
            if !pieces.iter().any(|piece| piece.kinds.contains(&kind)) {
                pieces.push(Piece { kinds: vec![kind], label: None, months: None, count: 1, mandatory: true });
            }
        }
        if pieces.is_empty() { Err(wrong(FieldError::Empty)) } else { Ok(pieces) }
    }

    fn deadline(&self, within: Within) -> Result<Day, FieldError> {
        Day::parse(self.deadline.trim()).and_then(|day| within.check(day))
    }

    fn days(&self) -> Option<u16> {
        self.days.trim().parse().ok().filter(|days| (1..=DAYS_MAX).contains(days))
    }

    /// What is asked; or all that is wrong with it, in the order of the form.
    pub(super) fn asking(&self, within: Within) -> Result<Asking, Vec<LockerError>> {
        let wrong = |field| move |error| LockerError::Field { field, error };
        let reference = Some(self.reference.as_str()).filter(|text| !text.trim().is_empty());
        let pieces = self.pieces();
        let purpose = Purpose::parse(&self.purpose).map_err(wrong("purpose"));
        let reference = reference.map(Name::parse).transpose().map_err(wrong("reference"));
        let deadline = self.deadline(within).map_err(wrong("deadline"));
        let days = self.days().ok_or(FieldError::OutOfBounds(DAYS_MAX.into())).map_err(wrong("days"));
        match (pieces, purpose, reference, deadline, days) {
            (Ok(pieces), Ok(purpose), Ok(reference), Ok(deadline), Ok(days)) => {
                Ok(Asking { pieces, purpose, reference, deposits: Vec::new(), deadline, days, callback: None })
            }
            (pieces, purpose, reference, deadline, days) => {
                let all = [pieces.err(), purpose.err(), reference.err(), deadline.err(), days.err()];
                Err(all.into_iter().flatten().collect())
            }
        }
    }
}

/// What is wrong, as the page says it.
pub(super) struct Wrong {
    /// The id of the field.
    pub(super) at: &'static str,
    /// What to do about it.
    pub(super) told: String,
}

impl Wrong {
    /// None for what is no field of this form.
    pub(super) fn of(locale: Locale, error: &LockerError) -> Option<Self> {
        let LockerError::Field { field, error: what } = error else { return None };
        let (at, key) = match (*field, what) {
            ("pieces" | "list", FieldError::Empty) => ("papiers", Some("office-no-pieces")),
            ("pieces" | "list" | "pieces.kinds", _) => ("papiers", Some("office-bad-pieces")),
            ("purpose", FieldError::Empty) => ("pour", Some("office-no-purpose")),
            ("purpose", _) => ("pour", None),
            ("reference", _) => ("dossier", None),
            ("deadline", FieldError::TooFar(_)) => ("avant", Some("office-far-deadline")),
            ("deadline", _) => ("avant", Some("office-bad-deadline")),
            ("days", _) => ("jours", Some("office-bad-days")),
            _ => return None,
        };
        Some(Self { at, told: key.map_or_else(|| fault(error).told(locale).1, |key| say(locale, key)) })
    }
}

/// A list or a kind that may be asked for.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) is_chosen: bool,
}

/// The kinds of a category.
pub(super) struct Shelf {
    pub(super) name: String,
    pub(super) choices: Vec<Choice>,
}

/// What an institution may ask for, as choices: lists all of whose pieces it may, and kinds.
pub(super) fn choices(locale: Locale, kinds: &[Kind], typed: &Typed) -> (Vec<Choice>, Vec<Shelf>) {
    let may = |list: &&str| ready(list).is_some_and(|pieces| pieces.iter().all(|piece| piece.check(kinds).is_ok()));
    let list = |code: &str| Choice {
        value: code.to_owned(),
        label: say(locale, &format!("list-{}", as_key(code))),
        is_chosen: typed.list == code,
    };
    let lists = READY.iter().map(|(code, _)| *code).filter(may).map(list).collect();
    let mut shelves: Vec<(Category, Shelf)> = Vec::new();
    for kind in kinds {
        let choice = Choice {
            value: kind.code().to_owned(),
            label: kind_label(locale, *kind),
            is_chosen: typed.kinds.iter().any(|code| code == kind.code()),
        };
        let category = kind.category();
        if let Some((_, shelf)) = shelves.iter_mut().find(|(of, _)| *of == category) {
            shelf.choices.push(choice);
        } else {
            shelves.push((category, Shelf { name: category_label(locale, category), choices: vec![choice] }));
        }
    }
    (lists, shelves.into_iter().map(|(_, shelf)| shelf).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::KINDS;

    #[test]
    fn only_what_may_be_asked_for_is_a_choice() {
        for locale in Locale::ALL {
            let typed = Typed { list: "rsa".to_owned(), ..Typed::default() };
            let (lists, shelves) = choices(locale, KINDS, &typed);
            assert_eq!(lists.len(), READY.len());
            assert_eq!(lists.iter().filter(|list| list.is_chosen).count(), 1);
            assert_eq!(shelves.iter().map(|shelf| shelf.choices.len()).sum::<usize>(), KINDS.len());
            let (lists, shelves) = choices(locale, &KINDS[..1], &typed);
            assert!(lists.is_empty() && shelves.len() == 1, "one kind fills no list");
        }
    }

    #[test]
    fn a_list_and_kinds_together_ask_for_nothing_twice() {
        let typed = Typed::read(
            b"liste=rsa&papier=identite.carte_nationale&papier=logement.bail&pour=RSA&dossier=+&avant=2027-01-31&jours=30",
        );
        let list = ready("rsa").unwrap();
        let asking = typed.asking(Within::default()).unwrap();
        let asked = |code: &str| {
            let kind = Kind::from_code(code).unwrap();
            asking.pieces.iter().filter(|piece| piece.kinds.contains(&kind)).count()
        };
        assert!(asking.pieces.len() >= list.len() && asking.reference.is_none());
        assert_eq!((asked("identite.carte_nationale"), asked("logement.bail")), (1, 1));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_each_at_its_field() {
        let day = |text: &str| Day::parse(text).ok();
        let within = Within { first: day("2027-01-01"), last: day("2028-01-01") };
        let long = "a".repeat(700);
        for (form, fields) in [
            ("papier=x&pour=a&avant=2027-01-31&jours=30", vec!["papiers"]),
            ("liste=x&pour=a&avant=2027-01-31&jours=30", vec!["papiers"]),
            ("liste=rsa&pour=&avant=2027-01-31&jours=30", vec!["pour"]),
            ("liste=rsa&pour=a&avant=hier&jours=30", vec!["avant"]),
            ("liste=rsa&pour=a&avant=2026-12-31&jours=30", vec!["avant"]),
            ("liste=rsa&pour=a&avant=2028-01-02&jours=30", vec!["avant"]),
            ("liste=rsa&pour=a&avant=2027-01-31&jours=366", vec!["jours"]),
            (
                &format!("pour={long}&dossier={long}&avant=&jours=0"),
                vec!["papiers", "pour", "dossier", "avant", "jours"],
            ),
        ] {
            let errors = Typed::read(form.as_bytes()).asking(within).unwrap_err();
            for locale in Locale::ALL {
                let wrong: Vec<Wrong> = errors.iter().filter_map(|error| Wrong::of(locale, error)).collect();
                assert_eq!(wrong.iter().map(|one| one.at).collect::<Vec<_>>(), fields, "{form}");
                assert!(wrong.iter().all(|one| !one.told.is_empty() && !one.told.contains("office-")));
            }
        }
        assert!(Typed::read(b"liste=rsa&pour=a&avant=2027-01-31&jours=30").asking(within).is_ok());
    }
}
