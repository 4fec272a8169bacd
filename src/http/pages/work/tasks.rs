//! What a member does: helps people, manages the members, or both. A referent changes it; what each choice changes is told before
//! the button.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::frame::Frame;
use super::super::{Stop, fault_page, page};
use super::structure::{name_of, tasks};
use super::{answered, frame, organisation_id};
use crate::access::Change;
use crate::domain::entry::Reason;
use crate::domain::ids::{MembershipId, OrganisationId};
use crate::domain::organisation::{MembershipState, Roles};
use crate::http::Site;
use crate::http::sentences::Fault;
use crate::http::visitor::Visitor;
use crate::locker::{LockerError, MemberView};
use crate::words::{Locale, say, say_of};

/// A choice: its value in the form, what it says, what it changes.
struct Choice {
    value: &'static str,
    label: String,
    changes: Vec<String>,
}

/// The word of a choice in the form.
const fn word(roles: Roles) -> &'static str {
    match roles {
        Roles::Aidant => "aide",
        Roles::Referent => "gere",
        Roles::Both => "les-deux",
        Roles::Agent => "demande",
        Roles::AgentAndReferent => "demande-et-gere",
    }
}

fn read(typed: &str) -> Option<Roles> {
    Roles::ALL.into_iter().find(|roles| word(*roles) == typed)
}

impl Choice {
    fn of(locale: Locale, is_office: bool, (now, then): (Roles, Roles)) -> Self {
        let label = match then {
            Roles::Aidant => say(locale, "tasks-aidant"),
            Roles::Referent if is_office => say(locale, "tasks-referent-office"),
            Roles::Referent => say(locale, "tasks-referent"),
            Roles::Both => say(locale, "tasks-both"),
            Roles::Agent => say(locale, "tasks-agent"),
            Roles::AgentAndReferent => say(locale, "tasks-agent-both"),
        };
        let acts = match (now.is_agent(), then.is_agent()) {
            (false, true) => Some(say(locale, "tasks-gains-acts")),
            (true, false) => Some(say(locale, "tasks-loses-acts")),
            _ => None,
        };
        let help = match (now.is_aidant(), then.is_aidant()) {
            (false, true) => Some(say(locale, "tasks-gains-help")),
            (true, false) => Some(say(locale, "tasks-loses-help")),
            _ => None,
        };
        let members = match (now.is_referent(), then.is_referent()) {
            (false, true) => Some(say_of(locale, "tasks-gains-members", is_office)),
            (true, false) => Some(say(locale, "tasks-loses-members")),
            _ => None,
        };
        Self { value: word(then), label, changes: help.into_iter().chain(acts).chain(members).collect() }
    }
}

#[derive(Template)]
#[template(path = "pages/member_tasks.html")]
struct Ask {
    f: Frame,
    is_office: bool,
    name: String,
    now: Vec<String>,
    choices: Vec<Choice>,
    wrong: bool,
    here: String,
    back: String,
}

fn form(f: Frame, (organisation, is_office): (OrganisationId, bool), one: &MemberView, wrong: bool) -> Ask {
    let others = Roles::ALL.into_iter().filter(|roles| *roles != one.roles && roles.fit(is_office));
    Ask {
        name: name_of(f.locale, one),
        now: tasks(f.locale, one.roles),
        choices: others.map(|roles| Choice::of(f.locale, is_office, (one.roles, roles))).collect(),
        is_office,
        wrong,
        here: format!("/structure/{organisation}/membres/{}/changer", one.membership),
        back: format!("/structure/{organisation}"),
        f,
    }
}

/// Nobody changes their own place: whoever manages alone would leave an organisation that nobody can mend.
fn not_oneself(site: &Site, locale: Locale) -> Response {
    fault_page(site, locale, &Fault::new(StatusCode::FORBIDDEN, "own-tasks"))
}

fn in_no_state(site: &Site, locale: Locale) -> Response {
    fault_page(site, locale, &Fault::new(StatusCode::CONFLICT, "member-state"))
}

