//! What comes before a mandate, a code that the holder shows and a proposal by it; and which mandates there are (DOMAIN M1–M9).
//!
//! Whoever proposes learns nothing of the locker, not even whose it is: nothing opens before the holder has agreed. The holder's
//! answer is in `giving`, ends are in `ending`.

use std::time::Duration;

use super::judging::Stand;
use super::refusals::Knocker;
use super::{Ask, Caller, Door, Refusal, policy};
use crate::domain::basis::{Basis, CodeKind};
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::{LockerId, MandateId, MembershipId, OrganisationId, PersonId};
use crate::domain::mandate::{Helper, MandateFacts, Status};
use crate::domain::organisation::MembershipState;
use crate::domain::proof::Claim;
use crate::domain::source::{Moment, Timestamp};
use crate::store::arrival::{self, Arrival, Offer};
use crate::store::at_once::Fresh;
use crate::store::grant::{Act, Grant, Held, Pending, act};
use crate::store::help_codes::HelpCodeRow;
use crate::store::lockers::Tie;
use crate::store::mandates::{self, MandateRow, ProposalRow};
use crate::store::organisations::MembershipRow;
use crate::store::people::SessionRow;
use crate::store::{StoreError, Tx, offering};

/// How long a proposal waits for the holder's answer.
pub const PROPOSAL: Duration = Duration::from_hours(24);
/// How long one waits for its signed sheet, and for a second person to confirm it.
pub const SHEET: Duration = Duration::from_hours(24 * 7);
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
    /// On what it is to become a mandate.
    pub basis: Basis,
    /// Whether the operator lets the organisation help by a court's decision.
    pub lets_judgments: bool,
}

impl Door {
    pub(super) fn prove_mandate(&self, row: &MandateRow, ended_at: Option<Timestamp>) -> Result<[u8; 32], StoreError> {
        let facts = MandateFacts { ended_at, ..row.facts() };
        let acknowledged_at = row.acknowledged_at;
        self.prove(&Claim::Mandate { facts: &facts, acknowledged_at, words: &row.words })
    }

    /// The holder makes a code; those before serve no more. Gives until when.
    pub async fn make_help_code(
        &self,
        caller: &Caller,
        locker: LockerId,
        lookup: [u8; 32],
    ) -> Result<Timestamp, Refusal> {
        self.make_code::<act::MakeHelpCode>(caller, locker, lookup, CodeKind::Shown).await
    }

    pub(super) async fn make_code<A: Act>(
        &self,
        caller: &Caller,
        locker: LockerId,
        lookup: [u8; 32],
        kind: CodeKind,
    ) -> Result<Timestamp, Refusal> {
        let ask = Ask::locker(locker);
        let row = |stand: &Stand| -> Result<HelpCodeRow, StoreError> {
            let until = stand.moment.now.plus(kind.life());
            let mut row = HelpCodeRow { locker, lookup, until, kind, proof: Vec::new() };
            row.proof = self.prove(&row.claim())?.to_vec();
            Ok(row)
        };
        // The code that a holder shows is decided at a glance, as a reading of theirs is (decision 16).
        let fresh = Fresh::now(self.source());
        let is_shorter = kind == CodeKind::Shown && self.0.db.gains_at_once();
        let glanced = if is_shorter { self.glance::<A>(caller, &ask).await? } else { None };
        if let Some((stand, head)) = glanced {
            let (row, line, allowed) = (row(&stand)?, stand.line::<A>(caller, &ask), stand.allowed);
            let seen = (head, stand.moment.now, fresh);
            let made = Grant::<A>::code_at_once(&self.0.db, allowed, stand.bearer(), line, (&row, seen)).await?;
            if made.is_some() {
                return Ok(row.until);
            }
        }
        let (mut tx, stand) = self.admitted::<A>(caller, &ask).await?;
        let row = row(&stand)?;
        let until = row.until;
        let (allowed, line) = (stand.allowed, stand.line::<A>(caller, &ask));
        let pending = Pending::<A>::issue_code(&mut tx, allowed, stand.bearer(), line, &row).await?;
        self.commit(tx, pending).await?;
        Ok(until)
    }

