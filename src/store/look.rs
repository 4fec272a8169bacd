//! What the door looks at before it decides: the session, the tie between its person and a locker, the lock of that locker's
//! chain, how the locker stands, the paper. Each access begins with this, so it is as few statements as can be: one on SQLite,
//! in the same hand-over as the transaction's beginning; one on PostgreSQL too, and a second where the chain moved while a lock was
//! waited for: what rests on no lock of its own is then read again, after it (decision 15).
//!
//! A glance is the same without a lock, for who reads what is theirs (decision 16).
//!
//! Nothing here decides: what is found is not believed before `access` has checked its proofs.

use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::closures::{self, Closure, Timed};
use super::db::{self, Conn, Db, Reader};
use super::documents::{self, Found};
pub(crate) use super::entries::Head;
use super::lockers::{LockedTie, Tie};
use super::mandates::{self, ProposalRow};
use super::offering::Offered;
use super::people::{RawSession, SessionRow};
use super::{StoreError, Tx};
use crate::domain::ids::{DocumentId, LockerId, MandateId, VersionId};
use crate::domain::source::{Moment, Timestamp};

/// The look on SQLite; a macro, because it also stands behind the beginning of each turn (`sqlite.rs`).
macro_rules! lite_look {
    () => {
        "SELECT s.session_id, s.person_id, s.strength, s.issuer, s.factor_at, s.seen_at, s.expires_at, s.revoked_at, s.proven_at,
            s.details AS session_details, s.proof AS session_proof, s.created_at AS began_at,
            l.locker_id, l.quota, l.proof AS tie_proof, c.seq, c.link, c.at, e.closed_at, e.erase_at, e.proof,
            d.document_id, d.collection_id, d.state, d.private, d.created_at, d.trashed_at, d.details, d.version_id AS newest,
            v.version_id, v.number, v.key_id, v.blob, v.blob_size, v.blob_sha256, v.scanned, v.created_at AS deposited_at, v.details AS version_details
        FROM sessions s LEFT JOIN lockers l ON l.locker_id = $2 AND l.person_id = s.person_id
            LEFT JOIN chains c ON c.chain_id = l.locker_id
            LEFT JOIN closures e ON e.locker_id = l.locker_id
            LEFT JOIN documents d ON d.locker_id = l.locker_id AND d.document_id = $3
            LEFT JOIN versions v ON v.locker_id = d.locker_id AND v.document_id = d.document_id
                AND v.version_id = COALESCE($4, d.version_id)
        WHERE s.token = $1"
    };
}
pub(in crate::store) use lite_look;

/// What a decision rests on besides session, tie and head, with the time, which is read once the rows before are locked.
macro_rules! facts {
    () => {
        "e.closed_at, e.erase_at, e.proof, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock,
            d.document_id, d.collection_id, d.state, d.private, d.created_at, d.trashed_at, d.details, d.version_id AS newest,
            v.version_id, v.number, v.key_id, v.blob, v.blob_size, v.blob_sha256, v.scanned, v.created_at AS deposited_at, v.details AS version_details"
    };
}

/// The same for the answer to a proposal.
macro_rules! answer {
    () => {
        "e.closed_at, e.erase_at, e.proof, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock,
            p.mandate_id, p.organisation_id, p.membership_id, p.person_id AS of_person, p.proposed_by, p.made_at, p.until, p.basis,
            p.proof AS offer_proof, p.details"
    };
}

/// Both locks, and what is found without one as it was when the statement began; `was` is where the chain ended then.
macro_rules! pg_look {
    ($columns:ident, $tables:literal) => {
        concat!(
            "WITH s AS (SELECT session_id, person_id, strength, issuer, factor_at, seen_at, expires_at, revoked_at, proven_at,
                details AS session_details, proof AS session_proof, created_at AS began_at
            FROM sessions WHERE token = $1 FOR NO KEY UPDATE),
        t AS (SELECT l.locker_id, l.quota, l.proof AS tie_proof, c.seq, c.link, c.at
            FROM s JOIN lockers l ON l.locker_id = $2 AND l.person_id = s.person_id JOIN chains c ON c.chain_id = l.locker_id
            FOR NO KEY UPDATE OF c)
        SELECT s.*, t.*, was.seq AS was, ",
            $columns!(),
            " FROM s LEFT JOIN t ON true LEFT JOIN chains was ON was.chain_id = t.locker_id
            LEFT JOIN closures e ON e.locker_id = t.locker_id ",
            $tables
        )
    };
}

