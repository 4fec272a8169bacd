//! Second factors: set up, passed, lost (DESIGN §7). A code is a six-digit one of an authenticator, or a printed one that serves
//! once. Wrong ones are counted before anything is answered, and after a few of them none is taken for a while.
//!
//! What a code is worth is told by whoever has the keys (`vault`), asked under the row's lock.

use std::time::Duration;

use super::elsewhere::TRIES;
use super::{Caller, Door, Refusal, Token};
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::PersonId;
use crate::domain::person::IssuerKind;
use crate::domain::source::{Moment, Timestamp};
use crate::store::factors::{self, FactorRow};
use crate::store::people::{self, SessionRow};
use crate::store::{StoreError, Tx, entries, organisations};

/// Wrong codes in a row that cost nothing but themselves.
const FREE_FAILURES: u32 = 5;
/// The first wait after them; each further wrong code doubles it.
const FIRST_WAIT: Duration = Duration::from_mins(1);
/// The longest wait: whoever is shut out by somebody else's guesses is not shut out for a day. Three codes stand at a time, so
/// a year of guesses finds one with a probability of one in forty, and writes 8,760 refusals.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// What a typed code is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presented {
    /// The code of such a half-minute.
    Step(u64),
    /// A printed code with such a keyed hash: whether the person has it is still to be seen.
    Printed([u8; 32]),
    /// Nothing.
    Nothing,
}

/// Tells what a typed code is worth against somebody's factor at some time.
pub type Judge<'a> = &'a (dyn Fn(&FactorRow, Timestamp) -> Presented + Send + Sync);

/// Makes somebody's printed codes, as they are looked up.
pub type MakesCodes<'a> = &'a (dyn Fn(PersonId) -> Vec<[u8; 32]> + Send + Sync);

/// How somebody's second factor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactorState {
    /// Whether there is one.
    pub is_set_up: bool,
    /// Whether it was passed in this session.
    pub is_passed: bool,
    /// Printed codes left.
    pub codes_left: u64,
    /// Until when no code is taken, after wrong ones.
    pub locked_until: Option<Timestamp>,
}

/// Until when no code is taken.
pub(super) fn locked_until(row: &FactorRow, moment: Moment) -> Option<Timestamp> {
    let over = row.failures.checked_sub(FREE_FAILURES)?;
    let wait = FIRST_WAIT.saturating_mul(1_u32.checked_shl(over).unwrap_or(u32::MAX)).min(LONGEST_WAIT);
    let until = row.failed_at.plus(wait);
    // A clock that was put back keeps nobody out for longer than the wait itself.
    (moment.clock < until && moment.clock.plus(LONGEST_WAIT) >= row.failed_at).then_some(until)
}

/// A session of the professional issuer, and its person's factor, both locked.
pub(super) struct Own {
    pub(super) tx: Tx,
    pub(super) session: SessionRow,
    pub(super) factor: Option<FactorRow>,
    pub(super) moment: Moment,
}

impl Own {
    pub(super) const fn person(&self) -> PersonId {
        self.session.facts.person
    }

    /// The factor, if its first code has come.
    pub(super) fn confirmed(&self) -> Option<&FactorRow> {
        self.factor.as_ref().filter(|row| row.confirmed_at.is_some())
    }

    /// The same for what makes another proof of oneself: both proofs that there are must be recent. One of them alone would do for
    /// somebody at a session left open.
    pub(super) fn proven_twice(&self) -> Result<FactorRow, Reason> {
        let factor = self.confirmed().ok_or(Reason::FactorState)?;
        let session = &self.session.facts;
        // First: coming in again takes the factor out of the session.
        if !session.has_fresh_proof(self.moment) {
            return Err(Reason::NotFresh);
        }
        if !session.has_fresh_factor(self.moment) {
            return Err(Reason::NoSecondFactor);
        }
        Ok(factor.clone())
    }
}

