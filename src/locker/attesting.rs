//! The paper that says who helps: made for its holder or for who helps, checked by whoever has its code.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::attestation::{self, Attestation};
use super::{LockerError, Lockers};
use crate::access::{Attesting, Caller, Refusal};
use crate::domain::code::Code;
use crate::domain::entry::{Object, Reason};
use crate::domain::ids::{LockerId, MandateId};
use crate::domain::policy::Attested;
use crate::pdf::{self, Paper};
use crate::store::{keys, lockers};
use crate::words::Locale;

/// The answer to a check comes after so long, or twice that, or more: how long it took to find says nothing.
const PACE: Duration = Duration::from_millis(200);

/// Where the service is, as papers say it.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// Its first page.
    pub home: String,
    /// Where a paper is checked by hand.
    pub check: String,
    /// The same, before the code.
    pub check_code: String,
}

/// Sets a paper, off the threads that answer others.
pub(super) async fn set(paper: Paper, place: PrintPlace) -> Result<Vec<u8>, LockerError> {
    // Whoever hangs up leaves a paper behind that is made all the same: their place is taken until it is.
    let set = tokio::task::spawn_blocking(move || {
        let _place = place;
        pdf::set(&paper)
    })
    .await;
    match set {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => {
            tracing::error!(%error, "a paper was not made");
            Err(LockerError::Away)
        }
        Err(_) => Err(LockerError::Away),
    }
}

/// Does something, and answers at one of the steps of a pace, whatever the answer is and however long it took; but for an answer that may come
/// at once.
pub(super) async fn paced<T>(work: impl Future<Output = T>, may_come: impl FnOnce(&T) -> bool) -> T {
    let mut pace = interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Skip);
    pace.tick().await;
    tokio::pin!(work);
    // Steps that pass meanwhile are passed: the answer waits for the next one, whatever it is.
    let said = loop {
        tokio::select! {
            biased;
            said = &mut work => break said,
            _ = pace.tick() => {}
        }
    };
    if !may_come(&said) {
        pace.tick().await;
    }
    said
}

impl Lockers {
    /// The paper that says who helps, or that help is over: a PDF. `reads`: the language of who asks.
    pub async fn attest(
        &self,
        caller: &Caller,
        (locker, mandate): (LockerId, MandateId),
        reads: Locale,
        addresses: &Addresses,
    ) -> Result<Vec<u8>, LockerError> {
        let place = self.place_to_print(caller)?;
        let of = |words: &[u8; 32]| self.0.vault.lookup().attestation_of(locker, mandate, words);
        let template = *attestation::template().bytes();
        let (mut tx, attesting) = self
            .door()
            .begin_attesting(caller, (locker, mandate), |words| of(words).map(|(_, lookup)| lookup), template)
            .await?;
        let Attesting { pending, mandate: row, status, said, at } = attesting;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let grant = self.door().commit(tx, pending).await?;
        let profile = self.door().profile_of(&grant).await?.unwrap_or_default();
        let opened = self.0.vault.keyring(&grant, &wraps).and_then(|ring| {
            let shelves = ring.shelves(&collections);
            let holder = ring.open_holder(&shelves, &profile)?;
            Ok((holder, ring.open_mandate(&shelves, &row)?))
        });
        let (holder, agreed) = match opened {
            Ok(opened) => opened,
            Err(error) => return Err(self.damaged(caller, &grant, Object::Mandate(mandate), error).await),
        };
        let (code, _) = of(&row.words).ok_or(LockerError::Away)?;
        let (shown, address) = (code.shown(), format!("{}{}", addresses.check_code, code.as_str()));
        let attestation = Attestation {
            holder: holder.as_str(),
            agreed: &agreed,
            consent: row.consent,
            is_acknowledged: row.acknowledged_at.is_some(),
            from: row.from,
            until: row.until,
            ended_at: row.ended_at,
            status,
            holds: said == Attested::Valid,
            service: self.service_name(&addresses.home),
            is_demo: self.is_demo(),
            made_at: at,
            code: &shown,
            check_at: (&addresses.check, &address),
            home_at: &addresses.home,
        };
        set(attestation::paper(&attestation, attestation::other_language(reads, &agreed)), place).await
    }

    /// What may be said of the paper that bears a code, to anybody: one word. It takes as long whatever the word is.
    pub async fn check_attestation(&self, caller: &Caller, typed: &str) -> Result<Attested, LockerError> {
        let lookup = Code::parse(typed).map(|code| self.0.vault.lookup().attestation(&code));
        let work = self.door().check_attestation(caller, lookup.as_ref());
        // But for who asks too often: that says nothing of a code.
        Ok(paced(work, |said| *said == Err(Refusal::Denied(Reason::TooMany))).await?)
    }

    /// Who makes papers: the service by its name, or by where it is.
    pub(super) fn service_name<'a>(&'a self, home: &'a str) -> &'a str {
        self.0.terms.operator.name.as_deref().unwrap_or(home)
    }

    /// Whether the people here are invented.
    pub(super) fn is_demo(&self) -> bool {
        self.0.terms.operator.is_demo
    }

    /// A place to make a paper in: few at a time, one for each who asks. Whoever finds none is told to come back.
    pub(super) fn place_to_print(&self, caller: &Caller) -> Result<PrintPlace, LockerError> {
        PrintPlace::take(&self.0.printers, caller).ok_or(LockerError::Refused(Reason::TooMany))
    }
}

/// Papers that are made at a time: each takes a processor, and is held whole.
const AT_ONCE: usize = 4;

/// Who has a paper made.
pub(super) type Printers = Arc<Mutex<HashSet<[u8; 32]>>>;

/// Somebody's place to have a paper made, until it is dropped.
#[derive(Debug)]
pub(super) struct PrintPlace {
    printers: Printers,
    who: [u8; 32],
}

impl PrintPlace {
    fn take(printers: &Printers, caller: &Caller) -> Option<Self> {
        // Who bears no session makes none: they share a place until that is said.
        let who = caller.mark();
        let mut all = printers.lock().unwrap_or_else(PoisonError::into_inner);
        let is_free = all.len() < AT_ONCE && all.insert(who);
        is_free.then(|| Self { printers: Arc::clone(printers), who })
    }
}

impl Drop for PrintPlace {
    fn drop(&mut self) {
        self.printers.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.who);
    }
}
