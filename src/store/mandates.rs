//! What lets helpers in: codes to propose by, proposals, mandates. What a row says is not believed before `access` has checked
//! its proof. Everything about one locker is read and changed under the lock of its chain.

use sqlx::FromRow;
use uuid::Uuid;

use super::grant::{GivesMandate, Held, Pending, act};
use super::lockers::Tie;
use super::{StoreError, Tx, help_codes, sheets};
use crate::domain::basis::Basis;
use crate::domain::ids::{LockerId, MandateId, MembershipId, OrganisationId, PersonId};
use crate::domain::mandate::{Consent, Helper, MandateFacts, SCOPES_MAX, Scope, scopes_from_bytes, scopes_to_bytes};
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

/// The parts of adding a mandate: its proposal and its waiting sheet go, it comes; and those that there were before it and that may
/// name its helper, or `$15` and `$16`.
macro_rules! taken {
    () => {
        "DELETE FROM proposals WHERE locker_id = $1 AND mandate_id = $2"
    };
}

macro_rules! sheet {
    () => {
        "DELETE FROM sheets WHERE locker_id = $1 AND mandate_id = $2 AND until IS NOT NULL"
    };
}

macro_rules! added {
    () => {
        "INSERT INTO mandates (locker_id, mandate_id, organisation_id, membership_id, person_id, consent, confirmed, begins_at,
            ends_at, ended_at, noted, scopes, proof, details, shown, words)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, 0, $10, $11, $12, $13, $14)"
    };
}

macro_rules! older {
    () => {
        "SELECT locker_id, mandate_id, organisation_id, membership_id, person_id, consent, confirmed, begins_at, ends_at, ended_at, acknowledged_at,
            scopes, proof, details, shown, words FROM mandates WHERE locker_id = $1 AND ended_at IS NULL AND ends_at > $8
            AND (organisation_id = $3 OR person_id = $5 OR organisation_id = $15 OR person_id = $16) ORDER BY begins_at, mandate_id"
    };
}

statements! {
    ADD_PROPOSAL = "INSERT INTO proposals (locker_id, mandate_id, organisation_id, membership_id, person_id, proposed_by, made_at, until, basis, proof, details)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    PROPOSALS = "SELECT mandate_id, organisation_id, membership_id, person_id, proposed_by, made_at, until, basis, proof, details FROM proposals
        WHERE locker_id = $1 ORDER BY until, mandate_id";
    PROPOSAL = "SELECT mandate_id, organisation_id, membership_id, person_id, proposed_by, made_at, until, basis, proof, details FROM proposals
        WHERE locker_id = $1 AND mandate_id = $2";
    ON_PAPER = "SELECT locker_id FROM proposals WHERE mandate_id = $1 AND basis > 0";
    ON_PAPER_IN = "SELECT mandate_id FROM proposals WHERE organisation_id = $1 AND basis > 0 AND until > $2 ORDER BY until, mandate_id LIMIT 200";
    HAS_PROPOSED = "SELECT COUNT(*) FROM proposals WHERE locker_id = $1 AND proposed_by = $2 AND until > $3";
    DROP_PROPOSAL = "DELETE FROM proposals WHERE locker_id = $1 AND mandate_id = $2";
    DROP_PROPOSALS = "DELETE FROM proposals WHERE locker_id = $1";
    PG_ADD_MANDATE = concat!("WITH proposal AS (", taken!(), "), sheet AS (", sheet!(), "), added AS (", added!(), ") ", older!());
    LITE_ADD_MANDATE = concat!(older!(), "; ", taken!(), "; ", sheet!(), "; ", added!());
    MANDATE = "SELECT locker_id, mandate_id, organisation_id, membership_id, person_id, consent, confirmed, begins_at, ends_at, ended_at, acknowledged_at,
            scopes, proof, details, shown, words FROM mandates WHERE locker_id = $1 AND mandate_id = $2";
    MANDATES = "SELECT locker_id, mandate_id, organisation_id, membership_id, person_id, consent, confirmed, begins_at, ends_at, ended_at, acknowledged_at,
            scopes, proof, details, shown, words FROM mandates WHERE locker_id = $1 ORDER BY begins_at, mandate_id";
    OF_HELPER = "SELECT locker_id, mandate_id, organisation_id, membership_id, person_id, consent, confirmed, begins_at, ends_at, ended_at, acknowledged_at,
            scopes, proof, details, shown, words FROM mandates WHERE ((organisation_id = $1 AND (membership_id IS NULL OR membership_id = $4)) OR person_id = $2) AND ended_at IS NULL AND ends_at > $3
        ORDER BY ends_at, mandate_id LIMIT 1000";
    ACKNOWLEDGE_MANDATE = "UPDATE mandates SET acknowledged_at = $3, proof = $4 WHERE locker_id = $1 AND mandate_id = $2";
    END_MANDATE = "UPDATE mandates SET ended_at = $3, proof = $4 WHERE locker_id = $1 AND mandate_id = $2";
    NARROW_MANDATE = "UPDATE mandates SET ends_at = $3, scopes = $4, proof = $5, details = $6, shown = $7, words = $8 WHERE locker_id = $1 AND mandate_id = $2";
    NOTE_END = "UPDATE mandates SET noted = 1 WHERE locker_id = $1 AND mandate_id = $2 AND noted = 0";
    DUE_MANDATES = "SELECT locker_id, mandate_id FROM mandates WHERE ends_at <= $1 AND noted = 0 AND ended_at IS NULL
        ORDER BY ends_at, mandate_id LIMIT 200";
}

