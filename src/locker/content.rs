//! Reading a paper's content, whole or in ranges. The entry is committed before the first byte; a task of its own owns the
//! stream, has the rights looked at again on the way, and says at the end what was sent and why it stopped.

use std::ops::Range;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::body::{LOOK_BYTES, LOOK_EVERY};
use super::views::PaperView;
use super::{LockerError, Lockers};
use crate::access::{Ask, Caller, Progress, Refusal};
use crate::blobs::{BlobName, BlobReader};
use crate::domain::entry::{Object, Reason};
use crate::domain::ids::{DocumentId, LockerId, VersionId};
use crate::store::grant::{Grant, Held, act};
use crate::store::keys;
use crate::vault::VaultError;
use crate::vault::envelope::{Decrypter, HEADER_ROOM};
use crate::vault::ring::Content;

/// Blobs up to this size are fetched in one go.
const SMALL: u64 = 512 * 1024;

/// A reader who takes nothing for so long has left.
const STALLED: std::time::Duration = std::time::Duration::from_mins(2);

/// Which bytes of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// All.
    Whole,
    /// From a byte to a byte, both included; to the end without the second.
    From(u64, Option<u64>),
    /// The last so many.
    Last(u64),
}

impl Wanted {
    /// The bytes meant, in a content of a size.
    fn within(self, size: u64) -> Option<Range<u64>> {
        match self {
            Self::Whole => Some(0..size),
            Self::From(from, to) if from < size => {
                let end = to.map_or(size, |to| to.saturating_add(1).min(size));
                (from < end).then_some(from..end)
            }
            Self::Last(count) if count > 0 && size > 0 => Some(size.saturating_sub(count)..size),
            Self::From(..) | Self::Last(_) => None,
        }
    }
}

/// A reading that has begun.
#[derive(Debug)]
pub struct Reading {
    /// The paper.
    pub paper: PaperView,
    /// Which bytes come.
    pub range: Range<u64>,
    /// The content; an error in it means that it stopped, and why.
    pub body: mpsc::Receiver<Result<Bytes, Reason>>,
}

impl Lockers {
    /// Opens the content of a paper, in its newest version or the one named.
    pub async fn read(
        &self,
        caller: &Caller,
        locker: LockerId,
        document: DocumentId,
        version: Option<VersionId>,
        wanted: Wanted,
    ) -> Result<Reading, LockerError> {
        let ask = Ask::paper(locker, document, version);
        let (mut tx, pending) = self.0.door.begin_reading(caller, &ask, wanted != Wanted::Whole).await?;
        let found = pending.paper().map(|p| (p.key, p.collection)).ok_or(LockerError::Damaged)?;
        let wraps = keys::of_paper(&mut tx, &pending, found.0, found.1).await?;
        let grant = self.0.door.commit(tx, pending).await?;
        let seq = grant.written().seq;
        match self.begin(caller, &grant, &wraps, wanted).await {
            Ok((paper, range, source)) => {
                let (sender, body) = mpsc::channel(4);
                let stream = Stream {
                    lockers: self.clone(),
                    caller: caller.clone(),
                    grant,
                    seq,
                    is_whole: wanted == Wanted::Whole,
                    rests: false,
                    unsaid: 0,
                    since_look: 0,
                    next_look: Instant::now() + LOOK_EVERY,
                };
                self.0.streams.spawn(stream.run(source, sender));
                Ok(Reading { paper, range, body })
            }
            // Asking beyond the end does not end a reading that other ranges belong to.
            Err((error @ LockerError::BadRange(_), _)) => {
                self.0.door.pause_reading(locker, Progress { seq, bytes: 0 }).await?;
                Err(error)
            }
            Err((error, reason)) => {
                self.0.door.close(locker, &[(Progress { seq, bytes: 0 }, reason)]).await?;
                Err(error)
            }
        }
    }

