//! An organisation: who belongs there, and inviting somebody.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::frame::Frame;
use super::super::{Stop, page};
use super::{answered, organisation_id};
use crate::domain::document::FieldError;
use crate::domain::entry::Reason;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::{MemberFields, MembershipState, Name, Roles};
use crate::http::Site;
use crate::http::sentences::Fault;
use crate::http::visitor::Visitor;
use crate::locker::{Invited, LockerError, MemberView, OrganisationView};
use crate::words::{Locale, Value, day, moment, say, say_with};

/// A thing that a referent can do about a member.
pub(super) struct Act {
    /// Its address.
    pub at: String,
    /// What the button says, and with the name.
    pub label: String,
    pub named: String,
    /// Whether a page stands before it, that says what happens.
    pub asks_first: bool,
}

/// A member in the list.
struct Member {
    name: String,
    is_own: bool,
    is_volunteer: bool,
    does: Vec<String>,
    state: String,
    seen: Option<String>,
    acts: Vec<Act>,
}

/// A member's name, or a word for one that does not open.
pub(super) fn name_of(locale: Locale, member: &MemberView) -> String {
    let fields = member.fields.as_ref();
    fields.map_or_else(|| say(locale, "structure-unnamed"), |fields| fields.name.as_str().to_owned())
}

pub(super) fn tasks(locale: Locale, roles: Roles) -> Vec<String> {
    let helps = roles.is_aidant().then(|| say(locale, "structure-helps"));
    let acts = roles.is_agent().then(|| say(locale, "structure-acts"));
    let manages = roles.is_referent().then(|| say(locale, "structure-manages"));
    helps.into_iter().chain(acts).chain(manages).collect()
}

fn state(locale: Locale, member: &MemberView) -> String {
    match member.state {
        MembershipState::Invited => {
            let until = moment(locale, member.invited_until);
            say_with(locale, "structure-invited", &[("moment", Value::Text(&until))])
        }
        MembershipState::InvitationOver => say(locale, "structure-invitation-over"),
        MembershipState::Active if member.is_warned => say(locale, "structure-warned"),
        MembershipState::Active => say(locale, "structure-active"),
        MembershipState::Idle => say(locale, "structure-idle"),
        MembershipState::Suspended => say(locale, "structure-suspended"),
        MembershipState::Left => say(locale, "structure-left"),
    }
}

fn act(locale: Locale, at: &str, name: &str, rest: &str, key: &str, asks_first: bool) -> Act {
    let label = say(locale, key);
    let named = [("act", Value::Text(&label)), ("name", Value::Text(name))];
    Act { at: format!("{at}/{rest}"), named: say_with(locale, "structure-act-named", &named), label, asks_first }
}

/// The buttons that fit where somebody's place stands. Whether they do what they say, the verbs decide.
fn acts(locale: Locale, at: &str, name: &str, member: &MemberView, is_referent: bool) -> Vec<Act> {
    use MembershipState::{Active, Idle, InvitationOver, Invited, Left, Suspended};
    let one = |rest, key, asks_first| act(locale, at, name, rest, key, asks_first);
    if member.is_own {
        return vec![one("retirer", "work-leave", true)];
    }
    if !is_referent || member.state == Left {
        return Vec::new();
    }
    let change = one("changer", "structure-change", true);
    match member.state {
        Invited => return vec![change, one("retirer", "structure-uninvite", true)],
        InvitationOver => return vec![one("retirer", "structure-uninvite", true)],
        _ => {}
    }
    let mut acts = vec![change];
    if matches!(member.state, Active | Idle) {
        acts.push(one("suspendre", "structure-suspend", false));
    }
    if matches!(member.state, Suspended | Idle) {
        acts.push(one("reprendre", "structure-resume", false));
    }
    acts.push(one("code", "structure-reset", true));
    acts.push(one("retirer", "structure-remove", true));
    acts
}

impl Member {
    fn of(locale: Locale, organisation: OrganisationId, view: &MemberView, is_referent: bool) -> Self {
        let name = name_of(locale, view);
        let at = format!("/structure/{organisation}/membres/{}", view.membership);
        let seen = || say_with(locale, "structure-seen", &[("day", Value::Text(&day(locale, view.seen_at)))]);
        Self {
            is_own: view.is_own,
            is_volunteer: view.fields.as_ref().is_some_and(|fields| fields.volunteer),
            does: tasks(locale, view.roles),
            state: state(locale, view),
            seen: view.person.map(|_| seen()),
            acts: acts(locale, &at, &name, view, is_referent),
            name,
        }
    }
}

