//! The table of rights, asked with every kind of proof: fresh, old, from a clock that ran ahead.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::domain::ids::{CollectionId, DocumentId};
use crate::domain::person::IssuerKind;
use crate::domain::source::{Source, Timestamp};

const NOON: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

fn at(clock: Timestamp) -> Moment {
    Moment { now: clock, clock }
}

/// A paper that is there.
pub(super) fn live(source: &Source) -> PaperFacts {
    let (document, collection) = (DocumentId::draw(source), CollectionId::draw(source));
    PaperFacts {
        state: DocumentState::Live,
        spot: Spot { document, collection, private: false },
        scanned: Scanned::Never,
    }
}

fn facts(proven_at: Timestamp) -> (Actor, Facts<'static>) {
    let source = Source::seeded(NOON, [3; 32]);
    let (person, locker) = (PersonId::draw(&source), LockerId::draw(&source));
    let session = SessionFacts {
        person,
        seen_at: NOON,
        expires_at: NOON.plus(SESSION_LIFE),
        revoked_at: None,
        proven_at,
        issuer: IssuerKind::Holder,
        factor_at: None,
    };
    let locker = LockerFacts {
        locker,
        holder: person,
        standing: Standing::Open,
        used: 0,
        versions: 0,
        quota: 1,
        depositing: 0,
        long: 0,
    };
    let facts = Facts { session: Some(session), locker: Some(locker), ..Facts::NONE };
    (Actor::Holder(person), facts)
}

#[test]
fn an_action_that_needs_it_waits_for_a_fresh_proof() {
    let (actor, facts) = facts(NOON);
    let asked = |clock, freshly| decided(actor, Action::ViewLocker, &facts, at(clock), freshly);
    let end = NOON.plus(FRESH);
    assert!(asked(end.minus(Duration::from_micros(1)), true).is_ok());
    assert_eq!(asked(end, true), Err(Reason::NotFresh));
    assert!(asked(end, false).is_ok(), "the others don't wait");
}

#[test]
fn what_has_begun_goes_on_without_a_fresh_proof() {
    let (actor, facts) = facts(NOON);
    for action in Action::ALL {
        let later = at(NOON.plus(FRESH));
        let going_on = decide_going_on(actor, *action, &facts, later);
        assert_ne!(going_on, Err(Reason::NotFresh), "{action:?}");
        assert_eq!(going_on.is_ok(), decided(actor, *action, &facts, at(NOON), true).is_ok(), "{action:?}");
    }
}

#[test]
fn a_clock_put_right_ends_what_was_seen_in_the_future() {
    let (actor, facts) = facts(NOON);
    let asked = |clock: Timestamp| decide(actor, Action::ViewLocker, &facts, Moment { now: NOON, clock });
    assert!(asked(NOON.minus(CLOCK_TOLERANCE)).is_ok());
    assert_eq!(asked(NOON.minus(CLOCK_TOLERANCE).minus(Duration::from_micros(1))), Err(Reason::ClockBehind));
}

#[test]
fn the_rotation_of_keys_has_its_two_actions_and_no_other() {
    let source = Source::system();
    let (locker, holder) = (LockerId::draw(&source), PersonId::draw(&source));
    let facts = Facts {
        session: None,
        locker: Some(LockerFacts {
            locker,
            holder,
            standing: Standing::Open,
            used: 0,
            versions: 0,
            quota: 1,
            depositing: 0,
            long: 0,
        }),
        document: DocumentFacts::Known(live(&source)),
        ..Facts::NONE
    };
    for action in Action::ALL {
        for job in Job::ALL {
            let is_its_own = match job {
                Job::Closing => *action == Action::Close,
                // When they may act is told in `lives` and `notices`; this locker is open, and nothing is to be told.
                // What servers are told is decided by `webhook`, in no locker.
                Job::Sweeper | Job::Eraser | Job::Notices | Job::Webhooks => false,
                Job::Inactivity => *action == Action::InactiveNotice,
                Job::Expiry => {
                    matches!(action, Action::ExpireMandate | Action::CloseWindow | Action::ExpireShare)
                }
                Job::KeyRotation => matches!(action, Action::RotateKeys | Action::RetireKeys),
            };
            let decision = decide(Actor::Job(*job), *action, &facts, at(source.now()));
            assert_eq!(decision.is_ok(), is_its_own, "{job:?} {action:?}");
        }
        assert!(decide(Actor::Operator, *action, &facts, at(source.now())).is_err(), "{action:?}");
    }
}

/// What was found harmful is shut to its holder too, and nothing else about it is; what is held may be asked for.
#[test]
fn what_is_harmful_is_read_by_nobody() {
    let (actor, facts) = facts(NOON);
    let paper = live(&Source::seeded(NOON, [4; 32]));
    for scanned in Scanned::ALL {
        let facts = Facts { document: DocumentFacts::Known(PaperFacts { scanned, ..paper }), ..facts };
        let ask = |action| decide(actor, action, &facts, at(NOON)).map(|_| ());
        let expected = if scanned == Scanned::Infected { Err(Reason::Infected) } else { Ok(()) };
        assert_eq!(ask(Action::ReadContent), expected, "{scanned:?}");
        for action in
            [Action::ViewDocument, Action::ControlDocument, Action::ListVersions, Action::Trash, Action::Destroy]
        {
            assert_eq!(ask(action), Ok(()), "{scanned:?} {action:?}");
        }
    }
}

proptest! {
    /// A proof counts as fresh for five minutes after it, never from a future beyond the tolerance, and never instead of a
    /// session that stands.
    #[test]
    fn freshness_is_a_short_time_after_a_proof(proven in -3_600_i64..3_600, clock in -3_600_i64..40_000) {
        let moved = |by: i64| Timestamp::from_micros(NOON.micros() + by * 1_000_000);
        let (actor, facts) = facts(moved(proven));
        let moment = at(moved(clock));
        let stands = facts.session.is_some_and(|s| s.check(moment).is_ok());
        let fresh = clock - proven < 300 && proven - clock <= 120;
        let decision = decided(actor, Action::ViewLocker, &facts, moment, true);
        prop_assert_eq!(decision.is_ok(), stands && fresh);
        if stands && !fresh {
            prop_assert_eq!(decision, Err(Reason::NotFresh));
        }
    }
}
