//! What describes the exported papers: JSON for programs, CSV for tables, the sums of every file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::domain::acting::OriginalSeen;
use crate::domain::agreement::Issued;
use crate::domain::document::{Day, DocumentFields, DocumentState, Sha256Sum, VersionFields};
use crate::domain::ids::{DocumentId, LockerId, VersionId};
use crate::domain::person::CivilIdentity;
use crate::domain::source::Timestamp;
use crate::identity::issued::jwk;
use crate::journal::chain::Kept;
use crate::words::{Locale, category_label, kind_label};

/// One exported version.
pub(super) struct Row {
    pub(super) path: String,
    pub(super) is_newest: bool,
    pub(super) is_intact: bool,
    /// A word stands in its place.
    pub(super) is_left_out: bool,
    pub(super) document: DocumentId,
    pub(super) version: VersionId,
    pub(super) number: u64,
    pub(super) state: DocumentState,
    pub(super) deposited_at: Timestamp,
    pub(super) trashed_at: Option<Timestamp>,
    pub(super) fields: DocumentFields,
    pub(super) file: VersionFields,
}

/// SHA-256 of something that comes in pieces.
#[derive(Default)]
pub(super) struct Summing(Sha256);

impl Summing {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(super) fn done(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// Everything listed so far.
pub(super) struct Lists {
    locale: Locale,
    rows: Vec<Row>,
    damaged: Vec<DocumentId>,
    sums: BTreeMap<String, Sha256Sum>,
}

impl Lists {
    pub(super) const fn new(locale: Locale) -> Self {
        Self { locale, rows: Vec::new(), damaged: Vec::new(), sums: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// A paper of which nothing opens.
    pub(super) fn damaged(&mut self, document: DocumentId) {
        self.damaged.push(document);
    }

    pub(super) fn sum(&mut self, path: &str, content: &[u8]) {
        self.known_sum(path, Sha256Sum::from_bytes(Sha256::digest(content).into()));
    }

    pub(super) fn known_sum(&mut self, path: &str, sum: Sha256Sum) {
        self.sums.insert(path.to_owned(), sum);
    }

    /// As `sha256sum --check` reads it.
    pub(super) fn sums(&self) -> String {
        let mut out = String::new();
        for (path, sum) in &self.sums {
            let _ = writeln!(out, "{sum}  {path}");
        }
        out
    }

    pub(super) fn json(&self, locker: LockerId, at: Timestamp, holder: Option<&CivilIdentity>) -> String {
        let mut papers: Vec<Value> = Vec::new();
        for row in &self.rows {
            let version = json!({
                "id": row.version.to_string(), "number": row.number, "path": row.path, "intact": row.is_intact,
                "file_name": row.file.file_name.as_str(), "media_type": row.file.media_type, "size": row.file.size,
                "hash_algorithm": "sha-256", "sha256": row.file.sha256.to_string(), "origin": row.file.origin_now(), "original_seen": seen(&row.file),
                "issued": row.file.issued.as_deref().map(|issued| issued_by(issued, &row.file.sha256)),
                "scanned": row.file.scanned.code(), "left_out": row.is_left_out,
                "deposited_at": row.deposited_at.rfc3339(), "deposited_by": row.file.deposited_by.0.to_string(),
            });
            let id = row.document.to_string();
            // Versions of a paper come one after the other, the newest first.
            if let Some(versions) = papers
                .last_mut()
                .filter(|paper| paper.get("id").and_then(Value::as_str) == Some(&id))
                .and_then(|paper| paper.get_mut("versions"))
                .and_then(Value::as_array_mut)
            {
                versions.push(version);
                continue;
            }
            let (fields, kind) = (&row.fields, row.fields.kind);
            let day = |day: Option<Day>| day.map(|day| day.to_string());
            papers.push(json!({
                "id": id, "title": fields.title.as_str(), "kind": kind.code(), "kind_label": kind_label(self.locale, kind),
                "category": kind.category().code(), "category_label": category_label(self.locale, kind.category()),
                "whose": fields.whose.code(), "private": fields.private, "issued_on": day(fields.issued_on),
                "expires_on": day(fields.expires_on), "good_until": day(fields.good_until),
                "state": state(row.state), "trashed_at": row.trashed_at.map(Timestamp::rfc3339), "versions": [version],
            }));
        }
        let damaged: Vec<String> = self.damaged.iter().map(ToString::to_string).collect();
        let all = json!({
            "format": "consigne-export-1", "locker": locker.to_string(), "exported_at": at.rfc3339(),
            "holder": holder, "papers": papers, "damaged": damaged,
        });
        serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"
    }

    /// One line a version, the newest of each paper first; RFC 4180, UTF-8 with its mark so that spreadsheets know.
    pub(super) fn csv(&self) -> String {
        let mut out = String::from("\u{feff}");
        let head = [
            "path",
            "title",
            "kind",
            "kind_label",
            "category",
            "category_label",
            "whose",
            "private",
            "issued_on",
            "expires_on",
            "good_until",
            "state",
            "version",
            "newest",
            "file_name",
            "media_type",
            "size",
            "sha256",
            "deposited_at",
            "original_seen",
            "intact",
            "scanned",
            "left_out",
        ];
        line(&mut out, &head.map(str::to_owned));
        for row in &self.rows {
            let (fields, kind) = (&row.fields, row.fields.kind);
            let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
            line(
                &mut out,
                &[
                    row.path.clone(),
                    fields.title.as_str().to_owned(),
                    kind.code().to_owned(),
                    kind_label(self.locale, kind),
                    kind.category().code().to_owned(),
                    category_label(self.locale, kind.category()),
                    fields.whose.code().to_owned(),
                    fields.private.to_string(),
                    day(fields.issued_on),
                    day(fields.expires_on),
                    day(fields.good_until),
                    state(row.state).to_owned(),
                    row.number.to_string(),
                    row.is_newest.to_string(),
                    row.file.file_name.as_str().to_owned(),
                    row.file.media_type.clone(),
                    row.file.size.to_string(),
                    row.file.sha256.to_string(),
                    row.deposited_at.rfc3339(),
                    seen_told(&row.file),
                    row.is_intact.to_string(),
                    row.file.scanned.code().unwrap_or_default().to_owned(),
                    row.is_left_out.to_string(),
                ],
            );
        }
        out
    }
}

/// Who issued a version, as what; and what anybody needs to check that they signed it.
pub(in crate::locker) fn issued_by(issued: &Issued, sha256: &Sha256Sum) -> Value {
    let signature = issued.signature.as_ref().map(
        |signature| json!({"jws": signature.jws, "signed": issued.signed_text(sha256), "key": jwk(&signature.key)}),
    );
    json!({
        "institution": issued.institution.0.to_string(), "name": issued.name.as_str(), "title": issued.title.as_str(),
        "kind": issued.kind.code(), "issued_on": issued.issued_on.map(|day| day.to_string()), "signature": signature,
    })
}

/// Who has seen the original of a version.
fn seen(file: &VersionFields) -> Vec<Value> {
    let one = |seen: &OriginalSeen| {
        json!({
            "name": seen.name.as_str(), "organisation": seen.organisation.as_str(), "person": seen.person.0.to_string(),
            "at": seen.at().rfc3339(),
        })
    };
    file.seen.iter().map(one).collect()
}

/// The same in one cell.
fn seen_told(file: &VersionFields) -> String {
    let one = |seen: &OriginalSeen| {
        format!("{}, {}, {}", seen.name.as_str(), seen.organisation.as_str(), seen.at().rfc3339())
    };
    file.seen.iter().map(one).collect::<Vec<_>>().join("; ")
}

const fn state(state: DocumentState) -> &'static str {
    match state {
        DocumentState::Live => "live",
        DocumentState::Trashed => "trashed",
    }
}

/// A table: a line of names, then a line for each row; RFC 4180, UTF-8 with its mark so that spreadsheets know.
pub(super) fn table(head: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut out = String::from("\u{feff}");
    line(&mut out, head);
    rows.for_each(|row| line(&mut out, &row));
    out
}

fn line(out: &mut String, cells: &[String]) {
    let quoted: Vec<String> = cells.iter().map(|cell| quote(cell)).collect();
    out.push_str(&quoted.join(","));
    out.push_str("\r\n");
}

/// A cell. A spreadsheet takes a text that begins with one of these for a formula, and would run what somebody typed as a
/// title: an apostrophe before it keeps it a text.
fn quote(cell: &str) -> String {
    let text = if cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A line of the journal with what proves it: its leaf, the link before it, its salt and canonical bytes.
pub(super) fn journal_line(mut told: Value, kept: &Kept) -> Value {
    if let Some(fields) = told.as_object_mut() {
        fields.insert("previous".into(), HEXLOWER.encode(&kept.previous).into());
        fields.insert("leaf".into(), HEXLOWER.encode(&kept.leaf).into());
        if let Some((salt, entry)) = &kept.body {
            fields.insert("salt".into(), HEXLOWER.encode(salt).into());
            fields.insert("entry".into(), BASE64.encode(entry).into());
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, quoted) in [
            ("Bail", "\"Bail\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("-1", "\"'-1\""),
            ("@x", "\"'@x\""),
            ("a\"b,c", "\"a\"\"b,c\""),
        ] {
            assert_eq!(quote(cell), quoted);
        }
    }
}
