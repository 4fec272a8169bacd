//! What somebody has chosen so far for a request, kept until they go on: on another day, or with somebody else.

use super::sharing::HandOver;
use super::{LockerError, Lockers};
use crate::access::Caller;
use crate::domain::document::FieldError;
use crate::domain::ids::{DocumentId, LockerId, PaperRequestId};
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

/// What a helper keeps, beside what its holder chose, which stays as it is. Of what was chosen with other help, what they don't see stays too.
fn beside(before: AnswerFields, kept: AnswerFields, is_seen: impl Fn(DocumentId) -> bool) -> AnswerFields {
    let AnswerFields { mut papers, refused, until, .. } = kept;
    let others = before.helped.map(|helped| helped.papers).unwrap_or_default();
    papers.extend(others.into_iter().filter(|one| !is_seen(one.document)));
    papers.truncate(PAPERS_MAX);
    let helped = Some(Box::new(AnswerFields { papers, refused, until, helped: None }));
    AnswerFields { papers: before.papers, refused: before.refused, until: before.until, helped }
}

impl Lockers {
    /// Keeps what somebody has chosen so far for a request, in place of what they kept before. Nothing is handed over. What a helper keeps
    /// stands beside what its holder chose.
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
            let chosen = hand.papers.iter().map(|one| Choice { piece: one.piece, document: one.document }).collect();
            let kept = AnswerFields { papers: chosen, refused: hand.refused.clone(), until: hand.until, helped: None };
            // Its holder says it all: what they saw of who helps is among it, or they took it out.
            if is_helper { beside(before.unwrap_or_default(), kept, is_seen) } else { kept }
        };
        let before = (request, before.as_deref());
        let details = self.0.vault.keep_answer(&pending, (&wraps, &collections), before, make)?;
        Ok(self.door().keep_answer(tx, pending, request, &details).await?)
    }
}
