//! Papers and their versions, and the keys of repeated requests.

use std::collections::HashSet;

use sqlx::FromRow;
use uuid::Uuid;

use super::entries::{hash, signed, unsigned};
use super::grant::{Act, Held, Pending, WritesFields, act};
use super::lockers::Tie;
use super::{StoreError, Tx};
use crate::domain::document::DocumentState;
use crate::domain::ids::{CollectionId, DocumentId, KeyId, LockerId, VersionId};
use crate::domain::mandate::Spot;
use crate::domain::policy::PaperFacts;
use crate::domain::scanned::Scanned;
use crate::domain::source::Timestamp;

statements! {
    ALL_PAPERS = "SELECT d.document_id, d.collection_id, d.state, d.private, d.created_at, d.trashed_at, d.details, d.version_id AS newest,
            v.version_id, v.number, v.key_id, v.blob, v.blob_size, v.blob_sha256, v.scanned, v.created_at AS deposited_at, v.details AS version_details
        FROM documents d LEFT JOIN versions v ON v.locker_id = d.locker_id AND v.version_id = d.version_id AND v.document_id = d.document_id
        WHERE d.locker_id = $1 ORDER BY d.created_at DESC, d.document_id";
    ALL_VERSIONS = "SELECT version_id FROM versions WHERE locker_id = $1";
    IN_PLACE = "SELECT document_id FROM documents WHERE locker_id = $1 AND state = 1";
    USED = "SELECT CAST(COALESCE(SUM(blob_size), 0) AS BIGINT), count(*) FROM versions WHERE locker_id = $1";
    ADD_DOCUMENT = "INSERT INTO documents (locker_id, document_id, collection_id, version_id, state, private, created_at, trashed_at, details)
        VALUES ($1, $2, $3, $4, 1, $5, $6, NULL, $7)";
    ADD_VERSION = "INSERT INTO versions (locker_id, version_id, document_id, number, key_id, blob, blob_size, blob_sha256, created_at, details, scanned)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    SET_STATE = "UPDATE documents SET state = $3, trashed_at = $4 WHERE locker_id = $1 AND document_id = $2";
    NEEDS_BLOB = "SELECT (SELECT count(*) FROM versions WHERE locker_id = $1 AND blob = $2)
            + (SELECT count(*) FROM under_way WHERE locker_id = $1 AND action = 22)";
    FIND_KEY = "SELECT i.fingerprint, i.document_id, d.document_id AS still, i.withdrawn FROM idempotency i
        LEFT JOIN documents d ON d.locker_id = i.locker_id AND d.document_id = i.document_id WHERE i.locker_id = $1 AND i.lookup = $2";
    ADD_REPEAT_KEY = "INSERT INTO idempotency (locker_id, lookup, fingerprint, document_id, version_id, created_at, withdrawn)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    WITHDRAW_REPEAT = "UPDATE idempotency SET withdrawn = $3 WHERE locker_id = $1 AND version_id = $2";
}

/// A paper with one of its versions, as rows: ids, states, dates, ciphertext.
#[derive(Debug, Clone)]
pub struct Paper {
    /// The locker that the row was found in.
    pub locker: LockerId,
    /// The paper.
    pub document: DocumentId,
    /// Its collection (its category, opaque).
    pub collection: CollectionId,
    /// Where it stands.
    pub state: DocumentState,
    /// Outside every mandate.
    pub private: bool,
    /// First deposit.
    pub created_at: Timestamp,
    /// When it went to the trash.
    pub trashed_at: Option<Timestamp>,
    /// What describes the paper, sealed.
    pub details: Vec<u8>,
    /// The version that the paper's row points at.
    pub newest: VersionId,
    /// The version.
    pub version: VersionId,
    /// Its number, from 1.
    pub number: u64,
    /// Its document key.
    pub key: KeyId,
    /// The name of its blob.
    pub blob: String,
    /// Size of the blob in bytes.
    pub blob_size: u64,
    /// SHA-256 of the blob.
    pub blob_sha256: [u8; 32],
    /// Whether it was scanned.
    pub scanned: Scanned,
    /// When the version was deposited.
    pub deposited_at: Timestamp,
    /// What describes the version, sealed.
    pub version_details: Vec<u8>,
}

