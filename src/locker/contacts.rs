//! Where a holder wants to be told of things: looked at, chosen, shown to be theirs, withdrawn.

use super::{LockerError, Lockers};
use crate::access::{Ask, Caller, NewContact, Settled, Typed};
use crate::domain::address::Address;
use crate::domain::dates::Before;
use crate::domain::digest::Asked;
use crate::domain::document::FieldError;
use crate::domain::entry::Reason;
use crate::domain::ids::{ContactId, LockerId, NoticeId};
use crate::domain::notice::{
    CONTACT_CODE, CONTACT_CODES, CONTACT_CODES_IN, CONTACT_TRIES, Channel, ContactFields, Destination, Next,
    NoticeFields, SentCode, Told,
};
use crate::domain::source::Timestamp;
use crate::notify::SmsGateway;
use crate::store::Tx;
use crate::store::contacts::ContactRow;
use crate::store::grant::{Held, Pending, act};
use crate::vault::VaultError;
use crate::vault::sealed::Place;
use crate::words::Locale;

/// What a holder chooses.
#[derive(Debug, Clone)]
pub struct Choosing {
    /// By what.
    pub channel: Channel,
    /// Where, as they typed it.
    pub address: String,
    /// Whether a notice says nothing that tells what it is about.
    pub discreet: bool,
    /// The language.
    pub locale: Locale,
    /// Whether they want to be told each week who opened what.
    pub digest: bool,
}

/// What a holder changes of how they are told, wherever that is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Amending {
    /// Whether a notice says nothing that tells what it is about.
    pub discreet: Option<bool>,
    /// The language.
    pub locale: Option<Locale>,
    /// Whether they want to be told each week who opened what.
    pub digest: Option<bool>,
    /// The choice whose code has not come back is taken back.
    pub keeps: bool,
}

/// What a holder chose, as they see it: what stands, or what waits for its code while nothing does.
#[derive(Debug, Clone)]
pub struct ContactView {
    /// By what; none: they are told of nothing.
    pub channel: Option<Channel>,
    /// Enough of the address to know it again.
    pub hint: Option<String>,
    /// Whether a notice says nothing that tells what it is about.
    pub discreet: bool,
    /// The language.
    pub locale: Locale,
    /// Whether they are told each week who opened what.
    pub digest: bool,
    /// Whether the code has come back that was sent there.
    pub is_confirmed: bool,
    /// The choice whose code has not come back, if there is one: by what, and enough of where.
    pub waiting: Option<(Channel, String)>,
    /// Until when that code serves; none if it serves no more.
    pub code_until: Option<Timestamp>,
    /// By what the service can tell.
    pub offered: Vec<Channel>,
}

/// When codes were sent that still count.
fn counted(sent: &[i64], now: Timestamp) -> Vec<i64> {
    let since = now.minus(CONTACT_CODES_IN).micros();
    sent.iter().copied().filter(|at| *at > since).collect()
}

/// How far what others did was told, of somebody who asks for that or not: from a line on, if they ask for it newly.
fn asked(asks: bool, before: Option<Asked>, from: u64, now: Timestamp) -> Option<Asked> {
    asks.then(|| before.unwrap_or(Asked { from, at: now.micros() }))
}

impl Lockers {
    /// What was sealed of a choice; none if it does not open.
    pub(super) fn contact_fields(&self, row: &ContactRow) -> Result<ContactFields, VaultError> {
        self.0.vault.open_in_directory(Place::Contact(row.facts.contact), &row.details)
    }

    /// By what this service can tell.
    pub fn channels(&self) -> Vec<Channel> {
        let has = |channel: &Channel| match channel {
            Channel::Sms => self.0.carriers.sms.is_some(),
            Channel::Email => self.0.carriers.mail.is_some(),
        };
        Channel::ALL.into_iter().filter(has).collect()
    }

