//! Erasing: not a day too early, nothing left but what proves, cut anywhere and taken up again.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::attacks::tools::{assert_problem, service_chain, uuid};
use crate::on_both_pairs;
use crate::world::{Holder, Pair, World, hex};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// The tables that say something of a locker, but those that say that it is gone.
fn tables() -> Vec<(String, String)> {
    let text = include_str!("../../../docs/formats/clear-columns.md");
    let mut found = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        if let [table, column, ..] = cells[..]
            && (column == "locker_id" || (table == "bodies" && column == "chain_id"))
            && !["erasures", "removals"].contains(&table)
        {
            found.push((table.to_owned(), column.to_owned()));
        }
    }
    assert!(found.len() >= 12, "{found:?}");
    found
}

/// Fails if a row of a locker is left, or of its holder.
pub async fn assert_gone(world: &World, gone: &Holder) {
    let mut raw = world.raw().await;
    let (locker, person) = (raw.id(&gone.locker), raw.id(&gone.person));
    for (table, column) in tables() {
        let count =
            raw.number(&format!("SELECT CAST(count(*) AS BIGINT) FROM {table} WHERE {column} = {locker}")).await;
        assert_eq!(count, 0, "{table}");
    }
    for table in ["persons", "identities", "sessions"] {
        let count =
            raw.number(&format!("SELECT CAST(count(*) AS BIGINT) FROM {table} WHERE person_id = {person}")).await;
        assert_eq!(count, 0, "{table}");
    }
    let kept = raw.number(&format!("SELECT CAST(count(*) AS BIGINT) FROM commitments WHERE chain_id = {locker}")).await;
    let head = raw.number(&format!("SELECT seq FROM chains WHERE chain_id = {locker}")).await;
    assert!(kept > 3 && kept == head, "commitments and head stay");
    for (name, _) in raw.all_blobs().await {
        let is_stone = name.as_str() == format!("tombstones/{}", gone.locker);
        assert!(is_stone || !name.as_str().contains(&gone.locker), "{}", name.as_str());
    }
}

