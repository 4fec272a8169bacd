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
use super::{Stop, answer, page};
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
}

/// The page of this site that a request says it comes from; the first one otherwise.
fn came_from(site: &Site, headers: &HeaderMap) -> String {
    let referer = headers.get(REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let path = referer.strip_prefix(&site.origin()).filter(|path| is_local(path) && !path.starts_with(PATH));
    path.unwrap_or("/").to_owned()
}

/// `GET /encore-vous`
pub(super) async fn ask(State(site): State<Site>, visitor: Visitor, headers: HeaderMap) -> Response {
    let asked = async {
        let who = site.lockers().who(&visitor.caller).await?;
        let next: String = byte_serialize(came_from(&site, &headers).as_bytes()).collect();
        let go = format!("/auth/{}/login?step_up=1&next={next}", who.issuer.code());
        let f = match who.locker {
            Some(_) => Frame::at_home(&site, visitor.locale, PATH),
            None => Frame::inside(&site, visitor.locale, PATH),
        };
        Ok::<_, Stop>(page(StatusCode::OK, &Again { f, go }))
    };
    answer(&site, visitor.locale, asked.await)
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;
    use crate::words::Locale;

    #[test]
    fn the_page_is_whole() {
        for locale in Locale::ALL {
            let go = "/auth/holder/login?step_up=1&next=%2Fpapiers".to_owned();
            let html = checks::checked(&Again { f: Frame::sample(locale), go });
            assert!(html.contains("step_up=1&#38;next=%2Fpapiers"), "{html}");
        }
    }
}
