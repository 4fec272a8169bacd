//! Who issued a paper, as the API tells it: to its holder, their helpers, and whoever it is handed to.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::agreement::Issued;
use crate::domain::document::Sha256Sum;
use crate::http::openapi::KindCode;
use crate::locker::agreements::jwk;

/// The institution that issued a paper, and what it said of it. What its holder calls the paper later changes nothing here.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedBy {
    /// The institution's id.
    #[schema(format = "uuid")]
    institution: String,
    /// Its name, as it was registered then.
    name: String,
    /// What it called the paper.
    title: String,
    #[schema(value_type = KindCode)]
    kind: &'static str,
    /// The day on the paper, if it told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    issued_on: Option<String>,
    /// What it signed, if it did: verified when the paper came in, and for anybody to verify again (docs/formats/issued.md).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    signature: Option<IssuedSignature>,
}

/// An institution's signature of a paper.
#[derive(Debug, Serialize, ToSchema)]
struct IssuedSignature {
    /// A JWS without its payload (RFC 7515 appendix F).
    jws: String,
    /// The payload, to be put in its place in base64url.
    signed: String,
    /// The institution's public key, as it was registered then (RFC 7517).
    #[schema(value_type = Object)]
    key: Value,
}

impl IssuedBy {
    /// Of a version whose content has this SHA-256.
    pub fn of(issued: &Issued, sha256: &Sha256Sum) -> Self {
        let signature = issued.signature.as_ref().zip(issued.signed_text(sha256)).map(|(signature, signed)| {
            IssuedSignature { jws: signature.jws.clone(), signed, key: jwk(&signature.key) }
        });
        Self {
            institution: issued.institution.0.to_string(),
            name: issued.name.as_str().to_owned(),
            title: issued.title.as_str().to_owned(),
            kind: issued.kind.code(),
            issued_on: issued.issued_on.map(|day| day.to_string()),
            signature,
        }
    }
}
