//! What helpers do with one version within a visit: take back a paper added by mistake, say that they have seen an original.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::frame::Frame;
use super::super::{Stop, page, paper_id};
use super::answered_in;
use super::visit::Visiting;
use crate::domain::ids::{DocumentId, VersionId};
use crate::domain::policy::DepositFacts;
use crate::http::Site;
use crate::http::visitor::Visitor;
use crate::words::{Locale, Value, moment, say_with};

/// A version that who is in the visit may still take back.
pub(super) struct Own {
    /// Its page, where it is asked once more.
    pub at: String,
    pub told: String,
}

/// Those that may still be taken back, for the visit's own page.
pub(super) async fn own(site: &Site, visiting: &Visiting) -> Result<Vec<Own>, Stop> {
    // Where help is over there is nothing to offer.
    if visiting.helping.is_none() {
        return Ok(Vec::new());
    }
    let own = site.lockers().own_deposits(&visiting.visitor.caller, visiting.locker).await?;
    Ok(own.iter().map(|deposit| one(visiting.f.locale, &visiting.at, deposit)).collect())
}

fn one(locale: Locale, visit: &str, deposit: &DepositFacts) -> Own {
    let told = at(locale, "withdraw-one", deposit);
    Own { at: format!("{visit}/retirer/{}/{}", deposit.document, deposit.version), told }
}

fn at(locale: Locale, key: &str, deposit: &DepositFacts) -> String {
    say_with(locale, key, &[("moment", Value::Text(&moment(locale, deposit.at)))])
}

#[derive(Template)]
#[template(path = "pages/withdraw.html")]
struct Ask {
    f: Frame,
    /// The visit's own page, and what it is called.
    back: String,
    of: String,
    here: String,
    added: String,
    is_member: bool,
}

type Ids = (String, String, String, String);

fn version_id(text: &str) -> Result<VersionId, Stop> {
    text.parse().map_err(|_| Stop::unknown_paper())
}

/// `GET /visite/{locker}/{visit}/retirer/{document}/{version}`
pub(super) async fn ask(
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit, document, version)): Path<Ids>,
) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let which = (paper_id(&document)?, version_id(&version)?);
        let rest = format!("/retirer/{}/{}", which.0, which.1);
        let visiting = Visiting::read(&site, &visitor, (&locker, &visit), &rest).await?;
        let own = site.lockers().own_deposits(&visiting.visitor.caller, visiting.locker).await?;
        let is_it = |deposit: &&DepositFacts| (deposit.document, deposit.version) == which;
        // Taken back already, too late, or not theirs: the visit's page shows what may be.
        let Some(deposit) = own.iter().find(is_it) else { return Ok(Redirect::to(&visiting.at).into_response()) };
        let shown = Ask {
            of: visiting.title(),
            here: format!("{}{rest}", visiting.at),
            added: at(visitor.locale, "withdraw-added", deposit),
            is_member: deposit.member.is_some(),
            back: visiting.at,
            f: visiting.f,
        };
        Ok(page(StatusCode::OK, &shown))
    };
    answered_in(&site, &visitor, (&locker, &visit), shown().await).await
}

/// `POST /visite/{locker}/{visit}/retirer/{document}/{version}`
pub(super) async fn withdraw(
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit, document, version)): Path<Ids>,
) -> Response {
    let done = async || -> Result<Response, Stop> {
        let (document, version) = (paper_id(&document)?, version_id(&version)?);
        let visiting = Visiting::read(&site, &visitor, (&locker, &visit), "").await?;
        site.lockers().withdraw(&visiting.visitor.caller, visiting.locker, document, version).await?;
        Ok(Redirect::to(&format!("{}?retire=1", visiting.at)).into_response())
    };
    answered_in(&site, &visitor, (&locker, &visit), done().await).await
}

/// Which version was shown.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Seen {
    #[serde(default)]
    version: String,
}

/// `POST /visite/{locker}/{visit}/papiers/{document}/original`
pub(super) async fn see(
    State(site): State<Site>,
    visitor: Visitor,
    Path((locker, visit, document)): Path<(String, String, String)>,
    form: Result<Form<Seen>, FormRejection>,
) -> Response {
    let form = form.map(|Form(form)| form).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        let (document, version): (DocumentId, _) = (paper_id(&document)?, version_id(&form.version)?);
        let visiting = Visiting::read(&site, &visitor, (&locker, &visit), "").await?;
        site.lockers().see_original(&visiting.visitor.caller, visiting.locker, document, version).await?;
        Ok(Redirect::to(&format!("{}/papiers/{document}?original=1", visiting.at)).into_response())
    };
    answered_in(&site, &visitor, (&locker, &visit), done().await).await
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;

    #[test]
    fn the_page_says_what_happens_before_the_button() {
        for locale in Locale::ALL {
            for is_member in [true, false] {
                let shown = Ask {
                    f: Frame::sample_at_work(locale),
                    back: "/visite/1/2".into(),
                    of: "Lucie <b>".into(),
                    here: "/visite/1/2/retirer/3/4".into(),
                    added: "Hier".into(),
                    is_member,
                };
                let html = checks::checked(&shown);
                assert!(html.contains("Lucie &#60;b&#62;") && html.contains("action=\"/visite/1/2/retirer/3/4\""));
            }
        }
    }
}
