//! What an institution may do under an agreement: deposit papers of the kinds that were agreed on, while it lasts, within bounds that leave
//! the locker to its holder. Nothing else: it reads, lists, changes and destroys nothing. Decided again at every use.

use super::{Action, LockerFacts, Reason, Standing, VERSIONS_MAX};
use crate::domain::agreement::{
    AgreementFacts, AgreementStatus, DEPOSITS_A_DAY, FULLNESS_STEPS, KindTag, QUOTA_PARTS, UNDER_WAY_MAX,
};
use crate::domain::ids::InstitutionId;
use crate::domain::source::Moment;

/// What is known where an institution deposits, read under the locks.
#[derive(Debug, Clone, Copy)]
pub struct AgreementStand<'a> {
    /// The agreement.
    pub facts: AgreementFacts<'a>,
    /// The kind of the paper; none where it is asked in general, before anything is said of it.
    pub kind: Option<KindTag>,
    /// Bytes that came in by all agreements of that institution in the locker that are not over, this one among them.
    pub taken: u64,
}

/// Versions in a locker up to which institutions may add papers: the rest is its holder's own.
const VERSIONS_MOST: u64 = VERSIONS_MAX - VERSIONS_MAX / QUOTA_PARTS;

/// How much is in a locker, as who deposits by agreement may find out by what is refused: rounded up to the next step.
fn told_used(locker: &LockerFacts) -> u64 {
    let step = (locker.quota / FULLNESS_STEPS).max(1);
    locker.used.checked_next_multiple_of(step).unwrap_or(u64::MAX)
}

