//! A right can't be put together outside the door.
use std::marker::PhantomData;

use consigne::store::grant::{Grant, act};

fn make() -> Grant<act::ReadContent> {
    Grant { act: PhantomData, core: unimplemented!() }
}

fn main() {
    let _ = make;
}
