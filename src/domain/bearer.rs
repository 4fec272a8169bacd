//! Somebody without an account who came in by the code of a share: what they bear, and for how long. It opens nothing by itself: what it
//! names is decided on at each use.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::entry::Reason;
use super::ids::{LockerId, SessionId, ShareId};
use super::organisation::Name;
use super::source::Timestamp;

/// Nothing was done for so long: they come in again.
pub const PASS_IDLE: Duration = Duration::from_mins(15);
/// Nor does it last longer than this, whatever is done.
pub const PASS_LIFE: Duration = Duration::from_hours(4);
/// Kinds of files that a mark is put on.
pub const MARKED: [&str; 4] = ["application/pdf", "image/jpeg", "image/png", "image/webp"];
/// Days for which a code is good where its holder says nothing else.
pub const DAYS_USUAL: u16 = 30;
/// Days within which a code whose time begins at its first use must be used, where its holder says nothing else.
pub const DAYS_TO_BEGIN: u16 = 183;

/// Whether a mark can be put on files of a kind.
pub fn is_marked(media_type: &str) -> bool {
    MARKED.contains(&media_type)
}

/// What they bear, sealed: nobody else makes one, and nobody reads in it where anything lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// In whose locker.
    #[serde(with = "as_text")]
    pub locker: LockerId,
    /// What they were given.
    #[serde(with = "as_text")]
    pub share: ShareId,
    /// Tells one coming in from another, in what is under way.
    #[serde(with = "as_text")]
    pub session: SessionId,
    /// When they came in, in microseconds.
    pub begun_at: i64,
    /// When they last did something, in microseconds.
    pub used_at: i64,
    /// Who they say they are, once they have said it: nothing is shown before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reader: Option<Name>,
}

impl Pass {
    /// Whether it is good at a moment of the clock.
    ///
    /// # Errors
    /// [`Reason::PassOver`].
    pub fn check(&self, clock: Timestamp) -> Result<(), Reason> {
        let (begun, used) = (Timestamp::from_micros(self.begun_at), Timestamp::from_micros(self.used_at));
        let is_over = clock < used || clock >= used.plus(PASS_IDLE) || clock >= begun.plus(PASS_LIFE);
        if is_over { Err(Reason::PassOver) } else { Ok(()) }
    }
}

/// Ids as text.
mod as_text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub fn deserialize<'de, T: FromStr, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|_| D::Error::custom("not an id"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::Source;

    #[test]
    fn it_is_good_for_a_while_and_no_longer() {
        let start = Timestamp::from_micros(1_000_000);
        let source = Source::seeded(start, [1; 32]);
        let pass = |begun: Timestamp, used: Timestamp| Pass {
            locker: LockerId::draw(&source),
            share: ShareId::draw(&source),
            session: SessionId::draw(&source),
            begun_at: begun.micros(),
            used_at: used.micros(),
            reader: None,
        };
        let tick = Duration::from_micros(1);
        let fresh = pass(start, start);
        assert_eq!(fresh.check(start), Ok(()));
        assert_eq!(fresh.check(start.plus(PASS_IDLE).minus(tick)), Ok(()));
        assert_eq!(fresh.check(start.plus(PASS_IDLE)), Err(Reason::PassOver));
        // A clock that was put back makes none good.
        assert_eq!(fresh.check(start.minus(tick)), Err(Reason::PassOver));
        let used = start.plus(PASS_LIFE).minus(tick);
        assert_eq!(pass(start, used).check(used), Ok(()));
        assert_eq!(pass(start, used).check(start.plus(PASS_LIFE)), Err(Reason::PassOver));
    }
}
