//! Depositing a paper: decided at the start, streamed through the envelope to its blob under its final random name, decided
//! again in the one transaction that makes it exist (DESIGN §6).
//!
//! Acknowledged means durable. Not acknowledged means wholly there or not at all; the same `Idempotency-Key` says which.

use bytes::Bytes;
use futures_util::Stream;
use sha2::{Digest, Sha256};

use super::body::{Body, Ended, ended};
use super::views::PaperView;
use super::{LockerError, Lockers};
use crate::access::{Ask, Caller, Progress, Refusal};
use crate::blobs::{BlobName, Upload};
use crate::domain::document::{
    DocumentFields, DocumentState, FileName, Origin, PersonIdText, Sha256Sum, VersionFields,
};
use crate::domain::entry::{Object, Reason};
use crate::domain::ids::{CollectionId, DocumentId, LockerId, VersionId};
use crate::faults::step;
use crate::store::documents::{self, Paper};
use crate::store::grant::{Grant, Held, act};
use crate::store::{StoreError, keys, lockers};
use crate::vault::envelope::{Encrypter, Sums};
use crate::vault::intake;
use crate::vault::ring::{Keyring, NewVersion};

/// What is deposited, besides the content.
#[derive(Debug, Clone)]
pub struct DepositAsk {
    /// Into which locker.
    pub locker: LockerId,
    /// What describes the paper.
    pub fields: DocumentFields,
    /// The file's name.
    pub file_name: FileName,
    /// The content's SHA-256, if the sender tells.
    pub sha256: Option<Sha256Sum>,
    /// The sender's `Idempotency-Key`.
    pub repeat_key: Option<String>,
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

/// Where a new paper will be.
struct Place {
    document: DocumentId,
    version: VersionId,
    collection: CollectionId,
    blob: BlobName,
}

impl Lockers {
    /// Deposits a paper. The body is read to its end or to the first thing that is wrong with it.
    pub async fn deposit<S, E>(&self, caller: &Caller, ask: DepositAsk, body: S) -> Result<Deposited, LockerError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin + Send,
        E: Send,
    {
        let start = Ask { adding: 1, ..Ask::locker(ask.locker) };
        let (mut tx, pending) = self.0.door.begin_deposit(caller, &start).await?;
        let person = pending.person().ok_or(LockerError::Away)?;
        let lookup = ask.repeat_key.as_ref().map(|key| self.0.vault.lookup().repeat_key(person, key));
        let earlier = match &lookup {
            Some(lookup) => documents::find_repeat(&mut tx, &pending, lookup).await?,
            None => None,
        };
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let grant = self.0.door.commit(tx, pending).await?;
        let seq = grant.written().seq;
        let mut guard = Guard { lockers: self, locker: ask.locker, seq, armed: true };
        step("deposit.begun");

        let mut body = Body::new(self, caller, &grant, body);
        let result = if let Some((fingerprint, document)) = earlier {
            self.replay(&ask, &mut body, fingerprint, document).await
        } else {
            self.make(caller, &ask, &grant, &wraps, &collections, lookup, &mut body).await
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
        match result? {
            Done::New(paper) => Ok(Deposited { paper: *paper, replayed: false }),
            Done::Replayed(document, bytes) => {
                self.0.door.close(ask.locker, &[(Progress { seq, bytes }, Reason::Replayed)]).await?;
                Ok(Deposited { paper: self.describe(caller, ask.locker, document).await?, replayed: true })
            }
        }
    }

    /// Whether the caller may deposit here: asked, and written down, when a deposit is wrong before it begins.
    pub async fn may_deposit(&self, caller: &Caller, locker: LockerId) -> Result<(), LockerError> {
        let ask = Ask { adding: 1, ..Ask::locker(locker) };
        let (tx, pending) = self.0.door.begin_deposit(caller, &ask).await?;
        let grant = self.0.door.commit(tx, pending).await?;
        let progress = Progress { seq: grant.written().seq, bytes: 0 };
        self.0.door.close(locker, &[(progress, Reason::BadField)]).await?;
        Ok(())
    }

    /// Reads the body of a repeated request and compares it with what the key stands for.
    async fn replay<S, E>(
        &self,
        ask: &DepositAsk,
        body: &mut Body<'_, S>,
        fingerprint: [u8; 32],
        document: DocumentId,
    ) -> Result<Done, Ended>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin + Send,
    {
        let mut sum = Sha256::new();
        while let Some(piece) = body.next().await? {
            sum.update(&piece);
        }
        if self.fingerprint(ask, &sum.finalize().into()) == fingerprint {
            Ok(Done::Replayed(document, body.read))
        } else {
            Err(ended(LockerError::RepeatKeyReused, Reason::BadField, body.read))
        }
    }

    fn fingerprint(&self, ask: &DepositAsk, sha256: &[u8; 32]) -> [u8; 32] {
        let metadata = serde_json::to_vec(&(&ask.fields, ask.file_name.as_str())).unwrap_or_default();
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
        let ring = match self.0.vault.keyring(grant, wraps) {
            Err(error) if self.is_behind(error).await => return Err(ended(LockerError::Away, Reason::StoreAway, 0)),
            opened => opened.map_err(damaged)?,
        };
        let shelves = ring.shelves(collections);
        let collection = shelves
            .of_category(ask.fields.kind.category())
            .ok_or_else(|| ended(LockerError::Damaged, Reason::Damaged, 0))?;
        let (document, version) = (DocumentId::draw(self.source()), VersionId::draw(self.source()));
        let name = format!("{}/{}", ask.locker, VersionId::draw(self.source()));
        let blob = BlobName::new(&name).map_err(|_| ended(LockerError::Away, Reason::StoreAway, 0))?;
        let place = Place { document, version, collection, blob };
        let new = ring.new_version(grant, &shelves, collection, document, version).map_err(damaged)?;

        let (media_type, sums) = self.stream(&new, &place.blob, ask.sha256, body).await?;
        step("deposit.blob_written");
        let made = self.complete(caller, ask, grant, &ring, &new, &place, media_type, &sums, lookup).await;
        match made {
            Ok(paper) => {
                step("deposit.committed");
                Ok(Done::New(Box::new(paper)))
            }
            Err(Completion::Repeated) => {
                self.drop_blob(&place.blob).await;
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

    /// Streams the body through the envelope into its blob.
    async fn stream<S, E>(
        &self,
        new: &NewVersion,
        blob: &BlobName,
        claimed: Option<Sha256Sum>,
        body: &mut Body<'_, S>,
    ) -> Result<(&'static str, Sums), Ended>
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
        let mut encrypter = new.encrypter().map_err(failed)?;
        let mut upload = self.0.blobs.put_new(blob).await.map_err(|e| ended(e.into(), Reason::StoreAway, 0))?;
        push(&mut encrypter, &mut upload, &head).await?;
        step("deposit.streaming");
        while let Some(piece) = body.next().await? {
            push(&mut encrypter, &mut upload, &piece).await?;
        }
        let (last, sums) = encrypter.finish().map_err(failed)?;
        if claimed.is_some_and(|claimed| *claimed.bytes() != sums.sha256) {
            return Err(ended(LockerError::WrongHash, Reason::WrongHash, sums.size));
        }
        upload.write(last).await.map_err(|e| ended(e.into(), Reason::StoreAway, sums.size))?;
        step("deposit.before_blob");
        upload.finish().await.map_err(|e| ended(e.into(), Reason::StoreAway, sums.size))?;
        Ok((media_type, sums))
    }

    /// The one transaction that makes the paper exist.
    #[expect(clippy::too_many_arguments, reason = "the parts of one deposit, once")]
    async fn complete(
        &self,
        caller: &Caller,
        ask: &DepositAsk,
        grant: &Grant<act::BeginDeposit>,
        ring: &Keyring,
        new: &NewVersion,
        place: &Place,
        media_type: &str,
        sums: &Sums,
        lookup: Option<[u8; 32]>,
    ) -> Result<PaperView, Completion> {
        let seq = grant.written().seq;
        let end = Ask {
            adding: sums.blob_size,
            blob_sha256: Some(sums.blob_sha256),
            object: Some(Object::Version(place.document, place.version)),
            closes: Some(seq),
            ..Ask::locker(ask.locker)
        };
        let (mut tx, pending) =
            self.0.door.begin::<act::Deposit>(caller, &end).await.map_err(|refusal| match refusal {
                Refusal::Denied(reason) => Completion::Refused(LockerError::Refused(reason), reason),
                Refusal::Away(error) => Completion::Refused(error.into(), Reason::StoreAway),
            })?;
        let person = pending.person().ok_or(Completion::Refused(LockerError::Away, Reason::StoreAway))?;
        let file = VersionFields {
            file_name: ask.file_name.clone(),
            media_type: media_type.to_owned(),
            size: sums.size,
            sha256: Sha256Sum::from_bytes(sums.sha256),
            origin: Origin::Brought,
            deposited_by: PersonIdText(person),
        };
        let (details, version_details) = ring
            .seal_version(new, &ask.fields, &file)
            .map_err(|_| Completion::Refused(LockerError::Away, Reason::StoreAway))?;
        let at = pending.written().at;
        let paper = Paper {
            locker: ask.locker,
            document: place.document,
            collection: place.collection,
            state: DocumentState::Live,
            private: ask.fields.private,
            created_at: at,
            trashed_at: None,
            details,
            version: place.version,
            number: 1,
            key: new.key_id(),
            blob: place.blob.as_str().to_owned(),
            blob_size: sums.blob_size,
            blob_sha256: sums.blob_sha256,
            deposited_at: at,
            version_details,
        };
        let rows = async {
            keys::add(&mut tx, &pending, &new.wrap).await?;
            documents::add(&mut tx, &pending, &paper).await?;
            if let Some(lookup) = &lookup {
                let fingerprint = self.fingerprint(ask, &sums.sha256);
                documents::remember_repeat(&mut tx, &pending, lookup, &fingerprint, place.document).await?;
            }
            self.0.door.end_deposit(&mut tx, &pending, seq).await
        };
        rows.await.map_err(|error| match error {
            StoreError::Conflict => Completion::Repeated,
            StoreError::Refused => Completion::Refused(LockerError::Cut, Reason::Interrupted),
            other => Completion::Refused(other.into(), Reason::StoreAway),
        })?;
        step("deposit.before_commit");
        match self.0.door.commit(tx, pending).await {
            Ok(_) => Ok(PaperView::new(&paper, ask.fields.clone(), file)),
            Err(refusal) => Err(Completion::Unknown(refusal.into())),
        }
    }

    /// Another request with the same key was first: theirs is the paper, if what was asked is the same.
    async fn after_race(
        &self,
        caller: &Caller,
        ask: &DepositAsk,
        lookup: Option<[u8; 32]>,
        sums: &Sums,
    ) -> Result<Done, Ended> {
        let away = |error: LockerError| ended(error, Reason::StoreAway, sums.size);
        let lookup = lookup.ok_or_else(|| away(LockerError::Away))?;
        let look = Ask::locker(ask.locker);
        let (mut tx, pending) =
            self.0.door.begin::<act::ViewLocker>(caller, &look).await.map_err(|e| away(e.into()))?;
        let found = documents::find_repeat(&mut tx, &pending, &lookup).await.map_err(|e| away(e.into()))?;
        self.0.door.commit(tx, pending).await.map_err(|e| away(e.into()))?;
        match found {
            Some((fingerprint, document)) if fingerprint == self.fingerprint(ask, &sums.sha256) => {
                Ok(Done::Replayed(document, sums.size))
            }
            Some(_) => Err(ended(LockerError::RepeatKeyReused, Reason::BadField, sums.size)),
            None => Err(away(LockerError::Away)),
        }
    }
}

async fn push(encrypter: &mut Encrypter, upload: &mut Upload, plain: &[u8]) -> Result<(), Ended> {
    let sealed = encrypter.push(plain).map_err(|_| ended(LockerError::Away, Reason::StoreAway, 0))?;
    if sealed.is_empty() {
        return Ok(());
    }
    upload.write(sealed).await.map_err(|error| ended(error.into(), Reason::StoreAway, 0))
}

enum Done {
    New(Box<PaperView>),
    Replayed(DocumentId, u64),
}

enum Completion {
    Repeated,
    Refused(LockerError, Reason),
    Unknown(LockerError),
}
