//! What a helper may do in somebody else's locker, under a mandate (DESIGN §2, DOMAIN M1–M15).
//!
//! Asked at every use, with what stands under the locks: nothing here is remembered. A helper never destroys, exports, reads
//! the journal, closes anything, gives rights, or reaches what is private or in the trash. To add an action: an arm in
//! [`needed`], which has no catch-all.

use super::{Action, Actor, DocumentFacts, Facts, LockerFacts, PaperFacts, Reason, SessionFacts, Standing, acting};
use crate::domain::document::DocumentState;
use crate::domain::ids::{CollectionId, MandateId, MembershipId, PersonId, VisitId};
use crate::domain::mandate::{self, Consent, Helper, MandateFacts, Permission, Permissions, Scope, Spot, Status};
use crate::domain::organisation::MembershipFacts;
use crate::domain::person::IssuerKind;
use crate::domain::source::{Moment, Timestamp};

/// What is known of a visit, read under the locker's lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisitFacts {
    /// Which.
    pub visit: VisitId,
    /// Under which mandate.
    pub mandate: MandateId,
    /// Whose.
    pub person: PersonId,
    /// As a member of what, unless they help on their own.
    pub membership: Option<MembershipId>,
    /// The first moment after its longest life.
    pub until: Timestamp,
    /// When it was ended, if it was.
    pub ended_at: Option<Timestamp>,
}

impl VisitFacts {
    /// Whether it goes on.
    pub fn is_open(&self, moment: Moment) -> bool {
        self.ended_at.is_none() && moment.now.max(moment.clock) < self.until
    }
}

/// Everything that a decision on a helper looks at, besides what every decision does.
#[derive(Debug, Clone, Copy)]
pub struct HelpFacts<'a> {
    /// The mandate that they act under.
    pub mandate: MandateFacts<'a>,
    /// The membership that they act as.
    pub membership: Option<MembershipFacts>,
    /// The visit that they name.
    pub visit: Option<VisitFacts>,
    /// What every mandate in force on this locker allows, this one included: a paper is moved to where nobody gains.
    pub in_force: &'a [&'a [Scope]],
}

/// What an action would change about a paper, as far as rights look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// The category that it goes to.
    pub into: Option<CollectionId>,
    /// Whether it becomes private, or visible.
    pub private: Option<bool>,
}

/// What a mandate must hold for an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needed {
    /// Nothing that a mandate may hold.
    Never,
    /// Whatever it holds: to come in, and to go.
    Anything,
    /// A permission anywhere; what is shown is what it reaches.
    Somewhere(Permission),
    /// A permission on the paper named.
    Here(Permission),
    /// The same, on a paper that the helper may see: the answer shows what describes it.
    Seen(Permission),
    /// The same, or a permission on the category that a new paper goes to.
    SeenOrInto(Permission),
    /// That they added the paper named themselves, a short while ago: no permission.
    OwnDeposit,
}

