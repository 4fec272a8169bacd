//! The table of rights as helpers meet it: every permission with every action, every way in which something is missing (and
//! the whole of it against a slow model: `helped_model`).

use std::time::Duration;

use super::*;
use crate::domain::ids::{CollectionId, DocumentId, MandateId, MembershipId, OrganisationId, VersionId, VisitId};
use crate::domain::mandate::{Consent, Helper, MandateFacts, PRESENT, Permission, Permissions, Reach, Scope};
use crate::domain::organisation::{IDLE_MONTHS, MembershipFacts, Roles};
use crate::domain::person::IssuerKind;
use crate::domain::source::{Source, Timestamp, day_of, months_before};

pub(super) const NOON: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);
const TICK: Duration = Duration::from_micros(1);
pub(super) const CATEGORIES: usize = 3;
pub(super) const PAPERS: usize = 2;

/// Everybody and everything of one small world.
pub(super) struct Cast {
    holder: PersonId,
    helper: PersonId,
    somebody: PersonId,
    locker: LockerId,
    organisation: OrganisationId,
    membership: MembershipId,
    mandate: MandateId,
    pub(super) visit: VisitId,
    pub(super) categories: [CollectionId; CATEGORIES],
    papers: [DocumentId; PAPERS],
    pub(super) issuer: IssuerKind,
    pub(super) factor_at: Option<Timestamp>,
}

impl Cast {
    pub(super) fn new() -> Self {
        let source = Source::seeded(NOON, [9; 32]);
        Self {
            holder: PersonId::draw(&source),
            helper: PersonId::draw(&source),
            somebody: PersonId::draw(&source),
            locker: LockerId::draw(&source),
            organisation: OrganisationId::draw(&source),
            membership: MembershipId::draw(&source),
            mandate: MandateId::draw(&source),
            visit: VisitId::draw(&source),
            categories: std::array::from_fn(|_| CollectionId::draw(&source)),
            papers: std::array::from_fn(|_| DocumentId::draw(&source)),
            issuer: IssuerKind::Professional,
            factor_at: Some(NOON),
        }
    }

    pub(super) fn scopes(&self, told: &[(Told, u8)]) -> Vec<Scope> {
        let scope = |(reach, bits): &(Told, u8)| Scope {
            reach: match reach {
                Told::Category(n) => Reach::Collection(self.categories[*n]),
                Told::Paper(n) => Reach::Document(self.papers[*n]),
            },
            permissions: Permissions::from_bits(*bits).unwrap(),
        };
        told.iter().map(scope).collect()
    }

    /// An aidant named by the mandate, in a visit, with everything in order.
    fn membership(&self) -> MembershipFacts {
        MembershipFacts {
            membership: self.membership,
            organisation: self.organisation,
            person: Some(self.helper),
            roles: Roles::Aidant,
            invited_until: NOON,
            joined_at: Some(NOON),
            suspended_at: None,
            left_at: None,
            seen_at: NOON,
        }
    }

