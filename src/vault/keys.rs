//! Keys and wraps: 32 bytes with a name, sealed under another key and bound to where they stand. Format: `docs/formats/wrap.md`.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::VaultError;
use crate::domain::ids::{DeploymentId, DocumentId, KeyId, LockerId, VersionId};
use crate::domain::source::Source;
use crate::store::keys::{KeyRow, WrapRow};

/// 32 secret bytes. Wiped when dropped; never shown.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

impl Key {
    /// Draws one.
    pub fn draw(source: &Source) -> Self {
        let mut key = Self([0; 32]);
        source.fill(&mut key.0);
        key
    }

    /// Wraps bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(in crate::vault) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// What a key is for. Numbers are written in rows and contexts for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// The deployment's root key; kept outside the database.
    Root,
    /// A locker's key.
    Locker,
    /// One version's key: the seed of its age identity.
    Document,
    /// A collection's key.
    Collection,
    /// For people and secrets that belong to no locker.
    Directory,
    /// For keyed hashes.
    Lookup,
}

impl KeyKind {
    /// Its number.
    pub const fn number(self) -> i64 {
        match self {
            Self::Root => 1,
            Self::Locker => 2,
            Self::Document => 3,
            Self::Collection => 4,
            Self::Directory => 5,
            Self::Lookup => 6,
        }
    }

    /// Reads [`Self::number`].
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Root),
            2 => Some(Self::Locker),
            3 => Some(Self::Document),
            4 => Some(Self::Collection),
            5 => Some(Self::Directory),
            6 => Some(Self::Lookup),
            _ => None,
        }
    }
}

/// How a wrap or a sealed field is sealed. Every one is read; [`Algorithm::NEWEST`] is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// XChaCha20-Poly1305, 24 random bytes of nonce before the ciphertext.
    XChaCha20Poly1305,
}

impl Algorithm {
    /// What is written today.
    pub const NEWEST: Self = Self::XChaCha20Poly1305;

    /// Its number.
    pub const fn number(self) -> u8 {
        match self {
            Self::XChaCha20Poly1305 => 1,
        }
    }

    /// Reads [`Self::number`].
    pub fn from_number(number: i64) -> Option<Self> {
        (number == 1).then_some(Self::XChaCha20Poly1305)
    }

    pub(in crate::vault) fn seal(
        self,
        key: &[u8; 32],
        context: &[u8],
        plain: &[u8],
        source: &Source,
    ) -> Result<Vec<u8>, VaultError> {
        match self {
            Self::XChaCha20Poly1305 => {
                let nonce: [u8; 24] = source.bytes();
                let sealed = XChaCha20Poly1305::new(key.into())
                    .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: context })
                    .map_err(|_| VaultError::Failed)?;
                Ok([nonce.as_slice(), &sealed].concat())
            }
        }
    }

    pub(in crate::vault) fn open(
        self,
        key: &[u8; 32],
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        match self {
            Self::XChaCha20Poly1305 => {
                let (nonce, sealed) = sealed.split_first_chunk::<24>().ok_or(VaultError::Damaged)?;
                XChaCha20Poly1305::new(key.into())
                    .decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: context })
                    .map(Zeroizing::new)
                    .map_err(|_| VaultError::Damaged)
            }
        }
    }
}

/// A key with its kind, id and epoch.
#[derive(Debug, Clone)]
pub struct NamedKey {
    kind: KeyKind,
    id: KeyId,
    epoch: i64,
    key: Key,
}

impl NamedKey {
    /// Draws a key of the first epoch.
    pub fn draw(kind: KeyKind, source: &Source) -> Self {
        Self { kind, id: KeyId::draw(source), epoch: 1, key: Key::draw(source) }
    }

    /// Puts one together.
    pub const fn from_parts(kind: KeyKind, id: KeyId, epoch: i64, key: Key) -> Self {
        Self { kind, id, epoch, key }
    }

    /// Its id.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Its epoch.
    pub const fn epoch(&self) -> i64 {
        self.epoch
    }

