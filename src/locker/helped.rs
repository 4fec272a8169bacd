//! Who helped, as the holder's journal names them: by the visit that a line belongs to, or by the mandate.

use std::collections::{HashMap, HashSet};

use crate::access::VISIT;
use crate::domain::agreement::AgreementFields;
use crate::domain::entry::{Action, Actor, Entry, Line, Object};
use crate::domain::help::{Agreed, Purpose, VisitFields};
use crate::domain::ids::{AgreementId, MandateId, MembershipId, PersonId, ShareId, VisitId};
use crate::domain::mandate::{Consent, Helper};
use crate::domain::organisation::Name;
use crate::domain::share::ShareFields;
use crate::domain::source::Timestamp;
use crate::store::grant::Held;
use crate::store::mandates::{self, MandateRow};
use crate::store::organisations::{self, MembershipRow};
use crate::store::visits::{self, VisitRow};
use crate::store::{StoreError, Tx};
use crate::vault::VaultError;

/// Somebody who helped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelperSeen {
    /// Their name, as their issuer writes it.
    pub name: Name,
    /// Their organisation's.
    pub organisation: Option<Name>,
    /// What their visit was for.
    pub purpose: Option<Purpose>,
    /// Whether their mandate rests on paper alone: its holder has not confirmed it yet.
    pub on_paper: bool,
    /// Whether a name was told for whom they read, and does not read any more.
    pub unread: bool,
}

/// The rows that tell it, sealed.
#[derive(Debug, Default)]
pub(super) struct HelpRows {
    visits: Vec<VisitRow>,
    mandates: Vec<MandateRow>,
    /// With their organisations' details.
    members: Vec<(MembershipRow, Vec<u8>)>,
}

/// The membership on whose device a holder did something, in a window.
fn on_device(entry: &Entry) -> Option<MembershipId> {
    entry
        .line
        .membership
        .filter(|_| matches!(entry.line.actor, Actor::Holder(_)) || entry.line.action == Action::ExtendWindow)
}

/// The membership that a line names somebody by, where no visit or mandate may do so: on whose device the holder did something, who
/// offered help, who saw to a sheet.
pub(super) fn by_place(entry: &Entry) -> Option<MembershipId> {
    use Action::{
        CloseWindow, ConfirmSheet, ProposeMandate, ProposeTransfer, RefuseSheet, SendSheet, SpoilSheet, ViewSheet,
        WithdrawProposal,
    };
    let by_action = matches!(
        entry.line.action,
        ProposeMandate
            | ProposeTransfer
            | SendSheet
            | ViewSheet
            | ConfirmSheet
            | RefuseSheet
            | SpoilSheet
            | WithdrawProposal
            | CloseWindow
    );
    let acts_for_institution = matches!(entry.line.actor, Actor::Agent(_));
    on_device(entry).or_else(|| entry.line.membership.filter(|_| by_action || acts_for_institution))
}

/// Members by their places, as they are named.
fn members_seen(
    members: &[(MembershipRow, Vec<u8>)],
    open: impl Fn(&MembershipRow, &[u8]) -> Option<(Name, Name)>,
) -> impl Iterator<Item = (MembershipId, HelperSeen)> {
    members.iter().filter_map(move |(row, details)| {
        let (name, organisation) = open(row, details)?;
        let organisation = Some(organisation);
        Some((row.facts.membership, HelperSeen { name, organisation, purpose: None, on_paper: false, unread: false }))
    })
}

/// Whose places are, and by what name, as lines of agents bear it.
fn agents_seen(
    members: &[(MembershipRow, Vec<u8>)],
) -> impl Iterator<Item = (MembershipId, (Option<PersonId>, [u8; 32]))> {
    members.iter().map(|(row, _)| (row.facts.membership, (row.facts.person, row.named())))
}

impl HelpRows {
    /// Those that were read already.
    pub(super) const fn new(
        visits: Vec<VisitRow>,
        mandates: Vec<MandateRow>,
        members: Vec<(MembershipRow, Vec<u8>)>,
    ) -> Self {
        Self { visits, mandates, members }
    }

    /// Reads the memberships too that lines name, on whose devices the holder did something.
    pub(super) async fn with_members(
        mut self,
        tx: &mut Tx,
        named: impl Iterator<Item = MembershipId>,
    ) -> Result<Self, StoreError> {
        let named: HashSet<MembershipId> = named.collect();
        for membership in named {
            let Some(row) = organisations::by_id(tx, membership).await? else { continue };
            if let Some(details) = organisations::details(tx, row.facts.organisation).await? {
                self.members.push((row, details));
            }
        }
        Ok(self)
    }

