//! What somebody may do in an organisation that they belong to (DOMAIN M6, M15). Decided again at every use, like everything
//! else: whoever was suspended, or has left, is a stranger on the very next request.
//!
//! Every right needs a session of the professional issuer and a second factor passed in it. Who gives no rights there just now
//! asks a referent to leave: a second factor that was taken away elsewhere may be somebody else's now. To add an action: an arm in [`needed`].

use super::{Action, Reason, SessionFacts};
use crate::domain::entry::Ground;
use crate::domain::ids::{OrganisationId, PersonId};
use crate::domain::organisation::{IDLE_MONTHS, MembershipFacts, MembershipState, Roles, WARNED_MONTHS};
use crate::domain::person::IssuerKind;
use crate::domain::source::Moment;

/// Everything that a decision in an organisation looks at, read under its lock.
#[derive(Debug, Clone, Copy)]
pub struct OrganisationFacts {
    /// Which.
    pub organisation: OrganisationId,
    /// The session.
    pub session: SessionFacts,
    /// The membership of the session's person there, the one that has not ended if there is one.
    pub own: Option<MembershipFacts>,
    /// The membership that the action is about.
    pub target: Option<MembershipFacts>,
    /// Whether it is an office: its members act for an institution.
    pub is_office: bool,
    /// Whether somebody is an aidant there, or was.
    pub has_aidants: bool,
    /// What a member is to do there, where that is what changes.
    pub gives: Option<Roles>,
}

/// A yes: which action, in which organisation. Only [`decide_there`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllowedThere {
    action: Action,
    organisation: OrganisationId,
}

impl AllowedThere {
    /// What was allowed.
    pub const fn action(&self) -> Action {
        self.action
    }
    /// In which organisation.
    pub const fn organisation(&self) -> OrganisationId {
        self.organisation
    }
}

/// Who may do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needed {
    /// Nobody who belongs there.
    Never,
    /// Every active member.
    Member,
    /// An active referent.
    Referent,
    /// The same, who has proven who they are a short while ago: what gives rights.
    FreshReferent,
    /// An active aidant who has passed their second factor a short while ago: what may let them help.
    FreshAidant,
    /// Whoever the membership is: to end it.
    Oneself,
    /// Whoever bears the code of an invitation.
    Invited,
}

#[expect(clippy::too_many_lines, reason = "a line for each action, so that none is forgotten")]
const fn needed(action: Action, is_own: bool) -> Needed {
    match action {
        Action::ViewOrganisation | Action::ListSheets => Needed::Member,
        Action::OpenWindow => Needed::FreshAidant,
        Action::InviteMember | Action::AmendMember | Action::ResumeMember | Action::ResetFactor => {
            Needed::FreshReferent
        }
        Action::EndMember if is_own => Needed::Oneself,
        Action::SuspendMember | Action::ReadOrganisationJournal | Action::EndMember => Needed::Referent,
        Action::JoinOrganisation => Needed::Invited,
        Action::SignIn
        | Action::SignOut
        | Action::ListSessions
        | Action::EndSession
        | Action::ReplaceSession
        | Action::StepUp
        | Action::OpenLocker
        | Action::AcceptInformation
        | Action::CloseLocker
        | Action::ReopenLocker
        | Action::EraseLocker
        | Action::InactiveNotice
        | Action::ViewLocker
        | Action::ListDocuments
        | Action::ViewDocument
        | Action::BeginDeposit
        | Action::Deposit
        | Action::Trash
        | Action::Restore
        | Action::NewVersion
        | Action::Amend
        | Action::Destroy
        | Action::ReadContent
        | Action::FoundClean
        | Action::FoundInfected
        | Action::ListVersions
        | Action::ControlDocument
        | Action::Close
        | Action::ControlLocker
        | Action::Export
        | Action::ReadJournal
        | Action::VerifyJournal
        | Action::Migrate
        | Action::Sweep
        | Action::RotateKeys
        | Action::RetireKeys
        | Action::ListKeys
        | Action::CreateOrganisation
        | Action::AmendOrganisation
        | Action::ListOrganisations
        | Action::IdleMember
        | Action::RemindMember
        | Action::EnrolFactor
        | Action::PassFactor
        | Action::RenewCodes
        | Action::FactorResetElsewhere
        | Action::SetMemberAside
        | Action::FactorReplacedByMember
        | Action::BeginReplacement
        | Action::ReplaceFactor
        | Action::MakeHelpCode
        | Action::ProposeMandate
        | Action::ProposeTransfer
        | Action::GiveMandate
        | Action::DeclineMandate
        | Action::RevokeMandate
        | Action::NarrowMandate
        | Action::ListMandates
        | Action::ViewMandate
        | Action::ExpireMandate
        | Action::SupersedeMandate
        | Action::StopHelp
        | Action::BeginVisit
        | Action::EndVisit
        | Action::SeeOriginal
        | Action::WithdrawDeposit
        | Action::WithdrewOpened
        | Action::EnterWindow
        | Action::ExtendWindow
        | Action::CloseWindow
        | Action::SendSheet
        | Action::ViewSheet
        | Action::ConfirmSheet
        | Action::RefuseSheet
        | Action::SpoilSheet
        | Action::WithdrawProposal
        | Action::AcknowledgeMandate
        | Action::MakePaperCode
        | Action::MakeJudgmentCode
        | Action::DropPaperCode
        | Action::DropJudgmentCode
        | Action::ViewContact
        | Action::ChangeContact
        | Action::AmendContact
        | Action::ConfirmContact
        | Action::DropContact
        | Action::SendNotice
        | Action::LookAtDates
        | Action::AttestMandate
        | Action::ReceiptDocument
        | Action::ReceiptLocker
        | Action::CheckAttestation
        | Action::RegisterInstitution
        | Action::AmendInstitution
        | Action::ListInstitutions
        | Action::IssueToken
        | Action::ViewInstitution
        | Action::MakeRequest
        | Action::FollowRequests
        | Action::WithdrawRequest
        | Action::TakeRequest
        | Action::ListRequests
        | Action::ViewRequest
        | Action::DeclineRequest
        | Action::SaveAnswer
        | Action::GiveShare
        | Action::ListShares
        | Action::PauseShare
        | Action::ResumeShare
        | Action::RevokeShare
        | Action::ReceiveShare
        | Action::SendWebhook
        | Action::ReceiveArchive
        | Action::ReceiveMerged
        | Action::ReceiptShare
        | Action::ReceiveReceipt
        | Action::EnterCode
        | Action::PrintCode
        | Action::ViewShare
        | Action::GiveAgreement
        | Action::ListAgreements
        | Action::StopAgreement
        | Action::ViewAgreement
        | Action::TakeOutShared
        | Action::ExpireShare => Needed::Never,
    }
}

