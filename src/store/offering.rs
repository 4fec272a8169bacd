//! What comes before a mandate, written with its entry in one statement: a code that the holder makes, and a proposal by one. Help
//! begins with these, so they are as few round trips, or hand-overs, as can be (decision 15). And what somebody has proposed, for
//! whoever proposed it.

use sqlx::FromRow;
use uuid::Uuid;

use super::at_once::Fresh;
use super::db::AtOnce;
use super::entries::{self, Head, Rows, Written};
use super::help_codes::HelpCodeRow;
use super::keys::{self, RawWithShelves, WithShelves, with_shelves};
use super::lockers::Tie;
use super::mandates::{ProposalRow, RawProposal, helper_ids};
use super::{Db, StoreError, Tx};
use crate::domain::basis::CodeKind;
use crate::domain::entry::Line;
use crate::domain::ids::{LockerId, MandateId, PersonId};
use crate::domain::source::Timestamp;

/// The rows of an entry, and the head of its chain, as parts of a statement that goes on; `$1` to `$8`.
macro_rules! pg_entry {
    () => {
        "WITH commitment AS (INSERT INTO commitments (chain_id, seq, previous, leaf) VALUES ($1, $2, $3, $4)),
        body AS (INSERT INTO bodies (chain_id, seq, salt, entry) VALUES ($1, $2, $5, $6)),
        head AS (UPDATE chains SET seq = $2, link = $7, at = $8 WHERE chain_id = $1)"
    };
}

macro_rules! lite_entry {
    () => {
        "INSERT INTO commitments (chain_id, seq, previous, leaf) VALUES ($1, $2, $3, $4);
        INSERT INTO bodies (chain_id, seq, salt, entry) VALUES ($1, $2, $5, $6);
        UPDATE chains SET seq = $2, link = $7, at = $8 WHERE chain_id = $1"
    };
}

/// A code takes the place of those of its kind; a proposal uses them up.
macro_rules! gone {
    () => {
        "DELETE FROM help_codes WHERE locker_id = $1 AND kind = $9"
    };
}

macro_rules! code {
    () => {
        "INSERT INTO help_codes (locker_id, lookup, until, kind, proof) VALUES ($1, $10, $11, $9, $12)"
    };
}

