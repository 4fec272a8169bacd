//! The configuration: one typed value, from a file and from `CONSIGNE_*` variables, with every mistake told at once.
//!
//! Read by `cli` and `app` alone; each part receives its own small settings. A variable names a value with two underscores
//! between levels: `CONSIGNE_DATABASE__URL`.

mod notices;
mod scanner;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

pub use notices::{EmailConfig, MailSecurity, NoticeSettings, SmsConfig};
pub use scanner::{ScannerSettings, WhenSilent};

use crate::domain::person::IssuerKind;
use crate::domain::retention::Retention;
use crate::http::serving::Connections;
use crate::identity::{IssuerSettings, StepUp};
use crate::locker::information::{Operator, Terms};
use crate::locker::{Limits, MERGED_MAX};

/// Everything that is configured.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The address that people type.
    pub public_url: Url,
    /// Where to listen: behind the TLS proxy.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// Where files are kept: root key, and on one machine the database and the blobs.
    pub data_dir: PathBuf,
    /// The root key's file; `root.key` in the data folder unless told.
    #[serde(default)]
    pub root_key_file: Option<PathBuf>,
    /// The header in which a trusted proxy gives the client's address.
    #[serde(default)]
    pub client_address_header: Option<String>,
    /// The database.
    #[serde(default)]
    pub database: Database,
    /// The blob store.
    #[serde(default)]
    pub blobs: BlobStore,
    /// The ways in.
    #[serde(default)]
    pub issuers: Issuers,
    /// Limits.
    #[serde(default)]
    pub limits: LimitSettings,
    /// Who runs the service, as people are told.
    #[serde(default)]
    pub operator: OperatorSettings,
    /// How long things are kept.
    #[serde(default)]
    pub retention: RetentionSettings,
    /// Who carries notices.
    #[serde(default)]
    pub notices: NoticeSettings,
    /// Who looks for harmful content in what is added; without any, nobody does.
    #[serde(default)]
    pub scanner: Option<ScannerSettings>,
}

/// Fewer connections than this serve nobody well: each page brings several.
const CONNECTIONS_MIN: u32 = 16;

/// Codes to telephone numbers in a day, unless told otherwise: each costs something, and may ring at a stranger's.
const CODES_A_DAY: u64 = 500;

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

/// The database: PostgreSQL by its address, or SQLite in the data folder.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `postgres://…`; none for SQLite.
    #[serde(default)]
    pub url: Option<SecretString>,
    /// Most connections; 16 unless told.
    #[serde(default)]
    pub connections: Option<u32>,
}

/// The blob store: S3 by its bucket, or a folder in the data folder.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlobStore {
    /// An S3 bucket; none for a folder.
    #[serde(default)]
    pub bucket: Option<String>,
    /// The S3 endpoint, when it isn't the default one of the region.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// The S3 region.
    #[serde(default)]
    pub region: Option<String>,
    /// Everything of this installation lies under this prefix.
    #[serde(default)]
    pub prefix: Option<String>,
    /// Access key id.
    #[serde(default)]
    pub access_key: Option<String>,
    /// Secret key.
    #[serde(default)]
    pub secret_key: Option<SecretString>,
}

/// The ways in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuers {
    /// Holders, and relatives who help.
    #[serde(default)]
    pub holder: Option<Issuer>,
    /// Aidants, referents, agents.
    #[serde(default)]
    pub professional: Option<Issuer>,
}

/// One issuer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// Its identifier.
    pub issuer: Url,
    /// Our name there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: SecretString,
    /// What to ask for, besides `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Accepted levels, the first asked for.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// Whether people may come in at whatever level the issuer knows them: what an empty `acr_values` means.
    #[serde(default)]
    pub any_level: bool,
    /// Whether to send a PKCE challenge.
    #[serde(default)]
    pub pkce: bool,
    /// What asks for a new proof of who somebody is; both unless told.
    #[serde(default)]
    pub step_up: Option<Vec<StepUpParameter>>,
    /// The private key that the issuer encrypts its answers to: a PEM file, mode 0600.
    #[serde(default)]
    pub decryption_key_file: Option<PathBuf>,
    /// Under which name accounts are found; the issuer's own unless its address has changed.
    #[serde(default)]
    pub account_name: Option<String>,
}

/// A parameter that asks an issuer for a new proof of who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepUpParameter {
    /// `prompt=login`.
    Prompt,
    /// `max_age=0`.
    MaxAge,
}

