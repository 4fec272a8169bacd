//! What to know before opening a locker: for everybody, and agreed to again after it has changed.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::frame::Frame;
use super::{Stop, answer, at_home, frame_at_home, here, page};
use crate::domain::document::Day;
use crate::http::Site;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::information::{Information, Section, VERSION};
use crate::words::{Value, day_of, say_with};

#[derive(Template)]
#[template(path = "pages/information.html")]
struct Shown {
    f: Frame,
    sections: Vec<Section>,
    version: String,
    /// The form to agree again: the text's SHA-256.
    asks: Option<String>,
    /// The box was not ticked.
    is_missing: bool,
}

/// An agreement as a form sends it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Agreement {
    lu: Option<String>,
    accepte: Option<String>,
}

impl Agreement {
    /// The text that is agreed to, if the box is ticked.
    pub fn accepts(&self) -> Option<&str> {
        self.accepte.as_deref().filter(|_| self.lu.is_some())
    }
}

fn shown(f: Frame, text: Information, asks: bool, is_missing: bool) -> Shown {
    // « Texte du 3 mars 2027 »: the article is in it.
    let day = Day::parse(VERSION).map(|day| day_of(f.locale, day)).unwrap_or_default();
    let day = day.strip_prefix("le ").unwrap_or(&day);
    let version = say_with(f.locale, "info-version", &[("day", Value::Text(day))]);
    let asks = asks.then(|| text.sha256.to_string());
    Shown { f, sections: text.sections, version, asks, is_missing }
}

/// `GET /informations`: no sign-in.
pub(super) async fn read(State(site): State<Site>, visitor: Visitor, uri: Uri) -> Response {
    let text = site.lockers().information(visitor.locale);
    // Who bears a session is not asked: the page is the same for all.
    let f = Frame::outside(&site, visitor.locale, here(&uri));
    page(StatusCode::OK, &shown(f, text, false, false))
}

/// `GET /consigne/informations`: the holder reads it, and may agree again.
pub(super) async fn again(State(site): State<Site>, visitor: Visitor, uri: Uri) -> Response {
    let read = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let text = site.lockers().information(visitor.locale);
        let f = frame_at_home(&site, &visitor, locker, here(&uri)).await?;
        Ok(page(StatusCode::OK, &shown(f, text, true, false)))
    };
    answer(&site, visitor.locale, read().await)
}

/// `POST /consigne/informations`
pub(super) async fn accept(
    State(site): State<Site>,
    visitor: Visitor,
    form: Result<Form<Agreement>, FormRejection>,
) -> Response {
    let agreement = form.map(|Form(form)| form).unwrap_or_default();
    let accept = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        match site.lockers().accept_information(&visitor.caller, locker, agreement.accepts()).await {
            Ok(()) => Ok(Redirect::to("/papiers").into_response()),
            Err(LockerError::Field { .. }) => {
                let text = site.lockers().information(visitor.locale);
                let f = frame_at_home(&site, &visitor, locker, "/consigne/informations").await?;
                Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &shown(f, text, true, true)))
            }
            Err(error) => Err(error.into()),
        }
    };
    answer(&site, visitor.locale, accept().await)
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;
    use crate::domain::document::Sha256Sum;
    use crate::words::Locale;

    #[test]
    fn the_page_is_whole() {
        for locale in Locale::ALL {
            for (asks, is_missing) in [(false, false), (true, false), (true, true)] {
                let sections = vec![Section { title: "a <b>".into(), lines: vec!["c".into()] }];
                let sha256 = Sha256Sum::from_bytes([7; 32]);
                let text = Information { locale, sections, text: String::new(), sha256 };
                let html = checks::checked(&shown(Frame::sample(locale), text, asks, is_missing));
                assert!(html.contains("a &#60;b&#62;") && html.contains("name=\"accepte\"") == asks);
                assert_eq!(html.contains("role=\"alert\""), is_missing);
                let (year, _) = VERSION.split_once('-').unwrap();
                assert!(!html.contains(VERSION) && html.contains(&format!(" {year}.")), "the day in words: {html}");
            }
        }
    }

    #[test]
    fn a_box_that_is_not_ticked_agrees_to_nothing() {
        let sent = Agreement { lu: None, accepte: Some("a".into()) };
        assert_eq!(sent.accepts(), None);
        assert_eq!(Agreement { lu: Some("on".into()), ..sent }.accepts(), Some("a"));
    }
}
