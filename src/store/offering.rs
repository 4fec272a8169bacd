//! What comes before a mandate, written with its entry in one statement: a code that the holder makes, and a proposal by one. Help
//! begins with these, so they are as few round trips, or hand-overs, as can be (decision 15). And what somebody has proposed, for
//! whoever proposed it.

use sqlx::FromRow;
use uuid::Uuid;

use super::entries::{self, Rows, Written};
use super::help_codes::HelpCodeRow;
use super::lockers::Tie;
use super::mandates::{ProposalRow, RawProposal, helper_ids};
use super::{StoreError, Tx};
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
    PG_PROPOSE_BY_CODE = concat!(pg_entry!(), ", used AS (", gone!(), ") ", proposal!());
    LITE_PROPOSE_BY_CODE = concat!(lite_entry!(), ";\n", gone!(), ";\n", proposal!());
    PROPOSED_BY = "SELECT locker_id, mandate_id, organisation_id, membership_id, person_id, proposed_by, made_at, until, basis, proof, details FROM proposals
        WHERE proposed_by = $1 AND until > $2 ORDER BY made_at DESC, mandate_id LIMIT 100";
    PROPOSED = "SELECT locker_id, mandate_id, organisation_id, membership_id, person_id, proposed_by, made_at, until, basis, proof, details FROM proposals
        WHERE proposed_by = $1 AND mandate_id = $2";
}

/// A statement with the parts of an entry bound.
macro_rules! with_entry {
    ($sql:expr, $written:expr, $row:expr) => {
        sqlx::query($sql)
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
    person_id: Option<Uuid>,
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
                person_id: self.person_id,
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
        with_entry!(sql, written, entry).bind(row.kind.number()).bind(row.lookup.as_slice()).bind(row.until.micros())
            .bind(row.proof.as_slice()).execute(conn).await?;
    });
    Ok(written)
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
        with_entry!(sql, written, entry).bind(kind.number()).bind(row.mandate.uuid()).bind(organisation).bind(membership)
            .bind(person).bind(row.by.uuid()).bind(row.made_at.micros()).bind(row.until.micros()).bind(row.basis.number())
            .bind(row.proof.as_slice()).bind(row.details.as_slice()).execute(conn).await?;
    });
    Ok(())
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
