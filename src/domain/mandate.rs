//! What a mandate lets a helper do: permissions on categories or single papers, for a helper or a desk, from a moment until
//! another. Its status is computed, never stored (DOMAIN §2). No rule of rights: those are in `policy`, which asks these.
//!
//! To add a permission: a line in [`Permission`], an arm in `policy::helping::needed`, a sentence in both catalogues.

use std::time::Duration;

use super::document::FieldError;
use super::entry::Ground;
use super::ids::{CollectionId, DocumentId, LockerId, MandateId, MembershipId, OrganisationId, PersonId};
use super::source::{Moment, Timestamp};

const DAY: Duration = Duration::from_hours(24);

/// One thing that a mandate may allow on a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See that it is there, and what describes it.
    List,
    /// Open it.
    Read,
    /// Add a paper, or a version of one.
    Deposit,
    /// Change what describes it, and where it stands.
    Organise,
    /// Hand it over to an institution.
    Share,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 5] = [Self::List, Self::Read, Self::Deposit, Self::Organise, Self::Share];

    /// The word in the API and the catalogue.
    pub const fn code(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Read => "read",
            Self::Deposit => "deposit",
            Self::Organise => "organise",
            Self::Share => "share",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.code() == code)
    }

    /// Its bit in [`Permissions::bits`]; never another.
    const fn bit(self) -> u8 {
        match self {
            Self::List => 1,
            Self::Read => 2,
            Self::Deposit => 4,
            Self::Organise => 8,
            Self::Share => 16,
        }
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u8);

impl Permissions {
    /// None.
    pub const NONE: Self = Self(0);

    /// Those named.
    pub fn of(named: impl IntoIterator<Item = Permission>) -> Self {
        Self(named.into_iter().fold(0, |bits, permission| bits | permission.bit()))
    }

    /// As a number: 1 list, 2 read, 4 deposit, 8 organise, 16 share.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Reads [`Self::bits`]; none if a bit has no meaning.
    pub fn from_bits(bits: u8) -> Option<Self> {
        (bits & !Self::of(Permission::ALL).0 == 0).then_some(Self(bits))
    }

    /// Whether it holds one.
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// What either holds.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the other holds all of these.
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether it holds none.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// What a scope reaches: a category of the locker, by the opaque id of its collection, or one paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// The papers of a category, those to come too.
    Collection(CollectionId),
    /// One paper, wherever it stands.
    Document(DocumentId),
}

/// Permissions on what is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// On what.
    pub reach: Reach,
    /// Which.
    pub permissions: Permissions,
}

/// Where a paper stands, as far as scopes look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Which paper.
    pub document: DocumentId,
    /// Its category.
    pub collection: CollectionId,
    /// Outside every mandate.
    pub private: bool,
}

/// What scopes allow on a paper. Nothing on a private one.
pub fn on(scopes: &[Scope], spot: &Spot) -> Permissions {
    if spot.private {
        return Permissions::NONE;
    }
    let reaches = |reach: Reach| match reach {
        Reach::Collection(collection) => collection == spot.collection,
        Reach::Document(document) => document == spot.document,
    };
    scopes.iter().filter(|scope| reaches(scope.reach)).fold(Permissions::NONE, |all, scope| all.or(scope.permissions))
}

/// What scopes allow on any paper of a category, one that is being added included.
pub fn within(scopes: &[Scope], collection: CollectionId) -> Permissions {
    let here = scopes.iter().filter(|scope| scope.reach == Reach::Collection(collection));
    here.fold(Permissions::NONE, |all, scope| all.or(scope.permissions))
}

/// Whether every permission of some scopes, on whatever paper, is one of others: a narrowing and nothing else.
pub fn is_narrower(narrow: &[Scope], wide: &[Scope]) -> bool {
    narrow.iter().all(|scope| {
        let allowed = wide.iter().filter(|other| other.reach == scope.reach);
        scope.permissions.is_within(allowed.fold(Permissions::NONE, |all, other| all.or(other.permissions)))
    })
}

