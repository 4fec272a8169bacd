//! What the scanner is asked, and what comes of its answer (decision 30): of a deposit as it streams in, of a held version before
//! somebody opens it.
//!
//! The scanner is asked under the right of whoever adds or opens a paper, never by the service by itself: no job opens content.

use std::future::Future;
use std::pin::pin;

use tokio::time::Instant;

use super::control::stopped;
use super::watch::Watch;
use super::{LockerError, Lockers};
use crate::access::{Ask, Caller};
use crate::blobs::BlobName;
use crate::domain::entry::{Object, Reason};
use crate::domain::scanned::Scanned;
use crate::scan::{Pass, Scanner, Silence, Verdict};
use crate::store::documents::Paper;
use crate::store::grant::{Act, Held, MarksScanned, act};
use crate::store::{changes, keys, lockers};
use crate::vault::envelope::Sums;
use crate::vault::ring::{Content, NewVersion};

/// What becomes of a content that the scanner says nothing of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Otherwise {
    /// It is taken, and nobody opens it before it was scanned.
    Hold,
    /// It is taken, and says that it was not scanned.
    Mark,
}

/// The scanner, and what is done without it.
#[derive(Debug, Clone)]
pub struct Scanning {
    /// Who is asked.
    pub scanner: Scanner,
    /// When it is away or too slow.
    pub when_away: Otherwise,
    /// When the content is larger than it takes.
    pub when_too_large: Otherwise,
}

impl Scanning {
    const fn otherwise(&self, silence: Silence) -> Otherwise {
        match silence {
            Silence::Away => self.when_away,
            Silence::TooLarge => self.when_too_large,
        }
    }

    /// How a content is taken.
    ///
    /// # Errors
    /// [`LockerError::Infected`]: not at all.
    const fn state(&self, told: Result<Verdict, Silence>) -> Result<Scanned, LockerError> {
        match told {
            Ok(Verdict::Clean) => Ok(Scanned::Clean),
            Ok(Verdict::Found) => Err(LockerError::Infected),
            Err(silence) => Ok(match self.otherwise(silence) {
                Otherwise::Hold => Scanned::Held,
                Otherwise::Mark => Scanned::NotScanned,
            }),
        }
    }
}

/// What a closing says of a content that stays held.
pub(super) const fn reason_of(silence: Silence) -> Reason {
    match silence {
        Silence::Away => Reason::ScannerAway,
        Silence::TooLarge => Reason::TooLargeToScan,
    }
}

/// What is known of a content once all of it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// There is no scanner.
    Nothing,
    /// What it said, or that it said nothing.
    So(Result<Verdict, Silence>),
    /// It is to be asked of what is stored: the sender was slow, or all places were taken. That is no fault of
    /// the scanner's, and nobody has a paper taken without it by sending slowly.
    Later,
}

/// A deposit on its way through the scanner, as it comes.
#[derive(Debug)]
pub(super) enum Along {
    On(Pass),
    Over(Told),
}

impl Along {
    pub(super) async fn begin(scanning: Option<&Scanning>) -> Self {
        let Some(scanning) = scanning else { return Self::Over(Told::Nothing) };
        match scanning.scanner.pass_along().await {
            Ok(Some(pass)) => Self::On(pass),
            Ok(None) => Self::Over(Told::Later),
            Err(silence) => Self::Over(Told::So(Err(silence))),
        }
    }

    /// Waits for what comes next. The scanner does not wait for a slow sender.
    pub(super) async fn meanwhile<T>(&mut self, coming: impl Future<Output = T>) -> T {
        let mut coming = pin!(coming);
        if let Self::On(pass) = self {
            // Half of its time is the scanner's own: a sender who is late on purpose leaves it no less.
            let until = pass.half();
            let come = tokio::time::timeout_at(until, coming.as_mut()).await;
            if Instant::now() >= until {
                *self = Self::Over(Told::Later);
            }
            if let Ok(come) = come {
                return come;
            }
        }
        coming.await
    }

    pub(super) async fn push(&mut self, piece: &[u8]) {
        if let Self::On(pass) = self
            && let Err(silence) = pass.push(piece).await
        {
            *self = Self::Over(Told::So(Err(silence)));
        }
    }

    /// What it says, now that it has everything.
    pub(super) async fn end(self) -> Told {
        match self {
            Self::On(pass) => Told::So(pass.end().await),
            Self::Over(told) => told,
        }
    }
}

/// Why a version that nobody may open as it is stays so.
#[derive(Debug)]
pub(super) enum Unopened {
    /// The scanner says nothing of it.
    Silent(Silence),
    /// Something harmful was found.
    Infected,
    /// It does not open.
    Damaged,
    /// The right has ended, or something is away.
    Stopped(LockerError, Reason),
}

