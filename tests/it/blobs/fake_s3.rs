//! A small S3 in this process that can be told to misbehave: what a real one can't be made to do on demand.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use consigne::blobs::S3Settings;
use http::{Method, StatusCode};
use tokio::net::TcpListener;

/// What it does wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// Overwrites in spite of `If-None-Match: *` on PUT.
    IgnoresIfNoneMatch,
    /// Overwrites in spite of `If-None-Match: *` when a multipart upload is completed.
    IgnoresIfNoneMatchOnComplete,
    /// Overwrites in spite of `If-Match`.
    IgnoresIfMatch,
    /// Answers everything with this status.
    Answers(u16),
    /// Ends each body before its announced length.
    Cuts,
    /// Does what a PUT asks, then answers 503 to its first attempt.
    LosesAnswers,
}

struct Object {
    body: Bytes,
    tag: String,
    mark: String,
}

#[derive(Default)]
struct Inner {
    objects: HashMap<String, Object>,
    marks: HashMap<String, String>,
    tags: u32,
    lost: HashSet<String>,
}

/// The store, as the tests hold it.
#[derive(Clone)]
pub struct FakeS3 {
    fault: Arc<Mutex<Fault>>,
    inner: Arc<Mutex<Inner>>,
    endpoint: String,
}

const MARK: &str = "x-amz-meta-consigne-write";

impl FakeS3 {
    pub async fn start(fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let fake = Self { fault: Arc::new(Mutex::new(fault)), inner: Arc::default(), endpoint };
        let router = Router::new().fallback(answer).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    /// From now on it misbehaves like this.
    pub fn turn(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }

    pub fn settings(&self) -> S3Settings {
        S3Settings {
            endpoint: Some(self.endpoint.clone()),
            region: "test".to_owned(),
            bucket: "bucket".to_owned(),
            prefix: "fake".to_owned(),
            access_key: "key".to_owned(),
            secret_key: "secret".to_owned().into(),
            force_path_style: false,
        }
    }
}

fn plain(status: u16) -> Response {
    Response::builder().status(status).body(Body::empty()).unwrap()
}

async fn answer(State(fake): State<FakeS3>, request: Request) -> Result<Response, Infallible> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let fault = *fake.fault.lock().unwrap();
    if let Fault::Answers(status) = fault {
        return Ok(plain(status));
    }
    let mut inner = fake.inner.lock().unwrap();
    let (key, query) = (parts.uri.path().to_owned(), parts.uri.query().unwrap_or_default().to_owned());
    let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let mark = header(MARK).unwrap_or_default();
    let part = query.contains("partNumber=");
    let begins = parts.method == Method::POST && query.contains("uploads");
    let completes = parts.method == Method::POST && query.contains("uploadId=");
    let ignored = match fault {
        Fault::IgnoresIfNoneMatch => !completes,
        Fault::IgnoresIfNoneMatchOnComplete => completes,
        _ => false,
    };
    let current = inner.objects.get(&key).map(|object| object.tag.clone());
    let taken = header("if-none-match").is_some() && current.is_some() && !ignored;
    let stale = header("if-match").is_some_and(|tag| Some(tag) != current) && fault != Fault::IgnoresIfMatch;
    if taken || stale {
        return Ok(plain(412));
    }
    inner.tags += 1;
    let tag = format!("\"{}\"", inner.tags);
    let answer = Response::builder();
    Ok(match parts.method {
        Method::PUT if part => answer.header("etag", tag).body(Body::empty()).unwrap(),
        Method::PUT => {
            inner.objects.insert(key.clone(), Object { body, tag: tag.clone(), mark });
            if fault == Fault::LosesAnswers && inner.lost.insert(key) {
                return Ok(plain(503));
            }
            answer.header("etag", tag).body(Body::empty()).unwrap()
        }
        Method::POST if begins => {
            inner.marks.insert(key, mark);
            let xml = "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>";
            answer.body(Body::from(xml)).unwrap()
        }
        Method::POST => {
            let mark = inner.marks.remove(&key).unwrap_or_default();
            inner.objects.insert(key, Object { body: Bytes::new(), tag, mark });
            answer.body(Body::from("<CompleteMultipartUploadResult></CompleteMultipartUploadResult>")).unwrap()
        }
        Method::HEAD if key.matches('/').count() < 3 => plain(200),
        Method::GET | Method::HEAD => match inner.objects.get(&key) {
            None => plain(404),
            Some(object) => {
                let answer = answer.header("etag", &object.tag).header(MARK, &object.mark);
                let answer = answer.header("content-length", object.body.len());
                let cut = fault == Fault::Cuts && parts.method == Method::GET;
                let body = if cut { cut_body(&object.body) } else { Body::from(object.body.clone()) };
                answer.body(body).unwrap()
            }
        },
        Method::DELETE => {
            if !query.contains("uploadId=") {
                inner.objects.remove(&key);
            }
            plain(StatusCode::NO_CONTENT.as_u16())
        }
        _ => plain(405),
    })
}

/// The first half, then the connection breaks.
fn cut_body(bytes: &Bytes) -> Body {
    let half = bytes.slice(..bytes.len() / 2);
    Body::from_stream(futures_util::stream::unfold(Some(half), async |left| match left {
        Some(half) if !half.is_empty() => Some((Ok(half), Some(Bytes::new()))),
        Some(_) => {
            // Time for the head and the first half to leave.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            Some((Err(std::io::Error::other("the connection breaks")), None))
        }
        None => None,
    }))
}
