//! What holds for every answer: security headers, the host that is ours, the origin that may change things.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, LOCATION, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use super::Site;
use super::oauth::is_for_programs;
use super::problem::{self, Problem};
use super::visitor::Visitor;
use crate::words::Locale;

/// Puts the layers around the routes.
pub fn around(routes: Router, site: &Site) -> Router {
    routes
        .layer(CatchPanicLayer::custom(|_| {
            Problem::new(Locale::default(), StatusCode::INTERNAL_SERVER_ERROR, "internal").into_response()
        }))
        .layer(from_fn_with_state(site.clone(), guard))
}

/// Whether a request may pass: it asks for our host, and, when it would change something, comes from our own pages
/// (DESIGN §7). Then the answer's headers.
async fn guard(State(site): State<Site>, visitor: Visitor, request: Request, next: Next) -> Response {
    let refused = refusal(&site, &visitor, &request);
    let mut response = match refused {
        Some(response) => response,
        None => next.run(request).await,
    };
    dress(&site, response.headers_mut());
    response
}

fn refusal(site: &Site, visitor: &Visitor, request: &Request) -> Option<Response> {
    let headers = request.headers();
    let told = |status, code| Some(problem::told_at(site, request.uri().path(), headers, visitor.locale, status, code));
    if !is_our_host(site, request) {
        // A bookmark of another name of ours, or somebody's name that points at us: send them to the right place.
        let target = request.uri().path_and_query().map_or("/", |p| p.as_str());
        if request.method().is_safe() && !target.starts_with("//") {
            let location = HeaderValue::from_str(&format!("{}{target}", site.origin())).ok()?;
            return Some((StatusCode::TEMPORARY_REDIRECT, [(LOCATION, location)]).into_response());
        }
        return told(StatusCode::MISDIRECTED_REQUEST, "wrong-host");
    }
    if !is_text(request.uri().path()) {
        return told(StatusCode::NOT_FOUND, "not-found");
    }
    // Where no session counts, there is none to borrow.
    let may_be_borrowed = !is_safe(request.method()) && !is_for_programs(request.uri().path());
    if may_be_borrowed && !is_from_our_pages(site, headers) {
        return told(StatusCode::FORBIDDEN, "wrong-origin");
    }
    None
}

/// Whether a path, its escapes read, is text: nothing of ours is named otherwise.
fn is_text(path: &str) -> bool {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let escaped = (*byte == b'%').then(|| after.split_at_checked(2)).flatten();
        let value = escaped.and_then(|(digits, _)| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        let (value, after) = match (escaped, value) {
            (Some((_, after)), Some(value)) => (value, after),
            _ => (*byte, after),
        };
        bytes.push(value);
        rest = after;
    }
    String::from_utf8(bytes).is_ok()
}

const fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_our_host(site: &Site, request: &Request) -> bool {
    let host = request.headers().get(HOST).and_then(|v| v.to_str().ok()).or_else(|| request.uri().host());
    let origin = site.origin();
    let ours = origin.split_once("://").map(|(_, authority)| authority);
    host.is_some_and(|host| ours.is_some_and(|ours| host.eq_ignore_ascii_case(ours)))
}

/// Whether a browser says that a page of another site led here: what is made on request is not made for that.
pub fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let from = headers.get("sec-fetch-site");
    from.is_some_and(|from| !matches!(from.as_bytes(), b"same-origin" | b"none"))
}

fn is_from_our_pages(site: &Site, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let origin = origins.next().is_some_and(|v| v.as_bytes() == site.origin().as_bytes()) && origins.next().is_none();
    let fetch = headers.get("sec-fetch-site").is_none_or(|v| v.as_bytes() == b"same-origin");
    origin && fetch
}

/// What a page may reach. `form-action` also holds for where a form's answer redirects: signing out goes on to the issuer.
fn content_policy(issuers: &[String]) -> String {
    let mut targets = vec!["'self'"];
    targets.extend(issuers.iter().map(String::as_str));
    let targets = targets.join(" ");
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action {targets}; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

/// Headers of every answer; a handler's own are kept.
fn dress(site: &Site, headers: &mut HeaderMap) {
    let mut set = |name: HeaderName, value: &str| {
        if !headers.contains_key(&name)
            && let Ok(value) = HeaderValue::from_str(value)
        {
            headers.insert(name, value);
        }
    };
    set(CONTENT_SECURITY_POLICY, &content_policy(&site.settings().issuer_origins));
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    set(REFERRER_POLICY, "same-origin");
    set(CACHE_CONTROL, "no-store");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    if site.settings().public_url.scheme() == "https" {
        set(STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_go_to_us_and_to_the_issuers() {
        assert!(content_policy(&[]).contains("; form-action 'self'; base-uri"));
        let two = ["https://a.example".to_owned(), "https://b.example".to_owned()];
        assert!(content_policy(&two).contains("; form-action 'self' https://a.example https://b.example; base-uri"));
    }
}
