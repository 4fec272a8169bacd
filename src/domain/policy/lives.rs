//! The table of rights as a locker lives: open, closed, over, entombed.

use proptest::prelude::*;

use super::tests::live;
use super::*;
use crate::domain::person::IssuerKind;
use crate::domain::source::{Moment, Source, Timestamp};

const DAY: i64 = 24 * 3600 * 1_000_000;

const fn moment(clock: Timestamp) -> Moment {
    Moment { now: clock, clock }
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

fn facts(standing: Standing, now: Timestamp) -> (PersonId, Facts<'static>) {
    let source = Source::seeded(at(0), [1; 32]);
    let (person, locker) = (PersonId::draw(&source), LockerId::draw(&source));
    let session = SessionFacts {
        person,
        seen_at: now,
        expires_at: now.plus(SESSION_LIFE),
        revoked_at: None,
        proven_at: now,
        issuer: IssuerKind::Holder,
        factor_at: None,
    };
    let locker =
        LockerFacts { locker, holder: person, standing, used: 0, versions: 0, quota: 1000, depositing: 0, long: 0 };
    let document = DocumentFacts::Known(live(&source));
    (person, Facts { session: Some(session), locker: Some(locker), document, adding: 1, ..Facts::NONE })
}

/// What the holder may do, of everything there is.
fn allowed(standing: Standing, now: Timestamp) -> Vec<&'static str> {
    let (person, facts) = facts(standing, now);
    let may = |action: &&Action| decide(Actor::Holder(person), **action, &facts, moment(now)).is_ok();
    Action::ALL.iter().filter(may).map(|action| action.code()).collect()
}

fn closed(closed: i64, erase: i64) -> Standing {
    Standing::Closed { at: at(closed), erase_at: at(erase) }
}

#[test]
fn a_closed_locker_is_looked_at_and_opened_again_and_nothing_else() {
    let looking = [
        "sign_in",
        "sign_out",
        "locker.view",
        "locker.accept_information",
        "locker.reopen",
        "session.list",
        "session.end",
        "step_up",
        "document.list",
        "document.view",
        "document.control",
        "document.versions",
        "locker.control",
        "locker.export",
        "content.read",
        "content.found_clean",
        "content.found_infected",
        "journal.read",
        // Help is ended, and looked at.
        "mandate.decline",
        "mandate.revoke",
        "mandate.narrow",
        "mandate.list",
        "mandate.view",
        "mandate.stop_all",
        "sheet.view",
        "help.paper_code_drop",
        "help.judgment_code_drop",
        "contact.view",
        "contact.drop",
        // What was handed over is stopped.
        "request.list",
        "request.decline",
        "share.list",
        "share.pause",
        "share.revoke",
        "share.receipt",
        "agreement.list",
        "agreement.stop",
        "share.view",
        "document.receipt",
        "locker.receipt",
    ];
    for action in allowed(closed(0, 30 * DAY), at(DAY)) {
        assert!(looking.contains(&action), "{action}");
    }
    assert!(looking.iter().all(|action| allowed(closed(0, 30 * DAY), at(DAY)).contains(action)));
    let over = allowed(closed(0, 30 * DAY), at(30 * DAY));
    assert!(!over.contains(&"locker.reopen") && over.contains(&"content.read"));
    assert_eq!(allowed(Standing::Entombed, at(DAY)), Vec::<&str>::new());
    let open = allowed(Standing::Open, at(DAY));
    assert!(open.contains(&"locker.close") && !open.contains(&"locker.reopen"));
}

#[test]
fn nobody_but_the_eraser_erases_and_it_does_nothing_else() {
    for standing in [Standing::Open, closed(0, 30 * DAY), Standing::Entombed] {
        let now = at(90 * DAY);
        let (person, facts) = facts(standing, now);
        let jobs = Job::ALL.iter().filter(|job| **job != Job::Eraser).map(|job| Actor::Job(*job));
        let people = [Actor::Anonymous, Actor::Operator, Actor::Holder(person), Actor::Person(person)];
        for actor in people.into_iter().chain(jobs) {
            assert!(decide(actor, Action::EraseLocker, &facts, moment(now)).is_err(), "{actor:?} {standing:?}");
        }
        for action in Action::ALL.iter().filter(|action| **action != Action::EraseLocker) {
            assert!(decide(Actor::Job(Job::Eraser), *action, &facts, moment(now)).is_err(), "{}", action.code());
        }
        for action in Action::ALL.iter().filter(|action| **action != Action::InactiveNotice) {
            assert!(decide(Actor::Job(Job::Inactivity), *action, &facts, moment(now)).is_err(), "{}", action.code());
        }
        let told = decide(Actor::Job(Job::Inactivity), Action::InactiveNotice, &facts, moment(now));
        assert_eq!(told.is_ok(), standing == Standing::Open);
    }
}

proptest! {
    /// Whatever stands in the row and whatever the clock says: never before 30 days, never while it can be opened again.
    #[test]
    fn a_locker_is_erased_when_its_closure_is_over(
        start in 0..1000 * DAY, length in -40 * DAY..400 * DAY, wait in -40 * DAY..800 * DAY,
    ) {
        let (end, now) = (start + length, at(start + wait));
        let (person, facts) = facts(closed(start, end), now);
        let erased = decide(Actor::Job(Job::Eraser), Action::EraseLocker, &facts, moment(now)).is_ok();
        let reopened = decide(Actor::Holder(person), Action::ReopenLocker, &facts, moment(now)).is_ok();
        prop_assert_eq!(erased, wait >= 30 * DAY && wait >= length);
        prop_assert_eq!(reopened, wait < length);
        prop_assert!(!(erased && reopened));
    }

    #[test]
    fn an_open_locker_is_never_erased(wait in 0..100_000 * DAY) {
        let (_, facts) = facts(Standing::Open, at(wait));
        prop_assert!(decide(Actor::Job(Job::Eraser), Action::EraseLocker, &facts, moment(at(wait))).is_err());
    }
}
