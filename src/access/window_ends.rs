//! Windows whose time was over without an answer: a line in the journal of whoever had signed in there.

use super::{Door, policy};
use crate::domain::entry::{Action, Actor, Job, Line, Object, Outcome};
use crate::domain::ids::{RequestId, WindowId};
use crate::domain::policy::Facts;
use crate::store::{StoreError, entries, lockers, windows};

impl Door {
    /// Windows that somebody had signed in to, whose time is over and whose end is not on record. Ids only.
    pub async fn windows_over(&self) -> Result<Vec<WindowId>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let now = tx.now().await?;
        let over = windows::over(&mut tx, now).await?;
        tx.commit().await?;
        Ok(over)
    }

    /// Writes that a window's time was over without an answer. What the holder's issuer is to be told stays, for whoever comes back to
    /// the device. `false` if that is on record, or it is not over.
    pub async fn note_window_over(&self, window: WindowId) -> Result<bool, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let Some(locked) = self.lock_window(&mut tx, window).await? else { return Ok(false) };
        let facts = locked.row.facts;
        let Some(entered) = facts.entered.filter(|_| facts.ended_at.is_none()) else { return Ok(false) };
        let Some(tie) = self.believed(lockers::lock_for_upkeep(&mut tx, entered.locker).await?) else {
            return Ok(false);
        };
        let moment = tx.moment().await?;
        if facts.is_open(moment) {
            return Ok(false);
        }
        let (actor, action) = (Actor::Job(Job::Expiry), Action::CloseWindow);
        // An older row that somebody puts back was answered: the journal says so, and nothing is to be said again. So was one in whose
        // time all help was stopped.
        if self.still_stands(&mut tx, &tie, facts.mandate).await? != Some(None) {
            self.end_window(&mut tx, locked.row, moment.clock, false).await?;
            tx.commit().await?;
            return Ok(false);
        }
        let known = Facts { locker: Some(tie.facts()), ..Facts::NONE };
        let allowed = policy::decide(actor, action, &known, moment).map_err(|_| StoreError::Other)?;
        let object = Object::Mandate(facts.mandate);
        let request = RequestId::draw(tx.source());
        let line = Line {
            membership: Some(facts.membership),
            mandate: Some(facts.mandate),
            ..Line::new(actor, allowed.ground(), action, object, Outcome::Done, request)
        };
        entries::append(&mut tx, tie.locker().chain(), line).await?;
        self.end_window(&mut tx, locked.row, moment.clock, false).await?;
        tx.commit().await?;
        Ok(true)
    }
}
