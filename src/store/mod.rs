//! The rows, and the SQL: the only place that knows sqlx.
//!
//! One file per aggregate; each function takes a `Tx` and, where it touches a locker, what the door gave ([`grant::Held`]):
//! the locker filtered by is the one that was granted, never one that a caller names. SQL is written once, in the dialect that
//! SQLite and PostgreSQL share (the few exceptions: `docs/decisions/0015`), and listed with `statements!` so that it is
//! prepared on both by a test and at start. No rule of rights and no key lives here. To add a table: both folders of
//! `migrations/`, `docs/formats/clear-columns.md`, a file here.

/// Runs the same typed body on whichever database the transaction is of.
macro_rules! on {
    ($tx:expr, $conn:ident => $body:expr) => {
        match $tx.arm()? {
            $crate::store::db::Conn::Sqlite($conn) => $body,
            $crate::store::db::Conn::Postgres($conn) => $body,
        }
    };
}

/// Names the statements of a file and lists them for the check. Those whose names begin with `PG_` are PostgreSQL's own,
/// those with `LITE_` SQLite's: they do in one round trip, or hand-over to its thread, what takes several in the shared dialect.
macro_rules! statements {
    ($($name:ident = $sql:expr;)*) => {
        $(const $name: &str = $sql;)*
        pub(in crate::store) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

pub mod acceptances;
pub mod agreements;
pub mod answers;
pub mod arrival;
pub mod at_once;
pub mod attestations;
pub mod changes;
pub mod closures;
pub mod code_tries;
pub mod codes;
pub mod contacts;
pub mod db;
pub mod deployment;
pub mod deposits;
pub mod documents;
pub mod entries;
pub mod erasure;
pub mod error;
pub mod factors;
pub mod grant;
pub mod help_codes;
pub mod institutions;
pub mod keys;
pub mod lockers;
pub mod look;
pub mod mandates;
pub mod next_factors;
pub mod notices;
pub mod offering;
pub mod organisations;
pub mod people;
mod postgres;
pub mod processes;
pub mod received;
pub mod reminders;
pub mod requests;
pub mod shares;
pub mod sheets;
mod sqlite;
pub mod under_way;
pub mod visits;
pub mod webhooks;
pub mod windows;

pub use db::{Db, Mark, Tx};
pub use error::StoreError;

/// Every statement, with its name.
pub fn statements() -> impl Iterator<Item = (&'static str, &'static str)> {
    [
        acceptances::ALL,
        agreements::ALL,
        arrival::ALL,
        at_once::ALL,
        attestations::ALL,
        changes::ALL,
        closures::ALL,
        code_tries::ALL,
        codes::ALL,
        contacts::ALL,
        answers::ALL,
        erasure::ALL,
        deployment::ALL,
        deposits::ALL,
        documents::ALL,
        entries::ALL,
        factors::ALL,
        help_codes::ALL,
        institutions::ALL,
        keys::ALL,
        lockers::ALL,
        look::ALL,
        mandates::ALL,
        next_factors::ALL,
        notices::ALL,
        offering::ALL,
        organisations::ALL,
        people::ALL,
        processes::ALL,
        received::ALL,
        reminders::ALL,
        requests::ALL,
        shares::ALL,
        sheets::ALL,
        under_way::ALL,
        visits::ALL,
        webhooks::ALL,
        windows::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}
