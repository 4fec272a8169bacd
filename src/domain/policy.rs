//! Who may do what: one pure function over facts (DESIGN §2). No input or output, no clock, no memory of past answers.
//!
//! Nothing else in the program decides a right; only `access` asks. To add an action: a line in `entry::Action`, an arm
//! in `as_it_stands`, one in `helping::needed` and one in `fresh::needs_fresh` (no match has a catch-all), a marker in `grant`. To add a ground: a branch of `decide`.

mod acting;
mod agreement;
mod answering;
mod attesting;
mod bearing;
mod fresh;
mod helping;
mod institution;
mod notices;
mod organisation;
mod session;
mod sharing;
mod sheets;
mod standing;
mod webhook;
mod window;

pub use acting::{DepositFacts, WITHDRAWAL};
pub use agreement::AgreementStand;
pub use answering::may_leave_out;
pub use attesting::{Attested, AttestedFacts, attested};
pub use fresh::needs_fresh;
pub use helping::{Changes, HelpFacts, VisitFacts, may_give_up, may_propose, may_renew, may_take_back, may_transfer};
pub use institution::{AgentFacts, AllowedClient, decide_for_agent, decide_for_client, may_be_given, may_know_askers};
pub use notices::NoticeStand;
pub use organisation::{AllowedThere, OrganisationFacts, decide_reminder, decide_there};
pub use session::{CLOCK_TOLERANCE, FRESH, SESSION_IDLE, SESSION_LIFE, SessionFacts};
pub use sharing::Lasting;
pub use sheets::{SheetFacts, may_be_on};
pub use standing::Standing;
pub use webhook::may_tell;
pub use window::{Entered, WINDOW, WINDOW_LONGEST, WindowFacts, WindowStand, decide_in_window, may_enter, may_go_in};

use super::document::DocumentState;
use super::entry::{Action, Actor, Ground, Job, Reason};
use super::ids::{InstitutionId, LockerId, PersonId};
use super::mandate::Spot;
use super::notice::ContactFacts;
use super::person::IssuerKind;
use super::scanned::Scanned;
use super::share::ShareFacts;
use super::source::{Moment, Timestamp};

/// Most versions in a locker, whatever their size: a list opens the description of each.
pub const VERSIONS_MAX: u64 = 5_000;

/// Most controls and exports under way in one locker: each reads everything, and others wait meanwhile.
pub const LONG_MAX: u64 = 4;

/// Most deposits under way in one locker: what streams is not counted yet, so it must be few.
pub const DEPOSITS_MAX: u64 = 10;

/// What is known of the locker, read under its lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockerFacts {
    /// Which.
    pub locker: LockerId,
    /// Its holder.
    pub holder: PersonId,
    /// How it stands.
    pub standing: Standing,
    /// Bytes of content it holds (as stored).
    pub used: u64,
    /// Versions it holds.
    pub versions: u64,
    /// Bytes it may hold.
    pub quota: u64,
    /// Deposits that have begun in it and not ended.
    pub depositing: u64,
    /// Controls and exports that have begun in it and not ended.
    pub long: u64,
}

/// The paper that was named, as far as that locker knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentFacts {
    /// The action names no paper.
    NotNamed,
    /// A paper was named that isn't in that locker.
    Unknown,
    /// It is there.
    Known(PaperFacts),
}

/// What is known of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperFacts {
    /// Whether it is in the trash.
    pub state: DocumentState,
    /// Where it stands.
    pub spot: Spot,
    /// Whether the version that is named was scanned.
    pub scanned: Scanned,
}

/// Everything `decide` looks at besides the actor, the action and the time.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The session; none for jobs, operators and strangers.
    pub session: Option<SessionFacts>,
    /// The locker, when the person has a tie to it; none otherwise, whether it exists or not.
    pub locker: Option<LockerFacts>,
    /// The paper.
    pub document: DocumentFacts,
    /// Bytes that the action would add.
    pub adding: u64,
    /// What it would change.
    pub changes: Changes,
    /// What the person's proof of who they are must be newer than: a proposal that they answer.
    pub answers: Option<Timestamp>,
    /// What lets a helper in; none for everybody else.
    pub help: Option<HelpFacts<'a>>,
    /// How the version that is named came in, when a helper added it a short while ago.
    pub deposit: Option<DepositFacts>,
    /// The sheet at hand, for members of an organisation where one waits; none for everybody else.
    pub sheet: Option<SheetFacts>,
    /// The notice that is to be sent; none for everything else.
    pub notice: Option<NoticeStand>,
    /// What was handed over to whoever asks; none for everybody else.
    pub share: Option<ShareFacts<'a>>,
    /// What whoever asks may deposit by; none for everybody else.
    pub agreement: Option<AgreementStand<'a>>,
    /// What lets somebody act for an institution; none for everybody else.
    pub agent: Option<&'a AgentFacts>,
    /// What the holder has chosen, where the dates in their locker are to be looked at; none for everything else.
    pub contact: Option<ContactFacts>,
}

