//! Taking back what was asked for: what happens is told first, on a page of its own.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::super::elsewhere::FromHere;
use super::super::super::frame::Frame;
use super::super::super::{Stop, page};
use super::super::frame;
use super::{at, named, request_id, state, stopped, within};
use crate::domain::entry::Reason;
use crate::domain::ids::OrganisationId;
use crate::domain::request::RequestStatus;
use crate::http::Site;
use crate::http::auth::redirect;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::requests::RequestView;

#[derive(Template)]
#[template(path = "pages/office_withdraw.html")]
struct Ask {
    f: Frame,
    name: String,
    state: String,
    here: String,
    back: String,
}

fn asked(f: Frame, office: OrganisationId, view: &RequestView) -> Ask {
    let back = format!("{}/demandes/{}", at(office), view.facts.request);
    let here = format!("{back}/retirer");
    Ask { name: named(f.locale, view), state: state(f.locale, view), here, back, f }
}

/// `GET /bureau/{office}/demandes/{request}/retirer`: what will happen, before the button.
pub(in super::super) async fn ask(
    _: FromHere,
    State(site): State<Site>,
    visitor: Visitor,
    Path((office_named, request)): Path<(String, String)>,
) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let (office, caller) = within(&visitor, &office_named)?;
        let view = site.lockers().own_request(&caller, request_id(&request)?).await?;
        if !matches!(view.status, RequestStatus::Waiting | RequestStatus::Taken) {
            return Err(LockerError::Refused(Reason::WrongState).into());
        }
        let f = frame(&site, &visitor, &format!("{}/demandes/{}/retirer", at(office), view.facts.request)).await?;
        Ok(page(StatusCode::OK, &asked(f, office, &view)))
    };
    stopped::answered(&site, &visitor, &office_named, shown().await).await
}

/// `POST /bureau/{office}/demandes/{request}/retirer`
pub(in super::super) async fn withdraw(
    State(site): State<Site>,
    visitor: Visitor,
    Path((office_named, request)): Path<(String, String)>,
) -> Response {
    let done = async || -> Result<Response, Stop> {
        let (office, caller) = within(&visitor, &office_named)?;
        site.lockers().withdraw_request(&caller, request_id(&request)?).await?;
        Ok(redirect(&format!("{}?fait=retire", at(office)), []))
    };
    stopped::answered(&site, &visitor, &office_named, done().await).await
}
