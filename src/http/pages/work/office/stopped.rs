//! What went wrong on an office's pages, said to somebody of it: what happened, what can be done now, the way back to the list.
//!
//! Whoever is not of the office is told what everybody is told, elsewhere.

use askama::Template;
use axum::response::Response;

use super::super::super::frame::Frame;
use super::super::super::{Stop, page};
use super::super::{answered as answered_outside, organisation_id};
use super::at;
use crate::domain::entry::Reason;
use crate::http::Site;
use crate::http::problem::retry_later;
use crate::http::sentences::fault;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::words::{Locale, say};

#[derive(Template)]
#[template(path = "pages/office_stopped.html")]
struct Stopped {
    f: Frame,
    title: String,
    lines: Vec<String>,
    /// Where one asks again, where that helps.
    ask_at: Option<String>,
    back: String,
}

/// What an office's page says of it: title, what to do, and whether to ask again helps.
fn told(locale: Locale, error: &LockerError) -> (String, Vec<String>, bool) {
    let all = |keys: &[&str]| keys.iter().map(|key| say(locale, key)).collect();
    match error {
        LockerError::Refused(Reason::ShareOver) => {
            (say(locale, "office-ended-title"), all(&["office-ended-why", "office-ended-then"]), true)
        }
        LockerError::Refused(Reason::SharePaused) => {
            (say(locale, "office-paused-title"), all(&["office-paused-then", "office-paused-not"]), false)
        }
        LockerError::Refused(Reason::WrongState) => {
            (say(locale, "office-moved-title"), all(&["office-moved-then"]), false)
        }
        LockerError::Refused(Reason::UnknownRequest | Reason::UnknownShare | Reason::UnknownDocument) => {
            (say(locale, "office-nothing-title"), all(&["office-nothing-then"]), false)
        }
        LockerError::Refused(Reason::Infected) => {
            (say(locale, "office-infected-title"), all(&["office-infected-then"]), true)
        }
        _ => {
            let (title, help) = fault(error).told(locale);
            (title, vec![help], false)
        }
    }
}

/// Whether the answer is for somebody of the office: anybody else reads what everybody reads, and is led where everybody is.
fn is_inside(error: &LockerError) -> bool {
    let fault = fault(error);
    let is_outside = matches!(
        error,
        LockerError::Refused(Reason::NoRelation | Reason::NotAMember | Reason::NoSecondFactor | Reason::NotFresh)
    );
    !is_outside && fault.status.as_u16() != 401 && fault.code != "sign-in-again"
}

/// The answer of a handler of an office's pages.
pub(super) async fn answered(site: &Site, visitor: &Visitor, office: &str, result: Result<Response, Stop>) -> Response {
    let (error, office) = match (result, organisation_id(office)) {
        (Err(Stop::Locker(error)), Ok(office)) if is_inside(&error) => (error, office),
        (result, _) => return answered_outside(site, visitor.locale, result),
    };
    // What does not even read as an id is told to strangers, too.
    let own = site.lockers().own_memberships(&visitor.caller).await.unwrap_or_default();
    if !own.iter().any(|one| one.organisation == office && one.is_office) {
        return answered_outside(site, visitor.locale, Err(error.into()));
    }
    let f = Frame::at_work(site, visitor.locale, &at(office)).with_places(&own);
    let (title, lines, asks) = told(visitor.locale, &error);
    let ask_at = asks.then(|| format!("{}/demander", at(office)));
    retry_later(page(fault(&error).status, &Stopped { f, title, lines, ask_at, back: at(office) }))
}

#[cfg(test)]
mod tests {
    use super::super::super::super::checks;
    use super::*;

    #[test]
    fn each_says_what_can_be_done_and_leads_back() {
        for locale in Locale::ALL {
            for (reason, asks) in [
                (Reason::ShareOver, true),
                (Reason::SharePaused, false),
                (Reason::WrongState, false),
                (Reason::UnknownShare, false),
                (Reason::Infected, true),
                (Reason::RequestsFull, false),
            ] {
                let error = LockerError::Refused(reason);
                assert!(is_inside(&error), "{reason:?}");
                let (title, lines, is_asked) = told(locale, &error);
                assert_eq!(is_asked, asks, "{reason:?}");
                let ask_at = asks.then(|| "/bureau/x/demander".to_owned());
                let f = Frame::sample_at_work(locale);
                let html = checks::checked(&Stopped { f, title, lines, ask_at, back: "/bureau/x".to_owned() });
                assert!(html.contains("href=\"/bureau/x\"") && html.contains("/demander\"") == asks, "{html}");
            }
        }
        for reason in
            [Reason::NoRelation, Reason::NotAMember, Reason::NoSecondFactor, Reason::NotSignedIn, Reason::SessionIdle]
        {
            assert!(!is_inside(&LockerError::Refused(reason)), "{reason:?}");
        }
    }
}
