//! What must be true: each paper in every state that it may be in, given what was answered. An operation whose answer never
//! came leaves two: as before, and wholly done. Looking settles which.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::world::hex;

/// A version's content.
pub type Content = Arc<Vec<u8>>;

/// A paper that is there.
#[derive(Clone, PartialEq, Eq)]
pub struct State {
    pub title: String,
    pub kind: String,
    pub trashed: bool,
    /// Oldest first.
    pub versions: Vec<Content>,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.trashed { "in the trash" } else { "live" };
        write!(f, "{} [{}] {place}:", self.title, self.kind)?;
        self.versions.iter().try_for_each(|v| write!(f, " {}:{}", v.len(), &hex(&Sha256::digest(v.as_slice()))[..8]))
    }
}

/// What somebody asks to be changed.
#[derive(Debug, Clone)]
pub enum Change {
    Version(Content),
    Amend { title: String, kind: String },
    Trash,
    Restore,
    Destroy,
}

impl Change {
    /// What it makes of a state; nothing where it must be refused.
    #[expect(clippy::option_option, reason = "three answers: refused, gone, a state")]
    pub fn of(&self, state: Option<&State>) -> Option<Option<State>> {
        let state = state?;
        let mut new = state.clone();
        match self {
            Self::Destroy => return Some(None),
            Self::Restore if state.trashed => new.trashed = false,
            Self::Restore => return None,
            _ if state.trashed => return None,
            Self::Trash => new.trashed = true,
            Self::Version(content) => new.versions.push(content.clone()),
            Self::Amend { title, kind } => (new.title, new.kind) = (title.clone(), kind.clone()),
        }
        Some(Some(new))
    }
}

/// A paper, in every state that it may be in. `None`: destroyed.
#[derive(Debug)]
pub struct Paper {
    pub id: String,
    pub worlds: Vec<Option<State>>,
}

/// What does not fit.
pub type Complaint = String;

impl Paper {
    pub fn new(id: String, state: State) -> Self {
        Self { id, worlds: vec![Some(state)] }
    }

    /// It was acknowledged.
    pub fn done(&mut self, change: &Change) -> Result<(), Complaint> {
        let after = self.worlds.iter().filter_map(|state| change.of(state.as_ref())).collect();
        self.settle(after, &format!("{change:?} was acknowledged and can't have been done"))
    }

    /// It was refused, for good.
    pub fn refused(&mut self, change: &Change) -> Result<(), Complaint> {
        let after = self.worlds.iter().filter(|state| change.of(state.as_ref()).is_none()).cloned().collect();
        self.settle(after, &format!("{change:?} was refused without a reason"))
    }

    /// Nobody knows.
    pub fn unknown(&mut self, change: &Change) {
        let done: Vec<_> = self.worlds.iter().filter_map(|state| change.of(state.as_ref())).collect();
        for state in done {
            if !self.worlds.contains(&state) {
                self.worlds.push(state);
            }
        }
    }

    /// It was seen so.
    pub fn seen(&mut self, what: &str, fits: impl Fn(Option<&State>) -> bool) -> Result<(), Complaint> {
        let after = self.worlds.iter().filter(|state| fits(state.as_ref())).cloned().collect();
        self.settle(after, what)
    }

    fn settle(&mut self, after: Vec<Option<State>>, what: &str) -> Result<(), Complaint> {
        if after.is_empty() {
            return Err(format!("{}: {what}; it must be one of {:?}", self.id, self.worlds));
        }
        self.worlds = after;
        Ok(())
    }

    /// Whether it may be there.
    pub fn may_be(&self) -> bool {
        self.worlds.iter().any(Option::is_some)
    }

    /// The state, once it is known.
    pub fn known(&self) -> Option<&State> {
        self.worlds.first().and_then(Option::as_ref)
    }
}

/// A deposit whose answer never came: the same key will tell.
#[derive(Debug, Clone)]
pub struct Unanswered {
    pub key: String,
    /// The paper that gets a version; none for a new paper.
    pub onto: Option<String>,
    pub title: String,
    pub kind: String,
    pub content: Content,
}
