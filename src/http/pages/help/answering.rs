//! Reading what somebody proposes, and answering: the text is shown as it is, for it is what is agreed to.

use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::frame::Frame;
use super::super::{Stop, again, answer, at_home, frame_at_home, page};
use super::holder::{PATH, is_current, name_of};
use super::limits::choice_from;
use super::mandate_id;
use crate::domain::basis::Basis;
use crate::domain::entry::Reason;
use crate::domain::ids::{LockerId, MandateId};
use crate::http::Site;
use crate::http::auth::{clear, redirect, set_cookie};
use crate::http::sentences::fault;
use crate::http::visitor::{ANSWER_COOKIE, Visitor, cookie};
use crate::locker::LockerError;
use crate::locker::giving::How;
use crate::locker::mandates::{MandateView, ProposalView};
use crate::locker::typed::TypedAnswer;
use crate::words::{Locale, Value, moment, say, say_with};

/// What is left of a proposal by a choice, in an address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    choix: String,
}

/// What the holder says of how it was read to them, as typed.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Said {
    accepts: Option<String>,
    /// What is left of the proposal, as the address bore it.
    #[serde(default)]
    choix: String,
    lu: Option<String>,
    #[serde(default)]
    interprete: String,
}

#[derive(Template)]
#[template(path = "pages/help_answer.html")]
struct Answering {
    f: Frame,
    name: String,
    of: Option<String>,
    lines: Vec<String>,
    /// Older help that ends when this begins, a sentence each.
    ends: Vec<String>,
    sha256: String,
    at: String,
    said: Said,
    wrong: Option<Wrong>,
}

/// Why an agreement was not taken, and where on the page it is mended.
pub(super) struct Wrong {
    /// The place, as an address within the page.
    pub(super) at: &'static str,
    /// What is wrong, and what to do.
    pub(super) told: String,
}

impl Wrong {
    /// The text is another one than that which was agreed to.
    pub(super) fn changed(locale: Locale) -> Self {
        Self { at: "#texte", told: say(locale, "help-changed") }
    }

    /// Of a field that is wrong.
    pub(super) fn of_field(locale: Locale, error: &LockerError) -> Self {
        if matches!(error, LockerError::Field { field: "interpreter", .. }) {
            let (title, help) = fault(error).told(locale);
            return Self { at: "#interprete", told: format!("{title} {help}") };
        }
        Self::changed(locale)
    }

    /// Whether it is the name of who translated.
    pub(super) fn is_interpreter(&self) -> bool {
        self.at == "#interprete"
    }
}

/// Who translated, as typed. Left empty, it names nobody.
pub(super) fn interpreter(typed: &str) -> Option<String> {
    (!typed.trim().is_empty()).then(|| typed.to_owned())
}

/// Help that ends when this begins: whose, and until when it was to last.
fn ended_by(locale: Locale, proposal: &ProposalView, all: &[MandateView]) -> Vec<String> {
    let told = |one: &MandateView| {
        let (name, at) = (name_of(locale, one), moment(locale, one.until));
        let until = at.strip_prefix("le ").unwrap_or(&at);
        say_with(locale, "help-ends-older", &[("name", Value::Text(&name)), ("until", Value::Text(until))])
    };
    all.iter().filter(|one| proposal.ends(one, all)).map(told).collect()
}

fn answering(f: Frame, view: &ProposalView, ends: Vec<String>, said: Said, wrong: Option<Wrong>) -> Answering {
    Answering {
        ends,
        name: view.proposed.helper.as_str().to_owned(),
        of: view.proposed.organisation.as_ref().map(|of| of.as_str().to_owned()),
        lines: view.text.lines().map(str::to_owned).collect(),
        sha256: view.sha256.to_string(),
        at: format!("{PATH}/{}", view.mandate),
        said,
        wrong,
        f,
    }
}

