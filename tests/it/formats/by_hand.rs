//! A second reader, written from the pages of `docs/formats` and from nothing else: no function of the vault or of the
//! journal is called here.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// What a context is made of: a label, then fields, each after its length in two bytes.
pub fn context(label: &str, fields: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for field in std::iter::once(&label.as_bytes()).chain(fields) {
        out.extend(u16::try_from(field.len()).unwrap().to_be_bytes());
        out.extend(*field);
    }
    out
}

/// What a wrap's row and place say (wrap.md).
#[derive(Debug, Clone)]
pub struct Wrap {
    pub deployment: [u8; 16],
    pub scope: [u8; 16],
    pub kind: i64,
    pub key: [u8; 16],
    pub epoch: i64,
    pub wrapper_kind: i64,
    pub wrapper: [u8; 16],
    pub wrapper_epoch: i64,
    pub alg: i64,
    pub paper: Option<([u8; 16], [u8; 16])>,
    pub wrapped: Vec<u8>,
}

impl Wrap {
    /// The associated data.
    pub fn context(&self) -> Vec<u8> {
        let numbers = [self.kind, self.epoch, self.wrapper_kind, self.wrapper_epoch, self.alg].map(i64::to_be_bytes);
        let [kind, epoch, wrapper_kind, wrapper_epoch, alg] = &numbers;
        let mut fields: Vec<&[u8]> = vec![
            &self.deployment,
            &self.scope,
            kind,
            &self.key,
            epoch,
            wrapper_kind,
            &self.wrapper,
            wrapper_epoch,
            alg,
        ];
        if let Some((document, version)) = &self.paper {
            fields.extend([document.as_slice(), version]);
        }
        context("consigne/wrap/v1", &fields)
    }

    /// The key inside.
    pub fn open(&self, under: &[u8; 32]) -> Option<[u8; 32]> {
        assert_eq!(self.alg, 1);
        open(under, &self.context(), &self.wrapped)?.try_into().ok()
    }
}

/// XChaCha20-Poly1305 with its nonce in front.
pub fn open(key: &[u8; 32], context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_at_checked(24)?;
    XChaCha20Poly1305::new(key.into()).decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: context }).ok()
}

/// The key that fields are sealed under (sealed-fields.md).
pub fn field_key(key: &[u8; 32]) -> [u8; 32] {
    let mut derived = [0; 32];
    Hkdf::<Sha256>::new(None, key).expand(b"consigne/sealed/v1", &mut derived).unwrap();
    derived
}

/// A sealed field's plain bytes, padding included.
pub fn open_field(key: &[u8; 32], context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    assert_eq!(&sealed[..2], [1, 1], "format 1, algorithm 1");
    open(&field_key(key), context, &sealed[2..])
}

/// A keyed hash (lookup.md).
pub fn keyed_hash(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    <Hmac<Sha256> as Mac>::new_from_slice(key).unwrap().chain_update(message).finalize().into_bytes().into()
}

/// SHA-256 of several pieces in a row.
pub fn sha256(pieces: &[&[u8]]) -> [u8; 32] {
    pieces.iter().fold(Sha256::new(), |sum, piece| sum.chain_update(piece)).finalize().into()
}

/// Tags, lengths and values of canonical bytes (entry.md), the version byte left out.
pub fn fields(canonical: &[u8]) -> Vec<(u8, Vec<u8>)> {
    assert_eq!(canonical[0], 1, "format 1");
    let mut rest = &canonical[1..];
    let mut fields = Vec::new();
    while let [tag, high, low, tail @ ..] = rest {
        let (value, tail) = tail.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        fields.push((*tag, value.to_vec()));
        rest = tail;
    }
    assert!(rest.is_empty());
    fields
}