    /// Reads all of them, under the entry of an export.
    pub(super) async fn read(tx: &mut Tx, held: &impl Held) -> Result<Self, StoreError> {
        Self::of(tx, held, Timestamp::from_micros(0), Timestamp::from_micros(i64::MAX)).await
    }

    /// Reads those that lines of these times may name: however many visits a helper made, a page reads its own.
    pub(super) async fn of(
        tx: &mut Tx,
        held: &impl Held,
        oldest: Timestamp,
        newest: Timestamp,
    ) -> Result<Self, StoreError> {
        let visits = visits::between(tx, held, oldest, newest.plus(VISIT)).await?;
        Ok(Self { visits, mandates: mandates::all(tx, held).await?, members: Vec::new() })
    }

    /// Opens them. What does not open names nobody.
    pub(super) fn open(
        &self,
        visit: impl Fn(&VisitRow) -> Result<VisitFields, VaultError>,
        mandate: impl Fn(&MandateRow) -> Result<Agreed, VaultError>,
        member: impl Fn(&MembershipRow, &[u8]) -> Option<(Name, Name)>,
    ) -> Helpers {
        let by_member = members_seen(&self.members, member);
        let is_marked = |row: &&MandateRow| row.consent == Consent::Paper && row.acknowledged_at.is_none();
        let marked: HashSet<MandateId> = self.mandates.iter().filter(is_marked).map(|row| row.mandate).collect();
        let by_visit = self.visits.iter().filter_map(|row| {
            let VisitFields { who, organisation, purpose, .. } = visit(row).ok()?;
            let on_paper = marked.contains(&row.facts.mandate);
            Some((
                row.facts.visit,
                HelperSeen { name: who, organisation, purpose: Some(purpose), on_paper, unread: false },
            ))
        });
        let (mut by_mandate, mut by_second, mut given) = (HashMap::new(), HashMap::new(), HashMap::new());
        for row in &self.mandates {
            let Ok(Agreed { proposed, evidence, .. }) = mandate(row) else { continue };
            let seen = |name| HelperSeen {
                name,
                organisation: proposed.organisation.clone(),
                purpose: None,
                on_paper: marked.contains(&row.mandate),
                unread: false,
            };
            // Who confirmed a sheet is named by their own membership: they do not help.
            if let Some((signed, membership)) =
                evidence.sheet.and_then(|s| s.confirmed_as.parse().ok().map(|id| (s, id)))
            {
                by_second.insert((row.mandate, membership), seen(signed.confirmed_by));
            }
            // A permission of the desk is given to the organisation.
            let named = proposed.organisation.as_ref().filter(|_| proposed.desk).unwrap_or(&proposed.helper);
            let of = proposed.organisation.clone().filter(|_| !proposed.desk);
            given.insert(row.mandate, HelperSeen { organisation: of, ..seen(named.clone()) });
            // At the desk, who acts is not always who proposed.
            if !proposed.desk {
                by_mandate.insert(row.mandate, (row.helper, seen(proposed.helper.clone())));
            }
        }
        let (visits, members, agents) = (by_visit.collect(), by_member.collect(), agents_seen(&self.members).collect());
        Helpers { visits, mandates: by_mandate, seconds: by_second, members, agents, given, ..Helpers::default() }
    }
}

/// Who helped, by what their lines name.
#[derive(Debug, Default)]
pub(super) struct Helpers {
    visits: HashMap<VisitId, HelperSeen>,
    mandates: HashMap<MandateId, (Helper, HelperSeen)>,
    seconds: HashMap<(MandateId, MembershipId), HelperSeen>,
    members: HashMap<MembershipId, HelperSeen>,
    /// Whose the places of members are, and the SHA-256 of what describes each, sealed.
    agents: HashMap<MembershipId, (Option<PersonId>, [u8; 32])>,
    given: HashMap<MandateId, HelperSeen>,
    /// Institutions, by what they were handed.
    shares: HashMap<ShareId, HelperSeen>,
    /// The same, by what the holder agreed with them.
    agreements: HashMap<AgreementId, HelperSeen>,
    /// Who read for them, by the places of their lines.
    readers: HashMap<u64, Name>,
}

impl Helpers {
    /// To whom the holder gave a permission, where a line says that they did.
    pub(super) fn given_to(&self, entry: &Entry) -> Option<&HelperSeen> {
        match (entry.line.action, entry.line.object) {
            (Action::GiveMandate, Object::Mandate(mandate)) => self.given.get(&mandate),
            (_, Object::Share(share)) => self.shares.get(&share),
            (_, Object::Agreement(agreement)) => self.agreements.get(&agreement),
            _ => None,
        }
    }

