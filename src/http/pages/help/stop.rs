//! Stopping one person's help, or all of it: what happens, before the button.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::frame::Frame;
use super::super::{Stop, answer, at_home, frame_at_home, page};
use super::holder::{PATH, is_current, name_of};
use super::mandate_id;
use crate::domain::entry::Reason;
use crate::domain::mandate::{Consent, Status};
use crate::http::Site;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;

/// What is about to happen, in the words that fit.
struct Told {
    title: &'static str,
    lines: &'static [&'static str],
    keep: &'static str,
}

const ONE: Told =
    Told { title: "stop-one-title", lines: &["stop-one-now", "stop-one-begun", "stop-again"], keep: "stop-keep" };
/// The same where a court decided.
const DECIDED: Told = Told { lines: &["stop-one-now", "stop-one-begun", "stop-judgment", "stop-again"], ..ONE };
const ALL: Told =
    Told { title: "stop-all-title", lines: &["stop-all-now", "stop-all-codes", "stop-again"], keep: "stop-keep" };
/// A code on paper, taken back.
const CODE: Told =
    Told { title: "help-paper-drop", lines: &["drop-code-now", "drop-code-again"], keep: "drop-code-keep" };

#[derive(Template)]
#[template(path = "pages/help_stop.html")]
struct Ask {
    f: Frame,
    told: &'static Told,
    /// Whose help.
    name: Option<String>,
    here: String,
    /// What the form says beside.
    pour: Option<&'static str>,
}

/// `GET /aide/{mandate}/arreter`
pub(super) async fn ask(State(site): State<Site>, visitor: Visitor, Path(mandate): Path<String>) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let id = mandate_id(&mandate)?;
        let view = site.lockers().help(&visitor.caller, locker, visitor.locale).await?;
        let one = view.mandates.iter().find(|one| one.mandate == id);
        let one = one.ok_or(LockerError::Refused(Reason::UnknownMandate))?;
        if !is_current(one) {
            return Ok(Redirect::to(PATH).into_response());
        }
        let (name, here) = (Some(name_of(visitor.locale, one)), format!("{PATH}/{id}/arreter"));
        let f = frame_at_home(&site, &visitor, locker, &here).await?;
        Ok(page(
            StatusCode::OK,
            &Ask { f, told: if one.consent == Consent::Judgment { &DECIDED } else { &ONE }, name, here, pour: None },
        ))
    };
    answer(&site, visitor.locale, shown().await)
}

/// `POST /aide/{mandate}/arreter`
pub(super) async fn one(State(site): State<Site>, visitor: Visitor, Path(mandate): Path<String>) -> Response {
    let done = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let id = mandate_id(&mandate)?;
        let error = match site.lockers().revoke_mandate(&visitor.caller, locker, id).await {
            Ok(()) => return Ok(Redirect::to("/aide?arret=1").into_response()),
            Err(error) => error,
        };
        if error != LockerError::Refused(Reason::UnknownMandate) {
            return Err(error.into());
        }
        // Pressed twice, or over by itself meanwhile: it is over, as they wish.
        let view = site.lockers().help(&visitor.caller, locker, visitor.locale).await?;
        let one = view.mandates.iter().find(|one| one.mandate == id).ok_or(error)?;
        let told = if one.status == Status::Ended { "/aide?arret=1" } else { PATH };
        Ok(Redirect::to(told).into_response())
    };
    answer(&site, visitor.locale, done().await)
}

/// `GET /aide/tout-arreter`
pub(super) async fn ask_all(State(site): State<Site>, visitor: Visitor) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let here = format!("{PATH}/tout-arreter");
        let f = frame_at_home(&site, &visitor, locker, &here).await?;
        Ok(page(StatusCode::OK, &Ask { f, told: &ALL, name: None, here, pour: None }))
    };
    answer(&site, visitor.locale, shown().await)
}

/// `GET /aide/code-papier/retirer`: asks first; `pour=decision` is the code for a court's decision.
pub(super) async fn ask_drop(State(site): State<Site>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let is_for_court = query.is_some_and(|query| query.split('&').any(|pair| pair == "pour=decision"));
        let pour = is_for_court.then_some("decision");
        let here = format!("{PATH}/code-papier/retirer");
        let with = pour.map(|pour| format!("{here}?pour={pour}"));
        let f = frame_at_home(&site, &visitor, locker, with.as_deref().unwrap_or(&here)).await?;
        Ok(page(StatusCode::OK, &Ask { f, told: &CODE, name: None, here, pour }))
    };
    answer(&site, visitor.locale, shown().await)
}

/// `POST /aide/tout-arreter`
pub(super) async fn all(State(site): State<Site>, visitor: Visitor) -> Response {
    let done = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        site.lockers().stop_help(&visitor.caller, locker).await?;
        Ok(Redirect::to("/aide?tout=1").into_response())
    };
    answer(&site, visitor.locale, done().await)
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::words::{Locale, has};

    #[test]
    fn each_page_says_what_happens_before_the_button() {
        for locale in Locale::ALL {
            for (told, name) in [(&ONE, Some("Nadia <b>".to_owned())), (&ALL, None), (&CODE, None)] {
                let (f, here) = (Frame::sample_open(locale), "/aide/1/arreter".to_owned());
                let html = checks::checked(&Ask { f, told, name, here, pour: Some("decision") });
                assert!(html.contains("method=\"post\" action=\"/aide/1/arreter\""), "{html}");
                for key in told.lines.iter().chain([&told.title, &told.keep]) {
                    assert!(has(locale, key), "{key}");
                }
            }
        }
    }
}
