//! What must not compile: content without a right, with a right to something else, with one that was made, copied or aimed
//! elsewhere. Each case has the compiler's own words beside it; [`with_the_right_grant`] makes the same calls rightly, so that
//! no case fails for a reason of its own.
//!
//! The crate is checked once more for this, in a folder of its own under the target folder: the first time takes minutes.

mod with_the_right_grant;

#[test]
fn rights_cannot_be_forged() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
