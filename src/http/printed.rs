//! Papers that Consigne makes, as they are answered; where the service is, as papers say it.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::Site;
use super::pages::CODE;
use crate::locker::attesting::Addresses;
use crate::locker::given_codes::CodeAt;

/// Where a paper is checked by its code.
pub const CHECK: &str = "/verifier";

/// A PDF, to be saved under a name: one of ours, in ASCII.
pub fn pdf(name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.pdf\"")),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'".to_owned()),
    ];
    (headers, bytes).into_response()
}

/// Where somebody without an account types their code: as people type it, and as a picture leads there. The code is in neither: addresses
/// are kept by browsers.
pub fn code_at(site: &Site) -> CodeAt {
    let Addresses { home, .. } = addresses(site);
    CodeAt { typed: format!("{home}{CODE}"), picture: format!("{}{CODE}", site.origin()) }
}

/// Where the service is.
pub fn addresses(site: &Site) -> Addresses {
    let home = site.origin();
    // As people type it.
    let plain = ["https://", "http://"].iter().find_map(|start| home.strip_prefix(start)).unwrap_or(&home).to_owned();
    Addresses { check: format!("{plain}{CHECK}"), check_code: format!("{home}{CHECK}?code="), home: plain }
}
