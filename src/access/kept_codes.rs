//! The codes that a holder keeps on paper, for a signed sheet and for help that a court decides; and what began by them, as their first
//! page tells it.

use super::{Ask, Caller, Door, Refusal};
use crate::domain::basis::CodeKind;
use crate::domain::ids::LockerId;
use crate::domain::mandate::{Consent, Status};
use crate::domain::source::Timestamp;
use crate::store::grant::{Act, Held, act};
use crate::store::mandates::MandateRow;
use crate::store::{StoreError, Tx, help_codes};

impl Door {
    /// The holder makes a code to keep on paper; the one before serves no more. Gives until when.
    pub async fn make_paper_code(
        &self,
        caller: &Caller,
        locker: LockerId,
        lookup: [u8; 32],
    ) -> Result<Timestamp, Refusal> {
        self.make_code::<act::MakePaperCode>(caller, locker, lookup, CodeKind::Paper).await
    }

    /// The same, for help that a court decides.
    pub async fn make_judgment_code(
        &self,
        caller: &Caller,
        locker: LockerId,
        lookup: [u8; 32],
    ) -> Result<Timestamp, Refusal> {
        self.make_code::<act::MakeJudgmentCode>(caller, locker, lookup, CodeKind::Judgment).await
    }

    /// The holder withdraws the code for a signed sheet. `false`: there is none.
    pub async fn drop_paper_code(&self, caller: &Caller, locker: LockerId) -> Result<bool, Refusal> {
        self.drop_kept::<act::DropPaperCode>(caller, locker, CodeKind::Paper).await
    }

    /// The holder withdraws the code for a court's decision. `false`: there is none.
    pub async fn drop_judgment_code(&self, caller: &Caller, locker: LockerId) -> Result<bool, Refusal> {
        self.drop_kept::<act::DropJudgmentCode>(caller, locker, CodeKind::Judgment).await
    }

    async fn drop_kept<A: Act>(&self, caller: &Caller, locker: LockerId, kind: CodeKind) -> Result<bool, Refusal> {
        let (mut tx, pending) = self.begin::<A>(caller, &Ask::locker(locker)).await?;
        let gone = help_codes::drop_codes(&mut tx, &pending, kind).await?;
        self.commit(tx, pending).await?;
        Ok(gone)
    }

    /// When the granted locker's code of a kind ends, if there is one that serves.
    pub async fn kept_code(
        &self,
        tx: &mut Tx,
        held: &impl Held,
        kind: CodeKind,
    ) -> Result<Option<Timestamp>, StoreError> {
        let moment = tx.moment().await?;
        let rows = help_codes::codes(tx, held, kind).await?;
        let serves = rows
            .iter()
            .find(|row| moment.now.max(moment.clock) < row.until && self.is_proven(&row.claim(), &row.proof));
        Ok(serves.map(|row| row.until))
    }

    /// Whether the granted locker has help in force that rests on paper alone, and whether some rests on a court's decision: what began
    /// without its holder is told on their first page.
    pub async fn began_without(&self, tx: &mut Tx, held: &impl Held) -> Result<(bool, bool), StoreError> {
        let rows = self.mandates_of(tx, held).await?;
        let some = |is_it: &dyn Fn(&MandateRow) -> bool| {
            rows.iter().any(|(row, status)| *status == Status::Active && is_it(row))
        };
        let on_paper = some(&|row| row.consent == Consent::Paper && row.acknowledged_at.is_none());
        Ok((on_paper, some(&|row| row.consent == Consent::Judgment)))
    }
}
