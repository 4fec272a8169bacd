//! The table of rights of helpers against a slow model that counts out what each scope reaches.

use std::collections::HashSet;

use proptest::prelude::*;

use super::helped::{CATEGORIES, Cast, Kind, NOON, PAPERS, Told};
use super::*;
use crate::domain::mandate::{Consent, Scope};
use crate::domain::person::IssuerKind;

/// A small world with everything that may be wrong in it.
#[derive(Debug, Clone)]
struct World {
    kind: Kind,
    consent: Consent,
    own: Vec<(Told, u8)>,
    other: Vec<(Told, u8)>,
    paper: Option<(usize, usize)>,
    is_known: bool,
    is_private: bool,
    is_trashed: bool,
    into: Option<usize>,
    private: Option<bool>,
    wrong: u8,
    /// By whom the paper was added: the helper or somebody else; and how many microseconds too late they are.
    deposit: Option<(bool, i64)>,
    action: Action,
}

fn scopes() -> impl Strategy<Value = Vec<(Told, u8)>> {
    let reach = prop_oneof![(0..CATEGORIES).prop_map(Told::Category), (0..PAPERS).prop_map(Told::Paper)];
    prop::collection::vec((reach, 0_u8..32), 0..5)
}

/// What a helper is ever allowed; all the rest is drawn less often.
const EVER: [Action; 22] = [
    Action::ViewLocker,
    Action::ListDocuments,
    Action::ViewDocument,
    Action::ReadContent,
    Action::FoundClean,
    Action::FoundInfected,
    Action::ListVersions,
    Action::ControlDocument,
    Action::BeginDeposit,
    Action::Deposit,
    Action::NewVersion,
    Action::Amend,
    Action::SeeOriginal,
    Action::WithdrawDeposit,
    Action::BeginVisit,
    Action::EndVisit,
    Action::AttestMandate,
    Action::ReceiptDocument,
    Action::TakeRequest,
    Action::ViewRequest,
    Action::SaveAnswer,
    Action::GiveShare,
];

fn actions() -> impl Strategy<Value = Action> {
    prop_oneof![4 => prop::sample::select(EVER.as_slice()), 1 => prop::sample::select(Action::ALL)]
}

prop_compose! {
    fn worlds()(
        kind in prop::sample::select([Kind::Named, Kind::Named, Kind::Desk, Kind::Relative].as_slice()), consent in prop::sample::select([Consent::OwnSession, Consent::Judgment].as_slice()),
        own in scopes(), other in scopes(), paper in proptest::option::weighted(0.8, (0..PAPERS, 0..CATEGORIES)),
        is_known in prop::bool::weighted(0.9), is_private in prop::bool::weighted(0.2), is_trashed in prop::bool::weighted(0.2),
        into in proptest::option::of(0..CATEGORIES), private in proptest::option::weighted(0.3, any::<bool>()),
        wrong in 0_u8..20, deposit in proptest::option::of((any::<bool>(), -2_i64..3)), action in actions(),
    ) -> World {
        World { kind, consent, own, other, paper, is_known, is_private, is_trashed, into, private, wrong, deposit, action }
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
    // A visit begins without one; a relative needs neither membership nor second factor.
    let needs_none = match world.wrong {
        2 | 4 => world.kind == Kind::Relative,
        3 => world.action == Action::BeginVisit,
        _ => false,
    };
    if world.wrong < 6 && !needs_none {
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
        "content.read"
        | "content.found_clean"
        | "content.found_infected"
        | "document.versions"
        | "document.control"
        | "document.receipt" => here(2) && named,
        "document.deposit_begin" | "document.deposit" => match world.paper {
            Some(_) => here(4) && here(1) && named,
            None => world.into.is_some_and(|into| into_category(4, into)),
        },
        "document.new_version" => here(4) && here(1) && named,
        "document.amend" => here(8) && here(1) && named,
        // Family vouches for no paper.
        "document.original_seen" => world.kind != Kind::Relative && here(2) && here(1) && named,
        // Wherever it stands, and whatever the mandate holds.
        "document.withdraw" => {
            world.paper.is_some() && world.is_known && world.deposit.is_some_and(|(own, late)| own && late <= 0)
        }
        "request.take" | "request.view" | "request.save" | "share.give" => anywhere(16) && named,
        "visit.begin" | "visit.end" | "mandate.attest" => named,
        _ => false,
    }
}

/// The same world, asked of the policy.
fn asked(world: &World) -> bool {
    let mut cast = Cast::new();
    if world.wrong == 4 {
        cast.factor_at = None;
    }
    if world.kind == Kind::Relative {
        (cast.issuer, cast.factor_at) = (IssuerKind::Holder, None);
    }
    let (own, other) = (cast.scopes(&world.own), cast.scopes(&world.other));
    let in_force: [&[Scope]; 2] = [&own, &other];
    let mut help = HelpFacts { in_force: &in_force, ..cast.help(&own) };
    cast.make(world.kind, &mut help);
    help.mandate.consent = world.consent;
    match world.wrong {
        0 => help.mandate.ended_at = Some(NOON),
        1 => help.mandate.until = NOON,
        2 => help.membership = None,
        3 => help.visit = None,
        5 => help.mandate.locker = LockerId::from_uuid(cast.visit.uuid()),
        _ => {}
    }
    let document = match world.paper {
        None => DocumentFacts::NotNamed,
        Some(_) if !world.is_known => DocumentFacts::Unknown,
        Some((paper, category)) => {
            let paper = cast.paper(paper, category);
            let state = if world.is_trashed { DocumentState::Trashed } else { DocumentState::Live };
            DocumentFacts::Known(PaperFacts { state, spot: Spot { private: world.is_private, ..paper.spot }, ..paper })
        }
    };
    let changes = Changes { into: world.into.map(|n| cast.categories[n]), private: world.private };
    let deposit = world.deposit.map(|(own, late)| cast.deposit(world.paper.map_or(0, |(paper, _)| paper), own, late));
    cast.ask_as(world.kind, world.action, &Facts { changes, deposit, ..cast.facts(&help, document) }).is_ok()
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
        let names_none = matches!(
            world.action,
            Action::ViewLocker
                | Action::ListDocuments
                | Action::BeginVisit
                | Action::EndVisit
                | Action::WithdrawDeposit
                | Action::AttestMandate
                | Action::TakeRequest
                | Action::ViewRequest
                | Action::SaveAnswer
                | Action::GiveShare
        );
        prop_assert!(names_none || !asked(&hidden));
        let ended = World { wrong: 0, ..world };
        prop_assert!(!asked(&ended));
    }
}
