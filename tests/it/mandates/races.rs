//! A thousand times, the holder stops the help while the helper reads: each at a process of their own, where the database allows two.

use std::collections::HashMap;
use std::time::Duration;

use consigne::domain::source::{Source, Timestamp};
use reqwest::Method;
use serde_json::json;
use tokio::time::Instant;

use crate::bad_days::killed::{ORIGIN, Operator};
use crate::on_both_pairs;
use crate::world::{Client, Pair, Raw, proposal};

const RACES: usize = 1_000;
/// What both processes write at once, while a race goes on.
const LINES: [&str; 4] = ["mandate.give", "visit.begin", "content.read", "mandate.revoke"];

/// The time that lines must bear: the database's, or on SQLite that of the one process.
async fn clock(pair: Pair, raw: &mut Raw) -> i64 {
    match pair {
        Pair::Local => Source::system().now().micros(),
        Pair::Remote => raw.number("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint").await,
    }
}

on_both_pairs! {
    /// On PostgreSQL two processes of `consigne serve`, as on two machines: the clock of one is 20 seconds behind, that of the other 10
    /// minutes ahead, and every line bears the database's time. SQLite has one process by design, which holds its folder: there both
    /// people come to the same one.
    async fn no_reading_stands_after_the_end_of_a_thousand(pair) {
        let operator = Operator::new(pair).await;
        let off = |seconds: i64| ("CONSIGNE_FAULTS_CLOCK", seconds.to_string());
        let (_here, _elsewhere, address) = match pair {
            Pair::Local => (operator.serve(None).await, None, operator.address),
            Pair::Remote => {
                let here = operator.serve_with(operator.address, &[off(-20)]).await;
                let (elsewhere, address) = operator.serve_elsewhere(off(600)).await;
                (here, Some(elsewhere), address)
            }
        };
        let blobs = consigne::app::open_blobs(&operator.config, &Source::system()).await.unwrap();
        let mut raw = Raw::of(&operator.config, blobs).await;
        // Three by turns: what a holder reads before each answer grows with every help that has ended.
        let mut holders = Vec::new();
        for hint in ["lucie", "angela", "ahmed"] {
            let holder = operator.holder(hint).await;
            let paper = holder.deposit("Bail", "logement.bail", b"bail").await;
            let path = holder.path(&format!("/documents/{paper}/content"));
            holders.push((holder, path));
        }
        let claire = operator.professional("claire").await;
        let ccas = operator.organisation("CCAS", &claire).await;
        // The same session of the aidant, at the other process.
        let there = Client::behind(address, ORIGIN);
        let come = || there.cookies.lock().unwrap().clone_from(&claire.client.cookies.lock().unwrap());
        come();
        let mut passed_at = Instant::now();
        let mut body = proposal("", Some(&ccas));
        body["scope"][0]["permissions"] = json!(["list", "read"]);
        let mut times = HashMap::new();
        let (mut before, mut after) = (0, 0);
        for race in 0..RACES {
            let (holder, path) = &holders[race % holders.len()];
            let from = clock(pair, &mut raw).await;
            let mandate = holder.let_help(&claire.client, body.clone()).await;
            let begun = mandate.ask_visit(&there).await.expect(201).json();
            let visit = begun["id"].as_str().unwrap();
            // Each sooner than the other, by turns.
            let pause = Duration::from_micros(u64::try_from(race / 2 % 16).unwrap() * 800);
            let (first, second) = if race % 2 == 0 { (pause, Duration::ZERO) } else { (Duration::ZERO, pause) };
            let read = || there.send(there.request(Method::GET, path).header("consigne-visit", visit));
            let reading = async {
                tokio::time::sleep(first).await;
                read().await
            };
            let stopping = async {
                tokio::time::sleep(second).await;
                holder.stop(&mandate).await;
            };
            let (answer, ()) = tokio::join!(reading, stopping);
            match answer.status.as_u16() {
                200 => before += 1,
                // Who knocks at what is over is told to wait, after a while: a no like the other.
                404 | 429 => after += 1,
                other => panic!("{other}"),
            }
            let late = read().await.status.as_u16();
            assert!(matches!(late, 404 | 429), "race {race}: {late}");
            times.insert(mandate.id, from..=clock(pair, &mut raw).await);
            if passed_at.elapsed() > Duration::from_mins(2) {
                claire.pass().await.expect(204);
                passed_at = Instant::now();
                come();
            }
        }
        assert!(before > 0 && after > 0, "both come first, at times: {before} and {after}");
        let (mut looked_at, mut ended, mut seen) = (0, 0, 0);
        for (holder, _) in &holders {
            let lines = holder.journal().await;
            let mut ends = HashMap::new();
            for line in &lines {
                let mandate = line["helper"]["mandate"].as_str().or(line["object"]["id"].as_str()).unwrap_or_default();
                if line["action"] == "mandate.revoke" {
                    ends.insert(mandate.to_owned(), line["seq"].as_u64().unwrap());
                }
                if let Some(time) = times.get(mandate).filter(|_| LINES.iter().any(|action| line["action"] == *action)) {
                    let at = Timestamp::parse_rfc3339(line["at"].as_str().unwrap()).unwrap().micros();
                    assert!(time.contains(&at), "{time:?}: {line}");
                    looked_at += 1;
                }
            }
            ended += ends.len();
            for line in lines.iter().filter(|line| line["action"] == "content.read" && line["outcome"]["kind"] == "done") {
                let mandate = line["helper"]["mandate"].as_str().unwrap();
                assert!(line["seq"].as_u64().unwrap() < ends[mandate], "{line}");
                seen += 1;
            }
        }
        assert_eq!(ended, RACES);
        assert!(looked_at >= 3 * RACES + before, "{looked_at}");
        assert_eq!(seen, before, "each answer has its line, and no other");
    }
}
