//! Errors as RFC 9457 problems: a stable `type`, a plain sentence in the reader's language, no inner detail. Browsers that
//! ask for a page get a page.

use axum::Json;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::Site;
use super::pages;
use super::sentences::{self, Fault};
use super::visitor::Visitor;
use crate::locker::LockerError;
use crate::words::{self, Locale};

/// An error as it goes out (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// `/problems/CODE`: stable, for programs.
    #[serde(rename = "type")]
    #[schema(pattern = "^/problems/[a-z-]+$")]
    pub kind: String,
    /// What is wrong, in one sentence.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What to do now.
    pub detail: String,
    /// The field that is wrong, or the parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub field: Option<String>,
    /// The limit that was passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub limit: Option<u64>,
}

impl Problem {
    /// By status and code of the catalogue (`problem-CODE-title`, `problem-CODE-help`).
    pub fn new(locale: Locale, status: StatusCode, code: &str) -> Self {
        Self {
            kind: format!("/problems/{code}"),
            title: words::say(locale, &format!("problem-{code}-title")),
            status: status.as_u16(),
            detail: words::say(locale, &format!("problem-{code}-help")),
            field: None,
            limit: None,
        }
    }

    /// From a fault of a verb.
    pub fn from_fault(locale: Locale, fault: &Fault) -> Self {
        let (title, detail) = fault.told(locale);
        Self {
            kind: format!("/problems/{}", fault.code),
            title,
            status: fault.status.as_u16(),
            detail,
            field: fault.field.map(str::to_owned),
            limit: fault.limit,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        retry_later(response)
    }
}

/// Says when to come back, on answers that say to come back.
pub(super) fn retry_later(mut response: Response) -> Response {
    let status = response.status();
    if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("10"));
    }
    response
}

/// A verb's error as a problem.
pub fn of(locale: Locale, error: &LockerError) -> Response {
    Problem::from_fault(locale, &sentences::fault(error)).into_response()
}

/// A problem, or a page that says the same to a browser.
pub fn told(site: &Site, headers: &HeaderMap, locale: Locale, status: StatusCode, code: &'static str) -> Response {
    told_to(site, headers, locale, (status, code), pages::Back::of(headers))
}

/// The same, where the way back from the page is known.
pub fn told_to(
    site: &Site,
    headers: &HeaderMap,
    locale: Locale,
    (status, code): (StatusCode, &'static str),
    back: pages::Back,
) -> Response {
    let wants_page = headers.get(ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("text/html"));
    if wants_page && code == "sign-in-again" {
        pages::to_again()
    } else if wants_page {
        retry_later(pages::error_page_to(site, locale, (status, code), back))
    } else {
        Problem::new(locale, status, code).into_response()
    }
}

/// The same, for an address of the API: always a problem.
pub fn told_at(
    site: &Site,
    path: &str,
    headers: &HeaderMap,
    locale: Locale,
    status: StatusCode,
    code: &'static str,
) -> Response {
    if path.starts_with("/api/") {
        Problem::new(locale, status, code).into_response()
    } else {
        told(site, headers, locale, status, code)
    }
}

/// No such address.
pub async fn not_found(State(site): State<Site>, visitor: Visitor, uri: Uri, headers: HeaderMap) -> Response {
    told_at(&site, uri.path(), &headers, visitor.locale, StatusCode::NOT_FOUND, "not-found")
}

/// An address that does not take this method.
pub async fn method_not_allowed(State(site): State<Site>, visitor: Visitor, uri: Uri, headers: HeaderMap) -> Response {
    told_at(&site, uri.path(), &headers, visitor.locale, StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed")
}
