//! Tidying a paper in a visit: its name, its kind and so its category, hiding it. Only its holder shows it again.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::frame::Frame;
use super::super::{Stop, page, paper_id};
use super::answered_in;
use super::rubrics::Choice;
use super::visit::Visiting;
use crate::domain::document::{Changes, FieldError, Title};
use crate::domain::entry::Reason;
use crate::domain::ids::DocumentId;
use crate::domain::mandate::Permission;
use crate::domain::taxonomy::{Category, KINDS, Kind};
use crate::http::Site;
use crate::http::sentences::fault;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::views::PaperView;
use crate::words::{Locale, category_label, kind_label};

type Typed = BTreeMap<String, String>;

/// A category with its kinds.
struct Group {
    label: String,
    kinds: Vec<Choice>,
}

/// What is wrong, and where.
struct Wrong {
    title: String,
    help: String,
    field: &'static str,
}

#[derive(Template)]
#[template(path = "pages/organise.html")]
struct Organise {
    f: Frame,
    /// The visit's own page, and what it is called.
    back: String,
    of: String,
    paper: String,
    action: String,
    groups: Vec<Group>,
    /// The kind that it has: one that is not changed is not asked for.
    kind: &'static str,
    title: String,
    hides: bool,
    wrong: Option<Wrong>,
}

impl Organise {
    /// What is wrong with a field.
    fn error(&self, field: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|wrong| wrong.field == field).map(|wrong| wrong.help.as_str())
    }
}

fn groups(locale: Locale, categories: &[Category], own: Kind, chosen: &str) -> Vec<Group> {
    let kinds = |category: Category| {
        let one = |kind: &Kind| Choice {
            value: kind.code().to_owned(),
            label: kind_label(locale, *kind),
            is_chosen: kind.code() == chosen,
        };
        KINDS.iter().filter(|kind| kind.category() == category).map(one).collect()
    };
    let mut all = categories.to_vec();
    // Where it stands, it may stay.
    if !all.contains(&own.category()) {
        all.push(own.category());
    }
    all.into_iter().map(|one| Group { label: category_label(locale, one), kinds: kinds(one) }).collect()
}

fn form(visiting: Visiting, view: &PaperView, typed: Option<&Typed>, wrong: Option<Wrong>) -> Organise {
    let value = |name: &str, own: &str| typed.and_then(|typed| typed.get(name)).map_or(own, String::as_str).to_owned();
    let (title, kind) = (view.fields.title.as_str(), view.fields.kind);
    let chosen = value("type", kind.code());
    Organise {
        of: visiting.title(),
        paper: title.to_owned(),
        action: format!("{}/papiers/{}/ranger", visiting.at, view.document),
        groups: groups(visiting.f.locale, &visiting.categories(Permission::Organise), kind, &chosen),
        kind: kind.code(),
        title: value("titre", title),
        hides: typed.is_some_and(|typed| typed.contains_key("cache")),
        back: visiting.at,
        wrong,
        f: visiting.f,
    }
}

/// What was typed, as changes. Days and whose paper it is stay as they are.
fn read(typed: &Typed) -> Result<Changes, LockerError> {
    let value = |name: &str| typed.get(name).map(|text| text.trim()).unwrap_or_default();
    let title = Title::parse(value("titre")).map_err(|error| LockerError::Field { field: "title", error })?;
    let kind = match value("type") {
        same if same == value("type_avant") => None,
        code => {
            let unknown = LockerError::Field { field: "kind", error: FieldError::UnknownKind };
            Some(Kind::from_code(code).ok_or(unknown)?)
        }
    };
    let private = typed.contains_key("cache").then_some(true);
    Ok(Changes { title: Some(title), kind, private, ..Changes::default() })
}

/// The paper, for whom may tidy papers like it.
async fn paper(site: &Site, visiting: &Visiting, document: DocumentId) -> Result<PaperView, Stop> {
    let view = site.lockers().describe(&visiting.visitor.caller, visiting.locker, document).await?;
    let may = visiting.categories(Permission::Organise).contains(&view.category());
    if may { Ok(view) } else { Err(LockerError::Refused(Reason::OutOfScope).into()) }
}

type Ids = (String, String, String);

