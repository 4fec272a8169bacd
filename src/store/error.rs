//! What can go wrong with a database, by kind: the same kinds whichever it is.

/// A statement or a transaction failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database is away, stopping, or too slow: try again later.
    #[error("the database is away")]
    Away,
    /// The database has no room left.
    #[error("the database is full")]
    Full,
    /// Somebody else wrote it first (a unique value stands already).
    #[error("it is already there")]
    Conflict,
    /// The database refuses it by a rule of its own (append-only journal).
    #[error("the database refuses this change")]
    Refused,
    /// A row does not read as what it should be.
    #[error("a stored row does not read")]
    Damaged,
    /// Anything else: a mistake of ours.
    #[error("the database answered an error")]
    Other,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let kind = classify(&error);
        if !matches!(kind, Self::Conflict) {
            tracing::warn!(error = %error, kind = ?kind, "database error");
        }
        kind
    }
}

fn classify(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(inner) => {
            let code = inner.code().unwrap_or_default();
            if inner.is_unique_violation() {
                return StoreError::Conflict;
            }
            match code.as_ref() {
                // SQLITE_FULL; PostgreSQL: insufficient resources, disk full.
                "13" | "53100" | "53000" => StoreError::Full,
                // SQLITE_CONSTRAINT_TRIGGER; PostgreSQL: restrict violation.
                "1811" | "23001" => StoreError::Refused,
                // SQLite: busy, locked, I/O errors, can't open, read-only.
                "5" | "6" | "8" | "10" | "14" | "261" | "517" | "266" | "522" | "778" | "1034" | "2570" => {
                    StoreError::Away
                }
                // PostgreSQL: connection (08), resources (53), shutdown and cancel (57), lock not available, serialisation.
                c if c.len() == 5
                    && (c.starts_with("08")
                        || c.starts_with("53")
                        || c.starts_with("57")
                        || c == "55P03"
                        || c == "40P01"
                        || c == "40001"
                        || c == "25P03") =>
                {
                    StoreError::Away
                }
                _ => StoreError::Other,
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => StoreError::Away,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnNotFound(_) => {
            StoreError::Damaged
        }
        _ => StoreError::Other,
    }
}