    /// Learns what was handed over, to whom and for what, and who read it.
    pub(super) fn learn_shares(
        &mut self,
        shares: impl Iterator<Item = (ShareId, ShareFields)>,
        readers: impl Iterator<Item = (u64, Name)>,
    ) {
        self.shares.extend(shares.map(|(share, ShareFields { institution, purpose, .. })| {
            let purpose = Some(purpose);
            (share, HelperSeen { name: institution, organisation: None, purpose, on_paper: false, unread: false })
        }));
        self.readers.extend(readers);
    }

    /// Learns with whom the holder agreed that they deposit, and for what.
    pub(super) fn learn_agreements(&mut self, agreements: Vec<(AgreementId, AgreementFields)>) {
        self.agreements.extend(agreements.into_iter().map(|(agreement, fields)| {
            let (name, purpose) = (fields.institution, Some(fields.purpose));
            (agreement, HelperSeen { name, organisation: None, purpose, on_paper: false, unread: false })
        }));
    }

    /// Which institution deposits.
    fn issuer(&self, entry: &Entry) -> Option<&HelperSeen> {
        self.agreements.get(&entry.line.agreement?)
    }

    /// Who reads what was handed over, for which institution: as its program says; of its agents, as their issuer does.
    fn reader(&self, entry: &Entry) -> Option<HelperSeen> {
        let seen = self.shares.get(&entry.line.share?)?;
        if let Actor::Agent(person) = entry.line.actor {
            let agent = entry.line.membership.and_then(|place| {
                let (whose, named) = self.agents.get(&place)?;
                let is_it = *whose == Some(person) && entry.line.evidence == Some(*named);
                is_it.then(|| self.members.get(&place)).flatten()
            });
            let named = |agent: &HelperSeen| HelperSeen {
                name: agent.name.clone(),
                organisation: Some(seen.name.clone()),
                ..seen.clone()
            };
            // Nothing of a name that was changed, or is somebody else's, is shown as the one that they had.
            return Some(agent.map_or_else(|| HelperSeen { unread: true, ..seen.clone() }, named));
        }
        let Some(reader) = self.readers.get(&entry.seq) else {
            // The line bears the hash of a name, and none that was kept beside it is that one.
            let unread = entry.line.action == Action::ReadContent && entry.line.evidence.is_some();
            return Some(HelperSeen { unread, ..seen.clone() });
        };
        Some(HelperSeen { name: reader.clone(), organisation: Some(seen.name.clone()), ..seen.clone() })
    }

    /// Those of some places that are not known yet.
    pub(super) fn unknown(&self, places: impl Iterator<Item = MembershipId>) -> HashSet<MembershipId> {
        places.filter(|place| !self.members.contains_key(place)).collect()
    }

    /// Learns who members are, with their organisations' details.
    pub(super) fn learn(
        &mut self,
        members: &[(MembershipRow, Vec<u8>)],
        open: impl Fn(&MembershipRow, &[u8]) -> Option<(Name, Name)>,
    ) {
        self.members.extend(members_seen(members, open));
        self.agents.extend(agents_seen(members));
    }

    /// Whom a line names.
    pub(super) fn of(&self, entry: &Entry) -> Option<HelperSeen> {
        self.reader(entry).or_else(|| self.issuer(entry).or_else(|| self.helper(entry)).cloned())
    }

    fn helper(&self, entry: &Entry) -> Option<&HelperSeen> {
        let Line { visit, mandate, object, membership, .. } = &entry.line;
        let begun = match object {
            Object::Visit(visit) => Some(*visit),
            _ => None,
        };
        let by_visit = visit.or(begun).and_then(|visit| self.visits.get(&visit));
        let by_mandate = || {
            let mandate = (*mandate)?;
            let second = membership.and_then(|membership| self.seconds.get(&(mandate, membership)));
            // Another member of the organisation is not who helps.
            let named = self.mandates.get(&mandate).filter(|(helper, _)| match helper {
                Helper::Aidant(_, named) => membership.is_none_or(|membership| membership == *named),
                Helper::Desk(_) | Helper::Relative(_) => true,
            });
            second.or(named.map(|(_, seen)| seen))
        };
        by_visit.or_else(by_mandate).or_else(|| by_place(entry).and_then(|member| self.members.get(&member)))
    }
}
