//! The limits that a holder sets: only some papers of what is proposed, less of what was given. One form for both.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::frame::Frame;
use super::super::{Stop, answer, at_home, frame_at_home, page};
use super::holder::{PATH, is_current, name_of};
use super::mandate_id;
use super::rubrics::box_name;
use crate::domain::document::FieldError;
use crate::domain::entry::Reason;
use crate::domain::help::{CategoryScope, TermFields};
use crate::domain::ids::{DocumentId, LockerId};
use crate::domain::mandate::{Permission, Permissions, TERMS, Term};
use crate::domain::taxonomy::Category;
use crate::http::Site;
use crate::http::sentences::fault;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::choosing::{Choosable, Only};
use crate::locker::consent::{permission_told, term_told};
use crate::locker::narrowing::Left;
use crate::words::{Locale, Value, category_label, say, say_with};

/// What was typed, by the names in the form.
type Typed = BTreeMap<String, String>;

/// One of several answers.
struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

/// A category: what may be done, on which of its papers.
struct Shelf {
    code: &'static str,
    label: String,
    boxes: Vec<Choice>,
    which: Vec<Choice>,
    papers: Vec<Choice>,
    /// Whether papers may be added there now: to single ones, none is.
    adds: bool,
}

/// The words of one of the two forms.
struct Told {
    title: &'static str,
    lines: &'static [&'static str],
    button: &'static str,
}

const CHOOSE: Told = Told { title: "choose-title", lines: &["choose-what", "choose-later"], button: "choose-button" };
const NARROW: Told = Told {
    title: "narrow-title",
    lines: &["narrow-what", "narrow-now", "narrow-papers", "narrow-back"],
    button: "narrow-button",
};

#[derive(Template)]
#[template(path = "pages/help_limits.html")]
struct Limits {
    f: Frame,
    told: &'static Told,
    /// Whose help.
    name: String,
    here: String,
    back: String,
    shelves: Vec<Shelf>,
    terms: Vec<Choice>,
    wrong: Option<String>,
}

/// A category of the form: with what may still be taken back, if something was given already.
fn shelf(
    locale: Locale,
    one: &CategoryScope,
    papers: &[Choosable],
    typed: Option<&Typed>,
    narrows: bool,
) -> Option<Shelf> {
    let (category, permissions) = one.read()?;
    let single = one.papers();
    let has = |name: &str| typed.is_none_or(|typed| typed.contains_key(name));
    let boxes = |permission: &Permission| {
        let value = box_name(category, *permission);
        let label = permission_told(locale, *permission, single.is_some());
        Choice { is_chosen: has(&value), value, label }
    };
    let held = Permission::ALL.iter().filter(|one| narrows && permissions.has(**one));
    let standard = if single.is_some() { "choix" } else { "tout" };
    let chosen = typed.and_then(|typed| typed.get(&format!("reste-{}", category.code())));
    let chosen = chosen.map_or(standard, String::as_str);
    // Once it is single papers it is not the whole category again.
    let ways = [("tout", "limits-tout"), ("choix", "limits-choix"), ("rien", "limits-rien")];
    let ways = ways.into_iter().filter(|(way, _)| single.is_none() || *way != "tout");
    let way =
        |(way, key): (&str, &str)| Choice { value: way.to_owned(), label: say(locale, key), is_chosen: way == chosen };
    let is_there = |paper: &&Choosable| {
        paper.category == category || single.as_ref().is_some_and(|single| single.contains(&paper.document))
    };
    let is_offered = |paper: &&Choosable| single.as_ref().is_none_or(|single| single.contains(&paper.document));
    let paper = |paper: &Choosable| {
        let value = paper.document.to_string();
        let is_ticked = match typed {
            Some(typed) => typed.contains_key(&format!("papier-{value}")),
            None => single.is_some(),
        };
        Choice { value, label: paper.title.clone(), is_chosen: is_ticked }
    };
    Some(Shelf {
        code: category.code(),
        adds: permissions.has(Permission::Deposit) && single.is_none(),
        label: category_label(locale, category),
        boxes: held.map(boxes).collect(),
        which: ways.map(way).collect(),
        papers: papers.iter().filter(is_there).filter(is_offered).map(paper).collect(),
    })
}

/// What is left of one category by what was typed: all of it, some papers, nothing.
enum Rest {
    All,
    Papers(Vec<DocumentId>),
    Nothing,
}

