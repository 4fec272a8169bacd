//! Wrong family names typed for a sheet: a few, and it is over, whoever typed them. Else a helper who has somebody's code would find
//! out by trying whose it is.

use super::sheets::AtSheet;
use super::{Caller, Door, Refusal};
use crate::domain::entry::{Action, Entry, Ground, Line, Object, Outcome, Reason};
use crate::store::grant::{Held, Pending, act};
use crate::store::mandates::{self, ProposalRow};
use crate::store::{StoreError, Tx, entries};

/// Wrong names after which a sheet is over.
const NAMES_MAX: u64 = 5;
/// Lines of a journal read in one go.
const LINES: u32 = 200;

impl Door {
    /// Writes, instead of the entry that was pending, that the name typed for a sheet is not the holder's; after the last that is
    /// taken, the sheet goes with its offer. In the same transaction as the name was compared: no number of people who type at once
    /// have one more try. Each is a line of the holder's journal, however many refusals there were: they are few by themselves.
    pub async fn wrong_name(&self, caller: &Caller, at: AtSheet<act::ConfirmSheet>) -> Result<(), Refusal> {
        let AtSheet { mut tx, pending, proposal, before, .. } = at;
        tx.go_back(before).await?;
        let help = pending.help().ok_or(StoreError::Other)?;
        let object = Object::Mandate(proposal.mandate);
        let line = |action, ground, outcome| Line {
            membership: help.membership,
            mandate: Some(proposal.mandate),
            session: pending.session(),
            ..Line::new(help.actor, ground, action, object, outcome, caller.request)
        };
        let mut lines = vec![line(Action::ConfirmSheet, Ground::None, Outcome::Refused(Reason::WrongHolder))];
        if wrong_names(&mut tx, &pending, &proposal).await?.saturating_add(1) >= NAMES_MAX {
            mandates::drop_proposal(&mut tx, &pending, proposal.mandate).await?;
            lines.push(line(Action::SpoilSheet, pending.ground(), Outcome::Done));
        }
        entries::append_all(&mut tx, proposal.locker.chain(), lines).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// How many wrong names were typed for a sheet, by the journal: no row can be put back to have more tries. A line that can't be
/// read counts: nobody knows that it was none.
async fn wrong_names(
    tx: &mut Tx,
    pending: &Pending<act::ConfirmSheet>,
    proposal: &ProposalRow,
) -> Result<u64, StoreError> {
    let chain = pending.locker().chain();
    let object = Object::Mandate(proposal.mandate);
    let is_one = |entry: &Entry| {
        let line = &entry.line;
        let is_wrong = line.outcome == Outcome::Refused(Reason::WrongHolder);
        line.action == Action::ConfirmSheet && line.object == object && is_wrong
    };
    let (mut before, mut count) = (u64::MAX, 0_u64);
    loop {
        let lines = entries::page(tx, pending, before, LINES).await?;
        let Some(last) = lines.last() else { return Ok(count) };
        before = last.seq;
        for entry in lines.iter().map(|kept| kept.entry(chain)) {
            // Before it was proposed, there was nothing to type for.
            if entry
                .as_ref()
                .is_some_and(|entry| entry.line.action == Action::ProposeMandate && entry.line.object == object)
            {
                return Ok(count);
            }
            count = count.saturating_add(u64::from(entry.is_none_or(|entry| is_one(&entry))));
        }
    }
}
