//! The end of a deposit: decided again, in the one transaction that makes the paper, or its new version, exist.

use super::{DepositAsk, Done, Onto, Place, reason_of};
use crate::access::{Ask, Caller, Refusal};
use crate::domain::acting::{Dates, DepositFields, Set};
use crate::domain::agreement::Issued;
use crate::domain::document::{
    AsOf, Described, DocumentFields, DocumentState, IdText, Origin, Sha256Sum, VersionFields,
};
use crate::domain::entry::{Object, Reason};
use crate::domain::ids::PersonId;
use crate::domain::scanned::Scanned;
use crate::faults::step;
use crate::locker::body::{Ended, ended};
use crate::locker::views::PaperView;
use crate::locker::{LockerError, Lockers};
use crate::store::documents::Paper;
use crate::store::grant::{Act, Held, Pending, WritesFields, act};
use crate::store::{StoreError, Tx, changes, documents, keys};
use crate::vault::envelope::Sums;
use crate::vault::ring::{Keyring, NewVersion, Shelves};

/// A deposit whose blob is written.
pub(super) struct Received<'a> {
    pub(super) ask: &'a DepositAsk,
    /// The entry that began it.
    pub(super) seq: u64,
    pub(super) ring: &'a Keyring,
    pub(super) shelves: &'a Shelves,
    pub(super) new: &'a NewVersion,
    pub(super) place: &'a Place,
    pub(super) media_type: &'a str,
    pub(super) sums: &'a Sums,
    /// Whether it was scanned.
    pub(super) scanned: Scanned,
    /// The keyed hash of its `Idempotency-Key`.
    pub(super) lookup: Option<[u8; 32]>,
}

/// Why it was not completed.
pub(super) enum Completion {
    /// Another request with the same key was first.
    Repeated,
    /// No.
    Refused(LockerError, Reason),
    /// Nobody knows whether the commit happened.
    Unknown(LockerError),
}

fn away(error: impl Into<LockerError>) -> Completion {
    Completion::Refused(error.into(), Reason::StoreAway)
}

impl Lockers {
    pub(super) async fn complete(&self, caller: &Caller, done: &Received<'_>) -> Result<PaperView, Completion> {
        let (ask, place) = (done.ask, done.place);
        let end = Ask {
            adding: done.sums.blob_size,
            blob_sha256: Some(done.sums.blob_sha256),
            object: Some(Object::Version(place.document, place.version)),
            closes: Some(done.seq),
            changes: self.changing(caller, ask).await.map_err(away)?,
            issuing: self.issuing(ask),
            ..Ask::locker(ask.locker)
        };
        match &ask.onto {
            Onto::Paper(fields) => {
                let (mut tx, pending) = self.decide_again::<act::Deposit>(caller, &end).await?;
                if !Self::may_stand_in(&pending, place.collection) {
                    return Err(Completion::Refused(LockerError::Refused(Reason::OutOfScope), Reason::OutOfScope));
                }
                let as_of = AsOf::deposited(place.version, pending.written().seq);
                let (fields, issued) = self.issued_now(&pending, ask, fields)?;
                let (paper, view) = self.new_row(&pending, done, Described { fields, as_of }, issued)?;
                keys::add(&mut tx, &pending, &done.new.wrap).await.map_err(refused)?;
                documents::add(&mut tx, &pending, &paper).await.map_err(refused)?;
                if pending.issuer().is_some() {
                    self.0.door.count_issued(&mut tx, &pending, paper.blob_size).await.map_err(refused)?;
                }
                self.note_deposit(&mut tx, &pending, done, None).await?;
                self.finish_deposit(tx, pending, done, view).await
            }
            Onto::Version(document, changes) => {
                let end = Ask { document: Some(*document), ..end };
                let (mut tx, pending) = self.decide_again::<act::NewVersion>(caller, &end).await?;
                let before = pending.paper().ok_or_else(|| away(LockerError::Away))?;
                // Filed elsewhere while this streamed: the new key is wrapped for the place it was.
                if before.collection != place.collection {
                    return Err(Completion::Refused(LockerError::Refused(Reason::WrongState), Reason::WrongState));
                }
                let opened = done.ring.open_described(done.shelves, before);
                let (described, _) = opened.map_err(|e| Completion::Refused(e.into(), Reason::Damaged))?;
                let number = changes::next_number(&mut tx, &pending).await.map_err(refused)?;
                let created_at = before.created_at;
                let as_of = described.as_of.replaced(place.version, number, pending.written().seq);
                let before = Dates::from(&described.fields);
                let described = Described { fields: described.fields.changed(changes), as_of };
                let set = Set { before, after: Dates::from(&described.fields) };
                let (paper, view) = self.new_row(&pending, done, described, None)?;
                let paper = Paper { created_at, ..paper };
                keys::add(&mut tx, &pending, &done.new.wrap).await.map_err(refused)?;
                changes::add_version(&mut tx, &pending, &paper).await.map_err(refused)?;
                self.note_deposit(&mut tx, &pending, done, Some(set)).await?;
                self.finish_deposit(tx, pending, done, view).await
            }
        }
    }

    async fn decide_again<A: Act>(&self, caller: &Caller, end: &Ask) -> Result<(Tx, Pending<A>), Completion> {
        self.0.door.begin::<A>(caller, end).await.map_err(|refusal| match refusal {
            Refusal::Denied(reason) => Completion::Refused(LockerError::Refused(reason), reason),
            Refusal::Away(error) => away(error),
        })
    }

