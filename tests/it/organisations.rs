//! Organisations: who belongs there, who lets them in, how it ends. Second factors: set up, taken away, replaced.

mod attacks;
mod elsewhere;
mod factors;
pub mod life;
pub mod pages;
mod put_back;
mod reminded;
mod replacing;
mod tasks;
