//! Only the door writes an entry and makes a right of it.
use consigne::domain::entry::Line;
use consigne::domain::policy::Allowed;
use consigne::store::Tx;
use consigne::store::grant::{Pending, act};

async fn issue(tx: &mut Tx, allowed: Allowed, line: Line) {
    let _ = Pending::<act::ReadContent>::issue(tx, allowed, Default::default(), line).await;
}

fn main() {
    let _ = issue;
}
