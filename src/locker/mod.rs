//! What one can do with a locker, a file per verb. Each verb asks the door, then uses what the door gave.
//!
//! No SQL, no rule of rights, no key bytes, no sentence lives here: this is the order in which the others are called. To add a
//! verb: a file, a method on [`Lockers`], and a story in `tests/it`.

mod acting;
pub mod agreements;
mod amend;
mod answers;
mod attestation;
pub mod attesting;
pub mod bearers;
mod body;
mod bundles;
pub mod choosing;
mod closings;
mod compare;
pub mod consent;
mod consult;
pub mod contacts;
mod content;
mod control;
mod cover;
mod dates;
pub mod decisions;
mod deposit;
mod entrance;
mod export;
mod factors;
pub mod given_codes;
pub mod giving;
mod helped;
pub mod information;
pub mod institutions;
mod journal;
mod life;
pub mod mandates;
mod merging;
pub mod narrowing;
mod notices;
mod open;
mod organisations;
mod photo_places;
pub mod proposed;
mod pulse;
mod receipts;
mod reminding;
pub mod requests;
mod rotation;
pub mod scanning;
mod sessions;
mod share_receipts;
pub mod sharing;
pub mod sheet_paper;
pub mod sheets;
mod steady;
pub mod transferring;
mod trash;
pub mod truth;
pub mod typed;
mod upkeep;
pub mod views;
mod visits;
mod watch;
mod webhooks;
mod whole;
pub mod windows;
mod wording;

use std::sync::Arc;
use std::time::Duration;

pub use consult::{AddedBy, Filter};
pub use content::{Reading, Wanted};
pub use deposit::{DepositAsk, Deposited, Onto};
pub use entrance::{Arrival, CameIn, Departure, EntranceError, Issuers, Way, Who};
pub use export::{Exporting, Has, HelpTold, Telling, VisitTold};
pub use factors::{FactorShown, Passed};
pub use helped::HelperSeen;
pub use journal::{JournalLine, JournalPage, Part};
pub use merging::{MERGED_MAX, MergedPdf};
pub use organisations::{Invited, MemberView, OrganisationJournal, OrganisationLine, OrganisationView, OwnMembership};
pub use rotation::{Hindrance, Moved, Rotation, Standing};
pub use sessions::SessionView;
pub use upkeep::{ChainReport, Swept, verify_journals};
pub use visits::BegunVisit;
pub use watch::Pieces;

pub use crate::vault::receipts::Signed;

use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::access::{Ask, Caller, Door, Refusal};
use crate::blobs::{BlobError, Blobs};
use crate::domain::document::{Day, FieldError};
use crate::domain::entry::{Object, Reason};
use crate::domain::ids::{DocumentId, LockerId, ProcessId};
use crate::domain::source::Source;
use crate::notify::Carriers;
use crate::store::StoreError;
use crate::store::grant::{Grant, Held, OpensFields};
use crate::store::keys;
use crate::store::lockers;
use crate::vault::ring::{Keyring, Shelves};
use crate::vault::{Vault, VaultError};
use crate::words;
use closings::Closer;
use information::Terms;
use pulse::Pulse;
use scanning::Scanning;
use steady::Steady;

/// How long [`Lockers::finish`] waits for readings that are about to end.
const LAST_READINGS: Duration = Duration::from_secs(3);

/// Limits that the operator sets (DESIGN §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest paper, in bytes of content.
    pub document_bytes: u64,
    /// Largest locker, in bytes as stored; fixed when the locker is opened.
    pub locker_bytes: u64,
    /// Most requests of one institution that wait for an answer.
    pub requests_waiting: u32,
    /// Longest wait for the next piece of a deposit.
    pub body_idle: Duration,
    /// What papers may take together to be made one PDF of, in bytes of content.
    pub merged_bytes: u64,
    /// Most pages of such a PDF, without its cover.
    pub merged_pages: usize,
    /// Longest deposit. Must stay well under `upkeep::ORPHAN_AGE` (an hour).
    pub body_total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 100 * 1024 * 1024,
            locker_bytes: 600 * 1024 * 1024,
            requests_waiting: 10_000,
            body_idle: Duration::from_mins(1),
            merged_bytes: 64 * 1024 * 1024,
            merged_pages: 1_000,
            body_total: Duration::from_mins(30),
        }
    }
}

