//! The pages of those who come in for their work, or as volunteers: their security code, their organisations.
//!
//! What lives here: their first page, and joining an organisation; a file for each thing further. What must not: rules of
//! rights. A page shows what fits the state of things; the verbs decide.

mod factor;
mod lines;
mod members;
mod office;
mod replacing;
mod sheets;
mod structure;
mod tasks;

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::frame::Frame;
use super::help::{Person, people};
use super::{Stop, answer, page};
use crate::domain::entry::Reason;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::{MembershipState, Roles};
use crate::http::Site;
use crate::http::problem::method_not_allowed;
use crate::http::sentences::fault;
use crate::http::visitor::Visitor;
use crate::locker::{LockerError, OwnMembership};
use crate::words::{Locale, Value, place, say, say_of, say_with};

/// Their routes.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(factor::PATH, get(factor::ask).post(factor::pass))
        .route("/code-de-securite/creer", get(to_start).post(factor::begin))
        .route(factor::CONFIRM, get(factor::confirmed).post(factor::confirm))
        .route("/code-de-securite/secours", get(to_start).post(factor::renew))
        .route(replacing::PATH, get(replacing::told).post(replacing::begin))
        .route("/nouveau-telephone/confirmer", get(replacing::to_told).post(replacing::confirm))
        .route("/invitation", get(to_start).post(join))
        .route("/structure/{organisation}", get(structure::shown))
        .route("/structure/{organisation}/inviter", get(structure::to_form).post(structure::invite))
        .route("/structure/{organisation}/journal", get(lines::lines))
        .route("/structure/{organisation}/feuilles", get(sheets::list))
        .route("/structure/{organisation}/feuilles/{mandate}", get(sheets::one))
        .route("/structure/{organisation}/feuilles/{mandate}/envoyer", get(sheets::to_one).post(sheets::send))
        .route("/structure/{organisation}/feuilles/{mandate}/photo", get(sheets::photo))
        .route("/structure/{organisation}/feuilles/{mandate}/confirmer", get(sheets::to_one).post(sheets::confirm))
        .route("/structure/{organisation}/feuilles/{mandate}/refuser", get(sheets::to_one).post(sheets::refuse))
        .route("/bureau/{office}", get(office::shown))
        .route("/bureau/{office}/demander", get(office::asking::form).post(office::asking::ask))
        .route("/bureau/{office}/demandes/{request}", get(office::request))
        .route(
            "/bureau/{office}/demandes/{request}/retirer",
            get(office::withdrawing::ask).post(office::withdrawing::withdraw),
        )
        .route("/bureau/{office}/papiers/{share}", get(office::handed::list))
        .route("/bureau/{office}/papiers/{share}/{what}", get(office::handed::fetch).head(method_not_allowed))
        .route("/aide/papier/{mandate}", get(sheets::to_print))
        .route("/aide/papier/{mandate}/pdf", get(sheets::to_save))
        .route("/structure/{organisation}/membres/{member}/changer", get(tasks::ask).post(tasks::change))
        .route("/structure/{organisation}/membres/{member}/{action}", get(members::ask).post(members::change))
}

/// What only a form sends has no page of its own: whoever comes back to its address finds the first page.
async fn to_start() -> Redirect {
    Redirect::to("/")
}

/// The answer of a handler of these pages: what lacks the code, or a recent one, leads to where it is given.
pub(super) fn answered(site: &Site, locale: Locale, result: Result<Response, Stop>) -> Response {
    match result {
        Err(Stop::Locker(LockerError::Refused(Reason::NoSecondFactor))) => Redirect::to("/").into_response(),
        Err(Stop::Locker(LockerError::Refused(Reason::NotFresh))) => Redirect::to(factor::PATH).into_response(),
        result => answer(site, locale, result),
    }
}

/// The frame of a page of somebody who has given their code: its menu leads to their offices.
pub(super) async fn frame(site: &Site, visitor: &Visitor, here: &str) -> Result<Frame, Stop> {
    let own = site.lockers().own_memberships(&visitor.caller).await?;
    Ok(Frame::at_work(site, visitor.locale, here).with_places(&own))
}

