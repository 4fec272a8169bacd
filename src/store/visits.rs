//! Helpers' visits. What a row says is not believed before `access` has checked its proof.

use sqlx::FromRow;
use uuid::Uuid;

use super::grant::{Held, Pending, act};
use super::{StoreError, Tx};
use crate::domain::ids::{LockerId, MandateId, MembershipId, OrganisationId, PersonId, VisitId};
use crate::domain::policy::VisitFacts;
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

statements! {
    ADD_VISIT = "INSERT INTO visits (locker_id, visit_id, mandate_id, person_id, membership_id, until, ended_at, proof, details)
        VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, $8)";
    VISIT = "SELECT locker_id, visit_id, mandate_id, person_id, membership_id, until, ended_at, proof, details FROM visits
        WHERE locker_id = $1 AND visit_id = $2";
    VISITS = "SELECT locker_id, visit_id, mandate_id, person_id, membership_id, until, ended_at, proof, details FROM visits
        WHERE locker_id = $1 AND until >= $2 AND until <= $3 ORDER BY until DESC, visit_id";
    OPEN_VISITS = "SELECT locker_id, visit_id, mandate_id, person_id, membership_id, until, ended_at, proof, details FROM visits
        WHERE locker_id = $1 AND mandate_id = $2 AND person_id = $3 AND until > $4 AND ended_at IS NULL";
    GOING_ON = "SELECT v.locker_id, v.visit_id, v.mandate_id, v.person_id, v.membership_id, v.until, v.ended_at, v.proof, v.details
        FROM mandates m JOIN visits v ON v.locker_id = m.locker_id AND v.mandate_id = m.mandate_id
        WHERE ((m.organisation_id = $1 AND (m.membership_id IS NULL OR m.membership_id = $2)) OR m.person_id = $3) AND m.ended_at IS NULL
            AND m.ends_at > $4 AND v.person_id = $5 AND v.until > $4 AND v.ended_at IS NULL ORDER BY v.until DESC, v.visit_id LIMIT 1000";
    LEAVE = "UPDATE visits SET ended_at = $3, proof = $4 WHERE locker_id = $1 AND visit_id = $2";
}

/// A visit as a row.
#[derive(Debug, Clone)]
pub struct VisitRow {
    /// In which locker.
    pub locker: LockerId,
    /// What a decision looks at.
    pub facts: VisitFacts,
    /// The row's proof.
    pub proof: Vec<u8>,
    /// Who, for whom, and the purpose in words, sealed under the key of the evidence collection.
    pub details: Vec<u8>,
}

impl VisitRow {
    /// What its proof must be of.
    pub const fn claim(&self) -> Claim<'_> {
        Claim::Visit { locker: self.locker, facts: &self.facts }
    }
}

#[derive(FromRow)]
pub(in crate::store) struct Raw {
    pub(in crate::store) locker_id: Uuid,
    pub(in crate::store) visit_id: Uuid,
    pub(in crate::store) mandate_id: Uuid,
    pub(in crate::store) person_id: Uuid,
    pub(in crate::store) membership_id: Option<Uuid>,
    pub(in crate::store) until: i64,
    pub(in crate::store) ended_at: Option<i64>,
    pub(in crate::store) proof: Vec<u8>,
    pub(in crate::store) details: Vec<u8>,
}

impl From<Raw> for VisitRow {
    fn from(raw: Raw) -> Self {
        Self {
            locker: LockerId::from_uuid(raw.locker_id),
            facts: VisitFacts {
                visit: VisitId::from_uuid(raw.visit_id),
                mandate: MandateId::from_uuid(raw.mandate_id),
                person: PersonId::from_uuid(raw.person_id),
                membership: raw.membership_id.map(MembershipId::from_uuid),
                until: Timestamp::from_micros(raw.until),
                ended_at: raw.ended_at.map(Timestamp::from_micros),
            },
            proof: raw.proof,
            details: raw.details,
        }
    }
}

/// Adds a visit to the granted locker.
pub(crate) async fn add(tx: &mut Tx, pending: &Pending<act::BeginVisit>, row: &VisitRow) -> Result<(), StoreError> {
    let facts = &row.facts;
    on!(tx, conn => {
        sqlx::query(ADD_VISIT).bind(pending.locker().uuid()).bind(facts.visit.uuid()).bind(facts.mandate.uuid())
            .bind(facts.person.uuid()).bind(facts.membership.map(MembershipId::uuid)).bind(facts.until.micros())
            .bind(row.proof.as_slice()).bind(row.details.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// A visit in a locker: a fact for a decision.
pub(crate) async fn find(tx: &mut Tx, locker: LockerId, visit: VisitId) -> Result<Option<VisitRow>, StoreError> {
    let (locker, visit) = (locker.uuid(), visit.uuid());
    let row: Option<Raw> = on!(tx, conn => sqlx::query_as(VISIT).bind(locker).bind(visit).fetch_optional(conn).await?);
    Ok(row.map(Into::into))
}

/// The visits in the granted locker that end, at the longest, between two moments; the newest first.
pub(crate) async fn between(
    tx: &mut Tx,
    held: &impl Held,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<VisitRow>, StoreError> {
    let locker = held.locker().uuid();
    let rows: Vec<Raw> = on!(tx, conn => {
        sqlx::query_as(VISITS).bind(locker).bind(from.micros()).bind(to.micros()).fetch_all(conn).await?
    });
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The visits of somebody under a mandate that are not over, in a locker whose chain is locked.
pub(crate) async fn open_of(
    tx: &mut Tx,
    held: &impl Held,
    mandate: MandateId,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<VisitRow>, StoreError> {
    let (locker, mandate, person) = (held.locker().uuid(), mandate.uuid(), person.uuid());
    let rows: Vec<Raw> = on!(tx, conn => {
        sqlx::query_as(OPEN_VISITS).bind(locker).bind(mandate).bind(person).bind(now.micros()).fetch_all(conn).await?
    });
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The visits of somebody that are not over, under mandates that name a place of theirs or themselves, in every locker.
pub(crate) async fn going_on(
    tx: &mut Tx,
    person: PersonId,
    place: Option<(OrganisationId, MembershipId)>,
    now: Timestamp,
) -> Result<Vec<VisitRow>, StoreError> {
    let (organisation, membership) = (place.map(|(id, _)| id.uuid()), place.map(|(_, id)| id.uuid()));
    let alone = place.is_none().then(|| person.uuid());
    let rows: Vec<Raw> = on!(tx, conn => {
        sqlx::query_as(GOING_ON).bind(organisation).bind(membership).bind(alone).bind(now.micros()).bind(person.uuid())
            .fetch_all(conn).await?
    });
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Writes that a visit in the granted locker is over: by its own end, or by the beginning of another.
pub(crate) async fn leave(
    tx: &mut Tx,
    held: &impl Held,
    visit: VisitId,
    at: Timestamp,
    proof: &[u8; 32],
) -> Result<(), StoreError> {
    let (locker, visit) = (held.locker().uuid(), visit.uuid());
    on!(tx, conn => {
        sqlx::query(LEAVE).bind(locker).bind(visit).bind(at.micros()).bind(proof.as_slice()).execute(conn).await?;
    });
    Ok(())
}
