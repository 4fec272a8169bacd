//! A provider that says what a test tells it to, and signs as the test wants.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Signer;
use rsa::traits::PublicKeyParts;
use serde_json::{Value, json};

use super::*;

const NOW: i64 = START.micros() / 1_000_000;

/// What each address answers: status, media type, body.
#[derive(Clone)]
struct Script {
    discovery: Value,
    jwks: Value,
    token: (u16, String),
    userinfo: (u16, &'static str, String),
}

type S = State<Hostile>;

#[derive(Clone)]
struct Hostile {
    issuer: Url,
    script: Arc<Mutex<Script>>,
}

fn say(status: u16, media_type: &'static str, body: String) -> Response {
    (axum::http::StatusCode::from_u16(status).unwrap(), [(CONTENT_TYPE, media_type)], body).into_response()
}

impl Hostile {
    async fn new(jwks: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = Url::parse(&format!("http://{}/issuer", listener.local_addr().unwrap())).unwrap();
        let discovery = json!({
            "issuer": issuer.as_str(),
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "jwks_uri": format!("{issuer}/jwks"),
        });
        let script = Script { discovery, jwks, token: (500, String::new()), userinfo: (500, "", String::new()) };
        let hostile = Self { issuer, script: Arc::new(Mutex::new(script)) };
        let app = Router::new()
            .route(
                "/issuer/.well-known/openid-configuration",
                get(async |State(h): S| say(200, "application/json", h.script().discovery.to_string())),
            )
            .route("/issuer/jwks", get(async |State(h): S| say(200, "application/json", h.script().jwks.to_string())))
            .route(
                "/issuer/token",
                post(async |State(h): S| {
                    let (status, body) = h.script().token;
                    say(status, "application/json", body)
                }),
            )
            .route(
                "/issuer/userinfo",
                get(async |State(h): S| {
                    let (status, media_type, body) = h.script().userinfo;
                    say(status, media_type, body)
                }),
            )
            .with_state(hostile.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        hostile
    }

    fn script(&self) -> Script {
        self.script.lock().unwrap().clone()
    }

    fn change(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().unwrap());
    }

    fn party(&self, kind: IssuerKind) -> RelyingParty {
        let source = Source::with_manual_clock(START);
        RelyingParty::new(settings(kind, self.issuer.clone()), source, client(true).unwrap())
    }

    /// A whole sign-in in which the provider hands out these tokens.
    async fn sign_in(
        &self,
        kind: IssuerKind,
        id_token: impl FnOnce(&str) -> String,
        media_type: &'static str,
        userinfo: String,
    ) -> Result<SignedIn, IdentityError> {
        let party = self.party(kind);
        let (_, pending) = party.start(None).await?;
        self.change(|script| {
            let said = json!({
                "access_token": "an access token",
                "token_type": "Bearer",
                "expires_in": 60,
                "id_token": id_token(&pending.nonce),
            });
            script.token = (200, said.to_string());
            script.userinfo = (200, media_type, userinfo);
        });
        self.finish(&party, pending).await
    }

    /// The same, for somebody who is signed in and was asked to prove again who they are.
    async fn step_up(&self, party: &RelyingParty, key: &Key, auth_time: Value) -> Result<SignedIn, IdentityError> {
        let (_, pending) = party.start_again().await?;
        let id_token = key.sign(&but(self.id_claims(&pending.nonce), "auth_time", auth_time));
        self.change(|script| {
            let said = json!({ "access_token": "an access token", "token_type": "Bearer", "id_token": id_token });
            script.token = (200, said.to_string());
            script.userinfo = (200, "application/jwt", key.sign(&self.user_claims()));
        });
        self.finish(party, pending).await
    }

    async fn finish(&self, party: &RelyingParty, pending: Pending) -> Result<SignedIn, IdentityError> {
        let state = Some(pending.state.clone());
        party.finish(pending, Answer { code: Some("a code".to_owned()), state, ..Answer::default() }).await
    }

    fn id_claims(&self, nonce: &str) -> Value {
        json!({
            "iss": self.issuer.as_str(), "aud": "consigne-test", "sub": "somebody", "nonce": nonce, "acr": "eidas1",
            "iat": NOW, "exp": NOW + 60,
        })
    }

