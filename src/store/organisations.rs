//! Organisations and memberships. What a row says is not believed before `access` has checked its proof.

use sha2::{Digest, Sha256};
use sqlx::FromRow;
use uuid::Uuid;

use super::db::Conn;
use super::{StoreError, Tx};
use crate::domain::ids::{MembershipId, OrganisationId, PersonId};
use crate::domain::organisation::{MembershipFacts, Roles};
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

statements! {
    ADD_ORGANISATION = "INSERT INTO organisations (organisation_id, created_at, details) VALUES ($1, $2, $3)";
    ORGANISATION = "SELECT details FROM organisations WHERE organisation_id = $1";
    CHANGE_ORGANISATION = "UPDATE organisations SET details = $2 WHERE organisation_id = $1";
    ORGANISATIONS = "SELECT organisation_id, created_at, details FROM organisations ORDER BY created_at, organisation_id";
    ADD_MEMBERSHIP = "INSERT INTO memberships (organisation_id, membership_id, person_id, roles, invited_until, joined_at, suspended_at,
            left_at, seen_at, noticed, invitation, proof, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    MEMBERSHIPS = "SELECT organisation_id, membership_id, person_id, roles, invited_until, joined_at, suspended_at, left_at, seen_at,
            noticed, invitation, proof, details FROM memberships WHERE organisation_id = $1 ORDER BY membership_id";
    MEMBERSHIP = "SELECT organisation_id, membership_id, person_id, roles, invited_until, joined_at, suspended_at, left_at, seen_at,
            noticed, invitation, proof, details FROM memberships WHERE organisation_id = $1 AND membership_id = $2";
    PG_LOCK_MEMBERSHIP = "SELECT organisation_id, membership_id, person_id, roles, invited_until, joined_at, suspended_at, left_at, seen_at,
            noticed, invitation, proof, details FROM memberships WHERE organisation_id = $1 AND membership_id = $2 FOR NO KEY UPDATE";
    MEMBERSHIP_BY_ID = "SELECT organisation_id, membership_id, person_id, roles, invited_until, joined_at, suspended_at, left_at, seen_at,
            noticed, invitation, proof, details FROM memberships WHERE membership_id = $1";
    BY_INVITATION = "SELECT organisation_id, membership_id FROM memberships WHERE invitation = $1";
    OF_PERSON_MEMBERSHIPS = "SELECT organisation_id, membership_id, person_id, roles, invited_until, joined_at, suspended_at, left_at, seen_at,
            noticed, invitation, proof, details FROM memberships WHERE person_id = $1 ORDER BY organisation_id, membership_id";
    CHANGE_MEMBERSHIP = "UPDATE memberships SET person_id = $3, roles = $4, invited_until = $5, joined_at = $6, suspended_at = $7,
            left_at = $8, seen_at = $9, noticed = $10, invitation = $11, proof = $12, details = $13
        WHERE organisation_id = $1 AND membership_id = $2";
    IDLE_MEMBERSHIPS = "SELECT organisation_id, membership_id FROM memberships
        WHERE seen_at <= $1 AND noticed < $2 AND joined_at IS NOT NULL AND suspended_at IS NULL AND left_at IS NULL
        ORDER BY seen_at, membership_id LIMIT 200";
}

/// A membership as a row.
#[derive(Debug, Clone)]
pub struct MembershipRow {
    /// What a decision looks at.
    pub facts: MembershipFacts,
    /// Months of inactivity that were last noted.
    pub noticed: u16,
    /// Keyed hash of the invitation's code, until it is used.
    pub invitation: Option<[u8; 32]>,
    /// The row's proof, to be checked before anything of it is believed.
    pub proof: Vec<u8>,
    /// Name and what else describes the member, sealed under the directory key.
    pub details: Vec<u8>,
}

impl MembershipRow {
    /// By what name somebody acted, as a line may bear it: SHA-256 of what describes them, sealed.
    pub fn named(&self) -> [u8; 32] {
        Sha256::digest(&self.details).into()
    }

    /// What its proof must be of.
    pub const fn claim(&self) -> Claim<'_> {
        Claim::Membership { facts: &self.facts, noticed: self.noticed, invitation: self.invitation.as_ref() }
    }
}

