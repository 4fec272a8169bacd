//! What a program of an institution may do. Decided again at every use: an institution that the operator has suspended, or that is
//! registered for less, is so on the very next request, whatever token its programs bear.

use super::{Action, Reason};
use crate::domain::institution::{ClientToken, Errand, Errands, InstitutionFacts};
use crate::domain::source::Timestamp;

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
        let facts = InstitutionFacts { institution, errands, suspended_at: None };
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
