//! People, what they sign in with, their sessions, and sign-ins that have served.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Conn;
use super::{StoreError, Tx};
use crate::domain::entry::Strength;
use crate::domain::ids::{PersonId, SessionId};
use crate::domain::person::IssuerKind;
use crate::domain::policy::SessionFacts;
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

statements! {
    ADD_PERSON = "INSERT INTO persons (person_id, created_at) VALUES ($1, $2)";
    PG_LOCK_PERSON = "SELECT person_id FROM persons WHERE person_id = $1 FOR UPDATE";
    ADD_IDENTITY = "INSERT INTO identities (lookup, person_id, created_at, proof) VALUES ($1, $2, $3, $4)";
    FIND_IDENTITY = "SELECT person_id, proof FROM identities WHERE lookup = $1";
    ADD_SESSION = "INSERT INTO sessions (token, session_id, person_id, strength, created_at, seen_at, expires_at, revoked_at, details, proof, proven_at, issuer, factor_at)
        VALUES ($1, $2, $3, $4, $5, $5, $6, NULL, $7, $8, $9, $10, NULL)";
    SESSION = "SELECT session_id, person_id, strength, issuer, factor_at, seen_at, expires_at, revoked_at, proven_at,
            details AS session_details, proof AS session_proof, created_at AS began_at FROM sessions WHERE token = $1";
    PG_LOCK_SESSION = "SELECT session_id, person_id, strength, issuer, factor_at, seen_at, expires_at, revoked_at, proven_at,
            details AS session_details, proof AS session_proof, created_at AS began_at FROM sessions WHERE token = $1 FOR NO KEY UPDATE";
    SESSIONS_BESIDE = "SELECT s.session_id FROM sessions s JOIN sessions own ON own.person_id = s.person_id
        WHERE own.token = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 ORDER BY s.session_id";
    SESSIONS_OF_PERSON = "SELECT session_id FROM sessions WHERE person_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY session_id";
    PASSED_OF_PERSON = "SELECT session_id FROM sessions WHERE person_id = $1 AND factor_at IS NOT NULL AND revoked_at IS NULL AND expires_at > $2
        ORDER BY session_id";
    SESSION_BY_ID = "SELECT token, session_id, person_id, strength, issuer, factor_at, seen_at, expires_at, revoked_at, proven_at,
            details AS session_details, proof AS session_proof, created_at AS began_at FROM sessions WHERE session_id = $1";
    PG_LOCK_SESSION_BY_ID = "SELECT token, session_id, person_id, strength, issuer, factor_at, seen_at, expires_at, revoked_at, proven_at,
            details AS session_details, proof AS session_proof, created_at AS began_at FROM sessions WHERE session_id = $1 FOR NO KEY UPDATE";
    SEE_SESSION = "UPDATE sessions SET seen_at = $2, proof = $3 WHERE token = $1 AND revoked_at IS NULL";
    END_SESSION = "UPDATE sessions SET revoked_at = $2, proof = $3 WHERE token = $1 AND revoked_at IS NULL";
    FACTOR_SESSION = "UPDATE sessions SET token = $2, seen_at = $3, factor_at = $3, proof = $4 WHERE token = $1 AND revoked_at IS NULL";
    FORGET_SESSIONS = "DELETE FROM sessions WHERE expires_at < $1";
    USE_SIGN_IN = "INSERT INTO sign_ins (lookup, expires_at) VALUES ($1, $2)";
    FORGET_SIGN_INS = "DELETE FROM sign_ins WHERE expires_at < $1";
}

/// A session as a row, read under its lock.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// SHA-256 of the cookie's value.
    pub token: [u8; 32],
    /// Its id.
    pub session: SessionId,
    /// How surely the person was known.
    pub strength: Strength,
    /// When it began. Shown, never decided on: the proof leaves it out.
    pub created_at: Timestamp,
    /// What the decision looks at.
    pub facts: SessionFacts,
    /// Display name and issuer's token, sealed under the directory key.
    pub details: Vec<u8>,
    /// The row's proof, to be checked before anything of it is believed.
    pub proof: Vec<u8>,
}

impl SessionRow {
    /// What its proof must be of.
    pub const fn claim(&self) -> Claim<'_> {
        Claim::Session {
            token: &self.token,
            session: self.session,
            person: self.facts.person,
            strength: self.strength,
            expires_at: self.facts.expires_at,
            proven_at: self.facts.proven_at,
            seen_at: self.facts.seen_at,
            revoked_at: self.facts.revoked_at,
            issuer: self.facts.issuer,
            factor_at: self.facts.factor_at,
        }
    }
}

/// A session to be written.
#[derive(Debug)]
pub struct NewSession<'a> {
    /// SHA-256 of the cookie's value.
    pub token: &'a [u8; 32],
    /// Its id.
    pub session: SessionId,
    /// Whose.
    pub person: PersonId,
    /// How surely known.
    pub strength: Strength,
    /// Which way they came in.
    pub issuer: IssuerKind,
    /// Now.
    pub at: Timestamp,
    /// End of its longest life.
    pub expires_at: Timestamp,
    /// When the person last proved who they are.
    pub proven_at: Timestamp,
    /// Sealed details.
    pub details: &'a [u8],
    /// The row's proof.
    pub proof: &'a [u8; 32],
}

