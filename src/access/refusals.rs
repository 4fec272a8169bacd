//! Refusals of strangers, failed sign-ins: lines of the service's chain, coalesced per source and minute with a count.
//!
//! The first of a kind in a minute is written at once; the rest of the minute is counted and written when the minute is
//! over. So an attack leaves its trace, and can't fill the journal.
//!
//! Patience is another count: who asks for lockers that are not theirs, or for anything without a session, is told to wait
//! after a while. It is never asked of who is at home, nor of who comes in.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::{Caller, Door};
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::{PersonId, RequestId, ShareId};
use crate::domain::source::Timestamp;
use crate::store::StoreError;

/// Sources counted apart; past this number they share one count.
const SOURCES: usize = 10_000;
/// Refusals a minute before the answer becomes "later".
const PATIENCE: u64 = 300;
/// Papers that may be checked by their code in a minute from one place, whatever the codes. A guess finds one of 59 bits.
const CHECKS: u64 = 30;
/// Wrong codes that may be typed in a minute from one place. A guess finds one of 59 bits.
const GUESSES: u64 = 30;
/// Refusals of one helper in an hour that are lines of the holder's journal; the others are counted in the service's.
const HELPERS_LINES: u64 = 30;

/// Looks and readings of one share in an hour: each is a line that its holder is to find the others among.
const SHARES_LINES: u64 = 600;

#[derive(Debug, Default)]
pub(super) struct Refusals(
    Mutex<HashMap<Kind, Tally>>,
    Mutex<Knocks>,
    Mutex<Lines>,
    Mutex<Knocks>,
    Mutex<Knocks>,
    Mutex<Lines>,
);

/// Lines of one hour, by helper.
#[derive(Debug, Default)]
struct Lines {
    hour: i64,
    by_person: HashMap<[u8; 16], u64>,
}

/// Who knocks at doors that are not theirs. Somebody signed in is counted as the person they are, wherever they come from: a
/// hundred people may have one address.
#[derive(Debug, Clone, Copy)]
pub(super) enum Knocker {
    /// By a session that stands.
    Person(PersonId),
    /// Anybody else, by address.
    Origin([u8; 16]),
}

/// The knocks of one minute. People and addresses are kept apart: no number of addresses makes people share a count.
#[derive(Debug, Default)]
struct Knocks {
    minute: i64,
    by_person: HashMap<[u8; 16], u64>,
    by_origin: HashMap<[u8; 16], u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Kind {
    origin: Option<[u8; 16]>,
    action: Action,
    /// Why it was refused; none where it was not, as a check that anybody may make.
    reason: Option<Reason>,
}

#[derive(Debug, Clone, Copy)]
struct Tally {
    minute: i64,
    unwritten: u64,
    request: RequestId,
}

const fn minute(at: Timestamp) -> i64 {
    at.micros().div_euclid(60_000_000)
}

impl Refusals {
    /// Counts one; says what is to be written now: the rest of an earlier minute, and whether this one is the first.
    fn count(&self, mut kind: Kind, request: RequestId, now: Timestamp) -> (Option<Tally>, bool) {
        let mut tallies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tallies.len() >= SOURCES && !tallies.contains_key(&kind) {
            kind.origin = None;
        }
        let minute = minute(now);
        match tallies.get_mut(&kind) {
            Some(tally) if tally.minute == minute => {
                tally.unwritten = tally.unwritten.saturating_add(1);
                (None, false)
            }
            other => {
                let earlier = other.filter(|t| t.unwritten > 0).map(|t| *t);
                tallies.insert(kind, Tally { minute, unwritten: 0, request });
                (earlier, true)
            }
        }
    }

    /// Takes out what is over: the counts of minutes before this one.
    fn over(&self, now: Timestamp, all: bool) -> Vec<(Kind, Tally)> {
        let mut tallies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = minute(now);
        let over: Vec<_> = tallies.iter().filter(|(_, t)| all || t.minute < minute).map(|(k, t)| (*k, *t)).collect();
        for (kind, _) in &over {
            tallies.remove(kind);
        }
        over.into_iter().filter(|(_, t)| t.unwritten > 0).collect()
    }

    /// Counts a refusal of a helper; says whether it is one line too many for the holder's journal in this hour.
    pub(super) fn fills(&self, person: PersonId, now: Timestamp) -> bool {
        self.2.lock().unwrap_or_else(PoisonError::into_inner).count(*person.bytes(), now) > HELPERS_LINES
    }

    /// Counts so many lines that an institution begins under a share; says whether they are too many in this hour.
    pub(super) fn crowds(&self, share: ShareId, lines: u64, now: Timestamp) -> bool {
        self.5.lock().unwrap_or_else(PoisonError::into_inner).count_more(*share.bytes(), lines, now) > SHARES_LINES
    }

