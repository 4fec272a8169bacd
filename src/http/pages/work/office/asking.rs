//! Asking somebody for papers, for an institution: a ready-made list, or kinds one by one; what for, until when. The code is shown once. The same
//! form, sent again, makes nothing new: the page says what it made.

use askama::Template;
use axum::extract::{Path, RawForm, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::super::elsewhere::FromHere;
use super::super::super::frame::Frame;
use super::super::super::{Stop, page};
use super::super::frame;
use super::form::{Choice, Shelf, Typed, Within, Wrong, choices};
use super::{at, made, named, state, stopped, within};
use crate::domain::ids::OrganisationId;
use crate::domain::request::RequestStatus;
use crate::http::Site;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::requests::{Asking, ByForm, MadeRequest, RequestView};
use crate::words::{Value, moment, say_with};

#[derive(Template)]
#[template(path = "pages/office_ask.html")]
struct Form {
    f: Frame,
    here: String,
    back: String,
    lists: Vec<Choice>,
    shelves: Vec<Shelf>,
    typed: Typed,
    wrong: Vec<Wrong>,
}

impl Form {
    /// What is wrong with a field, by its id.
    fn error(&self, at: &str) -> Option<&str> {
        self.wrong.iter().find(|wrong| wrong.at == at).map(|wrong| wrong.told.as_str())
    }

    /// Whether the kinds, one by one, show from the start.
    fn is_open(&self) -> bool {
        self.lists.is_empty() || !self.typed.kinds.is_empty()
    }
}

async fn form_page(
    site: &Site,
    visitor: &Visitor,
    office: &str,
    typed: Typed,
    wrong: Vec<Wrong>,
) -> Result<Response, Stop> {
    let (office, caller) = within(visitor, office)?;
    let view = site.lockers().own_institution(&caller).await?;
    let fields = view.fields.as_ref().ok_or(LockerError::Damaged)?;
    let (lists, shelves) = choices(visitor.locale, &fields.kinds, &typed);
    let (back, here) = (at(office), format!("{}/demander", at(office)));
    let f = frame(site, visitor, &here).await?;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page(status, &Form { f, here, back, lists, shelves, typed, wrong }))
}

