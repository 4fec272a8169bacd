//! Content does not open before the line of the journal is committed.
use consigne::store::grant::{Pending, act};
use consigne::store::keys::WrapRow;
use consigne::vault::Vault;

fn content(vault: &Vault, pending: &Pending<act::ReadContent>, wraps: &[WrapRow]) {
    let _ = vault.open_content(pending, wraps);
}

fn main() {
    let _ = content;
}
