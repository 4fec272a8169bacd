//! The scanner for harmful content: a `clamd` on this machine, asked by its `INSTREAM` (decision 30). It gets plain bytes, so it is
//! reached over loopback or a unix socket, never over a network. It knows nothing of lockers, and what it calls what it finds
//! never leaves this module.
//!
//! Everything has a bound: a pass has one time for all of it, a size, and a place. What comes at a sender's pace has places of its
//! own, so that slow senders keep nobody else from the scanner.

mod address;
mod pass;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

pub use address::{Address, AddressError};
pub use pass::Pass;

/// Passes that go on at a time, of contents that are at hand; and as many of contents that are on their way.
const PLACES: usize = 4;

/// How a scanner is reached and what it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where it listens.
    pub address: Address,
    /// How long it may take to answer at all.
    pub connect: Duration,
    /// How long one pass may take, from its beginning to the answer.
    pub time: Duration,
    /// Largest content that it is sent, in bytes.
    pub largest: u64,
}

/// What it says of a content that it got whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It found nothing.
    Clean,
    /// It found something harmful.
    Found,
}

/// Why it says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Silence {
    /// It is away, too slow, or answers something else.
    #[error("the scanner is away")]
    Away,
    /// The content is larger than it takes.
    #[error("the content is too large for the scanner")]
    TooLarge,
}

/// A scanner. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Scanner(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
    /// For contents that are at hand.
    places: Arc<Semaphore>,
    /// For contents that come at a sender's pace.
    along: Arc<Semaphore>,
}

impl Scanner {
    /// One that is reached so. Nothing is asked yet.
    pub fn new(settings: Settings) -> Self {
        let places = || Arc::new(Semaphore::new(PLACES));
        Self(Arc::new(Inner { settings, places: places(), along: places() }))
    }

    /// Begins a pass over a content of so many bytes that is at hand. Waits for a place.
    ///
    /// # Errors
    /// [`Silence::TooLarge`] without asking, [`Silence::Away`] when there is no place or no scanner in time.
    pub async fn pass(&self, size: u64) -> Result<Pass, Silence> {
        let settings = &self.0.settings;
        if size > settings.largest {
            return Err(Silence::TooLarge);
        }
        let until = Instant::now() + settings.time;
        let place = tokio::time::timeout_at(until, Arc::clone(&self.0.places).acquire_owned()).await;
        let place = place.map_err(|_| Silence::Away)?.map_err(|_| Silence::Away)?;
        // Its time begins with its place: who waited has no less of it.
        Pass::begin(settings, place).await
    }

    /// Begins a pass over a content that comes at a sender's pace. `None`: no place is free.
    ///
    /// # Errors
    /// [`Silence::Away`] when there is no scanner in time.
    pub async fn pass_along(&self) -> Result<Option<Pass>, Silence> {
        match Arc::clone(&self.0.along).try_acquire_owned() {
            Ok(place) => Pass::begin(&self.0.settings, place).await.map(Some),
            Err(_) => Ok(None),
        }
    }

    /// A whole content that is held in memory.
    ///
    /// # Errors
    /// The scanner says nothing of it.
    pub async fn scan(&self, content: &[u8]) -> Result<Verdict, Silence> {
        let mut pass = self.pass(u64::try_from(content.len()).unwrap_or(u64::MAX)).await?;
        pass.push(content).await?;
        pass.end().await
    }
}
