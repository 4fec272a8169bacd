//! The one row that says which installation this is.

use sqlx::FromRow;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::domain::ids::{ChainId, DeploymentId};
use crate::domain::source::Timestamp;

statements! {
    READ = "SELECT deployment_id, kind FROM deployment WHERE one = 1";
    CREATE = "INSERT INTO deployment (one, deployment_id, kind, created_at) VALUES (1, $1, $2, $3)";
}

/// An installation.
#[derive(Debug, Clone, Copy)]
pub struct Deployment {
    /// Its id, bound into every wrap and sealed field.
    pub id: DeploymentId,
    /// Whether it holds invented people: `serve` refuses it.
    pub is_demo: bool,
}

impl Deployment {
    /// The service's own chain: same 16 bytes.
    pub const fn service_chain(&self) -> ChainId {
        ChainId::from_uuid(self.id.uuid())
    }
}

#[derive(FromRow)]
struct Row {
    deployment_id: Uuid,
    kind: i64,
}

/// Reads it; `None` before `init`.
pub(crate) async fn read(tx: &mut Tx) -> Result<Option<Deployment>, StoreError> {
    let row: Option<Row> = on!(tx, conn => sqlx::query_as(READ).fetch_optional(conn).await?);
    Ok(row.map(|row| Deployment { id: DeploymentId::from_uuid(row.deployment_id), is_demo: row.kind == 2 }))
}

/// Writes it, once.
pub(crate) async fn create(tx: &mut Tx, deployment: Deployment, at: Timestamp) -> Result<(), StoreError> {
    let kind: i64 = if deployment.is_demo { 2 } else { 1 };
    on!(tx, conn => {
        sqlx::query(CREATE).bind(deployment.id.uuid()).bind(kind).bind(at.micros()).execute(conn).await?;
    });
    Ok(())
}
