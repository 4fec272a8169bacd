//! Asking somebody for papers, for an institution: a ready-made list, or kinds one by one; what for, until when. The code is shown once.

use askama::Template;
use axum::extract::{Path, RawForm, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::super::elsewhere::FromHere;
use super::super::super::frame::Frame;
use super::super::super::{Stop, page};
use super::super::answered;
use super::{at, within};
use crate::domain::document::{Day, FieldError};
use crate::domain::help::Purpose;
use crate::domain::organisation::Name;
use crate::domain::request::{Piece, READY, ready};
use crate::domain::taxonomy::{Category, Kind};
use crate::http::Site;
use crate::http::sentences::fault;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::requests::{Asking, MadeRequest};
use crate::words::{Locale, Value, as_key, category_label, kind_label, moment, say, say_with};

/// For how many days papers are read, unless said otherwise.
const DAYS: u16 = 90;
/// For how many days a request waits, unless said otherwise.
const WAITS: u16 = 30;

/// What is typed.
#[derive(Debug, Default, Clone)]
struct Typed {
    list: String,
    kinds: Vec<String>,
    purpose: String,
    reference: String,
    deadline: String,
    days: String,
}

impl Typed {
    fn blank(site: &Site) -> Self {
        let deadline = site.lockers().until_usual(WAITS).unwrap_or_default();
        Self { deadline, days: DAYS.to_string(), ..Self::default() }
    }

    fn read(form: &[u8]) -> Self {
        let mut typed = Self::default();
        for (name, value) in url::form_urlencoded::parse(form) {
            let value = value.into_owned();
            match &*name {
                "liste" => typed.list = value,
                "papier" => typed.kinds.push(value),
                "pour" => typed.purpose = value,
                "dossier" => typed.reference = value,
                "avant" => typed.deadline = value,
                "jours" => typed.days = value,
                _ => {}
            }
        }
        typed
    }

    fn asking(&self) -> Result<Asking, LockerError> {
        let wrong = |field, error| LockerError::Field { field, error };
        let mut pieces = match self.list.as_str() {
            "" => Vec::new(),
            list => ready(list).ok_or(wrong("list", FieldError::UnknownKind))?,
        };
        for code in &self.kinds {
            let kind = Kind::from_code(code).ok_or(wrong("pieces.kinds", FieldError::UnknownKind))?;
            // What a list asks for already is not asked for twice.
            if !pieces.iter().any(|piece| piece.kinds.contains(&kind)) {
                pieces.push(Piece { kinds: vec![kind], label: None, months: None, count: 1, mandatory: true });
            }
        }
        let reference = Some(self.reference.as_str()).filter(|text| !text.trim().is_empty());
        Ok(Asking {
            pieces,
            purpose: Purpose::parse(&self.purpose).map_err(|error| wrong("purpose", error))?,
            reference: reference.map(Name::parse).transpose().map_err(|error| wrong("reference", error))?,
            deposits: Vec::new(),
            deadline: Day::parse(&self.deadline).map_err(|error| wrong("deadline", error))?,
            days: self.days.trim().parse().map_err(|_| wrong("days", FieldError::OutOfBounds(365)))?,
            callback: None,
        })
    }
}

/// A list or a kind that may be asked for.
struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

/// The kinds of a category.
struct Shelf {
    name: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "pages/office_ask.html")]
struct Form {
    f: Frame,
    here: String,
    back: String,
    lists: Vec<Choice>,
    shelves: Vec<Shelf>,
    typed: Typed,
    wrong: Option<String>,
}

