//! Chains, commitments and bodies: the rows of the journal.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Conn;
use super::documents::Paper;
use super::grant::Held;
use super::keys::{self, WrapRow};
use super::lockers::Tie;
use super::{StoreError, Tx};
use crate::domain::entry::{Entry, Line};
use crate::domain::ids::{ChainId, LockerId, OrganisationId, SessionId};
use crate::domain::source::{Source, Timestamp};
use crate::journal::canonical;
use crate::journal::chain::{self, Hash, Kept};

statements! {
    HEAD = "SELECT seq, link, at FROM chains WHERE chain_id = $1";
    PG_LOCK = "SELECT seq, link, at FROM chains WHERE chain_id = $1 FOR NO KEY UPDATE";
    CREATE = "INSERT INTO chains (chain_id, kind, seq, link, at) VALUES ($1, $2, 0, $3, $4)";
    LITE_APPEND = "INSERT INTO commitments (chain_id, seq, previous, leaf) VALUES ($1, $2, $3, $4);
        INSERT INTO bodies (chain_id, seq, salt, entry) VALUES ($1, $2, $5, $6);
        UPDATE chains SET seq = $2, link = $7, at = $8 WHERE chain_id = $1";
    LITE_APPEND_SEVERAL = "INSERT INTO commitments (chain_id, seq, previous, leaf)
            SELECT $1, n.value ->> 0, substr($6, n.value ->> 1, 32), substr($6, (n.value ->> 1) + 32, 32) FROM json_each($5) n;
        INSERT INTO bodies (chain_id, seq, salt, entry)
            SELECT $1, n.value ->> 0, substr($6, (n.value ->> 1) + 64, 32), substr($6, (n.value ->> 1) + 96, n.value ->> 2) FROM json_each($5) n;
        UPDATE chains SET seq = $2, link = $3, at = $4 WHERE chain_id = $1";
    LITE_APPEND_READING = "INSERT INTO commitments (chain_id, seq, previous, leaf) VALUES ($1, $2, $3, $4);
        INSERT INTO bodies (chain_id, seq, salt, entry) VALUES ($1, $2, $5, $6);
        INSERT INTO under_way (locker_id, seq, session_id, action, document_id, version_id, touched_at, bytes, resting)
            VALUES ($1, $2, $9, $10, $11, $12, $8, 0, false);
        UPDATE chains SET seq = $2, link = $7, at = $8 WHERE chain_id = $1;
        SELECT w.key_id, k.kind, k.epoch, w.wrapper_id, w.wrapper_kind, w.wrapper_epoch, w.alg, w.wrapped
            FROM wraps w JOIN keys k ON k.locker_id = w.locker_id AND k.key_id = w.key_id
            WHERE w.locker_id = $1 AND (w.wrapper_kind = 1 OR w.key_id = $13
                OR w.key_id = (SELECT key_id FROM collections WHERE locker_id = $1 AND collection_id = $14))";
    PG_APPEND = "WITH commitment AS (INSERT INTO commitments (chain_id, seq, previous, leaf) VALUES ($1, $2, $3, $4)),
        body AS (INSERT INTO bodies (chain_id, seq, salt, entry) VALUES ($1, $2, $5, $6))
        UPDATE chains SET seq = $2, link = $7, at = $8 WHERE chain_id = $1";
    PG_APPEND_SEVERAL = "WITH commitment AS (INSERT INTO commitments (chain_id, seq, previous, leaf)
            SELECT $1, n.seq, n.previous, n.leaf FROM unnest($2::bigint[], $3::bytea[], $4::bytea[]) AS n(seq, previous, leaf)),
        body AS (INSERT INTO bodies (chain_id, seq, salt, entry)
            SELECT $1, n.seq, n.salt, n.entry FROM unnest($2::bigint[], $5::bytea[], $6::bytea[]) AS n(seq, salt, entry))
        UPDATE chains SET seq = $7, link = $8, at = $9 WHERE chain_id = $1";
    PG_APPEND_READING = "WITH commitment AS (INSERT INTO commitments (chain_id, seq, previous, leaf) VALUES ($1, $2, $3, $4)),
        body AS (INSERT INTO bodies (chain_id, seq, salt, entry) VALUES ($1, $2, $5, $6)),
        begun AS (INSERT INTO under_way (locker_id, seq, session_id, action, document_id, version_id, touched_at, bytes, resting)
            VALUES ($1, $2, $9, $10, $11, $12, $8, 0, false)),
        head AS (UPDATE chains SET seq = $2, link = $7, at = $8 WHERE chain_id = $1)
        SELECT w.key_id, k.kind, k.epoch, w.wrapper_id, w.wrapper_kind, w.wrapper_epoch, w.alg, w.wrapped
            FROM wraps w JOIN keys k ON k.locker_id = w.locker_id AND k.key_id = w.key_id
            WHERE w.locker_id = $1 AND (w.wrapper_kind = 1 OR w.key_id = $13
                OR w.key_id = (SELECT key_id FROM collections WHERE locker_id = $1 AND collection_id = $14))";
    PAGE = "SELECT c.seq, c.previous, c.leaf, b.salt, b.entry FROM commitments c
        LEFT JOIN bodies b ON b.chain_id = c.chain_id AND b.seq = c.seq
        WHERE c.chain_id = $1 AND c.seq < $2 ORDER BY c.seq DESC LIMIT $3";
    AFTER = "SELECT c.seq, c.previous, c.leaf, b.salt, b.entry FROM commitments c
        LEFT JOIN bodies b ON b.chain_id = c.chain_id AND b.seq = c.seq
        WHERE c.chain_id = $1 AND c.seq > $2 ORDER BY c.seq LIMIT $3";
    CHAINS = "SELECT c.chain_id, e.erased_at, l.created_at AS lives_since FROM chains c
        LEFT JOIN erasures e ON e.locker_id = c.chain_id LEFT JOIN lockers l ON l.locker_id = c.chain_id WHERE c.chain_id > $1 ORDER BY c.chain_id LIMIT 200";
    NEWEST = "SELECT max(at) FROM chains";
    LOOSE_COMMITMENTS = "SELECT count(*) FROM commitments c WHERE NOT EXISTS (SELECT 1 FROM chains h WHERE h.chain_id = c.chain_id)";
    LOCKERS_WITHOUT_CHAIN = "SELECT count(*) FROM lockers l WHERE NOT EXISTS (SELECT 1 FROM chains h WHERE h.chain_id = l.locker_id)";
}

