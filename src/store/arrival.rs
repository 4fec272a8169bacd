//! What the door looks at where somebody comes to help: the locks of the membership that they act as, of the session and of the
//! locker's chain, taken in this order by one statement; then what the decision rests on, read by another (decision 15).
//!
//! On PostgreSQL a statement sees its tables as they were when it began, and waits for locks after that. A row that it locks comes
//! as it is once the lock is had: the membership, the session and the head of the chain are never old. What it finds without a lock
//! may be. So the locks rest only on what never changes (which locker a code or an id names, whose a locker, a session and a membership
//! are); and what the decision rests on besides, which changes only with a line in the chain, is read again by a statement that begins
//! under the locks where the chain no longer ends where it did when the first one began. Each part takes its rows from the part before,
//! which has to have its lock for that. SQLite's transactions hold the writer's lock from their beginning: nothing moves between.
//!
//! Nothing here decides: what is found is not believed before `access` has checked its proofs.

mod rows;

use rows::{RawArrival, RawOffer, RawUnder, RawVisit};
use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};

use super::closures::{self, Closure, Timed};
use super::db::Conn;
use super::documents::Found;
use super::help_codes::HelpCodeRow;
use super::lockers::Tie;
use super::look::paper;
use super::mandates::MandateRow;
use super::organisations::MembershipRow;
use super::people::SessionRow;
use super::visits::VisitRow;
use super::{StoreError, Tx};
use crate::domain::ids::{DocumentId, LockerId, MandateId, MembershipId, OrganisationId, PersonId, VersionId, VisitId};

/// The three locks, and what is found beside them. `$own`: which membership; `$home`: which locker, by what of those before;
/// `$columns` and `$tables`: what the decision rests on; `was` is where the chain ended when the statement began.
macro_rules! arrival {
    ($own:literal, $home:literal, $columns:ident, $tables:literal, $lock:literal, $came:literal, $chain:literal, $clock:literal) => {
        concat!(
            "WITH own AS (SELECT organisation_id, membership_id, person_id, roles, invited_until, joined_at, suspended_at, left_at, seen_at,
                noticed, invitation, proof, details FROM memberships WHERE ", $own, $lock, "),
            came AS (SELECT s.session_id, s.person_id, s.strength, s.issuer, s.factor_at, s.seen_at, s.expires_at, s.revoked_at, s.proven_at,
                s.details AS session_details, s.proof AS session_proof, s.created_at AS began_at,
                own.organisation_id AS own_organisation, own.membership_id AS own_membership, own.person_id AS own_person,
                own.roles AS own_roles, own.invited_until AS own_invited, own.joined_at AS own_joined, own.suspended_at AS own_suspended,
                own.left_at AS own_left, own.seen_at AS own_seen, own.noticed AS own_noticed, own.invitation AS own_invitation,
                own.proof AS own_proof, own.details AS own_details
            FROM sessions s LEFT JOIN own ON true WHERE s.token = $1", $came, "),
            home AS (SELECT l.locker_id, l.person_id AS holder, l.quota, l.proof AS tie_proof, c.seq, c.link, c.at ", $home, $chain, ")
            SELECT came.*, home.*, was.seq AS was, ", $columns!($clock), "
            FROM came LEFT JOIN home ON true LEFT JOIN chains was ON was.chain_id = home.locker_id
                LEFT JOIN closures e ON e.locker_id = home.locker_id ", $tables
        )
    };
}

/// The membership of a visitor is known, as is whom their mandate names: only they take the locker's lock.
macro_rules! visitor {
    ($($lock:literal)*) => {
        arrival!(
            "organisation_id = $3 AND membership_id = $4",
            "FROM came JOIN lockers l ON l.locker_id = $2 JOIN chains c ON c.chain_id = l.locker_id
                WHERE came.person_id = $5 AND ($3 IS NULL OR came.own_person = $5)",
            under_columns,
            "LEFT JOIN mandates m ON m.locker_id = home.locker_id AND m.mandate_id = $6
                LEFT JOIN visits y ON y.locker_id = home.locker_id AND y.visit_id = $7
                LEFT JOIN documents d ON d.locker_id = home.locker_id AND d.document_id = $8
                LEFT JOIN versions v ON v.locker_id = d.locker_id AND v.document_id = d.document_id
                    AND v.version_id = COALESCE($9, d.version_id)",
            $($lock),*
        )
    };
}

