//! Closing one's locker: what happens, what will happen, how to undo it, before the button. Opening it again.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};

use super::frame::Frame;
use super::{Stop, answer, at_home, frame_at_home, here, page};
use crate::domain::entry::Reason;
use crate::http::Site;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::words::{Value, say_with};

#[derive(Template)]
#[template(path = "pages/close.html")]
struct Closing {
    f: Frame,
    then: String,
    backups: String,
}

fn closing(site: &Site, f: Frame) -> Closing {
    let kept = &site.lockers().terms().retention;
    let days = |key, days: u16| say_with(f.locale, key, &[("days", Value::Number(days.into()))]);
    let (then, backups) = (days("close-then", kept.closure_days), days("close-backups", kept.backup_days));
    Closing { f, then, backups }
}

/// A page that a closed locker has nothing to offer on: only that it is closed, and how to open it again.
#[derive(Template)]
#[template(path = "pages/closed.html")]
struct Shut {
    f: Frame,
    title: String,
}

/// That page, under the title of the one that was asked for.
pub(super) fn shut(f: Frame, title: &str) -> Response {
    let title = f.say(title);
    page(StatusCode::OK, &Shut { f, title })
}

/// `GET /consigne/fermer`
pub(super) async fn ask(State(site): State<Site>, visitor: Visitor, uri: Uri) -> Response {
    let ask = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let f = frame_at_home(&site, &visitor, locker, here(&uri)).await?;
        Ok(if f.is_closed() { shut(f, "close-title") } else { page(StatusCode::OK, &closing(&site, f)) })
    };
    answer(&site, visitor.locale, ask().await)
}

/// `POST /consigne/fermer`
pub(super) async fn close(State(site): State<Site>, visitor: Visitor) -> Response {
    let close = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        match site.lockers().close(&visitor.caller, locker).await {
            // Pressed twice: it is closed, which is what was wanted.
            Ok(_) | Err(LockerError::Refused(Reason::LockerClosed)) => Ok(Redirect::to("/papiers").into_response()),
            Err(error) => Err(error.into()),
        }
    };
    answer(&site, visitor.locale, close().await)
}

/// `POST /consigne/rouvrir`
pub(super) async fn reopen(State(site): State<Site>, visitor: Visitor) -> Response {
    let reopen = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        match site.lockers().reopen(&visitor.caller, locker).await {
            Ok(()) | Err(LockerError::Refused(Reason::LockerOpen)) => Ok(Redirect::to("/papiers").into_response()),
            Err(error) => Err(error.into()),
        }
    };
    answer(&site, visitor.locale, reopen().await)
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;
    use crate::words::Locale;

    #[test]
    fn the_page_is_whole() {
        for locale in Locale::ALL {
            let f = Frame::sample_open(locale);
            let html = checks::checked(&Closing { f, then: "a".into(), backups: "b".into() });
            assert!(html.contains("href=\"/consigne\"") && html.contains("action=\"/consigne/fermer\""));
            assert!(!html.contains("/consigne/rouvrir"));
            let html = checks::checked(&Shut { f: Frame::sample(locale), title: "a <b>".into() });
            assert!(html.contains("action=\"/consigne/rouvrir\""), "a closed locker offers to be opened again");
            assert!(!html.contains("/consigne/fermer") && html.contains("a &#60;b&#62;"), "{html}");
        }
    }
}
