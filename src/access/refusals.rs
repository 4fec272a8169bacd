//! Refusals of strangers, failed sign-ins: lines of the service's chain, coalesced per source and minute with a count.
//!
//! The first of a kind in a minute is written at once; the rest of the minute is counted and written when the minute is
//! over. So an attack leaves its trace, and can't fill the journal.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::{Caller, Door};
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::RequestId;
use crate::domain::source::Timestamp;
use crate::store::StoreError;

/// Sources counted apart; past this number they share one count.
const SOURCES: usize = 10_000;
/// Refusals a minute from one source before the answer becomes "later".
const PATIENCE: u64 = 300;

/// Sign-ins a minute that one source may begin.
const SIGN_INS: u64 = 60;

#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<HashMap<Kind, Tally>>, Mutex<Begun>);

/// Sign-ins begun in one minute, by source.
#[derive(Debug, Default)]
struct Begun {
    minute: i64,
    by_origin: HashMap<[u8; 16], u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Kind {
    origin: Option<[u8; 16]>,
    action: Action,
    reason: Reason,
}

#[derive(Debug, Clone, Copy)]
struct Tally {
    minute: i64,
    unwritten: u64,
    total: u64,
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
                tally.total = tally.total.saturating_add(1);
                (None, false)
            }
            other => {
                let earlier = other.filter(|t| t.unwritten > 0).map(|t| *t);
                tallies.insert(kind, Tally { minute, unwritten: 0, total: 1, request });
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

    /// Counts a sign-in that begins; says how many this source has begun in this minute.
    fn begin(&self, origin: [u8; 16], now: Timestamp) -> u64 {
        let mut begun = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        if begun.minute != minute(now) {
            *begun = Begun { minute: minute(now), by_origin: HashMap::new() };
        }
        // Past so many sources, they share one count.
        let is_full = begun.by_origin.len() >= SOURCES && !begun.by_origin.contains_key(&origin);
        let count = begun.by_origin.entry(if is_full { [0; 16] } else { origin }).or_default();
        *count += 1;
        *count
    }

    fn total(&self, origin: [u8; 16], now: Timestamp) -> u64 {
        let tallies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = minute(now);
        tallies.iter().filter(|(k, t)| k.origin == Some(origin) && t.minute == minute).map(|(_, t)| t.total).sum()
    }
}

fn line(kind: Kind, actor: Actor, count: u64, request: RequestId) -> Line {
    Line {
        count: Some(count),
        origin: kind.origin,
        ..Line::new(actor, Ground::None, kind.action, Object::None, Outcome::Refused(kind.reason), request)
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
        let kind = Kind { origin: Some(caller.origin), action, reason };
        let (earlier, is_first) = self.0.refusals.count(kind, caller.request, self.source().now());
        if let Some(earlier) = earlier {
            self.note(line(kind, Actor::Anonymous, earlier.unwritten, earlier.request)).await?;
        }
        if is_first {
            self.note(line(kind, actor, 1, caller.request)).await?;
        }
        Ok(())
    }

    /// Whether this source was refused too often in this minute to be listened to.
    pub fn is_tiresome(&self, caller: &Caller) -> bool {
        self.0.refusals.total(caller.origin, self.source().now()) > PATIENCE
    }

    /// Whether this source may begin another sign-in in this minute.
    pub fn may_begin_sign_in(&self, caller: &Caller) -> bool {
        self.0.refusals.begin(caller.origin, self.source().now()) <= SIGN_INS && !self.is_tiresome(caller)
    }

    /// Writes the counts of the minutes that are over (`all`: of this one too, before stopping).
    pub async fn flush_refusals(&self, all: bool) -> Result<(), StoreError> {
        for (kind, tally) in self.0.refusals.over(self.source().now(), all) {
            self.note(line(kind, Actor::Anonymous, tally.unwritten, tally.request)).await?;
        }
        Ok(())
    }
}
