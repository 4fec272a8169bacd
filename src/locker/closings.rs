//! The task that writes closing entries: how readings and deposits ended. Gathered for at most a second, then written, one
//! transaction a locker.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::Lockers;
use crate::access::{Door, Progress};
use crate::domain::entry::Reason;
use crate::domain::ids::LockerId;

/// How long closings are gathered.
const GATHER: Duration = Duration::from_millis(500);
/// How often a closing is tried while the database is away; the closing job comes after.
const TRIES: u32 = 5;
/// How often while it answers: then something is wrong with that locker alone, and the others wait behind it.
const TRIES_ALONE: u32 = 2;

#[derive(Debug)]
enum Message {
    Closing(LockerId, Progress, Reason),
    Flush(oneshot::Sender<()>),
}

/// The way to that task.
#[derive(Debug, Clone)]
pub(super) struct Closer(mpsc::UnboundedSender<Message>);

impl Closer {
    pub(super) fn start(door: Door) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        tokio::spawn(work(door, receiver));
        Self(sender)
    }

    /// Says how something ended. Returns at once.
    pub(super) fn close(&self, locker: LockerId, progress: Progress, reason: Reason) {
        // The task ends with the process; then the closing job finds the row at the next start.
        let _ = self.0.send(Message::Closing(locker, progress, reason));
    }

    /// Waits until everything said before is written.
    pub(super) async fn flush(&self) {
        let (tell, told) = oneshot::channel();
        if self.0.send(Message::Flush(tell)).is_ok() {
            let _ = told.await;
        }
    }
}

/// Closes what was begun if the request goes away before its end.
pub(super) struct Unfinished<'a> {
    lockers: &'a Lockers,
    locker: LockerId,
    /// The entry that began it.
    pub(super) seq: u64,
    /// What moved and no row knows of.
    pub(super) bytes: u64,
    /// Until its closing is written otherwise.
    pub(super) armed: bool,
}

impl<'a> Unfinished<'a> {
    pub(super) const fn new(lockers: &'a Lockers, locker: LockerId, seq: u64) -> Self {
        Self { lockers, locker, seq, bytes: 0, armed: true }
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if self.armed {
            let progress = Progress { seq: self.seq, bytes: self.bytes };
            self.lockers.0.closer.close(self.locker, progress, Reason::ReaderLeft);
        }
    }
}

async fn work(door: Door, mut receiver: mpsc::UnboundedReceiver<Message>) {
    while let Some(first) = receiver.recv().await {
        let mut ended: HashMap<LockerId, Vec<(Progress, Reason)>> = HashMap::new();
        let mut waiting = Vec::new();
        let mut next = Some(first);
        let until = tokio::time::Instant::now() + GATHER;
        while let Some(message) = next {
            match message {
                Message::Closing(locker, progress, reason) => ended.entry(locker).or_default().push((progress, reason)),
                Message::Flush(tell) => {
                    waiting.push(tell);
                    break;
                }
            }
            next = tokio::time::timeout_at(until, receiver.recv()).await.ok().flatten();
        }
        for (locker, ended) in ended {
            write(&door, locker, &ended).await;
        }
        for tell in waiting {
            let _ = tell.send(());
        }
    }
}

async fn write(door: &Door, locker: LockerId, ended: &[(Progress, Reason)]) {
    for attempt in 1..=TRIES {
        match door.close(locker, ended).await {
            Ok(_) => return,
            Err(error) => tracing::warn!(%locker, attempt, %error, "closing entries not written yet"),
        }
        if attempt >= TRIES_ALONE && door.health().await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200) * attempt).await;
    }
}
