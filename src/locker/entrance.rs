//! Coming in by an issuer, being known, going out (DESIGN §7). The sign-in on its way is sealed and taken back once; the
//! browser that left is the browser that must come back.

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;
use url::Url;
use zeroize::Zeroizing;

use super::{LockerError, Lockers};
use crate::access::{Caller, NewSignIn, Refusal, Token};
use crate::domain::entry::{Action, Actor, Reason, Strength};
use crate::domain::ids::{LockerId, PersonId, SessionId};
use crate::domain::person::{CivilIdentity, IssuerKind};
use crate::identity::{Answer, IdentityError, Pending, RelyingParty, SignedIn};
use crate::vault::sealed::Place;
use crate::words::Locale;

/// How long somebody may stay at the issuer's.
const SIGN_IN_LIFE: Duration = Duration::from_mins(15);

/// The two ways in. Either may be missing.
#[derive(Clone, Default)]
pub struct Issuers {
    /// Holders, and relatives who help.
    pub holder: Option<Way>,
    /// Aidants, referents, agents.
    pub professional: Option<Way>,
}

/// One way in.
#[derive(Clone)]
pub struct Way {
    /// Speaks with the issuer.
    pub party: RelyingParty,
    /// Under which name accounts are found: the issuer's own, unless its address has changed since they were made.
    pub account_name: Option<String>,
}

impl std::fmt::Debug for Issuers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Issuers(holder: {}, professional: {})", self.holder.is_some(), self.professional.is_some())
    }
}

impl Issuers {
    const fn of(&self, kind: IssuerKind) -> Option<&Way> {
        match kind {
            IssuerKind::Holder => self.holder.as_ref(),
            IssuerKind::Professional => self.professional.as_ref(),
        }
    }
}

/// Why somebody did not come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntranceError {
    /// There is no such way in here.
    #[error("no such issuer")]
    NoIssuer,
    /// The answer belongs to no sign-in of this browser, or to one that is over.
    #[error("unknown or finished sign-in")]
    Unknown,
    /// The person said no at the issuer.
    #[error("refused at the issuer")]
    Declined,
    /// The issuer is away.
    #[error("the issuer is away")]
    IssuerAway,
    /// The issuer's answer is not believed.
    #[error("the issuer's answer is not believed")]
    NotBelieved,
    /// Too many attempts from one place.
    #[error("too many attempts")]
    TooMany,
    /// Ours.
    #[error(transparent)]
    Locker(#[from] LockerError),
}

/// Who bears a session.
#[derive(Debug, Clone)]
pub struct Who {
    /// The person.
    pub person: PersonId,
    /// The session.
    pub session: SessionId,
    /// What the issuer said of them, at this sign-in.
    pub identity: CivilIdentity,
    /// Which way they came in.
    pub issuer: IssuerKind,
    /// Their locker, if they have one.
    pub locker: Option<LockerId>,
}

/// Somebody who has come in.
#[derive(Debug)]
pub struct CameIn {
    /// The cookie's value.
    pub cookie: Zeroizing<String>,
    /// The person.
    pub person: PersonId,
}

/// A session's details, sealed under the directory key.
#[derive(Serialize, Deserialize)]
struct Details {
    issuer: IssuerKind,
    identity: CivilIdentity,
    id_token: String,
}

fn strength(acr: Option<&str>) -> Strength {
    match acr {
        Some("eidas2") => Strength::Substantial,
        Some("eidas3") => Strength::High,
        _ => Strength::Low,
    }
}

fn reason(error: &IdentityError) -> (Reason, EntranceError) {
    match error {
        IdentityError::Refused => (Reason::RefusedAtIssuer, EntranceError::Declined),
        IdentityError::ProviderAway(_) => (Reason::IssuerAway, EntranceError::IssuerAway),
        _ => (Reason::BadAnswer, EntranceError::NotBelieved),
    }
}

impl Lockers {
    /// Sends somebody to an issuer. Gives the address, and the value that their browser must bring back in a cookie.
    pub async fn start_sign_in(
        &self,
        caller: &Caller,
        kind: IssuerKind,
        login_hint: Option<&str>,
    ) -> Result<(Url, String), EntranceError> {
        if !self.door().may_begin_sign_in(caller) {
            self.refused_entry(caller, Reason::TooMany).await?;
            return Err(EntranceError::TooMany);
        }
        let issuer = self.0.issuers.of(kind).ok_or(EntranceError::NoIssuer)?;
        let (url, pending) = match issuer.party.start(login_hint).await {
            Ok(started) => started,
            Err(error) => return Err(self.not_in(caller, &error).await),
        };
        let lookup = Sha256::digest(pending.state.as_bytes()).into();
        let until = self.source().now().plus(SIGN_IN_LIFE);
        let details = self.0.vault.seal_in_directory(Place::SignIn(lookup), &pending).map_err(LockerError::from)?;
        self.door().remember_sign_in(&lookup, until, &details).await.map_err(LockerError::from)?;
        Ok((url, pending.state))
    }

