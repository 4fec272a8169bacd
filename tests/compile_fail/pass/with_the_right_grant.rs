//! The same calls as in the cases that must fail, with the right they need.
use consigne::store::grant::{Act, Grant, Held, OpensFields, act};
use consigne::store::keys::WrapRow;
use consigne::vault::ring::{Content, Keyring};
use consigne::vault::{Vault, VaultError};

fn content(vault: &Vault, grant: &Grant<act::ReadContent>, wraps: &[WrapRow]) -> Result<Content, VaultError> {
    vault.open_content(grant, wraps)
}

fn fields<A: OpensFields>(vault: &Vault, grant: &Grant<A>, wraps: &[WrapRow]) -> Result<Keyring, VaultError> {
    vault.keyring(grant, wraps)
}

fn list(vault: &Vault, grant: &Grant<act::ListDocuments>, wraps: &[WrapRow]) -> Result<Keyring, VaultError> {
    fields(vault, grant, wraps)
}

fn tell<A: Act>(grant: &Grant<A>) -> String {
    format!("{} {}", grant.locker(), grant.written().seq)
}

pub fn main() {
    let _ = (content, list, tell::<act::ReadContent>);
}
