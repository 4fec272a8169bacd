//! Institutions: registered by the operator; their programs prove whose they are, and get tokens (RFC 6749 §4.4, RFC 7523).

use zeroize::Zeroizing;

use super::{LockerError, Lockers};
use crate::access::{Caller, Refusal};
use crate::domain::entry::Reason;
use crate::domain::ids::{InstitutionId, OrganisationId, RequestId};
use crate::domain::institution::{ClientToken, Errands, InstitutionFacts, InstitutionFields};
use crate::domain::source::Timestamp;
use crate::identity::assertions;
use crate::store::institutions::InstitutionRow;
use crate::vault::sealed::Place;

/// An institution, as the operator and its own programs see it.
#[derive(Debug, Clone)]
pub struct InstitutionView {
    /// Its id: what its programs are known by.
    pub institution: InstitutionId,
    /// When it was registered.
    pub created_at: Timestamp,
    /// What its programs may do at all.
    pub errands: Errands,
    /// When it was suspended, if it is.
    pub suspended_at: Option<Timestamp>,
    /// The organisation whose members act for it, if it has one.
    pub office: Option<OrganisationId>,
    /// The rest; none if it does not open.
    pub fields: Option<InstitutionFields>,
}

/// What an operator changes about an institution.
#[derive(Debug, Clone, Default)]
pub struct InstitutionChange {
    /// Other fields, from those that there are.
    pub fields: Option<InstitutionFields>,
    /// Other errands.
    pub errands: Option<Errands>,
    /// Suspended from now on, or no more.
    pub suspended: Option<bool>,
}

/// A token, on its way to the program that asked.
#[derive(Debug)]
pub struct GivenToken {
    /// As it is borne.
    pub text: Zeroizing<String>,
    /// What it was made for.
    pub errands: Errands,
    /// How long it is good, in seconds.
    pub seconds: u64,
}

/// The two addresses that tokens and assertions name: the service itself, and where tokens are asked for.
#[derive(Debug, Clone)]
pub struct TokenAddresses {
    /// The public address' origin.
    pub issuer: String,
    /// Where tokens are good.
    pub audience: String,
    /// Where they are asked for.
    pub endpoint: String,
}

impl TokenAddresses {
    /// Of a service, by its origin.
    pub fn of(origin: &str) -> Self {
        Self { issuer: origin.to_owned(), audience: format!("{origin}/api"), endpoint: format!("{origin}/oauth/token") }
    }
}

impl Lockers {
    /// The operator registers an institution.
    pub async fn register_institution(
        &self,
        fields: &InstitutionFields,
        errands: Errands,
    ) -> Result<InstitutionId, LockerError> {
        let institution = InstitutionId::draw(self.source());
        let details = self.0.vault.seal_in_directory(Place::Institution(institution), fields)?;
        let facts = InstitutionFacts { institution, errands, suspended_at: None, office: None };
        self.door().register_institution(facts, details, RequestId::draw(self.source())).await?;
        Ok(institution)
    }

    /// The operator changes what an institution is registered with. `false`: there is none such, or it does not open.
    pub async fn amend_institution(
        &self,
        institution: InstitutionId,
        change: InstitutionChange,
    ) -> Result<bool, LockerError> {
        let place = Place::Institution(institution);
        let changed = |row: &InstitutionRow, now: Timestamp| {
            // One that does not open any more is not made good by writing over it.
            let fields: InstitutionFields = self.0.vault.open_in_directory(place, &row.details).ok()?;
            let fields = change.fields.unwrap_or(fields);
            let suspended_at = match change.suspended {
                Some(true) => row.facts.suspended_at.or(Some(now)),
                Some(false) => None,
                None => row.facts.suspended_at,
            };
            let facts =
                InstitutionFacts { errands: change.errands.unwrap_or(row.facts.errands), suspended_at, ..row.facts };
            Some((facts, self.0.vault.seal_in_directory(place, &fields).ok()?))
        };
        Ok(self.door().amend_institution(institution, changed, RequestId::draw(self.source())).await?)
    }

    /// Every institution, for the operator's command.
    pub async fn institutions(&self) -> Result<Vec<InstitutionView>, LockerError> {
        let rows = self.door().list_institutions(RequestId::draw(self.source())).await?;
        Ok(rows.iter().map(|row| self.institution_view(row)).collect())
    }

    fn institution_view(&self, row: &InstitutionRow) -> InstitutionView {
        let InstitutionFacts { institution, errands, suspended_at, office } = row.facts;
        let fields = self.0.vault.open_in_directory(Place::Institution(institution), &row.details).ok();
        InstitutionView { institution, created_at: row.created_at, errands, suspended_at, office, fields }
    }

    /// The key that verifies our tokens: its name, and its public half in base64url.
    pub fn token_key(&self) -> (String, String) {
        let (name, public) = self.0.vault.tokens().published();
        (name.to_owned(), public)
    }

    /// The key that verifies what institutions' servers are told: the same of it.
    pub fn webhook_key(&self) -> (String, String) {
        let (name, public) = self.0.vault.webhooks().published();
        (name.to_owned(), public)
    }

    /// What a bearer's token says, if it was made here.
    pub fn client_token(&self, addresses: &TokenAddresses, text: &str) -> Option<ClientToken> {
        self.0.vault.tokens().read((&addresses.issuer, &addresses.audience), text)
    }

    /// Gives a program a token, for the assertion that it shows. `asked`: what for; all that it is registered for otherwise.
    pub async fn give_token(
        &self,
        caller: &Caller,
        addresses: &TokenAddresses,
        assertion: &str,
        asked: Option<Errands>,
    ) -> Result<GivenToken, LockerError> {
        let named = assertions::named(assertion);
        let sealed = match named {
            Some(institution) => self.door().institution_details(institution).await?,
            None => None,
        };
        let fields: Option<InstitutionFields> = match (named, &sealed) {
            (Some(institution), Some(sealed)) => {
                Some(self.0.vault.open_in_directory(Place::Institution(institution), sealed)?)
            }
            _ => None,
        };
        let keys = fields.map(|fields| fields.keys).unwrap_or_default();
        let asserted = assertions::verify(assertion, named, &keys, &addresses.endpoint, self.source().now());
        let (institution, sealed, asserted) = match (named, sealed, asserted) {
            (Some(institution), Some(sealed), Ok(asserted)) => (institution, sealed, asserted),
            (_, _, asserted) => {
                let fault = asserted.err();
                tracing::info!(institution = named.map(|id| id.to_string()), ?fault, "an assertion is not believed");
                let refused: Refusal = match self.door().no_token::<()>(caller, None, Reason::WrongAssertion).await {
                    Err(refusal) => refusal,
                    Ok(()) => Refusal::Denied(Reason::WrongAssertion),
                };
                return Err(refused.into());
            }
        };
        let lookup = self.0.vault.lookup().assertion(institution, &asserted.name);
        let shown = (&lookup, asserted.until);
        let given = self.door().give_token(caller, institution, shown, &sealed, asked).await?;
        let (text, made) = self.0.vault.tokens().make((&addresses.issuer, &addresses.audience), given)?;
        let micros = made.until.micros().saturating_sub(made.from.micros());
        Ok(GivenToken { text, errands: made.errands, seconds: u64::try_from(micros / 1_000_000).unwrap_or(0) })
    }

    /// What the institution is registered with for which a program or an agent comes.
    pub async fn own_institution(&self, caller: &Caller) -> Result<InstitutionView, LockerError> {
        let row = self.door().view_institution(caller).await?;
        Ok(self.institution_view(&row))
    }
}