    /// Takes an issuer's answer. `brought` is the value of the cookie given at the start.
    pub async fn finish_sign_in(
        &self,
        caller: &Caller,
        kind: IssuerKind,
        answer: Answer,
        brought: Option<&str>,
    ) -> Result<CameIn, EntranceError> {
        if self.door().is_tiresome(caller) {
            return Err(EntranceError::TooMany);
        }
        let issuer = self.0.issuers.of(kind).ok_or(EntranceError::NoIssuer)?;
        let Some(pending) = self.take_pending(kind, &answer, brought).await? else {
            self.refused_entry(caller, Reason::BadAnswer).await?;
            return Err(EntranceError::Unknown);
        };
        let signed_in = match issuer.party.finish(pending, answer).await {
            Ok(signed_in) => signed_in,
            Err(error) => return Err(self.not_in(caller, &error).await),
        };
        let name = issuer.account_name.clone().unwrap_or_else(|| signed_in.issuer.clone());
        self.admit(caller, signed_in, &name).await
    }

    /// Lets in somebody whom an issuer vouches for: session, entry, cookie.
    pub async fn admit(
        &self,
        caller: &Caller,
        signed_in: SignedIn,
        account_name: &str,
    ) -> Result<CameIn, EntranceError> {
        let (cookie, token) = Token::draw(self.source());
        let session = SessionId::draw(self.source());
        let details = Details {
            issuer: signed_in.kind,
            identity: signed_in.identity,
            id_token: signed_in.id_token.expose_secret().to_owned(),
        };
        let new = NewSignIn {
            lookup: self.0.vault.lookup().identity(account_name, &signed_in.subject),
            strength: strength(signed_in.acr.as_deref()),
            token,
            session,
            details: self.0.vault.seal_in_directory(Place::Session(session), &details).map_err(LockerError::from)?,
        };
        let person = self.door().sign_in(caller, &new).await.map_err(LockerError::from)?;
        Ok(CameIn { cookie, person })
    }

    async fn take_pending(
        &self,
        kind: IssuerKind,
        answer: &Answer,
        brought: Option<&str>,
    ) -> Result<Option<Pending>, LockerError> {
        // The cookie binds the answer to the browser that asked: nobody is signed in by somebody else's link.
        let (Some(state), Some(brought)) = (answer.state.as_deref(), brought) else { return Ok(None) };
        let (state, brought): ([u8; 32], [u8; 32]) = (Sha256::digest(state).into(), Sha256::digest(brought).into());
        if state != brought {
            return Ok(None);
        }
        let Some(details) = self.door().take_sign_in(&state).await? else { return Ok(None) };
        let pending: Pending = self.0.vault.open_in_directory(Place::SignIn(state), &details)?;
        Ok((pending.kind == kind).then_some(pending))
    }

    async fn not_in(&self, caller: &Caller, error: &IdentityError) -> EntranceError {
        tracing::warn!(%error, "sign-in failed");
        let (reason, told) = reason(error);
        match self.refused_entry(caller, reason).await {
            Ok(()) => told,
            Err(error) => error.into(),
        }
    }

    async fn refused_entry(&self, caller: &Caller, reason: Reason) -> Result<(), LockerError> {
        Ok(self.door().refuse_outside(caller, Actor::Anonymous, Action::SignIn, reason).await?)
    }

    /// Who bears this session.
    pub async fn who(&self, caller: &Caller) -> Result<Who, LockerError> {
        let whoami = self.door().whoami(caller).await?;
        let details: Details = self.0.vault.open_in_directory(Place::Session(whoami.session), &whoami.details)?;
        Ok(Who {
            person: whoami.person,
            session: whoami.session,
            identity: details.identity,
            issuer: details.issuer,
            locker: whoami.locker,
        })
    }

    /// Ends the session. Gives the issuer's own sign-out address, where it has one.
    pub async fn sign_out(&self, caller: &Caller) -> Result<Option<Url>, LockerError> {
        let Some((session, details)) = self.door().sign_out(caller).await.map_err(|refusal| match refusal {
            Refusal::Denied(reason) => LockerError::Refused(reason),
            Refusal::Away(error) => error.into(),
        })?
        else {
            return Ok(None);
        };
        let details: Details = self.0.vault.open_in_directory(Place::Session(session), &details)?;
        let Some(issuer) = self.0.issuers.of(details.issuer) else { return Ok(None) };
        let state = SessionId::draw(self.source()).to_string();
        // Out of ours is out, whatever the issuer answers.
        Ok(issuer.party.logout_url(&details.id_token, &state).await.unwrap_or_default())
    }

    /// Opens the caller's own locker, under the identity their issuer gave, once they agree to the information in force.
    pub async fn open_own(&self, caller: &Caller, accepts: Option<&str>) -> Result<LockerId, LockerError> {
        let who = self.who(caller).await?;
        if who.issuer != IssuerKind::Holder {
            return Err(LockerError::Refused(Reason::NotAllowed));
        }
        let accepted = match (self.agreed(accepts), who.locker) {
            (Ok(accepted), _) => accepted,
            // The door says, and writes down, that there is one already.
            (Err(_), Some(_)) => self.information(Locale::default()).accepted(),
            (Err(error), None) => return Err(error),
        };
        self.open(caller, &who.identity, &accepted).await
    }
}
