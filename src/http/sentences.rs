use crate::domain::entry::Reason as R;
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
        (String::new(), String::new())
    }
}
pub fn fault(e: &LockerError) -> Fault {
    use LockerError as L;
    let (s, c) = match e {
        L::Refused(r) => match r {
            R::NotSignedIn => (401, "not-signed-in"),
            R::SessionEnded | R::SessionIdle | R::SessionExpired => (401, "session-over"),
            R::NoRelation | R::UnknownDocument => (404, "not-found"),
            R::WrongState => (409, "wrong-state"),
            R::QuotaExceeded => (413, "quota"),
            R::AlreadyOpen => (409, "already-open"),
            _ => (403, "not-allowed"),
        },
        L::Away => (503, "away"),
        L::Full => (507, "full"),
        L::Damaged => (500, "damaged"),
        L::Field { .. } => (422, "bad-field"),
        L::TooLarge(_) => (413, "too-large"),
        L::EmptyFile => (422, "empty-file"),
        L::KindOfFile => (415, "kind-of-file"),
        L::WrongHash => (422, "wrong-hash"),
        L::Cut => (400, "cut"),
        L::TooSlow => (408, "too-slow"),
        L::RepeatKeyReused => (422, "repeat-key"),
        L::BadRange(_) => (416, "bad-range"),
    };
    Fault { status: StatusCode::from_u16(s).unwrap(), code: c, field: None, limit: None, field_code: None }
}
pub fn entrance_fault(_e: &EntranceError) -> Fault {
    fault(&LockerError::Away)
}
pub fn sentence(_l: Locale, _j: &JournalLine, _v: PersonId) -> String {
    String::from("stubbed")
}
