//! What the operator and the jobs do with organisations: create them, invite their first referents, list them, note who is not
//! active. Nobody is asked whether they may: the command is run on the machine, and each is a line in the journals.

use super::Door;
use super::organisations::{Invitation, invited};
use crate::domain::entry::{Action, Actor, Ground, Job, Line, Object, Outcome};
use crate::domain::ids::{MembershipId, OrganisationId, RequestId};
use crate::domain::source::Timestamp;
use crate::store::organisations::{self, MembershipRow, OrganisationRow};
use crate::store::{StoreError, Tx, entries};

impl Door {
    /// The operator creates an organisation, with the invitation of its first referent. An entry in both journals.
    pub async fn create_organisation(
        &self,
        organisation: OrganisationId,
        details: Vec<u8>,
        first: Invitation,
        request: RequestId,
    ) -> Result<Timestamp, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let until = self.found(&mut tx, organisation, (details, first), request).await?;
        tx.commit().await?;
        Ok(until)
    }

    /// The same in a transaction that goes on.
    pub(super) async fn found(
        &self,
        tx: &mut Tx,
        organisation: OrganisationId,
        (details, first): (Vec<u8>, Invitation),
        request: RequestId,
    ) -> Result<Timestamp, StoreError> {
        let created_at = tx.now().await?;
        organisations::add(tx, &OrganisationRow { organisation, created_at, details }).await?;
        entries::create(tx, organisation.chain(), entries::ChainKind::Organisation, created_at).await?;
        let made = |object| {
            let (action, ground) = (Action::CreateOrganisation, Ground::Maintenance);
            Line::new(Actor::Operator, ground, action, object, Outcome::Done, request)
        };
        entries::append(tx, organisation.chain(), made(Object::Organisation(organisation))).await?;
        let until = self.invite_by_operator(tx, organisation, first, request).await?;
        entries::append(tx, self.0.deployment.service_chain(), made(Object::Organisation(organisation))).await?;
        Ok(until)
    }

    /// The operator invites another referent to an organisation that has none any more. `None`: there is no such
    /// organisation; `Some(None)`: it has a referent, who invites others.
    pub async fn appoint_referent(
        &self,
        organisation: OrganisationId,
        invitation: Invitation,
        request: RequestId,
    ) -> Result<Option<Option<Timestamp>>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        if entries::lock(&mut tx, organisation.chain()).await?.is_none() {
            return Ok(None);
        }
        if organisations::details(&mut tx, organisation).await?.is_none() {
            return Ok(None);
        }
        let moment = tx.moment().await?;
        let is_active = |row: &MembershipRow| row.facts.roles.is_referent() && row.facts.is_active(moment);
        if self.members(&mut tx, organisation).await?.iter().any(is_active) {
            return Ok(Some(None));
        }
        let until = self.invite_by_operator(&mut tx, organisation, invitation, request).await?;
        let line = Line::new(
            Actor::Operator,
            Ground::Maintenance,
            Action::InviteMember,
            Object::Organisation(organisation),
            Outcome::Done,
            request,
        );
        entries::append(&mut tx, self.0.deployment.service_chain(), line).await?;
        tx.commit().await?;
        Ok(Some(Some(until)))
    }

    /// The operator lets an organisation help by a court's decision, or lets it no more: `reseal` makes the new fields of the old ones. An entry in both journals.
    /// `false`: there is none such, or its fields do not open.
    pub async fn amend_organisation(
        &self,
        organisation: OrganisationId,
        reseal: impl FnOnce(&[u8]) -> Option<Vec<u8>>,
        (lets, request): (bool, RequestId),
    ) -> Result<bool, StoreError> {
        let mut tx = self.0.db.begin().await?;
        if entries::lock(&mut tx, organisation.chain()).await?.is_none() {
            return Ok(false);
        }
        let details = organisations::details(&mut tx, organisation).await?;
        let Some(details) = details.and_then(|details| reseal(&details)) else { return Ok(false) };
        organisations::change_details(&mut tx, organisation, &details).await?;
        let object = Object::Organisation(organisation);
        for chain in [organisation.chain(), self.0.deployment.service_chain()] {
            let (action, ground) = (Action::AmendOrganisation, Ground::Maintenance);
            let line = Line {
                count: Some(u64::from(lets)),
                ..Line::new(Actor::Operator, ground, action, object, Outcome::Done, request)
            };
            entries::append(&mut tx, chain, line).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn invite_by_operator(
        &self,
        tx: &mut Tx,
        organisation: OrganisationId,
        invitation: Invitation,
        request: RequestId,
    ) -> Result<Timestamp, StoreError> {
        let moment = tx.moment().await?;
        let object = Object::Membership(invitation.membership);
        let mut row = invited(organisation, invitation, moment);
        let until = row.facts.invited_until;
        self.keep_member(tx, &mut row, true).await?;
        let (action, ground) = (Action::InviteMember, Ground::Maintenance);
        let line = Line::new(Actor::Operator, ground, action, object, Outcome::Done, request);
        entries::append(tx, organisation.chain(), line).await?;
        Ok(until)
    }

    /// Every organisation, for the operator's command. An entry in the service's journal.
    pub async fn list_organisations(&self, request: RequestId) -> Result<Vec<OrganisationRow>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let rows = organisations::all(&mut tx).await?;
        let line = Line {
            count: Some(rows.len() as u64),
            ..Line::new(
                Actor::Operator,
                Ground::Maintenance,
                Action::ListOrganisations,
                Object::None,
                Outcome::Done,
                request,
            )
        };
        entries::append(&mut tx, self.0.deployment.service_chain(), line).await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// Memberships without activity since a day whose absence was noted for fewer months. Ids only.
    pub async fn idle_members(
        &self,
        since: Timestamp,
        months: u16,
    ) -> Result<Vec<(OrganisationId, MembershipId)>, StoreError> {
        let mut tx = self.0.db.begin().await?;
        let rows = organisations::idle(&mut tx, since, months).await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// Notes months without activity in the organisation's journal; `suspends`: and suspends; `tells`: and has them
    /// written to. `false` if they were active since, or the row is not believed.
    pub async fn note_idle_member(
        &self,
        (organisation, membership): (OrganisationId, MembershipId),
        since: Timestamp,
        months: u16,
        (suspends, tells): (bool, bool),
    ) -> Result<bool, StoreError> {
        let mut tx = self.0.db.begin().await?;
        if entries::lock(&mut tx, organisation.chain()).await?.is_none() {
            return Ok(false);
        }
        let row = organisations::lock_membership(&mut tx, organisation, membership).await?;
        let Some(mut row) = row.filter(|row| self.is_proven(&row.claim(), &row.proof)) else { return Ok(false) };
        let is_due = row.facts.seen_at <= since && row.noticed < months && row.facts.suspended_at.is_none();
        if !is_due || row.facts.joined_at.is_none() || row.facts.left_at.is_some() {
            return Ok(false);
        }
        row.noticed = months;
        row.facts.suspended_at = if suspends { Some(tx.now().await?) } else { None };
        self.keep_member(&mut tx, &mut row, false).await?;
        if tells {
            self.remind(&mut tx, &row, months).await?;
        }
        let action = if suspends { Action::SuspendMember } else { Action::IdleMember };
        let request = RequestId::draw(tx.source());
        let (actor, object) = (Actor::Job(Job::Inactivity), Object::Membership(membership));
        let line = Line {
            count: Some(u64::from(months)),
            ..Line::new(actor, Ground::Maintenance, action, object, Outcome::Done, request)
        };
        entries::append(&mut tx, organisation.chain(), line).await?;
        tx.commit().await?;
        Ok(true)
    }
}
