//! Where members of organisations are written to, and what waits to be sent there. Letters are read and written under the lock of the
//! organisation's chain. What a row says is not believed before `access` has checked its proof; an address is ciphertext here.

use sqlx::FromRow;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::domain::ids::{MembershipId, OrganisationId, PersonId};
use crate::domain::notice::Stage;
use crate::domain::organisation::ReminderFacts;
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

statements! {
    WORK_ADDRESS = "SELECT details FROM work_addresses WHERE person_id = $1";
    KEEP_WORK_ADDRESS = "INSERT INTO work_addresses (person_id, details) VALUES ($1, $2) ON CONFLICT (person_id) DO UPDATE SET details = $2";
    DROP_WORK_ADDRESS = "DELETE FROM work_addresses WHERE person_id = $1";
    DROP_OLD_ADDRESSES = "DELETE FROM work_addresses WHERE NOT EXISTS
        (SELECT 1 FROM memberships m WHERE m.person_id = work_addresses.person_id AND m.left_at IS NULL)";
    KEEP_REMINDER = "INSERT INTO reminders (organisation_id, membership_id, months, due_at, stage, tries, proof)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (organisation_id, membership_id) DO UPDATE SET months = $3, due_at = $4, stage = $5, tries = $6, proof = $7";
    REMINDER = "SELECT organisation_id, membership_id, months, due_at, stage, tries, proof FROM reminders
        WHERE organisation_id = $1 AND membership_id = $2";
    DUE_REMINDERS = "SELECT organisation_id, membership_id FROM reminders WHERE due_at <= $1 ORDER BY due_at, membership_id LIMIT 100";
    DROP_REMINDER = "DELETE FROM reminders WHERE organisation_id = $1 AND membership_id = $2";
}

/// A letter that waits, as a row.
#[derive(Debug, Clone)]
pub struct ReminderRow {
    /// All of it.
    pub facts: ReminderFacts,
    /// The row's proof.
    pub proof: Vec<u8>,
}

impl ReminderRow {
    /// What its proof must be of.
    pub const fn claim(&self) -> Claim<'_> {
        Claim::Reminder { facts: &self.facts }
    }
}

#[derive(FromRow)]
struct Raw {
    organisation_id: Uuid,
    membership_id: Uuid,
    months: i64,
    due_at: i64,
    stage: i64,
    tries: i64,
    proof: Vec<u8>,
}

impl TryFrom<Raw> for ReminderRow {
    type Error = StoreError;
    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        let small = |number: i64| number.try_into().map_err(|_| StoreError::Damaged);
        Ok(Self {
            facts: ReminderFacts {
                organisation: OrganisationId::from_uuid(raw.organisation_id),
                membership: MembershipId::from_uuid(raw.membership_id),
                months: small(raw.months)?,
                due_at: Timestamp::from_micros(raw.due_at),
                stage: Stage::from_number(raw.stage).ok_or(StoreError::Damaged)?,
                tries: small(raw.tries)?,
            },
            proof: raw.proof,
        })
    }
}

/// Where somebody is written to, sealed.
pub(crate) async fn address(tx: &mut Tx, person: PersonId) -> Result<Option<Vec<u8>>, StoreError> {
    let person = person.uuid();
    Ok(on!(tx, conn => sqlx::query_scalar(WORK_ADDRESS).bind(person).fetch_optional(conn).await?))
}

/// Keeps where somebody is written to, sealed.
pub(crate) async fn keep_address(tx: &mut Tx, person: PersonId, details: &[u8]) -> Result<(), StoreError> {
    let person = person.uuid();
    on!(tx, conn => { sqlx::query(KEEP_WORK_ADDRESS).bind(person).bind(details).execute(conn).await?; });
    Ok(())
}

/// Forgets where somebody is written to.
pub(crate) async fn forget_address(tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
    let person = person.uuid();
    on!(tx, conn => { sqlx::query(DROP_WORK_ADDRESS).bind(person).execute(conn).await?; });
    Ok(())
}

/// Forgets where those are written to who belong nowhere any more: whoever came in at the very moment when their last place ended.
pub(crate) async fn forget_old_addresses(tx: &mut Tx) -> Result<(), StoreError> {
    on!(tx, conn => { sqlx::query(DROP_OLD_ADDRESSES).execute(conn).await?; });
    Ok(())
}

/// Adds a letter for a member of an organisation whose chain is locked, in place of another; or writes how far it is.
pub(crate) async fn keep(tx: &mut Tx, row: &ReminderRow) -> Result<(), StoreError> {
    let facts = &row.facts;
    on!(tx, conn => {
        sqlx::query(KEEP_REMINDER).bind(facts.organisation.uuid()).bind(facts.membership.uuid()).bind(i64::from(facts.months))
            .bind(facts.due_at.micros()).bind(facts.stage.number()).bind(i64::from(facts.tries)).bind(row.proof.as_slice())
            .execute(conn).await?;
    });
    Ok(())
}

/// The letter that waits for a member of an organisation whose chain is locked.
pub(crate) async fn find(
    tx: &mut Tx,
    organisation: OrganisationId,
    membership: MembershipId,
) -> Result<Option<ReminderRow>, StoreError> {
    let (organisation, membership) = (organisation.uuid(), membership.uuid());
    let row: Option<Raw> =
        on!(tx, conn => sqlx::query_as(REMINDER).bind(organisation).bind(membership).fetch_optional(conn).await?);
    row.map(TryInto::try_into).transpose()
}

/// Letters whose time has come, in every organisation: work for a job, which decides on each.
pub(crate) async fn due(tx: &mut Tx, now: Timestamp) -> Result<Vec<(OrganisationId, MembershipId)>, StoreError> {
    let rows: Vec<(Uuid, Uuid)> =
        on!(tx, conn => sqlx::query_as(DUE_REMINDERS).bind(now.micros()).fetch_all(conn).await?);
    let ids =
        |(organisation, membership)| (OrganisationId::from_uuid(organisation), MembershipId::from_uuid(membership));
    Ok(rows.into_iter().map(ids).collect())
}

/// Takes one away: it was sent, or never will be.
pub(crate) async fn forget(
    tx: &mut Tx,
    organisation: OrganisationId,
    membership: MembershipId,
) -> Result<(), StoreError> {
    let (organisation, membership) = (organisation.uuid(), membership.uuid());
    on!(tx, conn => { sqlx::query(DROP_REMINDER).bind(organisation).bind(membership).execute(conn).await?; });
    Ok(())
}
