//! Patience with codes of shares: four tries in vain, then slower and slower; by the code, and by the place that tries come from, whichever is
//! slower. Counted in the database: every process of the service keeps the same count, and one that starts again forgets nothing.
//!
//! A code of nothing is counted like one of something, and whoever is too early is told so before anything is looked up: no answer tells
//! which codes there are. Whoever knows the surname ends the count of the code; that of the place goes on, so that nobody clears it
//! with a code of their own.

use std::time::Duration;

use crate::domain::source::Timestamp;
use crate::store::code_tries::Tries;

/// Tries in vain before there is any wait.
const FREE: u32 = 4;
/// The first wait; each is twice the one before.
const FIRST: Duration = Duration::from_mins(1);
/// How long a count is kept: longer than any wait, and than any quiet time.
pub(super) const KEPT: Duration = Duration::from_hours(48);

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// A code. Who found one and tries surnames has twenty or thirty a day.
    Code,
    /// A place. Many people may share one: they wait less long for one another.
    Place,
}

impl Counted {
    /// The longest wait.
    const fn longest(self) -> Duration {
        match self {
            Self::Code => Duration::from_hours(1),
            Self::Place => Duration::from_mins(5),
        }
    }

    /// After so long without a try, the count begins anew.
    const fn quiet(self) -> Duration {
        match self {
            Self::Code => Duration::from_hours(24),
            Self::Place => Duration::from_hours(1),
        }
    }

    /// How many tries in vain count at a moment.
    fn standing(self, tries: Tries, clock: Timestamp) -> u32 {
        if clock >= tries.missed_at.plus(self.quiet()) { 0 } else { tries.missed }
    }

    /// Whether a try at a moment comes too early. A clock that was put back makes nobody wait longer than the wait.
    pub(super) fn is_too_early(self, tries: Tries, clock: Timestamp) -> bool {
        let missed = self.standing(tries, clock);
        let Some(doubled) = missed.checked_sub(FREE) else { return false };
        let wait = FIRST.saturating_mul(1 << doubled.min(10)).min(self.longest());
        clock < tries.missed_at.plus(wait) && clock.plus(wait) >= tries.missed_at
    }

    /// One more in vain.
    pub(super) fn missed(self, tries: Tries, clock: Timestamp) -> Tries {
        Tries { missed: self.standing(tries, clock).saturating_add(1), missed_at: clock }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Tries = Tries { missed: 0, missed_at: Timestamp::from_micros(0) };

    /// Somebody who tries as fast as they can for so long: how many of their tries are looked at.
    fn looked_at(counted: Counted, every: Duration, during: Duration) -> (u64, u64) {
        let start = Timestamp::from_micros(1_800_000_000_000_000);
        let (mut tries, mut clock, mut made, mut looked) = (NONE, start, 0, 0);
        while clock < start.plus(during) {
            made += 1;
            if !counted.is_too_early(tries, clock) {
                tries = counted.missed(tries, clock);
                looked += 1;
            }
            clock = clock.plus(every);
        }
        (made, looked)
    }

    #[test]
    fn ten_thousand_guesses_meet_the_wall() {
        let day = Duration::from_hours(24);
        for every in [Duration::from_secs(1), Duration::from_secs(8), Duration::from_secs(61)] {
            let (made, of_a_code) = looked_at(Counted::Code, every, day);
            let (_, of_a_place) = looked_at(Counted::Place, every, day);
            assert!(of_a_code <= 35, "{of_a_code} of {made}");
            assert!(of_a_place <= 300, "{of_a_place} of {made}");
        }
        // In the first minute there are four, and the fifth is the next minute's.
        assert_eq!(looked_at(Counted::Code, Duration::from_secs(1), Duration::from_mins(1)).1, 4);
        assert_eq!(looked_at(Counted::Place, Duration::from_secs(1), Duration::from_mins(1)).1, 4);
        assert_eq!(looked_at(Counted::Code, Duration::from_secs(1), Duration::from_secs(70)).1, 5);
    }

    #[test]
    fn a_quiet_day_begins_anew_and_a_clock_put_back_locks_nobody_out() {
        let at = Timestamp::from_micros(1_800_000_000_000_000);
        let many = Tries { missed: 40, missed_at: at };
        assert!(Counted::Code.is_too_early(many, at.plus(Duration::from_mins(59))));
        assert!(!Counted::Code.is_too_early(many, at.plus(Duration::from_hours(1))));
        assert_eq!(Counted::Code.missed(many, at.plus(Duration::from_hours(24))).missed, 1);
        assert_eq!(Counted::Code.missed(many, at.plus(Duration::from_hours(23))).missed, 41);
        assert!(!Counted::Code.is_too_early(many, at.minus(Duration::from_hours(10))));
    }
}
