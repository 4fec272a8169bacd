//! A deposit as it arrives: multipart, description first, file last, never held whole.

use std::collections::BTreeMap;

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Site;
use super::openapi::{KindCode, WhoseCode};
use super::sentences::{self, Fault};
use crate::access::Caller;
use crate::domain::document::{Day, DocumentFields, FieldError, FileName, Sha256Sum, Title, Whose};
use crate::domain::ids::LockerId;
use crate::domain::taxonomy::Kind;
use crate::locker::{DepositAsk, Deposited, LockerError};
use crate::words::{self, Locale};

/// Largest description, in bytes.
const DESCRIPTION_MAX: usize = 64 * 1024;
/// Longest `Idempotency-Key`, in characters.
const REPEAT_KEY_MAX: usize = 200;

/// What is wrong with a deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadError {
    /// A verb's no.
    Locker(LockerError),
    /// A part can't be read as what it should be.
    Malformed(&'static str),
    /// A part that must be there is not.
    Missing(&'static str),
}

impl From<LockerError> for UploadError {
    fn from(error: LockerError) -> Self {
        Self::Locker(error)
    }
}

impl UploadError {
    /// As a fault.
    pub fn fault(&self) -> Fault {
        let field = |field, field_code| Fault {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            code: "bad-field",
            field: Some(field),
            limit: None,
            field_code: Some(field_code),
        };
        match self {
            Self::Locker(error) => sentences::fault(error),
            Self::Malformed(name) => field(name, "malformed"),
            Self::Missing(name) => field(name, "missing"),
        }
    }

    /// What is wrong, and what to do.
    pub fn told(&self, locale: Locale) -> (String, String) {
        self.fault().told(locale)
    }

    /// The field it is about.
    pub fn field(&self) -> Option<&'static str> {
        self.fault().field
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.fault().status
    }
}

/// What is wrong with a deposit by the form, and what was typed.
#[derive(Debug)]
pub struct FormError {
    /// What is wrong.
    pub error: UploadError,
    /// The fields as typed, to be shown again.
    pub typed: BTreeMap<String, String>,
}

/// A deposit's two parts, in this order.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the contract: the parts are read as they come")]
pub struct DepositForm {
    /// What describes the paper, as JSON; 64 KiB at most.
    metadata: Metadata,
    /// The paper's bytes, with a file name. Its kind is found by its content.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// The description of a deposit by the API. Names outside these are refused: a misspelt one would be lost in silence.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Metadata {
    /// Kept on one line, without invisible characters; 1 to 200 characters then.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    title: Option<String>,
    #[schema(value_type = KindCode)]
    kind: Option<String>,
    /// Outside every mandate.
    #[serde(default)]
    private: bool,
    /// `me` when it is not said.
    #[schema(value_type = Option<WhoseCode>)]
    whose: Option<String>,
    /// The day on the paper.
    #[schema(format = Date)]
    issued_on: Option<String>,
    /// The last day it is good.
    #[schema(format = Date)]
    expires_on: Option<String>,
    /// The file's SHA-256: what arrives otherwise is not kept.
    #[schema(pattern = "^[0-9A-Fa-f]{64}$")]
    sha256: Option<String>,
}

fn whose(text: &str) -> Result<Whose, UploadError> {
    match text {
        "me" => Ok(Whose::Me),
        "child" => Ok(Whose::Child),
        "spouse" => Ok(Whose::Spouse),
        _ => Err(UploadError::Malformed("whose")),
    }
}

fn wrong(field: &'static str) -> impl Fn(FieldError) -> UploadError {
    move |error| UploadError::Locker(LockerError::Field { field, error })
}