    fn user_claims(&self) -> Value {
        json!({
            "iss": self.issuer.as_str(), "aud": "consigne-test", "sub": "somebody", "iat": NOW, "exp": NOW + 60,
            "given_name": "Sami", "family_name": "TEST", "usual_name": "USAGE",
        })
    }
}

/// Makes an `id_token` for a nonce.
type Maker<'a> = Box<dyn FnOnce(&str) -> String + 'a>;

/// Signs compact tokens.
enum Key {
    Ec(p256::ecdsa::SigningKey),
    Rsa(Box<rsa::RsaPrivateKey>),
}

impl Key {
    fn ec() -> Self {
        Self::Ec(p256::ecdsa::SigningKey::from_slice(&Source::system().bytes::<32>()).unwrap())
    }

    fn rsa() -> Self {
        Self::Rsa(Box::new(rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap()))
    }

    fn jwk(&self, kid: &str) -> Value {
        let b64 = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        match self {
            Self::Ec(key) => {
                let point = key.verifying_key().to_encoded_point(false);
                let (x, y) = (b64(point.x().unwrap()), b64(point.y().unwrap()));
                json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid, "x": x, "y": y })
            }
            Self::Rsa(key) => {
                let (n, e) = (b64(&key.n().to_bytes_be()), b64(&key.e().to_bytes_be()));
                json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e })
            }
        }
    }

    fn alg(&self) -> &'static str {
        match self {
            Self::Ec(_) => "ES256",
            Self::Rsa(_) => "RS256",
        }
    }

    fn sign(&self, claims: &Value) -> String {
        self.sign_as(&json!({ "alg": self.alg(), "kid": "k1" }), claims)
    }

    fn sign_as(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let signature = match self {
            Self::Ec(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message.as_bytes());
                signature.to_bytes().to_vec()
            }
            Self::Rsa(key) => {
                use sha2::{Digest, Sha256};
                key.sign(rsa::Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(&message)).unwrap()
            }
        };
        format!("{message}.{}", BASE64URL_NOPAD.encode(&signature))
    }
}

fn message(header: &Value, claims: &Value) -> String {
    [header, claims].map(|part| BASE64URL_NOPAD.encode(part.to_string().as_bytes())).join(".")
}

