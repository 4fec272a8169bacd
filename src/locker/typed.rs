//! What somebody typed, kept while they prove again who they are: sealed, in a cookie of theirs, for ten minutes.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Lockers;
use crate::domain::ids::{LockerId, MandateId};
use crate::vault::sealed::Place;

/// What a holder typed of where they want to be told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedContact {
    /// By what.
    #[serde(default)]
    pub par: String,
    /// A telephone number.
    #[serde(default)]
    pub numero: String,
    /// An e-mail address.
    #[serde(default)]
    pub adresse: String,
    /// Whether discreetly: anything, or nothing.
    #[serde(default)]
    pub discret: String,
    /// Whether each week too: anything, or nothing.
    #[serde(default)]
    pub resume: String,
}

/// What a holder said of how they read what they agree to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedAnswer {
    /// Whether it was read to them.
    pub lu: bool,
    /// Who translated.
    pub interprete: String,
    /// What they chose of it, as the address bore it.
    pub choix: String,
}

/// What a holder wrote of whom they give papers to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedGiving {
    /// To whom.
    #[serde(default)]
    pub nom: String,
    /// What for.
    #[serde(default)]
    pub pour: String,
    /// Until which day.
    #[serde(default)]
    pub jusqua: String,
    /// How often.
    #[serde(default)]
    pub fois: String,
    /// Whether the time begins at the first use: anything, or nothing.
    #[serde(default)]
    pub debut: String,
    /// Whether what can't be marked is shown as it is: anything, or nothing.
    #[serde(default)]
    pub telquel: String,
    /// What the form is told from others by: sent again, it makes nothing new.
    #[serde(default)]
    pub cle: String,
}

/// Something kept, with its end.
#[derive(Serialize, Deserialize)]
struct Kept<T> {
    #[serde(flatten)]
    typed: T,
    until: i64,
}

/// How long it is kept.
const KEPT: Duration = Duration::from_mins(10);
/// The longest of each part, in characters: it goes into a cookie. Nothing that could be meant is longer.
const LONGEST: usize = 320;
/// The longest of all that a cookie takes.
const COOKIE: usize = 3_800;

impl Lockers {
    /// Where somebody wants to be told, as they typed it: to be shown again in their own locker. None if it is longer than anything that could be meant.
    pub fn keep_typed(&self, locker: LockerId, typed: &TypedContact) -> Option<String> {
        let TypedContact { par, numero, adresse, discret, resume } = typed;
        let parts = [par, numero, adresse, discret, resume];
        if parts.iter().any(|part| part.chars().count() > LONGEST) {
            return None;
        }
        self.keep(Place::Typed(locker), typed)
    }

    /// What was kept so, if it is of this locker, and not too old.
    pub fn typed(&self, locker: LockerId, kept: &str) -> Option<TypedContact> {
        self.kept(Place::Typed(locker), kept)
    }

    /// What somebody said of how they read a proposal: to be shown again beside that proposal, in their own locker.
    pub fn keep_answer(&self, locker: LockerId, mandate: MandateId, typed: &TypedAnswer) -> Option<String> {
        if typed.interprete.chars().count() > LONGEST {
            return None;
        }
        self.keep(Place::TypedAnswer(locker, mandate), typed)
    }

    /// What was kept so, if it is of this proposal, and not too old.
    pub fn answer_kept(&self, locker: LockerId, mandate: MandateId, kept: &str) -> Option<TypedAnswer> {
        self.kept(Place::TypedAnswer(locker, mandate), kept)
    }

    /// What somebody wrote of whom they give papers to: to be shown again in their own locker.
    pub fn keep_giving(&self, locker: LockerId, typed: &TypedGiving) -> Option<String> {
        let TypedGiving { nom, pour, jusqua, fois, debut, telquel, cle } = typed;
        if [nom, pour, jusqua, fois, debut, telquel, cle].iter().any(|part| part.chars().count() > LONGEST) {
            return None;
        }
        self.keep(Place::TypedGiving(locker), typed)
    }

    /// What was kept so, if it is of this locker, and not too old.
    pub fn giving_kept(&self, locker: LockerId, kept: &str) -> Option<TypedGiving> {
        self.kept(Place::TypedGiving(locker), kept)
    }

    fn keep<T: Serialize>(&self, place: Place, typed: &T) -> Option<String> {
        let until = self.source().now().plus(KEPT).micros();
        let sealed = self.0.vault.seal_in_directory(place, &Kept { typed, until });
        Some(BASE64URL_NOPAD.encode(&sealed.ok()?)).filter(|kept| kept.len() < COOKIE)
    }

    fn kept<T: DeserializeOwned>(&self, place: Place, kept: &str) -> Option<T> {
        let sealed = BASE64URL_NOPAD.decode(kept.as_bytes()).ok()?;
        let kept: Kept<T> = self.0.vault.open_in_directory(place, &sealed).ok()?;
        (self.source().now().micros() < kept.until).then_some(kept.typed)
    }
}
