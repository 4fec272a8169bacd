//! `/api/v1/organisations/{organisation}`: who belongs there, invitations, suspending, ending, the journal. `/api/v1/me/memberships`:
//! accepting an invitation.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::journal::{JournalQuery, organisation_line};
use super::shapes::{Asked, List, id};
use crate::access::Change;
use crate::domain::document::FieldError;
use crate::domain::ids::{MembershipId, OrganisationId};
use crate::domain::organisation::{MemberFields, Name, Roles};
use crate::http::Site;
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::locker::{LockerError, MemberView};

/// The id of an organisation in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OrganisationIds {
    /// The organisation's id.
    #[param(format = "uuid")]
    organisation: String,
}

/// The ids of a member in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MemberIds {
    /// The organisation's id.
    #[param(format = "uuid")]
    organisation: String,
    /// The membership's id.
    #[param(format = "uuid")]
    member: String,
}

/// The organisation in an address, and who asks.
pub struct InOrganisation {
    /// Who asks.
    pub visitor: Visitor,
    /// The organisation.
    pub organisation: OrganisationId,
}

impl FromRequestParts<Site> for InOrganisation {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<OrganisationIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self { organisation: id(&ids.organisation, &visitor)?, visitor })
    }
}

/// The member in an address, and who asks.
pub struct OnMember {
    visitor: Visitor,
    organisation: OrganisationId,
    member: MembershipId,
}

impl FromRequestParts<Site> for OnMember {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, site).await;
        let Path(ids): Path<MemberIds> =
            Path::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        Ok(Self { organisation: id(&ids.organisation, &visitor)?, member: id(&ids.member, &visitor)?, visitor })
    }
}

/// What a member does there.
#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub struct RolesShape {
    /// Helps people.
    #[serde(default)]
    aidant: bool,
    /// Manages the members.
    #[serde(default)]
    referent: bool,
    /// Acts for the institution whose office it is. Never with `aidant`; in an office alone.
    #[serde(default)]
    agent: bool,
}

impl From<Roles> for RolesShape {
    fn from(roles: Roles) -> Self {
        Self { aidant: roles.is_aidant(), referent: roles.is_referent(), agent: roles.is_agent() }
    }
}

/// A member.
#[derive(Serialize, ToSchema)]
struct Member {
    #[schema(format = "uuid")]
    id: String,
    /// Their name: the invitation's, then the one that their identity provider vouches for. Null if it does not open.
    name: Option<String>,
    volunteer: bool,
    roles: RolesShape,
    /// `invited`, `invitation_over`, `active`, `idle`, `suspended` or `left`.
    state: &'static str,
    /// Until when the invitation is good (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    invited_until: Option<String>,
    /// The last day of activity (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false)]
    seen_at: Option<String>,
    /// Nothing was done by them there for five months: after six, their place gives no rights.
    warned: bool,
    /// Whether it is the one who asks.
    own: bool,
}

impl From<&MemberView> for Member {
    fn from(member: &MemberView) -> Self {
        let has_joined = member.person.is_some();
        Self {
            id: member.membership.to_string(),
            name: member.fields.as_ref().map(|fields| fields.name.as_str().to_owned()),
            volunteer: member.fields.as_ref().is_some_and(|fields| fields.volunteer),
            roles: member.roles.into(),
            state: member.state.code(),
            invited_until: (!has_joined).then(|| member.invited_until.rfc3339()),
            seen_at: has_joined.then(|| member.seen_at.rfc3339()),
            warned: member.is_warned,
            own: member.is_own,
        }
    }
}

/// An organisation.
#[derive(Serialize, ToSchema)]
struct Organisation {
    #[schema(format = "uuid")]
    id: String,
    name: String,
    /// Whether it is an office: its members act for an institution (`/api/v1/offices/{office}`, by this same id).
    office: bool,
    members: Vec<Member>,
}

