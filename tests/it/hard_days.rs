//! Hard days: people use their lockers while something strikes, round after round on the same data, and a checker that knows
//! every acknowledged operation looks at everything after each round. `tests/run faults` runs these alone, with more rounds.
//!
//! To add a fault: a file with a [`Ground`], and its test below.

mod checker;
mod clock;
mod full;
mod killed;
mod lies;
mod model;
mod people;
mod postgres;
mod round;
mod s3;
mod within;

pub use round::{Done, Ground, run};
