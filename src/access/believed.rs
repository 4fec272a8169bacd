//! Rows about institutions, as they may be believed: with what one is registered, how far a request has come, what was handed over and how
//! often it was read. Each bears its proof for ever, so an older one that somebody put back bears it too; the journals say what came after.
//! They are asked at each use, and what was read once is not read again ([`super::told`]).

use super::Door;
use super::told::{Look, Said, Subject};
use crate::domain::ids::{AgreementId, LockerId};
use crate::domain::request::{RequestFacts, Stage};
use crate::domain::source::Timestamp;
use crate::journal::agreements;
use crate::journal::institutions::registration;
use crate::journal::shares::{self, Word};
use crate::store::agreements::AgreementRow;
use crate::store::entries::{self, Head};
use crate::store::institutions::InstitutionRow;
use crate::store::requests::RequestRow;
use crate::store::shares::ShareRow;
use crate::store::{StoreError, Tx};

/// How long before a request was made its first line may be dated: another machine's clock, or one that was put right.
const EARLIER: std::time::Duration = std::time::Duration::from_hours(24);

impl Door {
    /// A share's row, read under the lock of its locker's chain, as it may be believed: stopped, paused or read as often as the journal says,
    /// and without the papers that were destroyed. One that is not believed is over, and nothing of it is shown.
    /// `upto`: from here on lines are the transaction's own.
    pub(super) async fn share_as_told(&self, tx: &mut Tx, row: ShareRow, upto: u64) -> Result<ShareRow, StoreError> {
        let chain = row.locker.chain();
        let head = entries::lock(tx, chain).await?.ok_or(StoreError::Damaged)?;
        // What its row says is over is over.
        if row.ended_at.is_some() {
            return Ok(row);
        }
        let look = Look { chain, head, is_locked: true, upto, since: Timestamp::from_micros(i64::MIN) };
        if head.at >= row.until {
            // How often it was read is in the journal alone until its end is on record.
            let subject = (Subject::Share(row.share), row.papers.as_slice());
            return Ok(match self.stands_of(tx, look, subject).await? {
                Some(Said::Share(told)) => ShareRow { readings: row.readings.max(told.readings), ..row },
                _ => row,
            });
        }
        let from = row.from;
        let doubted = |row: ShareRow| Ok(ShareRow { ended_at: Some(from), is_doubted: true, ..row });
        // One that was never given was written by hand.
        let subject = (Subject::Share(row.share), row.papers.as_slice());
        let Some(Said::Share(told)) = self.stands_of(tx, look, subject).await? else { return doubted(row) };
        let is_its = told.terms == shares::terms(&row.facts())
            && told.sealed.is_none_or(|sealed| sealed == shares::sealed(&row.details, &row.shown));
        if !is_its {
            tracing::error!(locker = %row.locker, share = %row.share, "a share is not what was given: it is not believed");
            return doubted(row);
        }
        let paused_at = if told.word == Some(Word::Paused) { row.paused_at.or(Some(from)) } else { row.paused_at };
        let gone = row.papers.iter().map(|paper| paper.place).filter(|place| told.is_gone(*place)).collect();
        Ok(ShareRow { paused_at, readings: row.readings.max(told.readings), gone, ..row })
    }

    /// The rows of a locker's shares, the same way.
    pub(super) async fn shares_as_told(
        &self,
        tx: &mut Tx,
        rows: Vec<ShareRow>,
        upto: u64,
    ) -> Result<Vec<ShareRow>, StoreError> {
        let mut told = Vec::with_capacity(rows.len());
        for row in rows {
            told.push(self.share_as_told(tx, row, upto).await?);
        }
        Ok(told)
    }

