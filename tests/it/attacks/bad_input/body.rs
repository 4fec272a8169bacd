//! Bodies put together byte by byte, and a desk that looks whether anything was done.

use std::time::Duration;

use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::attacks::tools::RawAnswer;
use crate::world::{Answer, Holder, Raw, World};

/// Goes with [`Parts::end`].
pub const CONTENT_TYPE: &str = "multipart/form-data; boundary=grenze";

/// A multipart body, part by part.
pub struct Parts(Vec<u8>);

impl Parts {
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// A part with this `Content-Disposition`.
    pub fn part(mut self, disposition: &str, content: &[u8]) -> Self {
        self.0.extend(format!("--grenze\r\nContent-Disposition: {disposition}\r\n\r\n").bytes());
        self.0.extend_from_slice(content);
        self.0.extend_from_slice(b"\r\n");
        self
    }

    pub fn text(self, name: &str, text: &str) -> Self {
        self.part(&format!("form-data; name=\"{name}\""), text.as_bytes())
    }

    /// The file, under a name as a browser sends it.
    pub fn file(self, name: &str, content: &[u8]) -> Self {
        self.part(&format!("form-data; name=\"file\"; filename=\"{name}\""), content)
    }

    /// With its last line.
    pub fn end(mut self) -> Vec<u8> {
        self.0.extend_from_slice(b"--grenze--\r\n");
        self.0
    }
}

/// A holder who sends, and an eye on what is stored.
pub struct Desk {
    pub world: World,
    pub lucie: Holder,
    pub raw: Raw,
    seen: (i64, usize, usize),
}

impl Desk {
    pub async fn open(world: World) -> Self {
        let lucie = world.holder("lucie").await;
        let raw = world.raw().await;
        let mut desk = Self { world, lucie, raw, seen: (0, 0, 0) };
        desk.look().await;
        desk
    }

    pub async fn send(&self, parts: Parts) -> Answer {
        self.send_as(CONTENT_TYPE, parts.end()).await
    }

    pub async fn send_as(&self, content_type: &str, bytes: Vec<u8>) -> Answer {
        let request = self.lucie.client.request(Method::POST, &self.lucie.path("/documents"));
        self.lucie.client.send(request.header("content-type", content_type).body(bytes)).await
    }

    /// Remembers what is stored now: papers, blobs, lines.
    pub async fn look(&mut self) {
        self.world.settle().await;
        let papers = self.raw.number("SELECT CAST(count(*) AS BIGINT) FROM documents").await;
        let blobs = self.raw.all_blobs().await.len();
        let lines = self.lucie.journal().await.len();
        self.seen = (papers, blobs, lines);
    }

    /// Fails if a paper or a blob was left since the last look, or something is still under way, or the journal does not
    /// have these lines.
    #[track_caller]
    pub fn assert_nothing_done<'d>(
        &'d mut self,
        what: &'d str,
        expected: &'d [&'d str],
    ) -> impl Future<Output = ()> + 'd {
        let place = std::panic::Location::caller();
        async move {
            let (papers, blobs, lines) = self.seen;
            self.closed().await;
            self.look().await;
            assert_eq!((self.seen.0, self.seen.1), (papers, blobs), "{what}: something was left ({place})");
            let trail = self.lucie.trail().await;
            let new = &trail[lines..];
            for line in expected {
                assert!(new.iter().any(|l| l == line), "{what}: no line {line:?} in {new:?} ({place})");
            }
            assert!(!new.contains(&"document.deposit done".to_owned()), "{what}: {new:?} ({place})");
            self.look().await;
        }
    }

    /// Waits until nothing is under way any more.
    async fn closed(&mut self) {
        for _ in 0..100 {
            self.world.settle().await;
            if self.raw.number("SELECT CAST(count(*) AS BIGINT) FROM under_way").await == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("a deposit is still under way");
    }

    async fn begin(&self, whole: &[u8], sent: usize) -> TcpStream {
        let cookies = self.lucie.client.cookies.lock().unwrap().clone();
        let cookie = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {cookie}\r\nConnection: \
             close\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: {}\r\n\r\n",
            self.lucie.path("/documents"),
            whole.len(),
            address = self.world.address,
        );
        let mut stream = TcpStream::connect(self.world.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&whole[..sent]).await.unwrap();
        stream.flush().await.unwrap();
        stream
    }

    /// Sends the first bytes of a body, waits until the deposit has begun, and hangs up.
    pub async fn send_and_hang_up(&mut self, whole: &[u8], sent: usize) {
        let stream = self.begin(whole, sent).await;
        for _ in 0..100 {
            if self.raw.number("SELECT CAST(count(*) AS BIGINT) FROM under_way").await > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        drop(stream);
    }

    /// Sends the first bytes of a body, and nothing more; reads the answer.
    pub async fn send_and_wait(&self, whole: &[u8], sent: usize) -> RawAnswer {
        let mut stream = self.begin(whole, sent).await;
        let mut all = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut all)).await;
        assert!(read.is_ok(), "the connection stays open after {:?}", String::from_utf8_lossy(&all));
        RawAnswer::read(&all)
    }
}

/// A `Content-Disposition` taken apart (RFC 6266): the way, the plain name, the real name.
pub fn disposition(header: &str) -> (String, String, String) {
    let (way, rest) = header.split_once("; filename=\"").unwrap_or_else(|| panic!("{header}"));
    let (plain, rest) = rest.split_once('"').unwrap_or_else(|| panic!("{header}"));
    let real = rest.strip_prefix("; filename*=UTF-8''").unwrap_or_else(|| panic!("{header}"));
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~%!#$&+^`|".contains(&b);
    assert!(real.bytes().all(allowed), "{header}");
    let mut bytes = Vec::new();
    let mut rest = real;
    while let Some(first) = rest.bytes().next() {
        if first == b'%' {
            bytes.push(u8::from_str_radix(&rest[1..3], 16).unwrap());
            rest = &rest[3..];
        } else {
            bytes.push(first);
            rest = &rest[1..];
        }
    }
    (way.to_owned(), plain.to_owned(), String::from_utf8(bytes).unwrap())
}
