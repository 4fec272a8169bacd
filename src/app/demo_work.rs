//! The demonstration's organisations and who works there: made by the same verbs as anybody's. The secrets of their
//! authenticators, which nobody has, are kept in a file of the demonstration, and the codes of the moment shown on its own page.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::demo::account_name;
use super::{AppError, demo_institution, io};
use crate::access::{Caller, Token};
use crate::domain::ids::{OrganisationId, RequestId};
use crate::domain::organisation::{MemberFields, MembershipState, Name, Roles};
use crate::domain::person::IssuerKind;
use crate::domain::source::Source;
use crate::identity::SignedIn;
use crate::identity::demo::{Codes, DemoPerson, Shown, people, person};
use crate::locker::institutions::InstitutionView;
use crate::locker::{EntranceError, LockerError, Lockers};
use crate::vault::factor;

/// Where the secrets are kept, in the demonstration's folder.
const SECRETS: &str = "demo-second-factors.json";

/// Who works where: the referent first.
const WORK: &[(&str, &str, Roles)] = &[
    ("claire", "CCAS de Valserin", Roles::Referent),
    ("nadia", "CCAS de Valserin", Roles::Aidant),
    ("paul", "Maison France services de Valserin", Roles::Both),
    ("ines", demo_institution::NAME, Roles::AgentAndReferent),
];

type Secrets = BTreeMap<String, String>;

fn read(file: &Path) -> Secrets {
    std::fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Shows the codes of the moment: name and digits.
pub(super) fn codes(folder: &Path, source: &Source) -> Codes {
    let (file, source) = (folder.join(SECRETS), source.clone());
    Codes::new(move || {
        let secrets = read(&file);
        let factors = people().iter().filter_map(|person| {
            let secret = secrets.get(person.login_hint)?;
            Some((person.short_name(), factor::digits(secret, source.now())?))
        });
        let asked = demo_institution::asked(file.parent().unwrap_or(&file));
        let requests = asked.map(|asked| (demo_institution::NAME.to_owned(), asked.code));
        Shown { factors: factors.collect(), requests: requests.into_iter().collect() }
    })
}

/// Somebody of the demonstration at work, in a session of their own.
struct Worker {
    hint: &'static str,
    caller: Caller,
}

struct Seeding<'a> {
    lockers: &'a Lockers,
    source: &'a Source,
    file: PathBuf,
}

/// Makes what is not there yet. What a start that was stopped half-way has left is completed.
pub(super) async fn seed(lockers: &Lockers, source: &Source, folder: &Path) -> Result<(), AppError> {
    let seeding = Seeding { lockers, source, file: folder.join(SECRETS) };
    let secrets = read(&seeding.file);
    if WORK.iter().all(|(hint, ..)| secrets.contains_key(*hint)) && secrets.contains_key("") {
        return Ok(());
    }
    let mut referents: BTreeMap<&str, (Worker, OrganisationId)> = BTreeMap::new();
    for (hint, name, roles) in WORK {
        let worker = seeding.at_work(hint).await?;
        let there = lockers.own_memberships(&worker.caller).await?;
        let known = there.iter().find(|own| own.name.as_str() == *name && own.state == MembershipState::Active);
        let organisation = match (known, referents.get(name)) {
            (Some(own), _) => own.organisation,
            (None, Some((referent, organisation))) => {
                let fields = MemberFields { name: called(hint)?, volunteer: false };
                let invited = lockers.invite(&referent.caller, *organisation, &fields, *roles).await?;
                lockers.join(&worker.caller, &invited.code.shown()).await?.0
            }
            (None, None) => seeding.found(&worker, name, *roles).await?,
        };
        if roles.is_referent() {
            referents.insert(name, (worker, organisation));
        } else {
            lockers.door().sign_out(&worker.caller).await.map_err(LockerError::from)?;
        }
    }
    for (referent, _) in referents.values() {
        lockers.door().sign_out(&referent.caller).await.map_err(LockerError::from)?;
    }
    // All of it is there.
    seeding.keep("", "1")
}