/// What an institution may ask for, as choices: lists all of whose pieces it may, and kinds.
fn choices(locale: Locale, kinds: &[Kind], typed: &Typed) -> (Vec<Choice>, Vec<Shelf>) {
    let may = |list: &&str| ready(list).is_some_and(|pieces| pieces.iter().all(|piece| piece.check(kinds).is_ok()));
    let list = |code: &str| Choice {
        value: code.to_owned(),
        label: say(locale, &format!("list-{}", as_key(code))),
        is_chosen: typed.list == code,
    };
    let lists = READY.iter().map(|(code, _)| *code).filter(may).map(list).collect();
    let mut shelves: Vec<(Category, Shelf)> = Vec::new();
    for kind in kinds {
        let choice = Choice {
            value: kind.code().to_owned(),
            label: kind_label(locale, *kind),
            is_chosen: typed.kinds.iter().any(|code| code == kind.code()),
        };
        let category = kind.category();
        if let Some((_, shelf)) = shelves.iter_mut().find(|(of, _)| *of == category) {
            shelf.choices.push(choice);
        } else {
            shelves.push((category, Shelf { name: category_label(locale, category), choices: vec![choice] }));
        }
    }
    (lists, shelves.into_iter().map(|(_, shelf)| shelf).collect())
}

/// What is wrong with it, in words of the page.
fn told_wrong(locale: Locale, error: &LockerError) -> Option<String> {
    let LockerError::Field { field, error: what } = error else { return None };
    Some(match (*field, what) {
        ("pieces", _) => say(locale, "office-no-pieces"),
        ("purpose", FieldError::Empty) => say(locale, "office-no-purpose"),
        ("deadline", FieldError::Past | FieldError::NotADate) => say(locale, "office-bad-deadline"),
        ("days", _) => say(locale, "office-bad-days"),
        _ => fault(error).told(locale).1,
    })
}

async fn form_page(
    site: &Site,
    visitor: &Visitor,
    office: &str,
    (status, wrong): (StatusCode, Option<String>),
    typed: Typed,
) -> Result<Response, Stop> {
    let (office, caller) = within(visitor, office)?;
    let view = site.lockers().own_institution(&caller).await?;
    let fields = view.fields.as_ref().ok_or(LockerError::Damaged)?;
    let (lists, shelves) = choices(visitor.locale, &fields.kinds, &typed);
    let (back, here) = (at(office), format!("{}/demander", at(office)));
    let f = Frame::at_work(site, visitor.locale, &here);
    Ok(page(status, &Form { f, here, back, lists, shelves, typed, wrong }))
}

/// `GET /bureau/{office}/demander`
pub(in super::super) async fn form(
    _: FromHere,
    State(site): State<Site>,
    visitor: Visitor,
    Path(office): Path<String>,
) -> Response {
    let typed = Typed::blank(&site);
    let shown = form_page(&site, &visitor, &office, (StatusCode::OK, None), typed).await;
    answered(&site, visitor.locale, shown)
}

/// The code of what was asked, shown once.
#[derive(Template)]
#[template(path = "pages/office_code.html")]
struct Told {
    f: Frame,
    code: String,
    link: String,
    until: String,
    at: String,
    back: String,
}

fn code(f: Frame, origin: &str, back: String, made: &MadeRequest) -> Told {
    let code = made.code.shown().to_string();
    let until = moment(f.locale, made.facts.until);
    // As people type it: without what a browser adds by itself.
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    Told {
        link: format!("{host}/demandes?code={code}"),
        code,
        until: say_with(f.locale, "office-code-until", &[("moment", Value::Text(&until))]),
        at: format!("{back}/demandes/{}", made.facts.request),
        back,
        f,
    }
}

/// `POST /bureau/{office}/demander`
pub(in super::super) async fn ask(
    State(site): State<Site>,
    visitor: Visitor,
    Path(office): Path<String>,
    RawForm(body): RawForm,
) -> Response {
    let done = async || -> Result<Response, Stop> {
        let typed = Typed::read(&body);
        let (id, caller) = within(&visitor, &office)?;
        let made = match typed.asking() {
            Ok(asking) => site.lockers().make_request(&caller, asking).await,
            Err(error) => Err(error),
        };
        match made {
            Ok(made) => {
                let f = Frame::at_work(&site, visitor.locale, &format!("{}/demander", at(id)));
                Ok(page(StatusCode::CREATED, &code(f, &site.origin(), at(id), &made)))
            }
            Err(error) => match told_wrong(visitor.locale, &error) {
                // Who has no such form is told that first, not what to type.
                Some(told) => {
                    let status = (StatusCode::UNPROCESSABLE_ENTITY, Some(told));
                    form_page(&site, &visitor, &office, status, typed).await
                }
                None => Err(error.into()),
            },
        }
    };
    answered(&site, visitor.locale, done().await)
}

