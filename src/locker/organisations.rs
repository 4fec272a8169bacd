//! Organisations: created by the operator, managed by their referents, seen by their members (DOMAIN M6, M15).

use std::collections::HashMap;

use super::{LockerError, Lockers};
use crate::access::{Caller, Change, Invitation};
use crate::domain::code::Code;
use crate::domain::document::FieldError;
use crate::domain::entry::Entry;
use crate::domain::ids::{InstitutionId, MembershipId, OrganisationId, PersonId, RequestId};
use crate::domain::institution::InstitutionFields;
use crate::domain::organisation::{
    IDLE_MONTHS, MemberFields, MembershipState, Name, OrganisationFields, Roles, WARNED_MONTHS,
};
use crate::domain::person::CivilIdentity;
use crate::domain::source::{Moment, Timestamp, day_of, months_before};
use crate::store::organisations::MembershipRow;
use crate::vault::sealed::Place;

/// An invitation that was made: its code is shown once, and stored nowhere.
#[derive(Debug)]
pub struct Invited {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The membership to be.
    pub membership: MembershipId,
    /// What the invited person types.
    pub code: Code,
    /// Until when.
    pub until: Timestamp,
}

/// A member, as the others of their organisation see them.
#[derive(Debug, Clone)]
pub struct MemberView {
    /// The membership.
    pub membership: MembershipId,
    /// The person, once they have joined.
    pub person: Option<PersonId>,
    /// Name and whether a volunteer; none if it does not open.
    pub fields: Option<MemberFields>,
    /// What they do there.
    pub roles: Roles,
    /// Where it stands.
    pub state: MembershipState,
    /// Until when an invitation is good.
    pub invited_until: Timestamp,
    /// The last day of activity.
    pub seen_at: Timestamp,
    /// Whether it gives rights, and will not for long, for want of activity.
    pub is_warned: bool,
    /// Whether it is the one who looks.
    pub is_own: bool,
}

/// An organisation, as its members see it.
#[derive(Debug, Clone)]
pub struct OrganisationView {
    /// Its id.
    pub organisation: OrganisationId,
    /// Its name.
    pub name: Name,
    /// Its members, by name.
    pub members: Vec<MemberView>,
    /// What the one who looks does there.
    pub own_roles: Roles,
    /// Whether it is an office: its members act for an institution.
    pub is_office: bool,
}

/// A place where somebody belongs.
#[derive(Debug, Clone)]
pub struct OwnMembership {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its name.
    pub name: Name,
    /// Whether the operator lets it help by a court's decision.
    pub judgments: bool,
    /// The membership.
    pub membership: MembershipId,
    /// What they do there.
    pub roles: Roles,
    /// Where it stands.
    pub state: MembershipState,
    /// Whether it gives rights, and will not for long, for want of activity.
    pub is_warned: bool,
    /// Whether it is an office: its members act for an institution.
    pub is_office: bool,
}

/// A line of an organisation's journal.
#[derive(Debug, Clone)]
pub struct OrganisationLine {
    /// Its place.
    pub seq: u64,
    /// What it says; none if it can't be verified.
    pub entry: Option<Entry>,
    /// Who acted, by name, if it was a member.
    pub who: Option<Name>,
    /// Whom it is about, by name.
    pub whom: Option<Name>,
}

/// A page of an organisation's journal, newest first.
#[derive(Debug, Clone, Default)]
pub struct OrganisationJournal {
    /// Lines.
    pub lines: Vec<OrganisationLine>,
    /// Where to go on, if there are more.
    pub next: Option<u64>,
    /// Whether it is an office's.
    pub is_office: bool,
}

/// The name that an issuer vouches for.
pub(super) fn name_of(identity: &CivilIdentity) -> Option<Name> {
    Name::parse(&format!("{} {}", identity.given_name, identity.family_name)).ok()
}

