//! What somebody without an account may do who has the code of a share: come in, look at the list of it, open what is in it; while it
//! lasts, and no longer. Decided again at every use. That they have the code and know the surname is found out before (`access`).

use super::sharing::{holds, lasts};
use super::{Action, DocumentFacts, LockerFacts, Reason};
use crate::domain::ids::ShareId;
use crate::domain::share::ShareFacts;
use crate::domain::source::Moment;

/// Whether whoever has the code of the share that is named may do this.
pub(super) fn may(
    named: ShareId,
    action: Action,
    share: &ShareFacts<'_>,
    locker: &LockerFacts,
    document: DocumentFacts,
    moment: Moment,
) -> Result<(), Reason> {
    // One that was given to an institution has no code.
    if share.share != named || share.locker != locker.locker || share.recipient.code().is_none() {
        return Err(Reason::UnknownShare);
    }
    lasts(share, locker, moment)?;
    match action {
        Action::EnterCode | Action::ReceiveShare => Ok(()),
        Action::ReadContent => holds(share, document),
        _ => Err(Reason::NotAllowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::DocumentState;
    use crate::domain::entry::{Actor, Ground};
    use crate::domain::ids::{CollectionId, DocumentId, InstitutionId, LockerId, PaperRequestId, PersonId, VersionId};
    use crate::domain::mandate::Spot;
    use crate::domain::policy::{Facts, PaperFacts, Standing, decide};
    use crate::domain::scanned::Scanned;
    use crate::domain::share::{CodeTerms, Recipient, SharedPaper};
    use crate::domain::source::{Source, Timestamp};
    use proptest::prelude::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    proptest! {
        /// Against a slow obvious model: every combination of what may stand in the way.
        #[test]
        fn a_code_opens_what_it_was_made_for_and_nothing_else(
            action in 0..Action::ALL.len(), is_named: bool, is_here: bool, has_code: bool, paused: bool, stopped: bool, now in 0_i64..30,
            clock in 0_i64..30, most in proptest::option::of(0_u32..4), readings in 0_u32..4, trashed: bool, named in 0_usize..3, is_open: bool,
            scanned in 0..Scanned::ALL.len(),
        ) {
            let source = Source::seeded(at(0), [1; 32]);
            let (locker, elsewhere) = (LockerId::draw(&source), LockerId::draw(&source));
            let (one, other) = (ShareId::draw(&source), ShareId::draw(&source));
            let (document, stranger) = (DocumentId::draw(&source), DocumentId::draw(&source));
            let papers = [SharedPaper { place: 1, document, version: VersionId::draw(&source) }];
            let terms = CodeTerms { lookup: [1; 32], names: [[2; 32]; 2], days: None, used_at: None };
            let institution = Recipient::Institution(InstitutionId::draw(&source), PaperRequestId::draw(&source));
            let share = ShareFacts {
                locker: if is_here { locker } else { elsewhere },
                share: one,
                recipient: if has_code { Recipient::Bearer(terms) } else { institution },
                from: at(0),
                until: at(20),
                paused_at: paused.then_some(at(1)),
                ended_at: stopped.then_some(at(1)),
                readings_max: most,
                readings,
                papers: &papers,
            };
            let (action, scanned) = (Action::ALL[action], Scanned::ALL[scanned]);
            let of = |document| {
                let state = if trashed { DocumentState::Trashed } else { DocumentState::Live };
                let spot = Spot { document, collection: CollectionId::draw(&source), private: true };
                DocumentFacts::Known(PaperFacts { state, spot, scanned })
            };
            let paper = [of(document), of(stranger), DocumentFacts::Unknown][named];
            let standing = if is_open { Standing::Open } else { Standing::Entombed };
            let facts = Facts {
                locker: Some(LockerFacts {
                    locker, holder: PersonId::draw(&source), standing, used: 0, versions: 0, quota: 0, depositing: 0, long: 0,
                }),
                document: paper,
                share: Some(share),
                ..Facts::NONE
            };
            let bearer = Actor::CodeBearer(if is_named { one } else { other });
            let decision = decide(bearer, action, &facts, Moment { now: at(now), clock: at(clock) });
            let lasts = now < 20 && clock < 20 && !stopped && !paused && most.is_none_or(|most| readings < most);
            let is_theirs = is_named && is_here && has_code;
            let may = is_theirs && lasts && is_open && match action {
                Action::EnterCode | Action::ReceiveShare => true,
                Action::ReadContent => named == 0 && !trashed && scanned.opens(),
                _ => false,
            };
            prop_assert_eq!(decision.is_ok(), may, "{:?} {:?}", action, decision);
            if let Ok(allowed) = decision {
                prop_assert_eq!(allowed.ground(), Ground::Share);
                prop_assert_eq!(allowed.locker(), locker);
            }
            if !is_theirs {
                prop_assert_eq!(decision, Err(Reason::UnknownShare));
            }
        }
    }
}
