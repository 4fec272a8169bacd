//! Content does not open without a right.
use consigne::store::keys::WrapRow;
use consigne::vault::Vault;

fn content(vault: &Vault, wraps: &[WrapRow]) {
    let _ = vault.open_content(wraps);
}

fn main() {
    let _ = content;
}
