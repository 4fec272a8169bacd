//! The paper is the one that the right names: there is no way to name another.
use consigne::domain::ids::DocumentId;
use consigne::store::grant::{Grant, act};
use consigne::store::keys::WrapRow;
use consigne::vault::Vault;

fn content(vault: &Vault, grant: &Grant<act::ReadContent>, wraps: &[WrapRow], other: DocumentId) {
    let _ = vault.open_content(grant, wraps, other);
}

fn main() {
    let _ = content;
}
