//! What a locker's journal says of its mandates and visits: which began, which ended, what was done under each. Pure; the
//! integrity control compares rows with it, the door asks it before it believes a row, the holder's page counts by it. An action
//! that gives a mandate or ends one belongs into [`word`].

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::entry::{Action, Actor, Entry, Object, Outcome};
use crate::domain::ids::{DocumentId, MandateId, PersonId, VisitId};
use crate::domain::source::Timestamp;

/// What an entry says of a mandate as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It was proposed: nothing about it stands before this.
    Proposed,
    /// It began.
    Given,
    /// Its holder took back some of it.
    Narrowed,
    /// It is over.
    Ended,
}

/// What an entry says of one mandate as such, if it does: that it was proposed, given, or ended by itself or with all others.
pub fn word(entry: &Entry, mandate: MandateId) -> Option<Word> {
    if entry.line.outcome != Outcome::Done {
        return None;
    }
    let word = match entry.line.action {
        Action::StopHelp => return Some(Word::Ended),
        // What waits in a window is proposed to whom signs in there.
        Action::ProposeMandate | Action::ProposeTransfer | Action::EnterWindow => Word::Proposed,
        Action::GiveMandate | Action::ConfirmSheet => Word::Given,
        Action::NarrowMandate => Word::Narrowed,
        Action::DeclineMandate
        | Action::RefuseSheet
        | Action::SpoilSheet
        | Action::WithdrawProposal
        | Action::CloseWindow
        | Action::RevokeMandate
        | Action::SupersedeMandate
        | Action::ExpireMandate => Word::Ended,
        _ => return None,
    };
    (entry.line.object == Object::Mandate(mandate)).then_some(word)
}

/// Whether an entry belongs to what was done with a mandate: under it, or to it. Looking at it is neither.
pub fn concerns(entry: &Entry, mandate: MandateId) -> bool {
    entry.line.mandate == Some(mandate)
        || (entry.line.object == Object::Mandate(mandate) && entry.line.action != Action::ViewMandate)
}

/// A mandate by its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldMandate {
    /// Whether somebody stopped it, or a newer one replaced it.
    pub is_stopped: bool,
    /// SHA-256 of the words that were agreed to, or of what was left of them since.
    pub words: Option<[u8; 32]>,
}

/// A visit by its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldVisit {
    /// Whether its helper ended it.
    pub is_left: bool,
    /// When the same person began another one under the same mandate, which ended it if it was not over.
    pub replaced_at: Option<Timestamp>,
}

/// The mandates and visits of a locker by its journal.
#[derive(Debug, Default)]
pub struct Mandates {
    given: BTreeMap<MandateId, ToldMandate>,
    visits: BTreeMap<VisitId, ToldVisit>,
    newest: BTreeMap<(MandateId, PersonId), VisitId>,
}

impl Mandates {
    /// Takes the next entry, in order.
    pub fn take(&mut self, entry: &Entry) {
        let line = &entry.line;
        if line.outcome != Outcome::Done {
            return;
        }
        match (line.action, line.object) {
            (Action::StopHelp, _) => self.given.values_mut().for_each(|told| told.is_stopped = true),
            // A date that came is no change of the row.
            (Action::ExpireMandate, _) => {}
            (_, Object::Mandate(mandate)) => match word(entry, mandate) {
                Some(Word::Given) => {
                    self.given.insert(mandate, ToldMandate { is_stopped: false, words: line.evidence });
                }
                Some(Word::Ended) => {
                    if let Some(told) = self.given.get_mut(&mandate) {
                        told.is_stopped = true;
                    }
                }
                Some(Word::Narrowed) => {
                    if let Some(told) = self.given.get_mut(&mandate) {
                        told.words = line.evidence;
                    }
                }
                Some(Word::Proposed) | None => {}
            },
            (Action::BeginVisit, Object::Visit(visit)) => {
                let before = line.mandate.zip(person(line.actor)).and_then(|of| self.newest.insert(of, visit));
                if let Some(told) = before.and_then(|before| self.visits.get_mut(&before)) {
                    told.replaced_at = Some(entry.at);
                }
                self.visits.insert(visit, ToldVisit { is_left: false, replaced_at: None });
            }
            (Action::EndVisit, Object::Visit(visit)) => {
                if let Some(told) = self.visits.get_mut(&visit) {
                    told.is_left = true;
                }
            }
            _ => {}
        }
    }

