//! The rows that arrivals are read from, some of whose parts may not be there.

use sqlx::FromRow;
use uuid::Uuid;

use super::{Arrival, Offer};
use crate::domain::ids::{LockerId, MandateId};
use crate::store::closures::Closure;
use crate::store::entries::HeadRow;
use crate::store::help_codes;
use crate::store::lockers::LockedTie;
use crate::store::mandates::{MandateRow, RawMandate};
use crate::store::organisations;
use crate::store::people::RawSession;
use crate::store::visits::{self, VisitRow};
use crate::store::{StoreError, Tx};

#[derive(FromRow)]
pub(super) struct RawArrival {
    #[sqlx(flatten)]
    session: RawSession,
    #[sqlx(flatten)]
    own: RawOwn,
    #[sqlx(flatten)]
    home: RawHome,
}

#[derive(FromRow)]
#[expect(clippy::struct_field_names, reason = "they are the names of columns beside those of the session")]
pub(super) struct RawOwn {
    own_organisation: Option<Uuid>,
    own_membership: Option<Uuid>,
    own_person: Option<Uuid>,
    own_roles: Option<i64>,
    own_invited: Option<i64>,
    own_joined: Option<i64>,
    own_suspended: Option<i64>,
    own_left: Option<i64>,
    own_seen: Option<i64>,
    own_noticed: Option<i64>,
    own_invitation: Option<Vec<u8>>,
    own_proof: Option<Vec<u8>>,
    own_details: Option<Vec<u8>>,
}

impl RawOwn {
    pub(super) fn row(self) -> Option<organisations::Raw> {
        Some(organisations::Raw {
            organisation_id: self.own_organisation?,
            membership_id: self.own_membership?,
            person_id: self.own_person,
            roles: self.own_roles?,
            invited_until: self.own_invited?,
            joined_at: self.own_joined,
            suspended_at: self.own_suspended,
            left_at: self.own_left,
            seen_at: self.own_seen?,
            noticed: self.own_noticed?,
            invitation: self.own_invitation,
            proof: self.own_proof?,
            details: self.own_details?,
        })
    }
}

#[derive(FromRow)]
pub(super) struct RawHome {
    locker_id: Option<Uuid>,
    holder: Option<Uuid>,
    quota: Option<i64>,
    tie_proof: Option<Vec<u8>>,
    seq: Option<i64>,
    link: Option<Vec<u8>>,
    at: Option<i64>,
}

impl RawHome {
    pub(super) fn tie(self) -> Option<LockedTie> {
        let head = HeadRow { seq: self.seq?, link: self.link?, at: self.at? };
        Some(LockedTie::of((self.locker_id?, self.holder?, self.quota?, self.tie_proof?), head))
    }
}

impl RawArrival {
    pub(super) fn read(self, tx: &mut Tx, token: &[u8; 32]) -> Result<Arrival, StoreError> {
        Ok(Arrival {
            own: self.own.row().map(TryInto::try_into).transpose()?,
            session: Some(self.session.session(token)?),
            tie: self.home.tie().map(|tie| tie.kept(tx)).transpose()?,
        })
    }
}

#[derive(FromRow)]
pub(super) struct RawUnder {
    of_organisation: Option<Uuid>,
    of_membership: Option<Uuid>,
    of_person: Option<Uuid>,
    consent: Option<i64>,
    confirmed: Option<i64>,
    begins_at: Option<i64>,
    ends_at: Option<i64>,
    ended_at: Option<i64>,
    acknowledged_at: Option<i64>,
    scopes: Option<Vec<u8>>,
    mandate_proof: Option<Vec<u8>>,
    agreed: Option<Vec<u8>>,
    shown: Option<Vec<u8>>,
    words: Option<Vec<u8>>,
}

impl RawUnder {
    /// The mandate, if there is one.
    pub(super) fn row(self, locker: LockerId, mandate: MandateId) -> Result<Option<MandateRow>, StoreError> {
        let raw = || {
            Some(RawMandate {
                locker_id: locker.uuid(),
                mandate_id: mandate.uuid(),
                organisation_id: self.of_organisation,
                membership_id: self.of_membership,
                person_id: self.of_person,
                consent: self.consent?,
                confirmed: self.confirmed?,
                begins_at: self.begins_at?,
                ends_at: self.ends_at?,
                ended_at: self.ended_at,
                acknowledged_at: self.acknowledged_at,
                scopes: self.scopes?,
                proof: self.mandate_proof?,
                details: self.agreed?,
                shown: self.shown?,
                words: self.words?,
            })
        };
        raw().map(TryInto::try_into).transpose()
    }
}

#[derive(FromRow)]
pub(super) struct RawVisit {
    visit_id: Option<Uuid>,
    visit_mandate: Option<Uuid>,
    visitor: Option<Uuid>,
    visit_membership: Option<Uuid>,
    visit_until: Option<i64>,
    visit_ended: Option<i64>,
    visit_proof: Option<Vec<u8>>,
    visit_details: Option<Vec<u8>>,
}

impl RawVisit {
    pub(super) fn row(self, locker: LockerId) -> Option<VisitRow> {
        let raw = visits::Raw {
            locker_id: locker.uuid(),
            visit_id: self.visit_id?,
            mandate_id: self.visit_mandate?,
            person_id: self.visitor?,
            membership_id: self.visit_membership,
            until: self.visit_until?,
            ended_at: self.visit_ended,
            proof: self.visit_proof?,
            details: self.visit_details?,
        };
        Some(raw.into())
    }
}

#[derive(FromRow)]
pub(super) struct RawOffer {
    code_until: Option<i64>,
    code_kind: Option<i64>,
    code_proof: Option<Vec<u8>>,
    organisation: Option<Vec<u8>>,
}

impl RawOffer {
    pub(super) fn read(
        self,
        locker: LockerId,
        lookup: &[u8; 32],
        closure: Option<Closure>,
    ) -> Result<Offer, StoreError> {
        let Self { code_until, code_kind, code_proof, organisation } = self;
        let code = code_until.zip(code_kind).zip(code_proof);
        let code =
            code.map(|((until, kind), proof)| help_codes::code((locker.uuid(), lookup.to_vec(), until, kind, proof)));
        Ok(Offer { closure, code: code.transpose()?, organisation })
    }
}
