//! Windows: an aidant opens one on their device, the holder signs in there for this alone, reads what is proposed, answers.
//!
//! A window is no session. Its token is hashed in a way of its own and looked for in a table of its own, so no other operation
//! knows it. Locked in this order: the membership and the session that it rests on, the window, the locker's chain.

use std::fmt;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::refusals::Knocker;
use super::{Caller, Door, Refusal, policy};
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason, Strength};
use crate::domain::ids::{MandateId, OrganisationId, PersonId, WindowId};
use crate::domain::policy::{Allowed, Entered, LockerFacts, WINDOW, WindowFacts, WindowStand};
use crate::domain::source::{Moment, Source, Timestamp, day_of};
use crate::store::grant::{Bearer, Pending, act};
use crate::store::keys::WithShelves;
use crate::store::lockers::{self, Tie};
use crate::store::organisations::{self, MembershipRow};
use crate::store::people::{self, SessionRow};
use crate::store::windows::{self, WindowRow};
use crate::store::{StoreError, Tx, entries};

/// How long what is left of a window is kept: by it, whoever comes back to it is sent to leave their issuer too.
pub(super) const KEPT: Duration = Duration::from_hours(1);

/// A window's token as the database knows it. Another hash than a session's: neither is ever taken for the other.
#[derive(Clone, PartialEq, Eq)]
pub struct WindowToken([u8; 32]);

impl WindowToken {
    fn of(secret: &[u8]) -> Self {
        Self(Sha256::new().chain_update(b"consigne/window/v1").chain_update(secret).finalize().into())
    }

    /// Draws a new one: the cookie's value, and what is stored.
    pub fn draw(source: &Source) -> (Zeroizing<String>, Self) {
        let secret = Zeroizing::new(source.bytes::<32>());
        (Zeroizing::new(BASE64URL_NOPAD.encode(secret.as_slice())), Self::of(secret.as_slice()))
    }

    /// Reads a cookie's value; `None` if it can't be one.
    pub fn from_cookie(value: &str) -> Option<Self> {
        let secret = Zeroizing::new(BASE64URL_NOPAD.decode(value.as_bytes()).ok()?);
        (secret.len() == 32).then(|| Self::of(secret.as_slice()))
    }
}

impl fmt::Debug for WindowToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WindowToken(…)")
    }
}

/// A window that is to be opened.
#[derive(Debug)]
pub struct NewWindow {
    /// Its id.
    pub window: WindowId,
    /// The mandate to be.
    pub mandate: MandateId,
    /// Whether any active aidant of the organisation is to help.
    pub desk: bool,
    /// What is proposed, sealed.
    pub details: Vec<u8>,
}

/// Somebody whom their issuer vouches for, at a window.
#[derive(Debug)]
pub struct Entering {
    /// HMAC of issuer and subject.
    pub lookup: [u8; 32],
    /// How surely the issuer knows them.
    pub strength: Strength,
    /// What the window's cookie will be known by.
    pub token: WindowToken,
    /// What their issuer is told when they leave, sealed.
    pub leaving: Vec<u8>,
}

/// A window with what it rests on, all locked.
pub(super) struct Locked {
    pub(super) row: WindowRow,
    session: Option<SessionRow>,
    own: Option<MembershipRow>,
}

impl Locked {
    fn stand(&self) -> WindowStand<'_> {
        WindowStand {
            window: &self.row.facts,
            session: self.session.as_ref().map(|row| (row.session, row.facts)),
            own: self.own.as_ref().map(|row| row.facts),
        }
    }
}

/// In a window, with the holder's chain locked too, and a yes.
struct Inside {
    tx: Tx,
    row: WindowRow,
    entered: Entered,
    allowed: Allowed,
    moment: Moment,
}

