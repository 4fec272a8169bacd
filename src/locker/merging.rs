//! Everything that an institution was handed, as one PDF: the cover sheet, then a copy of each paper that can be put in one, with words across
//! its pages. Held whole, so few at a time, one for each institution, and none larger than the operator lets it be.
//!
//! The papers are read under lines of their own, and all of them are looked at again while it is made and sent.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, timeout};

use super::body::{LOOK_BYTES, LOOK_EVERY};
use super::bundles::{Fetching, Opened, reason_of};
use super::control::stopped;
use super::cover::{self, Absent, Form, Part};
use super::watch::{self, Outlet, Pieces, Watch};
use super::{LockerError, Lockers};
use crate::access::{Caller, Progress, Refusal};
use crate::domain::entry::Reason;
use crate::domain::ids::{InstitutionId, ShareId};
use crate::domain::organisation::Name;
use crate::domain::share::{HandedPaper, ShareFields};
use crate::pdf::PdfError;
use crate::pdf::merged::{self, LeftOut, Merged, Outcome, Piece};
use crate::store::grant::{Grant, Held, act};
use crate::store::shares::ShareRow;

/// The most that papers may take together, whatever the operator says, in bytes.
pub const MERGED_MAX: u64 = merged::MOST_IN as u64;
/// How many are made and sent at a time.
const AT_ONCE: usize = 2;
/// How many cover sheets are set at a time.
const SHEETS_AT_ONCE: usize = 2;
/// How long one is sent at most: its place is waited for.
const LONGEST: Duration = Duration::from_mins(10);
/// A reader who takes nothing for so long has left.
const STALLED: Duration = Duration::from_mins(2);
/// How much of it is sent in one go.
const PIECE: usize = 64 * 1024;

/// Places for what is held whole.
#[derive(Debug)]
pub(super) struct Merging {
    places: Arc<Mutex<HashSet<InstitutionId>>>,
    /// For cover sheets.
    pub(super) sheets: Arc<Semaphore>,
}

impl Default for Merging {
    fn default() -> Self {
        Self { places: Arc::default(), sheets: Arc::new(Semaphore::new(SHEETS_AT_ONCE)) }
    }
}

/// An institution's place, until it is dropped.
#[derive(Debug)]
struct MergePlace {
    places: Arc<Mutex<HashSet<InstitutionId>>>,
    whose: InstitutionId,
}

impl Merging {
    /// A place for an institution: one at a time for each.
    fn place(&self, whose: InstitutionId) -> Result<MergePlace, Reason> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= AT_ONCE || !places.insert(whose) {
            return Err(Reason::TooMany);
        }
        Ok(MergePlace { places: Arc::clone(&self.places), whose })
    }
}

impl Drop for MergePlace {
    fn drop(&mut self) {
        self.places.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.whose);
    }
}

/// One PDF, on its way.
#[derive(Debug)]
pub struct MergedPdf {
    /// Its bytes; an error in it means that it stopped, and why.
    pub body: Pieces,
    /// How many.
    pub size: u64,
}

/// Whether a kind of file can be put in a PDF.
fn merges(media_type: &str) -> bool {
    matches!(media_type, "application/pdf" | "image/jpeg" | "image/png" | "image/webp")
}

/// Whether what can be put in a PDF is no more than so many bytes.
fn fits(fields: &ShareFields, most: u64) -> Result<(), Reason> {
    let those = fields.papers.iter().filter(|paper| merges(&paper.media_type));
    let all = those.fold(0_u64, |all, paper| all.saturating_add(paper.size));
    if all > most { Err(Reason::TooLargeToMerge) } else { Ok(()) }
}