fn rest(typed: &Typed, category: &str) -> Rest {
    let papers = || {
        let ticked = typed.iter().filter(|(_, of)| of.as_str() == category);
        ticked.filter_map(|(name, _)| name.strip_prefix("papier-")?.parse().ok()).collect()
    };
    match typed.get(&format!("reste-{category}")).map(String::as_str) {
        Some("choix") => Rest::Papers(papers()),
        Some("rien") => Rest::Nothing,
        _ => Rest::All,
    }
}

/// What is wrong with what was typed.
enum Wrong {
    /// What the verb says.
    Verb(LockerError),
    /// Papers are ticked beside « all of them ».
    TickedBeside(Category),
    /// Only those that are ticked, and none is.
    NoneTicked(Category),
}

impl Wrong {
    /// What contradicts itself in what was typed.
    fn of(typed: &Typed) -> Option<Self> {
        let has_ticked =
            |category: Category| typed.iter().any(|(name, of)| of == category.code() && name.starts_with("papier-"));
        CategoryCodes::of(typed).find_map(|category| match rest(typed, category.code()) {
            Rest::All if has_ticked(category) => Some(Self::TickedBeside(category)),
            Rest::Papers(papers) if papers.is_empty() => Some(Self::NoneTicked(category)),
            Rest::All | Rest::Papers(_) | Rest::Nothing => None,
        })
    }

    fn told(&self, locale: Locale) -> (StatusCode, String) {
        let of = |key, category| {
            let category = category_label(locale, category);
            (StatusCode::UNPROCESSABLE_ENTITY, say_with(locale, key, &[("category", Value::Text(&category))]))
        };
        match self {
            Self::Verb(error) => (fault(error).status, fault(error).told(locale).1),
            Self::TickedBeside(category) => of("limits-ticked-beside", *category),
            Self::NoneTicked(category) => of("limits-none-ticked", *category),
        }
    }
}

/// A choice as an address bears it: `logement:ID,ID;banque:`.
pub(super) fn choice_from(text: &str) -> Option<Vec<Only>> {
    let one = |part: &str| {
        let (category, ids) = part.split_once(':')?;
        let documents = ids.split(',').filter(|id| !id.is_empty()).map(|id| id.parse().ok()).collect::<Option<_>>()?;
        Some(Only { category: Category::from_code(category)?, documents })
    };
    text.split(';').filter(|part| !part.is_empty()).map(one).collect()
}

fn choice_to(only: &[Only]) -> String {
    let ids = |one: &Only| one.documents.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    only.iter().map(|one| format!("{}:{}", one.category.code(), ids(one))).collect::<Vec<_>>().join(";")
}

/// The status of the form, and what is wrong in it.
fn told_wrong(locale: Locale, again: Option<&(&Typed, Wrong)>) -> (StatusCode, Option<String>) {
    let told = again.map(|(_, wrong)| wrong.told(locale));
    told.map_or((StatusCode::OK, None), |(status, told)| (status, Some(told)))
}

/// The form about a proposal, with what was typed when something is wrong.
async fn choosing(
    (site, visitor): (&Site, &Visitor),
    locker: LockerId,
    mandate: &str,
    again: Option<(&Typed, Wrong)>,
) -> Result<Response, Stop> {
    let (id, locale) = (mandate_id(mandate)?, visitor.locale);
    let view = site.lockers().help(&visitor.caller, locker, locale).await?;
    let Some(one) = view.proposals.iter().find(|one| one.mandate == id) else {
        return Ok(Redirect::to(PATH).into_response());
    };
    let papers = site.lockers().choosable(&visitor.caller, locker).await?;
    let typed = again.as_ref().map(|(typed, _)| *typed);
    let (here, back) = (format!("{PATH}/{id}/choisir"), format!("{PATH}/{id}"));
    let (status, wrong) = told_wrong(locale, again.as_ref());
    let limits = Limits {
        told: &CHOOSE,
        name: one.proposed.helper.as_str().to_owned(),
        shelves: one.proposed.scope.iter().filter_map(|one| shelf(locale, one, &papers, typed, false)).collect(),
        terms: Vec::new(),
        wrong,
        f: frame_at_home(site, visitor, locker, &here).await?,
        here,
        back,
    };
    Ok(page(status, &limits))
}

/// `GET /aide/{mandate}/choisir`
pub(super) async fn choose(State(site): State<Site>, visitor: Visitor, Path(mandate): Path<String>) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        choosing((&site, &visitor), locker, &mandate, None).await
    };
    answer(&site, visitor.locale, shown().await)
}

