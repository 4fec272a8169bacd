//! What a locker's journal says of its agreements: given, stopped. Pure; the door asks it before it believes a row.

use crate::domain::entry::{Action, Entry, Object, Outcome};
use crate::domain::ids::AgreementId;

/// What an entry says of an agreement as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It was given: nothing about it stands before this.
    Goes,
    /// It was stopped.
    Ended,
}

/// What an entry says of one agreement as such, if it does.
pub fn word(entry: &Entry, agreement: AgreementId) -> Option<Word> {
    if entry.line.outcome != Outcome::Done || entry.line.object != Object::Agreement(agreement) {
        return None;
    }
    match entry.line.action {
        Action::GiveAgreement => Some(Word::Goes),
        Action::StopAgreement => Some(Word::Ended),
        _ => None,
    }
}
