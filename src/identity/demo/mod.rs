//! A real `OpenID` Connect provider of invented people, for `consigne demo` and for tests. Never mounted by `serve`.
//!
//! Two issuers, each in the shape of the real one, so that what works here works there:
//! - `holder`, in `FranceConnect`'s: pairwise subjects ending in `v1`, userinfo as a signed JWT, code good 30 s and
//!   access token 60 s, no refresh token, `code_challenge` refused, a parameter missing or a short nonce answered by an
//!   HTML page;
//! - `professional`, in `ProConnect`'s: `usual_name`, `uid`, `siret`, PKCE S256 taken, unknown parameters refused.
//!
//! Both sign in ES256 with keys made at start. Anybody can come in as anybody: `authorize?login_hint=angela` signs in
//! without a page, which is what makes it a demonstration and nothing else.
//!
//! - `people`: who exists; add somebody there. `keys`: signatures. `memory`: codes and tokens.
//! - `authorize`: the page where one chooses who to be. `endpoints`: what programs talk to. `page`: HTML and headers.

mod authorize;
mod endpoints;
mod keys;
mod memory;
mod page;
mod people;
pub mod program;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use data_encoding::BASE64URL_NOPAD;
use secrecy::SecretString;
use url::Url;

use self::keys::Keys;
use self::memory::Memory;
use crate::domain::person::IssuerKind;
use crate::domain::source::Source;

pub use people::{DemoPerson, PEOPLE, people, person, subject_for};

/// Larger requests are refused: the forms here are a few hundred bytes.
const MAX_BODY: usize = 16 * 1024;

/// A program that the demonstration issuers know.
#[derive(Debug, Clone)]
pub struct DemoClient {
    /// The issuer that knows it.
    pub kind: IssuerKind,
    /// Its name.
    pub client_id: String,
    /// Its secret, sent in the body of the token request.
    pub client_secret: SecretString,
    /// Where people may be sent back; compared character by character.
    pub redirect_uris: Vec<Url>,
    /// Where people may be sent after they sign out.
    pub post_logout_redirect_uris: Vec<Url>,
}

/// The codes of the moment: of those who have a second factor, name and digits; of who asks for papers, name and code.
#[derive(Debug, Default, Clone)]
pub struct Shown {
    /// Security codes.
    pub factors: Vec<(String, String)>,
    /// Codes of requests.
    pub requests: Vec<(String, String)>,
}

/// Tells them. Shown on the demonstration's own page.
#[derive(Clone)]
pub struct Codes(Arc<dyn Fn() -> Shown + Send + Sync>);

impl Codes {
    /// From whoever knows them.
    pub fn new(now: impl Fn() -> Shown + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Nobody has any.
    pub fn none() -> Self {
        Self::new(Shown::default)
    }
}

/// The two demonstration issuers. Cheap to clone; clones share keys, codes and tokens.
#[derive(Clone)]
pub struct DemoProvider {
    holder: Arc<Issuer>,
    professional: Arc<Issuer>,
    codes: Codes,
}

/// One issuer.
struct Issuer {
    kind: IssuerKind,
    url: Url,
    source: Source,
    clients: Vec<DemoClient>,
    keys: Keys,
    memory: Mutex<Memory>,
}

impl DemoProvider {
    /// `base` is the address where [`Self::router`] will be found, seen from outside (`http://127.0.0.1:8080/demo`).
    pub fn new(base: &Url, source: &Source, clients: &[DemoClient], codes: Codes) -> Self {
        let issuer = |kind: IssuerKind| {
            let mut url = base.clone();
            url.set_query(None);
            url.set_fragment(None);
            if let Ok(mut path) = url.path_segments_mut() {
                path.pop_if_empty().push(kind.code());
            }
            Arc::new(Issuer {
                kind,
                url,
                source: source.clone(),
                clients: clients.iter().filter(|client| client.kind == kind).cloned().collect(),
                keys: Keys::new(source),
                memory: Mutex::default(),
            })
        };
        Self { holder: issuer(IssuerKind::Holder), professional: issuer(IssuerKind::Professional), codes }
    }

    /// The issuer's identifier: `{base}/holder` or `{base}/professional`.
    pub fn issuer(&self, kind: IssuerKind) -> Url {
        self.of(kind).url.clone()
    }

    /// Both issuers, to nest at the base's path.
    pub fn router(&self) -> Router {
        let routes = |issuer: &Arc<Issuer>| {
            Router::new()
                .route("/.well-known/openid-configuration", get(endpoints::discovery))
                .route("/jwks", get(endpoints::jwks))
                .route("/authorize", get(authorize::show))
                .route("/choose", post(authorize::choose))
                .route("/token", post(endpoints::token))
                .route("/userinfo", get(endpoints::userinfo).post(endpoints::userinfo))
                .route("/session/end", get(endpoints::end_session))
                .with_state(Arc::clone(issuer))
        };
        let both = Router::new()
            .nest("/holder", routes(&self.holder))
            .nest("/professional", routes(&self.professional))
            .route("/codes", get(page::codes).with_state(self.codes.clone()))
            .layer(DefaultBodyLimit::max(MAX_BODY));
        page::with_headers(both)
    }

    /// Makes one issuer sign with a new key from now on; the one before stays published.
    pub fn rotate_keys(&self, kind: IssuerKind) {
        let issuer = self.of(kind);
        issuer.keys.rotate(&issuer.source);
    }

    const fn of(&self, kind: IssuerKind) -> &Arc<Issuer> {
        match kind {
            IssuerKind::Holder => &self.holder,
            IssuerKind::Professional => &self.professional,
        }
    }
}

impl Issuer {
    fn client(&self, client_id: &str) -> Option<&DemoClient> {
        self.clients.iter().find(|client| client.client_id == client_id)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A code or a token: 256 random bits.
    fn draw(&self) -> String {
        BASE64URL_NOPAD.encode(&self.source.bytes::<32>())
    }

    /// The time in whole seconds, as tokens write it.
    fn seconds(&self) -> i64 {
        self.source.now().micros().div_euclid(1_000_000)
    }

    /// An address below the issuer's.
    fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.url)
    }
}
