//! How people come in: an `OpenID` Connect relying party, and a provider of invented people for demonstrations.
//!
//! What lives here: the conversation with an identity provider, from the address a person is sent to, to the verified
//! [`SignedIn`]. What must not: SQL, sessions, cookies, who may do what. Time and our own randomness come from
//! [`Source`](crate::domain::source::Source), so that a clock set by hand decides what has expired.
//!
//! - `relying`: the authorization code flow, from [`RelyingParty::start`] to [`RelyingParty::finish`]; sign-out.
//! - `metadata`: what a provider says about itself, and its keys, kept for a while.
//! - `jwe`: answers that the issuer encrypts to us.
//! - `userinfo`: the claims about a person, their signature, and what we keep of them.
//! - `wire`: the only place that sends a request; bounds the answer's size and its time.
//! - `assertions`: what institutions' programs show to get a token, and the keys that verify it.
//! - `demo`: the demonstration provider. Never mounted by `serve`.
//!
//! To add an issuer, add an [`IssuerSettings`]; code changes only when it names its claims differently, in
//! `userinfo::civil_identity`. To add a check, give it a [`TokenFault`] or an [`IdentityError`] with its own code, and a
//! test that makes a provider lie about it (`tests/it/identity.rs`).

pub mod assertions;
pub mod demo;
mod error;
pub mod issued;
mod jwe;
mod metadata;
mod relying;
mod userinfo;
mod wire;

use std::fmt;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::domain::person::{CivilIdentity, IssuerKind};
use crate::domain::source::Timestamp;

pub use error::{IdentityError, Step, TokenFault};
pub use jwe::{DecryptionKey, KeyFileError};
pub use relying::RelyingParty;
pub use wire::client;

/// One issuer as the operator configures it.
#[derive(Debug, Clone)]
pub struct IssuerSettings {
    /// Which of the two ways in this is.
    pub kind: IssuerKind,
    /// The issuer's identifier: https, or http on loopback.
    pub issuer: Url,
    /// Our name at the issuer.
    pub client_id: String,
    /// Sent in the body of the token request (`client_secret_post`).
    pub client_secret: SecretString,
    /// Where the issuer sends people back; registered there, compared character by character.
    pub redirect_uri: Url,
    /// Where the issuer sends people after they sign out; registered there.
    pub post_logout_redirect_uri: Url,
    /// Scopes to ask for. `openid` is always asked, named here or not.
    pub scopes: Vec<String>,
    /// Accepted authentication levels; the first is asked for. Empty: none is asked for and any is accepted.
    pub acr_values: Vec<String>,
    /// Whether to send a PKCE challenge (RFC 7636, S256). `FranceConnect` refuses it.
    pub pkce: bool,
    /// How the issuer is asked for a new proof of who somebody is.
    pub step_up: StepUp,
    /// What opens the issuer's answers, if it encrypts them to us.
    pub decryption: Option<DecryptionKey>,
}

/// What is sent to an issuer so that it makes a person prove again who they are (OIDC Core §3.1.2.1). Some issuers refuse
/// parameters that they don't document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepUp {
    /// `prompt=login`. A browser can take it off on the way: only `auth_time` tells.
    pub prompt: bool,
    /// `max_age=0`: the issuer must then say when the person proved who they are.
    pub max_age: bool,
}

impl Default for StepUp {
    fn default() -> Self {
        Self { prompt: true, max_age: true }
    }
}

impl IssuerSettings {
    /// Checks what can be checked without asking the issuer, so that a mistake shows at start.
    ///
    /// # Errors
    /// [`IdentityError::Settings`], naming the setting.
    pub fn check(&self) -> Result<(), IdentityError> {
        if !may_be_spoken_to(&self.issuer) || self.issuer.query().is_some() || self.issuer.fragment().is_some() {
            return Err(IdentityError::Settings("issuer"));
        }
        if !may_be_spoken_to(&self.redirect_uri) || self.redirect_uri.fragment().is_some() {
            return Err(IdentityError::Settings("redirect_uri"));
        }
        if !may_be_spoken_to(&self.post_logout_redirect_uri) {
            return Err(IdentityError::Settings("post_logout_redirect_uri"));
        }
        if self.client_id.is_empty() {
            return Err(IdentityError::Settings("client_id"));
        }
        Ok(())
    }
}

/// A sign-in that has begun. The caller seals it and stores it under `state` until the person comes back, once.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    /// The issuer the person was sent to.
    pub kind: IssuerKind,
    /// 256 random bits in base64url: names this sign-in, and binds the answer to it (RFC 6749 §10.12).
    pub state: String,
    /// 256 random bits in base64url: binds the `id_token` to it (OIDC Core §3.1.2.1).
    pub nonce: String,
    /// The PKCE secret, when the issuer takes one (RFC 7636).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pkce_verifier: Option<String>,
    /// When it began, in microseconds since the Unix epoch.
    pub started_at: i64,
    /// Whether a new proof of who the person is was asked for.
    #[serde(default)]
    pub again: bool,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("kind", &self.kind)
            .field("started_at", &self.started_at)
            .finish_non_exhaustive()
    }
}

/// What the issuer sent back with the person: the query of the redirect (RFC 6749 §4.1.2, RFC 9207).
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    /// The authorization code.
    pub code: Option<String>,
    /// Must be the [`Pending::state`].
    pub state: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// Words from outside: never shown, never logged.
    pub error_description: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("code", &self.code.is_some()).finish_non_exhaustive()
    }
}

/// A person whose issuer vouches for them; everything in it has been verified.
#[derive(Clone)]
pub struct SignedIn {
    /// The way they came in.
    pub kind: IssuerKind,
    /// The issuer's identifier, as it writes it. With `subject`, finds the account.
    pub issuer: String,
    /// The issuer's name for this person at our client. At most 255 characters.
    pub subject: String,
    /// What the issuer says of them; absent claims are empty.
    pub identity: CivilIdentity,
    /// The authentication level reached.
    pub acr: Option<String>,
    /// When the person proved who they are, if the issuer says.
    pub auth_time: Option<Timestamp>,
    /// Needed to sign out ([`RelyingParty::logout_url`]). To be sealed when stored.
    pub id_token: SecretString,
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn").field("kind", &self.kind).field("acr", &self.acr).finish_non_exhaustive()
    }
}

/// Whether a name or an address never leaves this machine.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// https anywhere, http on loopback only: tokens and names travel there.
fn may_be_spoken_to(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url),
        _ => false,
    }
}
