//! By what others than a locker's holder hold a right there.

use crate::domain::document::DocumentState;
use crate::domain::entry::Actor;
use crate::domain::ids::{AgreementId, CollectionId, InstitutionId, MandateId, MembershipId, OrganisationId, VisitId};
use crate::domain::mandate::{self, Permission, Scope};
use crate::domain::source::Timestamp;
use crate::store::documents::Paper;

/// By what a helper holds a right: whom its entry names, what it lets them see, where a paper may go.
#[derive(Debug, Clone)]
pub struct Help {
    /// The helper.
    pub actor: Actor,
    /// The membership that they act as, unless they help on their own.
    pub membership: Option<MembershipId>,
    /// The organisation that it is of.
    pub organisation: Option<OrganisationId>,
    /// Under which mandate.
    pub mandate: MandateId,
    /// In which visit.
    pub visit: Option<VisitId>,
    /// The first moment after the mandate.
    pub until: Timestamp,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// The category that was decided on, for a paper that is added or moved.
    pub into: Option<CollectionId>,
}

impl Help {
    /// Whether a list may show them a paper.
    pub fn sees(&self, paper: &Paper) -> bool {
        let facts = paper.facts();
        facts.state == DocumentState::Live && mandate::on(&self.scopes, &facts.spot).has(Permission::List)
    }

    /// Whether they may hand it over: what they see, where the mandate says so.
    pub fn gives(&self, paper: &Paper) -> bool {
        self.sees(paper) && mandate::on(&self.scopes, &paper.facts().spot).has(Permission::Share)
    }
}

/// By what an institution deposits, as its rows were under the locks.
#[derive(Debug, Clone)]
pub struct Issuer {
    /// The institution.
    pub institution: InstitutionId,
    /// By which agreement.
    pub agreement: AgreementId,
    /// What describes the agreement, sealed.
    pub agreed: Vec<u8>,
    /// What the institution is registered with, sealed.
    pub registered: Vec<u8>,
    /// Bytes that it may still add by its agreements, whatever else is in the locker.
    pub room: u64,
}
