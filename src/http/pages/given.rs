//! `/transmettre`: a holder gives papers to somebody without an account, and is shown the code, once. `/transmis/{share}`: what was done with what
//! they handed over.

mod typed;

use askama::Template;
use axum::extract::{Path, RawForm, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use typed::Typed;

use super::frame::Frame;
use super::wrongs::Wrongs;
use super::{Stop, answer, at_home, closing, frame_at_home, page};
use crate::domain::bearer::is_marked;
use crate::domain::document::FieldError;
use crate::domain::entry::{Action, Reason};
use crate::domain::ids::{RequestId, ShareId};
use crate::domain::organisation::Name;
use crate::http::Site;
use crate::http::auth::{clear, redirect, set_cookie};
use crate::http::printed::{addresses, code_at, pdf};
use crate::http::sentences::fault;
use crate::http::visitor::{GIVING_COOKIE, Visitor, cookie};
use crate::locker::given_codes::{GivenCode, GivenOnce, Use};
use crate::locker::sharing::ShareView;
use crate::locker::{Filter, LockerError};
use crate::words::{Locale, Value, category_label, day, moment, say, say_with, within_marks};

/// Where papers are given.
const PATH: &str = "/transmettre";
/// Papers in the list.
const MOST: usize = 1_000;

/// A paper that may be given.
struct Choice {
    id: String,
    title: String,
    told: String,
    is_chosen: bool,
}

/// The papers of a category.
struct Shelf {
    name: String,
    /// What is said above them.
    told: Option<String>,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "pages/given_form.html")]
struct Form {
    f: Frame,
    shelves: Vec<Shelf>,
    typed: Typed,
    wrongs: Wrongs,
}

#[derive(Template)]
#[template(path = "pages/given_code.html")]
struct Shown {
    f: Frame,
    code: String,
    lines: Vec<String>,
    /// Where it is typed, as people type it.
    address: String,
    /// Where the paper is made.
    at: String,
}

/// The same form was sent again: nothing new was made.
#[derive(Template)]
#[template(path = "pages/given_again.html")]
struct Again {
    f: Frame,
    /// What was given.
    at: String,
}

#[derive(Template)]
#[template(path = "pages/given_one.html")]
struct One {
    f: Frame,
    title: String,
    lines: Vec<String>,
    papers: Vec<String>,
    uses: Vec<(String, String)>,
}

async fn form_page(site: &Site, visitor: &Visitor, mut wrongs: Wrongs, mut typed: Typed) -> Result<Response, Stop> {
    let (_, locker) = at_home(site, visitor).await?;
    let f = frame_at_home(site, visitor, locker, PATH).await?;
    if f.is_closed() {
        return Ok(closing::shut(f, "give-title"));
    }
    let locale = visitor.locale;
    let filter = Filter { limit: MOST, ..Filter::default() };
    let list = site.lockers().list(&visitor.caller, locker, &filter).await?;
    // A form has a key of its own: sent again, it gives nothing new.
    if typed.words.cle.is_empty() {
        typed.words.cle = RequestId::draw(site.lockers().door().source()).to_string();
    }
    let mut shelves: Vec<(crate::domain::taxonomy::Category, Shelf)> = Vec::new();
    for view in &list.items {
        if !view.file.scanned.opens() {
            continue;
        }
        let category = view.fields.kind.category();
        let is_plain = is_marked(&view.file.media_type);
        let is_chosen = typed.papers.contains(&view.document);
        if wrongs.is_some() && is_chosen && !is_plain && typed.words.telquel.is_empty() {
            Typed::refused(&mut wrongs, locale, &UNMARKED);
        }
        let told = [(!is_plain).then_some("give-not-marked"), view.private.then_some("give-private")];
        let choice = Choice {
            id: view.document.to_string(),
            title: view.fields.title.as_str().to_owned(),
            told: told.into_iter().flatten().map(|key| say(locale, key)).collect::<Vec<_>>().join(" "),
            is_chosen,
        };
        if let Some((_, shelf)) = shelves.iter_mut().find(|(of, _)| *of == category) {
            shelf.choices.push(choice);
        } else {
            let told = category.is_sensitive().then(|| say(locale, "give-health"));
            shelves.push((category, Shelf { name: category_label(locale, category), told, choices: vec![choice] }));
        }
    }
    let shelves = shelves.into_iter().map(|(_, shelf)| shelf).collect();
    Ok(page(wrongs.status(), &Form { f, shelves, typed, wrongs }))
}

/// `GET /transmettre`
pub(super) async fn form(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let form = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let chosen = Typed::read(query.unwrap_or_default().as_bytes());
        let kept = cookie(&headers, GIVING_COOKIE).and_then(|kept| site.lockers().giving_kept(locker, kept));
        let typed = match kept {
            Some(words) => Typed { words, ..chosen },
            None => chosen,
        };
        form_page(&site, &visitor, Wrongs::default(), typed).await
    };
    answer(&site, visitor.locale, form().await)
}

