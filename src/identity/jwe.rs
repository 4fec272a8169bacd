//! Tokens that an issuer encrypts to us (RFC 7516, compact form): `ECDH-ES` or `ECDH-ES+A256KW` on P-256, with `A256GCM`.
//! `FranceConnect+` wraps its signed tokens so.
//!
//! What comes out is believed no more than before: it must be a signed token, and its signature is checked like any other.
//! Everything that this page of the specification leaves open is refused: other algorithms, compression, other keys, critical
//! extensions. To add an algorithm: its arm in `content_key`, its line in `docs/configuration.md`, its tests with a real issuer.

use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrap};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::TokenFault;

/// A larger key file is none of ours.
const MAX_FILE: usize = 16 * 1024;

/// Why a key file can't be used. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It can't be read.
    #[error("the decryption key at {0} can't be read: {1}")]
    Io(String, std::io::Error),
    /// Others may read it.
    #[error("the decryption key at {0} can be read by others. Give it to the service alone: chmod 600.")]
    TooOpen(String),
    /// It is no private key on P-256 in PEM.
    #[error(
        "the decryption key at {0} is not a P-256 private key in PEM. Make one: openssl genpkey -algorithm EC -pkeyopt \
         ec_paramgen_curve:P-256"
    )]
    NotAKey(String),
}

/// The private key that an issuer's answers are encrypted to. Cheap to clone.
#[derive(Clone)]
pub struct DecryptionKey(Arc<Inner>);

struct Inner {
    key: PrivateKey,
    kid: String,
    public: Value,
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecryptionKey({})", self.0.kid)
    }
}

