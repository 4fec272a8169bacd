//! The program of the demonstration's institution: it has a key of its own, as any, kept as a file that `openssl` and the example program
//! read; and signs with it who it is.

use std::io::Write;
use std::path::Path;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use serde_json::json;

use crate::domain::ids::InstitutionId;
use crate::domain::source::Source;

/// Name of the key among the institution's.
const NAME: &str = "first";
/// What stands before the 32 bytes of an Ed25519 key in a file (RFC 8410 §7, without the attributes).
const BEFORE: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
const FIRST_LINE: &str = "-----BEGIN PRIVATE KEY-----";
const LAST_LINE: &str = "-----END PRIVATE KEY-----";

/// A program with its key.
pub struct DemoProgram {
    pair: Ed25519KeyPair,
}

impl std::fmt::Debug for DemoProgram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DemoProgram")
    }
}

impl DemoProgram {
    /// Reads the key of a file, or makes one there.
    ///
    /// # Errors
    /// If the file can't be read or written, or holds no such key.
    pub fn at(file: &Path, source: &Source) -> std::io::Result<Self> {
        let not_a_key = || std::io::Error::other("not a key of the demonstration's institution");
        let seed: [u8; 32] = match std::fs::read_to_string(file) {
            Ok(text) => {
                let line = text.strip_prefix(FIRST_LINE).and_then(|rest| rest.trim_end().strip_suffix(LAST_LINE));
                let bytes = line.and_then(|line| BASE64.decode(line.trim().as_bytes()).ok()).ok_or_else(not_a_key)?;
                bytes.strip_prefix(&BEFORE).and_then(|seed| seed.try_into().ok()).ok_or_else(not_a_key)?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let seed = source.bytes::<32>();
                let text = BASE64.encode(&[BEFORE.as_slice(), &seed].concat());
                keep(file, &format!("{FIRST_LINE}\n{text}\n{LAST_LINE}\n"))?;
                seed
            }
            Err(error) => return Err(error),
        };
        Ok(Self { pair: Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| not_a_key())? })
    }

    /// The set with its public half, as the operator registers it.
    pub fn key_set(&self) -> String {
        let x = BASE64URL_NOPAD.encode(self.pair.public_key().as_ref());
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": NAME}]}).to_string()
    }

    /// Whose program this is, signed, for a minute (RFC 7523). `endpoint`: where tokens are given.
    pub fn assertion(&self, institution: InstitutionId, endpoint: &str, source: &Source) -> String {
        let head = json!({"alg": "EdDSA", "kid": NAME, "typ": "JWT"});
        let until = source.now().micros().div_euclid(1_000_000).saturating_add(60);
        let id = institution.to_string();
        let name = HEXLOWER.encode(&source.bytes::<16>());
        let claims = json!({"iss": id, "sub": id, "aud": endpoint, "exp": until, "jti": name});
        let encoded = |value: &serde_json::Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", encoded(&head), encoded(&claims));
        let signature = BASE64URL_NOPAD.encode(self.pair.sign(signed.as_bytes()).as_ref());
        format!("{signed}.{signature}")
    }
}

/// Writes a key where only its owner reads it.
fn keep(file: &Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut open = std::fs::OpenOptions::new();
    open.write(true).create_new(true).mode(0o600).open(file)?.write_all(text.as_bytes())
}
