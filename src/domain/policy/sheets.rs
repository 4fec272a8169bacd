//! What members of an organisation may do with a signed sheet, or a court's decision, of one of theirs (decisions 21 and 24): its
//! proposer sends the photo, a second person looks and confirms, whoever is there takes it back.
//!
//! Asked at every use, with what stands under the locks. Nothing of the locker opens before the sheet is confirmed.

use super::{Action, Actor, Ground, LockerFacts, Reason, SessionFacts, Standing};
use crate::domain::basis::Basis;
use crate::domain::ids::{OrganisationId, PersonId};
use crate::domain::organisation::MembershipFacts;
use crate::domain::person::IssuerKind;
use crate::domain::source::{Moment, Timestamp};

/// How often a photo of one sheet may be sent: each time is a line of the holder's journal.
pub const SENT_MAX: u32 = 5;

/// Everything that a decision on a sheet looks at, besides what every decision does.
#[derive(Debug, Clone, Copy)]
pub struct SheetFacts {
    /// What it is: signed by the holder, or decided by a court.
    pub basis: Basis,
    /// Where the proposer belongs.
    pub organisation: OrganisationId,
    /// Who proposed.
    pub by: PersonId,
    /// The membership that would help.
    pub helper: Option<MembershipFacts>,
    /// The membership of who asks.
    pub own: Option<MembershipFacts>,
    /// The first moment at which it waits no more.
    pub until: Timestamp,
    /// How often a photo has been sent.
    pub times: u32,
    /// Whether who asks bears the name of who proposed.
    pub is_namesake: bool,
    /// Why it can't begin beside what the same helper has in force, if it can't: a surer consent, or a court's decision.
    pub stays: Option<Reason>,
    /// Whether the operator lets the organisation help by a court's decision.
    pub lets_judgments: bool,
}

impl SheetFacts {
    /// By what right a member acts on it.
    pub(super) const fn ground(&self) -> Ground {
        match self.basis {
            Basis::Answer | Basis::Sheet => Ground::Membership,
            Basis::Judgment => Ground::Judgment,
        }
    }
}

/// Whether a member, whose session stands, may do this with a sheet.
pub(super) fn may(
    (actor, person): (Actor, PersonId),
    action: Action,
    session: &SessionFacts,
    locker: &LockerFacts,
    sheet: &SheetFacts,
    moment: Moment,
) -> Result<(), Reason> {
    if !matches!(actor, Actor::Aidant(_)) || session.issuer != IssuerKind::Professional {
        return Err(Reason::NoRelation);
    }
    let is_own = |own: &MembershipFacts| own.person == Some(person) && own.organisation == sheet.organisation;
    let own = sheet.own.filter(is_own).ok_or(Reason::NoRelation)?;
    if !own.is_active(moment) {
        return Err(Reason::NotAMember);
    }
    if moment.now.max(moment.clock) >= sheet.until {
        return Err(Reason::MandateOver);
    }
    // Taking back takes nothing from the holder: it needs no code of a moment ago.
    let has_factor =
        if action == Action::RefuseSheet { session.has_factor() } else { session.has_fresh_factor(moment) };
    if !has_factor {
        return Err(Reason::NoSecondFactor);
    }
    let is_theirs = person == sheet.by;
    match (action, locker.standing) {
        (Action::RefuseSheet, Standing::Open | Standing::Closed { .. }) | (_, Standing::Open) => {}
        (_, Standing::Closed { .. }) => return Err(Reason::LockerClosed),
        (_, Standing::Entombed) => return Err(Reason::NoRelation),
    }
    let helper = sheet.helper.filter(|helper| helper.organisation == sheet.organisation);
    match action {
        Action::SendSheet => {
            let is_helper = helper.is_some_and(|helper| helper.membership == own.membership);
            if !is_theirs || !is_helper || !own.roles.is_aidant() {
                return Err(Reason::NotAllowed);
            }
            if sheet.times >= SENT_MAX { Err(Reason::TooMany) } else { Ok(()) }
        }
        Action::RefuseSheet if is_theirs => Ok(()),
        Action::ViewSheet | Action::ConfirmSheet | Action::RefuseSheet => {
            let is_helper = helper.is_some_and(|helper| helper.membership == own.membership);
            if is_theirs || is_helper || (action == Action::ConfirmSheet && sheet.is_namesake) {
                return Err(Reason::SecondPerson);
            }
            if person == locker.holder {
                return Err(Reason::OwnLocker);
            }
            // It lasts for years, and tells much: who answers for the organisation looks.
            if sheet.basis == Basis::Judgment && !own.roles.is_referent() {
                return Err(Reason::NotAllowed);
            }
            if sheet.times == 0 {
                return Err(Reason::NoSheet);
            }
            if action != Action::ConfirmSheet {
                return Ok(());
            }
            // Who would help must still be able to.
            let may_help = |helper: MembershipFacts| {
                helper.person == Some(sheet.by) && helper.is_active(moment) && helper.roles.is_aidant()
            };
            if !helper.is_some_and(may_help) {
                return Err(Reason::NotAMember);
            }
            if sheet.basis == Basis::Judgment && !sheet.lets_judgments {
                return Err(Reason::NoJudgments);
            }
            sheet.stays.map_or(Ok(()), Err)
        }
        _ => Err(Reason::NotAllowed),
    }
}