on_both_pairs! {
    async fn nothing_is_left_but_what_proves(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let ahmed = world.holder("ahmed").await;
        let kept = ahmed.deposit("RIB", "banque.rib", b"rib").await;
        let mut papers = Vec::new();
        for title in ["Bail", "Quittance"] {
            let request = lucie.client.request(Method::POST, &lucie.path("/documents")).header("idempotency-key", title);
            let form = crate::world::multipart(&json!({"title": title, "kind": "logement.bail"}), "b.txt", title.into());
            papers.push(lucie.client.send(request.multipart(form)).await.expect(201).json()["id"].as_str().unwrap().to_owned());
        }
        let partial = lucie.client.request(Method::GET, &lucie.path(&format!("/documents/{}/content", papers[0])));
        lucie.client.send(partial.header("range", "bytes=0-1")).await.expect(206);
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        world.settle().await;
        let mut raw = world.raw().await;
        let mine = raw.id(&lucie.locker);
        let mut traces = raw.bytes(&format!("SELECT document_id FROM documents WHERE locker_id = {mine}")).await;
        for (column, table) in [("key_id", "keys"), ("wrapped", "wraps"), ("label", "collections"), ("details", "profiles"),
            ("salt", "bodies"), ("details", "acceptances"), ("lookup", "idempotency")] {
            let of = if table == "bodies" { "chain_id" } else { "locker_id" };
            traces.extend(raw.bytes(&format!("SELECT {column} FROM {table} WHERE {of} = {mine}")).await);
        }
        assert!(traces.len() > 40);
        drop(raw);

        world.wait(29 * DAY + Duration::from_secs(23 * 3600));
        assert_eq!(world.lockers.erase_due().await.unwrap(), 0);
        assert_eq!(world.holder("lucie").await.content(&papers[0]).await.expect(200).body, b"Bail");
        world.wait(Duration::from_secs(3600));
        let late = world.holder("lucie").await;
        assert_problem(&late.client.post(&late.path("/reopen")).await, 409, "closure-over", "too late");
        assert_eq!(world.lockers.erase_due().await.unwrap(), 1);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 0, "once");

        assert_gone(&world, &lucie).await;
        let mut raw = world.raw().await;
        assert_eq!(raw.number("SELECT CAST(count(*) AS BIGINT) FROM removals").await, 0);
        // In the files themselves, or the dump: not a key, not a salt, not an id of a paper.
        let dump = raw.dump().await;
        let text: String = dump.iter().map(|b| char::from(*b)).collect();
        for trace in &traces {
            let raw_bytes: String = trace.iter().map(|b| char::from(*b)).collect();
            assert!(!text.contains(&raw_bytes) && !text.contains(&hex(trace)), "{}", hex(trace));
            if trace.len() == 16 {
                assert!(!text.contains(&uuid(trace)), "{}", uuid(trace));
            }
        }
        // The one line of the service's chain, and the journal that still proves.
        let told: Vec<_> = service_chain(&mut raw).await.into_iter().map(|e| e.line)
            .filter(|l| l.action == consigne::domain::entry::Action::EraseLocker).collect();
        assert_eq!((told.len(), told[0].count), (1, Some(2)));
        let report = consigne::app::verify::journals(&world.config).await.unwrap();
        assert_eq!(report.breaks, Vec::<String>::new());

        // Her session is over with it; the neighbour has lost nothing; she is somebody new when she comes back.
        assert_problem(&late.get("").await, 401, "not-signed-in", "her old session");
        let ahmed = world.holder("ahmed").await;
        assert_eq!(ahmed.content(&kept).await.expect(200).body, b"rib");
        let back = world.holder("lucie").await;
        assert!(back.locker != lucie.locker && back.person != lucie.person);
        assert_eq!(back.get("/documents").await.expect(200).json()["items"].as_array().unwrap().len(), 0);
        world.wait(Duration::from_secs(3 * 3600));
        world.lockers.sweep().await.unwrap();
        assert!(raw.all_blobs().await.iter().any(|(name, _)| name.as_str().starts_with("tombstones/")), "the sweeper leaves it");
    }

    /// Somebody who writes SQL, and has no root key, adds closures that are older than any: none is believed, and none holds
    /// up what is due.
    async fn forged_closures_hold_up_nobody(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let ahmed = world.holder("ahmed").await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        let mut raw = world.raw().await;
        let proof = raw.literal(&[7; 32]);
        // The lockers don't exist, nearly all of them: whatever the database checks of it is no hindrance to who writes SQL.
        match pair {
            Pair::Local => raw.run("PRAGMA foreign_keys = OFF").await.unwrap(),
            Pair::Remote => raw.run("SET session_replication_role = replica").await.unwrap(),
        };
        let mut forged: Vec<String> = (0..150_u32).map(|n| format!("{n:08x}-0000-4000-8000-00000000c0de")).collect();
        forged.push(ahmed.locker.clone());
        for id in forged {
            let id = raw.id(&id);
            raw.run(&format!("INSERT INTO closures (locker_id, closed_at, erase_at, proof) VALUES ({id}, 1, 2, {proof})")).await.unwrap();
        }
        world.wait(30 * DAY);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 1);
        assert_gone(&world, &lucie).await;
        world.holder("ahmed").await.get("/documents").await.expect(200);
    }

    /// Somebody reads for a long time, and the locker is erased meanwhile: not much more goes out.
    async fn a_long_reading_stops(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let big = vec![b'a'; 60 * 1024 * 1024];
        let paper = lucie.deposit("Vidéo", "formation.photo_souvenir", &big).await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        world.wait(30 * DAY);
        let late = world.holder("lucie").await;
        let path = late.path(&format!("/documents/{paper}/content"));
        let mut response = late.client.request(Method::GET, &path).send().await.unwrap();
        let mut read = response.chunk().await.unwrap().unwrap().len();
        assert_eq!(world.lockers.erase_due().await.unwrap(), 1);
        while let Ok(Some(piece)) = response.chunk().await {
            read += piece.len();
        }
        assert!(read < big.len(), "it went on to the end: {read}");
        assert_gone(&world, &lucie).await;
        world.settle().await;
        assert_gone(&world, &lucie).await;
    }

    /// An operator with SQL forges the erasure record of the one closed locker whose id comes first: its journal takes no
    /// line, the eraser stops there, and nobody after it is ever erased.
    async fn a_forged_record_holds_up_no_other_erasure(pair) {
        let world = World::new(pair).await;
        let (one, two) = (world.holder("lucie").await, world.holder("ahmed").await);
        for holder in [&one, &two] {
            holder.client.post(&holder.path("/close")).await.expect(200);
        }
        world.settle().await;
        let (first, second) = if one.locker < two.locker { (&one, &two) } else { (&two, &one) };
        let mut raw = world.raw().await;
        let id = raw.id(&first.locker);
        raw.run(&format!("INSERT INTO erasures (locker_id, erased_at) VALUES ({id}, 12)")).await.unwrap();
        world.wait(31 * DAY);
        let erased = world.lockers.erase_due().await;
        assert!(world.lockers.erase_due().await.is_ok(), "{erased:?}");
        assert_gone(&world, second).await;
    }

    /// The same forgery, on a locker where something was under way at a crash: `app::run` closes that before it serves,
    /// and gives up at the first locker whose journal takes no line. Nobody is served.
    async fn one_broken_journal_does_not_stop_the_start(pair) {
        let mut world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("RIB", "banque.rib", b"rib").await;
        let partial = lucie.client.request(Method::GET, &lucie.path(&format!("/documents/{paper}/content")));
        lucie.client.send(partial.header("range", "bytes=0-1")).await.expect(206);
        world.settle().await;
        let mut raw = world.raw().await;
        let id = raw.id(&lucie.locker);
        raw.run(&format!("INSERT INTO erasures (locker_id, erased_at) VALUES ({id}, 12)")).await.unwrap();
        world.wait(DAY);
        world.restart(|_| {}).await;
        assert!(world.lockers.close_stale(true).await.is_ok(), "the service does not start");
    }

    /// The eraser locks somebody's sessions in the order of rows, their own list locks them in the order of tokens.
    async fn the_eraser_and_a_list_of_sessions_do_not_wait_for_each_other(pair) {
        let world = World::new(pair).await;
        for hint in ["lucie", "ahmed"] {
            let one = world.holder(hint).await;
            one.client.post(&one.path("/close")).await.expect(200);
        }
        world.wait(31 * DAY);
        let mut sessions = Vec::new();
        for _ in 0..6 {
            for hint in ["lucie", "ahmed"] {
                sessions.push(world.sign_in("holder", hint).await);
            }
        }
        let looks = futures_util::future::join_all(sessions.iter().map(|one| one.get("/api/v1/me/sessions")));
        let (erased, looked) = tokio::join!(world.lockers.erase_due(), looks);
        let seen: Vec<_> = looked.iter().map(|answer| answer.status.as_u16()).collect();
        assert!(erased.is_ok() && seen.iter().all(|status| *status < 500), "{erased:?} {seen:?}");
    }
}