/// What the holder does in a window, as it is written down: the aidant's membership says on whose device.
fn line(
    facts: &WindowFacts,
    entered: &Entered,
    (action, ground): (Action, Ground),
    outcome: Outcome,
    caller: &Caller,
) -> Line {
    Line {
        membership: Some(facts.membership),
        mandate: Some(facts.mandate),
        strength: entered.strength,
        ..Line::new(
            Actor::Holder(entered.holder),
            ground,
            action,
            Object::Mandate(facts.mandate),
            outcome,
            caller.request,
        )
    }
}

impl Door {
    /// An aidant opens a window; those that they had open in this session are over. A line in their organisation's journal: no
    /// locker is named yet.
    pub async fn open_window(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        new: NewWindow,
    ) -> Result<Timestamp, Refusal> {
        let mut there = self.there(caller, organisation, None, Action::OpenWindow).await?;
        let own = there.own.as_ref().map(|own| own.facts.membership).ok_or(StoreError::Other)?;
        let (session, moment) = (there.session.session, there.moment);
        for window in windows::of_session(&mut there.tx, session).await? {
            let row = windows::lock(&mut there.tx, window).await?;
            if let Some(row) = row.filter(|row| row.facts.ended_at.is_none() && self.is_window(row)) {
                self.end_window(&mut there.tx, row, moment.clock, false).await?;
            }
        }
        let until = moment.now.max(moment.clock).plus(WINDOW);
        let facts = WindowFacts {
            window: new.window,
            session,
            by: there.session.facts.person,
            organisation,
            membership: own,
            desk: new.desk,
            mandate: new.mandate,
            opened_at: moment.clock,
            granted_at: moment.clock,
            until,
            entered: None,
            ended_at: None,
        };
        let details = Some(new.details);
        let mut row = WindowRow { facts, token: None, proof: Vec::new(), details, leaving: None };
        row.proof = self.prove(&row.claim())?.to_vec();
        windows::add(&mut there.tx, &row).await?;
        let line = there.line(caller, Object::Organisation(organisation));
        entries::append(&mut there.tx, organisation.chain(), line).await?;
        there.tx.commit().await?;
        Ok(until)
    }

    fn is_window(&self, row: &WindowRow) -> bool {
        self.is_proven(&row.claim(), &row.proof)
    }

    /// Ends a window that is locked: its cookie is nobody's from now on, and what was proposed is gone. `leaves`: the holder is
    /// being sent to leave their issuer too.
    pub(super) async fn end_window(
        &self,
        tx: &mut Tx,
        mut row: WindowRow,
        at: Timestamp,
        leaves: bool,
    ) -> Result<(), StoreError> {
        row.facts.ended_at = Some(at);
        row.details = None;
        if leaves {
            (row.token, row.leaving) = (None, None);
        }
        self.keep_window(tx, &mut row).await
    }

    async fn keep_window(&self, tx: &mut Tx, row: &mut WindowRow) -> Result<(), StoreError> {
        row.proof = self.prove(&row.claim())?.to_vec();
        windows::change(tx, row).await
    }

    /// Takes the locks of a window and of what it rests on.
    pub(super) async fn lock_window(&self, tx: &mut Tx, window: WindowId) -> Result<Option<Locked>, StoreError> {
        // What it rests on does not change: read before the locks that come before its own.
        let Some(found) = windows::find(tx, window).await?.filter(|row| self.is_window(row)) else { return Ok(None) };
        let facts = found.facts;
        let own = organisations::lock_membership(tx, facts.organisation, facts.membership).await?;
        let own = own.filter(|row| self.is_proven(&row.claim(), &row.proof));
        let session = people::lock_session_by_id(tx, facts.session).await?;
        let session = session.filter(|row| self.is_proven(&row.claim(), &row.proof));
        let row = windows::lock(tx, window).await?.filter(|row| self.is_window(row));
        Ok(row.map(|row| Locked { row, session, own }))
    }

    /// The same for whoever bears the session that opened it: the aidant's own device.
    async fn own_window(&self, tx: &mut Tx, caller: &Caller, window: WindowId) -> Result<Option<Locked>, StoreError> {
        let Some(token) = &caller.token else { return Ok(None) };
        let locked = self.lock_window(tx, window).await?;
        Ok(locked.filter(|locked| locked.session.as_ref().is_some_and(|session| session.token == *token.hash())))
    }