#[derive(FromRow)]
pub(in crate::store) struct RawSession {
    session_id: Uuid,
    person_id: Uuid,
    strength: i64,
    issuer: i64,
    factor_at: Option<i64>,
    seen_at: i64,
    expires_at: i64,
    revoked_at: Option<i64>,
    session_details: Vec<u8>,
    session_proof: Vec<u8>,
    proven_at: i64,
    began_at: i64,
}

impl RawSession {
    /// The session that bears this token.
    pub(in crate::store) fn session(self, token: &[u8; 32]) -> Result<SessionRow, StoreError> {
        let strength = u16::try_from(self.strength).ok().and_then(Strength::from_number).ok_or(StoreError::Damaged)?;
        Ok(SessionRow {
            token: *token,
            session: SessionId::from_uuid(self.session_id),
            strength,
            created_at: Timestamp::from_micros(self.began_at),
            facts: SessionFacts {
                person: PersonId::from_uuid(self.person_id),
                seen_at: Timestamp::from_micros(self.seen_at),
                expires_at: Timestamp::from_micros(self.expires_at),
                revoked_at: self.revoked_at.map(Timestamp::from_micros),
                proven_at: Timestamp::from_micros(self.proven_at),
                issuer: IssuerKind::from_number(self.issuer).ok_or(StoreError::Damaged)?,
                factor_at: self.factor_at.map(Timestamp::from_micros),
            },
            details: self.session_details,
            proof: self.session_proof,
        })
    }
}

/// Adds a person.
pub(crate) async fn add_person(tx: &mut Tx, person: PersonId, at: Timestamp) -> Result<(), StoreError> {
    on!(tx, conn => { sqlx::query(ADD_PERSON).bind(person.uuid()).bind(at.micros()).execute(conn).await?; });
    Ok(())
}

/// Waits for a locker that is being opened for a person (its row refers to theirs), and has others wait.
pub(crate) async fn lock_person(tx: &mut Tx, person: PersonId) -> Result<(), StoreError> {
    // Each of SQLite's transactions holds the one writer's lock from its start.
    if let Conn::Postgres(conn) = tx.arm()? {
        sqlx::query(PG_LOCK_PERSON).bind(person.uuid()).execute(conn).await?;
    }
    Ok(())
}

/// Gives a person something to sign in with: the HMAC of issuer and subject.
pub(crate) async fn add_identity(
    tx: &mut Tx,
    lookup: &[u8; 32],
    person: PersonId,
    at: Timestamp,
    proof: &[u8; 32],
) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(ADD_IDENTITY).bind(lookup.as_slice()).bind(person.uuid()).bind(at.micros()).bind(proof.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Who signs in with this, and the proof of it.
pub(crate) async fn find_identity(tx: &mut Tx, lookup: &[u8; 32]) -> Result<Option<(PersonId, Vec<u8>)>, StoreError> {
    let found: Option<(Uuid, Vec<u8>)> =
        on!(tx, conn => sqlx::query_as(FIND_IDENTITY).bind(lookup.as_slice()).fetch_optional(conn).await?);
    Ok(found.map(|(person, proof)| (PersonId::from_uuid(person), proof)))
}

/// Writes a session.
pub(crate) async fn add_session(tx: &mut Tx, new: &NewSession<'_>) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(ADD_SESSION).bind(new.token.as_slice()).bind(new.session.uuid()).bind(new.person.uuid())
            .bind(i64::from(new.strength.number())).bind(new.at.micros()).bind(new.expires_at.micros())
            .bind(new.details).bind(new.proof.as_slice()).bind(new.proven_at.micros())
            .bind(new.issuer.number()).execute(conn).await?;
    });
    Ok(())
}

/// Reads a session and locks it until the end of the transaction: ending it waits for us, or we see it ended.
pub(crate) async fn lock_session(tx: &mut Tx, token: &[u8; 32]) -> Result<Option<SessionRow>, StoreError> {
    let row: Option<RawSession> = match tx.arm()? {
        // Each of its transactions holds the one writer's lock from its start.
        Conn::Sqlite(conn) => sqlx::query_as(SESSION).bind(token.as_slice()).fetch_optional(conn).await?,
        Conn::Postgres(conn) => sqlx::query_as(PG_LOCK_SESSION).bind(token.as_slice()).fetch_optional(conn).await?,
    };
    row.map(|raw| raw.session(token)).transpose()
}

/// Reads a session without locking it: to know whose it is, before what comes before it in the order of locks.
pub(crate) async fn find_session(tx: &mut Tx, token: &[u8; 32]) -> Result<Option<SessionRow>, StoreError> {
    let row: Option<RawSession> =
        on!(tx, conn => sqlx::query_as(SESSION).bind(token.as_slice()).fetch_optional(conn).await?);
    row.map(|raw| raw.session(token)).transpose()
}

