//! What somebody has proposed and still waits, on the page of the people they help; taking it back.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::Stop;
use super::{answered, mandate_id, until};
use crate::domain::entry::Reason;
use crate::http::Site;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::proposed::{Awaits, OwnProposal};
use crate::words::{Locale, Value, moment, say, say_with};

/// Something that waits, in words. Nothing of the locker, nor of its holder.
pub(super) struct Waiting {
    pub made: String,
    pub what_for: String,
    /// As a member of what, or in one's own name.
    pub as_what: String,
    pub way: String,
    pub until: String,
    /// Where one goes on with it, and what the link is called.
    pub link: Option<(String, String)>,
    /// Where it is taken back, if here.
    pub take_back_at: Option<String>,
    pub take_back_named: String,
}

impl Waiting {
    fn of(locale: Locale, own: &OwnProposal) -> Self {
        let at = moment(locale, own.made_at);
        let made = |key| say_with(locale, key, &[("moment", Value::Text(&at))]);
        let theme = say(locale, &format!("theme-{}", own.theme.code()));
        let purpose = [("theme", Value::Text(&theme)), ("purpose", Value::Text(own.purpose.as_str()))];
        let mandate = own.mandate;
        let (way, link) = match own.awaits {
            Awaits::Session => ("waiting-session", None),
            Awaits::Window(window, _) => ("waiting-window", Some(format!("/avec-moi/{window}"))),
            Awaits::Sheet(of) => ("waiting-sheet", Some(format!("/structure/{of}/feuilles/{mandate}"))),
            Awaits::Judgment(of) => ("waiting-judgment", Some(format!("/structure/{of}/feuilles/{mandate}"))),
        };
        Self {
            made: made("waiting-made"),
            what_for: say_with(locale, "consent-purpose", &purpose),
            as_what: match &own.organisation {
                Some((_, name)) => say_with(locale, "waiting-for", &[("organisation", Value::Text(name.as_str()))]),
                None => say(locale, "waiting-alone"),
            },
            way: say(locale, way),
            until: until(locale, "waiting-until", own.until),
            link: link.map(|link| (link, made("waiting-open-named"))),
            take_back_at: (own.awaits == Awaits::Session).then(|| format!("/proposer/{mandate}/retirer")),
            take_back_named: made("waiting-take-back-named"),
        }
    }

    /// Some for the tests of templates: one that is taken back here, one that goes on elsewhere.
    #[cfg(test)]
    pub fn samples() -> Vec<Self> {
        let one = |is_here: bool| Self {
            made: "Faite".into(),
            what_for: "Pour".into(),
            as_what: "Mairie &".into(),
            way: "Ici".into(),
            until: "Jusqu'au 3 mars".into(),
            link: (!is_here).then(|| ("/structure/1/feuilles/2".into(), "Continuer".into())),
            take_back_at: is_here.then(|| "/proposer/1/retirer".into()),
            take_back_named: "Retirer".into(),
        };
        vec![one(true), one(false)]
    }
}

/// What the visitor has proposed and still waits.
pub(super) async fn waiting(site: &Site, visitor: &Visitor) -> Result<Vec<Waiting>, Stop> {
    let own = site.lockers().own_proposals(&visitor.caller).await?;
    Ok(own.iter().map(|one| Waiting::of(visitor.locale, one)).collect())
}

/// `POST /proposer/{mandate}/retirer`
pub(super) async fn take_back(State(site): State<Site>, visitor: Visitor, Path(mandate): Path<String>) -> Response {
    let done = async || -> Result<Response, Stop> {
        let mandate = mandate_id(&mandate)?;
        let told = match site.lockers().take_back_proposal(&visitor.caller, mandate).await {
            Ok(()) => "/aider?retire=1",
            // Answered, too old, or pressed twice; and never there: nobody learns which.
            Err(LockerError::Refused(Reason::UnknownMandate)) => "/aider?repondu=1",
            Err(error) => return Err(error.into()),
        };
        Ok(Redirect::to(told).into_response())
    };
    answered(&site, visitor.locale, done().await)
}
