//! Invented people, made through the library and not through the API: nobody's browser is needed for a hundred sessions, nor a
//! network for a million papers. Nothing here is in the product; each verb is the one that the product calls.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::Request;
use bytes::Bytes;
use consigne::access::{Caller, Token};
use consigne::app::{self, Opened};
use consigne::config::Config;
use consigne::domain::document::{DocumentFields, FileName, Title, Whose};
use consigne::domain::ids::{LockerId, RequestId};
use consigne::domain::person::{CivilIdentity, IssuerKind};
use consigne::domain::source::Source;
use consigne::domain::taxonomy::Kind;
use consigne::http::Site;
use consigne::identity::SignedIn;
use consigne::locker::{DepositAsk, Lockers, Onto};
use futures_util::stream;
use secrecy::SecretString;
use tokio::time::Instant;
use tower::Service;

use crate::Fault;

/// Lockers made between two clearings of the blob folder.
const BATCH: usize = 500;

/// Opens an installation, as the program does.
pub async fn opened(config: &Config, source: &Source) -> Result<Opened, Fault> {
    let issuers = app::issuers(config, source, true)?;
    Ok(app::open(config, source, config.limits.limits(), issuers, false).await?)
}

fn caller(source: &Source, cookie: Option<&str>) -> Caller {
    Caller {
        token: cookie.and_then(Token::from_cookie),
        visit: None,
        client: None,
        office: None,
        request: RequestId::draw(source),
        origin: [0; 16],
    }
}

/// Lets somebody in, as after an issuer's answer; gives the cookie.
pub async fn admit(lockers: &Lockers, source: &Source, kind: IssuerKind, name: &str) -> Result<String, Fault> {
    let signed_in = SignedIn {
        kind,
        issuer: "bench".to_owned(),
        subject: name.to_owned(),
        identity: CivilIdentity {
            given_name: "Angela".to_owned(),
            // Aidants have one name: what is agreed to has the same words then.
            family_name: if kind == IssuerKind::Professional { "Aidant".to_owned() } else { name.to_owned() },
            birthdate: Some("1962-08-24".to_owned()),
            ..CivilIdentity::default()
        },
        acr: None,
        // Without the moment of a proof, nobody may give help or set a second factor up.
        auth_time: Some(source.now()),
        id_token: SecretString::from(String::new()),
    };
    let came_in = lockers.admit(&caller(source, None), signed_in, "bench").await?;
    Ok(came_in.cookie.to_string())
}

/// Signs people in and writes their cookies, one a line.
pub async fn sign_in(config: &Path, count: usize, cookies: &Path) -> Result<(), Fault> {
    let (config, source) = (Config::load(Some(config), None)?, Source::system());
    let opened = opened(&config, &source).await?;
    let mut told = String::new();
    for number in 0..count {
        writeln!(told, "{}", admit(&opened.lockers, &source, IssuerKind::Holder, &format!("client {number}")).await?)?;
    }
    std::fs::write(cookies, told)?;
    finish(&opened).await;
    Ok(())
}

/// Closes it.
pub async fn finish(opened: &Opened) {
    opened.lockers.finish().await;
    opened.db.close().await;
}

/// Fills the tables with other people's lockers, ten papers each: sessions, keys, entries, sealed descriptions. The blobs are
/// cleared away as it goes, for a million of them would say nothing about the tables.
pub async fn others(config: &Path, from: usize, count: usize, at_once: usize) -> Result<(), Fault> {
    let (config, source) = (Config::load(Some(config), None)?, Source::system());
    let opened = opened(&config, &source).await?;
    let site = Site::new(opened.lockers.clone(), app::site_settings(&config, false));
    let router = consigne::http::router(site);
    let (begun, started) = (Arc::new(AtomicUsize::new(from)), Instant::now());
    let blobs = config.data_dir.join("blobs");
    for until in (from..count).step_by(BATCH).map(|from| (from + BATCH).min(count)) {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..at_once {
            let (router, lockers, source, begun) =
                (router.clone(), opened.lockers.clone(), source.clone(), Arc::clone(&begun));
            let host = config.public_url.host_str().unwrap_or_default().to_owned();
            tasks.spawn(async move {
                loop {
                    let number = begun.fetch_add(1, Ordering::Relaxed);
                    if number >= until {
                        begun.fetch_sub(1, Ordering::Relaxed);
                        return Ok::<_, Fault>(());
                    }
                    other(router.clone(), &lockers, &source, &host, number).await?;
                }
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended??;
        }
        if until.is_multiple_of(BATCH * 10) {
            println!("   {until} lockers of 10 papers in {:.0} s", started.elapsed().as_secs_f64());
        }
        clear(&blobs)?;
    }
    finish(&opened).await;
    Ok(())
}

/// Removes the blobs, leaves the folder's mark.
fn clear(blobs: &Path) -> Result<(), Fault> {
    for entry in std::fs::read_dir(blobs)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

async fn other(
    mut router: axum::Router,
    lockers: &Lockers,
    source: &Source,
    host: &str,
    number: usize,
) -> Result<(), Fault> {
    let cookie = admit(lockers, source, IssuerKind::Holder, &format!("other {number}")).await?;
    let mut ask = async |method: &str, path: &str, body: String| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", host)
            .header("origin", format!("https://{host}"))
            .header("cookie", format!("__Host-consigne={cookie}"))
            .header("content-type", "application/json")
            .body(Body::from(body))?;
        let answer = router.call(request).await?;
        let status = answer.status().as_u16();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await?;
        Ok::<_, Fault>((status, serde_json::from_slice::<serde_json::Value>(&bytes).unwrap_or_default()))
    };
    let (_, information) = ask("GET", "/api/v1/information", String::new()).await?;
    let (status, made) = ask("POST", "/api/v1/lockers", crate::furnish::agreement(&information)).await?;
    let locker: LockerId = match made.get("id").and_then(|id| id.as_str()) {
        Some(id) => id.parse().map_err(|_| "an id that does not read")?,
        None => return Err(format!("opening a locker: {status} {made}").into()),
    };
    for paper in 0..10 {
        let fields = DocumentFields {
            title: Title::parse(&format!("Quittance de loyer {paper}")).map_err(|_| "title")?,
            kind: Kind::from_code("logement.bail").ok_or("kind")?,
            whose: Whose::Me,
            issued_on: None,
            expires_on: None,
            good_until: None,
            private: false,
        };
        let ask = DepositAsk {
            locker,
            onto: Onto::Paper(fields),
            file_name: FileName::clean("bail.txt"),
            sha256: None,
            repeat_key: None,
            issuance: None,
        };
        let body = stream::iter([Ok::<_, std::convert::Infallible>(Bytes::from_static(b"Bail"))]);
        lockers.deposit(&caller(source, Some(&cookie)), ask, body).await?;
    }
    Ok(())
}
