//! Mandates: a holder lets named helpers act, within limits, for a time, and can stop at once.

mod attacks;
mod consent;
mod ends;
mod pages;
mod races;
mod visits;
mod window_attacks;
mod window_pages;
mod windows;
