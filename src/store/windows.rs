//! Windows on aidants' devices. What a row says is not believed before `access` has checked its proof.
//!
//! A window is found by its id, by its cookie or by the session that opened it: it is no locker's before a holder has signed in.

use sqlx::FromRow;
use uuid::Uuid;

use super::db::Conn;
use super::{StoreError, Tx};
use crate::domain::entry::Strength;
use crate::domain::ids::{LockerId, MandateId, MembershipId, OrganisationId, PersonId, SessionId, WindowId};
use crate::domain::policy::{Entered, WindowFacts};
use crate::domain::proof::Claim;
use crate::domain::source::Timestamp;

statements! {
    ADD_WINDOW = "INSERT INTO windows (window_id, session_id, person_id, organisation_id, membership_id, desk, mandate_id, opened_at, granted_at,
            until, proof, details) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11)";
    WINDOW = "SELECT window_id, session_id, person_id, organisation_id, membership_id, desk, mandate_id, opened_at, granted_at, until, token,
            locker_id, holder_id, strength, entered_at, ended_at, proof, details, leaving FROM windows WHERE window_id = $1";
    PG_LOCK_WINDOW = "SELECT window_id, session_id, person_id, organisation_id, membership_id, desk, mandate_id, opened_at, granted_at, until, token,
            locker_id, holder_id, strength, entered_at, ended_at, proof, details, leaving FROM windows WHERE window_id = $1 FOR NO KEY UPDATE";
    WINDOW_BY_TOKEN = "SELECT window_id FROM windows WHERE token = $1";
    WINDOWS_OF_SESSION = "SELECT window_id FROM windows WHERE session_id = $1 AND (ended_at IS NULL OR leaving IS NOT NULL)
        ORDER BY opened_at, window_id";
    WINDOWS_OVER = "SELECT window_id FROM windows WHERE until <= $1 AND ended_at IS NULL AND locker_id IS NOT NULL
        ORDER BY until DESC, window_id LIMIT 200";
    CHANGE_WINDOW = "UPDATE windows SET granted_at = $2, until = $3, token = $4, locker_id = $5, holder_id = $6, strength = $7, entered_at = $8,
            ended_at = $9, proof = $10, details = $11, leaving = $12 WHERE window_id = $1";
    EMPTY_WINDOWS = "UPDATE windows SET details = NULL WHERE until <= $1 AND details IS NOT NULL";
    FORGET_WINDOWS = "DELETE FROM windows WHERE until <= $1";
}

/// A window as a row.
#[derive(Debug, Clone)]
pub struct WindowRow {
    /// What a decision looks at.
    pub facts: WindowFacts,
    /// What its cookie's value is known by, once the holder has signed in.
    pub token: Option<[u8; 32]>,
    /// The row's proof.
    pub proof: Vec<u8>,
    /// What is proposed, sealed under the directory key; gone when it is over.
    pub details: Option<Vec<u8>>,
    /// What the holder's issuer is told when they leave, sealed under the directory key; gone when it was.
    pub leaving: Option<Vec<u8>>,
}

impl WindowRow {
    /// What its proof must be of.
    pub const fn claim(&self) -> Claim<'_> {
        Claim::Window { facts: &self.facts, token: self.token.as_ref() }
    }
}

#[derive(FromRow)]
struct Raw {
    window_id: Uuid,
    session_id: Uuid,
    person_id: Uuid,
    organisation_id: Uuid,
    membership_id: Uuid,
    desk: i64,
    mandate_id: Uuid,
    opened_at: i64,
    granted_at: i64,
    until: i64,
    token: Option<Vec<u8>>,
    locker_id: Option<Uuid>,
    holder_id: Option<Uuid>,
    strength: Option<i64>,
    entered_at: Option<i64>,
    ended_at: Option<i64>,
    proof: Vec<u8>,
    details: Option<Vec<u8>>,
    leaving: Option<Vec<u8>>,
}

impl TryFrom<Raw> for WindowRow {
    type Error = StoreError;
    fn try_from(raw: Raw) -> Result<Self, StoreError> {
        let entered = match (raw.locker_id, raw.holder_id, raw.strength, raw.entered_at) {
            (Some(locker), Some(holder), Some(strength), Some(at)) => Some(Entered {
                locker: LockerId::from_uuid(locker),
                holder: PersonId::from_uuid(holder),
                strength: u16::try_from(strength).ok().and_then(Strength::from_number).ok_or(StoreError::Damaged)?,
                at: Timestamp::from_micros(at),
            }),
            (None, None, None, None) => None,
            _ => return Err(StoreError::Damaged),
        };
        Ok(Self {
            facts: WindowFacts {
                window: WindowId::from_uuid(raw.window_id),
                session: SessionId::from_uuid(raw.session_id),
                by: PersonId::from_uuid(raw.person_id),
                organisation: OrganisationId::from_uuid(raw.organisation_id),
                membership: MembershipId::from_uuid(raw.membership_id),
                desk: raw.desk == 1,
                mandate: MandateId::from_uuid(raw.mandate_id),
                opened_at: Timestamp::from_micros(raw.opened_at),
                granted_at: Timestamp::from_micros(raw.granted_at),
                until: Timestamp::from_micros(raw.until),
                entered,
                ended_at: raw.ended_at.map(Timestamp::from_micros),
            },
            token: raw.token.map(|token| token.try_into().map_err(|_| StoreError::Damaged)).transpose()?,
            proof: raw.proof,
            details: raw.details,
            leaving: raw.leaving,
        })
    }
}

