//! A visit in somebody's locker: its beginning, the list of papers that the mandate shows, its end.

use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::elsewhere::FromHere;
use super::super::frame::Frame;
use super::super::papers::{Shelf, shelves};
use super::super::{Stop, frame_inside, page};
use super::acting::{Own, own};
use super::{answered, answered_in, people, scopes_told};
use crate::domain::entry::Reason;
use crate::domain::help::{CategoryScope, Purpose};
use crate::domain::ids::{DocumentId, LockerId, VisitId};
use crate::domain::mandate::Permission;
use crate::domain::taxonomy::Category;
use crate::http::Site;
use crate::http::printed::{addresses, pdf};
use crate::http::sentences::fault;
use crate::http::visitor::Visitor;
use crate::locker::mandates::Helping;
use crate::locker::{Filter, LockerError};
use crate::words::{Value, say, say_with};

/// Papers on one page.
const PAGE: usize = 1000;

/// The visit that an address names, and who makes it.
pub(super) struct Visiting {
    /// Somebody within the visit: what they ask is asked of the locker they visit.
    pub visitor: Visitor,
    /// Whose locker.
    pub locker: LockerId,
    /// Where the visit's pages are.
    pub at: String,
    /// Whom they help and with what; none once that is over.
    pub helping: Option<Helping>,
    /// The frame of its pages: the visitor's own.
    pub f: Frame,
}

/// Reads the ids of an address. What is not an id is an id of nothing.
fn ids(locker: &str, visit: &str) -> Result<(LockerId, VisitId), Stop> {
    let nothing = || Stop::Locker(LockerError::Refused(Reason::NoRelation));
    Ok((locker.parse().map_err(|_| nothing())?, visit.parse().map_err(|_| nothing())?))
}

impl Visiting {
    pub async fn read(site: &Site, own: &Visitor, (locker, visit): (&str, &str), rest: &str) -> Result<Self, Stop> {
        let who = site.lockers().who(&own.caller).await?;
        let (locker, visit) = ids(locker, visit)?;
        let at = format!("/visite/{locker}/{visit}");
        let f = frame_inside(site, own, &who, &format!("{at}{rest}")).await?;
        let mut visitor = own.clone();
        visitor.caller.visit = Some(visit);
        let helping = site.lockers().visited(&visitor.caller, locker).await?;
        Ok(Self { visitor, locker, at, helping, f })
    }

    /// The categories whose papers the mandate lets them do something with.
    pub fn categories(&self, permission: Permission) -> Vec<Category> {
        let scope = self.helping.iter().flat_map(|helping| &helping.shown.scope);
        let read = scope.filter_map(|one| one.scope.read());
        read.filter(|(_, permissions)| permissions.has(permission)).map(|(category, _)| category).collect()
    }

    /// Where something new may be added: nothing is to papers that are given singly.
    pub fn adds_into(&self) -> Vec<Category> {
        let scope = self.helping.iter().flat_map(|helping| &helping.shown.scope);
        let whole = scope.filter(|one| one.scope.papers().is_none()).filter_map(|one| one.scope.read());
        whole.filter(|(_, permissions)| permissions.has(Permission::Deposit)).map(|(category, _)| category).collect()
    }

    /// Whether a newer version may take the place of a paper that is seen.
    pub fn replaces(&self, document: DocumentId, category: Category) -> bool {
        let scope = self.helping.iter().flat_map(|helping| &helping.shown.scope).map(|one| &one.scope);
        let of_it = |one: &&CategoryScope| match one.papers() {
            Some(papers) => papers.contains(&document),
            None => one.read().is_some_and(|(of, _)| of == category),
        };
        let may = [Permission::List, Permission::Deposit].map(|permission| {
            scope.clone().filter(of_it).filter_map(CategoryScope::read).any(|(_, given)| given.has(permission))
        });
        may == [true, true]
    }

    /// Whose papers they are, in a title.
    pub fn title(&self) -> String {
        let name = self.helping.as_ref().map(|helping| helping.shown.holder.as_str()).unwrap_or_default();
        say_with(self.f.locale, "visit-title", &[("name", Value::Text(name))])
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Begin {
    #[serde(default)]
    consigne: String,
    #[serde(default)]
    autorisation: String,
    #[serde(default)]
    pour: String,
}

/// `POST /visite`
pub(super) async fn begin(
    State(site): State<Site>,
    visitor: Visitor,
    form: Result<Form<Begin>, FormRejection>,
) -> Response {
    let form = form.map(|Form(form)| form).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        let nothing = || Stop::Locker(LockerError::Refused(Reason::NoRelation));
        let locker: LockerId = form.consigne.parse().map_err(|_| nothing())?;
        let mandate = form.autorisation.parse().map_err(|_| nothing())?;
        let purpose = match Purpose::parse(&form.pour) {
            Ok(purpose) => purpose,
            Err(error) => {
                let (_, help) = fault(&LockerError::Field { field: "purpose", error }).told(visitor.locale);
                return people::shown(&site, &visitor, None, Some((&form.autorisation, &form.pour, help))).await;
            }
        };
        let begun = site.lockers().begin_visit(&visitor.caller, locker, mandate, purpose).await?;
        Ok(Redirect::to(&format!("/visite/{locker}/{}", begun.visit)).into_response())
    };
    answered(&site, visitor.locale, done().await)
}

#[derive(Template)]
#[template(path = "pages/visit.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a part of the page that is there or not")]
struct Visit {
    f: Frame,
    title: String,
    notice: Option<String>,
    /// What the mandate allows, a sentence a category.
    scope: Vec<String>,
    at: String,
    adds: bool,
    /// Whether they may hand papers over to who asks for them.
    gives: bool,
    lists: bool,
    shelves: Vec<Shelf>,
    has_more: bool,
    /// What may still be taken back.
    own: Vec<Own>,
}

/// What just happened, told by the page that follows.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Happened {
    ajoute: Option<String>,
    retire: Option<String>,
    range: Option<String>,
    cache: Option<String>,
    transmis: Option<String>,
}

