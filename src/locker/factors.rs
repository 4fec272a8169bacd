//! Second factors of those who come in for their work: set up, passed, printed codes made anew.

use zeroize::Zeroizing;

use super::{LockerError, Lockers};
use crate::access::{Caller, FactorState, Presented, Replacement, Token};
use crate::domain::code::Code;
use crate::domain::ids::PersonId;
use crate::domain::source::Timestamp;
use crate::store::factors::FactorRow;
use crate::store::next_factors::NextFactorRow;

/// What is shown once to somebody who sets up a second factor.
#[derive(Debug)]
pub struct FactorShown {
    /// The secret, in base32, to be typed.
    pub secret: Zeroizing<String>,
    /// The same as an address, to be scanned.
    pub address: Zeroizing<String>,
}

/// The cookie of a session that has passed a second factor, and printed codes, if some were made.
#[derive(Debug)]
pub struct Passed {
    /// The cookie's new value.
    pub cookie: Zeroizing<String>,
    /// Printed codes, shown once.
    pub codes: Vec<Code>,
}

impl Lockers {
    /// How the caller's second factor stands.
    pub async fn factor_state(&self, caller: &Caller) -> Result<FactorState, LockerError> {
        Ok(self.door().factor_state(caller).await?)
    }

    /// Begins to set up a second factor. What it gives is shown once.
    pub async fn begin_factor(&self, caller: &Caller) -> Result<FactorShown, LockerError> {
        let who = self.who(caller).await?;
        let account = format!("{} {}", who.identity.given_name, who.identity.family_name);
        let new = self.0.vault.new_factor(who.person, account.trim())?;
        let sealed = new.sealed;
        self.door().begin_factor(caller, |person| (person == who.person).then_some(sealed)).await?;
        Ok(FactorShown { secret: new.secret, address: new.address })
    }

    /// Takes the first code of a new second factor: it stands from then on, and has printed codes.
    pub async fn confirm_factor(&self, caller: &Caller, typed: &str) -> Result<Passed, LockerError> {
        let who = self.who(caller).await?;
        let codes = self.0.vault.backup_codes(who.person);
        let lookups: Vec<[u8; 32]> = codes.iter().map(|(_, lookup)| *lookup).collect();
        let (cookie, token) = Token::draw(self.source());
        let judge = |row: &FactorRow, at: Timestamp| self.step(row, typed, at);
        let made = move |person: PersonId| if person == who.person { lookups.clone() } else { Vec::new() };
        self.door().pass_factor(caller, &judge, &token, Some(&made)).await?;
        Ok(Passed { cookie, codes: codes.into_iter().map(|(code, _)| code).collect() })
    }

    /// Takes a code: six digits, or a printed one.
    pub async fn pass_factor(&self, caller: &Caller, typed: &str) -> Result<Passed, LockerError> {
        let (cookie, token) = Token::draw(self.source());
        let printed = Code::parse(typed);
        let judge = |row: &FactorRow, at: Timestamp| match &printed {
            Some(code) => Presented::Printed(self.0.vault.lookup().backup_code(row.person, code)),
            None => self.step(row, typed, at),
        };
        self.door().pass_factor(caller, &judge, &token, None).await?;
        Ok(Passed { cookie, codes: Vec::new() })
    }

    /// Begins to replace the caller's second factor, which stands meanwhile. What it gives is shown once.
    pub async fn begin_replacement(&self, caller: &Caller) -> Result<FactorShown, LockerError> {
        let who = self.who(caller).await?;
        let account = format!("{} {}", who.identity.given_name, who.identity.family_name);
        let new = self.0.vault.next_factor(who.person, account.trim())?;
        let sealed = new.sealed;
        self.door().begin_replacement(caller, |person| (person == who.person).then_some(sealed)).await?;
        Ok(FactorShown { secret: new.secret, address: new.address })
    }

    /// Takes the first code of the new second factor: the old one, and its printed codes, are gone.
    pub async fn replace_factor(&self, caller: &Caller, typed: &str) -> Result<Passed, LockerError> {
        let who = self.who(caller).await?;
        let codes = self.0.vault.backup_codes(who.person);
        let lookups: Vec<[u8; 32]> = codes.iter().map(|(_, lookup)| *lookup).collect();
        let (cookie, token) = Token::draw(self.source());
        let judge = |row: &NextFactorRow, at: Timestamp| {
            let step = self.0.vault.next_factor_step(row.person, &row.secret, typed, at);
            step.map_or(Presented::Nothing, Presented::Step)
        };
        let settle = |row: &NextFactorRow| self.0.vault.settle_factor(row.person, &row.secret).ok();
        let made = move |person: PersonId| if person == who.person { lookups.clone() } else { Vec::new() };
        let new = Replacement { judge: &judge, settle: &settle, codes: &made, token: &token };
        self.door().replace_factor(caller, &new).await?;
        Ok(Passed { cookie, codes: codes.into_iter().map(|(code, _)| code).collect() })
    }

    fn step(&self, row: &FactorRow, typed: &str, at: Timestamp) -> Presented {
        let step = self.0.vault.factor_step(row.person, &row.secret, typed, at);
        step.map_or(Presented::Nothing, Presented::Step)
    }

    /// Makes new printed codes; the old ones serve no more.
    pub async fn renew_codes(&self, caller: &Caller) -> Result<Vec<Code>, LockerError> {
        let who = self.who(caller).await?;
        let codes = self.0.vault.backup_codes(who.person);
        let lookups: Vec<[u8; 32]> = codes.iter().map(|(_, lookup)| *lookup).collect();
        self.door().renew_codes(caller, |person| if person == who.person { lookups } else { Vec::new() }).await?;
        Ok(codes.into_iter().map(|(code, _)| code).collect())
    }
}
