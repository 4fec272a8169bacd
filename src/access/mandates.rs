//! Mandates as they come and go: a code that the holder shows, a proposal by it, the holder's answer, the end (DOMAIN M1–M9).
//!
//! Whoever proposes learns nothing of the locker, not even whose it is: nothing opens before the holder has agreed. Ending takes
//! the same locks as every access under the mandate, so each access is provably before or after.

use std::time::Duration;

use super::judging::When;
use super::refusals::Knocker;
use super::{Ask, Caller, Door, Refusal, policy};
use crate::domain::entry::{Action, Actor, Ground, Job, Line, Object, Outcome, Reason};
use crate::domain::ids::{LockerId, MandateId, MembershipId, OrganisationId, PersonId, RequestId};
use crate::domain::mandate::{Consent, MandateFacts};
use crate::domain::mandate::{Helper, Scope, Status, Term};
use crate::domain::organisation::MembershipState;
use crate::domain::policy::Facts;
use crate::domain::proof::Claim;
use crate::domain::source::{Moment, Timestamp};
use crate::store::grant::{Bearer, Held, Pending, act};
use crate::store::mandates::{self, HelpCodeRow, MandateRow, ProposalRow};
use crate::store::organisations::MembershipRow;
use crate::store::{StoreError, Tx, entries, lockers, people};

/// How long a holder's code serves.
pub const HELP_CODE: Duration = Duration::from_mins(30);
/// How long a proposal waits for the holder's answer.
pub const PROPOSAL: Duration = Duration::from_hours(24);
/// Most proposals that wait on one locker.
const PROPOSALS_MAX: usize = 20;

/// A proposal that is to be written.
#[derive(Debug)]
pub struct NewProposal {
    /// The mandate to be.
    pub mandate: MandateId,
    /// As a member of what; none for a relative.
    pub organisation: Option<OrganisationId>,
    /// Whether any active aidant of it is to help.
    pub desk: bool,
    /// What is proposed, sealed.
    pub details: Vec<u8>,
}

/// A mandate that is being given: what its row is to hold besides what the proposal says.
#[derive(Debug)]
pub struct NewMandate {
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// What was agreed to, sealed.
    pub details: Vec<u8>,
    /// What the helper sees, sealed.
    pub shown: Vec<u8>,
}

impl Door {
    fn prove_mandate(&self, row: &MandateRow, ended_at: Option<Timestamp>) -> Result<[u8; 32], StoreError> {
        let facts = MandateFacts { ended_at, ..row.facts() };
        self.prove(&Claim::Mandate { facts: &facts, consent: row.consent })
    }

    /// The holder makes a code; those before serve no more. Gives until when.
    pub async fn make_help_code(
        &self,
        caller: &Caller,
        locker: LockerId,
        lookup: [u8; 32],
    ) -> Result<Timestamp, Refusal> {
        let (mut tx, pending) = self.begin::<act::MakeHelpCode>(caller, &Ask::locker(locker)).await?;
        let until = pending.written().at.plus(HELP_CODE);
        let mut row = HelpCodeRow { locker, lookup, until, proof: Vec::new() };
        row.proof = self.prove(&row.claim())?.to_vec();
        mandates::add_code(&mut tx, &pending, &row).await?;
        self.commit(tx, pending).await?;
        Ok(until)
    }

