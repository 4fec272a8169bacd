//! What may be done in a window: a short time on an aidant's device in which a holder, who has signed in there for this alone,
//! reads a proposal and answers (DOMAIN §2). It opens nothing of the locker.
//!
//! A window rests on the session that opened it and on the membership it was opened as: whatever ends one of them ends it. Asked
//! at every use, like everything else. What is not in [`decide_in_window`] is not done in a window.

use std::time::Duration;

use super::{Action, Allowed, Decision, LockerFacts, Reason, SessionFacts, Standing};
use crate::domain::entry::{Ground, Strength};
use crate::domain::ids::{LockerId, MandateId, MembershipId, OrganisationId, PersonId, SessionId, WindowId};
use crate::domain::mandate::Helper;
use crate::domain::organisation::MembershipFacts;
use crate::domain::person::IssuerKind;
use crate::domain::source::{Moment, Timestamp};

/// How long a window lasts, from its opening or from when it was given more time.
pub const WINDOW: Duration = Duration::from_mins(15);
/// The longest that it lasts, however often it was given more.
pub const WINDOW_LONGEST: Duration = Duration::from_hours(1);

/// The holder in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entered {
    /// Their locker, which stays shut.
    pub locker: LockerId,
    /// Who they are.
    pub holder: PersonId,
    /// How surely their issuer knows them.
    pub strength: Strength,
    /// When they signed in.
    pub at: Timestamp,
}

/// What is known of a window, read under its lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowFacts {
    /// Which.
    pub window: WindowId,
    /// The session that opened it.
    pub session: SessionId,
    /// Whose session.
    pub by: PersonId,
    /// Which organisation would help.
    pub organisation: OrganisationId,
    /// As which member it was opened.
    pub membership: MembershipId,
    /// Whether any active aidant of the organisation is to help.
    pub desk: bool,
    /// The mandate to be.
    pub mandate: MandateId,
    /// When it was opened, by the clock.
    pub opened_at: Timestamp,
    /// When it was last given time, by the clock.
    pub granted_at: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
    /// Who has signed in, once somebody has.
    pub entered: Option<Entered>,
    /// When it was ended, if it was.
    pub ended_at: Option<Timestamp>,
}

impl WindowFacts {
    /// Whether its time goes on.
    pub fn is_open(&self, moment: Moment) -> bool {
        self.ended_at.is_none() && moment.now.max(moment.clock) < self.until
    }

    /// Until when it would last if it were given time now.
    pub fn until_from(opened_at: Timestamp, now: Timestamp) -> Timestamp {
        now.plus(WINDOW).min(opened_at.plus(WINDOW_LONGEST))
    }

    /// Whom the mandate would name.
    pub const fn helper(&self) -> Helper {
        if self.desk { Helper::Desk(self.organisation) } else { Helper::Aidant(self.organisation, self.membership) }
    }
}

/// A window with what it rests on, each read under its own lock.
#[derive(Debug, Clone, Copy)]
pub struct WindowStand<'a> {
    /// The window.
    pub window: &'a WindowFacts,
    /// The session that it names.
    pub session: Option<(SessionId, SessionFacts)>,
    /// The membership that it names.
    pub own: Option<MembershipFacts>,
}

impl WindowStand<'_> {
    /// Whether it stands. Gives the session that it rests on.
    fn stands(&self, moment: Moment) -> Result<SessionFacts, Reason> {
        let window = self.window;
        if !window.is_open(moment) {
            return Err(Reason::NoWindow);
        }
        let is_its = |(id, session): &(SessionId, SessionFacts)| *id == window.session && session.person == window.by;
        let (_, session) = self.session.filter(is_its).ok_or(Reason::NoWindow)?;
        session.check(moment)?;
        if session.issuer != IssuerKind::Professional || !session.has_factor() {
            return Err(Reason::NoSecondFactor);
        }
        let own = self.own.filter(|own| {
            own.membership == window.membership
                && own.organisation == window.organisation
                && own.person == Some(window.by)
        });
        if own.is_some_and(|own| own.is_active(moment) && own.roles.is_aidant()) {
            Ok(session)
        } else {
            Err(Reason::NotAMember)
        }
    }
}

/// Whether somebody may go and sign in for a window, or come back from it: it stands, and nobody has signed in.
pub fn may_go_in(stand: &WindowStand<'_>, moment: Moment) -> Result<(), Reason> {
    stand.stands(moment)?;
    if stand.window.entered.is_some() { Err(Reason::NoWindow) } else { Ok(()) }
}

/// Whether somebody whom their issuer has just vouched for may read and answer in a window: in an open locker of their own, and
/// not on what they propose themselves.
pub fn may_enter(
    stand: &WindowStand<'_>,
    holder: PersonId,
    locker: &LockerFacts,
    moment: Moment,
) -> Result<(), Reason> {
    may_go_in(stand, moment)?;
    if holder == stand.window.by {
        return Err(Reason::OwnLocker);
    }
    if locker.holder != holder {
        return Err(Reason::NoLocker);
    }
    is_for_answers(locker.standing)
}

const fn is_for_answers(standing: Standing) -> Result<(), Reason> {
    match standing {
        Standing::Open => Ok(()),
        Standing::Closed { .. } => Err(Reason::LockerClosed),
        Standing::Entombed => Err(Reason::NoRelation),
    }
}

/// Decides on what the holder does in a window that they have signed in to, or has done for them: reading what is proposed,
/// agreeing, declining, leaving; and on giving it more time, which takes another second factor than the time before.
pub fn decide_in_window(action: Action, stand: &WindowStand<'_>, locker: &LockerFacts, moment: Moment) -> Decision {
    let session = stand.stands(moment)?;
    let window = stand.window;
    let is_theirs = |entered: &Entered| entered.locker == locker.locker && entered.holder == locker.holder;
    if window.entered.as_ref().is_none_or(|entered| !is_theirs(entered)) {
        return Err(Reason::NoWindow);
    }
    match action {
        Action::EnterWindow | Action::GiveMandate => is_for_answers(locker.standing)?,
        Action::DeclineMandate | Action::CloseWindow => {}
        Action::ExtendWindow => {
            is_for_answers(locker.standing)?;
            let is_anew = session.factor_at.is_some_and(|at| at > window.granted_at);
            if !is_anew || !session.has_fresh_factor(moment) {
                return Err(Reason::NoSecondFactor);
            }
            if WindowFacts::until_from(window.opened_at, moment.clock) <= window.until {
                return Err(Reason::NoWindow);
            }
        }
        _ => return Err(Reason::NotAllowed),
    }
    Ok(Allowed { action, ground: Ground::Ownership, locker: locker.locker })
}
