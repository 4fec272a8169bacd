//! Who carries notices to holders, and what institutions' servers are told by.

use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use super::CODES_A_DAY;
use crate::notify::callbacks::{Callbacks, Rehearsal};
use crate::notify::{Carriers, MailServer, MailSettings, NotifyError, Security, SmsGateway, SmsSettings};

/// Who carries notices to holders; without any, nobody is told of anything outside the service.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeSettings {
    /// A gateway for text messages.
    #[serde(default)]
    pub sms: Option<SmsConfig>,
    /// A server for electronic letters.
    #[serde(default)]
    pub email: Option<EmailConfig>,
    /// Told by no file and no variable: a rehearsal, for tests.
    #[serde(skip)]
    pub rehearsal: Option<Rehearsal>,
}

/// A gateway for text messages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsConfig {
    /// Where messages are posted.
    pub url: Url,
    /// Sent as `Authorization: Bearer`.
    #[serde(default)]
    pub token: Option<SecretString>,
    /// Most codes that go to telephone numbers in a day, in the whole service; 500 unless told.
    #[serde(default)]
    pub codes_a_day: Option<u64>,
}

/// A server for electronic letters.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailConfig {
    /// Its name.
    pub host: String,
    /// Its port; 587 unless told.
    #[serde(default)]
    pub port: Option<u16>,
    /// `tls`, `starttls` (unless told), or `none` on this machine.
    #[serde(default)]
    pub security: Option<MailSecurity>,
    /// Name there.
    #[serde(default)]
    pub user: Option<String>,
    /// Password there.
    #[serde(default)]
    pub password: Option<SecretString>,
    /// Who letters are from: an address, with or without a name.
    pub from: String,
}

/// How the way to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS.
    StartTls,
    /// None.
    None,
}

impl NoticeSettings {
    /// Those who carry.
    ///
    /// # Errors
    /// What is wrong with one of them.
    pub fn carriers(&self) -> Result<Carriers, NotifyError> {
        let sms = self.sms.as_ref().map(|sms| {
            let codes_a_day = sms.codes_a_day.unwrap_or(CODES_A_DAY);
            SmsGateway::new(SmsSettings { url: sms.url.clone(), token: sms.token.clone(), codes_a_day })
        });
        let mail = self.email.as_ref().map(|email| {
            MailServer::new(MailSettings {
                host: email.host.clone(),
                port: email.port.unwrap_or(587),
                security: match email.security {
                    Some(MailSecurity::Tls) => Security::Tls,
                    Some(MailSecurity::StartTls) | None => Security::StartTls,
                    Some(MailSecurity::None) => Security::None,
                },
                login: email.user.clone().zip(email.password.clone()),
                from: email.from.clone(),
            })
        });
        let callbacks = Some(Callbacks::new(self.rehearsal.clone())?);
        Ok(Carriers { sms: sms.transpose()?, mail: mail.transpose()?, callbacks })
    }
}
