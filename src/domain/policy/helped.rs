//! The table of rights as helpers meet it: every permission with every action, every way in which something is missing, and
//! the whole of it against a slow model that counts out what each scope reaches.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::domain::ids::{CollectionId, DocumentId, MandateId, MembershipId, OrganisationId, VisitId};
use crate::domain::mandate::{Helper, MandateFacts, PRESENT, Permission, Permissions, Reach, Scope};
use crate::domain::source::{Source, day_of, months_before};

const NOON: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);
const TICK: Duration = Duration::from_micros(1);
const CATEGORIES: usize = 3;
const PAPERS: usize = 2;

/// Everybody and everything of one small world.
struct Cast {
    holder: PersonId,
    helper: PersonId,
    somebody: PersonId,
    locker: LockerId,
    organisation: OrganisationId,
    membership: MembershipId,
    mandate: MandateId,
    visit: VisitId,
    categories: [CollectionId; CATEGORIES],
    papers: [DocumentId; PAPERS],
}

impl Cast {
    fn new() -> Self {
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
        }
    }

    fn scopes(&self, told: &[(Told, u8)]) -> Vec<Scope> {
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
            person: self.helper,
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

    fn help<'a>(&self, scopes: &'a [Scope]) -> HelpFacts<'a> {
        HelpFacts {
            mandate: self.mandate(scopes),
            membership: Some(self.membership()),
            visit: Some(self.visit()),
            second_factor: true,
            in_force: &[],
        }
    }

    fn facts<'a>(&self, help: &HelpFacts<'a>, document: DocumentFacts) -> Facts<'a> {
        let session = SessionFacts {
            person: self.helper,
            seen_at: NOON,
            expires_at: NOON.plus(SESSION_LIFE),
            revoked_at: None,
            proven_at: NOON,
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

    fn paper(&self, paper: usize, category: usize) -> PaperFacts {
        let (document, collection) = (self.papers[paper], self.categories[category]);
        PaperFacts { state: DocumentState::Live, spot: Spot { document, collection, private: false } }
    }

    fn ask(&self, action: Action, facts: &Facts<'_>) -> Result<(), Reason> {
        let noon = Moment { now: NOON, clock: NOON };
        decide(Actor::Aidant(self.helper), action, facts, noon).map(|allowed| {
            assert_eq!((allowed.ground(), allowed.locker()), (Ground::Mandate, self.locker));
        })
    }
}

/// What a scope reaches, as a story tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Category(usize),
    Paper(usize),
}

/// What one permission on a category lets a helper do with a paper in it, of everything there is.
fn allowed(permission: Permission, named: bool) -> Vec<&'static str> {
    let cast = Cast::new();
    let scopes = cast.scopes(&[(Told::Category(0), Permissions::of([permission]).bits())]);
    let document = if named { DocumentFacts::Known(cast.paper(0, 0)) } else { DocumentFacts::NotNamed };
    let changes = Changes { into: Some(cast.categories[0]), private: None };
    let facts = Facts { changes, ..cast.facts(&cast.help(&scopes), document) };
    Action::ALL.iter().filter(|action| cast.ask(**action, &facts).is_ok()).map(|action| action.code()).collect()
}

#[test]
fn each_permission_allows_what_it_says_and_nothing_else() {
    assert_eq!(allowed(Permission::List, true), ["locker.view", "document.list", "document.view"]);
    assert_eq!(allowed(Permission::Read, true), ["document.control", "content.read", "document.versions"]);
    let deposits = ["document.deposit_begin", "document.deposit", "document.new_version"];
    assert_eq!(allowed(Permission::Deposit, true), deposits);
    assert_eq!(allowed(Permission::Organise, true), ["document.amend"]);
    assert!(allowed(Permission::Share, true).is_empty());
}

