//! Depositing a paper: decided at the start, streamed through the envelope to its blob under its final random name, decided
//! again in the one transaction that makes it exist (DESIGN §6). The scanner, where there is one, is asked before that transaction.
//!
//! Acknowledged means durable. Not acknowledged means wholly there or not at all; the same `Idempotency-Key` says which.

mod complete;
mod sealing;

use bytes::Bytes;
use futures_util::Stream;
use sha2::{Digest, Sha256};

use super::agreements::{Issuance, is_issuing};
use super::body::{Body, Ended, ended};
use super::scanning::{Along, Told};
use super::views::PaperView;
use super::{LockerError, Lockers};
use crate::access::{Ask, Caller, Progress, Refusal};
use crate::blobs::BlobName;
use crate::domain::document::{Changes, DocumentFields, FileName, Sha256Sum};
use crate::domain::entry::Reason;
use crate::domain::ids::{CollectionId, DocumentId, LockerId, VersionId};
use crate::domain::policy::Changes as Changing;
use crate::faults::step;
use crate::scan::Verdict;
use crate::store::documents::{self, Repeat};
use crate::store::grant::{Grant, Held, act};
use crate::store::{keys, lockers};
use crate::vault::envelope::Sums;
use crate::vault::intake;
use crate::vault::ring::NewVersion;
use complete::{Completion, Received};
use sealing::Sealing;

/// The same deposit was made before, and its paper destroyed since: repeating a request brings nothing back.
const DESTROYED: LockerError = LockerError::Refused(Reason::PaperDestroyed);

/// Why an earlier deposit is not there any more: destroyed with its paper, or taken back by who added it.
const fn gone(earlier: &Repeat) -> Reason {
    if earlier.is_withdrawn { Reason::DepositWithdrawn } else { Reason::PaperDestroyed }
}

/// What a deposit makes.
#[derive(Debug, Clone)]
pub enum Onto {
    /// A paper, which these describe.
    Paper(DocumentFields),
    /// A version of a paper that is there; what is said about it changes with it.
    Version(DocumentId, Changes),
}

/// What is deposited, besides the content.
#[derive(Debug, Clone)]
pub struct DepositAsk {
    /// Into which locker.
    pub locker: LockerId,
    /// As what.
    pub onto: Onto,
    /// The file's name.
    pub file_name: FileName,
    /// The content's SHA-256, if the sender tells.
    pub sha256: Option<Sha256Sum>,
    /// The sender's `Idempotency-Key`.
    pub repeat_key: Option<String>,
    /// By what an institution deposits it; none where a person does.
    pub issuance: Option<Issuance>,
}

/// A deposit that is done.
#[derive(Debug)]
pub struct Deposited {
    /// The paper.
    pub paper: PaperView,
    /// Whether an earlier request with the same `Idempotency-Key` had made it.
    pub replayed: bool,
}

/// Closes a deposit as cut off if its request goes away before it is closed otherwise.
struct Guard<'a> {
    lockers: &'a Lockers,
    locker: LockerId,
    seq: u64,
    armed: bool,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if self.armed {
            let progress = Progress { seq: self.seq, bytes: 0 };
            self.lockers.0.closer.close(self.locker, progress, Reason::Cut);
        }
    }
}

/// Where a new version will be.
struct Place {
    document: DocumentId,
    version: VersionId,
    collection: CollectionId,
    blob: BlobName,
}

impl DepositAsk {
    /// The question at the start: of the locker, or of the paper that gets a version.
    const fn start(&self, changes: Changing) -> Ask {
        let ask = match self.onto {
            Onto::Paper(_) => Ask::locker(self.locker),
            Onto::Version(document, _) => Ask::paper(self.locker, document, None),
        };
        Ask { adding: 1, changes, ..ask }
    }
}

/// What a closing says of a deposit that went no further because of this.
pub(super) const fn reason_of(error: &LockerError) -> Reason {
    match error {
        LockerError::Refused(reason) => *reason,
        LockerError::Field { .. } => Reason::BadField,
        LockerError::Damaged => Reason::Damaged,
        _ => Reason::StoreAway,
    }
}

impl Lockers {
    /// Deposits a paper. The body is read to its end or to the first thing that is wrong with it.
    pub async fn deposit<S, E>(&self, caller: &Caller, ask: DepositAsk, body: S) -> Result<Deposited, LockerError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin + Send,
        E: Send,
    {
        match self.take_in(caller, &ask, body).await? {
            Done::New(paper) => Ok(Deposited { paper: *paper, replayed: false }),
            Done::Replayed(document, _) => match self.describe(caller, ask.locker, document).await {
                Ok(paper) => Ok(Deposited { paper, replayed: true }),
                // Destroyed since the line before.
                Err(LockerError::Refused(Reason::UnknownDocument)) => Err(DESTROYED),
                Err(error) => Err(error),
            },
        }
    }