#[expect(clippy::too_many_lines, reason = "a line for each action, so that none is forgotten")]
const fn needed(action: Action) -> Needed {
    use Needed::{Anything, Here, Never, OwnDeposit, Seen, SeenOrInto, Somewhere};
    match action {
        Action::ViewLocker | Action::ListDocuments => Somewhere(Permission::List),
        Action::ViewDocument => Here(Permission::List),
        // A receipt bears the sum of any version: it is for who may read them.
        Action::ReadContent | Action::ListVersions | Action::ControlDocument | Action::ReceiptDocument => {
            Here(Permission::Read)
        }
        // Who may read has what is held scanned, and what came of it is written under their right.
        Action::FoundClean | Action::FoundInfected => Here(Permission::Read),
        Action::BeginDeposit | Action::Deposit => SeenOrInto(Permission::Deposit),
        Action::NewVersion => Seen(Permission::Deposit),
        Action::Amend => Seen(Permission::Organise),
        // Their word stands beside what describes the paper: they must have been able to see both.
        Action::SeeOriginal => Seen(Permission::Read),
        Action::WithdrawDeposit => OwnDeposit,
        // A request is reached by its code, or by whoever was told its address: helpers are shown no list. What they see of the locker, and
        // hand over, is what they may list and hand over (`Help::gives`).
        Action::TakeRequest | Action::ViewRequest | Action::SaveAnswer | Action::GiveShare => {
            Somewhere(Permission::Share)
        }
        // On paper, what they may do already.
        Action::BeginVisit | Action::EndVisit | Action::AttestMandate => Anything,
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
        | Action::Trash
        | Action::Restore
        | Action::Destroy
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
        | Action::DeclineMandate
        | Action::RevokeMandate
        | Action::NarrowMandate
        | Action::ListMandates
        | Action::ViewMandate
        | Action::ExpireMandate
        | Action::SupersedeMandate
        | Action::StopHelp
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
        | Action::ListRequests
        | Action::DeclineRequest
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
        | Action::ExpireShare
        | Action::ListSheets => Never,
    }
}

/// Whether a helper, whose session stands, may do this.
pub(super) fn may(
    (actor, person): (Actor, PersonId),
    action: Action,
    session: &SessionFacts,
    locker: &LockerFacts,
    facts: &Facts<'_>,
    moment: Moment,
) -> Result<(), Reason> {
    let help = facts.help.as_ref().ok_or(Reason::NoRelation)?;
    if help.mandate.locker != locker.locker {
        return Err(Reason::NoRelation);
    }
    // Aidants come in by the professional issuer, relatives by the holders' own.
    let comes_by = if matches!(actor, Actor::Aidant(_)) { IssuerKind::Professional } else { IssuerKind::Holder };
    if session.issuer != comes_by {
        return Err(Reason::NoRelation);
    }
    is_named(actor, person, help, moment)?;
    match help.mandate.status(moment) {
        Status::Active => {}
        Status::ToCome | Status::Unconfirmed => return Err(Reason::MandateToCome),
        Status::Expired | Status::Ended => return Err(Reason::MandateOver),
    }
    if matches!(actor, Actor::Aidant(_)) && !session.has_factor() {
        return Err(Reason::NoSecondFactor);
    }
    // A visit begins without one.
    if action != Action::BeginVisit {
        is_visiting(person, help, moment)?;
    }
    // A closed locker is for its holder alone.
    match locker.standing {
        Standing::Open => {}
        Standing::Closed { .. } => return Err(Reason::LockerClosed),
        Standing::Entombed => return Err(Reason::NoRelation),
    }
    acting::may_vouch(actor, action)?;
    if needed(action) == Needed::OwnDeposit {
        return acting::may_withdraw(person, facts, moment);
    }
    is_in_scope(action, help, facts)
}

/// Whether the mandate names who acts: by their membership, as one of a desk, or themselves.
fn is_named(actor: Actor, person: PersonId, help: &HelpFacts<'_>, moment: Moment) -> Result<(), Reason> {
    let (organisation, named) = match (actor, help.mandate.helper) {
        (Actor::Relative(_), Helper::Relative(relative)) if relative == person => return Ok(()),
        (Actor::Aidant(_), Helper::Aidant(organisation, membership)) => (organisation, Some(membership)),
        (Actor::Aidant(_), Helper::Desk(organisation)) => (organisation, None),
        _ => return Err(Reason::NoRelation),
    };
    let own = help.membership.filter(|own| own.person == Some(person) && own.organisation == organisation);
    let own = own.filter(|own| named.is_none_or(|named| named == own.membership)).ok_or(Reason::NoRelation)?;
    if own.is_active(moment) && own.roles.is_aidant() { Ok(()) } else { Err(Reason::NotAMember) }
}