/// `POST /aide/{mandate}/choisir`: to the words of the choice.
pub(super) async fn chosen(
    State(site): State<Site>,
    visitor: Visitor,
    Path(mandate): Path<String>,
    form: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = form.map(|Form(form)| form).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let id = mandate_id(&mandate)?;
        if let Some(wrong) = Wrong::of(&typed) {
            return choosing((&site, &visitor), locker, &mandate, Some((&typed, wrong))).await;
        }
        let only = CategoryCodes::of(&typed).filter_map(|category| match rest(&typed, category.code()) {
            Rest::All => None,
            Rest::Papers(documents) => Some(Only { category, documents }),
            Rest::Nothing => Some(Only { category, documents: Vec::new() }),
        });
        let only: Vec<Only> = only.collect();
        match site.lockers().choice_in_words(&visitor.caller, locker, id, &only, visitor.locale).await {
            Ok(_) if only.is_empty() => Ok(Redirect::to(&format!("{PATH}/{id}")).into_response()),
            Ok(_) => Ok(Redirect::to(&format!("{PATH}/{id}?choix={}", choice_to(&only))).into_response()),
            Err(error @ LockerError::Field { .. }) => {
                choosing((&site, &visitor), locker, &mandate, Some((&typed, Wrong::Verb(error)))).await
            }
            Err(error) => Err(error.into()),
        }
    };
    answer(&site, visitor.locale, done().await)
}

/// The categories that a form speaks of.
struct CategoryCodes;

impl CategoryCodes {
    fn of(typed: &Typed) -> impl Iterator<Item = Category> {
        typed.keys().filter_map(|name| Category::from_code(name.strip_prefix("reste-")?))
    }
}

/// The form about a mandate, with what was typed when something is wrong.
async fn narrowing(
    (site, visitor): (&Site, &Visitor),
    locker: LockerId,
    mandate: &str,
    again: Option<(&Typed, Wrong)>,
) -> Result<Response, Stop> {
    let (id, locale) = (mandate_id(mandate)?, visitor.locale);
    let view = site.lockers().help(&visitor.caller, locker, locale).await?;
    let one = view.mandates.iter().find(|one| one.mandate == id);
    let one = one.ok_or(LockerError::Refused(Reason::UnknownMandate))?;
    let Some(agreed) = one.agreed.as_ref().filter(|_| is_current(one)) else {
        return Ok(Redirect::to(PATH).into_response());
    };
    let papers = site.lockers().choosable(&visitor.caller, locker).await?;
    let typed = again.as_ref().map(|(typed, _)| *typed);
    let wanted = typed.and_then(|typed| typed.get("duree")).map(String::as_str).unwrap_or_default();
    let terms = TERMS.map(|days| Choice {
        value: days.to_string(),
        label: term_told(locale, TermFields::Days(days)),
        is_chosen: wanted == days.to_string(),
    });
    let same = Choice { value: String::new(), label: super::until(locale, "help-until", one.until), is_chosen: false };
    let here = format!("{PATH}/{id}/reduire");
    let (status, wrong) = told_wrong(locale, again.as_ref());
    let limits = Limits {
        told: &NARROW,
        name: name_of(locale, one),
        shelves: agreed.scope().iter().filter_map(|one| shelf(locale, one, &papers, typed, true)).collect(),
        terms: [same].into_iter().chain(terms).collect(),
        wrong,
        f: frame_at_home(site, visitor, locker, &here).await?,
        here,
        back: PATH.to_owned(),
    };
    Ok(page(status, &limits))
}

/// `GET /aide/{mandate}/reduire`
pub(super) async fn narrow(State(site): State<Site>, visitor: Visitor, Path(mandate): Path<String>) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        narrowing((&site, &visitor), locker, &mandate, None).await
    };
    answer(&site, visitor.locale, shown().await)
}

/// What is left, by what was typed.
fn left(typed: &Typed) -> (Vec<Left>, Result<Option<Term>, LockerError>) {
    let one = |category: Category| {
        let ticked = Permission::ALL.into_iter().filter(|one| typed.contains_key(&box_name(category, *one)));
        let permissions = Permissions::of(ticked);
        let documents = match rest(typed, category.code()) {
            Rest::All => None,
            Rest::Papers(documents) => Some(documents),
            Rest::Nothing => return None,
        };
        let is_nothing = permissions.is_none() || documents.as_ref().is_some_and(Vec::is_empty);
        (!is_nothing).then_some(Left { category, permissions, documents })
    };
    let term = match typed.get("duree").map(String::as_str).unwrap_or_default() {
        "" => Ok(None),
        days => days
            .parse()
            .map(|days| Some(Term::Days(days)))
            .map_err(|_| LockerError::Field { field: "until", error: FieldError::NotADate }),
    };
    (CategoryCodes::of(typed).filter_map(one).collect(), term)
}

