//! What is wrong with a field, as the catalogue names it.

use crate::domain::document::FieldError;

/// What is wrong with a field, as its key says it, and its limit.
pub(super) fn wrong_field(error: FieldError) -> (&'static str, Option<u64>) {
    match error {
        FieldError::Empty => ("empty", None),
        FieldError::TooLong(limit) => ("too-long", u64::try_from(limit).ok()),
        FieldError::NotADate => ("not-a-date", None),
        FieldError::NotAHash => ("not-a-hash", None),
        FieldError::UnknownKind => ("unknown-kind", None),
        FieldError::Landline => ("landline", None),
        FieldError::NotAnAddress => ("not-an-address", None),
        FieldError::Missing => ("missing", None),
        FieldError::OutOfDate => ("out-of-date", None),
        FieldError::Unchanged => ("unchanged", None),
        FieldError::Past => ("past", None),
        FieldError::TooFar(days) => ("too-far", Some(u64::from(days))),
        FieldError::ToCome => ("to-come", None),
        FieldError::NotOnPaper => ("not-on-paper", None),
        FieldError::Absent => ("absent", None),
        FieldError::BeyondMeasure => ("beyond-measure", None),
        FieldError::NotOfPerson => ("not-of-person", None),
        FieldError::OnePerson => ("one-person", None),
        FieldError::Wider => ("wider", None),
        FieldError::Otherwise => ("otherwise", None),
        FieldError::OutOfBounds(most) => ("out-of-bounds", Some(u64::from(most))),
        FieldError::Unregistered => ("unregistered", None),
        FieldError::UnregisteredCallback => ("unregistered-callback", None),
        FieldError::NoSuchPaper => ("no-such-paper", None),
        FieldError::Unmarked => ("unmarked", None),
    }
}