/// Whether a visit is open, of this person, under this mandate, as this member.
fn is_visiting(person: PersonId, help: &HelpFacts<'_>, moment: Moment) -> Result<(), Reason> {
    let is_theirs = |visit: &VisitFacts| {
        visit.person == person
            && visit.mandate == help.mandate.mandate
            && visit.membership == help.membership.map(|own| own.membership)
    };
    if help.visit.as_ref().is_some_and(|visit| is_theirs(visit) && visit.is_open(moment)) {
        Ok(())
    } else {
        Err(Reason::NoVisit)
    }
}

fn is_in_scope(action: Action, help: &HelpFacts<'_>, facts: &Facts<'_>) -> Result<(), Reason> {
    let scopes = help.mandate.scopes;
    let is_given = match (needed(action), facts.document) {
        (Needed::Never | Needed::OwnDeposit, _) => return Err(Reason::NotAllowed),
        (Needed::Anything, _) => true,
        (Needed::Somewhere(permission), _) => scopes.iter().any(|scope| scope.permissions.has(permission)),
        (Needed::SeenOrInto(permission), DocumentFacts::NotNamed) => {
            facts.changes.into.is_some_and(|into| mandate::within(scopes, into).has(permission))
        }
        (Needed::Here(permission), DocumentFacts::Known(paper)) => on_live(scopes, &paper).has(permission),
        (Needed::Seen(permission) | Needed::SeenOrInto(permission), DocumentFacts::Known(paper)) => {
            let here = on_live(scopes, &paper);
            here.has(permission) && here.has(Permission::List)
        }
        (
            Needed::Here(_) | Needed::Seen(_) | Needed::SeenOrInto(_),
            DocumentFacts::Unknown | DocumentFacts::NotNamed,
        ) => return Err(Reason::UnknownDocument),
    };
    if !is_given {
        return Err(Reason::OutOfScope);
    }
    match facts.document {
        DocumentFacts::Known(paper) => widens_nothing(help, &paper.spot, facts.changes),
        DocumentFacts::Unknown | DocumentFacts::NotNamed => Ok(()),
    }
}

/// What scopes allow on a paper. What is in the trash is its holder's alone.
fn on_live(scopes: &[Scope], paper: &PaperFacts) -> Permissions {
    if paper.state == DocumentState::Live { mandate::on(scopes, &paper.spot) } else { Permissions::NONE }
}

/// Whether a change lets nobody do more: a paper is never made visible, and goes only where its mover may organise too and no
/// mandate in force allows more on it than before.
fn widens_nothing(help: &HelpFacts<'_>, spot: &Spot, changes: Changes) -> Result<(), Reason> {
    if changes.private == Some(false) {
        return Err(Reason::OutOfScope);
    }
    let Some(into) = changes.into.filter(|into| *into != spot.collection) else { return Ok(()) };
    let there = Spot { collection: into, ..*spot };
    let gains = |scopes: &[Scope]| !mandate::on(scopes, &there).is_within(mandate::on(scopes, spot));
    let may_organise = mandate::within(help.mandate.scopes, into).has(Permission::Organise);
    if may_organise && !gains(help.mandate.scopes) && !help.in_force.iter().any(|scopes| gains(scopes)) {
        Ok(())
    } else {
        Err(Reason::OutOfScope)
    }
}

/// Whether somebody may propose to help: an aidant as an active member who has passed a second factor a short while ago, a
/// relative by a session of the holders' own issuer. `own`: the membership that they would act as.
pub fn may_propose(session: &SessionFacts, own: Option<&MembershipFacts>, moment: Moment) -> Result<(), Reason> {
    session.check(moment)?;
    match (session.issuer, own) {
        (IssuerKind::Holder, None) => Ok(()),
        (IssuerKind::Professional, Some(own)) => {
            if own.person != Some(session.person) || !own.is_active(moment) || !own.roles.is_aidant() {
                Err(Reason::NotAMember)
            } else if session.has_fresh_factor(moment) {
                Ok(())
            } else {
                Err(Reason::NoSecondFactor)
            }
        }
        (IssuerKind::Holder, Some(_)) | (IssuerKind::Professional, None) => Err(Reason::NotAMember),
    }
}

