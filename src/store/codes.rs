//! How many codes went to telephone numbers, day by day, in the whole service: one row a day, of today and no other. Nothing in it tells of
//! anybody.

use super::entries::signed;
use super::{StoreError, Tx};
use crate::domain::source::Timestamp;

statements! {
    COUNT_CODE = "INSERT INTO code_days (day, sent, noted) VALUES ($1, 1, 0)
        ON CONFLICT (day) DO UPDATE SET sent = code_days.sent + 1 WHERE code_days.sent < $2 RETURNING sent";
    NOTE_CODES = "INSERT INTO code_days (day, sent, noted) VALUES ($1, 0, 1)
        ON CONFLICT (day) DO UPDATE SET noted = 1 WHERE code_days.noted = 0 RETURNING sent";
    FORGET_CODES = "DELETE FROM code_days WHERE day < $1";
}

/// Microseconds in a day.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// Counts one more of today's (UTC), if there may be one more.
pub(crate) async fn count(tx: &mut Tx, now: Timestamp, most: u64) -> Result<bool, StoreError> {
    let (day, most) = (now.micros().div_euclid(DAY), signed(most)?);
    if most == 0 {
        return Ok(false);
    }
    let sent: Option<i64> =
        on!(tx, conn => sqlx::query_scalar(COUNT_CODE).bind(day).bind(most).fetch_optional(conn).await?);
    if sent == Some(1) {
        on!(tx, conn => { sqlx::query(FORGET_CODES).bind(day).execute(conn).await?; });
    }
    Ok(sent.is_some())
}

/// Notes that today's are all gone. Whether that was not noted before.
pub(crate) async fn note(tx: &mut Tx, now: Timestamp) -> Result<bool, StoreError> {
    let day = now.micros().div_euclid(DAY);
    let noted: Option<i64> = on!(tx, conn => sqlx::query_scalar(NOTE_CODES).bind(day).fetch_optional(conn).await?);
    Ok(noted.is_some())
}
