//! `[scanner]`: which `clamd` looks at what people add, and what is done without it (decision 30).

use std::time::Duration;

use serde::Deserialize;

use super::Config;
use crate::locker::scanning::{Otherwise, Scanning};
use crate::locker::sheets::SHEET_BYTES;
use crate::scan::{Address, Scanner, Settings};

/// Largest content that is sent unless told: what `clamd` takes as Debian sets it up.
const LARGEST: u64 = 25 * 1024 * 1024;
/// How long one content may take unless told, in seconds.
const SECONDS: u64 = 20;
/// The longest that may be told. Two of them are well below the time after which what stands still is closed.
const SECONDS_MAX: u64 = 40;
/// How long the scanner may take to answer at all unless told, in seconds.
const CONNECT_SECONDS: u64 = 3;

/// The scanner for harmful content.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScannerSettings {
    /// `tcp://127.0.0.1:3310` or `unix:/run/clamav/clamd.ctl`.
    pub address: String,
    /// What becomes of a paper when it is away or too slow.
    pub when_away: WhenSilent,
    /// What becomes of a paper that is too large for it; the same unless told.
    #[serde(default)]
    pub when_too_large: Option<WhenSilent>,
    /// Largest content that is sent, in bytes; 25 MiB unless told.
    #[serde(default)]
    pub largest_bytes: Option<u64>,
    /// How long one content may take, in seconds; 20 unless told.
    #[serde(default)]
    pub seconds: Option<u64>,
    /// How long it may take to answer at all, in seconds; 3 unless told.
    #[serde(default)]
    pub connect_seconds: Option<u64>,
}

/// What becomes of a paper that was not scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenSilent {
    /// It is taken, and nobody opens it before it was scanned.
    Hold,
    /// It is taken, and says that it was not scanned.
    Mark,
}

impl From<WhenSilent> for Otherwise {
    fn from(told: WhenSilent) -> Self {
        match told {
            WhenSilent::Hold => Self::Hold,
            WhenSilent::Mark => Self::Mark,
        }
    }
}

impl Config {
    /// The scanner that is configured, and what is done without it.
    ///
    /// # Errors
    /// Every mistake.
    pub fn scanning(&self) -> Result<Option<Scanning>, Vec<String>> {
        let Some(told) = &self.scanner else { return Ok(None) };
        let mut wrong = Vec::new();
        let address =
            Address::parse(&told.address).inspect_err(|error| wrong.push(format!("scanner.address: {error}")));
        let least = u64::try_from(SHEET_BYTES).unwrap_or(u64::MAX);
        let largest = told.largest_bytes.unwrap_or(LARGEST);
        if largest < least {
            wrong.push(format!("scanner.largest_bytes: must be at least {least}, the largest photo of a signed sheet"));
        }
        let mut seconds = |name: &str, told: Option<u64>, usual: u64| {
            let seconds = told.unwrap_or(usual);
            if !(1..=SECONDS_MAX).contains(&seconds) {
                wrong.push(format!("scanner.{name}: must be between 1 and {SECONDS_MAX}"));
            }
            Duration::from_secs(seconds)
        };
        let time = seconds("seconds", told.seconds, SECONDS);
        let connect = seconds("connect_seconds", told.connect_seconds, CONNECT_SECONDS);
        match address {
            Ok(address) if wrong.is_empty() => Ok(Some(Scanning {
                scanner: Scanner::new(Settings { address, connect, time, largest }),
                when_away: told.when_away.into(),
                when_too_large: told.when_too_large.unwrap_or(told.when_away).into(),
            })),
            _ => Err(wrong),
        }
    }
}