impl Metadata {
    fn check(self) -> Result<(DocumentFields, Option<Sha256Sum>), UploadError> {
        let title = self.title.ok_or(UploadError::Missing("title"))?;
        let kind = self.kind.ok_or(UploadError::Missing("kind"))?;
        let day = |text: Option<String>, field| text.map(|t| Day::parse(&t).map_err(wrong(field))).transpose();
        let fields = DocumentFields {
            title: Title::parse(&title).map_err(wrong("title"))?,
            kind: Kind::from_code(&kind).ok_or(wrong("kind")(FieldError::UnknownKind))?,
            whose: self.whose.as_deref().map(whose).transpose()?.unwrap_or_default(),
            issued_on: day(self.issued_on, "issued_on")?,
            expires_on: day(self.expires_on, "expires_on")?,
            private: self.private,
        };
        let sha256 = self.sha256.map(|t| Sha256Sum::parse(&t).map_err(wrong("sha256"))).transpose()?;
        Ok((fields, sha256))
    }
}

/// The request's `Idempotency-Key`, if it bears one.
fn repeat_key(headers: &HeaderMap) -> Result<Option<String>, UploadError> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().map_err(|_| UploadError::Malformed("Idempotency-Key"))?.trim_matches('"');
    checked_key(text).map(Some)
}

fn checked_key(text: &str) -> Result<String, UploadError> {
    if text.is_empty() || text.len() > REPEAT_KEY_MAX {
        return Err(UploadError::Malformed("Idempotency-Key"));
    }
    Ok(text.to_owned())
}

/// A small part, as text.
async fn small(site: &Site, mut field: Field<'_>, name: &'static str) -> Result<String, UploadError> {
    let mut bytes = Vec::new();
    let until = tokio::time::Instant::now() + site.lockers().limits().body_idle;
    loop {
        let piece = tokio::time::timeout_at(until, field.chunk())
            .await
            .map_err(|_| UploadError::Locker(LockerError::TooSlow))?
            .map_err(|error| broken(&error))?;
        let Some(piece) = piece else { break };
        if bytes.len().saturating_add(piece.len()) > DESCRIPTION_MAX {
            return Err(UploadError::Malformed(name));
        }
        bytes.extend_from_slice(&piece);
    }
    String::from_utf8(bytes).map_err(|_| UploadError::Malformed(name))
}

/// The multipart itself is wrong, or ends too early.
fn broken(error: &MultipartError) -> UploadError {
    tracing::debug!(%error, "multipart");
    UploadError::Locker(LockerError::Cut)
}

/// What is wrong with a deposit that never began is told to those who may deposit, and written down; a stranger learns nothing.
async fn settle(site: &Site, caller: &Caller, locker: LockerId, error: UploadError) -> UploadError {
    let began = matches!(error, UploadError::Locker(inner)
        if !matches!(inner, LockerError::Field { .. } | LockerError::Cut | LockerError::TooSlow));
    if began {
        return error;
    }
    match site.lockers().may_deposit(caller, locker).await {
        Ok(()) => error,
        Err(refused) => refused.into(),
    }
}

/// Whether somebody may send anything here at all, before a byte of the body is read. A refusal goes through the door, which
/// writes it down.
async fn at_home(site: &Site, caller: &Caller, locker: LockerId) -> Result<(), LockerError> {
    match site.lockers().who(caller).await {
        Ok(who) if who.locker == Some(locker) => Ok(()),
        _ => site.lockers().may_deposit(caller, locker).await,
    }
}

/// The next part, within the time that a sender may be silent.
async fn next<'m>(site: &Site, multipart: &'m mut Multipart) -> Result<Option<Field<'m>>, UploadError> {
    match tokio::time::timeout(site.lockers().limits().body_idle, multipart.next_field()).await {
        Ok(field) => field.map_err(|error| broken(&error)),
        Err(_) => Err(UploadError::Locker(LockerError::TooSlow)),
    }
}

