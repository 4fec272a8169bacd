//! When an institution's server may be told of something that it asked for: while the institution may ask itself, of what it may see, and
//! only as it stands: never more than the API would tell it at that moment.

use super::{Reason, Standing};
use crate::domain::institution::{Errand, InstitutionFacts};
use crate::domain::request::{RequestFacts, RequestStatus};
use crate::domain::share::{Recipient, ShareFacts, ShareStatus};
use crate::domain::source::Moment;
use crate::domain::webhook::{Happened, WebhookFacts};

/// Decides whether something may be told to an institution's server now. Pure. `share`: what it is about, and how its locker stands, both
/// as they are believed under the locks; only of what happened to a share.
///
/// # Errors
/// [`Reason::InstitutionSuspended`], [`Reason::OutOfRegistration`]; [`Reason::UnknownRequest`], [`Reason::UnknownShare`]: not there, or not
/// theirs; [`Reason::NoLongerSo`]: it has moved on since, and that is told by another one.
pub fn may_tell(
    webhook: &WebhookFacts,
    institution: &InstitutionFacts,
    request: Option<&RequestFacts>,
    share: Option<(&ShareFacts<'_>, &Standing)>,
    moment: Moment,
) -> Result<(), Reason> {
    if institution.institution != webhook.institution {
        return Err(Reason::NotAllowed);
    }
    if institution.suspended_at.is_some() {
        return Err(Reason::InstitutionSuspended);
    }
    let errand = if webhook.happened.is_of_share() { Errand::Retrieve } else { Errand::Requests };
    if !institution.errands.has(errand) {
        return Err(Reason::OutOfRegistration);
    }
    let request = request.filter(|one| one.institution == webhook.institution && one.request == webhook.request);
    let request = request.ok_or(Reason::UnknownRequest)?;
    if !webhook.happened.is_of_share() {
        let stands = match request.status(moment) {
            RequestStatus::Taken => Some(Happened::Taken),
            RequestStatus::Answered if request.share == webhook.share => Some(Happened::Answered),
            RequestStatus::Declined => Some(Happened::Declined),
            _ => None,
        };
        return if stands == Some(webhook.happened) { Ok(()) } else { Err(Reason::NoLongerSo) };
    }
    let is_theirs = |(share, _): &(&ShareFacts<'_>, &Standing)| {
        share.recipient == Recipient::Institution(webhook.institution, webhook.request)
            && Some(share.share) == webhook.share
    };
    let (share, standing) = share.filter(is_theirs).ok_or(Reason::UnknownShare)?;
    // As `sharing` answers who reads: what has ended and what is closed are told alike.
    let stands = match (share.status(moment), standing) {
        (ShareStatus::Paused, _) => Happened::Paused,
        (ShareStatus::Active, Standing::Open) => Happened::Resumed,
        _ => Happened::Over,
    };
    if stands == webhook.happened { Ok(()) } else { Err(Reason::NoLongerSo) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::{Action, Actor};
    use crate::domain::ids::{InstitutionId, LockerId, PaperRequestId, PersonId, ShareId, WebhookId};
    use crate::domain::institution::Errands;
    use crate::domain::policy::{DocumentFacts, Facts, LockerFacts, decide};
    use crate::domain::request::Stage;
    use crate::domain::source::{Source, Timestamp};
    use proptest::prelude::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    proptest! {
        /// What is told is what the API answers the same institution at the same moment, and nothing to anybody else.
        #[test]
        fn nothing_is_told_that_the_api_would_not_tell(
            happened in 0..Happened::ALL.len(), errands in 0_i64..4, suspended: bool, is_theirs: bool, stage in 0..Stage::ALL.len(),
            paused: bool, stopped: bool, now in 0_i64..30, closed: bool, same_share: bool, there: bool,
        ) {
            let source = Source::seeded(at(0), [1; 32]);
            let (us, other) = (InstitutionId::draw(&source), InstitutionId::draw(&source));
            let (request_id, share_id) = (PaperRequestId::draw(&source), ShareId::draw(&source));
            let locker = LockerId::draw(&source);
            let (happened, stage) = (Happened::ALL[happened], Stage::ALL[stage]);
            let moment = Moment { now: at(now), clock: at(now) };
            let institution = InstitutionFacts {
                institution: us, errands: Errands::from_number(errands).unwrap(), suspended_at: suspended.then_some(at(0)), office: None,
            };
            let owner = if is_theirs { us } else { other };
            let request = RequestFacts {
                institution: owner, request: request_id, made_at: at(0), until: at(20), stage, staged_at: at(0), locker: Some(locker),
                share: (stage == Stage::Answered).then_some(share_id),
            };
            let share = ShareFacts {
                locker, share: if same_share { share_id } else { ShareId::draw(&source) }, recipient: Recipient::Institution(owner, request_id), from: at(0),
                until: at(20), paused_at: paused.then_some(at(1)), ended_at: stopped.then_some(at(1)), readings_max: None, readings: 0, papers: &[],
            };
            let standing = if closed { Standing::Closed { at: at(0), erase_at: at(100) } } else { Standing::Open };
            let of_share = happened.is_of_share() || happened == Happened::Answered;
            let webhook = WebhookFacts {
                institution: us, webhook: WebhookId::draw(&source), happened, request: request_id, share: of_share.then_some(share_id), at: at(0),
            };
            let told = may_tell(&webhook, &institution, there.then_some(&request), there.then_some((&share, &standing)), moment);
            if told.is_ok() {
                prop_assert!(!suspended && is_theirs && there);
            }
            if happened.is_of_share() {
                // What its program gets when it asks for the list of that share.
                let facts = Facts {
                    locker: Some(LockerFacts {
                        locker, holder: PersonId::draw(&source), standing, used: 0, versions: 0, quota: 0, depositing: 0, long: 0,
                    }),
                    document: DocumentFacts::NotNamed,
                    share: Some(share),
                    ..Facts::NONE
                };
                let asked = decide(Actor::Client(us), Action::ReceiveShare, &facts, moment).map(|_| ());
                let answer = match happened {
                    Happened::Paused => Err(Reason::SharePaused),
                    Happened::Resumed => Ok(()),
                    _ => Err(Reason::ShareOver),
                };
                let may = institution.errands.has(Errand::Retrieve) && !suspended && there && same_share;
                prop_assert_eq!(told.is_ok(), may && asked == answer, "{:?} {:?}", told, asked);
            } else {
                let status = match happened {
                    Happened::Taken => RequestStatus::Taken,
                    Happened::Answered => RequestStatus::Answered,
                    _ => RequestStatus::Declined,
                };
                let may = institution.errands.has(Errand::Requests) && !suspended && there && is_theirs;
                prop_assert_eq!(told.is_ok(), may && request.status(moment) == status, "{:?}", told);
            }
        }
    }
}