/// Shows an organisation and who belongs there, to its members.
#[utoipa::path(
    get,
    path = "/api/v1/organisations/{organisation}",
    operation_id = "view_organisation",
    tag = "organisations",
    params(OrganisationIds),
    responses(
        (status = 200, description = "Its name and its members.", body = Organisation),
        (status = 403, description = "The second factor was not passed in this session (`/problems/second-factor`)."),
    ),
)]
pub async fn view(State(site): State<Site>, InOrganisation { visitor, organisation }: InOrganisation) -> Response {
    match site.lockers().organisation(&visitor.caller, organisation).await {
        Ok(view) => Json(Organisation {
            id: view.organisation.to_string(),
            name: view.name.as_str().to_owned(),
            office: view.is_office,
            members: view.members.iter().map(Member::from).collect(),
        })
        .into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Whom to invite.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Invite {
    /// The name that the invitation is made out to.
    #[serde(default)]
    #[schema(required = true, max_length = 120)]
    name: String,
    #[serde(default)]
    volunteer: bool,
    /// At least one of them; an aidant if nothing is said.
    #[serde(default)]
    roles: Option<RolesShape>,
}

fn wrong(field: &'static str, error: FieldError) -> LockerError {
    LockerError::Field { field, error }
}

fn roles_of(shape: Option<RolesShape>) -> Result<Roles, LockerError> {
    let shape = shape.unwrap_or(RolesShape { aidant: true, ..RolesShape::default() });
    Roles::of(shape.aidant, shape.referent, shape.agent).ok_or(wrong("roles", FieldError::Empty))
}

fn invited(body: Result<Json<Invite>, JsonRejection>) -> Result<(MemberFields, Roles), LockerError> {
    let Json(invite) = body.map_err(|_| wrong("body", FieldError::Missing))?;
    let name = Name::parse(&invite.name).map_err(|error| wrong("name", error))?;
    Ok((MemberFields { name, volunteer: invite.volunteer }, roles_of(invite.roles)?))
}

/// An invitation.
#[derive(Serialize, ToSchema)]
struct Invitation {
    /// The membership to be.
    #[schema(format = "uuid")]
    member: String,
    /// What the invited person types, once signed in. Shown now and never again.
    code: String,
    /// RFC 3339, UTC.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Invites somebody, by a code that is given to them.
#[utoipa::path(
    post,
    path = "/api/v1/organisations/{organisation}/members",
    operation_id = "invite_member",
    tag = "organisations",
    params(OrganisationIds),
    request_body = Invite,
    responses(
        (status = 201, description = "The code to give them.", body = Invitation),
        (status = 403, description = "Not a referent, or the second factor was not passed in this session, or more than 5 minutes \
            ago (`/problems/not-allowed`, `/problems/second-factor`, `/problems/sign-in-again`)."),
        (status = 422, description = "A field is wrong (`/problems/bad-field`)."),
    ),
)]
pub async fn invite(
    State(site): State<Site>,
    InOrganisation { visitor, organisation }: InOrganisation,
    body: Result<Json<Invite>, JsonRejection>,
) -> Response {
    let invited = match invited(body) {
        Ok((fields, roles)) => site.lockers().invite(&visitor.caller, organisation, &fields, roles).await,
        // What is wrong is told to who belongs there; a stranger learns nothing.
        Err(error) => match site.lockers().organisation(&visitor.caller, organisation).await {
            Ok(_) => Err(error),
            Err(refused) => Err(refused),
        },
    };
    match invited {
        Ok(invited) => {
            let shape = Invitation {
                member: invited.membership.to_string(),
                code: invited.code.shown().to_string(),
                expires_at: invited.until.rfc3339(),
            };
            (StatusCode::CREATED, Json(shape)).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

async fn change(site: &Site, on: OnMember, change: Change) -> Response {
    let OnMember { visitor, organisation, member } = on;
    match site.lockers().change_member(&visitor.caller, organisation, member, change).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// What to change about a member.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct MemberChange {
    #[serde(default)]
    #[schema(required = true, nullable = false)]
    roles: Option<RolesShape>,
}

/// Changes what a member does there.
#[utoipa::path(
    patch,
    path = "/api/v1/organisations/{organisation}/members/{member}",
    operation_id = "amend_member",
    tag = "organisations",
    params(MemberIds),
    request_body = MemberChange,
    responses(
        (status = 204, description = "Changed."),
        (status = 403, description = "Not a referent, or oneself, or the second factor is too old (`/problems/not-allowed`, \
            `/problems/second-factor`, `/problems/sign-in-again`)."),
        (status = 409, description = "They have left (`/problems/wrong-state`)."),
        (status = 422, description = "A field is wrong (`/problems/bad-field`)."),
    ),
)]
pub async fn amend(
    State(site): State<Site>,
    on: OnMember,
    body: Result<Json<MemberChange>, JsonRejection>,
) -> Response {
    let roles = match body {
        Ok(Json(MemberChange { roles: Some(roles) })) => roles_of(Some(roles)),
        _ => Err(wrong("roles", FieldError::Missing)),
    };
    match roles {
        Ok(roles) => change(&site, on, Change::Roles(roles)).await,
        Err(error) => match site.lockers().organisation(&on.visitor.caller, on.organisation).await {
            Ok(_) => problem::of(on.visitor.locale, &error),
            Err(refused) => problem::of(on.visitor.locale, &refused),
        },
    }
}

/// Suspends a member: they have no rights from the very next request on.
#[utoipa::path(
    post,
    path = "/api/v1/organisations/{organisation}/members/{member}/suspend",
    operation_id = "suspend_member",
    tag = "organisations",
    params(MemberIds),
    responses(
        (status = 204, description = "Suspended."),
        (status = 403, description = "Not a referent, or oneself, or no second factor (`/problems/not-allowed`, `/problems/second-factor`)."),
        (status = 409, description = "They are not active (`/problems/wrong-state`)."),
    ),
)]
pub async fn suspend(State(site): State<Site>, on: OnMember) -> Response {
    change(&site, on, Change::Suspend).await
}

