//! Second factors: the secret of somebody's authenticator, sealed under the directory key, and what a typed code is worth
//! (RFC 6238: SHA-1, six digits, half-minutes, one before and one after).

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};
use totp_rs::{Algorithm, Builder, Totp};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::sealed::Place;
use super::{Vault, VaultError};
use crate::domain::code::Code;
use crate::domain::ids::PersonId;
use crate::domain::source::Timestamp;

/// Seconds that a code stands for.
const STEP: u64 = 30;

/// The secret as it is sealed: base32, as authenticators read it.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Secret {
    secret: String,
}

/// A secret on its way to somebody's authenticator: shown once.
pub struct NewFactor {
    /// The secret, in base32.
    pub secret: Zeroizing<String>,
    /// What the authenticator scans: an `otpauth` address.
    pub address: Zeroizing<String>,
    /// The secret, sealed, to be stored.
    pub sealed: Vec<u8>,
}

fn totp(secret: &str, account: &str) -> Result<Totp, VaultError> {
    let bytes = BASE32_NOPAD.decode(secret.as_bytes()).map_err(|_| VaultError::Damaged)?;
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(STEP)
        .with_secret(bytes)
        .with_account_name(account)
        .with_issuer(Some("Consigne"))
        .build()
        .map_err(|_| VaultError::Failed)
}

impl Vault {
    /// Draws a secret for somebody who has none. `account`: how their authenticator will call it.
    pub fn new_factor(&self, person: PersonId, account: &str) -> Result<NewFactor, VaultError> {
        self.draw_factor(Place::Factor(person), account)
    }

    /// Draws a secret that is to replace the one that somebody has: it opens as no second factor before [`Self::settle_factor`].
    pub fn next_factor(&self, person: PersonId, account: &str) -> Result<NewFactor, VaultError> {
        self.draw_factor(Place::NextFactor(person), account)
    }

    /// Seals a secret whose first code has come as the one that stands.
    pub fn settle_factor(&self, person: PersonId, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let secret: Secret = self.open_in_directory(Place::NextFactor(person), sealed)?;
        self.seal_in_directory(Place::Factor(person), &secret)
    }

    fn draw_factor(&self, place: Place, account: &str) -> Result<NewFactor, VaultError> {
        let secret = Zeroizing::new(BASE32_NOPAD.encode(Zeroizing::new(self.source.bytes::<20>()).as_slice()));
        // The address' own separator may not stand in a name.
        let account = account.replace(':', " ");
        let address = Zeroizing::new(totp(&secret, &account)?.to_url().map_err(|_| VaultError::Failed)?);
        let sealed = self.seal_in_directory(place, &Secret { secret: secret.to_string() })?;
        Ok(NewFactor { secret, address, sealed })
    }

    /// The half-minute whose code was typed, against a sealed secret, at a time. Spaces between the digits are passed over.
    pub fn factor_step(&self, person: PersonId, sealed: &[u8], typed: &str, at: Timestamp) -> Option<u64> {
        self.step(Place::Factor(person), sealed, typed, at)
    }

    /// The same against a secret that is to replace the one that stands.
    pub fn next_factor_step(&self, person: PersonId, sealed: &[u8], typed: &str, at: Timestamp) -> Option<u64> {
        self.step(Place::NextFactor(person), sealed, typed, at)
    }

    fn step(&self, place: Place, sealed: &[u8], typed: &str, at: Timestamp) -> Option<u64> {
        let digits = Zeroizing::new(typed.chars().filter(|c| !c.is_whitespace()).collect::<String>());
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let secret: Secret = self.open_in_directory(place, sealed).ok()?;
        let seconds = u64::try_from(at.micros().div_euclid(1_000_000)).ok()?;
        totp(&secret.secret, "").ok()?.check(&digits, seconds)
    }

    /// Ten printed codes for somebody, and what each is found by.
    pub fn backup_codes(&self, person: PersonId) -> Vec<(Code, [u8; 32])> {
        let one = |_| {
            let code = Code::draw(&self.source);
            let lookup = self.lookup.backup_code(person, &code);
            (code, lookup)
        };
        (0..BACKUP_CODES).map(one).collect()
    }
}

/// The six digits that an authenticator with this secret (base32) shows at a time.
pub fn digits(secret: &str, at: Timestamp) -> Option<String> {
    let seconds = u64::try_from(at.micros().div_euclid(1_000_000)).ok()?;
    Some(totp(secret, "").ok()?.generate(seconds).to_string())
}

/// Printed codes that somebody gets.
pub const BACKUP_CODES: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, for SHA-1, cut to six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = BASE32_NOPAD.encode(b"12345678901234567890");
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            let totp = totp(&secret, "").unwrap();
            assert_eq!(totp.check(code, seconds), Some(seconds / STEP));
            assert_eq!(totp.check(code, seconds + STEP), Some(seconds / STEP), "one before is taken");
            assert_eq!(totp.check(code, seconds + 2 * STEP), None, "two before is not");
        }
    }
}
