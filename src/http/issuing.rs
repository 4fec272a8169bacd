//! A paper as an institution's program sends it: multipart, description first, file last, never held whole.

use axum::extract::multipart::MultipartRejection;
use axum::http::HeaderMap;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Site;
use super::described::{day, kind, sum, title};
use super::openapi::KindCode;
use super::parts::InParts;
use super::upload::{UploadError, repeat_key, small};
use crate::access::Caller;
use crate::domain::document::{DocumentFields, FieldError, FileName, Sha256Sum, Whose};
use crate::domain::ids::{AgreementId, LockerId};
use crate::locker::agreements::{Issuance, IssuedPaper};
use crate::locker::{DepositAsk, LockerError, Onto};

/// The description of a paper that an institution issues. Whether it is hidden from helpers is its holder's choice.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IssuedMetadata)]
struct Paper {
    /// Kept on one line, without invisible characters; 1 to 200 characters then. The person may call it otherwise later.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    title: Option<String>,
    /// One of those that were agreed on.
    #[schema(value_type = KindCode)]
    kind: Option<String>,
    /// The day on the paper. Needed where it is signed.
    #[schema(format = Date)]
    issued_on: Option<String>,
    /// The last day printed on it.
    #[schema(format = Date)]
    expires_on: Option<String>,
    /// The file's SHA-256: what arrives otherwise is not kept. Needed where it is signed.
    #[schema(pattern = "^[0-9A-Fa-f]{64}$")]
    sha256: Option<String>,
    /// Your signature: a JWS without its payload (RFC 7515 appendix F), by one of your registered keys. docs/formats/issued.md says of what.
    #[schema(max_length = 1024)]
    signature: Option<String>,
}

/// The two parts, in this order.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a shape for the contract: the parts are read as they come")]
pub(super) struct IssueForm {
    /// What describes the paper, as JSON; 64 KiB at most.
    metadata: Paper,
    /// The paper's bytes, with a file name. Its kind is found by its content.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// What was read of a description.
struct Described {
    fields: DocumentFields,
    sha256: Option<Sha256Sum>,
    signature: Option<String>,
}

fn read(text: &str) -> Result<Described, UploadError> {
    let paper: Paper = serde_json::from_str(text).map_err(|_| UploadError::Malformed("metadata"))?;
    let fields = DocumentFields {
        title: title(&paper.title.ok_or(UploadError::Missing("title"))?)?,
        kind: kind(&paper.kind.ok_or(UploadError::Missing("kind"))?)?,
        whose: Whose::Me,
        issued_on: day(paper.issued_on, "issued_on")?,
        expires_on: day(paper.expires_on, "expires_on")?,
        good_until: None,
        private: false,
    };
    let sha256 = sum(paper.sha256)?;
    let missing = |field| UploadError::Locker(LockerError::Field { field, error: FieldError::Missing });
    if paper.signature.is_some() && sha256.is_none() {
        return Err(missing("sha256"));
    }
    if paper.signature.is_some() && fields.issued_on.is_none() {
        return Err(missing("issued_on"));
    }
    Ok(Described { fields, sha256, signature: paper.signature })
}

/// Takes what a program deposits: `metadata` (JSON), then `file`. What is wrong with it is told to those who may deposit, and written down.
pub async fn receive(
    site: &Site,
    caller: &Caller,
    agreement: AgreementId,
    headers: &HeaderMap,
    multipart: Result<InParts, MultipartRejection>,
) -> Result<IssuedPaper, UploadError> {
    let lockers = site.lockers();
    // Before a byte of the body is read. A refusal goes through the door, which writes it down.
    if !lockers.is_issuer(caller, agreement).await? {
        lockers.may_issue(caller, agreement).await?;
    }
    let received = match multipart {
        Ok(parts) => in_parts(site, caller, agreement, headers, parts).await,
        Err(_) => Err(UploadError::Malformed("content-type")),
    };
    let error = match received {
        Ok(done) => return Ok(done),
        Err(error) => error,
    };
    let began = matches!(error, UploadError::Locker(inner)
        if !matches!(inner, LockerError::Field { .. } | LockerError::Cut | LockerError::TooSlow));
    if began {
        return Err(error);
    }
    lockers.may_issue(caller, agreement).await.map_err(UploadError::from).and(Err(error))
}

async fn in_parts(
    site: &Site,
    caller: &Caller,
    agreement: AgreementId,
    headers: &HeaderMap,
    mut parts: InParts,
) -> Result<IssuedPaper, UploadError> {
    let repeat_key = repeat_key(headers)?;
    let mut described = None;
    while let Some(field) = parts.next(site).await? {
        match field.name() {
            Some("metadata") => {
                let text = small(site, field, "metadata").await?;
                described = Some(read(&text)?);
            }
            Some("file") => {
                let Described { fields, sha256, signature } = described.ok_or(UploadError::Missing("metadata"))?;
                let file_name = FileName::clean(field.file_name().unwrap_or_default());
                // In whose locker it goes is found by the agreement.
                let locker = LockerId::from_uuid(agreement.uuid());
                let onto = Onto::Paper(fields);
                let ask = DepositAsk { locker, onto, file_name, sha256, repeat_key, issuance: None };
                let issuance = Issuance { agreement, signature };
                return Ok(site.lockers().deposit_issued(caller, ask, issuance, field).await?);
            }
            // Something else stands where the file should: it is not read to its end in silence.
            _ => return Err(UploadError::Missing("file")),
        }
    }
    Err(UploadError::Missing("file"))
}
