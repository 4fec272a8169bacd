//! Who carries notices out of the house: a gateway for text messages, a server for electronic letters; and what is told to servers of
//! institutions.
//!
//! What lives here: one hand-over of one message, and whether it was taken. What must not: what is told and whether it may be (that is
//! decided before), when it is tried again, SQL. A message is never logged, nor where it goes.

pub mod callbacks;
mod mail;
pub mod reach;
mod sms;

use std::time::Duration;

pub use mail::{Mail, MailServer, MailSettings, Security};
pub use sms::{SmsGateway, SmsSettings};

/// How long one hand-over may take. Well under [`crate::domain::notice::LEASE`]: whoever takes a notice up again is alone with it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What became of a hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handed {
    /// It was taken: they answer for it from now on.
    Taken,
    /// Nobody was there, or they take nothing now.
    Away,
    /// They said to come back with this one.
    Later,
    /// They will not take it, now or later.
    Refused,
    /// The way there broke when it had begun to go: nobody knows.
    Unknown,
}

/// Why settings can't be used.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// An address that is not https, or not on this machine.
    #[error("{0}: must be https, or on this machine")]
    NotSecure(&'static str),
    /// A sender's address that does not read as one.
    #[error("notices.email.from: not an e-mail address")]
    BadSender,
    /// The system's certificates.
    #[error("notices: the system's certificates can't be used: {0}")]
    Certificates(String),
}

/// Those that are configured.
#[derive(Debug, Default)]
pub struct Carriers {
    /// For text messages.
    pub sms: Option<SmsGateway>,
    /// For electronic letters.
    pub mail: Option<MailServer>,
    /// For servers of institutions.
    pub callbacks: Option<callbacks::Callbacks>,
}
