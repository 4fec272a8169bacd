//! A right to see what describes a paper is no right to open its content.
use consigne::store::grant::{Grant, act};
use consigne::store::keys::WrapRow;
use consigne::vault::Vault;

fn content(vault: &Vault, grant: &Grant<act::ViewDocument>, wraps: &[WrapRow]) {
    let _ = vault.open_content(grant, wraps);
}

fn main() {
    let _ = content;
}
