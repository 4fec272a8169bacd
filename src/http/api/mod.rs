//! The JSON API, a file per resource. Shapes are in `shapes`.

mod content;
mod documents;
mod journal;
mod lockers;
mod me;
mod sessions;
mod shapes;

use axum::Router;
use axum::routing::{delete, get, post};

use super::Site;

/// Its routes.
pub fn routes() -> Router<Site> {
    let deposits =
        Router::new().route("/api/v1/lockers/{locker}/documents", get(documents::list).post(documents::deposit));
    Router::new()
        .route("/api/v1/me", get(me::me))
        .route("/api/v1/me/sessions", get(sessions::list))
        .route("/api/v1/me/sessions/end-others", post(sessions::end_others))
        .route("/api/v1/me/sessions/{session}", delete(sessions::end))
        .route("/api/v1/lockers", post(lockers::open))
        .route("/api/v1/lockers/{locker}", get(lockers::view))
        .merge(deposits)
        .route("/api/v1/lockers/{locker}/documents/{document}", get(documents::describe).delete(documents::trash))
        .route("/api/v1/lockers/{locker}/documents/{document}/restore", post(documents::restore))
        .route("/api/v1/lockers/{locker}/documents/{document}/content", get(content::read).head(content::head))
        .route("/api/v1/lockers/{locker}/journal", get(journal::journal))
}