    /// One mandate.
    pub fn mandate(&self, mandate: MandateId) -> Option<ToldMandate> {
        self.given.get(&mandate).copied()
    }

    /// Every mandate that was given.
    pub fn mandates(&self) -> impl Iterator<Item = MandateId> {
        self.given.keys().copied()
    }

    /// One visit.
    pub fn visit(&self, visit: VisitId) -> Option<ToldVisit> {
        self.visits.get(&visit).copied()
    }

    /// Every visit that was begun.
    pub fn visits(&self) -> impl Iterator<Item = VisitId> {
        self.visits.keys().copied()
    }
}

const fn person(actor: Actor) -> Option<PersonId> {
    match actor {
        Actor::Holder(person) | Actor::Aidant(person) | Actor::Relative(person) | Actor::Person(person) => Some(person),
        Actor::Anonymous
        | Actor::Client(_)
        | Actor::Agent(_)
        | Actor::CodeBearer(_)
        | Actor::Operator
        | Actor::Job(_) => None,
    }
}

/// What was done under one mandate, as far as entries were taken.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Deeds {
    /// Visits that were begun.
    pub visits: u64,
    /// When the newest of them began.
    pub last_visit: Option<Timestamp>,
    /// Papers that were opened.
    pub opened: BTreeSet<DocumentId>,
    /// Papers that were added, or a version of them.
    pub added: BTreeSet<DocumentId>,
}

/// What was done under each mandate, and its newest word: entries are taken newest first.
#[derive(Debug, Default)]
pub struct Tally {
    deeds: BTreeMap<MandateId, Deeds>,
    words: BTreeMap<MandateId, Word>,
    is_all_stopped: bool,
}

impl Tally {
    /// Takes the entry before those that were taken.
    pub fn take(&mut self, entry: &Entry) {
        let line = &entry.line;
        if line.outcome != Outcome::Done {
            return;
        }
        if line.action == Action::StopHelp {
            self.is_all_stopped = true;
        } else if let Object::Mandate(mandate) = line.object
            && let Some(word) = word(entry, mandate)
        {
            let newest = if self.is_all_stopped { Word::Ended } else { word };
            self.words.entry(mandate).or_insert(newest);
        }
        let Some(mandate) = line.mandate else { return };
        match (line.action, line.object) {
            (Action::BeginVisit, _) => {
                let deeds = self.deeds.entry(mandate).or_default();
                deeds.visits = deeds.visits.saturating_add(1);
                deeds.last_visit = deeds.last_visit.max(Some(entry.at));
            }
            (Action::ReadContent, Object::Document(document) | Object::Version(document, _)) => {
                self.deeds.entry(mandate).or_default().opened.insert(document);
            }
            (Action::Deposit | Action::NewVersion, Object::Document(document) | Object::Version(document, _)) => {
                self.deeds.entry(mandate).or_default().added.insert(document);
            }
            _ => {}
        }
    }

    /// What was done under a mandate.
    pub fn deeds(&self, mandate: MandateId) -> Deeds {
        self.deeds.get(&mandate).cloned().unwrap_or_default()
    }

