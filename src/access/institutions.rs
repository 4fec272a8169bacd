//! Institutions at the door: registered by the operator's commands, let in by what their programs prove, or their agents (`agents`).
//!
//! One transaction each: the institution's chain, then the time, the decision, the entry in the institution's own journal. A program that is
//! refused is a line of the service's chain, coalesced: nobody fills a journal by knocking.

use super::agents::Agent;
use super::refusals::Knocker;
use super::{Caller, Door, Invitation, Refusal, policy};
use crate::domain::document::Sha256Sum;
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::{InstitutionId, OrganisationId, RequestId, SessionId, TokenId};
use crate::domain::institution::{ClientToken, Errands, InstitutionFacts};
use crate::domain::policy::AgentFacts;
use crate::domain::request::Asker;
use crate::domain::source::Timestamp;
use crate::journal::institutions::registration;
use crate::store::entries::Head;
use crate::store::institutions::{self, InstitutionRow};
use crate::store::{StoreError, Tx, entries};

/// How long a proof that was shown is remembered after its own end: a clock that is put back makes none good again.
const REMEMBERED: std::time::Duration = std::time::Duration::from_hours(24);

/// Whoever comes for an institution, let in: it is held, and the answer is yes. Whoever came with [`Hold::Registration`] writes no line into its
/// chain: that would take the locks of who changes it the other way round.
pub(super) struct Admitted {
    pub(super) tx: Tx,
    pub(super) row: InstitutionRow,
    pub(super) by: By,
    pub(super) action: Action,
}

/// How an institution is held while somebody comes for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// Its chain: a line is to be written there.
    Chain,
    /// What it is registered with alone: that does not change meanwhile, and others come beside. The line is to be written elsewhere.
    Registration,
}

/// How somebody comes for an institution.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coming {
    pub(super) hold: Hold,
    /// Whether something begins; or goes on by itself, that began before.
    pub(super) begins: bool,
}

/// Who comes for an institution.
pub(super) enum By {
    /// A program of it, by a token of ours.
    Program(ClientToken),
    /// Somebody of its office.
    Agent(Box<Agent>),
}

impl Admitted {
    /// Who comes.
    pub(super) fn who(&self) -> Actor {
        match &self.by {
            By::Program(_) => Actor::Client(self.row.facts.institution),
            By::Agent(agent) => Actor::Agent(agent.person),
        }
    }

    /// By what their lines are tied to each other: the token, or the session.
    pub(super) fn session(&self) -> SessionId {
        match &self.by {
            By::Program(token) => token.token.as_session(),
            By::Agent(agent) => agent.session,
        }
    }

    /// By what name they come, if it is no program, as their lines bear it.
    pub(super) fn named(&self) -> Option<[u8; 32]> {
        match &self.by {
            By::Program(_) => None,
            By::Agent(agent) => Some(agent.named),
        }
    }

    /// What lets somebody act for it, if it is no program.
    pub(super) fn agent(&self) -> Option<&AgentFacts> {
        match &self.by {
            By::Program(_) => None,
            By::Agent(agent) => Some(&agent.facts),
        }
    }

    /// Who asks for papers, if it is no program, as what they ask for keeps it.
    pub(super) fn asker(&self) -> Option<Asker> {
        let By::Agent(agent) = &self.by else { return None };
        let membership = agent.facts.own?.membership;
        Some(Asker { membership, named: Sha256Sum::from_bytes(agent.named) })
    }

    /// The line of what they do, in their institution's journal.
    pub(super) fn line(&self, caller: &Caller, object: Object) -> Line {
        let line = Line::new(self.who(), Ground::Registration, self.action, object, Outcome::Done, caller.request);
        match &self.by {
            By::Program(_) => Line { session: Some(self.session()), ..line },
            By::Agent(agent) => agent.mark(&line),
        }
    }
}

