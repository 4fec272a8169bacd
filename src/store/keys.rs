//! The table of keys and the table of wraps. Nothing here opens anything: the bytes are ciphertext.

use sqlx::FromRow;
use uuid::Uuid;

use super::grant::Held;
use super::{StoreError, Tx};
use crate::domain::ids::{CollectionId, KeyId, LockerId};

statements! {
    ADD_KEY = "INSERT INTO keys (locker_id, key_id, kind, epoch) VALUES ($1, $2, $3, $4)";
    ADD_WRAP = "INSERT INTO wraps (locker_id, key_id, wrapper_id, wrapper_kind, wrapper_epoch, alg, wrapped)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    OF_LOCKER = "SELECT w.key_id, k.kind, k.epoch, w.wrapper_id, w.wrapper_kind, w.wrapper_epoch, w.alg, w.wrapped
        FROM wraps w JOIN keys k ON k.locker_id = w.locker_id AND k.key_id = w.key_id
        WHERE w.locker_id = $1 AND k.kind <> 3";
    EVERY_WRAP = "SELECT w.key_id, k.kind, k.epoch, w.wrapper_id, w.wrapper_kind, w.wrapper_epoch, w.alg, w.wrapped
        FROM wraps w JOIN keys k ON k.locker_id = w.locker_id AND k.key_id = w.key_id WHERE w.locker_id = $1";
    OF_DOCUMENT = "SELECT w.key_id, k.kind, k.epoch, w.wrapper_id, w.wrapper_kind, w.wrapper_epoch, w.alg, w.wrapped
        FROM wraps w JOIN keys k ON k.locker_id = w.locker_id AND k.key_id = w.key_id
        WHERE w.locker_id = $1 AND (k.kind <> 3
            OR w.key_id IN (SELECT key_id FROM versions WHERE locker_id = $1 AND document_id = $2))";
    OF_PAPER = "SELECT w.key_id, k.kind, k.epoch, w.wrapper_id, w.wrapper_kind, w.wrapper_epoch, w.alg, w.wrapped
        FROM wraps w JOIN keys k ON k.locker_id = w.locker_id AND k.key_id = w.key_id
        WHERE w.locker_id = $1 AND (w.wrapper_kind = 1 OR w.key_id = $2
            OR w.key_id = (SELECT key_id FROM collections WHERE locker_id = $1 AND collection_id = $3))";
}

/// A key as a row: what it is, never what it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyRow {
    /// Its id.
    pub key: KeyId,
    /// Its kind's number (`vault::keys::KeyKind`).
    pub kind: i64,
    /// Its epoch.
    pub epoch: i64,
}

/// A wrap: a key, sealed under another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrapRow {
    /// The key inside.
    pub key: KeyRow,
    /// The key it is sealed under.
    pub wrapper: KeyId,
    /// That key's kind's number.
    pub wrapper_kind: i64,
    /// That key's epoch.
    pub wrapper_epoch: i64,
    /// The algorithm's number.
    pub alg: i64,
    /// Nonce and ciphertext.
    pub wrapped: Vec<u8>,
}

#[derive(FromRow)]
struct Raw {
    key_id: Uuid,
    kind: i64,
    epoch: i64,
    wrapper_id: Uuid,
    wrapper_kind: i64,
    wrapper_epoch: i64,
    alg: i64,
    wrapped: Vec<u8>,
}

impl From<Raw> for WrapRow {
    fn from(raw: Raw) -> Self {
        Self {
            key: KeyRow { key: KeyId::from_uuid(raw.key_id), kind: raw.kind, epoch: raw.epoch },
            wrapper: KeyId::from_uuid(raw.wrapper_id),
            wrapper_kind: raw.wrapper_kind,
            wrapper_epoch: raw.wrapper_epoch,
            alg: raw.alg,
            wrapped: raw.wrapped,
        }
    }
}

