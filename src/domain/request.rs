//! What an institution asks somebody for: pieces, for a purpose, until a day. It reaches them by a code, never by a search.

mod lists;

use serde::{Deserialize, Serialize};

pub use lists::{READY, ready};

use super::callback::Callback;
use super::document::{Day, DocumentFields, FieldError, Sha256Sum};
use super::help::Purpose;
use super::ids::{DocumentId, InstitutionId, LockerId, MembershipId, PaperRequestId, ShareId};
use super::institution::LegalBasis;
use super::organisation::Name;
use super::share::PAPERS_MAX;
use super::source::{Moment, Timestamp};
use super::taxonomy::Kind;
use super::validity::{self, State};

/// Most pieces of a request.
pub const PIECES_MAX: usize = 30;
/// Most kinds that one piece may be of.
pub const KINDS_MAX: usize = 12;
/// Most papers for one piece.
pub const COUNT_MAX: u8 = 24;
/// Longest time within which a paper must have been issued, in months.
pub const MONTHS_MAX: u8 = 120;
/// Longest time to answer, and longest time that an institution may ask to read for, in days.
pub const DAYS_MAX: u16 = 365;

/// A piece: so many papers of one of some kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Any of these will do.
    pub kinds: Vec<Kind>,
    /// What the institution calls it, where the kinds don't say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Name>,
    /// It must have been issued within so many months; by the rule of its kind otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u8>,
    /// How many papers.
    pub count: u8,
    /// Whether the request can't be answered without it.
    pub mandatory: bool,
}

impl Piece {
    /// Checks what was said of one. `may`: the kinds that the institution may ask for.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn check(&self, may: &[Kind]) -> Result<(), (&'static str, FieldError)> {
        if self.kinds.is_empty() {
            return Err(("pieces.kinds", FieldError::Empty));
        }
        if self.kinds.len() > KINDS_MAX {
            return Err(("pieces.kinds", FieldError::TooLong(KINDS_MAX)));
        }
        if self.kinds.iter().any(|kind| !may.contains(kind)) {
            return Err(("pieces.kinds", FieldError::Unregistered));
        }
        if !(1..=COUNT_MAX).contains(&self.count) {
            return Err(("pieces.count", FieldError::OutOfBounds(COUNT_MAX.into())));
        }
        if self.months.is_some_and(|months| !(1..=MONTHS_MAX).contains(&months)) {
            return Err(("pieces.months", FieldError::OutOfBounds(MONTHS_MAX.into())));
        }
        Ok(())
    }

    /// How a paper fits; none if it is of another kind. `deposited`: the day its newest version came in.
    pub fn fits(&self, fields: &DocumentFields, deposited: Day, today: Day) -> Option<Fit> {
        if !self.kinds.contains(&fields.kind) {
            return None;
        }
        let state = validity::standing(fields, deposited, today).state;
        if state == State::Ended {
            return Some(Fit::Ended);
        }
        if let Some(months) = self.months {
            // It can't have been issued after it came in.
            let issued = fields.issued_on.unwrap_or(deposited);
            let last = validity::within_months(issued, months);
            return Some(match (last, fields.issued_on) {
                (Some(last), _) if last < today => Fit::TooOld,
                (Some(_), Some(_)) => Fit::Good,
                _ => Fit::Unknown,
            });
        }
        Some(match state {
            State::TooOld => Fit::TooOld,
            State::Unknown => Fit::Unknown,
            _ => Fit::Good,
        })
    }
}

/// How a paper of the right kind fits a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It does.
    Good,
    /// A date is missing to tell.
    Unknown,
    /// It is older than what is asked for.
    TooOld,
    /// Its last day is over.
    Ended,
}

impl Fit {
    /// The stable word in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Unknown => "unknown",
            Self::TooOld => "too_old",
            Self::Ended => "ended",
        }
    }
}

/// What describes a request; sealed at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestFields {
    /// The institution's name, as it was registered then.
    pub institution: Name,
    /// On what it asks.
    pub legal_basis: LegalBasis,
    /// What for, in plain words.
    pub purpose: Purpose,
    /// Its own name for the matter, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Name>,
    /// What it asks for; nothing where it asks to deposit.
    pub pieces: Vec<Piece>,
    /// The kinds of papers that it asks to deposit, where it asks for that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deposits: Vec<Kind>,
    /// For how many days it needs to read what it is handed, or to deposit.
    pub days: u16,
    /// Where its server is told how the request goes on, if it is to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<Callback>,
    /// Who asked, where it was an agent in the institution's office: for those who act there, and for nobody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<Asker>,
}

/// The agent who asked: their place, and what described them there. Their name stands with the place, and is shown as long as that is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asker {
    /// Their place in the office.
    #[serde(with = "super::ids::as_text")]
    pub membership: MembershipId,
    /// SHA-256 of what described them, sealed, as the line of their asking bears it.
    pub named: Sha256Sum,
}

/// A paper that was chosen for a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Which piece, from 0.
    pub piece: u16,
    /// The paper.
    #[serde(with = "super::ids::as_text")]
    pub document: DocumentId,
}

/// What somebody has chosen so far for a request; sealed at rest. Nothing of it is handed over before they say so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerFields {
    /// The papers.
    pub papers: Vec<Choice>,
    /// Pieces that they don't want to give, from 0.
    pub refused: Vec<u16>,
    /// The last day on which it may be read, if they said one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// What who helps them has chosen, beside what they chose themselves; nothing of it takes the place of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helped: Option<Box<Self>>,
}

