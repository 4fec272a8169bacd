//! What can go wrong with a blob, by kind: callers choose what to do by variant, never by reading a sentence.
//!
//! Display texts are for logs: they hold no blob name (a name tells whose locker it is) and no key.

use std::io::{Error as IoError, ErrorKind};

/// Any error as a cause.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why an operation on the blob store was not done.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// No published blob has this name.
    #[error("no such blob")]
    NotFound,
    /// A blob of this name is already published; it was left as it is.
    #[error("a blob of this name exists")]
    Exists,
    /// The object is not (or no longer) what the caller expected; it was left as it is. Read it again, then decide.
    #[error("the object has changed")]
    Changed,
    /// No room: disk full, quota reached, HTTP 507. Nothing was published.
    #[error("the blob store is full")]
    Full,
    /// The range starts at or after the blob's end, or ends before it starts.
    #[error("the range lies outside the blob")]
    OutOfRange,
    /// The bytes stopped before the announced end, or their checksum is wrong. What was read must not be trusted.
    #[error("the blob was cut short or altered on its way")]
    Cut,
    /// Not a blob name (see [`BlobName`](super::BlobName)).
    #[error("not a blob name")]
    BadName,
    /// The store is away, slow or failing: worth trying again later.
    #[error("the blob store is unavailable")]
    Unavailable(#[source] Cause),
    /// Trying again won't help: the operator has to change something; the text says what.
    #[error("the blob store is misconfigured: {0}")]
    Misconfigured(String),
}

impl BlobError {
    /// The store is away, with a sentence as its cause.
    pub(super) fn away(why: &'static str) -> Self {
        Self::Unavailable(why.into())
    }
}

/// An operating system's error, by kind.
impl From<IoError> for BlobError {
    fn from(error: IoError) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::AlreadyExists => Self::Exists,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Self::Full,
            _ => Self::Unavailable(Box::new(error)),
        }
    }
}
