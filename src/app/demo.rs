//! `consigne demo`: everything in one process, with invented people and papers. The same code as `serve` but for the identity
//! provider, which is a real one inside the binary, and the people, who are not.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::stream;
use secrecy::SecretString;
use tokio::net::TcpListener;
use url::Url;

use super::samples::{AHMED, ANGELA, Sample, pdf};
use super::{AppError, Opened, demo_institution, demo_outbox, demo_work, io};
use crate::access::{Caller, Token};
use crate::config::{
    BlobStore, Config, Database, Issuer, LimitSettings, NoticeSettings, OperatorSettings, RetentionSettings,
    StepUpParameter,
};
use crate::domain::document::{Day, DocumentFields, FileName, Title, Whose};
use crate::domain::entry::Reason;
use crate::domain::ids::RequestId;
use crate::domain::person::IssuerKind;
use crate::domain::source::Source;
use crate::domain::taxonomy::Kind;
use crate::http::Site;
use crate::http::serving::Connections;
use crate::identity::SignedIn;
use crate::identity::demo::{DemoClient, DemoProvider, person};
use crate::locker::{DepositAsk, EntranceError, Filter, Limits, LockerError, Lockers, Onto};
use crate::words::Locale;

/// Where the provider is mounted.
const PROVIDER: &str = "/demo";
/// Written when the sample papers are all there.
const SEEDED: &str = "demo-ready";

/// Accounts are found under this name, whatever port the demonstration listens on today.
pub(super) const fn account_name(kind: IssuerKind) -> &'static str {
    match kind {
        IssuerKind::Holder => "demo:holder",
        IssuerKind::Professional => "demo:professional",
    }
}

/// A demonstration, ready to be served.
#[derive(Debug)]
pub struct Demo {
    /// The parts.
    pub opened: Opened,
    /// Its routes, the provider's included.
    pub router: axum::Router,
    /// Its address.
    pub url: Url,
}

/// Runs until stopped.
pub async fn run(listen: SocketAddr, data_dir: &Path, insecure: bool) -> Result<(), AppError> {
    if !listen.ip().is_loopback() && !insecure {
        let refused = std::io::Error::other("others could reach it; listen on 127.0.0.1, or say --insecure-listen");
        return Err(AppError::Io(format!("listening on {listen}"), refused));
    }
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        AppError::Io(format!("listening on {listen} (another address: --listen 127.0.0.1:8081)"), error)
    })?;
    let address = listener.local_addr().map_err(io("address"))?;
    // Whoever reaches it by another address comes through a tunnel or a mapped port: for them it is this machine.
    let reached = if address.ip().is_loopback() { address } else { (Ipv4Addr::LOCALHOST, address.port()).into() };
    let folder = std::path::absolute(data_dir).map_err(io(&data_dir.display()))?;
    super::make_data_dir(&folder)?;
    let _held = super::hold(&folder)?;
    let demo = prepare(reached, &folder, &Source::system()).await?;
    welcome(&demo.url, &folder);
    super::run(listener, demo.router, &demo.opened, Connections::default(), super::stop_on_signal()).await
}

/// Creates the data if there is none, puts the parts together, gives the sample people their papers.
pub async fn prepare(address: SocketAddr, folder: &Path, source: &Source) -> Result<Demo, AppError> {
    let url = super::url_of(address)?;
    let secret = SecretString::from(data_encoding::BASE64URL_NOPAD.encode(&source.bytes::<32>()));
    let mut config = config(&url, folder.to_owned(), &secret)?;
    config.notices.sms = demo_outbox::config(&url);
    let mut demo = assemble(&config, source, config.limits.limits()).await?;
    demo.router = demo.router.merge(demo_outbox::routes());
    seed(&demo.opened.lockers, source, &folder.join(SEEDED)).await?;
    demo_institution::seed(&demo.opened.lockers, source, folder, &url).await?;
    demo_work::seed(&demo.opened.lockers, source, folder).await?;
    Ok(demo)
}

