//! What somebody has chosen so far for a request, kept until they go on: on another day, or with somebody else.

use super::sharing::HandOver;
use super::{LockerError, Lockers};
use crate::access::Caller;
use crate::domain::document::FieldError;
use crate::domain::ids::{LockerId, PaperRequestId};
use crate::domain::request::{AnswerFields, Choice, PIECES_MAX, RequestFields};
use crate::domain::share::PAPERS_MAX;
use crate::store::grant::Held;
use crate::store::{answers, documents, keys, lockers};
use crate::vault::sealed::Place;

const fn wrong(field: &'static str, error: FieldError) -> LockerError {
    LockerError::Field { field, error }
}

/// Whether what was chosen could be an answer one day: each of a piece that there is, and not more than fits.
fn may_be_kept(fields: &RequestFields, hand: &HandOver) -> Result<(), LockerError> {
    let pieces = hand.papers.iter().map(|chosen| chosen.piece).chain(hand.refused.iter().copied());
    if pieces.into_iter().any(|piece| fields.pieces.get(usize::from(piece)).is_none()) {
        return Err(wrong("piece", FieldError::Absent));
    }
    if hand.papers.len() > PAPERS_MAX {
        return Err(wrong("papers", FieldError::OutOfBounds(u32::try_from(PAPERS_MAX).unwrap_or(0))));
    }
    if hand.refused.len() > PIECES_MAX {
        return Err(wrong("refused", FieldError::OutOfBounds(u32::try_from(PIECES_MAX).unwrap_or(0))));
    }
    Ok(())
}

impl Lockers {
    /// Keeps what somebody has chosen so far for a request, in place of what was kept before. Nothing is handed over. What a helper does
    /// not see stays as its holder chose it.
    pub async fn keep_choices(
        &self,
        caller: &Caller,
        (locker, request): (LockerId, PaperRequestId),
        hand: HandOver,
    ) -> Result<(), LockerError> {
        let (mut tx, pending, row) = self.door().begin_keeping_answer(caller, (locker, request)).await?;
        let place = Place::PaperRequest(row.facts.institution, request);
        let fields: RequestFields = self.0.vault.open_in_directory(place, &row.details)?;
        let found = documents::to_give(&mut tx, &pending).await?;
        let is_seen = |document| found.iter().any(|paper| paper.document == document);
        let is_helper = pending.help().is_some();
        let kept = may_be_kept(&fields, &hand).and_then(|()| {
            if let (true, Some(_)) = (is_helper, hand.until) {
                self.lasts(&fields, hand.until, fields.days)?;
            }
            let all_there = hand.papers.iter().all(|chosen| is_seen(chosen.document));
            if all_there { Ok(()) } else { Err(wrong("papers", FieldError::NoSuchPaper)) }
        });
        if let Err(error) = kept {
            drop((tx, pending));
            self.door().note_not_kept(caller, locker).await?;
            return Err(error);
        }
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let before = answers::find(&mut tx, &pending, request).await?;
        let make = |before: Option<AnswerFields>| {
            // Of what they see, what is not chosen any more is not.
            let before = before.filter(|_| is_helper).map(|before| before.papers).unwrap_or_default();
            let unseen = before.into_iter().filter(|one| !is_seen(one.document));
            let chosen = hand.papers.iter().map(|one| Choice { piece: one.piece, document: one.document });
            let papers = chosen.chain(unseen).take(PAPERS_MAX).collect();
            AnswerFields { papers, refused: hand.refused.clone(), until: hand.until }
        };
        let before = (request, before.as_deref());
        let details = self.0.vault.keep_answer(&pending, (&wraps, &collections), before, make)?;
        Ok(self.door().keep_answer(tx, pending, request, &details).await?)
    }
}
