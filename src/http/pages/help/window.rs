//! Somebody is with an aidant and has no telephone: the aidant prepares what they propose, gives them the device, they sign in,
//! read, answer, and leave. Only what is proposed is shown: no menu, no name of theirs, nothing of their locker.

use askama::Template;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::super::frame::Frame;
use super::super::{Back, Stop, fault_page_to, frame_inside, page};
use super::answered;
use super::answering::{Wrong, interpreter};
use super::propose::{self, Propose, Typed, Way, is_in, read as proposing, structures};
use crate::domain::entry::Reason;
use crate::domain::organisation::Name;
use crate::http::Site;
use crate::http::auth;
use crate::http::sentences::fault;
use crate::http::visitor::Visitor;
use crate::http::windows::{END, End, InWindow, READ, end_of, to_issuer};
use crate::locker::LockerError;
use crate::locker::giving::How;
use crate::locker::mandates::ProposalView;
use crate::words::{Locale, Value, clock, say_with};

const PATH: &str = "/avec-moi";
const MORE: &str = "/avec-moi/plus-de-temps";

/// Their routes.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(PATH, get(form).post(open))
        .route(READ, get(read))
        .route("/avec-moi/accord", get(to_read).post(agree))
        .route("/avec-moi/refus", get(to_read).post(decline))
        .route("/avec-moi/quitter", get(to_read).post(quit))
        .route(MORE, get(ask_more).post(more))
        .route(END, get(end))
        .route("/avec-moi/{window}", get(hand))
}

/// What only a form sends has no page of its own.
async fn to_read() -> Redirect {
    Redirect::to(READ)
}

/// `GET /avec-moi`: the form of a proposal, without a code. Whoever was here before and left without a word leaves first.
async fn form(State(site): State<Site>, visitor: Visitor) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let who = site.lockers().who(&visitor.caller).await?;
        if let Some(url) = site.lockers().left_window(&visitor.caller, None).await? {
            return Ok(to_issuer(Some(&url), End::Over));
        }
        let structures = structures(&site, &visitor, &who).await?;
        if structures.is_none() || !is_in(&site, &visitor, true).await? {
            return Ok(Redirect::to("/").into_response());
        }
        let f = frame_inside(&site, &visitor, &who, PATH).await?;
        Ok(page(StatusCode::OK, &Propose::new(f, structures, Typed::new(), None).by(Way::Present)))
    };
    answered(&site, visitor.locale, shown().await)
}

/// `POST /avec-moi`
async fn open(State(site): State<Site>, visitor: Visitor, form: Result<Form<Typed>, FormRejection>) -> Response {
    let typed = form.map(|Form(form)| form).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        let who = site.lockers().who(&visitor.caller).await?;
        let opened = match proposing(&typed) {
            Ok(new) => site.lockers().open_window(&visitor.caller, new).await,
            Err(error) => Err(error),
        };
        let error = match opened {
            Ok((window, _)) => return Ok(Redirect::to(&format!("{PATH}/{window}")).into_response()),
            Err(error) => error,
        };
        let structures = structures(&site, &visitor, &who).await?;
        let is_shown = structures.is_some() && is_in(&site, &visitor, true).await?;
        let Some(wrong) = propose::Wrong::of(visitor.locale, &typed, &error).filter(|_| is_shown) else {
            return Err(error.into());
        };
        let f = frame_inside(&site, &visitor, &who, PATH).await?;
        let form = Propose::new(f, structures, typed.clone(), Some(wrong)).by(Way::Present);
        Ok(page(fault(&error).status, &form))
    };
    answered(&site, visitor.locale, done().await)
}

/// The page on which the device changes hands.
#[derive(Template)]
#[template(path = "pages/window_hand.html")]
struct Hand {
    f: Frame,
    at: String,
}

/// `GET /avec-moi/{window}`
async fn hand(State(site): State<Site>, visitor: Visitor, Path(window): Path<String>) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let window = window.parse().map_err(|_| LockerError::Refused(Reason::NoRelation))?;
        match site.lockers().may_go_in(&visitor.caller, window).await {
            Ok(()) => {}
            // Somebody has signed in, or it is over: where they read says which.
            Err(LockerError::Refused(Reason::NoWindow)) => return Ok(Redirect::to(READ).into_response()),
            Err(error) => return Err(error.into()),
        }
        let f = Frame::in_window(&site, visitor.locale, &format!("{PATH}/{window}"));
        Ok(page(StatusCode::OK, &Hand { f, at: format!("/auth/holder/login?window={window}") }))
    };
    answered(&site, visitor.locale, shown().await)
}

/// What the holder says of how it was read to them, as typed.
#[derive(Debug, Default, Deserialize)]
struct Said {
    accepts: Option<String>,
    lu: Option<String>,
    #[serde(default)]
    interprete: String,
}

