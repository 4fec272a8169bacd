//! Everything that was handed over, in one file: a ZIP or a PDF. One line says that it is fetched and how many readings that takes; then each
//! paper is a reading of its own, with its own line before its first byte. And the receipts of what was handed over.
//!
//! The readings are counted when it begins, all or none: two that begin at once don't take more than there are.

use super::judging::When;
use super::sharing::{Reader, Under, Wanted, lasting};
use super::{Ask, Caller, Door, Refusal};
use crate::domain::entry::{Line, Object, Reason};
use crate::domain::ids::{LockerId, ShareId};
use crate::domain::share::Recipient;
use crate::store::grant::{Grant, Held, Pending, TakesAll, act};
use crate::store::keys::WrapRow;
use crate::store::requests::{self, RequestRow};
use crate::store::shares::{self, ShareRow};
use crate::store::{StoreError, Tx, under_way};

/// What was handed over, with what it answers, where that is still known.
#[derive(Debug)]
pub struct Fetched {
    /// The share.
    pub row: ShareRow,
    /// The request.
    pub asked: Option<RequestRow>,
}

const fn begins(share: ShareId) -> Wanted<'static> {
    Wanted { share, place: None, when: When::Begins, joins: None, within: None }
}

impl Door {
    /// A share with its request: its locker's chain is locked, or its institution's.
    async fn fetched(&self, tx: &mut Tx, row: ShareRow) -> Result<Fetched, StoreError> {
        let asked = match row.recipient {
            Recipient::Institution(institution, request) => requests::lock(tx, institution, request).await?,
            Recipient::Bearer(_) => None,
        };
        let asked = asked.filter(|asked| self.is_asked(asked));
        Ok(Fetched { row, asked })
    }

    /// Begins to fetch everything of a share: the line, the readings counted, the note that it is under way. `fits`: whether it can be made of
    /// what the row says, which is told to the rightful institution alone. `reader`: who reads, as the program says.
    pub async fn begin_bundle<A: TakesAll>(
        &self,
        caller: &Caller,
        share: ShareId,
        reader: Option<Reader<'_>>,
        fits: impl FnOnce(&ShareRow) -> Result<(), Reason>,
    ) -> Result<(Grant<A>, Fetched), Refusal> {
        let under = self.under::<A>(caller, begins(share)).await?;
        if let Err(reason) = fits(&under.row) {
            let Under { admitted, tie, row, .. } = under;
            return Err(self.refuse_under::<A>(caller, admitted, (&tie, &row), (None, reason)).await?);
        }
        let (line, bearer) = under.parts(caller, Object::Share(share), None);
        let Under { mut admitted, tie, mut row, allowed, .. } = under;
        let taken = u32::try_from(row.papers.len()).map_err(|_| StoreError::Other)?;
        let line = Line { count: Some(taken.into()), evidence: reader.map(|(hash, _)| hash).or(line.evidence), ..line };
        let pending = Pending::<A>::issue(&mut admitted.tx, allowed, bearer, line).await?;
        row.readings = row.readings.saturating_add(taken);
        // Where they are not limited, the journal counts them alone.
        if row.readings_max.is_some() {
            self.prove_share(&mut row)?;
            shares::change(&mut admitted.tx, &pending, &row).await?;
        }
        if let Some((_, seal)) = reader {
            let details = seal(tie.locker(), pending.written().seq).ok_or(StoreError::Other)?;
            shares::add_reader(&mut admitted.tx, &pending, &details).await?;
        }
        under_way::begin(&mut admitted.tx, &pending, A::ACTION, None).await?;
        let fetched = self.fetched(&mut admitted.tx, row).await?;
        Ok((pending.commit(admitted.tx).await?, fetched))
    }

    /// Begins to read one of its papers, in the course of that: decided like any reading, with its own line; not counted again.
    pub async fn begin_bundled_reading<A: TakesAll>(
        &self,
        caller: &Caller,
        bundle: &Grant<A>,
        place: u16,
        reader: Option<Reader<'_>>,
    ) -> Result<(Grant<act::ReadContent>, Vec<WrapRow>), Refusal> {
        let (_, share) = bundle.share().ok_or(StoreError::Other)?;
        let within = Some(A::ACTION);
        let wanted = Wanted { share, place: Some(place), when: When::Begins, joins: None, within };
        self.begin_reading_within(&lasting(caller), wanted, reader).await
    }

    /// The holder has a receipt made of what they handed over: the transaction goes on.
    pub async fn begin_receipt(
        &self,
        caller: &Caller,
        (locker, share): (LockerId, ShareId),
    ) -> Result<(Tx, Pending<act::ReceiptShare>, Fetched), Refusal> {
        let ask = Ask { object: Some(Object::Share(share)), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<act::ReceiptShare>(caller, &ask).await?;
        let mut rows = self.shares_in(&mut tx, &pending).await?;
        rows.retain(|row| row.share == share);
        let Some(row) = rows.pop() else {
            drop((tx, pending));
            return self.no_request::<act::ReceiptShare, _>(caller, locker, Reason::UnknownShare).await;
        };
        let fetched = self.fetched(&mut tx, row).await?;
        Ok((tx, pending, fetched))
    }

    /// An institution fetches the receipt of what it was handed.
    pub async fn receive_receipt(
        &self,
        caller: &Caller,
        share: ShareId,
    ) -> Result<(Grant<act::ReceiveReceipt>, Fetched), Refusal> {
        let under = self.under::<act::ReceiveReceipt>(caller, begins(share)).await?;
        let (line, bearer) = under.parts(caller, Object::Share(share), None);
        let Under { mut admitted, row, allowed, .. } = under;
        let pending = Pending::issue(&mut admitted.tx, allowed, bearer, line).await?;
        let fetched = self.fetched(&mut admitted.tx, row).await?;
        Ok((pending.commit(admitted.tx).await?, fetched))
    }
}
