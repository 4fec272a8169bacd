//! Handing papers over, and what becomes of it: given, listed, paused and stopped by its holder; received and read by the institution.

use sha2::{Digest, Sha256};

use super::content::{Reading, Wanted};
use super::{LockerError, Lockers};
use crate::access::{Caller, Part, Refusal, ShareChange, Sharing, Terms};
use crate::domain::document::{Day, FieldError, Sha256Sum};
use crate::domain::entry::Reason;
use crate::domain::ids::{DocumentId, LockerId, PaperRequestId, ShareId, VersionId};
use crate::domain::institution::InstitutionFields;
use crate::domain::organisation::Name;
use crate::domain::request::{DAYS_MAX, Piece, RequestFields};
use crate::domain::share::{
    HandedPaper, PAPERS_MAX, READINGS_MAX, ReaderFields, ShareFields, ShareStatus, SharedPaper,
};
use crate::domain::source::{Source, Timestamp};
use crate::store::documents::Paper;
use crate::store::grant::{Held, Pending, TakesOut};
use crate::store::institutions::InstitutionRow;
use crate::store::requests::RequestRow;
use crate::store::shares::ShareRow;
use crate::store::{Tx, keys, lockers};
use crate::vault::VaultError;
use crate::vault::sealed::Place;
use crate::vault::sharing::{Handed, Handing};
use crate::words;

/// A paper that the holder chose for a piece.
#[derive(Debug, Clone, Copy)]
pub struct Chosen {
    /// Which piece, from 0.
    pub piece: u16,
    /// The paper.
    pub document: DocumentId,
    /// The version that they saw; the newest otherwise.
    pub version: Option<VersionId>,
}

/// What the holder hands over.
#[derive(Debug, Clone, Default)]
pub struct HandOver {
    /// The papers.
    pub papers: Vec<Chosen>,
    /// Pieces that they don't want to give, from 0.
    pub refused: Vec<u16>,
    /// The last day on which it may be read; as long as the institution said otherwise.
    pub until: Option<Day>,
    /// How often it may be read at most.
    pub readings: Option<u32>,
}

/// A share, as its holder or the institution sees it.
#[derive(Debug, Clone)]
pub struct ShareView {
    /// Its row's facts.
    pub row: ShareRow,
    /// Where it stands.
    pub status: ShareStatus,
    /// What it is; none if it does not open.
    pub fields: Option<ShareFields>,
}

/// Who reads, as a program says: what is sealed, and the hash of it that lines bear.
pub(super) struct Stated {
    pub(super) fields: ReaderFields,
    pub(super) hash: [u8; 32],
}

impl Stated {
    pub(super) fn new(source: &Source, name: Name) -> Self {
        let fields = ReaderFields { name, salt: Sha256Sum::from_bytes(source.bytes()).to_string() };
        Self { hash: reader_hash(&fields), fields }
    }
}

pub(super) const fn wrong(field: &'static str, error: FieldError) -> LockerError {
    LockerError::Field { field, error }
}

/// The day that comes so many after one.
pub(super) fn days_on(from: Day, days: u16) -> Option<Day> {
    from.date().checked_add(jiff::Span::new().days(i64::from(days))).map(Day::of).ok()
}

/// Whether each piece is answered with what it asks for, or refused in so many words.
fn answers(pieces: &[Piece], hand: &HandOver) -> Result<(), LockerError> {
    let known = |piece: u16| pieces.get(usize::from(piece)).is_some();
    if hand.papers.is_empty() || hand.papers.len() > PAPERS_MAX {
        return Err(wrong("papers", FieldError::OutOfBounds(u32::try_from(PAPERS_MAX).unwrap_or(0))));
    }
    if hand.papers.iter().map(|chosen| chosen.piece).chain(hand.refused.iter().copied()).any(|piece| !known(piece)) {
        return Err(wrong("piece", FieldError::Absent));
    }
    for (number, piece) in (0_u16..).zip(pieces) {
        let given = hand.papers.iter().filter(|chosen| chosen.piece == number).count();
        let is_refused = hand.refused.contains(&number);
        if given > 0 && is_refused {
            return Err(wrong("refused", FieldError::Unchanged));
        }
        if given > usize::from(piece.count) {
            return Err(wrong("papers", FieldError::OutOfBounds(piece.count.into())));
        }
        // What is not given is left out by somebody who says so, not by mistake.
        if piece.mandatory && given == 0 && !is_refused {
            return Err(wrong("papers", FieldError::Missing));
        }
    }
    Ok(())
}