impl Paper {
    /// What a decision looks at.
    pub const fn facts(&self) -> PaperFacts {
        let spot = Spot { document: self.document, collection: self.collection, private: self.private };
        PaperFacts { state: self.state, spot, scanned: self.scanned }
    }
}

/// What a statement finds in place of a paper: a paper, or a row that can't be read as one (changed by somebody).
#[derive(Debug, Clone)]
pub enum Found {
    /// A paper.
    Paper(Box<Paper>),
    /// A row that does not read.
    Unreadable(DocumentId),
}

impl Found {
    /// The paper, if the row reads.
    pub fn paper(&self) -> Option<&Paper> {
        match self {
            Self::Paper(paper) => Some(paper),
            Self::Unreadable(_) => None,
        }
    }

    /// The paper itself, if the row reads.
    pub(crate) fn into_paper(self) -> Option<Paper> {
        match self {
            Self::Paper(paper) => Some(*paper),
            Self::Unreadable(_) => None,
        }
    }

    /// Its id, whether the row reads or not.
    pub fn document(&self) -> DocumentId {
        match self {
            Self::Paper(paper) => paper.document,
            Self::Unreadable(document) => *document,
        }
    }
}

#[derive(FromRow)]
pub(in crate::store) struct Raw {
    document_id: Uuid,
    collection_id: Uuid,
    state: i64,
    private: bool,
    created_at: i64,
    trashed_at: Option<i64>,
    details: Vec<u8>,
    newest: Uuid,
    version_id: Option<Uuid>,
    number: Option<i64>,
    key_id: Option<Uuid>,
    blob: Option<String>,
    blob_size: Option<i64>,
    blob_sha256: Option<Vec<u8>>,
    scanned: Option<i64>,
    deposited_at: Option<i64>,
    version_details: Option<Vec<u8>>,
}

impl Raw {
    pub(in crate::store) fn found(self, locker: LockerId) -> Found {
        let document = DocumentId::from_uuid(self.document_id);
        self.paper(locker).map_or(Found::Unreadable(document), |paper| Found::Paper(Box::new(paper)))
    }

    fn paper(self, locker: LockerId) -> Option<Paper> {
        Some(Paper {
            locker,
            document: DocumentId::from_uuid(self.document_id),
            collection: CollectionId::from_uuid(self.collection_id),
            state: state_from(self.state)?,
            private: self.private,
            created_at: Timestamp::from_micros(self.created_at),
            trashed_at: self.trashed_at.map(Timestamp::from_micros),
            details: self.details,
            newest: VersionId::from_uuid(self.newest),
            version: VersionId::from_uuid(self.version_id?),
            number: self.number?.try_into().ok()?,
            key: KeyId::from_uuid(self.key_id?),
            blob: self.blob?,
            blob_size: self.blob_size?.try_into().ok()?,
            blob_sha256: self.blob_sha256?.try_into().ok()?,
            scanned: Scanned::from_number(self.scanned?)?,
            deposited_at: Timestamp::from_micros(self.deposited_at?),
            version_details: self.version_details?,
        })
    }
}

const fn state_number(state: DocumentState) -> i64 {
    match state {
        DocumentState::Live => 1,
        DocumentState::Trashed => 2,
    }
}

const fn state_from(number: i64) -> Option<DocumentState> {
    match number {
        1 => Some(DocumentState::Live),
        2 => Some(DocumentState::Trashed),
        _ => None,
    }
}

/// Which papers of the tied locker are in their place, the trash left out. A fact for the decision.
pub(crate) async fn in_place(tx: &mut Tx, tie: &Tie) -> Result<Vec<DocumentId>, StoreError> {
    let locker = tie.locker().uuid();
    let rows: Vec<Uuid> = on!(tx, conn => sqlx::query_scalar(IN_PLACE).bind(locker).fetch_all(conn).await?);
    Ok(rows.into_iter().map(DocumentId::from_uuid).collect())
}

/// Bytes that the tied locker's blobs take, and how many they are. Facts for the decision.
pub(crate) async fn used(tx: &mut Tx, tie: &Tie) -> Result<(u64, u64), StoreError> {
    let locker = tie.locker().uuid();
    let (bytes, count): (i64, i64) = on!(tx, conn => sqlx::query_as(USED).bind(locker).fetch_one(conn).await?);
    Ok((unsigned(bytes)?, unsigned(count)?))
}