impl Door {
    /// The operator registers an institution. An entry in both journals.
    pub async fn register_institution(
        &self,
        facts: InstitutionFacts,
        details: Vec<u8>,
        request: RequestId,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.db.begin().await?;
        let created_at = tx.now().await?;
        let mut row = InstitutionRow { facts, created_at, proof: Vec::new(), details };
        row.proof = self.prove(&row.claim())?.to_vec();
        institutions::add(&mut tx, &row).await?;
        entries::create(&mut tx, facts.institution.chain(), entries::ChainKind::Institution, created_at).await?;
        self.by_operator(&mut tx, &row, Action::RegisterInstitution, request).await?;
        tx.commit().await
    }

    /// The operator changes what an institution is registered with: `change` makes the new facts and fields of the old ones, at a moment. An
    /// entry in both journals. `false`: there is none such, its row is not believed, or its fields do not open.
    pub async fn amend_institution(
        &self,
        institution: InstitutionId,
        change: impl FnOnce(&InstitutionRow, Timestamp) -> Option<(InstitutionFacts, Vec<u8>)>,
        request: RequestId,
    ) -> Result<bool, StoreError> {
        let mut tx = self.0.db.begin().await?;
        institutions::begin_change(&mut tx, institution).await?;
        let Some(row) = self.institution(&mut tx, institution).await? else { return Ok(false) };
        let now = tx.now().await?;
        let Some((facts, details)) = change(&row, now) else { return Ok(false) };
        if facts.institution != institution || facts.office != row.facts.office {
            return Err(StoreError::Other);
        }
        let mut row = InstitutionRow { facts, details, ..row };
        row.proof = self.prove(&row.claim())?.to_vec();
        institutions::change(&mut tx, &row).await?;
        self.by_operator(&mut tx, &row, Action::AmendInstitution, request).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The operator gives an institution an office, with the invitation of its first referent: an organisation whose members act for it. An
    /// entry in all three journals. `None`: there is no such institution; `Some(None)`: it has one.
    pub async fn open_office(
        &self,
        institution: InstitutionId,
        organisation: OrganisationId,
        (details, first): (Vec<u8>, Invitation),
        request: RequestId,
    ) -> Result<Option<Option<Timestamp>>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        institutions::begin_change(&mut tx, institution).await?;
        let Some(mut row) = self.institution(&mut tx, institution).await? else { return Ok(None) };
        if row.facts.office.is_some() {
            return Ok(Some(None));
        }
        let until = self.found(&mut tx, organisation, (details, first), request).await?;
        row.facts.office = Some(organisation);
        row.proof = self.prove(&row.claim())?.to_vec();
        institutions::change(&mut tx, &row).await?;
        self.by_operator(&mut tx, &row, Action::AmendInstitution, request).await?;
        tx.commit().await?;
        Ok(Some(Some(until)))
    }

    async fn by_operator(
        &self,
        tx: &mut Tx,
        row: &InstitutionRow,
        action: Action,
        request: RequestId,
    ) -> Result<(), StoreError> {
        let institution = row.facts.institution;
        let object = Object::Institution(institution);
        for chain in [institution.chain(), self.0.deployment.service_chain()] {
            let line = Line {
                row: Some(registration(&row.facts, &row.details)),
                ..Line::new(Actor::Operator, Ground::Maintenance, action, object, Outcome::Done, request)
            };
            entries::append(tx, chain, line).await?;
        }
        Ok(())
    }

    /// Every institution whose row is believed, for the operator's command. An entry in the service's journal.
    pub async fn list_institutions(&self, request: RequestId) -> Result<Vec<InstitutionRow>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let mut rows = Vec::new();
        for row in institutions::all(&mut tx).await? {
            rows.extend(self.known_institution(&mut tx, row.facts.institution).await?.map(|(row, _)| row));
        }
        let (actor, action, ground) = (Actor::Operator, Action::ListInstitutions, Ground::Maintenance);
        let line = Line {
            count: Some(rows.len() as u64),
            ..Line::new(actor, ground, action, Object::None, Outcome::Done, request)
        };
        entries::append(&mut tx, self.0.deployment.service_chain(), line).await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// An institution, its chain locked, if its row is one that we wrote.
    pub(super) async fn institution(
        &self,
        tx: &mut Tx,
        institution: InstitutionId,
    ) -> Result<Option<InstitutionRow>, StoreError> {
        if entries::lock(tx, institution.chain()).await?.is_none() {
            return Ok(None);
        }
        Ok(self.known_institution(tx, institution).await?.map(|(row, _)| row))
    }