/// Decides. Pure: the same arguments always give the same answer.
pub fn decide_there(
    person: PersonId,
    action: Action,
    facts: &OrganisationFacts,
    moment: Moment,
) -> Result<AllowedThere, Reason> {
    let session = &facts.session;
    if session.person != person {
        return Err(Reason::NotSignedIn);
    }
    session.check(moment)?;
    let is_there = |member: &MembershipFacts| member.organisation == facts.organisation;
    let own = facts.own.filter(|own| is_there(own) && own.person == Some(person));
    let target = facts.target.filter(is_there);
    let is_own = target.is_some_and(|target| own.is_some_and(|own| own.membership == target.membership));
    let needed = needed(action, is_own);
    if needed != Needed::Invited && own.is_none_or(|own| own.state(moment) == MembershipState::Left) {
        return Err(Reason::NoRelation);
    }
    // A stranger at the other issuer is one here too.
    if session.issuer != IssuerKind::Professional {
        return Err(Reason::NotAllowed);
    }
    if needed == Needed::Never {
        return Err(Reason::NotAllowed);
    }
    if !matches!(needed, Needed::Oneself | Needed::Invited) && !own.is_some_and(|own| own.is_active(moment)) {
        return Err(Reason::NotAMember);
    }
    // Also to leave: a stolen account alone does not end somebody's place.
    if !session.has_factor() {
        return Err(Reason::NoSecondFactor);
    }
    let is_referent = own.is_some_and(|own| own.roles.is_referent());
    if matches!(needed, Needed::Referent | Needed::FreshReferent) && !is_referent {
        return Err(Reason::NotAllowed);
    }
    if needed == Needed::FreshAidant {
        // As for a proposal: who helps nobody there is no member for it.
        if !own.is_some_and(|own| own.roles.is_aidant()) {
            return Err(Reason::NotAMember);
        }
        if !session.has_fresh_factor(moment) {
            return Err(Reason::NoSecondFactor);
        }
    }
    // Whoever acts for an institution helps nobody in the same place, and the other way round.
    let fits = |roles: Roles| roles.fit(facts.is_office) && !(roles.is_agent() && facts.has_aidants);
    if facts.gives.is_some_and(|roles| !fits(roles)) {
        return Err(Reason::NotAllowed);
    }
    on_target(action, is_own, own, target, moment)?;
    if needed == Needed::FreshReferent && !session.is_fresh(moment) {
        return Err(Reason::NotFresh);
    }
    Ok(AllowedThere { action, organisation: facts.organisation })
}

/// Whether somebody is still to be written to about months without activity: that it is so, and no more than that was noted.
pub fn decide_reminder(member: &MembershipFacts, noticed: u16, months: u16, moment: Moment) -> Result<Ground, Reason> {
    let is_so = match months {
        WARNED_MONTHS => member.is_warned(moment),
        IDLE_MONTHS => member.state(moment) == MembershipState::Suspended,
        _ => false,
    };
    if is_so && noticed == months { Ok(Ground::Maintenance) } else { Err(Reason::NoLongerSo) }
}

/// Whether the membership that an action is about stands so that it can be done.
fn on_target(
    action: Action,
    is_own: bool,
    own: Option<MembershipFacts>,
    target: Option<MembershipFacts>,
    moment: Moment,
) -> Result<(), Reason> {
    use MembershipState::{Active, Idle, InvitationOver, Invited, Left, Suspended};
    if matches!(
        action,
        Action::ViewOrganisation
            | Action::InviteMember
            | Action::ReadOrganisationJournal
            | Action::OpenWindow
            | Action::ListSheets
    ) {
        return Ok(());
    }
    let state = target.ok_or(Reason::UnknownMember)?.state(moment);
    let fits = match action {
        Action::JoinOrganisation => {
            if own.is_some_and(|own| own.state(moment) != Left) {
                return Err(Reason::AlreadyMember);
            }
            return if state == Invited { Ok(()) } else { Err(Reason::WrongCode) };
        }
        // Nobody gives themselves rights back, nor takes them away where they could not give them back.
        Action::SuspendMember | Action::ResumeMember | Action::AmendMember | Action::ResetFactor if is_own => {
            return Err(Reason::NotAllowed);
        }
        Action::SuspendMember => matches!(state, Active | Idle),
        Action::ResumeMember => matches!(state, Suspended | Idle),
        Action::AmendMember => matches!(state, Invited | Active | Idle | Suspended),
        Action::ResetFactor => matches!(state, Active | Idle | Suspended),
        Action::EndMember if is_own => state == Active,
        Action::EndMember => matches!(state, Invited | InvitationOver | Active | Idle | Suspended),
        _ => false,
    };
    if fits { Ok(()) } else { Err(Reason::WrongState) }
}
