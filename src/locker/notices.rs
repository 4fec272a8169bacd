//! Telling holders of what happened, outside the service, as they chose: made from their journal, written in their language, handed to who
//! carries it.

use super::{LockerError, Lockers};
use crate::access::{Attempt, Taken};
use crate::domain::help::{Agreed, Proposed};
use crate::domain::ids::{LockerId, NoticeId};
use crate::domain::notice::{Address, Channel, ContactFields, NoticeFields, Told};
use crate::faults::step;
use crate::notify::{Handed, Mail};
use crate::store::grant::Held;
use crate::store::notices::NoticeRow;
use crate::vault::VaultError;
use crate::vault::sealed::Place;
use crate::words::{Locale, Value, say, say_with};

/// What became of one that was to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sending {
    /// It went.
    Sent,
    /// It is not to be sent, or not now, or was refused.
    No,
    /// Whoever would carry it is away.
    Away,
}

/// A message as it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worded {
    /// What stands above it, where something does.
    pub subject: String,
    /// What stands in it.
    pub text: String,
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
        let mut sent = 0;
        for (locker, notice) in self.door().due_notices().await? {
            match self.send_notice(locker, notice).await {
                Ok(Sending::Sent) => sent += 1,
                Ok(Sending::No) => {}
                // Whoever carries them is away: the others wait as well, and need not find that out one by one.
                Ok(Sending::Away) => break,
                Err(error) => self.go_on_after(locker, error).await?,
            }
        }
        Ok(sent)
    }

    async fn make_notices(&self, locker: LockerId) -> Result<u64, LockerError> {
        let seal = |notice: NoticeId, told: Told| -> Result<Vec<u8>, LockerError> {
            let fields = NoticeFields { told, code: None };
            Ok(self.0.vault.seal_in_directory(Place::Notice(notice), &fields)?)
        };
        self.door().make_notices(locker, seal).await
    }

    fn notice_fields(&self, row: &NoticeRow) -> Result<NoticeFields, VaultError> {
        self.0.vault.open_in_directory(Place::Notice(row.facts.notice), &row.details)
    }

    /// Sends a notice, if it is to be sent still.
    pub(super) async fn send_notice(&self, locker: LockerId, notice: NoticeId) -> Result<Sending, LockerError> {
        let way = self.door().way_of(locker).await?;
        // Before anything is said of it: once a letter is on its way it is not sent again, whatever becomes of us.
        let mut reached = None;
        if let (Some(Channel::Email), Some(server)) = (way, &self.0.carriers.mail) {
            reached = server.reach().await;
            if reached.is_none() {
                self.door().put_off(locker, notice).await?;
                return Ok(Sending::Away);
            }
        }
        let tells = |row: &NoticeRow| -> Result<Told, LockerError> { Ok(self.notice_fields(row)?.told) };
        let Some(taken) = self.door().take_notice(locker, notice, tells).await? else { return Ok(Sending::No) };
        let (to, worded) = match self.worded(&taken) {
            Ok(worded) => worded,
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
            Handed::Away => Attempt::Later,
            Handed::Refused => Attempt::Never,
            Handed::Unknown => Attempt::Unknown,
        };
        self.door().attempted(&taken, attempt).await?;
        Ok(match attempt {
            Attempt::Sent => Sending::Sent,
            Attempt::Later => Sending::Away,
            Attempt::Never | Attempt::Unknown => Sending::No,
        })
    }

    /// The words of a notice that is being sent, and where it goes.
    fn worded(&self, taken: &Taken) -> Result<(Address, Worded), LockerError> {
        let ContactFields { address, discreet, locale, .. } = self.contact_fields(&taken.contact)?;
        let NoticeFields { told, code } = self.notice_fields(&taken.notice)?;
        let locale = Locale::from_code(&locale).unwrap_or_default();
        let address = address.ok_or(LockerError::Damaged)?;
        // Who is told discreetly is told nothing that needs opening.
        let agreed = if discreet { None } else { self.agreed_of(taken) };
        Ok((address, worded(locale, (told, discreet), code.as_deref(), agreed.as_ref())))
    }

    /// What was agreed to of the mandate that a notice is about; none if it does not open: the holder is told all the same.
    fn agreed_of(&self, taken: &Taken) -> Option<Agreed> {
        let mandate = taken.mandate.as_ref()?;
        let ring = self.0.vault.keyring(&taken.grant, &taken.wraps).ok()?;
        let agreed = ring.open_mandate(&ring.shelves(&taken.collections), mandate);
        agreed
            .inspect_err(|error| tracing::error!(locker = %taken.grant.locker(), %error, "a mandate does not open"))
            .ok()
    }
}

/// A notice in words. Discreet: nothing of it tells what it is about, nor from whom.
fn worded(locale: Locale, (told, discreet): (Told, bool), code: Option<&str>, agreed: Option<&Agreed>) -> Worded {
    if let (Told::Code, Some(code)) = (told, code) {
        let text = say_with(locale, "notice-code", &[("code", Value::Text(code))]);
        return Worded { subject: say(locale, "notice-code-subject"), text };
    }
    if discreet {
        return Worded { subject: say(locale, "notice-discreet-subject"), text: say(locale, "notice-discreet") };
    }
    let (named, unnamed) = match told {
        Told::Given(_) => ("notice-given", "notice-given-somebody"),
        Told::Stopped(_) => ("notice-stopped", "notice-stopped-somebody"),
        Told::Over(_) => ("notice-over", "notice-over-somebody"),
        Told::AllStopped | Told::Code => ("notice-all-stopped", "notice-all-stopped"),
    };
    let who = agreed.map(|agreed| helper(locale, &agreed.proposed));
    let text = match &who {
        Some(who) => say_with(locale, named, &[("who", Value::Text(who))]),
        None => say(locale, unnamed),
    };
    let text = format!("{text} {}", say(locale, "notice-look"));
    Worded { subject: say(locale, "notice-subject"), text }
}

/// Who helps: « Nadia Benali, CCAS de Valserin ».
fn helper(locale: Locale, proposed: &Proposed) -> String {
    match &proposed.organisation {
        Some(organisation) if proposed.desk => organisation.as_str().to_owned(),
        Some(organisation) => {
            let parts = [("who", Value::Text(proposed.helper.as_str())), ("where", Value::Text(organisation.as_str()))];
            say_with(locale, "notice-who", &parts)
        }
        None => proposed.helper.as_str().to_owned(),
    }
}
