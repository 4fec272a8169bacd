//! Papers within a visit: one paper, its content, adding one.

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::asked::adding::Answering;
use super::super::elsewhere::FromHere;
use super::super::frame::Frame;
use super::super::papers::{End, Fact, about, end, facts};
use super::super::scanned::Shown;
use super::super::{Stop, add, error_page, page, paper_id};
use super::answered_in;
use super::visit::Visiting;
use crate::domain::ids::{DocumentId, LockerId, VisitId};
use crate::domain::mandate::Permission;
use crate::http::Site;
use crate::http::api::content::given;
use crate::http::parts::InParts;
use crate::http::printed::pdf;
use crate::http::upload::{self, FormError};
use crate::http::visitor::Visitor;
use crate::locker::views::PaperView;
use crate::words::say;

#[derive(Template)]
#[template(path = "pages/visit_paper.html")]
struct Paper {
    f: Frame,
    title: String,
    /// The visit's own page, and what it is called.
    back: String,
    of: String,
    notice: Option<String>,
    /// Where the content is, for whom may open it.
    open_at: Option<String>,
    /// Where its receipt is made, for whom may open it.
    receipt_at: Option<String>,
    /// Where a newer version takes its place, for whom may.
    replace_at: Option<String>,
    /// Where it is tidied, for whom may.
    organise_at: Option<String>,
    /// Where an aidant says that they have seen the original, and of which version.
    original: Option<(String, String)>,
    scanned: Shown,
    about: String,
    /// The browser saves it rather than shows it.
    is_saved: bool,
    end: Option<End>,
    facts: Vec<Fact>,
}

/// `GET /visite/{locker}/{visit}/papiers/{document}`
pub(super) async fn one(
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit, document)): Path<(String, String, String)>,
    happened: Result<Query<Happened>, QueryRejection>,
) -> Response {
    let Query(happened) = happened.unwrap_or_default();
    let shown = async || -> Result<Response, Stop> {
        let document = paper_id(&document)?;
        let rest = format!("/papiers/{document}");
        let visiting = Visiting::read(&site, &visitor, (&locker, &visit), &rest).await?;
        let view = site.lockers().describe(&visiting.visitor.caller, visiting.locker, document).await?;
        let opens = visiting.categories(Permission::Read).contains(&view.category());
        let organises = visiting.categories(Permission::Organise).contains(&view.category());
        let replaces = visiting.replaces(document, view.category());
        // Family does not vouch for papers.
        let vouches = opens && visiting.helping.as_ref().is_some_and(|helping| helping.membership.is_some());
        let shown = Paper {
            title: view.fields.title.as_str().to_owned(),
            of: visiting.title(),
            notice: match happened {
                Happened { remplace: Some(_), .. } => Some(say(visitor.locale, "visit-just-replaced")),
                Happened { original: Some(_), .. } => Some(say(visitor.locale, "original-just-seen")),
                Happened { .. } => None,
            },
            receipt_at: opens.then(|| format!("{}{rest}/recu", visiting.at)),
            replace_at: replaces.then(|| format!("{}{rest}/remplacer", visiting.at)),
            organise_at: organises.then(|| format!("{}{rest}/ranger", visiting.at)),
            open_at: opens.then(|| format!("{}{rest}/contenu", visiting.at)),
            original: vouches.then(|| (format!("{}{rest}/original", visiting.at), view.version.to_string())),
            back: visiting.at,
            scanned: Shown::of(visitor.locale, &view.file, false),
            about: about(visitor.locale, &view),
            is_saved: !view.is_safe_to_show(),
            end: end(visitor.locale, &view),
            facts: facts(visitor.locale, &view, None),
            f: visiting.f,
        };
        Ok(page(StatusCode::OK, &shown))
    };
    answered_in(&site, &visitor, (&locker, &visit), shown().await).await
}

