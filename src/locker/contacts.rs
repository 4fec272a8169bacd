//! Where a holder wants to be told of things: looked at, chosen, shown to be theirs, withdrawn.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use super::{LockerError, Lockers};
use crate::access::{Ask, Caller, NewContact};
use crate::domain::digest::Asked;
use crate::domain::document::FieldError;
use crate::domain::entry::Reason;
use crate::domain::ids::{ContactId, LockerId, NoticeId};
use crate::domain::notice::{
    Address, CONTACT_CODE, CONTACT_CODES, CONTACT_CODES_IN, CONTACT_TRIES, Channel, ContactFields, NoticeFields,
    SentCode, Told,
};
use crate::domain::source::Timestamp;
use crate::store::contacts::ContactRow;
use crate::store::grant::{Held, act};
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

/// What a holder chose, as they see it.
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
    /// Until when that code serves, while it is waited for.
    pub code_until: Option<Timestamp>,
    /// By what the service can tell.
    pub offered: Vec<Channel>,
}

/// What a holder typed on the page, as it is kept while they prove again who they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedContact {
    /// By what.
    #[serde(default)]
    pub par: String,
    /// A telephone number.
    #[serde(default)]
    pub numero: String,
    /// An e-mail address.
    #[serde(default)]
    pub adresse: String,
    /// Whether discreetly: anything, or nothing.
    #[serde(default)]
    pub discret: String,
    /// Whether each week too: anything, or nothing.
    #[serde(default)]
    pub resume: String,
}

/// The same, with its end.
#[derive(Serialize, Deserialize)]
struct KeptTyped {
    #[serde(flatten)]
    typed: TypedContact,
    until: i64,
}

/// How long it is kept.
const TYPED_KEPT: Duration = Duration::from_mins(10);
/// The longest of each of its parts, in characters: it goes into a cookie. No number and no address is longer than what is left.
const TYPED_LONGEST: usize = 320;

