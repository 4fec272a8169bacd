//! What ends of a share by itself: a paper of it that is destroyed takes what described it along; and its day comes. Both are lines in the
//! holder's journal.

use super::{Caller, Door, ShareChange, policy};
use crate::domain::entry::{Action, Actor, Job, Line, Object, Outcome};
use crate::domain::ids::{LockerId, RequestId, ShareId};
use crate::domain::policy::Facts;
use crate::domain::share::{ShareStatus, SharedPaper};
use crate::journal::shares::sealed;
use crate::store::grant::{Bearer, Held, Pending, TakesOut, act};
use crate::store::shares::{self, ShareRow};
use crate::store::{StoreError, Tx, documents, lockers};

impl Door {
    /// The shares of the granted locker from which something goes with what was just destroyed or taken back, each with the places that lead
    /// to nothing any more. Those whose rows are not believed are shown to nobody.
    pub async fn shares_without<A: TakesOut>(
        &self,
        tx: &mut Tx,
        pending: &Pending<A>,
    ) -> Result<Vec<(ShareRow, Vec<u16>)>, StoreError> {
        let Some(paper) = pending.paper() else { return Ok(Vec::new()) };
        let (document, version) = (paper.document, paper.version);
        let is_whole = A::ACTION == Action::Destroy;
        let is_it = |one: &SharedPaper| one.document == document && (is_whole || one.version == version);
        let rows = shares::all(tx, pending.locker()).await?;
        let rows: Vec<_> = rows.into_iter().filter(|row| row.papers.iter().any(is_it) && self.is_handed(row)).collect();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        // An older row may tell of what was destroyed before.
        let here = documents::versions_in_place(tx, pending).await?;
        let is_gone = |one: &&SharedPaper| is_it(one) || !here.contains(&one.version);
        let gone = |row: ShareRow| {
            let places = row.papers.iter().filter(is_gone).map(|one| one.place).collect();
            (row, places)
        };
        Ok(rows.into_iter().map(gone).collect())
    }

    /// Writes what describes a share, without what was taken out of it, with its line.
    pub async fn take_out<A: TakesOut>(
        &self,
        caller: &Caller,
        tx: &mut Tx,
        pending: &Pending<A>,
        (mut row, details, shown): (ShareRow, Vec<u8>, Vec<u8>),
    ) -> Result<(), StoreError> {
        (row.details, row.shown) = (details, shown);
        self.prove_share(&mut row)?;
        shares::reseal(tx, pending, &row).await?;
        let help = pending.help();
        let actor = help.map(|help| help.actor).or(pending.person().map(Actor::Holder)).ok_or(StoreError::Other)?;
        let line = Line {
            session: pending.session(),
            membership: help.and_then(|help| help.membership),
            mandate: help.map(|help| help.mandate),
            visit: help.and_then(|help| help.visit),
            row: Some(sealed(&row.details, &row.shown)),
            ..Line::new(
                actor,
                pending.ground(),
                Action::TakeOutShared,
                Object::Share(row.share),
                Outcome::Done,
                caller.request,
            )
        };
        crate::store::entries::append(tx, pending.locker().chain(), line).await?;
        Ok(())
    }

    /// Shares whose end has come and is not on record. Ids only.
    pub async fn due_shares(&self) -> Result<Vec<(LockerId, ShareId)>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let now = tx.now().await?;
        let due = shares::due(&mut tx, now).await?;
        tx.commit().await?;
        Ok(due)
    }

    /// Writes that a share has reached its end. `false` if that is on record, or it is not over.
    pub async fn note_share_end(&self, locker: LockerId, share: ShareId) -> Result<bool, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let Some(tie) = lockers::lock_for_upkeep(&mut tx, locker).await? else { return Ok(false) };
        let row = shares::find(&mut tx, locker, share).await?.filter(|row| self.is_handed(row));
        let Some(mut row) = row else {
            // Nobody is let in by it, and it must not hold up the others.
            tracing::error!(%locker, %share, "a share that is over does not bear its proof: passed over");
            let passed = shares::note_end(&mut tx, &tie, share).await?;
            tx.commit().await?;
            return Ok(passed);
        };
        let moment = tx.moment().await?;
        if row.facts().status(moment) != ShareStatus::Over || !shares::note_end(&mut tx, &tie, share).await? {
            return Ok(false);
        }
        // From here on it is the row that says how often it was read.
        let readings = self.share_as_told(&mut tx, row.clone(), u64::MAX).await?.readings;
        let facts = Facts { locker: Some(tie.facts()), ..Facts::NONE };
        let actor = Actor::Job(Job::Expiry);
        let allowed = policy::decide(actor, Action::ExpireShare, &facts, moment).map_err(|_| StoreError::Other)?;
        let request = RequestId::draw(tx.source());
        let line =
            Line::new(actor, allowed.ground(), Action::ExpireShare, Object::Share(share), Outcome::Done, request);
        self.tell_of_share(&mut tx, &row.facts(), ShareChange::Revoke, moment.now).await?;
        let pending = Pending::<act::ExpireShare>::issue(&mut tx, allowed, Bearer::default(), line).await?;
        if readings != row.readings {
            row.readings = readings;
            self.prove_share(&mut row)?;
            shares::change(&mut tx, &pending, &row).await?;
        }
        pending.commit(tx).await?;
        Ok(true)
    }
}
