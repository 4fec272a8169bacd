//! What an institution's own server is told of what it asked for, and when it is tried again. Ids and words of a closed list: never
//! anything of content, nor of who somebody is.

use std::time::Duration;

use super::ids::{InstitutionId, PaperRequestId, ShareId, WebhookId};
use super::source::Timestamp;

/// For so long after it happened something is tried to be told. Then it is given up: the institution asks.
pub const LIFE: Duration = Duration::from_hours(3 * 24);
/// Whoever takes one up has it for so long; well over what a hand-over may take. Then somebody else may.
pub const LEASE: Duration = Duration::from_mins(1);
/// The first wait after a hand-over that failed.
const FIRST_WAIT: Duration = Duration::from_mins(1);
/// The longest.
pub const LONGEST_WAIT: Duration = Duration::from_hours(4);

/// What has happened. A closed list: the state that the API tells of, and no more of why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// Somebody typed the code of a request.
    Taken,
    /// They handed papers over for it.
    Answered,
    /// They said no.
    Declined,
    /// A share can't be read for a while.
    Paused,
    /// It can again.
    Resumed,
    /// It can't be read any more.
    Over,
}

impl Happened {
    /// Every value.
    pub const ALL: [Self; 6] = [Self::Taken, Self::Answered, Self::Declined, Self::Paused, Self::Resumed, Self::Over];

    /// The number in the database.
    pub const fn number(self) -> i64 {
        match self {
            Self::Taken => 1,
            Self::Answered => 2,
            Self::Declined => 3,
            Self::Paused => 4,
            Self::Resumed => 5,
            Self::Over => 6,
        }
    }

    /// Reads [`Self::number`].
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.number() == number)
    }

    /// The stable word in what is sent.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Taken => "request.taken",
            Self::Answered => "request.answered",
            Self::Declined => "request.declined",
            Self::Paused => "share.paused",
            Self::Resumed => "share.resumed",
            Self::Over => "share.over",
        }
    }

    /// Whether it is about a share that was handed over, not about the request.
    pub const fn is_of_share(self) -> bool {
        matches!(self, Self::Paused | Self::Resumed | Self::Over)
    }
}

/// Something that waits to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookFacts {
    /// To whom.
    pub institution: InstitutionId,
    /// Which: the same each time it is told.
    pub webhook: WebhookId,
    /// What has happened.
    pub happened: Happened,
    /// To which request.
    pub request: PaperRequestId,
    /// What was handed over for it, where there is something.
    pub share: Option<ShareId>,
    /// When.
    pub at: Timestamp,
}

impl WebhookFacts {
    /// The first moment when it is not tried any more.
    pub fn until(&self) -> Timestamp {
        self.at.plus(LIFE)
    }
}

/// How long to wait after so many hand-overs that failed: twice as long each time, up to four hours, and up to a quarter more or less, by
/// a number drawn at random: those that failed together don't come back together.
pub fn wait(tries: u16, drawn: u16) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(1_u32.checked_shl(tries.saturating_sub(1).into()).unwrap_or(u32::MAX));
    let usual = doubled.min(LONGEST_WAIT);
    // From three quarters to five quarters.
    let quarters = usual / 4 * 3;
    quarters.saturating_add((usual / 2).saturating_mul(drawn.into()) / u32::from(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_happened_reads_back() {
        for one in Happened::ALL {
            assert_eq!(Happened::from_number(one.number()), Some(one));
            assert_eq!(one.is_of_share(), one.code().starts_with("share."));
        }
        assert_eq!(Happened::from_number(0), None);
        assert_eq!(Happened::from_number(7), None);
    }

    #[test]
    fn waits_double_and_never_pass_the_longest() {
        let middle = u16::MAX / 2;
        let minutes: Vec<u64> = (1..=12).map(|tries| (wait(tries, middle).as_secs() + 5) / 60).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240, 240]);
        // Three days hold a good many attempts, and not thousands.
        let mut spent = Duration::ZERO;
        let tries = (1..1_000)
            .take_while(|tries| {
                spent += wait(*tries, middle);
                spent < LIFE
            })
            .count();
        assert!((20..40).contains(&tries), "{tries}");
    }

    proptest! {
        #[test]
        fn a_wait_is_within_its_bounds(tries: u16, drawn: u16) {
            let wait = wait(tries, drawn);
            prop_assert!(wait >= FIRST_WAIT * 3 / 4 && wait <= LONGEST_WAIT * 5 / 4, "{:?}", wait);
        }
    }
}