/// What is chosen can't be marked, and nobody said that it may go as it is.
const UNMARKED: LockerError = LockerError::Field { field: "unmarked", error: FieldError::Unmarked };

/// The page with the code.
fn shown(site: &Site, f: Frame, typed: &Typed, given: &GivenCode) -> Response {
    let locale = f.locale;
    let until = day(locale, given.until);
    let days = typed.days().unwrap_or_default();
    let from = [("count", Value::Number(days.into())), ("day", Value::Text(&until))];
    let time = if days > 0 {
        say_with(locale, "given-from-first", &from)
    } else {
        say_with(locale, "given-until", &[("day", Value::Text(&until))])
    };
    let lines = vec![say_with(locale, "code-for", &[("name", Value::Text(&typed.words.nom))]), time];
    let (code, at) = (given.code.shown().as_str().to_owned(), format!("/transmis/{}", given.share));
    page(StatusCode::OK, &Shown { f, code, lines, address: code_at(site).typed, at })
}

/// Without what was kept while they proved who they are.
fn forgotten(mut response: Response) -> Response {
    if let Some(gone) = clear(GIVING_COOKIE) {
        response.headers_mut().append(axum::http::header::SET_COOKIE, gone);
    }
    response
}

/// Gives what was typed: once, where the form has a key.
async fn given_once(site: &Site, visitor: &Visitor, typed: &Typed) -> Result<GivenOnce, Stop> {
    let (_, locker) = at_home(site, visitor).await?;
    let (lockers, caller, given) = (site.lockers(), &visitor.caller, typed.given()?);
    Ok(match typed.form() {
        Some(form) => lockers.give_by_code_once(caller, locker, &given, form.as_bytes()).await?,
        None => GivenOnce::Now(lockers.give_by_code(caller, locker, &given).await?),
    })
}

/// `POST /transmettre`: the code is on the page that answers, and nowhere else. The same form again shows no code, and makes none.
pub(super) async fn give(State(site): State<Site>, visitor: Visitor, RawForm(form): RawForm) -> Response {
    let give = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let typed = Typed::read(&form);
        let wrongs = typed.wrongs(&site, visitor.locale);
        if wrongs.is_some() {
            return form_page(&site, &visitor, wrongs, typed).await;
        }
        match given_once(&site, &visitor, &typed).await {
            Ok(GivenOnce::Now(given)) => {
                let f = frame_at_home(&site, &visitor, locker, PATH).await?;
                Ok(forgotten(shown(&site, f, &typed, &given)))
            }
            Ok(GivenOnce::Before(share)) => {
                let f = frame_at_home(&site, &visitor, locker, PATH).await?;
                Ok(forgotten(page(StatusCode::OK, &Again { f, at: format!("/transmis/{share}") })))
            }
            // What was chosen is kept in the address that they come back to; what was written, in a cookie: no address tells it.
            Err(Stop::Locker(LockerError::Refused(Reason::NotFresh))) => {
                let next: String = url::form_urlencoded::byte_serialize(typed.address(PATH).as_bytes()).collect();
                let kept = site.lockers().keep_giving(locker, &typed.words);
                let kept = kept.and_then(|kept| set_cookie(GIVING_COOKIE, &kept, "; Max-Age=600"));
                Ok(redirect(&format!("/auth/holder/login?step_up=1&next={next}"), [kept]))
            }
            Err(Stop::Locker(error @ LockerError::Field { .. })) => {
                let mut wrongs = Wrongs::default();
                Typed::refused(&mut wrongs, visitor.locale, &error);
                form_page(&site, &visitor, wrongs.with(fault(&error).status), typed).await
            }
            Err(stop) => Err(stop),
        }
    };
    answer(&site, visitor.locale, give().await)
}

fn share_id(text: &str) -> Result<ShareId, Stop> {
    text.parse().map_err(|_| Stop::Locker(LockerError::Refused(Reason::UnknownShare)))
}

/// `POST /transmis/{share}/code`: the paper that bears the code, which the page that showed it sends.
pub(super) async fn paper(
    State(site): State<Site>,
    visitor: Visitor,
    Path(share): Path<String>,
    RawForm(form): RawForm,
) -> Response {
    let made = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let of = (locker, share_id(&share)?);
        let code = url::form_urlencoded::parse(&form).find(|(name, _)| name == "code");
        let code = code.map(|(_, code)| code.into_owned()).unwrap_or_default();
        let bytes =
            site.lockers().code_on_paper(&visitor.caller, of, &code, &addresses(&site), &code_at(&site)).await?;
        Ok(pdf("code", bytes))
    };
    answer(&site, visitor.locale, made().await)
}