/// What only a form sends has no page of its own: whoever comes back to its address finds the paper.
pub(super) async fn to_paper(Path((locker, visit, document)): Path<(String, String, String)>) -> Response {
    match (locker.parse::<LockerId>(), visit.parse::<VisitId>(), document.parse::<DocumentId>()) {
        (Ok(locker), Ok(visit), Ok(document)) => {
            Redirect::to(&format!("/visite/{locker}/{visit}/papiers/{document}")).into_response()
        }
        _ => Redirect::to("/aider").into_response(),
    }
}

/// What just happened, told by the page that follows.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Happened {
    original: Option<String>,
    remplace: Option<String>,
}

/// How the content is wanted.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    enregistrer: Option<String>,
}

/// `GET /visite/{locker}/{visit}/papiers/{document}/contenu`
pub(super) async fn content(
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit, document)): Path<(String, String, String)>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    let read = async || -> Result<Response, Stop> {
        let document = paper_id(&document)?;
        let visiting = Visiting::read(&site, &visitor, (&locker, &visit), "").await?;
        let (which, save) = ((visiting.locker, document), wanted.enregistrer.is_some());
        Ok(given(&site, &visiting.visitor, which, None, save, &headers).await?)
    };
    answered_in(&site, &visitor, (&locker, &visit), read().await).await
}

/// Where a paper is added: into the categories that the mandate says; for a request, if the address says so.
fn purpose(visiting: &Visiting, query: Option<&str>) -> add::Purpose {
    let answering = query.and_then(Answering::read);
    add::Purpose::Help { at: visiting.at.clone(), categories: visiting.adds_into(), answering }
}

/// `GET /visite/{locker}/{visit}/ajouter`
pub(super) async fn form(
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let visiting = Visiting::read(&site, &visitor, (&locker, &visit), "/ajouter").await?;
        // Looking at the form leaves no line; being refused it does.
        if visiting.adds_into().is_empty() {
            site.lockers().may_deposit(&visiting.visitor.caller, visiting.locker, None).await?;
            // Allowed, it would be by what is given singly alone.
            return Err(Stop::unknown_paper());
        }
        let purpose = purpose(&visiting, query.as_deref());
        Ok(add::blank(&site, visiting.f, purpose, None))
    };
    answered_in(&site, &visitor, (&locker, &visit), shown().await).await
}

/// `POST /visite/{locker}/{visit}/ajouter`
pub(super) async fn add(
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    multipart: Result<InParts, MultipartRejection>,
) -> Response {
    let sent = async || -> Result<Response, Stop> {
        let visiting = Visiting::read(&site, &visitor, (&locker, &visit), "/ajouter").await?;
        let target = upload::Target { locker: visiting.locker, onto: None };
        let Ok(multipart) = multipart else {
            return Ok(error_page(&site, visitor.locale, StatusCode::BAD_REQUEST, "bad-request"));
        };
        let caller = &visiting.visitor.caller;
        match upload::receive_form(&site, caller, target, visitor.locale, multipart).await {
            Ok(done) => {
                let requests = format!("{}/demande", visiting.at);
                let to = query.as_deref().and_then(Answering::read).map_or_else(
                    || format!("{}?ajoute=1", visiting.at),
                    |answering| answering.back(&requests, Some(done.paper.document)),
                );
                Ok(Redirect::to(&to).into_response())
            }
            Err(FormError { error, typed }) => {
                let purpose = purpose(&visiting, query.as_deref());
                add::again(&site, visiting.f, purpose, None, &error, typed)
            }
        }
    };
    let sent = Box::pin(sent()).await;
    answered_in(&site, &visitor, (&locker, &visit), sent).await
}

/// What a newer version of a paper is asked by, and the paper.
async fn replacing(site: &Site, visiting: &Visiting, document: DocumentId) -> Result<(add::Purpose, PaperView), Stop> {
    let view = site.lockers().describe(&visiting.visitor.caller, visiting.locker, document).await?;
    if !visiting.replaces(document, view.category()) {
        site.lockers().may_deposit(&visiting.visitor.caller, visiting.locker, Some(document)).await?;
        return Err(Stop::unknown_paper());
    }
    Ok((add::Purpose::HelpReplace { at: visiting.at.clone(), document }, view))
}

