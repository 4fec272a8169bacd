//! The identity provider of `tests/services/oidc`, one of its own for each story.

use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use consigne::config::Config;
use consigne::domain::source::Source;
use consigne::locker::Limits;
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use serde_json::{Value, json};
use url::Url;

use crate::world::{Answer, Client, Pair, World, hex, setting};

/// How the provider is set up, and what Consigne asks of it.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub id_token: &'static str,
    pub userinfo: &'static str,
    /// Key management and content encryption, for both tokens.
    pub encrypted: Option<(&'static str, &'static str)>,
    /// The level that is asked for.
    pub acr: &'static str,
    pub code_seconds: u32,
}

impl Default for Shape {
    fn default() -> Self {
        Self { id_token: "ES256", userinfo: "ES256", encrypted: None, acr: "eidas1", code_seconds: 30 }
    }
}

/// One provider.
pub struct Issuer {
    origin: String,
    name: String,
    http: reqwest::Client,
}

impl Issuer {
    fn planned() -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { origin: setting("CONSIGNE_TEST_OIDC"), name: format!("i{}", hex(&Source::system().bytes::<8>())), http }
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
}

fn write_key(file: &Path) {
    let key = p256::SecretKey::from_slice(&Source::system().bytes::<32>()).unwrap();
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let mut out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).unwrap();
    std::io::Write::write_all(&mut out, key.to_pkcs8_pem(LineEnding::LF).unwrap().as_bytes()).unwrap();
}

/// A whole Consigne whose holders come in through a provider of this shape. `change` has the last word on the provider's client.
pub async fn world(pair: Pair, shape: Shape, change: impl FnOnce(&mut Value)) -> (World, Issuer) {
    let issuer = Issuer::planned();
    let set = |config: &mut Config| {
        let holder = config.issuers.holder.as_mut().unwrap();
        holder.issuer = issuer.url();
        holder.client_id = "consigne".to_owned();
        holder.acr_values = vec![shape.acr.to_owned()];
        holder.account_name = None;
        if shape.encrypted.is_some() {
            let file = config.data_dir.join("issuer.pem");
            write_key(&file);
            holder.decryption_key_file = Some(file);
        }
    };
    let world = World::build(pair, Limits::default(), set).await;
    let base = world.config.public_url.as_str();
    let secret =
        secrecy::ExposeSecret::expose_secret(&world.config.issuers.holder.as_ref().unwrap().client_secret).to_owned();
    let mut client = json!({
        "client_id": "consigne",
        "client_secret": secret,
        "redirect_uris": [format!("{base}auth/holder/callback")],
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
        let ours = world.anonymous().get("/auth/holder/jwks.json").await.expect(200).json();
        assert_eq!(ours["keys"].as_array().unwrap().len(), 1);
        assert!(ours["keys"][0].get("d").is_none(), "the public half alone");
        client["jwks"] = ours;
    }
    change(&mut client);
    issuer.control("", &json!({ "name": issuer.name, "client": client, "code_seconds": shape.code_seconds })).await;
    (world, issuer)
}

/// Follows a browser from our login to the provider and back: the address of our callback, not opened yet, and the addresses
/// gone through.
pub async fn to_callback(client: &Client, login: &str) -> (String, Vec<String>) {
    let first = client.get(login).await.expect(303);
    let mut here = Url::parse(first.header("location")).unwrap();
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