/// Takes a deposit by the API: `metadata` (JSON), then `file`.
pub async fn receive(
    site: &Site,
    caller: &Caller,
    locker: LockerId,
    headers: &HeaderMap,
    multipart: Result<Multipart, MultipartRejection>,
) -> Result<Deposited, UploadError> {
    at_home(site, caller, locker).await?;
    let received = match multipart {
        Ok(multipart) => parts(site, caller, locker, headers, multipart).await,
        Err(_) => Err(UploadError::Malformed("content-type")),
    };
    match received {
        Ok(done) => Ok(done),
        Err(error) => Err(settle(site, caller, locker, error).await),
    }
}

async fn parts(
    site: &Site,
    caller: &Caller,
    locker: LockerId,
    headers: &HeaderMap,
    mut multipart: Multipart,
) -> Result<Deposited, UploadError> {
    let repeat_key = repeat_key(headers)?;
    let mut described = None;
    while let Some(field) = next(site, &mut multipart).await? {
        match field.name() {
            Some("metadata") => {
                let text = small(site, field, "metadata").await?;
                let metadata: Metadata = serde_json::from_str(&text).map_err(|_| UploadError::Malformed("metadata"))?;
                described = Some(metadata.check()?);
            }
            Some("file") => {
                let (fields, sha256) = described.ok_or(UploadError::Missing("metadata"))?;
                let file_name = FileName::clean(field.file_name().unwrap_or_default());
                let ask = DepositAsk { locker, fields, file_name, sha256, repeat_key };
                return Ok(site.lockers().deposit(caller, ask, field).await?);
            }
            // Something else stands where the file should: it is not read to its end in silence.
            _ => return Err(UploadError::Missing("file")),
        }
    }
    Err(UploadError::Missing("file"))
}

/// Takes a deposit by the page's form. The file comes last, as the form has it.
pub async fn receive_form(
    site: &Site,
    caller: &Caller,
    locker: LockerId,
    locale: Locale,
    mut multipart: Multipart,
) -> Result<Deposited, FormError> {
    let mut typed = BTreeMap::new();
    match form(site, caller, locker, locale, &mut multipart, &mut typed).await {
        Ok(done) => Ok(done),
        Err(error) => Err(FormError { error: settle(site, caller, locker, error).await, typed }),
    }
}

async fn form(
    site: &Site,
    caller: &Caller,
    locker: LockerId,
    locale: Locale,
    multipart: &mut Multipart,
    typed: &mut BTreeMap<String, String>,
) -> Result<Deposited, UploadError> {
    while let Some(field) = next(site, multipart).await? {
        match field.name().map(str::to_owned).as_deref() {
            Some("fichier") => {
                let file_name = field.file_name().unwrap_or_default();
                if file_name.is_empty() {
                    return Err(UploadError::Missing("file"));
                }
                let file_name = FileName::clean(file_name);
                let (fields, sha256) = from_form(typed, locale).check()?;
                let repeat_key = typed.get("cle").map(|key| checked_key(key)).transpose()?;
                let ask = DepositAsk { locker, fields, file_name, sha256, repeat_key };
                return Ok(site.lockers().deposit(caller, ask, field).await?);
            }
            Some(name @ ("titre" | "type" | "pour" | "cache" | "date_emission" | "date_fin" | "cle")) => {
                let name = name.to_owned();
                let text = small(site, field, "form").await?;
                typed.insert(name, text);
            }
            // Something else stands where the file should: it is not read to its end in silence.
            _ => return Err(UploadError::Missing("file")),
        }
    }
    Err(UploadError::Missing("file"))
}

fn from_form(typed: &BTreeMap<String, String>, locale: Locale) -> Metadata {
    let filled = |name: &str| typed.get(name).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    let kind = filled("type");
    // No title typed: the kind's own label is one.
    let label = || kind.as_deref().and_then(Kind::from_code).map(|kind| words::kind_label(locale, kind));
    Metadata {
        title: filled("titre").or_else(label),
        private: typed.contains_key("cache"),
        whose: filled("pour"),
        issued_on: filled("date_emission"),
        expires_on: filled("date_fin"),
        kind,
        sha256: None,
    }
}