impl Issuer {
    /// As the relying party wants it.
    pub fn settings(&self, kind: IssuerKind, public_url: &Url) -> IssuerSettings {
        let mut redirect_uri = public_url.clone();
        redirect_uri.set_path(&format!("/auth/{}/callback", kind.code()));
        let mut post_logout_redirect_uri = public_url.clone();
        post_logout_redirect_uri.set_path("/");
        IssuerSettings {
            kind,
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            redirect_uri,
            post_logout_redirect_uri,
            scopes: self.scopes.clone(),
            acr_values: self.acr_values.clone(),
            pkce: self.pkce,
            step_up: self.step_up.as_ref().map_or_else(StepUp::default, |sent| StepUp {
                prompt: sent.contains(&StepUpParameter::Prompt),
                max_age: sent.contains(&StepUpParameter::MaxAge),
            }),
            // Read by whoever puts the program together.
            decryption: None,
        }
    }
}

/// Limits, in bytes; see [`Limits`] for what they are without.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    /// Largest paper.
    #[serde(default)]
    pub document_bytes: Option<u64>,
    /// Largest locker.
    #[serde(default)]
    pub locker_bytes: Option<u64>,
    /// What papers may take together to be made one PDF of.
    #[serde(default)]
    pub merged_bytes: Option<u64>,
    /// Most pages of such a PDF.
    #[serde(default)]
    pub merged_pages: Option<u32>,
    /// Most connections at once.
    #[serde(default)]
    pub connections: Option<u32>,
    /// Most requests of one institution that wait for an answer.
    #[serde(default)]
    pub requests_waiting: Option<u32>,
}

impl LimitSettings {
    /// With what isn't told filled in.
    pub fn limits(self) -> Limits {
        let usual = Limits::default();
        Limits {
            document_bytes: self.document_bytes.unwrap_or(usual.document_bytes),
            locker_bytes: self.locker_bytes.unwrap_or(usual.locker_bytes),
            merged_bytes: self.merged_bytes.unwrap_or(usual.merged_bytes),
            merged_pages: self.merged_pages.and_then(|told| usize::try_from(told).ok()).unwrap_or(usual.merged_pages),
            requests_waiting: self.requests_waiting.unwrap_or(usual.requests_waiting),
            ..usual
        }
    }

    /// The same for connections.
    pub fn connections(self) -> Connections {
        let usual = Connections::default();
        let told = self.connections.and_then(|told| usize::try_from(told).ok());
        Connections { at_once: told.unwrap_or(usual.at_once), ..usual }
    }
}

/// Who runs the service, as the page of information tells it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorSettings {
    /// Name of the person or body.
    #[serde(default)]
    pub name: Option<String>,
    /// Postal address.
    #[serde(default)]
    pub address: Option<String>,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// Phone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// Whether holders pay nothing; the page says so only then.
    #[serde(default)]
    pub free: bool,
}

/// How long things are kept; see [`Retention`] for what holds without.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionSettings {
    /// Days between closing a locker and erasing it.
    #[serde(default)]
    pub closure_days: Option<u16>,
    /// Days that the operator keeps backups.
    #[serde(default)]
    pub backup_days: Option<u16>,
    /// Days that the row of an ended session is kept.
    #[serde(default)]
    pub session_days: Option<u16>,
    /// Months of absence after which a notice is due.
    #[serde(default)]
    pub notice_months: Option<Vec<u16>>,
}

impl RetentionSettings {
    /// With what isn't told filled in.
    pub fn retention(&self) -> Retention {
        let usual = Retention::default();
        Retention {
            closure_days: self.closure_days.unwrap_or(usual.closure_days),
            backup_days: self.backup_days.unwrap_or(usual.backup_days),
            session_days: self.session_days.unwrap_or(usual.session_days),
            notice_months: self.notice_months.clone().unwrap_or(usual.notice_months),
        }
    }
}

/// Every mistake of a configuration, one a line.
#[derive(Debug, thiserror::Error)]
#[error("the configuration can't be used:\n{}", .0.iter().map(|m| format!("  - {m}")).collect::<Vec<_>>().join("\n"))]
pub struct ConfigErrors(pub Vec<String>);

impl Config {
    /// Reads a file, if one is named, and the environment over it.
    pub fn load(file: Option<&Path>, data_dir: Option<&Path>) -> Result<Self, ConfigErrors> {
        Self::read(Figment::new(), file, data_dir)
    }

    /// The same for commands that only touch stored data: the public address need not be told.
    pub fn load_for_data(file: Option<&Path>, data_dir: Option<&Path>) -> Result<Self, ConfigErrors> {
        Self::read(Figment::new().merge(("public_url", "https://localhost/")), file, data_dir)
    }