/// The same for a holder who takes something back now: they may also keep single papers of a category instead of all of it.
/// `stands`: the category of a paper that is theirs and not in the trash.
pub fn is_narrowing(narrow: &[Scope], wide: &[Scope], stands: impl Fn(DocumentId) -> Option<CollectionId>) -> bool {
    narrow.iter().all(|scope| {
        if is_narrower(&[*scope], wide) {
            return true;
        }
        let Reach::Document(document) = scope.reach else { return false };
        let named = wide
            .iter()
            .filter(|other| other.reach == scope.reach)
            .fold(Permissions::NONE, |all, other| all.or(other.permissions));
        let here = stands(document).map_or(Permissions::NONE, |collection| within(wide, collection));
        scope.permissions.is_within(named.or(here))
    })
}

/// Bytes of one scope as it is stored: 1 category or 2 paper, its id, its permissions.
const SCOPE_BYTES: usize = 18;
/// Most scopes of one mandate.
pub const SCOPES_MAX: usize = 64;

/// Scopes as they are stored, and as proofs of rows hold them.
pub fn scopes_to_bytes(scopes: &[Scope]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(scopes.len().saturating_mul(SCOPE_BYTES));
    for scope in scopes {
        let (kind, id) = match &scope.reach {
            Reach::Collection(id) => (1, id.bytes()),
            Reach::Document(id) => (2, id.bytes()),
        };
        bytes.push(kind);
        bytes.extend_from_slice(id);
        bytes.push(scope.permissions.bits());
    }
    bytes
}

/// Reads [`scopes_to_bytes`]; none if it is not its form.
pub fn scopes_from_bytes(bytes: &[u8]) -> Option<Vec<Scope>> {
    if !bytes.len().is_multiple_of(SCOPE_BYTES) || bytes.len() / SCOPE_BYTES > SCOPES_MAX {
        return None;
    }
    let one = |bytes: &[u8]| {
        let (kind, rest) = bytes.split_first()?;
        let (id, bits) = rest.split_first_chunk::<16>()?;
        let id = uuid::Uuid::from_bytes(*id);
        let reach = match kind {
            1 => Reach::Collection(CollectionId::from_uuid(id)),
            2 => Reach::Document(DocumentId::from_uuid(id)),
            _ => return None,
        };
        Some(Scope { reach, permissions: Permissions::from_bits(*bits.first()?)? })
    };
    bytes.chunks(SCOPE_BYTES).map(one).collect()
}

/// Whom a mandate names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Helper {
    /// One aidant, as a member of their organisation.
    Aidant(OrganisationId, MembershipId),
    /// Whoever is an active aidant of an organisation; entries name the individual.
    Desk(OrganisationId),
    /// Somebody who helps on their own: family, a friend.
    Relative(PersonId),
}

/// How the holder's consent was given, from the surest to the least sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// In the holder's own session.
    OwnSession,
    /// The holder signed in on the aidant's device, in a window that does not open the locker.
    Window,
    /// On paper, confirmed by a second person of the organisation.
    Paper,
    /// Not by the holder: a court decided.
    Judgment,
}

impl Consent {
    /// The number in the database.
    pub const fn number(self) -> i64 {
        match self {
            Self::OwnSession => 1,
            Self::Window => 2,
            Self::Paper => 3,
            Self::Judgment => 4,
        }
    }

    /// Reads [`Self::number`].
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::OwnSession),
            2 => Some(Self::Window),
            3 => Some(Self::Paper),
            4 => Some(Self::Judgment),
            _ => None,
        }
    }

    /// The word in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OwnSession => "own_session",
            Self::Window => "window",
            Self::Paper => "paper",
            Self::Judgment => "judgment",
        }
    }

    /// The longest that a mandate may last by it (DOMAIN §2; a year at most, 31 days on paper; five years by a judgment, decision 24).
    pub fn longest(self) -> Duration {
        DAY.saturating_mul(u32::from(self.longest_days()))
    }

    /// The same, in days.
    pub const fn longest_days(self) -> u16 {
        match self {
            Self::OwnSession | Self::Window => 365,
            Self::Paper => 31,
            // Five years of the calendar, whichever they are.
            Self::Judgment => 5 * 365 + 2,
        }
    }

    /// By what right one acts under it.
    pub const fn ground(self) -> Ground {
        match self {
            Self::OwnSession | Self::Window | Self::Paper => Ground::Mandate,
            Self::Judgment => Ground::Judgment,
        }
    }
}