impl Lockers {
    /// An institution's program fetches everything that it was handed, as one PDF. `reader`: for whom, as it says. `home`: where the service is.
    /// Comes back once it is made.
    pub async fn receive_merged(
        &self,
        caller: &Caller,
        of: (ShareId, Option<Name>),
        home: &str,
    ) -> Result<MergedPdf, LockerError> {
        // Of a program the token says whose it is. Of an agent that is known once they are let in: nobody takes a place by naming an office.
        let mut place = match &caller.client {
            Some(token) => Some(self.0.merging.place(token.institution).map_err(LockerError::Refused)?),
            None => None,
        };
        let most = self.0.limits.merged_bytes;
        let may = |row: &ShareRow, fields: &ShareFields| {
            fits(fields, most)?;
            if let (None, Some(whose)) = (&place, row.recipient.institution()) {
                place = Some(self.0.merging.place(whose)?);
            }
            Ok(())
        };
        let fetching = self.fetching::<act::ReceiveMerged>(caller, of, home, may).await?;
        let (outlet, body) = watch::stream();
        let (tell, told) = oneshot::channel();
        self.0.streams.spawn(fetching.make(outlet, tell, Arc::new(place)));
        // A task that went without a word has made nothing.
        let size = told.await.unwrap_or(Err(LockerError::Away))?;
        Ok(MergedPdf { body, size })
    }
}

/// A paper that was read.
struct Read {
    /// Which of the share's, from 0.
    at: usize,
    grant: Grant<act::ReadContent>,
    label: String,
    media_type: String,
    bytes: Bytes,
}

/// Looks at every paper that was read, again and again.
struct Looking {
    next: Instant,
    since: u64,
}

type Whether<T> = Result<T, Reason>;

impl Fetching<act::ReceiveMerged> {
    /// Makes it, says so, and sends it. Each line is closed, whatever happens.
    async fn make(
        self,
        outlet: Outlet,
        tell: oneshot::Sender<Result<u64, LockerError>>,
        place: Arc<Option<MergePlace>>,
    ) {
        let (locker, seq) = (self.grant.locker(), self.grant.written().seq);
        let mut watch = Watch::new(&self.lockers, &self.caller, &self.grant, seq);
        let mut looking = Looking { next: Instant::now() + LOOK_EVERY, since: 0 };
        let mut parts = vec![Part::Absent(Absent::Unmerged(LeftOut::Kind)); self.fields.papers.len()];
        let mut read = Vec::new();
        let made = match self.read(&mut read, &mut parts, &mut watch, &mut looking).await {
            Ok(()) => self.merged(&mut read, &mut parts, &mut watch, &mut looking, &place).await,
            Err(reason) => Err(reason),
        };
        let (mut sent, mut ended) = (0, made.as_ref().map(|_| ()).map_err(|reason| *reason));
        match made {
            Ok(bytes) => {
                // Who asked may be gone: that is found out below.
                let _ = tell.send(Ok(bytes.len() as u64));
                ended = self.send(&bytes, &read, &mut watch, &mut looking, (&outlet, &mut sent)).await;
            }
            Err(reason) => {
                let _ = tell.send(Err(told_as(reason)));
            }
        }
        for one in &read {
            let is_in_it = matches!(parts.get(one.at), Some(Part::Pages(..)));
            // Which of the bytes were of which paper nobody knows: of one that was not sent whole, no more than were sent at all.
            let (bytes, reason) = match (is_in_it, ended) {
                (true, Ok(())) => (self.size(one.at), Reason::Complete),
                (true, Err(reason)) => (self.size(one.at).min(sent), reason),
                (false, ended) => (0, ended.err().unwrap_or(Reason::LeftOut)),
            };
            let progress = Progress { seq: one.grant.written().seq, bytes };
            self.lockers.0.closer.close(locker, progress, reason);
        }
        let reason = ended.err().unwrap_or_else(|| reason_of(&parts));
        self.lockers.0.closer.close(locker, watch.progress(), reason);
        outlet.end(ended);
    }

    fn size(&self, at: usize) -> u64 {
        self.fields.papers.get(at).map_or(0, |paper| paper.size)
    }

    /// Reads each paper that may be put in a PDF.
    async fn read(
        &self,
        read: &mut Vec<Read>,
        parts: &mut [Part],
        watch: &mut Watch<'_, act::ReceiveMerged>,
        looking: &mut Looking,
    ) -> Whether<()> {
        let papers = self.fields.papers.iter().zip(parts).enumerate();
        for (at, (paper, part)) in papers.filter(|(_, (paper, _))| merges(&paper.media_type)) {
            match self.open(paper.place, watch).await? {
                Ok(opened) => {
                    if let Err(absent) = self.take(read, (at, paper), opened, (watch, looking)).await? {
                        *part = Part::Absent(absent);
                    }
                }
                Err(absent) => *part = Part::Absent(absent),
            }
        }
        Ok(())
    }

