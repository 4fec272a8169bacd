//! Somebody with SQL on the database wants a line of the journal gone or changed: first with the rules of the database in
//! force, then as an operator who takes the rules away. The first fails; the second shows.

pub mod rewrite;

use std::process::{Command, Output};

use secrecy::ExposeSecret;

use self::rewrite::{Chain, drop_triggers};
use crate::on_both_pairs;
use crate::world::{Pair, Raw, Sql, World};

/// Refused by both databases.
const REFUSED: &[&str] = &[
    "UPDATE commitments SET leaf = previous",
    "UPDATE commitments SET previous = leaf WHERE seq = 2",
    "UPDATE commitments SET seq = seq + 1000",
    "DELETE FROM commitments",
    "DELETE FROM commitments WHERE seq = 2",
    "UPDATE bodies SET entry = salt",
    "UPDATE bodies SET salt = entry WHERE seq = 1",
    "UPDATE bodies SET seq = seq + 1000",
    "DELETE FROM bodies",
    "DELETE FROM bodies WHERE seq = 2",
    "UPDATE chains SET seq = seq - 1 WHERE seq > 1",
    "UPDATE chains SET seq = 0",
    "UPDATE chains SET at = at + 1",
    "UPDATE chains SET link = (SELECT leaf FROM commitments WHERE seq = 1 LIMIT 1)",
    "UPDATE chains SET kind = 2",
    "DELETE FROM chains",
    "UPDATE erasures SET erased_at = 0",
    "DELETE FROM erasures",
    "INSERT INTO commitments SELECT chain_id, seq, previous, previous FROM commitments WHERE true
        ON CONFLICT (chain_id, seq) DO UPDATE SET leaf = excluded.leaf",
    "INSERT INTO bodies SELECT chain_id, seq, salt, salt FROM bodies WHERE true
        ON CONFLICT (chain_id, seq) DO UPDATE SET entry = excluded.entry",
    "INSERT INTO chains SELECT chain_id, kind, 0, link, at FROM chains WHERE true
        ON CONFLICT (chain_id) DO UPDATE SET seq = excluded.seq",
    "INSERT INTO erasures SELECT locker_id, 0 FROM erasures WHERE true
        ON CONFLICT (locker_id) DO UPDATE SET erased_at = excluded.erased_at",
];

/// SQLite's own ways round, on a connection without `recursive_triggers`.
const REFUSED_BY_SQLITE: &[&str] = &[
    "INSERT OR REPLACE INTO commitments SELECT chain_id, seq, previous, previous FROM commitments WHERE seq = 2",
    "REPLACE INTO commitments SELECT chain_id, seq, previous, previous FROM commitments",
    "UPDATE OR REPLACE commitments SET seq = 1 WHERE seq = 2",
    "INSERT OR REPLACE INTO bodies SELECT chain_id, seq, salt, salt FROM bodies WHERE seq = 2",
    "REPLACE INTO bodies SELECT chain_id, seq, salt, salt FROM bodies",
    "UPDATE OR REPLACE bodies SET seq = 1 WHERE seq = 2",
    "INSERT OR REPLACE INTO chains SELECT chain_id, kind, seq - 1, link, at FROM chains",
    "REPLACE INTO chains SELECT chain_id, kind, 0, link, at FROM chains",
    "INSERT OR REPLACE INTO erasures SELECT locker_id, 0 FROM erasures",
    "REPLACE INTO erasures SELECT locker_id, 0 FROM erasures",
];