statements! {
    LITE_LOOK = lite_look!();
    PG_LOOK = pg_look!(facts, "LEFT JOIN documents d ON d.locker_id = t.locker_id AND d.document_id = $3
            LEFT JOIN versions v ON v.locker_id = d.locker_id AND v.document_id = d.document_id
                AND v.version_id = COALESCE($4, d.version_id)");
    PG_LOOK_ANSWER = pg_look!(answer, "LEFT JOIN proposals p ON p.locker_id = t.locker_id AND p.mandate_id = $3");
    PG_GLANCE = concat!("SELECT s.session_id, s.person_id, s.strength, s.issuer, s.factor_at, s.seen_at, s.expires_at, s.revoked_at, s.proven_at,
            s.details AS session_details, s.proof AS session_proof, s.created_at AS began_at,
            l.locker_id, l.quota, l.proof AS tie_proof, c.seq, c.link, c.at, ", facts!(), "
        FROM sessions s JOIN lockers l ON l.locker_id = $2 AND l.person_id = s.person_id
            JOIN chains c ON c.chain_id = l.locker_id
            LEFT JOIN closures e ON e.locker_id = l.locker_id
            LEFT JOIN documents d ON d.locker_id = l.locker_id AND d.document_id = $3
            LEFT JOIN versions v ON v.locker_id = d.locker_id AND v.document_id = d.document_id
                AND v.version_id = COALESCE($4, d.version_id)
        WHERE s.token = $1");
    PG_FACTS = concat!("SELECT ", facts!(), " FROM lockers l LEFT JOIN closures e ON e.locker_id = l.locker_id
            LEFT JOIN documents d ON d.locker_id = l.locker_id AND d.document_id = $2
            LEFT JOIN versions v ON v.locker_id = d.locker_id AND v.document_id = d.document_id
                AND v.version_id = COALESCE($3, d.version_id)
        WHERE l.locker_id = $1");
    PG_ANSWER = concat!("SELECT ", answer!(), " FROM lockers l LEFT JOIN closures e ON e.locker_id = l.locker_id
            LEFT JOIN proposals p ON p.locker_id = l.locker_id AND p.mandate_id = $2
        WHERE l.locker_id = $1");
}

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sought<'a> {
    /// SHA-256 of the session's token.
    pub token: &'a [u8; 32],
    /// The locker.
    pub locker: LockerId,
    /// The paper, when one is asked for.
    pub document: Option<DocumentId>,
    /// The version, when it isn't the newest.
    pub version: Option<VersionId>,
    /// The proposal that is answered, by the mandate that it may become; then no paper is asked for.
    pub answers: Option<MandateId>,
}

/// What was found, under its locks.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The session, locked.
    pub session: Option<SessionRow>,
    /// The tie of its person to the locker, whose chain is locked. None for a stranger, and where the locker is gone: nothing
    /// is locked then, and nothing else looked at.
    pub tie: Option<Tie>,
    /// The locker's closure, if it is closed.
    pub closure: Option<Closure>,
    /// The paper.
    pub found: Option<Found>,
    /// The proposal that is answered.
    pub offered: Option<ProposalRow>,
}

/// What one statement sees, without a lock: what every look brings, the head of the chain, the time. `None` where the session
/// or its tie to the locker is not there.
pub(crate) async fn glance(db: &Db, sought: &Sought<'_>) -> Result<Option<(Seen, Head, Moment)>, StoreError> {
    macro_rules! bound {
        ($sql:expr) => {
            sqlx::query($sql)
                .bind(sought.token.as_slice())
                .bind(sought.locker.uuid())
                .bind(sought.document.map(DocumentId::uuid))
                .bind(sought.version.map(VersionId::uuid))
        };
    }
    macro_rules! seen {
        ($row:expr) => {{
            let session = Some(RawSession::from_row($row)?.session(sought.token)?);
            let (tie, head) = LockedTie::from_row($row)?.parts()?;
            let closure = closures::Raw::from_row($row)?.closure();
            let found = paper($row, sought.locker, sought.version)?;
            (Seen { session, tie: Some(tie), closure, found, offered: None }, head)
        }};
    }
    let ((seen, head), clock) = match db.reader().await? {
        Reader::Sqlite(mut conn) => {
            let row = bound!(LITE_LOOK).fetch_optional(&mut *conn).await?;
            drop(conn);
            let Some(row) = row else { return Ok(None) };
            if row.try_get::<Option<i64>, _>("seq")?.is_none() {
                return Ok(None);
            }
            (seen!(&row), None)
        }
        Reader::Postgres(mut turn) => {
            let row = bound!(PG_GLANCE).fetch_optional(turn.conn()?).await?;
            turn.done();
            let Some(row) = row else { return Ok(None) };
            (seen!(&row), Some(Timestamp::from_micros(row.try_get("clock")?)))
        }
    };
    let clock = clock.filter(|_| !db.source().is_manual()).unwrap_or_else(|| db.source().now());
    Ok(Some((seen, head, db::moment(clock, Some(head.at)))))
}

/// The paper in a row of a look, if there is one: without the version that was asked for there is none.
pub(in crate::store) fn paper<'r, R>(
    row: &'r R,
    locker: LockerId,
    version: Option<VersionId>,
) -> Result<Option<Found>, StoreError>
where
    R: Row,
    &'static str: sqlx::ColumnIndex<R>,
    Option<Uuid>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    documents::Raw: FromRow<'r, R>,
{
    let is_there = row.try_get::<Option<Uuid>, _>("document_id")?.is_some();
    let has_version = version.is_none() || row.try_get::<Option<Uuid>, _>("version_id")?.is_some();
    if is_there && has_version { Ok(Some(documents::Raw::from_row(row)?.found(locker))) } else { Ok(None) }
}

/// Begins a transaction with the look. The same statements for a locker that exists and one that does not.
pub(crate) async fn begin(db: &Db, sought: &Sought<'_>) -> Result<(Tx, Seen), StoreError> {
    let (mut tx, row) = db
        .begin_looking(|sql| {
            sqlx::query(sql)
                .bind(sought.token.as_slice())
                .bind(sought.locker.uuid())
                .bind(sought.document.map(DocumentId::uuid))
                .bind(sought.version.map(VersionId::uuid))
        })
        .await?;
    if tx.is_postgres() {
        let seen = on_postgres(&mut tx, sought).await?;
        return Ok((tx, seen));
    }
    let mut seen = on_sqlite(&mut tx, row, sought)?;
    if let (Some(mandate), Some(tie)) = (sought.answers, &seen.tie) {
        seen.offered = mandates::proposal(&mut tx, tie, mandate).await?;
    }
    Ok((tx, seen))
}

fn on_sqlite(tx: &mut Tx, row: Option<sqlx::sqlite::SqliteRow>, sought: &Sought<'_>) -> Result<Seen, StoreError> {
    let Some(row) = row else { return Ok(Seen::default()) };
    let session = Some(RawSession::from_row(&row)?.session(sought.token)?);
    if row.try_get::<Option<i64>, _>("seq")?.is_none() {
        return Ok(Seen { session, ..Seen::default() });
    }
    let tie = Some(LockedTie::from_row(&row)?.kept(tx)?);
    let closure = closures::Raw::from_row(&row)?.closure();
    let found = paper(&row, sought.locker, sought.version)?;
    Ok(Seen { session, tie, closure, found, offered: None })
}

async fn on_postgres(tx: &mut Tx, sought: &Sought<'_>) -> Result<Seen, StoreError> {
    let locker = sought.locker.uuid();
    let Conn::Postgres(conn) = tx.arm()? else { return Err(StoreError::Other) };
    let (document, version) = (sought.document.map(DocumentId::uuid), sought.version.map(VersionId::uuid));
    let look = match sought.answers {
        Some(mandate) => sqlx::query(PG_LOOK_ANSWER).bind(sought.token.as_slice()).bind(locker).bind(mandate.uuid()),
        None => sqlx::query(PG_LOOK).bind(sought.token.as_slice()).bind(locker).bind(document).bind(version),
    };
    let Some(row) = look.fetch_optional(&mut *conn).await? else { return Ok(Seen::default()) };
    let session = Some(RawSession::from_row(&row)?.session(sought.token)?);
    let Some(seq) = row.try_get::<Option<i64>, _>("seq")? else { return Ok(Seen { session, ..Seen::default() }) };
    // A line was written while the locks were waited for: what was found without one may be from before it.
    let facts = if Some(seq) == row.try_get::<Option<i64>, _>("was")? {
        None
    } else {
        let facts = match sought.answers {
            Some(mandate) => sqlx::query(PG_ANSWER).bind(locker).bind(mandate.uuid()),
            None => sqlx::query(PG_FACTS).bind(locker).bind(document).bind(version),
        };
        // Erased meanwhile: as if it had never been.
        let Some(facts) = facts.fetch_optional(conn).await? else { return Ok(Seen { session, ..Seen::default() }) };
        Some(facts)
    };
    let tie = Some(LockedTie::from_row(&row)?.kept(tx)?);
    let facts = facts.as_ref().unwrap_or(&row);
    let closure = Timed::from_row(facts)?.kept(tx);
    if sought.answers.is_some() {
        let offered = Offered::from_row(facts)?.row(sought.locker)?;
        return Ok(Seen { session, tie, closure, offered, found: None });
    }
    let found = paper(facts, sought.locker, sought.version)?;
    Ok(Seen { session, tie, closure, found, offered: None })
}
