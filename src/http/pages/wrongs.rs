//! What is wrong with a form that comes back: all of it at once, at its top, each with a link to its field, and again at the field.
//!
//! To use it: a `wrongs` among the template's values, `{% include "pages/wrongs.html" %}` under the heading, `wrongs.of(id)` at each field.

use axum::http::StatusCode;

use super::frame::Frame;
use crate::http::sentences::fault;
use crate::locker::LockerError;
use crate::words::{Locale, Value, say_with};

/// What is wrong, by the id of the field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wrongs {
    told: Vec<(String, String)>,
    status: Option<StatusCode>,
}

impl Wrongs {
    /// One thing.
    pub(super) fn one(id: &str, told: String) -> Self {
        let mut wrongs = Self::default();
        wrongs.add(id, told);
        wrongs
    }

    /// One more thing; of a field, only the first is told.
    pub(super) fn add(&mut self, id: &str, told: String) {
        if self.of(id).is_none() {
            self.told.push((id.to_owned(), told));
        }
    }

    /// What a verb refused, at a field, in the words of the catalogue.
    pub(super) fn refused(&mut self, id: &str, locale: Locale, error: &LockerError) {
        let fault = fault(error);
        self.add(id, fault.told(locale).1);
        self.status.get_or_insert(fault.status);
    }

    /// With the status of what a verb refused.
    pub(super) fn with(self, status: StatusCode) -> Self {
        Self { status: Some(status), ..self }
    }

    /// Whether anything is wrong.
    pub(super) fn is_some(&self) -> bool {
        !self.told.is_empty()
    }

    /// What is wrong with a field.
    pub(super) fn of(&self, id: &str) -> Option<&str> {
        self.told.iter().find(|(of, _)| of == id).map(|(_, told)| told.as_str())
    }

    /// Everything, in order, by the id of the field.
    pub(super) fn list(&self) -> &[(String, String)] {
        &self.told
    }

    /// How many things are to be put right, in words.
    pub(super) fn counted(&self, f: &Frame) -> String {
        let count = u64::try_from(self.told.len()).unwrap_or(u64::MAX);
        say_with(f.locale, "wrongs-count", &[("count", Value::Number(count))])
    }

    /// The status of the page that tells them.
    pub(super) fn status(&self) -> StatusCode {
        if self.is_some() { self.status.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY) } else { StatusCode::OK }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::FieldError;

    #[test]
    fn each_field_is_told_once_and_nothing_wrong_is_no_fault() {
        assert_eq!(Wrongs::default().status(), StatusCode::OK);
        let mut wrongs = Wrongs::one("nom", "a".to_owned());
        wrongs.add("nom", "b".to_owned());
        wrongs.refused("jusqua", Locale::Fr, &LockerError::Field { field: "until", error: FieldError::NotADate });
        assert_eq!((wrongs.list().len(), wrongs.of("nom"), wrongs.of("pour")), (2, Some("a"), None));
        assert_eq!(wrongs.counted(&Frame::sample(Locale::Fr)), "Il y a 2 choses à corriger.");
        assert_eq!(wrongs.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(wrongs.with(StatusCode::CONFLICT).status(), StatusCode::CONFLICT);
    }
}