/// Adds a window.
pub(crate) async fn add(tx: &mut Tx, row: &WindowRow) -> Result<(), StoreError> {
    let facts = &row.facts;
    on!(tx, conn => {
        sqlx::query(ADD_WINDOW).bind(facts.window.uuid()).bind(facts.session.uuid()).bind(facts.by.uuid())
            .bind(facts.organisation.uuid()).bind(facts.membership.uuid()).bind(i64::from(facts.desk))
            .bind(facts.mandate.uuid()).bind(facts.opened_at.micros()).bind(facts.until.micros())
            .bind(row.proof.as_slice()).bind(row.details.as_deref()).execute(conn).await?;
    });
    Ok(())
}

/// A window, not locked: what it rests on does not change.
pub(crate) async fn find(tx: &mut Tx, window: WindowId) -> Result<Option<WindowRow>, StoreError> {
    let row: Option<Raw> = on!(tx, conn => sqlx::query_as(WINDOW).bind(window.uuid()).fetch_optional(conn).await?);
    row.map(TryInto::try_into).transpose()
}

/// A window, locked until the end of the transaction. After the membership and the session that it rests on.
pub(crate) async fn lock(tx: &mut Tx, window: WindowId) -> Result<Option<WindowRow>, StoreError> {
    let row: Option<Raw> = match tx.arm()? {
        // Each of its transactions holds the one writer's lock from its start.
        Conn::Sqlite(conn) => sqlx::query_as(WINDOW).bind(window.uuid()).fetch_optional(conn).await?,
        Conn::Postgres(conn) => sqlx::query_as(PG_LOCK_WINDOW).bind(window.uuid()).fetch_optional(conn).await?,
    };
    row.map(TryInto::try_into).transpose()
}

/// The window of a cookie.
pub(crate) async fn by_token(tx: &mut Tx, token: &[u8; 32]) -> Result<Option<WindowId>, StoreError> {
    let found: Option<Uuid> =
        on!(tx, conn => sqlx::query_scalar(WINDOW_BY_TOKEN).bind(token.as_slice()).fetch_optional(conn).await?);
    Ok(found.map(WindowId::from_uuid))
}

/// The windows that a session has opened, the oldest first.
pub(crate) async fn of_session(tx: &mut Tx, session: SessionId) -> Result<Vec<WindowId>, StoreError> {
    let found: Vec<Uuid> =
        on!(tx, conn => sqlx::query_scalar(WINDOWS_OF_SESSION).bind(session.uuid()).fetch_all(conn).await?);
    Ok(found.into_iter().map(WindowId::from_uuid).collect())
}

/// Windows that somebody had signed in to, whose time is over and whose end is not on record: work for a job.
pub(crate) async fn over(tx: &mut Tx, now: Timestamp) -> Result<Vec<WindowId>, StoreError> {
    let found: Vec<Uuid> = on!(tx, conn => sqlx::query_scalar(WINDOWS_OVER).bind(now.micros()).fetch_all(conn).await?);
    Ok(found.into_iter().map(WindowId::from_uuid).collect())
}

/// Writes a window, which is locked, as it is from now on.
pub(crate) async fn change(tx: &mut Tx, row: &WindowRow) -> Result<(), StoreError> {
    let (facts, entered) = (&row.facts, row.facts.entered);
    on!(tx, conn => {
        sqlx::query(CHANGE_WINDOW).bind(facts.window.uuid()).bind(facts.granted_at.micros()).bind(facts.until.micros())
            .bind(row.token.as_ref().map(<[u8; 32]>::as_slice)).bind(entered.map(|entered| entered.locker.uuid()))
            .bind(entered.map(|entered| entered.holder.uuid()))
            .bind(entered.map(|entered| i64::from(entered.strength.number())))
            .bind(entered.map(|entered| entered.at.micros())).bind(facts.ended_at.map(Timestamp::micros))
            .bind(row.proof.as_slice()).bind(row.details.as_deref()).bind(row.leaving.as_deref()).execute(conn).await?;
    });
    Ok(())
}

/// Takes what was proposed out of windows that are over at a moment, and forgets those that were over at an earlier one.
pub(crate) async fn tidy(tx: &mut Tx, over: Timestamp, long_over: Timestamp) -> Result<(), StoreError> {
    on!(tx, conn => {
        sqlx::query(EMPTY_WINDOWS).bind(over.micros()).execute(&mut *conn).await?;
        sqlx::query(FORGET_WINDOWS).bind(long_over.micros()).execute(&mut *conn).await?;
    });
    Ok(())
}
