//! What a holder typed to give papers to somebody, from a form or an address, and back.

use super::super::wrongs::Wrongs;
use crate::domain::bearer::DAYS_USUAL;
use crate::domain::document::{Day, FieldError};
use crate::domain::help::Purpose;
use crate::domain::ids::DocumentId;
use crate::domain::organisation::Name;
use crate::domain::request::DAYS_MAX;
use crate::http::Site;
use crate::locker::LockerError;
use crate::locker::given_codes::ToSomebody;
use crate::locker::typed::TypedGiving;
use crate::words::{Locale, say};

/// Longest address that papers are kept in while somebody proves who they are: what does not fit is chosen again.
const LONGEST: usize = 1_500;

/// Longest key of a form; ours are shorter.
const KEY_MAX: usize = 64;

/// Fields by their name in the program and their id in the form.
const IN_FORM: [(&str, &str); 6] = [
    ("papers", "papiers"),
    ("recipient", "nom"),
    ("purpose", "pour"),
    ("until", "jusqua"),
    ("readings", "fois"),
    ("unmarked", "telquel"),
];

/// A form as it was typed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) papers: Vec<DocumentId>,
    pub(super) words: TypedGiving,
}

impl Typed {
    pub(super) fn read(text: &[u8]) -> Self {
        let mut read = Self::default();
        for (name, value) in url::form_urlencoded::parse(text) {
            let kept = || value.trim().chars().take(400).collect::<String>();
            match name.as_ref() {
                "papier" => read.papers.extend(value.parse::<DocumentId>().ok()),
                "nom" => read.words.nom = kept(),
                "pour" => read.words.pour = kept(),
                "jusqua" => read.words.jusqua = kept(),
                "fois" => read.words.fois = kept(),
                "debut" => read.words.debut = kept(),
                "telquel" => read.words.telquel = kept(),
                "cle" if value.len() <= KEY_MAX => read.words.cle = value.into_owned(),
                _ => {}
            }
        }
        read.papers.dedup();
        read
    }

    /// Where they come back to: with the papers that were chosen, and nothing that was written.
    pub(super) fn address(&self, path: &str) -> String {
        let mut address = path.to_owned();
        for (at, paper) in self.papers.iter().enumerate() {
            let part = format!("{}papier={paper}", if at == 0 { '?' } else { '&' });
            if address.len() + part.len() <= LONGEST {
                address.push_str(&part);
            }
        }
        address
    }

    /// What this form is told from others by: its key, and all that was typed. None without a key: it is told from nothing.
    pub(super) fn form(&self) -> Option<String> {
        let words = &self.words;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("cle", Some(words.cle.as_str()).filter(|key| !key.is_empty())?);
        for paper in &self.papers {
            form.append_pair("papier", &paper.to_string());
        }
        let fields = [&words.nom, &words.pour, &words.jusqua, &words.fois, &words.debut, &words.telquel];
        form.extend_pairs(fields.map(|value| ("", value)));
        Some(form.finish())
    }

    /// What is wrong with a field, in words of the page.
    pub(super) fn refused(wrongs: &mut Wrongs, locale: Locale, error: &LockerError) {
        let LockerError::Field { field, error: what } = error else { return };
        let (_, id) = IN_FORM.iter().find(|(name, _)| name == field).copied().unwrap_or(("", "papiers"));
        let key = match (*field, what) {
            ("papers", FieldError::OutOfBounds(_)) => "give-wrong-none",
            ("unmarked", _) => "give-wrong-unmarked",
            ("recipient", FieldError::Empty) => "give-wrong-recipient",
            ("purpose", FieldError::Empty) => "give-wrong-purpose",
            _ => return wrongs.refused(id, locale, error),
        };
        wrongs.add(id, say(locale, key));
    }