/// Signed with the client's secret, which the client of course knows.
fn with_shared_secret(claims: &Value) -> String {
    let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
    jsonwebtoken::encode(&header, claims, &jsonwebtoken::EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

/// The claims, one of them changed or (`null`) taken out.
fn but(mut claims: Value, name: &str, value: Value) -> Value {
    let map = claims.as_object_mut().unwrap();
    map.remove(name);
    if !value.is_null() {
        map.insert(name.to_owned(), value);
    }
    claims
}

fn set(keys: &[Value]) -> Value {
    json!({ "keys": keys })
}

#[tokio::test]
async fn both_algorithms_and_both_forms_of_userinfo_are_read() {
    for key in [Key::ec(), Key::rsa()] {
        // An encryption key, a symmetric one and an unknown kind beside it are passed over.
        let strangers = [
            but(Key::ec().jwk("k1"), "use", json!("enc")),
            json!({ "kty": "oct", "kid": "k1", "k": "c2VjcmV0" }),
            json!({ "kty": "NEW", "kid": "k1" }),
        ];
        let hostile = Hostile::new(set(&[&strangers[..], &[key.jwk("k1")]].concat())).await;
        let plain = hostile.user_claims();
        for (media_type, userinfo) in
            [("application/jwt", key.sign(&plain)), ("application/json; charset=utf-8", plain.to_string())]
        {
            for (kind, family_name) in [(IssuerKind::Holder, "TEST"), (IssuerKind::Professional, "USAGE")] {
                let id_token = |nonce: &str| key.sign(&hostile.id_claims(nonce));
                let signed_in = hostile.sign_in(kind, id_token, media_type, userinfo.clone()).await.unwrap();
                assert_eq!(signed_in.subject, "somebody");
                assert_eq!(signed_in.identity.family_name, family_name);
            }
        }
    }
}

#[tokio::test]
async fn an_id_token_that_lies_is_not_believed() {
    use TokenFault::*;
    let (key, stranger) = (Key::ec(), Key::ec());
    let hostile = Hostile::new(set(&[key.jwk("k1")])).await;
    let userinfo = key.sign(&hostile.user_claims());
    let header = json!({ "alg": "ES256", "kid": "k1" });
    let lie = |name: &'static str, value: Value| {
        let (hostile, key) = (&hostile, &key);
        Box::new(move |nonce: &str| key.sign(&but(hostile.id_claims(nonce), name, value))) as Maker<'_>
    };
    let bad = IdentityError::BadToken;
    let cases: Vec<(Maker<'_>, IdentityError)> = vec![
        (lie("iss", json!("https://elsewhere.example")), bad(Issuer)),
        (lie("iss", json!(format!("{}/", hostile.issuer))), bad(Issuer)),
        (lie("aud", json!("somebody-else")), bad(Audience)),
        (lie("aud", json!(["consigne-test", "somebody-else"])), bad(Audience)),
        (lie("aud", Value::Null), bad(Audience)),
        (lie("azp", json!("somebody-else")), bad(Audience)),
        (lie("exp", json!(NOW)), bad(Expired)),
        (lie("exp", Value::Null), bad(Malformed)),
        (lie("iat", json!(NOW + 61)), bad(NotYet)),
        (lie("nonce", json!("another-nonce-of-the-right-length-really")), IdentityError::WrongNonce),
        (lie("nonce", Value::Null), IdentityError::WrongNonce),
        (lie("acr", json!("eidas0")), IdentityError::WrongAcr),
        (lie("acr", Value::Null), IdentityError::WrongAcr),
        (lie("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")), bad(AccessToken)),
        (lie("sub", json!("")), bad(Malformed)),
        (lie("sub", json!("s".repeat(256))), bad(Malformed)),
        (lie("sub", json!("somebody else")), bad(Subject)),
        (Box::new(|n| stranger.sign(&hostile.id_claims(n))), bad(Signature)),
        (Box::new(|n| key.sign_as(&json!({ "alg": "ES256", "kid": "k2" }), &hostile.id_claims(n))), bad(UnknownKey)),
        (
            Box::new(|n| key.sign_as(&json!({ "alg": "ES256", "kid": "k1", "crit": ["b64"] }), &hostile.id_claims(n))),
            bad(Malformed),
        ),
        // RS256 said, ES256 done: the key's own kind decides.
        (Box::new(|n| key.sign_as(&json!({ "alg": "RS256", "kid": "k1" }), &hostile.id_claims(n))), bad(UnknownKey)),
        (Box::new(|n| with_shared_secret(&hostile.id_claims(n))), bad(Algorithm)),
        (Box::new(|n| format!("{}.", message(&json!({ "alg": "none" }), &hostile.id_claims(n)))), bad(Algorithm)),
        (
            Box::new(|n| format!("{}.", message(&json!({ "alg": "none", "kid": "k1" }), &hostile.id_claims(n)))),
            bad(Algorithm),
        ),
        (Box::new(|n| format!("{}.", message(&header, &hostile.id_claims(n)))), bad(Signature)),
        (Box::new(|_| "a.b.c.d.e".to_owned()), bad(Encrypted)),
        (Box::new(|_| "nothing".to_owned()), bad(Malformed)),
    ];
    for (number, (id_token, expected)) in cases.into_iter().enumerate() {
        let result = hostile.sign_in(IssuerKind::Holder, id_token, "application/jwt", userinfo.clone()).await;
        assert_eq!(result.unwrap_err(), expected, "case {number}");
    }
}

#[tokio::test]
async fn userinfo_that_lies_is_not_believed() {
    use TokenFault::*;
    let (key, stranger) = (Key::ec(), Key::ec());
    let hostile = Hostile::new(set(&[key.jwk("k1")])).await;
    let claims = || hostile.user_claims();
    let lie = |name: &str, value: Value| key.sign(&but(claims(), name, value));
    let cases = [
        (lie("iss", json!("https://elsewhere.example")), Issuer),
        (lie("iss", Value::Null), Issuer),
        (lie("aud", json!("somebody-else")), Audience),
        (lie("aud", json!(["consigne-test", "somebody-else"])), Audience),
        (lie("aud", Value::Null), Audience),
        (lie("exp", json!(NOW)), Expired),
        (lie("exp", json!("soon")), Malformed),
        (lie("exp", json!(-1)), Malformed),
        (lie("nbf", json!(NOW + 61)), NotYet),
        (lie("iat", json!(NOW + 61)), NotYet),
        (lie("sub", json!("somebody else")), Subject),
        (lie("sub", Value::Null), Subject),
        (stranger.sign(&claims()), Signature),
        (key.sign_as(&json!({ "alg": "ES256", "kid": "k2" }), &claims()), UnknownKey),
        (key.sign_as(&json!({ "alg": "RS256", "kid": "k1" }), &claims()), UnknownKey),
        (key.sign_as(&json!({ "alg": "ES256", "kid": "k1", "crit": ["b64"] }), &claims()), Malformed),
        (key.sign_as(&json!({ "alg": "ES256", "kid": "k1", "cty": "JWT" }), &claims()), Malformed),
        (with_shared_secret(&claims()), Algorithm),
        (format!("{}.", message(&json!({ "alg": "none" }), &claims())), Algorithm),
        (format!("{}.", message(&json!({ "alg": "ES256", "kid": "k1" }), &claims())), Signature),
        ("a.b.c.d.e".to_owned(), Encrypted),
        ("nothing".to_owned(), Malformed),
        (String::new(), Malformed),
    ];
    let id_token = |nonce: &str| key.sign(&hostile.id_claims(nonce));
    for (number, (userinfo, fault)) in cases.into_iter().enumerate() {
        let result = hostile.sign_in(IssuerKind::Holder, id_token, "application/jwt", userinfo).await;
        assert_eq!(result.unwrap_err(), IdentityError::BadToken(fault), "case {number}");
    }
    // Plain claims about somebody else; plain claims under another media type.
    let other = but(claims(), "sub", json!("somebody else")).to_string();
    let result = hostile.sign_in(IssuerKind::Holder, id_token, "application/json", other).await;
    assert_eq!(result.unwrap_err(), IdentityError::BadToken(Subject));
    let result = hostile.sign_in(IssuerKind::Holder, id_token, "text/html", claims().to_string()).await;
    assert_eq!(result.unwrap_err(), IdentityError::BadAnswer(Step::Userinfo));
    // Ends are optional there; the audience may be a list of one.
    let free = key.sign(&but(but(claims(), "exp", Value::Null), "aud", json!(["consigne-test"])));
    hostile.sign_in(IssuerKind::Holder, id_token, "application/jwt", free).await.unwrap();
}

