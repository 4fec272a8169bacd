//! x

mod blobs;