/// What the line of a reading bears of who read, as their program said: SHA-256 of salt and name.
pub(super) fn reader_hash(reader: &ReaderFields) -> [u8; 32] {
    Sha256::digest([reader.salt.as_bytes(), reader.name.as_str().as_bytes()].concat()).into()
}

impl Lockers {
    /// The holder hands papers over, in answer to a request. Each in the version that it has now: what is added later is not in it.
    pub async fn hand_over(
        &self,
        caller: &Caller,
        (locker, request): (LockerId, PaperRequestId),
        hand: HandOver,
    ) -> Result<ShareId, LockerError> {
        let share = ShareId::draw(self.source());
        let mut asked = None;
        let choose = |(row, asks): (&RequestRow, &InstitutionRow), found: &[Paper], is_helper| {
            let fields = asked.insert(self.asked_now(row, asks)?);
            Ok::<_, LockerError>(self.chosen((share, is_helper), fields, &hand, found)?.0)
        };
        let begun = match self.door().begin_sharing(caller, (locker, request), choose).await {
            // Their form says which field it is.
            Err(Refusal::Denied(Reason::HoldersNo)) => return Err(wrong("refused", FieldError::NoSuchPaper)),
            begun => begun?,
        };
        let handed = match begun {
            Ok((mut tx, sharing)) => match self.handed(&mut tx, &sharing, (asked.as_ref(), &hand)).await {
                Ok(sealed) => {
                    self.door().share(tx, sharing, sealed).await?;
                    return Ok(share);
                }
                Err(error) => error,
            },
            Err(error) => error,
        };
        if matches!(handed, LockerError::Field { .. }) {
            self.door().note_not_shared(caller, locker).await?;
        }
        Err(handed)
    }

    /// What an institution asks for, as far as it may ask for it now: it may be registered for less than when it asked.
    fn asked_now(&self, row: &RequestRow, asks: &InstitutionRow) -> Result<RequestFields, LockerError> {
        let place = Place::PaperRequest(row.facts.institution, row.facts.request);
        let mut fields: RequestFields = self.0.vault.open_in_directory(place, &row.details)?;
        let registered: InstitutionFields =
            self.0.vault.open_in_directory(Place::Institution(asks.facts.institution), &asks.details)?;
        for piece in &mut fields.pieces {
            piece.kinds.retain(|kind| registered.kinds.contains(kind));
        }
        // What proposes to deposit is agreed to, not answered with papers: it has no piece, and none is found below.
        Ok(fields)
    }

