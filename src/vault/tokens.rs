//! Tokens that institutions' programs bear: made and read here alone (RFC 9068: `at+jwt`, signed with Ed25519). Format: `docs/formats/token.md`.
//!
//! A token says who asks, for what, until when. It gives no right: those are decided at each use. There is one key and one header: what does
//! not begin with exactly that header was not made here, whatever algorithm, type or key it names.

use std::fmt;
use std::time::Duration;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use data_encoding::BASE64URL_NOPAD;
use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::VaultError;
use super::keys::NamedKey;
use crate::domain::institution::{ClientToken, Errands};
use crate::domain::source::Timestamp;

/// How long a token is good.
pub const TOKEN_LIFE: Duration = Duration::from_mins(5);
/// Longest token that is read, in bytes.
const TOKEN_MAX: usize = 2_048;

/// The key that signs tokens: derived from the directory key, so that every process of an installation has the same.
pub struct TokenKey {
    pair: Ed25519KeyPair,
    name: String,
    head: String,
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenKey({})", self.name)
    }
}

/// What a token says (RFC 9068 §2.2). Times in seconds.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    client_id: String,
    iat: u32,
    nbf: u32,
    exp: u32,
    jti: String,
    scope: String,
}

fn seconds(at: Timestamp) -> u32 {
    u32::try_from(at.micros().div_euclid(1_000_000)).unwrap_or(0)
}

fn from_seconds(seconds: u32) -> Timestamp {
    Timestamp::default().plus(Duration::from_secs(seconds.into()))
}

impl TokenKey {
    /// The key of an installation.
    ///
    /// # Errors
    /// [`VaultError::Failed`] when cryptography refuses to work.
    pub(in crate::vault) fn of(directory: &NamedKey) -> Result<Self, VaultError> {
        let mut seed = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, directory.key().bytes())
            .expand(b"consigne/tokens/v1", seed.as_mut_slice())
            .map_err(|_| VaultError::Failed)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| VaultError::Failed)?;
        let name = thumbprint(&BASE64URL_NOPAD.encode(pair.public_key().as_ref()));
        let head = serde_json::json!({"alg": "EdDSA", "kid": name, "typ": "at+jwt"});
        Ok(Self { pair, name, head: BASE64URL_NOPAD.encode(head.to_string().as_bytes()) })
    }

    /// Its name, and its public half in base64url: what is published, for whoever wants to read a token.
    pub fn published(&self) -> (&str, String) {
        (&self.name, BASE64URL_NOPAD.encode(self.pair.public_key().as_ref()))
    }

    /// Makes a token, good from a moment on for [`TOKEN_LIFE`]; gives it with what it says. `issuer`: the public address. `audience`: what it is for.
    ///
    /// # Errors
    /// [`VaultError::Failed`] when its claims can't be written.
    pub fn make(
        &self,
        (issuer, audience): (&str, &str),
        token: ClientToken,
    ) -> Result<(Zeroizing<String>, ClientToken), VaultError> {
        let from = seconds(token.from);
        let until = from.saturating_add(u32::try_from(TOKEN_LIFE.as_secs()).unwrap_or(0));
        let claims = Claims {
            iss: issuer.to_owned(),
            aud: audience.to_owned(),
            sub: token.institution.to_string(),
            client_id: token.institution.to_string(),
            iat: from,
            nbf: from,
            exp: until,
            jti: token.token.to_string(),
            scope: token.errands.to_string(),
        };
        let claims = serde_json::to_vec(&claims).map_err(|_| VaultError::Failed)?;
        let signed = format!("{}.{}", self.head, BASE64URL_NOPAD.encode(&claims));
        let signature = BASE64URL_NOPAD.encode(self.pair.sign(signed.as_bytes()).as_ref());
        let made = ClientToken { from: from_seconds(from), until: from_seconds(until), ..token };
        Ok((Zeroizing::new(format!("{signed}.{signature}")), made))
    }

    /// What a token says, if it was made here for these. Whether it is good now is for `policy` to say.
    pub fn read(&self, (issuer, audience): (&str, &str), text: &str) -> Option<ClientToken> {
        if text.len() > TOKEN_MAX {
            return None;
        }
        let (signed, signature) = text.rsplit_once('.')?;
        let (head, claims) = signed.split_once('.')?;
        if head != self.head {
            return None;
        }
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?;
        let public = UnparsedPublicKey::new(&ED25519, self.pair.public_key().as_ref());
        public.verify(signed.as_bytes(), &signature).ok()?;
        let claims: Claims = serde_json::from_slice(&BASE64URL_NOPAD.decode(claims.as_bytes()).ok()?).ok()?;
        if claims.iss != issuer || claims.aud != audience || claims.client_id != claims.sub {
            return None;
        }
        Some(ClientToken {
            institution: claims.sub.parse().ok()?,
            token: claims.jti.parse().ok()?,
            errands: Errands::parse(&claims.scope)?,
            from: from_seconds(claims.nbf),
            until: from_seconds(claims.exp),
        })
    }
}