#[derive(FromRow)]
pub(in crate::store) struct Raw {
    pub(in crate::store) organisation_id: Uuid,
    pub(in crate::store) membership_id: Uuid,
    pub(in crate::store) person_id: Option<Uuid>,
    pub(in crate::store) roles: i64,
    pub(in crate::store) invited_until: i64,
    pub(in crate::store) joined_at: Option<i64>,
    pub(in crate::store) suspended_at: Option<i64>,
    pub(in crate::store) left_at: Option<i64>,
    pub(in crate::store) seen_at: i64,
    pub(in crate::store) noticed: i64,
    pub(in crate::store) invitation: Option<Vec<u8>>,
    pub(in crate::store) proof: Vec<u8>,
    pub(in crate::store) details: Vec<u8>,
}

impl TryFrom<Raw> for MembershipRow {
    type Error = StoreError;
    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        let at = |micros: Option<i64>| micros.map(Timestamp::from_micros);
        Ok(Self {
            facts: MembershipFacts {
                membership: MembershipId::from_uuid(raw.membership_id),
                organisation: OrganisationId::from_uuid(raw.organisation_id),
                person: raw.person_id.map(PersonId::from_uuid),
                roles: Roles::from_number(raw.roles).ok_or(StoreError::Damaged)?,
                invited_until: Timestamp::from_micros(raw.invited_until),
                joined_at: at(raw.joined_at),
                suspended_at: at(raw.suspended_at),
                left_at: at(raw.left_at),
                seen_at: Timestamp::from_micros(raw.seen_at),
            },
            noticed: raw.noticed.try_into().map_err(|_| StoreError::Damaged)?,
            invitation: raw.invitation.map(|i| i.try_into().map_err(|_| StoreError::Damaged)).transpose()?,
            proof: raw.proof,
            details: raw.details,
        })
    }
}

/// An organisation as a row.
#[derive(Debug, Clone)]
pub struct OrganisationRow {
    /// Which.
    pub organisation: OrganisationId,
    /// When the operator created it.
    pub created_at: Timestamp,
    /// Its name, sealed under the directory key.
    pub details: Vec<u8>,
}

/// Changes what describes an organisation.
pub(crate) async fn change_details(
    tx: &mut Tx,
    organisation: OrganisationId,
    details: &[u8],
) -> Result<(), StoreError> {
    let id = organisation.uuid();
    on!(tx, conn => {
        sqlx::query(CHANGE_ORGANISATION).bind(id).bind(details).execute(conn).await?;
    });
    Ok(())
}

