//! Moving keys from one epoch of the root key to the next: unwrapped and wrapped again in here, only ciphertext goes out.
//!
//! First level only: locker keys, the directory key, the lookup key. What lies under them is not touched.

use std::collections::BTreeMap;

use super::keys::{self, KeyKind, NamedKey, WrapContext};
use super::root::{RootKeyError, RootKeys};
use super::{Vault, VaultError};
use crate::domain::ids::{KeyId, LockerId};
use crate::store::grant::{Held, Pending, act};
use crate::store::keys::{DEPLOYMENT_SCOPE, WrapRow};

/// The wraps under any root key, by the key inside.
fn by_key(wraps: &[WrapRow]) -> BTreeMap<KeyId, Vec<&WrapRow>> {
    let mut all: BTreeMap<KeyId, Vec<&WrapRow>> = BTreeMap::new();
    for wrap in wraps.iter().filter(|w| w.wrapper_kind == KeyKind::Root.number()) {
        all.entry(wrap.key.key).or_default().push(wrap);
    }
    all
}

fn is_newest(roots: &RootKeys, wrap: &WrapRow) -> bool {
    (wrap.wrapper, wrap.wrapper_epoch) == (roots.newest().id(), roots.newest().epoch())
}

fn opens(roots: &RootKeys, wrap: &WrapRow, context: &WrapContext) -> Option<NamedKey> {
    keys::unwrap(wrap, roots.find(wrap.wrapper, wrap.wrapper_epoch)?, context).ok()
}

impl Vault {
    /// Opens the locker key of given wraps; where one names an epoch that isn't known, the file is read again.
    pub(in crate::vault) fn locker_key(
        &self,
        wraps: &[WrapRow],
        context: &WrapContext,
    ) -> Result<NamedKey, VaultError> {
        let of_locker = || wraps.iter().filter(|w| w.key.kind == KeyKind::Locker.number());
        let open = |roots: &RootKeys| of_locker().find_map(|wrap| opens(roots, wrap, context));
        let roots = self.roots();
        if let Some(key) = open(&roots) {
            return Ok(key);
        }
        if of_locker().all(|w| roots.find(w.wrapper, w.wrapper_epoch).is_some()) {
            return Err(VaultError::Damaged);
        }
        match self.learn() {
            // The file has nothing of what is known: this process slept through a whole rotation. That the file is ours all
            // the same is proven by the wrap, which is bound to this installation and this locker, and opens.
            Err(RootKeyError::Older(_)) => self.adopt(|roots| open(roots).is_some()),
            Err(error) => tracing::error!(%error, "a wrap names an epoch of the root key that is not known"),
            Ok(()) => {}
        }
        let roots = self.roots();
        let is_ahead = of_locker().any(|w| w.wrapper_epoch > roots.newest().epoch());
        open(&roots).ok_or(if is_ahead { VaultError::NoRootKey } else { VaultError::Damaged })
    }

    const fn scope(&self, scope: LockerId) -> WrapContext {
        WrapContext { deployment: self.deployment, scope, paper: None }
    }

    /// Wraps of the granted locker's key under the newest root key, where it has none yet.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when a key opens under no root key, or its newest wrap does not open.
    pub fn moved(&self, pending: &Pending<act::RotateKeys>, wraps: &[WrapRow]) -> Result<Vec<WrapRow>, VaultError> {
        self.moved_in(pending.locker(), wraps)
    }

    /// The same for the deployment's own keys.
    pub fn moved_own(&self, wraps: &[WrapRow]) -> Result<Vec<WrapRow>, VaultError> {
        self.moved_in(DEPLOYMENT_SCOPE, wraps)
    }

    fn moved_in(&self, scope: LockerId, wraps: &[WrapRow]) -> Result<Vec<WrapRow>, VaultError> {
        let (roots, context) = (self.roots(), self.scope(scope));
        let mut moved = Vec::new();
        for wraps in by_key(wraps).values() {
            let newest = wraps.iter().find(|wrap| is_newest(&roots, wrap));
            // Where the newest wrap is there, it alone counts: another one must not hide that it does not open.
            let key = match newest {
                Some(newest) => opens(&roots, newest, &context),
                None => wraps.iter().find_map(|wrap| opens(&roots, wrap, &context)),
            };
            let key = key.ok_or(VaultError::Damaged)?;
            if newest.is_none() {
                moved.push(keys::wrap(&key, roots.newest(), &context, &self.source)?);
            }
        }
        Ok(moved)
    }

    /// Makes sure that the granted locker's key opens under the newest root key alone: then its other wraps may go.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when it does not.
    pub fn stands_alone(&self, pending: &Pending<act::RetireKeys>, wraps: &[WrapRow]) -> Result<(), VaultError> {
        self.stands_alone_in(pending.locker(), wraps)
    }

    /// The same for the deployment's own keys.
    pub fn own_stand_alone(&self, wraps: &[WrapRow]) -> Result<(), VaultError> {
        self.stands_alone_in(DEPLOYMENT_SCOPE, wraps)
    }

    fn stands_alone_in(&self, scope: LockerId, wraps: &[WrapRow]) -> Result<(), VaultError> {
        let (roots, context) = (self.roots(), self.scope(scope));
        let opens_alone =
            |wraps: &Vec<&WrapRow>| wraps.iter().any(|w| is_newest(&roots, w) && opens(&roots, w, &context).is_some());
        if by_key(wraps).values().all(opens_alone) { Ok(()) } else { Err(VaultError::Damaged) }
    }
}
