//! Electronic letters, by SMTP (RFC 5321). Nothing tells a server that it has seen a letter before: whoever sends one reaches the server
//! first, and says then that it goes.

use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands;
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

use super::{Handed, NotifyError, PATIENCE};
use crate::domain::address::Address;
use crate::domain::ids::NoticeId;

/// How the way to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS; without it, nothing is sent.
    StartTls,
    /// None: a server on this machine alone.
    None,
}

/// Where the server is.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is protected.
    pub security: Security,
    /// Name and password there, if it wants them.
    pub login: Option<(String, SecretString)>,
    /// Who it is from: an address, with or without a name.
    pub from: String,
}

/// A server that takes electronic letters.
pub struct MailServer {
    settings: MailSettings,
    tls: Option<TlsParameters>,
    from: Mailbox,
}

impl std::fmt::Debug for MailServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailServer").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// A letter.
#[derive(Debug, Clone, Copy)]
pub struct Mail<'a> {
    /// Its id: the same again is the same letter.
    pub id: NoticeId,
    /// To whom.
    pub to: &'a Address,
    /// What stands above it.
    pub subject: &'a str,
    /// What stands in it: plain text.
    pub text: &'a str,
}

/// A server that was reached and waits for a letter.
pub struct Reached<'a> {
    server: &'a MailServer,
    connection: AsyncSmtpConnection,
}

impl MailServer {
    /// For a server.
    ///
    /// # Errors
    /// When the way there would not be protected, or the sender's address is none.
    pub fn new(settings: MailSettings) -> Result<Self, NotifyError> {
        let is_here = matches!(settings.host.as_str(), "127.0.0.1" | "::1" | "localhost");
        if settings.security == Security::None && !is_here {
            return Err(NotifyError::NotSecure("notices.email.security"));
        }
        let from: Mailbox = settings.from.parse().map_err(|_| NotifyError::BadSender)?;
        let tls = match settings.security {
            Security::None => None,
            Security::Tls | Security::StartTls => Some(
                TlsParameters::new(settings.host.clone())
                    .map_err(|error| NotifyError::Certificates(error.to_string()))?,
            ),
        };
        Ok(Self { settings, tls, from })
    }

    /// Reaches the server, as far as saying who we are. `None`: it is away.
    pub async fn reach(&self) -> Option<Reached<'_>> {
        match timeout(PATIENCE, self.connect()).await {
            Ok(Ok(connection)) => Some(Reached { server: self, connection }),
            Ok(Err(error)) => {
                tracing::warn!(error = %kind(&error), "the mail server is away");
                None
            }
            Err(_) => {
                tracing::warn!("the mail server is away: it took too long");
                None
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let MailSettings { host, port, security, login, .. } = &self.settings;
        let hello = ClientId::Domain(self.from.email.domain().to_owned());
        let wrapped = self.tls.clone().filter(|_| *security == Security::Tls);
        let wait = Some(Duration::from_secs(10));
        let mut connection =
            AsyncSmtpConnection::connect_tokio1((host.as_str(), *port), wait, &hello, wrapped, None).await?;
        if let (Security::StartTls, Some(tls)) = (security, &self.tls) {
            connection.starttls(tls.clone(), &hello).await?;
        }
        if let Some((name, password)) = login {
            let credentials = Credentials::new(name.clone(), password.expose_secret().to_owned());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await?;
        }
        Ok(connection)
    }
}

/// What is said of an error: never an address, which a server may quote in its answer.
fn kind(error: &SmtpError) -> &'static str {
    if error.is_timeout() {
        "it took too long"
    } else if error.is_permanent() {
        "it refuses"
    } else if error.is_transient() {
        "it says to come back"
    } else if error.is_tls() {
        "no protected way there"
    } else {
        "no connection, or no answer that reads"
    }
}

/// What a server's own answer says, if it gave one.
fn refused(error: &SmtpError) -> Option<Handed> {
    tracing::warn!(error = %kind(error), "the mail server did not take a letter");
    // 421: it is closing, and would say so to everybody. Whatever else is refused for a while may be of this recipient alone.
    let is_closing = error.status().is_some_and(|code| u16::from(code) == 421);
    if error.is_permanent() {
        Some(Handed::Refused)
    } else if is_closing {
        Some(Handed::Away)
    } else if error.is_transient() {
        Some(Handed::Later)
    } else {
        None
    }
}

impl Reached<'_> {
    /// Hands a letter over.
    pub async fn send(mut self, mail: Mail<'_>) -> Handed {
        let Some((from, to, letter)) = self.letter(mail) else { return Handed::Refused };
        let handed = match timeout(PATIENCE, self.ask(from, to)).await {
            Ok(Ok(())) => self.give(&letter).await,
            // Nothing of the letter has gone yet.
            Ok(Err(error)) => refused(&error).unwrap_or(Handed::Away),
            Err(_) => Handed::Away,
        };
        // Politeness: what it has taken, it has.
        let _ = timeout(Duration::from_secs(2), self.connection.quit()).await;
        handed
    }

    /// Whether a letter from and to these may come.
    async fn ask(&mut self, from: lettre::Address, to: lettre::Address) -> Result<(), SmtpError> {
        self.connection.command(commands::Mail::new(Some(from), Vec::new())).await?;
        self.connection.command(commands::Rcpt::new(to, Vec::new())).await?;
        self.connection.command(commands::Data).await?;
        Ok(())
    }

    /// The letter itself. Without an answer to it, nobody knows whether it goes.
    async fn give(&mut self, letter: &[u8]) -> Handed {
        match timeout(PATIENCE, self.connection.message(letter)).await {
            Ok(Ok(_)) => Handed::Taken,
            Ok(Err(error)) => refused(&error).unwrap_or(Handed::Unknown),
            Err(_) => Handed::Unknown,
        }
    }

    /// The letter as it is sent. Every header is made by the library, from values that hold no line's end.
    fn letter(&self, mail: Mail<'_>) -> Option<(lettre::Address, lettre::Address, Vec<u8>)> {
        let to: lettre::Address = mail.to.as_str().parse().ok()?;
        let from = &self.server.from;
        let one_line = |text: &str| text.split(char::is_control).collect::<Vec<_>>().join(" ");
        let letter = Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(one_line(mail.subject))
            .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
            // Machines do not answer (RFC 3834).
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.to_owned())
            .ok()?;
        Some((from.email.clone(), to, letter.formatted()))
    }
}

/// `Auto-Submitted: auto-generated`.
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
