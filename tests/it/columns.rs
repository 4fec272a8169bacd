//! Every column of both databases is in `docs/formats/clear-columns.md` with a reason, and nothing else is.

use std::collections::BTreeMap;

use crate::on_both_pairs;
use crate::world::{Pair, World};

const SQLITE: &str = "SELECT t.name || '.' || c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> '_sqlx_migrations'";
const POSTGRES: &str = "SELECT (table_name || '.' || column_name)::text FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'";

const HOW: &[&str] = &["clear", "sealed", "wrapped", "keyed hash", "hash"];

/// The rows of the document: `table.column`, and how it is kept.
fn described() -> BTreeMap<String, String> {
    let text = include_str!("../../docs/formats/clear-columns.md");
    let mut rows = BTreeMap::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("| table | column |") {
            inside = true;
        } else if inside && !line.starts_with('|') {
            inside = false;
        } else if inside && !line.starts_with("|---") {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            assert_eq!(cells.len(), 4, "four cells: {line}");
            assert!(HOW.contains(&cells[2]) && !cells[3].is_empty(), "how, and why: {line}");
            let name = format!("{}.{}", cells[0], cells[1]);
            assert!(rows.insert(name, cells[2].to_owned()).is_none(), "twice: {line}");
        }
    }
    rows
}

async fn real(pair: Pair) -> Vec<String> {
    let world = World::new(pair).await;
    let mut raw = world.raw().await;
    let mut columns = raw.texts(if pair == Pair::Local { SQLITE } else { POSTGRES }).await;
    columns.sort();
    columns
}

on_both_pairs! {
    async fn every_column_is_described_with_its_reason(pair) {
        let (described, real) = (described(), real(pair).await);
        assert!(real.len() > 60, "the schema was read");
        let missing: Vec<_> = real.iter().filter(|column| !described.contains_key(*column)).collect();
        assert!(missing.is_empty(), "not in docs/formats/clear-columns.md: {missing:?}");
        let extra: Vec<_> = described.keys().filter(|column| !real.contains(column)).collect();
        assert!(extra.is_empty(), "in docs/formats/clear-columns.md and in no table: {extra:?}");
    }

    async fn what_the_document_calls_sealed_or_hashed_holds_bytes(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        angela.deposit("Bail", "logement.bail", b"bail").await;
        let mut raw = world.raw().await;
        for (column, how) in described() {
            let (table, name) = column.split_once('.').unwrap();
            let values = if how == "clear" { continue } else { raw.bytes(&format!("SELECT {name} FROM {table}")).await };
            for value in values {
                let fits = match how.as_str() {
                    "hash" | "keyed hash" => value.len() == 32,
                    "wrapped" => value.len() == 24 + 32 + 16,
                    // Format, algorithm, nonce, whole pads, tag.
                    _ => value.starts_with(&[1, 1]) && (value.len() - 2 - 24 - 16) % 256 == 0,
                };
                assert!(fits, "{column} is not {how}: {} bytes", value.len());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_have_the_same_columns() {
    assert_eq!(real(Pair::Local).await, real(Pair::Remote).await);
}