#[cfg(test)]
mod tests {
    use super::super::super::super::checks;
    use super::*;
    use crate::domain::code::Code;
    use crate::domain::ids::{InstitutionId, PaperRequestId};
    use crate::domain::request::{RequestFacts, Stage};
    use crate::domain::source::{Source, Timestamp};
    use crate::domain::taxonomy::KINDS;

    #[test]
    fn only_what_may_be_asked_for_is_a_choice() {
        for locale in Locale::ALL {
            let typed = Typed { list: "rsa".to_owned(), ..Typed::default() };
            let (lists, shelves) = choices(locale, KINDS, &typed);
            assert_eq!(lists.len(), READY.len());
            assert_eq!(lists.iter().filter(|list| list.is_chosen).count(), 1);
            assert_eq!(shelves.iter().map(|shelf| shelf.choices.len()).sum::<usize>(), KINDS.len());
            let (lists, shelves) = choices(locale, &KINDS[..1], &typed);
            assert!(lists.is_empty() && shelves.len() == 1, "one kind fills no list");
            let (f, at) = (Frame::sample_at_work(locale), "/bureau/x".to_owned());
            let typed = Typed { purpose: "Votre <b>".to_owned(), ..typed };
            let form = Form { f, here: at.clone(), back: at, lists, shelves, typed, wrong: Some("non".to_owned()) };
            let html = checks::checked(&form);
            assert!(html.contains("role=\"alert\"") && html.contains("&#60;b&#62;"), "{html}");
        }
    }

    #[test]
    fn a_list_and_kinds_together_ask_for_nothing_twice() {
        let typed = Typed::read(
            b"liste=rsa&papier=identite.carte_nationale&papier=logement.bail&pour=RSA&dossier=+&avant=2027-01-31&jours=30",
        );
        let list = ready("rsa").unwrap();
        let asking = typed.asking().unwrap();
        let asked = |code: &str| {
            let kind = Kind::from_code(code).unwrap();
            asking.pieces.iter().filter(|piece| piece.kinds.contains(&kind)).count()
        };
        assert!(asking.pieces.len() >= list.len() && asking.reference.is_none());
        assert_eq!((asked("identite.carte_nationale"), asked("logement.bail")), (1, 1));
        for bad in [
            "papier=x&pour=a&avant=2027-01-31&jours=30",
            "liste=x&pour=a&avant=2027-01-31&jours=30",
            "pour=&avant=2027-01-31&jours=30",
            "pour=a&avant=hier&jours=30",
            "pour=a&avant=2027-01-31&jours=beaucoup",
        ] {
            let error = Typed::read(bad.as_bytes()).asking().unwrap_err();
            assert!(Locale::ALL.into_iter().all(|locale| told_wrong(locale, &error).is_some()), "{bad}");
        }
    }

    #[test]
    fn the_code_is_shown_with_the_address_that_brings_it() {
        let source = Source::seeded(Timestamp::from_micros(1_800_000_000_000_000), [8; 32]);
        for locale in Locale::ALL {
            let facts = RequestFacts {
                institution: InstitutionId::draw(&source),
                request: PaperRequestId::draw(&source),
                made_at: source.now(),
                until: source.now(),
                stage: Stage::Waiting,
                staged_at: source.now(),
                locker: None,
                share: None,
            };
            let made = MadeRequest { facts, code: Code::draw(&source) };
            let shown = code(Frame::sample_at_work(locale), "https://consigne.test", "/bureau/x".to_owned(), &made);
            let html = checks::checked(&shown);
            let typed = made.code.shown().to_string();
            assert!(html.contains(&format!(">consigne.test/demandes?code={typed}<")), "{html}");
        }
    }
}