/// Notes that a second factor was passed in a session, which bears another token from now on.
pub(crate) async fn pass_factor(
    tx: &mut Tx,
    old: &[u8; 32],
    new: &[u8; 32],
    at: Timestamp,
    proof: &[u8; 32],
) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(FACTOR_SESSION).bind(old.as_slice()).bind(new.as_slice()).bind(at.micros()).bind(proof.as_slice())
            .execute(conn).await?;
    });
    Ok(())
}

/// A session with the token that it bears now.
#[derive(FromRow)]
struct WithToken {
    token: Vec<u8>,
    #[sqlx(flatten)]
    session: RawSession,
}

/// Reads sessions and locks them, by their ids: a token may change while one waits for the lock, an id does not. Always in the
/// order of the ids: two who end each other's sessions at the same time don't wait for each other for ever.
async fn lock_all(tx: &mut Tx, sessions: Vec<Uuid>) -> Result<Vec<SessionRow>, StoreError> {
    let mut rows = Vec::new();
    for session in sessions {
        let row: Option<WithToken> = match tx.arm()? {
            Conn::Sqlite(conn) => sqlx::query_as(SESSION_BY_ID).bind(session).fetch_optional(conn).await?,
            Conn::Postgres(conn) => sqlx::query_as(PG_LOCK_SESSION_BY_ID).bind(session).fetch_optional(conn).await?,
        };
        if let Some(row) = row {
            let token = row.token.try_into().map_err(|_| StoreError::Damaged)?;
            rows.push(row.session.session(&token)?);
        }
    }
    Ok(rows)
}

/// Reads the session that bears an id, and locks it.
pub(crate) async fn lock_session_by_id(tx: &mut Tx, session: SessionId) -> Result<Option<SessionRow>, StoreError> {
    Ok(lock_all(tx, vec![session.uuid()]).await?.pop())
}

/// A person's sessions that have not ended, each read and locked.
pub(crate) async fn lock_sessions_of(
    tx: &mut Tx,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<SessionRow>, StoreError> {
    let sessions: Vec<Uuid> = on!(tx, conn => {
        sqlx::query_scalar(SESSIONS_OF_PERSON).bind(person.uuid()).bind(now.micros()).fetch_all(conn).await?
    });
    lock_all(tx, sessions).await
}

/// The sessions of somebody that have passed their second factor and were not ended, as they stand now: asked under the factor's lock, which
/// whoever passes it takes.
pub(crate) async fn passed_of(tx: &mut Tx, person: PersonId, now: Timestamp) -> Result<Vec<SessionId>, StoreError> {
    let sessions: Vec<Uuid> = on!(tx, conn => {
        sqlx::query_scalar(PASSED_OF_PERSON).bind(person.uuid()).bind(now.micros()).fetch_all(conn).await?
    });
    Ok(sessions.into_iter().map(SessionId::from_uuid).collect())
}

/// The sessions of the person whose one is named, that and those which have not ended, each read and locked.
pub(crate) async fn lock_sessions_beside(
    tx: &mut Tx,
    token: &[u8; 32],
    now: Timestamp,
) -> Result<Vec<SessionRow>, StoreError> {
    let sessions: Vec<Uuid> = on!(tx, conn => {
        sqlx::query_scalar(SESSIONS_BESIDE).bind(token.as_slice()).bind(now.micros()).fetch_all(conn).await?
    });
    lock_all(tx, sessions).await
}

/// Notes that a session was used, with the proof of the row as it is then.
pub(crate) async fn see_session(
    tx: &mut Tx,
    token: &[u8; 32],
    at: Timestamp,
    proof: &[u8; 32],
) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(SEE_SESSION).bind(token.as_slice()).bind(at.micros()).bind(proof.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Ends a session, with the proof of the row as it is then: what it bore before is gone.
pub(crate) async fn end_session(
    tx: &mut Tx,
    token: &[u8; 32],
    at: Timestamp,
    proof: &[u8; 32],
) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(END_SESSION).bind(token.as_slice()).bind(at.micros()).bind(proof.as_slice()).execute(conn).await?;
    });
    Ok(())
}

/// Notes that a sign-in has served, until it is too old in any case. A conflict if it had.
pub(crate) async fn use_sign_in(tx: &mut Tx, lookup: &[u8; 32], expires_at: Timestamp) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(USE_SIGN_IN).bind(lookup.as_slice()).bind(expires_at.micros()).execute(conn).await?;
    });
    Ok(())
}

/// Forgets sessions that ended before a moment, and sign-ins that are over now.
pub(crate) async fn forget_ended(tx: &mut Tx, sessions: Timestamp, sign_ins: Timestamp) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(FORGET_SESSIONS).bind(sessions.micros()).execute(&mut *conn).await?;
        sqlx::query(FORGET_SIGN_INS).bind(sign_ins.micros()).execute(&mut *conn).await?;
    });
    Ok(())
}