impl Facts<'_> {
    /// Nothing is known, named, added or changed.
    pub const NONE: Self = Self {
        session: None,
        locker: None,
        document: DocumentFacts::NotNamed,
        adding: 0,
        changes: Changes { into: None, private: None },
        answers: None,
        help: None,
        deposit: None,
        sheet: None,
        notice: None,
        share: None,
        agreement: None,
        agent: None,
        contact: None,
    };
}

/// A yes: which action, on which locker, by what right. Only [`decide`] makes one, so holding it means the table said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed {
    action: Action,
    ground: Ground,
    locker: LockerId,
}

impl Allowed {
    /// What was allowed.
    pub const fn action(&self) -> Action {
        self.action
    }
    /// By what right.
    pub const fn ground(&self) -> Ground {
        self.ground
    }
    /// In which locker.
    pub const fn locker(&self) -> LockerId {
        self.locker
    }
}

/// Yes, or no with its reason.
pub type Decision = Result<Allowed, Reason>;

/// Decides. Pure: the same arguments always give the same answer.
pub fn decide(actor: Actor, action: Action, facts: &Facts<'_>, moment: Moment) -> Decision {
    decided(actor, action, facts, moment, needs_fresh(action))
}

/// Decides whether what has begun may go on. The same question, but for the proof of who one is: that was fresh at the
/// beginning, and a long export is not cut because five minutes have gone by.
pub fn decide_going_on(actor: Actor, action: Action, facts: &Facts<'_>, moment: Moment) -> Decision {
    decided(actor, action, facts, moment, false)
}

