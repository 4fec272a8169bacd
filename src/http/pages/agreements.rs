//! What institutions propose to send a holder: read, agreed to; and who may, or could, with the button that stops it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, RawForm, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::asked::PATH;
use super::asked::one::request_id;
use super::frame::Frame;
use super::wrongs::Wrongs;
use super::{Stop, answer, at_home, frame_at_home, page};
use crate::domain::agreement::{AgreementFields, AgreementStatus};
use crate::domain::document::Day;
use crate::domain::entry::Reason;
use crate::domain::ids::AgreementId;
use crate::domain::request::{RequestFields, RequestStatus};
use crate::domain::taxonomy::Kind;
use crate::http::Site;
use crate::http::auth::redirect;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::agreements::{Agreeing, AgreementView};
use crate::locker::requests::RequestView;
use crate::words::{Locale, Value, day, kind_label, purpose_told, say, say_with};

/// Who may send papers, or could.
pub(super) struct Agreed {
    pub(super) by: String,
    pub(super) what_for: Option<String>,
    pub(super) kinds: Vec<String>,
    pub(super) when: String,
    pub(super) hidden: bool,
    pub(super) at: String,
    pub(super) named: String,
    /// It may be stopped.
    pub(super) lasts: bool,
}

#[derive(Template)]
#[template(path = "pages/agreement_one.html")]
struct One {
    f: Frame,
    at: String,
    by: String,
    lines: Vec<String>,
    kinds: Vec<String>,
    state: Option<String>,
    until: String,
    hidden: bool,
    wrongs: Wrongs,
}

/// What somebody chose: as a form sends it, and as an address keeps it while they prove again who they are.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    until: Option<String>,
    hidden: bool,
}

impl Choice {
    pub(super) fn read(text: &[u8]) -> Self {
        let fields: BTreeMap<String, String> = url::form_urlencoded::parse(text).into_owned().collect();
        let until = fields.get("jusqua").map(|day| day.trim().to_owned()).filter(|day| !day.is_empty());
        Self { until, hidden: fields.contains_key("cache") }
    }

    fn query(&self) -> String {
        let mut out = url::form_urlencoded::Serializer::new(String::new());
        if let Some(day) = &self.until {
            out.append_pair("jusqua", day);
        }
        if self.hidden {
            out.append_pair("cache", "1");
        }
        out.finish()
    }

    fn agreeing(&self) -> Result<Agreeing, LockerError> {
        let until = self.until.as_deref().map(Day::parse).transpose();
        let until = until.map_err(|error| LockerError::Field { field: "until", error })?;
        Ok(Agreeing { until, private: self.hidden })
    }
}

fn labels(locale: Locale, kinds: &[Kind]) -> Vec<String> {
    kinds.iter().map(|kind| kind_label(locale, *kind)).collect()
}

/// How a proposal is called in the list and on its page; none if it is no proposal.
pub(super) fn proposed_by(locale: Locale, view: &RequestView) -> Option<String> {
    let fields = view.fields.as_ref().filter(|fields| !fields.deposits.is_empty())?;
    Some(say_with(locale, "agree-by", &[("name", Value::Text(fields.institution.as_str()))]))
}

/// One that may send papers, or could.
pub(super) fn agreed(locale: Locale, view: &AgreementView) -> Agreed {
    let fields = view.fields.as_ref();
    let name = fields.map_or_else(|| say(locale, "who-institution"), |fields| fields.institution.as_str().to_owned());
    let until = day(locale, view.row.until);
    let until = [("day", Value::Text(&until))];
    let when = match view.status {
        _ if view.row.is_doubted => say(locale, "agreed-not-believed"),
        AgreementStatus::Active => say_with(locale, "agreed-until", &until),
        AgreementStatus::Stopped => say(locale, "agreed-stopped"),
        AgreementStatus::Over => say_with(locale, "agreed-over", &until),
    };
    let purpose = |fields: &AgreementFields| purpose_told(locale, fields.purpose.as_str());
    let named = say_with(locale, "agreed-named", &[("name", Value::Text(&name))]);
    Agreed {
        by: name,
        what_for: fields.map(purpose),
        kinds: fields.map(|fields| labels(locale, &fields.kinds)).unwrap_or_default(),
        when,
        hidden: fields.is_some_and(|fields| fields.private),
        at: format!("/accords/{}", view.row.agreement),
        named,
        // To stop what is not believed leaves its line, too.
        lasts: view.row.is_doubted || view.status == AgreementStatus::Active,
    }
}

