//! The table of actions is closed: nobody adds one that opens content.
use consigne::domain::entry::Action;
use consigne::store::grant::{Act, OpensContent, OpensFields};

struct Peek;

impl Act for Peek {
    const ACTION: Action = Action::ViewLocker;
}
impl OpensFields for Peek {}
impl OpensContent for Peek {}

fn main() {}
