//! How an operator without scruples rewrites a chain once the triggers are gone, and puts it back for the next attempt.

use consigne::journal::chain;

use crate::world::{Raw, Sql};

/// One entry as it is kept.
pub struct Kept {
    previous: Vec<u8>,
    leaf: Vec<u8>,
    salt: Vec<u8>,
    entry: Vec<u8>,
}

/// A chain as it was.
pub struct Chain {
    id: String,
    pub rows: Vec<Kept>,
    link: Vec<u8>,
    at: i64,
}

/// Takes the rules of the database away, as its owner can.
pub async fn drop_triggers(raw: &mut Raw) {
    let tables = ["commitments", "bodies", "chains", "erasures"];
    let drop = match raw.sql {
        Sql::Sqlite(_) => {
            let names = raw.texts("SELECT name FROM sqlite_master WHERE type = 'trigger'").await;
            names.iter().map(|name| format!("DROP TRIGGER {name}")).collect::<Vec<_>>()
        }
        Sql::Postgres(_) => tables.iter().map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER USER")).collect(),
    };
    assert!(drop.len() >= tables.len());
    for sql in drop {
        raw.run(&sql).await.unwrap();
    }
}

impl Chain {
    pub async fn read(raw: &mut Raw, locker: &str) -> Self {
        let id = raw.id(locker);
        let mut columns = Vec::new();
        for (column, table) in
            [("previous", "commitments"), ("leaf", "commitments"), ("salt", "bodies"), ("entry", "bodies")]
        {
            columns.push(raw.bytes(&format!("SELECT {column} FROM {table} WHERE chain_id = {id} ORDER BY seq")).await);
        }
        let mut columns = columns.into_iter().map(Vec::into_iter);
        let mut next = || columns.next().unwrap();
        let (previous, leaf, salt, entry) = (next(), next(), next(), next());
        let rows = previous.zip(leaf).zip(salt.zip(entry));
        let rows = rows.map(|((previous, leaf), (salt, entry))| Kept { previous, leaf, salt, entry }).collect();
        let link = raw.bytes(&format!("SELECT link FROM chains WHERE chain_id = {id}")).await.remove(0);
        let at = raw.number(&format!("SELECT at FROM chains WHERE chain_id = {id}")).await;
        Self { id, rows, link, at }
    }

    /// Removes the whole chain.
    pub async fn remove(&self, raw: &mut Raw) {
        for table in ["bodies", "commitments", "chains"] {
            raw.run(&format!("DELETE FROM {table} WHERE chain_id = {}", self.id)).await.unwrap();
        }
    }

    /// Writes it as it was.
    pub async fn put_back(&self, raw: &mut Raw) {
        self.remove(raw).await;
        let Self { id, at, .. } = self;
        let (link, head) = (raw.literal(&self.link), self.rows.len());
        raw.run(&format!("INSERT INTO chains VALUES ({id}, 3, {head}, {link}, {at})")).await.unwrap();
        for (place, row) in self.rows.iter().enumerate() {
            let seq = place + 1;
            let [previous, leaf, salt, entry] =
                [&row.previous, &row.leaf, &row.salt, &row.entry].map(|bytes| raw.literal(bytes));
            raw.run(&format!("INSERT INTO commitments VALUES ({id}, {seq}, {previous}, {leaf})")).await.unwrap();
            raw.run(&format!("INSERT INTO bodies VALUES ({id}, {seq}, {salt}, {entry})")).await.unwrap();
        }
    }

    fn at(&self, seq: usize) -> &Kept {
        &self.rows[seq - 1]
    }

    fn set(&self, raw: &Raw, table: &str, column: &str, seq: usize, bytes: &[u8]) -> String {
        let value = raw.literal(bytes);
        format!("UPDATE {table} SET {column} = {value} WHERE chain_id = {} AND seq = {seq}", self.id)
    }

    fn gone(&self, table: &str, seq: usize) -> String {
        format!("DELETE FROM {table} WHERE chain_id = {} AND seq = {seq}", self.id)
    }

    /// Another outcome in an entry's body.
    pub fn change_body(&self, raw: &Raw, seq: usize) -> String {
        self.set(raw, "bodies", "entry", seq, &self.changed(seq))
    }

    fn changed(&self, seq: usize) -> Vec<u8> {
        let mut entry = self.at(seq).entry.clone();
        let last = entry.len() - 1;
        entry[last] ^= 1;
        entry
    }

    /// Another body with the leaf that fits it.
    fn replaced(&self, raw: &Raw, seq: usize, salt: &[u8], entry: &[u8]) -> Vec<String> {
        let leaf = chain::leaf(salt.try_into().unwrap(), entry);
        vec![
            self.set(raw, "bodies", "salt", seq, salt),
            self.set(raw, "bodies", "entry", seq, entry),
            self.set(raw, "commitments", "leaf", seq, &leaf),
        ]
    }
}

