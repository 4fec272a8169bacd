//! How long a session stands, and when what its person proved is still fresh (DESIGN §7).

use std::time::Duration;

use super::Reason;
use crate::domain::ids::PersonId;
use crate::domain::person::IssuerKind;
use crate::domain::source::{Moment, Timestamp};

/// A session dies after so long without a request (DESIGN §7).
pub const SESSION_IDLE: Duration = Duration::from_mins(15);
/// A session dies after so long whatever happens (DESIGN §7).
pub const SESSION_LIFE: Duration = Duration::from_hours(8);

/// What [`super::needs_fresh`] names is done within this time of a proof of who one is (DESIGN §7).
pub const FRESH: Duration = Duration::from_mins(5);
/// How far a clock may be behind what it said before.
pub const CLOCK_TOLERANCE: Duration = Duration::from_mins(2);

/// What is known of the session, read under its lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionFacts {
    /// Whose session.
    pub person: PersonId,
    /// Last request.
    pub seen_at: Timestamp,
    /// End of its longest life.
    pub expires_at: Timestamp,
    /// When it was ended, if it was.
    pub revoked_at: Option<Timestamp>,
    /// When the person last proved who they are.
    pub proven_at: Timestamp,
    /// Which way they came in.
    pub issuer: IssuerKind,
    /// When they passed their second factor in it, if they did.
    pub factor_at: Option<Timestamp>,
}

impl SessionFacts {
    /// Whether the session still stands, by the clock.
    pub fn check(&self, moment: Moment) -> Result<(), Reason> {
        let clock = moment.clock;
        if self.revoked_at.is_some() {
            Err(Reason::SessionEnded)
        } else if clock >= self.expires_at {
            Err(Reason::SessionExpired)
        } else if clock >= self.seen_at.plus(SESSION_IDLE) {
            Err(Reason::SessionIdle)
        } else if clock.plus(CLOCK_TOLERANCE) < self.seen_at {
            Err(Reason::ClockBehind)
        } else {
            Ok(())
        }
    }

    /// Whether the person proved who they are a short while ago, by the clock: at their issuer, or by their second factor.
    pub fn is_fresh(&self, moment: Moment) -> bool {
        self.has_fresh_proof(moment) || self.has_fresh_factor(moment)
    }

    /// Whether they proved who they are a short while ago at their issuer, whatever they passed since.
    pub fn has_fresh_proof(&self, moment: Moment) -> bool {
        is_recent(self.proven_at, moment)
    }

    /// Whether they proved who they are after a moment of the clock. An issuer tells seconds only: the same second counts.
    pub fn is_newer_than(&self, since: Timestamp) -> bool {
        let latest = self.factor_at.map_or(self.proven_at, |at| at.max(self.proven_at));
        latest.plus(Duration::from_secs(1)) > since
    }

    /// Whether they passed a second factor in this session.
    pub const fn has_factor(&self) -> bool {
        self.factor_at.is_some()
    }

    /// Whether they passed it a short while ago, by the clock.
    pub fn has_fresh_factor(&self, moment: Moment) -> bool {
        self.factor_at.is_some_and(|at| is_recent(at, moment))
    }
}

/// Whether a proof of some moment is still fresh, by the clock.
fn is_recent(at: Timestamp, moment: Moment) -> bool {
    moment.clock < at.plus(FRESH) && moment.clock.plus(CLOCK_TOLERANCE) >= at
}