    /// Takes a deposit in, whoever makes it, and closes what it began.
    pub(super) async fn take_in<S, E>(&self, caller: &Caller, ask: &DepositAsk, body: S) -> Result<Done, LockerError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin + Send,
        E: Send,
    {
        let changes = self.changing(caller, ask).await?;
        let start = Ask { issuing: self.issuing(ask), ..ask.start(changes) };
        let (mut tx, pending) = match self.0.door.begin_deposit(caller, &start).await {
            Err(Refusal::Denied(Reason::UnknownDocument)) => return Err(self.no_paper(caller, ask).await?),
            begun => begun?,
        };
        let lookup = self.lookup(&pending, ask)?;
        let earlier = match &lookup {
            Some(lookup) => documents::find_repeat(&mut tx, &pending, lookup).await?,
            None => None,
        };
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let taken = documents::taken(&mut tx, &pending).await?;
        let room = lockers::quota(&mut tx, &pending).await?.saturating_sub(taken);
        let room = pending.issuer().map_or(room, |issuer| issuer.room);
        let grant = self.0.door.commit(tx, pending).await?;
        let seq = grant.written().seq;
        let mut guard = Guard { lockers: self, locker: ask.locker, seq, armed: true };
        step("deposit.begun");

        let mut body = Body::new(self, caller, &grant, room, body);
        let result = if let Some(earlier) = earlier {
            self.replay(ask, &mut body, &earlier).await
        } else {
            self.make(caller, ask, &grant, &wraps, &collections, lookup, &mut body).await
        };
        let result = match result {
            Ok(done) => Ok(done),
            Err(Ended { error, reason, bytes }) => {
                let progress = Progress { seq, bytes };
                if self.0.door.close(ask.locker, &[(progress, reason)]).await.is_err() {
                    self.0.closer.close(ask.locker, progress, reason);
                }
                if !matches!(error, LockerError::TooSlow | LockerError::Cut) {
                    body.drain().await;
                }
                Err(error)
            }
        };
        guard.armed = false;
        let done = result?;
        if let Done::Replayed(_, bytes) = done {
            self.0.door.close(ask.locker, &[(Progress { seq, bytes }, Reason::Replayed)]).await?;
        }
        Ok(done)
    }

    /// Whether the caller may deposit here (or onto this paper): asked, and written down, when a deposit is wrong before it
    /// begins.
    pub async fn may_deposit(
        &self,
        caller: &Caller,
        locker: LockerId,
        onto: Option<DocumentId>,
    ) -> Result<(), LockerError> {
        let into = if onto.is_none() { self.some_category(caller, locker).await? } else { None };
        let changes = Changing { into, private: None };
        self.may_begin(caller, &Ask { adding: 1, document: onto, changes, ..Ask::locker(locker) }).await
    }

    /// Begins a deposit that is none, and closes it.
    pub(super) async fn may_begin(&self, caller: &Caller, ask: &Ask) -> Result<(), LockerError> {
        let locker = ask.locker;
        let (tx, pending) = self.0.door.begin_deposit(caller, ask).await?;
        let grant = self.0.door.commit(tx, pending).await?;
        let progress = Progress { seq: grant.written().seq, bytes: 0 };
        self.0.door.close(locker, &[(progress, Reason::BadField)]).await?;
        Ok(())
    }

    /// What a deposit would change, as far as rights look at it: the category that a helper's paper goes to; that a version of a
    /// paper becomes private, or visible.
    pub(super) async fn changing(&self, caller: &Caller, ask: &DepositAsk) -> Result<Changing, LockerError> {
        if caller.visit.is_none() {
            return Ok(Changing::default());
        }
        Ok(match &ask.onto {
            Onto::Paper(fields) => {
                let into = self.collection_for(caller, ask.locker, fields.kind.category()).await?;
                Changing { into, private: None }
            }
            Onto::Version(_, changes) => self.moving(caller, ask.locker, changes).await?,
        })
    }