    /// Somebody proposes to help, by the holder's code, which serves once. A line in the holder's journal.
    pub async fn propose(&self, caller: &Caller, lookup: &[u8; 32], new: NewProposal) -> Result<MandateId, Refusal> {
        let action = Action::ProposeMandate;
        let mut tx = self.0.db.begin().await?;
        let known = match &caller.token {
            Some(token) => people::find_session(&mut tx, token.hash()).await?,
            None => None,
        };
        let Some(known) = known.filter(|row| self.is_proven(&row.claim(), &row.proof)) else {
            drop(tx);
            return self.no_proposal(caller, None, Reason::NotSignedIn).await;
        };
        let person = known.facts.person;
        let found = mandates::by_code(&mut tx, lookup).await?.filter(|row| self.is_proven(&row.claim(), &row.proof));
        let own = match new.organisation {
            Some(organisation) => match self.own_place(&mut tx, organisation, person).await? {
                Some(own) => {
                    let helper = Helper::Aidant(organisation, own.facts.membership);
                    self.acting_as(&mut tx, helper, person).await?
                }
                None => None,
            },
            None => None,
        };
        let Some(session) = self.session(&mut tx, caller).await?.filter(|row| row.facts.person == person) else {
            drop(tx);
            return self.no_proposal(caller, None, Reason::NotSignedIn).await;
        };
        let tie = match &found {
            Some(code) => lockers::lock_for_upkeep(&mut tx, code.locker).await?,
            None => None,
        };
        let tie = self.believed(tie);
        let moment = tx.moment().await?;
        let may = policy::may_propose(&session.facts, own.as_ref().map(|own| &own.facts), moment);
        if let Err(reason) = may {
            drop(tx);
            return self.no_proposal(caller, Some(person), reason).await;
        }
        // Read again under the lock: it may have served meanwhile.
        let code = mandates::by_code(&mut tx, lookup).await?;
        let code = code.filter(|row| self.is_proven(&row.claim(), &row.proof));
        let is_good = code.is_some_and(|code| moment.now.max(moment.clock) < code.until);
        let Some(tie) = tie.filter(|_| is_good) else {
            drop(tx);
            return self.no_proposal(caller, Some(person), Reason::WrongCode).await;
        };
        if tie.holder() == person {
            drop(tx);
            return self.no_proposal(caller, Some(person), Reason::OwnLocker).await;
        }
        let (actor, helper) = match &own {
            None => (Actor::Relative(person), Helper::Relative(person)),
            Some(own) if new.desk => (Actor::Aidant(person), Helper::Desk(own.facts.organisation)),
            Some(own) => (Actor::Aidant(person), Helper::Aidant(own.facts.organisation, own.facts.membership)),
        };
        let (locker, until) = (tie.locker(), moment.now.plus(PROPOSAL));
        let mut row = ProposalRow {
            locker,
            mandate: new.mandate,
            helper,
            by: person,
            until,
            proof: Vec::new(),
            details: new.details,
        };
        row.proof = self.prove(&row.claim())?.to_vec();
        mandates::use_codes(&mut tx, &tie).await?;
        mandates::propose(&mut tx, &tie, &row).await?;
        let line = Line {
            membership: own.as_ref().map(|own| own.facts.membership),
            session: Some(session.session),
            strength: session.strength,
            mandate: Some(new.mandate),
            ..Line::new(actor, Ground::None, action, Object::Mandate(new.mandate), Outcome::Done, caller.request)
        };
        entries::append(&mut tx, locker.chain(), line).await?;
        self.note_use(&mut tx, &session, moment).await?;
        tx.commit().await?;
        Ok(new.mandate)
    }

    async fn no_proposal<T>(&self, caller: &Caller, person: Option<PersonId>, reason: Reason) -> Result<T, Refusal> {
        let actor = person.map_or(Actor::Anonymous, Actor::Person);
        self.refuse_outside(caller, actor, Action::ProposeMandate, reason).await?;
        let knocker = person.map_or(Knocker::Origin(caller.origin), Knocker::Person);
        let is_tiresome = self.0.refusals.knock(knocker, self.source().now());
        Err(Refusal::Denied(if is_tiresome { Reason::TooMany } else { reason }))
    }

    /// Proposals that wait on the granted locker.
    pub async fn waiting(&self, tx: &mut Tx, held: &impl Held) -> Result<Vec<ProposalRow>, StoreError> {
        let moment = tx.moment().await?;
        let mut rows = mandates::proposals(tx, held).await?;
        rows.retain(|row| moment.now.max(moment.clock) < row.until && self.is_proven(&row.claim(), &row.proof));
        rows.truncate(PROPOSALS_MAX);
        Ok(rows)
    }