/// Bytes that the granted locker's blobs take.
pub(crate) async fn taken(tx: &mut Tx, held: &impl Held) -> Result<u64, StoreError> {
    let locker = held.locker().uuid();
    let (bytes, _): (i64, i64) = on!(tx, conn => sqlx::query_as(USED).bind(locker).fetch_one(conn).await?);
    unsigned(bytes)
}

/// Every paper of the granted locker, newest first, the trash included. To a helper: those that the right lets them see.
pub(crate) async fn all(tx: &mut Tx, held: &impl Held) -> Result<Vec<Found>, StoreError> {
    let locker = held.locker();
    let rows: Vec<Raw> = on!(tx, conn => sqlx::query_as(ALL_PAPERS).bind(locker.uuid()).fetch_all(conn).await?);
    let is_seen = |found: &Found| held.help().is_none_or(|help| found.paper().is_some_and(|paper| help.sees(paper)));
    Ok(rows.into_iter().map(|raw| raw.found(locker)).filter(is_seen).collect())
}

/// The same, of what may be handed over under the right: of the holder's all that is live, of a helper's what the mandate says.
pub(crate) async fn to_give(tx: &mut Tx, held: &impl Held) -> Result<Vec<Paper>, StoreError> {
    let may = |paper: &Paper| match held.help() {
        None => paper.state == DocumentState::Live,
        Some(by) => by.gives(paper),
    };
    let found = all(tx, held).await?.into_iter().filter_map(Found::into_paper);
    Ok(found.filter(|paper| may(paper) && paper.scanned.opens()).collect())
}

/// The versions of the granted locker that are there.
pub(crate) async fn versions_in_place(tx: &mut Tx, held: &impl Held) -> Result<HashSet<VersionId>, StoreError> {
    versions_of(tx, held.locker()).await
}

/// The same of a tied locker.
pub(crate) async fn versions_of_tied(tx: &mut Tx, tie: &Tie) -> Result<HashSet<VersionId>, StoreError> {
    versions_of(tx, tie.locker()).await
}

async fn versions_of(tx: &mut Tx, locker: LockerId) -> Result<HashSet<VersionId>, StoreError> {
    let rows: Vec<Uuid> = on!(tx, conn => sqlx::query_scalar(ALL_VERSIONS).bind(locker.uuid()).fetch_all(conn).await?);
    Ok(rows.into_iter().map(VersionId::from_uuid).collect())
}

/// Every paper of a tied locker, newest first, the trash included: facts for a decision of its holder.
pub(crate) async fn of_tied(tx: &mut Tx, tie: &Tie) -> Result<Vec<Found>, StoreError> {
    let locker = tie.locker();
    let rows: Vec<Raw> = on!(tx, conn => sqlx::query_as(ALL_PAPERS).bind(locker.uuid()).fetch_all(conn).await?);
    Ok(rows.into_iter().map(|raw| raw.found(locker)).collect())
}

/// Adds a paper with its first version; the row's locker must be the granted one.
pub(crate) async fn add<A: WritesFields>(tx: &mut Tx, pending: &Pending<A>, paper: &Paper) -> Result<(), StoreError> {
    let locker = granted(pending, paper)?;
    on!(tx, conn => {
        sqlx::query(ADD_DOCUMENT).bind(locker).bind(paper.document.uuid()).bind(paper.collection.uuid())
            .bind(paper.version.uuid()).bind(paper.private).bind(paper.created_at.micros())
            .bind(paper.details.as_slice()).execute(conn).await?;
    });
    add_version(tx, paper).await
}

/// Adds the row of a version. The callers have compared its locker with the granted one.
pub(in crate::store) async fn add_version(tx: &mut Tx, paper: &Paper) -> Result<(), StoreError> {
    let (number, size) = (signed(paper.number)?, signed(paper.blob_size)?);
    on!(tx, conn => {
        sqlx::query(ADD_VERSION).bind(paper.locker.uuid()).bind(paper.version.uuid()).bind(paper.document.uuid())
            .bind(number).bind(paper.key.uuid()).bind(paper.blob.as_str()).bind(size)
            .bind(paper.blob_sha256.as_slice()).bind(paper.deposited_at.micros())
            .bind(paper.version_details.as_slice()).bind(paper.scanned.number()).execute(conn).await?;
    });
    Ok(())
}

