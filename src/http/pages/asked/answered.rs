//! A request that was answered: of each piece what was given, or that it was not, and until when.

use super::{Given, given};
use crate::http::pages::asked::one::piece_told;
use crate::locker::requests::PieceView;
use crate::locker::sharing::ShareView;
use crate::words::{Locale, Value, day, say, say_with, within_marks};

/// A piece, and what was given for it.
pub(super) struct Part {
    pub(super) what: String,
    /// A line each.
    pub(super) given: Vec<String>,
}

/// What was answered.
pub(super) struct Answered {
    pub(super) parts: Vec<Part>,
    /// Until when it opens, or that it does no more.
    pub(super) when: String,
    /// Where the share is.
    pub(super) at: String,
}

impl Answered {
    /// By what was handed over, as its holder sees it.
    pub(super) fn of(locale: Locale, pieces: &[PieceView], view: &ShareView) -> Self {
        let Given { when, .. } = given(locale, view);
        let parts = view.fields.as_ref().filter(|_| !view.row.is_doubted).map(|_| pieces.iter().enumerate());
        let parts = parts.into_iter().flatten().map(|(number, piece)| {
            let number = u16::try_from(number).unwrap_or(u16::MAX);
            let (what, _) = piece_told(locale, &piece.piece, "asked-optional");
            Part { what, given: lines(locale, number, view) }
        });
        Self { parts: parts.collect(), when, at: format!("/transmis/{}", view.row.share) }
    }
}

/// What was given for a piece, a line each; or that nothing was.
fn lines(locale: Locale, piece: u16, view: &ShareView) -> Vec<String> {
    let Some(fields) = &view.fields else { return Vec::new() };
    let on = day(locale, view.row.from);
    let given = fields.papers.iter().filter(|paper| paper.piece == piece).map(|paper| {
        let (title, file) =
            (within_marks(locale, paper.title.as_str()), within_marks(locale, paper.file_name.as_str()));
        let values = [("title", title.as_str()), ("file", file.as_str()), ("day", on.as_str())];
        say_with(locale, "answered-given", &values.map(|(name, value)| (name, Value::Text(value))))
    });
    let gone = fields.destroyed.iter().filter(|paper| paper.piece == piece);
    let gone = gone.map(|_| say_with(locale, "answered-destroyed", &[("day", Value::Text(&on))]));
    let given: Vec<String> = given.chain(gone).collect();
    if given.is_empty() {
        let key = if fields.refused.contains(&piece) { "answered-refused" } else { "answered-none" };
        return vec![say(locale, key)];
    }
    given
}
