//! Which HTTP answer each no is. What may not be seen is 404, not 403; what to do about it is in the catalogue, by code.

use axum::http::StatusCode;

use super::Fault;
use super::fields::wrong_field;
use crate::domain::entry::Reason;
use crate::locker::{EntranceError, LockerError};

/// The HTTP answer to a verb that did not do what was asked. What may not be seen is 404, not 403.
pub fn fault(error: &LockerError) -> Fault {
    match *error {
        LockerError::Refused(reason) => refused(reason),
        LockerError::Away => Fault::new(StatusCode::SERVICE_UNAVAILABLE, "away"),
        LockerError::Full => Fault::new(StatusCode::INSUFFICIENT_STORAGE, "full"),
        LockerError::Damaged => Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "damaged"),
        LockerError::Field { field, error } => {
            let (code, limit) = wrong_field(error);
            Fault::of_field(field, code, limit)
        }
        LockerError::TooLarge(limit) => {
            Fault { limit: Some(limit), ..Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large") }
        }
        LockerError::EmptyFile => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "empty-file"),
        LockerError::KindOfFile => Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "kind-of-file"),
        LockerError::Infected => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "infected"),
        LockerError::NotScanned => Fault::new(StatusCode::SERVICE_UNAVAILABLE, "not-scanned"),
        LockerError::ScannerAway => Fault::new(StatusCode::SERVICE_UNAVAILABLE, "scanner-away"),
        LockerError::WrongHash => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-hash"),
        LockerError::Cut => Fault::new(StatusCode::BAD_REQUEST, "cut"),
        LockerError::TooSlow => Fault::new(StatusCode::REQUEST_TIMEOUT, "too-slow"),
        LockerError::RepeatKeyReused => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "repeat-key"),
        LockerError::BadRange(size) => {
            Fault { limit: Some(size), ..Fault::new(StatusCode::RANGE_NOT_SATISFIABLE, "bad-range") }
        }
    }
}