/// What somebody proposes, as a row.
#[derive(Debug, Clone)]
pub struct ProposalRow {
    /// On which locker.
    pub locker: LockerId,
    /// Which mandate it may become.
    pub mandate: MandateId,
    /// Whom it would name.
    pub helper: Helper,
    /// Who proposes.
    pub by: PersonId,
    /// When it was made, by the clock alone: the holder's proof must be newer.
    pub made_at: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// On what it is to become a mandate.
    pub basis: Basis,
    /// The row's proof.
    pub proof: Vec<u8>,
    /// What is proposed, sealed under the directory key.
    pub details: Vec<u8>,
}

impl ProposalRow {
    /// What its proof must be of.
    pub const fn claim(&self) -> Claim<'_> {
        Claim::Proposal {
            locker: self.locker,
            mandate: self.mandate,
            helper: self.helper,
            by: self.by,
            made_at: self.made_at,
            until: self.until,
            basis: self.basis,
        }
    }
}

/// A mandate as a row.
#[derive(Debug, Clone)]
pub struct MandateRow {
    /// On which locker.
    pub locker: LockerId,
    /// Which.
    pub mandate: MandateId,
    /// Whom it names.
    pub helper: Helper,
    /// How consent was given.
    pub consent: Consent,
    /// Whether consent is whole.
    pub is_confirmed: bool,
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
    /// When it was stopped, if it was.
    pub ended_at: Option<Timestamp>,
    /// When the holder confirmed it, if it was given on paper and they did.
    pub acknowledged_at: Option<Timestamp>,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// SHA-256 of the words that it rests on, as the journal's newest entry about them bears it.
    pub words: [u8; 32],
    /// The row's proof.
    pub proof: Vec<u8>,
    /// What was agreed to, sealed under the key of the evidence collection.
    pub details: Vec<u8>,
    /// What the helper sees of it in their list, sealed under the directory key.
    pub shown: Vec<u8>,
}

impl MandateRow {
    /// What a decision looks at.
    pub fn facts(&self) -> MandateFacts<'_> {
        MandateFacts {
            mandate: self.mandate,
            locker: self.locker,
            helper: self.helper,
            consent: self.consent,
            scopes: &self.scopes,
            from: self.from,
            until: self.until,
            ended_at: self.ended_at,
            is_confirmed: self.is_confirmed,
        }
    }
}

/// Organisation, membership, person: whom a row names.
type HelperIds = (Option<Uuid>, Option<Uuid>, Option<Uuid>);