impl From<LockerError> for Unopened {
    fn from(error: LockerError) -> Self {
        match error {
            LockerError::Damaged => Self::Damaged,
            LockerError::Refused(reason) => Self::Stopped(error, reason),
            other => Self::Stopped(other, Reason::StoreAway),
        }
    }
}

impl Lockers {
    /// How a deposit is taken whose blob is written.
    ///
    /// # Errors
    /// [`LockerError::Infected`]; or what is stored can't be read.
    pub(super) async fn scanned(
        &self,
        told: Told,
        new: &NewVersion,
        blob: &BlobName,
        sums: &Sums,
    ) -> Result<Scanned, LockerError> {
        let Some(scanning) = &self.0.scanning else { return Ok(Scanned::Never) };
        let told = match told {
            Told::Nothing => return Ok(Scanned::Never),
            Told::So(told) => told,
            Told::Later => self.scan_stored(&scanning.scanner, new, blob, sums).await?,
        };
        scanning.state(told)
    }

    /// Has scanned what a deposit has just stored.
    async fn scan_stored(
        &self,
        scanner: &Scanner,
        new: &NewVersion,
        blob: &BlobName,
        sums: &Sums,
    ) -> Result<Result<Verdict, Silence>, LockerError> {
        let mut pass = match scanner.pass(sums.size).await {
            Ok(pass) => pass,
            Err(silence) => return Ok(Err(silence)),
        };
        let mut whole = self.whole_new(new, blob, sums).await?;
        while let Some(piece) = whole.next().await? {
            if let Err(silence) = pass.push(&piece).await {
                return Ok(Err(silence));
            }
        }
        Ok(pass.end().await)
    }

    /// Has a held version scanned, under the right by which its content was opened, and writes down what came of it: clean, it
    /// opens from now on; harmful, never.
    pub(super) async fn scan_held<A: Act>(
        &self,
        caller: &Caller,
        content: &Content,
        row: &Paper,
        watch: &mut Watch<'_, A>,
    ) -> Result<(), Unopened> {
        // Held since a scanner was there; without one it waits for another.
        let scanning = self.0.scanning.as_ref().ok_or(Unopened::Silent(Silence::Away))?;
        let mut pass = scanning.scanner.pass(content.version.size).await.map_err(Unopened::Silent)?;
        let mut whole = self.whole(content, row).await?;
        while let Some(piece) = whole.next().await? {
            pass.push(&piece).await.map_err(Unopened::Silent)?;
            watch.pass_by(piece.len() as u64);
            watch.due().await.map_err(|reason| Unopened::Stopped(stopped(reason), reason))?;
        }
        let ask = Ask::paper(row.locker, row.document, Some(row.version));
        match pass.end().await.map_err(Unopened::Silent)? {
            Verdict::Clean => self.mark::<act::FoundClean>(caller, &ask, Scanned::Clean).await?,
            Verdict::Found => {
                self.mark::<act::FoundInfected>(caller, &ask, Scanned::Infected).await?;
                return Err(Unopened::Infected);
            }
        }
        Ok(())
    }

    /// Writes what the scanner said of a held version: its line, the row, what describes it.
    async fn mark<A: MarksScanned>(&self, caller: &Caller, ask: &Ask, scanned: Scanned) -> Result<(), LockerError> {
        let (mut tx, pending) = self.0.door.begin::<A>(caller, ask).await?;
        let Some(row) = pending.paper() else { return Err(LockerError::Damaged) };
        let object = Object::Version(row.document, row.version);
        match (row.scanned, scanned) {
            (Scanned::Held, _) => {}
            // Somebody else opened it at the same moment, and their scanner found it harmful.
            (Scanned::Infected, Scanned::Clean) => return Err(LockerError::Refused(Reason::Infected)),
            // They were first: their line says it.
            _ => return Ok(()),
        }
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        match self.0.vault.seal_scanned(&pending, &wraps, &collections, scanned) {
            Ok(details) => changes::set_scanned(&mut tx, &pending, scanned, &details).await?,
            Err(error) => {
                drop(tx);
                return Err(self.damaged(caller, &pending, object, error).await);
            }
        }
        self.0.door.commit(tx, pending).await?;
        Ok(())
    }

    /// Whether a photo that is held whole may be kept. `None`: yes. It has no place to wait in: where content is held without a
    /// scanner, a photo is not taken.
    pub(super) async fn photo_refused(&self, photo: &[u8]) -> Option<(LockerError, Reason)> {
        let scanning = self.0.scanning.as_ref()?;
        match scanning.scanner.scan(photo).await {
            Ok(Verdict::Clean) => None,
            Ok(Verdict::Found) => Some((LockerError::Infected, Reason::Infected)),
            Err(silence) => match scanning.otherwise(silence) {
                Otherwise::Hold => Some((LockerError::ScannerAway, reason_of(silence))),
                Otherwise::Mark => None,
            },
        }
    }
}
