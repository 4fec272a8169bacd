//! The edge: requests in, answers out. JSON under `/api`, pages for people, sign-in routes, health.
//!
//! No SQL, no rule of rights, no key: handlers parse, call a verb of `locker`, and write the answer. Each resource has a
//! file in `api/` and one in `pages/`. To add an endpoint: `api/mod.rs` says how; to add a page: `pages/mod.rs`.

pub mod api;
pub mod auth;
mod bodies;
pub mod described;
pub mod headers;
pub mod health;
pub mod issuing;
pub mod oauth;
pub mod openapi;
pub mod pages;
pub mod parts;
pub mod photos;
pub mod printed;
pub mod problem;
pub mod sentences;
pub mod serving;
pub mod upload;
pub mod visitor;
mod windows;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::map_request_with_state;
use url::Url;

use crate::locker::Lockers;

/// What every handler shares.
#[derive(Debug, Clone)]
pub struct Site(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    lockers: Lockers,
    settings: SiteSettings,
}

/// How the site is reached.
#[derive(Debug, Clone)]
pub struct SiteSettings {
    /// The address people type; its origin is the only one that may change anything.
    pub public_url: Url,
    /// The header in which a trusted proxy gives the client's address; without one, the connection's is taken.
    pub client_address_header: Option<axum::http::HeaderName>,
    /// Origins of the issuers, where signing out goes on to.
    pub issuer_origins: Vec<String>,
    /// Whether the people are invented: pages say so.
    pub is_demo: bool,
}

impl Site {
    /// Puts the parts together.
    pub fn new(lockers: Lockers, settings: SiteSettings) -> Self {
        Self(Arc::new(Parts { lockers, settings }))
    }

    /// The verbs.
    pub fn lockers(&self) -> &Lockers {
        &self.0.lockers
    }

    /// How the site is reached.
    pub fn settings(&self) -> &SiteSettings {
        &self.0.settings
    }

    /// The origin of the public address, such as `https://consigne.example`.
    pub fn origin(&self) -> String {
        self.0.settings.public_url.origin().ascii_serialization()
    }
}

/// Bytes of a whole request: the largest paper, its description, and what multipart adds.
fn body_limit(site: &Site) -> usize {
    let limit = site.lockers().limits().document_bytes.saturating_add(1024 * 1024);
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Every route, with the layers that hold for all.
pub fn router(site: Site) -> Router {
    let routes = Router::from(auth::routes())
        .merge(Router::from(oauth::routes()))
        .merge(api::routes())
        .merge(pages::routes())
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        // A deposit counts its content itself, and says what the limit is; this bounds what stands around the content.
        .layer(DefaultBodyLimit::max(body_limit(&site)))
        .layer(map_request_with_state(site.clone(), bodies::bounded));
    headers::around(routes.with_state(site.clone()), &site).merge(Router::from(health::routes()).with_state(site))
}