    /// Reads one. Of what turns out not to be what was handed over, nothing is kept.
    async fn take(
        &self,
        read: &mut Vec<Read>,
        (at, paper): (usize, &HandedPaper),
        Opened { grant, mut whole }: Opened,
        (watch, looking): (&mut Watch<'_, act::ReceiveMerged>, &mut Looking),
    ) -> Whether<Result<(), Absent>> {
        let (locker, seq) = (grant.locker(), grant.written().seq);
        let (label, media_type) = (paper.title.as_str().to_owned(), paper.media_type.clone());
        let mut bytes = Vec::with_capacity(usize::try_from(paper.size).unwrap_or(0));
        // Among those that are closed at the end, whatever becomes of it.
        read.push(Read { at, grant, label, media_type, bytes: Bytes::new() });
        loop {
            let grant = &read.last().ok_or(Reason::Interrupted)?.grant;
            let piece = match self.next(grant, &mut whole).await {
                Ok(Some(piece)) => piece,
                Ok(None) => break,
                Err(reason @ (Reason::Damaged | Reason::UnknownDocument)) => {
                    read.pop();
                    self.lockers.0.closer.close(locker, Progress { seq, bytes: 0 }, reason);
                    return Ok(Err(if reason == Reason::Damaged { Absent::Damaged } else { Absent::Gone }));
                }
                Err(reason) => return Err(reason),
            };
            bytes.extend_from_slice(&piece);
            looking.since = looking.since.saturating_add(piece.len() as u64);
            self.due(read, watch, looking).await?;
        }
        if let Some(last) = read.last_mut() {
            last.bytes = bytes.into();
        }
        Ok(Ok(()))
    }

    /// Looks again, if it is time, at the whole and at each paper that was read.
    async fn due(
        &self,
        read: &[Read],
        watch: &mut Watch<'_, act::ReceiveMerged>,
        looking: &mut Looking,
    ) -> Whether<()> {
        if looking.since < LOOK_BYTES && Instant::now() < looking.next {
            return Ok(());
        }
        (looking.since, looking.next) = (0, Instant::now() + LOOK_EVERY);
        watch.look().await?;
        for one in read {
            let progress = Progress { seq: one.grant.written().seq, bytes: 0 };
            match self.lockers.door().still(&self.caller, &one.grant, progress).await {
                Ok(()) => {}
                Err(Refusal::Denied(reason)) => return Err(reason),
                Err(Refusal::Away(_)) => return Err(Reason::StoreAway),
            }
        }
        Ok(())
    }

    /// Makes the PDF, off the threads that answer others.
    async fn merged(
        &self,
        read: &mut [Read],
        parts: &mut [Part],
        watch: &mut Watch<'_, act::ReceiveMerged>,
        looking: &mut Looking,
        place: &Arc<Option<MergePlace>>,
    ) -> Whether<Bytes> {
        let made_at = self.made_at();
        let across = cover::across(&self.fields, made_at);
        let placed: Vec<usize> = read.iter().map(|one| one.at).collect();
        let take = |one: &mut Read| (one.label.clone(), one.media_type.clone(), std::mem::take(&mut one.bytes));
        let taken: Vec<(String, String, Bytes)> = read.iter_mut().map(take).collect();
        let (known, at, is_demo) = (parts.to_vec(), placed.clone(), self.lockers.is_demo());
        let limits = self.lockers.0.limits;
        let limits = merged::Limits {
            pages: limits.merged_pages,
            // Pictures may be drawn anew, and take more than they came in.
            bytes: usize::try_from(limits.merged_bytes.saturating_mul(2)).unwrap_or(usize::MAX),
        };
        let (fields, asked, service) = (self.fields.clone(), self.pieces.clone(), self.service.clone());
        let (given_at, until, place) = (self.row.from, self.row.until, Arc::clone(place));
        let mut making = tokio::task::spawn_blocking(move || {
            // Whoever hangs up leaves something behind that is made all the same: their place is taken until it is.
            let _place = place;
            let pieces: Vec<Piece<'_>> =
                taken.iter().map(|(label, media_type, bytes)| Piece { label, media_type, bytes }).collect();
            let plan = merged::plan(&pieces, limits);
            // What was brought is not held while what is made of it is written.
            drop(pieces);
            drop(taken);
            let cover = |outcomes: &[Outcome]| {
                let parts = told(&known, &at, outcomes);
                let (fields, pieces, service, parts) = (&fields, asked.as_slice(), service.as_str(), parts.as_slice());
                let form = Form::Merged;
                cover::paper(&cover::Cover { form, fields, pieces, given_at, until, made_at, service, is_demo, parts })
            };
            merged::merge(plan, cover, Some(&across))
        });
        let made: Result<Merged, PdfError> = loop {
            match timeout(LOOK_EVERY, &mut making).await {
                Ok(made) => break made.map_err(|_| Reason::Interrupted)?,
                Err(_) => self.due(read, watch, looking).await?,
            }
        };
        let made = made.map_err(|error| {
            tracing::error!(%error, "papers were not made one");
            Reason::Interrupted
        })?;
        parts.clone_from_slice(&told(parts, &placed, &made.outcomes));
        // Once more, before the first byte.
        looking.next = Instant::now();
        self.due(read, watch, looking).await?;
        Ok(made.bytes.into())
    }

    async fn send(
        &self,
        bytes: &Bytes,
        read: &[Read],
        watch: &mut Watch<'_, act::ReceiveMerged>,
        looking: &mut Looking,
        (outlet, sent): (&Outlet, &mut u64),
    ) -> Whether<()> {
        let longest = Instant::now() + LONGEST;
        let mut from = 0;
        while from < bytes.len() {
            let to = from.saturating_add(PIECE).min(bytes.len());
            let patience = longest.min(Instant::now() + STALLED);
            let place = loop {
                match timeout(LOOK_EVERY, watch.place(outlet)).await {
                    Ok(place) => break place?,
                    Err(_) if Instant::now() >= patience => return Err(Reason::ReaderLeft),
                    Err(_) => self.due(read, watch, looking).await?,
                }
            };
            let piece = bytes.slice(from..to);
            let moved = piece.len() as u64;
            looking.since = looking.since.saturating_add(moved);
            self.due(read, watch, looking).await?;
            watch.count(moved);
            *sent = sent.saturating_add(moved);
            place.send(piece);
            from = to;
            if Instant::now() >= longest {
                return Err(Reason::ReaderLeft);
            }
        }
        Ok(())
    }
}

/// What became of every paper, once those that were looked at are planned.
fn told(known: &[Part], at: &[usize], outcomes: &[Outcome]) -> Vec<Part> {
    let mut parts = known.to_vec();
    for (at, outcome) in at.iter().zip(outcomes) {
        if let Some(part) = parts.get_mut(*at) {
            *part = match outcome {
                Outcome::Merged { first, last } => Part::Pages(*first, *last),
                Outcome::LeftOut(left_out) => Part::Absent(Absent::Unmerged(*left_out)),
            };
        }
    }
    parts
}

/// What who asked is told, when nothing was sent.
const fn told_as(reason: Reason) -> LockerError {
    match reason {
        Reason::Interrupted | Reason::StoreAway => LockerError::Away,
        Reason::Damaged => LockerError::Damaged,
        other => stopped(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::{Source, Timestamp};

    #[test]
    fn one_is_made_for_each_institution_and_few_at_a_time() {
        let source = Source::seeded(Timestamp::from_micros(0), [1; 32]);
        let institution = || InstitutionId::draw(&source);
        let (one, other, third) = (institution(), institution(), institution());
        let merging = Merging::default();
        let held = merging.place(one).unwrap();
        assert_eq!(merging.place(one).unwrap_err(), Reason::TooMany);
        let more = merging.place(other).unwrap();
        assert_eq!(merging.place(third).unwrap_err(), Reason::TooMany);
        drop(held);
        assert!(merging.place(third).is_ok());
        drop(more);
    }
}
