//! The one test binary: stories through the API first, attacks, bad days, formats. Started by `tests/run`.
#![cfg(test)]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs, reason = "tests")]

mod architecture;
mod bad_days;
mod blobs;
mod columns;
mod commands;
mod compile_fail;
mod first_light;
mod formats;
mod identity;
mod world;