/// Of a proposer, the place that they say they have, and the locker that the code is of.
macro_rules! proposer {
    ($($lock:literal)*) => {
        arrival!(
            "organisation_id = $3 AND left_at IS NULL AND person_id = (SELECT person_id FROM sessions WHERE token = $1)
                ORDER BY membership_id LIMIT 1",
            "FROM came JOIN help_codes h ON h.lookup = $2 JOIN lockers l ON l.locker_id = h.locker_id
                JOIN chains c ON c.chain_id = l.locker_id",
            offer_columns,
            "LEFT JOIN help_codes h ON h.locker_id = home.locker_id AND h.lookup = $2
                LEFT JOIN organisations o ON o.organisation_id = $3",
            $($lock),*
        )
    };
}

/// What a decision about a helper rests on: mandate, visit, how the locker stands, paper.
macro_rules! under_columns {
    ($clock:literal) => {
        concat!(
            "m.organisation_id AS of_organisation, m.membership_id AS of_membership, m.person_id AS of_person, m.consent, m.confirmed,
                m.begins_at, m.ends_at, m.ended_at, m.acknowledged_at, m.scopes, m.proof AS mandate_proof, m.details AS agreed, m.shown, m.words,
                y.visit_id, y.mandate_id AS visit_mandate, y.person_id AS visitor, y.membership_id AS visit_membership, y.until AS visit_until,
                y.ended_at AS visit_ended, y.proof AS visit_proof, y.details AS visit_details, e.closed_at, e.erase_at, e.proof", $clock, ",
                d.document_id, d.collection_id, d.state, d.private, d.created_at, d.trashed_at, d.details, d.version_id AS newest,
                v.version_id, v.number, v.key_id, v.blob, v.blob_size, v.blob_sha256, v.scanned, v.created_at AS deposited_at, v.details AS version_details"
        )
    };
}

/// The same by locker, mandate, visit and paper, under locks that are held.
macro_rules! under {
    ($clock:literal) => {
        concat!(
            "SELECT ",
            under_columns!($clock),
            "
            FROM mandates m LEFT JOIN visits y ON y.locker_id = m.locker_id AND y.visit_id = $3
                LEFT JOIN closures e ON e.locker_id = m.locker_id
                LEFT JOIN documents d ON d.locker_id = m.locker_id AND d.document_id = $4
                LEFT JOIN versions v ON v.locker_id = d.locker_id AND v.document_id = d.document_id
                    AND v.version_id = COALESCE($5, d.version_id)
            WHERE m.locker_id = $1 AND m.mandate_id = $2"
        )
    };
}

/// What a proposal by a code rests on.
macro_rules! offer_columns {
    ($clock:literal) => {
        concat!(
            "e.closed_at, e.erase_at, e.proof",
            $clock,
            ", h.until AS code_until, h.kind AS code_kind, h.proof AS code_proof, o.details AS organisation"
        )
    };
}

/// The same under locks that are held.
macro_rules! offer {
    ($clock:literal) => {
        concat!(
            "SELECT ",
            offer_columns!($clock),
            "
            FROM lockers l LEFT JOIN closures e ON e.locker_id = l.locker_id
                LEFT JOIN help_codes h ON h.locker_id = l.locker_id AND h.lookup = $2
                LEFT JOIN organisations o ON o.organisation_id = $3
            WHERE l.locker_id = $1"
        )
    };
}

statements! {
    LITE_VISITOR = visitor!("" "" "" "");
    PG_VISITOR = visitor!(" FOR NO KEY UPDATE" " FOR NO KEY UPDATE OF s" " FOR NO KEY UPDATE OF c"
        ", (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock");
    LITE_PROPOSER = proposer!("" "" "" "");
    PG_PROPOSER = proposer!(" FOR NO KEY UPDATE" " FOR NO KEY UPDATE OF s" " FOR NO KEY UPDATE OF c"
        ", (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock");
    LITE_UNDER = under!("");
    PG_UNDER = under!(", (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock");
    LITE_OFFER = offer!("");
    PG_OFFER = offer!(", (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock");
}

/// Somebody who comes to help, with what is locked. None of it where there is no such session.
#[derive(Debug, Default)]
pub(crate) struct Arrival {
    /// The membership that they act as.
    pub own: Option<MembershipRow>,
    /// The session.
    pub session: Option<SessionRow>,
    /// The tie of the locker whose chain is locked.
    pub tie: Option<Tie>,
}

