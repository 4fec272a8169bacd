//! Connections: taken in, watched, ended. A connection that asks for nothing is not kept for ever, and doesn't keep others out.
//!
//! Each owes the head of a request, has an answer under way, has the end of one on its way to a slow reader, or rests between
//! two requests. The first and the last have a time limit, and make way when there is no more room: of those from the address
//! that holds the most, the one that has waited longest. The end of an answer is cut when nothing of it moves for as long as
//! a rest may last. Bodies have limits of their own (`locker::Limits`, `bodies`).

use std::cmp::Reverse;
use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::task::TaskTracker;
use tower::Service;

/// How long to wait before a connection is taken again, after the system could not give one (no file descriptor left).
const BREATH: Duration = Duration::from_millis(200);
/// How often room is looked for while there is none.
const LOOK: Duration = Duration::from_millis(50);

/// Bytes of a request's head, or of an answer on its way, that a connection may have us hold.
const BUFFER: usize = 128 * 1024;

/// Limits on connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// How many are held at once. Past it, one that waits for nothing makes way; if each has an answer under way, new ones
    /// wait.
    pub at_once: usize,
    /// Longest time for the head of a request.
    pub head: Duration,
    /// Longest rest between two requests. Longer than common proxies keep theirs, so that they end it, not we.
    pub idle: Duration,
}

impl Default for Connections {
    fn default() -> Self {
        Self { at_once: 800, head: Duration::from_secs(10), idle: Duration::from_secs(150) }
    }
}

/// What a connection is at.
#[derive(Debug, Clone, Copy)]
enum Phase {
    /// The head of a request is owed since then.
    Head(Instant),
    /// A request is being answered.
    Busy,
    /// The answer is made, and not all of it is with the system yet; some of it went there then.
    Ending(Instant),
    /// Nothing is asked for since then.
    Idle(Instant),
    /// It makes way.
    Cut,
}

/// A connection, as the others see it.
#[derive(Debug)]
struct Held {
    phase: watch::Sender<Phase>,
    from: IpAddr,
}

impl Held {
    fn new(from: IpAddr) -> Self {
        Self { phase: watch::Sender::new(Phase::Head(Instant::now())), from }
    }

    fn turn(&self, to: impl FnOnce(Phase) -> Option<Phase>) {
        self.phase.send_if_modified(|phase| {
            let next = to(*phase);
            *phase = next.unwrap_or(*phase);
            next.is_some()
        });
    }

    /// Bytes came: after a rest, they begin a head.
    fn heard(&self) {
        if matches!(*self.phase.borrow(), Phase::Idle(_)) {
            self.turn(|phase| matches!(phase, Phase::Idle(_)).then(|| Phase::Head(Instant::now())));
        }
    }

    /// A request is there. `false` if the connection makes way already: then nothing of it is begun.
    fn busy(&self) -> bool {
        self.turn(|phase| (!matches!(phase, Phase::Cut)).then_some(Phase::Busy));
        !matches!(*self.phase.borrow(), Phase::Cut)
    }

    /// The answer is made.
    fn told(&self) {
        self.turn(|phase| matches!(phase, Phase::Busy).then(|| Phase::Ending(Instant::now())));
    }

    /// Some of an answer went to the system.
    fn moved(&self) {
        if matches!(*self.phase.borrow(), Phase::Ending(_)) {
            self.turn(|phase| matches!(phase, Phase::Ending(_)).then(|| Phase::Ending(Instant::now())));
        }
    }

    /// All of it did.
    fn flushed(&self) {
        if matches!(*self.phase.borrow(), Phase::Ending(_)) {
            self.turn(|phase| matches!(phase, Phase::Ending(_)).then(|| Phase::Idle(Instant::now())));
        }
    }

    /// Since when nothing is under way.
    fn waits_since(&self) -> Option<Instant> {
        match *self.phase.borrow() {
            Phase::Head(since) | Phase::Idle(since) => Some(since),
            Phase::Busy | Phase::Ending(_) | Phase::Cut => None,
        }
    }

    fn cut(&self) {
        self.turn(|phase| matches!(phase, Phase::Head(_) | Phase::Idle(_)).then_some(Phase::Cut));
    }
}

/// The connections that are held.
#[derive(Debug)]
struct Room {
    places: Arc<Semaphore>,
    held: Mutex<(u64, HashMap<u64, Arc<Held>>)>,
}

