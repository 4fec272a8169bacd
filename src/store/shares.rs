//! What people handed over. What a row says is not believed before `access` has checked its proof.

use std::collections::HashSet;

use sqlx::FromRow;
use uuid::Uuid;

use super::documents::{Found, Raw as RawPaper};
use super::grant::{Held, Pending, act};
use super::lockers::Tie;
use super::{StoreError, Tx};
use crate::domain::ids::{DocumentId, InstitutionId, LockerId, PaperRequestId, ShareId, VersionId};
use crate::domain::proof::Claim;
use crate::domain::share::{CodeTerms, Recipient, ShareFacts, SharedPaper};
use crate::domain::source::Timestamp;

statements! {
    ADD_SHARE = "INSERT INTO shares (locker_id, share_id, institution_id, request_id, begins_at, until, paused_at, ended_at, readings_max, readings,
            noted, papers, proof, details, shown, lookup, names, days, used_at)
        VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL, $7, 0, 0, $8, $9, $10, $11, $12, $13, $14, NULL)";
    CHANGE_SHARE = "UPDATE shares SET paused_at = $3, ended_at = $4, readings = $5, proof = $6, until = $7, used_at = $8
        WHERE locker_id = $1 AND share_id = $2";
    SHARE_BY_CODE = "SELECT locker_id, share_id, names FROM shares WHERE lookup = $1";
    SHARE = "SELECT locker_id, share_id, institution_id, request_id, begins_at, until, paused_at, ended_at, readings_max, readings, papers,
            proof AS share_proof, details AS share_details, shown, lookup, names, days, used_at FROM shares WHERE locker_id = $1 AND share_id = $2";
    SHARES = "SELECT locker_id, share_id, institution_id, request_id, begins_at, until, paused_at, ended_at, readings_max, readings, papers,
            proof AS share_proof, details AS share_details, shown, lookup, names, days, used_at FROM shares WHERE locker_id = $1 ORDER BY begins_at DESC, share_id";
    DUE_SHARES = "SELECT locker_id, share_id FROM shares WHERE until <= $1 AND noted = 0 AND ended_at IS NULL ORDER BY until, share_id LIMIT 200";
    NOTE_SHARE_END = "UPDATE shares SET noted = 1 WHERE locker_id = $1 AND share_id = $2 AND noted = 0";
    RESEAL_SHARE = "UPDATE shares SET proof = $3, details = $4, shown = $5 WHERE locker_id = $1 AND share_id = $2";
    SHARE_OF_INSTITUTION = "SELECT locker_id FROM shares WHERE institution_id = $1 AND share_id = $2";
    SHARED_VERSION = "SELECT d.document_id, d.collection_id, d.state, d.private, d.created_at, d.trashed_at, d.details, d.version_id AS newest,
            v.version_id, v.number, v.key_id, v.blob, v.blob_size, v.blob_sha256, v.scanned, v.created_at AS deposited_at, v.details AS version_details
        FROM documents d JOIN versions v ON v.locker_id = d.locker_id AND v.document_id = d.document_id
        WHERE d.locker_id = $1 AND d.document_id = $2 AND v.version_id = $3";
    ADD_READER = "INSERT INTO share_readers (locker_id, seq, details) VALUES ($1, $2, $3)";
    READERS = "SELECT seq, details FROM share_readers WHERE locker_id = $1 AND seq >= $2 AND seq <= $3";
}

/// A share as a row.
#[derive(Debug, Clone)]
pub struct ShareRow {
    /// Of which locker.
    pub locker: LockerId,
    /// Which.
    pub share: ShareId,
    /// To whom.
    pub recipient: Recipient,
    /// When it was given.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
    /// When it was paused.
    pub paused_at: Option<Timestamp>,
    /// When it was stopped.
    pub ended_at: Option<Timestamp>,
    /// How many readings it allows.
    pub readings_max: Option<u32>,
    /// How many there were.
    pub readings: u32,
    /// What is in it.
    pub papers: Vec<SharedPaper>,
    /// The row's proof.
    pub proof: Vec<u8>,
    /// What it is, sealed for its holder.
    pub details: Vec<u8>,
    /// The same, sealed for the institution.
    pub shown: Vec<u8>,
    /// Places that lead to nothing any more, in no row of their own: `access` finds them, and nothing of them is shown.
    pub gone: Vec<u16>,
    /// Whether the journal says something else, in no row of its own: `access` finds it, and nothing that the row says is shown.
    pub is_doubted: bool,
}

