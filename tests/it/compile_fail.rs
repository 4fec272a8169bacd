//! What must not compile: content without a right, with a right to something else, with one that was made, copied or aimed
//! elsewhere. Each case says the compiler's own words beside it; the one in `pass` makes the same calls rightly, so that no
//! case fails for a reason of its own.
//!
//! The crate is built once more for this, for checking only, in a folder of its own under the target folder.

#[test]
fn rights_cannot_be_forged() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/compile_fail/pass/*.rs");
    cases.compile_fail("tests/compile_fail/*.rs");
}
