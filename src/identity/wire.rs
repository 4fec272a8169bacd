//! The only place that sends a request to a provider: bounded in size and in time, no redirect followed.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode};

use super::{IdentityError, Step};

/// No honest answer is larger: a discovery document is about 3 KiB, a set of keys about 2 KiB.
const MAX_ANSWER: usize = 256 * 1024;

/// How long one request may take, from connection to last byte.
const PATIENCE: Duration = Duration::from_secs(10);

/// An HTTP client fit for [`super::RelyingParty`]: follows no redirect (a provider could send our secret elsewhere) and
/// waits at most 10 seconds. `direct` ignores the proxies that the environment names: right on loopback.
///
/// # Errors
/// When the system's certificates can't be loaded.
pub fn client(direct: bool) -> Result<Client, reqwest::Error> {
    let builder = Client::builder()
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(Duration::from_secs(5))
        .timeout(PATIENCE)
        .user_agent(concat!("consigne/", env!("CARGO_PKG_VERSION")));
    if direct { builder.no_proxy() } else { builder }.build()
}

/// A whole answer.
pub(super) struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its media type in lower case, without parameters.
    pub media_type: String,
    /// Its bytes, at most [`MAX_ANSWER`].
    pub body: Vec<u8>,
}

/// Sends a request and reads the whole answer.
///
/// # Errors
/// `ProviderAway` when nothing useful comes back (connection, time, 429, 5xx); `BadAnswer` when too much does.
pub(super) async fn ask(request: RequestBuilder, step: Step) -> Result<Reply, IdentityError> {
    let away = |error: reqwest::Error| {
        // `without_url`: a URL of ours never holds a secret, but a proxy's may.
        tracing::warn!(step = step.code(), error = %error.without_url(), "identity provider away");
        IdentityError::ProviderAway(step)
    };
    let mut response = request.timeout(PATIENCE).send().await.map_err(away)?;
    let status = response.status();
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        tracing::warn!(step = step.code(), status = status.as_u16(), "identity provider away");
        return Err(IdentityError::ProviderAway(step));
    }
    let media_type = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(away)? {
        if body.len().saturating_add(chunk.len()) > MAX_ANSWER {
            return Err(IdentityError::BadAnswer(step));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply { status, media_type, body })
}