/// Puts the parts together for a configuration whose issuers are the demonstration's; creates the data if there is none.
pub async fn assemble(config: &Config, source: &Source, limits: Limits) -> Result<Demo, AppError> {
    let codes = demo_work::codes(&config.data_dir, source);
    let provider = DemoProvider::new(&provider_base(&config.public_url)?, source, &clients(config), codes);
    match super::init(config, source, true).await {
        Ok(()) | Err(AppError::AlreadyInitialised) => {}
        Err(error) => return Err(error),
    }
    let opened = super::open(config, source, limits, super::issuers(config, source, true)?, true).await?;
    let site = Site::new(opened.lockers.clone(), super::site_settings(config, true));
    // The provider stands beside our routes, not behind our layers: its token endpoint is called by a program.
    let router = crate::http::router(site).nest(PROVIDER, provider.router());
    Ok(Demo { opened, router, url: config.public_url.clone() })
}

fn provider_base(url: &Url) -> Result<Url, AppError> {
    url.join(PROVIDER).map_err(|e| AppError::Io("address".to_owned(), std::io::Error::other(e)))
}

/// A configuration whose two issuers are the demonstration's own, at an address: SQLite and a folder unless changed.
pub fn config(url: &Url, data_dir: PathBuf, secret: &SecretString) -> Result<Config, AppError> {
    let base = provider_base(url)?;
    let issuer = |kind: IssuerKind, scopes: &[&str], acr: &[&str], pkce| {
        let issuer = format!("{}/{}", base.as_str().trim_end_matches('/'), kind.code());
        Some(Issuer {
            issuer: issuer.parse().unwrap_or_else(|_| base.clone()),
            client_id: "consigne-demo".to_owned(),
            client_secret: secret.clone(),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            acr_values: acr.iter().map(ToString::to_string).collect(),
            any_level: acr.is_empty(),
            pkce,
            // As ProConnect, the demonstration's professional issuer refuses what it does not document.
            step_up: (kind == IssuerKind::Professional).then(|| vec![StepUpParameter::Prompt]),
            decryption_key_file: None,
            account_name: Some(account_name(kind).to_owned()),
        })
    };
    Ok(Config {
        public_url: url.clone(),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        data_dir,
        root_key_file: None,
        client_address_header: None,
        database: Database::default(),
        blobs: BlobStore::default(),
        issuers: crate::config::Issuers {
            holder: issuer(IssuerKind::Holder, &["openid", "identite_pivot", "preferred_username"], &["eidas1"], false),
            professional: issuer(
                IssuerKind::Professional,
                &["openid", "given_name", "usual_name", "email", "uid", "siret"],
                &[],
                true,
            ),
        },
        limits: LimitSettings::default(),
        operator: OperatorSettings { free: true, ..OperatorSettings::default() },
        retention: RetentionSettings::default(),
        notices: NoticeSettings::default(),
        scanner: None,
    })
}

fn clients(config: &Config) -> Vec<DemoClient> {
    let ways = [(IssuerKind::Holder, &config.issuers.holder), (IssuerKind::Professional, &config.issuers.professional)];
    ways.into_iter()
        .filter_map(|(kind, issuer)| {
            let settings = issuer.as_ref()?.settings(kind, &config.public_url);
            Some(DemoClient {
                kind,
                client_id: settings.client_id,
                client_secret: settings.client_secret,
                redirect_uris: vec![settings.redirect_uri],
                post_logout_redirect_uris: vec![settings.post_logout_redirect_uri],
            })
        })
        .collect()
}

