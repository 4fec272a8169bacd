//! The holder's answer to a proposal: a mandate begins, or does not. One transaction: decision, entry, mandate, the end of what it
//! replaces and of its proposal (DOMAIN M8).

use std::collections::HashMap;

use super::judging::When;
use super::{Ask, Caller, Door, Refusal};
use crate::domain::basis::Basis;
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::{LockerId, MandateId, RequestId};
use crate::domain::mandate::{Consent, Helper, Scope, Term, is_narrowing};
use crate::faults::step;
use crate::store::documents::{self, Found};
use crate::store::grant::{Act, GivesMandate, Held, Pending, act};
use crate::store::keys::WithShelves;
use crate::store::mandates::{self, MandateRow, ProposalRow};
use crate::store::{StoreError, Tx, entries};

/// A mandate that is being given: what its row is to hold besides what the proposal says.
#[derive(Debug)]
pub struct NewMandate {
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// What was agreed to, sealed.
    pub details: Vec<u8>,
    /// What the helper sees, sealed.
    pub shown: Vec<u8>,
    /// The mandate that it comes after: to be had only as long as that one stands, and allows as much.
    pub follows: Option<MandateId>,
    /// Whether that one is somebody else's, and ends with everything that they have when this one begins.
    pub replaces: bool,
}

impl Door {
    /// Begins to give a mandate: the proposal that is agreed to, under the entry that says so, and what seals the agreement.
    pub(crate) async fn begin_giving(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        evidence: [u8; 32],
    ) -> Result<(Tx, Pending<act::GiveMandate>, ProposalRow, WithShelves), Refusal> {
        let ask = Ask { object: Some(Object::Mandate(mandate)), evidence: Some(evidence), ..Ask::locker(locker) };
        let (mut tx, mut stand) = self.admitted::<act::GiveMandate>(caller, &ask).await?;
        // Read under the lock. What is agreed to on paper is not answered here.
        let moment = stand.moment;
        let waits = |row: &ProposalRow| row.basis == Basis::Answer && moment.now.max(moment.clock) < row.until;
        let Some(row) = stand.answers.take().filter(|row| waits(row)) else {
            drop(tx);
            return self.no_mandate::<act::GiveMandate, _>(caller, locker).await;
        };
        let line = stand.line::<act::GiveMandate>(caller, &ask);
        let allowed = stand.allowed;
        let (pending, shelves) = Pending::issue_with_shelves(&mut tx, allowed, stand.bearer(), line).await?;
        Ok((tx, pending, *row, shelves))
    }