impl ShareRow {
    /// Notes which of its papers are not there any more. `here`: every version of its locker.
    pub fn note_gone(&mut self, here: &HashSet<VersionId>) {
        let lacking = self.papers.iter().filter(|paper| !here.contains(&paper.version)).map(|paper| paper.place);
        self.gone.extend(lacking);
    }

    /// What a decision looks at.
    pub fn facts(&self) -> ShareFacts<'_> {
        ShareFacts {
            locker: self.locker,
            share: self.share,
            recipient: self.recipient,
            from: self.from,
            until: self.until,
            paused_at: self.paused_at,
            ended_at: self.ended_at,
            readings_max: self.readings_max,
            readings: self.readings,
            papers: &self.papers,
        }
    }
}

/// Its papers as stored: for each its place (2 bytes, big endian), paper (16) and version (16).
fn to_bytes(papers: &[SharedPaper]) -> Vec<u8> {
    let one = |paper: &SharedPaper| {
        [paper.place.to_be_bytes().as_slice(), paper.document.bytes().as_slice(), paper.version.bytes().as_slice()]
            .concat()
    };
    papers.iter().flat_map(one).collect()
}

fn from_bytes(bytes: &[u8]) -> Result<Vec<SharedPaper>, StoreError> {
    let one = |bytes: &[u8]| {
        let (place, rest) = bytes.split_first_chunk::<2>()?;
        let (document, rest) = rest.split_first_chunk::<16>()?;
        let version: &[u8; 16] = rest.try_into().ok()?;
        Some(SharedPaper {
            place: u16::from_be_bytes(*place),
            document: DocumentId::from_uuid(Uuid::from_bytes(*document)),
            version: VersionId::from_uuid(Uuid::from_bytes(*version)),
        })
    };
    bytes.chunks(34).map(|chunk| one(chunk).ok_or(StoreError::Damaged)).collect()
}

#[derive(FromRow)]
pub(in crate::store) struct Raw {
    locker_id: Uuid,
    share_id: Uuid,
    institution_id: Uuid,
    request_id: Uuid,
    begins_at: i64,
    until: i64,
    paused_at: Option<i64>,
    ended_at: Option<i64>,
    readings_max: Option<i64>,
    readings: i64,
    papers: Vec<u8>,
    share_proof: Vec<u8>,
    share_details: Vec<u8>,
    shown: Vec<u8>,
    lookup: Option<Vec<u8>>,
    names: Option<Vec<u8>>,
    days: Option<i64>,
    used_at: Option<i64>,
}

/// The two keyed hashes of surnames, one after the other.
fn names_of(bytes: &[u8]) -> Result<[[u8; 32]; 2], StoreError> {
    let (one, other) = bytes.split_first_chunk::<32>().ok_or(StoreError::Damaged)?;
    Ok([*one, other.try_into().map_err(|_| StoreError::Damaged)?])
}

impl Raw {
    /// To whom: one that has a code is for nobody else.
    fn recipient(&self) -> Result<Recipient, StoreError> {
        let Some(lookup) = self.lookup.as_deref() else {
            let institution = InstitutionId::from_uuid(self.institution_id);
            return Ok(Recipient::Institution(institution, PaperRequestId::from_uuid(self.request_id)));
        };
        let days = self.days.map(|days| u16::try_from(days).map_err(|_| StoreError::Damaged));
        Ok(Recipient::Bearer(CodeTerms {
            lookup: lookup.try_into().map_err(|_| StoreError::Damaged)?,
            names: names_of(self.names.as_deref().unwrap_or_default())?,
            days: days.transpose()?,
            used_at: self.used_at.map(Timestamp::from_micros),
        }))
    }
}