async fn shown(
    site: &Site,
    visitor: &Visitor,
    locker: LockerId,
    mandate: &str,
    (said, wrong): (Said, Option<Wrong>),
) -> Result<Response, Stop> {
    let id = mandate_id(mandate)?;
    let view = site.lockers().help(&visitor.caller, locker, visitor.locale).await?;
    let Some(proposal) = view.proposals.iter().find(|one| one.mandate == id) else {
        // It was answered already, or waits no more.
        let is_answered = view.mandates.iter().any(|one| one.mandate == id);
        let known = is_answered.then(|| Redirect::to(PATH).into_response());
        return known.ok_or(LockerError::Refused(Reason::UnknownMandate).into());
    };
    // A sheet, a court's decision: not answered here.
    if proposal.basis != Basis::Answer {
        return Ok(Redirect::to(PATH).into_response());
    }
    let f = frame_at_home(site, visitor, locker, &format!("{PATH}/{id}")).await?;
    // A choice that fits no more is no choice: the whole proposal is read again,
    let chose = !said.choix.is_empty();
    let only = choice_from(&said.choix).unwrap_or_default();
    let chosen = match only.as_slice() {
        [] => None,
        only => match site.lockers().choice_in_words(&visitor.caller, locker, id, only, visitor.locale).await {
            Ok(view) => Some(view),
            Err(LockerError::Field { .. }) => None,
            Err(error) => return Err(error.into()),
        },
    };
    // And said so: it may be more than they chose.
    let is_otherwise = chose && chosen.is_none();
    let wrong = if is_otherwise { Some(Wrong::changed(visitor.locale)) } else { wrong };
    let ends = ended_by(visitor.locale, proposal, &view.mandates);
    let said = if chosen.is_some() { said } else { Said { choix: String::new(), ..said } };
    let proposal = chosen.as_ref().unwrap_or(proposal);
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page(status, &answering(f, proposal, ends, said, wrong)))
}

/// `GET /aide/{mandate}`
pub(super) async fn read(
    State(site): State<Site>,
    visitor: Visitor,
    Path(mandate): Path<String>,
    chosen: Result<Query<Chosen>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let choix = chosen.map(|Query(chosen)| chosen.choix).unwrap_or_default();
    let read = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        // What they had said, where they come back from proving who they are.
        let kept = cookie(&headers, ANSWER_COOKIE);
        let kept = kept.and_then(|kept| site.lockers().answer_kept(locker, mandate_id(&mandate).ok()?, kept));
        let TypedAnswer { lu, interprete, choix: chose } = kept.unwrap_or_default();
        let choix = if choix.is_empty() { chose } else { choix };
        let said = Said { choix, lu: lu.then(|| "oui".to_owned()), interprete, accepts: None };
        shown(&site, &visitor, locker, &mandate, (said, None)).await
    };
    answer(&site, visitor.locale, read().await)
}

/// What only a form sends has no page of its own: whoever comes back to its address reads the proposal.
pub(super) async fn to_read(Path(mandate): Path<String>) -> Redirect {
    match mandate_id(&mandate) {
        Ok(mandate) => Redirect::to(&format!("{PATH}/{mandate}")),
        Err(_) => Redirect::to(PATH),
    }
}

/// The mandate that a proposal has become, if it has.
async fn begun(
    site: &Site,
    visitor: &Visitor,
    locker: LockerId,
    mandate: MandateId,
) -> Result<Option<MandateView>, Stop> {
    let view = site.lockers().help(&visitor.caller, locker, visitor.locale).await?;
    Ok(view.mandates.into_iter().find(|one| one.mandate == mandate))
}

/// It was agreed to already, and help has begun: how it is stopped.
#[derive(Template)]
#[template(path = "pages/help_begun.html")]
struct Begun {
    f: Frame,
    name: String,
    stop_at: String,
}