    /// Writes the mandate that a proposal becomes. `None`: its term is over already, or longer than the consent carries.
    pub async fn give<A: GivesMandate>(
        &self,
        mut tx: Tx,
        pending: Pending<A>,
        proposal: &ProposalRow,
        (term, consent): (Term, Consent),
        new: NewMandate,
    ) -> Result<Option<MandateId>, Refusal> {
        let from = pending.written().at;
        let Some(until) = term.until(from, consent) else { return Ok(None) };
        let NewMandate { scopes, details, shown, follows, replaces } = new;
        let before = match follows {
            Some(follows) => match self.stands_before(&mut tx, &pending, follows, &scopes).await? {
                Some(before) => Some(before),
                None => return Ok(None),
            },
            None => None,
        };
        let replaces = before.filter(|_| replaces).map(|before| before.helper);
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
            acknowledged_at: None,
            scopes,
            words: pending.evidence().ok_or(StoreError::Other)?,
            proof: Vec::new(),
            details,
            shown,
        };
        row.proof = self.prove_mandate(&row, None)?.to_vec();
        let older = mandates::add(&mut tx, &pending, &row, replaces).await?;
        self.supersede(&mut tx, &pending, &row, replaces, older).await?;
        step("mandate.before_commit");
        self.commit(tx, pending).await?;
        step("mandate.committed");
        Ok(Some(mandate))
    }

    /// The mandate that another comes after, if it is in force still and the newer one allows no more than it does.
    async fn stands_before<A: GivesMandate>(
        &self,
        tx: &mut Tx,
        pending: &Pending<A>,
        follows: MandateId,
        scopes: &[Scope],
    ) -> Result<Option<MandateRow>, StoreError> {
        let at = pending.written().at;
        let rows = mandates::all(tx, pending).await?;
        let is_it = |row: &MandateRow| row.mandate == follows && row.ended_at.is_none() && at < row.until;
        let Some(before) = rows.into_iter().find(|row| is_it(row) && self.is_ours(row)) else { return Ok(None) };
        let papers = documents::all(tx, pending).await?;
        let stands: HashMap<_, _> =
            papers.iter().filter_map(Found::paper).map(|paper| (paper.document, paper.collection)).collect();
        let is_less = is_narrowing(scopes, &before.scopes, |document| stands.get(&document).copied());
        Ok(is_less.then_some(before))
    }

    /// Ends what the same helper had, since nobody has two mandates from one holder at a time, and what is handed over. A line for
    /// each.
    async fn supersede<A: GivesMandate>(
        &self,
        tx: &mut Tx,
        pending: &Pending<A>,
        newer: &MandateRow,
        replaces: Option<Helper>,
        older: Vec<MandateRow>,
    ) -> Result<(), StoreError> {
        let (at, person) = (pending.written().at, pending.person().ok_or(StoreError::Other)?);
        let (actor, ground) = match pending.help() {
            Some(help) => (help.actor, pending.ground()),
            None => (Actor::Holder(person), Ground::Ownership),
        };
        let is_same = |row: &MandateRow| row.helper == newer.helper || Some(row.helper) == replaces;
        let is_older = |row: &MandateRow| is_same(row) && row.ended_at.is_none() && at < row.until;
        for row in older.iter().filter(|row| is_older(row) && self.is_ours(row)) {
            mandates::end(tx, row, at, &self.prove_mandate(row, Some(at))?).await?;
            let (action, object) = (Action::SupersedeMandate, Object::Mandate(row.mandate));
            let request = RequestId::draw(tx.source());
            let line = Line {
                mandate: Some(newer.mandate),
                // Who confirmed a sheet is not who helps: named by their own place.
                membership: pending.help().and_then(|help| help.membership),
                session: pending.session(),
                ..Line::new(actor, ground, action, object, Outcome::Done, request)
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
    pub(super) async fn no_mandate<A: Act, T>(&self, caller: &Caller, locker: LockerId) -> Result<T, Refusal> {
        let ask = Ask::locker(locker);
        self.note_refused::<A>(caller, &ask, Reason::UnknownMandate).await?;
        Err(Refusal::Denied(Reason::UnknownMandate))
    }

    /// Writes down that an agreement was not taken: to another text, or to none.
    pub async fn note_other_words(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
    ) -> Result<(), StoreError> {
        let ask = Ask { object: Some(Object::Mandate(mandate)), ..Ask::locker(locker) };
        self.note_refused::<act::GiveMandate>(caller, &ask, Reason::BadField).await
    }

    /// The same for what does not read, about a mandate or a proposal: who may not do it anyway is told so first.
    pub async fn refuse_unread<A: Act>(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
    ) -> Result<(), Refusal> {
        let ask = Ask { object: Some(Object::Mandate(mandate)), ..Ask::locker(locker) };
        let (tx, _) = self.begin::<A>(caller, &ask).await?;
        drop(tx);
        Ok(self.note_refused::<A>(caller, &ask, Reason::BadField).await?)
    }

    /// Writes a refusal where what was asked is right in itself, and what it names is not.
    pub(super) async fn note_refused<A: Act>(
        &self,
        caller: &Caller,
        ask: &Ask,
        reason: Reason,
    ) -> Result<(), StoreError> {
        let (mut tx, stand) = self.look::<A>(caller, ask, When::Begins).await?;
        let Ok(stand) = stand else { return Ok(()) };
        let line = Line { outcome: Outcome::Refused(reason), ground: Ground::None, ..stand.line::<A>(caller, ask) };
        entries::append(&mut tx, ask.locker.chain(), line).await?;
        tx.commit().await
    }
}
