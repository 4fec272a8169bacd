//! What a holder agreed to before their locker was opened, or later: kept as it was shown (DOMAIN L6).

use serde::{Deserialize, Serialize};

use super::document::Sha256Sum;

/// A text that was agreed to; sealed at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Version of the text.
    pub version: String,
    /// Its language, as a BCP 47 tag.
    pub locale: String,
    /// SHA-256 of the text in UTF-8; the entry bears it too.
    pub sha256: Sha256Sum,
    /// The text itself.
    pub text: String,
}
