//! The JSON API, a file per resource. Shapes are in `shapes`.

mod content;
mod documents;
mod export;
mod journal;
mod lockers;
mod me;
mod shapes;
mod versions;

use axum::Router;
use axum::routing::{get, post};

use super::{Site, problem};

/// Its routes.
pub fn routes() -> Router<Site> {
    let deposits =
        Router::new().route("/api/v1/lockers/{locker}/documents", get(documents::list).post(documents::deposit));
    Router::new()
        .route("/api/v1/me", get(me::me))
        .route("/api/v1/lockers", post(lockers::open))
        .route("/api/v1/lockers/{locker}", get(lockers::view))
        .merge(deposits)
        .route(
            "/api/v1/lockers/{locker}/documents/{document}",
            get(documents::describe).patch(documents::amend).delete(documents::trash),
        )
        // Asking what the answer would be is not worth packing it.
        .route("/api/v1/lockers/{locker}/export", get(export::export).head(problem::method_not_allowed))
        .route("/api/v1/lockers/{locker}/control", post(versions::control_all))
        .route("/api/v1/lockers/{locker}/documents/{document}/destroy", post(documents::destroy))
        .route("/api/v1/lockers/{locker}/documents/{document}/versions", get(versions::list).post(versions::add))
        .route("/api/v1/lockers/{locker}/documents/{document}/control", post(versions::control))
        .route("/api/v1/lockers/{locker}/documents/{document}/restore", post(documents::restore))
        .route("/api/v1/lockers/{locker}/documents/{document}/content", get(content::read).head(content::head))
        .route("/api/v1/lockers/{locker}/journal", get(journal::journal))
}
