//! For what somebody proves again who they are.

use super::Action;

/// Whether an action is only begun by somebody who proved who they are within [`super::FRESH`]: giving or extending rights,
/// exporting, destroying, closing, changing a contact (DESIGN §7). Leaving and shutting others out never need it.
#[expect(clippy::too_many_lines, reason = "a line for each action, so that none is forgotten")]
pub const fn needs_fresh(action: Action) -> bool {
    match action {
        Action::SignIn
        | Action::SignOut
        | Action::ListSessions
        | Action::EndSession
        | Action::ReplaceSession
        | Action::StepUp
        | Action::OpenLocker
        | Action::ReopenLocker
        | Action::EraseLocker
        | Action::InactiveNotice
        | Action::AcceptInformation
        | Action::ViewLocker
        | Action::ListDocuments
        | Action::ViewDocument
        | Action::BeginDeposit
        | Action::Deposit
        | Action::Trash
        | Action::Restore
        | Action::NewVersion
        | Action::Amend
        | Action::ControlDocument
        | Action::ListVersions
        | Action::ControlLocker
        | Action::ReadContent
        | Action::Close
        | Action::ReadJournal
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
        | Action::OpenWindow
        | Action::EnterWindow
        | Action::ExtendWindow
        | Action::CloseWindow
        | Action::SendSheet
        | Action::ViewSheet
        | Action::ConfirmSheet
        | Action::RefuseSheet
        | Action::SpoilSheet
        | Action::WithdrawProposal
        | Action::DropPaperCode
        | Action::DropJudgmentCode
        | Action::ListSheets
        | Action::ViewContact
        | Action::ConfirmContact
        // To stop it must never be held up.
        | Action::DropContact
        | Action::SendNotice
        | Action::LookAtDates
        | Action::AttestMandate
        | Action::ReceiptDocument
        | Action::ReceiptLocker
        | Action::CheckAttestation
        | Action::FoundClean
        | Action::FoundInfected
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
        | Action::ListShares
        | Action::PauseShare
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
        | Action::ListAgreements
        | Action::StopAgreement
        | Action::ViewAgreement
        | Action::TakeOutShared
        | Action::ExpireShare => false,
        Action::ChangeContact
        | Action::AmendContact
        | Action::GiveShare
        | Action::GiveAgreement
        | Action::ResumeShare
        | Action::Destroy
        | Action::Export
        | Action::CloseLocker
        | Action::GiveMandate
        | Action::AcknowledgeMandate
        | Action::MakePaperCode
        | Action::MakeJudgmentCode => true,
    }
}
