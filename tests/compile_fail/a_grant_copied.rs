//! A right can't be copied and kept for later.
use consigne::store::grant::{Grant, act};

fn keep(grant: &Grant<act::ReadContent>) -> Grant<act::ReadContent> {
    grant.clone()
}

fn main() {
    let _ = keep;
}
