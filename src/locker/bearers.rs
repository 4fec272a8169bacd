//! Somebody without an account who has a code: they come in by it and a surname, say who they are, see the list, open papers. What they see
//! is a copy with words across it; what the holder has is never altered.

use std::time::Duration;

use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

use super::attesting::paced;
use super::closings::Unfinished;
use super::content::Reading;
use super::cover::across;
use super::watch::{self, Outlet, Pieces, Watch};
use super::{LockerError, Lockers, Wanted};
use crate::access::{Caller, Refusal, Refused, TypedCode};
use crate::domain::bearer::{Pass, is_marked};
use crate::domain::code::Code;
use crate::domain::document::{FieldError, Sha256Sum};
use crate::domain::entry::Reason;
use crate::domain::ids::{LockerId, SessionId};
use crate::domain::organisation::Name;
use crate::domain::share::{HandedPaper, ReaderFields, ShareFields};
use crate::domain::surname::folded;
use crate::pdf::merged::{Limits, MOST_IN, Piece, watermarked};
use crate::store::grant::{Grant, Held, act};
use crate::store::shares::ShareRow;
use crate::vault::VaultError;
use crate::vault::sealed::Place;
use crate::words::Locale;

/// Copies that are made at a time: each holds a paper whole, and takes a processor.
static MAKING: Semaphore = Semaphore::const_new(2);
/// Copies that are on their way at a time: each is held whole until it has gone out.
static SENDING: Semaphore = Semaphore::const_new(16);
/// How long one may be on its way.
const LONGEST: Duration = Duration::from_mins(10);
/// How long somebody waits for their turn.
const TURN: Duration = Duration::from_secs(20);
/// Most pages of a copy.
const PAGES: usize = 2_000;
/// Pieces of a copy, as they go out.
const PIECE: usize = 64 * 1024;

/// What they were given, as they see it.
#[derive(Debug)]
pub struct GivenView {
    /// The row's facts.
    pub row: ShareRow,
    /// What it is.
    pub fields: ShareFields,
    /// What they bear from now on.
    pub pass: String,
}

/// A paper that opens for them.
#[derive(Debug)]
pub enum Opened {
    /// A copy with words across each page: a PDF of so many bytes.
    Marked {
        /// What it is called.
        title: String,
        /// Its bytes, in number.
        size: u64,
        /// Its bytes; an error among them means that it stopped, and why.
        body: Pieces,
    },
    /// It can't be marked, and its holder gave it as it is.
    AsItIs(Box<Reading>),
}

impl Lockers {
    /// Somebody comes in by a code and its holder's surname. What they get shows nothing before they have said who they are. It takes as long
    /// whichever of the two was wrong.
    pub async fn enter_by_code(&self, caller: &Caller, code: &str, surname: &str) -> Result<String, LockerError> {
        let lookup = self.0.vault.lookup();
        // What is no code is looked for as one that was drawn just now: one of nothing.
        let code = Code::parse(code).unwrap_or_else(|| Code::draw(self.source()));
        let typed = TypedCode {
            lookup: lookup.share_code(&code),
            name: lookup.share_surname(&code, &folded(surname)),
            place: lookup.tries_from(&caller.origin),
        };
        let too_often = Refused::Otherwise(Refusal::Denied(Reason::TooMany));
        let entered =
            paced(self.door().enter_code(caller, &typed), |said| said.as_ref().err() == Some(&too_often)).await;
        match entered {
            Ok((locker, share)) => {
                let now = self.source().now().micros();
                let session = SessionId::draw(self.source());
                self.bear(&Pass { locker, share, session, begun_at: now, used_at: now, reader: None })
            }
            Err(Refused::Wrong(found)) => {
                let (door, caller) = (self.door().clone(), caller.clone());
                self.0.streams.spawn(async move {
                    if let Err(error) = door.note_wrong_code(&caller, found).await {
                        tracing::error!(%error, "a wrong code was not noted");
                    }
                });
                Err(LockerError::Refused(Reason::WrongSurname))
            }
            Err(Refused::Otherwise(refusal)) => Err(refusal.into()),
        }
    }

    fn bear(&self, pass: &Pass) -> Result<String, LockerError> {
        Ok(BASE64URL_NOPAD.encode(&self.0.vault.seal_in_directory(Place::Pass, pass)?))
    }

