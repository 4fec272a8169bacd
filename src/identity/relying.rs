//! The relying party: OIDC Core 1.0 §3.1, the authorization code flow, with `client_secret_post`.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use data_encoding::BASE64URL_NOPAD;
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreErrorResponseType, CoreIdToken, CoreIdTokenClaims,
    CoreIdTokenVerifier, CoreJwsSigningAlgorithm, CoreTokenResponse,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AuthType, AuthUrl, AuthenticationContextClass, AuthorizationCode,
    ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    IssuerUrl, LoginHint, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, SignatureVerificationError, TokenResponse, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use subtle::ConstantTimeEq;
use url::Url;

use super::metadata::{Directory, Provider, is_named};
use super::{
    Answer, DecryptionKey, IdentityError, IssuerSettings, Pending, SignedIn, Step, TokenFault, userinfo, wire,
};
use crate::domain::source::{Source, Timestamp};

/// A person who leaves to sign in comes back within this time, or begins again.
const PENDING_LIFE: Duration = Duration::from_mins(30);
/// How far an issuer's clock may be ahead of ours. Ends (`exp`) have no leeway at all.
pub(super) const CLOCK_SKEW: Duration = Duration::from_mins(1);
/// OIDC Core §2: a subject has at most 255 ASCII characters.
const MAX_SUBJECT: usize = 255;
/// Longer codes are not sent on.
const MAX_CODE: usize = 4096;

type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet, EndpointNotSet>;

/// Our side of the conversation with one issuer. Cheap to clone; clones share what they know of the issuer.
#[derive(Clone)]
pub struct RelyingParty(Arc<Inner>);

struct Inner {
    settings: IssuerSettings,
    source: Source,
    http: reqwest::Client,
    directory: Directory,
}

impl RelyingParty {
    /// Nothing is fetched yet: the issuer may be away when we start. `http` must follow no redirect
    /// ([`super::client`] makes one that fits).
    pub fn new(settings: IssuerSettings, source: Source, http: reqwest::Client) -> Self {
        let directory = Directory::new(source.clone(), http.clone());
        Self(Arc::new(Inner { settings, source, http, directory }))
    }

    /// The settings it was made with.
    pub fn settings(&self) -> &IssuerSettings {
        &self.0.settings
    }

    /// Begins a sign-in: the address to send the person to, and what to keep until they come back.
    ///
    /// Only parameters of the specifications are sent (`ProConnect` refuses others), and `login_hint` only when given.
    ///
    /// # Errors
    /// `ProviderAway`, `BadAnswer`, `WrongIssuer` or `Settings`, from discovery.
    pub async fn start(&self, login_hint: Option<&str>) -> Result<(Url, Pending), IdentityError> {
        self.begin(login_hint, false).await
    }