    /// All that is wrong with what was typed, before it is looked at with the papers.
    pub(super) fn wrongs(&self, site: &Site, locale: Locale) -> Wrongs {
        let words = &self.words;
        let of = |field| move |error| LockerError::Field { field, error };
        let until = Some(words.jusqua.as_str()).filter(|day| !day.is_empty());
        let until = until.map(|day| site.lockers().may_last(Day::parse(day).map_err(of("until"))?, DAYS_MAX));
        let most = crate::domain::share::READINGS_MAX;
        let is_count = |count: &str| count.parse().is_ok_and(|count| (1..=most).contains(&count));
        let may = |is_right: bool, field| {
            if is_right { Ok(()) } else { Err(of(field)(FieldError::OutOfBounds(most))) }
        };
        let found = [
            Name::parse(&words.nom).map(|_| ()).map_err(of("recipient")),
            Purpose::parse(&words.pour).map(|_| ()).map_err(of("purpose")),
            may(!self.papers.is_empty(), "papers"),
            until.transpose().map(|_| ()),
            may(words.fois.is_empty() || is_count(&words.fois), "readings"),
        ];
        let mut wrongs = Wrongs::default();
        for error in found.iter().filter_map(|one| one.as_ref().err()) {
            Self::refused(&mut wrongs, locale, error);
        }
        wrongs
    }

    /// Days from the first use, where the time begins then.
    pub(super) fn days(&self) -> Option<u16> {
        (!self.words.debut.is_empty()).then_some(DAYS_USUAL)
    }

    pub(super) fn given(&self) -> Result<ToSomebody, LockerError> {
        let wrong = |field, error| LockerError::Field { field, error };
        let words = &self.words;
        let until = Some(words.jusqua.as_str()).filter(|day| !day.is_empty()).map(Day::parse).transpose();
        let readings = Some(words.fois.as_str()).filter(|count| !count.is_empty()).map(str::parse::<u32>).transpose();
        let most = crate::domain::share::READINGS_MAX;
        Ok(ToSomebody {
            papers: self.papers.iter().map(|document| (*document, None)).collect(),
            recipient: Name::parse(&words.nom).map_err(|error| wrong("recipient", error))?,
            purpose: Purpose::parse(&words.pour).map_err(|error| wrong("purpose", error))?,
            until: until.map_err(|error| wrong("until", error))?,
            days: self.days(),
            readings: readings.map_err(|_| wrong("readings", FieldError::OutOfBounds(most)))?,
            unmarked: !words.telquel.is_empty(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_in_the_address_and_what_was_written_is_not() {
        let text = "papier=0b5c0de0-0000-4000-8000-00000000c0de&papier=x&nom=Mme+Petit&pour=Le+bail&debut=1";
        let read = Typed::read(text.as_bytes());
        assert_eq!((read.papers.len(), read.words.nom.as_str(), read.days()), (1, "Mme Petit", Some(30)));
        let address = read.address("/transmettre");
        assert_eq!(address, "/transmettre?papier=0b5c0de0-0000-4000-8000-00000000c0de");
        assert_eq!(Typed::read(address.split_once('?').unwrap().1.as_bytes()).papers, read.papers);
    }

    #[test]
    fn a_form_is_the_same_by_its_key_and_by_all_that_was_typed() {
        let form = |text: &str| Typed::read(text.as_bytes()).form();
        let one = "cle=k&papier=0b5c0de0-0000-4000-8000-00000000c0de&nom=Mme+Petit&pour=Le+bail";
        assert!(form(one).is_some() && form(one) == form(one));
        for other in [
            "&fois=3",
            "&jusqua=2027-01-31",
            "&debut=1",
            "&telquel=1",
            "&nom=M.+Roux",
            "&pour=x",
            "&cle=l",
            "&papier=0b5c0de0-0000-4000-8000-00000000c0df",
        ] {
            assert_ne!(form(&format!("{one}{other}")), form(one), "{other}");
        }
        assert_ne!(form("cle=k&nom=a&pour=b"), form("cle=k&pour=a&nom=b"));
        assert_eq!(form("nom=Mme+Petit"), None);
        assert_eq!(form(&format!("cle={}", "k".repeat(65))), None);
    }
}