/// What is done, by which statements, and what the check must say.
type Rewrite = (&'static str, Vec<String>, String);

/// Every way of rewriting that we know.
pub fn table(raw: &Raw, chain: &Chain, other: &Chain) -> Vec<Rewrite> {
    let head = chain.rows.len();
    let (third, fourth, last) = (chain.at(3), chain.at(4), chain.at(head));
    let move_head = |seq: usize, link: &[u8]| {
        format!("UPDATE chains SET seq = {seq}, link = {} WHERE chain_id = {}", raw.literal(link), chain.id)
    };
    let zero = [0_u8; 32];
    let fake = (raw.literal(&chain.link), raw.literal(&zero), &chain.id);
    let loose = format!("INSERT INTO commitments VALUES ({}, {}, {}, {})", fake.2, head + 1, fake.0, fake.1);
    let ends = |found: usize, head: usize| format!("the chain ends at entry {found}, its head says {head}");
    vec![
        ("a body", vec![chain.change_body(raw, 3)], "entry 3 was changed: its body does not match its leaf".into()),
        (
            "a salt",
            vec![chain.set(raw, "bodies", "salt", 3, &fourth.salt)],
            "entry 3 was changed: its body does not match its leaf".into(),
        ),
        (
            "a salt cut short",
            vec![chain.set(raw, "bodies", "salt", 3, &third.salt[..31])],
            "entry 3 was changed: its body does not match its leaf".into(),
        ),
        (
            "a leaf",
            vec![chain.set(raw, "commitments", "leaf", 3, &fourth.leaf)],
            "entry 3 was changed: its body does not match its leaf".into(),
        ),
        (
            "a body and its leaf",
            // Put back together by the program's own rules; only the outcome differs. The next link gives it away.
            chain.replaced(raw, 3, &third.salt, &with_another_outcome(&third.entry)),
            "entry 4 does not follow the one before it".into(),
        ),
        (
            "a body that is no entry, and its leaf",
            chain.replaced(raw, 3, &third.salt, b"nothing to see here"),
            "entry 3 cannot be read".into(),
        ),
        (
            "a link",
            vec![chain.set(raw, "commitments", "previous", 3, &zero)],
            "entry 3 does not follow the one before it".into(),
        ),
        (
            "an entry in the middle, removed",
            vec![chain.gone("bodies", 3), chain.gone("commitments", 3)],
            "entry 3 is missing (found 4)".into(),
        ),
        (
            "the first entry, removed",
            vec![chain.gone("bodies", 1), chain.gone("commitments", 1)],
            "entry 1 is missing (found 2)".into(),
        ),
        (
            "the last entry, removed",
            vec![chain.gone("bodies", head), chain.gone("commitments", head)],
            ends(head - 1, head),
        ),
        ("a body, removed", vec![chain.gone("bodies", 3)], "the body of entry 3 is missing".into()),
        (
            "two bodies, exchanged",
            vec![
                chain.set(raw, "bodies", "entry", 3, &fourth.entry),
                chain.set(raw, "bodies", "salt", 3, &fourth.salt),
                chain.set(raw, "bodies", "entry", 4, &third.entry),
                chain.set(raw, "bodies", "salt", 4, &third.salt),
            ],
            "entry 3 was changed: its body does not match its leaf".into(),
        ),
        (
            "an entry of another locker's",
            chain.replaced(raw, 3, &other.at(3).salt, &other.at(3).entry),
            "entry 3 belongs to another place or another chain".into(),
        ),
        (
            "an entry of another place",
            chain.replaced(raw, 3, &fourth.salt, &fourth.entry),
            "entry 3 belongs to another place or another chain".into(),
        ),
        ("the head, moved on", vec![move_head(head + 1, &chain.link)], ends(head, head + 1)),
        ("the head's link", vec![move_head(head, &zero)], ends(head, head)),
        ("the head, moved back", vec![move_head(head - 1, &chain.link)], "the chain ends at entry ".into()),
        // Whoever knows the format gives it the link it had then: the entries beyond are still there, and tell.
        (
            "the head, moved back with its link",
            vec![move_head(head - 1, &last.previous)],
            "the chain ends at entry ".into(),
        ),
        // A commitment without a body says nothing, so it can't be an entry.
        ("an entry beyond the head", vec![loose], format!("the body of entry {} is missing", head + 1)),
        ("a leaf cut short", vec![chain.set(raw, "commitments", "leaf", 3, &third.leaf[..31])], "entry 3 ".into()),
    ]
}

/// The same entry, as if it had been refused: still an entry, in the one form that the program writes.
fn with_another_outcome(entry: &[u8]) -> Vec<u8> {
    let mut read = consigne::journal::canonical::decode(entry).unwrap();
    read.line.outcome = consigne::domain::entry::Outcome::Refused(consigne::domain::entry::Reason::NotAllowed);
    consigne::journal::canonical::encode(&read)
}