    /// What describes a paper, and who issued it where an institution deposits: looked at again under the locks, with the keys and kinds that
    /// are registered now. Hidden from helpers as its holder chose when they agreed.
    fn issued_now(
        &self,
        held: &impl Held,
        ask: &DepositAsk,
        fields: &DocumentFields,
    ) -> Result<(DocumentFields, Option<Issued>), Completion> {
        let Some(issuer) = held.issuer() else { return Ok((fields.clone(), None)) };
        let said = self.issued(ask, issuer).map_err(|error| Completion::Refused(error, reason_of(&error)))?;
        Ok((DocumentFields { private: said.1, ..fields.clone() }, Some(said.0)))
    }

    fn new_row<A: WritesFields>(
        &self,
        pending: &Pending<A>,
        done: &Received<'_>,
        described: Described,
        issued: Option<Issued>,
    ) -> Result<(Paper, PaperView), Completion> {
        let (place, sums) = (done.place, done.sums);
        let by = match &issued {
            Some(issued) => PersonId::from_uuid(issued.institution.0.uuid()),
            None => pending.person().ok_or_else(|| away(LockerError::Away))?,
        };
        let file = VersionFields {
            file_name: done.ask.file_name.clone(),
            media_type: done.media_type.to_owned(),
            size: sums.size,
            sha256: Sha256Sum::from_bytes(sums.sha256),
            origin: if issued.is_some() { Origin::Issued } else { Origin::Brought },
            deposited_by: IdText(by),
            scanned: done.scanned,
            seen: Vec::new(),
            issued: issued.map(Box::new),
        };
        let (details, version_details) =
            done.ring.seal_version(done.new, &described, &file).map_err(|_| away(LockerError::Away))?;
        let at = pending.written().at;
        let paper = Paper {
            locker: done.ask.locker,
            document: place.document,
            collection: place.collection,
            state: DocumentState::Live,
            private: described.fields.private,
            created_at: at,
            trashed_at: None,
            details,
            newest: place.version,
            version: place.version,
            number: described.as_of.number,
            key: done.new.key_id(),
            blob: place.blob.as_str().to_owned(),
            blob_size: sums.blob_size,
            blob_sha256: sums.blob_sha256,
            scanned: done.scanned,
            deposited_at: at,
            version_details,
        };
        let view = PaperView::new(&paper, described.fields, file, self.today());
        Ok((paper, view))
    }

    /// A helper may take back what they add: notes who added it, and what it changed.
    async fn note_deposit<A: WritesFields>(
        &self,
        tx: &mut Tx,
        pending: &Pending<A>,
        done: &Received<'_>,
        set: Option<Set>,
    ) -> Result<(), Completion> {
        if pending.help().is_none() {
            return Ok(());
        }
        let made = (done.place.document, done.place.version);
        let details = done.ring.seal_deposit(done.shelves, made.1, &DepositFields { set });
        let details = details.map_err(|_| away(LockerError::Away))?;
        self.0.door.note_deposit(tx, pending, made, details).await.map_err(refused)
    }

    /// Remembers the key, takes the deposit off the list of what is under way, commits.
    async fn finish_deposit<A: Act>(
        &self,
        mut tx: Tx,
        pending: Pending<A>,
        done: &Received<'_>,
        view: PaperView,
    ) -> Result<PaperView, Completion> {
        if let Some(lookup) = &done.lookup {
            let fingerprint = self.fingerprint(done.ask, &done.sums.sha256);
            let made = (done.place.document, done.place.version);
            documents::remember_repeat(&mut tx, &pending, lookup, &fingerprint, made).await.map_err(refused)?;
        }
        self.0.door.end_deposit(&mut tx, &pending, done.seq).await.map_err(refused)?;
        step("deposit.before_commit");
        match self.0.door.commit(tx, pending).await {
            Ok(_) => Ok(view),
            Err(refusal) => Err(Completion::Unknown(refusal.into())),
        }
    }

    /// Another request with the same key was first: theirs is the paper, if what was asked is the same.
    pub(super) async fn after_race(
        &self,
        caller: &Caller,
        ask: &DepositAsk,
        lookup: Option<[u8; 32]>,
        sums: &Sums,
    ) -> Result<Done, Ended> {
        let away = |error: LockerError| ended(error, Reason::StoreAway, sums.size);
        let lookup = lookup.ok_or_else(|| away(LockerError::Away))?;
        let look = Ask::locker(ask.locker);
        let (mut tx, pending) =
            self.0.door.begin::<act::ViewLocker>(caller, &look).await.map_err(|e| away(e.into()))?;
        let found = documents::find_repeat(&mut tx, &pending, &lookup).await.map_err(|e| away(e.into()))?;
        self.0.door.commit(tx, pending).await.map_err(|e| away(e.into()))?;
        match found {
            Some(earlier) => self.replayed(ask, &earlier, &sums.sha256, sums.size),
            None => Err(away(LockerError::Away)),
        }
    }
}

fn refused(error: StoreError) -> Completion {
    match error {
        StoreError::Conflict => Completion::Repeated,
        StoreError::Refused => Completion::Refused(LockerError::Cut, Reason::Interrupted),
        other => away(other),
    }
}