    fn read(mut figment: Figment, file: Option<&Path>, data_dir: Option<&Path>) -> Result<Self, ConfigErrors> {
        if let Some(file) = file {
            if !file.exists() {
                return Err(ConfigErrors(vec![format!("there is no file {}", file.display())]));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        // These are for tests and tools, not settings.
        figment = figment.merge(
            Env::prefixed("CONSIGNE_")
                .ignore(&["config", "kill_at", "log"])
                .filter(|k| !k.starts_with("test_") && !k.starts_with("faults_"))
                .split("__"),
        );
        if let Some(dir) = data_dir {
            figment = figment.merge(("data_dir", dir));
        }
        figment.extract().map_err(|errors| {
            ConfigErrors(errors.into_iter().map(|e| e.to_string().replace("\"default.", "\"")).collect())
        })
    }

    /// The root key's file.
    pub fn root_key_file(&self) -> PathBuf {
        self.root_key_file.clone().unwrap_or_else(|| self.data_dir.join("root.key"))
    }

    /// What people are told before they open a locker.
    pub fn terms(&self, is_demo: bool) -> Terms {
        let told = |text: &Option<String>| text.as_ref().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        let operator = Operator {
            name: told(&self.operator.name),
            address: told(&self.operator.address),
            email: told(&self.operator.email),
            phone: told(&self.operator.phone),
            is_free: self.operator.free,
            is_demo,
        };
        Terms { operator, retention: self.retention.retention() }
    }

    /// What `serve` needs besides being readable.
    pub fn check_for_serving(&self) -> Result<(), ConfigErrors> {
        let mut wrong = Vec::new();
        if self.public_url.scheme() != "https" {
            wrong.push("public_url: must begin with https://".to_owned());
        }
        if self.limits.connections.is_some_and(|most| most < CONNECTIONS_MIN) {
            wrong.push(format!("limits.connections: must be at least {CONNECTIONS_MIN}"));
        }
        if self.public_url.path() != "/" || self.public_url.query().is_some() {
            wrong.push("public_url: must be the address of the site alone, without a path".to_owned());
        }
        if self.issuers.holder.is_none() && self.issuers.professional.is_none() {
            wrong.push("issuers: nobody could come in; set issuers.holder".to_owned());
        }
        for (name, told) in self.retention.retention().mistakes() {
            wrong.push(format!("retention.{name}: {told}"));
        }
        if self.limits.limits().merged_bytes > MERGED_MAX {
            wrong.push(format!("limits.merged_bytes: must be no more than {MERGED_MAX}"));
        }
        if self.limits.limits().document_bytes == 0 {
            wrong.push("limits.document_bytes: must be more than 0".to_owned());
        }
        if self.limits.limits().requests_waiting == 0 {
            wrong.push("limits.requests_waiting: must be more than 0".to_owned());
        }
        if self.blobs.bucket.is_some() {
            for (name, is_set) in [
                ("access_key", self.blobs.access_key.is_some()),
                ("secret_key", self.blobs.secret_key.is_some()),
                ("prefix", self.blobs.prefix.as_ref().is_some_and(|p| !p.is_empty())),
            ] {
                if !is_set {
                    wrong.push(format!("blobs.{name}: needed with a bucket"));
                }
            }
        }
        for (kind, issuer) in
            [(IssuerKind::Holder, &self.issuers.holder), (IssuerKind::Professional, &self.issuers.professional)]
        {
            // With a public address that can't be, the one that an issuer is given can't be either: told once.
            let checked = issuer.as_ref().filter(|_| self.public_url.scheme() == "https");
            if let Some(Err(error)) = checked.map(|i| i.settings(kind, &self.public_url).check()) {
                wrong.push(format!("issuers.{}: {error}", kind.code()));
            }
        }
        if self.issuers.holder.as_ref().is_some_and(|holder| holder.acr_values.is_empty() && !holder.any_level) {
            wrong.push(
                "issuers.holder.acr_values: name the levels that are accepted, such as [\"eidas1\"]; or say any_level = true"
                    .to_owned(),
            );
        }
        if let Some(name) = &self.client_address_header
            && axum::http::HeaderName::from_bytes(name.as_bytes()).is_err()
        {
            wrong.push("client_address_header: not the name of a header".to_owned());
        }
        if let Err(error) = self.notices.carriers() {
            wrong.push(error.to_string());
        }
        if self.notices.rehearsal.is_some() {
            wrong.push("notices: a rehearsal is for tests".to_owned());
        }
        if let Err(mistakes) = self.scanning() {
            wrong.extend(mistakes);
        }
        if wrong.is_empty() { Ok(()) } else { Err(ConfigErrors(wrong)) }
    }
}