impl TryFrom<Raw> for ShareRow {
    type Error = StoreError;
    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        let number = |number: i64| u32::try_from(number).map_err(|_| StoreError::Damaged);
        Ok(Self {
            locker: LockerId::from_uuid(raw.locker_id),
            share: ShareId::from_uuid(raw.share_id),
            recipient: raw.recipient()?,
            from: Timestamp::from_micros(raw.begins_at),
            until: Timestamp::from_micros(raw.until),
            paused_at: raw.paused_at.map(Timestamp::from_micros),
            ended_at: raw.ended_at.map(Timestamp::from_micros),
            readings_max: raw.readings_max.map(number).transpose()?,
            readings: number(raw.readings)?,
            papers: from_bytes(&raw.papers)?,
            proof: raw.share_proof,
            details: raw.share_details,
            shown: raw.shown,
            gone: Vec::new(),
            is_doubted: false,
        })
    }
}

impl ShareRow {
    /// What its proof must be of.
    pub fn claim<'a>(&'a self, facts: &'a ShareFacts<'a>) -> Claim<'a> {
        Claim::Share { facts, details: &self.details, shown: &self.shown }
    }
}

/// Adds one to the granted locker.
pub(crate) async fn add(tx: &mut Tx, pending: &Pending<act::GiveShare>, row: &ShareRow) -> Result<(), StoreError> {
    if row.locker != pending.locker() {
        return Err(StoreError::Other);
    }
    let nobody = Uuid::nil();
    let institution = row.recipient.institution().map_or(nobody, InstitutionId::uuid);
    let request = row.recipient.request().map_or(nobody, PaperRequestId::uuid);
    let code = row.recipient.code();
    on!(tx, conn => {
        sqlx::query(ADD_SHARE).bind(row.locker.uuid()).bind(row.share.uuid()).bind(institution).bind(request).bind(row.from.micros()).bind(row.until.micros()).bind(row.readings_max.map(i64::from)).bind(to_bytes(&row.papers))
            .bind(row.proof.as_slice()).bind(row.details.as_slice()).bind(row.shown.as_slice()).bind(code.map(|code| code.lookup.as_slice()))
            .bind(code.map(|code| code.names.concat())).bind(code.and_then(|code| code.days).map(i64::from)).execute(conn).await?;
    });
    Ok(())
}

/// Writes where one of the granted locker stands.
pub(crate) async fn change(tx: &mut Tx, held: &impl Held, row: &ShareRow) -> Result<(), StoreError> {
    let locker = held.locker();
    if row.locker != locker {
        return Err(StoreError::Other);
    }
    on!(tx, conn => {
        sqlx::query(CHANGE_SHARE).bind(locker.uuid()).bind(row.share.uuid()).bind(row.paused_at.map(Timestamp::micros))
            .bind(row.ended_at.map(Timestamp::micros)).bind(i64::from(row.readings)).bind(row.proof.as_slice())
            .bind(row.until.micros()).bind(row.recipient.code().and_then(|code| code.used_at).map(Timestamp::micros)).execute(conn).await?;
    });
    Ok(())
}

/// One of a locker.
pub(crate) async fn find(tx: &mut Tx, locker: LockerId, share: ShareId) -> Result<Option<ShareRow>, StoreError> {
    let row: Option<Raw> =
        on!(tx, conn => sqlx::query_as(SHARE).bind(locker.uuid()).bind(share.uuid()).fetch_optional(conn).await?);
    row.map(TryInto::try_into).transpose()
}

