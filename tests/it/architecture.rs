//! The house holds: who imports whom, who alone may name what, what every SQL statement filters by. Read from the sources
//! as text; each failure prints the offending line. The house is drawn in `docs/architecture.md`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use consigne::store::statements;

use crate::on_both_pairs;
use crate::world::{Pair, World};

/// The rows of the house, top first. A module imports from rows below its own, never from its own row or above.
const ROWS: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["app"],
    &["config"],
    &["http", "jobs"],
    &["locker"],
    &["vault", "blobs", "identity", "notify", "pdf", "scan"],
    &["access"],
    &["store", "words"],
    &["journal"],
    &["domain"],
    &["faults", "telemetry"],
];

/// Modules that import nothing of ours; any other may import them.
const LEAVES: &[&str] = &["faults", "telemetry"];

/// Longest source file, in lines.
const LONGEST: usize = 500;

/// A line of a source file, without its comment.
struct Line {
    file: String,
    module: String,
    number: usize,
    code: String,
}

impl Line {
    fn place(&self) -> String {
        format!("{}:{}: {}", self.file, self.number, self.code.trim())
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Every file of `src`: its name from the root, the top module it belongs to, its text.
fn files() -> Vec<(String, String, String)> {
    let src = root().join("src");
    let name = |path: &Path, from: &Path| path.strip_prefix(from).unwrap().to_str().unwrap().to_owned();
    sources(&src)
        .into_iter()
        .map(|path| {
            let within = name(&path, &src);
            let module = within.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
            (name(&path, &root()), module, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// Every line of `src`, comments cut off. (No string of ours holds two slashes before something this file looks for.)
fn lines() -> Vec<Line> {
    let mut all = Vec::new();
    for (file, module, text) in files() {
        for (index, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default().to_owned();
            all.push(Line { file: file.clone(), module: module.clone(), number: index + 1, code });
        }
    }
    all
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether a text stands in a line as a word of its own.
fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back().is_none_or(|c| !is_word(c));
        let after = !word.ends_with(is_word) || code[at + word.len()..].chars().next().is_none_or(|c| !is_word(c));
        before && after
    })
}

/// Top modules that a line reaches by `crate::…` or, in `main`, by `consigne::…`.
fn reached(line: &Line) -> Vec<String> {
    let mut found = Vec::new();
    for prefix in ["crate::", "consigne::"] {
        for (at, _) in line.code.match_indices(prefix) {
            let rest = &line.code[at + prefix.len()..];
            if let Some(list) = rest.strip_prefix('{') {
                if !list.contains('}') {
                    found.push("on_several_lines".to_owned());
                }
                // Words at the first level of braces.
                let mut depth = 0_i32;
                let mut item = String::new();
                for c in list.chars().chain(std::iter::once(',')) {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' if depth <= 0 => found.push(std::mem::take(&mut item)),
                        _ if depth == 0 => item.push(c),
                        _ => {}
                    }
                }
            } else {
                found.push(rest.chars().take_while(|c| is_word(*c)).collect());
            }
        }
    }
    // An unindented `use super::` in a top module reaches the root of the crate.
    let top = line.file == format!("src/{}.rs", line.module) || line.file == format!("src/{}/mod.rs", line.module);
    if let (true, Some(rest)) = (top, line.code.strip_prefix("use super::")) {
        found.push(rest.chars().take_while(|c| is_word(*c)).collect());
    }
    let first = |item: &String| item.trim().chars().take_while(|c| is_word(*c)).collect::<String>();
    found.iter().map(first).filter(|module| !module.is_empty()).collect()
}

fn row(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

#[track_caller]
fn hold(broken: &[String], rule: &str) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

/// The lines outside some folders or files that name one of some words.
fn named_outside(words: &[&str], allowed: &[&str]) -> Vec<String> {
    lines()
        .iter()
        .filter(|line| !allowed.iter().any(|place| line.file.starts_with(place)))
        .filter(|line| words.iter().any(|word| names(&line.code, word)))
        .map(Line::place)
        .collect()
}

#[test]
fn every_module_has_its_place_in_the_house() {
    let unplaced: Vec<String> =
        files().into_iter().filter(|(_, module, _)| module != "lib" && row(module).is_none()).map(|f| f.0).collect();
    hold(&unplaced, "a module that the table of rows does not know");
}

#[test]
fn imports_run_one_way() {
    let mut broken = Vec::new();
    for line in lines().iter().filter(|line| line.module != "lib") {
        for target in reached(line) {
            if target == line.module {
                continue;
            }
            let (Some(from), Some(to)) = (row(&line.module), row(&target)) else {
                broken.push(format!("{} ({target}: not a module of the house)", line.place()));
                continue;
            };
            let may = LEAVES.contains(&target.as_str()) || (!LEAVES.contains(&line.module.as_str()) && from < to);
            if !may {
                broken.push(format!("{} ({} may not import {target})", line.place(), line.module));
            }
        }
    }
    hold(&broken, "imports run from a row of the house to the rows below");
}

#[test]
fn the_table_is_read_from_real_lines() {
    // A reader that finds nothing would hold any house.
    let pairs: std::collections::BTreeSet<(String, String)> =
        lines().iter().flat_map(|line| reached(line).into_iter().map(|to| (line.module.clone(), to))).collect();
    for (from, to) in [("main", "cli"), ("app", "http"), ("locker", "vault"), ("vault", "store"), ("store", "journal")]
    {
        assert!(pairs.contains(&(from.to_owned(), to.to_owned())), "{from} imports {to}");
    }
    let line =
        |code: &str| Line { file: "src/domain/ids.rs".into(), module: "domain".into(), number: 1, code: code.into() };
    assert_eq!(reached(&line("use crate::{store::{Db, Tx}, http};")), ["store", "http"]);
    assert_eq!(reached(&line("let x: crate::vault::Vault = crate::app::open();")), ["vault", "app"]);
    assert!(names("use sqlx::Row;", "sqlx") && !names("let sqlxx = 1;", "sqlx"));
}

#[test]
fn configuration_is_read_by_the_command_line_and_the_composition_alone() {
    let broken: Vec<String> = lines()
        .iter()
        .filter(|line| !["cli", "app", "config", "lib"].contains(&line.module.as_str()))
        .filter(|line| reached(line).iter().any(|to| to == "config"))
        .map(Line::place)
        .collect();
    hold(&broken, "only cli and app import config");
}

#[test]
fn the_edge_never_names_rows_blobs_or_keys() {
    let broken: Vec<String> = lines()
        .iter()
        .filter(|line| line.module == "http")
        .filter(|line| reached(line).iter().any(|to| ["store", "blobs", "vault"].contains(&to.as_str())))
        .map(Line::place)
        .collect();
    hold(&broken, "http never names store, blobs or vault");
}

#[test]
fn only_the_store_knows_sqlx() {
    hold(&named_outside(&["sqlx"], &["src/store/"]), "only src/store names sqlx");
}

#[test]
fn only_the_door_asks_the_policy_and_makes_rights() {
    let words = ["decide(", "policy::decide", "decide,", "decide}", "decide;", "issue(", "resume("];
    // `store/grant.rs` is where the two makers are written; `domain/policy` where the question is answered.
    let allowed = ["src/access/", "src/domain/policy", "src/store/grant.rs"];
    hold(&named_outside(&words, &allowed), "only src/access decides, issues and resumes rights");
}

#[test]
fn only_the_vault_touches_key_material() {
    let words = ["chacha20poly1305", "hkdf", "hmac", "&X25519", "age::"];
    hold(
        &named_outside(&words, &["src/vault/"]),
        "only src/vault names encryption, key derivation, keyed hashes and age",
    );
}

#[test]
fn no_statement_is_put_together_at_run_time() {
    let words = ["format!", "AssertSqlSafe", "QueryBuilder", "push_str", "write!"];
    // `Debug` of rights is written with `write!`; the file holds no SQL.
    let made: Vec<String> = lines()
        .iter()
        .filter(|line| line.module == "store" && line.file != "src/store/grant.rs")
        .filter(|line| words.iter().any(|word| names(&line.code, word)))
        .map(Line::place)
        .collect();
    hold(&made, "SQL is a literal of the source");
}

/// Statements that touch a locker's tables across lockers, and why each may.
const ACROSS_LOCKERS: &[(&str, &str)] = &[
    ("BY_LOOKUP", "finds a paper that says who helps by the keyed hash of its code; the row names its locker"),
    (
        "SHARE_BY_CODE",
        "finds in whose locker a share is that a code is of, by its keyed hash; it decides under that locker's lock",
    ),
    (
        "SHARE_OF_INSTITUTION",
        "finds in whose locker a share is that an institution names; it gets an id, and decides under that locker's lock",
    ),
    (
        "AGREEMENT_OF_INSTITUTION",
        "finds in whose locker an agreement is that an institution names; it gets an id, and decides under that locker's lock",
    ),
    (
        "ADD_REQUEST",
        "an institution asks somebody: in whose locker that comes to lie is known once its code is typed there",
    ),
    ("CHANGE_REQUEST", "writes how far a request has come, by its institution and its id, under its lock"),
    (
        "REQUEST",
        "an institution's own request, or the one that a code names: whose locker it is in is read with it, and compared",
    ),
    ("PG_LOCK_REQUEST", "the same, locked"),
    ("REQUEST_OF_CODE", "finds a request by the keyed hash of its code; it gets ids"),
    ("REQUESTS_OF_INSTITUTION", "an institution's own requests"),
    ("NEWEST_REQUESTS", "an institution's own requests"),
    ("OPEN_REQUESTS", "counts an institution's own requests that can still be answered; it gets a number"),
    (
        "DUE_SHARES",
        "the expiry job looks for shares whose end is not on record, in every locker; it gets ids and decides on each",
    ),
    ("STALE", "the closing job looks for what nobody has touched, in every locker; it gets ids and counts"),
    ("LOCKERS_WITHOUT_CHAIN", "the operator's check counts lockers whose journal is gone"),
    ("LITE_APPEND_READING", "writes one entry and what is under way, each with the one id"),
    ("PG_APPEND_READING", "writes one entry and what is under way, each with the one id"),
    ("LITE_READ_AT_ONCE", "the same, where the chain named by that id ends where it did"),
    ("PG_READ_AT_ONCE", "the same, where the chain named by that id ends where it did"),
    ("ROOTS_IN_USE", "counts wraps by epoch of the root key; it gets names of epochs and counts"),
    ("LOCKERS_TO_MOVE", "a rotation of the root key looks for lockers that are to be moved; it gets ids"),
    ("LOCKERS_WITH_OLDER", "retiring an epoch looks for lockers that still have older wraps; it gets ids"),
    ("DUE_CLOSURES", "the eraser looks for closures that are over, in every locker; it gets ids and decides on each"),
    ("REMOVALS", "the eraser looks for erased lockers whose blobs may be left; there is nothing else of them"),
    ("ABSENT", "a job looks for holders who have not come for months; it gets ids and decides on each"),
    (
        "PG_PROPOSER",
        "locks the locker that a holder's code is of, by its keyed hash: whoever proposes does not know it",
    ),
    ("LITE_PROPOSER", "the same"),
    ("PG_PROPOSE_BY_CODE", "writes an entry, and a proposal in the place of the codes, each with the one id"),
    ("PG_MAKE_CODE", "writes an entry, and a code in the place of those before, each with the one id"),
    ("PG_ADD_MANDATE", "writes a mandate in the place of its proposal and of the sheet, each with the one id"),
    ("PG_CODE_AT_ONCE", "writes an entry and a code in the place of those before, where the chain ends where it did"),
    ("PG_BEGIN_GIVING", "writes an entry and reads what opens the locker, each with the one id"),
    ("LITE_BEGIN_GIVING", "the same as on PostgreSQL"),
    ("LITE_PROPOSE_BY_CODE", "the same as on PostgreSQL"),
    ("LITE_MAKE_CODE", "the same as on PostgreSQL"),
    ("LITE_ADD_MANDATE", "the same as on PostgreSQL"),
    (
        "ON_PAPER",
        "finds what waits for a signed sheet by its own id: whoever proposed, or confirms, does not know the locker",
    ),
    ("PROPOSED_BY", "finds what who asks has proposed, by the session's person: they do not know the lockers"),
    ("PROPOSED", "the same, by the mandate that it may become"),
    ("ON_PAPER_IN", "finds the sheets that wait in the organisation of who asks; it gets ids, and each is decided on"),
    ("SHEETS_TO_CHECK", "counts the sheets that wait in the organisation of a referent; a number, nothing else"),
    ("LITE_DROP_OLD_PROPOSALS", "a job takes away the proposals that nobody answered; nothing of them is read"),
    ("PG_DROP_OLD_PROPOSALS", "the same; those that somebody holds are left for the next time"),
    ("LITE_DROP_OLD_SHEETS", "a job takes away the sheets that have waited too long; nothing of them is read"),
    ("PG_DROP_OLD_SHEETS", "the same; those that somebody holds are left for the next time"),
    ("HELPS", "an erasure looks whether the holder still helps somebody else; it gets a count"),
    ("OF_HELPER", "finds the mandates that name who asks, by the session's person or their organisation"),
    ("GOING_ON", "finds the open visits of who asks, under mandates that name them, by the session's person"),
    (
        "BEHIND",
        "a job looks for holders who are to be told of what their journal says since; it gets ids and decides on each",
    ),
    ("DUE_LOOKS", "a job looks for lockers whose dates are to be looked at; it gets ids and decides on each"),
    ("DUE_NOTICES", "a job looks for notices whose time has come; it gets ids and decides on each"),
    ("DUE_MANDATES", "a job looks for mandates whose time is over; it gets ids and decides on each"),
    ("OF_PERSON", "finds the locker by its holder: the session says who that is, and a person has at most one"),
];

/// Statements that touch chains across chains, and why each may.
const ACROSS_CHAINS: &[(&str, &str)] = &[
    ("PG_GLANCE", "the chain of the locker that is asked for, where the session's person holds it"),
    ("PG_READ_AT_ONCE", "writes one entry where the chain named ends where it did, each row with its id"),
    ("LITE_LOOK", "the chain of the locker that is asked for, where the session's person holds it"),
    ("PG_LOOK", "the chain of the locker that is asked for, where the session's person holds it"),
    ("PG_LOOK_ANSWER", "the same"),
    ("PG_VISITOR", "the chain of the locker that a visitor comes to, by its id"),
    ("LITE_VISITOR", "the same"),
    ("PG_PROPOSER", "the chain of the locker that the code is of, by its id"),
    ("LITE_PROPOSER", "the same"),
    ("BEHIND", "compares the ends of chains with how far they were read for notices; it gets ids of lockers"),
    ("CHAINS", "the operator's check walks every chain"),
    ("NEWEST", "the eraser compares its clock with the newest line of all; a time, nothing else"),
    ("LOOSE_COMMITMENTS", "the operator's check counts commitments whose chain is gone"),
    ("LOCKERS_WITHOUT_CHAIN", "the operator's check counts lockers whose journal is gone"),
    ("PG_APPEND", "writes the three rows of one entry, each with the one chain_id"),
    ("PG_APPEND_SEVERAL", "the same for several entries"),
    ("PG_MAKE_CODE", "the same as for one entry, and a code with the same id as locker_id"),
    ("PG_CODE_AT_ONCE", "the same, and a code with the same id as locker_id"),
    ("PG_BEGIN_GIVING", "the same as for one entry; what it reads, it reads with the same id as locker_id"),
    ("PG_PROPOSE_BY_CODE", "the same as for one entry, and a proposal with the same id as locker_id"),
    ("LITE_APPEND_SEVERAL", "writes the rows of several entries, each with the one chain_id"),
    ("LITE_APPEND_READING", "the same, and what is under way, with the same id as locker_id"),
    ("PG_APPEND_READING", "the same, and what is under way, with the same id as locker_id"),
];

/// The tables that a statement reads or writes, one for each time it names one.
fn tables(sql: &str) -> Vec<String> {
    let words: Vec<&str> = sql.split(|c: char| !is_word(c)).filter(|w| !w.is_empty()).collect();
    let opens = |word: &str| matches!(word, "FROM" | "JOIN" | "INTO" | "UPDATE");
    words.windows(2).filter(|pair| opens(pair[0])).map(|pair| pair[1].to_owned()).collect()
}

/// How many times a statement compares a column with a parameter or with the same column of another table.
fn filters(sql: &str, column: &str) -> usize {
    let parameter = format!("{column} = $");
    let equals = format!("{column} = ");
    let other = sql.match_indices(&equals).filter(|(at, found)| {
        let right: String = sql[at + found.len()..].chars().take_while(|c| is_word(*c) || *c == '.').collect();
        right.rsplit('.').next() == Some(column)
    });
    sql.matches(&parameter).count() + other.count()
}

fn unfiltered(owned: &[&str], column: &str, exempt: &[(&str, &str)]) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, sql) in statements() {
        let touched = tables(sql).iter().filter(|table| owned.contains(&table.as_str())).count();
        if touched == 0 || exempt.iter().any(|(exempt, _)| *exempt == name) {
            continue;
        }
        let holds = if sql.starts_with("INSERT") {
            let columns = sql.split(['(', ')']).nth(1).unwrap_or_default();
            columns.split(',').any(|c| c.trim() == column)
        } else {
            filters(sql, column) >= touched && sql.contains(&format!("{column} = $"))
        };
        if !holds {
            broken.push(format!("{name}: {sql}"));
        }
    }
    broken
}

#[test]
fn every_statement_on_a_locker_names_the_locker() {
    let owned = [
        "documents",
        "versions",
        "collections",
        "keys",
        "wraps",
        "profiles",
        "acceptances",
        "idempotency",
        "under_way",
        "lockers",
        "erasures",
        "closures",
        "removals",
        "help_codes",
        "proposals",
        "mandates",
        "visits",
        "sheets",
        "contacts",
        "notices",
        "attestations",
        "shares",
        "share_readers",
        "agreements",
        "paper_requests",
        "answers",
    ];
    let mut exempt = ACROSS_LOCKERS.to_vec();
    exempt.push(("CHAINS", "looks whether a locker's erasure is on record, by the chain it walks"));
    hold(&unfiltered(&owned, "locker_id", &exempt), "a statement on a locker's table filters or inserts by locker_id");
}

#[test]
fn every_statement_on_a_journal_names_the_chain() {
    let owned = ["chains", "commitments", "bodies"];
    hold(&unfiltered(&owned, "chain_id", ACROSS_CHAINS), "a statement on a journal filters or inserts by chain_id");
}

#[test]
fn the_exceptions_still_exist() {
    let known: Vec<&str> = statements().map(|(name, _)| name).collect();
    for (name, _) in ACROSS_LOCKERS.iter().chain(ACROSS_CHAINS) {
        assert!(known.contains(name), "{name} is excused and there is no such statement");
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, sql) in statements() {
        *seen.entry(sql).or_default() += 1;
    }
    let twice: Vec<_> = seen.iter().filter(|(_, n)| **n > 1).map(|(sql, _)| sql).collect();
    assert!(seen.len() > 40 && twice.is_empty(), "each statement is listed once: {twice:#?}");
}

#[test]
fn every_source_file_says_what_it_is_and_stays_short() {
    let mut broken = Vec::new();
    for (file, _, text) in files() {
        if !text.starts_with("//! ") {
            broken.push(format!("{file}:1: does not say what lives there (//!)"));
        }
        let length = text.lines().count();
        if length > LONGEST {
            broken.push(format!("{file}: {length} lines; {LONGEST} at most"));
        }
    }
    hold(&broken, "each file says what it is, in at most 500 lines");
}

on_both_pairs! {
    async fn every_statement_prepares(pair) {
        World::new(pair).await.db.check_statements().await.unwrap();
    }
}

#[test]
fn the_pages_link_to_what_exists() {
    let mut pages: Vec<PathBuf> = ["README.md", "CHANGELOG.md"].iter().map(|name| root().join(name)).collect();
    for folder in ["docs", "docs/formats", "docs/decisions"] {
        let entries = std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        pages.extend(entries.filter(|path| path.extension().is_some_and(|e| e == "md")));
    }
    let mut broken = Vec::new();
    for page in &pages {
        let text = std::fs::read_to_string(page).unwrap();
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split([')', '#']).next().unwrap_or_default();
            if !target.starts_with("http") && !page.parent().unwrap().join(target).exists() {
                broken.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(pages.len() > 12, "the pages were found");
    hold(&broken, "a page links to a file that is not there");
}
