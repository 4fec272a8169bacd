//! The demonstration provider's HTML, and the headers on everything it answers.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use tower_http::set_header::SetResponseHeaderLayer;
use url::Url;

use super::people::DemoPerson;
use super::{Codes, Shown};
use crate::domain::person::IssuerKind;

const NOTHING_LOADS: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Puts on every answer the headers that a page may make stricter, never forget.
pub(super) fn with_headers(router: Router) -> Router {
    let always = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    router
        .layer(always(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(always(X_FRAME_OPTIONS, "DENY"))
        .layer(always(CACHE_CONTROL, "no-store"))
        // Not `no-referrer`: browsers would then send `Origin: null` with the form.
        .layer(always(REFERRER_POLICY, "same-origin"))
        .layer(SetResponseHeaderLayer::if_not_present(CONTENT_SECURITY_POLICY, NOTHING_LOADS))
}

/// Where one chooses who to be.
#[derive(Template)]
#[template(path = "demo/choose.html")]
pub(super) struct Choose<'a> {
    /// Whose page it is.
    pub kind: IssuerKind,
    /// Who can be chosen.
    pub people: Vec<&'static DemoPerson>,
    /// The request, carried by the form.
    pub parameters: &'a [(String, String)],
}

/// A request that can't be answered, for whoever writes the program that made it.
#[derive(Template)]
#[template(path = "demo/wrong.html")]
pub(super) struct Wrong<'a> {
    /// The parameter in cause.
    pub parameter: &'a str,
    /// What it should be.
    pub rule: &'a str,
}

/// After signing out, when there is nowhere to go back to.
#[derive(Template)]
#[template(path = "demo/left.html")]
pub(super) struct Left;

/// The codes of the moment.
#[derive(Template)]
#[template(path = "demo/codes.html")]
struct CodesPage {
    codes: Vec<(String, String)>,
    requests: Vec<(String, String)>,
}

/// `GET /codes`
pub(super) async fn codes(State(codes): State<Codes>) -> Response {
    let Shown { factors, requests } = (codes.0)();
    page(StatusCode::OK, &CodesPage { codes: factors, requests }, None)
}

/// A page. Its form may lead to this issuer and, by a redirect, to `form_target`: Chromium holds `form-action` against
/// redirects too.
pub(super) fn page(status: StatusCode, template: &impl Template, form_target: Option<&Url>) -> Response {
    let Ok(html) = template.render() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let target = form_target.map(|url| format!(" {}", url.origin().ascii_serialization())).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'{target}; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    let policy = HeaderValue::try_from(policy).unwrap_or(NOTHING_LOADS);
    (status, [(CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response()
}

/// The 400 page of a request that can't be sent back to its program.
pub(super) fn wrong(parameter: &str, rule: &str) -> Response {
    page(StatusCode::BAD_REQUEST, &Wrong { parameter, rule }, None)
}
