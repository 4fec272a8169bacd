//! Coming in: the relying party against the demonstration provider, over real HTTP, on a clock set by hand; then
//! against a provider that lies.

mod hostile;
mod pages;
mod tokens;

use std::time::Duration;

use consigne::domain::person::IssuerKind;
use consigne::domain::source::{Source, Timestamp};
use consigne::identity::demo::{Codes, DemoClient, DemoProvider, people, subject_for};
use consigne::identity::{
    Answer, IdentityError, IssuerSettings, Pending, RelyingParty, SignedIn, Step, StepUp, TokenFault, client,
};
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use url::Url;

const START: Timestamp = Timestamp::from_micros(1_795_341_600_000_000);
const SECRET: &str = "a secret of the test";
const BOTH: [IssuerKind; 2] = [IssuerKind::Holder, IssuerKind::Professional];

fn back() -> Url {
    Url::parse("http://127.0.0.1:1/auth/callback").unwrap()
}

fn left() -> Url {
    Url::parse("http://127.0.0.1:1/left").unwrap()
}

fn settings(kind: IssuerKind, issuer: Url) -> IssuerSettings {
    let scopes = match kind {
        IssuerKind::Holder => "openid identite_pivot email preferred_username",
        IssuerKind::Professional => "openid given_name usual_name email uid siret",
    };
    IssuerSettings {
        kind,
        issuer,
        client_id: "consigne-test".to_owned(),
        client_secret: SecretString::from(SECRET),
        redirect_uri: back(),
        post_logout_redirect_uri: left(),
        scopes: scopes.split(' ').map(str::to_owned).collect(),
        acr_values: vec!["eidas1".to_owned()],
        pkce: kind == IssuerKind::Professional,
        step_up: StepUp { prompt: true, max_age: kind == IssuerKind::Holder },
        decryption: None,
    }
}

/// The demonstration provider on a port of its own, and someone to talk to it.
struct World {
    source: Source,
    provider: DemoProvider,
    http: reqwest::Client,
}

impl World {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}/demo", listener.local_addr().unwrap())).unwrap();
        let source = Source::with_manual_clock(START);
        let clients = BOTH.map(|kind| DemoClient {
            kind,
            client_id: "consigne-test".to_owned(),
            client_secret: SecretString::from(SECRET),
            redirect_uris: vec![back()],
            post_logout_redirect_uris: vec![left()],
        });
        let provider = DemoProvider::new(&base, &source, &clients, Codes::none());
        let app = axum::Router::new().nest("/demo", provider.router());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { source, provider, http: client(true).unwrap() }
    }

    fn settings(&self, kind: IssuerKind) -> IssuerSettings {
        settings(kind, self.provider.issuer(kind))
    }

    fn party(&self, kind: IssuerKind) -> RelyingParty {
        self.party_with(self.settings(kind))
    }

    fn party_with(&self, settings: IssuerSettings) -> RelyingParty {
        RelyingParty::new(settings, self.source.clone(), self.http.clone())
    }

    /// Goes where the relying party says, and comes back with the answer.
    async fn go(&self, url: Url) -> Answer {
        let response = self.http.get(url).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::FOUND);
        answer_in(&response)
    }

    async fn sign_in(&self, kind: IssuerKind, hint: &str) -> Result<SignedIn, IdentityError> {
        let party = self.party(kind);
        let (url, pending) = party.start(Some(hint)).await?;
        let answer = self.go(url).await;
        party.finish(pending, answer).await
    }
}

fn location(response: &reqwest::Response) -> Url {
    Url::parse(response.headers()["location"].to_str().unwrap()).unwrap()
}

fn answer_in(response: &reqwest::Response) -> Answer {
    let url = location(response);
    assert_eq!(url.as_str().split('?').next(), Some(back().as_str()));
    let value = |name: &str| url.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.into_owned());
    Answer {
        code: value("code"),
        state: value("state"),
        error: value("error"),
        error_description: value("error_description"),
        iss: value("iss"),
    }
}

fn with_parameter(url: &Url, name: &str, value: Option<&str>) -> Url {
    let kept: Vec<(String, String)> =
        url.query_pairs().filter(|(n, _)| n != name).map(|p| (p.0.into(), p.1.into())).collect();
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(value.map(|value| (name, value)));
    url
}

