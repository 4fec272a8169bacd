//! The JSON API, a file per resource. Shapes are in `shapes`.

mod content;
mod documents;
mod information;
mod journal;
mod lockers;
mod me;
mod shapes;

use axum::Router;
use axum::routing::{get, post};

use super::Site;

/// Its routes.
pub fn routes() -> Router<Site> {
    let deposits =
        Router::new().route("/api/v1/lockers/{locker}/documents", get(documents::list).post(documents::deposit));
    Router::new()
        .route("/api/v1/me", get(me::me))
        .route("/api/v1/information", get(information::current))
        .route("/api/v1/lockers", post(lockers::open))
        .route("/api/v1/lockers/{locker}/close", post(lockers::close))
        .route("/api/v1/lockers/{locker}/reopen", post(lockers::reopen))
        .route("/api/v1/lockers/{locker}/information", post(information::accept))
        .route("/api/v1/lockers/{locker}", get(lockers::view))
        .merge(deposits)
        .route("/api/v1/lockers/{locker}/documents/{document}", get(documents::describe).delete(documents::trash))
        .route("/api/v1/lockers/{locker}/documents/{document}/restore", post(documents::restore))
        .route("/api/v1/lockers/{locker}/documents/{document}/content", get(content::read).head(content::head))
        .route("/api/v1/lockers/{locker}/journal", get(journal::journal))
}