    /// Somebody proposes to help, by the holder's code, which serves once. A line in the holder's journal. `says`: who the session
    /// says they are, asked once it stands; and then, with what describes the organisation that they propose as a member of, what is
    /// proposed, sealed: only where the answer is yes.
    pub async fn propose<S, E>(
        &self,
        caller: &Caller,
        lookup: &[u8; 32],
        new: NewProposal,
        says: impl FnOnce(&SessionRow) -> Result<S, E>,
    ) -> Result<MandateId, E>
    where
        S: FnOnce(Option<&[u8]>) -> Result<Vec<u8>, E>,
        E: From<Refusal> + From<StoreError>,
    {
        let action = Action::ProposeMandate;
        let mut tx = self.0.db.begin().await?;
        // Under the locks: the code may have served meanwhile.
        let (Arrival { own, session, tie }, offer) = match &caller.token {
            Some(token) => arrival::proposer(&mut tx, token.hash(), lookup, new.organisation).await?,
            None => (Arrival::default(), None),
        };
        // As where somebody asks who they are: that nobody is signed in is no attempt at anything.
        let Some(session) = session.filter(|row| self.is_proven(&row.claim(), &row.proof)) else {
            return Err(Refusal::Denied(Reason::NotSignedIn).into());
        };
        let person = session.facts.person;
        let own = own.filter(|row| self.is_proven(&row.claim(), &row.proof));
        let offer = self.believed(tie).zip(offer);
        let moment = tx.moment().await?;
        session.facts.check(moment).map_err(Refusal::Denied)?;
        let seal = says(&session)?;
        let may = policy::may_propose(&session.facts, own.as_ref().map(|own| &own.facts), moment)
            .and_then(|()| policy::may_be_on(new.basis, own.is_some() && !new.desk, new.lets_judgments));
        if let Err(reason) = may {
            drop(tx);
            return Ok(self.no_proposal(caller, person, reason).await?);
        }
        let kind = new.basis.code();
        let serves = |code: &HelpCodeRow| {
            code.kind == kind && moment.now.max(moment.clock) < code.until && self.is_proven(&code.claim(), &code.proof)
        };
        // A closed locker takes no offer: its code serves nobody.
        let is_open = |(tie, offer): &(Tie, Offer)| self.judged(tie.locker(), offer.closure).is_open();
        let offer = offer.filter(|offer| offer.1.code.as_ref().is_some_and(serves) && is_open(offer));
        let Some((tie, offer)) = offer else {
            drop(tx);
            return Ok(self.no_proposal(caller, person, Reason::WrongCode).await?);
        };
        if tie.holder() == person {
            drop(tx);
            return Ok(self.no_proposal(caller, person, Reason::OwnLocker).await?);
        }
        let details = match &own {
            Some(_) => seal(Some(&offer.organisation.ok_or(StoreError::Damaged)?))?,
            None => seal(None)?,
        };
        let (actor, helper) = match &own {
            None => (Actor::Relative(person), Helper::Relative(person)),
            Some(own) if new.desk => (Actor::Aidant(person), Helper::Desk(own.facts.organisation)),
            Some(own) => (Actor::Aidant(person), Helper::Aidant(own.facts.organisation, own.facts.membership)),
        };
        let waits = if new.basis == Basis::Answer { PROPOSAL } else { SHEET };
        let (locker, until) = (tie.locker(), moment.now.plus(waits));
        let mut row = ProposalRow {
            locker,
            mandate: new.mandate,
            helper,
            by: person,
            made_at: moment.clock,
            until,
            basis: new.basis,
            proof: Vec::new(),
            details,
        };
        row.proof = self.prove(&row.claim())?.to_vec();
        let line = Line {
            membership: own.as_ref().map(|own| own.facts.membership),
            session: Some(session.session),
            strength: session.strength,
            mandate: Some(new.mandate),
            ..Line::new(actor, Ground::None, action, Object::Mandate(new.mandate), Outcome::Done, caller.request)
        };
        offering::propose_by_code(&mut tx, &tie, &row, kind, line).await?;
        self.note_use(&mut tx, &session, moment).await?;
        tx.commit().await?;
        Ok(new.mandate)
    }

    async fn no_proposal<T>(&self, caller: &Caller, person: PersonId, reason: Reason) -> Result<T, Refusal> {
        self.refuse_outside(caller, Actor::Person(person), Action::ProposeMandate, reason).await?;
        let is_tiresome = self.0.refusals.knock(Knocker::Person(person), self.source().now());
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
}
