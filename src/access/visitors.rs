//! Who comes by which visit, as far as that never changes: under which mandate, whom that names, as which member. Remembered after a
//! yes, so that the next request of the same session in the same visit takes its locks at once. It only says which rows to lock:
//! everything is read again under the locks, and decided on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::ids::{
    InstitutionId, LockerId, MandateId, MembershipId, OrganisationId, PersonId, ShareId, VisitId,
};
use crate::domain::mandate::Helper;
use crate::domain::share::SharedPaper;

/// Visits that are remembered; past these, all are forgotten and looked up again.
const REMEMBERED: usize = 10_000;

/// Who comes by a visit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) locker: LockerId,
    pub(super) mandate: MandateId,
    pub(super) helper: Helper,
    pub(super) person: PersonId,
    /// The membership that they act as, by its organisation.
    pub(super) place: Option<(OrganisationId, MembershipId)>,
}

/// All of them, by the hash of the session's token too: nobody takes a lock by somebody else's visit.
#[derive(Debug, Default)]
pub(super) struct Visitors(Mutex<HashMap<([u8; 32], VisitId), Known>>);

impl Visitors {
    pub(super) fn of(&self, token: &[u8; 32], visit: VisitId, locker: LockerId) -> Option<Known> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&(*token, visit)).copied().filter(|known| known.locker == locker)
    }

    pub(super) fn keep(&self, token: &[u8; 32], visit: VisitId, known: Known) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED {
            all.clear();
        }
        all.insert((*token, visit), known);
    }
}

/// In whose locker something lies that was handed over, and which versions are in it: as it was given, for ever.
#[derive(Debug, Clone)]
pub(super) struct Lies {
    pub(super) locker: LockerId,
    papers: Arc<[SharedPaper]>,
}

impl Lies {
    /// The paper at a place.
    pub(super) fn paper(&self, place: u16) -> Option<SharedPaper> {
        self.papers.iter().find(|paper| paper.place == place).copied()
    }
}

/// The same for what institutions read again and again: remembered after a yes, by the institution too.
#[derive(Debug, Default)]
pub(super) struct HandedOver(Mutex<HashMap<(InstitutionId, ShareId), Lies>>);

impl HandedOver {
    pub(super) fn of(&self, institution: InstitutionId, share: ShareId) -> Option<Lies> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&(institution, share)).cloned()
    }

    pub(super) fn keep(&self, institution: InstitutionId, share: ShareId, locker: LockerId, papers: &[SharedPaper]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED {
            all.clear();
        }
        all.insert((institution, share), Lies { locker, papers: papers.into() });
    }
}
