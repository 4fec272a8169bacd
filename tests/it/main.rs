//! The one test binary: stories through the API first, attacks, bad days, formats. Started by `tests/run`.
#![cfg(test)]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod attacks;
mod bad_days;
mod blobs;
mod commands;
mod first_light;
mod identity;
mod pages;
mod world;
mod writers;