/// What a decision about a helper rests on, read under the locks; the time is asked next, which PostgreSQL tells on the way.
#[derive(Debug)]
pub(crate) struct Under {
    /// The mandate.
    pub mandate: MandateRow,
    /// The visit, if one is named and there.
    pub visit: Option<VisitRow>,
    /// The locker's closure, if it is closed.
    pub closure: Option<Closure>,
    /// The paper, if one is named and there.
    pub found: Option<Found>,
}

/// Mandate, visit, paper and closure of a row.
macro_rules! under_of {
    ($row:expr, $locker:expr, $mandate:expr, $version:expr, $closure:ty) => {{
        let mandate = RawUnder::from_row($row)?.row($locker, $mandate)?;
        let visit = RawVisit::from_row($row)?.row($locker);
        (mandate, visit, paper($row, $locker, $version)?, <$closure>::from_row($row)?)
    }};
}

/// Takes the locks of who comes in a visit: of the membership that they are known to act as, of their session, and, where the
/// session is theirs and the membership too, of the locker's chain. With it, read under the locks, what [`under()`] gives.
pub(crate) async fn visitor(
    tx: &mut Tx,
    (token, person): (&[u8; 32], PersonId),
    locker: LockerId,
    place: Option<(OrganisationId, MembershipId)>,
    (mandate, visit): (MandateId, Option<VisitId>),
    (document, version): (Option<DocumentId>, Option<VersionId>),
) -> Result<(Arrival, Option<Under>), StoreError> {
    macro_rules! bound {
        ($sql:ident) => {
            sqlx::query($sql)
                .bind(token.as_slice())
                .bind(locker.uuid())
                .bind(place.map(|(organisation, _)| organisation.uuid()))
                .bind(place.map(|(_, membership)| membership.uuid()))
                .bind(person.uuid())
                .bind(mandate.uuid())
                .bind(visit.map(VisitId::uuid))
                .bind(document.map(DocumentId::uuid))
                .bind(version.map(VersionId::uuid))
        };
    }
    let (arrival, is_fresh, found) = match tx.arm()? {
        Conn::Sqlite(conn) => {
            let Some(row) = bound!(LITE_VISITOR).fetch_optional(conn).await? else { return Ok(Default::default()) };
            let (mandate, visit, found, closure) = under_of!(&row, locker, mandate, version, closures::Raw);
            (RawArrival::from_row(&row)?, true, (mandate, visit, found, closure.closure()))
        }
        Conn::Postgres(conn) => {
            let Some(row) = bound!(PG_VISITOR).fetch_optional(conn).await? else { return Ok(Default::default()) };
            let is_fresh = is_fresh(&row)?;
            let (mandate, visit, found, closure) = under_of!(&row, locker, mandate, version, Timed);
            let closure = if is_fresh { closure.kept(tx) } else { None };
            (RawArrival::from_row(&row)?, is_fresh, (mandate, visit, found, closure))
        }
    };
    let arrival = arrival.read(tx, token)?;
    let Some(tie) = &arrival.tie else { return Ok((arrival, None)) };
    let (under, visit, found, closure) = match found {
        (Some(row), visit, found, closure) if is_fresh => (row, visit, found, closure),
        _ if is_fresh => return Ok((arrival, None)),
        _ => {
            let under = under(tx, tie, (mandate, visit), (document, version)).await?;
            return Ok((arrival, under));
        }
    };
    Ok((arrival, Some(Under { mandate: under, visit, closure, found })))
}

/// Takes the locks of who proposes to help: of their place in an organisation, if they say one and have it, of their session, and
/// of the chain of the locker that a code is of. With it, read under the locks, what [`offer()`] gives.
pub(crate) async fn proposer(
    tx: &mut Tx,
    token: &[u8; 32],
    code: &[u8; 32],
    organisation: Option<OrganisationId>,
) -> Result<(Arrival, Option<Offer>), StoreError> {
    macro_rules! bound {
        ($sql:ident) => {
            sqlx::query($sql).bind(token.as_slice()).bind(code.as_slice()).bind(organisation.map(OrganisationId::uuid))
        };
    }
    let (arrival, is_fresh, raw, closure) = match tx.arm()? {
        Conn::Sqlite(conn) => {
            let Some(row) = bound!(LITE_PROPOSER).fetch_optional(conn).await? else { return Ok(Default::default()) };
            let closure = closures::Raw::from_row(&row)?.closure();
            (RawArrival::from_row(&row)?, true, RawOffer::from_row(&row)?, closure)
        }
        Conn::Postgres(conn) => {
            let Some(row) = bound!(PG_PROPOSER).fetch_optional(conn).await? else { return Ok(Default::default()) };
            let is_fresh = is_fresh(&row)?;
            let closure = if is_fresh { Timed::from_row(&row)?.kept(tx) } else { None };
            (RawArrival::from_row(&row)?, is_fresh, RawOffer::from_row(&row)?, closure)
        }
    };
    let arrival = arrival.read(tx, token)?;
    let offer = match &arrival.tie {
        Some(tie) if is_fresh => Some(raw.read(tie.locker(), code, closure)?),
        Some(tie) => offer(tx, tie, code, organisation).await?,
        None => None,
    };
    Ok((arrival, offer))
}

