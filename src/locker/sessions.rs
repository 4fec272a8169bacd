//! Where one is signed in, and ending it.

use super::entrance::Details;
use super::{LockerError, Lockers};
use crate::access::{Caller, Ending};
use crate::domain::device::Device;
use crate::domain::entry::Strength;
use crate::domain::ids::SessionId;
use crate::domain::source::Timestamp;
use crate::vault::sealed::Place;

/// One of somebody's sessions.
#[derive(Debug, Clone)]
pub struct SessionView {
    /// Its id.
    pub session: SessionId,
    /// When it began.
    pub started_at: Timestamp,
    /// Last request, to half a minute.
    pub last_seen_at: Timestamp,
    /// What it came in from; unknown when its description does not open.
    pub device: Device,
    /// Whether it is the one that asks.
    pub is_current: bool,
    /// How surely the person was known.
    pub strength: Strength,
}

impl Lockers {
    /// The sessions of whoever bears this one, the newest first.
    pub async fn sessions(&self, caller: &Caller) -> Result<Vec<SessionView>, LockerError> {
        let (rows, current) = self.door().list_sessions(caller).await?;
        let mut views: Vec<SessionView> = rows
            .into_iter()
            .map(|row| {
                let details = self.0.vault.open_in_directory::<Details>(Place::Session(row.session), &row.details);
                SessionView {
                    session: row.session,
                    started_at: row.created_at,
                    last_seen_at: row.facts.seen_at,
                    device: details.map(|details| details.device).unwrap_or_default(),
                    is_current: row.session == current,
                    strength: row.strength,
                }
            })
            .collect();
        views.sort_by_key(|view| (!view.is_current, std::cmp::Reverse(view.last_seen_at)));
        Ok(views)
    }

    /// Ends one of them. `true` if it was the one that asks.
    pub async fn end_session(&self, caller: &Caller, session: SessionId) -> Result<bool, LockerError> {
        Ok(self.door().end_sessions(caller, Ending::One(session)).await?.is_some())
    }

    /// Ends all of them but the one that asks.
    pub async fn end_other_sessions(&self, caller: &Caller) -> Result<(), LockerError> {
        Ok(self.door().end_sessions(caller, Ending::Others).await.map(|_| ())?)
    }
}
