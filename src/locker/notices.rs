//! Telling holders of what happened, outside the service, as they chose: made from their journal, written in their language, handed to who
//! carries it.

use super::wording::{Ending, How, Opened, What, Worded, worded};
use super::{LockerError, Lockers};
use crate::access::{Attempt, Taken, Tells};
use crate::domain::address::Address;
use crate::domain::ids::{LockerId, NoticeId};
use crate::domain::notice::{Channel, ContactFields, Destination, NoticeFields, Told};
use crate::domain::source::Timestamp;
use crate::domain::validity::end_to_tell;
use crate::faults::step;
use crate::notify::{Handed, Mail};
use crate::store::contacts::ContactRow;
use crate::store::documents::Paper;
use crate::store::grant::Held;
use crate::store::mandates::MandateRow;
use crate::store::notices::NoticeRow;
use crate::store::shares::ShareRow;
use crate::vault::VaultError;
use crate::vault::sealed::Place;
use crate::words::Locale;

/// What became of one that was to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sending {
    /// It went.
    Sent,
    /// It is not to be sent, or not now, or was refused.
    No,
    /// Whoever carries what goes this way is away.
    Away(Channel),
}

impl Lockers {
    /// Makes the notices that journals ask for since they were read last, and sends those whose time has come. Gives how many were sent.
    pub async fn tell_holders(&self) -> Result<u64, LockerError> {
        if self.channels().is_empty() {
            return Ok(0);
        }
        let mut after = None;
        loop {
            let behind = self.door().lockers_to_tell(after).await?;
            for locker in &behind {
                if let Err(error) = self.make_notices(*locker).await {
                    self.go_on_after(*locker, error).await?;
                }
            }
            match behind.last() {
                Some(last) => after = Some(*last),
                None => break,
            }
        }
        self.look_at_dates().await?;
        let (mut sent, mut away) = (0, Vec::new());
        for (locker, notice) in self.door().due_notices().await? {
            match self.send_notice(locker, notice, &away).await {
                Ok(Sending::Sent) => sent += 1,
                Ok(Sending::No) => {}
                // What goes the same way waits as well, and need not find that out one by one. The other way is another's.
                Ok(Sending::Away(channel)) => away.push(channel),
                Err(error) => self.go_on_after(locker, error).await?,
            }
        }
        Ok(sent)
    }

    async fn make_notices(&self, locker: LockerId) -> Result<u64, LockerError> {
        let seal = |notice: NoticeId, told: Told| self.sealed_notice(notice, &NoticeFields::of(told));
        let digest = |row: &ContactRow, now: Timestamp| self.digest_at(row, now);
        self.door().make_notices(locker, seal, digest).await
    }

    /// What a notice tells, sealed.
    pub(super) fn sealed_notice(&self, notice: NoticeId, fields: &NoticeFields) -> Result<Vec<u8>, LockerError> {
        Ok(self.0.vault.seal_in_directory(Place::Notice(notice), fields)?)
    }

    /// Sends a notice now, for somebody waits for it; what fails is tried again by the job.
    pub(super) fn send_soon(&self, locker: LockerId, notice: NoticeId) {
        let lockers = self.clone();
        self.0.streams.spawn(async move {
            if let Err(error) = lockers.send_notice(locker, notice, &[]).await {
                tracing::warn!(%error, "a message was not sent; it will be tried again");
            }
        });
    }

    pub(super) fn notice_fields(&self, row: &NoticeRow) -> Result<NoticeFields, VaultError> {
        self.0.vault.open_in_directory(Place::Notice(row.facts.notice), &row.details)
    }

    /// Sends a notice, if it is to be sent still, and not by a way that is known to be shut.
    pub(super) async fn send_notice(
        &self,
        locker: LockerId,
        notice: NoticeId,
        away: &[Channel],
    ) -> Result<Sending, LockerError> {
        let opens = |row: &NoticeRow, contact: Option<&ContactRow>| self.tells(row, contact);
        let way = self.door().way_of(locker, notice, opens).await?;
        if way.is_some_and(|way| away.contains(&way)) {
            return Ok(Sending::No);
        }
        // Before anything is said of it: once a letter is on its way it is not sent again, whatever becomes of us.
        let mut reached = None;
        if let (Some(Channel::Email), Some(server)) = (way, &self.0.carriers.mail) {
            reached = server.reach().await;
            if reached.is_none() {
                self.door().put_off(locker, notice).await?;
                return Ok(Sending::Away(Channel::Email));
            }
        }
        let Some(taken) = self.door().take_notice(locker, notice, opens).await? else { return Ok(Sending::No) };
        let (to, worded) = match self.worded(&taken) {
            Ok(Some(worded)) => worded,
            Ok(None) => {
                self.door().attempted(&taken, Attempt::NoLongerSo).await?;
                return Ok(Sending::No);
            }
            Err(error) => {
                self.door().attempted(&taken, Attempt::Never).await?;
                return Err(error);
            }
        };
        let handed = match (taken.channel, reached, &self.0.carriers.sms) {
            (Channel::Email, Some(reached), _) => {
                reached.send(Mail { id: notice, to: &to, subject: &worded.subject, text: &worded.text }).await
            }
            (Channel::Sms, _, Some(gateway)) => gateway.send(notice, &to, &worded.text).await,
            // Chosen anew between two looks, or configured no more.
            _ => Handed::Away,
        };
        step("notice.handed");
        let attempt = match handed {
            Handed::Taken => Attempt::Sent,
            Handed::Away | Handed::Later => Attempt::Later,
            Handed::Refused => Attempt::Never,
            Handed::Unknown => Attempt::Unknown,
        };
        self.door().attempted(&taken, attempt).await?;
        Ok(match attempt {
            Attempt::Sent => Sending::Sent,
            Attempt::Later if handed == Handed::Away => Sending::Away(taken.channel),
            // This one alone waits, or is over.
            Attempt::Later | Attempt::Never | Attempt::Unknown | Attempt::NoLongerSo => Sending::No,
        })
    }

