//! Programs of institutions: they sign assertions, get tokens, and bear them.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use consigne::domain::callback::Callback;
use consigne::domain::ids::InstitutionId;
use consigne::domain::institution::{Errand, Errands, InstitutionFields, LegalBasis};
use consigne::domain::organisation::Name;
use consigne::domain::source::Source;
use consigne::domain::taxonomy::KINDS;
use consigne::identity::assertions::key_set;
use data_encoding::BASE64URL_NOPAD;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, Client, World};

/// A program of an institution, with its key.
pub struct Program {
    pub institution: InstitutionId,
    /// An HTTP client of its own: it has no cookies.
    pub client: Client,
    pub pair: Ed25519KeyPair,
    source: Source,
    names: AtomicU64,
}

/// All that a program may be registered for.
fn all_errands() -> Errands {
    Errand::ALL.into_iter().fold(Errands::NONE, Errands::with)
}

/// A set with the public half of a key.
pub fn public_set(name: &str, pair: &Ed25519KeyPair) -> Value {
    let x = BASE64URL_NOPAD.encode(pair.public_key().as_ref());
    json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": name}]})
}

/// What describes an institution that may ask for every kind of paper.
pub fn fields(name: &str, keys: &Value) -> InstitutionFields {
    InstitutionFields {
        name: Name::parse(name).unwrap(),
        legal_basis: LegalBasis::parse("Article L. 262-2 du code de l'action sociale et des familles").unwrap(),
        kinds: KINDS.to_vec(),
        issues: KINDS.to_vec(),
        keys: key_set(&keys.to_string()).unwrap(),
        callbacks: Vec::new(),
    }
}

/// A JWT by hand: any header, any claims, any signature.
pub fn jwt(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let signed = format!("{}.{}", encode(header), encode(claims));
    let signature = BASE64URL_NOPAD.encode(&sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// A day so many days from today, in France.
pub fn day_from_now(world: &World, days: i64) -> String {
    let today = consigne::words::date_of(world.source.now());
    today.checked_add(jiff::Span::new().days(days)).unwrap().to_string()
}

/// What describes a deposit, with a day of issue.
pub fn metadata_of(title: &str, kind: &str, issued_on: Option<&str>) -> Value {
    json!({"title": title, "kind": kind, "issued_on": issued_on})
}

impl World {
    /// Registers an institution, whose program has one key, `first`.
    pub async fn institution(&self, name: &str) -> Program {
        let pair = Ed25519KeyPair::generate().unwrap();
        let fields = fields(name, &public_set("first", &pair));
        let institution = self.lockers.register_institution(&fields, all_errands()).await.unwrap();
        self.program(institution, pair)
    }

    /// The same, whose server may be told at these callbacks.
    pub async fn institution_told(&self, name: &str, callbacks: &[&str]) -> Program {
        let pair = Ed25519KeyPair::generate().unwrap();
        let mut fields = fields(name, &public_set("first", &pair));
        fields.callbacks = callbacks.iter().map(|callback| Callback::parse(callback).unwrap()).collect();
        let institution = self.lockers.register_institution(&fields, all_errands()).await.unwrap();
        self.program(institution, pair)
    }

    /// The program of an institution that is registered with a key, `first`.
    pub fn program(&self, institution: InstitutionId, pair: Ed25519KeyPair) -> Program {
        let (client, source) = (self.anonymous(), self.source.clone());
        Program {
            institution,
            client,
            pair,
            source,
            names: AtomicU64::new(u64::from_be_bytes(self.source.bytes()) / 2),
        }
    }
}

impl Program {
    /// Seconds of the service's clock.
    pub fn now(&self) -> i64 {
        self.source.now().micros() / 1_000_000
    }

    /// The claims of a right assertion, with a name of its own.
    pub fn claims(&self) -> Value {
        let id = self.institution.to_string();
        let name = self.names.fetch_add(1, Ordering::SeqCst);
        json!({
            "iss": id, "sub": id, "aud": format!("{}/oauth/token", self.client.base), "jti": format!("assertion-{name}"),
            "iat": self.now(), "exp": self.now() + 60,
        })
    }

    /// The header of a right assertion.
    pub fn header() -> Value {
        json!({"alg": "EdDSA", "kid": "first", "typ": "JWT"})
    }

    /// Signs with the program's key.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        jwt(header, claims, |bytes| self.pair.sign(bytes).as_ref().to_vec())
    }

    /// A right assertion.
    pub fn assertion(&self) -> String {
        self.sign(&Self::header(), &self.claims())
    }

    /// Asks for a token by an assertion.
    pub async fn ask(&self, assertion: &str, scope: Option<&str>) -> Answer {
        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ];
        form.extend(scope.map(|scope| ("scope", scope)));
        self.form(&form).await
    }

    /// Posts a form to where tokens are asked for, as a program does: without an origin.
    pub async fn form(&self, form: &[(&str, &str)]) -> Answer {
        let url = format!("{}/oauth/token", self.client.base);
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = reqwest::Client::builder().no_proxy().build().unwrap().post(url);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        self.client.send(request).await
    }

    /// A token for all that it is registered for.
    pub async fn token(&self) -> String {
        let answer = self.ask(&self.assertion(), None).await.expect(200).json();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// A request with a token.
    pub fn request_with(&self, method: Method, path: &str, token: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.client.base);
        reqwest::Client::builder().no_proxy().build().unwrap().request(method, url).bearer_auth(token)
    }

    /// Gets with a token.
    pub async fn get_with(&self, path: &str, token: &str) -> Answer {
        self.client.send(self.request_with(Method::GET, path, token)).await
    }

    /// Gets with a new token.
    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &self.token().await).await
    }

    /// Posts JSON with a new token.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        let token = self.token().await;
        self.client.send(self.request_with(Method::POST, path, &token).json(body)).await
    }
}
