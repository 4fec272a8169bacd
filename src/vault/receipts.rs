//! Receipts of what was handed over, signed (RFC 7515, Ed25519) so that whoever has one can show it to anybody. Format: `docs/formats/receipt.md`.
//!
//! The key is none but for that: with another name and another type than tokens have, so that a receipt is never taken for a token, nor a
//! token for a receipt.

use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use hkdf::Hkdf;
use serde::Serialize;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::VaultError;
use super::keys::NamedKey;
use super::tokens::thumbprint;
use crate::store::grant::{Grant, SignsReceipt};

/// The type that a receipt's head names.
pub const RECEIPT_TYPE: &str = "consigne-receipt+jwt";

/// The key that signs receipts: derived from the directory key, so that every process of an installation has the same.
pub struct ReceiptKey {
    pair: Ed25519KeyPair,
    name: String,
    head: String,
}

impl fmt::Debug for ReceiptKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReceiptKey({})", self.name)
    }
}

/// Something signed: the parts of a JWS (RFC 7515 §7.2.2), in base64url.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signed {
    /// What is signed.
    pub payload: String,
    /// Its head.
    pub protected: String,
    /// The signature of both.
    pub signature: String,
}

impl ReceiptKey {
    /// The key of an installation.
    ///
    /// # Errors
    /// [`VaultError::Failed`] when cryptography refuses to work.
    pub(in crate::vault) fn of(directory: &NamedKey) -> Result<Self, VaultError> {
        let mut seed = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, directory.key().bytes())
            .expand(b"consigne/receipts/v1", seed.as_mut_slice())
            .map_err(|_| VaultError::Failed)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| VaultError::Failed)?;
        let name = thumbprint(&BASE64URL_NOPAD.encode(pair.public_key().as_ref()));
        let head = serde_json::json!({"alg": "EdDSA", "kid": name, "typ": RECEIPT_TYPE});
        Ok(Self { pair, name, head: BASE64URL_NOPAD.encode(head.to_string().as_bytes()) })
    }

    /// Its name, and its public half in base64url: what is published, for whoever wants to check a receipt.
    pub fn published(&self) -> (&str, String) {
        (&self.name, BASE64URL_NOPAD.encode(self.pair.public_key().as_ref()))
    }

    /// Signs what was handed over, under the right whose line says so.
    ///
    /// # Errors
    /// [`VaultError::Failed`] when it can't be written.
    pub fn sign<A: SignsReceipt>(&self, _grant: &Grant<A>, told: &impl Serialize) -> Result<Signed, VaultError> {
        self.signed(&serde_json::to_vec(told).map_err(|_| VaultError::Failed)?)
    }

    fn signed(&self, payload: &[u8]) -> Result<Signed, VaultError> {
        if payload.is_empty() {
            return Err(VaultError::Failed);
        }
        let payload = BASE64URL_NOPAD.encode(payload);
        let signature = self.pair.sign(format!("{}.{payload}", self.head).as_bytes());
        let signature = BASE64URL_NOPAD.encode(signature.as_ref());
        Ok(Signed { payload, protected: self.head.clone(), signature })
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    use super::*;
    use crate::domain::ids::{InstitutionId, KeyId, TokenId};
    use crate::domain::institution::{ClientToken, Errand, Errands};
    use crate::domain::source::{Source, Timestamp};
    use crate::vault::keys::KeyKind;
    use crate::vault::tokens::TokenKey;

    const OURS: (&str, &str) = ("https://consigne.example", "https://consigne.example/api");

    fn keys() -> (ReceiptKey, TokenKey) {
        let source = Source::seeded(Timestamp::from_micros(0), [1; 32]);
        let directory = crate::vault::named(KeyKind::Directory, KeyId::draw(&source), 1, [1; 32]);
        (ReceiptKey::of(&directory).unwrap(), TokenKey::of(&directory).unwrap())
    }

    fn verifies(x: &str, signed: &str, signature: &str) -> bool {
        let key = BASE64URL_NOPAD.decode(x.as_bytes()).unwrap();
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
        UnparsedPublicKey::new(&ED25519, key).verify(signed.as_bytes(), &signature).is_ok()
    }

    /// Who has a receipt has no token, whatever it says; and who has a token has no receipt.
    #[test]
    fn a_receipt_is_no_token_and_a_token_no_receipt() {
        let (receipts, tokens) = keys();
        assert_ne!(receipts.published(), tokens.published());
        let source = Source::seeded(Timestamp::from_micros(0), [9; 32]);
        let from = Timestamp::from_micros(1_700_000_000_000_000);
        let institution = InstitutionId::draw(&source);
        let errands = Errands::NONE.with(Errand::Retrieve);
        let one = ClientToken { institution, token: TokenId::draw(&source), errands, from, until: from };
        let (token, _) = tokens.make(OURS, one).unwrap();
        let [head, claims, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
        // A receipt with the very claims of a token.
        let receipt = receipts.signed(&BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap()).unwrap();
        assert_eq!(receipt.payload, claims);
        assert_eq!(
            tokens.read(OURS, &format!("{}.{}.{}", receipt.protected, receipt.payload, receipt.signature)),
            None
        );
        // Its signature under a token's head.
        assert_eq!(tokens.read(OURS, &format!("{head}.{claims}.{}", receipt.signature)), None);
        // And a token's under the key of receipts.
        let (_, x) = receipts.published();
        assert!(verifies(&x, &format!("{}.{}", receipt.protected, receipt.payload), &receipt.signature));
        assert!(!verifies(&x, &format!("{head}.{claims}"), signature));
        let told: serde_json::Value =
            serde_json::from_slice(&BASE64URL_NOPAD.decode(receipt.protected.as_bytes()).unwrap()).unwrap();
        assert_eq!(told, serde_json::json!({"alg": "EdDSA", "kid": receipts.published().0, "typ": RECEIPT_TYPE}));
        assert!(receipts.signed(b"").is_err());
    }
}
