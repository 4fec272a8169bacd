//! Organisations and who belongs to them: names as people write them, roles, where a membership stands. No rule of rights:
//! those are in `policy`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::document::{FieldError, tidy};
use super::ids::{MembershipId, OrganisationId, PersonId};
use super::notice::Stage;
use super::source::{Moment, Timestamp, day_of, months_before};

/// A membership without activity for so many months gives no rights (DOMAIN M15).
pub const IDLE_MONTHS: u16 = 6;
/// After so many, its aidant is warned.
pub const WARNED_MONTHS: u16 = 5;
/// No membership rests later than so many days from now.
const LONGEST_REST: u32 = 190;
const DAY: Duration = Duration::from_hours(24);
/// An invitation is good for so many days.
pub const INVITATION_DAYS: u64 = 7;
/// Most members of an organisation that have not left.
pub const MEMBERS_MAX: usize = 500;
/// Longest name, in characters.
pub const NAME_MAX: usize = 120;

/// The name of an organisation or a person, as people write it: 1 to [`NAME_MAX`] characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

impl Name {
    /// Tidies and checks.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let tidied = tidy(text);
        match tidied.chars().count() {
            0 => Err(FieldError::Empty),
            n if n > NAME_MAX => Err(FieldError::TooLong(NAME_MAX)),
            _ => Ok(Self(tidied)),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Name {
    type Error = FieldError;
    fn try_from(text: String) -> Result<Self, FieldError> {
        Self::parse(&text)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

/// What describes an organisation; sealed at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationFields {
    /// Its name.
    pub name: Name,
    /// Whether the operator lets it help by a court's decision.
    #[serde(default)]
    pub judgments: bool,
}

/// What describes a member; sealed at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberFields {
    /// The name that the invitation was made out to; from the day it is accepted, the one that the issuer vouches for.
    pub name: Name,
    /// Whether they help without being employed.
    #[serde(default)]
    pub volunteer: bool,
}

/// Where somebody is written to about their place in an organisation; sealed at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkAddress {
    /// As their issuer said when they came in last.
    pub email: Address,
}

/// A letter to a member about months without activity, that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReminderFacts {
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// Which of its members.
    pub membership: MembershipId,
    /// How many months: [`WARNED_MONTHS`] or [`IDLE_MONTHS`].
    pub months: u16,
    /// When it is tried next.
    pub due_at: Timestamp,
    /// How far it is.
    pub stage: Stage,
    /// Attempts so far.
    pub tries: u16,
}

/// What a member does there. Nobody helps people in the same place where they act for an institution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Roles {
    /// Helps people.
    Aidant,
    /// Manages the members.
    Referent,
    /// Helps people, and manages the members.
    Both,
    /// Acts for the institution whose office it is: asks people for papers, reads what they handed over.
    Agent,
    /// The same, and manages the members.
    AgentAndReferent,
}

impl Roles {
    /// Every value.
    pub const ALL: [Self; 5] = [Self::Aidant, Self::Referent, Self::Both, Self::Agent, Self::AgentAndReferent];

    /// The number in the database.
    pub const fn number(self) -> i64 {
        match self {
            Self::Aidant => 1,
            Self::Referent => 2,
            Self::Both => 3,
            Self::Agent => 4,
            Self::AgentAndReferent => 6,
        }
    }

    /// Reads [`Self::number`].
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|roles| roles.number() == number)
    }

    /// From the words of the API; none where nothing is said, or what no place has both of.
    pub const fn of(aidant: bool, referent: bool, agent: bool) -> Option<Self> {
        match (aidant, referent, agent) {
            (true, true, false) => Some(Self::Both),
            (true, false, false) => Some(Self::Aidant),
            (false, true, false) => Some(Self::Referent),
            (false, false, true) => Some(Self::Agent),
            (false, true, true) => Some(Self::AgentAndReferent),
            (false, false, false) | (true, _, true) => None,
        }
    }

    /// Whether they help people.
    pub const fn is_aidant(self) -> bool {
        matches!(self, Self::Aidant | Self::Both)
    }

    /// Whether they manage the members.
    pub const fn is_referent(self) -> bool {
        matches!(self, Self::Referent | Self::Both | Self::AgentAndReferent)
    }

    /// Whether they act for the institution whose office it is.
    pub const fn is_agent(self) -> bool {
        matches!(self, Self::Agent | Self::AgentAndReferent)
    }

    /// Whether somebody has them in an office of an institution; or elsewhere, where people are helped.
    pub const fn fit(self, in_office: bool) -> bool {
        if in_office { !self.is_aidant() } else { !self.is_agent() }
    }
}

/// What is known of a membership, read under its lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MembershipFacts {
    /// Which.
    pub membership: MembershipId,
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// Whose; nobody's until the invitation is accepted.
    pub person: Option<PersonId>,
    /// What they do there.
    pub roles: Roles,
    /// When its invitation ends.
    pub invited_until: Timestamp,
    /// When its invitation was accepted.
    pub joined_at: Option<Timestamp>,
    /// When a referent, or a long absence, suspended it.
    pub suspended_at: Option<Timestamp>,
    /// When it ended.
    pub left_at: Option<Timestamp>,
    /// The last day of activity.
    pub seen_at: Timestamp,
}

/// Where a membership stands. Computed at each use, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MembershipState {
    /// Its invitation waits.
    Invited,
    /// Its invitation was not accepted in time.
    InvitationOver,
    /// It gives rights.
    Active,
    /// Nothing was done under it for [`IDLE_MONTHS`].
    Idle,
    /// A referent suspended it, or a long absence did.
    Suspended,
    /// It ended.
    Left,
}