    /// The same for somebody who is signed in and must prove again who they are.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_again(&self) -> Result<(Url, Pending), IdentityError> {
        self.begin(None, true).await
    }

    async fn begin(&self, login_hint: Option<&str>, again: bool) -> Result<(Url, Pending), IdentityError> {
        let Inner { settings, source, directory, .. } = &*self.0;
        let provider = directory.provider(settings).await?;
        let draw = || BASE64URL_NOPAD.encode(&source.bytes::<32>());
        let pending = Pending {
            kind: settings.kind,
            state: draw(),
            nonce: draw(),
            pkce_verifier: settings.pkce.then(draw),
            started_at: source.now().micros(),
            again,
        };
        let client = client(settings, &provider)?;
        let (state, nonce) = (CsrfToken::new(pending.state.clone()), Nonce::new(pending.nonce.clone()));
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce)
            // `openid` is added by the library.
            .add_scopes(settings.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new));
        if let Some(acr) = settings.acr_values.first() {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        if let Some(hint) = login_hint {
            request = request.set_login_hint(LoginHint::new(hint.to_owned()));
        }
        if again && settings.step_up.prompt {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        if again && settings.step_up.max_age {
            request = request.set_max_age(Duration::ZERO);
        }
        if let Some(verifier) = &pending.pkce_verifier {
            let verifier = PkceCodeVerifier::new(verifier.clone());
            request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        let (url, _, _) = request.url();
        Ok((url, pending))
    }

    /// Ends a sign-in: checks the answer, exchanges the code, verifies the `id_token` and the claims.
    ///
    /// `pending` is taken by value: an answer is tried once. The caller forgets it before calling.
    ///
    /// # Errors
    /// Any [`IdentityError`]. The answer's `state` is checked first, before anything else in it is believed.
    pub async fn finish(&self, pending: Pending, answer: Answer) -> Result<SignedIn, IdentityError> {
        let Inner { settings, directory, .. } = &*self.0;
        let code = self.code_of(&pending, answer)?;
        let provider = directory.provider(settings).await?;
        if provider.says_iss && !code.with_iss {
            return Err(IdentityError::WrongIssuer);
        }
        let tokens = self.exchange(&provider, code.value, pending.pkce_verifier.clone()).await?;
        let id_token = tokens.id_token().ok_or(IdentityError::BadAnswer(Step::Token))?;
        let (provider, claims) = match self.verify(&provider, id_token, &pending, tokens.access_token()) {
            Err(IdentityError::BadToken(TokenFault::UnknownKey)) => {
                let newer = directory.newer_than(&provider, settings).await?;
                let claims = self.verify(&newer, id_token, &pending, tokens.access_token())?;
                (newer, claims)
            }
            verified => (provider, verified?),
        };
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.len() > MAX_SUBJECT {
            return Err(IdentityError::BadToken(TokenFault::Malformed));
        }
        if pending.again {
            self.check_again(&pending, claims)?;
        }
        let described = self.userinfo(&provider, tokens.access_token()).await?;
        // Core §5.3.2: claims about another subject must not be used.
        if described.get("sub").and_then(Value::as_str) != Some(subject) {
            return Err(IdentityError::BadToken(TokenFault::Subject));
        }
        Ok(SignedIn {
            kind: settings.kind,
            issuer: provider.issuer.clone(),
            subject: subject.to_owned(),
            identity: userinfo::civil_identity(settings.kind, &described),
            acr: claims.auth_context_ref().map(|acr| acr.as_str().to_owned()),
            auth_time: claims.auth_time().map(|at| Timestamp::from_micros(at.timestamp_micros())),
            id_token: SecretString::from(id_token.to_string()),
        })
    }

    /// Where to send a person who signs out (OIDC RP-Initiated Logout 1.0 §2), or nothing when the issuer has
    /// no such place. `state` comes back with them.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn logout_url(&self, id_token_hint: &str, state: &str) -> Result<Option<Url>, IdentityError> {
        let Inner { settings, directory, .. } = &*self.0;
        let provider = directory.provider(settings).await?;
        Ok(provider.end_session.clone().map(|mut url| {
            url.query_pairs_mut()
                .append_pair("id_token_hint", id_token_hint)
                .append_pair("post_logout_redirect_uri", settings.post_logout_redirect_uri.as_str())
                .append_pair("state", state);
            url
        }))
    }

    /// The code of an answer that is for this sign-in, from this issuer, in time.
    fn code_of(&self, pending: &Pending, answer: Answer) -> Result<Code, IdentityError> {
        let Inner { settings, source, .. } = &*self.0;
        let state = answer.state.unwrap_or_default();
        if pending.kind != settings.kind || !bool::from(pending.state.as_bytes().ct_eq(state.as_bytes())) {
            return Err(IdentityError::WrongState);
        }
        if source.now() >= Timestamp::from_micros(pending.started_at).plus(PENDING_LIFE) {
            return Err(IdentityError::Stale);
        }
        if answer.iss.as_deref().is_some_and(|iss| !is_named(&settings.issuer, iss)) {
            return Err(IdentityError::WrongIssuer);
        }
        if let Some(error) = answer.error {
            return Err(said_by_provider(&error));
        }
        match answer.code {
            Some(value) if !value.is_empty() && value.len() <= MAX_CODE => {
                Ok(Code { value, with_iss: answer.iss.is_some() })
            }
            _ => Err(IdentityError::NoCode),
        }
    }

    /// The code against tokens (Core §3.1.3.1).
    async fn exchange(
        &self,
        provider: &Provider,
        code: String,
        pkce_verifier: Option<String>,
    ) -> Result<CoreTokenResponse, IdentityError> {
        let client = client(&self.0.settings, provider)?;
        let http = |request: HttpRequest| {
            let (http, key) = (self.0.http.clone(), self.0.settings.decryption.clone());
            async move {
                let request = reqwest::Request::try_from(request).map_err(|_| IdentityError::Settings("issuer"))?;
                let reply = wire::ask(reqwest::RequestBuilder::from_parts(http, request), Step::Token).await?;
                let mut response = HttpResponse::new(opened_tokens(reply.body, key.as_ref())?);
                *response.status_mut() = reply.status;
                Ok::<_, IdentityError>(response)
            }
        };
        let mut exchange = client.exchange_code(AuthorizationCode::new(code));
        if let Some(verifier) = pkce_verifier {
            exchange = exchange.set_pkce_verifier(PkceCodeVerifier::new(verifier));
        }
        exchange.request_async(&http).await.map_err(|error| match error {
            RequestTokenError::Request(error) => error,
            RequestTokenError::ServerResponse(said) => match said.error() {
                CoreErrorResponseType::InvalidGrant => IdentityError::CodeRefused,
                CoreErrorResponseType::InvalidClient | CoreErrorResponseType::UnauthorizedClient => {
                    IdentityError::ClientRefused
                }
                _ => IdentityError::BadAnswer(Step::Token),
            },
            // The body may hold tokens: it goes nowhere.
            RequestTokenError::Parse(_, body) => unreadable_tokens(&body),
            RequestTokenError::Other(_) => IdentityError::BadAnswer(Step::Token),
        })
    }

    /// Core §3.1.3.7, every item; items 4 and 5 (`azp`) and the `at_hash` of §3.1.3.8 are ours, the rest is the
    /// library's.
    fn verify<'t>(
        &self,
        provider: &Provider,
        id_token: &'t CoreIdToken,
        pending: &Pending,
        access_token: &AccessToken,
    ) -> Result<&'t CoreIdTokenClaims, IdentityError> {
        let Inner { settings, source, .. } = &*self.0;
        let client_id = ClientId::new(settings.client_id.clone());
        let now = source.now();
        // A public client's verifier, though we have a secret: it can't be made to accept a shared-secret signature.
        let verifier = CoreIdTokenVerifier::new_public_client(
            client_id.clone(),
            IssuerUrl::new(provider.issuer.clone()).map_err(|_| IdentityError::BadAnswer(Step::Discovery))?,
            provider.keys.clone(),
        )
        .set_allowed_algs([CoreJwsSigningAlgorithm::EcdsaP256Sha256, CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256])
        .set_auth_context_verifier_fn(|acr| {
            let accepted = &settings.acr_values;
            if accepted.is_empty() || acr.is_some_and(|acr| accepted.iter().any(|one| one == acr.as_str())) {
                Ok(())
            } else {
                Err(String::new())
            }
        })
        .set_time_fn(move || (UNIX_EPOCH + Duration::from_micros(now.micros().unsigned_abs())).into());
        let claims =
            id_token.claims(&verifier, &Nonce::new(pending.nonce.clone())).map_err(|error| fault_of(&error))?;
        if claims.authorized_party().is_some_and(|party| *party != client_id) {
            return Err(IdentityError::BadToken(TokenFault::Audience));
        }
        if claims.issue_time().timestamp_micros() > now.plus(CLOCK_SKEW).micros() {
            return Err(IdentityError::BadToken(TokenFault::NotYet));
        }
        if let Some(expected) = claims.access_token_hash() {
            let actual = id_token
                .signing_alg()
                .ok()
                .zip(id_token.signing_key(&verifier).ok())
                .and_then(|(alg, key)| AccessTokenHash::from_token(access_token, alg, key).ok());
            if actual.as_ref() != Some(expected) {
                return Err(IdentityError::BadToken(TokenFault::AccessToken));
            }
        }
        Ok(claims)
    }

    /// Whether the person proved who they are since this sign-in began. When `max_age` was sent the issuer must say
    /// (Core §3.1.2.1); when nothing was sent, nothing else tells.
    fn check_again(&self, pending: &Pending, claims: &CoreIdTokenClaims) -> Result<(), IdentityError> {
        let began = Timestamp::from_micros(pending.started_at);
        match claims.auth_time().map(|at| Timestamp::from_micros(at.timestamp_micros())) {
            Some(proven) if proven.plus(CLOCK_SKEW) >= began => Ok(()),
            None if self.0.settings.step_up.prompt && !self.0.settings.step_up.max_age => Ok(()),
            Some(_) | None => Err(IdentityError::NotAgain),
        }
    }

    /// The claims about the person, verified. Only `sub` remains to be compared.
    async fn userinfo(
        &self,
        provider: &Arc<Provider>,
        access_token: &AccessToken,
    ) -> Result<userinfo::Claims, IdentityError> {
        let Inner { settings, source, http, directory } = &*self.0;
        let request = http.get(provider.userinfo.clone()).bearer_auth(access_token.secret());
        let reply = wire::ask(request, Step::Userinfo).await?;
        let read = |provider: &Provider| userinfo::read(&reply, provider, settings, source.now());
        match read(provider) {
            Err(IdentityError::BadToken(TokenFault::UnknownKey)) => {
                read(&*directory.newer_than(provider, settings).await?)
            }
            done => done,
        }
    }
}

