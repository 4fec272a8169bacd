//! The body of a deposit as it streams in: counted, limited, timed, with the rights looked at again on the way.

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::time::Instant;

use super::{LockerError, Lockers};
use crate::access::{Caller, Progress, Refusal};
use crate::domain::entry::Reason;
use crate::store::grant::{Grant, Held, act};
use crate::vault::intake;

/// How much may stream between two looks at rights, in bytes and seconds (DESIGN §2).
pub(super) const LOOK_BYTES: u64 = 16 * 1024 * 1024;
/// See [`LOOK_BYTES`].
pub(super) const LOOK_EVERY: std::time::Duration = std::time::Duration::from_secs(5);

/// How long a refused deposit's remaining bytes are taken in.
const DRAIN_TIME: std::time::Duration = std::time::Duration::from_secs(10);

/// What goes wrong with a body, told to the sender.
pub(super) struct Ended {
    pub(super) error: LockerError,
    pub(super) reason: Reason,
    pub(super) bytes: u64,
}

pub(super) const fn ended(error: LockerError, reason: Reason, bytes: u64) -> Ended {
    Ended { error, reason, bytes }
}

/// The body of a deposit: counted, limited, timed, and with rights looked at again on the way.
pub(super) struct Body<'a, S> {
    lockers: &'a Lockers,
    caller: &'a Caller,
    grant: &'a Grant<act::BeginDeposit>,
    stream: S,
    /// Bytes that the locker has room for.
    room: u64,
    /// Bytes read so far.
    pub(super) read: u64,
    since_look: u64,
    next_look: Instant,
    deadline: Instant,
}

impl<'a, S, E> Body<'a, S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin + Send,
{
    pub(super) fn new(
        lockers: &'a Lockers,
        caller: &'a Caller,
        grant: &'a Grant<act::BeginDeposit>,
        room: u64,
        stream: S,
    ) -> Self {
        let now = Instant::now();
        let deadline = now + lockers.0.limits.body_total;
        Self { lockers, caller, grant, stream, room, read: 0, since_look: 0, next_look: now + LOOK_EVERY, deadline }
    }

    /// The first bytes, enough to tell what they are.
    pub(super) async fn head(&mut self) -> Result<Bytes, Ended> {
        let mut head = bytes::BytesMut::new();
        while head.len() < intake::SNIFF {
            match self.next().await? {
                Some(piece) => head.extend_from_slice(&piece),
                None => break,
            }
        }
        Ok(head.freeze())
    }

    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Ended> {
        let limits = &self.lockers.0.limits;
        let idle = Instant::now() + limits.body_idle;
        loop {
            let until = idle.min(self.deadline).min(self.next_look);
            match tokio::time::timeout_at(until, self.stream.next()).await {
                Ok(None) => return Ok(None),
                Ok(Some(Err(_))) => return Err(ended(LockerError::Cut, Reason::Cut, self.read)),
                Ok(Some(Ok(piece))) => {
                    self.read = self.read.saturating_add(piece.len() as u64);
                    self.since_look = self.since_look.saturating_add(piece.len() as u64);
                    if self.read > limits.document_bytes {
                        return Err(ended(LockerError::TooLarge(limits.document_bytes), Reason::TooLarge, self.read));
                    }
                    // As stored it would be larger still: no need to read on.
                    if self.read > self.room {
                        let reason = Reason::QuotaExceeded;
                        return Err(ended(LockerError::Refused(reason), reason, self.read));
                    }
                    if self.since_look >= LOOK_BYTES || Instant::now() >= self.next_look {
                        self.look().await?;
                    }
                    return Ok(Some(piece));
                }
                Err(_) if Instant::now() >= self.deadline || Instant::now() >= idle => {
                    return Err(ended(LockerError::TooSlow, Reason::TooSlow, self.read));
                }
                Err(_) => self.look().await?,
            }
        }
    }

    /// Takes in what is still on its way, within reason: a sender who is still sending would not hear the answer.
    pub(super) async fn drain(&mut self) {
        let until = Instant::now() + DRAIN_TIME;
        let mut left = self.lockers.0.limits.document_bytes;
        while let Ok(Some(Ok(piece))) = tokio::time::timeout_at(until, self.stream.next()).await {
            left = left.saturating_sub(piece.len() as u64);
            if left == 0 {
                return;
            }
        }
    }

    /// Decides again.
    async fn look(&mut self) -> Result<(), Ended> {
        self.next_look = Instant::now() + LOOK_EVERY;
        let progress = Progress { seq: self.grant.written().seq, bytes: 0 };
        self.since_look = 0;
        self.lockers.0.door.still(self.caller, self.grant, progress).await.map_err(|refusal| match refusal {
            Refusal::Denied(reason) => ended(LockerError::Refused(reason), reason, self.read),
            Refusal::Away(error) => ended(error.into(), Reason::StoreAway, self.read),
        })
    }
}
