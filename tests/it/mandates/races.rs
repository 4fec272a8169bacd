//! A thousand times, the holder stops the help while the helper reads: at one server, or at two that share a database.

use std::net::SocketAddr;

use consigne::app::{demo, url_of};
use consigne::domain::organisation::Roles;
use reqwest::Method;
use serde_json::json;

use crate::on_both_pairs;
use crate::world::{Client, Pair, World, proposal};

const RACES: usize = 1_000;

/// Another server on the same database and blobs, which shares nothing else with the first. SQLite has one process.
async fn another(world: &World) -> SocketAddr {
    if world.pair == Pair::Local {
        return world.address;
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let secret = secrecy::SecretString::from("a-secret-between-consigne-and-its-provider".to_owned());
    let mut config = world.config.clone();
    let there = demo::config(&url_of(address).unwrap(), config.data_dir.clone(), &secret).unwrap();
    (config.public_url, config.issuers) = (there.public_url, there.issuers);
    let demo = demo::assemble(&config, &world.source, *world.lockers.limits()).await.unwrap();
    tokio::spawn(async move {
        let (_going_on, stop) = tokio::sync::watch::channel(false);
        consigne::http::serving::serve(listener, demo.router, consigne::http::serving::Connections::default(), stop)
            .await;
    });
    address
}

on_both_pairs! {
    async fn no_reading_stands_after_the_end_of_a_thousand(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        // The same session of the aidant, at the other server.
        let there = Client::new(another(&world).await);
        there.cookies.lock().unwrap().clone_from(&claire.client.cookies.lock().unwrap());
        let mut body = proposal("", Some(&ccas));
        body["scope"][0]["permissions"] = json!(["list", "read"]);
        let mut stopped = Vec::new();
        let (mut before, mut after) = (0, 0);
        for race in 0..RACES {
            let mandate = lucie.let_help(&claire.client, body.clone()).await;
            let begun = mandate.ask_visit(&there).await.expect(201).json();
            let visit = begun["id"].as_str().unwrap();
            let path = lucie.path(&format!("/documents/{paper}/content"));
            // Each sooner than the other, by turns.
            let pause = std::time::Duration::from_micros(u64::try_from(race / 2 % 16).unwrap() * 800);
            let (first, second) = if race % 2 == 0 { (pause, std::time::Duration::ZERO) } else { (std::time::Duration::ZERO, pause) };
            let reading = async {
                tokio::time::sleep(first).await;
                there.send(there.request(Method::GET, &path).header("consigne-visit", visit)).await.status.as_u16()
            };
            let stopping = async {
                tokio::time::sleep(second).await;
                lucie.stop(&mandate).await;
            };
            let (status, ()) = tokio::join!(reading, stopping);
            match status {
                200 => before += 1,
                404 => after += 1,
                other => panic!("{other}"),
            }
            let late = there.send(there.request(Method::GET, &path).header("consigne-visit", visit)).await;
            assert_eq!(late.status.as_u16(), 404, "race {race}");
            stopped.push(mandate.id);
            // Who knocks at what is over is told to wait, after a while: that is another story.
            world.wait(std::time::Duration::from_secs(if race % 100 == 99 { 61 } else { 0 }));
            if race % 200 == 199 {
                claire.pass().await.expect(204);
                there.cookies.lock().unwrap().clone_from(&claire.client.cookies.lock().unwrap());
            }
        }
        assert!(before > 0 && after > 0, "both come first, at times: {before} and {after}");
        world.settle().await;
        let lines = lucie.journal().await;
        let mut ends = std::collections::HashMap::new();
        for line in &lines {
            if line["action"] == "mandate.revoke" {
                ends.insert(line["object"]["id"].as_str().unwrap().to_owned(), line["seq"].as_u64().unwrap());
            }
        }
        assert_eq!(ends.len(), stopped.len());
        let reads = lines.iter().filter(|line| line["action"] == "content.read" && line["outcome"]["kind"] == "done");
        let mut seen = 0;
        for line in reads {
            let mandate = line["helper"]["mandate"].as_str().unwrap();
            assert!(line["seq"].as_u64().unwrap() < ends[mandate], "{line}");
            seen += 1;
        }
        assert_eq!(seen, before, "each answer has its line, and no other");
    }
}