    /// What a notice tells, and by what it goes.
    fn tells(&self, row: &NoticeRow, contact: Option<&ContactRow>) -> Result<Tells, LockerError> {
        let fields = self.notice_fields(row)?;
        let next = contact.map(|contact| self.contact_fields(contact)).transpose()?.and_then(|fields| fields.next);
        let channel = match fields.told {
            Told::Code => next.as_ref().map(|next| next.to.channel),
            Told::Moved => fields.to.as_ref().map(|to| to.channel),
            _ => contact.and_then(|contact| contact.facts.channel),
        };
        Ok(Tells { fields, waits: next.map(|next| next.contact), channel })
    }

    /// The words of a notice that is being sent, and where it goes; none if what it tells is so no more.
    fn worded(&self, taken: &Taken) -> Result<Option<(Address, Worded)>, LockerError> {
        let ContactFields { address, discreet, locale, next, .. } = self.contact_fields(&taken.contact)?;
        let NoticeFields { told, code, papers, digest, to } = self.notice_fields(&taken.notice)?;
        let stands = address.map(|address| Destination { channel: taken.channel, address, discreet, locale });
        let to = match told {
            Told::Code => next.map(|next| next.to),
            Told::Moved => to,
            _ => stands,
        };
        let Destination { address, discreet, locale, .. } = to.ok_or(LockerError::Damaged)?;
        let locale = Locale::from_code(&locale).unwrap_or_default();
        let opened = self.opened(taken, discreet && told != Told::Papers);
        let named = papers.iter().map(|paper| paper.document.0);
        let papers: Vec<Ending> = named
            .zip(&papers)
            .filter_map(|(document, told)| {
                let fields = opened.papers.iter().find(|(id, _)| *id == document).map(|(_, fields)| fields)?;
                // It has another date by now: that is told of in its own time.
                (end_to_tell(fields) == Some(told.last)).then_some(Ending { last: told.last, fields })
            })
            .collect();
        if told == Told::Papers && papers.is_empty() {
            return Ok(None);
        }
        let how = How { locale, discreet, channel: taken.channel };
        let what = match (told, &digest) {
            (Told::Code, _) => What::Code(code.as_deref().unwrap_or_default()),
            (Told::Papers, _) => What::Papers(&papers),
            (Told::Digest, Some(digest)) => What::Digest(digest, &opened),
            (told, _) => What::Help(told, opened.agreed.as_ref()),
        };
        Ok(Some((address, worded(how, what))))
    }

    /// What a notice needs opened: what was agreed to of the mandates that it is about, what describes its papers. What does not open is
    /// left out: the holder is told all the same. Who is told discreetly is told nothing that needs opening.
    fn opened(&self, taken: &Taken, nothing: bool) -> Opened {
        if nothing || taken.wraps.is_empty() {
            return Opened::default();
        }
        let locker = taken.grant.locker();
        let ring = match self.0.vault.keyring(&taken.grant, &taken.wraps) {
            Ok(ring) => ring,
            Err(error) => {
                tracing::error!(%locker, %error, "a locker's keys do not open");
                return Opened::default();
            }
        };
        let shelves = ring.shelves(&taken.collections);
        let agreed = |row: &MandateRow| {
            let agreed = ring.open_mandate(&shelves, row);
            agreed.inspect_err(|error| tracing::error!(%locker, %error, "a mandate does not open")).ok()
        };
        let paper = |row: &Paper| Some((row.document, ring.open_paper(&shelves, row).ok()?.0));
        let handed = |row: &ShareRow| Some((row.share, ring.open_share(&shelves, row).ok()?.institution));
        Opened {
            handed: taken.handed.iter().filter_map(handed).collect(),
            agreed: taken.mandate.as_ref().and_then(agreed),
            under: taken.mandates.iter().filter_map(|row| Some((row.mandate, agreed(row)?))).collect(),
            papers: taken.papers.iter().filter_map(paper).collect(),
        }
    }
}
