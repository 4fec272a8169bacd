//! Coming in by an issuer, being known, going out (DESIGN §7). The sign-in on its way is sealed and taken back once; the
//! browser that left is the browser that must come back.

use data_encoding::BASE64URL_NOPAD;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;
use url::Url;
use zeroize::Zeroizing;

use super::windows::AtWindow;
use super::{LockerError, Lockers};
use crate::access::{Caller, Ending, NewSignIn, Refusal, Token};
use crate::domain::device::Device;
use crate::domain::entry::{Action, Actor, Reason, Strength};
use crate::domain::ids::{LockerId, PersonId, SessionId};
use crate::domain::person::{CivilIdentity, IssuerKind};
use crate::domain::source::Timestamp;
use crate::identity::{Answer, DecryptionKey, IdentityError, Pending, RelyingParty, SignedIn};
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
    /// Somebody signed in was to prove again who they are, and the issuer vouches for an earlier proof only.
    #[error("not proven again")]
    NotProvenAgain,
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
    /// Where they wanted to go on, as [`Departure::next`] said.
    pub next: Option<String>,
}

/// How somebody leaves for an issuer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Departure<'a> {
    /// Who they say they are, for the issuer's page.
    pub login_hint: Option<&'a str>,
    /// Whether, being signed in, they are to prove again who they are.
    pub step_up: bool,
    /// An address of this site to go on to; the caller has checked it.
    pub next: Option<&'a str>,
    /// The window on this device that somebody is to sign in to, rather than come in.
    pub window: Option<&'a str>,
}

/// What signing in has led to.
#[derive(Debug)]
pub enum Arrival {
    /// A session.
    In(CameIn),
    /// A window on an aidant's device, or its refusal.
    Window(AtWindow),
}

/// A sign-in between leaving and coming back, sealed under the directory key, in a cookie of the browser that left.
#[derive(Serialize, Deserialize)]
struct OnTheWay {
    pending: Pending,
    /// Until when it serves, in microseconds since the Unix epoch.
    until: i64,
    /// The session whose person must prove again who they are.
    #[serde(default)]
    step_up: Option<String>,
    #[serde(default)]
    next: Option<String>,
    /// The window that they sign in to.
    #[serde(default)]
    window: Option<String>,
}

/// A session's details, sealed under the directory key.
#[derive(Serialize, Deserialize)]
pub(super) struct Details {
    pub issuer: IssuerKind,
    pub identity: CivilIdentity,
    pub id_token: String,
    /// What they came in from.
    #[serde(default)]
    pub device: Device,
}

pub(super) fn strength(acr: Option<&str>) -> Strength {
    match acr {
        Some("eidas2") => Strength::Substantial,
        Some("eidas3") => Strength::High,
        _ => Strength::Low,
    }
}

/// What is being done by signing in, for the journal.
const fn action_of(steps_up: bool, at_window: bool) -> Action {
    match (at_window, steps_up) {
        (true, _) => Action::EnterWindow,
        (false, true) => Action::StepUp,
        (false, false) => Action::SignIn,
    }
}

fn reason(error: &IdentityError) -> (Reason, EntranceError) {
    match error {
        IdentityError::Refused => (Reason::RefusedAtIssuer, EntranceError::Declined),
        IdentityError::ProviderAway(_) => (Reason::IssuerAway, EntranceError::IssuerAway),
        IdentityError::NotAgain => (Reason::NotProvenAgain, EntranceError::NotProvenAgain),
        _ => (Reason::BadAnswer, EntranceError::NotBelieved),
    }
}

