//! Mandates: a holder lets named helpers act, within limits, for a time, and can stop at once.

mod acting_pages;
mod attacks;
mod consent;
mod ends;
mod pages;
mod races;
mod seen;
mod visits;
mod withdraw;
mod wrongly;
