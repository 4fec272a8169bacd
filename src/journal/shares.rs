//! What a locker's journal says of its shares: given with what, paused, gone on with, stopped, over; how often read. Pure; the door asks it
//! before it believes a row.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::chain::Hash;
use crate::domain::entry::{Action, Entry, Object, Outcome};
use crate::domain::ids::ShareId;
use crate::domain::share::{PAPERS_MAX, Recipient, ShareFacts, SharedPaper};

/// What an entry says of a share as such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It was given: nothing about it stands before this. Or it goes on after a pause.
    Goes,
    /// It is paused.
    Paused,
    /// It was stopped, or its end has come.
    Ended,
}

/// What an entry says of one share as such, if it does.
pub fn word(entry: &Entry, share: ShareId) -> Option<Word> {
    if entry.line.outcome != Outcome::Done || entry.line.object != Object::Share(share) {
        return None;
    }
    match entry.line.action {
        Action::GiveShare | Action::ResumeShare => Some(Word::Goes),
        Action::PauseShare => Some(Word::Paused),
        Action::RevokeShare | Action::ExpireShare => Some(Word::Ended),
        _ => None,
    }
}

/// Whether a row may say how often it was read: as often as the journal does; less often, where that is not limited and the journal counts alone.
fn agrees(facts: &ShareFacts<'_>, told: u32) -> bool {
    facts.readings == told || facts.readings_max.is_none() && facts.readings < told
}

/// Of which share an entry is a reading, or several, if it is. What takes everything counts its papers itself: their own lines name it.
pub fn readings(entry: &Entry) -> Option<(ShareId, u32)> {
    let line = &entry.line;
    let many = match line.action {
        Action::ReadContent if line.of.is_none() => 1,
        Action::ReceiveArchive | Action::ReceiveMerged => u32::try_from(line.count.unwrap_or(0)).unwrap_or(u32::MAX),
        _ => return None,
    };
    line.share.filter(|_| line.outcome == Outcome::Done).map(|share| (share, many))
}

/// Which of these papers an entry says are destroyed, or taken back by who had added them: a bit for each place.
pub fn destroyed(entry: &Entry, papers: &[SharedPaper]) -> u128 {
    if entry.line.outcome != Outcome::Done {
        return 0;
    }
    let is_it = |paper: &&SharedPaper| match (entry.line.action, entry.line.object) {
        (Action::Destroy, Object::Document(document) | Object::Version(document, _)) => paper.document == document,
        (Action::WithdrawDeposit, Object::Version(document, version)) => {
            (paper.document, paper.version) == (document, version)
        }
        _ => false,
    };
    papers.iter().filter(is_it).fold(0, |gone, paper| gone | bit(paper.place))
}

// There are no more places than bits.
const _: () = assert!(PAPERS_MAX < 128);

/// The bit of a place.
fn bit(place: u16) -> u128 {
    1_u128.checked_shl(place.into()).unwrap_or(0)
}

/// What never changes of a share, as the line bears it by which it was given (`docs/formats/entry.md`, tag 23).
/// None of what somebody has a code for: when its time begins is known at its first use.
pub fn terms(facts: &ShareFacts<'_>) -> Option<Hash> {
    let Recipient::Institution(institution, request) = facts.recipient else { return None };
    let mut hash = Sha256::new()
        .chain_update(b"consigne/share/v1")
        .chain_update(facts.share.bytes())
        .chain_update(institution.bytes())
        .chain_update(request.bytes())
        .chain_update(facts.until.micros().to_be_bytes())
        .chain_update(facts.readings_max.unwrap_or(0).to_be_bytes());
    for paper in facts.papers {
        hash = hash
            .chain_update(paper.place.to_be_bytes())
            .chain_update(paper.document.bytes())
            .chain_update(paper.version.bytes());
    }
    Some(hash.finalize().into())
}

/// What describes a share, sealed anew, as the line bears it by which something was taken out of it (the same place).
pub fn sealed(details: &[u8], shown: &[u8]) -> Hash {
    Sha256::new()
        .chain_update(b"consigne/share-sealed/v1")
        .chain_update(Sha256::digest(details))
        .chain_update(Sha256::digest(shown))
        .finalize()
        .into()
}

