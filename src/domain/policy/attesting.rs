//! What may be said to whoever holds a paper that says who helps: one of three words, and never another.

use super::Standing;
use crate::domain::mandate::{Helper, MandateFacts, Status};
use crate::domain::organisation::MembershipFacts;
use crate::domain::source::Moment;

/// What somebody is told who checks such a paper by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attested {
    /// The help that it speaks of may be given now.
    Valid,
    /// It may not, any more or for now.
    Ended,
    /// No paper bears that code.
    Unknown,
}

impl Attested {
    /// The word in the API and the catalogue.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Ended => "ended",
            Self::Unknown => "unknown",
        }
    }
}

/// What stands of a mandate that a paper speaks of.
#[derive(Debug, Clone, Copy)]
pub struct AttestedFacts<'a> {
    /// How its locker stands.
    pub standing: Standing,
    /// The mandate.
    pub mandate: MandateFacts<'a>,
    /// The place of the aidant whom it names, where it names one.
    pub membership: Option<MembershipFacts>,
}

/// The word for it: valid where a use would be decided on as this moment is, by everything but who uses it.
pub fn attested(facts: &AttestedFacts<'_>, moment: Moment) -> Attested {
    let is_in_office = match facts.mandate.helper {
        Helper::Aidant(organisation, membership) => facts.membership.is_some_and(|own| {
            own.organisation == organisation
                && own.membership == membership
                && own.is_active(moment)
                && own.roles.is_aidant()
        }),
        Helper::Desk(_) | Helper::Relative(_) => true,
    };
    let is_open = facts.standing == Standing::Open;
    match facts.mandate.status(moment) {
        Status::Active if is_in_office && is_open => Attested::Valid,
        Status::Active | Status::ToCome | Status::Unconfirmed | Status::Expired | Status::Ended => Attested::Ended,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{LockerId, MandateId, MembershipId, OrganisationId, PersonId};
    use crate::domain::mandate::Consent;
    use crate::domain::organisation::Roles;
    use crate::domain::source::{Source, Timestamp};

    /// Every state of the mandate, of its locker and of the aidant's place, against what is said by hand.
    #[test]
    fn valid_is_said_only_where_a_use_would_be_allowed() {
        let source = Source::seeded(Timestamp::from_micros(0), [9; 32]);
        let at = Timestamp::from_micros;
        let (organisation, membership) = (OrganisationId::draw(&source), MembershipId::draw(&source));
        let person = PersonId::draw(&source);
        let place = |suspended: Option<i64>, left: Option<i64>, roles| MembershipFacts {
            organisation,
            membership,
            person: Some(person),
            roles,
            invited_until: at(5),
            joined_at: Some(at(1)),
            suspended_at: suspended.map(at),
            left_at: left.map(at),
            seen_at: at(10),
        };
        let active = place(None, None, Roles::Aidant);
        let elsewhere = MembershipFacts { membership: MembershipId::draw(&source), ..active };
        let places = [
            (Some(active), true),
            (Some(place(Some(8), None, Roles::Aidant)), false),
            (Some(place(None, Some(8), Roles::Aidant)), false),
            (Some(place(None, None, Roles::Referent)), false),
            (Some(elsewhere), false),
            (None, false),
        ];
        let helpers = [
            (Helper::Aidant(organisation, membership), true),
            (Helper::Desk(organisation), false),
            (Helper::Relative(person), false),
        ];
        let standings = [
            (Standing::Open, true),
            (Standing::Closed { at: at(3), erase_at: at(99) }, false),
            (Standing::Entombed, false),
        ];
        let (locker, mandate) = (LockerId::draw(&source), MandateId::draw(&source));
        for (helper, needs_place) in helpers {
            for (membership, is_active) in places {
                for (standing, is_open) in standings {
                    for (ended_at, is_confirmed, clock, runs) in [
                        (None, true, 10, true),
                        (None, true, 20, false),
                        (None, true, 4, false),
                        (None, false, 10, false),
                        (Some(at(9)), true, 10, false),
                    ] {
                        let consent = Consent::OwnSession;
                        let (from, until) = (at(5), at(20));
                        let mandate = MandateFacts {
                            mandate,
                            locker,
                            helper,
                            consent,
                            scopes: &[],
                            from,
                            until,
                            ended_at,
                            is_confirmed,
                        };
                        let facts = AttestedFacts { standing, mandate, membership };
                        let moment = Moment { now: at(clock), clock: at(clock) };
                        let expected = runs && is_open && (is_active || !needs_place);
                        let said = attested(&facts, moment);
                        assert_eq!(said == Attested::Valid, expected, "{facts:?}");
                        assert_ne!(said, Attested::Unknown);
                    }
                }
            }
        }
    }
}
