//! What a locker's journal says of its agreements: given on what terms, stopped; how many papers came in by it. Pure; the door asks it before
//! it believes a row, and the control compares all of them.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::chain::Hash;
use crate::domain::agreement::{AgreementFacts, day_number};
use crate::domain::entry::{Action, Entry, Object, Outcome};
use crate::domain::ids::AgreementId;

/// What an entry says of an agreement as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It was given, on these terms, by their SHA-256: nothing about it stands before this.
    Goes(Option<Hash>),
    /// It was stopped.
    Ended,
}

/// What an entry says of one agreement as such, if it does.
pub fn word(entry: &Entry, agreement: AgreementId) -> Option<Word> {
    if entry.line.outcome != Outcome::Done || entry.line.object != Object::Agreement(agreement) {
        return None;
    }
    match entry.line.action {
        Action::GiveAgreement => Some(Word::Goes(entry.line.row)),
        Action::StopAgreement => Some(Word::Ended),
        _ => None,
    }
}

/// What never changes of an agreement, as the line bears it by which it was given (`docs/formats/entry.md`, tag 23). `details`: what it is,
/// sealed.
pub fn terms(facts: &AgreementFacts<'_>, details: &[u8]) -> Hash {
    let hash = Sha256::new()
        .chain_update(b"consigne/agreement/v1")
        .chain_update(facts.agreement.bytes())
        .chain_update(facts.institution.bytes())
        .chain_update(facts.until.micros().to_be_bytes())
        .chain_update(Sha256::digest(details));
    facts.kinds.iter().fold(hash, Digest::chain_update).finalize().into()
}

/// Where one stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stands {
    terms: Option<Hash>,
    is_stopped: bool,
    /// The day of the last deposit under it, and how many there were on that day.
    last: (i64, u32),
}

/// All the agreements of a locker by its journal, read from its beginning.
#[derive(Debug, Default)]
pub struct Agreements(BTreeMap<AgreementId, Stands>);

impl Agreements {
    /// Takes the next entry, in order.
    pub fn take(&mut self, entry: &Entry) {
        if entry.line.outcome != Outcome::Done {
            return;
        }
        if let (Action::Deposit, Some(agreement)) = (entry.line.action, entry.line.agreement)
            && let Some(stands) = self.0.get_mut(&agreement)
        {
            let day = day_number(entry.at);
            let before = if stands.last.0 == day { stands.last.1 } else { 0 };
            stands.last = (day, before.saturating_add(1));
        }
        let Object::Agreement(agreement) = entry.line.object else { return };
        match word(entry, agreement) {
            Some(Word::Goes(terms)) => {
                self.0.insert(agreement, Stands { terms, is_stopped: false, last: (0, 0) });
            }
            Some(Word::Ended) => {
                if let Some(stands) = self.0.get_mut(&agreement) {
                    stands.is_stopped = true;
                }
            }
            None => {}
        }
    }

    /// Whether a row says what the journal says of it.
    pub fn is_as_told(&self, facts: &AgreementFacts<'_>, details: &[u8]) -> bool {
        self.0.get(&facts.agreement).is_some_and(|stands| {
            stands.terms == Some(terms(facts, details))
                && stands.is_stopped == facts.ended_at.is_some()
                && stands.last == (facts.day, facts.today)
        })
    }

    /// Every one that was given.
    pub fn all(&self) -> impl Iterator<Item = AgreementId> {
        self.0.keys().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agreement::KindTag;
    use crate::domain::entry::{Actor, Ground, Line, Reason};
    use crate::domain::ids::{InstitutionId, LockerId, PersonId, RequestId};
    use crate::domain::source::{Source, Timestamp};

    const DAY: i64 = 24 * 3_600 * 1_000_000;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    fn facts<'a>(source: &Source, kinds: &'a [KindTag]) -> AgreementFacts<'a> {
        AgreementFacts {
            locker: LockerId::draw(source),
            agreement: AgreementId::draw(source),
            institution: InstitutionId::draw(source),
            from: at(1),
            until: at(100 * DAY),
            ended_at: None,
            kinds,
            day: 0,
            today: 0,
            bytes: 0,
        }
    }

    #[test]
    fn terms_are_all_that_never_changes() {
        let source = Source::seeded(at(0), [8; 32]);
        let facts = facts(&source, &[[1; 16], [2; 16]]);
        let is = terms(&facts, b"details");
        let counted = AgreementFacts { ended_at: Some(at(3)), day: 7, today: 2, bytes: 9, from: at(2), ..facts };
        assert_eq!(terms(&counted, b"details"), is);
        for other in [
            AgreementFacts { agreement: AgreementId::draw(&source), ..facts },
            AgreementFacts { institution: InstitutionId::draw(&source), ..facts },
            AgreementFacts { until: at(3), ..facts },
            AgreementFacts { kinds: &[[2; 16], [1; 16]], ..facts },
            AgreementFacts { kinds: &[[1; 16]], ..facts },
        ] {
            assert_ne!(terms(&other, b"details"), is, "{other:?}");
        }
        assert_ne!(terms(&facts, b"others"), is);
    }

    #[test]
    fn a_row_is_compared_with_all_that_is_told() {
        let source = Source::seeded(at(0), [7; 32]);
        let row = facts(&source, &[[1; 16]]);
        let entry = |seq: u8, day: i64, action: Action, outcome: Outcome| {
            let deposits = action == Action::Deposit;
            let object = if deposits { Object::None } else { Object::Agreement(row.agreement) };
            let actor = Actor::Holder(PersonId::draw(&source));
            let line = Line {
                row: Some(terms(&row, b"d")),
                agreement: deposits.then_some(row.agreement),
                ..Line::new(actor, Ground::Ownership, action, object, outcome, RequestId::draw(&source))
            };
            Entry { chain: row.locker.chain(), seq: seq.into(), at: at(day * DAY), line }
        };
        let (done, no) = (Outcome::Done, Outcome::Refused(Reason::AgreementOver));
        let mut told = Agreements::default();
        assert!(!told.is_as_told(&row, b"d"), "never given");
        told.take(&entry(1, 1, Action::GiveAgreement, done));
        assert!(told.is_as_told(&row, b"d") && !told.is_as_told(&row, b"e"));
        for (seq, day, outcome) in [(2, 1, done), (3, 2, done), (4, 2, done), (5, 2, no)] {
            told.take(&entry(seq, day, Action::Deposit, outcome));
        }
        let counted = AgreementFacts { day: 2, today: 2, bytes: 9, ..row };
        assert!(!told.is_as_told(&row, b"d") && told.is_as_told(&counted, b"d"));
        told.take(&entry(6, 3, Action::StopAgreement, no));
        assert!(told.is_as_told(&counted, b"d"));
        told.take(&entry(7, 3, Action::StopAgreement, done));
        assert!(!told.is_as_told(&counted, b"d"), "from before its end");
        assert!(told.is_as_told(&AgreementFacts { ended_at: Some(at(3 * DAY)), ..counted }, b"d"));
        assert_eq!(told.all().collect::<Vec<_>>(), [row.agreement]);
    }
}
