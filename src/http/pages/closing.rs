//! Closing one's locker: what happens, what will happen, how to undo it, before the button. Opening it again.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};

use super::frame::Frame;
use super::{Stop, answer, at_home, here, page};
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

/// `GET /consigne/fermer`
pub(super) async fn ask(State(site): State<Site>, visitor: Visitor, uri: Uri) -> Response {
    let asked = at_home(&site, &visitor).await.map(|_| {
        let f = Frame::at_home(&site, visitor.locale, here(&uri));
        page(StatusCode::OK, &closing(&site, f))
    });
    answer(&site, visitor.locale, asked)
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
            let f = Frame::sample(locale);
            let html = checks::checked(&Closing { f, then: "a".into(), backups: "b".into() });
            assert!(html.contains("href=\"/consigne\"") && html.contains("action=\"/consigne/fermer\""));
            assert!(html.contains("action=\"/consigne/rouvrir\""), "a closed locker offers to be opened again");
        }
    }
}
