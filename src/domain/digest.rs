//! What a holder is told each week, if they ask for it: who opened or changed papers of theirs. Pure; made from the journal's lines.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::document::IdText;
use super::entry::{Action, Actor, Entry, Object, Outcome};
use super::ids::{DocumentId, MandateId, ShareId};

/// Days between two.
pub const EVERY_DAYS: i64 = 7;
/// Papers that are remembered to be named.
const NAMED: usize = 20;
/// Those who are told of one by one.
const PEOPLE: usize = 20;

/// That a holder asked for it, and how far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Until which line of the journal it was told.
    pub from: u64,
    /// When it was told last, or asked for: microseconds.
    pub at: i64,
}

/// Under what something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Under {
    /// A mandate.
    Mandate(IdText<MandateId>),
    /// What was handed over to an institution.
    Share(IdText<ShareId>),
}

/// What was done under one mandate, or with what was handed over once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Did {
    /// Which.
    #[serde(flatten)]
    pub under: Under,
    /// How many papers were opened.
    pub opened: u64,
    /// How many were added or changed.
    pub changed: u64,
}

/// Who did what; sealed with its notice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// By whom, as many as are told of.
    pub by: Vec<Did>,
    /// Whether there are others.
    #[serde(default)]
    pub more: bool,
    /// The papers that were opened, the newest reading first, as many as may be named.
    pub papers: Vec<IdText<DocumentId>>,
}

/// What somebody else than the holder did to a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// They opened it.
    Opened(Under, DocumentId),
    /// They added it or changed it.
    Changed(Under, DocumentId),
}

/// What an entry says that somebody else did to a paper. To see a list, or a paper's description, is not counted: it comes with every
/// visit, and would be told each week.
pub fn deed(entry: &Entry) -> Option<Deed> {
    let line = &entry.line;
    let (Object::Document(document) | Object::Version(document, _)) = line.object else { return None };
    let under = match line.actor {
        Actor::Aidant(_) | Actor::Relative(_) => line.mandate.map(|mandate| Under::Mandate(IdText(mandate))),
        Actor::Client(_) | Actor::Agent(_) | Actor::CodeBearer(_) => {
            line.share.map(|share| Under::Share(IdText(share)))
        }
        _ => None,
    };
    let under = under.filter(|_| line.outcome == Outcome::Done)?;
    match line.action {
        Action::ReadContent => Some(Deed::Opened(under, document)),
        Action::Deposit
        | Action::NewVersion
        | Action::Amend
        | Action::Trash
        | Action::Restore
        | Action::WithdrawDeposit => Some(Deed::Changed(under, document)),
        _ => None,
    }
}

/// Counts deeds, the oldest first. `None`: there are none, and nothing is told.
pub fn digest(deeds: &[Deed]) -> Option<Digest> {
    let mut by: BTreeMap<Under, (BTreeSet<DocumentId>, BTreeSet<DocumentId>)> = BTreeMap::new();
    let mut papers = Vec::new();
    for deed in deeds.iter().rev() {
        match *deed {
            Deed::Opened(under, document) => {
                by.entry(under).or_default().0.insert(document);
                if papers.len() < NAMED && !papers.contains(&IdText(document)) {
                    papers.push(IdText(document));
                }
            }
            Deed::Changed(under, document) => {
                by.entry(under).or_default().1.insert(document);
            }
        }
    }
    let more = by.len() > PEOPLE;
    let did = |(under, (opened, changed)): (_, (BTreeSet<_>, BTreeSet<_>))| Did {
        under,
        opened: opened.len() as u64,
        changed: changed.len() as u64,
    };
    let by: Vec<Did> = by.into_iter().take(PEOPLE).map(did).collect();
    (!by.is_empty()).then_some(Digest { by, more, papers })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::{Ground, Line, Reason};
    use crate::domain::ids::{InstitutionId, LockerId, PersonId, RequestId};
    use crate::domain::source::{Source, Timestamp};

    #[test]
    fn only_what_others_did_counts() {
        let source = Source::seeded(Timestamp::from_micros(0), [4; 32]);
        let (locker, person, mandate) = (LockerId::draw(&source), PersonId::draw(&source), MandateId::draw(&source));
        let (document, share) = (DocumentId::draw(&source), ShareId::draw(&source));
        let client = Actor::Client(InstitutionId::draw(&source));
        for actor in [Actor::Holder(person), Actor::Aidant(person), Actor::Relative(person), Actor::Operator, client] {
            for action in Action::ALL {
                for outcome in [Outcome::Done, Outcome::Refused(Reason::OutOfScope)] {
                    let request = RequestId::draw(&source);
                    let line = Line::new(actor, Ground::Mandate, *action, Object::Document(document), outcome, request);
                    let line = Line { mandate: Some(mandate), share: Some(share), ..line };
                    let entry = Entry { chain: locker.chain(), seq: 1, at: Timestamp::from_micros(0), line };
                    let helps = matches!(actor, Actor::Aidant(_) | Actor::Relative(_));
                    let counts = outcome == Outcome::Done && (helps || actor == client);
                    let mandate = if helps { Under::Mandate(IdText(mandate)) } else { Under::Share(IdText(share)) };
                    let expected = match action.code() {
                        "content.read" if counts => Some(Deed::Opened(mandate, document)),
                        "document.deposit"
                        | "document.new_version"
                        | "document.amend"
                        | "document.trash"
                        | "document.restore"
                        | "document.withdraw"
                            if counts =>
                        {
                            Some(Deed::Changed(mandate, document))
                        }
                        _ => None,
                    };
                    assert_eq!(deed(&entry), expected, "{} {actor:?} {outcome:?}", action.code());
                }
            }
        }
    }

    #[test]
    fn a_paper_opened_twice_is_one_paper() {
        let source = Source::seeded(Timestamp::from_micros(0), [5; 32]);
        let drawn = || Under::Mandate(IdText(MandateId::draw(&source)));
        let (nadia, paul) = (drawn(), Under::Share(IdText(ShareId::draw(&source))));
        let (lease, rent) = (DocumentId::draw(&source), DocumentId::draw(&source));
        assert_eq!(digest(&[]), None);
        let deeds = [
            Deed::Opened(nadia, lease),
            Deed::Opened(nadia, rent),
            Deed::Opened(nadia, lease),
            Deed::Changed(paul, lease),
        ];
        let told = digest(&deeds).unwrap();
        assert_eq!(told.papers, [IdText(lease), IdText(rent)]);
        let of = |under| told.by.iter().find(|did| did.under == under).map(|did| (did.opened, did.changed));
        assert_eq!((of(nadia), of(paul), told.more), (Some((2, 0)), Some((0, 1)), false));
        let many: Vec<Deed> = (0..50).map(|_| Deed::Opened(drawn(), DocumentId::draw(&source))).collect();
        let told = digest(&many).unwrap();
        assert_eq!((told.by.len(), told.more, told.papers.len()), (20, true, 20));
        // A notice that waits since before institutions read reads as it did.
        let text = serde_json::to_string(&told.by[0]).unwrap();
        assert!(text.starts_with("{\"mandate\":\""), "{text}");
        assert_eq!(serde_json::from_str::<Did>(&text).unwrap(), told.by[0]);
        let share = Did { under: paul, opened: 1, changed: 0 };
        assert_eq!(serde_json::from_str::<Did>(&serde_json::to_string(&share).unwrap()).unwrap(), share);
    }
}