impl Room {
    /// A place; if there is none, whoever has waited longest for nothing makes way.
    async fn place(&self) -> Option<OwnedSemaphorePermit> {
        loop {
            if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
                return Some(place);
            }
            self.make_way();
            if let Ok(place) = timeout(LOOK, Arc::clone(&self.places).acquire_owned()).await {
                return place.ok();
            }
            // Each had an answer under way; perhaps one has ended.
            tracing::debug!("every connection has an answer under way");
        }
    }

    fn make_way(&self) {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mut from: HashMap<IpAddr, usize> = HashMap::new();
        for held in held.1.values() {
            *from.entry(held.from).or_default() += 1;
        }
        // Whoever takes the most places gives one up, not who is slow to say what they want.
        let waiting = held.1.values().filter_map(|held| {
            let places = from.get(&held.from).copied().unwrap_or_default();
            Some((Reverse(places), held.waits_since()?, held))
        });
        if let Some((.., longest)) = waiting.min_by_key(|(places, since, _)| (*places, *since)) {
            longest.cut();
        }
    }

    fn enter(&self, connection: &Arc<Held>) -> u64 {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.0 += 1;
        let number = held.0;
        held.1.insert(number, Arc::clone(connection));
        number
    }

    fn leave(&self, number: u64) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).1.remove(&number);
    }
}

/// Takes a connection off the list, however its task ends.
struct Leaves {
    number: u64,
    room: Arc<Room>,
}

impl Drop for Leaves {
    fn drop(&mut self) {
        self.room.leave(self.number);
    }
}

/// Serves until told to stop; then takes no more connections, and returns when what was under way has ended.
pub async fn serve(listener: TcpListener, router: Router, limits: Connections, stop: watch::Receiver<bool>) {
    let room = Arc::new(Room {
        places: Arc::new(Semaphore::new(limits.at_once.max(1))),
        held: Mutex::new((0, HashMap::new())),
    });
    let tasks = TaskTracker::new();
    let mut stopped = pin!(wait_for(stop.clone()));
    loop {
        let taken = tokio::select! {
            biased;
            () = &mut stopped => break,
            taken = take(&listener, &room) => taken,
        };
        let Some((stream, peer, place)) = taken else { continue };
        let (room, router, stop) = (Arc::clone(&room), router.clone(), stop.clone());
        tasks.spawn(async move {
            let held = Arc::new(Held::new(peer.ip()));
            let _leaves = Leaves { number: room.enter(&held), room };
            attend(stream, peer, router, &held, limits, stop).await;
            drop(place);
        });
    }
    drop(listener);
    tasks.close();
    tasks.wait().await;
}

async fn wait_for(mut stop: watch::Receiver<bool>) {
    // A sender that is gone is a stop too.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn take(listener: &TcpListener, room: &Room) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Otherwise the end of an answer waits, 40 ms on most systems, for the reader's word that its beginning has come.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY");
            }
            Some((stream, peer, room.place().await?))
        }
        Err(error) => {
            let is_theirs = matches!(
                error.kind(),
                io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
            );
            if !is_theirs {
                tracing::error!(%error, "no connection could be taken");
                sleep(BREATH).await;
            }
            None
        }
    }
}

/// Serves one connection to its end.
async fn attend(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    held: &Arc<Held>,
    limits: Connections,
    stop: watch::Receiver<bool>,
) {
    let mut phase = held.phase.subscribe();
    let io = TokioIo::new(Watched { stream, held: Arc::clone(held) });
    let service = hyper::service::service_fn(|request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        // A router is always ready.
        let answer = held.busy().then(|| router.clone().call(request));
        let held = Arc::clone(held);
        async move {
            let answer = match answer {
                Some(answer) => answer.await,
                // It is about to be dropped with its connection.
                None => std::future::pending().await,
            };
            answer.map(|answer: Response| answer.map(|body| Told { body, held })) as Result<_, Infallible>
        }
    });
    // The limits on time are kept here: the library has one for heads and rests together.
    let connection = http1::Builder::new().header_read_timeout(None).max_buf_size(BUFFER).serve_connection(io, service);
    let mut connection = pin!(connection);
    let mut stopped = pin!(wait_for(stop));
    let mut is_stopping = false;
    loop {
        let now = *phase.borrow_and_update();
        let until = match now {
            Phase::Cut => return,
            Phase::Busy => None,
            Phase::Head(since) => Some(since + limits.head),
            Phase::Ending(since) | Phase::Idle(since) => Some(since + limits.idle),
        };
        tokio::select! {
            biased;
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection broke");
                }
                return;
            }
            // The sender is ours.
            _ = phase.changed() => {}
            () = &mut stopped, if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
            () = async { match until { Some(until) => sleep_until(until).await, None => std::future::pending().await } } => return,
        }
    }
}

/// A connection where it is noticed when bytes come after a rest, and when those of an answer have gone.
struct Watched {
    stream: TcpStream,
    held: Arc<Held>,
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.held.heard();
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if matches!(written, Poll::Ready(Ok(count)) if count > 0) {
            self.held.moved();
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        // The library flushes once all that it holds is written.
        if matches!(flushed, Poll::Ready(Ok(()))) {
            self.held.flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        if matches!(written, Poll::Ready(Ok(count)) if count > 0) {
            self.held.moved();
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// An answer's body; with its end, the answer is made.
struct Told {
    body: Body,
    held: Arc<Held>,
}

impl http_body::Body for Told {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        self.held.told();
    }
}
