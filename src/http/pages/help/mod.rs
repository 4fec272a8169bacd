//! Help on plain pages: for who is helped (who may help, a code, reading and answering, stopping) and for who helps (whom,
//! proposing, a visit).
//!
//! What lives here: a file for each of these, and the words that they have in common. What must not: rules of rights. A page
//! shows what fits the state of things; the verbs decide.

mod acting;
mod after;
mod answering;
mod asking;
mod decision;
mod done;
mod holder;
mod limits;
mod organise;
mod paper;
mod papers;
mod people;
mod propose;
mod proposed;
mod rubrics;
mod stop;
mod visit;
mod window;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use axum::routing::{get, post};

use super::{Back, Stop, error_page_to, work};
use crate::domain::entry::Reason;
use crate::domain::help::CategoryScope;
use crate::domain::ids::MandateId;
use crate::domain::source::Timestamp;
use crate::http::Site;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::consent::scope_told;
use crate::words::{Locale, Value, moment, say_with};

pub(super) use people::{Person, people};

/// Their routes.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/aide", get(holder::shown))
        .route("/aide/code", get(to_help).post(holder::code))
        .route("/aide/code-papier", get(to_help).post(paper::code))
        .route("/aide/code-papier/retirer", get(stop::ask_drop).post(paper::drop_code))
        .route("/aide/{mandate}/feuille", get(paper::photo))
        .route("/aide/{mandate}/confirmer", get(paper::ask).post(paper::confirm))
        .route("/aide/tout-arreter", get(stop::ask_all).post(stop::all))
        .route("/aide/{mandate}", get(answering::read))
        .route("/aide/{mandate}/accord", get(answering::to_read).post(answering::agree))
        .route("/aide/{mandate}/refus", get(answering::to_read).post(answering::decline))
        .route("/aide/{mandate}/fait", get(done::shown))
        .route("/aide/{mandate}/attestation", get(done::attested))
        .route("/aide/{mandate}/arreter", get(stop::ask).post(stop::one))
        .route("/aide/{mandate}/choisir", get(limits::choose).post(limits::chosen))
        .route("/aide/{mandate}/reduire", get(limits::narrow).post(limits::narrowed))
        .route("/aider", get(people::list))
        .route("/aider/{locker}/{mandate}/prolonger", get(after::renew).post(after::renewed))
        .route("/aider/{locker}/{mandate}/passer", get(after::hand_over).post(after::handed_over))
        .route("/aider/{locker}/{mandate}/arreter", get(after::give_up).post(after::given_up))
        .route("/proposer", get(propose::form).post(propose::send))
        .route("/proposer/fait", get(propose::done))
        .route("/proposer/{mandate}/retirer", get(to_people).post(proposed::take_back))
        .route(decision::PATH, get(decision::form).post(decision::send))
        .merge(window::routes())
        .route("/visite", get(to_people).post(visit::begin))
        .route("/visite/{locker}/{visit}", get(visit::shown))
        .route("/visite/{locker}/{visit}/ajouter", get(papers::form).post(papers::add))
        .route("/visite/{locker}/{visit}/attestation", get(visit::attested))
        .route("/visite/{locker}/{visit}/demande", get(asking::ask).post(asking::take))
        .route("/visite/{locker}/{visit}/demande/{request}", get(asking::view).post(asking::give))
        .route("/visite/{locker}/{visit}/demande/{request}/garder", get(asking::to_one).post(asking::keep))
        .route("/visite/{locker}/{visit}/demande/{request}/ajouter", get(asking::to_one).post(asking::add))
        .route("/visite/{locker}/{visit}/finir", post(visit::end))
        .route("/visite/{locker}/{visit}/papiers/{document}", get(papers::one))
        .route("/visite/{locker}/{visit}/papiers/{document}/contenu", get(papers::content))
        .route("/visite/{locker}/{visit}/papiers/{document}/recu", get(papers::receipt))
        .route("/visite/{locker}/{visit}/papiers/{document}/remplacer", get(papers::replace_form).post(papers::replace))
        .route("/visite/{locker}/{visit}/papiers/{document}/ranger", get(organise::ask).post(organise::change))
        .route("/visite/{locker}/{visit}/papiers/{document}/original", get(papers::to_paper).post(acting::see))
        .route("/visite/{locker}/{visit}/retirer/{document}/{version}", get(acting::ask).post(acting::withdraw))
}

/// What only a form sends has no page of its own: whoever comes back to its address finds who helps them.
async fn to_help() -> Redirect {
    Redirect::to("/aide")
}

/// The same, for whom one helps.
async fn to_people() -> Redirect {
    Redirect::to("/aider")
}

/// The mandate that an address names. Whatever is not an id is not here.
fn mandate_id(text: &str) -> Result<MandateId, Stop> {
    text.parse().map_err(|_| LockerError::Refused(Reason::UnknownMandate).into())
}

/// What is allowed, a sentence for each category.
fn scopes_told<'s>(locale: Locale, scope: impl IntoIterator<Item = &'s CategoryScope>) -> Vec<String> {
    scope.into_iter().filter_map(|one| scope_told(locale, one)).collect()
}

/// A sentence with a moment after « jusqu'au »: the article is in it.
pub(super) fn until(locale: Locale, key: &str, at: Timestamp) -> String {
    let at = moment(locale, at);
    say_with(locale, key, &[("until", Value::Text(at.strip_prefix("le ").unwrap_or(&at)))])
}

/// The answer of a handler for who helps: it is not their own locker that is closed, and a visit has an end.
fn answered(site: &Site, locale: Locale, result: Result<Response, Stop>) -> Response {
    let fault = match &result {
        Err(Stop::Locker(LockerError::Refused(Reason::LockerClosed))) => (StatusCode::CONFLICT, "helped-closed"),
        Err(Stop::Locker(LockerError::Refused(Reason::NoVisit))) => (StatusCode::FORBIDDEN, "visit-over"),
        _ => return work::answered(site, locale, result),
    };
    error_page_to(site, locale, fault, Back::People)
}

/// The same in a visit: to who began it, what was there a moment ago is no wrong address. Anybody else finds nothing, as before.
async fn answered_in(
    site: &Site,
    visitor: &Visitor,
    (locker, visit): (&str, &str),
    result: Result<Response, Stop>,
) -> Response {
    let is_over = matches!(
        result,
        Err(Stop::Locker(LockerError::Refused(Reason::NoRelation | Reason::MandateOver | Reason::NotAMember)))
    );
    if is_over && let (Ok(locker), Ok(visit)) = (locker.parse(), visit.parse()) {
        let mut caller = visitor.caller.clone();
        caller.visit = Some(visit);
        // What can't be asked now changes nothing of the answer.
        if site.lockers().was_visiting(&caller, locker).await.unwrap_or(false) {
            return error_page_to(site, visitor.locale, (StatusCode::NOT_FOUND, "help-stopped"), Back::People);
        }
    }
    answered(site, visitor.locale, result)
}