/// `GET /visite/{locker}/{visit}/papiers/{document}/ranger`
pub(super) async fn ask(
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit, document)): Path<Ids>,
) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let document = paper_id(&document)?;
        let rest = format!("/papiers/{document}/ranger");
        let visiting = Visiting::read(&site, &visitor, (&locker, &visit), &rest).await?;
        let view = paper(&site, &visiting, document).await?;
        Ok(page(StatusCode::OK, &form(visiting, &view, None, None)))
    };
    answered_in(&site, &visitor, (&locker, &visit), shown().await).await
}

/// `POST /visite/{locker}/{visit}/papiers/{document}/ranger`
pub(super) async fn change(
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit, document)): Path<Ids>,
    sent: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = sent.map(|Form(typed)| typed).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        let document = paper_id(&document)?;
        let rest = format!("/papiers/{document}/ranger");
        let visiting = Visiting::read(&site, &visitor, (&locker, &visit), &rest).await?;
        let (caller, locker) = (&visiting.visitor.caller, visiting.locker);
        let done = match read(&typed) {
            Ok(changes) => {
                let told = if changes.private.is_some() { "cache" } else { "range" };
                site.lockers().amend(caller, locker, document, &changes).await.map(|_| told)
            }
            Err(error) => Err(error),
        };
        match done {
            Ok(told) => Ok(Redirect::to(&format!("{}?{told}=1", visiting.at)).into_response()),
            Err(error @ LockerError::Field { field, .. }) => {
                let view = paper(&site, &visiting, document).await?;
                let (title, help) = fault(&error).told(visitor.locale);
                let wrong = Wrong { title, help, field: if field == "kind" { "type" } else { "titre" } };
                Ok(page(fault(&error).status, &form(visiting, &view, Some(&typed), Some(wrong))))
            }
            Err(error) => Err(error.into()),
        }
    };
    answered_in(&site, &visitor, (&locker, &visit), done().await).await
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;

    #[test]
    fn the_form_is_whole_and_keeps_what_was_typed() {
        let (lease, housing) = (Kind::from_code("logement.bail").unwrap(), Category::from_code("logement").unwrap());
        let bank = Category::from_code("banque").unwrap();
        for locale in Locale::ALL {
            for field in [None, Some("titre"), Some("type")] {
                let html = checks::checked(&Organise {
                    f: Frame::sample_at_work(locale),
                    back: "/visite/1/2".into(),
                    of: "Lucie <b>".into(),
                    paper: "Bail <2>".into(),
                    action: "/visite/1/2/papiers/3/ranger".into(),
                    groups: groups(locale, &[bank], lease, "banque.rib"),
                    kind: lease.code(),
                    title: "\"><b>".into(),
                    hides: true,
                    wrong: field.map(|field| Wrong { title: "T".into(), help: "H".into(), field }),
                });
                assert!(html.contains("Bail &#60;2&#62;") && !html.contains("<b>"), "{html}");
                assert!(html.contains("<option value=\"banque.rib\" selected>"), "{html}");
                assert!(html.contains(&category_label(locale, housing)), "where it stands: {html}");
                assert!(html.contains("name=\"type_avant\" value=\"logement.bail\""), "{html}");
                assert_eq!(html.matches("aria-invalid").count(), usize::from(field.is_some()), "{html}");
            }
        }
    }

    #[test]
    fn what_is_not_changed_is_not_asked_for() {
        let typed = |pairs: &[(&str, &str)]| -> Typed {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let same =
            read(&typed(&[("titre", "Bail"), ("type", "logement.bail"), ("type_avant", "logement.bail")])).unwrap();
        assert_eq!((same.kind, same.private, same.issued_on), (None, None, None));
        let moved = [("titre", "RIB"), ("type", "banque.rib"), ("type_avant", "logement.bail"), ("cache", "on")];
        let moved = read(&typed(&moved)).unwrap();
        assert_eq!((moved.kind.map(Kind::code), moved.private), (Some("banque.rib"), Some(true)));
        for wrong in [&[("titre", " "), ("type", "banque.rib")][..], &[("titre", "RIB"), ("type", "rien")]] {
            assert!(matches!(read(&typed(wrong)), Err(LockerError::Field { .. })), "{wrong:?}");
        }
    }
}
