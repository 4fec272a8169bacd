//! How a locker stands in its life, and what each standing allows its holder. To add an action: its line in [`is_for_closed`].

use std::time::Duration;

use super::{Action, Reason};
use crate::domain::retention::CLOSURE_DAYS_MIN;
use crate::domain::source::Timestamp;

/// How a locker stands in its life, read under its lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In use.
    Open,
    /// Closed by its holder, who may open it again until it is to be erased.
    Closed {
        /// When it was closed.
        at: Timestamp,
        /// When it is to be erased.
        erase_at: Timestamp,
    },
    /// A proven tombstone says that it was erased: a restored backup has brought it back.
    Entombed,
}

/// Shortest time between closing and erasing, whatever is configured.
const CLOSURE_MIN: Duration = Duration::from_hours(24 * CLOSURE_DAYS_MIN as u64);

impl Standing {
    /// Whether it is in use.
    pub fn is_open(self) -> bool {
        self == Self::Open
    }

    /// Whether the eraser may have it.
    pub(super) fn is_over(self, clock: Timestamp) -> bool {
        match self {
            Self::Open => false,
            Self::Closed { at, erase_at } => clock >= erase_at && clock >= at.plus(CLOSURE_MIN),
            Self::Entombed => true,
        }
    }

    /// Whether the locker, as it stands, is one where the holder may do this.
    /// Judged by the clock itself: a journal whose last entry bears a time that a clock once leapt to does not end a closure.
    pub(super) fn allows(self, action: Action, clock: Timestamp) -> Result<(), Reason> {
        match self {
            Self::Open if action == Action::ReopenLocker => Err(Reason::LockerOpen),
            Self::Open => Ok(()),
            Self::Closed { erase_at, .. } if action == Action::ReopenLocker && clock >= erase_at => {
                Err(Reason::ClosureOver)
            }
            Self::Closed { .. } if is_for_closed(action) => Ok(()),
            Self::Closed { .. } => Err(Reason::LockerClosed),
            Self::Entombed => Err(Reason::NoRelation),
        }
    }
}

/// What a closed locker still allows: looking, taking away, opening it again. Nothing that adds to it or changes it.
#[expect(clippy::too_many_lines, reason = "a line for each action, so that none is forgotten")]
const fn is_for_closed(action: Action) -> bool {
    match action {
        Action::SignIn
        | Action::SignOut
        | Action::ListSessions
        | Action::EndSession
        | Action::StepUp
        | Action::ViewLocker
        | Action::AcceptInformation
        | Action::ReopenLocker
        | Action::ListDocuments
        | Action::ViewDocument
        | Action::ReadContent
        | Action::FoundClean
        | Action::FoundInfected
        | Action::ListVersions
        | Action::ControlDocument
        | Action::ControlLocker
        | Action::Export
        | Action::Close
        | Action::ReadJournal
        | Action::DeclineMandate
        | Action::RevokeMandate
        | Action::NarrowMandate
        | Action::ListMandates
        | Action::ViewMandate
        | Action::StopHelp
        | Action::CloseWindow
        | Action::ViewSheet
        | Action::DropPaperCode
        | Action::DropJudgmentCode
        | Action::ViewContact
        | Action::DropContact
        | Action::ReceiptDocument
        | Action::ReceiptLocker
        | Action::ReceiptShare
        | Action::ListRequests
        | Action::DeclineRequest
        | Action::ListShares
        | Action::PauseShare
        | Action::ViewShare
        // To stop it must never be held up.
        | Action::RevokeShare
        | Action::ListAgreements
        | Action::StopAgreement => true,
        Action::OpenLocker
        | Action::ReplaceSession
        | Action::CloseLocker
        | Action::EraseLocker
        | Action::InactiveNotice
        | Action::BeginDeposit
        | Action::Deposit
        | Action::NewVersion
        | Action::Amend
        | Action::Destroy
        | Action::Trash
        | Action::Restore
        | Action::VerifyJournal
        | Action::Migrate
        | Action::Sweep
        | Action::RotateKeys
        | Action::RetireKeys
        | Action::ListKeys
        | Action::ViewOrganisation
        | Action::CreateOrganisation
        | Action::AmendOrganisation
        | Action::ListOrganisations
        | Action::InviteMember
        | Action::JoinOrganisation
        | Action::AmendMember
        | Action::SuspendMember
        | Action::ResumeMember
        | Action::EndMember
        | Action::IdleMember
        | Action::RemindMember
        | Action::ReadOrganisationJournal
        | Action::EnrolFactor
        | Action::PassFactor
        | Action::RenewCodes
        | Action::FactorResetElsewhere
        | Action::SetMemberAside
        | Action::FactorReplacedByMember
        | Action::BeginReplacement
        | Action::ReplaceFactor
        | Action::ResetFactor
        | Action::MakeHelpCode
        | Action::ProposeMandate
        | Action::ProposeTransfer
        | Action::GiveMandate
        | Action::ExpireMandate
        | Action::SupersedeMandate
        | Action::BeginVisit
        | Action::EndVisit
        | Action::SeeOriginal
        | Action::WithdrawDeposit
        | Action::WithdrewOpened
        | Action::OpenWindow
        | Action::EnterWindow
        | Action::ExtendWindow
        | Action::SendSheet
        | Action::ConfirmSheet
        | Action::RefuseSheet
        | Action::SpoilSheet
        | Action::WithdrawProposal
        | Action::AcknowledgeMandate
        | Action::MakePaperCode
        | Action::MakeJudgmentCode
        | Action::ListSheets
        | Action::ChangeContact
        | Action::AmendContact
        | Action::ConfirmContact
        | Action::SendNotice
        | Action::LookAtDates
        // What would say that help is in force that nobody can give.
        | Action::AttestMandate
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
        | Action::ViewRequest
        | Action::SaveAnswer
        | Action::GiveShare
        | Action::ResumeShare
        | Action::ReceiveShare
        | Action::SendWebhook
        | Action::ReceiveArchive
        | Action::ReceiveMerged
        | Action::ReceiveReceipt
        | Action::EnterCode
        | Action::PrintCode
        | Action::GiveAgreement
        | Action::ViewAgreement
        | Action::TakeOutShared
        | Action::ExpireShare => false,
    }
}