/// What the journal says of one share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// The newest word about it.
    pub word: Option<Word>,
    /// Its terms, by their SHA-256, if it was given.
    pub terms: Option<Hash>,
    /// What describes it, by its SHA-256, if something was taken out of it.
    pub sealed: Option<Hash>,
    /// How often it was read.
    pub readings: u32,
    /// Which of its papers were destroyed since, as bits.
    gone: u128,
}

impl Told {
    /// Whether the paper at a place was destroyed since.
    pub fn is_gone(&self, place: u16) -> bool {
        self.gone & bit(place) != 0
    }

    /// Takes an entry on the way back, the newest first. Says whether nothing before it matters. `papers`: those of the share.
    pub fn back(&mut self, entry: &Entry, share: ShareId, papers: &[SharedPaper]) -> bool {
        self.gone |= destroyed(entry, papers);
        if let Some((_, many)) = readings(entry).filter(|(read, _)| *read == share) {
            self.readings = self.readings.saturating_add(many);
        }
        let is_about = entry.line.outcome == Outcome::Done && entry.line.object == Object::Share(share);
        if is_about && entry.line.action == Action::TakeOutShared && self.sealed.is_none() {
            self.sealed = entry.line.row;
        }
        self.word = self.word.or(word(entry, share));
        let is_given = is_about && entry.line.action == Action::GiveShare;
        if is_given {
            self.terms = entry.line.row;
        }
        is_given || self.word == Some(Word::Ended)
    }

    /// With what is known of all that came before.
    #[must_use]
    pub fn after(self, before: Self) -> Self {
        Self {
            word: self.word.or(before.word),
            terms: self.terms.or(before.terms),
            sealed: self.sealed.or(before.sealed),
            readings: self.readings.saturating_add(before.readings),
            gone: self.gone | before.gone,
        }
    }
}

/// All the shares of a locker by its journal, read from its beginning.
#[derive(Debug, Default)]
pub struct Shares(BTreeMap<ShareId, Stands>);

/// Where one stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stands {
    told: Told,
    is_stopped: bool,
}

impl Shares {
    /// Takes the next entry, in order.
    pub fn take(&mut self, entry: &Entry) {
        if let Some((share, many)) = readings(entry)
            && let Some(read) = self.0.get_mut(&share)
        {
            read.told.readings = read.told.readings.saturating_add(many);
        }
        let (Outcome::Done, Object::Share(share)) = (entry.line.outcome, entry.line.object) else { return };
        if entry.line.action == Action::GiveShare {
            let told = Told { terms: entry.line.row, ..Told::default() };
            self.0.insert(share, Stands { told, is_stopped: false });
        }
        let Some(stands) = self.0.get_mut(&share) else { return };
        stands.told.word = word(entry, share).or(stands.told.word);
        match entry.line.action {
            Action::TakeOutShared => stands.told.sealed = entry.line.row,
            Action::RevokeShare => stands.is_stopped = true,
            _ => {}
        }
    }

    /// Whether a row says what the journal says of it. `sealed`: its details, and what is shown of it.
    pub fn is_as_told(&self, facts: &ShareFacts<'_>, (details, shown): (&[u8], &[u8])) -> bool {
        self.0.get(&facts.share).is_some_and(|Stands { told, is_stopped }| {
            told.terms == terms(facts)
                && told.sealed.is_none_or(|hash| hash == sealed(details, shown))
                && agrees(facts, told.readings)
                && *is_stopped == facts.ended_at.is_some()
                // Where it ended, no later word says whether it was paused then.
                && (told.word == Some(Word::Ended) || (told.word == Some(Word::Paused)) == facts.paused_at.is_some())
        })
    }