/// PostgreSQL's.
const REFUSED_BY_POSTGRES: &[&str] = &[
    "TRUNCATE commitments CASCADE",
    "TRUNCATE bodies",
    "TRUNCATE bodies CASCADE",
    "TRUNCATE chains CASCADE",
    "TRUNCATE chains, commitments, bodies, erasures",
    "TRUNCATE erasures",
    "SET session_replication_role = replica; UPDATE commitments SET leaf = previous",
    "SET session_replication_role = replica; DELETE FROM commitments",
    "SET session_replication_role = replica; UPDATE bodies SET entry = salt",
    "SET session_replication_role = replica; DELETE FROM bodies",
    "SET session_replication_role = replica; TRUNCATE bodies",
    "SET session_replication_role = replica; UPDATE chains SET seq = 0",
    "SET session_replication_role = replica; DELETE FROM chains",
    "SET session_replication_role = replica; DELETE FROM erasures",
    "MERGE INTO bodies b USING bodies s ON b.chain_id = s.chain_id AND b.seq = s.seq WHEN MATCHED THEN DELETE",
    "MERGE INTO chains c USING chains s ON c.chain_id = s.chain_id WHEN MATCHED THEN UPDATE SET seq = 0",
];

/// What the two databases answer when it is the journal's own rule that refuses.
const SAID: [&str; 4] = [
    "the journal is append-only",
    "a journal only grows",
    "an erasure stays on record",
    "the journal of an erased locker is over",
];

async fn everything(raw: &mut Raw) -> Vec<Vec<Vec<u8>>> {
    let mut all = Vec::new();
    for sql in [
        "SELECT previous FROM commitments ORDER BY chain_id, seq",
        "SELECT leaf FROM commitments ORDER BY chain_id, seq",
        "SELECT salt FROM bodies ORDER BY chain_id, seq",
        "SELECT entry FROM bodies ORDER BY chain_id, seq",
        "SELECT link FROM chains ORDER BY chain_id",
        "SELECT locker_id FROM erasures WHERE erased_at > 5",
    ] {
        all.push(raw.bytes(sql).await);
    }
    all
}

/// `consigne journal verify`, as the operator runs it.
fn verify_command(world: &World) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_consigne"));
    command.args(["journal", "verify", "--data-dir"]).arg(&world.config.data_dir);
    if let Some(url) = &world.config.database.url {
        command.env("CONSIGNE_DATABASE__URL", url.expose_secret());
    }
    command.output().unwrap()
}

async fn breaks(world: &World) -> Vec<String> {
    consigne::app::verify::journals(&world.config).await.map_or_else(|e| vec![format!("stopped: {e}")], |r| r.breaks)
}