    /// Counts a knock; says whether there were too many in this minute.
    pub(super) fn knock(&self, who: Knocker, now: Timestamp) -> bool {
        self.1.lock().unwrap_or_else(PoisonError::into_inner).count(who, now) > PATIENCE
    }

    /// Whether there were too many wrong codes from a place in this minute already: then none is looked at.
    pub(super) fn guessed(&self, origin: [u8; 16], now: Timestamp) -> bool {
        let guesses = self.4.lock().unwrap_or_else(PoisonError::into_inner);
        guesses.minute == minute(now) && guesses.by_origin.get(&origin).is_some_and(|count| *count > GUESSES)
    }

    /// Counts a wrong code typed; says whether there were too many in this minute.
    pub(super) fn guess(&self, origin: [u8; 16], now: Timestamp) -> bool {
        let mut guesses = self.4.lock().unwrap_or_else(PoisonError::into_inner);
        guesses.count(Knocker::Origin(origin), now) > GUESSES
    }

    /// Counts a check of a paper; says whether there were too many in this minute.
    pub(super) fn check(&self, origin: [u8; 16], now: Timestamp) -> bool {
        let mut checks = self.3.lock().unwrap_or_else(PoisonError::into_inner);
        let is_shared = checks.minute == minute(now)
            && checks.by_origin.len() >= SOURCES
            && !checks.by_origin.contains_key(&origin);
        // Who comes from too many places does not shut everybody else out: a guess has 59 bits against it.
        let most = if is_shared { CHECKS.saturating_mul(1_000) } else { CHECKS };
        checks.count(Knocker::Origin(origin), now) > most
    }
}

impl Lines {
    /// Counts one more of somebody's; gives how many there were in this hour.
    fn count(&mut self, who: [u8; 16], now: Timestamp) -> u64 {
        self.count_more(who, 1, now)
    }

    /// The same of several.
    fn count_more(&mut self, who: [u8; 16], more: u64, now: Timestamp) -> u64 {
        let hour = minute(now).div_euclid(60);
        if self.hour != hour || self.by_person.len() >= SOURCES {
            *self = Self { hour, ..Self::default() };
        }
        let count = self.by_person.entry(who).or_default();
        *count = count.saturating_add(more);
        *count
    }
}

impl Knocks {
    /// Counts one more of somebody's; gives how many there were in this minute.
    fn count(&mut self, who: Knocker, now: Timestamp) -> u64 {
        let knocks = self;
        if knocks.minute != minute(now) {
            *knocks = Self { minute: minute(now), ..Self::default() };
        }
        let (counts, who) = match who {
            Knocker::Person(person) => (&mut knocks.by_person, *person.bytes()),
            Knocker::Origin(origin) => (&mut knocks.by_origin, origin),
        };
        let is_full = counts.len() >= SOURCES && !counts.contains_key(&who);
        let count = counts.entry(if is_full { [0; 16] } else { who }).or_default();
        *count = count.saturating_add(1);
        *count
    }
}

fn line(kind: Kind, actor: Actor, count: u64, request: RequestId) -> Line {
    let outcome = kind.reason.map_or(Outcome::Done, Outcome::Refused);
    Line {
        count: Some(count),
        origin: kind.origin,
        ..Line::new(actor, Ground::None, kind.action, Object::None, outcome, request)
    }
}

impl Door {
    /// Notes a refusal of somebody with no tie to what they asked for.
    pub async fn refuse_outside(
        &self,
        caller: &Caller,
        actor: Actor,
        action: Action,
        reason: Reason,
    ) -> Result<(), StoreError> {
        self.note_outside(caller, actor, action, Some(reason)).await
    }

    /// Whether whoever asks has checked papers too often in this minute.
    pub(super) fn is_checking_too_often(&self, caller: &Caller) -> bool {
        self.0.refusals.check(caller.origin, self.source().now())
    }

    /// Notes what somebody did, or was refused, who has no tie to any locker.
    pub(super) async fn note_outside(
        &self,
        caller: &Caller,
        actor: Actor,
        action: Action,
        reason: Option<Reason>,
    ) -> Result<(), StoreError> {
        // What anybody may do is counted for all of them: a line a minute.
        let kind = Kind { origin: reason.map(|_| caller.origin), action, reason };
        let (earlier, is_first) = self.0.refusals.count(kind, caller.request, self.source().now());
        if let Some(earlier) = earlier {
            self.note(line(kind, Actor::Anonymous, earlier.unwritten, earlier.request)).await?;
        }
        if is_first {
            self.note(line(kind, actor, 1, caller.request)).await?;
        }
        Ok(())
    }

    /// Writes the counts of the minutes that are over (`all`: of this one too, before stopping).
    pub async fn flush_refusals(&self, all: bool) -> Result<(), StoreError> {
        for (kind, tally) in self.0.refusals.over(self.source().now(), all) {
            self.note(line(kind, Actor::Anonymous, tally.unwritten, tally.request)).await?;
        }
        Ok(())
    }
}
