//! Servers of institutions, told of what they asked for: one signed message to one address, once, and what became of it.
//!
//! The name is resolved here, every address that it leads to is looked at, and the connection goes to one of those very addresses: nobody
//! can answer once for the look and once for the connection. No redirect is followed, no proxy of the environment is used, and what is
//! answered is not read.

use std::collections::HashMap;
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, StatusCode};

use super::NotifyError;
use super::reach::is_public;
use crate::domain::callback::Callback;

/// How long one hand-over may take, from the name to the head of the answer. Well under [`crate::domain::webhook::LEASE`].
const PATIENCE: Duration = Duration::from_secs(10);

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It was taken.
    Taken,
    /// Nobody is to be told there any more (410).
    Gone,
    /// Nobody was there, or they did not take it.
    Away,
    /// The name leads to an address that is not out in the world: nothing was sent.
    Inside,
}

/// A message, signed.
#[derive(Debug)]
pub struct Message {
    /// Its id: the same each time that the same is told.
    pub id: String,
    /// The JSON that is signed, byte by byte.
    pub body: Vec<u8>,
    /// Its signature.
    pub signature: String,
}

/// What tests put in the place of the world: names that lead where they say, a certificate authority of their own, and loopback. No
/// configuration file and no variable makes one, and `serve` refuses it.
#[derive(Debug, Clone)]
pub struct Rehearsal {
    /// Where names lead: each time that one is resolved, the next of its answers; the last one from then on.
    pub names: Arc<Mutex<HashMap<String, Vec<Vec<IpAddr>>>>>,
    /// Certificates of the authority (PEM).
    pub authority: String,
    /// Whether loopback is spoken to.
    pub loopback: bool,
}

/// The name leads to an address that is not out in the world.
#[derive(Debug, thiserror::Error)]
#[error("the name leads inside a network")]
struct LeadsInside;

/// Resolves names, and gives no address that was not looked at.
struct Outward(Option<Rehearsal>);

impl Outward {
    async fn addresses(
        rehearsal: Option<Rehearsal>,
        name: &str,
    ) -> Result<Vec<SocketAddr>, Box<dyn Error + Send + Sync>> {
        let found: Vec<IpAddr> = match &rehearsal {
            Some(rehearsal) => {
                let mut names = rehearsal.names.lock().unwrap_or_else(PoisonError::into_inner);
                match names.get_mut(name) {
                    Some(answers) if answers.len() > 1 => answers.remove(0),
                    Some(answers) => answers.first().cloned().unwrap_or_default(),
                    None => Vec::new(),
                }
            }
            None => tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect(),
        };
        let loopback = rehearsal.is_some_and(|rehearsal| rehearsal.loopback);
        // One that leads in and out is as one that leads in.
        if !found.iter().all(|address| is_public(*address) || (loopback && address.is_loopback())) {
            return Err(LeadsInside.into());
        }
        // Port 0: the one of the address that is asked for.
        Ok(found.into_iter().map(|address| SocketAddr::new(address, 0)).collect())
    }
}

impl Resolve for Outward {
    fn resolve(&self, name: Name) -> Resolving {
        let rehearsal = self.0.clone();
        Box::pin(async move {
            let found = Self::addresses(rehearsal, name.as_str()).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Who tells them.
#[derive(Debug)]
pub struct Callbacks {
    client: Client,
}

impl Callbacks {
    /// For the world; or for a rehearsal.
    ///
    /// # Errors
    /// When the system's certificates can't be loaded.
    pub fn new(rehearsal: Option<Rehearsal>) -> Result<Self, NotifyError> {
        let bad = |error: reqwest::Error| NotifyError::Certificates(error.to_string());
        let builder = Client::builder()
            .https_only(true)
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            // A connection that was looked at once is not one that was looked at now.
            .pool_max_idle_per_host(0)
            .connect_timeout(PATIENCE / 2)
            .timeout(PATIENCE)
            .user_agent(concat!("consigne/", env!("CARGO_PKG_VERSION")));
        let builder = match &rehearsal {
            Some(rehearsal) => {
                let authority = Certificate::from_pem_bundle(rehearsal.authority.as_bytes()).map_err(bad)?;
                authority.into_iter().fold(builder, reqwest::ClientBuilder::add_root_certificate)
            }
            None => builder,
        };
        let client = builder.dns_resolver(Arc::new(Outward(rehearsal))).build().map_err(bad)?;
        Ok(Self { client })
    }

    /// Tells one server.
    pub async fn tell(&self, callback: &Callback, message: &Message) -> Told {
        let request = self
            .client
            .post(callback.as_str())
            .header("content-type", "application/json")
            .header("idempotency-key", &message.id)
            .header("consigne-signature", &message.signature)
            .body(message.body.clone());
        // The answer's body says nothing that is needed, and is not read.
        match request.send().await {
            Ok(response) => judged(response.status()),
            Err(error) if leads_inside(&error) => {
                tracing::warn!(webhook = message.id, "a callback's name leads inside a network: nothing was sent");
                Told::Inside
            }
            Err(error) => {
                tracing::info!(webhook = message.id, error = %error.without_url(), "a callback is away");
                Told::Away
            }
        }
    }
}

fn leads_inside(error: &reqwest::Error) -> bool {
    let mut source: Option<&(dyn Error + 'static)> = error.source();
    while let Some(inner) = source {
        if inner.is::<LeadsInside>() {
            return true;
        }
        source = inner.source();
    }
    false
}

fn judged(status: StatusCode) -> Told {
    match status {
        StatusCode::GONE => Told::Gone,
        _ if status.is_success() => Told::Taken,
        // What they got wrong may be mended before long. A redirect is not followed: it could lead anywhere.
        _ => Told::Away,
    }
}