fn called(hint: &str) -> Result<Name, AppError> {
    let name = person(IssuerKind::Professional, hint).map(DemoPerson::short_name).unwrap_or_default();
    Name::parse(&name).map_err(|error| AppError::BadName("name", error.to_string()))
}

impl Seeding<'_> {
    fn keep(&self, hint: &str, secret: &str) -> Result<(), AppError> {
        let mut secrets = read(&self.file);
        secrets.insert(hint.to_owned(), secret.to_owned());
        let bytes = serde_json::to_vec(&secrets).unwrap_or_default();
        std::fs::write(&self.file, bytes).map_err(io(&self.file.display()))
    }

    /// An organisation, found or made, with its first referent in it.
    async fn found(&self, worker: &Worker, name: &str, roles: Roles) -> Result<OrganisationId, AppError> {
        let all = self.lockers.organisations().await?;
        let known = all.into_iter().find(|(_, told, _)| told.as_ref().is_some_and(|told| told.name.as_str() == name));
        let referent = called(worker.hint)?;
        let invited = if let Some((id, ..)) = known {
            self.lockers.appoint_referent(id, referent).await?.flatten().ok_or(LockerError::Damaged)?
        } else if roles.is_agent() {
            let all = self.lockers.institutions().await?;
            let is_it = |one: &InstitutionView| one.fields.as_ref().is_some_and(|fields| fields.name.as_str() == name);
            let institution = all.into_iter().find(is_it).ok_or(LockerError::Damaged)?.institution;
            self.lockers.open_office(institution, referent, roles).await?.flatten().ok_or(LockerError::Damaged)?
        } else {
            let name = Name::parse(name).map_err(|error| AppError::BadName("name", error.to_string()))?;
            let invited = self.lockers.create_organisation(name, referent, roles).await?;
            // So that help by a court's decision can be tried where there is somebody to check it.
            self.lockers.let_judgments(invited.organisation, roles.is_referent()).await?;
            invited
        };
        Ok(self.lockers.join(&worker.caller, &invited.code.shown()).await?.0)
    }

    /// Signs somebody in, with their second factor set up and passed.
    async fn at_work(&self, hint: &'static str) -> Result<Worker, AppError> {
        let kind = IssuerKind::Professional;
        let person = person(kind, hint).ok_or(LockerError::Damaged)?;
        let signed_in = SignedIn {
            kind,
            issuer: account_name(kind).to_owned(),
            subject: person.subject(),
            identity: person.civil_identity(),
            acr: None,
            auth_time: Some(self.source.now()),
            id_token: SecretString::from(String::new()),
        };
        let caller = |token| Caller {
            token,
            visit: None,
            client: None,
            office: None,
            request: RequestId::draw(self.source),
            origin: [0; 16],
        };
        let came_in =
            self.lockers.admit(&caller(None), signed_in, account_name(kind)).await.map_err(|error| match error {
                EntranceError::Locker(error) => error,
                _ => LockerError::Away,
            })?;
        let bare = caller(Token::from_cookie(&came_in.cookie));
        let is_set_up = self.lockers.factor_state(&bare).await?.is_set_up;
        let secret = match read(&self.file).get(hint) {
            Some(secret) if is_set_up => secret.clone(),
            _ => {
                let secret = self.lockers.begin_factor(&bare).await?.secret.to_string();
                // Kept before it stands: a start that is stopped between the two loses nothing.
                self.keep(hint, &secret)?;
                secret
            }
        };
        let code = factor::digits(&secret, self.source.now()).ok_or(LockerError::Damaged)?;
        let passed = if is_set_up {
            self.lockers.pass_factor(&bare, &code).await?
        } else {
            self.lockers.confirm_factor(&bare, &code).await?
        };
        Ok(Worker { hint, caller: caller(Token::from_cookie(&passed.cookie)) })
    }
}
