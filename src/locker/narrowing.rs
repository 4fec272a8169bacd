//! Taking back some of what a mandate allows.

use std::collections::HashSet;

use super::choosing::Choosable;
use super::consent::{Titles, narrowed_text, sum};
use super::{LockerError, Lockers};
use crate::access::{Caller, NewMandate};
use crate::domain::document::FieldError;
use crate::domain::help::{CategoryScope, Narrowed};
use crate::domain::ids::{DocumentId, LockerId, MandateId};
use crate::domain::mandate::{Consent, Permissions, SCOPES_MAX, Term};
use crate::domain::taxonomy::Category;
use crate::store::grant::{Held, act};
use crate::store::{keys, lockers};
use crate::words::Locale;

/// What is left on a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Which.
    pub category: Category,
    /// What is still allowed on it.
    pub permissions: Permissions,
    /// Only on these papers; on all of it, those to come too, where it is left out.
    pub documents: Option<Vec<DocumentId>>,
}

fn wrong(field: &'static str, error: FieldError) -> LockerError {
    LockerError::Field { field, error }
}

fn scope_of(left: &[Left]) -> Result<Vec<CategoryScope>, LockerError> {
    let reaches = |one: &Left| one.documents.as_ref().map_or(1, Vec::len);
    let is_empty = |one: &Left| one.permissions.is_none() || reaches(one) == 0;
    // Nothing left is help that is stopped: another button, and other words.
    if left.is_empty() || left.iter().any(is_empty) {
        return Err(wrong("scope", FieldError::Empty));
    }
    let named: HashSet<_> = left.iter().map(|one| one.category.code()).collect();
    if named.len() != left.len() {
        return Err(wrong("scope", FieldError::TooLong(named.len())));
    }
    if left.iter().map(reaches).sum::<usize>() > SCOPES_MAX {
        return Err(wrong("scope", FieldError::TooLong(SCOPES_MAX)));
    }
    let one = |left: &Left| {
        let scope = CategoryScope::new(left.category, left.permissions);
        match &left.documents {
            Some(papers) => scope.only(papers),
            None => scope,
        }
    };
    Ok(left.iter().map(one).collect())
}

impl Lockers {
    /// Leaves less of a mandate: fewer categories, permissions or papers, or an earlier end. It holds on the very next request.
    pub async fn narrow_mandate(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
        (left, term): (&[Left], Option<Term>),
        locale: Locale,
    ) -> Result<(), LockerError> {
        let scope = match scope_of(left) {
            Ok(scope) => scope,
            Err(error) => {
                self.note_unread_narrowing(caller, locker, mandate).await?;
                return Err(error);
            }
        };
        // No longer than anything may last; no later than it would have ended anyway: that the door says.
        let now = self.source().now();
        let until = match term.map(|term| term.until(now, Consent::Judgment).ok_or(term.wrong(now, Consent::Judgment)))
        {
            None => None,
            Some(Ok(until)) => Some(until),
            Some(Err(error)) => {
                self.note_unread_narrowing(caller, locker, mandate).await?;
                return Err(wrong("until", error));
            }
        };
        let titles = if left.iter().any(|one| one.documents.is_some()) {
            let papers = self.choosable(caller, locker).await?;
            papers.into_iter().map(|Choosable { document, title, .. }| (document, title)).collect()
        } else {
            Titles::new()
        };
        let text = narrowed_text(locale, &scope, until, &titles);
        let evidence = *sum(&text).bytes();
        let (mut tx, pending, row) = self.door().begin_narrowing(caller, locker, mandate, evidence).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let narrowed = Narrowed { scope, at: pending.written().at.micros(), text };
        let given = self.0.vault.narrow(&pending, &wraps, &collections, &row, narrowed)?;
        // As it was is not less: no line says that it is.
        let is_same = given.scopes.len() == row.scopes.len()
            && given.scopes.iter().all(|scope| row.scopes.contains(scope))
            && until.is_none_or(|until| until == row.until);
        if is_same {
            drop(tx);
            self.note_unread_narrowing(caller, locker, mandate).await?;
            return Err(wrong("scope", FieldError::Unchanged));
        }
        let new = NewMandate {
            scopes: given.scopes,
            details: given.details,
            shown: given.shown,
            follows: None,
            replaces: false,
        };
        if self.door().narrow(tx, pending, &row, until, new).await? {
            return Ok(());
        }
        self.note_unread_narrowing(caller, locker, mandate).await?;
        Err(wrong("scope", FieldError::Wider))
    }

    /// What is to be left, and does not read or is not less, is a line.
    pub async fn note_unread_narrowing(
        &self,
        caller: &Caller,
        locker: LockerId,
        mandate: MandateId,
    ) -> Result<(), LockerError> {
        Ok(self.door().refuse_unread::<act::NarrowMandate>(caller, locker, mandate).await?)
    }
}
