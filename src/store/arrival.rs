//! What the door looks at where somebody comes to help: the locks of the membership that they act as, of the session and of the
//! locker's chain, taken in this order by one statement; then what the decision rests on, read by another (decision 15).
//!
//! On PostgreSQL a statement sees its tables as they were when it began, and waits for locks after that. A row that it locks comes
//! as it is once the lock is had: the membership, the session and the head of the chain are never old. What it finds without a lock
//! may be: so that is only what never changes (which locker a code or an id names, whose a locker, a session and a membership are).
//! Everything else is read by a statement that begins when the locks are held. Each part takes its rows from the part before, which
//! has to have its lock for that. SQLite's transactions hold the writer's lock from their beginning: nothing moves between.
//!
//! Nothing here decides: what is found is not believed before `access` has checked its proofs.

use sqlx::FromRow;
use uuid::Uuid;

use super::closures::{self, Closure, Timed};
use super::documents::Found;
use super::entries::HeadRow;
use super::help_codes::{self, HelpCodeRow};
use super::lockers::{LockedTie, Tie};
use super::look::paper;
use super::mandates::{MandateRow, RawMandate};
use super::organisations::{self, MembershipRow};
use super::people::{RawSession, SessionRow};
use super::visits::{self, VisitRow};
use super::{StoreError, Tx};
use crate::domain::ids::{DocumentId, LockerId, MandateId, MembershipId, OrganisationId, PersonId, VersionId, VisitId};

/// The three locks. `$own`: which membership; `$home`: which locker, by what of those before.
macro_rules! arrival {
    ($own:literal, $home:literal, $lock:literal, $came:literal, $chain:literal) => {
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
            SELECT came.*, home.* FROM came LEFT JOIN home ON true"
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
            $($lock),*
        )
    };
}

