//! What changes a paper: a new version, another description, another category, its end.

use uuid::Uuid;

use super::documents::{Found, Paper, Raw};
use super::grant::{Held, MarksScanned, Pending, act};
use super::keys::WrapRow;
use super::{StoreError, Tx};
use crate::domain::ids::{CollectionId, KeyId, VersionId};
use crate::domain::scanned::Scanned;

statements! {
    VERSIONS = "SELECT d.document_id, d.collection_id, d.state, d.private, d.created_at, d.trashed_at, d.details, d.version_id AS newest,
            v.version_id, v.number, v.key_id, v.blob, v.blob_size, v.blob_sha256, v.scanned, v.created_at AS deposited_at, v.details AS version_details
        FROM documents d JOIN versions v ON v.locker_id = d.locker_id AND v.document_id = d.document_id
        WHERE d.locker_id = $1 AND d.document_id = $2 ORDER BY v.number DESC";
    EVERY_VERSION = "SELECT d.document_id, d.collection_id, d.state, d.private, d.created_at, d.trashed_at, d.details, d.version_id AS newest,
            v.version_id, v.number, v.key_id, v.blob, v.blob_size, v.blob_sha256, v.scanned, v.created_at AS deposited_at, v.details AS version_details
        FROM documents d JOIN versions v ON v.locker_id = d.locker_id AND v.document_id = d.document_id
        WHERE d.locker_id = $1 ORDER BY d.created_at DESC, d.document_id, v.number DESC";
    NEXT_NUMBER = "SELECT COALESCE(MAX(number), 0) + 1 FROM versions WHERE locker_id = $1 AND document_id = $2";
    SET_NEWEST = "UPDATE documents SET version_id = $3, details = $4, private = $5 WHERE locker_id = $1 AND document_id = $2";
    SET_DETAILS = "UPDATE documents SET collection_id = $3, details = $4, private = $5 WHERE locker_id = $1 AND document_id = $2";
    SET_VERSION_DETAILS = "UPDATE versions SET details = $3 WHERE locker_id = $1 AND version_id = $2";
    SET_SCANNED = "UPDATE versions SET scanned = $3, details = $4 WHERE locker_id = $1 AND version_id = $2";
    DROP_WRAPS = "DELETE FROM wraps WHERE locker_id = $1 AND key_id = $2";
    DROP_VERSIONS = "DELETE FROM versions WHERE locker_id = $1 AND document_id = $2 RETURNING key_id, blob";
    DROP_VERSION = "DELETE FROM versions WHERE locker_id = $1 AND document_id = $2 AND version_id = $3 RETURNING key_id, blob";
    DROP_DEPOSITS = "DELETE FROM deposits WHERE locker_id = $1 AND document_id = $2";
    DROP_KEY = "DELETE FROM keys WHERE locker_id = $1 AND key_id = $2";
    DROP_DOCUMENT = "DELETE FROM documents WHERE locker_id = $1 AND document_id = $2";
}

/// Every version of the granted paper, newest first.
pub(crate) async fn versions(tx: &mut Tx, held: &impl Held) -> Result<Vec<Found>, StoreError> {
    let locker = held.locker();
    let document = held.paper().ok_or(StoreError::Other)?.document.uuid();
    let rows: Vec<Raw> =
        on!(tx, conn => sqlx::query_as(VERSIONS).bind(locker.uuid()).bind(document).fetch_all(conn).await?);
    Ok(rows.into_iter().map(|raw| raw.found(locker)).collect())
}

/// Every version of every paper of the granted locker, the trash included; papers newest first, then versions newest first.
pub(crate) async fn every_version(tx: &mut Tx, held: &impl Held) -> Result<Vec<Found>, StoreError> {
    let locker = held.locker();
    let rows: Vec<Raw> = on!(tx, conn => sqlx::query_as(EVERY_VERSION).bind(locker.uuid()).fetch_all(conn).await?);
    Ok(rows.into_iter().map(|raw| raw.found(locker)).collect())
}

/// The number that a further version of the granted paper bears.
pub(crate) async fn next_number(tx: &mut Tx, pending: &Pending<act::NewVersion>) -> Result<u64, StoreError> {
    let (locker, document) = granted(pending)?;
    let number: i64 =
        on!(tx, conn => sqlx::query_scalar(NEXT_NUMBER).bind(locker).bind(document).fetch_one(conn).await?);
    super::entries::unsigned(number)
}

/// Adds a version to the granted paper, and makes it the newest. `paper` must be that paper.
pub(crate) async fn add_version(
    tx: &mut Tx,
    pending: &Pending<act::NewVersion>,
    paper: &Paper,
) -> Result<(), StoreError> {
    let (locker, document) = granted(pending)?;
    if paper.document.uuid() != document || paper.locker != pending.locker() {
        return Err(StoreError::Other);
    }
    super::documents::add_version(tx, paper).await?;
    on!(tx, conn => {
        sqlx::query(SET_NEWEST).bind(locker).bind(document).bind(paper.version.uuid()).bind(paper.details.as_slice())
            .bind(paper.private).execute(&mut *conn).await?;
    });
    Ok(())
}

/// What describes the granted paper, sealed anew; with another category, its versions too.
#[derive(Debug)]
pub struct Amended {
    /// The collection it is in from now on.
    pub collection: CollectionId,
    /// Outside every mandate.
    pub private: bool,
    /// What describes the paper, sealed.
    pub details: Vec<u8>,
    /// Versions that move to another collection: their document key's new wrap, and what describes them.
    pub moved: Vec<(VersionId, WrapRow, Vec<u8>)>,
}

