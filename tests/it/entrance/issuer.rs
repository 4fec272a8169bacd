//! The identity providers of `tests/services/oidc`, one of its own for each story and each way in.

use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use consigne::config::{self, Config};
use consigne::domain::person::IssuerKind;
use consigne::domain::source::Source;
use consigne::locker::Limits;
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use reqwest::Method;
use serde_json::{Value, json};
use url::Url;

use crate::world::{Answer, Client, Pair, Professional, World, hex, setting};

/// How a provider is set up, and what Consigne asks of it.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Who comes in by it: holders as by FranceConnect, professionals as by ProConnect.
    pub kind: IssuerKind,
    pub id_token: &'static str,
    pub userinfo: &'static str,
    /// Key management and content encryption, for both tokens.
    pub encrypted: Option<(&'static str, &'static str)>,
    /// The level that is asked for.
    pub acr: &'static str,
    pub code_seconds: u32,
}

impl Shape {
    /// FranceConnect's.
    pub const HOLDER: Self = Self {
        kind: IssuerKind::Holder,
        id_token: "ES256",
        userinfo: "ES256",
        encrypted: None,
        acr: "eidas1",
        code_seconds: 30,
    };
    /// ProConnect's.
    pub const PROFESSIONAL: Self = Self { kind: IssuerKind::Professional, ..Self::HOLDER };
    /// Both, for what is told of each.
    pub const BOTH: [Self; 2] = [Self::HOLDER, Self::PROFESSIONAL];

    /// Two whom it knows: how they are named there, and their family name.
    pub const fn people(self) -> [(&'static str, &'static str); 2] {
        match self.kind {
            IssuerKind::Holder => [("angela", "DUBOIS"), ("ahmed", "OSMAN")],
            IssuerKind::Professional => [("nadia", "BENALI"), ("claire", "MOREL")],
        }
    }

    /// Where the first of them signs in.
    pub fn login(self) -> String {
        self.login_of(self.people()[0].0)
    }

    /// Where somebody signs in.
    pub fn login_of(self, who: &str) -> String {
        format!("/auth/{}/login?login_hint={who}", self.kind.code())
    }

    /// Where who is signed in proves it again.
    pub fn again(self) -> String {
        format!("/auth/{}/login?step_up=1&next=/sessions", self.kind.code())
    }

    /// The way in that a configuration names for it.
    pub fn way(self, config: &mut Config) -> &mut config::Issuer {
        let issuers = &mut config.issuers;
        match self.kind {
            IssuerKind::Holder => issuers.holder.as_mut().unwrap(),
            IssuerKind::Professional => issuers.professional.as_mut().unwrap(),
        }
    }
}

/// One provider.
pub struct Issuer {
    shape: Shape,
    origin: String,
    name: String,
    http: reqwest::Client,
}

impl Issuer {
    fn planned(shape: Shape) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let name = format!("i{}", hex(&Source::system().bytes::<8>()));
        Self { shape, origin: setting("CONSIGNE_TEST_OIDC"), name, http }
    }

    /// Its identifier.
    pub fn url(&self) -> Url {
        Url::parse(&format!("{}/{}/api/v2", self.origin, self.name)).unwrap()
    }

    async fn control(&self, path: &str, body: &Value) {
        let answer = self.http.post(format!("{}/control/issuers{path}", self.origin)).json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// Changes how it behaves from now on.
    pub async fn change(&self, body: Value) {
        self.control(&format!("/{}", self.name), &body).await;
    }

    /// What it answers to a program that brings a code.
    pub async fn exchange(&self, form: &[(&str, &str)]) -> Value {
        self.http.post(format!("{}/token", self.url())).form(form).send().await.unwrap().json().await.unwrap()
    }

    /// Has a configuration name it.
    fn set(&self, config: &mut Config) {
        let file = config.data_dir.join("issuer.pem");
        let way = self.shape.way(config);
        way.issuer = self.url();
        way.client_id = "consigne".to_owned();
        way.acr_values = vec![self.shape.acr.to_owned()];
        way.any_level = false;
        way.account_name = None;
        if self.shape.kind == IssuerKind::Professional {
            way.scopes = "openid given_name usual_name email uid siret".split(' ').map(str::to_owned).collect();
        }
        if self.shape.encrypted.is_some() {
            write_key(&file);
            way.decryption_key_file = Some(file);
        }
    }

    /// Makes it, with Consigne as its client.
    async fn make(&self, world: &World, change: impl FnOnce(&mut Value)) {
        let (shape, kind) = (self.shape, self.shape.kind.code());
        let base = world.config.public_url.as_str();
        let secret = shape.way(&mut world.config.clone()).client_secret.clone();
        let mut client = json!({
            "client_id": "consigne",
            "client_secret": secrecy::ExposeSecret::expose_secret(&secret),
            "redirect_uris": [format!("{base}auth/{kind}/callback")],
            "post_logout_redirect_uris": [base],
            "id_token_signed_response_alg": shape.id_token,
            "userinfo_signed_response_alg": shape.userinfo,
        });
        if let Some((alg, enc)) = shape.encrypted {
            for token in ["id_token", "userinfo"] {
                client[format!("{token}_encrypted_response_alg")] = json!(alg);
                client[format!("{token}_encrypted_response_enc")] = json!(enc);
            }
            // As an issuer does: it reads what we publish.
            let ours = world.anonymous().get(&format!("/auth/{kind}/jwks.json")).await.expect(200).json();
            assert_eq!(ours["keys"].as_array().unwrap().len(), 1);
            assert!(ours["keys"][0].get("d").is_none(), "the public half alone");
            client["jwks"] = ours;
        }
        change(&mut client);
        let name = match shape.kind {
            IssuerKind::Holder => "franceconnect",
            IssuerKind::Professional => "proconnect",
        };
        let asked = json!({ "name": self.name, "shape": name, "client": client, "code_seconds": shape.code_seconds });
        self.control("", &asked).await;
    }
}