/// What a decision about a helper rests on, by locker, mandate, visit and paper.
macro_rules! under {
    ($clock:literal) => {
        concat!(
            "SELECT m.organisation_id AS of_organisation, m.membership_id AS of_membership, m.person_id AS of_person, m.consent, m.confirmed,
                m.begins_at, m.ends_at, m.ended_at, m.acknowledged_at, m.scopes, m.proof AS mandate_proof, m.details AS agreed, m.shown, m.words,
                y.visit_id, y.mandate_id AS visit_mandate, y.person_id AS visitor, y.membership_id AS visit_membership, y.until AS visit_until,
                y.ended_at AS visit_ended, y.proof AS visit_proof, y.details AS visit_details, e.closed_at, e.erase_at, e.proof", $clock, ",
                d.document_id, d.collection_id, d.state, d.private, d.created_at, d.trashed_at, d.details, d.version_id AS newest,
                v.version_id, v.number, v.key_id, v.blob, v.blob_size, v.blob_sha256, v.created_at AS deposited_at, v.details AS version_details
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
macro_rules! offer {
    ($clock:literal) => {
        concat!(
            "SELECT e.closed_at, e.erase_at, e.proof",
            $clock,
            ", h.until AS code_until, h.kind AS code_kind, h.proof AS code_proof,
                o.details AS organisation
            FROM lockers l LEFT JOIN closures e ON e.locker_id = l.locker_id
                LEFT JOIN help_codes h ON h.locker_id = l.locker_id AND h.lookup = $2
                LEFT JOIN organisations o ON o.organisation_id = $3
            WHERE l.locker_id = $1"
        )
    };
}

statements! {
    LITE_VISITOR = visitor!("" "" "");
    PG_VISITOR = visitor!(" FOR NO KEY UPDATE" " FOR NO KEY UPDATE OF s" " FOR NO KEY UPDATE OF c");
    LITE_PROPOSER = proposer!("" "" "");
    PG_PROPOSER = proposer!(" FOR NO KEY UPDATE" " FOR NO KEY UPDATE OF s" " FOR NO KEY UPDATE OF c");
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

#[derive(FromRow)]
struct RawArrival {
    #[sqlx(flatten)]
    session: RawSession,
    #[sqlx(flatten)]
    own: RawOwn,
    #[sqlx(flatten)]
    home: RawHome,
}

#[derive(FromRow)]
#[expect(clippy::struct_field_names, reason = "they are the names of columns beside those of the session")]
struct RawOwn {
    own_organisation: Option<Uuid>,
    own_membership: Option<Uuid>,
    own_person: Option<Uuid>,
    own_roles: Option<i64>,
    own_invited: Option<i64>,
    own_joined: Option<i64>,
    own_suspended: Option<i64>,
    own_left: Option<i64>,
    own_seen: Option<i64>,
    own_noticed: Option<i64>,
    own_invitation: Option<Vec<u8>>,
    own_proof: Option<Vec<u8>>,
    own_details: Option<Vec<u8>>,
}

impl RawOwn {
    fn row(self) -> Option<organisations::Raw> {
        Some(organisations::Raw {
            organisation_id: self.own_organisation?,
            membership_id: self.own_membership?,
            person_id: self.own_person,
            roles: self.own_roles?,
            invited_until: self.own_invited?,
            joined_at: self.own_joined,
            suspended_at: self.own_suspended,
            left_at: self.own_left,
            seen_at: self.own_seen?,
            noticed: self.own_noticed?,
            invitation: self.own_invitation,
            proof: self.own_proof?,
            details: self.own_details?,
        })
    }
}

#[derive(FromRow)]
struct RawHome {
    locker_id: Option<Uuid>,
    holder: Option<Uuid>,
    quota: Option<i64>,
    tie_proof: Option<Vec<u8>>,
    seq: Option<i64>,
    link: Option<Vec<u8>>,
    at: Option<i64>,
}

impl RawHome {
    fn tie(self) -> Option<LockedTie> {
        let head = HeadRow { seq: self.seq?, link: self.link?, at: self.at? };
        Some(LockedTie::of((self.locker_id?, self.holder?, self.quota?, self.tie_proof?), head))
    }
}

impl RawArrival {
    fn read(self, tx: &mut Tx, token: &[u8; 32]) -> Result<Arrival, StoreError> {
        Ok(Arrival {
            own: self.own.row().map(TryInto::try_into).transpose()?,
            session: Some(self.session.session(token)?),
            tie: self.home.tie().map(|tie| tie.kept(tx)).transpose()?,
        })
    }
}

/// Takes the locks of who comes in a visit: of the membership that they are known to act as, of their session, and, where the
/// session is theirs and the membership too, of the locker's chain.
pub(crate) async fn visitor(
    tx: &mut Tx,
    token: &[u8; 32],
    locker: LockerId,
    person: PersonId,
    place: Option<(OrganisationId, MembershipId)>,
) -> Result<Arrival, StoreError> {
    let sql = if tx.is_postgres() { PG_VISITOR } else { LITE_VISITOR };
    let (organisation, membership) = (place.map(|(id, _)| id.uuid()), place.map(|(_, id)| id.uuid()));
    let row: Option<RawArrival> = on!(tx, conn => {
        sqlx::query_as(sql).bind(token.as_slice()).bind(locker.uuid()).bind(organisation).bind(membership)
            .bind(person.uuid()).fetch_optional(conn).await?
    });
    row.map_or_else(|| Ok(Arrival::default()), |row| row.read(tx, token))
}

/// Takes the locks of who proposes to help: of their place in an organisation, if they say one and have it, of their session, and
/// of the chain of the locker that a code is of.
pub(crate) async fn proposer(
    tx: &mut Tx,
    token: &[u8; 32],
    code: &[u8; 32],
    organisation: Option<OrganisationId>,
) -> Result<Arrival, StoreError> {
    let sql = if tx.is_postgres() { PG_PROPOSER } else { LITE_PROPOSER };
    let organisation = organisation.map(OrganisationId::uuid);
    let row: Option<RawArrival> = on!(tx, conn => {
        sqlx::query_as(sql).bind(token.as_slice()).bind(code.as_slice()).bind(organisation).fetch_optional(conn).await?
    });
    row.map_or_else(|| Ok(Arrival::default()), |row| row.read(tx, token))
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

#[derive(FromRow)]
struct RawUnder {
    of_organisation: Option<Uuid>,
    of_membership: Option<Uuid>,
    of_person: Option<Uuid>,
    consent: i64,
    confirmed: i64,
    begins_at: i64,
    ends_at: i64,
    ended_at: Option<i64>,
    acknowledged_at: Option<i64>,
    scopes: Vec<u8>,
    mandate_proof: Vec<u8>,
    agreed: Vec<u8>,
    shown: Vec<u8>,
    words: Vec<u8>,
}

impl RawUnder {
    fn read(self, locker: LockerId, mandate: MandateId) -> Result<MandateRow, StoreError> {
        let raw = RawMandate {
            locker_id: locker.uuid(),
            mandate_id: mandate.uuid(),
            organisation_id: self.of_organisation,
            membership_id: self.of_membership,
            person_id: self.of_person,
            consent: self.consent,
            confirmed: self.confirmed,
            begins_at: self.begins_at,
            ends_at: self.ends_at,
            ended_at: self.ended_at,
            acknowledged_at: self.acknowledged_at,
            scopes: self.scopes,
            proof: self.mandate_proof,
            details: self.agreed,
            shown: self.shown,
            words: self.words,
        };
        raw.try_into()
    }
}

#[derive(FromRow)]
struct RawVisit {
    visit_id: Option<Uuid>,
    visit_mandate: Option<Uuid>,
    visitor: Option<Uuid>,
    visit_membership: Option<Uuid>,
    visit_until: Option<i64>,
    visit_ended: Option<i64>,
    visit_proof: Option<Vec<u8>>,
    visit_details: Option<Vec<u8>>,
}

impl RawVisit {
    fn row(self, locker: LockerId) -> Option<VisitRow> {
        let raw = visits::Raw {
            locker_id: locker.uuid(),
            visit_id: self.visit_id?,
            mandate_id: self.visit_mandate?,
            person_id: self.visitor?,
            membership_id: self.visit_membership,
            until: self.visit_until?,
            ended_at: self.visit_ended,
            proof: self.visit_proof?,
            details: self.visit_details?,
        };
        Some(raw.into())
    }
}

/// A mandate of a locker whose chain is locked, with a visit, how the locker stands, and a paper. `None`: there is no such mandate.
pub(crate) async fn under(
    tx: &mut Tx,
    tie: &Tie,
    (mandate, visit): (MandateId, Option<VisitId>),
    (document, version): (Option<DocumentId>, Option<VersionId>),
) -> Result<Option<Under>, StoreError> {
    let (locker, is_postgres) = (tie.locker(), tx.is_postgres());
    let sql = if is_postgres { PG_UNDER } else { LITE_UNDER };
    macro_rules! read {
        ($conn:ident, $closure:ty) => {{
            let row = sqlx::query(sql)
                .bind(locker.uuid())
                .bind(mandate.uuid())
                .bind(visit.map(VisitId::uuid))
                .bind(document.map(DocumentId::uuid))
                .bind(version.map(VersionId::uuid))
                .fetch_optional($conn)
                .await?;
            let Some(row) = row else { return Ok(None) };
            let mandate = RawUnder::from_row(&row)?.read(locker, mandate)?;
            let visit = RawVisit::from_row(&row)?.row(locker);
            (mandate, visit, paper(&row, locker, version)?, <$closure>::from_row(&row)?)
        }};
    }
    let (mandate, visit, found, closure) = match tx.arm()? {
        super::db::Conn::Sqlite(conn) => {
            let (mandate, visit, found, closure) = read!(conn, closures::Raw);
            (mandate, visit, found, closure.closure())
        }
        super::db::Conn::Postgres(conn) => {
            let (mandate, visit, found, closure) = read!(conn, Timed);
            (mandate, visit, found, closure.kept(tx))
        }
    };
    Ok(Some(Under { mandate, visit, closure, found }))
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

#[derive(FromRow)]
struct RawOffer {
    code_until: Option<i64>,
    code_kind: Option<i64>,
    code_proof: Option<Vec<u8>>,
    organisation: Option<Vec<u8>>,
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
        super::db::Conn::Sqlite(conn) => {
            let (raw, closure) = read!(LITE_OFFER, conn, closures::Raw);
            (raw, closure.closure())
        }
        super::db::Conn::Postgres(conn) => {
            let (raw, closure) = read!(PG_OFFER, conn, Timed);
            (raw, closure.kept(tx))
        }
    };
    let RawOffer { code_until, code_kind, code_proof, organisation } = raw;
    let code = code_until.zip(code_kind).zip(code_proof);
    let code =
        code.map(|((until, kind), proof)| help_codes::code((locker.uuid(), lookup.to_vec(), until, kind, proof)));
    Ok(Some(Offer { closure, code: code.transpose()?, organisation }))
}
