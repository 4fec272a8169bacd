//! What every long stream out of a locker does on its way: rights looked at again every 16 MiB or 5 s (DESIGN §2), what moved
//! noted, a reader who takes nothing left behind.

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::Lockers;
use super::body::{LOOK_BYTES, LOOK_EVERY};
use crate::access::{Caller, Progress, Refusal};
use crate::domain::entry::Reason;
use crate::store::grant::{Act, Grant};

/// A reader who takes nothing for so long has left.
const STALLED: std::time::Duration = std::time::Duration::from_mins(2);

/// How many pieces wait for a reader.
const WAITING: usize = 4;

/// Where a stream's pieces go, and the word on how it ended.
pub(super) struct Outlet {
    pieces: mpsc::Sender<Bytes>,
    end: oneshot::Sender<Result<(), Reason>>,
}

impl Outlet {
    /// Says how the stream ended, after all its pieces. Never waits: the reader may be gone, or may never take another piece.
    pub(super) fn end(self, how: Result<(), Reason>) {
        // Nobody may be left to hear it.
        let _ = self.end.send(how);
    }
}

/// The reader's side of a stream.
#[derive(Debug)]
pub struct Pieces {
    pieces: mpsc::Receiver<Bytes>,
    end: End,
}

/// How a stream ended, as far as it is known.
#[derive(Debug)]
enum End {
    ToCome(oneshot::Receiver<Result<(), Reason>>),
    Told(Result<(), Reason>),
}

impl Pieces {
    /// The next piece; `None` after the last one of a stream that was told to be whole. A stream that stopped ends in an
    /// error, also when its task went without a word: what is cut never looks complete.
    pub async fn next(&mut self) -> Option<Result<Bytes, Reason>> {
        if let Some(piece) = self.pieces.recv().await {
            return Some(Ok(piece));
        }
        let end = match &mut self.end {
            End::ToCome(word) => word.await.unwrap_or(Err(Reason::Interrupted)),
            End::Told(end) => *end,
        };
        // Asked again, it says the same.
        self.end = End::Told(end);
        end.err().map(Err)
    }
}

/// A stream's two sides.
pub(super) fn stream() -> (Outlet, Pieces) {
    let (pieces, taken) = mpsc::channel(WAITING);
    let (end, heard) = oneshot::channel();
    (Outlet { pieces, end }, Pieces { pieces: taken, end: End::ToCome(heard) })
}

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

    /// Counts what moves within the service alone: not told as moved, and looked at like it.
    pub(super) const fn pass_by(&mut self, bytes: u64) {
        self.since_look = self.since_look.saturating_add(bytes);
    }

    /// Looks again if it is time.
    pub(super) async fn due(&mut self) -> Result<(), Reason> {
        if self.since_look >= LOOK_BYTES || Instant::now() >= self.next_look { self.look().await } else { Ok(()) }
    }

    /// Waits until the reader has room, looking at the rights again meanwhile.
    pub(super) async fn place<'s>(&mut self, outlet: &'s Outlet) -> Result<mpsc::Permit<'s, Bytes>, Reason> {
        let patience = Instant::now() + STALLED;
        loop {
            match tokio::time::timeout_at(self.next_look, outlet.pieces.reserve()).await {
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

    /// Looks again now.
    pub(super) async fn look(&mut self) -> Result<(), Reason> {
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

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(mut pieces: Pieces) -> (usize, Option<Reason>) {
        let mut count = 0;
        loop {
            match pieces.next().await {
                Some(Ok(_)) => count += 1,
                Some(Err(reason)) => return (count, Some(reason)),
                None => return (count, None),
            }
        }
    }

    fn full() -> (Outlet, Pieces) {
        let (outlet, pieces) = stream();
        while outlet.pieces.try_send(Bytes::from_static(b"x")).is_ok() {}
        (outlet, pieces)
    }

    #[tokio::test]
    async fn a_stream_that_stopped_never_looks_whole() {
        let (outlet, pieces) = full();
        outlet.end(Err(Reason::SessionEnded));
        assert_eq!(read(pieces).await, (WAITING, Some(Reason::SessionEnded)), "stopped while nothing was taken");

        let (outlet, pieces) = full();
        drop(outlet);
        assert_eq!(read(pieces).await, (WAITING, Some(Reason::Interrupted)), "its task went without a word");

        let (outlet, pieces) = full();
        outlet.end(Ok(()));
        assert_eq!(read(pieces).await, (WAITING, None), "whole");
    }
}