fn decided(actor: Actor, action: Action, facts: &Facts<'_>, moment: Moment, freshly: bool) -> Decision {
    match actor {
        Actor::Anonymous => Err(Reason::NotSignedIn),
        Actor::Person(person) | Actor::Holder(person) => {
            let session = facts.session.ok_or(Reason::NotSignedIn)?;
            if session.person != person {
                return Err(Reason::NotSignedIn);
            }
            session.check(moment)?;
            let locker = facts.locker.ok_or(Reason::NoRelation)?;
            if locker.holder != person || session.issuer != IssuerKind::Holder {
                return Err(Reason::NoRelation);
            }
            // Visits, and what is only done in them, are for helpers: a holder is at home.
            let is_for_helpers =
                matches!(action, Action::BeginVisit | Action::EndVisit | Action::SeeOriginal | Action::WithdrawDeposit);
            if is_for_helpers {
                return Err(Reason::NotAllowed);
            }
            locker.standing.allows(action, moment.clock)?;
            as_it_stands(action, &locker, facts)?;
            // Last: nobody is made to prove who they are for what can't be done anyway.
            let is_fresh = session.is_fresh(moment) && facts.answers.is_none_or(|since| session.is_newer_than(since));
            if freshly && !is_fresh {
                return Err(Reason::NotFresh);
            }
            Ok(Allowed { action, ground: Ground::Ownership, locker: locker.locker })
        }
        Actor::Aidant(person) | Actor::Relative(person) => {
            let session = facts.session.filter(|session| session.person == person).ok_or(Reason::NotSignedIn)?;
            session.check(moment)?;
            let locker = facts.locker.ok_or(Reason::NoRelation)?;
            if let Some(sheet) = &facts.sheet {
                sheets::may((actor, person), action, &session, &locker, sheet, moment)?;
                return Ok(Allowed { action, ground: sheet.ground(), locker: locker.locker });
            }
            helping::may((actor, person), action, &session, &locker, facts, moment)?;
            as_it_stands(action, &locker, facts)?;
            if freshly && !session.is_fresh(moment) {
                return Err(Reason::NotFresh);
            }
            let ground = facts.help.map_or(Ground::None, |help| help.mandate.consent.ground());
            Ok(Allowed { action, ground, locker: locker.locker })
        }
        Actor::Client(institution) => {
            let Some(stand) = &facts.agreement else { return received(institution, action, facts, moment) };
            let locker = facts.locker.ok_or(Reason::UnknownAgreement)?;
            agreement::may(institution, action, stand, &locker, facts.adding, moment)?;
            Ok(Allowed { action, ground: Ground::Agreement, locker: locker.locker })
        }
        Actor::Agent(person) => {
            let agent = facts.agent.ok_or(Reason::NoRelation)?;
            let allowed = decide_for_agent(person, action, agent, moment)?;
            received(allowed.institution().institution, action, facts, moment)
        }
        Actor::CodeBearer(named) => {
            let share = facts.share.as_ref().ok_or(Reason::UnknownShare)?;
            let locker = facts.locker.ok_or(Reason::UnknownShare)?;
            bearing::may(named, action, share, &locker, facts.document, moment)?;
            Ok(Allowed { action, ground: Ground::Share, locker: locker.locker })
        }
        Actor::Job(Job::Closing) if action == Action::Close => {
            let locker = facts.locker.ok_or(Reason::NoRelation)?;
            Ok(Allowed { action, ground: Ground::Maintenance, locker: locker.locker })
        }
        // Wraps its key again, or removes old wraps: nothing under that key is opened.
        Actor::Job(Job::KeyRotation) if matches!(action, Action::RotateKeys | Action::RetireKeys) => {
            let locker = facts.locker.ok_or(Reason::NoRelation)?;
            Ok(Allowed { action, ground: Ground::Maintenance, locker: locker.locker })
        }
        Actor::Job(Job::Eraser) if action == Action::EraseLocker => {
            let locker = facts.locker.ok_or(Reason::NoRelation)?;
            if !locker.standing.is_over(moment.clock) {
                return Err(Reason::NotAllowed);
            }
            Ok(Allowed { action, ground: Ground::Maintenance, locker: locker.locker })
        }
        Actor::Job(Job::Expiry)
            if matches!(action, Action::ExpireMandate | Action::CloseWindow | Action::ExpireShare) =>
        {
            let locker = facts.locker.ok_or(Reason::NoRelation)?;
            Ok(Allowed { action, ground: Ground::Maintenance, locker: locker.locker })
        }
        Actor::Job(Job::Inactivity) if action == Action::InactiveNotice => {
            let locker = facts.locker.ok_or(Reason::NoRelation)?;
            if locker.standing != Standing::Open {
                return Err(Reason::NotAllowed);
            }
            Ok(Allowed { action, ground: Ground::Maintenance, locker: locker.locker })
        }
        Actor::Job(Job::Notices) if action == Action::SendNotice => {
            let locker = facts.locker.ok_or(Reason::NoRelation)?;
            let notice = facts.notice.as_ref().ok_or(Reason::NoContact)?;
            notices::may_send(notice, &locker.standing, moment)?;
            Ok(Allowed { action, ground: Ground::Maintenance, locker: locker.locker })
        }
        Actor::Job(Job::Notices) if action == Action::LookAtDates => {
            let locker = facts.locker.ok_or(Reason::NoRelation)?;
            notices::may_look(facts.contact.as_ref().ok_or(Reason::NoContact)?, &locker.standing, moment)?;
            Ok(Allowed { action, ground: Ground::Maintenance, locker: locker.locker })
        }
        // Commands and jobs have no way into a locker but the lines above; their own entries stand in the service's chain.
        Actor::Operator | Actor::Job(_) => Err(Reason::NotAllowed),
    }
}

/// What an institution does with what it was handed, by a program or by somebody who acts for it.
fn received(institution: InstitutionId, action: Action, facts: &Facts<'_>, moment: Moment) -> Decision {
    let share = facts.share.as_ref().ok_or(Reason::UnknownShare)?;
    let locker = facts.locker.ok_or(Reason::UnknownShare)?;
    sharing::may(institution, action, share, &locker, facts.document, moment)?;
    Ok(Allowed { action, ground: Ground::Share, locker: locker.locker })
}

/// Whether one more that reads everything may begin.
const fn not_too_many(locker: &LockerFacts) -> Result<(), Reason> {
    if locker.long >= LONG_MAX { Err(Reason::TooMany) } else { Ok(()) }
}

