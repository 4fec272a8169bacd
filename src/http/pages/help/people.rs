//! Whom I help: each with what it allows, and the beginning of a visit.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::super::frame::Frame;
use super::super::{Stop, frame_inside, page};
use super::proposed::{Waiting, waiting};
use super::{answered, scopes_told, until};
use crate::http::Site;
use crate::http::visitor::Visitor;
use crate::locker::mandates::Helping;
use crate::words::{Locale, Value, say, say_with};

/// Somebody whom one may help.
pub(in super::super) struct Person {
    pub name: String,
    pub scope: Vec<String>,
    pub what_for: String,
    pub until: String,
    pub locker: String,
    pub mandate: String,
    pub begin_named: String,
    /// The visit that goes on: where, until when.
    pub visit: Option<(String, String)>,
    pub go_on_named: String,
    /// That it rests on paper alone, or on a court's decision.
    pub mark: Option<String>,
    pub renew_named: String,
    pub hand_over_named: String,
    pub give_up_named: String,
    /// Whether it may go to a colleague: it names an aidant of an organisation.
    pub hands_over: bool,
    /// Whether the same may be proposed again: a court decides anew by itself.
    pub renews: bool,
    /// What is wrong with the purpose that was typed.
    pub wrong: Option<String>,
    pub typed: String,
}

impl Person {
    fn of(locale: Locale, helping: &Helping) -> Self {
        let (shown, name) = (&helping.shown, helping.shown.holder.as_str().to_owned());
        let named = |key| say_with(locale, key, &[("name", Value::Text(&name))]);
        let theme = say(locale, &format!("theme-{}", shown.theme.code()));
        let purpose = Value::Text(shown.purpose.as_str());
        Self {
            scope: scopes_told(locale, shown.scope.iter().map(|one| &one.scope)),
            what_for: say_with(locale, "consent-purpose", &[("theme", Value::Text(&theme)), ("purpose", purpose)]),
            until: until(locale, "help-until", helping.until),
            locker: helping.locker.to_string(),
            mandate: helping.mandate.to_string(),
            begin_named: named("visit-begin-named"),
            visit: None,
            go_on_named: named("visit-go-on-named"),
            renew_named: named("renew-named"),
            hand_over_named: named("hand-over-named"),
            give_up_named: named("give-up-named"),
            hands_over: helping.membership.is_some() && !helping.desk && !helping.by_judgment,
            renews: !helping.by_judgment,
            mark: match (helping.on_paper, helping.by_judgment) {
                (true, _) => Some(say(locale, "helped-on-paper")),
                (_, true) => Some(say(locale, "helped-by-judgment")),
                _ => None,
            },
            wrong: None,
            typed: String::new(),
            name,
        }
    }

    /// Somebody for the tests of templates.
    #[cfg(test)]
    pub fn sample(wrong: Option<&str>) -> Self {
        Self {
            name: "Lucie <b>".into(),
            scope: vec!["Logement : ouvrir.".into()],
            what_for: "Pour : un logement.".into(),
            until: "Jusqu'au 3 mars".into(),
            locker: "1".into(),
            mandate: "2".into(),
            begin_named: "Commencer".into(),
            visit: None,
            go_on_named: "Continuer".into(),
            mark: Some("Papier".into()),
            renew_named: "Prolonger".into(),
            hand_over_named: "Passer".into(),
            give_up_named: "Ne plus aider".into(),
            hands_over: true,
            renews: true,
            wrong: wrong.map(str::to_owned),
            typed: "\"><b>".into(),
        }
    }
}

/// Whom the visitor may help now.
pub(in super::super) async fn people(site: &Site, visitor: &Visitor) -> Result<Vec<Person>, Stop> {
    let helping = site.lockers().helping(&visitor.caller).await?;
    let open = site.lockers().own_visits(&visitor.caller).await?;
    let one = |helping: &Helping| {
        let visit = open.get(&helping.mandate).map(|(visit, at)| {
            (format!("/visite/{}/{visit}", helping.locker), until(visitor.locale, "visit-open-until", *at))
        });
        Person { visit, ..Person::of(visitor.locale, helping) }
    };
    Ok(helping.iter().map(one).collect())
}

