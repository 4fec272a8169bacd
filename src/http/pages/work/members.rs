//! What a referent changes about somebody's place, and leaving one's own. What can't be undone is told before the button.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::frame::Frame;
use super::super::{Stop, fault_page, page};
use super::structure::name_of;
use super::{answered, organisation_id};
use crate::access::Change;
use crate::domain::entry::Reason;
use crate::domain::ids::{MembershipId, OrganisationId};
use crate::domain::organisation::MembershipState;
use crate::http::Site;
use crate::http::sentences::Fault;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;

/// What an address says: the organisation, the member, what is to be done.
type Asked = (String, String, String);

fn unknown() -> Stop {
    LockerError::Refused(Reason::UnknownMember).into()
}

fn read((organisation, member, action): &Asked) -> Result<(OrganisationId, MembershipId, Change), Stop> {
    let change = match action.as_str() {
        "suspendre" => Change::Suspend,
        "reprendre" => Change::Resume,
        "retirer" => Change::End,
        "code" => Change::ResetFactor,
        _ => return Err(unknown()),
    };
    Ok((organisation_id(organisation)?, member.parse().map_err(|_| unknown())?, change))
}

/// What is about to happen, in the words that fit.
struct Told {
    title: &'static str,
    lines: &'static [&'static str],
    never: &'static str,
    button: &'static str,
    keep: &'static str,
}

const LEAVE: Told = Told {
    title: "leave-title",
    lines: &["leave-what", "leave-lines"],
    never: "leave-never",
    button: "leave-button",
    keep: "leave-keep",
};
const REMOVE: Told = Told {
    title: "remove-title",
    lines: &["remove-what", "remove-lines"],
    never: "remove-never",
    button: "remove-button",
    keep: "remove-keep",
};
const UNINVITE: Told = Told {
    title: "uninvite-title",
    lines: &["uninvite-what"],
    never: "uninvite-never",
    button: "uninvite-button",
    keep: "uninvite-keep",
};
const RESET: Told = Told {
    title: "reset-title",
    lines: &["reset-what", "reset-check", "reset-then", "reset-elsewhere"],
    never: "reset-never",
    button: "reset-button",
    keep: "reset-keep",
};

#[derive(Template)]
#[template(path = "pages/member.html")]
struct Ask {
    f: Frame,
    told: &'static Told,
    /// Whom, or which organisation when it is one's own place.
    name: String,
    here: String,
    back: String,
}

/// `GET /structure/{organisation}/membres/{member}/{retirer|code}`: what will happen, before the button.
pub(super) async fn ask(State(site): State<Site>, visitor: Visitor, Path(asked): Path<Asked>) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let (organisation, member, change) = read(&asked)?;
        let at = format!("/structure/{organisation}");
        if !matches!(change, Change::End | Change::ResetFactor) {
            return Ok(Redirect::to(&at).into_response());
        }
        let here = format!("{at}/membres/{member}/{}", asked.2);
        let f = Frame::at_work(&site, visitor.locale, &here);
        let own = site.lockers().own_memberships(&visitor.caller).await?;
        if let Some(own) = own.iter().find(|own| own.membership == member && own.organisation == organisation)
            && change == Change::End
        {
            // They don't see the organisation any more.
            if own.state != MembershipState::Active {
                return Ok(fault_page(&site, visitor.locale, &Fault::new(StatusCode::CONFLICT, "member-suspended")));
            }
            let (name, back) = (own.name.as_str().to_owned(), "/".to_owned());
            return Ok(page(StatusCode::OK, &Ask { f, told: &LEAVE, name, here, back }));
        }
        let view = site.lockers().organisation(&visitor.caller, organisation).await?;
        if !view.own_roles.is_referent() {
            return Err(LockerError::Refused(Reason::NotAllowed).into());
        }
        let one = view.members.iter().find(|one| one.membership == member).ok_or_else(unknown)?;
        let told = match (change, one.state) {
            (Change::ResetFactor, _) => &RESET,
            (_, MembershipState::Invited | MembershipState::InvitationOver) => &UNINVITE,
            _ => &REMOVE,
        };
        Ok(page(StatusCode::OK, &Ask { told, name: name_of(f.locale, one), here, back: at, f }))
    };
    answered(&site, visitor.locale, shown().await)
}

/// `POST /structure/{organisation}/membres/{member}/{suspendre|reprendre|retirer|code}`
pub(super) async fn change(State(site): State<Site>, visitor: Visitor, Path(asked): Path<Asked>) -> Response {
    let done = async || -> Result<Response, Stop> {
        let (organisation, member, change) = read(&asked)?;
        let own = site.lockers().own_memberships(&visitor.caller).await?;
        let is_own = own.iter().any(|own| own.membership == member);
        let changed = site.lockers().change_member(&visitor.caller, organisation, member, change).await;
        let told = |code| Ok(fault_page(&site, visitor.locale, &Fault::new(StatusCode::CONFLICT, code)));
        match changed {
            Ok(()) if is_own && change == Change::End => Ok(Redirect::to("/").into_response()),
            Ok(()) => Ok(Redirect::to(&format!("/structure/{organisation}")).into_response()),
            Err(LockerError::Refused(Reason::WrongState)) if is_own && change == Change::End => {
                told("member-suspended")
            }
            Err(LockerError::Refused(Reason::WrongState)) => told("member-state"),
            Err(LockerError::Refused(Reason::FactorState)) => told("member-no-factor"),
            Err(error) => Err(error.into()),
        }
    };
    answered(&site, visitor.locale, done().await)
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::words::{Locale, has};

    #[test]
    fn each_page_says_what_happens_before_the_button() {
        for locale in Locale::ALL {
            for told in [&LEAVE, &REMOVE, &UNINVITE, &RESET] {
                let here = "/structure/1/membres/2/retirer".to_owned();
                let (f, name) = (Frame::sample_at_work(locale), "Nadia <b>".to_owned());
                let html = checks::checked(&Ask { f, told, name, here, back: "/structure/1".into() });
                assert!(html.contains("method=\"post\" action=\"/structure/1/membres/2/retirer\""), "{html}");
                assert!(html.contains("Nadia &#60;b&#62;"), "{html}");
                let keys = told.lines.iter().chain([&told.title, &told.never, &told.button, &told.keep]);
                for key in keys {
                    assert!(has(locale, key), "{key}");
                }
            }
        }
    }
}