impl Lockers {
    /// The operator creates an organisation, with the invitation of its first referent.
    pub async fn create_organisation(&self, name: Name, referent: Name, roles: Roles) -> Result<Invited, LockerError> {
        let organisation = OrganisationId::draw(self.source());
        let fields = OrganisationFields { name, judgments: false };
        let details = self.0.vault.seal_in_directory(Place::Organisation(organisation), &fields)?;
        let fields = MemberFields { name: referent, volunteer: false };
        let (code, invitation) = self.new_invitation(organisation, &fields, roles)?;
        let membership = invitation.membership;
        let request = RequestId::draw(self.source());
        let until = self.door().create_organisation(organisation, details, invitation, request).await?;
        Ok(Invited { organisation, membership, code, until })
    }

    /// The operator invites a referent to an organisation that has none any more. `None`: there is no such organisation;
    /// `Some(None)`: it has one.
    pub async fn appoint_referent(
        &self,
        organisation: OrganisationId,
        referent: Name,
    ) -> Result<Option<Option<Invited>>, LockerError> {
        let fields = MemberFields { name: referent, volunteer: false };
        // A referent only: whoever helps is invited by those who are there.
        let (code, invitation) = self.new_invitation(organisation, &fields, Roles::Referent)?;
        let (membership, request) = (invitation.membership, RequestId::draw(self.source()));
        let until = self.door().appoint_referent(organisation, invitation, request).await?;
        Ok(until.map(|until| until.map(|until| Invited { organisation, membership, code, until })))
    }

    /// Every organisation by id and what describes it, for the operator's command.
    pub async fn organisations(
        &self,
    ) -> Result<Vec<(OrganisationId, Option<OrganisationFields>, Timestamp)>, LockerError> {
        let rows = self.door().list_organisations(RequestId::draw(self.source())).await?;
        let one = |row: crate::store::organisations::OrganisationRow| {
            (row.organisation, self.organisation_fields(row.organisation, &row.details).ok(), row.created_at)
        };
        Ok(rows.into_iter().map(one).collect())
    }

    /// The operator lets an organisation help by a court's decision, or lets it no more (decision 24). `false`: there is none such.
    pub async fn let_judgments(&self, organisation: OrganisationId, judgments: bool) -> Result<bool, LockerError> {
        let request = RequestId::draw(self.source());
        let reseal = |details: &[u8]| {
            let fields = OrganisationFields { judgments, ..self.organisation_fields(organisation, details).ok()? };
            self.0.vault.seal_in_directory(Place::Organisation(organisation), &fields).ok()
        };
        Ok(self.door().amend_organisation(organisation, reseal, (judgments, request)).await?)
    }

    /// What describes an organisation, if it opens.
    pub(super) fn organisation_fields(
        &self,
        organisation: OrganisationId,
        details: &[u8],
    ) -> Result<OrganisationFields, LockerError> {
        Ok(self.0.vault.open_in_directory(Place::Organisation(organisation), details)?)
    }

    pub(super) fn organisation_name(&self, organisation: OrganisationId, details: &[u8]) -> Result<Name, LockerError> {
        Ok(self.organisation_fields(organisation, details)?.name)
    }

    /// The names of a member and of their organisation, if they open.
    pub(super) fn member_named(&self, row: &MembershipRow, organisation: &[u8]) -> Option<(Name, Name)> {
        let of = self.organisation_name(row.facts.organisation, organisation).ok()?;
        Some((self.member_fields(row)?.name, of))
    }

