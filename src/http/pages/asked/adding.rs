//! In the middle of an answer, a paper that is missing is added: what was chosen is kept first, and whoever added it comes back to the
//! request, where the new paper is offered.

use crate::domain::ids::{DocumentId, PaperRequestId};
use crate::domain::taxonomy::{KINDS, Kind};

/// What a paper is added for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::http::pages) struct Answering {
    request: PaperRequestId,
    piece: u16,
    /// What is asked for: one of these.
    pub(in crate::http::pages) kinds: Vec<Kind>,
}

/// A value of a form or an address.
fn value(text: &[u8], wanted: &str) -> Option<String> {
    url::form_urlencoded::parse(text).find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

/// Kinds as an address has them.
fn kinds_in(text: &str) -> Vec<Kind> {
    text.split(',').filter_map(Kind::from_code).take(KINDS.len()).collect()
}

/// The same, the other way round.
fn kinds_as(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(",")
}

impl Answering {
    /// By the button that was pressed in the form of a request.
    pub(in crate::http::pages) fn pressed(request: PaperRequestId, form: &[u8]) -> Self {
        let pressed = value(form, "ajouter").unwrap_or_default();
        let (piece, kinds) = pressed.split_once('.').unwrap_or((&pressed, ""));
        Self { request, piece: piece.parse().unwrap_or_default(), kinds: kinds_in(kinds) }
    }

    /// The value of that button.
    pub(in crate::http::pages) fn button(piece: usize, kinds: &[Kind]) -> String {
        format!("{piece}.{}", kinds_as(kinds))
    }

    /// By the address of the form for a paper, if it is added for a request.
    pub(in crate::http::pages) fn read(query: &str) -> Option<Self> {
        let of = |name| value(query.as_bytes(), name);
        let (request, piece) = (of("demande")?.parse().ok()?, of("numero")?.parse().ok()?);
        Some(Self { request, piece, kinds: kinds_in(&of("type").unwrap_or_default()) })
    }

    /// What stands in that address.
    pub(in crate::http::pages) fn query(&self) -> String {
        format!("demande={}&numero={}&type={}", self.request, self.piece, kinds_as(&self.kinds))
    }

    /// The request, which they come back to, under the pages of requests: as it is, or with what was added.
    pub(in crate::http::pages) fn back(&self, requests: &str, added: Option<DocumentId>) -> String {
        let added = added.map(|document| format!("?ajoute={document}&numero={}", self.piece)).unwrap_or_default();
        format!("{requests}/{}{added}", self.request)
    }
}

/// What was added just now, for which piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http::pages) struct Added {
    pub(in crate::http::pages) piece: u16,
    pub(in crate::http::pages) document: DocumentId,
}

impl Added {
    /// As the address of a request tells it.
    pub(in crate::http::pages) fn read(query: &[u8]) -> Option<Self> {
        let of = |name| value(query, name);
        Some(Self { document: of("ajoute")?.parse().ok()?, piece: of("numero")?.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_paper_is_added_for_goes_with_it_and_back() {
        let request: PaperRequestId = "0b5c0de0-0000-4000-8000-00000000c0de".parse().unwrap();
        let document: DocumentId = "0b5c0de0-0000-4000-8000-00000000c0df".parse().unwrap();
        let lease = Kind::from_code("logement.bail").unwrap();
        let receipt = Kind::from_code("logement.quittance_loyer").unwrap();
        for kinds in [vec![lease], vec![lease, receipt], vec![]] {
            let button = format!("choix=x&ajouter={}", Answering::button(3, &kinds));
            let pressed = Answering::pressed(request, button.as_bytes());
            assert_eq!(pressed, Answering { request, piece: 3, kinds });
            assert_eq!(Answering::read(&pressed.query()), Some(pressed.clone()));
            let back = pressed.back("/demandes", Some(document));
            let (at, query) = back.split_once('?').unwrap();
            assert_eq!(at, pressed.back("/demandes", None));
            assert_eq!(Added::read(query.as_bytes()), Some(Added { piece: 3, document }));
        }
        assert_eq!(Answering::read("lang=en&type=logement.bail"), None);
        assert_eq!(Added::read(b"ajoute=1&numero=0"), None);
    }
}
