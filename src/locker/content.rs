//! Reading a paper's content, whole or in ranges. The entry is committed before the first byte; a task of its own owns the
//! stream, has the rights looked at again on the way, and says at the end what was sent and why it stopped.

use std::ops::Range;

use bytes::Bytes;

use super::closings::Unfinished;
use super::scanning::{Unopened, reason_of};
use super::views::PaperView;
use super::watch::{self, Outlet, Pieces, Watch};
use super::{LockerError, Lockers};
use crate::access::{Ask, Caller, Progress};
use crate::blobs::{BlobName, BlobReader};
use crate::domain::entry::{Object, Reason};
use crate::domain::ids::{DocumentId, LockerId, VersionId};
use crate::domain::scanned::Scanned;
use crate::store::documents::Paper;
use crate::store::grant::{Grant, Held, act};
use crate::store::keys;
use crate::vault::VaultError;
use crate::vault::envelope::{Decrypter, HEADER_ROOM};
use crate::vault::ring::Content;

/// Blobs up to this size are fetched in one go.
const SMALL: u64 = 512 * 1024;

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
    pub(super) fn within(self, size: u64) -> Option<Range<u64>> {
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
    pub body: Pieces,
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
        let begun = self.0.door.begin_reading(caller, &ask, wanted != Wanted::Whole).await?;
        self.begun(caller, begun, wanted).await
    }

    /// Opens what a right that was just given names, and starts the task that owns its stream.
    pub(super) async fn begun(
        &self,
        caller: &Caller,
        (grant, wraps): (Grant<act::ReadContent>, Vec<keys::WrapRow>),
        wanted: Wanted,
    ) -> Result<Reading, LockerError> {
        let (locker, seq) = (grant.locker(), grant.written().seq);
        match self.begin(caller, &grant, &wraps, wanted).await {
            Ok((paper, range, source)) => {
                let (outlet, body) = watch::stream();
                let stream = Stream {
                    lockers: self.clone(),
                    caller: caller.clone(),
                    grant,
                    is_whole: wanted == Wanted::Whole,
                    rests: false,
                };
                self.0.streams.spawn(stream.run(source, outlet));
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
            Err(error) => return Err(self.does_not_open(caller, grant, row, error).await),
        };
        let size = content.version.size;
        let range = wanted.within(size).ok_or((LockerError::BadRange(size), Reason::BadField))?;
        if row.scanned == Scanned::Held {
            self.scan_first(caller, grant, &content, row).await?;
        }
        let blob = BlobName::new(&row.blob).map_err(|_| (LockerError::Damaged, Reason::Damaged))?;
        let source = match self.source_of(&content, &blob, row.blob_size, range.clone()).await {
            Ok(source) => source,
            Err(LockerError::Damaged) => return Err(self.does_not_open(caller, grant, row, VaultError::Damaged).await),
            Err(error) => return Err((error, Reason::StoreAway)),
        };
        Ok((PaperView::new(row, content.document, content.version, self.today()), range, source))
    }

    /// Has a held version scanned, before anything of it goes out.
    pub(super) async fn scan_first(
        &self,
        caller: &Caller,
        grant: &Grant<act::ReadContent>,
        content: &Content,
        row: &Paper,
    ) -> Result<(), (LockerError, Reason)> {
        let seq = grant.written().seq;
        let mut unfinished = Unfinished::new(self, grant.locker(), seq);
        let mut watch = Watch::new(self, caller, grant, seq);
        let scanned = self.scan_held(caller, content, row, &mut watch).await;
        unfinished.armed = false;
        Err(match scanned {
            Ok(()) => return Ok(()),
            Err(Unopened::Silent(silence)) => (LockerError::NotScanned, reason_of(silence)),
            Err(Unopened::Infected) => (LockerError::Refused(Reason::Infected), Reason::Infected),
            Err(Unopened::Damaged) => self.does_not_open(caller, grant, row, VaultError::Damaged).await,
            Err(Unopened::Stopped(error, reason)) => (error, reason),
        })
    }

    /// What to say of a content that does not open: that it is gone, if its holder destroyed it meanwhile, or a helper took it back; else that it is
    /// damaged, which the journal is told.
    pub(super) async fn does_not_open(
        &self,
        caller: &Caller,
        grant: &Grant<act::ReadContent>,
        row: &Paper,
        error: VaultError,
    ) -> (LockerError, Reason) {
        match self.0.door.is_gone_since(grant, row.document, Some(row.version)).await {
            Ok(true) => (LockerError::Refused(Reason::UnknownDocument), Reason::UnknownDocument),
            Ok(false) => {
                let object = Object::Version(row.document, row.version);
                let told = self.damaged(caller, grant, object, error).await;
                let reason = if told == LockerError::Away { Reason::StoreAway } else { Reason::Damaged };
                (told, reason)
            }
            Err(error) => (error.into(), Reason::StoreAway),
        }
    }

    async fn source_of(
        &self,
        content: &Content,
        blob: &BlobName,
        blob_size: u64,
        range: Range<u64>,
    ) -> Result<Source, LockerError> {
        let first = if blob_size <= SMALL { blob_size } else { HEADER_ROOM };
        let reader = self.0.blobs.get_range(blob, 0..first).await?;
        // A blob that grew or shrank is not the one that was committed to.
        if reader.total != blob_size {
            return Err(LockerError::Damaged);
        }
        let head = collect(reader).await?;
        let (stored, decrypter) = content.open(&head, blob_size)?.range(range)?;
        let mut source = if blob_size <= SMALL {
            let at = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
            let part = head.get(at(stored.start)..at(stored.end)).ok_or(LockerError::Damaged)?;
            Source { rest: None, held: Some(head.slice_ref(part)), decrypter: Some(decrypter), ready: None }
        } else {
            let rest = self.0.blobs.get_range(blob, stored).await?;
            Source { rest: Some(rest), held: None, decrypter: Some(decrypter), ready: None }
        };
        source.ready = source.next().await?;
        Ok(source)
    }
}