/// `GET /bureau/{office}/demander`
pub(in super::super) async fn form(
    _: FromHere,
    State(site): State<Site>,
    visitor: Visitor,
    Path(office): Path<String>,
) -> Response {
    let shown = form_page(&site, &visitor, &office, Typed::blank(&site), Vec::new()).await;
    stopped::answered(&site, &visitor, &office, shown).await
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

/// What the same form had made before: its code was shown then.
#[derive(Template)]
#[template(path = "pages/office_already.html")]
struct Already {
    f: Frame,
    name: String,
    made: String,
    state: String,
    at: String,
    /// Where it is taken back, if it can be.
    withdraw_at: Option<String>,
    ask_at: String,
    back: String,
}

fn already(f: Frame, office: OrganisationId, view: &RequestView) -> Already {
    let (locale, back) = (f.locale, at(office));
    let one = format!("{back}/demandes/{}", view.facts.request);
    let waits = matches!(view.status, RequestStatus::Waiting);
    Already {
        name: named(locale, view),
        made: made(locale, view),
        state: state(locale, view),
        withdraw_at: waits.then(|| format!("{one}/retirer")),
        at: one,
        ask_at: format!("{back}/demander"),
        back,
        f,
    }
}

/// By the form's own key, where it bears one: what is typed anew in a form that was sent is another request.
async fn make(
    site: &Site,
    visitor: &Visitor,
    office: &str,
    asking: Asking,
    key: Option<&[u8]>,
) -> Result<ByForm, Stop> {
    let (_, caller) = within(visitor, office)?;
    Ok(match key {
        Some(form) => site.lockers().make_request_by_form(&caller, asking, form).await?,
        None => ByForm::Made(site.lockers().make_request(&caller, asking).await?),
    })
}

/// `POST /bureau/{office}/demander`
pub(in super::super) async fn ask(
    State(site): State<Site>,
    visitor: Visitor,
    Path(office_named): Path<String>,
    RawForm(body): RawForm,
) -> Response {
    let done = async || -> Result<Response, Stop> {
        let typed = Typed::read(&body);
        let office = within(&visitor, &office_named)?.0;
        let asking = match typed.asking(Within::of(&site)) {
            Ok(asking) => asking,
            Err(errors) => {
                // Who has no such form is told that first, not what to type.
                let wrong = errors.iter().filter_map(|error| Wrong::of(visitor.locale, error)).collect();
                return form_page(&site, &visitor, &office_named, typed, wrong).await;
            }
        };
        let key = Some(body.as_ref()).filter(|_| !typed.key.is_empty());
        match make(&site, &visitor, &office_named, asking, key).await {
            Ok(ByForm::Made(made)) => {
                let f = frame(&site, &visitor, &format!("{}/demander", at(office))).await?;
                Ok(page(StatusCode::CREATED, &code(f, &site.origin(), at(office), &made)))
            }
            Ok(ByForm::Already(view)) => {
                let f = frame(&site, &visitor, &format!("{}/demander", at(office))).await?;
                Ok(page(StatusCode::OK, &already(f, office, &view)))
            }
            Err(Stop::Locker(error)) => match Wrong::of(visitor.locale, &error) {
                Some(wrong) => form_page(&site, &visitor, &office_named, typed, vec![wrong]).await,
                None => Err(error.into()),
            },
            Err(stop) => Err(stop),
        }
    };
    stopped::answered(&site, &visitor, &office_named, done().await).await
}

#[cfg(test)]
mod tests {
    use super::super::super::super::checks;
    use super::*;
    use crate::domain::code::Code;
    use crate::domain::document::FieldError;
    use crate::domain::ids::{InstitutionId, PaperRequestId};
    use crate::domain::request::{RequestFacts, Stage};
    use crate::domain::source::{Source, Timestamp};
    use crate::domain::taxonomy::KINDS;
    use crate::words::Locale;

    #[test]
    fn what_is_wrong_stands_at_the_top_and_at_its_field() {
        for locale in Locale::ALL {
            let typed = Typed { purpose: "Votre <b>".to_owned(), key: "k".to_owned(), ..Typed::default() };
            let shown = |wrong: Vec<Wrong>, typed: &Typed| {
                let (lists, shelves) = choices(locale, KINDS, typed);
                let (f, at) = (Frame::sample_at_work(locale), "/bureau/x".to_owned());
                checks::checked(&Form { f, here: at.clone(), back: at, lists, shelves, typed: typed.clone(), wrong })
            };
            let fields = ["pieces", "purpose", "reference", "deadline", "days"];
            let wrong = |field| Wrong::of(locale, &LockerError::Field { field, error: FieldError::Empty }).unwrap();
            let html = shown(fields.map(wrong).into(), &typed);
            assert!(html.contains("role=\"alert\"") && html.contains("&#60;b&#62;"), "{html}");
            for id in ["papiers", "pour", "dossier", "avant", "jours"] {
                assert!(
                    html.contains(&format!("<a href=\"#{id}\">")) && html.contains(&format!(" id=\"{id}-faux\"")),
                    "{id}: {html}"
                );
            }
            assert_eq!(html.matches("aria-invalid=\"true\"").count(), 4, "{html}");
            // Kinds one by one are opened by who wants them, or had chosen some.
            let html = shown(Vec::new(), &typed);
            assert!(
                html.contains("<details class=\"rubric\">")
                    && !html.contains("role=\"alert\"")
                    && html.contains("name=\"cle\" value=\"k\""),
                "{html}"
            );
            let chosen = Typed { kinds: vec!["logement.bail".to_owned()], ..typed };
            assert!(shown(Vec::new(), &chosen).contains("<details class=\"rubric\" open>"));
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
