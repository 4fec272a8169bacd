//! The pages: rendered here, without script, for people (WORDS).
//!
//! What lives here: a file per page, each with its handlers and its template's values. What must not: rules of rights, SQL,
//! keys, sentences (they are in the catalogue). To add a page: a file, its line in `routes`, a template that extends
//! `pages/base.html`, its keys in both `locales/*.ftl`, a story in `tests/it` with its refusals.

mod add;
mod again;
mod agreements;
mod api;
mod asked;
mod bearers;
#[cfg(test)]
mod checks;
mod closing;
mod contact;
mod elsewhere;
mod frame;
mod given;
mod handed;
mod help;
mod home;
mod information;
mod journal;
mod more;
mod papers;
mod scanned;
mod sessions;
mod verify;
mod work;
mod wrongs;

use askama::Template;
use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::Site;
use super::printed::CHECK;
use super::sentences::{Fault, fault};
use super::visitor::Visitor;
use super::windows;
use crate::domain::entry::Reason;
use crate::domain::ids::{DocumentId, LockerId, WindowId};
use crate::domain::person::IssuerKind;
use crate::locker::{LockerError, Who};
use crate::words::Locale;
use frame::Frame;

/// Where somebody without an account types the code that they were given.
pub const CODE: &str = "/code";

/// Every page.
pub fn routes() -> Router<Site> {
    Router::new()
        .route("/", get(home::start))
        .route("/informations", get(information::read))
        .route("/consigne/ouvrir", post(home::open))
        .route("/consigne/fermer", get(closing::ask).post(closing::close))
        .route("/consigne/rouvrir", post(closing::reopen))
        .route("/consigne/informations", get(information::again).post(information::accept))
        .route("/langue", get(home::language))
        .route(again::PATH, get(again::ask))
        .route("/papiers", get(papers::list))
        .route("/papiers/ajouter", get(add::form).post(add::send))
        .route("/papiers/{document}", get(papers::one))
        .route("/papiers/{document}/contenu", get(scanned::content))
        .route("/papiers/{document}/corbeille", post(papers::trash))
        .route("/papiers/{document}/reprendre", post(papers::restore))
        .route("/papiers/{document}/changer", get(add::change_form).post(add::change))
        .route("/papiers/{document}/remplacer", get(add::replace_form).post(add::replace))
        .route("/papiers/{document}/recu", get(verify::receipt))
        .route("/papiers/{document}/versions", get(more::versions))
        .route("/papiers/{document}/verifier", post(more::check))
        .route("/papiers/{document}/supprimer", get(more::destroy_form).post(more::destroy))
        .route("/consigne", get(more::locker))
        .route("/consigne/me-prevenir", get(contact::view).post(contact::choose))
        .route("/consigne/me-prevenir/code", post(contact::confirm))
        .route("/consigne/me-prevenir/autre-code", post(contact::send_again))
        .route("/consigne/me-prevenir/garder", post(contact::keep))
        .route("/consigne/me-prevenir/reglages", post(contact::amend))
        .route("/consigne/me-prevenir/arreter", post(contact::withdraw))
        .route("/consigne/recu", get(verify::receipt_of_all))
        .route("/consigne/emporter", post(more::export))
        .route("/consigne/verifier", post(more::check_all))
        .route("/demandes", get(asked::list).post(asked::take))
        .route("/demandes/{request}", get(asked::view).post(asked::give))
        .route("/demandes/{request}/garder", get(asked::to_one).post(asked::keep))
        .route("/demandes/{request}/ajouter", get(asked::to_one).post(asked::add))
        .route("/demandes/{request}/refuser", get(asked::ending::request).post(asked::decline))
        .route("/transmettre", get(given::form).post(given::give))
        .route("/transmis/{share}", get(given::view))
        .route("/transmis/{share}/code", post(given::paper))
        .route("/demandes/{request}/accepter", post(agreements::agree))
        .route("/accords/{agreement}/arreter", get(asked::ending::agreement).post(agreements::stop))
        .route("/transmis/{share}/arreter", get(asked::ending::share).post(asked::stop))
        .route("/transmis/{share}/recu", get(handed::receipt))
        .route("/transmis/{share}/recu-signe", get(handed::signed_receipt))
        .route("/transmis/{share}/pause", post(asked::pause))
        .route("/transmis/{share}/continuer", post(asked::go_on))
        .route("/corbeille", get(papers::trashed))
        .route("/qui-a-ouvert", get(journal::lines))
        .route(CHECK, get(verify::check))
        .route("/api", get(api::api))
        .route("/sessions", get(sessions::list))
        .route("/sessions/sortir-des-autres", post(sessions::end_others))
        .route("/sessions/{session}/sortir", post(sessions::end))
        .route("/style.css", get(style))
        .merge(bearers::routes())
        .merge(help::routes())
        .merge(work::routes())
}

/// The way back from a page of something that went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// To the first page.
    Start,
    /// Somebody who helps: to the people whom they help.
    People,
    /// A holder on their aidant's device: to what they read.
    Read,
    /// A holder on their aidant's device who has not come in there: they give it back.
    Device(WindowId),
}

