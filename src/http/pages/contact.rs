//! Where a holder is told of things outside the service: the choice, the code that comes, the end of it.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::frame::Frame;
use super::{Stop, again, answer, at_home, closing, frame_at_home, page};
use crate::domain::entry::Reason;
use crate::domain::ids::LockerId;
use crate::domain::notice::Channel;
use crate::http::Site;
use crate::http::auth::{clear, redirect, set_cookie};
use crate::http::sentences::fault;
use crate::http::visitor::{TYPED_COOKIE, Visitor, cookie};
use crate::locker::LockerError;
use crate::locker::contacts::{Amending, Choosing, ContactView};
use crate::locker::typed::TypedContact;
use crate::words::{Locale, Value, clock, say, say_with};

/// Where it is.
const PATH: &str = "/consigne/me-prevenir";

/// What says of something kept that it is how they want to be told, not where.
const HOW: &str = "reglages";

/// What is wrong with what was typed, beside its field.
struct Wrong {
    field: &'static str,
    told: String,
}

/// A code that is waited for.
struct Waited {
    /// Where it went.
    went: String,
    /// Until when it serves, or that it serves no more.
    until: String,
    /// Whether it serves.
    serves: bool,
}

#[derive(Template)]
#[template(path = "pages/contact.html")]
struct Contact {
    f: Frame,
    /// How they are told now, in a sentence.
    now: Option<String>,
    /// Whether they are told each week who opened what.
    weekly: bool,
    /// The code that is waited for.
    code: Option<Waited>,
    /// How they are told, as the boxes for that show it: discreetly, each week.
    how: (bool, bool),
    by_sms: bool,
    by_email: bool,
    typed: TypedContact,
    wrong: Option<Wrong>,
}

impl Contact {
    fn error(&self, field: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|wrong| wrong.field == field).map(|wrong| wrong.told.as_str())
    }

    const fn offers(&self) -> bool {
        self.by_sms || self.by_email
    }
}

/// The code that somebody typed.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Code {
    #[serde(default)]
    code: String,
}

fn contact(f: Frame, view: &ContactView, typed: Option<TypedContact>, wrong: Option<Wrong>) -> Contact {
    let locale = f.locale;
    let hint = view.hint.as_deref().unwrap_or_default();
    let told = |key| say_with(locale, key, &[("where", Value::Text(hint))]);
    let now = view.channel.filter(|_| view.is_confirmed).map(|channel| match (channel, view.discreet) {
        (Channel::Sms, true) => told("contact-now-sms-discreet"),
        (Channel::Sms, false) => told("contact-now-sms"),
        (Channel::Email, true) => told("contact-now-email-discreet"),
        (Channel::Email, false) => told("contact-now-email"),
    });
    let code = view.waiting.as_ref().map(|(_, hint)| {
        let went = say_with(locale, "contact-code-went", &[("where", Value::Text(hint))]);
        let until = view.code_until.map(|until| clock(locale, until));
        let until = until.map(|when| say_with(locale, "contact-code-until", &[("time", Value::Text(&when))]));
        Waited { went, until: until.unwrap_or_else(|| f.say("contact-code-over")), serves: view.code_until.is_some() }
    });
    let is_how = |typed: &TypedContact| typed.par == HOW;
    let how = typed.as_ref().filter(|typed| is_how(typed));
    let how = how.map_or((view.discreet, view.digest), |typed| (!typed.discret.is_empty(), !typed.resume.is_empty()));
    let typed = typed.filter(|typed| !is_how(typed));
    let usual = || TypedContact {
        par: view.offered.first().map_or_else(String::new, |channel| channel.code().to_owned()),
        discret: if view.channel.is_none() || view.discreet { "on".to_owned() } else { String::new() },
        resume: if view.digest { "on".to_owned() } else { String::new() },
        ..TypedContact::default()
    };
    Contact {
        weekly: now.is_some() && view.digest,
        now,
        code,
        how,
        by_sms: view.offered.contains(&Channel::Sms),
        by_email: view.offered.contains(&Channel::Email),
        typed: typed.unwrap_or_else(usual),
        wrong,
        f,
    }
}

/// Where somebody is told of things, in a sentence for another page.
pub(super) fn told(locale: Locale, view: &ContactView) -> String {
    let hint = view.hint.as_deref().unwrap_or_default();
    let told = |key| say_with(locale, key, &[("where", Value::Text(hint))]);
    match view.channel.filter(|_| view.is_confirmed) {
        Some(Channel::Sms) => told("contact-where-sms"),
        Some(Channel::Email) => told("contact-where-email"),
        None => say(locale, "contact-nowhere"),
    }
}