#[expect(clippy::too_many_lines, reason = "a line for each action, so that none is forgotten")]
fn as_it_stands(action: Action, locker: &LockerFacts, facts: &Facts<'_>) -> Result<(), Reason> {
    let state = match facts.document {
        DocumentFacts::Known(paper) => Ok(paper.state),
        DocumentFacts::Unknown | DocumentFacts::NotNamed => Err(Reason::UnknownDocument),
    };
    match action {
        Action::SignIn
        | Action::SignOut
        | Action::ListSessions
        | Action::EndSession
        | Action::StepUp
        | Action::OpenLocker
        | Action::AcceptInformation
        | Action::CloseLocker
        | Action::ReopenLocker
        | Action::ViewLocker
        | Action::ListDocuments
        | Action::ReadJournal
        | Action::MakeHelpCode
        | Action::GiveMandate
        | Action::DeclineMandate
        | Action::RevokeMandate
        | Action::NarrowMandate
        | Action::ListMandates
        | Action::ViewMandate
        | Action::StopHelp
        | Action::BeginVisit
        | Action::EndVisit
        | Action::ViewSheet
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
        | Action::AttestMandate
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
        | Action::ReceiptShare
        | Action::PrintCode
        | Action::ViewShare
        | Action::GiveAgreement
        | Action::ListAgreements
        | Action::StopAgreement
        | Action::ReceiptLocker => Ok(()),
        Action::BeginDeposit | Action::Deposit | Action::NewVersion => {
            // A deposit that names a paper is a new version of it.
            let state = match facts.document {
                DocumentFacts::NotNamed if action != Action::NewVersion => DocumentState::Live,
                _ => state?,
            };
            if state != DocumentState::Live {
                return Err(Reason::WrongState);
            }
            if locker.used.saturating_add(facts.adding) > locker.quota || locker.versions >= VERSIONS_MAX {
                return Err(Reason::QuotaExceeded);
            }
            if locker.depositing >= DEPOSITS_MAX { Err(Reason::TooMany) } else { Ok(()) }
        }
        Action::ControlLocker | Action::Export => not_too_many(locker),
        Action::ControlDocument => state.and_then(|_| not_too_many(locker)),
        // Harmful: for nobody, its holder included. What is held is opened by nobody either, but scanned under this very right.
        Action::ReadContent => match facts.document {
            DocumentFacts::Known(paper) if paper.scanned == Scanned::Infected => Err(Reason::Infected),
            _ => state.map(|_| ()),
        },
        Action::ViewDocument
        | Action::FoundClean
        | Action::FoundInfected
        | Action::ListVersions
        | Action::Destroy
        | Action::WithdrawDeposit => state.map(|_| ()),
        Action::Trash | Action::Amend | Action::SeeOriginal | Action::ReceiptDocument => match state? {
            DocumentState::Live => Ok(()),
            DocumentState::Trashed => Err(Reason::WrongState),
        },
        Action::Restore => match state? {
            DocumentState::Trashed => Ok(()),
            DocumentState::Live => Err(Reason::WrongState),
        },
        Action::Close
        | Action::SendNotice
        | Action::LookAtDates
        | Action::CheckAttestation
        | Action::RegisterInstitution
        | Action::AmendInstitution
        | Action::ListInstitutions
        | Action::IssueToken
        | Action::ViewInstitution
        | Action::MakeRequest
        | Action::FollowRequests
        | Action::WithdrawRequest
        | Action::ReceiveShare
        | Action::SendWebhook
        | Action::ReceiveArchive
        | Action::ReceiveMerged
        | Action::ReceiveReceipt
        | Action::EnterCode
        | Action::ViewAgreement
        | Action::TakeOutShared
        | Action::ExpireShare
        | Action::ReplaceSession
        | Action::EraseLocker
        | Action::InactiveNotice
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
        | Action::ProposeMandate
        | Action::ProposeTransfer
        | Action::ExpireMandate
        | Action::SupersedeMandate
        | Action::WithdrewOpened
        | Action::OpenWindow
        | Action::EnterWindow
        | Action::ExtendWindow
        | Action::CloseWindow
        | Action::SendSheet
        | Action::ConfirmSheet
        | Action::RefuseSheet
        | Action::SpoilSheet
        | Action::WithdrawProposal
        | Action::ListSheets => Err(Reason::NotAllowed),
    }
}

#[cfg(test)]
mod helped;
#[cfg(test)]
mod helped_model;
#[cfg(test)]
mod lives;
#[cfg(test)]
mod tests;