#[derive(Template)]
#[template(path = "pages/people.html")]
struct Helped {
    f: Frame,
    notice: Option<String>,
    people: Vec<Person>,
    waiting: Vec<Waiting>,
    has_wrong: bool,
}

/// The page; with what is wrong about a visit that somebody would begin under a mandate, and what they typed.
pub(super) async fn shown(
    site: &Site,
    visitor: &Visitor,
    notice: Option<String>,
    wrong: Option<(&str, &str, String)>,
) -> Result<Response, Stop> {
    let who = site.lockers().who(&visitor.caller).await?;
    let mut people = people(site, visitor).await?;
    let has_wrong = wrong.is_some();
    if let Some((mandate, typed, told)) = wrong
        && let Some(person) = people.iter_mut().find(|one| one.mandate == mandate)
    {
        typed.clone_into(&mut person.typed);
        person.wrong = Some(told);
        // They were beginning another.
        person.visit = None;
    }
    let f = frame_inside(site, visitor, &who, "/aider").await?;
    let status = if has_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let waiting = waiting(site, visitor).await?;
    Ok(page(status, &Helped { f, notice, people, waiting, has_wrong }))
}

/// What just happened, told by the page that follows.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Happened {
    fini: Option<String>,
    propose: Option<String>,
    arret: Option<String>,
    retire: Option<String>,
    repondu: Option<String>,
}

/// `GET /aider`
pub(super) async fn list(
    State(site): State<Site>,
    visitor: Visitor,
    happened: Result<Query<Happened>, QueryRejection>,
) -> Response {
    let Query(happened) = happened.unwrap_or_default();
    let news = [
        (&happened.fini, "visit-just-ended"),
        (&happened.propose, "people-just-proposed"),
        (&happened.arret, "people-just-given-up"),
        (&happened.retire, "waiting-just-taken-back"),
        (&happened.repondu, "waiting-no-more"),
    ];
    let notice = news.iter().find(|(happened, _)| happened.is_some()).map(|(_, key)| say(visitor.locale, key));
    let shown = shown(&site, &visitor, notice, None).await;
    answered(&site, visitor.locale, shown)
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;

    #[test]
    fn the_page_is_whole_and_keeps_what_was_typed() {
        for locale in Locale::ALL {
            let f = Frame::sample_at_work(locale);
            let people = vec![Person::sample(Some("Il manque"))];
            let waiting = Vec::new();
            let html = checks::checked(&Helped { f: f.clone(), notice: None, people, waiting, has_wrong: true });
            assert!(html.contains("Lucie &#60;b&#62;") && !html.contains("<b>"), "{html}");
            assert!(!html.contains("/retirer\""), "{html}");
            assert!(html.contains("id=\"pour-2\"") && html.contains("aria-invalid") && html.contains("Il manque"));
            let f = Frame { here: "/aider".into(), ..Frame::sample_open(locale) };
            let waiting = Waiting::samples();
            let visiting = Person { visit: Some(("/visite/1/2".into(), "Ouverte".into())), ..Person::sample(None) };
            let (notice, people) = (Some("Fini".into()), vec![visiting]);
            let html = checks::checked(&Helped { f: f.clone(), notice, people, waiting, has_wrong: false });
            assert!(html.contains("href=\"/visite/1/2\"") && !html.contains("id=\"pour-2\""), "one visit: {html}");
            assert_eq!(html.matches("action=\"/proposer/").count(), 1, "{html}");
            let (notice, people, waiting) = (None, Vec::new(), Vec::new());
            checks::checked(&Helped { f, notice, people, waiting, has_wrong: false });
        }
    }
}
