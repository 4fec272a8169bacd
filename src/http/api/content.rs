//! `GET …/content`: the bytes of a paper, whole or a range (RFC 9110 §14), with `ETag` and `Repr-Digest` (RFC 9530).

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use utoipa::IntoParams;

use super::shapes::{Asked, DocumentIds, OnDocument};
use crate::domain::document::Sha256Sum;
use crate::domain::ids::{DocumentId, LockerId, VersionId};
use crate::http::Site;
use crate::http::problem::{self, Problem};
use crate::http::sentences;
use crate::http::visitor::Visitor;
use crate::locker::views::PaperView;
use crate::locker::{LockerError, Pieces, Wanted};

/// Which version, and whether to save rather than show. Other names are refused.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContentQuery {
    /// Which version; the newest without it.
    #[param(format = "uuid")]
    version: Option<String>,
    /// Whatever it says: save, do not show.
    #[serde(default)]
    download: Option<String>,
}

/// Reads `Range`. Several ranges, other units and nonsense are ignored, as RFC 9110 §14.2 allows: the answer is then whole.
pub fn wanted(headers: &HeaderMap) -> Wanted {
    let parse = || {
        let spec = headers.get(RANGE)?.to_str().ok()?.strip_prefix("bytes=")?.trim();
        let (from, to) = spec.split_once('-')?;
        let number = |text: &str| {
            (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().unwrap_or(u64::MAX))
        };
        match (from, to) {
            ("", last) => number(last).map(Wanted::Last),
            (from, "") => number(from).map(|from| Wanted::From(from, None)),
            (from, to) => {
                let (from, to) = (number(from)?, number(to)?);
                (from <= to).then_some(Wanted::From(from, Some(to)))
            }
        }
    };
    parse().unwrap_or(Wanted::Whole)
}

fn etag(paper: &PaperView) -> String {
    format!("\"{}\"", paper.file.sha256)
}

/// RFC 6266: an ASCII name for old clients, the real one in UTF-8 for the others.
fn disposition(name: &str, way: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%' | ';') || c == ' ' { c } else { '_' })
        .collect();
    let real: String = name
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_') {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    format!("{way}; filename=\"{plain}\"; filename*=UTF-8''{real}")
}

pub(super) fn described(paper: &PaperView, save: bool) -> Vec<(HeaderName, String)> {
    let way = if save || !paper.is_safe_to_show() { "attachment" } else { "inline" };
    headers_of((paper.file.file_name.as_str(), &paper.file.media_type), &paper.file.sha256, way)
}

/// What the headers say of a content: its file's name and media type, its hash, whether to show it.
pub(super) fn headers_of((name, media_type): (&str, &str), sha256: &Sha256Sum, way: &str) -> Vec<(HeaderName, String)> {
    let digest = data_encoding::BASE64.encode(sha256.bytes());
    vec![
        (CONTENT_TYPE, media_type.to_owned()),
        (ETAG, format!("\"{sha256}\"")),
        (HeaderName::from_static("repr-digest"), format!("sha-256=:{digest}:")),
        (ACCEPT_RANGES, "bytes".to_owned()),
        (CONTENT_DISPOSITION, disposition(name, way)),
        // Whatever the file is, it runs nothing and reaches nothing.
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'".to_owned(),
        ),
    ]
}

pub(super) fn answer(status: StatusCode, headers: Vec<(HeaderName, String)>, body: Body) -> Response {
    let mut response = (status, body).into_response();
    let out = response.headers_mut();
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            out.insert(name, value);
        }
    }
    response
}