/// What a referent types to invite somebody.
#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct Invite {
    #[serde(default)]
    nom: String,
    aide: Option<String>,
    agit: Option<String>,
    gere: Option<String>,
    benevole: Option<String>,
}

impl Invite {
    /// As the form stands before anybody has typed.
    fn blank() -> Self {
        let on = Some("on".to_owned());
        Self { aide: on.clone(), agit: on, ..Self::default() }
    }

    fn read(&self) -> Result<(MemberFields, Roles), Wrong> {
        let name = Name::parse(&self.nom).map_err(Wrong::Name)?;
        let roles = Roles::of(self.aide.is_some(), self.gere.is_some(), self.agit.is_some()).ok_or(Wrong::Roles)?;
        Ok((MemberFields { name, volunteer: self.benevole.is_some() }, roles))
    }
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy)]
enum Wrong {
    Name(FieldError),
    Roles,
}

impl Wrong {
    fn told(self, locale: Locale, is_office: bool) -> String {
        match self {
            Self::Name(FieldError::TooLong(limit)) => {
                Fault::of_field("name", "too-long", u64::try_from(limit).ok()).told(locale).1
            }
            Self::Name(_) => say(locale, "invite-no-name"),
            Self::Roles if is_office => say(locale, "invite-no-role-office"),
            Self::Roles => say(locale, "invite-no-role"),
        }
    }
}

#[derive(Template)]
#[template(path = "pages/structure.html")]
struct Structure {
    f: Frame,
    here: String,
    name: String,
    members: Vec<Member>,
    is_referent: bool,
    /// Whether its members act for an institution: there is nobody they help, and no sheet of theirs.
    is_office: bool,
    typed: Invite,
    name_wrong: Option<String>,
    roles_wrong: Option<String>,
}

fn structure(f: Frame, view: &OrganisationView, typed: Invite, wrong: Option<Wrong>) -> Structure {
    let (locale, is_referent) = (f.locale, view.own_roles.is_referent());
    let told = wrong.map(|wrong| wrong.told(locale, view.is_office));
    let (name_wrong, roles_wrong) = if matches!(wrong, Some(Wrong::Roles)) { (None, told) } else { (told, None) };
    Structure {
        here: format!("/structure/{}", view.organisation),
        name: view.name.as_str().to_owned(),
        members: view.members.iter().map(|one| Member::of(locale, view.organisation, one, is_referent)).collect(),
        is_referent,
        is_office: view.is_office,
        typed,
        name_wrong,
        roles_wrong,
        f,
    }
}

/// `GET /structure/{organisation}`
pub(super) async fn shown(State(site): State<Site>, visitor: Visitor, Path(organisation): Path<String>) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let view = site.lockers().organisation(&visitor.caller, organisation_id(&organisation)?).await?;
        let f = Frame::at_work(&site, visitor.locale, &format!("/structure/{}", view.organisation));
        Ok(page(StatusCode::OK, &structure(f, &view, Invite::blank(), None)))
    };
    answered(&site, visitor.locale, shown().await)
}

/// An invitation's code, shown once.
#[derive(Template)]
#[template(path = "pages/invited.html")]
struct Invitation {
    f: Frame,
    name: String,
    code: String,
    until: String,
    back: String,
}

fn invitation(f: Frame, name: &Name, invited: &Invited) -> Invitation {
    let until = moment(f.locale, invited.until);
    Invitation {
        name: say_with(f.locale, "invited-for", &[("name", Value::Text(name.as_str()))]),
        code: invited.code.shown().to_string(),
        until: say_with(f.locale, "invited-until", &[("moment", Value::Text(&until))]),
        back: format!("/structure/{}", invited.organisation),
        f,
    }
}

/// `GET /structure/{organisation}/inviter`: the form is on the organisation's page.
pub(super) async fn to_form(Path(organisation): Path<String>) -> Response {
    match organisation.parse::<OrganisationId>() {
        Ok(organisation) => Redirect::to(&format!("/structure/{organisation}")).into_response(),
        Err(_) => Redirect::to("/").into_response(),
    }
}