pub(in crate::store) const fn helper_ids(helper: Helper) -> HelperIds {
    match helper {
        Helper::Aidant(organisation, membership) => (Some(organisation.uuid()), Some(membership.uuid()), None),
        Helper::Desk(organisation) => (Some(organisation.uuid()), None, None),
        Helper::Relative(person) => (None, None, Some(person.uuid())),
    }
}

const fn helper_from(ids: HelperIds) -> Result<Helper, StoreError> {
    match ids {
        (Some(organisation), Some(membership), None) => {
            Ok(Helper::Aidant(OrganisationId::from_uuid(organisation), MembershipId::from_uuid(membership)))
        }
        (Some(organisation), None, None) => Ok(Helper::Desk(OrganisationId::from_uuid(organisation))),
        (None, None, Some(person)) => Ok(Helper::Relative(PersonId::from_uuid(person))),
        _ => Err(StoreError::Damaged),
    }
}

#[derive(FromRow)]
pub(in crate::store) struct RawProposal {
    pub(in crate::store) mandate_id: Uuid,
    pub(in crate::store) organisation_id: Option<Uuid>,
    pub(in crate::store) membership_id: Option<Uuid>,
    pub(in crate::store) person_id: Option<Uuid>,
    pub(in crate::store) proposed_by: Uuid,
    pub(in crate::store) made_at: i64,
    pub(in crate::store) until: i64,
    pub(in crate::store) basis: i64,
    pub(in crate::store) proof: Vec<u8>,
    pub(in crate::store) details: Vec<u8>,
}

impl RawProposal {
    pub(in crate::store) fn read(self, locker: LockerId) -> Result<ProposalRow, StoreError> {
        Ok(ProposalRow {
            locker,
            mandate: MandateId::from_uuid(self.mandate_id),
            helper: helper_from((self.organisation_id, self.membership_id, self.person_id))?,
            by: PersonId::from_uuid(self.proposed_by),
            made_at: Timestamp::from_micros(self.made_at),
            until: Timestamp::from_micros(self.until),
            basis: Basis::from_number(self.basis).ok_or(StoreError::Damaged)?,
            proof: self.proof,
            details: self.details,
        })
    }
}

#[derive(FromRow)]
pub(in crate::store) struct RawMandate {
    pub(in crate::store) locker_id: Uuid,
    pub(in crate::store) mandate_id: Uuid,
    pub(in crate::store) organisation_id: Option<Uuid>,
    pub(in crate::store) membership_id: Option<Uuid>,
    pub(in crate::store) person_id: Option<Uuid>,
    pub(in crate::store) consent: i64,
    pub(in crate::store) confirmed: i64,
    pub(in crate::store) begins_at: i64,
    pub(in crate::store) ends_at: i64,
    pub(in crate::store) ended_at: Option<i64>,
    pub(in crate::store) acknowledged_at: Option<i64>,
    pub(in crate::store) scopes: Vec<u8>,
    pub(in crate::store) proof: Vec<u8>,
    pub(in crate::store) details: Vec<u8>,
    pub(in crate::store) shown: Vec<u8>,
    pub(in crate::store) words: Vec<u8>,
}

impl TryFrom<RawMandate> for MandateRow {
    type Error = StoreError;
    fn try_from(raw: RawMandate) -> Result<Self, StoreError> {
        Ok(Self {
            locker: LockerId::from_uuid(raw.locker_id),
            mandate: MandateId::from_uuid(raw.mandate_id),
            helper: helper_from((raw.organisation_id, raw.membership_id, raw.person_id))?,
            consent: Consent::from_number(raw.consent).ok_or(StoreError::Damaged)?,
            is_confirmed: raw.confirmed == 1,
            from: Timestamp::from_micros(raw.begins_at),
            until: Timestamp::from_micros(raw.ends_at),
            ended_at: raw.ended_at.map(Timestamp::from_micros),
            acknowledged_at: raw.acknowledged_at.map(Timestamp::from_micros),
            scopes: scopes_from_bytes(&raw.scopes).ok_or(StoreError::Damaged)?,
            // One from before there were any: it agrees with no entry.
            words: raw.words.try_into().unwrap_or_default(),
            proof: raw.proof,
            details: raw.details,
            shown: raw.shown,
        })
    }
}

