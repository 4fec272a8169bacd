//! The one test binary: stories through the API first, attacks, bad days, formats. Started by `tests/run`.
#![cfg(test)]
#![expect(
    clippy::format_push_string,
    clippy::duration_suboptimal_units,
    clippy::needless_pass_by_value,
    clippy::single_match_else,
    clippy::unused_async,
    clippy::manual_assert,
    reason = "stories read better so"
)]

mod administrators;
mod architecture;
mod attacks;
mod bad_days;
mod bearers;
mod benches;
mod blobs;
mod columns;
mod commands;
mod compile_fail;
mod compliance;
mod contract;
mod entrance;
mod export;
mod first_light;
mod formats;
mod hard_days;
mod identity;
mod institutions;
mod life;
mod mandates;
mod notices;
mod operate;
mod organisations;
mod pages;
mod papers;
mod printed;
mod rotation;
mod scanned;
mod world;
mod writers;