/// Whether a program of an institution may do this under an agreement. `adding`: bytes; 0 in the middle of a stream.
pub(super) fn may(
    institution: InstitutionId,
    action: Action,
    stand: &AgreementStand<'_>,
    locker: &LockerFacts,
    adding: u64,
    moment: Moment,
) -> Result<(), Reason> {
    let facts = &stand.facts;
    if facts.institution != institution || facts.locker != locker.locker {
        return Err(Reason::UnknownAgreement);
    }
    // From here on, it is theirs: they are told that it has ended, and nothing else. So a closed locker is one that has ended.
    if facts.status(moment) != AgreementStatus::Active || locker.standing != Standing::Open {
        return Err(Reason::AgreementOver);
    }
    let is_agreed = stand.kind.map(|kind| facts.kinds.contains(&kind));
    match action {
        Action::BeginDeposit if is_agreed != Some(false) => {}
        Action::Deposit if is_agreed == Some(true) => {}
        Action::BeginDeposit | Action::Deposit => return Err(Reason::OutOfAgreement),
        _ => return Err(Reason::NotAllowed),
    }
    if adding == 0 {
        return if action == Action::Deposit { Err(Reason::NotAllowed) } else { Ok(()) };
    }
    if facts.on_day_of(moment.now) >= DEPOSITS_A_DAY {
        return Err(Reason::AgreementDay);
    }
    // One word for all of it: how full the locker is, is not theirs to know.
    let fits = |taken: u64, most: u64| taken.saturating_add(adding) <= most;
    if !fits(stand.taken, locker.quota / QUOTA_PARTS)
        || !fits(told_used(locker), locker.quota)
        // A part of them is the holder's own.
        || locker.versions >= VERSIONS_MOST
    {
        return Err(Reason::AgreementFull);
    }
    // One more begins; what is under way ends.
    let is_many = action == Action::BeginDeposit && locker.depositing >= UNDER_WAY_MAX;
    if is_many { Err(Reason::TooMany) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::{Actor, Ground};
    use crate::domain::ids::{AgreementId, LockerId, PersonId};
    use crate::domain::policy::{Facts, decide, decide_going_on};
    use crate::domain::source::{Source, Timestamp};
    use proptest::prelude::*;

    const DAY: i64 = 24 * 3_600 * 1_000_000;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    proptest! {
        /// Against a slow obvious model: every combination of what may stand in the way.
        #[test]
        fn an_agreement_allows_what_it_says_and_nothing_else(
            action in 0..Action::ALL.len(), often: bool, is_theirs: bool, is_here: bool, is_open: bool, stopped: bool,
            now in 0_i64..6, clock in 0_i64..6, kind in proptest::option::of(0_u8..3), day in 0_i64..6, today in 18_u32..22,
            bytes in 0_u64..30, used in 70_u64..101, adding in 0_u64..12, depositing in 0_u64..6, many: bool, goes_on: bool,
        ) {
            let source = Source::seeded(at(0), [1; 32]);
            let (institution, other) = (InstitutionId::draw(&source), InstitutionId::draw(&source));
            let (locker, elsewhere) = (LockerId::draw(&source), LockerId::draw(&source));
            let kinds: Vec<KindTag> = vec![[0; 16], [1; 16]];
            let agreement = AgreementFacts {
                locker: if is_here { locker } else { elsewhere },
                agreement: AgreementId::draw(&source),
                institution: if is_theirs { institution } else { other },
                from: at(0),
                until: at(4 * DAY),
                ended_at: stopped.then_some(at(1)),
                kinds: &kinds,
                day,
                today,
                bytes,
            };
            let action = if often {
                if action % 2 == 0 { Action::BeginDeposit } else { Action::Deposit }
            } else {
                Action::ALL[action]
            };
            let standing = if is_open { Standing::Open } else { Standing::Entombed };
            let versions = if many { VERSIONS_MOST } else { VERSIONS_MOST - 1 };
            let facts = Facts {
                locker: Some(LockerFacts {
                    locker, holder: PersonId::draw(&source), standing, used, versions, quota: 100, depositing, long: 0,
                }),
                adding,
                agreement: Some(AgreementStand { facts: agreement, kind: kind.map(|kind| [kind; 16]), taken: bytes }),
                ..Facts::NONE
            };
            let moment = Moment { now: at(now * DAY), clock: at(clock * DAY) };
            let decision = if goes_on {
                decide_going_on(Actor::Client(institution), action, &facts, moment)
            } else {
                decide(Actor::Client(institution), action, &facts, moment)
            };
            let lasts = now < 4 && clock < 4 && !stopped && is_open;
            // By sixteenths of a hundred.
            let told = (0..=17).map(|step| step * 6).find(|told| *told >= used).unwrap();
            let fits = bytes + adding <= 25 && told + adding <= 100 && !many;
            let came = if now == day { today } else { 0 };
            let begins = action != Action::BeginDeposit || depositing < 3;
            let room = adding == 0 || (fits && came < 20 && begins);
            let may = is_theirs && is_here && lasts && room && match action {
                Action::BeginDeposit => kind != Some(2),
                Action::Deposit => (kind == Some(0) || kind == Some(1)) && adding > 0,
                _ => false,
            };
            prop_assert_eq!(decision.is_ok(), may, "{:?} {:?}", action, decision);
            if let Ok(allowed) = decision {
                prop_assert_eq!(allowed.ground(), Ground::Agreement);
                prop_assert_eq!(allowed.locker(), locker);
            }
            // Who is not the one is told nothing of whether it lasts; nor is the one told how full the locker is.
            if !is_theirs || !is_here {
                prop_assert_eq!(decision, Err(Reason::UnknownAgreement));
            } else if !lasts {
                prop_assert_eq!(decision, Err(Reason::AgreementOver));
            }
            prop_assert!(decision != Err(Reason::QuotaExceeded));
        }

        /// Whatever is tried, of whatever size, lockers that are as full by the step are not told apart.
        #[test]
        fn how_full_a_locker_is_is_told_by_steps_alone(quota in 16_u64..10_000_000, step in 0_u64..16, more in 0_u64..1_000_000, adding: u64) {
            let source = Source::seeded(at(0), [1; 32]);
            let (institution, locker) = (InstitutionId::draw(&source), LockerId::draw(&source));
            let kinds: [KindTag; 1] = [[0; 16]];
            let agreement = AgreementFacts {
                locker, agreement: AgreementId::draw(&source), institution, from: at(0), until: at(DAY), ended_at: None,
                kinds: &kinds, day: 0, today: 0, bytes: 0,
            };
            let size = quota / FULLNESS_STEPS;
            let decided = |used| {
                let facts = LockerFacts {
                    locker, holder: PersonId::draw(&source), standing: Standing::Open, used, versions: 0, quota, depositing: 0, long: 0,
                };
                let stand = AgreementStand { facts: agreement, kind: Some([0; 16]), taken: 0 };
                may(institution, Action::Deposit, &stand, &facts, adding.max(1), Moment { now: at(1), clock: at(1) })
            };
            prop_assert_eq!(decided(step * size + 1 + more % size), decided((step + 1) * size));
        }

        /// Nobody else has anything by it: not a person, not a job, not the operator.
        #[test]
        fn an_agreement_is_for_programs_alone(action in 0..Action::ALL.len(), who in 0_usize..4) {
            let source = Source::seeded(at(0), [1; 32]);
            let (institution, locker, person) = (InstitutionId::draw(&source), LockerId::draw(&source), PersonId::draw(&source));
            let kinds = [[0; 16]];
            let agreement = AgreementFacts {
                locker, agreement: AgreementId::draw(&source), institution, from: at(0), until: at(DAY), ended_at: None,
                kinds: &kinds, day: 0, today: 0, bytes: 0,
            };
            let facts = Facts {
                locker: Some(LockerFacts {
                    locker, holder: person, standing: Standing::Open, used: 0, versions: 0, quota: 100, depositing: 0, long: 0,
                }),
                adding: 1,
                agreement: Some(AgreementStand { facts: agreement, kind: Some([0; 16]), taken: 0 }),
                ..Facts::NONE
            };
            let actor = [Actor::Anonymous, Actor::Holder(person), Actor::Aidant(person), Actor::Operator][who];
            let decision = decide(actor, Action::ALL[action], &facts, Moment { now: at(1), clock: at(1) });
            prop_assert!(decision.is_err(), "{:?}", decision);
        }
    }
}
