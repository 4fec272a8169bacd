//! What a provider says about itself (OIDC Discovery 1.0) and its public keys, fetched at first use and kept
//! ten minutes in memory.

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::jwk::Jwk;
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeySet};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use super::{IdentityError, IssuerSettings, Step, TokenFault, is_loopback, may_be_spoken_to, wire};
use crate::domain::source::{Source, Timestamp};

/// How long an answer is kept.
const KEEP: Duration = Duration::from_mins(10);
/// After a failure, how long the same failure is given without asking: those who wait behind a provider that hangs
/// don't each wait their turn.
const KEEP_FAILURE: Duration = Duration::from_secs(2);
/// A token signed by an unknown key makes us fetch the keys again, no more often than this.
const FORCED_EVERY: Duration = Duration::from_secs(30);

/// A provider, as it says it is.
pub(super) struct Provider {
    /// The issuer, as it writes itself in its tokens.
    pub issuer: String,
    /// Where people are sent.
    pub authorization: Url,
    /// Where codes are exchanged.
    pub token: Url,
    /// Where claims are read.
    pub userinfo: Url,
    /// Where people sign out, if the provider does that.
    pub end_session: Option<Url>,
    /// Whether it promises `iss` in its answers (RFC 9207 §2.4: then one without it is refused).
    pub says_iss: bool,
    /// Its keys, as `openidconnect` reads them.
    pub keys: CoreJsonWebKeySet,
    /// The same keys, as `jsonwebtoken` reads them.
    pub jwks: Vec<Jwk>,
}

/// The fields we use. Addresses are read by [`endpoint`], which also refuses unsafe ones.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    end_session_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Default)]
struct Kept {
    provider: Option<(Timestamp, Arc<Provider>)>,
    failure: Option<(Timestamp, IdentityError)>,
    forced: Option<Timestamp>,
}

/// The one provider of a relying party, fetched when needed.
pub(super) struct Directory {
    http: reqwest::Client,
    source: Source,
    kept: Mutex<Kept>,
}

impl Directory {
    pub fn new(source: Source, http: reqwest::Client) -> Self {
        Self { http, source, kept: Mutex::default() }
    }

    /// The provider, from memory when it was fetched less than ten minutes ago.
    pub async fn provider(&self, settings: &IssuerSettings) -> Result<Arc<Provider>, IdentityError> {
        let mut kept = self.kept.lock().await;
        let now = self.source.now();
        if let Some((_, provider)) = kept.provider.as_ref().filter(|(at, _)| now < at.plus(KEEP)) {
            return Ok(Arc::clone(provider));
        }
        self.refetch(&mut kept, settings, now).await
    }

    /// The provider, fetched again because `seen` lacks the key of a token: issuers change keys without notice.
    ///
    /// # Errors
    /// `UnknownKey` when that was done less than 30 seconds ago, or what [`Self::provider`] gives.
    pub async fn newer_than(
        &self,
        seen: &Arc<Provider>,
        settings: &IssuerSettings,
    ) -> Result<Arc<Provider>, IdentityError> {
        let mut kept = self.kept.lock().await;
        if let Some((_, provider)) = kept.provider.as_ref().filter(|(_, provider)| !Arc::ptr_eq(provider, seen)) {
            return Ok(Arc::clone(provider));
        }
        let now = self.source.now();
        if kept.forced.is_some_and(|at| now < at.plus(FORCED_EVERY)) {
            return Err(IdentityError::BadToken(TokenFault::UnknownKey));
        }
        kept.forced = Some(now);
        self.refetch(&mut kept, settings, now).await
    }

    async fn refetch(
        &self,
        kept: &mut Kept,
        settings: &IssuerSettings,
        now: Timestamp,
    ) -> Result<Arc<Provider>, IdentityError> {
        if let Some((_, failure)) = kept.failure.filter(|(at, _)| now < at.plus(KEEP_FAILURE)) {
            return Err(failure);
        }
        match self.fetch(settings).await {
            Ok(provider) => {
                let provider = Arc::new(provider);
                kept.provider = Some((now, Arc::clone(&provider)));
                kept.failure = None;
                Ok(provider)
            }
            Err(failure) => {
                // The time of the end, not of the start: a provider that hangs takes long to fail.
                kept.failure = Some((self.source.now(), failure));
                Err(failure)
            }
        }
    }

    async fn fetch(&self, settings: &IssuerSettings) -> Result<Provider, IdentityError> {
        settings.check()?;
        // Discovery §4: a final slash is removed before the path is added.
        let address = format!("{}/.well-known/openid-configuration", settings.issuer.as_str().trim_end_matches('/'));
        let document: Document = self.json(&address, Step::Discovery).await?;
        // §4.3: the very issuer we asked, or anybody could answer for it.
        if !is_named(&settings.issuer, &document.issuer) {
            return Err(IdentityError::WrongIssuer);
        }
        let endpoint = |text: &str| endpoint(&settings.issuer, text);
        let jwks_uri = endpoint(&document.jwks_uri)?;
        let (keys, jwks) = usable_keys(self.json(jwks_uri.as_str(), Step::Keys).await?);
        Ok(Provider {
            authorization: endpoint(&document.authorization_endpoint)?,
            token: endpoint(&document.token_endpoint)?,
            userinfo: endpoint(&document.userinfo_endpoint)?,
            end_session: document.end_session_endpoint.as_deref().map(endpoint).transpose()?,
            says_iss: document.authorization_response_iss_parameter_supported,
            issuer: document.issuer,
            keys,
            jwks,
        })
    }

    async fn json<T: for<'de> Deserialize<'de>>(&self, address: &str, step: Step) -> Result<T, IdentityError> {
        let reply = wire::ask(self.http.get(address), step).await?;
        if !reply.status.is_success() {
            return Err(IdentityError::BadAnswer(step));
        }
        serde_json::from_slice(&reply.body).map_err(|_| IdentityError::BadAnswer(step))
    }
}

/// Whether `name` is the configured issuer. Exact, but for the slash that [`Url`] adds to an address without a path.
pub(super) fn is_named(issuer: &Url, name: &str) -> bool {
    name == issuer.as_str() || (issuer.path() == "/" && issuer.as_str().strip_suffix('/') == Some(name))
}

/// An address from the discovery document. An https issuer may not send our secret over http, nor make us knock at our
/// own machine.
fn endpoint(issuer: &Url, text: &str) -> Result<Url, IdentityError> {
    let url = Url::parse(text).map_err(|_| IdentityError::BadAnswer(Step::Discovery))?;
    let safe = if is_loopback(issuer) { may_be_spoken_to(&url) } else { url.scheme() == "https" && !is_loopback(&url) };
    if safe { Ok(url) } else { Err(IdentityError::BadAnswer(Step::Discovery)) }
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

/// The keys that can verify a signature; others are passed over (RFC 7517 §5).
fn usable_keys(set: KeySet) -> (CoreJsonWebKeySet, Vec<Jwk>) {
    let mut oidc = Vec::new();
    let mut jwks = Vec::new();
    for key in set.keys {
        let text = |name: &str| key.get(name).and_then(Value::as_str);
        if !matches!(text("kty"), Some("EC" | "RSA")) || !matches!(text("use"), None | Some("sig")) {
            continue;
        }
        let as_jwk = serde_json::from_value::<Jwk>(key.clone());
        if let (Ok(as_oidc), Ok(as_jwk)) = (serde_json::from_value::<CoreJsonWebKey>(key), as_jwk) {
            oidc.push(as_oidc);
            jwks.push(as_jwk);
        }
    }
    (CoreJsonWebKeySet::new(oidc), jwks)
}
