//! A right can't be put together outside the door.
use std::marker::PhantomData;

use consigne::store::grant::{Grant, Pending, act};

fn make(pending: Pending<act::ReadContent>) -> Grant<act::ReadContent> {
    Grant { core: pending.core, act: PhantomData }
}

fn main() {
    let _ = make;
}
