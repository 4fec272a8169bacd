//! Bodies that are no deposit: forms and small JSON. They are small, and come within a time, whoever sends them: nobody has us
//! hold a hundred megabytes, or a connection, before we know who they are.
//!
//! A body in parts (a deposit, a photo) is bounded where its parts are read (`parts`).

use std::io::{Error, ErrorKind};

use axum::body::{Body, BodyDataStream};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http_body::Body as _;
use tokio::time::{Instant, timeout_at};

use super::Site;

/// Largest of them, in bytes. The description of a paper is the largest thing said.
const MOST: usize = 128 * 1024;

/// Bounds the body of a request that is no deposit.
pub(super) async fn bounded(State(site): State<Site>, request: Request) -> Request {
    if request.body().is_end_stream() || is_deposit(&request) {
        return request;
    }
    let until = Instant::now() + site.lockers().limits().body_idle;
    request.map(|body| {
        let rest = Rest { body: body.into_data_stream(), left: MOST, until };
        Body::from_stream(stream::unfold(Some(rest), |rest| async { rest?.next().await }))
    })
}

fn is_deposit(request: &Request) -> bool {
    let told = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    told.is_some_and(|told| told.trim_start().get(..10).is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/")))
}

struct Rest {
    body: BodyDataStream,
    left: usize,
    until: Instant,
}

impl Rest {
    /// The next bytes, and what is left; after an error, nothing.
    async fn next(mut self) -> Option<(Result<Bytes, Error>, Option<Self>)> {
        let piece = match timeout_at(self.until, self.body.next()).await {
            Ok(piece) => piece?,
            Err(_) => return Some((Err(ErrorKind::TimedOut.into()), None)),
        };
        match piece {
            Ok(piece) => match self.left.checked_sub(piece.len()) {
                Some(left) => {
                    self.left = left;
                    Some((Ok(piece), Some(self)))
                }
                None => Some((Err(ErrorKind::FileTooLarge.into()), None)),
            },
            Err(error) => Some((Err(Error::other(error)), None)),
        }
    }
}
