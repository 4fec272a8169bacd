//! What comes after a mandate, for who helps: going on, a colleague instead, giving it up. What happens is said before the button.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::frame::Frame;
use super::super::{Stop, frame_inside, page};
use super::{answered, mandate_id};
use crate::domain::document::FieldError;
use crate::domain::entry::Reason;
use crate::domain::help::TermFields;
use crate::domain::ids::{LockerId, MembershipId};
use crate::domain::mandate::{TERMS, Term};
use crate::http::Site;
use crate::http::sentences::fault;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::consent::term_told;
use crate::locker::mandates::Helping;

/// One of several answers.
struct Choice {
    value: String,
    label: String,
}

/// The words of one of the three pages.
struct Told {
    title: &'static str,
    lines: &'static [&'static str],
    /// What is asked, if something is.
    asks: Option<&'static str>,
    button: &'static str,
}

const RENEW: Told = Told {
    title: "renew-title",
    lines: &["renew-what", "renew-agreed"],
    asks: Some("field-term"),
    button: "propose-button",
};
const HAND_OVER: Told = Told {
    title: "hand-over-title",
    lines: &["hand-over-what", "hand-over-agreed"],
    asks: Some("hand-over-whom"),
    button: "propose-button",
};
const GIVE_UP: Told =
    Told { title: "give-up-title", lines: &["give-up-now", "give-up-begun"], asks: None, button: "give-up-title" };

#[derive(Template)]
#[template(path = "pages/helped_after.html")]
struct After {
    f: Frame,
    told: &'static Told,
    /// Whom they help.
    name: String,
    here: String,
    choices: Vec<Choice>,
    wrong: Option<String>,
    /// A recent security code is what lacks.
    wants_code: bool,
}

/// The ids in an address: of a locker, of a mandate.
type Ids = (String, String);

/// What was chosen.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    choix: String,
}

fn locker_id(text: &str) -> Result<LockerId, Stop> {
    text.parse().map_err(|_| LockerError::Refused(Reason::NoRelation).into())
}

/// The mandate that the visitor acts under, among those that they may.
async fn own(site: &Site, visitor: &Visitor, (locker, mandate): &Ids) -> Result<Helping, Stop> {
    let (locker, mandate) = (locker_id(locker)?, mandate_id(mandate)?);
    let helping = site.lockers().helping(&visitor.caller).await?;
    let own = helping.into_iter().find(|own| own.locker == locker && own.mandate == mandate);
    own.ok_or(LockerError::Refused(Reason::NoRelation).into())
}

async fn choices(site: &Site, visitor: &Visitor, told: &Told, own: &Helping) -> Result<Vec<Choice>, Stop> {
    let term = |days: u16| Choice { value: days.to_string(), label: term_told(visitor.locale, TermFields::Days(days)) };
    if told.title == RENEW.title {
        return Ok(TERMS.map(term).into());
    }
    if told.title != HAND_OVER.title || own.desk {
        return Ok(Vec::new());
    }
    let there = site.lockers().own_memberships(&visitor.caller).await?;
    let Some(there) = there.into_iter().find(|one| Some(one.membership) == own.membership) else {
        return Ok(Vec::new());
    };
    let all = site.lockers().colleagues(&visitor.caller, there.organisation).await?;
    let one = |one: crate::locker::transferring::Colleague| Choice {
        value: one.membership.to_string(),
        label: one.name.as_str().to_owned(),
    };
    Ok(all.into_iter().map(one).collect())
}