/// `POST /structure/{organisation}/inviter`
pub(super) async fn invite(
    State(site): State<Site>,
    visitor: Visitor,
    Path(organisation): Path<String>,
    form: Result<Form<Invite>, FormRejection>,
) -> Response {
    let typed = form.map(|Form(form)| form).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        let organisation = organisation_id(&organisation)?;
        let f = Frame::at_work(&site, visitor.locale, &format!("/structure/{organisation}"));
        match typed.read() {
            Ok((fields, roles)) => {
                let invited = site.lockers().invite(&visitor.caller, organisation, &fields, roles).await?;
                Ok(page(StatusCode::CREATED, &invitation(f, &fields.name, &invited)))
            }
            Err(wrong) => {
                let view = site.lockers().organisation(&visitor.caller, organisation).await?;
                // Who has no such form is told that, not what to type.
                if !view.own_roles.is_referent() {
                    return Err(LockerError::Refused(Reason::NotAllowed).into());
                }
                Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &structure(f, &view, typed.clone(), Some(wrong))))
            }
        }
    };
    answered(&site, visitor.locale, done().await)
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::domain::code::Code;
    use crate::domain::ids::{MembershipId, PersonId};
    use crate::domain::source::{Source, Timestamp};

    const STATES: [MembershipState; 6] = [
        MembershipState::Invited,
        MembershipState::InvitationOver,
        MembershipState::Active,
        MembershipState::Idle,
        MembershipState::Suspended,
        MembershipState::Left,
    ];

    fn view(source: &Source, own_roles: Roles) -> OrganisationView {
        let one = |state, is_own: bool| MemberView {
            membership: MembershipId::draw(source),
            person: (!matches!(state, MembershipState::Invited | MembershipState::InvitationOver))
                .then(|| PersonId::draw(source)),
            fields: (state != MembershipState::Left)
                .then(|| MemberFields { name: Name::parse("Nadia <b>").unwrap(), volunteer: true }),
            roles: if is_own { own_roles } else { Roles::Both },
            state,
            invited_until: source.now(),
            seen_at: source.now(),
            is_warned: false,
            is_own,
        };
        let members = STATES.into_iter().map(|state| one(state, false));
        OrganisationView {
            organisation: OrganisationId::draw(source),
            name: Name::parse("CCAS <b>").unwrap(),
            members: members.chain([one(MembershipState::Active, true)]).collect(),
            own_roles,
            is_office: false,
        }
    }

    #[test]
    fn the_page_is_whole_and_its_buttons_fit() {
        let source = Source::seeded(Timestamp::from_micros(1_800_000_000_000_000), [6; 32]);
        for locale in Locale::ALL {
            let f = Frame::sample_at_work(locale);
            let of =
                |roles, wrong| checks::checked(&structure(f.clone(), &view(&source, roles), Invite::blank(), wrong));
            let html = of(Roles::Referent, None);
            let count = |what: &str| html.matches(what).count();
            let shape = [count("/suspendre\""), count("/reprendre\""), count("/code\""), count("/retirer\"")];
            // One's own place is left, never suspended; an invitation is only taken back.
            assert_eq!(shape, [2, 2, 3, 6], "{html}");
            assert_eq!(count("/changer\""), 4, "whose invitation stands, and who has joined: {html}");
            assert!(
                html.contains("Nadia &#60;b&#62;") && html.contains("/inviter\"") && html.contains("2027"),
                "{html}"
            );
            for wrong in [Wrong::Name(FieldError::Empty), Wrong::Name(FieldError::TooLong(120)), Wrong::Roles] {
                let html = of(Roles::Both, Some(wrong));
                assert!(html.contains("role=\"alert\"") && html.contains("class=\"error\""), "{html}");
            }
            let html = of(Roles::Aidant, None);
            assert!(!html.contains("/inviter\"") && !html.contains("/journal\""), "{html}");
            assert_eq!(html.matches("/retirer\"").count(), 1, "her own: {html}");
        }
    }

    #[test]
    fn the_code_of_an_invitation_is_shown_in_groups() {
        let source = Source::seeded(Timestamp::from_micros(1_800_000_000_000_000), [7; 32]);
        for locale in Locale::ALL {
            let invited = Invited {
                organisation: OrganisationId::draw(&source),
                membership: MembershipId::draw(&source),
                code: Code::draw(&source),
                until: source.now(),
            };
            let name = Name::parse("Paul <b>").unwrap();
            let html = checks::checked(&invitation(Frame::sample_at_work(locale), &name, &invited));
            assert!(html.contains(&*invited.code.shown()) && html.contains("Paul &#60;b&#62;"), "{html}");
        }
    }
}
