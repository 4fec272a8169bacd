//! The table of keys and the table of wraps. Nothing here opens anything: the bytes are ciphertext.

use sqlx::FromRow;
use uuid::Uuid;

use super::entries::unsigned;
use super::grant::{Held, Pending, act};
use super::lockers::CollectionRow;
use super::{StoreError, Tx};
use crate::domain::ids::{CollectionId, KeyId, LockerId};

/// What opens a locker, and whose it is; `$1` is the locker.
macro_rules! with_shelves {
    () => {
        "SELECT w.key_id, k.kind, k.epoch, w.wrapper_id, w.wrapper_kind, w.wrapper_epoch, w.alg, w.wrapped, c.collection_id, c.label,
            p.details AS profile
        FROM wraps w JOIN keys k ON k.locker_id = w.locker_id AND k.key_id = w.key_id
            LEFT JOIN collections c ON c.locker_id = w.locker_id AND c.key_id = w.key_id
            LEFT JOIN profiles p ON p.locker_id = w.locker_id AND w.wrapper_kind = 1
        WHERE w.locker_id = $1 AND k.kind <> 3 ORDER BY c.collection_id"
    };
}
pub(in crate::store) use with_shelves;

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
    ROOTS_IN_USE = "SELECT wrapper_id, wrapper_epoch, count(*) AS wraps FROM wraps WHERE wrapper_kind = 1
        GROUP BY wrapper_id, wrapper_epoch ORDER BY wrapper_epoch, wrapper_id";
    LOCKERS_TO_MOVE = "SELECT DISTINCT w.locker_id FROM wraps w WHERE w.wrapper_kind = 1 AND w.locker_id > $1
        AND NOT EXISTS (SELECT 1 FROM wraps n WHERE n.locker_id = w.locker_id AND n.key_id = w.key_id
            AND n.wrapper_kind = 1 AND n.wrapper_id = $2 AND n.wrapper_epoch = $3)
        ORDER BY w.locker_id LIMIT 100";
    LOCKERS_WITH_OLDER = "SELECT DISTINCT w.locker_id FROM wraps w WHERE w.wrapper_kind = 1 AND w.locker_id > $1
        AND NOT (w.wrapper_id = $2 AND w.wrapper_epoch = $3) ORDER BY w.locker_id LIMIT 100";
    DROP_OLDER = "DELETE FROM wraps WHERE locker_id = $1 AND wrapper_kind = 1
        AND NOT (wrapper_id = $2 AND wrapper_epoch = $3)";
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

/// One epoch of the root key, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RootName {
    /// Its id.
    pub id: KeyId,
    /// Its epoch.
    pub epoch: i64,
}

#[derive(FromRow)]
pub(in crate::store) struct Raw {
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
    });
    add_wrap(tx, scope, wrap).await
}

