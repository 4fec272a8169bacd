//! Lockers, their collections and profiles, and the tie between a person and a locker.

use sqlx::FromRow;
use uuid::Uuid;

use super::entries::{Head, HeadRow, signed, unsigned};
use super::grant::Held;
use super::{StoreError, Tx};
use crate::domain::ids::{CollectionId, KeyId, LockerId, PersonId};
use crate::domain::policy::{LockerFacts, Standing};
use crate::domain::source::{Timestamp, day_of};

statements! {
    CREATE = "INSERT INTO lockers (locker_id, person_id, created_at, quota, proof, seen_at, noticed) VALUES ($1, $2, $3, $4, $5, $6, 0)";
    LITE_LOCK_UPKEEP = "SELECT l.locker_id, l.person_id, l.quota, l.proof AS tie_proof, c.seq, c.link, c.at
        FROM lockers l JOIN chains c ON c.chain_id = $1 WHERE l.locker_id = $1";
    PG_LOCK_UPKEEP = "SELECT l.locker_id, l.person_id, l.quota, l.proof AS tie_proof, c.seq, c.link, c.at
        FROM lockers l JOIN chains c ON c.chain_id = $1 WHERE l.locker_id = $1 FOR NO KEY UPDATE OF c";
    UPKEEP = "SELECT locker_id, person_id, quota, proof AS tie_proof FROM lockers WHERE locker_id = $1";
    QUOTA = "SELECT quota FROM lockers WHERE locker_id = $1";
    OF_PERSON = "SELECT locker_id, person_id, quota, proof AS tie_proof FROM lockers WHERE person_id = $1";
    SEEN = "UPDATE lockers SET seen_at = $2, noticed = 0 WHERE locker_id = $1 AND (seen_at <> $2 OR noticed <> 0)";
    ABSENT = "SELECT locker_id FROM lockers WHERE seen_at <= $1 AND noticed < $2 AND NOT EXISTS
        (SELECT 1 FROM closures WHERE closures.locker_id = lockers.locker_id) ORDER BY seen_at LIMIT 200";
    NOTE_ABSENCE = "UPDATE lockers SET noticed = $3 WHERE locker_id = $1 AND seen_at <= $2 AND noticed < $3";
    ADD_COLLECTION = "INSERT INTO collections (locker_id, collection_id, key_id, label) VALUES ($1, $2, $3, $4)";
    COLLECTIONS = "SELECT collection_id, key_id, label FROM collections WHERE locker_id = $1 ORDER BY collection_id";
    PROFILE = "SELECT details FROM profiles WHERE locker_id = $1";
    ADD_PROFILE = "INSERT INTO profiles (locker_id, details) VALUES ($1, $2)";
}

/// What ties a person to a locker; read before the lock, and true for ever (a locker does not change hands).
/// The statements that look for facts before a decision take it, so that none runs for a stranger.
#[derive(Debug, Clone, Copy)]
pub struct Tie {
    locker: LockerId,
    holder: PersonId,
    quota: u64,
    proof: [u8; 32],
}

impl Tie {
    /// The row's proof, to be checked before it is believed.
    pub const fn proof(&self) -> &[u8; 32] {
        &self.proof
    }
    /// The locker.
    pub const fn locker(&self) -> LockerId {
        self.locker
    }
    /// Its holder.
    pub const fn holder(&self) -> PersonId {
        self.holder
    }
    /// What a decision knows of the locker before anything is read about it: open, and nothing counted.
    pub const fn facts(&self) -> LockerFacts {
        LockerFacts {
            locker: self.locker,
            holder: self.holder,
            standing: Standing::Open,
            used: 0,
            versions: 0,
            quota: self.quota,
            depositing: 0,
            long: 0,
        }
    }
    /// Bytes it may hold.
    pub const fn quota(&self) -> u64 {
        self.quota
    }
}

/// A collection as a row.
#[derive(Debug, Clone)]
pub struct CollectionRow {
    /// Its opaque id.
    pub collection: CollectionId,
    /// Its key.
    pub key: KeyId,
    /// Which category it is, sealed.
    pub label: Vec<u8>,
}

#[derive(FromRow)]
struct RawTie {
    locker_id: Uuid,
    person_id: Uuid,
    quota: i64,
    tie_proof: Vec<u8>,
}

impl TryFrom<RawTie> for Tie {
    type Error = StoreError;
    fn try_from(raw: RawTie) -> Result<Self, StoreError> {
        Ok(Self {
            locker: LockerId::from_uuid(raw.locker_id),
            holder: PersonId::from_uuid(raw.person_id),
            quota: unsigned(raw.quota)?,
            // A proof of another length is no proof.
            proof: raw.tie_proof.try_into().unwrap_or_default(),
        })
    }
}

/// A tie with the head of the locked chain.
#[derive(FromRow)]
pub(in crate::store) struct LockedTie {
    #[sqlx(flatten)]
    tie: RawTie,
    #[sqlx(flatten)]
    head: HeadRow,
}

impl LockedTie {
    /// Of a locker's id, its holder's, its quota and its proof, with the head of its chain.
    pub(in crate::store) fn of(
        (locker_id, person_id, quota, tie_proof): (Uuid, Uuid, i64, Vec<u8>),
        head: HeadRow,
    ) -> Self {
        Self { tie: RawTie { locker_id, person_id, quota, tie_proof }, head }
    }

    /// The tie; the head is kept for what is written next.
    pub(in crate::store) fn kept(self, tx: &mut Tx) -> Result<Tie, StoreError> {
        let (tie, head) = self.parts()?;
        tx.keep_head(tie.locker().chain(), head);
        Ok(tie)
    }