/// How long a mandate is to last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// 1, 31, 182 or 365 days.
    Days(u16),
    /// Until a moment.
    Until(Timestamp),
    /// Only while the holder is there: an hour.
    Present,
}

/// The terms in days that are offered.
pub const TERMS: [u16; 4] = [1, 31, 182, 365];
/// What family is let do unless more is asked for, which the words then say (DOMAIN §2: narrower rights). Nothing sensitive either.
pub fn usual_for_relatives() -> Permissions {
    Permissions::of([Permission::List, Permission::Read, Permission::Deposit])
}

/// How many days, likewise.
pub const USUAL_DAYS: u16 = 31;

/// How long "while I am present" lasts.
pub const PRESENT: Duration = Duration::from_hours(1);

impl Term {
    /// When a mandate ends that begins now; `None` for a term that is not offered, that is over, or is longer than the consent
    /// carries.
    pub fn until(self, from: Timestamp, consent: Consent) -> Option<Timestamp> {
        let until = match self {
            Self::Days(days) if TERMS.contains(&days) => from.plus(DAY.saturating_mul(u32::from(days))),
            Self::Days(_) => return None,
            Self::Until(until) => until,
            Self::Present => from.plus(PRESENT),
        };
        (from < until && until <= from.plus(consent.longest())).then_some(until)
    }

    /// What is wrong with a term of which [`Self::until`] gives nothing.
    pub fn wrong(self, from: Timestamp, consent: Consent) -> FieldError {
        match self {
            Self::Until(until) if until <= from => FieldError::Past,
            Self::Days(days) if !TERMS.contains(&days) => FieldError::Missing,
            Self::Until(_) | Self::Days(_) | Self::Present => FieldError::TooFar(consent.longest_days()),
        }
    }
}

/// What is known of a mandate, read under the locker's lock.
#[derive(Debug, Clone, Copy)]
pub struct MandateFacts<'a> {
    /// Which.
    pub mandate: MandateId,
    /// On which locker.
    pub locker: LockerId,
    /// Whom it names.
    pub helper: Helper,
    /// How consent was given.
    pub consent: Consent,
    /// What it allows.
    pub scopes: &'a [Scope],
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
    /// When it was stopped, narrowed away or replaced, if it was.
    pub ended_at: Option<Timestamp>,
    /// Whether consent is whole: on paper, a second person has confirmed it.
    pub is_confirmed: bool,
}

/// Where a mandate stands. Computed at each use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Its consent is not whole yet.
    Unconfirmed,
    /// It has not begun.
    ToCome,
    /// It allows what it says.
    Active,
    /// Its time is over.
    Expired,
    /// It was stopped.
    Ended,
}

impl Status {
    /// The word in the API and the catalogue.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::ToCome => "to_come",
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Ended => "ended",
        }
    }
}

impl MandateFacts<'_> {
    /// Where it stands. It begins by the clock and ends by whichever is later, the clock or the journal: a clock that once ran
    /// ahead neither opens it early nor keeps it open.
    pub fn status(&self, moment: Moment) -> Status {
        let latest = moment.now.max(moment.clock);
        if self.ended_at.is_some() {
            Status::Ended
        } else if latest >= self.until {
            Status::Expired
        } else if !self.is_confirmed {
            Status::Unconfirmed
        } else if moment.clock < self.from {
            Status::ToCome
        } else {
            Status::Active
        }
    }
}

#[cfg(test)]
mod tests;
