//! Whether the clock may be believed when it says that a locker is to be erased: that can't be undone.
//!
//! A clock is doubted when it went forward by more than the time that has gone by in this process, or when this process found
//! it far after the newest line of any journal. Whoever doubts waits: a day of time that has really gone by, in which people
//! can put the clock right. Nothing is written of it: a line would bear the false time, and be taken for a proof of it later.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{LockerError, Lockers};
use crate::domain::source::{Source, Timestamp};

/// How far the clock may go forward by itself.
const LEAP: Duration = Duration::from_hours(1);
/// How long no line may have been written anywhere before this process began.
const SILENCE: Duration = Duration::from_hours(48);
/// How long to wait when in doubt.
const WAIT: Duration = Duration::from_hours(24);

/// What this process knows of its clock.
#[derive(Debug)]
pub(super) struct Steady(Mutex<Known>);

#[derive(Debug, Clone, Copy)]
struct Known {
    /// What the clock showed, and what had gone by then.
    shown: Timestamp,
    gone: Duration,
    /// Whether it was compared with the journals.
    is_compared: bool,
    /// Doubted until so much has gone by.
    doubted: Option<Duration>,
}

impl Known {
    /// Takes the clock's word at a moment; says whether it may be believed. `newest`: the last line of any journal.
    fn believes(&mut self, clock: Timestamp, gone: Duration, newest: Option<Timestamp>) -> bool {
        let due = self.shown.plus(gone.saturating_sub(self.gone));
        let has_leapt = clock > due.plus(LEAP);
        // What has gone by since this process began explains a silence.
        let was_silent =
            !self.is_compared && newest.is_some_and(|at| clock > at.plus(SILENCE).plus(gone.saturating_sub(self.gone)));
        self.is_compared = true;
        if has_leapt || was_silent {
            tracing::error!(
                clock = %clock.rfc3339(),
                "the clock may stand too far ahead: no locker is erased for 24 hours. Look whether it is right"
            );
            *self = Self { shown: clock, gone, is_compared: true, doubted: Some(gone.saturating_add(WAIT)) };
        }
        self.doubted.is_none_or(|until| gone >= until)
    }
}

impl Steady {
    /// From now on.
    pub(super) fn new(source: &Source) -> Self {
        Self(Mutex::new(Known { shown: source.now(), gone: source.steady(), is_compared: false, doubted: None }))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lockers {
    /// Whether the clock may be believed for what can't be undone. To be asked once before this process writes a line, too:
    /// the first time, the clock is compared with the newest line.
    pub async fn believes_the_clock(&self) -> Result<bool, LockerError> {
        let is_compared = self.0.steady.known().is_compared;
        let (clock, newest) = self.0.door.clock(!is_compared).await?;
        let mut known = self.0.steady.known();
        Ok(known.believes(clock, self.source().steady(), newest))
    }
}