impl Door {
    async fn own_factor(&self, caller: &Caller, action: Action) -> Result<Own, Refusal> {
        let tx = self.0.db.begin().await?;
        self.own_factor_in(tx, caller, action).await
    }

    /// The same in a transaction that may hold what comes before a session in the order of locks.
    pub(super) async fn own_factor_in(&self, mut tx: Tx, caller: &Caller, action: Action) -> Result<Own, Refusal> {
        let Some(session) = self.session(&mut tx, caller).await? else {
            drop(tx);
            return self.no_factor(caller, None, action, Reason::NotSignedIn).await;
        };
        let person = session.facts.person;
        let factor = factors::lock(&mut tx, person).await?.transpose()?;
        // Whoever belongs somewhere came there with a factor. One that is taken away leaves a row that says so, and one that is not
        // there was taken out by somebody else.
        if factor.is_none() && !organisations::of_person(&mut tx, person).await?.is_empty() {
            return Err(Refusal::Away(StoreError::Damaged));
        }
        // One that somebody has changed is not taken for none: that would let in whoever changed it.
        if factor.as_ref().is_some_and(|row| !self.is_proven(&row.claim(), &row.proof)) {
            return Err(Refusal::Away(StoreError::Damaged));
        }
        let moment = tx.moment().await?;
        let refused = match session.facts.check(moment) {
            Err(reason) => Some(reason),
            Ok(()) if session.facts.issuer != IssuerKind::Professional => Some(Reason::NotAllowed),
            Ok(()) => None,
        };
        if let Some(reason) = refused {
            drop(tx);
            return self.no_factor(caller, Some(person), action, reason).await;
        }
        Ok(Own { tx, session, factor, moment })
    }

    pub(super) async fn no_factor<T>(
        &self,
        caller: &Caller,
        person: Option<PersonId>,
        action: Action,
        reason: Reason,
    ) -> Result<T, Refusal> {
        let actor = person.map_or(Actor::Anonymous, Actor::Person);
        self.refuse_outside(caller, actor, action, reason).await?;
        Err(Refusal::Denied(reason))
    }

    /// Writes what was done with a second factor, in the service's journal.
    pub(super) async fn note_factor(&self, own: &mut Own, caller: &Caller, action: Action) -> Result<(), StoreError> {
        let (actor, object) = (Actor::Person(own.person()), Object::Session(own.session.session));
        let line = Line {
            session: Some(own.session.session),
            strength: own.session.strength,
            ..Line::new(actor, Ground::None, action, object, Outcome::Done, caller.request)
        };
        entries::append(&mut own.tx, self.0.deployment.service_chain(), line).await.map(|_| ())
    }

    pub(super) async fn keep_factor(&self, tx: &mut Tx, row: &mut FactorRow, is_new: bool) -> Result<(), StoreError> {
        row.proof = self.prove(&row.claim())?.to_vec();
        factors::write(tx, row, is_new).await
    }

    /// How the caller's second factor stands. Their own, so there is no entry.
    pub async fn factor_state(&self, caller: &Caller) -> Result<FactorState, Refusal> {
        let mut own = self.own_factor(caller, Action::PassFactor).await?;
        let codes = own.confirmed().map_or(0, |row| row.codes.len());
        let codes_left = u64::try_from(codes).map_err(|_| StoreError::Other)?;
        let state = FactorState {
            is_set_up: own.confirmed().is_some(),
            is_passed: own.session.facts.has_factor(),
            codes_left,
            locked_until: own.factor.as_ref().and_then(|row| locked_until(row, own.moment)),
        };
        let (session, moment) = (own.session.clone(), own.moment);
        self.note_use(&mut own.tx, &session, moment).await?;
        own.tx.commit().await?;
        Ok(state)
    }

