//! Codes and access tokens that the demonstration issuers have given, in memory, bounded in time and number.

use std::collections::HashMap;
use std::time::Duration;

use super::people::DemoPerson;
use crate::domain::source::Timestamp;

/// A code is good this long (`FranceConnect`'s figure).
pub(super) const CODE_LIFE: Duration = Duration::from_secs(30);
/// An access token is good this long (`FranceConnect`'s figure).
pub(super) const TOKEN_LIFE: Duration = Duration::from_mins(1);
/// Codes or tokens held at once. They live a minute or two: a demonstration never comes near.
const CAPACITY: usize = 10_000;

/// What a sign-in is about.
#[derive(Debug, Clone)]
pub(super) struct Granted {
    pub client_id: String,
    pub redirect_uri: String,
    pub person: &'static DemoPerson,
    pub nonce: String,
    pub scope: String,
    pub challenge: Option<String>,
    pub at: Timestamp,
}

struct Code {
    granted: Granted,
    /// The access token it was exchanged for: a code seen again takes it away (RFC 6749 §4.1.2).
    spent_on: Option<String>,
}

/// The issuer can hold no more for now.
#[derive(Debug)]
pub(super) struct Full;

#[derive(Default)]
pub(super) struct Memory {
    codes: HashMap<String, Code>,
    tokens: HashMap<String, (Granted, Timestamp)>,
}

impl Memory {
    /// Keeps a new code.
    pub fn keep_code(&mut self, code: String, granted: Granted, now: Timestamp) -> Result<(), Full> {
        self.sweep(now);
        if self.codes.len() >= CAPACITY {
            return Err(Full);
        }
        self.codes.insert(code, Code { granted, spent_on: None });
        Ok(())
    }

    /// Spends a code for an access token, if `fits` its grant. A code tried again takes its token with it; one that
    /// does not fit is spent too.
    pub fn spend(
        &mut self,
        code: &str,
        token: String,
        now: Timestamp,
        fits: impl FnOnce(&Granted) -> bool,
    ) -> Option<Granted> {
        self.sweep(now);
        let known = self.codes.get_mut(code)?;
        if let Some(earlier) = known.spent_on.replace(token.clone()) {
            self.tokens.remove(&earlier);
            return None;
        }
        if now >= known.granted.at.plus(CODE_LIFE) || !fits(&known.granted) || self.tokens.len() >= CAPACITY {
            return None;
        }
        let granted = known.granted.clone();
        self.tokens.insert(token, (granted.clone(), now));
        Some(granted)
    }

    /// What an access token gives.
    pub fn of_token(&self, token: &str, now: Timestamp) -> Option<Granted> {
        self.tokens.get(token).filter(|(_, at)| now < at.plus(TOKEN_LIFE)).map(|(granted, _)| granted.clone())
    }

    /// Forgets what can't matter any more. A spent code is remembered as long as its token can live.
    fn sweep(&mut self, now: Timestamp) {
        self.codes.retain(|_, code| now < code.granted.at.plus(CODE_LIFE + TOKEN_LIFE));
        self.tokens.retain(|_, (_, at)| now < at.plus(TOKEN_LIFE));
    }
}
