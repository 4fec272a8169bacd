//! Consigne: a secure digital locker. The design is in `docs/architecture.md`.

pub mod domain;
pub mod identity;
