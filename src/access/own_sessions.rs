//! Where somebody is signed in, and how they end it from elsewhere. A session is its person's own: no locker gives a right to
//! it, and a stranger's does not exist. Ending one needs no fresh proof: whoever lost a device is quick.

use super::{Caller, Door, Refusal};
use crate::domain::entry::{Action, Actor, Object, Reason};
use crate::domain::ids::SessionId;
use crate::store::lockers::Tie;
use crate::store::people::{self, SessionRow};
use crate::store::{Tx, entries};

/// Which sessions to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// One of them.
    One(SessionId),
    /// All but the one that asks.
    Others,
    /// All.
    All,
}

/// Somebody's sessions that stand, locked, and their own locker's chain, locked too.
struct Own {
    current: SessionRow,
    all: Vec<SessionRow>,
    tie: Option<Tie>,
}

impl Door {
    /// The sessions of whoever bears this one, and which it is. The look is an entry.
    pub async fn list_sessions(&self, caller: &Caller) -> Result<(Vec<SessionRow>, SessionId), Refusal> {
        let mut tx = self.0.db.begin().await?;
        let own = match self.own_sessions(&mut tx, caller).await? {
            Ok(own) => own,
            Err(reason) => return self.no_sessions(tx, caller, Actor::Anonymous, Action::ListSessions, reason).await,
        };
        let of = (own.current.session, own.current.strength);
        let person = own.current.facts.person;
        self.note_session(&mut tx, own.tie.as_ref(), person, Action::ListSessions, of, Object::None, caller).await?;
        let moment = tx.moment().await?;
        self.note_use(&mut tx, &own.current, moment).await?;
        tx.commit().await?;
        Ok((own.all, own.current.session))
    }

    /// Ends sessions of whoever bears this one; an entry for each. Gives this one's row if it is among them.
    pub async fn end_sessions(&self, caller: &Caller, ending: Ending) -> Result<Option<SessionRow>, Refusal> {
        let mut tx = self.0.db.begin().await?;
        let Own { current, all, tie } = match self.own_sessions(&mut tx, caller).await? {
            Ok(own) => own,
            Err(reason) => return self.no_sessions(tx, caller, Actor::Anonymous, Action::EndSession, reason).await,
        };
        let person = current.facts.person;
        let is_meant = |row: &SessionRow| match ending {
            Ending::One(session) => row.session == session,
            Ending::Others => row.session != current.session,
            Ending::All => true,
        };
        let meant: Vec<_> = all.into_iter().filter(is_meant).collect();
        if meant.is_empty() && matches!(ending, Ending::One(_)) {
            let reason = Reason::UnknownSession;
            return self.no_sessions(tx, caller, Actor::Person(person), Action::EndSession, reason).await;
        }
        for row in &meant {
            self.end_row(&mut tx, row).await?;
            let leaves = row.session == current.session && ending == Ending::All;
            let action = if leaves { Action::SignOut } else { Action::EndSession };
            let (of, object) = ((current.session, current.strength), Object::Session(row.session));
            self.note_session(&mut tx, tie.as_ref(), person, action, of, object, caller).await?;
            self.close_readings(&mut tx, tie.as_ref(), row.session, caller).await?;
        }
        tx.commit().await?;
        Ok(meant.into_iter().find(|row| row.session == current.session))
    }

    /// Locks and reads; only rows that we wrote, and only those that stand.
    async fn own_sessions(&self, tx: &mut Tx, caller: &Caller) -> Result<Result<Own, Reason>, Refusal> {
        let Some(token) = &caller.token else { return Ok(Err(Reason::NotSignedIn)) };
        let since = tx.moment().await?.clock;
        let mut all = people::lock_sessions_beside(tx, token.hash(), since).await?;
        all.retain(|row| self.is_proven(&row.claim(), &row.proof));
        let Some(current) = all.iter().find(|row| row.token == *token.hash()).cloned() else {
            // Ended, over or unknown: the ordinary way tells which.
            let row = self.session(tx, caller).await?;
            let moment = tx.moment().await?;
            let why = row.and_then(|row| row.facts.check(moment).err());
            return Ok(Err(why.unwrap_or(Reason::NotSignedIn)));
        };
        let tie = self.own_locker_settled(tx, current.facts.person).await?;
        if let Some(tie) = &tie {
            entries::lock(tx, tie.locker().chain()).await?;
        }
        let moment = tx.moment().await?;
        if let Err(reason) = current.facts.check(moment) {
            return Ok(Err(reason));
        }
        all.retain(|row| row.facts.person == current.facts.person && row.facts.check(moment).is_ok());
        Ok(Ok(Own { current, all, tie }))
    }

    async fn no_sessions<T>(
        &self,
        tx: Tx,
        caller: &Caller,
        actor: Actor,
        action: Action,
        reason: Reason,
    ) -> Result<T, Refusal> {
        drop(tx);
        self.refuse_outside(caller, actor, action, reason).await?;
        Err(Refusal::Denied(reason))
    }
}
