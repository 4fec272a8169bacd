//! Agents at the door: people who act for an institution, as active members of its office who came in for their work and passed their second
//! factor. What they do is decided on like what its programs do, and its lines name them.
//!
//! Locked: the institution's chain, or its registration; the membership, the session; then whatever what they do locks. Whose office it is, and whose place, is
//! read before; it is looked at again under the locks.

use super::institutions::{Admitted, By, Coming};
use super::{Caller, Door, Refusal, policy};
use crate::domain::entry::{Action, Actor, Line, Reason, Strength};
use crate::domain::ids::{OrganisationId, PersonId, SessionId};
use crate::domain::policy::AgentFacts;
use crate::store::{StoreError, institutions, organisations};

/// Somebody who acts for an institution, as they were let in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Agent {
    /// Who.
    pub(super) person: PersonId,
    /// What let them in.
    pub(super) facts: AgentFacts,
    /// The session.
    pub(super) session: SessionId,
    /// How surely they are known.
    pub(super) strength: Strength,
    /// By what name.
    pub(super) named: [u8; 32],
}

impl Agent {
    /// What each of their lines bears besides.
    pub(super) fn mark(&self, line: &Line) -> Line {
        let membership = self.facts.own.map(|own| own.membership);
        Line {
            session: Some(self.session),
            strength: self.strength,
            membership,
            evidence: Some(self.named),
            ..line.clone()
        }
    }
}

impl Door {
    /// Lets somebody in who acts for the institution whose office is named.
    pub(super) async fn agent(
        &self,
        caller: &Caller,
        office: OrganisationId,
        action: Action,
        coming: Coming,
    ) -> Result<Admitted, Refusal> {
        let mut tx = self.0.db.begin().await?;
        let Some(known) = self.known_session(&mut tx, caller).await? else {
            drop(tx);
            return self.no_client(caller, None, action, Reason::NotSignedIn).await;
        };
        let person = known.facts.person;
        // A stranger takes nobody's lock.
        let place = self.own_place(&mut tx, office, person).await?.map(|row| row.facts.membership);
        let named = match place {
            Some(_) => institutions::of_office(&mut tx, office).await?,
            None => None,
        };
        let row = match named {
            Some(institution) => self.held_institution(&mut tx, institution, coming.hold).await?.0,
            None => None,
        };
        let own = match (&row, place) {
            (Some(_), Some(place)) => organisations::lock_membership(&mut tx, office, place).await?,
            _ => None,
        };
        let own = own.filter(|row| self.is_proven(&row.claim(), &row.proof));
        let Some(session) = self.session(&mut tx, caller).await?.filter(|row| row.facts.person == person) else {
            drop(tx);
            return self.no_client(caller, None, action, Reason::NotSignedIn).await;
        };
        let moment = tx.moment().await?;
        let facts = AgentFacts {
            session: session.facts,
            own: own.as_ref().map(|own| own.facts),
            registered: row.as_ref().map(|row| row.facts),
        };
        match (policy::decide_for_agent(person, action, &facts, moment), row, own) {
            (Ok(_), Some(row), Some(own)) => {
                let named = own.named();
                // What goes on by itself keeps no session awake, and is no activity.
                if coming.begins {
                    self.note_use(&mut tx, &session, moment).await?;
                    self.note_activity(&mut tx, own, moment).await?;
                }
                let (session, strength) = (session.session, session.strength);
                let agent = Agent { person, facts, session, strength, named };
                Ok(Admitted { tx, row, by: By::Agent(Box::new(agent)), action })
            }
            (decision, ..) => {
                drop(tx);
                let reason = decision.err().ok_or(StoreError::Other)?;
                // In the middle of something, its end is its line.
                if !coming.begins {
                    return Err(Refusal::Denied(reason));
                }
                let stands = session.facts.check(moment).is_ok();
                let who = stands.then_some(Actor::Person(person));
                self.no_client(caller, who, action, reason).await
            }
        }
    }
}
