//! Codes by which help is proposed: shown at once, or kept on paper. What a row says is not believed before `access` has checked its
//! proof.

use uuid::Uuid;

use super::grant::Held;
use super::{StoreError, Tx};
use crate::domain::basis::CodeKind;
use crate::domain::ids::LockerId;
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

statements! {
    DROP_HELP_CODES_OF_KIND = "DELETE FROM help_codes WHERE locker_id = $1 AND kind = $2";
    HELP_CODES = "SELECT locker_id, lookup, until, kind, proof FROM help_codes WHERE locker_id = $1 AND kind = $2 ORDER BY until";
    DROP_HELP_CODES = "DELETE FROM help_codes WHERE locker_id = $1";
}

/// A code by which help is proposed, as a row.
#[derive(Debug, Clone)]
pub struct HelpCodeRow {
    /// On which locker.
    pub locker: LockerId,
    /// Keyed hash of the code.
    pub lookup: [u8; 32],
    /// When it ends.
    pub until: Timestamp,
    /// What it lets somebody propose.
    pub kind: CodeKind,
    /// The row's proof.
    pub proof: Vec<u8>,
}

impl HelpCodeRow {
    /// What its proof must be of.
    pub const fn claim(&self) -> Claim<'_> {
        let (locker, lookup, until) = (self.locker, &self.lookup, self.until);
        match self.kind {
            CodeKind::Shown => Claim::HelpCode { locker, lookup, until },
            CodeKind::Paper => Claim::PaperCode { locker, lookup, until },
            CodeKind::Judgment => Claim::JudgmentCode { locker, lookup, until },
        }
    }
}

/// Takes the codes of a kind away from the granted locker. `false` if there is none.
pub(crate) async fn drop_codes(tx: &mut Tx, held: &impl Held, kind: CodeKind) -> Result<bool, StoreError> {
    let locker = held.locker().uuid();
    let gone = on!(tx, conn => {
        sqlx::query(DROP_HELP_CODES_OF_KIND).bind(locker).bind(kind.number()).execute(conn).await?.rows_affected()
    });
    Ok(gone > 0)
}

/// Locker, keyed hash, end, kind, proof.
pub(in crate::store) type RawCode = (Uuid, Vec<u8>, i64, i64, Vec<u8>);

/// A code as it was read.
pub(in crate::store) fn code((locker, lookup, until, kind, proof): RawCode) -> Result<HelpCodeRow, StoreError> {
    Ok(HelpCodeRow {
        locker: LockerId::from_uuid(locker),
        lookup: lookup.try_into().map_err(|_| StoreError::Damaged)?,
        until: Timestamp::from_micros(until),
        kind: CodeKind::from_number(kind).ok_or(StoreError::Damaged)?,
        proof,
    })
}

/// The codes of a kind of the granted locker: that there are some, never what they are.
pub(crate) async fn codes(tx: &mut Tx, held: &impl Held, kind: CodeKind) -> Result<Vec<HelpCodeRow>, StoreError> {
    let locker = held.locker().uuid();
    let rows: Vec<RawCode> =
        on!(tx, conn => sqlx::query_as(HELP_CODES).bind(locker).bind(kind.number()).fetch_all(conn).await?);
    rows.into_iter().map(code).collect()
}

/// Takes every code of a locker away.
pub(in crate::store) async fn forget(tx: &mut Tx, locker: Uuid) -> Result<(), StoreError> {
    on!(tx, conn => { sqlx::query(DROP_HELP_CODES).bind(locker).execute(conn).await?; });
    Ok(())
}
