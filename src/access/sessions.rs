//! Sessions: coming in, being known, going out (DESIGN §7).

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Caller, Door, Refusal};
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason, Strength};
use crate::domain::ids::{LockerId, PersonId, SessionId};
use crate::domain::policy::SESSION_LIFE;
use crate::domain::proof::Claim;
use crate::domain::source::{Source, Timestamp, day_of};
use crate::store::people::NewSession;
use crate::store::{StoreError, Tx, entries, lockers, people, under_way};

/// A session's token as the database knows it: the SHA-256 of 256 random bits that only the cookie has.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    /// Draws a new one: the cookie's value, and what is stored.
    pub fn draw(source: &Source) -> (Zeroizing<String>, Self) {
        let secret = Zeroizing::new(source.bytes::<32>());
        (Zeroizing::new(BASE64URL_NOPAD.encode(secret.as_slice())), Self(Sha256::digest(secret.as_slice()).into()))
    }

    /// Reads a cookie's value; `None` if it can't be one.
    pub fn from_cookie(value: &str) -> Option<Self> {
        let secret = Zeroizing::new(BASE64URL_NOPAD.decode(value.as_bytes()).ok()?);
        (secret.len() == 32).then(|| Self(Sha256::digest(secret.as_slice()).into()))
    }

    pub(super) const fn hash(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Somebody whom an issuer vouches for.
#[derive(Debug)]
pub struct NewSignIn {
    /// HMAC of issuer and subject.
    pub lookup: [u8; 32],
    /// How surely the issuer knows them.
    pub strength: Strength,
    /// The new session's token.
    pub token: Token,
    /// Its id.
    pub session: SessionId,
    /// Its details, sealed.
    pub details: Vec<u8>,
}

/// Who a session is.
#[derive(Debug)]
pub struct Whoami {
    /// The person.
    pub person: PersonId,
    /// The session.
    pub session: SessionId,
    /// Its details, sealed.
    pub details: Vec<u8>,
    /// Their locker, if they have one.
    pub locker: Option<LockerId>,
}

impl Door {
    /// Lets somebody in: finds or adds the person, ends the session they bore before, writes the new one and the entry.
    pub async fn sign_in(&self, caller: &Caller, new: &NewSignIn) -> Result<PersonId, Refusal> {
        match self.try_sign_in(caller, new).await {
            // Two first sign-ins of one person at once: the other was first, so now they are known.
            Err(Refusal::Away(StoreError::Conflict)) => self.try_sign_in(caller, new).await,
            other => other,
        }
    }

    async fn try_sign_in(&self, caller: &Caller, new: &NewSignIn) -> Result<PersonId, Refusal> {
        let mut tx = self.0.db.begin().await?;
        if let Some(old) = &caller.token {
            let now = tx.now().await?;
            people::end_session(&mut tx, old.hash(), now).await?;
        }
        let known = people::find_identity(&mut tx, &new.lookup).await?;
        let is_ours = |(person, proof): &(PersonId, Vec<u8>)| {
            self.is_proven(&Claim::Identity { lookup: &new.lookup, person: *person }, proof)
        };
        if known.as_ref().is_some_and(|row| !is_ours(row)) {
            return Err(Refusal::Away(StoreError::Damaged));
        }
        let known = known.map(|(person, _)| person);
        let person = known.unwrap_or_else(|| PersonId::draw(tx.source()));
        if known.is_none() {
            let now = tx.now().await?;
            people::add_person(&mut tx, person, now).await?;
            let proof = self.prove(&Claim::Identity { lookup: &new.lookup, person })?;
            people::add_identity(&mut tx, &new.lookup, person, now, &proof).await?;
        }
        let tie = self.own_locker(&mut tx, person).await?;
        if let Some(tie) = &tie {
            entries::lock(&mut tx, tie.locker().chain()).await?;
        }
        let at = tx.now().await?;
        let expires_at = at.plus(SESSION_LIFE);
        let proof = self.prove(&Claim::Session {
            token: new.token.hash(),
            session: new.session,
            person,
            strength: new.strength,
            expires_at,
        })?;
        let session = NewSession {
            token: new.token.hash(),
            session: new.session,
            person,
            strength: new.strength,
            at,
            expires_at,
            details: &new.details,
            proof: &proof,
        };
        people::add_session(&mut tx, &session).await?;
        if let Some(tie) = &tie {
            lockers::seen(&mut tx, tie, day_of(at)).await?;
        }
        let who = if tie.is_some() { Actor::Holder(person) } else { Actor::Person(person) };
        self.note_session(&mut tx, tie.map(|t| t.locker()), who, Action::SignIn, new.session, new.strength, caller)
            .await?;
        tx.commit().await?;
        Ok(person)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one line")]
    async fn note_session(
        &self,
        tx: &mut Tx,
        locker: Option<LockerId>,
        actor: Actor,
        action: Action,
        session: SessionId,
        strength: Strength,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        let chain = locker.map_or_else(|| self.0.deployment.service_chain(), LockerId::chain);
        let line = Line {
            strength,
            session: Some(session),
            ..Line::new(actor, Ground::None, action, Object::Session(session), Outcome::Done, caller.request)
        };
        entries::append(tx, chain, line).await.map(|_| ())
    }

    /// Lets somebody out: the session is ended, its resting readings are closed. Gives its sealed details, for the issuer's
    /// own sign-out; `None` if there was no such session.
    pub async fn sign_out(&self, caller: &Caller) -> Result<Option<(SessionId, Vec<u8>)>, Refusal> {
        let Some(token) = &caller.token else { return Ok(None) };
        let mut tx = self.0.db.begin().await?;
        let Some(session) = self.session(&mut tx, caller).await? else { return Ok(None) };
        let person = session.facts.person;
        let tie = self.own_locker(&mut tx, person).await?;
        if let Some(tie) = &tie {
            entries::lock(&mut tx, tie.locker().chain()).await?;
        }
        let now = tx.now().await?;
        if session.facts.check(now).is_err() {
            return Ok(None);
        }
        people::end_session(&mut tx, token.hash(), now).await?;
        let who = if tie.is_some() { Actor::Holder(person) } else { Actor::Person(person) };
        let locker = tie.map(|t| t.locker());
        self.note_session(&mut tx, locker, who, Action::SignOut, session.session, session.strength, caller).await?;
        if let Some(tie) = &tie {
            for reading in under_way::end_of_session(&mut tx, tie, session.session).await? {
                self.write_closing(&mut tx, tie, &reading, Reason::SessionEnded, 0, caller.request).await?;
            }
        }
        tx.commit().await?;
        Ok(Some((session.session, session.details)))
    }

    /// Who bears this token. No paper and nothing that describes one is touched, so there is no entry.
    pub async fn whoami(&self, caller: &Caller) -> Result<Whoami, Refusal> {
        let Some(token) = &caller.token else { return Err(Refusal::Denied(Reason::NotSignedIn)) };
        let mut tx = self.0.db.begin().await?;
        let Some(session) = self.session(&mut tx, caller).await? else {
            return Err(Refusal::Denied(Reason::NotSignedIn));
        };
        let now = tx.now().await?;
        session.facts.check(now).map_err(Refusal::Denied)?;
        let locker = self.own_locker(&mut tx, session.facts.person).await?.map(|t| t.locker());
        self.note_use(&mut tx, Some(token.hash()), &session, now).await?;
        tx.commit().await?;
        Ok(Whoami { person: session.facts.person, session: session.session, details: session.details, locker })
    }

    /// Remembers a sign-in on its way to the issuer, until a moment.
    pub async fn remember_sign_in(
        &self,
        lookup: &[u8; 32],
        until: Timestamp,
        details: &[u8],
    ) -> Result<(), StoreError> {
        let mut tx = self.0.db.begin().await?;
        people::add_sign_in(&mut tx, lookup, until, details).await?;
        tx.commit().await
    }

    /// Takes it back, once; `None` if it was taken, or is too old.
    pub async fn take_sign_in(&self, lookup: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let taken = people::take_sign_in(&mut tx, lookup).await?;
        let now = tx.now().await?;
        tx.commit().await?;
        Ok(taken.filter(|(until, _)| now < *until).map(|(_, details)| details))
    }
}