impl DecryptionKey {
    /// Reads a PEM file that only its owner may read.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn load(file: &Path) -> Result<Self, KeyFileError> {
        let name = file.display().to_string();
        let io = |error| KeyFileError::Io(name.clone(), error);
        if std::fs::metadata(file).map_err(io)?.permissions().mode() & 0o077 != 0 {
            return Err(KeyFileError::TooOpen(name));
        }
        let text = Zeroizing::new(std::fs::read_to_string(file).map_err(io)?);
        Self::from_pem(&text).ok_or(KeyFileError::NotAKey(name))
    }

    /// Reads a key in PEM: PKCS 8 or SEC 1.
    pub fn from_pem(text: &str) -> Option<Self> {
        let der = der_of(text)?;
        let key = PrivateKey::from_private_key_der(&ECDH_P256, &der).ok()?;
        let public = key.compute_public_key().ok()?;
        // SEC 1 §2.3.3: 0x04, x, y.
        let point: &[u8; 65] = public.as_ref().try_into().ok()?;
        let (x, y) = point.get(1..)?.split_at_checked(32)?;
        let (x, y) = (BASE64URL_NOPAD.encode(x), BASE64URL_NOPAD.encode(y));
        // RFC 7638 §3: these members, in this order, without spaces.
        let thumb = Sha256::digest(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
        let kid = BASE64URL_NOPAD.encode(&thumb);
        let public = json!({ "kty": "EC", "crv": "P-256", "use": "enc", "kid": kid, "x": x, "y": y });
        Some(Self(Arc::new(Inner { key, kid, public })))
    }

    /// What the issuer needs: the public half (RFC 7517 §5).
    pub fn jwks(&self) -> Value {
        json!({ "keys": [self.0.public] })
    }

    /// Opens an encrypted token; gives the signed one within.
    ///
    /// # Errors
    /// `Algorithm` for an algorithm or a compression that is not ours, `DecryptionKey` for another key, `Decryption` when it
    /// does not open, `NotSigned` when what is within is no signed token, `Malformed` otherwise.
    pub(super) fn open(&self, token: &str) -> Result<Zeroizing<String>, TokenFault> {
        let parts: Vec<&str> = token.split('.').collect();
        let &[protected, wrapped, iv, ciphertext, tag] = parts.as_slice() else { return Err(TokenFault::Malformed) };
        let read = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| TokenFault::Malformed);
        let header: Header = serde_json::from_slice(&read(protected)?).map_err(|_| TokenFault::Malformed)?;
        header.check(&self.0.kid)?;
        let key = self.content_key(&header, &read(wrapped)?)?;
        let key = UnboundKey::new(&AES_256_GCM, key.as_slice()).map_err(|_| TokenFault::Decryption)?;
        let nonce = Nonce::try_assume_unique_for_key(&read(iv)?).map_err(|_| TokenFault::Malformed)?;
        let tag = read(tag)?;
        // RFC 7518 §5.3: 128 bits, no less.
        if tag.len() != 16 {
            return Err(TokenFault::Malformed);
        }
        let mut sealed = Zeroizing::new(read(ciphertext)?);
        sealed.extend_from_slice(&tag);
        // RFC 7516 §5.2: the header as it came is authenticated too.
        let plain = LessSafeKey::new(key)
            .open_in_place(nonce, Aad::from(protected.as_bytes()), &mut sealed)
            .map_err(|_| TokenFault::Decryption)?;
        let plain = std::str::from_utf8(plain).map_err(|_| TokenFault::NotSigned)?;
        if plain.split('.').count() == 3 { Ok(Zeroizing::new(plain.to_owned())) } else { Err(TokenFault::NotSigned) }
    }

    /// RFC 7518 §4.6: agree on a secret, derive; with `+A256KW`, unwrap the content key with what was derived.
    fn content_key(&self, header: &Header, wrapped: &[u8]) -> Result<Zeroizing<[u8; 32]>, TokenFault> {
        let direct = match header.alg.as_str() {
            "ECDH-ES" => true,
            "ECDH-ES+A256KW" => false,
            _ => return Err(TokenFault::Algorithm),
        };
        let sender = header.epk.point()?;
        let sender = UnparsedPublicKey::new(&ECDH_P256, sender.as_slice());
        // In direct agreement the content's own algorithm is named (§4.6.2).
        let named = if direct { header.enc.as_str() } else { header.alg.as_str() };
        let (apu, apv) = (info(header.apu.as_deref())?, info(header.apv.as_deref())?);
        let derived =
            agree(&self.0.key, sender, TokenFault::Decryption, |secret| Ok(derive(secret, named, &apu, &apv)))?;
        if direct {
            return if wrapped.is_empty() { Ok(derived) } else { Err(TokenFault::Malformed) };
        }
        let mut key = Zeroizing::new([0; 32]);
        let kek = AesKek::new(&AES_256, derived.as_slice()).map_err(|_| TokenFault::Decryption)?;
        let opened = kek.unwrap(wrapped, key.as_mut_slice()).map_err(|_| TokenFault::Decryption)?.len();
        if opened == 32 { Ok(key) } else { Err(TokenFault::Decryption) }
    }
}

/// The DER of the one PEM block of a text.
fn der_of(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    if text.len() > MAX_FILE {
        return None;
    }
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    if !matches!(label, "PRIVATE KEY" | "EC PRIVATE KEY") {
        return None;
    }
    let (body, _) = rest.split_once("-----END ")?;
    let body: Zeroizing<String> = Zeroizing::new(body.split_ascii_whitespace().collect());
    BASE64.decode(body.as_bytes()).ok().map(Zeroizing::new)
}

/// The header of an encrypted token. Members that are named nowhere are passed over (RFC 7516 §4).
#[derive(Deserialize)]
struct Header {
    alg: String,
    enc: String,
    epk: Epk,
    kid: Option<String>,
    zip: Option<Value>,
    crit: Option<Value>,
    cty: Option<String>,
    apu: Option<String>,
    apv: Option<String>,
}

impl Header {
    fn check(&self, kid: &str) -> Result<(), TokenFault> {
        if self.enc != "A256GCM" || self.zip.is_some() {
            return Err(TokenFault::Algorithm);
        }
        if self.crit.is_some() || self.cty.as_deref().is_some_and(|cty| !cty.eq_ignore_ascii_case("JWT")) {
            return Err(TokenFault::Malformed);
        }
        if self.kid.as_deref().is_some_and(|named| named != kid) {
            return Err(TokenFault::DecryptionKey);
        }
        Ok(())
    }
}

