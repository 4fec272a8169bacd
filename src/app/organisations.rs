//! `consigne organisation`: the operator creates organisations and invites their first referents. Referents do the rest.

use super::{AppError, with_lockers};
use crate::config::Config;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::{Name, OrganisationFields, Roles};
use crate::domain::source::Timestamp;
use crate::locker::Invited;

const fn roles(also_aidant: bool) -> Roles {
    if also_aidant { Roles::Both } else { Roles::Referent }
}

/// Creates one, with the invitation of its first referent.
pub async fn create(config: &Config, name: &str, referent: &str, also_aidant: bool) -> Result<Invited, AppError> {
    let (name, referent) = (called("name", name)?, called("referent", referent)?);
    with_lockers(
        config,
        |lockers| async move { Ok(lockers.create_organisation(name, referent, roles(also_aidant)).await?) },
    )
    .await
}

/// Invites another referent to one that has none any more.
pub async fn appoint(config: &Config, id: &str, referent: &str) -> Result<Invited, AppError> {
    let organisation: OrganisationId = id.parse().map_err(|_| AppError::NoOrganisation(id.to_owned()))?;
    let referent = called("referent", referent)?;
    with_lockers(config, |lockers| async move {
        let invited = lockers.appoint_referent(organisation, referent).await?;
        invited.ok_or_else(|| AppError::NoOrganisation(organisation.to_string()))?.ok_or(AppError::HasReferent)
    })
    .await
}

/// Lets one help by a court's decision, or lets it no more.
pub async fn let_judgments(config: &Config, id: &str, judgments: bool) -> Result<(), AppError> {
    let organisation: OrganisationId = id.parse().map_err(|_| AppError::NoOrganisation(id.to_owned()))?;
    with_lockers(config, |lockers| async move {
        let is_there = lockers.let_judgments(organisation, judgments).await?;
        is_there.then_some(()).ok_or_else(|| AppError::NoOrganisation(organisation.to_string()))
    })
    .await
}

/// All of them, the oldest first.
pub async fn list(config: &Config) -> Result<Vec<(OrganisationId, Option<OrganisationFields>, Timestamp)>, AppError> {
    with_lockers(config, |lockers| async move { Ok(lockers.organisations().await?) }).await
}

fn called(what: &'static str, text: &str) -> Result<Name, AppError> {
    Name::parse(text).map_err(|error| AppError::BadName(what, error.to_string()))
}