impl Lockers {
    /// Sends somebody to an issuer. Gives the address, and the value that their browser must bring back in a cookie.
    pub async fn start_sign_in(
        &self,
        caller: &Caller,
        kind: IssuerKind,
        departure: Departure<'_>,
    ) -> Result<(Url, String), EntranceError> {
        let issuer = self.0.issuers.of(kind).ok_or(EntranceError::NoIssuer)?;
        let window = match departure.window {
            Some(window) => Some(self.window_to_enter(caller, kind, window).await?),
            None => None,
        };
        let proves_again = departure.step_up && window.is_none();
        let step_up = if proves_again { self.who_proves_again(caller, kind).await? } else { None };
        let action = action_of(step_up.is_some(), window.is_some());
        // Whoever is still signed in there on this device is not taken for who sits at it.
        let started = match (step_up, window) {
            (None, None) => issuer.party.start(departure.login_hint).await,
            (Some(_), _) | (_, Some(_)) => issuer.party.start_again().await,
        };
        let (url, pending) = match started {
            Ok(started) => started,
            Err(error) => return Err(self.not_in(caller, action, &error).await),
        };
        let lookup = Sha256::digest(pending.state.as_bytes()).into();
        let until = self.source().now().plus(SIGN_IN_LIFE).micros();
        let (step_up, next) = (step_up.map(|s| s.to_string()), departure.next.map(str::to_owned));
        let window = window.map(|window| window.to_string());
        let way = OnTheWay { pending, until, step_up, next, window };
        // The browser keeps it, not we: beginning costs no row, so nobody can use up what others need to come in.
        let details = self.0.vault.seal_in_directory(Place::SignIn(lookup), &way).map_err(LockerError::from)?;
        Ok((url, BASE64URL_NOPAD.encode(&details)))
    }

    /// Whether people may come in this way: the operator has named an issuer for it.
    pub fn has_way_in(&self, kind: IssuerKind) -> bool {
        self.0.issuers.of(kind).is_some()
    }

    /// The public half of the key that an issuer encrypts its answers to, as a set of keys; empty when it encrypts nothing.
    pub fn issuer_keys(&self, kind: IssuerKind) -> Option<serde_json::Value> {
        let settings = self.0.issuers.of(kind)?.party.settings();
        Some(settings.decryption.as_ref().map_or_else(|| serde_json::json!({ "keys": [] }), DecryptionKey::jwks))
    }

