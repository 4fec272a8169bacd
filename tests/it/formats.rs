//! The formats on paper (`docs/formats`) are the formats of the program: stored vectors are read both ways, by the program
//! and by a second reader written from the pages alone ([`by_hand`]). A vector never changes; if a test here fails, it is the
//! program that has drifted, and what people stored yesterday would not open.
//!
//! A new vector file is written by `cargo nextest run --run-ignored only make_missing_vectors`; it never overwrites one.

mod by_hand;
mod envelope;
mod issued;
mod keys;
mod lines;
mod make;
mod webhook;

use consigne::domain::source::{Source, Timestamp};
use serde_json::Value;

use crate::world::hex;

/// A vector file of `docs/formats/vectors`.
fn vectors(name: &str) -> Value {
    let path = format!("{}/docs/formats/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(&path).unwrap_or_else(|_| panic!("{path} is missing"))).unwrap()
}

/// The list under a name, never empty.
#[track_caller]
fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    let list = value[name].as_array().unwrap_or_else(|| panic!("no list {name}"));
    assert!(!list.is_empty(), "{name} is empty");
    list
}

#[track_caller]
fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("no text {name} in {value}"))
}

#[track_caller]
fn number(value: &Value, name: &str) -> i64 {
    value[name].as_i64().unwrap_or_else(|| panic!("no number {name} in {value}"))
}

/// Bytes written in hexadecimal.
#[track_caller]
fn bytes(value: &Value, name: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text(value, name).as_bytes()).unwrap()
}

#[track_caller]
fn array<const N: usize>(value: &Value, name: &str) -> [u8; N] {
    bytes(value, name).try_into().unwrap_or_else(|_| panic!("{name} is not {N} bytes long"))
}

/// An id of any type.
#[track_caller]
fn id<T: std::str::FromStr>(value: &Value, name: &str) -> T {
    text(value, name).parse().unwrap_or_else(|_| panic!("{name} is not an id"))
}

/// The 16 bytes of an id.
#[track_caller]
fn id_bytes(value: &Value, name: &str) -> [u8; 16] {
    *consigne::domain::ids::KeyId::bytes(&id(value, name))
}

/// A source that gives the same bytes again.
fn seeded(seed: [u8; 32]) -> Source {
    Source::seeded(Timestamp::from_micros(1_800_000_000_000_000), seed)
}

/// The rows of the table that follows a heading of a page.
fn table(page: &str, heading: &str) -> Vec<Vec<String>> {
    let mut lines = page.lines().skip_while(|line| *line != heading).skip(1);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in lines.by_ref().skip_while(|line| !line.starts_with('|')) {
        if !line.starts_with('|') {
            break;
        }
        let cells = line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
        rows.push(cells.collect());
    }
    assert!(rows.len() > 2, "no table under {heading}");
    rows.split_off(2)
}

/// Where two byte strings first differ, in words.
fn same(what: &str, found: &[u8], expected: &[u8]) {
    assert!(found == expected, "{what} has drifted:\n found    {}\n expected {}", hex(found), hex(expected));
}
