//! The S3 store is away, slow, answers with errors, or is cut in the middle of a body.

use std::net::SocketAddr;
use std::time::Duration;

use rand::Rng;
use rand_chacha::ChaCha20Rng;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::round::a_moment;
use super::within::Within;
use super::{Done, Ground, run};
use crate::on_a_world;
use crate::world::{Pair, setting};

/// What is the matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Well,
    /// Every connection breaks.
    Away,
    /// So long for each piece.
    Slow(Duration),
    /// Each request gets this status.
    Answers(u16),
    /// A connection breaks after so many bytes, in either direction.
    Cut(usize),
}

/// Stands between Consigne and the store.
struct Between {
    address: SocketAddr,
    mood: watch::Sender<Mood>,
}

impl Between {
    async fn before(store: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mood, seen) = watch::channel(Mood::Well);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(serve(client, store, seen.clone()));
            }
        });
        Self { address, mood }
    }
}

async fn serve(client: TcpStream, store: SocketAddr, mut mood: watch::Receiver<Mood>) {
    let now = *mood.borrow_and_update();
    match now {
        Mood::Away => {}
        Mood::Answers(status) => answer(client, status).await,
        _ => {
            let Ok(server) = TcpStream::connect(store).await else { return };
            let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
            let (there, back) = (mood.clone(), mood.clone());
            let broken = async {
                let _ = mood.wait_for(|mood| matches!(mood, Mood::Away | Mood::Answers(_))).await;
            };
            tokio::select! {
                () = pass(from_client, to_server, there) => {}
                () = pass(from_server, to_client, back) => {}
                () = broken => {}
            }
        }
    }
}

/// Passes bytes on, in the mood of the moment.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mood: watch::Receiver<Mood>) {
    let mut piece = vec![0; 16 * 1024];
    let mut moved = 0;
    while let Ok(count @ 1..) = from.read(&mut piece).await {
        let now = *mood.borrow();
        let passed = match now {
            Mood::Cut(after) => count.min(after.saturating_sub(moved)),
            _ => count,
        };
        if let Mood::Slow(each) = now {
            tokio::time::sleep(each).await;
        }
        moved += passed;
        if to.write_all(&piece[..passed]).await.is_err() || passed < count {
            return;
        }
    }
}

/// Reads a request's head, and answers.
async fn answer(mut client: TcpStream, status: u16) {
    let (mut head, mut piece) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|at| at == b"\r\n\r\n") {
        match client.read(&mut piece).await {
            Ok(count @ 1..) => head.extend_from_slice(&piece[..count]),
            _ => return,
        }
    }
    let text = format!("HTTP/1.1 {status} Not Today\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let _ = client.write_all(text.as_bytes()).await;
}

struct Unwell {
    within: Within,
    between: Between,
}

impl Ground for Unwell {
    async fn rise(&mut self, _: &mut ChaCha20Rng) {}

    async fn strike(&mut self, rng: &mut ChaCha20Rng, _: &Done) -> String {
        a_moment(rng, 150).await;
        let (mood, what) = match rng.random_range(0..5) {
            0 => (Mood::Away, "S3 away"),
            1 => (Mood::Slow(Duration::from_millis(rng.random_range(5..60))), "S3 slow"),
            2 => (Mood::Answers([500, 503, 429][rng.random_range(0..3)]), "S3 answers with errors"),
            // Within the head of an answer, or anywhere in a body.
            3 => (Mood::Cut(rng.random_range(0..1_500)), "S3 cut early"),
            _ => (Mood::Cut(rng.random_range(1_500..250_000)), "S3 cut in the middle"),
        };
        self.between.mood.send_replace(mood);
        a_moment(rng, 500).await;
        self.between.mood.send_replace(Mood::Well);
        what.to_owned()
    }

    async fn recover(&mut self) {
        self.within.recover().await;
    }

    on_a_world!();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_unwell() {
    let store = setting("CONSIGNE_TEST_S3_ENDPOINT").trim_start_matches("http://").parse().unwrap();
    let between = Between::before(store).await;
    let address = between.address;
    let within = Within::new(Pair::Remote, |c| c.blobs.endpoint = Some(format!("http://{address}"))).await;
    run("s3::is_unwell", &mut Unwell { within, between }).await;
}
