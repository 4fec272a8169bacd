//! What a holder typed to give papers to somebody, from a form or an address, and back.

use crate::domain::bearer::DAYS_USUAL;
use crate::domain::document::{Day, FieldError};
use crate::domain::help::Purpose;
use crate::domain::ids::DocumentId;
use crate::domain::organisation::Name;
use crate::locker::LockerError;
use crate::locker::given_codes::ToSomebody;
use crate::locker::typed::TypedGiving;

/// Longest address that papers are kept in while somebody proves who they are: what does not fit is chosen again.
const LONGEST: usize = 1_500;

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
}