/// What a chain is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainKind {
    /// The service's own.
    Service,
    /// An organisation's.
    Organisation,
    /// A locker's.
    Locker,
    /// An institution's.
    Institution,
}

impl ChainKind {
    const fn number(self) -> i64 {
        match self {
            Self::Service => 1,
            Self::Organisation => 2,
            Self::Locker => 3,
            Self::Institution => 4,
        }
    }
}

/// The head of a chain: read, and kept up to date, under its lock.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    /// Sequence of the last entry; 0 before the first.
    pub seq: u64,
    /// Link of the last entry.
    pub link: Hash,
    /// Time of the last entry.
    pub at: Timestamp,
}

/// Where an entry was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Its chain.
    pub chain: ChainId,
    /// Its place.
    pub seq: u64,
    /// Its time.
    pub at: Timestamp,
}

#[derive(FromRow)]
pub(in crate::store) struct HeadRow {
    pub(in crate::store) seq: i64,
    pub(in crate::store) link: Vec<u8>,
    pub(in crate::store) at: i64,
}

impl TryFrom<HeadRow> for Head {
    type Error = StoreError;
    fn try_from(row: HeadRow) -> Result<Self, StoreError> {
        Ok(Self { seq: unsigned(row.seq)?, link: hash(row.link)?, at: Timestamp::from_micros(row.at) })
    }
}

#[derive(FromRow)]
struct KeptRow {
    seq: i64,
    previous: Vec<u8>,
    leaf: Vec<u8>,
    salt: Option<Vec<u8>>,
    entry: Option<Vec<u8>>,
}

impl From<KeptRow> for Kept {
    /// As it stands: whether it is right is for the check, and for the page, to say.
    fn from(row: KeptRow) -> Self {
        Self {
            seq: row.seq.try_into().unwrap_or(0),
            previous: row.previous,
            leaf: row.leaf,
            body: row.salt.zip(row.entry),
        }
    }
}