/// Why a verb did not do what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LockerError {
    /// The door said no.
    #[error("refused: {}", .0.code())]
    Refused(Reason),
    /// Database or blob store is away, or full: nothing was done, try again later.
    #[error("storage is away")]
    Away,
    /// There is no room left on the server.
    #[error("no room left")]
    Full,
    /// What is stored does not open.
    #[error("stored data is damaged")]
    Damaged,
    /// A field is wrong.
    #[error("{field}: {error}")]
    Field {
        /// Which.
        field: &'static str,
        /// What is wrong.
        error: FieldError,
    },
    /// The content is larger than so many bytes.
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    /// The content is empty.
    #[error("the file is empty")]
    EmptyFile,
    /// The content is of a kind that isn't taken.
    #[error("this kind of file is not taken")]
    KindOfFile,
    /// The content is not what the sender's SHA-256 says.
    #[error("the content does not match its SHA-256")]
    WrongHash,
    /// The content stopped before its end.
    #[error("the content stopped before its end")]
    Cut,
    /// Nothing came for too long.
    #[error("the content came too slowly")]
    TooSlow,
    /// The `Idempotency-Key` was used for something else.
    #[error("this Idempotency-Key was used for another deposit")]
    RepeatKeyReused,
    /// The scanner found something harmful in what was sent.
    #[error("something harmful was found in the content")]
    Infected,
    /// The content is held until it was scanned, which can't be done now.
    #[error("held until it was scanned")]
    NotScanned,
    /// The scanner is away, and nothing is taken without it here.
    #[error("the scanner is away")]
    ScannerAway,
    /// The range asked for lies outside the content, which has so many bytes.
    #[error("range outside the {0} bytes of the content")]
    BadRange(u64),
}

impl From<Refusal> for LockerError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Denied(Reason::Damaged) => Self::Damaged,
            Refusal::Denied(reason) => Self::Refused(reason),
            Refusal::Away(error) => error.into(),
        }
    }
}

impl From<StoreError> for LockerError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::Full,
            StoreError::Damaged => Self::Damaged,
            _ => Self::Away,
        }
    }
}

impl From<VaultError> for LockerError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::NoRootKey => Self::Away,
            _ => Self::Damaged,
        }
    }
}

impl From<BlobError> for LockerError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Full => Self::Full,
            BlobError::NotFound | BlobError::OutOfRange | BlobError::Cut => Self::Damaged,
            other => {
                tracing::warn!(error = %other, "blob store");
                Self::Away
            }
        }
    }
}

/// The verbs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Lockers(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    door: Door,
    vault: Vault,
    blobs: Blobs,
    limits: Limits,
    terms: Terms,
    issuers: Issuers,
    carriers: Carriers,
    scanning: Option<Scanning>,
    closer: Closer,
    pulse: Pulse,
    steady: Steady,
    /// This run of the service.
    process: ProcessId,
    /// The tasks that own readings.
    streams: TaskTracker,
    /// Places for photos of sheets that are being received, which are held whole.
    photos: Arc<Semaphore>,
    /// Who sends one: one each.
    senders: photo_places::Senders,
    /// Who has a paper made.
    printers: attesting::Printers,
    /// Places for papers that are made one.
    merging: merging::Merging,
}

