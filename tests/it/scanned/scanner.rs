//! The scanner of these stories: the real `clamd`, behind something that can hang, talk nonsense, stop in the middle or be away.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use consigne::config::{Config, ScannerSettings, WhenSilent};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::world::setting;

/// What every scanner finds, in parts: whole, it would stand in this file.
pub fn harmful() -> Vec<u8> {
    ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-", "ANTIVIRUS-TEST-", "FILE!$H+H*"].concat().into_bytes()
}

/// The same within a text, from a byte on.
pub fn harmful_at(at: usize, size: usize) -> Vec<u8> {
    let mut content = vec![b'a'; at];
    content.push(b'\n');
    content.extend(harmful());
    content.push(b'\n');
    content.resize(size.max(content.len()), b'b');
    content
}

/// The real one.
pub fn real() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], setting("CONSIGNE_TEST_CLAMD").parse().unwrap()))
}

/// Bytes that it takes.
pub fn real_takes() -> usize {
    setting("CONSIGNE_TEST_CLAMD_LARGEST").parse().unwrap()
}

/// What it does with whoever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// It is the real one.
    Real,
    /// Takes the content, and never answers.
    Hangs,
    /// Takes nothing at all.
    Deaf,
    /// Answers with this, whatever it got.
    Says(&'static [u8]),
    /// Goes in the middle of the content.
    Leaves,
    /// Closes at once.
    Away,
}

/// It.
pub struct Scanner {
    pub address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    asked: Arc<AtomicU64>,
}

impl Scanner {
    pub async fn new(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mood, asked) = (Arc::new(Mutex::new(mood)), Arc::new(AtomicU64::new(0)));
        let (of, count) = (Arc::clone(&mood), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let mood = *of.lock().unwrap();
                tokio::spawn(serve(client, mood));
            }
        });
        Self { address, mood, asked }
    }

    pub fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// How often it was asked.
    pub fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn serve(mut client: TcpStream, mood: Mood) {
    let mut buffer = vec![0; 64 * 1024];
    match mood {
        Mood::Away => {}
        Mood::Real => {
            let Ok(mut server) = TcpStream::connect(real()).await else { return };
            let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        }
        Mood::Leaves => {
            let mut taken = 0;
            while taken < 200_000 {
                match client.read(&mut buffer).await {
                    Ok(n) if n > 0 => taken += n,
                    _ => return,
                }
                if taken < 1000 {
                    // Small contents come at once.
                    return;
                }
            }
        }
        Mood::Deaf => std::future::pending::<()>().await,
        Mood::Hangs => while matches!(client.read(&mut buffer).await, Ok(n) if n > 0) {},
        Mood::Says(words) => {
            let mut seen = Vec::new();
            while !seen.ends_with(&[0; 4]) {
                match client.read(&mut buffer).await {
                    Ok(n) if n > 0 => seen.extend_from_slice(&buffer[..n]),
                    _ => return,
                }
            }
            let _ = client.write_all(words).await;
        }
    }
}

/// A configuration with a scanner there.
pub fn at(address: SocketAddr, when_away: WhenSilent, seconds: u64) -> impl FnOnce(&mut Config) {
    move |config| {
        config.scanner = Some(ScannerSettings {
            address: format!("tcp://{address}"),
            when_away,
            when_too_large: None,
            largest_bytes: Some(20 * 1024 * 1024),
            seconds: Some(seconds),
            connect_seconds: Some(1),
        });
    }
}
