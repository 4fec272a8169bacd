//! What a program of an institution may do, and what its agents may. Decided again at every use: an institution that the operator has
//! suspended, or that is registered for less, is so on the very next request, whatever token its programs bear, whoever acts for it.

use super::{Action, Reason, SessionFacts};
use crate::domain::ids::PersonId;
use crate::domain::institution::{ClientToken, Errand, Errands, InstitutionFacts};
use crate::domain::organisation::MembershipFacts;
use crate::domain::person::IssuerKind;
use crate::domain::source::{Moment, Timestamp};

/// A yes: which action, of which institution. Only [`decide_for_client`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllowedClient {
    action: Action,
    institution: InstitutionFacts,
}

impl AllowedClient {
    /// What was allowed.
    pub const fn action(&self) -> Action {
        self.action
    }
    /// To whom.
    pub const fn institution(&self) -> &InstitutionFacts {
        &self.institution
    }
}

/// For what a program must be registered, and its token made.
enum Needed {
    /// For whatever it may be.
    Anything,
    /// For this.
    Errand(Errand),
}

const fn needed(action: Action) -> Option<Needed> {
    match action {
        Action::ViewInstitution => Some(Needed::Anything),
        Action::MakeRequest | Action::FollowRequests | Action::WithdrawRequest => {
            Some(Needed::Errand(Errand::Requests))
        }
        // In a locker: what lets it in there is a share (`sharing`).
        Action::ReceiveShare
        | Action::ReceiveArchive
        | Action::ReceiveMerged
        | Action::ReceiveReceipt
        | Action::ReadContent => Some(Needed::Errand(Errand::Retrieve)),
        // The same by an agreement (`agreement`).
        Action::ViewAgreement | Action::BeginDeposit | Action::Deposit => Some(Needed::Errand(Errand::Deposit)),
        // What is not named here is not for programs.
        _ => None,
    }
}

/// Decides on what a program asks for with its token. Pure. `clock`: the clock itself; tokens live by it, and to the microsecond.
///
/// # Errors
/// [`Reason::NotSignedIn`] without a token that is good now; [`Reason::InstitutionSuspended`]; [`Reason::OutOfToken`], [`Reason::OutOfRegistration`].
pub fn decide_for_client(
    token: &ClientToken,
    action: Action,
    registered: Option<&InstitutionFacts>,
    clock: Timestamp,
) -> Result<AllowedClient, Reason> {
    if clock < token.from || clock >= token.until {
        return Err(Reason::SessionExpired);
    }
    let facts = registered.filter(|facts| facts.institution == token.institution).ok_or(Reason::NotSignedIn)?;
    if facts.suspended_at.is_some() {
        return Err(Reason::InstitutionSuspended);
    }
    match needed(action).ok_or(Reason::NotAllowed)? {
        Needed::Errand(errand) if !facts.errands.has(errand) => return Err(Reason::OutOfRegistration),
        Needed::Errand(errand) if !token.errands.has(errand) => return Err(Reason::OutOfToken),
        Needed::Anything | Needed::Errand(_) => {}
    }
    Ok(AllowedClient { action, institution: *facts })
}

/// Everything that a decision on an agent looks at, read under the locks.
#[derive(Debug, Clone, Copy)]
pub struct AgentFacts {
    /// Their session.
    pub session: SessionFacts,
    /// Their place in the office, the one that has not ended.
    pub own: Option<MembershipFacts>,
    /// The institution whose office it is.
    pub registered: Option<InstitutionFacts>,
}

