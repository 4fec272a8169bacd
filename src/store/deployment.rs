//! The one row that says which installation this is.

use sqlx::FromRow;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::domain::ids::{ChainId, DeploymentId};
use crate::domain::source::Timestamp;

statements! {
    READ = "SELECT deployment_id, kind FROM deployment WHERE one = 1";
    CREATE = "INSERT INTO deployment (one, deployment_id, kind, created_at, root_epoch, root_floor)
        VALUES (1, $1, $2, $3, $4, $4)";
    ROOTS = "SELECT root_epoch, root_floor FROM deployment WHERE one = 1";
    LOCK_ROOTS = "UPDATE deployment SET root_epoch = root_epoch WHERE one = 1 RETURNING root_epoch, root_floor";
    SET_ROOTS = "UPDATE deployment SET root_epoch = $1, root_floor = $2 WHERE one = 1";
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

/// Where the root key's epochs stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Roots {
    /// The epoch that the last whole rotation moved to.
    #[sqlx(rename = "root_epoch")]
    pub epoch: i64,
    /// Older epochs are retired: nothing new is wrapped under them.
    #[sqlx(rename = "root_floor")]
    pub floor: i64,
}

/// Reads where the root key's epochs stand.
pub(crate) async fn roots(tx: &mut Tx) -> Result<Roots, StoreError> {
    on!(tx, conn => Ok(sqlx::query_as(ROOTS).fetch_one(conn).await?))
}

/// The same, locked until the end of the transaction: whoever wraps under the root key, says which epoch it knows, or retires
/// an epoch, does so one after the other.
pub(crate) async fn lock_roots(tx: &mut Tx) -> Result<Roots, StoreError> {
    on!(tx, conn => Ok(sqlx::query_as(LOCK_ROOTS).fetch_one(conn).await?))
}

/// Moves them on.
pub(crate) async fn set_roots(tx: &mut Tx, roots: Roots) -> Result<(), StoreError> {
    on!(tx, conn => { sqlx::query(SET_ROOTS).bind(roots.epoch).bind(roots.floor).execute(conn).await?; });
    Ok(())
}

/// Writes it, once; its keys are wrapped under this epoch of the root key.
pub(crate) async fn create(
    tx: &mut Tx,
    deployment: Deployment,
    at: Timestamp,
    root_epoch: i64,
) -> Result<(), StoreError> {
    let kind: i64 = if deployment.is_demo { 2 } else { 1 };
    on!(tx, conn => {
        sqlx::query(CREATE).bind(deployment.id.uuid()).bind(kind).bind(at.micros()).bind(root_epoch)
            .execute(conn).await?;
    });
    Ok(())
}
