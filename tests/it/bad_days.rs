//! Bad days: the process is killed at each step of a deposit, the database stops, the blob store goes away, the disk is full.
//! What was acknowledged is there; what was not is wholly there or not at all; the journal is whole; nothing is served that
//! is not written down.

mod away;
mod full;
pub mod killed;
mod swept;