fn granted<A: Act>(pending: &Pending<A>, paper: &Paper) -> Result<Uuid, StoreError> {
    if paper.locker == pending.locker() { Ok(paper.locker.uuid()) } else { Err(StoreError::Other) }
}

/// Puts the granted paper in the trash.
pub(crate) async fn trash(tx: &mut Tx, pending: &Pending<act::Trash>) -> Result<(), StoreError> {
    set_state(tx, pending, DocumentState::Trashed, Some(pending.written().at)).await
}

/// Takes the granted paper out of the trash.
pub(crate) async fn restore(tx: &mut Tx, pending: &Pending<act::Restore>) -> Result<(), StoreError> {
    set_state(tx, pending, DocumentState::Live, None).await
}

async fn set_state(
    tx: &mut Tx,
    held: &impl Held,
    state: DocumentState,
    trashed_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let document = held.paper().ok_or(StoreError::Other)?.document.uuid();
    let (locker, trashed_at) = (held.locker().uuid(), trashed_at.map(Timestamp::micros));
    on!(tx, conn => {
        sqlx::query(SET_STATE).bind(locker).bind(document).bind(state_number(state)).bind(trashed_at).execute(conn).await?;
    });
    Ok(())
}

/// Whether a blob belongs to a version of a locker, or may belong to one soon, because a deposit is under way there: what the
/// sweeper asks before it removes one. One statement: a deposit leaves the list and gets its version at one instant.
pub(crate) async fn needs_blob(tx: &mut Tx, locker: LockerId, blob: &str) -> Result<bool, StoreError> {
    let found: i64 =
        on!(tx, conn => sqlx::query_scalar(NEEDS_BLOB).bind(locker.uuid()).bind(blob).fetch_one(conn).await?);
    Ok(found > 0)
}

/// What an Idempotency-Key stands for.
#[derive(Debug, Clone, Copy)]
pub struct Repeat {
    /// Fingerprint of what was asked.
    pub fingerprint: [u8; 32],
    /// The paper that it made, or gave a version.
    pub document: DocumentId,
    /// Whether that paper is still there.
    pub is_there: bool,
    /// Whether what it made was taken back by who added it.
    pub is_withdrawn: bool,
}

/// What an Idempotency-Key stands for in the granted locker.
pub(crate) async fn find_repeat(
    tx: &mut Tx,
    held: &impl Held,
    lookup: &[u8; 32],
) -> Result<Option<Repeat>, StoreError> {
    let locker = held.locker().uuid();
    let row: Option<(Vec<u8>, Uuid, Option<Uuid>, bool)> = on!(tx, conn => {
        sqlx::query_as(FIND_KEY).bind(locker).bind(lookup.as_slice()).fetch_optional(conn).await?
    });
    row.map(|(fingerprint, document, still, is_withdrawn)| {
        let (fingerprint, document) = (hash(fingerprint)?, DocumentId::from_uuid(document));
        Ok(Repeat { fingerprint, document, is_there: still.is_some() && !is_withdrawn, is_withdrawn })
    })
    .transpose()
}

/// Remembers what an Idempotency-Key made, in the transaction that made it.
///
/// # Errors
/// [`StoreError::Conflict`] if another request with the same key was first.
pub(crate) async fn remember_repeat(
    tx: &mut Tx,
    held: &impl Held,
    lookup: &[u8; 32],
    fingerprint: &[u8; 32],
    (document, version): (DocumentId, VersionId),
) -> Result<(), StoreError> {
    let (locker, at) = (held.locker().uuid(), held.written().at.micros());
    on!(tx, conn => {
        sqlx::query(ADD_REPEAT_KEY).bind(locker).bind(lookup.as_slice()).bind(fingerprint.as_slice())
            .bind(document.uuid()).bind(version.uuid()).bind(at).bind(false).execute(conn).await?;
    });
    Ok(())
}

/// Remembers that what an Idempotency-Key made was taken back, in the transaction that took it back.
pub(crate) async fn withdraw_repeat(tx: &mut Tx, held: &impl Held, version: VersionId) -> Result<(), StoreError> {
    let locker = held.locker().uuid();
    on!(tx, conn => {
        sqlx::query(WITHDRAW_REPEAT).bind(locker).bind(version.uuid()).bind(true).execute(conn).await?;
    });
    Ok(())
}