/// When codes were sent that still count.
fn counted(sent: &[i64], now: Timestamp) -> Vec<i64> {
    let since = now.minus(CONTACT_CODES_IN).micros();
    sent.iter().copied().filter(|at| *at > since).collect()
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

    /// What somebody typed, sealed for a cookie of theirs: to be shown again in their own locker, once they have proven who they are.
    /// None if it is longer than anything that could be meant.
    pub fn keep_typed(&self, locker: LockerId, typed: &TypedContact) -> Option<String> {
        let TypedContact { par, numero, adresse, discret, resume } = typed;
        if [par, numero, adresse, discret, resume].iter().any(|part| part.chars().count() > TYPED_LONGEST) {
            return None;
        }
        let until = self.source().now().plus(TYPED_KEPT).micros();
        let sealed = self.0.vault.seal_in_directory(Place::Typed(locker), &KeptTyped { typed: typed.clone(), until });
        Some(BASE64URL_NOPAD.encode(&sealed.ok()?)).filter(|kept| kept.len() < 3_800)
    }

    /// What was kept so, if it is of this locker, and not too old.
    pub fn typed(&self, locker: LockerId, kept: &str) -> Option<TypedContact> {
        let sealed = BASE64URL_NOPAD.decode(kept.as_bytes()).ok()?;
        let kept: KeptTyped = self.0.vault.open_in_directory(Place::Typed(locker), &sealed).ok()?;
        (self.source().now().micros() < kept.until).then_some(kept.typed)
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
            code_until: None,
            offered,
        };
        let Some(row) = row else { return Ok(none(offered)) };
        let fields = self.contact_fields(&row)?;
        let facts = row.facts;
        let (Some(channel), Some(address)) = (facts.channel, &fields.address) else { return Ok(none(offered)) };
        let until = facts.made_at.plus(CONTACT_CODE);
        let waits = facts.confirmed_at.is_none() && facts.tries < CONTACT_TRIES && moment.clock < until;
        Ok(ContactView {
            channel: Some(channel),
            hint: Some(address.hint(channel)),
            discreet: fields.discreet,
            locale: Locale::from_code(&fields.locale).unwrap_or_default(),
            digest: fields.digest.is_some(),
            is_confirmed: facts.is_confirmed(),
            code_until: waits.then_some(until),
            offered,
        })
    }

    /// The holder chooses where they are told of things. Nothing is sent there but a code, until that has come back; nothing is sent any
    /// more to where they were told before.
    pub async fn choose_contact(
        &self,
        caller: &Caller,
        locker: LockerId,
        choosing: Choosing,
    ) -> Result<(), LockerError> {
        let (mut tx, pending) = self.door().begin::<act::ChangeContact>(caller, &Ask::locker(locker)).await?;
        let wrong = |field, error| LockerError::Field { field, error };
        let Choosing { channel, address, discreet, locale, digest } = choosing;
        let address = match Address::parse(channel, &address) {
            _ if !self.channels().contains(&channel) => Err(wrong("channel", FieldError::UnknownKind)),
            None if address.trim().is_empty() => Err(wrong("address", FieldError::Missing)),
            None => Err(wrong("address", FieldError::NotAnAddress)),
            Some(address) => Ok(address),
        };
        let address = match address {
            Ok(address) => address,
            Err(error) => {
                drop(tx);
                self.door().refuse_contact(caller, locker, Reason::BadField).await?;
                return Err(error);
            }
        };
        let before = self.door().contact(&mut tx, &pending).await?;
        let now = tx.moment().await.map_err(LockerError::from)?.clock;
        let before = before.map(|row| self.contact_fields(&row)).transpose()?;
        let (sent, before) = before.map(|fields| (fields.sent, fields.before)).unwrap_or_default();
        let mut sent = counted(&sent, now);
        if sent.len() >= CONTACT_CODES {
            drop(tx);
            self.door().refuse_contact(caller, locker, Reason::TooMany).await?;
            return Err(LockerError::Refused(Reason::TooMany));
        }
        sent.push(now.micros());
        let source = self.source();
        let (contact, notice, code) = (ContactId::draw(source), NoticeId::draw(source), SentCode::draw(source));
        let fields = ContactFields {
            address: Some(address),
            discreet,
            locale: locale.code().to_owned(),
            code: Some(self.0.vault.lookup().contact_code(contact, &code)),
            sent,
            digest: digest.then(|| Asked { from: pending.written().seq, at: now.micros() }),
            // Told once, wherever it was.
            before,
        };
        let details = self.0.vault.seal_in_directory(Place::Contact(contact), &fields)?;
        let fields = NoticeFields { code: Some(code.as_str().to_owned()), ..NoticeFields::of(Told::Code) };
        let brings = self.0.vault.seal_in_directory(Place::Notice(notice), &fields)?;
        let new = NewContact { contact, channel, details, notice: (notice, brings) };
        self.door().choose_contact(tx, pending, new).await?;
        // Somebody waits for it.
        let lockers = self.clone();
        self.0.streams.spawn(async move {
            if let Err(error) = lockers.send_notice(locker, notice, &[]).await {
                tracing::warn!(%error, "a code was not sent; it will be tried again");
            }
        });
        Ok(())
    }

    /// A choice that does not read is a line, as one of no address is.
    pub async fn refuse_unread_contact(&self, caller: &Caller, locker: LockerId) -> Result<(), LockerError> {
        let (tx, _) = self.door().begin::<act::ChangeContact>(caller, &Ask::locker(locker)).await?;
        drop(tx);
        Ok(self.door().refuse_contact(caller, locker, Reason::BadField).await?)
    }

    /// The code has come back.
    pub async fn confirm_contact(&self, caller: &Caller, locker: LockerId, typed: &str) -> Result<(), LockerError> {
        let code = SentCode::parse(typed);
        let is_it = |row: &ContactRow| {
            let expected = self.contact_fields(row).ok().and_then(|fields| fields.code);
            let given = code.as_ref().map(|code| self.0.vault.lookup().contact_code(row.facts.contact, code));
            match (expected, given) {
                (Some(expected), Some(given)) => subtle::ConstantTimeEq::ct_eq(&expected[..], &given[..]).into(),
                _ => false,
            }
        };
        Ok(self.door().confirm_contact(caller, locker, is_it).await?)
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
                ContactFields { address: None, discreet: false, locale, code: None, sent, digest: None, before };
            Ok(self.0.vault.seal_in_directory(Place::Contact(contact), &fields)?)
        };
        self.door().drop_contact(caller, locker, kept).await
    }
}