/// All of a locker, the newest first: facts for a decision.
pub(crate) async fn all(tx: &mut Tx, locker: LockerId) -> Result<Vec<ShareRow>, StoreError> {
    let rows: Vec<Raw> = on!(tx, conn => sqlx::query_as(SHARES).bind(locker.uuid()).fetch_all(conn).await?);
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Writes what describes one of the granted locker, sealed anew after a paper was destroyed or taken back.
pub(crate) async fn reseal(tx: &mut Tx, held: &impl Held, row: &ShareRow) -> Result<(), StoreError> {
    let locker = held.locker();
    if row.locker != locker {
        return Err(StoreError::Other);
    }
    on!(tx, conn => {
        sqlx::query(RESEAL_SHARE).bind(locker.uuid()).bind(row.share.uuid()).bind(row.proof.as_slice()).bind(row.details.as_slice())
            .bind(row.shown.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Up to 200 whose end has come and is not on record. Ids only.
pub(crate) async fn due(tx: &mut Tx, now: Timestamp) -> Result<Vec<(LockerId, ShareId)>, StoreError> {
    let rows: Vec<(Uuid, Uuid)> = on!(tx, conn => sqlx::query_as(DUE_SHARES).bind(now.micros()).fetch_all(conn).await?);
    Ok(rows.into_iter().map(|(locker, share)| (LockerId::from_uuid(locker), ShareId::from_uuid(share))).collect())
}

/// Notes that the end of one is on record; `false` if it was.
pub(crate) async fn note_end(tx: &mut Tx, tie: &Tie, share: ShareId) -> Result<bool, StoreError> {
    let (locker, share) = (tie.locker().uuid(), share.uuid());
    let noted =
        on!(tx, conn => sqlx::query(NOTE_SHARE_END).bind(locker).bind(share).execute(conn).await?.rows_affected());
    Ok(noted > 0)
}

/// In whose locker a share is that an institution names. It does not change: what else is known of it is read under the locks.
pub(crate) async fn locker_of(
    tx: &mut Tx,
    institution: InstitutionId,
    share: ShareId,
) -> Result<Option<LockerId>, StoreError> {
    let row: Option<Uuid> = on!(tx, conn => {
        sqlx::query_scalar(SHARE_OF_INSTITUTION).bind(institution.uuid()).bind(share.uuid()).fetch_optional(conn).await?
    });
    Ok(row.map(LockerId::from_uuid))
}

/// A share that a code may be of.
#[derive(Debug, Clone, Copy)]
pub struct ByCode {
    /// In whose locker.
    pub locker: LockerId,
    /// Which.
    pub share: ShareId,
    /// Keyed hashes of the code with each surname that is right.
    pub names: [[u8; 32]; 2],
}

/// In whose locker a share lies that a code is of, by the code's keyed hash. It does not change: what else is known of it is read under the
/// locks.
pub(crate) async fn by_code(tx: &mut Tx, lookup: &[u8; 32]) -> Result<Option<ByCode>, StoreError> {
    let row: Option<(Uuid, Uuid, Vec<u8>)> =
        on!(tx, conn => sqlx::query_as(SHARE_BY_CODE).bind(lookup.as_slice()).fetch_optional(conn).await?);
    row.map(|(locker, share, names)| {
        let (locker, share) = (LockerId::from_uuid(locker), ShareId::from_uuid(share));
        Ok(ByCode { locker, share, names: names_of(&names)? })
    })
    .transpose()
}

/// The version that a share names, in the tied locker.
pub(crate) async fn version(tx: &mut Tx, tie: &Tie, paper: &SharedPaper) -> Result<Option<Found>, StoreError> {
    let locker = tie.locker();
    let (document, version) = (paper.document.uuid(), paper.version.uuid());
    let row: Option<RawPaper> = on!(tx, conn => {
        sqlx::query_as(SHARED_VERSION).bind(locker.uuid()).bind(document).bind(version).fetch_optional(conn).await?
    });
    Ok(row.map(|row| row.found(locker)))
}

/// Keeps who read, beside the line of the granted reading.
pub(crate) async fn add_reader(tx: &mut Tx, pending: &impl Held, details: &[u8]) -> Result<(), StoreError> {
    let seq = super::entries::signed(pending.written().seq)?;
    on!(tx, conn => {
        sqlx::query(ADD_READER).bind(pending.locker().uuid()).bind(seq).bind(details).execute(conn).await?;
    });
    Ok(())
}

/// Who read, by lines of the granted locker's journal from a place to another.
pub(crate) async fn readers(
    tx: &mut Tx,
    held: &impl Held,
    (from, to): (u64, u64),
) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
    let (from, to) = (super::entries::signed(from)?, i64::try_from(to).unwrap_or(i64::MAX));
    let rows: Vec<(i64, Vec<u8>)> = on!(tx, conn => {
        sqlx::query_as(READERS).bind(held.locker().uuid()).bind(from).bind(to).fetch_all(conn).await?
    });
    rows.into_iter().map(|(seq, details)| Ok((super::entries::unsigned(seq)?, details))).collect()
}