/// A chain as the check sees it.
#[derive(Debug, Clone, Copy)]
pub struct ChainRow {
    /// Which.
    pub chain: ChainId,
    /// Whether the locker's erasure is on record.
    pub erased: bool,
    /// Whether it is a locker's, and the locker is there.
    pub lives: bool,
}

#[derive(FromRow)]
struct RawChain {
    chain_id: Uuid,
    erased_at: Option<i64>,
    lives_since: Option<i64>,
}

pub(in crate::store) fn unsigned(value: i64) -> Result<u64, StoreError> {
    value.try_into().map_err(|_| StoreError::Damaged)
}

pub(in crate::store) fn signed(value: u64) -> Result<i64, StoreError> {
    value.try_into().map_err(|_| StoreError::Other)
}

pub(in crate::store) fn hash(bytes: Vec<u8>) -> Result<Hash, StoreError> {
    bytes.try_into().map_err(|_| StoreError::Damaged)
}

/// Creates an empty chain, and locks it.
pub(crate) async fn create(tx: &mut Tx, chain: ChainId, kind: ChainKind, at: Timestamp) -> Result<(), StoreError> {
    let link = chain::genesis(chain);
    on!(tx, conn => {
        sqlx::query(CREATE).bind(chain.uuid()).bind(kind.number()).bind(link.as_slice()).bind(at.micros())
            .execute(conn).await?;
    });
    tx.keep_head(chain, Head { seq: 0, link, at });
    Ok(())
}

/// Takes the lock of a chain until the end of the transaction: the one lock that orders everything about a locker.
/// `None` if there is no such chain.
pub(crate) async fn lock(tx: &mut Tx, chain: ChainId) -> Result<Option<Head>, StoreError> {
    if let Some(head) = tx.head(chain) {
        return Ok(Some(head));
    }
    let row: Option<HeadRow> = match tx.arm()? {
        // Each of its transactions holds the one writer's lock from its start.
        Conn::Sqlite(conn) => sqlx::query_as(HEAD).bind(chain.uuid()).fetch_optional(conn).await?,
        Conn::Postgres(conn) => sqlx::query_as(PG_LOCK).bind(chain.uuid()).fetch_optional(conn).await?,
    };
    let Some(row) = row else { return Ok(None) };
    let head = Head::try_from(row)?;
    tx.keep_head(chain, head);
    Ok(Some(head))
}

/// An entry as its two rows.
pub(in crate::store) struct Rows {
    pub(in crate::store) seq: i64,
    pub(in crate::store) previous: Hash,
    pub(in crate::store) leaf: Hash,
    pub(in crate::store) salt: [u8; 32],
    pub(in crate::store) bytes: Vec<u8>,
    /// The chain's link with it.
    pub(in crate::store) link: Hash,
}

/// Writes an entry at the end of a chain, locking it if the transaction does not hold the lock yet. The time is read now.
pub(crate) async fn append(tx: &mut Tx, chain: ChainId, line: Line) -> Result<Written, StoreError> {
    append_all(tx, chain, [line]).await?.pop().ok_or(StoreError::Other)
}

/// The same for several entries, one after the other: they bear the same time.
pub(crate) async fn append_all(
    tx: &mut Tx,
    chain_id: ChainId,
    lines: impl IntoIterator<Item = Line>,
) -> Result<Vec<Written>, StoreError> {
    let mut head = lock(tx, chain_id).await?.ok_or(StoreError::Damaged)?;
    let at = tx.now().await?;
    let (mut written, mut rows) = (Vec::new(), Vec::new());
    for line in lines {
        rows.push(next(tx.source(), chain_id, &mut head, at, line)?);
        written.push(Written { chain: chain_id, seq: head.seq, at });
    }
    if !rows.is_empty() {
        write(tx, chain_id, &rows, &head).await?;
        tx.keep_head(chain_id, head);
    }
    Ok(written)
}

/// The rows of the entry after a head; moves the head.
pub(in crate::store) fn next(
    source: &Source,
    chain_id: ChainId,
    head: &mut Head,
    at: Timestamp,
    line: Line,
) -> Result<Rows, StoreError> {
    let entry = Entry { chain: chain_id, seq: head.seq.saturating_add(1), at, line };
    let bytes = canonical::encode(&entry);
    let salt: [u8; 32] = source.bytes();
    let leaf = chain::leaf(&salt, &bytes);
    let previous = std::mem::replace(head, Head { seq: entry.seq, link: chain::link(&head.link, &leaf), at }).link;
    Ok(Rows { seq: signed(entry.seq)?, previous, leaf, salt, bytes, link: head.link })
}

