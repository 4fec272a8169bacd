//! `/code`: somebody without an account who was given a code. It is typed with the holder's surname, then who reads says their name, then they
//! see the list, and open papers. No session counts here; a cookie of its own keeps what coming in gave.

use askama::Template;
use axum::Router;
use axum::extract::{RawForm, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};

use super::frame::Frame;
use super::wrongs::Wrongs;
use super::{CODE, fault_page, page};
use crate::domain::entry::Reason;
use crate::http::Site;
use crate::http::api::bearers::{is_over, sent, unlisted};
use crate::http::auth::{clear, redirect, set_cookie};
use crate::http::sentences::fault;
use crate::http::visitor::{CODE_COOKIE, Visitor, cookie};
use crate::locker::LockerError;
use crate::locker::bearers::GivenView;
use crate::words::{Locale, Value, day, kind_label, purpose_told, say, say_with};

/// Where who reads says their name.
const NAME: &str = "/code/nom";
/// Where the list is.
const PAPERS: &str = "/code/papiers";

/// Its pages.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(CODE, get(ask).post(enter))
        .route(NAME, get(ask_name).post(name))
        .route(PAPERS, get(list).post(open))
        .route("/code/sortir", post(leave))
}

#[derive(Template)]
#[template(path = "pages/bearer_code.html")]
struct Enter {
    f: Frame,
    /// What was typed of the code.
    code: String,
    /// What was typed of the surname.
    surname: String,
    /// What is wrong.
    wrongs: Wrongs,
    /// Why one stands here again.
    notice: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "pages/bearer_name.html")]
struct WhoReads {
    f: Frame,
    name: String,
    wrongs: Wrongs,
}

/// A paper in the list.
struct Seen {
    place: u16,
    title: String,
    told: String,
}

#[derive(Template)]
#[template(path = "pages/bearer_list.html")]
struct List {
    f: Frame,
    lines: Vec<String>,
    papers: Vec<Seen>,
}

fn pass(headers: &HeaderMap) -> &str {
    cookie(headers, CODE_COOKIE).unwrap_or_default()
}