    /// The operator gives an institution an office, named as it is, with the invitation of its first referent. `None`: there is no such
    /// institution, or it does not open; `Some(None)`: it has one.
    pub async fn open_office(
        &self,
        institution: InstitutionId,
        referent: Name,
        roles: Roles,
    ) -> Result<Option<Option<Invited>>, LockerError> {
        let Some(details) = self.door().institution_details(institution).await? else { return Ok(None) };
        let registered: InstitutionFields =
            self.0.vault.open_in_directory(Place::Institution(institution), &details)?;
        let organisation = OrganisationId::draw(self.source());
        let fields = OrganisationFields { name: registered.name, judgments: false };
        let details = self.0.vault.seal_in_directory(Place::Organisation(organisation), &fields)?;
        let fields = MemberFields { name: referent, volunteer: false };
        let (code, invitation) = self.new_invitation(organisation, &fields, roles)?;
        let (membership, request) = (invitation.membership, RequestId::draw(self.source()));
        let opened = self.door().open_office(institution, organisation, (details, invitation), request).await?;
        Ok(opened.map(|until| until.map(|until| Invited { organisation, membership, code, until })))
    }

    fn new_invitation(
        &self,
        organisation: OrganisationId,
        fields: &MemberFields,
        roles: Roles,
    ) -> Result<(Code, Invitation), LockerError> {
        let (code, membership) = (Code::draw(self.source()), MembershipId::draw(self.source()));
        let details = self.0.vault.seal_in_directory(Place::Membership(organisation, membership), fields)?;
        let lookup = self.0.vault.lookup().invitation(&code);
        Ok((code, Invitation { membership, lookup, roles, details }))
    }

    /// A referent invites somebody by a code, which is shown once.
    pub async fn invite(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        fields: &MemberFields,
        roles: Roles,
    ) -> Result<Invited, LockerError> {
        let (code, invitation) = self.new_invitation(organisation, fields, roles)?;
        let membership = invitation.membership;
        let until = self.door().invite(caller, organisation, invitation).await?;
        Ok(Invited { organisation, membership, code, until })
    }

    /// Somebody accepts an invitation. What does not read as a code is a wrong one.
    pub async fn join(&self, caller: &Caller, typed: &str) -> Result<(OrganisationId, MembershipId), LockerError> {
        let who = self.who(caller).await?;
        // Others read it as the word of their issuer: what a referent has typed does not stand for it.
        let Some(vouched) = name_of(&who.identity) else {
            return Err(LockerError::Field { field: "name", error: FieldError::Empty });
        };
        let lookup = Code::parse(typed).map_or([0; 32], |code| self.0.vault.lookup().invitation(&code));
        let reseal = |organisation, membership, details: &[u8]| {
            let place = Place::Membership(organisation, membership);
            let fields: MemberFields = self.0.vault.open_in_directory(place, details).ok()?;
            self.0.vault.seal_in_directory(place, &MemberFields { name: vouched, ..fields }).ok()
        };
        let joined = self.door().join(caller, &lookup, reseal).await?;
        self.keep_work_address(who.person, who.issuer, &who.identity).await;
        Ok(joined)
    }

    /// The organisation and its members, for one of them.
    pub async fn organisation(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
    ) -> Result<OrganisationView, LockerError> {
        let (details, rows, own, is_office) = self.door().view_organisation(caller, organisation).await?;
        let name = self.organisation_name(organisation, &details)?;
        let mut members: Vec<MemberView> = rows.iter().map(|(row, state)| self.member_view(row, *state, own)).collect();
        members.sort_by_key(|m| (m.fields.as_ref().map(|f| f.name.as_str().to_lowercase()), m.membership));
        let own_roles = members.iter().find(|m| m.is_own).map(|m| m.roles).ok_or(LockerError::Damaged)?;
        Ok(OrganisationView { organisation, name, members, own_roles, is_office })
    }

    fn member_view(&self, row: &MembershipRow, state: MembershipState, own: MembershipId) -> MemberView {
        let facts = &row.facts;
        MemberView {
            membership: facts.membership,
            person: facts.person,
            fields: self.member_fields(row),
            roles: facts.roles,
            state,
            invited_until: facts.invited_until,
            seen_at: facts.seen_at,
            is_warned: self.is_warned(row),
            is_own: facts.membership == own,
        }
    }