/// The page, with what was typed and what is wrong with it.
async fn shown(
    site: &Site,
    visitor: &Visitor,
    status: StatusCode,
    (typed, wrong): (Option<TypedContact>, Option<Wrong>),
) -> Result<Response, Stop> {
    let (_, locker) = at_home(site, visitor).await?;
    let f = frame_at_home(site, visitor, locker, PATH).await?;
    if f.is_closed() {
        return Ok(closing::shut(f, "contact-title"));
    }
    let view = site.lockers().contact(&visitor.caller, locker).await?;
    Ok(page(status, &contact(f, &view, typed, wrong)))
}

/// What is wrong, in words beside its field; none where it is for a page of its own.
fn beside(locale: Locale, field: &'static str, error: &LockerError) -> Option<Wrong> {
    let is_here = matches!(
        error,
        LockerError::Field { .. }
            | LockerError::Refused(
                Reason::WrongCode | Reason::NoContact | Reason::CodesOver | Reason::ServiceCodesOver
            )
    );
    is_here.then(|| {
        let (title, help) = fault(error).told(locale);
        let told = if matches!(error, LockerError::Field { .. }) { help } else { format!("{title} {help}") };
        Wrong { field, told }
    })
}

/// `GET /consigne/me-prevenir`: with what was typed before, where one comes back from proving who one is.
pub(super) async fn view(State(site): State<Site>, visitor: Visitor, headers: HeaderMap) -> Response {
    let done = async || -> Result<Response, Stop> {
        let Some(kept) = cookie(&headers, TYPED_COOKIE) else {
            return shown(&site, &visitor, StatusCode::OK, (None, None)).await;
        };
        let (_, locker) = at_home(&site, &visitor).await?;
        let typed = site.lockers().typed(locker, kept);
        shown(&site, &visitor, StatusCode::OK, (typed, None)).await
    };
    answer(&site, visitor.locale, done().await)
}

/// `POST /consigne/me-prevenir`
pub(super) async fn choose(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
    form: Result<Form<TypedContact>, FormRejection>,
) -> Response {
    let typed = form.map(|Form(typed)| typed).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let channel = Channel::from_code(&typed.par).unwrap_or(Channel::Sms);
        let (field, address) = match channel {
            Channel::Sms => ("numero", typed.numero.clone()),
            Channel::Email => ("adresse", typed.adresse.clone()),
        };
        let (discreet, digest) = (!typed.discret.is_empty(), !typed.resume.is_empty());
        let choosing = Choosing { channel, address, discreet, locale: visitor.locale, digest };
        match site.lockers().choose_contact(&visitor.caller, locker, choosing).await {
            Ok(()) => Ok(redirect(PATH, [cookie(&headers, TYPED_COOKIE).and_then(|_| clear(TYPED_COOKIE))])),
            // What was typed is kept for when they come back, sealed, and in no address.
            Err(LockerError::Refused(Reason::NotFresh)) => Ok(proven_first(&site, locker, &typed)),
            Err(error) => match beside(visitor.locale, field, &error) {
                Some(wrong) => {
                    let status = fault(&error).status;
                    shown(&site, &visitor, status, (Some(typed), Some(wrong))).await
                }
                None => Err(error.into()),
            },
        }
    };
    let done = done().await;
    answer(&site, visitor.locale, done)
}

/// To where they prove who they are, with what they typed.
fn proven_first(site: &Site, locker: LockerId, typed: &TypedContact) -> Response {
    let kept = site.lockers().keep_typed(locker, typed);
    let kept = kept.and_then(|kept| set_cookie(TYPED_COOKIE, &kept, "; Max-Age=600"));
    redirect(again::PATH, [kept])
}

/// `POST /consigne/me-prevenir/reglages`: how, not where.
pub(super) async fn amend(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
    form: Result<Form<TypedContact>, FormRejection>,
) -> Response {
    let typed = TypedContact { par: HOW.to_owned(), ..form.map(|Form(typed)| typed).unwrap_or_default() };
    let done = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let (discreet, digest) = (Some(!typed.discret.is_empty()), Some(!typed.resume.is_empty()));
        let amending = Amending { discreet, digest, locale: Some(visitor.locale), keeps: false };
        match site.lockers().amend_contact(&visitor.caller, locker, amending).await {
            Ok(()) => Ok(redirect(PATH, [cookie(&headers, TYPED_COOKIE).and_then(|_| clear(TYPED_COOKIE))])),
            Err(LockerError::Refused(Reason::NotFresh)) => Ok(proven_first(&site, locker, &typed)),
            Err(error) => Err(error.into()),
        }
    };
    let done = done().await;
    answer(&site, visitor.locale, done)
}

