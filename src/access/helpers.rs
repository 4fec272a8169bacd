//! How helpers come to a locker: under a mandate, in a visit (DESIGN §2, decision 17).
//!
//! Locked in this order: the membership that they act as, the session, the locker's chain; everything else is read under these.
//! Who has nothing to do with the mandate is refused as a stranger; who has, in the holder's own journal.

use super::judging::{Counted, No, Stand, When, counted};
use super::visitors::Known;
use super::{Ask, Caller, Door, StoreError, Tx, policy};
use crate::domain::entry::{Action, Actor, Reason};
use crate::domain::ids::{MandateId, OrganisationId, PersonId, VisitId};
use crate::domain::mandate::{Helper, Scope, Status};
use crate::domain::policy::{DocumentFacts, Facts, HelpFacts, LockerFacts};
use crate::domain::source::{Moment, day_of};
use crate::store::arrival::{self, Arrival, Under};
use crate::store::documents::Found;
use crate::store::grant::{Act, Help};
use crate::store::lockers::{self, Tie};
use crate::store::mandates::{self, MandateRow};
use crate::store::organisations::{self, MembershipRow};
use crate::store::people::{self, SessionRow};
use crate::store::visits;

/// By what somebody asks to come in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    /// A visit that they have begun.
    Visit(VisitId),
    /// A mandate, to begin one.
    Mandate(MandateId),
}

impl Way {
    const fn visit(self) -> Option<VisitId> {
        match self {
            Self::Visit(visit) => Some(visit),
            Self::Mandate(_) => None,
        }
    }
}

/// The way of a request, if it is a helper's.
pub(super) fn way(caller: &Caller, ask: &Ask) -> Option<Way> {
    ask.mandate.map(Way::Mandate).or_else(|| caller.visit.map(Way::Visit))
}

/// Somebody who comes by a mandate, which may name them or not, with their locks: of the membership that they act as, of the session,
/// and, if it names them, of the locker's chain.
struct Comer {
    session: SessionRow,
    named: Option<(MandateId, Helper)>,
    own: Option<MembershipRow>,
    tie: Option<Tie>,
    /// What was read under that lock.
    under: Option<Under>,
}

/// Somebody whom a mandate names, with everything locked, and what was read under the locks.
struct Arrived {
    session: SessionRow,
    own: Option<MembershipRow>,
    tie: Tie,
    under: Under,
}

/// Whether a mandate names somebody: themselves, or the membership that is theirs.
fn is_named(helper: Helper, person: PersonId, own: Option<&MembershipRow>) -> bool {
    match helper {
        Helper::Relative(relative) => relative == person,
        Helper::Aidant(..) | Helper::Desk(_) => own.is_some_and(|own| own.facts.person == Some(person)),
    }
}

impl Door {
    /// A mandate of a locker, if the row is one that we wrote.
    pub(super) async fn mandate(
        &self,
        tx: &mut Tx,
        ask: &Ask,
        id: MandateId,
    ) -> Result<Option<MandateRow>, StoreError> {
        Ok(mandates::find(tx, ask.locker, id).await?.filter(|row| self.is_ours(row)))
    }

    /// Whether a mandate's row bears its proof.
    pub(super) fn is_ours(&self, row: &MandateRow) -> bool {
        let (facts, acknowledged_at) = (row.facts(), row.acknowledged_at);
        let claim = crate::domain::proof::Claim::Mandate { facts: &facts, acknowledged_at, words: &row.words };
        self.is_proven(&claim, &row.proof)
    }

    /// The membership that somebody acts as under a mandate, locked: the one named, or theirs at the desk.
    pub(super) async fn acting_as(
        &self,
        tx: &mut Tx,
        helper: Helper,
        person: PersonId,
    ) -> Result<Option<MembershipRow>, StoreError> {
        let (organisation, membership) = match helper {
            Helper::Relative(_) => return Ok(None),
            Helper::Aidant(organisation, membership) => (organisation, membership),
            Helper::Desk(organisation) => match self.own_place(tx, organisation, person).await? {
                Some(row) => (organisation, row.facts.membership),
                None => return Ok(None),
            },
        };
        let row = organisations::lock_membership(tx, organisation, membership).await?;
        Ok(row.filter(|row| self.is_proven(&row.claim(), &row.proof)))
    }

    /// Whether a mandate may name somebody, as far as can be told without a lock.
    pub(super) async fn may_be_named(&self, tx: &mut Tx, helper: Helper, person: PersonId) -> Result<bool, StoreError> {
        Ok(match helper {
            Helper::Relative(relative) => relative == person,
            Helper::Aidant(organisation, membership) => {
                self.own_place(tx, organisation, person).await?.is_some_and(|own| own.facts.membership == membership)
            }
            Helper::Desk(organisation) => self.own_place(tx, organisation, person).await?.is_some(),
        })
    }

