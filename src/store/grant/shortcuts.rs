//! Rights whose entry is written and committed in one statement, if the chain still ends where the decision saw it end.

use super::{Act, Bearer, Grant, Pending, act};
use crate::domain::entry::Line;
use crate::domain::policy::Allowed;
use crate::domain::source::Timestamp;
use crate::store::at_once::{self, Fresh};
use crate::store::entries::Head;
use crate::store::help_codes::HelpCodeRow;
use crate::store::keys::WrapRow;
use crate::store::{Db, StoreError, offering};

impl Grant<act::ReadContent> {
    /// Writes the entry of a reading and commits, if the chain still ends where the decision saw it end; gives the right, and
    /// the wraps that lead to what is read. `None`: it does not, and nothing was written. `access` alone calls this.
    pub(crate) async fn read_at_once(
        db: &Db,
        allowed: Allowed,
        bearer: Bearer,
        line: Line,
        (head, at, fresh): (Head, Timestamp, Fresh),
    ) -> Result<Option<(Self, Vec<WrapRow>)>, StoreError> {
        if allowed.action() != act::ReadContent::ACTION || line.action != act::ReadContent::ACTION {
            return Err(StoreError::Other);
        }
        let session = bearer.session.ok_or(StoreError::Other)?;
        let paper =
            bearer.paper.as_deref().filter(|paper| paper.locker == allowed.locker()).ok_or(StoreError::Other)?;
        let read = at_once::read_at_once(db, (allowed.locker(), head, at, fresh), line, session, paper).await?;
        Ok(read.map(|(written, wraps)| {
            let Pending { core, act } = Pending::on(allowed, bearer, written);
            (Self { core, act }, wraps)
        }))
    }
}

impl<A: Act> Grant<A> {
    /// Writes the entry of a code and the code, and commits, in the same way; the code is of the granted locker. `access` alone calls
    /// this.
    pub(crate) async fn code_at_once(
        db: &Db,
        allowed: Allowed,
        bearer: Bearer,
        line: Line,
        (row, seen): (&HelpCodeRow, (Head, Timestamp, Fresh)),
    ) -> Result<Option<Self>, StoreError> {
        let is_right = allowed.action() == A::ACTION && line.action == A::ACTION && row.locker == allowed.locker();
        if !is_right {
            return Err(StoreError::Other);
        }
        let written = offering::make_code_at_once(db, row, line, seen).await?;
        Ok(written.map(|written| {
            let Pending { core, act } = Pending::on(allowed, bearer, written);
            Self { core, act }
        }))
    }
}
