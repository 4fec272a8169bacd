//! The locker of a right can't be changed.
use consigne::domain::ids::LockerId;
use consigne::store::grant::{Grant, act};

fn aim(mut grant: Grant<act::ReadContent>, other: LockerId) {
    grant.core.locker = other;
}

fn main() {
    let _ = aim;
}