    fn mandate<'a>(&self, scopes: &'a [Scope]) -> MandateFacts<'a> {
        MandateFacts {
            mandate: self.mandate,
            locker: self.locker,
            helper: Helper::Aidant(self.organisation, self.membership),
            consent: Consent::OwnSession,
            scopes,
            from: NOON,
            until: NOON.plus(PRESENT),
            ended_at: None,
            is_confirmed: true,
        }
    }

    fn visit(&self) -> VisitFacts {
        VisitFacts {
            visit: self.visit,
            mandate: self.mandate,
            person: self.helper,
            membership: Some(self.membership),
            until: NOON.plus(PRESENT),
            ended_at: None,
        }
    }

    pub(super) fn help<'a>(&self, scopes: &'a [Scope]) -> HelpFacts<'a> {
        HelpFacts {
            mandate: self.mandate(scopes),
            membership: Some(self.membership()),
            visit: Some(self.visit()),
            in_force: &[],
        }
    }

    pub(super) fn facts<'a>(&self, help: &HelpFacts<'a>, document: DocumentFacts) -> Facts<'a> {
        let session = SessionFacts {
            person: self.helper,
            seen_at: NOON,
            expires_at: NOON.plus(SESSION_LIFE),
            revoked_at: None,
            proven_at: NOON,
            issuer: self.issuer,
            factor_at: self.factor_at,
        };
        let locker = LockerFacts {
            locker: self.locker,
            holder: self.holder,
            standing: Standing::Open,
            used: 0,
            versions: 0,
            quota: 1_000,
            depositing: 0,
            long: 0,
        };
        Facts { session: Some(session), locker: Some(locker), document, help: Some(*help), ..Facts::NONE }
    }

    pub(super) fn paper(&self, paper: usize, category: usize) -> PaperFacts {
        let (document, collection) = (self.papers[paper], self.categories[category]);
        PaperFacts {
            state: DocumentState::Live,
            spot: Spot { document, collection, private: false },
            scanned: Scanned::Never,
        }
    }

    /// How a paper was added: by the helper or by somebody else, so many microseconds too long ago to take it back.
    pub(super) fn deposit(&self, paper: usize, own: bool, late: i64) -> DepositFacts {
        let at = NOON.minus(WITHDRAWAL).micros() - late;
        DepositFacts {
            locker: self.locker,
            document: self.papers[paper],
            version: VersionId::from_uuid(self.visit.uuid()),
            person: if own { self.helper } else { self.somebody },
            member: Some((self.organisation, self.membership)),
            seq: 1,
            at: Timestamp::from_micros(at),
        }
    }

    pub(super) fn ask(&self, action: Action, facts: &Facts<'_>) -> Result<(), Reason> {
        self.ask_as(Kind::Named, action, facts)
    }

    /// The same of somebody whom the mandate names in another way.
    pub(super) fn ask_as(&self, kind: Kind, action: Action, facts: &Facts<'_>) -> Result<(), Reason> {
        let noon = Moment { now: NOON, clock: NOON };
        let actor = if kind == Kind::Relative { Actor::Relative(self.helper) } else { Actor::Aidant(self.helper) };
        let is_judged = facts.help.is_some_and(|help| help.mandate.consent == Consent::Judgment);
        let ground = if is_judged { Ground::Judgment } else { Ground::Mandate };
        decide(actor, action, facts, noon).map(|allowed| {
            assert_eq!((allowed.ground(), allowed.locker()), (ground, self.locker));
        })
    }

    /// Makes a mandate, and the visit under it, one of this kind.
    pub(super) fn make(&self, kind: Kind, help: &mut HelpFacts<'_>) {
        match kind {
            Kind::Named => {}
            Kind::Desk => help.mandate.helper = Helper::Desk(self.organisation),
            Kind::Relative => {
                (help.mandate.helper, help.membership) = (Helper::Relative(self.helper), None);
                help.visit = help.visit.map(|visit| VisitFacts { membership: None, ..visit });
            }
        }
    }
}

/// Whom a mandate names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One aidant.
    Named,
    /// Any active aidant of an organisation.
    Desk,
    /// Somebody who comes in as holders do.
    Relative,
}

/// What a scope reaches, as a story tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Category(usize),
    Paper(usize),
}

/// What one permission on a category lets a helper do with a paper in it, of everything there is.
fn allowed(permission: Permission, named: bool) -> Vec<&'static str> {
    allowed_all(&[permission], named)
}

/// The same of several.
fn allowed_all(permissions: &[Permission], named: bool) -> Vec<&'static str> {
    let cast = Cast::new();
    let scopes = cast.scopes(&[(Told::Category(0), Permissions::of(permissions.iter().copied()).bits())]);
    let document = if named { DocumentFacts::Known(cast.paper(0, 0)) } else { DocumentFacts::NotNamed };
    let changes = Changes { into: Some(cast.categories[0]), private: None };
    let facts = Facts { changes, ..cast.facts(&cast.help(&scopes), document) };
    Action::ALL.iter().filter(|action| cast.ask(**action, &facts).is_ok()).map(|action| action.code()).collect()
}

/// What handing over takes, whichever papers are handed over then.
const SHARING: [&str; 4] = ["request.take", "request.view", "request.save", "share.give"];