    /// Whether the newest word about a mandate is its end.
    pub fn is_ended(&self, mandate: MandateId) -> bool {
        self.words.get(&mandate).map_or(self.is_all_stopped, |word| *word == Word::Ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::{Ground, Line, Reason};
    use crate::domain::ids::{ChainId, LockerId, RequestId, VersionId};
    use crate::domain::source::Source;

    /// A journal, written line by line.
    struct Written {
        source: Source,
        chain: ChainId,
        entries: Vec<Entry>,
    }

    impl Written {
        fn new() -> Self {
            let source = Source::seeded(Timestamp::from_micros(1), [9; 32]);
            Self { chain: ChainId::draw(&source), source, entries: Vec::new() }
        }

        fn add(&mut self, action: Action, object: Object, mandate: Option<MandateId>, outcome: Outcome) {
            let actor = Actor::Relative(PersonId::from_uuid(uuid::Uuid::nil()));
            let line = Line {
                mandate,
                ..Line::new(actor, Ground::None, action, object, outcome, RequestId::draw(&self.source))
            };
            let seq = self.entries.len() as u64 + 1;
            let at = Timestamp::from_micros(i64::try_from(seq).unwrap() * 10);
            self.entries.push(Entry { chain: self.chain, seq, at, line });
        }

        fn told(&self) -> Mandates {
            let mut told = Mandates::default();
            self.entries.iter().for_each(|entry| told.take(entry));
            told
        }

        fn tally(&self) -> Tally {
            let mut tally = Tally::default();
            self.entries.iter().rev().for_each(|entry| tally.take(entry));
            tally
        }
    }

    #[test]
    fn the_newest_word_about_a_mandate_counts() {
        let mut written = Written::new();
        let [first, second, third] = std::array::from_fn(|_| MandateId::draw(&written.source));
        let visit = VisitId::draw(&written.source);
        let (paper, version) = (DocumentId::draw(&written.source), VersionId::draw(&written.source));
        let locker = Object::Locker(LockerId::draw(&written.source));
        let done = Outcome::Done;
        written.add(Action::ProposeMandate, Object::Mandate(first), Some(first), done);
        written.add(Action::GiveMandate, Object::Mandate(first), None, done);
        written.add(Action::BeginVisit, Object::Visit(visit), Some(first), done);
        for _ in 0..2 {
            written.add(Action::ReadContent, Object::Version(paper, version), Some(first), done);
        }
        let refused = Outcome::Refused(Reason::NotFresh);
        written.add(Action::RevokeMandate, Object::Mandate(first), None, refused);
        assert!(!written.told().mandate(first).unwrap().is_stopped && !written.tally().is_ended(first));
        written.add(Action::GiveMandate, Object::Mandate(second), None, done);
        written.add(Action::SupersedeMandate, Object::Mandate(first), Some(second), done);
        assert!(written.told().mandate(first).unwrap().is_stopped && written.tally().is_ended(first));
        assert!(!written.told().mandate(second).unwrap().is_stopped && !written.tally().is_ended(second));
        written.add(Action::EndVisit, Object::Visit(visit), Some(first), done);
        written.add(Action::StopHelp, locker, None, done);
        written.add(Action::GiveMandate, Object::Mandate(third), None, done);
        let (told, tally) = (written.told(), written.tally());
        let stopped = [first, second, third].map(|one| (told.mandate(one).unwrap().is_stopped, tally.is_ended(one)));
        assert_eq!(stopped, [(true, true), (true, true), (false, false)]);
        assert!(told.visit(visit).unwrap().is_left && told.mandates().count() == 3 && told.visits().count() == 1);
        let deeds = tally.deeds(first);
        assert_eq!((deeds.visits, deeds.last_visit), (1, Some(Timestamp::from_micros(30))));
        assert_eq!((deeds.opened.len(), deeds.added.len()), (1, 0), "a paper counts once");
        // By its date it is over, and its row need not say so.
        written.add(Action::ExpireMandate, Object::Mandate(third), Some(third), done);
        assert!(!written.told().mandate(third).unwrap().is_stopped && written.tally().is_ended(third));
    }

    #[test]
    fn what_belongs_to_a_mandate_is_what_was_done_with_it() {
        let mut written = Written::new();
        let (own, other) = (MandateId::draw(&written.source), MandateId::draw(&written.source));
        written.add(Action::GiveMandate, Object::Mandate(own), None, Outcome::Done);
        written.add(Action::ListDocuments, Object::None, Some(own), Outcome::Refused(Reason::OutOfScope));
        written.add(Action::SupersedeMandate, Object::Mandate(own), Some(other), Outcome::Done);
        written.add(Action::ViewMandate, Object::Mandate(own), None, Outcome::Done);
        written.add(Action::GiveMandate, Object::Mandate(other), None, Outcome::Done);
        let concerned = |mandate| written.entries.iter().map(|e| concerns(e, mandate)).collect::<Vec<_>>();
        assert_eq!(concerned(own), [true, true, true, false, false]);
        assert_eq!(concerned(other), [false, false, true, false, true]);
    }
}
