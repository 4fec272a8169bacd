use crate::domain::ids::PersonId;
use crate::locker::{EntranceError, JournalLine, LockerError};
use crate::words::Locale;
use axum::http::StatusCode;
pub struct Fault {
    pub status: StatusCode,
    pub code: &'static str,
    pub field: Option<&'static str>,
    pub limit: Option<u64>,
    pub field_code: Option<&'static str>,
}
impl Fault {
    pub fn told(&self, _l: Locale) -> (String, String) {
        ("".into(), "".into())
    }
}
pub fn fault(_e: &LockerError) -> Fault {
    Fault { status: StatusCode::OK, code: "x", field: None, limit: None, field_code: None }
}
pub fn entrance_fault(_e: &EntranceError) -> Fault {
    fault(&LockerError::Away)
}
pub fn sentence(_l: Locale, _j: &JournalLine, _v: PersonId) -> String {
    String::new()
}