impl AnswerFields {
    /// All of it, as it is shown: what the holder chose, whole, and of what their helper did what says nothing else of the same piece, as far
    /// as there is room.
    #[must_use]
    pub fn whole(self) -> Self {
        let Self { mut papers, mut refused, until, helped } = self;
        let helped = helped.map(|helped| *helped).unwrap_or_default();
        let (own, no) = (papers.clone(), refused.clone());
        let adds = |one: &Choice| !own.contains(one) && !no.contains(&one.piece);
        papers.extend(helped.papers.into_iter().filter(adds));
        papers.truncate(PAPERS_MAX);
        papers.sort_by_key(|one| one.piece);
        let is_open = |piece: &u16| !no.contains(piece) && !own.iter().any(|one| one.piece == *piece);
        refused.extend(helped.refused.into_iter().filter(is_open));
        Self { papers, refused, until: until.or(helped.until), helped: None }
    }
}

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nobody has typed its code yet.
    Waiting,
    /// Somebody has it in their locker.
    Taken,
    /// They handed papers over.
    Answered,
    /// They said no.
    Declined,
    /// The institution took it back.
    Withdrawn,
}

impl Stage {
    /// Every value.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Taken, Self::Answered, Self::Declined, Self::Withdrawn];

    /// The number in the database.
    pub const fn number(self) -> i64 {
        match self {
            Self::Waiting => 1,
            Self::Taken => 2,
            Self::Answered => 3,
            Self::Declined => 4,
            Self::Withdrawn => 5,
        }
    }

    /// Reads [`Self::number`].
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.number() == number)
    }
}

/// Everything that a decision about a request looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestFacts {
    /// Whose.
    pub institution: InstitutionId,
    /// Which.
    pub request: PaperRequestId,
    /// When it was made.
    pub made_at: Timestamp,
    /// The first moment when it can't be answered any more.
    pub until: Timestamp,
    /// How far it has come.
    pub stage: Stage,
    /// When it came so far.
    pub staged_at: Timestamp,
    /// In whose locker it is.
    pub locker: Option<LockerId>,
    /// What it was answered with.
    pub share: Option<ShareId>,
}

/// Where a request stands. Computed, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestStatus {
    /// Nobody has typed its code yet.
    Waiting,
    /// Somebody has it in their locker, and may answer.
    Taken,
    /// Papers were handed over.
    Answered,
    /// The person said no.
    Declined,
    /// The institution took it back.
    Withdrawn,
    /// The day to answer has passed.
    Over,
}

impl RequestStatus {
    /// Every value.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Taken, Self::Answered, Self::Declined, Self::Withdrawn, Self::Over];

    /// The stable word in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Taken => "taken",
            Self::Answered => "answered",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Over => "over",
        }
    }
}

impl RequestFacts {
    /// Where it stands at a moment.
    pub fn status(&self, moment: Moment) -> RequestStatus {
        let is_over = moment.now >= self.until || moment.clock >= self.until;
        match self.stage {
            Stage::Waiting | Stage::Taken if is_over => RequestStatus::Over,
            Stage::Waiting => RequestStatus::Waiting,
            Stage::Taken => RequestStatus::Taken,
            Stage::Answered => RequestStatus::Answered,
            Stage::Declined => RequestStatus::Declined,
            Stage::Withdrawn => RequestStatus::Withdrawn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::Source;

    #[test]
    fn what_a_helper_chose_stands_beside_and_takes_no_place() {
        let source = Source::seeded(Timestamp::from_micros(0), [5; 32]);
        let choice = |piece| Choice { piece, document: DocumentId::draw(&source) };
        let (own, theirs) = (choice(1), [choice(0), choice(1), choice(2)]);
        let day = |text: &str| Some(Day::parse(text).unwrap());
        let helped = AnswerFields {
            papers: vec![theirs[0], own, theirs[1], theirs[2]],
            refused: vec![1, 2, 3],
            until: day("2027-01-31"),
            helped: None,
        };
        let kept = AnswerFields {
            papers: vec![own],
            refused: vec![2],
            until: day("2026-12-31"),
            helped: Some(Box::new(helped.clone())),
        };
        let whole = kept.clone().whole();
        // Of a piece that its holder refused nothing is chosen; one that they chose for is not refused; once is once.
        assert_eq!(whole.papers, [theirs[0], own, theirs[1]]);
        assert_eq!((whole.refused, whole.until, whole.helped), (vec![2, 3], day("2026-12-31"), None));
        // Where its holder has said nothing, it is what their helper said.
        let alone = AnswerFields { helped: Some(Box::new(helped.clone())), ..AnswerFields::default() }.whole();
        assert_eq!((alone.papers.len(), alone.refused, alone.until), (4, vec![1, 2, 3], day("2027-01-31")));
        // However many: what its holder chose is there.
        let many = AnswerFields { papers: (0..100).map(|_| choice(0)).collect(), ..AnswerFields::default() };
        let crowded = AnswerFields { helped: Some(Box::new(many)), ..kept };
        let whole = crowded.whole();
        assert!(whole.papers.len() == PAPERS_MAX && whole.papers.contains(&own));
    }
}