on_both_pairs! {
    /// The attacker has SQL, and the rules of the database are in force.
    async fn the_database_refuses_every_change(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let ahmed = world.holder("ahmed").await;
        lucie.deposit("Bail", "logement.bail", b"bail").await;
        ahmed.deposit("RIB", "banque.rib", b"rib").await;
        world.settle().await;
        let mut raw = world.raw().await;
        if matches!(raw.sql, Sql::Sqlite(_)) {
            assert_eq!(raw.number("PRAGMA recursive_triggers").await, 0, "the attacker's connection, not ours");
        }
        // Ahmed's locker was erased, so that there is an erasure to take back.
        let erased = raw.id(&ahmed.locker);
        raw.run(&format!("INSERT INTO erasures (locker_id, erased_at) VALUES ({erased}, 12)")).await.unwrap();
        let before = everything(&mut raw).await;
        let own = if pair == Pair::Local { REFUSED_BY_SQLITE } else { REFUSED_BY_POSTGRES };
        let mut let_through = Vec::new();
        for sql in REFUSED.iter().chain(own) {
            match raw.run(sql).await {
                Ok(_) => let_through.push(*sql),
                Err(error) => assert!(SAID.iter().any(|said| error.to_string().contains(said)), "{sql}: {error}"),
            }
        }
        assert_eq!(let_through, Vec::<&str>::new(), "not refused");
        assert_eq!(everything(&mut raw).await, before);

        // The one thing that may go: the bodies of an erased locker. Not their commitments, and nobody else's.
        let (mine, theirs) = (raw.id(&lucie.locker), erased);
        assert!(raw.run(&format!("DELETE FROM bodies WHERE chain_id = {mine}")).await.is_err());
        assert!(raw.run(&format!("DELETE FROM bodies WHERE chain_id = {theirs}")).await.unwrap() >= 3);
        assert!(raw.run(&format!("DELETE FROM commitments WHERE chain_id = {theirs}")).await.is_err());
        // The chain still proves. But the service erases a locker together with its record: this record is a forgery.
        let forged = format!("the journal of locker {}: its erasure is on record, and the locker is still there", ahmed.locker);
        assert_eq!(breaks(&world).await, [forged]);
    }

    /// The operator takes the rules away and rewrites: each way is found, and the first break named.
    async fn what_was_rewritten_is_named(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let ahmed = world.holder("ahmed").await;
        for holder in [&lucie, &ahmed] {
            holder.deposit("Bail", "logement.bail", b"bail").await;
            holder.get("/documents").await.expect(200);
            holder.get("/journal").await.expect(200);
        }
        world.settle().await;
        let mut raw = world.raw().await;
        drop_triggers(&mut raw).await;
        let chain = Chain::read(&mut raw, &lucie.locker).await;
        let other = Chain::read(&mut raw, &ahmed.locker).await;
        let head = chain.rows.len();
        assert!(head >= 5);
        assert_eq!(breaks(&world).await, Vec::<String>::new());
        assert_eq!(verify_command(&world).status.code(), Some(0));

        let mut unnamed = Vec::new();
        for (name, sql, told) in rewrite::table(&raw, &chain, &other) {
            for sql in &sql {
                assert!(raw.run(sql).await.unwrap() > 0, "{name}: {sql}");
            }
            let found = breaks(&world).await;
            let expected = format!("the journal of locker {}: {told}", lucie.locker);
            if found.len() != 1 || !found[0].starts_with(&expected) {
                unnamed.push(format!("{name}: {found:?} instead of {expected:?}"));
            }
            chain.put_back(&mut raw).await;
            assert_eq!(breaks(&world).await, Vec::<String>::new(), "{name}: put back");
        }
        assert!(unnamed.is_empty(), "{}", unnamed.join("\n"));

        // A whole chain thrown away leaves its locker bare.
        chain.remove(&mut raw).await;
        assert_eq!(breaks(&world).await, ["1 lockers have no journal"]);
    }

    /// The same by the command, which a script watches; and for the holder, who is told which line was changed.
    async fn the_command_and_the_holder_are_told(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        lucie.deposit("Bail", "logement.bail", b"bail").await;
        lucie.get("/documents").await.expect(200);
        world.settle().await;
        let whole = verify_command(&world);
        assert_eq!(whole.status.code(), Some(0), "{whole:?}");
        assert!(String::from_utf8_lossy(&whole.stdout).contains("broken: 0"), "{whole:?}");

        let mut raw = world.raw().await;
        drop_triggers(&mut raw).await;
        let chain = Chain::read(&mut raw, &lucie.locker).await;
        let changed = chain.change_body(&raw, 3);
        assert_eq!(raw.run(&changed).await.unwrap(), 1);
        let broken = verify_command(&world);
        let said = String::from_utf8_lossy(&broken.stdout).into_owned();
        assert_eq!(broken.status.code(), Some(1), "{broken:?}");
        let named = format!("broken: the journal of locker {}: entry 3 was changed", lucie.locker);
        assert!(said.contains(&named), "{said}");
        assert!(said.contains("broken: 1"), "{said}");

        let lines = lucie.journal().await;
        let altered: Vec<_> = lines.iter().filter(|l| l["intact"] == false).map(|l| l["seq"].as_u64()).collect();
        assert_eq!(altered, [Some(3)]);
        assert!(lines.len() >= 5);
        for line in lines.iter().filter(|l| l["intact"] == true) {
            assert!(line["action"].is_string() && line["at"].is_string(), "{line}");
        }
        let line = lines.iter().find(|l| l["seq"] == 3).unwrap();
        assert!(line["action"].is_null(), "nothing of a changed line is told as if it were true: {line}");
    }
}
