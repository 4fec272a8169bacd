//! The photo of a signed sheet: as it arrives (multipart, what describes it first, the file last, at most 5 MiB), and as it is served.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::extract::multipart::MultipartRejection;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Site;
use super::parts::{InParts, Part};
use super::upload::{UploadError, small};
use crate::access::Caller;
use crate::domain::document::{FieldError, Sha256Sum};
use crate::domain::ids::MandateId;
use crate::domain::organisation::Name;
use crate::locker::LockerError;
use crate::locker::sheets::{Photo, SHEET_BYTES, Shown};

/// What describes the photo of a signed sheet.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct PhotoMetadata {
    /// SHA-256 of the words that were printed, in whatever language.
    #[serde(default)]
    #[schema(required = true, pattern = "^[0-9a-f]{64}$")]
    accepts: String,
    /// Whether they were read aloud to the holder.
    #[serde(default)]
    read_aloud: bool,
    /// Who translated them for the holder.
    #[serde(default)]
    #[schema(nullable = false, max_length = 120)]
    interpreter: Option<String>,
}

/// The photo of a signed sheet. The parts come in this order.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape of a body that is read as it comes")]
pub struct PhotoForm {
    metadata: PhotoMetadata,
    /// JPEG, PNG, WebP, HEIC or PDF, by its content; at most 5 MiB.
    #[schema(content_media_type = "application/octet-stream", value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// The names of the page's form.
const FORM_FIELDS: [&str; 3] = ["mots", "lu", "interprete"];

const fn wrong(field: &'static str, error: FieldError) -> UploadError {
    UploadError::Locker(LockerError::Field { field, error })
}

/// How long a photo may take to come, from the first byte of what describes it.
const PHOTO_TIME: Duration = Duration::from_mins(5);

/// The bytes of the file, bounded.
async fn bytes_of(site: &Site, part: Part<'_>) -> Result<Vec<u8>, UploadError> {
    let bytes = part.bytes(SHEET_BYTES, site.lockers().limits().body_idle).await?;
    bytes.ok_or_else(|| UploadError::Locker(LockerError::TooLarge(u64::try_from(SHEET_BYTES).unwrap_or(u64::MAX))))
}

fn photo(described: &PhotoMetadata, bytes: Vec<u8>) -> Result<Photo, UploadError> {
    let words = Sha256Sum::parse(&described.accepts).map_err(|_| wrong("accepts", FieldError::NotAHash))?;
    let interpreter = described.interpreter.as_deref().map(Name::parse).transpose();
    let interpreter = interpreter.map_err(|error| wrong("interpreter", error))?;
    Ok(Photo { bytes, words, read_aloud: described.read_aloud, interpreter })
}

/// Takes a photo by the API: `metadata` (JSON), then `file`. Nothing of the body is read for a stranger.
pub async fn receive(
    site: &Site,
    caller: &Caller,
    mandate: MandateId,
    multipart: Result<InParts, MultipartRejection>,
) -> Result<(), UploadError> {
    let person = site.lockers().may_send_sheet(caller, mandate).await?;
    let parts = multipart.map_err(|_| UploadError::Malformed("content-type"))?;
    let mut parts = parts.within(PHOTO_TIME);
    let mut described: Option<PhotoMetadata> = None;
    while let Some(field) = parts.next(site).await? {
        match (field.name(), &described) {
            (Some("metadata"), _) => {
                let text = small(site, field, "metadata").await?;
                let read = serde_json::from_str(&text).map_err(|_| UploadError::Malformed("metadata"))?;
                described = Some(read);
            }
            (Some("file"), Some(described)) => {
                let _place = site.lockers().place_for_photo(person).await?;
                let photo = photo(described, bytes_of(site, field).await?)?;
                return Ok(site.lockers().send_sheet(caller, mandate, photo).await?);
            }
            (Some("file"), None) => return Err(UploadError::Missing("metadata")),
            _ => return Err(UploadError::Missing("file")),
        }
    }
    Err(UploadError::Missing("file"))
}

/// Takes a photo by the page's form. The file comes last, as the form has it.
pub async fn receive_form(
    site: &Site,
    caller: &Caller,
    mandate: MandateId,
    multipart: Result<InParts, MultipartRejection>,
) -> Result<(), UploadError> {
    let person = site.lockers().may_send_sheet(caller, mandate).await?;
    let parts = multipart.map_err(|_| UploadError::Malformed("content-type"))?;
    let mut parts = parts.within(PHOTO_TIME);
    let mut typed: BTreeMap<String, String> = BTreeMap::new();
    while let Some(field) = parts.next(site).await? {
        match field.name().map(str::to_owned).as_deref() {
            Some("fichier") => {
                if field.file_name().unwrap_or_default().is_empty() {
                    return Err(UploadError::Missing("file"));
                }
                let described = PhotoMetadata {
                    accepts: typed.remove("mots").unwrap_or_default(),
                    read_aloud: typed.contains_key("lu"),
                    // Left empty, it names nobody.
                    interpreter: typed.remove("interprete").filter(|name| !name.trim().is_empty()),
                };
                let _place = site.lockers().place_for_photo(person).await?;
                let photo = photo(&described, bytes_of(site, field).await?)?;
                return Ok(site.lockers().send_sheet(caller, mandate, photo).await?);
            }
            Some(name) if FORM_FIELDS.contains(&name) => {
                let name = name.to_owned();
                let text = small(site, field, "form").await?;
                typed.insert(name, text);
            }
            _ => return Err(UploadError::Missing("file")),
        }
    }
    Err(UploadError::Missing("file"))
}

/// Serves a photo as papers are: whatever it is, it runs nothing and reaches nothing.
pub fn served(shown: Shown) -> Response {
    let way = if shown.is_safe_to_show() { "inline" } else { "attachment" };
    let ending = match shown.media_type.as_str() {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "application/pdf" => "pdf",
        _ => "heic",
    };
    let digest = data_encoding::BASE64.encode(shown.sha256.bytes());
    let headers = [
        (CONTENT_TYPE, shown.media_type.clone()),
        (CONTENT_LENGTH, shown.bytes.len().to_string()),
        (CONTENT_DISPOSITION, format!("{way}; filename=\"feuille.{ending}\"")),
        (HeaderName::from_static("repr-digest"), format!("sha-256=:{digest}:")),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'".to_owned(),
        ),
    ];
    let mut response = Response::new(Body::from(shown.bytes));
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
