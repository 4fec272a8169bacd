//! How what an institution asked for goes on, at the door: what it asked, who of its office asked, and whether what was handed over can be read.
//!
//! Locked: the institution's chain. What is told of a share is read without its locker's lock, and not compared with its journal: a reading is
//! decided on anew, under both.

use super::institutions::Admitted;
use super::{Caller, Door, Refusal, Which, policy};
use crate::domain::entry::{Action, Line, Object, Reason};
use crate::domain::ids::ShareId;
use crate::domain::policy::Lasting;
use crate::domain::request::RequestFacts;
use crate::domain::source::Moment;
use crate::journal::institutions::registration;
use crate::store::organisations::MembershipRow;
use crate::store::requests::{self, RequestRow};
use crate::store::{StoreError, entries, shares};

/// What an institution asked for, as whoever comes for it sees it.
#[derive(Debug)]
pub struct Followed {
    /// The requests.
    pub rows: Vec<RequestRow>,
    /// When.
    pub moment: Moment,
    /// How what was handed over stands, for an agent.
    pub shares: Vec<(ShareId, Lasting)>,
    /// The places in the office of who may have asked, for an agent.
    pub members: Vec<MembershipRow>,
}

impl Door {
    /// An institution looks at what it has asked for.
    pub async fn follow_requests(&self, caller: &Caller, which: Which) -> Result<Followed, Refusal> {
        let mut admitted = self.client(caller, Action::FollowRequests).await?;
        let institution = admitted.row.facts.institution;
        let tx = &mut admitted.tx;
        let (one, mut rows) = match which {
            Which::One(request) => {
                (Some(request), requests::lock(tx, institution, request).await?.into_iter().collect())
            }
            Which::After(after, limit) => (None, requests::of_institution(tx, institution, after, limit).await?),
            Which::Newest(after, limit) => (None, requests::newest(tx, institution, after, limit).await?),
        };
        rows.retain(|row| self.is_asked(row));
        if one.is_some() && rows.is_empty() {
            let who = admitted.who();
            drop(admitted);
            return self.no_client(caller, Some(who), Action::FollowRequests, Reason::UnknownRequest).await;
        }
        let object = one.map_or(Object::Institution(institution), Object::Request);
        // Where somebody asks again and again, nobody looks further back than that.
        let row = Some(registration(&admitted.row.facts, &admitted.row.details));
        let line = Line { row, ..admitted.line(caller, object) };
        entries::append(&mut admitted.tx, institution.chain(), line).await?;
        let moment = admitted.tx.moment().await?;
        let mut followed = Followed { rows, moment, shares: Vec::new(), members: Vec::new() };
        // What goes through them in order of ids is a program, or one that an agent uses: it asks for each.
        if !matches!(which, Which::After(..)) {
            self.with_askers(&mut admitted, &mut followed).await?;
        }
        admitted.tx.commit().await?;
        Ok(followed)
    }

    /// What an agent reads besides, of the requests that were found.
    async fn with_askers(&self, admitted: &mut Admitted, followed: &mut Followed) -> Result<(), StoreError> {
        let Some(agent) = admitted.agent().copied().filter(|agent| policy::may_know_askers(Some(agent))) else {
            return Ok(());
        };
        if let Some(own) = agent.own {
            followed.members = self.members(&mut admitted.tx, own.organisation).await?;
        }
        for row in &followed.rows {
            if let Some(share) = row.facts.share {
                let lasting = self.lasting(admitted, &row.facts, share, followed.moment).await?;
                followed.shares.push((share, lasting));
            }
        }
        Ok(())
    }

    async fn lasting(
        &self,
        admitted: &mut Admitted,
        request: &RequestFacts,
        share: ShareId,
        moment: Moment,
    ) -> Result<Lasting, StoreError> {
        let Some(locker) = request.locker else { return Ok(Lasting::Over) };
        let row = shares::find(&mut admitted.tx, locker, share).await?.filter(|row| self.is_handed(row));
        Ok(row.map_or(Lasting::Over, |row| Lasting::of(request.institution, &row.facts(), moment)))
    }
}
