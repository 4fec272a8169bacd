//! What institutions ask a holder for, and what they handed over: a code typed, what is asked, the papers that answer, handed over or not;
//! paused and stopped.

pub(super) mod adding;
mod answered;
pub(super) mod choosing;
pub(super) mod ending;
pub(super) mod one;

use askama::Template;
use axum::extract::{Path, RawForm, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};

use adding::{Added, Answering};
use choosing::Choosing;
use one::{On, Top, by, one_page, request_id, state};

use super::agreements::{self, Agreed, agreed};
use super::frame::Frame;
use super::wrongs::Wrongs;
use super::{Stop, answer, at_home, closing, frame_at_home, page};
use crate::access::ShareChange;
use crate::domain::entry::Reason;
use crate::domain::ids::{PaperRequestId, ShareId};
use crate::domain::share::{ShareFields, ShareStatus};
use crate::http::Site;
use crate::http::auth::redirect;
use crate::http::sentences::fault;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::sharing::ShareView;
use crate::words::{Locale, Value, day, purpose_told, say, say_with};

/// Where it is.
pub(super) const PATH: &str = "/demandes";

/// A request in the list.
struct Asked {
    at: String,
    by: String,
    /// What for, and when it was made: what tells two of one institution apart.
    told: Vec<String>,
    state: String,
}

/// Something that was handed over.
pub(super) struct Given {
    pub(super) to: String,
    /// None, where it does not open: nor is there a receipt then.
    pub(super) what_for: Option<String>,
    pub(super) papers: Vec<String>,
    pub(super) when: String,
    pub(super) readings: String,
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
    wrongs: Wrongs,
    asked: Vec<Asked>,
    agreed: Vec<Agreed>,
    given: Vec<Given>,
}

pub(super) fn given(locale: Locale, view: &ShareView) -> Given {
    let fields = view.fields.as_ref();
    let name = fields.map_or_else(|| say(locale, "who-institution"), |fields| fields.institution.as_str().to_owned());
    let named = |key| say_with(locale, key, &[("name", Value::Text(&name))]);
    let until = day(locale, view.row.until);
    let when = match view.status {
        _ if view.row.is_doubted => say(locale, "given-not-believed"),
        ShareStatus::Active => say_with(locale, "given-until", &[("day", Value::Text(&until))]),
        ShareStatus::Paused => say_with(locale, "given-paused", &[("day", Value::Text(&until))]),
        ShareStatus::Stopped => say(locale, "given-stopped"),
        ShareStatus::Over => say_with(locale, "given-over", &[("day", Value::Text(&until))]),
        ShareStatus::Used => say(locale, "given-used"),
    };
    let purpose = |fields: &ShareFields| purpose_told(locale, fields.purpose.as_str());
    let readings = || say_with(locale, "given-readings", &[("count", Value::Number(view.row.readings.into()))]);
    Given {
        to: named("given-to"),
        what_for: fields.map(purpose),
        papers: fields.map(|fields| titles(locale, fields)).unwrap_or_default(),
        when,
        // Nor how often a row says that it was read, if it is not believed.
        readings: if view.row.is_doubted { String::new() } else { readings() },
        at: format!("/transmis/{}", view.row.share),
        named: named("given-named"),
        goes: view.status == ShareStatus::Active,
        paused: view.status == ShareStatus::Paused,
        // To stop what is not believed leaves its line, too.
        lasts: view.row.is_doubted || !view.status.is_final(),
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
    code: String,
    (notice, wrongs): (Option<&'static str>, Wrongs),
) -> Result<Response, Stop> {
    let (_, locker) = at_home(site, visitor).await?;
    let f = frame_at_home(site, visitor, locker, PATH).await?;
    let locale = visitor.locale;
    let asked = site.lockers().received_requests(&visitor.caller, locker).await?;
    let asked = asked.iter().map(|view| Asked {
        at: format!("{PATH}/{}", view.facts.request),
        by: by(locale, view),
        told: one::told_apart(locale, view),
        state: state(locale, view),
    });
    let shares = site.lockers().shares(&visitor.caller, locker).await?;
    let given = shares.iter().map(|view| given(locale, view)).collect();
    let agreements = site.lockers().agreements(&visitor.caller, locker).await?;
    let agreed = agreements.iter().map(|view| agreed(locale, view)).collect();
    Ok(page(wrongs.status(), &List { f, notice, code, wrongs, asked: asked.collect(), agreed, given }))
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
        Some("accord") => Some("asked-done-agreed"),
        Some("change") => Some("asked-done-changed"),
        _ => None,
    };
    let code = of("code").unwrap_or_default();
    let shown = listed_page(&site, &visitor, code, (notice, Wrongs::default())).await;
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
                let wrongs = Wrongs::one("code", say(visitor.locale, "asked-wrong-code")).with(fault(&error).status);
                let kept = code.chars().take(40).collect();
                listed_page(&site, &visitor, kept, (None, wrongs)).await
            }
            Err(error) => Err(error.into()),
        }
    };
    answer(&site, visitor.locale, take().await)
}

