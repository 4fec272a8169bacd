//! Text messages, by a gateway over HTTP (docs/operate.md tells what it must answer). The notice's id goes with each message, so that one
//! that is handed over twice is sent once.

use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use url::{Host, Url};

use super::{Handed, NotifyError, PATIENCE};
use crate::domain::address::Address;
use crate::domain::ids::NoticeId;

/// Where the gateway is.
#[derive(Debug, Clone)]
pub struct SmsSettings {
    /// Its address: https, or http on loopback.
    pub url: Url,
    /// Sent as `Authorization: Bearer`, if there is one.
    pub token: Option<SecretString>,
    /// Most codes that go this way in a day.
    pub codes_a_day: u64,
}

/// A gateway for text messages.
#[derive(Debug)]
pub struct SmsGateway {
    client: Client,
    settings: SmsSettings,
}

#[derive(Serialize)]
struct Message<'a> {
    id: String,
    to: &'a str,
    text: &'a str,
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl SmsGateway {
    /// For a gateway.
    ///
    /// # Errors
    /// When its address is neither https nor on this machine, or the system's certificates can't be loaded.
    pub fn new(settings: SmsSettings) -> Result<Self, NotifyError> {
        let here = is_here(&settings.url);
        if settings.url.scheme() != "https" && !(here && settings.url.scheme() == "http") {
            return Err(NotifyError::NotSecure("notices.sms.url"));
        }
        let builder = Client::builder()
            // It could send numbers elsewhere.
            .redirect(Policy::none())
            .referer(false)
            .timeout(PATIENCE)
            .user_agent(concat!("consigne/", env!("CARGO_PKG_VERSION")));
        let builder = if here { builder.no_proxy() } else { builder };
        let client = builder.build().map_err(|error| NotifyError::Certificates(error.to_string()))?;
        Ok(Self { client, settings })
    }

    /// Most codes that go this way in a day.
    pub const fn codes_a_day(&self) -> u64 {
        self.settings.codes_a_day
    }

    /// Hands a message over. The same id again is the same message.
    pub async fn send(&self, id: NoticeId, to: &Address, text: &str) -> Handed {
        let message = Message { id: id.to_string(), to: to.as_str(), text };
        let mut request =
            self.client.post(self.settings.url.clone()).header("idempotency-key", id.to_string()).json(&message);
        if let Some(token) = &self.settings.token {
            request = request.bearer_auth(token.expose_secret());
        }
        // The answer's body says nothing that is needed, and is not read.
        match request.send().await {
            Ok(response) => judged(response.status()),
            Err(error) => {
                tracing::warn!(error = %error.without_url(), "the gateway for text messages is away");
                Handed::Away
            }
        }
    }
}

fn judged(status: StatusCode) -> Handed {
    match status {
        // It has this message already.
        StatusCode::CONFLICT => Handed::Taken,
        // What is wrong is ours to mend, and may be mended before long.
        StatusCode::UNAUTHORIZED
        | StatusCode::FORBIDDEN
        | StatusCode::NOT_FOUND
        | StatusCode::REQUEST_TIMEOUT
        | StatusCode::TOO_EARLY
        | StatusCode::TOO_MANY_REQUESTS => {
            tracing::warn!(status = status.as_u16(), "the gateway for text messages does not take messages now");
            Handed::Away
        }
        _ if status.is_success() => Handed::Taken,
        _ if status.is_client_error() => {
            tracing::warn!(status = status.as_u16(), "the gateway for text messages refuses a message");
            Handed::Refused
        }
        _ => {
            tracing::warn!(status = status.as_u16(), "the gateway for text messages is away");
            Handed::Away
        }
    }
}