    /// Whether somebody's place is about to give no rights any more, by the clock.
    fn is_warned(&self, row: &MembershipRow) -> bool {
        let clock = self.source().now();
        row.facts.is_warned(Moment { now: clock, clock })
    }

    /// What describes a member, if it opens.
    pub(super) fn member_fields(&self, row: &MembershipRow) -> Option<MemberFields> {
        let place = Place::Membership(row.facts.organisation, row.facts.membership);
        self.0.vault.open_in_directory(place, &row.details).ok()
    }

    /// Changes somebody's place; it holds on the very next request.
    pub async fn change_member(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        membership: MembershipId,
        change: Change,
    ) -> Result<(), LockerError> {
        Ok(self.door().change_member(caller, organisation, membership, change).await?)
    }

    /// Where the caller belongs.
    pub async fn own_memberships(&self, caller: &Caller) -> Result<Vec<OwnMembership>, LockerError> {
        let rows = self.door().own_memberships(caller).await?;
        rows.iter()
            .filter(|(_, state, ..)| *state != MembershipState::Left)
            .map(|(row, state, details, is_office)| {
                let organisation = row.facts.organisation;
                let OrganisationFields { name, judgments } = self.organisation_fields(organisation, details)?;
                Ok(OwnMembership {
                    organisation,
                    name,
                    judgments,
                    membership: row.facts.membership,
                    roles: row.facts.roles,
                    state: *state,
                    is_warned: self.is_warned(row),
                    is_office: *is_office,
                })
            })
            .collect()
    }

    /// Whether the operator lets an organisation of the caller's help by a court's decision.
    pub(super) async fn lets_judgments(
        &self,
        caller: &Caller,
        organisation: Option<OrganisationId>,
    ) -> Result<bool, LockerError> {
        let own = self.own_memberships(caller).await?;
        Ok(own.iter().any(|own| Some(own.organisation) == organisation && own.judgments))
    }

    /// A page of an organisation's journal, for its referents.
    pub async fn organisation_journal(
        &self,
        caller: &Caller,
        organisation: OrganisationId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<OrganisationJournal, LockerError> {
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let (mut kept, rows, is_office) =
            self.door().organisation_journal(caller, organisation, before, limit.saturating_add(1)).await?;
        let names: HashMap<MembershipId, Name> =
            rows.iter().filter_map(|row| Some((row.facts.membership, self.member_fields(row)?.name))).collect();
        let next = kept.get(wanted).and_then(|_| kept.get(wanted.saturating_sub(1))).map(|last| last.seq);
        kept.truncate(wanted);
        let line = |kept: &crate::journal::chain::Kept| {
            use crate::domain::entry::Object;
            let entry = kept.entry(organisation.chain());
            let name = |membership: Option<MembershipId>| membership.and_then(|id| names.get(&id).cloned());
            let who = name(entry.as_ref().and_then(|e| e.line.membership));
            let whom = name(entry.as_ref().and_then(|e| match e.line.object {
                Object::Membership(id) => Some(id),
                _ => None,
            }));
            OrganisationLine { seq: kept.seq, entry, who, whom }
        };
        Ok(OrganisationJournal { lines: kept.iter().map(line).collect(), next, is_office })
    }

    /// Notes members who are not active: after five months a warning is due, after six they are suspended. Gives how many lines
    /// were written.
    pub async fn note_idle_members(&self) -> Result<u64, LockerError> {
        let (mut noted, today, tells) = (0, day_of(self.source().now()), self.writes_to_members());
        for (months, suspends) in [(IDLE_MONTHS, true), (WARNED_MONTHS, false)] {
            let since = months_before(today, months);
            loop {
                let mut wrote = 0;
                for member in self.door().idle_members(since, months).await? {
                    wrote += u64::from(self.door().note_idle_member(member, since, months, (suspends, tells)).await?);
                }
                noted += wrote;
                if wrote == 0 {
                    break;
                }
            }
        }
        self.door().forget_old_addresses().await?;
        Ok(noted)
    }
}