#[test]
fn each_permission_allows_what_it_says_and_nothing_else() {
    let coming = ["visit.begin", "visit.end", "mandate.attest"];
    let with = |own: &[&'static str]| [own, &coming].concat();
    assert_eq!(allowed(Permission::List, true), with(&["locker.view", "document.list", "document.view"]));
    let reading = ["document.control", "content.read", "document.versions", "visit.begin", "visit.end"];
    // What a held version turns out to be, under the right of who reads it.
    let reading = [reading.as_slice(), &["content.found_clean", "content.found_infected"]].concat();
    let reading = [reading, vec!["mandate.attest", "document.receipt"]].concat();
    assert_eq!(allowed(Permission::Read, true), reading);
    // A version, or a change, of a paper that one may not see is none: the answer would show what describes it.
    for permission in [Permission::Deposit, Permission::Organise] {
        assert_eq!(allowed(permission, true), coming, "{permission:?}");
    }
    // What is asked for is answered as a whole: which papers, is looked at for each of them.
    assert_eq!(allowed(Permission::Share, true), [coming.as_slice(), &SHARING].concat());
    let seen = |permission| allowed_all(&[Permission::List, permission], true);
    let deposits = ["document.deposit_begin", "document.deposit", "document.new_version"];
    // Each is what the two allow apart, and what it takes both for: nothing else.
    let both = |permission: Permission, more: &[&'static str]| {
        let own = [allowed(Permission::List, true), allowed(permission, true), more.to_vec()].concat();
        let in_order = |action: &&Action| own.contains(&action.code());
        Action::ALL.iter().filter(in_order).map(|action| action.code()).collect::<Vec<_>>()
    };
    assert_eq!(seen(Permission::Deposit), both(Permission::Deposit, &deposits));
    assert_eq!(seen(Permission::Organise), both(Permission::Organise, &["document.amend"]));
    assert_eq!(seen(Permission::Read), both(Permission::Read, &["document.original_seen"]));
    assert_eq!(seen(Permission::Share), both(Permission::Share, &[]));
}

#[test]
fn where_no_paper_is_named_one_is_added_or_the_list_is_seen() {
    let seen = ["locker.view", "document.list", "visit.begin", "visit.end", "mandate.attest"];
    assert_eq!(allowed(Permission::List, false), seen);
    let deposits = ["document.deposit_begin", "document.deposit", "visit.begin", "visit.end", "mandate.attest"];
    assert_eq!(allowed(Permission::Deposit, false), deposits);
    let coming = ["visit.begin", "visit.end", "mandate.attest"];
    for permission in [Permission::Read, Permission::Organise] {
        assert_eq!(allowed(permission, false), coming, "{permission:?}");
    }
    assert_eq!(allowed(Permission::Share, false), [coming.as_slice(), &SHARING].concat());
}

#[test]
fn nothing_that_is_the_holders_alone_is_ever_allowed() {
    let cast = Cast::new();
    let everything: Vec<(Told, u8)> = (0..CATEGORIES).map(|n| (Told::Category(n), 31)).collect();
    let scopes = cast.scopes(&everything);
    let facts = cast.facts(&cast.help(&scopes), DocumentFacts::Known(cast.paper(0, 0)));
    for action in [
        Action::Destroy,
        Action::Trash,
        Action::Restore,
        Action::Export,
        Action::ControlLocker,
        Action::ReadJournal,
        Action::CloseLocker,
        Action::ReopenLocker,
        Action::EraseLocker,
        Action::AcceptInformation,
        Action::ListSessions,
        Action::EndSession,
    ] {
        assert_eq!(cast.ask(action, &facts), Err(Reason::NotAllowed), "{action:?}");
    }
}

#[test]
fn what_is_private_or_in_the_trash_is_out_of_reach_even_when_it_is_named() {
    let cast = Cast::new();
    let scopes = cast.scopes(&[(Told::Category(0), 31), (Told::Paper(0), 31)]);
    let paper = cast.paper(0, 0);
    let hidden = PaperFacts { spot: Spot { private: true, ..paper.spot }, ..paper };
    let trashed = PaperFacts { state: DocumentState::Trashed, ..paper };
    for paper in [hidden, trashed] {
        let facts = cast.facts(&cast.help(&scopes), DocumentFacts::Known(paper));
        for action in [Action::ViewDocument, Action::ReadContent, Action::Amend, Action::NewVersion] {
            assert_eq!(cast.ask(action, &facts), Err(Reason::OutOfScope), "{action:?}");
        }
    }
}

/// Each thing that a helper must have, taken away alone.
#[test]
fn each_thing_that_is_missing_has_its_reason() {
    let cast = Cast::new();
    let scopes = cast.scopes(&[(Told::Category(0), 31)]);
    let (help, mandate, own, visit) = (cast.help(&scopes), cast.mandate(&scopes), cast.membership(), cast.visit());
    let six_months_ago = months_before(day_of(NOON), IDLE_MONTHS);
    let member = |own: MembershipFacts| HelpFacts { membership: Some(own), ..help };
    let visiting = |visit: VisitFacts| HelpFacts { visit: Some(visit), ..help };
    let cases = [
        ("everything is in order", help, Ok(())),
        (
            "another locker",
            HelpFacts { mandate: MandateFacts { locker: LockerId::from_uuid(cast.visit.uuid()), ..mandate }, ..help },
            Err(Reason::NoRelation),
        ),
        (
            "the mandate names a relative",
            HelpFacts { mandate: MandateFacts { helper: Helper::Relative(cast.helper), ..mandate }, ..help },
            Err(Reason::NoRelation),
        ),
        ("no membership", HelpFacts { membership: None, ..help }, Err(Reason::NoRelation)),
        (
            "somebody else's membership",
            member(MembershipFacts { person: Some(cast.somebody), ..own }),
            Err(Reason::NoRelation),
        ),
        ("invited only", member(MembershipFacts { joined_at: None, ..own }), Err(Reason::NotAMember)),
        ("suspended", member(MembershipFacts { suspended_at: Some(NOON), ..own }), Err(Reason::NotAMember)),
        ("left", member(MembershipFacts { left_at: Some(NOON), ..own }), Err(Reason::NotAMember)),
        ("six months away", member(MembershipFacts { seen_at: six_months_ago, ..own }), Err(Reason::NotAMember)),
        (
            "the mandate is over",
            HelpFacts { mandate: MandateFacts { until: NOON, ..mandate }, ..help },
            Err(Reason::MandateOver),
        ),
        (
            "the mandate was stopped",
            HelpFacts { mandate: MandateFacts { ended_at: Some(NOON), ..mandate }, ..help },
            Err(Reason::MandateOver),
        ),
        (
            "the mandate is to come",
            HelpFacts { mandate: MandateFacts { from: NOON.plus(TICK), ..mandate }, ..help },
            Err(Reason::MandateToCome),
        ),
        (
            "nobody has confirmed it",
            HelpFacts { mandate: MandateFacts { is_confirmed: false, ..mandate }, ..help },
            Err(Reason::MandateToCome),
        ),
        ("a referent only", member(MembershipFacts { roles: Roles::Referent, ..own }), Err(Reason::NotAMember)),
        ("no visit", HelpFacts { visit: None, ..help }, Err(Reason::NoVisit)),
        ("somebody else's visit", visiting(VisitFacts { person: cast.somebody, ..visit }), Err(Reason::NoVisit)),
        (
            "a visit under another mandate",
            visiting(VisitFacts { mandate: MandateId::from_uuid(cast.visit.uuid()), ..visit }),
            Err(Reason::NoVisit),
        ),
        ("a visit as another member", visiting(VisitFacts { membership: None, ..visit }), Err(Reason::NoVisit)),
        ("the visit is over", visiting(VisitFacts { until: NOON, ..visit }), Err(Reason::NoVisit)),
        ("the visit was ended", visiting(VisitFacts { ended_at: Some(NOON), ..visit }), Err(Reason::NoVisit)),
    ];
    for (what, help, expected) in cases {
        let facts = cast.facts(&help, DocumentFacts::Known(cast.paper(0, 0)));
        assert_eq!(cast.ask(Action::ReadContent, &facts), expected, "{what}");
    }
    let facts = cast.facts(&help, DocumentFacts::Known(cast.paper(0, 0)));
    let nobody = Facts { help: None, ..facts };
    assert_eq!(cast.ask(Action::ReadContent, &nobody), Err(Reason::NoRelation), "no mandate");
    for (standing, expected) in [
        (Standing::Closed { at: NOON, erase_at: NOON.plus(PRESENT) }, Reason::LockerClosed),
        (Standing::Entombed, Reason::NoRelation),
    ] {
        let locker = facts.locker.map(|locker| LockerFacts { standing, ..locker });
        assert_eq!(cast.ask(Action::ReadContent, &Facts { locker, ..facts }), Err(expected));
    }
}

#[test]
fn the_desk_is_any_active_member_and_a_relative_needs_no_second_factor() {
    let cast = Cast::new();
    let scopes = cast.scopes(&[(Told::Category(0), 31)]);
    let help = cast.help(&scopes);
    let desk = MandateFacts { helper: Helper::Desk(cast.organisation), ..help.mandate };
    let facts = cast.facts(&HelpFacts { mandate: desk, ..help }, DocumentFacts::Known(cast.paper(0, 0)));
    assert_eq!(cast.ask(Action::ReadContent, &facts), Ok(()));
    let elsewhere = MandateFacts { helper: Helper::Desk(OrganisationId::from_uuid(cast.visit.uuid())), ..help.mandate };
    let facts = cast.facts(&HelpFacts { mandate: elsewhere, ..help }, DocumentFacts::Known(cast.paper(0, 0)));
    assert_eq!(cast.ask(Action::ReadContent, &facts), Err(Reason::NoRelation));

    let mandate = MandateFacts { helper: Helper::Relative(cast.helper), ..help.mandate };
    let visit = Some(VisitFacts { membership: None, ..cast.visit() });
    let relative = HelpFacts { mandate, membership: None, visit, ..help };
    let cast = Cast { issuer: IssuerKind::Holder, factor_at: None, ..cast };
    let facts = cast.facts(&relative, DocumentFacts::Known(cast.paper(0, 0)));
    let noon = Moment { now: NOON, clock: NOON };
    assert!(decide(Actor::Relative(cast.helper), Action::ReadContent, &facts, noon).is_ok());
    assert_eq!(decide(Actor::Relative(cast.somebody), Action::ReadContent, &facts, noon), Err(Reason::NotSignedIn));
    assert_eq!(decide(Actor::Aidant(cast.helper), Action::ReadContent, &facts, noon), Err(Reason::NoRelation));
    assert_eq!(decide(Actor::Holder(cast.helper), Action::ReadContent, &facts, noon), Err(Reason::NoRelation));
}

/// Moving a paper into a category where somebody may do more with it is the holder's to decide.
#[test]
fn moving_a_paper_lets_nobody_do_more() {
    let cast = Cast::new();
    let organise = Permissions::of([Permission::Organise, Permission::List]).bits();
    let own = cast.scopes(&[(Told::Category(0), organise), (Told::Category(1), organise)]);
    let reads_there = cast.scopes(&[(Told::Category(1), 3)]);
    let reads_both = cast.scopes(&[(Told::Category(0), 3), (Told::Category(1), 3)]);
    let reads_more = cast.scopes(&[(Told::Category(0), organise), (Told::Category(1), organise | 2)]);
    let only_here = cast.scopes(&[(Told::Category(0), organise)]);
    let move_it = |scopes: &[Scope], in_force: &[&[Scope]], private: Option<bool>| {
        let help = HelpFacts { in_force, ..cast.help(scopes) };
        let changes = Changes { into: Some(cast.categories[1]), private };
        let facts = Facts { changes, ..cast.facts(&help, DocumentFacts::Known(cast.paper(0, 0))) };
        cast.ask(Action::Amend, &facts)
    };
    assert_eq!(move_it(&own, &[&own], None), Ok(()));
    assert_eq!(move_it(&own, &[&own, &reads_both], None), Ok(()), "who reads both gains nothing");
    assert_eq!(move_it(&own, &[&own, &reads_there], None), Err(Reason::OutOfScope), "somebody else would read it");
    assert_eq!(move_it(&reads_more, &[], None), Err(Reason::OutOfScope), "the mover would read it");
    assert_eq!(move_it(&only_here, &[], None), Err(Reason::OutOfScope), "no organising there");
    assert_eq!(move_it(&own, &[], Some(true)), Ok(()), "hidden from all helpers");
    assert_eq!(move_it(&own, &[], Some(false)), Err(Reason::OutOfScope), "never made visible");
}

#[test]
fn what_one_added_oneself_is_taken_back_for_two_days_wherever_it_is() {
    let cast = Cast::new();
    let scopes = cast.scopes(&[(Told::Category(1), Permissions::of([Permission::Deposit]).bits())]);
    let paper = cast.paper(0, 0);
    let hidden = PaperFacts { spot: Spot { private: true, ..paper.spot }, ..paper };
    let trashed = PaperFacts { state: DocumentState::Trashed, ..paper };
    let ask = |paper: PaperFacts, deposit: Option<DepositFacts>| {
        let facts = cast.facts(&cast.help(&scopes), DocumentFacts::Known(paper));
        cast.ask(Action::WithdrawDeposit, &Facts { deposit, ..facts })
    };
    for paper in [paper, hidden, trashed] {
        assert_eq!(ask(paper, Some(cast.deposit(0, true, 0))), Ok(()), "48 hours, and not a microsecond more");
    }
    assert_eq!(ask(paper, Some(cast.deposit(0, true, 1))), Err(Reason::WithdrawalOver));
    assert_eq!(ask(paper, Some(cast.deposit(0, false, 0))), Err(Reason::NotOwnDeposit), "somebody else's");
    assert_eq!(ask(paper, Some(cast.deposit(1, true, 0))), Err(Reason::NotOwnDeposit), "of another paper");
    assert_eq!(ask(paper, None), Err(Reason::NotOwnDeposit));
    // By the later of clock and journal.
    let facts = cast.facts(&cast.help(&scopes), DocumentFacts::Known(paper));
    let facts = Facts { deposit: Some(cast.deposit(0, true, 0)), ..facts };
    for moment in [Moment { now: NOON.plus(TICK), clock: NOON }, Moment { now: NOON, clock: NOON.plus(TICK) }] {
        let late = decide(Actor::Aidant(cast.helper), Action::WithdrawDeposit, &facts, moment);
        assert_eq!(late, Err(Reason::WithdrawalOver));
    }
    let unknown = Facts { document: DocumentFacts::Unknown, ..facts };
    assert_eq!(cast.ask(Action::WithdrawDeposit, &unknown), Err(Reason::UnknownDocument));
}

/// Each permission with each action, under a court's decision and under an agreement: the same answers, another ground.
#[test]
fn a_courts_decision_is_a_ground_of_its_own_and_allows_nothing_more() {
    let (cast, noon) = (Cast::new(), Moment { now: NOON, clock: NOON });
    for bits in 0..32 {
        let scopes = cast.scopes(&[(Told::Category(0), bits)]);
        let help = cast.help(&scopes);
        for document in [DocumentFacts::NotNamed, DocumentFacts::Known(cast.paper(0, 0))] {
            for action in Action::ALL {
                let asked = |consent: Consent| {
                    let mandate = MandateFacts { consent, ..help.mandate };
                    let facts = cast.facts(&HelpFacts { mandate, ..help }, document);
                    decide(Actor::Aidant(cast.helper), *action, &facts, noon).map(|allowed| allowed.ground())
                };
                let agreed = [Consent::OwnSession, Consent::Window, Consent::Paper].map(asked);
                let expected = agreed[0].map(|_| Ground::Mandate);
                assert_eq!(agreed, [expected; 3], "{action:?} {bits}");
                assert_eq!(asked(Consent::Judgment), expected.map(|_| Ground::Judgment), "{action:?} {bits}");
            }
        }
    }
}

#[test]
fn family_vouches_for_no_paper() {
    let cast = Cast { issuer: IssuerKind::Holder, factor_at: None, ..Cast::new() };
    let scopes = cast.scopes(&[(Told::Category(0), 31)]);
    let help = cast.help(&scopes);
    let mandate = MandateFacts { helper: Helper::Relative(cast.helper), ..help.mandate };
    let visit = Some(VisitFacts { membership: None, ..cast.visit() });
    let relative = HelpFacts { mandate, membership: None, visit, ..help };
    let facts = cast.facts(&relative, DocumentFacts::Known(cast.paper(0, 0)));
    let ask = |action| {
        let facts = Facts { deposit: Some(cast.deposit(0, true, 0)), ..facts };
        decide(Actor::Relative(cast.helper), action, &facts, Moment { now: NOON, clock: NOON }).map(|_| ())
    };
    assert_eq!(ask(Action::SeeOriginal), Err(Reason::NotAllowed));
    assert_eq!(ask(Action::WithdrawDeposit), Ok(()));
}
