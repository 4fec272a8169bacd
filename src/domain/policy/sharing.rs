//! What an institution may do with what somebody handed over to it: look at the list of it, and open what is in it; while it lasts, and no
//! longer. Decided again at every use.

use super::{Action, DocumentFacts, LockerFacts, Reason, Standing};
use crate::domain::document::DocumentState;
use crate::domain::ids::InstitutionId;
use crate::domain::scanned::Scanned;
use crate::domain::share::{ShareFacts, ShareStatus};
use crate::domain::source::{Moment, Timestamp};

/// Whether a program of an institution may do this under a share.
pub(super) fn may(
    institution: InstitutionId,
    action: Action,
    share: &ShareFacts<'_>,
    locker: &LockerFacts,
    document: DocumentFacts,
    moment: Moment,
) -> Result<(), Reason> {
    if share.recipient.institution() != Some(institution) || share.locker != locker.locker {
        return Err(Reason::UnknownShare);
    }
    // From here on, it is theirs: they are told that it has ended, and nothing else.
    lasts(share, locker, moment)?;
    match action {
        Action::ReceiveReceipt => Ok(()),
        Action::ReceiveShare if document == DocumentFacts::NotNamed => Ok(()),
        // Everything in one file takes a reading for each paper, or none goes out.
        Action::ReceiveArchive | Action::ReceiveMerged => {
            let taken = u32::try_from(share.papers.len()).unwrap_or(u32::MAX);
            let is_enough = share.readings_max.is_none_or(|most| share.readings.saturating_add(taken) <= most);
            if is_enough { Ok(()) } else { Err(Reason::TooFewReadings) }
        }
        // What describes one of the papers is looked at as long as it may be read.
        Action::ReceiveShare | Action::ReadContent => holds(share, document),
        _ => Err(Reason::NotAllowed),
    }
}

/// Whether anything of a share may be seen now, by whoever it was given to.
pub(super) fn lasts(share: &ShareFacts<'_>, locker: &LockerFacts, moment: Moment) -> Result<(), Reason> {
    stands(share, locker.standing, moment)
}

fn stands(share: &ShareFacts<'_>, standing: Standing, moment: Moment) -> Result<(), Reason> {
    match share.status(moment) {
        ShareStatus::Active => {}
        ShareStatus::Paused => return Err(Reason::SharePaused),
        ShareStatus::Stopped | ShareStatus::Over | ShareStatus::Used => return Err(Reason::ShareOver),
    }
    if standing == Standing::Open { Ok(()) } else { Err(Reason::ShareOver) }
}

/// How what was handed over stands, as the institution is told before it comes to read: no more than its server is told anyway
/// (`docs/formats/webhook.md`). That a locker is closed, or that readings are used up, only a reading tells, which has its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// Its holder lets it be read, up to this moment.
    Until(Timestamp),
    /// Its holder has paused it.
    Paused,
    /// It was stopped, or its day is past; which is not said.
    Over,
}

impl Lasting {
    /// Of a share in the locker that a request's row names, in answer to that request.
    #[must_use]
    pub fn of(institution: InstitutionId, share: &ShareFacts<'_>, moment: Moment) -> Self {
        if share.recipient.institution() != Some(institution) {
            return Self::Over;
        }
        match share.status(moment) {
            ShareStatus::Stopped | ShareStatus::Over => Self::Over,
            _ if share.paused_at.is_some() => Self::Paused,
            ShareStatus::Active | ShareStatus::Used | ShareStatus::Paused => Self::Until(share.until),
        }
    }
}

