//! When a holder may be told of something outside the service: as they chose, where they chose, and as long as it is so.

use super::Standing;
use crate::domain::entry::Reason;
use crate::domain::ids::ContactId;
use crate::domain::mandate::Status;
use crate::domain::notice::{CONTACT_CODE, ContactFacts, Told};
use crate::domain::source::{Moment, Timestamp};

/// What a decision about one notice looks at.
#[derive(Debug, Clone, Copy)]
pub struct NoticeStand {
    /// What the holder has chosen, as it stands.
    pub contact: ContactFacts,
    /// The choice whose code is waited for, if there is one.
    pub waits: Option<ContactId>,
    /// What the notice was made for: what stands, or the choice that its code is for.
    pub made_for: ContactId,
    /// What it tells.
    pub told: Told,
    /// Where the mandate stands that it is about, if it is about one that is there.
    pub status: Option<Status>,
    /// The first moment after that mandate.
    pub until: Option<Timestamp>,
    /// How many of the papers that it is about are in their place.
    pub papers: usize,
}

/// Whether a job may look at the dates in a locker, to tell its holder in time.
pub(super) fn may_look(contact: &ContactFacts, standing: &Standing, moment: Moment) -> Result<(), Reason> {
    if *standing != Standing::Open {
        return Err(Reason::LockerClosed);
    }
    if !contact.is_confirmed() {
        return Err(Reason::NoContact);
    }
    if contact.look_at.is_some_and(|at| at <= moment.clock) { Ok(()) } else { Err(Reason::NotAllowed) }
}

/// Whether it may be sent, now.
pub(super) fn may_send(notice: &NoticeStand, standing: &Standing, moment: Moment) -> Result<(), Reason> {
    // Who closes their locker is told of nothing more.
    if *standing != Standing::Open {
        return Err(Reason::LockerClosed);
    }
    let contact = &notice.contact;
    match notice.told {
        // The one thing that goes to an address of which nobody knows yet whose it is.
        Told::Code => {
            let waits = notice.waits == Some(notice.made_for) && moment.clock < contact.made_at.plus(CONTACT_CODE);
            if waits { Ok(()) } else { Err(Reason::NoContact) }
        }
        // Withdrawn, and perhaps begun anew since.
        _ if contact.contact != notice.made_for || !contact.is_confirmed() => Err(Reason::NoContact),
        // Stopped before it could be told: the end is told instead.
        Told::Given(_) => match notice.status {
            Some(Status::Active | Status::ToCome | Status::Unconfirmed) => Ok(()),
            Some(Status::Expired | Status::Ended) | None => Err(Reason::MandateOver),
        },
        // The end that it tells of is not the end any more.
        Told::Ending { until, .. } => match notice.status {
            Some(Status::Active) if notice.until.map(Timestamp::micros) == Some(until) => Ok(()),
            _ => Err(Reason::MandateOver),
        },
        Told::Papers if notice.papers == 0 => Err(Reason::UnknownDocument),
        Told::Stopped(_)
        | Told::Over(_)
        | Told::AllStopped
        | Told::Handed
        | Told::Papers
        | Told::Digest
        | Told::Moved => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::MandateId;
    use crate::domain::notice::Channel;
    use crate::domain::source::Source;

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
            look_at: Some(Timestamp::from_micros(minute)),
        };
        // What stands, and whether a code is waited for besides.
        let choices = [
            (choice(None, false), "none"),
            (choice(None, true), "none"),
            (choice(Some(Channel::Sms), false), "none"),
            (choice(Some(Channel::Email), true), "stands"),
        ];
        let codes = [None, Some(own), Some(other)];
        let statuses = [
            None,
            Some(Status::Active),
            Some(Status::ToCome),
            Some(Status::Unconfirmed),
            Some(Status::Expired),
            Some(Status::Ended),
        ];
        let ending = Told::Ending { mandate, until: 9 };
        let all = [Told::Code, Told::Given(mandate), Told::Stopped(mandate), Told::Over(mandate), Told::AllStopped];
        let all = [&all[..], &[Told::Handed, ending, Told::Papers, Told::Digest, Told::Moved]].concat();
        let ends = [(Some(Timestamp::from_micros(9)), 1), (Some(Timestamp::from_micros(8)), 0), (None, 0)];
        let standings = [(Standing::Open, 2), (Standing::Open, 20), (CLOSED, 2), (Standing::Entombed, 2)];
        for (contact, is) in choices {
            for (standing, clock) in standings {
                let may = may_look(&contact, &standing, moment(clock * minute)).is_ok();
                assert_eq!(may, is == "stands" && standing == Standing::Open, "{is} {standing:?} {clock}");
                assert!(may_look(&contact, &standing, moment(minute - 1)).is_err(), "not yet");
            }
            for (made_for, waits) in [own, other].into_iter().flat_map(|made_for| codes.map(|waits| (made_for, waits)))
            {
                for (status, (until, papers)) in statuses.into_iter().flat_map(|status| ends.map(|ends| (status, ends)))
                {
                    for told in all.iter().copied() {
                        for (standing, clock) in standings {
                            let stand = NoticeStand { contact, waits, made_for, told, status, until, papers };
                            let may = may_send(&stand, &standing, moment(clock * minute)).is_ok();
                            let in_force =
                                matches!(status, Some(Status::Active | Status::ToCome | Status::Unconfirmed));
                            let expected = standing == Standing::Open
                                && match (is, told) {
                                    (_, Told::Code) => waits == Some(made_for) && clock < 15,
                                    (_, _) if made_for != own => false,
                                    ("stands", Told::Given(_)) => in_force,
                                    ("stands", Told::Ending { .. }) => status == Some(Status::Active) && papers == 1,
                                    ("stands", Told::Papers) => papers == 1,
                                    ("stands", _) => true,
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
