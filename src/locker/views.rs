//! What verbs give back: plain values, opened, without a word of any language.

use crate::domain::document::{DocumentFields, DocumentState, VersionFields};
use crate::domain::ids::{DocumentId, LockerId, VersionId};
use crate::domain::information::Acceptance;
use crate::domain::source::Timestamp;
use crate::domain::taxonomy::Category;
use crate::store::documents::Paper;
use crate::vault::intake;

/// A paper with its newest version.
#[derive(Debug, Clone)]
pub struct PaperView {
    /// Its id.
    pub document: DocumentId,
    /// The version's id.
    pub version: VersionId,
    /// The version's number, from 1.
    pub number: u64,
    /// What describes the paper.
    pub fields: DocumentFields,
    /// What describes the version.
    pub file: VersionFields,
    /// Outside every mandate.
    pub private: bool,
    /// In its category or in the trash.
    pub state: DocumentState,
    /// When the version was deposited.
    pub deposited_at: Timestamp,
    /// When it went to the trash.
    pub trashed_at: Option<Timestamp>,
}

impl PaperView {
    pub(super) fn new(paper: &Paper, fields: DocumentFields, file: VersionFields) -> Self {
        Self {
            document: paper.document,
            version: paper.version,
            number: paper.number,
            fields,
            file,
            private: paper.private,
            state: paper.state,
            deposited_at: paper.deposited_at,
            trashed_at: paper.trashed_at,
        }
    }

    /// Whether a browser may show the content in place.
    pub fn is_safe_to_show(&self) -> bool {
        intake::is_safe_to_show(&self.file.media_type)
    }

    /// The category of its kind.
    pub fn category(&self) -> Category {
        self.fields.kind.category()
    }
}

/// A list of papers, newest first.
#[derive(Debug, Clone, Default)]
pub struct PaperList {
    /// Those that open.
    pub items: Vec<PaperView>,
    /// Those whose description does not open.
    pub damaged: Vec<DocumentId>,
    /// Where to go on, if there are more.
    pub next: Option<DocumentId>,
    /// How the locker itself stands.
    pub life: LockerLife,
}

/// How a locker stands, whatever is in it.
#[derive(Debug, Clone, Default)]
pub struct LockerLife {
    /// What the holder agreed to last, if it opens.
    pub accepted: Option<Acceptance>,
    /// Whether that is still in force.
    pub is_in_force: bool,
    /// When it was closed and when it is to be erased, if it is closed.
    pub closed: Option<(Timestamp, Timestamp)>,
}

/// A locker at a glance.
#[derive(Debug, Clone)]
pub struct LockerView {
    /// Its id.
    pub locker: LockerId,
    /// Papers outside the trash.
    pub count: u64,
    /// Papers in the trash.
    pub trashed: u64,
    /// Bytes as stored.
    pub used: u64,
    /// Bytes it may hold.
    pub quota: u64,
    /// How it stands.
    pub life: LockerLife,
    /// Papers per category, outside the trash, in the order of the pages.
    pub categories: Vec<(Category, u64)>,
    /// Papers whose description does not open.
    pub damaged: Vec<DocumentId>,
}