/// Adds a key with its first wrap to the granted locker.
pub(crate) async fn add(tx: &mut Tx, held: &impl Held, wrap: &WrapRow) -> Result<(), StoreError> {
    add_in(tx, held.locker().uuid(), wrap).await
}

/// Adds a key of the deployment itself (directory, lookup).
pub(crate) async fn add_to_deployment(tx: &mut Tx, wrap: &WrapRow) -> Result<(), StoreError> {
    add_in(tx, Uuid::nil(), wrap).await
}

async fn add_in(tx: &mut Tx, scope: Uuid, wrap: &WrapRow) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(ADD_KEY).bind(scope).bind(wrap.key.key.uuid()).bind(wrap.key.kind).bind(wrap.key.epoch)
            .execute(&mut *conn).await?;
        sqlx::query(ADD_WRAP).bind(scope).bind(wrap.key.key.uuid()).bind(wrap.wrapper.uuid()).bind(wrap.wrapper_kind)
            .bind(wrap.wrapper_epoch).bind(wrap.alg).bind(wrap.wrapped.as_slice()).execute(&mut *conn).await?;
    });
    Ok(())
}

/// Adds a further wrap of a key that the granted locker has.
pub(crate) async fn add_wrap(tx: &mut Tx, held: &impl Held, wrap: &WrapRow) -> Result<(), StoreError> {
    let locker = held.locker().uuid();
    on!(tx, conn => {
        sqlx::query(ADD_WRAP).bind(locker).bind(wrap.key.key.uuid()).bind(wrap.wrapper.uuid()).bind(wrap.wrapper_kind)
            .bind(wrap.wrapper_epoch).bind(wrap.alg).bind(wrap.wrapped.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Every wrap of the granted locker.
pub(crate) async fn all(tx: &mut Tx, held: &impl Held) -> Result<Vec<WrapRow>, StoreError> {
    let locker = held.locker().uuid();
    let rows: Vec<Raw> = on!(tx, conn => sqlx::query_as(EVERY_WRAP).bind(locker).fetch_all(conn).await?);
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The wraps that lead to every version of the granted paper: locker key, collection keys, its document keys.
pub(crate) async fn of_document(tx: &mut Tx, held: &impl Held) -> Result<Vec<WrapRow>, StoreError> {
    let locker = held.locker().uuid();
    let document = held.paper().ok_or(StoreError::Other)?.document.uuid();
    let rows: Vec<Raw> =
        on!(tx, conn => sqlx::query_as(OF_DOCUMENT).bind(locker).bind(document).fetch_all(conn).await?);
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The wraps of the granted locker: locker key and collection keys.
pub(crate) async fn of_locker(tx: &mut Tx, held: &impl Held) -> Result<Vec<WrapRow>, StoreError> {
    in_scope(tx, held.locker().uuid()).await
}

/// The wraps of the deployment itself.
pub(crate) async fn of_deployment(tx: &mut Tx) -> Result<Vec<WrapRow>, StoreError> {
    in_scope(tx, Uuid::nil()).await
}

async fn in_scope(tx: &mut Tx, scope: Uuid) -> Result<Vec<WrapRow>, StoreError> {
    let rows: Vec<Raw> = on!(tx, conn => sqlx::query_as(OF_LOCKER).bind(scope).fetch_all(conn).await?);
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The three wraps that lead to one version of the granted locker: locker key, collection key, document key.
pub(crate) async fn of_paper(
    tx: &mut Tx,
    held: &impl Held,
    key: KeyId,
    collection: CollectionId,
) -> Result<Vec<WrapRow>, StoreError> {
    let locker = held.locker().uuid();
    let rows: Vec<Raw> = on!(tx, conn => {
        sqlx::query_as(OF_PAPER).bind(locker).bind(key.uuid()).bind(collection.uuid()).fetch_all(conn).await?
    });
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The scope of the deployment's own keys, as contexts name it.
pub const DEPLOYMENT_SCOPE: LockerId = LockerId::from_uuid(Uuid::nil());