    /// What somebody bears, if it is good now.
    fn borne(&self, pass: &str) -> Result<Pass, LockerError> {
        let over = LockerError::Refused(Reason::PassOver);
        let sealed = BASE64URL_NOPAD.decode(pass.as_bytes()).map_err(|_| over)?;
        let pass: Pass = self.0.vault.open_in_directory(Place::Pass, &sealed).map_err(|_| over)?;
        pass.check(self.source().now()).map_err(LockerError::Refused)?;
        Ok(pass)
    }

    /// The same, used once more.
    fn used(&self, pass: &Pass) -> Result<String, LockerError> {
        self.bear(&Pass { used_at: self.source().now().micros(), ..pass.clone() })
    }

    /// Whether what somebody bears is good now, and whether they have said who they are.
    pub fn has_named_reader(&self, pass: &str) -> Result<bool, LockerError> {
        Ok(self.borne(pass)?.reader.is_some())
    }

    /// They say who they are. Once: each line of what they do bears it.
    pub fn name_reader(&self, pass: &str, name: &str) -> Result<String, LockerError> {
        let pass = self.borne(pass)?;
        if pass.reader.is_some() {
            return Err(LockerError::Refused(Reason::WrongState));
        }
        let name = Name::parse(name).map_err(|error| LockerError::Field { field: "name", error })?;
        self.used(&Pass { reader: Some(name), ..pass })
    }

    /// Somebody who has said who they are, with what their lines bear of it: its hash, and what is sealed beside.
    fn reader(&self, pass: &str) -> Result<(Pass, [u8; 32], ReaderFields), LockerError> {
        let pass = self.borne(pass)?;
        let name = pass.reader.clone().ok_or(LockerError::Field { field: "name", error: FieldError::Missing })?;
        let salt = Sha256Sum::from_bytes(self.source().bytes()).to_string();
        let hash = Sha256::digest([salt.as_bytes(), name.as_str().as_bytes()].concat()).into();
        Ok((pass, hash, ReaderFields { name, salt }))
    }

    /// The list of what somebody was given.
    pub async fn given_by_pass(&self, caller: &Caller, pass: &str) -> Result<GivenView, LockerError> {
        let (pass, hash, reader) = self.reader(pass)?;
        let seal = |locker: LockerId, seq: u64| self.0.vault.seal_reader(locker, seq, &reader).ok();
        let (_, row) = self.door().look_by_code(caller, &pass, (hash, &seal)).await?;
        let fields = self.0.vault.open_handed(&row)?;
        Ok(GivenView { fields, pass: self.used(&pass)?, row })
    }

    /// Opens one of the papers that somebody was given: a copy that is marked with for whom it is, what for, and when.
    pub async fn open_by_pass(&self, caller: &Caller, pass: &str, place: u16) -> Result<(Opened, String), LockerError> {
        let (pass, hash, reader) = self.reader(pass)?;
        // Their turn comes before the line: who waits in vain has read nothing.
        let turns = async { (MAKING.acquire().await, SENDING.acquire().await) };
        let Ok((Ok(turn), Ok(sending))) = tokio::time::timeout(TURN, turns).await else {
            return Err(LockerError::Refused(Reason::TooMany));
        };
        let seal = |locker: LockerId, seq: u64| self.0.vault.seal_reader(locker, seq, &reader).ok();
        let (grant, wraps, row) = self.door().begin_reading_by_code(caller, &pass, place, (hash, &seal)).await?;
        let fields = self.0.vault.open_handed(&row).ok();
        let handed =
            fields.as_ref().and_then(|fields| Some((fields, fields.papers.iter().find(|p| p.place == place)?)));
        let Some((fields, paper)) = handed else {
            return Err(self.ends(&grant, (LockerError::Damaged, Reason::Damaged)).await);
        };
        let as_it_is = async |grant, wraps| -> Result<Opened, LockerError> {
            Ok(Opened::AsItIs(Box::new(self.begun(caller, (grant, wraps), Wanted::Whole).await?)))
        };
        let opened = if is_marked(&paper.media_type) {
            match self.marked((caller, turn), (&grant, &wraps), (fields, paper)).await {
                Ok(copy) => {
                    let size = copy.len() as u64;
                    let title = paper.title.as_str().to_owned();
                    Opened::Marked { title, size, body: self.send(caller, (grant, sending), copy) }
                }
                // It says to be of that kind, and does not read as it; or it is locked.
                Err((LockerError::Refused(Reason::NotMarked), _)) if fields.unmarked => as_it_is(grant, wraps).await?,
                Err(error) => return Err(self.ends(&grant, error).await),
            }
        } else if fields.unmarked {
            as_it_is(grant, wraps).await?
        } else {
            return Err(self.ends(&grant, (LockerError::Refused(Reason::NotMarked), Reason::NotMarked)).await);
        };
        Ok((opened, self.used(&pass)?))
    }