/// Whether a proposal may be on this. `is_named`: one member would help, not the desk nor a relative; `lets_judgments`: the operator
/// lets their organisation help by a court's decision. What begins without the holder's own answer is kept narrow.
pub const fn may_be_on(basis: Basis, is_named: bool, lets_judgments: bool) -> Result<(), Reason> {
    match basis {
        Basis::Answer => Ok(()),
        Basis::Sheet if is_named => Ok(()),
        Basis::Judgment if is_named && lets_judgments => Ok(()),
        Basis::Judgment if is_named => Err(Reason::NoJudgments),
        Basis::Sheet | Basis::Judgment => Err(Reason::NotAllowed),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::ids::{LockerId, MembershipId};
    use crate::domain::organisation::Roles;
    use crate::domain::policy::{Facts, decide};
    use crate::domain::source::{Source, day_of};

    const NOON: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

    struct Story {
        source: Source,
        sheet: SheetFacts,
        locker: LockerFacts,
        moment: Moment,
    }

    fn member(source: &Source, organisation: OrganisationId, person: PersonId, roles: Roles) -> MembershipFacts {
        MembershipFacts {
            membership: MembershipId::draw(source),
            organisation,
            person: Some(person),
            roles,
            invited_until: NOON,
            joined_at: Some(NOON),
            suspended_at: None,
            left_at: None,
            seen_at: day_of(NOON),
        }
    }

    impl Story {
        fn new() -> Self {
            let source = Source::system();
            let organisation = OrganisationId::draw(&source);
            let by = PersonId::draw(&source);
            let helper = member(&source, organisation, by, Roles::Aidant);
            let sheet = SheetFacts {
                organisation,
                by,
                helper: Some(helper),
                own: None,
                until: NOON.plus(Duration::from_hours(1)),
                times: 1,
                is_namesake: false,
                stays: None,
                basis: Basis::Sheet,
                lets_judgments: false,
            };
            let locker = LockerFacts {
                locker: LockerId::draw(&source),
                holder: PersonId::draw(&source),
                standing: Standing::Open,
                used: 0,
                versions: 0,
                quota: 0,
                depositing: 0,
                long: 0,
            };
            Self { source, sheet, locker, moment: Moment { now: NOON, clock: NOON } }
        }

        fn second(&self, roles: Roles) -> MembershipFacts {
            member(&self.source, self.sheet.organisation, PersonId::draw(&self.source), roles)
        }

        fn session(person: PersonId) -> SessionFacts {
            SessionFacts {
                person,
                issuer: IssuerKind::Professional,
                factor_at: Some(NOON),
                seen_at: NOON,
                expires_at: NOON.plus(Duration::from_hours(8)),
                revoked_at: None,
                proven_at: NOON,
            }
        }

        /// What an active member with a fresh code is answered, when a thing or two is changed.
        fn asks(&self, own: MembershipFacts, action: Action, sheet: &SheetFacts) -> Result<Ground, Reason> {
            let person = own.person.unwrap();
            self.asks_by(Self::session(person), own, action, sheet)
        }

        fn asks_by(
            &self,
            session: SessionFacts,
            own: MembershipFacts,
            action: Action,
            sheet: &SheetFacts,
        ) -> Result<Ground, Reason> {
            let facts = Facts {
                session: Some(session),
                locker: Some(self.locker),
                sheet: Some(SheetFacts { own: Some(own), ..*sheet }),
                ..Facts::NONE
            };
            decide(Actor::Aidant(session.person), action, &facts, self.moment).map(|allowed| allowed.ground())
        }
    }

    #[test]
    fn a_second_person_confirms_and_the_proposer_never_does() {
        let story = Story::new();
        let sheet = story.sheet;
        let own = sheet.helper.unwrap();
        assert_eq!(story.asks(own, Action::SendSheet, &sheet), Ok(Ground::Membership));
        let often = SheetFacts { times: SENT_MAX, ..sheet };
        assert_eq!(story.asks(own, Action::SendSheet, &often), Err(Reason::TooMany));
        assert_eq!(story.asks(own, Action::RefuseSheet, &sheet), Ok(Ground::Membership), "to take it back");
        for action in [Action::ViewSheet, Action::ConfirmSheet] {
            assert_eq!(story.asks(own, action, &sheet), Err(Reason::SecondPerson));
        }
        // A second membership of the same person.
        let twice = member(&story.source, sheet.organisation, sheet.by, Roles::Both);
        assert_eq!(story.asks(twice, Action::ConfirmSheet, &sheet), Err(Reason::SecondPerson));
        assert_eq!(story.asks(twice, Action::SendSheet, &sheet), Err(Reason::NotAllowed));
        for roles in Roles::ALL {
            let second = story.second(roles);
            for action in [Action::ViewSheet, Action::ConfirmSheet, Action::RefuseSheet] {
                assert_eq!(story.asks(second, action, &sheet), Ok(Ground::Membership));
            }
            assert_eq!(story.asks(second, Action::SendSheet, &sheet), Err(Reason::NotAllowed));
        }
    }

    #[test]
    fn a_referent_checks_what_a_court_decided_where_the_operator_lets_it() {
        let story = Story::new();
        let sheet = SheetFacts { basis: Basis::Judgment, lets_judgments: true, ..story.sheet };
        let own = sheet.helper.unwrap();
        assert_eq!(story.asks(own, Action::SendSheet, &sheet), Ok(Ground::Judgment));
        for roles in Roles::ALL {
            let second = story.second(roles);
            let expected = if roles.is_referent() { Ok(Ground::Judgment) } else { Err(Reason::NotAllowed) };
            for action in [Action::ViewSheet, Action::ConfirmSheet] {
                assert_eq!(story.asks(second, action, &sheet), expected, "{roles:?}");
            }
            assert_eq!(story.asks(second, Action::RefuseSheet, &sheet), expected, "{roles:?}");
        }
        let referent = story.second(Roles::Referent);
        let not_let = SheetFacts { lets_judgments: false, ..sheet };
        assert_eq!(story.asks(referent, Action::ConfirmSheet, &not_let), Err(Reason::NoJudgments));
        let both = MembershipFacts { roles: Roles::Both, ..own };
        assert_eq!(story.asks(both, Action::ConfirmSheet, &sheet), Err(Reason::SecondPerson), "whom it names");
        for (named, lets, expected) in [
            (true, true, Ok(())),
            (true, false, Err(Reason::NoJudgments)),
            (false, true, Err(Reason::NotAllowed)),
            (false, false, Err(Reason::NotAllowed)),
        ] {
            assert_eq!(may_be_on(Basis::Judgment, named, lets), expected);
        }
        assert_eq!((may_be_on(Basis::Sheet, true, false), may_be_on(Basis::Answer, false, false)), (Ok(()), Ok(())));
    }

    #[test]
    fn each_missing_thing_alone_refuses() {
        let story = Story::new();
        let (sheet, second) = (story.sheet, story.second(Roles::Aidant));
        let confirm = |own, sheet: SheetFacts| story.asks(own, Action::ConfirmSheet, &sheet);
        let suspended = |own: MembershipFacts| MembershipFacts { suspended_at: Some(NOON), ..own };
        assert_eq!(confirm(suspended(second), sheet), Err(Reason::NotAMember));
        let elsewhere = MembershipFacts { organisation: OrganisationId::draw(&story.source), ..second };
        assert_eq!(confirm(elsewhere, sheet), Err(Reason::NoRelation));
        let helper = sheet.helper.map(suspended);
        assert_eq!(confirm(second, SheetFacts { helper, ..sheet }), Err(Reason::NotAMember));
        let helper = sheet.helper.map(|own| MembershipFacts { roles: Roles::Referent, ..own });
        assert_eq!(confirm(second, SheetFacts { helper, ..sheet }), Err(Reason::NotAMember));
        assert_eq!(confirm(second, SheetFacts { helper: None, ..sheet }), Err(Reason::NotAMember));
        assert_eq!(confirm(second, SheetFacts { times: 0, ..sheet }), Err(Reason::NoSheet));
        assert_eq!(confirm(second, SheetFacts { is_namesake: true, ..sheet }), Err(Reason::SecondPerson));
        assert_eq!(
            confirm(second, SheetFacts { stays: Some(Reason::SurerConsent), ..sheet }),
            Err(Reason::SurerConsent)
        );
        assert_eq!(confirm(second, SheetFacts { until: NOON, ..sheet }), Err(Reason::MandateOver));
        let session = Story::session(second.person.unwrap());
        let by = |session| story.asks_by(session, second, Action::ConfirmSheet, &sheet);
        assert_eq!(by(SessionFacts { factor_at: None, ..session }), Err(Reason::NoSecondFactor));
        let stale = Some(NOON.minus(Duration::from_mins(6)));
        assert_eq!(by(SessionFacts { factor_at: stale, ..session }), Err(Reason::NoSecondFactor));
        assert_eq!(by(SessionFacts { issuer: IssuerKind::Holder, ..session }), Err(Reason::NoRelation));
        assert_eq!(by(SessionFacts { revoked_at: Some(NOON), ..session }), Err(Reason::SessionEnded));
    }

    #[test]
    fn a_closed_locker_takes_no_sheet_and_a_sheet_is_no_other_right() {
        let mut story = Story::new();
        let (sheet, second) = (story.sheet, story.second(Roles::Both));
        for action in Action::ALL {
            let is_of_sheets = matches!(action, Action::ViewSheet | Action::ConfirmSheet | Action::RefuseSheet);
            assert_eq!(story.asks(second, *action, &sheet).is_ok(), is_of_sheets, "{action:?}");
        }
        let holder = MembershipFacts { person: Some(story.locker.holder), ..second };
        assert_eq!(story.asks(holder, Action::ConfirmSheet, &sheet), Err(Reason::OwnLocker));
        story.locker.standing = Standing::Closed { at: NOON, erase_at: NOON.plus(Duration::from_hours(1)) };
        assert_eq!(story.asks(second, Action::ConfirmSheet, &sheet), Err(Reason::LockerClosed));
        assert_eq!(story.asks(sheet.helper.unwrap(), Action::SendSheet, &sheet), Err(Reason::LockerClosed));
        assert_eq!(story.asks(second, Action::RefuseSheet, &sheet), Ok(Ground::Membership));
    }
}
