//! What waits to be told to servers of institutions: added in the transaction of what it tells, taken up and taken away under the lock of
//! the institution's chain. What a row says is not believed before `access` has checked its proof. No address and nothing sealed is here.

use sqlx::FromRow;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::domain::ids::{InstitutionId, PaperRequestId, ShareId, WebhookId};
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;
use crate::domain::webhook::{Happened, WebhookFacts};

statements! {
    ADD_WEBHOOK = "INSERT INTO webhooks (institution_id, webhook_id, happened, request_id, share_id, at, due_at, tries, proof)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $9, $8)";
    REPLACED_WEBHOOKS = "DELETE FROM webhooks WHERE institution_id = $1 AND share_id = $2 AND happened IN (4, 5, 6) RETURNING due_at, tries";
    WEBHOOK = "SELECT institution_id, webhook_id, happened, request_id, share_id, at, due_at, tries, proof FROM webhooks
        WHERE institution_id = $1 AND webhook_id = $2";
    INSTITUTIONS_TO_TELL = "SELECT DISTINCT institution_id FROM webhooks WHERE due_at <= $1 ORDER BY institution_id";
    DUE_WEBHOOKS = "SELECT webhook_id FROM webhooks WHERE institution_id = $1 AND due_at <= $2 ORDER BY at, webhook_id LIMIT $3";
    DELAY_WEBHOOK = "UPDATE webhooks SET due_at = $3, tries = $4 WHERE institution_id = $1 AND webhook_id = $2";
    DROP_WEBHOOK = "DELETE FROM webhooks WHERE institution_id = $1 AND webhook_id = $2";
}

/// Something that waits, as a row.
#[derive(Debug, Clone)]
pub struct WebhookRow {
    /// What is told.
    pub facts: WebhookFacts,
    /// When it is tried next; or, while somebody has it, until when.
    pub due_at: Timestamp,
    /// How often it was tried.
    pub tries: u16,
    /// The row's proof.
    pub proof: Vec<u8>,
}

impl WebhookRow {
    /// What its proof must be of.
    pub const fn claim(&self) -> Claim<'_> {
        Claim::Webhook { facts: &self.facts }
    }
}

#[derive(FromRow)]
struct Raw {
    institution_id: Uuid,
    webhook_id: Uuid,
    happened: i64,
    request_id: Uuid,
    share_id: Option<Uuid>,
    at: i64,
    due_at: i64,
    tries: i64,
    proof: Vec<u8>,
}

impl TryFrom<Raw> for WebhookRow {
    type Error = StoreError;
    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        Ok(Self {
            facts: WebhookFacts {
                institution: InstitutionId::from_uuid(raw.institution_id),
                webhook: WebhookId::from_uuid(raw.webhook_id),
                happened: Happened::from_number(raw.happened).ok_or(StoreError::Damaged)?,
                request: PaperRequestId::from_uuid(raw.request_id),
                share: raw.share_id.map(ShareId::from_uuid),
                at: Timestamp::from_micros(raw.at),
            },
            due_at: Timestamp::from_micros(raw.due_at),
            tries: tries_of(raw.tries),
            proof: raw.proof,
        })
    }
}

fn tries_of(tries: i64) -> u16 {
    u16::try_from(tries.max(0)).unwrap_or(u16::MAX)
}

/// Adds one, in the transaction of what it tells.
pub(crate) async fn add(tx: &mut Tx, row: &WebhookRow) -> Result<(), StoreError> {
    let facts = &row.facts;
    on!(tx, conn => {
        sqlx::query(ADD_WEBHOOK).bind(facts.institution.uuid()).bind(facts.webhook.uuid()).bind(facts.happened.number())
            .bind(facts.request.uuid()).bind(facts.share.map(ShareId::uuid)).bind(facts.at.micros()).bind(row.due_at.micros())
            .bind(row.proof.as_slice()).bind(i64::from(row.tries)).execute(conn).await?;
    });
    Ok(())
}

/// Takes away what waits to be told of a share as such, as something newer takes its place: when each was due, and how often it was tried.
pub(crate) async fn replace(
    tx: &mut Tx,
    institution: InstitutionId,
    share: ShareId,
) -> Result<Vec<(Timestamp, u16)>, StoreError> {
    let (institution, share) = (institution.uuid(), share.uuid());
    let rows: Vec<(i64, i64)> = on!(tx, conn => {
        sqlx::query_as(REPLACED_WEBHOOKS).bind(institution).bind(share).fetch_all(conn).await?
    });
    Ok(rows.into_iter().map(|(due_at, tries)| (Timestamp::from_micros(due_at), tries_of(tries))).collect())
}

/// One, if it still waits.
pub(crate) async fn find(
    tx: &mut Tx,
    institution: InstitutionId,
    webhook: WebhookId,
) -> Result<Option<WebhookRow>, StoreError> {
    let (institution, webhook) = (institution.uuid(), webhook.uuid());
    let row: Option<Raw> =
        on!(tx, conn => sqlx::query_as(WEBHOOK).bind(institution).bind(webhook).fetch_optional(conn).await?);
    row.map(TryInto::try_into).transpose()
}

/// Institutions for which something is due: work for a job, which decides on each.
pub(crate) async fn institutions(tx: &mut Tx, now: Timestamp) -> Result<Vec<InstitutionId>, StoreError> {
    let rows: Vec<Uuid> =
        on!(tx, conn => sqlx::query_scalar(INSTITUTIONS_TO_TELL).bind(now.micros()).fetch_all(conn).await?);
    Ok(rows.into_iter().map(InstitutionId::from_uuid).collect())
}

/// Up to so many that are due for one, in the order in which they happened.
pub(crate) async fn due(
    tx: &mut Tx,
    institution: InstitutionId,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<WebhookId>, StoreError> {
    let rows: Vec<Uuid> = on!(tx, conn => {
        sqlx::query_scalar(DUE_WEBHOOKS).bind(institution.uuid()).bind(now.micros()).bind(i64::from(limit)).fetch_all(conn).await?
    });
    Ok(rows.into_iter().map(WebhookId::from_uuid).collect())
}

/// Writes when it is tried next, and how often it was.
pub(crate) async fn delay(tx: &mut Tx, row: &WebhookRow) -> Result<(), StoreError> {
    let facts = &row.facts;
    on!(tx, conn => {
        sqlx::query(DELAY_WEBHOOK).bind(facts.institution.uuid()).bind(facts.webhook.uuid()).bind(row.due_at.micros())
            .bind(i64::from(row.tries)).execute(conn).await?;
    });
    Ok(())
}

/// Takes one away: it was told, or never will be.
pub(crate) async fn forget(tx: &mut Tx, (institution, webhook): (InstitutionId, WebhookId)) -> Result<(), StoreError> {
    let (institution, webhook) = (institution.uuid(), webhook.uuid());
    on!(tx, conn => { sqlx::query(DROP_WEBHOOK).bind(institution).bind(webhook).execute(conn).await?; });
    Ok(())
}
