//! Consigne: a secure digital locker. The design is in `docs/architecture.md`.

pub mod access;
pub mod domain;
pub mod journal;
pub mod store;
pub mod vault;
