//! A mailbox at the mail server that `tests/run` starts.

use std::path::PathBuf;
use std::time::Duration;

use consigne::config::{EmailConfig, MailSecurity};

use crate::world::setting;

/// How Consigne reaches that server.
pub fn config() -> EmailConfig {
    EmailConfig {
        host: "127.0.0.1".to_owned(),
        port: Some(setting("CONSIGNE_TEST_SMTP").parse().unwrap()),
        security: Some(MailSecurity::None),
        user: None,
        password: None,
        from: "Consigne <consigne@exemple.fr>".to_owned(),
    }
}

/// An address of its own, and what came there.
pub struct Mailbox {
    pub address: String,
    folder: PathBuf,
}

impl Mailbox {
    /// `name`: how it behaves (`refuse`, `later`, `cut`), or anybody's.
    pub fn new(name: &str) -> Self {
        let mark = tempfile::Builder::new().prefix("").rand_bytes(12).tempfile().unwrap();
        let mark = mark.path().file_name().unwrap().to_str().unwrap().to_lowercase();
        let address = format!("{name}.{mark}@exemple.fr");
        let folder = PathBuf::from(setting("CONSIGNE_TEST_MAIL")).join(&address);
        Self { address, folder }
    }

    /// The letters that came, oldest first, with their lines as they are on Unix.
    pub fn letters(&self) -> Vec<String> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(&self.folder)
            .map(|all| all.map(|file| file.unwrap().path()).collect())
            .unwrap_or_default();
        files.sort();
        files.iter().map(|file| std::fs::read_to_string(file).unwrap().replace("\r\n", "\n")).collect()
    }

    /// Waits for one more than there were.
    pub async fn next(&self, were: usize) -> String {
        for _ in 0..200 {
            if let Some(letter) = self.letters().get(were) {
                return letter.clone();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no letter came to {}", self.address);
    }
}

/// The text of a letter, its transfer encoding undone.
pub fn text(letter: &str) -> String {
    let (head, body) = letter.split_once("\n\n").unwrap();
    if !head.to_lowercase().contains("quoted-printable") {
        return body.to_owned();
    }
    let joined = body.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        if *first == b'=' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&more[..2]).unwrap(), 16).unwrap());
            rest = &more[2..];
        } else {
            bytes.push(*first);
            rest = more;
        }
    }
    String::from_utf8(bytes).unwrap()
}
