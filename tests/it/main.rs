//! The one test binary.
#![cfg(test)]

mod blobs;
mod identity;