macro_rules! proposal {
    () => {
        "INSERT INTO proposals (locker_id, mandate_id, organisation_id, membership_id, person_id, proposed_by, made_at, until, basis, proof, details)
            VALUES ($1, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
    };
}

statements! {
    PG_MAKE_CODE = concat!(pg_entry!(), ", gone AS (", gone!(), ") ", code!());
    LITE_MAKE_CODE = concat!(lite_entry!(), ";\n", gone!(), ";\n", code!());
    PG_CODE_AT_ONCE = concat!("WITH free AS (SELECT chain_id FROM chains WHERE chain_id = $1 AND seq + 1 = $2 AND link = $3
            FOR NO KEY UPDATE SKIP LOCKED),
        head AS (UPDATE chains SET seq = $2, link = $7, at = $8 FROM free WHERE chains.chain_id = free.chain_id RETURNING chains.chain_id),
        commitment AS (INSERT INTO commitments (chain_id, seq, previous, leaf) SELECT chain_id, $2::bigint, $3::bytea, $4::bytea FROM head),
        body AS (INSERT INTO bodies (chain_id, seq, salt, entry) SELECT chain_id, $2::bigint, $5::bytea, $6::bytea FROM head),
        gone AS (", gone!(), " AND EXISTS (SELECT 1 FROM head))
        INSERT INTO help_codes (locker_id, lookup, until, kind, proof)
            SELECT chain_id, $10::bytea, $11::bigint, $9::bigint, $12::bytea FROM head");
    PG_BEGIN_GIVING = concat!(pg_entry!(), " ", with_shelves!());
    LITE_BEGIN_GIVING = concat!(lite_entry!(), ";\n", with_shelves!());
    PG_PROPOSE_BY_CODE = concat!(pg_entry!(), ", used AS (", gone!(), ") ", proposal!());
    LITE_PROPOSE_BY_CODE = concat!(lite_entry!(), ";\n", gone!(), ";\n", proposal!());
    PROPOSED_BY = "SELECT locker_id, mandate_id, organisation_id, membership_id, person_id, proposed_by, made_at, until, basis, proof, details FROM proposals
        WHERE proposed_by = $1 AND until > $2 ORDER BY made_at DESC, mandate_id LIMIT 100";
    PROPOSED = "SELECT locker_id, mandate_id, organisation_id, membership_id, person_id, proposed_by, made_at, until, basis, proof, details FROM proposals
        WHERE proposed_by = $1 AND mandate_id = $2";
}

/// A statement with the parts of an entry bound.
macro_rules! with_entry {
    ($query:ident, $sql:expr, $written:expr, $row:expr) => {
        sqlx::$query($sql)
            .bind($written.chain.uuid())
            .bind($row.seq)
            .bind($row.previous.as_slice())
            .bind($row.leaf.as_slice())
            .bind($row.salt.as_slice())
            .bind($row.bytes.as_slice())
            .bind($row.link.as_slice())
            .bind($written.at.micros())
    };
}

/// The entry that comes next on a locker's chain, whose lock is taken if it is not held yet.
async fn entry(tx: &mut Tx, locker: LockerId, line: Line) -> Result<(Written, Rows), StoreError> {
    let chain = locker.chain();
    let mut head = entries::lock(tx, chain).await?.ok_or(StoreError::Damaged)?;
    let at = tx.now().await?;
    let rows = entries::next(tx.source(), chain, &mut head, at, line)?;
    let written = Written { chain, seq: head.seq, at };
    tx.keep_head(chain, head);
    Ok((written, rows))
}

/// A proposal in a row that may have none.
#[derive(FromRow)]
pub(in crate::store) struct Offered {
    mandate_id: Option<Uuid>,
    organisation_id: Option<Uuid>,
    membership_id: Option<Uuid>,
    of_person: Option<Uuid>,
    proposed_by: Option<Uuid>,
    made_at: Option<i64>,
    until: Option<i64>,
    basis: Option<i64>,
    offer_proof: Option<Vec<u8>>,
    details: Option<Vec<u8>>,
}

impl Offered {
    /// The proposal, if there is one on the locker.
    pub(in crate::store) fn row(self, locker: LockerId) -> Result<Option<ProposalRow>, StoreError> {
        let raw = || {
            Some(RawProposal {
                mandate_id: self.mandate_id?,
                organisation_id: self.organisation_id,
                membership_id: self.membership_id,
                person_id: self.of_person,
                proposed_by: self.proposed_by?,
                made_at: self.made_at?,
                until: self.until?,
                basis: self.basis?,
                proof: self.offer_proof?,
                details: self.details?,
            })
        };
        raw().map(|raw| raw.read(locker)).transpose()
    }
}

/// Writes an entry and the code that it is about, which alone of its kind serves from now on.
pub(in crate::store) async fn make_code(tx: &mut Tx, row: &HelpCodeRow, line: Line) -> Result<Written, StoreError> {
    let (written, entry) = entry(tx, row.locker, line).await?;
    let sql = if tx.is_postgres() { PG_MAKE_CODE } else { LITE_MAKE_CODE };
    on!(tx, conn => {
        with_entry!(query, sql, written, entry).bind(row.kind.number()).bind(row.lookup.as_slice()).bind(row.until.micros())
            .bind(row.proof.as_slice()).execute(conn).await?;
    });
    Ok(written)
}

/// The same in one statement by itself, if the chain still ends where the decision saw it end (decision 16). `None`: it does not, and
/// nothing was written; or there is nothing to gain by it.
pub(in crate::store) async fn make_code_at_once(
    db: &Db,
    row: &HelpCodeRow,
    line: Line,
    (mut head, at, fresh): (Head, Timestamp, Fresh),
) -> Result<Option<Written>, StoreError> {
    let chain = row.locker.chain();
    let entry = entries::next(db.source(), chain, &mut head, at, line)?;
    let written = Written { chain, seq: head.seq, at };
    let AtOnce::Postgres(mut turn) = db.at_once().await? else { return Ok(None) };
    if fresh.is_over(db.source()) {
        return Ok(None);
    }
    let made = with_entry!(query, PG_CODE_AT_ONCE, written, entry)
        .bind(row.kind.number())
        .bind(row.lookup.as_slice())
        .bind(row.until.micros())
        .bind(row.proof.as_slice())
        .execute(turn.conn()?)
        .await?
        .rows_affected();
    turn.done();
    Ok((made > 0).then_some(written))
}

/// Writes an entry and the proposal that it is about on a tied locker, whose codes of a kind are used up by it.
pub(crate) async fn propose_by_code(
    tx: &mut Tx,
    tie: &Tie,
    row: &ProposalRow,
    kind: CodeKind,
    line: Line,
) -> Result<(), StoreError> {
    let (written, entry) = entry(tx, tie.locker(), line).await?;
    let sql = if tx.is_postgres() { PG_PROPOSE_BY_CODE } else { LITE_PROPOSE_BY_CODE };
    let (organisation, membership, person) = helper_ids(row.helper);
    on!(tx, conn => {
        with_entry!(query, sql, written, entry).bind(kind.number()).bind(row.mandate.uuid()).bind(organisation).bind(membership)
            .bind(person).bind(row.by.uuid()).bind(row.made_at.micros()).bind(row.until.micros()).bind(row.basis.number())
            .bind(row.proof.as_slice()).bind(row.details.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Writes the entry of an answer that gives help, and gives what opens the collections that it is sealed under.
pub(in crate::store) async fn begin_giving(
    tx: &mut Tx,
    locker: LockerId,
    line: Line,
) -> Result<(Written, WithShelves), StoreError> {
    let (written, entry) = entry(tx, locker, line).await?;
    let sql = if tx.is_postgres() { PG_BEGIN_GIVING } else { LITE_BEGIN_GIVING };
    let rows: Vec<RawWithShelves> = on!(tx, conn => {
        with_entry!(query_as, sql, written, entry).fetch_all(conn).await?
    });
    Ok((written, keys::all_of(rows)))
}

/// A proposal, and on which locker.
#[derive(FromRow)]
struct Placed {
    locker_id: Uuid,
    #[sqlx(flatten)]
    proposal: RawProposal,
}

impl Placed {
    fn read(self) -> Result<ProposalRow, StoreError> {
        self.proposal.read(LockerId::from_uuid(self.locker_id))
    }
}

/// What somebody has proposed and is not over at a moment, in every locker, the newest first. One that does not read is left out.
pub(crate) async fn proposed_by(tx: &mut Tx, by: PersonId, now: Timestamp) -> Result<Vec<ProposalRow>, StoreError> {
    let rows: Vec<Placed> = on!(tx, conn => {
        sqlx::query_as(PROPOSED_BY).bind(by.uuid()).bind(now.micros()).fetch_all(conn).await?
    });
    Ok(rows.into_iter().filter_map(|row| row.read().ok()).collect())
}

/// One thing that somebody has proposed, by the mandate that it may become: they name no locker.
pub(crate) async fn proposed(tx: &mut Tx, by: PersonId, mandate: MandateId) -> Result<Option<ProposalRow>, StoreError> {
    let row: Option<Placed> = on!(tx, conn => {
        sqlx::query_as(PROPOSED).bind(by.uuid()).bind(mandate.uuid()).fetch_optional(conn).await?
    });
    row.map(Placed::read).transpose()
}
