//! What began on paper, for its holder (decision 21): the photo of what was signed or decided, and their own word after.

use super::{Ask, Caller, Door, Refusal};
use crate::domain::entry::{Object, Reason};
use crate::domain::ids::{LockerId, MandateId};
use crate::domain::mandate::{Consent, Status};
use crate::store::grant::{Grant, Held, Pending, act};
use crate::store::mandates::{self, MandateRow};
use crate::store::sheets::{self, SheetRow};
use crate::store::{StoreError, Tx};

impl Door {
    /// The holder looks at the sheet of a mandate, or of a proposal that waits. The transaction goes on, for what opens it.
    pub async fn begin_own_look(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
    ) -> Result<(Tx, Pending<act::ViewSheet>, SheetRow, Vec<u8>, Option<MandateRow>), Refusal> {
        let ask = Ask { object: Some(Object::Mandate(mandate)), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<act::ViewSheet>(caller, &ask).await?;
        let sheet = sheets::granted(&mut tx, &pending, mandate).await?;
        let sheet = sheet.filter(|row| self.is_proven(&row.claim(), &row.proof));
        let content = sheets::content(&mut tx, &pending, mandate).await?;
        let row = self.mandate(&mut tx, &ask, mandate).await?;
        if let (Some(sheet), Some(content)) = (sheet, content) {
            return Ok((tx, pending, sheet, content, row));
        }
        drop(tx);
        self.no_mandate::<act::ViewSheet, _>(caller, locker).await
    }

    /// The sheet of a mandate of the granted locker, or of a proposal that waits, with its content, sealed; under the entry of an export,
    /// without the locker's lock. None where there is none; one that does not bear its proof, or has no content, is damaged.
    pub async fn sheet_to_take(
        &self,
        grant: &Grant<act::Export>,
        mandate: MandateId,
    ) -> Result<Option<Result<(SheetRow, Vec<u8>), StoreError>>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let sheet = sheets::granted(&mut tx, grant, mandate).await?;
        let content = sheets::content(&mut tx, grant, mandate).await?;
        tx.commit().await?;
        let whole = |sheet: SheetRow| {
            let is_ours = self.is_proven(&sheet.claim(), &sheet.proof);
            content.filter(|_| is_ours).map(|content| (sheet, content)).ok_or(StoreError::Damaged)
        };
        Ok(sheet.map(whole))
    }

    /// The holder confirms a mandate that was given on paper: asked, under the entry that says so.
    pub async fn begin_acknowledging(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        evidence: [u8; 32],
    ) -> Result<(Tx, Pending<act::AcknowledgeMandate>, MandateRow), Refusal> {
        let ask = Ask { object: Some(Object::Mandate(mandate)), evidence: Some(evidence), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<act::AcknowledgeMandate>(caller, &ask).await?;
        let moment = tx.moment().await?;
        let waits = |row: &MandateRow| {
            row.consent == Consent::Paper
                && row.acknowledged_at.is_none()
                && matches!(row.facts().status(moment), Status::Active | Status::ToCome)
        };
        let Some(row) = self.mandate(&mut tx, &ask, mandate).await?.filter(waits) else {
            drop(tx);
            return self.no_mandate::<act::AcknowledgeMandate, _>(caller, locker).await;
        };
        Ok((tx, pending, row))
    }

    /// Writes it.
    pub async fn acknowledge(
        &self,
        mut tx: Tx,
        pending: Pending<act::AcknowledgeMandate>,
        row: MandateRow,
    ) -> Result<(), Refusal> {
        let at = pending.written().at;
        let row = MandateRow { acknowledged_at: Some(at), ..row };
        mandates::acknowledge(&mut tx, &pending, &row, at, &self.prove_mandate(&row, None)?).await?;
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// Writes down that the words named by the holder are not those of the sheet.
    pub async fn note_other_sheet(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
    ) -> Result<(), StoreError> {
        let ask = Ask { object: Some(Object::Mandate(mandate)), ..Ask::locker(locker) };
        self.note_refused::<act::AcknowledgeMandate>(caller, &ask, Reason::BadField).await
    }
}
