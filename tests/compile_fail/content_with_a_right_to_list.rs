//! A right to list is no right to open content.
use consigne::store::grant::{Grant, act};
use consigne::store::keys::WrapRow;
use consigne::vault::Vault;

fn content(vault: &Vault, grant: &Grant<act::ListDocuments>, wraps: &[WrapRow]) {
    let _ = vault.open_content(grant, wraps);
}

fn main() {
    let _ = content;
}
