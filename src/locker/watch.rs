//! What every long stream out of a locker does on its way: rights looked at again every 16 MiB or 5 s (DESIGN §2), what moved
//! noted, a reader who takes nothing left behind.

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::Lockers;
use super::body::{LOOK_BYTES, LOOK_EVERY};
use crate::access::{Caller, Progress, Refusal};
use crate::domain::entry::Reason;
use crate::store::grant::{Act, Grant};

/// A reader who takes nothing for so long has left.
const STALLED: std::time::Duration = std::time::Duration::from_mins(2);

/// Where a stream's pieces go; an error in it means that it stopped, and why.
pub(super) type Outlet = mpsc::Sender<Result<Bytes, Reason>>;

/// Watches one stream under one grant.
pub(super) struct Watch<'a, A: Act> {
    lockers: &'a Lockers,
    caller: &'a Caller,
    grant: &'a Grant<A>,
    seq: u64,
    /// Bytes moved that no row knows of yet.
    unsaid: u64,
    since_look: u64,
    next_look: Instant,
}

impl<'a, A: Act> Watch<'a, A> {
    pub(super) fn new(lockers: &'a Lockers, caller: &'a Caller, grant: &'a Grant<A>, seq: u64) -> Self {
        Self { lockers, caller, grant, seq, unsaid: 0, since_look: 0, next_look: Instant::now() + LOOK_EVERY }
    }

    /// What moved and is not noted yet.
    pub(super) const fn progress(&self) -> Progress {
        Progress { seq: self.seq, bytes: self.unsaid }
    }

    /// That it is noted now.
    pub(super) const fn noted(&mut self) {
        self.unsaid = 0;
    }

    /// Counts what moves.
    pub(super) const fn count(&mut self, bytes: u64) {
        self.unsaid = self.unsaid.saturating_add(bytes);
        self.since_look = self.since_look.saturating_add(bytes);
    }

    /// Looks again if it is time.
    pub(super) async fn due(&mut self) -> Result<(), Reason> {
        if self.since_look >= LOOK_BYTES || Instant::now() >= self.next_look { self.look().await } else { Ok(()) }
    }

    /// Waits until the reader has room, looking at the rights again meanwhile.
    pub(super) async fn place<'s>(
        &mut self,
        outlet: &'s Outlet,
    ) -> Result<mpsc::Permit<'s, Result<Bytes, Reason>>, Reason> {
        let patience = Instant::now() + STALLED;
        loop {
            match tokio::time::timeout_at(self.next_look, outlet.reserve()).await {
                Err(_) if Instant::now() >= patience => return Err(Reason::ReaderLeft),
                Ok(Ok(place)) => {
                    if Instant::now() >= self.next_look {
                        self.look().await?;
                    }
                    return Ok(place);
                }
                Ok(Err(_)) => return Err(Reason::ReaderLeft),
                Err(_) => self.look().await?,
            }
        }
    }

    async fn look(&mut self) -> Result<(), Reason> {
        self.next_look = Instant::now() + LOOK_EVERY;
        self.since_look = 0;
        match self.lockers.0.door.still(self.caller, self.grant, self.progress()).await {
            Ok(()) => {
                self.noted();
                Ok(())
            }
            Err(Refusal::Denied(reason)) => Err(reason),
            // Rights can't be looked at, so nothing more goes out.
            Err(Refusal::Away(_)) => Err(Reason::StoreAway),
        }
    }
}
