//! What somebody reads before they open a locker, always current, and their agreement to it (DOMAIN L6).
//!
//! The text is made of the catalogue's sentences and of what is configured; its SHA-256 is what is agreed to, so a change of
//! configuration asks again. Bump [`VERSION`] when a sentence changes. Say only what is true: `docs/threats.md`.

use sha2::{Digest, Sha256};

use super::{LockerError, Lockers};
use crate::access::{Ask, Caller};
use crate::domain::document::{FieldError, Sha256Sum};
use crate::domain::ids::LockerId;
use crate::domain::information::Acceptance;
use crate::domain::notice::Channel;
use crate::domain::policy::VERSIONS_MAX;
use crate::domain::retention::Retention;
use crate::store::grant::act;
use crate::store::{acceptances, keys, lockers};
use crate::words::{Locale, Value, listed, say, say_with, size};

/// Version of the text, by its date.
pub const VERSION: &str = "2026-11-23";

/// Who runs the service, as people are told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Operator {
    /// Name of the person or body.
    pub name: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Whether holders pay nothing.
    pub is_free: bool,
    /// Whether people and papers are invented.
    pub is_demo: bool,
}

/// What the information is made of, besides the limits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// Who runs the service.
    pub operator: Operator,
    /// How long things are kept.
    pub retention: Retention,
}

/// A part of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// Its lines.
    pub lines: Vec<String>,
}

/// The text in force, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Information {
    /// The language.
    pub locale: Locale,
    /// Its parts, in order.
    pub sections: Vec<Section>,
    /// The whole, as it is hashed and kept.
    pub text: String,
    /// SHA-256 of the whole, in UTF-8.
    pub sha256: Sha256Sum,
}

impl Information {
    fn new(locale: Locale, sections: Vec<Section>) -> Self {
        let parts: Vec<String> =
            sections.iter().map(|part| format!("{}\n\n{}\n", part.title, part.lines.join("\n"))).collect();
        let text = parts.join("\n");
        let sha256 = Sha256Sum::from_bytes(Sha256::digest(text.as_bytes()).into());
        Self { locale, sections, text, sha256 }
    }

    pub(super) fn accepted(&self) -> Acceptance {
        Acceptance {
            version: VERSION.to_owned(),
            locale: self.locale.code().to_owned(),
            sha256: self.sha256,
            text: self.text.clone(),
        }
    }
}

/// Writes the sections in one language.
struct Writer<'a> {
    locale: Locale,
    sections: Vec<Section>,
    terms: &'a Terms,
}

impl Writer<'_> {
    fn section(&mut self, title: &str) {
        self.sections.push(Section { title: say(self.locale, title), lines: Vec::new() });
    }

    fn line(&mut self, line: String) {
        if let Some(section) = self.sections.last_mut() {
            section.lines.push(line);
        }
    }

    fn say(&mut self, keys: &[&str]) {
        for key in keys {
            self.line(say(self.locale, key));
        }
    }

    fn text(&mut self, key: &str, name: &str, value: &str) {
        self.line(say_with(self.locale, key, &[(name, Value::Text(value))]));
    }

    fn number(&mut self, key: &str, name: &str, value: u64) {
        self.line(say_with(self.locale, key, &[(name, Value::Number(value))]));
    }

    fn who(&mut self) {
        self.section("info-who-title");
        let operator = &self.terms.operator;
        match &operator.name {
            Some(name) => self.text("info-who-name", "name", name),
            None => self.say(&["info-who-unknown"]),
        }
        for (key, value) in [
            ("info-who-address", &operator.address),
            ("info-who-email", &operator.email),
            ("info-who-phone", &operator.phone),
        ] {
            if let Some(value) = value {
                self.text(key, "value", value);
            }
        }
    }

    fn messages(&mut self, channels: &[Channel]) {
        self.section("info-messages-title");
        if channels.is_empty() {
            return self.say(&["info-messages-none"]);
        }
        for by in channels {
            self.say(&[match by {
                Channel::Sms => "info-messages-sms",
                Channel::Email => "info-messages-email",
            }]);
        }
        self.say(&["info-messages-asked", "info-messages-what", "info-messages-discreet", "info-messages-looks"]);
        self.say(&["info-messages-carried", "info-messages-stop"]);
    }

    fn kept(&mut self) {
        let kept = &self.terms.retention;
        self.section("info-kept-title");
        self.say(&["info-kept-papers", "info-kept-identity", "info-kept-issuer", "info-kept-lines"]);
        self.number("info-kept-sessions", "days", kept.session_days.into());
        self.number("info-kept-closure", "days", kept.closure_days.into());
        self.number("info-kept-backups", "days", kept.backup_days.into());
        self.say(&["info-kept-remains", "info-kept-absence"]);
        if !kept.notice_months.is_empty() {
            let months: Vec<String> = kept.notice_months.iter().map(ToString::to_string).collect();
            self.text("info-kept-notices", "months", &listed(self.locale, &months));
        }
    }
}

