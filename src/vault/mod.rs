//! All that touches key material: the key tree, wraps, sealed fields, envelopes, keyed hashes, and the look at content that
//! comes in (DESIGN §4). Bytes and vectors: `docs/formats/`.
//!
//! Whatever opens a locker takes a committed `Grant` whose action allows it. No SQL, no network, no rule of rights here.
//! To add a sealed field: a variant of [`sealed::Place`]; to add an algorithm: a number in [`keys::Algorithm`], always read,
//! and `NEWEST` moved to it.

mod acting;
pub mod envelope;
pub mod factor;
mod helping;
pub mod intake;
pub mod keys;
pub mod lookup;
pub mod receipts;
pub mod ring;
pub mod root;
mod rotation;
pub mod sealed;
pub mod several;
pub mod sharing;
pub mod sheets;
pub mod tokens;
pub mod webhooks;

use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::ids::{DeploymentId, KeyId, LockerId};
use crate::domain::proof::Prover;
use crate::domain::source::Source;
use crate::store::keys::{DEPLOYMENT_SCOPE, RootName, WrapRow};
use keys::{Key, KeyKind, NamedKey, WrapContext};
use lookup::LookupKey;
use receipts::ReceiptKey;
use root::{RootKeyError, RootKeys};
use sealed::{Binding, Place};
use tokens::TokenKey;
use webhooks::WebhookKey;

/// Something does not open, or can't be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// A wrap, a sealed field or a blob does not open: damaged, moved, replaced, or of another key.
    #[error("stored data does not open: damaged, moved or replaced")]
    Damaged,
    /// The root key does not open this installation.
    #[error("the root key is not the one of this installation")]
    WrongRootKey,
    /// A wrap is under a newer epoch of the root key than this process knows.
    #[error("the root key file lacks an epoch that is in use")]
    NoRootKey,
    /// A key that should be there is not.
    #[error("a key is missing")]
    NoKey,
    /// Cryptography refused to work (never seen; nothing is written).
    #[error("encryption failed")]
    Failed,
}

/// The deployment's keys, open. Holds the root keys, the directory key and the lookup key.
#[derive(Debug)]
pub struct Vault {
    deployment: DeploymentId,
    roots: RwLock<Arc<RootKeys>>,
    directory: NamedKey,
    lookup: LookupKey,
    tokens: TokenKey,
    webhooks: WebhookKey,
    receipts: ReceiptKey,
    source: Source,
}

impl Vault {
    /// Makes the deployment's own keys. Gives the wraps to be stored.
    pub fn create(deployment: DeploymentId, roots: &RootKeys, source: &Source) -> Result<Vec<WrapRow>, VaultError> {
        [KeyKind::Directory, KeyKind::Lookup]
            .into_iter()
            .map(|kind| {
                let key = NamedKey::draw(kind, source);
                let context = WrapContext { deployment, scope: DEPLOYMENT_SCOPE, paper: None };
                keys::wrap(&key, roots.newest(), &context, source)
            })
            .collect()
    }

    /// Opens the deployment's own keys.
    ///
    /// # Errors
    /// [`VaultError::WrongRootKey`] when the root key is not the one they were wrapped under.
    pub fn open(
        deployment: DeploymentId,
        roots: RootKeys,
        wraps: &[WrapRow],
        source: Source,
    ) -> Result<Self, VaultError> {
        let context = WrapContext { deployment, scope: DEPLOYMENT_SCOPE, paper: None };
        let one = |kind: KeyKind| {
            let mut wraps = wraps.iter().filter(|w| w.key.kind == kind.number()).peekable();
            if wraps.peek().is_none() {
                return Err(VaultError::NoKey);
            }
            wraps
                .filter_map(|wrap| {
                    roots.find(wrap.wrapper, wrap.wrapper_epoch).map(|root| keys::unwrap(wrap, root, &context))
                })
                .find_map(Result::ok)
                .ok_or(VaultError::WrongRootKey)
        };
        let directory = one(KeyKind::Directory)?;
        let lookup = LookupKey::new(one(KeyKind::Lookup)?.into_key());
        let (tokens, webhooks) = (TokenKey::of(&directory)?, WebhookKey::of(&directory)?);
        let receipts = ReceiptKey::of(&directory)?;
        let roots = RwLock::new(Arc::new(roots));
        Ok(Self { deployment, roots, directory, lookup, tokens, webhooks, receipts, source })
    }

    /// Takes the file's keys for those in use if they are not older and something proves that they are this installation's.
    fn adopt(&self, is_ours: impl FnOnce(&RootKeys) -> bool) {
        match self.roots().load_any() {
            Ok(Some(found)) if found.newest().epoch() > self.roots().newest().epoch() && is_ours(&found) => {
                tracing::info!(epoch = found.newest().epoch(), "a newer epoch of the root key is known");
                *self.roots.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(found);
            }
            Ok(_) => tracing::error!("the root key file lacks the epoch that a wrap names"),
            Err(error) => tracing::error!(%error, "a wrap names an epoch of the root key that is not known"),
        }
    }

    /// Keyed hashes, for finding without storing.
    pub const fn lookup(&self) -> &LookupKey {
        &self.lookup
    }

    /// What signs the tokens of institutions' programs.
    pub const fn tokens(&self) -> &TokenKey {
        &self.tokens
    }

    /// What signs what institutions' servers are told.
    pub const fn webhooks(&self) -> &WebhookKey {
        &self.webhooks
    }

    /// What signs receipts of what was handed over.
    pub const fn receipts(&self) -> &ReceiptKey {
        &self.receipts
    }

    /// What the door checks rows with that say who is who.
    pub fn prover(&self) -> Arc<dyn Prover> {
        Arc::new(self.lookup.prover())
    }

    /// Seals something that belongs to no locker (a session's details, a sign-in on its way).
    pub fn seal_in_directory<T: Serialize>(&self, place: Place, value: &T) -> Result<Vec<u8>, VaultError> {
        sealed::seal(&self.directory, &self.binding(DEPLOYMENT_SCOPE), place, value, &self.source)
    }

    /// Opens what [`Self::seal_in_directory`] sealed, at the same place.
    pub fn open_in_directory<T: DeserializeOwned>(&self, place: Place, sealed: &[u8]) -> Result<T, VaultError> {
        sealed::open(&self.directory, &self.binding(DEPLOYMENT_SCOPE), place, sealed)
    }

    const fn binding(&self, scope: LockerId) -> Binding {
        Binding { deployment: self.deployment, scope }
    }

    fn roots(&self) -> Arc<RootKeys> {
        Arc::clone(&self.roots.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The epoch of the root key that this process wraps under.
    pub fn newest_root(&self) -> RootName {
        self.roots().newest_name()
    }

    /// Reads the root key's file again: a rotation may have added an epoch since.
    ///
    /// # Errors
    /// The file is not right, or is not a later state of what this process knows; what is known stays in use.
    pub fn learn(&self) -> Result<(), RootKeyError> {
        let known = self.roots();
        let Some(learned) = known.load_again()? else { return Ok(()) };
        if learned.newest().epoch() != known.newest().epoch() {
            tracing::info!(epoch = learned.newest().epoch(), "a newer epoch of the root key is known");
        }
        *self.roots.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(learned);
        Ok(())
    }
}

/// A key of 32 random bytes with its name, for tests of formats.
pub fn named(kind: KeyKind, id: KeyId, epoch: i64, bytes: [u8; 32]) -> NamedKey {
    NamedKey::from_parts(kind, id, epoch, Key::from_bytes(bytes))
}