    /// An agreement's row, read under the lock of its locker's chain, as it may be believed: stopped, if the journal says so. One that is not
    /// what was given is over, and nothing of it is shown. `upto`: from here on lines are the transaction's own.
    pub(super) async fn agreement_as_told(
        &self,
        tx: &mut Tx,
        row: AgreementRow,
        upto: u64,
    ) -> Result<AgreementRow, StoreError> {
        let chain = row.locker.chain();
        let head = entries::lock(tx, chain).await?.ok_or(StoreError::Damaged)?;
        // What its row says is over is over.
        if row.ended_at.is_some() || head.at >= row.until {
            return Ok(row);
        }
        let look = Look { chain, head, is_locked: true, upto, since: Timestamp::from_micros(i64::MIN) };
        let said = self.stands(tx, look, Subject::Agreement(row.agreement)).await?;
        if said == Some(Said::Words(agreements::terms(&row.facts(), &row.details))) {
            return Ok(row);
        }
        tracing::error!(locker = %row.locker, agreement = %row.agreement, "an agreement is not what was given: it is not believed");
        Ok(AgreementRow { ended_at: Some(row.from), is_doubted: true, ..row })
    }

    /// Whether the journal of a locker, whose chain is locked, says that an agreement was given there, and nothing of its end.
    pub(super) async fn was_agreed(
        &self,
        tx: &mut Tx,
        (locker, agreement): (LockerId, AgreementId),
        upto: u64,
    ) -> Result<bool, StoreError> {
        let chain = locker.chain();
        let head = entries::lock(tx, chain).await?.ok_or(StoreError::Damaged)?;
        let look = Look { chain, head, is_locked: true, upto, since: Timestamp::from_micros(i64::MIN) };
        Ok(matches!(self.stands(tx, look, Subject::Agreement(agreement)).await?, Some(Said::Words(_))))
    }

    /// A request's row, as the journal of a locker, whose chain is locked, lets it be believed: no less far than that says. None: it is said
    /// to be in that locker, and its journal says nothing of it.
    pub(super) async fn request_as_told(
        &self,
        tx: &mut Tx,
        locker: LockerId,
        mut row: RequestRow,
        upto: u64,
    ) -> Result<Option<RequestRow>, StoreError> {
        if !matches!(row.facts.stage, Stage::Waiting | Stage::Taken) {
            return Ok(Some(row));
        }
        let chain = locker.chain();
        let head = entries::lock(tx, chain).await?.ok_or(StoreError::Damaged)?;
        let look = Look { chain, head, is_locked: true, upto, since: row.facts.made_at.minus(EARLIER) };
        let subject = Subject::Request(row.facts.request, locker);
        Ok(match self.stands(tx, look, subject).await? {
            Some(Said::Stage(stage @ (Stage::Answered | Stage::Declined))) => {
                tracing::error!(%locker, request = %row.facts.request, "an older row of a request was put back");
                row.facts.stage = stage;
                Some(row)
            }
            Some(Said::Stage(_)) => Some(row),
            Some(_) if row.facts.stage == Stage::Waiting => Some(row),
            _ => None,
        })
    }

    /// Whether the journal of its institution says that a request was taken back. `head`: of that journal.
    pub(super) async fn was_withdrawn(
        &self,
        tx: &mut Tx,
        facts: &RequestFacts,
        head: Head,
    ) -> Result<bool, StoreError> {
        let (chain, since) = (facts.institution.chain(), facts.made_at.minus(EARLIER));
        let look = Look { chain, head, is_locked: false, upto: u64::MAX, since };
        Ok(self.stands(tx, look, Subject::Withdrawn(facts.request)).await?.is_none())
    }

    /// Whether the journal of an institution says that it is registered with what its row says. `head`: of that journal, read with the row.
    pub(super) async fn is_as_registered(
        &self,
        tx: &mut Tx,
        row: &InstitutionRow,
        head: Head,
    ) -> Result<bool, StoreError> {
        let is_it = self.says_registered(tx, row, head).await?;
        if !is_it {
            let institution = row.facts.institution;
            tracing::error!(%institution, "an institution is not registered with what its row says: it is not believed");
        }
        Ok(is_it)
    }

    /// The same where the head may be older than the row: a no is nothing to be told yet.
    pub(super) async fn says_registered(
        &self,
        tx: &mut Tx,
        row: &InstitutionRow,
        head: Head,
    ) -> Result<bool, StoreError> {
        let (chain, institution) = (row.facts.institution.chain(), row.facts.institution);
        let look = Look { chain, head, is_locked: false, upto: u64::MAX, since: Timestamp::from_micros(i64::MIN) };
        let said = self.stands(tx, look, Subject::Institution(institution)).await?;
        Ok(said == Some(Said::Words(registration(&row.facts, &row.details))))
    }
}