/// Whether the chain, once locked, ends where it did when the statement began that locked it: no line was written meanwhile, and what
/// was found without a lock is as it is now.
fn is_fresh(row: &PgRow) -> Result<bool, StoreError> {
    Ok(row.try_get::<Option<i64>, _>("seq")? == row.try_get::<Option<i64>, _>("was")?)
}

/// A mandate of a locker whose chain is locked, with a visit, how the locker stands, and a paper. `None`: there is no such mandate.
pub(crate) async fn under(
    tx: &mut Tx,
    tie: &Tie,
    (mandate, visit): (MandateId, Option<VisitId>),
    (document, version): (Option<DocumentId>, Option<VersionId>),
) -> Result<Option<Under>, StoreError> {
    let locker = tie.locker();
    macro_rules! bound {
        ($sql:ident) => {
            sqlx::query($sql)
                .bind(locker.uuid())
                .bind(mandate.uuid())
                .bind(visit.map(VisitId::uuid))
                .bind(document.map(DocumentId::uuid))
                .bind(version.map(VersionId::uuid))
        };
    }
    let (mandate, visit, found, closure) = match tx.arm()? {
        Conn::Sqlite(conn) => {
            let Some(row) = bound!(LITE_UNDER).fetch_optional(conn).await? else { return Ok(None) };
            let (mandate, visit, found, closure) = under_of!(&row, locker, mandate, version, closures::Raw);
            (mandate, visit, found, closure.closure())
        }
        Conn::Postgres(conn) => {
            let Some(row) = bound!(PG_UNDER).fetch_optional(conn).await? else { return Ok(None) };
            let (mandate, visit, found, closure) = under_of!(&row, locker, mandate, version, Timed);
            (mandate, visit, found, closure.kept(tx))
        }
    };
    Ok(mandate.map(|mandate| Under { mandate, visit, closure, found }))
}

/// What a proposal by a code rests on, read under the locks; the time is asked next, which PostgreSQL tells on the way.
#[derive(Debug)]
pub(crate) struct Offer {
    /// The locker's closure, if it is closed.
    pub closure: Option<Closure>,
    /// The code, if it has not served meanwhile.
    pub code: Option<HelpCodeRow>,
    /// What describes the proposer's organisation, sealed.
    pub organisation: Option<Vec<u8>>,
}

/// The same of a locker whose chain is locked, a code and an organisation. `None`: the locker is gone.
pub(crate) async fn offer(
    tx: &mut Tx,
    tie: &Tie,
    lookup: &[u8; 32],
    organisation: Option<OrganisationId>,
) -> Result<Option<Offer>, StoreError> {
    let (locker, organisation) = (tie.locker(), organisation.map(OrganisationId::uuid));
    macro_rules! read {
        ($sql:ident, $conn:ident, $closure:ty) => {{
            let query = sqlx::query($sql).bind(locker.uuid()).bind(lookup.as_slice()).bind(organisation);
            let Some(row) = query.fetch_optional($conn).await? else { return Ok(None) };
            (RawOffer::from_row(&row)?, <$closure>::from_row(&row)?)
        }};
    }
    let (raw, closure) = match tx.arm()? {
        Conn::Sqlite(conn) => {
            let (raw, closure) = read!(LITE_OFFER, conn, closures::Raw);
            (raw, closure.closure())
        }
        Conn::Postgres(conn) => {
            let (raw, closure) = read!(PG_OFFER, conn, Timed);
            (raw, closure.kept(tx))
        }
    };
    Ok(Some(raw.read(locker, lookup, closure)?))
}
