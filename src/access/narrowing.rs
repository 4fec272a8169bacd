//! A holder takes back some of what a mandate allows: fewer categories, permissions or papers, or an earlier end. Never more, so
//! no fresh proof; the very next request of the helper is decided on what is left.

use std::collections::HashMap;

use super::{Ask, Caller, Door, NewMandate, Refusal};
use crate::domain::document::DocumentState;
use crate::domain::entry::Object;
use crate::domain::ids::{LockerId, MandateId};
use crate::domain::mandate::{Status, is_narrowing};
use crate::domain::source::Timestamp;
use crate::store::documents::{self, Found};
use crate::store::grant::{Held, Pending, act};
use crate::store::mandates::{self, MandateRow};
use crate::store::{StoreError, Tx};

impl Door {
    /// Begins to narrow a mandate that is not over, under the entry that says so, with the hash of what is left in words.
    pub async fn begin_narrowing(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        evidence: [u8; 32],
    ) -> Result<(Tx, Pending<act::NarrowMandate>, MandateRow), Refusal> {
        let ask = Ask { object: Some(Object::Mandate(mandate)), evidence: Some(evidence), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<act::NarrowMandate>(caller, &ask).await?;
        let row = self.mandate(&mut tx, &ask, mandate).await?;
        let moment = tx.moment().await?;
        let is_over = |row: &MandateRow| matches!(row.facts().status(moment), Status::Expired | Status::Ended);
        let Some(row) = row.filter(|row| !is_over(row)) else {
            drop(tx);
            return self.no_mandate::<act::NarrowMandate, _>(caller, locker).await;
        };
        Ok((tx, pending, row))
    }

    /// Writes what is left of it. `false`, and nothing is written: it would allow more than before, or for longer, or be over.
    pub async fn narrow(
        &self,
        mut tx: Tx,
        pending: Pending<act::NarrowMandate>,
        row: &MandateRow,
        until: Option<Timestamp>,
        new: NewMandate,
    ) -> Result<bool, Refusal> {
        let until = until.unwrap_or(row.until);
        let papers = documents::all(&mut tx, &pending).await?;
        let live = papers.iter().filter_map(Found::paper).filter(|paper| paper.state == DocumentState::Live);
        let stands: HashMap<_, _> = live.map(|paper| (paper.document, paper.collection)).collect();
        let is_less = is_narrowing(&new.scopes, &row.scopes, |document| stands.get(&document).copied());
        if !is_less || until > row.until || until <= pending.written().at {
            return Ok(false);
        }
        let NewMandate { scopes, details, shown, .. } = new;
        let words = pending.evidence().ok_or(StoreError::Other)?;
        let mut left = MandateRow { until, scopes, words, details, shown, ..row.clone() };
        left.proof = self.prove_mandate(&left, None)?.to_vec();
        mandates::narrow(&mut tx, &pending, &left).await?;
        self.commit(tx, pending).await?;
        Ok(true)
    }
}
