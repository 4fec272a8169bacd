//! `benches/run` says what it measures without measuring, and takes no part that there is not.

use std::collections::BTreeSet;
use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str]) -> Output {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/run");
    Command::new(program).args(arguments).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn the_benchmarks_parts_are_listed_and_each_is_there() {
    let listed = run(&["--list"]);
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let listed = String::from_utf8(listed.stdout).unwrap();
    let listed: BTreeSet<&str> = listed.lines().collect();

    let script = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/run")).unwrap();
    let written: BTreeSet<&str> =
        script.lines().filter_map(|line| line.strip_prefix("part_")?.strip_suffix("() {")).collect();
    assert_eq!(listed, written);
    assert!(listed.contains("folder"), "{listed:?}");
}

#[test]
fn a_part_that_is_not_there_is_refused_before_anything_starts() {
    let refused = run(&["folder", "no-such-part"]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&refused.stdout), "");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("no-such-part"));
}
