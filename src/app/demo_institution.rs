//! The demonstration's institution: registered by the verb of the operator, it asks for papers by its program's. The code of what it asks is
//! shown, where a real one gives it to the person.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use url::Url;

use super::{AppError, io};
use crate::access::Caller;
use crate::domain::document::Day;
use crate::domain::help::Purpose;
use crate::domain::ids::{InstitutionId, PaperRequestId, RequestId};
use crate::domain::institution::{Errand, Errands, InstitutionFields, LegalBasis};
use crate::domain::organisation::Name;
use crate::domain::request::{RequestStatus, ready};
use crate::domain::source::Source;
use crate::domain::taxonomy::KINDS;
use crate::identity::assertions::key_set;
use crate::identity::demo::program::DemoProgram;
use crate::locker::institutions::TokenAddresses;
use crate::locker::requests::Asking;
use crate::locker::{LockerError, Lockers};

/// Its name.
pub(super) const NAME: &str = "Caisse de Valserin";
/// Its program's key, in the demonstration's folder.
const KEY: &str = "demo-institution.pem";
/// What it asked for, in the same folder.
const ASKED: &str = "demo-institution.json";
/// For how long a request waits, and papers are read, in days.
const DAYS: u16 = 30;

/// What it asks for, and the code that a person is given.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Asked {
    /// Its id, for the example program.
    pub institution: String,
    request: String,
    /// The code.
    pub code: String,
}

/// What it asked for last.
pub(super) fn asked(folder: &Path) -> Option<Asked> {
    std::fs::read(folder.join(ASKED)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok())
}

/// Where its key is.
pub(super) fn key(folder: &Path) -> PathBuf {
    folder.join(KEY)
}

/// Registers it, if it is not; and asks for papers, if what it asked for waits no more.
pub(super) async fn seed(lockers: &Lockers, source: &Source, folder: &Path, url: &Url) -> Result<(), AppError> {
    let file = key(folder);
    let program = DemoProgram::at(&file, source).map_err(io(&file.display()))?;
    let known = lockers.institutions().await?;
    let known = known.into_iter().find(|one| one.fields.as_ref().is_some_and(|fields| fields.name.as_str() == NAME));
    let institution = match known {
        Some(one) => one.institution,
        None => register(lockers, &program).await?,
    };
    let addresses = TokenAddresses::of(&url.origin().ascii_serialization());
    let bare = Caller {
        token: None,
        visit: None,
        client: None,
        office: None,
        request: RequestId::draw(source),
        origin: [0; 16],
    };
    let assertion = program.assertion(institution, &addresses.endpoint, source);
    let given = lockers.give_token(&bare, &addresses, &assertion, None).await?;
    let caller = Caller { client: lockers.client_token(&addresses, &given.text), ..bare };
    if let Some(request) = asked(folder).and_then(|asked| asked.request.parse::<PaperRequestId>().ok())
        && let Ok(view) = lockers.own_request(&caller, request).await
        && view.status == RequestStatus::Waiting
    {
        return Ok(());
    }
    let made = lockers.make_request(&caller, asking(lockers)?).await?;
    let told = Asked {
        institution: institution.to_string(),
        request: made.facts.request.to_string(),
        code: made.code.shown().to_string(),
    };
    let (file, bytes) = (folder.join(ASKED), serde_json::to_vec(&told).unwrap_or_default());
    std::fs::write(&file, bytes).map_err(io(&file.display()))
}

fn named<T, E: std::fmt::Display>(field: &'static str, result: Result<T, E>) -> Result<T, AppError> {
    result.map_err(|error| AppError::BadName(field, error.to_string()))
}

async fn register(lockers: &Lockers, program: &DemoProgram) -> Result<InstitutionId, AppError> {
    let fields = InstitutionFields {
        name: named("name", Name::parse(NAME))?,
        legal_basis: named("legal basis", LegalBasis::parse("Démonstration : texte inventé"))?,
        kinds: KINDS.to_vec(),
        issues: Vec::new(),
        callbacks: Vec::new(),
        keys: named("keys", key_set(&program.key_set()))?,
    };
    let errands = Errand::ALL.into_iter().fold(Errands::NONE, Errands::with);
    Ok(lockers.register_institution(&fields, errands).await?)
}

fn asking(lockers: &Lockers) -> Result<Asking, AppError> {
    let deadline = lockers.until_usual(DAYS).and_then(|day| Day::parse(&day).ok()).ok_or(LockerError::Damaged)?;
    Ok(Asking {
        purpose: named("purpose", Purpose::parse("Votre demande de RSA"))?,
        reference: Some(named("reference", Name::parse("Dossier 12-345"))?),
        pieces: ready("rsa").unwrap_or_default(),
        deposits: Vec::new(),
        deadline,
        days: DAYS,
        callback: None,
    })
}