/// Gives Angela and Ahmed their lockers and papers, by the same verbs as anybody. What a start that was stopped half-way has
/// left is completed, not doubled.
async fn seed(lockers: &Lockers, source: &Source, marker: &Path) -> Result<(), AppError> {
    if marker.exists() {
        return Ok(());
    }
    for (hint, samples) in [("angela", ANGELA), ("ahmed", AHMED)] {
        let Some(person) = person(IssuerKind::Holder, hint) else { continue };
        let signed_in = SignedIn {
            kind: IssuerKind::Holder,
            issuer: account_name(IssuerKind::Holder).to_owned(),
            subject: person.subject(),
            identity: person.civil_identity(),
            acr: None,
            auth_time: None,
            id_token: SecretString::from(String::new()),
        };
        let caller = |token| Caller {
            token,
            visit: None,
            client: None,
            office: None,
            request: RequestId::draw(source),
            origin: [0; 16],
        };
        let came_in = lockers.admit(&caller(None), signed_in, account_name(IssuerKind::Holder)).await.map_err(
            |error| match error {
                EntranceError::Locker(error) => error,
                _ => LockerError::Away,
            },
        )?;
        let caller = caller(Token::from_cookie(&came_in.cookie));
        let locker = if let Some(locker) = lockers.who(&caller).await?.locker {
            locker
        } else {
            let shown = lockers.information(Locale::Fr).sha256.to_string();
            lockers.open_own(&caller, Some(&shown)).await?
        };
        let there = lockers.list(&caller, locker, &Filter { limit: 1000, ..Filter::default() }).await?;
        for sample in samples {
            if !there.items.iter().any(|p| p.fields.title.as_str() == sample.title) {
                let ask = ask(sample, locker)?;
                let body = stream::iter([Ok::<_, std::convert::Infallible>(Bytes::from(pdf(sample)))]);
                lockers.deposit(&caller, ask, body).await?;
            }
        }
        lockers.door().sign_out(&caller).await.map_err(LockerError::from)?;
    }
    std::fs::write(marker, "").map_err(io(&marker.display()))
}

fn ask(sample: &Sample, locker: crate::domain::ids::LockerId) -> Result<DepositAsk, LockerError> {
    let wrong = |field| move |error| LockerError::Field { field, error };
    Ok(DepositAsk {
        locker,
        onto: Onto::Paper(DocumentFields {
            title: Title::parse(sample.title).map_err(wrong("title"))?,
            kind: Kind::from_code(sample.kind).ok_or(LockerError::Refused(Reason::BadField))?,
            whose: Whose::Me,
            issued_on: None,
            expires_on: sample.expires_on.map(Day::parse).transpose().map_err(wrong("expires_on"))?,
            good_until: None,
            private: sample.private,
        }),
        file_name: FileName::clean(sample.file),
        sha256: None,
        repeat_key: None,
        issuance: None,
    })
}

fn welcome(url: &Url, folder: &Path) {
    let institution = demo_institution::asked(folder).map(|asked| asked.institution).unwrap_or_default();
    println!(
        "Consigne, demonstration: the people and the papers are invented.

  Open     {url}
  Come in  as Angela  {url}auth/holder/login?login_hint=angela
           as Ahmed   {url}auth/holder/login?login_hint=ahmed
           as Lucie   {url}auth/holder/login?login_hint=lucie   (no locker yet)
           as Nadia   {url}auth/professional/login?login_hint=nadia   (aidant; also claire, referent, and paul)
           as Inès    {url}auth/professional/login?login_hint=ines   (asks for papers, at an institution)
           as Bruno   {url}auth/professional/login?login_hint=bruno   (has no security code yet)
  Codes    {url}demo/codes   the security codes of those who come in for their work, and the code of a request for papers
  Messages {url}demo/messages   the text messages that were sent
  Try      look at a paper, add one, put one in the trash, then see who looked
  Program  --service {} --institution {institution} --key {}
           what docs/examples/institution.py needs to follow that request, and to fetch what was handed over
  Data     {}   (kept for the next start; remove the folder to begin again)

Ctrl-C stops it.",
        url.origin().ascii_serialization(),
        demo_institution::key(folder).display(),
        folder.display()
    );
}