    /// Opens keys, header and first bytes, so that what does not open is told as an error and not as a cut body.
    async fn begin(
        &self,
        caller: &Caller,
        grant: &Grant<act::ReadContent>,
        wraps: &[keys::WrapRow],
        wanted: Wanted,
    ) -> Result<(PaperView, Range<u64>, Source), (LockerError, Reason)> {
        let row = grant.paper().ok_or((LockerError::Damaged, Reason::Damaged))?;
        let content = match self.0.vault.open_content(grant, wraps) {
            Ok(content) => content,
            Err(error) => {
                let object = Object::Version(row.document, row.version);
                let told = self.damaged(caller, grant, object, error).await;
                let reason = if told == LockerError::Away { Reason::StoreAway } else { Reason::Damaged };
                return Err((told, reason));
            }
        };
        let size = content.version.size;
        let range = wanted.within(size).ok_or((LockerError::BadRange(size), Reason::BadField))?;
        let blob = BlobName::new(&row.blob).map_err(|_| (LockerError::Damaged, Reason::Damaged))?;
        let source = match self.source_of(&content, &blob, row.blob_size, range.clone()).await {
            Ok(source) => source,
            Err(LockerError::Damaged) => {
                let object = Object::Version(row.document, row.version);
                return Err((self.damaged(caller, grant, object, VaultError::Damaged).await, Reason::Damaged));
            }
            Err(error) => return Err((error, Reason::StoreAway)),
        };
        Ok((PaperView::new(row, content.document, content.version), range, source))
    }

    async fn source_of(
        &self,
        content: &Content,
        blob: &BlobName,
        blob_size: u64,
        range: Range<u64>,
    ) -> Result<Source, LockerError> {
        // A blob that grew or shrank is not the one that was committed to.
        if self.0.blobs.size(blob).await? != blob_size {
            return Err(LockerError::Damaged);
        }
        let first = if blob_size <= SMALL { blob_size } else { HEADER_ROOM };
        let head = collect(self.0.blobs.get_range(blob, 0..first).await?).await?;
        let (stored, decrypter) = content.open(&head, blob_size)?.range(range)?;
        let mut source = if blob_size <= SMALL {
            let at = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
            let part = head.get(at(stored.start)..at(stored.end)).ok_or(LockerError::Damaged)?;
            Source { rest: None, held: Some(Bytes::copy_from_slice(part)), decrypter: Some(decrypter), ready: None }
        } else {
            let rest = self.0.blobs.get_range(blob, stored).await?;
            Source { rest: Some(rest), held: None, decrypter: Some(decrypter), ready: None }
        };
        source.ready = source.next().await?;
        Ok(source)
    }
}

async fn collect(mut reader: BlobReader) -> Result<Bytes, LockerError> {
    let mut all = bytes::BytesMut::new();
    while let Some(piece) = reader.next().await? {
        all.extend_from_slice(&piece);
    }
    Ok(all.freeze())
}

/// Plain bytes, one piece after the other.
struct Source {
    rest: Option<BlobReader>,
    held: Option<Bytes>,
    decrypter: Option<Decrypter>,
    ready: Option<Bytes>,
}

impl Source {
    async fn next(&mut self) -> Result<Option<Bytes>, LockerError> {
        if let Some(ready) = self.ready.take() {
            return Ok(Some(ready));
        }
        loop {
            let Some(decrypter) = &mut self.decrypter else { return Ok(None) };
            let stored = match (self.held.take(), &mut self.rest) {
                (Some(held), _) => Some(held),
                (None, Some(rest)) => rest.next().await?,
                (None, None) => None,
            };
            let Some(stored) = stored else {
                if let Some(decrypter) = self.decrypter.take() {
                    decrypter.finish()?;
                }
                return Ok(None);
            };
            let plain = decrypter.push(&stored)?;
            if !plain.is_empty() {
                return Ok(Some(plain));
            }
        }
    }
}

/// The task that owns a stream.
struct Stream {
    lockers: Lockers,
    caller: Caller,
    grant: Grant<act::ReadContent>,
    seq: u64,
    is_whole: bool,
    /// It waits for another range.
    rests: bool,
    /// Bytes sent that no row knows of yet.
    unsaid: u64,
    since_look: u64,
    next_look: Instant,
}