async fn shown(
    site: &Site,
    visitor: &Visitor,
    ids: &Ids,
    (told, word): (&'static Told, &str),
    error: Option<&LockerError>,
) -> Result<Response, Stop> {
    let own = own(site, visitor, ids).await?;
    let who = site.lockers().who(&visitor.caller).await?;
    let here = format!("/aider/{}/{}/{word}", own.locker, own.mandate);
    let wrong = error.map(fault);
    let after = After {
        told,
        name: own.shown.holder.as_str().to_owned(),
        choices: choices(site, visitor, told, &own).await?,
        wants_code: matches!(error, Some(LockerError::Refused(Reason::NoSecondFactor))),
        wrong: wrong.map(|fault| fault.told(visitor.locale).1),
        f: frame_inside(site, visitor, &who, &here).await?,
        here,
    };
    Ok(page(wrong.map_or(StatusCode::OK, |fault| fault.status), &after))
}

/// What a form of these pages came to: on, or the form again.
async fn done<T>(
    site: &Site,
    visitor: &Visitor,
    ids: &Ids,
    page: (&'static Told, &str),
    result: Result<T, LockerError>,
) -> Result<Response, Stop> {
    match result {
        Ok(_) => Ok(Redirect::to("/aider?propose=1").into_response()),
        Err(
            error @ (LockerError::Field { .. }
            | LockerError::Refused(Reason::NoSecondFactor | Reason::TooMany | Reason::OwnLocker)),
        ) => shown(site, visitor, ids, page, Some(&error)).await,
        Err(error) => Err(error.into()),
    }
}

/// `GET /aider/{locker}/{mandate}/prolonger`
pub(super) async fn renew(State(site): State<Site>, visitor: Visitor, Path(ids): Path<Ids>) -> Response {
    let shown = shown(&site, &visitor, &ids, (&RENEW, "prolonger"), None).await;
    answered(&site, visitor.locale, shown)
}

/// `POST /aider/{locker}/{mandate}/prolonger`
pub(super) async fn renewed(
    State(site): State<Site>,
    visitor: Visitor,
    Path(ids): Path<Ids>,
    form: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = form.map(|Form(form)| form).unwrap_or_default();
    let renewed = async || -> Result<Response, Stop> {
        let (locker, mandate) = (locker_id(&ids.0)?, mandate_id(&ids.1)?);
        // Nothing that was chosen is no term: refused where refusals are written down.
        let days = typed.choix.parse().unwrap_or_default();
        let renewed = site.lockers().propose_renewal(&visitor.caller, locker, mandate, Term::Days(days)).await;
        let result = renewed.map_err(|error| match error {
            LockerError::Field { field, .. } if days == 0 => LockerError::Field { field, error: FieldError::Missing },
            error => error,
        });
        done(&site, &visitor, &ids, (&RENEW, "prolonger"), result).await
    };
    answered(&site, visitor.locale, renewed().await)
}

/// `GET /aider/{locker}/{mandate}/passer`
pub(super) async fn hand_over(State(site): State<Site>, visitor: Visitor, Path(ids): Path<Ids>) -> Response {
    let shown = shown(&site, &visitor, &ids, (&HAND_OVER, "passer"), None).await;
    answered(&site, visitor.locale, shown)
}

/// `POST /aider/{locker}/{mandate}/passer`
pub(super) async fn handed_over(
    State(site): State<Site>,
    visitor: Visitor,
    Path(ids): Path<Ids>,
    form: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = form.map(|Form(form)| form).unwrap_or_default();
    let handed = async || -> Result<Response, Stop> {
        let (locker, mandate) = (locker_id(&ids.0)?, mandate_id(&ids.1)?);
        // Nobody who was chosen is nobody's place.
        let to = typed.choix.parse().unwrap_or(MembershipId::from_uuid(uuid::Uuid::nil()));
        let result = site.lockers().propose_transfer(&visitor.caller, locker, mandate, to).await;
        done(&site, &visitor, &ids, (&HAND_OVER, "passer"), result).await
    };
    answered(&site, visitor.locale, handed().await)
}

/// `GET /aider/{locker}/{mandate}/arreter`
pub(super) async fn give_up(State(site): State<Site>, visitor: Visitor, Path(ids): Path<Ids>) -> Response {
    let shown = shown(&site, &visitor, &ids, (&GIVE_UP, "arreter"), None).await;
    answered(&site, visitor.locale, shown)
}

/// `POST /aider/{locker}/{mandate}/arreter`
pub(super) async fn given_up(State(site): State<Site>, visitor: Visitor, Path(ids): Path<Ids>) -> Response {
    let given_up = async || -> Result<Response, Stop> {
        let (locker, mandate) = (locker_id(&ids.0)?, mandate_id(&ids.1)?);
        site.lockers().revoke_mandate(&visitor.caller, locker, mandate).await?;
        Ok(Redirect::to("/aider?arret=1").into_response())
    };
    answered(&site, visitor.locale, given_up().await)
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::words::{Locale, has};

    #[test]
    fn each_page_says_what_happens_before_the_button() {
        for locale in Locale::ALL {
            for (told, is_empty) in [(&RENEW, false), (&HAND_OVER, false), (&HAND_OVER, true), (&GIVE_UP, true)] {
                let choices =
                    if is_empty { Vec::new() } else { vec![Choice { value: "1".into(), label: "Paul <b>".into() }] };
                let shown = After {
                    f: Frame::sample_at_work(locale),
                    told,
                    name: "Lucie <b>".into(),
                    here: "/aider/1/2/x".into(),
                    choices,
                    wrong: Some("Il manque".into()),
                    wants_code: true,
                };
                let html = checks::checked(&shown);
                assert!(html.contains("Lucie &#60;b&#62;") && !html.contains("<b>"), "{html}");
                assert_eq!(
                    html.contains("<form method=\"post\" action=\"/aider/1/2/x\">"),
                    told.asks.is_none() || !is_empty
                );
                for key in told.lines.iter().chain([&told.title, &told.button]).chain(told.asks.iter()) {
                    assert!(has(locale, key), "{key}");
                }
            }
        }
    }
}