    /// Where the holder is told of things.
    pub async fn contact(&self, caller: &Caller, locker: LockerId) -> Result<ContactView, LockerError> {
        let (mut tx, pending) = self.door().begin::<act::ViewContact>(caller, &Ask::locker(locker)).await?;
        let row = self.door().contact(&mut tx, &pending).await?;
        let moment = tx.moment().await.map_err(LockerError::from)?;
        self.door().commit(tx, pending).await?;
        let offered = self.channels();
        let none = |offered| ContactView {
            channel: None,
            hint: None,
            discreet: false,
            locale: Locale::default(),
            digest: false,
            is_confirmed: false,
            waiting: None,
            code_until: None,
            offered,
        };
        let Some(row) = row else { return Ok(none(offered)) };
        let ContactFields { address, discreet, locale, next, digest, .. } = self.contact_fields(&row)?;
        let facts = row.facts;
        let until = facts.made_at.plus(CONTACT_CODE);
        let serves = next.is_some() && facts.tries < CONTACT_TRIES && moment.clock < until;
        let waiting = next.as_ref().map(|next| (next.to.channel, next.to.address.hint(next.to.channel)));
        let stands = facts.channel.filter(|_| facts.is_confirmed()).zip(address);
        let shown = match (stands, next) {
            (Some((channel, address)), _) => (Destination { channel, address, discreet, locale }, digest.is_some()),
            (None, Some(next)) => (next.to, next.digest),
            (None, None) => return Ok(none(offered)),
        };
        let (Destination { channel, address, discreet, locale }, digest) = shown;
        Ok(ContactView {
            channel: Some(channel),
            hint: Some(address.hint(channel)),
            discreet,
            locale: Locale::from_code(&locale).unwrap_or_default(),
            digest,
            is_confirmed: facts.is_confirmed(),
            waiting,
            code_until: serves.then_some(until),
            offered,
        })
    }

    /// The holder chooses where they are told of things. Nothing is sent there but a code, until that has come back; until then, they are
    /// told where they were told before.
    pub async fn choose_contact(
        &self,
        caller: &Caller,
        locker: LockerId,
        choosing: Choosing,
    ) -> Result<(), LockerError> {
        let (tx, pending) = self.door().begin::<act::ChangeContact>(caller, &Ask::locker(locker)).await?;
        let Choosing { channel, address, discreet, locale, digest } = choosing;
        let address = match Address::parse(channel, &address) {
            _ if !self.channels().contains(&channel) => Err(("channel", FieldError::UnknownKind)),
            Err(error) => Err(("address", error)),
            Ok(address) => Ok(address),
        };
        match address {
            Ok(address) => {
                let to = Destination { channel, address, discreet, locale: locale.code().to_owned() };
                self.send_code(caller, tx, pending, Some((to, digest))).await
            }
            Err((field, error)) => {
                drop(tx);
                self.door().refuse_contact(caller, locker, Reason::BadField, None).await?;
                Err(LockerError::Field { field, error })
            }
        }
    }

    /// Another code goes where the last one went.
    pub async fn send_code_again(&self, caller: &Caller, locker: LockerId) -> Result<(), LockerError> {
        let (tx, pending) = self.door().begin::<act::ChangeContact>(caller, &Ask::locker(locker)).await?;
        self.send_code(caller, tx, pending, None).await
    }

