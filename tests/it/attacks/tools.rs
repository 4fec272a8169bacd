//! What attackers bring: bytes on a bare connection, an eye on the stored rows.

use std::time::Duration;

use consigne::domain::entry::Entry;
use consigne::domain::ids::ChainId;
use consigne::journal::canonical;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::{Answer, Raw, Sql, World};

/// An answer read from a bare connection.
#[derive(Debug)]
pub struct RawAnswer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl RawAnswer {
    /// From the bytes that came.
    pub fn read(all: &[u8]) -> Self {
        let text = String::from_utf8_lossy(all).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// A header's value, empty if absent.
    pub fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.trim())
    }
}

/// Sends bytes as they are, on a connection of its own, and reads until the server closes.
pub async fn send_bytes(world: &World, bytes: &[u8]) -> RawAnswer {
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut all = Vec::new();
    tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut all)).await.unwrap().unwrap();
    RawAnswer::read(&all)
}

/// A request with exactly these headers besides `Connection: close`; a body gets its length.
pub async fn send_raw(world: &World, start: &str, headers: &[(&str, &str)], body: &str) -> RawAnswer {
    let mut text = format!("{start} HTTP/1.1\r\nConnection: close\r\n");
    for (name, value) in headers {
        text = format!("{text}{name}: {value}\r\n");
    }
    if !body.is_empty() || !start.starts_with("GET") {
        text = format!("{text}Content-Length: {}\r\n", body.len());
    }
    send_bytes(world, format!("{text}\r\n{body}").as_bytes()).await
}

/// The last sequence number of a locker's chain.
pub async fn seq(raw: &mut Raw, locker: &str) -> i64 {
    let id = raw.id(locker);
    raw.number(&format!("SELECT seq FROM chains WHERE chain_id = {id}")).await
}

/// The entries of the service's own chain, oldest first.
pub async fn service_chain(raw: &mut Raw) -> Vec<Entry> {
    let bodies = raw
        .bytes("SELECT entry FROM bodies WHERE chain_id = (SELECT chain_id FROM chains WHERE kind = 1) ORDER BY seq")
        .await;
    bodies.iter().map(|bytes| canonical::decode(bytes).unwrap()).collect()
}

/// The entries of one chain, by its id.
pub async fn chain(raw: &mut Raw, id: ChainId) -> Vec<Entry> {
    let id = match raw.sql {
        Sql::Sqlite(_) => format!("X'{}'", data_encoding::HEXLOWER.encode(id.bytes())),
        Sql::Postgres(_) => format!("'{id}'"),
    };
    let bodies = raw.bytes(&format!("SELECT entry FROM bodies WHERE chain_id = {id} ORDER BY seq")).await;
    bodies.iter().map(|bytes| canonical::decode(bytes).unwrap()).collect()
}

/// A UUID's text from its bytes.
pub fn uuid(bytes: &[u8]) -> String {
    sqlx::types::Uuid::from_slice(bytes).unwrap().to_string()
}

/// Takes away what keeps rows consistent, as whoever owns the database can.
pub async fn ignore_references(raw: &mut Raw) {
    let sql = match raw.sql {
        Sql::Sqlite(_) => "PRAGMA foreign_keys = OFF",
        Sql::Postgres(_) => "SET session_replication_role = replica",
    };
    raw.run(sql).await.unwrap();
}

/// Fails unless the answer is a problem of this status and type.
#[track_caller]
pub fn assert_problem(answer: &Answer, status: u16, kind: &str, what: &str) {
    assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
    assert_eq!(answer.json()["type"], format!("/problems/{kind}"), "{what}");
    assert_eq!(answer.json()["status"], status, "{what}");
}

/// The newest lines of a trail, after some that were there before.
pub fn since(trail: &[String], before: usize) -> Vec<&str> {
    trail.iter().skip(before).map(String::as_str).collect()
}

/// Titles of a list.
pub fn ids(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}