/// The page of one request, for its holder.
async fn own_page(
    site: &Site,
    visitor: &Visitor,
    request: PaperRequestId,
    top: Top,
    (choosing, proposed): (Choosing, agreements::Choice),
) -> Result<Response, Stop> {
    let (_, locker) = at_home(site, visitor).await?;
    let at = format!("{PATH}/{request}");
    let f = frame_at_home(site, visitor, locker, &at).await?;
    if f.is_closed() {
        return Ok(closing::shut(f, "asked-title"));
    }
    let on =
        On { f, caller: visitor.caller.clone(), locker, at, adds: true, back_at: PATH.to_owned(), is_helper: false };
    one_page(site, on, request, top, (choosing, &proposed)).await
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
        let query = query.unwrap_or_default();
        let notice = query.split('&').any(|pair| pair == "fait=garde").then_some("asked-kept");
        let chosen = (Choosing::read(query.as_bytes()), agreements::Choice::read(query.as_bytes()));
        let top = Top { notice, added: Added::read(query.as_bytes()), ..Top::default() };
        own_page(&site, &visitor, request, top, chosen).await
    };
    answer(&site, visitor.locale, view().await)
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
            Err(error @ LockerError::Field { .. }) => {
                let chosen = (choosing, agreements::Choice::default());
                own_page(&site, &visitor, request, Top::refused(error, true), chosen).await
            }
            Err(error) => Err(error.into()),
        }
    };
    answer(&site, visitor.locale, give().await)
}

/// `GET /demandes/{request}/garder`: what only a form sends has no page of its own.
pub(super) async fn to_one(Path(request): Path<String>) -> Redirect {
    let request: String = url::form_urlencoded::byte_serialize(request.as_bytes()).collect();
    Redirect::to(&format!("{PATH}/{request}"))
}

/// Keeps what was chosen, and goes on from there.
async fn kept(
    site: &Site,
    visitor: &Visitor,
    (request, form): (PaperRequestId, &[u8]),
    next: String,
) -> Result<Response, Stop> {
    let (_, locker) = at_home(site, visitor).await?;
    let choosing = Choosing::read(form);
    let kept = match choosing.hand() {
        Ok(hand) => site.lockers().keep_choices(&visitor.caller, (locker, request), hand).await,
        Err(error) => Err(error),
    };
    match kept {
        Ok(()) => Ok(Redirect::to(&next).into_response()),
        Err(error @ LockerError::Field { .. }) => {
            let chosen = (choosing, agreements::Choice::default());
            own_page(site, visitor, request, Top::refused(error, false), chosen).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /demandes/{request}/garder`: keeps what was chosen, for another day or for somebody who helps.
pub(super) async fn keep(
    State(site): State<Site>,
    visitor: Visitor,
    Path(request): Path<String>,
    RawForm(form): RawForm,
) -> Response {
    let keep = async || -> Result<Response, Stop> {
        let request = request_id(&request)?;
        kept(&site, &visitor, (request, &form), format!("{PATH}/{request}?fait=garde")).await
    };
    answer(&site, visitor.locale, keep().await)
}

/// `POST /demandes/{request}/ajouter`: keeps what was chosen, and leads to where a paper that is missing is added.
pub(super) async fn add(
    State(site): State<Site>,
    visitor: Visitor,
    Path(request): Path<String>,
    RawForm(form): RawForm,
) -> Response {
    let add = async || -> Result<Response, Stop> {
        let request = request_id(&request)?;
        let next = format!("/papiers/ajouter?{}", Answering::pressed(request, &form).query());
        kept(&site, &visitor, (request, &form), next).await
    };
    answer(&site, visitor.locale, add().await)
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
            let given = |goes: bool, paused| Given {
                to: "a".into(),
                what_for: goes.then(|| "b".into()),
                papers: vec!["c <i>".into()],
                when: "d".into(),
                readings: "e".into(),
                at: "/transmis/1".into(),
                named: "f".into(),
                goes,
                paused,
                lasts: goes || paused,
            };
            let agreed = |lasts: bool| Agreed {
                by: "i".into(),
                what_for: lasts.then(|| "j".into()),
                kinds: vec!["k".into()],
                when: "l".into(),
                hidden: lasts,
                at: "/accords/1".into(),
                named: "m".into(),
                lasts,
            };
            let asked =
                vec![Asked { at: "/demandes/1".into(), by: "g".into(), told: vec!["t".into()], state: "h".into() }];
            let all = vec![given(true, false), given(false, true), given(false, false)];
            let wrongs = Wrongs::one("code", "wrong".to_owned());
            let f = || Frame::sample_open(locale);
            let html = checks::checked(&List {
                f: f(),
                notice: Some("asked-done-given"),
                code: "AB\"".into(),
                wrongs,
                asked,
                agreed: vec![agreed(true), agreed(false)],
                given: all,
            });
            assert!(html.contains("c &#60;i&#62;") && html.contains("/transmis/1/arreter"), "{html}");
            checks::checked(&List {
                f: f(),
                notice: None,
                code: String::new(),
                wrongs: Wrongs::default(),
                asked: vec![],
                agreed: vec![],
                given: vec![],
            });
        }
    }
}
