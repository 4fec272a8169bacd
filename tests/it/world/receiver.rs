//! A server of an institution, over TLS on loopback, with a certificate authority of its own: it keeps what it is told, and can be away,
//! slow, refuse, lose its answer, or send whoever tells it elsewhere.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, StatusCode};
use consigne::notify::callbacks::Rehearsal;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::{Limits, Pair, World};

/// The name that its certificate is for.
pub const NAME: &str = "recoit.caf.example";
/// Loopback.
pub const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

/// What it does with what it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mood {
    Takes,
    /// 503.
    Away,
    /// 410.
    Gone,
    /// Takes it, and closes the connection without an answer.
    LosesItsAnswer,
    /// Takes it, and answers after so long.
    Slow(Duration),
    /// Answers with head after head, and more body than anybody wants.
    Floods,
    /// Sends whoever tells it to this address.
    SendsTo(String),
}

/// What it was told: the headers, the bytes.
#[derive(Debug, Clone)]
pub struct Told {
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Told {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn signature(&self) -> &str {
        self.headers["consigne-signature"].to_str().unwrap()
    }

    /// What happened, in one word.
    pub fn what(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }
}

#[derive(Debug)]
struct State {
    mood: Mood,
    told: Vec<Told>,
    /// Connections, whatever became of them.
    connections: usize,
}

/// A server of an institution.
#[derive(Debug, Clone)]
pub struct Receiver {
    state: Arc<Mutex<State>>,
    /// Where it is told.
    pub callback: String,
    /// The certificate that it shows, which is its own authority.
    pub authority: String,
}

/// A key and a certificate for [`NAME`] and its neighbours, by openssl.
fn certificate() -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let settings = "[req]\ndistinguished_name=dn\nx509_extensions=v3\nprompt=no\n[dn]\nCN=tests\n[v3]\n\
        basicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:caf.example,DNS:*.caf.example\n";
    std::fs::write(file("settings"), settings).unwrap();
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]);
    openssl.args(["-config", &file("settings"), "-keyout", &file("key"), "-out", &file("certificate")]);
    let made = openssl.output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (std::fs::read_to_string(file("key")).unwrap(), std::fs::read_to_string(file("certificate")).unwrap())
}

impl Receiver {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let callback = format!("https://{NAME}:{}/consigne", listener.local_addr().unwrap().port());
        let (key, authority) = certificate();
        let chain = CertificateDer::pem_slice_iter(authority.as_bytes()).map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let state = Arc::new(Mutex::new(State { mood: Mood::Takes, told: Vec::new(), connections: 0 }));
        let (acceptor, shared) = (TlsAcceptor::from(Arc::new(config)), Arc::clone(&state));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().unwrap().connections += 1;
                let (acceptor, shared) = (acceptor.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let service = hyper::service::service_fn(move |request| answer(Arc::clone(&shared), request));
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self { state, callback, authority }
    }

    pub fn mood(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    /// What it was told, in order; what it refused is not among it.
    pub fn told(&self) -> Vec<Told> {
        self.state.lock().unwrap().told.clone()
    }

    /// What happened, by one word each.
    pub fn what(&self) -> Vec<String> {
        self.told().iter().map(Told::what).collect()
    }

    /// How often somebody came.
    pub fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    /// A world in which its name leads to it, and nothing else leads anywhere.
    pub fn rehearsal(&self) -> Rehearsal {
        let names = HashMap::from([(NAME.to_owned(), vec![vec![HERE]])]);
        Rehearsal { names: Arc::new(Mutex::new(names)), authority: self.authority.clone(), loopback: true }
    }

    /// A whole Consigne in that world.
    pub async fn world(&self, pair: Pair) -> World {
        rehearsing(pair, self.rehearsal()).await
    }
}

/// A whole Consigne whose callbacks lead where a rehearsal says.
pub async fn rehearsing(pair: Pair, rehearsal: Rehearsal) -> World {
    World::build(pair, Limits::default(), |config| config.notices.rehearsal = Some(rehearsal)).await
}

async fn answer(state: Arc<Mutex<State>>, request: Request<Incoming>) -> Result<Response<Body>, std::io::Error> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(Body::new(body), 64 * 1024).await.map_err(std::io::Error::other)?.to_vec();
    let mood = {
        let mut state = state.lock().unwrap();
        if matches!(state.mood, Mood::Takes | Mood::LosesItsAnswer | Mood::Slow(_) | Mood::Floods) {
            state.told.push(Told { headers: parts.headers, body });
        }
        state.mood.clone()
    };
    let plain = |status: StatusCode| Response::builder().status(status).body(Body::empty()).unwrap();
    match mood {
        Mood::Takes => Ok(plain(StatusCode::NO_CONTENT)),
        Mood::Away => Ok(plain(StatusCode::SERVICE_UNAVAILABLE)),
        Mood::Gone => Ok(plain(StatusCode::GONE)),
        Mood::LosesItsAnswer => Err(std::io::Error::other("lost")),
        Mood::Slow(time) => {
            tokio::time::sleep(time).await;
            Ok(plain(StatusCode::OK))
        }
        Mood::Floods => {
            let endless = futures_util::stream::repeat_with(|| Ok::<_, Infallible>(vec![b'x'; 64 * 1024]));
            Ok(Response::new(Body::from_stream(endless)))
        }
        Mood::SendsTo(address) => {
            let mut response = plain(StatusCode::TEMPORARY_REDIRECT);
            response.headers_mut().insert("location", address.parse().unwrap());
            Ok(response)
        }
    }
}
