//! The hand that writes into the database and the blob store, and puts everything back for the next attack.

use consigne::blobs::BlobName;

use crate::attacks::tools::uuid;
use crate::world::{Holder, Raw};

/// The rows of one paper, as ids that SQL can name.
pub struct Rows {
    pub document: String,
    pub version: String,
    pub key: String,
    pub collection: String,
    pub collection_key: String,
    pub blob: BlobName,
    pub bytes: Vec<u8>,
}

impl Rows {
    pub async fn find(raw: &mut Raw, document: &str) -> Self {
        let id = raw.id(document);
        let one = async |raw: &mut Raw, sql: String| uuid(&raw.bytes(&sql).await.remove(0));
        let of_version = |column: &str| format!("SELECT {column} FROM versions WHERE document_id = {id}");
        let version = one(raw, of_version("version_id")).await;
        let key = one(raw, of_version("key_id")).await;
        let collection = one(raw, format!("SELECT collection_id FROM documents WHERE document_id = {id}")).await;
        let under = raw.id(&collection);
        let collection_key = one(raw, format!("SELECT key_id FROM collections WHERE collection_id = {under}")).await;
        let blob = BlobName::new(&raw.texts(&of_version("blob")).await.remove(0)).unwrap();
        let bytes = raw.all_blobs().await.into_iter().find(|(name, _)| *name == blob).unwrap().1;
        Self { document: document.to_owned(), version, key, collection, collection_key, blob, bytes }
    }
}

/// A cell of the tables that lead to a paper: table and column.
pub type Cell = (&'static str, &'static str);

/// Makes other bytes of a blob's own, those of another paper here, those of another locker's.
type Make = fn(Vec<u8>, &[u8], &[u8]) -> Vec<u8>;

/// What is done to the stored data.
#[derive(Clone, Copy)]
pub enum Harm {
    /// Other bytes in the blob's place.
    Blob(Make),
    /// The same, with the size in the row made to fit.
    BlobAndSize(Make),
    /// One byte less at the end of a cell.
    Cut(Cell),
    /// A cell without any byte.
    Empty(Cell),
    /// One bit of a cell turned, so far from its start; from its end if negative.
    Flip(Cell, isize),
    /// The cell's value exchanged with that of another paper of the same locker.
    Swap(Cell),
    /// The value of the same cell in another locker.
    Foreign(Cell),
    /// A number in a cell, so much larger.
    Add(Cell, i64),
}

/// The row of a table that belongs to a paper (or to its collection, or its locker).
fn row(raw: &Raw, cell: Cell, rows: &Rows, holder: &Holder) -> (&'static str, String) {
    let is = |column: &str, id: &str| format!("{column} = {}", raw.id(id));
    match cell.0 {
        "documents" => ("documents", is("document_id", &rows.document)),
        "versions" => ("versions", is("version_id", &rows.version)),
        "wraps" => ("wraps", is("key_id", &rows.key)),
        "keys" => ("keys", is("key_id", &rows.key)),
        "collections" => ("collections", is("collection_id", &rows.collection)),
        "collection wraps" => ("wraps", is("key_id", &rows.collection_key)),
        "collection keys" => ("keys", is("key_id", &rows.collection_key)),
        "locker wraps" => ("wraps", format!("{} AND wrapper_kind = 1", is("locker_id", &holder.locker))),
        other => panic!("{other}"),
    }
}

/// A cell's value, as SQL writes it.
async fn value(raw: &mut Raw, column: &str, table: &str, at: &str) -> String {
    let sql = format!("SELECT {column} FROM {table} WHERE {at}");
    match column {
        "details" | "wrapped" | "label" | "blob_sha256" => {
            let bytes = raw.bytes(&sql).await.remove(0);
            raw.literal(&bytes)
        }
        "collection_id" | "key_id" | "version_id" | "wrapper_id" => {
            let bytes = raw.bytes(&sql).await.remove(0);
            raw.id(&uuid(&bytes))
        }
        "blob" => format!("'{}'", raw.texts(&sql).await.remove(0)),
        _ => raw.number(&sql).await.to_string(),
    }
}

