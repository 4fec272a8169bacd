//! What institutions ask a holder for, and what they handed over: a code typed, what is asked, the papers that answer, handed over or not;
//! paused and stopped.

mod choosing;

use askama::Template;
use axum::extract::{Path, RawForm, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use choosing::Choosing;

use super::frame::Frame;
use super::{Stop, answer, at_home, closing, frame_at_home, page};
use crate::access::ShareChange;
use crate::domain::document::FieldError;
use crate::domain::entry::Reason;
use crate::domain::ids::{PaperRequestId, ShareId};
use crate::domain::request::{Fit, Piece, RequestStatus};
use crate::domain::share::{ShareFields, ShareStatus};
use crate::http::Site;
use crate::http::auth::redirect;
use crate::http::sentences::fault;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::requests::{PieceView, RequestView};
use crate::locker::sharing::ShareView;
use crate::words::{Locale, Value, day, kind_label, say, say_with};

/// Where it is.
const PATH: &str = "/demandes";

/// A request in the list.
struct Asked {
    at: String,
    by: String,
    state: String,
}

/// Something that was handed over.
struct Given {
    to: String,
    what_for: String,
    papers: Vec<String>,
    when: String,
    readings: String,
    at: String,
    named: String,
    /// It may be paused.
    goes: bool,
    /// It may go on.
    paused: bool,
    /// It may be stopped.
    lasts: bool,
}

#[derive(Template)]
#[template(path = "pages/asked.html")]
struct List {
    f: Frame,
    notice: Option<&'static str>,
    code: String,
    wrong: Option<String>,
    asked: Vec<Asked>,
    given: Vec<Given>,
}

/// A paper that may be chosen.
struct Choice {
    id: String,
    value: String,
    title: String,
    told: String,
    is_chosen: bool,
}

/// A piece, to be answered.
struct Part {
    number: usize,
    what: String,
    told: String,
    choices: Vec<Choice>,
    is_refused: bool,
}

#[derive(Template)]
#[template(path = "pages/asked_one.html")]
struct One {
    f: Frame,
    at: String,
    by: String,
    lines: Vec<String>,
    state: Option<String>,
    parts: Vec<Part>,
    until: String,
    wrong: Option<String>,
}

fn by(locale: Locale, view: &RequestView) -> String {
    let name =
        view.fields.as_ref().map_or_else(|| say(locale, "who-institution"), |f| f.institution.as_str().to_owned());
    say_with(locale, "asked-by", &[("name", Value::Text(&name))])
}

fn state(locale: Locale, view: &RequestView) -> String {
    match view.status {
        RequestStatus::Taken | RequestStatus::Waiting => {
            say_with(locale, "asked-waits", &[("day", Value::Text(&day(locale, view.facts.until)))])
        }
        RequestStatus::Answered => say(locale, "asked-answered"),
        RequestStatus::Declined => say(locale, "asked-declined"),
        RequestStatus::Withdrawn => say(locale, "asked-withdrawn"),
        RequestStatus::Over => say(locale, "asked-over"),
    }
}

fn given(locale: Locale, view: &ShareView) -> Given {
    let fields = view.fields.as_ref();
    let name = fields.map_or_else(|| say(locale, "who-institution"), |fields| fields.institution.as_str().to_owned());
    let named = |key| say_with(locale, key, &[("name", Value::Text(&name))]);
    let until = day(locale, view.row.until);
    let when = match view.status {
        ShareStatus::Active => say_with(locale, "given-until", &[("day", Value::Text(&until))]),
        ShareStatus::Paused => say_with(locale, "given-paused", &[("day", Value::Text(&until))]),
        ShareStatus::Stopped => say(locale, "given-stopped"),
        ShareStatus::Over => say_with(locale, "given-over", &[("day", Value::Text(&until))]),
        ShareStatus::Used => say(locale, "given-used"),
    };
    let purpose = fields.map(|fields| fields.purpose.as_str().to_owned()).unwrap_or_default();
    Given {
        to: named("given-to"),
        what_for: say_with(locale, "line-purpose", &[("purpose", Value::Text(&purpose))]),
        papers: fields.map(|fields| titles(locale, fields)).unwrap_or_default(),
        when,
        readings: say_with(locale, "given-readings", &[("count", Value::Number(view.row.readings.into()))]),
        at: format!("/transmis/{}", view.row.share),
        named: named("given-named"),
        goes: view.status == ShareStatus::Active,
        paused: view.status == ShareStatus::Paused,
        lasts: !view.status.is_final(),
    }
}

/// What is in it, by name; and what was destroyed since, which has none any more.
fn titles(locale: Locale, fields: &ShareFields) -> Vec<String> {
    let gone = fields.destroyed.iter().map(|_| say(locale, "given-destroyed"));
    fields.papers.iter().map(|paper| paper.title.as_str().to_owned()).chain(gone).collect()
}

async fn listed_page(
    site: &Site,
    visitor: &Visitor,
    (status, code): (StatusCode, String),
    (notice, wrong): (Option<&'static str>, Option<String>),
) -> Result<Response, Stop> {
    let (_, locker) = at_home(site, visitor).await?;
    let f = frame_at_home(site, visitor, locker, PATH).await?;
    let locale = visitor.locale;
    let asked = site.lockers().received_requests(&visitor.caller, locker).await?;
    let asked = asked.iter().map(|view| Asked {
        at: format!("{PATH}/{}", view.facts.request),
        by: by(locale, view),
        state: state(locale, view),
    });
    let shares = site.lockers().shares(&visitor.caller, locker).await?;
    let given = shares.iter().map(|view| given(locale, view)).collect();
    Ok(page(status, &List { f, notice, code, wrong, asked: asked.collect(), given }))
}

/// `GET /demandes`: `code=`, as a link brings it, stands in its field.
pub(super) async fn list(State(site): State<Site>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let of = |wanted: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.chars().take(40).collect::<String>())
    };
    let notice = match of("fait").as_deref() {
        Some("transmis") => Some("asked-done-given"),
        Some("refuse") => Some("asked-done-declined"),
        Some("change") => Some("asked-done-changed"),
        _ => None,
    };
    let code = of("code").unwrap_or_default();
    let shown = listed_page(&site, &visitor, (StatusCode::OK, code), (notice, None)).await;
    answer(&site, visitor.locale, shown)
}

