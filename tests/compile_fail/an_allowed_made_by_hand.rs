//! Only the policy says yes.
use consigne::domain::entry::{Action, Ground};
use consigne::domain::ids::LockerId;
use consigne::domain::policy::Allowed;

fn say_yes(locker: LockerId) -> Allowed {
    Allowed { action: Action::ReadContent, ground: Ground::Ownership, locker }
}

fn main() {
    let _ = say_yes;
}
