//! A deposit as it arrives: multipart, description first, file last, never held whole.

use std::collections::BTreeMap;

use axum::extract::multipart::MultipartRejection;
use axum::http::{HeaderMap, StatusCode};

use super::Site;
use super::described;
use super::parts::{InParts, Part};
use super::sentences::{self, Fault};
use crate::access::Caller;
use crate::domain::document::FileName;
use crate::domain::ids::{DocumentId, LockerId};
use crate::locker::{DepositAsk, Deposited, LockerError};
use crate::words::Locale;

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

/// The request's `Idempotency-Key`, if it bears one.
pub(super) fn repeat_key(headers: &HeaderMap) -> Result<Option<String>, UploadError> {
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
pub(super) async fn small(site: &Site, part: Part<'_>, name: &'static str) -> Result<String, UploadError> {
    let silent = site.lockers().limits().body_idle;
    let reading = tokio::time::timeout(silent, part.bytes(DESCRIPTION_MAX, silent));
    let bytes = reading.await.map_err(|_| UploadError::Locker(LockerError::TooSlow))??;
    String::from_utf8(bytes.ok_or(UploadError::Malformed(name))?).map_err(|_| UploadError::Malformed(name))
}

/// Where a deposit goes: into a locker, as a paper of its own or as a version of one that is there.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The locker.
    pub locker: LockerId,
    /// The paper that gets a version.
    pub onto: Option<DocumentId>,
}

/// What is wrong with a deposit that never began is told to those who may deposit, and written down; a stranger learns nothing.
async fn settle(site: &Site, caller: &Caller, target: Target, error: UploadError) -> UploadError {
    let began = matches!(error, UploadError::Locker(inner)
        if !matches!(inner, LockerError::Field { .. } | LockerError::Cut | LockerError::TooSlow));
    if began {
        return error;
    }
    match site.lockers().may_deposit(caller, target.locker, target.onto).await {
        Ok(()) => error,
        Err(refused) => refused.into(),
    }
}

/// Whether somebody may send anything here at all, before a byte of the body is read. A refusal goes through the door, which
/// writes it down.
async fn at_home(site: &Site, caller: &Caller, target: Target) -> Result<(), LockerError> {
    match site.lockers().who(caller).await {
        Ok(who) if who.locker == Some(target.locker) && caller.visit.is_none() => Ok(()),
        // Where a helper's paper goes is told in the body: then the door is asked.
        Ok(_) if site.lockers().is_visiting(caller, target.locker).await? => Ok(()),
        _ => site.lockers().may_deposit(caller, target.locker, target.onto).await,
    }
}

/// Takes a deposit by the API: `metadata` (JSON), then `file`.
pub async fn receive(
    site: &Site,
    caller: &Caller,
    target: Target,
    headers: &HeaderMap,
    multipart: Result<InParts, MultipartRejection>,
) -> Result<Deposited, UploadError> {
    at_home(site, caller, target).await?;
    let received = match multipart {
        Ok(parts) => described_parts(site, caller, target, headers, parts).await,
        Err(_) => Err(UploadError::Malformed("content-type")),
    };
    match received {
        Ok(done) => Ok(done),
        Err(error) => Err(settle(site, caller, target, error).await),
    }
}

async fn described_parts(
    site: &Site,
    caller: &Caller,
    target: Target,
    headers: &HeaderMap,
    mut parts: InParts,
) -> Result<Deposited, UploadError> {
    let repeat_key = repeat_key(headers)?;
    let mut described = None;
    while let Some(field) = parts.next(site).await? {
        match field.name() {
            Some("metadata") => {
                let text = small(site, field, "metadata").await?;
                described = Some(described::from_json(&text, target.onto)?);
            }
            Some("file") => {
                let (onto, sha256) = match (described, target.onto) {
                    (Some(described), _) => described,
                    // Nothing needs to be said about a version.
                    (None, Some(_)) => described::from_json("{}", target.onto)?,
                    (None, None) => return Err(UploadError::Missing("metadata")),
                };
                let file_name = FileName::clean(field.file_name().unwrap_or_default());
                let issuance = None;
                let ask = DepositAsk { locker: target.locker, onto, file_name, sha256, repeat_key, issuance };
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
    target: Target,
    locale: Locale,
    mut parts: InParts,
) -> Result<Deposited, FormError> {
    let mut typed = BTreeMap::new();
    match form(site, caller, target, locale, &mut parts, &mut typed).await {
        Ok(done) => Ok(done),
        Err(error) => Err(FormError { error: settle(site, caller, target, error).await, typed }),
    }
}

/// What the forms ask besides the file.
const FORM_FIELDS: [&str; 8] = ["titre", "type", "pour", "cache", "date_emission", "date_fin", "bon_jusque", "cle"];

async fn form(
    site: &Site,
    caller: &Caller,
    target: Target,
    locale: Locale,
    parts: &mut InParts,
    typed: &mut BTreeMap<String, String>,
) -> Result<Deposited, UploadError> {
    while let Some(field) = parts.next(site).await? {
        match field.name().map(str::to_owned).as_deref() {
            Some("fichier") => {
                let file_name = field.file_name().unwrap_or_default();
                if file_name.is_empty() {
                    return Err(UploadError::Missing("file"));
                }
                let file_name = FileName::clean(file_name);
                let (onto, sha256) = described::from_form(typed, locale, target.onto)?;
                let repeat_key = typed.get("cle").map(|key| checked_key(key)).transpose()?;
                let issuance = None;
                let ask = DepositAsk { locker: target.locker, onto, file_name, sha256, repeat_key, issuance };
                return Ok(site.lockers().deposit(caller, ask, field).await?);
            }
            Some(name) if FORM_FIELDS.contains(&name) => {
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
