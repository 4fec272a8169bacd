//! Mandates: a holder lets named helpers act, within limits, for a time, and can stop at once.

mod acting_pages;
mod attacks;
mod consent;
mod ends;
mod judgments;
mod limits;
mod limits_pages;
mod pages;
mod paper;
mod paper_attacks;
mod paper_pages;
mod put_back;
mod races;
mod seen;
mod truth;
pub mod visits;
mod waiting;
mod window_attacks;
mod window_pages;
mod windows;
mod withdraw;
mod wrongly;
