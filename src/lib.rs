//! Consigne: a secure digital locker. The house is drawn in `docs/architecture.md`.

pub mod access;
pub mod blobs;
pub mod domain;
pub mod faults;
pub mod identity;
pub mod journal;
pub mod locker;
pub mod store;
pub mod vault;
pub mod words;
