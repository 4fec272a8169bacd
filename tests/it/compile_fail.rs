//! What must not compile: content without a right, with a right to something else, with one that was made, copied or aimed
//! elsewhere. Each case says the compiler's own words beside it; `rightly`, which is compiled here, makes the same calls with
//! the right they need, so that no case fails for a reason of its own.
//!
//! The crate is checked once more for this, in a folder of its own under the target folder: the first time takes minutes.

#[path = "../compile_fail/pass/with_the_right_grant.rs"]
mod rightly;

#[test]
fn rights_cannot_be_forged() {
    rightly::main();
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
