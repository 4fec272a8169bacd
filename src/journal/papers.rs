//! What a locker's journal says of its papers: which are there, with which versions, and which entry last wrote what describes
//! each. Pure; the integrity control compares rows with it. An action that writes a description, adds a version or moves a paper
//! belongs into [`Papers::take`].

use std::collections::BTreeMap;

use crate::domain::entry::{Action, Actor, Entry, Ground, Object, Outcome};
use crate::domain::ids::{AgreementId, DocumentId, InstitutionId, MembershipId, VersionId};
use crate::domain::source::Timestamp;

/// A version as its entries say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposited {
    /// Which.
    pub version: VersionId,
    /// Its number: one more than the highest that was there.
    pub number: u64,
    /// SHA-256 of its ciphertext.
    pub sum: Option<[u8; 32]>,
    /// When.
    pub at: Timestamp,
    /// Who has seen its original, by the place of the last entry in which each member said so.
    pub seen: BTreeMap<MembershipId, u64>,
    /// Which institution deposited it, and by which agreement, if one did.
    pub issued: Option<(InstitutionId, AgreementId)>,
}

/// Which institution an entry is of that says that it deposited something.
fn issuer(entry: &Entry) -> Option<(InstitutionId, AgreementId)> {
    match (entry.line.actor, entry.line.ground) {
        (Actor::Client(institution), Ground::Agreement) => Some((institution, entry.line.agreement?)),
        _ => None,
    }
}

/// What the journal says of one paper that was deposited, not destroyed, and not taken back with its last version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// When it was first deposited.
    pub created_at: Timestamp,
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

    /// A version is taken back. If it was the newest, the one before is described as such. Says whether none is left.
    fn withdraw(&mut self, version: VersionId, seq: u64) -> bool {
        let is_newest = self.versions.last().is_some_and(|last| last.version == version);
        self.versions.retain(|one| one.version != version);
        if is_newest {
            self.describe(seq);
        }
        self.versions.is_empty()
    }

    fn see(&mut self, version: VersionId, entry: &Entry) {
        let seen = self.versions.iter_mut().find(|one| one.version == version);
        if let Some((seen, member)) = seen.zip(entry.line.membership) {
            seen.seen.insert(member, entry.seq);
        }
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
        let deposited = |number| {
            let (sum, issued) = (entry.line.blob_sha256, issuer(entry));
            Deposited { version, number, sum, at: entry.at, seen: BTreeMap::new(), issued }
        };
        match entry.line.action {
            Action::Deposit => {
                let (created_at, versions) = (entry.at, vec![deposited(1)]);
                let told = Told { created_at, versions, changed: entry.seq, changes: 1, trashed_at: None };
                self.0.insert(document, told);
            }
            Action::Destroy => {
                self.0.remove(&document);
            }
            Action::WithdrawDeposit => {
                if self.0.get_mut(&document).is_some_and(|told| told.withdraw(version, entry.seq)) {
                    self.0.remove(&document);
                }
            }
            action => {
                if let Some(told) = self.0.get_mut(&document) {
                    match action {
                        Action::NewVersion => {
                            let last = told.versions.last().map_or(0, |last| last.number);
                            told.versions.push(deposited(last.saturating_add(1)));
                            told.describe(entry.seq);
                        }
                        Action::SeeOriginal => told.see(version, entry),
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
    use crate::domain::entry::{Line, Reason};
    use crate::domain::ids::{ChainId, RequestId};
    use crate::domain::source::Source;

    #[test]
    fn the_life_of_a_paper_is_read_from_its_entries() {
        let source = Source::seeded(Timestamp::from_micros(1), [7; 32]);
        let (chain, document) = (ChainId::draw(&source), DocumentId::draw(&source));
        let [first, second, third] = std::array::from_fn(|_| VersionId::draw(&source));
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
        let deposited = |version, number, at| {
            let at = Timestamp::from_micros(at);
            Deposited { version, number, sum: None, at, seen: BTreeMap::new(), issued: None }
        };
        let created_at = Timestamp::from_micros(10);
        let versions = vec![deposited(first, 1, 10), deposited(second, 2, 50)];
        let told = Told { created_at, versions, changed: 5, changes: 3, trashed_at: at };
        assert_eq!(papers.of(document), Some(&told));
        take(&mut papers, Action::Restore, second, Outcome::Done);
        assert_eq!(papers.of(document).unwrap().trashed_at, None);
        // The newest is taken back, and another takes its number; then the first goes, and nothing is described anew.
        take(&mut papers, Action::WithdrawDeposit, second, Outcome::Done);
        let told = papers.of(document).unwrap();
        assert_eq!(
            (told.versions.as_slice(), told.changed, told.changes),
            ([deposited(first, 1, 10)].as_slice(), 8, 4)
        );
        take(&mut papers, Action::NewVersion, third, Outcome::Done);
        take(&mut papers, Action::WithdrawDeposit, first, Outcome::Done);
        let told = papers.of(document).unwrap();
        assert_eq!(
            (told.versions.as_slice(), told.changed, told.changes),
            ([deposited(third, 2, 90)].as_slice(), 9, 5)
        );
        assert_eq!(told.created_at, created_at);
        take(&mut papers, Action::Destroy, second, Outcome::Ended(Reason::Damaged));
        assert_eq!(papers.all().count(), 1);
        take(&mut papers, Action::WithdrawDeposit, third, Outcome::Done);
        assert_eq!(papers.all().count(), 0, "no version is left");
        take(&mut papers, Action::Deposit, first, Outcome::Done);
        take(&mut papers, Action::Destroy, second, Outcome::Done);
        assert_eq!(papers.all().count(), 0);
    }
}