impl Stream {
    async fn run(mut self, mut source: Source, sender: mpsc::Sender<Result<Bytes, Reason>>) {
        let reason = self.pump(&mut source, &sender).await.err().unwrap_or(Reason::Complete);
        let left_early = !self.is_whole && reason == Reason::ReaderLeft;
        let rests = self.rests || (left_early && self.rest().await.is_ok());
        if !rests {
            let progress = Progress { seq: self.seq, bytes: self.unsaid };
            self.lockers.0.closer.close(self.grant.locker(), progress, reason);
        }
        if reason != Reason::Complete {
            // Told after the closing is on its way: who sees the end of a stream finds its line. The receiver may be gone.
            let _ = sender.try_send(Err(reason));
        }
        // A reading at rest takes further ranges; the closing job ends it when none comes.
    }

    async fn pump(&mut self, source: &mut Source, sender: &mpsc::Sender<Result<Bytes, Reason>>) -> Result<(), Reason> {
        let mut piece = self.next_of(source).await?;
        while let Some(current) = piece {
            piece = self.next_of(source).await?;
            let place = self.place(sender).await?;
            self.unsaid = self.unsaid.saturating_add(current.len() as u64);
            self.since_look = self.since_look.saturating_add(current.len() as u64);
            if piece.is_none() && !self.is_whole {
                // Written before the last bytes go out: the next range may follow on their heels.
                self.rest().await?;
            }
            place.send(Ok(current));
            if self.since_look >= LOOK_BYTES {
                self.look().await?;
            }
        }
        Ok(())
    }

    async fn next_of(&self, source: &mut Source) -> Result<Option<Bytes>, Reason> {
        match source.next().await {
            Ok(piece) => Ok(piece),
            Err(LockerError::Damaged) => {
                let object = self.grant.paper().map_or(Object::None, |p| Object::Version(p.document, p.version));
                self.lockers.damaged(&self.caller, &self.grant, object, VaultError::Damaged).await;
                Err(Reason::Damaged)
            }
            Err(_) => Err(Reason::StoreAway),
        }
    }

    /// Notes what moved, and that the reading waits for another range.
    async fn rest(&mut self) -> Result<(), Reason> {
        let progress = Progress { seq: self.seq, bytes: self.unsaid };
        match self.lockers.0.door.pause_reading(self.grant.locker(), progress).await {
            Ok(true) => {
                (self.unsaid, self.rests) = (0, true);
                Ok(())
            }
            Ok(false) => Err(Reason::Interrupted),
            Err(_) => Err(Reason::StoreAway),
        }
    }

    /// Waits until the reader has room, looking at the rights again meanwhile.
    async fn place<'s>(
        &mut self,
        sender: &'s mpsc::Sender<Result<Bytes, Reason>>,
    ) -> Result<mpsc::Permit<'s, Result<Bytes, Reason>>, Reason> {
        let patience = Instant::now() + STALLED;
        loop {
            match tokio::time::timeout_at(self.next_look, sender.reserve()).await {
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
        let progress = Progress { seq: self.seq, bytes: self.unsaid };
        match self.lockers.0.door.still(&self.caller, &self.grant, progress).await {
            Ok(()) => {
                self.unsaid = 0;
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

    #[test]
    fn ranges_mean_what_rfc_9110_says() {
        assert_eq!(Wanted::Whole.within(10), Some(0..10));
        assert_eq!(Wanted::From(0, Some(0)).within(10), Some(0..1));
        assert_eq!(Wanted::From(3, None).within(10), Some(3..10));
        assert_eq!(Wanted::From(3, Some(99)).within(10), Some(3..10));
        assert_eq!(Wanted::From(10, None).within(10), None);
        assert_eq!(Wanted::From(5, Some(4)).within(10), None);
        assert_eq!(Wanted::Last(4).within(10), Some(6..10));
        assert_eq!(Wanted::Last(40).within(10), Some(0..10));
        assert_eq!(Wanted::Last(0).within(10), None);
        assert_eq!(Wanted::From(u64::MAX, Some(u64::MAX)).within(10), None);
    }
}