/// The page of a proposal, as `GET /demandes/{request}` shows it.
pub(super) fn one_page(
    site: &Site,
    f: Frame,
    (view, fields, by): (&RequestView, &RequestFields, String),
    wrongs: Wrongs,
    choice: &Choice,
) -> Response {
    let locale = f.locale;
    let line = |key, name, value: &str| say_with(locale, key, &[(name, Value::Text(value))]);
    let mut lines =
        vec![purpose_told(locale, fields.purpose.as_str()), line("asked-basis", "basis", fields.legal_basis.as_str())];
    lines.extend(fields.reference.as_ref().map(|name| line("asked-reference", "name", name.as_str())));
    if view.status == RequestStatus::Taken {
        lines.push(line("asked-waits", "day", &day(locale, view.facts.until)));
    }
    let state = match view.status {
        RequestStatus::Taken => None,
        RequestStatus::Answered => Some(say(locale, "agree-answered")),
        _ => Some(super::asked::one::state(locale, view)),
    };
    let until = choice.until.clone().or_else(|| site.lockers().until_usual(fields.days)).unwrap_or_default();
    let (at, kinds) = (format!("{PATH}/{}", view.facts.request), labels(locale, &fields.deposits));
    page(wrongs.status(), &One { f, at, by, lines, kinds, state, until, hidden: choice.hidden, wrongs })
}

/// `POST /demandes/{request}/accepter`
pub(super) async fn agree(
    State(site): State<Site>,
    visitor: Visitor,
    Path(request): Path<String>,
    RawForm(form): RawForm,
) -> Response {
    let agree = async || -> Result<Response, Stop> {
        let request = request_id(&request)?;
        let (_, locker) = at_home(&site, &visitor).await?;
        let choice = Choice::read(&form);
        let given = match choice.agreeing() {
            Ok(agreeing) => site.lockers().agree(&visitor.caller, (locker, request), agreeing).await,
            Err(error) => Err(error),
        };
        match given {
            Ok(_) => Ok(Redirect::to(&format!("{PATH}?fait=accord")).into_response()),
            // What was chosen is kept in the address that they come back to.
            Err(LockerError::Refused(Reason::NotFresh)) => {
                let next = format!("{PATH}/{request}?{}", choice.query());
                let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                Ok(redirect(&format!("/auth/holder/login?step_up=1&next={next}"), []))
            }
            Err(error @ LockerError::Field { .. }) => {
                let at = format!("{PATH}/{request}");
                let f = frame_at_home(&site, &visitor, locker, &at).await?;
                let locale = visitor.locale;
                let view = site.lockers().received_request(&visitor.caller, locker, request).await?.view;
                let (Some(fields), Some(by)) = (view.fields.as_ref(), proposed_by(locale, &view)) else {
                    return Err(error.into());
                };
                let mut wrongs = Wrongs::default();
                wrongs.refused("jusqua", locale, &error);
                Ok(one_page(&site, f, (&view, fields, by), wrongs, &choice))
            }
            Err(error) => Err(error.into()),
        }
    };
    answer(&site, visitor.locale, agree().await)
}

/// `POST /accords/{agreement}/arreter`
pub(super) async fn stop(State(site): State<Site>, visitor: Visitor, Path(agreement): Path<String>) -> Response {
    let stop = async || -> Result<Response, Stop> {
        let unknown = Stop::Locker(LockerError::Refused(Reason::UnknownAgreement));
        let agreement: AgreementId = agreement.parse().map_err(|_| unknown)?;
        let (_, locker) = at_home(&site, &visitor).await?;
        match site.lockers().stop_agreement(&visitor.caller, (locker, agreement)).await {
            // Pressed twice: it is as they wanted it.
            Ok(()) | Err(LockerError::Refused(Reason::WrongState)) => {
                Ok(Redirect::to(&format!("{PATH}?fait=change")).into_response())
            }
            Err(error) => Err(error.into()),
        }
    };
    answer(&site, visitor.locale, stop().await)
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;

    #[test]
    fn the_page_is_whole() {
        for locale in Locale::ALL {
            let one = |state: Option<&str>, wrongs: Wrongs| One {
                f: Frame::sample_open(locale),
                at: "/demandes/1".into(),
                by: "a <i>".into(),
                lines: vec!["b".into()],
                kinds: vec!["c".into()],
                state: state.map(str::to_owned),
                until: "2027-01-31".into(),
                hidden: true,
                wrongs,
            };
            let html = checks::checked(&one(None, Wrongs::one("jusqua", "wrong".to_owned())));
            assert!(html.contains("/demandes/1/accepter") && html.contains("a &#60;i&#62;"), "{html}");
            let html = checks::checked(&one(Some("over"), Wrongs::default()));
            assert!(!html.contains("/demandes/1/accepter"), "{html}");
        }
    }

    #[test]
    fn what_was_chosen_comes_back_as_it_was() {
        for text in ["jusqua=2027-01-31&cache=1", "cache=1", "jusqua=2027-01-31", ""] {
            let read = Choice::read(text.as_bytes());
            assert_eq!(Choice::read(read.query().as_bytes()), read, "{text}");
        }
        assert!(Choice::read(b"jusqua=demain").agreeing().is_err());
    }
}
