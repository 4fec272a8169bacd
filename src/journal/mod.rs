//! The journal's mathematics: canonical bytes of an entry, leaves, links, verification. Pure; `store` keeps the rows.
//!
//! The bytes are described, with vectors, in `docs/formats/entry.md`. To add a field to entries: the next free tag in
//! `canonical`, in ascending order, and a new vector; old entries keep their bytes for ever.

pub mod agreements;
pub mod canonical;
pub mod chain;
pub mod institutions;
pub mod mandates;
pub mod notices;
pub mod papers;
pub mod shares;