async fn collect(mut reader: BlobReader) -> Result<Bytes, LockerError> {
    let Some(first) = reader.next().await? else { return Ok(Bytes::new()) };
    let mut all = bytes::BytesMut::from(first);
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
    is_whole: bool,
    /// It waits for another range.
    rests: bool,
}

impl Stream {
    async fn run(self, mut source: Source, outlet: Outlet) {
        let Self { lockers, caller, grant, is_whole, mut rests } = self;
        let mut watch = Watch::new(&lockers, &caller, &grant, grant.written().seq);
        let mut pump = Pump { lockers: &lockers, caller: &caller, grant: &grant, is_whole, rests: &mut rests };
        let reason = pump.run(&mut source, &mut watch, &outlet).await.err().unwrap_or(Reason::Complete);
        let left_early = !is_whole && reason == Reason::ReaderLeft;
        let rests = *pump.rests || (left_early && pump.rest(&mut watch).await.is_ok());
        if !rests {
            lockers.0.closer.close(grant.locker(), watch.progress(), reason);
        }
        // Told after the closing is on its way: who sees the end of a stream finds its line.
        outlet.end(if reason == Reason::Complete { Ok(()) } else { Err(reason) });
        // A reading at rest takes further ranges; the closing job ends it when none comes.
    }
}

/// Moves the pieces.
struct Pump<'a> {
    lockers: &'a Lockers,
    caller: &'a Caller,
    grant: &'a Grant<act::ReadContent>,
    is_whole: bool,
    rests: &'a mut bool,
}

type ReadWatch<'a> = Watch<'a, act::ReadContent>;

impl Pump<'_> {
    async fn run(&mut self, source: &mut Source, watch: &mut ReadWatch<'_>, outlet: &Outlet) -> Result<(), Reason> {
        let mut piece = self.next_of(source).await?;
        while let Some(current) = piece {
            piece = self.next_of(source).await?;
            let place = watch.place(outlet).await?;
            watch.count(current.len() as u64);
            if piece.is_none() && !self.is_whole {
                // Written before the last bytes go out: the next range may follow on their heels.
                self.rest(watch).await?;
            }
            place.send(current);
            // After the last one there is nothing to stop any more.
            if piece.is_some() {
                watch.due().await?;
            }
        }
        Ok(())
    }

    async fn next_of(&self, source: &mut Source) -> Result<Option<Bytes>, Reason> {
        match source.next().await {
            Ok(piece) => Ok(piece),
            Err(LockerError::Damaged) => match self.grant.paper() {
                Some(row) => Err(self.lockers.does_not_open(self.caller, self.grant, row, VaultError::Damaged).await.1),
                None => Err(Reason::Damaged),
            },
            Err(_) => Err(Reason::StoreAway),
        }
    }

    /// Notes what moved, and that the reading waits for another range.
    async fn rest(&mut self, watch: &mut ReadWatch<'_>) -> Result<(), Reason> {
        match self.lockers.0.door.pause_reading(self.grant.locker(), watch.progress()).await {
            Ok(true) => {
                watch.noted();
                *self.rests = true;
                Ok(())
            }
            Ok(false) => Err(Reason::Interrupted),
            Err(_) => Err(Reason::StoreAway),
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
