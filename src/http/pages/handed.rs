//! Receipts of what a holder handed over, from the page that lists it.

use axum::extract::{Path, State};
use axum::response::Response;

use super::elsewhere::FromHere;
use super::{Stop, answer, at_home};
use crate::domain::entry::Reason;
use crate::domain::ids::{LockerId, ShareId};
use crate::http::Site;
use crate::http::api::bundles::signed;
use crate::http::printed::pdf;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;

async fn named(site: &Site, visitor: &Visitor, share: &str) -> Result<(LockerId, ShareId), Stop> {
    let (_, locker) = at_home(site, visitor).await?;
    let share = share.parse().map_err(|_| Stop::Locker(LockerError::Refused(Reason::UnknownShare)))?;
    Ok((locker, share))
}

/// `GET /transmis/{share}/recu`
pub(super) async fn receipt(
    _: FromHere,
    State(site): State<Site>,
    visitor: Visitor,
    Path(share): Path<String>,
) -> Response {
    let made = async || -> Result<Response, Stop> {
        let of = named(&site, &visitor, &share).await?;
        Ok(pdf("recu", site.lockers().handed_receipt(&visitor.caller, of, visitor.locale).await?))
    };
    answer(&site, visitor.locale, made().await)
}

/// `GET /transmis/{share}/recu-signe`
pub(super) async fn signed_receipt(
    _: FromHere,
    State(site): State<Site>,
    visitor: Visitor,
    Path(share): Path<String>,
) -> Response {
    let made = async || -> Result<Response, Stop> {
        let of = named(&site, &visitor, &share).await?;
        Ok(signed(site.lockers().signed_receipt(&visitor.caller, of, &site.origin()).await?))
    };
    answer(&site, visitor.locale, made().await)
}