struct Code {
    value: String,
    with_iss: bool,
}

fn client(settings: &IssuerSettings, provider: &Provider) -> Result<Client, IdentityError> {
    let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(|_| IdentityError::BadAnswer(Step::Discovery))?;
    Ok(CoreClient::new(ClientId::new(settings.client_id.clone()), issuer, provider.keys.clone())
        .set_client_secret(ClientSecret::new(settings.client_secret.expose_secret().to_owned()))
        .set_auth_type(AuthType::RequestBody)
        .set_auth_uri(AuthUrl::from_url(provider.authorization.clone()))
        .set_token_uri(TokenUrl::from_url(provider.token.clone()))
        .set_redirect_uri(RedirectUrl::from_url(settings.redirect_uri.clone())))
}

/// The `error` parameter, reduced to the words that the specifications know.
fn said_by_provider(error: &str) -> IdentityError {
    const KNOWN: [&str; 11] = [
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "invalid_request",
        "invalid_scope",
        "login_required",
        "request_not_supported",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_response_type",
    ];
    if error == "access_denied" {
        return IdentityError::Refused;
    }
    IdentityError::Provider(KNOWN.into_iter().find(|known| *known == error).unwrap_or("other"))
}

/// A token answer whose `id_token` is opened if it was encrypted: the library reads signed ones only.
fn opened_tokens(body: Vec<u8>, key: Option<&DecryptionKey>) -> Result<Vec<u8>, IdentityError> {
    if key.is_none() {
        return Ok(body);
    }
    let Ok(Value::Object(mut answer)) = serde_json::from_slice(&body) else { return Ok(body) };
    let Some(token) = answer.get("id_token").and_then(Value::as_str) else { return Ok(body) };
    let Some(opened) = userinfo::opened(token, key).map_err(IdentityError::BadToken)? else { return Ok(body) };
    answer.insert("id_token".to_owned(), Value::String(opened.to_string()));
    serde_json::to_vec(&answer).map_err(|_| IdentityError::BadAnswer(Step::Token))
}