/// The name of an Ed25519 key: its thumbprint (RFC 7638, RFC 8037 §2).
pub(in crate::vault) fn thumbprint(x: &str) -> String {
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    BASE64URL_NOPAD.encode(&Sha256::digest(members.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{InstitutionId, KeyId, TokenId};
    use crate::domain::institution::Errand;
    use crate::domain::source::Source;
    use crate::vault::keys::KeyKind;

    const OURS: (&str, &str) = ("https://consigne.example", "https://consigne.example/api");

    fn key(byte: u8) -> TokenKey {
        let source = Source::seeded(Timestamp::from_micros(0), [byte; 32]);
        TokenKey::of(&crate::vault::named(KeyKind::Directory, KeyId::draw(&source), 1, [byte; 32])).unwrap()
    }

    fn one() -> ClientToken {
        let source = Source::seeded(Timestamp::from_micros(0), [9; 32]);
        let from = Timestamp::from_micros(1_700_000_000_500_000);
        let errands = Errands::NONE.with(Errand::Retrieve);
        ClientToken {
            institution: InstitutionId::draw(&source),
            token: TokenId::draw(&source),
            errands,
            from,
            until: from,
        }
    }

    #[test]
    fn a_token_reads_back_for_whom_it_was_made() {
        let key = key(1);
        let (text, made) = key.make(OURS, one()).unwrap();
        assert_eq!(key.read(OURS, &text), Some(made));
        assert_eq!(made.from, Timestamp::from_micros(1_700_000_000_000_000));
        assert_eq!(made.until, made.from.plus(TOKEN_LIFE));
        assert_eq!(key.read(("https://other.example", OURS.1), &text), None);
        assert_eq!(key.read((OURS.0, "https://consigne.example/other"), &text), None);
        // Another installation's key.
        assert_eq!(super::tests::key(2).read(OURS, &text), None);
    }

    #[test]
    fn nothing_but_the_one_header_is_read() {
        let key = key(1);
        let (text, _) = key.make(OURS, one()).unwrap();
        let (_, rest) = text.split_once('.').unwrap();
        let claims = rest.split('.').next().unwrap();
        for header in [
            serde_json::json!({"alg": "none"}),
            serde_json::json!({"alg": "HS256", "kid": key.name, "typ": "at+jwt"}),
            serde_json::json!({"alg": "EdDSA", "kid": key.name, "typ": "JWT"}),
            serde_json::json!({"alg": "EdDSA", "kid": "another", "typ": "at+jwt"}),
            serde_json::json!({"alg": "EdDSA", "kid": key.name, "typ": "at+jwt", "jwk": {}}),
        ] {
            // Signed by the right key all the same: a header of another kind is no token of ours.
            let signed = format!("{}.{claims}", BASE64URL_NOPAD.encode(header.to_string().as_bytes()));
            let signature = BASE64URL_NOPAD.encode(key.pair.sign(signed.as_bytes()).as_ref());
            assert_eq!(key.read(OURS, &format!("{signed}.{signature}")), None, "{header}");
            assert_eq!(key.read(OURS, &format!("{signed}.")), None, "{header}");
        }
    }

    #[test]
    fn any_changed_byte_makes_it_nothing() {
        let key = key(1);
        let (text, made) = key.make(OURS, one()).unwrap();
        for at in 0..text.len() {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] ^= 1;
            if let Ok(changed) = String::from_utf8(bytes) {
                assert_ne!(key.read(OURS, &changed), Some(made), "byte {at}");
            }
        }
        assert_eq!(key.read(OURS, ""), None);
        assert_eq!(key.read(OURS, &"a".repeat(3_000)), None);
    }
}
