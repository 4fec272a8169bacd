//! Consent on paper (decision 21): the photo of a signed sheet, a second person's look and confirmation, the holder's own word after.
//! A court's decision comes the same way (decision 24).
//!
//! Locked in this order: the organisation's chain, the memberships of who asks and of who would help, the session, the locker's
//! chain; then the facts, the time, the decision. Whoever does not belong where the sheet waits is refused as a stranger and takes
//! nobody's lock. The two memberships can't be locked crosswise: whoever locks two holds the organisation's chain.

use std::time::Duration;

use super::judging::No;
use super::{Ask, Caller, Door, NewMandate, Refusal, policy};
use crate::domain::basis::Basis;
use crate::domain::entry::{Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::{LockerId, MandateId, OrganisationId, PersonId};
use crate::domain::mandate::{Consent, Helper, Status, Term};
use crate::domain::policy::{Facts, LockerFacts, SheetFacts};
use crate::domain::source::Moment;
use crate::store::grant::{Act, Bearer, Grant, Held, Help, Pending, act};
use crate::store::lockers::Tie;
use crate::store::mandates::{self, MandateRow, ProposalRow};
use crate::store::organisations::MembershipRow;
use crate::store::people::{self, SessionRow};
use crate::store::sheets::{self, SheetRow};
use crate::store::{Mark, StoreError, Tx, entries, lockers, organisations};

/// How long a proposal is kept after its end.
const PROPOSAL_KEPT: Duration = Duration::from_hours(24);

/// At a sheet, with everything locked, and a yes.
#[derive(Debug)]
pub struct AtSheet<A: Act> {
    /// The transaction that holds the entry.
    pub tx: Tx,
    /// The right.
    pub pending: Pending<A>,
    /// What was proposed.
    pub proposal: ProposalRow,
    /// The sheet, if its photo was sent.
    pub sheet: Option<SheetRow>,
    /// Where the transaction stood before the entry was written.
    pub(super) before: Mark,
}

/// What the policy asks of a sheet, and only whoever has the keys can tell.
#[derive(Debug, Clone, Copy, Default)]
pub struct SheetTold {
    /// Whether who asks bears the name of who proposed, as far as names can tell.
    pub is_namesake: bool,
    /// Whether the operator lets the organisation help by a court's decision.
    pub lets_judgments: bool,
}

/// A sheet that waits in an organisation, for its members.
#[derive(Debug)]
pub struct WaitingSheet {
    /// What was proposed.
    pub proposal: ProposalRow,
    /// The sheet, if its photo was sent.
    pub sheet: Option<SheetRow>,
}

/// Who is at a sheet, with everything locked.
struct Come {
    session: SessionRow,
    own: Option<MembershipRow>,
    helper: Option<MembershipRow>,
    tie: Tie,
    proposal: ProposalRow,
    sheet: Option<SheetRow>,
}

/// Where a proposal's maker belongs, and as what; none for one that is not on paper.
const fn place(proposal: &ProposalRow) -> Option<Helper> {
    match (proposal.basis, proposal.helper) {
        (Basis::Sheet | Basis::Judgment, helper @ Helper::Aidant(..)) => Some(helper),
        _ => None,
    }
}

impl Door {
    /// A sheet of a tied locker, if it bears its proof.
    async fn sheet(&self, tx: &mut Tx, tie: &Tie, mandate: MandateId) -> Result<Option<SheetRow>, StoreError> {
        Ok(sheets::find(tx, tie, mandate).await?.filter(|row| self.is_proven(&row.claim(), &row.proof)))
    }

    /// A proposal on paper, by the mandate that it may become.
    async fn on_paper(&self, tx: &mut Tx, mandate: MandateId) -> Result<Option<ProposalRow>, StoreError> {
        let row = mandates::proposal_on_paper(tx, mandate).await?;
        Ok(row.filter(|row| self.is_proven(&row.claim(), &row.proof) && place(row).is_some()))
    }

    /// Those that wait in an organisation whose chain is locked.
    pub(super) async fn on_paper_in(
        &self,
        tx: &mut Tx,
        organisation: OrganisationId,
        moment: Moment,
    ) -> Result<Vec<WaitingSheet>, StoreError> {
        let mut waiting = Vec::new();
        for mandate in mandates::on_paper_in(tx, organisation, moment.now.max(moment.clock)).await? {
            let Some(proposal) = self.on_paper(tx, mandate).await? else { continue };
            let is_there = matches!(proposal.helper, Helper::Aidant(there, _) if there == organisation);
            let Some(tie) = self.believed(lockers::for_upkeep(tx, proposal.locker).await?) else { continue };
            if is_there && moment.now.max(moment.clock) < proposal.until {
                let sheet = self.sheet(tx, &tie, mandate).await?;
                waiting.push(WaitingSheet { proposal, sheet });
            }
        }
        Ok(waiting)
    }

    /// How many sheets wait for a second person in each organisation whose members the caller manages. A number, and nothing of any of
    /// them: no entry. The list that says more has one.
    pub async fn sheets_to_check(&self, caller: &Caller) -> Result<Vec<(OrganisationId, u64)>, Refusal> {
        let mut tx = self.0.db.begin().await?;
        let Some(session) = self.session(&mut tx, caller).await? else {
            return Err(Refusal::Denied(Reason::NotSignedIn));
        };
        let moment = tx.moment().await?;
        session.facts.check(moment).map_err(Refusal::Denied)?;
        let person = session.facts.person;
        let own =
            if session.facts.has_factor() { organisations::of_person(&mut tx, person).await? } else { Vec::new() };
        let mut counts = Vec::new();
        for own in own.iter().filter(|own| self.is_proven(&own.claim(), &own.proof)) {
            if own.facts.is_active(moment) && own.facts.roles.is_referent() {
                let there = own.facts.organisation;
                counts.push((there, sheets::to_check(&mut tx, there, person, moment.now.max(moment.clock)).await?));
            }
        }
        tx.commit().await?;
        Ok(counts)
    }

    /// What the caller themselves proposed on paper and that waits. Their own, so there is no entry.
    pub async fn own_on_paper(&self, caller: &Caller, mandate: MandateId) -> Result<WaitingSheet, Refusal> {
        let mut tx = self.0.db.begin().await?;
        let Some(session) = self.session(&mut tx, caller).await? else {
            return Err(Refusal::Denied(Reason::NotSignedIn));
        };
        let moment = tx.moment().await?;
        session.facts.check(moment).map_err(Refusal::Denied)?;
        let found = self.on_paper(&mut tx, mandate).await?;
        let is_theirs = |row: &ProposalRow| row.by == session.facts.person && moment.now.max(moment.clock) < row.until;
        let none = Refusal::Denied(Reason::UnknownMandate);
        let proposal = found.filter(is_theirs).ok_or(none)?;
        if !session.facts.has_factor() {
            return Err(Refusal::Denied(Reason::NoSecondFactor));
        }
        let tie = self.believed(lockers::for_upkeep(&mut tx, proposal.locker).await?).ok_or(none)?;
        let sheet = self.sheet(&mut tx, &tie, mandate).await?;
        tx.commit().await?;
        Ok(WaitingSheet { proposal, sheet })
    }

    /// Takes the locks of whoever comes to a sheet.
    async fn come(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        organisation: Option<OrganisationId>,
        mandate: MandateId,
    ) -> Result<Result<Come, No>, StoreError> {
        let known = match &caller.token {
            Some(token) => people::find_session(tx, token.hash()).await?,
            None => None,
        };
        let Some(known) = known.filter(|row| self.is_proven(&row.claim(), &row.proof)) else {
            return Ok(Err(No::of_nobody()));
        };
        let person = known.facts.person;
        let named = self.on_paper(tx, mandate).await?;
        // Where somebody belongs, and what a proposal is about, does not change: read before the locks.
        let there = match named.as_ref().and_then(place) {
            Some(helper @ Helper::Aidant(there, _)) if organisation.is_none_or(|named| named == there) => {
                self.own_place(tx, there, person).await?.map(|own| (helper, there, own.facts.membership))
            }
            _ => None,
        };
        let (own, helper) = match there {
            Some((helper, there, own)) => self.both(tx, (helper, there), own).await?,
            None => (None, None),
        };
        let Some(session) = self.session(tx, caller).await?.filter(|row| row.facts.person == person) else {
            return Ok(Err(No::of_nobody()));
        };
        let tie = match &named {
            Some(row) if own.is_some() => lockers::lock_for_upkeep(tx, row.locker).await?,
            _ => None,
        };
        let settled = match self.believed(tie) {
            // Under the lock: it may have been answered meanwhile.
            Some(tie) => mandates::proposal(tx, &tie, mandate).await?.map(|row| (tie, row)),
            None => None,
        };
        let settled = settled.filter(|(_, row)| self.is_proven(&row.claim(), &row.proof) && place(row).is_some());
        let Some((tie, proposal)) = settled else {
            let stands = session.facts.check(tx.moment().await?);
            let reason = stands.err().unwrap_or(Reason::NoRelation);
            return Ok(Err(No { person: Some(person), stands: stands.is_ok(), ..No::outside(reason) }));
        };
        let sheet = self.sheet(tx, &tie, mandate).await?;
        Ok(Ok(Come { session, own, helper, tie, proposal, sheet }))
    }

    /// The membership of who asks and that of who would help, locked under the organisation's chain.
    async fn both(
        &self,
        tx: &mut Tx,
        (helper, organisation): (Helper, OrganisationId),
        own: crate::domain::ids::MembershipId,
    ) -> Result<(Option<MembershipRow>, Option<MembershipRow>), StoreError> {
        if entries::lock(tx, organisation.chain()).await?.is_none() {
            return Ok((None, None));
        }
        // Neither needs the person: an aidant is named by their membership.
        let nobody = PersonId::from_uuid(uuid::Uuid::nil());
        let own_row = self.acting_as(tx, Helper::Aidant(organisation, own), nobody).await?;
        let helper_row = match helper {
            Helper::Aidant(_, named) if named == own => own_row.clone(),
            named => self.acting_as(tx, named, nobody).await?,
        };
        Ok((own_row, helper_row))
    }

    /// Asks for something at a sheet: decides, and writes the entry in the holder's journal. `told`: what the proposal and the
    /// organisation's sealed fields tell.
    pub async fn at_sheet<A: Act>(
        &self,
        caller: &Caller,
        organisation: Option<OrganisationId>,
        mandate: MandateId,
        evidence: Option<[u8; 32]>,
        told: impl Fn(&ProposalRow, OrganisationId, &[u8]) -> SheetTold,
    ) -> Result<AtSheet<A>, Refusal> {
        let mut tx = self.0.db.begin().await?;
        let caller = &Caller { visit: None, ..caller.clone() };
        let come = match self.come(&mut tx, caller, organisation, mandate).await? {
            Ok(come) => come,
            // Which locker it would be is nobody's business: the service's own journal has it.
            Err(no) => {
                let nowhere = Ask::locker(LockerId::from_uuid(uuid::Uuid::nil()));
                return Err(self.refuse::<A>(tx, caller, &nowhere, no).await);
            }
        };
        let Come { session, own, helper, tie, proposal, sheet } = come;
        let person = session.facts.person;
        let standing = self.standing(&mut tx, tie.locker()).await?.ok_or(StoreError::Damaged)?;
        let others = mandates::of_locker(&mut tx, tie.locker()).await?;
        let organisation = match proposal.helper {
            Helper::Aidant(organisation, _) | Helper::Desk(organisation) => organisation,
            Helper::Relative(_) => OrganisationId::from_uuid(uuid::Uuid::nil()),
        };
        let about = organisations::details(&mut tx, organisation).await?.unwrap_or_default();
        let SheetTold { is_namesake, lets_judgments } = told(&proposal, organisation, &about);
        let moment = tx.moment().await?;
        let facts = Facts {
            session: Some(session.facts),
            locker: Some(LockerFacts { standing, ..tie.facts() }),
            sheet: Some(SheetFacts {
                basis: proposal.basis,
                organisation,
                by: proposal.by,
                helper: helper.as_ref().map(|row| row.facts),
                own: own.as_ref().map(|row| row.facts),
                until: proposal.until,
                times: sheet.as_ref().map_or(0, |sheet| sheet.times),
                is_namesake,
                stays: others.iter().find_map(|row| self.stays(row, &proposal, moment)),
                lets_judgments,
            }),
            ..Facts::NONE
        };
        // A sheet whose offer was declined, refused or stopped, and that somebody puts back with its proof, is over all the same.
        let stands_told = self.still_stands(&mut tx, &tie, mandate).await?.is_some();
        let (actor, object) = (Actor::Aidant(person), Object::Mandate(mandate));
        let help = Help {
            actor,
            membership: own.as_ref().map(|row| row.facts.membership),
            organisation: own.as_ref().map(|row| row.facts.organisation),
            mandate,
            visit: None,
            until: proposal.until,
            scopes: Vec::new(),
            into: None,
        };
        let ask = Ask { object: Some(object), evidence, ..Ask::locker(tie.locker()) };
        let decision = policy::decide(actor, A::ACTION, &facts, moment);
        let allowed = match decision.and_then(|yes| if stands_told { Ok(yes) } else { Err(Reason::MandateOver) }) {
            Ok(allowed) => allowed,
            Err(reason) => {
                let stands = session.facts.check(moment).is_ok();
                let no = No { reason, person: Some(person), stands, at_home: stands, help: Some(help) };
                return Err(self.refuse::<A>(tx, caller, &ask, no).await);
            }
        };
        let before = tx.mark().await?;
        self.note_use(&mut tx, &session, moment).await?;
        if let Some(own) = own {
            self.note_activity(&mut tx, own, moment).await?;
        }
        let line = Line {
            membership: help.membership,
            mandate: Some(mandate),
            session: Some(session.session),
            strength: session.strength,
            evidence,
            ..Line::new(actor, allowed.ground(), A::ACTION, object, Outcome::Done, caller.request)
        };
        let bearer = Bearer {
            person: Some(person),
            session: Some(session.session),
            help: Some(Box::new(help)),
            ..Bearer::default()
        };
        let pending = Pending::issue(&mut tx, allowed, bearer, line).await?;
        Ok(AtSheet { tx, pending, proposal, sheet, before })
    }

    /// Writes, instead of the entry that was pending, that what was asked at a sheet is not done, and why.
    pub async fn refuse_at_sheet<A: Act>(
        &self,
        caller: &Caller,
        at: AtSheet<A>,
        reason: Reason,
    ) -> Result<(), Refusal> {
        let AtSheet { tx, pending, proposal, .. } = at;
        drop(tx);
        let (object, help) = (Object::Mandate(proposal.mandate), pending.help().ok_or(StoreError::Other)?);
        let line = Line {
            membership: help.membership,
            mandate: Some(proposal.mandate),
            session: pending.session(),
            ..Line::new(help.actor, Ground::None, A::ACTION, object, Outcome::Refused(reason), caller.request)
        };
        if pending.person().is_some_and(|person| self.0.refusals.fills(person, self.source().now())) {
            let actor = Actor::Person(pending.person().ok_or(StoreError::Other)?);
            self.refuse_outside(caller, actor, A::ACTION, reason).await?;
            return Err(Refusal::Denied(Reason::TooMany));
        }
        let mut tx = self.0.db.begin().await?;
        entries::append(&mut tx, proposal.locker.chain(), line).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Why a proposal can't replace a mandate, if it can't: one of the same helper, in force, that the holder agreed to themselves; or, for
    /// a sheet, one that a court decided.
    fn stays(&self, row: &MandateRow, proposal: &ProposalRow, moment: Moment) -> Option<Reason> {
        let is_in_force = matches!(row.facts().status(moment), Status::Active | Status::ToCome);
        if row.helper != proposal.helper || !is_in_force || !self.is_ours(row) {
            return None;
        }
        match row.consent {
            Consent::OwnSession | Consent::Window => Some(Reason::SurerConsent),
            Consent::Paper => row.acknowledged_at.map(|_| Reason::SurerConsent),
            Consent::Judgment => (proposal.basis != Basis::Judgment).then_some(Reason::ByJudgment),
        }
    }

    /// Keeps the photo that a proposer sends.
    pub async fn put_sheet(
        &self,
        at: AtSheet<act::SendSheet>,
        details: Vec<u8>,
        content: &[u8],
    ) -> Result<(), Refusal> {
        let AtSheet { mut tx, pending, proposal, sheet, .. } = at;
        let times = sheet.map_or(0, |sheet| sheet.times).saturating_add(1);
        let mut row = SheetRow {
            locker: proposal.locker,
            mandate: proposal.mandate,
            sent_at: pending.written().at,
            until: Some(proposal.until),
            times,
            proof: Vec::new(),
            details,
        };
        row.proof = self.prove(&row.claim())?.to_vec();
        sheets::put(&mut tx, &pending, &row, content).await?;
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// The photo at hand, sealed, once the entry of the look is committed.
    pub async fn see_sheet(
        &self,
        at: AtSheet<act::ViewSheet>,
    ) -> Result<(Grant<act::ViewSheet>, SheetRow, Vec<u8>), Refusal> {
        let AtSheet { mut tx, pending, sheet, .. } = at;
        let sheet = sheet.ok_or(StoreError::Other)?;
        let content = sheets::content(&mut tx, &pending, sheet.mandate).await?.ok_or(StoreError::Damaged)?;
        Ok((self.commit(tx, pending).await?, sheet, content))
    }

    /// The mandate begins, and its sheet is kept with it: sealed anew under the locker's own key. `None`: its term is over already,
    /// or longer than paper carries.
    pub async fn give_on_paper(
        &self,
        at: AtSheet<act::ConfirmSheet>,
        term: Term,
        new: NewMandate,
        (details, content): (Vec<u8>, Vec<u8>),
    ) -> Result<Option<MandateId>, Refusal> {
        let AtSheet { mut tx, pending, proposal, sheet, .. } = at;
        let sheet = sheet.ok_or(StoreError::Other)?;
        let mut kept = SheetRow { until: None, details, ..sheet };
        kept.proof = self.prove(&kept.claim())?.to_vec();
        sheets::keep(&mut tx, &pending, &kept, &content).await?;
        self.give(tx, pending, &proposal, (term, proposal.basis.consent()), new).await
    }

    /// The proposal goes, and its sheet.
    pub async fn drop_sheet(&self, at: AtSheet<act::RefuseSheet>) -> Result<(), Refusal> {
        let AtSheet { mut tx, pending, proposal, .. } = at;
        mandates::drop_proposal(&mut tx, &pending, proposal.mandate).await?;
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// The content of a sheet that is about to be confirmed, sealed: read under the pending entry.
    pub async fn sheet_content(&self, at: &mut AtSheet<act::ConfirmSheet>) -> Result<Vec<u8>, StoreError> {
        let content = sheets::content(&mut at.tx, &at.pending, at.proposal.mandate).await?;
        content.ok_or(StoreError::Damaged)
    }

    /// Takes away the sheets that have waited too long, and a day after their end the proposals that nobody has answered: what
    /// somebody wrote in them of the holder is not kept for nothing. Gives how many went.
    pub async fn forget_old_offers(&self) -> Result<u64, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let now = tx.now().await?;
        let gone = sheets::forget_old(&mut tx, now).await?;
        let gone = gone.saturating_add(sheets::forget_old_proposals(&mut tx, now.minus(PROPOSAL_KEPT)).await?);
        tx.commit().await?;
        Ok(gone)
    }
}