/// The sender's single-use public key.
#[derive(Deserialize)]
struct Epk {
    kty: String,
    crv: String,
    x: String,
    y: String,
}

impl Epk {
    /// As SEC 1 writes a point. That it lies on the curve is checked when it is used.
    fn point(&self) -> Result<[u8; 65], TokenFault> {
        if self.kty != "EC" || self.crv != "P-256" {
            return Err(TokenFault::Algorithm);
        }
        let mut point = vec![4];
        for half in [&self.x, &self.y] {
            point.extend(BASE64URL_NOPAD.decode(half.as_bytes()).map_err(|_| TokenFault::Malformed)?);
        }
        point.try_into().map_err(|_| TokenFault::Malformed)
    }
}

/// `apu` or `apv`; absent is empty.
fn info(value: Option<&str>) -> Result<Vec<u8>, TokenFault> {
    BASE64URL_NOPAD.decode(value.unwrap_or_default().as_bytes()).map_err(|_| TokenFault::Malformed)
}

/// NIST SP 800-56A's Concat KDF as RFC 7518 §4.6.2 fills it in: one round, for 256 bits.
fn derive(secret: &[u8], named: &str, apu: &[u8], apv: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut hash = Sha256::new_with_prefix(1_u32.to_be_bytes());
    hash.update(secret);
    for part in [named.as_bytes(), apu, apv] {
        hash.update(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.update(256_u32.to_be_bytes());
    Zeroizing::new(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = "-----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
        OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r
        1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G
        -----END PRIVATE KEY-----";

    fn ours() -> DecryptionKey {
        DecryptionKey::from_pem(PEM).unwrap()
    }

    fn point_of(key: &DecryptionKey) -> [u8; 65] {
        key.0.key.compute_public_key().unwrap().as_ref().try_into().unwrap()
    }

    /// Encrypts as an issuer does, in direct agreement, with members of the header changed or (`null`) taken out.
    fn sealed(plain: &str, changes: &[(&str, Value)]) -> String {
        let sender = DecryptionKey(Arc::new(Inner {
            key: PrivateKey::generate(&ECDH_P256).unwrap(),
            kid: String::new(),
            public: Value::Null,
        }));
        let point = point_of(&sender);
        let b64 = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        let mut header = json!({
            "alg": "ECDH-ES", "enc": "A256GCM", "cty": "JWT", "kid": ours().0.kid,
            "epk": { "kty": "EC", "crv": "P-256", "x": b64(&point[1..33]), "y": b64(&point[33..]) },
        });
        for (name, value) in changes {
            let header = header.as_object_mut().unwrap();
            header.remove(*name);
            if !value.is_null() {
                header.insert((*name).to_owned(), value.clone());
            }
        }
        let peer = point_of(&ours());
        let key = agree(&sender.0.key, UnparsedPublicKey::new(&ECDH_P256, peer), (), |secret| {
            Ok(derive(secret, "A256GCM", &[], &[]))
        })
        .unwrap();
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.as_slice()).unwrap());
        let protected = b64(header.to_string().as_bytes());
        let mut body = plain.as_bytes().to_vec();
        let nonce = Nonce::assume_unique_for_key([7; 12]);
        let tag = key.seal_in_place_separate_tag(nonce, Aad::from(protected.as_bytes()), &mut body).unwrap();
        [protected, String::new(), b64(&[7; 12]), b64(&body), b64(tag.as_ref())].join(".")
    }

    #[test]
    fn a_key_is_published_by_half_and_named_by_its_thumbprint() {
        let jwk = ours().jwks()["keys"][0].clone();
        assert_eq!((jwk["kty"].as_str(), jwk["use"].as_str()), (Some("EC"), Some("enc")));
        assert_eq!(jwk["kid"].as_str().unwrap().len(), 43);
        assert!(jwk.get("d").is_none() && !format!("{:?}", ours()).contains("key:"));
        for wrong in
            ["", "-----BEGIN PRIVATE KEY-----", &PEM.replace("PRIVATE", "PUBLIC"), &PEM.replace("MIGH", "AAAA")]
        {
            assert!(DecryptionKey::from_pem(wrong).is_none());
        }
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let dir = tempfile::TempDir::new().unwrap();
        let file = dir.path().join("issuer.pem");
        assert!(matches!(DecryptionKey::load(&file), Err(KeyFileError::Io(..))));
        std::fs::write(&file, PEM).unwrap();
        for (mode, fits) in [(0o644, false), (0o640, false), (0o604, false), (0o600, true), (0o400, true)] {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            let loaded = DecryptionKey::load(&file);
            assert_eq!(loaded.is_ok(), fits, "{mode:o}");
            assert!(fits || matches!(loaded, Err(KeyFileError::TooOpen(_))));
        }
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&file, "no key").unwrap();
        assert!(matches!(DecryptionKey::load(&file), Err(KeyFileError::NotAKey(_))));
    }

    #[test]
    fn a_signed_token_comes_out_as_it_went_in() {
        assert_eq!(ours().open(&sealed("a.b.c", &[])).unwrap().as_str(), "a.b.c");
        for absent in ["kid", "cty"] {
            assert!(ours().open(&sealed("a.b.c", &[(absent, Value::Null)])).is_ok(), "{absent} may be left out");
        }
    }

    #[test]
    fn whatever_is_not_ours_is_refused() {
        use TokenFault::{Algorithm, DecryptionKey, Malformed, NotSigned};
        for (name, value, fault) in [
            ("alg", json!("dir"), Algorithm),
            ("alg", json!("RSA-OAEP-256"), Algorithm),
            ("alg", json!("ECDH-ES+A128KW"), Algorithm),
            ("alg", json!("PBES2-HS256+A128KW"), Algorithm),
            ("enc", json!("A128GCM"), Algorithm),
            ("enc", json!("A128CBC-HS256"), Algorithm),
            ("zip", json!("DEF"), Algorithm),
            ("kid", json!("another"), DecryptionKey),
            ("crit", json!(["exp"]), Malformed),
            ("cty", json!("text/plain"), Malformed),
            ("epk", Value::Null, Malformed),
            ("epk", json!({ "kty": "OKP", "crv": "X25519", "x": "AA", "y": "AA" }), Algorithm),
            ("epk", json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" }), Malformed),
        ] {
            assert_eq!(ours().open(&sealed("a.b.c", &[(name, value.clone())])).unwrap_err(), fault, "{name} {value}");
        }
        for plain in ["", "{}", "a.b", "a.b.c.d.e"] {
            assert_eq!(ours().open(&sealed(plain, &[])).unwrap_err(), NotSigned, "{plain}");
        }
    }

    #[test]
    fn a_point_off_the_curve_or_a_changed_byte_does_not_open() {
        let zeros = BASE64URL_NOPAD.encode(&[0; 32]);
        let off = json!({ "kty": "EC", "crv": "P-256", "x": zeros, "y": zeros });
        assert_eq!(ours().open(&sealed("a.b.c", &[("epk", off)])).unwrap_err(), TokenFault::Decryption);
        let whole = sealed("a.b.c", &[]);
        let parts: Vec<&str> = whole.split('.').collect();
        let with = |at: usize, part: &str| {
            let mut parts = parts.clone();
            parts[at] = part;
            ours().open(&parts.join(".")).unwrap_err()
        };
        // Another header with the same meaning, a key where there is none, a short tag, another one.
        let mut header: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(parts[0].as_bytes()).unwrap()).unwrap();
        header["typ"] = json!("JWT");
        assert_eq!(with(0, &BASE64URL_NOPAD.encode(header.to_string().as_bytes())), TokenFault::Decryption);
        assert_eq!(with(1, "AAAA"), TokenFault::Malformed);
        assert_eq!(with(3, "AAAA"), TokenFault::Decryption);
        assert_eq!(with(4, "AAAA"), TokenFault::Malformed);
        assert_eq!(with(4, &BASE64URL_NOPAD.encode(&[0; 16])), TokenFault::Decryption);
        assert_eq!(ours().open("a.b.c").unwrap_err(), TokenFault::Malformed);
        assert_eq!(ours().open("!.b.c.d.e").unwrap_err(), TokenFault::Malformed);
    }
}
