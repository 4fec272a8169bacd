//! Writing to members of organisations who are not active, where their issuer says that they are written to at work.

use super::{LockerError, Lockers};
use crate::access::{Attempt, Caller, TakenReminder};
use crate::domain::address::Address;
use crate::domain::ids::{MembershipId, NoticeId, OrganisationId, PersonId};
use crate::domain::notice::Channel;
use crate::domain::organisation::{OrganisationFields, WARNED_MONTHS, WorkAddress};
use crate::domain::person::{CivilIdentity, IssuerKind};
use crate::faults::step;
use crate::notify::{Handed, Mail, MailServer};
use crate::vault::sealed::Place;
use crate::words::{Locale, Value, day, say, say_with};

impl Lockers {
    /// Keeps where somebody is written to who has come in for their work, as their issuer says. One who belongs nowhere leaves nothing.
    /// They are in all the same if that fails: it is said anew when they come again.
    pub(super) async fn keep_work_address(&self, person: PersonId, issuer: IssuerKind, identity: &CivilIdentity) {
        if issuer != IssuerKind::Professional {
            return;
        }
        if let Err(error) = self.try_keep_work_address(person, identity).await {
            tracing::warn!(%error, "where a member is written to was not kept");
        }
    }

    async fn try_keep_work_address(&self, person: PersonId, identity: &CivilIdentity) -> Result<(), LockerError> {
        let said = identity.email.as_deref().and_then(|email| Address::parse(Channel::Email, email).ok());
        let said = said.map(|email| WorkAddress { email });
        let place = Place::WorkAddress(person);
        let details = said.as_ref().map(|said| self.0.vault.seal_in_directory(place, said)).transpose()?;
        let is_same = |kept: &[u8]| self.0.vault.open_in_directory(place, kept).ok() == said;
        Ok(self.door().keep_work_address(person, details.as_deref(), is_same).await?)
    }

    /// Enough of where the caller is written to at work to know it again, if that is known.
    pub async fn work_address_hint(&self, caller: &Caller) -> Result<Option<String>, LockerError> {
        let person = self.door().whoami(caller).await?.person;
        let Some(details) = self.door().own_work_address(person).await? else { return Ok(None) };
        let opened = self.0.vault.open_in_directory::<WorkAddress>(Place::WorkAddress(person), &details);
        // What does not open is put right when they come in again: nothing else of theirs waits for that.
        let kept =
            opened.inspect_err(|error| tracing::error!(%error, "where a member is written to does not open")).ok();
        Ok(kept.map(|kept| kept.email.hint(Channel::Email)))
    }

    /// Whether members can be written to here.
    pub fn writes_to_members(&self) -> bool {
        self.0.carriers.mail.is_some()
    }

    /// Sends the letters to members whose time has come. Gives how many were sent.
    pub async fn tell_members(&self) -> Result<u64, LockerError> {
        let Some(server) = &self.0.carriers.mail else { return Ok(0) };
        let mut sent = 0;
        for member in self.door().due_reminders().await? {
            match self.write_to_member(server, member).await {
                Ok(Some(Attempt::Sent)) => sent += 1,
                Ok(Some(_)) => {}
                // All others would find nobody there either.
                Ok(None) => break,
                // Each letter is one member's: what does not open for one keeps no other waiting.
                Err(error) => tracing::warn!(%error, "a member was not written to"),
            }
        }
        Ok(sent)
    }

    /// Writes to a member. `None`: the server is away, and the letter is put off.
    async fn write_to_member(
        &self,
        server: &MailServer,
        member: (OrganisationId, MembershipId),
    ) -> Result<Option<Attempt>, LockerError> {
        // Before anything is said of it: once a letter is on its way it is not sent again, whatever becomes of us.
        let Some(reached) = server.reach().await else {
            self.door().put_off_reminder(member).await?;
            return Ok(None);
        };
        let Some(taken) = self.door().take_reminder(member).await? else { return Ok(Some(Attempt::NoLongerSo)) };
        let (to, subject, text) = match self.reminder(&taken) {
            Ok(letter) => letter,
            Err(error) => {
                self.door().reminded(&taken, Attempt::Never).await?;
                return Err(error);
            }
        };
        let id = NoticeId::draw(self.source());
        let handed = reached.send(Mail { id, to: &to, subject: &subject, text: &text }).await;
        step("reminder.handed");
        let attempt = match handed {
            Handed::Taken => Attempt::Sent,
            Handed::Away | Handed::Later => Attempt::Later,
            Handed::Refused => Attempt::Never,
            Handed::Unknown => Attempt::Unknown,
        };
        self.door().reminded(&taken, attempt).await?;
        Ok((handed != Handed::Away).then_some(attempt))
    }

    /// Where a letter goes, what stands above it, what stands in it.
    fn reminder(&self, taken: &TakenReminder) -> Result<(Address, String, String), LockerError> {
        let locale = Locale::default();
        let place = Place::WorkAddress(taken.person);
        let WorkAddress { email } = self.0.vault.open_in_directory(place, &taken.address)?;
        let OrganisationFields { name, .. } =
            self.organisation_fields(taken.facts.organisation, &taken.organisation)?;
        let rests_at = taken.rests_at.map(|at| day(locale, at)).unwrap_or_default();
        let key = if taken.facts.months == WARNED_MONTHS { "reminder-warned" } else { "reminder-suspended" };
        let text = say_with(locale, key, &[("where", Value::Text(name.as_str())), ("day", Value::Text(&rests_at))]);
        Ok((email, say(locale, "reminder-subject"), text))
    }
}