/// The HTTP answer to a no of the door.
fn refused(reason: Reason) -> Fault {
    match reason {
        Reason::NotSignedIn => Fault::new(StatusCode::UNAUTHORIZED, "not-signed-in"),
        Reason::SessionEnded | Reason::SessionIdle | Reason::SessionExpired | Reason::ClockBehind => {
            Fault::new(StatusCode::UNAUTHORIZED, "session-over")
        }
        // What a helper may not see is not there for them; the journal says why.
        Reason::NoRelation
        | Reason::UnknownDocument
        | Reason::UnknownSession
        | Reason::MandateOver
        | Reason::MandateToCome
        | Reason::NotAMember
        | Reason::UnknownMember
        | Reason::UnknownMandate
        | Reason::UnknownRequest
        | Reason::UnknownShare
        | Reason::UnknownAgreement
        | Reason::NotOwnDeposit
        | Reason::OutOfScope => Fault::new(StatusCode::NOT_FOUND, "not-found"),
        Reason::ShareOver => Fault::new(StatusCode::GONE, "share-over"),
        Reason::AgreementOver => Fault::new(StatusCode::GONE, "agreement-over"),
        Reason::AgreementFull => Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "agreement-full"),
        Reason::AgreementDay => Fault::new(StatusCode::TOO_MANY_REQUESTS, "agreement-day"),
        Reason::OutOfAgreement => Fault::new(StatusCode::FORBIDDEN, "out-of-agreement"),
        Reason::WrongSignature => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-signature"),
        Reason::SharePaused => Fault::new(StatusCode::CONFLICT, "share-paused"),
        Reason::TooFewReadings => Fault::new(StatusCode::CONFLICT, "too-few-readings"),
        Reason::TooLargeToMerge => Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large-to-merge"),
        // The same word as for a code of nothing.
        Reason::WrongSurname => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-code-or-name"),
        Reason::NotMarked => Fault::new(StatusCode::CONFLICT, "not-marked"),
        Reason::PassOver => Fault::new(StatusCode::UNAUTHORIZED, "pass-over"),
        Reason::DepositWithdrawn => Fault::new(StatusCode::GONE, "deposit-withdrawn"),
        Reason::WithdrawalOver => Fault::new(StatusCode::CONFLICT, "withdrawal-over"),
        Reason::PaperDestroyed => Fault::new(StatusCode::GONE, "paper-destroyed"),
        Reason::WrongState => Fault::new(StatusCode::CONFLICT, "wrong-state"),
        Reason::QuotaExceeded => Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "quota"),
        Reason::AlreadyOpen => Fault::new(StatusCode::CONFLICT, "already-open"),
        Reason::LockerClosed => Fault::new(StatusCode::CONFLICT, "locker-closed"),
        Reason::LockerOpen => Fault::new(StatusCode::CONFLICT, "locker-open"),
        Reason::ClosureOver => Fault::new(StatusCode::CONFLICT, "closure-over"),
        Reason::NotAllowed | Reason::NoVisit => Fault::new(StatusCode::FORBIDDEN, "not-allowed"),
        Reason::WrongAssertion | Reason::ReplayedAssertion => Fault::new(StatusCode::UNAUTHORIZED, "token"),
        Reason::InstitutionSuspended => Fault::new(StatusCode::FORBIDDEN, "institution-suspended"),
        Reason::RequestsFull => Fault::new(StatusCode::TOO_MANY_REQUESTS, "requests-full"),
        Reason::OutOfRegistration | Reason::OutOfToken => Fault::new(StatusCode::FORBIDDEN, "scope"),
        Reason::NoSecondFactor => Fault::new(StatusCode::FORBIDDEN, "second-factor"),
        Reason::WrongCode => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-code"),
        Reason::FactorLocked => Fault::new(StatusCode::TOO_MANY_REQUESTS, "factor-locked"),
        Reason::FactorState => Fault::new(StatusCode::CONFLICT, "factor-state"),
        Reason::ReplacementOver => Fault::new(StatusCode::CONFLICT, "replacement-over"),
        Reason::NoWindow => Fault::new(StatusCode::UNAUTHORIZED, "window-over"),
        Reason::NoLocker => Fault::new(StatusCode::CONFLICT, "no-locker"),
        Reason::NoContact => Fault::new(StatusCode::CONFLICT, "no-contact"),
        Reason::NoSheet => Fault::new(StatusCode::CONFLICT, "no-sheet"),
        Reason::SecondPerson => Fault::new(StatusCode::FORBIDDEN, "second-person"),
        Reason::SurerConsent => Fault::new(StatusCode::CONFLICT, "surer-consent"),
        Reason::NoJudgments => Fault::new(StatusCode::FORBIDDEN, "no-judgments"),
        Reason::ByJudgment => Fault::new(StatusCode::CONFLICT, "by-judgment"),
        Reason::WrongHolder => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-holder"),
        Reason::OwnLocker => Fault::new(StatusCode::CONFLICT, "own-locker"),
        Reason::AlreadyMember => Fault::new(StatusCode::CONFLICT, "already-member"),
        Reason::NotFresh => Fault::new(StatusCode::FORBIDDEN, "sign-in-again"),
        Reason::AnotherPerson => Fault::new(StatusCode::FORBIDDEN, "another-person"),
        Reason::NotProvenAgain => Fault::new(StatusCode::FORBIDDEN, "not-proven-again"),
        Reason::CodesOver => Fault::new(StatusCode::TOO_MANY_REQUESTS, "codes-over"),
        Reason::ServiceCodesOver => Fault::new(StatusCode::TOO_MANY_REQUESTS, "service-codes-over"),
        // Of a paper that is there: who may see what describes it is told why it does not open.
        Reason::Infected => Fault::new(StatusCode::FORBIDDEN, "found-infected"),
        Reason::TooMany => Fault::new(StatusCode::TOO_MANY_REQUESTS, "too-many"),
        Reason::KindOfFile => Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "kind-of-file"),
        Reason::WrongHash => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-hash"),
        Reason::Cut | Reason::ReaderLeft => Fault::new(StatusCode::BAD_REQUEST, "cut"),
        Reason::TooSlow => Fault::new(StatusCode::REQUEST_TIMEOUT, "too-slow"),
        Reason::Damaged => Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "damaged"),
        Reason::StoreAway | Reason::Interrupted => Fault::new(StatusCode::SERVICE_UNAVAILABLE, "away"),
        Reason::BadField | Reason::HoldersNo => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-request"),
        Reason::BadAnswer => Fault::new(StatusCode::BAD_REQUEST, "not-believed"),
        Reason::RefusedAtIssuer => Fault::new(StatusCode::FORBIDDEN, "declined"),
        Reason::IssuerAway => Fault::new(StatusCode::SERVICE_UNAVAILABLE, "issuer-away"),
        // The door never says no with these: they tell how something ended.
        Reason::TooLarge
        | Reason::Complete
        | Reason::Partial
        | Reason::Replayed
        | Reason::NotProven
        | Reason::ScannerAway
        | Reason::TooLargeToScan
        | Reason::LeftOut
        | Reason::GatewayAway
        | Reason::NotDelivered
        | Reason::DeliveryUnknown
        | Reason::NoLongerSo
        | Reason::CallbackAway
        | Reason::CallbackGone
        | Reason::CallbackInside => Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

/// The HTTP answer to a sign-in that did not succeed.
pub fn entrance_fault(error: &EntranceError) -> Fault {
    match error {
        EntranceError::NoIssuer => Fault::new(StatusCode::NOT_FOUND, "no-issuer"),
        EntranceError::Unknown => Fault::new(StatusCode::BAD_REQUEST, "unknown-sign-in"),
        EntranceError::Declined => Fault::new(StatusCode::FORBIDDEN, "declined"),
        EntranceError::IssuerAway => Fault::new(StatusCode::SERVICE_UNAVAILABLE, "issuer-away"),
        EntranceError::NotBelieved => Fault::new(StatusCode::BAD_REQUEST, "not-believed"),
        EntranceError::NotProvenAgain => Fault::new(StatusCode::FORBIDDEN, "not-proven-again"),
        EntranceError::Locker(error) => fault(error),
    }
}