#[tokio::test]
async fn everybody_comes_in_as_who_they_are() {
    let world = World::new().await;
    for person in people() {
        let signed_in = world.sign_in(person.kind, person.login_hint).await.unwrap();
        assert_eq!(signed_in.kind, person.kind);
        assert_eq!(signed_in.issuer, world.provider.issuer(person.kind).as_str());
        assert_eq!(Some(signed_in.subject), subject_for(person.kind, person.login_hint));
        assert_eq!(signed_in.identity, person.civil_identity(), "{}", person.login_hint);
        assert_eq!(signed_in.acr.as_deref(), Some("eidas1"));
        assert_eq!(signed_in.auth_time, Some(START));
    }
    let hints: Vec<_> = people().iter().map(|person| person.login_hint).collect();
    assert_eq!(hints, ["angela", "ahmed", "lucie", "nadia", "paul", "claire", "ines", "bruno"]);
    assert!(people().iter().all(|person| person.email.is_none_or(|email| email.ends_with(".example"))));
}

#[tokio::test]
async fn angela_is_the_known_test_citizen() {
    let world = World::new().await;
    let angela = world.sign_in(IssuerKind::Holder, "angela").await.unwrap();
    assert_eq!(angela.identity.family_name, "DUBOIS");
    assert_eq!(angela.identity.given_name, "Angela Claire Louise");
    assert_eq!(angela.identity.birthdate.as_deref(), Some("1962-08-24"));
    assert_eq!(angela.identity.birthplace.as_deref(), Some("75107"));
    assert!(angela.subject.ends_with("v1"));
    let ahmed = world.sign_in(IssuerKind::Holder, "ahmed").await.unwrap();
    assert_eq!(ahmed.identity.birthplace.as_deref(), Some(""), "empty: born abroad");
    assert_eq!(ahmed.identity.birthcountry.as_deref(), Some("99343"));
    assert_eq!(ahmed.identity.email, None);
}

#[tokio::test]
async fn what_is_not_asked_is_not_told() {
    let world = World::new().await;
    let mut settings = world.settings(IssuerKind::Holder);
    settings.scopes = vec!["given_name".to_owned()];
    let party = world.party_with(settings);
    let (url, pending) = party.start(Some("angela")).await.unwrap();
    let identity = party.finish(pending, world.go(url).await).await.unwrap().identity;
    assert_eq!(identity.given_name, "Angela Claire Louise");
    assert_eq!(identity.family_name, "");
    assert_eq!(identity.birthdate, None);
}

#[tokio::test]
async fn the_request_holds_what_it_must_and_nothing_else() {
    let world = World::new().await;
    for (kind, expected) in [
        (IssuerKind::Holder, "acr_values client_id nonce redirect_uri response_type scope state"),
        (
            IssuerKind::Professional,
            "acr_values client_id code_challenge code_challenge_method nonce redirect_uri response_type scope state",
        ),
    ] {
        let (url, pending) = world.party(kind).start(None).await.unwrap();
        let mut names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
        names.sort();
        assert_eq!(names.join(" "), expected);
        assert!(pending.state.len() >= 32 && pending.nonce.len() >= 32 && pending.state != pending.nonce);
        let scope = url.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned();
        assert_eq!(scope.matches("openid").count(), 1);
    }
}

#[tokio::test]
async fn a_pending_sign_in_survives_storage_and_shows_nothing() {
    let world = World::new().await;
    let party = world.party(IssuerKind::Professional);
    let (url, pending) = party.start(Some("nadia")).await.unwrap();
    let shown = format!("{pending:?}");
    for secret in [&pending.state, &pending.nonce, pending.pkce_verifier.as_ref().unwrap()] {
        assert!(!shown.contains(secret.as_str()));
    }
    let stored = serde_json::to_vec(&pending).unwrap();
    let pending: Pending = serde_json::from_slice(&stored).unwrap();
    let signed_in = party.finish(pending, world.go(url).await).await.unwrap();
    let shown = format!("{signed_in:?}");
    assert!(!shown.contains("BENALI") && !shown.contains(signed_in.id_token.expose_secret()));
}

#[tokio::test]
async fn another_state_is_refused_before_anything_else() {
    let world = World::new().await;
    let party = world.party(IssuerKind::Holder);
    let (url, pending) = party.start(Some("angela")).await.unwrap();
    let right = world.go(url).await;
    for state in [None, Some(String::new()), Some("x".repeat(43)), Some(pending.state[1..].to_owned())] {
        let answer = Answer { state, ..right.clone() };
        assert_eq!(party.finish(pending.clone(), answer).await.unwrap_err(), IdentityError::WrongState);
    }
    // A refusal is believed only for the right sign-in.
    let refusal = Answer { error: Some("access_denied".to_owned()), ..Answer::default() };
    assert_eq!(party.finish(pending.clone(), refusal).await.unwrap_err(), IdentityError::WrongState);
    // A sign-in begun at the other issuer.
    let other = Pending { kind: IssuerKind::Professional, ..pending.clone() };
    assert_eq!(party.finish(other, right.clone()).await.unwrap_err(), IdentityError::WrongState);
    party.finish(pending, right).await.unwrap();
}

