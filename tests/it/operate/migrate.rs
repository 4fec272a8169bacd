//! `consigne migrate`: an installation whose tables are of an older version, with papers and help in them, is refused by `serve`,
//! brought up by the real command, and everything that was there is read again.

use std::process::{Command, Output, Stdio};

use consigne::domain::organisation::Roles;
use secrecy::ExposeSecret;

use crate::on_both_pairs;
use crate::world::{Pair, Raw, World, proposal};

/// The newest versions of the tables and what takes each away again, newest first, with the same words on both databases. Whoever
/// adds a version adds its line here: the story checks that none is missing.
const UNDO: &[(i64, &str)] = &[
    (26, "DROP TABLE reminders; DROP TABLE work_addresses"),
    (
        25,
        "DROP INDEX paper_requests_newest; DROP INDEX institutions_office; ALTER TABLE institutions DROP COLUMN office_id",
    ),
    (23, "DROP TABLE answers"),
    (22, "DROP TABLE agreements"),
    (21, "DROP TABLE webhooks"),
    (
        20,
        "DROP TABLE code_tries; DROP INDEX shares_code; ALTER TABLE shares DROP COLUMN lookup; ALTER TABLE shares DROP COLUMN names; \
         ALTER TABLE shares DROP COLUMN days; ALTER TABLE shares DROP COLUMN used_at",
    ),
    (18, "DROP INDEX paper_requests_open; DROP INDEX shares_due; ALTER TABLE shares DROP COLUMN noted"),
    (17, "DROP TABLE share_readers; DROP TABLE shares; DROP TABLE paper_requests"),
    (16, "DROP TABLE assertions; DROP TABLE institutions"),
    (15, "ALTER TABLE versions DROP COLUMN scanned"),
    (14, "DROP TABLE code_days"),
    (13, "DROP TABLE attestations"),
    (12, "DROP INDEX contacts_look; ALTER TABLE contacts DROP COLUMN look_at"),
    (11, "DROP TABLE notices; DROP TABLE contacts"),
    (10, "DROP TABLE next_factors"),
    (8, "ALTER TABLE mandates DROP COLUMN words"),
    (7, "ALTER TABLE proposals DROP COLUMN made_at"),
    (
        6,
        "DROP TABLE deposits; ALTER TABLE idempotency DROP COLUMN version_id; ALTER TABLE idempotency DROP COLUMN withdrawn",
    ),
];

/// The newest version that the tables say they are of.
async fn version(raw: &mut Raw) -> i64 {
    raw.number("SELECT max(version) FROM _sqlx_migrations").await
}

fn run(command: &str, world: &World) -> Output {
    let file = world.config.data_dir.with_extension("toml");
    let mut text = format!(
        "public_url = \"https://consigne.test\"\nlisten = \"127.0.0.1:0\"\ndata_dir = \"{}\"\n",
        world.config.data_dir.display()
    );
    if let Some(url) = &world.config.database.url {
        text += &format!("[database]\nurl = \"{}\"\nconnections = 2\n", url.expose_secret());
    }
    text += "[issuers.holder]\nissuer = \"https://issuer.test\"\nclient_id = \"c\"\nclient_secret = \"s\"\n\
             acr_values = [\"eidas1\"]\n";
    std::fs::write(&file, text).unwrap();
    let mut consigne = Command::new(env!("CARGO_BIN_EXE_consigne"));
    consigne.args([command, "--config"]).arg(file).stdin(Stdio::null()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// What `serve` says as it refuses to start.
fn refused(world: &World) -> String {
    let output = run("serve", world);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    said(&output)
}

on_both_pairs! {
    async fn older_tables_are_refused_then_brought_up_with_all_that_is_in_them(pair) {
        let mut world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"le bail de Lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let given = lucie.let_help(&claire.client, proposal("", Some(&ccas))).await;
        given.visit(&claire.client).await.content(&paper).await.expect(200);
        let trail = lucie.trail().await;
        world.settle().await;
        let mut raw = world.raw().await;
        let newest = version(&mut raw).await;

        for (number, undo) in UNDO {
            assert_eq!(version(&mut raw).await, *number, "a version of the tables has no line in UNDO");
            raw.run(undo).await.unwrap();
            raw.run(&format!("DELETE FROM _sqlx_migrations WHERE version = {number}")).await.unwrap();
            let told = refused(&world);
            assert!(told.contains("run `consigne migrate`"), "without version {number}: {told}");
        }
        assert!(version(&mut raw).await < newest);
        // Refusing changes nothing: the tables are as old as before.
        assert_eq!(raw.number(&format!("SELECT CAST(count(*) AS BIGINT) FROM _sqlx_migrations WHERE version >= {}", UNDO.last().unwrap().0)).await, 0);

        for _ in 0..2 {
            let done = run("migrate", &world);
            assert!(done.status.success() && said(&done).contains("The tables are of this version."), "{}", said(&done));
            assert_eq!(version(&mut raw).await, newest);
        }
        let told = refused(&world);
        assert!(told.contains("demonstration") && !told.contains("migrate"), "the tables are right now: {told}");

        world.restart(|_| {}).await;
        world.db.check_statements().await.unwrap();
        let again = world.holder("lucie").await;
        assert_eq!(again.locker, lucie.locker);
        assert_eq!(again.content(&paper).await.expect(200).body, b"le bail de Lucie");
        assert_eq!(again.trail().await[..trail.len()], trail, "no line is lost");
        let new = again.deposit("RIB", "banque.rib", b"rib").await;
        assert_eq!(again.content(&new).await.expect(200).body, b"rib");
        // What the versions say of rows from before them: such a mandate lets nobody in, and is given again.
        let again_claire = claire.again(&world, "claire").await;
        again_claire.pass().await.expect(204);
        given.ask_visit(&again_claire.client).await.expect(404);
        let anew = again.let_help(&again_claire.client, proposal("", Some(&ccas))).await;
        assert_eq!(anew.visit(&again_claire.client).await.content(&paper).await.expect(200).body, b"le bail de Lucie");
        world.settle().await;
        let report = consigne::app::verify::journals(&world.config).await.unwrap();
        assert_eq!(report.breaks, Vec::<String>::new());
    }
}
