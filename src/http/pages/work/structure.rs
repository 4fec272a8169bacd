//! An organisation: who belongs there, and inviting somebody.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::frame::Frame;
use super::super::{Stop, page};
use super::{answered, done, frame, organisation_id};
use crate::domain::document::FieldError;
use crate::domain::entry::Reason;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::{MemberFields, MembershipState, Name, Roles};
use crate::http::Site;
use crate::http::sentences::Fault;
use crate::http::visitor::Visitor;
use crate::locker::{Invited, LockerError, MemberView, OrganisationView};
use crate::words::{Locale, Value, day, moment, say, say_of, say_with};

/// A thing that a referent can do about a member.
pub(super) struct Act {
    /// Its address.
    pub at: String,
    /// What the button says, and with the name.
    pub label: String,
    pub named: String,
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

fn state(locale: Locale, member: &MemberView, is_office: bool) -> String {
    match member.state {
        MembershipState::Invited => {
            let until = moment(locale, member.invited_until);
            say_with(locale, "structure-invited", &[("moment", Value::Text(&until))])
        }
        MembershipState::InvitationOver => say(locale, "structure-invitation-over"),
        MembershipState::Active if member.is_warned => say_of(locale, "structure-warned", is_office),
        MembershipState::Active => say_of(locale, "structure-active", is_office),
        MembershipState::Idle => say(locale, "structure-idle"),
        MembershipState::Suspended => say(locale, "structure-suspended"),
        MembershipState::Left => say_of(locale, "structure-left", is_office),
    }
}

fn act(locale: Locale, at: &str, name: &str, rest: &str, (key, is_office): (&str, bool)) -> Act {
    let label = say_of(locale, key, is_office);
    let named = [("act", Value::Text(&label)), ("name", Value::Text(name))];
    Act { at: format!("{at}/{rest}"), named: say_with(locale, "structure-act-named", &named), label }
}

/// What fits where somebody's place stands: each leads to a page that says what happens. Whether it does, the verbs decide.
fn acts(locale: Locale, (at, is_office): (&str, bool), name: &str, member: &MemberView, is_referent: bool) -> Vec<Act> {
    use MembershipState::{Active, Idle, InvitationOver, Invited, Left, Suspended};
    let one = |rest, key| act(locale, at, name, rest, (key, is_office));
    if member.is_own {
        return vec![one("retirer", "work-leave")];
    }
    if !is_referent || member.state == Left {
        return Vec::new();
    }
    let change = one("changer", "structure-change");
    match member.state {
        Invited => return vec![change, one("retirer", "structure-uninvite")],
        InvitationOver => return vec![one("retirer", "structure-uninvite")],
        _ => {}
    }
    let mut acts = vec![change];
    if matches!(member.state, Active | Idle) {
        acts.push(one("suspendre", "structure-suspend"));
    }
    if matches!(member.state, Suspended | Idle) {
        acts.push(one("reprendre", "structure-resume"));
    }
    acts.push(one("code", "structure-reset"));
    acts.push(one("retirer", "structure-remove"));
    acts
}

impl Member {
    fn of(locale: Locale, there: &OrganisationView, view: &MemberView) -> Self {
        let (name, is_referent) = (name_of(locale, view), there.own_roles.is_referent());
        let at = format!("/structure/{}/membres/{}", there.organisation, view.membership);
        let seen = || say_with(locale, "structure-seen", &[("day", Value::Text(&day(locale, view.seen_at)))]);
        Self {
            is_own: view.is_own,
            is_volunteer: view.fields.as_ref().is_some_and(|fields| fields.volunteer),
            does: tasks(locale, view.roles),
            state: state(locale, view, there.is_office),
            seen: view.person.map(|_| seen()),
            acts: acts(locale, (&at, there.is_office), &name, view, is_referent),
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
    /// Where what it asks for is, for somebody who acts for the institution.
    requests_at: Option<String>,
    notice: Option<&'static str>,
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
        name: if view.is_office {
            say_with(locale, "structure-office-title", &[("name", Value::Text(view.name.as_str()))])
        } else {
            view.name.as_str().to_owned()
        },
        members: view.members.iter().map(|one| Member::of(locale, view, one)).collect(),
        is_referent,
        is_office: view.is_office,
        requests_at: view.own_roles.is_agent().then(|| format!("/bureau/{}", view.organisation)),
        notice: None,
        typed,
        name_wrong,
        roles_wrong,
        f,
    }
}

/// What was done there, as the address says it afterwards.
const DONE: &[(&str, &str)] = &[
    ("rejoint", "structure-done-joined"),
    ("suspendre", "structure-done-suspended"),
    ("reprendre", "structure-done-resumed"),
    ("retirer", "structure-done-removed"),
    ("desinviter", "structure-done-uninvited"),
    ("code", "structure-done-reset"),
    ("changer", "structure-done-changed"),
];

/// `GET /structure/{organisation}`
pub(super) async fn shown(
    State(site): State<Site>,
    visitor: Visitor,
    Path(organisation): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let view = site.lockers().organisation(&visitor.caller, organisation_id(&organisation)?).await?;
        let f = frame(&site, &visitor, &format!("/structure/{}", view.organisation)).await?;
        let notice = done(query.as_deref(), DONE);
        Ok(page(StatusCode::OK, &Structure { notice, ..structure(f, &view, Invite::blank(), None) }))
    };
    answered(&site, visitor.locale, shown().await)
}

/// An invitation's code, shown once.
#[derive(Template)]
#[template(path = "pages/invited.html")]
struct Invitation {
    f: Frame,
    is_office: bool,
    name: String,
    code: String,
    until: String,
    back: String,
}

fn invitation(f: Frame, name: &Name, invited: &Invited, is_office: bool) -> Invitation {
    let until = moment(f.locale, invited.until);
    Invitation {
        name: say_with(f.locale, "invited-for", &[("name", Value::Text(name.as_str()))]),
        code: invited.code.shown().to_string(),
        until: say_with(f.locale, "invited-until", &[("moment", Value::Text(&until))]),
        back: format!("/structure/{}", invited.organisation),
        is_office,
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
        let own = site.lockers().own_memberships(&visitor.caller).await?;
        let f = Frame::at_work(&site, visitor.locale, &format!("/structure/{organisation}")).with_places(&own);
        match typed.read() {
            Ok((fields, roles)) => {
                let invited = site.lockers().invite(&visitor.caller, organisation, &fields, roles).await?;
                let is_office = own.iter().any(|one| one.organisation == organisation && one.is_office);
                Ok(page(StatusCode::CREATED, &invitation(f, &fields.name, &invited, is_office)))
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
            let html = checks::checked(&invitation(Frame::sample_at_work(locale), &name, &invited, false));
            assert!(html.contains(&*invited.code.shown()) && html.contains("Paul &#60;b&#62;"), "{html}");
        }
    }
}
