//! Places for photos of sheets that are being received: each is held whole in memory, so there are few, and one a person.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedSemaphorePermit;

use super::{LockerError, Lockers};
use crate::domain::ids::PersonId;

/// Photos that are received at a time: each is held whole, with what it becomes sealed.
pub(super) const AT_ONCE: usize = 8;

/// Who has a photo being received.
pub(super) type Senders = Arc<Mutex<HashSet<PersonId>>>;

/// Somebody's place to receive a photo in, until it is dropped.
#[derive(Debug)]
pub struct PhotoPlace {
    senders: Senders,
    person: PersonId,
    place: Option<OwnedSemaphorePermit>,
}

impl Drop for PhotoPlace {
    fn drop(&mut self) {
        self.place = None;
        self.senders.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.person);
    }
}

impl Lockers {
    /// A place to receive a photo in, after [`Lockers::may_send_sheet`]: kept until the photo is kept. Whoever waits for too long is told to
    /// come back; so is, at once, somebody whose other photo is being received: nobody fills all places.
    pub async fn place_for_photo(&self, person: PersonId) -> Result<PhotoPlace, LockerError> {
        let senders = Arc::clone(&self.0.senders);
        if !senders.lock().unwrap_or_else(PoisonError::into_inner).insert(person) {
            return Err(LockerError::Away);
        }
        let mut own = PhotoPlace { senders, person, place: None };
        let place = Arc::clone(&self.0.photos).acquire_owned();
        let place = tokio::time::timeout(self.0.limits.body_idle, place).await.map_err(|_| LockerError::Away)?;
        own.place = Some(place.map_err(|_| LockerError::Away)?);
        Ok(own)
    }
}
