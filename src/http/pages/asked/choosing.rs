//! What somebody chose for a request, from a form or an address, and back.

use std::collections::BTreeSet;

use crate::domain::document::Day;
use crate::domain::ids::DocumentId;
use crate::domain::request::AnswerFields;
use crate::locker::LockerError;
use crate::locker::sharing::{Chosen, HandOver};

/// What somebody chose: as a form sends it, and as an address keeps it while they prove again who they are.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in crate::http::pages) struct Choosing {
    pub(in crate::http::pages) papers: Vec<(u16, DocumentId)>,
    pub(in crate::http::pages) refused: BTreeSet<u16>,
    pub(in crate::http::pages) until: Option<String>,
    /// Whether anything was chosen yet: the page proposes what fits otherwise.
    pub(in crate::http::pages) is_some: bool,
}

impl Choosing {
    pub(in crate::http::pages) fn read(text: &[u8]) -> Self {
        let mut read = Self::default();
        for (name, value) in url::form_urlencoded::parse(text) {
            match name.as_ref() {
                "choix" => {
                    let chosen = value.split_once('.').and_then(|(n, id)| Some((n.parse().ok()?, id.parse().ok()?)));
                    read.papers.extend(chosen);
                }
                "refus" => read.refused.extend(value.parse::<u16>().ok()),
                "jusqua" => read.until = Some(value.trim().to_owned()).filter(|day| !day.is_empty()),
                _ => continue,
            }
            read.is_some = true;
        }
        read
    }

    /// What was kept.
    pub(in crate::http::pages) fn of(kept: &AnswerFields) -> Self {
        Self {
            papers: kept.papers.iter().map(|one| (one.piece, one.document)).collect(),
            refused: kept.refused.iter().copied().collect(),
            until: kept.until.map(|day| day.to_string()),
            is_some: true,
        }
    }

    pub(in crate::http::pages) fn query(&self) -> String {
        let mut out = url::form_urlencoded::Serializer::new(String::new());
        for (piece, document) in &self.papers {
            out.append_pair("choix", &format!("{piece}.{document}"));
        }
        for piece in &self.refused {
            out.append_pair("refus", &piece.to_string());
        }
        if let Some(day) = &self.until {
            out.append_pair("jusqua", day);
        }
        out.finish()
    }

    pub(in crate::http::pages) fn hand(&self) -> Result<HandOver, LockerError> {
        let until = self.until.as_deref().map(Day::parse).transpose();
        let until = until.map_err(|error| LockerError::Field { field: "until", error })?;
        let chosen =
            |(piece, document): &(u16, DocumentId)| Chosen { piece: *piece, document: *document, version: None };
        let papers = self.papers.iter().map(chosen).collect();
        Ok(HandOver { papers, refused: self.refused.iter().copied().collect(), until, readings: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_comes_back_as_it_was() {
        let text = "choix=0.0b5c0de0-0000-4000-8000-00000000c0de&choix=2.0b5c0de0-0000-4000-8000-00000000c0df&refus=1&jusqua=2027-01-31";
        let read = Choosing::read(text.as_bytes());
        assert_eq!((read.papers.len(), read.refused.len(), read.until.as_deref()), (2, 1, Some("2027-01-31")));
        assert_eq!(Choosing::read(read.query().as_bytes()), read);
        assert!(!Choosing::read(b"lang=en").is_some);
        assert_eq!(Choosing::read(b"choix=nonsense&refus=x").papers, []);
    }
}
