//! One content on its way through `clamd`: `zINSTREAM`, then chunks that each bear their length (four bytes, the highest first), a
//! length of nothing, and one answer that ends in a zero byte.

use bytes::Buf;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};

use super::{Address, Settings, Silence, Verdict};

/// Bytes in a chunk at most.
const CHUNK: usize = 64 * 1024;
/// Bytes of an answer at most: a name and a few words.
const ANSWER: u64 = 1024;

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A content on its way. Dropped before its end, the scanner forgets it.
pub struct Pass {
    io: Box<dyn Io>,
    /// Bytes that may still be sent.
    left: u64,
    half: Instant,
    until: Instant,
    _place: OwnedSemaphorePermit,
}

impl std::fmt::Debug for Pass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pass(room for {} bytes)", self.left)
    }
}

impl Pass {
    pub(super) async fn begin(settings: &Settings, place: OwnedSemaphorePermit) -> Result<Self, Silence> {
        let now = Instant::now();
        let connected = async {
            let mut io: Box<dyn Io> = match &settings.address {
                Address::Tcp(address) => {
                    let stream = TcpStream::connect(address).await?;
                    // A length of four bytes is not to wait for what follows it.
                    stream.set_nodelay(true)?;
                    Box::new(stream)
                }
                Address::Unix(path) => Box::new(UnixStream::connect(path).await?),
            };
            io.write_all(b"zINSTREAM\0").await?;
            Ok::<_, std::io::Error>(io)
        };
        let io = timeout_at(now + settings.connect.min(settings.time), connected).await;
        let io = io.map_err(|_| away("no connection in time"))?.map_err(|error| away(&error.kind().to_string()))?;
        Ok(Self {
            io,
            left: settings.largest,
            half: now + settings.time / 2,
            until: now + settings.time,
            _place: place,
        })
    }

    /// When half of its time is over.
    pub const fn half(&self) -> Instant {
        self.half
    }

    /// Sends some of the content.
    ///
    /// # Errors
    /// The pass is over then: the scanner is away or too slow, or the content too large for it.
    pub async fn push(&mut self, content: &[u8]) -> Result<(), Silence> {
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(size).ok_or(Silence::TooLarge)?;
        let io = &mut self.io;
        let sent = timeout_at(self.until, async {
            for chunk in content.chunks(CHUNK) {
                let length = u32::try_from(chunk.len()).unwrap_or_default().to_be_bytes();
                io.write_all_buf(&mut Buf::chain(length.as_slice(), chunk)).await?;
            }
            io.flush().await
        });
        match sent.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(self.stopped().await),
            Err(_) => Err(away("too slow to take the content")),
        }
    }

    /// Ends the content, and asks what it is.
    ///
    /// # Errors
    /// The scanner says nothing of it.
    pub async fn end(mut self) -> Result<Verdict, Silence> {
        let io = &mut self.io;
        let ended = timeout_at(self.until, async {
            io.write_all(&[0; 4]).await?;
            io.flush().await
        });
        match ended.await {
            Ok(Ok(())) => read(&self.answer().await?),
            Ok(Err(_)) => Err(self.stopped().await),
            Err(_) => Err(away("too slow to take the content")),
        }
    }

    /// Why it takes no more: it may have said so. Whatever else it said, it did not have all of the content.
    async fn stopped(&mut self) -> Silence {
        match self.answer().await.map(|answer| read(&answer)) {
            Ok(Err(Silence::TooLarge)) => Silence::TooLarge,
            _ => away("it stopped in the middle"),
        }
    }

    async fn answer(&mut self) -> Result<Vec<u8>, Silence> {
        let mut answer = Vec::new();
        let mut rest = (&mut self.io).take(ANSWER);
        let whole = timeout_at(self.until, async {
            while answer.last() != Some(&0) {
                if rest.read_buf(&mut answer).await? == 0 {
                    break;
                }
            }
            Ok::<_, std::io::Error>(())
        });
        match whole.await {
            Ok(Ok(())) => Ok(answer),
            Ok(Err(error)) => Err(away(&error.kind().to_string())),
            Err(_) => Err(away("no answer in time")),
        }
    }
}

/// What an answer means. One that does not end as it should is cut off, and means nothing.
fn read(answer: &[u8]) -> Result<Verdict, Silence> {
    let answer = answer.strip_suffix(b"\0").and_then(|answer| std::str::from_utf8(answer).ok());
    match answer.map(str::trim) {
        Some("stream: OK") => Ok(Verdict::Clean),
        Some(found) if found.strip_prefix("stream: ").and_then(|rest| rest.strip_suffix(" FOUND")).is_some() => {
            Ok(Verdict::Found)
        }
        Some("INSTREAM size limit exceeded. ERROR") => Err(Silence::TooLarge),
        _ => Err(away("an answer that means nothing")),
    }
}

/// Says so in the log. What the scanner said is not repeated there: it may hold the name of what it found.
fn away(why: &str) -> Silence {
    tracing::warn!(why, "the scanner is away");
    Silence::Away
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_answers_count() {
        for (answer, meaning) in [
            (&b"stream: OK\0"[..], Ok(Verdict::Clean)),
            (b"stream: Some-Name.UNOFFICIAL FOUND\0", Ok(Verdict::Found)),
            (b"INSTREAM size limit exceeded. ERROR\0", Err(Silence::TooLarge)),
            (b"stream: OK", Err(Silence::Away)),
            (b"stream: OK\0stream: OK\0", Err(Silence::Away)),
            (b"stream: OK FOUND OK\0", Err(Silence::Away)),
            (b"stream: FOUND\0", Err(Silence::Away)),
            (b"OK\0", Err(Silence::Away)),
            (b"stream: Can't allocate memory ERROR\0", Err(Silence::Away)),
            (b"\xff\xfe\0", Err(Silence::Away)),
            (b"\0", Err(Silence::Away)),
            (b"", Err(Silence::Away)),
        ] {
            assert_eq!(read(answer), meaning, "{}", String::from_utf8_lossy(answer));
        }
    }
}