/// `GET /visite/{locker}/{visit}`
pub(super) async fn shown(
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit)): Path<(String, String)>,
    happened: Result<Query<Happened>, QueryRejection>,
) -> Response {
    let Query(happened) = happened.unwrap_or_default();
    let shown = async || -> Result<Response, Stop> {
        let visiting = Visiting::read(&site, &visitor, (&locker, &visit), "").await?;
        // Where help is over, it is the list that is refused, and the journal says so.
        let lists = visiting.helping.is_none() || !visiting.categories(Permission::List).is_empty();
        let list = if lists {
            let filter = Filter { limit: PAGE, ..Filter::default() };
            Some(site.lockers().list(&visiting.visitor.caller, visiting.locker, &filter).await?)
        } else {
            None
        };
        let (papers, has_more) = list.map(|list| (list.items, list.next.is_some())).unwrap_or_default();
        let (full, _) = shelves(visitor.locale, &format!("{}/papiers", visiting.at), &papers);
        let told = match happened {
            Happened { retire: Some(_), .. } => Some("visit-just-withdrawn"),
            Happened { range: Some(_), .. } => Some("organise-just-done"),
            Happened { cache: Some(_), .. } => Some("organise-just-hidden"),
            Happened { ajoute: Some(_), .. } => Some("visit-just-added"),
            Happened { transmis: Some(_), .. } => Some("visit-just-given"),
            Happened { .. } => None,
        };
        let scope = visiting.helping.iter().flat_map(|helping| &helping.shown.scope).map(|one| &one.scope);
        let shown = Visit {
            title: visiting.title(),
            notice: told.map(|key| say(visitor.locale, key)),
            own: own(&site, &visiting).await?,
            scope: scopes_told(visitor.locale, scope),
            adds: !visiting.adds_into().is_empty(),
            gives: !visiting.categories(Permission::Share).is_empty(),
            lists,
            shelves: full,
            has_more,
            at: visiting.at,
            f: visiting.f,
        };
        Ok(page(StatusCode::OK, &shown))
    };
    answered_in(&site, &visitor, (&locker, &visit), shown().await).await
}

/// `GET /visite/{locker}/{visit}/attestation`
pub(super) async fn attested(
    _: FromHere,
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit)): Path<(String, String)>,
) -> Response {
    let made = async || -> Result<Response, Stop> {
        let visiting = Visiting::read(&site, &visitor, (&locker, &visit), "/attestation").await?;
        let Some(helping) = &visiting.helping else {
            // Over: the visit, or the help. It is the list that is refused, and says which.
            let filter = Filter { limit: 1, ..Filter::default() };
            site.lockers().list(&visiting.visitor.caller, visiting.locker, &filter).await?;
            return Err(LockerError::Refused(Reason::NoVisit).into());
        };
        let asked = (visiting.locker, helping.mandate);
        let (caller, locale) = (&visiting.visitor.caller, visitor.locale);
        Ok(pdf("attestation", site.lockers().attest(caller, asked, locale, &addresses(&site)).await?))
    };
    answered_in(&site, &visitor, (&locker, &visit), made().await).await
}

/// `POST /visite/{locker}/{visit}/finir`
pub(super) async fn end(
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit)): Path<(String, String)>,
) -> Response {
    let done = async || -> Result<Response, Stop> {
        let (locker, visit) = ids(&locker, &visit)?;
        site.lockers().end_visit(&visitor.caller, locker, visit).await?;
        Ok(Redirect::to("/aider?fini=1").into_response())
    };
    answered_in(&site, &visitor, (&locker, &visit), done().await).await
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::words::Locale;

    #[test]
    fn the_page_is_whole_and_offers_what_help_allows() {
        for locale in Locale::ALL {
            for (adds, lists) in [(true, true), (false, true), (true, false)] {
                let shown = Visit {
                    f: Frame::sample_at_work(locale),
                    title: "Lucie <b>".into(),
                    notice: Some("Ajouté".into()),
                    scope: vec!["Logement : ouvrir.".into()],
                    at: "/visite/1/2".into(),
                    adds,
                    gives: adds,
                    lists,
                    shelves: Vec::new(),
                    has_more: true,
                    own: if adds {
                        vec![Own { at: "/visite/1/2/retirer/3/4".into(), told: "Retirer".into() }]
                    } else {
                        vec![]
                    },
                };
                let html = checks::checked(&shown);
                assert!(html.contains("Lucie &#60;b&#62;") && html.contains("action=\"/visite/1/2/finir\""), "{html}");
                assert_eq!(html.contains("\"/visite/1/2/ajouter\""), adds, "{html}");
                assert_eq!(html.contains("\"/visite/1/2/demande\""), adds, "{html}");
                assert_eq!(html.contains("\"/visite/1/2/retirer/3/4\""), adds, "{html}");
            }
        }
    }
}