/// `POST /aide/{mandate}/reduire`
pub(super) async fn narrowed(
    State(site): State<Site>,
    visitor: Visitor,
    Path(mandate): Path<String>,
    form: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = form.map(|Form(form)| form).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let id = mandate_id(&mandate)?;
        let (left, term) = left(&typed);
        let lockers = site.lockers();
        if let Some(wrong) = Wrong::of(&typed) {
            lockers.note_unread_narrowing(&visitor.caller, locker, id).await?;
            return narrowing((&site, &visitor), locker, &mandate, Some((&typed, wrong))).await;
        }
        let done = match term {
            Ok(term) => lockers.narrow_mandate(&visitor.caller, locker, id, (&left, term), visitor.locale).await,
            Err(error) => lockers.note_unread_narrowing(&visitor.caller, locker, id).await.and(Err(error)),
        };
        match done {
            Ok(()) => Ok(Redirect::to("/aide?moins=1").into_response()),
            Err(error @ LockerError::Field { .. }) => {
                narrowing((&site, &visitor), locker, &mandate, Some((&typed, Wrong::Verb(error)))).await
            }
            Err(error) => Err(error.into()),
        }
    };
    answer(&site, visitor.locale, done().await)
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::domain::source::Source;

    #[test]
    fn the_form_is_whole_and_offers_no_more_than_there_is() {
        let source = Source::system();
        let housing = Category::from_code("logement").unwrap();
        let lease = Choosable { document: DocumentId::draw(&source), category: housing, title: "Bail <b>".into() };
        let rent = Choosable { document: DocumentId::draw(&source), category: housing, title: "Quittance".into() };
        let papers = [lease.clone(), rent];
        let all = CategoryScope::new(housing, Permissions::of([Permission::List, Permission::Read]));
        for locale in Locale::ALL {
            for (scope, told, narrows, count) in [
                (all.clone(), &CHOOSE, false, 2),
                (all.clone(), &NARROW, true, 2),
                (all.clone().only(&[lease.document]), &NARROW, true, 1),
            ] {
                let one = shelf(locale, &scope, &papers, None, narrows).unwrap();
                assert_eq!((one.papers.len(), one.boxes.len()), (count, if narrows { 2 } else { 0 }));
                assert_eq!(one.which.len(), if count == 1 { 2 } else { 3 }, "single papers stay single");
                let limits = Limits {
                    f: Frame::sample_open(locale),
                    told,
                    name: "Nadia <b>".into(),
                    here: "/aide/1/reduire".into(),
                    back: "/aide".into(),
                    shelves: vec![one],
                    terms: Vec::new(),
                    wrong: Some("Il manque".into()),
                };
                let html = checks::checked(&limits);
                assert!(html.contains("Bail &#60;b&#62;") && !html.contains("<b>"), "{html}");
            }
        }
    }

    #[test]
    fn what_is_ticked_is_read() {
        let source = Source::system();
        let (lease, rent) = (DocumentId::draw(&source), DocumentId::draw(&source));
        let typed: Typed = [
            ("reste-logement".to_owned(), "choix".to_owned()),
            (format!("papier-{lease}"), "logement".to_owned()),
            (format!("papier-{rent}"), "banque".to_owned()),
            ("logement-read".to_owned(), "on".to_owned()),
            ("reste-banque".to_owned(), "rien".to_owned()),
            ("reste-identite".to_owned(), "tout".to_owned()),
            ("identite-list".to_owned(), "on".to_owned()),
            ("duree".to_owned(), "1".to_owned()),
        ]
        .into();
        let (left, term) = left(&typed);
        let codes: Vec<_> = left.iter().map(|one| (one.category.code(), one.documents.clone())).collect();
        assert_eq!(codes, [("identite", None), ("logement", Some(vec![lease]))]);
        assert_eq!(term.unwrap(), Some(Term::Days(1)));
        let only = vec![Only { category: Category::from_code("banque").unwrap(), documents: Vec::new() }];
        assert_eq!(choice_from(&choice_to(&only)).unwrap(), only);
        let only = vec![Only { category: Category::from_code("logement").unwrap(), documents: vec![lease, rent] }];
        assert_eq!(choice_from(&choice_to(&only)).unwrap(), only);
        for nonsense in ["logement", "argot:", "logement:nonsense"] {
            assert_eq!(choice_from(nonsense), None, "{nonsense}");
        }
    }
}