#[tokio::test]
async fn an_answer_from_another_issuer_is_refused() {
    let world = World::new().await;
    let party = world.party(IssuerKind::Holder);
    let (url, pending) = party.start(Some("angela")).await.unwrap();
    let right = world.go(url).await;
    // Absent is refused too: this provider promises it.
    for iss in [None, Some("http://127.0.0.1/other".to_owned()), right.iss.clone().map(|iss| iss + "/")] {
        let answer = Answer { iss, ..right.clone() };
        assert_eq!(party.finish(pending.clone(), answer).await.unwrap_err(), IdentityError::WrongIssuer);
    }
}

#[tokio::test]
async fn an_id_token_for_another_sign_in_is_refused() {
    let world = World::new().await;
    let party = world.party(IssuerKind::Holder);
    let (url, pending) = party.start(Some("angela")).await.unwrap();
    let answer = world.go(url).await;
    let tampered = Pending { nonce: "n".repeat(43), ..pending };
    assert_eq!(party.finish(tampered, answer).await.unwrap_err(), IdentityError::WrongNonce);
}

#[tokio::test]
async fn a_level_that_is_not_reached_is_refused() {
    let world = World::new().await;
    let mut settings = world.settings(IssuerKind::Holder);
    settings.acr_values = vec!["eidas2".to_owned(), "eidas3".to_owned()];
    let party = world.party_with(settings);
    let (url, pending) = party.start(Some("angela")).await.unwrap();
    assert!(url.query().unwrap().contains("acr_values=eidas2&") || url.query().unwrap().ends_with("acr_values=eidas2"));
    let answer = world.go(url).await;
    assert_eq!(party.finish(pending, answer).await.unwrap_err(), IdentityError::WrongAcr);
}

#[tokio::test]
async fn a_code_serves_once() {
    let world = World::new().await;
    let party = world.party(IssuerKind::Holder);
    let (url, pending) = party.start(Some("angela")).await.unwrap();
    let answer = world.go(url).await;
    party.finish(pending.clone(), answer.clone()).await.unwrap();
    assert_eq!(party.finish(pending, answer).await.unwrap_err(), IdentityError::CodeRefused);
}

#[tokio::test]
async fn a_code_serves_for_thirty_seconds() {
    let world = World::new().await;
    for (wait, expected) in [(29, Ok(())), (30, Err(IdentityError::CodeRefused))] {
        let party = world.party(IssuerKind::Holder);
        let (url, pending) = party.start(Some("angela")).await.unwrap();
        let answer = world.go(url).await;
        world.source.advance(Duration::from_secs(wait));
        assert_eq!(party.finish(pending, answer).await.map(|_| ()), expected);
    }
}

#[tokio::test]
async fn a_sign_in_begun_too_long_ago_begins_again() {
    let world = World::new().await;
    let party = world.party(IssuerKind::Holder);
    let (url, pending) = party.start(Some("angela")).await.unwrap();
    world.source.advance(Duration::from_mins(30));
    let answer = world.go(url).await;
    assert_eq!(party.finish(pending, answer).await.unwrap_err(), IdentityError::Stale);
}

#[tokio::test]
async fn without_a_code_there_is_nothing_to_finish() {
    let world = World::new().await;
    let party = world.party(IssuerKind::Holder);
    let (_, pending) = party.start(Some("angela")).await.unwrap();
    let answer = |code: Option<&str>, error: Option<&str>| Answer {
        code: code.map(str::to_owned),
        error: error.map(str::to_owned),
        state: Some(pending.state.clone()),
        ..Answer::default()
    };
    let long = "c".repeat(5000);
    for (given, expected) in [
        (answer(None, None), IdentityError::NoCode),
        (answer(Some(""), None), IdentityError::NoCode),
        (answer(Some(&long), None), IdentityError::NoCode),
        (answer(Some("c"), Some("access_denied")), IdentityError::Refused),
        (answer(None, Some("login_required")), IdentityError::Provider("login_required")),
        (answer(None, Some("<b>made up</b>")), IdentityError::Provider("other")),
    ] {
        assert_eq!(party.finish(pending.clone(), given).await.unwrap_err(), expected);
    }
}