/// The attacker's hand: remembers how to put everything back, for the next attack.
pub struct Hand {
    pub raw: Raw,
    undo: Vec<String>,
    blobs: Vec<(BlobName, Vec<u8>)>,
}

impl Hand {
    pub fn new(raw: Raw) -> Self {
        Self { raw, undo: Vec::new(), blobs: Vec::new() }
    }

    async fn set(&mut self, column: &str, (table, at): &(&str, String), new: &str) {
        let old = value(&mut self.raw, column, table, at).await;
        assert_ne!(old, new, "{table}.{column}: nothing would change");
        self.undo.push(format!("UPDATE {table} SET {column} = {old} WHERE {at}"));
        assert_eq!(self.raw.run(&format!("UPDATE {table} SET {column} = {new} WHERE {at}")).await.unwrap(), 1);
    }

    async fn set_bytes(&mut self, column: &str, row: &(&str, String), change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = self.raw.bytes(&format!("SELECT {column} FROM {} WHERE {}", row.0, row.1)).await.remove(0);
        change(&mut bytes);
        let new = self.raw.literal(&bytes);
        self.set(column, row, &new).await;
    }

    pub async fn put_back(&mut self) {
        for sql in std::mem::take(&mut self.undo).into_iter().rev() {
            self.raw.run(&sql).await.unwrap();
        }
        for (name, bytes) in std::mem::take(&mut self.blobs) {
            self.raw.replace_blob(&name, bytes).await;
        }
    }

    pub async fn harm(&mut self, harm: Harm, target: (&Holder, &Rows), sibling: &Rows, foreign: (&Holder, &Rows)) {
        let (holder, rows) = target;
        match harm {
            Harm::Blob(make) | Harm::BlobAndSize(make) => {
                let bytes = make(rows.bytes.clone(), &sibling.bytes, &foreign.1.bytes);
                assert_ne!(bytes, rows.bytes);
                if matches!(harm, Harm::BlobAndSize(_)) {
                    let at = row(&self.raw, ("versions", "blob_size"), rows, holder);
                    self.set("blob_size", &at, &bytes.len().to_string()).await;
                }
                self.blobs.push((rows.blob.clone(), rows.bytes.clone()));
                self.raw.replace_blob(&rows.blob, bytes).await;
            }
            Harm::Cut(cell) => {
                let at = row(&self.raw, cell, rows, holder);
                self.set_bytes(cell.1, &at, |bytes| {
                    bytes.pop().unwrap();
                })
                .await;
            }
            Harm::Empty(cell) => {
                let at = row(&self.raw, cell, rows, holder);
                self.set_bytes(cell.1, &at, Vec::clear).await;
            }
            Harm::Flip(cell, place) => {
                let at = row(&self.raw, cell, rows, holder);
                self.set_bytes(cell.1, &at, |bytes| {
                    let end = if place < 0 { bytes.len() } else { 0 };
                    bytes[end.checked_add_signed(place).unwrap()] ^= 1;
                })
                .await;
            }
            Harm::Swap(cell) => {
                let (mine, theirs) = (row(&self.raw, cell, rows, holder), row(&self.raw, cell, sibling, holder));
                let old = value(&mut self.raw, cell.1, mine.0, &mine.1).await;
                let new = value(&mut self.raw, cell.1, theirs.0, &theirs.1).await;
                if cell.1 == "blob" {
                    // A blob's name stands once in a locker: by way of a third one.
                    self.set(cell.1, &theirs, "'ailleurs/ici'").await;
                }
                self.set(cell.1, &mine, &new).await;
                self.set(cell.1, &theirs, &old).await;
            }
            Harm::Foreign(cell) => {
                let at = row(&self.raw, cell, rows, holder);
                let theirs = row(&self.raw, cell, foreign.1, foreign.0);
                let new = value(&mut self.raw, cell.1, theirs.0, &theirs.1).await;
                self.set(cell.1, &at, &new).await;
            }
            Harm::Add(cell, by) => {
                let at = row(&self.raw, cell, rows, holder);
                let new = value(&mut self.raw, cell.1, at.0, &at.1).await.parse::<i64>().unwrap() + by;
                self.set(cell.1, &at, &new.to_string()).await;
            }
        }
    }
}