/// What was done, as an address says it after the act: the key of its sentence, where there is one.
fn done(query: Option<&str>, sentences: &[(&str, &'static str)]) -> Option<&'static str> {
    let (_, done) = url::form_urlencoded::parse(query?.as_bytes()).find(|(name, _)| name == "fait")?;
    sentences.iter().find(|(word, _)| *word == done).map(|(_, key)| *key)
}

/// The organisation that an address names. Whatever is not an id is not here.
fn organisation_id(text: &str) -> Result<OrganisationId, Stop> {
    text.parse().map_err(|_| LockerError::Refused(Reason::NoRelation).into())
}

/// What is wrong with what was typed: title, and what to do.
#[derive(Debug, Clone)]
struct Wrong {
    title: String,
    help: String,
}

impl Wrong {
    fn of(locale: Locale, error: &LockerError) -> Self {
        let (title, help) = fault(error).told(locale);
        Self { title, help }
    }
}

/// A place where one belongs, in words.
struct Place {
    name: String,
    /// Its page, if one may see it.
    at: Option<String>,
    does: Vec<String>,
    state: String,
    /// Why it gives no rights, and what to do if nobody is there to ask.
    told: Vec<String>,
    /// That sheets wait for a second person there, and where.
    sheets: Option<(String, String)>,
    /// Where one acts for the institution whose office it is, if one does.
    office: Option<String>,
    /// Where one leaves it, if one may.
    leave_at: Option<String>,
    leave: String,
    leave_named: String,
}

/// What somebody does in an organisation, said to them.
fn own_tasks(locale: Locale, roles: Roles) -> Vec<String> {
    let helps = roles.is_aidant().then(|| say(locale, "work-you-help"));
    let acts = roles.is_agent().then(|| say(locale, "work-you-act"));
    let manages = roles.is_referent().then(|| say(locale, "work-you-manage"));
    helps.into_iter().chain(acts).chain(manages).collect()
}

/// Where one's own place stands.
fn own_state(locale: Locale, own: &OwnMembership) -> String {
    match own.state {
        MembershipState::Active => say_of(locale, "work-you-active", own.is_office),
        MembershipState::Suspended => say(locale, "work-you-suspended"),
        MembershipState::Idle => say(locale, "work-you-idle"),
        MembershipState::Invited | MembershipState::InvitationOver | MembershipState::Left => {
            say(locale, "work-you-left")
        }
    }
}

/// What somebody who is suspended is told besides: whoever manages the members can't give rights back to themselves.
fn suspended(locale: Locale, own: &OwnMembership) -> Vec<String> {
    match own.state {
        MembershipState::Active if own.is_warned => return vec![say_of(locale, "work-you-warned", own.is_office)],
        MembershipState::Suspended => {}
        MembershipState::Idle => return vec![say_of(locale, "work-you-suspended-leave", own.is_office)],
        _ => return Vec::new(),
    }
    let alone = own.roles.is_referent().then(|| say(locale, "work-you-suspended-alone"));
    let told = ["work-you-suspended-why", "work-you-suspended-leave"].map(|key| say_of(locale, key, own.is_office));
    told.into_iter().chain(alone).collect()
}

impl Place {
    fn of(locale: Locale, own: &OwnMembership, to_check: u64) -> Self {
        let (name, at) = (own.name.as_str().to_owned(), format!("/structure/{}", own.organisation));
        Self {
            does: own_tasks(locale, own.roles),
            state: own_state(locale, own),
            told: suspended(locale, own),
            sheets: (to_check > 0).then(|| {
                let told = say_with(locale, "work-sheets", &[("count", Value::Number(to_check))]);
                (told, format!("{at}/feuilles"))
            }),
            office: (own.state == MembershipState::Active && own.roles.is_agent())
                .then(|| format!("/bureau/{}", own.organisation)),
            // Whoever is suspended, or was away for too long, asks whoever manages the members.
            leave_at: (own.state == MembershipState::Active)
                .then(|| format!("{at}/membres/{}/retirer", own.membership)),
            leave: say_of(locale, "work-leave", own.is_office),
            leave_named: say_with(locale, "work-leave-named", &[("name", Value::Text(&name)), place(own.is_office)]),
            at: (own.state == MembershipState::Active).then_some(at),
            name,
        }
    }
}

/// The first page of somebody who has given their code.
#[derive(Template)]
#[template(path = "pages/work.html")]
struct Work {
    f: Frame,
    notice: Option<&'static str>,
    places: Vec<Place>,
    people: Vec<Person>,
    /// Whether they help for one of these places.
    may_help: bool,
    codes_left: String,
    wrong: Option<Wrong>,
    typed: String,
}

async fn work(site: &Site, visitor: &Visitor, left: u64, wrong: Option<Wrong>, typed: String) -> Result<Work, Stop> {
    let locale = visitor.locale;
    let own = site.lockers().own_memberships(&visitor.caller).await?;
    let sheets: HashMap<OrganisationId, u64> =
        site.lockers().sheets_to_check(&visitor.caller).await?.into_iter().collect();
    let place = |own: &OwnMembership| {
        let to_check = sheets.get(&own.organisation).copied().unwrap_or_default();
        Place::of(locale, own, to_check)
    };
    Ok(Work {
        f: Frame::at_work(site, locale, "/").with_places(&own),
        notice: None,
        places: own.iter().map(place).collect(),
        people: people(site, visitor).await?,
        may_help: own.iter().any(|own| own.state == MembershipState::Active && own.roles.is_aidant()),
        codes_left: say_with(locale, "work-codes-left", &[("count", Value::Number(left))]),
        wrong,
        typed,
    })
}

/// `GET /` for somebody who came in for their work: creating the code, giving it, or where they belong.
pub(super) async fn start(site: &Site, visitor: &Visitor, query: Option<&str>) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let state = site.lockers().factor_state(&visitor.caller).await?;
        if !state.is_set_up {
            return Ok(factor::none_yet(site, visitor.locale));
        }
        if !state.is_passed {
            return Ok(factor::to_give(site, visitor.locale, &state, "/"));
        }
        let shown = work(site, visitor, state.codes_left, None, String::new()).await?;
        let notice = done(query, &[("quitte", "work-done-left")]);
        Ok(page(StatusCode::OK, &Work { notice, ..shown }))
    };
    answer(site, visitor.locale, shown().await)
}

#[derive(Debug, Default, Deserialize)]
struct Typed {
    #[serde(default)]
    code: String,
}

/// `POST /invitation`
async fn join(State(site): State<Site>, visitor: Visitor, form: Result<Form<Typed>, FormRejection>) -> Response {
    let Typed { code } = form.map(|Form(form)| form).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        match site.lockers().join(&visitor.caller, &code).await {
            Ok((organisation, _)) => {
                // Who acts for an institution begins with what it asks for.
                let own = site.lockers().own_memberships(&visitor.caller).await?;
                let is_it = |one: &&OwnMembership| one.organisation == organisation;
                let is_agent = own.iter().find(is_it).is_some_and(|one| one.is_office && one.roles.is_agent());
                let at = if is_agent { "bureau" } else { "structure" };
                Ok(Redirect::to(&format!("/{at}/{organisation}?fait=rejoint")).into_response())
            }
            Err(error @ LockerError::Refused(Reason::WrongCode | Reason::AlreadyMember)) => {
                let left = site.lockers().factor_state(&visitor.caller).await?.codes_left;
                let wrong = Some(Wrong::of(visitor.locale, &error));
                Ok(page(fault(&error).status, &work(&site, &visitor, left, wrong, code.clone()).await?))
            }
            Err(error) => Err(error.into()),
        }
    };
    answered(&site, visitor.locale, done().await)
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;
    use crate::domain::ids::{MembershipId, OrganisationId};
    use crate::domain::organisation::Name;
    use crate::domain::source::{Source, Timestamp};

    #[test]
    fn the_page_is_whole_and_leads_where_one_may_go() {
        let source = Source::seeded(Timestamp::from_micros(0), [4; 32]);
        let own = |state, roles| OwnMembership {
            judgments: false,
            organisation: OrganisationId::draw(&source),
            name: Name::parse("CCAS <b>").unwrap(),
            membership: MembershipId::draw(&source),
            roles,
            state,
            is_warned: false,
            is_office: roles.fit(true) && !roles.fit(false),
        };
        for locale in Locale::ALL {
            let f = Frame::sample_at_work(locale);
            let places = [
                own(MembershipState::Active, Roles::Both),
                own(MembershipState::Suspended, Roles::Aidant),
                own(MembershipState::Suspended, Roles::Both),
                own(MembershipState::Idle, Roles::Referent),
            ];
            let places = places.iter().zip([2, 0, 0, 0]).map(|(own, count)| Place::of(locale, own, count)).collect();
            let wrong = Some(Wrong { title: "T".into(), help: "H".into() });
            let people = vec![Person::sample(None)];
            let (codes_left, typed) = ("9".into(), "\"><b>".into());
            let notice = Some("work-done-left");
            let shown = Work { f: f.clone(), notice, places, people, may_help: true, codes_left, wrong, typed };
            let html = checks::checked(&shown);
            assert!(html.contains("CCAS &#60;b&#62;") && !html.contains("<b>"), "{html}");
            assert_eq!(html.matches("<h2><a href=\"/structure/").count(), 1, "the active one: {html}");
            assert_eq!(html.matches("/feuilles\"").count(), 1, "where sheets wait: {html}");
            assert_eq!(html.matches("/retirer\"").count(), 1, "not where one is suspended: {html}");
            let said = |key| html.matches(say(locale, key).as_str()).count();
            let (why, alone) = (said("work-you-suspended-why"), said("work-you-suspended-alone"));
            assert_eq!((why, alone), (2, 1), "{html}");
            assert!(html.contains("aria-current=\"page\"") && html.contains("role=\"alert\""));
            let (places, people, codes_left) = (Vec::new(), Vec::new(), "0".into());
            let typed = String::new();
            let alone = Work { f, notice: None, places, people, may_help: false, codes_left, wrong: None, typed };
            checks::checked(&alone);
        }
    }
}