#[derive(Template)]
#[template(path = "pages/window_read.html")]
struct Reading {
    f: Frame,
    name: String,
    of: Option<String>,
    until: String,
    lines: Vec<String>,
    sha256: String,
    said: Said,
    wrong: Option<Wrong>,
}

fn reading(f: Frame, view: &ProposalView, said: Said, wrong: Option<Wrong>) -> Reading {
    let at = clock(f.locale, view.until);
    Reading {
        name: view.proposed.helper.as_str().to_owned(),
        of: view.proposed.organisation.as_ref().map(|of| of.as_str().to_owned()),
        until: say_with(f.locale, "window-until", &[("clock", Value::Text(&at))]),
        lines: view.text.lines().map(str::to_owned).collect(),
        sha256: view.sha256.to_string(),
        said,
        wrong,
        f,
    }
}

async fn shown(site: &Site, inside: &InWindow, (said, wrong): (Said, Option<Wrong>)) -> Result<Response, Stop> {
    let locale = inside.visitor.locale;
    let view = site.lockers().read_window(&inside.visitor.caller, inside.token.as_ref(), locale).await?;
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page(status, &reading(Frame::in_window(site, locale, READ), &view, said, wrong)))
}

/// The answer of a handler in a window. One that is over leads out: to the issuer, where its holder is still signed in there, and
/// to the page that says so.
async fn in_window(site: &Site, inside: &InWindow, result: Result<Response, Stop>) -> Response {
    let is_over = matches!(
        result,
        Err(Stop::Locker(LockerError::Refused(Reason::NoWindow | Reason::NotSignedIn | Reason::NoSecondFactor)))
    );
    if !is_over {
        return told(site, inside.visitor.locale, result);
    }
    match site.lockers().left_window(&inside.visitor.caller, inside.token.as_ref()).await {
        Ok(Some(url)) => to_issuer(Some(&url), End::Over),
        Ok(None) if inside.token.is_some() => to_issuer(None, End::Over),
        Ok(None) => Redirect::to(END).into_response(),
        Err(error) => told(site, inside.visitor.locale, Err(error.into())),
    }
}

/// What went wrong while a holder has the device: nothing on the page leads to the aidant's own pages.
fn told(site: &Site, locale: Locale, result: Result<Response, Stop>) -> Response {
    let error = match result {
        Ok(response) => return response,
        Err(Stop::Locker(error)) => error,
        Err(Stop::NoLocker) => LockerError::Refused(Reason::NoLocker),
    };
    fault_page_to(site, locale, &fault(&error), Back::Read)
}

/// `GET /avec-moi/lire`
async fn read(State(site): State<Site>, inside: InWindow) -> Response {
    let result = shown(&site, &inside, (Said::default(), None)).await;
    in_window(&site, &inside, result).await
}

/// `POST /avec-moi/accord`
async fn agree(State(site): State<Site>, inside: InWindow, form: Result<Form<Said>, FormRejection>) -> Response {
    let said = form.map(|Form(form)| form).unwrap_or_default();
    let interpreter = interpreter(&said.interprete);
    let how = How { read_aloud: said.lu.is_some(), interpreter, ..How::default() };
    let (caller, token, accepts) = (&inside.visitor.caller, inside.token.as_ref(), said.accepts.as_deref());
    let result = match site.lockers().agree_in_window(caller, token, accepts, how).await {
        Ok(url) => Ok(to_issuer(url.as_ref(), End::Agreed)),
        Err(error @ LockerError::Field { .. }) => {
            let wrong = Wrong::of_field(inside.visitor.locale, &error);
            shown(&site, &inside, (said, Some(wrong))).await
        }
        Err(error) => Err(error.into()),
    };
    in_window(&site, &inside, result).await
}

async fn leave(site: &Site, inside: &InWindow, declines: bool) -> Response {
    let end = if declines { End::Declined } else { End::Left };
    let left = site.lockers().leave_window(&inside.visitor.caller, inside.token.as_ref(), declines).await;
    let result = left.map(|url| to_issuer(url.as_ref(), end)).map_err(Stop::from);
    in_window(site, inside, result).await
}

/// `POST /avec-moi/refus`
async fn decline(State(site): State<Site>, inside: InWindow) -> Response {
    leave(&site, &inside, true).await
}

/// `POST /avec-moi/quitter`
async fn quit(State(site): State<Site>, inside: InWindow) -> Response {
    leave(&site, &inside, false).await
}

/// What the aidant types.
#[derive(Debug, Default, Deserialize)]
struct Code {
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "pages/window_more.html")]
struct More {
    f: Frame,
    /// What is wrong with the code, and what to do.
    wrong: Option<(String, String)>,
}

/// `GET /avec-moi/plus-de-temps`
async fn ask_more(State(site): State<Site>, inside: InWindow) -> Response {
    let locale = inside.visitor.locale;
    let asked = site.lockers().read_window(&inside.visitor.caller, inside.token.as_ref(), locale).await;
    let result = asked
        .map_err(Stop::from)
        .map(|_| page(StatusCode::OK, &More { f: Frame::in_window(&site, locale, MORE), wrong: None }));
    in_window(&site, &inside, result).await
}

