//! Answering in a visit what an institution asks of the person who is helped: the code that they were given, what answers it, handed over or
//! kept for later.

use askama::Template;
use axum::extract::{Path, RawForm, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::agreements::Choice as Proposed;
use super::super::asked::adding::{Added, Answering};
use super::super::asked::choosing::Choosing;
use super::super::asked::one::{On, Top, one_page, request_id};
use super::super::frame::Frame;
use super::super::wrongs::Wrongs;
use super::super::{Stop, page};
use super::answered_in;
use super::visit::Visiting;
use crate::domain::entry::Reason;
use crate::domain::ids::PaperRequestId;
use crate::domain::mandate::Permission;
use crate::domain::person::IssuerKind;
use crate::http::Site;
use crate::http::auth::redirect;
use crate::http::sentences::fault;
use crate::http::visitor::Visitor;
use crate::locker::{Filter, LockerError};
use crate::words::say;

/// The form for the code.
#[derive(Template)]
#[template(path = "pages/visit_asked.html")]
struct Asked {
    f: Frame,
    /// The visit's own page, and what it is called.
    back: String,
    of: String,
    at: String,
    code: String,
    wrongs: Wrongs,
}

/// The visit, for whom may hand papers over in it.
async fn visiting(site: &Site, visitor: &Visitor, ids: (&str, &str), rest: &str) -> Result<Visiting, Stop> {
    let visiting = Visiting::read(site, visitor, ids, rest).await?;
    if visiting.helping.is_none() {
        // Over, or not theirs: it is the list that is refused, and says which.
        let filter = Filter { limit: 1, ..Filter::default() };
        site.lockers().list(&visiting.visitor.caller, visiting.locker, &filter).await?;
    }
    if visiting.categories(Permission::Share).is_empty() {
        return Err(LockerError::Refused(Reason::OutOfScope).into());
    }
    Ok(visiting)
}

fn form(visiting: Visiting, code: String, wrongs: Wrongs) -> Response {
    let of = visiting.title();
    let at = format!("{}/demande", visiting.at);
    page(wrongs.status(), &Asked { f: visiting.f, back: visiting.at, of, at, code, wrongs })
}

/// `GET /visite/{locker}/{visit}/demande`
pub(super) async fn ask(
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit)): Path<(String, String)>,
) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let visiting = visiting(&site, &visitor, (&locker, &visit), "/demande").await?;
        Ok(form(visiting, String::new(), Wrongs::default()))
    };
    answered_in(&site, &visitor, (&locker, &visit), shown().await).await
}

/// `POST /visite/{locker}/{visit}/demande`: the code that the person was given.
pub(super) async fn take(
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit)): Path<(String, String)>,
    RawForm(sent): RawForm,
) -> Response {
    let code = url::form_urlencoded::parse(&sent).find(|(name, _)| name == "code").map(|(_, value)| value.into_owned());
    let code = code.unwrap_or_default();
    let taken = async || -> Result<Response, Stop> {
        let visiting = Visiting::read(&site, &visitor, (&locker, &visit), "/demande").await?;
        match site.lockers().take_request(&visiting.visitor.caller, visiting.locker, &code).await {
            Ok(request) => Ok(Redirect::to(&format!("{}/demande/{request}", visiting.at)).into_response()),
            Err(error @ LockerError::Refused(Reason::WrongCode)) => {
                let wrongs = Wrongs::one("code", say(visitor.locale, "asked-wrong-code")).with(fault(&error).status);
                Ok(form(visiting, code.chars().take(40).collect(), wrongs))
            }
            Err(error) => Err(error.into()),
        }
    };
    answered_in(&site, &visitor, (&locker, &visit), taken().await).await
}

type Ids = (String, String, String);

/// The request of an address, in its visit.
async fn on(site: &Site, visitor: &Visitor, ids: &Ids) -> Result<(On, PaperRequestId), Stop> {
    let (locker, visit, request) = ids;
    let request = request_id(request)?;
    let rest = format!("/demande/{request}");
    let visiting = Visiting::read(site, visitor, (locker, visit), &rest).await?;
    let adds = !visiting.adds_into().is_empty();
    let on = On {
        caller: visiting.visitor.caller.clone(),
        locker: visiting.locker,
        at: format!("{}{rest}", visiting.at),
        adds,
        back_at: visiting.at,
        is_helper: true,
        f: visiting.f,
    };
    Ok((on, request))
}

/// `GET /visite/{locker}/{visit}/demande/{request}`
pub(super) async fn view(
    State(site): State<Site>,
    visitor: Visitor,
    Path(ids): Path<Ids>,
    RawQuery(query): RawQuery,
) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let (on, request) = on(&site, &visitor, &ids).await?;
        let query = query.unwrap_or_default();
        let notice = query.split('&').any(|pair| pair == "fait=garde").then_some("asked-kept");
        let top = Top { notice, added: Added::read(query.as_bytes()), ..Top::default() };
        one_page(&site, on, request, top, (Choosing::default(), &Proposed::default())).await
    };
    answered_in(&site, &visitor, (&ids.0, &ids.1), shown().await).await
}

