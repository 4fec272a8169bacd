//! On what a proposal is to become a mandate, and which of the holder's codes lets somebody propose it (decisions 21 and 24).
//!
//! To add one: its number, the consent that comes of it, its code; then `policy::may_be_on`, which has no catch-all.

use std::time::Duration;

use super::mandate::Consent;

/// On what a proposal is to become a mandate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Basis {
    /// The holder's own answer, in a session of theirs.
    #[default]
    Answer,
    /// A signed sheet, confirmed by a second person of the organisation.
    Sheet,
    /// A court's decision, confirmed by a referent of the organisation.
    Judgment,
}

impl Basis {
    /// The number in the database.
    pub const fn number(self) -> i64 {
        match self {
            Self::Answer => 0,
            Self::Sheet => 1,
            Self::Judgment => 2,
        }
    }

    /// Reads [`Self::number`].
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Answer),
            1 => Some(Self::Sheet),
            2 => Some(Self::Judgment),
            _ => None,
        }
    }

    /// The surest consent that can come of it.
    pub const fn consent(self) -> Consent {
        match self {
            Self::Answer => Consent::OwnSession,
            Self::Sheet => Consent::Paper,
            Self::Judgment => Consent::Judgment,
        }
    }

    /// Which code of the holder's lets somebody propose on it.
    pub const fn code(self) -> CodeKind {
        match self {
            Self::Answer => CodeKind::Shown,
            Self::Sheet => CodeKind::Paper,
            Self::Judgment => CodeKind::Judgment,
        }
    }
}

/// The codes that a holder makes for help to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// Shown at once: the holder answers in a session of their own.
    Shown,
    /// Kept on paper, for the day when they can't: help may begin without a session of theirs.
    Paper,
    /// Kept likewise, for help that a court decides: a code made for a month of help does not let years of it begin.
    Judgment,
}

impl CodeKind {
    /// The number in the database.
    pub const fn number(self) -> i64 {
        match self {
            Self::Shown => 1,
            Self::Paper => 2,
            Self::Judgment => 3,
        }
    }

    /// Reads [`Self::number`].
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Shown),
            2 => Some(Self::Paper),
            3 => Some(Self::Judgment),
            _ => None,
        }
    }

    /// How long one serves.
    pub const fn life(self) -> Duration {
        match self {
            Self::Shown => Duration::from_mins(30),
            Self::Paper | Self::Judgment => Duration::from_hours(24 * 365),
        }
    }
}