    /// Every one that was given.
    pub fn all(&self) -> impl Iterator<Item = ShareId> {
        self.0.keys().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::{Actor, Ground, Line, Reason};
    use crate::domain::ids::{DocumentId, InstitutionId, LockerId, PaperRequestId, PersonId, RequestId, VersionId};
    use crate::domain::source::{Source, Timestamp};

    fn paper(source: &Source, place: u16) -> SharedPaper {
        SharedPaper { place, document: DocumentId::draw(source), version: VersionId::draw(source) }
    }

    fn entries(
        source: &Source,
        (share, SharedPaper { document, version, .. }): (ShareId, SharedPaper),
        acts: &[(Action, Outcome)],
    ) -> Vec<Entry> {
        let (locker, person) = (LockerId::draw(source), PersonId::draw(source));
        let one = |(at, (action, outcome)): (u8, &(Action, Outcome))| {
            let read = *action == Action::ReadContent;
            let object = match action {
                Action::ReadContent | Action::WithdrawDeposit => Object::Version(document, version),
                Action::Destroy => Object::Document(document),
                _ => Object::Share(share),
            };
            let line =
                Line::new(Actor::Holder(person), Ground::Ownership, *action, object, *outcome, RequestId::draw(source));
            let line = Line { row: Some([at; 32]), share: read.then_some(share), ..line };
            Entry { chain: locker.chain(), seq: at.into(), at: Timestamp::from_micros(at.into()), line }
        };
        (1..).zip(acts).map(one).collect()
    }

    #[test]
    fn wherever_the_way_back_is_cut_it_says_the_same() {
        let source = Source::seeded(Timestamp::from_micros(0), [9; 32]);
        let (share, papers) = (ShareId::draw(&source), [paper(&source, 1), paper(&source, 100)]);
        let (done, no) = (Outcome::Done, Outcome::Refused(Reason::ShareOver));
        let all = entries(
            &source,
            (share, papers[1]),
            &[
                (Action::GiveShare, done),
                (Action::ReadContent, done),
                (Action::ReadContent, no),
                (Action::PauseShare, done),
                (Action::TakeOutShared, done),
                (Action::ResumeShare, done),
                (Action::ReceiveShare, done),
                (Action::TakeOutShared, done),
                (Action::Destroy, done),
                (Action::Destroy, no),
                (Action::ReadContent, done),
                (Action::RevokeShare, no),
            ],
        );
        let told = |entries: &[Entry]| {
            let mut told = Told::default();
            let _ = entries.iter().rev().find(|entry| told.back(entry, share, &papers));
            told
        };
        let whole =
            Told { word: Some(Word::Goes), terms: Some([1; 32]), sealed: Some([8; 32]), readings: 2, gone: 1 << 100 };
        assert!(whole.is_gone(100) && !whole.is_gone(1) && !whole.is_gone(u16::MAX));
        for cut in 0..=all.len() {
            let (before, after) = all.split_at(cut);
            assert_eq!(told(after).after(told(before)), whole, "{cut}");
        }
        let other = ShareId::draw(&source);
        let mut nothing = Told::default();
        assert!(!all.iter().rev().any(|entry| nothing.back(entry, other, &[paper(&source, 1)])));
        assert_eq!(nothing, Told::default());
        let ended = entries(&source, (share, papers[0]), &[(Action::GiveShare, done), (Action::ExpireShare, done)]);
        assert_eq!(told(&ended).word, Some(Word::Ended));
    }

    #[test]
    fn terms_are_all_that_never_changes() {
        let source = Source::seeded(Timestamp::from_micros(0), [8; 32]);
        let papers = [paper(&source, 1), paper(&source, 1)];
        let (institution, request) = (InstitutionId::draw(&source), PaperRequestId::draw(&source));
        let facts = ShareFacts {
            locker: LockerId::draw(&source),
            share: ShareId::draw(&source),
            recipient: Recipient::Institution(institution, request),
            from: Timestamp::from_micros(1),
            until: Timestamp::from_micros(9),
            paused_at: None,
            ended_at: None,
            readings_max: None,
            readings: 0,
            papers: &papers,
        };
        let is = terms(&facts);
        let at = Some(Timestamp::from_micros(3));
        assert_eq!(terms(&ShareFacts { paused_at: at, ended_at: at, readings: 7, ..facts }), is);
        let others = [papers[1], papers[0]];
        for other in [
            ShareFacts { share: ShareId::draw(&source), ..facts },
            ShareFacts { recipient: Recipient::Institution(InstitutionId::draw(&source), request), ..facts },
            ShareFacts { recipient: Recipient::Institution(institution, PaperRequestId::draw(&source)), ..facts },
            ShareFacts { until: Timestamp::from_micros(10), ..facts },
            ShareFacts { readings_max: Some(3), ..facts },
            ShareFacts { papers: &papers[..1], ..facts },
            ShareFacts { papers: &others, ..facts },
        ] {
            assert_ne!(terms(&other), is, "{other:?}");
        }
    }
}
