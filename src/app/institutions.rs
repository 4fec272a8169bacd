//! `consigne institution`: the operator registers institutions, changes what they are registered with, suspends them.

use std::path::Path;

use super::{AppError, with_lockers};
use crate::config::Config;
use crate::domain::callback::{CALLBACKS_MAX, Callback};
use crate::domain::ids::InstitutionId;
use crate::domain::institution::{Errand, Errands, InstitutionFields, LegalBasis, PublicKey};
use crate::domain::organisation::{Name, Roles};
use crate::domain::taxonomy::Kind;
use crate::identity::assertions::key_set;
use crate::locker::Invited;
use crate::locker::institutions::{InstitutionChange, InstitutionView};

/// What the command line says of an institution; what is not said stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Told<'a> {
    /// Its name.
    pub name: Option<&'a str>,
    /// On what it asks.
    pub legal_basis: Option<&'a str>,
    /// The kinds of papers that it may ask for.
    pub kinds: Option<&'a [String]>,
    /// The kinds of papers that it may issue.
    pub issues: Option<&'a [String]>,
    /// What its programs may do.
    pub errands: Option<&'a [String]>,
    /// A file with its public keys.
    pub keys: Option<&'a Path>,
    /// Where its server may be told of what it asked for.
    pub callbacks: Option<&'a [String]>,
    /// Suspended from now on, or no more.
    pub suspended: Option<bool>,
}

/// Registers one.
pub async fn register(config: &Config, told: &Told<'_>) -> Result<InstitutionId, AppError> {
    let said = |what| AppError::Institution(format!("--{what} must be given."));
    let fields = InstitutionFields {
        name: name(told.name.ok_or_else(|| said("name"))?)?,
        legal_basis: basis(told.legal_basis.ok_or_else(|| said("legal-basis"))?)?,
        // One that only issues asks for nothing.
        kinds: match told.kinds {
            None if told.issues.is_some_and(|issues| !issues.is_empty()) => Vec::new(),
            told => kinds(told.ok_or_else(|| said("kind"))?)?,
        },
        issues: told.issues.map(issues).transpose()?.unwrap_or_default(),
        keys: keys(told.keys.ok_or_else(|| said("keys"))?)?,
        callbacks: callbacks(told.callbacks.unwrap_or_default())?,
    };
    let errands = if let Some(words) = told.errands {
        errands(words)?
    } else {
        let asks = Errands::NONE.with(Errand::Requests).with(Errand::Retrieve);
        if fields.issues.is_empty() { asks } else { asks.with(Errand::Deposit) }
    };
    with_lockers(config, |lockers| async move { Ok(lockers.register_institution(&fields, errands).await?) }).await
}

/// Changes one.
pub async fn amend(config: &Config, id: &str, told: &Told<'_>) -> Result<(), AppError> {
    let nobody = || {
        AppError::Institution(format!("{id}: there is no such institution. `consigne institution list` shows them."))
    };
    let institution: InstitutionId = id.parse().map_err(|_| nobody())?;
    let lists = [told.kinds.is_some(), told.issues.is_some(), told.keys.is_some(), told.callbacks.is_some()];
    let changes = told.name.is_some() || told.legal_basis.is_some() || lists.contains(&true);
    let told = (
        told.name.map(name).transpose()?,
        told.legal_basis.map(basis).transpose()?,
        told.kinds.map(kinds).transpose()?,
        told.issues.map(issues).transpose()?,
        told.keys.map(keys).transpose()?,
        told.errands.map(errands).transpose()?,
        told.callbacks.map(callbacks).transpose()?,
        told.suspended,
    );
    let is_there = with_lockers(config, |lockers| async move {
        let all = lockers.institutions().await?;
        let Some(fields) = all.into_iter().find(|one| one.institution == institution).and_then(|one| one.fields) else {
            return Ok(false);
        };
        let (name, legal_basis, kinds, issues, keys, errands, callbacks, suspended) = told;
        let fields = InstitutionFields {
            name: name.unwrap_or(fields.name),
            legal_basis: legal_basis.unwrap_or(fields.legal_basis),
            kinds: kinds.unwrap_or(fields.kinds),
            issues: issues.unwrap_or(fields.issues),
            keys: keys.unwrap_or(fields.keys),
            callbacks: callbacks.unwrap_or(fields.callbacks),
        };
        // Nothing is written back that was not to be changed: somebody else may have changed it since it was read.
        let change = InstitutionChange { fields: changes.then_some(fields), errands, suspended };
        Ok(lockers.amend_institution(institution, change).await?)
    })
    .await?;
    is_there.then_some(()).ok_or_else(nobody)
}

