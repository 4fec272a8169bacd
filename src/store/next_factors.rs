//! Second factors that are to replace the ones that stand. Read and written under the lock of the row in `second_factors`; the
//! secret is ciphertext here.

use sqlx::FromRow;
use uuid::Uuid;

use super::{StoreError, Tx};
use crate::domain::ids::{PersonId, SessionId};
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

statements! {
    NEXT_FACTOR = "SELECT person_id, session_id, begun_at, proof, secret FROM next_factors WHERE person_id = $1";
    ADD_NEXT_FACTOR = "INSERT INTO next_factors (person_id, session_id, begun_at, proof, secret) VALUES ($1, $2, $3, $4, $5)";
    DROP_NEXT_FACTOR = "DELETE FROM next_factors WHERE person_id = $1";
}

/// A second factor to be, as a row.
#[derive(Debug, Clone)]
pub struct NextFactorRow {
    /// Whose.
    pub person: PersonId,
    /// The session in which it was begun.
    pub session: SessionId,
    /// When its secret was drawn.
    pub begun_at: Timestamp,
    /// The row's proof, to be checked before anything of it is believed.
    pub proof: Vec<u8>,
    /// Sealed under the directory key.
    pub secret: Vec<u8>,
}

impl NextFactorRow {
    /// What its proof must be of, if it is to replace a factor whose secret was drawn then.
    pub fn claim(&self, replaces: Timestamp) -> Claim<'_> {
        let (person, session, begun_at) = (self.person, self.session, self.begun_at);
        Claim::NextFactor { person, session, begun_at, replaces, secret: &self.secret }
    }
}

#[derive(FromRow)]
struct Raw {
    person_id: Uuid,
    session_id: Uuid,
    begun_at: i64,
    proof: Vec<u8>,
    secret: Vec<u8>,
}

impl From<Raw> for NextFactorRow {
    fn from(raw: Raw) -> Self {
        Self {
            person: PersonId::from_uuid(raw.person_id),
            session: SessionId::from_uuid(raw.session_id),
            begun_at: Timestamp::from_micros(raw.begun_at),
            proof: raw.proof,
            secret: raw.secret,
        }
    }
}

/// What a person, whose factor is locked, has begun.
pub(crate) async fn find(tx: &mut Tx, person: PersonId) -> Result<Option<NextFactorRow>, StoreError> {
    let row: Option<Raw> = on!(tx, conn => sqlx::query_as(NEXT_FACTOR).bind(person.uuid()).fetch_optional(conn).await?);
    Ok(row.map(Into::into))
}

/// Writes one for a person whose factor is locked, in place of what they began before.
pub(crate) async fn write(tx: &mut Tx, row: &NextFactorRow) -> Result<(), StoreError> {
    drop_next(tx, row.person).await?;
    on!(tx, conn => {
        sqlx::query(ADD_NEXT_FACTOR).bind(row.person.uuid()).bind(row.session.uuid()).bind(row.begun_at.micros())
            .bind(row.proof.as_slice()).bind(row.secret.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Forgets what a person, whose factor is locked, has begun.
pub(crate) async fn drop_next(tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
    on!(tx, conn => { sqlx::query(DROP_NEXT_FACTOR).bind(person.uuid()).execute(conn).await?; });
    Ok(())
}
