//! Proving again who one is, before something that can't be undone by a stranger at an open session.
//!
//! Whatever page was refused sends here; the browser then says which page that was (`Referer`, of this site only), and the
//! person comes back to it.

use askama::Template;
use axum::extract::State;
use axum::http::header::REFERER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use url::form_urlencoded::byte_serialize;

use super::frame::Frame;
use super::{Stop, answer, frame_inside, page};
use crate::http::Site;
use crate::http::auth::is_local;
use crate::http::visitor::Visitor;

/// Where people are sent who must prove again who they are.
pub(super) const PATH: &str = "/encore-vous";

#[derive(Template)]
#[template(path = "pages/again.html")]
struct Again {
    f: Frame,
    go: String,
    /// Where one comes back to, in words.
    then: &'static str,
}

/// The page of this site that a request says it comes from, if it says so.
pub(super) fn came_from<'h>(site: &Site, headers: &'h HeaderMap) -> Option<&'h str> {
    let referer = headers.get(REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    referer.strip_prefix(&site.origin()).filter(|path| is_local(path) && !path.starts_with(PATH))
}

/// An address without the mark that something was done there: what comes next is to be done yet.
pub(super) fn without_done(path: &str) -> String {
    let Some((at, query)) = path.split_once('?') else { return path.to_owned() };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("fait=")).collect();
    if kept.is_empty() { at.to_owned() } else { format!("{at}?{}", kept.join("&")) }
}

/// `GET /encore-vous`
pub(super) async fn ask(State(site): State<Site>, visitor: Visitor, headers: HeaderMap) -> Response {
    let asked = async {
        let who = site.lockers().who(&visitor.caller).await?;
        let before = came_from(&site, &headers);
        let next: String = byte_serialize(without_done(before.unwrap_or("/")).as_bytes()).collect();
        let go = format!("/auth/{}/login?step_up=1&next={next}", who.issuer.code());
        let then = if before.is_some() { "again-then" } else { "again-then-start" };
        let f = frame_inside(&site, &visitor, &who, PATH).await?;
        Ok::<_, Stop>(page(StatusCode::OK, &Again { f, go, then }))
    };
    answer(&site, visitor.locale, asked.await)
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;
    use crate::words::Locale;

    #[test]
    fn what_was_done_before_is_not_told_of_what_comes_next() {
        for (from, to) in [
            ("/demandes?fait=change", "/demandes"),
            ("/demandes?code=A&fait=change&b=1", "/demandes?code=A&b=1"),
            ("/papiers?q=fait", "/papiers?q=fait"),
            ("/", "/"),
        ] {
            assert_eq!(without_done(from), to);
        }
    }

    #[test]
    fn the_page_is_whole() {
        for locale in Locale::ALL {
            let go = "/auth/holder/login?step_up=1&next=%2Fpapiers".to_owned();
            let html = checks::checked(&Again { f: Frame::sample(locale), go, then: "again-then-start" });
            assert!(html.contains("step_up=1&#38;next=%2Fpapiers"), "{html}");
        }
    }
}