    pub(in crate::vault) const fn kind(&self) -> KeyKind {
        self.kind
    }

    pub(in crate::vault) const fn key(&self) -> &Key {
        &self.key
    }

    pub(in crate::vault) fn into_key(self) -> Key {
        self.key
    }
}

/// Where a wrap stands, besides what its own row says.
#[derive(Debug, Clone, Copy)]
pub struct WrapContext {
    /// The installation.
    pub deployment: DeploymentId,
    /// The locker, or the nil id for the deployment's own keys.
    pub scope: LockerId,
    /// For a document key: the paper and the version it opens.
    pub paper: Option<(DocumentId, VersionId)>,
}

/// Builds the bytes that a seal is bound to: a label, then fields, each after its length (2 bytes, big endian).
pub(in crate::vault) struct ContextBytes(Vec<u8>);

impl ContextBytes {
    pub(in crate::vault) fn new(label: &str) -> Self {
        Self(Vec::with_capacity(192)).field(label.as_bytes())
    }

    pub(in crate::vault) fn field(mut self, value: &[u8]) -> Self {
        // Contexts hold ids, numbers and fixed words: never near 64 KiB.
        let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(value);
        self
    }

    pub(in crate::vault) fn number(self, value: i64) -> Self {
        self.field(&value.to_be_bytes())
    }

    pub(in crate::vault) fn done(self) -> Vec<u8> {
        self.0
    }
}

fn context_bytes(context: &WrapContext, key: &KeyRow, wrapper: (i64, KeyId, i64), alg: i64) -> Vec<u8> {
    let bytes = ContextBytes::new("consigne/wrap/v1")
        .field(context.deployment.bytes())
        .field(context.scope.bytes())
        .number(key.kind)
        .field(key.key.bytes())
        .number(key.epoch)
        .number(wrapper.0)
        .field(wrapper.1.bytes())
        .number(wrapper.2)
        .number(alg);
    match &context.paper {
        Some((document, version)) => bytes.field(document.bytes()).field(version.bytes()).done(),
        None => bytes.done(),
    }
}

/// Seals a key under another.
pub fn wrap(key: &NamedKey, under: &NamedKey, context: &WrapContext, source: &Source) -> Result<WrapRow, VaultError> {
    let alg = Algorithm::NEWEST;
    let row = KeyRow { key: key.id, kind: key.kind.number(), epoch: key.epoch };
    let number = i64::from(alg.number());
    let bound = context_bytes(context, &row, (under.kind.number(), under.id, under.epoch), number);
    let wrapped = alg.seal(under.key.bytes(), &bound, key.key.bytes(), source)?;
    Ok(WrapRow {
        key: row,
        wrapper: under.id,
        wrapper_kind: under.kind.number(),
        wrapper_epoch: under.epoch,
        alg: number,
        wrapped,
    })
}

/// Opens a wrap.
///
/// # Errors
/// [`VaultError::Damaged`] if anything of the row, the context or the wrapping key is not what it was when it was sealed.
pub fn unwrap(row: &WrapRow, under: &NamedKey, context: &WrapContext) -> Result<NamedKey, VaultError> {
    let alg = Algorithm::from_number(row.alg).ok_or(VaultError::Damaged)?;
    let kind = KeyKind::from_number(row.key.kind).ok_or(VaultError::Damaged)?;
    if (row.wrapper, row.wrapper_kind, row.wrapper_epoch) != (under.id, under.kind.number(), under.epoch) {
        return Err(VaultError::Damaged);
    }
    let bound = context_bytes(context, &row.key, (row.wrapper_kind, row.wrapper, row.wrapper_epoch), row.alg);
    let plain = alg.open(under.key.bytes(), &bound, &row.wrapped)?;
    let bytes: [u8; 32] = plain.as_slice().try_into().map_err(|_| VaultError::Damaged)?;
    Ok(NamedKey { kind, id: row.key.key, epoch: row.key.epoch, key: Key(bytes) })
}