/// Decides on what somebody asks for who acts for an institution: an active member of its office who is an agent there, came in for their
/// work, and passed their second factor. They do what a program of it may that asks and reads; they deposit nothing. Pure.
///
/// # Errors
/// [`Reason::NotSignedIn`] and what ends a session; [`Reason::NoRelation`] for who has no place there, or is no agent in it;
/// [`Reason::NotAMember`], [`Reason::NoSecondFactor`], [`Reason::InstitutionSuspended`], [`Reason::OutOfRegistration`], [`Reason::NotAllowed`].
pub fn decide_for_agent(
    person: PersonId,
    action: Action,
    facts: &AgentFacts,
    moment: Moment,
) -> Result<AllowedClient, Reason> {
    let session = &facts.session;
    if session.person != person {
        return Err(Reason::NotSignedIn);
    }
    session.check(moment)?;
    let (Some(own), Some(institution)) = (facts.own, facts.registered) else { return Err(Reason::NoRelation) };
    let is_there = own.person == Some(person) && institution.office == Some(own.organisation);
    // Who manages the members of an office, and no more, is nobody to those whose papers it has.
    if !is_there || own.left_at.is_some() || !own.roles.is_agent() || session.issuer != IssuerKind::Professional {
        return Err(Reason::NoRelation);
    }
    if !own.is_active(moment) {
        return Err(Reason::NotAMember);
    }
    if !session.has_factor() {
        return Err(Reason::NoSecondFactor);
    }
    if institution.suspended_at.is_some() {
        return Err(Reason::InstitutionSuspended);
    }
    match needed(action).ok_or(Reason::NotAllowed)? {
        // What comes from an institution as its own word is signed by its programs.
        Needed::Errand(Errand::Deposit) => return Err(Reason::NotAllowed),
        Needed::Errand(errand) if !institution.errands.has(errand) => return Err(Reason::OutOfRegistration),
        Needed::Anything | Needed::Errand(_) => {}
    }
    Ok(AllowedClient { action, institution })
}

/// Whether whoever was let in for an institution reads who of its office asked for something: an agent there does. To its programs, the people
/// of its office are nobody.
#[must_use]
pub fn may_know_askers(agent: Option<&AgentFacts>) -> bool {
    agent.is_some_and(|facts| {
        let office = facts.registered.and_then(|registered| registered.office);
        facts.own.is_some_and(|own| office == Some(own.organisation) && own.roles.is_agent())
    })
}