/// `POST /consigne/me-prevenir/garder`: what waits for its code is taken back.
pub(super) async fn keep(State(site): State<Site>, visitor: Visitor) -> Response {
    let done = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let amending = Amending { keeps: true, ..Amending::default() };
        site.lockers().amend_contact(&visitor.caller, locker, amending).await?;
        Ok(Redirect::to(PATH).into_response())
    };
    answer(&site, visitor.locale, done().await)
}

/// `POST /consigne/me-prevenir/autre-code`
pub(super) async fn send_again(State(site): State<Site>, visitor: Visitor) -> Response {
    let done = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        match site.lockers().send_code_again(&visitor.caller, locker).await {
            Ok(()) => Ok(Redirect::to(PATH).into_response()),
            Err(error) => match beside(visitor.locale, "code", &error) {
                Some(wrong) => shown(&site, &visitor, fault(&error).status, (None, Some(wrong))).await,
                None => Err(error.into()),
            },
        }
    };
    answer(&site, visitor.locale, done().await)
}

/// `POST /consigne/me-prevenir/code`
pub(super) async fn confirm(
    State(site): State<Site>,
    visitor: Visitor,
    form: Result<Form<Code>, FormRejection>,
) -> Response {
    let typed = form.map(|Form(code)| code.code).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        match site.lockers().confirm_contact(&visitor.caller, locker, &typed).await {
            Ok(()) => Ok(Redirect::to(PATH).into_response()),
            Err(error) => {
                // Pressed twice: it is confirmed, which is what was wanted.
                let view = site.lockers().contact(&visitor.caller, locker).await?;
                if view.is_confirmed && view.waiting.is_none() {
                    return Ok(Redirect::to(PATH).into_response());
                }
                match beside(visitor.locale, "code", &error) {
                    Some(wrong) => shown(&site, &visitor, fault(&error).status, (None, Some(wrong))).await,
                    None => Err(error.into()),
                }
            }
        }
    };
    answer(&site, visitor.locale, done().await)
}

/// `POST /consigne/me-prevenir/arreter`
pub(super) async fn withdraw(State(site): State<Site>, visitor: Visitor) -> Response {
    let done = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        site.lockers().drop_contact(&visitor.caller, locker).await?;
        Ok(Redirect::to(PATH).into_response())
    };
    answer(&site, visitor.locale, done().await)
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;
    use crate::domain::source::Timestamp;

    #[test]
    fn the_page_is_whole() {
        for locale in Locale::ALL {
            let view = |channel: Option<Channel>, is_confirmed, code_until: Option<Timestamp>, offered: &[Channel]| {
                ContactView {
                    channel,
                    hint: channel.map(|_| "+33 … 78".to_owned()),
                    discreet: true,
                    locale,
                    digest: is_confirmed,
                    is_confirmed,
                    waiting: code_until.is_some().then(|| (Channel::Sms, "+33 … 99".to_owned())),
                    code_until,
                    offered: offered.to_vec(),
                }
            };
            let f = || Frame::sample_open(locale);
            let html = checks::checked(&contact(f(), &view(None, false, None, &Channel::ALL), None, None));
            assert!(html.contains("name=\"numero\"") && html.contains("name=\"adresse\"") && !html.contains("arreter"));
            let until = Some(Timestamp::from_micros(0));
            let waits = view(Some(Channel::Sms), false, until, &[Channel::Sms]);
            let wrong = Wrong { field: "code", told: "<b>".to_owned() };
            let html = checks::checked(&contact(f(), &waits, None, Some(wrong)));
            assert!(
                html.contains("name=\"code\"") && html.contains("&#60;b&#62;") && !html.contains("name=\"adresse\""),
                "{html}"
            );
            // One stands, another one waits, and its code serves no more.
            let both = view(Some(Channel::Sms), true, until, &[Channel::Sms]);
            let html = checks::checked(&contact(f(), &ContactView { code_until: None, ..both }, None, None));
            assert!(
                html.contains("78") && html.contains("99") && html.contains("garder") && html.contains("autre-code")
            );
            assert!(!html.contains("name=\"code\""), "{html}");
            let html = checks::checked(&contact(f(), &view(Some(Channel::Sms), true, None, &Channel::ALL), None, None));
            assert!(html.contains("arreter") && html.contains("78"), "{html}");
            assert!(html.contains("id=\"resume\" name=\"resume\" type=\"checkbox\" value=\"on\" aria-describedby=\"resume-aide\" checked"), "{html}");
            let html = checks::checked(&contact(f(), &view(None, false, None, &[]), None, None));
            assert!(
                !html.contains("numero") && !html.contains("<form method=\"post\" action=\"/consigne/me-prevenir\"")
            );
        }
    }
}
