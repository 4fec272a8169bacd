//! What helpers have added, for as long as they may take it back. What a row says is not believed before `access` has checked
//! its proof.

use sqlx::FromRow;
use uuid::Uuid;

use super::entries::{signed, unsigned};
use super::grant::Held;
use super::{StoreError, Tx};
use crate::domain::ids::{DocumentId, LockerId, MembershipId, OrganisationId, PersonId, VersionId};
use crate::domain::policy::DepositFacts;
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

statements! {
    ADD_DEPOSIT = "INSERT INTO deposits (locker_id, version_id, document_id, person_id, organisation_id, membership_id, seq,
            deposited_at, proof, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    DEPOSIT = "SELECT locker_id, version_id, document_id, person_id, organisation_id, membership_id, seq, deposited_at, proof, details
        FROM deposits WHERE locker_id = $1 AND version_id = $2";
    DEPOSITS_OF = "SELECT d.locker_id, d.version_id, d.document_id, d.person_id, d.organisation_id, d.membership_id, d.seq,
            d.deposited_at, d.proof, d.details
        FROM deposits d JOIN versions v ON v.locker_id = d.locker_id AND v.version_id = d.version_id
        WHERE d.locker_id = $1 AND d.person_id = $2 ORDER BY d.deposited_at DESC, d.seq DESC";
    DROP_DEPOSIT = "DELETE FROM deposits WHERE locker_id = $1 AND version_id = $2";
    FORGET_DEPOSITS = "DELETE FROM deposits WHERE deposited_at < $1";
}

/// A helper's deposit as a row.
#[derive(Debug, Clone)]
pub struct DepositRow {
    /// What a decision looks at.
    pub facts: DepositFacts,
    /// The row's proof.
    pub proof: Vec<u8>,
    /// What it changed, sealed.
    pub details: Vec<u8>,
}

impl DepositRow {
    /// What its proof must be of.
    pub const fn claim(&self) -> Claim<'_> {
        Claim::Deposit { facts: &self.facts }
    }
}

#[derive(FromRow)]
struct Raw {
    locker_id: Uuid,
    version_id: Uuid,
    document_id: Uuid,
    person_id: Uuid,
    organisation_id: Option<Uuid>,
    membership_id: Option<Uuid>,
    seq: i64,
    deposited_at: i64,
    proof: Vec<u8>,
    details: Vec<u8>,
}

impl TryFrom<Raw> for DepositRow {
    type Error = StoreError;
    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        let member = raw.organisation_id.zip(raw.membership_id);
        Ok(Self {
            facts: DepositFacts {
                locker: LockerId::from_uuid(raw.locker_id),
                document: DocumentId::from_uuid(raw.document_id),
                version: VersionId::from_uuid(raw.version_id),
                person: PersonId::from_uuid(raw.person_id),
                member: member.map(|(of, own)| (OrganisationId::from_uuid(of), MembershipId::from_uuid(own))),
                seq: unsigned(raw.seq)?,
                at: Timestamp::from_micros(raw.deposited_at),
            },
            proof: raw.proof,
            details: raw.details,
        })
    }
}

/// Adds a deposit to the granted locker.
pub(crate) async fn add(tx: &mut Tx, held: &impl Held, row: &DepositRow) -> Result<(), StoreError> {
    let facts = &row.facts;
    let (organisation, membership) = facts.member.map(|(of, own)| (of.uuid(), own.uuid())).unzip();
    let seq = signed(facts.seq)?;
    on!(tx, conn => {
        sqlx::query(ADD_DEPOSIT).bind(held.locker().uuid()).bind(facts.version.uuid()).bind(facts.document.uuid())
            .bind(facts.person.uuid()).bind(organisation).bind(membership).bind(seq).bind(facts.at.micros())
            .bind(row.proof.as_slice()).bind(row.details.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// How a version came into a locker, if a helper added it a short while ago: a fact for a decision.
pub(crate) async fn find(tx: &mut Tx, locker: LockerId, version: VersionId) -> Result<Option<DepositRow>, StoreError> {
    let (locker, version) = (locker.uuid(), version.uuid());
    let row: Option<Raw> =
        on!(tx, conn => sqlx::query_as(DEPOSIT).bind(locker).bind(version).fetch_optional(conn).await?);
    row.map(TryInto::try_into).transpose()
}

/// What somebody has added to a locker a short while ago and is still there, the newest first.
pub(crate) async fn of_person(tx: &mut Tx, locker: LockerId, person: PersonId) -> Result<Vec<DepositRow>, StoreError> {
    let (locker, person) = (locker.uuid(), person.uuid());
    let rows: Vec<Raw> = on!(tx, conn => sqlx::query_as(DEPOSITS_OF).bind(locker).bind(person).fetch_all(conn).await?);
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Takes a deposit of the granted locker off the list: its version is gone.
pub(crate) async fn drop_one(tx: &mut Tx, held: &impl Held, version: VersionId) -> Result<(), StoreError> {
    let locker = held.locker().uuid();
    on!(tx, conn => { sqlx::query(DROP_DEPOSIT).bind(locker).bind(version.uuid()).execute(conn).await?; });
    Ok(())
}

/// Forgets who added what before a moment: it can't be taken back any more.
pub(crate) async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), StoreError> {
    on!(tx, conn => { sqlx::query(FORGET_DEPOSITS).bind(before.micros()).execute(conn).await?; });
    Ok(())
}
