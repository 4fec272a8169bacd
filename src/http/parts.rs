//! A multipart body as it comes: a part after the other, each within its time, and never more of it in memory than a piece.
//!
//! What reads parts takes in whatever has arrived until it finds the end of a part's head. So what stands before the first part,
//! and each head, is bounded here: by the bytes that were taken since the last part or piece was handed on.

use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{FromRequest, Multipart, Request};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use tokio::time::{Instant, timeout_at};

use super::Site;
use super::upload::UploadError;
use crate::locker::LockerError;

/// Bytes after which whoever reads is let go on with what there is.
const BREATH: usize = 64 * 1024;
/// Most bytes that are taken without a part or a piece of one being found in them.
const MOST: usize = 1024 * 1024;

/// Bytes that were taken since the last part or piece.
type Taken = Arc<AtomicUsize>;

/// The parts of a body.
pub struct InParts {
    multipart: Multipart,
    taken: Taken,
    /// When all of it must have come.
    until: Option<Instant>,
}

impl<S: Send + Sync> FromRequest<S> for InParts {
    type Rejection = MultipartRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let taken = Taken::default();
        let body = |body: Body| {
            let rest = Rest { body: body.into_data_stream(), taken: Arc::clone(&taken) };
            Body::from_stream(stream::unfold(Some(rest), |rest| async { rest?.next().await }))
        };
        let multipart = Multipart::from_request(request.map(body), state).await?;
        Ok(Self { multipart, taken, until: None })
    }
}

impl InParts {
    /// The same, all of which must have come within a time from now.
    #[must_use]
    pub fn within(self, time: Duration) -> Self {
        Self { until: Some(Instant::now() + time), ..self }
    }

    /// The next part, within the time that a sender may be silent.
    pub async fn next(&mut self, site: &Site) -> Result<Option<Part<'_>>, UploadError> {
        let idle = Instant::now() + site.lockers().limits().body_idle;
        let until = self.until.map_or(idle, |until| until.min(idle));
        let field = timeout_at(until, self.multipart.next_field()).await.map_err(|_| too_slow())?;
        self.taken.store(0, Ordering::Relaxed);
        let field = field.map_err(|error| broken(&error))?;
        Ok(field.map(|field| Part { field, taken: &self.taken, until: self.until }))
    }
}

const fn too_slow() -> UploadError {
    UploadError::Locker(LockerError::TooSlow)
}

/// The multipart itself is wrong, or ends too early.
fn broken(error: &MultipartError) -> UploadError {
    tracing::debug!(%error, "multipart");
    UploadError::Locker(LockerError::Cut)
}

/// A part: its name, the name of its file, its bytes.
pub struct Part<'p> {
    field: Field<'p>,
    taken: &'p Taken,
    until: Option<Instant>,
}

impl Part<'_> {
    /// What it is called.
    pub fn name(&self) -> Option<&str> {
        self.field.name()
    }

    /// What its file is called.
    pub fn file_name(&self) -> Option<&str> {
        self.field.file_name()
    }

    /// All its bytes, if they are no more than a limit: `None` if they are. `silent`: how long the sender may be, at each piece.
    pub async fn bytes(mut self, most: usize, silent: Duration) -> Result<Option<Vec<u8>>, UploadError> {
        let mut bytes = Vec::new();
        loop {
            let idle = Instant::now() + silent;
            let until = self.until.map_or(idle, |until| until.min(idle));
            let piece = timeout_at(until, self.next()).await.map_err(|_| too_slow())?;
            let Some(piece) = piece.transpose().map_err(|error| broken(&error))? else { return Ok(Some(bytes)) };
            if bytes.len().saturating_add(piece.len()) > most {
                return Ok(None);
            }
            bytes.extend_from_slice(&piece);
        }
    }
}

impl Stream for Part<'_> {
    type Item = Result<Bytes, MultipartError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = ready!(Pin::new(&mut self.field).poll_next(cx));
        self.taken.store(0, Ordering::Relaxed);
        Poll::Ready(piece)
    }
}

struct Rest {
    body: BodyDataStream,
    taken: Taken,
}

impl Rest {
    /// The next bytes, and what is left; after an error, nothing.
    async fn next(mut self) -> Option<(Result<Bytes, Error>, Option<Self>)> {
        let taken = self.taken.load(Ordering::Relaxed);
        if taken > MOST {
            return Some((Err(ErrorKind::FileTooLarge.into()), None));
        }
        if taken >= BREATH {
            tokio::task::yield_now().await;
        }
        match self.body.next().await? {
            Ok(piece) => {
                self.taken.fetch_add(piece.len(), Ordering::Relaxed);
                Some((Ok(piece), Some(self)))
            }
            Err(error) => Some((Err(Error::other(error)), None)),
        }
    }
}