impl Back {
    /// By what a browser brings: an open window, or a device that was handed over for one.
    pub fn of(headers: &HeaderMap) -> Self {
        if windows::is_open(headers) {
            return Self::Read;
        }
        windows::handed_for(headers).map_or(Self::Start, Self::Device)
    }
}

/// The page of something that went wrong: what, what to do now, a way back.
#[derive(Template)]
#[template(path = "pages/error.html")]
struct ErrorPage {
    f: Frame,
    title: String,
    help: String,
    back: Back,
}

/// A page that says what is wrong under a problem's code (`problem-CODE-title`, `problem-CODE-help`).
pub fn error_page(site: &Site, locale: Locale, status: StatusCode, code: &'static str) -> Response {
    error_page_to(site, locale, (status, code), Back::Start)
}

/// The same, with the way back that fits.
pub fn error_page_to(site: &Site, locale: Locale, (status, code): (StatusCode, &'static str), back: Back) -> Response {
    let limit = (code == "too-large").then(|| site.lockers().limits().document_bytes);
    fault_page_to(site, locale, &Fault { limit, ..Fault::new(status, code) }, back)
}

/// A page that says what is wrong.
pub fn fault_page(site: &Site, locale: Locale, fault: &Fault) -> Response {
    fault_page_to(site, locale, fault, Back::Start)
}

/// The same, with the way back that fits.
fn fault_page_to(site: &Site, locale: Locale, fault: &Fault, back: Back) -> Response {
    let (title, help) = fault.told(locale);
    let f = match back {
        Back::Start => Frame::outside(site, locale, "/"),
        Back::People => Frame::inside(site, locale, "/aider"),
        Back::Read => Frame::in_window(site, locale, windows::READ),
        Back::Device(window) => Frame::in_window(site, locale, &format!("/avec-moi/{window}")),
    };
    crate::http::problem::retry_later(page(fault.status, &ErrorPage { f, title, help, back }))
}

fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page does not render");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn style() -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=3600")];
    (headers, include_str!("../../../templates/pages/style.css"))
}

/// Why a page is not shown.
#[derive(Debug)]
enum Stop {
    /// The verb did not do what was asked.
    Locker(LockerError),
    /// The person has no locker yet: the first page tells what to do.
    NoLocker,
}

impl From<LockerError> for Stop {
    fn from(error: LockerError) -> Self {
        Self::Locker(error)
    }
}

impl Stop {
    fn unknown_paper() -> Self {
        Self::Locker(LockerError::Refused(Reason::UnknownDocument))
    }
}

/// The answer of a handler: its page, or the one that says what is wrong.
fn answer(site: &Site, locale: Locale, result: Result<Response, Stop>) -> Response {
    match result {
        Ok(response) => response,
        Err(Stop::NoLocker) => Redirect::to("/").into_response(),
        Err(Stop::Locker(error)) => {
            let fault = fault(&error);
            if fault.status == StatusCode::UNAUTHORIZED {
                return to_entrance(fault.code == "session-over");
            }
            if fault.code == "sign-in-again" {
                return to_again();
            }
            fault_page(site, locale, &fault)
        }
    }
}

/// To the page where one proves again who one is, and from there back to the page that led here.
pub fn to_again() -> Response {
    Redirect::to(again::PATH).into_response()
}

/// To the first page, which says that one must enter (again).
fn to_entrance(was_in: bool) -> Response {
    Redirect::to(if was_in { "/?entrer=fin" } else { "/?entrer=1" }).into_response()
}

/// The holder at home: who they are, and their locker.
async fn at_home(site: &Site, visitor: &Visitor) -> Result<(Who, LockerId), Stop> {
    let who = site.lockers().who(&visitor.caller).await?;
    let locker = who.locker.ok_or(Stop::NoLocker)?;
    Ok((who, locker))
}

/// The frame of a page of a holder in their locker: it says when the locker is closed.
async fn frame_at_home(site: &Site, visitor: &Visitor, locker: LockerId, here: &str) -> Result<Frame, Stop> {
    let closed = site.lockers().closed(&visitor.caller, locker).await?;
    Ok(Frame::at_home(site, visitor.locale, here).with_closure(closed))
}

/// The same, for somebody who may have no locker yet, or is here for their work.
async fn frame_inside(site: &Site, visitor: &Visitor, who: &Who, here: &str) -> Result<Frame, Stop> {
    match (who.locker, who.issuer) {
        (Some(locker), _) => frame_at_home(site, visitor, locker, here).await,
        (None, IssuerKind::Professional) if site.lockers().factor_state(&visitor.caller).await?.is_passed => {
            work::frame(site, visitor, here).await
        }
        (None, _) => Ok(Frame::inside(site, visitor.locale, here)),
    }
}

/// The paper that an address names. Whatever is not an id is not here.
fn paper_id(text: &str) -> Result<DocumentId, Stop> {
    text.parse().map_err(|_| Stop::unknown_paper())
}

/// The path and query of a request, as they came.
fn here(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |whole| whole.as_str())
}
