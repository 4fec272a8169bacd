//! Signatures of what institutions' servers are told: detached JSON Web Signatures (RFC 7515, appendix F) by Ed25519. Format:
//! `docs/formats/webhook.md`.
//!
//! The key signs nothing else, and nothing else signs these: a signature of one kind can't be shown for another.

use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::VaultError;
use super::keys::NamedKey;
use super::tokens::thumbprint;

/// What a signature says that it is of (`typ`).
pub const TYPE: &str = "consigne-webhook";

/// The key that signs them: derived from the directory key, so that every process of an installation has the same.
pub struct WebhookKey {
    pair: Ed25519KeyPair,
    name: String,
    head: String,
}

impl fmt::Debug for WebhookKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookKey({})", self.name)
    }
}

impl WebhookKey {
    /// The key of an installation.
    ///
    /// # Errors
    /// [`VaultError::Failed`] when cryptography refuses to work.
    pub(in crate::vault) fn of(directory: &NamedKey) -> Result<Self, VaultError> {
        let mut seed = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, directory.key().bytes())
            .expand(b"consigne/webhooks/v1", seed.as_mut_slice())
            .map_err(|_| VaultError::Failed)?;
        Self::from_seed(&seed)
    }

    /// The key of a seed, for vectors of the format.
    ///
    /// # Errors
    /// [`VaultError::Failed`] when cryptography refuses to work.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, VaultError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| VaultError::Failed)?;
        let name = thumbprint(&BASE64URL_NOPAD.encode(pair.public_key().as_ref()));
        let head = serde_json::json!({"alg": "EdDSA", "kid": name, "typ": TYPE});
        Ok(Self { pair, name, head: BASE64URL_NOPAD.encode(head.to_string().as_bytes()) })
    }

    /// Its name, and its public half in base64url: what is published, for whoever is told something.
    pub fn published(&self) -> (&str, String) {
        (&self.name, BASE64URL_NOPAD.encode(self.pair.public_key().as_ref()))
    }

    /// The signature over a body, as it stands in a header: the body itself is not in it.
    pub fn sign(&self, body: &[u8]) -> String {
        let signed = format!("{}.{}", self.head, BASE64URL_NOPAD.encode(body));
        format!("{}..{}", self.head, BASE64URL_NOPAD.encode(self.pair.sign(signed.as_bytes()).as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::KeyId;
    use crate::domain::source::{Source, Timestamp};
    use crate::vault::keys::KeyKind;
    use crate::vault::tokens::TokenKey;
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    fn directory(byte: u8) -> NamedKey {
        let source = Source::seeded(Timestamp::from_micros(0), [byte; 32]);
        crate::vault::named(KeyKind::Directory, KeyId::draw(&source), 1, [byte; 32])
    }

    fn whole(signature: &str, body: &[u8]) -> String {
        signature.replacen("..", &format!(".{}.", BASE64URL_NOPAD.encode(body)), 1)
    }

    #[test]
    fn a_signature_is_of_that_body_alone() {
        let key = WebhookKey::of(&directory(1)).unwrap();
        let signature = key.sign(b"{\"id\":1}");
        let verifies = |signature: &str, body: &[u8]| {
            let whole = whole(signature, body);
            let (signed, signature) = whole.rsplit_once('.').unwrap();
            let public = UnparsedPublicKey::new(&ED25519, key.pair.public_key().as_ref());
            let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
            public.verify(signed.as_bytes(), &signature).is_ok()
        };
        assert!(verifies(&signature, b"{\"id\":1}"));
        assert!(!verifies(&signature, b"{\"id\":2}"));
        assert!(!verifies(&WebhookKey::of(&directory(2)).unwrap().sign(b"{\"id\":1}"), b"{\"id\":1}"));
        assert!(!signature.contains(&BASE64URL_NOPAD.encode(b"{\"id\":1}")), "the body is not in it");
    }

    /// Somebody shows a signature, put together with its body, as a token; the body says what a token says.
    #[test]
    fn no_signature_is_a_token() {
        let (webhooks, tokens) = (WebhookKey::of(&directory(1)).unwrap(), TokenKey::of(&directory(1)).unwrap());
        assert_ne!(webhooks.published(), tokens.published());
        let ours = ("https://consigne.example", "https://consigne.example/api");
        let source = Source::seeded(Timestamp::from_micros(0), [9; 32]);
        let id = crate::domain::ids::InstitutionId::draw(&source).to_string();
        let claims = serde_json::json!({
            "iss": ours.0, "aud": ours.1, "sub": id, "client_id": id, "iat": 1, "nbf": 1, "exp": 4_000_000_000_u32, "jti": id, "scope": "retrieve",
        })
        .to_string();
        let signature = webhooks.sign(claims.as_bytes());
        let shown = whole(&signature, claims.as_bytes());
        assert_eq!(tokens.read(ours, &shown), None);
        assert_eq!(tokens.read(ours, &signature), None);
        // Nor under the head of a token.
        let (_, rest) = shown.split_once('.').unwrap();
        let head = serde_json::json!({"alg": "EdDSA", "kid": tokens.published().0, "typ": "at+jwt"}).to_string();
        let forged = format!("{}.{rest}", BASE64URL_NOPAD.encode(head.as_bytes()));
        assert_eq!(tokens.read(ours, &forged), None);
    }
}