/// `POST /demandes`: the code that an institution gave.
pub(super) async fn take(State(site): State<Site>, visitor: Visitor, RawForm(form): RawForm) -> Response {
    let code = url::form_urlencoded::parse(&form).find(|(name, _)| name == "code").map(|(_, value)| value.into_owned());
    let code = code.unwrap_or_default();
    let take = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        match site.lockers().take_request(&visitor.caller, locker, &code).await {
            Ok(request) => Ok(Redirect::to(&format!("{PATH}/{request}")).into_response()),
            Err(error @ LockerError::Refused(Reason::WrongCode)) => {
                let wrong = Some(say(visitor.locale, "asked-wrong-code"));
                let kept = code.chars().take(40).collect();
                listed_page(&site, &visitor, (fault(&error).status, kept), (None, wrong)).await
            }
            Err(error) => Err(error.into()),
        }
    };
    answer(&site, visitor.locale, take().await)
}

fn part(locale: Locale, number: usize, view: &PieceView, choosing: &Choosing) -> Part {
    let piece = &view.piece;
    let kinds: Vec<String> = piece.kinds.iter().map(|kind| kind_label(locale, *kind)).collect();
    let what = piece.label.as_ref().map_or_else(|| either(locale, &kinds), |label| label.as_str().to_owned());
    let index = u16::try_from(number).unwrap_or(u16::MAX);
    let mut best = usize::from(piece.count);
    let choices = view.candidates.iter().map(|candidate| {
        let is_chosen = if choosing.is_some {
            choosing.papers.contains(&(index, candidate.document))
        } else {
            // What fits is proposed, and no more than is asked for; nobody hands over what they did not look at: the button comes after.
            let fits = candidate.fit == Fit::Good && best > 0;
            best = best.saturating_sub(usize::from(fits));
            fits
        };
        let fit = match candidate.fit {
            Fit::Good => "fit-good",
            Fit::Unknown => "fit-unknown",
            Fit::TooOld => "fit-too-old",
            Fit::Ended => "fit-ended",
        };
        let handed = candidate.handed.then(|| say(locale, "asked-handed"));
        let told = [Some(kind_label(locale, candidate.kind) + "."), Some(say(locale, fit)), handed];
        Choice {
            id: format!("choix-{number}-{}", candidate.document),
            value: format!("{number}.{}", candidate.document),
            title: candidate.title.as_str().to_owned(),
            told: told.into_iter().flatten().collect::<Vec<_>>().join(" "),
            is_chosen,
        }
    });
    let choices = choices.collect();
    Part { number, what, told: asks(locale, piece), choices, is_refused: choosing.refused.contains(&index) }
}

