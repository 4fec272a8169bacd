//! What a locker's journal says that its holder is to be told of outside the service, and what it says of where. Pure.
//!
//! A notice is made from the line that says that something happened, never beside it: whatever way it happened by, it is told, once.

use crate::domain::entry::{Action, Entry, Object, Outcome};
use crate::domain::notice::Told;

/// What a holder is told because of an entry.
pub fn told(entry: &Entry) -> Option<Told> {
    if entry.line.outcome != Outcome::Done {
        return None;
    }
    match (entry.line.action, entry.line.object) {
        (Action::GiveMandate | Action::ConfirmSheet, Object::Mandate(mandate)) => Some(Told::Given(mandate)),
        (Action::RevokeMandate, Object::Mandate(mandate)) => Some(Told::Stopped(mandate)),
        (Action::ExpireMandate, Object::Mandate(mandate)) => Some(Told::Over(mandate)),
        (Action::StopHelp, _) => Some(Told::AllStopped),
        (Action::GiveShare, _) => Some(Told::Handed),
        // One that a newer one replaces is told by the newer one.
        _ => None,
    }
}

/// Whether a date may be nearer because of an entry than it was before: the dates of the locker are then looked at. What ends or goes
/// brings none nearer: the look that it was due for finds nothing.
pub fn may_bring_a_date(entry: &Entry) -> bool {
    entry.line.outcome == Outcome::Done
        && matches!(
            entry.line.action,
            Action::GiveMandate
                | Action::ConfirmSheet
                | Action::AcknowledgeMandate
                | Action::NarrowMandate
                | Action::Deposit
                | Action::NewVersion
                | Action::Amend
                | Action::Restore
                | Action::WithdrawDeposit
                | Action::ReopenLocker
        )
}

/// Whether the holder chose anew where they are told of things, or that they are not: whatever was chosen before holds no more.
pub fn chooses(entry: &Entry) -> bool {
    entry.line.outcome == Outcome::Done
        && matches!(
            entry.line.action,
            Action::ChangeContact | Action::AmendContact | Action::ConfirmContact | Action::DropContact
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::{Actor, Ground, Line, Reason};
    use crate::domain::ids::{LockerId, MandateId, PersonId, RequestId};
    use crate::domain::source::{Source, Timestamp};

    #[test]
    fn only_what_happened_is_told() {
        let source = Source::seeded(Timestamp::from_micros(0), [3; 32]);
        let (locker, mandate) = (LockerId::draw(&source), MandateId::draw(&source));
        let (person, request) = (PersonId::draw(&source), RequestId::draw(&source));
        for action in Action::ALL {
            for outcome in [Outcome::Done, Outcome::Refused(Reason::NotFresh), Outcome::Ended(Reason::Damaged)] {
                let object = Object::Mandate(mandate);
                let line = Line::new(Actor::Holder(person), Ground::Ownership, *action, object, outcome, request);
                let entry = Entry { chain: locker.chain(), seq: 1, at: Timestamp::from_micros(0), line };
                let expected = match action.code() {
                    _ if outcome != Outcome::Done => None,
                    "mandate.give" | "sheet.confirm" => Some(Told::Given(mandate)),
                    "mandate.revoke" => Some(Told::Stopped(mandate)),
                    "mandate.expire" => Some(Told::Over(mandate)),
                    "mandate.stop_all" => Some(Told::AllStopped),
                    "share.give" => Some(Told::Handed),
                    _ => None,
                };
                assert_eq!(told(&entry), expected, "{} {outcome:?}", action.code());
                let nearer = [
                    "mandate.give",
                    "sheet.confirm",
                    "mandate.acknowledge",
                    "mandate.narrow",
                    "document.deposit",
                    "document.new_version",
                    "document.amend",
                    "document.restore",
                    "document.withdraw",
                    "locker.reopen",
                ];
                assert_eq!(may_bring_a_date(&entry), outcome == Outcome::Done && nearer.contains(&action.code()));
                let chosen = ["contact.change", "contact.amend", "contact.confirm", "contact.drop"];
                assert_eq!(chooses(&entry), outcome == Outcome::Done && chosen.contains(&action.code()));
            }
        }
    }
}