impl MembershipState {
    /// The word in the API and the catalogue.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::InvitationOver => "invitation_over",
            Self::Active => "active",
            Self::Idle => "idle",
            Self::Suspended => "suspended",
            Self::Left => "left",
        }
    }
}

impl MembershipFacts {
    /// Where it stands.
    pub fn state(&self, moment: Moment) -> MembershipState {
        if self.left_at.is_some() {
            MembershipState::Left
        } else if self.joined_at.is_none() && moment.now.max(moment.clock) >= self.invited_until {
            MembershipState::InvitationOver
        } else if self.joined_at.is_none() || self.person.is_none() {
            MembershipState::Invited
        } else if self.suspended_at.is_some() {
            MembershipState::Suspended
        } else if self.seen_at <= months_before(day_of(moment.clock), IDLE_MONTHS) {
            MembershipState::Idle
        } else {
            MembershipState::Active
        }
    }

    /// Whether it gives rights now, and will not for long: nothing was done under it for [`WARNED_MONTHS`].
    pub fn is_warned(&self, moment: Moment) -> bool {
        self.is_active(moment) && self.seen_at <= months_before(day_of(moment.clock), WARNED_MONTHS)
    }

    /// From which day on it gives no rights any more, if nothing is done under it until then; none if that is long past.
    pub fn rests_at(&self, moment: Moment) -> Option<Timestamp> {
        let is_over = |day: &Timestamp| self.seen_at <= months_before(*day, IDLE_MONTHS);
        let today = day_of(moment.clock);
        (0..=LONGEST_REST).map(|days| today.plus(DAY * days)).find(is_over).filter(|day| !is_over(&day.minus(DAY)))
    }

    /// Whether it gives rights now.
    pub fn is_active(&self, moment: Moment) -> bool {
        self.state(moment) == MembershipState::Active
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::Source;

    /// 15 January 2027, noon.
    const NOON: Timestamp = Timestamp::from_micros(1_800_014_400_000_000);

    fn member() -> MembershipFacts {
        let source = Source::system();
        MembershipFacts {
            membership: MembershipId::draw(&source),
            organisation: OrganisationId::draw(&source),
            person: Some(PersonId::draw(&source)),
            roles: Roles::Aidant,
            invited_until: NOON,
            joined_at: Some(NOON),
            suspended_at: None,
            left_at: None,
            seen_at: day_of(NOON),
        }
    }

    fn at(clock: Timestamp) -> Moment {
        Moment { now: clock, clock }
    }

    #[test]
    fn a_membership_says_where_it_stands() {
        let noon = at(NOON);
        let whole = member();
        assert_eq!(whole.state(noon), MembershipState::Active);
        let invited = MembershipFacts { person: None, joined_at: None, ..whole };
        assert_eq!(invited.state(noon), MembershipState::InvitationOver);
        assert_eq!(invited.state(at(NOON.minus(Duration::from_micros(1)))), MembershipState::Invited);
        // Whatever the clock says now, the journal has been there.
        let turned_back = Moment { now: NOON, clock: NOON.minus(Duration::from_hours(1)) };
        assert_eq!(invited.state(turned_back), MembershipState::InvitationOver);
        assert_eq!(MembershipFacts { suspended_at: Some(NOON), ..whole }.state(noon), MembershipState::Suspended);
        let left = MembershipFacts { left_at: Some(NOON), suspended_at: Some(NOON), ..whole };
        assert_eq!(left.state(noon), MembershipState::Left);
    }

    #[test]
    fn six_months_without_activity_give_no_rights() {
        let whole = member();
        // 14 July is the last day, whatever the hour; 15 July is six months.
        let last = whole.seen_at.plus(Duration::from_hours(24 * 180 + 23));
        assert_eq!(whole.state(at(last)), MembershipState::Active);
        let over = whole.seen_at.plus(Duration::from_hours(24 * 181));
        assert_eq!(whole.state(at(over)), MembershipState::Idle);
        // From 15 June on, for a month.
        let five = whole.seen_at.plus(Duration::from_hours(24 * 151));
        assert!(!whole.is_warned(at(five.minus(Duration::from_micros(1)))) && whole.is_warned(at(five)));
        assert_eq!(whole.rests_at(at(five)), Some(over), "the first day without rights");
        assert_eq!(whole.rests_at(at(last)), Some(over));
        assert_eq!(whole.rests_at(at(over.plus(DAY))), None, "it is past");
        assert!(whole.is_warned(at(last)) && !whole.is_warned(at(over)), "then it is over");
    }

    #[test]
    fn names_are_one_line_and_roles_are_read_back() {
        assert_eq!(Name::parse("  CCAS\nde\u{202e} Valserin ").unwrap().as_str(), "CCAS de Valserin");
        assert_eq!(Name::parse(" \u{200b} "), Err(FieldError::Empty));
        assert_eq!(Name::parse(&"é".repeat(121)), Err(FieldError::TooLong(NAME_MAX)));
        for roles in Roles::ALL {
            assert_eq!(Roles::from_number(roles.number()), Some(roles));
            assert_eq!(Roles::of(roles.is_aidant(), roles.is_referent(), roles.is_agent()), Some(roles));
            // Each has its place, and who manages alone has either.
            assert_eq!(roles.fit(true) && roles.fit(false), roles == Roles::Referent);
            assert!(roles.fit(true) || roles.fit(false));
        }
        assert_eq!(Roles::of(false, false, false), None);
        assert_eq!(Roles::of(true, false, true), None);
        assert_eq!(Roles::of(true, true, true), None);
        assert_eq!(Roles::from_number(5), None, "who helps and acts for an institution");
    }
}