/// Gives one an office, with the invitation of its first referent.
pub async fn open_office(config: &Config, id: &str, referent: &str, manages_only: bool) -> Result<Invited, AppError> {
    let nobody = || {
        AppError::Institution(format!("{id}: there is no such institution. `consigne institution list` shows them."))
    };
    let institution: InstitutionId = id.parse().map_err(|_| nobody())?;
    let referent = Name::parse(referent).map_err(|error| AppError::BadName("referent", error.to_string()))?;
    let roles = if manages_only { Roles::Referent } else { Roles::AgentAndReferent };
    let opened =
        with_lockers(config, |lockers| async move { Ok(lockers.open_office(institution, referent, roles).await?) })
            .await?;
    let has_one = || {
        AppError::Institution(format!(
            "{id} has an office. Its referents invite others; where it has none any more, `consigne organisation referent` does."
        ))
    };
    opened.ok_or_else(nobody)?.ok_or_else(has_one)
}

/// All of them, the oldest first.
pub async fn list(config: &Config) -> Result<Vec<InstitutionView>, AppError> {
    with_lockers(config, |lockers| async move { Ok(lockers.institutions().await?) }).await
}

fn name(text: &str) -> Result<Name, AppError> {
    Name::parse(text).map_err(|error| AppError::BadName("name", error.to_string()))
}

fn basis(text: &str) -> Result<LegalBasis, AppError> {
    LegalBasis::parse(text).map_err(|error| AppError::Institution(format!("the legal basis: {error}.")))
}

/// Kinds by their codes; a category's code stands for all of its kinds.
fn kinds(codes: &[String]) -> Result<Vec<Kind>, AppError> {
    use crate::domain::taxonomy::{Category, KINDS};
    let mut kinds: Vec<Kind> = Vec::new();
    for code in codes {
        let found: Vec<Kind> = match (Kind::from_code(code), Category::from_code(code)) {
            (Some(kind), _) => vec![kind],
            (None, Some(category)) => KINDS.iter().copied().filter(|kind| kind.category() == category).collect(),
            (None, None) => {
                return Err(AppError::Institution(format!("{code}: there is no such kind of paper, nor category.")));
            }
        };
        kinds.extend(found.into_iter().filter(|kind| !kinds.contains(kind)).collect::<Vec<_>>());
    }
    if kinds.is_empty() {
        return Err(AppError::Institution("name at least one kind of paper.".to_owned()));
    }
    Ok(kinds)
}

/// What one may issue: nothing, where nothing is named.
fn issues(codes: &[String]) -> Result<Vec<Kind>, AppError> {
    if codes.is_empty() { Ok(Vec::new()) } else { kinds(codes) }
}

fn errands(words: &[String]) -> Result<Errands, AppError> {
    let words = words.join(" ");
    let known = Errands::parse(&words).filter(|errands| !errands.is_empty());
    known.ok_or_else(|| AppError::Institution(format!("{words}: the scopes are requests, retrieve and deposit.")))
}

fn callbacks(addresses: &[String]) -> Result<Vec<Callback>, AppError> {
    let mut all: Vec<Callback> = Vec::new();
    for address in addresses {
        let fault = |fault| AppError::Institution(format!("{address}: a callback {fault}."));
        let callback = Callback::parse(address).map_err(fault)?;
        if !all.contains(&callback) {
            all.push(callback);
        }
    }
    if all.len() > CALLBACKS_MAX {
        return Err(AppError::Institution(format!("at most {CALLBACKS_MAX} callbacks.")));
    }
    Ok(all)
}

fn keys(file: &Path) -> Result<Vec<PublicKey>, AppError> {
    let shown = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|error| AppError::Io(shown.clone(), error))?;
    key_set(&text).map_err(|error| AppError::Institution(format!("{shown}: {error}.")))
}