/// Whether a share has a paper in it that may be opened.
pub(super) fn holds(share: &ShareFacts<'_>, document: DocumentFacts) -> Result<(), Reason> {
    match document {
        // What its holder has put away, or destroyed, is not there for others.
        DocumentFacts::Known(paper) if paper.state == DocumentState::Live && paper.scanned == Scanned::Infected => {
            Err(Reason::Infected)
        }
        DocumentFacts::Known(paper) if paper.state == DocumentState::Live && paper.scanned.opens() => {
            let is_in_it = share.papers.iter().any(|shared| shared.document == paper.spot.document);
            if is_in_it { Ok(()) } else { Err(Reason::UnknownDocument) }
        }
        DocumentFacts::Known(_) => Err(Reason::ShareOver),
        DocumentFacts::Unknown | DocumentFacts::NotNamed => Err(Reason::UnknownDocument),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::{Actor, Ground};
    use crate::domain::ids::{CollectionId, DocumentId, LockerId, PaperRequestId, PersonId, ShareId, VersionId};
    use crate::domain::mandate::Spot;
    use crate::domain::policy::{Facts, PaperFacts, decide};
    use crate::domain::share::{Recipient, SharedPaper};
    use crate::domain::source::Source;
    use proptest::prelude::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    proptest! {
        /// Against a slow obvious model: every combination of what may stand in the way.
        #[test]
        fn a_share_allows_what_it_says_and_nothing_else(
            action in 0..Action::ALL.len(), is_theirs: bool, is_here: bool, paused: bool, stopped: bool, now in 0_i64..30, clock in 0_i64..30,
            most in proptest::option::of(0_u32..4), readings in 0_u32..4, trashed: bool, named in 0_usize..4, is_open: bool,
            scanned in 0..Scanned::ALL.len(), size in 1_usize..4,
        ) {
            let source = Source::seeded(at(0), [1; 32]);
            let (institution, other) = (InstitutionId::draw(&source), InstitutionId::draw(&source));
            let (locker, elsewhere) = (LockerId::draw(&source), LockerId::draw(&source));
            let (document, stranger) = (DocumentId::draw(&source), DocumentId::draw(&source));
            let one = SharedPaper { place: 1, document, version: VersionId::draw(&source) };
            let papers = vec![one; size];
            let share = ShareFacts {
                locker: if is_here { locker } else { elsewhere },
                share: ShareId::draw(&source),
                recipient: Recipient::Institution(if is_theirs { institution } else { other }, PaperRequestId::draw(&source)),
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
                let spot = Spot { document, collection: CollectionId::draw(&source), private: false };
                DocumentFacts::Known(PaperFacts { state, spot, scanned })
            };
            let paper = [of(document), of(stranger), DocumentFacts::Unknown, DocumentFacts::NotNamed][named];
            let standing = if is_open { Standing::Open } else { Standing::Entombed };
            let facts = Facts {
                locker: Some(LockerFacts {
                    locker, holder: PersonId::draw(&source), standing, used: 0, versions: 0, quota: 0, depositing: 0, long: 0,
                }),
                document: paper,
                share: Some(share),
                ..Facts::NONE
            };
            let decision = decide(Actor::Client(institution), action, &facts, Moment { now: at(now), clock: at(clock) });
            let lasts = now < 20 && clock < 20 && !stopped && !paused && most.is_none_or(|most| readings < most);
            let may = is_theirs && is_here && lasts && is_open && match action {
                Action::ReceiveShare if named == 3 => true,
                Action::ReceiveReceipt => true,
                Action::ReceiveArchive | Action::ReceiveMerged => {
                    most.is_none_or(|most| usize::try_from(readings).unwrap() + size <= usize::try_from(most).unwrap())
                }
                Action::ReceiveShare | Action::ReadContent => named == 0 && !trashed && scanned.opens(),
                _ => false,
            };
            prop_assert_eq!(decision.is_ok(), may, "{:?} {:?}", action, decision);
            if let Ok(allowed) = decision {
                prop_assert_eq!(allowed.ground(), Ground::Share);
                prop_assert_eq!(allowed.locker(), locker);
            }
            // What is told beforehand is what its holder did with it, and to the one alone: nothing of the locker, nor of readings.
            let told = Lasting::of(institution, &share, Moment { now: at(now), clock: at(clock) });
            let is_done = stopped || now >= 20 || clock >= 20;
            let wanted = match (is_theirs && !is_done, paused) {
                (true, true) => Lasting::Paused,
                (true, false) => Lasting::Until(at(20)),
                _ => Lasting::Over,
            };
            prop_assert_eq!(told, wanted);
            // Who is not the one is told nothing of whether it lasts.
            if !is_theirs || !is_here {
                prop_assert_eq!(decision, Err(Reason::UnknownShare));
            }
        }
    }
}