impl Lockers {
    /// Puts the parts together, and starts the task that writes closing entries.
    pub fn new(
        door: Door,
        vault: Vault,
        blobs: Blobs,
        limits: Limits,
        terms: Terms,
        (issuers, carriers, scanning): (Issuers, Carriers, Option<Scanning>),
    ) -> Self {
        let closer = Closer::start(door.clone());
        let streams = TaskTracker::new();
        // Closed only says that somebody may wait for the last one; new ones go on being taken.
        streams.close();
        let (pulse, steady) = (Pulse::default(), Steady::new(door.source()));
        let process = ProcessId::draw(door.source());
        let photos = Arc::new(Semaphore::new(photo_places::AT_ONCE));
        Self(Arc::new(Parts {
            door,
            vault,
            blobs,
            limits,
            terms,
            issuers,
            carriers,
            scanning,
            closer,
            pulse,
            steady,
            process,
            streams,
            photos,
            senders: photo_places::Senders::default(),
            printers: attesting::Printers::default(),
            merging: merging::Merging::default(),
        }))
    }

    /// The door, for what concerns no locker (sessions).
    pub fn door(&self) -> &Door {
        &self.0.door
    }

    /// The mark of a network address in counts of refusals: a keyed hash.
    pub fn origin_of(&self, address: &[u8]) -> [u8; 16] {
        self.0.vault.lookup().origin(address)
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    fn source(&self) -> &Source {
        self.0.door.source()
    }

    /// The day it is in France: papers are good until the end of a day there.
    fn today(&self) -> Day {
        Day::of(words::date_of(self.source().now()))
    }

    /// Whether database and blob store answer. They are asked once in a while, however many want to know; who comes in
    /// between gets the last answer.
    pub async fn health(&self) -> Result<(), LockerError> {
        self.0
            .pulse
            .feel(async || {
                self.0.door.health().await?;
                Ok(self.0.blobs.health().await?)
            })
            .await
    }

    /// Writes what is owed to the journal; call before stopping. Readings that end by themselves are waited for, a moment.
    pub async fn finish(&self) {
        let _ = tokio::time::timeout(LAST_READINGS, self.0.streams.wait()).await;
        self.0.closer.flush().await;
        if let Err(error) = self.0.door.flush_refusals(true).await {
            tracing::warn!(%error, "refusals not flushed");
        }
        if let Err(error) = self.0.door.forget_process(self.0.process).await {
            tracing::warn!(%error, "not taken off the list of those that serve");
        }
    }

    /// Asks the door, and opens the locker's keys.
    async fn enter<A: OpensFields>(
        &self,
        caller: &Caller,
        ask: &Ask,
    ) -> Result<(Grant<A>, Keyring, Shelves), LockerError> {
        let (mut tx, pending) = self.0.door.begin::<A>(caller, ask).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let grant = self.0.door.commit(tx, pending).await?;
        let ring = match self.0.vault.keyring(&grant, &wraps) {
            Ok(ring) => ring,
            Err(error) => return Err(self.damaged(caller, &grant, Object::Locker(ask.locker), error).await),
        };
        let shelves = ring.shelves(&collections);
        Ok((grant, ring, shelves))
    }

    /// Whether something did not open because this machine's root key file is an older one: nothing is wrong with the locker
    /// then. A wrap that names an epoch newer than any in force was changed by somebody.
    async fn is_behind(&self, error: VaultError) -> bool {
        let known = self.0.vault.newest_root().epoch;
        error == VaultError::NoRootKey && self.0.door.roots().await.is_ok_and(|roots| known < roots.floor)
    }

    /// Writes down that something granted did not open, and gives the error.
    async fn damaged(&self, caller: &Caller, grant: &impl Held, object: Object, error: VaultError) -> LockerError {
        tracing::error!(locker = %grant.locker(), ?object, %error, "stored data does not open");
        if self.is_behind(error).await {
            return LockerError::Away;
        }
        match self.0.door.note_damage(caller, grant, object).await {
            Ok(()) => LockerError::Damaged,
            Err(error) => error.into(),
        }
    }
}

/// A paper asked for, in its newest version.
const fn paper_ask(locker: LockerId, document: DocumentId) -> Ask {
    Ask::paper(locker, document, None)
}
