//! A new telephone: the security code replaced by its person, who still has the old one. What happens is told before the button;
//! the secret and the printed codes are shown once.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::frame::Frame;
use super::super::{Stop, answer, page, to_again};
use super::factor::{self, First, Secret};
use super::{Typed, Wrong, answered, frame};
use crate::domain::entry::Reason;
use crate::http::sentences::fault;
use crate::http::visitor::Visitor;
use crate::http::{Site, auth};
use crate::locker::LockerError;

/// Where it begins.
pub(super) const PATH: &str = "/nouveau-telephone";

/// What will happen, before the button.
#[derive(Template)]
#[template(path = "pages/phone.html")]
struct Told {
    f: Frame,
}

/// `GET /nouveau-telephone`: whoever comes back from proving who they are gives their code here, and goes on.
pub(super) async fn told(State(site): State<Site>, visitor: Visitor) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let state = site.lockers().factor_state(&visitor.caller).await?;
        if !state.is_set_up {
            return Ok(Redirect::to("/").into_response());
        }
        if !state.is_passed {
            return Ok(factor::to_give(&site, visitor.locale, &state, PATH));
        }
        Ok(page(StatusCode::OK, &Told { f: frame(&site, &visitor, PATH).await? }))
    };
    answer(&site, visitor.locale, shown().await)
}

/// `GET /nouveau-telephone/confirmer`: whoever comes back to the address of a form begins at the beginning.
pub(super) async fn to_told() -> Redirect {
    Redirect::to(PATH)
}

/// `POST /nouveau-telephone`
pub(super) async fn begin(State(site): State<Site>, visitor: Visitor) -> Response {
    match site.lockers().begin_replacement(&visitor.caller).await {
        Ok(shown) => {
            let f = Frame::at_work(&site, visitor.locale, PATH);
            let secret = Some(Secret::of(&shown));
            page(StatusCode::OK, &First { f, secret, wrong: None, replaces: true })
        }
        // Their issuer first: the code is asked for after it.
        Err(LockerError::Refused(Reason::NotFresh)) => to_again(),
        Err(LockerError::Refused(Reason::NoSecondFactor)) => Redirect::to(factor::PATH).into_response(),
        Err(LockerError::Refused(Reason::FactorState)) => Redirect::to("/").into_response(),
        Err(error) => answer(&site, visitor.locale, Err(error.into())),
    }
}

/// `POST /nouveau-telephone/confirmer`
pub(super) async fn confirm(
    State(site): State<Site>,
    visitor: Visitor,
    form: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = form.map(|Form(form)| form).unwrap_or_default();
    match site.lockers().replace_factor(&visitor.caller, &typed.code).await {
        Ok(passed) => {
            let mut response = factor::codes(&site, visitor.locale, &passed.codes, "phone-done");
            auth::keep_session(&mut response, &passed.cookie);
            response
        }
        // The secret can't be shown again. It is still in the new telephone, if it was put there.
        Err(error @ LockerError::Refused(Reason::WrongCode | Reason::FactorLocked)) => {
            let wrong = Some(Wrong::of(visitor.locale, &error));
            let f = Frame::at_work(&site, visitor.locale, PATH);
            page(fault(&error).status, &First { f, secret: None, wrong, replaces: true })
        }
        // None was begun in this visit, or it is done: pressed twice, the printed codes were on the page that did not come.
        Err(LockerError::Refused(Reason::FactorState)) => {
            factor::stands(&site, &visitor, true).await.unwrap_or_else(|| Redirect::to(PATH).into_response())
        }
        Err(error) => answered(&site, visitor.locale, Err(error.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::words::Locale;

    #[test]
    fn the_page_says_what_happens_before_the_button() {
        for locale in Locale::ALL {
            let html = checks::checked(&Told { f: Frame::sample_at_work(locale) });
            assert!(html.contains("method=\"post\" action=\"/nouveau-telephone\""), "{html}");
        }
    }
}