/// Reads a paper's bytes.
///
/// The journal's line is written before the first byte. One range is honoured; several, other units and nonsense are ignored,
/// and the answer is whole.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/documents/{document}/content",
    operation_id = "read_content",
    tag = "content",
    params(
        DocumentIds,
        ContentQuery,
        ("Range" = Option<String>, Header, example = "bytes=0-9",
            description = "One range of bytes: `bytes=0-1023`, `bytes=1024-`, `bytes=-512`."),
        ("If-Range" = Option<String>, Header, description = "The range only if this is still the `ETag`."),
        ("If-None-Match" = Option<String>, Header, description = "Nothing if one of these is still the `ETag`."),
    ),
    responses(
        (status = 200, description = "The whole content.", body = Vec<u8>, content_type = "*/*", headers(
            ("ETag" = String, description = "The content's SHA-256 in hexadecimal, quoted."),
            ("Repr-Digest" = String, description = "SHA-256 of the whole content (RFC 9530)."),
            ("Accept-Ranges" = String, description = "`bytes`."),
            ("Content-Disposition" = String, description = "Whether to show it, and its file name (RFC 6266)."),
        )),
        (status = 206, description = "The range asked for.", body = Vec<u8>, content_type = "*/*", headers(
            ("ETag" = String, description = "The whole content's."),
            ("Repr-Digest" = String, description = "The whole content's."),
            ("Content-Range" = String, description = "Which bytes of how many."),
        )),
        (status = 304, description = "It is what `If-None-Match` names.", headers(
            ("ETag" = String, description = "The content's."),
        )),
        (status = 400, description = "The query has a parameter too many (`/problems/bad-request`): `field` names it."),
        (status = 403, description = "Something harmful was found in it (`/problems/found-infected`): it opens for nobody."),
        (status = 503, description = "It is held until it was scanned, and what scans is away (`/problems/not-scanned`); or database, blob store \
            or root key is (`/problems/away`). Nothing is lost; try again."),
        (status = 416, description = "The range lies outside the content (`/problems/bad-range`).", headers(
            ("Content-Range" = String, description = "How many bytes there are."),
        )),
    ),
)]
pub async fn read(
    State(site): State<Site>,
    OnDocument { visitor, locker, document }: OnDocument,
    Asked(query): Asked<ContentQuery>,
    headers: HeaderMap,
) -> Response {
    let query = match query {
        Ok(query) => query,
        Err(unread) => {
            return match site.lockers().describe(&visitor.caller, locker, document).await {
                Ok(_) => unread.told(visitor.locale),
                Err(error) => problem::of(visitor.locale, &error),
            };
        }
    };
    let Ok(version) = query.version.as_deref().map(str::parse::<VersionId>).transpose() else {
        // What can't be a version is a version of nothing; but a stranger is answered as a stranger.
        return match site.lockers().describe(&visitor.caller, locker, document).await {
            Ok(_) => Problem::new(visitor.locale, StatusCode::NOT_FOUND, "not-found").into_response(),
            Err(error) => problem::of(visitor.locale, &error),
        };
    };
    match given(&site, &visitor, (locker, document), version, query.download.is_some(), &headers).await {
        Ok(response) => response,
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// The content as it is asked for: whole, a range, or nothing if it is still what the reader holds.
pub(in crate::http) async fn given(
    site: &Site,
    visitor: &Visitor,
    (locker, document): (LockerId, DocumentId),
    version: Option<VersionId>,
    save: bool,
    headers: &HeaderMap,
) -> Result<Response, LockerError> {
    let mut wanted = wanted(headers);
    // A condition is about the content, so it can't be answered without an access; this one is an access to the description.
    if headers.contains_key(IF_NONE_MATCH) || (headers.contains_key(IF_RANGE) && wanted != Wanted::Whole) {
        match site.lockers().describe(&visitor.caller, locker, document).await {
            Ok(paper) if version.is_none_or(|v| v == paper.version) => {
                let is = |name: HeaderName| {
                    headers
                        .get(name)
                        .and_then(|v| v.to_str().ok())
                        .map(|v| v.split(',').any(|t| t.trim() == etag(&paper)))
                };
                if is(IF_NONE_MATCH) == Some(true) {
                    return Ok(answer(StatusCode::NOT_MODIFIED, described(&paper, false), Body::empty()));
                }
                if is(IF_RANGE) == Some(false) {
                    wanted = Wanted::Whole;
                }
            }
            Ok(_) => wanted = Wanted::Whole,
            Err(error) => return Err(error),
        }
    }
    match site.lockers().read(&visitor.caller, locker, document, version, wanted).await {
        Ok(reading) => {
            let mut out = described(&reading.paper, save);
            out.push((CONTENT_LENGTH, (reading.range.end - reading.range.start).to_string()));
            let status = if wanted == Wanted::Whole {
                StatusCode::OK
            } else {
                let total = reading.paper.file.size;
                let last = reading.range.end.saturating_sub(1);
                out.push((CONTENT_RANGE, format!("bytes {}-{last}/{total}", reading.range.start)));
                StatusCode::PARTIAL_CONTENT
            };
            Ok(answer(status, out, body(reading.body)))
        }
        Err(error @ LockerError::BadRange(size)) => {
            let mut response = Problem::from_fault(visitor.locale, &sentences::fault(&error)).into_response();
            if let Ok(value) = HeaderValue::from_str(&format!("bytes */{size}")) {
                response.headers_mut().insert(CONTENT_RANGE, value);
            }
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

/// An error in the stream breaks the connection: the reader sees that it is not whole.
pub(super) fn body(pieces: Pieces) -> Body {
    Body::from_stream(stream::unfold(pieces, async |mut pieces| {
        let item = pieces.next().await?;
        Some((item.map_err(|reason| std::io::Error::other(reason.code())), pieces))
    }))
}

/// Says what reading the whole content would.
///
/// An access to the description: the journal says so.
#[utoipa::path(
    head,
    path = "/api/v1/lockers/{locker}/documents/{document}/content",
    operation_id = "head_content",
    tag = "content",
    params(DocumentIds),
    responses((status = 200, description = "The headers of the whole content.", headers(
        ("ETag" = String, description = "The content's SHA-256 in hexadecimal, quoted."),
        ("Repr-Digest" = String, description = "SHA-256 of the whole content (RFC 9530)."),
    ))),
)]
pub async fn head(State(site): State<Site>, OnDocument { visitor, locker, document }: OnDocument) -> Response {
    match site.lockers().describe(&visitor.caller, locker, document).await {
        Ok(paper) => {
            let mut out = described(&paper, false);
            out.push((CONTENT_LENGTH, paper.file.size.to_string()));
            answer(StatusCode::OK, out, Body::empty())
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}
