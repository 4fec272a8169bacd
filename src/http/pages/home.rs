//! The first page, opening one's locker, the language.

use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::frame::Frame;
use super::information::Agreement;
use super::{answer, here, page, work};
use crate::domain::entry::Reason;
use crate::domain::person::IssuerKind;
use crate::http::Site;
use crate::http::auth::{self, is_local};
use crate::http::visitor::{LANGUAGE_COOKIE, Visitor};
use crate::http::windows;
use crate::locker::LockerError;
use crate::locker::information::Section;
use crate::words::Locale;

/// How long the language is kept, in seconds: a year.
const LANGUAGE_LIFE: u32 = 365 * 24 * 3600;

#[derive(Template)]
#[template(path = "pages/home.html")]
struct Home {
    f: Frame,
    notice: Option<String>,
    /// Whether people may come in for their work.
    is_for_work: bool,
}

#[derive(Template)]
#[template(path = "pages/open.html")]
struct Open {
    f: Frame,
    sections: Vec<Section>,
    sha256: String,
    /// The box was not ticked, or the text has changed meanwhile.
    is_missing: bool,
}

fn opening(site: &Site, f: Frame, is_missing: bool) -> Open {
    let text = site.lockers().information(f.locale);
    Open { f, sections: text.sections, sha256: text.sha256.to_string(), is_missing }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Sent {
    /// Why somebody was sent here: `1` must enter, `fin` was in.
    entrer: Option<String>,
    /// What somebody who has left at the issuer's brings back.
    state: Option<String>,
}

/// `GET /`
pub(super) async fn start(
    State(site): State<Site>,
    visitor: Visitor,
    uri: Uri,
    sent: Result<Query<Sent>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let (site, locale) = (&site, visitor.locale);
    // Whoever had signed in to a window has left their issuer: it is not this device's own session that ended.
    let came_back = sent.as_ref().ok().and_then(|Query(sent)| sent.state.as_deref());
    if windows::has_left(&headers, came_back) {
        return Redirect::to(windows::END).into_response();
    }
    let who = match site.lockers().who(&visitor.caller).await {
        Ok(who) => who,
        Err(LockerError::Refused(reason)) => {
            let was_in = matches!(
                reason,
                Reason::SessionEnded | Reason::SessionIdle | Reason::SessionExpired | Reason::ClockBehind
            );
            let Query(sent) = sent.unwrap_or_default();
            let has_left = auth::has_left(&headers, sent.state.as_deref());
            let f = Frame::outside(site, locale, "/");
            let notice = match sent.entrer.as_deref() {
                _ if has_left => Some(f.say("home-left")),
                Some("fin") => Some(f.say("home-visit-over")),
                Some(_) if was_in => Some(f.say("home-visit-over")),
                Some(_) => Some(f.say("home-need-sign-in")),
                None => None,
            };
            let is_for_work = site.lockers().has_way_in(IssuerKind::Professional);
            let mut response = page(StatusCode::OK, &Home { f, notice, is_for_work });
            if has_left {
                auth::forget_leaving(&mut response);
            }
            return response;
        }
        Err(error) => return answer(site, locale, Err(error.into())),
    };
    let f = Frame::inside(site, locale, here(&uri));
    match (who.locker, who.issuer) {
        (Some(_), _) => Redirect::to("/papiers").into_response(),
        (None, IssuerKind::Holder) => page(StatusCode::OK, &opening(site, f, false)),
        (None, IssuerKind::Professional) => work::start(site, &visitor, uri.query()).await,
    }
}

/// `POST /consigne/ouvrir`
pub(super) async fn open(
    State(site): State<Site>,
    visitor: Visitor,
    form: Result<Form<Agreement>, FormRejection>,
) -> Response {
    let agreement = form.map(|Form(form)| form).unwrap_or_default();
    let opened = site.lockers().open_own(&visitor.caller, agreement.accepts()).await;
    match opened {
        // Pressed twice: the locker is there, which is what was wanted.
        Ok(_) | Err(LockerError::Refused(Reason::AlreadyOpen)) => Redirect::to("/papiers").into_response(),
        Err(LockerError::Field { .. }) => {
            let f = Frame::inside(&site, visitor.locale, "/");
            page(StatusCode::UNPROCESSABLE_ENTITY, &opening(&site, f, true))
        }
        Err(error) => answer(&site, visitor.locale, Err(error.into())),
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Language {
    vers: Option<String>,
    retour: Option<String>,
}

/// `GET /langue`: keeps the language, and goes back.
pub(super) async fn language(query: Result<Query<Language>, QueryRejection>) -> Response {
    let Query(asked) = query.unwrap_or_default();
    let back = asked.retour.as_deref().filter(|path| is_local(path)).unwrap_or("/");
    let mut response = Redirect::to(back).into_response();
    if let Some(locale) = asked.vers.as_deref().and_then(Locale::from_code) {
        let cookie =
            format!("{LANGUAGE_COOKIE}={}; Path=/; Max-Age={LANGUAGE_LIFE}; SameSite=Lax; HttpOnly", locale.code());
        if let Ok(cookie) = cookie.parse() {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::super::frame::Menu;
    use super::*;
    use axum::http::header::LOCATION;

    #[test]
    fn the_first_pages_are_whole() {
        for locale in Locale::ALL {
            let f = Frame::sample(locale);
            let html = checks::checked(&Home { f: f.clone(), notice: Some("<b>".into()), is_for_work: true });
            assert!(html.contains("login_hint=angela") && html.contains("&#60;b&#62;"));
            assert!(html.contains("retour=%2Fpapiers%3Fq%3Da%26rubrique%3Dbanque"));
            let outside = Frame { is_demo: false, is_in: false, menu: Menu::None, ..f.clone() };
            let html = checks::checked(&Home { f: outside, notice: None, is_for_work: false });
            assert!(!html.contains("/auth/professional/login"));
            assert!(!html.contains("login_hint") && !html.contains("/auth/logout") && !html.contains("<nav"));
            for is_missing in [false, true] {
                let sections = vec![Section { title: "a".into(), lines: vec!["b".into()] }];
                checks::checked(&Open { f: f.clone(), sections, sha256: "c".into(), is_missing });
            }
        }
    }

    #[test]
    fn only_addresses_of_this_site_are_gone_back_to() {
        for good in ["/", "/papiers", "/papiers?q=%C3%A9t%C3%A9&rubrique=logement"] {
            assert!(is_local(good), "{good}");
        }
        for bad in
            ["", "papiers", "//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example", "/é"]
        {
            assert!(!is_local(bad), "{bad:?}");
        }
    }

    #[tokio::test]
    async fn the_language_is_kept_and_one_goes_back() {
        let asked = Language { vers: Some("en".into()), retour: Some("/corbeille".into()) };
        let response = language(Ok(Query(asked))).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(response.headers()[LOCATION], "/corbeille");
        assert!(
            response.headers()[SET_COOKIE]
                .to_str()
                .unwrap()
                .starts_with("consigne-langue=en; Path=/; Max-Age=31536000")
        );
        let asked = Language { vers: Some("xx".into()), retour: Some("//evil.example".into()) };
        let response = language(Ok(Query(asked))).await;
        assert_eq!(response.headers()[LOCATION], "/");
        assert!(!response.headers().contains_key(SET_COOKIE));
    }
}