    /// Closes a reading of which nothing goes out.
    async fn ends(&self, grant: &Grant<act::ReadContent>, (error, reason): (LockerError, Reason)) -> LockerError {
        let progress = crate::access::Progress { seq: grant.written().seq, bytes: 0 };
        match self.door().close(grant.locker(), &[(progress, reason)]).await {
            Ok(_) => error,
            Err(away) => away.into(),
        }
    }

    /// The copy of a paper, held whole.
    async fn marked(
        &self,
        (caller, turn): (&Caller, SemaphorePermit<'static>),
        (grant, wraps): (&Grant<act::ReadContent>, &[crate::store::keys::WrapRow]),
        (fields, paper): (&ShareFields, &HandedPaper),
    ) -> Result<Vec<u8>, (LockerError, Reason)> {
        let not_marked = (LockerError::Refused(Reason::NotMarked), Reason::NotMarked);
        let row = grant.paper().ok_or((LockerError::Damaged, Reason::Damaged))?;
        let content = match self.0.vault.open_content(grant, wraps) {
            Ok(content) => content,
            Err(error) => return Err(self.does_not_open(caller, grant, row, error).await),
        };
        if content.version.size > MOST_IN as u64 {
            return Err(not_marked);
        }
        if row.scanned == crate::domain::scanned::Scanned::Held {
            self.scan_first(caller, grant, &content, row).await?;
        }
        let mut unfinished = Unfinished::new(self, grant.locker(), grant.written().seq);
        let mut bytes = Vec::new();
        let read = async {
            let mut whole = self.whole(&content, row).await?;
            while let Some(piece) = whole.next().await? {
                bytes.extend_from_slice(&piece);
            }
            Ok::<_, LockerError>(())
        };
        let read = read.await;
        unfinished.armed = false;
        match read {
            Ok(()) => {}
            Err(LockerError::Damaged) => {
                return Err(self.does_not_open(caller, grant, row, VaultError::Damaged).await);
            }
            Err(error) => return Err((error, Reason::StoreAway)),
        }
        let across = across(fields, self.source().now());
        // As it was called when it was given.
        let (label, media_type) = (paper.title.as_str().to_owned(), content.version.media_type.clone());
        unfinished.armed = true;
        let copied = tokio::task::spawn_blocking(move || {
            // It goes on although whoever asked has left: so does their turn.
            let _turn = turn;
            let piece = Piece { label: &label, media_type: &media_type, bytes: &bytes };
            let limits = Limits { pages: PAGES, bytes: MOST_IN };
            watermarked(&piece, &across, Locale::Fr.code(), limits)
        });
        let copied = copied.await;
        unfinished.armed = false;
        match copied {
            Ok(Ok(copy)) => Ok(copy),
            Ok(Err(error)) => {
                tracing::info!(%error, "a paper can't be marked");
                Err(not_marked)
            }
            Err(_) => Err(not_marked),
        }
    }

    /// Sends a copy, by a task that owns it: rights are looked at again on its way, as on any long stream's.
    fn send(
        &self,
        caller: &Caller,
        (grant, place): (Grant<act::ReadContent>, SemaphorePermit<'static>),
        copy: Vec<u8>,
    ) -> Pieces {
        let (outlet, body) = watch::stream();
        let (lockers, caller) = (self.clone(), caller.clone());
        self.0.streams.spawn(async move {
            let _place = place;
            let seq = grant.written().seq;
            let mut watch = Watch::new(&lockers, &caller, &grant, seq);
            let sent = sent(Bytes::from(copy), &mut watch, &outlet).await;
            let reason = sent.err().unwrap_or(Reason::Complete);
            lockers.0.closer.close(grant.locker(), watch.progress(), reason);
            outlet.end(sent);
        });
        body
    }
}

async fn sent(mut copy: Bytes, watch: &mut Watch<'_, act::ReadContent>, outlet: &Outlet) -> Result<(), Reason> {
    let longest = Instant::now() + LONGEST;
    while !copy.is_empty() {
        let piece = copy.split_to(PIECE.min(copy.len()));
        let place = timeout_at(longest, watch.place(outlet)).await.map_err(|_| Reason::ReaderLeft)??;
        watch.count(piece.len() as u64);
        place.send(piece);
        if !copy.is_empty() {
            watch.due().await?;
        }
    }
    Ok(())
}
