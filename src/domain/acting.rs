//! What is written down, sealed, of what helpers do with single versions: who has seen an original, and what a version that is
//! taken back had changed.

use serde::{Deserialize, Serialize};

use super::document::{Day, DocumentFields, IdText, Sha256Sum};
use super::ids::{MembershipId, PersonId};
use super::organisation::Name;
use super::source::Timestamp;

/// Somebody held a paper's original in their hands, and says that a version shows it. Sealed with what describes the version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginalSeen {
    /// Who.
    pub person: IdText<PersonId>,
    /// As a member of what.
    pub membership: IdText<MembershipId>,
    /// Who, as their issuer names them.
    pub name: Name,
    /// Of which organisation.
    pub organisation: Name,
    /// When, in microseconds since the Unix epoch.
    pub at: i64,
    /// Place in the locker's journal of the entry that says so.
    pub entry: u64,
    /// SHA-256 of the version's ciphertext: the word is about these bytes.
    pub stored: Sha256Sum,
}

impl OriginalSeen {
    /// When.
    pub const fn at(&self) -> Timestamp {
        Timestamp::from_micros(self.at)
    }
}

/// The dates of a paper, which a new version sets anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dates {
    /// Day of issue.
    pub issued_on: Option<Day>,
    /// Last day of validity as printed.
    pub expires_on: Option<Day>,
    /// Last day of validity as it really is.
    pub good_until: Option<Day>,
}

impl From<&DocumentFields> for Dates {
    fn from(fields: &DocumentFields) -> Self {
        let DocumentFields { issued_on, expires_on, good_until, .. } = *fields;
        Self { issued_on, expires_on, good_until }
    }
}

/// What a helper's deposit changed about a paper that was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Set {
    /// Its dates before.
    pub before: Dates,
    /// Its dates then.
    pub after: Dates,
}

impl Set {
    /// A description without this change: each date that is still what the deposit made it is again what it was before.
    /// What somebody has written since stays.
    #[must_use]
    pub fn undone(&self, now: &DocumentFields) -> DocumentFields {
        let (before, after, mut fields) = (self.before, self.after, now.clone());
        if fields.issued_on == after.issued_on {
            fields.issued_on = before.issued_on;
        }
        if fields.expires_on == after.expires_on {
            fields.expires_on = before.expires_on;
        }
        if fields.good_until == after.good_until {
            fields.good_until = before.good_until;
        }
        fields
    }
}

/// What is sealed with a helper's deposit, until it can't be taken back any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepositFields {
    /// What it changed; none when it brought a new paper.
    pub set: Option<Set>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{Title, Whose};
    use crate::domain::taxonomy::Kind;

    #[test]
    fn what_a_wrong_version_set_is_undone_and_what_came_after_stays() {
        let day = |text| Some(Day::parse(text).unwrap());
        let dates = |issued_on, expires_on| Dates { issued_on, expires_on, good_until: None };
        let set = Set { before: dates(day("2026-01-01"), day("2030-01-01")), after: dates(day("2027-03-03"), None) };
        let fields = DocumentFields {
            title: Title::parse("Bail").unwrap(),
            kind: Kind::from_code("logement.bail").unwrap(),
            whose: Whose::Me,
            issued_on: day("2027-03-03"),
            expires_on: None,
            good_until: None,
            private: true,
        };
        let undone = set.undone(&fields);
        assert_eq!(Dates::from(&undone), set.before);
        assert_eq!((&undone.title, undone.private), (&fields.title, true));
        let since = DocumentFields { expires_on: day("2031-05-05"), ..fields };
        assert_eq!(Dates::from(&set.undone(&since)), dates(day("2026-01-01"), day("2031-05-05")));
    }
}