fn write_key(file: &Path) {
    let key = p256::SecretKey::from_slice(&Source::system().bytes::<32>()).unwrap();
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let mut out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).unwrap();
    std::io::Write::write_all(&mut out, key.to_pkcs8_pem(LineEnding::LF).unwrap().as_bytes()).unwrap();
}

/// A whole Consigne where people come in through a provider of this shape. `change` has the last word on the provider's client.
pub async fn world(pair: Pair, shape: Shape, change: impl FnOnce(&mut Value)) -> (World, Issuer) {
    world_with(pair, shape, |_| {}, change).await
}

/// The same with a changed configuration.
pub async fn world_with(
    pair: Pair,
    shape: Shape,
    configure: impl FnOnce(&mut Config),
    change: impl FnOnce(&mut Value),
) -> (World, Issuer) {
    let issuer = Issuer::planned(shape);
    let set = |config: &mut Config| {
        issuer.set(config);
        configure(config);
    };
    let world = World::build(pair, Limits::default(), set).await;
    issuer.make(&world, change).await;
    (world, issuer)
}

/// The same with both ways in: a provider for holders, another for professionals.
pub async fn world_of_both(pair: Pair) -> (World, [Issuer; 2]) {
    let issuers = Shape::BOTH.map(Issuer::planned);
    let world = World::build(pair, Limits::default(), |config| issuers.iter().for_each(|one| one.set(config))).await;
    for issuer in &issuers {
        issuer.make(&world, |_| {}).await;
    }
    (world, issuers)
}

/// Follows a browser from our login to the provider and back: the address of our callback, not opened yet, and the addresses
/// gone through.
pub async fn to_callback(client: &Client, login: &str) -> (String, Vec<String>) {
    let first = client.get(login).await.expect(303);
    follow(client, first.header("location")).await
}

/// The same from an address of the provider's.
pub async fn follow(client: &Client, asked: &str) -> (String, Vec<String>) {
    let mut here = Url::parse(asked).unwrap();
    let mut through = Vec::new();
    for _ in 0..6 {
        let answer = client.get(here.as_str()).await.expect_redirect();
        through.push(here.to_string());
        here = here.join(answer.header("location")).unwrap();
        if here.as_str().starts_with(&client.base) {
            return (here.to_string(), through);
        }
    }
    panic!("round and round: {through:?}");
}

/// The same, opened.
pub async fn come_in(client: &Client, login: &str) -> Answer {
    let (callback, _) = to_callback(client, login).await;
    client.get(&callback).await
}

/// Whether the provider asked somebody who they are, by the addresses gone through.
pub fn asked(through: &[String]) -> bool {
    through.iter().any(|address| address.contains("/interaction/"))
}

/// Whether somebody is signed in at the provider in this browser, as it tells who may not ask.
pub async fn is_known_there(client: &Client, shape: Shape) -> bool {
    let away = client.get(&shape.login()).await.expect(303);
    let (callback, _) = follow(client, &format!("{}&prompt=none", away.header("location"))).await;
    let known = callback.contains("code=");
    assert_eq!(callback.contains("error=login_required"), !known, "{callback}");
    known
}

/// Somebody who is sent out says yes there: where the provider sends them back to.
pub async fn say_yes(client: &Client, out: &str) -> String {
    let page = client.get(out).await.expect(200).text();
    let value = |name: &str| page.split(name).nth(1).and_then(|rest| rest.split('"').nth(1)).unwrap().to_owned();
    let (action, xsrf) = (value("action="), value("name=\"xsrf\" value="));
    let confirm = Url::parse(out).unwrap().join(&action).unwrap();
    let form = [("xsrf", xsrf.as_str()), ("logout", "yes")];
    let back = client.send(client.request(Method::POST, confirm.as_str()).form(&form)).await.expect_redirect();
    back.header("location").to_owned()
}

/// A parameter of an address.
pub fn parameter(address: &str, name: &str) -> String {
    Url::parse(address).unwrap().query_pairs().find(|(n, _)| n == name).unwrap().1.into_owned()
}

/// An address with one parameter changed, or taken out.
pub fn with(address: &str, name: &str, value: Option<&str>) -> String {
    let mut url = Url::parse(address).unwrap();
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let changed = pairs.iter().filter_map(|(n, v)| Some((n.as_str(), if n == name { value? } else { v.as_str() })));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(changed).finish();
    url.set_query(Some(&query));
    url.into()
}

/// Somebody comes in by ProConnect's shape, proves it again, and sets up a second factor.
pub async fn at_work(world: &World, who: &str) -> Professional {
    let client = world.anonymous();
    come_in(&client, &Shape::PROFESSIONAL.login_of(who)).await.expect(303);
    come_in(&client, &Shape::PROFESSIONAL.again()).await.expect(303);
    Professional::set_up(client, &world.source).await
}
