//! What a referent changes about somebody's place, and leaving one's own. What can't be undone is told before the button.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
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
use crate::words::Locale;

/// What an address says: the organisation, the member, what is to be done.
type Asked = (String, String, String);

/// What the address says of a place that is an invitation yet: it is told as taken back.
const INVITATION: &str = "invitation=1";

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
    /// What can't be undone, or how it is undone.
    after: &'static str,
    is_final: bool,
    button: &'static str,
    keep: &'static str,
}

const LEAVE: Told = Told {
    title: "leave-title",
    lines: &["leave-what", "leave-lines"],
    after: "leave-never",
    is_final: true,
    button: "leave-button",
    keep: "leave-keep",
};
const REMOVE: Told = Told {
    title: "remove-title",
    lines: &["remove-what", "remove-lines"],
    after: "remove-never",
    is_final: true,
    button: "remove-button",
    keep: "remove-keep",
};
const UNINVITE: Told = Told {
    title: "uninvite-title",
    lines: &["uninvite-what"],
    after: "uninvite-never",
    is_final: true,
    button: "uninvite-button",
    keep: "uninvite-keep",
};
const RESET: Told = Told {
    title: "reset-title",
    lines: &["reset-what", "reset-check", "reset-then", "reset-elsewhere"],
    after: "reset-never",
    is_final: true,
    button: "reset-button",
    keep: "reset-keep",
};

const SUSPEND: Told = Told {
    title: "suspend-title",
    lines: &["suspend-what", "suspend-members"],
    after: "suspend-undo",
    is_final: false,
    button: "structure-suspend",
    keep: "tasks-keep",
};
const RESUME: Told = Told {
    title: "resume-title",
    lines: &["resume-check", "resume-what"],
    after: "resume-undo",
    is_final: false,
    button: "structure-resume",
    keep: "resume-keep",
};

/// The page that fits what is to be changed about a member, if where they stand lets it be.
const fn told(change: Change, state: MembershipState) -> Option<&'static Told> {
    use MembershipState::{Active, Idle, InvitationOver, Invited, Suspended};
    Some(match (change, state) {
        (Change::ResetFactor, _) => &RESET,
        (Change::End, Invited | InvitationOver) => &UNINVITE,
        (Change::End, _) => &REMOVE,
        (Change::Suspend, Active | Idle) => &SUSPEND,
        (Change::Resume, Suspended | Idle) => &RESUME,
        _ => return None,
    })
}

#[derive(Template)]
#[template(path = "pages/member.html")]
struct Ask {
    f: Frame,
    told: &'static Told,
    is_office: bool,
    /// Whom, or which organisation when it is one's own place.
    name: String,
    here: String,
    back: String,
}

fn wrong_state(site: &Site, locale: Locale, code: &'static str) -> Response {
    fault_page(site, locale, &Fault::new(StatusCode::CONFLICT, code))
}

/// `GET /structure/{organisation}/membres/{member}/{suspendre|reprendre|retirer|code}`: what will happen, before the button.
pub(super) async fn ask(State(site): State<Site>, visitor: Visitor, Path(asked): Path<Asked>) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let (organisation, member, change) = read(&asked)?;
        let back = format!("/structure/{organisation}");
        let here = format!("{back}/membres/{member}/{}", asked.2);
        let own = site.lockers().own_memberships(&visitor.caller).await?;
        let f = Frame::at_work(&site, visitor.locale, &here).with_places(&own);
        if let Some(own) = own.iter().find(|own| own.membership == member && own.organisation == organisation)
            && change == Change::End
        {
            // They don't see the organisation any more.
            if own.state != MembershipState::Active {
                return Ok(wrong_state(&site, visitor.locale, "member-suspended"));
            }
            let (name, is_office) = (own.name.as_str().to_owned(), own.is_office);
            return Ok(page(StatusCode::OK, &Ask { f, told: &LEAVE, is_office, name, here, back: "/".to_owned() }));
        }
        let view = site.lockers().organisation(&visitor.caller, organisation).await?;
        if !view.own_roles.is_referent() {
            return Err(LockerError::Refused(Reason::NotAllowed).into());
        }
        let one = view.members.iter().find(|one| one.membership == member).ok_or_else(unknown)?;
        let Some(told) = told(change, one.state) else {
            return Ok(wrong_state(&site, visitor.locale, "member-state"));
        };
        let is_invitation = matches!(one.state, MembershipState::Invited | MembershipState::InvitationOver);
        let here = if is_invitation { format!("{here}?{INVITATION}") } else { here };
        let (name, is_office) = (name_of(f.locale, one), view.is_office);
        Ok(page(StatusCode::OK, &Ask { f, told, is_office, name, here, back }))
    };
    answered(&site, visitor.locale, shown().await)
}

/// `POST /structure/{organisation}/membres/{member}/{suspendre|reprendre|retirer|code}`
pub(super) async fn change(
    State(site): State<Site>,
    visitor: Visitor,
    Path(asked): Path<Asked>,
    RawQuery(query): RawQuery,
) -> Response {
    let done = async || -> Result<Response, Stop> {
        let (organisation, member, change) = read(&asked)?;
        let own = site.lockers().own_memberships(&visitor.caller).await?;
        let leaves = change == Change::End && own.iter().any(|own| own.membership == member);
        let changed = site.lockers().change_member(&visitor.caller, organisation, member, change).await;
        let told = |code| Ok(wrong_state(&site, visitor.locale, code));
        match changed {
            Ok(()) if leaves => Ok(Redirect::to("/?fait=quitte").into_response()),
            Ok(()) => {
                let is_invitation = query.as_deref() == Some(INVITATION) && change == Change::End;
                let done = if is_invitation { "desinviter" } else { asked.2.as_str() };
                Ok(Redirect::to(&format!("/structure/{organisation}?fait={done}")).into_response())
            }
            Err(LockerError::Refused(Reason::WrongState)) if leaves => told("member-suspended"),
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
    use crate::words::has;

    #[test]
    fn each_page_says_what_happens_before_the_button() {
        for locale in Locale::ALL {
            for (told, is_office) in [&LEAVE, &REMOVE, &UNINVITE, &RESET, &SUSPEND, &RESUME]
                .map(|told| [(told, false), (told, true)])
                .concat()
            {
                let here = "/structure/1/membres/2/retirer".to_owned();
                let (f, name) = (Frame::sample_at_work(locale), "Nadia <b>".to_owned());
                let html = checks::checked(&Ask { f, told, is_office, name, here, back: "/structure/1".into() });
                assert!(html.contains("method=\"post\" action=\"/structure/1/membres/2/retirer\""), "{html}");
                assert!(html.contains("Nadia &#60;b&#62;"), "{html}");
                assert_eq!(html.contains("class=\"wrong\""), told.is_final, "{html}");
                let keys = told.lines.iter().chain([&told.title, &told.after, &told.button, &told.keep]);
                for key in keys {
                    assert!(has(locale, key), "{key}");
                }
            }
        }
    }
}