/// Somebody who must prove again who they are: at their issuer, or by their code. What they chose is kept meanwhile.
async fn proven_first(site: &Site, visitor: &Visitor, on: &On) -> Result<Response, Stop> {
    let who = site.lockers().who(&visitor.caller).await?;
    if who.issuer == IssuerKind::Professional {
        // The page of the code leads back to the one with the form.
        return Err(LockerError::Refused(Reason::NotFresh).into());
    }
    let next: String = url::form_urlencoded::byte_serialize(on.at.as_bytes()).collect();
    Ok(redirect(&format!("/auth/holder/login?step_up=1&next={next}"), []))
}

/// `POST /visite/{locker}/{visit}/demande/{request}`: hands over what was chosen.
pub(super) async fn give(
    State(site): State<Site>,
    visitor: Visitor,
    Path(ids): Path<Ids>,
    RawForm(sent): RawForm,
) -> Response {
    let given = async || -> Result<Response, Stop> {
        let (on, request) = on(&site, &visitor, &ids).await?;
        let choosing = Choosing::read(&sent);
        let of = (on.locker, request);
        let given = match choosing.hand() {
            Ok(hand) => match site.lockers().hand_over(&on.caller, of, hand.clone()).await {
                Err(LockerError::Refused(Reason::NotFresh)) => {
                    site.lockers().keep_choices(&on.caller, of, hand).await?;
                    return proven_first(&site, &visitor, &on).await;
                }
                given => given,
            },
            Err(error) => Err(error),
        };
        match given {
            Ok(_) => Ok(Redirect::to(&format!("{}?transmis=1", on.back_at)).into_response()),
            Err(error @ LockerError::Field { .. }) => {
                one_page(&site, on, request, Top::refused(error, true), (choosing, &Proposed::default())).await
            }
            Err(error) => Err(error.into()),
        }
    };
    answered_in(&site, &visitor, (&ids.0, &ids.1), given().await).await
}

/// `GET /visite/{locker}/{visit}/demande/{request}/garder`: what only a form sends has no page of its own.
pub(super) async fn to_one(Path((locker, visit, request)): Path<Ids>) -> Redirect {
    let part = |id: &String| url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>();
    Redirect::to(&format!("/visite/{}/{}/demande/{}", part(&locker), part(&visit), part(&request)))
}

/// `POST /visite/{locker}/{visit}/demande/{request}/garder`: keeps what was chosen, for another day or for the person themselves.
pub(super) async fn keep(
    State(site): State<Site>,
    visitor: Visitor,
    Path(ids): Path<Ids>,
    RawForm(sent): RawForm,
) -> Response {
    let keep = async || -> Result<Response, Stop> {
        let (on, request) = on(&site, &visitor, &ids).await?;
        let next = format!("{}?fait=garde", on.at);
        kept(&site, on, (request, &sent), next).await
    };
    answered_in(&site, &visitor, (&ids.0, &ids.1), keep().await).await
}

/// Keeps what was chosen, and goes on from there.
async fn kept(site: &Site, on: On, (request, sent): (PaperRequestId, &[u8]), next: String) -> Result<Response, Stop> {
    let choosing = Choosing::read(sent);
    let kept = match choosing.hand() {
        Ok(hand) => site.lockers().keep_choices(&on.caller, (on.locker, request), hand).await,
        Err(error) => Err(error),
    };
    match kept {
        Ok(()) => Ok(Redirect::to(&next).into_response()),
        Err(error @ LockerError::Field { .. }) => {
            one_page(site, on, request, Top::refused(error, false), (choosing, &Proposed::default())).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /visite/{locker}/{visit}/demande/{request}/ajouter`: keeps what was chosen, and leads to where a paper that is missing is added.
pub(super) async fn add(
    State(site): State<Site>,
    visitor: Visitor,
    Path(ids): Path<Ids>,
    RawForm(sent): RawForm,
) -> Response {
    let add = async || -> Result<Response, Stop> {
        let (on, request) = on(&site, &visitor, &ids).await?;
        let next = format!("{}/ajouter?{}", on.back_at, Answering::pressed(request, &sent).query());
        kept(&site, on, (request, &sent), next).await
    };
    answered_in(&site, &visitor, (&ids.0, &ids.1), add().await).await
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::words::Locale;

    #[test]
    fn the_form_is_whole_and_keeps_what_was_typed() {
        for locale in Locale::ALL {
            for wrongs in [Wrongs::default(), Wrongs::one("code", "faux".to_owned())] {
                let html = checks::checked(&Asked {
                    f: Frame::sample_at_work(locale),
                    back: "/visite/1/2".into(),
                    of: "Lucie <b>".into(),
                    at: "/visite/1/2/demande".into(),
                    code: "AB\"".into(),
                    wrongs,
                });
                assert!(
                    html.contains("Lucie &#60;b&#62;") && html.contains("action=\"/visite/1/2/demande\""),
                    "{html}"
                );
            }
        }
    }
}