/// `POST /avec-moi/plus-de-temps`: the aidant's code, in their own session on this device; then the time.
async fn more(State(site): State<Site>, inside: InWindow, form: Result<Form<Code>, FormRejection>) -> Response {
    let typed = form.map(|Form(form)| form).unwrap_or_default();
    let (caller, locale) = (&inside.visitor.caller, inside.visitor.locale);
    let passed = match site.lockers().pass_factor(caller, &typed.code).await {
        Ok(passed) => passed,
        Err(error @ LockerError::Refused(Reason::WrongCode | Reason::FactorLocked)) => {
            let wrong = Some(fault(&error).told(locale));
            let f = Frame::in_window(&site, locale, MORE);
            return page(fault(&error).status, &More { f, wrong });
        }
        // The aidant's session is over, and the window with it.
        Err(LockerError::Refused(_)) => {
            return in_window(&site, &inside, Err(LockerError::Refused(Reason::NoWindow).into())).await;
        }
        Err(error) => return in_window(&site, &inside, Err(error.into())).await,
    };
    let extended = site.lockers().extend_window(caller, inside.token.as_ref()).await;
    let result = extended.map(|_| Redirect::to(READ).into_response()).map_err(Stop::from);
    let mut response = match result {
        // It has lasted for as long as it may, and goes on until then.
        Err(Stop::Locker(LockerError::Refused(Reason::NoWindow))) => Redirect::to(READ).into_response(),
        result => in_window(&site, &inside, result).await,
    };
    auth::keep_session(&mut response, &passed.cookie);
    response
}

#[derive(Template)]
#[template(path = "pages/window_end.html")]
struct Ended {
    f: Frame,
    told: Option<String>,
    has_begun: bool,
    give_back: String,
    /// The aidant's session goes on here.
    is_back: bool,
}

fn ended(f: Frame, end: Option<End>, aidant: Option<&Name>) -> Ended {
    let named = |name: &Name| say_with(f.locale, "window-end-give", &[("name", Value::Text(name.as_str()))]);
    Ended {
        told: end.map(|end| f.say(&format!("window-end-{}", end.code()))),
        has_begun: end == Some(End::Agreed),
        give_back: aidant.map_or_else(|| f.say("window-end-give-back"), named),
        is_back: aidant.is_some(),
        f,
    }
}

/// `GET /avec-moi/fini`
async fn end(State(site): State<Site>, visitor: Visitor, headers: HeaderMap) -> Response {
    let f = Frame::in_window(&site, visitor.locale, END);
    let who = match site.lockers().who(&visitor.caller).await {
        Ok(who) => Some(who),
        Err(LockerError::Refused(_)) => None,
        Err(error) => return told(&site, visitor.locale, Err(error.into())),
    };
    let aidant = who.and_then(|who| site.lockers().called(&who));
    page(StatusCode::OK, &ended(f, end_of(&headers), aidant.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;

    #[test]
    fn the_pages_are_whole_and_show_no_menu() {
        for locale in Locale::ALL {
            let f = || {
                let f = Frame::sample_at_work(locale);
                Frame { menu: super::super::super::frame::Menu::None, is_in: false, in_window: true, ..f }
            };
            let html = checks::checked(&Hand { f: f(), at: "/auth/holder/login?window=1".into() });
            for never in ["<nav", "/auth/logout", "href=\"/\"", "<footer"] {
                assert!(!html.contains(never), "{never}: {html}");
            }
            for has_changed in [false, true] {
                let said = Said { accepts: None, lu: Some("oui".into()), interprete: "Sami <b>".into() };
                let html = checks::checked(&Reading {
                    f: f(),
                    name: "Nadia <b>".into(),
                    of: Some("CCAS".into()),
                    until: "u".into(),
                    lines: vec!["Vous autorisez Nadia <b>.".into()],
                    sha256: "ab".into(),
                    said,
                    wrong: has_changed.then(|| Wrong::changed(locale)),
                });
                assert!(!html.contains("<b>") && !html.contains("<nav"), "{html}");
                assert_eq!(html.contains("role=\"alert\""), has_changed);
            }
            for wrong in [None, Some(("T".to_owned(), "H".to_owned()))] {
                checks::checked(&More { f: f(), wrong });
            }
            let name = Name::parse("Nadia BENALI").ok();
            for end in End::ALL {
                let html = checks::checked(&ended(f(), Some(end), name.as_ref()));
                assert!(!html.contains("window-end-") && html.contains("Nadia BENALI"), "{html}");
            }
            let html = checks::checked(&ended(f(), None, None));
            assert!(!html.contains("/aider"), "{html}");
        }
    }
}
