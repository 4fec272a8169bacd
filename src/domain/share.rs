//! Shares: what somebody handed over, to whom, for what, until when. Fixed versions: what is added later is not in it.

use serde::{Deserialize, Serialize};

use super::agreement::Issued;
use super::document::{Day, FileName, Origin, Sha256Sum, Title};
use super::help::Purpose;
use super::ids::{DocumentId, InstitutionId, LockerId, PaperRequestId, ShareId, VersionId};
use super::institution::LegalBasis;
use super::organisation::Name;
use super::source::{Moment, Timestamp};
use super::taxonomy::Kind;

/// Most papers in one share.
pub const PAPERS_MAX: usize = 100;
/// Most readings that may be allowed of each share, where they are counted.
pub const READINGS_MAX: u32 = 10_000;

/// One of the papers of a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedPaper {
    /// Its place, from 1: all that whoever receives it is told of where it lies.
    pub place: u16,
    /// The paper.
    pub document: DocumentId,
    /// The version that was handed over.
    pub version: VersionId,
}

/// By what somebody without an account comes in: who has the code, and knows their surname. Keyed hashes only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeTerms {
    /// Of the code.
    pub lookup: [u8; 32],
    /// Of the code with a surname of the holder's: the family name, and the name in use or the same again.
    pub names: [[u8; 32]; 2],
    /// So many days from the first use, where the time begins then.
    pub days: Option<u16>,
    /// When it was used first.
    pub used_at: Option<Timestamp>,
}

/// To whom papers are handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipient {
    /// An institution, in answer to what it asked for.
    Institution(InstitutionId, PaperRequestId),
    /// Somebody whom the holder named, and who has a code.
    Bearer(CodeTerms),
}

impl Recipient {
    /// The institution, if it is one.
    pub const fn institution(&self) -> Option<InstitutionId> {
        match self {
            Self::Institution(institution, _) => Some(*institution),
            Self::Bearer(_) => None,
        }
    }

    /// What it answers, if it answers a request.
    pub const fn request(&self) -> Option<PaperRequestId> {
        match self {
            Self::Institution(_, request) => Some(*request),
            Self::Bearer(_) => None,
        }
    }

    /// By what they come in, if they have a code.
    pub const fn code(&self) -> Option<&CodeTerms> {
        match self {
            Self::Institution(..) => None,
            Self::Bearer(terms) => Some(terms),
        }
    }
}

/// Everything that a decision about a share looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShareFacts<'a> {
    /// Of which locker.
    pub locker: LockerId,
    /// Which.
    pub share: ShareId,
    /// To whom.
    pub recipient: Recipient,
    /// When it was given.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
    /// When its holder paused it, if it is paused.
    pub paused_at: Option<Timestamp>,
    /// When its holder stopped it.
    pub ended_at: Option<Timestamp>,
    /// How many readings it allows, where they are counted.
    pub readings_max: Option<u32>,
    /// How many there were.
    pub readings: u32,
    /// What is in it.
    pub papers: &'a [SharedPaper],
}

/// Where a share stands. Computed, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareStatus {
    /// It may be read.
    Active,
    /// Its holder has paused it.
    Paused,
    /// Its holder has stopped it.
    Stopped,
    /// Its end has come.
    Over,
    /// It was read as often as it may be.
    Used,
}

impl ShareStatus {
    /// The stable word in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Over => "over",
            Self::Used => "used",
        }
    }

    /// Whether it is for good.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Stopped | Self::Over | Self::Used)
    }
}

impl ShareFacts<'_> {
    /// Where it stands at a moment.
    pub fn status(&self, moment: Moment) -> ShareStatus {
        if self.ended_at.is_some() {
            return ShareStatus::Stopped;
        }
        if moment.now >= self.until || moment.clock >= self.until {
            return ShareStatus::Over;
        }
        if self.readings_max.is_some_and(|most| self.readings >= most) {
            return ShareStatus::Used;
        }
        if self.paused_at.is_some() { ShareStatus::Paused } else { ShareStatus::Active }
    }
}

/// What describes a paper of a share, as it was when it was handed over: what whoever receives it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedPaper {
    /// Its place.
    pub place: u16,
    /// Which piece of the request it answers, from 0.
    pub piece: u16,
    /// Its title.
    pub title: Title,
    /// Its kind.
    pub kind: Kind,
    /// Day of issue, if told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_on: Option<Day>,
    /// Last good day, if told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<Day>,
    /// The name of its file.
    pub file_name: FileName,
    /// Its media type.
    pub media_type: String,
    /// Its size, in bytes.
    pub size: u64,
    /// SHA-256 of its content.
    pub sha256: Sha256Sum,
    /// When that version came in, in microseconds.
    pub deposited_at: i64,
    /// Where it comes from.
    pub origin: Origin,
    /// By whom it was issued and as what, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Box<Issued>>,
}

/// What was handed over, sealed twice: for its holder under the key of the evidence collection, for who receives it under the directory key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareFields {
    /// To whom, by name.
    pub institution: Name,
    /// On what it asked; none for somebody who has a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasis>,
    /// What for.
    pub purpose: Purpose,
    /// Its own name for the matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Name>,
    /// Whose papers: the name that people call the holder by.
    pub holder: Name,
    /// The papers, in order of their places.
    pub papers: Vec<HandedPaper>,
    /// Pieces that the holder did not want to give, from 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<u16>,
    /// Somebody who has a code: whether what can't be marked is shown to them as it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unmarked: bool,
    /// The papers that were destroyed since: nothing else of them is kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub destroyed: Vec<GonePaper>,
}

/// Where a paper of a share was that is destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GonePaper {
    /// Its place.
    pub place: u16,
    /// Which piece of the request it answered, from 0.
    pub piece: u16,
    /// Its kind.
    pub kind: Kind,
}

impl ShareFields {
    /// Without what describes the papers at some places.
    pub fn take_out(&mut self, places: &[u16]) {
        let is_gone = |paper: &HandedPaper| places.contains(&paper.place);
        let gone = |paper: &HandedPaper| GonePaper { place: paper.place, piece: paper.piece, kind: paper.kind };
        self.destroyed.extend(self.papers.iter().filter(|paper| is_gone(paper)).map(gone));
        self.destroyed.sort_by_key(|paper| paper.place);
        self.papers.retain(|paper| !is_gone(paper));
    }
}

/// Who reads, for an institution, as its program says; sealed beside the line of the reading, which bears its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReaderFields {
    /// The name that was said.
    pub name: Name,
    /// 32 random bytes in hexadecimal: the line's hash is of these and the name, so that nobody finds the name by trying.
    pub salt: String,
}
