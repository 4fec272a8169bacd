//! A right to put a paper in the trash opens no key.
use consigne::store::grant::{Grant, act};
use consigne::store::keys::WrapRow;
use consigne::vault::Vault;

fn keys(vault: &Vault, grant: &Grant<act::Trash>, wraps: &[WrapRow]) {
    let _ = vault.keyring(grant, wraps);
}

fn main() {
    let _ = keys;
}