    async fn no_window<T>(&self, caller: &Caller, action: Action, reason: Reason) -> Result<T, Refusal> {
        self.refuse_outside(caller, Actor::Anonymous, action, reason).await?;
        let is_tiresome = self.0.refusals.knock(Knocker::Origin(caller.origin), self.source().now());
        Err(Refusal::Denied(if is_tiresome { Reason::TooMany } else { reason }))
    }

    /// Whether the bearer of a session may send somebody to sign in for a window: they opened it on this device, and nobody has
    /// signed in.
    pub async fn may_go_in(&self, caller: &Caller, window: WindowId) -> Result<(), Refusal> {
        let mut tx = self.0.db.begin().await?;
        let locked = self.own_window(&mut tx, caller, window).await?;
        let moment = tx.moment().await?;
        let may = match &locked {
            Some(locked) => policy::may_go_in(&locked.stand(), moment),
            None => Err(if caller.token.is_some() { Reason::NoWindow } else { Reason::NotSignedIn }),
        };
        if let Err(reason) = may {
            drop(tx);
            return self.no_window(caller, Action::EnterWindow, reason).await;
        }
        if let Some(session) = locked.and_then(|locked| locked.session) {
            self.note_use(&mut tx, &session, moment).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The holder has signed in on the aidant's device: the window is theirs, and nothing else is. A line in their journal; the
    /// aidant's session goes on as it was.
    pub async fn enter_window(&self, caller: &Caller, window: WindowId, new: Entering) -> Result<(), Refusal> {
        let action = Action::EnterWindow;
        let mut tx = self.0.db.begin().await?;
        let Some(mut locked) = self.own_window(&mut tx, caller, window).await? else {
            drop(tx);
            return self.no_window(caller, action, Reason::NoWindow).await;
        };
        let holder = self.identified(&mut tx, &new.lookup).await?;
        let Some((holder, tie)) = self.locker_of(&mut tx, holder).await? else {
            // Nobody is added by a window: whoever has no locker is not known here afterwards either.
            let may = policy::may_go_in(&locked.stand(), tx.moment().await?);
            drop(tx);
            return self.no_window(caller, action, may.err().unwrap_or(Reason::NoLocker)).await;
        };
        let standing = self.standing(&mut tx, tie.locker()).await?.ok_or(StoreError::Damaged)?;
        let moment = tx.moment().await?;
        let home = LockerFacts { standing, ..tie.facts() };
        let entered = Entered { locker: tie.locker(), holder, strength: new.strength, at: moment.now };
        if let Err(reason) = policy::may_enter(&locked.stand(), holder, &home, moment) {
            if reason != Reason::LockerClosed {
                drop(tx);
                return self.no_window(caller, action, reason).await;
            }
            let refused = line(&locked.row.facts, &entered, (action, Ground::None), Outcome::Refused(reason), caller);
            entries::append(&mut tx, tie.locker().chain(), refused).await?;
            tx.commit().await?;
            return Err(Refusal::Denied(reason));
        }
        let done = line(&locked.row.facts, &entered, (action, Ground::Ownership), Outcome::Done, caller);
        entries::append(&mut tx, tie.locker().chain(), done).await?;
        lockers::seen(&mut tx, &tie, day_of(moment.clock)).await?;
        locked.row.facts.entered = Some(entered);
        (locked.row.token, locked.row.leaving) = (Some(new.token.0), Some(new.leaving));
        self.keep_window(&mut tx, &mut locked.row).await?;
        if let Some(session) = &locked.session {
            self.note_use(&mut tx, session, moment).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// A person's locker, its chain locked.
    async fn locker_of(&self, tx: &mut Tx, person: Option<PersonId>) -> Result<Option<(PersonId, Tie)>, StoreError> {
        let Some(person) = person else { return Ok(None) };
        let Some(known) = self.own_locker(tx, person).await? else { return Ok(None) };
        let tie = self.believed(lockers::lock_for_upkeep(tx, known.locker()).await?);
        Ok(tie.map(|tie| (person, tie)))
    }

    /// Asks for something in the window of a cookie. Gives it locked, or writes the refusal: in the holder's journal as long as
    /// the window's own time goes on, else in the service's.
    async fn inside(&self, caller: &Caller, token: Option<&WindowToken>, action: Action) -> Result<Inside, Refusal> {
        let Some(token) = token else { return self.no_window(caller, action, Reason::NotSignedIn).await };
        let mut tx = self.0.db.begin().await?;
        let locked = match windows::by_token(&mut tx, &token.0).await? {
            Some(window) => self.lock_window(&mut tx, window).await?.filter(|locked| locked.row.token == Some(token.0)),
            None => None,
        };
        let tie = match locked.as_ref().and_then(|locked| locked.row.facts.entered) {
            Some(entered) => self.believed(lockers::lock_for_upkeep(&mut tx, entered.locker).await?).zip(Some(entered)),
            None => None,
        };
        let (Some(locked), Some((tie, entered))) = (locked, tie) else {
            drop(tx);
            return self.no_window(caller, action, Reason::NoWindow).await;
        };
        // Whoever stopped all help since, from wherever they are, has answered; so has a row that somebody puts back.
        if self.still_stands(&mut tx, &tie, locked.row.facts.mandate).await?.is_none() {
            drop(tx);
            return self.no_window(caller, action, Reason::NoWindow).await;
        }
        let standing = self.standing(&mut tx, tie.locker()).await?.ok_or(StoreError::Damaged)?;
        let moment = tx.moment().await?;
        let home = LockerFacts { standing, ..tie.facts() };
        match policy::decide_in_window(action, &locked.stand(), &home, moment) {
            Ok(allowed) => Ok(Inside { tx, row: locked.row, entered, allowed, moment }),
            Err(reason) => {
                let goes_on = locked.row.facts.is_open(moment);
                if !goes_on || self.0.refusals.fills(entered.holder, self.source().now()) {
                    drop(tx);
                    return self.no_window(caller, action, reason).await;
                }
                let refused =
                    line(&locked.row.facts, &entered, (action, Ground::None), Outcome::Refused(reason), caller);
                entries::append(&mut tx, tie.locker().chain(), refused).await?;
                tx.commit().await?;
                Err(Refusal::Denied(reason))
            }
        }
    }

    /// The window that a cookie lets somebody read in. What is shown is the proposal, nothing of the locker: there is no entry.
    pub async fn read_window(&self, caller: &Caller, token: Option<&WindowToken>) -> Result<WindowRow, Refusal> {
        let Inside { tx, row, .. } = self.inside(caller, token, Action::EnterWindow).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// Begins to give a mandate in a window, under the entry that says so. The window is over with it. Gives it as it was,
    /// and what seals the agreement.
    pub(crate) async fn begin_giving_in_window(
        &self,
        caller: &Caller,
        token: Option<&WindowToken>,
        evidence: [u8; 32],
    ) -> Result<(Tx, Pending<act::GiveMandate>, WindowRow, WithShelves), Refusal> {
        let action = Action::GiveMandate;
        let Inside { mut tx, row, entered, allowed, moment } = self.inside(caller, token, action).await?;
        let line = Line {
            evidence: Some(evidence),
            ..line(&row.facts, &entered, (action, allowed.ground()), Outcome::Done, caller)
        };
        let bearer = Bearer { person: Some(entered.holder), ..Bearer::default() };
        let (pending, shelves) = Pending::issue_with_shelves(&mut tx, allowed, bearer, line).await?;
        self.end_window(&mut tx, row.clone(), moment.clock, true).await?;
        Ok((tx, pending, row, shelves))
    }

    /// Writes down that an agreement in a window was not taken: to another text, or to none. The window goes on.
    pub async fn note_other_words_in_window(
        &self,
        caller: &Caller,
        token: Option<&WindowToken>,
    ) -> Result<(), Refusal> {
        let action = Action::GiveMandate;
        let Inside { mut tx, row, entered, .. } = self.inside(caller, token, action).await?;
        if self.0.refusals.fills(entered.holder, self.source().now()) {
            drop(tx);
            return self.no_window(caller, action, Reason::BadField).await;
        }
        let outcome = Outcome::Refused(Reason::BadField);
        let line = line(&row.facts, &entered, (action, Ground::None), outcome, caller);
        entries::append(&mut tx, entered.locker.chain(), line).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The holder leaves a window: they do not agree, or give no answer. It is over. Gives it as it was.
    pub async fn leave_window(
        &self,
        caller: &Caller,
        token: Option<&WindowToken>,
        declines: bool,
    ) -> Result<WindowRow, Refusal> {
        let action = if declines { Action::DeclineMandate } else { Action::CloseWindow };
        let Inside { mut tx, row, entered, allowed, moment } = self.inside(caller, token, action).await?;
        let line = line(&row.facts, &entered, (action, allowed.ground()), Outcome::Done, caller);
        entries::append(&mut tx, entered.locker.chain(), line).await?;
        self.end_window(&mut tx, row.clone(), moment.clock, true).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// The aidant, who has passed their second factor again, gives the window more time. Gives until when.
    pub async fn extend_window(&self, caller: &Caller, token: Option<&WindowToken>) -> Result<Timestamp, Refusal> {
        let action = Action::ExtendWindow;
        let Inside { mut tx, mut row, entered, moment, .. } = self.inside(caller, token, action).await?;
        row.facts.granted_at = moment.clock;
        row.facts.until = WindowFacts::until_from(row.facts.opened_at, moment.clock);
        let line = Line {
            actor: Actor::Aidant(row.facts.by),
            strength: Strength::None,
            ..line(&row.facts, &entered, (action, Ground::None), Outcome::Done, caller)
        };
        entries::append(&mut tx, entered.locker.chain(), line).await?;
        let until = row.facts.until;
        self.keep_window(&mut tx, &mut row).await?;
        tx.commit().await?;
        Ok(until)
    }

    /// What the issuer of somebody who has left a window without a word is to be told: by the window's cookie, or by the session
    /// that opened it. Once, and only of a window that does not stand any more.
    pub async fn left_window(
        &self,
        caller: &Caller,
        token: Option<&WindowToken>,
    ) -> Result<Option<(WindowId, Vec<u8>)>, Refusal> {
        let mut tx = self.0.db.begin().await?;
        let mut found = Vec::new();
        if let Some(token) = token {
            found.extend(windows::by_token(&mut tx, &token.0).await?);
        }
        if let Some(own) = &caller.token
            && let Some(session) = people::find_session(&mut tx, own.hash()).await?
        {
            found.extend(windows::of_session(&mut tx, session.session).await?);
        }
        tx.commit().await?;
        for window in found {
            // Each by itself: another window may rest on another membership, and memberships come before sessions.
            let mut tx = self.0.db.begin().await?;
            let Some(mut locked) = self.lock_window(&mut tx, window).await? else { continue };
            let moment = tx.moment().await?;
            let Some(entered) = locked.row.facts.entered else { continue };
            let home = match self.believed(lockers::for_upkeep(&mut tx, entered.locker).await?) {
                Some(tie) => tie.facts(),
                None => continue,
            };
            if policy::decide_in_window(Action::EnterWindow, &locked.stand(), &home, moment).is_ok() {
                continue;
            }
            if let Some(leaving) = locked.row.leaving.take() {
                locked.row.token = None;
                locked.row.facts.ended_at = locked.row.facts.ended_at.or(Some(moment.clock));
                locked.row.details = None;
                self.keep_window(&mut tx, &mut locked.row).await?;
                tx.commit().await?;
                return Ok(Some((window, leaving)));
            }
        }
        Ok(None)
    }
}