/// A token answer that the library can't read: says whether the `id_token` is the cause.
fn unreadable_tokens(body: &[u8]) -> IdentityError {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    match answer.get("id_token").and_then(Value::as_str) {
        Some(token) => IdentityError::BadToken(userinfo::unreadable(token)),
        None => IdentityError::BadAnswer(Step::Token),
    }
}

fn fault_of(error: &ClaimsVerificationError) -> IdentityError {
    use ClaimsVerificationError as Claims;
    use SignatureVerificationError as Signature;
    IdentityError::BadToken(match error {
        Claims::InvalidNonce(_) => return IdentityError::WrongNonce,
        Claims::InvalidAuthContext(_) => return IdentityError::WrongAcr,
        Claims::Expired(_) => TokenFault::Expired,
        Claims::InvalidAudience(_) => TokenFault::Audience,
        Claims::InvalidIssuer(_) => TokenFault::Issuer,
        Claims::InvalidSubject(_) => TokenFault::Subject,
        Claims::SignatureVerification(Signature::NoMatchingKey) => TokenFault::UnknownKey,
        Claims::SignatureVerification(
            Signature::DisallowedAlg(_) | Signature::NoSignature | Signature::UnsupportedAlg(_),
        ) => TokenFault::Algorithm,
        Claims::SignatureVerification(_) => TokenFault::Signature,
        _ => TokenFault::Malformed,
    })
}
