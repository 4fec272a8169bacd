//! Integrity control (NF Z42-020): is what is kept what was deposited? Every version asked about is read from its blob,
//! decrypted and summed; nothing of it leaves. Then all of it is compared with the journal ([`super::compare`]). One entry at
//! the start, one at the end with what was found.

use super::closings::Unfinished;
use super::compare::{Compared, HelpHeld};
use super::views::{Control, Controlled};
use super::watch::Watch;
use super::{LockerError, Lockers, paper_ask};
use crate::access::{Ask, Caller, Progress};
use crate::domain::entry::{Object, Reason};
use crate::domain::ids::{DocumentId, LockerId};
use crate::store::documents::{Found, Paper};
use crate::store::grant::{Grant, Held, OpensSeveral, act};
use crate::store::{changes, keys, lockers};
use crate::vault::VaultError;
use crate::vault::several::Opener;

/// What is compared with the journal, as its rows were under the entry.
struct Rows {
    found: Vec<Found>,
    /// What lets helpers in, when the whole locker is checked.
    help: Option<HelpHeld>,
}

impl Lockers {
    /// Checks every version of one paper.
    pub async fn control(
        &self,
        caller: &Caller,
        locker: LockerId,
        document: DocumentId,
    ) -> Result<Control, LockerError> {
        let ask = paper_ask(locker, document);
        let (mut tx, pending) = self.0.door.begin_long::<act::ControlDocument>(caller, &ask).await?;
        let wraps = keys::of_document(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let found = changes::versions(&mut tx, &pending).await?;
        let grant = self.0.door.commit(tx, pending).await?;
        self.check(caller, &grant, wraps, &collections, &Rows { found, help: None }).await
    }

    /// Checks every version of every paper of a locker, the trash included, and what lets helpers in.
    pub async fn control_all(&self, caller: &Caller, locker: LockerId) -> Result<Control, LockerError> {
        let ask = Ask::locker(locker);
        let (mut tx, pending) = self.0.door.begin_long::<act::ControlLocker>(caller, &ask).await?;
        let wraps = keys::all(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let found = changes::every_version(&mut tx, &pending).await?;
        let help = HelpHeld::read(&self.0.door, &mut tx, &pending).await?;
        let grant = self.0.door.commit(tx, pending).await?;
        self.check(caller, &grant, wraps, &collections, &Rows { found, help: Some(help) }).await
    }

    async fn check<A: OpensSeveral>(
        &self,
        caller: &Caller,
        grant: &Grant<A>,
        wraps: Vec<keys::WrapRow>,
        collections: &[lockers::CollectionRow],
        rows: &Rows,
    ) -> Result<Control, LockerError> {
        let (locker, seq) = (grant.locker(), grant.written().seq);
        let mut unfinished = Unfinished::new(self, locker, seq);
        let checked = match self.0.vault.opener(grant, wraps, collections) {
            Ok(opener) => self.check_each(caller, grant, &opener, rows, &mut unfinished).await,
            Err(error) => Err(self.damaged(caller, grant, Object::Locker(locker), error).await),
        };
        let reason = match &checked {
            Ok(control) if control.is_intact() => Reason::Complete,
            Ok(_) | Err(LockerError::Damaged) => Reason::Damaged,
            Err(LockerError::Refused(reason)) => *reason,
            Err(_) => Reason::StoreAway,
        };
        unfinished.armed = false;
        // The result is told only once its line is written.
        let closed = self.0.door.close(locker, &[(Progress { seq, bytes: unfinished.bytes }, reason)]).await?;
        // The journal says that it was interrupted: then that is the result.
        if closed == 0 { Err(LockerError::Refused(Reason::Interrupted)) } else { checked }
    }

    async fn check_each<A: OpensSeveral>(
        &self,
        caller: &Caller,
        grant: &Grant<A>,
        opener: &Opener,
        rows: &Rows,
        unfinished: &mut Unfinished<'_>,
    ) -> Result<Control, LockerError> {
        let found = rows.found.as_slice();
        let mut versions = Vec::with_capacity(found.len());
        let mut watch = Watch::new(self, caller, grant, unfinished.seq);
        let mut bytes = 0_u64;
        let mut last = None;
        let compared = self.compared(grant).await?;
        if !compared.is_journal_intact() {
            self.note_damage(caller, grant, Object::Locker(grant.locker())).await?;
        }
        for one in found {
            let Found::Paper(version) = one else {
                let document = one.document();
                self.note_damage(caller, grant, Object::Document(document)).await?;
                versions.push(Controlled { document, version: None, number: None, is_intact: false });
                continue;
            };
            let content = opener.content(version);
            // Once a paper: its rows come one after the other.
            if last.replace(version.document) != Some(version.document) {
                let as_of = content.as_ref().ok().map(|content| &content.as_of);
                let is_latest = compared.is_latest(version, as_of);
                versions.extend(self.paper(caller, grant, version, is_latest).await?);
            }
            let is_intact = match content {
                _ if !compared.is_as_deposited(version) => false,
                // A word on the original that was put back, or taken away.
                Ok(content) if !compared.is_seen_as_told(version, &content.version) => false,
                // Nor one that is passed off as issued.
                Ok(content) if !compared.is_issued_as_told(version, &content.version) => false,
                Ok(content) => match self.whole(&content, version).await {
                    Ok(mut whole) => loop {
                        match whole.next().await {
                            Ok(Some(piece)) => {
                                bytes = bytes.saturating_add(piece.len() as u64);
                                watch.count(piece.len() as u64);
                                let still = watch.due().await;
                                unfinished.bytes = watch.progress().bytes;
                                still.map_err(stopped)?;
                            }
                            Ok(None) => break true,
                            Err(LockerError::Damaged) => break false,
                            Err(error) => return Err(error),
                        }
                    },
                    Err(LockerError::Damaged) => false,
                    Err(error) => return Err(error),
                },
                Err(_) => false,
            };
            // Destroyed by its holder, or taken back by a helper, meanwhile: nothing is wrong with it.
            if !is_intact && self.0.door.is_gone_since(grant, version.document, Some(version.version)).await? {
                continue;
            }
            if !is_intact {
                self.note_damage(caller, grant, Object::Version(version.document, version.version)).await?;
            }
            let (document, number) = (version.document, Some(version.number));
            versions.push(Controlled { document, version: Some(version.version), number, is_intact });
        }
        versions.extend(self.missing(caller, grant, &compared, found).await?);
        let (mandates, visits) = rows.help.as_ref().map(|help| compared.help(help, opener)).unwrap_or_default();
        let shares = rows.help.as_ref().map(|help| compared.handed(help)).unwrap_or_default();
        let agreements = rows.help.as_ref().map(|help| compared.agreed(help)).unwrap_or_default();
        let named = mandates.iter().map(|id| Object::Mandate(*id)).chain(visits.iter().map(|id| Object::Visit(*id)));
        let given =
            shares.iter().map(|id| Object::Share(*id)).chain(agreements.iter().map(|id| Object::Agreement(*id)));
        for object in named.chain(given) {
            self.note_damage(caller, grant, object).await?;
        }
        Ok(Control {
            versions,
            bytes,
            is_journal_intact: compared.is_journal_intact(),
            mandates,
            visits,
            shares,
            agreements,
        })
    }

    /// What is told of a paper itself: nothing when it is as the journal says, or destroyed by its holder meanwhile.
    async fn paper<A: OpensSeveral>(
        &self,
        caller: &Caller,
        grant: &Grant<A>,
        row: &Paper,
        is_latest: bool,
    ) -> Result<Option<Controlled>, LockerError> {
        if is_latest || self.0.door.is_gone_since(grant, row.document, None).await? {
            return Ok(None);
        }
        let document = row.document;
        self.note_damage(caller, grant, Object::Document(document)).await?;
        Ok(Some(Controlled { document, version: None, number: None, is_intact: false }))
    }

    /// What the journal says was deposited, and has no row.
    async fn missing<A: OpensSeveral>(
        &self,
        caller: &Caller,
        grant: &Grant<A>,
        compared: &Compared,
        found: &[Found],
    ) -> Result<Vec<Controlled>, LockerError> {
        let mut told = Vec::new();
        for (document, version) in compared.missing(found) {
            let object = version.map_or(Object::Document(document), |(version, _)| Object::Version(document, version));
            self.note_damage(caller, grant, object).await?;
            let (version, number) = version.unzip();
            told.push(Controlled { document, version, number, is_intact: false });
        }
        Ok(told)
    }

    async fn note_damage<A: OpensSeveral>(
        &self,
        caller: &Caller,
        grant: &Grant<A>,
        object: Object,
    ) -> Result<(), LockerError> {
        match self.damaged(caller, grant, object, VaultError::Damaged).await {
            LockerError::Damaged => Ok(()),
            other => Err(other),
        }
    }
}

/// A stream that was stopped on its way, as an answer.
pub(super) const fn stopped(reason: Reason) -> LockerError {
    match reason {
        Reason::StoreAway => LockerError::Away,
        reason => LockerError::Refused(reason),
    }
}