/// `GET /visite/{locker}/{visit}/papiers/{document}/remplacer`
pub(super) async fn replace_form(
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit, document)): Path<(String, String, String)>,
) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let document = paper_id(&document)?;
        let rest = format!("/papiers/{document}/remplacer");
        let visiting = Visiting::read(&site, &visitor, (&locker, &visit), &rest).await?;
        let (purpose, view) = replacing(&site, &visiting, document).await?;
        Ok(add::blank(&site, visiting.f, purpose, Some(&view)))
    };
    answered_in(&site, &visitor, (&locker, &visit), shown().await).await
}

/// `POST /visite/{locker}/{visit}/papiers/{document}/remplacer`
pub(super) async fn replace(
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit, document)): Path<(String, String, String)>,
    multipart: Result<InParts, MultipartRejection>,
) -> Response {
    let sent = async || -> Result<Response, Stop> {
        let document = paper_id(&document)?;
        let rest = format!("/papiers/{document}");
        let visiting = Visiting::read(&site, &visitor, (&locker, &visit), &rest).await?;
        let target = upload::Target { locker: visiting.locker, onto: Some(document) };
        let Ok(multipart) = multipart else {
            return Ok(error_page(&site, visitor.locale, StatusCode::BAD_REQUEST, "bad-request"));
        };
        let caller = &visiting.visitor.caller;
        match upload::receive_form(&site, caller, target, visitor.locale, multipart).await {
            Ok(_) => Ok(Redirect::to(&format!("{}{rest}?remplace=1", visiting.at)).into_response()),
            Err(FormError { error, typed }) => {
                let purpose = add::Purpose::HelpReplace { at: visiting.at, document };
                add::again(&site, visiting.f, purpose, None, &error, typed)
            }
        }
    };
    let sent = Box::pin(sent()).await;
    answered_in(&site, &visitor, (&locker, &visit), sent).await
}

/// `GET /visite/{locker}/{visit}/papiers/{document}/recu`
pub(super) async fn receipt(
    _: FromHere,
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit, document)): Path<(String, String, String)>,
) -> Response {
    let made = async || -> Result<Response, Stop> {
        let document = paper_id(&document)?;
        let visiting = Visiting::read(&site, &visitor, (&locker, &visit), "").await?;
        let asked = (visiting.locker, document);
        let bytes = site.lockers().receipt(&visiting.visitor.caller, asked, None, visitor.locale).await?;
        Ok(pdf("recu", bytes))
    };
    answered_in(&site, &visitor, (&locker, &visit), made().await).await
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::words::Locale;

    #[test]
    fn the_page_is_whole_and_offers_what_help_allows() {
        for locale in Locale::ALL {
            for open_at in [None, Some("/visite/1/2/papiers/3/contenu".to_owned())] {
                let opens = open_at.is_some();
                let shown = Paper {
                    f: Frame::sample_at_work(locale),
                    title: "Bail <2>".into(),
                    back: "/visite/1/2".into(),
                    of: "Lucie".into(),
                    notice: Some("Noté".into()),
                    original: opens.then(|| ("/visite/1/2/papiers/3/original".into(), "4".into())),
                    receipt_at: opens.then(|| "/visite/1/2/papiers/3/recu".into()),
                    replace_at: opens.then(|| "/visite/1/2/papiers/3/remplacer".into()),
                    organise_at: open_at.is_some().then(|| "/visite/1/2/papiers/3/ranger".into()),
                    open_at,
                    scanned: Shown { told: Some("virus".into()), opens: true },
                    about: "PDF".into(),
                    is_saved: true,
                    end: Some(End { told: "Fini".into(), is_past: true }),
                    facts: vec![Fact { name: "Type".into(), value: "Bail".into() }],
                };
                let html = checks::checked(&shown);
                assert!(html.contains("Bail &#60;2&#62;"), "{html}");
                assert_eq!(html.contains("/contenu?enregistrer=1\""), opens, "{html}");
                assert_eq!(html.contains("action=\"/visite/1/2/papiers/3/original\""), opens, "{html}");
            }
        }
    }
}