fn bearing(mut response: Response, pass: &str) -> Response {
    if let Some(value) = set_cookie(CODE_COOKIE, pass, "") {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

fn enter_page(site: &Site, locale: Locale, shown: Enter) -> Response {
    let f = Frame::outside(site, locale, CODE);
    unlisted(page(shown.wrongs.status(), &Enter { f, ..shown }))
}

fn blank(site: &Site, locale: Locale) -> Enter {
    let f = Frame::outside(site, locale, CODE);
    Enter { f, code: String::new(), surname: String::new(), wrongs: Wrongs::default(), notice: None }
}

/// Whoever's time is over stands at the beginning again; what else is wrong is told.
fn stopped(site: &Site, locale: Locale, error: &LockerError) -> Response {
    if is_over(error) {
        return redirect("/code?fin=1", [clear(CODE_COOKIE)]);
    }
    // Not named yet: one question after the other.
    if matches!(error, LockerError::Field { field: "name", .. }) {
        return redirect(NAME, []);
    }
    unlisted(fault_page(site, locale, &fault(error)))
}

/// The fields of a form, by name.
fn field(form: &[u8], wanted: &str) -> String {
    let found = url::form_urlencoded::parse(form).find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    found.unwrap_or_default()
}

/// `GET /code`
async fn ask(State(site): State<Site>, visitor: Visitor, uri: axum::http::Uri) -> Response {
    let is_back = uri.query().is_some_and(|query| query.split('&').any(|pair| pair == "fin=1"));
    let notice = is_back.then_some("bearer-over");
    enter_page(&site, visitor.locale, Enter { notice, ..blank(&site, visitor.locale) })
}

/// `POST /code`
async fn enter(State(site): State<Site>, visitor: Visitor, RawForm(form): RawForm) -> Response {
    let (code, surname) = (field(&form, "code"), field(&form, "nom"));
    let again = |wrongs: Wrongs| {
        let kept = |text: &str| text.chars().take(120).collect();
        let shown = Enter { code: kept(&code), surname: kept(&surname), wrongs, ..blank(&site, visitor.locale) };
        enter_page(&site, visitor.locale, shown)
    };
    let mut wrongs = Wrongs::default();
    for (id, typed, key) in [("code", &code, "bearer-no-code"), ("nom", &surname, "bearer-no-surname")] {
        if typed.trim().is_empty() {
            wrongs.add(id, say(visitor.locale, key));
        }
    }
    // What is left empty by mistake is no try.
    if wrongs.is_some() {
        return again(wrongs);
    }
    match site.lockers().enter_by_code(&visitor.caller, &code, &surname).await {
        Ok(pass) => redirect(NAME, [set_cookie(CODE_COOKIE, &pass, "")]),
        Err(error @ LockerError::Refused(Reason::WrongSurname | Reason::TooMany)) => {
            let fault = fault(&error);
            let key = if fault.status == StatusCode::TOO_MANY_REQUESTS { "bearer-wait" } else { "bearer-wrong" };
            again(Wrongs::one("code", say(visitor.locale, key)).with(fault.status))
        }
        Err(error) => stopped(&site, visitor.locale, &error),
    }
}

/// `GET /code/nom`
async fn ask_name(State(site): State<Site>, visitor: Visitor, headers: HeaderMap) -> Response {
    match site.lockers().has_named_reader(pass(&headers)) {
        Ok(true) => redirect(PAPERS, []),
        Ok(false) => {
            let f = Frame::outside(&site, visitor.locale, NAME);
            unlisted(page(StatusCode::OK, &WhoReads { f, name: String::new(), wrongs: Wrongs::default() }))
        }
        Err(error) => stopped(&site, visitor.locale, &error),
    }
}

/// `POST /code/nom`
async fn name(State(site): State<Site>, visitor: Visitor, headers: HeaderMap, RawForm(form): RawForm) -> Response {
    let name = field(&form, "nom");
    match site.lockers().name_reader(pass(&headers), &name) {
        Ok(pass) => redirect(PAPERS, [set_cookie(CODE_COOKIE, &pass, "")]),
        Err(LockerError::Refused(Reason::WrongState)) => redirect(PAPERS, []),
        Err(error @ LockerError::Field { .. }) => {
            let f = Frame::outside(&site, visitor.locale, NAME);
            let mut wrongs = Wrongs::default();
            wrongs.refused("nom", visitor.locale, &error);
            let name = name.chars().take(200).collect();
            unlisted(page(wrongs.status(), &WhoReads { f, name, wrongs }))
        }
        Err(error) => stopped(&site, visitor.locale, &error),
    }
}

fn listed(f: Frame, view: &GivenView) -> List {
    let locale = f.locale;
    let line = |key, name, value: &str| say_with(locale, key, &[(name, Value::Text(value))]);
    let lines = vec![
        line("bearer-of", "name", view.fields.holder.as_str()),
        line("bearer-for", "name", view.fields.institution.as_str()),
        purpose_told(locale, view.fields.purpose.as_str()),
        line("given-until", "day", &day(locale, view.row.until)),
    ];
    let papers = view.fields.papers.iter().map(|paper| {
        let kind = Some(kind_label(locale, paper.kind) + ".");
        let last = paper.expires_on.map(|day| crate::words::day_of(locale, day));
        let last = last.map(|day| say_with(locale, "bearer-good-until", &[("day", Value::Text(&day))]));
        let told = [kind, last].into_iter().flatten().collect::<Vec<_>>().join(" ");
        Seen { place: paper.place, title: paper.title.as_str().to_owned(), told }
    });
    List { f, lines, papers: papers.collect() }
}

/// `GET /code/papiers`
async fn list(State(site): State<Site>, visitor: Visitor, headers: HeaderMap) -> Response {
    match site.lockers().given_by_pass(&visitor.caller, pass(&headers)).await {
        Ok(view) => {
            let f = Frame::outside(&site, visitor.locale, PAPERS);
            bearing(unlisted(page(StatusCode::OK, &listed(f, &view))), &view.pass)
        }
        Err(error) => stopped(&site, visitor.locale, &error),
    }
}

/// `POST /code/papiers`: by a button, so that nothing opens a paper but whoever presses it.
async fn open(State(site): State<Site>, visitor: Visitor, headers: HeaderMap, RawForm(form): RawForm) -> Response {
    // No paper has the place 0.
    let place = field(&form, "papier").parse().unwrap_or(0);
    match site.lockers().open_by_pass(&visitor.caller, pass(&headers), place).await {
        Ok((opened, pass)) => bearing(sent(opened), &pass),
        Err(error) => stopped(&site, visitor.locale, &error),
    }
}

/// `POST /code/sortir`
async fn leave() -> Response {
    redirect(CODE, [clear(CODE_COOKIE)])
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;

    #[test]
    fn the_pages_are_whole() {
        for locale in Locale::ALL {
            let f = || Frame { is_in: false, menu: super::super::frame::Menu::None, ..Frame::sample_open(locale) };
            let wrong = |id| Wrongs::one(id, "wrong".to_owned());
            for (wrongs, notice) in [(wrong("code"), None), (Wrongs::default(), Some("bearer-over"))] {
                let (code, surname) = ("<b>".to_owned(), "\"x".to_owned());
                let html = checks::checked(&Enter { f: f(), code, surname, wrongs, notice });
                assert!(html.contains("&#60;b&#62;") && html.contains("&#34;x"), "{html}");
            }
            let html = checks::checked(&WhoReads { f: f(), name: "<i>".into(), wrongs: wrong("nom") });
            assert!(html.contains("&#60;i&#62;"), "{html}");
            let papers = vec![Seen { place: 1, title: "Bail <1>".into(), told: "told".into() }];
            let html = checks::checked(&List { f: f(), lines: vec!["line".into()], papers });
            assert!(html.contains("Bail &#60;1&#62;") && html.contains("name=\"papier\" value=\"1\""), "{html}");
        }
    }
}
