//! What a locker's journal says of its papers: which are there, with which versions, and which entry last wrote what describes
//! each. Pure; the integrity control compares rows with it. An action that writes a description, adds a version or moves a paper
//! belongs into [`Papers::take`].

use std::collections::BTreeMap;

use crate::domain::entry::{Action, Entry, Object, Outcome};
use crate::domain::ids::{DocumentId, VersionId};
use crate::domain::source::Timestamp;

/// A version as its entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deposited {
    /// Which.
    pub version: VersionId,
    /// SHA-256 of its ciphertext.
    pub sum: Option<[u8; 32]>,
    /// When.
    pub at: Timestamp,
}

/// What the journal says of one paper that was deposited and not destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its versions, oldest first.
    pub versions: Vec<Deposited>,
    /// Place of the last entry that wrote what describes it.
    pub changed: u64,
    /// How many entries have.
    pub changes: u64,
    /// When it went to the trash, if it is there.
    pub trashed_at: Option<Timestamp>,
}

impl Told {
    fn describe(&mut self, seq: u64) {
        self.changed = seq;
        self.changes = self.changes.saturating_add(1);
    }
}

/// The papers of a locker by its journal.
#[derive(Debug, Default)]
pub struct Papers(BTreeMap<DocumentId, Told>);

impl Papers {
    /// Takes the next entry, in order.
    pub fn take(&mut self, entry: &Entry) {
        let (Outcome::Done, Object::Version(document, version)) = (entry.line.outcome, entry.line.object) else {
            return;
        };
        let deposited = Deposited { version, sum: entry.line.blob_sha256, at: entry.at };
        match entry.line.action {
            Action::Deposit => {
                let versions = vec![deposited];
                self.0.insert(document, Told { versions, changed: entry.seq, changes: 1, trashed_at: None });
            }
            Action::Destroy => {
                self.0.remove(&document);
            }
            action => {
                if let Some(told) = self.0.get_mut(&document) {
                    match action {
                        Action::NewVersion => {
                            told.versions.push(deposited);
                            told.describe(entry.seq);
                        }
                        Action::Amend => told.describe(entry.seq),
                        Action::Trash => told.trashed_at = Some(entry.at),
                        Action::Restore => told.trashed_at = None,
                        _ => {}
                    }
                }
            }
        }
    }

    /// One paper.
    pub fn of(&self, document: DocumentId) -> Option<&Told> {
        self.0.get(&document)
    }

    /// Every paper.
    pub fn all(&self) -> impl Iterator<Item = (DocumentId, &Told)> {
        self.0.iter().map(|(document, told)| (*document, told))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::{Actor, Ground, Line, Reason};
    use crate::domain::ids::{ChainId, RequestId};
    use crate::domain::source::Source;

    #[test]
    fn the_life_of_a_paper_is_read_from_its_entries() {
        let source = Source::seeded(Timestamp::from_micros(1), [7; 32]);
        let (chain, document) = (ChainId::draw(&source), DocumentId::draw(&source));
        let (first, second) = (VersionId::draw(&source), VersionId::draw(&source));
        let mut papers = Papers::default();
        let mut seq = 0;
        let mut take = |papers: &mut Papers, action, version, outcome| {
            seq += 1;
            let request = RequestId::draw(&source);
            let object = Object::Version(document, version);
            let line = Line::new(Actor::Operator, Ground::Ownership, action, object, outcome, request);
            let at = Timestamp::from_micros(i64::try_from(seq).unwrap() * 10);
            papers.take(&Entry { chain, seq, at, line });
        };
        take(&mut papers, Action::Deposit, first, Outcome::Done);
        take(&mut papers, Action::Amend, first, Outcome::Refused(Reason::WrongState));
        take(&mut papers, Action::ReadContent, first, Outcome::Done);
        take(&mut papers, Action::Amend, first, Outcome::Done);
        take(&mut papers, Action::NewVersion, second, Outcome::Done);
        take(&mut papers, Action::Trash, second, Outcome::Done);
        let at = Some(Timestamp::from_micros(60));
        let deposited = |version, at| Deposited { version, sum: None, at: Timestamp::from_micros(at) };
        let versions = vec![deposited(first, 10), deposited(second, 50)];
        assert_eq!(papers.of(document), Some(&Told { versions, changed: 5, changes: 3, trashed_at: at }));
        take(&mut papers, Action::Restore, second, Outcome::Done);
        assert_eq!(papers.of(document).unwrap().trashed_at, None);
        take(&mut papers, Action::Destroy, second, Outcome::Ended(Reason::Damaged));
        assert_eq!(papers.all().count(), 1);
        take(&mut papers, Action::Destroy, second, Outcome::Done);
        assert_eq!(papers.all().count(), 0);
    }
}
