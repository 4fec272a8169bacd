//! The one injected source of time and of our own randomness (age and TLS use their own).
//!
//! Nothing else in the program reads the system clock or asks the system for random bytes; clippy forbids it.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rand::{RngCore, SeedableRng, TryRngCore};
use rand_chacha::ChaCha20Rng;

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Wraps microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This moment moved forward (saturating).
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
    }

    /// This moment moved back (saturating).
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
    }

    /// Reads RFC 3339, whatever its offset.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|at| Self(at.as_microsecond()))
    }

    /// RFC 3339 in UTC, to the microsecond (`2026-11-22T10:00:00.000000Z`).
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_microsecond(self.0).map_or_else(|_| self.0.to_string(), |t| format!("{t:.6}"))
    }
}

/// The time in a transaction, told twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// For entries and whatever is before or after them: never before the last entry of a chain whose lock is held.
    pub now: Timestamp,
    /// The clock itself. Sessions live by it: a clock that once ran ahead must not hold them still.
    pub clock: Timestamp,
}

/// The day of a moment, in UTC: its midnight.
pub const fn day_of(at: Timestamp) -> Timestamp {
    const DAY: i64 = 24 * 3600 * 1_000_000;
    Timestamp(at.0.saturating_sub(at.0.rem_euclid(DAY)))
}

/// The day so many calendar months before a day, in UTC: the 31st of a shorter month is its last day.
pub fn months_before(day: Timestamp, months: u16) -> Timestamp {
    let moved = || {
        let date = jiff::Timestamp::from_microsecond(day.0).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date();
        let date = date.checked_sub(jiff::Span::new().months(i64::from(months))).ok()?;
        Some(Timestamp(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_microsecond()))
    };
    moved().unwrap_or(Timestamp(i64::MIN))
}

/// Where time comes from.
#[derive(Clone)]
enum Clock {
    System,
    Manual(Arc<Hands>),
}

/// A clock that is moved by hand: the time that it shows, and the time that has gone by.
#[derive(Debug)]
struct Hands {
    shown: AtomicI64,
    gone: AtomicI64,
}

impl Hands {
    fn at(start: Timestamp) -> Arc<Self> {
        Arc::new(Self { shown: AtomicI64::new(start.micros()), gone: AtomicI64::new(0) })
    }
}

/// From when [`Source::steady`] counts: the first time that it is asked.
static START: OnceLock<Instant> = OnceLock::new();

/// Where random bytes come from.
#[derive(Clone)]
enum Entropy {
    System,
    Seeded(Arc<Mutex<ChaCha20Rng>>),
}

/// Time and randomness, injected. Cheap to clone; clones share the same clock and generator.
#[derive(Clone)]
pub struct Source {
    clock: Clock,
    entropy: Entropy,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}

impl Source {
    /// The system's clock and its random bytes.
    pub const fn system() -> Self {
        Self { clock: Clock::System, entropy: Entropy::System }
    }

    /// A clock that only moves when told, with the system's random bytes (tests).
    pub fn with_manual_clock(start: Timestamp) -> Self {
        Self { clock: Clock::Manual(Hands::at(start)), entropy: Entropy::System }
    }

    /// A clock that only moves when told, and bytes that are the same for the same seed (test vectors).
    pub fn seeded(start: Timestamp, seed: [u8; 32]) -> Self {
        Self {
            clock: Clock::Manual(Hands::at(start)),
            entropy: Entropy::Seeded(Arc::new(Mutex::new(ChaCha20Rng::from_seed(seed)))),
        }
    }

    /// Whether the clock is set by hand. The database's clock is asked for the time unless it is.
    pub const fn is_manual(&self) -> bool {
        matches!(self.clock, Clock::Manual(_))
    }

    /// The time by this source.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now(&self) -> Timestamp {
        match &self.clock {
            Clock::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp(
                    i64::try_from(since.as_micros()).unwrap_or(i64::MAX).saturating_add(crate::faults::clock_off()),
                )
            }
            Clock::Manual(hands) => Timestamp(hands.shown.load(Ordering::SeqCst)),
        }
    }

    /// Time that has gone by since some moment of this process, whatever anybody sets the clock to.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn steady(&self) -> Duration {
        match &self.clock {
            Clock::System => START.get_or_init(Instant::now).elapsed(),
            Clock::Manual(hands) => {
                Duration::from_micros(u64::try_from(hands.gone.load(Ordering::SeqCst)).unwrap_or(0))
            }
        }
    }

    /// Lets time go by on a manual clock; does nothing to the system's.
    pub fn advance(&self, by: Duration) {
        if let Clock::Manual(hands) = &self.clock {
            let micros = i64::try_from(by.as_micros()).unwrap_or(0);
            hands.gone.fetch_add(micros, Ordering::SeqCst);
            hands.shown.fetch_add(micros, Ordering::SeqCst);
        }
    }

    /// Moves a manual clock forward though no time has gone by; does nothing to the system's.
    pub fn set_forward(&self, by: Duration) {
        if let Clock::Manual(hands) = &self.clock {
            hands.shown.fetch_add(i64::try_from(by.as_micros()).unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// Moves a manual clock back, as somebody does who puts a clock right; does nothing to the system's.
    pub fn set_back(&self, by: Duration) {
        if let Clock::Manual(hands) = &self.clock {
            hands.shown.fetch_sub(i64::try_from(by.as_micros()).unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// Fills a buffer with random bytes.
    ///
    /// # Panics
    /// If the system can give no random bytes: nothing safe can be done without them.
    #[expect(clippy::expect_used, reason = "the one place that asks the system for random bytes")]
    pub fn fill(&self, buffer: &mut [u8]) {
        match &self.entropy {
            Entropy::System => rand::rngs::OsRng.try_fill_bytes(buffer).expect("the system gives random bytes"),
            Entropy::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(buffer),
        }
    }

    /// An array of random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut buffer = [0; N];
        self.fill(&mut buffer);
        buffer
    }
}