async fn add_wrap(tx: &mut Tx, scope: Uuid, wrap: &WrapRow) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(ADD_WRAP).bind(scope).bind(wrap.key.key.uuid()).bind(wrap.wrapper.uuid()).bind(wrap.wrapper_kind)
            .bind(wrap.wrapper_epoch).bind(wrap.alg).bind(wrap.wrapped.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Adds the wrap that a document key of the granted paper has from now on.
pub(crate) async fn add_refiled(tx: &mut Tx, pending: &Pending<act::Amend>, wrap: &WrapRow) -> Result<(), StoreError> {
    add_wrap(tx, pending.locker().uuid(), wrap).await
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

/// Adds another wrap of a key that the granted locker has.
pub(crate) async fn add_moved(
    tx: &mut Tx,
    pending: &Pending<act::RotateKeys>,
    wrap: &WrapRow,
) -> Result<(), StoreError> {
    add_wrap(tx, pending.locker().uuid(), wrap).await
}

/// The same for a key of the deployment itself.
pub(crate) async fn add_moved_to_deployment(tx: &mut Tx, wrap: &WrapRow) -> Result<(), StoreError> {
    add_wrap(tx, Uuid::nil(), wrap).await
}

/// Removes the granted locker's wraps under other root keys than this one. Gives how many.
pub(crate) async fn drop_older(
    tx: &mut Tx,
    pending: &Pending<act::RetireKeys>,
    newest: RootName,
) -> Result<u64, StoreError> {
    drop_in(tx, pending.locker().uuid(), newest).await
}

/// The same for the deployment itself.
pub(crate) async fn drop_older_of_deployment(tx: &mut Tx, newest: RootName) -> Result<u64, StoreError> {
    drop_in(tx, Uuid::nil(), newest).await
}

async fn drop_in(tx: &mut Tx, scope: Uuid, newest: RootName) -> Result<u64, StoreError> {
    let (id, epoch) = (newest.id.uuid(), newest.epoch);
    on!(tx, conn => {
        Ok(sqlx::query(DROP_OLDER).bind(scope).bind(id).bind(epoch).execute(conn).await?.rows_affected())
    })
}

/// The root keys that wraps name, with how many each holds. Counts only, nothing opens.
pub(crate) async fn roots_in_use(tx: &mut Tx) -> Result<Vec<(RootName, u64)>, StoreError> {
    let rows: Vec<(Uuid, i64, i64)> = on!(tx, conn => sqlx::query_as(ROOTS_IN_USE).fetch_all(conn).await?);
    rows.into_iter()
        .map(|(id, epoch, wraps)| Ok((RootName { id: KeyId::from_uuid(id), epoch }, unsigned(wraps)?)))
        .collect()
}

/// Up to 100 lockers after one whose key has no wrap under this root key yet.
pub(crate) async fn lockers_to_move(
    tx: &mut Tx,
    after: LockerId,
    newest: RootName,
) -> Result<Vec<LockerId>, StoreError> {
    let (after, id, epoch) = (after.uuid(), newest.id.uuid(), newest.epoch);
    let rows: Vec<Uuid> = on!(tx, conn => {
        sqlx::query_scalar(LOCKERS_TO_MOVE).bind(after).bind(id).bind(epoch).fetch_all(conn).await?
    });
    Ok(rows.into_iter().map(LockerId::from_uuid).collect())
}

/// Up to 100 lockers after one whose key has wraps under other root keys than this one.
pub(crate) async fn lockers_with_older(
    tx: &mut Tx,
    after: LockerId,
    newest: RootName,
) -> Result<Vec<LockerId>, StoreError> {
    let (after, id, epoch) = (after.uuid(), newest.id.uuid(), newest.epoch);
    let rows: Vec<Uuid> = on!(tx, conn => {
        sqlx::query_scalar(LOCKERS_WITH_OLDER).bind(after).bind(id).bind(epoch).fetch_all(conn).await?
    });
    Ok(rows.into_iter().map(LockerId::from_uuid).collect())
}

/// The wraps of the granted locker: locker key and collection keys.
pub(crate) async fn of_locker(tx: &mut Tx, held: &impl Held) -> Result<Vec<WrapRow>, StoreError> {
    in_scope(tx, held.locker().uuid()).await
}

/// What opens a locker, and whose it is.
#[derive(Debug, Default)]
pub(crate) struct WithShelves {
    /// Locker key and collection keys.
    pub wraps: Vec<WrapRow>,
    /// The collections whose key has a wrap.
    pub collections: Vec<CollectionRow>,
    /// The sealed civil identity of the holder.
    pub profile: Option<Vec<u8>>,
}

#[derive(FromRow)]
pub(in crate::store) struct RawWithShelves {
    #[sqlx(flatten)]
    wrap: Raw,
    collection_id: Option<Uuid>,
    label: Option<Vec<u8>>,
    profile: Option<Vec<u8>>,
}

/// The parts of rows that `with_shelves!` gives.
pub(in crate::store) fn all_of(rows: Vec<RawWithShelves>) -> WithShelves {
    let mut all = WithShelves::default();
    for RawWithShelves { wrap, collection_id, label, profile } in rows {
        let key = KeyId::from_uuid(wrap.key_id);
        let collection = collection_id.map(CollectionId::from_uuid);
        all.collections.extend(collection.zip(label).map(|(collection, label)| CollectionRow {
            collection,
            key,
            label,
        }));
        all.profile = all.profile.or(profile);
        all.wraps.push(wrap.into());
    }
    all
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