#[tokio::test]
async fn pkce_is_proved_to_the_issuer_that_takes_it() {
    let world = World::new().await;
    let party = world.party(IssuerKind::Professional);
    let (url, pending) = party.start(Some("nadia")).await.unwrap();
    for verifier in [None, Some("v".repeat(43))] {
        let answer = world.go(url.clone()).await;
        let tampered = Pending { pkce_verifier: verifier, ..pending.clone() };
        assert_eq!(party.finish(tampered, answer).await.unwrap_err(), IdentityError::CodeRefused);
    }
    // Somebody takes the challenge out of the request on its way (RFC 9700 §2.1.1).
    let bare = with_parameter(&with_parameter(&url, "code_challenge", None), "code_challenge_method", None);
    let answer = world.go(bare).await;
    assert_eq!(party.finish(pending, answer).await.unwrap_err(), IdentityError::CodeRefused);
}

#[tokio::test]
async fn a_wrong_secret_is_the_operators_business() {
    let world = World::new().await;
    let mut settings = world.settings(IssuerKind::Holder);
    settings.client_secret = SecretString::from("not the secret");
    let party = world.party_with(settings);
    let (url, pending) = party.start(Some("angela")).await.unwrap();
    let answer = world.go(url).await;
    assert_eq!(party.finish(pending, answer).await.unwrap_err(), IdentityError::ClientRefused);
}

#[tokio::test]
async fn new_keys_are_found() {
    let world = World::new().await;
    for kind in BOTH {
        let party = world.party(kind);
        let hint = if kind == IssuerKind::Holder { "angela" } else { "nadia" };
        let (url, pending) = party.start(Some(hint)).await.unwrap();
        // The keys are known; then the issuer changes them, twice, so that the first is gone.
        world.provider.rotate_keys(kind);
        world.provider.rotate_keys(kind);
        party.finish(pending, world.go(url).await).await.unwrap();
    }
}

#[tokio::test]
async fn keys_are_not_fetched_again_at_every_stranger() {
    let world = World::new().await;
    let party = world.party(IssuerKind::Holder);
    let sign_in = async || {
        let (url, pending) = party.start(Some("angela")).await.unwrap();
        // New keys after discovery, so that memory holds older ones.
        world.provider.rotate_keys(IssuerKind::Holder);
        party.finish(pending, world.go(url).await).await.map(|_| ())
    };
    assert_eq!(sign_in().await, Ok(()));
    assert_eq!(sign_in().await, Err(IdentityError::BadToken(TokenFault::UnknownKey)));
    world.source.advance(Duration::from_secs(30));
    assert_eq!(sign_in().await, Ok(()));
}

#[tokio::test]
async fn a_provider_that_is_away_is_said_to_be() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let issuer = Url::parse(&format!("http://{address}/demo/holder")).unwrap();
    let source = Source::with_manual_clock(START);
    let party = RelyingParty::new(settings(IssuerKind::Holder, issuer), source.clone(), client(true).unwrap());
    let error = party.start(None).await.unwrap_err();
    assert_eq!(error, IdentityError::ProviderAway(Step::Discovery));
    assert_eq!(error.code(), "identity_provider_away");

    // It comes back: the failure is remembered two seconds, not more.
    let provider =
        DemoProvider::new(&Url::parse(&format!("http://{address}/demo")).unwrap(), &source, &[], Codes::none());
    let listener = TcpListener::bind(address).await.unwrap();
    let app = axum::Router::new().nest("/demo", provider.router());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    assert_eq!(party.start(None).await.unwrap_err(), error);
    source.advance(Duration::from_secs(2));
    party.start(None).await.unwrap();
}

#[tokio::test]
async fn http_is_for_loopback_only() {
    let source = Source::with_manual_clock(START);
    for (issuer, setting) in [
        ("http://issuer.example/api/v2", "issuer"),
        ("ftp://127.0.0.1/", "issuer"),
        ("https://issuer.example/?tenant=1", "issuer"),
    ] {
        let settings = settings(IssuerKind::Holder, Url::parse(issuer).unwrap());
        assert_eq!(settings.check(), Err(IdentityError::Settings(setting)));
        let party = RelyingParty::new(settings, source.clone(), client(true).unwrap());
        assert_eq!(party.start(None).await.unwrap_err(), IdentityError::Settings(setting));
    }
    let mut away = settings(IssuerKind::Holder, Url::parse("https://issuer.example/api/v2").unwrap());
    assert_eq!(away.check(), Ok(()));
    away.redirect_uri = Url::parse("http://consigne.example/callback").unwrap();
    assert_eq!(away.check(), Err(IdentityError::Settings("redirect_uri")));
}

#[tokio::test]
async fn a_sign_in_can_run_on_any_thread() {
    let world = World::new().await;
    let party = world.party(IssuerKind::Holder);
    let (url, pending) = tokio::spawn({
        let party = party.clone();
        async move { party.start(Some("angela")).await }
    })
    .await
    .unwrap()
    .unwrap();
    let answer = world.go(url).await;
    tokio::spawn(async move { party.finish(pending, answer).await }).await.unwrap().unwrap();
}