    /// Sends a code to a new choice, or to the one that waits.
    async fn send_code(
        &self,
        caller: &Caller,
        mut tx: Tx,
        pending: Pending<act::ChangeContact>,
        chosen: Option<(Destination, bool)>,
    ) -> Result<(), LockerError> {
        let (locker, source) = (pending.locker(), self.source());
        let row = self.door().contact(&mut tx, &pending).await?;
        let now = tx.moment().await.map_err(LockerError::from)?.clock;
        let fields = row.as_ref().map(|row| self.contact_fields(row)).transpose()?;
        let none = ContactFields {
            address: None,
            discreet: true,
            locale: Locale::default().code().to_owned(),
            next: None,
            sent: Vec::new(),
            digest: None,
            before: Before::default(),
        };
        let mut fields = fields.unwrap_or(none);
        let waiting = || fields.next.clone().map(|next| (next.to, next.digest));
        let mut sent = counted(&fields.sent, now);
        let (to, digest) = match chosen.or_else(waiting) {
            Some(chosen) if sent.len() < CONTACT_CODES => chosen,
            other => {
                drop(tx);
                let reason = if other.is_some() { Reason::CodesOver } else { Reason::NoContact };
                self.door().refuse_contact(caller, locker, reason, None).await?;
                return Err(LockerError::Refused(reason));
            }
        };
        sent.push(now.micros());
        let most = self.0.carriers.sms.as_ref().filter(|_| to.channel == Channel::Sms).map(SmsGateway::codes_a_day);
        let (next, notice, code) = (ContactId::draw(source), NoticeId::draw(source), SentCode::draw(source));
        let contact = row.as_ref().filter(|row| row.facts.is_confirmed()).map(|row| row.facts.contact);
        let contact = contact.unwrap_or_else(|| ContactId::draw(source));
        fields.sent = sent;
        let instead_of = fields.next.as_ref().map(|next| next.contact);
        let hash = self.0.vault.lookup().contact_code(next, &code);
        fields.next = Some(Next { contact: next, to, digest, code: hash });
        let details = self.0.vault.seal_in_directory(Place::Contact(contact), &fields)?;
        let brings = NoticeFields { code: Some(code.as_str().to_owned()), ..NoticeFields::of(Told::Code) };
        let brings = (notice, self.sealed_notice(notice, &brings)?);
        let new = NewContact { row, contact, details, next, instead_of, notice: brings, most };
        let seal = |notice: NoticeId, told: Told| self.sealed_notice(notice, &NoticeFields::of(told));
        let kept = self.door().choose_contact(tx, pending, new, seal).await;
        if let Err(LockerError::Refused(reason @ Reason::ServiceCodesOver)) = kept {
            self.door().refuse_contact(caller, locker, reason, most).await?;
        }
        kept?;
        self.send_soon(locker, notice);
        Ok(())
    }

    /// The holder changes how they are told, or takes back a choice whose code has not come back. Where they are told stays.
    pub async fn amend_contact(
        &self,
        caller: &Caller,
        locker: LockerId,
        amending: Amending,
    ) -> Result<(), LockerError> {
        let (mut tx, pending) = self.door().begin::<act::AmendContact>(caller, &Ask::locker(locker)).await?;
        let row = self.door().contact(&mut tx, &pending).await?;
        let fields = row.as_ref().map(|row| self.contact_fields(row)).transpose()?;
        let has_any = |row: &ContactRow, fields: &ContactFields| row.facts.is_confirmed() || fields.next.is_some();
        let Some((row, mut fields)) = row.zip(fields).filter(|(row, fields)| has_any(row, fields)) else {
            drop(tx);
            self.door().refuse_amended_contact(caller, locker).await?;
            return Err(LockerError::Refused(Reason::NoContact));
        };
        let now = tx.moment().await.map_err(LockerError::from)?.clock;
        let Amending { discreet, locale, digest, keeps } = amending;
        let taken_back = fields.next.as_ref().filter(|_| keeps).map(|next| next.contact);
        fields.next = fields.next.filter(|_| !keeps);
        let next = fields.next.as_mut();
        if let Some(next) = next {
            next.to.discreet = discreet.unwrap_or(next.to.discreet);
            next.to.locale = locale.map_or_else(|| next.to.locale.clone(), |locale| locale.code().to_owned());
            next.digest = digest.unwrap_or(next.digest);
        }
        if row.facts.is_confirmed() {
            fields.discreet = discreet.unwrap_or(fields.discreet);
            fields.locale = locale.map_or(fields.locale, |locale| locale.code().to_owned());
            fields.digest = asked(digest.unwrap_or(fields.digest.is_some()), fields.digest, pending.written().seq, now);
        }
        let details = self.0.vault.seal_in_directory(Place::Contact(row.facts.contact), &fields)?;
        let seal = |notice: NoticeId, told: Told| self.sealed_notice(notice, &NoticeFields::of(told));
        self.door().amend_contact(tx, pending, (row, details), taken_back, seal).await
    }