/// Adds an organisation.
pub(crate) async fn add(tx: &mut Tx, row: &OrganisationRow) -> Result<(), StoreError> {
    let (id, at) = (row.organisation.uuid(), row.created_at.micros());
    on!(tx, conn => {
        sqlx::query(ADD_ORGANISATION).bind(id).bind(at).bind(row.details.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// What describes an organisation, sealed.
pub(crate) async fn details(tx: &mut Tx, organisation: OrganisationId) -> Result<Option<Vec<u8>>, StoreError> {
    let id = organisation.uuid();
    Ok(on!(tx, conn => sqlx::query_scalar(ORGANISATION).bind(id).fetch_optional(conn).await?))
}

/// Every organisation, the oldest first.
pub(crate) async fn all(tx: &mut Tx) -> Result<Vec<OrganisationRow>, StoreError> {
    let rows: Vec<(Uuid, i64, Vec<u8>)> = on!(tx, conn => sqlx::query_as(ORGANISATIONS).fetch_all(conn).await?);
    let row = |(id, at, details)| OrganisationRow {
        organisation: OrganisationId::from_uuid(id),
        created_at: Timestamp::from_micros(at),
        details,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Adds a membership.
pub(crate) async fn add_membership(tx: &mut Tx, row: &MembershipRow) -> Result<(), StoreError> {
    write(tx, ADD_MEMBERSHIP, row).await
}

/// Writes a membership that is locked as it is now.
pub(crate) async fn change_membership(tx: &mut Tx, row: &MembershipRow) -> Result<(), StoreError> {
    write(tx, CHANGE_MEMBERSHIP, row).await
}

async fn write(tx: &mut Tx, sql: &'static str, row: &MembershipRow) -> Result<(), StoreError> {
    let facts = &row.facts;
    let at = |at: Option<Timestamp>| at.map(Timestamp::micros);
    on!(tx, conn => {
        sqlx::query(sql).bind(facts.organisation.uuid()).bind(facts.membership.uuid()).bind(facts.person.map(PersonId::uuid))
            .bind(facts.roles.number()).bind(facts.invited_until.micros()).bind(at(facts.joined_at))
            .bind(at(facts.suspended_at)).bind(at(facts.left_at)).bind(facts.seen_at.micros())
            .bind(i64::from(row.noticed)).bind(row.invitation.as_ref().map(<[u8; 32]>::as_slice))
            .bind(row.proof.as_slice()).bind(row.details.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// The memberships of an organisation whose chain is locked.
pub(crate) async fn memberships(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<MembershipRow>, StoreError> {
    let id = organisation.uuid();
    let rows: Vec<Raw> = on!(tx, conn => sqlx::query_as(MEMBERSHIPS).bind(id).fetch_all(conn).await?);
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Reads a membership and locks it until the end of the transaction: whoever suspends it waits for us, or we see it suspended.
pub(crate) async fn lock_membership(
    tx: &mut Tx,
    organisation: OrganisationId,
    membership: MembershipId,
) -> Result<Option<MembershipRow>, StoreError> {
    let (organisation, membership) = (organisation.uuid(), membership.uuid());
    let row: Option<Raw> = match tx.arm()? {
        // Each of its transactions holds the one writer's lock from its start.
        Conn::Sqlite(conn) => {
            sqlx::query_as(MEMBERSHIP).bind(organisation).bind(membership).fetch_optional(conn).await?
        }
        Conn::Postgres(conn) => {
            sqlx::query_as(PG_LOCK_MEMBERSHIP).bind(organisation).bind(membership).fetch_optional(conn).await?
        }
    };
    row.map(TryInto::try_into).transpose()
}

/// A membership, not locked: a fact that is asked again later.
pub(crate) async fn find_membership(
    tx: &mut Tx,
    organisation: OrganisationId,
    membership: MembershipId,
) -> Result<Option<MembershipRow>, StoreError> {
    let (organisation, membership) = (organisation.uuid(), membership.uuid());
    let row: Option<Raw> =
        on!(tx, conn => sqlx::query_as(MEMBERSHIP).bind(organisation).bind(membership).fetch_optional(conn).await?);
    row.map(TryInto::try_into).transpose()
}

/// Whose invitation this keyed hash is.
pub(crate) async fn by_invitation(
    tx: &mut Tx,
    invitation: &[u8; 32],
) -> Result<Option<(OrganisationId, MembershipId)>, StoreError> {
    let row: Option<(Uuid, Uuid)> =
        on!(tx, conn => sqlx::query_as(BY_INVITATION).bind(invitation.as_slice()).fetch_optional(conn).await?);
    Ok(row.map(ids))
}

/// The memberships of a person, in every organisation.
pub(crate) async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Vec<MembershipRow>, StoreError> {
    let rows: Vec<Raw> =
        on!(tx, conn => sqlx::query_as(OF_PERSON_MEMBERSHIPS).bind(person.uuid()).fetch_all(conn).await?);
    rows.into_iter().map(TryInto::try_into).collect()
}

/// A membership that a journal names: for telling whose it is.
pub(crate) async fn by_id(tx: &mut Tx, membership: MembershipId) -> Result<Option<MembershipRow>, StoreError> {
    let row: Option<Raw> =
        on!(tx, conn => sqlx::query_as(MEMBERSHIP_BY_ID).bind(membership.uuid()).fetch_optional(conn).await?);
    row.map(TryInto::try_into).transpose()
}

/// Memberships without activity since a day, noted for fewer months: work for a job, which decides on each.
pub(crate) async fn idle(
    tx: &mut Tx,
    since: Timestamp,
    months: u16,
) -> Result<Vec<(OrganisationId, MembershipId)>, StoreError> {
    let rows: Vec<(Uuid, Uuid)> = on!(tx, conn => {
        sqlx::query_as(IDLE_MEMBERSHIPS).bind(since.micros()).bind(i64::from(months)).fetch_all(conn).await?
    });
    Ok(rows.into_iter().map(ids).collect())
}

const fn ids((organisation, membership): (Uuid, Uuid)) -> (OrganisationId, MembershipId) {
    (OrganisationId::from_uuid(organisation), MembershipId::from_uuid(membership))
}