/// Writes the entry of a reading of one version, with the note that it is under way; gives the wraps that lead to it.
pub(crate) async fn append_reading(
    tx: &mut Tx,
    locker: LockerId,
    line: Line,
    session: SessionId,
    paper: &Paper,
) -> Result<(Written, Vec<WrapRow>), StoreError> {
    let action = i64::from(line.action.number());
    let chain = locker.chain();
    let mut head = lock(tx, chain).await?.ok_or(StoreError::Damaged)?;
    let at = tx.now().await?;
    let rows = next(tx.source(), chain, &mut head, at, line)?;
    let written = Written { chain, seq: head.seq, at };
    let sql = if tx.is_postgres() { PG_APPEND_READING } else { LITE_APPEND_READING };
    let wraps: Vec<keys::Raw> = on!(tx, conn => {
        sqlx::query_as(sql).bind(chain.uuid()).bind(rows.seq).bind(rows.previous.as_slice()).bind(rows.leaf.as_slice())
            .bind(rows.salt.as_slice()).bind(rows.bytes.as_slice()).bind(rows.link.as_slice()).bind(at.micros())
            .bind(session.uuid()).bind(action).bind(paper.document.uuid()).bind(paper.version.uuid())
            .bind(paper.key.uuid()).bind(paper.collection.uuid()).fetch_all(conn).await?
    });
    tx.keep_head(chain, head);
    Ok((written, wraps.into_iter().map(Into::into).collect()))
}

/// The bytes of several entries as SQLite takes them in one statement: where each begins (from 1) and how long its canonical
/// bytes are, as JSON; and all their bytes, one after the other: previous link, leaf, salt, canonical bytes.
fn one_after_the_other(rows: &[Rows]) -> Result<(String, Vec<u8>), StoreError> {
    let (mut places, mut bytes) = (Vec::new(), Vec::new());
    for row in rows {
        places.push((row.seq, bytes.len().saturating_add(1), row.bytes.len()));
        for part in [row.previous.as_slice(), &row.leaf, &row.salt, &row.bytes] {
            bytes.extend_from_slice(part);
        }
    }
    Ok((serde_json::to_string(&places).map_err(|_| StoreError::Other)?, bytes))
}

async fn write(tx: &mut Tx, chain: ChainId, rows: &[Rows], head: &Head) -> Result<(), StoreError> {
    if let [row] = rows {
        let sql = if tx.is_postgres() { PG_APPEND } else { LITE_APPEND };
        on!(tx, conn => {
            sqlx::query(sql).bind(chain.uuid()).bind(row.seq).bind(row.previous.as_slice()).bind(row.leaf.as_slice())
                .bind(row.salt.as_slice()).bind(row.bytes.as_slice()).bind(row.link.as_slice()).bind(head.at.micros())
                .execute(conn).await?;
        });
        return Ok(());
    }
    let (id, seq, link, at) = (chain.uuid(), signed(head.seq)?, head.link.as_slice(), head.at.micros());
    match tx.arm()? {
        Conn::Sqlite(conn) => {
            let (places, bytes) = one_after_the_other(rows)?;
            sqlx::query(LITE_APPEND_SEVERAL)
                .bind(id)
                .bind(seq)
                .bind(link)
                .bind(at)
                .bind(places)
                .bind(bytes)
                .execute(conn)
                .await?;
        }
        Conn::Postgres(conn) => {
            let seqs: Vec<i64> = rows.iter().map(|row| row.seq).collect();
            let column = |of: fn(&Rows) -> &[u8]| rows.iter().map(of).collect::<Vec<_>>();
            sqlx::query(PG_APPEND_SEVERAL)
                .bind(id)
                .bind(seqs)
                .bind(column(|row| &row.previous))
                .bind(column(|row| &row.leaf))
                .bind(column(|row| &row.salt))
                .bind(column(|row| &row.bytes))
                .bind(seq)
                .bind(link)
                .bind(at)
                .execute(conn)
                .await?;
        }
    }
    Ok(())
}