/// Whether somebody whose session stands may see what they have proposed, and take it back: also where they may propose no more,
/// as long as they have not left. It takes nothing from the holder, so it needs no code of a moment ago. `own`: their place in the
/// organisation that they proposed as a member of.
pub fn may_take_back(session: &SessionFacts, own: Option<&MembershipFacts>, moment: Moment) -> Result<(), Reason> {
    session.check(moment)?;
    match (session.issuer, own) {
        (IssuerKind::Holder, None) => Ok(()),
        (IssuerKind::Professional, Some(own)) if own.person == Some(session.person) && own.left_at.is_none() => {
            if session.has_factor() {
                Ok(())
            } else {
                Err(Reason::NoSecondFactor)
            }
        }
        _ => Err(Reason::NotAMember),
    }
}

/// Whether somebody whose session stands may give up a mandate that names them: also where it gives no rights any more.
pub fn may_give_up(
    session: &SessionFacts,
    helper: Helper,
    own: Option<&MembershipFacts>,
    moment: Moment,
) -> Result<(), Reason> {
    session.check(moment)?;
    let is_theirs = |own: &MembershipFacts| own.person == Some(session.person);
    if session.issuer == IssuerKind::Professional && !session.has_factor() {
        return Err(Reason::NoSecondFactor);
    }
    let is_named = match helper {
        Helper::Relative(person) => session.issuer == IssuerKind::Holder && person == session.person,
        Helper::Aidant(_, named) => own.is_some_and(|own| is_theirs(own) && own.membership == named),
        Helper::Desk(organisation) => own.is_some_and(|own| {
            is_theirs(own) && own.organisation == organisation && own.is_active(moment) && own.roles.is_aidant()
        }),
    };
    if is_named { Ok(()) } else { Err(Reason::NoRelation) }
}

/// Whether somebody whom a mandate in force names may propose the same again, before it ends. The holder has the last word.
pub fn may_renew(
    session: &SessionFacts,
    own: Option<&MembershipFacts>,
    mandate: &MandateFacts<'_>,
    moment: Moment,
) -> Result<(), Reason> {
    may_propose(session, own, moment)?;
    let is_named = match mandate.helper {
        Helper::Relative(person) => own.is_none() && person == session.person,
        Helper::Aidant(organisation, named) => {
            own.is_some_and(|own| own.organisation == organisation && own.membership == named)
        }
        Helper::Desk(organisation) => own.is_some_and(|own| own.organisation == organisation),
    };
    match (is_named, mandate.status(moment)) {
        (false, _) => Err(Reason::NoRelation),
        // Another decision of the court says what comes after.
        (true, Status::Active) if mandate.consent == Consent::Judgment => Err(Reason::ByJudgment),
        (true, Status::Active) => Ok(()),
        (true, _) => Err(Reason::MandateOver),
    }
}

/// Whether an aidant whom a mandate in force names may propose that a colleague helps instead: another active aidant of the same
/// organisation. The holder has the last word.
pub fn may_transfer(
    session: &SessionFacts,
    own: Option<&MembershipFacts>,
    mandate: &MandateFacts<'_>,
    to: Option<&MembershipFacts>,
    moment: Moment,
) -> Result<(), Reason> {
    may_renew(session, own, mandate, moment)?;
    let (Helper::Aidant(..), Some(own)) = (mandate.helper, own) else { return Err(Reason::NotAllowed) };
    let is_colleague = |to: &&MembershipFacts| {
        to.organisation == own.organisation && to.membership != own.membership && to.person != own.person
    };
    let may_help = |to: &MembershipFacts| to.is_active(moment) && to.roles.is_aidant();
    if to.filter(is_colleague).is_some_and(may_help) { Ok(()) } else { Err(Reason::UnknownMember) }
}