impl Lockers {
    /// The text in force, in a language.
    pub fn information(&self, locale: Locale) -> Information {
        let (terms, limits) = (&self.0.terms, &self.0.limits);
        let mut w = Writer { locale, sections: Vec::new(), terms };
        w.section("info-what-title");
        if terms.operator.is_demo {
            w.say(&["info-what-demo"]);
        }
        w.say(&["info-what-keeps", "info-what-alone", "info-what-not"]);
        w.who();
        w.section("info-safe-title");
        w.say(&["info-safe-sealed", "info-safe-lines", "info-safe-rewritten", "info-safe-nobody"]);
        w.say(&["info-safe-key", "info-safe-seen", "info-safe-yours"]);
        w.section("info-help-title");
        w.say(&["info-help-how", "info-help-court", "info-help-stop"]);
        w.messages(&self.channels());
        w.kept();
        w.section("info-limits-title");
        w.text("info-limits-locker", "size", &size(locale, limits.locker_bytes));
        w.text("info-limits-paper", "size", &size(locale, limits.document_bytes));
        w.number("info-limits-count", "count", VERSIONS_MAX);
        w.section("info-rights-title");
        w.say(&["info-rights-see", "info-rights-take", "info-rights-close", "info-rights-complain"]);
        w.section("info-end-title");
        w.say(&["info-end-notice", "info-end-retrieve"]);
        w.section("info-price-title");
        w.say(&[if terms.operator.is_free { "info-price-free" } else { "info-price-unknown" }]);
        Information::new(locale, w.sections)
    }

    /// What is configured, as people are told it.
    pub fn terms(&self) -> &Terms {
        &self.0.terms
    }

    /// The text that somebody says they agree to, if it is one in force in any language.
    pub(super) fn agreed(&self, accepts: Option<&str>) -> Result<Acceptance, LockerError> {
        let wrong = |error| LockerError::Field { field: "accepts", error };
        let sum = Sha256Sum::parse(accepts.ok_or(wrong(FieldError::Missing))?).map_err(wrong)?;
        let texts = Locale::ALL.map(|locale| self.information(locale));
        let agreed = texts.iter().find(|text| text.sha256 == sum).ok_or(wrong(FieldError::OutOfDate))?;
        Ok(agreed.accepted())
    }

    /// Whether what was agreed to is still in force.
    pub fn is_in_force(&self, accepted: &Sha256Sum) -> bool {
        Locale::ALL.iter().any(|locale| self.information(*locale).sha256 == *accepted)
    }

    /// The holder agrees to the text in force: the entry bears its SHA-256, the text is kept beside, sealed. Agreeing again to
    /// what they agreed to last changes nothing.
    pub async fn accept_information(
        &self,
        caller: &Caller,
        locker: LockerId,
        accepts: Option<&str>,
    ) -> Result<(), LockerError> {
        let ask = Ask::locker(locker);
        let accepted = match self.agreed(accepts) {
            Ok(accepted) => accepted,
            Err(error) => {
                // What is wrong with an answer is told to those who may give it; a stranger learns nothing.
                let (tx, pending) = self.0.door.begin::<act::ViewLocker>(caller, &ask).await?;
                self.0.door.commit(tx, pending).await?;
                return Err(error);
            }
        };
        let ask = Ask { evidence: Some(*accepted.sha256.bytes()), ..ask };
        let (mut tx, pending) = self.0.door.begin::<act::AcceptInformation>(caller, &ask).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let last = acceptances::newest(&mut tx, &pending).await?;
        let sealed = self.0.vault.seal_acceptance(&pending, &wraps, &collections, &accepted, last.as_ref())?;
        let Some(sealed) = sealed else {
            // They agree to this already: nothing changes, and the line says no more than that they came by.
            drop(tx);
            let (tx, pending) = self.0.door.begin::<act::ViewLocker>(caller, &Ask::locker(locker)).await?;
            self.0.door.commit(tx, pending).await?;
            return Ok(());
        };
        acceptances::add(&mut tx, &pending, &sealed).await?;
        self.0.door.commit(tx, pending).await?;
        Ok(())
    }
}
