//! What verbs give back: plain values, opened, without a word of any language.

use crate::domain::document::{Day, DocumentFields, DocumentState, Sha256Sum, VersionFields};
use crate::domain::ids::{AgreementId, DocumentId, LockerId, MandateId, ShareId, VersionId, VisitId};
use crate::domain::information::Acceptance;
use crate::domain::source::Timestamp;
use crate::domain::taxonomy::Category;
use crate::domain::validity::{self, Standing, State};
use crate::store::documents::Paper;
use crate::vault::intake;
use crate::words;

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
    /// Whether it is good today, and until when.
    pub standing: Standing,
}

/// A version with its technical metadata (NF Z42-020).
#[derive(Debug, Clone)]
pub struct VersionView {
    /// Its id.
    pub version: VersionId,
    /// Its number, from 1.
    pub number: u64,
    /// What describes it.
    pub file: VersionFields,
    /// When it was deposited.
    pub deposited_at: Timestamp,
    /// Size of the blob, in bytes as stored.
    pub stored_size: u64,
    /// SHA-256 of the blob: what the deposit's line in the journal names.
    pub stored_sha256: Sha256Sum,
}

/// What an integrity control found of one version.
#[derive(Debug, Clone)]
pub struct Controlled {
    /// The paper.
    pub document: DocumentId,
    /// The version; none when its row does not read, or when it is the paper itself that is not as the journal says.
    pub version: Option<VersionId>,
    /// Its number.
    pub number: Option<u64>,
    /// Whether blob and content are what was deposited, to the last bit, and stand where the journal says.
    pub is_intact: bool,
}

/// What an integrity control found.
#[derive(Debug, Clone)]
pub struct Control {
    /// Versions, in the order of the list.
    pub versions: Vec<Controlled>,
    /// Bytes of content read.
    pub bytes: u64,
    /// Whether the journal, which all this was compared with, is whole.
    pub is_journal_intact: bool,
    /// Mandates whose rows are not as the journal says: not there, there without having been given, or from before their end.
    pub mandates: Vec<MandateId>,
    /// The same of visits.
    pub visits: Vec<VisitId>,
    /// The same of what was handed over.
    pub shares: Vec<ShareId>,
    /// The same of agreements.
    pub agreements: Vec<AgreementId>,
}

impl Control {
    /// Whether mandates and visits are as the journal says.
    pub const fn is_help_intact(&self) -> bool {
        self.mandates.is_empty() && self.visits.is_empty()
    }

    /// Whether what was handed over is as the journal says.
    pub const fn is_handed_intact(&self) -> bool {
        self.shares.is_empty()
    }

    /// Whether what lets institutions deposit is as the journal says.
    pub const fn is_agreed_intact(&self) -> bool {
        self.agreements.is_empty()
    }

    /// Whether everything is as it was deposited, and as the journal says.
    pub fn is_intact(&self) -> bool {
        self.is_journal_intact
            && self.is_help_intact()
            && self.is_handed_intact()
            && self.is_agreed_intact()
            && self.versions.iter().all(|version| version.is_intact)
    }
}

impl PaperView {
    /// `today`: the day it is, for telling whether the paper is still good.
    pub(super) fn new(paper: &Paper, fields: DocumentFields, file: VersionFields, today: Day) -> Self {
        let deposited = Day::of(words::date_of(paper.deposited_at));
        let standing = validity::standing(&fields, deposited, today);
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
            standing,
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
    /// Whether help was given on paper that its holder has not confirmed.
    pub has_paper_help: bool,
    /// Whether help began by a court's decision, a short while ago.
    pub has_court_help: bool,
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
    /// Papers that are not good any more, or soon, outside the trash: how many in each state that calls for something.
    pub attention: Vec<(State, u64)>,
    /// How it stands.
    pub life: LockerLife,
    /// Papers per category, outside the trash, in the order of the pages.
    pub categories: Vec<(Category, u64)>,
    /// Papers whose description does not open.
    pub damaged: Vec<DocumentId>,
}
