//! What journals say of institutions and of what they ask for: with what one is registered, how far a request has come. Pure; the door asks
//! it before it believes a row.

use sha2::{Digest, Sha256};

use super::chain::Hash;
use crate::domain::entry::{Action, Entry, Object, Outcome};
use crate::domain::ids::{AgreementId, PaperRequestId};
use crate::domain::institution::InstitutionFacts;
use crate::domain::request::Stage;
use crate::domain::source::Timestamp;

/// What an institution is registered with, as lines of its own journal bear it (`docs/formats/entry.md`, tag 23).
pub fn registration(facts: &InstitutionFacts, details: &[u8]) -> Hash {
    let said = Sha256::new()
        .chain_update(b"consigne/institution/v1")
        .chain_update(facts.institution.bytes())
        .chain_update(facts.errands.number().to_be_bytes())
        .chain_update(facts.suspended_at.map_or(i64::MIN, Timestamp::micros).to_be_bytes())
        .chain_update(Sha256::digest(details));
    // Named only where there is one: what was registered before there were offices says the same as ever.
    let said = match facts.office {
        Some(office) => said.chain_update(b"office").chain_update(office.bytes()),
        None => said,
    };
    said.finalize().into()
}

/// What an entry of an institution's own journal says that it is registered with, by its SHA-256: when that changed, when a token was given on
/// it, and when somebody looked at it for it, or at what it asked for.
pub fn registered(entry: &Entry) -> Option<Hash> {
    use Action::{AmendInstitution, FollowRequests, IssueToken, RegisterInstitution, ViewInstitution};
    let action = entry.line.action;
    let says = matches!(action, RegisterInstitution | AmendInstitution | IssueToken | ViewInstitution | FollowRequests);
    entry.line.row.filter(|_| says && entry.line.outcome == Outcome::Done)
}

/// How far a request has come, as an entry of the journal of who has it says.
pub fn stage(entry: &Entry, request: PaperRequestId) -> Option<Stage> {
    if entry.line.outcome != Outcome::Done {
        return None;
    }
    let is_it = entry.line.object == Object::Request(request);
    match entry.line.action {
        Action::TakeRequest if is_it => Some(Stage::Taken),
        Action::DeclineRequest if is_it => Some(Stage::Declined),
        Action::GiveShare if entry.line.asked == Some(request) => Some(Stage::Answered),
        // An agreement bears the id of the request that it answers.
        Action::GiveAgreement if entry.line.object == Object::Agreement(AgreementId::from_uuid(request.uuid())) => {
            Some(Stage::Answered)
        }
        _ => None,
    }
}

/// Whether an entry of its institution's own journal says that a request was taken back.
pub fn withdrawn(entry: &Entry, request: PaperRequestId) -> bool {
    let (action, object) = (entry.line.action, entry.line.object);
    entry.line.outcome == Outcome::Done && action == Action::WithdrawRequest && object == Object::Request(request)
}