/// Who did something with it: somebody who has the code, or an institution, for whom its program said.
fn who(locale: Locale, view: &ShareView, one: &Use) -> String {
    let reader = one.reader.as_ref().map(Name::as_str);
    if view.row.recipient.code().is_some() {
        // What somebody said of themselves: nobody vouches for it.
        return reader.map_or_else(
            || say(locale, "used-somebody"),
            |name| say_with(locale, "used-said", &[("name", Value::Text(&within_marks(locale, name)))]),
        );
    }
    let fields = view.fields.as_ref();
    let of = fields.map_or_else(|| say(locale, "who-institution"), |fields| fields.institution.as_str().to_owned());
    match reader {
        Some(name) if one.is_vouched => {
            say_with(locale, "who-named", &[("name", Value::Text(name)), ("organisation", Value::Text(&of))])
        }
        Some(name) => say_with(locale, "who-reads", &[("name", Value::Text(name)), ("organisation", Value::Text(&of))]),
        None => of,
    }
}

/// What was done with it, in a sentence.
fn used(locale: Locale, view: &ShareView, one: &Use) -> Option<String> {
    let who = who(locale, view, one);
    let paper =
        view.fields.as_ref().and_then(|fields| fields.papers.iter().find(|paper| Some(paper.place) == one.place));
    let paper = paper.map_or_else(|| say(locale, "paper-unnamed"), |paper| paper.title.as_str().to_owned());
    let key = match (one.action, one.refused) {
        (Action::EnterCode, Some(Reason::WrongSurname)) => "used-wrong-surname",
        (Action::EnterCode, None) => "used-entered",
        (Action::ReceiveShare, None) => "used-looked",
        (Action::ReadContent, None) => "used-opened",
        (Action::ReceiveArchive, None) => "used-archive",
        (Action::ReceiveMerged, None) => "used-merged",
        (Action::ReceiveReceipt, None) => "used-receipt",
        (
            Action::EnterCode
            | Action::ReceiveShare
            | Action::ReadContent
            | Action::ReceiveArchive
            | Action::ReceiveMerged
            | Action::ReceiveReceipt,
            Some(_),
        ) => "used-refused",
        _ => return None,
    };
    Some(say_with(locale, key, &[("name", Value::Text(&who)), ("paper", Value::Text(&paper))]))
}

/// `GET /transmis/{share}`
pub(super) async fn view(State(site): State<Site>, visitor: Visitor, Path(share): Path<String>) -> Response {
    let view = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let share = share_id(&share)?;
        let locale = visitor.locale;
        let (view, uses) = site.lockers().share(&visitor.caller, (locker, share)).await?;
        let f = frame_at_home(&site, &visitor, locker, &format!("/transmis/{share}")).await?;
        let told = super::asked::given(locale, &view);
        let when = format!("{} {}", told.when, told.readings);
        let lines = told.what_for.into_iter().chain([when.trim_end().to_owned()]).collect();
        let uses = uses.iter().filter_map(|one| Some((moment(locale, one.at), used(locale, &view, one)?))).collect();
        Ok(page(StatusCode::OK, &One { f, title: told.to, lines, papers: told.papers, uses }))
    };
    answer(&site, visitor.locale, view().await)
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;

    #[test]
    fn the_pages_are_whole() {
        for locale in Locale::ALL {
            let f = || Frame::sample_open(locale);
            let choice = |told: &str| Choice {
                id: format!("c{}", told.len()),
                title: "<i>".into(),
                told: told.into(),
                is_chosen: true,
            };
            let shelves =
                vec![Shelf { name: "a".into(), told: Some("b".into()), choices: vec![choice("told"), choice("")] }];
            let typed = Typed::read(b"nom=%3Cb%3E&pour=a%22&jusqua=2027-01-31&fois=3&debut=30&telquel=1");
            let html = checks::checked(&Form { f: f(), shelves, typed, wrongs: Wrongs::one("nom", "wrong".into()) });
            assert!(html.contains("&#60;b&#62;") && html.contains("value=\"2027-01-31\""), "{html}");
            checks::checked(&Form {
                f: f(),
                shelves: vec![],
                typed: Typed::default(),
                wrongs: Wrongs::one("papiers", "wrong".into()),
            });
            checks::checked(&Again { f: f(), at: "/transmis/1".into() });
            let code = Shown {
                f: f(),
                code: "ABCD-EFGH-JKMN".into(),
                lines: vec!["l".into()],
                address: "consigne.example/code".into(),
                at: "/transmis/1".into(),
            };
            let html = checks::checked(&code);
            assert!(html.contains("consigne.example/code"), "{html}");
            assert!(html.contains("action=\"/transmis/1/code\""), "{html}");
            for uses in [vec![], vec![("then".into(), "<s>".into())]] {
                checks::checked(&One {
                    f: f(),
                    title: "t".into(),
                    lines: vec!["l".into()],
                    papers: vec!["p".into()],
                    uses,
                });
            }
        }
    }
}
