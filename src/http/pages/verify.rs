//! Checking, by its code, a paper that says who helps: for anybody, one word. Also where papers are made from the pages.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::elsewhere::FromHere;
use super::frame::Frame;
use super::{Stop, answer, at_home, page, paper_id};
use crate::domain::code::LENGTH;
use crate::domain::entry::Reason;
use crate::domain::ids::VersionId;
use crate::domain::policy::Attested;
use crate::http::Site;
use crate::http::printed::{CHECK, pdf};
use crate::http::visitor::Visitor;
use crate::locker::LockerError;

#[derive(Template)]
#[template(path = "pages/verify.html")]
struct Verify {
    f: Frame,
    /// What was typed.
    typed: String,
    /// The answer.
    said: Option<Attested>,
    /// What was typed can't be a code.
    is_no_code: bool,
    /// Asked too often.
    is_late: bool,
}

/// A code as a form sends it, or as a picture leads here.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Typed {
    code: Option<String>,
}

/// `GET /verifier`: no sign-in. Who bears a session is not asked: the page is the same for all.
pub(super) async fn check(
    State(site): State<Site>,
    visitor: Visitor,
    typed: Result<Query<Typed>, QueryRejection>,
) -> Response {
    let typed = typed.map(|Query(typed)| typed).unwrap_or_default().code;
    let f = Frame::outside(&site, visitor.locale, CHECK);
    let blank = Verify { f, typed: String::new(), said: None, is_no_code: false, is_late: false };
    let Some(typed) = typed.filter(|typed| !typed.trim().is_empty()) else { return page(StatusCode::OK, &blank) };
    let said = site.lockers().check_attestation(&visitor.caller, &typed).await;
    let is_no_code = crate::domain::code::Code::parse(&typed).is_none();
    let kept: String = typed.chars().take(2 * LENGTH).collect();
    match said {
        Ok(said) => {
            let status = if is_no_code { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            page(status, &Verify { typed: kept, said: Some(said), is_no_code, ..blank })
        }
        Err(LockerError::Refused(Reason::TooMany)) => {
            page(StatusCode::TOO_MANY_REQUESTS, &Verify { typed: kept, is_late: true, ..blank })
        }
        Err(error) => answer(&site, visitor.locale, Err(error.into())),
    }
}

/// Which version, on a page's address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Which {
    version: Option<String>,
}

/// `GET /papiers/{document}/recu`
pub(super) async fn receipt(
    _: FromHere,
    State(site): State<Site>,
    visitor: Visitor,
    Path(document): Path<String>,
    which: Result<Query<Which>, QueryRejection>,
) -> Response {
    let which = which.map(|Query(which)| which).unwrap_or_default();
    let made = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let document = paper_id(&document)?;
        // One that is no id is one of nothing.
        let version = which.version.map(|id| id.parse().unwrap_or(VersionId::from_uuid(uuid::Uuid::nil())));
        let bytes = site.lockers().receipt(&visitor.caller, (locker, document), version, visitor.locale).await?;
        Ok(pdf("recu", bytes))
    };
    answer(&site, visitor.locale, made().await)
}

/// `GET /consigne/recu`
pub(super) async fn receipt_of_all(_: FromHere, State(site): State<Site>, visitor: Visitor) -> Response {
    let made = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        Ok(pdf("ma-consigne", site.lockers().receipt_of_all(&visitor.caller, locker, visitor.locale).await?))
    };
    answer(&site, visitor.locale, made().await)
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;
    use crate::words::Locale;

    #[test]
    fn the_page_is_whole_and_says_one_word() {
        for locale in Locale::ALL {
            for said in [None, Some(Attested::Valid), Some(Attested::Ended), Some(Attested::Unknown)] {
                for is_late in [false, true] {
                    let f = Frame::sample(locale);
                    let typed = "<b>ABCD".to_owned();
                    let is_no_code = said == Some(Attested::Unknown);
                    let html = checks::checked(&Verify { f, typed, said, is_no_code, is_late });
                    assert!(html.contains("name=\"code\"") && html.contains("&#60;b&#62;ABCD"), "{html}");
                    assert_eq!(html.contains("role=\"alert\""), is_late || is_no_code, "{html}");
                }
            }
        }
    }
}