    /// Begins to set up a second factor, by a secret that `seal` makes for the person, who must have come in a short while ago.
    /// Whoever has one keeps it: they replace it themselves ([`Self::begin_replacement`]), or a referent takes away one that is lost.
    pub async fn begin_factor(
        &self,
        caller: &Caller,
        seal: impl FnOnce(PersonId) -> Option<Vec<u8>>,
    ) -> Result<(), Refusal> {
        let mut own = self.own_factor(caller, Action::EnrolFactor).await?;
        let person = own.person();
        let refused = if own.confirmed().is_some() {
            Some(Reason::FactorState)
        } else if own.session.facts.is_fresh(own.moment) {
            None
        } else {
            Some(Reason::NotFresh)
        };
        if let Some(reason) = refused {
            drop(own);
            return self.no_factor(caller, Some(person), Action::EnrolFactor, reason).await;
        }
        let secret = seal(person).ok_or(StoreError::Other)?;
        let is_new = own.factor.is_none();
        // What failed before stays counted: beginning anew forgives no guesses.
        let (failures, failed_at) =
            own.factor.as_ref().map_or((0, Timestamp::from_micros(0)), |row| (row.failures, row.failed_at));
        let mut row = FactorRow { failures, failed_at, secret, ..FactorRow::none(person, own.moment.now) };
        self.keep_factor(&mut own.tx, &mut row, is_new).await?;
        self.note_factor(&mut own, caller, Action::EnrolFactor).await?;
        own.tx.commit().await?;
        Ok(())
    }

    /// Takes a code. With the first one a second factor stands, and `codes` are its printed ones; the session has passed it, and
    /// bears another token from then on.
    pub async fn pass_factor(
        &self,
        caller: &Caller,
        judge: Judge<'_>,
        new: &Token,
        codes: Option<MakesCodes<'_>>,
    ) -> Result<(), Refusal> {
        // A first code concerns every organisation of somebody whose factor was taken away: it may be somebody else's now.
        let Some(codes) = codes else {
            let own = self.own_factor(caller, Action::PassFactor).await?;
            return self.pass_in(caller, own, judge, new).await;
        };
        for _ in 0..TRIES {
            if self.try_confirm(caller, judge, new, codes).await? {
                return Ok(());
            }
        }
        Err(Refusal::Away(StoreError::Away))
    }

    /// `false` if they have joined another organisation meanwhile: nothing was done.
    async fn try_confirm(
        &self,
        caller: &Caller,
        judge: Judge<'_>,
        new: &Token,
        codes: MakesCodes<'_>,
    ) -> Result<bool, Refusal> {
        let action = Action::EnrolFactor;
        let mut at = self.own_everywhere(caller, action).await?;
        let person = at.own.person();
        let is_begun = |row: &FactorRow| row.is_drawn() && row.confirmed_at.is_none();
        let Some(mut row) = at.own.factor.clone().filter(is_begun) else {
            drop(at);
            return self.no_factor(caller, Some(person), action, Reason::FactorState).await;
        };
        if locked_until(&row, at.own.moment).is_some() {
            drop(at);
            return self.no_factor(caller, Some(person), action, Reason::FactorLocked).await;
        }
        // No code serves twice (RFC 6238 §5.2).
        let step = match judge(&row, at.own.moment.clock) {
            Presented::Step(step) if step > row.step => step,
            Presented::Step(_) | Presented::Printed(_) | Presented::Nothing => {
                self.count_failure(&mut at.own, &mut row).await?;
                at.own.tx.commit().await?;
                return self.no_factor(caller, Some(person), action, Reason::WrongCode).await;
            }
        };
        if !self.tell_everywhere(&mut at, caller).await? {
            return Ok(false);
        }
        let own = &mut at.own;
        (row.step, row.failures, row.confirmed_at) = (step, 0, Some(own.moment.now));
        self.keep_codes(&mut own.tx, &mut row, codes(person)).await?;
        self.keep_factor(&mut own.tx, &mut row, false).await?;
        self.passed(own, new).await?;
        self.note_factor(own, caller, action).await?;
        at.own.tx.commit().await?;
        Ok(true)
    }

