//! A right to one action does not turn into a right to another.
use consigne::store::grant::{Grant, act};

fn turn(grant: Grant<act::ListDocuments>) -> Grant<act::ReadContent> {
    grant.into()
}

fn main() {
    let _ = turn;
}
