//! Sessions: coming in, being known, going out (DESIGN §7).

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::readings::Closing;
use super::{Caller, Door, Refusal};
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason, Strength};
use crate::domain::ids::{LockerId, PersonId, SessionId};
use crate::domain::person::IssuerKind;
use crate::domain::policy::SESSION_LIFE;
use crate::domain::proof::Claim;
use crate::domain::source::{Source, Timestamp, day_of};
use crate::store::lockers::{self, Tie};
use crate::store::people::{NewSession, SessionRow};
use crate::store::{StoreError, Tx, entries, people, under_way};

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
    /// Which way they come in.
    pub issuer: IssuerKind,
    /// HMAC of issuer and subject.
    pub lookup: [u8; 32],
    /// How surely the issuer knows them.
    pub strength: Strength,
    /// When they proved who they are, if the issuer says; now, if it does not.
    pub proven_at: Option<Timestamp>,
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
        self.replace(caller, new).await?;
        match self.try_sign_in(caller, new).await {
            // Two first sign-ins of one person at once: the other was first, so now they are known.
            Err(Refusal::Away(StoreError::Conflict)) => self.try_sign_in(caller, new).await,
            other => other,
        }
    }

    /// Ends the session of somebody else who was signed in on the same device, and tells them. In a transaction of its own:
    /// the journals of two people are never held at once, so that neither takes the time of the other.
    async fn replace(&self, caller: &Caller, new: &NewSignIn) -> Result<(), Refusal> {
        let mut tx = self.0.db.begin().await?;
        let Some(old) = self.session(&mut tx, caller).await? else { return Ok(()) };
        let person = old.facts.person;
        if self.identified(&mut tx, &new.lookup).await? == Some(person) {
            return Ok(());
        }
        let tie = self.own_locker_settled(&mut tx, person).await?;
        if let Some(tie) = &tie {
            entries::lock(&mut tx, tie.locker().chain()).await?;
        }
        // One that was over already is told of by nobody, as when somebody signs out late.
        if old.facts.check(tx.moment().await?).is_err() {
            return Ok(());
        }
        self.end_row(&mut tx, &old).await?;
        let chain = tie.as_ref().map_or_else(|| self.0.deployment.service_chain(), |tie| tie.locker().chain());
        let object = Object::Session(old.session);
        let line = Line {
            session: Some(old.session),
            ..Line::new(Actor::Anonymous, Ground::None, Action::ReplaceSession, object, Outcome::Done, caller.request)
        };
        entries::append(&mut tx, chain, line).await?;
        self.close_readings(&mut tx, tie.as_ref(), old.session, caller).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn try_sign_in(&self, caller: &Caller, new: &NewSignIn) -> Result<PersonId, Refusal> {
        let mut tx = self.0.db.begin().await?;
        if let Some(old) = self.session(&mut tx, caller).await? {
            self.end_row(&mut tx, &old).await?;
        }
        let known = self.identified(&mut tx, &new.lookup).await?;
        let person = known.unwrap_or_else(|| PersonId::draw(tx.source()));
        if known.is_none() {
            let now = tx.now().await?;
            people::add_person(&mut tx, person, now).await?;
            let proof = self.prove(&Claim::Identity { lookup: &new.lookup, person })?;
            people::add_identity(&mut tx, &new.lookup, person, now, &proof).await?;
        }
        let tie = self.own_locker_settled(&mut tx, person).await?;
        if let Some(tie) = &tie {
            entries::lock(&mut tx, tie.locker().chain()).await?;
        }
        // Whoever is still signed in at the issuer comes in without proving anything: a sign-in without a date is never fresh.
        self.add_row(&mut tx, person, new, Timestamp::from_micros(0)).await?;
        if let Some(tie) = &tie {
            let today = day_of(tx.now().await?);
            lockers::seen(&mut tx, tie, today).await?;
        }
        let (of, object) = ((new.session, new.strength), Object::Session(new.session));
        self.note_session(&mut tx, tie.as_ref(), person, Action::SignIn, of, object, caller).await?;
        tx.commit().await?;
        Ok(person)
    }

    /// Who signs in with this, if anybody does yet.
    pub(super) async fn identified(&self, tx: &mut Tx, lookup: &[u8; 32]) -> Result<Option<PersonId>, StoreError> {
        let Some((person, proof)) = people::find_identity(tx, lookup).await? else { return Ok(None) };
        let is_ours = self.is_proven(&Claim::Identity { lookup, person }, &proof);
        if is_ours { Ok(Some(person)) } else { Err(StoreError::Damaged) }
    }

    /// Writes a new session. Its times are the clock's own: they are compared with nothing else. `undated`: when the person
    /// proved who they are, where the issuer does not say.
    async fn add_row(
        &self,
        tx: &mut Tx,
        person: PersonId,
        new: &NewSignIn,
        undated: Timestamp,
    ) -> Result<(), StoreError> {
        let at = tx.moment().await?.clock;
        let (expires_at, proven_at) = (at.plus(SESSION_LIFE), new.proven_at.unwrap_or(undated).min(at));
        let proof = self.prove(&Claim::Session {
            token: new.token.hash(),
            session: new.session,
            person,
            strength: new.strength,
            expires_at,
            proven_at,
            seen_at: at,
            revoked_at: None,
            issuer: new.issuer,
            factor_at: None,
        })?;
        let session = NewSession {
            token: new.token.hash(),
            session: new.session,
            person,
            strength: new.strength,
            issuer: new.issuer,
            at,
            expires_at,
            proven_at,
            details: &new.details,
            proof: &proof,
        };
        people::add_session(tx, &session).await
    }

    /// Ends a session that is locked, unless it has ended.
    pub(super) async fn end_row(&self, tx: &mut Tx, session: &SessionRow) -> Result<(), StoreError> {
        let at = tx.moment().await?.clock;
        let mut ended = session.clone();
        ended.facts.revoked_at = Some(at);
        people::end_session(tx, &session.token, at, &self.prove(&ended.claim())?).await
    }

    /// Closes what a session has at rest in its person's locker, whose chain is locked.
    pub(super) async fn close_readings(
        &self,
        tx: &mut Tx,
        tie: Option<&Tie>,
        session: SessionId,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        let Some(tie) = tie else { return Ok(()) };
        for reading in under_way::end_of_session(tx, tie, session).await? {
            let (reason, request) = (Reason::SessionEnded, caller.request);
            self.write_closing(tx, tie, Closing { row: reading, reason, bytes: 0, request }).await?;
        }
        Ok(())
    }

    /// Takes a new proof of who somebody is: the same person gets a new session, and the one they bore, `old`, ends. Anybody
    /// else gets nothing, and nothing changes.
    pub async fn step_up(&self, caller: &Caller, old: SessionId, new: &NewSignIn) -> Result<PersonId, Refusal> {
        let mut tx = self.0.db.begin().await?;
        let Some(session) = self.session(&mut tx, caller).await?.filter(|row| row.session == old) else {
            drop(tx);
            return self.no_step_up(caller, Actor::Anonymous, Reason::NotSignedIn).await;
        };
        let person = session.facts.person;
        let is_same = self.identified(&mut tx, &new.lookup).await? == Some(person);
        let tie = self.own_locker_settled(&mut tx, person).await?;
        if let Some(tie) = &tie {
            entries::lock(&mut tx, tie.locker().chain()).await?;
        }
        let moment = tx.moment().await?;
        let refused = session.facts.check(moment).err().or_else(|| (!is_same).then_some(Reason::AnotherPerson));
        if let Some(reason) = refused {
            drop(tx);
            return self.no_step_up(caller, Actor::Person(person), reason).await;
        }
        self.end_row(&mut tx, &session).await?;
        // A step-up without a date comes only from an issuer that was told to ask again, and is not asked for dates.
        let now = tx.moment().await?.clock;
        self.add_row(&mut tx, person, new, now).await?;
        let (of, object) = ((new.session, new.strength), Object::Session(new.session));
        self.note_session(&mut tx, tie.as_ref(), person, Action::StepUp, of, object, caller).await?;
        self.close_readings(&mut tx, tie.as_ref(), session.session, caller).await?;
        tx.commit().await?;
        Ok(person)
    }

    async fn no_step_up<T>(&self, caller: &Caller, actor: Actor, reason: Reason) -> Result<T, Refusal> {
        self.refuse_outside(caller, actor, Action::StepUp, reason).await?;
        Err(Refusal::Denied(reason))
    }

    /// Writes what somebody did with a session of theirs: in their locker's journal, or the service's if they have none.
    #[expect(clippy::too_many_arguments, reason = "the parts of one line")]
    pub(super) async fn note_session(
        &self,
        tx: &mut Tx,
        tie: Option<&Tie>,
        person: PersonId,
        action: Action,
        (session, strength): (SessionId, Strength),
        object: Object,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        let chain = tie.map_or_else(|| self.0.deployment.service_chain(), |tie| tie.locker().chain());
        let actor = if tie.is_some() { Actor::Holder(person) } else { Actor::Person(person) };
        let line = Line {
            strength,
            session: Some(session),
            ..Line::new(actor, Ground::None, action, object, Outcome::Done, caller.request)
        };
        entries::append(tx, chain, line).await.map(|_| ())
    }

    /// Lets somebody out: the session is ended, its resting readings are closed. Gives its sealed details, for the issuer's
    /// own sign-out; `None` if there was no such session.
    pub async fn sign_out(&self, caller: &Caller) -> Result<Option<(SessionId, Vec<u8>)>, Refusal> {
        let mut tx = self.0.db.begin().await?;
        let Some(session) = self.session(&mut tx, caller).await? else { return Ok(None) };
        let person = session.facts.person;
        let tie = self.own_locker_settled(&mut tx, person).await?;
        if let Some(tie) = &tie {
            entries::lock(&mut tx, tie.locker().chain()).await?;
        }
        if session.facts.check(tx.moment().await?).is_err() {
            return Ok(None);
        }
        self.end_row(&mut tx, &session).await?;
        let (of, object) = ((session.session, session.strength), Object::Session(session.session));
        self.note_session(&mut tx, tie.as_ref(), person, Action::SignOut, of, object, caller).await?;
        self.close_readings(&mut tx, tie.as_ref(), session.session, caller).await?;
        tx.commit().await?;
        Ok(Some((session.session, session.details)))
    }

    /// Who bears this token. No paper and nothing that describes one is touched, so there is no entry.
    pub async fn whoami(&self, caller: &Caller) -> Result<Whoami, Refusal> {
        let mut tx = self.0.db.begin().await?;
        let Some(session) = self.session(&mut tx, caller).await? else {
            return Err(Refusal::Denied(Reason::NotSignedIn));
        };
        let moment = tx.moment().await?;
        session.facts.check(moment).map_err(Refusal::Denied)?;
        let locker = self.own_locker(&mut tx, session.facts.person).await?.map(|t| t.locker());
        self.note_use(&mut tx, &session, moment).await?;
        tx.commit().await?;
        Ok(Whoami { person: session.facts.person, session: session.session, details: session.details, locker })
    }

    /// Notes that a sign-in, good until a moment, has served. `false` if it had already, or is too old.
    pub async fn use_sign_in(&self, lookup: &[u8; 32], until: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.0.db.begin().await?;
        if tx.now().await? >= until {
            return Ok(false);
        }
        match people::use_sign_in(&mut tx, lookup, until).await {
            Ok(()) => tx.commit().await.map(|()| true),
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
