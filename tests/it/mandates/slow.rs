//! Who takes or sends almost nothing is decided on again all the same, every 5 s of real time: what the holder has stopped stops.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;

use super::attacks::{from_channel, noted};
use super::visits::helped;
use crate::on_both_pairs;
use crate::world::{Holder, Pair, World};

/// A look every 5 s; a busy machine may take as long again to wake up, and as long to write the line.
const IN_TIME: Duration = Duration::from_secs(15);

/// The line that closes the newest one of an action; fails unless it stands in time.
async fn closing(holder: &Holder, action: &str, since: Instant) -> Value {
    loop {
        let lines = holder.journal().await;
        let begun = lines.iter().rfind(|line| line["action"] == action).unwrap();
        if let Some(line) = lines.iter().find(|line| line["closes"] == begun["seq"]) {
            return line.clone();
        }
        assert!(since.elapsed() <= IN_TIME, "no line says that it has ended");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

on_both_pairs! {
    /// A reader takes 4 kB a second of a long paper.
    async fn a_reading_that_creeps_stops_in_time(pair) {
        const SIZE: usize = 48 * 1024 * 1024;
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read"])).await;
        let paper = lucie.deposit("Long", "logement.bail", &vec![b'x'; SIZE]).await;
        let visit = mandate.visit(&claire.client).await;
        let request = visit.request(reqwest::Method::GET, &format!("/documents/{paper}/content")).build().unwrap();
        let mut text = format!("GET {} HTTP/1.1\r\nhost: {}\r\n", request.url().path(), world.address);
        for (name, value) in request.headers() {
            text += &format!("{name}: {}\r\n", value.to_str().unwrap());
        }
        let mut socket = tokio::net::TcpStream::connect(world.address).await.unwrap();
        socket.write_all(format!("{text}\r\n").as_bytes()).await.unwrap();
        let mut first = [0; 2048];
        let count = socket.read(&mut first).await.unwrap();
        assert!(first[..count].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&first[..count]));
        let creeping = tokio::spawn(async move {
            let mut piece = [0; 2048];
            while socket.read(&mut piece).await.is_ok_and(|count| count > 0) {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        });
        let before = noted(&world).await;
        lucie.stop(&mandate).await;
        let stopped = Instant::now();
        let noted = before.max(noted(&world).await);
        let line = closing(&lucie, "content.read", stopped).await;
        assert!(!creeping.is_finished(), "it takes what is on its way still");
        creeping.abort();
        assert_eq!(line["outcome"], json!({"kind": "ended", "reason": "mandate_over"}));
        let sent = line["bytes"].as_u64().unwrap();
        assert!(sent > 0 && sent <= noted + 17 * 1024 * 1024 && sent < SIZE as u64, "{sent}, of which {noted} were noted");
    }

    /// A helper's deposit trickles in: 4 kB a second, without an end.
    async fn a_deposit_that_trickles_stops_in_time(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "deposit"])).await;
        let visit = mandate.visit(&claire.client).await;
        let (send, rest) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(1);
        let file = reqwest::multipart::Part::stream(reqwest::Body::wrap_stream(from_channel(rest))).file_name("quittance.txt");
        let metadata = json!({"title": "Quittance", "kind": "logement.quittance_loyer"});
        let form = reqwest::multipart::Form::new().text("metadata", metadata.to_string()).part("file", file);
        let sending = tokio::spawn(visit.request(reqwest::Method::POST, "/documents").multipart(form).send());
        send.send(Ok(vec![b'x'; 100_000])).await.unwrap();
        let trickling = tokio::spawn(async move {
            while send.send(Ok(vec![b'y'; 2048])).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        });
        let begun = async || lucie.trail().await.iter().any(|line| line == "document.deposit_begin done");
        while !begun().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        lucie.stop(&mandate).await;
        let line = closing(&lucie, "document.deposit_begin", Instant::now()).await;
        assert_eq!(line["outcome"], json!({"kind": "ended", "reason": "mandate_over"}));
        trickling.abort();
        assert_eq!(lucie.get("/documents").await.expect(200).json()["items"], json!([]));
        sending.abort();
    }
}