#[tokio::test]
async fn a_token_that_does_not_say_its_key_is_read_when_there_is_one() {
    let (one, two) = (Key::ec(), Key::ec());
    let hostile = Hostile::new(set(&[one.jwk("k1")])).await;
    let header = json!({ "alg": "ES256" });
    let id_token = |nonce: &str| one.sign_as(&header, &hostile.id_claims(nonce));
    let userinfo = one.sign_as(&header, &hostile.user_claims());
    hostile.sign_in(IssuerKind::Holder, id_token, "application/jwt", userinfo.clone()).await.unwrap();
    hostile.change(|script| script.jwks = set(&[one.jwk("k1"), two.jwk("k2")]));
    let result = hostile.sign_in(IssuerKind::Holder, id_token, "application/jwt", userinfo).await;
    assert_eq!(result.unwrap_err(), IdentityError::BadToken(TokenFault::Signature));
}

#[tokio::test]
async fn answers_that_cannot_be_used_say_at_which_step() {
    let key = Key::ec();
    let hostile = Hostile::new(set(&[key.jwk("k1")])).await;
    let party = hostile.party(IssuerKind::Holder);
    let (_, pending) = party.start(None).await.unwrap();
    let huge = "x".repeat(300 * 1024);
    for (token, expected) in [
        ((503, String::new()), IdentityError::ProviderAway(Step::Token)),
        ((429, String::new()), IdentityError::ProviderAway(Step::Token)),
        ((307, String::new()), IdentityError::BadAnswer(Step::Token)),
        ((200, String::new()), IdentityError::BadAnswer(Step::Token)),
        ((200, "[]".to_owned()), IdentityError::BadAnswer(Step::Token)),
        ((200, huge.clone()), IdentityError::BadAnswer(Step::Token)),
        ((200, r#"{"access_token":"a","token_type":"Bearer"}"#.to_owned()), IdentityError::BadAnswer(Step::Token)),
        ((400, r#"{"error":"invalid_grant"}"#.to_owned()), IdentityError::CodeRefused),
        ((400, r#"{"error":"invalid_scope"}"#.to_owned()), IdentityError::BadAnswer(Step::Token)),
        ((401, r#"{"error":"invalid_client"}"#.to_owned()), IdentityError::ClientRefused),
    ] {
        hostile.change(|script| script.token = token.clone());
        assert_eq!(hostile.finish(&party, pending.clone()).await.unwrap_err(), expected, "{}", token.0);
    }
    let said = json!({
        "access_token": "a", "token_type": "Bearer", "id_token": key.sign(&hostile.id_claims(&pending.nonce)),
    });
    for (userinfo, expected) in [
        ((500, "application/json", String::new()), IdentityError::ProviderAway(Step::Userinfo)),
        ((401, "application/json", "{}".to_owned()), IdentityError::BadAnswer(Step::Userinfo)),
        ((302, "application/json", "{}".to_owned()), IdentityError::BadAnswer(Step::Userinfo)),
        ((200, "application/json", "[]".to_owned()), IdentityError::BadAnswer(Step::Userinfo)),
        ((200, "application/json", huge), IdentityError::BadAnswer(Step::Userinfo)),
    ] {
        hostile.change(|script| {
            script.token = (200, said.to_string());
            script.userinfo = userinfo.clone();
        });
        assert_eq!(hostile.finish(&party, pending.clone()).await.unwrap_err(), expected, "{}", userinfo.0);
    }
}

#[tokio::test]
async fn a_discovery_document_that_lies_is_not_followed() {
    for (name, value, expected) in [
        ("issuer", json!("https://elsewhere.example"), IdentityError::WrongIssuer),
        ("issuer", Value::Null, IdentityError::BadAnswer(Step::Discovery)),
        ("token_endpoint", json!("http://elsewhere.example/token"), IdentityError::BadAnswer(Step::Discovery)),
        ("userinfo_endpoint", json!("file:///etc/hostname"), IdentityError::BadAnswer(Step::Discovery)),
        ("end_session_endpoint", json!("javascript:alert(1)"), IdentityError::BadAnswer(Step::Discovery)),
        ("jwks_uri", json!("relative"), IdentityError::BadAnswer(Step::Discovery)),
        ("padding", json!("x".repeat(300 * 1024)), IdentityError::BadAnswer(Step::Discovery)),
    ] {
        let hostile = Hostile::new(set(&[])).await;
        hostile.change(|script| script.discovery = but(script.discovery.take(), name, value));
        assert_eq!(hostile.party(IssuerKind::Holder).start(None).await.unwrap_err(), expected, "{name}");
    }
    let hostile = Hostile::new(json!({ "keys": "none" })).await;
    let error = hostile.party(IssuerKind::Holder).start(None).await.unwrap_err();
    assert_eq!(error, IdentityError::BadAnswer(Step::Keys));
    // An issuer without a place to sign out is no mistake.
    let hostile = Hostile::new(set(&[])).await;
    assert_eq!(hostile.party(IssuerKind::Holder).logout_url("a token", "a state").await, Ok(None));
}

#[test]
fn errors_show_no_words_from_outside_and_have_codes_of_their_own() {
    use IdentityError as E;
    let all = [
        E::Refused,
        E::Provider("other"),
        E::ProviderAway(Step::Token),
        E::BadAnswer(Step::Token),
        E::WrongState,
        E::WrongIssuer,
        E::WrongNonce,
        E::WrongAcr,
        E::Stale,
        E::NoCode,
        E::CodeRefused,
        E::ClientRefused,
        E::BadToken(TokenFault::Signature),
        E::Settings("issuer"),
    ];
    let codes: std::collections::BTreeSet<_> = all.iter().map(|error| error.code()).collect();
    assert_eq!(codes.len(), all.len());
    assert_eq!(
        E::BadToken(TokenFault::Expired).to_string(),
        "a signed answer is not believed (identity_token_expired)"
    );
}

#[tokio::test]
async fn an_earlier_proof_is_not_a_new_one() {
    let key = Key::ec();
    let hostile = Hostile::new(set(&[key.jwk("k1")])).await;
    let with = |prompt, max_age| {
        let settings = IssuerSettings {
            step_up: StepUp { prompt, max_age },
            ..settings(IssuerKind::Holder, hostile.issuer.clone())
        };
        RelyingParty::new(settings, Source::with_manual_clock(START), client(true).unwrap())
    };
    // The issuer's clock may be a minute behind; before that, the proof is an earlier one.
    for (auth_time, with_max_age, with_prompt, with_nothing) in [
        (json!(NOW), true, true, true),
        (json!(NOW - 60), true, true, true),
        (json!(NOW - 61), false, false, false),
        (json!(NOW - 3600), false, false, false),
        // Silence is an answer only from an issuer that was asked by `prompt` alone.
        (Value::Null, false, true, false),
    ] {
        for (party, expected) in
            [(with(true, true), with_max_age), (with(true, false), with_prompt), (with(false, false), with_nothing)]
        {
            let result = hostile.step_up(&party, &key, auth_time.clone()).await;
            let expected = if expected { Ok(()) } else { Err(IdentityError::NotAgain) };
            assert_eq!(result.map(|_| ()), expected, "{auth_time}");
        }
    }
    for (prompt, max_age) in [(true, true), (true, false), (false, true), (false, false)] {
        let (url, _) = with(prompt, max_age).start_again().await.unwrap();
        let query = url.query().unwrap();
        assert_eq!((query.contains("prompt=login"), query.contains("max_age=0")), (prompt, max_age), "{query}");
        assert!(!with(prompt, max_age).start(None).await.unwrap().0.query().unwrap().contains("login"));
    }
}