    /// What was chosen, of the papers that are there: all that never changes of it, and each paper with its piece.
    fn chosen<'f>(
        &self,
        (share, is_helper): (ShareId, bool),
        fields: &RequestFields,
        hand: &HandOver,
        found: &'f [Paper],
    ) -> Result<(Terms, Vec<Handing<'f>>), LockerError> {
        answers(&fields.pieces, hand)?;
        // Whether they may is decided at the door.
        let is_needed = |piece: &&u16| fields.pieces.get(usize::from(**piece)).is_some_and(|piece| piece.mandatory);
        let left_out = hand.refused.iter().filter(is_needed).count();
        // Who helps gives it for no longer than it is asked for.
        let most = if is_helper { fields.days } else { DAYS_MAX };
        let until = self.lasts(fields, hand.until, most)?;
        if hand.readings.is_some_and(|most| !(1..=READINGS_MAX).contains(&most)) {
            return Err(wrong("readings", FieldError::OutOfBounds(READINGS_MAX)));
        }
        let paper = |chosen: &Chosen| -> Result<&'f Paper, LockerError> {
            let is_it = |paper: &&Paper| {
                paper.document == chosen.document && chosen.version.is_none_or(|version| version == paper.version)
            };
            found.iter().find(is_it).ok_or(wrong("papers", FieldError::NoSuchPaper))
        };
        let mut handing = Vec::with_capacity(hand.papers.len());
        for (place, chosen) in (1_u16..).zip(&hand.papers) {
            handing.push(Handing { place, piece: chosen.piece, paper: paper(chosen)? });
        }
        let papers = handing.iter().map(|one| SharedPaper {
            place: one.place,
            document: one.paper.document,
            version: one.paper.version,
        });
        Ok((Terms { share, until, readings_max: hand.readings, papers: papers.collect(), left_out }, handing))
    }

    /// What is handed over, sealed for its holder and for the institution, in the transaction whose entry says so.
    async fn handed(
        &self,
        tx: &mut Tx,
        sharing: &Sharing,
        (fields, hand): (Option<&RequestFields>, &HandOver),
    ) -> Result<(Vec<u8>, Vec<u8>), LockerError> {
        let fields = fields.ok_or(LockerError::Damaged)?;
        let (share, pending) = (sharing.terms.share, &sharing.pending);
        let (_, handing) = self.chosen((share, pending.help().is_some()), fields, hand, &sharing.found)?;
        let wraps = keys::of_locker(tx, pending).await?;
        let collections = lockers::collections(tx, pending).await?;
        let profile = lockers::profile(tx, pending).await?.ok_or(VaultError::Damaged)?;
        let make = |holder: Name, papers: Vec<HandedPaper>| {
            // An institution is handed what it asked for, and of the kinds that it may ask for.
            let asked = |paper: &HandedPaper| {
                fields.pieces.get(usize::from(paper.piece)).is_some_and(|piece| piece.kinds.contains(&paper.kind))
            };
            papers.iter().all(asked).then(|| ShareFields {
                institution: fields.institution.clone(),
                legal_basis: Some(fields.legal_basis.clone()),
                purpose: fields.purpose.clone(),
                reference: fields.reference.clone(),
                holder,
                papers,
                refused: hand.refused.clone(),
                unmarked: false,
                destroyed: Vec::new(),
            })
        };
        let sealed = self.0.vault.hand_over(pending, (&wraps, &collections, &profile), share, &handing, make)?;
        let Handed { details, shown } = sealed.ok_or(wrong("papers", FieldError::NoSuchPaper))?;
        Ok((details, shown))
    }

    /// Takes what describes a paper that is destroyed, or a version that is taken back, out of all that was handed over, in the transaction
    /// in which it goes.
    pub(super) async fn take_out<A: TakesOut>(
        &self,
        caller: &Caller,
        tx: &mut Tx,
        pending: &Pending<A>,
    ) -> Result<(), LockerError> {
        let rows = self.door().shares_without(tx, pending).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let wraps = keys::of_locker(tx, pending).await?;
        let collections = lockers::collections(tx, pending).await?;
        for (row, places) in rows {
            // What opens for nobody tells nobody anything: it must not keep its holder from destroying the paper.
            let sealed = self.0.vault.take_out(pending, (&wraps, &collections), (&row, &places)).ok().flatten();
            let Some(Handed { details, shown }) = sealed else { continue };
            self.door().take_out(caller, tx, pending, (row, details, shown)).await?;
        }
        Ok(())
    }

    /// The last day of as many as an institution asks for, from today.
    pub fn until_usual(&self, days: u16) -> Option<String> {
        let last = self.today().date().checked_add(jiff::Span::new().days(i64::from(days))).ok()?;
        Some(last.to_string())
    }

    /// Until when: the day that was said, so many days from today at most; or as long as the institution needs.
    pub(super) fn lasts(
        &self,
        fields: &RequestFields,
        until: Option<Day>,
        most: u16,
    ) -> Result<Timestamp, LockerError> {
        let day = match until {
            Some(day) => Some(self.may_last(day, most)?),
            None => days_on(self.today(), fields.days),
        };
        day.and_then(words::end_of_day).ok_or(wrong("until", FieldError::NotADate))
    }

    /// A day that may be the last: not past, nor more than so many days away.
    pub fn may_last(&self, day: Day, most: u16) -> Result<Day, LockerError> {
        let today = self.today();
        if day < today {
            return Err(wrong("until", FieldError::Past));
        }
        if days_on(today, most).is_some_and(|last| day > last) {
            return Err(wrong("until", FieldError::TooFar(most)));
        }
        Ok(day)
    }

    /// What the holder has handed over, the newest first.
    pub async fn shares(&self, caller: &Caller, locker: LockerId) -> Result<Vec<ShareView>, LockerError> {
        let (mut tx, pending, rows, moment) = self.door().begin_listing_shares(caller, locker).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let grant = self.0.door.commit(tx, pending).await?;
        let ring = self.0.vault.keyring(&grant, &wraps)?;
        let shelves = ring.shelves(&collections);
        let view = |row: ShareRow| {
            let (status, fields) = (row.facts().status(moment), ring.open_share(&shelves, &row).ok());
            ShareView { row, status, fields }
        };
        Ok(rows.into_iter().map(view).collect())
    }

    /// The holder pauses a share, lets it be read again, or stops it.
    pub async fn change_share(
        &self,
        caller: &Caller,
        of: (LockerId, ShareId),
        change: ShareChange,
    ) -> Result<(), LockerError> {
        Ok(self.door().change_share(caller, of, change).await?)
    }

    /// An institution's program looks at the list of what it was handed.
    pub async fn receive_share(&self, caller: &Caller, share: ShareId) -> Result<ShareView, LockerError> {
        let (_, row) = self.door().receive_share(caller, share).await?;
        let fields = self.0.vault.open_handed(&row)?;
        Ok(ShareView { status: ShareStatus::Active, row, fields: Some(fields) })
    }

    /// An institution's program looks at what describes one of the papers that it was handed: no reading of it.
    pub async fn receive_paper(
        &self,
        caller: &Caller,
        (share, place): (ShareId, u16),
    ) -> Result<HandedPaper, LockerError> {
        let (_, row) = self.door().receive_paper(caller, (share, place)).await?;
        let fields = self.0.vault.open_handed(&row)?;
        fields.papers.into_iter().find(|paper| paper.place == place).ok_or(LockerError::Damaged)
    }

    /// An institution's program opens one of the papers that it was handed. `reader`: for whom, as it says.
    pub async fn read_shared(
        &self,
        caller: &Caller,
        of: (ShareId, u16),
        reader: Option<Name>,
        wanted: Wanted,
    ) -> Result<Reading, LockerError> {
        let size = |row: &ShareRow| {
            let fields = self.0.vault.open_handed(row).ok()?;
            fields.papers.iter().find(|paper| paper.place == of.1).map(|paper| paper.size)
        };
        // Whether a range lies within the paper is known before anything of it is read: one that does not is no reading.
        let asked = |row: &ShareRow| {
            let size = size(row)?;
            Some((size, wanted.within(size).map_or(0, |range| range.end.saturating_sub(range.start))))
        };
        let range = (wanted != Wanted::Whole).then_some(&asked as Part<'_>);
        let begun = match reader {
            None => self.door().begin_shared_reading(caller, of, range, None).await?,
            Some(name) => {
                let stated = Stated::new(self.source(), name);
                let seal = |locker: LockerId, seq: u64| self.0.vault.seal_reader(locker, seq, &stated.fields).ok();
                self.door().begin_shared_reading(caller, of, range, Some((stated.hash, &seal))).await?
            }
        };
        match begun {
            Some(begun) => self.begun(caller, begun, wanted).await,
            None => Err(LockerError::BadRange(self.receive_paper(caller, of).await?.size)),
        }
    }
}