    /// The session whose person is to prove again who they are, at the issuer that vouched for them. Somebody whose session is
    /// over simply signs in.
    async fn who_proves_again(&self, caller: &Caller, kind: IssuerKind) -> Result<Option<SessionId>, EntranceError> {
        match self.who(caller).await {
            Ok(who) if who.issuer == kind => Ok(Some(who.session)),
            Ok(_) => Err(EntranceError::NoIssuer),
            Err(LockerError::Refused(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes an issuer's answer. `brought` is the value of the cookie given at the start.
    pub async fn finish_sign_in(
        &self,
        caller: &Caller,
        kind: IssuerKind,
        answer: Answer,
        brought: Option<&str>,
        device: Device,
    ) -> Result<Arrival, EntranceError> {
        let issuer = self.0.issuers.of(kind).ok_or(EntranceError::NoIssuer)?;
        let Some(way) = self.take_pending(kind, &answer, brought).await? else {
            self.refused_entry(caller, Reason::BadAnswer).await?;
            return Err(EntranceError::Unknown);
        };
        let action = action_of(way.step_up.is_some(), way.window.is_some());
        let signed_in = match issuer.party.finish(way.pending, answer).await {
            Ok(signed_in) => signed_in,
            Err(error) => return Err(self.not_in(caller, action, &error).await),
        };
        let name = issuer.account_name.clone().unwrap_or_else(|| signed_in.issuer.clone());
        if let Some(window) = way.window {
            let window = window.parse().map_err(|_| LockerError::Damaged)?;
            return Ok(Arrival::Window(self.enter_window(caller, window, signed_in, &name).await?));
        }
        let identity = signed_in.identity.clone();
        let (cookie, new) = self.new_session(signed_in, &name, device)?;
        let person = match way.step_up {
            Some(old) => {
                let old = old.parse().map_err(|_| LockerError::Damaged)?;
                self.door().step_up(caller, old, &new).await
            }
            None => self.door().sign_in(caller, &new).await,
        }
        .map_err(LockerError::from)?;
        self.keep_work_address(person, kind, &identity).await;
        Ok(Arrival::In(CameIn { cookie, person, next: way.next }))
    }

    /// Lets in somebody whom an issuer vouches for: session, entry, cookie.
    pub async fn admit(
        &self,
        caller: &Caller,
        signed_in: SignedIn,
        account_name: &str,
    ) -> Result<CameIn, EntranceError> {
        let (kind, identity) = (signed_in.kind, signed_in.identity.clone());
        let (cookie, new) = self.new_session(signed_in, account_name, Device::default())?;
        let person = self.door().sign_in(caller, &new).await.map_err(LockerError::from)?;
        self.keep_work_address(person, kind, &identity).await;
        Ok(CameIn { cookie, person, next: None })
    }

    fn new_session(
        &self,
        signed_in: SignedIn,
        account_name: &str,
        device: Device,
    ) -> Result<(Zeroizing<String>, NewSignIn), LockerError> {
        let (cookie, token) = Token::draw(self.source());
        let session = SessionId::draw(self.source());
        let details = Details {
            issuer: signed_in.kind,
            identity: signed_in.identity,
            id_token: signed_in.id_token.expose_secret().to_owned(),
            device,
        };
        let new = NewSignIn {
            issuer: details.issuer,
            lookup: self.0.vault.lookup().identity(account_name, &signed_in.subject),
            strength: strength(signed_in.acr.as_deref()),
            proven_at: signed_in.auth_time,
            token,
            session,
            details: self.0.vault.seal_in_directory(Place::Session(session), &details)?,
        };
        Ok((cookie, new))
    }

    async fn take_pending(
        &self,
        kind: IssuerKind,
        answer: &Answer,
        brought: Option<&str>,
    ) -> Result<Option<OnTheWay>, LockerError> {
        // The cookie binds the answer to the browser that asked: nobody is signed in by somebody else's link. What was sealed
        // for one `state` opens for no other.
        let (Some(state), Some(brought)) = (answer.state.as_deref(), brought) else { return Ok(None) };
        let lookup = Sha256::digest(state).into();
        let Ok(sealed) = BASE64URL_NOPAD.decode(brought.as_bytes()) else { return Ok(None) };
        let Ok(way) = self.0.vault.open_in_directory::<OnTheWay>(Place::SignIn(lookup), &sealed) else {
            return Ok(None);
        };
        let serves =
            way.pending.kind == kind && self.door().use_sign_in(&lookup, Timestamp::from_micros(way.until)).await?;
        Ok(serves.then_some(way))
    }

    async fn not_in(&self, caller: &Caller, action: Action, error: &IdentityError) -> EntranceError {
        tracing::warn!(%error, code = error.code(), "sign-in failed");
        let (reason, told) = reason(error);
        match self.door().refuse_outside(caller, Actor::Anonymous, action, reason).await.map_err(LockerError::from) {
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
        self.leave_issuer(session, &details).await
    }

    /// Ends every session of the caller's. Gives the issuer's own sign-out address for this one, where it has one.
    pub async fn sign_out_everywhere(&self, caller: &Caller) -> Result<Option<Url>, LockerError> {
        match self.door().end_sessions(caller, Ending::All).await {
            Ok(Some(row)) => self.leave_issuer(row.session, &row.details).await,
            // As with an ordinary sign-out: who is out is out.
            Ok(None) | Err(Refusal::Denied(_)) => Ok(None),
            Err(Refusal::Away(error)) => Err(error.into()),
        }
    }

    async fn leave_issuer(&self, session: SessionId, details: &[u8]) -> Result<Option<Url>, LockerError> {
        let details: Details = self.0.vault.open_in_directory(Place::Session(session), details)?;
        Ok(self.logout_url(details.issuer, &details.id_token).await)
    }

    /// Where somebody leaves their issuer, where it has such a place. Out of ours is out, whatever the issuer answers.
    pub(super) async fn logout_url(&self, kind: IssuerKind, id_token: &str) -> Option<Url> {
        let issuer = self.0.issuers.of(kind)?;
        let state = SessionId::draw(self.source()).to_string();
        issuer.party.logout_url(id_token, &state).await.unwrap_or_default()
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
