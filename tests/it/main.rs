//! The one test binary.

mod identity;