    /// Reads the body of a repeated request and compares it with what the key stands for.
    async fn replay<S, E>(&self, ask: &DepositAsk, body: &mut Body<'_, S>, earlier: &Repeat) -> Result<Done, Ended>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin + Send,
    {
        let mut sum = Sha256::new();
        while let Some(piece) = body.next().await? {
            sum.update(&piece);
        }
        self.replayed(ask, earlier, &sum.finalize().into(), body.read)
    }

    /// What becomes of a request whose key was used: nothing is made by it.
    fn replayed(&self, ask: &DepositAsk, earlier: &Repeat, sha256: &[u8; 32], bytes: u64) -> Result<Done, Ended> {
        if self.fingerprint(ask, sha256) != earlier.fingerprint {
            Err(ended(LockerError::RepeatKeyReused, Reason::BadField, bytes))
        } else if earlier.is_there || ask.issuance.is_some() {
            // What became of it since is its holder's, not who issued it.
            Ok(Done::Replayed(earlier.document, bytes))
        } else {
            Err(ended(LockerError::Refused(gone(earlier)), gone(earlier), bytes))
        }
    }

    /// The keyed hash of a sender's `Idempotency-Key`.
    fn lookup(&self, held: &impl Held, ask: &DepositAsk) -> Result<Option<[u8; 32]>, LockerError> {
        let lookups = self.0.vault.lookup();
        if let Some(issuer) = held.issuer() {
            return Ok(ask.repeat_key.as_ref().map(|key| lookups.issued_repeat_key(issuer.agreement, key)));
        }
        let person = held.person().ok_or(LockerError::Away)?;
        Ok(ask.repeat_key.as_ref().map(|key| lookups.repeat_key(person, key)))
    }

    /// The paper that should get a version is not there. Whoever repeats a request that was about it is told that it is destroyed.
    async fn no_paper(&self, caller: &Caller, ask: &DepositAsk) -> Result<LockerError, LockerError> {
        let unknown = LockerError::Refused(Reason::UnknownDocument);
        let (Onto::Version(document, _), Some(_)) = (&ask.onto, &ask.repeat_key) else { return Ok(unknown) };
        let (mut tx, pending) = self.0.door.begin::<act::ViewLocker>(caller, &Ask::locker(ask.locker)).await?;
        let earlier = match self.lookup(&pending, ask)? {
            Some(lookup) => documents::find_repeat(&mut tx, &pending, &lookup).await?,
            None => None,
        };
        self.0.door.commit(tx, pending).await?;
        let was_there = earlier.filter(|earlier| earlier.document == *document && !earlier.is_there);
        Ok(was_there.map_or(unknown, |earlier| LockerError::Refused(gone(&earlier))))
    }

    fn fingerprint(&self, ask: &DepositAsk, sha256: &[u8; 32]) -> [u8; 32] {
        let name = ask.file_name.as_str();
        let signature = ask.issuance.as_ref().and_then(|issuance| issuance.signature.as_ref());
        let metadata = match (&ask.onto, signature) {
            (Onto::Paper(fields), Some(signature)) => serde_json::to_vec(&(fields, name, signature)),
            (Onto::Paper(fields), None) => serde_json::to_vec(&(fields, name)),
            (Onto::Version(document, changes), _) => serde_json::to_vec(&(document.to_string(), changes, name)),
        };
        let metadata = metadata.unwrap_or_default();
        self.0.vault.lookup().fingerprint(&metadata, sha256)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one deposit, once")]
    async fn make<S, E>(
        &self,
        caller: &Caller,
        ask: &DepositAsk,
        grant: &Grant<act::BeginDeposit>,
        wraps: &[keys::WrapRow],
        collections: &[lockers::CollectionRow],
        lookup: Option<[u8; 32]>,
        body: &mut Body<'_, S>,
    ) -> Result<Done, Ended>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin + Send,
    {
        let damaged = |_| ended(LockerError::Damaged, Reason::Damaged, 0);
        // What is no paper of theirs is not read to its end. It is looked at again where it would come to be.
        if let Some(issuer) = grant.issuer() {
            self.issued(ask, issuer).map_err(|error| ended(error, reason_of(&error), 0))?;
        }
        let ring = match self.0.vault.keyring(grant, wraps) {
            Err(error) if self.is_behind(error).await => return Err(ended(LockerError::Away, Reason::StoreAway, 0)),
            opened => opened.map_err(damaged)?,
        };
        let shelves = ring.shelves(collections);
        let (document, collection) = match (&ask.onto, grant.paper()) {
            (Onto::Paper(fields), _) => (DocumentId::draw(self.source()), shelves.of_category(fields.kind.category())),
            (Onto::Version(document, _), Some(paper)) => (*document, Some(paper.collection)),
            (Onto::Version(document, _), None) => (*document, None),
        };
        let collection = collection.ok_or_else(|| ended(LockerError::Damaged, Reason::Damaged, 0))?;
        if !Self::may_stand_in(grant, collection) {
            return Err(ended(LockerError::Refused(Reason::OutOfScope), Reason::OutOfScope, 0));
        }
        let version = VersionId::draw(self.source());
        let name = format!("{}/{}", ask.locker, VersionId::draw(self.source()));
        let blob = BlobName::new(&name).map_err(|_| ended(LockerError::Away, Reason::StoreAway, 0))?;
        let place = Place { document, version, collection, blob };
        let new = ring.new_version(grant, &shelves, collection, document, version).map_err(damaged)?;

        let (media_type, sums, told) = self.stream(&new, &place.blob, ask.sha256, body).await?;
        step("deposit.blob_written");
        let scanned = match self.scanned(told, &new, &place.blob, &sums).await {
            Ok(scanned) => scanned,
            Err(error) => {
                self.drop_blob(&place.blob).await;
                let reason = if error == LockerError::Infected { Reason::Infected } else { Reason::StoreAway };
                return Err(ended(error, reason, sums.size));
            }
        };
        let received = Received {
            ask,
            seq: grant.written().seq,
            ring: &ring,
            shelves: &shelves,
            new: &new,
            place: &place,
            media_type,
            sums: &sums,
            scanned,
            lookup,
        };
        let made = self.complete(caller, &received).await;
        match made {
            Ok(paper) => {
                step("deposit.committed");
                Ok(Done::New(Box::new(paper)))
            }
            Err(Completion::Repeated) => {
                self.drop_blob(&place.blob).await;
                if is_issuing(grant) {
                    // Sent again, it is answered as the other one was.
                    return Err(ended(LockerError::Away, Reason::Replayed, sums.size));
                }
                self.after_race(caller, ask, lookup, &sums).await
            }
            Err(Completion::Refused(error, reason)) => {
                self.drop_blob(&place.blob).await;
                Err(ended(error, reason, sums.size))
            }
            // Nobody knows whether that commit happened: the blob stays, and the sweeper decides.
            Err(Completion::Unknown(error)) => Err(ended(error, Reason::StoreAway, sums.size)),
        }
    }

    async fn drop_blob(&self, blob: &BlobName) {
        if let Err(error) = self.0.blobs.delete(blob).await {
            tracing::warn!(%error, "an orphan blob is left to the sweeper");
        }
    }

    /// Streams the body through the envelope into its blob, and through the scanner. What is found harmful never becomes a blob.
    async fn stream<S, E>(
        &self,
        new: &NewVersion,
        blob: &BlobName,
        claimed: Option<Sha256Sum>,
        body: &mut Body<'_, S>,
    ) -> Result<(&'static str, Sums, Told), Ended>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin + Send,
    {
        let head = body.head().await?;
        if head.is_empty() {
            return Err(ended(LockerError::EmptyFile, Reason::KindOfFile, 0));
        }
        let media_type =
            intake::media_type(&head).ok_or_else(|| ended(LockerError::KindOfFile, Reason::KindOfFile, body.read))?;
        let failed = |_| ended(LockerError::Away, Reason::StoreAway, 0);
        let encrypter = new.encrypter().map_err(failed)?;
        let upload = self.0.blobs.put_new(blob).await.map_err(|e| ended(e.into(), Reason::StoreAway, 0))?;
        let away = |error| ended(error, Reason::StoreAway, 0);
        let mut sealing = Sealing::new(encrypter, upload);
        let mut along = Along::begin(self.0.scanning.as_ref()).await;
        along.push(&head).await;
        sealing.push(head).await.map_err(away)?;
        step("deposit.streaming");
        while let Some(piece) = along.meanwhile(body.next()).await? {
            let ((), sealed) = tokio::join!(along.push(&piece), sealing.push(piece.clone()));
            sealed.map_err(away)?;
        }
        let (mut upload, last, sums) = sealing.finish().await.map_err(away)?;
        if claimed.is_some_and(|claimed| *claimed.bytes() != sums.sha256) {
            return Err(ended(LockerError::WrongHash, Reason::WrongHash, sums.size));
        }
        let told = along.end().await;
        if told == Told::So(Ok(Verdict::Found)) {
            return Err(ended(LockerError::Infected, Reason::Infected, sums.size));
        }
        upload.write(last).await.map_err(|e| ended(e.into(), Reason::StoreAway, sums.size))?;
        step("deposit.before_blob");
        upload.finish().await.map_err(|e| ended(e.into(), Reason::StoreAway, sums.size))?;
        Ok((media_type, sums, told))
    }
}

/// What became of a deposit.
pub(super) enum Done {
    /// The paper that it made.
    New(Box<PaperView>),
    /// The paper that an earlier one had made, and the bytes that came.
    Replayed(DocumentId, u64),
}

impl Done {
    /// The paper.
    pub(super) fn document(&self) -> DocumentId {
        match self {
            Self::New(paper) => paper.document,
            Self::Replayed(document, _) => *document,
        }
    }

    /// Whether an earlier one had made it.
    pub(super) const fn is_replayed(&self) -> bool {
        matches!(self, Self::Replayed(..))
    }
}