/// The form, for a referent, about somebody else whose place can change.
async fn shown(site: &Site, visitor: &Visitor, asked: &(String, String), wrong: bool) -> Result<Response, Stop> {
    let (organisation, member) = ids(asked)?;
    let view = site.lockers().organisation(&visitor.caller, organisation).await?;
    if !view.own_roles.is_referent() {
        return Err(LockerError::Refused(Reason::NotAllowed).into());
    }
    let unknown = LockerError::Refused(Reason::UnknownMember);
    let one = view.members.iter().find(|one| one.membership == member).ok_or(unknown)?;
    if one.is_own {
        return Ok(not_oneself(site, visitor.locale));
    }
    if matches!(one.state, MembershipState::Left | MembershipState::InvitationOver) {
        return Ok(in_no_state(site, visitor.locale));
    }
    let here = format!("/structure/{organisation}/membres/{member}/changer");
    let f = frame(site, visitor, &here).await?;
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page(status, &form(f, (organisation, view.is_office), one, wrong)))
}

fn ids((organisation, member): &(String, String)) -> Result<(OrganisationId, MembershipId), Stop> {
    let member = member.parse().map_err(|_| LockerError::Refused(Reason::UnknownMember))?;
    Ok((organisation_id(organisation)?, member))
}

/// `GET /structure/{organisation}/membres/{member}/changer`
pub(super) async fn ask(State(site): State<Site>, visitor: Visitor, Path(asked): Path<(String, String)>) -> Response {
    answered(&site, visitor.locale, shown(&site, &visitor, &asked, false).await)
}

/// What is chosen.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    fait: String,
}

/// `POST /structure/{organisation}/membres/{member}/changer`
pub(super) async fn change(
    State(site): State<Site>,
    visitor: Visitor,
    Path(asked): Path<(String, String)>,
    chosen: Result<Form<Chosen>, FormRejection>,
) -> Response {
    let chosen = chosen.map(|Form(chosen)| chosen).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        let (organisation, member) = ids(&asked)?;
        let Some(roles) = read(&chosen.fait) else { return shown(&site, &visitor, &asked, true).await };
        let change = Change::Roles(roles);
        match site.lockers().change_member(&visitor.caller, organisation, member, change).await {
            Ok(()) => Ok(Redirect::to(&format!("/structure/{organisation}?fait=changer")).into_response()),
            Err(LockerError::Refused(Reason::WrongState)) => Ok(in_no_state(&site, visitor.locale)),
            Err(LockerError::Refused(Reason::NotAllowed)) => {
                let own = site.lockers().own_memberships(&visitor.caller).await?;
                let is_own = own.iter().any(|own| own.membership == member && own.roles.is_referent());
                if is_own {
                    Ok(not_oneself(&site, visitor.locale))
                } else {
                    Err(LockerError::Refused(Reason::NotAllowed).into())
                }
            }
            Err(error) => Err(error.into()),
        }
    };
    answered(&site, visitor.locale, done().await)
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::domain::organisation::{MemberFields, Name};
    use crate::domain::source::{Source, Timestamp};

    #[test]
    fn each_choice_says_what_it_changes() {
        let source = Source::seeded(Timestamp::from_micros(1_800_000_000_000_000), [9; 32]);
        for locale in Locale::ALL {
            for roles in Roles::ALL {
                let one = MemberView {
                    membership: MembershipId::draw(&source),
                    person: None,
                    fields: Some(MemberFields { name: Name::parse("Nadia <b>").unwrap(), volunteer: false }),
                    roles,
                    state: MembershipState::Active,
                    invited_until: source.now(),
                    seen_at: source.now(),
                    is_warned: false,
                    is_own: false,
                };
                let organisation = OrganisationId::draw(&source);
                let of = (organisation, !roles.fit(false));
                let asked = form(Frame::sample_at_work(locale), of, &one, roles == Roles::Both);
                assert!(asked.choices.iter().all(|choice| !choice.changes.is_empty() && read(choice.value).is_some()));
                let html = checks::checked(&asked);
                assert_eq!(html.matches("type=\"radio\"").count(), 2, "what they do now is no choice: {html}");
                assert!(html.contains("Nadia &#60;b&#62;") && !html.contains("<b>"), "{html}");
                assert_eq!(html.contains("role=\"alert\""), roles == Roles::Both);
            }
        }
        assert_eq!(read("tout"), None);
    }
}