/// `POST /aide/{mandate}/accord`
pub(super) async fn agree(
    State(site): State<Site>,
    visitor: Visitor,
    Path(mandate): Path<String>,
    headers: HeaderMap,
    form: Result<Form<Said>, FormRejection>,
) -> Response {
    let said = form.map(|Form(form)| form).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let id = mandate_id(&mandate)?;
        let only = choice_from(&said.choix).unwrap_or_default();
        let how = How { read_aloud: said.lu.is_some(), interpreter: interpreter(&said.interprete), only };
        match site.lockers().give_mandate(&visitor.caller, locker, id, said.accepts.as_deref(), how).await {
            Ok(()) => {
                let spent = cookie(&headers, ANSWER_COOKIE).and_then(|_| clear(ANSWER_COOKIE));
                Ok(redirect("/aide?accord=1", [spent]))
            }
            // What was said is kept for when they come back, sealed, and in no address.
            Err(LockerError::Refused(Reason::NotFresh)) => {
                let Said { lu, interprete, choix, .. } = said;
                let typed = TypedAnswer { lu: lu.is_some(), interprete, choix };
                let kept = site.lockers().keep_answer(locker, id, &typed);
                let kept = kept.and_then(|kept| set_cookie(ANSWER_COOKIE, &kept, "; Max-Age=600"));
                Ok(redirect(again::PATH, [kept]))
            }
            Err(error @ LockerError::Field { .. }) => {
                let wrong = Wrong::of_field(visitor.locale, &error);
                shown(&site, &visitor, locker, &mandate, (said, Some(wrong))).await
            }
            // Pressed twice: it has begun by the first.
            Err(error @ LockerError::Refused(Reason::UnknownMandate)) => {
                match begun(&site, &visitor, locker, id).await? {
                    Some(one) if is_current(&one) => Ok(Redirect::to("/aide?accord=1").into_response()),
                    Some(_) => Ok(Redirect::to(PATH).into_response()),
                    None => Err(error.into()),
                }
            }
            Err(error) => Err(error.into()),
        }
    };
    let done = done().await;
    answer(&site, visitor.locale, done)
}

/// `POST /aide/{mandate}/refus`
pub(super) async fn decline(State(site): State<Site>, visitor: Visitor, Path(mandate): Path<String>) -> Response {
    let done = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let id = mandate_id(&mandate)?;
        let error = match site.lockers().decline_mandate(&visitor.caller, locker, id).await {
            Ok(()) => return Ok(Redirect::to("/aide?refus=1").into_response()),
            Err(error) => error,
        };
        if error != LockerError::Refused(Reason::UnknownMandate) {
            return Err(error.into());
        }
        // Pressed twice, or from an older page: it waits no more. Or they have agreed since.
        let Some(one) = begun(&site, &visitor, locker, id).await? else {
            return Ok(Redirect::to("/aide?deja=1").into_response());
        };
        if !is_current(&one) {
            return Ok(Redirect::to(PATH).into_response());
        }
        let f = frame_at_home(&site, &visitor, locker, &format!("{PATH}/{id}")).await?;
        let (name, stop_at) = (name_of(visitor.locale, &one), format!("{PATH}/{id}/arreter"));
        Ok(page(StatusCode::CONFLICT, &Begun { f, name, stop_at }))
    };
    answer(&site, visitor.locale, done().await)
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;

    #[test]
    fn what_has_begun_is_stopped() {
        for locale in Locale::ALL {
            let (f, name, stop_at) = (Frame::sample_open(locale), "Nadia <b>".to_owned(), "/aide/1/arreter".to_owned());
            let html = checks::checked(&Begun { f, name, stop_at });
            assert!(html.contains("Nadia &#60;b&#62;") && html.contains("href=\"/aide/1/arreter\""), "{html}");
        }
    }

    #[test]
    fn the_text_stands_line_by_line_as_it_is() {
        for locale in Locale::ALL {
            for has_changed in [false, true] {
                let said =
                    Said { accepts: None, choix: String::new(), lu: Some("oui".into()), interprete: "Sami <b>".into() };
                let lines = vec!["Vous autorisez Nadia <b>.".to_owned(), "Logement : ouvrir.".to_owned()];
                let (name, of) = ("Nadia <b>".to_owned(), Some("CCAS".to_owned()));
                let (sha256, at, f) = ("ab".to_owned(), "/aide/1".to_owned(), Frame::sample_open(locale));
                let ends = if has_changed { vec!["Nadia <b> s'arrête".to_owned()] } else { Vec::new() };
                let wrong = has_changed.then(|| Wrong::changed(locale));
                let html = checks::checked(&Answering { f, name, of, lines, ends, sha256, at, said, wrong });
                let told = html.find("Nadia &#60;b&#62; s&#39;arrête");
                assert_eq!(told.is_some_and(|told| Some(told) < html.find("/accord")), has_changed, "{html}");
                assert!(html.contains(">Vous autorisez Nadia &#60;b&#62;.</p>"), "{html}");
                assert!(html.contains("name=\"accepts\" value=\"ab\"") && html.contains("value=\"Sami &#60;b&#62;\""));
                assert!(html.contains("action=\"/aide/1/accord\"") && html.contains("action=\"/aide/1/refus\""));
                assert_eq!(html.contains("role=\"alert\""), has_changed);
            }
        }
    }
}