/// For what a program that has proven whose it is gets a token: what it asks for, or all that it is registered for.
///
/// # Errors
/// [`Reason::InstitutionSuspended`]; [`Reason::OutOfRegistration`] if it asks for more than it is registered for, or is for nothing.
pub fn may_be_given(registered: &InstitutionFacts, asked: Option<Errands>) -> Result<Errands, Reason> {
    if registered.suspended_at.is_some() {
        return Err(Reason::InstitutionSuspended);
    }
    let errands = asked.unwrap_or(registered.errands);
    if errands.is_empty() || !errands.within(registered.errands) {
        return Err(Reason::OutOfRegistration);
    }
    Ok(errands)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{InstitutionId, TokenId};
    use crate::domain::source::Source;

    fn one() -> (InstitutionFacts, ClientToken) {
        let source = Source::seeded(Timestamp::from_micros(1_000), [3; 32]);
        let institution = InstitutionId::draw(&source);
        let errands = Errands::NONE.with(Errand::Requests);
        let facts = InstitutionFacts { institution, errands, suspended_at: None, office: None };
        let (from, until) = (Timestamp::from_micros(1_000), Timestamp::from_micros(2_000));
        (facts, ClientToken { institution, token: TokenId::draw(&source), errands, from, until })
    }

    #[test]
    fn a_token_is_good_to_the_microsecond() {
        let (facts, token) = one();
        let at = |micros| {
            let clock = Timestamp::from_micros(micros);
            decide_for_client(&token, Action::ViewInstitution, Some(&facts), clock).map(|yes| yes.action())
        };
        assert_eq!(at(999), Err(Reason::SessionExpired));
        assert_eq!(at(1_000), Ok(Action::ViewInstitution));
        assert_eq!(at(1_999), Ok(Action::ViewInstitution));
        assert_eq!(at(2_000), Err(Reason::SessionExpired));
    }

    #[test]
    fn nothing_but_what_is_for_programs_is_allowed_to_them() {
        let (facts, token) = one();
        let clock = Timestamp::from_micros(1_500);
        for action in Action::ALL {
            let decision = decide_for_client(&token, *action, Some(&facts), clock).map(|_| ());
            let right = match needed(*action) {
                None => Err(Reason::NotAllowed),
                Some(Needed::Errand(Errand::Retrieve | Errand::Deposit)) => Err(Reason::OutOfRegistration),
                Some(_) => Ok(()),
            };
            assert_eq!(decision, right, "{}", action.code());
        }
        let wider = InstitutionFacts { errands: facts.errands.with(Errand::Retrieve), ..facts };
        let decision = decide_for_client(&token, Action::ReadContent, Some(&wider), clock);
        assert_eq!(decision.map(|_| ()), Err(Reason::OutOfToken));
    }

    fn agent(source: &Source) -> (PersonId, AgentFacts, Moment) {
        use crate::domain::ids::{MembershipId, OrganisationId};
        use crate::domain::organisation::Roles;
        use crate::domain::source::day_of;
        let clock = Timestamp::from_micros(1_800_014_400_000_000);
        let (person, office) = (PersonId::draw(source), OrganisationId::draw(source));
        let own = MembershipFacts {
            membership: MembershipId::draw(source),
            organisation: office,
            person: Some(person),
            roles: Roles::Agent,
            invited_until: clock,
            joined_at: Some(clock),
            suspended_at: None,
            left_at: None,
            seen_at: day_of(clock),
        };
        let session = SessionFacts {
            person,
            seen_at: clock,
            expires_at: clock.plus(std::time::Duration::from_hours(8)),
            revoked_at: None,
            proven_at: clock,
            issuer: IssuerKind::Professional,
            factor_at: Some(clock),
        };
        let errands = Errand::ALL.into_iter().fold(Errands::NONE, Errands::with);
        let institution = InstitutionId::draw(source);
        let registered = InstitutionFacts { institution, errands, suspended_at: None, office: Some(office) };
        let facts = AgentFacts { session, own: Some(own), registered: Some(registered) };
        (person, facts, Moment { now: clock, clock })
    }

    #[test]
    fn an_agent_asks_and_reads_and_deposits_nothing() {
        let (person, facts, moment) = agent(&Source::seeded(Timestamp::from_micros(1_000), [5; 32]));
        for action in Action::ALL {
            let decision = decide_for_agent(person, *action, &facts, moment).map(|_| ());
            let right = match needed(*action) {
                None | Some(Needed::Errand(Errand::Deposit)) => Err(Reason::NotAllowed),
                Some(_) => Ok(()),
            };
            assert_eq!(decision, right, "{}", action.code());
        }
        let registered =
            facts.registered.map(|one| InstitutionFacts { errands: Errands::NONE.with(Errand::Requests), ..one });
        let less = AgentFacts { registered, ..facts };
        let decide = |action| decide_for_agent(person, action, &less, moment).map(|yes| yes.action());
        assert_eq!(decide(Action::ReadContent), Err(Reason::OutOfRegistration));
        assert_eq!(decide(Action::MakeRequest), Ok(Action::MakeRequest));
    }

    #[test]
    fn whoever_is_no_agent_there_is_a_stranger() {
        use crate::domain::ids::OrganisationId;
        use crate::domain::organisation::Roles;
        let source = Source::seeded(Timestamp::from_micros(1_000), [5; 32]);
        let (person, facts, moment) = agent(&source);
        let (own, one) = (facts.own.unwrap(), facts.registered.unwrap());
        let decide = |facts: &AgentFacts| decide_for_agent(person, Action::ReadContent, facts, moment).map(|_| ());
        let member = |own| AgentFacts { own: Some(own), ..facts };
        let registered = |one| AgentFacts { registered: Some(one), ..facts };
        let signed_in = |session| AgentFacts { session, ..facts };
        let elsewhere = Some(OrganisationId::draw(&source));
        let stories: [(&str, AgentFacts, Result<(), Reason>); 14] = [
            ("as they are", facts, Ok(())),
            ("who manages too", member(MembershipFacts { roles: Roles::AgentAndReferent, ..own }), Ok(())),
            ("who manages alone", member(MembershipFacts { roles: Roles::Referent, ..own }), Err(Reason::NoRelation)),
            ("an aidant", member(MembershipFacts { roles: Roles::Both, ..own }), Err(Reason::NoRelation)),
            ("nobody there", AgentFacts { own: None, ..facts }, Err(Reason::NoRelation)),
            (
                "somebody else's place",
                member(MembershipFacts { person: Some(PersonId::draw(&source)), ..own }),
                Err(Reason::NoRelation),
            ),
            ("who has left", member(MembershipFacts { left_at: Some(moment.now), ..own }), Err(Reason::NoRelation)),
            (
                "who is suspended",
                member(MembershipFacts { suspended_at: Some(moment.now), ..own }),
                Err(Reason::NotAMember),
            ),
            ("another office", registered(InstitutionFacts { office: elsewhere, ..one }), Err(Reason::NoRelation)),
            ("no office", registered(InstitutionFacts { office: None, ..one }), Err(Reason::NoRelation)),
            (
                "suspended",
                registered(InstitutionFacts { suspended_at: Some(moment.now), ..one }),
                Err(Reason::InstitutionSuspended),
            ),
            (
                "as a holder",
                signed_in(SessionFacts { issuer: IssuerKind::Holder, ..facts.session }),
                Err(Reason::NoRelation),
            ),
            (
                "without a code",
                signed_in(SessionFacts { factor_at: None, ..facts.session }),
                Err(Reason::NoSecondFactor),
            ),
            (
                "signed out",
                signed_in(SessionFacts { revoked_at: Some(moment.now), ..facts.session }),
                Err(Reason::SessionEnded),
            ),
        ];
        for (told, facts, right) in stories {
            assert_eq!(decide(&facts), right, "{told}");
        }
        let other = decide_for_agent(PersonId::draw(&source), Action::ReadContent, &facts, moment);
        assert_eq!(other.map(|_| ()), Err(Reason::NotSignedIn));
        let half_a_year = moment.clock.plus(std::time::Duration::from_hours(24 * 190));
        let later = Moment { now: half_a_year, clock: half_a_year };
        let awake = SessionFacts {
            seen_at: half_a_year,
            expires_at: half_a_year.plus(std::time::Duration::from_hours(1)),
            ..facts.session
        };
        let idle = decide_for_agent(person, Action::ReadContent, &signed_in(awake), later);
        assert_eq!(idle.map(|_| ()), Err(Reason::NotAMember), "six months away");
    }

    #[test]
    fn what_is_registered_counts_at_each_use() {
        let (facts, token) = one();
        let clock = Timestamp::from_micros(1_500);
        let decide = |facts| decide_for_client(&token, Action::ViewInstitution, facts, clock).map(|_| ());
        let suspended = InstitutionFacts { suspended_at: Some(clock), ..facts };
        assert_eq!(decide(Some(&suspended)), Err(Reason::InstitutionSuspended));
        assert_eq!(decide(None), Err(Reason::NotSignedIn));
        let source = Source::seeded(clock, [4; 32]);
        let another = InstitutionFacts { institution: InstitutionId::draw(&source), ..facts };
        assert_eq!(decide(Some(&another)), Err(Reason::NotSignedIn));
    }

    #[test]
    fn a_token_is_for_no_more_than_is_registered() {
        let (facts, _) = one();
        let both = facts.errands.with(Errand::Retrieve);
        assert_eq!(may_be_given(&facts, None), Ok(facts.errands));
        assert_eq!(may_be_given(&facts, Some(facts.errands)), Ok(facts.errands));
        assert_eq!(may_be_given(&facts, Some(both)), Err(Reason::OutOfRegistration));
        assert_eq!(may_be_given(&facts, Some(Errands::NONE)), Err(Reason::OutOfRegistration));
        let suspended = InstitutionFacts { suspended_at: Some(Timestamp::from_micros(1)), ..facts };
        assert_eq!(may_be_given(&suspended, None), Err(Reason::InstitutionSuspended));
    }
}
