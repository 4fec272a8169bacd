//! When a holder may be told of something outside the service: as they chose, where they chose, and as long as it is so.

use super::Standing;
use crate::domain::entry::Reason;
use crate::domain::ids::ContactId;
use crate::domain::mandate::Status;
use crate::domain::notice::{CONTACT_CODE, ContactFacts, Told};
use crate::domain::source::Moment;

/// What a decision about one notice looks at.
#[derive(Debug, Clone, Copy)]
pub struct NoticeStand {
    /// What the holder has chosen, as it stands.
    pub contact: ContactFacts,
    /// The choice that the notice was made for.
    pub made_for: ContactId,
    /// What it tells.
    pub told: Told,
    /// Where the mandate stands that it is about, if it is about one that is there.
    pub status: Option<Status>,
}

/// Whether it may be sent, now.
pub(super) fn may_send(notice: &NoticeStand, standing: &Standing, moment: Moment) -> Result<(), Reason> {
    // Who closes their locker is told of nothing more.
    if *standing != Standing::Open {
        return Err(Reason::LockerClosed);
    }
    let contact = &notice.contact;
    // Withdrawn, or another one since.
    if contact.contact != notice.made_for || contact.channel.is_none() {
        return Err(Reason::NoContact);
    }
    match notice.told {
        // The one thing that goes to an address of which nobody knows yet whose it is.
        Told::Code => {
            let waits = contact.confirmed_at.is_none() && moment.clock < contact.made_at.plus(CONTACT_CODE);
            if waits { Ok(()) } else { Err(Reason::NoContact) }
        }
        _ if !contact.is_confirmed() => Err(Reason::NoContact),
        // Stopped before it could be told: the end is told instead.
        Told::Given(_) => match notice.status {
            Some(Status::Active | Status::ToCome | Status::Unconfirmed) => Ok(()),
            Some(Status::Expired | Status::Ended) | None => Err(Reason::MandateOver),
        },
        Told::Stopped(_) | Told::Over(_) | Told::AllStopped => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::MandateId;
    use crate::domain::notice::Channel;
    use crate::domain::source::{Source, Timestamp};

    fn moment(micros: i64) -> Moment {
        let clock = Timestamp::from_micros(micros);
        Moment { now: clock, clock }
    }

    const CLOSED: Standing = Standing::Closed { at: Timestamp::from_micros(0), erase_at: Timestamp::from_micros(9) };

    /// What may be sent, in every state of the choice, of the mandate and of the locker; compared with a table by hand.
    #[test]
    fn each_notice_in_each_state() {
        let source = Source::seeded(Timestamp::from_micros(0), [7; 32]);
        let (own, other, mandate) = (ContactId::draw(&source), ContactId::draw(&source), MandateId::draw(&source));
        let minute = 60 * 1_000_000;
        let choice = |channel, confirmed: bool| ContactFacts {
            contact: own,
            channel,
            made_at: Timestamp::from_micros(0),
            confirmed_at: confirmed.then(|| Timestamp::from_micros(minute)),
            tries: 0,
            seen: 1,
        };
        let choices = [
            (choice(None, false), "none"),
            (choice(None, true), "none"),
            (choice(Some(Channel::Sms), false), "waits"),
            (choice(Some(Channel::Email), true), "stands"),
        ];
        let statuses = [
            None,
            Some(Status::Active),
            Some(Status::ToCome),
            Some(Status::Unconfirmed),
            Some(Status::Expired),
            Some(Status::Ended),
        ];
        let all = [Told::Code, Told::Given(mandate), Told::Stopped(mandate), Told::Over(mandate), Told::AllStopped];
        for (contact, is) in choices {
            for made_for in [own, other] {
                for status in statuses {
                    for told in all {
                        for (standing, clock) in
                            [(Standing::Open, 2), (Standing::Open, 20), (CLOSED, 2), (Standing::Entombed, 2)]
                        {
                            let stand = NoticeStand { contact, made_for, told, status };
                            let may = may_send(&stand, &standing, moment(clock * minute)).is_ok();
                            let in_force =
                                matches!(status, Some(Status::Active | Status::ToCome | Status::Unconfirmed));
                            let expected = standing == Standing::Open
                                && made_for == own
                                && match (is, told) {
                                    ("waits", Told::Code) => clock < 15,
                                    ("stands", Told::Given(_)) => in_force,
                                    ("stands", told) => told != Told::Code,
                                    _ => false,
                                };
                            assert_eq!(may, expected, "{is} {told:?} {status:?} {standing:?} {clock}");
                        }
                    }
                }
            }
        }
    }
}