    async fn count_failure(&self, own: &mut Own, row: &mut FactorRow) -> Result<(), StoreError> {
        row.failures = row.failures.saturating_add(1);
        row.failed_at = own.moment.clock;
        self.keep_factor(&mut own.tx, row, false).await
    }

    async fn pass_in(&self, caller: &Caller, mut own: Own, judge: Judge<'_>, new: &Token) -> Result<(), Refusal> {
        let action = Action::PassFactor;
        let person = own.person();
        let Some(mut row) = own.confirmed().cloned() else {
            drop(own);
            return self.no_factor(caller, Some(person), action, Reason::FactorState).await;
        };
        let presented = judge(&row, own.moment.clock);
        // Nobody's guesses shut out whoever has the printed codes: those can't be guessed.
        let is_locked = locked_until(&row, own.moment).is_some();
        if is_locked && !matches!(presented, Presented::Printed(_)) {
            drop(own);
            return self.no_factor(caller, Some(person), action, Reason::FactorLocked).await;
        }
        let is_right = match presented {
            // No code serves twice (RFC 6238 §5.2).
            Presented::Step(step) if step > row.step => {
                row.step = step;
                true
            }
            Presented::Printed(lookup) if row.codes.contains(&lookup) => {
                factors::use_code(&mut own.tx, person, &lookup).await?;
                row.codes.retain(|code| *code != lookup);
                true
            }
            Presented::Step(_) | Presented::Printed(_) | Presented::Nothing => false,
        };
        if !is_right && is_locked {
            drop(own);
            return self.no_factor(caller, Some(person), action, Reason::WrongCode).await;
        }
        if !is_right {
            self.count_failure(&mut own, &mut row).await?;
            own.tx.commit().await?;
            return self.no_factor(caller, Some(person), action, Reason::WrongCode).await;
        }
        row.failures = 0;
        self.keep_factor(&mut own.tx, &mut row, false).await?;
        self.passed(&mut own, new).await?;
        self.note_factor(&mut own, caller, action).await?;
        own.tx.commit().await?;
        Ok(())
    }

    /// Writes that the session has passed its person's factor now, and bears another token.
    pub(super) async fn passed(&self, own: &mut Own, new: &Token) -> Result<(), StoreError> {
        let mut passed = own.session.clone();
        (passed.token, passed.facts.seen_at) = (*new.hash(), own.moment.clock);
        passed.facts.factor_at = Some(own.moment.clock);
        let proof = self.prove(&passed.claim())?;
        people::pass_factor(&mut own.tx, &own.session.token, new.hash(), own.moment.clock, &proof).await
    }

    /// Writes the printed codes of a factor, whose row is to be kept after it.
    pub(super) async fn keep_codes(
        &self,
        tx: &mut Tx,
        row: &mut FactorRow,
        mut codes: Vec<[u8; 32]>,
    ) -> Result<(), StoreError> {
        codes.sort_unstable();
        factors::write_codes(tx, row.person, &codes).await?;
        row.codes = codes;
        Ok(())
    }

    /// Makes new printed codes; the old ones serve no more. Whoever asks has proven who they are, and passed their factor, each a
    /// short while ago: a printed code begins another telephone.
    pub async fn renew_codes(
        &self,
        caller: &Caller,
        codes: impl FnOnce(PersonId) -> Vec<[u8; 32]>,
    ) -> Result<(), Refusal> {
        let mut own = self.own_factor(caller, Action::RenewCodes).await?;
        let person = own.person();
        let mut row = match own.proven_twice() {
            Ok(row) => row,
            Err(reason) => {
                drop(own);
                return self.no_factor(caller, Some(person), Action::RenewCodes, reason).await;
            }
        };
        self.keep_codes(&mut own.tx, &mut row, codes(person)).await?;
        self.keep_factor(&mut own.tx, &mut row, false).await?;
        self.note_factor(&mut own, caller, Action::RenewCodes).await?;
        own.tx.commit().await?;
        Ok(())
    }
}
