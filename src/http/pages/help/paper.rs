//! Help given on paper, for its holder: a code to keep, the photo of what was signed, their own word.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::frame::Frame;
use super::super::{Stop, answer, at_home, frame_at_home, page};
use super::holder::{PATH, is_current, name_of};
use super::{mandate_id, until};
use crate::domain::entry::Reason;
use crate::http::Site;
use crate::http::photos;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::mandates::MandateView;

#[derive(Template)]
#[template(path = "pages/paper_code.html")]
struct Kept {
    f: Frame,
    code: String,
    until: String,
    /// For help that a court decides, rather than for a signed sheet.
    is_for_court: bool,
}

/// Which code to keep, as a form names it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Which {
    pour: Option<String>,
}

impl Which {
    fn is_for_court(form: Result<Form<Self>, FormRejection>) -> bool {
        form.is_ok_and(|Form(which)| which.pour.is_some_and(|what_for| what_for == "decision"))
    }
}

/// `POST /aide/code-papier`: a code to keep on paper, shown once.
pub(super) async fn code(
    State(site): State<Site>,
    visitor: Visitor,
    form: Result<Form<Which>, FormRejection>,
) -> Response {
    let is_for_court = Which::is_for_court(form);
    let made = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let (code, end) = if is_for_court {
            site.lockers().make_judgment_code(&visitor.caller, locker).await?
        } else {
            site.lockers().make_paper_code(&visitor.caller, locker).await?
        };
        let f = frame_at_home(&site, &visitor, locker, PATH).await?;
        let until = until(f.locale, "paper-code-until", end);
        Ok(page(StatusCode::OK, &Kept { f, code: code.shown().to_string(), until, is_for_court }))
    };
    answer(&site, visitor.locale, made().await)
}

/// `POST /aide/code-papier/retirer`
pub(super) async fn drop_code(
    State(site): State<Site>,
    visitor: Visitor,
    form: Result<Form<Which>, FormRejection>,
) -> Response {
    let is_for_court = Which::is_for_court(form);
    let done = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        if is_for_court {
            site.lockers().drop_judgment_code(&visitor.caller, locker).await?;
        } else {
            site.lockers().drop_paper_code(&visitor.caller, locker).await?;
        }
        Ok(Redirect::to("/aide?retire=1").into_response())
    };
    answer(&site, visitor.locale, done().await)
}

/// `GET /aide/{mandate}/feuille`: the photo of what was signed.
pub(super) async fn photo(State(site): State<Site>, visitor: Visitor, Path(mandate): Path<String>) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let shown = site.lockers().own_signed_sheet(&visitor.caller, locker, mandate_id(&mandate)?).await?;
        Ok(photos::served(shown))
    };
    answer(&site, visitor.locale, shown().await)
}

#[derive(Template)]
#[template(path = "pages/help_confirm.html")]
struct Confirming {
    f: Frame,
    name: String,
    lines: Vec<String>,
    sha256: String,
    at: String,
}

fn confirming(f: Frame, view: &MandateView) -> Option<Confirming> {
    let evidence = &view.agreed.as_ref()?.evidence;
    Some(Confirming {
        name: name_of(f.locale, view),
        lines: evidence.text.lines().map(str::to_owned).collect(),
        sha256: evidence.sha256.to_string(),
        at: format!("{PATH}/{}", view.mandate),
        f,
    })
}

/// `GET /aide/{mandate}/confirmer`
pub(super) async fn ask(State(site): State<Site>, visitor: Visitor, Path(mandate): Path<String>) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let id = mandate_id(&mandate)?;
        let view = site.lockers().help(&visitor.caller, locker, visitor.locale).await?;
        let one = view.mandates.iter().find(|one| one.mandate == id);
        let one = one.ok_or(LockerError::Refused(Reason::UnknownMandate))?;
        if !is_current(one) || !one.is_on_paper() {
            return Ok(Redirect::to(PATH).into_response());
        }
        let f = frame_at_home(&site, &visitor, locker, &format!("{PATH}/{id}/confirmer")).await?;
        Ok(page(StatusCode::OK, &confirming(f, one).ok_or(LockerError::Damaged)?))
    };
    answer(&site, visitor.locale, shown().await)
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Said {
    accepts: Option<String>,
}

/// `POST /aide/{mandate}/confirmer`
pub(super) async fn confirm(
    State(site): State<Site>,
    visitor: Visitor,
    Path(mandate): Path<String>,
    form: Result<Form<Said>, FormRejection>,
) -> Response {
    let said = form.map(|Form(form)| form).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let id = mandate_id(&mandate)?;
        site.lockers().acknowledge_mandate(&visitor.caller, locker, id, said.accepts.as_deref()).await?;
        Ok(Redirect::to("/aide?confirme=1").into_response())
    };
    answer(&site, visitor.locale, done().await)
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::words::Locale;

    #[test]
    fn the_code_is_shown_and_the_words_stand_as_they_are() {
        for locale in Locale::ALL {
            let f = Frame::sample_open(locale);
            for is_for_court in [false, true] {
                let (code, until) = ("ABCD-EFGH-JKMN".into(), "U".into());
                let html = checks::checked(&Kept { f: f.clone(), code, until, is_for_court });
                assert!(html.contains(">ABCD-EFGH-JKMN<"), "{html}");
            }
            let lines = vec!["Vous autorisez Nadia <b>.".to_owned()];
            let (name, sha256, at) = ("Nadia <b>".to_owned(), "ab".to_owned(), "/aide/1".to_owned());
            let html = checks::checked(&Confirming { f, name, lines, sha256, at });
            assert!(html.contains(">Vous autorisez Nadia &#60;b&#62;.</p>"), "{html}");
            for link in ["action=\"/aide/1/confirmer\"", "href=\"/aide/1/feuille\"", "href=\"/aide/1/arreter\""] {
                assert!(html.contains(link), "{link}: {html}");
            }
        }
    }
}