/// Writes what [`Amended`] holds for the granted paper. Old wraps go.
pub(crate) async fn amend(tx: &mut Tx, pending: &Pending<act::Amend>, new: &Amended) -> Result<(), StoreError> {
    let (locker, document) = granted(pending)?;
    on!(tx, conn => {
        sqlx::query(SET_DETAILS).bind(locker).bind(document).bind(new.collection.uuid()).bind(new.details.as_slice())
            .bind(new.private).execute(conn).await?;
    });
    for (version, wrap, details) in &new.moved {
        on!(tx, conn => {
            sqlx::query(DROP_WRAPS).bind(locker).bind(wrap.key.key.uuid()).execute(&mut *conn).await?;
            sqlx::query(SET_VERSION_DETAILS).bind(locker).bind(version.uuid()).bind(details.as_slice()).execute(&mut *conn).await?;
        });
        super::keys::add_refiled(tx, pending, wrap).await?;
    }
    Ok(())
}

/// Destroys the granted paper: its versions, their keys and wraps, its row. Gives the names of the blobs, which mean nothing
/// without those keys and go next.
pub(crate) async fn destroy(tx: &mut Tx, pending: &Pending<act::Destroy>) -> Result<Vec<String>, StoreError> {
    let (locker, document) = granted(pending)?;
    let gone: Vec<(Uuid, String)> =
        on!(tx, conn => sqlx::query_as(DROP_VERSIONS).bind(locker).bind(document).fetch_all(conn).await?);
    let mut blobs = Vec::with_capacity(gone.len());
    for (key, blob) in gone {
        drop_key(tx, locker, KeyId::from_uuid(key)).await?;
        blobs.push(blob);
    }
    drop_document(tx, locker, document).await?;
    Ok(blobs)
}

async fn drop_key(tx: &mut Tx, locker: Uuid, key: KeyId) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(DROP_WRAPS).bind(locker).bind(key.uuid()).execute(&mut *conn).await?;
        sqlx::query(DROP_KEY).bind(locker).bind(key.uuid()).execute(&mut *conn).await?;
    });
    Ok(())
}

async fn drop_document(tx: &mut Tx, locker: Uuid, document: Uuid) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(DROP_DEPOSITS).bind(locker).bind(document).execute(&mut *conn).await?;
        sqlx::query(DROP_DOCUMENT).bind(locker).bind(document).execute(&mut *conn).await?;
    });
    Ok(())
}

/// What becomes of a paper when one of its versions is taken back.
#[derive(Debug)]
pub enum Remains {
    /// It had no other version: the paper goes too.
    Nothing,
    /// Its newest version is another from now on, with what describes the paper, sealed anew.
    Newest(VersionId, Vec<u8>),
    /// A newer version stays the newest.
    Same,
}

/// Takes the granted version away: its row, its key, its wraps. Gives the name of its blob, which means nothing any more.
pub(crate) async fn withdraw(
    tx: &mut Tx,
    pending: &Pending<act::WithdrawDeposit>,
    remains: &Remains,
) -> Result<String, StoreError> {
    let paper = pending.paper().ok_or(StoreError::Other)?;
    let (locker, document) = granted(pending)?;
    let gone: Option<(Uuid, String)> = on!(tx, conn => {
        sqlx::query_as(DROP_VERSION).bind(locker).bind(document).bind(paper.version.uuid()).fetch_optional(conn).await?
    });
    let (key, blob) = gone.ok_or(StoreError::Other)?;
    drop_key(tx, locker, KeyId::from_uuid(key)).await?;
    super::documents::withdraw_repeat(tx, pending, paper.version).await?;
    super::deposits::drop_one(tx, pending, paper.version).await?;
    match remains {
        Remains::Nothing => drop_document(tx, locker, document).await?,
        Remains::Newest(version, details) => on!(tx, conn => {
            sqlx::query(SET_NEWEST).bind(locker).bind(document).bind(version.uuid()).bind(details.as_slice())
                .bind(paper.private).execute(conn).await?;
        }),
        Remains::Same => {}
    }
    Ok(blob)
}

/// Writes what describes the granted version, sealed anew with somebody's word on its original.
pub(crate) async fn mark_seen(
    tx: &mut Tx,
    pending: &Pending<act::SeeOriginal>,
    details: &[u8],
) -> Result<(), StoreError> {
    let version = pending.paper().ok_or(StoreError::Other)?.version.uuid();
    let locker = pending.locker().uuid();
    on!(tx, conn => {
        sqlx::query(SET_VERSION_DETAILS).bind(locker).bind(version).bind(details).execute(conn).await?;
    });
    Ok(())
}

/// Writes what the scanner said of the granted version, and what describes it, sealed anew with that.
pub(crate) async fn set_scanned<A: MarksScanned>(
    tx: &mut Tx,
    pending: &Pending<A>,
    scanned: Scanned,
    details: &[u8],
) -> Result<(), StoreError> {
    let version = pending.paper().ok_or(StoreError::Other)?.version.uuid();
    let locker = pending.locker().uuid();
    on!(tx, conn => {
        sqlx::query(SET_SCANNED).bind(locker).bind(version).bind(scanned.number()).bind(details).execute(conn).await?;
    });
    Ok(())
}

/// The locker and the paper that a right is about.
fn granted(held: &impl Held) -> Result<(Uuid, Uuid), StoreError> {
    let document = held.paper().ok_or(StoreError::Other)?.document.uuid();
    Ok((held.locker().uuid(), document))
}