    /// A choice that does not read is a line, as one of no address is.
    pub async fn refuse_unread_contact(&self, caller: &Caller, locker: LockerId) -> Result<(), LockerError> {
        let (tx, _) = self.door().begin::<act::ChangeContact>(caller, &Ask::locker(locker)).await?;
        drop(tx);
        Ok(self.door().refuse_contact(caller, locker, Reason::BadField, None).await?)
    }

    /// The code has come back. Where they were told before hears of it, once.
    pub async fn confirm_contact(&self, caller: &Caller, locker: LockerId, typed: &str) -> Result<(), LockerError> {
        let code = SentCode::parse(typed);
        let judged = |row: &ContactRow| {
            let Some(next) = self.contact_fields(row).ok().and_then(|fields| fields.next) else {
                return Typed::NoneWaits;
            };
            let given = code.as_ref().map(|code| self.0.vault.lookup().contact_code(next.contact, code));
            let is_it = given.is_some_and(|given| subtle::ConstantTimeEq::ct_eq(&next.code[..], &given[..]).into());
            if is_it { Typed::Right } else { Typed::Wrong }
        };
        let seal = |notice: NoticeId, told: Told| self.sealed_notice(notice, &NoticeFields::of(told));
        let settle = |row: &ContactRow, seq: u64, now: Timestamp| self.settled(row, seq, now);
        if let Some(moved) = self.door().confirm_contact(caller, locker, judged, settle, seal).await? {
            self.send_soon(locker, moved);
        }
        Ok(())
    }

    /// What stands once a code has come back, at a line and a moment.
    fn settled(&self, row: &ContactRow, seq: u64, now: Timestamp) -> Result<Settled, LockerError> {
        let fields = self.contact_fields(row)?;
        let next = fields.next.ok_or(LockerError::Damaged)?;
        let before = row.facts.channel.filter(|_| row.facts.is_confirmed()).zip(fields.address);
        let (discreet, locale) = (fields.discreet, fields.locale);
        let before = before.map(|(channel, address)| Destination { channel, address, discreet, locale });
        let is_elsewhere =
            |before: &Destination| (before.channel, &before.address) != (next.to.channel, &next.to.address);
        let moved = before.filter(is_elsewhere).map(|before| {
            let notice = NoticeId::draw(self.source());
            let tells = NoticeFields { to: Some(before), ..NoticeFields::of(Told::Moved) };
            Ok::<_, LockerError>((notice, self.sealed_notice(notice, &tells)?))
        });
        let Destination { channel, address, discreet, locale } = next.to;
        let fields = ContactFields {
            address: Some(address),
            discreet,
            locale,
            next: None,
            sent: fields.sent,
            digest: asked(next.digest, fields.digest, seq, now),
            // Told once, wherever it was.
            before: fields.before,
        };
        let details = self.0.vault.seal_in_directory(Place::Contact(row.facts.contact), &fields)?;
        Ok(Settled { channel, details, moved: moved.transpose()? })
    }

    /// The holder is told of nothing any more.
    pub async fn drop_contact(&self, caller: &Caller, locker: LockerId) -> Result<(), LockerError> {
        let now = self.source().now();
        let kept = |contact: ContactId, before: Option<&ContactRow>| -> Result<Vec<u8>, LockerError> {
            let before = before.and_then(|row| self.contact_fields(row).ok());
            // The address goes. How many codes were sent stays, for its day; and of which dates they were told, until these are past.
            let (locale, sent, before) =
                before.map(|fields| (fields.locale, fields.sent, fields.before)).unwrap_or_default();
            let sent = counted(&sent, now);
            let fields =
                ContactFields { address: None, discreet: false, locale, next: None, sent, digest: None, before };
            Ok(self.0.vault.seal_in_directory(Place::Contact(contact), &fields)?)
        };
        self.door().drop_contact(caller, locker, kept).await
    }
}
