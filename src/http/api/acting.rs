//! `…/versions/{version}/original-seen` and `…/versions/{version}/withdraw`: what helpers do with one version, in a visit.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::shapes::{OnVersion, VersionIds};
use crate::http::Site;
use crate::http::problem;
use crate::locker::LockerError;
use crate::words::Locale;

fn answered(locale: Locale, done: Result<(), LockerError>) -> Response {
    match done {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(locale, &error),
    }
}

/// Says that one has seen the original.
///
/// For an aidant in a visit, who may see the list and open the paper. They held the original in their hands, and this version
/// shows it. The word is about this version alone; said again, its date is the new one.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/documents/{document}/versions/{version}/original-seen",
    operation_id = "see_original",
    tag = "versions",
    params(VersionIds),
    responses((status = 204, description = "It is kept with the version.")),
)]
pub async fn see_original(
    State(site): State<Site>,
    OnVersion { visitor, locker, document, version }: OnVersion,
) -> Response {
    let done = site.lockers().see_original(&visitor.caller, locker, document, version).await;
    answered(visitor.locale, done)
}

/// Takes back what one has added by mistake.
///
/// For the helper who added it, in a visit, within 48 hours, wherever the paper stands meanwhile. Nobody opens the version any
/// more. The one before is the newest again; without one, the paper goes. Nothing brings it back.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/documents/{document}/versions/{version}/withdraw",
    operation_id = "withdraw_version",
    tag = "versions",
    params(VersionIds),
    responses(
        (status = 204, description = "It is gone."),
        (status = 409, description = "The 48 hours are over (`/problems/withdrawal-over`), or the locker is closed \
            (`/problems/locker-closed`)."),
    ),
)]
pub async fn withdraw(
    State(site): State<Site>,
    OnVersion { visitor, locker, document, version }: OnVersion,
) -> Response {
    let done = site.lockers().withdraw(&visitor.caller, locker, document, version).await;
    answered(visitor.locale, done)
}
