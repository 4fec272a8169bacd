//! What can't be undone is asked first, on a page of its own: to stop what was handed over, to refuse a request, to stop what an institution
//! sends. What happens, to whom, one button to go on, one way back.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::agreements::{agreed, proposed_by};
use super::super::frame::Frame;
use super::super::{Stop, answer, at_home, frame_at_home, page};
use super::one::{by, request_id};
use super::{PATH, given};
use crate::domain::entry::Reason;
use crate::domain::ids::{AgreementId, ShareId};
use crate::domain::request::RequestStatus;
use crate::http::Site;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::words::purpose_told;

/// What is about to happen, in the words that fit.
#[derive(Debug)]
struct Told {
    title: &'static str,
    lines: &'static [&'static str],
    button: &'static str,
    keep: &'static str,
}

const SHARE: Told = Told {
    title: "end-share-title",
    lines: &["end-share-now", "end-share-taken", "end-share-never"],
    button: "end-share-button",
    keep: "end-keep",
};
const REQUEST: Told = Told {
    title: "end-request-title",
    lines: &["end-request-now", "end-request-told", "end-request-never"],
    button: "asked-decline",
    keep: "end-request-keep",
};
const PROPOSAL: Told = Told { lines: &["end-proposal-now", "end-request-told", "end-request-never"], ..REQUEST };
const AGREEMENT: Told = Told {
    title: "end-agreement-title",
    lines: &["end-agreement-now", "end-agreement-stay", "end-agreement-never"],
    button: "end-agreement-button",
    keep: "end-keep",
};

#[derive(Template)]
#[template(path = "pages/asked_end.html")]
struct Ask {
    f: Frame,
    told: &'static Told,
    /// Whom it is about, and what is known of it.
    name: String,
    about: Vec<String>,
    papers: Vec<String>,
    /// Where the button sends to: this very page.
    here: String,
    /// Where one goes who does not go on.
    back: String,
    /// What may be done instead, for a while.
    pause_at: Option<String>,
}

fn to_list() -> Response {
    Redirect::to(PATH).into_response()
}

/// `GET /transmis/{share}/arreter`
pub(in crate::http::pages) async fn share(
    State(site): State<Site>,
    visitor: Visitor,
    Path(share): Path<String>,
) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let unknown = LockerError::Refused(Reason::UnknownShare);
        let share: ShareId = share.parse().map_err(|_| unknown)?;
        let (_, locker) = at_home(&site, &visitor).await?;
        let shares = site.lockers().shares(&visitor.caller, locker).await?;
        let view = shares.iter().find(|view| view.row.share == share).ok_or(unknown)?;
        let one = given(visitor.locale, view);
        if !one.lasts {
            return Ok(to_list());
        }
        let here = format!("/transmis/{share}/arreter");
        let f = frame_at_home(&site, &visitor, locker, &here).await?;
        let about = one.what_for.into_iter().chain([one.when]).collect();
        let pause_at = one.goes.then(|| format!("/transmis/{share}/pause"));
        let (name, papers, back) = (one.to, one.papers, PATH.to_owned());
        Ok(page(StatusCode::OK, &Ask { f, told: &SHARE, name, about, papers, here, back, pause_at }))
    };
    answer(&site, visitor.locale, shown().await)
}

/// `GET /demandes/{request}/refuser`
pub(in crate::http::pages) async fn request(
    State(site): State<Site>,
    visitor: Visitor,
    Path(request): Path<String>,
) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let request = request_id(&request)?;
        let (_, locker) = at_home(&site, &visitor).await?;
        let view = site.lockers().received_request(&visitor.caller, locker, request).await?.view;
        let back = format!("{PATH}/{request}");
        if view.status != RequestStatus::Taken {
            return Ok(Redirect::to(&back).into_response());
        }
        let (locale, here) = (visitor.locale, format!("{back}/refuser"));
        let told = if proposed_by(locale, &view).is_some() { &PROPOSAL } else { &REQUEST };
        let f = frame_at_home(&site, &visitor, locker, &here).await?;
        let purpose = view.fields.as_ref().map(|fields| purpose_told(locale, fields.purpose.as_str()));
        let (name, about) = (by(locale, &view), purpose.into_iter().collect());
        let ask = Ask { f, told, name, about, papers: Vec::new(), here, back, pause_at: None };
        Ok(page(StatusCode::OK, &ask))
    };
    answer(&site, visitor.locale, shown().await)
}

/// `GET /accords/{agreement}/arreter`
pub(in crate::http::pages) async fn agreement(
    State(site): State<Site>,
    visitor: Visitor,
    Path(agreement): Path<String>,
) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let unknown = LockerError::Refused(Reason::UnknownAgreement);
        let agreement: AgreementId = agreement.parse().map_err(|_| unknown)?;
        let (_, locker) = at_home(&site, &visitor).await?;
        let agreements = site.lockers().agreements(&visitor.caller, locker).await?;
        let view = agreements.iter().find(|view| view.row.agreement == agreement).ok_or(unknown)?;
        let one = agreed(visitor.locale, view);
        if !one.lasts {
            return Ok(to_list());
        }
        let here = format!("/accords/{agreement}/arreter");
        let f = frame_at_home(&site, &visitor, locker, &here).await?;
        let about = one.what_for.into_iter().chain([one.when]).collect();
        let (name, back) = (one.by, PATH.to_owned());
        let ask = Ask { f, told: &AGREEMENT, name, about, papers: one.kinds, here, back, pause_at: None };
        Ok(page(StatusCode::OK, &ask))
    };
    answer(&site, visitor.locale, shown().await)
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::words::{Locale, has, say};

    #[test]
    fn each_page_says_what_happens_before_the_button() {
        for locale in Locale::ALL {
            for told in [&SHARE, &REQUEST, &PROPOSAL, &AGREEMENT] {
                for key in told.lines.iter().chain([&told.title, &told.button, &told.keep]) {
                    assert!(has(locale, key), "{key}");
                }
                let html = checks::checked(&Ask {
                    f: Frame::sample_open(locale),
                    told,
                    name: "Mme <Petit>".into(),
                    about: vec!["a".into()],
                    papers: vec!["b".into()],
                    here: "/transmis/1/arreter".into(),
                    back: "/demandes".into(),
                    pause_at: Some("/transmis/1/pause".into()),
                });
                assert!(html.contains("method=\"post\" action=\"/transmis/1/arreter\""), "{html}");
                assert!(html.contains("Mme &#60;Petit&#62;") && html.contains(&say(locale, told.keep)), "{html}");
            }
        }
    }
}