/// The values of a proposal's row, in their order.
macro_rules! proposal_bound {
    ($sql:expr, $tie:expr, $row:expr) => {{
        let (organisation, membership, person) = helper_ids($row.helper);
        sqlx::query($sql)
            .bind($tie.locker().uuid())
            .bind($row.mandate.uuid())
            .bind(organisation)
            .bind(membership)
            .bind(person)
            .bind($row.by.uuid())
            .bind($row.made_at.micros())
            .bind($row.until.micros())
            .bind($row.basis.number())
            .bind($row.proof.as_slice())
            .bind($row.details.as_slice())
    }};
}

/// Adds a proposal to the tied locker, whose chain is locked.
pub(crate) async fn propose(tx: &mut Tx, tie: &Tie, row: &ProposalRow) -> Result<(), StoreError> {
    on!(tx, conn => { proposal_bound!(ADD_PROPOSAL, tie, row).execute(conn).await?; });
    Ok(())
}

/// The proposals on the granted locker.
pub(crate) async fn proposals(tx: &mut Tx, held: &impl Held) -> Result<Vec<ProposalRow>, StoreError> {
    let locker = held.locker();
    let rows: Vec<RawProposal> = on!(tx, conn => sqlx::query_as(PROPOSALS).bind(locker.uuid()).fetch_all(conn).await?);
    rows.into_iter().map(|raw| raw.read(locker)).collect()
}

/// A proposal on a tied locker: a fact for a decision.
pub(crate) async fn proposal(tx: &mut Tx, tie: &Tie, mandate: MandateId) -> Result<Option<ProposalRow>, StoreError> {
    let (locker, mandate) = (tie.locker(), mandate.uuid());
    let row: Option<RawProposal> =
        on!(tx, conn => sqlx::query_as(PROPOSAL).bind(locker.uuid()).bind(mandate).fetch_optional(conn).await?);
    row.map(|raw| raw.read(locker)).transpose()
}

/// A proposal that waits for its sheet, by the mandate that it may become: whoever asks names no locker.
pub(crate) async fn proposal_on_paper(tx: &mut Tx, mandate: MandateId) -> Result<Option<ProposalRow>, StoreError> {
    let row: Option<(Uuid,)> =
        on!(tx, conn => sqlx::query_as(ON_PAPER).bind(mandate.uuid()).fetch_optional(conn).await?);
    let Some((locker,)) = row else { return Ok(None) };
    let row: Option<RawProposal> =
        on!(tx, conn => sqlx::query_as(PROPOSAL).bind(locker).bind(mandate.uuid()).fetch_optional(conn).await?);
    row.map(|raw| raw.read(LockerId::from_uuid(locker))).transpose()
}