    /// Both.
    pub(in crate::store) fn parts(self) -> Result<(Tie, Head), StoreError> {
        Ok((Tie::try_from(self.tie)?, self.head.try_into()?))
    }
}

#[derive(FromRow)]
struct RawCollection {
    collection_id: Uuid,
    key_id: Uuid,
    label: Vec<u8>,
}

/// A locker for upkeep, and the lock of its chain.
pub(crate) async fn lock_for_upkeep(tx: &mut Tx, locker: LockerId) -> Result<Option<Tie>, StoreError> {
    let sql = if tx.is_postgres() { PG_LOCK_UPKEEP } else { LITE_LOCK_UPKEEP };
    let row: Option<LockedTie> = on!(tx, conn => sqlx::query_as(sql).bind(locker.uuid()).fetch_optional(conn).await?);
    row.map(|row| row.kept(tx)).transpose()
}

/// The locker of this person, if they have one.
pub(crate) async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Option<Tie>, StoreError> {
    let row: Option<RawTie> =
        on!(tx, conn => sqlx::query_as(OF_PERSON).bind(person.uuid()).fetch_optional(conn).await?);
    row.map(TryInto::try_into).transpose()
}

/// A locker for upkeep: closing entries of what was under way.
pub(crate) async fn for_upkeep(tx: &mut Tx, locker: LockerId) -> Result<Option<Tie>, StoreError> {
    let row: Option<RawTie> = on!(tx, conn => sqlx::query_as(UPKEEP).bind(locker.uuid()).fetch_optional(conn).await?);
    row.map(TryInto::try_into).transpose()
}

/// Creates the row of a locker that is being opened, and so its tie.
pub(crate) async fn create(
    tx: &mut Tx,
    locker: LockerId,
    holder: PersonId,
    at: Timestamp,
    quota: u64,
    proof: [u8; 32],
) -> Result<Tie, StoreError> {
    let bytes = signed(quota)?;
    on!(tx, conn => {
        sqlx::query(CREATE).bind(locker.uuid()).bind(holder.uuid()).bind(at.micros()).bind(bytes)
            .bind(proof.as_slice()).bind(day_of(at).micros()).execute(conn).await?;
    });
    Ok(Tie { locker, holder, quota, proof })
}

/// Adds a collection to the granted locker; its key must be there.
pub(crate) async fn add_collection(tx: &mut Tx, held: &impl Held, row: &CollectionRow) -> Result<(), StoreError> {
    let locker = held.locker().uuid();
    on!(tx, conn => {
        sqlx::query(ADD_COLLECTION).bind(locker).bind(row.collection.uuid()).bind(row.key.uuid())
            .bind(row.label.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// The collections of the granted locker.
pub(crate) async fn collections(tx: &mut Tx, held: &impl Held) -> Result<Vec<CollectionRow>, StoreError> {
    let locker = held.locker().uuid();
    let rows: Vec<RawCollection> = on!(tx, conn => sqlx::query_as(COLLECTIONS).bind(locker).fetch_all(conn).await?);
    Ok(rows
        .into_iter()
        .map(|raw| CollectionRow {
            collection: CollectionId::from_uuid(raw.collection_id),
            key: KeyId::from_uuid(raw.key_id),
            label: raw.label,
        })
        .collect())
}

/// Writes the sealed civil identity of the granted locker's holder.
pub(crate) async fn add_profile(tx: &mut Tx, held: &impl Held, details: &[u8]) -> Result<(), StoreError> {
    let locker = held.locker().uuid();
    on!(tx, conn => { sqlx::query(ADD_PROFILE).bind(locker).bind(details).execute(conn).await?; });
    Ok(())
}

/// The sealed civil identity of the granted locker's holder.
pub(crate) async fn profile(tx: &mut Tx, held: &impl Held) -> Result<Option<Vec<u8>>, StoreError> {
    let locker = held.locker().uuid();
    Ok(on!(tx, conn => sqlx::query_scalar(PROFILE).bind(locker).fetch_optional(conn).await?))
}

/// Notes the day on which the tied locker's holder came in. What was said of their absence is over.
pub(crate) async fn seen(tx: &mut Tx, tie: &Tie, day: Timestamp) -> Result<(), StoreError> {
    let locker = tie.locker().uuid();
    on!(tx, conn => { sqlx::query(SEEN).bind(locker).bind(day.micros()).execute(conn).await?; });
    Ok(())
}

/// Open lockers whose holder has not come since a day, and whose absence was noted for fewer months: work for a job, which
/// decides on each.
pub(crate) async fn absent(tx: &mut Tx, since: Timestamp, months: u16) -> Result<Vec<LockerId>, StoreError> {
    let rows: Vec<Uuid> = on!(tx, conn => {
        sqlx::query_scalar(ABSENT).bind(since.micros()).bind(i64::from(months)).fetch_all(conn).await?
    });
    Ok(rows.into_iter().map(LockerId::from_uuid).collect())
}

/// Notes that the tied locker's absence of so many months is on record. `false` if the holder has come since, or it was.
pub(crate) async fn note_absence(tx: &mut Tx, tie: &Tie, since: Timestamp, months: u16) -> Result<bool, StoreError> {
    let locker = tie.locker().uuid();
    let noted = on!(tx, conn => {
        sqlx::query(NOTE_ABSENCE).bind(locker).bind(since.micros()).bind(i64::from(months)).execute(conn).await?
            .rows_affected()
    });
    Ok(noted > 0)
}

/// Bytes that the granted locker may hold.
pub(crate) async fn quota(tx: &mut Tx, held: &impl Held) -> Result<u64, StoreError> {
    let locker = held.locker().uuid();
    let quota: i64 = on!(tx, conn => sqlx::query_scalar(QUOTA).bind(locker).fetch_one(conn).await?);
    unsigned(quota)
}