/// A page of the granted locker's journal, newest first, before a place.
pub(crate) async fn page(tx: &mut Tx, held: &impl Held, before: u64, limit: u32) -> Result<Vec<Kept>, StoreError> {
    page_of(tx, held.locker().chain(), before, limit).await
}

/// The same of a chain that is locked, or of which a head is known: facts for a decision. Lines before a head never change.
pub(crate) async fn before(tx: &mut Tx, chain: ChainId, before: u64, limit: u32) -> Result<Vec<Kept>, StoreError> {
    page_of(tx, chain, before, limit).await
}

/// A page of the journal of an organisation whose chain is locked, newest first, before a place.
pub(crate) async fn page_of_organisation(
    tx: &mut Tx,
    organisation: OrganisationId,
    before: u64,
    limit: u32,
) -> Result<Vec<Kept>, StoreError> {
    page_of(tx, organisation.chain(), before, limit).await
}

async fn page_of(tx: &mut Tx, chain: ChainId, before: u64, limit: u32) -> Result<Vec<Kept>, StoreError> {
    let before = i64::try_from(before).unwrap_or(i64::MAX);
    let chain = chain.uuid();
    let rows: Vec<KeptRow> = on!(tx, conn => {
        sqlx::query_as(PAGE).bind(chain).bind(before).bind(i64::from(limit)).fetch_all(conn).await?
    });
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Entries of the granted locker's journal after a place, oldest first.
pub(crate) async fn after(tx: &mut Tx, held: &impl Held, after: u64, limit: u32) -> Result<Vec<Kept>, StoreError> {
    for_check(tx, held.locker().chain(), after, limit).await
}

/// Entries of a locker whose chain is locked, after a place, oldest first: facts for a decision.
pub(crate) async fn since(tx: &mut Tx, tie: &Tie, after: u64, limit: u32) -> Result<Vec<Kept>, StoreError> {
    for_check(tx, tie.locker().chain(), after, limit).await
}

/// Entries of a chain after a place, oldest first, as the operator's check reads them: commitments, salts and codes; nothing
/// in them opens a paper.
pub(crate) async fn for_check(tx: &mut Tx, chain: ChainId, after: u64, limit: u32) -> Result<Vec<Kept>, StoreError> {
    let after = signed(after)?;
    let rows: Vec<KeptRow> = on!(tx, conn => {
        sqlx::query_as(AFTER).bind(chain.uuid()).bind(after).bind(i64::from(limit)).fetch_all(conn).await?
    });
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Up to 200 chains after one, in order of id.
pub(crate) async fn chains(tx: &mut Tx, after: Option<ChainId>) -> Result<Vec<ChainRow>, StoreError> {
    let after = after.map_or_else(Uuid::nil, ChainId::uuid);
    let rows: Vec<RawChain> = on!(tx, conn => sqlx::query_as(CHAINS).bind(after).fetch_all(conn).await?);
    let chain = |row: RawChain| ChainRow {
        chain: ChainId::from_uuid(row.chain_id),
        erased: row.erased_at.is_some(),
        lives: row.lives_since.is_some(),
    };
    Ok(rows.into_iter().map(chain).collect())
}

/// The head of a chain as it stands, without its lock: last sequence and link.
pub(crate) async fn head_for_check(tx: &mut Tx, chain: ChainId) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
    let row: Option<HeadRow> = on!(tx, conn => sqlx::query_as(HEAD).bind(chain.uuid()).fetch_optional(conn).await?);
    Ok(row.map(|row| (row.seq.try_into().unwrap_or(0), row.link)))
}

/// What should never be: commitments of no chain, lockers without a chain. Gives the two counts.
pub(crate) async fn strays(tx: &mut Tx) -> Result<(u64, u64), StoreError> {
    let (loose, bare): (i64, i64) = on!(tx, conn => {
        (sqlx::query_scalar(LOOSE_COMMITMENTS).fetch_one(&mut *conn).await?,
         sqlx::query_scalar(LOCKERS_WITHOUT_CHAIN).fetch_one(&mut *conn).await?)
    });
    Ok((unsigned(loose)?, unsigned(bare)?))
}

/// The time of the newest entry of all chains, if there is one.
pub(crate) async fn newest(tx: &mut Tx) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<i64> = on!(tx, conn => sqlx::query_scalar(NEWEST).fetch_one(conn).await?);
    Ok(at.map(Timestamp::from_micros))
}
