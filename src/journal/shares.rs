//! What a locker's journal says of its shares: given, paused, gone on with, stopped. Pure; the door asks it before it believes a row.

use crate::domain::entry::{Action, Entry, Object, Outcome};
use crate::domain::ids::ShareId;

/// What an entry says of a share as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It was given: nothing about it stands before this. Or it goes on after a pause.
    Goes,
    /// It is paused.
    Paused,
    /// It was stopped.
    Ended,
}

/// What an entry says of one share as such, if it does.
pub fn word(entry: &Entry, share: ShareId) -> Option<Word> {
    if entry.line.outcome != Outcome::Done || entry.line.object != Object::Share(share) {
        return None;
    }
    match entry.line.action {
        Action::GiveShare | Action::ResumeShare => Some(Word::Goes),
        Action::PauseShare => Some(Word::Paused),
        Action::RevokeShare => Some(Word::Ended),
        _ => None,
    }
}
