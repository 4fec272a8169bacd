//! Papers that say who helps: that there is one, and the keyed hash of its code. What a row says is not believed before `access` has
//! checked its proof. The paper itself is made anew each time.

use uuid::Uuid;

use super::grant::{Held, Pending, act};
use super::{StoreError, Tx};
use crate::domain::ids::{LockerId, MandateId};
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

statements! {
    KEEP_ATTESTATION = "INSERT INTO attestations (locker_id, mandate_id, words, lookup, made_at, proof) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (locker_id, mandate_id, words) DO UPDATE SET lookup = $4, made_at = $5, proof = $6";
    BY_LOOKUP = "SELECT locker_id, mandate_id, words, lookup, made_at, proof FROM attestations WHERE lookup = $1";
}

/// Such a paper as a row.
#[derive(Debug, Clone)]
pub struct AttestationRow {
    /// On which locker.
    pub locker: LockerId,
    /// Of which mandate.
    pub mandate: MandateId,
    /// SHA-256 of the words that the mandate rested on.
    pub words: [u8; 32],
    /// Keyed hash of its code.
    pub lookup: [u8; 32],
    /// When it was made last.
    pub made_at: Timestamp,
    /// The row's proof.
    pub proof: Vec<u8>,
}

impl AttestationRow {
    /// What its proof must be of.
    pub const fn claim(&self) -> Claim<'_> {
        let Self { locker, mandate, words, lookup, made_at, .. } = self;
        Claim::Attestation { locker: *locker, mandate: *mandate, words, lookup, made_at: *made_at }
    }
}

/// Keeps that there is one in the granted locker, in the place of one of the same words.
pub(crate) async fn keep(
    tx: &mut Tx,
    pending: &Pending<act::AttestMandate>,
    row: &AttestationRow,
) -> Result<(), StoreError> {
    if row.locker != pending.locker() {
        return Err(StoreError::Other);
    }
    on!(tx, conn => {
        sqlx::query(KEEP_ATTESTATION).bind(row.locker.uuid()).bind(row.mandate.uuid()).bind(row.words.as_slice()).bind(row.lookup.as_slice())
            .bind(row.made_at.micros()).bind(row.proof.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Locker, mandate, words, keyed hash, when it was made, proof.
type Raw = (Uuid, Uuid, Vec<u8>, Vec<u8>, i64, Vec<u8>);

/// The one whose code this is the keyed hash of, in whichever locker.
pub(crate) async fn by_lookup(tx: &mut Tx, lookup: &[u8; 32]) -> Result<Option<AttestationRow>, StoreError> {
    let row: Option<Raw> =
        on!(tx, conn => sqlx::query_as(BY_LOOKUP).bind(lookup.as_slice()).fetch_optional(conn).await?);
    let Some((locker, mandate, words, lookup, made_at, proof)) = row else { return Ok(None) };
    Ok(Some(AttestationRow {
        locker: LockerId::from_uuid(locker),
        mandate: MandateId::from_uuid(mandate),
        words: words.try_into().map_err(|_| StoreError::Damaged)?,
        lookup: lookup.try_into().map_err(|_| StoreError::Damaged)?,
        made_at: Timestamp::from_micros(made_at),
        proof,
    }))
}
