//! A small HTTP/1.1 client on blocking sockets: what it costs counts against Consigne in every figure, so it does little.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

use crate::Fault;

/// Size of the pieces that are read and thrown away.
const PIECE: usize = 256 * 1024;

/// What a request bears.
pub enum Body<'a> {
    /// Nothing.
    None,
    /// Bytes of a type.
    Bytes(&'a str, &'a [u8]),
    /// A file as it is.
    File(&'a Path),
    /// A deposit: description and file, as multipart.
    Deposit {
        /// The paper's title.
        title: &'a str,
        /// Its file.
        file: &'a Path,
    },
}

/// One kept connection, and who speaks on it.
pub struct Client {
    stream: BufReader<TcpStream>,
    host: String,
    cookie: String,
    /// The visit that requests belong to, when they are a helper's.
    visit: Option<String>,
    /// The token of an institution's program; its requests bear no cookie.
    token: Option<String>,
    /// The cookie that the last answer set, if it set one.
    set: Option<String>,
    piece: Vec<u8>,
}

struct Head {
    status: u16,
    length: Option<u64>,
    chunked: bool,
}

impl Client {
    /// Connects. `host` is the name that the service knows itself by.
    pub fn new(address: SocketAddr, host: &str, cookie: &str) -> Result<Self, Fault> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            host: host.to_owned(),
            cookie: cookie.to_owned(),
            visit: None,
            token: None,
            set: None,
            piece: vec![0; PIECE],
        })
    }

    /// Speaks for somebody else from here on.
    pub fn bear(&mut self, cookie: &str) {
        cookie.clone_into(&mut self.cookie);
    }

    /// Speaks in a visit from here on, or in none.
    pub fn visit(&mut self, visit: Option<&str>) {
        self.visit = visit.map(str::to_owned);
    }

    /// Speaks for an institution from here on, or for nobody.
    pub fn token(&mut self, token: Option<&str>) {
        self.token = token.map(str::to_owned);
    }

    /// Takes the cookie that the last answer set.
    pub fn keep_new_cookie(&mut self) {
        if let Some(set) = self.set.take() {
            self.cookie = set;
        }
    }

    /// Whose cookie it bears.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Asks, and gives what is answered; an error unless the status is `expected`.
    pub fn ask(&mut self, method: &str, path: &str, body: &Body<'_>, expected: u16) -> Result<Vec<u8>, Fault> {
        self.send(method, path, body)?;
        let head = self.head()?;
        let mut content = Vec::new();
        self.take(&head, |piece| content.extend_from_slice(piece))?;
        if head.status != expected {
            let told = String::from_utf8_lossy(&content).into_owned();
            return Err(format!("{method} {path}: {} instead of {expected}: {told}", head.status).into());
        }
        Ok(content)
    }

    /// The same as JSON.
    pub fn json(
        &mut self,
        method: &str,
        path: &str,
        body: &Body<'_>,
        expected: u16,
    ) -> Result<serde_json::Value, Fault> {
        Ok(serde_json::from_slice(&self.ask(method, path, body, expected)?)?)
    }

    /// Reads, throws the bytes away, says how many they were.
    pub fn read_away(&mut self, path: &str) -> Result<u64, Fault> {
        self.send("GET", path, &Body::None)?;
        let head = self.head()?;
        let mut count = 0;
        self.take(&head, |piece| count += piece.len() as u64)?;
        if head.status != 200 {
            return Err(format!("GET {path}: {}", head.status).into());
        }
        Ok(count)
    }

    /// Whether something is there.
    pub fn is_there(&mut self, path: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.send("GET", path, &Body::None)?;
        let head = self.head()?;
        let mut content = Vec::new();
        self.take(&head, |piece| content.extend_from_slice(piece))?;
        Ok((head.status == 200).then_some(content))
    }

    fn send(&mut self, method: &str, path: &str, body: &Body<'_>) -> Result<(), Fault> {
        let (content_type, before, file, after) = match body {
            Body::None => (String::new(), Vec::new(), None, ""),
            Body::Bytes(kind, bytes) => (format!("Content-Type: {kind}\r\n"), bytes.to_vec(), None, ""),
            Body::File(path) => ("Content-Type: application/octet-stream\r\n".to_owned(), Vec::new(), Some(*path), ""),
            Body::Deposit { title, file } => {
                let metadata = serde_json::json!({ "title": title, "kind": "logement.bail" });
                let before = format!(
                    "--b\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n{metadata}\r\n--b\r\n\
                     Content-Disposition: form-data; name=\"file\"; filename=\"bail.pdf\"\r\n\r\n"
                );
                (
                    "Content-Type: multipart/form-data; boundary=b\r\n".to_owned(),
                    before.into(),
                    Some(*file),
                    "\r\n--b--\r\n",
                )
            }
        };
        let mut file = file.map(File::open).transpose()?;
        let size = file.as_ref().map_or(Ok(0), |file| file.metadata().map(|told| told.len()))?;
        let length = before.len() as u64 + size + after.len() as u64;
        let length = if method == "GET" { String::new() } else { format!("Content-Length: {length}\r\n") };
        let visit = self.visit.as_ref().map(|visit| format!("Consigne-Visit: {visit}\r\n")).unwrap_or_default();
        let who = match &self.token {
            Some(token) => format!("Authorization: Bearer {token}"),
            None => format!("Origin: https://{}\r\nCookie: __Host-consigne={}", self.host, self.cookie),
        };
        let host = &self.host;
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{who}\r\n{visit}{content_type}{length}\r\n");
        let stream = self.stream.get_mut();
        stream.write_all(&[head.as_bytes(), &before].concat())?;
        if let Some(file) = &mut file {
            std::io::copy(file, stream)?;
            stream.write_all(after.as_bytes())?;
        }
        Ok(())
    }

    fn line(&mut self) -> Result<String, Fault> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err("the connection ended".into());
        }
        Ok(line.trim_end().to_owned())
    }

    fn head(&mut self) -> Result<Head, Fault> {
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or("no status")?;
        let mut head = Head { status, length: None, chunked: false };
        loop {
            let line = self.line()?;
            let set = line.split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie: __Host-consigne"));
            if let Some(value) = set.and_then(|(_, value)| value.split(';').next()) {
                self.set = Some(value.to_owned());
            }
            let line = line.to_ascii_lowercase();
            match line.split_once(": ") {
                Some(("content-length", value)) => head.length = Some(value.parse()?),
                Some(("transfer-encoding", "chunked")) => head.chunked = true,
                Some(_) => {}
                None if line.is_empty() => return Ok(head),
                None => return Err("a header that does not read".into()),
            }
        }
    }

    fn take(&mut self, head: &Head, mut each: impl FnMut(&[u8])) -> Result<(), Fault> {
        if !head.chunked {
            return self.some(head.length.unwrap_or(0), &mut each);
        }
        loop {
            let size = u64::from_str_radix(&self.line()?, 16)?;
            self.some(size, &mut each)?;
            self.line()?;
            if size == 0 {
                return Ok(());
            }
        }
    }

    fn some(&mut self, mut left: u64, each: &mut impl FnMut(&[u8])) -> Result<(), Fault> {
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            let room = self.piece.get_mut(..most).ok_or("room")?;
            let count = self.stream.read(room)?;
            if count == 0 {
                return Err("the answer stopped before its end".into());
            }
            each(room.get(..count).unwrap_or_default());
            left -= count as u64;
        }
        Ok(())
    }
}
