//! `docs/compliance.md`, read: each duty stands there once, and every test that it names exists.

use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../../docs/compliance.md");

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The rows of the tables, without their heads: the cells of each.
fn rows() -> Vec<Vec<&'static str>> {
    let lines = PAGE.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| id |"));
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// What a cell says in the letters of code.
fn names(cell: &'static str) -> Vec<&'static str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The text of a module, with the modules below it; none if there is no such file.
fn module(at: &Path) -> Option<String> {
    let mut text = String::new();
    for file in [at.with_extension("rs"), at.join("mod.rs")] {
        text += &std::fs::read_to_string(file).unwrap_or_default();
    }
    for entry in std::fs::read_dir(at).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name != "mod.rs") {
            text += &module(&path.with_extension("")).unwrap_or_default();
        }
    }
    (!text.is_empty()).then_some(text)
}

/// Whether a text holds tests.
fn has_tests(text: &str) -> bool {
    ["#[test]", "#[tokio::test", "on_both_pairs! {", "proptest! {"].iter().any(|mark| text.contains(mark))
}

/// Whether there is a module of tests of this name, or a test in the module that the name begins with.
fn exists(name: &str) -> bool {
    let base = if name.starts_with("src/") { root() } else { root().join("tests/it") };
    let path = base.join(name.replace("::", "/"));
    if let Some(text) = module(&path) {
        return has_tests(&text);
    }
    let (Some(above), Some(last)) = (path.parent(), path.file_name()) else { return false };
    let function = format!("fn {}(", last.to_string_lossy());
    above != base && module(above).is_some_and(|text| has_tests(&text) && text.contains(&function))
}

#[test]
fn each_duty_stands_there_once() {
    let numbered = |letter: char, last: u32| (1..=last).map(move |number| format!("{letter}{number}"));
    let expected: Vec<String> =
        numbered('L', 13).chain(numbered('C', 3)).chain(numbered('N', 1)).chain(numbered('M', 15)).collect();
    let found: Vec<&str> = rows().iter().map(|row| row[0]).collect();
    assert_eq!(found, expected, "in this order, each once");
    for row in rows() {
        assert_eq!(row.len(), 4, "{row:?}");
        assert!(row[1..3].iter().all(|cell| !cell.is_empty()), "{row:?}");
    }
}

#[test]
fn every_test_that_the_page_names_exists() {
    let mut named = 0;
    for row in rows() {
        let shown_by = names(row[3]);
        assert!(!shown_by.is_empty() || row[2] == "not yet", "{}: shown by nothing", row[0]);
        for name in shown_by {
            assert!(exists(name), "{}: there is no test {name}", row[0]);
            named += 1;
        }
    }
    assert!(named > 60, "only {named} were found");
    // A reader that takes everything for a test would hold any page.
    for known in ["mandates::seen", "compliance::each_duty_stands_there_once", "src/domain/policy/helped"] {
        assert!(exists(known), "{known}");
    }
    for unknown in
        ["mandates::nowhere", "compliance::nothing_of_the_kind", "nowhere", "src/domain/nowhere", "world::help"]
    {
        assert!(!exists(unknown), "{unknown}");
    }
}