    /// The same without its lock: a fact that is asked again later. With the head of its journal at that moment.
    pub(super) async fn known_institution(
        &self,
        tx: &mut Tx,
        institution: InstitutionId,
    ) -> Result<Option<(InstitutionRow, Head)>, StoreError> {
        let found = institutions::find(tx, institution).await?;
        let Some((row, head)) = found.filter(|(row, _)| self.is_proven(&row.claim(), &row.proof)) else {
            return Ok(None);
        };
        // Proven is what was true once: a suspension that is over, a key that was taken out. The journal says what is.
        Ok(self.is_as_registered(tx, &row, head).await?.then_some((row, head)))
    }

    /// What an institution is registered with, sealed, so that what its program shows can be verified. Nothing is told to anybody by it.
    pub async fn institution_details(&self, institution: InstitutionId) -> Result<Option<Vec<u8>>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let row = self.known_institution(&mut tx, institution).await?;
        tx.commit().await?;
        Ok(row.map(|(row, _)| row.details))
    }

    /// A program whose proof was verified gets a token, once for each proof. `shown`: keyed hash of the proof's name, and its end. `sealed`: the
    /// fields that it was verified with. An entry in the institution's journal.
    pub async fn give_token(
        &self,
        caller: &Caller,
        institution: InstitutionId,
        (lookup, until): (&[u8; 32], Timestamp),
        sealed: &[u8],
        asked: Option<Errands>,
    ) -> Result<ClientToken, Refusal> {
        let mut tx = self.0.db.begin().await?;
        // Keys that were taken out since it was verified verify nothing.
        let row = self.institution(&mut tx, institution).await?.filter(|row| row.details == sealed);
        let Some(row) = row else {
            drop(tx);
            return self.no_token(caller, None, Reason::WrongAssertion).await;
        };
        let moment = tx.moment().await?;
        if moment.clock >= until {
            drop(tx);
            return self.no_token(caller, Some(institution), Reason::WrongAssertion).await;
        }
        institutions::forget_assertions(&mut tx, institution, moment.clock.minus(REMEMBERED)).await?;
        // Before anything else about it: refused or not, it was shown.
        let is_new = institutions::show_assertion(&mut tx, institution, lookup, until).await?;
        let given = if is_new { policy::may_be_given(&row.facts, asked) } else { Err(Reason::ReplayedAssertion) };
        let errands = match given {
            Ok(errands) => errands,
            Err(reason) => {
                tx.commit().await?;
                return self.no_token(caller, Some(institution), reason).await;
            }
        };
        let token = TokenId::draw(tx.source());
        let admitted = ClientToken { institution, token, errands, from: moment.clock, until: moment.clock };
        let line = Line {
            session: Some(token.as_session()),
            // So that whoever looks with what it is registered need not look further back.
            row: Some(registration(&row.facts, &row.details)),
            ..Line::new(
                Actor::Client(institution),
                Ground::Registration,
                Action::IssueToken,
                Object::Institution(institution),
                Outcome::Done,
                caller.request,
            )
        };
        entries::append(&mut tx, institution.chain(), line).await?;
        tx.commit().await?;
        Ok(admitted)
    }

    /// Writes down that a program got no token.
    pub async fn no_token<T>(
        &self,
        caller: &Caller,
        institution: Option<InstitutionId>,
        reason: Reason,
    ) -> Result<T, Refusal> {
        self.no_client(caller, institution.map(Actor::Client), Action::IssueToken, reason).await
    }

    async fn hold(
        &self,
        tx: &mut Tx,
        institution: InstitutionId,
    ) -> Result<Option<(InstitutionRow, Head, Option<Timestamp>)>, StoreError> {
        let found = institutions::hold(tx, institution).await?;
        Ok(found.filter(|(row, ..)| self.is_proven(&row.claim(), &row.proof)))
    }

    /// An institution, held, if its row is one that we wrote; with what the database's clock says then, if that was asked on the way.
    pub(super) async fn held_institution(
        &self,
        tx: &mut Tx,
        institution: InstitutionId,
        hold: Hold,
    ) -> Result<(Option<InstitutionRow>, Option<Timestamp>), StoreError> {
        if hold == Hold::Chain {
            return Ok((self.institution(tx, institution).await?, None));
        }
        let Some((row, head, clock)) = self.hold(tx, institution).await? else { return Ok((None, None)) };
        if self.says_registered(tx, &row, head).await? {
            return Ok((Some(row), clock));
        }
        // Where it was just being changed, the first look waited, and has the end of the journal from before. Nobody changes it now.
        let Some((row, head, clock)) = self.hold(tx, institution).await? else { return Ok((None, None)) };
        Ok((self.is_as_registered(tx, &row, head).await?.then_some(row), clock))
    }

    /// Lets a program in for an action on its institution's own, or somebody of its office: locks, reads, decides; on no, writes it down.
    pub(super) async fn client(&self, caller: &Caller, action: Action) -> Result<Admitted, Refusal> {
        Box::pin(self.client_coming(caller, action, Coming { hold: Hold::Chain, begins: true })).await
    }

    /// The same; what they do may leave its line elsewhere than in the institution's own journal.
    pub(super) async fn client_coming(
        &self,
        caller: &Caller,
        action: Action,
        coming: Coming,
    ) -> Result<Admitted, Refusal> {
        if let Some(office) = caller.office {
            return Box::pin(self.agent(caller, office, action, coming)).await;
        }
        let Some(token) = caller.client else {
            return self.no_client(caller, None, action, Reason::NotSignedIn).await;
        };
        let mut tx = self.0.db.begin().await?;
        let (row, clock) = self.held_institution(&mut tx, token.institution, coming.hold).await?;
        let told = match clock {
            Some(clock) if !tx.source().is_manual() => Some(clock),
            _ => None,
        };
        let clock = match told {
            Some(clock) => clock,
            None => tx.moment().await?.clock,
        };
        let facts = row.as_ref().map(|row| row.facts);
        match (policy::decide_for_client(&token, action, facts.as_ref(), clock), row) {
            (Ok(_), Some(row)) => Ok(Admitted { tx, row, by: By::Program(token), action }),
            (decision, _) => {
                drop(tx);
                let reason = decision.err().unwrap_or(Reason::NotSignedIn);
                // In the middle of something, its end is its line.
                if !coming.begins {
                    return Err(Refusal::Denied(reason));
                }
                self.no_client(caller, facts.map(|facts| Actor::Client(facts.institution)), action, reason).await
            }
        }
    }

    pub(super) async fn no_client<T>(
        &self,
        caller: &Caller,
        who: Option<Actor>,
        action: Action,
        reason: Reason,
    ) -> Result<T, Refusal> {
        self.refuse_outside(caller, who.unwrap_or(Actor::Anonymous), action, reason).await?;
        let knocker = match who {
            Some(Actor::Agent(person) | Actor::Person(person)) => Knocker::Person(person),
            _ => Knocker::Origin(caller.origin),
        };
        // A token that has run out is what every program meets each five minutes.
        let was_in = matches!(reason, Reason::SessionExpired | Reason::SessionEnded | Reason::SessionIdle);
        let is_tiresome = self.0.refusals.knock(knocker, self.source().now()) && !was_in;
        Err(Refusal::Denied(if is_tiresome { Reason::TooMany } else { reason }))
    }

    /// What the institution is registered with for which somebody comes. An entry in its journal.
    pub async fn view_institution(&self, caller: &Caller) -> Result<InstitutionRow, Refusal> {
        let mut admitted = self.client(caller, Action::ViewInstitution).await?;
        let institution = admitted.row.facts.institution;
        let line = Line {
            // As for a token: where its agents come every day and its programs never, nobody looks further back than a day.
            row: Some(registration(&admitted.row.facts, &admitted.row.details)),
            ..admitted.line(caller, Object::Institution(institution))
        };
        entries::append(&mut admitted.tx, institution.chain(), line).await?;
        admitted.tx.commit().await?;
        Ok(admitted.row)
    }
}
