//! The database stops; the blob store goes away. 503, no bytes, nothing lost; then everything goes on.

use std::net::SocketAddr;

use consigne::locker::Limits;
use serde_json::json;

use crate::world::{OwnPostgres, Pair, Proxy, World, setting};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_stops_and_starts_again() {
    let postgres = OwnPostgres::start();
    let world = World::build(Pair::Remote, Limits::default(), |config| {
        config.database.url = Some(postgres.url().into());
        config.database.connections = Some(4);
    })
    .await;
    let lucie = world.holder("lucie").await;
    let id = lucie.deposit("Bail", "logement.bail", b"le bail").await;
    world.settle().await;

    postgres.down();
    for path in ["", "/documents", &format!("/documents/{id}"), &format!("/documents/{id}/content"), "/journal"] {
        let answer = lucie.get(path).await;
        assert_eq!(answer.status, 503, "{path}");
        assert!(!answer.header("retry-after").is_empty(), "{path}");
        assert!(!answer.text().contains("bail"), "{path}");
    }
    let metadata = json!({"title": "Perdu ?", "kind": "logement.bail"});
    assert_eq!(lucie.deposit_with(&metadata, "x.txt", b"perdu".to_vec()).await.status, 503);
    assert_eq!(world.anonymous().get("/readyz").await.status, 503);
    assert_eq!(world.anonymous().get("/healthz").await.status, 200);

    postgres.up();
    assert_eq!(lucie.content(&id).await.expect(200).body, b"le bail");
    assert_eq!(lucie.get("/documents").await.expect(200).json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(world.raw().await.all_blobs().await.len(), 1, "nothing is left of the deposit that was refused");
    lucie.deposit("Bail, la suite", "logement.bail", b"la suite").await;
    assert!(consigne::app::verify::journals(&world.config).await.unwrap().breaks.is_empty());
}

/// Somebody turns `synchronous_commit` off while Consigne runs. Connections that are open keep what they began with; new ones
/// are not used, and nothing is acknowledged that could be lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commits_that_could_be_lost_are_refused_on_every_connection() {
    let postgres = OwnPostgres::start();
    let world = World::build(Pair::Remote, Limits::default(), |config| {
        config.database.url = Some(postgres.url().into());
        config.database.connections = Some(2);
    })
    .await;
    let lucie = world.holder("lucie").await;
    let mut raw = world.raw().await;
    let others =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL";
    raw.run("ALTER SYSTEM SET synchronous_commit = off").await.unwrap();
    raw.run("SELECT pg_reload_conf()").await.unwrap();
    // The server's processes hear of it one by one.
    while raw.texts("SHOW synchronous_commit").await != ["off"] {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    lucie.deposit("Bail", "logement.bail", b"bail").await;
    raw.run(others).await.unwrap();
    let metadata = json!({"title": "Perdu ?", "kind": "logement.bail"});
    assert_eq!(lucie.deposit_with(&metadata, "x.txt", b"perdu".to_vec()).await.status, 503);
    assert_eq!(world.anonymous().get("/readyz").await.status, 503);

    raw.run("ALTER SYSTEM RESET synchronous_commit").await.unwrap();
    raw.run("SELECT pg_reload_conf()").await.unwrap();
    while raw.texts("SHOW synchronous_commit").await != ["on"] {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    lucie.deposit("Bail", "logement.bail", b"bail").await;
    assert_eq!(lucie.get("/documents").await.expect(200).json()["items"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_blob_store_goes_away_and_comes_back() {
    let target: SocketAddr = setting("CONSIGNE_TEST_S3_ENDPOINT").trim_start_matches("http://").parse().unwrap();
    let proxy = Proxy::to(target).await;
    let address = proxy.address;
    let world =
        World::build(Pair::Remote, Limits::default(), |c| c.blobs.endpoint = Some(format!("http://{address}"))).await;
    let lucie = world.holder("lucie").await;
    let id = lucie.deposit("Bail", "logement.bail", b"le bail").await;

    proxy.cut();
    let read = lucie.content(&id).await;
    assert_eq!((read.status.as_u16(), read.header("retry-after").is_empty()), (503, false));
    let metadata = json!({"title": "Perdu ?", "kind": "logement.bail"});
    assert_eq!(lucie.deposit_with(&metadata, "x.txt", b"perdu".to_vec()).await.status, 503);
    assert_eq!(world.anonymous().get("/readyz").await.status, 503);
    assert_eq!(lucie.get("/documents").await.expect(200).json()["items"].as_array().unwrap().len(), 1);

    proxy.mend();
    assert_eq!(lucie.content(&id).await.expect(200).body, b"le bail");
    world.settle().await;
    let trail = lucie.trail().await;
    assert_eq!(
        trail.iter().filter(|l| *l == "access.close ended:store_away").count(),
        2,
        "both are in the journal: {trail:?}"
    );
    assert_eq!(world.raw().await.all_blobs().await.len(), 1);
}