    /// Begins to give a mandate: the proposal that is agreed to, under the entry that says so. `None`: there is none such.
    pub async fn begin_giving(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        evidence: [u8; 32],
    ) -> Result<(Tx, Pending<act::GiveMandate>, ProposalRow), Refusal> {
        let ask = Ask { object: Some(Object::Mandate(mandate)), evidence: Some(evidence), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<act::GiveMandate>(caller, &ask).await?;
        let rows = self.waiting(&mut tx, &pending).await?;
        let Some(row) = rows.into_iter().find(|row| row.mandate == mandate) else {
            drop(tx);
            return self.no_mandate::<act::GiveMandate, _>(caller, locker).await;
        };
        Ok((tx, pending, row))
    }

    /// Writes the mandate that a proposal becomes. `None`: its term is over already, or longer than the consent carries.
    pub async fn give(
        &self,
        mut tx: Tx,
        pending: Pending<act::GiveMandate>,
        proposal: &ProposalRow,
        term: Term,
        new: NewMandate,
    ) -> Result<Option<MandateId>, Refusal> {
        let (from, consent) = (pending.written().at, Consent::OwnSession);
        let Some(until) = term.until(from, consent) else { return Ok(None) };
        let NewMandate { scopes, details, shown } = new;
        let (locker, mandate, helper) = (proposal.locker, proposal.mandate, proposal.helper);
        let mut row = MandateRow {
            locker,
            mandate,
            helper,
            consent,
            is_confirmed: true,
            from,
            until,
            ended_at: None,
            scopes,
            proof: Vec::new(),
            details,
            shown,
        };
        row.proof = self.prove_mandate(&row, None)?.to_vec();
        self.supersede(&mut tx, &pending, &row).await?;
        mandates::drop_proposal(&mut tx, &pending, mandate).await?;
        mandates::add(&mut tx, &pending, &row).await?;
        self.commit(tx, pending).await?;
        Ok(Some(mandate))
    }

    /// Ends what the same helper had: nobody has two mandates from one holder at a time. A line for each.
    async fn supersede(
        &self,
        tx: &mut Tx,
        pending: &Pending<act::GiveMandate>,
        newer: &MandateRow,
    ) -> Result<(), StoreError> {
        let (at, person) = (pending.written().at, pending.person().ok_or(StoreError::Other)?);
        let is_older = |row: &MandateRow| row.helper == newer.helper && row.ended_at.is_none() && at < row.until;
        for row in mandates::all(tx, pending).await?.iter().filter(|row| is_older(row) && self.is_ours(row)) {
            mandates::end(tx, row, at, &self.prove_mandate(row, Some(at))?).await?;
            let (action, object) = (Action::SupersedeMandate, Object::Mandate(row.mandate));
            let request = RequestId::draw(tx.source());
            let line = Line {
                mandate: Some(newer.mandate),
                session: pending.session(),
                ..Line::new(Actor::Holder(person), Ground::Ownership, action, object, Outcome::Done, request)
            };
            entries::append(tx, newer.locker.chain(), line).await?;
        }
        Ok(())
    }

    /// The holder does not agree.
    pub async fn decline(&self, caller: &Caller, locker: LockerId, mandate: MandateId) -> Result<(), Refusal> {
        let ask = Ask { object: Some(Object::Mandate(mandate)), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<act::DeclineMandate>(caller, &ask).await?;
        if !mandates::drop_proposal(&mut tx, &pending, mandate).await? {
            drop(tx);
            return self.no_mandate::<act::DeclineMandate, _>(caller, locker).await;
        }
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// Writes down that a holder named a mandate that is not there.
    async fn no_mandate<A: crate::store::grant::Act, T>(
        &self,
        caller: &Caller,
        locker: LockerId,
    ) -> Result<T, Refusal> {
        let ask = Ask::locker(locker);
        let (mut tx, stand) = self.look::<A>(caller, &ask, When::Begins).await?;
        let Ok(stand) = stand else { return Err(Refusal::Denied(Reason::UnknownMandate)) };
        let outcome = Outcome::Refused(Reason::UnknownMandate);
        let line = Line { outcome, ground: Ground::None, ..stand.line::<A>(caller, &ask) };
        entries::append(&mut tx, locker.chain(), line).await?;
        tx.commit().await?;
        Err(Refusal::Denied(Reason::UnknownMandate))
    }

    /// A mandate is stopped, by the holder or by whom it names. It holds on the very next request.
    pub async fn revoke(&self, caller: &Caller, locker: LockerId, mandate: MandateId) -> Result<(), Refusal> {
        let ask = Ask { object: Some(Object::Mandate(mandate)), ..Ask::locker(locker) };
        if self.give_up(caller, &ask, mandate).await? {
            return Ok(());
        }
        let (mut tx, pending) = self.begin::<act::RevokeMandate>(caller, &ask).await?;
        let row = self.mandate(&mut tx, &ask, mandate).await?;
        let Some(row) = row.filter(|row| row.ended_at.is_none() && pending.written().at < row.until) else {
            drop(tx);
            return self.no_mandate::<act::RevokeMandate, _>(caller, locker).await;
        };
        let at = pending.written().at;
        mandates::end(&mut tx, &row, at, &self.prove_mandate(&row, Some(at))?).await?;
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// The same by whom it names, who need no visit for it. `false`: it does not name them.
    async fn give_up(&self, caller: &Caller, ask: &Ask, mandate: MandateId) -> Result<bool, Refusal> {
        let Some(token) = &caller.token else { return Ok(false) };
        let mut tx = self.0.db.begin().await?;
        let Some(known) = people::find_session(&mut tx, token.hash()).await? else { return Ok(false) };
        let Some(row) = self.mandate(&mut tx, ask, mandate).await? else { return Ok(false) };
        // Nobody else takes a lock by it: neither the holder, whose own way comes next, nor a stranger.
        if !self.may_be_named(&mut tx, row.helper, known.facts.person).await? {
            return Ok(false);
        }
        let own = self.acting_as(&mut tx, row.helper, known.facts.person).await?;
        let Some(session) = self.session(&mut tx, caller).await? else { return Ok(false) };
        if self.believed(lockers::lock_for_upkeep(&mut tx, ask.locker).await?).is_none() {
            return Ok(false);
        }
        let moment = tx.moment().await?;
        let own_facts = own.as_ref().map(|own| &own.facts);
        if policy::may_give_up(&session.facts, row.helper, own_facts, moment).is_err() {
            return Ok(false);
        }
        let Some(row) = self.mandate(&mut tx, ask, mandate).await? else { return Ok(false) };
        if matches!(row.facts().status(moment), Status::Ended | Status::Expired) {
            return Err(Refusal::Denied(Reason::MandateOver));
        }
        mandates::end(&mut tx, &row, moment.now, &self.prove_mandate(&row, Some(moment.now))?).await?;
        let person = session.facts.person;
        let actor = own.as_ref().map_or(Actor::Relative(person), |_| Actor::Aidant(person));
        let line = Line {
            membership: own.as_ref().map(|own| own.facts.membership),
            mandate: Some(mandate),
            session: Some(session.session),
            strength: session.strength,
            ..Line::new(
                actor,
                Ground::Mandate,
                Action::RevokeMandate,
                Object::Mandate(mandate),
                Outcome::Done,
                caller.request,
            )
        };
        entries::append(&mut tx, ask.locker.chain(), line).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The holder stops all help: every mandate, every proposal, every code. Gives how many mandates were stopped.
    pub async fn stop_help(&self, caller: &Caller, locker: LockerId) -> Result<u64, Refusal> {
        let (mut tx, pending) = self.begin::<act::StopHelp>(caller, &Ask::locker(locker)).await?;
        let at = pending.written().at;
        let mut stopped = 0;
        for row in mandates::all(&mut tx, &pending).await? {
            // Also one that does not bear its proof just now: who changed it could change it back after this.
            if row.ended_at.is_none() {
                mandates::end(&mut tx, &row, at, &self.prove_mandate(&row, Some(at))?).await?;
                stopped += u64::from(at < row.until);
            }
        }
        mandates::drop_offers(&mut tx, &pending).await?;
        self.commit(tx, pending).await?;
        Ok(stopped)
    }

    /// The mandates of the granted locker that bear their proof, each with where it stands.
    pub async fn mandates_of(&self, tx: &mut Tx, held: &impl Held) -> Result<Vec<(MandateRow, Status)>, StoreError> {
        let moment = tx.moment().await?;
        let mut rows = mandates::all(tx, held).await?;
        rows.retain(|row| self.is_ours(row));
        let with_status = |row: MandateRow| {
            let status = row.facts().status(moment);
            (row, status)
        };
        Ok(rows.into_iter().map(with_status).collect())
    }

    /// The mandates that the caller may act under now, each with the membership that it is as. Their own, so there is no entry.
    pub async fn helping(&self, caller: &Caller) -> Result<Vec<(MandateRow, Option<MembershipId>)>, Refusal> {
        let mut tx = self.0.db.begin().await?;
        let Some(session) = self.session(&mut tx, caller).await? else {
            return Err(Refusal::Denied(Reason::NotSignedIn));
        };
        let moment = tx.moment().await?;
        session.facts.check(moment).map_err(Refusal::Denied)?;
        let person = session.facts.person;
        let mut found = self.of_helper(&mut tx, Some(person), None, moment).await?;
        // Without a second factor an aidant helps nobody yet.
        let own = if session.facts.has_factor() {
            crate::store::organisations::of_person(&mut tx, person).await?
        } else {
            Vec::new()
        };
        for row in own.iter().filter(|row| self.is_proven(&row.claim(), &row.proof)) {
            if row.facts.state(moment) == MembershipState::Active && row.facts.roles.is_aidant() {
                found.extend(self.of_helper(&mut tx, None, Some(row), moment).await?);
            }
        }
        tx.commit().await?;
        Ok(found)
    }

    async fn of_helper(
        &self,
        tx: &mut Tx,
        person: Option<PersonId>,
        own: Option<&MembershipRow>,
        moment: Moment,
    ) -> Result<Vec<(MandateRow, Option<MembershipId>)>, StoreError> {
        let membership = own.map(|own| own.facts.membership);
        let names = |row: &MandateRow| match row.helper {
            Helper::Aidant(_, named) => Some(named) == membership,
            Helper::Desk(_) | Helper::Relative(_) => true,
        };
        let place = own.map(|own| (own.facts.organisation, own.facts.membership));
        let rows = mandates::of_helper(tx, place, person, moment.clock).await?;
        let is_in_force = |row: &MandateRow| row.facts().status(moment) == Status::Active && self.is_ours(row);
        Ok(rows.into_iter().filter(|row| names(row) && is_in_force(row)).map(|row| (row, membership)).collect())
    }

    /// Mandates whose time is over and whose end is not on record. Ids only.
    pub async fn due_mandates(&self) -> Result<Vec<(LockerId, MandateId)>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let now = tx.now().await?;
        let due = mandates::due(&mut tx, now).await?;
        tx.commit().await?;
        Ok(due)
    }

    /// Writes that a mandate has reached its end. `false` if that is on record, or it is not over.
    pub async fn note_expiry(&self, locker: LockerId, mandate: MandateId) -> Result<bool, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let Some(tie) = lockers::lock_for_upkeep(&mut tx, locker).await? else { return Ok(false) };
        let Some(row) = self.mandate(&mut tx, &Ask::locker(locker), mandate).await? else {
            // It lets nobody in, and must not hold up the others.
            tracing::error!(%locker, %mandate, "a mandate that is over does not bear its proof: passed over");
            let passed = mandates::note_end(&mut tx, &tie, mandate).await?;
            tx.commit().await?;
            return Ok(passed);
        };
        let moment = tx.moment().await?;
        if row.facts().status(moment) != Status::Expired || !mandates::note_end(&mut tx, &tie, mandate).await? {
            return Ok(false);
        }
        let facts = Facts { locker: Some(tie.facts()), ..Facts::NONE };
        let actor = Actor::Job(Job::Expiry);
        let allowed = policy::decide(actor, Action::ExpireMandate, &facts, moment).map_err(|_| StoreError::Other)?;
        let (ground, object) = (allowed.ground(), Object::Mandate(mandate));
        let request = RequestId::draw(tx.source());
        let line = Line {
            mandate: Some(mandate),
            ..Line::new(actor, ground, Action::ExpireMandate, object, Outcome::Done, request)
        };
        let pending = Pending::<act::ExpireMandate>::issue(&mut tx, allowed, Bearer::default(), line).await?;
        pending.commit(tx).await?;
        Ok(true)
    }
}
