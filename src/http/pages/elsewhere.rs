//! Papers are made by an address that is opened: whoever comes there from another site is asked first whether they mean it. Browsers say so
//! themselves (`Sec-Fetch-Site`); one that doesn't is believed to come from here.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;

use super::frame::Frame;
use super::{here, page};
use crate::http::Site;
use crate::http::headers::comes_from_elsewhere;
use crate::http::visitor::Visitor;

/// Says of a request that no other site led to it; otherwise it is answered by a page with a button.
pub(super) struct FromHere;

#[derive(Template)]
#[template(path = "pages/elsewhere.html")]
struct Elsewhere {
    f: Frame,
    /// Where the button leads: the same address, from here.
    go: String,
}

impl FromRequestParts<Site> for FromHere {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        if !comes_from_elsewhere(&parts.headers) {
            return Ok(Self);
        }
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let f = Frame::outside(site, visitor.locale, "/");
        Err(page(StatusCode::FORBIDDEN, &Elsewhere { f, go: here(&parts.uri).to_owned() }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;
    use crate::words::Locale;

    #[test]
    fn the_page_is_whole() {
        for locale in Locale::ALL {
            let f = Frame::sample(locale);
            let html = checks::checked(&Elsewhere { f, go: "/consigne/recu?a=\"b".into() });
            assert!(html.contains("href=\"/consigne/recu?a=&#34;b\""), "{html}");
        }
    }
}