/// Any of some kinds, in words.
fn either(locale: Locale, kinds: &[String]) -> String {
    match kinds {
        [one] => one.clone(),
        several => say_with(locale, "asked-either", &[("kinds", Value::Text(&several.join(", ")))]),
    }
}

/// How a piece is asked for, in words.
fn asks(locale: Locale, piece: &Piece) -> String {
    let must = say(locale, if piece.mandatory { "asked-mandatory" } else { "asked-optional" });
    let many =
        (piece.count > 1).then(|| say_with(locale, "asked-count", &[("count", Value::Number(piece.count.into()))]));
    let fresh = piece.months.map(|months| say_with(locale, "asked-months", &[("count", Value::Number(months.into()))]));
    [Some(must), many, fresh].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

async fn one_page(
    site: &Site,
    visitor: &Visitor,
    request: PaperRequestId,
    (status, wrong): (StatusCode, Option<String>),
    choosing: Choosing,
) -> Result<Response, Stop> {
    let (_, locker) = at_home(site, visitor).await?;
    let at = format!("{PATH}/{request}");
    let f = frame_at_home(site, visitor, locker, &at).await?;
    if f.is_closed() {
        return Ok(closing::shut(f, "asked-title"));
    }
    let locale = visitor.locale;
    let (view, pieces) = site.lockers().received_request(&visitor.caller, locker, request).await?;
    let fields = view.fields.as_ref();
    let line = |key, name, value: &str| say_with(locale, key, &[(name, Value::Text(value))]);
    let mut lines = Vec::new();
    if let Some(fields) = fields {
        lines.push(line("line-purpose", "purpose", fields.purpose.as_str()));
        lines.push(line("asked-basis", "basis", fields.legal_basis.as_str()));
        lines.extend(fields.reference.as_ref().map(|name| line("asked-reference", "name", name.as_str())));
    }
    lines.push(line("asked-waits", "day", &day(locale, view.facts.until)));
    let waits = view.status == RequestStatus::Taken;
    let parts: Vec<Part> = if waits {
        pieces.iter().enumerate().map(|(number, piece)| part(locale, number, piece, &choosing)).collect()
    } else {
        Vec::new()
    };
    let until = choosing.until.clone().or_else(|| fields.and_then(|f| site.lockers().until_usual(f.days)));
    let until = until.unwrap_or_default();
    let state = (!waits).then(|| state(locale, &view));
    Ok(page(status, &One { f, at, by: by(locale, &view), lines, state, parts, until, wrong }))
}

fn request_id(text: &str) -> Result<PaperRequestId, Stop> {
    text.parse().map_err(|_| Stop::Locker(LockerError::Refused(Reason::UnknownRequest)))
}

/// `GET /demandes/{request}`
pub(super) async fn view(
    State(site): State<Site>,
    visitor: Visitor,
    Path(request): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let view = async || -> Result<Response, Stop> {
        let request = request_id(&request)?;
        let choosing = Choosing::read(query.unwrap_or_default().as_bytes());
        one_page(&site, &visitor, request, (StatusCode::OK, None), choosing).await
    };
    answer(&site, visitor.locale, view().await)
}

/// What is wrong with a choice, in words of the page.
fn told_wrong(locale: Locale, field: &str, error: &LockerError) -> String {
    match (field, error) {
        ("papers", LockerError::Field { error: FieldError::Missing | FieldError::OutOfBounds(_), .. }) => {
            say(locale, "asked-wrong-papers")
        }
        ("refused", _) => say(locale, "asked-wrong-refused"),
        _ => fault(error).told(locale).1,
    }
}

/// `POST /demandes/{request}`: hands over what was chosen.
pub(super) async fn give(
    State(site): State<Site>,
    visitor: Visitor,
    Path(request): Path<String>,
    RawForm(form): RawForm,
) -> Response {
    let give = async || -> Result<Response, Stop> {
        let request = request_id(&request)?;
        let (_, locker) = at_home(&site, &visitor).await?;
        let choosing = Choosing::read(&form);
        let given = match choosing.hand() {
            Ok(hand) => site.lockers().hand_over(&visitor.caller, (locker, request), hand).await,
            Err(error) => Err(error),
        };
        match given {
            Ok(_) => Ok(Redirect::to(&format!("{PATH}?fait=transmis")).into_response()),
            // What was chosen is kept in the address that they come back to.
            Err(LockerError::Refused(Reason::NotFresh)) => {
                let next = format!("{PATH}/{request}?{}", choosing.query());
                let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                Ok(redirect(&format!("/auth/holder/login?step_up=1&next={next}"), []))
            }
            Err(error @ LockerError::Field { field, .. }) => {
                let wrong = Some(told_wrong(visitor.locale, field, &error));
                one_page(&site, &visitor, request, (fault(&error).status, wrong), choosing).await
            }
            Err(error) => Err(error.into()),
        }
    };
    answer(&site, visitor.locale, give().await)
}

/// `POST /demandes/{request}/refuser`
pub(super) async fn decline(State(site): State<Site>, visitor: Visitor, Path(request): Path<String>) -> Response {
    let decline = async || -> Result<Response, Stop> {
        let request = request_id(&request)?;
        let (_, locker) = at_home(&site, &visitor).await?;
        site.lockers().decline_request(&visitor.caller, locker, request).await?;
        Ok(Redirect::to(&format!("{PATH}?fait=refuse")).into_response())
    };
    answer(&site, visitor.locale, decline().await)
}

async fn changed(site: &Site, visitor: &Visitor, share: &str, change: ShareChange) -> Result<Response, Stop> {
    let unknown = || Stop::Locker(LockerError::Refused(Reason::UnknownShare));
    let share: ShareId = share.parse().map_err(|_| unknown())?;
    let (_, locker) = at_home(site, visitor).await?;
    match site.lockers().change_share(&visitor.caller, (locker, share), change).await {
        // Pressed twice: it is as they wanted it.
        Ok(()) | Err(LockerError::Refused(Reason::WrongState)) => {
            Ok(Redirect::to(&format!("{PATH}?fait=change")).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /transmis/{share}/arreter`
pub(super) async fn stop(State(site): State<Site>, visitor: Visitor, Path(share): Path<String>) -> Response {
    let done = changed(&site, &visitor, &share, ShareChange::Revoke).await;
    answer(&site, visitor.locale, done)
}

/// `POST /transmis/{share}/pause`
pub(super) async fn pause(State(site): State<Site>, visitor: Visitor, Path(share): Path<String>) -> Response {
    let done = changed(&site, &visitor, &share, ShareChange::Pause).await;
    answer(&site, visitor.locale, done)
}

/// `POST /transmis/{share}/continuer`
pub(super) async fn go_on(State(site): State<Site>, visitor: Visitor, Path(share): Path<String>) -> Response {
    let done = changed(&site, &visitor, &share, ShareChange::Resume).await;
    answer(&site, visitor.locale, done)
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;

    #[test]
    fn the_pages_are_whole() {
        for locale in Locale::ALL {
            let given = |goes, paused| Given {
                to: "a".into(),
                what_for: "b".into(),
                papers: vec!["c <i>".into()],
                when: "d".into(),
                readings: "e".into(),
                at: "/transmis/1".into(),
                named: "f".into(),
                goes,
                paused,
                lasts: goes || paused,
            };
            let asked = vec![Asked { at: "/demandes/1".into(), by: "g".into(), state: "h".into() }];
            let all = vec![given(true, false), given(false, true), given(false, false)];
            let wrong = Some("wrong".to_owned());
            let f = || Frame::sample_open(locale);
            let html = checks::checked(&List {
                f: f(),
                notice: Some("asked-done-given"),
                code: "AB\"".into(),
                wrong,
                asked,
                given: all,
            });
            assert!(html.contains("c &#60;i&#62;") && html.contains("/transmis/1/arreter"), "{html}");
            checks::checked(&List {
                f: f(),
                notice: None,
                code: String::new(),
                wrong: None,
                asked: vec![],
                given: vec![],
            });
            let choice =
                Choice { id: "x".into(), value: "0.1".into(), title: "t".into(), told: "u".into(), is_chosen: true };
            let part =
                |number, choices| Part { number, what: "v".into(), told: "w".into(), choices, is_refused: false };
            let html = checks::checked(&One {
                f: f(),
                at: "/demandes/1".into(),
                by: "a".into(),
                lines: vec!["b".into()],
                state: None,
                parts: vec![part(0, vec![choice]), part(1, vec![])],
                until: "2027-01-31".into(),
                wrong: Some("wrong".into()),
            });
            assert!(html.contains("value=\"0.1\" checked") && html.contains("/demandes/1/refuser"), "{html}");
            let state = Some("over".to_owned());
            let (at, by, until) = ("/demandes/1".to_owned(), "a".to_owned(), String::new());
            let html =
                checks::checked(&One { f: f(), at, by, lines: vec![], state, parts: vec![], until, wrong: None });
            assert!(!html.contains("/demandes/1/refuser"), "{html}");
        }
    }
}