    /// Somebody's place in an organisation that has not ended, not locked.
    pub(super) async fn own_place(
        &self,
        tx: &mut Tx,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Result<Option<MembershipRow>, StoreError> {
        let own = organisations::of_person(tx, person).await?;
        let lasts = |row: &MembershipRow| row.facts.organisation == organisation && row.facts.left_at.is_none();
        Ok(own.into_iter().find(|row| lasts(row) && self.is_proven(&row.claim(), &row.proof)))
    }

    /// Who comes, by which mandate, with their locks. What is read before these does not change: which mandate a visit is under, and
    /// whom it names. A stranger takes nobody's lock.
    async fn comes(&self, tx: &mut Tx, caller: &Caller, ask: &Ask, way: Way) -> Result<Option<Comer>, StoreError> {
        let Some(token) = &caller.token else { return Ok(None) };
        if let Way::Visit(visit) = way
            && let Some(known) = self.0.visitors.of(token.hash(), visit, ask.locker)
        {
            return self.comes_again(tx, token.hash(), known, (visit, ask)).await;
        }
        let known = people::find_session(tx, token.hash()).await?;
        let Some(known) = known.filter(|row| self.is_proven(&row.claim(), &row.proof)) else { return Ok(None) };
        let person = known.facts.person;
        let mandate = match way {
            Way::Mandate(mandate) => Some(mandate),
            Way::Visit(visit) => visits::find(tx, ask.locker, visit).await?.map(|row| row.facts.mandate),
        };
        let named = match mandate {
            Some(mandate) => self.mandate(tx, ask, mandate).await?,
            None => None,
        };
        let own = match &named {
            Some(row) if self.may_be_named(tx, row.helper, person).await? => {
                self.acting_as(tx, row.helper, person).await?
            }
            _ => None,
        };
        let Some(session) = self.session(tx, caller).await?.filter(|row| row.facts.person == person) else {
            return Ok(None);
        };
        let named = named.filter(|row| is_named(row.helper, person, own.as_ref()));
        let tie = if named.is_some() { lockers::lock_for_upkeep(tx, ask.locker).await? } else { None };
        let named = named.map(|row| (row.mandate, row.helper));
        let visit = way.visit();
        let under = match (&tie, named) {
            (Some(tie), Some((mandate, _))) => {
                arrival::under(tx, tie, (mandate, visit), (ask.document, ask.version)).await?
            }
            _ => None,
        };
        Ok(Some(Comer { session, named, own, tie, under }))
    }

    /// The same for somebody who has come by this visit in this session before, in one statement.
    async fn comes_again(
        &self,
        tx: &mut Tx,
        token: &[u8; 32],
        known: Known,
        (visit, ask): (VisitId, &Ask),
    ) -> Result<Option<Comer>, StoreError> {
        let Known { locker, mandate, helper, person, place } = known;
        let sought = (mandate, Some(visit));
        let (Arrival { own, session, tie }, under) =
            arrival::visitor(tx, (token, person), locker, place, sought, (ask.document, ask.version)).await?;
        let own = own.filter(|row| self.is_proven(&row.claim(), &row.proof));
        let session = session.filter(|row| row.facts.person == person && self.is_proven(&row.claim(), &row.proof));
        let named = Some((mandate, helper)).filter(|_| is_named(helper, person, own.as_ref()));
        Ok(session.map(|session| Comer { session, named, own, tie, under }))
    }

    /// Takes the locks of whoever comes by a mandate, and reads under them. Who has nothing to do with the mandate takes none of the
    /// locker's, and is a stranger.
    async fn arrive(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        ask: &Ask,
        way: Way,
    ) -> Result<Result<Arrived, No>, StoreError> {
        let Some(Comer { session, named, own, tie, under }) = self.comes(tx, caller, ask, way).await? else {
            return Ok(Err(No::of_nobody()));
        };
        let under = under.filter(|under| named.is_some() && self.is_ours(&under.mandate)).zip(self.believed(tie));
        let Some((under, tie)) = under else {
            let stands = session.facts.check(tx.moment().await?);
            let reason = stands.err().unwrap_or(Reason::NoRelation);
            let person = Some(session.facts.person);
            return Ok(Err(No { person, stands: stands.is_ok(), ..No::outside(reason) }));
        };
        let under = Under { mandate: self.as_told(tx, &tie, under.mandate).await?, ..under };
        Ok(Ok(Arrived { session, own, tie, under }))
    }

    /// The look of a helper: what the decision rests on, and the decision.
    pub(super) async fn look_as_helper<A: Act>(
        &self,
        caller: &Caller,
        ask: &Ask,
        way: Way,
        when: When,
    ) -> Result<(Tx, Result<Stand, No>), StoreError> {
        let mut tx = self.0.db.begin().await?;
        let takes_back = A::ACTION == Action::WithdrawDeposit;
        if takes_back {
            self.lock_whom_to_tell(&mut tx, caller, ask).await?;
        }
        let Arrived { session, own, tie, under } = match self.arrive(&mut tx, caller, ask, way).await? {
            Ok(arrived) => arrived,
            Err(no) => return Ok((tx, Err(no))),
        };
        let person = session.facts.person;
        let Under { mandate, visit, closure, found } = under;
        let visit = visit.filter(|row| self.is_proven(&row.claim(), &row.proof)).map(|row| row.facts);
        let deposit = if takes_back { self.deposit_of(&mut tx, ask).await? } else { None };
        let standing = self.judged(ask.locker, closure);
        let others =
            if ask.changes.into.is_some() { mandates::of_locker(&mut tx, ask.locker).await? } else { Vec::new() };
        let Counted { used, versions, depositing, long, .. } = counted::<A>(&mut tx, &tie, ask, when).await?;
        let moment = tx.moment().await?;
        let in_force = self.in_force(&others, moment);
        let locker = LockerFacts { standing, used, versions, depositing, long, ..tie.facts() };
        let paper = found.as_ref().and_then(Found::paper);
        let facts = Facts {
            session: Some(session.facts),
            locker: Some(locker),
            document: match (ask.document, paper) {
                (None, _) => DocumentFacts::NotNamed,
                (Some(_), None) => DocumentFacts::Unknown,
                (Some(_), Some(paper)) => DocumentFacts::Known(paper.facts()),
            },
            adding: ask.adding,
            changes: ask.changes,
            answers: None,
            sheet: None,
            help: Some(HelpFacts {
                mandate: mandate.facts(),
                membership: own.as_ref().map(|own| own.facts),
                visit,
                in_force: &in_force,
            }),
            deposit: deposit.as_ref().map(|row| row.facts),
            notice: None,
            share: None,
            agreement: None,
            agent: None,
            contact: None,
        };
        let actor =
            if matches!(mandate.helper, Helper::Relative(_)) { Actor::Relative(person) } else { Actor::Aidant(person) };
        let decision = match when {
            When::Begins => policy::decide(actor, A::ACTION, &facts, moment),
            When::GoesOn => policy::decide_going_on(actor, A::ACTION, &facts, moment),
        };
        let help = Help {
            actor,
            membership: own.as_ref().map(|own| own.facts.membership),
            organisation: own.as_ref().map(|own| own.facts.organisation),
            mandate: mandate.mandate,
            visit: visit.map(|visit| visit.visit),
            until: mandate.until,
            scopes: mandate.scopes.clone(),
            into: ask.changes.into,
        };
        Ok(match decision {
            Ok(allowed) => {
                if let (Way::Visit(visit), Some(token)) = (way, &caller.token) {
                    let place = own.as_ref().map(|own| (own.facts.organisation, own.facts.membership));
                    let (locker, helper, mandate) = (ask.locker, mandate.helper, mandate.mandate);
                    self.0.visitors.keep(token.hash(), visit, Known { locker, mandate, helper, person, place });
                }
                if let (When::Begins, Some(own)) = (when, own) {
                    self.note_activity(&mut tx, own, moment).await?;
                }
                let paper = match found {
                    Some(Found::Paper(paper)) => Some(*paper),
                    Some(Found::Unreadable(_)) | None => None,
                };
                (tx, Ok(Stand { session, tie, paper, allowed, moment, help: Some(help), deposit, answers: None }))
            }
            Err(reason) => {
                let stands = session.facts.check(moment).is_ok();
                (tx, Err(No { reason, person: Some(person), stands, at_home: stands, help: Some(help) }))
            }
        })
    }

    /// What each mandate in force allows.
    fn in_force<'a>(&self, rows: &'a [MandateRow], moment: Moment) -> Vec<&'a [Scope]> {
        let is_in_force = |row: &&MandateRow| {
            matches!(row.facts().status(moment), Status::Active | Status::ToCome) && self.is_ours(row)
        };
        rows.iter().filter(is_in_force).map(|row| row.scopes.as_slice()).collect()
    }

    /// Notes the day on which somebody was active as a member.
    pub(super) async fn note_activity(
        &self,
        tx: &mut Tx,
        mut own: MembershipRow,
        moment: Moment,
    ) -> Result<MembershipRow, StoreError> {
        let today = day_of(moment.clock);
        if own.facts.seen_at < today {
            (own.facts.seen_at, own.noticed) = (today, 0);
            self.keep_member(tx, &mut own, false).await?;
        }
        Ok(own)
    }
}