#[test]
fn where_no_paper_is_named_one_is_added_or_the_list_is_seen() {
    assert_eq!(allowed(Permission::List, false), ["locker.view", "document.list"]);
    assert_eq!(allowed(Permission::Deposit, false), ["document.deposit_begin", "document.deposit"]);
    for permission in [Permission::Read, Permission::Organise, Permission::Share] {
        assert!(allowed(permission, false).is_empty(), "{permission:?}");
    }
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
            member(MembershipFacts { person: cast.somebody, ..own }),
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
        ("no second factor", HelpFacts { second_factor: false, ..help }, Err(Reason::NoSecondFactor)),
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
    let relative = HelpFacts { mandate, membership: None, visit, second_factor: false, ..help };
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
    let organise = Permissions::of([Permission::Organise]).bits();
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

/// A small world with everything that may be wrong in it.
#[derive(Debug, Clone)]
struct World {
    own: Vec<(Told, u8)>,
    other: Vec<(Told, u8)>,
    paper: Option<(usize, usize)>,
    is_known: bool,
    is_private: bool,
    is_trashed: bool,
    into: Option<usize>,
    private: Option<bool>,
    wrong: u8,
    action: Action,
}

fn scopes() -> impl Strategy<Value = Vec<(Told, u8)>> {
    let reach = prop_oneof![(0..CATEGORIES).prop_map(Told::Category), (0..PAPERS).prop_map(Told::Paper)];
    prop::collection::vec((reach, 0_u8..32), 0..5)
}

prop_compose! {
    fn worlds()(
        own in scopes(), other in scopes(), paper in proptest::option::weighted(0.8, (0..PAPERS, 0..CATEGORIES)),
        is_known in prop::bool::weighted(0.9), is_private in prop::bool::weighted(0.2), is_trashed in prop::bool::weighted(0.2),
        into in proptest::option::of(0..CATEGORIES), private in proptest::option::weighted(0.3, any::<bool>()),
        wrong in 0_u8..20, action in (0..Action::ALL.len()).prop_map(|n| Action::ALL[n]),
    ) -> World {
        World { own, other, paper, is_known, is_private, is_trashed, into, private, wrong, action }
    }
}

/// Everything that scopes allow, counted out: which permission, on which paper, standing in which category.
fn counted(told: &[(Told, u8)]) -> HashSet<(u8, usize, usize)> {
    let mut all = HashSet::new();
    for (reach, bits) in told {
        for bit in [1, 2, 4, 8, 16] {
            for paper in 0..PAPERS {
                for category in 0..CATEGORIES {
                    let reached = *reach == Told::Category(category) || *reach == Told::Paper(paper);
                    if bits & bit != 0 && reached {
                        all.insert((bit, paper, category));
                    }
                }
            }
        }
    }
    all
}

/// The slow model. `wrong` below 6 is one thing that alone forbids everything.
fn model(world: &World) -> bool {
    if world.wrong < 6 {
        return false;
    }
    let own = counted(&world.own);
    let into_category = |bit: u8, category: usize| {
        world.own.iter().any(|(reach, bits)| *reach == Told::Category(category) && bits & bit != 0)
    };
    let here = |bit: u8| match world.paper {
        Some((paper, category)) if world.is_known && !world.is_private && !world.is_trashed => {
            own.contains(&(bit, paper, category))
        }
        _ => false,
    };
    let unwidened = || {
        let Some((paper, category)) = world.paper else { return true };
        if world.private == Some(false) {
            return false;
        }
        let Some(into) = world.into.filter(|into| *into != category) else { return true };
        // On a private paper there is nothing to gain, wherever it goes.
        let gains = |all: &HashSet<(u8, usize, usize)>| {
            !world.is_private
                && [1, 2, 4, 8, 16]
                    .iter()
                    .any(|bit| all.contains(&(*bit, paper, into)) && !all.contains(&(*bit, paper, category)))
        };
        into_category(8, into) && !gains(&own) && !gains(&counted(&world.other))
    };
    let anywhere = |bit: u8| world.own.iter().any(|(_, bits)| bits & bit != 0);
    // What names a paper is asked whether it would change it for the better of somebody; nothing but amending changes anything.
    let named = world.paper.is_none() || !world.is_known || unwidened();
    match world.action.code() {
        "locker.view" | "document.list" => anywhere(1) && named,
        "document.view" => here(1) && named,
        "content.read" | "document.versions" | "document.control" => here(2) && named,
        "document.deposit_begin" | "document.deposit" => match world.paper {
            Some(_) => here(4) && named,
            None => world.into.is_some_and(|into| into_category(4, into)),
        },
        "document.new_version" => here(4) && named,
        "document.amend" => here(8) && named,
        _ => false,
    }
}

/// The same world, asked of the policy.
fn asked(world: &World) -> bool {
    let cast = Cast::new();
    let (own, other) = (cast.scopes(&world.own), cast.scopes(&world.other));
    let in_force: [&[Scope]; 2] = [&own, &other];
    let mut help = HelpFacts { in_force: &in_force, ..cast.help(&own) };
    match world.wrong {
        0 => help.mandate.ended_at = Some(NOON),
        1 => help.mandate.until = NOON,
        2 => help.membership = None,
        3 => help.visit = None,
        4 => help.second_factor = false,
        5 => help.mandate.locker = LockerId::from_uuid(cast.visit.uuid()),
        _ => {}
    }
    let document = match world.paper {
        None => DocumentFacts::NotNamed,
        Some(_) if !world.is_known => DocumentFacts::Unknown,
        Some((paper, category)) => {
            let paper = cast.paper(paper, category);
            let state = if world.is_trashed { DocumentState::Trashed } else { DocumentState::Live };
            DocumentFacts::Known(PaperFacts { state, spot: Spot { private: world.is_private, ..paper.spot } })
        }
    };
    let changes = Changes { into: world.into.map(|n| cast.categories[n]), private: world.private };
    cast.ask(world.action, &Facts { changes, ..cast.facts(&help, document) }).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn the_policy_is_what_the_slow_model_counts_out(world in worlds()) {
        prop_assert_eq!(asked(&world), model(&world));
    }

    /// Taking a permission away, hiding a paper, or ending anything never allows more.
    #[test]
    fn less_never_allows_more(world in worlds(), gone in any::<prop::sample::Index>()) {
        let mut less = world.clone();
        if !less.own.is_empty() {
            less.own.remove(gone.index(less.own.len()));
        }
        // Whoever may do less beforehand could gain by a move: that alone is refused.
        let moves = world.into.is_some();
        prop_assert!(moves || !asked(&less) || asked(&world));
        let hidden = World { is_private: true, is_known: true, paper: Some((0, 0)), ..world.clone() };
        let names_none = matches!(world.action, Action::ViewLocker | Action::ListDocuments);
        prop_assert!(names_none || !asked(&hidden));
        let ended = World { wrong: 0, ..world };
        prop_assert!(!asked(&ended));
    }
}
