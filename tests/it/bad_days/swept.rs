//! The sweeper's clock runs ahead of the store's: what is being deposited looks old, and must stay.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use serde_json::json;

use crate::world::{Pair, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deposit_between_its_blob_and_its_commit_keeps_its_blob() {
    let world = World::new(Pair::Remote).await;
    world.wait(Duration::from_hours(3));
    let lucie = world.holder("lucie").await;
    let mut raw = world.raw().await;

    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(1);
    let body = futures_util::stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver)));
    let file = reqwest::multipart::Part::stream(reqwest::Body::wrap_stream(body)).file_name("bail.txt");
    let metadata = json!({"title": "Bail", "kind": "logement.bail"}).to_string();
    let form = reqwest::multipart::Form::new().text("metadata", metadata).part("file", file);
    let request = lucie.client.request(Method::POST, &lucie.path("/documents")).multipart(form);
    let sent = lucie.client.send(request);
    let meanwhile = async {
        sender.send(Ok(Bytes::from_static(b"le bail, "))).await.unwrap();
        while raw.count("under_way").await == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // Somebody else writes in her journal, and takes their time: the deposit waits with its blob written.
        let chain = raw.id(&lucie.locker);
        raw.run("BEGIN").await.unwrap();
        raw.run(&format!("SELECT seq FROM chains WHERE chain_id = {chain} FOR UPDATE")).await.unwrap();
        sender.send(Ok(Bytes::from_static(b"signed"))).await.unwrap();
        drop(sender);
        while raw.blob_names().await.is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let swept = world.lockers.sweep().await.unwrap();
        raw.run("ROLLBACK").await.unwrap();
        swept.blobs
    };
    let (answer, swept) = tokio::join!(sent, meanwhile);
    let id = answer.expect(201).json()["id"].as_str().unwrap().to_owned();
    assert_eq!(lucie.content(&id).await.expect(200).body, b"le bail, signed");
    assert_eq!(swept, 0, "nothing was anybody's leftover");
}