/// Those that wait for their sheet, or for its confirmation, in an organisation whose chain is locked.
pub(crate) async fn on_paper_in(
    tx: &mut Tx,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<Vec<MandateId>, StoreError> {
    let rows: Vec<Uuid> = on!(tx, conn => sqlx::query_scalar(ON_PAPER_IN).bind(organisation.uuid()).bind(now.micros()).fetch_all(conn).await?);
    Ok(rows.into_iter().map(MandateId::from_uuid).collect())
}

/// Whether somebody has a proposal on a tied locker already.
pub(crate) async fn has_proposed(tx: &mut Tx, tie: &Tie, by: PersonId, now: Timestamp) -> Result<bool, StoreError> {
    let (locker, by) = (tie.locker().uuid(), by.uuid());
    let found: i64 = on!(tx, conn => {
        sqlx::query_scalar(HAS_PROPOSED).bind(locker).bind(by).bind(now.micros()).fetch_one(conn).await?
    });
    Ok(found > 0)
}

/// Takes a proposal of the granted locker away. `false` if there is none.
pub(crate) async fn drop_proposal(tx: &mut Tx, held: &impl Held, mandate: MandateId) -> Result<bool, StoreError> {
    let is_gone = proposal_gone(tx, held.locker(), mandate).await?;
    sheets::forget(tx, held, mandate).await?;
    Ok(is_gone)
}

/// The same on a tied locker whose chain is locked: who made it takes it back. It waits for no sheet.
pub(crate) async fn take_back(tx: &mut Tx, tie: &Tie, mandate: MandateId) -> Result<bool, StoreError> {
    proposal_gone(tx, tie.locker(), mandate).await
}

async fn proposal_gone(tx: &mut Tx, locker: LockerId, mandate: MandateId) -> Result<bool, StoreError> {
    let (locker, mandate) = (locker.uuid(), mandate.uuid());
    let gone = on!(tx, conn => {
        sqlx::query(DROP_PROPOSAL).bind(locker).bind(mandate).execute(conn).await?.rows_affected()
    });
    Ok(gone > 0)
}

/// Takes every code and proposal of the granted locker away.
pub(crate) async fn drop_offers(tx: &mut Tx, pending: &Pending<act::StopHelp>) -> Result<(), StoreError> {
    offers_gone(tx, pending.locker().uuid()).await
}

/// The same for a locker that is erased.
pub(in crate::store) async fn forget_offers(
    tx: &mut Tx,
    pending: &Pending<act::EraseLocker>,
) -> Result<(), StoreError> {
    offers_gone(tx, pending.locker().uuid()).await
}

async fn offers_gone(tx: &mut Tx, locker: Uuid) -> Result<(), StoreError> {
    sheets::forget_waiting(tx, locker).await?;
    help_codes::forget(tx, locker).await?;
    on!(tx, conn => { sqlx::query(DROP_PROPOSALS).bind(locker).execute(conn).await?; });
    Ok(())
}

/// Adds a mandate to the granted locker, in the place of its proposal. Gives those from before that are not over and may name its
/// helper or another one: their organisation does, or they.
pub(crate) async fn add<A: GivesMandate>(
    tx: &mut Tx,
    pending: &Pending<A>,
    row: &MandateRow,
    another: Option<Helper>,
) -> Result<Vec<MandateRow>, StoreError> {
    if row.locker != pending.locker() || row.scopes.len() > SCOPES_MAX {
        return Err(StoreError::Other);
    }
    let (organisation, membership, person) = helper_ids(row.helper);
    let (other, _, another) = another.map_or((None, None, None), helper_ids);
    let sql = if tx.is_postgres() { PG_ADD_MANDATE } else { LITE_ADD_MANDATE };
    let older: Vec<RawMandate> = on!(tx, conn => {
        sqlx::query_as(sql).bind(row.locker.uuid()).bind(row.mandate.uuid()).bind(organisation).bind(membership)
            .bind(person).bind(row.consent.number()).bind(i64::from(row.is_confirmed)).bind(row.from.micros())
            .bind(row.until.micros()).bind(scopes_to_bytes(&row.scopes)).bind(row.proof.as_slice())
            .bind(row.details.as_slice()).bind(row.shown.as_slice())
            .bind(row.words.as_slice()).bind(other).bind(another).fetch_all(conn).await?
    });
    Ok(readable(older))
}

/// The mandates of the granted locker, past and present.
pub(crate) async fn all(tx: &mut Tx, held: &impl Held) -> Result<Vec<MandateRow>, StoreError> {
    of_locker(tx, held.locker()).await
}

/// The mandates of a locker, past and present: facts for a decision.
pub(crate) async fn of_locker(tx: &mut Tx, locker: LockerId) -> Result<Vec<MandateRow>, StoreError> {
    let rows: Vec<RawMandate> = on!(tx, conn => sqlx::query_as(MANDATES).bind(locker.uuid()).fetch_all(conn).await?);
    Ok(readable(rows))
}

/// Those that read as mandates. One that somebody has changed lets nobody in, and keeps nobody from the others.
fn readable(rows: Vec<RawMandate>) -> Vec<MandateRow> {
    let one = |raw: RawMandate| {
        let (locker, mandate) = (raw.locker_id, raw.mandate_id);
        let read: Result<MandateRow, StoreError> = raw.try_into();
        read.inspect_err(|_| tracing::error!(%locker, %mandate, "a mandate's row does not read")).ok()
    };
    rows.into_iter().filter_map(one).collect()
}

/// A mandate of a locker: a fact for a decision.
pub(crate) async fn find(tx: &mut Tx, locker: LockerId, mandate: MandateId) -> Result<Option<MandateRow>, StoreError> {
    let (locker, mandate) = (locker.uuid(), mandate.uuid());
    let row: Option<RawMandate> =
        on!(tx, conn => sqlx::query_as(MANDATE).bind(locker).bind(mandate).fetch_optional(conn).await?);
    row.map(TryInto::try_into).transpose()
}

/// The mandates that name a place in an organisation, its desk, or a person, and are not over at a moment, in every locker.
pub(crate) async fn of_helper(
    tx: &mut Tx,
    place: Option<(OrganisationId, MembershipId)>,
    person: Option<PersonId>,
    at: Timestamp,
) -> Result<Vec<MandateRow>, StoreError> {
    let (organisation, membership) = (place.map(|(id, _)| id.uuid()), place.map(|(_, id)| id.uuid()));
    let person = person.map(PersonId::uuid);
    let rows: Vec<RawMandate> = on!(tx, conn => {
        sqlx::query_as(OF_HELPER).bind(organisation).bind(person).bind(at.micros()).bind(membership).fetch_all(conn).await?
    });
    Ok(readable(rows))
}

/// Writes that a mandate of a locker whose chain is locked was stopped.
pub(crate) async fn end(tx: &mut Tx, row: &MandateRow, at: Timestamp, proof: &[u8; 32]) -> Result<(), StoreError> {
    let (locker, mandate) = (row.locker.uuid(), row.mandate.uuid());
    on!(tx, conn => {
        sqlx::query(END_MANDATE).bind(locker).bind(mandate).bind(at.micros()).bind(proof.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Writes that the holder has confirmed a mandate that was given on paper.
pub(crate) async fn acknowledge(
    tx: &mut Tx,
    pending: &Pending<act::AcknowledgeMandate>,
    row: &MandateRow,
    at: Timestamp,
    proof: &[u8; 32],
) -> Result<(), StoreError> {
    let (locker, mandate) = (pending.locker().uuid(), row.mandate.uuid());
    on!(tx, conn => {
        sqlx::query(ACKNOWLEDGE_MANDATE).bind(locker).bind(mandate).bind(at.micros()).bind(proof.as_slice()).execute(conn)
            .await?;
    });
    Ok(())
}

/// Writes what is left of a mandate of the granted locker.
pub(crate) async fn narrow(
    tx: &mut Tx,
    pending: &Pending<act::NarrowMandate>,
    row: &MandateRow,
) -> Result<(), StoreError> {
    let (locker, mandate) = (pending.locker().uuid(), row.mandate.uuid());
    on!(tx, conn => {
        sqlx::query(NARROW_MANDATE).bind(locker).bind(mandate).bind(row.until.micros())
            .bind(scopes_to_bytes(&row.scopes)).bind(row.proof.as_slice()).bind(row.details.as_slice())
            .bind(row.shown.as_slice())
            .bind(row.words.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Mandates whose time is over and whose end is not on record: work for a job.
pub(crate) async fn due(tx: &mut Tx, now: Timestamp) -> Result<Vec<(LockerId, MandateId)>, StoreError> {
    let rows: Vec<(Uuid, Uuid)> =
        on!(tx, conn => sqlx::query_as(DUE_MANDATES).bind(now.micros()).fetch_all(conn).await?);
    Ok(rows.into_iter().map(|(l, m)| (LockerId::from_uuid(l), MandateId::from_uuid(m))).collect())
}

/// Notes that a mandate's end is on record. `false` if it was.
pub(crate) async fn note_end(tx: &mut Tx, tie: &Tie, mandate: MandateId) -> Result<bool, StoreError> {
    let (locker, mandate) = (tie.locker().uuid(), mandate.uuid());
    let noted = on!(tx, conn => {
        sqlx::query(NOTE_END).bind(locker).bind(mandate).execute(conn).await?.rows_affected()
    });
    Ok(noted > 0)
}
