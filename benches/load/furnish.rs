//! Lockers of the people that were signed in: opened and given papers through the API, and written down for the load.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use consigne::domain::source::Source;
use serde_json::Value;

use crate::client::{Body, Client};
use crate::{Fault, Place};

/// Somebody with a locker and papers.
#[derive(Debug, Clone)]
pub struct Person {
    /// The session's cookie.
    pub cookie: String,
    /// The locker.
    pub locker: String,
    /// Papers, by what was deposited.
    pub papers: Vec<String>,
}

impl Person {
    /// Where papers are.
    pub fn documents(&self) -> String {
        format!("/api/v1/lockers/{}/documents", self.locker)
    }

    /// Where everything is taken away, in one file. It asks for a proof of who they are that is at most five minutes old: that of
    /// their sign-in, so soon after it.
    pub fn export(&self) -> String {
        format!("/api/v1/lockers/{}/export", self.locker)
    }

    /// Where the bytes of a paper are.
    pub fn content(&self, paper: usize) -> Result<String, Fault> {
        let paper = self.papers.get(paper).ok_or("no such paper")?;
        Ok(format!("{}/{paper}/content", self.documents()))
    }
}

/// The body that opens a locker: the agreement to the information, where the service asks for one.
pub fn agreement(information: &Value) -> String {
    match information.get("sha256") {
        Some(sha256) => serde_json::json!({ "accepts": sha256 }).to_string(),
        None => "{}".to_owned(),
    }
}

/// Reads who was furnished.
pub fn people(file: &Path) -> Result<Vec<Person>, Fault> {
    let text = std::fs::read_to_string(file)?;
    text.lines()
        .map(|line| {
            let mut words = line.split(' ').map(str::to_owned);
            let cookie = words.next().ok_or("no cookie")?;
            let locker = words.next().ok_or("no locker")?;
            Ok(Person { cookie, locker, papers: words.collect() })
        })
        .collect()
}

/// A file of so many bytes that nothing can compress, and that begins as a paper does.
pub fn random_file(path: &Path, size: u64) -> Result<(), Fault> {
    let source = Source::system();
    let mut file = File::create(path)?;
    let mut piece = vec![0; 1 << 20];
    let mut left = size;
    while left > 0 {
        source.fill(&mut piece);
        if left == size {
            let start = piece.get_mut(..9).ok_or("room")?;
            start.copy_from_slice(b"%PDF-1.7\n");
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
        file.write_all(piece.get(..most).ok_or("room")?)?;
        left -= most as u64;
    }
    file.sync_all()?;
    Ok(())
}

/// Opens everybody's locker and deposits the files into it, each so many times; writes down who has what.
pub fn furnish(place: &Place, cookies: &Path, files: &[PathBuf], times: usize, out: &Path) -> Result<(), Fault> {
    let mut told = String::new();
    for cookie in std::fs::read_to_string(cookies)?.lines() {
        let mut client = Client::new(place.address, &place.host, cookie)?;
        let information = client.is_there("/api/v1/information")?;
        let information = information.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        let me = client.json("GET", "/api/v1/me", &Body::None, 200)?;
        let locker = if let Some(locker) = me.get("locker").and_then(Value::as_str) {
            locker.to_owned()
        } else {
            let body = agreement(&information);
            let made =
                client.json("POST", "/api/v1/lockers", &Body::Bytes("application/json", body.as_bytes()), 201)?;
            made.get("id").and_then(Value::as_str).ok_or("no id")?.to_owned()
        };
        write!(told, "{cookie} {locker}")?;
        let path = format!("/api/v1/lockers/{locker}/documents");
        for number in 0..times {
            for file in files {
                let title = format!("Bail {number}");
                let made = client.json("POST", &path, &Body::Deposit { title: &title, file }, 201)?;
                write!(told, " {}", made.get("id").and_then(Value::as_str).ok_or("no id")?)?;
            }
        }
        writeln!(told)?;
    }
    std::fs::write(out, told)?;
    Ok(())
}
