//! Consigne: a secure digital locker. The house is drawn in `docs/architecture.md`.

pub mod access;
pub mod app;
pub mod blobs;
pub mod cli;
pub mod config;
pub mod domain;
pub mod faults;
pub mod http;
pub mod identity;
pub mod jobs;
pub mod journal;
pub mod locker;
pub mod notify;
pub mod pdf;
pub mod scan;
pub mod store;
pub mod telemetry;
pub mod vault;
pub mod words;