/// Gives a suspended member their rights again.
#[utoipa::path(
    post,
    path = "/api/v1/organisations/{organisation}/members/{member}/resume",
    operation_id = "resume_member",
    tag = "organisations",
    params(MemberIds),
    responses(
        (status = 204, description = "Active again."),
        (status = 403, description = "Not a referent, or oneself, or the second factor is too old (`/problems/not-allowed`, \
            `/problems/second-factor`, `/problems/sign-in-again`)."),
        (status = 409, description = "They are not suspended (`/problems/wrong-state`)."),
    ),
)]
pub async fn resume_member(State(site): State<Site>, on: OnMember) -> Response {
    change(&site, on, Change::Resume).await
}

/// Ends a membership or an invitation: one's own, or, as a referent, anybody's.
#[utoipa::path(
    post,
    path = "/api/v1/organisations/{organisation}/members/{member}/end",
    operation_id = "end_member",
    tag = "organisations",
    params(MemberIds),
    responses(
        (status = 204, description = "Ended."),
        (status = 403, description = "Not a referent, or no second factor (`/problems/not-allowed`, `/problems/second-factor`)."),
        (status = 409, description = "It has ended already, or it is one's own and suspended: one asks a referent (`/problems/wrong-state`)."),
    ),
)]
pub async fn end(State(site): State<Site>, on: OnMember) -> Response {
    change(&site, on, Change::End).await
}

/// Takes a member's second factor away, when they have lost it: they set up another.
///
/// Only after their identity was checked in person. Where else they belong, they are suspended until a referent there resumes them, and
/// the journal of that organisation says so.
#[utoipa::path(
    post,
    path = "/api/v1/organisations/{organisation}/members/{member}/reset-second-factor",
    operation_id = "reset_second_factor",
    tag = "organisations",
    params(MemberIds),
    responses(
        (status = 204, description = "Taken away."),
        (status = 403, description = "Not a referent, or oneself, or the second factor is too old (`/problems/not-allowed`, \
            `/problems/second-factor`, `/problems/sign-in-again`)."),
        (status = 409, description = "They have none, or are no member (`/problems/factor-state`, `/problems/wrong-state`)."),
    ),
)]
pub async fn reset_factor(State(site): State<Site>, on: OnMember) -> Response {
    change(&site, on, Change::ResetFactor).await
}

/// Reads the journal of an organisation, newest first. For its referents.
///
/// Reading it is a line too.
#[utoipa::path(
    get,
    path = "/api/v1/organisations/{organisation}/journal",
    operation_id = "read_organisation_journal",
    tag = "organisations",
    params(OrganisationIds, JournalQuery),
    responses(
        (status = 200, description = "A page of lines.", body = inline(List<super::journal::OrganisationLineShape>)),
        (status = 400, description = "The query does not read, or has a parameter too many (`/problems/bad-request`): `field` names it."),
        (status = 403, description = "Not a referent, or no second factor (`/problems/not-allowed`, `/problems/second-factor`)."),
    ),
)]
pub async fn journal(
    State(site): State<Site>,
    InOrganisation { visitor, organisation }: InOrganisation,
    Asked(query): Asked<JournalQuery>,
) -> Response {
    let (after, limit) = query.as_ref().map_or((None, 1), JournalQuery::place);
    let page = site.lockers().organisation_journal(&visitor.caller, organisation, after, limit).await;
    match (page, query) {
        (Err(error), _) => problem::of(visitor.locale, &error),
        (Ok(_), Err(unread)) => unread.told(visitor.locale),
        (Ok(page), Ok(_)) => Json(List {
            items: page.lines.iter().map(|line| organisation_line(line, visitor.locale, page.is_office)).collect(),
            next: page.next.map(|seq| seq.to_string()),
        })
        .into_response(),
    }
}

/// The code of an invitation.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Accept {
    /// As it was given: case, spaces and dashes don't matter.
    #[serde(default)]
    #[schema(required = true, examples("ABCD-EFGH-JKMN"))]
    code: String,
}

/// A membership that has begun.
#[derive(Serialize, ToSchema)]
struct Joined {
    #[schema(format = "uuid")]
    organisation: String,
    #[schema(format = "uuid")]
    member: String,
}

/// Accepts an invitation.
#[utoipa::path(
    post,
    path = "/api/v1/me/memberships",
    operation_id = "join_organisation",
    tag = "organisations",
    request_body = Accept,
    responses(
        (status = 201, description = "The caller belongs there from now on.", body = Joined),
        (status = 403, description = "Not signed in as a professional, or the second factor was not passed in this session \
            (`/problems/not-allowed`, `/problems/second-factor`)."),
        (status = 409, description = "They belong there already (`/problems/already-member`)."),
        (status = 422, description = "The code is wrong, was used, or is too old (`/problems/wrong-code`)."),
    ),
)]
pub async fn join(State(site): State<Site>, visitor: Visitor, body: Result<Json<Accept>, JsonRejection>) -> Response {
    let code = body.map(|Json(accept)| accept.code).unwrap_or_default();
    match site.lockers().join(&visitor.caller, &code).await {
        Ok((organisation, member)) => {
            let shape = Joined { organisation: organisation.to_string(), member: member.to_string() };
            (StatusCode::CREATED, Json(shape)).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}
